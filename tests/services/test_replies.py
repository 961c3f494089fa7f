"""Automatic replies, from the text that comes in to the reply on the phone, and what holds them back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from random import Random
from xml.etree.ElementTree import fromstring

import pytest
from sqlalchemy import text

from sms_desktop.domain.answering import TEXTS, Answering, Keyword
from sms_desktop.domain.errors import BadInput, OptedOut
from sms_desktop.domain.events import RepliesChanged, ReplyHeld
from sms_desktop.domain.health import Check, Fix
from sms_desktop.domain.hours import Hours
from sms_desktop.domain.light import Light
from sms_desktop.domain.media import File
from sms_desktop.domain.message import Doubt, Message, Status
from sms_desktop.domain.reply import AUTHOR, Answer, Held, Made, Miss, Rule, Trigger, Unsent, text_key
from sms_desktop.domain.replytext import filled
from sms_desktop.gateway.form import Inbound
from sms_desktop.services import catchup, doubt, replying, rhythm
from sms_desktop.services.clock import now
from sms_desktop.simulator.account import PastMessage
from sms_desktop.simulator.messages import Filter
from sms_desktop.simulator.picture import landscape
from sms_desktop.store import consent, contacts, conversations, forgotten, outbox, replies, settings
from sms_desktop.ui.replies.sentences import held_back
from tests.rig import ANSWERS, LINE, SILENT, TOLL_FREE, YOURS, Rig

SHORT = "72975"
HOURS = Rule("Hours", Trigger.CONTAINS, "Hi {first name|there}, we are open from 9 to 5.", words=("hours",))
AWAY = Rule("Away", Trigger.AWAY, "We are away.")


def away(**values: object) -> Rule:
    return replace(AWAY, until=now() + timedelta(days=1), **values)  # type: ignore[arg-type]


def posted(body: str, number: int = 5, *, peer: str = YOURS, line: str = LINE, kind: str = "") -> Inbound:
    return Inbound(f"SM{number:032x}", "AC1", peer, line, body, (), kind, 1, ())


async def says(rig: Rig, body: str, line: str = LINE, peer: str = YOURS) -> None:
    await rig.simulator.phone(peer).text(line, body)
    await rig.inbound(body)


async def got(rig: Rig, peer: str = YOURS) -> list[str]:
    """What reached the phone, once all is quiet."""
    await rig.simulator.idle()
    return [one.body for one in rig.simulator.phone(peer).messages if not one.mine]


async def shown(rig: Rig, peer: str = YOURS, line: str = LINE) -> Sequence[Message]:
    place = await rig.services.conversations.open(line, peer)
    return (await rig.services.timeline.latest(place.id)).messages


async def held(rig: Rig, peer: str = YOURS, line: str = LINE) -> list[Held]:
    return [one.why for one in await rig.services.replies.held(line, peer)]


def picture(rig: Rig) -> File:
    return rig.engine.store.media.put(landscape(Random(3)), "map.png", "image/png")


# answered by TwiML


async def test_a_text_that_a_rule_fits_gets_a_reply_with_a_status_like_any_other(rig: Rig) -> None:
    await rig.services.replies.add(HOURS)
    await says(rig, "Your HOURS?")
    reply = next(m for m in await shown(rig) if m.outbound)
    done = await rig.status(reply, Status.DELIVERED)
    assert (done.body, done.author) == ("Hi there, we are open from 9 to 5.", AUTHOR)
    assert await got(rig) == [done.body]
    log = rig.simulator.account.log
    [listed] = [one for one in log.older(Filter(), None, 10) if one.direction.startswith("outbound")]
    assert (listed.direction, listed.sid) == ("outbound-reply", done.sid)
    rig.services.catchup.ask()
    await rig.until(lambda: rig.services.catchup.progress.complete_to is not None, "caught up")
    assert len([m for m in await shown(rig) if m.outbound]) == 1


async def test_the_name_of_whoever_writes_stands_in_the_reply(rig: Rig) -> None:
    await rig.engine.store.do(lambda tx: contacts.rename(tx, YOURS, "Maya Chen"))
    await rig.services.replies.add(HOURS)
    await says(rig, "hours")
    assert await got(rig) == ["Hi Maya, we are open from 9 to 5."]


async def test_a_reply_with_a_picture_brings_it_to_the_phone(rig: Rig) -> None:
    await rig.services.replies.add(replace(HOURS, picture=picture(rig)))
    await says(rig, "hours")
    await rig.until(lambda: [m for m in rig.messages.values() if m.outbound and m.status is Status.DELIVERED])
    [reply] = [one for one in rig.simulator.phone(YOURS).messages if not one.mine]
    assert [kind for kind, _ in reply.media] == ["image/png"]


@pytest.mark.parametrize(("why", "mms"), [(Unsent.LINE, False), (Unsent.ADDRESS, True), (Unsent.GONE, True)])
async def test_where_the_picture_cannot_go_the_words_go_alone_and_the_preview_says_so(
    rig: Rig, why: Unsent, mms: bool
) -> None:
    await rig.until(rig.services.lines.known, "our lines")
    map_ = picture(rig)
    await rig.services.replies.add(replace(HOURS, picture=map_))
    rig.simulator.account.line(LINE).mms = mms
    await rig.services.lines.refresh()
    if why is Unsent.ADDRESS:
        rig.services.link.public_url = None
    if why is Unsent.GONE:
        rig.engine.store.media.path_of(map_).unlink()
    found = await rig.services.replies.preview(LINE, "hours", peer=YOURS)
    assert (found.unsent, found.picture, found.held) == (why, None, None)
    assert [child.tag for child in fromstring(found.twiml)[0]] == ["Body"]
    [answer] = await rig.services.inbox.receive(posted("hours"))
    assert (answer.text, answer.media_urls) == (found.text, ())
    [reply] = [m for m in await shown(rig) if m.outbound]
    assert reply.media == ()
    assert await rig.services.replies.made(reply.id) == Made("Hours", why)
    assert await held(rig) == []


async def test_a_picture_alone_that_cannot_go_is_held_back_in_the_preview_too(rig: Rig) -> None:
    await rig.until(rig.services.lines.known, "our lines")
    await rig.services.replies.add(replace(HOURS, text="", picture=picture(rig)))
    rig.simulator.account.line(LINE).mms = False
    await rig.services.lines.refresh()
    found = await rig.services.replies.preview(LINE, "hours", peer=YOURS)
    assert (found.held, found.unsent, len(fromstring(found.twiml))) == (Held.NO_PICTURE, Unsent.LINE, 0)
    assert await rig.services.inbox.receive(posted("hours")) == []
    assert await held(rig) == [Held.NO_PICTURE]


async def test_the_same_webhook_twice_is_answered_alike_and_is_one_reply(rig: Rig) -> None:
    await rig.services.replies.add(HOURS)
    first = await rig.services.inbox.receive(posted("hours"))
    assert await rig.services.inbox.receive(posted("hours")) == first
    [reply] = [m for m in await shown(rig) if m.outbound]
    assert reply.status is Status.SENDING
    assert first == [Answer(reply.body, (), f"{rig.services.link.public_url}/twilio/status/{reply.id}")]


async def test_once_twilio_has_the_reply_the_webhook_gets_no_second_answer(rig: Rig) -> None:
    await rig.services.replies.add(HOURS)
    await says(rig, "hours")
    reply = next(m for m in await shown(rig) if m.outbound)
    await rig.status(reply, Status.SENT, Status.DELIVERED)
    inbound = await rig.inbound("hours")
    assert inbound.sid is not None
    assert await rig.services.inbox.receive(posted("hours", int(inbound.sid[2:], 16))) == []


async def test_a_text_posted_again_gets_no_reply_once_its_sender_said_stop(rig: Rig) -> None:
    await caught_up_with_short(rig)
    await rig.services.replies.add(HOURS)
    assert len(await rig.services.inbox.receive(posted("hours", line=SHORT))) == 1
    stop = await rig.services.inbox.receive(posted("STOP", 6, line=SHORT))
    assert len(stop) == 1
    assert await rig.services.inbox.receive(posted("hours", line=SHORT)) == []
    assert await rig.services.inbox.receive(posted("STOP", 6, line=SHORT)) == stop


async def test_a_text_posted_again_gets_no_reply_once_its_sender_is_blocked(rig: Rig) -> None:
    await rig.services.replies.add(HOURS)
    assert len(await rig.services.inbox.receive(posted("hours"))) == 1
    place = await rig.services.conversations.open(LINE, YOURS)
    await rig.engine.store.do(lambda tx: conversations.set_blocked(tx, place.id, True))
    assert await rig.services.inbox.receive(posted("hours")) == []


async def test_a_reply_whose_answer_never_reached_twilio_is_in_doubt_and_never_sent_again(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replying, "ANSWERED", timedelta(0))
    monkeypatch.setattr(outbox, "FIRST_ASKED", timedelta(0))
    monkeypatch.setattr(doubt, "WAITS", ())
    await rig.services.replies.add(HOURS)
    await rig.services.inbox.receive(posted("hours"))
    rig.services.statuses.wake()
    reply = next(m for m in await shown(rig) if m.outbound)
    unsure = await rig.status(reply, Status.UNCONFIRMED)
    rig.services.statuses.wake()
    over = await rig.until(lambda: m if (m := rig.messages[unsure.id]).doubt is Doubt.OVER else None, "looked for")
    assert over.wants_a_look
    assert await rig.services.inbox.receive(posted("hours")) == []
    assert await got(rig) == []


async def test_a_reply_whose_callbacks_are_lost_is_found_in_the_list(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replying, "ANSWERED", timedelta(0))
    monkeypatch.setattr(outbox, "FIRST_ASKED", timedelta(0))
    rig.simulator.weather.turn("lost callbacks", True)
    await rig.services.replies.add(HOURS)
    await says(rig, "hours")
    await rig.simulator.idle()
    rig.services.statuses.wake()
    reply = next(m for m in await shown(rig) if m.outbound)
    found = await rig.until(lambda: m if (m := rig.messages[reply.id]).sid else None, "its SID")
    assert found.doubt is None
    assert len([m for m in await shown(rig) if m.outbound]) == 1


async def test_draft_and_failures_stay_as_they_were(rig: Rig) -> None:
    place = await rig.services.conversations.open(LINE, YOURS)
    await rig.services.drafts.save(place.id, "what I am writing", ())
    await rig.services.replies.add(HOURS)
    await rig.services.inbox.receive(posted("hours"))
    draft = await rig.services.drafts.load(place.id)
    assert draft is not None and draft.body == "what I am writing"


async def test_a_text_is_there_whatever_goes_wrong_with_its_reply(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise ValueError(f"{YOURS} wrote hours")

    await rig.services.replies.add(HOURS)
    monkeypatch.setattr(replying, "decide", broken)
    assert await rig.services.inbox.receive(posted("hours")) == []
    assert [m.body for m in await shown(rig)] == ["hours"]
    assert "no automatic reply could be decided on: ValueError" in caplog.text and YOURS not in caplog.text


# found in the list


async def test_a_text_that_only_the_list_tells_of_is_answered_once_through_the_outbox(rig: Rig) -> None:
    await rig.services.replies.add(HOURS)
    await rig.until(lambda: rig.services.catchup.progress.complete_to, "caught up")
    place = await rig.services.conversations.open(LINE, YOURS)
    await rig.services.drafts.save(place.id, "what I am writing", ())
    rig.simulator.weather.update({"lost_inbound": 1})
    await rig.simulator.phone(YOURS).text(LINE, "hours")
    rig.services.catchup.ask()
    inbound = await rig.inbound("hours")
    reply = await rig.until(lambda: next((m for m in rig.messages.values() if m.outbound), None), "a reply")
    await rig.status(reply, Status.DELIVERED)
    assert inbound.sid is not None
    assert await rig.services.inbox.receive(posted("hours", int(inbound.sid[2:], 16))) == []
    assert await got(rig) == ["Hi there, we are open from 9 to 5."]
    draft = await rig.services.drafts.load(place.id)
    assert draft is not None and draft.body == "what I am writing"


async def test_a_text_that_came_while_we_were_away_is_held_back_and_told(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replying, "FRESH", timedelta(seconds=-60))
    await rig.services.replies.add(HOURS)
    await rig.until(lambda: rig.services.catchup.progress.complete_to, "caught up")
    rig.simulator.weather.update({"lost_inbound": 1})
    await rig.simulator.phone(YOURS).text(LINE, "hours")
    rig.services.catchup.ask()
    await rig.inbound("hours")
    assert await held(rig) == [Held.LATE]
    assert await got(rig) == []


async def test_a_reply_that_could_not_leave_in_time_is_taken_back_and_told(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sms_desktop.services.departure.FRESH", timedelta(seconds=-60))
    await rig.services.replies.add(replace(HOURS, cooldown=timedelta(days=1)))
    await rig.until(lambda: rig.services.catchup.progress.complete_to, "caught up")
    rig.simulator.weather.update({"lost_inbound": 1})
    await rig.simulator.phone(YOURS).text(LINE, "hours")
    rig.services.catchup.ask()
    gone = await rig.until(lambda: next((m for m in rig.messages.values() if m.withdrawn), None), "taken back")
    assert (gone.outbound, gone.author) == (True, AUTHOR)
    assert await held(rig) == [Held.LATE]
    assert await got(rig) == []
    place = await rig.services.conversations.open(LINE, YOURS)
    assert place.last is not None and place.last.body == "hours"
    assert await rig.services.replies.made(gone.id) is None
    assert len(await rig.services.inbox.receive(posted("Hours?"))) == 1  # it counts as none


@pytest.mark.parametrize(
    ("texts", "answers", "why"),
    [
        (("hours", "STOP"), [TEXTS[Keyword.STOP]], [Held.OPTED_OUT]),
        (("STOP", "START", "STOP"), [TEXTS[Keyword.STOP]] * 2, [Held.OPTED_OUT]),
    ],
)
async def test_what_a_stop_of_the_same_page_overtakes_does_not_leave(
    rig: Rig, texts: tuple[str, ...], answers: list[str], why: list[Held]
) -> None:
    rig.simulator.account.add_line(SHORT, "Five digits")
    await rig.services.lines.refresh()
    await rig.services.replies.set_business("Bright Chairs")
    await rig.services.replies.add(HOURS)
    await rig.until(lambda: rig.services.catchup.progress.lines.get(SHORT), "caught up")
    rig.simulator.weather.update({"lost_inbound": 1})
    for body in texts:
        await rig.simulator.phone(YOURS).text(SHORT, body)
    rig.services.catchup.ask()

    def delivered() -> bool:
        return sum(m.status is Status.DELIVERED for m in rig.messages.values()) == len(answers)

    await rig.until(delivered, "STOP is answered")
    assert await got(rig) == [filled(one, {"business": "Bright Chairs"}) for one in answers]
    assert await held(rig, line=SHORT) == why
    assert not [m for m in rig.messages.values() if m.failed]


async def test_what_a_person_writes_leaves_however_late(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sms_desktop.services.departure.FRESH", timedelta(seconds=-60))
    await rig.services.inbox.receive(posted("hours"))
    await rig.send(YOURS, "Nine to five.")
    await rig.until(lambda: [m for m in rig.messages.values() if m.status is Status.DELIVERED], "it is there")
    assert await got(rig) == ["Nine to five."]


async def test_what_was_answered_before_the_database_was_replaced_is_not_answered_again(rig: Rig) -> None:
    await rig.services.replies.add(HOURS)
    known = posted("hours")
    decision = {"line": LINE, "peer": YOURS, "at": now(), "rule": 1, "name": "Hours", "said": "hours"}
    await rig.engine.store.do(lambda tx: replies.answer(tx, sid=known.sid, message_id="lost", **decision))  # type: ignore[arg-type]
    assert await rig.services.inbox.receive(known) == []
    assert not [m for m in await shown(rig) if m.outbound]


# the loop breaker


@pytest.mark.parametrize(
    ("body", "peer", "why"),
    [
        ("hello", TOLL_FREE, Held.OWN_LINE),
        ("hello", "72975", Held.SHORT_CODE),
        ("hello", "ACME", Held.NO_NUMBER),
        ("STOP", YOURS, Held.TWILIO_ANSWERS),
        (" help ", YOURS, Held.TWILIO_ANSWERS),
        ("START", YOURS, Held.TWILIO_ANSWERS),
        ("STOP.", YOURS, Held.ASKS_TO_STOP),
        ("please stop texting me", YOURS, Held.ASKS_TO_STOP),
    ],
)
async def test_who_gets_no_automatic_reply(rig: Rig, body: str, peer: str, why: Held) -> None:
    await rig.services.replies.add(away())
    await rig.until(rig.services.lines.known, "our lines")
    told: list[ReplyHeld] = []
    rig.engine.hub.subscribe(ReplyHeld, told.append)
    assert await rig.services.inbox.receive(posted(body, peer=peer)) == []
    [one] = await rig.services.replies.held(LINE, peer)
    assert (one.why, one.name, one.sid) == (why, "Away", f"SM{5:032x}")
    assert [(event.line, event.peer, event.held) for event in told] == [(LINE, peer, one)]
    assert await rig.services.inbox.receive(posted(body, peer=peer)) == []
    assert len(await rig.services.replies.held(LINE, peer)) == 1
    assert not [m for m in await shown(rig, peer) if m.outbound]


@pytest.mark.parametrize(
    ("source", "why", "words"),
    [
        ("inbound", Held.OPTED_OUT, "they said STOP"),
        ("list", Held.OPTED_OUT, "they said STOP"),
        ("staff", Held.OPTED_OUT_HERE, "it was entered here that they want no texts"),
        ("import", Held.OPTED_OUT_BY_LIST, "an imported list says that they opted out"),
        ("error", Held.OPTED_OUT_BEFORE, "they opted out before"),
    ],
)
async def test_whoever_opted_out_gets_none_and_it_is_told_how_that_is_known(
    rig: Rig, source: str, why: Held, words: str
) -> None:
    await rig.services.replies.add(away())
    await rig.engine.store.do(
        lambda tx: consent.record(
            tx, line=LINE, peer=YOURS, opted_out=True, source=source, words="STOP", sid=None, at=now(), author="Ada"
        )
    )
    assert await rig.services.inbox.receive(posted("hello")) == []
    assert await held(rig) == [why]
    assert held_back(why) == f"No automatic reply, because {words}"


async def test_whoever_is_blocked_gets_none(rig: Rig) -> None:
    await rig.services.replies.add(away())
    place = await rig.services.conversations.open(LINE, YOURS)
    await rig.engine.store.do(lambda tx: conversations.set_blocked(tx, place.id, True))
    assert await rig.services.inbox.receive(posted("hello")) == []
    assert await held(rig) == [Held.BLOCKED]


async def test_the_same_text_again_within_an_hour_gets_none(rig: Rig) -> None:
    await rig.services.replies.add(away())
    assert len(await rig.services.inbox.receive(posted("Hello"))) == 1
    assert await rig.services.inbox.receive(posted(" hello", 6)) == []
    assert await held(rig) == [Held.SAME_TEXT]


@pytest.mark.parametrize("body", ["We are away.", "we are  AWAY.", "Liked “We are away.”"])
async def test_our_own_words_coming_back_get_none(rig: Rig, body: str) -> None:
    await rig.services.replies.add(away())
    assert len(await rig.services.inbox.receive(posted("Hello"))) == 1
    assert await rig.services.inbox.receive(posted(body, 6)) == []
    assert await held(rig) == [Held.ECHO]


async def test_no_more_than_so_many_an_hour(rig: Rig) -> None:
    await rig.services.replies.add(away())
    answers = [await rig.services.inbox.receive(posted(f"text {n}", 10 + n)) for n in range(5)]
    assert [len(one) for one in answers] == [1, 1, 1, 0, 0]
    assert await held(rig) == [Held.TOO_MANY] * 2
    await rig.services.replies.set_limit(4)
    assert len(await rig.services.inbox.receive(posted("one more", 20))) == 1
    assert len(await rig.services.inbox.receive(posted("hello", 21, peer=SILENT))) == 1


async def test_no_more_than_so_many_an_hour_by_all_numbers_together(rig: Rig) -> None:
    await rig.services.replies.add(away())
    lines = (LINE, TOLL_FREE) * 3
    answers = [await rig.services.inbox.receive(posted(f"text {n}", 10 + n, line=line)) for n, line in enumerate(lines)]
    assert sum(len(one) for one in answers) == replying.LIMIT
    assert len(await rig.services.inbox.receive(posted("hello", 21, peer=SILENT, line=TOLL_FREE))) == 1


async def test_a_rule_rests_for_each_number_by_itself(rig: Rig) -> None:
    await rig.services.replies.add(away(cooldown=timedelta(hours=1)))
    for place, line in enumerate((LINE, TOLL_FREE)):
        assert len(await rig.services.inbox.receive(posted(f"hello {place}", 10 + place, line=line))) == 1


async def test_two_machines_that_answer_each_other_end_soon(rig: Rig) -> None:
    told: list[ReplyHeld] = []
    rig.engine.hub.subscribe(ReplyHeld, told.append)
    await rig.services.replies.add(away())
    await rig.send(ANSWERS, "Hello! Are you there?")
    await rig.until(lambda: told, "held back")
    replies_sent = [body for body in await got(rig, ANSWERS) if body == "We are away."]
    assert 1 <= len(replies_sent) <= replying.LIMIT


async def test_a_rule_rests_for_its_cooldown(rig: Rig) -> None:
    await rig.services.replies.add(away(cooldown=timedelta(hours=1)))
    assert len(await rig.services.inbox.receive(posted("one"))) == 1
    assert await rig.services.inbox.receive(posted("two", 6)) == []
    assert await held(rig) == []
    found = await rig.services.replies.preview(LINE, "three", peer=YOURS)
    assert [one.miss for one in found.verdicts] == [Miss.COOLDOWN]


async def test_first_message_ever_is_answered_once(rig: Rig) -> None:
    await rig.services.replies.add(Rule("Welcome", Trigger.FIRST, "Welcome!"))
    await rig.send(YOURS, "Your chair is ready.")
    assert len(await rig.services.inbox.receive(posted("thanks"))) == 1
    assert await rig.services.inbox.receive(posted("and bye", 6)) == []


async def test_of_two_texts_of_a_newcomer_that_the_list_tells_of_the_first_is_answered(rig: Rig) -> None:
    await rig.services.replies.add(Rule("Welcome", Trigger.FIRST, "Welcome!"))
    await rig.until(lambda: rig.services.catchup.progress.complete_to, "caught up")
    rig.simulator.weather.update({"lost_inbound": 1})
    for body in ("Hello", "are you open?"):
        await rig.simulator.phone(YOURS).text(LINE, body)
    rig.services.catchup.ask()
    await rig.inbound("are you open?")
    reply = await rig.until(lambda: next((m for m in rig.messages.values() if m.outbound), None), "a reply")
    await rig.status(reply, Status.DELIVERED)
    assert await got(rig) == ["Welcome!"]


async def test_somebody_is_welcomed_once_though_an_older_text_is_heard_of_later(rig: Rig) -> None:
    rule = await rig.services.replies.add(Rule("Welcome", Trigger.FIRST, "Welcome!"))
    decision = {"line": LINE, "peer": YOURS, "at": now(), "rule": rule.id, "name": "Welcome", "said": "hello"}
    await rig.engine.store.do(lambda tx: replies.answer(tx, sid="SM1", message_id="before", **decision))  # type: ignore[arg-type]
    assert await rig.services.inbox.receive(posted("an older one")) == []


async def test_a_rule_for_a_service_answers_whoever_writes_to_one_of_its_numbers(rig: Rig) -> None:
    service = "MG" + "0a" * 16
    await rig.services.replies.add(away(line=service))
    await rig.engine.store.do(lambda tx: consent.set_services(tx, {LINE: service, TOLL_FREE: None}))
    assert len(await rig.services.inbox.receive(_of_service("hello", service))) == 1
    assert await rig.services.inbox.receive(posted("hello", 6, line=TOLL_FREE)) == []
    found = await rig.services.replies.preview(LINE, "hello", peer=SILENT)
    assert found.rule is not None and found.rule.line == service


def _of_service(body: str, service: str) -> Inbound:
    return replace(posted(body), params=(("MessagingServiceSid", service),))


def test_what_came_in_the_longest_pause_at_night_is_fresh() -> None:
    assert rhythm.NIGHT + timedelta(minutes=2) < replying.FRESH


# who answers


async def short(rig: Rig) -> None:
    rig.simulator.account.add_line(SHORT, "Five digits")
    rig.simulator.set_sms_url(SHORT, f"{rig.engine.webhook_url}/twilio/inbound")


async def test_on_a_short_code_we_answer_stop_start_and_help_ourselves(rig: Rig) -> None:
    await short(rig)
    await rig.services.replies.set_business("Bright Chairs")
    for word in ("HELP", "STOP", "stop", "help", "START"):
        await says(rig, word, SHORT)
        await rig.simulator.idle()
    answered = [text_key(body.split(".")[0]) for body in await got(rig)]
    assert answered == [
        "bright chairs: reply here and we will help you",
        "bright chairs: you are unsubscribed and will get no more messages",
        "bright chairs: reply here and we will help you",
        "bright chairs: you will get our messages again",
    ]
    known = await rig.services.consents.of(SHORT, YOURS)
    assert not known.consent.is_out


async def caught_up_with_short(rig: Rig) -> None:
    """All that was written to the short code is known."""
    await short(rig)
    await rig.services.lines.refresh()
    await rig.services.replies.set_business("Bright Chairs")
    await rig.services.catchup.import_history(None)
    await rig.until(lambda: rig.services.absence.is_over(SHORT, YOURS), "caught up")
    await rig.rest()


async def test_on_a_short_code_no_rule_answers_whose_stop_got_lost_a_moment_ago(rig: Rig) -> None:
    await short(rig)
    await rig.services.lines.refresh()
    await rig.services.replies.set_business("Bright Chairs")
    await rig.services.replies.add(HOURS)
    rig.simulator.weather.update({"lost_inbound": 1})
    await rig.simulator.phone(YOURS).text(SHORT, "STOP")
    await rig.simulator.idle()
    rig.simulator.weather.clear()
    await says(rig, "hours", SHORT)
    assert await held(rig, line=SHORT) == [Held.OPTED_OUT]
    await rig.until(lambda: [m for m in rig.messages.values() if m.status is Status.DELIVERED], "STOP is answered")
    assert [text_key(body.split(".")[0]) for body in await got(rig)] == [
        "bright chairs: you are unsubscribed and will get no more messages"
    ]


async def test_on_a_short_code_a_rules_reply_waits_until_the_list_tells_whether_they_said_stop(
    rig: Rig,
) -> None:
    await caught_up_with_short(rig)
    await rig.services.replies.add(HOURS)
    rig.simulator.weather.lost_inbound, rig.simulator.weather.list_error = 1, 1
    await rig.simulator.phone(YOURS).text(SHORT, "STOP")
    await rig.simulator.idle()
    rig.simulator.weather.lost_inbound = 0
    await says(rig, "hours", SHORT)
    [reply] = [one for one in await shown(rig, line=SHORT) if one.outbound]
    assert reply.waits and not rig.services.absence.is_over(SHORT, YOURS)
    await rig.until(lambda: reply.id in rig.services.absence.held, "it is said why it waits")
    rig.simulator.weather.list_error = 0
    rig.services.absence.hurry()
    reply = await rig.status(reply, Status.FAILED, Status.CANCELED)
    assert reply.sid is None
    await rig.until(lambda: [m for m in rig.messages.values() if m.status is Status.DELIVERED], "STOP is answered")
    assert [text_key(body.split(".")[0]) for body in await got(rig)] == [
        "bright chairs: you are unsubscribed and will get no more messages"
    ]


async def test_on_a_short_code_a_rules_reply_that_had_to_wait_leaves_for_who_did_not_say_stop(rig: Rig) -> None:
    await caught_up_with_short(rig)
    await rig.services.replies.add(HOURS)
    rig.simulator.weather.list_error = 1
    await says(rig, "hours", SHORT)
    rig.simulator.weather.list_error = 0
    rig.services.absence.hurry()
    [reply] = [one for one in await shown(rig, line=SHORT) if one.outbound]
    await rig.status(reply, Status.DELIVERED)
    assert rig.services.absence.is_over(SHORT, YOURS)
    assert await got(rig) == ["Hi there, we are open from 9 to 5."]


async def test_on_a_short_code_no_rule_answers_what_one_page_tells_before_the_next_has_told_of_no_stop(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    await caught_up_with_short(rig)
    await rig.services.replies.add(HOURS)
    monkeypatch.setattr(catchup, "SMALL_PAGE", 1)
    rig.simulator.faults.fail_list_page(2, 1_000_000)
    rig.simulator.weather.lost_inbound = 1
    for body in ("STOP", "hours"):
        await rig.simulator.phone(YOURS).text(SHORT, body)
    rig.services.catchup.ask()
    await rig.inbound("hours")
    [reply] = [one for one in await shown(rig, line=SHORT) if one.outbound]
    assert reply.waits and not rig.services.absence.is_over(SHORT, YOURS)
    await rig.until(lambda: reply.id in rig.services.absence.held, "it is said why it waits")
    rig.simulator.faults.fail_list_page(2, 0)
    rig.services.absence.hurry()
    assert (await rig.status(reply, Status.FAILED, Status.CANCELED)).sid is None
    await rig.until(lambda: [m for m in rig.messages.values() if m.status is Status.DELIVERED], "STOP is answered")
    assert [text_key(body.split(".")[0]) for body in await got(rig)] == [
        "bright chairs: you are unsubscribed and will get no more messages"
    ]


async def test_on_a_short_code_what_the_list_alone_tells_of_is_answered_once_it_has_told_all(rig: Rig) -> None:
    await caught_up_with_short(rig)
    await rig.services.replies.add(HOURS)
    rig.simulator.weather.lost_inbound = 1
    await rig.simulator.phone(YOURS).text(SHORT, "hours")
    rig.services.catchup.ask()
    reply = await rig.until(lambda: next((m for m in rig.messages.values() if m.outbound), None), "a reply")
    await rig.status(reply, Status.DELIVERED)
    assert await got(rig) == ["Hi there, we are open from 9 to 5."]


async def test_no_rule_answers_while_it_is_asked_whether_an_earlier_text_wants_no_more(rig: Rig) -> None:
    await rig.services.replies.add(HOURS)
    await says(rig, "Please stop texting me")
    await says(rig, "hours")
    assert await held(rig) == [Held.ASKS_TO_STOP]
    question = (await rig.services.consents.of(LINE, YOURS)).question
    assert question is not None
    await rig.services.consents.answer(question, stop=False)
    await says(rig, "your hours?")
    assert await got(rig) == ["Hi there, we are open from 9 to 5."]


async def test_no_reply_leaves_that_was_made_before_they_seemed_to_ask_us_to_stop(rig: Rig) -> None:
    await rig.services.replies.add(HOURS)
    earlier = text(f"UPDATE marks SET since = since - {60 * 10**6}")
    await rig.engine.store.do(lambda tx: tx.db.execute(earlier))
    said = [PastMessage(YOURS, LINE, "hours", now() - timedelta(seconds=9))]
    said += [PastMessage(YOURS, LINE, "Please stop texting me", now() - timedelta(seconds=5))]
    rig.simulator.account.import_messages(said)
    rig.services.catchup.ask()
    await rig.until(lambda: [m for m in rig.messages.values() if m.outbound and m.status is Status.CANCELED], "held")
    assert await held(rig) == [Held.ASKS_TO_STOP]
    assert await got(rig) == []


async def test_a_text_that_is_posted_again_gets_no_reply_once_they_seem_to_ask_us_to_stop(rig: Rig) -> None:
    await rig.services.replies.add(HOURS)
    assert len(await rig.services.inbox.receive(posted("hours"))) == 1
    assert len(await rig.services.inbox.receive(posted("hours"))) == 1, "it may not have reached Twilio"
    await rig.services.inbox.receive(posted("Please stop texting me", 6))
    assert await rig.services.inbox.receive(posted("hours")) == []


async def test_what_twilio_makes_of_a_word_that_its_list_told_of_first_is_learned(rig: Rig) -> None:
    await rig.services.consents.set_keywords([], ["alta"])
    await says(rig, "STOP")
    rig.simulator.weather.lost_inbound = 1
    await rig.simulator.phone(YOURS).text(LINE, "ALTA")
    rig.services.catchup.ask()
    known = await rig.inbound("ALTA")
    assert (await rig.services.consents.of(LINE, YOURS)).consent.is_out
    assert known.sid is not None
    await rig.services.inbox.receive(Inbound(known.sid, "AC1", YOURS, LINE, "ALTA", (), "START", 1, ()))
    assert not (await rig.services.consents.of(LINE, YOURS)).consent.is_out


async def test_on_a_toll_free_number_whose_network_knows_one_word_a_rule_asks_for_the_others_first(rig: Rig) -> None:
    await rig.services.replies.add(HOURS)
    rig.simulator.weather.lost_inbound = 1
    await rig.simulator.phone(YOURS).text(TOLL_FREE, "UNSUBSCRIBE")
    await rig.simulator.idle()
    rig.simulator.weather.lost_inbound = 0
    await says(rig, "hours", TOLL_FREE)
    assert (await rig.services.consents.of(TOLL_FREE, YOURS)).consent.is_final
    assert await got(rig) == []


async def test_where_we_answer_for_a_service_a_rule_waits_like_on_a_short_code(rig: Rig) -> None:
    made = rig.simulator.account.add_service(LINE, friendly_name="Reminders")
    await rig.services.lines.refresh()
    await rig.services.lines.choose([LINE, made.sid])
    await rig.services.replies.set_who_answers(made.sid, Answering.WE)
    await rig.services.replies.add(HOURS)
    rig.simulator.weather.list_error = 1
    assert await rig.services.inbox.receive(posted("hours")) == []
    assert not rig.services.absence.is_over(LINE, YOURS)


async def test_a_start_of_which_the_list_does_not_tell_lifts_no_stop_that_came_meanwhile(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    await caught_up_with_short(rig)
    await says(rig, "STOP", SHORT)

    async def in_vain(line: str, peer: str, sid: str) -> None:
        await rig.services.inbox.receive(posted("stop", 9, line=SHORT))

    monkeypatch.setattr(rig.services.inbox, "hear_words", in_vain)
    await rig.services.inbox.receive(posted("START", line=SHORT))
    assert await rig.engine.store.read(lambda db: consent.opted_out(db, SHORT, YOURS))


async def test_a_stop_that_the_list_had_before_its_picture_is_confirmed_and_stands_once(rig: Rig) -> None:
    await caught_up_with_short(rig)
    [sid] = rig.simulator.account.import_messages([PastMessage(YOURS, SHORT, "STOP", at=now(), status="receiving")])
    rig.services.catchup.ask()
    out = partial(consent.opted_out, line=SHORT, peer=YOURS)
    while not await rig.engine.store.read(out):
        await rig.until(lambda: rig.events)
    [answer] = await rig.services.inbox.receive(Inbound(sid, "AC1", YOURS, SHORT, "STOP", (), "", 1, ()))
    assert "unsubscribed" in answer.text
    assert [event.sid for event in (await rig.services.consents.of(SHORT, YOURS)).events] == [sid]


async def test_a_word_of_ours_that_lets_nobody_in_is_not_answered_as_if_it_did(rig: Rig) -> None:
    await rig.services.consents.set_keywords([], ["alta"])
    await rig.services.replies.set_who_answers(LINE, Answering.WE)
    assert len(await rig.services.inbox.receive(posted("STOP"))) == 1
    assert await rig.services.inbox.receive(posted("alta", 6)) == []
    assert len(await rig.services.inbox.receive(posted("START", 7))) == 1


async def test_a_text_that_no_rule_fits_asks_twilio_nothing(rig: Rig) -> None:
    await caught_up_with_short(rig)
    await rig.services.replies.add(HOURS)
    rig.simulator.weather.list_error = 1
    await says(rig, "hello", SHORT)
    assert rig.services.absence.is_over(SHORT, YOURS)
    await says(rig, "hours", SHORT)
    assert not rig.services.absence.is_over(SHORT, YOURS)


async def test_on_a_short_code_no_rule_answers_who_said_stop_while_this_was_off(rig: Rig) -> None:
    await caught_up_with_short(rig)
    await rig.services.replies.add(HOURS)
    days = timedelta(days=5).total_seconds() * 1e6
    moved = text(f"UPDATE marks SET since = since - {days:.0f}, until = until - {days:.0f}")
    await rig.engine.store.do(lambda tx: tx.db.execute(moved))
    rig.simulator.account.import_messages([PastMessage(YOURS, SHORT, "STOP", at=now() - timedelta(days=4))])
    rig.services.absence.begin()
    await says(rig, "hours", SHORT)
    replies_ = [one for one in await shown(rig, line=SHORT) if one.outbound]  # none where the list was read by then
    assert all(one.waits or one.status in {Status.FAILED, Status.CANCELED} for one in replies_)
    assert await got(rig) == []


async def test_on_a_short_code_a_start_whose_webhook_came_late_does_not_undo_the_stop_after_it(rig: Rig) -> None:
    await caught_up_with_short(rig)
    rig.simulator.weather.lost_inbound, rig.simulator.weather.list_error = 1, 1
    await rig.simulator.phone(YOURS).text(SHORT, "START")
    await rig.simulator.idle()
    rig.simulator.weather.lost_inbound = 0
    await says(rig, "STOP", SHORT)
    [sid] = [one.sid for one in rig.simulator.account.log.older(Filter(), None, 10) if one.body == "START"]
    rig.simulator.weather.list_error = 0
    late = Inbound(sid, "AC1", YOURS, SHORT, "START", (), "", 1, ())
    await rig.services.inbox.receive(late)
    assert await rig.engine.store.read(lambda db: consent.opted_out(db, SHORT, YOURS))
    await says(rig, "UNSTOP", SHORT)
    assert not await rig.engine.store.read(lambda db: consent.opted_out(db, SHORT, YOURS))


async def test_on_a_short_code_nothing_leaves_after_a_start_of_which_the_list_does_not_tell_when_it_was(
    rig: Rig,
) -> None:
    await caught_up_with_short(rig)
    await says(rig, "STOP", SHORT)
    rig.simulator.weather.list_error = 1
    await says(rig, "START", SHORT)
    message = await rig.send(YOURS, "Welcome back", SHORT)
    assert message.waits and not rig.services.absence.is_over(SHORT, YOURS)
    rig.simulator.weather.list_error = 0
    rig.services.absence.hurry()
    await rig.status(message, Status.DELIVERED)


async def test_no_rule_answers_whose_opt_out_in_a_word_of_ours_got_lost_a_moment_ago(rig: Rig) -> None:
    await rig.services.consents.set_keywords(["baja"], ["alta"])
    await rig.services.replies.add(HOURS)
    rig.simulator.weather.lost_inbound = 1
    await rig.simulator.phone(YOURS).text(LINE, "BAJA")
    await rig.simulator.idle()
    rig.simulator.weather.lost_inbound = 0
    await says(rig, "hours")
    assert await held(rig) == [Held.OPTED_OUT]
    assert await got(rig) == []


async def test_a_word_of_ours_lets_nobody_in_whom_twilio_blocks(rig: Rig) -> None:
    await rig.services.consents.set_keywords(["baja"], ["alta"])
    await says(rig, "STOP")
    await says(rig, "ALTA")
    with pytest.raises(OptedOut):
        await rig.send(YOURS, "Welcome back")
    await says(rig, "START")
    await says(rig, "baja")
    await says(rig, "alta")
    await rig.status(await rig.send(YOURS, "Welcome back"), Status.DELIVERED)


async def test_on_a_short_code_start_is_answered_also_to_who_was_never_out_and_no_loop_comes_of_it(rig: Rig) -> None:
    await short(rig)
    await rig.services.replies.set_business("Bright Chairs")
    for word in ("START", "unstop", "yes"):
        await says(rig, word, SHORT)
        await rig.simulator.idle()
    answered = [text_key(body.split(".")[0]) for body in await got(rig)]
    assert answered == ["bright chairs: you will get our messages again"] * 2
    for _ in range(12):
        await says(rig, "START", SHORT)
    await rig.simulator.idle()
    assert len(await got(rig)) <= max(replying.LIMIT, replying.KEYWORDS_MORE)
    assert set(await held(rig, line=SHORT)) == {Held.TOO_MANY}


@pytest.mark.parametrize("name", ["", "My first Twilio account", "ada@example.com's Account"])
async def test_answers_that_cannot_name_the_business_are_told_in_amber_until_they_do(rig: Rig, name: str) -> None:
    rig.simulator.account.friendly_name = name
    await short(rig)
    await rig.services.lines.refresh()
    await rig.services.connection.look_once()
    [answer] = await rig.services.inbox.receive(posted("HELP", line=SHORT))
    assert answer.text.startswith("This number: ")
    row = await rig.until(lambda: health_row(rig), "line health tells")
    assert (row.light, row.fix) == (Light.WARN, Fix.ANSWERING)
    assert row.sentence == f"The answers to STOP, START and HELP on {SHORT} do not say who you are"
    await rig.services.replies.set_business("Bright Chairs")
    await rig.until(lambda: health_row(rig) is None, "line health is content")
    [answer] = await rig.services.inbox.receive(posted("HELP", 6, line=SHORT))
    assert answer.text.startswith("Bright Chairs: ")
    await rig.services.replies.set_business("")
    await rig.until(lambda: health_row(rig), "line health tells again")
    named = {keyword: f"Chairs of Maine. {TEXTS[keyword].partition(': ')[2]}" for keyword in Keyword}
    await rig.engine.store.do(lambda tx: settings.put(tx, replying.TEXTS_SETTING, named))
    assert await rig.services.replies.nameless() == ()


def health_row(rig: Rig) -> Check | None:
    return next((check for check in rig.services.health.state.checks if check.key == "business"), None)


async def test_where_nobody_entered_a_name_the_one_of_the_account_stands_there(rig: Rig) -> None:
    await short(rig)
    await rig.services.lines.refresh()
    await rig.services.connection.look_once()
    await says(rig, "HELP", SHORT)
    assert (await got(rig))[-1].startswith("Bright Chairs: reply here and we will help you.")
    assert await rig.services.replies.business() == "" and await rig.services.replies.nameless() == ()
    preview = await rig.services.replies.preview(SHORT, "STOP")
    assert preview.text.startswith("Bright Chairs: you are unsubscribed")


async def test_a_stop_that_only_the_list_tells_of_is_confirmed_too(rig: Rig) -> None:
    await short(rig)
    await rig.services.lines.refresh()
    await rig.until(lambda: rig.services.catchup.progress.lines.get(SHORT), "caught up")
    rig.simulator.weather.update({"lost_inbound": 1})
    await rig.simulator.phone(YOURS).text(SHORT, "STOP")
    rig.services.catchup.ask()
    reply = await rig.until(lambda: next((m for m in rig.messages.values() if m.outbound), None), "a reply")
    await rig.status(reply, Status.DELIVERED)
    place = await rig.services.conversations.open(SHORT, YOURS)
    with pytest.raises(OptedOut):
        await rig.services.outbox.submit(place.id, "one more thing")


async def test_twilio_answers_on_long_codes_and_toll_free_and_we_add_nothing(rig: Rig) -> None:
    await rig.services.replies.add(away())
    for line in (LINE, TOLL_FREE):
        await says(rig, "STOP", line)
    texts = await got(rig)
    assert len(texts) == 2 and "We are away." not in texts


@pytest.mark.parametrize("kind", ["STOP", "START", "HELP"])
async def test_where_advanced_opt_out_has_answered_we_never_do(rig: Rig, kind: str) -> None:
    await rig.services.replies.add(away())
    await rig.services.replies.set_who_answers(SHORT, Answering.WE)
    assert await rig.services.inbox.receive(posted("arrêt", line=SHORT, kind=kind)) == []
    assert await held(rig, line=SHORT) == [Held.TWILIO_ANSWERS]


async def test_that_advanced_opt_out_is_on_is_learned_from_what_twilio_makes_of_a_text(rig: Rig) -> None:
    await rig.services.inbox.receive(posted("STOP"))
    assert not any(one.advanced for one in await rig.services.replies.who_answers())
    await rig.services.inbox.receive(posted("arrêt", 6, kind="STOP"))
    assert [one.line for one in await rig.services.replies.who_answers() if one.advanced] == [LINE]


async def test_who_answers_is_set_for_the_number_also_where_the_text_stands_with_its_service(rig: Rig) -> None:
    rig.simulator.account.add_line(SHORT, "Five digits")
    made = rig.simulator.account.add_service(SHORT, friendly_name="Reminders")
    await rig.services.lines.refresh()
    await rig.services.lines.choose([LINE, SHORT, made.sid])
    await rig.services.replies.set_who_answers(SHORT, Answering.WE)
    place = await rig.services.conversations.open(made.sid, YOURS)
    await rig.status(await rig.services.outbox.submit(place.id, "Hello"), Status.DELIVERED)
    told = (("MessagingServiceSid", made.sid),)
    for number, word in enumerate(("HELP", "STOP")):
        text_ = Inbound(f"SM{number:032x}", "AC1", YOURS, SHORT, word, (), "", 1, told)
        assert len(await rig.services.inbox.receive(text_)) == 1, word
        assert (await rig.inbound(word)).line == made.sid


async def test_no_rule_answers_by_itself_where_damage_has_taken_away_what_they_once_wrote(rig: Rig) -> None:
    await rig.services.replies.add(HOURS)
    rig.simulator.account.import_messages([PastMessage(YOURS, LINE, "STOP", at=now() - timedelta(days=40))])
    await rig.engine.store.do(lambda tx: forgotten.put(tx, {}, now()))
    await rig.services.absence.recall()
    assert not rig.services.absence.recalls(LINE, YOURS)
    assert await rig.services.inbox.receive(posted("hours")) == []


async def test_a_short_code_of_a_messaging_service_is_left_to_twilio(rig: Rig) -> None:
    service = Inbound(
        f"SM{5:032x}", "AC1", YOURS, SHORT, "HELP", (), "", 1, (("MessagingServiceSid", "MG" + "0a" * 16),)
    )
    assert await rig.services.inbox.receive(service) == []
    assert await rig.services.inbox.receive(posted("HELP", 6, line="55555")) != []


async def test_a_person_may_set_who_answers(rig: Rig) -> None:
    await rig.until(rig.services.lines.known, "our lines")
    assert {one.line: one.who for one in await rig.services.replies.who_answers()}[LINE] is Answering.TWILIO
    await rig.services.replies.set_who_answers(LINE, Answering.WE)
    [answer] = await rig.services.inbox.receive(posted("HELP"))
    assert answer.text.startswith("Bright Chairs: ")  # as the account is called
    await rig.services.replies.set_who_answers(LINE, None)
    assert await rig.services.inbox.receive(posted("HELP", 6)) == []


@pytest.mark.parametrize("line", [LINE, TOLL_FREE])
async def test_where_we_answer_beside_twilio_it_is_as_the_dialog_warns(rig: Rig, line: str) -> None:
    await rig.until(rig.services.lines.known, "our lines")
    await rig.services.replies.set_who_answers(line, Answering.WE)
    answered, before = list[list[bool]](), 0
    for word in ("HELP", "STOP", "Help", "START"):
        await says(rig, word, line)
        texts = await got(rig)
        answered.append(sorted(one.startswith("Bright Chairs: ") for one in texts[before:]))  # whichever is quicker
        before = len(texts)
    ours = [message for message in await shown(rig, line=line) if message.author == AUTHOR]
    assert [(one.status, one.error_code) for one in ours] == [
        (Status.DELIVERED, None), (Status.FAILED, 21610), (Status.FAILED, 21610), (Status.DELIVERED, None),
    ]  # fmt: skip
    assert answered == [[False, True], [False], [], [False, True]]
    known = await rig.services.consents.of(line, YOURS)
    assert not known.consent.is_out and [event.words for event in known.events] == ["STOP", "START"]


async def test_our_own_words_for_keywords_are_kept_and_checked(rig: Rig) -> None:
    service = rig.services.replies
    await service.set_business("Bright Chairs")
    await service.set_texts({Keyword.STOP: "Bright Chairs: goodbye."})
    assert (await service.texts())[Keyword.STOP] == "Bright Chairs: goodbye."
    with pytest.raises(BadInput, match="reply STOP"):
        await service.set_texts({Keyword.HELP: "Bright Chairs helps."})
    await service.set_texts({})
    assert await service.texts() == TEXTS


async def test_keywords_do_not_make_a_loop_either(rig: Rig) -> None:
    answers = [await rig.services.inbox.receive(posted("HELP", n, line=SHORT)) for n in range(12)]
    assert sum(map(len, answers)) == replying.KEYWORDS_MORE


# rules, and the preview of them


async def test_rules_are_kept_in_their_order_and_changes_are_told(rig: Rig) -> None:
    told: list[RepliesChanged] = []
    rig.engine.hub.subscribe(RepliesChanged, told.append)
    service = rig.services.replies
    first, second = await service.add(HOURS), await service.add(away())
    await service.order([second.id])
    assert await service.rules() == (second, first)
    await service.enable(first.id, False)
    changed = replace(first, enabled=False, text="Nine to five.", dates=(now().date(),), picture=picture(rig))
    await service.change(changed)
    assert await service.rules() == (second, changed)
    await service.remove(second.id)
    assert await service.rules() == (changed,)
    assert len(told) == 6
    for gone in (service.change(second), service.enable(second.id, True)):
        with pytest.raises(BadInput, match="does not exist"):
            await gone
    with pytest.raises(BadInput, match="on which days"):
        await service.set_hours(LINE, Hours(()))


async def test_a_preview_is_what_twilio_is_told(rig: Rig) -> None:
    service = rig.services.replies
    await service.add(replace(HOURS, picture=picture(rig)))
    found = await service.preview(LINE, "hours & <more>", peer=YOURS)
    assert found.rule is not None and found.held is None
    root = fromstring(found.twiml)
    assert [child.tag for child in root[0]] == ["Body", "Media"] and root[0][0].text == found.text
    assert found.picture is not None and found.unsent is None
    assert tuple(await shown(rig)) == ()
    nothing = await service.preview(LINE, "bye", rules=[replace(HOURS, words=("tables",))])
    assert [one.miss for one in nothing.verdicts] == [Miss.NOT_SAID] and len(fromstring(nothing.twiml)) == 0
    stop = await service.preview(LINE, "STOP", rules=[away()])
    assert (stop.held, len(fromstring(stop.twiml))) == (Held.TWILIO_ANSWERS, 0)
    assert (await service.preview(SHORT, "STOP")).keyword is Keyword.STOP
