"""When a business is open: spans of the week in a time zone."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sms_desktop.domain.errors import BadInput

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MOST_SPANS = 50
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From ``opens`` on ``day`` (0 Monday … 6 Sunday) to ``closes``: on the next day where that is not later, so that
    00:00 is the end of the day, and both the same is a day and a night.
    """

    day: int
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Hours:
    """``zone`` is an IANA name; "" is that of this computer. Without spans it is never open."""

    spans: tuple[Span, ...]
    zone: str = ""

    def check(self) -> None:
        """Raises BadInput."""
        zone_of(self.zone)
        if not self.spans:
            raise BadInput("Say on which days you are open, and from when to when.")
        if len(self.spans) > MOST_SPANS:
            raise BadInput(f"Opening hours take at most {MOST_SPANS} spans.")
        if any(not 0 <= span.day < len(DAYS) for span in self.spans):
            raise BadInput("A week has seven days.")

    def is_open(self, at: datetime) -> bool:
        """Whether it is open at that UTC time. Clocks that are put forward or back are followed as a wall clock is."""
        here = at.astimezone(_zone(self.zone)).replace(tzinfo=None)
        return any(
            begins <= here < ends
            for day in (here.date() - _DAY, here.date())
            for begins, ends in self._on(day)
        )  # fmt: skip

    def words(self) -> str:
        """As it is written on a door: “Mon–Fri 9:00–17:00, Sat 10:00–14:00”."""
        of_day: dict[int, list[str]] = defaultdict(list)
        for span in sorted(self.spans):
            of_day[span.day].append(f"{_clock(span.opens)}–{_clock(span.closes)}")
        parts: list[str] = []
        day = 0
        while day < len(DAYS):
            times, last = of_day.get(day), day
            while times and last + 1 < len(DAYS) and of_day.get(last + 1) == times:
                last += 1
            if times:
                days = DAYS[day] if last == day else f"{DAYS[day]}–{DAYS[last]}"
                parts.append(f"{days} {' and '.join(times)}")
            day = last + 1
        return ", ".join(parts)

    def _on(self, day: date) -> list[tuple[datetime, datetime]]:
        return [
            (datetime.combine(day, one.opens), datetime.combine(day + (_DAY * (one.closes <= one.opens)), one.closes))
            for one in self.spans
            if one.day == day.weekday()
        ]


def day_of(at: datetime, zone: str) -> date:
    """Which day it is there."""
    return at.astimezone(_zone(zone)).date()


def zone_of(name: str) -> tzinfo | None:
    """The zone; None for "", this computer's own. Raises BadInput where there is none of that name."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadInput(f"“{name[:40]}” is no time zone. Write it like America/New_York.") from None


def _zone(name: str) -> tzinfo | None:
    """One that is not known here any more (another computer's database) counts as UTC."""
    try:
        return zone_of(name)
    except BadInput:
        return UTC


def _clock(at: time) -> str:
    return f"{at.hour}:{at.minute:02}"
