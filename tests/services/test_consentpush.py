"""Twilio's Consent API is told what it does not know, and nothing that could lift a STOP."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select

from sms_desktop.domain.consent import ConsentEvent, ConsentSource
from sms_desktop.domain.errors import GatewayError
from sms_desktop.domain.events import ConsentTold
from sms_desktop.domain.message import Status
from sms_desktop.gateway.gateway import ConsentItem, Gateway
from sms_desktop.services import clock, consentpush
from sms_desktop.services.absence import Absence
from sms_desktop.services.consentpush import NAMED, NOT_ENABLED, ConsentPush, Pushed
from sms_desktop.simulator.account import PastMessage
from sms_desktop.simulator.resources import Service
from sms_desktop.store import consent, pushes, settings
from sms_desktop.store.schema import consent_events
from sms_desktop.store.store import Tx
from tests.rig import LINE, PATIENCE, SILENT, TICK, TOLL_FREE, YOURS, Rig
from tests.services.test_pool import SECOND, in_use

CALLS = "POST v1/Consents/Bulk"
STRANGE = "+99912345"


@pytest.fixture
async def rig(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> Rig:
    """After its first round: it is known what people wrote."""
    monkeypatch.setattr(consentpush, "PACE", 0.0)
    monkeypatch.setattr(consentpush, "SOON", 0.05)
    monkeypatch.setattr(ConsentPush, "_tell", _telling)
    await rig.until(lambda: rig.services.catchup.progress.complete_to, "a first round")
    await rig.until(lambda: rig.services.absence.is_heard(LINE, YOURS), "contact is there")
    return rig


telling: list[ConsentPush] = []
"""Those that look just now at what is to be told."""
_tell = ConsentPush._tell


async def _telling(push: ConsentPush) -> float:
    telling.append(push)
    try:
        return await _tell(push)
    finally:
        telling.remove(push)


async def told(rig: Rig) -> Pushed:
    """How it stands once nothing more is to be told, and no look at that is under way or about to begin."""
    push = rig.services.consentpush

    def rests() -> bool:
        return not telling and not push._wake.is_set()

    async with asyncio.timeout(PATIENCE):
        while True:
            await rig.until(rests, "nobody looks at what is to be told")
            state = await push.state()
            if (not state.waiting or state.trouble) and rests():
                return state


def imported(peer: str, row: int, *, out: bool = True) -> ConsentEvent:
    return ConsentEvent(LINE, peer, out, ConsentSource.IMPORT, "", None, clock.theirs(), "", f"people.csv, row {row}")


async def test_it_is_off_until_somebody_switches_it_on(rig: Rig) -> None:
    await rig.services.consents.opt_out(LINE, YOURS, "Ada", "called")
    await rig.send(SILENT, "Something else")
    assert (await rig.services.consentpush.state()) == Pushed(False, 1)
    assert rig.simulator.requests[CALLS] == 0


async def test_what_was_entered_before_and_after_is_told_once(rig: Rig) -> None:
    await rig.services.consents.opt_out(LINE, YOURS, "Ada", "called")
    await rig.services.consentpush.set_on(True)
    assert await told(rig) == Pushed(True)
    assert (LINE, YOURS) in rig.simulator.account.blocks
    await rig.services.consents.opt_out(LINE, SILENT, "Ada", "called")
    await rig.until(lambda: (LINE, SILENT) in rig.simulator.account.blocks, "it is told as it is entered")
    assert rig.simulator.requests[CALLS] == 2


async def test_a_stop_of_their_own_is_not_told_to_twilio_which_knows_it(rig: Rig) -> None:
    await rig.services.consents.opt_out(LINE, YOURS, "Ada", "called")
    await rig.simulator.phone(YOURS).text(LINE, "STOP")
    await rig.inbound("STOP")
    await rig.services.consentpush.set_on(True)
    assert await told(rig) == Pushed(True)
    assert rig.simulator.requests[CALLS] == 0


async def test_an_opt_out_entered_here_is_told_once_their_own_is_taken_back(rig: Rig) -> None:
    await rig.services.consents.opt_out(LINE, YOURS, "Ada", "said so at the counter")
    await rig.simulator.phone(YOURS).text(LINE, "STOP")
    await rig.inbound("STOP")
    await rig.services.consentpush.set_on(True)
    assert await told(rig) == Pushed(True)
    assert rig.simulator.requests[CALLS] == 0
    await rig.simulator.phone(YOURS).text(LINE, "YES")
    await rig.inbound("YES")
    assert await rig.engine.store.read(lambda db: consent.opted_out(db, LINE, YOURS))
    await rig.until(lambda: (LINE, YOURS) in rig.simulator.account.blocks, "what stands here stands there")


async def test_a_stop_that_was_not_heard_of_is_asked_for_before_an_agreement_is_told(rig: Rig) -> None:
    await rig.services.consentpush.set_on(True)
    await rig.services.consents.opt_out(LINE, YOURS, "Ada", "called")
    await rig.until(lambda: (LINE, YOURS) in rig.simulator.account.blocks, "Twilio knows it")
    rig.simulator.weather.lost_inbound = 1
    await rig.simulator.phone(YOURS).text(LINE, "STOP")
    await rig.services.consents.opt_in(LINE, YOURS, "Ada", "signed a form")
    await rig.inbound("STOP")  # the list tells it
    assert await told(rig) == Pushed(True)
    assert (LINE, YOURS) in rig.simulator.account.blocks
    assert await rig.engine.store.read(lambda db: consent.opted_out(db, LINE, YOURS))


async def test_a_stop_that_an_agreement_lifted_at_twilio_is_told_again(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def deaf(*_: object, **__: object) -> None:
        """It came in the very second."""

    await rig.services.consentpush.set_on(True)
    await rig.services.consents.opt_out(LINE, YOURS, "Ada", "called")
    await rig.until(lambda: (LINE, YOURS) in rig.simulator.account.blocks, "Twilio knows it")
    rig.simulator.weather.lost_inbound = 1
    monkeypatch.setattr(rig.services.absence, "hear", deaf)
    await rig.simulator.phone(YOURS).text(LINE, "STOP")
    await rig.services.consents.opt_in(LINE, YOURS, "Ada", "signed a form")
    await rig.until(lambda: (LINE, YOURS) not in rig.simulator.account.blocks, "the agreement lifts it")
    rig.services.catchup.ask()
    await rig.until(lambda: (LINE, YOURS) in rig.simulator.account.blocks, "once it is heard of it is told again")


async def test_an_agreement_is_told_only_to_take_back_what_was_told(rig: Rig) -> None:
    await rig.services.consentpush.set_on(True)
    rig.simulator.account.blocks.add((LINE, SILENT))  # a STOP that nobody here has heard of
    await rig.services.consents.opt_in(LINE, SILENT, "Ada", "said so at the counter")
    assert await told(rig) == Pushed(True)
    assert (LINE, SILENT) in rig.simulator.account.blocks and rig.simulator.requests[CALLS] == 0

    await rig.services.consents.opt_out(LINE, YOURS, "Ada", "called")
    await rig.until(lambda: (LINE, YOURS) in rig.simulator.account.blocks, "the opt-out is told")
    await told(rig)
    await rig.services.consents.opt_in(LINE, YOURS, "Ada", "it was somebody else")
    await rig.until(lambda: (LINE, YOURS) not in rig.simulator.account.blocks, "and taken back")
    message = await rig.send(YOURS, "Sorry about that")
    await rig.status(message, Status.DELIVERED)


async def test_many_are_told_twenty_five_at_a_time_and_each_error_is_looked_at(rig: Rig) -> None:
    rows = [imported(f"+1415555{1000 + n}", n) for n in range(60)]
    await rig.engine.store.do(lambda tx: consent.import_many(tx, LINE, [*rows, imported(STRANGE, 61)]))
    await rig.services.consentpush.set_on(True)
    state = await told(rig)
    assert (state.waiting, state.refused, state.trouble) == (0, 1, "")
    assert rig.simulator.requests[CALLS] == 3
    assert {(LINE, row.peer) for row in rows} <= rig.simulator.account.blocks
    assert state.said == (
        "Twilio knows all else. 1 entry it did not take, of +99912345. Not right: the person’s number. "
        "To try again, switch this off and on.",
        "warn",
    )


async def test_an_account_without_the_api_is_said_so_and_nothing_is_lost(rig: Rig) -> None:
    rig.simulator.account.has_consents = False
    await rig.services.consents.opt_out(LINE, YOURS, "Ada", "called")
    await rig.services.consentpush.set_on(True)
    state = await told(rig)
    assert (state.waiting, state.said) == (1, (NOT_ENABLED, "bad"))
    rig.simulator.account.has_consents = True
    await rig.services.consentpush.set_on(True)
    assert await told(rig) == Pushed(True)
    assert (LINE, YOURS) in rig.simulator.account.blocks


async def test_too_many_calls_are_tried_again_later(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consentpush, "BUSY", 0.05)
    rig.simulator.account.consents_a_minute = 0
    await rig.services.consents.opt_out(LINE, YOURS, "Ada", "called")
    await rig.services.consentpush.set_on(True)
    await rig.until(lambda: rig.simulator.requests[CALLS] > 1, "it is tried again")
    rig.simulator.account.consents_a_minute = 100
    await rig.until(lambda: (LINE, YOURS) in rig.simulator.account.blocks, "and told")
    assert await told(rig) == Pushed(True)


async def test_what_is_entered_here_does_not_wait_for_the_end_of_a_list(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a list of people who agreed nothing is told, and nothing waits."""
    gateway, entered = rig.services.link.gateway, asyncio.Event()
    assert gateway is not None
    tell = gateway.tell_consents
    peers = [f"+1415556{number:04}" for number in range(400)]
    agreed = [imported(peer, row, out=False) for row, peer in enumerate(peers[200:])]
    listed = [imported(peer, row) for row, peer in enumerate(peers[:200])]
    for some in (agreed, listed):
        await rig.engine.store.do(partial(consent.import_many, line=LINE, wanted=some))
    assert (await rig.services.consentpush.state()).waiting == 200
    blocks, told_first = rig.simulator.account.blocks, list[int]()

    def look(_: ConsentTold) -> None:
        if (LINE, SILENT) in blocks:
            told_first.append(len(blocks))

    async def slowly(items: Sequence[ConsentItem]) -> dict[str, str]:
        answers = await tell(items)
        if len(blocks) > 30:
            await entered.wait()
        return answers

    monkeypatch.setattr(gateway, "tell_consents", slowly)
    rig.engine.hub.subscribe(ConsentTold, look)
    await rig.services.consentpush.set_on(True)
    await rig.until(lambda: len(blocks) > 30, "the list is under way")
    await rig.services.consents.opt_out(LINE, SILENT, "Ada", "called")
    entered.set()
    assert await told(rig) == Pushed(True)
    assert blocks == {(LINE, peer) for peer in (SILENT, *peers[:200])}
    assert told_first[0] < 200
    assert rig.simulator.requests[CALLS] == 9


async def test_an_agreement_that_is_not_known_yet_does_not_wait_for_the_end_of_a_list(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rig.services.consents.opt_out(LINE, SILENT, "Ada", "called")
    await rig.services.consentpush.set_on(True)
    assert await told(rig) == Pushed(True)
    await rig.services.consentpush.set_on(False)
    monkeypatch.setattr(consentpush, "PACE", TICK)
    listed = [imported(f"+1415556{number:04}", number) for number in range(1000)]
    await rig.engine.store.do(partial(consent.import_many, line=LINE, wanted=listed))
    blocks, heard, is_heard = rig.simulator.account.blocks, asyncio.Event(), Absence.is_heard
    monkeypatch.setattr(Absence, "is_heard", lambda self, line, peer: heard.is_set() and is_heard(self, line, peer))
    await rig.services.consents.opt_in(LINE, SILENT, "Ada", "at the counter")
    await rig.services.consentpush.set_on(True)
    await rig.until(lambda: len(blocks) > 60, "the list is under way")
    heard.set()
    await rig.until(lambda: (LINE, SILENT) not in blocks, "it is taken back")
    assert len(blocks) < 1000


async def test_switching_it_off_ends_it_in_the_middle_of_a_list(rig: Rig) -> None:
    rows = [imported(f"+1415555{1000 + n}", n) for n in range(200)]
    await rig.engine.store.do(lambda tx: consent.import_many(tx, LINE, rows))
    push, real = rig.services.consentpush, pushes.mark
    await rig.engine.store.do(lambda tx: settings.put(tx, consentpush.KEY, True))

    def marked(tx: Tx, told: Mapping[int, str]) -> None:
        real(tx, told)
        settings.put(tx, consentpush.KEY, False)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pushes, "mark", marked)
        assert await push._tell() == consentpush.IDLE
    assert (await push.state()).waiting >= 175


async def test_an_opt_out_by_a_keyword_of_the_accounts_own_is_told(rig: Rig) -> None:
    await rig.services.consents.set_keywords(["alto"], [])
    await rig.services.consents.opt_out(LINE, YOURS, "Ada", "called")
    await rig.simulator.phone(YOURS).text(LINE, "ALTO")
    await rig.inbound("ALTO")
    await rig.services.consentpush.set_on(True)
    assert await told(rig) == Pushed(True)
    assert (LINE, YOURS) in rig.simulator.account.blocks


async def test_an_opt_out_by_an_own_keyword_alone_is_told(rig: Rig) -> None:
    await rig.services.consents.set_keywords(["alto"], [])
    await rig.simulator.phone(YOURS).text(LINE, "ALTO")
    await rig.inbound("ALTO")
    await rig.services.consentpush.set_on(True)
    assert await told(rig) == Pushed(True)
    assert (LINE, YOURS) in rig.simulator.account.blocks


async def test_what_was_not_taken_is_told_again_once_it_is_switched_on_anew(rig: Rig) -> None:
    await rig.engine.store.do(lambda tx: consent.import_many(tx, LINE, [imported(STRANGE, 1)]))
    await rig.services.consentpush.set_on(True)
    assert (await told(rig)).refused == 1
    calls = rig.simulator.requests[CALLS]
    await rig.services.consentpush.set_on(False)
    await rig.services.consentpush.set_on(True)
    await rig.until(lambda: rig.simulator.requests[CALLS] > calls, "it is told again")
    assert (await told(rig)).refused == 1


async def test_who_was_not_taken_is_named_and_of_many_the_first(rig: Rig) -> None:
    rows = [imported(f"+999123{10 + n}", n) for n in range(NAMED + 2)]
    for line in (LINE, TOLL_FREE):  # of each there are two entries
        some = [replace(row, line=line) for row in rows]
        await rig.engine.store.do(partial(consent.import_many, line=line, wanted=some))
    await rig.services.consentpush.set_on(True)
    state = await told(rig)
    assert state.refused == 2 * len(rows) and state.whom == tuple(row.peer for row in rows[:NAMED])
    assert ", 2 more. Not right: the person’s number. To try again" in state.said[0]


@pytest.mark.parametrize(
    ("why", "said"),
    [
        (
            ("30646: INVALID_CONTACT_ID", "30646: INVALID_SENDER_ID, INVALID_CONTACT_ID"),
            "the person’s number, the line",
        ),
        (("30646: INVALID_DATE_OF_CONSENT",), "the date of the entry"),
        (("30646: INVALID_SOURCE, INVALID_CONTACT_ID",), "the person’s number. What came back: “INVALID_SOURCE”"),
        (("30647",), "What came back: “30647”"),
        (("Twilio does not take this.",), "What came back: “Twilio does not take this.”"),
    ],
)
def test_all_that_twilio_said_to_those_is_told(why: tuple[str, ...], said: str) -> None:
    told = Pushed(True, refused=3, why=why).said[0]
    assert said in told
    assert told.endswith(" To try again, switch this off and on.")


async def test_what_holds_for_a_service_is_told_for_it_and_for_each_of_its_numbers(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await in_use(rig, LINE, TOLL_FREE)
    await rig.until(lambda: rig.services.absence.is_heard(made.sid, YOURS), "contact is there")
    gateway = rig.services.link.gateway
    assert gateway is not None
    real, said = gateway.tell_consents, list[tuple[str, bool]]()

    async def tell(items: Sequence[ConsentItem]) -> dict[str, str]:
        said.extend((item.sender, item.opted_out) for item in items)
        return await real(items)

    monkeypatch.setattr(gateway, "tell_consents", tell)
    await rig.services.consentpush.set_on(True)
    await rig.services.consents.opt_out(LINE, YOURS, "Ada", "called")
    await rig.until(lambda: len(said) == 3, "all of them are told")
    assert set(said) == {(sender, True) for sender in (made.sid, LINE, TOLL_FREE)}
    assert await told(rig) == Pushed(True) and rig.simulator.requests[CALLS] == 1
    await rig.services.consents.opt_in(made.sid, YOURS, "Ada", "it was somebody else")
    await rig.until(lambda: len(said) == 6, "it is taken back")
    assert set(said[3:]) == {(sender, False) for sender in (made.sid, LINE, TOLL_FREE)}
    assert await told(rig) == Pushed(True)


async def test_one_sender_that_is_not_taken_leaves_the_entry_not_taken(rig: Rig) -> None:
    """Else nobody learned that a text by that one is not stopped there."""
    made = await in_use(rig, LINE, TOLL_FREE)
    del rig.simulator.account.services[made.sid]
    await rig.services.consents.opt_out(LINE, YOURS, "Ada", "called")
    await rig.services.consentpush.set_on(True)
    state = await told(rig)
    assert (state.refused, state.whom) == (1, (YOURS,))
    assert {(LINE, YOURS), (TOLL_FREE, YOURS)} <= rig.simulator.account.blocks


async def test_each_call_is_told_to_whoever_shows_it(rig: Rig) -> None:
    seen: list[Pushed] = []

    async def look() -> None:
        seen.append(await rig.services.consentpush.state())

    async with asyncio.TaskGroup() as group:

        def heard(_: ConsentTold) -> None:
            group.create_task(look())

        unsubscribe = rig.engine.hub.subscribe(ConsentTold, heard)
        rows = [imported(f"+1415555{1000 + n}", n) for n in range(30)]
        await rig.engine.store.do(lambda tx: consent.import_many(tx, LINE, rows))
        await rig.services.consentpush.set_on(True)
        await rig.until(lambda: any(state == Pushed(True) for state in seen), "the last of it is told")
        assert any(0 < state.waiting < 30 for state in seen)
        rig.simulator.account.has_consents = False
        await rig.services.consents.opt_out(LINE, YOURS, "Ada", "called")
        why = "that it cannot be told is told, too"
        await rig.until(lambda: any(state.trouble == NOT_ENABLED for state in seen), why)
        unsubscribe()


async def unheard_stop(rig: Rig) -> None:
    """A STOP whose webhook never comes: Twilio blocks them, and here nobody knows."""
    await rig.services.consentpush.set_on(True)
    await rig.services.consents.opt_out(LINE, YOURS, "Ada", "called")
    await rig.until(lambda: (LINE, YOURS) in rig.simulator.account.blocks, "the opt-out is told")
    await told(rig)
    rig.simulator.set_sms_url(LINE, "http://127.0.0.1:9/lost")
    await rig.simulator.phone(YOURS).text(LINE, "STOP")
    await rig.simulator.idle()


async def test_an_agreement_waits_while_the_list_does_not_answer(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    async def silent(_: Gateway, line: str, peer: str, since: datetime, *, all: bool) -> None:
        asked.append(peer)
        raise GatewayError("Twilio does not answer.")

    await unheard_stop(rig)
    monkeypatch.setattr(rig.services.absence, "hear", silent)
    monkeypatch.setattr(rig.services.catchup, "ask", lambda: None)
    await rig.services.consents.opt_in(LINE, YOURS, "Ada", "said so at the counter")
    await rig.until(lambda: asked, "they are asked about")
    assert rig.simulator.requests[CALLS] == 1


async def test_an_agreement_lifts_no_stop_that_is_older_than_all_that_is_kept_here(rig: Rig) -> None:
    await rig.services.consentpush.set_on(True)
    await rig.services.consents.opt_out(LINE, YOURS, "Ada", "called")
    await rig.until(lambda: blocks(rig), "Twilio knows it")
    long_ago = clock.theirs() - timedelta(days=300)
    rig.simulator.account.import_messages([PastMessage(YOURS, LINE, "Stop", long_ago)])
    await rig.services.consents.opt_in(LINE, YOURS, "Ada", "signed a form")
    assert await told(rig) == Pushed(True) and blocks(rig)
    found = await rig.services.consents.of(LINE, YOURS)
    assert found.consent.is_final and found.consent.by is not None and found.consent.by.words == "Stop"


async def test_an_agreement_is_not_told_for_a_number_that_joined_after_the_opt_out_was_told(rig: Rig) -> None:
    made = await pool(rig)
    await rig.services.consentpush.set_on(True)
    await rig.services.consents.opt_out(LINE, YOURS, "Ada", "called")
    await rig.until(lambda: blocks(rig, LINE, SECOND), "all are told")
    rig.simulator.account.block(TOLL_FREE, YOURS, True)  # of which nothing is known here, nor in the list
    made.senders[TOLL_FREE] = rig.simulator.account.now()
    await rig.services.lines.refresh()
    await rig.services.routing.look()
    await rig.services.consents.opt_in(LINE, YOURS, "Ada", "signed a form")
    await rig.until(lambda: not blocks(rig, LINE) and not blocks(rig, SECOND), "it is taken back")
    assert await told(rig) == Pushed(True) and blocks(rig, TOLL_FREE)


@pytest.mark.parametrize(("word", "calls"), [("STOP", 0), ("UNSUBSCRIBE", 1)])
async def test_a_word_that_the_toll_free_network_does_not_heed_is_told(rig: Rig, word: str, calls: int) -> None:
    await rig.services.consentpush.set_on(True)
    await rig.simulator.phone(YOURS).text(TOLL_FREE, word)
    await rig.inbound(word)
    await rig.until(lambda: blocks(rig, TOLL_FREE), "Twilio knows it")
    assert await told(rig) == Pushed(True) and rig.simulator.requests[CALLS] == calls


def blocks(rig: Rig, *lines: str) -> bool:
    return all((line, YOURS) in rig.simulator.account.blocks for line in lines or (LINE,))


async def was_out(rig: Rig) -> None:
    """By a list of a minute ago: of the same second as a START an opt-out counts."""
    row = replace(imported(YOURS, 1), at=clock.theirs() - timedelta(minutes=1))
    await rig.engine.store.do(lambda tx: consent.import_many(tx, LINE, [row]))


async def pushed(rig: Rig) -> list[str | None]:
    """What is kept of each entry, the oldest first."""
    return await rig.engine.store.read(lambda db: list(db.execute(select(consent_events.c.pushed)).scalars()))


async def test_an_agreement_is_told_though_the_answer_to_the_opt_out_was_lost(rig: Rig) -> None:
    rig.simulator.faults.lose_answer(CALLS)
    await rig.services.consentpush.set_on(True)
    await rig.services.consents.opt_out(LINE, YOURS, "Ada", "called")
    await rig.until(lambda: blocks(rig), "Twilio knows it")
    await rig.services.consents.opt_in(LINE, YOURS, "Ada", "signed the form")
    await rig.until(lambda: not blocks(rig), "and knows that it is taken back")
    async with asyncio.timeout(PATIENCE):
        while (state := await told(rig)).trouble:  # the lost answer's, until the next one is here
            pass
    assert state == Pushed(True)
    await rig.status(await rig.send(YOURS, "Your order is ready"), Status.DELIVERED)


async def test_an_agreement_is_told_though_the_program_ended_before_the_answer_was_kept(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway = rig.services.link.gateway
    assert gateway is not None
    real = gateway.tell_consents

    async def tell(items: Sequence[ConsentItem]) -> dict[str, str]:
        await real(items)
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(gateway, "tell_consents", tell)
    await rig.services.consentpush.set_on(True)
    await rig.services.consents.opt_out(LINE, YOURS, "Ada", "called")
    await rig.until(lambda: blocks(rig), "Twilio knows it")
    await rig.engine.close()
    await rig.open(rig.simulator.base_url)
    await rig.services.consents.opt_in(LINE, YOURS, "Ada", "signed the form")
    await rig.connect()
    await rig.until(lambda: not blocks(rig), "and knows that it is taken back")
    assert await told(rig) == Pushed(True)


async def test_a_start_while_an_opt_out_is_being_told_is_told_after_it(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twilio has taken the opt-out last, and blocks them who have said START."""
    gateway = rig.services.link.gateway
    assert gateway is not None
    real = gateway.tell_consents

    async def tell(items: Sequence[ConsentItem]) -> dict[str, str]:
        if items[0].opted_out:
            await rig.simulator.phone(YOURS).text(LINE, "START")
            await rig.inbound("START")
        return await real(items)

    monkeypatch.setattr(gateway, "tell_consents", tell)
    await rig.services.consentpush.set_on(True)
    await was_out(rig)
    await rig.until(lambda: rig.simulator.requests[CALLS] > 1 and not blocks(rig), "what stands is told")
    assert await told(rig) == Pushed(True) and not blocks(rig)


async def test_a_stop_after_a_lost_answer_to_an_agreement_is_told_again(rig: Rig) -> None:
    await rig.services.consentpush.set_on(True)
    await rig.services.consents.opt_out(LINE, YOURS, "Ada", "called")
    await rig.until(lambda: blocks(rig), "the opt-out is told")
    await told(rig)
    rig.simulator.faults.lose_answer(CALLS)
    await rig.services.consents.opt_in(LINE, YOURS, "Ada", "signed the form")
    await rig.until(lambda: not blocks(rig), "it is taken back")
    rig.simulator.customer_texts(YOURS, LINE, "STOP")
    rig.simulator.account.blocks.discard((LINE, YOURS))  # the agreement was taken only now, before we hear of it
    await rig.inbound("STOP")
    await rig.until(lambda: blocks(rig), "what stands is told")
    async with asyncio.timeout(PATIENCE):
        while await rig.services.consentpush.state() != Pushed(True):  # noqa: ASYNC110
            await asyncio.sleep(TICK)


async def test_what_surely_was_not_told_counts_as_not_told(rig: Rig) -> None:
    """Else an agreement would be told, and lift a STOP of which nobody here has heard."""
    rig.simulator.account.has_consents = False
    rig.simulator.account.blocks.add((LINE, YOURS))
    await rig.services.consentpush.set_on(True)
    await rig.services.consents.opt_out(LINE, YOURS, "Ada", "called")
    await rig.until(lambda: rig.simulator.requests[CALLS] >= 1, "it is tried")
    assert (await told(rig)).trouble == NOT_ENABLED and await pushed(rig) == [None]
    await rig.services.consents.opt_in(LINE, YOURS, "Ada", "it was somebody else")
    rig.simulator.account.has_consents = True
    await rig.services.consentpush.set_on(True)
    assert await told(rig) == Pushed(True)
    assert blocks(rig) and await pushed(rig) == [pushes.NEEDLESS] * 2


async def test_one_entry_for_which_a_whole_call_is_refused_does_not_keep_the_others(rig: Rig) -> None:
    rows = [imported(f"+1415555{1000 + n}", n) for n in range(40)]
    rig.simulator.account.unwanted = {rows[7].peer}
    await rig.engine.store.do(lambda tx: consent.import_many(tx, LINE, rows))
    await rig.services.consentpush.set_on(True)
    state = await told(rig)
    assert (state.waiting, state.refused, state.whom, state.trouble) == (0, 1, (rows[7].peer,), "")
    assert {peer for _, peer in rig.simulator.account.blocks} == {row.peer for row in rows} - {rows[7].peer}
    assert "What came back: “Twilio refused the request (error 20001).”" in state.said[0]
    assert rig.simulator.requests[CALLS] <= 2 + 2 * 5  # 25, 12 and 13, 6 and 7, … 1


async def test_halves_keep_to_the_rate_that_twilio_takes(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consentpush, "BUSY", 0.05)
    rows = [imported(f"+1415555{1000 + n}", n) for n in range(4)]
    rig.simulator.account.unwanted = {rows[3].peer}
    rig.simulator.account.consents_a_minute = 2
    await rig.engine.store.do(lambda tx: consent.import_many(tx, LINE, rows))
    await rig.services.consentpush.set_on(True)
    await rig.until(lambda: rig.simulator.requests[CALLS] > 3, "it waits for its turn")
    rig.simulator.account.consents_a_minute = 100
    state = await told(rig)
    assert (state.waiting, state.whom) == (0, (rows[3].peer,))
    assert {(LINE, row.peer) for row in rows[:3]} == rig.simulator.account.blocks


async def test_what_another_sender_did_not_take_is_taken_back_where_it_was_taken(rig: Rig) -> None:
    made = await in_use(rig, LINE, TOLL_FREE)
    await rig.until(lambda: rig.services.absence.is_heard(made.sid, YOURS), "contact is there")
    rig.simulator.account.services.pop(made.sid)
    await rig.services.consents.opt_out(LINE, YOURS, "Ada", "called")
    await rig.services.consentpush.set_on(True)
    assert (await told(rig)).refused == 1 and blocks(rig)
    rig.simulator.account.services[made.sid] = made
    await rig.services.consents.opt_in(LINE, YOURS, "Ada", "it was somebody else")
    await rig.until(lambda: not blocks(rig), "it is taken back")


async def pool(rig: Rig) -> Service:
    """A service with two numbers, at both of which we listen."""
    if rig.simulator.account.find_line(SECOND) is None:
        rig.simulator.account.add_line(SECOND, "Second")
    made = await in_use(rig, LINE, SECOND)
    rig.simulator.set_sms_url(SECOND, f"{rig.engine.webhook_url}/twilio/inbound")
    await rig.until(lambda: rig.services.absence.is_heard(made.sid, YOURS), "contact is there")
    return made


async def test_an_opt_out_of_one_number_is_told_once_a_yes_to_another_of_its_service_lifts_their_stop(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    await pool(rig)
    await rig.services.consents.opt_out(LINE, YOURS, "Ada", "said so at the counter")
    await rig.simulator.phone(YOURS).text(SECOND, "STOP")
    await rig.inbound("STOP")
    await rig.services.consentpush.set_on(True)
    assert await told(rig) == Pushed(True) and rig.simulator.requests[CALLS] == 0
    gateway = rig.services.link.gateway
    monkeypatch.setattr(rig.services.link, "gateway", None)
    await rig.simulator.phone(YOURS).text(SECOND, "YES")
    await rig.inbound("YES")
    assert (await rig.services.consentpush.state()).waiting == 1
    monkeypatch.setattr(rig.services.link, "gateway", gateway)
    await rig.services.consentpush.set_on(True)
    await rig.until(lambda: blocks(rig, LINE, SECOND), "what stands here stands there")
    assert await told(rig) == Pushed(True)


async def test_an_agreement_waits_until_it_is_known_what_was_written_to_each_number_of_its_service(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await pool(rig)
    await rig.services.consentpush.set_on(True)
    await rig.services.consents.opt_out(LINE, YOURS, "Ada", "called")
    await rig.until(lambda: blocks(rig, LINE, SECOND), "all are told")
    await told(rig)
    away, real = {SECOND, made.sid}, rig.services.absence.is_heard
    monkeypatch.setattr(rig.services.absence, "is_heard", lambda line, peer: line not in away and real(line, peer))
    await rig.services.consents.opt_in(LINE, YOURS, "Ada", "it was somebody else")
    assert (await told_nothing(rig)).waiting == 1
    away.clear()
    await rig.until(lambda: not any(block[1] == YOURS for block in rig.simulator.account.blocks), "it is taken back")
    assert await told(rig) == Pushed(True)


async def told_nothing(rig: Rig) -> Pushed:
    """After a look in which nothing was to be told."""
    calls, seen = rig.simulator.requests[CALLS], list[object]()
    unsubscribe = rig.engine.hub.subscribe(ConsentTold, seen.append)
    await rig.until(lambda: len(seen) > 1, "it is looked at")
    unsubscribe()
    assert rig.simulator.requests[CALLS] == calls
    return await rig.services.consentpush.state()


async def test_a_start_in_a_word_of_the_accounts_own_takes_back_what_twilio_was_told(rig: Rig) -> None:
    await rig.services.consents.set_keywords([], ["alta"])
    await rig.services.consentpush.set_on(True)
    await was_out(rig)
    await rig.until(lambda: blocks(rig), "it is told")
    await rig.simulator.phone(YOURS).text(LINE, "ALTA")
    await rig.inbound("ALTA")
    await rig.until(lambda: not blocks(rig), "and taken back")
    assert await told(rig) == Pushed(True)


async def test_a_start_that_is_heard_of_after_an_opt_out_was_told_is_told_too(rig: Rig) -> None:
    """Twilio has taken the opt-out last, and blocks them who have said START."""
    await was_out(rig)
    rig.simulator.weather.lost_inbound = 1
    await rig.simulator.phone(YOURS).text(LINE, "START")
    await rig.simulator.idle()
    await rig.services.consentpush.set_on(True)
    await rig.until(lambda: blocks(rig), "the opt-out is told")
    await told(rig)
    rig.services.catchup.ask()
    await rig.until(lambda: not blocks(rig), "once the START is heard of it is told")
    assert await told(rig) == Pushed(True)
