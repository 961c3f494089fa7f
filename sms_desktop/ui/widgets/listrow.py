"""What the rows of the conversations and of what was found have in common: their ground, their words, their places."""

from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from sms_desktop.ui.theme import theme
from sms_desktop.ui.widgets.rows import RowsView

AVATAR = 40
GAP = 12
LETTERS = 5
"""Of a line's name that are worth showing."""
_ALIGNED = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute


def paint_ground(painter: QPainter, rect: QRect, state: QStyle.StateFlag, clear: bool = False) -> None:
    """Selection, hover and focus of a list row."""
    tokens = theme().tokens
    if state & QStyle.StateFlag.State_Selected:
        painter.fillRect(rect, tokens.selection)
    elif state & QStyle.StateFlag.State_MouseOver:
        painter.fillRect(rect, tokens.hover)
    elif clear:
        painter.fillRect(rect, tokens.pane)
    if state & QStyle.StateFlag.State_HasFocus:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(tokens.accent, 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(rect).adjusted(3, 3, -3, -3), 6, 6)


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes lines of text into a row, each in a box that lies in ``row`` as it does from left to right; what has no
    room there is cut. ``at_end``: at the far side of the box.
    """

    painter: QPainter
    row: QRect
    direction: Qt.LayoutDirection

    def __call__(self, box: QRect, text: str, font: QFont, color: QColor, at_end: bool = False) -> None:
        if box.width() <= 0:
            return
        side = Qt.AlignmentFlag.AlignRight if at_end else Qt.AlignmentFlag.AlignLeft
        flags = QStyle.visualAlignment(self.direction, side) | _ALIGNED | Qt.TextFlag.TextSingleLine
        self.painter.setFont(font)
        self.painter.setPen(color)
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        self.painter.drawText(QStyle.visualRect(self.direction, self.row, box), int(flags), shown)


def drawn_state(option: QStyleOptionViewItem) -> QStyle.StateFlag:
    """The state to paint: a list that was clicked into shows no focus ring."""
    view = option.widget
    return view.drawn_state(option) if isinstance(view, RowsView) else option.state


def share(box: QRect, name: str, via: str, before: int | None = None) -> tuple[QRect, QRect]:
    """Where a name is written, and right after it the line that it goes over, in what the name leaves.

    ``before``: pixels of what stands before the line's name, if that is no middle dot; they are kept in any case. The
    line's name goes where a word of it does not fit, and its place is ``before`` wide, or empty.
    """
    bold, plain = QFontMetrics(theme().font("body", True)), QFontMetrics(theme().font("secondary"))
    lead = plain.horizontalAdvance(" · ") if before is None else before
    wanted = lead + plain.horizontalAdvance(via) + 2 if via else before or 0
    whole = bold.horizontalAdvance(name) + 2
    left = box.width() - whole
    least = lead + plain.averageCharWidth() * LETTERS
    beside = wanted if wanted <= left else left if left >= least else before or 0
    named = min(whole, box.width() - beside)
    return QRect(box.left(), box.top(), named, box.height()), QRect(box.left() + named, box.top(), beside, box.height())
