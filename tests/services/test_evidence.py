"""The ledger as evidence: each entry once, with the lines for which it counts."""

import csv
import io
from argparse import Namespace
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine
from sqlalchemy.event import listen, remove

from sms_desktop.commands.consent import _export as export
from sms_desktop.domain.line import Line, LineKind
from sms_desktop.services import clock, evidence
from sms_desktop.services.evidence import COLUMNS, Evidence
from sms_desktop.store import consent, contacts, lines
from sms_desktop.store.ledger import Ledger
from sms_desktop.store.store import Tx
from tests.rig import LINE, TOLL_FREE, YOURS, Rig, running

POOL, SECOND, CODE = "MG" + "0b" * 16, "+12125550199", "55512"
OTHERS = "+14155550133"
LINES = (LINE, TOLL_FREE, SECOND, POOL, CODE)


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    """Five lines, of which two numbers and a service share what is said to them."""

    def known(tx: Tx) -> None:
        lines.save(
            tx,
            [
                Line(LINE, "Shop", LineKind.LOCAL),
                Line(TOLL_FREE, "Free", LineKind.TOLL_FREE),
                Line(SECOND, "Pool B", LineKind.LOCAL),
                Line(POOL, "Reminders", LineKind.SERVICE, senders=(LINE, SECOND)),
                Line(CODE, "Raffle", LineKind.SHORT_CODE),
            ],
        )
        consent.set_services(tx, {LINE: POOL, SECOND: POOL})
        contacts.rename(tx, YOURS, "Dana")

    async with running(tmp_path / "data", online=False) as rig:
        await rig.engine.store.do(known)
        yield rig


async def imported(rig: Rig, folder: Path, text: str) -> None:
    path = folder / "people.csv"
    path.write_text(f"Phone,Consent,Line\n{text}", encoding="utf-8")
    found = await rig.services.rosters.read(path, "US")
    await rig.services.rosters.enter(found, LINES, LINES)


async def says(rig: Rig, word: str, line: str, minutes: int = 0) -> None:
    await rig.engine.store.do(
        lambda tx: consent.record(
            tx,
            line=line,
            peer=YOURS,
            opted_out=word == "STOP",
            source="inbound",
            words=word,
            sid=f"SM{minutes:032x}",
            at=clock.now() + timedelta(minutes=minutes),
        )
    )


def rows(rig: Rig, peer: str | None = None) -> list[dict[str, str]]:
    out = io.StringIO(newline="")
    count = evidence.write_csv(evidence.all_of(rig.directory, peer), out)
    out.seek(0)
    reader = csv.DictReader(out)
    found = list(reader)
    assert tuple(reader.fieldnames or ()) == COLUMNS and len(found) == count
    return found


def shown(rig: Rig) -> list[Evidence]:
    return list(evidence.all_of(rig.directory))


async def test_a_stop_is_there_once_and_names_all_that_it_counts_for(rig: Rig) -> None:
    await says(rig, "STOP", SECOND)
    [row] = rows(rig)
    assert (row["line"], row["line_name"], row["standing"]) == (SECOND, "Pool B", "opted out")
    assert row["counts_for"] == f"'{LINE}, {POOL}"
    [one] = shown(rig)
    assert (one.line, one.shared) == (SECOND, ((LINE, POOL),))


async def test_a_row_for_all_lines_is_there_once_and_names_each_of_them(rig: Rig, tmp_path: Path) -> None:
    """Lines of one service take it in once, for all of them."""
    for _ in range(2):  # the same file once more adds nothing
        await imported(rig, tmp_path, f"{YOURS},no,\n{OTHERS},yes,\n")
    for peer, standing in ((YOURS, "opted out"), (OTHERS, "may be messaged")):
        found = [row for row in rows(rig) if row["phone"] == peer]
        assert {row["standing"] for row in found} == {standing}
        assert {row["line"]: (row["line_name"], row["counts_for"]) for row in found} == {
            LINE: ("Shop", f"'{SECOND}, {POOL}"), TOLL_FREE: ("Free", ""), CODE: ("Raffle", ""),
        }  # fmt: skip
        assert len(found) == 3 and rows(rig, peer) == found


async def test_of_one_person_it_is_asked_for_by_their_number_as_our_country_writes_it(tmp_path: Path) -> None:
    german, theirs = "+493012345678", "+4915123456789"
    async with running(tmp_path / "data", online=False) as rig:
        await rig.engine.store.do(lambda tx: lines.save(tx, [Line("+12125550100"), Line(german, sid="PN" + "0" * 32)]))
        path = tmp_path / "people.csv"
        path.write_text("Handy,Opt-out\n01512 3456789,ja\n", encoding="utf-8")
        found = await rig.services.rosters.read(path, "DE")
        await rig.services.rosters.enter(found, (german,), (german,))
    target = tmp_path / "evidence.csv"
    export(tmp_path / "data", Namespace(verb="export", format=None, peer="01512 3456789", output=target))
    with target.open(encoding="utf-8-sig", newline="") as file:
        assert [row["phone"] for row in csv.DictReader(file)] == [theirs]


async def test_no_entry_of_the_ledger_is_left_out_or_there_twice(rig: Rig, tmp_path: Path) -> None:
    """However many lines share a service, and over the ends of pages."""
    peers = [f"+1415{5550200 + n}" for n in range(150)]
    text = "".join(
        f"{peer},{'no' if n % 3 else 'yes'},{LINES[n % 5] if n % 2 else ''}\n" for n, peer in enumerate(peers)
    )
    await imported(rig, tmp_path, text)
    for n, word in enumerate(("STOP", "START", "STOP")):
        await says(rig, word, (LINE, POOL, SECOND)[n], n)
    await rig.engine.store.do(lambda tx: consent.set_services(tx, {SECOND: None}))
    kept = [event for _, event in await rig.engine.store.read(lambda db: consent.page(db, 0, 10_000))]
    told = [(event.line, event.peer, event.at, event.opted_out) for one in shown(rig) for event in one.events]
    assert sorted(told) == sorted((event.line, event.peer, event.at, event.opted_out) for event in kept)
    said = 75 * 3 + 75 + 3
    assert len(rows(rig)) == len(kept) > said
    assert {(event.line, event.opted_out) for event in kept[said:]} == {(SECOND, True)}  # what it shared until then
    assert all(event.line == one.line for one in shown(rig) for event in one.events)


async def test_what_is_read_of_many_at_once_is_what_is_known_of_each(rig: Rig, tmp_path: Path) -> None:
    """Whatever of the ledger is lost, and whoever joined or left a service."""
    peers = [YOURS, *(f"+1415{5550200 + n}" for n in range(60))]
    text = "".join(f"{peer},{'no' if n % 3 else 'yes'},{LINES[n % 5]}\n" for n, peer in enumerate(peers))
    await imported(rig, tmp_path, text)
    for n, word in enumerate(("STOP", "START", "STOP", "START", "STOP")):
        await says(rig, word, LINES[n], n)
    await rig.engine.store.do(lambda tx: consent.set_services(tx, {SECOND: None, TOLL_FREE: POOL}))

    def lose(tx: Tx) -> None:
        tx.db.exec_driver_sql("DELETE FROM consent_events WHERE id % 7 = 0")
        tx.db.exec_driver_sql("UPDATE consents SET standing = 'opted_out' WHERE rowid % 5 = 0")
        tx.db.exec_driver_sql("UPDATE consents SET standing = 'may_be_messaged' WHERE rowid % 5 = 1")
        tx.db.exec_driver_sql("UPDATE conversations SET opted_out_at = 1 WHERE line = ?", (CODE,))

    await rig.engine.store.do(lose)

    def compare(db: Connection) -> int:
        pairs = consent.pairs(db, None, 10_000)
        expected = {pair: (consent.events(db, *pair), consent.of(db, *pair)) for pair in pairs}
        assert Ledger(db).of(pairs) == expected
        return len(pairs)

    assert await rig.engine.store.read(compare) > len(peers)
    [dana] = {one.name for one in shown(rig) if one.peer == YOURS}
    assert (dana, {one.name for one in shown(rig) if one.peer != YOURS}) == ("Dana", {""})


def questions_of(work: Callable[[], object]) -> int:
    asked: list[str] = []

    def note(*told: Any) -> None:
        asked.append(told[2])

    listen(Engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        remove(Engine, "before_cursor_execute", note)
    return len(asked)


async def test_evidence_asks_no_question_for_each_person(rig: Rig, tmp_path: Path) -> None:
    await imported(rig, tmp_path, "".join(f"+1415{5550200 + n},no,\n" for n in range(10)))
    few = questions_of(lambda: shown(rig))
    await imported(rig, tmp_path, "".join(f"+1415{5550200 + n},no,\n" for n in range(100)))
    assert questions_of(lambda: shown(rig)) - few <= 10  # one page more


async def test_an_opt_out_of_which_the_entry_is_lost_stands_there_without_one(rig: Rig) -> None:
    await says(rig, "STOP", TOLL_FREE)
    await rig.engine.store.do(lambda tx: tx.db.exec_driver_sql("DELETE FROM consent_events"))
    [one] = shown(rig)
    assert (one.line, one.events, one.consent.is_out) == (TOLL_FREE, (), True)
