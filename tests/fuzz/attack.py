"""The attack: an engine in a process of its own, a simulated Twilio beside it, and a crowd of strangers in front.

While it lasts, Twilio goes on posting (the same text, which stays one message), and each post must be answered.
"""

import asyncio
import hashlib
import re
import sqlite3
import tempfile
import time
from collections import Counter
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from sms_desktop.store.opening import prepare
from tests.fuzz.hostile import Attack, Hostile
from tests.gateway.signing import encoded, sign
from tests.journeys.commands.program import FORM, Twilio, running, serving

CROWD = 48
"""Strangers at a time."""
SILENT = 0.2
"""Seconds after which a stranger who is not answered goes."""
PATIENCE = 15.0
"""Seconds that Twilio waits."""
EVERY = 0.25
_STATUS = re.compile(rb"(?:^|\n)HTTP/1\.[01] (\d{3})")
_TELLS = (b"Traceback", b"aiohttp", b"Python", b"sms_desktop", b"sqlite", b"127.0.0.1:")
_KEPT = {
    "messages": "id, sid, conversation_id, direction, body, status, error_code",
    "conversations": "*",
    "consent_events": "*",
    "consents": "*",
    "consent_questions": "*",
    "contact_numbers": "*",
    "media_shares": "*",
    "media": "*",
    "status_events": "*",
    "outbox": "*",
    "drafts": "*",
    "contacts": "*",
}
"""What of the store no stranger may change; that he was counted, and that Twilio was asked, is written elsewhere."""


@dataclass(slots=True)
class Outcome:
    """What became of it. ``waits`` are the milliseconds that Twilio's own posts took; memory in MB."""

    thrown: int = 0
    seconds: float = 0.0
    answers: Counter[int] = field(default_factory=Counter)
    unanswered: int = 0
    told: list[bytes] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    refused: int = 0
    memory: tuple[float, float] = (0.0, 0.0)
    alive: bool = False
    unchanged: bool = False
    errors: str = ""

    @property
    def failed(self) -> int:
        """Answers of 5xx."""
        return sum(count for status, count in self.answers.items() if status >= 500)

    def lines(self) -> list[str]:
        """For a terminal."""
        waits = sorted(self.waits)
        told = ", ".join(f"{count:,} × {status}" for status, count in sorted(self.answers.items()))
        return [
            f"{self.thrown:,} hostile requests in {self.seconds:.0f} s ({self.thrown / self.seconds:,.0f} a second)",
            f"answers: {told}; {self.unanswered:,} connections without one",
            f"5xx: {self.failed} · answers that tell of the inside: {len(self.told)}",
            f"Twilio's own posts meanwhile: {len(waits):,} answered, {self.refused} not; "
            f"median {waits[len(waits) // 2]:.0f} ms, slowest {waits[-1]:.0f} ms",
            f"memory: {self.memory[0]:.0f} MB before, {self.memory[1]:.0f} MB after",
            f"the engine lives: {self.alive} · the store is as it was: {self.unchanged}",
        ]


def attack(count: int, seed: int) -> Outcome:
    """Throws ``count`` requests made from ``seed``."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        data = prepare(Path(folder) / "data").parent
        simulator = ("simulator", "--port", "0", "--json", "--pace", "0.02", "--seed", "5")
        with running(*simulator, errors=Path(folder) / "simulator.txt") as command:
            ready = command.ready
            twilio = Twilio(ready["base_url"], ready["account_sid"], ready["auth_token"])
            with serving(data, twilio, "--log-level", "debug") as serve:
                webhook = serve.ready["webhook"]
                assert twilio.post(webhook, From="+14155550190", Body="the first")[0] == 200
                before = digest(data)
                process = psutil.Process(serve.process.pid)
                outcome = Outcome()
                resident = process.memory_info().rss / 1e6
                asyncio.run(_throw(outcome, webhook, twilio, count, seed))
                outcome.memory = (resident, process.memory_info().rss / 1e6)
                outcome.alive = serve.process.poll() is None
                after = digest(data)
                outcome.unchanged = after == before
                assert twilio.post(webhook, From="+14155550190", Body="the last", MessageSid="SM" + "b" * 32)[0] == 200
                assert digest(data) != after  # it would have been seen
            outcome.errors = serve.errors
    return outcome


def digest(data: Path) -> str:
    """Of all that a stranger must not be able to change."""
    found = hashlib.sha256()
    with closing(sqlite3.connect(f"{(data / 'sms.db').as_uri()}?mode=ro", uri=True)) as db:
        for table, columns in _KEPT.items():
            for row in db.execute(f"SELECT {columns} FROM {table} ORDER BY 1"):
                found.update(repr(row).encode())
    return found.hexdigest()


def genuine(webhook: str, twilio: Twilio) -> bytes:
    """The text that is there already, as Twilio posts it."""
    url = f"{webhook}/twilio/inbound"
    pairs = twilio.inbound(From="+14155550190", Body="the first")
    body = encoded(pairs)
    return (
        f"POST /twilio/inbound HTTP/1.1\r\nHost: {urlsplit(url).netloc}\r\nContent-Type: {FORM}\r\n"
        f"X-Twilio-Signature: {sign(url, pairs, twilio.auth_token)}\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body


async def _throw(outcome: Outcome, webhook: str, twilio: Twilio, count: int, seed: int) -> None:
    port = urlsplit(webhook).port or 0
    signed = genuine(webhook, twilio)
    supply = Hostile(seed, twilio.account_sid, signed)
    started = time.perf_counter()
    over = asyncio.Event()

    async def stranger() -> None:
        while outcome.thrown < count:
            outcome.thrown += 1
            await _one(outcome, port, supply.next())

    async def post() -> None:
        while not over.is_set():
            await _post(outcome, port, signed)
            with suppress(TimeoutError):
                async with asyncio.timeout(EVERY):
                    await over.wait()

    posting = asyncio.create_task(post())
    await asyncio.gather(*(stranger() for _ in range(CROWD)))
    over.set()
    await posting
    outcome.seconds = time.perf_counter() - started


async def _one(outcome: Outcome, port: int, hostile: Attack) -> None:
    heard = b""
    writer = None
    with suppress(ConnectionError, TimeoutError):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        start = 0
        for end in (*hostile.cuts, len(hostile.said)):
            writer.write(hostile.said[start:end])
            async with asyncio.timeout(SILENT):
                await writer.drain()
            await asyncio.sleep(0)
            start = end
        async with asyncio.timeout(SILENT):
            heard = await reader.read(65536)
            while heard and not heard.endswith((b".", b"ok")) and (more := await reader.read(65536)):
                heard += more
    if writer is not None:
        writer.transport.abort()
    statuses = [int(status) for status in _STATUS.findall(heard)]
    outcome.answers.update(statuses)
    outcome.unanswered += not statuses
    if any(word in heard for word in _TELLS):
        outcome.told.append(heard[:300])


async def _post(outcome: Outcome, port: int, signed: bytes) -> None:
    started = time.perf_counter()
    answer = b""
    with suppress(ConnectionError, TimeoutError):
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(signed)
            answer = await reader.readline()
            writer.transport.abort()
    if answer.startswith(b"HTTP/1.1 200"):
        outcome.waits.append((time.perf_counter() - started) * 1000)
    else:
        outcome.refused += 1
