"""The engine is killed in the middle of its work: what was acknowledged is there, and nothing goes out twice."""

import asyncio
import socket
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pytest

from sms_desktop.engine import Engine
from sms_desktop.environment import Environment
from tests.journeys.commands.program import LINE, Record, Running, Twilio, run, serving

OUT = 30
UNDER_WAY = 8
"""Sends at once, at most."""


def free_port() -> str:
    with socket.socket() as looking:
        looking.bind(("127.0.0.1", 0))
        return str(looking.getsockname()[1])


async def put_into_the_outbox(data: Path, bodies: list[str]) -> None:
    """As another process does it beside the engine; one conversation each, so that many are under way at once."""
    beside = Engine(data, Environment())
    await beside.open_beside()
    services = beside.services
    for number, body in enumerate(bodies):
        conversation = await services.conversations.open(LINE, f"+1415555{200 + number:04}")
        await services.outbox.submit(conversation.id, body)
    await beside.store.close()


class Customer:
    """Texts without a pause until nobody answers any more; knows which texts were acknowledged, and which were not."""

    def __init__(self, twilio: Twilio, webhook: str, number: int) -> None:
        self._twilio, self._webhook, self._number = twilio, webhook, number
        self.acknowledged: list[str] = []
        self.lost = ""

    def text(self) -> None:
        for n in count():
            sid = f"SM{self._number:016}{n:016}"
            try:
                assert self.post(sid) == 200
            except OSError:  # it died under us
                self.lost = sid
                return
            self.acknowledged.append(sid)

    def post(self, sid: str) -> int:
        who = f"+1415555{300 + self._number:04}"
        return self._twilio.post(self._webhook, From=who, Body=f"Text {sid}", MessageSid=sid)[0]

    def post_again(self) -> None:
        """As Twilio does with what was not acknowledged; and once more something that was."""
        for sid in (self.lost, self.lost, *self.acknowledged[-1:]):
            assert self.post(sid) == 200


def ours(data: Path) -> dict[str, Record]:
    """Outbound messages by their bodies."""
    records = run("export", "--data-dir", data).records
    return {record["body"]: record for record in records if record["direction"] == "outbound"}


@pytest.mark.parametrize("moment", [3, 17])
def test_a_kill_loses_nothing_that_was_acknowledged_and_sends_nothing_twice(
    data: Path, twilio: Twilio, moment: int
) -> None:
    port = free_port()  # the same for both, so that callbacks find the second
    outbound = [f"Out {moment}.{number}" for number in range(OUT)]
    twilio.weather(slow=1, slow_seconds=1)  # no more than one round of sends goes out before the kill is done

    def taken() -> list[str]:
        known = {one["body"] for one in twilio.log()}
        return [body for body in outbound if body in known]

    def kill(serve: Running) -> None:
        serve.wait(lambda: len(taken()) >= moment, "sends are under way")
        serve.process.kill()

    with serving(data, twilio, SMS_DESKTOP_WEBHOOK_PORT=port) as serve, ThreadPoolExecutor(5) as threads:
        customers = [Customer(twilio, serve.ready["webhook"], number) for number in range(4)]
        texting = [threads.submit(customer.text) for customer in customers]
        killing = threads.submit(kill, serve)
        asyncio.run(put_into_the_outbox(data, outbound))
        killing.result()
        for text in texting:
            text.result()
        serve.process.wait()
    assert serve.process.returncode < 0
    left = taken()
    assert moment <= len(left) < OUT

    twilio.fair_weather()
    with serving(data, twilio, SMS_DESKTOP_WEBHOOK_PORT=port) as serve:
        for customer in customers:
            customer.post_again()

        def at_rest() -> bool:
            final = {"unconfirmed", "delivered", "undelivered", "failed"}
            return all(record["status"] in final for body, record in ours(data).items() if body not in left)

        serve.wait(at_rest, "what waited has left")

    inbound = [r["sid"] for r in run("export", "--data-dir", data).records if r["direction"] == "inbound"]
    assert Counter(inbound) == Counter(sid for who in customers for sid in (*who.acknowledged, who.lost))
    found = ours(data)
    given = Counter({body: len(twilio.sent(body)) for body in outbound})
    assert set(found) == set(outbound)
    assert max(given.values()) == 1
    doubtful = [body for body in outbound if found[body]["status"] == "unconfirmed"]
    assert len(doubtful) <= UNDER_WAY
    assert [body for body in outbound if not given[body] and body not in doubtful] == []
    assert [body for body in outbound if found[body]["sid"] is None and body not in doubtful] == []
