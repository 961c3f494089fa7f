"""Start to painted list, and resident memory once all is running, on a store of a million messages.

Baselines of the same run: a bare window of the same toolkit, and those of telegram-desktop, dino-im and quassel-client
that are installed. Needs a screen, or Xvfb to make one.
"""

import argparse
import contextlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

from tests.benchmarks.report import Report

TIMES = 5
OTHERS = {"telegram-desktop": "Telegram", "dino-im": "dino", "quassel-client": "quassel"}
PATIENCE = 60.0
SETTLE = 3.0
"""Seconds that another program is given to come to rest before it is weighed."""


@contextlib.contextmanager
def screen() -> Iterator[str | None]:
    """A display to paint on: the one that is there, or Xvfb's; None where neither is to be had."""
    if os.environ.get("DISPLAY"):
        yield os.environ["DISPLAY"]
        return
    if shutil.which("Xvfb") is None:
        yield None
        return
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    try:
        with os.fdopen(read) as said:
            yield f":{said.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


@contextlib.contextmanager
def compiled() -> Iterator[dict[str, str]]:
    """What has Python keep modules compiled, as an installed program's are; else each start would compile them anew
    where the surroundings forbid that.
    """
    with tempfile.TemporaryDirectory() as folder:
        yield {"PYTHONPYCACHEPREFIX": folder, "PYTHONDONTWRITEBYTECODE": ""}


def started(arguments: list[str], display: str, extra: dict[str, str]) -> tuple[float, float, float]:
    """(seconds to paint, megabytes resident, longest stall after the paint in ms) of one run of the probe."""
    surroundings = os.environ | extra | {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    begin = time.perf_counter()
    command = [sys.executable, "-m", "tests.benchmarks.probe_start", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=surroundings, text=True) as process:
        assert process.stdout is not None
        painted = weight = stall = 0.0
        for line in process.stdout:
            fact: dict[str, Any] = json.loads(line)
            if fact["event"] == "painted":
                painted = time.perf_counter() - begin
            else:
                weight, stall = fact["resident"], fact["stall"]
    if not painted:
        raise RuntimeError("the window was never painted")
    return painted, weight, stall


def other(command: str, title: str, display: str) -> tuple[float, float] | None:
    """The same of another program with an empty profile: seconds until its window is mapped, megabytes after 3 s."""
    if shutil.which(command) is None or shutil.which("xdotool") is None:
        return None
    with tempfile.TemporaryDirectory() as home:
        surroundings = os.environ | {"DISPLAY": display, "HOME": home, "QT_QPA_PLATFORM": "xcb"}
        begin = time.perf_counter()
        process = subprocess.Popen(
            [command], env=surroundings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        try:
            search = ["xdotool", "search", "--sync", "--onlyvisible", "--pid", str(process.pid)]
            found = subprocess.run(search, env=surroundings, capture_output=True, timeout=PATIENCE, check=False)
            took = time.perf_counter() - begin
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(SETTLE)
            weight = psutil.Process(process.pid).memory_info().rss / 1_000_000
            return (took, weight) if found.returncode == 0 else None
        except (subprocess.TimeoutExpired, psutil.Error):
            return None
        finally:
            process.terminate()
            process.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="a seeded data directory")
    report = Report("start")
    measure(parser.parse_args().data, report)
    report.write()


def measure(seeded: Path, report: Report) -> None:
    """Starts the window ``TIMES`` times on the store in ``seeded``; the median time and the largest memory count."""
    with screen() as display, compiled() as kept:
        if display is None:
            report.note("start: no screen and no Xvfb, so not measured")
            return
        simulator = subprocess.Popen(
            [sys.executable, "-m", "sms_desktop", "simulator", "--port", "0", "--json"],
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert simulator.stdout is not None
            told = json.loads(simulator.stdout.readline())
            account = {
                "SMS_DESKTOP_TWILIO_URL": told["base_url"],
                "TWILIO_ACCOUNT_SID": told["account_sid"],
                "TWILIO_AUTH_TOKEN": told["auth_token"],
                "SMS_DESKTOP_WEBHOOK_PORT": "0",
            }
            for arguments in ([str(seeded)], ["--bare"]):  # the first of each compiles, and does not count
                started(arguments, display, account | kept)
            ours = [started([str(seeded)], display, account | kept) for _ in range(TIMES)]
            plain = [started(["--bare"], display, kept) for _ in range(TIMES)]
        finally:
            simulator.terminate()
            simulator.wait()
        paint = statistics.median(t for t, _, _ in ours)
        bare_paint = statistics.median(t for t, _, _ in plain)
        report.add("start to painted list", paint, "s", baseline=bare_paint, of="a bare window", target="≤ 0.7 s")
        weight, bare_weight = max(w for _, w, _ in ours), max(w for _, w, _ in plain)
        report.add(
            "resident once all is running", weight, "MB", baseline=bare_weight, of="a bare window", target="≤ 160 MB"
        )
        report.add("longest loop stall from paint to all running", max(s for _, _, s in ours), "ms")
        for command, title in OTHERS.items():
            measured = other(command, title, display)
            if measured is None:
                report.note(f"{command} is not installed, so not measured")
                continue
            report.add(f"  {command}: window", measured[0], "s")
            report.add(f"  {command}: resident", measured[1], "MB")


if __name__ == "__main__":
    main()
