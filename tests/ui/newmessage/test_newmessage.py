"""A new message: from a number or a name to an open conversation, in one step."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from sms_desktop.domain.conversation import Conversation
from sms_desktop.domain.hit import Hit
from sms_desktop.domain.line import Line, LineKind
from sms_desktop.domain.media import File
from sms_desktop.services.services import Services
from sms_desktop.ui.newmessage.panel import NewMessagePanel
from sms_desktop.ui.newmessage.presenter import NewMessagePresenter
from sms_desktop.ui.search.model import Heading
from sms_desktop.ui.tasks import Tasks
from tests.rig import LINE, TOLL_FREE, Rig
from tests.ui.conftest import Loop


class Writing:
    def __init__(self, services: Services) -> None:
        self.errors: list[BaseException] = []
        self.tasks = Tasks(self.errors.append)
        self.panel = NewMessagePanel(lambda: datetime.now(UTC))
        self.panel.resize(700, 500)
        self.panel.show()
        self.presenter = NewMessagePresenter(services, self.tasks, self.panel)
        self.opened: list[Conversation] = []
        self.presenter.opened.connect(self.opened.append)

    def type(self, text: str) -> None:
        self.panel.to.clear()
        QTest.keyClicks(self.panel.to, text)

    def enter(self) -> None:
        QTest.keyClick(self.panel.to, Qt.Key.Key_Return)

    async def close(self) -> None:
        await self.tasks.close()  # before the panel goes, in which the last suggestions may be on their way
        self.panel.close()
        self.panel.deleteLater()
        assert self.errors == []


@pytest.fixture
def writing(loop: Loop, rig: Rig, services: Services) -> Iterator[Writing]:
    loop.run(rig.until(services.lines.known, "lines"))
    writing = Writing(services)
    writing.presenter.begin()
    yield writing
    loop.run(writing.close())


def test_a_number_in_any_writing_opens_its_conversation(loop: Loop, writing: Writing) -> None:
    writing.type("(415) 555-2671")
    loop.until(lambda: writing.panel.suggestions.model.rowCount() > 0)
    writing.enter()
    loop.until(lambda: bool(writing.opened))
    assert (writing.opened[0].line, writing.opened[0].peer) == (LINE, "+14155552671")


def test_enter_at_once_does_not_wait_for_suggestions(loop: Loop, writing: Writing) -> None:
    writing.type("+44 20 7946 0018")
    writing.enter()
    loop.until(lambda: bool(writing.opened))
    assert writing.opened[0].peer == "+442079460018"


def test_what_cannot_be_a_number_is_explained_below_the_field(loop: Loop, writing: Writing) -> None:
    writing.type("555012")
    writing.type("5550132")
    writing.enter()
    loop.until(writing.panel.said.isVisible)
    assert writing.panel.said.property("role") == "bad"
    assert "too short" in writing.panel.said.text()
    assert writing.opened == []
    writing.type("")
    writing.enter()
    assert "Type a phone number" in writing.panel.said.text()


def test_a_doubtful_number_warns_and_still_opens(loop: Loop, writing: Writing) -> None:
    writing.type("+1 415 155 0132")
    assert writing.panel.said.property("role") == "warn"
    assert "may not be in use" in writing.panel.said.text()
    writing.enter()
    loop.until(lambda: bool(writing.opened))


def test_a_name_is_suggested_and_opens(loop: Loop, services: Services, writing: Writing) -> None:
    known = loop.run(services.conversations.open(LINE, "+14155550150"))
    loop.run(services.contacts.rename("+14155550150", "Aiko Sato"))
    writing.type("aik")
    loop.until(lambda: writing.panel.suggestions.current is not None)
    writing.enter()
    assert [found.id for found in writing.opened] == [known.id]


def test_a_known_number_is_not_offered_twice(loop: Loop, services: Services, writing: Writing) -> None:
    known = loop.run(services.conversations.open(LINE, "+14155552671"))
    writing.type("4155552671")
    model = writing.panel.suggestions.model
    loop.until(lambda: model.record(0) == Heading("People"))
    assert model.rowCount() == 2
    writing.enter()
    loop.until(lambda: bool(writing.opened))
    assert writing.opened[0].id == known.id


def test_an_unknown_name_asks_for_the_number(loop: Loop, writing: Writing) -> None:
    writing.type("zebulon")
    loop.until(writing.panel.said.isVisible)
    assert writing.panel.said.text() == "Nobody by that name yet. Type their number."
    assert writing.panel.said.property("role") == "muted"


def test_the_line_can_be_chosen_and_is_used(loop: Loop, writing: Writing) -> None:
    assert writing.panel.line.isVisible()
    at = writing.panel.line.findData(TOLL_FREE)
    writing.panel.line.setCurrentIndex(at)
    writing.panel.line.activated.emit(at)
    writing.type("+14155552671")
    writing.enter()
    loop.until(lambda: bool(writing.opened))
    assert writing.opened[0].line == TOLL_FREE


@pytest.mark.parametrize("typed", ["Rem", "55512", "(888)"])
def test_who_types_to_choose_the_line_types_no_letter_into_the_number(
    qtbot: QtBot, writing: Writing, typed: str
) -> None:
    panel = writing.panel
    lines = [
        Line(LINE, LINE), Line("55501", kind=LineKind.SHORT_CODE), Line("+18005550100"), Line(TOLL_FREE),
        Line("55512", kind=LineKind.SHORT_CODE), Line("MG" + "0" * 32, "Reminders", LineKind.SERVICE),
    ]  # fmt: skip
    panel.show_lines(lines, LINE)
    panel.activateWindow()
    panel.to.setText("4155550110")
    panel.line.setFocus()
    qtbot.waitUntil(panel.line.hasFocus)
    for letter in typed:  # each where the focus is by then
        focused = panel.focusWidget()
        assert focused is not None
        QTest.keyClicks(focused, letter)
    assert panel.to.text() == "4155550110"
    assert panel.line.currentText().startswith(typed)
    before = panel.line.currentIndex()
    QTest.keyClick(panel.line, Qt.Key.Key_Up)
    assert panel.line.hasFocus() and panel.line.currentIndex() == before - 1


def test_a_line_from_the_open_list_leads_back_to_the_number(qtbot: QtBot, writing: Writing) -> None:
    box = writing.panel.line
    writing.panel.activateWindow()
    box.setFocus()
    qtbot.waitUntil(box.hasFocus)
    box.showPopup()
    QTest.keyClick(box.view(), Qt.Key.Key_End)
    QTest.keyClick(box.view(), Qt.Key.Key_Return)
    assert box.currentIndex() == box.count() - 1
    qtbot.waitUntil(writing.panel.to.hasFocus)


def test_the_name_of_a_service_fits_and_a_longer_one_ends_in_three_dots(qtbot: QtBot, writing: Writing) -> None:
    panel = writing.panel
    panel.resize(900, 500)
    panel.show_lines([Line("MG" + "0" * 32, "Reminders", LineKind.SERVICE), Line(LINE)], None)
    QTest.qWait(0)
    assert panel.line.width() >= panel.line.sizeHint().width()


def test_starting_again_forgets_what_was_typed(writing: Writing) -> None:
    writing.type("nonsense")
    writing.presenter.begin(TOLL_FREE)
    assert writing.panel.to.text() == ""
    assert not writing.panel.said.isVisible()
    assert writing.panel.chosen_line == TOLL_FREE


def test_esc_and_the_cross_leave(qtbot: QtBot, writing: Writing) -> None:
    with qtbot.waitSignal(writing.presenter.dismissed):
        QTest.keyClick(writing.panel.to, Qt.Key.Key_Escape)
    with qtbot.waitSignal(writing.presenter.dismissed):
        writing.panel.close_button.click()


def test_without_a_line_it_says_what_is_missing(qtbot: QtBot, services: Services) -> None:
    panel = NewMessagePanel(lambda: datetime.now(UTC))
    qtbot.addWidget(panel)
    panel.show()
    panel.show_lines([], None)
    assert panel.chosen_line is None
    assert not panel.line.isVisible()


def peers(writing: Writing) -> list[str]:
    model = writing.panel.suggestions.model
    rows = [model.record(row) for row in range(model.rowCount())]
    return [row.conversation.peer if isinstance(row, Hit) else getattr(row, "address", "") for row in rows]


def test_a_few_digits_offer_the_people_that_they_are_found_in_first(
    loop: Loop, services: Services, writing: Writing
) -> None:
    known = loop.run(services.conversations.open(LINE, "+14155552671"))
    writing.type("555")
    loop.until(lambda: peers(writing) == ["", known.peer, "555"])
    writing.enter()
    assert "short code" in writing.panel.said.text()
    assert not writing.opened
    writing.enter()
    loop.until(lambda: bool(writing.opened))
    assert writing.opened[0].id == known.id
    writing.type("99901")
    loop.until(lambda: peers(writing) == ["99901"])


def test_enter_never_chooses_what_was_offered_for_something_else(
    loop: Loop, services: Services, writing: Writing
) -> None:
    loop.run(services.conversations.open(LINE, "+14155552671"))
    aiko = loop.run(services.conversations.open(LINE, "+14155550150"))
    loop.run(services.contacts.rename(aiko.peer, "Aiko Sato"))
    writing.presenter.begin()
    loop.until(lambda: len(peers(writing)) == 3)
    writing.type("+44 20 7946 0018")
    writing.enter()
    loop.until(lambda: bool(writing.opened))
    assert writing.opened.pop().peer == "+442079460018"
    writing.type("aiko")
    writing.enter()
    loop.until(lambda: bool(writing.opened))
    assert writing.opened[0].id == aiko.id


def test_the_line_s_own_number_is_refused(loop: Loop, writing: Writing) -> None:
    writing.type("(212) 555-0100")
    writing.enter()
    loop.until(lambda: writing.presenter._offered is not None)
    assert writing.panel.said.text().startswith("(212) 555-0100 is the line that this goes out by.")
    assert writing.panel.said.property("role") == "bad"
    assert writing.opened == []
    at = writing.panel.line.findData(TOLL_FREE)
    writing.panel.line.setCurrentIndex(at)
    writing.panel.line.activated.emit(at)
    assert not writing.panel.said.text()


def _stands(panel: NewMessagePanel, below: bool) -> bool:
    return (panel.line.y() >= panel.to.y() + panel.to.height()) is below


def test_where_it_is_narrow_the_line_is_still_told_by_its_whole_number(loop: Loop, writing: Writing) -> None:
    panel = writing.panel
    loop.until(lambda: panel.line.count() > 1)
    for width, below in ((360, True), (900, False), (360, True)):
        panel.resize(width, 500)
        loop.until(partial(_stands, panel, below))
        assert panel.line.width() >= panel.line.sizeHint().width()
        assert panel._from.isVisible()
        assert panel.to.width() > 100


def test_words_and_files_for_a_number_put_right_follow_what_is_written_there(
    loop: Loop, services: Services, writing: Writing
) -> None:
    picture = File("a" * 64, 10, "image/png", "a.png")
    for expected in (("Hello", (picture,)), ("Hello\nTuesday?", (picture,))):
        body = expected[0].splitlines()[-1]
        writing.presenter.begin(LINE, to="+14155552671", content=(body, (picture,) if body == "Hello" else ()))
        writing.opened.clear()
        writing.enter()
        loop.until(lambda: bool(writing.opened))
        draft = loop.run(services.drafts.load(writing.opened[0].id))
        assert draft is not None
        assert (draft.body, draft.files) == expected
