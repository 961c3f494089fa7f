"""Words about a message's status: every one is kept, and moves the message as the domain's rule says."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from sms_desktop.domain.events import MessageChanged, ReportAdded
from sms_desktop.domain.history import taken
from sms_desktop.domain.line import is_service
from sms_desktop.domain.message import DECIDABLE, LISTED, OURS, TRIES, Doubt, Message, Status, StatusReport, TakenBack
from sms_desktop.store import polls, reception, summary
from sms_desktop.store.records import SELECT_MESSAGES, one_message
from sms_desktop.store.schema import SENDING, clean, messages, outbox, status_events
from sms_desktop.store.tx import Tx

_e = status_events.c
_BY_KEY = SELECT_MESSAGES.where(messages.c.id == bindparam("key"))
_BY_SID = SELECT_MESSAGES.where(messages.c.sid == bindparam("sid"))
_KEEP = insert(status_events)
_LEAVE_OUTBOX = delete(outbox).where(outbox.c.message_seq == bindparam("seq"))
CAME_THROUGH = (("reason", TakenBack.CAME_THROUGH.value),)
"""Said of a text that was not sent again after all."""
_WAITING_TRIES = (
    select(messages.c.id)
    .join(outbox, outbox.c.message_seq == messages.c.seq)
    .where(
        messages.c.conversation_id == bindparam("of"),
        messages.c.retry_of == bindparam("id"),
        outbox.c.state != SENDING,
    )
)
_others = outbox.alias("others")
_NEXT_TURN = (
    update(outbox)
    .where(
        outbox.c.message_seq > bindparam("seq"),
        outbox.c.message_seq
        == select(func.min(_others.c.message_seq))
        .where(_others.c.conversation_id == bindparam("of"))
        .scalar_subquery(),
    )
    .values(turn=select(func.max(_others.c.turn) + 1).scalar_subquery())
)
_LAST_WORDS = (
    select(_e.id, _e.source, _e.status, _e.raw)
    .where(_e.message_seq == bindparam("seq"))
    .order_by(_e.id.desc())
    .limit(2)
)
_REPORTS = (
    select(_e.status, _e.error_code, _e.sid, _e.source, _e.at, _e.raw)
    .join_from(status_events, messages)
    .where(messages.c.id == bindparam("id"))
    .order_by(_e.id)
)


def report(
    tx: Tx,
    *,
    key: str | None,
    sid: str | None,
    report: StatusReport,
    segments: int | None = None,
    price: str | None = None,
    price_unit: str | None = None,
    via: str | None = None,
) -> Message | None:
    """Keeps ``report`` and moves the message with our ``key`` (else Twilio's ``sid``) by it; None if neither is known.

    Only fills in what is missing of sid, error code, segments and price, and by which number of ours it went (``via``)
    where its line is a Messaging Service. Anything but our own ``queued`` and
    ``sending`` takes the message out of the outbox, for Twilio has it or has refused it.
    """
    message = _message(tx.db, key, sid)
    keep(tx, report, message, key=key, sid=sid)
    if message is None:
        return None
    if report.source != OURS or report.status not in {Status.QUEUED, Status.SENDING}:
        leave_outbox(tx.db, message)
    values: dict[str, Any] = {"status": taken(message.status, message.sid, report)}
    if message.doubt is not None:
        values["doubt"] = None
    if report.source == OURS and report.status is Status.CANCELED:  # it is no draft again, so it can still be seen
        values |= {"held_until": None, "held_for": None}
    _take_back_guess(tx, message, clean(sid or report.sid or ""), report)
    for name, value in {
        "sid": _free(tx.db, message, clean(sid or report.sid or "")),
        "error_code": report.error_code,
        "segments": segments,
        "price": price,
        "price_unit": price_unit,
        "via": via if is_service(message.line) else None,
    }.items():
        if value is not None and getattr(message, name) is None:
            values[name] = value
    changed = change(tx, message, report.at, **values)
    if message.status in DECIDABLE and changed.status not in DECIDABLE:
        _take_back_tries(tx, changed, report.at)
    return changed


def _take_back_tries(tx: Tx, message: Message, at: datetime) -> None:
    """It came through after all: what waits to be sent in its place is not sent."""
    for key in tx.db.execute(_WAITING_TRIES, {"of": message.conversation_id, "id": message.id}).scalars().all():
        report(tx, key=key, sid=None, report=StatusReport(Status.CANCELED, None, None, OURS, at, CAME_THROUGH))


def reports(db: Connection, message_id: str) -> tuple[StatusReport, ...]:
    """Every word about the message, in the order in which they came."""
    return tuple(_report_of(row) for row in db.execute(_REPORTS, {"id": message_id}))


def left_at(db: Connection, message: Message) -> datetime:
    """When the message last left for Twilio; its own time where nothing tells that."""
    leaving = [one.at for one in reports(db, message.id) if one.source == OURS and one.status is Status.SENDING]
    return leaving[-1] if leaving else message.at


def keep(
    tx: Tx, report: StatusReport, message: Message | None, *, key: str | None = None, sid: str | None = None
) -> None:
    """Appends ``report``; but for tries that came to nothing (`came_back_again`) nothing ever changes or removes it.

    ``message`` None: about one that is not known.
    """
    if message is not None:
        tx.note(ReportAdded(message.id, report))
    tx.db.execute(
        _KEEP,
        {
            "message_seq": message and message.seq,
            "key": message.id if message else key,
            "sid": report.sid or sid,
            "status": report.status,
            "error_code": report.error_code,
            "source": report.source,
            "at": report.at,
            "raw": json.dumps(report.raw),
        },
    )


def came_back_again(tx: Tx, message: Message, at: datetime) -> bool:
    """After a try that did not leave, and came right after another one: the word that it came back is made to say how
    often, and when last, and the one that it was leaving goes. False where it is the first such try in a row.
    """
    rows = tx.db.execute(_LAST_WORDS, {"seq": message.seq}).all()
    said = [(row.source, row.status) for row in rows]
    if said != [(OURS, Status.SENDING), (OURS, Status.QUEUED)]:
        return False
    leaving, back = rows
    raw = dict(json.loads(back.raw))
    raw[TRIES] = str(int(raw.get(TRIES, "1")) + 1)
    tx.db.execute(delete(status_events).where(_e.id == leaving.id))
    tx.db.execute(update(status_events).where(_e.id == back.id).values(at=at, raw=json.dumps(list(raw.items()))))
    return True


def change(tx: Tx, message: Message, now: datetime, /, **values: Any) -> Message:
    """Sets columns of ``message`` and its conversation's summary; notes MessageChanged if anything changed.

    Of two records of a message the later one counts, so that its time goes forward, also where the clock was set back.
    """
    changed = {name: value for name, value in values.items() if getattr(message, name) != value}
    if not changed:
        return message
    now = max(now, message.updated_at + timedelta(microseconds=1))
    new = replace(message, updated_at=now, **changed)
    tx.db.execute(update(messages).where(messages.c.seq == message.seq).values(updated_at=now, **changed))
    if "at" in changed:
        summary.redate(tx.db, message)
    tx.note(MessageChanged(new, summary.change(tx.db, message, new)))
    if new.outbound and not changed.keys().isdisjoint(("status", "error_code")):
        reception.judge(tx, new)
    return new


def leave_outbox(db: Connection, message: Message) -> None:
    """The message waits no more; the conversation's next one queues behind the other conversations'."""
    if db.execute(_LEAVE_OUTBOX, {"seq": message.seq}).rowcount:
        db.execute(_NEXT_TURN, {"seq": message.seq, "of": message.conversation_id})


def _message(db: Connection, key: str | None, sid: str | None) -> Message | None:
    found = one_message(db, _BY_KEY, {"key": key}) if key else None
    if found is None and sid:
        found = one_message(db, _BY_SID, {"sid": sid})
    return found


def _take_back_guess(tx: Tx, message: Message, sid: str, report: StatusReport) -> None:
    """Of two equal texts in doubt the list cannot tell which one it has. Our key can: then the other is in doubt again.

    What is known by its key, from an answer or a callback, never gives its SID away.
    """
    if not sid or message.sid is not None or report.source == LISTED:
        return
    other = one_message(tx.db, _BY_SID, {"sid": sid})
    if other is None or other.conversation_id != message.conversation_id or not other.outbound or other.origin:
        return
    if any(word.source not in {LISTED, OURS} for word in reports(tx.db, other.id)):
        return
    reason = (("reason", "Twilio’s list had another one like it."),)
    keep(tx, StatusReport(Status.UNCONFIRMED, None, None, OURS, report.at, reason), other)
    values = {"sid": None, "status": Status.UNCONFIRMED, "doubt": Doubt.ASKING, "error_code": None}
    change(tx, other, report.at, **values)
    polls.plan(tx, other.id, report.at, 0)


def _free(db: Connection, message: Message, sid: str) -> str | None:
    """``sid`` unless it is none, or another message's (one that was listed at Twilio before its answer came)."""
    if not sid or message.sid is not None or one_message(db, _BY_SID, {"sid": sid}) is not None:
        return None
    return sid


def _report_of(row: Sequence[Any]) -> StatusReport:
    status, error_code, sid, source, at, raw = row
    return StatusReport(
        Status(status), error_code, sid, source, at, tuple((name, value) for name, value in json.loads(raw))
    )
