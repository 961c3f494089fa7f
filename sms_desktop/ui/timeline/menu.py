"""The menu of a message, by mouse or by the Menu key."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QMenu

from sms_desktop.ui.timeline import sentences
from sms_desktop.ui.timeline.links import destination_of
from sms_desktop.ui.timeline.reading import Hit, copy_text, openable
from sms_desktop.ui.timeline.shape import Act, is_picture, tries_of

if TYPE_CHECKING:
    from sms_desktop.ui.timeline.view import TimelineView


def open_menu(view: "TimelineView", event: QContextMenuEvent) -> None:
    """Shows what can be done with the message under the pointer, or with the one that has the focus."""
    if event.reason() == QContextMenuEvent.Reason.Keyboard:
        row = view.current_row()
        hit = Hit(row) if row is not None else None
        rect = view.visualRect(view.currentIndex())
        where = view.viewport().mapToGlobal(QPoint(rect.center().x(), min(rect.bottom(), view.viewport().height())))
    else:
        hit = view.reading.hit(QPointF(event.pos()))
        where = event.globalPos()
    if hit is None:
        return
    menu = menu_of(view, hit)
    menu.popup(where)


def menu_of(view: "TimelineView", hit: Hit) -> QMenu:
    """The menu, not yet shown; it ends its own life when it closes."""
    menu = QMenu(view)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    row, message = hit.row, hit.row.message

    def entry(words: str, doing: Callable[[], object]) -> None:
        menu.addAction(words).triggered.connect(lambda checked=False: doing())

    if view.reading.selection_in(row.key) is not None:
        entry("Copy selection", view.reading.copy)
    if message.body:
        entry("Copy text", partial(copy_text, message.body))
    for link in _links(view, hit):
        host = destination_of(link).host
        entry(f"Open link to {host}…", partial(view.linkActivated.emit, link))
        entry("Copy link", partial(copy_text, link))
    for media in [hit.media] if hit.media is not None else message.media:
        if not openable(media) or media.file is None:
            continue
        if not menu.isEmpty():
            menu.addSeparator()
        what = "picture" if is_picture(media) else "file"
        entry(f"Open {what}…" if what == "file" else "Open picture", partial(view.reading.open_media, row, media))
        entry(f"Save {what} as…", partial(view.saveWanted.emit, message.id, media.id))
    if not menu.isEmpty():
        menu.addSeparator()
    if sentences.can_try_again(row):
        for act, label in tries_of(message):
            entry(label, partial(view.acted.emit, act, message.id, 0))
    if message.outbound and message.failed and (mend := sentences.mend_of(row)):
        entry(mend, partial(view.acted.emit, Act.MEND, message.id, 0))
    if sentences.may_be_sent_again(row):
        entry("Send again…", partial(view.acted.emit, Act.SEND_AGAIN, message.id, 0))
    if message.doubt is not None:
        entry("Ask Twilio now", partial(view.acted.emit, Act.ASK_NOW, message.id, 0))
    if row.held is not None:
        entry("Undo", partial(view.acted.emit, Act.UNDO, message.id, 0))
    elif row.asleep:
        if not row.barred:
            entry(sentences.SEND_NOW, partial(view.acted.emit, Act.SEND_NOW, message.id, 0))
        entry(sentences.TAKE_BACK, partial(view.acted.emit, Act.UNDO, message.id, 0))
    elif message.waits:
        if row.unchecked:
            entry(sentences.SEND_UNCHECKED, partial(view.acted.emit, Act.SEND_UNCHECKED, message.id, 0))
        entry("Cancel sending", partial(view.acted.emit, Act.CANCEL, message.id, 0))
    entry("Status history", partial(view.acted.emit, Act.DETAILS, message.id, 0))
    return menu


def _links(view: "TimelineView", hit: Hit) -> list[str]:
    """The link under the pointer; from the keyboard, all of the message."""
    if hit.link is not None:
        return [hit.link.url]
    if hit.prose is not None or hit.media is not None:
        return []
    prose = view.shape(hit.row).prose
    return [link.url for link in prose.links[:5]] if prose is not None else []
