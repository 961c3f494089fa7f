"""What goes wrong on the way, switchable while the simulator runs."""

from collections.abc import Mapping
from dataclasses import InitVar, dataclass, field, fields
from random import Random
from typing import ClassVar


@dataclass(slots=True)
class Weather:
    """Each field is a probability from 0 to 1, or a bool. All off is fair weather; the same seed rolls the same dice.

    slow                 REST answers come `slow_seconds` late (but what they ask is done at once: callbacks overtake)
    out_of_order         the callbacks of a message come last first
    duplicate_callbacks  a status callback is posted twice
    duplicate_inbound    an inbound message's webhook is posted twice, at the same time
    lost_callbacks       a status callback is never posted
    rate_limited         HTTP 429, code 20429; nothing is done
    error_before         HTTP 500; nothing is done
    error_after          HTTP 500 to the creation of a message, which is accepted all the same
    no_answer            the creation of a message is accepted and never answered: the connection stays open
    filtered_30007       carriers filter every outbound message: undelivered, 30007
    list_error           HTTP 500 to a page of Messages.json
    lost_inbound         an inbound message's webhook is never posted: what a customer sent is in the list alone
    portal               every request is answered by a captive portal: 200, text/html
    down                 every request meets a connection that is cut off before it is answered

    `price_lag` is how many seconds longer than its sending a message's price takes to be known.
    """

    slow: float = 0.0
    out_of_order: float = 0.0
    duplicate_callbacks: float = 0.0
    duplicate_inbound: float = 0.0
    lost_callbacks: float = 0.0
    rate_limited: float = 0.0
    error_before: float = 0.0
    error_after: float = 0.0
    no_answer: float = 0.0
    filtered_30007: float = 0.0
    list_error: float = 0.0
    lost_inbound: float = 0.0
    portal: float = 0.0
    down: float = 0.0
    slow_seconds: float = 3.0
    price_lag: float = 0.0
    seed: InitVar[int | None] = None
    _random: Random = field(init=False, repr=False, compare=False)

    # A toggle's name and the fields that it turns on together.
    PRESETS: ClassVar[dict[str, tuple[str, ...]]] = {
        "lost callbacks": ("lost_callbacks",),
        "out of order": ("out_of_order",),
        "twice": ("duplicate_callbacks", "duplicate_inbound"),
        "answer lost": ("no_answer",),
        "30007": ("filtered_30007",),
        "slow": ("slow",),
        "429": ("rate_limited",),
        "500 before": ("error_before",),
        "500 after": ("error_after",),
    }
    NAMES: ClassVar[tuple[str, ...]] = tuple(PRESETS)
    SECONDS: ClassVar[frozenset[str]] = frozenset({"slow_seconds", "price_lag"})

    def __post_init__(self, seed: int | None) -> None:
        # Dice for a simulation, not for a secret.
        self._random = Random(seed)  # noqa: S311

    def happens(self, what: str) -> bool:
        """Rolls the dice for one field."""
        chance = float(getattr(self, what))
        return chance >= 1 or (chance > 0 and self._random.random() < chance)

    def turn(self, name: str, on: bool | float) -> None:
        """Turns a toggle of `NAMES` on or off, or to a probability."""
        for what in self.PRESETS[name]:
            setattr(self, what, float(on))

    def is_on(self, name: str) -> bool:
        return any(getattr(self, what) > 0 for what in self.PRESETS[name])

    def clear(self) -> None:
        """Fair weather again; `slow_seconds` stays what it was set to."""
        for f in fields(self):
            if f.init and f.name != "slow_seconds":
                setattr(self, f.name, 0.0)

    def update(self, changes: Mapping[str, object]) -> None:
        """Sets fields, or toggles by name, all or none; a ValueError says in one sentence what is wrong."""
        settings = {f.name for f in fields(self) if f.init}
        for name, value in changes.items():
            if name not in settings and name not in self.PRESETS:
                raise ValueError(f"There is no weather called {name!r}.")
            most = 3600 if name in self.SECONDS else 1
            if not isinstance(value, int | float) or not 0 <= value <= most:
                raise ValueError(f"{name!r} takes true, false or a number from 0 to {most}.")
        for name, value in changes.items():
            assert isinstance(value, int | float)
            if name in self.PRESETS and name not in settings:
                self.turn(name, value)
            else:
                setattr(self, name, float(value))

    def report(self) -> dict[str, object]:
        """Every field and, under `names`, every toggle, as plain values."""
        values: dict[str, object] = {f.name: float(getattr(self, f.name)) for f in fields(self) if f.init}
        return {**values, "names": {name: self.is_on(name) for name in self.NAMES}}
