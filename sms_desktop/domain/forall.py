"""Lists that were imported for all numbers: their opt-outs count for each that there is, and for each that comes.

They are entered for the numbers that are in use then. Of any other nothing needs to be written down: what a list says
of a person is read from where it was entered, each time that somebody asks.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from sms_desktop.domain.consent import ConsentEvent, ConsentSource

BEGINS = "For all numbers: "
"""How the reason of such an entry begins, by which alone it is known: in the databases of all versions."""
_NEVER = datetime.min.replace(tzinfo=UTC)


def reason_of(where: str) -> str:
    """The reason of an entry from that file and row of a list for all numbers."""
    return f"{BEGINS}{where}"


def is_for_all(event: ConsentEvent | None) -> bool:
    """Whether it is an opt-out of such a list."""
    if event is None or event.source is not ConsentSource.IMPORT or not event.opted_out:
        return False
    return (event.reason or "").startswith(BEGINS)


def completed(known: Sequence[ConsentEvent], line: str, said: Iterable[ConsentEvent]) -> list[ConsentEvent]:
    """What is ``known`` of a peer on ``line`` with what it lacks of such lists, as entries for it; oldest first.

    ``said`` was said of that peer to any line. A list that was imported twice is not there twice while it stands.
    """
    agreed = max((event.at for event in known if not event.opted_out), default=_NEVER)
    ours = [event for event in known if is_for_all(event)]
    here = {(event.reason, event.at) for event in ours}
    standing = {event.reason for event in ours if event.at >= agreed}
    lacking = {
        (event.reason, event.at): replace(event, line=line, service=None)
        for event in said
        if is_for_all(event) and (event.reason, event.at) not in here and event.reason not in standing
    }
    return sorted([*known, *lacking.values()], key=lambda event: event.at) if lacking else list(known)
