"""The consent ledger on printed pages: A4, one person after the other, painted by hand so that any number fits."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QMarginsF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPageLayout, QPageSize, QPainter, QPdfWriter, QPen

from sms_desktop.domain.errors import StoreError
from sms_desktop.services.evidence import Evidence
from sms_desktop.ui.consent.sentences import (
    WORDS,
    event_proof,
    event_said,
    evidence_line,
    evidence_shared,
    evidence_title,
)
from sms_desktop.ui.theme import tokens_of
from sms_desktop.ui.words import on_paper

TITLE = "Consent"
_DPI = 300
_POINT = _DPI / 72
_PAPER = tokens_of("light")
_INK, _MUTED, _RULE = _PAPER.text, _PAPER.muted, _PAPER.line
_PERSON, _ENTRY = 48, 60
"""Points that the heading of a person takes, and an entry: a heading never stands alone at the foot of a page."""
_PLAIN = re.compile("[ -~\u00a0-\u02ff‘’“”]*")
_WRAP = int(Qt.TextFlag.TextWordWrap) | int(Qt.AlignmentFlag.AlignLeft)


def write_pdf(evidence: Iterator[Evidence], target: Path, about: str, now: datetime) -> int:
    """Prints it to ``target``; ``about`` says of whom it is. Gives how many entries. For any thread.

    Raises StoreError where the file cannot be written.
    """
    writer = QPdfWriter(str(target))
    writer.setResolution(_DPI)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(18, 16, 18, 18), QPageLayout.Unit.Millimeter)
    writer.setTitle(f"{TITLE} · {about}")
    writer.setCreator("SMS Desktop")
    painter = QPainter()
    if not painter.begin(writer):
        raise StoreError(f"{target.name} cannot be written there. Choose another folder.")
    try:
        sheet = _Sheet(writer, painter, f"{about} · {on_paper(now)}")
        sheet.text(TITLE, 20, bold=True)
        sheet.text(f"{about}, as known on {on_paper(now)}.", 10, _MUTED)
        count = sum(_person(sheet, one) for one in evidence)
        if not count:
            sheet.space(12)
            sheet.text("Nothing is known yet.", 10)
    finally:
        ended = painter.end()
    if not ended or not _is_whole(target):  # Qt tells nothing of a disk that is full
        raise StoreError(f"{target.name} cannot be written whole: the disk may be full. Choose another folder.")
    return count


def _is_whole(target: Path) -> bool:
    try:
        with target.open("rb") as file:
            file.seek(max(0, target.stat().st_size - 1024))
            return file.read(1024).rstrip().endswith(b"%%EOF")
    except OSError:
        return False


def _person(sheet: "_Sheet", one: Evidence) -> int:
    word, _ = WORDS[one.consent.standing]
    sheet.space(10)
    sheet.keep(_PERSON + _ENTRY)
    sheet.rule()
    sheet.space(8)
    sheet.text(evidence_title(one), 12, bold=True)
    sheet.text(f"{evidence_line(one, one.line)} · {word}", 10, _MUTED)
    for event, others in zip(one.events, one.shared, strict=True):
        sheet.space(5)
        sheet.keep(_ENTRY)
        sheet.text(f"{'Opted out' if event.opted_out else 'Opted in'} · {on_paper(event.at)}", 10, bold=True)
        sheet.text(event_said(event), 10)
        if others:
            sheet.text(evidence_shared(one, others), 10)
        utc = f"{event.at:%Y-%m-%d %H:%M:%S} UTC"
        proof = event_proof(event, one.called)
        sheet.text(f"{proof} · {utc}" if proof else utc, 8, _MUTED)
    return len(one.events)


class _Sheet:
    """The page that is being filled; a new one begins where there is no room. Sizes are in points."""

    def __init__(self, writer: QPdfWriter, painter: QPainter, foot: str) -> None:
        self._writer, self._painter, self._foot = writer, painter, foot
        self._width, self._height = float(writer.width()), float(writer.height())
        self._bottom = self._height - 24 * _POINT
        self._y, self._page = 0.0, 1
        self._fonts: dict[tuple[int, bool], tuple[QFont, QFontMetricsF]] = {}
        self._end_page()

    def space(self, points: float) -> None:
        self._y += points * _POINT

    def keep(self, points: float) -> None:
        """What follows needs so much, or stands on the next page."""
        if self._y + points * _POINT > self._bottom:
            self._next()

    def rule(self) -> None:
        self._painter.setPen(QPen(_RULE, 0.5 * _POINT))
        self._painter.drawLine(0, round(self._y), round(self._width), round(self._y))

    def text(self, text: str, size: int, ink: QColor = _INK, *, bold: bool = False) -> None:
        """A paragraph; one that is longer than a page is cut off at its end."""
        font, metrics = self._font(size, bold=bold)
        fits = _is_plain(text) and metrics.horizontalAdvance(text) < self._width
        if fits:  # as nearly all do: it need not be laid out to be measured
            needed = metrics.height()
        else:
            self._painter.setFont(font)
            needed = self._painter.boundingRect(QRectF(0, self._y, self._width, 100_000), _WRAP, text).height()
        if self._y and self._y + needed > self._bottom:
            self._next()
        self._painter.setFont(font)
        self._painter.setPen(ink)
        height = min(needed, self._bottom - self._y)
        if fits:
            self._painter.drawText(QPointF(0, self._y + metrics.ascent()), text)
        else:
            self._painter.drawText(QRectF(0, self._y, self._width, height), _WRAP, text)
        self._y += height + 2 * _POINT

    def _font(self, size: int, *, bold: bool = False) -> tuple[QFont, QFontMetricsF]:
        """Each is made once: there may be a hundred thousand paragraphs."""
        if (size, bold) not in self._fonts:
            font = _font(size, bold=bold)
            self._fonts[size, bold] = font, QFontMetricsF(font, self._writer)
        return self._fonts[size, bold]

    def _next(self) -> None:
        self._writer.newPage()
        self._y, self._page = 0.0, self._page + 1
        self._end_page()

    def _end_page(self) -> None:
        foot = QRectF(0, self._height - 12 * _POINT, self._width, 12 * _POINT)
        self._painter.setFont(self._font(8)[0])
        self._painter.setPen(_MUTED)
        self._painter.drawText(foot, int(Qt.AlignmentFlag.AlignLeft), f"{TITLE} · {self._foot}")
        self._painter.drawText(foot, int(Qt.AlignmentFlag.AlignRight), str(self._page))


def _is_plain(text: str) -> bool:
    """One line in Latin letters. Of other scripts the paragraph decides where it begins, and how high a line is."""
    return _PLAIN.fullmatch(text) is not None


def _font(size: int, *, bold: bool = False) -> QFont:
    font = QFont()
    font.setPointSizeF(float(size))
    font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    font.setFeature(QFont.Tag("calt"), 0)  # other shapes of ( ) + - : have no letters behind them to search or copy
    return font
