"""The details pane's widget, alone."""

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from sms_desktop.domain.contact import Contact
from sms_desktop.domain.conversation import Conversation, ConversationFacts
from sms_desktop.domain.lookup import Lookup
from sms_desktop.domain.media import File, Media, MediaState
from sms_desktop.ui.details.view import Details
from sms_desktop.ui.theme import theme
from sms_desktop.ui.words import clock

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
MARIA = Conversation(1, "+12125550100", "+12125550187", NOW, name="Maria Ortega")


@pytest.fixture
def details(qtbot: QtBot) -> Details:
    theme()
    details = Details()
    qtbot.addWidget(details)
    details.resize(284, 751)
    details.show()
    details.show_conversation(MARIA, "(212) 555-0100 · Shop", NOW, NOW)
    return details


def _media(number: int, content_type: str = "image/jpeg", name: str = "photo.jpg") -> Media:
    return Media(number, 0, content_type, MediaState.READY, File(f"{number:064x}", 1000, content_type, name))


def test_rows_without_a_value_are_not_shown(details: Details) -> None:
    details.show_facts(ConversationFacts(0, 0, 0, 0, None, None, None))
    assert details.said() == {
        "Phone": "+1 212 555 0187",
        "Line": "(212) 555-0100 · Shop",
        "Region": "United States",
        "Status": "Can be messaged",
        "Since": "Today",
        "Messages": "0",
    }


def test_a_name_is_changed_in_place_by_enter(details: Details, qtbot: QtBot) -> None:
    details.name_field.edit()
    assert details.name_field.line_edit.text() == "Maria Ortega"
    details.name_field.line_edit.setText("  Maria   Ortega Ruiz ")
    with qtbot.waitSignal(details.renamed) as renamed:
        QTest.keyClick(details.name_field.line_edit, Qt.Key.Key_Return)
    assert renamed.args == ["Maria Ortega Ruiz"]
    assert not details.name_field.editing


def test_escape_leaves_the_name_as_it_was(details: Details, qtbot: QtBot) -> None:
    details.name_field.edit()
    details.name_field.line_edit.setText("Nobody")
    with qtbot.assertNotEmitted(details.renamed):
        QTest.keyClick(details.name_field.line_edit, Qt.Key.Key_Escape)
    assert not details.name_field.editing
    details.name_field.edit()
    assert details.name_field.line_edit.text() == "Maria Ortega"


def test_an_unchanged_name_is_not_told(details: Details, qtbot: QtBot) -> None:
    details.name_field.edit()
    with qtbot.assertNotEmitted(details.renamed):
        QTest.keyClick(details.name_field.line_edit, Qt.Key.Key_Return)


def test_a_name_that_arrives_while_one_is_typed_does_not_disturb(details: Details) -> None:
    details.name_field.edit()
    details.name_field.line_edit.setText("Mar")
    details.show_conversation(MARIA, "Shop", NOW, NOW)
    assert details.name_field.editing and details.name_field.line_edit.text() == "Mar"


def test_the_number_is_copied_as_machines_write_it(details: Details) -> None:
    copy = next(b for b in details.findChildren(QToolButton) if b.accessibleName() == "Copy number")
    copy.click()
    assert QGuiApplication.clipboard().text() == "+12125550187"


def test_notes_tell_of_edits_by_hand_only(details: Details, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(details.notesEdited):
        details.show_contact(Contact(1, "Maria", "Prefers texts before noon.", (MARIA.peer,)))
    assert details.notes == "Prefers texts before noon."
    with qtbot.waitSignal(details.notesEdited):
        QTest.keyClicks(details.notes_edit, "!")


def test_notes_that_are_being_written_are_left_alone(details: Details, qtbot: QtBot) -> None:
    details.activateWindow()
    details.notes_edit.setFocus()
    qtbot.waitUntil(details.notes_edit.hasFocus)
    QTest.keyClicks(details.notes_edit, "new")
    details.show_contact(Contact(1, "Maria", "old", (MARIA.peer,)))
    assert details.notes == "new"


def test_a_number_that_was_looked_up_as_a_landline_and_texted_is_not_called_one(details: Details) -> None:
    found = Lookup(MARIA.peer, True, "landline", "Acme", NOW - timedelta(hours=2))
    details.show_number(found, found.obstacle, NOW, asks=True)
    assert details.said()["Number"] == "Landline · Acme" and not details._overtaken.isVisible()
    details.show_number(found, None, NOW, asks=True, heard=NOW - timedelta(hours=1))
    assert details.said()["Number"] == "Has texted us" and details._overtaken.isVisible()
    looked, texted = clock(found.at), clock(NOW - timedelta(hours=1))
    said = f"Looked up today {looked}: Landline · Acme. They texted today {texted}, so texts may well reach it."
    assert details._overtaken.said == said
    mobile = Lookup(MARIA.peer, True, "mobile", "Acme", NOW - timedelta(hours=2))
    details.show_number(mobile, None, NOW, asks=True, heard=NOW)
    assert details.said()["Number"] == "Mobile · Acme" and not details._overtaken.isVisible()
    details.show_number(found, None, NOW, asks=True, heard=NOW)
    details.clear()
    assert not details._overtaken.isVisible()


def test_shared_media_are_buttons_three_in_a_row(details: Details, qtbot: QtBot) -> None:
    media = [_media(0), _media(1), _media(2), _media(3, "application/pdf", "invoice.pdf")]
    details.show_media(media)
    tiles = details.media_grid.tiles
    assert [tile.accessibleName() for tile in tiles] == ["Photo photo.jpg"] * 3 + ["PDF invoice.pdf"]
    qtbot.waitUntil(lambda: tiles[3].y() > tiles[2].y())
    assert tiles[0].y() == tiles[2].y() and tiles[3].x() == tiles[0].x()
    with qtbot.waitSignal(details.mediaChosen) as chosen:
        tiles[3].click()
    assert chosen.args == [media[3]]


def test_nothing_of_one_person_is_left_for_the_next(details: Details) -> None:
    details.show_contact(Contact(1, "Maria", "Prefers texts.", (MARIA.peer,)))
    details.show_facts(ConversationFacts(148, 140, 139, 140, "1.62", "USD", NOW))
    details.show_media([_media(0)])
    details.name_field.edit()
    details.clear()
    assert details.notes == "" and details.media_grid.tiles == [] and not details.name_field.editing
    assert not details.said().keys() & {"Messages", "Delivered", "Spent"}
