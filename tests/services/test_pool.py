"""Messaging Services and short codes as lines of their own: sent by, answered, stopped, lost and found again."""

import asyncio
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from sms_desktop.domain.consent import ConsentSource
from sms_desktop.domain.conversation import Filter as Shown
from sms_desktop.domain.errors import BadInput, OptedOut
from sms_desktop.domain.line import Line, LineKind
from sms_desktop.domain.message import CALLBACK, Direction, Message, Status, StatusReport
from sms_desktop.domain.routing import RouteState, Webhook
from sms_desktop.gateway.form import Inbound
from sms_desktop.services.clock import now
from sms_desktop.services.inbox import refused_before
from sms_desktop.simulator.account import PastMessage
from sms_desktop.simulator.messages import Filter
from sms_desktop.simulator.resources import AlphaSender, Service
from sms_desktop.store import consent, gaps, polls
from tests.rig import LINE, PATIENCE, SILENT, TOLL_FREE, YOURS, Rig
from tests.services.hours import set_outbox

CODE = "74567"
SECOND = "+14155550101"


def sent(rig: Rig) -> Counter[str]:
    """How often Twilio was given each text, whatever it answered."""
    return Counter(
        m.body for m in rig.simulator.account.log.older(Filter(), None, 1000) if m.direction == "outbound-api"
    )


async def in_use(rig: Rig, *numbers: str, watched: tuple[str, ...] | None = None) -> Service:
    """A service with those numbers that is in use here; so are ``watched``, else all lines."""
    made = rig.simulator.account.add_service(*numbers, friendly_name="Reminders")
    await rig.services.lines.refresh()
    known = [line.address for line in rig.services.lines.offered() if line.watched]
    await rig.services.lines.choose([*(known if watched is None else watched), made.sid])
    await rig.services.routing.look()
    await rig.rest()
    return made


async def by_service(rig: Rig, service: Service, peer: str, body: str) -> Message:
    conversation = await rig.services.conversations.open(service.sid, peer)
    return await rig.services.outbox.submit(conversation.id, body)


async def never_leaves(rig: Rig, address: str) -> None:
    """A text to who said STOP: refused at once where a round has told of that by then, else when it would leave."""
    with suppress(OptedOut):
        message = await rig.status(await rig.send(YOURS, "Sale", address), Status.FAILED, Status.DELIVERED)
        assert (message.status, message.sid) == (Status.FAILED, None)
    assert sent(rig) == Counter()


def line(rig: Rig, address: str) -> Line:
    found = rig.services.lines.get(address)
    assert found is not None
    return found


async def test_a_service_is_a_line_with_its_pool_and_not_in_use_until_it_is_chosen(rig: Rig) -> None:
    made = rig.simulator.account.add_service(LINE, TOLL_FREE, friendly_name=" Reminders\n")
    await rig.services.lines.refresh()
    found = line(rig, made.sid)
    assert (found.kind, found.name, found.senders) == (LineKind.SERVICE, "Reminders", (LINE, TOLL_FREE))
    assert found.sticky and found.mms and not found.watched
    assert made.sid not in [one.address for one in rig.services.lines.known()]
    assert rig.services.lines.name_of(made.sid) == "Reminders"
    made.sticky_sender = False
    del made.senders[TOLL_FREE]
    await rig.services.lines.refresh()
    assert (line(rig, made.sid).senders, line(rig, made.sid).sticky) == ((LINE,), False)


async def test_a_text_by_a_service_goes_once_and_says_by_which_number(rig: Rig) -> None:
    made = await in_use(rig, LINE, TOLL_FREE)
    message = await by_service(rig, made, SILENT, "Your chair is ready")
    done = await rig.status(message, Status.DELIVERED)
    assert (done.line, done.via, done.sender) == (made.sid, LINE, LINE)
    assert sent(rig)["Your chair is ready"] == 1
    [twilios] = [m for m in rig.simulator.account.log.older(Filter(), None, 9) if m.body == message.body]
    assert twilios.messaging_service_sid == made.sid
    again = await rig.status(await by_service(rig, made, SILENT, "Still here"), Status.DELIVERED)
    assert again.via == LINE


async def test_it_is_accepted_first_and_its_segments_are_learned_later(rig: Rig) -> None:
    made = await in_use(rig, LINE)
    message = await by_service(rig, made, SILENT, "x" * 200)
    await rig.status(message, Status.DELIVERED)
    async with asyncio.timeout(PATIENCE):  # the answer may come after all callbacks
        while Status.ACCEPTED not in [one.status for one in await rig.services.timeline.reports(message.id)]:
            pass
    await rig.engine.store.do(lambda tx: polls.plan(tx, message.id, now(), 0))
    rig.services.statuses.wake()
    found = await rig.until(lambda: m if (m := rig.messages[message.id]).segments else None, "it has segments")
    assert found.segments == 2


async def test_the_answer_to_a_service_s_text_comes_to_the_service_and_to_the_number_where_that_wrote_last(
    rig: Rig,
) -> None:
    made = await in_use(rig, LINE, TOLL_FREE)
    await rig.status(await by_service(rig, made, YOURS, "From the service"), Status.DELIVERED)
    await rig.simulator.phone(YOURS).text(LINE, "to the service")
    answer = await rig.inbound("to the service")
    assert (answer.line, answer.via) == (made.sid, LINE)
    await rig.status(await rig.send(YOURS, "From the number"), Status.DELIVERED)
    await rig.simulator.phone(YOURS).text(LINE, "to the number")
    answer = await rig.inbound("to the number")
    assert (answer.line, answer.via) == (LINE, None)


async def test_who_writes_first_reaches_the_number_that_is_in_use_and_the_service_where_it_is_not(rig: Rig) -> None:
    made = await in_use(rig, LINE, TOLL_FREE, watched=(LINE,))
    await rig.simulator.phone(YOURS).text(LINE, "hello shop")
    assert (await rig.inbound("hello shop")).line == LINE
    await rig.simulator.phone(YOURS).text(TOLL_FREE, "hello service")
    first = await rig.inbound("hello service")
    assert (first.line, first.via) == (made.sid, TOLL_FREE)
    reply = await rig.status(await by_service(rig, made, YOURS, "Hello!"), Status.DELIVERED)
    assert reply.via == TOLL_FREE  # who wrote to a number is answered by it


async def test_a_stop_to_one_of_the_pool_stops_the_service_and_all_of_its_numbers(rig: Rig) -> None:
    made = await in_use(rig, LINE, TOLL_FREE)
    await rig.status(await by_service(rig, made, YOURS, "Sale!"), Status.DELIVERED)
    await rig.simulator.phone(YOURS).text(LINE, "STOP")
    stop = await rig.inbound("STOP")
    assert stop.line == made.sid
    for address in (made.sid, LINE, TOLL_FREE):
        conversation = await rig.services.conversations.open(address, YOURS)
        assert conversation.opted_out_at is not None
        with pytest.raises(OptedOut, match=r"wrote STOP to (Reminders|[(])"):
            await rig.services.outbox.submit(conversation.id, f"One more by {address}")
    await rig.simulator.phone(YOURS).text(TOLL_FREE, "START")
    await rig.inbound("START")
    for address in (made.sid, LINE, TOLL_FREE):
        assert (await rig.services.conversations.open(address, YOURS)).opted_out_at is None
    assert sum(sent(rig).values()) == 1


async def test_who_is_refused_for_a_stop_to_another_number_is_told_which_and_no_conversation_is_made(rig: Rig) -> None:
    made = await in_use(rig, LINE, TOLL_FREE)
    await rig.status(await by_service(rig, made, YOURS, "Sale!"), Status.DELIVERED)
    await rig.simulator.phone(YOURS).text(LINE, "STOP")
    await rig.inbound("STOP")
    said = r"They wrote STOP to \(212\) 555-0100, so they cannot be texted from "
    with pytest.raises(OptedOut, match=said + r"\(888\) 555-0144\."):
        await rig.services.outbox.check_peer(TOLL_FREE, YOURS)
    with pytest.raises(OptedOut, match=said + r"Reminders\."):
        await by_service(rig, made, YOURS, "One more")
    with pytest.raises(BadInput, match="own number"):
        await rig.services.outbox.check_peer(TOLL_FREE, TOLL_FREE)
    await rig.services.outbox.check_peer(TOLL_FREE, SILENT)
    assert [place.line for place in await rig.services.conversations.page(Shown.ALL, None, 9)] == [made.sid]


async def test_twilios_own_answers_stand_where_the_keyword_stands(rig: Rig) -> None:
    made = await in_use(rig, LINE)
    await rig.status(await by_service(rig, made, YOURS, "Sale!"), Status.DELIVERED)
    for word in ("STOP", "START"):
        await rig.simulator.phone(YOURS).text(LINE, word)
        assert (await rig.inbound(word)).line == made.sid
    await rig.simulator.idle()
    rig.services.catchup.ask()
    answers = await rig.until(lambda: [m for m in rig.messages.values() if m.origin and m.outbound], "they are listed")
    assert {one.line for one in answers} == {made.sid}


async def test_a_stop_to_a_number_of_the_pool_before_the_service_was_a_line_stops_the_service(rig: Rig) -> None:
    await rig.simulator.phone(YOURS).text(LINE, "STOP")
    await rig.inbound("STOP")
    made = await in_use(rig, LINE, TOLL_FREE)
    conversation = await rig.services.conversations.open(made.sid, YOURS)
    assert conversation.opted_out_at is not None
    with pytest.raises(OptedOut):
        await rig.services.outbox.submit(conversation.id, "Hello")


async def test_a_number_that_joins_later_brings_its_stops_with_it(rig: Rig) -> None:
    made = await in_use(rig, LINE)
    await rig.simulator.phone(YOURS).text(TOLL_FREE, "STOP")
    await rig.inbound("STOP")
    conversation = await rig.services.conversations.open(made.sid, YOURS)
    assert conversation.opted_out_at is None
    made.senders[TOLL_FREE] = rig.simulator.account.now()
    await rig.services.lines.refresh()
    with pytest.raises(OptedOut):
        await rig.services.outbox.submit(conversation.id, "Hello")
    assert (await rig.services.conversations.open(made.sid, YOURS)).opted_out_at is not None


async def test_a_number_that_joins_while_this_runs_is_noticed_and_nothing_that_people_wrote_to_it_is_missing(
    rig: Rig,
) -> None:
    rig.simulator.set_sms_url(TOLL_FREE, "")
    made = await in_use(rig, LINE, watched=())
    await rig.until(lambda: rig.services.catchup.progress.lines.get(LINE), "the service is watched")
    await rig.services.consents.set_keywords(["baja"], [])
    made.senders[TOLL_FREE] = rig.simulator.account.now()
    rig.simulator.weather.lost_inbound = 1
    await rig.simulator.phone(YOURS).text(TOLL_FREE, "Can I come at 5?")
    await rig.simulator.phone(YOURS).text(TOLL_FREE, "BAJA")
    await rig.simulator.idle()
    await rig.services.health.check()
    assert rig.services.lines.pool_of(made.sid) == (LINE, TOLL_FREE)
    rig.services.catchup.ask()
    await rig.inbound("BAJA")
    conversation = await rig.services.conversations.open(made.sid, YOURS)
    with pytest.raises(OptedOut):
        await rig.services.outbox.submit(conversation.id, "Sale")
    said = (await rig.services.timeline.latest(conversation.id)).messages
    assert [one.body for one in said] == ["Can I come at 5?", "BAJA"]


async def test_a_post_that_names_no_service_takes_the_number_out_of_none(rig: Rig) -> None:
    made = await in_use(rig, LINE, TOLL_FREE)
    await rig.services.inbox.receive(Inbound(f"SM{1:032x}", "AC1", YOURS, LINE, "STOP", (), "", 1, ()))
    for to in (LINE, TOLL_FREE, made.sid):
        assert await rig.engine.store.read(partial(consent.opted_out, line=to, peer=YOURS)), to


async def test_after_an_absence_nothing_leaves_by_a_number_before_it_is_known_what_was_said_to_the_others(
    rig: Rig,
) -> None:
    rig.simulator.set_sms_url(TOLL_FREE, "")
    await in_use(rig, LINE, TOLL_FREE, watched=(LINE, TOLL_FREE))
    await rig.services.consents.set_keywords(["baja"], [])
    await rig.services.catchup.import_history(None)
    await rig.until(lambda: rig.services.absence.is_over(LINE, YOURS), "all is known")
    rig.simulator.weather.lost_inbound = 1
    await rig.simulator.phone(YOURS).text(TOLL_FREE, "BAJA")
    rig.services.absence.begin()
    await never_leaves(rig, LINE)


async def test_a_stop_counts_while_twilio_still_takes_in_its_picture(rig: Rig) -> None:
    rig.simulator.account.add_line(CODE, "Code")
    await rig.services.lines.refresh()
    await rig.services.catchup.import_history(None)
    await rig.until(lambda: rig.services.absence.is_over(CODE, YOURS), "all is known")
    rig.simulator.account.import_messages([PastMessage(YOURS, CODE, "STOP", at=now(), status="receiving")])
    rig.services.absence.begin()
    await never_leaves(rig, CODE)
    assert [one.body for one in rig.messages.values() if not one.outbound] == []


async def test_a_start_to_the_service_lets_nobody_in_at_a_number_that_has_left_it(rig: Rig) -> None:
    rig.simulator.account.add_line(CODE, "Code")
    made = await in_use(rig, LINE, TOLL_FREE, CODE)
    del made.senders[CODE]
    await rig.services.health.check()
    assert CODE not in rig.services.lines.pool_of(made.sid)
    phone = rig.simulator.phone(YOURS)
    for to, words in ((CODE, "STOP"), (LINE, "START")):
        await phone.text(to, words)
        rig.services.catchup.ask()
        await rig.inbound(words)
    conversation = await rig.services.conversations.open(CODE, YOURS)
    with pytest.raises(OptedOut):
        await rig.services.outbox.submit(conversation.id, "Sale")


async def test_a_stop_that_comes_while_a_text_waits_keeps_it_here(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    made = await in_use(rig, LINE, TOLL_FREE)
    conversation = await rig.services.conversations.open(made.sid, YOURS)
    message = await rig.services.outbox.submit(conversation.id, "Kept back", hold=60)
    await rig.simulator.phone(YOURS).text(TOLL_FREE, "STOP")
    await rig.inbound("STOP")
    set_outbox(monkeypatch, lambda: now() + timedelta(minutes=2))  # the moment in which it could be undone is over
    rig.services.outbox.wake()
    failed = await rig.status(message, Status.FAILED)
    assert failed.error_code == 21610 and not sent(rig)


async def test_twilio_s_late_refusal_is_an_opt_out_of_the_service(rig: Rig) -> None:
    made = await in_use(rig, LINE, TOLL_FREE)
    rig.simulator.account.blocks.add((made.sid, SILENT))
    message = await rig.status(await by_service(rig, made, SILENT, "Hello"), Status.FAILED)
    assert message.error_code == 21610
    for address in (made.sid, LINE, TOLL_FREE):
        assert await rig.engine.store.read(partial(consent.opted_out, line=address, peer=SILENT))


async def test_a_refusal_that_callback_poll_and_list_tell_of_is_one_entry_also_after_a_start(rig: Rig) -> None:
    made = await in_use(rig, LINE, TOLL_FREE)
    rig.simulator.account.blocks.add((made.sid, YOURS))
    message = await rig.status(await by_service(rig, made, YOURS, "Hello"), Status.FAILED)
    await rig.simulator.phone(YOURS).text(LINE, "START")
    await rig.inbound("START")
    gateway = rig.services.link.gateway
    assert gateway is not None and message.sid is not None
    found = await gateway.look_up(message.sid, made.sid, Direction.OUTBOUND)
    assert found is not None and found.error_code == 21610
    for _ in range(2):
        await rig.engine.store.do(lambda tx: refused_before(tx, found, message))
    known = await rig.services.consents.of(made.sid, YOURS)
    assert [(e.sid, e.source) for e in known.events if e.opted_out] == [(message.sid, ConsentSource.ERROR)]
    copy = [replace(event, at=event.at - timedelta(seconds=1)) for event in known.events if event.opted_out]
    await rig.engine.store.do(lambda tx: consent.enter(tx, copy))  # as another copy of the ledger has it
    assert (await rig.services.consents.of(made.sid, YOURS)).events == known.events


async def test_who_is_out_of_a_service_is_awaited_there_by_whichever_of_its_numbers_they_write(rig: Rig) -> None:
    made = await in_use(rig, LINE, TOLL_FREE)
    rig.simulator.account.blocks.add((made.sid, YOURS))
    await rig.status(await by_service(rig, made, YOURS, "Hello"), Status.FAILED)
    await rig.simulator.phone(YOURS).text(LINE, "START")
    start = await rig.inbound("START")
    await rig.simulator.phone(YOURS).text(LINE, "and a word more")
    more = await rig.inbound("and a word more")
    assert (start.line, start.via) == (more.line, more.via) == (made.sid, LINE)
    await rig.status(await rig.send(YOURS, "From the number"), Status.DELIVERED)
    await rig.simulator.phone(YOURS).text(LINE, "to the number")
    assert (await rig.inbound("to the number")).line == LINE


async def test_a_start_to_another_number_of_the_pool_than_the_stop_went_to_stands_below_it(rig: Rig) -> None:
    made = await in_use(rig, LINE, TOLL_FREE)
    await rig.status(await by_service(rig, made, YOURS, "Sale!"), Status.DELIVERED)
    for number, word in ((LINE, "STOP"), (TOLL_FREE, "START")):
        await rig.simulator.phone(YOURS).text(number, word)
        assert (await rig.inbound(word)).line == made.sid


async def test_a_service_without_a_fitting_number_fails_with_what_to_do(rig: Rig) -> None:
    made = await in_use(rig, TOLL_FREE)
    message = await by_service(rig, made, "+447911123456", "Hello over there")
    failed = await rig.status(message, Status.FAILED)
    assert (failed.error_code, failed.via) == (21703, None)
    assert sent(rig)["Hello over there"] == 1


async def test_a_lost_answer_is_found_by_the_recipient_and_nothing_goes_twice(rig: Rig) -> None:
    made = await in_use(rig, LINE, TOLL_FREE, watched=(TOLL_FREE,))
    rig.simulator.weather.lost_callbacks = 1
    rig.simulator.weather.turn("500 after", True)
    message = await rig.status(await by_service(rig, made, SILENT, "did it go?"), Status.UNCONFIRMED)
    rig.simulator.weather.error_after = 0
    await rig.engine.store.do(lambda tx: polls.plan(tx, message.id, now(), 0))
    rig.services.statuses.wake()
    found = await rig.until(lambda: m if (m := rig.messages[message.id]).sid else None, "it is found")
    assert found.line == made.sid and sent(rig)["did it go?"] == 1
    rig.services.catchup.ask()
    page = await rig.services.timeline.latest(found.conversation_id)
    assert [m.id for m in page.messages] == [message.id]


async def test_what_others_send_by_the_service_is_listed_once_where_it_belongs(rig: Rig) -> None:
    made = await in_use(rig, LINE, TOLL_FREE, watched=(LINE,))
    past = [
        PastMessage(LINE, SILENT, "by the service", now()),
        PastMessage(LINE, SILENT, "by the number", now()),
        PastMessage(TOLL_FREE, SILENT, "past the service by an unused number", now()),
        PastMessage(SILENT, TOLL_FREE, "to an unused number", now()),
    ]
    sids = rig.simulator.account.import_messages(past)
    for sid in (sids[0], sids[3]):
        message = rig.simulator.account.log.get(sid)
        assert message is not None
        message.messaging_service_sid = made.sid
    rig.services.catchup.ask()
    await rig.inbound("to an unused number")
    await rig.until(lambda: any(m.body == "by the number" for m in rig.messages.values()), "the list was read")
    rig.services.catchup.ask()
    await rig.until(lambda: rig.services.catchup.progress.complete_to, "all is here")
    where = {m.body: (m.line, m.via) for m in rig.messages.values()}
    assert where == {
        "by the service": (made.sid, LINE),
        "by the number": (LINE, None),
        "to an unused number": (made.sid, TOLL_FREE),
    }
    assert len(rig.messages) == len(where)


async def test_what_was_written_to_the_service_is_heard_by_the_person_before_anything_leaves(rig: Rig) -> None:
    made = await in_use(rig, LINE, TOLL_FREE)
    sids = rig.simulator.account.import_messages(
        [PastMessage(YOURS, TOLL_FREE, "STOP", now()), PastMessage(YOURS, LINE, "and this", now())]
    )
    gateway = rig.services.link.gateway
    assert gateway is not None and len(sids) == 2
    await rig.services.catchup.hear(gateway, made.sid, YOURS, now())
    with pytest.raises(OptedOut):
        await by_service(rig, made, YOURS, "Hello")


async def test_a_service_s_own_address_is_set_and_put_back_with_its_leaving_texts_to_the_numbers(rig: Rig) -> None:
    old = Webhook("https://old.example/in", "GET", "", "POST", True)
    made = await in_use(rig, TOLL_FREE, watched=(LINE,))
    made.inbound_request_url, made.inbound_method = old.url, old.method
    rig.simulator.set_sms_url(TOLL_FREE, "https://elsewhere.example")
    await rig.services.routing.look()
    rig.services.link.public_url = rig.engine.webhook_url
    route = rig.services.routing.route_of(made.sid)
    assert route is not None and route.holder.webhook == old
    assert rig.services.routing.state(route) is RouteState.ELSEWHERE
    [change] = rig.services.routing.plan([made.sid])
    assert change.lines == (TOLL_FREE,) and not change.after.defers
    assert await rig.services.routing.bring([change]) == ()
    assert not made.use_inbound_webhook_on_number and made.inbound_request_url == change.after.url
    route = rig.services.routing.route_of(made.sid)
    assert route is not None and rig.services.routing.state(route) is RouteState.HERE
    await rig.simulator.phone(YOURS).text(TOLL_FREE, "hello there")
    assert (await rig.inbound("hello there")).line == made.sid
    assert await rig.services.routing.give_back([made.sid]) == ()
    assert (made.inbound_request_url, made.inbound_method) == (old.url, old.method)
    assert made.use_inbound_webhook_on_number


async def test_who_has_it_leave_texts_to_its_numbers_again_is_not_overruled(rig: Rig) -> None:
    made = await in_use(rig, TOLL_FREE, watched=(LINE,))
    made.use_inbound_webhook_on_number = False
    made.inbound_request_url = "https://old.example/in"
    rig.simulator.set_sms_url(TOLL_FREE, "https://elsewhere.example")
    rig.services.link.public_url = rig.engine.webhook_url
    await rig.services.routing.look()
    assert await rig.services.routing.bring(rig.services.routing.plan([made.sid])) == ()
    made.use_inbound_webhook_on_number = True
    await rig.services.routing.look()
    route = rig.services.routing.route_of(made.sid)
    assert route is not None and rig.services.routing.state(route) is RouteState.CHANGED
    assert rig.services.routing.moves("https://new.example") == ()
    assert await rig.services.routing.give_back() == ()
    assert (made.inbound_request_url, made.use_inbound_webhook_on_number) == ("https://old.example/in", True)


async def test_a_service_whose_numbers_all_come_here_need_not_be_changed(rig: Rig) -> None:
    made = await in_use(rig, LINE, TOLL_FREE)
    rig.services.link.public_url = rig.engine.webhook_url
    route = rig.services.routing.route_of(made.sid)
    assert route is not None and route.holder.webhook.defers
    assert rig.services.routing.state(route) is RouteState.HERE
    assert rig.services.routing.plan([made.sid]) == ()


async def test_its_own_numbers_are_no_recipients_of_a_service(rig: Rig) -> None:
    made = await in_use(rig, LINE, TOLL_FREE)
    conversation = await rig.services.conversations.open(made.sid, TOLL_FREE)
    with pytest.raises(BadInput, match="own number"):
        await rig.services.outbox.submit(conversation.id, "Hello me")


async def test_a_short_code_sends_receives_and_is_stopped_by_us_alone(rig: Rig) -> None:
    rig.simulator.account.add_line(CODE, "Raffle")
    rig.simulator.set_sms_url(CODE, f"{rig.engine.webhook_url}/twilio/inbound")
    await rig.services.lines.refresh()
    assert line(rig, CODE).kind is LineKind.SHORT_CODE
    message = await rig.status(await rig.send(YOURS, "You have won", line=CODE), Status.DELIVERED)
    assert (message.sender, message.via) == (CODE, None)
    await rig.simulator.phone(YOURS).text(CODE, "STOP")
    await rig.inbound("STOP")
    assert not rig.simulator.account.blocked(CODE, YOURS)  # a short code's words are ours to heed
    with pytest.raises(OptedOut):
        await rig.send(YOURS, "Once more", line=CODE)


async def test_a_short_code_of_a_pool_goes_before_its_numbers_and_stops_with_them(rig: Rig) -> None:
    rig.simulator.account.add_line(CODE, "Raffle")
    made = await in_use(rig, LINE, CODE)
    message = await rig.status(await by_service(rig, made, SILENT, "By the code"), Status.DELIVERED)
    assert message.via == CODE
    rig.simulator.set_sms_url(CODE, f"{rig.engine.webhook_url}/twilio/inbound")
    await rig.simulator.phone(SILENT).text(CODE, "STOP")
    stop = await rig.inbound("STOP")
    assert (stop.line, stop.via, stop.direction) == (made.sid, CODE, Direction.INBOUND)
    with pytest.raises(OptedOut):
        await by_service(rig, made, SILENT, "Again")


async def test_nobody_writes_to_a_sender_s_name_and_nothing_waits_for_that(rig: Rig) -> None:
    made = rig.simulator.account.add_service(LINE, friendly_name="Reminders")
    made.alpha_senders.append(AlphaSender("AI" + "0" * 32, "BrightChair", rig.simulator.account.now()))
    await rig.services.lines.refresh()
    await rig.services.lines.choose([LINE, made.sid])
    rig.services.absence.begin()
    rig.services.catchup.ask()
    assert await rig.status(await by_service(rig, made, YOURS, "Your chair is ready"), Status.DELIVERED)
    listed = [one for one in await rig.engine.store.read(gaps.all) if one.line == "BrightChair"]
    assert {one.direction for one in listed} <= {Direction.OUTBOUND}
    assert rig.services.lines.answered_by(made.sid) == (LINE,)


async def test_many_texts_at_once_by_a_service_go_once_each(rig: Rig) -> None:
    made = await in_use(rig, LINE, TOLL_FREE)
    rig.simulator.weather.duplicate_callbacks = rig.simulator.weather.out_of_order = 0.5
    peers = [f"+1415555{n:04}" for n in range(200, 220)]
    messages = await asyncio.gather(*(by_service(rig, made, peer, f"to {peer}") for peer in peers))
    for message in messages:
        await rig.status(message, Status.DELIVERED)
    assert set(sent(rig).values()) == {1} and len(sent(rig)) == len(peers)


async def test_a_late_word_of_a_refusal_locks_nobody_who_has_said_start_since(rig: Rig) -> None:
    made = await in_use(rig, LINE, TOLL_FREE)
    rig.simulator.weather.lost_callbacks = 1
    rig.simulator.account.blocks.add((made.sid, YOURS))
    message = await by_service(rig, made, YOURS, "Sale")
    message = await rig.status(message, Status.ACCEPTED)
    await rig.simulator.phone(YOURS).text(LINE, "START")
    await rig.inbound("START")
    late = StatusReport(Status.FAILED, 21610, message.sid, CALLBACK, now())
    await rig.services.inbox.report(message.id, late)
    assert rig.messages[message.id].error_code == 21610
    await listed(rig, made)
    assert not await rig.engine.store.read(partial(consent.opted_out, line=made.sid, peer=YOURS))
    await rig.services.outbox.submit(message.conversation_id, "Welcome back")


async def test_a_refusal_of_a_text_that_left_after_their_start_is_true(rig: Rig) -> None:
    """They said STOP, which nobody here has heard of."""
    made = await in_use(rig, LINE, TOLL_FREE)
    await rig.simulator.phone(YOURS).text(LINE, "START")
    await rig.inbound("START")
    rig.simulator.account.blocks.add((made.sid, YOURS))
    message = await rig.status(await by_service(rig, made, YOURS, "Sale"), Status.FAILED)
    assert message.error_code == 21610
    for _ in range(2):
        assert await rig.engine.store.read(partial(consent.opted_out, line=made.sid, peer=YOURS))
        await listed(rig, made)
    with pytest.raises(OptedOut):
        await rig.services.outbox.submit(message.conversation_id, "Sale, still")


async def listed(rig: Rig, made: Service) -> None:
    """Twilio's list tells the times of what they wrote, without the parts of a second."""
    gateway = rig.services.link.gateway
    assert gateway is not None
    await rig.services.catchup.hear(gateway, made.sid, YOURS, now() - timedelta(minutes=1))
