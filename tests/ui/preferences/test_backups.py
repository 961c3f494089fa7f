"""The preferences' section of the backups, over services that answer as they were told."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from sms_desktop.domain.errors import StoreError
from sms_desktop.ui.preferences.backups import BackupsPage
from sms_desktop.ui.preferences.backupspresenter import BackupsPresenter
from tests.ui.conftest import Loop
from tests.ui.live import SID
from tests.ui.preferences.test_preferences import Room, said


@pytest.fixture
def room(qtbot: QtBot, loop: Loop) -> Iterator[Room]:
    room = Room(qtbot, loop)
    yield room
    room.leave()


def page_of(room: Room) -> BackupsPage:
    page = room.open("backups").backups
    room.settle()
    return page


def presenter(room: Room) -> BackupsPresenter:
    [found] = room.dialog.backups.findChildren(BackupsPresenter)
    return found


def rows(page: BackupsPage) -> list[str]:
    """What each row's button is called; "" where there is none to press."""
    found = []
    for row in page.rows:
        [button] = row.findChildren(QPushButton)
        found.append(button.accessibleName() if button.isVisible() else "")
    return found


def test_each_backup_is_told_with_when_how_many_and_that_it_was_checked(room: Room) -> None:
    page = page_of(room)
    first, second, broken = rows(page)
    assert first.startswith("Restore the backup of today ") and first.endswith("12,431 messages · 3.2 MB · checked")
    assert "of yesterday " in second and second.endswith("1 message · 88 KB · checked · before an update")
    assert broken == ""
    assert not page.none.isVisible()


def test_without_a_backup_it_says_when_the_first_comes(room: Room) -> None:
    room.live.backups.there = []
    page = page_of(room)
    assert page.none.isVisible() and page.rows == []


def test_one_is_made_now_and_stands_in_the_list(room: Room) -> None:
    page = page_of(room)
    page.make.click()
    room.settle()
    assert room.live.backups.asked == ["make"]
    assert said(page.said) == "A backup was made and checked."
    assert len(page.rows) == 4 and page.make.isEnabled()


def test_the_keyboard_stays_where_it_was_while_one_is_made(room: Room) -> None:
    page = page_of(room)
    room.activate()
    page.make.setFocus()
    page.show_busy("Making a backup…")
    QTest.keyClick(QApplication.focusWidget() or page, Qt.Key.Key_Return)
    assert room.dialog.isVisible()  # Close did not get it
    page.show_done("A backup was made and checked.")
    assert page.make.hasFocus()
    page.show_busy("Making a backup…")
    room.dialog.sections.setFocus()
    page.show_done()
    assert room.dialog.sections.hasFocus()  # the person went on


def test_what_keeps_one_from_being_made_is_said_there(room: Room) -> None:
    room.live.backups.fails = StoreError("There is no room for a backup.")
    page = page_of(room)
    page.make.click()
    room.settle()
    assert said(page.said) == "There is no room for a backup."
    assert page.make.isEnabled()


@pytest.mark.parametrize(("name", "words"), [("a.zip", "with 3 pictures"), ("a.db", "without pictures")])
def test_a_copy_goes_where_the_person_says(room: Room, name: str, words: str) -> None:
    page = page_of(room)

    async def there(parent: QWidget, at: datetime) -> Path | None:
        return Path(name)

    presenter(room).ask_target = there
    page.copy.click()
    room.settle()
    assert room.live.backups.asked == [("copy", Path(name))]
    assert said(page.said) == f"{name} was saved and checked, {words}."


def test_a_restore_is_checked_and_asked_for_before_the_window_is_left(room: Room) -> None:
    page = page_of(room)
    wanted: list[object] = []
    room.dialog.restoreRequested.connect(wanted.append)
    page.rows[0].findChildren(QPushButton)[0].click()
    room.settle()
    assert room.live.backups.asked == [("inspect", Path("a.db"), SID)]
    assert page.question.isVisible()
    assert room.dialog.focusWidget() is page.question.keep
    asked = page.question.asked.said
    assert asked.startswith("Restore the backup of today ") and "12,431 messages" in asked
    page.question.keep.click()
    assert not page.question.isVisible() and wanted == []
    page.rows[0].findChildren(QPushButton)[0].click()
    room.settle()
    page.question.agree.click()
    assert wanted == [room.live.backups.there[0]]
    assert not room.dialog.isVisible()


def test_a_file_that_cannot_be_restored_is_refused_before_anything_is_closed(room: Room) -> None:
    room.live.backups.fails = StoreError("holiday.zip is not a backup of SMS Desktop: it holds no sms.db.")
    page = page_of(room)

    async def there(parent: QWidget) -> Path | None:
        return Path("holiday.zip")

    presenter(room).ask_source = there
    page.file.click()
    room.settle()
    assert "holds no sms.db" in said(page.said)
    assert not page.question.isVisible() and room.dialog.isVisible()


def test_a_list_that_comes_while_one_is_made_offers_no_restore(room: Room) -> None:
    page = page_of(room)
    room.live.backups.gate.clear()
    page.make.click()
    room.loop.until(lambda: room.live.backups.asked)
    presenter(room).look()
    old = page.rows
    room.loop.until(lambda: page.rows is not old)
    assert not any(row.isEnabled() for row in page.rows)
    page.restoreRequested.emit(room.live.backups.there[0])  # pressed the moment before
    room.live.backups.gate.set()
    room.settle()
    assert room.live.backups.asked == ["make"]
    assert said(page.said) == "A backup was made and checked."
    assert all(row.isEnabled() for row in page.rows)
