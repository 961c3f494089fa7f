"""Hears who opens a database in any other way than through SQLite while this process has it open there.

Closing it again drops all locks that SQLite has on it in this process; the next program that comes and goes takes the
log away then, and what is written from then on is lost (see ``sms_desktop.store.hold``). What tests themselves do so is
their own affair.
"""

import os
import sys
import traceback
from functools import cache
from typing import Any

_ALLOWED = "sms_desktop.store.hold"
"""Its descriptors stay open until the last connection is closed."""

_found: list[str] = []


@cache
def watch(*, deadly: bool = False) -> None:
    """From now on, for as long as the process lives. ``deadly``: whoever does it ends the process, and says where."""
    if os.name != "posix":  # elsewhere locks belong to the handle
        return

    def hear(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and _is_database(arguments[0]) and _is_open(arguments[0]) and _who() not in ("", _ALLOWED):
            stack = "".join(traceback.format_stack(sys._getframe(1), limit=12))
            _found.append(f"{os.fspath(arguments[0])} was opened plainly while SQLite has it open:\n{stack}")
            if deadly:
                sys.stderr.write(_found[-1])
                sys.stderr.flush()
                os._exit(70)

    sys.addaudithook(hear)


def taken() -> list[str]:
    """What was heard since this was asked last: where it happened."""
    found = _found.copy()
    _found.clear()
    return found


def _is_database(path: object) -> bool:
    return isinstance(path, str | os.PathLike) and ".db" in os.path.basename(os.fspath(path))


def _is_open(path: str) -> bool:
    """Python tells of it before it opens the file: what is open then was opened before."""
    try:
        wanted = os.stat(path)
    except OSError:
        return False
    for number in os.listdir("/dev/fd"):
        try:
            if os.path.samestat(os.fstat(int(number)), wanted):
                return True
        except OSError:  # that by which the folder was read
            continue
    return False


def _who() -> str:
    """The module of ours in which it began; "" for a test, or where nothing of ours is."""
    frame = sys._getframe(2)
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        if name.startswith("sms_desktop"):
            return str(name)
        if name.startswith("tests."):
            return ""
        frame = frame.f_back  # type: ignore[assignment]
    return ""
