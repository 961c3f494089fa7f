"""The consent ledger on the disk: what it comes to for each pair, with a conversation and without one."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from sms_desktop.domain.consent import ConsentEvent, ConsentSource, Keywords, Question, Standing
from sms_desktop.domain.events import ConsentChanged
from sms_desktop.domain.message import Direction, Status
from sms_desktop.store import connect, consent, conversations, messages, questions, settings, stops
from sms_desktop.store.backup import backup
from sms_desktop.store.recover import recover
from sms_desktop.store.restore import restore
from sms_desktop.store.schema import FILE
from sms_desktop.store.store import Store
from sms_desktop.store.tx import Tx
from tests.store.damage import filled, opened
from tests.store.recorder import LINE, PEER, Recorder, at, new_sid, text_in

OTHER = "+15005550007"
SERVICE = "MG" + "0a" * 16


def told(
    out: bool,
    source: str = "inbound",
    words: str = "",
    *,
    line: str = LINE,
    when: float = 0,
    past: bool = False,
    sid: str = "",
    service: str | None = None,
) -> Callable[[Tx], object]:
    words = words or ("STOP" if out else "START") if source == "inbound" else words
    who = {"author": "Ada", "reason": "called"} if source in ("staff", "import") else {}
    return lambda tx: consent.record(
        tx, line=line, peer=PEER, opted_out=out, source=source, words=words, sid=sid or new_sid(), at=at(when),
        past=past, service=service, **who,
    )  # fmt: skip


def listed(peer: str = PEER, *, out: bool, row: int = 2, when: float = 0) -> ConsentEvent:
    return ConsentEvent(LINE, peer, out, ConsentSource.IMPORT, "", None, at(when), "Ada", f"people.csv, row {row}")


async def out(store: Store, line: str = LINE) -> bool:
    return await store.read(lambda db: consent.opted_out(db, line, PEER))


async def test_a_list_can_never_undo_a_stop(store: Store) -> None:
    await store.do(told(True, when=1))
    for when in (0, 2):
        assert await store.do(lambda tx, w=when: consent.import_many(tx, LINE, [listed(out=False, when=w)])) == [False]  # type: ignore[misc]
    assert await out(store)
    shown = await store.read(lambda db: conversations.find(db, LINE, PEER))
    assert shown is not None and shown.opted_out_words == "STOP"


async def test_an_opt_out_of_a_list_stands_before_there_is_a_conversation(store: Store) -> None:
    assert await store.do(lambda tx: consent.import_many(tx, LINE, [listed(out=True)])) == [True]
    assert await store.read(lambda db: conversations.find(db, LINE, PEER)) is None
    assert await out(store)
    made = await store.do(lambda tx: conversations.ensure(tx, LINE, PEER, at(9)))
    assert made.opted_out_at == at(0)
    assert (made.opted_out_source, made.opted_out_words) == (ConsentSource.IMPORT, "people.csv, row 2")


async def test_whoever_writes_first_is_opted_out_already(store: Store) -> None:
    await store.do(lambda tx: consent.import_many(tx, LINE, [listed(out=True)]))
    await store.do(text_in("Hello?", when=at(5)))
    shown = await store.read(lambda db: conversations.find(db, LINE, PEER))
    assert shown is not None and shown.opted_out_at == at(0)


async def test_history_that_is_listed_begins_opted_out_as_well(store: Store) -> None:
    await store.do(lambda tx: consent.import_many(tx, LINE, [listed(out=True)]))
    past = messages.PastMessage("0" * 32, LINE, PEER, Direction.INBOUND, "Hi", Status.RECEIVED, at(3))
    await store.do(lambda tx: messages.add_history(tx, (past,)))
    shown = await store.read(lambda db: conversations.find(db, LINE, PEER))
    assert shown is not None and shown.opted_out_at == at(0)


async def test_the_same_file_twice_is_entered_once(store: Store) -> None:
    rows = [listed(out=True), listed("+12125550001", out=False, row=3)]
    for when in (0, 50):
        later = [replace(event, at=event.at + timedelta(seconds=when)) for event in rows]
        assert await store.do(lambda tx, later=later: consent.import_many(tx, LINE, later)) == [True, True]  # type: ignore[misc]
    assert await store.read(consent.newest) == 2


async def test_staff_undo_what_was_entered_here_and_no_more(store: Store) -> None:
    await store.do(told(True, "staff", when=1))
    await store.do(told(False, "staff", when=2))
    assert not await out(store)
    await store.do(told(True, "staff", when=3))
    await store.do(told(True, when=4))
    await store.do(told(False, "staff", when=5))
    assert await out(store)
    await store.do(told(False, when=6))
    assert not await out(store)


async def test_a_stop_that_comes_after_a_word_of_staff_is_the_one_shown(store: Store) -> None:
    await store.do(told(True, "staff", when=1))
    await store.do(told(True, when=2))
    known = await store.read(lambda db: consent.of(db, LINE, PEER))
    assert known.is_final and known.by is not None and known.by.words == "STOP"


async def test_a_late_stop_of_before_a_start_changes_nothing(store: Store) -> None:
    await store.do(told(False, when=5))
    await store.do(told(True, when=1, past=True))
    assert not await out(store)


async def test_stop_to_one_of_two_lines_leaves_the_other_alone(store: Store) -> None:
    await store.do(lambda tx: conversations.ensure(tx, OTHER, PEER, at(0)))
    await store.do(told(True))
    assert await out(store)
    assert not await out(store, OTHER)
    other = await store.read(lambda db: consent.of(db, OTHER, PEER))
    assert other.standing is Standing.UNKNOWN


async def test_lines_of_one_messaging_service_share_a_stop_and_a_start(store: Store) -> None:
    await store.do(lambda tx: conversations.ensure(tx, OTHER, PEER, at(0)))
    await store.do(lambda tx: consent.set_services(tx, {LINE: SERVICE, OTHER: SERVICE}))
    await store.do(told(True, when=1))
    assert await out(store) and await out(store, OTHER)
    shown = await store.read(lambda db: conversations.find(db, OTHER, PEER))
    assert shown is not None and shown.opted_out_words == "STOP"
    await store.do(told(False, line=OTHER, when=2))
    assert not await out(store) and not await out(store, OTHER)


async def test_a_line_that_joins_a_service_takes_over_who_stopped_it(store: Store) -> None:
    await store.do(lambda tx: consent.set_services(tx, {LINE: SERVICE}))
    await store.do(told(True))
    assert not await out(store, OTHER)
    await store.do(lambda tx: consent.set_services(tx, {OTHER: SERVICE}))
    assert await out(store, OTHER)
    await store.do(lambda tx: consent.set_services(tx, {OTHER: None}))
    assert await store.read(lambda db: settings.get(db, consent.SERVICES)) == {LINE: SERVICE}


async def test_a_stop_of_before_the_service_was_known_stands_for_all_of_its_lines(store: Store) -> None:
    await store.do(lambda tx: conversations.ensure(tx, OTHER, PEER, at(0)))
    await store.do(told(True, when=1))
    await store.do(lambda tx: consent.set_services(tx, {LINE: SERVICE, OTHER: SERVICE}))
    assert await out(store) and await out(store, OTHER) and await out(store, SERVICE)
    shown = await store.read(lambda db: conversations.find(db, OTHER, PEER))
    assert shown is not None and shown.opted_out_words == "STOP"
    await store.do(told(False, when=2))
    assert not await out(store) and not await out(store, OTHER)


async def test_a_start_to_another_line_of_before_the_service_was_known_lifts_nothing(store: Store) -> None:
    await store.do(told(True, when=1))
    await store.do(told(False, line=OTHER, when=2))
    await store.do(lambda tx: consent.set_services(tx, {LINE: SERVICE, OTHER: SERVICE}))
    await store.do(consent.settle_all)
    assert await out(store)


async def test_a_line_that_joins_lets_nobody_in_who_stopped_it(store: Store) -> None:
    await store.do(told(True, when=1))
    await store.do(lambda tx: consent.set_services(tx, {OTHER: SERVICE}))
    await store.do(told(False, line=OTHER, when=2))
    await store.do(lambda tx: consent.set_services(tx, {LINE: SERVICE}))
    assert await out(store)
    await store.do(consent.settle_all)
    assert await out(store)
    await store.do(told(False, line=OTHER, when=3))  # since it has joined
    await store.do(consent.settle_all)
    assert not await out(store) and not await out(store, OTHER)


async def test_a_line_that_leaves_its_service_leaves_its_stops_there(store: Store) -> None:
    await store.do(told(True, when=1))
    await store.do(lambda tx: consent.set_services(tx, {LINE: SERVICE, OTHER: SERVICE}))
    await store.do(lambda tx: consent.set_services(tx, {LINE: None}))
    await store.do(consent.settle_all)
    assert await out(store) and await out(store, OTHER)


@pytest.mark.parametrize("source", ["inbound", "staff"])
async def test_a_line_that_leaves_its_service_takes_the_stops_of_that_along(store: Store, source: str) -> None:
    await store.do(lambda tx: consent.set_services(tx, {LINE: SERVICE, OTHER: SERVICE}))
    await store.do(told(True, source, "STOP", line=OTHER, when=5))
    await store.do(lambda tx: consent.set_services(tx, {LINE: None}))
    await store.do(told(False, "list", "START", when=1, past=True))  # of long before
    assert await out(store) and await out(store, OTHER)
    [start, entry] = await store.read(lambda db: consent.events(db, LINE, PEER))
    assert (start.opted_out, entry.opted_out, entry.at, entry.is_final) == (False, True, at(5), source == "inbound")
    await store.do(told(False, line=OTHER, when=6))  # which is another's by now
    assert await out(store) and not await out(store, OTHER)
    await store.do(told(False, when=7))
    assert not await out(store)


async def test_of_two_services_that_a_stop_may_mean_it_counts_for_both(store: Store) -> None:
    third, former = "+15005550008", "MG" + "0b" * 16
    await store.do(lambda tx: consent.set_services(tx, {LINE: SERVICE, OTHER: SERVICE, third: former}))
    await store.do(told(True, when=1, service=former))
    assert await out(store) and await out(store, OTHER) and await out(store, third)
    await store.do(told(False, line=OTHER, when=2))
    assert not await out(store, OTHER) and await out(store, third)


@pytest.mark.parametrize("again", ["inbound", "list"])
async def test_what_one_message_says_is_one_entry_whoever_tells_it_again_and_when(store: Store, again: str) -> None:
    sid = "SM" + "1" * 32
    await store.do(told(True, when=1, sid=sid))
    await store.do(told(True, again, "STOP", when=2, past=again == "list", sid=sid))
    await store.do(lambda tx: consent.enter(tx, [said_in(sid, 3)]))
    [entry] = await store.read(lambda db: consent.events(db, LINE, PEER))
    assert (entry.at, entry.source) == (at(1), ConsentSource.INBOUND)
    await store.do(told(False, when=4, sid=sid))  # which Advanced Opt-Out may have made of it
    assert len(await store.read(lambda db: consent.events(db, LINE, PEER))) == 2


async def test_told_again_with_its_service_an_entry_counts_for_all_of_that(store: Store) -> None:
    sid = "SM" + "1" * 32
    await store.do(lambda tx: consent.set_services(tx, {OTHER: SERVICE}))
    await store.do(told(True, when=1, sid=sid))
    assert not await out(store, OTHER)
    await store.do(told(True, "list", "STOP", when=1, past=True, sid=sid, service=SERVICE))
    assert await out(store, OTHER)
    [entry] = await store.read(lambda db: consent.events(db, LINE, PEER))
    assert entry.service == SERVICE


def said_in(sid: str, when: float) -> ConsentEvent:
    return ConsentEvent(LINE, PEER, True, ConsentSource.LIST, "STOP", sid, at(when))


def _redate(tx: Tx) -> None:
    consent.redate(tx, {"SM" + "1" * 32: at(0.5)})


def _enter(tx: Tx) -> None:
    consent.enter(tx, [ConsentEvent(LINE, PEER, False, ConsentSource.INBOUND, "yes", "SM9", at(-1))])


def _attest(tx: Tx) -> None:
    consent.attest(tx, LINE, "+12125550009", at(3), "STOP")


def _find_again(tx: Tx) -> None:
    text_in("STOP", when=at(4), peer="+12125550009")(tx)
    stops.find_again(tx)


@pytest.mark.parametrize("lines", [(LINE,), (LINE, OTHER)])
@pytest.mark.parametrize("work", [_redate, _enter, _attest, _find_again, consent.settle_all])
async def test_an_entry_without_its_service_stops_no_work_on_the_ledger(
    store: Store, work: Callable[[Tx], None], lines: tuple[str, ...]
) -> None:
    await store.do(told(False, when=0, sid="SM" + "0" * 32))
    await store.do(told(True, when=1, sid="SM" + "1" * 32))
    await store.do(lambda tx: consent.set_services(tx, dict.fromkeys(lines, SERVICE)))
    await store.do(work)
    for line in lines:
        assert await out(store, line)


@pytest.mark.parametrize("blanks", [" " * 100, "\n" * 100, "\u00a0\t" * 50], ids=["spaces", "lines", "others"])
async def test_a_stop_with_many_blanks_around_it_is_found_again(store: Store, blanks: str) -> None:
    assert stops.is_word(f"{blanks}STOP{blanks}") and not stops.is_word("x" * 100)
    assert stops.is_word(f"baja{blanks}{blanks}", Keywords.of(["baja"], []))
    await store.do(text_in(f"{blanks}STOP{blanks}", when=at(4), peer=PEER))
    await store.do(stops.find_again)
    assert await out(store)


async def test_what_only_somebody_agreed_to_before_the_service_was_known_is_no_hindrance(store: Store) -> None:
    await store.do(told(False, when=1, sid="SM" + "1" * 32))
    await store.do(lambda tx: consent.set_services(tx, {LINE: SERVICE, OTHER: SERVICE}))
    await store.do(_redate)
    other = await store.read(lambda db: consent.of(db, OTHER, PEER))
    assert other.standing is Standing.UNKNOWN


async def test_a_ledger_that_comes_to_an_opt_out_is_believed_where_nothing_is_kept_of_it(store: Store) -> None:
    await store.do(told(True))
    await store.do(lambda tx: tx.db.execute(text("DELETE FROM consents")))
    await store.do(lambda tx: tx.db.execute(text("UPDATE conversations SET opted_out_at = NULL")))
    assert await out(store)
    known = await store.read(lambda db: consent.of(db, LINE, PEER))
    assert known.is_final and known.by is not None and known.by.words == "STOP"


async def test_lines_of_a_service_take_a_list_in_once(store: Store) -> None:
    await store.do(lambda tx: consent.set_services(tx, {LINE: SERVICE, OTHER: SERVICE}))
    await store.do(lambda tx: conversations.ensure(tx, OTHER, PEER, at(0)))
    rows = [listed(out=True), listed("+12125550001", out=False, row=3)]
    for line in (LINE, OTHER):
        mine = [replace(event, line=line) for event in rows]
        assert await store.do(lambda tx, line=line, mine=mine: consent.import_many(tx, line, mine)) == [True, True]  # type: ignore[misc]
    assert await store.read(consent.newest) == 2
    assert await out(store) and await out(store, OTHER) and await out(store, SERVICE)
    shown = await store.read(lambda db: conversations.find(db, OTHER, PEER))
    assert shown is not None and shown.opted_out_source is ConsentSource.IMPORT


async def test_a_list_lifts_no_opt_out_of_another_line_whose_entry_is_lost(store: Store) -> None:
    await store.do(lambda tx: consent.set_services(tx, {LINE: SERVICE, OTHER: SERVICE}))
    await store.do(told(True, line=OTHER))
    await store.do(lambda tx: tx.db.execute(text("DELETE FROM consent_events")))
    await store.do(lambda tx: consent.import_many(tx, LINE, [listed(out=False, when=5)]))
    assert await out(store, OTHER)


def questions_in(work: Callable[[Tx], object]) -> Callable[[Tx], int]:
    """How many questions to the database the work asks."""

    def count(tx: Tx) -> int:
        asked: list[str] = []
        driver = connect.raw(tx.db)
        driver.set_trace_callback(asked.append)
        work(tx)
        driver.set_trace_callback(None)
        return sum(statement.startswith("SELECT") for statement in asked)

    return count


async def test_a_list_and_a_new_line_ask_no_question_for_each_person_of_a_service(store: Store) -> None:
    lines = (LINE, OTHER, "+15005550008")
    await store.do(lambda tx: consent.set_services(tx, dict.fromkeys(lines, SERVICE)))
    counts = []
    for start, many in ((0, 2), (100, 80)):
        rows = [listed(f"+1212555{start + n:04}", out=True, row=start + n) for n in range(many)]
        counts.append(await store.do(questions_in(lambda tx, rows=rows: consent.import_many(tx, LINE, rows))))  # type: ignore[misc]
    assert counts[0] == counts[1] < 20
    joins = questions_in(lambda tx: consent.set_services(tx, {"+15005550009": SERVICE}))
    assert await store.do(joins) < 20
    assert await store.read(lambda db: consent.opted_out(db, "+15005550009", "+12125550150"))


async def test_each_entry_is_told_with_its_pair(store: Store, recorder: Recorder) -> None:
    await store.do(told(True))
    assert recorder.of(ConsentChanged)[-1].pairs == {(LINE, PEER)}


# questions


def asked(sid: str = "SM1", when: float = 0) -> Question:
    return Question(LINE, PEER, sid, "Please stop texting me", at(when))


async def test_a_question_is_asked_once_and_answered_once(store: Store) -> None:
    for _ in range(2):
        await store.do(lambda tx: questions.ask(tx, asked()))
    assert await store.read(lambda db: questions.open_one(db, LINE, PEER)) == asked()
    await store.do(lambda tx: questions.answer(tx, LINE, PEER, questions.NO, "Ada", at(1), at(1)))
    assert await store.read(lambda db: questions.open_one(db, LINE, PEER)) is None
    await store.do(lambda tx: questions.ask(tx, asked()))
    assert await store.read(lambda db: questions.open_one(db, LINE, PEER)) is None


async def test_an_answer_does_not_reach_what_is_asked_later(store: Store) -> None:
    await store.do(lambda tx: questions.ask(tx, asked()))
    await store.do(lambda tx: questions.ask(tx, asked("SM2", when=9)))
    await store.do(lambda tx: questions.answer(tx, LINE, PEER, questions.NO, "Ada", at(1), at(1)))
    assert await store.read(lambda db: questions.open_one(db, LINE, PEER)) == asked("SM2", when=9)


async def test_what_is_asked_of_one_number_is_asked_of_all_that_share_its_opt_outs(
    store: Store, recorder: Recorder
) -> None:
    await store.do(lambda tx: consent.set_services(tx, {LINE: SERVICE, OTHER: SERVICE}))
    await store.do(lambda tx: questions.ask(tx, asked()))
    assert recorder.of(ConsentChanged)[-1].pairs == {(one, PEER) for one in (LINE, OTHER, SERVICE)}
    for line in (LINE, OTHER, SERVICE):
        assert await store.read(lambda db, line=line: questions.open_one(db, line, PEER)) == asked()  # type: ignore[misc]
    assert await store.read(lambda db: questions.open_one(db, "+15005550014", PEER)) is None
    await store.do(lambda tx: questions.answer(tx, OTHER, PEER, questions.STOP, "Ada", at(1), at(1)))
    assert await store.read(lambda db: questions.open_one(db, LINE, PEER)) is None
    assert await store.read(lambda db: questions.answered_since(db, SERVICE, PEER, at()))


async def test_a_question_is_news_to_what_was_written_before_it_came_whatever_the_clocks_say(store: Store) -> None:
    before = await store.do(text_in("Hello"))
    said = await store.do(text_in("Please stop texting me", sid="SM1", when=at(-600)))
    after = await store.do(text_in("Are you there?", when=at(-900)))

    async def news(row: int) -> bool:
        return await store.read(lambda db: questions.is_news(db, LINE, PEER, row))

    assert not await news(before.seq)
    await store.do(lambda tx: questions.ask(tx, asked("SM1", when=-600)))
    assert [await news(row) for row in (before.seq, said.seq, after.seq)] == [True, False, False]
    await store.do(told(False, "inbound", words="START", when=-300))
    assert not await news(before.seq), "a START has overtaken it"


# what lasts


@pytest.fixture
async def data(tmp_path: Path) -> Path:
    await filled(tmp_path / "data")
    return tmp_path / "data"


async def _entered(data: Path) -> None:
    store = await opened(data)
    await store.do(told(True, "staff", line=OTHER, when=100))
    await store.do(lambda tx: consent.import_many(tx, LINE, [listed("+12125559999", out=True, when=101)]))
    await store.do(lambda tx: questions.ask(tx, asked()))
    await store.do(lambda tx: questions.answer(tx, LINE, PEER, questions.NO, "Ada", at(1), at(1)))
    await store.do(lambda tx: settings.put(tx, consent.WORDS, {"stop": ["arret"], "start": []}))
    await store.close()


async def _is_all_there(data: Path) -> None:
    store = await opened(data)
    [event] = await store.read(lambda db: consent.events(db, OTHER, PEER))
    assert (event.opted_out, event.source, event.author, event.reason) == (True, ConsentSource.STAFF, "Ada", "called")
    assert await out(store, OTHER)
    assert await store.read(lambda db: consent.opted_out(db, LINE, "+12125559999"))
    assert await store.read(lambda db: conversations.find(db, LINE, "+12125559999")) is None
    known = await store.read(lambda db: consent.of(db, LINE, "+12125559999"))
    assert known.by is not None and not known.is_final
    assert await store.read(lambda db: questions.open_one(db, LINE, PEER)) is None
    assert (await store.read(consent.keywords)).stop == {"arret"}
    await store.close()


async def test_a_restore_brings_along_what_was_entered_since(data: Path) -> None:
    copy = backup(data / FILE, data.parent / "copy.db")
    await _entered(data)
    restore(copy, data, at(3600))
    await _is_all_there(data)


async def test_a_repair_keeps_what_was_entered(data: Path) -> None:
    await _entered(data)
    recover(data, at(3600))
    await _is_all_there(data)


async def test_a_repair_believes_what_each_pair_came_to_where_the_ledger_is_lost(data: Path) -> None:
    await _entered(data)
    with closing(sqlite3.connect(data / FILE)) as db:
        db.execute("DELETE FROM consent_events")
        db.commit()
    recover(data, at(3600))
    store = await opened(data)
    assert await out(store, OTHER)
    assert await store.read(lambda db: consent.opted_out(db, LINE, "+12125559999"))
    await store.close()


def _migrated(path: Path, revision: str) -> None:
    from sqlalchemy import create_engine

    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as db:
        config = Config()
        config.set_main_option("script_location", "sms_desktop.store:migrations")
        config.attributes["connection"] = db
        command.upgrade(config, revision)
    engine.dispose()


async def test_a_ledger_of_the_version_before_says_the_same(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    _migrated(data / FILE, "0004")
    with closing(sqlite3.connect(data / FILE)) as db:
        for peer, state, source, words, shown in (
            (PEER, "opted_out", "inbound", "STOP", True),
            ("+12125550001", "opted_in", "inbound", "START", False),
            ("+12125550002", "opted_out", "import", "Stop", True),
            ("+12125550003", "opted_out", "error", "21610", True),
        ):
            db.execute(
                "INSERT INTO consent_events (line, peer, state, source, words, at) VALUES (?, ?, ?, ?, ?, 5)",
                (LINE, peer, state, source, words),
            )
            db.execute(
                "INSERT INTO conversations (line, peer, at, opted_out_at, opted_out_words) VALUES (?, ?, 5, ?, ?)",
                (LINE, peer, 5 if shown else None, words if shown else None),
            )
        db.commit()
    store = await opened(data)
    for peer, standing, source in (
        (PEER, Standing.OUT, ConsentSource.INBOUND),
        ("+12125550001", Standing.ALLOWED, ConsentSource.INBOUND),
        ("+12125550002", Standing.OUT, ConsentSource.ATTESTED),
        ("+12125550003", Standing.OUT, ConsentSource.ERROR),
    ):
        known = await store.read(lambda db, peer=peer: consent.of(db, LINE, peer))  # type: ignore[misc]
        assert (known.standing, known.by and known.by.source) == (standing, source)
        assert await store.read(lambda db, peer=peer: consent.opted_out(db, LINE, peer)) is known.is_out  # type: ignore[misc]
    await store.close()


async def _shared(data: Path) -> None:
    """STOP to a line before it was known that another is of the same Messaging Service."""
    store = await opened(data)
    await store.do(told(True, when=100))
    await store.do(lambda tx: conversations.ensure(tx, OTHER, PEER, at(0)))
    await store.do(lambda tx: consent.set_services(tx, {LINE: SERVICE, OTHER: SERVICE}))
    await store.close()


async def _is_shared(data: Path) -> None:
    store = await opened(data)
    assert await out(store) and await out(store, OTHER)
    made = await store.do(lambda tx: conversations.ensure(tx, OTHER, PEER, at(0)))
    assert made.opted_out_words == "STOP"
    await store.close()


async def test_a_restore_brings_along_a_stop_of_before_the_service_was_known(data: Path) -> None:
    copy = backup(data / FILE, data.parent / "copy.db")
    await _shared(data)
    restore(copy, data, at(3600))
    await _is_shared(data)


@pytest.mark.parametrize(
    "lost",
    [
        ("DELETE FROM consents", "DELETE FROM conversations WHERE line = '+15005550007'"),
        ("DELETE FROM consent_events",),
    ],
)
async def test_a_repair_finds_who_stopped_one_of_two_lines_that_share_it(data: Path, lost: tuple[str, ...]) -> None:
    await _shared(data)
    with closing(sqlite3.connect(data / FILE)) as db:
        for statement in lost:
            db.execute(statement)
        db.commit()
    recover(data, at(3600))
    await _is_shared(data)
