"""Who may be texted: what is known of it, and what people here enter."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sms_desktop.domain.consent import (
    MOST_WORDS,
    SPOKEN,
    Consent,
    ConsentEvent,
    ConsentSource,
    Keywords,
    Question,
    unmarked,
    word_key,
)
from sms_desktop.domain.errors import BadInput
from sms_desktop.domain.events import RepliesChanged
from sms_desktop.domain.line import is_service
from sms_desktop.domain.phone import AddressKind, display, kind_of
from sms_desktop.services import clock
from sms_desktop.services.settings import Settings
from sms_desktop.store import consent, questions, settings
from sms_desktop.store.store import Store, Tx

LONGEST_REASON = 300
"""Characters."""
LONGEST_NAME = 40
ASKED = "asked for it in a text"
MOMENT = timedelta(microseconds=1)
NO_NAME = "Say who enters it: your name."
NO_REASON = "Say how you know it, for instance “said so at the counter on Friday”."


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one pair: what it comes to, every entry (oldest first), and the question that is open."""

    consent: Consent
    events: tuple[ConsentEvent, ...]
    question: Question | None


class Consents:
    """Reads the ledger and adds to it; listeners hear of changes through the hub."""

    def __init__(self, store: Store, preferences: Settings) -> None:
        self._store, self._preferences = store, preferences

    @property
    def directory(self) -> Path:
        """Where the ledger lies, for whoever reads it on a connection of its own."""
        return self._store.directory

    async def of(self, line: str, peer: str) -> Known:
        """A question to somebody who has opted out is none any more, nor one that a START of theirs came after."""

        def read(db: Any) -> Known:
            known = tuple(consent.events(db, line, peer))
            found = consent.of(db, line, peer, known)
            question = None if found.is_out else questions.open_since(db, line, peer, known)
            return Known(found, known, question)

        return await self._store.read(read)

    async def opt_out(self, line: str, peer: str, who: str, why: str) -> None:
        """Somebody here enters that the peer wants no texts. Raises BadInput without a name or a reason."""
        await self._enter(line, peer, True, who, why)

    async def opt_in(self, line: str, peer: str, who: str, why: str) -> None:
        """Somebody here enters that the peer agrees to texts.

        Raises BadInput without a name or a reason, and where only the peer can take back their opt-out.
        """
        await self._enter(line, peer, False, who, why)

    async def _enter(self, line: str, peer: str, out: bool, who: str, why: str) -> None:
        who, why = " ".join(who.split())[:LONGEST_NAME], " ".join(why.split())[:LONGEST_REASON]
        if not who:
            raise BadInput(NO_NAME)
        if not why:
            raise BadInput(NO_REASON)
        at = clock.theirs()

        def work(tx: Tx) -> None:
            if not out and consent.of(tx.db, line, peer).is_final:
                raise BadInput(only_they_can(line, consent.of(tx.db, line, peer)))
            after = _after(tx, line, peer, at)
            consent.record(
                tx, line=line, peer=peer, opted_out=out, source=ConsentSource.STAFF, words="", sid=None, at=after,
                author=who, reason=why,
            )  # fmt: skip
            if out:  # what nobody has read is not answered by their agreement
                questions.answer(tx, line, peer, questions.STOP, who, after, after)

        await self._store.do(work)

    async def answer(self, question: Question, *, stop: bool) -> None:
        """A person here has read the text that seems to ask us to stop, and says whether it does.

        That it does answers all others of the pair as well; that it does not, only this one.
        """
        at = clock.theirs()

        def work(tx: Tx) -> None:
            after = max(_after(tx, question.line, question.peer, at), question.at + MOMENT)
            who = self._preferences.author(tx.db)
            if stop and not consent.of(tx.db, question.line, question.peer).is_out:
                consent.record(
                    tx, line=question.line, peer=question.peer, opted_out=True, source=ConsentSource.STAFF,
                    words=question.words, sid=question.sid, at=after, author=who, reason=ASKED,
                )  # fmt: skip
            if stop:
                questions.answer(tx, question.line, question.peer, questions.STOP, who, after, after)
            else:
                questions.answer_one(tx, question, questions.NO, who, after)

        await self._store.do(work)

    async def keywords(self) -> Keywords:
        """The account's own, beside Twilio's."""
        return await self._store.read(consent.keywords)

    async def set_keywords(self, stop: Collection[str], start: Collection[str]) -> Keywords:
        """Takes their place; gives what of them counts. Raises BadInput where a word would mean both, or are too many.

        They hold for what comes from now on.
        """
        words = Keywords.of(stop, start)
        starts = {unmarked(word) for word in words.start}
        both = [word for word in words.as_typed(words.stop) if unmarked(word_key(word)) in starts]
        if both:
            raise BadInput(f"“{both[0]}” cannot mean both stop and start.")
        if max(len(stop), len(start)) > MOST_WORDS:
            raise BadInput(f"At most {MOST_WORDS} words of each kind.")
        kept = {"stop": words.as_typed(words.stop), "start": words.as_typed(words.start)}

        def work(tx: Tx) -> None:
            settings.put(tx, consent.WORDS, kept)
            tx.note(RepliesChanged())  # they are answered too, and Twilio does not know them

        await self._store.do(work)
        return words


def _after(tx: Tx, line: str, peer: str, at: datetime) -> datetime:
    """``at``, but after all that is known: the clocks that it was dated by may be a little ahead of ours."""
    known = consent.events(tx.db, line, peer)
    return max(at, known[-1].at + MOMENT) if known else at


def only_they_can(line: str, found: Consent) -> str:
    """Why nobody here can take that opt-out back. Of a keyword of the account's own Twilio knows nothing."""
    of, to = ("this line", "one of its numbers") if is_service(line) else (display(line), display(line))
    blocks = "" if is_own_word(found) or kind_of(line) is AddressKind.SHORT_CODE else _BLOCKS
    return f"They opted out of {of} themselves{blocks or _THEIRS} Ask them to text START to {to}."


_BLOCKS = ", and Twilio blocks texts to them whatever is entered here."
_THEIRS = ", so only they can take it back."


def is_own_word(found: Consent) -> bool:
    """Whether the opt-out that stands is in a word that Twilio does not heed there."""
    by = found.by
    return by is not None and by.source in SPOKEN and not by.is_twilios


def words_of(typed: str) -> Sequence[str]:
    """Keywords as they are typed: one after the other, with commas or on lines of their own."""
    return [word.strip() for part in typed.splitlines() for word in part.replace("،", ",").split(",") if word.strip()]
