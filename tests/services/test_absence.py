"""After contact was lost, what waits is held until it is known whether its recipient wrote STOP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sms_desktop.domain.consent import OPTED_OUT_CODE
from sms_desktop.domain.errors import GatewayError
from sms_desktop.domain.message import OURS, Direction, Message, Status
from sms_desktop.gateway.gateway import Unreachable
from sms_desktop.gateway.twilio import TwilioGateway
from sms_desktop.gateway.wire import NeverLeft, NoAnswer
from sms_desktop.services import absence as absence_module
from sms_desktop.services.catchup import CatchUp
from sms_desktop.simulator import PastMessage
from sms_desktop.store import outbox
from tests.rig import ANSWERS, LINE, PATIENCE, SILENT, YOURS, Rig

FOR_EVER = 1_000_000
LONG = 30.0


@pytest.fixture
def long_list(monkeypatch: pytest.MonkeyPatch) -> None:
    """Catching up takes longer than any test."""

    async def busy(_: CatchUp) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(CatchUp, "run", busy)


class Cut:
    """Stands before the gateway: while ``cut`` no connection comes about. ``calls`` are those that got through."""

    def __init__(self, rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
        gateway = rig.services.link.gateway
        assert gateway is not None
        self.cut = False
        self.calls: list[tuple[str, str | None]] = []
        self.tries = 0
        send, listed, account = gateway.send, gateway.listed, gateway.account

        async def sending(outgoing: Any, *more: Any) -> Any:
            self.tries += 1
            if self.cut:
                return Unreachable("No network.")
            self.calls.append(("send", outgoing.to))
            return await send(outgoing, *more)

        async def listing(line: str, direction: Direction, *rest: Any, peer: str | None = None) -> Any:
            if self.cut:
                raise NeverLeft("No network.")
            page = await listed(line, direction, *rest, peer=peer)
            if line == LINE and direction is Direction.INBOUND:
                self.calls.append(("list", peer))
            return page

        async def looking() -> Any:
            if self.cut:
                raise NeverLeft("No network.")
            return await account()

        monkeypatch.setattr(gateway, "send", sending)
        monkeypatch.setattr(gateway, "listed", listing)
        monkeypatch.setattr(gateway, "account", looking)


async def queued_while_off(directory: Path, *people: str) -> tuple[Rig, list[Message]]:
    """A run that has met Twilio, one that wrote to ``people`` and did not, and the simulator of both."""
    rig = Rig(directory / "data")
    await rig.start()
    await rig.until(lambda: rig.services.catchup.progress.complete_to, "a first round")
    await rig.engine.close()
    await rig.open("http://127.0.0.1:9")
    written = [await rig.send(peer, "Our offer of today") for peer in people]
    await rig.engine.close()
    rig.simulator.set_sms_url(LINE, "")
    return rig, written


async def last_word_on(rig: Rig, message: Message) -> str:
    return (await rig.services.timeline.reports(message.id))[-1].source


@asynccontextmanager
async def held_back(directory: Path) -> AsyncIterator[tuple[Rig, Message]]:
    """A text that waits from before, while the list fails."""
    rig, (waiting,) = await queued_while_off(directory, SILENT)
    try:
        rig.simulator.faults.fail_list_page(1, FOR_EVER)
        await rig.open(rig.simulator.base_url)
        await rig.connect(routed=False)
        await rig.until(lambda: rig.services.absence.held, "held")
        yield rig, waiting
    finally:
        await rig.stop()


async def test_people_are_asked_about_one_by_one_while_the_list_of_all_takes_its_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig, (stopped, other) = await queued_while_off(tmp_path, SILENT, YOURS)
    try:
        rig.simulator.customer_texts(SILENT, LINE, "STOP")
        monkeypatch.setattr(CatchUp, "run", _never)
        await rig.open(rig.simulator.base_url)
        await rig.connect(routed=False)
        failed = await rig.status(stopped, Status.FAILED)
        assert failed.error_code == OPTED_OUT_CODE
        assert await last_word_on(rig, stopped) == OURS, "Twilio was not even asked"
        await rig.status(other, Status.DELIVERED)
        assert (await rig.inbound("STOP")).peer == SILENT
    finally:
        await rig.stop()


async def _never(_: CatchUp) -> None:
    await asyncio.Event().wait()


async def test_a_stop_behind_many_texts_of_the_same_person_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig, (stopped,) = await queued_while_off(tmp_path, SILENT)
    try:
        rig.simulator.customer_texts(SILENT, LINE, "STOP")
        at = datetime.now(UTC)
        rig.simulator.account.import_messages(PastMessage(SILENT, LINE, f"and {n}", at, None) for n in range(120))
        monkeypatch.setattr(CatchUp, "run", _never)
        await rig.open(rig.simulator.base_url)
        await rig.connect(routed=False)
        await rig.status(stopped, Status.FAILED)
        assert await last_word_on(rig, stopped) == OURS
    finally:
        await rig.stop()


async def test_where_the_list_fails_what_waited_waits_with_a_reason_and_what_is_written_now_leaves(
    tmp_path: Path,
) -> None:
    rig, (waiting,) = await queued_while_off(tmp_path, SILENT)
    try:
        rig.simulator.faults.fail_list_page(1, FOR_EVER)
        await rig.open(rig.simulator.base_url)
        await rig.connect(routed=False)
        await rig.until(lambda: rig.services.absence.held == {waiting.id}, "it is told why it waits")
        now = await rig.send(YOURS, "You are in front of me")
        await rig.status(now, Status.DELIVERED)
        await rig.until(lambda: rig.services.absence.held == {waiting.id}, "it alone is held")
        await rig.until(lambda: rig.services.outbox.waiting == 1, "one waits")  # counted after the other's answer
        assert rig.simulator.phone(SILENT).messages == ()
        await rig.services.absence.trust(waiting.id)
        await rig.status(waiting, Status.DELIVERED)
        await rig.until(lambda: not rig.services.absence.held, "nothing is held")
    finally:
        await rig.stop()


async def test_where_the_list_alone_breaks_off_that_is_no_lost_contact(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def breaks_off(*_: object, **__: object) -> None:
        raise NoAnswer("It broke off.")

    rig, (waiting,) = await queued_while_off(tmp_path, SILENT)
    monkeypatch.setattr(TwilioGateway, "listed", breaks_off)
    try:
        await rig.open(rig.simulator.base_url)
        await rig.connect(routed=False)
        await rig.until(lambda: rig.services.absence.held == {waiting.id}, "it is told why it waits")
        for text in ("one", "two"):
            await rig.status(await rig.send(YOURS, text), Status.DELIVERED)
        await rig.until(lambda: rig.services.absence.held == {waiting.id}, "it alone is held")
        assert rig.simulator.phone(SILENT).messages == ()
    finally:
        await rig.stop()


async def test_what_waited_leaves_once_the_list_answers_again(tmp_path: Path) -> None:
    async with held_back(tmp_path) as (rig, waiting):
        rig.simulator.faults.fail_list_page(1, 0)
        rig.services.absence.hurry()
        await rig.status(waiting, Status.DELIVERED)
        await rig.until(lambda: not rig.services.absence.held, "nothing is held")


async def test_what_waits_can_be_canceled_and_undone_while_it_is_held(tmp_path: Path) -> None:
    async with held_back(tmp_path) as (rig, waiting):
        assert (await rig.services.outbox.cancel(waiting.id)).status is Status.CANCELED
        rig.services.absence.hurry()
        await rig.until(lambda: not rig.services.absence.held, "nothing is held")


async def test_after_an_outage_nobody_is_texted_before_it_is_known_what_they_wrote(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rig.until(lambda: rig.services.catchup.progress.complete_to, "a first round")
    wire = Cut(rig, monkeypatch)
    wire.cut = True
    people = [f"+1415555{n:04}" for n in range(200, 211)]
    written = [await rig.send(peer, "When you can") for peer in (SILENT, *people)]
    await rig.until(lambda: wire.tries, "a send has shown that Twilio cannot be reached")
    await rig.until(lambda: rig.services.connection.offline, "it is told")
    rig.simulator.weather.lost_inbound = 1
    rig.simulator.customer_texts(SILENT, LINE, "STOP")
    wire.calls.clear()
    wire.cut = False
    rig.services.connection.look()
    for message in written[1:]:
        await rig.status(message, Status.DELIVERED)
    await rig.status(written[0], Status.FAILED)
    assert ("send", SILENT) not in wire.calls
    for place, (what, peer) in enumerate(wire.calls):
        if what == "send":
            assert {("list", peer), ("list", None)} & set(wire.calls[:place]), "a text left before the list was read"


@pytest.mark.usefixtures("long_list")
async def test_where_the_list_answers_for_some_nobody_else_is_texted_unasked(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire, absence = Cut(rig, monkeypatch), rig.services.absence
    gateway = rig.services.link.gateway
    assert gateway is not None
    listed, faulty = gateway.listed, [YOURS]

    async def listing(line: str, direction: Direction, *rest: Any, peer: str | None = None) -> Any:
        if peer in faulty:
            raise GatewayError("Not now.", transient=False)
        return await listed(line, direction, *rest, peer=peer)

    monkeypatch.setattr(gateway, "listed", listing)
    monkeypatch.setattr(absence_module, "AT_ONCE", 2)
    people = [f"+1415555{n:04}" for n in range(200, 206)]
    rig.services.link.gateway = None
    absence.begin()
    await absence.hold()
    written = [await rig.send(peer, "We are back") for peer in (*people, YOURS, SILENT)]
    wire.calls.clear()
    rig.services.link.gateway = gateway
    absence.hurry()
    for message in (*written[:-2], written[-1]):
        await rig.status(message, Status.DELIVERED)
    for place, (what, peer) in enumerate(wire.calls):
        asked = ("list", peer) in wire.calls[:place]
        assert what != "send" or asked or peer == YOURS, "a text left before the list was read"
    faulty.clear()
    await rig.status(written[-2], Status.DELIVERED)


async def test_an_outage_of_many_tries_leaves_no_more_words_than_one(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    await rig.until(lambda: rig.services.catchup.progress.complete_to, "a first round")
    wire = Cut(rig, monkeypatch)
    wire.cut = True
    message = await rig.send(SILENT, "When you can")
    await rig.until(lambda: rig.services.connection.offline, "it is told")
    for _ in range(5):
        rig.services.absence.hurry()
        rig.services.outbox.hurry()
        await rig.engine.store.do(lambda _: None)
    wire.cut = False
    rig.services.connection.look()
    await rig.status(message, Status.DELIVERED)
    ours = [word.status for word in await rig.services.timeline.reports(message.id) if word.source == OURS]
    assert ours in ([Status.SENDING], [Status.SENDING, Status.QUEUED, Status.SENDING])


@pytest.mark.usefixtures("long_list")
async def test_a_sleep_is_noticed_before_anything_leaves(rig: Rig) -> None:
    warm = await rig.send(SILENT, "Hello")
    await rig.status(warm, Status.DELIVERED)
    conversation = await rig.services.conversations.open(LINE, SILENT)
    rig.simulator.weather.lost_inbound = 1
    message = await rig.services.outbox.submit(conversation.id, "before the lid was shut", hold=0.5)
    rig.simulator.customer_texts(SILENT, LINE, "STOP")
    awake = rig.services.wakefulness
    wall = awake._wall
    awake._wall = lambda: wall() + 3 * 86400  # the lid was shut for three days
    await rig.status(message, Status.FAILED)
    assert await last_word_on(rig, message) == OURS


async def test_what_waits_does_not_leave_between_the_loss_of_contact_and_the_holding(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    absence, store, sending = rig.services.absence, rig.engine.store, rig.services.outbox
    await rig.until(lambda: absence.is_over(LINE, SILENT), "all is known")
    place = await rig.services.conversations.open(LINE, SILENT)
    message = await sending.submit(place.id, "in a moment", hold=LONG)
    monkeypatch.setattr(absence, "_settle", asyncio.Event().wait)  # who would hold it sleeps
    absence.wake()
    rig.simulator.faults.fail_list_page(1, FOR_EVER)
    before = absence.count
    absence.begin()
    claim = sending._departure.claim
    assert await store.do(lambda tx: claim(tx, message, None, 0, before)) is None, "it was on its way already"
    async with asyncio.timeout(PATIENCE):
        sending.wake()
        while await store.read(outbox.held_ids) != {message.id}:
            await store.do(lambda _: None)


async def test_a_check_during_which_contact_is_lost_again_counts_for_nothing(rig: Rig) -> None:
    absence = rig.services.absence
    await rig.until(lambda: absence.is_over(LINE, SILENT), "all is known")
    absence.begin()
    before = absence.count
    absence.begin()
    absence.heard([LINE], before, absence.doubts)
    assert not absence.is_over(LINE, SILENT)
    absence.heard([LINE], absence.count, absence.doubts)
    assert absence.is_over(LINE, SILENT)


async def test_a_doubt_ends_with_a_round_that_began_after_it(rig: Rig) -> None:
    absence = rig.services.absence
    await rig.until(lambda: absence.is_over(LINE, SILENT), "all is known")
    before = absence.doubts
    absence.doubt(LINE, SILENT)
    absence.heard([LINE], absence.count, before)
    assert not absence.is_over(LINE, SILENT)
    rig.services.catchup.ask()
    await rig.until(lambda: absence.is_over(LINE, SILENT), "a round has told it")


async def test_a_doubt_ends_only_when_all_lines_whose_stops_count_were_heard(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    absence = rig.services.absence
    pool = (LINE, "+12125550101")
    monkeypatch.setattr(absence, "pool_of", lambda line: pool)
    absence.heard(pool, absence.count, absence.doubts)
    absence.doubt(LINE, SILENT)
    absence.heard([LINE], absence.count, absence.doubts)
    assert not absence.is_over(LINE, SILENT)
    absence.heard(pool, absence.count, absence.doubts)
    assert absence.is_over(LINE, SILENT)


async def test_who_was_asked_about_is_so_again_once_another_number_has_joined(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    absence = rig.services.absence
    absence.recalled(LINE, SILENT)
    assert absence.has_recalled(LINE, SILENT) and not absence.has_recalled(LINE, YOURS)
    monkeypatch.setattr(absence, "pool_of", lambda line: (LINE, "+12125550101"))
    assert not absence.has_recalled(LINE, SILENT)


async def test_a_line_whose_list_was_cut_short_is_not_caught_up(rig: Rig) -> None:
    await rig.until(lambda: rig.services.absence.is_over(LINE, SILENT), "all is known")
    rig.simulator.faults.fail_list_page(1, FOR_EVER)
    rig.services.absence.begin()
    rig.services.catchup.ask()
    await rig.until(lambda: rig.services.catchup.progress.waiting, "a round failed")
    assert not rig.services.absence.is_over(LINE, SILENT)
    rig.simulator.faults.fail_list_page(1, 0)
    rig.services.catchup.ask()
    await rig.until(lambda: rig.services.absence.is_over(LINE, SILENT), "all is known again")


async def test_in_fair_weather_what_is_written_is_not_asked_about(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    await rig.until(lambda: rig.services.absence.is_over(LINE, ANSWERS), "all is known")
    wire = Cut(rig, monkeypatch)
    message = await rig.send(ANSWERS, "Hello")
    await rig.status(message, Status.DELIVERED)
    assert ("list", ANSWERS) not in wire.calls
