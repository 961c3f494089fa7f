"""Older messages: how far back, and how it goes on."""

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QRadioButton

from sms_desktop.domain.catchup import Progress
from sms_desktop.domain.errors import GatewayError
from sms_desktop.ui.setup.history import Depth, HistoryPage, progress_words
from sms_desktop.ui.setup.importing import ALL_HERE
from sms_desktop.ui.setup.steps import Step
from tests.ui.setup.conftest import Desk
from tests.ui.setup.fakes import NOW

RUN = Progress(
    running=True,
    listed=12_400,
    added=12_390,
    back_to=NOW - timedelta(days=43),
    since=NOW - timedelta(days=86),
    until=NOW,
    complete_to=NOW,
    history=True,
)


def page_of(desk: Desk) -> HistoryPage:
    desk.services.connected()
    return desk.open(Step.HISTORY).history


@pytest.mark.parametrize(
    ("depth", "since"),
    [
        (Depth.MONTH, NOW - timedelta(days=30)),
        (Depth.YEAR, NOW - timedelta(days=365)),
        (Depth.EVERYTHING, None),
    ],
)
def test_start_begins_it_and_continue_goes_on_while_it_runs(desk: Desk, depth: Depth, since: object) -> None:
    page = page_of(desk)
    page.choose(depth)
    assert desk.window.foot.primary.text() == "Start"
    desk.press()
    desk.loop.until(page.progress.isVisible)
    assert desk.services.catchup.called("import_history") == [(since,)]
    desk.loop.until(desk.window.foot.primary.isEnabled)
    assert desk.window.foot.primary.text() == "Continue"
    desk.key(Qt.Key.Key_Return)
    desk.at(Step.TEST)
    assert desk.services.catchup.progress.running


def test_thirty_days_are_offered_first(desk: Desk) -> None:
    assert page_of(desk).chosen is Depth.MONTH


def test_nothing_is_an_answer_too(desk: Desk) -> None:
    page_of(desk).choose(Depth.NOTHING)
    desk.press()
    desk.at(Step.TEST)
    assert not desk.services.catchup.called("import_history")


def test_progress_is_told_and_can_be_paused_and_resumed(desk: Desk) -> None:
    page = page_of(desk)
    desk.press()
    desk.loop.until(page.progress.isVisible)
    desk.services.catchup.become(RUN)
    assert page.said.text() == "12,400 messages, back to 3 Mar"
    assert page.bar.value() == 500
    page.pause.click()
    assert desk.services.catchup.progress.cancelled
    assert page.said.text() == "Paused at 12,400 messages, back to 3 Mar"
    page.pause.click()
    assert desk.services.catchup.progress.running
    desk.services.catchup.become(replace(RUN, running=False))
    assert page.said.text() == "All there: 12,390 messages were brought here"
    assert not page.pause.isVisible()
    desk.services.catchup.become(replace(RUN, running=False, listed=0, added=0))
    assert page.said.text() == "All there: 12,390 messages were brought here", "a later round looks for news alone"


def test_what_it_waits_for_is_said(desk: Desk) -> None:
    page = page_of(desk)
    desk.press()
    desk.loop.until(page.progress.isVisible)
    desk.services.catchup.become(replace(RUN, running=False, waiting="Twilio cannot be reached."))
    assert page.said.text() == "12,400 messages so far. Twilio cannot be reached. It goes on by itself."
    desk.services.catchup.become(replace(RUN, running=False, waiting="Twilio does not accept it.", refused=True))
    assert page.said.text() == "12,400 messages so far. Twilio does not accept it."


def test_an_import_that_cannot_begin_says_so_and_may_be_tried_again(desk: Desk) -> None:
    page = page_of(desk)
    desk.services.catchup.fails("import_history", GatewayError("Twilio cannot be reached."))
    desk.press()
    desk.loop.until(lambda: page.outcome.how == "bad")
    assert "Twilio cannot be reached." in page.outcome.text
    desk.loop.until(desk.window.foot.primary.isEnabled)
    desk.press()
    desk.loop.until(page.progress.isVisible)


def test_a_depth_that_is_here_already_is_said_to_be(desk: Desk) -> None:
    page = page_of(desk)
    desk.services.catchup.whole = True
    desk.press()
    desk.loop.until(page.progress.isVisible)
    assert page.said.text() == "All that you chose is here." and not page.pause.isVisible()
    assert desk.window.foot.primary.text() == "Continue"


def test_an_import_that_runs_is_shown_after_a_restart(desk: Desk) -> None:
    desk.services.catchup.progress = RUN
    page = page_of(desk)
    assert page.progress.isVisible()
    assert sum(radio.isVisible() for radio in page.findChildren(QRadioButton)) == 1
    desk.press()
    desk.at(Step.TEST)
    assert not desk.services.catchup.called("import_history")


def brought(desk: Desk) -> None:
    """Set-up is closed after the older messages have come."""
    page = page_of(desk)
    desk.press()
    desk.loop.until(page.progress.isVisible)
    desk.services.catchup.become(RUN)
    desk.services.catchup.become(replace(RUN, running=False))
    desk.loop.until(lambda: desk.services.settings.kept["setup"].get("brought") == [12_400, 12_390])
    desk.services.catchup.progress = Progress()


def test_what_was_brought_is_still_told_at_the_next_start_and_after_going_back(desk: Desk) -> None:
    brought(desk)
    window = desk.open()
    assert window.history.said.text() == "All there: 12,390 messages were brought here"
    assert not window.history.pause.isVisible()
    assert window.foot.primary.text() == "Continue"
    desk.press()
    desk.at(Step.TEST)
    window = desk.open()
    assert desk.presenter.step is Step.TEST
    window.foot.back.click()
    desk.at(Step.HISTORY)
    desk.loop.until(window.history.progress.isVisible)
    assert window.history.said.text() == "All there: 12,390 messages were brought here"
    assert len(desk.services.catchup.called("import_history")) == 1


def test_what_ended_while_set_up_was_closed_is_not_begun_again(desk: Desk) -> None:
    page = page_of(desk)
    desk.press()
    desk.loop.until(page.progress.isVisible)
    desk.loop.until(lambda: "brought" in desk.services.settings.kept["setup"])
    desk.services.catchup.open = True
    desk.services.catchup.progress = Progress()
    again = desk.open().history
    assert again.said.text() == "0 messages"
    assert again.pause.isVisible()
    desk.services.catchup.open = False
    again = desk.open().history
    assert again.said.text() == ALL_HERE
    assert desk.window.foot.primary.text() == "Continue"


def test_who_goes_through_set_up_once_more_may_bring_older_ones(desk: Desk) -> None:
    brought(desk)
    desk.services.settings.kept["setup"]["done"] = True
    assert not desk.open(Step.HISTORY).history.progress.isVisible()
    assert desk.window.foot.primary.text() == "Start"


def test_an_ordinary_catch_up_is_not_taken_for_it(desk: Desk) -> None:
    desk.services.catchup.progress = replace(RUN, history=False)
    page = page_of(desk)
    assert not page.progress.isVisible()
    assert desk.window.foot.primary.text() == "Start"


def test_the_chosen_depth_is_kept(desk: Desk) -> None:
    page_of(desk).choose(Depth.YEAR)
    desk.loop.until(lambda: desk.services.settings.kept["setup"]["history"] == "year")
    assert desk.open().history.chosen is Depth.YEAR


def test_one_message_is_not_several() -> None:
    assert progress_words(Progress(history=True), NOW) == "Nothing older was missing here."
    assert progress_words(Progress(running=True, listed=1, history=True), NOW) == "1 message"
    one = Progress(listed=3, added=1, history=True)
    assert progress_words(one, NOW) == "All there: 1 message was brought here"
    assert progress_words(replace(one, added=0), NOW) == "Nothing older was missing here."
    today = Progress(running=True, listed=2, back_to=NOW, history=True)
    assert progress_words(today, NOW) == "2 messages, back to today"
