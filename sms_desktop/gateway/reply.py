"""What the webhook server answers with."""

import re
from collections.abc import Sequence

from aiohttp import web
from twilio.twiml.messaging_response import MessagingResponse

from sms_desktop.domain.reply import Answer

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NO_REPLY = str(MessagingResponse()).encode()
HEADERS = {"Server": "sms-desktop", "X-Content-Type-Options": "nosniff"}


def plain(status: int, sentence: str) -> web.Response:
    """A status and a sentence that gives nothing away."""
    return web.Response(
        status=status, body=sentence.encode(), headers={**HEADERS, "Content-Type": "text/plain; charset=utf-8"}
    )


def not_allowed(methods: str) -> web.Response:
    """405; ``methods`` as the Allow header has them."""
    answer = plain(405, f"Only {methods.replace(', ', ' and ')} here.")
    answer.headers["Allow"] = methods
    return answer


def twiml(answers: Sequence[Answer]) -> web.Response:
    """An empty <Response/> says: no reply."""
    body = xml(answers) if answers else _NO_REPLY
    return web.Response(body=body, headers={**HEADERS, "Content-Type": "text/xml; charset=utf-8"})


def xml(answers: Sequence[Answer]) -> bytes:
    """The TwiML that has Twilio send ``answers``. Characters that XML cannot carry are left out."""
    response = MessagingResponse()
    for answer in answers:
        message = response.message(status_callback=answer.status_callback)
        if answer.text:
            message.body(_NOT_XML.sub("", answer.text))
        for url in answer.media_urls:
            message.media(url)
    return str(response).encode()


def quotable(name: str) -> str:
    """``name`` as it may stand in a header between quotes."""
    return re.sub(r"[^ !#-\[\]-~]", "_", name)
