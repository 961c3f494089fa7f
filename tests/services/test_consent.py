"""Who may be texted, from the text that says so to the text that is not sent."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from sms_desktop.domain.consent import OPTED_OUT_CODE, Consent, ConsentEvent, ConsentSource, Standing
from sms_desktop.domain.errors import BadInput, OptedOut
from sms_desktop.domain.events import ConsentChanged, ConversationChanged
from sms_desktop.domain.message import Direction, ListedMessage, Status
from sms_desktop.gateway.form import Inbound
from sms_desktop.services import clock
from sms_desktop.services.consent import Known
from sms_desktop.services.intake import take_in
from sms_desktop.simulator.picture import landscape
from sms_desktop.store import consent
from sms_desktop.store.backup import backup
from sms_desktop.store.recover import recover
from sms_desktop.store.restore import restore
from sms_desktop.store.schema import FILE
from sms_desktop.store.store import Store
from tests.rig import LINE, SILENT, TOLL_FREE, YOURS, Rig
from tests.services.hours import set_outbox
from tests.store.damage import filled, opened

SERVICE = "MG" + "0a" * 16
NOON = datetime(2026, 3, 12, 12, tzinfo=UTC)


async def known(rig: Rig, line: str = LINE, peer: str = YOURS) -> Known:
    return await rig.services.consents.of(line, peer)


async def says(rig: Rig, body: str, line: str = LINE) -> Known:
    """What is known once that text is here."""
    await rig.simulator.phone(YOURS).text(line, body)
    await rig.inbound(body)
    return await known(rig, line)


def posted(body: str, *, sid: str = "SM" + "5" * 32, kind: str = "", line: str = LINE, service: str = "") -> Inbound:
    params = (("MessagingServiceSid", service),) if service else ()
    return Inbound(sid, "AC1", YOURS, line, body, (), kind, 1, params)


@pytest.mark.parametrize("body", ["STOP", " stop ", "Stop\n", "QUIT", "OptOut"])
async def test_a_keyword_opts_out_with_its_message_as_evidence(rig: Rig, body: str) -> None:
    found = await says(rig, body)
    assert found.consent.is_final
    [event] = found.events
    message = await rig.inbound(body)
    assert (event.source, event.sid, event.words) == (ConsentSource.INBOUND, message.sid, body.strip())


@pytest.mark.parametrize("body", ["STOP.", "Please stop texting me", "stop 🛑", "Deje de escribirme"])
async def test_what_is_no_keyword_raises_a_question_and_opts_nobody_out(rig: Rig, body: str) -> None:
    found = await says(rig, body)
    assert found.consent == Consent()
    assert found.question is not None and found.question.words == body
    message = await rig.send(YOURS, "Sorry?")
    await rig.status(message, Status.DELIVERED)


async def test_a_question_that_is_answered_with_yes_opts_out_and_says_who_decided(rig: Rig) -> None:
    await rig.services.settings.put("author", "Priya")
    found = await says(rig, "Please stop texting me")
    assert found.question is not None
    await rig.services.consents.answer(found.question, stop=True)
    after = await known(rig)
    assert after.question is None and after.consent.is_out and not after.consent.is_final
    [event] = after.events
    assert (event.source, event.author, event.words) == (ConsentSource.STAFF, "Priya", "Please stop texting me")
    assert event.at > found.question.at
    with pytest.raises(OptedOut):
        await rig.send(YOURS, "One more thing")


async def test_a_question_that_is_answered_with_no_is_not_asked_again(rig: Rig) -> None:
    found = await says(rig, "no more texts")
    assert found.question is not None
    await rig.services.consents.answer(found.question, stop=False)
    after = await known(rig)
    assert after.question is None and after.consent == Consent()
    assert (await says(rig, "leave me alone")).question is not None


async def test_a_start_overtakes_the_question_and_a_yes_does_not(rig: Rig) -> None:
    await says(rig, "take me off your list")
    assert (await says(rig, "yes")).question is not None
    assert (await says(rig, "START")).question is None


async def test_a_start_that_the_list_alone_tells_of_overtakes_a_question_of_the_same_second(rig: Rig) -> None:
    await rig.services.inbox.receive(posted("take me off your list"))
    asked = (await known(rig)).question
    assert asked is not None
    second = asked.at.replace(microsecond=0)
    question = ListedMessage(asked.sid, Direction.INBOUND, LINE, YOURS, asked.words, Status.RECEIVED, second, second)
    start = replace(question, sid="SM" + "6" * 32, body="START")
    await rig.engine.store.do(lambda tx: take_in(tx, [start, question], lambda _: None, second))
    assert (await known(rig)).question is None


async def test_emoji_and_right_to_left_words_count_once_they_are_entered(rig: Rig) -> None:
    await rig.services.consents.set_keywords(["🛑", "وقف"], ["ابدأ"])
    assert (await says(rig, "\u200f🛑\ufe0f")).consent.is_final
    assert not (await says(rig, "ابدأ")).consent.is_out
    assert (await says(rig, "وقف")).consent.is_final


async def test_a_word_without_accents_is_heard_with_them_and_shown_as_it_was_typed(rig: Rig) -> None:
    await rig.services.consents.set_keywords(["ARRET", "ALTO"], [])
    told = await rig.services.consents.keywords()
    assert told.as_typed(told.stop) == ["ARRET", "ALTO"]
    assert (await says(rig, "Arrêtez")).consent.standing is Standing.UNKNOWN  # another word
    found = await says(rig, "Arrêt")
    assert found.consent.is_final and found.question is None
    assert [event.words for event in found.events] == ["Arrêt"]


async def test_one_word_cannot_mean_both(rig: Rig) -> None:
    for stop, start in (("alto", "ALTO"), ("ARRET", "arrêt")):
        with pytest.raises(BadInput, match=f"“{stop}” cannot mean both"):
            await rig.services.consents.set_keywords([stop], [start])
    assert not (await rig.services.consents.keywords()).stop


async def test_stop_in_reply_to_a_picture_is_a_stop(rig: Rig) -> None:
    picture = await rig.services.media.attach_bytes(landscape(Random(3)), "seat.jpg", ())
    conversation = await rig.services.conversations.open(LINE, YOURS)
    await rig.services.outbox.submit(conversation.id, "Like this one?", (picture,))
    assert (await says(rig, "Stop")).consent.is_final


async def test_a_picture_with_stop_below_it_is_a_stop(rig: Rig) -> None:
    await rig.simulator.phone(YOURS).send_photo(LINE, "STOP")
    await rig.inbound("STOP")
    assert (await known(rig)).consent.is_final


async def test_stop_to_one_of_two_lines_stops_that_line_alone(rig: Rig) -> None:
    await says(rig, "STOP", TOLL_FREE)
    assert (await known(rig, TOLL_FREE)).consent.is_out
    assert (await known(rig)).consent.standing is Standing.UNKNOWN
    message = await rig.send(YOURS, "From the other line")
    await rig.status(message, Status.DELIVERED)
    with pytest.raises(OptedOut):
        await rig.send(YOURS, "From the one that was stopped", TOLL_FREE)


async def test_twilios_own_word_of_it_is_kept_and_counts(rig: Rig) -> None:
    await rig.services.inbox.receive(posted("arret", kind="STOP"))
    [event] = (await known(rig)).events
    assert (event.opted_out, event.words, event.opt_out_type) == (True, "arret", "STOP")
    await rig.services.inbox.receive(posted("please stop texting me", sid="SM" + "6" * 32, kind="HELP"))
    assert len((await known(rig)).events) == 1


async def test_lines_of_a_messaging_service_stop_together(rig: Rig) -> None:
    for n, line in enumerate((LINE, TOLL_FREE)):
        await rig.services.inbox.receive(posted("Hello", sid=f"SM{n:032}", line=line, service=SERVICE))
    await rig.services.inbox.receive(posted("STOP", sid="SM" + "7" * 32, line=TOLL_FREE, service=SERVICE))
    found = await known(rig)
    assert found.consent.is_final and found.events[0].service == SERVICE
    with pytest.raises(OptedOut):
        await rig.send(YOURS, "From the sister line")


# entered by people here


async def test_staff_say_who_and_why(rig: Rig) -> None:
    consents = rig.services.consents
    for who, why in (("", "called"), ("Ada", "  ")):
        with pytest.raises(BadInput):
            await consents.opt_out(LINE, YOURS, who, why)
    await consents.opt_out(LINE, YOURS, " Ada ", "called and  asked")
    [event] = (await known(rig)).events
    assert (event.source, event.author, event.reason) == (ConsentSource.STAFF, "Ada", "called and asked")
    await consents.opt_in(LINE, YOURS, "Ada", "wants them again")
    message = await rig.send(YOURS, "Welcome back")
    await rig.status(message, Status.DELIVERED)


async def test_staff_cannot_undo_a_stop_and_are_told_who_can(rig: Rig) -> None:
    await says(rig, "STOP")
    with pytest.raises(BadInput, match=r"Ask them to text START to \(212\) 555-0100"):
        await rig.services.consents.opt_in(LINE, YOURS, "Ada", "said so at the counter")
    assert (await known(rig)).consent.is_out


async def test_a_refusal_of_twilios_makes_an_opt_out_of_staff_final(rig: Rig) -> None:
    rig.simulator.account.blocks.add((LINE, SILENT))
    message = await rig.send(SILENT, "Hello?")
    failed = await rig.status(message, Status.FAILED)
    assert failed.error_code == OPTED_OUT_CODE
    found = await known(rig, peer=SILENT)
    assert found.consent.is_final and found.events[-1].source is ConsentSource.ERROR
    conversation = await rig.services.conversations.open(LINE, SILENT)
    assert conversation.opted_out_source is ConsentSource.ERROR


# where it is looked at


async def test_what_is_submitted_after_an_opt_out_of_staff_is_refused(rig: Rig) -> None:
    await rig.services.consents.opt_out(LINE, SILENT, "Ada", "called")
    with pytest.raises(OptedOut, match="asked for no more texts"):
        await rig.send(SILENT, "Hello?")
    assert not rig.simulator.phone(SILENT).messages


def let_go(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """The moment in which a text could be undone is over."""
    set_outbox(monkeypatch, lambda: clock.now() + timedelta(minutes=2))
    rig.services.outbox.wake()


async def test_what_waits_when_somebody_is_opted_out_does_not_leave(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    conversation = await rig.services.conversations.open(LINE, SILENT)
    message = await rig.services.outbox.submit(conversation.id, "In a moment", hold=60)
    await rig.services.consents.opt_out(LINE, SILENT, "Ada", "called")
    let_go(rig, monkeypatch)
    failed = await rig.status(message, Status.FAILED)
    assert failed.error_code == OPTED_OUT_CODE
    assert not rig.simulator.phone(SILENT).messages


async def test_what_waits_when_a_list_opts_somebody_out_does_not_leave(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = await rig.services.conversations.open(LINE, SILENT)
    message = await rig.services.outbox.submit(conversation.id, "In a moment", hold=60)
    event = ConsentEvent(LINE, SILENT, True, ConsentSource.IMPORT, "", None, message.at, "", "a.csv, row 2")
    await rig.engine.store.do(lambda tx: consent.import_many(tx, LINE, [event]))
    let_go(rig, monkeypatch)
    failed = await rig.status(message, Status.FAILED)
    assert failed.error_code == OPTED_OUT_CODE
    assert not rig.simulator.phone(SILENT).messages


async def test_what_failed_is_not_sent_again_to_somebody_who_opted_out(rig: Rig) -> None:
    rig.simulator.weather.turn("500 before", True)
    message = await rig.send(SILENT, "Hello?")
    await rig.status(message, Status.UNCONFIRMED)
    rig.simulator.weather.clear()
    await rig.services.consents.opt_out(LINE, SILENT, "Ada", "called")
    with pytest.raises(OptedOut):
        await rig.services.outbox.retry(message.id, twice=True)
    assert not rig.simulator.phone(SILENT).messages


async def test_what_only_the_list_tells_is_evidence_from_the_list(rig: Rig) -> None:
    await rig.until(lambda: rig.services.catchup.progress.complete_to, "a first round")
    rig.engine.hub.subscribe(ConsentChanged, rig.events.append)
    rig.simulator.set_sms_url(LINE, "http://127.0.0.1:9/nobody")
    await rig.simulator.phone(YOURS).text(LINE, "STOP")
    rig.services.catchup.ask()
    await rig.until(lambda: any(isinstance(one, ConsentChanged) for one in rig.events), "the list was read")
    found = await known(rig)
    assert [event.source for event in found.events] == [ConsentSource.LIST]


async def test_what_another_process_enters_is_told_here(rig: Rig) -> None:
    conversation = await rig.services.conversations.open(LINE, SILENT)
    beside = Store(rig.directory, lambda _: None)
    await beside.open()
    event = ConsentEvent(LINE, SILENT, True, ConsentSource.IMPORT, "", None, conversation.at, "", "a.csv, row 2")
    await beside.do(lambda tx: consent.import_many(tx, LINE, [event]))
    await beside.close()

    def locked() -> bool:
        changed = (one for one in rig.events if isinstance(one, ConversationChanged))
        return any(one.conversation.opted_out_at is not None for one in changed)

    await rig.until(locked, "the conversation is told as opted out")


async def test_the_list_redates_a_stop_of_before_the_service_was_known_and_keeps_the_whole_page(rig: Rig) -> None:
    await rig.services.inbox.receive(posted("STOP"))
    store = rig.engine.store
    await store.do(lambda tx: consent.set_services(tx, {LINE: SERVICE}))
    before = NOON - timedelta(days=300)
    stop = ListedMessage("SM" + "5" * 32, Direction.INBOUND, LINE, YOURS, "STOP", Status.RECEIVED, before, before)
    other = replace(stop, sid="SM" + "6" * 32, peer="+14155550177", body="Is my bike ready?")
    new = await store.do(lambda tx: take_in(tx, [other, stop], lambda _: None, NOON))
    assert [one.sid for one in new] == [other.sid]
    found = await known(rig)
    assert found.consent.is_final and found.events[0].at == before


@pytest.mark.parametrize("chain", ["restore", "recover", "restore, then the old file again"])
async def test_a_stop_that_a_database_knows_is_there_once_after_it_was_replaced_and_listed(
    tmp_path: Path, chain: str
) -> None:
    data = tmp_path / "data"
    await filled(data)
    copy = backup(data / FILE, data / "backups" / "sms-2026-03-11-030000.db")
    stop = ListedMessage("SM" + "5" * 32, Direction.INBOUND, LINE, YOURS, "STOP", Status.RECEIVED, NOON, NOON)
    other = replace(stop, sid="SM" + "6" * 32, peer=SILENT, body="Hello")
    store = await opened(data)
    await store.do(lambda tx: take_in(tx, [stop, other], lambda _: None, NOON))  # the later of that second
    await store.close()
    if chain == "recover":
        recover(data, NOON, source=copy)
    else:
        restore(copy, data, NOON)
    if "old file" in chain:
        restore(copy, data, NOON + timedelta(seconds=1))
    store = await opened(data)
    for part in ([stop], [stop, other]):
        await store.do(lambda tx, part=part: take_in(tx, part, lambda _: None, NOON))  # type: ignore[misc]
    found = await store.read(lambda db: consent.events(db, LINE, YOURS))
    await store.close()
    assert [(one.sid, one.opted_out) for one in found] == [(stop.sid, True)]


async def test_the_service_that_the_list_names_shares_a_stop(rig: Rig) -> None:
    other = "+15005550007"
    store = rig.engine.store
    await store.do(lambda tx: consent.set_services(tx, {other: SERVICE}))
    stop = ListedMessage(
        "SM" + "5" * 32, Direction.INBOUND, LINE, YOURS, "STOP", Status.RECEIVED, NOON, NOON, service=SERVICE
    )
    await store.do(lambda tx: take_in(tx, [stop], lambda _: None, NOON))
    assert (await known(rig, other)).consent.is_final


async def test_a_no_answers_the_text_that_was_shown_and_the_one_before_is_asked_next(rig: Rig) -> None:
    first = await says(rig, "Please stop texting me now!")
    second = await says(rig, "can you stop sending these")
    assert first.question is not None and second.question is not None
    await rig.services.consents.answer(second.question, stop=False)
    assert (await known(rig)).question == first.question
    await rig.services.consents.opt_in(LINE, YOURS, "Ada", "signed the form")
    assert (await known(rig)).question == first.question, "nobody has looked at it"
    await rig.services.consents.answer(first.question, stop=True)
    assert (await known(rig)).consent.is_out


async def test_a_stop_closes_all_that_was_asked(rig: Rig) -> None:
    await says(rig, "Please stop texting me now!")
    asked = (await says(rig, "can you stop sending these")).question
    assert asked is not None
    await rig.services.consents.answer(asked, stop=True)
    await rig.services.consents.opt_in(LINE, YOURS, "Ada", "called, wants them after all")
    assert (await known(rig)).question is None


async def test_history_raises_no_question_that_a_start_has_overtaken(rig: Rig) -> None:
    store = rig.engine.store
    start = ListedMessage("SM" + "5" * 32, Direction.INBOUND, LINE, YOURS, "START", Status.RECEIVED, NOON, NOON)
    earlier, later = NOON - timedelta(days=1), NOON + timedelta(days=1)
    asks = replace(start, sid="SM" + "6" * 32, body="stop texting me", at=earlier, created_at=earlier)
    for page in ([start], [asks]):  # it comes newest first
        await store.do(lambda tx, page=page: take_in(tx, page, lambda _: None, later, history=True))  # type: ignore[misc]
    assert (await known(rig)).question is None
    again = replace(asks, sid="SM" + "7" * 32, at=later, created_at=later)
    await store.do(lambda tx: take_in(tx, [again], lambda _: None, later))
    found = (await known(rig)).question
    assert found is not None and found.sid == again.sid
