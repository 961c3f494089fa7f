"""Of which text a question is: what is written now, or an earlier one that somebody wants to send again."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from sms_desktop.domain.errors import NightThere, NotReached
from sms_desktop.domain.night import When
from sms_desktop.domain.reception import CannotReceive, Evidence, Obstacle, sentence
from sms_desktop.services import clock
from sms_desktop.ui.composer.asking import (
    EARLIER_ANYWAY,
    FIRST_THE_EARLIER_ONE,
    LEAVE_IT,
    SEND_ANYWAY,
    SEND_NOW,
    Asking,
)
from sms_desktop.ui.composer.view import Composer
from sms_desktop.ui.words import to_come

AT = datetime(2026, 7, 15, 12, tzinfo=UTC)
SILENT = CannotReceive("+14155550132", Obstacle.SILENT, Evidence.ERROR, 30003, "SM1", AT)
NOT_REACHED = NotReached(sentence(SILENT), final=False)
NIGHT = NightThere("It may be 3:00 AM where they are.", "", AT)


class Said:
    """What was decided, in order."""

    def __init__(self, view: Composer) -> None:
        self.asking = Asking(view)
        self.log: list[str] = []
        self.asking.decided.connect(lambda: self.log.append("what is written"))

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
    said.asking.ask(NOT_REACHED, said.again)
    assert "earlier text" in view.obstacle.asked and said.asking.refusal == FIRST_THE_EARLIER_ONE
    view.obstacle.button(EARLIER_ANYWAY).click()
    assert said.log == ["the earlier one: {'anyway': True}"]
    view.obstacle.button(SEND_ANYWAY).click()
    assert said.log[1:] == ["what is written"]


def test_who_writes_something_else_is_not_asked_about_the_earlier_text_any_more(view: Composer, said: Said) -> None:
    said.asking.set_obstacle(SILENT)
    said.asking.ask(NOT_REACHED, said.again)
    view.insert("another one")
    assert view.obstacle.asked == sentence(SILENT) and SEND_ANYWAY in said.asking.refusal
    view.obstacle.button(SEND_ANYWAY).click()
    assert said.log == ["what is written"]


@pytest.mark.parametrize("error", [NOT_REACHED, NIGHT], ids=["not reached", "night"])
def test_what_is_sent_meanwhile_or_found_out_takes_the_question_back(
    view: Composer, said: Said, error: NotReached | NightThere
) -> None:
    said.asking.ask(error, said.again)
    said.asking.take()
    assert (view.obstacle.asked, view.night.asked) == ("", "")
    said.asking.ask(error, said.again)
    said.asking.set_obstacle(SILENT)
    assert (view.obstacle.asked, view.night.asked) == (sentence(SILENT), "")
    view.obstacle.button(SEND_ANYWAY).click()
    assert said.log == ["what is written"]


def test_the_earlier_text_can_be_left(view: Composer, said: Said) -> None:
    for error, card in ((NOT_REACHED, view.obstacle), (NIGHT, view.night)):
        said.asking.ask(error, said.again)
        card.button(LEAVE_IT).click()
        assert card.asked == ""
    assert said.log == []


def test_a_morning_that_may_not_be_theirs_is_offered_by_the_clock_here(view: Composer, said: Said) -> None:
    said.asking.ask(NIGHT)
    assert [button.text() for button in view.night.buttons] == [SEND_NOW, f"Send {to_come(AT, clock.now())}"]
    view.night.buttons[1].click()
    assert said.asking.take() == (False, When.MORNING)
