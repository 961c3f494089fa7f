"""The answer to an inbound message: TwiML, read with suspicion."""

from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError

import defusedxml
from defusedxml.ElementTree import fromstring

MOST_REPLIES = 10
_ATTRIBUTES = frozenset({"to", "from", "action", "method", "statusCallback"})
_CHILDREN = frozenset({"Body", "Media"})


class Unreadable(Exception):
    """The answer is no TwiML; `code` is the debugger's code for it."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True, slots=True)
class Reply:
    """`<Message>`: None where the answer left it to Twilio."""

    body: str
    media_urls: tuple[str, ...] = ()
    to: str | None = None
    from_: str | None = None
    status_callback: str | None = None


@dataclass(frozen=True, slots=True)
class Redirect:
    """`<Redirect>`: the URL as written, which may be relative."""

    url: str
    method: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that Twilio logs and passes over."""

    code: int
    text: str


Verb = Reply | Redirect | Notice


def read(content_type: str, body: bytes) -> list[Verb]:
    """The verbs in order; nothing after a redirect is reached. Plain text is a reply. Raises Unreadable."""
    if not body.strip():
        return []
    if content_type == "text/plain":
        return [Reply(body.decode("utf-8", "replace").strip())]
    if content_type not in {"text/xml", "application/xml", "text/html"}:
        raise Unreadable(12300, f"Invalid Content-Type: {content_type}")
    try:
        root: Element = fromstring(body, forbid_dtd=True)
    except (ParseError, defusedxml.DefusedXmlException, ValueError) as error:
        raise Unreadable(12100, "Document parse failure") from error
    if root.tag != "Response":
        raise Unreadable(12100, "The root element is not Response")
    verbs: list[Verb] = []
    for element in root:
        verb = _verb(element)
        if isinstance(verb, Reply) and sum(isinstance(v, Reply) for v in verbs) == MOST_REPLIES:
            verbs.append(Notice(14109, "TwiML Reply message limit exceeded"))
            break
        if isinstance(verb, Reply) and (strange := _strange(element)):
            verbs.append(Notice(12200, f"Schema validation warning: {strange} is not allowed in Message"))
        verbs.append(verb)
        if isinstance(verb, Redirect):
            break
    return verbs


def _strange(element: Element) -> str:
    """The first part of a `<Message>` that does not belong there, which is passed over; "" where all does."""
    parts = [*(name for name in element.attrib if name not in _ATTRIBUTES),
             *(child.tag for child in element if child.tag not in _CHILDREN)]  # fmt: skip
    return parts[0] if parts else ""


def _verb(element: Element) -> Verb:
    if element.tag == "Redirect":
        return Redirect((element.text or "").strip(), element.get("method", "POST").upper())
    if element.tag not in {"Message", "Sms"}:
        return Notice(14110, f"Invalid verb for an SMS reply: {element.tag}")
    texts = [child.text or "" for child in element if child.tag == "Body"]
    media = tuple((child.text or "").strip() for child in element if child.tag == "Media")
    body = "".join(texts) if texts else (element.text or "").strip()
    if not body and not media:
        return Notice(14103, "Message without a body")
    callback = element.get("statusCallback") or element.get("action")
    return Reply(body, media, element.get("to"), element.get("from"), callback)
