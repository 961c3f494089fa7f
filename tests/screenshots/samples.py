"""Sample conversations that hold what the demo's do not: every kind of picture, file, failure and line."""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QImageWriter, QLinearGradient, QPainter
from sqlalchemy import update

from sms_desktop.demo import SHOP
from sms_desktop.domain.catchup import Origin
from sms_desktop.domain.media import File
from sms_desktop.domain.message import Direction, Status
from sms_desktop.engine import Engine
from sms_desktop.store import contacts, lines, media, messages, schema
from sms_desktop.store.messages import PastMessage
from sms_desktop.store.store import Tx

ROSA = "+12125550143"
SALE = "BRIGHTSALE"
DAY = 24 * 60.0
DELAY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Said:
    """``ago`` in minutes; ``files`` as (name, content type, bytes); ``again`` is the place of the text it retries."""

    ago: float
    ours: bool
    body: str = ""
    status: Status | None = None
    code: int | None = None
    files: tuple[tuple[str, str, bytes], ...] = ()
    author: str | None = None
    unseen: bool = False
    again: int | None = None
    sid: str | None = None
    origin: Origin | None = None
    key: str = field(default_factory=lambda: secrets.token_hex(16))


def us(ago: float, body: str = "", status: Status = Status.DELIVERED, code: int | None = None, **more: object) -> Said:
    return Said(ago, True, body, status, code, **more)  # type: ignore[arg-type]


def them(ago: float, body: str = "", **more: object) -> Said:
    return Said(ago, False, body, **more)  # type: ignore[arg-type]


class Tale:
    """A conversation as a seed for ``Stage.play``."""

    def __init__(self, said: Sequence[Said], *, peer: str = ROSA, name: str = "Rosa Lindqvist") -> None:
        self.said, self.peer, self.name = tuple(said), peer, name

    async def __call__(self, engine: Engine) -> None:
        kept = {item: engine.store.media.put(item[2], item[0], item[1]) for said in self.said for item in said.files}
        await engine.store.do(lambda tx: self._write(tx, kept))

    def _write(self, tx: Tx, kept: dict[tuple[str, str, bytes], File]) -> None:
        lines.ensure(tx, SHOP)
        messages.add_history(tx, tuple(self._past(datetime.now(UTC), kept)))
        if self.name:
            contacts.rename(tx, self.peer, self.name)

    def _past(self, at: datetime, kept: dict[tuple[str, str, bytes], File]) -> Iterator[PastMessage]:
        for said in self.said:
            usual = Status.DELIVERED if said.ours else Status.RECEIVED
            yield PastMessage(
                id=said.key,
                line=SHOP,
                peer=self.peer,
                direction=Direction.OUTBOUND if said.ours else Direction.INBOUND,
                body=said.body,
                status=said.status or usual,
                at=at - timedelta(minutes=said.ago),
                sid=said.sid,
                error_code=said.code,
                author=said.author,
                retry_of=None if said.again is None else self.said[said.again].key,
                files=tuple(kept[item] for item in said.files),
                unseen=said.unseen,
                origin=said.origin,
            )


class Awaited:
    """Pictures that have not come: still on their way, or given up with the sentence in ``why``."""

    def __init__(self, body: str, content_type: str, count: int, why: str = "", ago: float = 5) -> None:
        self.body, self.content_type, self.count, self.why, self.ago = body, content_type, count, why, ago

    async def __call__(self, engine: Engine) -> None:
        await engine.store.do(self._write)

    def _write(self, tx: Tx) -> None:
        lines.ensure(tx, SHOP)
        at = datetime.now(UTC)
        items = [(f"https://api.twilio.com/media/{n}", self.content_type) for n in range(self.count)]
        came = at - timedelta(minutes=self.ago)
        sid = "MM" + secrets.token_hex(16)
        message = messages.add_inbound(tx, sid=sid, line=SHOP, peer=ROSA, body=self.body, at=came, media=items)
        assert message is not None
        for item in message.media:
            if self.why:
                media.failed(tx, item.id, self.why, None)
            else:
                tx.db.execute(update(schema.media).where(schema.media.c.id == item.id).values(due_at=at + DELAY))


# Pictures, drawn here so that no file need be kept


def photo(name: str, width: int, height: int, low: str, high: str, kind: str = "JPG") -> tuple[str, str, bytes]:
    """A soft evening: sky from ``high`` to ``low``, a lamp and a table's edge."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    sky = QLinearGradient(QPointF(0, 0), QPointF(width * 0.3, height))
    sky.setColorAt(0, QColor(high))
    sky.setColorAt(1, QColor(low))
    painter.fillRect(image.rect(), sky)
    painter.setPen(Qt.PenStyle.NoPen)
    unit = min(width, height)
    painter.setBrush(QColor(255, 246, 224, 220))
    painter.drawEllipse(QPointF(width * 0.68, height * 0.3), unit * 0.12, unit * 0.12)
    painter.setBrush(QColor(40, 32, 56, 150))
    painter.drawRoundedRect(QRectF(-unit * 0.1, height * 0.72, width * 0.75, height), unit * 0.08, unit * 0.08)
    painter.setBrush(QColor(28, 22, 44, 190))
    painter.drawRoundedRect(QRectF(width * 0.35, height * 0.84, width, height), unit * 0.08, unit * 0.08)
    painter.end()
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(kind.encode()))
    writer.setQuality(90)
    writer.write(image)
    return name, "image/png" if kind == "PNG" else "image/jpeg", bytes(data.data())


def landscape(name: str = "workshop.jpg") -> tuple[str, str, bytes]:
    return photo(name, 1600, 1067, "#f4976c", "#5d6ad6")


def portrait(name: str = "armchair-by-the-window.jpg") -> tuple[str, str, bytes]:
    return photo(name, 1080, 1620, "#ffd3a5", "#3a7ca5")


def several(count: int) -> tuple[tuple[str, str, bytes], ...]:
    colours = (("#f6d365", "#fda085"), ("#84fab0", "#3d8b79"), ("#a1c4fd", "#5b6ee1"), ("#fbc2eb", "#a66cc0"))
    return tuple(photo(f"swatch-{n + 1}.jpg", 900, 700 if n % 2 else 1100, *colours[n % 4]) for n in range(count))


def strip() -> tuple[str, str, bytes]:
    """Much wider than high."""
    return photo("panorama.png", 2400, 300, "#f6d365", "#8c5fa8", "PNG")


def tiny() -> tuple[str, str, bytes]:
    return photo("icon.png", 24, 24, "#84fab0", "#3d8b79", "PNG")


def unshowable() -> tuple[str, str, bytes]:
    return "IMG_0042.heic", "image/heic", b"\0\0\0\x18ftypheic" + b"\0" * 4000


def pdf() -> tuple[str, str, bytes]:
    return "invoice-1182.pdf", "application/pdf", b"%PDF-1.4\n" + b"%" * 88_000


OTHER_FILES: tuple[tuple[str, str, bytes], ...] = (
    ("Rosa Lindqvist.vcf", "text/vcard", b"BEGIN:VCARD\r\nEND:VCARD\r\n" * 12),
    ("a walk through the workshop in the morning light.mp4", "video/mp4", b"\0" * 1_900_000),
    ("voice note.amr", "audio/amr", b"#!AMR\n" + b"\0" * 31_000),
    ("order list.csv", "text/csv", b"item,count\r\n" * 300),
)
