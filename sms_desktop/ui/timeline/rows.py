"""What the timeline lists: messages, and the lines between them. Pure: no Qt, no clock."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from math import ceil
from types import MappingProxyType

from sms_desktop.domain.answering import TWILIOS, is_twilios_answer
from sms_desktop.domain.catchup import Origin
from sms_desktop.domain.consent import (
    CLOCKS,
    OPTED_OUT_CODE,
    SPOKEN,
    TOLD_HERE,
    ConsentEvent,
    ConsentSource,
    Wish,
    is_in_vain,
    wish_of,
)
from sms_desktop.domain.failures import Failure
from sms_desktop.domain.message import Direction, Hold, Message, Status
from sms_desktop.domain.phone import AddressKind, is_toll_free, kind_of
from sms_desktop.domain.reply import HeldReply, Made, Unsent

RUN = timedelta(minutes=5)
"""Messages of one side and one hand that follow each other within this time share a meta line."""
OUTAGE = timedelta(minutes=30)
"""Messages that could not reach us and lie further apart were missed on two occasions; off, a computer is for days."""
MOMENT = timedelta(seconds=1)
"""A message that leaves within this time offers nothing to press: it would be gone under the pointer."""
AT_ONCE = timedelta(seconds=15)
"""Twilio answers a keyword within this time."""
LONGEST_WISH = 60
"""Characters of a text that may be a keyword, with the blanks around it."""
IN_RUN, BETWEEN_RUNS = 4, 12
"""Pixels above a message that continues a run, and above one that begins it."""


@dataclass(frozen=True, slots=True)
class MessageRow:
    """``gap`` pixels lie above it; ``last`` of its run carries the meta line.

    ``retried_at`` is when it was tried again, if that is known; ``asking`` while the person is asked whether to send an
    unconfirmed message again. ``held`` are the seconds for which it can still be undone; one that ``lingers`` has been
    waiting to leave for longer than a moment. One that is ``unchecked`` waits because Twilio's list does not tell
    whether its recipient wrote STOP.
    """

    message: Message
    gap: int
    last: bool
    retried_at: datetime | None = None
    asking: bool = False
    held: int | None = None
    lingers: bool = False
    unchecked: bool = False
    barred: bool = False
    """The person said STOP: it can not be sent again."""
    asks: bool = False
    """It waits until somebody has said whether what they wrote since asks us to stop."""
    rule: str = ""
    """The name of the rule that had it sent by itself."""
    answered: bool = False
    """Something came from them since, to whichever line; or, where an opt-out refused it, it is known that they agreed
    since."""
    stopped: Failure | None = None
    """Why it was stopped here before it left, of one that failed so."""
    asked_below: bool = False
    """It is asked below whether it is sent again, so that its card does not offer that, too."""

    @property
    def key(self) -> str:
        return self.message.id

    @property
    def asleep(self) -> bool:
        """Whether it waits for its recipient's morning."""
        return self.message.waits and self.message.held_for is Hold.NIGHT


@dataclass(frozen=True, slots=True)
class DayRow:
    """The separator above a day's first message, which was at ``at``."""

    day: date
    at: datetime

    @property
    def key(self) -> str:
        return f"day {self.day}"


@dataclass(frozen=True, slots=True)
class UnreadRow:
    """Stands above the first message that was unread when the conversation was opened."""

    key: str = "unread"


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """Below a keyword of the peer's that changed whether they may be texted; or between messages, where it was entered
    here or imported: ``words`` are the reason then, and ``author`` is who entered it. ``in_vain``: Twilio heeds the
    keyword not, and blocks them.
    """

    message_id: str
    wish: Wish
    words: str
    at: datetime
    source: ConsentSource = ConsentSource.INBOUND
    author: str = ""
    in_vain: bool = False

    @property
    def key(self) -> str:
        return f"consent {self.message_id}"


@dataclass(frozen=True, slots=True)
class AwayRow:
    """Above the first of ``count`` inbound messages that were missed when they came, and fetched from Twilio later.

    ``origin``: why, of all of them. ``complete``: nothing is missing among them. ``more``: the run begins before what
    is loaded, so that there are more of them.
    """

    message_id: str
    count: int
    origin: Origin
    complete: bool
    more: bool = False

    @property
    def key(self) -> str:
        return f"away {self.message_id}"


@dataclass(frozen=True, slots=True)
class HeldRow:
    """Below a text that a rule would have answered, had nothing spoken against it."""

    held: HeldReply

    @property
    def key(self) -> str:
        return f"held {self.held.sid}"


@dataclass(frozen=True, slots=True)
class NoteRow:
    """Below a message of ours that went otherwise than was meant: why a rule's picture is not with it, or why it was
    ``taken_back`` though nobody wished it.
    """

    message_id: str
    unsent: Unsent | None = None
    taken_back: str = ""

    @property
    def key(self) -> str:
        return f"note {self.message_id}"


Line = DayRow | UnreadRow | ConsentRow | AwayRow | HeldRow | NoteRow
Row = MessageRow | Line
_FETCHED = frozenset({Origin.ELSEWHERE, Origin.HISTORY})
MISSED = frozenset({Origin.OFF, Origin.CLOSED, Origin.UNKEPT, Origin.UNREACHED})


def order(message: Message) -> tuple[datetime, int]:
    """Messages are sorted by this."""
    return message.at, message.seq


def arrange(
    messages: Sequence[Message],
    day_of: Callable[[datetime], date],
    *,
    unread_from: str | None = None,
    asking: str | None = None,
    asked_below: str | None = None,
    complete_to: datetime | None = None,
    older: bool = False,
    newer: bool = False,
    held: Mapping[str, int] = MappingProxyType({}),
    lingering: Collection[str] = (),
    unchecked: Collection[str] = (),
    barred: bool = False,
    asks: Collection[str] = (),
    ledger: Sequence[ConsentEvent] = (),
    unanswered: Mapping[str, HeldReply] = MappingProxyType({}),
    made: Mapping[str, Made] = MappingProxyType({}),
    heard: datetime | None = None,
    stopped: Mapping[str, Failure] = MappingProxyType({}),
    taken_back: Mapping[str, str] = MappingProxyType({}),
) -> list[Row]:
    """The rows of ``messages``, which are sorted; ``unread_from``, ``asking`` and ``asked_below`` are
    message ids.

    ``complete_to``: up to then nothing is missing. ``older``: the conversation goes on before the first of them,
    ``newer``: after the last.
    ``barred``: the person said STOP. ``asks``: ids of what waits until somebody has said whether what they wrote
    since asks us to stop. ``ledger``: what is known of the consent, oldest first; what was entered here or
    imported stands where its time is among the messages. ``unanswered``: what was held back, by the SID of the text
    that it would have answered. ``made``: the rules that had messages sent by themselves, by their ids.
    ``heard``: when the peer last texted any line. ``stopped``: why messages were stopped here, ``taken_back``: why
    others were taken back before they left, by their ids.
    """
    messages = _with_twilios(messages)
    retries = {m.retry_of: m.at for m in messages if m.retry_of is not None and m.status is not Status.CANCELED}
    days = [day_of(m.at) for m in messages]
    consents = _consents(messages, ledger)
    notes = {message.id: note for message in messages if (note := _note(message, made, taken_back)) is not None}
    told = _told(ledger, since=messages[0].at if older and messages else None)
    shown_day: date | None = None
    missed = _missed(messages, complete_to, older=older)
    newest_in = max((i for i, m in enumerate(messages) if m.direction is Direction.INBOUND), default=-1)
    rows: list[Row] = []
    joined = False

    def tell(until: datetime | None) -> bool:
        nonlocal shown_day
        told_any = False
        while told and (until is None or told[0].at < until):
            row = told.pop(0)
            if (day := day_of(row.at)) != shown_day:
                rows.append(DayRow(day, row.at))
                shown_day = day
            rows.append(row)
            told_any = True
        return told_any

    for i, message in enumerate(messages):
        if tell(message.at):
            joined = False
        if days[i] != shown_day:
            rows.append(DayRow(days[i], message.at))
            shown_day = days[i]
            joined = False
        if message.id == unread_from:
            rows.append(UnreadRow())
            joined = False
        if message.id in missed:
            rows.append(missed[message.id])
            joined = False
        below_line = bool(rows) and not isinstance(rows[-1], MessageRow)
        gap = IN_RUN if joined else 0 if below_line else BETWEEN_RUNS
        following = messages[i + 1] if i + 1 < len(messages) else None
        joined = (
            following is not None
            and days[i + 1] == days[i]
            and following.id != unread_from
            and following.id not in missed
            and message.id not in consents
            and message.sid not in unanswered
            and message.id not in notes
            and made.get(message.id) == made.get(following.id)
            and not (told and told[0].at < following.at)
            and _joins(message, following)
        )
        rows.append(
            MessageRow(
                message,
                gap,
                not joined,
                retries.get(message.id),
                message.id == asking and not barred,
                held.get(message.id),
                message.id in lingering,
                message.waits and message.id in unchecked,
                barred=barred,
                asks=message.id in asks,
                rule=made[message.id].name if message.id in made else "",
                answered=message.failed
                and (i < newest_in or (heard is not None and heard > message.at) or _agreed_since(message, ledger)),
                stopped=stopped.get(message.id) if message.failed else None,
                asked_below=message.id == asked_below,
            )
        )
        if message.id in consents:
            rows.append(consents[message.id])
        if message.id in notes:
            rows.append(notes[message.id])
        if message.sid is not None and not message.outbound and message.sid in unanswered:
            rows.append(HeldRow(unanswered[message.sid]))
    if not newer:
        tell(None)
    return rows


def _note(message: Message, made: Mapping[str, Made], taken_back: Mapping[str, str]) -> NoteRow | None:
    rule = made.get(message.id)
    why = taken_back.get(message.id, "") if message.canceled_here else ""
    unsent = rule.unsent if rule is not None else None
    return NoteRow(message.id, unsent, why) if unsent is not None or why else None


def _with_twilios(messages: Sequence[Message]) -> list[Message]:
    """What Twilio itself answered to a keyword just before has that for its author: its list names none."""
    found = list(messages)
    for place, message in enumerate(messages):
        if message.outbound and message.origin in _FETCHED and not message.author and _is_twilios(messages, place):
            found[place] = replace(message, author=TWILIOS)
    return found


def _is_twilios(messages: Sequence[Message], place: int) -> bool:
    answer = messages[place]
    if kind_of(answer.ours) is AddressKind.SHORT_CODE:  # there it answers nothing in these words
        return False
    for earlier in range(place - 1, -1, -1):
        before = messages[earlier]
        if answer.at - before.at > AT_ONCE:
            return False
        if not before.outbound and before.ours == answer.ours and is_twilios_answer(answer.body, before.body):
            return True
    return False


def waiting(messages: Sequence[Message], now: datetime) -> tuple[dict[str, int], frozenset[str]]:
    """Of messages that wait to leave: the seconds for which each can be undone, and those that linger."""
    held: dict[str, int] = {}
    lingering = set()
    for message in messages:
        if not message.waits or message.held_for is not None:
            continue
        since = message.held_until or message.at
        if message.held_until is not None and now < since:
            held[message.id] = ceil((since - now).total_seconds())
        elif now - since > MOMENT:
            lingering.add(message.id)
    return held, frozenset(lingering)


def _joins(message: Message, following: Message) -> bool:
    """Whether one meta line may speak for both: same side, same hand, soon after, and in the same state."""
    return (
        message.direction is following.direction
        and message.author == following.author
        and message.via == following.via
        and following.at - message.at <= RUN
        and (message.origin in MISSED) is (following.origin in MISSED)
        and (message.origin is Origin.ELSEWHERE) is (following.origin is Origin.ELSEWHERE)
        and (message.retry_of is None) is (following.retry_of is None)
        and (message.direction is Direction.INBOUND or message.status is following.status)
        and not message.failed
        and message.status is not Status.UNCONFIRMED
        and not message.waits
    )


def _missed(messages: Sequence[Message], complete_to: datetime | None, *, older: bool) -> dict[str, AwayRow]:
    """By the id of the first of each run. What others sent meanwhile for us does not break a run; news, time and
    another reason do.
    """
    found: dict[str, AwayRow] = {}
    run: list[Message] = []

    def end() -> None:
        if run:
            complete = complete_to is not None and run[-1].at <= complete_to
            origin = run[0].origin
            assert origin is not None
            found[run[0].id] = AwayRow(run[0].id, len(run), origin, complete, older and run[0] is messages[0])
            run.clear()

    for message in messages:
        if message.origin in MISSED:
            apart = bool(run) and message.origin is Origin.UNREACHED and message.at - run[-1].at > OUTAGE
            if run and (apart or message.origin is not run[-1].origin):
                end()
            run.append(message)
        elif message.origin is not Origin.ELSEWHERE:
            end()
    end()
    return found


def _agreed_since(message: Message, ledger: Sequence[ConsentEvent]) -> bool:
    """Whether an opt-out is what refused it, and they agreed since, on any line that shares it.

    Which came last is not asked: an opt-out that stands bars it anyhow, and the clocks that date the two may differ.
    """
    refused = message.error_code == OPTED_OUT_CODE
    return refused and any(not event.opted_out and event.at > message.at - CLOCKS for event in ledger)


def _told(ledger: Sequence[ConsentEvent], since: datetime | None) -> list[ConsentRow]:
    """What was entered here or imported, oldest first. Of one moment there may be several: a person twice in a list,
    two lines of a service.
    """
    found: list[ConsentRow] = []
    at_once = Counter[datetime]()
    for event in ledger:
        if event.source in TOLD_HERE and (since is None or event.at >= since):
            at_once[event.at] += 1
            key = f"told {event.at.isoformat()} {at_once[event.at]}"
            wish = Wish.STOP if event.opted_out else Wish.START
            words = event.reason or event.words
            found.append(ConsentRow(key, wish, words, event.at, event.source, event.author or ""))
    return found


def _consents(messages: Sequence[Message], ledger: Sequence[ConsentEvent] = ()) -> dict[str, ConsentRow]:
    """By message id. A “yes” is a keyword too, so it counts only after a STOP that is in sight. What the ledger says of
    a message counts: the keyword may be the account's own, or Twilio's alone.
    """
    said = {event.sid: event for event in ledger if event.source in SPOKEN}
    found: dict[str, ConsentRow] = {}
    stands: Wish | None = None
    by: ConsentEvent | None = None
    for message in messages:
        if message.direction is not Direction.INBOUND or len(message.body) > LONGEST_WISH:
            continue
        event = said.get(message.sid) if message.sid is not None else None
        wish = wish_of(message.body, toll_free=is_toll_free(message.ours))
        if event is not None:
            wish = Wish.STOP if event.opted_out else Wish.START
        words = message.body.strip()
        if wish is None or wish is stands or (stands is None and words.upper() == "YES"):
            continue
        in_vain = wish is Wish.START and stands is Wish.STOP and event is not None and is_in_vain(event, by)
        found[message.id] = ConsentRow(message.id, wish, words, message.at, in_vain=in_vain)
        if not in_vain:
            stands, by = wish, event
    return found
