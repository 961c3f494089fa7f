"""Messages that fell silent: Twilio is asked about them, ever more seldom, until all is said."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from sms_desktop.domain.errors import OptedOut
from sms_desktop.domain.message import FINAL, Message, Status, StatusReport
from sms_desktop.services import statuses
from sms_desktop.services.catchup import CatchUp
from sms_desktop.services.clock import now
from sms_desktop.services.statuses import DAILY, GIVEN_UP, PRICE_LOOKS, STUMBLED, WAITS
from sms_desktop.simulator import Simulator
from sms_desktop.simulator.messages import Filter
from sms_desktop.store import messages, polls
from sms_desktop.store.polls import Silent
from sms_desktop.store.store import Tx
from tests.rig import LANDLINE, LINE, PATIENCE, SILENT, Rig

FAR = timedelta(days=400)


@dataclass
class Later:
    """The time as the statuses service has it: now, and then later."""

    by: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        return now() + self.by


@pytest.fixture(autouse=True)
def nothing_but_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Catching up would learn the same from Twilio's list, and sooner."""

    async def idle(_: CatchUp) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(CatchUp, "run", idle)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Later:
    found = Later()
    monkeypatch.setattr(statuses, "now", found)
    return found


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    """Without callbacks, and without prices until a test wants them."""
    rig = Rig(tmp_path / "data", Simulator(pace=0, seed=7))
    await rig.simulator.start()
    rig.simulator.weather.lost_callbacks = 1
    await rig.start()
    yield rig
    await rig.stop()
    await rig.simulator.stop()


async def planned(rig: Rig, message: Message) -> Silent | None:
    found = await rig.engine.store.read(lambda db: polls.due(db, now() + FAR, 1000))
    return next((silent for silent in found if silent.message.id == message.id), None)


async def planned_at(rig: Rig, message: Message) -> datetime:
    def at(tx: Tx) -> int:
        return int(tx.db.exec_driver_sql("SELECT poll_at FROM messages WHERE id = ?", (message.id,)).scalar_one())

    return datetime.fromtimestamp(await rig.engine.store.do(at) / 1e6, tz=now().tzinfo)


async def is_sent(rig: Rig, peer: str, body: str = "Hello") -> Message:
    """Has Twilio's SID and, at Twilio, its last status, of which nobody told us."""
    sent = await rig.send(peer, body)
    accepted = await rig.until(lambda: next((m for m in rig.messages.values() if m.id == sent.id and m.sid), None))
    await rig.simulator.idle()
    return accepted


async def looked(rig: Rig, message: Message, times: int) -> Silent | None:
    """Waits until it was asked about so often, or will not be again."""
    async with asyncio.timeout(PATIENCE):
        while (silent := await planned(rig, message)) is not None and silent.polls < times:
            rig.services.statuses.wake()
    return silent


async def now_is(rig: Rig, message: Message) -> Message:
    found = await rig.engine.store.read(lambda db: messages.get(db, message.id))
    assert found is not None
    return found


async def test_the_first_look_comes_half_a_minute_after_sending(rig: Rig, later: Later) -> None:
    before = now()
    message = await is_sent(rig, SILENT)
    assert before + WAITS[0] <= await planned_at(rig, message) <= now() + WAITS[0]
    assert WAITS[0] == timedelta(seconds=30)
    rig.services.statuses.wake()
    await asyncio.sleep(0)
    assert (await now_is(rig, message)).status not in FINAL


@pytest.mark.parametrize(("peer", "status"), [(SILENT, Status.DELIVERED), (LANDLINE, Status.UNDELIVERED)])
async def test_lost_callbacks_are_made_good_by_asking(rig: Rig, later: Later, peer: str, status: Status) -> None:
    message = await is_sent(rig, peer)
    later.by = WAITS[0]
    rig.services.statuses.wake()
    settled = await rig.status(message, status)
    assert settled.error_code == (30006 if peer == LANDLINE else None)
    assert settled.segments == 1
    reports = await rig.services.timeline.reports(message.id)
    assert [report.source for report in reports][-1] == "poll"


async def test_a_price_that_comes_late_is_learned_later_and_then_all_is_said(rig: Rig, later: Later) -> None:
    rig.simulator.weather.price_lag = 3600
    message = await is_sent(rig, SILENT)
    later.by = WAITS[0]
    silent = await looked(rig, message, 1)
    assert silent is not None
    assert (silent.message.status, silent.message.price) == (Status.DELIVERED, None)
    assert now() + WAITS[1] - timedelta(seconds=60) < await planned_at(rig, message)
    rig.simulator.weather.price_lag = 0
    later.by += WAITS[1] + timedelta(seconds=1)
    assert await looked(rig, message, 2) is None
    settled = await now_is(rig, message)
    assert (settled.price, settled.price_unit) == ("-0.00790", "USD")


async def test_an_inbound_message_learns_what_it_cost(rig: Rig, later: Later) -> None:
    rig.simulator.customer_texts(SILENT, LINE, "Hello")
    message = await rig.inbound("Hello")
    assert message.price is None
    later.by = timedelta(minutes=6)
    assert await looked(rig, message, 1) is None
    assert (await now_is(rig, message)).price == "-0.00790"


async def test_a_price_that_never_comes_is_not_waited_for_for_ever(rig: Rig, later: Later) -> None:
    rig.simulator.weather.price_lag = 3600
    message = await is_sent(rig, SILENT)
    later.by = timedelta(days=1)
    for looks in range(1, PRICE_LOOKS):
        silent = await looked(rig, message, looks)
        assert silent is not None
        later.by += DAILY
    assert await looked(rig, message, PRICE_LOOKS) is None
    assert (await now_is(rig, message)).status is Status.DELIVERED


async def test_what_never_becomes_final_is_asked_about_ever_more_seldom_and_given_up(rig: Rig, later: Later) -> None:
    message = await is_sent(rig, SILENT)
    assert message.sid is not None
    found = rig.simulator.account.log.get(message.sid)
    assert found is not None
    found.status = "sent"
    expected = [*WAITS[1:], DAILY, DAILY]
    assert WAITS[1:] == (timedelta(minutes=5), timedelta(hours=1), timedelta(hours=12))
    later.by = WAITS[0]
    for looks, wait in enumerate(expected, 1):
        silent = await looked(rig, message, looks)
        assert silent is not None
        assert silent.polls == looks
        due = await planned_at(rig, message)
        assert later() + wait - timedelta(seconds=PATIENCE) < due <= later() + wait
        later.by += wait
    later.by = GIVEN_UP + timedelta(days=1)
    assert await looked(rig, message, len(expected) + 1) is None
    assert (await now_is(rig, message)).status is Status.SENT


async def test_a_message_that_is_gone_from_twilio_is_not_asked_about_again(rig: Rig, later: Later) -> None:
    message = await is_sent(rig, SILENT)
    found = rig.simulator.account.log.get(message.sid or "")
    assert found is not None
    rig.simulator.account.delete(found)
    later.by = WAITS[0]
    assert await looked(rig, message, 1) is None
    assert (await now_is(rig, message)).status not in FINAL


async def test_a_refusal_for_stop_that_no_callback_told_opts_out(rig: Rig, later: Later) -> None:
    message = await is_sent(rig, SILENT)
    found = rig.simulator.account.log.get(message.sid or "")
    assert found is not None
    found.status, found.error_code = "failed", 21610
    later.by = WAITS[0]
    rig.services.statuses.wake()
    failed = await rig.status(message, Status.FAILED)
    assert failed.error_code == 21610
    with pytest.raises(OptedOut):
        await rig.services.outbox.submit(message.conversation_id, "hello again")


async def test_a_start_that_came_since_the_refused_text_counts_more(rig: Rig, later: Later) -> None:
    message = await is_sent(rig, SILENT)
    found = rig.simulator.account.log.get(message.sid or "")
    assert found is not None
    found.status, found.error_code = "failed", 21610
    rig.simulator.customer_texts(SILENT, LINE, "START")
    await rig.inbound("START")
    later.by = WAITS[0]
    rig.services.statuses.wake()
    await rig.status(message, Status.FAILED)
    await rig.services.outbox.submit(message.conversation_id, "welcome back")


async def test_twilio_that_does_not_answer_is_asked_again_and_not_hammered(rig: Rig, later: Later) -> None:
    sent = [await is_sent(rig, SILENT, f"{n}") for n in range(12)]
    gateway = rig.services.link.gateway
    assert gateway is not None
    rig.simulator.weather.down = 1
    later.by = WAITS[0] + timedelta(seconds=1)
    before = rig.simulator.requests["GET Messages/{sid}.json"]
    pause = await rig.services.statuses._ask_due()
    assert pause >= STUMBLED
    asked = rig.simulator.requests["GET Messages/{sid}.json"] - before
    assert asked <= 2 * statuses.AT_ONCE
    assert [(await now_is(rig, message)).status in FINAL for message in sent] == [False] * 12
    silent = [await planned(rig, message) for message in sent]
    assert [found.polls for found in silent if found is not None] == [0] * 12
    rig.simulator.weather.down = 0
    later.by += timedelta(minutes=2)
    rig.services.statuses.wake()
    for message in sent:
        await rig.status(message, Status.DELIVERED)


async def test_one_of_which_only_a_callback_told_is_asked_about_as_well(rig: Rig, later: Later) -> None:
    rig.simulator.weather.no_answer = 1
    sent = await rig.send(SILENT, "No answer, and only the first callback")
    await rig.status(sent, Status.SENDING)
    await rig.until(lambda: rig.simulator.phone(SILENT).messages, "it arrives")
    [theirs] = [m for m in rig.simulator.account.log.older(Filter(), None, 10) if m.body == sent.body]
    word = StatusReport(Status.SENT, None, theirs.sid, "callback", now())
    await rig.services.inbox.report(sent.id, word)
    later.by = WAITS[0]
    rig.services.statuses.wake()
    await rig.status(sent, Status.DELIVERED)
