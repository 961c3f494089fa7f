"""Patterns that a person writes: regular expressions that can neither hang nor fill this computer.

A text is looked at for so long and no longer. To read a pattern cannot be broken off, and holds up all else: what is to
stand there a hundred times, and that a hundred times, is copied so often. So its weight is found out before.
"""

import re
from functools import lru_cache

import regex

from sms_desktop.domain.errors import BadInput

LONGEST_PATTERN = 500
HEAVIEST = 10_000
"""Characters of a pattern whose counts are written out: more are not read. So many take some milliseconds."""
PATIENCE = 0.05
"""Seconds of computing that a pattern may look at one text."""
TRIED = 600
"""Characters of the texts that a pattern is tried with when it is written: what takes for ever does so there, too."""
TRIAL = 0.1
"""Seconds that it may take for each."""
_PROBES = ("a", "1", " ", "ab", "a b ", "aA1 !", "é🙂")
_ESCAPED = re.compile(r"\\.", re.DOTALL)
_NAMED_SET = re.compile(r"\[:\^?\w+:\]")
_SET = re.compile(r"\[\^?[^\[\]^][^\[\]]*\]")
_COUNT = re.compile(r"\{(?=[0-9,])([0-9]*)(?:,([0-9]*))?\}")
_SWITCH = re.compile(r"\(\?(?!R\)|-?[0-9])[\w-]+\)")
"""Such as (?i), which is nothing that could be counted: what stands before it is."""
_SPACED = re.compile(r"\(\?\w*x")
"""Switches on that blanks and notes count for nothing."""
_UNCLEAR = re.compile(rf"[\[\]]|\(\?#|{_SPACED.pattern}")
"""What is left of sets within sets, and notes: what looks like a group there may be none."""


def compiled(pattern: str) -> "regex.Pattern[str]":
    """Capital and small letters are the same to it. Raises BadInput with what is wrong with the pattern."""
    if len(pattern) > LONGEST_PATTERN:
        raise BadInput(f"The pattern has {len(pattern)} characters; at most {LONGEST_PATTERN} are taken.")
    if weight(pattern) > HEAVIEST:
        raise BadInput("The pattern repeats too much. Make its counts smaller, like {20} instead of {1000}.")
    if "#" in pattern and _SPACED.search(pattern):  # a note may stand even within a count
        raise BadInput("The pattern is too involved. Leave out its notes, which begin with #.")
    try:
        return regex.compile(pattern, regex.IGNORECASE | regex.FULLCASE | regex.UNICODE | regex.VERSION0)
    except regex.error as error:
        raise BadInput(f"The pattern cannot be read: {error}.") from None
    except (RecursionError, OverflowError, MemoryError, ValueError):
        raise BadInput("The pattern is too involved. Make it simpler.") from None


def check_pattern(pattern: str) -> None:
    """Raises BadInput where it cannot be read, fits everything, or may look at a text for ever."""
    if not pattern.strip():
        raise BadInput("Type the pattern that texts are compared with.")
    found = compiled(pattern)
    try:
        if found.search("", timeout=PATIENCE, concurrent=True) is not None:
            raise BadInput("The pattern fits every text, even an empty one.")
        for probe in _probes(pattern):
            found.search(probe, timeout=TRIAL, concurrent=True)
    except TimeoutError:
        raise BadInput(
            "The pattern would take too long with some texts. Take out repetitions within repetitions, like (a+)+."
        ) from None


@lru_cache(maxsize=256)
def weight(pattern: str) -> int:
    """How many characters it has at most when what is counted stands there as often as the count says."""
    plain = _SET.sub("x", _NAMED_SET.sub("x", _ESCAPED.sub("x", pattern)))
    return _most(pattern) if _UNCLEAR.search(plain) else _exactly(_SWITCH.sub("", plain))


def _exactly(plain: str) -> int:
    """Of what has no brackets but those of its groups."""
    groups, last, place = [0], 0, 0  # what each group that is open weighs, without the ``last`` thing in it
    while place < len(plain):
        counted = _COUNT.match(plain, place)
        if counted is not None:
            last, place = last * _times(counted), counted.end()
            continue
        sign, place = plain[place], place + 1
        groups[-1] += last
        last = 1
        if sign == "(":
            groups.append(0)
        elif sign == ")" and len(groups) > 1:
            last = groups.pop() + 1
    return sum(groups) + last


def _most(pattern: str) -> int:
    """Whatever is within what."""
    total = len(pattern)
    for counted in _COUNT.finditer("".join(pattern.split())):  # blanks may count for nothing
        total *= _times(counted)
    return total


def _times(counted: "re.Match[str]") -> int:
    """The larger of its bounds, such as there are."""
    return max(1, *(_number(bound) for bound in counted.groups()))


def _number(bound: str | None) -> int:
    """What has more than six digits is too many anyway."""
    return int((bound or "0")[:7])


def _probes(pattern: str) -> list[str]:
    """Texts that nearly fit what many patterns look for, some of the pattern's own letters."""
    letters = [c for c in dict.fromkeys(pattern) if c.isalnum()][:8]
    word = "".join(letters)
    long = [(part * TRIED)[:TRIED] for part in (*_PROBES, *letters, word)]
    return [text + end for text in long for end in ("", "!", word + "!")]
