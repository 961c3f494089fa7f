"""Getting the pictures of an outbound MMS from where the sender says they are (facts §6)."""

from urllib.parse import unquote, urlsplit

import aiohttp
from yarl import URL

from sms_desktop.simulator.account import Attachment
from sms_desktop.simulator.webhooks import Webhooks, read_limited, wire_url

MOST_BYTES = 5 * 1024 * 1024
_TIMEOUT = aiohttp.ClientTimeout(total=15, sock_connect=5)
_TYPES = {
    "image": "jpeg jpg gif png heic heif tiff bmp",
    "video": "mpeg4 mp4 mpeg webm quicktime 3gpp 3gpp2 3gpp-tt h261 h263 h263-1998 h263-2000 h264 h265",
    "audio": "ogg mpeg mp4 mp3 3gpp 3gpp2 basic l24 vnd.rn-realaudio vnd.wave ac3 webm amr-nb amr",
    "text": "vcard x-vcard directory csv richtext rtf calendar",
    "application": "pdf vcard",
}
ACCEPTED = frozenset(f"{family}/{name}" for family, names in _TYPES.items() for name in names.split())
_SIGNS = {
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/jpg": (b"\xff\xd8\xff",),
    "image/gif": (b"GIF87a", b"GIF89a"),
    "application/pdf": (b"%PDF",),
}


class FetchError(Exception):
    """A file that could not be had: `code` is what the message fails with, `url` where it was."""

    def __init__(self, code: int, url: str) -> None:
        super().__init__(f"{code} for a media URL")
        self.code = code
        self.url = url


async def fetch(webhooks: Webhooks, urls: tuple[str, ...]) -> list[Attachment]:
    """HEAD and GET for each, as Twilio does. 11200: not to be had; 12300: a wrong type; 11751: over 5 MB in all."""
    found: list[Attachment] = []
    room = MOST_BYTES
    for url in urls:
        try:
            attachment = await _fetch_one(webhooks.session, url, room)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise FetchError(11200, url) from error
        room -= len(attachment[1])
        found.append(attachment)
    return found


async def _fetch_one(session: aiohttp.ClientSession, url: str, room: int) -> Attachment:
    target, auth = wire_url(url)
    headers = {"Authorization": auth} if auth else {}
    wire = URL(target, encoded=True)
    async with session.head(wire, headers=headers, timeout=_TIMEOUT, allow_redirects=True) as response:
        if response.status >= 400 and response.status not in {405, 501}:
            raise FetchError(11200, url)
        if response.status < 400 and (response.content_length or 0) > room:
            raise FetchError(11751, url)
    async with session.get(wire, headers=headers, timeout=_TIMEOUT) as response:
        if response.status != 200:
            raise FetchError(11200, url)
        content_type = response.content_type.lower()
        if content_type not in ACCEPTED:
            raise FetchError(12300, url)
        data = await read_limited(response, room)
        disposition = response.content_disposition
    if len(data) > room:
        raise FetchError(11751, url)
    signs = _SIGNS.get(content_type)
    if not data or (signs and not data.startswith(signs)):
        raise FetchError(12300, url)
    name = disposition.filename if disposition else None
    return content_type, data, name or unquote(urlsplit(url).path.rpartition("/")[2])
