"""What all pages have in common: a heading, a sentence, what stands below them, and what the foot offers."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from sms_desktop.ui.widgets.card import RING
from sms_desktop.ui.widgets.plain import words
from sms_desktop.ui.widgets.reveal import Reveal
from sms_desktop.ui.widgets.scrollarea import ScrollArea

WIDEST = 720
MARGIN = 40


class Sheet(ScrollArea):
    """Cards go in by ``add``, bare words by ``add_inset``. ``footChanged``: ask ``primary``, ``ready``, ``skip``,
    ``todo``.
    """

    footChanged = Signal()
    overflowed = Signal(bool)

    def __init__(self, title: str, lead: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # it holds the keyboard for what it does not have yet
        self.setAccessibleName(title)
        self.primary, self.ready, self.skip, self.todo = "Continue", True, "", ""
        self.title = inset(title, "page")
        self.lead = inset(lead, "lead")
        inner = QWidget()
        inner.setMaximumWidth(WIDEST)
        inner.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.column = QVBoxLayout(inner)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(10)
        self.column.addWidget(self.title)
        self.column.addWidget(self.lead)
        self.column.addSpacing(2)
        self._page = QWidget()
        self._page.setProperty("role", "ground")
        self._around = QVBoxLayout(self._page)
        self._around.addWidget(inner)
        self._around.addStretch(1)
        self._narrow = False
        self._set_margins()
        self.setWidget(self._page)
        self.verticalScrollBar().rangeChanged.connect(self._set_margins)
        self.verticalScrollBar().rangeChanged.connect(self._tell_overflow)
        self.verticalScrollBar().valueChanged.connect(self._tell_overflow)
        self._reveal = Reveal(self)

    def add(self, widget: QWidget) -> None:
        self.column.addWidget(widget)

    def add_inset(self, widget: QWidget) -> None:
        """Set in as far as the edge of a card."""
        edges = widget.contentsMargins()
        widget.setContentsMargins(RING + edges.left(), edges.top(), RING, edges.bottom())
        self.column.addWidget(widget)

    def set_foot(self, primary: str, *, ready: bool = True, skip: str = "", todo: str = "") -> None:
        """What the buttons say, and whether the primary one can be pressed; ``todo`` is what must be done first."""
        if (primary, ready, skip, todo) != (self.primary, self.ready, self.skip, self.todo):
            self.primary, self.ready, self.skip, self.todo = primary, ready, skip, todo
            self.footChanged.emit()

    def set_narrow(self, narrow: bool) -> None:
        self._narrow = narrow
        self._set_margins()

    @property
    def overflows(self) -> bool:
        """Whether something stands below what is seen."""
        bar = self.verticalScrollBar()
        return bar.value() < bar.maximum()

    def _set_margins(self) -> None:
        """The scroll bar stands within the margin: cards keep their width, and end where the foot does."""
        side, bar = (16 if self._narrow else MARGIN) - RING, self.verticalScrollBar()
        taken = bar.sizeHint().width() if bar.maximum() else 0
        left, right = (side, side - taken) if self.isLeftToRight() else (side - taken, side)
        self._around.setContentsMargins(left, 20 if self._narrow else 32, right, 16)

    def _tell_overflow(self) -> None:
        self.overflowed.emit(self.overflows)

    def reveal(self, widget: QWidget) -> None:
        """Scrolls to ``widget``, to its top where it is too high, once what was just changed has found its place."""
        self._reveal.show(widget)

    def shows_end_of(self, widget: QWidget) -> bool:
        """Whether the lower edge of ``widget`` is in sight: who is there has come past all of it."""
        end = widget.mapTo(self._page, widget.rect().bottomLeft()).y()
        return end <= self.verticalScrollBar().value() + self.viewport().height()

    def let_go(self) -> None:
        """The person scrolls, or does something else: what was wanted is not scrolled to any more."""
        self._reveal.let_go()

    def start(self) -> QWidget | None:
        """The widget that the keyboard is to be at when the page comes up; None: the primary button."""
        return None

    def minimumSizeHint(self) -> QSize:
        return QSize(260, 160)


def inset(text: str, role: str) -> QLabel:
    """Words that stand outside of a card."""
    label = words(text, role)
    label.setContentsMargins(RING, 0, RING, 0)
    return label
