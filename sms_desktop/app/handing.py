"""The place of an account that was connected by mistake, handed on to the right one."""

import asyncio
from functools import partial
from pathlib import Path

from sms_desktop.app.place import Place
from sms_desktop.domain.account import Identity
from sms_desktop.domain.errors import StoreError
from sms_desktop.engine import take
from sms_desktop.services.account import ACCOUNT, SETUP
from sms_desktop.services.receiving import RESTORE, WAY
from sms_desktop.store.accounts import Accounts
from sms_desktop.store.store import Store
from sms_desktop.store.vacant import vacate


async def hand_on(place: Place, former: str | None, to: Identity, told: str = "") -> Place:
    """Where the set-up goes on with the account ``to``: here, unless something came for ``former`` after all, which
    stays then. ``told`` is said there once. Nothing may have the place open. Raises EngineRunning, StoreError.
    """
    accounts, folder = Accounts(place.root), place.directory
    if await _begin(folder, to, told):
        if former is not None:
            await asyncio.to_thread(accounts.forget, former)
    else:
        folder = await asyncio.to_thread(accounts.free_folder)
        if not await _begin(folder, to, told):
            raise StoreError(f"The folder {folder} holds messages already, of an account that is not known here.")
    await asyncio.to_thread(accounts.add, to.sid, to.name, folder)
    await asyncio.to_thread(accounts.choose, to.sid)
    return Place(place.root, folder, demo=False)


async def _begin(folder: Path, to: Identity, told: str) -> bool:
    """False where something is there already. What has to be seen of the account is seen on its page."""
    step = "account" if to.trial or to.status != "active" else "lines"
    kept = {"step": step, "done": False} | ({"told": told} if told else {})
    then = {ACCOUNT: to.sid, SETUP: kept}
    lock = await asyncio.to_thread(take, folder)
    try:
        store = Store(folder, lambda events: None)
        await store.open()
        try:
            return await store.do(partial(vacate, keep=(WAY, RESTORE), then=then))
        finally:
            await store.close()
    finally:
        lock.release()
