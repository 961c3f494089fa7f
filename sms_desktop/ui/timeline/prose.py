"""Text laid out for painting, reading by the mouse, and selecting.

Each paragraph of a text that has right-to-left letters is a layout of its own, so that its direction is its own and
no direction character in it can reorder what stands around it; overrides turn nothing round, and a link reads as it
is, whatever stands around it. Positions are UTF-16 units of the text as it is, as Qt counts.
"""

import math
import re
import unicodedata
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QPointF, QSizeF, Qt, QTextBoundaryFinder
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QTextCharFormat, QTextLayout, QTextLine, QTextOption

from sms_desktop.ui.timeline.links import Link, find_links

LONGEST = 10_000
"""Characters of a text that are laid out; Twilio sends at most 1,600."""
_DIRECTED = re.compile("[\u0590-\u08ff\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff"
                       "\U0001e800-\U0001efff]")  # fmt: skip
_OVERRIDES = str.maketrans("\u202d\u202e", "\u2060\u2060")
"""They make letters run against their own direction; in their place stands something that is not seen."""
_ISOLATE, _POP = "\u2066", "\u2069"
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


def shown(text: str) -> str:
    """``text`` with one kind of line break, and a harmless mark for each control character."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    text = _CONTROL.sub("\ufffd", text)
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def _runs_left(text: str) -> bool:
    """The direction of a paragraph is that of its first letter that has one."""
    ways = map(unicodedata.bidirectional, text)
    return next((way for way in ways if way in {"L", "R", "AL"}), "L") != "L"


def units(text: str) -> int:
    """The text's length in UTF-16 units."""
    return len(text) + len(_ASTRAL.findall(text))


@dataclass(frozen=True, slots=True)
class Hand:
    """How text is set: ``font`` on lines of ``line`` pixels at least."""

    font: QFont
    line: float
    ascent: float
    height: float

    @staticmethod
    def of(font: QFont, line: float) -> "Hand":
        metrics = QFontMetricsF(font)
        return Hand(font, line, metrics.ascent(), metrics.height())


@dataclass(slots=True)
class _Paragraph:
    layout: QTextLayout
    start: int
    length: int
    top: float
    height: float
    added: list[int]
    """Where, in the paragraph, characters stand in the layout that the text does not have, in order."""

    def laid(self, position: int) -> int:
        """A position of the paragraph's text in its layout."""
        return position + bisect_right(self.added, position)

    def read(self, position: int) -> int:
        """A position of the layout in the paragraph's text."""
        return position - bisect_left([at + place for place, at in enumerate(self.added)], position)


class Prose:
    """``text`` set in ``hand``, wrapped at ``width`` pixels; ``size`` is what it takes.

    The first ``strong`` characters are bold.
    """

    def __init__(self, text: str, hand: Hand, width: float, *, links: bool = False, strong: int = 0) -> None:
        self.text = text
        self._strong = units(text[:strong])
        self.links = find_links(text) if links else ()
        self._spans = [(units(text[: k.start]), units(text[k.start : k.end])) for k in self.links]
        self._hand = hand
        directed = bool(_DIRECTED.search(text))
        self._paragraphs = self._set(width, directed)
        if directed:  # right-aligned lines lie at the far end of the width they were given
            self._paragraphs = self._set(self.size.width(), directed)

    def _set(self, width: float, directed: bool) -> list[_Paragraph]:
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        pieces = self.text.split("\n") if directed else [self.text.replace("\n", "\u2028")]
        paragraphs: list[_Paragraph] = []
        start, top, widest = 0, 0.0, 0.0
        for piece in pieces:
            backwards = directed and _runs_left(piece)
            sides, ways = Qt.AlignmentFlag, Qt.LayoutDirection
            option.setTextDirection(ways.RightToLeft if backwards else ways.LeftToRight)
            option.setAlignment((sides.AlignRight if backwards else sides.AlignLeft) | sides.AlignAbsolute)
            length = units(piece)
            added = self._ends(start, length) if directed else []
            layout = QTextLayout(_isolating(piece, added) if directed else piece, self._hand.font)
            paragraph = _Paragraph(layout, start, length, top, 0.0, added)
            layout.setTextOption(option)
            layout.setCacheEnabled(True)
            layout.setFormats(self._formats(paragraph))
            layout.beginLayout()
            height = 0.0
            while (line := layout.createLine()).isValid():
                line.setLineWidth(width)
                height += self._place(line, height)
                widest = max(widest, line.naturalTextWidth())
            layout.endLayout()
            paragraph.height = height or self._hand.line
            paragraphs.append(paragraph)
            top += paragraph.height
            start += length + 1
        self.size = QSizeF(min(width, math.ceil(widest)), top)
        return paragraphs

    def _place(self, line: QTextLine, y: float) -> float:
        hand = self._hand
        if line.height() <= hand.line:  # one baseline, whatever fonts stand in for missing letters
            line.setPosition(QPointF(0, y + (hand.line - hand.height) / 2 + hand.ascent - line.ascent()))
            return hand.line
        line.setPosition(QPointF(0, y))
        return math.ceil(line.height())

    def _ends(self, start: int, length: int) -> list[int]:
        """Beginnings and ends of the links in that paragraph, counted from its start."""
        within = [(at - start, long) for at, long in self._spans if start <= at < start + length]
        return [end for at, long in within for end in (at, at + long)]

    def _formats(self, paragraph: _Paragraph) -> list[QTextLayout.FormatRange]:
        ranges, start, length = [], paragraph.start, paragraph.length
        if start < self._strong:
            ranges.append(_range(0, paragraph.laid(min(length, self._strong - start)), bold=True))
        for at, long in self._spans:
            if start <= at < start + length:
                ranges.append(_range(paragraph.laid(at - start), long, underline=True))
        return ranges

    # -- painting ----------------------------------------------------------------------------------------------------

    def draw(
        self,
        painter: QPainter,
        at: QPointF,
        color: QColor,
        selection: tuple[int, int] | None = None,
        selected: tuple[QColor, QColor] | None = None,
    ) -> None:
        """Paints with its top left at ``at``; ``selected`` are ground and text of the ``selection``."""
        painter.setPen(color)
        for paragraph in self._paragraphs:
            marks: list[QTextLayout.FormatRange] = []
            if selection is not None and selected is not None:
                first = max(selection[0] - paragraph.start, 0)
                last = min(selection[1] - paragraph.start, paragraph.length)
                if first < last:
                    begin = paragraph.laid(first)
                    marks.append(_range(begin, paragraph.laid(last) - begin, colors=selected))
            paragraph.layout.draw(painter, at + QPointF(0, paragraph.top), marks)

    # -- the mouse ---------------------------------------------------------------------------------------------------

    @property
    def whole(self) -> tuple[int, int]:
        return 0, units(self.text)

    def position_at(self, point: QPointF) -> int:
        """The position between letters that is nearest to ``point``."""
        for paragraph in self._paragraphs:
            y = point.y() - paragraph.top
            if y >= paragraph.height and paragraph is not self._paragraphs[-1]:
                continue
            layout = paragraph.layout
            for number in range(layout.lineCount()):
                line = layout.lineAt(number)
                if y < line.y() + line.height() or number == layout.lineCount() - 1:
                    position: int = line.xToCursor(point.x())
                    return paragraph.start + paragraph.read(position)
            return paragraph.start
        return 0

    def link_at(self, point: QPointF) -> Link | None:
        """The link whose letters lie under ``point``."""
        if not self.links or not (0 <= point.x() <= self.size.width() and 0 <= point.y() <= self.size.height()):
            return None
        for paragraph in self._paragraphs:
            y = point.y() - paragraph.top
            if not 0 <= y < paragraph.height:
                continue
            for number in range(paragraph.layout.lineCount()):
                line = paragraph.layout.lineAt(number)
                box = line.naturalTextRect()
                if box.top() - 2 <= y <= box.bottom() + 2 and box.left() <= point.x() <= box.right():
                    found: int = line.xToCursor(point.x(), QTextLine.CursorPosition.CursorOnCharacter)
                    return self._link_over(paragraph.read(found) + paragraph.start)
        return None

    def _link_over(self, position: int) -> Link | None:
        for link, (at, long) in zip(self.links, self._spans, strict=True):
            if at <= position < at + long:
                return link
        return None

    def word_at(self, position: int) -> tuple[int, int]:
        """The word around ``position``, for a double click."""
        finder = QTextBoundaryFinder(QTextBoundaryFinder.BoundaryType.Word, self.text)
        finder.setPosition(min(position + 1, units(self.text)))
        first = finder.toPreviousBoundary()
        last = finder.toNextBoundary()
        return max(first, 0), units(self.text) if last < 0 else last

    def between(self, first: int, last: int) -> str:
        """The text from one position to another."""
        encoded = self.text.encode("utf-16-le", "surrogatepass")
        return encoded[2 * first : 2 * last].decode("utf-16-le", "replace")


def _isolating(piece: str, ends: list[int]) -> str:
    """``piece`` as it is laid out: between two ``ends`` (UTF-16 units) each it reads from left to right by itself."""
    encoded = piece.translate(_OVERRIDES).encode("utf-16-le", "surrogatepass")
    cuts = [0, *(2 * end for end in ends), len(encoded)]
    parts = [encoded[a:b].decode("utf-16-le", "surrogatepass") for a, b in pairwise(cuts)]
    return parts[0] + "".join((_POP if place % 2 else _ISOLATE) + part for place, part in enumerate(parts[1:]))


def _range(
    start: int,
    length: int,
    *,
    underline: bool = False,
    bold: bool = False,
    colors: tuple[QColor, QColor] | None = None,
) -> QTextLayout.FormatRange:
    style = QTextCharFormat()
    if bold:
        style.setFontWeight(QFont.Weight.DemiBold)
    if underline:
        style.setFontUnderline(True)
    if colors is not None:
        style.setBackground(colors[0])
        style.setForeground(colors[1])
    result = QTextLayout.FormatRange()
    result.start, result.length, result.format = start, length, style
    return result


def one_line(text: str) -> str:
    """``text`` without breaks or invisible characters, for a label that must not be reordered by it."""
    return "".join(
        " " if c.isspace() else c for c in text if unicodedata.category(c) not in {"Cc", "Cf"} or c.isspace()
    )
