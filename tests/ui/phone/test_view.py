"""The handset's widget, alone."""

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from sms_desktop.ui.phone.bubbles import PICTURE, Bubble
from sms_desktop.ui.phone.view import Phone
from sms_desktop.ui.theme import theme

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def phone(qtbot: QtBot) -> Phone:
    theme()
    phone = Phone()
    qtbot.addWidget(phone)
    phone.resize(284, 640)
    phone.show_customer("Customer’s phone", "+1 415 555 0132")
    phone.show()
    return phone


def test_the_names_that_outside_tests_rely_on_are_there(phone: Phone) -> None:
    buttons = {b.accessibleName() for b in phone.findChildren(QPushButton)}
    assert buttons >= {"Customer sends photo", "Customer says STOP", "Customer says START"}
    assert [e.accessibleName() for e in phone.findChildren(QLineEdit)] == ["Customer text"]


def test_a_text_is_sent_by_enter_and_nothing_is_not(phone: Phone, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(phone.textSent):
        QTest.keyClick(phone.text_edit, Qt.Key.Key_Return)
    QTest.keyClicks(phone.text_edit, " Is Saturday still fine? ")
    with qtbot.waitSignal(phone.textSent) as sent:
        QTest.keyClick(phone.text_edit, Qt.Key.Key_Return)
    assert sent.args == ["Is Saturday still fine?"]
    assert phone.text_edit.text() == ""


def test_the_quick_buttons_say_their_word(phone: Phone, qtbot: QtBot) -> None:
    for button, word in ((phone.stop_button, "STOP"), (phone.start_button, "START")):
        with qtbot.waitSignal(phone.textSent) as sent:
            button.click()
        assert sent.args == [word]
    with qtbot.waitSignal(phone.photoSent):
        phone.photo_button.click()


def test_bubbles_speak_for_those_who_cannot_see_them(phone: Phone) -> None:
    image = QImage(600, 300, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.blue)
    model = phone.bubbles.bubbles
    model.reset([Bubble("Look", True, NOW, (image,)), Bubble("", False, NOW, (), ("application/pdf",))])
    spoken = [model.index(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(2)]
    assert spoken[0].startswith("Customer, ") and spoken[0].endswith(": Photo. Look")
    assert spoken[1].startswith("Shop, ") and spoken[1].endswith(": [application/pdf]")
    assert phone.bubbles.sizeHintForRow(0) > PICTURE / 2
    assert not phone.grab().isNull()


def test_the_list_stays_at_the_newest_message(phone: Phone, qtbot: QtBot) -> None:
    for number in range(40):
        phone.bubbles.bubbles.append(Bubble(f"Message {number}", number % 2 == 0, NOW))
    bar = phone.bubbles.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0 and bar.value() == bar.maximum())


def test_a_toggle_tells_what_was_turned_and_shows_what_is_on(phone: Phone, qtbot: QtBot) -> None:
    phone.show_weather(["slow", "30007"], lambda name: name == "30007")
    slow, filtered = phone.weather.toggles
    assert (slow.isChecked(), filtered.isChecked()) == (False, True)
    with qtbot.waitSignal(phone.weatherTurned) as turned:
        slow.click()
    assert turned.args == ["slow", True]
    with qtbot.assertNotEmitted(phone.weatherTurned):
        phone.show_weather(["slow", "30007"], lambda name: False)
    assert not slow.isChecked()


def test_another_customer_is_chosen_by_number(phone: Phone, qtbot: QtBot) -> None:
    phone.show_people([("Maya Chen", "+14155550110", "Answers."), ("Customer", "+14155550132", "Yours.")])
    maya, _ = phone.people_actions()
    assert maya.text() == "Maya Chen · Answers."
    with qtbot.waitSignal(phone.customerChosen) as chosen:
        maya.trigger()
    assert chosen.args == ["+14155550110"]


def test_light_and_dark_are_both_drawn(phone: Phone) -> None:
    try:
        theme().set_preference("light")
        light = phone.grab().toImage()
        theme().set_preference("dark")
        dark = phone.grab().toImage()
    finally:
        theme().set_preference("system")
    assert light.pixelColor(142, 200).lightness() > 200
    assert dark.pixelColor(142, 200).lightness() < 100
