"""How many signed webhooks a second, and how fast each: `python -m tests.benchmarks.bench_webhooks`.

Beside each other, on plain asyncio and on qasync, the client in a process of its own:

- bare      an aiohttp Application's handler that only validates, as one would write it
- server    `WebhookServer`, its `receive` does nothing
- durable   `WebhookServer`, `Inbox` and `Store`: answered when committed to disk
- rule, rules, service    the same with one rule of automatic replies, with ten, of which none fits, and with the number
            in a Messaging Service that is a line here; on plain asyncio, in turn with `durable`, their measure
- window    the whole program with 20,000 messages, somebody scrolling all the while: 200 a second for a minute

Prints and writes to bench/webhooks.json: requests a second with 64 connections, the ratio to `bare`, p50, p99 and the
slowest at 100 a second, and the longest time that the loop stood still in each.
"""

import argparse
import asyncio
import json
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any

from tests.gateway.signing import ACCOUNT, TOKEN, encoded, inbound_pairs, sign

PUBLIC = "https://sms.example.com"
KINDS = ("bare", "server", "durable")
MORE = ("durable", "rule", "rules", "service")
"""Ways in which a text that is stored is looked at more closely."""
RULES = {"rule": 1, "rules": 10}
SERVICE = "MG" + "5" * 32
PASSED_ON = {"MessagingServiceSid": SERVICE}
"""What Twilio posts of a text to a number of that service as well."""
TURN = 0.5
"""Seconds in which one of these is flooded before the next one is: whatever else this computer does befalls all."""
LOOPS = ("asyncio", "qasync")
CONNECTIONS = 64
PEERS = 500
BUSY_RATE = 200
"""A second."""
HERE = Path(__file__).resolve().parents[2]


# the server process


class Heartbeat:
    """The longest time by which a timer of 2 ms came late, and the longest that this process used of such a time: the
    rest of it others had the processor.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._due, self._used = loop.time(), time.process_time()
        self._worst = self._worst_used = 0.0
        self._beat()

    def _beat(self) -> None:
        now, used = self._loop.time(), time.process_time()
        late = now - self._due
        self._worst = max(self._worst, late)
        self._worst_used = max(self._worst_used, min(late, used - self._used))
        self._due, self._used = now + 0.002, used
        self._loop.call_at(self._due, self._beat)

    def take(self) -> float:
        """Milliseconds since last asked."""
        return self.take_both()[0]

    def take_both(self) -> tuple[float, float]:
        """The same, and how much of the processor."""
        worst, used, self._worst, self._worst_used = self._worst, self._worst_used, 0.0, 0.0
        return worst * 1000, used * 1000


@asynccontextmanager
async def bare() -> AsyncIterator[int]:
    from aiohttp import web
    from twilio.request_validator import RequestValidator

    validator = RequestValidator(TOKEN)

    async def inbound(request: web.Request) -> web.Response:
        form = await request.post()
        if not validator.validate(PUBLIC + request.path_qs, form, request.headers.get("X-Twilio-Signature", "")):
            return web.Response(status=403)
        return web.Response(text="<Response/>", content_type="text/xml")

    app = web.Application()
    app.router.add_post("/twilio/inbound", inbound)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield runner.addresses[0][1]
    await runner.cleanup()


@asynccontextmanager
async def ours(directory: Path | None, kind: str = "durable") -> AsyncIterator[int]:
    from sms_desktop.domain.hub import Hub
    from sms_desktop.gateway.webhooks import Inbound, WebhookServer
    from sms_desktop.services.inbox import Inbox
    from sms_desktop.services.link import Link
    from sms_desktop.services.replying import Replier
    from sms_desktop.store.store import Store

    async def nothing(_inbound: Inbound) -> tuple[()]:
        return ()

    async def silence(*_: object) -> None:
        return None

    store = Store(directory, Hub().publish) if directory is not None else None
    if store is not None:
        await store.open()
        await store.do(partial(furnish, kind=kind))
    server = WebhookServer(
        receive=nothing if store is None else Inbox(store, lambda: None, Replier(store, Hub(), Link())).receive,
        report=silence,
        media=silence,
        public_url=lambda: PUBLIC,
        account_sid=lambda: ACCOUNT,
        auth_token=lambda: TOKEN,
    )
    yield await server.start(0)
    await server.stop()
    if store is not None:
        await store.close()


def furnish(tx: Any, kind: str) -> None:
    """The rules, or the service, that texts are looked at with."""
    from sms_desktop.domain.line import Line, LineKind
    from sms_desktop.domain.reply import Rule, Trigger
    from sms_desktop.store import consent, lines, rules

    waits = (
        ("hours", Trigger.EXACT, "hours", "opening hours"),
        ("prices", Trigger.CONTAINS, "price", "how much", "cost"),
        ("delivery", Trigger.STARTS, "deliver", "ship"),
        ("order", Trigger.PATTERN, r"\border\s+#?\d{4,}\b"),
        ("closed", Trigger.CLOSED),
    )
    for n in range(RULES.get(kind, 0)):
        name, trigger, *words = waits[n % len(waits)]
        rules.add(tx, Rule(f"{name} {n}", trigger, "Thank you.", line=None, words=tuple(words)))
    if kind == "service":
        number = dict(inbound_pairs())["To"]
        lines.save(tx, [Line(SERVICE, "Shop", LineKind.SERVICE, sid=SERVICE, senders=(number,))])
        lines.choose(tx, [SERVICE])
        consent.set_services(tx, {number: SERVICE})


async def serve(kind: str, directory: Path) -> None:
    """Prints the port; each line on stdin is answered with the longest stall since the last; ends with stdin."""
    loop = asyncio.get_running_loop()
    asked: asyncio.Queue[str] = asyncio.Queue()

    def listen() -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(asked.put_nowait, line)
        loop.call_soon_threadsafe(asked.put_nowait, "")

    running = bare() if kind == "bare" else ours(None if kind == "server" else directory, kind)
    async with running as port:
        heartbeat = Heartbeat(loop)
        print(port, flush=True)
        threading.Thread(target=listen, daemon=True).start()
        while await asked.get():
            print(json.dumps(heartbeat.take()), flush=True)


def run_server(kind: str, loop: str, directory: Path) -> None:
    if loop == "asyncio":
        asyncio.run(serve(kind, directory))
        return
    import qasync
    from PySide6.QtCore import QCoreApplication

    application = QCoreApplication([])
    with qasync.QEventLoop(application) as event_loop:
        event_loop.run_until_complete(serve(kind, directory))


# the client


def requests(count: int, public: str = PUBLIC, token: str = TOKEN, **fields: str) -> list[bytes]:
    """Whole HTTP requests, each another message, from a few hundred people."""
    host = public.partition("://")[2]
    made = []
    for n in range(count):
        sid = f"SM{n:032x}"
        pairs = inbound_pairs(
            MessageSid=sid,
            SmsSid=sid,
            SmsMessageSid=sid,
            From=f"+1415555{n % PEERS:04d}",
            Body=f"Is the walnut chair still there? I could come by on Saturday, number {n}.",
            **fields,
        )
        body = encoded(pairs)
        head = (
            f"POST /twilio/inbound HTTP/1.1\r\nHost: {host}\r\n"
            "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\nUser-Agent: TwilioProxy/1.1\r\n"
            f"X-Twilio-Signature: {sign(public + '/twilio/inbound', pairs, token)}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        made.append(head.encode() + body)
    return made


class Caller(asyncio.Protocol):
    """One kept connection: a request, its answer, the next."""

    def __init__(self) -> None:
        self._buffer = b""
        self._answered: asyncio.Future[None] | None = None
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answered is not None and not self._answered.done():
            self._answered.set_exception(ConnectionError("the connection was ended without an answer"))

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        if found and len(body) >= int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]):
            self._buffer = b""
            assert self._answered is not None
            if head.startswith(b"HTTP/1.1 200"):
                self._answered.set_result(None)
            else:
                self._answered.set_exception(RuntimeError(head.decode()))

    async def post(self, request: bytes) -> None:
        self._answered = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        await self._answered


async def callers(port: int, count: int) -> list[Caller]:
    loop = asyncio.get_running_loop()
    return [(await loop.create_connection(Caller, "127.0.0.1", port))[1] for _ in range(count)]


async def flood(port: int, supply: Iterator[bytes], seconds: float) -> tuple[int, float]:
    """As many as go through; gives how many and in what time."""
    connections = await callers(port, CONNECTIONS)
    started = time.perf_counter()
    counts = [0]

    async def keep_on(caller: Caller) -> None:
        while time.perf_counter() - started < seconds and (request := next(supply, None)) is not None:
            await caller.post(request)
            counts[0] += 1

    await asyncio.gather(*map(keep_on, connections))
    return counts[0], time.perf_counter() - started


async def drip(port: int, supply: Iterator[bytes], seconds: float, rate: int = 100) -> list[float]:
    """At a steady rate, however long answers take; gives milliseconds from the moment each was due."""
    idle = await callers(port, 16)
    spent: list[float] = []
    started = time.perf_counter()

    async def one(due: float, request: bytes) -> None:
        caller = idle.pop() if idle else None
        if caller is None or caller.transport.is_closing():  # the server ends what nobody used for a while
            (caller,) = await callers(port, 1)
        await caller.post(request)
        spent.append((time.perf_counter() - due) * 1000)
        idle.append(caller)

    async with asyncio.TaskGroup() as group:
        for n in range(int(seconds * rate)):
            due = started + n / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            group.create_task(one(due, next(supply)))
    return spent


@dataclass
class Figures:
    """One kind on one loop: requests a second of each round, latencies in ms, stalls in ms."""

    per_second: list[float]
    latencies: list[float]
    stall_flood: float = 0.0
    stall_drip: float = 0.0

    def summary(self, baseline: "Figures") -> dict[str, float]:
        spent = sorted(self.latencies)
        best = max(self.per_second)
        return {
            "per_second": round(best),
            "per_second_median": round(statistics.median(self.per_second)),
            "ratio_to_bare": round(best / max(baseline.per_second), 3),
            "p50_ms": round(spent[len(spent) // 2], 2),
            "p99_ms": round(spent[int(len(spent) * 0.99)], 2),
            "slowest_ms": round(spent[-1], 2),
            "longest_stall_flood_ms": round(self.stall_flood, 1),
            "longest_stall_at_100_ms": round(self.stall_drip, 1),
        }


@contextmanager
def server(kind: str, loop: str, directory: Path) -> Iterator[tuple[int, IO[str], IO[str]]]:
    command = [sys.executable, "-m", "tests.benchmarks.bench_webhooks", "--serve", kind, loop, str(directory)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=HERE)
    assert process.stdin is not None and process.stdout is not None
    try:
        yield int(process.stdout.readline()), process.stdin, process.stdout
    finally:
        process.stdin.close()
        process.wait(timeout=30)
        process.stdout.close()


def stall(stdin: IO[str], stdout: IO[str]) -> float:
    stdin.write("\n")
    stdin.flush()
    return float(json.loads(stdout.readline()))


def stalls(stdin: IO[str], stdout: IO[str]) -> tuple[float, float]:
    stdin.write("\n")
    stdin.flush()
    longest, used = json.loads(stdout.readline())
    return longest, used


def measure(kind: str, loop: str, seconds: float, figures: Figures, made: list[bytes]) -> None:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        with server(kind, loop, Path(folder)) as (port, stdin, stdout):
            supply = iter(made)
            asyncio.run(flood(port, iter(made[:200] if kind != "durable" else [next(supply) for _ in range(200)]), 5))
            stall(stdin, stdout)
            before = len(figures.latencies)
            figures.latencies += asyncio.run(drip(port, supply, seconds))
            figures.stall_drip = max(figures.stall_drip, stall(stdin, stdout))
            count, spent = asyncio.run(flood(port, supply, seconds))
            figures.stall_flood = max(figures.stall_flood, stall(stdin, stdout))
            figures.per_second.append(count / spent)
            answered = 200 + count + len(figures.latencies) - before
        if kind == "durable":
            with sqlite3.connect(Path(folder) / "sms.db") as db:
                (kept,) = db.execute("SELECT count(*) FROM messages").fetchone()
            db.close()
            assert kept == answered, f"{answered} were answered, {kept} are there"


def more(seconds: float, made: dict[str, list[bytes]]) -> dict[str, dict[str, float]]:
    """Of each of MORE requests a second, and how many times the time of ``durable`` one takes: of all turns the median.

    Fails where one that was answered is not there, or a rule answered one.
    """
    rates: dict[str, list[float]] = {kind: [] for kind in MORE}
    supplies, answered = {kind: iter(made[kind]) for kind in MORE}, dict.fromkeys(MORE, 0)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, ExitStack() as stack:
        ports = {kind: stack.enter_context(server(kind, "asyncio", Path(folder) / kind))[0] for kind in MORE}
        for turn in range(1 + max(3, int(seconds / TURN))):
            for kind in MORE:
                count, spent = asyncio.run(flood(ports[kind], supplies[kind], TURN))
                answered[kind] += count
                if turn:  # in the first one all is seen for the first time
                    rates[kind].append(count / spent)
        stack.close()
        for kind in MORE:
            with sqlite3.connect(Path(folder) / kind / "sms.db") as db:
                (kept,) = db.execute("SELECT count(*) FROM messages WHERE direction = 'inbound'").fetchone()
                (replied,) = db.execute("SELECT count(*) FROM replies").fetchone()
            db.close()
            assert kept == answered[kind], f"{kind}: {answered[kind]} were answered, {kept} are there"
            assert not replied, f"{kind}: {replied} were replied to"
    times = {
        kind: statistics.median(durable / one for durable, one in zip(rates["durable"], rates[kind], strict=True))
        for kind in MORE
    }
    return {
        kind: {"per_second": round(statistics.median(rates[kind])), "times_of_durable": round(times[kind], 3)}
        for kind in MORE
    }


@contextmanager
def program(*arguments: str) -> Iterator[tuple[IO[str], IO[str]]]:
    """A module of Python's until the block ends: its standard input and output."""
    command = [sys.executable, "-m", *arguments]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=HERE)
    assert process.stdin is not None and process.stdout is not None
    try:
        yield process.stdin, process.stdout
        process.stdin.close()
        process.wait(timeout=30)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def busy(seconds: float) -> dict[str, float]:
    """The window at 200 a second: latencies and the longest stall in ms. Fails where one that was posted is not there.

    The first ten seconds, in which all is seen for the first time, do not count.
    """
    from sms_desktop.simulator import DEMO_AUTH_TOKEN
    from tests.benchmarks.seed import seed

    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        asyncio.run(seed(Path(folder), 20_000, 200, 5_000))
        with program("tests.benchmarks.probe_busy", folder) as (stdin, stdout):
            webhook = json.loads(stdout.readline())
            made = requests(int((seconds + 10) * BUSY_RATE), webhook, DEMO_AUTH_TOKEN, To="+12125550100")
            supply, port = iter(made), int(webhook.rpartition(":")[2])
            asyncio.run(drip(port, supply, 10, BUSY_RATE))
            stalls(stdin, stdout)
            spent = sorted(asyncio.run(drip(port, supply, seconds, BUSY_RATE)))
            longest, used = stalls(stdin, stdout)
        with sqlite3.connect(Path(folder) / "sms.db") as db:
            kept = {sid for (sid,) in db.execute("SELECT sid FROM messages WHERE sid LIKE 'SM000000000000%'")}
        db.close()
        lost = {f"SM{n:032x}" for n in range(len(made))} - kept
        assert not lost, f"{len(lost)} of {len(made)} are not there"
    return {
        "answered": len(spent),
        "p50_ms": round(spent[len(spent) // 2], 2),
        "p99_ms": round(spent[int(len(spent) * 0.99)], 2),
        "slowest_ms": round(spent[-1], 2),
        "longest_stall_ms": round(longest, 1),
        "longest_stall_of_ours_ms": round(used, 1),
        "lost": 0,
    }


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Signed webhooks a second, beside a bare handler.")
    parser.add_argument("--serve", nargs=3, metavar=("KIND", "LOOP", "FOLDER"), help=argparse.SUPPRESS)
    parser.add_argument("--seconds", type=float, default=4.0, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=3, help="the best one counts; 0: none")
    parser.add_argument("--more", type=float, default=10.0, help="seconds of each with rules or a service; 0: without")
    parser.add_argument("--busy", type=float, default=60.0, help="seconds with the window; 0: without it")
    parser.add_argument("--output", type=Path, default=HERE / "bench" / "webhooks.json")
    options = parser.parse_args(arguments)
    if options.serve:
        kind, loop, folder = options.serve
        run_server(kind, loop, Path(folder))
        return
    made = requests(int(8000 * options.seconds) + 1000)
    results: dict[str, Any] = {}
    for loop in LOOPS if options.rounds else ():
        figures = {kind: Figures([], []) for kind in KINDS}
        for _ in range(options.rounds):
            for kind in KINDS:
                measure(kind, loop, options.seconds, figures[kind], made)
        results[loop] = {kind: figures[kind].summary(figures["bare"]) for kind in KINDS}
        print(
            f"\non {loop}       requests/s   of bare   p50 ms   p99 ms   slowest   stall at 100/s   stall when flooded"
        )
        for kind, row in results[loop].items():
            print(
                f"  {kind:<12} {row['per_second']:>11,} {row['ratio_to_bare']:>9.0%} {row['p50_ms']:>8.2f}"
                f" {row['p99_ms']:>8.2f} {row['slowest_ms']:>9.2f} {row['longest_stall_at_100_ms']:>13.1f} ms"
                f" {row['longest_stall_flood_ms']:>17.1f} ms"
            )
        durable = results[loop]["durable"]
        print(f"  durable is {durable['ratio_to_bare']:.0%} of bare (wanted: 15 %), p99 {durable['p99_ms']} ms (25)")
    if options.more:
        own, theirs = requests(int(3000 * options.more) + 3000), requests(int(3000 * options.more) + 3000, **PASSED_ON)
        results["more"] = more(options.more, {kind: theirs if kind == "service" else own for kind in MORE})
        print("\nlooked at more closely   requests/s   of the time of durable")
        for kind, row in results["more"].items():
            print(f"  {kind:<22} {row['per_second']:>10,} {row['times_of_durable']:>23.2f}")
    if options.busy:
        results["window"] = found = busy(options.busy)
        print(
            f"\nthe window, scrolled, {BUSY_RATE} a second: {found['answered']:,} answered, p50 {found['p50_ms']} ms, "
            f"p99 {found['p99_ms']} ms (wanted: 100), slowest {found['slowest_ms']} ms, longest stall "
            f"{found['longest_stall_ms']} ms (50), of which the program itself had the processor for "
            f"{found['longest_stall_of_ours_ms']} ms, lost {found['lost']}"
        )
    options.output.parent.mkdir(exist_ok=True)
    options.output.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
