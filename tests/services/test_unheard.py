"""Where Twilio blocks nobody by itself, what people wrote before all that is kept here is asked for before a text."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from sms_desktop.domain.answering import Answering
from sms_desktop.domain.consent import OPTED_OUT_CODE
from sms_desktop.domain.message import OURS, Direction, Message, Status
from sms_desktop.domain.reply import Held, Rule, Trigger
from sms_desktop.gateway.twilio import TwilioGateway
from sms_desktop.services import absence
from sms_desktop.services.clock import now
from sms_desktop.simulator import PastMessage
from sms_desktop.simulator.messages import Filter
from tests.rig import ANSWERS, LINE, PATIENCE, SILENT, TOLL_FREE, YOURS, Rig

SHORT = "72975"
HOURS = Rule("Hours", Trigger.CONTAINS, "Nine to five.", words=("hours",))


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    """Who has said STOP to whom is older than the thirty days that were fetched."""
    rig = Rig(tmp_path / "data")
    rig.simulator.account.add_line(SHORT, "Five digits")
    then = now() - timedelta(days=60)
    words = [(SILENT, SHORT, "STOP"), (SILENT, TOLL_FREE, "UNSUBSCRIBE"), (SILENT, LINE, "BAJA"), (YOURS, SHORT, "Hi")]
    rig.simulator.account.import_messages([PastMessage(peer, line, body, then) for peer, line, body in words])
    await rig.start()
    rig.simulator.set_sms_url(SHORT, f"{rig.engine.webhook_url}/twilio/inbound")
    await rig.services.lines.refresh()
    await rig.services.catchup.import_history(now() - timedelta(days=30))
    catchup = rig.services.catchup
    async with asyncio.timeout(PATIENCE):
        while await catchup.imports():
            pass
    await rig.until(lambda: catchup.progress.history and not catchup.progress.running, "what was fetched is here")
    await rig.until(lambda: rig.services.absence.is_heard(SHORT, SILENT), "and the news")
    await rig.rest()
    yield rig
    await rig.stop()


@pytest.fixture
def asked(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """About whom Twilio's list was asked, each time."""
    real, peers = TwilioGateway.listed, list[str]()

    async def listed(gateway: TwilioGateway, line: str, direction: Direction, *rest: Any, **more: Any) -> Any:
        peers.extend([peer] if (peer := more.get("peer")) else [])
        return await real(gateway, line, direction, *rest, **more)

    monkeypatch.setattr(TwilioGateway, "listed", listed)
    return peers


async def stopped_here(rig: Rig, message: Message) -> None:
    failed = await rig.status(message, Status.FAILED, Status.DELIVERED)
    assert failed.error_code == OPTED_OUT_CODE
    assert (await rig.services.timeline.reports(message.id))[-1].source == OURS, "Twilio was not even asked"


@pytest.mark.parametrize("line", [SHORT, TOLL_FREE])
async def test_a_stop_from_before_all_that_is_kept_is_found_before_a_text_leaves(rig: Rig, line: str) -> None:
    await stopped_here(rig, await rig.send(SILENT, "Our offer of today", line))
    assert [one.body for one in rig.simulator.account.log.older(Filter(to=SILENT), None, 10)] == []


async def test_each_person_is_asked_about_once_and_long_codes_need_it_not(rig: Rig, asked: list[str]) -> None:
    for line, body in ((SHORT, "one"), (SHORT, "two"), (TOLL_FREE, "three"), (LINE, "four"), (SHORT, "five")):
        await rig.status(await rig.send(YOURS, body, line), Status.DELIVERED)
    assert asked == [YOURS, YOURS], "once for each of the two lines"


async def test_once_the_whole_history_is_here_nobody_is_asked_about(rig: Rig, asked: list[str]) -> None:
    await rig.services.catchup.import_history(None)
    await rig.until(lambda: rig.services.absence.is_over(TOLL_FREE, ANSWERS), "all is known")
    await rig.status(await rig.send(ANSWERS, "Hello", TOLL_FREE), Status.DELIVERED)
    assert asked == []


async def test_a_keyword_of_the_accounts_own_counts_on_every_line_from_the_moment_it_is_entered(rig: Rig) -> None:
    assert rig.services.absence.is_over(LINE, SILENT)
    await rig.services.consents.set_keywords(["baja"], [])
    await rig.until(lambda: not rig.services.absence.is_over(LINE, SILENT), "it is asked for")
    await stopped_here(rig, await rig.send(SILENT, "Our offer of today"))
    await rig.status(await rig.send(YOURS, "Our offer of today"), Status.DELIVERED)


async def test_where_we_answer_in_twilios_place_people_are_asked_about(rig: Rig, asked: list[str]) -> None:
    await rig.services.replies.set_who_answers(LINE, Answering.WE)
    await rig.until(lambda: not rig.services.absence.is_over(LINE, YOURS), "it is known")
    await rig.status(await rig.send(YOURS, "Hello"), Status.DELIVERED)
    assert asked == [YOURS]


async def test_while_the_list_does_not_answer_a_text_waits_until_a_person_lets_it_go(rig: Rig) -> None:
    rig.simulator.weather.list_error = 1
    waits, other = await rig.send(YOURS, "Your chairs are ready", TOLL_FREE), await rig.send(YOURS, "Both of them")
    await rig.status(other, Status.DELIVERED)
    await rig.until(lambda: rig.services.absence.held == {waits.id}, "it is said why it waits")
    await rig.services.absence.trust(waits.id)
    await rig.status(waits, Status.DELIVERED)


async def test_once_a_round_has_read_the_list_again_a_text_waits_no_longer(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(absence, "LONGEST_PAUSE", 1e9)
    monkeypatch.setattr(rig.services.absence, "_failures", 30)  # many in a row: it rests for long
    rig.simulator.weather.list_error = 1
    waits = await rig.send(YOURS, "Our offer of today", TOLL_FREE)
    await rig.until(lambda: waits.id in rig.services.absence.held, "the list does not answer")
    rig.simulator.weather.clear()
    rig.services.catchup.ask()
    await rig.status(waits, Status.DELIVERED)


async def test_a_rule_asks_for_that_before_it_answers_and_what_is_written_then_need_not(
    rig: Rig, asked: list[str]
) -> None:
    await rig.services.replies.add(HOURS)
    for peer, body in ((SILENT, "your hours?"), (YOURS, "hours?")):
        await rig.simulator.phone(peer).text(SHORT, body)
        await rig.inbound(body)
        await rig.simulator.idle()
    assert [one.why for one in await rig.services.replies.held(SHORT, SILENT)] == [Held.OPTED_OUT]
    assert [one.body for one in rig.simulator.phone(SILENT).messages if not one.mine] == []
    assert [one.body for one in rig.simulator.phone(YOURS).messages if not one.mine] == ["Nine to five."]
    [listed] = [one for one in rig.simulator.account.log.older(Filter(), None, 99) if one.body == "Nine to five."]
    assert listed.direction == "outbound-reply", "it was the answer to Twilio's post"
    await rig.status(await rig.send(YOURS, "Till then", SHORT), Status.DELIVERED)
    assert asked == [SILENT, YOURS]
