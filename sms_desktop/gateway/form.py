"""The forms that Twilio posts: read strictly, kept whole.

Source: Twilio's pages on the request to an incoming message webhook and to a status callback.
"""

import binascii
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from multidict import MultiDict

from sms_desktop.domain.message import CALLBACK, Status, StatusReport

log = logging.getLogger(__name__)

MAX_FIELDS = 200
"""Twice what Twilio could ever send: ten pictures take twenty, and all that its pages name some fifty."""
_BROKEN_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_MEDIA_URL = re.compile(r"MediaUrl(\d{1,3})")
_MESSAGE_SID = re.compile(r"(?:SM|MM)[0-9a-f]{32}")
_ACCOUNT_SID = re.compile(r"AC[0-9a-f]{32}")
_CHARSETS = frozenset({"utf-8", "utf8", "us-ascii"})


class BadForm(Exception):
    """The body is no form, or lacks what every such form has."""


@dataclass(frozen=True, slots=True)
class Inbound:
    """A message from a person: raw addresses, ``media`` as (url, content type) in order, ``opt_out_type`` STOP, START,
    HELP or "", ``segments`` as Twilio billed them, ``params`` every field in the order it came.
    """

    sid: str
    account_sid: str
    from_: str
    to: str
    body: str
    media: tuple[tuple[str, str], ...]
    opt_out_type: str
    segments: int | None
    params: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """The message and the account that a post names which Twilio did not sign: well formed, and nothing more."""

    sid: str
    account_sid: str


def claim(form: Mapping[str, str]) -> Claim | None:
    """What an unsigned post says that it is about; None where it names nothing that can be asked for."""
    sid = form.get("MessageSid") or form.get("SmsSid") or form.get("SmsMessageSid") or ""
    account_sid = form.get("AccountSid", "")
    if _MESSAGE_SID.fullmatch(sid) and _ACCOUNT_SID.fullmatch(account_sid):
        return Claim(sid, account_sid)
    return None


def parse(content_type: str, body: bytes) -> MultiDict[str]:
    """Every field, blank and repeated ones too, nothing trimmed: the signature is made over them as they are.

    Raises BadForm for another type of content, too many fields, broken escapes, and what is not UTF-8.
    """
    kind, _, rest = content_type.partition(";")
    if kind.strip().lower() != "application/x-www-form-urlencoded":
        raise BadForm("not a form")
    parameter, _, charset = rest.strip().partition("=")
    if parameter.strip().lower() == "charset" and charset.strip(' "').lower() not in _CHARSETS:
        raise BadForm("not UTF-8")
    if body.count(b"&") >= MAX_FIELDS:
        raise BadForm("too many fields")
    if _BROKEN_ESCAPE.search(body):
        raise BadForm("broken escapes")
    form: MultiDict[str] = MultiDict()
    try:
        if not body.isascii():
            body.decode()
        for field in body.split(b"&") if body else ():
            name, sign, value = field.partition(b"=")
            if not sign:
                raise BadForm("not a form")
            form.add(_plain(name), _plain(value))
    except UnicodeDecodeError:
        raise BadForm("not UTF-8") from None
    return form


def _plain(text: bytes) -> str:
    """Without its escapes, which must be whole. Those of quoted-printable differ by their sign alone, and are read by
    the library a hundred times as fast: a stranger's 64 KB of them would take 5 ms of the loop.
    """
    if b"%" in text:
        text = binascii.a2b_qp(text.replace(b"=", b"%3D").replace(b"+", b" ").replace(b"%", b"="))
    else:
        text = text.replace(b"+", b" ")
    return text.decode()


def inbound(form: Mapping[str, str]) -> Inbound:
    """Raises BadForm without a SID, sender or recipient; nothing is refused for its looks."""
    sid = form.get("MessageSid") or form.get("SmsSid") or form.get("SmsMessageSid")
    sender, recipient = form.get("From"), form.get("To")
    if not sid or not sender or not recipient:
        raise BadForm("no MessageSid, From or To")
    segments = form.get("NumSegments", "")
    return Inbound(
        sid=sid,
        account_sid=form.get("AccountSid", ""),
        from_=sender,
        to=recipient,
        body=form.get("Body", ""),
        media=_media(form) if "MediaUrl0" in form or form.get("NumMedia", "0") != "0" else (),
        opt_out_type=form.get("OptOutType", ""),
        segments=int(segments) if segments.isascii() and segments.isdecimal() and len(segments) < 6 else None,
        params=tuple(form.items()),
    )


def status_report(form: Mapping[str, str]) -> StatusReport | None:
    """What a status callback says, by this computer's clock; None where its status is one that is new to us.

    Raises BadForm without a SID or status.
    """
    sid = form.get("MessageSid") or form.get("SmsSid")
    word = form.get("MessageStatus") or form.get("SmsStatus")
    if not sid or not word:
        raise BadForm("no MessageSid or MessageStatus")
    try:
        status = Status(word.lower())
    except ValueError:
        log.warning("a callback tells a status that is new to us: %.20r", word)
        return None
    code = form.get("ErrorCode", "")
    return StatusReport(
        status=status,
        error_code=int(code) or None if code.isascii() and code.isdecimal() and len(code) < 8 else None,
        sid=sid,
        source=CALLBACK,
        at=datetime.now(UTC),
        raw=tuple(form.items()),
    )


def _media(form: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """By the fields that are there, whatever NumMedia says."""
    numbers = sorted({int(found[1]) for name in form if (found := _MEDIA_URL.fullmatch(name))})
    named = ((form.get(f"MediaUrl{n}", ""), form.get(f"MediaContentType{n}", "")) for n in numbers)
    return tuple((url, content_type or "application/octet-stream") for url, content_type in named if url)
