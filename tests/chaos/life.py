"""One run of the program, from its start to its end, by whatever it ends."""

import contextlib
import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.journeys.commands.program import PATIENCE, Record, surroundings

Hear = Callable[[Record], None]


class Life:
    """A process that prints one JSON object a line; ``hear`` is called with each, on a thread of its own."""

    def __init__(self, command: list[str], variables: Mapping[str, str], errors: Path, hear: Hear) -> None:
        self._hear = hear
        self._news = threading.Condition()
        self._ready: Record | None = None
        self.ready_after: float | None = None
        """Seconds from its start until it said that it is ready."""
        self.began = time.monotonic()
        with errors.open("a") as sink:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=sink,
                encoding="utf-8",
                env=surroundings(variables),
            )
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            try:
                said = json.loads(line)
            except ValueError:  # it was killed in the middle of a word
                continue
            if said["event"] == "ready":
                with self._news:
                    self.ready_after, self._ready = time.monotonic() - self.began, said
                    self._news.notify_all()
            self._hear(said)
        with self._news:
            self._news.notify_all()

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    def ready(self) -> Record:
        """Waits until it is."""
        deadline = time.monotonic() + PATIENCE
        with self._news:
            while self._ready is None:
                assert self.running, f"it ended with {self.process.returncode} instead of getting ready"
                assert time.monotonic() < deadline, "it does not get ready"
                self._news.wait(0.2)
            return self._ready

    def tell(self, words: str) -> None:
        """A line on its standard input, for those who listen inside."""
        assert self.process.stdin is not None
        self.process.stdin.write(words + "\n")
        self.process.stdin.flush()

    def kill(self) -> None:
        """At once; returns when all that it had said has been heard."""
        self.process.kill()
        self._over()

    def end(self) -> int:
        """As a person ends it; the exit code."""
        if self.running:
            self.process.send_signal(signal.SIGTERM)
        self._over()
        return self.process.returncode

    def _over(self) -> None:
        self.process.wait(PATIENCE)
        self._listener.join(PATIENCE)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


def launched(*arguments: str | Path) -> list[str]:
    """The command that starts the program with somebody inside; see `launch`."""
    return [sys.executable, "-m", "tests.chaos.launch", *map(str, arguments)]
