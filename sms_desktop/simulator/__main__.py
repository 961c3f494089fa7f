"""`sms-desktop simulator`: the account on loopback until Ctrl+C or SIGTERM."""

import argparse
import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Sequence

from sms_desktop.simulator.account import DEMO_ACCOUNT_SID, DEMO_AUTH_TOKEN
from sms_desktop.simulator.server import Simulator

PORT = 8438


def main(argv: Sequence[str]) -> int:
    """Runs until it is stopped. Exit code 0, 1 when the port is taken (one sentence on stderr), 2 for wrong usage."""
    parser = argparse.ArgumentParser(prog="sms-desktop simulator", description="A Twilio account on this machine.")
    add_options(parser)
    return run(parser.parse_args(argv))


def run(options: argparse.Namespace) -> int:
    """The same for options that are parsed already."""
    environment = os.environ
    key, secret = environment.get("TWILIO_API_KEY"), environment.get("TWILIO_API_SECRET")
    simulator = Simulator(
        account_sid=environment.get("TWILIO_ACCOUNT_SID") or DEMO_ACCOUNT_SID,
        auth_token=environment.get("TWILIO_AUTH_TOKEN") or DEMO_AUTH_TOKEN,
        api_keys={key: secret} if key and secret else None,
        pace=options.pace,
        seed=options.seed,
    )
    try:
        return asyncio.run(_serve(simulator, options.port, as_json=options.json))
    except KeyboardInterrupt:
        return 0


async def _serve(simulator: Simulator, port: int, *, as_json: bool) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        # Windows has no signal handlers on its loop; Ctrl+C arrives as KeyboardInterrupt there.
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    try:
        await simulator.start(port)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        print(f"The simulator cannot listen on 127.0.0.1:{port}: {reason}.", file=sys.stderr)
        return 1
    try:
        # Nobody has to read the introduction.
        with contextlib.suppress(BrokenPipeError):
            _introduce(simulator, as_json=as_json)
        await stop.wait()
    finally:
        await simulator.stop()
    return 0


def _introduce(simulator: Simulator, *, as_json: bool) -> None:
    account = simulator.account
    # A token that came from the environment may be a real one: it is used, never shown.
    token = None if os.environ.get("TWILIO_AUTH_TOKEN") else account.auth_token
    lines = [{"number": line.number, "name": line.friendly_name, "sid": line.sid} for line in account.lines.values()]
    if as_json:
        people = [{"number": p.number, "name": p.name, "ways": p.ways} for p in simulator.people]
        ready = {"event": "ready", "base_url": simulator.base_url, "account_sid": account.sid, "auth_token": token}
        print(json.dumps({**ready, "lines": lines, "people": people}), flush=True)
        return
    print(f"Base URL     {simulator.base_url}")
    print(f"Account SID  {account.sid}")
    print(f"Auth Token   {token or 'the one in TWILIO_AUTH_TOKEN'}")
    for line in lines:
        print(f"Line         {line['number']}  {line['name']}")
    for person in simulator.people:
        print(f"Person       {person.number}  {person.name}: {person.ways}")
    sys.stdout.flush()


def add_options(parser: argparse.ArgumentParser) -> None:
    """What the command understands, for a parser that has it among others."""
    parser.add_argument(
        "--port", type=_port, default=PORT, help=f"port on 127.0.0.1 (default {PORT}; 0 takes a free one)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object when ready")
    parser.add_argument("--pace", type=_pace, default=1.0, help="multiplies every pause: 1 is lifelike, 0 is at once")
    parser.add_argument("--seed", type=int, default=None, help="makes weather and people repeat themselves")


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return int(text)


def _pace(text: str) -> float:
    try:
        factor = float(text)
    except ValueError:
        factor = -1.0
    if not 0 <= factor <= 1000:
        raise argparse.ArgumentTypeError("a pace is a number from 0 to 1000")
    return factor


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
