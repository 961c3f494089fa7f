"""A small grid of emoji: the usual ones, found by their Unicode names."""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    QStringListModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from sms_desktop.ui.theme import theme

_USUAL = (  # noqa: SIM905 - a list of them would take a page
    "🙂 😀 😄 😁 😅 😂 🤣 😊 😇 😉 😍 😘 😋 😎 🤩 🥳 🤗 🤔 😐 😴 😌 😏 🙄 😬 😮 😢 😭 😤 😡 😱 😳 🤒 🤕 🤧 😷 🥺 🙈 "
    "👍 👎 👌 ✌️ 🤞 🤙 👋 👏 🙌 🙏 💪 🤝 👀 👉 👈 👆 👇 ✋ 🤷 🤦 ❤️ 🧡 💛 💚 💙 💜 🖤 💔 💯 ✨ ⭐ 🔥 🎉 🎊 🎁 🎂 🎈 🏆 "
    "🥇 ☀️ ⛅ 🌧️ ⛈️ ❄️ 🌈 🌙 🌊 🌱 🌲 🌷 🌹 🌻 🍀 🐶 🐱 🐭 🐰 🐻 🐝 🦋 🐟 🐔 🐴 "
    "🍎 🍌 🍓 🍒 🍋 🥑 🥕 🌽 🍞 🧀 🥚 🍔 🍕 🌮 🍣 🍜 🥗 🍰 🍪 🍫 ☕ 🍵 🍺 🍷 🥂 🍽️ "
    "🚗 🚕 🚌 🚚 🚲 ✈️ 🚆 🚢 ⛽ 🅿️ 🏠 🏢 🏥 🏦 🏪 🏫 📍 🗺️ 🛠️ 🔧 🔨 🪑 🛋️ 🛏️ 🚿 🧹 🧺 🎨 ✂️ 🧵 "
    "📅 ⏰ ⌛ 📞 📱 💻 📷 📸 📧 📨 📦 📄 📎 📝 📌 🔍 🔑 🔒 💡 🔋 💳 💵 💰 🧾 🛒 🏷️ 📣 🔔 🎵 ⚽ 🏀 🎾 🏃 🚴 "
    "✅ ✔️ ❌ ❗ ❓ ⚠️ 🚫 ➡️ ⬅️ ⬆️ ⬇️ 🔄 🆗 🆕 🔴 🟢 🔵 🟡"
).split()
_ALSO = {  # what people look for where Unicode says something else
    "👍": "yes ok like good",
    "👎": "no bad",
    "😂": "laugh lol",
    "🤣": "laugh lol",
    "🙏": "please thanks pray",
    "🎉": "congratulations celebrate hooray",
    "👋": "hello bye hi",
    "✅": "done ok tick",
    "❌": "no wrong",
    "🙂": "smile happy",
    "😊": "smile happy",
    "😢": "sad",
    "😭": "sad",
    "💵": "money dollar",
    "💰": "money",
    "🚗": "car",
    "🏠": "home",
    "📷": "photo",
    "📸": "photo",
    "📱": "cell smartphone",
    "⏰": "time",
    "🔥": "hot",
}
_COLUMNS = 8
_CELL = 36
RECENT = 8
"""How many recent ones are shown first: one row."""


def name_of(emoji: str) -> str:
    """Unicode's name in small letters: “thumbs up sign”."""
    return unicodedata.name(emoji[0], emoji).lower()


@lru_cache(maxsize=1)
def _words() -> dict[str, str]:
    return {emoji: f"{name_of(emoji)} {_ALSO.get(emoji, '')}" for emoji in _USUAL}


def found(text: str, recent: Sequence[str] = ()) -> list[str]:
    """The emoji whose names hold every word of ``text``; without words, recent ones first, then all."""
    words = text.lower().split()
    if not words:
        return list(dict.fromkeys([*recent[:RECENT], *_USUAL]))
    return [emoji for emoji, names in _words().items() if all(word in names for word in words)]


def used(emoji: str, recent: Sequence[str]) -> list[str]:
    """The recent ones after ``emoji`` was taken."""
    return [emoji, *(other for other in recent if other != emoji)][:RECENT]


class _Names(QStringListModel):
    """Emoji that say their names to screen readers and in tooltips."""

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:  # type: ignore[override]
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return name_of(super().data(index, Qt.ItemDataRole.DisplayRole))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignCenter
        return super().data(index, role)


class _Cell(QStyledItemDelegate):
    """One emoji in the middle of its cell; the current and the hovered one on a soft ground."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        state: QStyle.StateFlag = option.state
        area: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = theme().tokens
        if state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.selection if state & QStyle.StateFlag.State_Selected else tokens.hover)
            painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), tokens.radius, tokens.radius)
        font = theme().font("body")
        font.setPixelSize(20)
        painter.setFont(font)
        painter.setPen(tokens.text)
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, str(index.data()))
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(_CELL, _CELL)


class EmojiPicker(QFrame):
    """A popup; arrows walk through the grid, Enter or a click takes one, Esc closes."""

    picked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAccessibleName("Emoji")
        self._recent: list[str] = []
        self._search = QLineEdit()
        self._search.setPlaceholderText("Find an emoji")
        self._search.setAccessibleName("Find an emoji")
        self._search.setProperty("role", "search")
        self._search.textChanged.connect(self._find)
        self._search.installEventFilter(self)
        self._names = _Names(self)
        self._grid = QListView()
        self._grid.setAccessibleName("Emoji")
        self._grid.setModel(self._names)
        self._grid.setViewMode(QListView.ViewMode.IconMode)
        self._grid.setMovement(QListView.Movement.Static)
        self._grid.setResizeMode(QListView.ResizeMode.Adjust)
        self._grid.setGridSize(QSize(_CELL, _CELL))
        self._grid.setUniformItemSizes(True)
        self._grid.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self._grid.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self._grid.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        font = theme().font("body")
        font.setPixelSize(20)
        self._grid.setFont(font)
        self._grid.setStyleSheet("font-size: 20px")
        self._grid.setItemDelegate(_Cell(self._grid))
        self._grid.setMouseTracking(True)
        self._grid.setFixedSize(_COLUMNS * _CELL + 20, 6 * _CELL)
        self._grid.clicked.connect(self._take)
        self._grid.activated.connect(self._take)
        self._none = QLabel("No emoji of that name")
        self._none.setProperty("role", "muted")
        self._none.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 6, 8)
        column.setSpacing(8)
        column.addWidget(self._search)
        column.addWidget(self._none)
        column.addWidget(self._grid)
        self.setProperty("role", "pane")

    def open_at(self, anchor: QWidget, recent: Sequence[str]) -> None:
        """Shows the picker above ``anchor``."""
        self.offer(recent)
        size = self.sizeHint()
        place = anchor.mapToGlobal(QPoint(0, -size.height() - 6))
        if place.y() < anchor.screen().availableGeometry().top():
            place = anchor.mapToGlobal(QPoint(0, anchor.height() + 6))
        self.move(place)
        self.show()
        self._search.setFocus()

    def offer(self, recent: Sequence[str]) -> None:
        """Starts anew, with ``recent`` ones in front."""
        self._recent = list(recent)
        self._search.clear()
        self._find("")

    def search(self, words: str) -> None:
        """As if ``words`` were typed."""
        self._search.setText(words)

    def take_current(self) -> None:
        """As Enter does."""
        self._take(self._grid.currentIndex())

    def shown(self) -> list[str]:
        """The emoji now in the grid."""
        return self._names.stringList()

    def _find(self, text: str) -> None:
        self._names.setStringList(found(text, self._recent))
        self._none.setVisible(not self.shown())
        self._grid.setCurrentIndex(self._names.index(0))
        self._grid.scrollToTop()

    def _take(self, index: QModelIndex) -> None:
        emoji = self._names.data(index, Qt.ItemDataRole.DisplayRole)
        if isinstance(emoji, str):
            self.hide()
            self.picked.emit(emoji)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setPen(QPen(theme().tokens.line, 1))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.take_current()
                return True
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                self._grid.setFocus()
                return True
        return super().eventFilter(watched, event)
