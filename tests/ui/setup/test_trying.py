"""The last step: the loop-back, and a text from a real phone."""

from dataclasses import replace

from sms_desktop.domain.errors import GatewayError
from sms_desktop.domain.events import HealthChanged
from sms_desktop.domain.health import Health
from sms_desktop.domain.receiving import Reach, Receiving, WayIn
from sms_desktop.ui.setup.steps import Step
from sms_desktop.ui.setup.testing import TestPage
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


def test_a_failed_loop_back_is_told_and_tried_again(desk: Desk) -> None:
    desk.services.receiving.fails("loop_back", GatewayError("The address did not answer."))
    page = page_of(desk)
    assert (page.loop.how, page.loop.text) == ("bad", "The address did not answer.")
    page.again.click()
    desk.loop.until(lambda: page.loop.how == "ok")
    assert not page.again.isVisible()


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
