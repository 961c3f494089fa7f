"""The lines: which are in use, their colours, their pace, and where their texts go."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from sms_desktop.domain.line import Line
from sms_desktop.domain.pace import usual_pace_of
from sms_desktop.domain.routing import Route, RouteState
from sms_desktop.ui import words
from sms_desktop.ui.preferences import sentences
from sms_desktop.ui.preferences.page import WorkingPage, tell
from sms_desktop.ui.theme import theme
from sms_desktop.ui.widgets.below import put_below
from sms_desktop.ui.widgets.button import button
from sms_desktop.ui.widgets.flow import FlowLayout
from sms_desktop.ui.widgets.still import keep_still
from sms_desktop.ui.widgets.swatch import Swatch
from sms_desktop.ui.widgets.tick import INDENT, Tick, set_ticked
from sms_desktop.ui.widgets.wrapped import WrappedLabel

Routes = Mapping[str, tuple[Route, RouteState]]
"""By the line's address."""

PACES = (1.0, 3.0, 4.0, 10.0, 12.0, 40.0, 75.0, 100.0, 120.0, 225.0)
"""Segments a second that senders of some kind, or campaigns, are given."""
WHAT = (
    "Conversations of the ticked lines appear in the inbox, each with its line’s colour. Tick a Messaging Service to "
    "text by it: Twilio picks the number then."
)
BUTTON = 108
"""Pixels: all rows' buttons are as wide."""
_ROLES = {RouteState.HERE: "ok", RouteState.MISSING: "bad", RouteState.WRONG_METHOD: "bad", RouteState.STALE: "bad"}


class LineRow(QFrame):
    """A checkbox, where the texts go, the colour, and the button that changes where they go."""

    toggled = Signal()
    painted = Signal(str, object)
    bringRequested = Signal(str)
    giveBackRequested = Signal(str)
    paceChosen = Signal(str, object)
    registrationRequested = Signal(str)

    def __init__(self, line: Line, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = line
        self._state: RouteState | None = None
        self._panel: QWidget | None = None
        name = words.line_name(line)
        can = line.can_text
        tick = Tick(name, role="body")
        self.check = tick.check
        self.check.setChecked(line.watched and can)
        self.check.setEnabled(can)
        self.check.toggled.connect(self.toggled)
        self.where = WrappedLabel(role="muted")
        self.swatch = Swatch(f"Colour of {name}", words.own_color(line), line.color)
        self.swatch.chosen.connect(lambda chosen: self.painted.emit(line.address, chosen))
        self.act = button("Bring here")
        self.act.setMinimumWidth(BUTTON)
        self.act.clicked.connect(self._act)
        self.said = WrappedLabel(role="bad")
        self.said.setContentsMargins(INDENT, 0, 0, 0)
        self.said.hide()
        text = QVBoxLayout()
        text.setSpacing(0)
        text.addWidget(tick)
        below = QVBoxLayout()
        below.setContentsMargins(INDENT, 0, 0, 0)
        below.setSpacing(4)
        below.addWidget(self.where)
        self.pool = WrappedLabel(words.pool_words(line) if line.is_service else "", role="muted")
        if not line.is_service:
            self.pool.hide()
        below.addWidget(self.pool)
        self.pace = QComboBox()
        keep_still(self.pace)
        self.pace.setAccessibleName(f"Pace of {name}")
        self.pace.setToolTip("Segments a second that leave by this line; faster than carriers take them brings nothing")
        self.pace.addItem("", None)  # the usual one, which ``show_usual`` tells
        for rate in PACES:
            self.pace.addItem(_pace(rate), rate)
        self.pace.activated.connect(lambda _: self.paceChosen.emit(line.address, self.pace.currentData()))
        word = QLabel("Sends")
        word.setProperty("role", "muted")
        word.setBuddy(self.pace)
        word.setFixedHeight(theme().tokens.control_height)
        if not can:
            for part in (self.swatch, self.pace, word):
                part.hide()
        pace = FlowLayout(spacing=8)
        pace.addWidget(word)
        pace.addWidget(self.pace)
        self.registration = button("", "link")
        self.registration.clicked.connect(lambda: self.registrationRequested.emit(line.address))
        self.registration.hide()
        pace.addWidget(self.registration)
        pace.setAlignment(self.registration, Qt.AlignmentFlag.AlignVCenter)
        pace.setContentsMargins(INDENT, 0, 0, 0)
        text.addLayout(below)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addLayout(text, 1)
        row.addWidget(self.swatch)
        row.addWidget(self.act)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 8, 16, 10)
        self._column.setSpacing(4)
        self._column.addLayout(row)
        self._column.addLayout(pace)
        self._column.addWidget(self.said)
        self.show_route(None)
        if not can:
            tell(self.where, "For calls only: it cannot text.", "muted")

    def show_line(self, line: Line) -> None:
        """The same number as things are now."""
        self.line = line
        self.swatch.set_color(line.color)

    def show_ticked(self, on: bool) -> None:
        set_ticked(self.check, on and self.check.isEnabled())

    def show_pace(self, rate: float | None) -> None:
        """Segments a second; None: what is usual for such a number."""
        place = self.pace.findData(rate) if rate is not None else 0
        if place < 0:  # somebody set another one from elsewhere
            self.pace.addItem(_pace(rate), rate)
            place = self.pace.count() - 1
        self.pace.setCurrentIndex(place)

    def show_usual(self, rate: float) -> None:
        """Segments a second of such a number as it is registered."""
        self.pace.setItemText(0, f"Usual: {_pace(rate)}")

    def show_registration(self, word: str) -> None:
        """How its registration stands, in a word; the button leads to the rest."""
        self.registration.setText(f"Registration: {word}")
        self.registration.setAccessibleName(f"Registration of {words.line_name(self.line)}: {word}")
        self.registration.setVisible(bool(word) and self.check.isEnabled())

    def show_route(self, found: tuple[Route, RouteState] | None, *, left: bool = False) -> None:
        """None: it is not known, or nobody has been asked yet. ``left``: the person wants them to go elsewhere."""
        if not self.check.isEnabled():
            found = None  # what it cannot get needs no way here
        self._state = found[1] if found else None
        self.act.setVisible(found is not None)
        if found is None:
            if self.check.isEnabled():
                tell(self.where, "")
            return
        route, state = found
        decided = left and state is not RouteState.HERE
        said = sentences.decided(state, route) if decided else sentences.route(state, route)
        tell(self.where, said, "muted" if decided or not self.line.watched else _ROLES.get(state, "warn"))
        self.act.setText("Give back" if state is RouteState.HERE else "Bring here")
        self.act.setAccessibleName(f"{self.act.text()}: {self.check.accessibleName()}")

    @property
    def panel(self) -> QWidget | None:
        """What it asks below."""
        return self._panel

    def set_panel(self, panel: QWidget | None) -> None:
        """Asks below the row; None asks nothing any more."""
        put_below(self._column, panel, self._panel)
        self._panel = panel
        self.act.setEnabled(panel is None)

    def say(self, sentence: str) -> None:
        tell(self.said, sentence, "bad")

    def _act(self) -> None:
        self.say("")
        asked = self.giveBackRequested if self._state is RouteState.HERE else self.bringRequested
        asked.emit(self.line.address)


class LinesPage(WorkingPage):
    """``chosen`` carries the addresses that are ticked now."""

    chosen = Signal(object)
    painted = Signal(str, object)
    bringRequested = Signal(str)
    giveBackRequested = Signal(str)
    paceChosen = Signal(str, object)
    """A line's address and its segments a second, or None for what is usual."""
    refreshRequested = Signal()
    registrationRequested = Signal(str)
    """All of one line’s registration is to be shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Lines", parent)
        self.rows: dict[str, LineRow] = {}
        self._paces: Mapping[str, float] = {}
        self._usual: Mapping[str, float] = {}
        self._standings: Mapping[str, str] = {}
        self._wanted: list[str] | None = None
        """What the person has ticked, until it is done."""
        self.is_left: Callable[[str], bool] = lambda address: False
        """Whether the person has decided that a line's texts stay where they go."""
        self.add_heading("Lines in use")
        self.add_words("muted", WHAT)
        self.column.addSpacing(4)
        self.card, self._list = self.add_list()
        self.said = self.add_words("muted")
        self.refresh = button("Look again")
        self.refresh.setToolTip("Asks Twilio which numbers there are, and where their texts go")
        self.refresh.clicked.connect(self.refreshRequested)
        self.column.addSpacing(4)
        self.add_row(self.refresh)
        self.end()
        self.show_lines(())

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Every line of the account; what a row asks at the moment stays as long as the numbers are the same."""
        if self.rows and [_look(line) for line in lines] == [_look(row.line) for row in self.rows.values()]:
            for line in lines:
                self.rows[line.address].show_line(line)
            self._show_ticks()
            return
        while (item := self._list.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self.rows = {}
        for line in lines:
            row = LineRow(line)
            row.show_pace(self._paces.get(line.address))
            row.toggled.connect(self._choose)
            row.painted.connect(self.painted)
            row.bringRequested.connect(self.bringRequested)
            row.giveBackRequested.connect(self.giveBackRequested)
            row.paceChosen.connect(self._choose_pace)
            row.registrationRequested.connect(self.registrationRequested)
            row.show_registration(self._standings.get(line.address, ""))
            row.show_usual(self._usual.get(line.address, usual_pace_of(line)))
            if self.rows:
                rule = QFrame()
                rule.setProperty("role", "rule")
                self._list.addWidget(rule)
            self.rows[line.address] = row
            self._list.addWidget(row)
        self._show_ticks()
        self.card.setVisible(bool(self.rows))
        tell(self.said, "" if self.rows else "This account has no number that can text.", "muted")

    def show_chosen(self, lines: Sequence[Line]) -> None:
        """What was ticked is done, or could not be."""
        self._wanted = None
        self.show_lines(lines)

    def show_paces(self, paces: Mapping[str, float]) -> None:
        """What was set, by the line's address."""
        self._paces = paces
        for address, row in self.rows.items():
            row.show_pace(paces.get(address))

    def show_usual(self, rates: Mapping[str, float]) -> None:
        """Segments a second of those that nobody set a pace for, by the line's address."""
        self._usual = rates
        for address, row in self.rows.items():
            row.show_usual(rates.get(address, usual_pace_of(row.line)))

    def show_registration(self, standings: Mapping[str, str]) -> None:
        """How each line's registration stands, in a word, by its address."""
        self._standings = standings
        for address, row in self.rows.items():
            row.show_registration(standings.get(address, ""))

    def show_routes(self, routes: Routes) -> None:
        for address, row in self.rows.items():
            row.show_route(routes.get(address), left=self.is_left(address))

    def held(self) -> tuple[QWidget, ...]:
        return (self.refresh,)

    def _choose_pace(self, address: str, rate: float | None) -> None:
        others = {line: pace for line, pace in self._paces.items() if line != address}
        self._paces = others if rate is None else others | {address: rate}
        self.paceChosen.emit(address, rate)

    def _choose(self) -> None:
        ticked = [address for address, row in self.rows.items() if row.check.isChecked()]
        if not ticked:
            self._show_ticks()
            self.complain("At least one line stays in use.")
            return
        if not self.is_busy:
            tell(self.said, "")
        self._wanted = ticked
        self.chosen.emit(ticked)

    def _show_ticks(self) -> None:
        for address, row in self.rows.items():
            row.show_ticked(row.line.watched if self._wanted is None else address in self._wanted)


def _pace(rate: float | None) -> str:
    return f"{rate:g} a second"


def _look(line: Line) -> tuple[object, ...]:
    return line.address, line.label, line.sms, line.mms, line.senders, line.sticky
