"""The place of an account connected by mistake, handed on; unless something came for it after all."""

from functools import partial
from pathlib import Path

import pytest

from sms_desktop.app.handing import hand_on
from sms_desktop.app.place import Place
from sms_desktop.domain.account import Identity
from sms_desktop.domain.errors import StoreError
from sms_desktop.services.clock import now
from sms_desktop.store import lines, messages, settings
from sms_desktop.store.accounts import Accounts
from sms_desktop.store.store import Store
from sms_desktop.store.tx import Tx

WRONG, RIGHT = "AC" + "6e" * 16, "AC" + "5d" * 16
LINE = "+12125550100"


def text(tx: Tx) -> None:
    lines.ensure(tx, LINE)
    messages.add_inbound(tx, sid="SM1", line=LINE, peer="+14155550132", body="Hello?", at=now(), media=())


@pytest.mark.parametrize(
    ("came", "trial", "folder", "known", "step"),
    [
        (False, False, ".", [RIGHT], "lines"),
        (False, True, ".", [RIGHT], "account"),
        (True, False, "accounts/2", [WRONG, RIGHT], "lines"),
    ],
)
async def test_the_right_account_gets_the_place_where_nothing_came(
    tmp_path: Path, came: bool, trial: bool, folder: str, known: list[str], step: str
) -> None:
    Accounts(tmp_path).add(WRONG, "Old Barn", tmp_path)
    store = Store(tmp_path, lambda events: None)
    await store.open()
    await store.do(partial(settings.put, key="account", value=WRONG))
    await store.do(partial(settings.put, key="way_in", value={"way": "polling"}))
    await store.do(partial(settings.put, key="left_lines", value=[LINE]))
    await store.do(lambda tx: lines.ensure(tx, LINE))
    if came:
        await store.do(text)
    await store.close()

    there = await hand_on(
        Place(tmp_path, tmp_path, demo=False), WRONG, Identity(RIGHT, "Bright Chairs", trial), "Look."
    )
    assert there == Place(tmp_path, tmp_path / folder, demo=False)
    accounts = Accounts(tmp_path)
    assert [one.sid for one in accounts.all()] == known
    assert accounts.current() == accounts.sid_of(there.directory) == RIGHT
    store = Store(there.directory, lambda events: None)
    await store.open()
    assert await store.read(lambda db: settings.get(db, "account")) == RIGHT
    assert await store.read(lambda db: settings.get(db, "setup")) == {
        "step": step, "done": False, "told": "Look.",
    }  # fmt: skip
    assert await store.read(lambda db: settings.get(db, "left_lines")) is None
    assert await store.read(lambda db: settings.get(db, "way_in")) == (None if came else {"way": "polling"})
    assert await store.read(lines.all) == ()
    await store.close()


async def test_messages_that_lie_in_the_free_folder_become_nobody_elses(tmp_path: Path) -> None:
    Accounts(tmp_path).add(WRONG, "Old Barn", tmp_path)
    for folder in (tmp_path, tmp_path / "accounts" / "2"):
        store = Store(folder, lambda events: None)
        await store.open()
        await store.do(text)
        await store.close()

    with pytest.raises(StoreError, match="holds messages already"):
        await hand_on(Place(tmp_path, tmp_path, demo=False), WRONG, Identity(RIGHT, "Bright Chairs"))
    assert [one.sid for one in Accounts(tmp_path).all()] == [WRONG]
    assert Accounts(tmp_path).current() == WRONG
