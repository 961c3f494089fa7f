"""What is said and offered where somebody quits with something left to do."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from sms_desktop.services.hindrance import NO_ADDRESS, SLOWED, UNREACHABLE, Hindrance
from sms_desktop.services.outbox import Remaining
from sms_desktop.ui.leaving import REPAIR, RESTORE, SWITCH, LeavingDialog, progress_of, quitting, what_is_left


@pytest.mark.parametrize(
    ("waiting", "unfetched", "title", "advice"),
    [
        (1, 0, "1 message has not left yet.", "It is sent when SMS Desktop runs again."),
        (2, 0, "2 messages have not left yet.", "They are sent when SMS Desktop runs again."),
        (0, 1, "Pictures are still on their way.", "has not fetched the pictures of a message"),
        (0, 2, "Pictures are still on their way.", "has not fetched the pictures of 2 messages"),
        (
            2,
            1,
            "2 messages have not left yet.",
            "They are sent when SMS Desktop runs again. Twilio has accepted one more",
        ),
    ],
)
def test_what_is_left_is_said_plainly(waiting: int, unfetched: int, title: str, advice: str) -> None:
    said = what_is_left(Remaining(waiting, unfetched))
    assert said[0] == title
    assert advice in said[1]


def test_of_what_waits_for_the_morning_it_is_said_that_it_is_not_waited_for() -> None:
    _, advice = what_is_left(Remaining(3, 0, None, 2))
    assert "2 of them wait for a morning, or for your answer. Those are not waited for." in advice
    _, advice = what_is_left(Remaining(3, 0, None, 1))
    assert "One of them waits for a morning, or for your answer. That one is not waited for." in advice
    assert Remaining(3, 0, None, 2).is_worth_waiting and not Remaining(2, 0, None, 2).is_worth_waiting


def test_waiting_is_not_offered_where_all_that_is_left_waits_for_the_morning(qtbot: QtBot) -> None:
    dialog = LeavingDialog(Remaining(2, 0, UNREACHABLE, 2))
    qtbot.addWidget(dialog)
    dialog.show()
    assert not dialog.wait_button.isVisible()
    dialog.show_remaining(Remaining(2, 0, UNREACHABLE, 1))
    assert dialog.wait_button.isVisible()


@pytest.mark.parametrize("button", ["go_button", "wait_button", "stay_button"])
def test_enter_presses_the_button_that_has_the_keyboard(qtbot: QtBot, button: str) -> None:
    dialog = LeavingDialog(Remaining(2, 0))
    qtbot.addWidget(dialog)
    dialog.open()
    pressed: list[str] = []
    for name in ("go_button", "wait_button", "stay_button"):
        getattr(dialog, name).clicked.connect(lambda _=False, name=name: pressed.append(name))
    getattr(dialog, button).setFocus()
    QTest.keyClick(getattr(dialog, button), Qt.Key.Key_Return)
    assert pressed == [button]


def test_waiting_shows_how_far_it_is_and_still_lets_one_go_or_stay(qtbot: QtBot) -> None:
    dialog = LeavingDialog(Remaining(3, 1))
    qtbot.addWidget(dialog)
    dialog.show()
    assert not dialog.is_waiting
    dialog.begin_waiting(Remaining(3, 1))
    assert (dialog.bar.value(), dialog.bar.maximum()) == (0, 4)
    dialog.show_remaining(Remaining(1, 1))
    assert (dialog.bar.value(), dialog.bar.maximum()) == (2, 4)
    assert dialog.title.text() == "Waiting for 1 message to leave…"
    dialog.show_remaining(Remaining(0, 1))
    assert dialog.title.text() == "Twilio is fetching pictures…"
    assert "at most ten minutes" in dialog.advice.text()
    assert not dialog.wait_button.isVisible()
    with qtbot.waitSignal(dialog.goChosen):
        dialog.go_button.click()
    with qtbot.waitSignal(dialog.rejected):
        dialog.stay_button.click()


def test_before_a_repair_it_is_said_what_becomes_of_what_waits_whatever_holds_it_back() -> None:
    _, advice = what_is_left(Remaining(2, 0, Hindrance("Twilio refuses the account.", lasts=True)), REPAIR)
    assert advice.startswith("Twilio refuses the account. They are sent when you ask for it after the repair, which")


def test_who_shows_another_account_is_told_when_the_rest_leaves(qtbot: QtBot) -> None:
    dialog = LeavingDialog(Remaining(2, 0), SWITCH)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.advice.text() == "They are sent when this account is shown again."
    words = [button.text() for button in (dialog.go_button, dialog.wait_button, dialog.stay_button)]
    assert words == ["Switch", "Wait and switch when sent", "Stay"]
    dialog.begin_waiting(Remaining(2, 0))
    assert dialog.go_button.text() == "Switch now"
    assert dialog.advice.text() == "The other account is shown by itself when that is done."


def test_why_it_does_not_leave_is_told_before_and_while_one_waits(qtbot: QtBot) -> None:
    dialog = LeavingDialog(Remaining(1, 0, SLOWED))
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.advice.text() == f"It is sent when SMS Desktop runs again. {SLOWED.sentence}"
    dialog.begin_waiting(Remaining(1, 0, SLOWED))
    assert dialog.title.text() == "Waiting for 1 message to leave…"
    assert dialog.advice.text() == f"{SLOWED.sentence} SMS Desktop quits by itself when that is done."
    dialog.show_remaining(Remaining(1, 0))
    assert dialog.advice.text() == "SMS Desktop quits by itself when that is done."
    assert (
        progress_of(Remaining(1, 0, NO_ADDRESS))[1] == f"{NO_ADDRESS.sentence} Nothing leaves until that is put right."
    )


def test_nobody_is_offered_to_wait_for_what_only_they_can_end(qtbot: QtBot) -> None:
    dialog = LeavingDialog(Remaining(2, 0, NO_ADDRESS))
    qtbot.addWidget(dialog)
    with qtbot.waitActive(dialog):
        dialog.show()
        dialog.activateWindow()
    assert not dialog.wait_button.isVisible()
    assert dialog.stay_button.hasFocus() and dialog.stay_button.isDefault()
    assert dialog.advice.text() == f"{NO_ADDRESS.sentence} They are kept here meanwhile."
    dialog.show_remaining(Remaining(2, 0))
    assert dialog.wait_button.isVisible() and dialog.wait_button.isDefault()
    with qtbot.waitSignal(dialog.waitChosen):
        QTest.keyClick(dialog, Qt.Key.Key_Return)


def test_a_question_that_is_open_when_all_has_left_says_so_and_still_lets_one_stay(qtbot: QtBot) -> None:
    dialog = LeavingDialog(Remaining(1, 0), RESTORE)
    qtbot.addWidget(dialog)
    with qtbot.waitActive(dialog):
        dialog.show()
        dialog.activateWindow()
    dialog.show_remaining(Remaining(0, 0))
    assert (dialog.title.text(), dialog.advice.text()) == ("Everything has left.", "Restore the backup?")
    assert not dialog.wait_button.isVisible() and dialog.go_button.isDefault() and dialog.stay_button.isVisible()
    dialog.show_remaining(Remaining(1, 0))
    assert dialog.title.text() == "1 message has not left yet." and dialog.wait_button.isDefault()
    dialog.show_remaining(Remaining(0, 0))
    with qtbot.waitSignal(dialog.goChosen):
        QTest.keyClick(dialog, Qt.Key.Key_Return)


@pytest.mark.parametrize(
    ("accounts", "when"),
    [
        (0, "SMS Desktop runs again."),
        (1, "SMS Desktop runs again."),
        (2, "SMS Desktop runs again and shows this account."),
    ],
)
def test_of_several_accounts_only_the_one_that_is_shown_sends(accounts: int, when: str) -> None:
    assert what_is_left(Remaining(1, 0), quitting(accounts))[1] == f"It is sent when {when}"
