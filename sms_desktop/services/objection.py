"""What its recipient, or somebody here, has said against a text that has not left yet."""

from typing import Any

from sms_desktop.domain.consent import SPOKEN, TOLD_HERE, Consent, ConsentSource
from sms_desktop.domain.message import Message
from sms_desktop.domain.reply import Held
from sms_desktop.store import consent, conversations, outbox, questions, replies


def objection(db: Any, message: Message) -> Held | None:
    """Why that text must not leave by now; None where it may. What answers a keyword may leave after a STOP too; what a
    rule answers may not while they seem to ask us to stop, and nobody has said yet that they do not.
    """
    line, peer = message.line, message.peer
    if consent.opted_out(db, line, peer) and not replies.answers_keyword(db, message.id):
        return opted_out_by(consent.of(db, line, peer))
    place = conversations.get(db, message.conversation_id)
    if place is not None and place.blocked:
        return Held.BLOCKED
    if replies.is_by_rule(db, message.id) and is_asked_about(db, line, peer):
        return Held.ASKS_TO_STOP
    return None


def is_asked_about(db: Any, line: str, peer: str) -> bool:
    """Whether a text of theirs seems to ask us to stop, and nobody has said yet that it does not."""
    return questions.open_since(db, line, peer, consent.events(db, line, peer)) is not None


def asks_since(db: Any, message: Message) -> bool:
    """The same of one that whoever wrote this text of ours could not know, nor who saw it wait and wanted it to leave.
    It is not asked of automatic replies, which have rules of their own.
    """
    if replies.asked_at(db, message.id) is not None:
        return False
    return questions.is_news(db, message.line, message.peer, max(message.seq, outbox.let(db, message.id)))


def opted_out_by(found: Consent) -> Held:
    """Why somebody who opted out gets no reply, by what shows it."""
    source = found.by.source if found.by is not None else None
    if source in SPOKEN:
        return Held.OPTED_OUT
    if source in TOLD_HERE:
        return Held.OPTED_OUT_BY_LIST if source is ConsentSource.IMPORT else Held.OPTED_OUT_HERE
    return Held.OPTED_OUT_BEFORE
