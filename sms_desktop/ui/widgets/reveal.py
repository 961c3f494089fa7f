"""Scrolling to what has just changed, once it has found its place."""

import shiboken6
from PySide6.QtCore import QObject, QPoint, QTimer
from PySide6.QtWidgets import QWidget

from sms_desktop.ui.widgets.scrollarea import ScrollArea

ROOM = 12
"""Pixels that stay free above and below what is scrolled to."""


class Reveal(QObject):
    """For one ``area``. Until the person scrolls, or ``let_go``, the view stays with what was wanted last."""

    def __init__(self, area: ScrollArea) -> None:
        super().__init__(area)
        self._area = area
        self._wanted: QWidget | None = None
        self._least: QWidget | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._scroll)
        # What is wanted may still be growing, and be put in its place after the page has got its new height.
        area.verticalScrollBar().rangeChanged.connect(lambda: self._soon.start(0))
        area.verticalScrollBar().actionTriggered.connect(self.let_go)

    def show(self, widget: QWidget, least: QWidget | None = None) -> None:
        """To its top where it is too high; ``least`` is a part of it that is to be seen in any case."""
        self._wanted, self._least = widget, least
        self._soon.start(0)

    def let_go(self) -> None:
        """The person scrolls, or does something else: what was wanted is not scrolled to any more."""
        self._wanted = self._least = None

    def _scroll(self) -> None:
        if not all(part is None or shiboken6.isValid(part) for part in (self._wanted, self._least)):
            self.let_go()  # it was put away meanwhile
        wanted, page = self._wanted, self._area.widget()
        if wanted is None or page is None or not page.isAncestorOf(wanted):
            return
        # Not ensureWidgetVisible: what can just be seen gets no room around it there.
        bar, seen = self._area.verticalScrollBar(), self._area.viewport().height()
        top = wanted.mapTo(page, QPoint(0, 0)).y() - ROOM
        bottom = top + wanted.height() + 2 * ROOM
        if top < bar.value() or bottom - top > seen:
            bar.setValue(top)
        elif bottom > bar.value() + seen:
            bar.setValue(bottom - seen)
        if self._least is not None and wanted.isAncestorOf(self._least):
            end = self._least.mapTo(page, QPoint(0, self._least.height())).y() + ROOM
            if end > bar.value() + seen:
                bar.setValue(end - seen)
