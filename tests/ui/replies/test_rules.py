"""The rules: the first one, their order, switched, changed, removed and had back."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from sms_desktop.domain.errors import StoreError
from sms_desktop.domain.line import Line, LineKind
from sms_desktop.domain.media import File
from sms_desktop.domain.reply import Rule, Trigger, pictureless
from sms_desktop.domain.replytext import VARIABLES
from sms_desktop.store import lines
from sms_desktop.ui.composer.offer import Offer
from sms_desktop.ui.preferences.replies import RepliesPage
from sms_desktop.ui.replies.example import EXAMPLE
from sms_desktop.ui.replies.hours import USUAL_WEEK
from sms_desktop.ui.replies.moments import TimeField
from sms_desktop.ui.replies.sentences import (
    NO_HOURS,
    cooldown_word,
    dates_said,
    left_out_said,
    sketch,
    waits_for,
    without_picture,
)
from sms_desktop.ui.replies.trigger import words_of
from tests.rig import LINE, TOLL_FREE
from tests.ui.replies.conftest import FIRST, HOURS, ORDER, Room

SERVICE = "MG" + "0a" * 16
NOW = datetime(2026, 11, 26, 10, 40, tzinfo=UTC)


def names(page: RepliesPage) -> list[str]:
    return [row.rule.name for row in page.rules.list.rows]


def test_without_a_rule_an_example_is_there_to_be_looked_through_and_saved(room: Room) -> None:
    page = room.open()
    assert page.rules.example.isVisible() and not page.rules.add.isVisible()
    assert page.rules.example.ours.text == "Hi Maya! We are open Mon-Fri 9:00-17:00. See you soon!"
    page.rules.example.take.click()
    room.settle()
    assert not room.kept() and page.currentWidget() is page.editor  # it says when the shop is open: is that so?
    page.editor.save.click()
    room.settle()
    [rule] = room.kept()
    assert (rule.name, rule.words, rule.text) == (EXAMPLE.name, EXAMPLE.words, EXAMPLE.text)
    assert not page.rules.example.isVisible() and page.rules.list.rows[0].edit.hasFocus()


def test_a_rule_is_switched_off_and_on_where_it_stands(room: Room) -> None:
    room.given(HOURS)
    page = room.open()
    told = QAccessible.queryAccessibleInterface(page.rules.list.rows[0].switch)
    assert (told.role(), told.text(QAccessible.Text.Name)) == (QAccessible.Role.CheckBox, "Opening hours answers")
    page.rules.list.rows[0].switch.setFocus()
    for on in (False, True):
        QTest.keyClick(page.rules.list.rows[0].switch, Qt.Key.Key_Space)
        room.settle()
        assert room.kept()[0].enabled is on
        assert page.rules.list.rows[0].switch.hasFocus()


def test_rules_are_moved_by_buttons_and_by_keys_and_the_keyboard_goes_with_them(room: Room) -> None:
    room.given(HOURS, FIRST, ORDER)
    page = room.open()
    page.rules.list.rows[2].up.setFocus()
    QTest.keyClick(page.rules.list.rows[2].up, Qt.Key.Key_Return)
    room.settle()
    assert names(page) == ["Opening hours", "Orders", "Welcome"] == [rule.name for rule in room.kept()]
    assert page.rules.list.rows[1].up.hasFocus()
    QTest.keyClick(page.rules.list.rows[1].up, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    room.settle()
    assert names(page) == ["Orders", "Opening hours", "Welcome"]
    first = page.rules.list.rows[0]
    assert not first.up.isEnabled() and first.down.hasFocus()
    QTest.keyClick(first.down, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    room.settle()
    assert names(page) == ["Orders", "Opening hours", "Welcome"]


def test_the_keyboard_walks_as_one_reads(room: Room) -> None:
    room.given(HOURS, FIRST)
    page = room.open()
    page.rules.add.setFocus()
    page.rules.shown.setFocus()
    walked = []
    for _ in range(16):
        at = QApplication.focusWidget()
        assert at is not None
        walked.append(at.accessibleName() or getattr(at, "text", str)())
        QTest.keyClick(at, Qt.Key.Key_Tab)
    assert walked == [
        "Rules of",
        "Opening hours answers", "Move down: Opening hours", "Edit: Opening hours", "Remove: Opening hours",
        "Welcome answers", "Move up: Welcome", "Edit: Welcome", "Remove: Welcome",
        "Add a rule", "A text as a customer would write it", "From", "To", "When", "Opening hours of", "Monday",
    ]  # fmt: skip


def test_a_switch_that_cannot_be_kept_goes_back(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    room.given(HOURS)
    page = room.open()

    async def full(id: int, on: bool) -> None:
        raise StoreError("The disk is full.")

    monkeypatch.setattr(room.services.replies, "enable", full)
    page.rules.list.rows[0].switch.click()
    room.settle()
    assert page.rules.list.rows[0].switch.isChecked()
    assert page.rules.said.said == "The disk is full." and page.rules.said.isVisible()


def test_rules_of_one_line_are_moved_among_themselves(room: Room) -> None:
    room.given(HOURS, ORDER, FIRST)
    page = room.open()
    page.rules.shown.setCurrentIndex(page.rules.shown.findData(TOLL_FREE))
    assert names(page) == ["Opening hours", "Welcome"]
    page.rules.list.rows[1].up.click()
    room.settle()
    assert [rule.name for rule in room.kept()] == ["Welcome", "Orders", "Opening hours"]


def test_among_the_rules_of_a_number_are_those_of_its_service(room: Room) -> None:
    line = Line(SERVICE, "Reminders", LineKind.SERVICE, sid=SERVICE, senders=(TOLL_FREE,))
    account = room.services.lines.known()[0].account_sid
    room.loop.run(room.services.lines._store.do(lambda tx: lines.save(tx, [replace(line, account_sid=account)])))
    room.given(HOURS, ORDER, Rule("Reminders", Trigger.AWAY, "Away.", line=SERVICE, until=NOW))
    page = room.open()
    page.rules.shown.setCurrentIndex(page.rules.shown.findData(TOLL_FREE))
    assert names(page) == ["Opening hours", "Reminders"]
    page.rules.shown.setCurrentIndex(page.rules.shown.findData(LINE))
    assert names(page) == ["Opening hours", "Orders"]


def test_what_is_removed_can_be_had_back_in_its_place(room: Room) -> None:
    room.given(HOURS, FIRST, ORDER)
    page, before = room.open(), room.kept()
    page.rules.list.rows[1].remove.click()
    room.settle()
    assert names(page) == ["Opening hours", "Orders"]
    assert page.rules.removed.isVisible() and page.rules.undo.hasFocus()
    page.rules.undo.click()
    room.settle()
    assert [rule.name for rule in room.kept()] == ["Opening hours", "Welcome", "Orders"] == names(page)
    assert list(room.kept()) == list(before)  # by its number the times are known that it has answered
    assert not page.rules.removed.isVisible() and page.rules.list.rows[1].edit.hasFocus()


def test_a_rule_is_written_and_saved(room: Room) -> None:
    room.given(FIRST)
    page = room.open()
    page.rules.add.click()
    editor = page.editor
    assert editor.isVisible() and editor.name.edit.hasFocus()
    QTest.keyClicks(editor.name.edit, "Parking")
    editor.trigger.kind.setCurrentIndex(editor.trigger.kind.findData(Trigger.STARTS))
    QTest.keyClicks(editor.trigger.words.edit, "parking, where to park")
    editor.text.edit.setFocus()
    QTest.keyClicks(editor.text.edit, "Behind the house, ")
    first_name = editor.text._menu.actions()[0]
    first_name.trigger()
    QTest.keyClicks(editor.text.edit, "dear")
    assert editor.text.body == "Behind the house, {first name|dear}"
    assert editor.text.counter.text() == f"{len('Behind the house, Maya')} / 160"
    editor.line.setCurrentIndex(editor.line.findData(TOLL_FREE))
    editor.cooldown.setCurrentIndex(editor.cooldown.findData(86_400))
    editor.save.click()
    room.settle()
    saved = room.kept()[1]
    assert (saved.name, saved.trigger, saved.words) == ("Parking", Trigger.STARTS, ("parking", "where to park"))
    assert (saved.text, saved.line, saved.cooldown) == ("Behind the house, {first name|dear}", TOLL_FREE, timedelta(1))
    assert page.rules.isVisible() and page.rules.list.rows[1].edit.hasFocus()


def test_what_cannot_be_saved_says_why_and_stays(room: Room) -> None:
    page = room.open()
    page.rules.example.begin.click()
    page.editor.save.click()
    room.settle()
    assert page.editor.said.said == "Give the rule a name." and page.editor.said.isVisible()
    QTest.keyClicks(page.editor.name.edit, "x")
    assert not page.editor.said.isVisible()
    assert room.kept() == [] and page.editor.isVisible()


def test_a_pattern_that_is_wrong_says_so_as_it_is_typed(room: Room) -> None:
    room.given(ORDER)
    page = room.open()
    page.rules.list.rows[0].edit.click()
    field = page.editor.trigger.pattern
    assert field.isVisible() and field.edit.text() == r"order \d+"
    for pattern, sentence in (("order (", "cannot be read"), ("(a+)+$", "take too long"), (r"order \d+", "")):
        field.edit.setText(pattern)
        room.settle()
        assert field.said.isVisible() is bool(sentence)
        assert sentence in field.said.text()


def test_each_kind_has_its_own_fields(room: Room) -> None:
    page = room.open()
    page.open_editor()
    trigger = page.editor.trigger
    shown: dict[Trigger, list[object]] = {}
    for kind in Trigger:
        trigger.kind.setCurrentIndex(trigger.kind.findData(kind))
        fields = (trigger.words, trigger.pattern, trigger.dates, trigger.until)
        shown[kind] = [field for field in fields if field.isVisible()]
        assert trigger.about.said
    assert shown[Trigger.EXACT] == shown[Trigger.STARTS] == shown[Trigger.CONTAINS] == [trigger.words]
    assert shown[Trigger.PATTERN] == [trigger.pattern] and shown[Trigger.HOLIDAY] == [trigger.dates]
    assert shown[Trigger.AWAY] == [trigger.until] and shown[Trigger.FIRST] == shown[Trigger.CLOSED] == []


def test_holidays_are_added_one_by_one_and_taken_away(room: Room) -> None:
    page = room.open()
    page.open_editor(Rule("Christmas", Trigger.HOLIDAY, "Closed.", dates=(date(2026, 12, 25),)))
    dates = page.editor.trigger.dates
    dates.day.put(date(2026, 12, 24))
    dates.add.click()
    dates.add.click()
    assert dates.dates == (date(2026, 12, 24), date(2026, 12, 25))
    assert [chip.accessibleName() for chip in dates.chips] == ["Remove 24 Dec", "Remove 25 Dec"]
    dates.chips[0].click()
    assert page.editor.rule.dates == (date(2026, 12, 25),)
    assert dates.chips[0].hasFocus()


def test_what_was_written_is_not_lost_by_a_slip(room: Room) -> None:
    room.given(HOURS)
    page = room.open()
    page.rules.list.rows[0].edit.click()
    page.editor.text.edit.insertPlainText("Oh! ")
    QTest.keyClick(page.editor.text.edit, Qt.Key.Key_Escape)
    assert page.editor.question.isVisible() and page.editor.question.keep.hasFocus()
    QTest.keyClick(page.editor.question.keep, Qt.Key.Key_Return)
    assert page.editor.isVisible() and not page.editor.question.isVisible()
    room.dialog._leave()
    assert room.dialog.isVisible() and page.editor.question.isVisible()
    page.editor.question.agree.click()
    assert page.rules.isVisible()
    assert room.kept()[0].text == HOURS.text


def test_an_unchanged_rule_is_left_without_a_question(room: Room) -> None:
    room.given(HOURS)
    page = room.open()
    page.rules.list.rows[0].edit.click()
    QTest.keyClick(page.editor.name.edit, Qt.Key.Key_Escape)
    assert page.rules.isVisible() and page.rules.list.rows[0].edit.hasFocus()


def test_a_picture_goes_with_a_reply(room: Room, tmp_path: Path) -> None:
    room.given(HOURS)
    page = room.open()
    page.rules.list.rows[0].edit.click()
    picture = tmp_path / "map.png"
    QImage(40, 30, QImage.Format.Format_RGB32).save(str(picture))
    page.editor.text.offered.emit(Offer(paths=(picture,)))
    room.settle()
    assert page.editor.text.counter.text().startswith("MMS")
    page.editor.save.click()
    room.settle()
    [rule] = room.kept()
    assert rule.picture is not None and rule.picture.name == "map.png"
    bad = tmp_path / "notes.exe"
    bad.write_bytes(b"MZ")
    page.rules.list.rows[0].edit.click()
    page.editor.text.offered.emit(Offer(paths=(bad,)))
    room.settle()
    assert page.editor.said.isVisible() and page.editor.text.file == rule.picture


def test_a_rule_with_a_picture_names_the_numbers_that_cannot_send_it() -> None:
    shop, desk = Line("+12125550100", "Shop"), Line("+12125550166", "Old desk", mms=False)
    service = Line("MG" + "a" * 32, "Reminders", LineKind.SERVICE, senders=(desk.address,))
    ours = (shop, desk, service)
    assert [pictureless(ours, of) for of in (None, shop.address, desk.address, service.address)] == [
        (desk,), (), (desk,), (desk,),
    ]  # fmt: skip
    named = "(212) 555-0166 · Old desk cannot send pictures. From there "
    assert without_picture([desk], words=True) == f"{named}only the words go out."
    assert without_picture([desk], words=False) == f"{named}nobody gets this reply."
    assert without_picture([desk] * 4, words=True).startswith("4 of your lines cannot send pictures. From these ")
    assert without_picture([], words=True) == ""


def test_that_a_picture_stays_here_is_said_where_it_is_chosen(room: Room) -> None:
    room.given(HOURS)
    page = room.open()
    mute = replace(next(line for line in room.services.lines.known() if line.address == LINE), mms=False)
    page.editor.show_rule(room.kept()[0], [mute])
    assert page.editor.pictureless.said == ""
    page.editor.show_picture(File("a" * 64, 900, "image/png", "map.png"))
    assert page.editor.pictureless.said.endswith("cannot send pictures. From there only the words go out.")
    page.editor.text.show_file(None)
    assert page.editor.pictureless.said == ""


def test_a_rule_whose_line_is_gone_keeps_it_and_says_so(room: Room) -> None:
    room.given(Rule("Old", Trigger.FIRST, "Hello", line="+12025550000"))
    page = room.open()
    assert page.rules.list.rows[0].waits.said.endswith("+12025550000, which is not in use")
    page.rules.list.rows[0].edit.click()
    assert page.editor.rule.line == "+12025550000" and not page.editor.is_changed


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (HOURS, "When a text contains “open” or “hours”"),
        (Rule("", Trigger.EXACT, "", words=("a", "b", "c", "d", "e")), "When a text is “a”, “b”, “c” or one of 2 more"),
        (Rule("", Trigger.STARTS, "", words=("a", "b", "c", "d")), "When a text starts with “a”, “b”, “c” or “d”"),
        (ORDER, r"When a text fits order \d+"),
        (FIRST, "When somebody writes for the first time"),
        (Rule("", Trigger.CLOSED, ""), "Outside the opening hours"),
        (Rule("", Trigger.HOLIDAY, "", dates=(date(2026, 12, 24),)), "On 24 Dec"),
        (Rule("", Trigger.AWAY, ""), "While we are away"),
    ],
)
def test_a_row_says_what_its_rule_waits_for(rule: Rule, said: str) -> None:
    assert waits_for(rule, NOW) == said


@pytest.mark.parametrize(
    ("line", "hours", "never"),
    [
        (None, (), True),
        (None, (LINE,), False),
        (LINE, (TOLL_FREE,), True),
        (LINE, (LINE,), False),
        (LINE, (None,), False),
        (LINE, (SERVICE,), False),
        (SERVICE, (LINE,), False),
        (SERVICE, (), True),
    ],
)
def test_a_rule_about_being_closed_that_never_answers_says_so(
    line: str | None, hours: tuple[str | None, ...], never: bool
) -> None:
    assert (waits_for(Rule("", Trigger.CLOSED, "", line), NOW, hours) == NO_HOURS) is never


def test_the_row_says_whether_there_are_hours_to_be_outside_of(room: Room) -> None:
    room.given(Rule("Closed", Trigger.CLOSED, "We are closed."))
    page = room.open()
    assert page.rules.list.rows[0].waits.said == "Outside the opening hours: none are set, so it never answers"
    page.rules.hoursChanged.emit(None, USUAL_WEEK)
    room.loop.until(lambda: page.rules.list.rows[0].waits.said == "Outside the opening hours")
    room.settle()


def test_the_row_has_the_words_as_they_are_sent(room: Room) -> None:
    room.given(Rule("Closed", Trigger.CLOSED, "{business|We}, {number}: closed. {opening hours|Ask us}"))
    page = room.open()
    before = page.rules.list.rows[0].answer.text()
    assert "Ask us" in before and "[number]" in before
    page.rules.hoursChanged.emit(None, USUAL_WEEK)
    room.loop.until(lambda: "Mon-Fri 9:00-17:00" in page.rules.list.rows[0].answer.text())
    room.settle()


def test_where_lines_have_other_hours_the_row_names_none(room: Room) -> None:
    room.given(Rule("Closed", Trigger.CLOSED, "Closed. {opening hours|Ask us}"))
    room.loop.run(room.services.replies.set_hours(None, USUAL_WEEK))
    room.loop.run(room.services.replies.set_hours(TOLL_FREE, replace(USUAL_WEEK, spans=USUAL_WEEK.spans[:1])))
    assert "Closed. [opening hours]" in room.open().rules.list.rows[0].answer.text()


def test_words_that_are_written_from_the_right_leave_the_order_as_it_is() -> None:
    said = waits_for(Rule("", Trigger.CONTAINS, "", words=("🎉", "שלום", "مرحبا")), NOW)
    assert said == "When a text contains “🎉”, “\u2068שלום\u2069” or “\u2068مرحبا\u2069”"


def test_a_variable_that_stands_for_nothing_is_told_where_it_is_written(room: Room) -> None:
    room.given(replace(HOURS, text="Hi {first name}, {business|we} are open {opening hours}."))
    page = room.open()
    page.rules.list.rows[0].edit.click()
    assert page.editor.left_out.isVisible()
    assert page.editor.left_out.said == "{opening hours} is left out, because no opening hours are set."
    page.editor.text.edit.setPlainText("We are open {opening hours|daily}.")
    assert not page.editor.left_out.isVisible()
    page.editor.text.edit.setPlainText("We are open {opening hours}.")
    assert page.editor.left_out.isVisible()
    without = page.editor.text.counter.text()
    room.loop.run(room.services.replies.set_hours(None, USUAL_WEEK))
    room.loop.until(lambda: not page.editor.left_out.isVisible())
    assert page.editor.text.counter.text() != without, "the hours count too"
    room.settle()


@pytest.mark.parametrize("name", VARIABLES)
def test_each_variable_has_a_reason_to_be_left_out(name: str) -> None:
    assert left_out_said([name]).startswith(f"{{{name}}} is left out, because ")


def test_dates_that_are_over_are_told_last() -> None:
    dates = (date(2025, 12, 25), date(2026, 12, 24), date(2027, 1, 1))
    assert dates_said(dates, date(2026, 11, 26)) == "24 Dec, 1 Jan 2027 and 25 Dec 2025"


def test_words_are_read_as_people_type_them() -> None:
    assert words_of(" open,  hours ,,open،مفتوح、開店\nclosed;") == ("open", "hours", "مفتوح", "開店", "closed")


def test_a_time_that_is_not_offered_is_told_all_the_same() -> None:
    assert cooldown_word(timedelta(days=1)) == "Once a day"
    assert cooldown_word(timedelta(minutes=90)) == "Once in 90 minutes"
    assert cooldown_word(timedelta(hours=5)) == "Once in 5 hours"


def test_a_row_shows_the_text_as_a_stranger_gets_it() -> None:
    text = "Hi {first name|there}, {opening hours}!"
    assert sketch(text) == "Hi there, [opening hours]!"
    assert sketch(text, {"opening hours": "Mon 9:00-17:00"}) == "Hi there, Mon 9:00-17:00!"


def test_a_time_is_read_from_the_left_where_all_else_is_read_from_the_right(qtbot: QtBot) -> None:
    around = QWidget()
    qtbot.addWidget(around)
    around.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    field = TimeField("Opens")
    QVBoxLayout(around).addWidget(field)
    field.put(time(9, 30))
    assert field.text().startswith("09:30")
