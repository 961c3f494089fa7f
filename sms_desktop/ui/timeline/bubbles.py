"""Paints a message's bubble, its meta line and its card."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainterPath

from sms_desktop.ui.assets import pixmap
from sms_desktop.ui.timeline.canvas import CARD_CORNER, Canvas
from sms_desktop.ui.timeline.shape import MARK, MARK_GAP, Notice, Shape

SMALL_CORNER = 4.0


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


def paint_meta(canvas: Canvas, shape: Shape) -> None:
    """Time · hand · mark word, at the sender's side; a warning after it where the reports contradict each other."""
    line = shape.meta
    if line is None:
        return
    painter, tokens = canvas.painter, canvas.tokens
    middle = Qt.AlignmentFlag.AlignVCenter
    painter.setFont(canvas.hands.meta.font)
    painter.setPen(tokens.muted)
    painter.drawText(line.rect.adjusted(0, 0, 1, 0), middle, line.text)
    if line.receipt is None or line.status is None:
        return
    color: QColor = getattr(tokens, line.receipt.tone)
    top = line.rect.center().y() - MARK / 2
    painter.drawPixmap(QPointF(line.status.x(), top), pixmap(line.receipt.icon, color, int(MARK), canvas.dpr))
    painter.setPen(color)
    painter.drawText(line.status.adjusted(MARK + MARK_GAP, 0, 1, 0), middle, line.receipt.word)
    if line.doubted:
        at = QPointF(line.status.right() - MARK, top)
        painter.drawPixmap(at, pixmap("triangle", tokens.warn, int(MARK), canvas.dpr))


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
