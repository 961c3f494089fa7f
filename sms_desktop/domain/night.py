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

    ``sure``: all zones that the number may lie in have that time.
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
        """“Send at 8 AM their time”."""
        return f"Send at {hour_word(self.end)} their time"


def night_at(peer: str, line: str, at: datetime, rule: Rule) -> Night | None:
    """The night that it is at ``peer`` at that time; None where it is day in every zone that the number may lie in.

    Of several zones the most cautious one counts. A number that tells nothing may be anywhere in its country; one that
    tells no country is taken to be where the ``line`` is. Short codes do not sleep.
    """
    if rule.begin == rule.end or kind_of(peer) is not AddressKind.E164:
        return None
    names = time_zones_of(peer) or country_zones_of(peer) or time_zones_of(line) or country_zones_of(line)
    zones = _different(names, at)
    quiet = [zone for zone in zones if rule.is_quiet(at.astimezone(zone).hour)]
    if not quiet:
        return None
    mornings = sorted({_next(zone, at, rule.end) for zone in zones})
    # Where there is no hour that is day in all of them, the one that is in most.
    morning = min(mornings, key=lambda one: sum(rule.is_quiet(one.astimezone(zone).hour) for zone in zones))
    there = [at.astimezone(zone) for zone in zones]
    sure = len({(local.hour, local.minute) for local in there}) == 1
    return Night(at.astimezone(quiet[0]), morning, rule.end, sure)


def twelve(local: datetime) -> str:
    """“10:40 PM”: the question is whether it is night."""
    return f"{(local.hour - 1) % 12 + 1}:{local:%M} {'AM' if local.hour < 12 else 'PM'}"


def hour_word(hour: int) -> str:
    """“8 AM”."""
    return f"{(hour - 1) % 12 + 1} {'AM' if hour < 12 else 'PM'}"


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
