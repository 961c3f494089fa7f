"""What goes wrong by plan: just this, just so many times."""

from collections import Counter


class Faults:
    """Plans that are used up; what goes wrong by chance is the `Weather`."""

    def __init__(self) -> None:
        self._pages: Counter[int] = Counter()
        self._lost: Counter[str] = Counter()

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

    @property
    def lost_answers(self) -> dict[str, int]:
        """How many times more the answer to each kind of request is to be lost."""
        return dict(self._lost)

    def lose_answer(self, kind: str, times: int = 1) -> None:
        """The next `times` that this is asked, it is done, and the connection ends without an answer; 0 takes that
        back. `kind` as in `Simulator.requests`: `POST v1/a2p/BrandRegistrations`. A ValueError tells of less than 0.
        """
        if times < 0:
            raise ValueError("Times count from 0.")
        self._lost.pop(kind, None)
        if times:
            self._lost[kind] = times

    def loses(self, kind: str) -> bool:
        """Whether the plan has the answer to this request lost; then it has one less to go."""
        left = self._lost.get(kind, 0)
        if left:
            self.lose_answer(kind, left - 1)
        return left > 0

    def takes(self, page: int) -> bool:
        """Whether the plan has this request fail; then it has one less to go."""
        left = self._pages.get(page, 0)
        if left > 1:
            self._pages[page] = left - 1
        elif left:
            del self._pages[page]
        return left > 0
