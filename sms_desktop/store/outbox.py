"""What waits to leave this machine; per conversation in the order in which it was written."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, not_, or_, select, text, update

from sms_desktop.domain.events import ConversationChanged
from sms_desktop.domain.message import OBSTACLE, OURS, Doubt, Hold, Message, Status, StatusReport, TakenBack
from sms_desktop.domain.reception import CannotReceive, sentence
from sms_desktop.domain.reply import AUTHOR
from sms_desktop.store import drafts, polls, summary
from sms_desktop.store.conversations import set_archived
from sms_desktop.store.records import MESSAGE, SELECT_MESSAGES, messages_of, one_message
from sms_desktop.store.reports import came_back_again, change, keep, leave_outbox
from sms_desktop.store.schema import (
    EPOCH,
    HELD,
    LOOKING,
    NIGHT,
    OUTBOX_NIGHT,
    SENDING,
    WAITING,
    conversations,
    messages,
    outbox,
)
from sms_desktop.store.tx import Tx

FIRST_ASKED = timedelta(seconds=5)
"""From the end of a send that nobody confirmed until Twilio's list is read for it."""
FAR = timedelta(minutes=5)
"""Nothing waits for so long: what seems to do so was written by a clock that ran ahead."""
LONGEST_NIGHT = timedelta(days=2)
"""No night takes so long, likewise."""
EARLY = (Status.ACCEPTED, Status.QUEUED, Status.SENDING)


@dataclass(frozen=True, slots=True)
class Due:
    """A message whose turn it is, and how often it was tried in vain."""

    message: Message
    attempts: int


@dataclass(frozen=True, slots=True)
class Held:
    """A conversation of which something is held, by line and peer; the oldest of it was written at ``since``, UTC."""

    conversation_id: int
    line: str
    peer: str
    since: datetime


_o = outbox.c
_earlier = outbox.alias("earlier")
_IS_FIRST = not_(
    select(_earlier.c.message_seq)
    .where(
        _earlier.c.conversation_id == _o.conversation_id,
        _earlier.c.message_seq < _o.message_seq,
        _earlier.c.state != NIGHT,  # what is written meanwhile need not wait for the morning
    )
    .exists()
)
_QUEUED = SELECT_MESSAGES.join(outbox, _o.message_seq == messages.c.seq).add_columns(_o.attempts)
_IS_DUE = or_(_o.due_at <= bindparam("now"), _o.due_at > bindparam("far"))
_DUE = (
    _QUEUED.where(_o.state == WAITING, _IS_DUE, _IS_FIRST).order_by(_o.turn, _o.message_seq).limit(bindparam("limit"))
)
_DUE_OF_LINE = _DUE.where(conversations.c.line == bindparam("line"))
_DUE_LINES = (
    select(conversations.c.line).join_from(outbox, conversations).where(_o.state == WAITING, _IS_DUE).distinct()
)
_NEXT_DUE = select(func.min(_o.due_at)).where(_o.state == WAITING, _o.due_at > bindparam("after"), _IS_FIRST)
_STAYS = and_(
    text(OUTBOX_NIGHT),
    _o.conversation_id.in_(select(conversations.c.id).where(conversations.c.opted_out_at.is_not(None))),
)
"""What was to wait for a morning and will not leave then, unless they agree again before."""
_COUNT = select(func.count()).select_from(outbox).where(not_(_STAYS))
_COUNT_PICTURES = _COUNT.join(messages, _o.message_seq == messages.c.seq).where(messages.c.num_media > 0)
_ONE = SELECT_MESSAGES.where(messages.c.id == bindparam("id"))
_CLAIM = (
    update(outbox)
    .where(
        _o.message_seq == select(messages.c.seq).where(messages.c.id == bindparam("id")).scalar_subquery(),
        _o.state == WAITING,
    )
    .values(state=SENDING)
)
_MAY_LEAVE = select(_o.message_seq).where(
    _o.message_seq == select(messages.c.seq).where(messages.c.id == bindparam("id")).scalar_subquery(),
    _o.state == WAITING,
)
_POSTPONE = (
    update(outbox)
    .where(_o.message_seq == bindparam("seq"))
    .values(state=bindparam("back"), due_at=bindparam("due"), attempts=_o.attempts + 1)
)
_HURRY = (  # not what is kept back for Undo, which was not tried yet
    update(outbox)
    .where(_o.state == WAITING, _o.due_at > bindparam("now"), _o.attempts > 0)
    .values(due_at=bindparam("now"))
)
_WAITS = select(_o.message_seq).where(_o.message_seq == bindparam("seq"), _o.state != SENDING)
_NOW = bindparam("now", type_=_o.due_at.type)
_HOLD = update(outbox).where(_o.state == WAITING).values(state=HELD)
_LAST = select(func.coalesce(func.max(messages.c.seq), 0))
_RELEASE = (  # what was tried before is tried at once, and what is kept back for Undo stays so
    update(outbox)
    .where(_o.state == HELD)
    .values(state=WAITING, due_at=func.iif(_o.attempts > 0, func.min(_o.due_at, _NOW), _o.due_at))
)
_RELEASE_ONE = _RELEASE.where(_o.conversation_id == bindparam("of"))
_RELEASE_SINCE = _RELEASE.where(
    _o.message_seq > bindparam("of"), _o.conversation_id.not_in(bindparam("but", expanding=True))
)
_HELD = (
    select(_o.conversation_id, conversations.c.line, conversations.c.peer, func.min(messages.c.at))
    .join_from(outbox, messages, _o.message_seq == messages.c.seq)
    .join(conversations, conversations.c.id == _o.conversation_id)
    .where(_o.state == HELD)
    .group_by(_o.conversation_id)
    .order_by(func.max(_o.message_seq).desc())
)
_HELD_IDS = (  # and what waits behind it, for the order within a conversation is kept
    select(messages.c.id)
    .join_from(outbox, messages, _o.message_seq == messages.c.seq)
    .where(
        _o.state.in_((WAITING, HELD)),
        _o.conversation_id.in_(select(outbox.c.conversation_id).where(outbox.c.state == HELD)),
    )
)
_DEFER = (
    update(outbox)
    .where(_o.message_seq == bindparam("seq"), _o.state != SENDING)
    .values(due_at=bindparam("due"), attempts=_o.attempts + 1)
)
_IT = _o.message_seq == select(messages.c.seq).where(messages.c.id == bindparam("id")).scalar_subquery()
_LET = select(_o.let).where(_IT)
_NIGHTS = SELECT_MESSAGES.join(outbox, _o.message_seq == messages.c.seq).where(text(OUTBOX_NIGHT))
_DAWNED = _NIGHTS.where(or_(_o.due_at <= bindparam("now"), _o.due_at > bindparam("far")))
_THIS_NIGHT = _NIGHTS.where(messages.c.id == bindparam("id"))
_SET = (  # what is let leave stays so
    update(outbox)
    .where(_o.message_seq == bindparam("seq"))
    .values(
        state=bindparam("to"), due_at=bindparam("due"), let=func.max(_o.let, bindparam("let_it", type_=_o.let.type))
    )
)
_LOOKED_UP = _QUEUED.where(_o.state == LOOKING).order_by(_o.message_seq)
_LOOKED = update(outbox).where(_o.message_seq == bindparam("seq"), _o.state == LOOKING).values(state=bindparam("to"))
_MOVE_LOOKING = (  # it still waits for that, but not for the morning
    update(outbox)
    .where(_o.message_seq == bindparam("seq"), _o.state == LOOKING)
    .values(due_at=bindparam("due"), let=bindparam("let_it"))
)
_ANY_NIGHT = select(_o.message_seq).where(text(OUTBOX_NIGHT)).limit(1)
_COUNT_NIGHTS = _COUNT.where(text(OUTBOX_NIGHT))
_UNFETCHED = (
    select(func.count())
    .select_from(messages)
    .where(
        messages.c.num_media > 0,
        messages.c.direction == "outbound",
        messages.c.sid.is_not(None),
        messages.c.status.in_(EARLY),
        messages.c.at > bindparam("since"),
    )
)
_NEW_TRY = select(messages.c.seq).where(
    messages.c.conversation_id == bindparam("of"), messages.c.retry_of == bindparam("id")
)
_INTERRUPTED = _QUEUED.where(_o.state == SENDING).order_by(_o.message_seq)


def due(db: Connection, now: datetime, limit: int = 50, line: str | None = None) -> list[Due]:
    """Messages to be sent now (from ``line``), at most one of a conversation: its oldest, unless that is under way.

    Conversations take turns, so that nobody's single answer waits behind somebody else's hundred.
    """
    values = {"now": now, "far": now + FAR, "limit": limit}
    rows = db.execute(_DUE, values).all() if line is None else db.execute(_DUE_OF_LINE, values | {"line": line}).all()
    return [Due(message, row[len(MESSAGE)]) for message, row in zip(messages_of(db, rows), rows, strict=True)]


def due_by_line(db: Connection, now: datetime, limit: int) -> dict[str, list[Due]]:
    """At most ``limit`` of what each line has to send now."""
    return {line: due(db, now, limit, line) for line in due_lines(db, now)}


def due_lines(db: Connection, now: datetime) -> list[str]:
    """The lines that have something to send now."""
    return list(db.execute(_DUE_LINES, {"now": now, "far": now + FAR}).scalars())


def next_due(db: Connection, after: datetime = EPOCH) -> datetime | None:
    """When the next message may be tried, of those due later than ``after``; None where none waits its turn."""
    found: datetime | None = db.execute(_NEXT_DUE, {"after": after}).scalar_one()
    return found


def waiting(db: Connection) -> int:
    """How many messages are still to leave, those under way included."""
    return int(db.execute(_COUNT).scalar_one())


def waiting_pictures(db: Connection) -> int:
    """How many of them have pictures."""
    return int(db.execute(_COUNT_PICTURES).scalar_one())


def unfetched(db: Connection, since: datetime) -> int:
    """How many messages with pictures Twilio has accepted since then and may still fetch the pictures of from here."""
    return int(db.execute(_UNFETCHED, {"since": since}).scalar_one())


def sending(tx: Tx, message_id: str, at: datetime) -> Message | None:
    """Claims the message for one try; None where it waits no more or is under way already."""
    if not tx.db.execute(_CLAIM, {"id": message_id}).rowcount:
        return None
    return _say(tx, _known(tx.db, message_id), Status.SENDING, at)


def waits(db: Connection, message_id: str) -> bool:
    """Whether its turn may be taken now: it is neither held, nor under way, nor gone."""
    return db.execute(_MAY_LEAVE, {"id": message_id}).first() is not None


def postpone(tx: Tx, message_id: str, due_at: datetime, at: datetime, *, held: bool = False) -> Message:
    """It surely did not leave: back into the queue until ``due_at``, one attempt more. Raises LookupError.

    The only way back of a status; where Twilio has spoken in the meantime nothing is done. Of tries in a row that did
    not leave, two words are kept: the first of the one, and that it came back, with how often and when last.
    """
    message = _known(tx.db, message_id)
    back = HELD if held else WAITING
    if not tx.db.execute(_POSTPONE, {"seq": message.seq, "due": due_at, "back": back}).rowcount:
        return message
    if came_back_again(tx, message, at):
        return change(tx, message, at, status=Status.QUEUED)
    return _say(tx, message, Status.QUEUED, at)


def defer(tx: Tx, message_id: str, due_at: datetime) -> None:
    """It cannot leave yet and was not tried: not before ``due_at``, or before news hurry it. Raises LookupError."""
    tx.db.execute(_DEFER, {"seq": _known(tx.db, message_id).seq, "due": due_at})


def hold(tx: Tx) -> int:
    """Nothing that waits may leave until it is released; gives the row number of the newest message there is."""
    tx.db.execute(_HOLD)
    return int(tx.db.execute(_LAST).scalar_one())


def held(db: Connection) -> list[Held]:
    """The conversations of which something is held, the one that was written to last first."""
    return [Held(*row) for row in db.execute(_HELD)]


def held_ids(db: Connection) -> frozenset[str]:
    """Our keys of all that is held, or waits behind what is."""
    return frozenset(db.execute(_HELD_IDS).scalars())


def release(tx: Tx, conversation_id: int, now: datetime) -> None:
    """What is held of that conversation may leave."""
    tx.db.execute(_RELEASE_ONE, {"of": conversation_id, "now": now})


def release_after(tx: Tx, seq: int, now: datetime, but: Collection[int] = ()) -> int:
    """What is held and was written after the row ``seq`` may leave, ``but`` for these conversations; returns how many
    that are.
    """
    return int(tx.db.execute(_RELEASE_SINCE, {"of": seq, "now": now, "but": list(but)}).rowcount)


def any_night(db: Connection) -> bool:
    """Whether anything is put off till a morning, be it that it will leave then or not."""
    return db.execute(_ANY_NIGHT).first() is not None


def nights(db: Connection) -> int:
    """How many of those that are still to leave wait for their recipient's morning."""
    return int(db.execute(_COUNT_NIGHTS).scalar_one())


def is_let(db: Connection, message_id: str) -> bool:
    """Whether it is to leave at night too: somebody wants it, or it was put off till morning once already."""
    return bool(db.execute(_LET, {"id": message_id}).scalar())


def let(db: Connection, message_id: str) -> int:
    """The row of the newest message there was when somebody saw it wait and wanted it to leave; 1, or 0, where nobody
    did.
    """
    return int(db.execute(_LET, {"id": message_id}).scalar() or 0)


def until_morning(tx: Tx, message_id: str, morning: datetime, at: datetime) -> Message:
    """It waits, and does so until ``morning``, but never for another one. Raises LookupError.

    A computer that is off each morning, and on at night, would otherwise keep it for ever.
    """
    message = _known(tx.db, message_id)
    tx.db.execute(_SET, {"seq": message.seq, "to": NIGHT, "due": morning, "let_it": 1})
    return change(tx, message, at, held_until=morning, held_for=Hold.NIGHT)


def until_answered(tx: Tx, message_id: str, at: datetime) -> Message:
    """It waits as if its morning had come, with what ``dawned`` gives. Raises LookupError."""
    message = _known(tx.db, message_id)
    tx.db.execute(_SET, {"seq": message.seq, "to": NIGHT, "due": at, "let_it": 0})
    return change(tx, message, at, held_until=at, held_for=Hold.NIGHT)


def dawned(db: Connection, now: datetime) -> list[Message]:
    """What waits for a morning that has come."""
    return messages_of(db, db.execute(_DAWNED, {"now": now, "far": now + LONGEST_NIGHT}).all())


def wake(tx: Tx, message: Message, now: datetime, *, held: bool) -> Message:
    """Of those, it waits for its turn; ``held``: for news of its recipient first."""
    return _wake(tx, message, now, held=held, let=0)


def in_spite_of_night(tx: Tx, message_id: str, now: datetime, is_held: Callable[[Message], bool]) -> Message | None:
    """Somebody wants it to leave at once; None where it does not wait for a morning (any more)."""
    message = one_message(tx.db, _ONE, {"id": message_id})
    if message is None or message.held_for is not Hold.NIGHT:
        return None
    newest = int(tx.db.execute(_LAST).scalar_one())
    if tx.db.execute(_MOVE_LOOKING, {"seq": message.seq, "due": now, "let_it": newest}).rowcount:
        _answers(tx, message)
        return change(tx, message, now, held_until=None, held_for=None)
    message = one_message(tx.db, _THIS_NIGHT, {"id": message_id})
    return None if message is None else _wake(tx, message, now, held=is_held(message), let=newest)


def looking(db: Connection) -> list[Message]:
    """What waits until its number was looked up, in the order in which it was written."""
    return messages_of(db, db.execute(_LOOKED_UP).all())


def looked(tx: Tx, message: Message, *, held: bool) -> None:
    """The number was looked up, or could not be: from here on it waits as it would have without that."""
    to = NIGHT if message.held_for is Hold.NIGHT else HELD if held else WAITING
    tx.db.execute(_LOOKED, {"seq": message.seq, "to": to})


def stop(tx: Tx, message: Message, why: CannotReceive, at: datetime) -> Message:
    """It waited and will not leave, for texts do not reach the number; a person may try it again."""
    leave_outbox(tx.db, message)
    keep(tx, StatusReport(Status.FAILED, None, None, OURS, at, _raw(sentence(why), why.obstacle)), message)
    return change(tx, message, at, status=Status.FAILED, held_until=None, held_for=None)


def _wake(tx: Tx, message: Message, now: datetime, *, held: bool, let: int) -> Message:
    tx.db.execute(_SET, {"seq": message.seq, "to": HELD if held else WAITING, "due": now, "let_it": let})
    _answers(tx, message)
    return change(tx, message, now, held_until=None, held_for=None)


def _answers(tx: Tx, message: Message) -> None:
    """It is on its way from here on, so that the failures before it are dealt with, if somebody wrote it."""
    if message.author != AUTHOR:
        summary.answer_failures(tx.db, message.conversation_id)


def hurry(tx: Tx, now: datetime) -> None:
    """All that waits for a later try may be tried now."""
    tx.db.execute(_HURRY, {"now": now})


def unconfirmed(tx: Tx, message_id: str, reason: str, at: datetime) -> Message:
    """It left and no usable answer came: never sent again by itself. Raises LookupError.

    Where Twilio has spoken in the meantime nothing is done.
    """
    message = _known(tx.db, message_id)
    if message.status not in {Status.QUEUED, Status.SENDING} or message.sid is not None:
        return message
    return _doubt(tx, message, at, reason)


def settle_interrupted(tx: Tx, at: datetime) -> list[Message]:
    """At start: what an earlier run left under way may have been sent, and is unconfirmed from now on."""
    for conversation in summary.recount_doubts(tx.db):
        tx.note(ConversationChanged(conversation))
    left = messages_of(tx.db, tx.db.execute(_INTERRUPTED).all())
    return [_doubt(tx, message, at, "SMS Desktop ended while this was under way.") for message in left]


def cancel(tx: Tx, message_id: str, at: datetime) -> Message | None:
    """Takes it out for good while it still waits; None where it is under way, or gone."""
    message = one_message(tx.db, _ONE, {"id": message_id})
    if message is None or not _withdrawn(tx, message):
        return None
    return _say(tx, message, Status.CANCELED, at, TakenBack.BY_US, held_until=None)


def undo(tx: Tx, message_id: str, at: datetime) -> Message | None:
    """Takes back what is kept back for Undo: it is the draft again, before what is written there already.

    None where it is kept back no more.
    """
    message = one_message(tx.db, _ONE, {"id": message_id})
    if message is None or message.held_until is None or not _withdrawn(tx, message):
        return None
    draft = drafts.load(tx.db, message.conversation_id)
    body, files = message.body, tuple(media.file for media in message.media if media.file is not None)
    if draft is not None:
        body = "\n".join(part for part in (body, draft.body) if part)
        files += draft.files
    gone = _say(tx, message, Status.CANCELED, at, TakenBack.UNDONE)
    summary.forget(tx.db, gone)
    drafts.save(tx, message.conversation_id, body, files, at)
    return gone


def withdraw(tx: Tx, message_id: str, at: datetime) -> bool:
    """Takes out for good what nobody wrote and nobody is to see; False where it is under way, or gone."""
    message = one_message(tx.db, _ONE, {"id": message_id})
    if message is None or not _withdrawn(tx, message):
        return False
    gone = _say(tx, message, Status.CANCELED, at, TakenBack.LATE, held_until=at)
    tx.note(ConversationChanged(summary.forget(tx.db, gone)))
    return True


def _withdrawn(tx: Tx, message: Message) -> bool:
    """Out of the outbox, unless it is under way or gone already."""
    waits = tx.db.execute(_WAITS, {"seq": message.seq}).first() is not None
    if waits:
        leave_outbox(tx.db, message)
    return waits


def found_nothing(tx: Tx, message_id: str, at: datetime, next_at: datetime | None, looks: int) -> Message:
    """Twilio's list does not have it (yet): it is read again at ``next_at``, or never more. Raises LookupError."""
    message = _known(tx.db, message_id)
    if message.doubt is None:
        return message
    polls.plan(tx, message_id, next_at, looks)
    doubt = Doubt.ASKING if next_at is not None else Doubt.LEFT if _sent_again(tx.db, message) else Doubt.OVER
    if doubt is Doubt.OVER and message.doubt is Doubt.ASKING:
        set_archived(tx, message.conversation_id, False)  # somebody has to decide
    return change(tx, message, at, asked_at=at, doubt=message.doubt if message.doubt is Doubt.LEFT else doubt)


def asked(tx: Tx, message_id: str, at: datetime) -> Message:
    """Twilio's list was read for it out of turn, in vain. Raises LookupError."""
    message = _known(tx.db, message_id)
    return message if message.doubt is None else change(tx, message, at, asked_at=at)


def leave(tx: Tx, message_id: str, at: datetime) -> Message:
    """The person lets an unconfirmed message rest. Raises LookupError."""
    message = _known(tx.db, message_id)
    return message if message.doubt is None else change(tx, message, at, doubt=Doubt.LEFT)


def sent_again(tx: Tx, message_id: str, at: datetime) -> Message:
    """A new message takes the place of one: if nobody confirmed that, it need not be looked at any more.

    Raises LookupError.
    """
    message = _known(tx.db, message_id)
    return change(tx, message, at, doubt=Doubt.LEFT) if message.doubt is Doubt.OVER else message


def _sent_again(db: Connection, message: Message) -> bool:
    return db.execute(_NEW_TRY, {"of": message.conversation_id, "id": message.id}).first() is not None


def _doubt(tx: Tx, message: Message, at: datetime, reason: str) -> Message:
    """From now on Twilio's list is read for it, soon and again."""
    leave_outbox(tx.db, message)
    polls.plan(tx, message.id, at + FIRST_ASKED, 0)
    return _say(tx, message, Status.UNCONFIRMED, at, reason, doubt=Doubt.ASKING)


def _say(tx: Tx, message: Message, status: Status, at: datetime, reason: str = "", **values: Any) -> Message:
    keep(tx, StatusReport(status, None, None, OURS, at, _raw(reason)), message)
    return change(tx, message, at, status=status, **values)


def _raw(reason: str, obstacle: str = "") -> tuple[tuple[str, str], ...]:
    return tuple((name, str(value)) for name, value in (("reason", reason), (OBSTACLE, obstacle)) if value)


def _known(db: Connection, message_id: str) -> Message:
    found = one_message(db, _ONE, {"id": message_id})
    if found is None:
        raise LookupError(f"there is no message {message_id}")
    return found
