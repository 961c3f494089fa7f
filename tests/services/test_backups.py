"""Rolling backups: when one is made, which stay, and what is told where none can be."""

import asyncio
import os
import shutil
from collections import namedtuple
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sms_desktop.domain.backup import Why
from sms_desktop.domain.errors import StoreError
from sms_desktop.domain.hub import Hub
from sms_desktop.services import backups as module
from sms_desktop.services.backups import Backups
from sms_desktop.store import shelf
from sms_desktop.store.backup import Stopped
from sms_desktop.store.store import Store
from sms_desktop.store.verify import verified
from tests.store.recorder import text_in

TODAY = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
Usage = namedtuple("Usage", "total used free")


class Desk:
    """A store, its backups, and clocks that are set by hand."""

    def __init__(self, directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.hub, self.at, self.running, self.busy = Hub(), TODAY, 100.0, False
        self.told = 0
        self.store = Store(directory, self.hub.publish)
        self.folder = directory / "backups"
        monkeypatch.setattr(module, "now", lambda: self.at)
        self.backups = Backups(self.store, self.hub, lambda: self.busy, self.tell, running=lambda: self.running)

    def tell(self) -> None:
        self.told += 1

    async def look(self, at: datetime) -> bool:
        self.at = at
        self.running += 60
        return await self.backups.look()

    def there(self) -> list[str]:
        return [path.name[4:14] for path, _, _ in shelf.names(self.store.directory)]


@pytest.fixture
async def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    desk = Desk(tmp_path / "data", monkeypatch)
    await desk.store.open()
    await desk.store.do(text_in())
    yield desk
    await desk.store.close()


async def test_one_a_day_is_made_and_seven_days_and_four_weeks_stay(desk: Desk) -> None:
    for day in range(60):
        for hour in (0, 7):
            assert await desk.look(TODAY + day * DAY + timedelta(hours=hour))
    kept = desk.there()
    newest = TODAY + 59 * DAY
    assert kept[:7] == [f"{newest - n * DAY:%Y-%m-%d}" for n in range(7)]
    weeks = {datetime.fromisoformat(day).isocalendar()[:2] for day in kept}
    assert len(weeks) == 4 and 9 <= len(kept) <= 10
    newest_file = shelf.names(desk.store.directory)[0][0]
    assert verified(newest_file).messages == 1
    assert newest_file.stat().st_mode & 0o077 == 0


async def test_the_first_one_waits_for_the_first_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(tmp_path / "new", monkeypatch)
    await desk.store.open()
    assert await desk.look(TODAY) and not desk.there()
    await desk.store.do(text_in())
    assert await desk.look(TODAY + timedelta(minutes=10)) and len(desk.there()) == 1
    await desk.store.close()


async def test_a_clock_that_is_set_ahead_and_back_takes_no_good_backup(desk: Desk) -> None:
    for day in range(30):
        await desk.look(TODAY + day * DAY)
    good = set(desk.there())
    for day in range(12):
        await desk.look(TODAY + (395 + day) * DAY)  # a year ahead, for long enough to fill all places
    assert f"{TODAY + 406 * DAY:%Y-%m-%d}" in desk.there()
    ahead = set(desk.there())
    for day in range(31, 33):
        await desk.look(TODAY + day * DAY)
    now = set(desk.there())
    assert {f"{TODAY + day * DAY:%Y-%m-%d}" for day in (31, 32)} <= now
    assert ahead - good <= now  # what is dated into the future takes nobody's place, and nobody takes its place
    for day in range(-400, -390):  # and a year back
        await desk.look(TODAY + day * DAY)
    assert len(now & set(desk.there())) >= 9


def test_what_a_wrong_clock_dated_into_the_future_does_not_pile_up() -> None:
    made = [(Path(f"{n}.db"), TODAY + n * DAY, Why.DAILY) for n in range(300, 360)]
    assert 48 <= len(shelf.superfluous(made, TODAY)) <= 52
    assert Path("359.db") not in shelf.superfluous(made, TODAY)


async def test_a_day_ahead_for_once_costs_nothing(desk: Desk) -> None:
    for day in range(7):
        await desk.look(TODAY + day * DAY)
    good = set(desk.there())
    await desk.look(TODAY + 365 * DAY)
    await desk.look(TODAY + 6 * DAY + timedelta(hours=1))
    assert len(good & set(desk.there())) >= 6  # the oldest day alone may have gone for the new one


async def test_former_databases_go_in_the_end_but_never_the_newest_three(desk: Desk) -> None:
    names = [f"{kind}-2026-0{month}-03-070000" for month, kind in enumerate(("damaged", "replaced") * 3, start=3)]
    theirs = ["damaged-roof.db", "replaced-2026-13-45-000000.db"]
    for name in (*theirs, *(f"{name}{ending}" for name in names for ending in (".db", ".db-wal"))):
        (desk.store.directory / name).touch()

    async def left_at(at: datetime) -> list[str]:
        await desk.look(at)
        found = {path.name for path in desk.store.directory.iterdir()}
        assert found.issuperset(theirs)
        left = [name for name in names if f"{name}.db" in found]
        assert left == [name for name in names if f"{name}.db-wal" in found]
        return left

    assert await left_at(datetime(2026, 5, 20, tzinfo=UTC)) == names[1:]  # of March, 78 days old; April's are 47
    assert await left_at(datetime(2028, 1, 1, tzinfo=UTC)) == names[3:]


async def test_what_a_crash_cut_off_goes_and_what_is_being_made_stays(desk: Desk) -> None:
    directory = desk.store.directory
    cut_off = [desk.folder / "sms-2026-11-24-090000.db.partial", directory / "sms.db.incoming"]
    under_way = desk.folder / "sms-2026-11-25-085959-by-hand.db.partial"
    for path in (*cut_off, under_way):
        path.write_bytes(b"half")
    for path in cut_off:
        os.utime(path, (0, 0))
    await desk.look(TODAY)
    assert not any(path.exists() for path in cut_off) and under_way.exists()


async def test_after_a_sleep_of_days_one_is_made_at_the_next_look(desk: Desk) -> None:
    await desk.look(TODAY)
    await desk.look(TODAY + 9 * DAY)
    assert desk.there() == [f"{TODAY + 9 * DAY:%Y-%m-%d}", f"{TODAY:%Y-%m-%d}"]


async def test_it_waits_for_a_calm_moment_but_not_for_ever(desk: Desk) -> None:
    desk.busy = True
    assert not await desk.look(TODAY)
    assert desk.there() == []
    desk.running += 3600
    assert await desk.look(TODAY)
    assert len(desk.there()) == 1
    desk.busy = False
    await desk.store.do(text_in())
    desk.at = TODAY + DAY
    assert not await desk.backups.look()  # something was written just now
    desk.running += 6
    assert await desk.backups.look()
    assert len(desk.there()) == 2


async def test_without_room_it_is_told_and_all_that_are_there_stay(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for day in range(7):
        await desk.look(TODAY + day * DAY)
    before, told = desk.there(), desk.told
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(0, 0, 1024 * 1024))
    assert await desk.look(TODAY + 8 * DAY)
    assert "There is no room for a backup" in desk.backups.trouble
    assert desk.there() == before and desk.told == told + 1
    monkeypatch.undo()
    desk.at = TODAY + 8 * DAY
    monkeypatch.setattr(module, "now", lambda: desk.at)
    await desk.backups.make()
    assert desk.backups.trouble == ""


async def test_a_copy_that_fails_its_check_takes_nobodys_place(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for day in range(7):
        await desk.look(TODAY + day * DAY)
    before = desk.there()

    def fails(*_: object, **__: object) -> None:
        raise StoreError("The disk that holds it is full.")

    monkeypatch.setattr(module, "backup", fails)
    with pytest.raises(StoreError):
        await desk.backups.make(Why.DAILY)
    assert desk.there() == before
    assert desk.backups.trouble == "The disk that holds it is full."


async def test_quitting_gives_up_a_backup_that_is_being_made(desk: Desk) -> None:
    await desk.store.do(text_in())
    running = asyncio.create_task(desk.backups.run())
    await asyncio.sleep(0)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    with pytest.raises(Stopped):
        await desk.backups.make()
    assert list(desk.folder.iterdir()) == []
    assert desk.backups.trouble == ""


async def test_the_list_says_what_is_in_each_and_which_cannot_be_read(desk: Desk) -> None:
    await desk.backups.make()
    desk.at += timedelta(hours=1)
    broken = await desk.backups.make()
    broken.write_bytes(b"Dear diary")
    (desk.folder / "notes.db").touch()
    (desk.folder / "sms-0001-20261101T101112123456.db").write_bytes(b"")
    found = await desk.backups.all()
    assert [(one.why, one.messages, bool(one.trouble)) for one in found] == [
        (Why.HAND, 0, True),
        (Why.HAND, 1, False),
        (Why.UPDATE, 0, True),
    ]
    assert found[1].size > 4096 and found[1].at == TODAY
