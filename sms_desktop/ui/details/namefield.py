"""The contact's name, changed where it stands."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QStackedLayout, QWidget

from sms_desktop.ui.theme import theme
from sms_desktop.ui.widgets.iconbutton import IconButton
from sms_desktop.ui.widgets.tip import tip

MOST = 120
"""Characters of a name."""


class NameField(QWidget):
    """A click or the pencil opens it; Enter and going elsewhere keep, Esc leaves it as it was."""

    renamed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = ""
        self._open = False
        size = theme().font("secondary").pixelSize()
        self._shown = QPushButton()
        self._shown.setCursor(Qt.CursorShape.PointingHandCursor)
        self._shown.clicked.connect(self.edit)
        self._sheet = (
            f"QPushButton {{ font-size: {size}px; border: 1px solid transparent; background: transparent; padding: 0;"
            " min-height: 20px; text-align: right; font-weight: %s }"
            " QPushButton:focus { border-color: palette(highlight); border-radius: 4px }"
        )
        self._pencil = IconButton("edit", "Change name", size=22, icon_size=14)
        self._pencil.clicked.connect(self.edit)
        self._edit = QLineEdit()
        self._edit.setAccessibleName("Name")
        self._edit.setPlaceholderText("Name")
        self._edit.setMaxLength(MOST)
        self._edit.setStyleSheet(f"font-size: {size}px; min-height: 20px; padding: 0 6px")
        self._edit.setFixedHeight(22)
        self._edit.returnPressed.connect(self._keep)
        self._edit.installEventFilter(self)
        reading = QWidget()
        row = QHBoxLayout(reading)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addStretch(1)
        row.addWidget(self._pencil)
        row.addWidget(self._shown)
        self._pages = QStackedLayout(self)
        self._pages.setContentsMargins(0, 0, 0, 0)
        self._pages.addWidget(reading)
        self._pages.addWidget(self._edit)
        self.show_name("")

    def show_name(self, name: str) -> None:
        """Shows ``name``; what is being typed is left alone."""
        self._name = name
        self._shown.setStyleSheet(self._sheet % (600 if name else 400))
        self._shown.setAccessibleName(f"Name: {name or 'none'}")
        self._fit()

    @property
    def editing(self) -> bool:
        return self._open

    @property
    def line_edit(self) -> QLineEdit:
        return self._edit

    def edit(self) -> None:
        """Opens the field on the present name."""
        self._open = True
        self._edit.setText(self._name)
        self._edit.selectAll()
        self._pages.setCurrentWidget(self._edit)
        self._edit.setFocus()

    def cancel(self) -> None:
        """Shows the name again, unchanged."""
        if self._open:
            self._close()
            self._shown.setFocus()

    def _keep(self) -> None:
        if not self._open:
            return
        name = " ".join(self._edit.text().split())
        self._close()
        if name != self._name:
            self.show_name(name)
            self.renamed.emit(name)

    def _close(self) -> None:
        self._open = False  # first, for hiding the field takes its focus, which would keep what is in it
        self._pages.setCurrentIndex(0)

    def _fit(self) -> None:
        text = self._name or "Add a name"
        room = max(self.width() - self._pencil.width() - 8, 40)
        self._shown.ensurePolished()
        metrics = self._shown.fontMetrics()
        self._shown.setText(metrics.elidedText(text, Qt.TextElideMode.ElideRight, room).replace("&", "&&"))
        self._shown.setToolTip(tip(text) if metrics.horizontalAdvance(text) > room else "")

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self._fit()
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._edit and event.type() == QEvent.Type.FocusOut:
            self._keep()
        pressed = event.key() if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress else None
        if watched is self._edit and pressed == Qt.Key.Key_Escape:
            self.cancel()
            return True
        return super().eventFilter(watched, event)
