"""A database is replaced together with what is said of it, or not at all."""

import errno
import os
from pathlib import Path

import pytest

from sms_desktop.domain.errors import StoreError
from sms_desktop.services.repair import NOTE, Repair
from sms_desktop.store import settings, swap
from sms_desktop.store.backup import backup
from sms_desktop.store.opening import prepare
from sms_desktop.store.schema import FILE
from tests.store.damage import column, filled, listing

SAID = f"SELECT value FROM settings WHERE key = '{NOTE}'"


@pytest.fixture
async def data(tmp_path: Path) -> Path:
    await filled(tmp_path / "data")
    return tmp_path / "data"


async def put(data: Path, way: str) -> None:
    repair = Repair(data, None)
    if way == "restore":
        await repair.restore(backup(data / FILE, data.parent / "copy.db"), "Restored.")
    else:
        await repair.recover("Recovered.")


def aside(data: Path) -> list[str]:
    return [name for name in listing(data) if name.startswith(("replaced-", "damaged-"))]


@pytest.mark.parametrize("way", ["restore", "recover"])
async def test_the_new_database_comes_with_what_the_window_says_of_it(data: Path, way: str) -> None:
    await put(data, way)
    (said,) = column(data / FILE, SAID)
    (name,) = [name for name in aside(data) if name.endswith(".db")]
    assert "It has 41 messages" in str(said) or "It has 40 messages" in str(said)
    assert f"The former database is kept as {name}." in str(said)


@pytest.mark.parametrize("way", ["restore", "recover"])
async def test_where_it_cannot_be_written_down_nothing_is_replaced(
    data: Path, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    before = (data / FILE).read_bytes()
    monkeypatch.setattr(settings, "put", full)
    with pytest.raises(StoreError, match="is full"):
        await put(data, way)
    monkeypatch.undo()
    prepare(data)
    assert aside(data) == []
    assert (data / FILE).read_bytes() == before


@pytest.mark.parametrize("way", ["restore", "recover"])
async def test_what_hinders_it_once_it_is_decided_is_told_by_the_next_opening_which_ends_it(
    data: Path, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = Path.replace

    def refused(self: Path, target: Path) -> Path:
        if self.name == FILE:
            raise OSError(errno.EACCES, "Permission denied")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refused)
    await put(data, way)
    assert len(swap.pending(data)) == 1
    with pytest.raises(StoreError, match="cannot be written to"):
        prepare(data)
    monkeypatch.undo()
    prepare(data)
    assert swap.pending(data) == [] and column(data / FILE, SAID)


async def test_before_it_is_decided_a_failure_leaves_all_as_it_was(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, replace = listing(data), Path.replace

    def fails(self: Path, target: Path) -> Path:
        if str(target).endswith(".pending"):
            raise OSError(errno.EIO, "Input/output error")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", fails)
    with pytest.raises(StoreError):
        await put(data, "restore")
    assert listing(data) == before


@pytest.mark.parametrize("left", ["all", "rubbish", "nothing", "no file"])
async def test_it_is_known_whether_there_is_anything_to_be_read_at_all(data: Path, left: str) -> None:
    backup(data / FILE, data / "backups" / "sms-2026-05-04-1200.db")
    match left:
        case "rubbish":
            (data / FILE).write_bytes(b"Dear diary, " * 1000)
        case "nothing":
            (data / FILE).write_bytes(b"")
        case "no file":
            (data / FILE).unlink()
    found = await Repair(data, None).look()
    assert (found.readable is not None, found.there) == (left == "all", left in {"all", "rubbish"})
    assert found.backup is not None


async def test_a_file_that_may_not_be_looked_at_is_as_good_as_none(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stat = Path.stat

    def refused(path: Path, **options: bool) -> os.stat_result:
        if path == data / FILE:
            raise PermissionError(errno.EACCES, "Permission denied")
        return stat(path, **options)

    monkeypatch.setattr(Path, "stat", refused)
    assert not (await Repair(data, None).look()).there
