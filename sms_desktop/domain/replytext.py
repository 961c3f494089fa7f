"""The words of an automatic reply, with what stands for something: ``{first name|there}``."""

import re
from collections.abc import Mapping

from sms_desktop.domain.errors import BadInput
from sms_desktop.domain.message import BODY_LIMIT

FIRST_NAME, NAME, BUSINESS, LINE, NUMBER, HOURS = (
    "first name", "name", "business", "line", "number", "opening hours",
)  # fmt: skip
VARIABLES = (FIRST_NAME, NAME, BUSINESS, LINE, NUMBER, HOURS)
"""In braces; after a bar what stands there where it is not known: the contact's name, the business, the line's name and
number as people write it, and its opening hours.
"""
_VARIABLE = re.compile(r"\{([^{}|]*)(?:\|([^{}]*))?\}")


def check_text(text: str) -> None:
    """Raises BadInput with what is wrong with its variables or its length."""
    if len(text) > BODY_LIMIT:
        raise BadInput(f"The reply has {len(text):,} characters; Twilio takes at most {BODY_LIMIT:,}.")
    for found in _VARIABLE.finditer(text):
        if _name(found[1]) not in VARIABLES:
            known = ", ".join(f"{{{name}}}" for name in VARIABLES)
            raise BadInput(f"“{found[0][:40]}” stands for nothing. What can stand there: {known}.")


_NOT_CARRIED = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What TwiML, which is XML, cannot carry: what is stored must be what is sent, or it is not known again."""


def filled(text: str, values: Mapping[str, str]) -> str:
    """``text`` with its variables' ``values``, else their fallbacks, else nothing; as long as Twilio takes it.

    What a value contains is never read as a variable.
    """

    def value(found: re.Match[str]) -> str:
        known = values.get(_name(found[1]), "").strip()
        return known or (found[2] or "").strip()

    words = _VARIABLE.sub(value, text)
    if words != text:  # what was left empty leaves no hole
        words = re.sub(r"[ \t]+([,.;:!?])", r"\1", re.sub(r"[ \t]{2,}", " ", words))
    words = _NOT_CARRIED.sub("", words.replace("\r\n", "\n").replace("\r", "\n"))
    return words.strip()[:BODY_LIMIT]


def left_out(text: str, values: Mapping[str, str]) -> tuple[str, ...]:
    """The variables for which nothing stands there: they have neither a value nor a fallback."""
    empty = (
        name
        for found in _VARIABLE.finditer(text)
        if (name := _name(found[1])) in VARIABLES and not values.get(name, "").strip() and not (found[2] or "").strip()
    )
    return tuple(dict.fromkeys(empty))


def uses(text: str, variable: str) -> bool:
    """Whether that variable stands in it."""
    return any(_name(found[1]) == variable for found in _VARIABLE.finditer(text))


def first_name(name: str) -> str:
    """What people are greeted by; "" of a company's or a number's name."""
    first = name.split(maxsplit=1)[0] if name.split() else ""
    return first if any(c.isalpha() for c in first) else ""


def _name(written: str) -> str:
    return " ".join(written.split()).casefold()
