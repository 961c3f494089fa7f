"""The real gateway and webhook server against the whole simulated Twilio, over real sockets."""

import asyncio
import io
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sms_desktop.domain.errors import GatewayError, WrongCredentials
from sms_desktop.domain.line import LineKind
from sms_desktop.domain.message import Status
from sms_desktop.domain.routing import Webhook
from sms_desktop.gateway.credentials import Credentials
from sms_desktop.gateway.gateway import Accepted, ConsentItem, InDoubt, Outcome, Outgoing, Refused, Unreachable
from sms_desktop.gateway.public_address import callback_url, inbound_url, media_url
from sms_desktop.gateway.twilio import TwilioGateway
from sms_desktop.gateway.webhooks import ServedFile
from sms_desktop.simulator import (
    DEMO_ACCOUNT_SID,
    DEMO_AUTH_TOKEN,
    SHOP_LINE,
    TEST_ACCOUNT_SID,
    TEST_AUTH_TOKEN,
    TOLL_FREE_LINE,
    Simulator,
)
from tests.gateway.conftest import Desk

PEER = "+14155550132"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8cfc0f01f0005000"
    "1ff5ccf0f6f0000000049454e44ae426082"
)


@dataclass
class Account:
    """The simulator, the gateway that talks to it, and the server that it calls."""

    sim: Simulator
    twilio: TwilioGateway
    desk: Desk

    async def send(self, to: str = PEER, body: str = "Hello", line: str = SHOP_LINE, *media: str) -> Outcome:
        return await self.twilio.send(Outgoing(to, line, body, media, callback_url(self.desk.url, "key1")))


@pytest.fixture
async def account(desk: Desk) -> AsyncIterator[Account]:
    sim = Simulator(pace=0, seed=1)
    await sim.start()
    desk.token = DEMO_AUTH_TOKEN
    twilio = TwilioGateway(Credentials(DEMO_ACCOUNT_SID, DEMO_AUTH_TOKEN), sim.base_url, total_timeout=1)
    yield Account(sim, twilio, desk)
    await twilio.close()
    await sim.stop()


async def test_a_text_is_accepted_and_delivered_by_signed_callbacks(account: Account) -> None:
    outcome = await account.send()
    assert isinstance(outcome, Accepted) and outcome.status is Status.QUEUED and outcome.segments == 1
    await account.sim.idle()
    assert {key for key, _ in account.desk.reports} == {"key1"}
    assert {report.sid for _, report in account.desk.reports} == {outcome.sid}
    assert Status.DELIVERED in {report.status for _, report in account.desk.reports}


async def test_a_text_from_a_phone_comes_in_at_the_address_that_we_set(account: Account) -> None:
    (route,) = [route for route in await account.twilio.routes() if route.line == SHOP_LINE]
    ours = Webhook(inbound_url(account.desk.url))
    await account.twilio.set_webhook(route.holder, ours)
    assert await account.twilio.current(route.holder) == ours
    account.sim.customer_texts(PEER, SHOP_LINE, "Is Saturday still fine? 👍")
    await account.sim.idle()
    (inbound,) = account.desk.received
    assert (inbound.from_, inbound.to, inbound.body) == (PEER, SHOP_LINE, "Is Saturday still fine? 👍")
    assert inbound.account_sid == DEMO_ACCOUNT_SID


async def test_a_picture_from_a_phone_is_fetched_with_our_credentials(account: Account) -> None:
    account.sim.set_sms_url(SHOP_LINE, inbound_url(account.desk.url))
    account.sim.customer_texts(PEER, SHOP_LINE, "", [("image/png", PNG, "cat.png")])
    await account.sim.idle()
    ((url, content_type),) = account.desk.received[0].media
    sink = io.BytesIO()
    downloaded = await account.twilio.download(url, sink, 1_000_000)
    assert sink.getvalue() == PNG and content_type == downloaded.content_type == "image/png"
    stranger = TwilioGateway(Credentials(DEMO_ACCOUNT_SID, "0" * 32), account.sim.base_url)
    with pytest.raises(WrongCredentials):
        await stranger.download(url, io.BytesIO(), 1_000_000)
    await stranger.close()


async def test_a_picture_of_ours_is_fetched_by_twilio(account: Account, tmp_path: Path) -> None:
    path = tmp_path / "hash"
    path.write_bytes(PNG)
    account.desk.files["tok"] = ServedFile(path, "image/png", "cat.png")
    outcome = await account.send(PEER, "", SHOP_LINE, media_url(account.desk.url, "tok", "cat.png"))
    assert isinstance(outcome, Accepted) and outcome.sid.startswith("MM")
    await account.sim.idle()
    (arrived,) = account.sim.phone(PEER).messages
    assert [data for _, data in arrived.media] == [PNG]


@pytest.mark.parametrize(
    ("to", "body", "line", "code"),
    [
        ("+1", "x", SHOP_LINE, 21211),
        (PEER, "x", "+12125550199", 21606),
        (PEER, "", SHOP_LINE, 21602),
        (PEER, "x" * 1601, SHOP_LINE, 21617),
    ],
)
async def test_refusals_come_with_twilios_codes(account: Account, to: str, body: str, line: str, code: int) -> None:
    outcome = await account.send(to, body, line)
    assert isinstance(outcome, Refused) and outcome.code == code


async def test_an_opted_out_peer_is_refused(account: Account) -> None:
    account.sim.customer_texts(PEER, SHOP_LINE, "STOP")
    await account.sim.idle()
    outcome = await account.send()
    assert isinstance(outcome, Refused) and outcome.code == 21610


@pytest.mark.parametrize(
    ("weather", "kind", "messages"),
    [
        ("429", Unreachable, 0),
        ("500 before", InDoubt, 0),
        ("500 after", InDoubt, 1),
        ("answer lost", InDoubt, 1),
    ],
)
async def test_bad_weather_is_told_apart_and_nothing_is_sent_twice(
    account: Account, weather: str, kind: type[Outcome], messages: int
) -> None:
    account.sim.weather.turn(weather, True)
    assert isinstance(await account.send(), kind)
    await account.sim.idle()
    assert len(account.sim.phone(PEER).messages) == messages


async def test_a_simulator_that_is_off_is_unreachable(account: Account) -> None:
    await account.sim.stop()
    assert isinstance(await account.send(), Unreachable)
    with pytest.raises(GatewayError):
        await account.twilio.balance()


async def test_the_account_its_money_and_its_lines_are_read(account: Account) -> None:
    found = await account.twilio.account()
    assert (found.sid, found.name, found.type, found.status) == (DEMO_ACCOUNT_SID, "Bright Chairs", "Full", "active")
    balance = await account.twilio.balance()
    assert float(balance.amount) == pytest.approx(38.2) and balance.currency == "USD"
    account.sim.account.add_line("894546", "Code")
    kinds = {line.address: line.kind for line in await account.twilio.lines()}
    assert kinds == {
        SHOP_LINE: LineKind.LOCAL,
        TOLL_FREE_LINE: LineKind.TOLL_FREE,
        "894546": LineKind.SHORT_CODE,
    }


async def test_wrong_credentials_are_told_and_test_ones_may_not_read(account: Account) -> None:
    stranger = TwilioGateway(Credentials(DEMO_ACCOUNT_SID, "0" * 32), account.sim.base_url)
    outcome = await stranger.send(Outgoing(PEER, SHOP_LINE, "x", (), None))
    assert isinstance(outcome, Refused) and outcome.code == 20003
    for ask in (stranger.account, stranger.balance, stranger.lines):
        with pytest.raises(WrongCredentials):
            await ask()
    await stranger.close()
    tester = TwilioGateway(Credentials(TEST_ACCOUNT_SID, TEST_AUTH_TOKEN), account.sim.base_url)
    with pytest.raises(GatewayError, match="test credentials") as caught:
        await tester.balance()
    assert not caught.value.transient
    await tester.close()


async def test_many_sends_at_once_are_as_many_texts(account: Account) -> None:
    outcomes = await asyncio.gather(*(account.send(body=f"{n}") for n in range(40)))
    assert len({outcome.sid for outcome in outcomes if isinstance(outcome, Accepted)}) == 40
    await account.sim.idle()
    assert len(account.sim.phone(PEER).messages) == 40


async def test_a_number_is_looked_up_with_and_without_its_kind(account: Account) -> None:
    assert await account.twilio.number("+14155550114", line_type=False) == (True, None, None)
    assert await account.twilio.number("+14155550114", line_type=True) == (True, "landline", "Example Telephone")
    assert await account.twilio.number("+1415555", line_type=True) == (False, None, None)


async def test_a_number_that_opted_out_is_refused_and_can_still_be_looked_up(account: Account) -> None:
    item = ConsentItem("0" * 32, PEER, SHOP_LINE, True, "offline", datetime(2026, 3, 12, tzinfo=UTC))
    assert await account.twilio.tell_consents([item]) == {"0" * 32: ""}
    outcome = await account.send()
    assert isinstance(outcome, Refused) and outcome.code == 21610
    assert await account.twilio.number(PEER, line_type=True) == (True, "mobile", "Example Wireless")
    assert [(key, count) for key, count in account.sim.requests.items() if "v1/" in key or "v2/" in key] == [
        ("POST v1/Consents/Bulk", 1), ("GET v2/PhoneNumbers/{number}", 1),
    ]  # fmt: skip
