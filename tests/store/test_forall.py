"""Lists for all numbers in the ledger: read for every line, wherever they were entered and whatever became of that."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, update

from sms_desktop.domain.consent import ConsentEvent, ConsentSource, Standing
from sms_desktop.domain.forall import completed, is_for_all, reason_of
from sms_desktop.store import consent, conversations, forall
from sms_desktop.store.backup import backup
from sms_desktop.store.ledger import Ledger
from sms_desktop.store.recover import recover
from sms_desktop.store.restore import restore
from sms_desktop.store.schema import FILE, consents
from sms_desktop.store.schema import conversations as table
from sms_desktop.store.store import Store
from sms_desktop.store.tx import Tx
from tests.store.damage import filled, opened
from tests.store.recorder import LINE, PEER, at, new_sid, text_in

SECOND, THIRD, OTHER = "+15005550007", "+15005550008", "+12125550001"
SERVICE = "MG" + "0a" * 16
UNMARK = update(table).values(opted_out_at=None, opted_out_words=None, opted_out_source=None)


def listed(peer: str = PEER, *, line: str = LINE, when: float = 10, row: int = 2) -> ConsentEvent:
    reason = reason_of(f"people.csv, row {row}")
    return ConsentEvent(line, peer, True, ConsentSource.IMPORT, "", None, at(when), "Ada", reason)


def start(line: str, when: float, tx: Tx) -> None:
    consent.record(
        tx, line=line, peer=PEER, opted_out=False, source="inbound", words="START", sid=new_sid(), at=at(when)
    )


async def entered(store: Store, *events: ConsentEvent) -> None:
    for event in events:
        await store.do(partial(consent.import_many, line=event.line, wanted=[event]))


async def known(store: Store, line: str) -> list[ConsentEvent]:
    return await store.read(partial(consent.events, line=line, peer=PEER))


async def out(store: Store, line: str, peer: str = PEER) -> bool:
    """As each that asks is told; the evidence, of what is kept of a pair."""

    def ask(db: Connection) -> bool:
        answers = {consent.opted_out(db, line, peer), consent.of(db, line, peer).is_out}
        if (pair := (line, peer)) in consent.pairs(db, None, 99, peer):
            events, found = Ledger(db).of([pair])[pair]
            answers.add(found.is_out)
            assert events == consent.events(db, *pair)
        (answer,) = answers
        return answer

    return await store.read(ask)


@pytest.fixture
async def data(tmp_path: Path) -> Path:
    await filled(tmp_path / "data")
    return tmp_path / "data"


async def test_it_counts_for_every_line_though_it_is_entered_for_one(store: Store) -> None:
    await entered(store, listed())
    for line in (LINE, SECOND, SERVICE):
        assert await out(store, line)
        assert await known(store, line) == [listed(line=line)]
        assert not await out(store, line, OTHER)


async def test_an_opt_in_from_before_it_does_not_stand_against_it(store: Store) -> None:
    """Of a line that was not in use when it was imported."""
    await store.do(lambda tx: start(SECOND, 0, tx))
    await store.do(lambda tx: start(THIRD, 20, tx))
    await entered(store, listed())
    assert await out(store, SECOND) and not await out(store, THIRD)
    place = await store.read(lambda db: conversations.find(db, SECOND, PEER))
    assert place is not None and place.opted_out_source is ConsentSource.IMPORT


async def test_a_start_to_one_line_lifts_it_there_alone(store: Store) -> None:
    await entered(store, listed())
    await store.do(lambda tx: start(SECOND, 20, tx))
    assert [await out(store, line) for line in (LINE, SECOND, THIRD)] == [True, False, True]
    place = await store.do(lambda tx: conversations.ensure(tx, SECOND, PEER, at(30)))
    assert place.opted_out_at is None


async def test_a_list_that_is_imported_once_more_is_there_once_while_it_stands(store: Store) -> None:
    await entered(store, listed(), listed(when=20), listed(line=SECOND, when=20))
    for line in (LINE, SECOND, THIRD):
        assert {event.reason for event in await known(store, line)} == {listed().reason}
    assert len(await known(store, LINE)) == 1


async def test_a_list_that_is_imported_once_more_counts_again_where_it_was_lifted(store: Store) -> None:
    await entered(store, listed(), listed(line=SECOND))
    for line in (LINE, SECOND):
        await store.do(partial(start, line, 20))
    await entered(store, listed(when=30))
    assert await out(store, SECOND)


async def test_what_an_earlier_version_left_is_read_too(store: Store) -> None:
    """It entered nothing for a line that was not in use, and its conversations do not show it."""
    await store.do(text_in(line=SECOND))
    await entered(store, listed(), listed(OTHER, row=3))
    await store.do(lambda tx: tx.db.execute(UNMARK))
    assert await out(store, SECOND) and await out(store, SECOND, OTHER)
    assert (await store.read(lambda db: consent.of(db, SECOND, PEER))).by == listed(line=SECOND)
    agreed = update(consents).where(consents.c.line == SECOND).values(standing=Standing.ALLOWED)
    await store.do(lambda tx: consent.settle(tx, SECOND, PEER))
    assert (await store.do(lambda tx: tx.db.execute(agreed))).rowcount == 1
    await store.do(lambda tx: tx.db.execute(UNMARK))
    assert await out(store, SECOND)


async def test_lines_of_a_service_share_what_lifts_it(store: Store) -> None:
    await store.do(lambda tx: consent.set_services(tx, {SECOND: SERVICE, THIRD: SERVICE}))
    await entered(store, listed())
    await store.do(lambda tx: start(SECOND, 20, tx))
    assert [await out(store, line) for line in (LINE, SECOND, THIRD, SERVICE)] == [True, False, False, False]


async def test_no_opt_in_of_another_list_lifts_it_on_a_line_that_it_was_not_entered_for(store: Store) -> None:
    await store.do(lambda tx: consent.set_services(tx, {SECOND: SERVICE, THIRD: SERVICE}))
    await entered(store, listed())
    agreed = replace(listed(line=SECOND, when=20), opted_out=False, reason="agreed.csv, row 2")
    assert await store.do(lambda tx: consent.import_many(tx, SECOND, [agreed])) == [False]
    for line in (SECOND, THIRD, SERVICE):
        assert await out(store, line)
        assert (await store.do(partial(conversations.ensure, line=line, peer=PEER, at=at(30)))).opted_out_at == at(10)


async def test_entered_for_a_line_as_well_it_comes_to_the_same(store: Store) -> None:
    await entered(store, listed(), listed(OTHER, row=3))
    await store.do(lambda tx: start(SECOND, 20, tx))
    found = await store.read(lambda db: forall.missing(db, SECOND))
    assert found == [replace(one, line=SECOND) for one in (listed(OTHER, row=3), listed())]
    await store.do(lambda tx: consent.import_many(tx, SECOND, found))
    assert await store.read(lambda db: forall.missing(db, SECOND)) == []
    assert not await out(store, SECOND) and await out(store, SECOND, OTHER)
    assert len(await known(store, SECOND)) == 2


@pytest.mark.parametrize("way", ["restore", "recover"])
async def test_it_counts_for_a_line_that_only_an_older_copy_has_in_use(data: Path, way: str) -> None:
    """The database that had the list cannot be read: what was imported comes from the file beside it."""
    store = await opened(data)
    place = await store.do(lambda tx: conversations.ensure(tx, SECOND, OTHER, at(0)))
    await store.do(lambda tx: consent.record(
        tx, line=SECOND, peer=OTHER, opted_out=False, source="staff", words="", sid=None, at=at(0), author="Ada",
        reason="said so",
    ))  # fmt: skip
    await store.close()
    copy = backup(data / FILE, data.parent / "copy.db")
    store = await opened(data)
    await entered(store, listed(OTHER))
    await store.close()
    for end in ("-wal", "-shm"):
        (data / (FILE + end)).unlink(missing_ok=True)
    (data / FILE).write_bytes(b"Dear diary, " * 3000)
    restore(copy, data, at(3600)) if way == "restore" else recover(data, at(3600), source=copy)
    store = await opened(data)
    assert await out(store, LINE, OTHER) and await out(store, SECOND, OTHER) and await out(store, THIRD, OTHER)
    shown = await store.do(lambda tx: conversations.ensure(tx, SECOND, OTHER, at(0)))
    assert place.opted_out_at is None
    assert shown.opted_out_source is ConsentSource.IMPORT
    await store.close()


async def test_a_ledger_whose_upshot_is_lost_still_opts_out_everywhere(data: Path) -> None:
    store = await opened(data)
    await store.do(text_in(peer=OTHER, line=SECOND))
    await entered(store, listed(OTHER))
    await store.do(lambda tx: tx.db.exec_driver_sql("DELETE FROM consents"))
    await store.do(lambda tx: tx.db.execute(UNMARK))
    await store.do(consent.settle_all)
    shown = await store.read(lambda db: conversations.find(db, SECOND, OTHER))
    assert shown is not None and shown.opted_out_at == at(10)
    assert await out(store, THIRD, OTHER)
    await store.close()


async def test_that_they_agreed_stands_though_an_older_backup_shows_the_list_on_that_line(data: Path) -> None:
    """Where it was never entered, but they had written to: who reads that backup does not think an entry lost."""
    store = await opened(data)
    await store.do(text_in(peer=OTHER, line=SECOND))
    await entered(store, listed(OTHER))
    await store.close()
    copy = backup(data / FILE, data.parent / "copy.db")
    store = await opened(data)
    await store.do(lambda tx: consent.record(
        tx, line=SECOND, peer=OTHER, opted_out=False, source="staff", words="", sid=None, at=at(20), author="Ada",
        reason="said so",
    ))  # fmt: skip
    await store.close()
    assert recover(data, at(3600), source=copy).read
    store = await opened(data)
    assert await out(store, LINE, OTHER) and not await out(store, SECOND, OTHER)
    await store.close()


def test_only_an_opt_out_of_such_a_list_is_one() -> None:
    for other in (
        replace(listed(), opted_out=False),
        replace(listed(), source=ConsentSource.STAFF),
        replace(listed(), reason="people.csv, row 2"),
        replace(listed(), reason=None),
        replace(listed(), reason="for all numbers: people.csv, row 2"),
    ):
        assert not is_for_all(other) and completed([], SECOND, [other]) == []
    assert is_for_all(listed()) and completed([], SECOND, [listed()]) == [listed(line=SECOND)]
    assert listed().reason == "For all numbers: people.csv, row 2"  # as the databases of all versions have it
