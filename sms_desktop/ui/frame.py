"""What is to be shown, once a frame at most: a burst of news is one change of a view, not one each."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer

FRAME = 16
"""Milliseconds. Nobody sees more often than that."""


class OncePerFrame(QObject):
    """Calls ``work`` at once where it has rested for a frame, and else when it has, however often it is asked for.

    The rest begins when ``work`` is done, so that views that are slow to change leave the loop time for others.
    """

    def __init__(self, work: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._work = work
        self._due = False
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setTimerType(Qt.TimerType.PreciseTimer)
        self._rest.setInterval(FRAME)
        self._rest.timeout.connect(self.catch_up)

    def ask(self) -> None:
        """There is something new."""
        self._due = True
        if not self._rest.isActive():
            self.catch_up()

    def catch_up(self) -> None:
        """Does now what is still to be done."""
        if not self._due:
            return
        self._due = False
        self._rest.start()  # what is asked for meanwhile has its turn after it
        try:
            self._work()
        finally:
            self._rest.start()

    def stop(self) -> None:
        """Nothing is done any more for what was asked until now."""
        self._due = False
        self._rest.stop()
