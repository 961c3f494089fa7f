"""Everything known of one message: a window to read and to copy from."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from sms_desktop.domain.failures import explain
from sms_desktop.domain.message import Message, StatusReport
from sms_desktop.domain.phone import display
from sms_desktop.services import clock
from sms_desktop.ui.theme import theme
from sms_desktop.ui.timeline.reading import copy_text
from sms_desktop.ui.timeline.sentences import SOURCES
from sms_desktop.ui.words import day_and_time, status_word

COLUMNS = ("Time", "Who said so", "Status", "Code", "SID")


def facts_of(message: Message, now: datetime) -> list[tuple[str, str]]:
    """What stands above the reports: name and value."""
    facts = [
        ("Status", status_word(message.status)),
        ("From", display(message.sender)),
        ("To", display(message.recipient)),
        ("Written" if message.outbound else "Received", _capital(day_and_time(message.at, now))),
    ]
    if message.author:
        facts.append(("Sent by", message.author))
    if message.error_code is not None:
        facts.append(("Code", f"{message.error_code}: {explain(message.error_code, message.peer).title}"))
    if message.segments is not None:
        facts.append(("Segments", str(message.segments)))
    if message.price is not None:
        facts.append(("Price", f"{message.price.lstrip('-')} {message.price_unit or ''}".strip()))
    if message.retry_of is not None:
        facts.append(("New try of", message.retry_of))
    facts.append(("SID", message.sid or "None yet"))
    facts.append(("Key", message.id))
    return facts


class MessageDetails(QDialog):
    """Open it with ``open()``."""

    def __init__(self, message: Message, reports: Sequence[StatusReport], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Message details")
        self.resize(720, 460)
        now = clock.now()
        self._facts = facts_of(message, now)
        self._reports = [cells_of(report, now) for report in reports]
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for place, (name, value) in enumerate(self._facts):
            grid.addWidget(_label(name, "muted"), place, 0, Qt.AlignmentFlag.AlignTop)
            shown = _label(value, "secondary")
            shown.setAccessibleName(f"{name}: {value}")
            grid.addWidget(shown, place, 1)
        column.addLayout(grid)
        self.table = QTableWidget(len(self._reports), len(COLUMNS))
        self._fill()
        column.addWidget(self.table, 1)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        self.copy_button = QPushButton("Copy all")
        self.copy_button.setAutoDefault(False)
        close = QPushButton("Close")
        close.setProperty("role", "primary")
        close.setDefault(True)
        buttons.addWidget(self.copy_button)
        buttons.addWidget(close)
        column.addLayout(buttons)
        self.copy_button.clicked.connect(self._copy)
        close.clicked.connect(self.accept)

    def _fill(self) -> None:
        self.table.setAccessibleName("Status reports")
        self.table.setHorizontalHeaderLabels(list(COLUMNS))
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setShowGrid(False)
        self.table.setFont(theme().font("secondary"))
        self.table.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.table.horizontalHeader().setHighlightSections(False)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.horizontalHeader().setStretchLastSection(True)
        for row, cells in enumerate(self._reports):
            for place, cell in enumerate(cells):
                self.table.setItem(row, place, QTableWidgetItem(cell))
        self.table.setStyleSheet("QTableView::item { padding: 0 10px 0 3px }")

    def _copy(self) -> None:
        lines = [f"{name}: {value}" for name, value in self._facts]
        copy_text("\n".join([*lines, "", "\t".join(COLUMNS), *("\t".join(cells) for cells in self._reports)]))


def cells_of(report: StatusReport, now: datetime) -> tuple[str, ...]:
    """A report as a row of the table."""
    return (
        f"{_capital(day_and_time(report.at, now))}:{report.at:%S}",
        SOURCES.get(report.source, report.source),
        status_word(report.status),
        "" if report.error_code is None else str(report.error_code),
        report.sid or "",
    )


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _label(text: str, role: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("role", role)
    label.setWordWrap(True)
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return label
