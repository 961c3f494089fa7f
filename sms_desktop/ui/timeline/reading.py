"""The mouse in the timeline: selecting text within a bubble, links, pictures and files."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QClipboard, QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QApplication

from sms_desktop.domain.media import Media, MediaState
from sms_desktop.ui.timeline.links import Link
from sms_desktop.ui.timeline.prose import Prose
from sms_desktop.ui.timeline.rows import MessageRow
from sms_desktop.ui.timeline.shape import Act, is_picture

if TYPE_CHECKING:
    from sms_desktop.ui.timeline.view import TimelineView


@dataclass(frozen=True, slots=True)
class Hit:
    """What lies under a point: ``at`` is the point in the text's own coordinates where ``prose`` is there.

    ``status``: the word in the meta line.
    """

    row: MessageRow
    prose: Prose | None = None
    at: QPointF | None = None
    link: Link | None = None
    media: Media | None = None
    status: bool = False


class Reading:
    """At most one selection, within one message. ``anchor`` stays, ``head`` follows the mouse."""

    def __init__(self, view: "TimelineView") -> None:
        self._view = view
        self._key = ""
        self._anchor = self._head = 0
        self._word: tuple[int, int] | None = None
        self._dragging = False
        self._pressed: Hit | None = None
        self._from = QPointF()
        self._doubled_at = 0

    # -- what is selected --------------------------------------------------------------------------------------------

    @property
    def has_selection(self) -> bool:
        return bool(self._key) and self._anchor != self._head

    def selection_in(self, key: str) -> tuple[int, int] | None:
        """First and last position, if something of that row's text is selected."""
        if key != self._key or self._anchor == self._head:
            return None
        return min(self._anchor, self._head), max(self._anchor, self._head)

    def selected_text(self) -> str:
        prose = self._prose_of(self._key)
        span = self.selection_in(self._key)
        return prose.between(*span) if prose is not None and span is not None else ""

    def clear(self) -> None:
        self._key, self._anchor, self._head, self._word, self._dragging = "", 0, 0, None, False
        self._pressed = None
        self._view.viewport().update()

    def select_all(self) -> None:
        """All of the row that has the focus."""
        row = self._view.current_row()
        prose = self._prose_of(row.key) if row is not None else None
        if row is not None and prose is not None:
            self._key = row.key
            self._anchor, self._head = prose.whole
            self._view.viewport().update()

    def copy(self) -> None:
        """What is selected, or else the text of the row that has the focus."""
        row = self._view.current_row()
        text = self.selected_text() or (row.message.body if row is not None else "")
        if text:
            copy_text(text)

    def _prose_of(self, key: str) -> Prose | None:
        place = self._view.timeline.place_of(key)
        row = self._view.timeline.row_at(place) if place >= 0 else None
        return self._view.shape(row).prose if isinstance(row, MessageRow) else None

    # -- what lies where ---------------------------------------------------------------------------------------------

    def hit(self, point: QPointF) -> Hit | None:
        """What lies under ``point`` of the viewport."""
        index = self._view.indexAt(point.toPoint())
        row = self._view.timeline.row_at(index.row()) if index.isValid() else None
        if not isinstance(row, MessageRow):
            return None
        inside = point - QPointF(self._view.origin(index.row()))
        shape = self._view.shape(row)
        for rect, media in shape.media:
            if rect.contains(inside):
                return Hit(row, media=media)
        if shape.bubble is not None and shape.prose is not None and shape.bubble.contains(inside):
            at = inside - shape.prose_at
            return Hit(row, shape.prose, at, shape.prose.link_at(at))
        word = shape.meta.status if shape.meta is not None else None
        return Hit(row, status=word is not None and word.adjusted(-4, -4, 4, 4).contains(inside))

    # -- the mouse ---------------------------------------------------------------------------------------------------

    def press(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        hit = self.hit(event.position())
        again = self._again(event)
        if hit is not None and hit.prose is not None and again and hit.row.key == self._key:
            self._anchor, self._head = hit.prose.whole  # the third click of a triple one
            self._view.viewport().update()
            return
        self.clear()
        self._pressed, self._from = hit, event.position()
        if hit is not None and hit.prose is not None and hit.at is not None:
            self._key, self._dragging = hit.row.key, True
            self._anchor = self._head = hit.prose.position_at(hit.at)

    def move(self, event: QMouseEvent) -> None:
        if not self._dragging:
            self._point(event.position())
            return
        place = self._view.timeline.place_of(self._key)
        row = self._view.timeline.row_at(place) if place >= 0 else None
        if not isinstance(row, MessageRow):
            self.clear()
            return
        shape = self._view.shape(row)
        if shape.prose is None:
            return
        at = event.position() - QPointF(self._view.origin(place)) - shape.prose_at
        head = shape.prose.position_at(at)
        if self._word is not None:  # after a double click, whole words
            first, last = shape.prose.word_at(head)
            self._anchor = min(self._word[0], first)
            self._head = max(self._word[1], last)
        else:
            self._head = head
        self._view.viewport().update()

    def release(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        pressed, self._pressed = self._pressed, None
        self._dragging = False
        self._word = None
        if self.has_selection:
            clipboard = QGuiApplication.clipboard()
            if clipboard.supportsSelection():
                clipboard.setText(self.selected_text(), QClipboard.Mode.Selection)
            return
        moved = (event.position() - self._from).manhattanLength() > QApplication.startDragDistance()
        if pressed is None or moved:
            return
        if pressed.link is not None:
            self._view.linkActivated.emit(pressed.link.url)
        elif pressed.media is not None:
            self.open_media(pressed.row, pressed.media)
        elif pressed.status:
            self._view.acted.emit(Act.DETAILS, pressed.row.message.id, 0)

    def double(self, event: QMouseEvent) -> None:
        hit = self.hit(event.position())
        if event.button() != Qt.MouseButton.LeftButton or hit is None or hit.prose is None or hit.at is None:
            return
        self._key, self._dragging = hit.row.key, True
        self._word = self._anchor, self._head = hit.prose.word_at(hit.prose.position_at(hit.at))
        self._doubled_at, self._from = event.timestamp(), event.position()
        self._view.viewport().update()

    def _again(self, event: QMouseEvent) -> bool:
        near = (event.position() - self._from).manhattanLength() <= QApplication.startDragDistance()
        return near and 0 < event.timestamp() - self._doubled_at <= QApplication.doubleClickInterval()

    def _point(self, at: QPointF) -> None:
        """The pointer's shape tells what a click would do."""
        hit = self.hit(at)
        shapes = Qt.CursorShape
        shape = shapes.ArrowCursor
        if hit is not None and (hit.link is not None or hit.status or (hit.media is not None and openable(hit.media))):
            shape = shapes.PointingHandCursor
        elif hit is not None and hit.prose is not None:
            shape = shapes.IBeamCursor
        if self._view.viewport().cursor().shape() != shape:
            self._view.viewport().setCursor(shape)

    def open_media(self, row: MessageRow, media: Media) -> None:
        """A picture in the viewer; of another file, what may be done with it."""
        if not openable(media):
            return
        if is_picture(media):
            self._view.pictureActivated.emit(row.message.id, media.id)
        else:
            self._view.fileActivated.emit(row.message.id, media.id)


def openable(media: Media) -> bool:
    return media.state is MediaState.READY and media.file is not None


def copy_text(text: str) -> None:
    """To the clipboard; NUL would end it early."""
    QGuiApplication.clipboard().setText(text.replace("\0", ""))
