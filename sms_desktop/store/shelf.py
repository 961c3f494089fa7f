"""The folder of rolling backups: how they are named, which there are, which are kept."""

import re
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sms_desktop.domain.backup import Backup, Why
from sms_desktop.domain.errors import SmsDesktopError
from sms_desktop.store import swap
from sms_desktop.store.connect import uri
from sms_desktop.store.faults import explain
from sms_desktop.store.schema import RESCUED

FOLDER = "backups"
DAYS, WEEKS, OTHERS = 7, 4, 5
"""How many days and weeks have a backup each; and how many are kept of each kind that was made for something else."""
WRITTEN = 3600.0
"""Seconds within which a file that is being made was written to."""
AHEAD = timedelta(days=1)
"""What lies so far in the future was made while a clock was wrong."""

# sms-2026-11-25-2334.db, sms-2026-11-25-233410-by-hand.db; and sms-0001-20261125T233410000000.db of earlier versions
_NAME = re.compile(r"sms-(\d{4})-(\d\d)-(\d\d)-(\d\d)(\d\d)(\d\d)?(-before-update|-by-hand|-rescued)?\.db")
_FORMER = re.compile(r"sms-\w+-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)\d*\.db")
_ENDS = {Why.DAILY: "", Why.UPDATE: "-before-update", Why.HAND: "-by-hand", Why.RESCUE: "-rescued"}


def name_for(at: datetime, why: Why) -> str:
    """In UTC, so that names sort as the backups came, in summer and in winter."""
    return f"sms-{at.astimezone(UTC):%Y-%m-%d-%H%M%S}{_ENDS[why]}.db"


def names(directory: Path) -> list[tuple[Path, datetime, Why]]:
    """All backups of that data directory, the newest first, what was rescued among them; nothing is opened."""
    found = []
    rescued = directory / RESCUED
    if is_rescued(directory):
        found.append((rescued, datetime.fromtimestamp(rescued.stat().st_mtime, UTC), Why.RESCUE))
    for path in (directory / FOLDER).glob("sms-*.db"):
        read = _read(path.name)
        if read is not None:
            found.append((path, *read))
    return sorted(found, key=lambda one: (one[1], one[0].name), reverse=True)


def is_rescued(directory: Path) -> bool:
    """Whether a database was saved there when its files were taken away, and nobody has decided about it yet."""
    rescued = directory / RESCUED
    return rescued.exists() and rescued.stat().st_size > 0


def keep_rescued(directory: Path) -> None:
    """What was rescued is a backup like others from now on. Raises OSError."""
    rescued = directory / RESCUED
    if not is_rescued(directory):
        rescued.unlink(missing_ok=True)
    else:
        at = datetime.fromtimestamp(rescued.stat().st_mtime, UTC)
        (directory / FOLDER).mkdir(mode=0o700, exist_ok=True)
        rescued.replace(directory / FOLDER / name_for(at, Why.RESCUE))


def all(directory: Path) -> list[Backup]:
    """The same with what is in them; opens each for a moment, and never raises for one that cannot be read."""
    return [_look(*one) for one in names(directory)]


def superfluous(backups: Sequence[tuple[Path, datetime, Why]], now: datetime) -> list[Path]:
    """Those that need not be kept: the newest of each of the last ``DAYS`` days and ``WEEKS`` weeks stay.

    Days are counted that have a backup, not those that have passed; and what a wrong clock dated into the future
    takes nobody's place: so no setting of the clock makes good backups superfluous.
    """
    gone: list[Path] = []
    for later in (False, True):
        some = [one for one in backups if (one[1] - now > AHEAD) is later]
        kept = _newest(some, Why.DAILY, lambda at: at.date(), DAYS)
        kept |= _newest(some, Why.DAILY, lambda at: at.isocalendar()[:2], WEEKS)
        kept |= _newest(some, Why.UPDATE, lambda at: at, OTHERS) | _newest(some, Why.HAND, lambda at: at, OTHERS)
        kept |= _newest(some, Why.RESCUE, lambda at: at, OTHERS)
        gone += [path for path, _, _ in some if path not in kept]
    return gone


def left_over(directory: Path) -> list[Path]:
    """Files of backups, restores and rescues that a crash cut off; what is being written was written to just now."""
    found = [*(directory / FOLDER).glob("*.partial*")]
    found += [path for name in (f"{swap.INCOMING}*", f"{RESCUED}.*.partial*") for path in directory.glob(name)]
    return [path for path in found if abs(time.time() - path.stat().st_mtime) > WRITTEN]


def _newest(
    backups: Iterable[tuple[Path, datetime, Why]], why: Why, span: Callable[[datetime], object], count: int
) -> set[Path]:
    newest: dict[object, Path] = {}
    for path, at, made_for in sorted(backups, key=lambda one: one[1], reverse=True):
        if made_for is why:
            newest.setdefault(span(at), path)
    return set(list(newest.values())[:count])


def _read(name: str) -> tuple[datetime, Why] | None:
    match = _NAME.fullmatch(name)
    former = None if match else _FORMER.fullmatch(name)
    numbers = [int(part or 0) for part in (match or former).groups()[:6]] if (match or former) else []  # type: ignore[union-attr]
    try:
        at = datetime(*numbers, tzinfo=UTC)  # type: ignore[arg-type, misc]
    except (TypeError, ValueError):
        return None
    if match is None:
        return at, Why.UPDATE
    return at, next(why for why, end in _ENDS.items() if end == (match[7] or ""))


def _look(path: Path, at: datetime, why: Why) -> Backup:
    size = 0
    try:
        size = path.stat().st_size
        with closing(sqlite3.connect(uri(path, alone=True), uri=True)) as db:
            (messages,) = db.execute("SELECT coalesce(sum(messages), 0) FROM conversations").fetchone()
        return Backup(path, at, why, int(messages), size)
    except (sqlite3.Error, OSError, SmsDesktopError) as error:
        told = explain(error, path.parent)
        return Backup(path, at, why, 0, size, "This backup is damaged." if told is not None else str(error))
