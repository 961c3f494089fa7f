"""What people here entered of consent, where the database does not tell any more."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from sms_desktop.domain.backup import Restored, in_words
from sms_desktop.domain.consent import ConsentEvent, ConsentSource
from sms_desktop.domain.errors import StoreError
from sms_desktop.store import consent, forgotten, witness
from sms_desktop.store.backup import backup
from sms_desktop.store.recover import recover
from sms_desktop.store.restore import restore
from sms_desktop.store.schema import FILE
from sms_desktop.store.store import Store
from sms_desktop.store.tx import Tx
from tests.store.damage import column, filled, opened, stop
from tests.store.recorder import LINE, PEER, at

LATER = at(3600)
ANN, BEN, CAT = "+12125550181", "+12125550182", "+12125550183"
MISSING = "Opt-outs that were entered here or imported may be missing"
WAYS = ["restore", "recover", "recover without a backup"]


@pytest.fixture
async def data(tmp_path: Path) -> Path:
    await filled(tmp_path / "data")
    return tmp_path / "data"


def said_so(peer: str, when: datetime, *, out: bool = True) -> Callable[[Tx], None]:
    """The work of entering what somebody said at the counter."""

    def work(tx: Tx) -> None:
        consent.record(
            tx, line=LINE, peer=peer, opted_out=out, source=ConsentSource.STAFF, words="", sid=None, at=when,
            author="Priya", reason="said so at the counter \ud83d",
        )  # fmt: skip

    return work


def listed(peer: str, when: datetime, *, out: bool = True) -> ConsentEvent:
    return ConsentEvent(LINE, peer, out, ConsentSource.IMPORT, "", None, when, "Priya", f"list.csv, row {peer[-1]}")


async def done(data: Path, *works: Callable[[Tx], object]) -> None:
    store = await opened(data)
    for work in works:
        await store.do(work)
    await store.close()


async def entered_since(data: Path) -> Path:
    """A copy; then Ann says that she wants no texts, a list says so of Ben, Cat says so and takes it back."""
    copy = backup(data / FILE, data.parent / "copy.db")
    await done(
        data,
        said_so(ANN, at(100)),
        lambda tx: consent.import_many(tx, LINE, [listed(BEN, at(101)), listed(PEER, at(102), out=False)]),
        said_so(CAT, at(103)),
        said_so(CAT, at(104), out=False),
    )
    return copy


def lose(data: Path) -> None:
    (data / FILE).write_bytes(b"Dear diary, " * 3000)


def replaced(data: Path, way: str, copy: Path, when: datetime = LATER) -> Restored:
    if way == "restore":
        return restore(copy, data, when)
    return recover(data, when, source=copy if way == "recover" else None)


async def ledger(data: Path, peer: str) -> list[ConsentEvent]:
    store = await opened(data)
    found = await store.read(lambda db: consent.events(db, LINE, peer))
    await store.close()
    return found


async def out(data: Path) -> list[str]:
    store = await opened(data)
    found = [peer for peer in (ANN, BEN, CAT, PEER) if await is_out(store, peer)]
    await store.close()
    return found


async def is_out(store: Store, peer: str) -> bool:
    return await store.read(lambda db: consent.opted_out(db, LINE, peer))


@pytest.mark.parametrize("way", WAYS)
async def test_what_was_entered_here_outlives_the_database_with_who_said_so_and_why(data: Path, way: str) -> None:
    copy = await entered_since(data)
    before = [await ledger(data, peer) for peer in (ANN, BEN, CAT, PEER)]
    lose(data)
    told = replaced(data, way, copy)
    assert [await ledger(data, peer) for peer in (ANN, BEN, CAT, PEER)] == before
    assert await out(data) == [ANN, BEN]
    assert (told.carried_out, told.entered_lost, told.read) == (2, False, False)
    assert "2 people who opted out since stay opted out." in in_words(told) and MISSING not in in_words(told)
    lose(data)  # and once more: nothing is told twice
    replaced(data, way, copy, at(7200))
    assert [await ledger(data, peer) for peer in (ANN, BEN, CAT, PEER)] == before


async def test_what_was_entered_before_this_version_is_in_the_file_from_the_first_start_on(data: Path) -> None:
    await entered_since(data)
    kept = witness.read(data)
    (data / witness.FILE).unlink()
    await done(data)
    assert witness.read(data) == kept and kept.whole and len(kept.events) == 5
    assert (data / witness.FILE).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("way", WAYS)
async def test_where_there_is_no_file_it_is_said_what_may_be_missing(data: Path, way: str) -> None:
    copy = await entered_since(data)
    lose(data)
    (data / witness.FILE).unlink()
    told = replaced(data, way, copy)
    assert told.entered_lost and MISSING in in_words(told)
    assert await out(data) == []
    store = await opened(data)
    lost = await store.read(forgotten.of)
    assert lost is not None and lost.entered_lost
    await store.close()


async def test_a_loss_of_an_earlier_version_counts_as_one_of_what_was_entered_too(data: Path) -> None:
    kept = {"known": {}, "history": at(0).isoformat()}
    assert forgotten.read(kept).entered_lost  # type: ignore[union-attr]
    assert not forgotten.read(kept | {"entered_lost": False}).entered_lost  # type: ignore[union-attr]


async def test_lines_that_are_damaged_are_passed_over_and_what_comes_next_is_not_lost_with_them(data: Path) -> None:
    copy = await entered_since(data)
    path = data / witness.FILE
    lines = path.read_bytes().splitlines(keepends=True)
    rubbish = [b"\xff\xfe\n", b"[]\n", b"{}\n", b'"' + b"[" * 9000 + b"\n", b"[" * 90_000 + b"\n", bytes(300) + b"\n"]
    odd = [
        lines[0].replace(b'"staff"', b'"nobody"'),
        lines[0].replace(b'"Priya"', b"7"),
        lines[0].replace(b"+00:00", b""),
    ]
    path.write_bytes(b"".join([*rubbish, *odd, *lines[:1], lines[1][:40]]))
    await done(data, said_so(CAT, at(200)))
    found = witness.read(data)
    assert not found.whole and found.events[0].peer == ANN and found.events[-1].peer == CAT
    lose(data)
    assert restore(copy, data, LATER).entered_lost
    assert await out(data) == [ANN, BEN, CAT]  # what the ledger knew was written down anew at the start


async def test_an_opt_out_is_on_the_disk_before_the_commit_and_an_agreement_after_it(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So what is cut short between the two leaves the person in peace."""
    write, seen = witness.write, list[tuple[bool, int]]()

    def watched(directory: Path, events: object) -> None:
        told = list(events)  # type: ignore[call-overload]
        write(directory, told)
        if told:
            seen.append((told[0].opted_out, column(data / FILE, "SELECT count(*) FROM consent_events")[0]))  # type: ignore[arg-type]

    monkeypatch.setattr(witness, "write", watched)
    (before,) = column(data / FILE, "SELECT count(*) FROM consent_events")
    await done(data, said_so(ANN, at(100)), said_so(ANN, at(101), out=False))
    assert seen == [(True, before), (False, before + 2)]  # type: ignore[operator]


async def test_what_was_refused_is_not_written_down(data: Path) -> None:
    def refused(tx: Tx) -> None:
        said_so(ANN, at(100))(tx)
        raise StoreError("No.")

    store = await opened(data)
    with pytest.raises(StoreError):
        await store.do(refused)
    await store.do(lambda tx: stop(tx, at(101), BEN))  # which Twilio's list tells again
    await store.close()
    assert witness.read(data).events == ()


async def test_a_disk_that_does_not_take_it_refuses_no_opt_out_and_the_next_backup_makes_up_for_it(data: Path) -> None:
    (data / witness.FILE).unlink()
    (data / witness.FILE).mkdir()
    await done(data, said_so(ANN, at(100)))
    assert await out(data) == [ANN]
    (data / witness.FILE).rmdir()
    witness.renew(data, backup(data / FILE, data.parent / "copy.db"))
    assert [event.peer for event in witness.read(data).events] == [ANN]


async def test_a_damaged_ledger_is_completed_too(data: Path) -> None:
    """Also where the rest of the database can be read."""
    copy = await entered_since(data)
    with closing(sqlite3.connect(data / FILE, isolation_level=None)) as db:
        for table in ("consent_events", "consents"):
            db.execute(f"DELETE FROM {table} WHERE peer = ?", (BEN,))
    assert restore(copy, data, LATER).read
    assert await out(data) == [ANN, BEN]


async def test_entries_of_a_copy_that_came_from_elsewhere_are_written_down_too(data: Path, tmp_path: Path) -> None:
    await entered_since(data)
    copy = backup(data / FILE, tmp_path / "copy.db")
    await filled(tmp_path / "new")
    restore(copy, tmp_path / "new", LATER)
    assert set(witness.read(tmp_path / "new").events) == set(witness.read(data).events)


async def test_what_nobody_signed_is_written_down_once(data: Path) -> None:
    nobody = replace(listed(BEN, at(101)), author="")
    copy = backup(data / FILE, data.parent / "copy.db")
    await done(data, lambda tx: consent.import_many(tx, LINE, [nobody]))
    lose(data)
    restore(copy, data, LATER)
    assert witness.read(data).events == (nobody,)
    assert await ledger(data, BEN) == [nobody]
    assert len((data / witness.FILE).read_bytes().splitlines()) == 1


def test_an_entry_is_read_as_it_was_written(tmp_path: Path) -> None:
    full = replace(
        listed(ANN, at(0.123456)), words="Ne m’écrivez plus\n", sid="SM1", opt_out_type="STOP", service="MG1"
    )
    witness.write(tmp_path, [full])
    assert witness.read(tmp_path).events == (full,)
    (found,) = witness.read(tmp_path).events
    assert (found.opt_out_type, found.service) == ("STOP", "MG1")


async def test_an_older_copy_that_somebody_put_in_place_learns_what_was_entered_since(data: Path) -> None:
    copy = await entered_since(data)
    for ending in ("-wal", "-shm"):
        (data / f"{FILE}{ending}").unlink(missing_ok=True)
    shutil.copyfile(copy, data / FILE)
    assert await out(data) == [ANN, BEN]
    assert len(witness.read(data).events) == 5
