"""Paints pictures and files within a message."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPen, QTransform

from sms_desktop.domain.media import Media, MediaState, size_words
from sms_desktop.ui.assets import pixmap
from sms_desktop.ui.timeline import sentences
from sms_desktop.ui.timeline.canvas import CARD_CORNER, Canvas
from sms_desktop.ui.timeline.prose import one_line
from sms_desktop.ui.timeline.shape import FILE_LINE, FILE_TEXT, FileCard, Tile, is_picture
from sms_desktop.ui.timeline.thumbnails import Thumbnails
from sms_desktop.ui.words import media_word

TILE_CORNER = 12.0


def paint_tile(canvas: Canvas, tile: Tile, thumbnails: Thumbnails) -> None:
    """A picture, or what stands for it: not yet fetched, not fetched, not shown, not yet decoded."""
    painter, tokens = canvas.painter, canvas.tokens
    media = tile.media
    if media.state is not MediaState.READY or media.file is None:
        if media.is_missing:
            words = sentences.why_failed(media) if tile.alone else sentences.NOT_FETCHED
            _blank(canvas, tile.rect, "alert", tokens.bad, words, lift=28)
        else:
            words = sentences.waits_for(media)
            _blank(canvas, tile.rect, "image", tokens.muted_on_tint, words)
        return
    if tile.refused:
        words = sentences.NOT_SHOWN if tile.alone else sentences.NOT_SHOWN_SHORT
        _blank(canvas, tile.rect, "image", tokens.muted_on_tint, words)
        return
    place = None if tile.alone else tile.rect.size().toSize()
    image = thumbnails.picture(media.file, place, canvas.dpr)
    if image is None:
        _blank(canvas, tile.rect, "image", tokens.muted_on_tint, "")
        return
    brush = QBrush(image)
    across, down = tile.rect.width() / image.width(), tile.rect.height() / image.height()
    brush.setTransform(QTransform.fromTranslate(tile.rect.x(), tile.rect.y()).scale(across, down))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tokens.chip)
    painter.drawRoundedRect(tile.rect, TILE_CORNER, TILE_CORNER)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setBrush(brush)
    painter.drawRoundedRect(tile.rect, TILE_CORNER, TILE_CORNER)
    if tile.alone:
        _chip(canvas, tile.rect, media)


def _chip(canvas: Canvas, tile: QRectF, media: Media) -> None:
    """Name and size, white on a dark ground, whatever the picture's colours are."""
    assert media.file is not None
    painter = canvas.painter
    metrics = QFontMetricsF(canvas.hands.meta.font)
    text = size_words(media.file.size)
    room = tile.width() - 28 - metrics.horizontalAdvance(f" · {text}")
    if room > 60:
        text = f"{metrics.elidedText(one_line(media.file.name), Qt.TextElideMode.ElideMiddle, room)} · {text}"
    wide = metrics.horizontalAdvance(text) + 12
    chip = QRectF(tile.right() - 8 - wide, tile.bottom() - 8 - 18, wide, 18)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(20, 16, 18, 165))
    painter.drawRoundedRect(chip, 5, 5)
    painter.setPen(Qt.GlobalColor.white)
    painter.setFont(canvas.hands.meta.font)
    painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, text)


def _blank(canvas: Canvas, rect: QRectF, icon: str, color: QColor, words: str, *, lift: float = 0) -> None:
    """Stands for a picture; ``lift`` pixels at its foot belong to a button."""
    painter, tokens = canvas.painter, canvas.tokens
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tokens.bad_ground if icon == "alert" else tokens.chip)
    painter.drawRoundedRect(rect, TILE_CORNER, TILE_CORNER)
    room = rect.adjusted(10, 6, -10, -6 - lift)
    painter.setFont(canvas.hands.line.font)
    painter.setPen(color)  # first: without a pen Qt measures nothing
    flags = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop) | int(Qt.TextFlag.TextWordWrap)
    text = QRectF(painter.boundingRect(room, flags, words)) if words else QRectF()
    high = 20 + (4 + text.height() if words else 0)
    top = max(room.y(), room.center().y() - high / 2)
    painter.drawPixmap(QPointF(rect.center().x() - 10, top), pixmap(icon, color, 20, canvas.dpr))
    if words:
        painter.drawText(QRectF(room.x(), top + 24, room.width(), room.bottom() - top - 24), flags, words)


def paint_file(canvas: Canvas, card: FileCard) -> None:
    """A file that is no picture: icon, name, kind and size."""
    painter, tokens = canvas.painter, canvas.tokens
    media, rect = card.media, card.rect
    failed = media.is_missing
    painter.setPen(QPen(tokens.line, 1))
    painter.setBrush(tokens.bad_ground if failed else tokens.pane)
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), CARD_CORNER, CARD_CORNER)
    icon = QRectF(rect.x() + 10, rect.y() + 10, 36, 36)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tokens.pane if failed else tokens.chip)
    painter.drawRoundedRect(icon, 8, 8)
    tone = tokens.bad if failed else tokens.muted_on_tint
    painter.drawPixmap(icon.topLeft() + QPointF(8, 8), pixmap(_icon_of(media), tone, 20, canvas.dpr))
    name = QRectF(rect.x() + FILE_TEXT, rect.y() + 9, rect.width() - FILE_TEXT - 10, 19)
    left = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    painter.setFont(canvas.hands.card.font)
    painter.setPen(tokens.bad if failed else tokens.text)
    if media.file is not None:
        title, below = one_line(media.file.name), sentences.kind_and_size(media)
    elif failed:
        title, below = media_word(media.content_type), sentences.why_failed(media)
    else:
        title, below = media_word(media.content_type), sentences.FETCHING
    painter.drawText(name, left, canvas.hands.card_width.elidedText(title, Qt.TextElideMode.ElideMiddle, name.width()))
    painter.setFont(canvas.hands.line.font)
    painter.setPen(tokens.bad if failed else tokens.muted)
    place = name.translated(0, 19)
    if failed and canvas.hands.line_width.horizontalAdvance(below) > name.width():
        place.setHeight(place.height() + FILE_LINE)
        painter.drawText(place, int(Qt.AlignmentFlag.AlignLeft) | int(Qt.TextFlag.TextWordWrap), below)
        return
    painter.drawText(place, left, canvas.hands.line_width.elidedText(below, Qt.TextElideMode.ElideRight, name.width()))


def _icon_of(media: Media) -> str:
    kind = media.file.content_type if media.file is not None else media.content_type
    if kind.startswith(("video/", "audio/")):
        return "play"
    if "vcard" in kind:
        return "user"
    return "image" if is_picture(media) else "file"
