"""The preferences' section of consent."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, QStringListModel, Qt
from PySide6.QtWidgets import QListView
from pytestqt.qtbot import QtBot

from sms_desktop.domain.consent import Keywords
from sms_desktop.domain.errors import BadInput, StoreError
from sms_desktop.domain.events import ConsentTold
from sms_desktop.domain.line import Line
from sms_desktop.domain.roster import Trouble
from sms_desktop.services.consentpush import NOT_ENABLED, Pushed
from sms_desktop.services.roster import Imported
from sms_desktop.ui.preferences.consent import ConsentPage
from sms_desktop.ui.preferences.consentpresenter import ConsentPresenter
from sms_desktop.ui.preferences.page import tell
from sms_desktop.ui.theme import theme
from sms_desktop.ui.widgets.wrappedrows import WrappedRows
from tests.ui.conftest import Loop
from tests.ui.live import SHOP, TOLL_FREE
from tests.ui.preferences.test_preferences import Room, said, shown_whole

LIST = "Name,Phone,Consent\nAda,(212) 555-0187,yes\nBen,(212) 555-0188,no\nCleo,hello,yes\n"


@pytest.fixture
def room(qtbot: QtBot, loop: Loop) -> Iterator[Room]:
    room = Room(qtbot, loop)
    yield room
    room.leave()


def page_of(room: Room, source: Path | None = None, target: Path | None = None) -> ConsentPage:
    page = room.open("consent").consent
    room.settle()
    [presenter] = page.findChildren(ConsentPresenter)

    async def chosen(*_: object) -> Path | None:
        return source

    async def wanted(*_: object) -> Path | None:
        return target

    presenter.ask_source, presenter.ask_target = chosen, wanted
    return page


def chosen(room: Room, tmp_path: Path, text: str = LIST) -> ConsentPage:
    path = tmp_path / "people.csv"
    path.write_text(text, encoding="utf-8")
    page = page_of(room, path, tmp_path / "rows.csv")
    page.file.click()
    room.settle()
    return page


def rows(page: ConsentPage) -> list[str]:
    return page.rows.stringList() if page.troubles.isVisible() else []


def test_words_are_kept_and_shown_as_they_were_typed(room: Room) -> None:
    room.live.consents.words = Keywords.of(["ALTO"], [])
    page = page_of(room)
    assert page.stop_words.text() == "ALTO"
    page.stop_words.setText("Arrêt, STOP\n, 🛑،وقف")
    page.stop_words.editingFinished.emit()
    room.settle()
    assert room.live.consents.words == Keywords.of(["arrêt", "🛑", "وقف"], [])
    assert page.stop_words.text() == "Arrêt, 🛑, وقف"


def test_words_that_cannot_be_kept_say_why(room: Room) -> None:
    page = page_of(room)
    room.live.consents.fails = BadInput("“alto” cannot mean both stop and start.")
    page.start_words.setText("alto")
    for _ in range(2):  # as they are, once more
        tell(page.words_said, "")
        page.start_words.editingFinished.emit()
        room.settle()
        assert said(page.words_said) == "“alto” cannot mean both stop and start."


def test_before_anything_is_imported_it_is_said_what_would_be(room: Room, tmp_path: Path) -> None:
    page = chosen(room, tmp_path)
    assert page.planned.said == ("people.csv: 2 rows, 1 of them opted out. 1 row cannot be taken; it is listed below.")
    assert page.columns.said == "Taken from it: the number from “Phone”, the consent from “Consent”."
    assert rows(page) == ["Row 4: hello · “hello” is not a phone number. Texts can go to numbers only."]
    assert room.live.rosters.asked == []
    page.cancel.setFocus()
    page.cancel.click()
    assert not page.plan.isVisible() and page.file.hasFocus()
    assert rows(page) == [], "of a file that is left nothing stays"


def test_what_is_imported_is_told_row_by_row(room: Room, tmp_path: Path) -> None:
    trouble = Trouble(3, "+12125550188", "=They opted out")
    room.live.rosters.imported = Imported(1, (trouble,))
    page = chosen(room, tmp_path)
    page.enter.click()
    room.settle()
    assert room.live.rosters.asked == [((SHOP, TOLL_FREE), None)]
    assert said(page.said) == "1 row was taken. 1 was not, or not just as the file says:"
    assert rows(page) == ["Row 3: +12125550188 · =They opted out"]
    page.save_troubles.click()
    room.settle()
    [row] = list(csv.DictReader((tmp_path / "rows.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert row == {"row": "3", "what": "+12125550188", "why": "'=They opted out"}


def test_the_reason_of_a_row_is_there_to_the_end_however_much_stands_in_the_row(room: Room, tmp_path: Path) -> None:
    why = "A quotation mark runs on over several rows here: put that right in the file."
    room.live.rosters.imported = Imported(
        0, (Trouble(2, "x", "no"), Trouble(3, "+12125550188 · " + "Main Road " * 9, why))
    )
    page = chosen(room, tmp_path)
    page.enter.click()
    room.settle()
    view = page.troubles
    room.loop.until(lambda: view.visualRect(page.rows.index(1)).height() > 0)
    [short, long] = [view.visualRect(page.rows.index(row)) for row in (0, 1)]
    room_for_it = long.width() - 2 * 4
    needed = view.fontMetrics().boundingRect(0, 0, room_for_it, 10_000, int(Qt.TextFlag.TextWordWrap), rows(page)[1])
    assert long.width() <= view.viewport().width()
    assert long.height() >= needed.height() > 2 * short.height() - 8
    assert view.height() > long.height()


def test_a_row_is_painted_to_its_end_whatever_the_width(qtbot: QtBot, loop: Loop) -> None:
    theme()
    view = QListView()
    view.setItemDelegate(WrappedRows(view))
    view.setResizeMode(QListView.ResizeMode.Adjust)
    view.setModel(QStringListModel([f"{'Texts can go to numbers ' * 3}only."], view))
    qtbot.addWidget(view)
    view.show()
    row = view.model().index(0, 0)
    line, whole = view.fontMetrics().height(), view.fontMetrics().horizontalAdvance(row.data())
    for width in range(whole - 12, whole + 24):
        view.resize(width, 5 * line)
        loop.until(lambda: view.visualRect(row).width() == view.viewport().width())
        needed = round(view.visualRect(row).height() / line)
        last = QRect(0, (needed - 1) * line, view.viewport().width(), line)
        seen = view.viewport().grab(view.visualRect(row).intersected(last)).toImage()
        ground = seen.pixel(seen.width() - 1, seen.height() - 1)
        assert needed in (1, 2)
        assert any(seen.pixel(x, y) != ground for x in range(seen.width()) for y in range(seen.height())), width


def test_one_number_may_be_chosen(room: Room, tmp_path: Path) -> None:
    page = chosen(room, tmp_path)
    page.line.setCurrentIndex(page.line.findData(TOLL_FREE))
    page.enter.click()
    room.settle()
    assert room.live.rosters.asked == [((TOLL_FREE,), None)]
    assert not room.live.rosters.for_all


def test_a_list_may_be_for_all_numbers_where_there_is_only_one_yet(room: Room, tmp_path: Path) -> None:
    page = chosen(room, tmp_path)
    page.show_lines([Line(TOLL_FREE)])
    assert [page.line.itemData(place) for place in range(page.line.count())] == ["", TOLL_FREE]
    page.line.setCurrentIndex(0)
    page.enter.click()
    room.settle()
    assert room.live.rosters.for_all


def test_a_list_of_numbers_alone_asks_what_it_means(room: Room, tmp_path: Path) -> None:
    page = chosen(room, tmp_path, "Phone\n(212) 555-0187\n")
    assert "No column of this file says who agreed" in page.columns.said
    assert not page.enter.isEnabled() and page.meaning.hasFocus()
    page.meaning.setCurrentIndex(1)
    page.meaning.activated.emit(1)
    room.settle()
    assert page.planned.said == "people.csv: 1 row, 1 of them opted out."
    page.enter.click()
    room.settle()
    assert room.live.rosters.asked == [((SHOP, TOLL_FREE), True)]


def test_a_file_that_is_no_list_says_so(room: Room, tmp_path: Path) -> None:
    page = chosen(room, tmp_path, "")
    assert said(page.said) == "This file is empty."
    assert not page.plan.isVisible() and page.file.isEnabled()


def test_an_import_that_is_stopped_says_what_is_left(room: Room, tmp_path: Path) -> None:
    room.live.rosters.imported = Imported(200, (), 800)
    page = chosen(room, tmp_path)
    page.enter.click()
    room.settle()
    assert said(page.said) == "Stopped: 800 rows not looked at. 200 rows were taken."
    page.halt.click()
    assert room.live.rosters.stopped


def test_an_import_is_followed_and_told_however_often_the_preferences_are_closed(room: Room, tmp_path: Path) -> None:
    rosters = room.live.rosters
    rosters.imported = Imported(1, (Trouble(3, "+12125550188", "They opted out"),))
    rosters.may_end.clear()
    page = chosen(room, tmp_path)
    page.enter.click()
    room.loop.until(lambda: said(page.said) == "Importing: 1 of 2 rows…")
    room.dialog.close()
    page = room.open("consent", settled=False).consent
    room.loop.until(lambda: said(page.said) == "Importing: 1 of 2 rows…")
    assert page.halt.isVisible() and page.progress.isVisible() and not page.file.isEnabled()
    page.halt.click()
    assert rosters.stopped
    room.dialog.close()
    rosters.may_end.set()
    room.settle()
    assert rosters.latest is not None, "nobody has read it yet"
    page = page_of(room)
    assert said(page.said) == "1 row was taken. 1 was not, or not just as the file says:"
    assert rows(page) == ["Row 3: +12125550188 · They opted out"]
    assert page.file.isEnabled() and rosters.latest is None


def test_twilio_is_told_only_once_somebody_ticks_it(room: Room) -> None:
    page = page_of(room)
    assert not page.push.check.isChecked() and said(page.pushed) == ""
    room.live.consentpush.now = Pushed(False, waiting=2)
    page.push.check.click()
    room.settle()
    assert room.live.consentpush.now.on
    assert said(page.pushed) == "2 entries to be told."
    room.loop.until(lambda: shown_whole(page, page.pushed))


def test_what_twilio_has_taken_meanwhile_is_shown_without_leaving_the_page(room: Room) -> None:
    room.live.consentpush.now = Pushed(True, waiting=43)
    page = page_of(room)
    assert said(page.pushed) == "43 entries to be told."
    room.live.consentpush.now = Pushed(True, refused=1, whom=("+14155550140",))
    room.live.hub.publish([ConsentTold()])
    room.settle()
    assert said(page.pushed).startswith("Twilio knows all else. 1 entry it did not take, of (415) 555-0140. ")


@pytest.mark.parametrize("size", [(700, 580), (640, 420)])
def test_what_twilio_says_to_it_is_said_in_sight(room: Room, size: tuple[int, int]) -> None:
    page = page_of(room)
    room.dialog.resize(*size)
    room.live.consentpush.now = Pushed(True, waiting=2, trouble=NOT_ENABLED)
    room.live.hub.publish([ConsentTold()])
    room.settle()
    room.loop.until(lambda: shown_whole(page, page.pushed))
    assert said(page.pushed) == NOT_ENABLED


def test_a_trouble_that_stands_there_already_leaves_the_page_where_it_is(room: Room) -> None:
    room.live.consentpush.now = Pushed(True, waiting=2, trouble=NOT_ENABLED)
    page = page_of(room)
    room.live.hub.publish([ConsentTold()])
    room.settle()
    room.bot.waitUntil(lambda: page.verticalScrollBar().maximum() > 0)
    assert page.verticalScrollBar().value() == 0


def test_both_choices_of_a_list_stand_one_below_the_other(room: Room, tmp_path: Path) -> None:
    page = chosen(room, tmp_path)
    room.bot.waitUntil(lambda: page.line.x() > 0)
    assert (page.line.x(), page.line.width()) == (page.meaning.x(), page.meaning.width())


def test_an_account_without_the_api_is_told(room: Room) -> None:
    room.live.consentpush.now = Pushed(True, waiting=2, trouble=NOT_ENABLED)
    assert said(page_of(room).pushed) == NOT_ENABLED


def test_a_switch_that_cannot_be_kept_goes_back(room: Room) -> None:
    page = page_of(room)
    room.live.consentpush.fails = StoreError("The disk is full.")
    page.push.check.click()
    room.settle()
    assert not page.push.check.isChecked() and said(page.pushed) == "The disk is full."
