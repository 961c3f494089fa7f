"""Why a conversation cannot be written to, and what would lift that."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sms_desktop.domain.consent import TOLD_HERE, ConsentEvent, ConsentSource
from sms_desktop.domain.conversation import Conversation
from sms_desktop.domain.line import Line, is_service
from sms_desktop.domain.phone import AddressKind, can_be_texted, kind_of
from sms_desktop.ui.words import clock, day_and_time, name_of, one_line


class Lift(StrEnum):
    """What the card's button does, by its text; NONE shows no button."""

    PROOF = "See proof"
    CONSENT = "Consent…"
    UNBLOCK = "Unblock"
    OTHER_LINE = "Choose another line"
    NONE = ""


SHARED = "That counts for all numbers of a Messaging Service, so for {line} too."


@dataclass(frozen=True, slots=True)
class Lock:
    """The card's two sentences and its button."""

    title: str
    reason: str
    lift: Lift = Lift.NONE


def lock_of(
    conversation: Conversation, lines: Sequence[Line], now: datetime, by: ConsentEvent | None = None
) -> Lock | None:
    """The first reason why nothing can be sent here, or None; ``by`` is the entry of the opt-out, once it is read."""
    if conversation.opted_out_at is not None:
        lift = Lift.CONSENT if conversation.opted_out_source in TOLD_HERE else Lift.PROOF
        line = name_of(conversation.line, lines)
        if by is not None and by.opted_out and by.line != conversation.line:
            reason = _stopped(conversation, conversation.opted_out_at, now, name_of(by.line, lines))
            reason = f"{reason} {SHARED.format(line=line)}"
        else:
            reason = _stopped(conversation, conversation.opted_out_at, now, line)
        return Lock("You cannot text this person.", reason, lift)
    if conversation.blocked:
        reason = "You blocked this number. Unblock it to write again."
        return Lock("You cannot text this person.", reason, Lift.UNBLOCK)
    if not can_be_texted(conversation.peer):
        return _one_way(conversation.peer)
    texting = [line for line in lines if line.sms]
    if not texting:
        reason = "Your Twilio account has no number that can send texts, or it was not asked yet."
        return Lock("There is no line to send from.", reason)
    if all(line.address != conversation.line for line in texting):
        known = any(line.address == conversation.line for line in lines)
        name, why = name_of(conversation.line, lines), "is not a number of this account any more"
        if is_service(conversation.line) and not known:
            name, why = "The Messaging Service", "of this conversation is not in use here any more"
        elif known:
            why = "cannot send texts"
        return Lock("This line cannot be used.", f"{name} {why}.", Lift.OTHER_LINE)
    return None


def _stopped(conversation: Conversation, at: datetime, now: datetime, line: str) -> str:
    words = one_line(conversation.opted_out_words or "STOP", 80)
    day = day_and_time(at, now).removesuffix(clock(at)).strip()
    when = day if day in {"today", "yesterday"} else f"on {day}"
    when = f"{when} at {clock(at)}"
    start = "They can write START to allow it again."
    match conversation.opted_out_source:
        case ConsentSource.STAFF:
            return f"It was entered here {when} that they want no texts from {line}: “{words}”."
        case ConsentSource.IMPORT:
            return f"A list that was imported says that they want no texts from {line}, {when}: {words}."
        case ConsentSource.ERROR:
            return f"Twilio said {when} that they had opted out of {line}. {start}"
        case ConsentSource.ATTESTED:
            return f"These records say that they opted out of {line} {when}. {start}"
        case _:
            return f"They wrote {words} to {line} {when}. {start}"


def _one_way(peer: str) -> Lock:
    if kind_of(peer) is AddressKind.ALPHANUMERIC:
        return Lock("This sender cannot be answered.", f"“{peer}” is a name without a number: its texts go one way.")
    return Lock("This address cannot be texted.", f"“{peer}” is not a phone number.")
