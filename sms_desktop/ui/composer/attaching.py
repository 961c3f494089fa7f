"""From what was offered to files in the media folder, one by one, off the loop."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage, QImageWriter

from sms_desktop.domain.errors import SmsDesktopError
from sms_desktop.domain.media import MAX_TOTAL_BYTES, File
from sms_desktop.ui.composer.offer import Offer


class Attaches(Protocol):
    """What takes a copy of what is to be sent; raises BadInput with the reason why it cannot be."""

    async def attach(self, path: Path, already: Sequence[File] = ()) -> File: ...
    async def attach_bytes(self, data: bytes, name: str, already: Sequence[File] = ()) -> File: ...


async def take(
    offer: Offer, media: Attaches, already: Callable[[], tuple[File, ...]], taken: Callable[[File], None]
) -> list[str]:
    """Gives ``taken`` each file that can be sent beside ``already``; returns the reasons why others cannot."""
    refused: list[str] = []
    things: tuple[Path | QImage, ...] = offer.paths if offer.image is None else (*offer.paths, offer.image)
    for thing in things:
        try:
            if isinstance(thing, Path):
                file = await media.attach(thing, already())
            else:
                name, data = await asyncio.to_thread(_encoded, thing)
                file = await media.attach_bytes(data, name, already())
        except SmsDesktopError as error:
            refused.append(str(error))
        else:
            taken(file)
    return list(dict.fromkeys(refused))


def _encoded(image: QImage) -> tuple[str, bytes]:
    """A pasted picture as a file: PNG, or JPEG where that would be too big to send."""
    data = _as(image, b"png")
    return ("picture.png", data) if len(data) <= MAX_TOTAL_BYTES else ("picture.jpg", _as(image, b"jpg", 88))


def _as(image: QImage, kind: bytes, quality: int = -1) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(kind))
    writer.setQuality(quality)
    writer.write(image)
    buffer.close()
    return bytes(data.data())
