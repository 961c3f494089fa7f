"""The handset's widget: a phone with its frame, its messages and what its owner can do."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QAction, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QMenu, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from sms_desktop.ui.phone.bubbles import BubbleList
from sms_desktop.ui.phone.weather import WeatherRow
from sms_desktop.ui.theme import theme
from sms_desktop.ui.widgets.elided import ElidedLabel
from sms_desktop.ui.widgets.iconbutton import IconButton

_FRAME = 8
_OUTER, _INNER = 30, 22
_HEADER = 65


class Phone(QWidget):
    """Tells what the customer does; shows what it is given."""

    textSent = Signal(str)
    photoSent = Signal()
    weatherTurned = Signal(str, bool)
    customerChosen = Signal(str)  # the number of the person to be

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._people = QMenu(self)
        self._people.triggered.connect(self._chosen)
        self._title = ElidedLabel("Customer’s phone")
        self._title.setStyleSheet(f"font-size: {theme().font('secondary').pixelSize()}px; font-weight: 600")
        self._title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._number = ElidedLabel(role="meta")
        self._number.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.people_button = IconButton("chevron-down", "Choose customer", "Be another customer", size=26, icon_size=16)
        self.people_button.clicked.connect(self._open_people)
        self.bubbles = BubbleList()
        self._notice = QLabel()
        self._notice.setProperty("role", "bad")
        self._notice.setWordWrap(True)
        self._notice.setContentsMargins(12, 4, 12, 4)
        self._notice.hide()
        self.photo_button = self._quick("Photo", "Customer sends photo")
        self.stop_button = self._quick("STOP", "Customer says STOP")
        self.start_button = self._quick("START", "Customer says START")
        self.photo_button.clicked.connect(self.photoSent)
        self.stop_button.clicked.connect(self._say_stop)
        self.start_button.clicked.connect(self._say_start)
        self.text_edit = QLineEdit()
        self.text_edit.setPlaceholderText("Text…")
        self.text_edit.setAccessibleName("Customer text")
        self.text_edit.setProperty("role", "search")
        self.text_edit.setMaxLength(1600)
        self.text_edit.setMinimumHeight(38)
        self.text_edit.returnPressed.connect(self._say)
        self.weather = WeatherRow()
        self.weather.turned.connect(self.weatherTurned)
        self._screen = QWidget()
        self._actions = QWidget()
        self._foot = QWidget()
        self._lay_out()
        theme().changed.connect(self.update)

    def _lay_out(self) -> None:
        title = QHBoxLayout()
        title.setSpacing(0)
        title.addSpacing(26)  # the button's width on both sides keeps the name in the middle
        title.addWidget(self._title, 1)
        title.addWidget(self.people_button)
        header = QWidget()
        header.setFixedHeight(_HEADER)
        top = QVBoxLayout(header)
        top.setContentsMargins(10, 8, 10, 12)
        top.setSpacing(0)
        top.addLayout(title)
        top.addWidget(self._number)
        quick = QHBoxLayout()
        quick.setSpacing(6)
        for button in (self.photo_button, self.stop_button, self.start_button):
            quick.addWidget(button)
        quick.addStretch(1)
        actions = QVBoxLayout(self._actions)
        actions.setContentsMargins(10, 10, 10, 10)
        actions.setSpacing(6)
        actions.addLayout(quick)
        actions.addWidget(self.text_edit)
        foot = QVBoxLayout(self._foot)
        foot.setContentsMargins(12, 8, 10, 12)
        foot.addWidget(self.weather)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.weather.setSizePolicy(policy)
        screen = QVBoxLayout(self._screen)
        screen.setContentsMargins(0, 0, 0, 0)
        screen.setSpacing(0)
        screen.addWidget(header)
        screen.addWidget(self.bubbles, 1)
        screen.addWidget(self._notice)
        screen.addWidget(self._actions)
        screen.addWidget(self._foot)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16 + _FRAME, 16 + _FRAME, 16 + _FRAME, 16 + _FRAME)
        whole.addWidget(self._screen)

    def _quick(self, word: str, name: str) -> QPushButton:
        button = QPushButton(word)
        button.setAccessibleName(name)
        button.setStyleSheet(
            f"font-size: {theme().font('secondary').pixelSize()}px; padding: 0 8px; min-height: 27px; font-weight: 500"
        )
        button.setFixedHeight(29)
        return button

    # What it shows

    def show_customer(self, title: str, number: str) -> None:
        self._title.setText(title)
        self._number.setText(f"{number} · sandbox")
        self._notice.hide()

    @property
    def title(self) -> str:
        return self._title.text()

    @property
    def number(self) -> str:
        return self._number.text()

    def show_people(self, people: Sequence[tuple[str, str, str]]) -> None:
        """(name, number, what they do) of everyone there is to be."""
        self._people.clear()
        for name, number, ways in people:
            action = QAction(f"{name} · {ways}", self._people)
            action.setData(number)
            self._people.addAction(action)

    def people_actions(self) -> list[QAction]:
        return self._people.actions()

    def show_weather(self, names: Sequence[str], is_on: Callable[[str], bool]) -> None:
        self.weather.show_names(names, is_on)

    def show_notice(self, sentence: str) -> None:
        """What could not be done, in red above the buttons; "" takes it away."""
        self._notice.setText(sentence)
        self._notice.setVisible(bool(sentence))

    @property
    def notice(self) -> str:
        return self._notice.text() if not self._notice.isHidden() else ""

    # What the customer does

    def _say(self) -> None:
        text = self.text_edit.text().strip()
        if text:
            self.text_edit.clear()
            self.textSent.emit(text)

    def _say_stop(self) -> None:
        self.textSent.emit("STOP")

    def _say_start(self) -> None:
        self.textSent.emit("START")

    def _open_people(self) -> None:
        if not self._people.isEmpty():
            right = self.people_button.mapToGlobal(QPoint(self.people_button.width(), self.people_button.height()))
            self._people.popup(right - QPoint(self._people.sizeHint().width(), 0))

    def _chosen(self, action: QAction) -> None:
        self.customerChosen.emit(str(action.data()))

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme().tokens
        screen = QRectF(self._screen.geometry())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), tokens.pane if not theme().dark else tokens.ground)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tokens.line if theme().dark else tokens.text)
        painter.drawRoundedRect(screen.adjusted(-_FRAME, -_FRAME, _FRAME, _FRAME), _OUTER, _OUTER)
        glass = QPainterPath()
        glass.addRoundedRect(screen, _INNER, _INNER)
        painter.fillPath(glass, tokens.pane)
        painter.setClipPath(glass)
        left, width = screen.x(), screen.width()
        actions_top = screen.y() + self._actions.y()
        foot_top = screen.y() + self._foot.y()
        painter.fillRect(QRectF(left, screen.y(), width, _HEADER), tokens.ground)
        painter.fillRect(QRectF(left, foot_top, width, screen.bottom() - foot_top), tokens.ground)
        for y in (screen.y() + _HEADER - 1, actions_top, foot_top):
            painter.fillRect(QRectF(left, y, width, 1), tokens.line)
        painter.end()
