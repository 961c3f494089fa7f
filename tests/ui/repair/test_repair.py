"""The page that stands where the messages cannot be opened."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from sms_desktop.domain.backup import Backup, Restored, Why
from sms_desktop.domain.errors import EMPTY, GONE, REPLACED, StoreError
from sms_desktop.services.clock import now
from sms_desktop.services.repair import Outlook
from sms_desktop.ui.repair import sentences
from sms_desktop.ui.repair.presenter import RepairPresenter
from sms_desktop.ui.repair.sentences import Way
from sms_desktop.ui.repair.window import RepairWindow
from sms_desktop.ui.tasks import Tasks
from sms_desktop.ui.widgets.optioncard import OptionCard
from tests.ui.conftest import Loop
from tests.ui.live import Asked


class FakeRepair(Asked):
    def __init__(self) -> None:
        super().__init__()
        self.outlook = Outlook(Backup(Path("a.db"), now() - timedelta(days=1), Why.DAILY, 12_431, 1), 12_398)
        self.unseen: Exception | None = None
        """What a look runs into."""
        self.gate = asyncio.Event()
        self.gate.set()

    async def look(self) -> Outlook:
        await self.gate.wait()
        if self.unseen is not None:
            raise self.unseen
        return self.outlook

    async def restore(self, source: Path, said: str) -> Restored:
        self.note("restore", source, said)
        await self.gate.wait()
        return Restored(1, None)

    async def recover(self, said: str, progress: Callable[[int], None]) -> Restored:
        self.note("recover", said)
        progress(5000)
        await self.gate.wait()
        return Restored(1, None)


class Place:
    def __init__(self, bot: QtBot, loop: Loop) -> None:
        self.bot, self.loop, self.repair = bot, loop, FakeRepair()
        self.tasks = Tasks(lambda error: None)
        self.window = RepairWindow(sentences.TITLE, sentences.happened("is damaged"))
        self.file: Path | None = None
        self.finished = 0
        self.presenter = RepairPresenter(self.repair, self.tasks, self.window, self.ask)
        self.presenter.finished.connect(self._finished)
        self.window.show()
        self.window.activateWindow()
        loop.until(self.window.isActiveWindow)

    def _finished(self) -> None:
        self.finished += 1

    async def ask(self) -> Path | None:
        return self.file

    def start(self) -> RepairWindow:
        self.tasks.spawn(self.presenter.start())
        self.settle()
        return self.window

    def settle(self) -> None:
        self.loop.until(lambda: not self.tasks._tasks)


@pytest.fixture
def place(qtbot: QtBot, loop: Loop) -> Iterator[Place]:
    place = Place(qtbot, loop)
    yield place
    loop.run(place.tasks.close())
    place.window.hide()
    place.window.deleteLater()


def test_the_newest_backup_is_offered_first_with_its_day_and_its_messages(place: Place) -> None:
    window = place.start()
    assert list(window.choices) == [Way.BACKUP, Way.RECOVER, Way.FILE]
    radio = window.choices[Way.BACKUP].radio
    assert radio.text().startswith("Restore the backup of yesterday ")
    assert "12,431 messages" in radio.accessibleDescription()
    assert "12,398 messages" in window.choices[Way.RECOVER].radio.accessibleDescription()
    assert radio.isChecked() and radio.hasFocus() and window.primary.text() == "Restore"
    reader = QAccessible.queryAccessibleInterface(radio)
    assert reader.text(QAccessible.Text.Name) == radio.text()


def test_it_can_all_be_done_by_keyboard(place: Place) -> None:
    window = place.start()
    QTest.keyClick(window.choices[Way.BACKUP].radio, Qt.Key.Key_Down)
    assert window.way is Way.RECOVER and window.primary.text() == "Recover"
    QTest.keyClick(window.choices[Way.RECOVER].radio, Qt.Key.Key_Return)
    place.settle()
    assert place.repair.asked == [("recover", "What could be read of the damaged database was recovered.")]
    assert place.finished == 1


def test_where_nothing_can_be_read_and_there_is_no_backup_one_may_begin_anew(place: Place) -> None:
    place.repair.outlook = Outlook(None, None)
    window = place.start()
    assert list(window.choices) == [Way.RECOVER, Way.FILE]
    assert window.choices[Way.RECOVER].radio.text() == "Start with an empty database"
    window.primary.click()
    place.settle()
    assert place.repair.asked == [("recover", "A new database was begun.")]


@pytest.mark.parametrize(
    ("backed", "words"),
    [
        (True, "Who said STOP, names, blocked people and settings are taken from your newest backup"),
        (False, "before a text leaves, Twilio is asked whether that person ever said STOP."),
    ],
)
def test_starting_empty_says_what_becomes_of_those_who_said_stop(place: Place, backed: bool, words: str) -> None:
    place.repair.outlook = Outlook(place.repair.outlook.backup if backed else None, None)
    window = place.start()
    said = window.choices[Way.RECOVER].radio.accessibleDescription()
    assert words in said and "those of the last 30 days" in said.lower()


@pytest.mark.parametrize("what", [GONE, EMPTY])
def test_of_a_file_of_which_nothing_is_left_nobody_says_that_it_stays_or_is_damaged(place: Place, what: str) -> None:
    lead = sentences.happened(what)
    assert lead.startswith(f"The file that holds them {what}.") and "stays" not in lead
    assert "wait at Twilio" in lead
    place.repair.outlook = Outlook(place.repair.outlook.backup, None, there=False)
    choices = place.start().choices
    said = choices[Way.RECOVER].radio.accessibleDescription()
    assert "nothing is left" in said and "damaged" not in said
    assert "come along" not in choices[Way.BACKUP].radio.accessibleDescription()


def test_a_backup_from_before_the_first_message_is_not_what_is_offered(place: Place) -> None:
    early = Backup(Path("a.db"), now(), Why.DAILY, 0, 1)
    place.repair.outlook = Outlook(early, 48)
    assert list(place.start().choices) == [Way.RECOVER, Way.FILE]


def test_what_was_saved_when_another_program_took_the_files_away_is_all_that_is_offered_of_this_computer() -> None:
    """What lies in their place may be anybody's, and older."""
    saved = Backup(Path("a"), now(), Why.RESCUE, 0, 1)
    of_this, elsewhere = sentences.choices(Outlook(saved, 12_398, rescued=True), now())
    assert (of_this.way, of_this.title) == (Way.BACKUP, "Go on with what was here")
    assert elsewhere.way is Way.FILE
    assert sentences.title(REPLACED) == "The file of your messages was taken away"
    assert "Programs that synchronise, move or clean up folders" in sentences.happened(REPLACED)


def test_one_that_was_saved_then_is_a_backup_like_others_later_on() -> None:
    saved = Backup(Path("a"), now(), Why.RESCUE, 7, 1)
    ways = [choice.way for choice in sentences.choices(Outlook(saved, 12_398), now())]
    assert ways == [Way.BACKUP, Way.RECOVER, Way.FILE]


def test_while_it_is_done_nothing_else_can_be_and_the_window_stays(place: Place) -> None:
    window = place.start()
    closed: list[None] = []
    window.closed.connect(lambda: closed.append(None))
    place.repair.gate.clear()
    window.choices[Way.RECOVER].choose()
    window.primary.click()
    place.loop.until(lambda: "5,000 entries" in window.outcome.text)
    assert not window.primary.isEnabled() and not window.quit.isEnabled()
    window.close()
    assert window.isVisible() and closed == []
    place.repair.gate.set()
    place.settle()
    window.show_rest()
    window.quit.click()
    assert closed == [None]


def test_what_does_not_work_is_said_and_another_way_can_be_taken(place: Place) -> None:
    window = place.start()
    place.repair.fails = StoreError("The disk that holds it is full.")
    window.primary.click()
    place.settle()
    assert (window.outcome.how, window.outcome.text) == ("bad", "The disk that holds it is full.")
    assert place.finished == 0 and window.primary.isEnabled()
    place.repair.fails = None
    window.choices[Way.FILE].choose()
    window.primary.click()
    place.settle()
    assert place.finished == 0  # the person chose no file
    place.file = Path("mine.zip")
    window.primary.click()
    place.settle()
    assert place.repair.asked[-1] == ("restore", Path("mine.zip"), "Your copy was restored.")
    assert place.finished == 1


def test_where_what_was_rescued_is_gone_the_page_offers_what_is_left(place: Place) -> None:
    found = place.repair.outlook
    place.repair.outlook = Outlook(Backup(Path("a"), now(), Why.RESCUE, 12, 1), 48, rescued=True)
    window = place.start()
    assert list(window.choices) == [Way.BACKUP, Way.FILE] and window.primary.text() == "Go on"
    gone = window.choices[Way.BACKUP]
    place.repair.outlook = Outlook(found.backup, 48, stale=True)
    place.repair.fails = StoreError("There is no file a.")
    window.primary.click()
    place.loop.until(lambda: window.outcome.text == sentences.RESCUED_GONE)
    assert window.choices[Way.BACKUP] is not gone and len(window.findChildren(OptionCard)) == 3
    assert list(window.choices) == [Way.BACKUP, Way.RECOVER, Way.FILE]
    assert window.choices[Way.BACKUP].radio.text().startswith("Restore the backup of yesterday ")
    assert "It may be older than what was here" in window.choices[Way.RECOVER].radio.accessibleDescription()
    assert window.primary.text() == "Restore" and window.primary.hasFocus()
    place.repair.fails = None
    window.choices[Way.RECOVER].choose()
    window.primary.click()
    place.settle()
    assert place.repair.asked[-1] == ("recover", "What could be read of the file that lay there was recovered.")


def test_going_on_with_what_was_here_is_not_called_a_backup(place: Place) -> None:
    place.repair.outlook = Outlook(Backup(Path("a"), now(), Why.RESCUE, 12, 1), 48, rescued=True)
    window = place.start()
    place.repair.gate.clear()
    window.primary.click()
    place.loop.until(lambda: window.is_working)
    assert window.outcome.text == sentences.GOING_ON
    place.repair.gate.set()
    place.settle()
    assert place.repair.asked == [
        ("restore", Path("a"), "What was here when another program took the file away is back in its place.")
    ]


def test_what_did_not_work_and_is_offered_still_stays_chosen(place: Place) -> None:
    window = place.start()
    window.choices[Way.RECOVER].choose()
    place.repair.fails = StoreError("The disk that holds it is full.")
    window.primary.click()
    place.settle()
    assert window.way is Way.RECOVER and window.outcome.text == "The disk that holds it is full."


def test_where_it_cannot_be_looked_at_again_it_is_said_what_did_not_work_and_one_may_leave(place: Place) -> None:
    window = place.start()
    place.repair.fails = StoreError("The disk that holds it is full.")
    place.repair.unseen = PermissionError(13, "Permission denied")
    window.primary.click()
    place.settle()
    assert window.outcome.text == "The disk that holds it is full."
    assert not window.is_working and window.close()


def test_a_restore_that_was_asked_for_leads_back_where_it_does_not_work(place: Place) -> None:
    place.window.replace_only()
    back: list[None] = []
    place.window.backRequested.connect(lambda: back.append(None))
    place.repair.fails = StoreError("a.db is damaged; choose another backup.")
    place.tasks.spawn(place.presenter.restore(Path("a.db"), place.repair.outlook.backup))
    place.settle()
    assert place.window.outcome.text == "a.db is damaged; choose another backup."
    assert place.window.quit.text() == "Back to my messages" and place.window.quit.hasFocus()
    place.window.quit.click()
    assert back == [None]


def test_a_restore_that_was_asked_for_cannot_be_closed_and_says_so(place: Place) -> None:
    window = place.window
    window.replace_only()
    closed: list[None] = []
    window.closed.connect(lambda: closed.append(None))
    place.repair.gate.clear()
    place.tasks.spawn(place.presenter.restore(Path("a.db")))
    place.loop.until(lambda: window.is_working)
    assert sentences.UNFINISHED not in window.outcome.text
    window.close()
    assert window.isVisible() and closed == []
    assert window.outcome.text == f"Restoring the backup… {sentences.UNFINISHED}"
    place.repair.gate.set()
    place.settle()
    assert place.finished == 1
