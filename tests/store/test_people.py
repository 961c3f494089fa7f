"""Contacts, drafts, lines, consent and settings."""

from functools import partial

import pytest

from sms_desktop.domain.consent import ConsentEvent, ConsentSource
from sms_desktop.domain.draft import Draft
from sms_desktop.domain.events import ContactChanged, ConversationChanged, LinesChanged
from sms_desktop.domain.line import Line, LineKind
from sms_desktop.domain.media import File
from sms_desktop.store import consent, contacts, conversations, drafts, lines, search, settings
from sms_desktop.store.store import Store, Tx
from tests.store.recorder import LINE, PEER, Recorder, at, text_in


async def test_a_name_shows_in_every_conversation_with_that_number(store: Store, recorder: Recorder) -> None:
    await store.do(text_in())
    await store.do(text_in(line="+15005550009"))
    contact = await store.do(lambda tx: contacts.rename(tx, PEER, "Zoë Quinn"))
    assert (contact.name, contact.numbers) == ("Zoë Quinn", (PEER,))
    assert await store.read(lambda db: contacts.for_peer(db, PEER)) == contact
    assert [event.contact for event in recorder.of(ContactChanged)] == [contact]
    assert [event.conversation.name for event in recorder.of(ConversationChanged)] == ["Zoë Quinn"] * 2
    assert [hit.conversation.name for hit in await store.read(lambda db: search.find(db, "quinn zo"))] == [
        "Zoë Quinn"
    ] * 2
    await store.do(lambda tx: contacts.rename(tx, PEER, ""))
    assert await store.read(lambda db: search.find(db, "quinn")) == []
    found = await store.read(lambda db: conversations.find(db, LINE, PEER))
    assert found is not None and found.name is None


async def test_the_right_number_is_called_as_the_mistaken_one_unless_something_is_known_of_it(
    store: Store, recorder: Recorder
) -> None:
    right, other, texted = "+15005550011", "+15005550012", "+15005550013"
    await store.do(text_in(peer=texted))
    await store.do(lambda tx: conversations.ensure(tx, LINE, right, at()))
    await store.do(lambda tx: contacts.rename(tx, other, "Ada"))
    await store.do(lambda tx: contacts.take_over(tx, PEER, right))
    assert await store.read(lambda db: contacts.for_peer(db, right)) is None  # nobody is known by the first
    await store.do(lambda tx: contacts.rename(tx, PEER, "Zoë Quinn"))
    await store.do(lambda tx: contacts.set_notes(tx, PEER, "likes oak"))
    for number in (right, other, texted):
        await store.do(partial(contacts.take_over, peer=PEER, other=number))
    found = [await store.read(partial(contacts.for_peer, peer=number)) for number in (right, other, texted)]
    assert [one and (one.name, one.notes, one.numbers) for one in found] == [
        ("Zoë Quinn", "likes oak", (right,)), ("Ada", "", (other,)), None,
    ]  # fmt: skip
    assert recorder.of(ConversationChanged)[-1].conversation.name == "Zoë Quinn"
    await store.do(lambda tx: contacts.rename(tx, right, "Zoë"))
    before = await store.read(lambda db: contacts.for_peer(db, PEER))
    assert before is not None and before.name == "Zoë Quinn", "it was a copy"


async def test_the_same_name_again_is_not_told(store: Store, recorder: Recorder) -> None:
    for _ in range(2):
        await store.do(lambda tx: contacts.rename(tx, PEER, "Ada"))
    contact = await store.do(lambda tx: contacts.set_notes(tx, PEER, "likes oak"))
    assert (contact.name, contact.notes) == ("Ada", "likes oak")
    assert len(recorder.of(ContactChanged)) == 2


async def test_a_draft_is_kept_and_shown_without_moving_its_conversation(store: Store, recorder: Recorder) -> None:
    place = await store.do(lambda tx: conversations.ensure(tx, LINE, PEER, at()))
    files = (File("ab" * 32, 9, "image/png", "chair.png"),)
    draft = await store.do(lambda tx: drafts.save(tx, place.id, "\n Dear Ada,\nit is", files, at(60)))
    assert draft == Draft(place.id, "\n Dear Ada,\nit is", files, at(60))
    assert await store.read(lambda db: drafts.load(db, place.id)) == draft
    told = recorder.of(ConversationChanged)[-1].conversation
    assert (told.draft, told.at) == ("Dear Ada,", at())
    count = len(recorder.events)
    await store.do(lambda tx: drafts.save(tx, place.id, "Dear Ada,\nit is ready", files, at(61)))
    assert len(recorder.events) == count  # the list shows the same line
    only_file = await store.do(lambda tx: drafts.save(tx, place.id, "", files, at(62)))
    assert only_file is not None
    assert recorder.of(ConversationChanged)[-1].conversation.draft == "chair.png"
    assert await store.do(lambda tx: drafts.save(tx, place.id, " \n", (), at(63))) is None
    assert await store.read(lambda db: drafts.load(db, place.id)) is None
    assert recorder.of(ConversationChanged)[-1].conversation.draft is None


async def test_a_draft_for_no_conversation_is_refused(store: Store) -> None:
    with pytest.raises(LookupError):
        await store.do(lambda tx: drafts.save(tx, 7, "?", (), at()))


async def test_lines_are_kept_by_address(store: Store, recorder: Recorder) -> None:
    office = Line(LINE, "Office", LineKind.LOCAL, True, False, "PN1", "AC1")
    await store.do(lambda tx: lines.save(tx, [office]))
    await store.do(lambda tx: lines.save(tx, [office]))
    await store.do(lambda tx: lines.ensure(tx, LINE))
    await store.do(lambda tx: lines.ensure(tx, "72727"))
    assert await store.read(lines.all) == (office, Line("72727"))
    assert [event.lines for event in recorder.of(LinesChanged)] == [(office,), (office, Line("72727"))]


async def test_an_opt_out_stands_until_it_is_taken_back_and_the_ledger_keeps_both(
    store: Store, recorder: Recorder
) -> None:
    await store.do(text_in("STOP"))

    async def say(opted_out: bool, source: str, words: str, seconds: float) -> object:
        def work(tx: Tx) -> object:
            return consent.record(
                tx, line=LINE, peer=PEER, opted_out=opted_out, source=source, words=words, sid="SM1", at=at(seconds)
            )

        return await store.do(work)

    await say(True, "inbound", "STOP", 1)
    await say(True, "error", "21610", 2)
    assert await store.read(lambda db: consent.opted_out(db, LINE, PEER))
    assert not await store.read(lambda db: consent.opted_out(db, "+15005550009", PEER))
    found = await store.read(lambda db: conversations.find(db, LINE, PEER))
    assert found is not None and (found.opted_out_at, found.opted_out_words) == (at(1), "STOP")
    await say(False, "inbound", "START", 3)
    assert not await store.read(lambda db: consent.opted_out(db, LINE, PEER))
    assert await store.read(lambda db: consent.events(db, LINE, PEER)) == [
        ConsentEvent(LINE, PEER, True, ConsentSource.INBOUND, "STOP", "SM1", at(1)),
        ConsentEvent(LINE, PEER, True, ConsentSource.ERROR, "21610", "SM1", at(2)),
        ConsentEvent(LINE, PEER, False, ConsentSource.INBOUND, "START", "SM1", at(3)),
    ]
    assert len(recorder.of(ConversationChanged)) == 2


async def test_settings_keep_json_values(store: Store) -> None:
    assert await store.read(lambda db: settings.get(db, "theme", "system")) == "system"
    value = {"sizes": [324, 712, 284], "open": None, "name": "Zoë"}
    await store.do(lambda tx: settings.put(tx, "window", {}))
    await store.do(lambda tx: settings.put(tx, "window", value))
    assert await store.read(lambda db: settings.get(db, "window")) == value
    with pytest.raises(TypeError):
        await store.do(lambda tx: settings.put(tx, "window", object()))


async def test_twilios_times_take_the_place_of_when_the_webhooks_came(store: Store) -> None:
    def heard(tx: Tx) -> None:
        for sid, opted_out, seconds in (("SM2", True, 9), ("SM1", False, 15)):  # the START came late
            words = "STOP" if opted_out else "START"
            consent.record(
                tx, line=LINE, peer=PEER, opted_out=opted_out, source="inbound", words=words, sid=sid, at=at(seconds)
            )

    await store.do(heard)
    assert not await store.read(lambda db: consent.opted_out(db, LINE, PEER))
    await store.do(lambda tx: consent.redate(tx, {"SM1": at(0), "SM2": at(8), "SM9": at(9)}))
    found = await store.read(lambda db: conversations.find(db, LINE, PEER))
    assert found is not None and (found.opted_out_at, found.opted_out_words) == (at(8), "STOP")
    assert [event.sid for event in await store.read(lambda db: consent.events(db, LINE, PEER))] == ["SM1", "SM2"]
