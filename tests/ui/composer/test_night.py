"""The question about the night above the text, over real services: it goes when what it asks about has changed."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from sms_desktop.domain.errors import NightThere
from sms_desktop.domain.events import MessageAdded, PastAdded
from sms_desktop.domain.message import Hold, Message, Status
from sms_desktop.domain.night import AtNight, Rule, When
from sms_desktop.ui.composer.asking import LEAVE_IT, SEND_ANYWAY, SEND_NOW
from tests.rig import LINE, SILENT, YOURS, Rig
from tests.services.test_nights import night
from tests.ui import registrationsamples as told
from tests.ui.composer.test_presenter import Desk
from tests.ui.composer.test_registration import tell
from tests.ui.conftest import Loop


@pytest.fixture
def desk(loop: Loop, rig: Rig, qtbot: QtBot) -> Iterator[Desk]:
    desk = Desk(loop, rig)
    loop.run(desk.start())
    loop.run(rig.services.outbox.put_night_rule(night(AtNight.ASK)))
    open_(desk, SILENT)
    yield desk
    loop.run(desk.stop())
    assert desk.errors == []


@pytest.fixture
def come(desk: Desk) -> list[Message]:
    """All that came or was queued since."""
    found: list[Message] = []
    desk.services.hub.subscribe(MessageAdded, lambda event: found.append(event.message))
    return found


def open_(desk: Desk, peer: str) -> None:
    desk.loop.run(desk.presenter.open(desk.loop.run(desk.services.conversations.open(LINE, peer))))


def asked_of_what_is_written(desk: Desk, text: str = "Your chair is ready.") -> None:
    desk.type(text)
    desk.press_enter()
    desk.loop.until(lambda: desk.view.night.asked)
    assert desk.view.body == text


def asked_of_a_failed_one(desk: Desk) -> None:
    """Somebody has pressed Try again at a text that failed, and it is night there."""
    place = desk.loop.run(desk.services.conversations.open(LINE, SILENT))
    message = desk.loop.run(desk.services.outbox.submit(place.id, "Your table is ready.", hold=60))
    canceled = desk.loop.run(desk.services.outbox.cancel(message.id))
    error = NightThere("It is 3:00 AM where they are.", "", canceled.at)
    desk.presenter.decide(canceled, error, lambda **answer: None)


def asked_of_an_earlier_one(desk: Desk) -> tuple[Message, list[dict[str, object]]]:
    """A text that failed is to be sent again; gives what was answered of it."""
    place = desk.loop.run(desk.services.conversations.open(LINE, SILENT))
    message = desk.loop.run(desk.services.outbox.submit(place.id, "Your table is ready.", when=When.MORNING))
    canceled = desk.loop.run(desk.services.outbox.cancel(message.id))
    answers: list[dict[str, object]] = []
    error = desk.loop.run(desk.services.outbox.night_there(place.id))
    assert isinstance(error, NightThere)
    desk.presenter.decide(canceled, error, lambda **answer: answers.append(answer))
    assert "“Your table is ready.”" in desk.view.night.asked
    return canceled, answers


def test_who_writes_within_the_hour_is_not_asked_about_any_more(desk: Desk, come: list[Message]) -> None:
    asked_of_what_is_written(desk)
    desk.loop.run(desk.rig.simulator.phone(SILENT).text(LINE, "Is it ready?"))
    desk.loop.until(lambda: not desk.view.night.asked)
    assert desk.view.body == "Your chair is ready." and desk.view.send_button.isEnabled()
    desk.press_enter()
    desk.loop.until(lambda: [one for one in come if one.outbound])


def test_the_question_of_an_earlier_text_goes_too_when_they_write(desk: Desk) -> None:
    asked_of_an_earlier_one(desk)
    desk.loop.run(desk.rig.simulator.phone(SILENT).text(LINE, "Hello?"))
    desk.loop.until(lambda: not desk.view.night.asked)


def test_what_a_list_brings_of_them_has_it_looked_at_too(desk: Desk) -> None:
    asked_of_what_is_written(desk)
    desk.loop.run(desk.services.outbox.put_night_rule(Rule(AtNight.OFF)))
    other = desk.loop.run(desk.services.conversations.open(LINE, YOURS))
    desk.services.hub.publish([PastAdded((other,))])
    desk.loop.run(desk.named("night question"))
    assert desk.view.night.asked
    place = desk.loop.run(desk.services.conversations.open(LINE, SILENT))
    desk.services.hub.publish([PastAdded((place,))])
    desk.loop.until(lambda: not desk.view.night.asked)


def test_a_stop_takes_the_question_away_for_good(desk: Desk) -> None:
    canceled, answers = asked_of_an_earlier_one(desk)
    desk.loop.run(desk.rig.simulator.phone(SILENT).text(LINE, "STOP"))
    desk.loop.until(lambda: desk.view.is_locked)
    error = NightThere("It is 3:00 AM where they are.", "", canceled.at)
    desk.presenter.decide(canceled, error, lambda **answer: answers.append(answer))
    desk.loop.run(desk.rig.simulator.phone(SILENT).text(LINE, "START"))
    desk.loop.until(lambda: not desk.view.is_locked)
    assert desk.view.night.asked == "" and answers == []


def test_who_is_blocked_meanwhile_is_not_asked_about_once_they_are_not(desk: Desk) -> None:
    _, answers = asked_of_an_earlier_one(desk)
    place = desk.loop.run(desk.services.conversations.open(LINE, SILENT))
    for blocked in (True, False):
        desk.loop.run(desk.services.conversations.block(place.id, blocked))
        desk.loop.until(lambda blocked=blocked: desk.view.is_locked is blocked)  # type: ignore[misc]
    assert desk.view.night.asked == "" and answers == []


def test_when_day_has_come_or_the_wish_is_another_it_is_asked_no_more(desk: Desk) -> None:
    asked_of_what_is_written(desk)
    desk.loop.run(desk.services.outbox.put_night_rule(night(AtNight.MORNING)))
    desk.presenter._asking.nightAged.emit()
    desk.loop.until(lambda: not desk.view.night.asked)
    assert desk.view.body == "Your chair is ready."


def test_an_earlier_text_that_goes_by_another_hand_is_not_asked_about(desk: Desk) -> None:
    canceled, answers = asked_of_an_earlier_one(desk)
    desk.loop.run(desk.services.outbox.retry(canceled.id, when=When.MORNING))
    desk.loop.until(lambda: not desk.view.night.asked)
    assert answers == []


def test_another_conversation_is_asked_nothing_and_hears_nothing_of_it(desk: Desk) -> None:
    canceled, answers = asked_of_an_earlier_one(desk)
    open_(desk, YOURS)
    assert desk.view.night.asked == ""
    error = NightThere("It is 3:00 AM where they are.", "", canceled.at)
    desk.presenter.decide(canceled, error, lambda **answer: answers.append(answer))
    assert desk.view.night.asked == "" and answers == []


def test_what_cannot_go_after_all_says_why_and_is_asked_about_until_it_can(desk: Desk, come: list[Message]) -> None:
    asked_of_what_is_written(desk)
    desk.view.insert("x" * 1600)
    desk.view.night.button(SEND_NOW).click()
    assert "Shorten it" in desk.view.notice and desk.view.night.asked
    for _ in range(1600):
        desk.view.editor.textCursor().deletePreviousChar()
    desk.view.night.button(SEND_NOW).click()
    desk.loop.until(lambda: come)
    [sent] = come
    assert (sent.body, sent.held_for) == ("Your chair is ready.", None)


def test_a_text_by_an_unregistered_line_is_asked_about_once_and_then_the_night(desk: Desk, come: list[Message]) -> None:
    tell(desk, told.NOTHING)
    desk.type("Your chair is ready.")
    desk.view.caution.button(SEND_ANYWAY).click()
    desk.loop.until(lambda: desk.view.night.asked)
    assert desk.view.caution.asked == ""
    desk.view.night.button(SEND_NOW).click()
    desk.loop.until(lambda: [one for one in come if one.outbound])
    assert not desk.view.caution.asked and not desk.view.night.asked
    desk.type("And your table.")
    assert desk.view.caution.asked


def test_what_was_decided_of_a_text_that_is_gone_is_asked_anew_of_the_next(desk: Desk) -> None:
    tell(desk, told.NOTHING)
    desk.type("A")
    desk.view.caution.button(SEND_ANYWAY).click()
    desk.loop.until(lambda: desk.view.night.asked)
    desk.view.editor.textCursor().deletePreviousChar()
    assert not desk.view.caution.asked and not desk.view.night.asked
    desk.type("B")
    assert desk.view.caution.asked and not desk.view.send_button.isEnabled()


def test_one_thing_is_asked_at_a_time(desk: Desk) -> None:
    tell(desk, told.NOTHING)
    desk.view.set_content("S")
    assert desk.view.caution.asked
    asked_of_an_earlier_one(desk)
    assert desk.view.caution.asked == "" and desk.view.obstacle.asked == ""
    desk.type("S")
    assert desk.view.caution.asked and desk.view.night.asked == ""


def test_a_text_that_may_mean_stop_is_asked_about_in_place_of_the_night(desk: Desk, come: list[Message]) -> None:
    asked_of_what_is_written(desk)
    desk.loop.run(desk.services.outbox.put_night_rule(Rule(AtNight.OFF)))
    desk.loop.run(desk.rig.simulator.phone(SILENT).text(LINE, "Please stop texting me"))
    desk.loop.until(lambda: desk.view.consent.asked)
    assert desk.view.night.asked == "" and desk.view.body == "Your chair is ready."
    asked_of_a_failed_one(desk)
    assert desk.view.consent.asked == "" and desk.view.night.asked
    desk.view.night.button(LEAVE_IT).click()
    assert desk.view.consent.asked and desk.view.night.asked == ""


def test_who_says_in_the_morning_is_heeded_though_they_wrote_just_then(desk: Desk, come: list[Message]) -> None:
    desk.loop.run(desk.rig.simulator.phone(SILENT).text(LINE, "Hello?"))
    desk.loop.until(lambda: come)
    place = desk.loop.run(desk.services.conversations.open(LINE, SILENT))
    kept = desk.loop.run(desk.services.outbox.submit(place.id, "In the morning.", when=When.MORNING))
    assert (kept.status, kept.held_for) == (Status.QUEUED, Hold.NIGHT)
