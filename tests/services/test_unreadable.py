"""Nothing of a database can be read: what Twilio tells again is news, and what it does not know is here still."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sms_desktop.domain.conversation import Filter
from sms_desktop.domain.errors import OptedOut
from sms_desktop.domain.message import Status
from sms_desktop.services.repair import Repair
from sms_desktop.simulator import PastMessage, Simulator
from sms_desktop.store.schema import FILE
from sms_desktop.store.witness import FILE as KEPT
from tests.rig import ANSWERS, FILTERED, LANDLINE, LINE, YOURS, Rig, running
from tests.store.damage import column


async def lost(data: Path, simulator: Simulator) -> None:
    """Three texts that did not arrive: one of long ago, one of before the backup, one since. Since then somebody said
    at the counter that they want no texts. The database is rubbish by now.
    """
    then = datetime.now(UTC) - timedelta(days=20)
    simulator.account.import_messages([PastMessage(LINE, ANSWERS, "Long ago", then, "undelivered", 30005)])
    async with running(data, simulator) as rig:
        await rig.until(lambda: rig.services.catchup.progress.complete_to, "the line is caught up")
        await undelivered(rig, LANDLINE)
        await rig.services.backups.make()
        await undelivered(rig, FILTERED)
        await rig.services.consents.opt_out(LINE, YOURS, "Priya", "said so at the counter")
    (data / FILE).write_bytes(b"Dear diary, " * 3000)


async def undelivered(rig: Rig, peer: str) -> None:
    await rig.status(await rig.send(peer, "Your chairs"), Status.UNDELIVERED, Status.FAILED)


async def failed(rig: Rig) -> set[str]:
    page = await rig.services.conversations.page(Filter.FAILED)
    return {conversation.peer for conversation in page}


@pytest.mark.parametrize("way", ["restore", "start empty"])
async def test_what_did_not_arrive_is_pointed_at_and_whoever_opted_out_at_the_counter_is_not_texted(
    tmp_path: Path, simulator: Simulator, way: str
) -> None:
    data = tmp_path / "data"
    await lost(data, simulator)
    repair = Repair(data, None)
    newest = (await repair.look()).backup
    assert newest is not None
    await (repair.restore(newest.path, "") if way == "restore" else repair.recover(""))
    async with running(data, simulator) as rig:
        since = f"SELECT 1 FROM conversations WHERE peer = '{FILTERED}' AND last_id IS NOT NULL"
        await rig.until(lambda: column(data / FILE, since), "what was sent since the backup is here")
        assert await failed(rig) == {LANDLINE, FILTERED}
        with pytest.raises(OptedOut):
            await rig.send(YOURS, "Our offer of today")
        await rig.services.catchup.import_history(None)
        await rig.until(
            lambda: column(data / FILE, "SELECT 1 FROM messages WHERE body = 'Long ago'"), "history is here"
        )
        assert await failed(rig) == {LANDLINE, FILTERED}


@pytest.mark.parametrize("kept", [True, False])
async def test_line_health_says_that_all_will_be_known_only_where_that_is_so(tmp_path: Path, kept: bool) -> None:
    async with running(tmp_path) as rig:
        await rig.services.consents.opt_out(LINE, YOURS, "Priya", "said so at the counter")
    (tmp_path / FILE).write_bytes(b"Dear diary, " * 3000)
    if not kept:
        (tmp_path / KEPT).unlink()
    await Repair(tmp_path, None).recover("")
    async with running(tmp_path) as rig:
        await rig.until(lambda: rig.services.catchup.progress.complete_to, "the line is caught up")
        health = await rig.services.health.check()
        [row] = [check for check in health.checks if check.key == "words"]
        assert ("all of them are known." in row.advice) is kept
        assert ("enter or import them again" in row.advice) is not kept
