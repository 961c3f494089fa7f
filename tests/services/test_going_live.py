"""Where parts meet: what a reading of them side by side found, and must not come back."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from aiohttp import web

from sms_desktop.domain.account import CredentialHome
from sms_desktop.domain.catchup import Origin
from sms_desktop.domain.consent import OPTED_OUT_CODE
from sms_desktop.domain.errors import BadInput, GatewayError
from sms_desktop.domain.events import ConversationChanged
from sms_desktop.domain.message import Status
from sms_desktop.domain.receiving import Reach, WayIn
from sms_desktop.domain.routing import RouteState
from sms_desktop.engine import Engine
from sms_desktop.environment import Environment
from sms_desktop.gateway.credentials import Credentials
from sms_desktop.gateway.form import Inbound
from sms_desktop.gateway.tunnel import program
from sms_desktop.services import rhythm
from sms_desktop.simulator import PastMessage
from sms_desktop.simulator.picture import landscape
from sms_desktop.store import consent, polls
from tests.rig import LINE, SILENT, Rig
from tests.secretservice import SecretService
from tests.services.front import Front

OTHER = "AC" + "e" * 32


@pytest.fixture
async def rig(rig: Rig) -> Rig:
    """After its first round: from here on nothing may be missing."""
    await rig.until(lambda: rig.services.catchup.progress.complete_to, "a first round")
    return rig


@pytest.fixture
async def front(rig: Rig) -> AsyncIterator[Front]:
    async with Front(rig.engine.webhook_url or "") as front:
        yield front


async def test_an_inbox_is_not_used_with_another_accounts_credentials(rig: Rig) -> None:
    sid = rig.services.account.sid
    gateway = rig.services.link.gateway
    with pytest.raises(BadInput, match="Each account has an inbox of its own"):
        await rig.services.account.use(Credentials(OTHER, "f" * 32), CredentialHome.ENVIRONMENT)
    assert rig.services.account.sid == sid
    assert rig.services.link.gateway is gateway


async def test_a_stop_is_heard_while_years_of_history_are_imported(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rhythm, "USUAL", timedelta(seconds=0.2))
    monkeypatch.setattr(rhythm, "LIVELY", timedelta(seconds=0.2))
    long_ago = datetime.now(UTC) - timedelta(days=5)
    past = [PastMessage(f"+1415555{300 + n % 40:04}", LINE, f"m {n}", long_ago, None) for n in range(8000)]
    rig.simulator.account.import_messages(past)
    await rig.services.receiving.choose_polling()
    rig.simulator.weather.slow, rig.simulator.weather.slow_seconds = 1, 0.5
    await rig.services.catchup.import_history(None)
    catchup = rig.services.catchup
    await rig.until(lambda: catchup.progress.history and catchup.progress.listed, "the import goes on")
    rig.simulator.customer_texts(SILENT, LINE, "STOP")
    await rig.inbound("STOP")
    assert rig.services.catchup.progress.running, "the import is not over yet"
    assert rig.services.catchup.progress.history
    assert await rig.engine.store.read(lambda db: consent.opted_out(db, LINE, SILENT))
    rig.simulator.weather.slow = 0
    await rig.until(lambda: not rig.services.catchup.progress.running, "the import ends")


async def test_what_advanced_opt_out_heard_counts_where_the_list_was_faster(rig: Rig) -> None:
    rig.simulator.weather.lost_inbound = 1
    rig.simulator.customer_texts(SILENT, LINE, "KEINE SMS")
    rig.services.catchup.ask()
    message = await rig.inbound("KEINE SMS")
    assert not await rig.engine.store.read(lambda db: consent.opted_out(db, LINE, SILENT))
    late = Inbound(message.sid or "", "", SILENT, LINE, "KEINE SMS", (), "STOP", 1, ())
    await rig.services.inbox.receive(late)
    await rig.services.inbox.receive(late)
    assert await rig.engine.store.read(lambda db: consent.opted_out(db, LINE, SILENT))
    assert len(await rig.engine.store.read(lambda db: consent.events(db, LINE, SILENT))) == 1


async def test_a_strangers_refusal_forgets_nothing_that_belongs_to_others(rig: Rig) -> None:
    rig.simulator.set_sms_url(LINE, "https://old.example/sms")
    await rig.services.routing.look()
    assert await rig.services.routing.bring(rig.services.routing.plan([LINE])) == ()

    async def filtered(_: web.BaseRequest) -> web.Response:
        return web.Response(status=403, text="<html>Blocked by your network</html>", content_type="text/html")

    filter_ = web.ServerRunner(web.Server(filtered, access_log=None))
    await filter_.setup()
    site = web.TCPSite(filter_, "127.0.0.1", 0)
    await site.start()
    link = rig.services.link
    own = link.gateway
    try:
        port = filter_.addresses[0][1]
        rig.engine.environment = Environment(twilio_url=f"http://127.0.0.1:{port}", webhook_port=0)
        assert link.credentials is not None
        link.gateway = rig.engine._open_gateway(link.credentials)
        (said,) = await rig.services.routing.give_back()
        assert "could not be given back yet" in said
        await link.gateway.close()
    finally:
        link.gateway = own
        await filter_.cleanup()
    assert await rig.services.routing.give_back() == ()
    assert rig.simulator.account.line(LINE).sms_url == "https://old.example/sms"


async def test_a_plan_for_an_address_that_is_no_more_is_not_carried_out(rig: Rig, front: Front) -> None:
    rig.simulator.set_sms_url(LINE, "https://old.example/sms")
    await rig.services.routing.look()
    shown = rig.services.routing.plan([LINE])
    await rig.services.receiving.choose_own(front.url)
    (said,) = await rig.services.routing.bring(shown)
    assert "the public address is another one by now" in said
    assert rig.simulator.account.line(LINE).sms_url == "https://old.example/sms"
    assert await rig.services.routing.bring(rig.services.routing.plan([LINE])) == ()
    route = rig.services.routing.route_of(LINE)
    assert route is not None and rig.services.routing.state(route) is RouteState.HERE


async def test_at_the_start_no_line_follows_to_an_address_that_was_mistyped(rig: Rig, front: Front) -> None:
    await rig.services.receiving.choose_own(front.url)
    await rig.services.routing.look()
    await rig.services.routing.bring(rig.services.routing.plan([LINE]))
    diverted = rig.simulator.account.line(LINE).sms_url
    await rig.engine.close()
    rig.environment = replace(rig.environment, public_url="http://127.0.0.1:9")
    await rig.open(rig.simulator.base_url)
    await rig.connect(routed=False)
    await rig.until(lambda: rig.services.receiving.state.reach is Reach.DOWN, "the address is tried")
    await rig.services.routing.follow()
    await rig.services.health.check()
    assert rig.simulator.account.line(LINE).sms_url == diverted


async def test_what_rested_waits_until_the_address_is_proved(rig: Rig, front: Front) -> None:
    rig.simulator.set_sms_url(LINE, "https://old.example/sms")
    await rig.services.receiving.choose_own(front.url)
    await rig.services.receiving.set_restores_on_quit(True)
    await rig.services.routing.look()
    await rig.services.routing.bring(rig.services.routing.plan([LINE]))
    await rig.engine.close()
    assert rig.simulator.account.line(LINE).sms_url == "https://old.example/sms"
    await rig.open(rig.simulator.base_url)  # on another port, so that the proxy leads nowhere
    await rig.connect(routed=False)
    await rig.until(lambda: rig.services.receiving.state.reach is Reach.DOWN, "the address is tried")
    await rig.services.routing.follow()
    assert rig.simulator.account.line(LINE).sms_url == "https://old.example/sms"
    front.target = rig.engine.webhook_url or ""
    await rig.services.receiving.reconnect()
    await rig.until(lambda: rig.simulator.account.line(LINE).sms_url.startswith(front.url), "now it follows")


async def test_a_picture_waits_for_an_address_that_is_not_proved_yet(rig: Rig, front: Front) -> None:
    await rig.services.receiving.choose_own(front.url)
    front.target = "http://127.0.0.1:9"
    with pytest.raises(GatewayError):
        await rig.services.receiving.loop_back()
    file = await rig.services.media.attach_bytes(landscape(Random(3)), "seat.png")
    place = await rig.services.conversations.open(LINE, SILENT)
    message = await rig.services.outbox.submit(place.id, "The seat", [file])
    await rig.until(lambda: rig.services.outbox.waiting == 1, "it waits")
    front.target = rig.engine.webhook_url or ""
    await rig.services.receiving.reconnect()
    await rig.status(message, Status.DELIVERED)


async def test_what_was_queued_leaves_after_the_stop_of_the_night(rig: Rig) -> None:
    place = await rig.services.conversations.open(LINE, SILENT)
    await rig.engine.close()
    await rig.open(rig.simulator.base_url)
    offer = await rig.services.outbox.submit(place.id, "Our offer of today")
    await rig.engine.close()
    rig.simulator.set_sms_url(LINE, "")
    rig.simulator.customer_texts(SILENT, LINE, "STOP")
    await rig.open(rig.simulator.base_url)
    await rig.connect(routed=False)
    failed = await rig.status(offer, Status.FAILED)
    assert failed.error_code == OPTED_OUT_CODE
    assert failed.sid is None, "Twilio was not even asked"


async def test_a_start_that_came_late_does_not_undo_the_stop_after_it(rig: Rig) -> None:
    begun = datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=40)
    texts = {"START": begun, "STOP": begun + timedelta(seconds=8)}
    sids = rig.simulator.account.import_messages(PastMessage(SILENT, LINE, body, at) for body, at in texts.items())
    for sid, body in reversed(list(zip(sids, texts, strict=True))):  # the webhook of the first was tried again
        await rig.services.inbox.receive(Inbound(sid, "", SILENT, LINE, body, (), "", 1, ()))
    assert not await rig.engine.store.read(lambda db: consent.opted_out(db, LINE, SILENT))
    told: list[datetime | None] = []
    rig.engine.hub.subscribe(ConversationChanged, lambda event: told.append(event.conversation.opted_out_at))
    await rig.services.catchup.import_history(begun)
    await rig.until(lambda: told and told[-1] == texts["STOP"], "Twilio's times count")
    assert await rig.engine.store.read(lambda db: consent.opted_out(db, LINE, SILENT))


async def test_an_inbox_of_an_account_that_has_one_is_not_begun(rig: Rig) -> None:
    await rig.until(rig.services.account.known, "the account is known")
    assert rig.services.account.sid is not None
    engine = Engine(rig.directory / "accounts" / "2", rig.engine.environment, root=rig.directory)
    await engine.open()
    try:
        credentials = Credentials(rig.services.account.sid, rig.simulator.account.auth_token)
        with pytest.raises(BadInput, match="here already"):
            await engine.services.account.use(credentials, CredentialHome.ENVIRONMENT)
    finally:
        await engine.close()


async def test_a_choice_of_ngrok_that_is_broken_off_leaves_what_was(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = asyncio.Event()

    async def endless(*_: object) -> None:
        begun.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(program, "fetch", endless)
    monkeypatch.setattr(program, "find", lambda *_: None)
    before = rig.services.receiving.state
    choosing = asyncio.create_task(rig.services.receiving.choose_ngrok("2abcdefghijklmnopqrstuvwx"))
    await begun.wait()
    choosing.cancel()
    await asyncio.gather(choosing, return_exceptions=True)
    assert rig.services.receiving.state == before
    assert rig.services.link.public_url == rig.engine.webhook_url


async def test_a_proxys_password_is_kept_in_the_keyring_and_nowhere_else(
    keyring: SecretService, rig: Rig, front: Front
) -> None:
    address = front.url.replace("://", "://shop:open-sesame@")
    state = await rig.services.receiving.choose_own(address)
    assert "open-sesame" not in repr(state)
    await rig.services.routing.look()
    assert await rig.services.routing.bring(rig.services.routing.plan([LINE])) == ()
    await rig.services.lines.refresh()
    assert "shop:open-sesame@" in rig.simulator.account.line(LINE).sms_url  # the proxy asks Twilio for it
    await rig.engine.close()
    files = [path for path in rig.directory.rglob("*") if path.is_file()]
    assert [path.name for path in files if b"open-sesame" in path.read_bytes()] == []
    await rig.open(rig.simulator.base_url)
    await rig.connect()
    await rig.until(lambda: rig.services.receiving.state.reach is Reach.DOWN, "it led to the port of before")
    front.target = rig.engine.webhook_url or ""
    await rig.services.receiving.reconnect()
    assert rig.services.receiving.state.reach is Reach.UP
    assert rig.services.receiving.own_address == address
    assert keyring.secrets() != []


async def test_a_way_chosen_while_the_keyring_answers_is_the_one_that_counts(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiving = rig.services.receiving

    async def slow(_: str | None) -> tuple[str, CredentialHome]:
        await receiving.choose_polling()
        return "2abcdefghijklmnopqrstuvwx", CredentialHome.KEYRING

    monkeypatch.setattr(receiving._finder, "ngrok_token", slow)
    await receiving._open_tunnel(None)
    assert receiving._tunnel is None
    assert (receiving.state.way, receiving.state.reach) == (WayIn.POLLING, Reach.UP)


async def test_history_that_ended_as_sent_is_not_asked_about_by_the_thousand(rig: Rig) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=5)
    past = [PastMessage(LINE, f"+1415555{300 + n:04}", f"m {n}", long_ago, "sent") for n in range(300)]
    rig.simulator.account.import_messages(past)
    await rig.services.catchup.import_history(None)
    await rig.until(lambda: rig.services.catchup.progress.added >= 300, "imported")
    assert await rig.engine.store.read(polls.next_due) is None


async def test_a_number_bought_since_is_watched_after_the_next_round(rig: Rig) -> None:
    rig.simulator.account.add_line("+12125550177", "New")
    await rig.services.health.check()
    await rig.until(lambda: "+12125550177" in rig.services.catchup.progress.lines, "a round knows it")
    rig.simulator.customer_texts(SILENT, "+12125550177", "To the new one")
    rig.services.catchup.ask()
    message = await rig.inbound("To the new one")
    assert message.origin in {None, Origin.UNREACHED}
