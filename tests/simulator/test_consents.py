"""The Consent API."""

import json
from collections.abc import Mapping

import pytest

from sms_desktop.simulator import SHOP_LINE, TOLL_FREE_LINE, Simulator
from tests.simulator.api import SILENT, Api, Reply

PATH = "/v1/Consents/Bulk"
KEY = "ad388b5a46b33b874b0d41f7226db2ef"
GOOD = {
    "contact_id": SILENT, "correlation_id": KEY, "sender_id": SHOP_LINE, "status": "opt-out", "source": "offline",
    "date_of_consent": "2026-03-12T10:05:27Z",
}  # fmt: skip


async def told(api: Api, *items: Mapping[str, object]) -> Reply:
    return await api.request("POST", PATH, [("Items", json.dumps(item)) for item in items])


async def test_an_opt_out_blocks_and_an_opt_in_lifts_it(api: Api, sim: Simulator) -> None:
    reply = await told(api, GOOD)
    assert reply.status == 201
    assert reply.data == {"items": [{"correlation_id": KEY, "error_code": 0, "error_messages": []}]}
    assert (await api.send(SILENT)).code == 21610
    await told(api, GOOD | {"status": "opt-in"})
    assert (await api.send(SILENT)).status == 201


async def test_an_opt_in_does_not_lift_a_toll_free_block(api: Api, sim: Simulator) -> None:
    await told(api, GOOD | {"sender_id": TOLL_FREE_LINE}, GOOD | {"sender_id": TOLL_FREE_LINE, "status": "opt-in"})
    assert (TOLL_FREE_LINE, SILENT) in sim.account.blocks


async def test_a_service_blocks_for_all_its_senders(api: Api, sim: Simulator) -> None:
    service = sim.account.add_service(SHOP_LINE, TOLL_FREE_LINE)
    await told(api, GOOD | {"sender_id": service.sid})
    assert sim.account.blocks == {(SHOP_LINE, SILENT), (TOLL_FREE_LINE, SILENT)}


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("contact_id", "+19", "INVALID_CONTACT_ID"),
        ("contact_id", "4155550111", "INVALID_CONTACT_ID"),
        ("correlation_id", "short", "INVALID_CORRELATION_ID"),
        ("sender_id", "123456", "INVALID_SENDER_ID"),
        ("status", "maybe", "INVALID_STATUS"),
        ("source", "rumour", "INVALID_SOURCE"),
        ("date_of_consent", "2025-03-25", "INVALID_DATE_OF_CONSENT"),
    ],
)
async def test_a_bad_item_says_so_by_itself_and_the_good_ones_count(
    api: Api, sim: Simulator, field: str, value: str, message: str
) -> None:
    other = "0" * 32
    reply = await told(api, GOOD | {field: value}, GOOD | {"correlation_id": other})
    assert reply.status == 201
    bad, good = reply.data["items"]
    assert (bad["error_code"], bad["error_messages"]) == (30646, [message])
    assert good == {"correlation_id": other, "error_code": 0, "error_messages": []}
    assert (SHOP_LINE, SILENT) in sim.account.blocks


async def test_what_is_asked_wrongly_is_refused_as_a_whole(api: Api, sim: Simulator) -> None:
    assert (await told(api)).code == 20001
    assert (await told(api, *([GOOD] * 26))).code == 20001
    assert (await api.request("POST", PATH, [("Items", "no JSON")])).code == 20001
    sim.account.unwanted = {SILENT}
    assert (await told(api, GOOD)).code == 20001
    assert not sim.account.blocks


async def test_an_account_may_have_no_such_api_and_takes_so_many_calls_a_minute(api: Api, sim: Simulator) -> None:
    sim.account.consents_a_minute = 1
    assert (await told(api, GOOD)).status == 201
    assert (await told(api, GOOD)).status == 429
    sim.account.has_consents = False
    assert (await told(api, GOOD)).status == 404
