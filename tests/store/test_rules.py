"""Rules of automatic replies, opening hours, and what was answered: kept, and brought along."""

from dataclasses import replace
from datetime import date, time, timedelta
from functools import partial
from pathlib import Path

import pytest

from sms_desktop.domain.events import RepliesChanged, ReplyHeld
from sms_desktop.domain.hours import Hours, Span
from sms_desktop.domain.message import Direction, ListedMessage, Status
from sms_desktop.domain.reply import Held, HeldReply, Made, Rule, Trigger, Unsent
from sms_desktop.store import listed, media, messages, replies, rules
from sms_desktop.store.backup import backup
from sms_desktop.store.recover import recover
from sms_desktop.store.restore import restore
from sms_desktop.store.schema import FILE, reply_rules
from sms_desktop.store.store import Store
from sms_desktop.store.tx import Tx
from tests.store.damage import filled, opened, overwrite
from tests.store.recorder import LINE, PEER, Recorder, at, new_sid, text_in

PLAIN = Rule("Hours", Trigger.CONTAINS, "Nine to five.", words=("hours", "⏰ opening\u200f"))
WEEK = Hours((Span(0, time(9), time(17, 30)), Span(5, time(10), time())), "America/New_York")


def rule_with_all(store: Store) -> Rule:
    picture = store.media.put(b"\x89PNG", "map.png", "image/png")
    return Rule(
        "Away", Trigger.AWAY, "Away 🙂\ud83d", LINE, ("x",), (date(2026, 12, 25),), at(90), picture, False,
        timedelta(hours=12),
    )  # fmt: skip


def add(tx: Tx, rule: Rule) -> Rule:
    return rules.add(tx, rule)


async def all_of(store: Store) -> tuple[Rule, ...]:
    return await store.read(rules.all)


async def test_a_rule_comes_back_as_it_was_written(store: Store, recorder: Recorder) -> None:
    wanted = rule_with_all(store)
    added = [await store.do(partial(add, rule=rule)) for rule in (PLAIN, wanted)]
    assert await all_of(store) == (
        replace(PLAIN, id=added[0].id),
        replace(wanted, id=added[1].id, text="Away 🙂\ufffd"),
    )
    assert recorder.of(RepliesChanged)


async def test_the_number_of_a_rule_that_is_gone_is_given_to_no_other(store: Store) -> None:
    gone = await store.do(lambda tx: rules.add(tx, PLAIN))
    await store.do(lambda tx: rules.remove(tx, gone.id))
    assert (await store.do(lambda tx: rules.add(tx, PLAIN))).id > gone.id


async def test_a_rule_that_is_had_back_has_its_number_again(store: Store) -> None:
    first, gone = [await store.do(lambda tx: rules.add(tx, PLAIN)) for _ in range(2)]
    await store.do(lambda tx: rules.remove(tx, gone.id))
    assert await store.do(lambda tx: rules.add(tx, gone)) == gone
    assert (await store.do(lambda tx: rules.add(tx, gone))).id > gone.id
    assert await store.read(lambda db: rules.get(db, first.id)) == first


async def test_what_a_rule_of_another_copy_answered_is_counted_by_the_number_that_it_gets_here(store: Store) -> None:
    here = await store.do(lambda tx: rules.add(tx, PLAIN))
    row = {"position": 0, "name": "Welcome", "line": None, "trigger": "first", "words": "[]", "dates": "[]",
           "until": None, "text": "Hi", "picture": None, "enabled": 1, "cooldown": 60, "id": here.id}  # fmt: skip
    known = row | {"name": "Hours", "trigger": "contains", "words": '["hours", "\u23f0 opening\u200f"]', "id": 7,
                   "text": PLAIN.text, "cooldown": 0}  # fmt: skip
    numbers = await store.do(lambda tx: rules.bring(tx, [row, known], [], exactly=False))
    welcome = next(rule for rule in await all_of(store) if rule.name == "Welcome")
    assert numbers == {here.id: welcome.id, 7: here.id} and len(await all_of(store)) == 2
    told = {"sid": "SM1", "line": LINE, "peer": PEER, "at": at(4), "rule": here.id, "name": "Welcome", "said": "hi",
            "message_id": "key", "held": None}  # fmt: skip
    await store.do(lambda tx: replies.bring(tx, [told, told | {"sid": "SM2", "rule": None}], numbers))
    assert await store.read(lambda db: replies.last(db, LINE, PEER)) == {welcome.id: at(4)}


async def test_rules_change_places_and_go(store: Store) -> None:
    ids = [(await store.do(partial(add, rule=replace(PLAIN, name=str(n))))).id for n in range(4)]
    await store.do(lambda tx: rules.order(tx, [ids[3], ids[1], 999]))
    assert [rule.id for rule in await all_of(store)] == [ids[3], ids[1], ids[0], ids[2]]
    await store.do(lambda tx: rules.remove(tx, ids[1]))
    assert [rule.id for rule in await all_of(store)] == [ids[3], ids[0], ids[2]]
    with pytest.raises(LookupError):
        await store.do(lambda tx: rules.change(tx, replace(PLAIN, id=ids[1])))


async def test_a_rule_that_only_a_later_version_understands_is_left_alone(store: Store) -> None:
    kept = await store.do(lambda tx: rules.add(tx, PLAIN))
    await store.do(lambda tx: rules.add(tx, replace(PLAIN, name="new")))
    await store.do(
        lambda tx: tx.db.execute(reply_rules.update().where(reply_rules.c.name == "new").values(trigger="moon"))
    )
    assert await all_of(store) == (kept,)


async def test_hours_are_kept_by_line_and_of_all_others(store: Store) -> None:
    await store.do(lambda tx: rules.put_hours(tx, None, WEEK))
    await store.do(lambda tx: rules.put_hours(tx, LINE, Hours((), "")))
    await store.do(lambda tx: rules.put_hours(tx, LINE, replace(WEEK, zone="")))
    assert await store.read(rules.hours) == {None: WEEK, LINE: replace(WEEK, zone="")}
    await store.do(lambda tx: rules.put_hours(tx, LINE, None))
    assert await store.read(rules.hours) == {None: WEEK}


async def test_the_picture_of_a_rule_is_somebodys(store: Store) -> None:
    wanted = rule_with_all(store)
    assert wanted.picture is not None
    sha = wanted.picture.sha256
    assert await store.read(lambda db: media.unclaimed(db, [sha])) == [sha]
    added = await store.do(lambda tx: rules.add(tx, wanted))
    assert await store.read(lambda db: media.unclaimed(db, [sha])) == []
    await store.do(lambda tx: rules.remove(tx, added.id))
    assert await store.read(lambda db: media.unclaimed(db, [sha])) == [sha]


def held_one(tx: Tx, sid: str = "SM9") -> None:
    replies.hold(
        tx, sid=sid, line=LINE, peer=PEER, at=at(5), rule=1, name="Hours", said="hours", why=Held.SAME_TEXT
    )  # fmt: skip


def answered_one(tx: Tx) -> str:
    inbound = messages.add_inbound(tx, sid=new_sid(), line=LINE, peer=PEER, body="Hours?", at=at(4))
    assert inbound is not None and inbound.sid is not None
    reply = messages.add_reply(tx, conversation_id=inbound.conversation_id, body="Nine to five.", author="A", at=at(4))
    replies.answer(
        tx, sid=inbound.sid, line=LINE, peer=PEER, at=at(4), rule=1, name="Hours", said="hours", message_id=reply.id,
        unsent=Unsent.LINE,
    )  # fmt: skip
    return reply.id


async def test_what_was_answered_and_held_back_is_known(store: Store, recorder: Recorder) -> None:
    key = await store.do(answered_one)
    await store.do(held_one)
    reply = await store.read(lambda db: messages.get(db, key))
    assert reply is not None and reply.status is Status.SENDING and reply.at == at(4)
    assert await store.read(lambda db: replies.is_under_way(db, reply))
    assert await store.read(lambda db: replies.count(db, LINE, PEER, at(3))) == 1
    assert await store.read(lambda db: replies.count(db, LINE, PEER, at(4))) == 0
    assert await store.read(lambda db: replies.last(db, LINE, PEER)) == {1: at(4)}
    assert await store.read(lambda db: replies.said(db, LINE, PEER, at(0))) == ["hours"]
    assert await store.read(lambda db: replies.ours(db, LINE, PEER, at(0))) == ["Nine to five."]
    assert await store.read(lambda db: replies.made(db, key)) == Made("Hours", Unsent.LINE)
    one = HeldReply("SM9", at(5), "Hours", Held.SAME_TEXT)
    assert await store.read(lambda db: replies.held(db, LINE, PEER)) == [one]
    assert recorder.of(ReplyHeld) == [ReplyHeld(LINE, PEER, one)]


async def test_of_several_texts_of_one_moment_only_the_first_is_the_first(store: Store) -> None:
    first = await store.do(text_in("one"))
    assert await store.read(lambda db: replies.is_first(db, first.conversation_id, first))
    assert not await store.read(lambda db: replies.is_first(db, first.conversation_id, None))
    second = await store.do(text_in("two"))
    assert not await store.read(lambda db: replies.is_first(db, second.conversation_id, second))
    assert await store.read(lambda db: replies.is_first(db, first.conversation_id, first))


# a database that is replaced


@pytest.fixture
async def data(tmp_path: Path) -> Path:
    await filled(tmp_path / "data")
    return tmp_path / "data"


async def since(data: Path, *works: object) -> None:
    store = await opened(data)
    for work in works:
        await store.do(work)  # type: ignore[arg-type]
    await store.close()


async def found(data: Path) -> tuple[list[str], dict[str | None, Hours], list[HeldReply]]:
    store = await opened(data)
    names = [rule.name for rule in await all_of(store)]
    hours = await store.read(rules.hours)
    held = await store.read(lambda db: replies.held(db, LINE, PEER))
    await store.close()
    return names, hours, held


async def test_what_was_set_up_since_the_backup_comes_along_with_a_restore(data: Path) -> None:
    await since(data, lambda tx: rules.add(tx, PLAIN), lambda tx: rules.add(tx, replace(PLAIN, name="Old")))
    copy = backup(data / FILE, data.parent / "copy.db")
    await since(
        data,
        lambda tx: rules.remove(tx, 2),
        lambda tx: rules.change(tx, replace(PLAIN, id=1, name="Changed")),
        lambda tx: rules.add(tx, replace(PLAIN, name="New")),
        lambda tx: rules.put_hours(tx, LINE, WEEK),
        held_one,
    )
    restore(copy, data, at(3600))
    assert await found(data) == (["Changed", "New"], {LINE: WEEK}, [HeldReply("SM9", at(5), "Hours", Held.SAME_TEXT)])


async def test_what_can_be_read_of_a_damaged_database_has_its_rules(data: Path) -> None:
    await since(data, lambda tx: rules.add(tx, PLAIN), lambda tx: rules.put_hours(tx, None, WEEK), held_one)
    recover(data, at(3600))
    assert await found(data) == (["Hours"], {None: WEEK}, [HeldReply("SM9", at(5), "Hours", Held.SAME_TEXT)])


async def test_where_nothing_can_be_read_the_backup_has_them(data: Path) -> None:
    await since(data, lambda tx: rules.add(tx, PLAIN), lambda tx: rules.put_hours(tx, None, WEEK), held_one)
    copy = backup(data / FILE, data.parent / "copy.db")
    overwrite(data / FILE, 0, b"\xff" * (data / FILE).stat().st_size)
    (data / f"{FILE}-wal").unlink(missing_ok=True)
    recover(data, at(3600), source=copy)
    assert await found(data) == (["Hours"], {None: WEEK}, [HeldReply("SM9", at(5), "Hours", Held.SAME_TEXT)])


async def test_a_reply_of_a_messaging_services_conversation_is_found_by_its_number(store: Store) -> None:
    service = "MG" + "0a" * 16

    def work(tx: Tx) -> str:
        inbound = messages.add_inbound(tx, sid="SM1", line=service, peer=PEER, body="Hours?", at=at(4), via=LINE)
        assert inbound is not None
        return messages.add_reply(
            tx, conversation_id=inbound.conversation_id, body="Nine to five.", author="A", at=at(4), via=LINE
        ).id

    key = await store.do(work)
    found = ListedMessage("SM2", Direction.OUTBOUND, LINE, PEER, "Nine to five.", Status.SENT, at(5), at(5))
    await store.do(lambda tx: listed.settle(tx, [found], at(30)))
    reply = await store.read(lambda db: messages.get(db, key))
    assert reply is not None and (reply.sid, reply.status, reply.line) == ("SM2", Status.SENT, service)
