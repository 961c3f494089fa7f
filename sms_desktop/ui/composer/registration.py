"""Beside the From line: how it is registered for texts to the United States, in a word that leads to the rest."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy, QStyle, QWidget

from sms_desktop.domain.registration import Tone
from sms_desktop.domain.registrationreport import Report, What
from sms_desktop.ui.theme import theme

PAD, HEIGHT, LEAST = 4, 25, 6
"""Pixels beside the words, those that it is high, and letters that are left where room is short."""
_TONES = {Tone.GOOD: "ok", Tone.WAITING: "warn", Tone.BAD: "bad"}
_GOOD = {
    What.TEN_DLC: "A2P 10DLC registered",
    What.TOLL_FREE: "Toll-free verified",
    What.SHORT_CODE: "Short code",
    What.SERVICE: "A2P 10DLC registered",
}
_WAITING = {What.TOLL_FREE: "Verification in review"}
_BAD = {What.TOLL_FREE: "Not verified for US texts"}


def said_of(report: Report) -> tuple[str, str]:
    """The words and the colour of the theme that they are in; nothing of what is not known or needs no registration."""
    tone, what = report.standing.tone, report.what
    match tone:
        case Tone.GOOD:
            words = _GOOD.get(what, "")
        case Tone.WAITING:
            words = _WAITING.get(what, "Registration in review")
        case Tone.BAD:
            words = _BAD.get(what, "Not registered for US texts")
        case _:
            words = ""
    if report.rehearsed and tone is Tone.WAITING:
        words = "Rehearsal only"
    return words, _TONES.get(tone, "muted")


class RegistrationButton(QPushButton):
    """Looks like words until one points at it; hidden while there is nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words, self._tone = "", "muted"
        self.setProperty("role", "flat")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.update)
        self.hide()

    def show_report(self, report: Report | None) -> None:
        self._words, self._tone = said_of(report) if report is not None else ("", "muted")
        self.setAccessibleName(f"{self._words}. Show the registration" if self._words else "")
        sentence = report.standing.sentence if report is not None else ""
        self.setAccessibleDescription(sentence)
        self.setToolTip(sentence)
        self.setVisible(bool(self._words))
        self.updateGeometry()
        self.update()

    @property
    def said(self) -> str:
        """What it shows, or ""."""
        return self._words

    def sizeHint(self) -> QSize:
        return QSize(self._width(self._words) + 2 * PAD, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self._width("n" * LEAST) + 2 * PAD, self.sizeHint().width()), HEIGHT)

    def _width(self, words: str) -> int:
        return QFontMetrics(theme().font("meta")).horizontalAdvance(words) + 1

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme().tokens
        area = self.rect().adjusted(PAD, 0, -PAD, 0)
        font = theme().font("meta")
        font.setUnderline(self.underMouse())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font)
        painter.setPen(getattr(tokens, self._tone))
        shown = QFontMetrics(font).elidedText(self._words, Qt.TextElideMode.ElideRight, area.width())
        side = QStyle.visualAlignment(self.layoutDirection(), Qt.AlignmentFlag.AlignLeft)
        flags = side | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
        painter.drawText(area, int(flags) | int(Qt.TextFlag.TextSingleLine), shown)
        if self.hasFocus():
            painter.setPen(QPen(tokens.accent, 2))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 6, 6)
        painter.end()
