"""What the clipboard or a drag offers: files, a picture or words."""

import re
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage

_LINE_END = re.compile("\r\n|[\r\u2028\u2029]")
_UNSENDABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Offer:
    """Files on this computer, or a picture that is in no file."""

    paths: tuple[Path, ...] = ()
    image: QImage | None = None


def offers_files(mime: QMimeData) -> bool:
    """Whether ``offer_of`` would find something, told without decoding a picture."""
    return any(url.isLocalFile() for url in mime.urls()) or (mime.hasImage() and not _words(mime))


def offer_of(mime: QMimeData) -> Offer | None:
    """None when there are only words. Words win over a picture of them, which offices add to what they copy."""
    paths = tuple(Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile())
    if paths:
        return Offer(paths=paths)
    if not mime.hasImage() or _words(mime):
        return None
    image = mime.imageData()
    return Offer(image=image) if isinstance(image, QImage) and not image.isNull() else None


def _words(mime: QMimeData) -> bool:
    return mime.hasFormat("text/plain") and bool(mime.text().strip()) and not mime.hasUrls()


def cleaned(text: str) -> str:
    """``text`` without NUL, other control characters and broken surrogates; line ends become ``\\n``."""
    return _UNSENDABLE.sub("", _LINE_END.sub("\n", text))
