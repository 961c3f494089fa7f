"""Importing a list, as a file, into the store."""

import asyncio
import codecs
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete

from sms_desktop.commands.consent import _lines
from sms_desktop.domain.consent import ConsentEvent
from sms_desktop.domain.conversation import Filter
from sms_desktop.domain.errors import BadInput, OptedOut, SaysNotWho
from sms_desktop.domain.line import Line, LineKind
from sms_desktop.services import clock, roster
from sms_desktop.services.roster import (
    COUNTS_LATER,
    IN_SINCE,
    NO_SERVICE,
    STILL_OUT,
    TORN,
    Imported,
    Roster,
    columns_said,
)
from sms_desktop.store import consent, conversations, lines
from sms_desktop.store.schema import lines as lines_table
from tests.rig import LINE, TOLL_FREE, YOURS, Rig, running

PEOPLE, BAD = 50_000, 300
SHORT = "55512"
WRONG = ("", "hello", "123", "+1212", "+999999999999999", "(212) 555-0100 ext 4")


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    """Nobody is asked for anything here."""
    async with running(tmp_path / "data", online=False) as rig:
        yield rig


def written(folder: Path, text: str, name: str = "people.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def read(path: Path, *, everyone: bool | None = None) -> Roster:
    return roster.read(path, "US", clock.now(), everyone=everyone)


async def enter(rig: Rig, path: Path, lines: tuple[str, ...] = (LINE,)) -> Imported:
    found = await rig.services.rosters.read(path, "US")
    return await rig.services.rosters.enter(found, lines, (LINE, TOLL_FREE))


async def out(rig: Rig, peer: str, line: str = LINE) -> bool:
    return await rig.engine.store.read(lambda db: consent.opted_out(db, line, peer))


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="Windows sets no zone of a program by itself")
def test_a_day_is_read_in_the_time_of_its_season(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, "phone,consent,date\n2125550187,no,2026-08-17 23:30\n2125550188,no,2026-01-17 23:30")
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        found = read(path)
    finally:
        monkeypatch.undo()
        time.tzset()
    assert [entry.at for entry in found.entries] == [
        datetime(2026, 8, 18, 3, 30, tzinfo=UTC),
        datetime(2026, 1, 18, 4, 30, tzinfo=UTC),
    ]


async def test_who_opted_out_is_out_with_each_number_of_the_row(rig: Rig, tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "Home phone,Mobile phone,Consent\n2125550190,2125550187,no\n2125550191,2125550188,yes\n12,2125550189,no",
    )
    found = read(path)
    assert (found.rows, found.out, [one.what for one in found.troubles]) == (3, 2, ["12"])
    assert columns_said(found.layout) == (
        "the number from “Mobile phone” (who opted out, from “Home phone” too), the consent from “Consent”"
    )
    told = await enter(rig, path)
    assert (told.taken, len(told.troubles)) == (3, 1)
    for peer, expected in (("190", True), ("187", True), ("191", False), ("188", False), ("189", True)):
        assert await out(rig, f"+12125550{peer}") is expected


async def test_a_first_number_that_cannot_be_read_is_told_though_another_of_the_row_was_taken(tmp_path: Path) -> None:
    rows = ("212 555 018,3105550123,yes", ",3105550124,yes", "2125550187,12,yes")
    found = read(written(tmp_path, "\n".join(("Phone,Work phone,Opted out", *rows))))
    assert [entry.peer for entry in found.entries] == ["+13105550123", "+13105550124", "+12125550187"]
    assert [(one.row, one.what) for one in found.troubles] == [(2, "212 555 018"), (4, "12")]


async def test_fifty_thousand_rows_with_three_hundred_bad_ones(rig: Rig, tmp_path: Path) -> None:
    """Each bad one is told, none of the others is lost, and who said STOP stays out."""
    rows: list[str] = []
    wrong: dict[int, str] = {}
    opted_out: set[str] = set()
    for n in range(PEOPLE):
        row = n + 2
        if n % (PEOPLE // BAD) == 7 and len(wrong) < BAD:
            wrong[row] = WRONG[len(wrong) % len(WRONG)]
            rows.append(f"P{n},{wrong[row]},yes")
            continue
        peer = f"+1{2120000000 + 10_000 * (200 + n // 10_000) + n % 10_000}"
        if n % 5 == 0:
            opted_out.add(peer)
        rows.append(f"P{n},{peer},{'no' if n % 5 == 0 else 'yes'}")
    stopped = "+12122000001"
    await rig.engine.store.do(
        lambda tx: consent.record(
            tx, line=LINE, peer=stopped, opted_out=True, source="inbound", words="STOP", sid="SM1", at=clock.now()
        )
    )
    path = written(tmp_path, "Name,Phone,Consent\n" + "\n".join(rows))
    told: list[tuple[int, int]] = []
    found = await rig.services.rosters.read(path, "US", progress=lambda done, of: told.append((done, of)))
    assert told[-1] == (PEOPLE, PEOPLE)
    told.clear()
    imported = await rig.services.rosters.enter(
        found, (LINE,), (LINE,), progress=lambda done, of: told.append((done, of))
    )
    assert told[-1] == (PEOPLE - BAD, PEOPLE - BAD)
    assert len(wrong) == BAD and imported.undone == 0
    assert {one.row for one in imported.troubles} == {*wrong, 3}  # and the one who said STOP
    assert next(one.why for one in imported.troubles if one.row == 3) == STILL_OUT
    assert imported.taken == PEOPLE - BAD - 1
    standing = await rig.engine.store.read(
        lambda db: {peer for line, peer in consent.pairs(db, None, PEOPLE) if consent.opted_out(db, line, peer)}
    )
    assert standing == opted_out | {stopped}
    assert len(await rig.engine.store.read(lambda db: conversations.page(db, Filter.ALL, None, 10))) == 1


async def test_rows_for_somebody_who_agreed_again_since_are_told(rig: Rig, tmp_path: Path) -> None:
    await rig.engine.store.do(
        lambda tx: consent.record(
            tx, line=LINE, peer=YOURS, opted_out=False, source="inbound", words="START", sid="SM1", at=clock.now()
        )
    )
    imported = await enter(rig, written(tmp_path, f"Phone,Consent,Date\n{YOURS},no,2020-01-01\n"))
    assert [(one.row, one.why) for one in imported.troubles] == [(2, IN_SINCE)]
    assert not await out(rig, YOURS)


async def test_a_row_may_name_the_number_it_is_for(rig: Rig, tmp_path: Path) -> None:
    text = f"Phone,Consent,Line\n{YOURS},no,(888) 555-0144\n+14155550133,no,\n+14155550134,no,(212) 555-0199\n"
    imported = await enter(rig, written(tmp_path, text))
    assert [(one.row, one.why) for one in imported.troubles] == [(4, "(212) 555-0199 is none of your numbers.")]
    assert (await out(rig, YOURS), await out(rig, YOURS, TOLL_FREE)) == (False, True)
    assert (await out(rig, "+14155550133"), await out(rig, "+14155550133", TOLL_FREE)) == (True, False)


async def test_a_list_for_all_numbers_is_entered_for_each(rig: Rig, tmp_path: Path) -> None:
    await enter(rig, written(tmp_path, f"Phone,Consent\n{YOURS},no\n"), (LINE, TOLL_FREE))
    assert await out(rig, YOURS) and await out(rig, YOURS, TOLL_FREE)


async def enter_for_all(rig: Rig, path: Path, *, told: Callable[[], None] = lambda: None) -> Imported:
    found = await rig.services.rosters.read(path, "US")
    known = [line.address for line in rig.services.lines.known() if line.sms]
    return await rig.services.rosters.enter(
        found, known, (LINE, TOLL_FREE), for_all=True, progress=lambda done, of: told()
    )


async def said(rig: Rig, line: str) -> list[ConsentEvent]:
    return await rig.engine.store.read(lambda db: consent.events(db, line, YOURS))


@pytest.fixture
async def one_in_use(rig: Rig) -> Rig:
    """Of two numbers one is in use."""
    await rig.engine.store.do(lambda tx: lines.save(tx, [Line(LINE), Line(TOLL_FREE)]))
    await rig.services.lines.choose([LINE])
    return rig


async def test_a_list_for_all_numbers_counts_for_one_that_is_chosen_later(one_in_use: Rig, tmp_path: Path) -> None:
    rig = one_in_use
    path = written(tmp_path, f"Phone,Opted out,Date,Note\n{YOURS},yes,2026-01-02,called\n+14155550177,no,,\n")
    assert (await enter_for_all(rig, path)).taken == 2
    assert await rig.engine.store.read(lambda db: consent.pairs(db, None, 9, YOURS)) == [(LINE, YOURS)]
    await rig.services.lines.choose([LINE, TOLL_FREE])
    assert len(await rig.engine.store.read(lambda db: consent.pairs(db, None, 9, YOURS))) == 2
    assert await out(rig, YOURS, TOLL_FREE) and not await out(rig, "+14155550177", TOLL_FREE)
    here, there = [await said(rig, line) for line in (LINE, TOLL_FREE)]
    assert [replace(event, line=TOLL_FREE) for event in here] == there
    assert there[0].reason == "For all numbers: people.csv, row 2: called"


async def test_a_list_for_all_numbers_counts_for_one_that_is_bought_later(rig: Rig, tmp_path: Path) -> None:
    await rig.engine.store.do(lambda tx: lines.save(tx, [Line(LINE)]))
    await enter_for_all(rig, written(tmp_path, f"Phone,Opted out\n{YOURS},yes\n"))
    await rig.engine.store.do(lambda tx: lines.save(tx, [Line(LINE), Line(TOLL_FREE)]))
    assert await out(rig, YOURS, TOLL_FREE)


async def test_a_list_for_all_numbers_counts_for_one_that_the_account_tells_of_later(tmp_path: Path) -> None:
    async with running(tmp_path / "data") as rig:
        await rig.services.connection.look_once()  # behind the first, which asks for the numbers
        bought = next(line.address for line in rig.services.lines.known() if line.address != LINE)
        await rig.engine.store.do(lambda tx: tx.db.execute(delete(lines_table).where(lines_table.c.address == bought)))
        await rig.services.lines.load()
        await enter_for_all(rig, written(tmp_path, f"Phone,Opted out\n{YOURS},yes\n"))
        await rig.services.lines.refresh()
        assert await out(rig, YOURS, bought)
        assert (bought, YOURS) in await rig.engine.store.read(lambda db: consent.pairs(db, None, 9, YOURS))


async def test_a_number_that_is_chosen_while_a_list_is_imported_gets_all_of_it(
    one_in_use: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig, people = one_in_use, [f"+1415555{n:04d}" for n in range(100, 160)]
    monkeypatch.setattr(roster, "AT_A_TIME", 5)
    choosing: list[asyncio.Task[None]] = []

    def choose() -> None:
        if not choosing:
            choosing.append(asyncio.ensure_future(rig.services.lines.choose([LINE, TOLL_FREE])))

    path = written(tmp_path, "Phone,Opted out\n" + "".join(f"{peer},yes\n" for peer in people))
    assert (await enter_for_all(rig, path, told=choose)).taken == len(people)
    await choosing[0]
    assert [peer for peer in people if not await out(rig, peer, TOLL_FREE)] == []


async def test_a_list_for_one_number_counts_for_no_other(one_in_use: Rig, tmp_path: Path) -> None:
    rig = one_in_use
    await enter(rig, written(tmp_path, f"Phone,Opted out\n{YOURS},yes\n"))
    await enter_for_all(rig, written(tmp_path, f"Phone,Opted out,Line\n+14155550178,yes,{LINE}\n", "named.csv"))
    await rig.services.lines.choose([LINE, TOLL_FREE])
    for peer in (YOURS, "+14155550178"):
        assert await out(rig, peer) and not await out(rig, peer, TOLL_FREE)


async def test_what_they_said_to_a_number_since_a_list_is_not_undone_when_it_is_chosen_again(
    one_in_use: Rig, tmp_path: Path
) -> None:
    rig = one_in_use
    await enter_for_all(rig, written(tmp_path, f"Phone,Opted out\n{YOURS},yes\n"))
    await rig.services.lines.choose([LINE, TOLL_FREE])
    await rig.engine.store.do(
        lambda tx: consent.record(
            tx, line=TOLL_FREE, peer=YOURS, opted_out=False, source="inbound", words="START", sid="SM1", at=clock.now()
        )
    )
    for chosen in ([LINE], [LINE, TOLL_FREE]):
        await rig.services.lines.choose(chosen)
        assert not await out(rig, YOURS, TOLL_FREE)
    assert await out(rig, YOURS)


async def test_a_number_that_is_not_in_use_texts_nobody_who_is_out_by_a_list_for_all(
    one_in_use: Rig, tmp_path: Path
) -> None:
    rig = one_in_use
    await enter_for_all(rig, written(tmp_path, f"Phone,Opted out\n{YOURS},yes\n"))
    for _ in range(2):
        with pytest.raises(OptedOut):
            await rig.send(YOURS, "Sale!", TOLL_FREE)


@pytest.mark.parametrize("heard_by", ["inbound", "list", "error"])
@pytest.mark.parametrize("agreed", ["2020-01-01", "2026-03-01", ""])
@pytest.mark.parametrize("names_line", [True, False])
async def test_no_opt_in_of_a_list_undoes_a_stop_whatever_its_date(
    rig: Rig, tmp_path: Path, names_line: bool, agreed: str, heard_by: str
) -> None:
    """The row is dated before the STOP, after it, or not at all; for one line or for all of them, of one service."""
    service, stopped = "MG" + "0b" * 16, datetime(2026, 2, 1, 12, tzinfo=UTC)
    await rig.engine.store.do(lambda tx: consent.set_services(tx, {LINE: service, TOLL_FREE: service}))
    await rig.engine.store.do(
        lambda tx: consent.record(
            tx, line=LINE, peer=YOURS, opted_out=True, source=heard_by, words="STOP", sid="SM1", at=stopped
        )
    )
    text = f"Phone,Consent,Date,Line\n{YOURS},yes,{agreed},{LINE if names_line else ''}\n"
    for name in ("people.csv", "people.csv", "again.csv"):
        imported = await enter(rig, written(tmp_path, text, name), (LINE, TOLL_FREE, service))
        assert [(one.row, one.why) for one in imported.troubles] == [(2, STILL_OUT)]
        assert imported.taken == 0
        for line in (LINE, TOLL_FREE, service):
            assert await out(rig, YOURS, line)
            assert (await rig.services.consents.of(line, YOURS)).consent.is_final
            place = await rig.services.conversations.open(line, YOURS)
            assert place.opted_out_at is not None
            with pytest.raises(OptedOut):
                await rig.services.outbox.submit(place.id, "Hello?")


@pytest.mark.parametrize("agreed", ["2020-01-01", "2026-03-01"])
async def test_a_stop_that_is_heard_of_after_the_list_counts_all_the_same(
    rig: Rig, tmp_path: Path, agreed: str
) -> None:
    await enter(rig, written(tmp_path, f"Phone,Consent,Date\n{YOURS},yes,{agreed}\n"), (LINE, TOLL_FREE))
    assert not await out(rig, YOURS)
    await rig.engine.store.do(
        lambda tx: consent.record(
            tx,
            line=LINE,
            peer=YOURS,
            opted_out=True,
            source="list",
            words="STOP",
            sid="SM1",
            at=datetime(2026, 2, 1, 12, tzinfo=UTC),
            past=True,
        )
    )
    assert await out(rig, YOURS)
    assert not await out(rig, YOURS, TOLL_FREE)  # which they never wrote to


async def test_a_line_may_be_named_by_its_short_code_or_as_the_account_calls_it(rig: Rig, tmp_path: Path) -> None:
    service = "MG" + "0b" * 16
    await rig.engine.store.do(
        lambda tx: lines.save(
            tx,
            [
                Line(SHORT, "Raffle", LineKind.SHORT_CODE),
                Line(service, "Reminders", LineKind.SERVICE),
                Line(LINE, "Shop", LineKind.LOCAL),
                Line(TOLL_FREE, "shop", LineKind.TOLL_FREE),
            ],
        )
    )
    rows = [f"+14155550{n},no,{line}" for n, line in enumerate((SHORT, "555 12", "raffle", " Reminders", "Shop"), 201)]
    rows += ["+14155550206,yes,55512", "+14155550207,no,66613", "+14155550208,no,Nobody"]
    path = written(tmp_path, "Phone,Consent,Line\n" + "\n".join(rows) + "\n")
    found = await rig.services.rosters.read(path, "US")
    imported = await rig.services.rosters.enter(found, (LINE,), (SHORT, service, LINE, TOLL_FREE))
    assert [(one.row, one.why) for one in imported.troubles] == [
        (6, "“Shop” is none of your numbers."),  # two are called so
        (8, "66613 is none of your numbers."),
        (9, "“Nobody” is none of your numbers."),
    ]
    assert [await out(rig, f"+14155550{n}", SHORT) for n in (201, 202, 203, 206)] == [True, True, True, False]
    assert await out(rig, "+14155550204", service)
    assert not await out(rig, "+14155550201", LINE)
    place = await rig.services.conversations.open(SHORT, "+14155550201")
    with pytest.raises(OptedOut):
        await rig.services.outbox.submit(place.id, "You have won")


async def test_of_two_rows_about_one_person_the_opt_out_counts(rig: Rig, tmp_path: Path) -> None:
    for n, (first, second) in enumerate((("yes", "no"), ("no", "yes"))):
        peer = f"+1415555014{n}"
        await enter(rig, written(tmp_path, f"Phone,Consent\n{peer},{first}\n{peer},{second}\n", f"{n}.csv"))
        assert await out(rig, peer)


async def test_an_import_that_is_stopped_has_entered_the_opt_outs_first(rig: Rig, tmp_path: Path) -> None:
    rows = [f"+1415{5550000 + n},{'yes' if n < 900 else 'no'}" for n in range(1000)]
    found = await rig.services.rosters.read(written(tmp_path, "Phone,Consent\n" + "\n".join(rows)), "US")
    imported = await rig.services.rosters.enter(
        found, (LINE,), (LINE,), progress=lambda done, of: rig.services.rosters.stop()
    )
    assert imported.undone == 800 and imported.taken == 200
    assert all([await out(rig, f"+1415{5550000 + n}") for n in range(900, 1000)])


async def test_the_evidence_of_a_row_names_file_row_and_who_imported_it(rig: Rig, tmp_path: Path) -> None:
    await rig.services.settings.put("author", "Priya")
    await enter(rig, written(tmp_path, f"Phone,Consent,Notes\n{YOURS},no,wrote a letter\n"))
    [event] = (await rig.services.consents.of(LINE, YOURS)).events
    assert (event.author, event.reason) == ("Priya", "people.csv, row 2: wrote a letter")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (f"Phone;Consent\r\n{YOURS};no\r\n", "utf-8-sig"),
        (f"Phone\tConsent\n{YOURS}\tno\n", "utf-16"),
        (f"Phone\tConsent\n{YOURS}\tno\n", "utf-16-le"),
        (f"Phone\tConsent\n{YOURS}\tno\n", "utf-16-be"),
        (f"Téléphone;Consent\n{YOURS};no\n", "cp1252"),
        (f'"Phone","Consent"\n"{YOURS}","no"\n', "utf-8"),
        (f"\n\nPhone,Consent\n,\n{YOURS},no\n\n", "utf-8"),
    ],
)
def test_files_of_any_spreadsheet_are_read(tmp_path: Path, text: str, encoding: str) -> None:
    found = read(written(tmp_path, text, encoding=encoding))
    assert [(entry.peer, entry.out) for entry in found.entries] == [(YOURS, True)]


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "empty"),
        (b"PK\x03\x04 and so on", "Save it as CSV"),
        (b"Chairs,Tables\n1,2\n", "named like a phone number"),
        (codecs.BOM_UTF8 + b"\n\n", "empty"),
    ],
)
def test_what_is_no_such_list_is_told(tmp_path: Path, raw: bytes, why: str) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(raw)
    with pytest.raises(BadInput, match=why):
        read(path)
    with pytest.raises(BadInput, match="cannot be read"):
        read(tmp_path / "nowhere.csv")


def test_a_list_of_numbers_alone_is_taken_once_it_is_said_what_it_means(tmp_path: Path) -> None:
    path = written(tmp_path, f"Phone\n{YOURS}\n")
    with pytest.raises(SaysNotWho):
        read(path)
    assert [entry.out for entry in read(path, everyone=True).entries] == [True]
    assert [entry.out for entry in read(path, everyone=False).entries] == [False]


def test_a_quotation_mark_that_runs_on_loses_no_opt_out(tmp_path: Path) -> None:
    rows = ['+14155550101,no,"hi', "+14155550102,no,", "+14155550103,yes,", "+14155550104,no,"]
    for end in ("", '"fine"', 'fine"'):
        found = read(written(tmp_path, "Phone,Consent,Note\n" + "\n".join(rows) + end + "\n+14155550105,yes,\n"))
        outs = {entry.peer: entry.row for entry in found.entries if entry.out}
        assert {peer: outs.get(peer) for peer in ("+14155550101", "+14155550102", "+14155550104")} == {
            "+14155550101": 2, "+14155550102": 3, "+14155550104": 5,
        }  # fmt: skip
        assert "+14155550103" not in {entry.peer for entry in found.entries if not entry.out}
        assert (4, TORN) in {(one.row, one.why) for one in found.troubles}


def test_a_cell_of_several_lines_is_one_row(tmp_path: Path) -> None:
    text = f'Phone,Note,Consent\n{YOURS},"12 Main Street\nSpringfield",yes\n+14155550134,,no\n'
    found = read(written(tmp_path, text))
    assert [(entry.row, entry.peer, entry.out) for entry in found.entries] == [
        (2, YOURS, False),
        (3, "+14155550134", True),
    ]
    assert not found.troubles


def test_a_file_whose_first_row_has_an_open_quotation_mark_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="first row"):
        read(written(tmp_path, f'Phone,"Consent\n{YOURS},no\n'))


def test_a_cell_without_end_is_told_with_its_line(tmp_path: Path) -> None:
    text = f'Phone,Consent,Note\n{YOURS},no,"hi\n' + "+14155550134,no,\n" * 10_000
    with pytest.raises(BadInput, match="line 2 on"):
        read(written(tmp_path, text))


async def test_rows_of_a_service_that_is_not_known_are_told_and_no_opt_out_is_lost(rig: Rig, tmp_path: Path) -> None:
    service = "MG" + "0b" * 16
    text = f"Phone,Consent,Sender\n{YOURS},no,{service}\n+14155550134,yes,{service}\n"
    imported = await enter(rig, written(tmp_path, text))
    assert [(one.row, one.why) for one in imported.troubles] == [(2, COUNTS_LATER), (3, NO_SERVICE)]
    assert await out(rig, YOURS, service) and not await out(rig, YOURS)
    await rig.engine.store.do(lambda tx: consent.set_services(tx, {LINE: service}))
    assert await out(rig, YOURS)
    again = await enter(rig, written(tmp_path, text, "again.csv"))
    assert (again.taken, again.troubles) == (2, ())


def test_all_columns_that_are_read_are_named(tmp_path: Path) -> None:
    found = read(written(tmp_path, f"Phone,Opt-in,Consent,Opted out at\n{YOURS},yes,yes,\n"))
    assert columns_said(found.layout) == (
        "the number from “Phone”, the consent from “Opt-in” and “Consent”, the day of the opt-out from “Opted out at”"
    )


def test_a_list_is_for_numbers_of_ours_alone() -> None:
    ours, short = Line(LINE, "Shop", LineKind.LOCAL), Line(SHORT, "Raffle", LineKind.SHORT_CODE)
    assert _lines([ours], [LINE], LINE, "US") == [LINE]
    for wanted in (SHORT, "RAFFLE"):
        assert _lines([ours, short], [LINE, SHORT], wanted, "US") == [SHORT]
    assert _lines([], [], LINE, "US") == [LINE]  # nothing is known yet
    for wanted in (TOLL_FREE, "MG" + "0b" * 16):
        with pytest.raises(BadInput, match="none of your numbers"):
            _lines([ours], [LINE], wanted, "US")
