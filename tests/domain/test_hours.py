"""Opening hours: when it is open, and how that is written on the door."""

from datetime import UTC, datetime, time

import pytest

from sms_desktop.domain.errors import BadInput
from sms_desktop.domain.hours import Hours, Span

NEW_YORK = "America/New_York"
WEEK = Hours((*(Span(day, time(9), time(17)) for day in range(5)), Span(5, time(10), time(14))), NEW_YORK)
BAR = Hours((Span(4, time(20), time(3)), Span(5, time(20), time(0))), NEW_YORK)


@pytest.mark.parametrize(
    ("hours", "at", "is_open"),
    [
        (WEEK, datetime(2026, 11, 25, 14, 0, tzinfo=UTC), True),
        (WEEK, datetime(2026, 11, 25, 13, 59, 59, tzinfo=UTC), False),
        (WEEK, datetime(2026, 11, 25, 22, 0, tzinfo=UTC), False),
        (WEEK, datetime(2026, 11, 29, 17, 0, tzinfo=UTC), False),
        (BAR, datetime(2026, 11, 28, 2, 0, tzinfo=UTC), True),  # Friday at nine in the evening
        (BAR, datetime(2026, 11, 28, 7, 59, tzinfo=UTC), True),  # Saturday, a minute to three in the morning
        (BAR, datetime(2026, 11, 28, 8, 0, tzinfo=UTC), False),
        (BAR, datetime(2026, 11, 29, 4, 59, tzinfo=UTC), True),  # up to midnight
        (BAR, datetime(2026, 11, 29, 5, 0, tzinfo=UTC), False),
        (Hours((Span(6, time(), time()),), NEW_YORK), datetime(2026, 11, 29, 5, 0, tzinfo=UTC), True),
        (Hours((Span(6, time(), time()),), NEW_YORK), datetime(2026, 11, 30, 4, 59, tzinfo=UTC), True),
        (Hours((Span(6, time(), time()),), NEW_YORK), datetime(2026, 11, 30, 5, 0, tzinfo=UTC), False),
        (Hours((), NEW_YORK), datetime(2026, 11, 25, 14, 0, tzinfo=UTC), False),
        # Clocks go back on 1 November at two: nine is then at 14:00 UTC, the day before at 13:00.
        (Hours((Span(5, time(9), time(10)),), NEW_YORK), datetime(2026, 10, 31, 13, 0, tzinfo=UTC), True),
        (Hours((Span(6, time(9), time(10)),), NEW_YORK), datetime(2026, 11, 1, 13, 0, tzinfo=UTC), False),
        (Hours((Span(6, time(9), time(10)),), NEW_YORK), datetime(2026, 11, 1, 14, 0, tzinfo=UTC), True),
        # A zone of another computer's that is not known here counts as UTC.
        (Hours((Span(2, time(9), time(10)),), "Mars/Olympus"), datetime(2026, 11, 25, 9, 30, tzinfo=UTC), True),
    ],
)
def test_it_is_open_by_the_clock_on_its_wall(hours: Hours, at: datetime, is_open: bool) -> None:
    assert hours.is_open(at) is is_open


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (WEEK, "Mon–Fri 9:00–17:00, Sat 10:00–14:00"),
        (
            Hours((Span(0, time(9), time(12)), Span(0, time(13), time(17)), Span(2, time(9), time(12)))),
            "Mon 9:00–12:00 and 13:00–17:00, Wed 9:00–12:00",
        ),
        (BAR, "Fri 20:00–3:00, Sat 20:00–0:00"),
        (Hours(()), ""),
    ],
)
def test_days_with_the_same_hours_are_written_together(hours: Hours, words: str) -> None:
    assert hours.words() == words


@pytest.mark.parametrize(
    ("hours", "sentence"),
    [
        (Hours(()), "on which days"),
        (Hours((Span(7, time(9), time(10)),)), "seven days"),
        (Hours((Span(0, time(9), time(10)),), "Mars/Olympus"), "no time zone"),
        (Hours((Span(0, time(9), time(10)),), "../etc/passwd"), "no time zone"),
        (Hours(tuple(Span(0, time(9, n), time(10)) for n in range(51))), "at most 50"),
    ],
)
def test_what_is_wrong_with_hours_is_said(hours: Hours, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        hours.check()
