"""What is the person's own is one for all accounts of the data directory; the rest is each account's."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sms_desktop.services.settings import Settings
from sms_desktop.store import settings
from sms_desktop.store.preferences import Preferences
from sms_desktop.store.store import Store


@asynccontextmanager
async def opened(root: Path, folder: str = ".") -> AsyncIterator[tuple[Store, Settings]]:
    store = Store(root / folder, lambda events: None)
    await store.open()
    try:
        yield store, Settings(store, Preferences(root))
    finally:
        await store.close()


async def test_a_preference_holds_for_every_account_and_a_window_s_size_for_one(tmp_path: Path) -> None:
    async with opened(tmp_path) as (_, first), opened(tmp_path, "accounts/2") as (_, second):
        await first.put("appearance", "dark")
        await first.put("author", "Ada")
        await first.put("window", {"width": 900})
        assert await second.get("appearance", "system") == "dark"
        assert await second.get("author", "") == "Ada"
        assert await second.get("window") is None
        await second.put("author", "")
        assert await first.get("author", "nobody") == ""


async def test_what_an_earlier_version_kept_in_a_database_becomes_the_person_s(tmp_path: Path) -> None:
    async with opened(tmp_path) as (store, first), opened(tmp_path, "accounts/2") as (other, second):
        await store.do(lambda tx: settings.put(tx, "appearance", "dark"))
        await store.do(lambda tx: settings.put(tx, "enter_sends", False))
        await other.do(lambda tx: settings.put(tx, "appearance", "light"))
        await other.do(lambda tx: settings.put(tx, "undo_seconds", 0))
        await first.load()
        await second.load()
    kept = Preferences(tmp_path).all()
    assert kept == {"appearance": "dark", "enter_sends": False, "undo_seconds": 0}


async def test_what_was_chosen_since_wins_over_what_a_database_kept(tmp_path: Path) -> None:
    async with opened(tmp_path) as (store, kept):
        await store.do(lambda tx: settings.put(tx, "appearance", "dark"))
        await kept.put("appearance", "light")
        await kept.load()
        assert await kept.get("appearance") == "light"


async def test_of_choices_in_quick_succession_the_last_is_kept(tmp_path: Path) -> None:
    async with opened(tmp_path) as (_, kept):
        await asyncio.gather(*(kept.put("undo_seconds", number) for number in range(40)))
        assert await kept.get("undo_seconds") == 39
