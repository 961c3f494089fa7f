"""kill -9, at random instants of every kind, and what is left."""

import statistics
import time
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from random import Random

from sms_desktop.store.media_folder import FORGOTTEN
from tests.chaos.age import age
from tests.chaos.sides import Verdict
from tests.chaos.world import BAD, World

HAND = 15.0
"""Texts a second that are written while the program runs."""
CUSTOMERS = 2.5
"""Texts a second that come in all the time."""
NORMAL = 25
"""One life in so many ends as a person ends it, and the start after it is the measure for the others."""


@dataclass(slots=True)
class Tally:
    """What came of it."""

    kills: Counter[str] = field(default_factory=Counter)
    after_kill: list[float] = field(default_factory=list)
    """Seconds from each start after a kill until it was ready."""
    after_end: list[float] = field(default_factory=list)
    draft: float = 0.0
    """Seconds for which what was typed had stood there at most, of what was not kept."""
    looks: int = 0
    verdict: Verdict = field(default_factory=Verdict)
    seconds: float = 0.0
    submitted: int = 0
    posted: int = 0
    at_twilio: int = 0
    unconfirmed: int = 0

    @property
    def slower(self) -> float:
        """Seconds by which a start after a kill is slower than a usual one, median to median: others use the machine
        too, and the slowest start is theirs."""
        if not (self.after_kill and self.after_end):
            return 0.0
        return statistics.median(self.after_kill) - statistics.median(self.after_end)


def _at_once(place: World, dice: Random) -> None:
    """Within the first 100 ms."""
    time.sleep(dice.uniform(0, 0.1))


def _starting(place: World, dice: Random) -> None:
    """While it starts."""
    time.sleep(dice.uniform(0.1, 0.8))


def _anywhen(place: World, dice: Random) -> None:
    """At any instant while it runs."""
    place.life.ready()
    time.sleep(dice.uniform(0, 1.2))


def _promised(place: World, dice: Random) -> None:
    """The instant at which it has promised to keep a text; the next one is being committed."""
    place.until(dice.randrange(1, 8), "acknowledged", patience=5)


def _committed(place: World, dice: Random) -> None:
    """The instant at which something else was committed: what came in, a claim, an answer, a report."""
    place.until(dice.randrange(1, 20), "message", "status", patience=5)


def _answered(place: World, dice: Random) -> None:
    """The instant at which it has answered a webhook."""
    place.life.ready()
    for n in range(dice.randrange(1, 4)):
        place.post(f"posted-{place.starts}-answered-{n}", dice)


def _beside(place: World, dice: Random) -> None:
    """The instant at which `sms-desktop send`, a process of its own, has put a text into the outbox."""
    place.life.ready()
    place.send(f"beside-{place.starts}", dice)


def _typing(place: World, dice: Random) -> None:
    """While somebody types."""
    place.life.ready()
    time.sleep(dice.uniform(1.5, 4))


MOMENTS: dict[str, tuple[Callable[[World, Random], None], float]] = {
    "within 100 ms of its start": (_at_once, 0.2),
    "while it starts": (_starting, 0.2),
    "while it runs": (_anywhen, 0.2),
    "as it takes a text": (_promised, 0.15),
    "as it commits": (_committed, 0.15),
    "as it answers a webhook": (_answered, 0.1),
    "as another program sends": (_beside, 0.03),
}
AT_THE_WINDOW = {**MOMENTS, "as somebody types": (_typing, 0.2)}


def kills(
    place: World,
    times: int,
    seed: int,
    *,
    window: bool = False,
    moments: Collection[str] = MOMENTS,
    said: Callable[[str], None] = print,
) -> Tally:
    """Kills it so often, then lets it settle, and compares."""
    tally, dice = Tally(), Random(f"kills {seed}")
    began = time.monotonic()
    names, weights = list(moments), [AT_THE_WINDOW[name][1] for name in moments]
    killed: bool | None = None
    place.twilio.weather(**BAD)
    with place.customers(CUSTOMERS):
        while tally.kills.total() < times:
            life = place.start(*(("--type",) if window else ()), hand=HAND, window=window)
            gently = place.starts % NORMAL == 0
            moment = "while it runs" if gently else dice.choices(names, weights)[0]
            AT_THE_WINDOW[moment][0](place, dice)
            if gently:
                life.ready()
                assert life.end() == 0, place.errors[-2000:]
            else:
                at = time.monotonic()
                life.kill()
                if window:
                    tally.draft = max(tally.draft, _unsaved(place, at))
                tally.kills[moment] += 1
                if tally.kills.total() % 50 == 0:
                    spent = time.monotonic() - began
                    said(f"  {tally.kills.total()} kills, {len(place.promised.submitted)} texts taken, {spent:.0f} s")
            if life.ready_after is not None and killed is not None:
                (tally.after_kill if killed else tally.after_end).append(life.ready_after)
            killed = not gently
    age(place.data / "media", FORGOTTEN)
    tally.looks = place.settle(read=window)
    tally.verdict = place.verdict(read=window)
    _count(place, tally)
    tally.seconds = time.monotonic() - began
    return tally


def _unsaved(place: World, at: float) -> float:
    """How long the oldest word had stood in the composer that is not in the draft."""
    with place.arrived:
        typed = [said for said in place.heard if said["event"] == "typed"]
    if not typed:
        return 0.0
    bodies = [body for body in place.drafts() if body.startswith(typed[0]["words"])]
    kept = int(bodies[0].split()[-1]) if bodies else 0
    return max((at - said["at"] for said in typed if said["n"] > kept), default=0.0)


def _count(place: World, tally: Tally) -> None:
    tally.submitted, tally.posted = len(place.promised.submitted), len(place.promised.posted)
    tally.at_twilio = len(place.there())
    tally.unconfirmed = sum(row.status == "unconfirmed" for row in place.here().rows)
