"""The main window: three panes or a page in their place, a banner above, the status line below. Layout only."""

from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal

import shiboken6
from PySide6.QtCore import QByteArray, QEvent, QObject, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QMoveEvent, QResizeEvent, QScreen, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QMainWindow,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from sms_desktop.ui.conversations.header import ConversationHeader
from sms_desktop.ui.empty import EmptyPage
from sms_desktop.ui.statusline import StatusLine
from sms_desktop.ui.widgets.fixbanner import FixBanner
from sms_desktop.ui.widgets.order import chain
from sms_desktop.ui.widgets.room import fit

LEAST = QSize(480, 560)
LIST_WIDTH, RIGHT_WIDTH = 324, 284
FLOATS_UNDER, TURNS_UNDER = 900, 640
SETTLE = 400
"""Milliseconds without moving or resizing after which the layout is worth keeping."""

Right = Literal["details", "phone"]


class Mode(Enum):
    """How much room there is: three panes; the right one floats; list and timeline take turns."""

    WIDE = 3
    FLOATING = 2
    TURNS = 1


@dataclass(frozen=True, slots=True)
class Panes:
    """The widgets that the window lays out. ``phone`` is the demo's handset."""

    column: QWidget
    header: ConversationHeader
    timeline: QWidget
    composer: QWidget
    details: QWidget
    newmessage: QWidget
    empty: EmptyPage
    statusline: StatusLine
    phone: QWidget | None = None


class _Splitter(QSplitter):
    """Gives the outer panes the widths that the person gave them, whatever the room in between."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.widths = (LIST_WIDTH, RIGHT_WIDTH)
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        self.splitterMoved.connect(self._note)

    def arrange(self) -> None:
        """Applies ``widths``."""
        left, right = self.widths
        panes = [self.widget(place) for place in range(self.count())]
        shown = [pane is not None and not pane.isHidden() for pane in panes]
        if len(shown) < 3 or not shown[2]:  # what a hidden pane is given, Qt hands out among the others
            right = 0
        between = max(1, self.width() - left - right - (sum(shown) - 1) * self.handleWidth())
        self.setSizes([left, between, right][: len(shown)])

    def _note(self) -> None:
        sizes = self.sizes()
        right = sizes[2] if len(sizes) == 3 and sizes[2] else self.widths[1]
        self.widths = (sizes[0] or self.widths[0], right)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.arrange()


class MainWindow(QMainWindow):
    """``closed`` ends the program; ``layoutChanged`` comes once sizes have settled; ``activated`` with the focus.

    ``pageLeft`` comes when the panes are there again after a page. Where ``asks_before_closing``, somebody hears
    ``closeRequested`` instead and decides.
    """

    closed = Signal()
    closeRequested = Signal()
    activated = Signal()
    pageLeft = Signal()
    layoutChanged = Signal()

    def __init__(self, panes: Panes) -> None:
        super().__init__()
        self.panes = panes
        self.asks_before_closing = False
        self._mode = Mode.WIDE
        self._turn: Literal["list", "center"] = "list"
        self._right: Right | None = "details"
        self._floating: Right | None = None
        self._follows_screen = False
        self._focus_before: QWidget | None = None
        self.setWindowTitle("SMS Desktop")
        self.resize(1320, 840)
        fit(self, LEAST)

        self.banner = FixBanner()
        self.banner.hide()
        self._conversation = QWidget()
        talk = _column(self._conversation)
        talk.addWidget(panes.header)
        talk.addWidget(_rule())
        talk.addWidget(panes.timeline, 1)
        talk.addWidget(panes.composer)
        self._center = QStackedWidget()
        for page in (panes.empty, self._conversation, panes.newmessage):
            self._center.addWidget(page)
        self._side = QStackedWidget()
        self._side.addWidget(panes.details)
        if panes.phone is not None:
            self._side.addWidget(panes.phone)
        self._splitter = _Splitter()
        for pane, least in ((panes.column, 240), (self._center, 320), (self._side, 250)):
            pane.setMinimumWidth(least)
            self._splitter.addWidget(pane)
        self._body = QWidget()
        _column(self._body).addWidget(self._splitter)
        self._float = QFrame(self._body)
        self._float.setProperty("role", "floating")
        self._float.hide()
        _column(self._float).setContentsMargins(1, 0, 1, 0)  # room for its border
        self._pages = QStackedWidget()
        self._pages.addWidget(self._body)
        central = QWidget()
        whole = _column(central)
        whole.addWidget(self.banner)
        whole.addWidget(self._pages, 1)
        whole.addWidget(panes.statusline)
        self.setCentralWidget(central)

        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE)
        self._settle.timeout.connect(self.layoutChanged)
        self._splitter.splitterMoved.connect(self._settle.start)
        self._body.installEventFilter(self)
        panes.header.detailsToggled.connect(self._details_toggled)
        panes.header.phoneToggled.connect(self._phone_toggled)
        panes.header.backRequested.connect(self.show_list)
        panes.empty.phoneRequested.connect(self.show_phone)
        self._arrange()

    # pages

    def show_page(self, page: QWidget) -> None:
        """Puts ``page`` in the place of the panes, until ``leave_page`` or Esc; it is kept for the next time."""
        if self._pages.indexOf(page) < 0:
            self._pages.addWidget(page)
        if self.page is None:
            self._focus_before = QApplication.focusWidget()
        self._pages.setCurrentWidget(page)
        self.banner.allow_fix(False)  # it leads here
        page.setFocus()

    def leave_page(self) -> None:
        """The panes are there again, and the focus where it was."""
        if self.page is None:
            return
        self._pages.setCurrentWidget(self._body)
        self.banner.allow_fix(True)
        before, self._focus_before = self._focus_before, None
        if before is not None and shiboken6.isValid(before) and before.isVisible():
            before.setFocus()
        self.pageLeft.emit()

    @property
    def page(self) -> QWidget | None:
        """What is shown in the place of the panes."""
        shown = self._pages.currentWidget()
        return None if shown is self._body else shown

    def show_conversation(self) -> None:
        self._show_center(self._conversation)

    def show_new_message(self) -> None:
        self._show_center(self.panes.newmessage)

    def show_empty(self) -> None:
        self._center.setCurrentWidget(self.panes.empty)
        self._turn = "list"
        self._arrange()

    def show_list(self) -> None:
        """Where list and timeline take turns, it is the list's."""
        self._turn = "list"
        self._arrange()

    @property
    def mode(self) -> Mode:
        return self._mode

    def _show_center(self, page: QWidget) -> None:
        self._center.setCurrentWidget(page)
        self._turn = "center"
        self._arrange()

    def order_focus(self) -> None:
        """Tab goes from pane to pane, and within each, as one reads, whenever each was built."""
        panes = self.panes
        pages = [self._pages.widget(place) for place in range(1, self._pages.count())]
        left: list[QWidget] = [self.banner, *(page for page in pages if page is not None), panes.column]
        middle: list[QWidget] = [panes.header, panes.empty, panes.newmessage, panes.timeline, panes.composer]
        chain(*left, *middle, self._side, panes.statusline)

    # the right pane

    def show_details(self) -> None:
        self._set_right("details")

    def show_phone(self) -> None:
        if self.panes.phone is not None:
            self._set_right("phone")

    def toggle_details(self) -> None:
        self._set_right(None if self.right == "details" else "details")

    @property
    def right(self) -> Right | None:
        """Which pane is shown at the right; where it floats, it is put away until asked for."""
        return self._right if self._mode is Mode.WIDE else self._floating

    def _details_toggled(self, on: bool) -> None:
        self._toggled("details", on)

    def _phone_toggled(self, on: bool) -> None:
        self._toggled("phone", on)

    def _toggled(self, pane: Right, on: bool) -> None:
        """Of a button that shows or hides; it may only have been told how things stand."""
        if on != (self.right == pane):
            self._set_right(pane if on else None)

    def _set_right(self, right: Right | None) -> None:
        if self._mode is Mode.WIDE:
            self._right = right
        else:
            self._floating = right
        self._arrange()
        self._settle.start()

    # arrangement

    def _arrange(self) -> None:
        panes, mode, right = self.panes, self._mode, self.right
        turns = mode is Mode.TURNS
        focused = self.focusWidget()  # also of a window that is not the active one now
        gone, there = (panes.column, self._center) if self._turn == "center" else (self._center, panes.column)
        there.show()
        gone.setVisible(not turns)
        if turns and focused is not None and gone.isAncestorOf(focused):  # else Qt hands it to whatever comes next
            shown = self._center.currentWidget() if there is self._center else None
            (shown or there).setFocus()
        panes.header.back.setVisible(turns)
        panes.header.details.setChecked(right == "details")
        panes.header.phone.setChecked(right == "phone")
        panes.empty.offer_phone(right != "phone")
        if right == "phone" and panes.phone is not None:
            self._side.setCurrentWidget(panes.phone)
        else:
            self._side.setCurrentWidget(panes.details)
        # With nothing open there are no details to tell; the phone has its use all the same.
        tells = right == "phone" or (right == "details" and self._center.currentWidget() is self._conversation)
        if mode is Mode.WIDE:
            if self._splitter.indexOf(self._side) < 0:
                self._splitter.addWidget(self._side)
            self._side.setVisible(tells)
            self._float.hide()
            self._splitter.arrange()
            return
        if self._splitter.indexOf(self._side) >= 0:
            layout = self._float.layout()
            assert layout is not None
            layout.addWidget(self._side)
            self._side.show()
        self._splitter.arrange()
        self._float.setVisible(tells and not (turns and self._turn == "list" and right == "details"))
        self._place_float()

    def _place_float(self) -> None:
        """Below the header, so that the button that shows it also puts it away."""
        area = self._body.rect()
        top = self.panes.header.height() + 1
        width = min(self._splitter.widths[1] + 2, area.width())
        box = QRect(area.right() + 1 - width, top, width, area.height() - top)
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            box.moveLeft(0)
        self._float.setGeometry(box)
        self._float.raise_()

    def _fit(self) -> None:
        width = self.width()
        mode = Mode.TURNS if width < TURNS_UNDER else Mode.FLOATING if width < FLOATS_UNDER else Mode.WIDE
        if mode is self._mode:
            return
        if self._mode is Mode.WIDE:
            self._floating = None
        self._mode = mode
        self._arrange()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._body and event.type() == QEvent.Type.Resize and self._float.isVisible():
            self._place_float()
        return super().eventFilter(watched, event)

    # what lasts

    def layout_state(self) -> dict[str, Any]:
        """Sizes and places as JSON values, for ``restore_layout``."""
        left, right = self._splitter.widths
        return {
            "geometry": self.saveGeometry().toBase64().toStdString(),
            "list_width": left,
            "right_width": right,
            "right": self._right,
        }

    def restore_layout(self, state: dict[str, Any]) -> None:
        """Takes up a kept layout as far as it makes sense on the screens there are now."""
        geometry = state.get("geometry")
        if isinstance(geometry, str):
            self.restoreGeometry(QByteArray.fromBase64(QByteArray(geometry.encode())))  # nonsense does nothing
            self._fit_screen(self.screen())
        right = state.get("right", "details")
        if right in ("details", None) or (right == "phone" and self.panes.phone is not None):
            self._right = right
        left, side = state.get("list_width"), state.get("right_width")
        if isinstance(left, int) and isinstance(side, int):
            self._splitter.widths = (min(max(left, 240), 600), min(max(side, 250), 600))
            self._splitter.arrange()
        self._arrange()

    def _fit_screen(self, screen: QScreen) -> None:
        fit(self, LEAST, screen)

    # events

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._follows_screen:
            self._follows_screen = True
            self.windowHandle().screenChanged.connect(self._fit_screen)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
        self._settle.start()

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self._settle.start()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.activated.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button that has the focus, as in a dialog; Escape leads back."""
        focused = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focused, QPushButton):
            focused.click()
        elif event.key() == Qt.Key.Key_Escape and self.page is not None:
            self.leave_page()
        elif event.key() == Qt.Key.Key_Escape and self._float.isVisible():
            self._set_right(None)
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.asks_before_closing:
            event.ignore()
            self.closeRequested.emit()
            return
        self._settle.stop()
        event.accept()
        self.closed.emit()


def _column(widget: QWidget) -> QVBoxLayout:
    layout = QVBoxLayout(widget)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    return layout


def _rule() -> QFrame:
    rule = QFrame()
    rule.setProperty("role", "rule")
    return rule
