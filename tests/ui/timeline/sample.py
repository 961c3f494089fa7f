"""Messages, pages and pictures for the timeline's tests."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PySide6.QtGui import QColor, QImage

from sms_desktop.domain.catchup import Origin
from sms_desktop.domain.media import File, Media, MediaState
from sms_desktop.domain.message import Direction, Doubt, Message, Page, Status

LINE, PEER = "+12125550100", "+12125550187"
START = datetime(2026, 3, 12, 15, 0, tzinfo=UTC)


def message(
    number: int,
    body: str = "hello",
    *,
    out: bool = False,
    status: Status | None = None,
    at: datetime | None = None,
    updated_at: datetime | None = None,
    media: Iterable[Media] = (),
    code: int | None = None,
    author: str | None = None,
    retry_of: str | None = None,
    conversation_id: int = 1,
    origin: Origin | None = None,
    held_until: datetime | None = None,
    doubt: Doubt | None = None,
    asked_at: datetime | None = None,
) -> Message:
    """The ``number``-th message, ten minutes after the one before unless ``at`` is given."""
    when = at or START + timedelta(minutes=10 * number)
    return Message(
        id=f"{number:032x}",
        seq=number,
        conversation_id=conversation_id,
        line=LINE,
        peer=PEER,
        direction=Direction.OUTBOUND if out else Direction.INBOUND,
        body=body,
        status=status or (Status.DELIVERED if out else Status.RECEIVED),
        at=when,
        updated_at=updated_at or when,
        media=tuple(media),
        error_code=code,
        author=author,
        retry_of=retry_of,
        origin=origin,
        held_until=held_until,
        doubt=doubt,
        asked_at=asked_at,
    )


def page(messages: Iterable[Message], *, older: bool = False, newer: bool = False) -> Page:
    return Page(tuple(messages), older, newer)


def picture(folder: Path, name: str = "chair.png", wide: int = 800, high: int = 600, color: str = "#c06030") -> File:
    """A picture on disk, named as it is; see ``path_in``."""
    image = QImage(wide, high, QImage.Format.Format_RGB32)
    image.fill(QColor(color))
    assert image.save(str(folder / name))
    return blob(folder, name, (folder / name).read_bytes(), f"image/{name.rpartition('.')[2]}")


def blob(folder: Path, name: str, data: bytes, content_type: str) -> File:
    (folder / name).write_bytes(data)
    return File(hashlib.sha256(data + name.encode()).hexdigest(), len(data), content_type, name)


def ready(file: File, number: int = 1) -> Media:
    return Media(number, number, file.content_type, MediaState.READY, file)
