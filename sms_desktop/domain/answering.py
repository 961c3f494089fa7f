"""Who answers STOP, START and HELP: Twilio or we.

Source: Twilio does for long codes and toll-free numbers, and for all senders of a Messaging Service with Advanced
Opt-Out; for a short code that is in no service nobody does but us.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sms_desktop.domain.consent import (
    CASUAL,
    HELP_WORDS,
    ONLY_TWILIO,
    START_WORDS,
    STOP_WORDS,
    TOLL_FREE_START_WORDS,
    Keywords,
    Wish,
    wish_of,
    word_key,
)
from sms_desktop.domain.errors import BadInput
from sms_desktop.domain.phone import AddressKind, kind_of
from sms_desktop.domain.replytext import BUSINESS, check_text, uses


class Answering(StrEnum):
    """Who answers the keywords on a line."""

    TWILIO = "twilio"
    WE = "we"


class Keyword(StrEnum):
    """What has an answer of its own."""

    STOP = "stop"
    START = "start"
    HELP = "help"


TEXTS = {
    Keyword.STOP: "{business|This number}: you are unsubscribed and will get no more messages. Reply START to get them "
    "again, HELP for help.",
    Keyword.START: "{business|This number}: you will get our messages again. Msg frequency varies. Msg&data rates may "
    "apply. Reply HELP for help, STOP to cancel.",
    Keyword.HELP: "{business|This number}: reply here and we will help you. Msg frequency varies. Msg&data rates may "
    "apply. Reply STOP to cancel.",
}
"""What we answer where nobody wrote anything else."""
_MENTIONS = {Keyword.STOP: (), Keyword.START: ("STOP", "HELP"), Keyword.HELP: ("STOP",)}


@dataclass(frozen=True, slots=True)
class LineAnswering:
    """``usual`` is found out from the line itself; ``chosen`` is what a person set, None where nobody did.

    ``advanced``: Twilio has told what it made of a text there (OptOutType), as it does with Advanced Opt-Out alone.
    """

    line: str
    usual: Answering
    chosen: Answering | None = None
    advanced: bool = False

    @property
    def who(self) -> Answering:
        return self.chosen or self.usual


def usual(line: str, service: str | None) -> Answering:
    """Who answers on a line that belongs to that Messaging Service; None: to none. Two answers are as wrong as none."""
    return Answering.WE if kind_of(line) is AddressKind.SHORT_CODE and service is None else Answering.TWILIO


def keyword_of(body: str, *, toll_free: bool = False, own: Keywords = ONLY_TWILIO) -> Keyword | None:
    """Which keyword a text is, Twilio's or the account's ``own``."""
    if body.strip().upper() in HELP_WORDS:
        return Keyword.HELP
    wish = wish_of(body, toll_free=toll_free, own=own)
    return None if wish is None else Keyword.STOP if wish is Wish.STOP else Keyword.START


def is_left_to_twilio(body: str, opt_out_type: str, *, was_out: bool) -> bool:
    """Whether Twilio has an answer to it. “Yes” from somebody who never opted out is a word like any other."""
    if opt_out_type:
        return True
    word = body.strip().upper()
    return word in STOP_WORDS | START_WORDS | HELP_WORDS and (word != CASUAL or was_out)


def is_due(keyword: Keyword, body: str, *, was_out: bool) -> bool:
    """Whether the ``keyword`` that ``body`` is gets an answer: STOP twice gets one, HELP always, and START and UNSTOP
    as well. Another word for it from somebody who never opted out is a word like any other.
    """
    if keyword is Keyword.START:
        return was_out or body.strip().upper() in TOLL_FREE_START_WORDS
    return keyword is Keyword.HELP or not was_out


_NO_NAME = re.compile(r"@|\btwilio\b|['’]s account$", re.IGNORECASE)
"""What Twilio calls an account that nobody has named."""


def known_as(registered: Iterable[str], account: str) -> str:
    """What a business is called of which nobody entered the name: as it is ``registered`` with the carriers, else as
    its ``account`` at Twilio is called; "" where neither is a name.
    """
    names = (" ".join(name.split()) for name in (*registered, account))
    return next((name for name in names if name and _NO_NAME.search(name) is None), "")


TWILIOS = "Twilio’s automatic answer"
"""Who wrote such a message, as it is shown."""
_TWILIOS = {
    Keyword.STOP: "you have successfully been unsubscribed",
    Keyword.START: "you have successfully been re-subscribed",
    Keyword.HELP: "reply stop to unsubscribe",
}
"""How Twilio's own answers begin, where nobody gave it others."""


def is_twilios_answer(reply: str, said: str) -> bool:
    """Whether ``reply`` is what Twilio answers by itself to the keyword that ``said`` is."""
    keyword = keyword_of(said)
    return keyword is not None and may_be_twilios(reply, (keyword,))


def may_be_twilios(reply: str, keywords: Iterable[Keyword] = tuple(Keyword)) -> bool:
    """Whether it is in the words that Twilio answers one of the ``keywords`` in."""
    words = " ".join(reply.casefold().split())
    return any(words.startswith(_TWILIOS[keyword]) for keyword in keywords)


def check_texts(texts: Mapping[Keyword, str], business: str) -> None:
    """Raises BadInput where one of them lacks what carriers ask for."""
    for keyword, text in texts.items():
        name = keyword.upper()
        if not text.strip():
            raise BadInput(f"Write what we answer to {name}.")
        check_text(text)
        named = bool(business.strip()) and word_key(business) in word_key(text)
        if not uses(text, BUSINESS) and not named:
            raise BadInput(f"The answer to {name} has to name your business: write {{{BUSINESS}}} where it belongs.")
        for word in _MENTIONS[keyword]:
            if word not in text:
                raise BadInput(f"The answer to {name} has to tell people that they can reply {word}.")
