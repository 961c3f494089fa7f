"""A damaged database has lost who said STOP: each person is asked about before they are texted."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sms_desktop.domain.consent import OPTED_OUT_CODE
from sms_desktop.domain.message import OURS, Status
from sms_desktop.services.repair import Repair
from sms_desktop.simulator import PastMessage
from sms_desktop.simulator.messages import Filter
from sms_desktop.store.schema import FILE
from tests.rig import ANSWERS, LINE, SILENT, YOURS, Rig

YEAR = timedelta(days=400)


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    """Somebody said STOP long ago, others wrote; the database is rubbish, and there is no backup."""
    rig = Rig(tmp_path / "data")
    then = datetime.now(UTC) - YEAR
    rig.simulator.account.import_messages(
        [
            PastMessage(SILENT, LINE, "STOP", then, None),
            PastMessage(SILENT, LINE, "And do not call", then + timedelta(minutes=1), None),
            PastMessage(YOURS, LINE, "Thank you", then, None),
            PastMessage(ANSWERS, LINE, "Till next week", datetime.now(UTC) - timedelta(days=20), None),
        ]
    )
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / FILE).write_bytes(b"Dear diary, " * 3000)
    await Repair(tmp_path / "data", None).recover("A new database was begun.")
    await rig.start()
    yield rig
    await rig.stop()


async def bodies(rig: Rig) -> set[str]:
    return await rig.engine.store.read(lambda db: set(db.exec_driver_sql("SELECT body FROM messages").scalars()))


async def test_a_stop_of_long_ago_is_found_before_anything_leaves(rig: Rig) -> None:
    await rig.until(lambda: rig.services.catchup.progress.complete_to, "the line is caught up")
    assert not rig.services.absence.is_over(LINE, SILENT)
    stopped, other = await rig.send(SILENT, "Our offer of today"), await rig.send(YOURS, "Our offer of today")
    failed = await rig.status(stopped, Status.FAILED)
    assert failed.error_code == OPTED_OUT_CODE
    assert (await rig.services.timeline.reports(stopped.id))[-1].source == OURS, "Twilio was not even asked"
    await rig.status(other, Status.DELIVERED)
    place = await rig.services.conversations.open(LINE, SILENT)
    assert place.opted_out_words == "STOP" and place.unread == 0
    found = await bodies(rig)
    assert "STOP" in found and not {"And do not call", "Thank you"} & found


async def test_the_last_thirty_days_are_fetched_unasked(rig: Rig) -> None:
    await rig.until(lambda: rig.services.catchup.progress.history, "history is fetched")
    await rig.until(lambda: not rig.services.catchup.progress.running, "it is here")
    assert await bodies(rig) == {"Till next week"}


async def test_while_the_list_does_not_answer_it_waits_until_a_person_lets_it_go(rig: Rig) -> None:
    await rig.until(lambda: rig.services.catchup.progress.complete_to, "the line is caught up")
    rig.simulator.weather.list_error = 1
    message = await rig.send(YOURS, "Your chairs are ready")
    await rig.until(lambda: message.id in rig.services.absence.held, "it is held")
    assert message.body not in [one.body for one in rig.simulator.account.log.older(Filter(), None, 1000)]
    await rig.services.absence.trust(message.id)
    await rig.status(message, Status.DELIVERED)


async def test_once_the_whole_history_is_here_nobody_is_asked_about_any_more(rig: Rig) -> None:
    await rig.until(lambda: rig.services.catchup.progress.complete_to, "the line is caught up")
    await rig.services.catchup.import_history(None)
    await rig.until(lambda: rig.services.absence.is_over(LINE, YOURS), "all is known")
    assert (await rig.services.conversations.open(LINE, SILENT)).opted_out_at is not None
    await rig.services.health.check()
    assert "words" not in {check.key for check in rig.services.health.state.checks}


async def test_line_health_says_so_in_amber_until_then(rig: Rig) -> None:
    await rig.until(lambda: rig.services.catchup.progress.complete_to, "the line is caught up")
    health = await rig.services.health.check()
    [row] = [check for check in health.checks if check.key == "words"]
    assert (row.light.value, row.button) == ("warn", "Fetch it")
    assert row in health.amiss
