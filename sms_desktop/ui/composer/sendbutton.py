"""Send: what stands there when it is pressed is what goes out, however it is pressed."""

from PySide6.QtCore import QAbstractEventDispatcher, QCoreApplication, Qt, QTimerEvent, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QPushButton, QWidget


class SendButton(QPushButton):
    """``asked`` once a press: by the mouse when it is let go on the button, by all else at once.

    Qt animates the press that a screen reader asks for and tells of the click a tenth of a second later; text and
    conversation may be others by then.
    """

    asked = Signal()
    _acted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Send", parent)
        self._hearing_mouse = False
        self._by_mouse = False
        self.setAccessibleName("Send")
        self.setProperty("role", "primary")
        self.pressed.connect(self._press)
        self.clicked.connect(self._click)
        self._acted.connect(self._end_animation, Qt.ConnectionType.QueuedConnection)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._hearing_mouse = True
        super().mousePressEvent(event)
        self._hearing_mouse = False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # back onto the button is a press again
        self._hearing_mouse = True
        super().mouseMoveEvent(event)
        self._hearing_mouse = False

    def _press(self) -> None:
        self._by_mouse = self._hearing_mouse
        if not self._by_mouse:
            self._acted.emit()
            self.asked.emit()

    def _click(self) -> None:
        if self._by_mouse:
            self.asked.emit()

    def _end_animation(self) -> None:
        """Lets the animated click come now: until it has, Qt would not tell of another press."""
        for timer in QAbstractEventDispatcher.instance().registeredTimers(self):
            QCoreApplication.sendEvent(self, QTimerEvent(timer.timerId))
