"""Log files that may be shown to anyone: tokens, phone numbers and the words of messages never reach them.

Code logs none of these in the first place; what slips in with an error's text is masked here, line by line.
"""

import contextlib
import logging
import os
import re
import time
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

from sms_desktop.domain.errors import BadInput

LEVELS = ("debug", "info", "warning", "error")
FILE_BYTES = 2 * 1024 * 1024
FILES_KEPT = 5
_QUIET = (
    "twilio.http_client", "twilio.async_http_client", "aiohttp.access", "aiohttp.client", "asyncio", "qasync", "PIL",
)  # fmt: skip
"""Libraries that tell too much below WARNING: the SDK logs phone numbers, an access log every path, and the window's
loop whatever is handed to a thread, ngrok's token among it.
"""

_MASKS: tuple[tuple[re.Pattern[str], str], ...] = (
    # Authorization: Basic QUM…, 'Authorization': 'Bearer …'
    (re.compile(r"(?i)\b(basic|bearer)(\s+)[A-Za-z0-9+/=._~-]{8,}"), r"\1\2…"),
    (re.compile(r"(?i)\b(authorization)(\W{1,6})(?!basic|bearer)[^\s'\",;]+"), r"\1\2…"),
    # https://user:password@host
    (re.compile(r"(?<=://)[^\s/@'\"]+@"), "…@"),
    # token 0123…, auth_token='…', TWILIO_AUTH_TOKEN=…, "api_secret": "…", X-Twilio-Signature: …
    (
        re.compile(
            r"(?i)(token|secret|password|passwd|signature)(['\"]?\s*[=:]\s*['\"]?|\s+)(?=\S*[\d=+/])[^\s'\",;&)]{6,}"
        ),
        r"\1\2…",
    ),
    (re.compile(r"(?i)(token|secret|password|passwd)(['\"]?\s*[=:]\s*['\"]?)[^\s'\",;&)…]+"), r"\1\2…"),
    # what a person wrote: body='…', Body=…, "body": "…", and the values of an SQL statement; to the end of the line
    (re.compile(r"(?i)(\b(?:body|snippet|words|draft|notes)['\"]?\s*[=:]\s*)\S.*"), r"\1…"),
    (re.compile(r"(?i)(\[parameters: ).*"), r"\1…]"),
    # the query of a URL or path; the unguessable part of a media path
    (re.compile(r"(/[^\s?'\"<>]*)\?[^\s'\"<>]+"), r"\1?…"),
    (re.compile(r"(/media/)[A-Za-z0-9_-]{8,}"), r"\1…"),
    # phone numbers: +14155550132, %2B1415…, +1 415-555-0132, (415) 555-0132, 14155550132
    (re.compile(r"(?:\+|%2[Bb])\d{4,13}(\d\d)(?!\d)"), r"+…\1"),
    (re.compile(r"\+\d(?:[ ().-]{0,2}\d){5,12}[ ().-]{0,2}(\d\d)(?!\d)"), r"+…\1"),
    (re.compile(r"\(\d{3}\)[ -]?\d{3}[ -]?\d\d(\d\d)(?!\d)"), r"…\1"),
    (re.compile(r"(?<![\w.+…-])\d{8,13}(\d\d)(?![\w.…])"), r"…\1"),
)


def redact(text: str) -> str:
    """``text`` without credentials, words of messages, queries of URLs, and all but the last 2 digits of numbers."""
    for pattern, instead in _MASKS:
        text = pattern.sub(instead, text)
    return text


class RedactingFormatter(logging.Formatter):
    """UTC time, level, logger, message; errors and their tracebacks pass through the same masks."""

    def __init__(self) -> None:
        super().__init__("%(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        return f"{at}.{int(record.msecs):03d}Z {redact(super().format(record))}"


class _PrivateFile(RotatingFileHandler):
    """Readable by the user alone; a full disk costs log lines, never the work that is being logged."""

    def _open(self) -> TextIOWrapper:
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return open(descriptor, "a", encoding=self.encoding, errors=self.errors)

    def close(self) -> None:
        """Closes; what a full disk did not take is lost."""
        with contextlib.suppress(OSError):
            super().close()

    def handleError(self, record: logging.LogRecord) -> None:
        """Says nothing: there is nowhere left to say it."""


def set_up(directory: Path | None, level: str) -> None:
    """Logs to ``sms-desktop.log`` in ``directory`` (None: to stderr), at least ``level``, one of LEVELS.

    Raises BadInput for another level. A directory that cannot be written to turns to stderr: it must not keep the app
    from saying so itself. Called again, it replaces what it set up before.
    """
    if level.lower() not in LEVELS:
        raise BadInput(f"“{level}” is not a log level. Use one of {', '.join(LEVELS)}.")
    handler: logging.Handler
    trouble: OSError | None = None
    try:
        handler = logging.StreamHandler() if directory is None else _file(directory)
    except OSError as error:
        trouble, handler = error, logging.StreamHandler()
        handler.setLevel(logging.WARNING)
    handler.setFormatter(RedactingFormatter())
    handler.set_name("sms-desktop")
    root = logging.getLogger()
    for old in [h for h in root.handlers if h.get_name() == "sms-desktop"]:
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)
    root.setLevel(level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    if trouble is not None:
        logging.getLogger(__name__).warning("there is no log file: %s", trouble.strerror)


def _file(directory: Path) -> logging.Handler:
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    return _PrivateFile(directory / "sms-desktop.log", maxBytes=FILE_BYTES, backupCount=FILES_KEPT, encoding="utf-8")
