"""What became of a message: every report, however it came, read by mouse and by keyboard."""

from pathlib import Path

import shiboken6
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from sms_desktop.demo import SHOP
from sms_desktop.domain.message import Message, Status
from sms_desktop.ui.history.view import HistoryPopover
from sms_desktop.ui.timeline.buttons import LinkButton
from tests.journeys.window.seat import Seat, demo

LEO = "+14155550116"


def steps(seat: Seat) -> list[str]:
    """The open history as a screen reader says it."""
    if not any(found.isVisible() for found in seat.window.findChildren(HistoryPopover)):
        return []
    return seat.spoken("Status history")


def what(seat: Seat) -> list[str]:
    """The steps without their times."""
    return [step.split(": ", 1)[1] for step in steps(seat)]


def click_status(seat: Seat, message: Message) -> None:
    view = seat.session.desk._timeline_pane.view
    word = view.status_rect(message.id)
    assert word is not None
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=word.center())


async def test_shuffled_and_doubled_reports_are_all_there_and_told_apart(tmp_path: Path) -> None:
    async with demo(tmp_path) as seat:
        await seat.open("Rob Baines")
        seat.press("Weather out of order")
        seat.press("Weather twice")
        message = await seat.send("Shuffled")
        await seat.reaches(message, Status.DELIVERED)
        click_status(seat, message)  # while the rest is still on its way
        await seat.simulator.idle()
        await seat.until(lambda: len(steps(seat)) == 7, "all that was said is shown")
        answers = [step for step in what(seat) if step.startswith("Queued at Twilio.")]
        assert len(answers) == 1  # which the reports may have overtaken
        assert [step for step in what(seat) if step not in answers] == [
            "Written.",
            "Leaving for Twilio.",
            "Delivered.",
            "Delivered. It was said again.",
            "Sent to the carrier. It came late and changed nothing.",
            "Sent to the carrier. It came late and changed nothing.",
        ]
        assert "though" not in seat.spoken("Messages")[-1]
        popover = seat.window.findChild(HistoryPopover)
        assert popover is not None
        QTest.mouseClick(popover, Qt.MouseButton.LeftButton, pos=QPoint(4, 4))
        assert steps(seat) == []


async def test_a_delivery_after_a_failure_is_shown_as_what_it_is(tmp_path: Path) -> None:
    async with demo(tmp_path) as seat:
        conversation = await seat.services.conversations.open(SHOP, LEO)
        seat.session.desk.open_conversation(conversation)
        await seat.opened("(415) 555-0116")
        failed = await seat.reaches(await seat.send("Are you there?"), Status.UNDELIVERED)
        assert failed.sid is not None
        view = seat.rows_of("Messages")
        view.setFocus(Qt.FocusReason.TabFocusReason)
        seat.key(Qt.Key.Key_Space)
        await seat.until(lambda: steps(seat), "its history is open")
        assert what(seat)[-1] == "Not delivered: 30003 phone unreachable."
        seat.simulator.delivers_after_all(failed.sid)
        await seat.reaches(failed, Status.DELIVERED)
        warning = "Twilio reported a failure first and delivery afterwards; the phone’s word counts."
        await seat.until(lambda: what(seat)[-1] == f"Delivered. {warning}", "it came while one looked")
        seat.key(Qt.Key.Key_Escape)
        assert steps(seat) == []
        assert QApplication.focusWidget() is view
        assert "Outbound, Delivered, though a failure was reported, too" in seat.spoken("Messages")[-1]
        assert not seat.offers("Try again")


async def test_a_button_that_goes_takes_no_other_widget_with_it(tmp_path: Path) -> None:
    """PySide would, had anybody asked Qt for the focus chain; looking for widgets by name in between hides it."""
    async with demo(tmp_path) as seat:
        await seat.open("Rob Baines")
        buttons = seat.session.desk._timeline_pane.buttons
        seat.press("Weather 429")
        await seat.send("One")
        last = await seat.send("Two")
        await seat.until(lambda: len(buttons.shown) == 2, "both can be canceled")
        kept = [widget for widget in seat.window.findChildren(QWidget) if not isinstance(widget, LinkButton)]
        seat.control(Qt.Key.Key_L)
        await seat.until(
            lambda: seat.session.desk.window.page is not None, "line health is shown, and Tab's order made anew"
        )
        seat.key(Qt.Key.Key_Escape)
        seat.simulator.weather.clear()
        await seat.until(lambda: not buttons.shown, "both have left, and their buttons are gone")
        await seat.reaches(last, Status.DELIVERED)
        assert [type(widget).__name__ for widget in kept if not shiboken6.isValid(widget)] == []
        click_status(seat, last)
        await seat.until(lambda: steps(seat), "its history is open")
