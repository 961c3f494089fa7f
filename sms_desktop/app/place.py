"""Where a session's messages lie, and where the person wants to go from there."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from sms_desktop.store.accounts import Accounts

PATIENCE = 5.0
"""Seconds that a window waits for a place that another process has: who quits and starts again at once is early."""


class Wish(Enum):
    """What the person wants next. It says where to; what kind of place that is, the ``Place`` says."""

    QUIT = auto()
    HERE = auto()
    """The same place once more."""
    SHOWN = auto()
    """The account that was chosen."""
    DEMO = auto()
    ADD = auto()
    """A place for one more account."""
    REPLACED = auto()
    """The same place, with the account that takes the place of the one it had."""
    SETUP = auto()
    """The guided set-up, once more."""
    REPAIR = auto()
    """What is to be done to the database here."""


@dataclass(frozen=True, slots=True)
class Place:
    """``directory`` holds the messages of one of the accounts that ``root`` names; ``demo``: nothing of it is real."""

    root: Path
    directory: Path
    demo: bool


@dataclass(frozen=True, slots=True)
class Map:
    """The data directories of the ``real`` accounts and of the ``demo``, which is never opened as a real one."""

    real: Path
    demo: Path
    variables: Mapping[str, str]

    def shown(self) -> Place:
        return Place(self.real, Accounts(self.real).shown(self.variables), demo=False)

    def sandbox(self) -> Place:
        return Place(self.demo, self.demo, demo=True)

    def lead(self, wish: Wish, here: Place) -> Place:
        """Where ``wish`` leads from ``here``. Reads a small file."""
        if wish is Wish.DEMO:
            return self.sandbox()
        if wish is Wish.ADD:
            return Place(self.real, Accounts(self.real).free_folder(), demo=False)
        if wish is Wish.SETUP and here.demo:
            return self.shown()
        if wish is Wish.SHOWN and not here.demo:
            return self.shown()
        return here
