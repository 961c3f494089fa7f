"""One run of ngrok's program: started with the token in its environment alone, heard through its log, and ended."""

import asyncio
import contextlib
import logging
import os
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import psutil
from pyngrok.log import NgrokLog

from sms_desktop.gateway.tunnel import leftovers
from sms_desktop.gateway.tunnel.refusals import Refused, cannot_run, code_in, ended, from_words

_LOST = (
    "session closed, starting reconnect loop", "failed to reconnect session", "session closing",
    "heartbeat timeout, terminating session",
)  # fmt: skip
_OURS = ("TWILIO_", "SMS_DESKTOP_")
"""What our own environment may hold that is not ngrok's business: secrets among it."""

logging.getLogger("pyngrok").setLevel(logging.WARNING)
log = logging.getLogger(__name__)


class Agent:
    """``stirred`` is called on the loop whenever something changed in here, and when the run is over.

    ``address`` is host:port of its local API once it says so; ``started``: it has spoken with ngrok; ``connected``:
    and has not said that this was lost. ``words``: its last error since then, without the token.
    """

    def __init__(self, process: subprocess.Popen[str], token: str, stirred: Callable[[], None]) -> None:
        self.address = ""
        self.started = False
        self.connected = False
        self.words = ""
        self._process = process
        self._token = token
        self._stirred = stirred
        self._greetings: set[str] = set()
        self._loop = asyncio.get_running_loop()
        self._ear = threading.Thread(target=self._listen, name="ngrok-log", daemon=True)
        self._ear.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    async def why_ended(self) -> Refused:
        """What the end of the run means; its last words are waited for, a moment."""
        await asyncio.to_thread(self._ear.join, 1)
        if self.words and (code_in(self.words) or self.address):
            return from_words(self.words)
        if self.started:
            return ended()
        return Refused(
            "ngrok’s program ended at once; it may be too old or damaged.",
            "Update it from ngrok.com/download, and try again.",
            spoilt=True,
        )

    async def stop(self) -> None:
        """Ends the run and waits for its end: politely, so that ngrok gives the address free at once."""
        await asyncio.to_thread(self._end)

    def _end(self) -> None:
        family = []
        with contextlib.suppress(psutil.Error):  # a wrapper that starts the program and stays
            family = psutil.Process(self.pid).children(recursive=True)
        self._process.terminate()
        try:
            self._process.wait(3)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        leftovers.end_all(family)
        self._ear.join(3)

    def _listen(self) -> None:
        """Reads the log until the program closes it; in a thread of its own."""
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                self._on_loop(self._hear, line)
        self._process.wait()
        self._on_loop(self._stirred)

    def _on_loop(self, call: Callable[..., None], *given: str) -> None:
        with contextlib.suppress(RuntimeError):  # the loop was closed before the program was
            self._loop.call_soon_threadsafe(call, *given)

    def _hear(self, line: str) -> None:
        said = NgrokLog(line)
        message = said.msg or ""
        if message == "starting web service" and said.addr:
            self.address = said.addr
        elif message in {"client session established", "tunnel session started"}:
            self._greetings.add(message)
            self.started = self.started or len(self._greetings) == 2
            self.connected = True
            self.words = ""
        elif message in _LOST:
            self.connected = False
            self._note(said.err or message)
        elif said.lvl in {"ERROR", "CRITICAL"} or line.startswith("ERROR:"):
            self._note(said.err or message or line)
        else:
            return
        self._stirred()

    def _note(self, words: str) -> None:
        """Keeps the error; a code that was said is not covered by what is said about it after."""
        words = (words.replace(self._token, "…") if self._token else words).strip()
        if words != self.words and (code_in(words) or not code_in(self.words)):
            self.words = words
            # What comes with a code may repeat the token in another shape.
            log.info("ngrok: %s", code_in(self.words) or self.words.partition("\\n")[0][:200])


async def run(program: str, config: Path, token: str, stirred: Callable[[], None]) -> Agent:
    """Starts ngrok's program without an endpoint; raises Refused where the system does not run it."""
    starting = asyncio.ensure_future(asyncio.to_thread(_spawn, program, config, token))
    try:
        process = await asyncio.shield(starting)
    except asyncio.CancelledError:
        with contextlib.suppress(OSError):
            await Agent(await starting, token, stirred).stop()
        raise
    except OSError as error:
        raise cannot_run((error.strerror or "unknown reason").lower()) from None
    return Agent(process, token, stirred)


def _spawn(program: str, config: Path, token: str) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    environment["NGROK_AUTHTOKEN"] = token
    return subprocess.Popen(  # noqa: S603 - the program is the person's own choice or ngrok's
        [program, "start", "--none", "--log", "stdout", "--config", str(config)],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,  # ngrok repeats its errors there, a refused token among them
        text=True,
        encoding="utf-8",
        errors="replace",
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # Windows would open a console
    )
