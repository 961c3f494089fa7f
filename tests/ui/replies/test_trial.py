"""Trying a text: which rule answers, why the others do not, and what leaves."""

from dataclasses import replace
from datetime import UTC, datetime, time
from random import Random

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from sms_desktop.domain.conversation import Filter
from sms_desktop.domain.hours import Hours, Span
from sms_desktop.domain.reply import Held, Rule, Trigger, Unsent
from sms_desktop.simulator.picture import landscape
from sms_desktop.ui.preferences.repliespresenter import NOBODY
from sms_desktop.ui.replies.sentences import outcome
from sms_desktop.ui.replies.trial import TrialCard
from tests.rig import TOLL_FREE
from tests.ui.replies.conftest import FIRST, HOURS, ORDER, Room

CLOSED = Rule("Closed", Trigger.CLOSED, "We are closed.")
SUNDAY = datetime(2026, 11, 29, 12, tzinfo=UTC)


def tried(room: Room, text: str) -> TrialCard:
    card = room.dialog.replies.rules.trial
    card._body.setText(text)
    room.settle()
    return card


def said(card: TrialCard) -> list[str]:
    return [row.said for row in card.rows if row.isVisible()]


def test_the_rule_that_answers_is_told_and_why_the_others_do_not(room: Room) -> None:
    room.given(HOURS, FIRST, ORDER, CLOSED)
    page = room.open()
    assert not page.rules.trial.result.isVisible()
    card = tried(room, "When are you open?")
    assert (card.theirs.text, card.ours.text) == ("When are you open?", "Hi there, open 9-17.")
    assert card.said.said == "“Opening hours” answers."
    assert said(card) == [
        "Opening hours: Answers",
        "Welcome: A rule above it answers",
        "Orders: The text does not fit its pattern",
        "Closed: No opening hours are set",
    ]
    assert "<Body>Hi there, open 9-17.</Body>" in card.twiml.xml.toPlainText()
    assert not card.play.isVisible()  # there is no phone on the screen
    card = tried(room, "")
    assert not card.result.isVisible()


def test_nothing_is_sent_or_kept_by_trying(room: Room) -> None:
    room.given(HOURS)
    room.open()
    tried(room, "open?")
    known = room.loop.run(room.services.conversations.page(Filter.ALL))
    assert NOBODY not in {one.peer for one in known}


def test_who_writes_and_to_which_line_makes_a_difference(room: Room) -> None:
    room.given(ORDER, HOURS)
    room.open()
    card = tried(room, "order 12, are you open?")
    assert card.said.said == "“Orders” answers."
    card.line.setCurrentIndex(card.line.findData(TOLL_FREE))
    room.settle()
    assert said(card)[0] == "Orders: For another line" and card.said.said == "“Opening hours” answers."
    for sender, why in (
        ("72345", "it came from a short code, where a program answers"),
        ("MYBANK", "its sender has no number to answer to"),
        ("(888) 555-0144", "it came from one of your own numbers"),
    ):
        card.who.setEditText(sender)
        room.settle()
        assert card.said.said == f"No automatic reply, because {why}."
        assert not card.ours.isVisible() and "Message" not in card.twiml.xml.toPlainText()
        assert said(card)[1] == "Opening hours: Would answer"


def test_what_is_left_out_of_the_answer_is_said(room: Room) -> None:
    room.given(replace(HOURS, text="Open {opening hours}."))
    room.open()
    card = tried(room, "open?")
    assert card.ours.text == "Open."
    told = "“Opening hours” answers. {opening hours} is left out, because no opening hours are set."
    assert card.said.said == told


def test_a_picture_that_cannot_go_is_said_to_stay_here(room: Room) -> None:
    file = room.loop.run(room.services.media.attach_bytes(landscape(Random(3)), "map.png"))
    room.given(replace(HOURS, picture=file))
    room.services.link.public_url = None
    room.open()
    card = tried(room, "open?")
    assert card.said.said == (
        "“Opening hours” answers without its picture: there is no public address from which Twilio could fetch it. "
        "Choose one under Receiving."
    )
    assert card.ours.text == "Hi there, open 9-17." and "<Media>" not in card.twiml.xml.toPlainText()


@pytest.mark.parametrize("why", list(Unsent))
def test_what_keeps_a_picture_alone_is_said(why: Unsent) -> None:
    rule = replace(HOURS, text="")
    assert outcome(rule, None, Held.NO_PICTURE, why).startswith(
        "No automatic reply, because it is only a picture, and "
    )


def test_another_time_may_be_tried(room: Room) -> None:
    room.given(CLOSED)
    week = Hours(tuple(Span(day, time(9), time(17)) for day in range(5)), "UTC")
    room.loop.run(room.services.replies.set_hours(None, week))
    room.open()
    card = tried(room, "Hello?")
    card.when.setCurrentIndex(1)
    assert card.at.isVisible()
    for at, answer in ((SUNDAY, "We are closed."), (datetime(2026, 11, 30, 12, tzinfo=UTC), "")):
        card.at.put(at)
        card.asked.emit()
        room.settle()
        assert card.ours.text == answer
    assert said(card) == ["Closed: We are open then"]


def test_the_twiml_is_folded_away_unfolds_by_key_and_is_copied(room: Room) -> None:
    room.given(HOURS)
    room.open()
    panel = tried(room, "open").twiml
    assert not panel.xml.isVisible() and not panel.copy.isVisible()
    panel.fold.setFocus()
    QTest.keyClick(panel.fold, Qt.Key.Key_Space)
    assert panel.xml.isVisible() and panel.xml.accessibleName() == "TwiML"
    panel.copy.click()
    assert QGuiApplication.clipboard().text() == panel.xml.toPlainText()
    assert "<Response>" in panel.xml.toPlainText()


def test_with_a_phone_on_the_screen_it_can_be_played_there(room: Room) -> None:
    room.given(HOURS)
    page = room.open()
    page.rules.trial.offer_play(True)
    card = tried(room, "open?")
    assert card.play.isVisible()
    played: list[tuple[str, str, str]] = []
    room.dialog.playRequested.connect(lambda *what: played.append(what))
    card.who.setEditText("BANK")
    room.settle()
    assert not card.play.isVisible()
    card.who.setEditText("(415) 555-0110")
    room.settle()
    card.play.click()
    assert played == [("+12125550100", "+14155550110", "open?")]
    assert not room.dialog.isVisible()
