"""A new message: from a number or a name to an open conversation, in one step."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from sms_desktop.domain.consent import ConsentEvent, ConsentSource
from sms_desktop.domain.conversation import Conversation, Filter
from sms_desktop.domain.hit import Hit
from sms_desktop.domain.line import Line, LineKind
from sms_desktop.domain.media import File
from sms_desktop.services import clock
from sms_desktop.services.services import Services
from sms_desktop.store import consent
from sms_desktop.ui import words
from sms_desktop.ui.newmessage.panel import NewMessagePanel
from sms_desktop.ui.newmessage.presenter import NewMessagePresenter
from sms_desktop.ui.search.model import Heading
from sms_desktop.ui.tasks import Tasks
from tests.rig import LINE, TOLL_FREE, YOURS, Rig
from tests.ui.conftest import Loop


class Writing:
    def __init__(self, services: Services) -> None:
        self.errors: list[BaseException] = []
        self.tasks = Tasks(self.errors.append)
        self.panel = NewMessagePanel(
            lambda: datetime.now(UTC), lambda place: words.by_line(place, services.lines.known())
        )
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


def test_enter_at_once_opens_as_soon_as_it_is_known_what_it_means(loop: Loop, writing: Writing) -> None:
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


def test_who_had_the_mistaken_number_has_the_right_one_too_and_the_draft_leaves_with_it(
    loop: Loop, services: Services, writing: Writing
) -> None:
    wrong, right = "+14155552672", "+14155552673"

    async def begin() -> Conversation:
        place = await services.conversations.open(LINE, wrong)
        await services.contacts.rename(wrong, "Bob Miller")
        await services.drafts.save(place.id, "Tuesday?", ())
        return place

    place = loop.run(begin())
    for to, kept in ((wrong, "Tuesday?"), (right, None)):
        writing.presenter.begin(LINE, to=wrong, content=("Tuesday?", ()), draft_of=place.id)
        writing.type(to)
        writing.opened.clear()
        writing.enter()
        loop.until(lambda: bool(writing.opened))
        assert (writing.opened[0].peer, writing.opened[0].name) == (to, "Bob Miller")
        draft, there = (loop.run(services.drafts.load(at)) for at in (place.id, writing.opened[0].id))
        assert (draft.body if draft is not None else None) == kept
        assert there is not None and there.body == "Tuesday?"


def shown(writing: Writing) -> list[tuple[str, str, bool]]:
    """Of the people that are offered: by which line they would be written to, and whether they are out of it."""
    model = writing.panel.suggestions.model
    places = [row.conversation for at in range(model.rowCount()) if isinstance(row := model.record(at), Hit)]
    return [(place.line, place.peer, place.opted_out_at is not None) for place in places]


def pick(writing: Writing, line: str) -> None:
    """As by the open list."""
    box = writing.panel.line
    box.setCurrentIndex(box.findData(line))
    box.activated.emit(box.currentIndex())


def out_of(loop: Loop, rig: Rig, line: str) -> Conversation:
    """Somebody with a name, who has written STOP to a line of ours, and is known on no other."""

    async def play() -> Conversation:
        await rig.simulator.phone(YOURS).text(line, "STOP")
        await rig.inbound("STOP")
        await rig.services.contacts.rename(YOURS, "Zoe Zephyr")
        return await rig.services.conversations.open(line, YOURS)

    return loop.run(play())


def test_from_follows_to_the_line_on_which_they_are_known_and_back(loop: Loop, rig: Rig, writing: Writing) -> None:
    place = out_of(loop, rig, TOLL_FREE)
    panel = writing.panel
    for typed in ("zoe", "(415) 555-0132"):
        writing.type(typed)
        loop.until(lambda: shown(writing) == [(TOLL_FREE, YOURS, True)])
        assert panel.chosen_line == TOLL_FREE
        writing.enter()
        loop.until(lambda: bool(writing.opened))
        assert writing.opened.pop().id == place.id
        writing.type("+44 20 7946 0018")
        loop.until(lambda: peers(writing) == ["+442079460018"])
        assert panel.chosen_line == LINE  # nobody is known there
    writing.enter()
    loop.until(lambda: bool(writing.opened))
    assert writing.opened[0].line == LINE


def spoken(writing: Writing) -> list[str]:
    model = writing.panel.suggestions.model
    return [model.index(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(1, model.rowCount())]


def test_a_row_names_its_line_unless_it_is_the_one_that_from_says_by_itself(
    loop: Loop, services: Services, writing: Writing
) -> None:
    for line in (LINE, TOLL_FREE):
        loop.run(services.conversations.open(line, YOURS))
    writing.type("(415) 555-0132")
    elsewhere, here = "(415) 555-0132, via Toll-free: No messages yet", "(415) 555-0132: No messages yet"
    loop.until(lambda: spoken(writing) == [elsewhere, here])
    writing.presenter.begin(TOLL_FREE)
    writing.type("(415) 555-0132")
    loop.until(lambda: spoken(writing) == [here, "(415) 555-0132, via Shop: No messages yet"])
    pick(writing, LINE)
    loop.until(lambda: spoken(writing) == [here])


def test_enter_at_once_leads_to_where_enter_after_a_look_does(loop: Loop, rig: Rig, writing: Writing) -> None:
    place = out_of(loop, rig, TOLL_FREE)
    writing.type("(415) 555-0132")
    writing.enter()
    loop.until(lambda: bool(writing.opened))
    assert writing.opened[0].id == place.id


def test_a_line_that_was_chosen_decides_and_the_rows_tell_of_it(loop: Loop, rig: Rig, writing: Writing) -> None:
    place = out_of(loop, rig, TOLL_FREE)
    writing.type("zoe")
    loop.until(lambda: shown(writing) == [(TOLL_FREE, YOURS, True)])
    pick(writing, LINE)
    loop.until(lambda: shown(writing) == [(LINE, YOURS, False)])
    row = writing.panel.suggestions.current
    assert isinstance(row, Hit) and row.conversation.name == "Zoe Zephyr"
    assert writing.panel.chosen_line == LINE
    writing.enter()
    loop.until(lambda: bool(writing.opened))
    here = writing.opened.pop()
    assert (here.line, here.peer, here.opted_out_at) == (LINE, YOURS, None)
    pick(writing, TOLL_FREE)  # both are there now, and each person is offered once
    loop.until(lambda: shown(writing) == [(TOLL_FREE, YOURS, True)])
    writing.enter()
    loop.until(lambda: bool(writing.opened))
    assert writing.opened[0].id == place.id


def test_an_opt_out_from_the_chosen_line_is_told_before_there_is_a_conversation(
    loop: Loop, rig: Rig, services: Services, writing: Writing
) -> None:
    row = ConsentEvent(LINE, YOURS, True, ConsentSource.IMPORT, "", None, clock.now(), reason="people.csv, row 2")
    known = loop.run(services.conversations.open(TOLL_FREE, YOURS))
    loop.run(rig.engine.store.do(lambda tx: consent.import_many(tx, LINE, [row])))
    assert loop.run(services.conversations.page(Filter.ALL)) == [known]
    pick(writing, LINE)
    writing.type("(415) 555-0132")
    loop.until(lambda: shown(writing) == [(LINE, YOURS, True)])
    assert loop.run(services.conversations.page(Filter.ALL)) == [known]  # nor is one made


def test_with_several_conversations_from_stands_at_the_marked_one(
    loop: Loop, services: Services, writing: Writing
) -> None:
    both = [loop.run(services.conversations.open(line, YOURS)) for line in (LINE, TOLL_FREE)]
    writing.type("(415) 555-0132")
    loop.until(lambda: len(shown(writing)) == 2)
    for place in (both[1], both[0]):  # newest first
        assert writing.panel.chosen_line == place.line
        writing.enter()
        loop.until(lambda: bool(writing.opened))
        assert writing.opened.pop().id == place.id
        QTest.keyClick(writing.panel.to, Qt.Key.Key_Down)


def test_of_the_recent_from_follows_to_the_one_that_is_walked_to(
    loop: Loop, services: Services, writing: Writing
) -> None:
    places = [loop.run(services.conversations.open(TOLL_FREE, peer)) for peer in (YOURS, "+14155552671")]
    writing.presenter.begin()
    loop.until(lambda: len(shown(writing)) == 2)
    assert writing.panel.chosen_line == LINE  # nobody is meant yet
    writing.enter()
    assert "Type a phone number" in writing.panel.said.text()
    QTest.keyClick(writing.panel.to, Qt.Key.Key_Down)
    assert writing.panel.chosen_line == TOLL_FREE
    writing.enter()
    loop.until(lambda: bool(writing.opened))
    assert writing.opened[0].id == places[0].id


def test_who_is_known_on_a_line_that_is_no_more_is_written_to_by_the_one_that_from_says(
    loop: Loop, services: Services, writing: Writing
) -> None:
    loop.run(services.conversations.open("+12025550199", YOURS))
    writing.type("(415) 555-0132")
    loop.until(lambda: shown(writing) == [(LINE, YOURS, False)])
    assert writing.panel.chosen_line == LINE
    writing.enter()
    loop.until(lambda: bool(writing.opened))
    assert writing.opened[0].line == LINE


def test_words_that_are_brought_along_go_by_the_line_that_from_says(loop: Loop, rig: Rig, writing: Writing) -> None:
    out_of(loop, rig, TOLL_FREE)
    writing.presenter.begin(LINE, to=YOURS, content=("Hello", ()))
    loop.until(lambda: shown(writing) == [(LINE, YOURS, False)])
    assert writing.panel.chosen_line == LINE
    writing.enter()
    loop.until(lambda: bool(writing.opened))
    assert writing.opened[0].line == LINE
