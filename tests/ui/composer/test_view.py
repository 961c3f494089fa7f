"""The composer's widget, alone."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAccessible, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QToolButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from sms_desktop.domain.line import Line
from sms_desktop.domain.media import File
from sms_desktop.ui.composer import emoji
from sms_desktop.ui.composer.lock import Lift, Lock
from sms_desktop.ui.composer.offer import Offer, cleaned, offer_of
from sms_desktop.ui.composer.question import QuestionCard
from sms_desktop.ui.composer.view import Composer
from sms_desktop.ui.theme import theme

SHOP, FREE, VOICE = Line("+12125550100", "Shop"), Line("+18885550144", "Toll-free"), Line("+13105550100", sms=False)


@pytest.fixture
def composer(qtbot: QtBot) -> Composer:
    theme()
    composer = Composer()
    qtbot.addWidget(composer)
    composer.show_lines([SHOP, FREE, VOICE], SHOP.address)
    composer.resize(711, composer.heightForWidth(711))
    composer.show()
    return composer


def _file(name: str = "photo.jpg", number: int = 0) -> File:
    return File(f"{number:064x}", 421_888, "image/jpeg", name)


def test_the_names_that_outside_tests_rely_on_are_there(composer: Composer) -> None:
    assert composer.editor.accessibleName() == "Message"
    assert {b.accessibleName() for b in composer.findChildren(QPushButton)} >= {"Send"}
    assert {b.accessibleName() for b in composer.findChildren(QToolButton)} >= {"Attach", "Emoji"}


def test_send_is_there_only_when_there_is_something_to_send(composer: Composer) -> None:
    assert not composer.send_button.isEnabled()
    assert composer.send_button.toolTip() == "There is nothing to send yet."
    composer.editor.setPlainText("Hello")
    assert composer.send_button.isEnabled()
    composer.editor.setPlainText(" \n ")
    assert not composer.send_button.isEnabled()
    composer.add_file(_file())
    assert composer.send_button.isEnabled()
    composer.set_busy("Wait.")
    assert not composer.send_button.isEnabled() and composer.send_button.toolTip() == "Wait."


def test_enter_sends_and_shift_enter_breaks(composer: Composer, qtbot: QtBot) -> None:
    QTest.keyClicks(composer.editor, "one")
    QTest.keyClick(composer.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClicks(composer.editor, "two")
    assert composer.body == "one\ntwo"
    with qtbot.waitSignal(composer.sendRequested):
        QTest.keyClick(composer.editor, Qt.Key.Key_Return)
    with qtbot.waitSignal(composer.sendRequested):
        QTest.keyClick(composer.editor, Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier)


def test_the_preference_turns_enter_round_but_not_control_enter(composer: Composer, qtbot: QtBot) -> None:
    composer.editor.enter_sends = False
    QTest.keyClicks(composer.editor, "one")
    with qtbot.assertNotEmitted(composer.sendRequested):
        QTest.keyClick(composer.editor, Qt.Key.Key_Return)
    assert composer.body == "one\n"
    with qtbot.waitSignal(composer.sendRequested):
        QTest.keyClick(composer.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def test_enter_on_nothing_sends_nothing(composer: Composer, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(composer.sendRequested):
        QTest.keyClick(composer.editor, Qt.Key.Key_Return)
    assert composer.body == ""


def test_enter_on_what_cannot_be_sent_says_why_until_that_is_over(composer: Composer, qtbot: QtBot) -> None:
    composer.refusal = lambda body, files: f"{len(body)} are too many." if len(body) > 3 else ""
    composer.insert("12345")
    assert composer.notice == ""
    with qtbot.assertNotEmitted(composer.sendRequested):
        QTest.keyClick(composer.editor, Qt.Key.Key_Return)
    assert composer.notice == "5 are too many."
    QTest.keyClick(composer.editor, Qt.Key.Key_Backspace)
    assert composer.notice == "4 are too many."
    QTest.keyClick(composer.editor, Qt.Key.Key_Backspace)
    assert composer.notice == ""
    composer.show_notice("“a.exe” is a program.")
    QTest.keyClicks(composer.editor, "4")
    assert composer.notice == "“a.exe” is a program."


def test_a_dismissed_reason_comes_back_only_with_another_enter(composer: Composer) -> None:
    composer.refusal = lambda body, files: "Too long." if body else "There is nothing to send yet."
    composer.editor.setPlainText("long")
    composer.request_send()
    composer.clear_notice()
    QTest.keyClicks(composer.editor, "er")
    assert composer.notice == ""
    composer.request_send()
    assert composer.notice == "Too long."
    composer.editor.setPlainText("")
    assert composer.notice == ""


def _press(button: QPushButton) -> None:
    """As a screen reader does."""
    action = QAccessible.queryAccessibleInterface(button).actionInterface()
    action.doAction(action.actionNames()[0])


def test_a_press_by_a_screen_reader_asks_at_once_and_once_each(composer: Composer, qtbot: QtBot) -> None:
    asked: list[str] = []
    composer.sendRequested.connect(lambda: asked.append(composer.body))
    composer.editor.setPlainText("one")
    _press(composer.send_button)
    assert asked == ["one"]
    composer.editor.setPlainText("two")
    qtbot.waitUntil(lambda: not composer.send_button.isDown())
    _press(composer.send_button)  # while Qt's own animation of the first would still go on
    assert asked == ["one", "two"]
    composer.editor.setPlainText("three")
    qtbot.waitUntil(lambda: not composer.send_button.isDown())
    assert asked == ["one", "two"]


def test_the_mouse_asks_when_it_is_let_go_on_the_button(composer: Composer) -> None:
    asked: list[str] = []
    composer.sendRequested.connect(lambda: asked.append(composer.body))
    composer.editor.setPlainText("one")
    button, left = composer.send_button, Qt.MouseButton.LeftButton
    QTest.mousePress(button, left)
    assert asked == []
    QTest.mouseRelease(button, left)
    assert asked == ["one"]
    QTest.mousePress(button, left)
    QTest.mouseRelease(button, left, pos=QPoint(-50, -50))
    assert asked == ["one"]


def test_space_on_send_asks_once(composer: Composer, qtbot: QtBot) -> None:
    composer.editor.setPlainText("one")
    asked: list[str] = []
    composer.sendRequested.connect(lambda: asked.append(composer.body))
    QTest.keyClick(composer.send_button, Qt.Key.Key_Space)
    assert asked == ["one"]


def test_the_text_grows_to_eight_lines_and_then_scrolls(composer: Composer) -> None:
    heights = []
    for lines in (1, 3, 8, 20):
        composer.set_content("\n".join("line" for _ in range(lines)))
        heights.append(composer.editor.height())
    assert heights[0] < heights[1] < heights[2] == heights[3]


def test_pasted_control_characters_are_dropped_and_nothing_else() -> None:
    assert cleaned("a\0b\x07c\r\nd\re\u2028f\tg\x9f\ud83dh 🙂 é") == "abc\nd\ne\nf\tgh 🙂 é"


def test_a_paste_of_words_is_cleaned_and_inserted_at_the_cursor(composer: Composer) -> None:
    composer.set_content("end")
    composer.editor.moveCursor(composer.editor.textCursor().MoveOperation.Start)
    mime = QMimeData()
    mime.setText("st\x07art\r\n")
    composer.editor.insertFromMimeData(mime)
    assert composer.body == "start\nend"


def test_a_pasted_picture_and_pasted_files_are_offered_not_inserted(composer: Composer, qtbot: QtBot) -> None:
    image = QImage(4, 4, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    picture = QMimeData()
    picture.setImageData(image)
    with qtbot.waitSignal(composer.offered) as offered:
        composer.editor.insertFromMimeData(picture)
    assert offered.args is not None and offered.args[0].image.size() == image.size()
    files = QMimeData()
    files.setUrls([QUrl.fromLocalFile("/some/where/a b.jpg"), QUrl.fromLocalFile("/c.pdf")])
    with qtbot.waitSignal(composer.offered) as offered:
        composer.editor.insertFromMimeData(files)
    assert offered.args == [Offer(paths=(Path("/some/where/a b.jpg"), Path("/c.pdf")))]
    assert composer.body == ""


def test_words_win_over_a_picture_of_them() -> None:
    mime = QMimeData()
    mime.setText("cells")
    mime.setImageData(QImage(4, 4, QImage.Format.Format_RGB32))
    assert offer_of(mime) is None


def test_files_dropped_anywhere_are_offered(composer: Composer, qtbot: QtBot) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile("/a.jpg")])
    drop = QDropEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    with qtbot.waitSignal(composer.offered) as offered:
        composer.dropEvent(drop)
    assert offered.args == [Offer(paths=(Path("/a.jpg"),))]
    composer.show_lock(Lock("No.", "Because."))
    with qtbot.assertNotEmitted(composer.offered):
        composer.dropEvent(drop)


def test_a_chip_can_be_taken_away_by_its_own_button(composer: Composer, qtbot: QtBot) -> None:
    for number, name in enumerate(["a.jpg", "b.jpg"]):
        composer.add_file(_file(name, number))
    remove = next(b for b in composer.findChildren(QToolButton) if b.accessibleName() == "Remove a.jpg")
    with qtbot.waitSignal(composer.edited):
        remove.click()
    assert [file.name for file in composer.files] == ["b.jpg"]


def test_ten_chips_find_room_in_rows(composer: Composer) -> None:
    one = composer.heightForWidth(711)
    composer.set_content("", [_file(f"photo-{n}.jpg", n) for n in range(10)])
    assert composer.heightForWidth(711) > one + 3 * 38
    assert composer.heightForWidth(360) > composer.heightForWidth(711)


def test_a_lock_takes_the_place_and_keeps_what_was_written(composer: Composer, qtbot: QtBot) -> None:
    composer.set_content("Half a sentence")
    composer.show_lock(Lock("You cannot text this person.", "They wrote STOP.", Lift.PROOF))
    assert composer.is_locked and not composer.editor.isVisible()
    proof = next(b for b in composer.findChildren(QPushButton) if b.text() == "See proof")
    with qtbot.waitSignal(composer.liftRequested) as lifted:
        proof.click()
    assert lifted.args == [Lift.PROOF]
    with qtbot.assertNotEmitted(composer.sendRequested):
        composer.request_send()
    composer.show_lock(None)
    assert composer.editor.isVisible() and composer.body == "Half a sentence"


@pytest.mark.parametrize("width", [320, 360, 420, 500, 711])
def test_a_lock_s_words_are_whole_however_narrow(qtbot: QtBot, width: int) -> None:
    said = "They wrote STOP to (212) 555-0100 yesterday at 05:06. They can write START to allow it again."
    theme()
    composer, home = Composer(), QWidget()
    qtbot.addWidget(home)
    column = QVBoxLayout(home)
    column.setContentsMargins(0, 0, 0, 0)
    column.addStretch(1)
    column.addWidget(composer)
    composer.show_lock(Lock("You cannot text this person.", said, Lift.PROOF))
    home.resize(width, 600)
    home.show()
    card = composer._card

    def whole() -> bool:
        labels, button = (card._title, card._reason), card._button.geometry()
        return (
            all(label.height() >= label.heightForWidth(label.width()) for label in labels)
            and all(card.rect().contains(part) for part in (button, *(label.geometry() for label in labels)))
            and (button.top() > card._reason.geometry().bottom()) is (width < 420)
        )

    qtbot.waitUntil(whole)
    assert composer.width() == width


class Window(QWidget):
    """A composer beside a list to take refuge in, and a button that must not get the focus."""

    def __init__(self) -> None:
        super().__init__()
        theme()
        self.composer, self.far, self.messages = Composer(), QPushButton("Change name"), QLineEdit()
        column = QVBoxLayout(self)
        for widget in (self.composer, self.far, self.messages):
            column.addWidget(widget)
        self.composer.refuge = self.messages
        self.composer.show_lines([SHOP, FREE, VOICE], SHOP.address)


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    window = Window()
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


def test_a_lock_takes_the_focus_from_the_text_to_its_button_and_gives_it_back(window: Window) -> None:
    composer = window.composer
    composer.editor.setFocus()
    composer.show_lock(Lock("No.", "They wrote STOP.", Lift.PROOF))
    proof = next(b for b in composer.findChildren(QPushButton) if b.text() == "See proof")
    assert proof.hasFocus()
    composer.show_lock(Lock("No.", "Blocked.", Lift.UNBLOCK))
    assert proof.hasFocus() and proof.text() == "Unblock"
    composer.show_lock(None)
    assert composer.editor.hasFocus()


def test_a_lock_with_nothing_to_press_leaves_the_focus_to_the_messages(window: Window) -> None:
    composer = window.composer
    composer.attach_button.setFocus()
    composer.show_lock(Lock("No.", "A name without a number."))
    assert window.messages.hasFocus()
    composer.show_lock(None)
    assert window.messages.hasFocus()
    composer.show_lock(Lock("No.", "They wrote STOP.", Lift.PROOF))
    assert window.messages.hasFocus()


def test_a_lock_that_loses_its_button_leaves_the_focus_to_the_messages(window: Window) -> None:
    composer = window.composer
    composer.editor.setFocus()
    composer.show_lock(Lock("No.", "They wrote STOP.", Lift.PROOF))
    composer.show_lock(Lock("No.", "No line."))
    assert window.messages.hasFocus()


def test_a_lock_leaves_a_focus_elsewhere_alone(window: Window) -> None:
    composer = window.composer
    window.far.setFocus()
    composer.show_lock(Lock("No.", "They wrote STOP.", Lift.PROOF))
    composer.show_lock(None)
    assert window.far.hasFocus()


@pytest.mark.parametrize("card", ["consent", "obstacle", "night", "caution"])
def test_a_question_that_goes_leaves_the_keyboard_to_the_text_and_to_nothing_between(window: Window, card: str) -> None:
    question, went = getattr(window.composer, card), []
    question.ask("Do they want it?", [("no", "They did not"), ("stop", "Opt them out")])
    question.button("Opt them out").setFocus()
    told = QApplication.instance()
    assert isinstance(told, QApplication)
    told.focusChanged.connect(lambda _, now: went.append(now))
    question.hide()
    assert went == [window.composer.editor]
    window.far.setFocus()
    question.ask("Do they want it?", [("no", "They did not")])
    question.hide()
    assert window.far.hasFocus()


def test_other_answers_keep_the_keyboard_at_the_same_one(window: Window) -> None:
    question, went = window.composer.night, []
    question.ask("It is 3:00 AM there.", [("now", "Send now"), ("morning", "Send at 8:00")])
    question.button("Send at 8:00").setFocus()
    told = QApplication.instance()
    assert isinstance(told, QApplication)
    told.focusChanged.connect(lambda _, now: went.append(now))
    question.ask("It is 3:00 AM there.", [("now", "Send now"), ("morning", "Send at 9:00")])
    assert went == [question.button("Send at 9:00")]
    question.ask("It is 3:00 AM there.", [("now", "Send now")])
    assert went[1:] == [window.composer.editor]


def test_a_question_s_icon_stands_at_its_first_line_wherever_the_buttons_are(qtbot: QtBot) -> None:
    home = QWidget()
    qtbot.addWidget(home)
    column = QVBoxLayout(home)
    card = QuestionCard("alert")
    column.addWidget(card)
    column.addStretch(1)
    home.show()
    long = "A sentence that is long. "
    for width, words in ((1000, "Short."), (1000, long * 12), (320, "Short."), (320, long * 3), (288, long * 6)):
        card.ask(words, [("no", "They did not"), ("stop", "Opt them out")])
        home.resize(width, 400)

        def aligned(is_wide: bool = width == 1000) -> bool:
            said, icon = card._words, card._icon.geometry()
            spare = said.height() - said.heightForWidth(said.width())
            first = said.y() + spare // 2 + said.fontMetrics().lineSpacing() // 2
            beside = card.buttons[0].mapTo(card, QPoint()).x() > icon.right() + 200
            return spare >= 0 and beside is is_wide and abs(icon.center().y() - first) <= 2

        qtbot.waitUntil(aligned)


def test_a_notice_shows_a_strangers_file_name_as_it_is(composer: Composer) -> None:
    composer.show_notice("“<b>x</b>.exe” is a program & more.")
    assert composer.notice == "“<b>x</b>.exe” is a program & more."
    dismiss = next(b for b in composer.findChildren(QPushButton) if b.text() == "Dismiss")
    dismiss.click()
    assert composer.notice == ""


def test_only_another_line_that_can_text_is_a_choice(composer: Composer, qtbot: QtBot) -> None:
    button = composer.line_button
    assert button.text().startswith("(212) 555-0100 · Shop")
    shop, free, voice = button.actions_of_lines()
    assert shop.isChecked() and not voice.isEnabled()
    with qtbot.waitSignal(composer.lineChosen) as chosen:
        free.trigger()
    assert chosen.args == [FREE]
    with qtbot.assertNotEmitted(composer.lineChosen):
        shop.trigger()


def test_emoji_are_found_by_name_and_recent_ones_come_first() -> None:
    assert "👍" in emoji.found("thumbs up")
    assert emoji.found("smile")[:1] == ["🙂"]
    assert emoji.found("no such thing") == []
    assert emoji.found("", ["🪑", "🧵"])[:3] == ["🪑", "🧵", "🙂"]
    assert emoji.used("🧵", ["🪑", "🧵"]) == ["🧵", "🪑"]


def test_every_emoji_is_one_grapheme_and_comes_once() -> None:
    shown = emoji.found("")
    assert len(shown) == len(set(shown)) > 180
    assert all(len(e.rstrip("\ufe0f")) == 1 for e in shown)


def test_a_picked_emoji_lands_at_the_cursor(composer: Composer, qtbot: QtBot) -> None:
    composer.set_content("Hi ")
    picker = emoji.EmojiPicker(composer)
    picker.picked.connect(composer.insert)
    picker.offer([])
    picker.search("waving")
    with qtbot.waitSignal(picker.picked):
        picker.take_current()
    assert composer.body == "Hi 👋"


def test_light_and_dark_are_both_drawn(composer: Composer) -> None:
    composer.set_content("Hello 🙂", [_file()])
    try:
        theme().set_preference("light")
        light = composer.grab().toImage()
        theme().set_preference("dark")
        dark = composer.grab().toImage()
    finally:
        theme().set_preference("system")
    assert light.pixelColor(2, 20).lightness() > 200
    assert dark.pixelColor(2, 20).lightness() < 100


def test_after_a_long_paste_the_cursor_can_be_seen(composer: Composer, qtbot: QtBot) -> None:
    composer.insert("\n".join(f"line {n}" for n in range(30)))
    editor = composer.editor
    qtbot.waitUntil(lambda: editor.viewport().rect().contains(editor.cursorRect().center()))


def test_files_that_hover_are_told_where_they_would_land(composer: Composer) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile("seat.jpg")])
    nothing = Qt.KeyboardModifier.NoModifier
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    QApplication.sendEvent(composer, QDragEnterEvent(QPoint(9, 9), copy, mime, left, nothing))
    assert composer.editor.placeholderText() == "Drop to attach"
    QApplication.sendEvent(composer, QDragLeaveEvent())
    assert composer.editor.placeholderText() == "Write a message"
