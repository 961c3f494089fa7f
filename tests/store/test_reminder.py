"""What is set at Twilio by us, where the database does not tell any more."""

from datetime import timedelta
from pathlib import Path

import pytest

from sms_desktop.domain.routing import Webhook
from sms_desktop.store import diversions, reminder, settings
from sms_desktop.store.recover import recover
from sms_desktop.store.reminder import Reminder
from sms_desktop.store.restore import restore
from sms_desktop.store.schema import FILE
from sms_desktop.store.tx import Tx
from tests.store.damage import filled, opened
from tests.store.recorder import at
from tests.store.test_diversions import AT, NEXT, OURS, SID, THEIRS, holder
from tests.store.test_recover import LATER
from tests.store.test_restore import saved

OTHER = "PN" + "2" * 32


@pytest.fixture
async def data(tmp_path: Path) -> Path:
    await filled(tmp_path / "data")
    return tmp_path / "data"


def noted(tx: Tx, folder: Path) -> None:
    kept = Reminder(folder)
    kept.write(*kept.draft(tx))


async def brought_here_since(data: Path) -> Path:
    """A copy that knows our first address; then comes the second, one more number, and the database is lost."""
    store = await opened(data)
    await store.do(lambda tx: diversions.put(tx, holder(), OURS, at(1)))
    await store.close()
    copy = saved(data)
    store = await opened(data)
    await store.do(lambda tx: diversions.put(tx, holder(Webhook(OURS)), NEXT, at(2)))
    await store.do(lambda tx: diversions.put(tx, holder(sid=OTHER), NEXT, at(2)))
    await store.do(lambda tx: noted(tx, data))
    await store.close()
    (data / FILE).write_bytes(b"Dear diary, " * 3000)
    return copy


@pytest.mark.parametrize("way", ["restore", "recover", "recover without a backup"])
async def test_our_last_address_and_what_the_shop_had_are_known_though_the_database_is_lost(
    data: Path, way: str
) -> None:
    copy = await brought_here_since(data)
    if way == "restore":
        restore(copy, data, LATER)
    else:
        recover(data, LATER, source=copy if way == "recover" else None)
    store = await opened(data)
    known = await store.read(diversions.all)
    await store.close()
    found = {sid: (one.former, one.ours) for sid, one in known.items()}
    assert found == {SID: (THEIRS, (OURS, NEXT)), OTHER: (THEIRS, (NEXT,))}


async def test_a_database_that_can_be_read_knows_better(data: Path) -> None:
    copy = await brought_here_since(data)
    (data / FILE).unlink()
    await filled(data)
    restore(copy, data, LATER)
    store = await opened(data)
    assert (await store.read(diversions.all)).get(OTHER) is None
    await store.close()


@pytest.mark.parametrize("text", [None, "", "{}", "[]", '{"registrations": [{"sid": 1}], "resting": []}'])
async def test_a_reminder_that_is_missing_or_damaged_tells_nothing(tx: Tx, tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / reminder.FILE).write_text(text)
    diversions.put(tx, holder(), OURS, AT)
    reminder.bring(tx, tmp_path)
    assert diversions.all(tx.db)[SID].ours == (OURS,)


def test_what_the_database_knows_better_stays(tx: Tx, tmp_path: Path) -> None:
    diversions.put(tx, holder(), OURS, AT)
    noted(tx, tmp_path)
    diversions.put(tx, holder(), NEXT, AT + timedelta(days=1))
    reminder.bring(tx, tmp_path)
    assert diversions.all(tx.db)[SID].ours == (OURS, NEXT)


def test_an_older_database_learns_what_the_file_knows_and_what_either_knows_as_ours_is_ours(
    tx: Tx, tmp_path: Path
) -> None:
    diversions.put(tx, holder(), OURS, AT)
    diversions.put(tx, holder(sid=OTHER), OURS, AT)
    noted(tx, tmp_path)
    kept = (tmp_path / reminder.FILE).read_text()
    for sid in (SID, OTHER):
        diversions.forget(tx, sid)
    settings.put(tx, reminder.WRITTEN, [])
    diversions.put(tx, holder(Webhook(OURS)), NEXT, AT + timedelta(days=1))  # ours was a stranger's to it
    reminder.unite(tx, tmp_path)
    found = {sid: (one.former, one.ours) for sid, one in diversions.all(tx.db).items()}
    assert found == {SID: (THEIRS, (OURS, NEXT)), OTHER: (THEIRS, (OURS,))}
    noted(tx, tmp_path)
    assert kept != (tmp_path / reminder.FILE).read_text()


def test_what_this_database_had_the_file_say_tells_it_nothing(tx: Tx, tmp_path: Path) -> None:
    """Also where the file could not be written since, or a kill came between."""
    one = diversions.put(tx, holder(), OURS, AT)
    noted(tx, tmp_path)
    diversions.rest(tx, one)
    Reminder(tmp_path).draft(tx)
    reminder.unite(tx, tmp_path)
    assert (diversions.all(tx.db), diversions.resting(tx.db)) == ({}, {SID: holder()})


def test_two_that_differ_keep_the_addresses_of_both(tx: Tx, tmp_path: Path) -> None:
    diversions.put(tx, holder(), NEXT, AT + timedelta(days=1))
    noted(tx, tmp_path)
    diversions.forget(tx, SID)
    settings.put(tx, reminder.WRITTEN, [])
    diversions.put(tx, holder(), OURS, AT)
    reminder.unite(tx, tmp_path)
    assert diversions.all(tx.db)[SID].ours == (OURS, NEXT)


@pytest.mark.parametrize("text", [None, "", "{}", "\xff"])
def test_a_file_that_tells_nothing_changes_nothing(tx: Tx, tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / reminder.FILE).write_bytes(text.encode("latin-1"))
    diversions.put(tx, holder(), OURS, AT)
    reminder.unite(tx, tmp_path)
    assert diversions.all(tx.db)[SID].ours == (OURS,)


def test_what_rests_and_what_is_owed_come_along(tx: Tx, tmp_path: Path) -> None:
    resting = diversions.put(tx, holder(), OURS, AT)
    diversions.rest(tx, resting)
    diversions.owe(tx, holder(sid=OTHER), AT)
    noted(tx, tmp_path)
    diversions.forget(tx, SID)
    diversions.forget(tx, OTHER)
    reminder.bring(tx, tmp_path)
    assert diversions.resting(tx.db) == {SID: holder()}
    assert diversions.owed(tx.db) == {OTHER: THEIRS}


def test_what_was_drafted_last_counts_and_nobody_else_may_read_it(tx: Tx, tmp_path: Path) -> None:
    kept = Reminder(tmp_path)
    diversions.put(tx, holder(), OURS, AT)
    early = kept.draft(tx)
    diversions.put(tx, holder(), NEXT, AT)
    kept.write(*kept.draft(tx))
    kept.write(*early)
    assert NEXT in (tmp_path / reminder.FILE).read_text()
    assert (tmp_path / reminder.FILE).stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.iterdir()] == [reminder.FILE]


def test_a_disk_that_does_not_take_it_is_no_error(tx: Tx, tmp_path: Path) -> None:
    kept = Reminder(tmp_path / "nowhere")
    kept.write(*kept.draft(tx))
    assert not (tmp_path / "nowhere").exists()
