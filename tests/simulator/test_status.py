"""How a message goes on after it was accepted, and what is told about it, in every weather."""

import asyncio
import re

import pytest

from sms_desktop.simulator import SHOP_LINE, Simulator, Weather
from sms_desktop.simulator.pace import Pace
from tests.simulator.api import SILENT, Api
from tests.simulator.receiver import Receiver, status


async def test_callbacks_tell_sent_and_delivered_and_nothing_before(
    api: Api, sim: Simulator, receiver: Receiver
) -> None:
    created = await api.send(StatusCallback=f"{receiver.url}/status/abc?x=1#rc=2")
    await sim.idle()

    assert receiver.statuses() == ["sent", "delivered"]
    sent, delivered = receiver.posted
    assert sent.url.endswith("/status/abc?x=1") and sent.signed_by(sim.account.auth_token)
    assert not sent.signed_by("another token")
    assert sent.form == {
        "AccountSid": sim.account.sid,
        "ApiVersion": "2010-04-01",
        "From": SHOP_LINE,
        "MessageSid": created.data["sid"],
        "MessageStatus": "sent",
        "SmsSid": created.data["sid"],
        "SmsStatus": "sent",
        "To": SILENT,
    }
    assert re.fullmatch(r"\d{10}", delivered.form["RawDlrDoneDate"])
    assert sent.headers["User-Agent"] == "TwilioProxy/1.1"


async def test_the_resource_says_sending_in_between(api: Api, sim: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    async def look(*_: object) -> None:
        [message] = (await api.get("Messages.json")).data["messages"]
        seen.append((await api.get(message["uri"])).data["status"])

    monkeypatch.setattr(Pace, "pause", look)
    await api.send()
    await sim.idle()
    await look()
    assert seen == ["queued", "sending", "sent", "delivered"]


@pytest.mark.parametrize(("to", "code"), [("+14155550114", 30006), ("+14155550115", 30007), ("+14155550116", 30003)])
async def test_a_phone_that_cannot_be_reached_is_undelivered_with_its_code(
    api: Api, sim: Simulator, receiver: Receiver, to: str, code: int
) -> None:
    uri = (await api.send(to=to, StatusCallback=f"{receiver.url}/status")).data["uri"]
    await sim.idle()
    assert receiver.statuses() == ["sent", "undelivered"]
    assert receiver.posted[-1].form["ErrorCode"] == str(code)
    message = (await api.get(uri)).data
    assert (message["status"], message["error_code"]) == ("undelivered", code)
    assert not sim.phone(to).messages


async def test_a_phone_may_have_had_a_text_that_was_reported_undelivered(
    api: Api, sim: Simulator, receiver: Receiver
) -> None:
    off = "+14155550116"
    created = (await api.send(to=off, StatusCallback=f"{receiver.url}/status")).data
    await sim.idle()
    sim.delivers_after_all(created["sid"])
    await sim.idle()
    assert receiver.statuses() == ["sent", "undelivered", "delivered"]
    assert "ErrorCode" not in receiver.posted[-1].form
    assert (await api.get(created["uri"])).data["status"] == "delivered"
    assert len(sim.phone(off).messages) == 1
    with pytest.raises(LookupError):
        sim.delivers_after_all("SM-none")


async def test_a_services_message_is_accepted_then_told_queued(api: Api, sim: Simulator, receiver: Receiver) -> None:
    service = sim.account.add_service(SHOP_LINE)
    form = {"To": SILENT, "MessagingServiceSid": service.sid, "Body": "Hi", "StatusCallback": f"{receiver.url}/s"}
    created = await api.post("Messages.json", form)
    assert (created.data["status"], created.data["from"], created.data["num_segments"]) == ("accepted", None, "0")
    await sim.idle()
    assert receiver.statuses() == ["queued", "sent", "delivered"]
    assert receiver.posted[0].form["MessagingServiceSid"] == service.sid
    message = (await api.get(created.data["uri"])).data
    assert (message["from"], message["num_segments"]) == (SHOP_LINE, "1")


async def test_a_service_sends_to_nobody_who_opted_out(api: Api, sim: Simulator, receiver: Receiver) -> None:
    service = sim.account.add_service(SHOP_LINE)
    sim.customer_texts(SILENT, SHOP_LINE, "STOP")
    form = {"To": SILENT, "MessagingServiceSid": service.sid, "Body": "Hi", "StatusCallback": f"{receiver.url}/s"}
    created = await api.post("Messages.json", form)
    assert created.status == 201
    await sim.idle()
    message = (await api.get(created.data["uri"])).data
    assert (message["status"], message["error_code"], message["price"]) == ("failed", 21610, None)
    assert receiver.statuses() == ["failed"]


async def test_callbacks_come_last_first_when_out_of_order(api: Api, sim: Simulator, receiver: Receiver) -> None:
    sim.weather.turn("out of order", True)
    await api.send(StatusCallback=f"{receiver.url}/status")
    await sim.idle()
    assert receiver.statuses() == ["delivered", "sent"]


async def test_callbacks_and_inbound_messages_come_twice(api: Api, sim: Simulator, receiver: Receiver) -> None:
    sim.weather.turn("twice", True)
    await api.send(StatusCallback=f"{receiver.url}/status")
    await sim.idle()
    assert receiver.statuses() == ["sent", "sent", "delivered", "delivered"]

    receiver.posted.clear()
    sim.customer_texts(SILENT, SHOP_LINE, "Once")
    await sim.idle()
    first, second = receiver.posted
    assert first.form == second.form and first.form["Body"] == "Once"
    assert first.headers["I-Twilio-Idempotency-Token"] == second.headers["I-Twilio-Idempotency-Token"]


async def test_lost_callbacks_never_come_though_the_message_arrives(
    api: Api, sim: Simulator, receiver: Receiver
) -> None:
    sim.weather.turn("lost callbacks", True)
    uri = (await api.send(StatusCallback=f"{receiver.url}/status")).data["uri"]
    await sim.idle()
    assert receiver.posted == []
    assert (await api.get(uri)).data["status"] == "delivered"


async def test_carriers_filter_everything_in_that_weather(api: Api, sim: Simulator) -> None:
    sim.weather.turn("30007", True)
    uri = (await api.send()).data["uri"]
    await sim.idle()
    assert (await api.get(uri)).data["error_code"] == 30007


@pytest.mark.parametrize(("name", "code"), [("429", 429), ("500 before", 500)])
async def test_what_is_refused_for_the_weather_was_not_done(api: Api, sim: Simulator, name: str, code: int) -> None:
    sim.weather.turn(name, True)
    reply = await api.send()
    assert (reply.status, reply.code) == (code, {429: 20429, 500: 20500}[code])
    assert len(sim.account.log) == 0


async def test_an_error_after_acceptance_leaves_an_accepted_message(api: Api, sim: Simulator) -> None:
    sim.weather.turn("500 after", True)
    assert (await api.send()).status == 500
    assert (await api.get("Messages.json")).data["messages"][0]["body"] == "Hello"


async def test_a_lost_answer_leaves_an_accepted_message_and_a_waiting_client(api: Api, sim: Simulator) -> None:
    sim.weather.turn("answer lost", True)
    waiting = asyncio.ensure_future(api.send())
    while not (await api.get("Messages.json")).data["messages"]:
        pass
    await asyncio.wait({waiting}, timeout=0.2)
    assert not waiting.done()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert len((await api.get("Messages.json")).data["messages"]) == 1


async def test_a_client_that_waits_for_a_lost_answer_is_let_go_at_the_end(api: Api, sim: Simulator) -> None:
    sim.weather.turn("answer lost", True)
    waiting = asyncio.ensure_future(api.send())
    while not (await api.get("Messages.json")).data["messages"]:
        pass
    await sim.stop()
    with pytest.raises(Exception, match=r"disconnected|reset"):
        await waiting


async def test_slow_answers_are_overtaken_by_callbacks(api: Api, sim: Simulator, receiver: Receiver) -> None:
    sim.weather.turn("slow", True)
    sim.weather.slow_seconds = 1
    answer = asyncio.ensure_future(api.send(StatusCallback=f"{receiver.url}/status"))
    await receiver.count(2)
    assert not answer.done()
    assert (await answer).status == 201


async def test_a_callback_that_fails_is_an_alert_and_not_tried_again(
    api: Api, sim: Simulator, receiver: Receiver
) -> None:
    receiver.respond = status(500)
    await api.send(StatusCallback=f"{receiver.url}/status")
    await api.send(StatusCallback="http://127.0.0.1:9/status")
    await sim.idle()
    assert len(receiver.posted) == 2
    assert sorted(alert.code for alert in sim.account.alerts) == [11200, 11200, 11205, 11205]


def test_the_same_seed_rolls_the_same_dice() -> None:
    def rolls(seed: int) -> list[bool]:
        weather = Weather(lost_callbacks=0.5, seed=seed)
        return [weather.happens("lost_callbacks") for _ in range(50)]

    assert rolls(3) == rolls(3) != rolls(4)
    assert 10 < sum(rolls(3)) < 40


def test_weather_is_changed_whole_or_not_at_all() -> None:
    weather = Weather()
    weather.update({"lost_callbacks": 0.25, "out of order": True, "slow_seconds": 10})
    assert (weather.lost_callbacks, weather.out_of_order, weather.slow_seconds) == (0.25, 1.0, 10.0)
    for wrong in ({"slow": True, "hail": True}, {"slow": True, "lost_callbacks": 2}, {"slow": "very"}):
        with pytest.raises(ValueError, match=r"hail|from 0 to 1"):
            weather.update(wrong)
    assert not weather.is_on("slow")
    weather.clear()
    assert not any(weather.is_on(name) for name in Weather.NAMES)
