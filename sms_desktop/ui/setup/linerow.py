"""One row of the lines' page: a number that can be ticked, or a service that stands for several."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from sms_desktop.domain.count import counted
from sms_desktop.domain.line import Line
from sms_desktop.ui.setup.sentences import KINDS
from sms_desktop.ui.widgets.edge import set_in, unbroken
from sms_desktop.ui.widgets.plain import words
from sms_desktop.ui.widgets.swatch import Swatch
from sms_desktop.ui.widgets.tick import INDENT, Tick
from sms_desktop.ui.widgets.wrapped import WrappedLabel
from sms_desktop.ui.words import line_name, pool_words


class LineRow(QWidget):
    """A line that cannot text is there, but cannot be ticked, and says why.

    ``color`` is the one that it has or, once it is chosen, will be given.
    """

    toggled = Signal()
    painted = Signal(str, object)

    def __init__(self, line: Line, service: str, color: int, *, ticked: bool, indented: bool) -> None:
        super().__init__()
        self.line = line
        can = line.sms or line.mms
        tick = Tick(line_name(line), role="strong" if can else "muted")
        self.check = tick.check
        self.check.setChecked(ticked and can)
        self.check.setEnabled(can)
        parts = [KINDS[line.kind]]
        if line.is_service:
            parts = [pool_words(line)]
        elif service:
            parts.append(f"in Messaging Service “{service}”")
        if not can:
            parts.append("cannot text: for calls only")
        said = " · ".join(parts)
        self.check.setAccessibleDescription(said)
        self.check.toggled.connect(self.toggled)
        about = WrappedLabel(unbroken(said), role="muted")
        words_ = QVBoxLayout()
        words_.setSpacing(0)
        words_.addWidget(tick)
        words_.addLayout(set_in(about, INDENT))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 6, 0, 6)
        row.setSpacing(8)
        row.addLayout(set_in(words_, INDENT if indented else 0), 1)
        for can_it, word in ((line.sms, "SMS"), (line.mms, "MMS")):
            if can_it:
                row.addWidget(_tag(word), 0, Qt.AlignmentFlag.AlignVCenter)
        self.swatch = Swatch(f"Colour of {line_name(line)}", color, line.color)
        self.swatch.setEnabled(can)
        self.swatch.chosen.connect(self._paint)
        row.addWidget(self.swatch)

    @property
    def is_ticked(self) -> bool:
        return self.check.isChecked()

    def tick(self, on: bool) -> None:
        if self.check.isEnabled():
            self.check.setChecked(on)

    def _paint(self, color: int | None) -> None:
        self.painted.emit(self.line.address, color)


class ServiceRow(QWidget):
    """A Messaging Service: its box ticks all its lines, and shows when only some are."""

    toggled = Signal(bool)

    def __init__(self, name: str, count: int) -> None:
        super().__init__()
        tick = Tick(name, accessible_name=f"Messaging Service {name}")
        self.check = tick.check
        self.check.checkStateChanged.connect(self._changed)
        about = words(f"Messaging Service · {counted(count, 'line')}", "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 6)
        column.setSpacing(0)
        column.addWidget(tick)
        column.addLayout(set_in(about, INDENT))

    def show_ticked(self, ticked: int, whole: int) -> None:
        state = Qt.CheckState.PartiallyChecked
        if ticked in (0, whole):
            state = Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked
        self.check.blockSignals(True)
        self.check.setTristate(state is Qt.CheckState.PartiallyChecked)
        self.check.setCheckState(state)
        self.check.blockSignals(False)

    def _changed(self, state: Qt.CheckState) -> None:
        self.toggled.emit(state is not Qt.CheckState.Unchecked)


def _tag(word: str) -> QLabel:
    label = QLabel(word)
    label.setProperty("role", "tag")
    return label
