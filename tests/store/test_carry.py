"""What comes along when a database is replaced: nothing that Twilio cannot tell again is lost, least of all a STOP."""

import ast
import importlib
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

import sms_desktop
from sms_desktop.domain.backup import in_words
from sms_desktop.domain.consent import ConsentEvent, ConsentSource
from sms_desktop.domain.forall import reason_of
from sms_desktop.domain.line import Line
from sms_desktop.domain.media import File
from sms_desktop.domain.message import Direction, Doubt, ListedMessage, Message, Status
from sms_desktop.domain.routing import Holder, HolderKind, Webhook
from sms_desktop.store import (
    carry,
    carrysettings,
    consent,
    contacts,
    conversations,
    diversions,
    drafts,
    former,
    gaps,
    lines,
    listed,
    losses,
    messages,
    outbox,
    paces,
    polls,
    pushes,
    settings,
    stops,
    summary,
)
from sms_desktop.store.backup import backup
from sms_desktop.store.recover import recover
from sms_desktop.store.restore import restore
from sms_desktop.store.schema import FILE, metadata
from sms_desktop.store.store import Store
from sms_desktop.store.tx import Tx
from tests.store.damage import STOPPED, column, filled, opened, overwrite, page_with, queued, sent, setting, stop
from tests.store.recorder import LINE, PEER, at, new_sid, said, text_in, text_out

LATER = at(3600)
OTHER = "+12125550001"
HOLDER = Holder(HolderKind.NUMBER, "PN1", "Shop", Webhook("https://old.example/sms"))
OURS = "https://me.example/twilio/inbound"


@pytest.fixture
async def data(tmp_path: Path) -> Path:
    await filled(tmp_path / "data")
    return tmp_path / "data"


def saved(data: Path) -> Path:
    return backup(data / FILE, data.parent / "copy.db")


async def since(data: Path, work: Callable[[Tx], object]) -> None:
    store = await opened(data)
    await store.do(work)
    await store.close()


async def message(store: Store, key: str) -> Message:
    found = await store.read(lambda db: messages.get(db, key))
    assert found is not None
    return found


def spoil(data: Path) -> None:
    """A page of messages cannot be read."""
    overwrite(data / FILE, page_with(data / FILE, "text 5 "), b"\xff" * 4096)


def leaves(path: Path, table: str) -> list[int]:
    """Where in the file the pages of a table begin that hold its rows."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA journal_mode = DELETE")
        found = db.execute("SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf'", (table,)).fetchall()
    return [(page - 1) * 4096 for (page,) in found]


# what there is has its place


def test_every_table_is_carried_or_named_as_dropped() -> None:
    assert set(carry.CARRIED) | set(carry.DROPPED) == set(metadata.tables)
    assert not set(carry.CARRIED) & set(carry.DROPPED)
    assert set(former.READ) | set(former.BELONGS) | {"messages"} == set(carry.CARRIED)
    assert all(losses.in_words([table]) for table in carry.CARRIED)


def test_every_setting_is_carried_or_named_as_dropped() -> None:
    assert set(_settings()) == set(carrysettings.CARRIED) | set(carrysettings.DROPPED)
    assert not set(carrysettings.CARRIED) & set(carrysettings.DROPPED)


def _settings() -> Iterator[str]:
    """The keys that are given to a ``get`` or ``put`` of settings anywhere in the program."""
    root = Path(sms_desktop.__file__).parent
    for path in root.rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        if "settings" not in source or "simulator" in path.parts:
            continue
        name = ".".join(("sms_desktop", *path.relative_to(root).with_suffix("").parts))
        for call in ast.walk(ast.parse(source)):
            if isinstance(call, ast.Call) and _is_of_settings(call.func):
                for argument in call.args[:2]:
                    key = _value(argument, name)
                    if isinstance(key, str) and argument is not call.args[-1]:
                        yield key


def _is_of_settings(function: ast.expr) -> bool:
    return (
        isinstance(function, ast.Attribute)
        and function.attr in {"get", "put"}
        and ast.unparse(function.value).endswith("settings")
    )


def _value(argument: ast.expr, module: str) -> object:
    if isinstance(argument, ast.Constant):
        return argument.value
    if isinstance(argument, ast.Name | ast.Attribute) and ast.unparse(argument).rpartition(".")[2].isupper():
        found: object = importlib.import_module(module)
        for part in ast.unparse(argument).split("."):
            found = getattr(found, part, None)
        return found
    return None


# what was written down since the backup


async def test_what_was_noted_since_the_backup_comes_along(data: Path) -> None:
    copy = saved(data)

    def work(tx: Tx) -> None:
        contacts.rename(tx, OTHER, "Ben")
        contacts.set_notes(tx, OTHER, "Allergic to nuts")
        contacts.set_notes(tx, PEER, "Calls back")
        place = conversations.ensure(tx, LINE, OTHER, at(50))
        conversations.set_blocked(tx, place.id, blocked=True)
        new = conversations.ensure(tx, LINE, "+12125550777", at(50))
        conversations.set_archived(tx, new.id, archived=True)
        drafts.save(tx, new.id, "Not yet", (), at(51))
        lines.save(tx, [Line(LINE, "Shop"), Line("+15005550007", "Till")])
        lines.paint(tx, "+15005550007", 3)
        lines.choose(tx, ["+15005550007"])
        paces.put(tx, LINE, 3.0)
        settings.put(tx, "author", "Ann")
        settings.put(tx, "undo_seconds", 10)
        settings.put(tx, "of_a_later_version", [1])
        settings.put(tx, "window", {"right": "details", "conversation": place.id})
        settings.put(tx, "repaired", "said already")

    await since(data, work)
    done = restore(copy, data, LATER)
    assert "Names, notes, blocked people, drafts, preferences and automatic replies came along" in in_words(done)
    store = await opened(data)
    ben, maya = [await store.read(lambda db, p=peer: contacts.for_peer(db, p)) for peer in (OTHER, PEER)]  # type: ignore[misc]
    assert ben is not None and (ben.name, ben.notes) == ("Ben", "Allergic to nuts")
    assert maya is not None and (maya.name, maya.notes) == ("Maya", "Calls back")
    blocked = await store.read(lambda db: conversations.find(db, LINE, OTHER))
    assert blocked is not None and blocked.blocked and blocked.name == "Ben"
    archived = await store.read(lambda db: conversations.find(db, LINE, "+12125550777"))
    assert archived is not None and archived.archived and archived.draft == "Not yet"
    assert [(line.address, line.label, line.color, line.watched) for line in await store.read(lines.all)] == [
        (LINE, "Shop", None, False),
        ("+15005550007", "Till", 3, True),
    ]
    assert await store.read(paces.all) == {LINE: 3.0}
    found = {key: setting(data / FILE, key) for key in ("author", "undo_seconds", "of_a_later_version", "window")}
    assert found == {
        "author": "Ann",
        "undo_seconds": 10,
        "of_a_later_version": [1],
        "window": {"right": "details"},  # the conversation's number is another one's here
    }
    assert setting(data / FILE, "repaired") is None
    await store.close()


async def test_of_a_damaged_database_comes_along_what_can_be_read_and_the_rest_is_named(data: Path) -> None:
    copy = saved(data)

    def work(tx: Tx) -> None:
        contacts.rename(tx, OTHER, "Ben")
        place = conversations.ensure(tx, LINE, OTHER, at(50))
        conversations.set_blocked(tx, place.id, blocked=True)
        settings.put(tx, "author", "Ann")

    await since(data, work)
    [leaf] = leaves(data / FILE, "settings")
    spoil(data)
    overwrite(data / FILE, leaf, bytes(4096))
    done = restore(copy, data, LATER)
    assert done.lost == ("messages", "preferences", "who answers STOP and HELP") and done.read and done.brought
    words = in_words(done)
    assert (
        "as far as it could be read. Some of this may be missing: messages, preferences and who answers STOP and HELP."
        in words
    )
    assert done.aside is not None and done.aside.name.startswith("damaged-")
    store = await opened(data)
    ben = await store.read(lambda db: contacts.for_peer(db, OTHER))
    assert ben is not None and ben.name == "Ben"
    place = await store.read(lambda db: conversations.find(db, LINE, OTHER))
    assert place is not None and place.blocked
    assert await store.read(lambda db: settings.get(db, "author")) is None
    await store.close()


async def test_a_database_of_which_nothing_can_be_read_is_told_of(data: Path) -> None:
    copy = saved(data)
    (data / FILE).write_bytes(b"Dear diary, " * 5000)
    done = restore(copy, data, LATER)
    assert (done.read, done.brought) == (False, False)
    assert "Nothing of the former database could be read. Names, notes" in in_words(done)
    (data / FILE).unlink()
    assert restore(copy, data, LATER).read  # there was none: nothing is missing
    assert "former" not in in_words(restore(copy, data.parent / "new", LATER))


async def test_what_makes_no_sense_is_damage_and_stops_nothing(data: Path) -> None:
    copy = saved(data)
    await since(data, lambda tx: contacts.rename(tx, OTHER, "Ben"))
    with closing(sqlite3.connect(data / FILE, isolation_level=None)) as db:
        db.execute("UPDATE drafts SET updated_at = 9223372036854775807")
        db.execute("UPDATE consent_events SET source = 'rumour'")
        db.execute("INSERT INTO settings VALUES ('paces', '{')")
        db.execute("INSERT INTO registrations VALUES ('PN1', 'number', 'Shop', 'x', 'y', 1)")
    spoil(data)
    done = restore(copy, data, LATER)
    assert done.lost == ("opt-outs", "drafts", "messages")
    store = await opened(data)
    assert await store.read(lambda db: consent.opted_out(db, LINE, STOPPED))
    assert await store.read(lambda db: contacts.for_peer(db, OTHER)) is not None
    await store.close()


async def test_what_the_copy_has_and_the_former_database_never_had_stays(data: Path, tmp_path: Path) -> None:
    """A backup of the old computer, restored where SMS Desktop was set up anew."""
    await since(data, lambda tx: diversions.put(tx, HOLDER, OURS, at(20)) and None)
    copy, new = saved(data), tmp_path / "new"
    await since(new, lambda tx: gaps.watch(tx, LINE, at(3000)))

    def work(tx: Tx) -> None:
        text_in("hello", peer="+12125550000", when=at(3001))(tx)
        place = conversations.ensure(tx, LINE, "+12125550000", at(3001))
        conversations.mark_read(tx, place.id)
        diversions.put(tx, Holder(HolderKind.NUMBER, "PN1", "Shop", Webhook(OURS)), "https://new.example", at(3002))

    await since(new, work)
    assert restore(copy, new, LATER).brought
    store = await opened(new)
    maya = await store.read(lambda db: contacts.for_peer(db, PEER))
    assert maya is not None and maya.name == "Maya"
    place = await store.read(lambda db: conversations.find(db, LINE, "+12125550000"))
    assert place is not None and place.unread == 10
    mine = (await store.read(diversions.all))["PN1"]
    assert (mine.former.url, mine.ours) == ("https://old.example/sms", (OURS, "https://new.example"))
    await store.do(lambda tx: gaps.watch(tx, LINE, LATER))
    # what came between the two is news
    assert {(gap.since, gap.until, gap.history) for gap in await store.read(gaps.all)} == {(at(0), LATER, False)}
    await store.close()


async def test_a_list_for_all_numbers_counts_for_one_that_only_the_copy_has(data: Path, tmp_path: Path) -> None:
    bought = "+12125550009"
    await since(data, lambda tx: lines.save(tx, [Line(bought, sid="PN9")]))
    copy, new = saved(data), tmp_path / "new"
    row = reason_of("people.csv, row 2")
    event = ConsentEvent(LINE, OTHER, True, ConsentSource.IMPORT, "", None, at(4000), "Ada", row)
    await since(new, lambda tx: consent.import_many(tx, LINE, [event]))
    assert restore(copy, new, LATER).brought
    store = await opened(new)
    assert await store.read(lambda db: consent.opted_out(db, bought, OTHER))
    await store.close()


async def test_what_was_read_stays_read_and_what_was_not_stays_unread(data: Path) -> None:
    copy = saved(data)

    def work(tx: Tx) -> None:
        for number in range(2):
            place = conversations.ensure(tx, LINE, f"+1212555{number:04}", at())
            conversations.mark_read(tx, place.id)
        text_in("unseen", peer="+12125550000", when=at(100))(tx)
        text_in("unseen", peer="+12125550888", when=at(100))(tx)
        gaps.watch(tx, LINE, at(200))
        for gap in gaps.all(tx.db):
            gaps.close(tx, gap.id)

    await since(data, work)
    restore(copy, data, LATER)
    store = await opened(data)
    # as history, so that what is listed now counts neither once more nor as news
    assert {(gap.since, gap.until, gap.history) for gap in await store.read(gaps.all)} == {(at(0), at(200), True)}
    unread = [
        (await store.read(lambda db, p=peer: conversations.find(db, LINE, p))).unread  # type: ignore[misc, union-attr]
        for peer in ("+12125550000", "+12125550001", "+12125550888")
    ]
    assert unread == [1, 0, 1]
    await store.close()


async def test_what_nobody_has_seen_yet_is_listed_as_news(data: Path) -> None:
    copy = saved(data)
    await since(data, lambda tx: gaps.watch(tx, LINE, at(500)))  # and ends before it was listed
    restore(copy, data, LATER)
    store = await opened(data)
    await store.do(lambda tx: gaps.watch(tx, LINE, LATER))
    assert {(gap.since, gap.history) for gap in await store.read(gaps.all)} == {(at(0), False)}
    await store.close()


async def test_history_that_was_imported_since_is_imported_again(data: Path) -> None:
    copy = saved(data)

    def work(tx: Tx) -> None:
        gaps.reach_back(tx, LINE, at(-5000))
        gaps.watch(tx, "+15005550009", at(10))

    await since(data, work)
    restore(copy, data, LATER)
    store = await opened(data)
    assert (at(-5000), at(0), True) in {(gap.since, gap.until, gap.history) for gap in await store.read(gaps.all)}
    new = await store.read(lambda db: gaps.mark(db, "+15005550009"))
    assert new is not None and new.since == at(10)
    await store.close()


# opt-outs


async def test_an_opt_out_is_found_again_in_the_messages_when_ledger_and_rows_are_lost(data: Path) -> None:
    def work(tx: Tx) -> None:
        for n in range(60):
            text_in("hello", peer=f"+1555777{n:04}", when=at(100 + n))(tx)
        for peer, words in (
            (OTHER, (" Stop ",)),
            ("+12125550002", ("STOP", "start")),
            ("+12125550003", ("start", "QUIT")),
        ):
            for n, body in enumerate(words):
                sid = new_sid()
                text_in(body, peer=peer, when=at(300 + n), sid=sid)(tx)
                out = body.strip().upper() != "START"
                consent.record(
                    tx, line=LINE, peer=peer, opted_out=out, source="inbound", words=body, sid=sid, at=at(300 + n)
                )

    await since(data, work)
    for table in ("consent_events", "conversations"):
        for leaf in leaves(data / FILE, table):
            overwrite(data / FILE, leaf, bytes(4096))
    done = recover(data, LATER)
    assert {"opt-outs", "blocked and archived conversations"} <= set(done.lost)
    store = await opened(data)
    out = [
        await store.read(lambda db, p=peer: consent.opted_out(db, LINE, p))  # type: ignore[misc]
        for peer in (OTHER, "+12125550002", "+12125550003")
    ]
    assert out == [True, False, True]
    ledger = await store.read(lambda db: consent.events(db, LINE, OTHER))
    assert [(event.opted_out, event.words, event.at) for event in ledger] == [(True, "Stop", at(300))]
    assert await store.do(stops.find_again) == set()
    assert len(await store.read(lambda db: consent.events(db, LINE, "+12125550002"))) == 2  # nothing twice
    await store.close()


@pytest.mark.parametrize("way", ["restore", "recover"])
async def test_a_refusal_of_twilios_is_found_again_unless_they_allowed_it_since(data: Path, way: str) -> None:
    copy = saved(data)

    def work(tx: Tx) -> None:
        for n, peer in enumerate((OTHER, "+12125550002")):
            mine = text_out("Hello", peer=peer, when=at(200 + n))(tx)
            refusal = said(Status.FAILED, 21610, source="answer", when=at(202))
            messages.report(tx, key=mine.id, sid=None, report=refusal)
        text_in("START", peer="+12125550002", when=at(300))(tx)

    await since(data, work)
    spoil(data)
    restore(copy, data, LATER) if way == "restore" else recover(data, LATER)
    store = await opened(data)
    assert await store.read(lambda db: consent.opted_out(db, LINE, OTHER))
    assert not await store.read(lambda db: consent.opted_out(db, LINE, "+12125550002"))
    await store.close()


@pytest.mark.parametrize("start", [50, 250])
@pytest.mark.parametrize("way", ["restore", "recover"])
async def test_a_row_that_says_stop_counts_though_the_ledger_kept_a_start_alone(
    data: Path, way: str, start: int
) -> None:
    """Whatever the clock was by which the START is dated: it was known when the row was written."""
    await since(data, lambda tx: stop(tx, at(start), PEER, out=False))
    copy = saved(data)
    await since(data, lambda tx: stop(tx, at(200), PEER))
    with closing(sqlite3.connect(data / FILE, isolation_level=None)) as db:
        db.execute("DELETE FROM consent_events WHERE peer = ? AND state = 'opted_out'", (PEER,))
    spoil(data)
    restore(copy, data, LATER) if way == "restore" else recover(data, LATER)
    store = await opened(data)
    assert await store.read(lambda db: consent.opted_out(db, LINE, PEER))
    # an older START that is listed again takes nothing back; a later one does
    for when, out in ((at(60), True), (at(4000), False)):
        sid = new_sid()
        await store.do(
            lambda tx, sid=sid, when=when: consent.record(  # type: ignore[misc]
                tx, line=LINE, peer=PEER, opted_out=False, source="inbound", words="START", sid=sid, at=when, past=True
            )
        )
        assert await store.read(lambda db: consent.opted_out(db, LINE, PEER)) is out
    await store.close()


async def test_a_stop_in_the_messages_of_a_damaged_database_is_carried_over(data: Path) -> None:
    copy = saved(data)
    await since(data, text_in("STOP", peer=OTHER, when=at(300)))  # its entry in the ledger is lost
    spoil(data)
    assert restore(copy, data, LATER).carried_out == 1
    store = await opened(data)
    [event] = await store.read(lambda db: consent.events(db, LINE, OTHER))
    assert (event.opted_out, event.at) == (True, at(300))
    await store.close()


async def test_a_start_since_the_backup_counts_and_an_unblocked_person_stays_blocked(data: Path) -> None:
    """Not to be texted for nothing costs less than to be texted after STOP."""

    def block(tx: Tx, blocked: bool) -> None:
        conversations.set_blocked(tx, conversations.ensure(tx, LINE, OTHER, at()).id, blocked=blocked)

    await since(data, lambda tx: block(tx, True))
    copy = saved(data)
    await since(data, lambda tx: block(tx, False))
    await since(data, lambda tx: stop(tx, at(300), STOPPED, out=False))
    restore(copy, data, LATER)
    store = await opened(data)
    assert not await store.read(lambda db: consent.opted_out(db, LINE, STOPPED))
    place = await store.read(lambda db: conversations.find(db, LINE, OTHER))
    assert place is not None and place.blocked
    await store.close()


# texts of ours


def seen_at_twilio(body: str, when: datetime) -> ListedMessage:
    return ListedMessage(new_sid(), Direction.OUTBOUND, LINE, PEER, body, Status.DELIVERED, when, when)


async def listing(store: Store, found: ListedMessage) -> list[tuple[str, Status, str | None]]:
    """What the texts with that body are after Twilio's list was read."""
    await store.do(
        lambda tx: listed.take(
            tx, [found], new_key=messages.new_key, origin_of=lambda _: None, poll_at=lambda _: None, now=LATER
        )
    )
    rows = await store.read(lambda db: messages.since(db, 0))
    return [(m.id, m.status, m.sid) for m in (row.message for row in rows) if m.body == found.body]


async def test_a_text_that_is_unconfirmed_by_now_is_asked_about_and_found(data: Path) -> None:
    mine = await queued(data, "Your car is ready")
    copy = saved(data)
    await since(data, lambda tx: outbox.sending(tx, mine.id, at(100)) and None)
    await since(data, lambda tx: outbox.unconfirmed(tx, mine.id, "Twilio did not answer in time.", at(130)))
    done = restore(copy, data, LATER)
    assert (done.waiting, done.doubtful) == (0, 0)
    store = await opened(data)
    found = await message(store, mine.id)
    assert (found.status, found.doubt) == (Status.UNCONFIRMED, Doubt.ASKING)
    assert await store.read(lambda db: listed.left_at(db, found)) == at(100)
    assert [one.message.id for one in await store.read(lambda db: polls.due(db, at(5000), 9))] == [mine.id]
    twilios = seen_at_twilio("Your car is ready", at(101))
    assert await listing(store, twilios) == [(mine.id, Status.DELIVERED, twilios.sid)]
    await store.close()


async def test_a_text_that_was_taken_back_since_stays_so(data: Path) -> None:
    store = await opened(data)
    mine = await store.do(text_out("Never mind", when=at(60), hold=5))
    await store.close()
    copy = saved(data)
    await since(data, lambda tx: outbox.undo(tx, mine.id, at(62)) and None)
    restore(copy, data, LATER)
    store = await opened(data)
    assert (await message(store, mine.id)).withdrawn
    assert await store.read(outbox.waiting) == 0
    place = await store.read(lambda db: conversations.find(db, LINE, PEER))
    assert place is not None and place.last is None and place.draft == "Never mind"
    await store.close()


async def test_a_text_that_waited_for_hours_before_it_left_is_recognised_in_the_list(data: Path) -> None:
    """When it left nobody knows: at some time between its writing and the restore."""
    mine = await queued(data, "Long on its way")
    await since(data, lambda tx: outbox.sending(tx, mine.id, at(61)) and None)
    await since(data, lambda tx: outbox.postpone(tx, mine.id, at(70), at(62)))
    copy = saved(data)
    (data / FILE).write_bytes(b"Dear diary, " * 5000)
    much_later = at(6 * 3600)
    assert restore(copy, data, much_later).doubtful == 1
    store = await opened(data)
    found = await message(store, mine.id)
    assert await store.read(lambda db: listed.left_at(db, found)) == found.at
    twilios = seen_at_twilio("Long on its way", at(4 * 3600))
    assert await listing(store, twilios) == [(mine.id, Status.DELIVERED, twilios.sid)]
    await store.close()


async def test_of_two_that_fit_the_one_whose_time_is_on_record_is_recognised(data: Path) -> None:
    doubtful = await queued(data, "OK")
    copy = saved(data)
    (data / FILE).write_bytes(b"Dear diary, " * 5000)
    restore(copy, data, LATER)
    store = await opened(data)
    known = await store.do(text_out("OK", when=at(2000)))
    await store.do(lambda tx: outbox.sending(tx, known.id, at(2000)))
    found = {key: sid for key, _, sid in await listing(store, seen_at_twilio("OK", at(2003)))}
    assert found[doubtful.id] is None and found[known.id] is not None
    await store.close()


async def test_an_unconfirmed_text_of_which_no_record_is_left_is_asked_about_all_the_same(data: Path) -> None:
    mine = await queued(data, "Perhaps")
    await since(data, lambda tx: outbox.sending(tx, mine.id, at(61)) and None)
    await since(data, lambda tx: outbox.unconfirmed(tx, mine.id, "No answer.", at(62)))
    with closing(sqlite3.connect(data / FILE, isolation_level=None)) as db:
        db.execute("DELETE FROM status_events")
        db.execute("UPDATE messages SET poll_at = NULL")
    spoil(data)
    recover(data, LATER)
    store = await opened(data)
    found = await message(store, mine.id)
    assert found.doubt is Doubt.ASKING and await store.read(lambda db: listed.left_at(db, found)) == found.at
    assert [one.message.id for one in await store.read(lambda db: polls.due(db, at(5000), 9))] == [mine.id]
    await store.close()


async def test_a_text_that_was_undone_is_neither_shown_nor_counted_after_a_recovery(data: Path) -> None:
    store = await opened(data)
    mine = await store.do(text_out("I never meant to say this", when=at(600), hold=5))
    await store.do(lambda tx: outbox.undo(tx, mine.id, at(601)))
    await store.close()
    columns = "last_body, last_num_media, last_media_type, messages, outbound, delivered, failed, spent, price_unit"
    query = f"SELECT {columns} FROM conversations ORDER BY id"
    with closing(sqlite3.connect(data / FILE)) as db:
        before = db.execute(query).fetchall()
    recover(data, LATER)
    with closing(sqlite3.connect(data / FILE)) as db:
        assert db.execute(query).fetchall() == before


async def failed(data: Path, body: str) -> Message:
    """Twilio refused it, so that it never had a SID."""
    mine = await queued(data, body)
    refusal = said(Status.FAILED, 20003, source="answer", when=at(61))
    await since(data, lambda tx: messages.report(tx, key=mine.id, sid=None, report=refusal) and None)
    return mine


def again(tx: Tx, first: Message, sid: str, when: datetime, status: Status = Status.DELIVERED) -> Message:
    """The same once more, which Twilio took."""
    mine = text_out(first.body, when=when, retry_of=first.id, keep_draft=True)(tx)
    messages.report(tx, key=mine.id, sid=sid, report=said(status, source="answer", when=when))
    return mine


async def tries(store: Store, key: str) -> list[tuple[str, Status, str | None, str | None]]:
    found = await store.read(lambda db: messages.tries(db, key))
    return [(one.id, one.status, one.sid, one.author) for one in found]


@pytest.mark.parametrize("damaged", [False, True])
async def test_what_was_tried_again_since_and_sent_is_known_to_be_sent(data: Path, damaged: bool) -> None:
    first = await failed(data, "Order five chairs")
    copy = saved(data)
    one, two = new_sid(), new_sid()
    found: list[Message] = []
    await since(data, lambda tx: found.append(again(tx, first, one, at(100), Status.UNDELIVERED)))
    await since(data, lambda tx: found.append(again(tx, found[0], two, at(200))))
    if damaged:
        spoil(data)
    restore(copy, data, LATER)
    store = await opened(data)
    expected = [
        (first.id, Status.FAILED, None, "Ada"),
        (found[0].id, Status.UNDELIVERED, one, "Ada"),
        (found[1].id, Status.DELIVERED, two, "Ada"),
    ]
    assert await tries(store, first.id) == expected
    # the list recognises it by its SID
    seen = ListedMessage(two, Direction.OUTBOUND, LINE, PEER, first.body, Status.DELIVERED, at(200), at(200))
    assert [sid for _, _, sid in await listing(store, seen)] == [None, one, two]
    place = await store.read(lambda db: conversations.find(db, LINE, PEER))
    assert place is not None and place.last is not None and place.last.status is Status.DELIVERED
    await store.close()


@pytest.mark.parametrize("damaged", [False, True])
async def test_what_was_sent_since_keeps_its_author_and_what_was_said_of_it(data: Path, damaged: bool) -> None:
    copy = saved(data)
    sid, mine, file = new_sid(), list[Message](), File("a" * 64, 9, "image/png", "chair.png")

    def work(tx: Tx) -> None:
        mine.append(text_out("A chair", when=at(100), files=(file,))(tx))
        messages.report(tx, key=mine[0].id, sid=sid, report=said(Status.SENT, source="answer", when=at(101)))
        messages.report(tx, key=mine[0].id, sid=sid, report=said(Status.DELIVERED, when=at(102)))

    await since(data, work)
    if damaged:
        spoil(data)
    restore(copy, data, LATER)
    store = await opened(data)
    kept = await message(store, mine[0].id)
    assert (kept.author, kept.sid, kept.status, kept.origin) == ("Ada", sid, Status.DELIVERED, None)
    assert [(one.content_type, one.position) for one in kept.media] == [("image/png", 0)]
    words = await store.read(lambda db: messages.reports(db, mine[0].id))
    assert [(word.status, word.source) for word in words] == [(Status.SENT, "answer"), (Status.DELIVERED, "callback")]
    await store.close()


async def test_a_try_that_the_copy_has_from_the_list_is_joined_to_what_it_tries(data: Path, tmp_path: Path) -> None:
    """A backup of another computer, which saw at Twilio what was tried here, and does not know why."""
    new = tmp_path / "new"
    await filled(new, count=3)
    found: list[Message] = []
    one, two = new_sid(), new_sid()

    def work(tx: Tx) -> None:
        first = text_out("Order five chairs", when=at(90))(tx)
        messages.report(tx, key=first.id, sid=one, report=said(Status.UNDELIVERED, when=at(91)))
        found.extend((first, again(tx, first, two, at(200))))

    await since(new, work)
    store = await opened(data)
    for sid, status, when in ((one, Status.UNDELIVERED, at(90)), (two, Status.DELIVERED, at(200))):
        await listing(store, ListedMessage(sid, Direction.OUTBOUND, LINE, PEER, found[0].body, status, when, when))
    await store.close()
    restore(saved(data), new, LATER)
    store = await opened(new)
    [(first, *_), (second, *_)] = await tries(store, found[0].id)
    assert (first, second) == (found[0].id, found[1].id)
    assert (await message(store, second)).sid == two
    await store.close()


async def test_a_draft_that_was_sent_since_does_not_stand_in_the_box_again(data: Path) -> None:
    copy = saved(data)
    sid = new_sid()

    def work(tx: Tx) -> None:
        mine = text_out("Shall I keep it for you?", when=at(100))(tx)
        messages.report(tx, key=mine.id, sid=sid, report=said(Status.DELIVERED, when=at(101)))

    await since(data, work)
    restore(copy, data, LATER)
    store = await opened(data)
    place = await store.read(lambda db: conversations.find(db, LINE, PEER))
    assert place is not None and place.draft is None
    assert await store.read(lambda db: drafts.load(db, place.id)) is None
    await store.close()


async def test_the_draft_that_was_in_the_box_last_counts_whatever_the_clock_said(data: Path) -> None:
    copy = saved(data)
    await since(data, lambda tx: drafts.save(tx, conversations.ensure(tx, LINE, PEER, at()).id, "And", (), at(-60)))
    restore(copy, data, LATER)
    assert column(data / FILE, "SELECT body FROM drafts") == ["And"]


@pytest.mark.parametrize("other", [False, True])
async def test_a_draft_stays_where_nothing_proves_that_it_was_sent(data: Path, tmp_path: Path, other: bool) -> None:
    copy, here = saved(data), data
    if other:  # one that was set up anew, and has nobody's draft
        here = tmp_path / "new"
        await filled(here)
        await since(here, lambda tx: drafts.clear(tx.db, conversations.ensure(tx, LINE, PEER, at()).id))
    else:
        await since(here, lambda tx: drafts.clear(tx.db, conversations.ensure(tx, LINE, PEER, at()).id))
        spoil(here)
    restore(copy, here, LATER)
    assert column(here / FILE, "SELECT body FROM drafts") == ["Shall I keep"]


# what stood at Twilio


async def test_what_was_put_back_for_the_night_is_remembered_by_a_restore(data: Path) -> None:
    mine = []
    await since(data, lambda tx: mine.append(diversions.put(tx, HOLDER, OURS, at(10))))
    copy = saved(data)
    await since(data, lambda tx: diversions.rest(tx, mine[0]))
    restore(copy, data, LATER)
    store = await opened(data)
    assert await store.read(diversions.all) == {}
    assert await store.read(diversions.resting) == {"PN1": HOLDER}
    await store.close()


async def test_what_was_taken_over_again_since_rests_no_more(data: Path) -> None:
    mine = []
    await since(data, lambda tx: mine.append(diversions.put(tx, HOLDER, OURS, at(10))))
    await since(data, lambda tx: diversions.rest(tx, mine[0]))
    copy = saved(data)
    await since(data, lambda tx: diversions.put(tx, HOLDER, OURS, at(20)) and None)
    restore(copy, data, LATER)
    store = await opened(data)
    assert list(await store.read(diversions.all)) == ["PN1"]
    assert await store.read(diversions.resting) == {}
    await store.close()


async def test_what_was_given_back_for_good_since_is_no_business_of_ours(data: Path) -> None:
    await since(data, lambda tx: diversions.put(tx, HOLDER, OURS, at(10)) and None)
    copy = saved(data)
    await since(data, lambda tx: diversions.forget(tx, "PN1"))
    restore(copy, data, LATER)
    assert column(data / FILE, "SELECT sid FROM registrations") == []


async def test_what_twilio_was_told_of_consent_is_remembered_by_a_restore(data: Path) -> None:
    """Else an opt-in could not take back there what was told to it."""
    copy = saved(data)

    def work(tx: Tx) -> None:
        event = ConsentEvent(LINE, OTHER, True, ConsentSource.STAFF, "", None, at(5000), "Ada", "called")
        consent.enter(tx, [event])
        [waits] = [one for one in pushes.waiting(tx.db, 0, 500, of_lists=False) if one.event == event]
        pushes.mark(tx, {waits.number: pushes.TAKEN})
        agreed = ConsentEvent(LINE, OTHER, False, ConsentSource.STAFF, "", None, at(5001), "Ada", "at the counter")
        consent.enter(tx, [agreed])

    await since(data, work)
    restore(copy, data, LATER)
    store = await opened(data)
    waiting = await store.read(lambda db: pushes.waiting(db, 0, 500, of_lists=False))
    waits = [one for one in waiting if one.event.peer == OTHER]
    assert [(one.event.opted_out, one.needed) for one in waits] == [(False, True)]
    await store.close()


@pytest.mark.parametrize("damaged", [True, False])
@pytest.mark.parametrize("dealt_with", [True, False])
async def test_what_failed_since_the_backup_and_is_not_dealt_with_counts(
    data: Path, damaged: bool, dealt_with: bool
) -> None:
    copy = saved(data)
    message = await queued(data, "never arrived")
    await sent(data, message, "SMnever")
    failed = said(Status.UNDELIVERED, source="callback", when=at(63))
    await since(data, lambda tx: messages.report(tx, key=message.id, sid="SMnever", report=failed))
    if dealt_with:
        await since(data, lambda tx: summary.answer_failures(tx.db, message.conversation_id))
    if damaged:
        spoil(data)
    restore(copy, data, LATER)
    store = await opened(data)
    assert (await store.read(conversations.counts)).failed == int(not dealt_with)
    await store.close()
