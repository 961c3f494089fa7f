"""The backups: which there are, making one, saving a copy elsewhere, going back to one."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from sms_desktop.domain.backup import Backup, Contents, Why
from sms_desktop.domain.count import counted
from sms_desktop.domain.media import size_words
from sms_desktop.ui.preferences.page import WorkingPage, tell
from sms_desktop.ui.preferences.question import Question
from sms_desktop.ui.widgets.button import button
from sms_desktop.ui.widgets.wrapped import WrappedLabel
from sms_desktop.ui.words import clock, day_and_time, day_heading, in_sentence

ABOUT = (
    "One is made every day while SMS Desktop runs, and before each update of the database. Seven days and four weeks "
    "are kept on this computer. For another disk, save a copy: it may have the pictures with it."
)
NONE = "There is no backup yet. The first is made a few minutes after the start."
WARNING = (
    "The window closes for a moment and comes back with the messages of that time. What came since is fetched from "
    "Twilio; texts that still wait to be sent, people who said STOP since, and newer names, notes, drafts and "
    "preferences are kept. The messages that are here now stay on this computer as a file."
)
_WHYS = {
    Why.DAILY: "checked",
    Why.HAND: "checked · made by hand",
    Why.UPDATE: "checked · before an update",
    Why.RESCUE: "checked · saved when the database was lost",
}


class BackupsPage(WorkingPage):
    """``show_backups`` fills the list; ``ask`` asks before a restore, which ``restoreAgreed`` wants then."""

    makeRequested = Signal()
    copyRequested = Signal()
    fileRequested = Signal()
    restoreRequested = Signal(object)
    restoreAgreed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Backups", parent)
        self._source: Backup | Path | None = None
        self.add_heading("Backups")
        self.add_words("muted", ABOUT)
        self.column.addSpacing(4)
        self.make, self.copy = button("Back up now", "primary"), button("Save a copy…")
        self.make.clicked.connect(self.makeRequested)
        self.copy.clicked.connect(self.copyRequested)
        self.add_row(self.make, self.copy)
        self.said = self.add_words("muted")
        self.question = Question(WARNING, "Restore", "Cancel")
        self.question.agreed.connect(self._agree)
        self.question.refused.connect(self.put_away)
        self.column.addWidget(self.question)
        self.add_rule()
        self.add_heading("On this computer")
        self.none = self.add_words("muted", NONE)
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self.column.addLayout(self._list)
        self.rows: list[QFrame] = []
        self.add_rule()
        self.add_heading("From elsewhere")
        self.add_words("muted", "A copy that you saved before, on a stick or a server.")
        self.column.addSpacing(4)
        self.file = button("Restore a copy…")
        self.file.clicked.connect(self.fileRequested)
        self.add_row(self.file)
        self.end()
        tell(self.said, "")

    def show_backups(self, backups: Sequence[Backup], now: datetime) -> None:
        """The newest first."""
        while (item := self._list.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        self.rows = [self._row(backup, now) for backup in backups]
        for row in self.rows:
            row.setEnabled(not self.is_busy)
            self._list.addWidget(row)
        self.none.setVisible(not backups)

    def _row(self, backup: Backup, now: datetime) -> QFrame:
        row = QFrame()
        when = f"{day_heading(backup.at, now)} {clock(backup.at)}"
        facts = f"{counted(backup.messages, 'message')} · {size_words(backup.size)} · {_WHYS[backup.why]}"
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(WrappedLabel(when, role="strong"))
        words.addWidget(WrappedLabel(backup.trouble or facts, role="bad" if backup.trouble else "meta"))
        inside = QHBoxLayout(row)
        inside.setContentsMargins(0, 6, 0, 6)
        inside.setSpacing(12)
        inside.addLayout(words, 1)
        restore = button("Restore…")
        restore.setAccessibleName(f"Restore the backup of {in_sentence(backup.at, now)}, {facts}")
        restore.clicked.connect(partial(self.restoreRequested.emit, backup))
        if backup.trouble:
            restore.hide()
        inside.addWidget(restore)
        return row

    def ask(self, source: Backup | Path, contents: Contents, now: datetime) -> None:
        """Whether the checked ``source`` is to take the place of what is here."""
        self._source = source
        name = f"the backup of {in_sentence(source.at, now)}" if isinstance(source, Backup) else source.name
        newest = f", the newest of {day_and_time(contents.newest, now)}" if contents.newest is not None else ""
        pictures = f", with {counted(contents.pictures, 'picture')}" if contents.pictures is not None else ""
        self.question.ask(f"Restore {name}? It has {counted(contents.messages, 'message')}{newest}{pictures}.")
        self.ensureWidgetVisible(self.question)

    def put_away(self) -> None:
        self._source = None
        self.question.hide()
        self.make.setFocus()

    def show_busy(self, sentence: str) -> None:
        self.question.hide()
        super().show_busy(sentence)

    def held(self) -> tuple[QWidget, ...]:
        return self.make, self.copy, self.file, *self.rows

    def _agree(self) -> None:
        source, self._source = self._source, None
        self.question.hide()
        if source is not None:
            self.restoreAgreed.emit(source)
