"""Texts that seem to ask us to stop, and what a person made of them.

What is asked of a line is asked of all that share an opt-out with it: a Messaging Service and its numbers.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from sms_desktop.domain.consent import ConsentEvent, Question
from sms_desktop.domain.events import ConsentChanged
from sms_desktop.store import consent
from sms_desktop.store.schema import consent_questions, messages
from sms_desktop.store.tx import Tx

STOP, NO, OVERTAKEN = "stop", "no", "overtaken"
FIRST = datetime(1970, 1, 1, tzinfo=UTC)
"""Before anything that was texted."""

_q = consent_questions.c
_ADD = upsert(consent_questions).on_conflict_do_nothing()
_BRING = insert(consent_questions)
_OF_PAIR = (_q.line.in_(bindparam("of_lines", expanding=True)), _q.peer == bindparam("of_peer"))
_IS_OPEN = and_(*_OF_PAIR, _q.answer.is_(None), _q.at > bindparam("since"))
_OPEN = select(_q.line, _q.peer, _q.sid, _q.words, _q.at).where(_IS_OPEN).order_by(_q.at.desc()).limit(1)
_NEWS = (
    select(_q.sid)
    .join_from(consent_questions, messages, messages.c.sid == _q.sid)
    .where(_IS_OPEN, messages.c.seq > bindparam("row"))
    .limit(1)
)
_ANSWERED = select(_q.sid).where(*_OF_PAIR, _q.answered_at > bindparam("since")).limit(1)
_ANSWER = (
    update(consent_questions)
    .where(*_OF_PAIR, _q.answer.is_(None), _q.at <= bindparam("until"))
    .values(answer=bindparam("said"), answered_by=bindparam("who"), answered_at=bindparam("when"))
)
_ANSWER_ONE = (
    update(consent_questions)
    .where(_q.sid == bindparam("of_sid"), _q.answer.is_(None))
    .values(answer=bindparam("said"), answered_by=bindparam("who"), answered_at=bindparam("when"))
)
_ASKED = select(_q.sid, _q.line, _q.peer, _q.at).where(_q.sid.in_(bindparam("sids", expanding=True)))
_KNOWN = select(_q.sid, _q.answer).where(_q.sid == bindparam("sid"))


def ask(tx: Tx, question: Question) -> None:
    """Raises it, once for each message."""
    row = {
        "sid": question.sid,
        "line": question.line,
        "peer": question.peer,
        "words": question.words,
        "at": question.at,
    }
    tx.db.execute(_ADD, row)
    _tell(tx, question.line, question.peer)


def open_one(db: Connection, line: str, peer: str, since: datetime = FIRST) -> Question | None:
    """The newest that nobody has answered, of what was said later than ``since``."""
    row = db.execute(_OPEN, _of(db, line, peer) | {"since": since}).first()
    return None if row is None else Question(*row)


def open_since(db: Connection, line: str, peer: str, known: Iterable[ConsentEvent]) -> Question | None:
    """The same of what was said since their last START in the ledger, which is ``known``."""
    return open_one(db, line, peer, _last_start(known))


def is_news(db: Connection, line: str, peer: str, row: int) -> bool:
    """Whether one is open, and no START came after it, that was not known yet when the message in that row was
    stored.
    """
    values = _of(db, line, peer) | {"row": row}
    if db.execute(_NEWS, values | {"since": FIRST}).first() is None:
        return False
    since = _last_start(consent.events(db, line, peer))
    return since == FIRST or db.execute(_NEWS, values | {"since": since}).first() is not None


def answered_since(db: Connection, line: str, peer: str, since: datetime) -> bool:
    """Whether one was answered, or overtaken by a START, later than ``since``."""
    return db.execute(_ANSWERED, _of(db, line, peer) | {"since": since}).first() is not None


def redate(tx: Tx, times: Mapping[str, datetime]) -> None:
    """Twilio's own times of inbound messages, by SID (a thousand at most), take the place of when their webhooks came:
    a START that was written later, in the same second too, has overtaken the question.
    """
    moved = [row for row in tx.db.execute(_ASKED, {"sids": list(times)}) if row.at != times[row.sid]]
    for row in moved:
        tx.db.execute(update(consent_questions).where(_q.sid == row.sid).values(at=times[row.sid]))
    if moved:
        tx.note(ConsentChanged(frozenset((row.line, row.peer) for row in moved)))


def answer(tx: Tx, line: str, peer: str, said: str, who: str, until: datetime, at: datetime) -> None:
    """All of that pair that were asked ``until`` then, and are open, are answered."""
    values = _of(tx.db, line, peer) | {"said": said, "who": who, "until": until, "when": at}
    if tx.db.execute(_ANSWER, values).rowcount:
        _tell(tx, line, peer)


def answer_one(tx: Tx, question: Question, said: str, who: str, at: datetime) -> None:
    """The same of this one alone."""
    if tx.db.execute(_ANSWER_ONE, {"of_sid": question.sid, "said": said, "who": who, "when": at}).rowcount:
        _tell(tx, question.line, question.peer)


def bring(tx: Tx, rows: Iterable[Mapping[str, Any]]) -> None:
    """What another copy has of them; an answer that either has counts."""
    for row in rows:
        known = tx.db.execute(_KNOWN, {"sid": row["sid"]}).first()
        if known is None:
            tx.db.execute(_BRING, dict(row))
        elif known.answer is None and row.get("answer") is not None:
            told = {name: row.get(name) for name in ("answer", "answered_by", "answered_at")}
            tx.db.execute(update(consent_questions).where(_q.sid == row["sid"]).values(**told))


def _of(db: Connection, line: str, peer: str) -> dict[str, Any]:
    return {"of_lines": consent.sharing(db, line), "of_peer": peer}


def _last_start(known: Iterable[ConsentEvent]) -> datetime:
    return max((event.at for event in known if event.is_start), default=FIRST)


def _tell(tx: Tx, line: str, peer: str) -> None:
    tx.note(ConsentChanged(frozenset((one, peer) for one in consent.sharing(tx.db, line))))
