"""A field of a long form: its name above it, below it what is wrong, advised or to be known, and how long it is."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from sms_desktop.ui.widgets.edge import leading_edge
from sms_desktop.ui.widgets.growing import GrowingEdit

Edit = QLineEdit | GrowingEdit | QComboBox


class FormField(QWidget):
    """Whoever hears ``changed`` tells by ``judge`` what is wrong with it. While it is being written only what is too
    long is said; the rest when the field is left, or once somebody will ``insist``. ``least`` and ``most`` are
    characters.
    """

    changed = Signal()

    def __init__(self, name: str, edit: Edit, *, hint: str = "", least: int = 0, most: int = 0) -> None:
        super().__init__()
        self.name, self.edit = name, edit
        self._hint, self._least, self._most = hint, least, most
        self._wrong = self._advice = ""
        self._insists = False
        edit.setAccessibleName(name)
        edit.setProperty("role", "inset")
        self._label = QLabel(name)
        self._label.setProperty("role", "secondary")
        self._label.setBuddy(edit)
        self._label.setAlignment(leading_edge())
        self.said, self.counter = QLabel(), QLabel()
        self.said.setTextFormat(Qt.TextFormat.PlainText)
        self.said.setWordWrap(True)
        self.said.setAlignment((leading_edge() & ~Qt.AlignmentFlag.AlignVCenter) | Qt.AlignmentFlag.AlignTop)
        self.counter.setProperty("role", "meta")
        below = QHBoxLayout()
        below.setSpacing(12)
        below.addWidget(self.said, 1)
        below.addWidget(self.counter, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._label)
        column.addWidget(edit)
        column.addLayout(below)
        if isinstance(edit, GrowingEdit):
            edit.textChanged.connect(self._typed)
            edit.left.connect(self._left)
        elif isinstance(edit, QLineEdit):
            edit.textChanged.connect(self._typed)
            edit.editingFinished.connect(self._left)
        else:
            edit.currentIndexChanged.connect(self._typed)
        self._show()
        self._count()

    @property
    def text(self) -> str:
        """As it was written; of a choice, what its entry stands for."""
        if isinstance(self.edit, GrowingEdit):
            return self.edit.toPlainText()
        if isinstance(self.edit, QLineEdit):
            return self.edit.text()
        return str(self.edit.currentData() or "")

    def put(self, text: str) -> None:
        """Fills in ``text`` without telling anybody: the person did not write it."""
        with QSignalBlocker(self.edit):
            if isinstance(self.edit, GrowingEdit):
                self.edit.setPlainText(text)
            elif isinstance(self.edit, QLineEdit):
                self.edit.setText(text)
            else:
                self.edit.setCurrentIndex(max(0, self.edit.findData(text)))
        self._insists = False
        self._count()
        self._show()

    def rename(self, name: str) -> None:
        self.name = name
        self._label.setText(name)
        self.edit.setAccessibleName(name)

    def set_hint(self, hint: str) -> None:
        """Another hint; what is wrong is still said first."""
        self._hint = hint
        self._show()

    def judge(self, wrong: str, advice: str = "") -> None:
        """``wrong``: it is not taken so; ``advice``: it is, but had better be another."""
        self._wrong, self._advice = wrong, advice
        self._show()

    def insist(self) -> bool:
        """From now on what is wrong is said at once; gives whether something is."""
        self._insists = True
        self._show()
        return bool(self._wrong)

    @property
    def complaint(self) -> str:
        """What is said to be wrong at the moment, or ""."""
        return self.said.text() if self.edit.property("wrong") == "true" else ""

    def _typed(self) -> None:
        self._count()
        self.changed.emit()

    def _left(self) -> None:
        if self.text.strip():
            self._insists = True
            self._show()

    @property
    def _over(self) -> bool:
        return bool(self._most) and len(self.text.strip()) > self._most

    def _count(self) -> None:
        length = len(self.text.strip())
        self.counter.setVisible(bool(self._most))
        short = 0 < length < self._least
        self.counter.setText(f"{length:,} of at least {self._least:,}" if short else f"{length:,} / {self._most:,}")
        least = f"at least {self._least:,}, " if self._least else ""
        self.counter.setAccessibleName(f"{self.name}: {length:,} characters; {least}at most {self._most:,}")
        _dress(self.counter, "bad-meta" if self._over else "meta")

    def _show(self) -> None:
        wrong = self._wrong if self._insists or self._over else ""
        advice = "" if wrong else self._advice
        told = wrong or advice or self._hint
        self.said.setText(told)
        self.said.setVisible(bool(told) or bool(self._most))
        example = self.edit.example if isinstance(self.edit, GrowingEdit) else ""
        self.edit.setAccessibleDescription(" ".join(filter(None, (told, example and f"For example: {example}"))))
        _dress(self.said, "bad" if wrong else "warn" if advice else "meta")
        state = "true" if wrong else "false"
        if self.edit.property("wrong") != state:
            self.edit.setProperty("wrong", state)
            self.edit.style().unpolish(self.edit)  # the stylesheet looks at properties only when asked to
            self.edit.style().polish(self.edit)


def _dress(label: QLabel, role: str) -> None:
    if label.property("role") != role:
        label.setProperty("role", role)
        label.style().unpolish(label)
        label.style().polish(label)
