"""The world around the account, played over HTTP."""

import base64
from typing import Any

import pytest

from sms_desktop.simulator import SHOP_LINE, Simulator, Weather
from tests.simulator.api import SILENT, Api
from tests.simulator.receiver import Receiver


async def test_weather_is_read_and_changed(api: Api, sim: Simulator) -> None:
    report = (await api.get("/_simulator/weather")).data
    assert set(report["names"]) == set(Weather.NAMES) and not any(report["names"].values())

    changed = await api.request("POST", "/_simulator/weather", json={"429": True, "lost_callbacks": 0.5})
    assert changed.data["names"]["429"] is True and changed.data["lost_callbacks"] == 0.5
    assert (await api.get("Balance.json")).code == 20429

    wrong = await api.request("POST", "/_simulator/weather", json={"hail": True})
    assert wrong.status == 400 and "hail" in wrong.data["error"]


async def test_people_are_introduced(api: Api, sim: Simulator) -> None:
    people = (await api.get("/_simulator/people")).data["people"]
    assert [person["number"] for person in people] == [person.number for person in sim.people]


async def test_a_customer_is_played_from_outside(api: Api, sim: Simulator, receiver: Receiver) -> None:
    picture = {"content_type": "image/gif", "base64": base64.b64encode(b"GIF89a").decode(), "name": "a.gif"}
    sent = {"from": SILENT, "to": SHOP_LINE, "body": "Hello", "media": [picture]}
    reply = await api.request("POST", "/_simulator/inbound", json=sent)
    assert reply.status == 201
    await sim.idle()
    assert receiver.posted[0].form["MessageSid"] == reply.data["sid"]
    assert receiver.posted[0].form["NumMedia"] == "1"
    assert (await api.get("/_simulator/messages")).data["messages"][0]["sid"] == reply.data["sid"]


@pytest.mark.parametrize(
    "asked",
    [
        [],
        {"from": SILENT, "body": "Hello"},
        {"from": SILENT, "to": "+14155550199", "body": "Hello"},
        {"from": SILENT, "to": SHOP_LINE, "media": [{"content_type": "image/gif", "base64": "?"}]},
        {"from": SILENT, "to": SHOP_LINE, "media": "none"},
    ],
)
async def test_what_cannot_be_played_is_said_in_a_sentence(api: Api, sim: Simulator, asked: object) -> None:
    reply = await api.request("POST", "/_simulator/inbound", json=asked)
    assert reply.status == 400 and reply.data["error"].endswith(".")
    assert len(sim.account.log) == 0


async def test_alerts_are_listed(api: Api, sim: Simulator) -> None:
    sim.set_sms_url(SHOP_LINE, "http://127.0.0.1:9/in")
    sim.customer_texts(SILENT, SHOP_LINE, "Hello")
    await sim.idle()
    (alert,) = (await api.get("/_simulator/alerts")).data["alerts"]
    assert (alert["error_code"], alert["request_url"]) == ("11205", "http://127.0.0.1:9/in")


async def test_a_number_is_bought_once(api: Api, sim: Simulator) -> None:
    asked = {"phone_number": "+12125550188", "friendly_name": "Workshop", "mms": False}
    bought = await api.request("POST", "/_simulator/numbers", json=asked)
    assert (bought.status, bought.data["friendly_name"], bought.data["type"]) == (201, "Workshop", "local")
    assert bought.data["capabilities"]["mms"] is False
    assert (await api.send(From="+12125550188")).status == 201

    assert (await api.request("POST", "/_simulator/numbers", json=asked)).status == 400
    code = await api.request("POST", "/_simulator/numbers", json={"phone_number": "72975"})
    assert code.data["short_code"] == "72975"
    for wrong in ({"phone_number": "x"}, {"phone_number": "+12125550189", "kind": "rotary"}, {}):
        assert (await api.request("POST", "/_simulator/numbers", json=wrong)).status == 400


async def test_a_past_is_brought_in(api: Api, sim: Simulator) -> None:
    balance = sim.account.balance
    picture = {"content_type": "image/gif", "base64": base64.b64encode(b"GIF89a").decode(), "name": "a.gif"}
    messages = [
        {"from": SILENT, "to": SHOP_LINE, "body": "Hello", "at": "2026-03-10T09:30:00Z", "media": [picture]},
        {"from": SHOP_LINE, "to": SILENT, "body": "Hi", "at": "2026-03-10T11:31:00+02:00"},
        {
            "from": SHOP_LINE,
            "to": "(415) 555-0111",
            "body": "Still there?",
            "at": "2026-03-10T09:32:00",
            "status": "undelivered",
            "error_code": 30003,
        },
    ]
    reply = await api.request("POST", "/_simulator/past", json={"messages": messages})
    assert reply.status == 201

    listed = (await api.get("Messages.json")).data["messages"]
    assert [m["sid"] for m in reversed(listed)] == reply.data["sids"]
    assert [(m["direction"], m["status"], m["num_media"]) for m in reversed(listed)] == [
        ("inbound", "received", "1"),
        ("outbound-api", "delivered", "0"),
        ("outbound-api", "undelivered", "0"),
    ]
    assert [m["date_sent"] for m in reversed(listed)] == [f"Tue, 10 Mar 2026 09:3{n}:00 +0000" for n in range(3)]
    assert (listed[0]["to"], listed[0]["error_code"]) == (SILENT, 30003)
    assert sim.account.balance == balance


async def test_a_past_of_many_thousands_is_one_request(api: Api, sim: Simulator) -> None:
    messages = [
        {
            "from": SILENT,
            "to": SHOP_LINE,
            "body": f"{n}",
            "at": f"2026-03-{1 + n // 1000:02}T10:{n // 60 % 60:02}:{n % 60:02}Z",
        }
        for n in range(5_000)
    ]
    reply = await api.request("POST", "/_simulator/past", json={"messages": messages})
    assert len(set(reply.data["sids"])) == len(sim.account.log) == 5_000


_GOOD: dict[str, Any] = {"from": SILENT, "to": SHOP_LINE, "body": "Hello", "at": "2026-03-10T09:30:00Z"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"at": "yesterday"},
        {"at": "1969-12-31T23:00:00Z"},
        {"at": None},
        {"to": "+14155550199"},
        {"from": ""},
        {"status": "lost"},
        {"error_code": "30003"},
        {"media": [1]},
    ],
)
async def test_a_past_with_something_wrong_in_it_is_refused_whole(
    api: Api, sim: Simulator, wrong: dict[str, object]
) -> None:
    reply = await api.request("POST", "/_simulator/past", json={"messages": [_GOOD, {**_GOOD, **wrong}]})
    assert reply.status == 400 and reply.data["error"].endswith(".")
    assert len(sim.account.log) == 0
    assert (await api.request("POST", "/_simulator/past", json={"messages": {}})).status == 400


async def test_a_service_and_an_application_are_set_up(api: Api, sim: Simulator) -> None:
    asked = {"friendly_name": "Campaign", "numbers": [SHOP_LINE]}
    service = await api.request("POST", "/_simulator/services", json=asked)
    assert (service.status, service.data["friendly_name"]) == (201, "Campaign")
    assert list(sim.account.services[service.data["sid"]].senders) == [SHOP_LINE]
    refused: list[dict[str, Any]] = [
        asked,
        {**asked, "numbers": ["+14155550199"]},
        {"numbers": []},
        {"friendly_name": 1},
    ]
    for wrong in refused:
        assert (await api.request("POST", "/_simulator/services", json=wrong)).status == 400

    asked_app = {"friendly_name": "Old website", "sms_url": "https://example.com/in"}
    app = await api.request("POST", "/_simulator/applications", json=asked_app)
    assert (app.status, app.data["sms_url"]) == (201, "https://example.com/in")
    assert (await api.get(f"Applications/{app.data['sid']}.json")).data == app.data
    for wrong_app in ({"friendly_name": "x", "sms_url": "x"}, {"sms_url": "https://example.com"}):
        assert (await api.request("POST", "/_simulator/applications", json=wrong_app)).status == 400


async def test_a_line_that_cannot_text_is_listed_with_what_it_can(api: Api, sim: Simulator) -> None:
    asked = {"phone_number": "+12125550177", "sms": False, "mms": False}
    await api.request("POST", "/_simulator/numbers", json=asked)
    (line,) = (await api.get("IncomingPhoneNumbers.json?PhoneNumber=%2B12125550177")).data["incoming_phone_numbers"]
    assert line["capabilities"] == {"voice": True, "sms": False, "mms": False, "fax": False}
    assert (await api.send(From="+12125550177")).code == 21606
