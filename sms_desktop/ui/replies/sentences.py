"""What the parts say of rules: what they wait for, and why they do not answer."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from types import MappingProxyType

from sms_desktop.domain.answering import Keyword
from sms_desktop.domain.count import counted
from sms_desktop.domain.hours import Hours
from sms_desktop.domain.line import Line
from sms_desktop.domain.reply import Held, Miss, Rule, Trigger, Unsent, Verdict, lacks_hours
from sms_desktop.domain.replytext import BUSINESS, FIRST_NAME, HOURS, LINE, NAME, NUMBER
from sms_desktop.ui.words import clock, day_and_time, line_name, one_line, short_date

TRIGGERS: tuple[tuple[Trigger, str], ...] = (
    (Trigger.CONTAINS, "The text contains a word"),
    (Trigger.EXACT, "The text is one of these words"),
    (Trigger.STARTS, "The text starts with a word"),
    (Trigger.FIRST, "Somebody writes for the first time"),
    (Trigger.CLOSED, "We are closed"),
    (Trigger.HOLIDAY, "It is a holiday"),
    (Trigger.AWAY, "We are away until a day"),
    (Trigger.PATTERN, "The text fits a pattern"),
)
ABOUT_TRIGGER = {
    Trigger.CONTAINS: "Anywhere in the text, as a word of its own. Capitals and accents do not matter.",
    Trigger.EXACT: "And nothing else but blanks, dots and the like around it.",
    Trigger.STARTS: "As its first word. Capitals and accents do not matter.",
    Trigger.FIRST: "Their very first text to this number, whatever it says.",
    Trigger.CLOSED: "Whenever a text comes outside the opening hours. Those are set below the rules.",
    Trigger.HOLIDAY: "All day long on these dates, where the shop is.",
    Trigger.AWAY: "Every text until then, whatever it says. After that the rule rests.",
    Trigger.PATTERN: "A regular expression. Capital and small letters are the same to it.",
}
COOLDOWNS: tuple[tuple[timedelta, str], ...] = (
    (timedelta(0), "Every time"),
    (timedelta(minutes=10), "Once in 10 minutes"),
    (timedelta(hours=1), "Once an hour"),
    (timedelta(hours=12), "Once in 12 hours"),
    (timedelta(days=1), "Once a day"),
    (timedelta(days=7), "Once a week"),
    (timedelta(days=30), "Once in 30 days"),
)
VARIABLES: tuple[tuple[str, str, str], ...] = (
    ("Their first name", FIRST_NAME, "there"),
    ("Their whole name", NAME, "friend"),
    ("Name of the business", BUSINESS, "us"),
    ("Name of the line", LINE, ""),
    ("Number of the line", NUMBER, ""),
    ("Opening hours", HOURS, ""),
)
"""What the menu calls it, its name in braces, and what stands in where it is not known."""
_SHOWN = 3
_VARIABLE = re.compile(r"\{([^{}|]*)(?:\|([^{}]*))?\}")


def sketch(text: str, known: Mapping[str, str] = MappingProxyType({})) -> str:
    """The text as somebody unknown gets it, with what is ``known`` of its variables; [line] and the like where what
    stands there differs, or is not known and nothing stands in.
    """

    def value(found: re.Match[str]) -> str:
        name = " ".join(found[1].split())
        return known.get(name.casefold(), "").strip() or (found[2] or "").strip() or f"[{name}]"

    return _VARIABLE.sub(value, text)


def cooldown_word(cooldown: timedelta) -> str:
    """“Once a day”; of a time that is not among those that are offered, “Once in 90 minutes”."""
    for known, word in COOLDOWNS:
        if known == cooldown:
            return word
    minutes = round(cooldown.total_seconds() / 60)
    return f"Once in {counted(minutes, 'minute')}" if minutes % 60 else f"Once in {counted(minutes // 60, 'hour')}"


NO_HOURS = "Outside the opening hours: none are set, so it never answers"


def waits_for(rule: Rule, now: datetime, hours: Collection[str | None] = (None,)) -> str:
    """What a rule waits for, as its row says it; ``hours``: the lines that have some, None where all do."""
    if lacks_hours(rule, hours):
        return NO_HOURS
    match rule.trigger:
        case Trigger.CONTAINS:
            return f"When a text contains {_quoted(rule.words)}"
        case Trigger.EXACT:
            return f"When a text is {_quoted(rule.words)}"
        case Trigger.STARTS:
            return f"When a text starts with {_quoted(rule.words)}"
        case Trigger.PATTERN:
            return f"When a text fits {one_line(rule.words[0] if rule.words else '', 60)}"
        case Trigger.FIRST:
            return "When somebody writes for the first time"
        case Trigger.CLOSED:
            return "Outside the opening hours"
        case Trigger.HOLIDAY:
            return f"On {dates_said(rule.dates, now.astimezone().date())}"
        case Trigger.AWAY:
            return f"Until {day_and_time(rule.until, now)}" if rule.until is not None else "While we are away"


def is_past(rule: Rule, now: datetime) -> bool:
    """Whether its last day is over, so that it answers nothing any more."""
    if rule.trigger is Trigger.AWAY:
        return rule.until is not None and rule.until <= now
    return rule.trigger is Trigger.HOLIDAY and all(day < now.astimezone().date() for day in rule.dates)


def dates_said(dates: Sequence[date], today: date) -> str:
    """“24 Dec, 25 Dec and 3 more”; those that are over come last."""
    ordered = sorted(dates, key=lambda day: (day < today, day))
    most = _most(ordered)
    shown = [short_date(day, today) for day in ordered[:most]]
    more = len(ordered) - most
    return f"{', '.join(shown)} and {more} more" if more > 0 else _and(shown)


def _most(things: Sequence[object]) -> int:
    """How many are named: nobody is told of one more."""
    return _SHOWN + 1 if len(things) == _SHOWN + 1 else _SHOWN


def _quoted(words: Sequence[str]) -> str:
    most = _most(words)
    shown = [f"“{_apart(one_line(word, 30))}”" for word in words[:most]]
    more = len(words) - most
    return f"{', '.join(shown)} or one of {more} more" if more > 0 else _or(shown)


def _apart(word: str) -> str:
    """What is written from the right leaves the quotation marks and the order of the words as they are."""
    return f"\u2068{word}\u2069" if any(unicodedata.bidirectional(c) in {"R", "AL"} for c in word) else word


def _or(words: Sequence[str]) -> str:
    return " or ".join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else "".join(words)


def _and(words: Sequence[str]) -> str:
    return " and ".join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else "".join(words)


def why_not(verdict: Verdict, now: datetime, *, held: bool = False) -> str:
    """Why a rule does not answer the text that is tried."""
    rule = verdict.rule
    match verdict.miss:
        case None:
            return "Would answer" if held else "Answers"
        case Miss.OFF:
            return "Switched off"
        case Miss.OTHER_LINE:
            return "For another line"
        case Miss.NOT_SAID:
            return _not_said(rule)
        case Miss.NOT_FIRST:
            return "They have written before"
        case Miss.NO_HOURS:
            return "No opening hours are set"
        case Miss.OPEN:
            return "We are open then"
        case Miss.NO_HOLIDAY:
            return "None of its dates"
        case Miss.BACK:
            return "We are back by then"
        case Miss.TOO_SLOW:
            return "Its pattern took too long with this text"
        case Miss.COOLDOWN:
            again = f"; again from {day_and_time(verdict.again, now)}" if verdict.again is not None else ""
            return f"They got this reply already{again}"
        case Miss.EARLIER:
            return "A rule above it answers"


def _not_said(rule: Rule) -> str:
    match rule.trigger:
        case Trigger.PATTERN:
            return "The text does not fit its pattern"
        case Trigger.EXACT:
            return f"The text is not {_quoted(rule.words)}"
        case Trigger.STARTS:
            return f"The text does not start with {_quoted(rule.words)}"
        case _:
            return f"The text does not contain {_quoted(rule.words)}"


def hours_said(hours: Hours | None) -> str:
    """The opening hours in a line."""
    return hours.words() if hours is not None else "Not set: always open"


UNSENT = {
    Unsent.GONE: "it is not on this computer any more",
    Unsent.LINE: "this number cannot send pictures",
    Unsent.ADDRESS: "there is no public address from which Twilio could fetch it",
}
"""Why a rule's picture does not leave with its words."""
CHOOSE_ADDRESS = " Choose one under Receiving."


def outcome(rule: Rule | None, keyword: Keyword | None, held: Held | None, unsent: Unsent | None = None) -> str:
    """What comes of a text that is tried."""
    kept = f"{UNSENT[unsent]}.{CHOOSE_ADDRESS if unsent is Unsent.ADDRESS else ''}" if unsent is not None else ""
    if held is Held.NO_PICTURE and kept:
        return f"No automatic reply, because it is only a picture, and {kept}"
    if held is not None:
        return f"{held_back(held)}."
    if keyword is not None:
        return f"This is {keyword.upper()}, which we answer on this line."
    if rule is None:
        return "No rule answers this."
    name = one_line(rule.name)
    return f"“{name}” answers without its picture: {kept}" if kept else f"“{name}” answers."


def left_out_said(names: Sequence[str]) -> str:
    """Which variables stand for nothing, and why; "" where each stands for something."""
    return " ".join(f"{{{name}}} is left out, because {LEFT_OUT[name]}." for name in names)


LEFT_OUT = {
    FIRST_NAME: "their name is not known",
    NAME: "their name is not known",
    BUSINESS: "no name of your business is set under Who answers",
    LINE: "the line has no name",
    NUMBER: "a Messaging Service has no number of its own",
    HOURS: "no opening hours are set",
}
"""Why nothing stands for a variable."""


def without_picture(lines: Sequence[Line], *, words: bool) -> str:
    """From which numbers a rule's picture does not leave, and what comes of that; ``words``: it has some, too."""
    if not lines:
        return ""
    named = _and([line_name(line) for line in lines]) if len(lines) <= _SHOWN else f"{len(lines):,} of your lines"
    of = "From there" if len(lines) == 1 else "From these"
    return f"{named} cannot send pictures. {of} " + ("only the words go out." if words else "nobody gets this reply.")


HELD = {
    Held.OWN_LINE: "it came from one of your own numbers",
    Held.NO_NUMBER: "its sender has no number to answer to",
    Held.SHORT_CODE: "it came from a short code, where a program answers",
    Held.BLOCKED: "you blocked this number",
    Held.OPTED_OUT: "they said STOP",
    Held.OPTED_OUT_HERE: "it was entered here that they want no texts",
    Held.OPTED_OUT_BY_LIST: "an imported list says that they opted out",
    Held.OPTED_OUT_BEFORE: "they opted out before",
    Held.TWILIO_ANSWERS: "Twilio answers this word itself",
    Held.ASKS_TO_STOP: "they seem to ask you to stop",
    Held.TOO_MANY: "they have had as many in an hour as you allow",
    Held.SAME_TEXT: "they keep sending the same text",
    Held.ECHO: "their text repeats one of yours",
    Held.LATE: "it would have come too late",
    Held.NO_PICTURE: "it is only a picture, which is not there or cannot be sent from here",
    Held.UNKNOWN: "a newer version of SMS Desktop held it back",
}
"""Why nobody got an automatic reply, after “because”."""


def held_back(why: Held, at: datetime | None = None) -> str:
    """“No automatic reply, because they keep sending the same text · 10:42”."""
    when = f" · {clock(at)}" if at is not None else ""
    return f"No automatic reply, because {HELD[why]}{when}"
