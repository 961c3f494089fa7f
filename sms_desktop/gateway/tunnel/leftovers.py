"""Runs of ngrok's program that outlived us: known by their pid record and their command line, and ended.

Only a process that was started with our own configuration file is ours; no other ngrok is ever touched.
"""

import contextlib
import json
import logging
import os
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import psutil

RECORD = "agent.json"
_PATIENCE = 3.0
"""Seconds for a process to end by itself before it is made to."""

log = logging.getLogger(__name__)


def note(directory: Path, config: Path, pid: int) -> None:
    """Keeps pid, start time and configuration file of a run in ``agent.json``, for the user alone; raises OSError."""
    try:
        started = psutil.Process(pid).create_time()
    except psutil.Error:  # over already
        return
    record = json.dumps({"pid": pid, "create_time": started, "config": str(config)})
    temporary = directory / f"{RECORD}.part"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="utf-8") as file:
        file.write(record)
    temporary.replace(directory / RECORD)


def forget(directory: Path) -> None:
    """Removes the record."""
    with contextlib.suppress(OSError):
        (directory / RECORD).unlink(missing_ok=True)


def end(directory: Path, config: Path) -> int:
    """Ends what a former start of the app left running, and removes the record; how many processes that were."""
    left = {process.pid: process for process in _running_with(config)}
    recorded = _recorded(directory, config)
    if recorded is not None:
        left.setdefault(recorded.pid, recorded)
    for process in left.values():
        log.warning("an ngrok of ours was left running (pid %d), and is ended", process.pid)
    end_all(list(left.values()))
    forget(directory)
    return len(left)


def end_all(processes: Sequence[psutil.Process]) -> None:
    """Asks them to end, waits, and makes those end that did not."""
    for process in processes:
        with contextlib.suppress(psutil.Error):
            process.terminate()
    _, stubborn = psutil.wait_procs(processes, timeout=_PATIENCE)
    for process in stubborn:
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(stubborn, timeout=_PATIENCE)


def _running_with(config: Path) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter(["cmdline"]):
        if process.pid != os.getpid() and _is_ours(process.info["cmdline"] or (), config):
            found.append(process)
    return found


def _recorded(directory: Path, config: Path) -> psutil.Process | None:
    try:
        record = json.loads((directory / RECORD).read_text(encoding="utf-8"))
        process = psutil.Process(int(record["pid"]))
        same = abs(process.create_time() - float(record["create_time"])) < 1
        return process if same and _is_ours(process.cmdline(), config) else None
    except (OSError, ValueError, KeyError, TypeError, psutil.Error):
        return None


def _is_ours(cmdline: Sequence[str], config: Path) -> bool:
    """An editor that has the file open names it too; only ngrok is told to start with it."""
    return "--none" in cmdline and ("--config", str(config)) in pairwise(cmdline)
