"""Replies by TwiML: what becomes of the messages in our answer, and who answers STOP, START and HELP."""

import pytest

from sms_desktop.simulator import SHOP_LINE, Simulator
from tests.simulator.api import SILENT, Api
from tests.simulator.receiver import Receiver, twiml

SHORT = "72975"
PIXEL = bytes.fromhex("89504e470d0a1a0a")


async def replies(api: Api) -> list[dict[str, object]]:
    """Newest first."""
    found = (await api.get("Messages.json")).data["messages"]
    return [one for one in found if one["direction"] == "outbound-reply"]


async def test_a_reply_has_its_own_sid_and_tells_its_status_where_it_was_told_to(
    api: Api, sim: Simulator, receiver: Receiver
) -> None:
    receiver.respond = twiml('<Response><Message statusCallback="/status/k"><Body>Hi</Body></Message></Response>')
    sim.customer_texts(SILENT, SHOP_LINE, "hours")
    await sim.idle()
    [reply] = await replies(api)
    told = [one for one in receiver.posted if "MessageStatus" in one.form]
    assert [one.form["MessageStatus"] for one in told] == ["sent", "delivered"]
    assert {one.form["MessageSid"] for one in told} == {reply["sid"]} and reply["sid"] != receiver.posted[0].form[
        "MessageSid"
    ]
    assert {one.url for one in told} == {f"{receiver.url}/status/k"}
    assert all(one.signed_by(sim.account.auth_token) for one in told)
    assert (reply["from"], reply["to"], reply["body"], reply["status"]) == (SHOP_LINE, SILENT, "Hi", "delivered")


async def test_the_older_name_of_the_status_callback_is_understood(sim: Simulator, receiver: Receiver) -> None:
    receiver.respond = twiml('<Response><Message action="/status/k">Hi</Message></Response>')
    sim.customer_texts(SILENT, SHOP_LINE, "hours")
    await sim.idle()
    assert receiver.statuses() == ["sent", "delivered"]


async def test_several_messages_and_their_pictures_arrive(api: Api, sim: Simulator, receiver: Receiver) -> None:
    receiver.files["map.png"] = ("image/png", PIXEL)
    picture = f"<Media>{receiver.url}/files/map.png</Media>"
    receiver.respond = twiml(
        f"<Response><Message><Body>One</Body>{picture}</Message><Message>{picture}</Message></Response>"
    )
    sim.customer_texts(SILENT, SHOP_LINE, "where?")
    await sim.idle()
    arrived = [one for one in sim.phone(SILENT).messages if not one.mine]
    assert sorted((one.body, one.media) for one in arrived) == [
        ("", (("image/png", PIXEL),)),
        ("One", (("image/png", PIXEL),)),
    ]
    assert {(one["num_media"], str(one["sid"])[:2]) for one in await replies(api)} == {("1", "MM")}


@pytest.mark.parametrize(
    ("document", "code", "count"),
    [
        ("<Response><Message>Hi</Response>", 12100, 0),
        ("<Reply/>", 12100, 0),
        ("<Response><Message foo='1'>Hi</Message></Response>", 12200, 1),
        ("<Response><Message><Body>Hi</Body><Image>x</Image></Message></Response>", 12200, 1),
        ("<Response><Message/></Response>", 14103, 0),
        ("<Response><Message to='nobody'>Hi</Message></Response>", 14101, 0),
        ("<Response><Message from='+19995550100'>Hi</Message></Response>", 14102, 0),
        (f"<Response><Message>{'x' * 1601}</Message></Response>", 14103, 0),
    ],
)
async def test_what_is_wrong_in_an_answer_is_an_alert(
    api: Api, sim: Simulator, receiver: Receiver, document: str, code: int, count: int
) -> None:
    receiver.respond = twiml(document)
    sim.customer_texts(SILENT, SHOP_LINE, "hours")
    await sim.idle()
    assert [alert.code for alert in sim.account.alerts] == [code]
    assert len(await replies(api)) == count


async def test_two_machines_that_talk_without_end_are_stopped(api: Api, sim: Simulator, receiver: Receiver) -> None:
    receiver.respond = twiml("<Response><Message>We are away</Message></Response>")
    for number in range(18):
        sim.customer_texts(SILENT, SHOP_LINE, f"text {number}")
        await sim.idle()
    assert len(await replies(api)) == 15
    assert [alert.code for alert in sim.account.alerts] == [14107] * 3


async def test_a_short_code_answers_with_what_the_application_says_to_stop(
    api: Api, sim: Simulator, receiver: Receiver
) -> None:
    sim.account.add_line(SHORT, "Five digits")
    sim.set_sms_url(SHORT, f"{receiver.url}/inbound")
    receiver.respond = twiml("<Response><Message>You are unsubscribed.</Message></Response>")
    sim.customer_texts(SILENT, SHORT, "STOP")
    await sim.idle()
    assert [m.body for m in sim.phone(SILENT).messages] == ["STOP", "You are unsubscribed."]


@pytest.mark.parametrize("line", [SHOP_LINE, SHORT])
async def test_advanced_opt_out_answers_for_every_sender_and_says_so(
    sim: Simulator, receiver: Receiver, line: str
) -> None:
    sim.account.add_line(SHORT, "Five digits")
    sim.set_sms_url(SHORT, f"{receiver.url}/inbound")
    sim.account.add_service(SHOP_LINE, SHORT).advanced_opt_out = True
    for word in ("hello", "help", "STOP", "start"):
        sim.customer_texts(SILENT, line, word)
        await sim.idle()
    kinds = {one.form["Body"]: one.form.get("OptOutType") for one in receiver.posted if "Body" in one.form}
    assert kinds == {"hello": None, "help": "HELP", "STOP": "STOP", "start": "START"}
    assert len([m for m in sim.phone(SILENT).messages if not m.mine]) == 3
