"""What else happens to a computer, one thing at a time, while texts go both ways in bad weather."""

import os
import resource
import signal
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

from sms_desktop.store.media_folder import FORGOTTEN
from sms_desktop.store.schema import FILE
from tests.chaos.age import age
from tests.chaos.proxy import breaking
from tests.chaos.sides import Verdict
from tests.chaos.world import BAD, World, world
from tests.journeys.commands.program import run

HAND, CUSTOMERS = 8.0, 4.0
ROOM = "32m"
"""The size of a small disk."""


@dataclass(frozen=True, slots=True)
class Told:
    """``sentences``: what somebody was told whose text was refused meanwhile."""

    name: str
    verdict: Verdict
    sentences: frozenset[str]
    seconds: float


def full_disk(place: World, seconds: float) -> None:
    """Not a byte more can be written; then there is room again, and all goes on by itself."""
    ballast = place.data / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"\0" * 4096)
    _refuses(place)
    time.sleep(seconds)
    ballast.unlink()
    _goes_on(place)


def failing_disk(place: World, seconds: float) -> None:
    """Every write beyond the first bytes of a file fails with an I/O error; then the disk works again."""
    limits = resource.prlimit(place.life.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(place.life.process.pid, resource.RLIMIT_FSIZE, (512, limits[1]))
    _refuses(place)
    time.sleep(seconds)
    resource.prlimit(place.life.process.pid, resource.RLIMIT_FSIZE, limits)
    _goes_on(place)


def read_only(place: World, seconds: float) -> None:
    """It is started on a disk that cannot be written, says so, and leaves all as it was."""
    assert place.life.end() == 0
    before = (place.data / FILE).read_bytes()
    subprocess.run(["mount", "-o", "remount,ro", str(place.data)], check=True)
    try:
        refused = run("serve", "--json", "--data-dir", place.data, variables=place.variables())
        exported = run("export", "--data-dir", place.data)
    finally:
        subprocess.run(["mount", "-o", "remount,rw", str(place.data)], check=True)
    assert (refused.code, refused.out) == (1, ""), refused
    assert refused.sentence
    assert exported.code == 0, exported.err
    assert (place.data / FILE).read_bytes() == before
    place.start(hand=HAND).ready()
    _goes_on(place)


def locked(place: World, seconds: float) -> None:
    """Another program holds the database."""
    with closing(sqlite3.connect(place.data / FILE, timeout=30, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        time.sleep(seconds + 6)  # longer than anybody waits for it
        other.execute("ROLLBACK")
    _goes_on(place)


def clock_jumps(place: World, seconds: float) -> None:
    """The time of day jumps hours ahead, hours back, and then is right."""
    for ahead in (3 * 3600, -5 * 3600, 40, 0):
        place.life.tell(f"ahead {ahead}")
        time.sleep(max(1.0, seconds / 2))
        _goes_on(place)


def stopped(place: World, seconds: float) -> None:
    """The process stands still, as in a computer that sleeps."""
    place.life.process.send_signal(signal.SIGSTOP)
    time.sleep(seconds)
    place.life.process.send_signal(signal.SIGCONT)
    _goes_on(place)


def cut_off(place: World, seconds: float) -> None:
    """The network breaks in the middle of requests and answers, at any byte."""
    assert place.life.end() == 0
    with breaking(place.twilio.url, 7) as wire:
        place.url = wire.url
        place.start(hand=HAND).ready()
        wire.breaks = 0.4
        time.sleep(seconds + 3)
        wire.breaks = 0.0
        _goes_on(place)
        assert place.life.end() == 0
        assert wire.cut
    place.url = place.twilio.url


TROUBLES: dict[str, Callable[[World, float], None]] = {
    "disk full": full_disk,
    "disk fails": failing_disk,
    "read-only disk": read_only,
    "database locked": locked,
    "clock jumps": clock_jumps,
    "process stopped": stopped,
    "network cut": cut_off,
}
ON_A_DISK = frozenset({"disk full", "read-only disk"})
"""Those that need a disk of their own, which only the superuser may have."""
POSSIBLE = tuple(name for name in TROUBLES if name not in ON_A_DISK or (os.name == "posix" and os.geteuid() == 0))


def meet(name: str, seed: int, seconds: float) -> Told:
    """One trouble for so many seconds, and what is left of it."""
    began = time.monotonic()
    launch = ("--clock",) if TROUBLES[name] is clock_jumps else ()
    with tempfile.TemporaryDirectory() as folder, _disk(Path(folder), name), world(Path(folder), seed=seed) as place:
        place.launch = launch
        place.twilio.weather(**BAD)
        with place.customers(CUSTOMERS):
            place.start(hand=HAND).ready()
            place.until(5, "acknowledged")
            TROUBLES[name](place, seconds)
        if place.life.running:
            place.life.kill() if Random(seed).random() < 0.5 else place.life.end()
        age(place.data / "media", FORGOTTEN)
        place.settle()
        return Told(name, place.verdict(), frozenset(place.refused), time.monotonic() - began)


@contextmanager
def _disk(folder: Path, name: str) -> Iterator[None]:
    if name not in ON_A_DISK:
        yield
        return
    data = folder / "data"
    data.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(data)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(data)], check=True)


def _refuses(place: World) -> None:
    """Waits until somebody was told that a text could not be kept."""
    before = len(place.refused)
    assert place.until_true(lambda: len(place.refused) > before), "nobody was told"


def _goes_on(place: World) -> None:
    """Waits until texts are taken again, by the same process."""
    before = len(place.promised.submitted)
    assert place.until_true(lambda: len(place.promised.submitted) > before + 3), (
        f"it does not go on: {place.errors[-2000:]}"
    )
