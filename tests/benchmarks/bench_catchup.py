"""Catching up with what was missed: `python -m tests.benchmarks.bench_catchup [--messages N] [--rounds N]`.

One line missed N messages, a quarter of them ours from elsewhere, from 500 people in three days. The simulator runs in
a process of its own: once it answers at once, which Twilio never does, and once it takes a tenth of a second for a
page, which is still quick for Twilio. Beside each other, on plain asyncio and on qasync, each in a new process, garbage
looked for as in the app:

- listing   the gateway's ``listed`` over all pages of both directions, which are read and thrown away
- catch-up  the whole engine on an empty store whose mark is three days old, until it says that all is here

Prints and writes bench/catchup.json: seconds of both (the best of the rounds), their ratio, and the longest time that
the loop stood still meanwhile.
"""

import argparse
import asyncio
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sms_desktop import garbage
from tests.benchmarks.bench_webhooks import HERE, LOOPS, Heartbeat
from tests.benchmarks.report import Report
from tests.benchmarks.seed import words

LINE = "+12125550100"
PEERS = 500
AWAY = timedelta(days=3)
KINDS = ("listing", "catch-up")
LATENCIES = (0.0, 0.1)
"""Seconds that a page takes besides."""


# the simulator's process


async def simulate(count: int, latency: float) -> None:
    """Prints the address, the account and its token as JSON; ends with stdin."""
    from sms_desktop.simulator import PastMessage, Simulator

    chance = random.Random(5)
    simulator = Simulator(pace=0, seed=5)
    newest = datetime.now(UTC) - timedelta(minutes=2)
    step = (AWAY - timedelta(hours=1)) / count

    def past(n: int) -> PastMessage:
        peer = f"+1415555{chance.randrange(PEERS):04}"
        from_, to = (LINE, peer) if n % 4 == 0 else (peer, LINE)
        return PastMessage(from_, to, words(chance, 14), newest - step * n)

    simulator.account.import_messages(past(n) for n in range(count))
    simulator.weather.slow, simulator.weather.slow_seconds = float(latency > 0), latency
    await simulator.start()
    account = simulator.account
    print(json.dumps([simulator.base_url, account.sid, account.auth_token]), flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await simulator.stop()


@contextmanager
def simulator(count: int, latency: float) -> Iterator[list[str]]:
    asked = ["--simulate", str(latency), "--messages", str(count)]
    command = [sys.executable, "-m", "tests.benchmarks.bench_catchup", *asked]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=HERE)
    assert process.stdin is not None and process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())
    finally:
        process.stdin.close()
        process.wait(timeout=30)
        process.stdout.close()


# the measured process


async def list_all(twilio: Sequence[str]) -> int:
    """Every page of both directions, as fast as they come; gives how many messages there were."""
    from sms_desktop.domain.message import Direction
    from sms_desktop.gateway.credentials import Credentials
    from sms_desktop.gateway.twilio import TwilioGateway

    url, sid, token = twilio
    gateway = TwilioGateway(Credentials(sid, token), url)
    since = datetime.now(UTC) - AWAY

    async def one(direction: Direction) -> int:
        count, cursor = 0, None
        while True:
            page = await gateway.listed(LINE, direction, since, None, cursor)
            count, cursor = count + len(page.messages), page.cursor
            if cursor is None:
                return count

    counts = await asyncio.gather(*map(one, Direction))
    await gateway.close()
    return sum(counts)


async def catch_up(twilio: Sequence[str], directory: Path, count: int, begun: Callable[[], None]) -> float:
    """Seconds from the start of an opened engine until it says that all is here.

    ``begun`` is called at its first word of progress.
    """
    from sms_desktop.domain.account import CredentialHome
    from sms_desktop.domain.events import CatchUpChanged
    from sms_desktop.engine import Engine
    from sms_desktop.environment import Environment
    from sms_desktop.gateway.credentials import Credentials
    from sms_desktop.store import gaps

    url, sid, token = twilio
    engine = Engine(directory, Environment(twilio_url=url, webhook_port=0))
    await engine.open()
    away = datetime.now(UTC) - AWAY
    await engine.store.do(lambda tx: gaps.watch(tx, LINE, away))
    running, done = asyncio.Event(), asyncio.Event()

    def heard(event: CatchUpChanged) -> None:
        progress = event.progress
        assert not progress.waiting, progress.waiting
        if progress.running and not running.is_set():
            running.set()
            begun()
        if not progress.running and progress.complete_to is not None and progress.added >= count:
            done.set()

    engine.hub.subscribe(CatchUpChanged, heard)
    start = time.perf_counter()
    await engine.services.account.use(Credentials(sid, token), CredentialHome.ENVIRONMENT)
    await engine.run(patient=False)
    await done.wait()
    seconds = time.perf_counter() - start
    await engine.close()
    return seconds


async def measured(kind: str, twilio: Sequence[str], directory: Path, count: int) -> dict[str, float]:
    """Seconds, and the longest stall in milliseconds; that of the engine's start is `bench_start`'s."""
    import sms_desktop.engine  # none of these is to be measured
    import sms_desktop.gateway.twilio
    import sms_desktop.gateway.webhooks  # noqa: F401

    sweeping = asyncio.create_task(garbage.sweep())
    heartbeat = Heartbeat(asyncio.get_running_loop())
    await asyncio.sleep(0.05)
    garbage.leave_out_what_exists()
    heartbeat.take()
    if kind == "listing":
        start = time.perf_counter()
        found = await list_all(twilio)
        seconds = time.perf_counter() - start
        assert found == count, f"{found} of {count} were listed"
    else:

        def begun() -> None:
            garbage.leave_out_what_exists()
            heartbeat.take()

        seconds = await catch_up(twilio, directory, count, begun)
    figures = {"seconds": seconds, "stall": heartbeat.take()}
    sweeping.cancel()
    await asyncio.gather(sweeping, return_exceptions=True)
    return figures


def run_measured(kind: str, loop: str, twilio: Sequence[str], directory: Path, count: int) -> None:
    if loop == "asyncio":
        figures = asyncio.run(measured(kind, twilio, directory, count))
    else:
        import qasync
        from PySide6.QtCore import QCoreApplication

        application = QCoreApplication([])
        with qasync.QEventLoop(application) as event_loop:
            figures = event_loop.run_until_complete(measured(kind, twilio, directory, count))
    print(json.dumps(figures), flush=True)


def measure(kind: str, loop: str, twilio: Sequence[str], count: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        asked = ["--measure", kind, loop, folder, *twilio, "--messages", str(count)]
        command = [sys.executable, "-m", "tests.benchmarks.bench_catchup", *asked]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, cwd=HERE, check=True)
        found: dict[str, float] = json.loads(done.stdout)
        return found


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Catching up, beside listing alone.")
    parser.add_argument("--simulate", type=float, help=argparse.SUPPRESS)
    parser.add_argument("--measure", nargs=6, help=argparse.SUPPRESS)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=2, help="the best one counts")
    options = parser.parse_args(arguments)
    if options.simulate is not None:
        asyncio.run(simulate(options.messages, options.simulate))
        return
    if options.measure:
        kind, loop, folder, *twilio = options.measure
        run_measured(kind, loop, twilio, Path(folder), options.messages)
        return
    report = Report(f"catchup: {options.messages:,} missed messages on one line")
    for loop in LOOPS:
        for latency in LATENCIES:
            with simulator(options.messages, latency) as twilio:
                figures = {
                    kind: [measure(kind, loop, twilio, options.messages) for _ in range(options.rounds)]
                    for kind in KINDS
                }
            alone, ours = (
                {name: min(one[name] for one in figures[kind]) for name in figures[kind][0]} for kind in KINDS
            )
            how = f"{loop}, {latency * 1000:.0f} ms a page"
            report.add(f"catching up ({how})", ours["seconds"], "s", baseline=alone["seconds"], of="listing alone",
                       target="≤ × 2")  # fmt: skip
            report.add(f"longest stall ({how})", ours["stall"], "ms", baseline=alone["stall"], of="listing alone",
                       target="≤ 16 ms")  # fmt: skip
    report.write()


if __name__ == "__main__":
    main()
