"""What lies where in a message's row. Measures only; ``delegate`` paints it.

A shape is a box of fixed width that the view puts at the sender's side, so that a wider pane moves it and measures
nothing again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum, auto

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF
from PySide6.QtGui import QFontMetricsF

from sms_desktop.domain.failures import Again
from sms_desktop.domain.media import Media, MediaState
from sms_desktop.domain.message import Doubt, Message
from sms_desktop.domain.reply import AUTHOR
from sms_desktop.services.clock import now
from sms_desktop.ui.theme import Theme
from sms_desktop.ui.timeline import sentences
from sms_desktop.ui.timeline.prose import Hand, Prose, shown
from sms_desktop.ui.timeline.rows import MessageRow
from sms_desktop.ui.words import Receipt, receipt

WIDEST = 460.0
"""A bubble, a card and a file are at most this wide."""
NARROWEST = 120.0
BUBBLE_X, BUBBLE_Y = 12.0, 8.0
META_GAP, META, META_AIR = 4.0, 15.0, 8.0
MARK, MARK_GAP = 14.0, 3.0
"""A status mark, and what lies between it and its word."""
PICTURE = QSizeF(230, 240)
"""The most that a thumbnail takes; ``PLACEHOLDER`` is kept for one that is not there yet."""
PLACEHOLDER = QSizeF(230, 120)
SMALLEST = QSizeF(96, 60)
REFUSED_HEIGHT = 76.0
TILE_GAP = 4.0
FILE = QSizeF(260, 56)
FILE_TEXT, FILE_LINE = 56.0, 16.0
"""Where a file's words begin, and how far apart the lines of a long sentence are."""
CARD_X, CARD_Y = 12.0, 10.0
CORNER = 90.0
"""Of what stands at a failure card's lower right, so much is time and code."""

Look = QSize | None | bool
"""A picture's upright size; None while unknown; False if it cannot be shown."""


class Act(StrEnum):
    """What a button in a row does."""

    TRY_AGAIN = auto()
    DETAILS = auto()
    SEND_AGAIN = auto()
    SEND_TWICE = auto()
    WAIT = auto()
    ASK_NOW = auto()
    LEAVE = auto()
    UNDO = auto()
    CANCEL = auto()
    SEND_UNCHECKED = auto()
    SEND_WITHOUT = auto()
    WRITE_ANEW = auto()
    SEND_NOW = auto()
    MEND = auto()
    FETCH_AGAIN = auto()
    RULE = auto()


SENDS = frozenset(
    {Act.TRY_AGAIN, Act.SEND_AGAIN, Act.SEND_TWICE, Act.SEND_WITHOUT, Act.WRITE_ANEW, Act.SEND_UNCHECKED, Act.SEND_NOW}
)
"""What has something leave for the person."""


@dataclass(frozen=True, slots=True)
class Button:
    """A link-like button over the row; ``media_id`` is set for FETCH_AGAIN. ``tone`` names a colour of the theme.

    ``why`` it cannot be pressed, or "".
    """

    act: Act
    label: str
    rect: QRectF
    tone: str
    media_id: int = 0
    why: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """A picture, or what stands for it."""

    media: Media
    rect: QRectF
    alone: bool
    refused: bool = False


@dataclass(frozen=True, slots=True)
class FileCard:
    media: Media
    rect: QRectF


@dataclass(frozen=True, slots=True)
class Meta:
    """The line below a run: ``text`` at ``rect``, and right of it the status (mark, word, and a warning where it is
    ``doubted``) at ``status``; both None while it can be undone, and of what came in.
    """

    text: str
    rect: QRectF
    receipt: Receipt | None = None
    status: QRectF | None = None
    doubted: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """The card below a message that failed, is unconfirmed or waits unchecked. ``corner`` is at its lower right."""

    rect: QRectF
    ground: str
    tone: str
    prose: Prose
    prose_at: QPointF
    corner: str = ""
    corner_rect: QRectF | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """All rectangles are in a box of ``width`` by ``height``; the bubble of an empty text is None."""

    width: float
    height: float
    right: bool
    tiles: tuple[Tile, ...]
    files: tuple[FileCard, ...]
    bubble: QRectF | None
    prose: Prose | None
    prose_at: QPointF
    meta: Meta | None
    notice: Notice | None
    buttons: tuple[Button, ...]

    @property
    def media(self) -> list[tuple[QRectF, Media]]:
        """Pictures and files, and where they are."""
        return [*((t.rect, t.media) for t in self.tiles), *((f.rect, f.media) for f in self.files)]

    @property
    def status(self) -> QRectF | None:
        """Where the status stands: in the meta line, else at the foot of the failure's card."""
        if self.meta is not None:
            return self.meta.status
        corner = self.notice.corner_rect if self.notice is not None else None
        return None if corner is None else corner.adjusted(max(0.0, corner.width() - CORNER), 0, 0, 0)

    @property
    def body(self) -> QRectF:
        """Bubble, pictures and files together: where the focus ring goes."""
        whole = QRectF(self.bubble) if self.bubble is not None else QRectF()
        for rect, _ in self.media:
            whole = whole.united(rect)
        return whole


class Hands:
    """The fonts of the timeline and their measures; made again when the theme changes its fonts."""

    def __init__(self, theme: Theme) -> None:
        self.body = Hand.of(theme.font("body"), 20)
        self.card = Hand.of(theme.font("secondary"), 19)
        self.meta = Hand.of(theme.font("badge"), META)
        self.line = Hand.of(theme.font("meta"), 18)
        self.meta_width = QFontMetricsF(self.meta.font)
        self.card_width = QFontMetricsF(self.card.font)
        self.line_width = QFontMetricsF(self.line.font)


def tile_size(natural: QSize) -> QSizeF:
    """The place of a lone picture: its own aspect within ``PICTURE``; extreme ones are cropped."""
    wide, high = max(1, natural.width()), max(1, natural.height())
    scale = min(PICTURE.width() / wide, PICTURE.height() / high, 2.0)
    return QSizeF(
        round(min(PICTURE.width(), max(SMALLEST.width(), wide * scale))),
        round(min(PICTURE.height(), max(SMALLEST.height(), high * scale))),
    )


def is_picture(media: Media) -> bool:
    """Whether it is shown as one: drawings that are programs (SVG) never are."""
    kind = media.file.content_type if media.file is not None else media.content_type
    return kind.startswith("image/") and not kind.startswith("image/svg")


def tries_of(message: Message, *, asked: bool = False) -> list[tuple[Act, str]]:
    """What can be done to have a failed message sent after all; ``asked``: whether it may arrive twice is clear."""
    if not message.lacks_files:
        return [(Act.SEND_TWICE, "Yes, send again") if asked else (Act.TRY_AGAIN, "Try again")]
    without = [(Act.SEND_WITHOUT, "Send without it")] if message.body.strip() else []
    return [*without, (Act.WRITE_ANEW, "Attach it anew")]


def shape_of(row: MessageRow, width: float, right: bool, hands: Hands, look: Callable[[Media], Look]) -> Shape:
    """Measures ``row`` in a box of ``width``; ``right``: its things lie at the box's right side."""
    return _Measure(row, width, right, hands, look).shape()


class _Measure:
    def __init__(self, row: MessageRow, width: float, right: bool, hands: Hands, look: Callable[[Media], Look]) -> None:
        self._row, self._width, self._right, self._hands, self._look = row, width, right, hands, look
        self._y = float(row.gap)
        self._buttons: list[Button] = []

    def shape(self) -> Shape:
        message = self._row.message
        pictures = [m for m in message.media if is_picture(m)]
        tiles = self._pictures(pictures)
        files = [self._file(m) for m in message.media if m not in pictures]
        bubble, prose, prose_at = self._bubble(message)
        meta = self._meta() if self._row.last and not message.failed else None
        notice = None
        if message.outbound and message.failed:
            notice = self._failure(message)
        elif sentences.in_doubt(message) and message.doubt is not Doubt.LEFT:
            notice = self._doubt(message)
        elif self._row.asleep:
            notice = self._asleep()
        elif self._row.unchecked and self._row.held is None:
            acts = [(Act.SEND_UNCHECKED, "Send anyway"), (Act.CANCEL, "Cancel")]
            notice = self._warning(f"{sentences.UNCHECKED}.", sentences.WHY_UNCHECKED, acts)
        return Shape(
            self._width,
            self._y,
            self._right,
            tuple(tiles),
            tuple(files),
            bubble,
            prose,
            prose_at,
            meta,
            notice,
            tuple(self._buttons),
        )

    def _place(self, size: QSizeF) -> QRectF:
        """The next thing at the sender's side, 4 px below the last."""
        if self._y > self._row.gap:
            self._y += TILE_GAP
        rect = QRectF(self._x(size.width()), self._y, size.width(), size.height())
        self._y += size.height()
        return rect

    def _x(self, width: float) -> float:
        return self._width - width if self._right else 0.0

    # -- pictures and files ------------------------------------------------------------------------------------------

    def _pictures(self, pictures: list[Media]) -> list[Tile]:
        if len(pictures) == 1:
            return [self._lone(pictures[0])]
        side = (PICTURE.width() - TILE_GAP) / 2
        tiles: list[Tile] = []
        for i in range(0, len(pictures), 2):
            pair = pictures[i : i + 2]
            line = self._place(QSizeF(PICTURE.width(), side))
            wide = line.width() if len(pair) == 1 else side
            for column, media in enumerate(pair):
                rect = QRectF(line.x() + column * (side + TILE_GAP), line.y(), wide, side)
                tiles.append(Tile(media, rect, alone=False, refused=self._look(media) is False))
                self._fetch_button(media, rect)
        return tiles

    def _lone(self, media: Media) -> Tile:
        look = self._look(media) if media.state is MediaState.READY else None
        if look is False:
            return Tile(media, self._place(QSizeF(PICTURE.width(), REFUSED_HEIGHT)), alone=True, refused=True)
        rect = self._place(tile_size(look) if isinstance(look, QSize) else PLACEHOLDER)
        self._fetch_button(media, rect)
        return Tile(media, rect, alone=True)

    def _file(self, media: Media) -> FileCard:
        size = QSizeF(min(FILE.width(), self._width), FILE.height())
        if media.is_missing:
            wide = self._hands.line_width.horizontalAdvance(sentences.why_failed(media))
            lines = 2 if wide > size.width() - FILE_TEXT - 10 else 1
            size.setHeight(FILE.height() + 22 + (lines - 1) * FILE_LINE)
        rect = self._place(size)
        self._fetch_button(media, rect, rect.x() + FILE_TEXT - 2)
        return FileCard(media, rect)

    def _fetch_button(self, media: Media, rect: QRectF, left: float | None = None) -> None:
        message = self._row.message
        if not media.is_missing or (message.outbound and message.sid is None):  # Twilio never had it
            return
        wide = self._hands.card_width.horizontalAdvance("Fetch again") + 4
        place = QRectF(rect.center().x() - wide / 2 if left is None else left, rect.bottom() - 28, wide, 20)
        self._buttons.append(Button(Act.FETCH_AGAIN, "Fetch again", place, "link", media.id))

    # -- text --------------------------------------------------------------------------------------------------------

    def _bubble(self, message: Message) -> tuple[QRectF | None, Prose | None, QPointF]:
        text = shown(message.body)
        if not text.strip():
            if message.media:
                return None, None, QPointF()
            text = sentences.EMPTY
        prose = Prose(text, self._hands.body, self._width - 2 * BUBBLE_X, links=True)
        size = QSizeF(max(prose.size.width() + 2 * BUBBLE_X, 36), prose.size.height() + 2 * BUBBLE_Y)
        rect = self._place(size)
        at = QPointF(rect.center().x() - prose.size.width() / 2, rect.y() + BUBBLE_Y)
        return rect, prose, at

    def _meta(self) -> Meta:
        line = QRectF(4, self._y + META_GAP, self._width - 8, META)
        self._y = line.bottom()
        message, held = self._row.message, self._row.held
        if held is not None:
            line = self._beside(line, Act.UNDO, "Undo", "link")
        elif self._row.lingers and not self._row.unchecked:
            line = self._beside(line, Act.CANCEL, "Cancel", "muted")
        elif self._row.rule:
            line = self._beside(line, Act.RULE, sentences.rule_word(self._row.rule), "muted")
        text = sentences.meta_of(message, held)
        mark = receipt(message.status, message.error_code) if message.outbound and held is None else None
        metrics = self._hands.meta_width
        if self._row.retried_at is not None:
            text = sentences.meta_tried(message, self._row.retried_at, brief=False)
            rest = 0 if mark is None else MARK + 2 * MARK_GAP + metrics.horizontalAdvance(f" · {mark.word}")
            if metrics.horizontalAdvance(text) + rest > line.width():
                text = sentences.meta_tried(message, self._row.retried_at, brief=True)
        if mark is None:
            wide = metrics.horizontalAdvance(text)
            return Meta(text, QRectF(line.right() - wide if self._right else line.left(), line.y(), wide, META))
        text += " · "
        doubted = message.contradicted
        wide = metrics.horizontalAdvance(text)
        rest = MARK + MARK_GAP + metrics.horizontalAdvance(mark.word) + (MARK_GAP + MARK if doubted else 0)
        start = line.right() - wide - rest if self._right else line.left()
        status = QRectF(start + wide, line.y(), rest, META)
        return Meta(text, QRectF(start, line.y(), wide, META), mark, status, doubted)

    def _beside(self, meta: QRectF, act: Act, label: str, tone: str) -> QRectF:
        """A button at the outer end of the meta line; gives what is left of the line."""
        metrics = self._hands.line_width if tone == "muted" else self._hands.card_width
        wide = metrics.horizontalAdvance(label) + 4
        x = meta.right() - wide if self._right else meta.left()
        self._buttons.append(Button(act, label, QRectF(x, meta.center().y() - 10, wide, 20), tone))
        return meta.adjusted(0, 0, -wide - META_AIR, 0) if self._right else meta.adjusted(wide + META_AIR, 0, 0, 0)

    # -- what went wrong ---------------------------------------------------------------------------------------------

    def _failure(self, message: Message) -> Notice:
        title, advice = sentences.failure(self._row)
        harm = sentences.harm(self._row)
        if harm and not self._row.asking:
            advice = f"{advice} {harm}"
        if message.retry_of is not None:
            advice = f"{advice} {sentences.NEW_TRY}"
        if message.author == AUTHOR:
            advice = f"{advice} {sentences.AUTOMATIC}"
        acts = [(Act.DETAILS, "Details")]
        if self._row.retried_at is not None:
            advice = f"{advice} {sentences.tried_again(self._row.retried_at)}"
        elif self._row.asking:
            title, advice = sentences.ASK, sentences.TWICE_ANOTHER
            acts = [*tries_of(message, asked=True), (Act.WAIT, "No, wait")]
        else:
            remedies = self._remedies(message, harm)
            acts = remedies if message.lacks_files and remedies else [*remedies, *acts]  # there is no room for all
        left = self._unless_barred(acts, harm)
        acts, advice = left, advice if len(left) == len(acts) else sentences.BARRED  # to try again is no advice then
        self._y += META_GAP
        top = self._y
        prose = self._words(title, f"\n{advice}")
        self._y += 4
        x = self._links(acts, harm)
        if x > CARD_X and self._width - CARD_X - x < CORNER:
            x, self._y = CARD_X, self._y + 20
        corner = QRectF(x, self._y, self._width - CARD_X - x, 20)
        self._y += 20 + CARD_Y - 2
        rect = QRectF(0, top, self._width, self._y - top)
        return Notice(rect, "bad_ground", "bad", prose, _inside(rect), sentences.corner_of(message), corner)

    def _remedies(self, message: Message, harm: str) -> list[tuple[Act, str]]:
        """To try again first where that is what helps; else the one useful thing, and what is not to be done."""
        if sentences.is_twilios(self._row):
            return []
        mend = sentences.mend_of(self._row)
        mends = [(Act.MEND, mend)] if mend else []
        if harm:
            return [*mends, (Act.TRY_AGAIN, "Try again")]
        if not sentences.can_try_again(self._row) and not self._row.barred:
            return mends
        again = sentences.again(self._row)
        if again is Again.VAIN or message.lacks_files:
            return mends if again is Again.VAIN else tries_of(message)
        return [*tries_of(message), *mends] if again is Again.HELPS else [*mends, *tries_of(message)]

    def _links(self, acts: list[tuple[Act, str]], harm: str) -> float:
        """Lays the card's buttons out in as many lines as they take; gives where the last one's line goes on."""
        x = CARD_X
        for act, label in acts:
            wide = self._hands.card_width.horizontalAdvance(label) + 4
            if x > CARD_X and x + wide > self._width - CARD_X:
                x, self._y = CARD_X, self._y + 20
            why = harm if act is Act.TRY_AGAIN else ""
            place = QRectF(x - 2, self._y, wide, 20)
            self._buttons.append(Button(act, label, place, "muted_on_tint" if why else "bad", why=why))
            x += wide + 10
        return x

    def _doubt(self, message: Message) -> Notice:
        title, advice = sentences.doubt(message)
        again, details = (Act.SEND_AGAIN, "Send again"), (Act.DETAILS, "Details")
        acts = {
            Doubt.ASKING: [(Act.ASK_NOW, "Ask now"), again],
            Doubt.OVER: [again, (Act.LEAVE, "Leave it")],
        }.get(message.doubt or Doubt.LEFT, [again, details])
        if self._row.retried_at is not None:
            advice = f"{advice} {sentences.tried_again(self._row.retried_at)}"
            acts = [act for act in acts if act is not again]
        elif self._row.asking:
            title, advice = sentences.ASK, sentences.TWICE
            acts = [*tries_of(message, asked=True), (Act.WAIT, "No, wait")]
        elif self._row.asked_below:
            acts = [act for act in acts if act is not again]
        left = self._unless_barred(acts)
        acts, advice = left, advice if len(left) == len(acts) else f"{advice} {sentences.BARRED}"
        return self._warning(title, advice, acts)

    def _asleep(self) -> Notice:
        acts = [(Act.SEND_NOW, sentences.SEND_NOW), (Act.UNDO, sentences.TAKE_BACK)]
        if self._row.barred:
            return self._warning(sentences.STAYS, sentences.WHY_STAYS, acts[1:])
        if self._row.asks:
            return self._warning(sentences.ASKED, sentences.WHY_ASKED, acts)
        return self._warning(f"{sentences.ASLEEP}.", sentences.asleep(self._row, now()), acts)

    def _warning(self, title: str, advice: str, acts: list[tuple[Act, str]]) -> Notice:
        self._y += 2 * META_GAP
        top = self._y
        prose = self._words(title, f" {advice}")
        self._y += CARD_Y
        rect = QRectF(0, top, self._width, self._y - top)
        self._y += META_GAP
        widths = [self._hands.line_width.horizontalAdvance(label) + 4 for _, label in acts]
        x = self._width - 2 - sum(widths) - 8 * (len(acts) - 1) if self._right else 2.0
        for (act, label), wide in zip(acts, widths, strict=True):
            self._buttons.append(Button(act, label, QRectF(x, self._y, wide, 18), "muted"))
            x += wide + 8
        self._y += 18
        return Notice(rect, "warn_ground", "warn", prose, _inside(rect))

    def _unless_barred(self, acts: list[tuple[Act, str]], harm: str = "") -> list[tuple[Act, str]]:
        """Nothing that would be sent is offered for a person who said STOP; what cannot be pressed for its ``harm`` may
        stand.
        """
        return [(act, label) for act, label in acts if harm or not (self._row.barred and act in SENDS)]

    def _words(self, title: str, advice: str) -> Prose:
        prose = Prose(title + advice, self._hands.card, self._width - 2 * CARD_X, strong=len(title))
        self._y += CARD_Y + prose.size.height()
        return prose


def _inside(card: QRectF) -> QPointF:
    return card.topLeft() + QPointF(CARD_X, CARD_Y)
