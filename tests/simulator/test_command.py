"""`sms-desktop simulator`, as a program of its own."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest

from sms_desktop.simulator import DEMO_ACCOUNT_SID, DEMO_AUTH_TOKEN, SHOP_LINE, Simulator
from tests.simulator.api import basic

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="ends the program with a signal")


@asynccontextmanager
async def program(*arguments: str, **environment: str) -> AsyncIterator[asyncio.subprocess.Process]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TWILIO_")}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "sms_desktop.simulator",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**kept, **environment},
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def first_line(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    return (await process.stdout.readline()).decode()


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
async def test_it_introduces_itself_serves_and_stops_cleanly(end: signal.Signals) -> None:
    async with program("--json", "--port", "0") as process:
        ready = json.loads(await first_line(process))
        assert (ready["event"], ready["account_sid"], ready["auth_token"]) == (
            "ready",
            DEMO_ACCOUNT_SID,
            DEMO_AUTH_TOKEN,
        )
        assert ready["lines"][0]["number"] == SHOP_LINE and len(ready["people"]) >= 7
        headers = {"Authorization": basic(DEMO_ACCOUNT_SID, DEMO_AUTH_TOKEN)}
        url = f"{ready['base_url']}/2010-04-01/Accounts/{DEMO_ACCOUNT_SID}/Balance.json"
        async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as response:
            assert response.status == 200

        process.send_signal(end)
        rest, errors = await process.communicate()
        assert (process.returncode, rest, errors) == (0, b"", b"")


async def test_credentials_come_from_the_environment_and_are_not_shown() -> None:
    sid, token = "AC" + "1" * 32, "a token that may be real"
    async with program("--port", "0", TWILIO_ACCOUNT_SID=sid, TWILIO_AUTH_TOKEN=token) as process:
        base = (await first_line(process)).split()[-1]
        assert sid in await first_line(process)
        assert token not in await first_line(process)
        headers = {"Authorization": basic(sid, token)}
        url = f"{base}/2010-04-01/Accounts/{sid}.json"
        async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as response:
            assert response.status == 200


async def test_a_busy_port_is_said_in_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        async with program("--port", str(taken.getsockname()[1])) as process:
            out, errors = await process.communicate()
            assert (process.returncode, out) == (1, b"")
            assert errors.decode().count("\n") == 1 and "cannot listen" in errors.decode()


async def test_wrong_usage_is_2() -> None:
    async with program("--port", "many") as process:
        await process.communicate()
        assert process.returncode == 2


async def test_stopping_leaves_no_task_behind_and_starting_again_keeps_the_account() -> None:
    before = asyncio.all_tasks()
    sim = Simulator(pace=1000)
    await sim.start()
    sim.set_sms_url(SHOP_LINE, "http://127.0.0.1:9/in")
    sim.customer_texts("+14155550110", SHOP_LINE, "STOP")
    await sim.stop()
    await sim.stop()
    assert asyncio.all_tasks() == before
    assert len(sim.account.log) == 2
    await sim.start()
    await sim.stop()
