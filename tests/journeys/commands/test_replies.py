"""The engine answers texts by itself while it serves, and answers each once whatever becomes of it."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from xml.etree.ElementTree import fromstring

from sms_desktop.domain.message import Status
from sms_desktop.domain.reply import Rule, Trigger
from sms_desktop.store import rules
from sms_desktop.store.store import Store
from sms_desktop.store.tx import Tx
from tests.journeys.commands.program import LINE, Running, Twilio, run, serving

HOURS = Rule("Hours", Trigger.CONTAINS, "We are open from 9 to 5.", words=("hours",))
PEER = "+14155550132"


def prepared(data: Path, work: Callable[[Tx], object]) -> None:
    async def write() -> None:
        store = Store(data, lambda events: None)
        await store.open()
        await store.do(work)
        await store.close()

    asyncio.run(write())


def reach(serve: Running, twilio: Twilio, body: str, line: str = LINE) -> None:
    """Texts come to the running engine, and this is one of them."""
    twilio.sign_up(line, f"{serve.ready['webhook']}/twilio/inbound")
    twilio.control("inbound", {"from": PEER, "to": line, "body": body})


def test_a_text_is_answered_by_a_rule_and_the_reply_is_a_message_like_any_other(data: Path, twilio: Twilio) -> None:
    prepared(data, lambda tx: rules.add(tx, HOURS))
    with serving(data, twilio) as serve:
        reach(serve, twilio, "Your hours, please?")
        delivered = serve.message(HOURS.text, Status.DELIVERED)
        [sent] = twilio.sent(HOURS.text)
        assert (sent["direction"], sent["sid"], sent["to"]) == ("outbound-reply", delivered["sid"], PEER)
        reach(serve, twilio, "STOP")
        serve.message("STOP")
        assert serve.end() == 0
    [record] = [one for one in run("export", "--data-dir", data).records if one["body"] == HOURS.text]
    assert (record["status"], record["direction"], record["to"]) == ("delivered", "outbound", PEER)
    assert len(twilio.sent(HOURS.text)) == 1


def test_a_post_that_comes_twice_is_answered_twice_and_is_one_reply(data: Path, twilio: Twilio) -> None:
    prepared(data, lambda tx: rules.add(tx, HOURS))
    with serving(data, twilio) as serve:
        webhook = serve.ready["webhook"]
        first, again = (twilio.post(webhook, Body="hours", MessageSid="SM" + "7" * 32) for _ in range(2))
        assert first == again and fromstring(first[2])[0].findtext("Body") == HOURS.text
        assert serve.end() == 0
    assert len([one for one in run("export", "--data-dir", data).records if one["body"] == HOURS.text]) == 1


def test_a_kill_after_the_answer_leaves_one_reply_which_twilios_list_confirms(data: Path, twilio: Twilio) -> None:
    prepared(data, lambda tx: rules.add(tx, HOURS))
    twilio.weather(lost_callbacks=1)
    with serving(data, twilio) as serve:
        reach(serve, twilio, "hours?")
        serve.message(HOURS.text)
        serve.wait(lambda: twilio.sent(HOURS.text), "it is at Twilio")
        serve.process.kill()
        serve.process.wait()
    [sent] = twilio.sent(HOURS.text)
    with serving(data, twilio) as serve:
        serve.until(lambda said: said.get("message", {}).get("sid") == sent["sid"])
        assert serve.end() == 0
    [record] = [one for one in run("export", "--data-dir", data).records if one["body"] == HOURS.text]
    assert record["sid"] == sent["sid"]
