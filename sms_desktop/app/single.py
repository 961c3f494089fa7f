"""One window for a data directory: a second start only brings the first one to the front."""

import hashlib
import logging
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtNetwork import QLocalServer, QLocalSocket

log = logging.getLogger(__name__)

TIMEOUT_MS = 2000


class Single(QObject):
    """Calls ``knocked`` for each second start on the data directory ``root``, from now on until it is closed.

    Make it where ``raise_other`` has just found nobody.
    """

    def __init__(self, root: Path, knocked: Callable[[], None]) -> None:
        super().__init__()
        self.root, self._knocked = root, knocked
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._open)
        name = _name(root)
        if not self._server.listen(name):
            QLocalServer.removeServer(name)  # left by a crash, for nobody answers there
            if not self._server.listen(name):
                log.warning("a second window will not find this one: %s", self._server.errorString())

    def close(self) -> None:
        self._server.close()

    def _open(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.disconnected.connect(socket.deleteLater)
            socket.disconnectFromServer()
            self._knocked()


def raise_other(root: Path) -> bool:
    """Whether another window has the data directory ``root`` open; it has come to the front then."""
    socket = QLocalSocket()
    socket.connectToServer(_name(root))
    found = socket.waitForConnected(TIMEOUT_MS)
    if found:
        socket.waitForDisconnected(TIMEOUT_MS)
    return found


def _name(root: Path) -> str:
    return "sms-desktop-" + hashlib.sha256(str(root.resolve()).encode()).hexdigest()[:24]
