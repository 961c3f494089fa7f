"""Which of the account's numbers are used here."""

from collections.abc import Collection, Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from sms_desktop.domain.account import CONSOLE
from sms_desktop.domain.line import Line
from sms_desktop.ui.setup.linerow import LineRow, ServiceRow
from sms_desktop.ui.setup.sheet import Sheet
from sms_desktop.ui.widgets.card import Card
from sms_desktop.ui.widgets.linkbutton import LinkButton
from sms_desktop.ui.widgets.outcome import How, Outcome
from sms_desktop.ui.widgets.plain import words
from sms_desktop.ui.words import colors_for


class LinesPage(Sheet):
    """``toggled`` follows each tick; ``painted`` carries an address and a colour; ``refreshRequested`` asks again."""

    toggled = Signal()
    painted = Signal(str, object)
    refreshRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            "Which numbers do you text from?",
            "Their conversations appear in the inbox. The colour tells at a glance who wrote to which.",
            parent,
        )
        self.rows: list[LineRow] = []
        self.services: dict[str, ServiceRow] = {}
        self._card = Card()
        self._card.column.setSpacing(0)
        self._card.hide()
        self.add(self._card)
        self._add_empty()
        self.outcome = Outcome()
        self.outcome.actionClicked.connect(self.refreshRequested)
        self._said = Card()
        self._said.column.addWidget(self.outcome)
        self._said.hide()
        self.add(self._said)
        self.set_foot("Continue", ready=False)

    def _add_empty(self) -> None:
        self.empty = Card()
        self.empty.column.addWidget(words("No number that can text yet", "title"))
        self.empty.column.addWidget(
            words(
                "This account has none. Get one in the Twilio Console: a local number costs about a dollar a month "
                "and is there a minute later. Then check again.",
                "muted",
            )
        )
        self.again = QPushButton("Check again")
        self.again.clicked.connect(self.refreshRequested)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(0, 6, 0, 0)
        buttons.setSpacing(12)
        buttons.addWidget(self.again)
        buttons.addWidget(LinkButton("Get a number in the Twilio Console", CONSOLE))
        buttons.addStretch(1)
        self.empty.column.addLayout(buttons)
        self.empty.hide()
        self.add(self.empty)

    def show_lines(self, lines: Sequence[Line], services: Mapping[str, str], ticked: Collection[str]) -> None:
        """``services`` has the name of the Messaging Service of each address that is in one, and of its own."""
        while (item := self._card.column.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self.rows, self.services = [], {}
        colors = colors_for(lines)
        alone = [line for line in lines if line.address not in services]
        grouped = sorted({name for line in lines if (name := services.get(line.address))}, key=str.casefold)
        for line in alone:
            self._add_row(LineRow(line, "", colors[line.address], ticked=line.address in ticked, indented=False))
        for name in grouped:
            mine = [line for line in lines if services.get(line.address) == name]
            mine.sort(key=lambda line: not line.is_service)  # by the service itself, or by its numbers
            head = ServiceRow(name, sum(not line.is_service for line in mine))
            self.services[name] = head
            self._add_line(head)
            for line in mine:
                row = LineRow(line, name, colors[line.address], ticked=line.address in ticked, indented=True)
                if not line.is_service:
                    head.toggled.connect(row.tick)
                self._add_row(row)
        self._services = services
        self._card.setVisible(bool(lines))
        self.empty.setVisible(not any(line.sms or line.mms for line in lines))
        self._toggled()

    def say(self, how: How, text: str, *, action: str = "") -> None:
        """Below the lines: what goes on, or what is the matter; "" takes it back."""
        self.outcome.say(how, text, action=action)
        self._said.setVisible(bool(text))

    @property
    def ticked(self) -> tuple[str, ...]:
        return tuple(row.line.address for row in self.rows if row.is_ticked)

    @property
    def shown_colors(self) -> dict[str, int]:
        """The place in the palette that each line is shown with, by address."""
        return {row.line.address: row.swatch.shown for row in self.rows}

    def start(self) -> QWidget | None:
        return next((row.check for row in self.rows if row.check.isEnabled()), None)

    def _add_row(self, row: LineRow) -> None:
        row.toggled.connect(self._toggled)
        row.painted.connect(self.painted)
        self.rows.append(row)
        self._add_line(row)

    def _add_line(self, row: QWidget) -> None:
        if self._card.column.count():
            rule = QFrame()
            rule.setProperty("role", "rule")
            self._card.column.addWidget(rule)
        self._card.column.addWidget(row)
        row.show()  # Qt would do it a little later, and until then the keyboard cannot be there

    def _toggled(self) -> None:
        for name, head in self.services.items():
            mine = [
                row
                for row in self.rows
                if self._services.get(row.line.address) == name and row.check.isEnabled() and not row.line.is_service
            ]
            head.show_ticked(sum(row.is_ticked for row in mine), len(mine))
        self.set_foot("Continue", ready=bool(self.rows) and any(row.check.isEnabled() for row in self.rows))
        self.toggled.emit()
