"""Twilio's signature on what it posts: over the address that it called, and the fields in order of their names.

The SDK's validator sorts and joins all fields anew for each address, and again without its port, and writes into the
log what a stranger put into a header. Here they are joined once, so that one more address costs one HMAC.
"""

import base64
import hmac
import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit

from multidict import MultiDict
from twilio.request_validator import get_signature_algorithm

from sms_desktop.gateway.public_address import signed_base

_HASHES = {"HMAC_SHA1": "sha1", "HMAC_SHA256": "sha256"}
_SHAPE = re.compile(rb"[A-Za-z0-9+/]{27}=|[A-Za-z0-9+/]{43}=")
"""What a signature looks like: base64 of SHA-1 or of SHA-256."""


@lru_cache(maxsize=64)
def bases(public: str) -> tuple[str, str]:
    """What may stand before the path in what Twilio signs: the address as it is, and with its port left out, or with
    the usual one where it has none, for not all at Twilio that signs does the same with ports.
    """
    base = signed_base(public)
    parts = urlsplit(base)
    if parts.port is None:
        netloc = f"{parts.netloc}:{443 if parts.scheme == 'https' else 80}"
    else:
        netloc = parts.netloc.rpartition(":")[0]
    return base, parts._replace(netloc=netloc).geturl()


def signed_over(
    bases: Iterable[str], path: str, form: MultiDict[str], signature: str, token: str, settings: str | None = None
) -> str | None:
    """The first of ``bases`` over which Twilio signed this; None: over none.

    ``path`` with its query as it came over the wire; ``settings`` the header that names the algorithm. An empty token
    signs nothing, and what cannot be encoded is nobody's.
    """
    algorithm = _HASHES.get(get_signature_algorithm(settings).upper())
    if not token or algorithm is None:
        return None
    try:
        given = signature.encode("ascii")
        signed = (path + "".join(name + value for name, value in sorted(set(form.items())))).encode()
    except UnicodeEncodeError:
        return None
    if not _SHAPE.fullmatch(given):
        return None
    key = token.encode()
    return next(
        (base for base in bases if hmac.compare_digest(_made(key, base.encode() + signed, algorithm), given)), None
    )


def _made(key: bytes, signed: bytes, algorithm: str) -> bytes:
    return base64.b64encode(hmac.digest(key, signed, algorithm))
