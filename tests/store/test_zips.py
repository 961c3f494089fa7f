"""The ZIP code of each number: the newest counts, all its conversations know it, and no restore forgets it."""

from pathlib import Path

import pytest
from sqlalchemy import text

from sms_desktop.domain.conversation import Conversation
from sms_desktop.domain.events import ConversationChanged
from sms_desktop.domain.night import Rule
from sms_desktop.store import conversations, fallback, nights, vacant, zips
from sms_desktop.store.backup import backup
from sms_desktop.store.recover import recover
from sms_desktop.store.restore import restore
from sms_desktop.store.schema import FILE
from sms_desktop.store.store import Store
from sms_desktop.store.tx import Tx
from tests.store.damage import filled, opened, overwrite, page_with
from tests.store.recorder import LINE, PEER, Recorder, at, text_in

OTHER_LINE, TOLL_FREE, LATER = "+15005550007", "+18885550144", at(3600)


async def _zip(store: Store, peer: str = PEER) -> str | None:
    return await store.read(lambda db: zips.get(db, peer))


async def _conversation(store: Store, line: str = LINE) -> Conversation:
    found = await store.read(lambda db: conversations.find(db, line, PEER))
    assert found is not None
    return found


async def test_the_one_that_was_told_last_counts(store: Store) -> None:
    assert await _zip(store) is None
    await store.do(lambda tx: zips.put(tx, PEER, "10007", at(10)))
    await store.do(lambda tx: zips.put(tx, PEER, "94105", at(5)))
    assert await _zip(store) == "10007"
    await store.do(lambda tx: zips.put(tx, PEER, "94105", at(10)))
    assert await _zip(store) == "94105" and await _zip(store, TOLL_FREE) is None


async def test_every_conversation_with_the_person_knows_it_and_says_so(store: Store, recorder: Recorder) -> None:
    for line in (LINE, OTHER_LINE):
        await store.do(text_in(line=line))
    assert (await _conversation(store)).zip is None
    recorder.events.clear()
    await store.do(lambda tx: zips.put(tx, PEER, "94105", at(1)))
    assert [(one.conversation.line, one.conversation.zip) for one in recorder.of(ConversationChanged)] == [
        (LINE, "94105"),
        (OTHER_LINE, "94105"),
    ]
    assert (await _conversation(store, OTHER_LINE)).zip == "94105"
    marked = await store.do(lambda tx: conversations.mark_read(tx, 1))
    assert marked.zip == "94105"
    recorder.events.clear()
    await store.do(lambda tx: zips.put(tx, PEER, "94105", at(2)))
    await store.do(lambda tx: zips.put(tx, PEER, "10007", at(0)))
    assert recorder.events == []


@pytest.mark.parametrize(("zip", "asks"), [(None, False), ("10007", False), ("94105", True)])
async def test_the_night_goes_by_it(store: Store, zip: str | None, asks: bool) -> None:
    if zip is not None:
        await store.do(lambda tx: zips.put(tx, PEER, zip, at()))
    nine = at(3600)  # in New York; six in San Francisco
    found = await store.read(lambda db: nights.night(db, PEER, LINE, nine, Rule()))
    assert (found is not None) is asks


async def test_what_was_told_since_a_backup_comes_along_and_the_newer_one_counts(tmp_path: Path) -> None:
    data = tmp_path / "data"
    await filled(data)
    store = await opened(data)
    await store.do(lambda tx: zips.put(tx, PEER, "10007", at(1)))
    await store.close()
    copy = backup(data / FILE, tmp_path / "copy.db")
    store = await opened(data)
    for peer, code in ((PEER, "94105"), (TOLL_FREE, "80202")):
        await store.do(lambda tx, peer=peer, code=code: zips.put(tx, peer, code, at(2)))  # type: ignore[misc]
    await store.close()
    restore(copy, data, LATER)
    store = await opened(data)
    assert (await _zip(store), await _zip(store, TOLL_FREE)) == ("94105", "80202")
    await store.close()


async def test_a_copy_that_knows_better_keeps_it(tmp_path: Path) -> None:
    data, other = tmp_path / "data", tmp_path / "other"
    for folder, code, when in ((data, "10007", at(1)), (other, "94105", at(2))):
        await filled(folder)
        store = await opened(folder)
        await store.do(lambda tx, code=code, when=when: zips.put(tx, PEER, code, when))  # type: ignore[misc]
        await store.close()
    restore(backup(other / FILE, tmp_path / "copy.db"), data, LATER)
    store = await opened(data)
    assert await _zip(store) == "94105"
    await store.close()


async def test_a_damaged_database_tells_it_as_far_as_it_can_be_read_and_the_backup_the_rest(tmp_path: Path) -> None:
    data = tmp_path / "data"
    await filled(data)
    store = await opened(data)
    await store.do(lambda tx: zips.put(tx, PEER, "99801", at(1)))
    await store.close()
    copy = backup(data / FILE, tmp_path / "copy.db")
    recover(data, LATER)
    store = await opened(data)
    assert await _zip(store) == "99801"
    await store.close()
    overwrite(data / FILE, page_with(data / FILE, "99801"), b"\xff" * 4096)
    done = recover(data, LATER, source=copy)
    assert done.filled and "ZIP codes of people" in done.lost
    store = await opened(data)
    assert await _zip(store) == "99801"
    await store.close()


async def test_where_nothing_of_it_was_lost_the_backup_adds_nothing(tmp_path: Path) -> None:
    data = tmp_path / "data"
    await filled(data)
    store = await opened(data)
    await store.do(lambda tx: zips.put(tx, PEER, "99801", at(1)))
    known = fallback.read(data, backup(data / FILE, tmp_path / "copy.db"))
    assert known is not None

    def forget(tx: Tx) -> None:
        tx.db.execute(text("DELETE FROM zips"))
        fallback.bring(tx, known, {"settings"}, LATER, LATER)

    await store.do(forget)
    assert await _zip(store) is None
    await store.do(lambda tx: fallback.bring(tx, known, {"zips"}, LATER, LATER))
    assert await _zip(store) == "99801"
    await store.close()


async def test_another_account_that_takes_the_place_is_told_of_nobody_s(store: Store) -> None:
    await store.do(lambda tx: zips.put(tx, PEER, "94105", at()))
    assert await store.do(lambda tx: vacant.vacate(tx, keep=(), then={}))
    assert await _zip(store) is None
