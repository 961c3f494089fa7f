"""What is in front of the person: it can be told to end, and to show itself."""

from typing import Protocol

from PySide6.QtWidgets import QWidget


class Front(Protocol):
    """A session, or a page that stands in its stead."""

    def end(self) -> None:
        """The system wants the program to end: nobody is asked, and what has been begun comes to its end."""

    def show(self) -> None:
        """Somebody started the program a second time."""


def bring(window: QWidget) -> None:
    """To the front, where the desktop allows that."""
    window.showNormal() if window.isMinimized() else window.show()
    window.raise_()
    window.activateWindow()
