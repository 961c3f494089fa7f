"""What of each line's messages is here: marks say from when to when, gaps what is still to be listed in between."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from sms_desktop.domain.message import Direction
from sms_desktop.domain.phone import can_be_texted
from sms_desktop.store.schema import conversations, marks
from sms_desktop.store.schema import gaps as table
from sms_desktop.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Gap:
    """To be listed: one line's messages of one direction, sent between ``since`` and ``until``, both included.

    Listing goes from new to old: all after ``reached`` is here, and ``cursor`` is Twilio's address of the page that
    comes next (None: it begins at ``reached``). ``history``: from before the line was watched here.
    """

    id: int
    line: str
    direction: Direction
    since: datetime
    until: datetime
    reached: datetime
    cursor: str | None
    history: bool

    @property
    def begun(self) -> bool:
        return self.cursor is not None or self.reached < self.until


@dataclass(frozen=True, slots=True)
class Mark:
    """Once no gap is left, all messages of ``line`` from ``since`` to ``until`` are here."""

    line: str
    since: datetime
    until: datetime


AHEAD = timedelta(minutes=1)
"""A mark so far in the future was set by a wrong clock."""
DOUBTFUL = timedelta(days=1)
"""How long such a clock may have been ahead."""
MOST = 4
"""Gaps of one direction in the last hour that go on each where it was cut off; more are one, and begin again."""
RECENT = timedelta(hours=1)

_g, _m = table.c, marks.c
_ALL = select(_g.id, _g.line, _g.direction, _g.since, _g.until, _g.reached, _g.cursor, _g.history).order_by(
    _g.history, _g.until.desc(), _g.id
)
_MARKS = select(_m.line, _m.since, _m.until)
_LAST = select(func.max(conversations.c.last_at)).where(conversations.c.line == bindparam("of"))
_MARK = _MARKS.where(_m.line == bindparam("of"))


def all(db: Connection) -> list[Gap]:
    """Every gap: those of the watched time first, the newest of them at the top, history last."""
    return [Gap(*row[:2], Direction(row[2]), *row[3:7], bool(row[7])) for row in db.execute(_ALL)]


def mark(db: Connection, line: str) -> Mark | None:
    """From when to when the line is watched."""
    row = db.execute(_MARK, {"of": line}).first()
    return None if row is None else Mark(*row)


def reaches(db: Connection, line: str, since: datetime) -> bool:
    """Whether all that was written to the line from ``since`` on is here, news aside."""
    known = mark(db, line)
    if known is None or known.since > since:
        return False
    return not any(
        gap.history and gap.line == line and gap.direction is Direction.INBOUND and gap.until > since for gap in all(db)
    )


def watched_since(db: Connection, line: str) -> datetime | None:
    """From when on the line's messages are news here; what is older is history, on its way or not asked for."""
    known = mark(db, line)
    ends = [gap.until for gap in all(db) if gap.history and gap.line == line]
    return max([*ends, known.since]) if known is not None else None


def watch(tx: Tx, line: str, until: datetime, since: datetime | None = None) -> None:
    """Has all that came since the last time listed, up to ``until``; a line that is new is watched from now on, or
    ``since`` then.

    A gap that nobody has begun with grows; so no number of failed tries makes more than one for each direction. Nor do
    ever new starts that are cut off make ever more work: beyond `MOST` those of the last hour become one.
    """
    known = mark(tx.db, line)
    if known is None:
        # What an earlier version has received says up to when somebody was there.
        last: datetime | None = tx.db.execute(_LAST, {"of": line}).scalar()
        start = min(one for one in (last, since, until) if one is not None)
        tx.db.execute(insert(marks).values(line=line, since=start, until=start))
        known = Mark(line, start, start)
    if until <= known.until:
        if known.until - until > AHEAD:
            _pull_back(tx, line, until)
        return
    tx.db.execute(update(marks).where(_m.line == line).values(until=until))
    open_here = [gap for gap in all(tx.db) if gap.line == line and not gap.history]
    for direction in Direction:
        here = [gap for gap in open_here if gap.direction is direction]
        growing = next((gap for gap in here if not gap.begun), None)
        recent = [gap for gap in here if gap.begun and gap.since >= until - RECENT]
        joined = recent if len(recent) >= MOST else []
        for gap in joined:
            close(tx, gap.id)
        since = min([growing.since if growing else known.until, *(gap.since for gap in joined)])
        if growing is None:
            _open(tx, line, direction, since, until, history=False)
        else:
            tx.db.execute(update(table).where(_g.id == growing.id).values(since=since, until=until, reached=until))


def _pull_back(tx: Tx, line: str, until: datetime) -> None:
    """A clock was ahead when the mark was set, and hides what comes until then; a day is listed once more."""
    known = mark(tx.db, line)
    since = until if known is None else min(known.since, until)
    tx.db.execute(update(marks).where(_m.line == line).values(since=since, until=until))
    tx.db.execute(delete(table).where(_g.line == line, _g.history == 0, _g.since > until))
    for column in (_g.until, _g.reached):
        tx.db.execute(update(table).where(_g.line == line, column > until).values({column.name: until}))
    for direction in Direction:
        _open(tx, line, direction, until - DOUBTFUL, until, history=False)


def reach_back(tx: Tx, line: str, since: datetime) -> None:
    """Has the line's history since ``since`` listed; what is here already, or on its way, is not asked for again."""
    known = mark(tx.db, line)
    if known is None or since >= known.since:
        return
    tx.db.execute(update(marks).where(_m.line == line).values(since=since))
    for direction in Direction:
        _open(tx, line, direction, since, known.since, history=True)


def seen(tx: Tx, line: str, since: datetime, until: datetime) -> None:
    """Whoever used the database that this one takes the place of has seen all from ``since`` to ``until``: what of it
    is not here is listed as history, not as news. Where it was watched for less than is wanted here nothing is done.
    """
    known = mark(tx.db, line)
    if known is None:
        tx.db.execute(insert(marks).values(line=line, since=since, until=since))
        known = Mark(line, since, since)
    open_here = [gap for gap in all(tx.db) if gap.line == line and not gap.history]
    begin = min([known.until, *(gap.since for gap in open_here)])
    if begin < since or until <= begin:
        return
    for gap in open_here:
        if gap.since < until:
            close(tx, gap.id)
            if gap.until > until:
                _open(tx, line, gap.direction, until, gap.until, history=False)
    for direction in Direction:
        _open(tx, line, direction, begin, until, history=True)
    tx.db.execute(update(marks).where(_m.line == line).values(until=max(known.until, until)))


def forget_pages(tx: Tx) -> None:
    """Twilio's addresses of next pages are of their day: each gap is listed on from the time that it had reached."""
    tx.db.execute(update(table).values(cursor=None))


def list_again(tx: Tx) -> None:
    """All of the time that a line was watched is asked for once more, as history: what is here already stays."""
    for line, since, until in tx.db.execute(_MARKS).all():
        if until > since:
            for direction in Direction:
                _open(tx, line, direction, since, until, history=True)


def advance(tx: Tx, gap_id: int, reached: datetime, cursor: str | None) -> None:
    """All after ``reached`` is here."""
    tx.db.execute(update(table).where(_g.id == gap_id).values(reached=reached, cursor=cursor))


def begin_again(tx: Tx, gap_id: int) -> None:
    """Twilio knows the next page no more: on from the time that was reached."""
    tx.db.execute(update(table).where(_g.id == gap_id).values(cursor=None))


def close(tx: Tx, gap_id: int) -> None:
    """All of it is here."""
    tx.db.execute(delete(table).where(_g.id == gap_id))


def unheard(db: Connection) -> frozenset[str]:
    """The lines to which something was written that is not here yet, for all we know; history aside."""
    return frozenset(gap.line for gap in all(db) if gap.direction is Direction.INBOUND and not gap.history)


def complete_to(db: Connection, lines: tuple[str, ...]) -> datetime | None:
    """Up to when everything of all these lines is here; None where one of them was never asked about."""
    found = complete_by_line(db)
    if not lines or not found.keys() >= set(lines):
        return None
    return min(found[line] for line in lines)


def complete_by_line(db: Connection) -> dict[str, datetime]:
    """Up to when everything is here, of each line that was ever asked about."""
    found: dict[str, datetime] = {row[0]: row[2] for row in db.execute(_MARKS)}
    for gap in all(db):
        if not gap.history and gap.line in found:
            found[gap.line] = min(found[gap.line], gap.since)
    return found


def _open(tx: Tx, line: str, direction: Direction, since: datetime, until: datetime, *, history: bool) -> None:
    if direction is Direction.INBOUND and not can_be_texted(line):
        return  # a sender's name, which nobody can answer
    tx.db.execute(
        insert(table).values(
            line=line, direction=direction, since=since, until=until, reached=until, cursor=None, history=int(history)
        )
    )
