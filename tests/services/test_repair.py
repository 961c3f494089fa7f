"""A repair from the window's side: what is said of it, and what is raised."""

from pathlib import Path

import pytest

from sms_desktop.domain.errors import StoreError
from sms_desktop.services.repair import NOTE, Repair
from sms_desktop.store.backup import backup
from sms_desktop.store.opening import prepare
from sms_desktop.store.schema import FILE
from tests.store.damage import column, filled, listing, setting


@pytest.fixture
async def data(tmp_path: Path) -> Path:
    await filled(tmp_path / "data")
    backup(tmp_path / "data" / FILE, tmp_path / "copy.db")
    return tmp_path / "data"


async def test_what_was_done_is_noted_for_the_window(data: Path, tmp_path: Path) -> None:
    done = await Repair(data, None).restore(tmp_path / "copy.db", "Your copy was restored.")
    assert done.messages == 40
    assert str(setting(data / FILE, NOTE)).startswith("Your copy was restored. It has 40 messages; ")


@pytest.mark.parametrize("way", ["restore", "recover"])
async def test_once_the_exchange_is_decided_nothing_is_raised_and_the_next_start_ends_it(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    replace, failing = Path.replace, True

    def fails(self: Path, target: Path) -> Path:
        if failing and self.name == FILE:
            raise OSError(5, "Input/output error")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", fails)
    repair = Repair(data, None)
    done = await (repair.restore(tmp_path / "copy.db", "Done.") if way == "restore" else repair.recover("Done."))
    assert done.messages == 40 and done.aside is not None
    assert any(name.endswith(".pending") for name in listing(data))
    failing = False
    prepare(data)
    assert done.aside.exists() and not any(name.endswith(".pending") for name in listing(data))
    assert len(column(data / FILE, "SELECT 1 FROM messages")) == 40
    assert setting(data / FILE, NOTE) is None


async def test_before_it_is_decided_a_failure_leaves_all_as_it_was(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, replace = listing(data), Path.replace

    def fails(self: Path, target: Path) -> Path:
        if str(target).endswith(".pending"):
            raise OSError(5, "Input/output error")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", fails)
    with pytest.raises(StoreError):
        await Repair(data, None).restore(tmp_path / "copy.db", "Done.")
    assert listing(data) == before
