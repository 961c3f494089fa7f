"""Paints a message's bubble, its meta line and its card."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainterPath

from sms_desktop.ui.assets import pixmap
from sms_desktop.ui.timeline import sentences
from sms_desktop.ui.timeline.canvas import CARD_CORNER, Canvas
from sms_desktop.ui.timeline.rows import MessageRow
from sms_desktop.ui.timeline.shape import Notice, Shape
from sms_desktop.ui.words import receipt

SMALL_CORNER = 4.0
MARK = 14.0


def paint_bubble(
    canvas: Canvas, shape: Shape, outbound: bool, pointed: bool, selection: tuple[int, int] | None
) -> None:
    """The bubble and its text; ``pointed``: it ends its run."""
    if shape.bubble is None or shape.prose is None:
        return
    painter, tokens = canvas.painter, canvas.tokens
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tokens.outbound if outbound else tokens.inbound)
    painter.drawPath(_bubble(shape.bubble, tokens.bubble_radius, shape.right, pointed))
    painter.save()
    painter.setClipRect(shape.bubble)  # stacked accents must not reach the neighbours
    ink = tokens.outbound_text if outbound else tokens.inbound_text
    marked = (tokens.pane, tokens.text) if outbound else (tokens.accent, tokens.on_accent)
    shape.prose.draw(painter, shape.prose_at, ink, selection, marked)
    painter.restore()


def paint_meta(canvas: Canvas, shape: Shape, row: MessageRow) -> None:
    """Time · hand · mark word, at the sender's side."""
    line = shape.meta
    if line is None:
        return
    painter = canvas.painter
    metrics = canvas.hands.meta_width
    message = row.message
    text = sentences.meta_of(message, row.held)
    mark = receipt(message.status) if message.outbound and row.held is None else None
    if mark is not None:
        text += " · "
    widths = [metrics.horizontalAdvance(text)]
    if mark is not None:
        widths += [MARK + 3, metrics.horizontalAdvance(mark.word)]
    total = sum(widths)
    start = line.right() - total if shape.right else line.left()

    def place(before: float, width: float) -> QRectF:
        return QRectF(start + before, line.y(), width + 1, line.height())

    middle = Qt.AlignmentFlag.AlignVCenter
    painter.setFont(canvas.hands.meta.font)
    painter.setPen(canvas.tokens.muted)
    painter.drawText(place(0, widths[0]), middle, text)
    if mark is not None:
        color: QColor = getattr(canvas.tokens, mark.tone)
        at = QPointF(place(widths[0], MARK).x(), line.center().y() - MARK / 2)
        painter.drawPixmap(at, pixmap(mark.icon, color, int(MARK), canvas.dpr))
        painter.setPen(color)
        painter.drawText(place(widths[0] + widths[1], widths[2]), middle, mark.word)


def paint_notice(canvas: Canvas, notice: Notice) -> None:
    """The card below a message that failed or was not confirmed; its buttons are widgets above it."""
    painter, tone = canvas.painter, getattr(canvas.tokens, notice.tone)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(getattr(canvas.tokens, notice.ground))
    painter.drawRoundedRect(notice.rect, CARD_CORNER, CARD_CORNER)
    notice.prose.draw(painter, notice.prose_at, tone)
    corner = notice.corner_rect
    if corner is None:
        return
    painter.setFont(canvas.hands.line.font)
    painter.setPen(tone)
    side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(corner, side, notice.corner)
    wide = canvas.hands.line_width.horizontalAdvance(notice.corner)
    at = QPointF(corner.right() - wide - MARK - 4, corner.center().y() - MARK / 2)
    painter.drawPixmap(at, pixmap("alert", tone, int(MARK), canvas.dpr))


def _bubble(rect: QRectF, radius: float, right: bool, pointed: bool) -> QPainterPath:
    """A rounded rectangle; the last of a run has a small corner below, at its sender's side."""
    path = QPainterPath()
    radius = min(radius, rect.height() / 2)
    if not pointed:
        path.addRoundedRect(rect, radius, radius)
        return path
    below_left = radius if right else SMALL_CORNER
    below_right = SMALL_CORNER if right else radius
    x, y, r, b = rect.left(), rect.top(), rect.right(), rect.bottom()
    path.moveTo(x + radius, y)
    path.lineTo(r - radius, y)
    path.arcTo(r - 2 * radius, y, 2 * radius, 2 * radius, 90, -90)
    path.lineTo(r, b - below_right)
    path.arcTo(r - 2 * below_right, b - 2 * below_right, 2 * below_right, 2 * below_right, 0, -90)
    path.lineTo(x + below_left, b)
    path.arcTo(x, b - 2 * below_left, 2 * below_left, 2 * below_left, 270, -90)
    path.lineTo(x, y + radius)
    path.arcTo(x, y, 2 * radius, 2 * radius, 180, -90)
    path.closeSubpath()
    return path
