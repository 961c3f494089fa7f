"""STOP, START and HELP, as Twilio treats them by default."""

import pytest

from sms_desktop.simulator import SHOP_LINE, TOLL_FREE_LINE, Simulator
from tests.simulator.api import SILENT, Api
from tests.simulator.receiver import Receiver, twiml


@pytest.mark.parametrize(
    "word", ["STOP", "stop ", "Unsubscribe", "END", "quit", "CANCEL", "stopall", "Revoke", "optout"]
)
async def test_a_stop_word_blocks_the_line_at_once_and_is_still_forwarded(
    api: Api, sim: Simulator, receiver: Receiver, word: str
) -> None:
    await sim.phone(SILENT).text(SHOP_LINE, word)
    refused = await api.send()
    assert (refused.status, refused.code) == (400, 21610)
    await sim.idle()
    assert receiver.posted[0].form["Body"] == word
    assert "OptOutType" not in receiver.posted[0].form
    assert "unsubscribed" in sim.phone(SILENT).messages[-1].body
    answer = (await api.get(f"Messages.json?To={SILENT.replace('+', '%2B')}")).data["messages"][0]
    assert answer["direction"] == "outbound-reply" and answer["status"] == "delivered"


@pytest.mark.parametrize("word", ["START", "unstop", "Yes"])
async def test_a_start_word_opens_the_line_again(api: Api, sim: Simulator, word: str) -> None:
    sim.customer_texts(SILENT, SHOP_LINE, "STOP")
    sim.customer_texts(SILENT, SHOP_LINE, word)
    assert (await api.send()).status == 201
    await sim.idle()
    assert any("re-subscribed" in m.body for m in sim.phone(SILENT).messages)


@pytest.mark.parametrize("words", ["STOP PLEASE", "please stop", "STOP.", "yes", "start"])
async def test_anything_else_changes_nothing(api: Api, sim: Simulator, words: str) -> None:
    sim.customer_texts(SILENT, SHOP_LINE, words)
    assert (await api.send()).status == 201
    await sim.idle()
    assert [m.body for m in sim.phone(SILENT).messages] == [words, "Hello"]


async def test_help_is_answered_unless_blocked_and_stop_only_once(sim: Simulator) -> None:
    phone = sim.phone(SILENT)
    for word in ("HELP", "STOP", "STOP", "INFO"):
        await phone.text(SHOP_LINE, word)
        await sim.idle()
    assert [m.mine for m in phone.messages] == [True, False, True, False, True, True]


async def test_another_line_and_another_phone_are_not_blocked(api: Api, sim: Simulator) -> None:
    sim.customer_texts(SILENT, SHOP_LINE, "STOP")
    assert (await api.send(to="+14155550132")).status == 201
    assert (await api.send(From=TOLL_FREE_LINE)).status == 201


async def test_toll_free_is_answered_by_the_network_outside_the_account(api: Api, sim: Simulator) -> None:
    phone = sim.phone(SILENT)
    await phone.text(TOLL_FREE_LINE, "stop")
    await sim.idle()
    assert phone.messages[-1].body.startswith("NETWORK MSG") and phone.messages[-1].line == TOLL_FREE_LINE
    assert len(sim.account.log) == 1
    assert (await api.send(From=TOLL_FREE_LINE)).code == 21610

    await phone.text(TOLL_FREE_LINE, "YES")
    assert (await api.send(From=TOLL_FREE_LINE)).code == 21610
    await phone.text(TOLL_FREE_LINE, "unstop")
    assert (await api.send(From=TOLL_FREE_LINE)).status == 201


async def test_a_short_code_leaves_stop_to_the_application(api: Api, sim: Simulator) -> None:
    sim.account.add_line("72975", "Five digits")
    sim.customer_texts(SILENT, "72975", "STOP")
    assert (await api.send(From="72975")).status == 201
    await sim.idle()
    assert len(sim.phone(SILENT).messages) == 2


async def test_a_twiml_reply_to_somebody_who_said_stop_fails(api: Api, sim: Simulator, receiver: Receiver) -> None:
    receiver.respond = twiml("<Response><Message>Sorry to see you go</Message></Response>")
    sim.customer_texts(SILENT, SHOP_LINE, "STOP")
    await sim.idle()
    replies = [m for m in (await api.get("Messages.json")).data["messages"] if m["body"].startswith("Sorry")]
    assert [(m["status"], m["error_code"]) for m in replies] == [("failed", 21610)]
    assert all("Sorry" not in m.body for m in sim.phone(SILENT).messages)
