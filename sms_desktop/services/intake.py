"""What Twilio's list has is taken in: kept, with the STOP or START that it may be, and answered where it is fresh."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sms_desktop.domain.catchup import Origin
from sms_desktop.domain.consent import ConsentSource
from sms_desktop.domain.message import FINAL, Direction, ListedMessage, Status
from sms_desktop.services.inbox import refused_before, stood_out, wished
from sms_desktop.services.replying import Replier
from sms_desktop.services.statuses import DAILY, GIVEN_UP
from sms_desktop.store import consent, listed, messages, questions, stops
from sms_desktop.store.places import Places
from sms_desktop.store.store import Tx

WHOLE = timedelta(minutes=10)
"""After this time Twilio has taken in all files of a message; less than the overlap, for which it is listed again."""


def take_in(
    tx: Tx,
    part: list[ListedMessage],
    origin_of: Callable[[ListedMessage], Origin | None],
    at: datetime,
    *,
    history: bool = False,
    replier: Replier | None = None,
) -> list[ListedMessage]:
    """Stores what Twilio has, with the STOP or START that it may be; gives those that are new, which ``replier`` may
    answer. Of what is still coming in the STOP or START counts at once, and is all that is taken in.
    """
    said = written_at(part)
    coming = [one for one in part if not is_whole(one, at)]
    part = [one for one in part if is_whole(one, at)]
    new = listed.take(
        tx,
        part,
        new_key=messages.new_key,
        origin_of=origin_of,
        poll_at=lambda one: first_look(one, at, history=history),
        now=at,
    )
    consent.redate(tx, said)
    questions.redate(tx, said)
    own = consent.keywords(tx.db)
    for one in new:
        if one.direction is Direction.INBOUND:
            answering = replier is not None and replier.concerns(tx.db, one.line, one.via or one.line)
            was_out = answering and stood_out(tx.db, one.line, one.peer, one.sid)
            wished(
                tx, replace(one, at=said[one.sid]), own, service=one.service, past=True, source=ConsentSource.LIST
            )  # fmt: skip
            if replier is not None and answering:
                replier.listed(tx, one, at, was_out=was_out)
        refused_before(tx, one, one)
    words = [one for one in coming if one.direction is Direction.INBOUND and stops.is_word(one.body, own)]
    places = Places(tx.db) if words else None
    for one in words:
        line = (places and places.line_of(one.line, one.service, one.peer, one.direction, one.at)) or one.line
        placed = replace(one, line=line, via=one.via if line == one.line else one.line, at=said[one.sid])
        wished(tx, placed, own, service=one.service, past=True, source=ConsentSource.LIST)
    return new


def first_look(one: ListedMessage, at: datetime, *, history: bool = False) -> datetime | None:
    """When a message that was listed is to be asked about again; None where Twilio has said all there is."""
    age = at - one.at
    if history and age > DAILY:  # thousands at once, of which no word comes any more
        return None
    if one.status not in FINAL and age < GIVEN_UP:  # else no more word comes: history has many that ended as sent
        return at + (timedelta(seconds=30) if age < DAILY else DAILY)
    return at + timedelta(minutes=5) if one.price is None and age < DAILY else None


def written_at(part: Sequence[ListedMessage]) -> dict[str, datetime]:
    """When people wrote, by SID: Twilio's times are whole seconds, and of one second the list has the later first."""
    times: dict[str, datetime] = {}
    seconds: Counter[datetime] = Counter()
    for one in reversed(part):
        if one.direction is Direction.INBOUND:
            times[one.sid] = one.at + timedelta(microseconds=seconds[one.at])
            seconds[one.at] += 1
    return times


def is_whole(one: ListedMessage, at: datetime) -> bool:
    """Not while it is still coming in: how many files it has is not certain yet."""
    return one.status is not Status.RECEIVING or at - one.at > WHOLE
