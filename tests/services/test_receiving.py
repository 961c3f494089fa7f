"""The three ways in, with a whole engine: an address of one's own, ngrok (by its stand-in), and asking for news."""

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import aiohttp
import pytest
from aiohttp import web

from sms_desktop import engine as engines
from sms_desktop.domain.account import CredentialHome, Entered, KnownAccount
from sms_desktop.domain.errors import BadInput, GatewayError, KeyringLocked, NotConfigured, SmsDesktopError, TunnelError
from sms_desktop.domain.events import Light
from sms_desktop.domain.message import Direction
from sms_desktop.domain.receiving import Reach, Receiving, WayIn
from sms_desktop.domain.routing import RouteState
from sms_desktop.environment import Environment
from sms_desktop.gateway.credentials import Credentials, ngrok_name
from sms_desktop.gateway.vault import Vault
from sms_desktop.services import receiving
from sms_desktop.services import routing as routings
from sms_desktop.services.receiving import ReceivingService
from sms_desktop.simulator import DEMO_ACCOUNT_SID, DEMO_AUTH_TOKEN, Simulator
from sms_desktop.simulator.picture import landscape
from sms_desktop.store import settings
from tests.gateway.signing import encoded, inbound_pairs, sign
from tests.ngrok import Standin, standin
from tests.rig import LINE, TOLL_FREE, YOURS, Known, Rig
from tests.secretservice import SecretService
from tests.services.front import Front

TOKEN = "2hTokenOfTheShop_7Qx41mZr9"
PORTAL = "<!doctype html><title>Welcome</title><p>Accept the terms of use to go online.</p>"
FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}


class Desk(Rig):
    """Nothing leads here but by the way that was chosen."""

    def route_inbound(self) -> None:
        """Left to the test."""

    @property
    def receiving(self) -> ReceivingService:
        return self.services.receiving

    async def up(self) -> str:
        """The public address, once there is one."""
        state = await self.until(lambda: self.receiving.state if self.receiving.state.reach is Reach.UP else None, "up")
        assert state.public_url is not None
        return state.public_url

    async def down(self) -> Receiving:
        return await self.until(
            lambda: self.receiving.state if self.receiving.state.reach is Reach.DOWN else None, "down"
        )

    async def lead_here(self) -> None:
        """The texts of all lines come here."""
        await self.services.routing.look()
        assert await self.services.routing.bring(self.services.routing.plan()) == ()

    async def again(self, *, routed: bool = True) -> None:
        """Quits and starts again."""
        await self.engine.close()
        await self.open(self.simulator.base_url)
        await self.connect(routed=routed)

    def inbounds(self) -> list[str]:
        return [m.body for m in self.messages.values() if m.direction is Direction.INBOUND]


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routings, "AGAIN", 0.1)
    monkeypatch.setattr(engines, "PORT_RETRY", 0.1)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    desk = Desk(tmp_path / "data")
    await desk.start()
    await desk.until(desk.services.lines.known, "lines")
    yield desk
    await desk.stop()


@pytest.fixture
async def front(desk: Desk) -> AsyncIterator[Front]:
    async with Front(desk.engine.webhook_url or "") as front:
        yield front


def add_a_query(path: str) -> str:
    return f"{path}?by=proxy"


# -- an address of one's own ------------------------------------------------------------------------------------------


async def test_where_a_way_would_lead_is_known_before_it_is_taken(desk: Desk) -> None:
    receiving = desk.receiving
    assert receiving.address_of(WayIn.POLLING) is None
    assert receiving.address_of(WayIn.NGROK) == ""
    assert receiving.address_of(WayIn.NGROK, "https://Shop.ngrok.app/") == "https://shop.ngrok.app"
    assert receiving.address_of(WayIn.OWN, " https://a.example/sms/ ") == "https://a.example/sms"
    for way, entered in ((WayIn.OWN, "no address"), (WayIn.NGROK, "no domain")):
        with pytest.raises(SmsDesktopError):
            receiving.address_of(way, entered)


async def test_an_address_of_ones_own_is_tried_and_texts_come_through_it(desk: Desk, front: Front) -> None:
    state = await desk.receiving.choose_own(f"  {front.url}/ ")
    assert state == Receiving(
        WayIn.OWN, Reach.UP, front.url, f"Receiving through 127.0.0.1:{front.port}", reserved=True
    )
    assert desk.receiving.own_address == front.url
    await desk.lead_here()
    await desk.simulator.phone(YOURS).text(LINE, "Through the front")
    await desk.inbound("Through the front")
    await desk.until(lambda: "/twilio/inbound" in front.seen, "also where the list was sooner")
    message = await desk.send(YOURS, "And back")
    await desk.until(lambda: any(path.startswith("/twilio/status/") for path in front.seen[1:]), "status by the front")
    assert message.body == "And back"
    await desk.again()
    assert desk.receiving.own_address == front.url
    assert desk.receiving.state.way is WayIn.OWN


async def test_an_address_with_a_path_leads_here_if_the_path_is_taken_off(desk: Desk, front: Front) -> None:
    front.path = lambda path: path.removeprefix("/sms")
    state = await desk.receiving.choose_own(f"{front.url}/sms")
    assert state.reach is Reach.UP
    await desk.lead_here()
    await desk.simulator.phone(YOURS).text(LINE, "Below a path")
    await desk.inbound("Below a path")


@pytest.mark.parametrize(
    "address", ["", "shop", "ftp://shop.example", "https://shop.example/?x=1", "https://my_shop.example"]
)
async def test_what_is_no_address_is_said_and_changes_nothing(desk: Desk, address: str) -> None:
    before = desk.receiving.state
    with pytest.raises(BadInput):
        await desk.receiving.choose_own(address)
    assert desk.receiving.state == before


async def test_an_address_where_nobody_listens_is_not_taken(desk: Desk, front: Front) -> None:
    before = (desk.receiving.state, desk.engine.public_url)
    await front.close()
    with pytest.raises(GatewayError) as caught:
        await desk.receiving.choose_own(front.url)
    assert str(caught.value) == (
        "The public address cannot be reached: the connection was refused or broke. "
        f"Have it lead to {desk.engine.webhook_url}."
    )
    assert (desk.receiving.state, desk.engine.public_url) == before
    await desk.lead_here()
    await front.open()
    assert (await desk.receiving.choose_own(front.url)).reach is Reach.UP


async def test_no_line_is_ever_brought_to_an_address_that_does_not_lead_here(desk: Desk, front: Front) -> None:
    await desk.receiving.choose_own(front.url)
    await desk.services.routing.look()
    assert await desk.services.routing.bring(desk.services.routing.plan()) == ()
    diverted = desk.simulator.account.line(LINE).sms_url
    with pytest.raises(GatewayError):
        await desk.receiving.choose_own("http://127.0.0.1:9")
    await desk.services.routing.follow()
    assert desk.simulator.account.line(LINE).sms_url == diverted
    await desk.again()
    assert desk.receiving.own_address == front.url


async def test_an_address_that_is_lost_is_told_by_the_next_round_and_so_is_its_return(desk: Desk, front: Front) -> None:
    await desk.receiving.choose_own(front.url)
    await front.close()
    await desk.services.health.check()
    assert (await desk.down()).public_url == front.url
    await front.open()
    await desk.services.health.check()
    assert await desk.up() == front.url


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (web.Response(text=PORTAL, content_type="text/html"), "Another program answers at the public address"),
        (web.Response(status=404, text="Not found"), "Another program answers at the public address (HTTP 404)"),
        (web.Response(status=302), "Another program answers at the public address (HTTP 302)"),
        (web.Response(status=502, text="ERR_NGROK_8012"), "ngrok answers, but not this computer"),
        (web.Response(status=202), "Another SMS Desktop with the same account answers at the public address."),
    ],
    ids=["captive portal", "another program", "redirect", "ngrok", "another desk"],
)  # fmt: skip
async def test_who_else_answers_at_the_address_is_told(
    desk: Desk, front: Front, answer: web.Response, says: str
) -> None:
    await desk.receiving.choose_own(front.url)
    front.answer = answer
    await desk.services.health.check()
    assert (await desk.down()).sentence.startswith(says)
    with pytest.raises(GatewayError, match="HTTP" if "HTTP" in says else says[:20]):
        await desk.receiving.loop_back()
    with pytest.raises(GatewayError, match="A picture could not be fetched"):
        await desk.receiving.fetch_picture()


async def test_a_proxy_that_breaks_the_signature_is_told(desk: Desk, front: Front) -> None:
    front.path = add_a_query
    with pytest.raises(GatewayError, match="leads here, but what comes through it is changed on the way"):
        await desk.receiving.choose_own(front.url)


async def test_a_path_that_is_not_taken_off_on_the_way_is_told(desk: Desk, front: Front) -> None:
    with pytest.raises(GatewayError, match="leads to this computer, but the path is changed on the way"):
        await desk.receiving.choose_own(f"{front.url}/sms")


async def test_the_loop_back_and_the_picture_come_through_and_leave_nothing_behind(desk: Desk, front: Front) -> None:
    await desk.receiving.choose_own(front.url)
    assert 0 <= await desk.receiving.loop_back() < 10_000
    assert await desk.receiving.fetch_picture() > 1000
    await desk.until(lambda: not desk.services.link.loopbacks, "also none of a round of line health")
    assert desk.messages == {}


async def test_without_an_address_there_is_nothing_to_be_tested(desk: Desk) -> None:
    await desk.receiving.choose_polling()
    with pytest.raises(NotConfigured):
        await desk.receiving.loop_back()
    with pytest.raises(NotConfigured):
        await desk.receiving.fetch_picture()


async def test_what_was_posted_to_the_address_before_is_taken_too_and_once(desk: Desk, front: Front) -> None:
    before = desk.engine.public_url
    assert before is not None
    await desk.receiving.choose_own(front.url)
    pairs = inbound_pairs(
        AccountSid=DEMO_ACCOUNT_SID, To=LINE, From=YOURS, Body="In between", MessageSid="SM" + "d" * 32
    )
    async with aiohttp.ClientSession() as session:
        for base in (before, front.url):
            signed = {**FORM, "X-Twilio-Signature": sign(f"{base}/twilio/inbound", pairs, DEMO_AUTH_TOKEN)}
            async with session.post(f"{base}/twilio/inbound", data=encoded(pairs), headers=signed) as answer:
                assert answer.status == 200
        wrong = {**FORM, "X-Twilio-Signature": sign("https://other.example/twilio/inbound", pairs, DEMO_AUTH_TOKEN)}
        async with session.post(f"{before}/twilio/inbound", data=encoded(pairs), headers=wrong) as answer:
            assert answer.status == 403
    await desk.inbound("In between")
    assert desk.inbounds() == ["In between"]


async def test_the_environments_address_wins_and_nothing_else_can_be_chosen(tmp_path: Path) -> None:
    async with Front() as front:
        desk = Desk(tmp_path / "data", environment=Environment(public_url=front.url))
        await desk.simulator.start()
        await desk.open(desk.simulator.base_url)
        await desk.engine.store.do(
            lambda tx: settings.put(tx, receiving.WAY, {"way": "polling", "address": "", "domain": ""})
        )
        await desk.engine.close()
        await desk.open(desk.simulator.base_url)
        assert desk.receiving.fixed
        await desk.connect()
        front.target = desk.engine.webhook_url or ""
        await desk.receiving.reconnect()
        assert await desk.up() == front.url
        for choice in (
            desk.receiving.choose_polling(),
            desk.receiving.choose_own("https://shop.example"),
            desk.receiving.choose_ngrok(TOKEN),
        ):
            with pytest.raises(BadInput, match="SMS_DESKTOP_PUBLIC_URL"):
                await choice
        await desk.stop()


# -- asking for news --------------------------------------------------------------------------------------------------


async def test_polling_needs_no_address_and_pictures_are_refused_with_a_sentence(desk: Desk, tmp_path: Path) -> None:
    state = await desk.receiving.choose_polling()
    assert state == Receiving(
        WayIn.POLLING, Reach.UP, None, "Asking Twilio every few seconds, at night every few minutes"
    )
    assert desk.engine.public_url is None
    await desk.until(
        lambda: desk.services.connection.state.sentence == "Live · asking Twilio for news", "the status line"
    )
    await desk.simulator.phone(YOURS).text(LINE, "Do you ask?")
    desk.services.catchup.ask()
    await desk.inbound("Do you ask?")
    path = tmp_path / "chair.png"
    path.write_bytes(landscape(Random(1)))
    file = await desk.services.media.attach(path)
    conversation = await desk.services.conversations.open(LINE, YOURS)
    with pytest.raises(BadInput, match="Pictures need a public address"):
        await desk.services.outbox.submit(conversation.id, "", [file])
    await desk.again()
    assert desk.receiving.state.way is WayIn.POLLING
    assert desk.engine.public_url is None


# -- a busy port ------------------------------------------------------------------------------------------------------


async def test_a_busy_port_is_told_and_taken_as_soon_as_it_is_free(tmp_path: Path) -> None:
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    taken.listen()
    port = taken.getsockname()[1]
    async with Front() as front:
        desk = Desk(tmp_path / "data", environment=Environment(webhook_port=port, public_url=front.url))
        front.target = f"http://127.0.0.1:{port}"
        await desk.simulator.start()
        await desk.open(desk.simulator.base_url)
        account = desk.simulator.account
        known = Known(Credentials(account.sid, account.auth_token))
        await desk.engine.connect(known, patient=True)
        connection = desk.services.connection
        await desk.until(lambda: connection.state.light is Light.BAD, "told")
        assert connection.state.sentence == "Incoming messages cannot reach this computer"
        assert f"Port {port} is in use by another program" in connection.state.advice
        with pytest.raises(BadInput):
            await desk.receiving.choose_ngrok(TOKEN)
        taken.close()
        assert await desk.up() == front.url
        assert connection.port_trouble == ""
        await desk.stop()


# -- ngrok ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def ngrok(tmp_path: Path) -> Standin:
    return standin(tmp_path / "standin")


@pytest.fixture
async def tunnelled(tmp_path: Path, ngrok: Standin) -> AsyncIterator[Desk]:
    desk = Desk(tmp_path / "data", environment=Environment(ngrok=ngrok.path), vault=Vault())
    await desk.start()
    await desk.until(desk.services.lines.known, "lines")
    yield desk
    await desk.stop()
    assert not ngrok.alive


async def test_the_token_of_another_account_of_this_computer_serves_this_one_too(tunnelled: Desk) -> None:
    desk, other = tunnelled, KnownAccount("AC" + "9" * 32, "Old Barn")
    vault = desk.vault
    assert vault is not None
    desk.receiving.accounts = lambda: (*desk.services.account.known(), other)
    assert await desk.receiving.ngrok_lender() == ""
    with pytest.raises(TunnelError, match="authtoken"):
        await desk.receiving.choose_ngrok(None)
    await vault.save(ngrok_name(other.sid), TOKEN, keep=False)
    assert await desk.receiving.ngrok_lender() == "Old Barn"
    state = await desk.receiving.choose_ngrok(None)
    assert (state.way, state.reach) == (WayIn.NGROK, Reach.UP)
    own = ngrok_name(desk.engine.account_sid or "")
    assert vault.in_memory(own)  # kept no longer than the one it is a copy of
    await vault.remove(ngrok_name(other.sid))
    assert await desk.receiving.has_ngrok_token()
    assert await desk.receiving.ngrok_lender() == ""


async def test_ngrok_makes_an_address_and_texts_come_through_it(tunnelled: Desk) -> None:
    desk = tunnelled
    assert not await desk.receiving.has_ngrok_token()
    state = await desk.receiving.choose_ngrok(f"ngrok config add-authtoken {TOKEN}\n", keep=False)
    assert (state.way, state.reach) == (WayIn.NGROK, Reach.UP)
    assert state.public_url == desk.engine.public_url
    assert await desk.receiving.has_ngrok_token()
    await desk.lead_here()
    await desk.simulator.phone(YOURS).text(LINE, "Through the tunnel")
    await desk.inbound("Through the tunnel")
    assert await desk.receiving.loop_back() >= 0
    assert await desk.receiving.fetch_picture() > 1000
    await desk.until(
        lambda: desk.services.connection.state.sentence == "Live · receiving through ngrok", "the status line"
    )


async def test_without_an_account_no_agent_goes_on_and_with_one_it_is_there_again(
    tunnelled: Desk, ngrok: Standin
) -> None:
    desk = tunnelled
    await desk.receiving.choose_ngrok(TOKEN, keep=False)
    credentials = desk.services.link.credentials
    assert credentials is not None and ngrok.alive
    await desk.services.account.remove()
    await desk.until(lambda: desk.receiving.state.reach is Reach.OFF and not ngrok.alive, "the agent has ended")
    assert desk.receiving.state.sentence == "ngrok starts once an account is connected"
    assert desk.engine.public_url is None
    assert desk.vault is not None
    await desk.vault.save(ngrok_name(credentials.account_sid), TOKEN, keep=False)
    await desk.services.account.use(credentials, CredentialHome.MEMORY)
    await desk.until(lambda: desk.receiving.state.reach is Reach.UP and ngrok.alive, "it is there again")


class SlowVault(Vault):
    """What it holds for ngrok is given out only once ``gate`` is open; ``asked`` tells that somebody waits."""

    def __init__(self) -> None:
        super().__init__()
        self.gate, self.asked = asyncio.Event(), asyncio.Event()
        self.gate.set()

    async def load(self, name: str) -> str | None:
        found = await super().load(name)
        if name.startswith("ngrok:"):
            self.asked.set()
            await self.gate.wait()
        return found


async def test_a_tunnel_that_waits_for_the_keyring_is_not_opened_once_the_account_was_removed(
    tmp_path: Path, ngrok: Standin
) -> None:
    vault = SlowVault()
    desk = Desk(tmp_path / "data", environment=Environment(ngrok=ngrok.path), vault=vault)
    await desk.start()
    await desk.receiving.choose_ngrok(TOKEN, keep=False)
    vault.gate.clear()
    vault.asked.clear()
    await desk.again(routed=False)  # the way in is not known before the keyring has answered
    opening = asyncio.create_task(desk.receiving.reconnect())
    await vault.asked.wait()
    await desk.services.account.remove()
    vault.gate.set()
    await opening
    await desk.until(lambda: desk.receiving.state.reach is Reach.OFF, "told")
    assert not ngrok.alive
    assert desk.receiving.state.sentence == "ngrok starts once an account is connected"
    await desk.stop()


async def test_a_killed_agent_is_started_again_and_what_was_diverted_follows(tunnelled: Desk, ngrok: Standin) -> None:
    desk = tunnelled
    former = (await desk.receiving.choose_ngrok(TOKEN, keep=False)).public_url
    await desk.lead_here()
    pid = ngrok.pid
    await asyncio.to_thread(ngrok.kill)
    await desk.down()
    await desk.until(lambda: desk.services.connection.state.light is Light.BAD, "told")
    url = await desk.up()
    assert url != former
    assert ngrok.pid != pid
    line = desk.simulator.account.line(LINE)
    await desk.until(lambda: line.sms_url == f"{url}/twilio/inbound#rc=3&rp=all", "followed")
    await desk.simulator.phone(YOURS).text(LINE, "Still there?")
    await desk.inbound("Still there?")


async def test_what_is_posted_to_an_address_that_just_changed_is_not_missed_and_not_twice(
    tunnelled: Desk, ngrok: Standin
) -> None:
    desk = tunnelled
    former = (await desk.receiving.choose_ngrok(TOKEN, keep=False)).public_url
    await desk.lead_here()
    desk.simulator.weather.down = 1  # so that nothing can follow yet
    await asyncio.to_thread(ngrok.do, "move")
    await desk.until(lambda: desk.engine.public_url not in {None, former}, "moved")
    await desk.simulator.phone(YOURS).text(LINE, "To the old address")
    await desk.until(lambda: desk.simulator.account.alerts, "it did not get through")
    desk.simulator.weather.clear()
    line = desk.simulator.account.line(LINE)
    await desk.until(lambda: line.sms_url.startswith(desk.engine.public_url or "-"), "followed")
    await desk.simulator.phone(YOURS).text(LINE, "To the new address")
    await desk.inbound("To the new address")
    desk.services.catchup.ask()
    await desk.inbound("To the old address")
    assert sorted(desk.inbounds()) == ["To the new address", "To the old address"]
    routing = desk.services.routing
    await desk.until(lambda: {routing.state(route) for route in routing.routes} == {RouteState.HERE}, "all are here")


@pytest.mark.parametrize(
    ("token", "domain", "code", "says"),
    [
        ("refuse_108_x", "", "ERR_NGROK_108", "already in use by another program or computer"),
        (TOKEN, "refuse-334.example", "ERR_NGROK_334", "already in use by another ngrok connection"),
        ("refuse_105_x", "", "ERR_NGROK_105", "does not know this token"),
        (TOKEN, "shop.example", "ERR_NGROK_320", "does not belong to this ngrok account"),
        (TOKEN, "not a domain", "", "is not a domain"),
    ],
)
async def test_what_ngrok_refuses_is_explained_and_the_way_before_goes_on(
    tunnelled: Desk, ngrok: Standin, token: str, domain: str, code: str, says: str
) -> None:
    desk = tunnelled
    before = desk.receiving.state
    with pytest.raises(TunnelError, match=says) as caught:
        await desk.receiving.choose_ngrok(token, domain, keep=False)
    assert caught.value.code == code
    assert token not in str(caught.value)
    assert desk.receiving.state == before
    assert not await desk.receiving.has_ngrok_token()
    assert code == "" or not ngrok.alive


async def test_without_a_token_it_is_asked_for(tunnelled: Desk) -> None:
    with pytest.raises(TunnelError, match="ngrok needs its authtoken"):
        await tunnelled.receiving.choose_ngrok(None)
    with pytest.raises(BadInput, match="ngrok needs its authtoken"):
        await tunnelled.receiving.choose_ngrok("  \n")


async def test_a_refusal_at_the_next_start_is_told_and_tried_again(tunnelled: Desk, ngrok: Standin) -> None:
    desk = tunnelled
    desk.variables = {"NGROK_AUTHTOKEN": TOKEN}
    await desk.again()
    await desk.receiving.choose_ngrok(None)
    ngrok.behave(refuse=108)
    await desk.again()
    state = await desk.down()
    assert "already in use by another program or computer" in state.sentence
    assert state.advice
    connection = desk.services.connection
    await desk.until(lambda: state.sentence.removesuffix(".") in connection.state.sentence, "the status line")
    ngrok.behave(refuse=None)
    await desk.receiving.reconnect()
    await desk.up()


async def test_a_token_that_the_keyring_gives_out_late_opens_the_tunnel(
    tunnelled: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = tunnelled
    assert desk.vault is not None
    await desk.receiving.choose_ngrok(TOKEN, keep=False)
    monkeypatch.setattr(receiving, "KEYRING_RETRY", 0.1)
    name = ngrok_name(desk.engine.account_sid or "")
    await desk.vault.remove(name)
    await desk.again()
    assert "needs its authtoken" in (await desk.down()).sentence
    await desk.vault.save(name, TOKEN, keep=False)
    await desk.up()


async def test_leaving_ngrok_ends_its_program(tunnelled: Desk, ngrok: Standin) -> None:
    await tunnelled.receiving.choose_ngrok(TOKEN, keep=False)
    await tunnelled.receiving.choose_polling()
    assert not ngrok.alive


async def test_the_tunnel_is_opened_at_the_next_start_with_the_kept_token(
    keyring: SecretService, tmp_path: Path, ngrok: Standin
) -> None:
    desk = Desk(tmp_path / "data", environment=Environment(ngrok=ngrok.path))
    await desk.start()
    await desk.receiving.choose_ngrok(TOKEN, " https://127.0.0.1/ ", keep=True)
    [kept] = keyring.secrets()
    assert (kept.name, kept.secret) == (ngrok_name(DEMO_ACCOUNT_SID), TOKEN)
    assert desk.receiving.domain == "127.0.0.1"
    await desk.lead_here()
    await desk.again()
    url = await desk.up()
    assert desk.receiving.state.way is WayIn.NGROK
    line = desk.simulator.account.line(TOLL_FREE)
    await desk.until(lambda: line.sms_url.startswith(url), "followed")
    await desk.stop()
    found = [path for path in desk.directory.rglob("*") if path.is_file() and TOKEN.encode() in path.read_bytes()]
    assert found == []


async def test_a_token_that_cannot_be_kept_leaves_the_way_as_it_was(
    keyring: SecretService, tmp_path: Path, ngrok: Standin
) -> None:
    desk = Desk(tmp_path / "data", environment=Environment(ngrok=ngrok.path))
    await desk.start()
    before = desk.receiving.state
    keyring.lock()
    with keyring.person(None), pytest.raises(KeyringLocked):
        await desk.receiving.choose_ngrok(TOKEN, keep=True)
    assert not ngrok.alive
    assert desk.receiving.state == before
    await desk.stop()


async def test_a_locked_keyring_keeps_the_tunnel_shut_until_it_is_open(
    keyring: SecretService, tmp_path: Path, ngrok: Standin
) -> None:
    simulator = Simulator(pace=0.02, seed=7)
    await simulator.start()
    desk = Desk(tmp_path / "data", simulator, environment=Environment(ngrok=ngrok.path))
    await desk.open(simulator.base_url)
    await desk.engine.run(patient=False)
    await desk.services.account.connect(Entered(DEMO_ACCOUNT_SID, DEMO_AUTH_TOKEN), keep=True)
    await desk.receiving.choose_ngrok(TOKEN, keep=True)
    await desk.engine.close()
    keyring.lock()

    await desk.open(simulator.base_url)
    with pytest.raises(KeyringLocked):
        await desk.engine.connect(patient=False)
    assert "keyring of this computer is locked" in (await desk.down()).sentence
    with keyring.person():
        assert await desk.services.account.open_keyring()
    await desk.up()
    await desk.stop()
    await simulator.stop()
