"""The world around the account, played over HTTP."""

import base64

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
