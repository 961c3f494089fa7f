"""Automatic replies: which rule answers a text, and why the others do not."""

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from sms_desktop.domain.consent import unmarked, word_key
from sms_desktop.domain.errors import BadInput
from sms_desktop.domain.hours import Hours, day_of
from sms_desktop.domain.line import Line, is_service
from sms_desktop.domain.media import File
from sms_desktop.domain.pattern import PATIENCE, check_pattern, compiled
from sms_desktop.domain.replytext import check_text, filled

AUTHOR = "Automatic reply"
"""Who wrote such a message, as it is shown."""
MOST_WORDS = 50
"""Keywords of a rule."""
MOST_DATES = 400
LONGEST_WORD = 100
LONGEST_NAME = 60
MOST_RULES = 200
LONGEST_COOLDOWN = timedelta(days=365)
SLOW_ONES = 3
"""Patterns that took too long for a text, after which no more are tried on it."""


class Trigger(StrEnum):
    """What a rule waits for."""

    EXACT = "exact"
    STARTS = "starts"
    CONTAINS = "contains"
    PATTERN = "pattern"
    FIRST = "first"
    CLOSED = "closed"
    HOLIDAY = "holiday"
    AWAY = "away"


WORDY = frozenset({Trigger.EXACT, Trigger.STARTS, Trigger.CONTAINS, Trigger.PATTERN})
"""Triggers that look at what the text says."""


@dataclass(frozen=True, slots=True)
class Rule:
    """``line`` None: all lines. ``words``: keywords, or the one pattern. ``dates``: the holidays. ``until``: the UTC
    time up to which we are away. ``cooldown``: for so long nobody gets its reply again. ``id`` 0: not kept yet.
    """

    name: str
    trigger: Trigger
    text: str
    line: str | None = None
    words: tuple[str, ...] = ()
    dates: tuple[date, ...] = ()
    until: datetime | None = None
    picture: File | None = None
    enabled: bool = True
    cooldown: timedelta = timedelta(0)
    id: int = 0


def pictureless(lines: Sequence[Line], of: str | None) -> tuple[Line, ...]:
    """Those among ``lines`` that a rule for the line ``of`` answers from, None being all, and that send no pictures."""
    service = next((line.senders for line in lines if line.is_service and line.address == of), ())
    return tuple(line for line in lines if not line.mms and (of in (None, line.address) or line.address in service))


class Miss(StrEnum):
    """Why a rule does not answer a text."""

    OFF = "off"
    OTHER_LINE = "other_line"
    NOT_SAID = "not_said"
    NOT_FIRST = "not_first"
    NO_HOURS = "no_hours"
    OPEN = "open"
    NO_HOLIDAY = "no_holiday"
    BACK = "back"
    TOO_SLOW = "too_slow"
    COOLDOWN = "cooldown"
    EARLIER = "earlier"


class Held(StrEnum):
    """Why nobody gets an automatic reply although a rule would give one. They OPTED_OUT in their own words, or somebody
    entered it (…_HERE), or a list said so (…_BY_LIST), or it is known in another way, as by Twilio (…_BEFORE).
    """

    OWN_LINE = "own_line"
    NO_NUMBER = "no_number"
    SHORT_CODE = "short_code"
    BLOCKED = "blocked"
    OPTED_OUT = "opted_out"
    OPTED_OUT_HERE = "opted_out_here"
    OPTED_OUT_BY_LIST = "opted_out_by_list"
    OPTED_OUT_BEFORE = "opted_out_before"
    TWILIO_ANSWERS = "twilio_answers"
    ASKS_TO_STOP = "asks_to_stop"
    TOO_MANY = "too_many"
    SAME_TEXT = "same_text"
    ECHO = "echo"
    LATE = "late"
    NO_PICTURE = "no_picture"
    UNKNOWN = "unknown"


class Unsent(StrEnum):
    """Why a reply leaves without its picture."""

    GONE = "gone"
    LINE = "line"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Made:
    """The name of the rule that had a message sent; ``unsent``: why that left without the rule's picture."""

    name: str
    unsent: Unsent | None = None


@dataclass(frozen=True, slots=True)
class HeldReply:
    """At ``at`` (UTC) the text ``sid`` would have been answered by the rule of that name, and why it was not."""

    sid: str
    at: datetime
    name: str
    why: Held


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule makes of a text: ``miss`` None, it answers it. ``again``: when its cooldown is over."""

    rule: Rule
    miss: Miss | None
    again: datetime | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A text that came in at ``at`` (UTC), to ``number`` where the line is a Messaging Service. ``service``: that which
    the number belongs to. ``first``: the first that its sender ever wrote to that line. ``answered``: when each rule
    answered them last, by its id.
    """

    line: str
    body: str
    at: datetime
    first: bool = False
    hours: Hours | None = None
    answered: Mapping[int, datetime] = field(default_factory=dict)
    number: str = ""
    service: str | None = None

    @property
    def lines(self) -> tuple[str | None, ...]:
        """Whose rules and hours count for it."""
        return self.line, self.number or self.line, self.service, None


def verdicts(rules: Sequence[Rule], asked: Asked) -> tuple[Verdict, ...]:
    """What each of ``rules``, in their order, makes of it. The first that fits answers, and no other."""
    found: list[Verdict] = []
    key, answers, slow = text_key(asked.body), False, 0
    for rule in rules:
        miss, again = _miss(rule, asked, key, tries=slow < SLOW_ONES)
        slow += miss is Miss.TOO_SLOW
        if miss is None and answers:
            miss = Miss.EARLIER
        answers = answers or miss is None
        found.append(Verdict(rule, miss, again))
    return tuple(found)


def answering(found: Sequence[Verdict]) -> Rule | None:
    """The rule that answers."""
    return next((one.rule for one in found if one.miss is None), None)


def _miss(rule: Rule, asked: Asked, key: str, *, tries: bool) -> tuple[Miss | None, datetime | None]:
    if not rule.enabled:
        return Miss.OFF, None
    if rule.line not in asked.lines:
        return Miss.OTHER_LINE, None
    miss = _missed(rule, asked, key) if tries or rule.trigger is not Trigger.PATTERN else Miss.TOO_SLOW
    if miss is not None:
        return miss, None
    last = asked.answered.get(rule.id)
    if last is not None and rule.cooldown and asked.at < last + rule.cooldown:
        return Miss.COOLDOWN, last + rule.cooldown
    return None, None


def _missed(rule: Rule, asked: Asked, key: str) -> Miss | None:
    match rule.trigger:
        case Trigger.FIRST:
            return None if asked.first and rule.id not in asked.answered else Miss.NOT_FIRST
        case Trigger.CLOSED:
            if asked.hours is None:
                return Miss.NO_HOURS
            return Miss.OPEN if asked.hours.is_open(asked.at) else None
        case Trigger.HOLIDAY:
            zone = asked.hours.zone if asked.hours is not None else ""
            return None if day_of(asked.at, zone) in rule.dates else Miss.NO_HOLIDAY
        case Trigger.AWAY:
            return None if rule.until is not None and asked.at < rule.until else Miss.BACK
        case Trigger.PATTERN:
            return _missed_by_pattern(rule, asked.body)
    said = any(_says(rule.trigger, key, _key_of_word(word)) for word in rule.words)
    return None if said else Miss.NOT_SAID


def _says(trigger: Trigger, key: str, word: str) -> bool:
    """Keywords begin and end where words do: “hours” is in “your hours?” and not in “24hoursale”."""
    if not word:
        return False
    if trigger is Trigger.EXACT:
        return bare(key) == bare(word)
    start = key.find(word)
    while start >= 0:
        end = start + len(word)
        if _parts(key, start) and _parts(key, end):
            return trigger is Trigger.CONTAINS or not _has_word(key[:start])
        start = key.find(word, start + 1)
    return False


def _has_word(text: str) -> bool:
    return any(c.isalnum() or unicodedata.category(c).startswith("S") for c in text)


def _parts(text: str, place: int) -> bool:
    """Whether a word may begin or end between the two characters there. Of scripts that put no blanks between words,
    and of emoji, any place will do.
    """
    if place in (0, len(text)):
        return True
    before, after = text[place - 1], text[place]
    return not (before.isalnum() and after.isalnum()) or _is_unspaced(before) or _is_unspaced(after)


def _is_unspaced(c: str) -> bool:
    return "\u0e00" <= c <= "\u0eff" or "\u1000" <= c <= "\u109f" or "\u1780" <= c <= "\u17ff" or c >= "\u2e80"


def lacks_hours(rule: Rule, set_for: Collection[str | None]) -> bool:
    """Whether it waits for the end of opening hours that its line does not have, so that it never answers.

    ``set_for``: the lines that have hours of their own, and None where all have some.
    """
    if rule.trigger is not Trigger.CLOSED:
        return False
    if rule.line is None or is_service(rule.line):  # a number of the service may have some
        return not set_for
    return not any(line in (None, rule.line) or is_service(line or "") for line in set_for)


def text_key(text: str) -> str:
    """What keywords are compared by: no case, accents, marks that cannot be seen or double blanks; wide and small forms
    and curly apostrophes as the usual ones.
    """
    return " ".join(unmarked(word_key(text).replace("’", "'")).split())


@lru_cache(maxsize=MOST_RULES * MOST_WORDS)
def _key_of_word(word: str) -> str:
    """Of a rule's words, which are compared with each text."""
    return text_key(word)


def bare(key: str) -> str:
    """Without the punctuation around it: “hours?” is “hours”. What is punctuation alone stays."""
    stripped = key.strip(" .,;:!?¡¿…。、！？،؟\"'“”„()[]*-–—")
    return stripped or key


def _missed_by_pattern(rule: Rule, body: str) -> Miss | None:
    try:
        found = compiled(rule.words[0]).search(_usual(body), timeout=PATIENCE, concurrent=True) if rule.words else None
    except (TimeoutError, BadInput):
        return Miss.TOO_SLOW
    return None if found else Miss.NOT_SAID


def _usual(body: str) -> str:
    return unicodedata.normalize("NFKC", body)


def check(rule: Rule) -> None:
    """Raises BadInput with the first thing that is wrong with it."""
    if not rule.name.strip():
        raise BadInput("Give the rule a name.")
    if len(rule.name) > LONGEST_NAME:
        raise BadInput(f"A name has at most {LONGEST_NAME} characters.")
    if not rule.text.strip() and rule.picture is None:
        raise BadInput("Write the reply, or choose a picture.")
    check_text(rule.text)
    if rule.picture is None and not filled(rule.text, {}):
        raise BadInput("Say what stands there where it is not known, like {first name|there}.")
    if not timedelta(0) <= rule.cooldown <= LONGEST_COOLDOWN:
        raise BadInput("The time between two replies to the same person is a year at most.")
    if rule.trigger is Trigger.PATTERN:
        check_pattern(rule.words[0] if rule.words else "")
    elif rule.trigger in WORDY:
        _check_words(rule.words)
    elif rule.trigger is Trigger.HOLIDAY:
        if not rule.dates:
            raise BadInput("Choose at least one date.")
        if len(rule.dates) > MOST_DATES:
            raise BadInput(f"A rule takes at most {MOST_DATES} dates.")
    elif rule.trigger is Trigger.AWAY and rule.until is None:
        raise BadInput("Say until when you are away.")


def _check_words(words: Sequence[str]) -> None:
    if not any(text_key(word) for word in words):
        raise BadInput("Type at least one word.")
    if len(words) > MOST_WORDS:
        raise BadInput(f"A rule takes at most {MOST_WORDS} words.")
    long = next((word for word in words if len(word) > LONGEST_WORD), None)
    if long is not None:
        raise BadInput(f"“{long[:20]}…” is too long; a word has at most {LONGEST_WORD} characters.")


@dataclass(frozen=True, slots=True)
class Answer:
    """What Twilio is told to send back: the words, where it fetches pictures, and where it tells what became of it."""

    text: str
    media_urls: tuple[str, ...] = ()
    status_callback: str | None = None
