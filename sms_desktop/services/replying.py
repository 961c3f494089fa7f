"""What a text gets for an answer by itself: decided and written down in the transaction that stores the text."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sms_desktop.domain.answering import (
    TEXTS,
    Answering,
    Keyword,
    is_due,
    is_left_to_twilio,
    keyword_of,
)
from sms_desktop.domain.events import RepliesChanged
from sms_desktop.domain.hours import Hours
from sms_desktop.domain.hub import Hub
from sms_desktop.domain.line import is_service
from sms_desktop.domain.media import File
from sms_desktop.domain.message import ListedMessage, Message
from sms_desktop.domain.phone import AddressKind, display, is_toll_free, kind_of
from sms_desktop.domain.reply import (
    AUTHOR,
    Answer,
    Asked,
    Held,
    Rule,
    Trigger,
    Unsent,
    Verdict,
    answering,
    text_key,
    verdicts,
)
from sms_desktop.domain.replytext import BUSINESS, FIRST_NAME, HOURS, LINE, NAME, NUMBER, filled, first_name, left_out
from sms_desktop.domain.stopping import asks_to_stop
from sms_desktop.gateway.public_address import callback_url
from sms_desktop.services import sharing
from sms_desktop.services.link import Link
from sms_desktop.services.objection import is_asked_about, objection, opted_out_by
from sms_desktop.store import (
    answerers,
    consent,
    contacts,
    conversations,
    forgotten,
    lines,
    messages,
    polls,
    replies,
    rules,
    settings,
)
from sms_desktop.store.store import Store, Tx

log = logging.getLogger(__name__)

BUSINESS_SETTING, LIMIT_SETTING = "business_name", "reply_limit"
TEXTS_SETTING = "keyword_texts"
CHANGED = RepliesChanged()
LIMIT = 3
"""Automatic replies that a person gets in an hour, where nobody set another number."""
MOST_AN_HOUR = 60
KEYWORDS_MORE = 10
"""Answers to keywords may be as many at least: carriers ask for them."""
HOUR = timedelta(hours=1)
ECHOES = timedelta(days=1)
"""For so long what we wrote is known again when it comes back."""
ANSWERED = timedelta(seconds=20)
"""Twilio waits 15 seconds for an answer: of a reply of which nothing is heard by then its list is asked."""
OLD = timedelta(days=1)
TIMED = frozenset({Trigger.CLOSED, Trigger.HOLIDAY})
"""What rules wait for that depends on a line's hours or zone."""
QUOTED = 10
"""Characters of ours that are known again within a text too: machines quote, and so does a phone's “Liked …”."""
FRESH = timedelta(minutes=10)
"""What Twilio's list tells of later than that, or what leaves later, gets no automatic reply any more. It is more than
the longest pause in which nobody asks for news.
"""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A text as it came; ``was_out``: its sender had opted out before it; None: as now. ``sid`` "" is a preview's."""

    sid: str
    line: str
    peer: str
    body: str
    at: datetime
    opt_out_type: str = ""
    was_out: bool | None = None
    message: Message | None = None

    @property
    def number(self) -> str:
        """Ours that it was texted to: the line itself, or one of the pool where a Messaging Service is the line."""
        return self.line if self.message is None else self.message.ours


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the rules make of it, what answers it, and why that does not leave."""

    verdicts: tuple[Verdict, ...] = ()
    rule: Rule | None = None
    keyword: Keyword | None = None
    held: Held | None = None

    @property
    def answers(self) -> bool:
        return self.rule is not None or self.keyword is not None


def decide(db: Any, text: Incoming, *, rules_: Sequence[Rule] | None = None, first: bool | None = None) -> Ruling:
    """What answers ``text``, by ``rules_`` or those that are kept."""
    keyword = None
    we = _who_answers(db, text) is Answering.WE and not text.opt_out_type
    if we:
        keyword = keyword_of(text.body, toll_free=is_toll_free(text.number), own=consent.keywords(db))
        if keyword is not None and not is_due(keyword, text.body, was_out=_was_out(db, text)):
            if keyword is Keyword.STOP:
                return Ruling()  # it was confirmed when it was said first
            keyword = None
        if keyword is Keyword.START and text.message is not None and consent.opted_out(db, text.line, text.peer):
            return Ruling()  # in a word that Twilio does not heed: it would not be true
    if keyword is not None:
        return Ruling(keyword=keyword, held=_held_keyword(db, text))
    known = rules.all(db) if rules_ is None else rules_
    found = verdicts(known, _asked(db, text, known, first))
    rule = answering(found)
    if rule is None:
        return Ruling(found)
    return Ruling(found, rule, held=_held(db, text, we=we))


def _was_out(db: Any, text: Incoming) -> bool:
    return consent.opted_out(db, text.line, text.peer) if text.was_out is None else text.was_out


def _asked(db: Any, text: Incoming, known: Sequence[Rule], first: bool | None) -> Asked:
    """What the rules of ``known`` may need to know of it; most texts fit none, whatever else is known of them."""
    triggers = {rule.trigger for rule in known if rule.enabled}
    if first is None and Trigger.FIRST in triggers:
        place = conversations.find(db, text.line, text.peer)
        first = place is None or replies.is_first(db, place.id, text.message)
    service = consent.service_of(db, text.number)
    answered = _Answered(lambda: replies.last(db, text.line, text.peer))
    asked = Asked(text.line, text.body, text.at, bool(first), None, answered, text.number, service)
    return replace(asked, hours=_of(rules.hours(db), asked.lines)) if triggers & TIMED else asked


class _Answered(Mapping[int, datetime]):
    """When each rule answered somebody last; ``read`` where a rule fits what they wrote, and not before."""

    def __init__(self, read: Callable[[], Mapping[int, datetime]]) -> None:
        self._read = cache(read)

    def __getitem__(self, rule: int) -> datetime:
        return self._read()[rule]

    def __iter__(self) -> Iterator[int]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())


def _of(hours: Mapping[str | None, Hours], lines_: Sequence[str | None]) -> Hours | None:
    return next((found for of in lines_ if (found := hours.get(of)) is not None), None)


def _held(db: Any, text: Incoming, *, we: bool) -> Held | None:
    """Why a rule's reply must not leave."""
    if (why := _held_for_peer(db, text)) is not None:
        return why
    if not we and is_left_to_twilio(text.body, text.opt_out_type, was_out=_was_out(db, text)):
        return Held.TWILIO_ANSWERS
    if consent.opted_out(db, text.line, text.peer):  # by now, also by this very text
        return opted_out_by(consent.of(db, text.line, text.peer))
    if asks_to_stop(text.body) or is_asked_about(db, text.line, text.peer):
        return Held.ASKS_TO_STOP
    key = text_key(text.body)
    ours = [text_key(body) for body in replies.ours(db, text.line, text.peer, text.at - ECHOES)]
    if any(key == one or (len(one) >= QUOTED and one in key) for one in ours if one):
        return Held.ECHO
    if key and key in replies.said(db, text.line, text.peer, text.at - HOUR):
        return Held.SAME_TEXT
    if replies.count_of(db, text.peer, text.at - HOUR) >= limit(db):
        return Held.TOO_MANY
    return None


def _held_keyword(db: Any, text: Incoming) -> Held | None:
    if (why := _held_for_peer(db, text)) is not None:
        return why
    most = max(limit(db), KEYWORDS_MORE)
    return Held.TOO_MANY if replies.count(db, text.line, text.peer, text.at - HOUR) >= most else None


def _held_for_peer(db: Any, text: Incoming) -> Held | None:
    if lines.is_known(db, text.peer):
        return Held.OWN_LINE
    kind = kind_of(text.peer)
    if kind is AddressKind.SHORT_CODE:
        return Held.SHORT_CODE
    if kind is not AddressKind.E164:
        return Held.NO_NUMBER
    place = conversations.find(db, text.line, text.peer)
    return Held.BLOCKED if place is not None and place.blocked else None


@dataclass(frozen=True, slots=True)
class Written:
    """A reply as it would arrive. ``left_out``: the variables that stand for nothing; ``unsent``: why its picture is
    not among ``files``; ``held``: why nothing is left.
    """

    body: str
    left_out: tuple[str, ...] = ()
    files: tuple[File, ...] = ()
    unsent: Unsent | None = None
    held: Held | None = None


def write(db: Any, store: Store, link: Link, ruling: Ruling, text: Incoming, known_as: str = "") -> Written:
    """What answers ``text``; ``known_as`` is the business’s name where nobody entered one. Twilio refuses the words too
    where it cannot send or fetch the picture with them.
    """
    template = ruling.rule.text if ruling.rule is not None else texts(db)[ruling.keyword or Keyword.HELP]
    values = _values(db, text, known_as)
    body = filled(template, values)
    picture = ruling.rule.picture if ruling.rule is not None else None
    unsent = _unsent(db, store, link, picture, text) if picture is not None else None
    files = (picture,) if picture is not None and unsent is None else ()
    held = None if body or files else Held.NO_PICTURE
    return Written(body, left_out(template, values), files, unsent, held)


def _unsent(db: Any, store: Store, link: Link, picture: File, text: Incoming) -> Unsent | None:
    if not store.media.path_of(picture).is_file():
        return Unsent.GONE
    if not lines.sends_pictures(db, text.line):
        return Unsent.LINE
    return Unsent.ADDRESS if link.public_url is None else None


def _values(db: Any, text: Incoming, known_as: str) -> dict[str, str]:
    contact = contacts.for_peer(db, text.peer)
    name = contact.name if contact is not None else ""
    open_ = _of(rules.hours(db), (text.line, text.number, consent.service_of(db, text.number), None))
    return {
        NAME: name, FIRST_NAME: first_name(name), BUSINESS: business(db) or known_as, LINE: lines.label(db, text.line),
        NUMBER: "" if is_service(text.number) else display(text.number),
        HOURS: "" if open_ is None else texted(open_),
    }  # fmt: skip


def texted(hours: Hours) -> str:
    """With plain hyphens: a dash of print would take every text from 160 characters to 70."""
    return hours.words().replace("–", "-")


class Replier:
    """Decides on each text once, whichever way it comes, and writes down what answers it."""

    def __init__(self, store: Store, hub: Hub, link: Link, known_as: Callable[[], str] = str) -> None:
        """``known_as`` gives the business’s name where nobody entered one, on any thread."""
        self._store, self._link, self._known_as = store, link, known_as
        self._ours: frozenset[str] | None = None  # None: to be read anew; EVERY: all lines
        hub.subscribe(RepliesChanged, self._changed)
        self.is_over: Callable[[str, str], bool] = lambda line, peer: True
        """Whether all that a peer wrote to a line is known here, so that a text may leave."""
        self.recalls: Callable[[str, str], bool] = lambda line, peer: True
        """Whether what they once wrote is known, where that decides whether a text may leave."""
        self.doubt: Callable[[str, str], None] = lambda line, peer: None
        """Told where it is not known what a peer has just written to a line: what is queued for them waits for that."""

    def concerns(self, db: Any, line: str, number: str) -> bool:
        """Whether anything may answer there at all, by that ``number`` of the line: most that comes in needs no closer
        look. On the store's threads.
        """
        ours = self._ours
        if ours is None:
            ours = self._ours = _where_we_answer(db)
        return not ours.isdisjoint((rules.EVERY, line, number)) or kind_of(number) is AddressKind.SHORT_CODE

    def may_answer(self, db: Any, text: Incoming) -> bool:
        """Whether a rule fits the text, whatever holds its reply back. On the store's threads."""
        try:
            known = rules.all(db) if replies.any_rule(db) else ()
            return bool(known) and answering(verdicts(known, _asked(db, text, known, None))) is not None
        except Exception as error:  # as where it is decided: the text itself must not be lost for it
            log.error("whether a rule answers could not be told: %s", type(error).__name__)
            return True

    def _changed(self, _: RepliesChanged) -> None:
        self._ours = None

    def posted(self, tx: Tx, text: Incoming, at: datetime, *, unsure: bool = False) -> list[Answer]:
        """What Twilio, which posts it, is told to send. The reply counts as under way from now on: where neither a
        callback nor the list tells of it, it is in doubt.

        Where Twilio would send it after a STOP too, and it is not known whether they said that (``unsure``, or all that
        they wrote is not here yet), it waits in the outbox for that; so it does where a damage has taken that away.
        """
        waits = unsure or not self.recalls(text.line, text.peer)
        if not waits and not answerers.twilio_blocks(tx.db, text.number):
            waits = not self.is_over(text.line, text.peer)
        message = self._answer(tx, text, at, waits=waits)
        return [] if message is None or message.waits else [self._answer_of(tx, message, at)]

    def again(self, tx: Tx, sid: str, at: datetime) -> list[Answer]:
        """Twilio posts a text once more, as it does where our answer did not reach it: the same answer, unless Twilio
        is known to have it, it is too late for that, or they have been blocked, said STOP or asked us to stop since.
        """
        found = replies.decided(tx.db, sid)
        message = messages.get(tx.db, found.message_id) if found is not None and found.message_id else None
        if message is None or not replies.is_under_way(tx.db, message) or objection(tx.db, message) is not None:
            return []
        return [self._answer_of(tx, message, at)]

    def listed(self, tx: Tx, one: ListedMessage, at: datetime, *, was_out: bool) -> None:
        """Twilio's list told of it first: the reply waits in the outbox, if the text is fresh. Of what is older than a
        day nothing is said: it may be very many.

        What they wrote before it the list may tell only later, on its next page. Where Twilio would send a rule's reply
        after a STOP too, the reply waits until that is known.
        """
        if one.at < at - OLD:
            return
        message = messages.by_sid(tx.db, one.sid)
        line = one.line if message is None else message.line
        text = Incoming(one.sid, line, one.peer, one.body, one.at, was_out=was_out, message=message)
        self._answer(tx, text, at, listed=True)

    def _answer(
        self, tx: Tx, text: Incoming, at: datetime, *, listed: bool = False, waits: bool = False
    ) -> Message | None:
        if text.message is None or replies.decided(tx.db, text.sid) is not None:
            return None
        try:
            found = decide(tx.db, text)
            if not found.answers:
                return None
            written = write(tx.db, self._store, self._link, found, text, self._known_as())
        except Exception as error:  # both only read; whatever it was, the text itself must not be lost for it
            log.error("no automatic reply could be decided on: %s", type(error).__name__)
            return None
        rule = found.rule
        body, files, held = written.body, written.files, found.held
        if held is None and listed and _is_late(tx.db, text, at):
            held = Held.LATE
        held = held or written.held
        decision: dict[str, Any] = {
            "sid": text.sid, "line": text.line, "peer": text.peer, "at": text.at, "said": text_key(text.body),
            "rule": None if rule is None else rule.id,
            "name": str(found.keyword).upper() if rule is None else rule.name,
        }  # fmt: skip
        if held is not None:
            replies.hold(tx, why=held, **decision)
            return None
        place = text.message.conversation_id
        if listed and rule is not None and not answerers.twilio_blocks(tx.db, text.number):
            self.doubt(text.number, text.peer)
        if listed or (waits and rule is not None):  # what is said to a keyword is allowed, and asked for
            message = messages.add_outbound(
                tx, id=messages.new_key(), conversation_id=place, body=body, files=files, author=AUTHOR, at=at,
                keep_draft=True, automatic=True, let=True, held=not self.is_over(text.line, text.peer),
            )  # fmt: skip
        else:
            message = messages.add_reply(
                tx, conversation_id=place, body=body, files=files, author=AUTHOR, at=at, via=text.message.via
            )
            polls.plan(tx, message.id, at + ANSWERED, 0)
        replies.answer(tx, message_id=message.id, unsent=written.unsent, **decision)
        return message

    def _answer_of(self, tx: Tx, message: Message, at: datetime) -> Answer:
        base = self._link.public_url
        if base is None:
            return Answer(message.body)
        return Answer(message.body, sharing.addresses(tx, message, base, at), callback_url(base, message.id))


def _is_late(db: Any, text: Incoming, at: datetime) -> bool:
    """What came before a database was replaced may have been answered by what is lost of that."""
    replaced = forgotten.replaced_at(db)
    return text.at < at - FRESH or (replaced is not None and text.at <= replaced)


def _where_we_answer(db: Any) -> frozenset[str]:
    """The lines on which a person has set that we answer keywords; with EVERY where a rule is on."""
    ours = answerers.ours(db)
    return frozenset([*ours, rules.EVERY] if replies.any_rule(db) else ours)


def limit(db: Any) -> int:
    """Automatic replies that a person gets in an hour at most."""
    kept = settings.get(db, LIMIT_SETTING, LIMIT)
    return kept if isinstance(kept, int) and 1 <= kept <= MOST_AN_HOUR else LIMIT


def business(db: Any) -> str:
    """The name for ``{business}`` that somebody entered, or ""."""
    kept = settings.get(db, BUSINESS_SETTING, "")
    return kept if isinstance(kept, str) else ""


def texts(db: Any) -> dict[Keyword, str]:
    """What we answer to the keywords."""
    kept = settings.get(db, TEXTS_SETTING, {})
    own = kept if isinstance(kept, dict) else {}
    return {one: text if isinstance(text := own.get(one), str) and text.strip() else TEXTS[one] for one in Keyword}


def _who_answers(db: Any, text: Incoming) -> Answering:
    """By what is set for the number, else for the Messaging Service that the text stands with."""
    number, line = answerers.of(db, text.number), answerers.of(db, text.line)
    return number.chosen or line.chosen or number.usual
