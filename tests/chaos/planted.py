"""The same harness on a program with a bug: one that finds nothing there is worth nothing."""

import tempfile
import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.bugs import BUGS
from tests.chaos.kills import kills
from tests.chaos.sides import Verdict
from tests.chaos.world import BAD, World, world

MOST = 8
"""Rounds of a few kills until a bug must have shown."""


@dataclass(frozen=True, slots=True)
class Found:
    """``kind``: as what it was reported; "" where it was not."""

    bug: str
    kind: str
    kills: int
    verdict: Verdict


def look_for(bug: str, seed: int) -> Found:
    """Runs the program with ``bug`` until the comparison reports it, or so often that it never will."""
    moments, kinds = BUGS[bug].moments, BUGS[bug].kinds
    with (
        tempfile.TemporaryDirectory() as folder,
        world(Path(folder), seed=seed, launch=("--bug", bug, "--pictures", "0.2")) as place,
    ):
        killed, found = 0, Verdict()
        for turn in range(MOST):
            if moments:
                killed += kills(place, 4, seed + turn, moments=moments, said=lambda _: None).kills.total()
            else:
                _live(place)
            found = place.verdict()
            if shown := kinds & found.troubles().keys():
                return Found(bug, min(shown), killed, found)
        return Found(bug, "", killed, found)


def _live(place: World) -> None:
    """A while in weather in which answers are lost, and no callback makes that good."""
    place.twilio.weather(**BAD | {"error_after": 0.5, "lost_callbacks": 1.0, "duplicate_inbound": 0.6})
    with place.customers(6):
        place.start(hand=10).ready()
        time.sleep(3)
    place.twilio.weather(**dict.fromkeys(BAD, 0.0))
    assert place.life.end() == 0


def every_bug(seed: int, bugs: Collection[str] = tuple(BUGS)) -> list[Found]:
    return [look_for(bug, seed) for bug in bugs]
