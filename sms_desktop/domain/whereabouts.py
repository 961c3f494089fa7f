"""In which time zones a person may be, told from their number and, where it is known, their ZIP code."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sms_desktop.domain.phone import AddressKind, country_zones_of, has_no_place, is_toll_free, kind_of, time_zones_of
from sms_desktop.domain.zips import zones_of_zip

_NORTH_AMERICA = "+1"
_NEXT_TO_NOBODY = frozenset(
    {
        "America/Adak", "America/Noronha", "Australia/Eucla", "Australia/Lord_Howe", "Indian/Christmas", "Indian/Cocos",
        "Pacific/Guam", "Pacific/Pago_Pago", "Pacific/Saipan",
    }
)  # fmt: skip
"""Zones that do not count where a number may as well lie in others; people who are surely there have only theirs."""
_Clock = tuple[timedelta, timedelta]


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """``zones``: one of all zones that have the same time now and a day later, from east to west; empty where there is
    nobody who sleeps. ``guessed``: they are those of the line, for nothing tells more.
    """

    zones: tuple[ZoneInfo, ...] = ()
    guessed: bool = False

    def time(self, at: datetime) -> datetime | None:
        """The time that it surely is there; None where it may be several, or is only guessed."""
        there = [at.astimezone(zone) for zone in self.zones]
        sure = not self.guessed and len({(local.hour, local.minute) for local in there}) == 1
        return there[0] if sure else None


def whereabouts(peer: str, at: datetime, zip: str | None = None, line: str = "") -> Whereabouts:
    """Where whoever has the number ``peer`` may be at that time.

    ``zip`` (as ``zips.read_zip`` gives it) narrows what the number tells; where the two have no zone in common, both
    count. A number that tells nothing, as by an area code that is not known, may be anywhere in its country; one that
    tells no country, or is of no place in North America, as toll-free ones are, is taken to be where the ``line`` is,
    if that is given and no ZIP tells more. Short codes are nowhere.
    """
    if kind_of(peer) is not AddressKind.E164:
        return Whereabouts()
    names, country = time_zones_of(peer), country_zones_of(peer)
    by_zip = _clocks(zones_of_zip(zip), at)
    if by_zip:
        by_number = _clocks(names or country, at)
        both = {clock: by_zip[clock] for clock in by_zip if clock in by_number}
        return _sorted(both or _clocks(_peopled(names or country), at) | by_zip)
    if line and peer.startswith(_NORTH_AMERICA) and (is_toll_free(peer) or has_no_place(peer)):
        near = time_zones_of(line)
        if near and set(near) != set(country):
            return _sorted(_clocks(near, at), guessed=True)
    if names or country:
        return _sorted(_clocks(_peopled(names or country), at))
    return _sorted(_clocks(_peopled(time_zones_of(line) or country_zones_of(line)), at), guessed=True)


def _peopled(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if name not in _NEXT_TO_NOBODY) or names


def _sorted(clocks: dict[_Clock, ZoneInfo], guessed: bool = False) -> Whereabouts:
    return Whereabouts(tuple(clocks[clock] for clock in sorted(clocks, reverse=True)), guessed)


def _clocks(names: Iterable[str], at: datetime) -> dict[_Clock, ZoneInfo]:
    """One of all zones that have the same time now and a day later, so that a morning is theirs too."""
    found: dict[_Clock, ZoneInfo] = {}
    for name in names:
        zone = _zone(name)
        if zone is not None:
            now, later = at.astimezone(zone).utcoffset(), (at + timedelta(days=1)).astimezone(zone).utcoffset()
            found.setdefault((now or timedelta(0), later or timedelta(0)), zone)
    return found


@lru_cache(maxsize=512)
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError):
        return None
