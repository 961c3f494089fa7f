"""The engine is killed while it catches up with what it missed: afterwards each message is here once."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sms_desktop.store import gaps
from sms_desktop.store.schema import FILE
from sms_desktop.store.store import Store
from tests.journeys.commands.program import LINE, Twilio, run, running, serving

COUNT = 9000
AWAY = timedelta(days=3)


@pytest.fixture
def twilio(tmp_path: Path) -> Iterator[Twilio]:
    """An account of its own, for it holds thousands of messages."""
    errors = tmp_path / "simulator.txt"
    with running("simulator", "--port", "0", "--json", "--pace", "0", "--seed", "5", errors=errors) as command:
        ready = command.ready
        yield Twilio(ready["base_url"], ready["account_sid"], ready["auth_token"])


async def off_since(data: Path, since: datetime) -> None:
    store = Store(data, lambda events: None)
    await store.open()
    await store.do(lambda tx: gaps.watch(tx, LINE, since))
    await store.close()


def stored(data: Path) -> int:
    with closing(sqlite3.connect(f"{(data / FILE).as_uri()}?mode=ro", uri=True)) as db:
        return int(db.execute("SELECT count(*) FROM messages").fetchone()[0])


def missed(twilio: Twilio) -> list[str]:
    newest = datetime.now(UTC) - timedelta(minutes=2)
    past = []
    for n in range(COUNT):
        peer = f"+1415555{n % 200:04}"
        from_, to = (LINE, peer) if n % 3 == 0 else (peer, LINE)
        at = (newest - timedelta(seconds=20 * n)).isoformat(timespec="seconds")
        past.append({"from": from_, "to": to, "body": f"missed {n}", "at": at})
    sids: list[str] = twilio.control("past", {"messages": past})["sids"]
    return sids


def test_two_kills_while_catching_up_lose_nothing_and_double_nothing(data: Path, twilio: Twilio) -> None:
    sids = missed(twilio)
    asyncio.run(off_since(data, datetime.now(UTC) - AWAY))
    twilio.weather(slow=1, slow_seconds=0.2, list_error=0.1)
    twilio.control("faults", {"list_page": 5, "times": 1000})  # it pauses there, and so cannot end before it is killed
    for moment in (1500, 4500):
        with serving(data, twilio) as serve:
            serve.wait(lambda moment=moment: stored(data) >= moment, "some of it is here")  # type: ignore[misc]
            serve.process.kill()
            serve.process.wait()
        assert moment <= stored(data) < COUNT
    twilio.weather(slow=0, list_error=0)
    twilio.control("faults", {"list_page": 5, "times": 0})
    with serving(data, twilio) as serve:
        serve.wait(lambda: stored(data) >= COUNT, "all of it is here")
        assert serve.end() == 0
    records = run("export", "--data-dir", data).records
    assert Counter(record["sid"] for record in records) == Counter(sids)
