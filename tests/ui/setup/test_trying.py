"""The last step: the loop-back, and a text from a real phone."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QTimer

from sms_desktop.domain.errors import GatewayError
from sms_desktop.domain.events import HealthChanged
from sms_desktop.domain.health import Health
from sms_desktop.domain.receiving import Reach, Receiving, WayIn
from sms_desktop.ui.setup import trying
from sms_desktop.ui.setup.steps import Step
from sms_desktop.ui.setup.testing import TestPage
from sms_desktop.ui.setup.trying import AGAIN
from tests.ui import samples
from tests.ui.setup.conftest import Desk
from tests.ui.setup.fakes import CHAIRS, DOMAIN, FREE, LINES, SHOP, THIRD

UP = Receiving(WayIn.NGROK, Reach.UP, f"https://{DOMAIN}")


def page_of(desk: Desk, state: Receiving = UP, here: tuple[str, ...] = (SHOP, FREE, THIRD)) -> TestPage:
    desk.services.connected()
    desk.services.receiving.state = state
    desk.services.brought(*here)
    return desk.open(Step.TEST).test


def test_the_loop_back_runs_by_itself(desk: Desk) -> None:
    page = page_of(desk)
    assert (page.loop.how, page.loop.text) == ("ok", "Answered in 84 ms")
    assert desk.services.receiving.called("loop_back") == [()]


@pytest.mark.parametrize("why", ["The address did not answer.", "Is it the address of this computer?"])
def test_a_failed_loop_back_is_told_and_tried_again(desk: Desk, why: str) -> None:
    desk.services.receiving.fails("loop_back", GatewayError(why))
    page = page_of(desk)
    assert (page.loop.how, page.loop.text) == ("bad", f"{why} {AGAIN}")
    page.again.setFocus()
    page.again.click()
    desk.loop.until(lambda: page.loop.how == "ok")
    assert not page.again.isVisible()
    assert not desk.window.foot.skip.hasFocus()


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trying, "PAUSE", 1)


@pytest.mark.usefixtures("at_once")
def test_a_failed_loop_back_is_tried_again_by_itself_until_it_works(desk: Desk) -> None:
    away = GatewayError("The address did not answer.")
    desk.services.receiving.fails("loop_back", away, away, away)
    page = page_of(desk)
    desk.loop.until(lambda: page.loop.how == "ok")
    assert len(desk.services.receiving.called("loop_back")) == 4


@pytest.mark.usefixtures("at_once")
def test_what_has_failed_is_told_all_the_while_that_it_is_tried_again(desk: Desk) -> None:
    desk.services.receiving.fails("loop_back", *[GatewayError("The address did not answer.")] * 99)
    page = page_of(desk)
    page.fix.setFocus()
    desk.services.receiving.gate.clear()
    desk.loop.until(lambda: len(desk.services.receiving.called("loop_back")) >= 2 and len(desk.tasks._tasks) == 1)
    assert page.loop.text == f"The address did not answer. {AGAIN}"
    assert page.fix.hasFocus()


@pytest.mark.usefixtures("at_once")
def test_a_page_that_was_left_tries_no_more(desk: Desk) -> None:
    desk.services.receiving.fails("loop_back", *[GatewayError("The address did not answer.")] * 99)
    page = page_of(desk)
    desk.services.receiving.gate.clear()
    desk.loop.until(lambda: len(desk.services.receiving.called("loop_back")) >= 2 and len(desk.tasks._tasks) == 1)
    desk.window.foot.back.click()
    desk.at(Step.HISTORY)
    desk.services.receiving.gate.set()
    desk.loop.until(lambda: not desk.tasks._tasks)
    assert page.loop.how == "bad"
    assert not any(timer.isActive() for timer in page.findChildren(QTimer))


def test_where_the_address_is_lost_its_own_sentence_is_told_until_it_is_back(desk: Desk) -> None:
    desk.services.receiving.fails("loop_back", GatewayError("There is no public address to be tested."))
    page = page_of(desk, Receiving(WayIn.NGROK, Reach.DOWN, None, "ngrok cannot be reached."))
    assert page.loop.text == f"ngrok cannot be reached. {AGAIN}"
    desk.services.receiving.become(UP)
    desk.loop.until(lambda: page.loop.how == "ok")


def test_a_failed_loop_back_leads_back_to_the_way_in(desk: Desk) -> None:
    desk.services.receiving.fails("loop_back", GatewayError("The address did not answer."))
    page_of(desk).fix.click()
    desk.at(Step.RECEIVING)


def test_without_a_public_address_there_is_no_loop_back(desk: Desk) -> None:
    page = page_of(desk, Receiving(WayIn.POLLING, Reach.UP))
    assert page.loop.how == "info"
    assert "Skipped" in page.loop.text
    assert not desk.services.receiving.called("loop_back")


def test_the_next_inbound_text_ends_the_wait(desk: Desk) -> None:
    page = page_of(desk)
    assert page.number.text() == "(212) 555-0100"
    assert "(888) 555-0144" in page.others.accessibleName()
    assert not desk.window.foot.primary.isEnabled()
    desk.services.arrive(samples.message(1, "mine", ours=True))
    assert page.arrival.text == "Waiting for your text …"
    desk.services.arrive(samples.message(2, "hello"))
    assert page.arrival.text == "It arrived: ‘hello’"
    assert not desk.window.foot.skip.isVisible()
    desk.press()
    desk.at(Step.DONE)


def test_only_lines_whose_texts_come_here_are_named_and_waited_for(desk: Desk) -> None:
    page = page_of(desk, here=(FREE, THIRD))
    assert page.number.text() == "(888) 555-0144"
    assert "0100" not in page.others.accessibleName()
    desk.services.arrive(samples.message(2, "to the shop, which does not come here"))
    assert page.arrival.how == "busy"
    desk.services.arrive(replace(samples.message(3, "hello"), line=FREE))
    assert page.arrival.text == "It arrived: ‘hello’"


def test_where_no_line_comes_here_there_is_nothing_to_wait_for(desk: Desk) -> None:
    page = page_of(desk, here=())
    assert not page.number.isVisible()
    assert "nothing to try" in page.arrival.text
    desk.press()
    desk.at(Step.DONE)


def test_a_line_that_is_brought_here_meanwhile_is_named(desk: Desk) -> None:
    page = page_of(desk, here=())
    desk.services.brought(FREE)
    desk.services.hub.publish([HealthChanged(Health())])
    assert page.number.text() == "(888) 555-0144"
    assert page.arrival.text == "Waiting for your text …"
    assert not desk.window.foot.primary.isEnabled()


def test_when_twilio_is_asked_any_line_will_do(desk: Desk) -> None:
    page = page_of(desk, Receiving(WayIn.POLLING, Reach.UP), here=())
    assert page.number.text() == "(212) 555-0100"
    assert "(888) 555-0144" in page.others.accessibleName()


def test_a_text_that_comes_while_another_page_is_shown_is_not_the_one(desk: Desk) -> None:
    page = page_of(desk)
    desk.window.foot.back.click()
    desk.at(Step.HISTORY)
    desk.services.arrive(samples.message(2, "hello"))
    assert page.arrival.how == "busy"


def test_the_wait_can_be_skipped(desk: Desk) -> None:
    page_of(desk)
    desk.window.foot.skip.click()
    desk.at(Step.DONE)


def test_a_trial_account_is_reminded(desk: Desk) -> None:
    desk.services.account.says = replace(CHAIRS, trial=True)
    assert page_of(desk).trial.isVisible()


def test_one_line_alone_names_no_others(desk: Desk) -> None:
    desk.services.connected()
    desk.services.lines.here = LINES[:1]
    desk.services.receiving.state = UP
    desk.services.brought(SHOP)
    assert desk.open(Step.TEST).test.others.text() == "from your own phone."
