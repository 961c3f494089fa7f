"""The database's files are taken away under a running engine."""

import asyncio
from functools import partial

from sms_desktop.domain.errors import REPLACED
from sms_desktop.domain.events import DatabaseLost
from tests.gateway.signing import encoded, inbound_pairs, sign
from tests.journeys.commands.program import FORM, request
from tests.rig import ANSWERS, LINE, Rig


async def posted(rig: Rig, body: str) -> int:
    """Twilio's own post of a text; the status of the answer."""
    account, url = rig.simulator.account, f"{rig.engine.webhook_url}/twilio/inbound"
    pairs = inbound_pairs(AccountSid=account.sid, From=ANSWERS, To=LINE, Body=body)
    headers = {"Content-Type": FORM, "X-Twilio-Signature": sign(url, pairs, account.auth_token)}
    status, _, _ = await asyncio.to_thread(partial(request, "POST", url, encoded(pairs), headers))
    return status


async def test_no_post_of_twilios_is_acknowledged_any_more(rig: Rig) -> None:
    assert await posted(rig, "before") == 200
    rig.engine.store.path.unlink()
    assert [await posted(rig, "after") for _ in range(3)] == [503, 503, 503]


async def test_it_shows_within_a_moment_and_nothing_is_sent_any_more(rig: Rig) -> None:
    told: list[DatabaseLost] = []
    rig.engine.hub.subscribe(DatabaseLost, told.append)
    rig.engine.store.path.with_name("sms.db-wal").unlink()
    await rig.until(lambda: told, "it is noticed")
    await rig.until(lambda: rig.services.connection.refusal, "it is told")
    assert rig.services.connection.state.advice == told[0].sentence == f"The database {REPLACED}."
    assert rig.services.outbox.hindered() is not None
