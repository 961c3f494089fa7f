"""Resident memory of ``serve`` while very many messages come and go."""

import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from random import Random

import psutil

from tests.chaos.people import PEERS
from tests.chaos.world import World, world

WARM = 0.2
"""The share of the messages after which it is warm: caches have filled, imports have happened."""
POINTS = 20
SENDERS = 4
"""Threads that post webhooks."""


@dataclass(frozen=True, slots=True)
class Point:
    """``messages`` so far, and the resident MB then."""

    messages: int
    megabytes: float


@dataclass(frozen=True, slots=True)
class Memory:
    points: tuple[Point, ...]
    seconds: float

    @property
    def growth(self) -> float:
        """From warm to the end, as a share: the medians of a fifth of the points at each."""
        warm = [point.megabytes for point in self.points if point.messages >= self.points[-1].messages * WARM]
        few = max(1, len(warm) // 5)
        first, last = sorted(warm[:few])[few // 2], sorted(warm[-few:])[few // 2]
        return last / first - 1


def memory(messages: int, seed: int, said: Callable[[str], None] = print) -> Memory:
    """Half of them come in as webhooks, half go out and come back as reports."""
    points: list[Point] = []
    with tempfile.TemporaryDirectory() as folder, world(Path(folder), seed=seed, pace=0.0) as place:
        place.forgetful = True
        began = time.monotonic()
        place.start(hand=1000).ready()
        process = psutil.Process(place.life.process.pid)
        over, turn = threading.Event(), threading.Lock()
        came = [0]
        threads = [
            threading.Thread(target=_post, args=(place, seed, n, over, turn, came), daemon=True) for n in range(SENDERS)
        ]
        for thread in threads:
            thread.start()
        try:
            while not points or points[-1].messages < messages:
                due = (len(points) + 1) * messages // POINTS
                while (count := came[0] + len(place.promised.submitted)) < due:
                    assert place.life.running, place.errors[-2000:]
                    time.sleep(0.2)
                points.append(Point(count, process.memory_info().rss / 1e6))
                said(f"  {count:>9,} messages  {points[-1].megabytes:6.1f} MB  {time.monotonic() - began:5.0f} s")
        finally:
            over.set()
            for thread in threads:
                thread.join()
        assert place.life.end() == 0, place.errors[-2000:]
        return Memory(tuple(points), time.monotonic() - began)


def _post(place: World, seed: int, n: int, over: threading.Event, turn: threading.Lock, came: list[int]) -> None:
    """Keeps even with what goes out."""
    dice, count = Random(f"{seed}-{n}"), 0
    while not over.is_set():
        if came[0] > len(place.promised.submitted) + 200:
            over.wait(0.05)
            continue
        count += 1
        sid = f"SM{dice.randbytes(16).hex()}"
        fields = {"MessageSid": sid, "SmsSid": sid, "SmsMessageSid": sid}
        try:
            status, _, _ = place.twilio.post(
                place.webhook, From=dice.choice(PEERS), Body=f"posted-{n}-{count}", **fields
            )
        except (OSError, HTTPException):
            continue
        with turn:
            came[0] += status == 200
