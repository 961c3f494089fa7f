"""What the words about a message tell together: which moved it, which came late, which contradict each other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum, auto

from sms_desktop.domain.message import ANSWER, FAILURES, OURS, TRIES, Status, StatusReport, advance, is_behind

ARRIVED = frozenset({Status.DELIVERED, Status.READ})
"""What only the phone can know."""
LEFT = ARRIVED | {Status.SENT, Status.PARTIALLY_DELIVERED}
"""What is not true of a message that was called off."""
_IN_VAIN = [(OURS, Status.SENDING), (OURS, Status.QUEUED)]
_OUR_OWN = frozenset({Status.QUEUED, Status.SENDING, Status.UNCONFIRMED})


_Saying = tuple[Status, int | None, str | None, bool]


class Effect(StrEnum):
    """What a word did to the status: moved it, said what stood already, was older than that and changed nothing, or
    says otherwise and did not count.
    """

    MOVED = auto()
    AGAIN = auto()
    LATE = auto()
    OVERRULED = auto()


class Clash(StrEnum):
    """Over what two words contradict each other: whether it arrived, whether it was called off, why it failed, or
    which message of Twilio's it is.
    """

    ARRIVAL = auto()
    CANCELED = auto()
    CODE = auto()
    SID = auto()


@dataclass(frozen=True, slots=True)
class Contradiction:
    """``first`` and ``second`` are the words, in the order in which they came."""

    clash: Clash
    first: StatusReport
    second: StatusReport


@dataclass(frozen=True, slots=True)
class Word:
    """One report, the status that stood after it, and what it contradicts of those before it."""

    report: StatusReport
    stands: Status
    effect: Effect
    contradicts: tuple[Contradiction, ...] = ()


def taken(old: Status, sid: str | None, word: StatusReport) -> Status:
    """The status of a message that has Twilio's ``sid`` (or none yet) after ``word`` about it.

    Until Twilio's answer the status was our own word, and Twilio's takes its place; from then on it goes forward only.
    """
    unanswered = sid is None and old in _OUR_OWN
    return word.status if unanswered and word.source == ANSWER else advance(old, word.status)


def gathered(reports: Sequence[StatusReport]) -> tuple[StatusReport, ...]:
    """Tries in a row that did not leave as two words: that it was leaving, and that it came back, after how many.

    So they are kept by now; before, an outage of days left thousands.
    """
    words: list[StatusReport] = []
    for report in reports:
        words.append(report)
        if [(one.source, one.status) for one in words[-4:]] == 2 * _IN_VAIN:
            first, last = words[-3], words.pop()
            words.pop()
            tries = _tries(first) + _tries(last)
            raw = (*((name, value) for name, value in first.raw if name != TRIES), (TRIES, str(tries)))
            words[-1] = replace(first, at=last.at, raw=raw)
    return tuple(words)


def _tries(report: StatusReport) -> int:
    return next((int(value) for name, value in report.raw if name == TRIES), 1)


def history(reports: Sequence[StatusReport]) -> tuple[Word, ...]:
    """The words in the order in which they came, and what each did.

    Each kind of contradiction is told once, at the word that brought it about, whatever is said again after it.
    """
    words: list[Word] = []
    told: dict[_Saying, StatusReport] = {}  # the first of each: whatever contradicts one contradicts all like it
    clashes: set[Clash] = set()
    stands: Status | None = None
    sid: str | None = None
    for report in reports:
        if report.source == OURS and report.status is Status.UNCONFIRMED:
            # Nothing is known of it at Twilio any more: what was thought to be it is another message.
            told = {saying: other for saying, other in told.items() if other.source == OURS}
            sid = None
        before = report.status if stands is None else stands
        ours = report.source == OURS and sid is None
        after = report.status if ours else taken(before, sid, report)
        found = tuple(c for c in _contradictions(told.values(), report) if c.clash not in clashes)
        clashes |= {c.clash for c in found}
        words.append(Word(report, after, _effect(stands, after, report), found))
        told.setdefault((report.status, report.error_code, report.sid, report.source == OURS), report)
        stands, sid = after, sid or report.sid
    return tuple(words)


def _effect(before: Status | None, after: Status, report: StatusReport) -> Effect:
    if after is not before:
        return Effect.MOVED
    if report.status is after:
        return Effect.AGAIN
    # A failure ranks as high as a delivery: behind one it is not late, it is denied.
    denied = _differ(after, report.status) is not None or not is_behind(report.status, after)
    return Effect.OVERRULED if denied else Effect.LATE


def _contradictions(before: Iterable[StatusReport], word: StatusReport) -> list[Contradiction]:
    """One of each kind at most, with the first that it contradicts."""
    found: dict[Clash, Contradiction] = {}
    for other in before:
        clashes = [_differ(other.status, word.status)]
        if other.error_code is not None and word.error_code is not None and other.error_code != word.error_code:
            clashes.append(Clash.CODE)
        if other.sid and word.sid and other.sid != word.sid:
            clashes.append(Clash.SID)
        for clash in clashes:
            if clash is not None:
                found.setdefault(clash, Contradiction(clash, other, word))
    return list(found.values())


def _differ(one: Status, other: Status) -> Clash | None:
    """Whether no message can have had both."""
    both = {one, other}
    if both & ARRIVED and both & FAILURES:
        return Clash.ARRIVAL
    return Clash.CANCELED if Status.CANCELED in both and both & LEFT else None


def differ(one: Status, other: Status) -> bool:
    """Whether no message can have had both statuses."""
    return _differ(one, other) is not None
