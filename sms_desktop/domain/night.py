"""Quiet hours: when it is night where a number is, told from the number alone, and when its morning comes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sms_desktop.domain.phone import AddressKind, country_zones_of, kind_of, time_zones_of

REPLY = timedelta(hours=1)
"""Whoever wrote so short a time ago is awake and waits for an answer."""
_NORTH_AMERICA = "+1"
_NEXT_TO_NOBODY = frozenset(
    {
        "America/Adak", "America/Noronha", "Australia/Eucla", "Australia/Lord_Howe", "Indian/Christmas", "Indian/Cocos",
        "Pacific/Guam", "Pacific/Pago_Pago", "Pacific/Saipan",
    }
)  # fmt: skip
"""Zones that do not count where a number may as well lie in others; numbers that are surely there have only theirs."""


class AtNight(StrEnum):
    """What becomes of a text that would wake somebody."""

    ASK = "ask"
    MORNING = "morning"
    OFF = "off"


class When(StrEnum):
    """What somebody decided of one text: it goes at once, or in its recipient's morning."""

    NOW = "now"
    MORNING = "morning"


@dataclass(frozen=True, slots=True)
class Rule:
    """``begin`` and ``end`` are full hours of the recipient's day; equal ones mean that it is never night."""

    do: AtNight = AtNight.ASK
    begin: int = 21
    end: int = 8

    def is_quiet(self, hour: int) -> bool:
        if self.begin <= self.end:
            return self.begin <= hour < self.end
        return hour >= self.begin or hour < self.end


@dataclass(frozen=True, slots=True)
class Night:
    """It is ``there`` (their time) in the zone for whose sake the text waits until ``morning``, UTC.

    ``sure``: all zones that the number may lie in have that time, so that the morning is theirs too.
    """

    there: datetime
    morning: datetime
    end: int
    sure: bool

    @property
    def sentence(self) -> str:
        """“It is 10:40 PM where they are.”"""
        return f"It {'is' if self.sure else 'may be'} {twelve(self.there)} where they are."

    @property
    def offer(self) -> str:
        """“Send at 8 AM their time”; "" where it may be another hour for them then."""
        return f"Send at {hour_word(self.end)} their time" if self.sure else ""


def night_at(peer: str, line: str, at: datetime, rule: Rule) -> Night | None:
    """The night that it is at ``peer`` at that time; None where it is day in every zone that the number may lie in.

    Of several zones the most cautious one counts. Where no hour is day in all of them, it is None as well at the hours
    that are night in the fewest: nothing is won by waiting, and at ``morning`` it is always None.

    A number that tells nothing may be anywhere in its country; one that tells no country, or might be anywhere in North
    America, is taken to be where the ``line`` is. Short codes do not sleep.
    """
    if rule.begin == rule.end or kind_of(peer) is not AddressKind.E164:
        return None
    names, guessed = _zones_of(peer, line)
    zones = _different(names, at)
    quiet = [zone for zone in zones if rule.is_quiet(at.astimezone(zone).hour)]
    if not quiet:
        return None

    def asleep(then: datetime) -> int:
        return sum(rule.is_quiet(then.astimezone(zone).hour) for zone in zones)

    morning = min(sorted({_next(zone, at, rule.end) for zone in zones}), key=asleep)
    if asleep(morning) >= len(quiet):
        return None
    there = [at.astimezone(zone) for zone in zones]
    sure = not guessed and len({(local.hour, local.minute) for local in there}) == 1
    return Night(at.astimezone(quiet[0]), morning, rule.end, sure)


def twelve(local: datetime) -> str:
    """“10:40 PM”: the question is whether it is night."""
    return f"{(local.hour - 1) % 12 + 1}:{local:%M} {'AM' if local.hour < 12 else 'PM'}"


def hour_word(hour: int) -> str:
    """“8 AM”."""
    return f"{(hour - 1) % 12 + 1} {'AM' if hour < 12 else 'PM'}"


def _zones_of(peer: str, line: str) -> tuple[tuple[str, ...], bool]:
    """Those that the number may lie in; and whether they are only a guess."""
    names, country = time_zones_of(peer), country_zones_of(peer)
    if peer.startswith(_NORTH_AMERICA) and set(names) in (set(), set(country)):
        near = time_zones_of(line)
        if near and set(near) != set(country):
            return near, True
    names = names or country or time_zones_of(line) or country_zones_of(line)
    return tuple(name for name in names if name not in _NEXT_TO_NOBODY) or names, False


def _different(names: Iterable[str], at: datetime) -> list[ZoneInfo]:
    """One of all zones that have the same time now and in the morning, from east to west."""
    found: dict[tuple[timedelta, timedelta], ZoneInfo] = {}
    for name in names:
        zone = _zone(name)
        if zone is not None:
            now, later = at.astimezone(zone).utcoffset(), (at + timedelta(days=1)).astimezone(zone).utcoffset()
            found.setdefault((now or timedelta(0), later or timedelta(0)), zone)
    return [found[offsets] for offsets in sorted(found, reverse=True)]


@lru_cache(maxsize=512)
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError):
        return None


def _next(zone: ZoneInfo, at: datetime, hour: int) -> datetime:
    """When it is ``hour`` o'clock in ``zone`` next, in UTC."""
    local = at.astimezone(zone)
    then = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    if then <= local:
        then += timedelta(days=1)  # by the clock on the wall, whatever the hours between
    return then.astimezone(UTC)
