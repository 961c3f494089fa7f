"""Of which text a question is: what is written now, or an earlier one that somebody wants to send again."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from sms_desktop.domain.errors import NightThere, NotReached
from sms_desktop.domain.media import Media, MediaState
from sms_desktop.domain.message import Direction, Message, Status
from sms_desktop.domain.night import When
from sms_desktop.domain.reception import CannotReceive, Evidence, Obstacle, sentence
from sms_desktop.services import clock
from sms_desktop.ui.composer.asking import (
    CORRECT_NUMBER,
    EARLIER_ANYWAY,
    FIRST_THE_EARLIER_ONE,
    LEAVE_IT,
    SEND_ANYWAY,
    SEND_NOW,
    Asking,
    Earlier,
)
from sms_desktop.ui.composer.view import Composer
from sms_desktop.ui.words import to_come

AT = datetime(2026, 7, 15, 12, tzinfo=UTC)
SILENT = CannotReceive("+14155550132", Obstacle.SILENT, Evidence.ERROR, 30003, "SM1", AT)
NOT_REACHED = NotReached(sentence(SILENT), final=False)
NIGHT = NightThere("It may be 3:00 AM where they are.", "", AT)
FAILED = Message(
    "a" * 32,
    1,
    1,
    "+12125550100",
    "+14155550132",
    Direction.OUTBOUND,
    "Your chair is ready.",
    Status.UNDELIVERED,
    AT,
    AT,
)


class Said:
    """What was decided, in order."""

    def __init__(self, view: Composer) -> None:
        self.asking = Asking(view)
        self.log: list[str] = []
        self.asking.decided.connect(lambda: self.log.append("what is written"))

    @property
    def earlier(self) -> Earlier:
        return Earlier(FAILED, self.again)

    def again(self, **answer: Any) -> None:
        self.log.append(f"the earlier one: {answer}")


@pytest.fixture
def view(qtbot: QtBot) -> Composer:
    view = Composer()
    qtbot.addWidget(view)
    return view


@pytest.fixture
def said(view: Composer) -> Said:
    return Said(view)


def test_a_question_about_an_earlier_text_says_so_and_its_answer_is_of_that(view: Composer, said: Said) -> None:
    said.asking.set_obstacle(SILENT)
    said.asking.ask(NOT_REACHED, said.earlier)
    assert (
        view.obstacle.asked.startswith("About your earlier text “Your chair is ready.”: ")
        and said.asking.refusal == FIRST_THE_EARLIER_ONE
    )
    view.obstacle.button(EARLIER_ANYWAY).click()
    assert said.log == ["the earlier one: {'anyway': True}"]
    view.insert("another one")
    view.obstacle.button(SEND_ANYWAY).click()
    assert said.log[1:] == ["what is written"]


def test_with_nothing_written_nothing_is_offered_to_be_sent_anyway(view: Composer, said: Said) -> None:
    said.asking.set_obstacle(SILENT)
    assert [button.text() for button in view.obstacle.buttons] == [CORRECT_NUMBER]
    view.set_content("a draft that was kept")
    assert [button.text() for button in view.obstacle.buttons] == [CORRECT_NUMBER, SEND_ANYWAY]
    view.obstacle.button(SEND_ANYWAY).click()
    said.asking.take()
    view.set_content("")
    assert view.obstacle.asked == sentence(SILENT)
    assert [button.text() for button in view.obstacle.buttons] == [CORRECT_NUMBER]


def test_who_writes_something_else_is_not_asked_about_the_earlier_text_any_more(view: Composer, said: Said) -> None:
    said.asking.set_obstacle(SILENT)
    said.asking.ask(NOT_REACHED, said.earlier)
    view.insert("another one")
    assert view.obstacle.asked == sentence(SILENT) and SEND_ANYWAY in said.asking.refusal
    view.obstacle.button(SEND_ANYWAY).click()
    assert said.log == ["what is written"]


@pytest.mark.parametrize("error", [NOT_REACHED, NIGHT], ids=["not reached", "night"])
def test_what_is_sent_meanwhile_or_found_out_takes_the_question_back(
    view: Composer, said: Said, error: NotReached | NightThere
) -> None:
    said.asking.ask(error, said.earlier)
    said.asking.take()
    assert (view.obstacle.asked, view.night.asked) == ("", "")
    said.asking.ask(error, said.earlier)
    said.asking.set_obstacle(SILENT)
    assert (view.obstacle.asked, view.night.asked) == (sentence(SILENT), "")
    view.insert("another one")
    view.obstacle.button(SEND_ANYWAY).click()
    assert said.log == ["what is written"]


def test_the_earlier_text_can_be_left(view: Composer, said: Said) -> None:
    for error, card in ((NOT_REACHED, view.obstacle), (NIGHT, view.night)):
        said.asking.ask(error, said.earlier)
        card.button(LEAVE_IT).click()
        assert card.asked == ""
    assert said.log == []


def test_a_morning_that_may_not_be_theirs_is_offered_by_the_clock_here(view: Composer, said: Said) -> None:
    view.insert("Your chair is ready.")
    taken: list[tuple[bool, When | None]] = []
    said.asking.decided.connect(lambda: taken.append(said.asking.take()))
    said.asking.ask(NIGHT)
    assert [button.text() for button in view.night.buttons] == [SEND_NOW, f"Send {to_come(AT, clock.now())}"]
    view.night.buttons[1].click()
    assert taken == [(False, When.MORNING)] and view.night.asked == ""


def test_an_earlier_text_is_told_by_its_beginning_or_by_what_it_carried(said: Said) -> None:
    long = replace(FAILED, body="Good morning, your chair has been ready since Tuesday; come whenever you like.")
    assert Earlier(long, said.again).named == "About your earlier text “Good morning, your chair has been ready…”:"
    photo = replace(FAILED, body=" ", media=(Media(1, 0, "image/jpeg", MediaState.READY),))
    assert Earlier(photo, said.again).named == "About your earlier text (Photo):"


@pytest.mark.parametrize("obstacle", [None, SILENT], ids=["reached", "not reached"])
def test_the_night_of_an_earlier_text_is_asked_about_alone(
    view: Composer, said: Said, obstacle: CannotReceive | None
) -> None:
    said.asking.set_obstacle(obstacle)
    said.asking.ask(NIGHT, said.earlier)
    assert view.night.asked.startswith("About your earlier text “Your chair is ready.”: It may be 3:00 AM")
    assert view.obstacle.asked == "" and said.asking.refusal == FIRST_THE_EARLIER_ONE and said.asking.comes_first
    view.night.button(LEAVE_IT).click()
    assert view.obstacle.asked == (sentence(SILENT) if obstacle else "") and said.asking.comes_first is bool(obstacle)


def test_what_is_found_out_of_the_number_comes_before_the_night(view: Composer, said: Said) -> None:
    view.insert("Your chair is ready.")
    said.asking.ask(NIGHT)
    said.asking.set_obstacle(SILENT)
    assert (view.night.asked, view.obstacle.asked) == ("", sentence(SILENT))


def test_an_answer_that_nothing_came_of_is_asked_for_again(view: Composer, said: Said) -> None:
    view.insert("Your chair is ready.")
    said.asking.ask(NIGHT)
    view.night.button(SEND_NOW).click()
    assert said.log == ["what is written"] and view.night.asked
    assert said.asking.take() == (False, None) and view.night.asked == ""


def test_where_nothing_is_written_any_more_nothing_is_asked_of_it(view: Composer, said: Said) -> None:
    view.insert("A")
    said.asking.set_obstacle(SILENT)
    view.obstacle.button(SEND_ANYWAY).click()
    said.asking.take()
    said.asking.ask(NIGHT)
    assert view.night.asked and view.obstacle.asked == ""
    view.editor.textCursor().deletePreviousChar()
    assert view.night.asked == "" and view.obstacle.asked == sentence(SILENT)
    view.insert("B")
    assert SEND_ANYWAY in said.asking.refusal


def test_a_question_that_stands_for_long_goes_with_the_time_and_its_buttons_stay_where_they_are(
    view: Composer, said: Said
) -> None:
    aged: list[bool] = []
    said.asking.nightAged.connect(lambda: aged.append(True))
    said.asking.ask(NIGHT, said.earlier)
    assert said.asking._aging.isActive()
    said.asking._aging.timeout.emit()
    assert aged == [True]
    buttons = list(view.night.buttons)
    said.asking.renew(NightThere("It may be 3:02 AM where they are.", "", AT))
    assert "Your chair is ready." in view.night.asked and "3:02 AM" in view.night.asked
    assert view.night.buttons == buttons
    assert all("3:02 AM" in button.accessibleDescription() for button in buttons)
    said.asking.renew(None)
    assert view.night.asked == "" and said.asking.refusal == "" and not said.asking._aging.isActive()
    said.asking.renew(NIGHT)
    assert view.night.asked == ""


def test_a_text_that_arrived_after_all_or_went_again_is_not_asked_about(view: Composer, said: Said) -> None:
    said.asking.ask(NIGHT, said.earlier)
    said.asking.forget(replace(FAILED, id="b" * 32))
    assert view.night.asked
    said.asking.forget(FAILED)
    assert view.night.asked == "" and said.asking.earlier is None
