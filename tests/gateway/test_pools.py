"""Where texts go in an account with many Messaging Services: little is asked for, and nothing overlooked."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import pytest

from sms_desktop.domain.routing import HolderKind, Route
from sms_desktop.gateway.credentials import Credentials
from sms_desktop.gateway.twilio import TwilioGateway
from sms_desktop.simulator import DEMO_ACCOUNT_SID, DEMO_AUTH_TOKEN, SHOP_LINE, TOLL_FREE_LINE, Simulator
from sms_desktop.simulator.resources import Service

LIST = "GET v1/Services"
NUMBERS, CODES = f"{LIST}/{{service}}/PhoneNumbers", f"{LIST}/{{service}}/ShortCodes"
CODE = "74567"
MANY = 8
AWAY = "https://theirs.example/sms"


@dataclass
class Shop:
    """An account with many services of others; the one called Ours is in use, its only number is the shop's."""

    simulator: Simulator
    gateway: TwilioGateway
    ours: Service
    others: list[Service]

    async def routes(self, *used: str) -> dict[str, Route]:
        return {route.line: route for route in await self.gateway.routes(used)}

    async def asked(self, *used: str) -> tuple[int, int, int]:
        """How often the services, numbers of one and short codes of one were asked for."""
        self.simulator.requests.clear()
        await self.gateway.routes(used)
        return self.simulator.requests[LIST], self.simulator.requests[NUMBERS], self.simulator.requests[CODES]


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    simulator = Simulator(pace=0, seed=1)
    await simulator.start()
    gateway = TwilioGateway(Credentials(DEMO_ACCOUNT_SID, DEMO_AUTH_TOKEN), simulator.base_url)
    ours = simulator.account.add_service(SHOP_LINE, friendly_name="Ours")
    others = [simulator.account.add_service(friendly_name=f"Branch {n}") for n in range(MANY)]
    for service in others[::2]:
        service.use_inbound_webhook_on_number, service.inbound_request_url = False, AWAY
    await gateway.routes()
    yield Shop(simulator, gateway, ours, others)
    await gateway.close()
    await simulator.stop()


async def test_only_services_that_have_to_do_with_lines_in_use_are_asked_for_their_numbers(shop: Shop) -> None:
    assert await shop.asked(SHOP_LINE) == (1, 1, 1)
    assert await shop.asked(shop.ours.sid) == (1, 1, 1)
    assert await shop.asked(shop.ours.sid, SHOP_LINE) == (1, 1, 1)
    assert await shop.asked() == (1, 0, 0)


async def test_a_line_in_no_service_could_be_taken_by_any_that_leads_texts_away(shop: Shop) -> None:
    assert await shop.asked(TOLL_FREE_LINE) == (1, MANY // 2, 0)
    shop.simulator.account.add_line(CODE, "Raffle")
    assert await shop.asked(CODE) == (1, 0, MANY // 2)


async def test_what_is_asked_for_without_lines_is_all(shop: Shop) -> None:
    shop.simulator.requests.clear()
    await shop.gateway.routes()
    assert shop.simulator.requests[NUMBERS] == MANY + 1


async def test_all_is_told_as_if_all_had_been_asked_for(shop: Shop) -> None:
    shop.others[3].friendly_name = "Another name"
    shop.others[5].inbound_request_url = "https://new.example"
    assert await shop.gateway.routes([SHOP_LINE]) == await shop.gateway.routes()


def leaves_for_another(shop: Shop) -> None:
    del shop.ours.senders[SHOP_LINE]
    shop.others[4].senders[SHOP_LINE] = shop.simulator.account.now()


def takes_all_texts(shop: Shop) -> None:
    shop.ours.use_inbound_webhook_on_number = False


def is_taken_by_a_new_one(shop: Shop) -> None:
    del shop.ours.senders[SHOP_LINE]
    made = shop.simulator.account.add_service(SHOP_LINE, friendly_name="New")
    made.use_inbound_webhook_on_number = False


@pytest.mark.parametrize("change", [leaves_for_another, takes_all_texts, is_taken_by_a_new_one])
async def test_a_line_whose_texts_are_led_away_by_a_service_is_seen_at_once(
    shop: Shop, change: Callable[[Shop], None]
) -> None:
    assert (await shop.routes(SHOP_LINE))[SHOP_LINE].holder.kind is HolderKind.NUMBER
    change(shop)
    found = (await shop.routes(SHOP_LINE))[SHOP_LINE].holder
    holder = shop.simulator.account.service_of(SHOP_LINE)
    assert holder is not None and (found.kind, found.sid) == (HolderKind.SERVICE, holder.sid)


async def test_a_line_that_was_in_no_service_is_seen_to_be_taken_by_one(shop: Shop) -> None:
    assert (await shop.routes(TOLL_FREE_LINE))[TOLL_FREE_LINE].holder.kind is HolderKind.NUMBER
    shop.others[4].senders[TOLL_FREE_LINE] = shop.simulator.account.now()
    assert (await shop.routes(TOLL_FREE_LINE))[TOLL_FREE_LINE].holder.sid == shop.others[4].sid
    assert await shop.asked(TOLL_FREE_LINE) == (1, 1, 1)


async def test_a_service_that_begins_to_lead_texts_away_is_seen_with_the_line_it_took_before(shop: Shop) -> None:
    quiet = shop.others[1]
    quiet.senders[TOLL_FREE_LINE] = shop.simulator.account.now()
    assert (await shop.routes(TOLL_FREE_LINE))[TOLL_FREE_LINE].holder.kind is HolderKind.NUMBER
    quiet.use_inbound_webhook_on_number = False
    assert (await shop.routes(TOLL_FREE_LINE))[TOLL_FREE_LINE].holder.sid == quiet.sid


async def test_the_pool_of_a_service_in_use_is_told_as_it_is_now(shop: Shop) -> None:
    assert (await shop.routes(shop.ours.sid))[shop.ours.sid].pool == (SHOP_LINE,)
    shop.ours.senders[TOLL_FREE_LINE] = shop.simulator.account.now() + 1
    assert (await shop.routes(shop.ours.sid))[shop.ours.sid].pool == (SHOP_LINE, TOLL_FREE_LINE)
    del shop.ours.senders[SHOP_LINE]
    assert (await shop.routes(shop.ours.sid))[shop.ours.sid].pool == (TOLL_FREE_LINE,)


async def test_a_line_that_goes_to_a_service_which_leads_nothing_away_is_seen_in_its_pool(shop: Shop) -> None:
    del shop.ours.senders[SHOP_LINE]
    shop.others[1].senders[SHOP_LINE] = shop.simulator.account.now()
    found = await shop.routes(SHOP_LINE)
    assert (found[shop.ours.sid].pool, found[shop.others[1].sid].pool) == ((), (SHOP_LINE,))


async def test_a_service_that_is_gone_is_told_no_more(shop: Shop) -> None:
    del shop.simulator.account.services[shop.ours.sid]
    found = await shop.routes(SHOP_LINE, shop.ours.sid)
    assert shop.ours.sid not in found and found[SHOP_LINE].holder.kind is HolderKind.NUMBER
