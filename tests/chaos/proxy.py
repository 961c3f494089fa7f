"""A wire between the program and Twilio that breaks: at any byte, in either direction, at any time."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from random import Random
from urllib.parse import urlsplit

_MOST = 3000
"""Bytes after which a wire that breaks has broken: within the headers, the body, the answer's headers or its body."""


class Proxy:
    """``url`` leads to ``target``; ``breaks`` is the share of connections that are cut off. Counts them in ``cut``."""

    def __init__(self, target: str, seed: int) -> None:
        parts = urlsplit(target)
        self._target = (parts.hostname or "", parts.port or 80)
        self._dice = Random(seed)
        self._server = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        self.breaks = 0.0
        self.cut = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._server.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._server.accept()
            except OSError:
                return
            room = [self._dice.randrange(_MOST) if self._dice.random() < self.breaks else -1]
            threading.Thread(target=self._connect, args=(near, room), daemon=True).start()

    def _connect(self, near: socket.socket, room: list[int]) -> None:
        try:
            far = socket.create_connection(self._target)
        except OSError:
            near.close()
            return
        ways = [
            threading.Thread(target=self._carry, args=(a, b, room), daemon=True) for a, b in ((near, far), (far, near))
        ]
        for way in ways:
            way.start()
        for way in ways:
            way.join()
        near.close()
        far.close()

    def _carry(self, source: socket.socket, sink: socket.socket, room: list[int]) -> None:
        """``room`` is what both directions together may still carry, below 0 all."""
        with suppress(OSError):
            while data := source.recv(4096):
                if 0 <= room[0] < len(data):
                    sink.sendall(data[: room[0]])
                    self.cut += 1
                    source.shutdown(socket.SHUT_RDWR)
                    break
                sink.sendall(data)
                room[0] -= len(data) if room[0] >= 0 else 0
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR if room[0] < 0 else socket.SHUT_RDWR)


@contextmanager
def breaking(target: str, seed: int) -> Iterator[Proxy]:
    proxy = Proxy(target, seed)
    try:
        yield proxy
    finally:
        proxy.close()
