"""Whether a text may be put into the outbox: whom it goes to, what it says, what time it is there.

What must not be raises with a sentence. What may come in between is looked at once more when it leaves (``departure``).
"""

from collections.abc import Sequence
from typing import Any

from sms_desktop.domain.consent import OPTED_OUT_CODE, ConsentEvent, ConsentSource
from sms_desktop.domain.conversation import Conversation
from sms_desktop.domain.errors import BadInput, MayArriveTwice, NightThere, NotReached, OptedOut
from sms_desktop.domain.failures import FILTERED, explain, harm_of
from sms_desktop.domain.media import MAX_ATTACHMENTS, MAX_TOTAL_BYTES, File, size_words
from sms_desktop.domain.message import BODY_LIMIT, DECIDABLE, Message, Status
from sms_desktop.domain.night import AtNight, Night, When
from sms_desktop.domain.phone import can_be_texted
from sms_desktop.domain.reception import sentence
from sms_desktop.services.clock import now
from sms_desktop.services.lines import Lines
from sms_desktop.services.link import Link
from sms_desktop.store import consent, messages, nights, reception
from sms_desktop.store.store import Tx

SAME_WORDS = "The carrier stopped exactly these words just now, and would again. Change them first."


class Admission:
    """All but ``check_content`` are for the database's thread."""

    def __init__(self, link: Link, lines: Lines) -> None:
        self._link, self._lines = link, lines

    def check_content(self, body: str, files: Sequence[File], line: str) -> None:
        """Raises BadInput with the reason when this could not be sent from ``line``."""
        if not body.strip() and not files:
            raise BadInput("There is nothing to send yet.")
        if len(body) > BODY_LIMIT:
            raise BadInput(
                f"The text has {len(body):,} characters; Twilio takes at most {BODY_LIMIT:,}. Shorten it or split it."
            )
        if len(files) > MAX_ATTACHMENTS:
            raise BadInput(f"A message takes at most {MAX_ATTACHMENTS} attachments.")
        total = sum(file.size for file in files)
        if total > MAX_TOTAL_BYTES:
            raise BadInput(
                f"The attachments are {size_words(total)}; a message takes {size_words(MAX_TOTAL_BYTES)} at most."
            )
        known = self._lines.get(line)
        if known is not None and not known.sms:
            raise BadInput(f"{self._lines.name_of(line)} cannot send texts. Choose another line.")
        if files and known is not None and not known.mms:
            raise BadInput(f"{self._lines.name_of(line)} cannot send pictures. Choose another line, or send a link.")
        reachable = self._link.public_url is not None or self._link.address_awaited
        if files and self._link.gateway is not None and not reachable:
            raise BadInput(
                "Pictures need a public address from which Twilio can fetch them. Choose one under Preferences, "
                "Receiving; or send a link."
            )

    def check_peer(self, db: Any, place: Conversation) -> None:
        """Raises OptedOut, or BadInput where they may not or cannot be written to from that line."""
        if place.opted_out_at is not None or consent.opted_out(db, place.line, place.peer):
            by = consent.of(db, place.line, place.peer).by
            raise OptedOut(_opted_out(place, by, self._lines.name_of(place.line), self._wrote_to(db, place, by)))
        if place.blocked:
            raise BadInput("You blocked this person. Unblock them to write again.")
        if not can_be_texted(place.peer):
            raise BadInput(f"“{place.peer}” is a sender without a number, so nobody can answer it.")
        if place.peer == place.line or place.peer in self._lines.pool_of(place.line):
            raise BadInput("That is the line’s own number.")

    def _wrote_to(self, db: Any, place: Conversation, by: ConsentEvent | None) -> str:
        """What they wrote their STOP to is called: it may be another number of the same Messaging Service."""
        if by is None:
            return self._lines.name_of(place.line)
        message = None if by.sid is None else messages.by_sid(db, by.sid)
        return self._lines.name_of(by.line if message is None else message.ours)

    def check_night(self, db: Any, place: Conversation, when: When | None) -> Night | None:
        """The night that it would break; None: none, as where they wrote just now, unless it is to wait all the same.
        Raises NightThere where ``when`` was not said and is to be asked.
        """
        rule = nights.rule(db)
        if when is When.MORNING:
            rule = rule.of_one_text()  # also where nothing else is kept from the night
        night = nights.night(db, place.peer, place.line, now(), rule, though_heard=when is When.MORNING)
        if night is not None and when is None and rule.do is AtNight.ASK:
            raise asked_at(night)
        return night


def asked_at(night: Night) -> NightThere:
    """What is asked of a text that would come in that night."""
    return NightThere(night.sentence, night.offer, night.morning)


def check_retry(message_id: str, tries: Sequence[Message], *, twice: bool) -> None:
    """One try at a time: the message must have failed, and so must all of ``tries`` at the same."""
    others = [message for message in tries if message.id != message_id]
    if len(others) == len(tries) or any(one.id == message_id and one.status not in DECIDABLE for one in tries):
        raise BadInput("That message did not fail, so it is not sent again.")
    if any(message.status not in DECIDABLE for message in others):
        raise BadInput("That message was sent again already.")
    if not twice and any(message.status is Status.UNCONFIRMED for message in others):
        raise MayArriveTwice("Another try at this message was never confirmed, so it may arrive twice.")


def check_harm(tx: Tx, message_id: str) -> None:
    """Another try may do harm, or only cost, until they are heard of again. Whoever opted out was told apart before."""
    message = messages.get(tx.db, message_id)
    if message is None:
        return
    answered = reception.heard_since(tx.db, message.peer, message.at)
    if message.error_code == OPTED_OUT_CODE and not answered:
        answered = consent.agreed_since(tx.db, message.line, message.peer, message.at)
    if harm := harm_of(message.error_code, answered=answered, barred=False):
        raise BadInput(f"{explain(message.error_code, message.peer).title} {harm}")


def check_words(tx: Tx, conversation_id: int, body: str, files: Sequence[File]) -> None:
    """What a carrier filtered is not sent once more as it was."""
    last = messages.last_outbound(tx.db, conversation_id)
    if last is None or not last.failed or last.error_code != FILTERED:
        return
    if last.body.split() == body.split() and [m.file for m in last.media] == list(files):
        raise BadInput(SAME_WORDS)


def check_reception(db: Any, peer: str) -> None:
    """Raises NotReached where texts do not reach the number."""
    found = reception.get(db, peer)
    if found is not None:
        raise NotReached(sentence(found), final=found.final)


def _opted_out(conversation: Conversation, by: ConsentEvent | None, line: str, wrote_to: str) -> str:
    """``by`` is the entry of it, where the conversation shows none; ``line`` and ``wrote_to`` are what the two are
    called.
    """
    source = conversation.opted_out_source
    if conversation.opted_out_at is None and by is not None:
        source = by.source
    match source:
        case ConsentSource.STAFF | ConsentSource.IMPORT:
            return f"They asked for no more texts from {line}, so they cannot be texted from it."
        case ConsentSource.ERROR | ConsentSource.ATTESTED:
            why = f"They opted out of {line}"
        case _:
            why = f"They wrote {conversation.opted_out_words or 'STOP'} to {wrote_to}"
            if wrote_to != line:
                return f"{why}, so they cannot be texted from {line}. They can write START to allow it again."
    return f"{why}, so they cannot be texted from it. They can write START to allow it again."
