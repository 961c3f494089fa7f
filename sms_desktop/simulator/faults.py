"""What goes wrong by plan: just this, just so many times."""

from collections import Counter


class Faults:
    """Plans that are used up; what goes wrong by chance is the `Weather`."""

    def __init__(self) -> None:
        self._pages: Counter[int] = Counter()

    @property
    def list_pages(self) -> dict[int, int]:
        """How many times more each page of Messages.json, counted from 1, is to answer 500."""
        return dict(self._pages)

    def fail_list_page(self, page: int, times: int = 1) -> None:
        """The next `times` that this page of a list of messages is asked for, the answer is 500; 0 takes that back.

        Pages count from 1, as people count them: the seventh is `Page=6`. A ValueError tells of less than 1.
        """
        if page < 1 or times < 0:
            raise ValueError("Pages count from 1, times from 0.")
        if times:
            self._pages[page] = times
        else:
            self._pages.pop(page, None)

    def takes(self, page: int) -> bool:
        """Whether the plan has this request fail; then it has one less to go."""
        left = self._pages.get(page, 0)
        if left > 1:
            self._pages[page] = left - 1
        elif left:
            del self._pages[page]
        return left > 0
