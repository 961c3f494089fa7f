"""Files that strangers sent: which may be opened, and under which name; the others are only saved."""

import mimetypes
import re
from pathlib import Path

from sms_desktop.domain.media import File, describe, safe_name

_HARMLESS = {
    "application/pdf": "pdf",
    "text/plain": "txt text log",
    "text/vcard": "vcf vcard",
    "text/x-vcard": "vcf vcard",
    "text/calendar": "ics",
}
_HARMLESS_KINDS = {
    "image": "jpg jpeg jpe jfif png gif bmp dib webp tif tiff heic heif avif",
    "audio": "mp3 m4a aac amr awb ogg oga opus wav wave flac 3gp 3gpp weba mp4 aif aiff au snd l24",
    "video": "mp4 m4v mov 3gp 3gpp 3g2 webm mpg mpeg mkv avi ogv h263 h264",
}
"""The suffixes under which each kind may be opened. Ours, not the system's table: on some, that has .bat for text. What
is not named here is only saved: drawings that are programs (SVG, EPS), playlists, which fetch.
"""
_NEVER = re.compile("svg|postscript|eps|wmf|emf|url|m3u|scpls|pls|asx|asf|xspf|djvu|photoshop|flash|realaudio")
"""In types that are of a harmless kind by their first word alone."""
_SUFFIXES = {"audio/vnd.wave": ".wav", "text/x-vcard": ".vcf", "audio/amr": ".amr", "image/heic": ".heic"}


def danger(file: File) -> str:
    """A sentence of warning where the file is of a kind that can harm a computer when opened, else ""."""
    name = safe_name(file.name)
    suffixes = _suffixes_of(file.content_type)
    harmless = bool(suffixes)
    if harmless and _fits(name, suffixes):
        return ""
    what = describe(file.content_type) if not harmless else "not what its name says"
    return f"“{name}” is {what}. Such a file can harm a computer, so it is not opened here. Save it if you expected it."


def _suffixes_of(content_type: str) -> frozenset[str]:
    """Those that such a file may have to be opened; none where it may not."""
    kind = content_type.partition("/")[0]
    told = "" if _NEVER.search(content_type) else _HARMLESS.get(content_type) or _HARMLESS_KINDS.get(kind, "")
    return frozenset(told.split())


def _fits(name: str, suffixes: frozenset[str]) -> bool:
    """Whether the name's suffix, if any, says the same kind as the content: photo.jpg.exe does not."""
    suffix = Path(name).suffix
    return not suffix or suffix[1:].lower() in suffixes


def name_to_open(file: File) -> str:
    """The file's own name, with the suffix of what it truly is."""
    suffix = _SUFFIXES.get(file.content_type) or mimetypes.guess_extension(file.content_type) or ""
    path = Path(safe_name(file.name))
    if not suffix or (path.suffix and _fits(path.name, _suffixes_of(file.content_type))):
        return path.name
    return f"{path.stem}{suffix}"
