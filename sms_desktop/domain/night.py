"""Quiet hours: when it is night where somebody is, and when their morning comes."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sms_desktop.domain.whereabouts import whereabouts

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

    def of_one_text(self) -> "Rule":
        """What holds for a text that somebody wants to come in the morning: where no hours are set, the usual ones."""
        if self.begin == self.end:
            return Rule(AtNight.MORNING)
        return replace(self, do=AtNight.MORNING)

    def is_quiet(self, hour: int) -> bool:
        if self.begin <= self.end:
            return self.begin <= hour < self.end
        return hour >= self.begin or hour < self.end


@dataclass(frozen=True, slots=True)
class Night:
    """It is ``there`` (their time) in the zone for whose sake the text waits until ``morning``, UTC.

    ``sure``: all zones that they may be in have that time, so that the morning is theirs too.
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


def night_at(peer: str, line: str, at: datetime, rule: Rule, zip: str | None = None) -> Night | None:
    """The night that it is at ``peer`` at that time; None where it is day in every zone that they may be in, which
    ``whereabouts`` tells.

    Of several zones the most cautious one counts. Where no hour is day in all of them, it is None as well at the hours
    that are night in the fewest: nothing is won by waiting, and at ``morning`` it is always None.
    """
    if rule.begin == rule.end:
        return None
    place = whereabouts(peer, at, zip, line)
    zones = place.zones
    quiet = [zone for zone in zones if rule.is_quiet(at.astimezone(zone).hour)]
    if not quiet:
        return None

    def asleep(then: datetime) -> int:
        return sum(rule.is_quiet(then.astimezone(zone).hour) for zone in zones)

    morning = min(sorted({_next(zone, at, rule.end) for zone in zones}), key=asleep)
    if asleep(morning) >= len(quiet):
        return None
    return Night(at.astimezone(quiet[0]), morning, rule.end, sure=place.time(at) is not None)


def twelve(local: datetime) -> str:
    """“10:40 PM”: the question is whether it is night."""
    return f"{(local.hour - 1) % 12 + 1}:{local:%M} {'AM' if local.hour < 12 else 'PM'}"


def hour_word(hour: int) -> str:
    """“8 AM”."""
    return f"{(hour - 1) % 12 + 1} {'AM' if hour < 12 else 'PM'}"


def _next(zone: ZoneInfo, at: datetime, hour: int) -> datetime:
    """When it is ``hour`` o'clock in ``zone`` next, in UTC."""
    local = at.astimezone(zone)
    then = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    if then <= local:
        then += timedelta(days=1)  # by the clock on the wall, whatever the hours between
    return then.astimezone(UTC)
