"""Pictures and files: what Twilio takes, what a file really is, and the rules for sending it.

Source of types and limits: Twilio's accepted MIME types for MMS and the Message resource (10 media, 5 MB in all).
"""

import codecs
import mimetypes
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sms_desktop.domain.errors import BadInput

LIKELY = "image/*"
"""The type of a file of which Twilio has told no more than that there is one: nearly all are pictures."""
MAX_ATTACHMENTS = 10
MAX_TOTAL_BYTES = 5 * 1024 * 1024

_SENDABLE_BY_KIND = {
    "image": "jpeg gif png heic heif tiff bmp",
    "video": "mpeg4 mp4 mpeg webm quicktime 3gpp 3gpp2 3gpp-tt h261 h263 h263-1998 h263-2000 h264 h265",
    "audio": "ogg mpeg mp4 mp3 3gpp 3gpp2 basic l24 vnd.rn-realaudio vnd.wave ac3 webm amr-nb amr",
    "text": "vcard x-vcard directory csv richtext rtf calendar",
    "application": "pdf vcard",
}
_SENDABLE = frozenset(f"{kind}/{name}" for kind, names in _SENDABLE_BY_KIND.items() for name in names.split())
_TEXT_BY_NAME = {
    ".vcf": "text/vcard",
    ".csv": "text/csv",
    ".ics": "text/calendar",
    ".rtf": "text/rtf",
}
_SAME = {
    "image/pjpeg": "image/jpeg",
    "image/jpg": "image/jpeg",
    "audio/x-wav": "audio/vnd.wave",
    "audio/wav": "audio/vnd.wave",
}


_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})
_NOT_IN_NAMES = re.compile(r'[<>:"|?*]')
_DEVICE = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])\s*(?:\.|$)", re.IGNORECASE
)


class MediaState(StrEnum):
    """Inbound media are fetched after their message is committed; outbound media are ready from the start."""

    PENDING = "pending"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class File:
    """Bytes in the media folder, known by content: ``sha256`` hex, ``size`` in bytes, ``name`` as people know it."""

    sha256: str
    size: int
    content_type: str
    name: str


@dataclass(frozen=True, slots=True)
class Media:
    """One picture or file of a message. ``id`` is the store's number, ``url`` where Twilio keeps an inbound one.

    ``file`` is None until fetched; ``error`` is the sentence of the last failed fetch; ``content_type`` what Twilio or
    the content said, or what is likely.
    """

    id: int
    position: int
    content_type: str
    state: MediaState
    file: File | None = None
    url: str | None = None
    error: str | None = None

    @property
    def is_image(self) -> bool:
        return self.content_type.startswith("image/")

    @property
    def is_missing(self) -> bool:
        """Whether fetching it has failed, be it for good or until the next try: by hand it can be fetched at once."""
        return self.state is MediaState.FAILED or (self.state is MediaState.PENDING and self.error is not None)


def content_type_of(data: bytes, name: str) -> str:
    """The type by content (the first few KB suffice); the name decides only between kinds of plain text."""
    import puremagic

    if data.startswith(b"ID3"):
        return "audio/mpeg"  # puremagic wants a whole frame
    if data.startswith(b"PK\x03\x04"):
        return _packed(data)  # puremagic takes each archive for a document
    try:
        found = puremagic.from_string(data, mime=True)
    except (puremagic.PureError, ValueError):
        found = ""
    if not isinstance(found, str):
        found = ""
    suffix = Path(name).suffix.lower()
    if suffix in _TEXT_BY_NAME and (not found or found.startswith(("text/", "application/rtf"))):
        return _TEXT_BY_NAME[suffix]
    if found:
        return _SAME.get(found.lower(), found.lower())
    if b"\0" in data[:4096]:
        return "application/octet-stream"
    named = mimetypes.guess_type(name)[0] or "text/plain"
    if _is_text(data) and named.partition("/")[0] in {"image", "audio", "video", "font"}:
        return "text/plain"  # a script that is called photo.jpg
    return named


_OFFICE = {
    b"word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    b"xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    b"ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}


def _packed(data: bytes) -> str:
    """What a zip archive is, by the names at its beginning."""
    if b"[Content_Types].xml" in data or b"_rels/.rels" in data:
        return next((kind for folder, kind in _OFFICE.items() if folder in data), "application/zip")
    if data[30:38] == b"mimetype":
        told = re.match(rb"application/vnd\.oasis\.opendocument\.[a-z-]+", data[38:120])
        return told.group().decode() if told is not None else "application/zip"
    return "application/java-archive" if b"META-INF/" in data else "application/zip"


def _is_text(data: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data)  # what is cut off at the end is no fault
    except UnicodeDecodeError:
        return False
    return True


def sendable(content_type: str) -> bool:
    """Whether Twilio takes this type in an MMS."""
    return content_type in _SENDABLE


def check_attachment(file: File, already: tuple[File, ...]) -> None:
    """Raises BadInput with the reason when ``file`` cannot join ``already``."""
    if file.size == 0:
        raise BadInput(f"“{file.name}” is empty, so there is nothing to send.")
    if not sendable(file.content_type):
        kind = describe(file.content_type)
        raise BadInput(
            f"“{file.name}” is {kind}, which phones cannot receive by text. Send a picture or a PDF instead."
        )
    if len(already) >= MAX_ATTACHMENTS:
        raise BadInput(f"A message takes at most {MAX_ATTACHMENTS} attachments.")
    total = file.size + sum(f.size for f in already)
    if total > MAX_TOTAL_BYTES:
        what = (
            f"“{file.name}” is {size_words(file.size)}"
            if not already
            else f"Together they would be {size_words(total)}"
        )
        raise BadInput(f"{what}; a message takes at most {size_words(MAX_TOTAL_BYTES)} in all.")


def describe(content_type: str) -> str:
    """A few words for a content type: “a Word document”, “a file of type application/x-foo”."""
    known = {
        "image/webp": "a WebP picture",
        "image/svg+xml": "an SVG drawing",
        "text/html": "a web page",
        "text/plain": "a plain text file",
        "application/zip": "an archive",
        "application/msword": "a Word document",
        "application/octet-stream": "a file of an unknown kind",
        "application/x-dosexec": "a program",
        "application/vnd.microsoft.portable-executable": "a program",
    }
    if "officedocument" in content_type:
        return "an Office document"
    return known.get(content_type, f"a file of type {content_type}")


def size_words(size: int) -> str:
    """412 KB, 2.3 MB, 5 MB, 78.9 GB: 1024-based, at most one decimal."""
    if size < 1024:
        return f"{size} B"
    if size < 1024 * 1024:
        return f"{round(size / 1024)} KB"
    if size >= 1024**3:
        return f"{size / 1024**3:.1f}".removesuffix(".0") + " GB"
    return f"{size / 1024 / 1024:.1f}".removesuffix(".0") + " MB"


def safe_name(name: str, limit: int = 80) -> str:
    """A name for the eye and for any system's disk: without path, control or bidi characters, streams (``a:b``) and
    the names of Windows' devices; never empty.
    """
    name = re.split(r"[\\/]", name)[-1]
    name = "".join(c for c in name if unicodedata.category(c) not in _UNSEEN)
    name = _NOT_IN_NAMES.sub("_", name).strip(". ")
    if _DEVICE.match(name):
        name = f"_{name}"
    if len(name) > limit:
        stem, dot, suffix = name.rpartition(".")
        name = f"{stem[: limit - len(suffix) - 1]}.{suffix}" if dot and len(suffix) < 10 else name[:limit]
    return name.strip(". ") or "file"


def wire_name(name: str, content_type: str) -> str:
    """A name as Twilio wants it in a URL: at most 20 ASCII letters, digits, dots and dashes, with a fitting suffix."""
    own = re.search(r"\.[A-Za-z0-9]{1,8}$", name)
    suffix = mimetypes.guess_extension(content_type) or (own.group() if own else ".bin")
    stem = re.sub(r"[^A-Za-z0-9-]+", "-", unicodedata.normalize("NFKD", Path(name).stem)).strip("-") or "file"
    return stem[: 20 - len(suffix)] + suffix
