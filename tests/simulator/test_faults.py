"""Faults that are turned on while the simulator runs: in the list, on the way, in the account, and in the clock."""

import time
from email.utils import parsedate_to_datetime

import aiohttp
import pytest

from sms_desktop.simulator import SHOP_LINE, TOLL_FREE_LINE, Simulator, Weather
from tests.simulator.api import SILENT, Api
from tests.simulator.receiver import Receiver
from tests.simulator.test_messages import past, walk


async def test_one_page_of_a_list_fails_just_as_often_as_planned(api: Api, sim: Simulator) -> None:
    sids = sim.account.import_messages(past(6))
    sim.fail_list_page(2, times=2)
    first = (await api.get("Messages.json?PageSize=2")).data
    for _ in range(2):
        failed = await api.get(first["next_page_uri"])
        assert (failed.status, failed.code) == (500, 20500)
    assert [m["sid"] for m in (await api.get(first["next_page_uri"])).data["messages"]] == sids[3:1:-1]
    assert await walk(api, "Messages.json?PageSize=2") == sids[::-1]


async def test_a_plan_is_made_read_and_taken_back_over_http(api: Api, sim: Simulator) -> None:
    made = await api.request("POST", "/_simulator/faults", json={"list_page": 1, "times": 3})
    assert made.data == {"list_pages": {"1": 3}, "lost_answers": {}, "clock_skew": 0.0}
    assert (await api.get("Messages.json")).status == 500
    assert (await api.get("/_simulator/faults")).data["list_pages"] == {"1": 2}
    await api.request("POST", "/_simulator/faults", json={"list_page": 1, "times": 0})
    assert (await api.get("Messages.json")).status == 200
    assert (await api.get("IncomingPhoneNumbers.json")).status == 200

    for wrong in (
        {"list_page": 0},
        {"list_page": "7"},
        {"times": True, "list_page": 1},
        {"hail": 1},
        {"clock_skew": "x"},
    ):
        reply = await api.request("POST", "/_simulator/faults", json=wrong)
        assert reply.status == 400 and reply.data["error"].endswith(".")
    assert sim.faults.list_pages == {}


async def test_list_errors_touch_nothing_but_lists_of_messages(api: Api, sim: Simulator) -> None:
    sim.weather.list_error = 1
    assert (await api.get("Messages.json")).code == 20500
    sent = await api.send()
    assert sent.status == 201
    assert (await api.get(sent.data["uri"])).status == 200
    assert (await api.get("Balance.json")).status == 200


async def test_a_captive_portal_answers_everything_with_its_page(api: Api, sim: Simulator) -> None:
    sim.weather.portal = True
    for path in ("Messages.json", "Balance.json", "/v1/Services", "/v1/Alerts", "/cdn/x"):
        reply = await api.get(path)
        assert (reply.status, reply.headers["Content-Type"].partition(";")[0]) == (200, "text/html")
        assert b"terms of use" in reply.body
    assert (await api.send()).status == 200 and len(sim.account.log) == 0
    assert (await api.get("/_simulator/weather")).data["portal"] == 1
    sim.weather.clear()
    assert (await api.get("Balance.json")).status == 200


async def test_when_twilio_is_down_the_connection_is_cut(
    api: Api, sim: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    assert (await api.request("POST", "/_simulator/weather", json={"down": True})).status == 200
    for _ in range(3):
        with pytest.raises(aiohttp.ClientConnectionError):
            await api.send()
    assert len(sim.account.log) == 0
    assert (await api.request("POST", "/_simulator/weather", json={"down": False})).status == 200
    assert (await api.send()).status == 201
    assert not [record for record in caplog.records if record.levelname in {"ERROR", "WARNING"}]


async def test_a_lost_inbound_text_is_in_the_list_alone(api: Api, sim: Simulator, receiver: Receiver) -> None:
    sim.weather.lost_inbound = 1
    message = sim.customer_texts(SILENT, SHOP_LINE, "Anybody there?")
    await sim.idle()
    assert receiver.posted == []
    assert [m["sid"] for m in (await api.get("Messages.json")).data["messages"]] == [message.sid]
    assert not sim.account.alerts


async def test_the_new_weather_is_no_toggle_and_ends_with_the_rest() -> None:
    weather = Weather()
    weather.update({"list_error": 0.5, "lost_inbound": 1, "portal": True, "down": True, "price_lag": 60, "429": True})
    assert len(Weather.NAMES) == 9
    assert [name for name in Weather.NAMES if weather.is_on(name)] == ["429"]
    weather.clear()
    assert weather == Weather()
    with pytest.raises(ValueError, match="price_lag"):
        weather.update({"price_lag": 3601})


async def test_prices_are_known_late_where_they_lag(api: Api, sim: Simulator) -> None:
    sim.weather.price_lag = 60
    sent = await api.send()
    sim.customer_texts(SILENT, TOLL_FREE_LINE, "Hello")
    await sim.idle()
    assert {m["price"] for m in (await api.get("Messages.json")).data["messages"]} == {None}
    assert {m["price"] for m in (await api.get("/_simulator/messages")).data["messages"]} == {None}
    assert (await api.get(sent.data["uri"])).data["status"] == "delivered"
    assert (await api.get("Balance.json")).data["balance"] == "38.1842"

    sim.clock_skew = 61
    assert {m["price"] for m in (await api.get("Messages.json")).data["messages"]} == {"-0.00790"}


async def test_the_token_changes_for_logins_and_for_signatures(api: Api, sim: Simulator, receiver: Receiver) -> None:
    old = sim.account.auth_token
    sim.account.api_keys["SK1"] = "secret"
    sim.rotate_token("a1" * 16)
    assert (await api.get("Balance.json")).code == 20003
    api.credentials = ("SK1", "secret")
    assert (await api.get("Balance.json")).status == 200
    api.credentials = (sim.account.sid, "a1" * 16)
    assert (await api.get("Balance.json")).status == 200

    sim.customer_texts(SILENT, SHOP_LINE, "Hello")
    await sim.idle()
    (posted,) = receiver.posted
    assert posted.signed_by("a1" * 16) and not posted.signed_by(old)


async def test_the_account_is_changed_over_http_all_or_nothing(api: Api, sim: Simulator) -> None:
    change = {
        "auth_token": "a1" * 16,
        "type": "Trial",
        "balance": "0.50",
        "friendly_name": "Trial",
        "verified": [SILENT],
    }
    changed = await api.request("POST", "/_simulator/account", json=change)
    assert changed.data == {
        "sid": sim.account.sid,
        "friendly_name": "Trial",
        "type": "Trial",
        "status": "active",
        "balance": "0.50",
        "verified": [SILENT],
    }
    assert (await api.get("/_simulator/account")).data == changed.data
    api.credentials = (sim.account.sid, "a1" * 16)
    account = (await api.get(f"{api.root}.json")).data
    assert (account["type"], account["friendly_name"], account["status"]) == ("Trial", "Trial", "active")
    assert (await api.send(to="+14155550110")).code == 21608
    assert (await api.send()).status == 201
    await sim.idle()

    before = (await api.get("/_simulator/account")).data
    for wrong in (
        {"type": "Paid"},
        {"status": "asleep"},
        {"balance": "much"},
        {"balance": "NaN"},
        {"balance": "1e99"},
        {"balance": 5},
        {"auth_token": ""},
        {"verified": "all"},
        {"sid": "AC1"},
    ):
        reply = await api.request("POST", "/_simulator/account", json={"friendly_name": "Other", **wrong})
        assert reply.status == 400 and reply.data["error"].endswith(".")
    assert (await api.get("/_simulator/account")).data == before


async def test_a_suspended_account_is_read_but_sends_and_receives_nothing(
    api: Api, sim: Simulator, receiver: Receiver
) -> None:
    await api.request("POST", "/_simulator/account", json={"status": "suspended"})
    assert (await api.get(f"{api.root}.json")).data["status"] == "suspended"
    refused = await api.send()
    assert (refused.status, refused.code) == (403, 20005)
    sim.customer_texts(SILENT, SHOP_LINE, "Hello")
    await sim.idle()
    assert receiver.posted == [] and len(sim.account.log) == 0
    assert (await api.get("Messages.json")).status == 200

    await api.request("POST", "/_simulator/account", json={"status": "closed"})
    assert (await api.get("Messages.json")).code == 20003


async def test_twilios_clock_may_be_another(api: Api, sim: Simulator) -> None:
    sim.clock_skew = 3600
    reply = await api.send()
    sim.customer_texts(SILENT, SHOP_LINE, "Hello")
    await sim.idle()
    assert parsedate_to_datetime(reply.headers["Date"]).timestamp() - time.time() == pytest.approx(3600, abs=5)
    for message in (await api.get("Messages.json")).data["messages"]:
        for name in ("date_created", "date_updated", "date_sent"):
            assert parsedate_to_datetime(message[name]).timestamp() - time.time() == pytest.approx(3600, abs=5)

    await api.request("POST", "/_simulator/faults", json={"clock_skew": -7200})
    refused = await api.get("Messages/SM1.json")
    assert parsedate_to_datetime(refused.headers["Date"]).timestamp() - time.time() == pytest.approx(-7200, abs=5)


async def test_requests_are_counted_by_what_they_ask_for(api: Api, sim: Simulator) -> None:
    sent = await api.send()
    for _ in range(2):
        await api.get("Messages.json?PageSize=1")
    await api.get(sent.data["uri"])
    await api.get("/2010-04-01/Accounts.json")
    await api.get("/v1/Services/MG1")
    await api.get("/nowhere")
    assert sim.requests == {
        "POST Messages.json": 1,
        "GET Messages.json": 2,
        "GET Messages/{sid}.json": 1,
        "GET Accounts.json": 1,
        "GET v1/Services/{service}": 1,
        "GET elsewhere": 1,
    }
    assert (await api.get("/_simulator/requests")).data["requests"] == dict(sim.requests)
