"""Where Twilio fetches the files of a message from."""

from datetime import datetime, timedelta

from sms_desktop.domain.media import wire_name
from sms_desktop.domain.message import Message
from sms_desktop.gateway.public_address import media_url
from sms_desktop.store import media
from sms_desktop.store.store import Tx

LIFETIME = timedelta(hours=4)
"""Twilio fetches files at once or within its queue's patience."""


def addresses(tx: Tx, message: Message, base: str, at: datetime) -> tuple[str, ...]:
    """Those of its files below our public address ``base``, for `LIFETIME` from ``at`` on."""
    shared = media.share(tx, message.id, at, at + LIFETIME) if message.media else []
    files = [(token, item.file) for token, item in shared if item.file is not None]
    return tuple(media_url(base, token, wire_name(file.name, file.content_type)) for token, file in files)
