"""Who answers STOP, START and HELP, and what we say."""

from dataclasses import replace

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest

from sms_desktop.domain.answering import TEXTS, Answering, Keyword, LineAnswering
from sms_desktop.domain.line import Line, LineKind
from sms_desktop.ui.preferences.answering import AnsweringPage
from sms_desktop.ui.replies.lineanswering import against, found_out
from tests.rig import LINE, TOLL_FREE
from tests.ui.preferences.test_preferences import shown_whole
from tests.ui.replies.conftest import Room

SHORT = Line("72345", "Offers", LineKind.SHORT_CODE)


def section(room: Room) -> AnsweringPage:
    room.open("answering")
    return room.dialog.answering


def test_each_line_tells_who_answers_and_what_was_found_out(room: Room) -> None:
    page = section(room)
    assert list(page.rows) == [LINE, TOLL_FREE]
    row = page.rows[LINE]
    assert row.why.said == "An ordinary number: Twilio answers STOP, START and HELP, and holds back texts after STOP."
    assert row.choices[Answering.TWILIO].isChecked()
    assert row.choices[Answering.WE].accessibleName() == "We answer: (212) 555-0100 · Shop"
    assert page.rows[TOLL_FREE].why.said.startswith("A toll-free number")
    assert not page.boxes[Keyword.STOP].isVisible()


def test_another_choice_is_kept_and_what_comes_of_it_said(room: Room) -> None:
    page = section(room)
    row = page.rows[LINE]
    row.choices[Answering.WE].click()
    room.settle()
    assert row.warning.isVisible() and row.warning.said == (
        "Twilio still answers first: after STOP your own answer is refused (21610), after START and HELP people get "
        "two answers. Choose this only if the other answers are switched off for your account."
    )
    assert page.boxes[Keyword.STOP].isVisible()
    [found] = [one for one in room.loop.run(room.services.replies.who_answers()) if one.line == LINE]
    assert found.chosen is Answering.WE
    row.choices[Answering.TWILIO].click()
    room.settle()
    [found] = [one for one in room.loop.run(room.services.replies.who_answers()) if one.line == LINE]
    assert found.chosen is None and not row.warning.isVisible()


def test_a_short_code_on_its_own_is_ours() -> None:
    ours = LineAnswering(SHORT.address, Answering.WE)
    assert found_out(SHORT, ours).startswith("A short code on its own")
    assert against(SHORT, ours) == ""
    assert "Nobody answers" in against(SHORT, LineAnswering(SHORT.address, Answering.WE, Answering.TWILIO))
    service = Line("MG" + "1" * 32, "Offers", LineKind.SERVICE)
    assert found_out(service, LineAnswering(service.address, Answering.TWILIO)).startswith("A Messaging Service")
    in_service = LineAnswering(SHORT.address, Answering.TWILIO)
    assert "Messaging Service" in found_out(SHORT, in_service)
    by_twilio = replace(in_service, advanced=True)
    assert found_out(SHORT, by_twilio).startswith("Advanced Opt-Out is on") and against(SHORT, by_twilio) == ""
    assert "nothing is answered from here" in against(SHORT, replace(by_twilio, chosen=Answering.WE))


def test_what_a_text_lacks_is_said_in_sight(room: Room) -> None:
    page = section(room)
    page.rows[LINE].choices[Answering.WE].click()
    room.settle()
    box, wrong = page.boxes[Keyword.HELP], page.wrong[Keyword.HELP]
    box.edit.setFocus()
    box.edit.selectAll()
    QTest.keyClicks(box.edit, "You are out.")
    bar, inner = page.verticalScrollBar(), page.widget()
    assert inner is not None
    bar.setValue(box.mapTo(inner, QPoint(0, box.height())).y() - page.viewport().height())  # just seen
    room.dialog.sections.setFocus()
    room.loop.until(lambda: shown_whole(page, wrong))
    assert "has to name your business" in wrong.said


def test_the_name_of_the_business_and_the_texts_are_kept(room: Room) -> None:
    page = section(room)
    page.rows[LINE].choices[Answering.WE].click()
    room.settle()
    QTest.keyClicks(page.name.edit, "Bright  Chairs")
    page.name.edit.editingFinished.emit()
    room.settle()
    assert room.loop.run(room.services.replies.business()) == "Bright Chairs"
    stop = page.boxes[Keyword.STOP]
    assert stop.edit.body == TEXTS[Keyword.STOP]
    stop.edit.setFocus()
    stop.edit.selectAll()
    QTest.keyClicks(stop.edit, "You are out.")
    page.boxes[Keyword.HELP].edit.setFocus()
    room.settle()
    assert "has to name your business" in page.wrong[Keyword.STOP].said and page.wrong[Keyword.STOP].isVisible()
    assert room.loop.run(room.services.replies.texts()) == TEXTS
    room.loop.run(room.services.replies.set_business("Bright Chairs Ltd"))  # and all is shown anew
    room.settle()
    assert stop.body == "You are out."
    room.loop.run(room.services.replies.set_business("Bright Chairs"))
    room.settle()
    stop.edit.setFocus()
    stop.edit.moveCursor(QTextCursor.MoveOperation.End)
    QTest.keyClicks(stop.edit, " Bright Chairs says bye.")
    page.boxes[Keyword.HELP].edit.setFocus()
    room.settle()
    assert not page.wrong[Keyword.STOP].isVisible()
    kept = room.loop.run(room.services.replies.texts())[Keyword.STOP]
    assert kept == "You are out. Bright Chairs says bye."
    stop.edit.setFocus()
    stop.edit.selectAll()
    QTest.keyClicks(stop.edit, "Bright Chairs: you are out.")
    room.dialog.close()
    room.settle()
    assert room.loop.run(room.services.replies.texts())[Keyword.STOP] == "Bright Chairs: you are out."


def test_what_an_assistive_tool_writes_without_going_there_is_kept(room: Room) -> None:
    page = section(room)
    page.rows[LINE].choices[Answering.WE].click()
    room.settle()
    room.dialog.sections.setFocus()
    page._name.setText("Bright Chairs")
    page.boxes[Keyword.STOP].edit.setPlainText("Bright Chairs: you are out.")
    room.dialog.show_section("consent")
    room.dialog.consent.stop_words.setText("ARRET")
    room.dialog.accept()
    room.settle()
    replies, consents = room.services.replies, room.services.consents
    assert room.loop.run(replies.business()) == "Bright Chairs"
    assert room.loop.run(replies.texts())[Keyword.STOP] == "Bright Chairs: you are out."
    assert room.loop.run(consents.keywords()).stop == {"arret"}


def test_a_text_that_cannot_be_kept_is_said_before_it_is_lost(room: Room) -> None:
    page = section(room)
    page.rows[LINE].choices[Answering.WE].click()
    room.settle()
    stop = page.boxes[Keyword.STOP]
    stop.edit.setFocus()
    stop.edit.selectAll()
    QTest.keyClicks(stop.edit, "You are out.")
    QTest.keyClick(stop.edit, Qt.Key.Key_Escape)
    assert room.dialog.isVisible() and room.dialog.section == "answering"
    room.loop.until(lambda: shown_whole(page, page.wrong[Keyword.STOP]))
    QTest.keyClick(stop.edit, Qt.Key.Key_Escape)
    assert not room.dialog.isVisible()
    room.settle()
    assert room.loop.run(room.services.replies.texts()) == TEXTS


def test_a_text_that_nobody_gets_keeps_nobody(room: Room) -> None:
    page = section(room)
    page.rows[LINE].choices[Answering.WE].click()
    room.settle()
    page.boxes[Keyword.STOP].edit.setPlainText("You are out.")
    page.rows[LINE].choices[Answering.TWILIO].click()
    room.settle()
    QTest.keyClick(room.dialog, Qt.Key.Key_Escape)
    assert not room.dialog.isVisible()


def test_what_is_being_written_is_not_kept_because_the_window_is_put_aside(room: Room) -> None:
    room.open("consent")
    page, kept = room.dialog.consent, list[tuple[str, str]]()
    page.keywordsChanged.connect(lambda *words: kept.append(words))
    page.stop_words.setFocus()
    QTest.keyClicks(page.stop_words, "AR")
    room.dialog.showMinimized()
    room.settle()
    assert kept == []
    room.dialog.showNormal()
    room.dialog.activateWindow()
    page.stop_words.setFocus()
    QTest.keyClicks(page.stop_words, "RET")
    room.dialog.accept()
    room.settle()
    assert kept == [("ARRET", "")], "told once"


def test_what_people_really_get_is_shown_by_the_name_that_twilio_knows(room: Room) -> None:
    page = section(room)
    page.rows[LINE].choices[Answering.WE].click()
    room.settle()
    assert page.sent[Keyword.STOP].said.startswith("They get “Bright Chairs: you are")  # as the account is called
    page.show_business("")
    assert page.nameless.isVisible() and "Carriers require" in page.nameless.said
    assert page.sent[Keyword.STOP].said.startswith("They get “This number: you are unsubscribed")
    assert page.name.edit.placeholderText() == ""  # which would look like a name
    page.show_business("", "Bright Chairs Inc")
    assert not page.nameless.isVisible()
    assert page.known_as.said == "Until you enter it, “Bright Chairs Inc” stands there, as Twilio knows you."
    assert page.sent[Keyword.STOP].said.startswith("They get “Bright Chairs Inc: you are unsubscribed")
    page.show_business("Chairs of Maine", "Bright Chairs Inc")
    assert not page.known_as.isVisible()
    assert page.sent[Keyword.HELP].said.startswith("They get “Chairs of Maine: reply here")
    page.boxes[Keyword.HELP].edit.setPlainText("{business} helps. Reply STOP to cancel.")
    assert page.sent[Keyword.HELP].said == "They get “Chairs of Maine helps. Reply STOP to cancel.”"


def test_nothing_is_amiss_where_twilio_answers_everywhere(room: Room) -> None:
    assert not section(room).nameless.isVisible()


def test_what_cannot_be_kept_is_not_said_to_be_sent(room: Room) -> None:
    room.loop.run(room.services.replies.set_business("Bright Chairs"))
    page = section(room)
    page.rows[LINE].choices[Answering.WE].click()
    room.settle()
    page.boxes[Keyword.HELP].edit.setPlainText("Call us any time.")
    page.boxes[Keyword.HELP].left.emit()
    room.settle()
    assert page.wrong[Keyword.HELP].isVisible()
    assert page.sent[Keyword.HELP].said.startswith("They still get “Bright Chairs: reply here")


def test_the_usual_texts_can_be_had_back(room: Room) -> None:
    room.loop.run(room.services.replies.set_texts({Keyword.STOP: "{business}: bye."}))
    page = section(room)
    page.rows[LINE].choices[Answering.WE].click()
    room.settle()
    stop = page.boxes[Keyword.STOP]
    assert stop.body == "{business}: bye."
    page.usual.click()
    room.settle()
    assert room.loop.run(room.services.replies.texts()) == TEXTS
    assert stop.body == TEXTS[Keyword.STOP] and not page.usual.isVisible()
