"""Who may be texted: what a peer, Twilio, the shop or an import said of one (peer, line), and what it comes to.

Source: Twilio's default keyword handling (exact single word, any case); toll-free lines know STOP, START and
UNSTOP only.
What keeps a text from arriving (a landline, say) and whom we block ourselves is not told here.
"""

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sms_desktop.domain.phone import AddressKind, is_toll_free, kind_of

STOP_WORDS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
START_WORDS = frozenset({"START", "UNSTOP", "YES"})
TOLL_FREE_STOP_WORDS, TOLL_FREE_START_WORDS = frozenset({"STOP"}), frozenset({"START", "UNSTOP"})
HELP_WORDS = frozenset({"HELP", "INFO"})
CASUAL = "YES"
"""The one keyword that people also write without meaning it."""
OPTED_OUT_CODE = 21610
CLOCKS = timedelta(seconds=5)
"""By so much Twilio's clock, which dates the ledger, and ours, which dates texts, may differ."""
LONGEST_WORD = 40
"""Characters of a keyword of the account's own."""
MOST_WORDS = 50
"""Keywords of the account's own, of each kind."""


class Wish(StrEnum):
    """What an inbound text asks for, if it is a keyword."""

    STOP = "stop"
    START = "start"


OPT_OUT_TYPES = {"STOP": Wish.STOP, "START": Wish.START, "HELP": None}
"""What Twilio's OptOutType says; of one that is not among them the words decide."""


@dataclass(frozen=True, slots=True)
class Keywords:
    """The account's own keywords beside Twilio's, for other languages; each as ``word_key`` gives it. ``typed`` has
    them by that as somebody typed them, in that order.
    """

    stop: frozenset[str] = frozenset()
    start: frozenset[str] = frozenset()
    typed: Mapping[str, str] = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, stop: Iterable[object], start: Iterable[object]) -> "Keywords":
        """As they were typed, in any case; what is no text, empty, too long or Twilio's already is left out."""
        stops, starts = _typed(stop), _typed(start)
        return cls(frozenset(stops), frozenset(starts), starts | stops)

    @classmethod
    def read(cls, kept: object) -> "Keywords":
        """As the setting has them; what makes no sense counts as none."""
        if not isinstance(kept, dict):
            return cls()
        stop, start = kept.get("stop"), kept.get("start")
        return cls.of(stop if isinstance(stop, list) else (), start if isinstance(start, list) else ())

    def as_typed(self, words: Collection[str]) -> list[str]:
        """Those of ``words``, which are ``stop`` or ``start``, as they are shown."""
        return [typed for key, typed in self.typed.items() if key in words]

    def wish_of(self, body: str) -> Wish | None:
        """What a text wishes that is one of them and nothing else."""
        key = word_key(body) if len(body.strip()) <= 2 * LONGEST_WORD else ""
        if not key:
            return None
        return Wish.STOP if _is_among(key, self.stop) else Wish.START if _is_among(key, self.start) else None


ONLY_TWILIO = Keywords()


def word_key(text: str) -> str:
    """What keywords of the account's own are told apart by: no case, no blanks around and one between words, no marks
    that cannot be seen (of direction, of an emoji's look), wide and small forms as the usual ones.
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    seen = "".join(c for c in plain if unicodedata.category(c) != "Cf" and not "\ufe00" <= c <= "\ufe0f")
    return " ".join(seen.split())


def unmarked(key: str) -> str:
    """Without accents and other marks above or below letters, but for those that make another letter of a Japanese
    one.
    """
    apart = unicodedata.normalize("NFKD", key)
    return unicodedata.normalize("NFC", "".join(c for c in apart if not unicodedata.combining(c) or c in _VOICED))


_VOICED = "\u3099\u309a"
_USUAL = frozenset(word.casefold() for word in STOP_WORDS | START_WORDS | HELP_WORDS)


def _typed(words: Iterable[object]) -> dict[str, str]:
    """As they were typed, by their keys."""
    found: dict[str, str] = {}
    for word in words:
        if isinstance(word, str) and len(word) <= LONGEST_WORD and (key := word_key(word)) and key not in _USUAL:
            found.setdefault(key, " ".join(word.split()))
    return dict(list(found.items())[:MOST_WORDS])


def _is_among(key: str, words: Collection[str]) -> bool:
    """Whether it is one of them; where one of the two is written without accents, these do not matter. Two that differ
    in their accents are two words.
    """
    if key in words:
        return True
    bare = unmarked(key)
    if bare != key:
        return bare in words
    return key not in _USUAL and any(unmarked(word) == key for word in words)


def wish_of(body: str, *, toll_free: bool = False, opt_out_type: str = "", own: Keywords = ONLY_TWILIO) -> Wish | None:
    """What the peer wishes; ``opt_out_type`` (Twilio's OptOutType, set by Advanced Opt-Out) decides where present.

    A toll-free line's STOP is heard in all its spellings, since a text too few costs less than one too many.
    """
    if opt_out_type.upper() in OPT_OUT_TYPES:
        return OPT_OUT_TYPES[opt_out_type.upper()]
    word = body.strip().upper()
    if word in STOP_WORDS:
        return Wish.STOP
    if word in (TOLL_FREE_START_WORDS if toll_free else START_WORDS):
        return Wish.START
    return own.wish_of(body) if own.stop or own.start else None


def heeded(words: str, line: str, opt_out_type: str = "") -> bool:
    """Whether Twilio itself, or on toll-free lines the network, heeds a text of these ``words`` to ``line``; where
    Advanced Opt-Out is on, it says so.
    """
    heeds = TOLL_FREE_STOP_WORDS | TOLL_FREE_START_WORDS if is_toll_free(line) else STOP_WORDS | START_WORDS
    return bool(opt_out_type) or words.strip().upper() in heeds


class ConsentSource(StrEnum):
    """Where word of a consent came from.

    INBOUND: a message that was posted to us; LIST: one that Twilio's list told of; ERROR: Twilio's 21610; STAFF:
    somebody here; IMPORT: a file of theirs; ATTESTED: a copy of the ledger of which some is lost.
    """

    INBOUND = "inbound"
    LIST = "list"
    ERROR = "error"
    STAFF = "staff"
    IMPORT = "import"
    ATTESTED = "attested"


SPOKEN = frozenset({ConsentSource.INBOUND, ConsentSource.LIST})
"""The peer's own words."""
TOLD_HERE = frozenset({ConsentSource.STAFF, ConsentSource.IMPORT})
"""What Twilio does not know of, and can be taken back by people here."""


@dataclass(frozen=True, slots=True)
class ConsentEvent:
    """One entry of the ledger: ``peer`` opted out of ``line`` (or in again) by ``words``, in the message ``sid``.

    ``author`` is who entered it here, and ``reason`` why, or the file and row it comes from. ``opt_out_type`` is
    Twilio's word of it, ``service`` the SID of the Messaging Service that the line belonged to: all its lines share it.
    """

    line: str
    peer: str
    opted_out: bool
    source: ConsentSource
    words: str
    sid: str | None
    at: datetime
    author: str | None = None
    reason: str | None = None
    opt_out_type: str = field(default="", compare=False)
    service: str | None = field(default=None, compare=False)

    @property
    def is_final(self) -> bool:
        """Whether only the peer can take back the opt-out that it is: they wrote it, or Twilio blocks them."""
        return self.source not in TOLD_HERE

    @property
    def is_twilios(self) -> bool:
        """Whether Twilio blocks or unblocks by it itself: not by the account's own keywords, nor by what is told here.
        Of what is lost that is taken for granted.
        """
        return self.is_final and (self.source not in SPOKEN or heeded(self.words, self.line, self.opt_out_type))

    @property
    def is_start(self) -> bool:
        """Whether the peer wrote that they want texts, in a word that nobody writes without meaning it."""
        return not self.opted_out and self.source in SPOKEN and self.words.strip().upper() != CASUAL


class Standing(StrEnum):
    """Whether a peer may be texted from a line."""

    UNKNOWN = "unknown"
    ALLOWED = "may_be_messaged"
    OUT = "opted_out"


@dataclass(frozen=True, slots=True)
class Consent:
    """``by`` is the entry that brought it to that; None while nothing is known, or where the entry is lost.

    ``told`` is an opt-out that was entered here or imported, beside the final one that ``by`` is.
    """

    standing: Standing = Standing.UNKNOWN
    by: ConsentEvent | None = None
    told: ConsentEvent | None = None

    @property
    def is_out(self) -> bool:
        return self.standing is Standing.OUT

    @property
    def is_final(self) -> bool:
        """Whether an opt-out stands that nobody but the peer can take back; of one whose entry is lost that is said."""
        return self.is_out and (self.by is None or self.by.is_final)


NOTHING_KNOWN = Consent()


def after(consent: Consent, event: ConsentEvent) -> Consent:
    """What ``consent`` becomes by ``event``, which came after all that made it.

    The first opt-out stands, until one comes that only the peer can take back, or Twilio blocks them by. An import
    takes no opt-out back, and somebody here only what was entered here. A “yes” takes back what was texted, not what
    was told in another way. A keyword of the account's own takes back nothing by which Twilio goes on blocking.
    """
    if event.opted_out:
        return _out(consent, event)
    if not consent.is_out:
        return consent if consent.standing is Standing.ALLOWED else Consent(Standing.ALLOWED, event)
    match event.source:
        case ConsentSource.INBOUND | ConsentSource.LIST:
            if is_in_vain(event, consent.by):
                return consent
            if event.words.strip().upper() != CASUAL:
                return Consent(Standing.ALLOWED, event)
            if not consent.is_final:
                return consent
            return Consent(Standing.ALLOWED, event) if consent.told is None else Consent(Standing.OUT, consent.told)
        case ConsentSource.STAFF:
            if not consent.is_final:
                return Consent(Standing.ALLOWED, event)
            return consent if consent.told is None else replace(consent, told=None)
        case _:
            return consent


def is_in_vain(event: ConsentEvent, by: ConsentEvent | None) -> bool:
    """Whether the opt-in ``event`` is in a keyword of the account's own, and Twilio, which does not heed it, blocks
    them for the opt-out ``by`` (None: lost). On a short code, which is answered here, Twilio blocks nobody.
    """
    return not event.is_twilios and (by is None or by.is_twilios) and kind_of(event.line) is not AddressKind.SHORT_CODE


def _out(consent: Consent, event: ConsentEvent) -> Consent:
    if not consent.is_out:
        return Consent(Standing.OUT, event)
    if event.is_final:
        if not consent.is_final:
            return Consent(Standing.OUT, event, told=consent.by)
        blocks_since = event.is_twilios and consent.by is not None and not consent.by.is_twilios
        return replace(consent, by=event) if blocks_since else consent
    return replace(consent, told=event) if consent.is_final and consent.told is None else consent


def upshot(known: Iterable[ConsentEvent]) -> Consent:
    """What all that is known comes to, by its times; of the same moment the opt-out counts."""
    consent = NOTHING_KNOWN
    for event in sorted(known, key=lambda one: (one.at, one.opted_out)):
        consent = after(consent, event)
    return consent


def heard(known: Iterable[ConsentEvent], line: str, service: str | None) -> list[ConsentEvent]:
    """Of what is known of a peer on lines that now are of one ``service``, what counts for one of them.

    That is what was said to it, and to any while it was known as one of the service. Of what was said to another
    before, only the opt-out that stands counts: whether they were of one service then, nobody knows. Nor does what was
    said to another take back an opt-out that was said to this one alone.
    """
    known = list(known)
    before: dict[str, list[ConsentEvent]] = {}
    for event in known:
        if event.line != line and (service is None or event.service != service):
            before.setdefault(event.line, []).append(event)
    stands = {id(event) for events in before.values() for event in _since_lifted(events)}
    counts = [
        event
        for event in known
        if event.line == line or (service is not None and event.service == service) or id(event) in stands
    ]
    own = [event for event in counts if event.line == line]
    alone = [event for event in own if not event.opted_out or service is None or event.service != service]
    if len(own) < len(counts) and upshot(alone).is_out:
        return [event for event in counts if event.line == line or event.opted_out]
    return counts


def _since_lifted(known: Iterable[ConsentEvent]) -> list[ConsentEvent]:
    """The opt-outs that stand by all that is known; none where none does."""
    consent, outs = NOTHING_KNOWN, list[ConsentEvent]()
    for event in sorted(known, key=lambda one: (one.at, one.opted_out)):
        consent = after(consent, event)
        outs = [*outs, event] if consent.is_out and event.opted_out else outs if consent.is_out else []
    return outs


@dataclass(frozen=True, slots=True)
class Question:
    """A message that seems to ask us to stop without being a keyword: whether it does, a person decides."""

    line: str
    peer: str
    sid: str
    words: str
    at: datetime
