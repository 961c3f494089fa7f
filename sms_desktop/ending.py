"""Being told from outside to end: SIGTERM, Ctrl+C in a terminal, the end of the desktop's session."""

import signal
import socket
from collections.abc import Callable
from types import TracebackType
from typing import Self

from PySide6.QtCore import QSocketNotifier

NUMBERS = (signal.SIGINT, signal.SIGTERM)
ROOM = 256
"""Signals read at once; there are seldom two."""


class Ending:
    """While it is entered, such a signal sets ``asked`` for good and calls what ``tell`` was last given.

    Python looks at signals only between steps of its own, and Qt may wait for seconds with none. So the system writes
    each into a socket, which wakes Qt's loop; on Windows too.
    """

    def __init__(self) -> None:
        self.asked = False
        self._told: Callable[[], object] = lambda: None

    def tell(self, told: Callable[[], object]) -> None:
        """``told`` is called in the loop at each signal, and at once if one came before."""
        self._told = told
        if self.asked:
            told()

    def __enter__(self) -> Self:
        self._near, self._far = socket.socketpair()
        for end in (self._near, self._far):
            end.setblocking(False)
        self._before = {number: signal.signal(number, lambda *_: None) for number in NUMBERS}
        self._waker = signal.set_wakeup_fd(self._far.fileno(), warn_on_full_buffer=False)
        self._notifier = QSocketNotifier(self._near.fileno(), QSocketNotifier.Type.Read)
        self._notifier.activated.connect(self._heard)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._waker)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._near.close()
        self._far.close()

    def _heard(self) -> None:
        try:
            numbers = self._near.recv(ROOM)
        except BlockingIOError:
            return
        if any(number in numbers for number in NUMBERS):
            self.ask()

    def ask(self, *_: object) -> None:
        """The same, of whatever else wants the program to end."""
        self.asked = True
        self._told()
