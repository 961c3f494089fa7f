"""A complete database takes the place of another, which is kept: at any instant one of the two is whole and in place,
or the next start ends what was begun.
"""

import logging
import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sms_desktop.store import removal, shelf
from sms_desktop.store.disk import settle, to_disk
from sms_desktop.store.schema import FILE

log = logging.getLogger(__name__)

INCOMING = f"{FILE}.incoming"
"""What is being prepared; left behind by a crash it is worth nothing."""
PENDING = ".pending"
KEPT = 3
"""How many former databases stay in any case, the newest."""
FOR = timedelta(days=60)
"""How long each former database stays in any case."""
_KINDS = ("replaced", "damaged")
_ASIDE = re.compile(r"(?:replaced|damaged)-(\d{4}-\d\d-\d\d-\d{6})x*\.db")


def incoming(directory: Path) -> Path:
    """Where the database that is to come is prepared; nothing lies there any more."""
    path = directory / INCOMING
    for ending in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    return path


def place_for(directory: Path, at: datetime, *, damaged: bool) -> Path:
    """Where the database that is there now will lie once another takes its place."""
    name = f"{_KINDS[damaged]}-{at:%Y-%m-%d-%H%M%S}"
    while (directory / f"{name}.db").exists():
        name += "x"
    return directory / f"{name}.db"


def put_in_place(directory: Path, aside: Path) -> None:
    """Has what lies at ``incoming`` take the database's place; the former one, if there is one, goes to ``aside``.

    The instant of the first rename decides, and until then OSError tells that nothing was changed. From then on
    ``finish`` ends it, now or at the next opening; whatever hinders it now is told there.
    """
    path = directory / INCOMING
    to_disk(path)
    path.replace(aside.with_suffix(PENDING))
    try:
        settle(directory)
        finish(directory)
    except OSError as error:
        log.warning("the database is put in place at the next opening: %s", error.strerror)


def forget_incoming(directory: Path) -> None:
    """Afterwards: what was prepared goes if it can; the next one who prepares will see to it otherwise."""
    with suppress(OSError):
        incoming(directory)


def outlived(directory: Path, at: datetime) -> list[Path]:
    """The files of former databases that need not be kept: put aside longer than ``FOR`` ago, with ``KEPT`` newer."""
    aside = sorted(found for path in directory.glob("*.db") if (found := _since(path)) is not None)
    gone = [path for since, path in aside[:-KEPT] if at - since > FOR]
    return [path.with_name(path.name + ending) for path in gone for ending in ("-wal", "-shm", "-journal", "")]


def _since(path: Path) -> tuple[datetime, Path] | None:
    match = _ASIDE.fullmatch(path.name)
    try:
        return (datetime.strptime(match[1], "%Y-%m-%d-%H%M%S").replace(tzinfo=UTC), path) if match else None
    except ValueError:  # another's file of such a name
        return None


def pending(directory: Path) -> list[Path]:
    """What was decided and not ended yet."""
    return sorted(path for kind in _KINDS for path in directory.glob(f"{kind}-*{PENDING}"))


def finish(directory: Path) -> None:
    """Ends an exchange that was decided; each step may be done twice. Raises OSError."""
    for path in pending(directory):
        for ending in ("-wal", "-shm", "-journal", ""):  # a log must not meet a database that is not its own
            former = directory / f"{FILE}{ending}"
            if former.exists():
                former.replace(directory / f"{path.stem}.db{ending}")
        shelf.keep_rescued(directory)  # it lies there now, or another was wanted
        removal.forget(directory)
        settle(directory)
        path.replace(directory / FILE)
        settle(directory)
