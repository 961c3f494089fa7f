"""A message's history in words: what happened, when, who said so, and what does not fit together. No widgets."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sms_desktop.domain.answering import TWILIOS
from sms_desktop.domain.catchup import Origin
from sms_desktop.domain.failures import explain
from sms_desktop.domain.history import Clash, Contradiction, Effect, Word, history
from sms_desktop.domain.message import (
    ANSWER,
    CALLBACK,
    FAILURES,
    LISTED,
    OURS,
    TRIES,
    Message,
    Status,
    StatusReport,
    TakenBack,
)
from sms_desktop.domain.phone import display
from sms_desktop.ui.words import Tone, clock_to_second, day_heading, day_of, one_line, receipt, status_word

SOURCES = {
    ANSWER: "Twilio’s answer",
    CALLBACK: "Twilio’s report",
    OURS: "This computer",
    LISTED: "Twilio’s list",
}
NOTES = {
    Effect.AGAIN: "said again",
    Effect.LATE: "came late",
    Effect.OVERRULED: "does not count",
}
_AT_TWILIO = {
    Status.QUEUED: "Queued at Twilio",
    Status.ACCEPTED: "Taken by Twilio",
    Status.SCHEDULED: "Scheduled at Twilio",
    Status.SENT: "Sent to the carrier",
}
_HERE = {
    Status.QUEUED: "Back in the outbox: it had not left",
    Status.SENDING: "Leaving for Twilio",
    Status.UNCONFIRMED: "No answer came: it may have been sent",
}
_REASONS: dict[str, str] = {
    TakenBack.BY_US: "",
    TakenBack.UNDONE: "You took it back before it left.",
    TakenBack.LATE: "It could not leave in time.",
    TakenBack.BLOCKED: "You have blocked this person.",
    TakenBack.CAME_THROUGH: "The earlier text arrived after all, so this one was not sent.",
    "known before": "Known before the backup was restored.",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One step: an icon of ``assets`` in a colour of the theme, ``words``, and below them time, who, note and reason.

    ``day`` is set where it begins a day, ``time`` is "" where nobody told it. What is ``dim`` changed nothing.
    """

    icon: str
    tone: Tone
    words: str
    time: str = ""
    who: str = ""
    note: str = ""
    reason: str = ""
    warnings: tuple[str, ...] = ()
    day: str = ""
    full_day: str = ""

    @property
    def dim(self) -> bool:
        return bool(self.note)

    @property
    def below(self) -> str:
        """“10:42:07 · Twilio’s report · came late”."""
        return " · ".join(part for part in (self.time, self.who, self.note) if part)

    @property
    def spoken(self) -> str:
        """All of it in sentences."""
        when = f"{self.full_day} {self.time}".strip()
        parts = [f"{when}, {self.who}" if when and self.who else when or self.who]
        said = f"{parts[0]}: {self.words}." if parts[0] else f"{self.words}."
        told = [said, f"It {_spoken_note(self.note)}." if self.note else "", self.reason, *self.warnings]
        return " ".join(part for part in told if part)


def entries_of(message: Message, reports: Sequence[StatusReport], now: datetime) -> tuple[Entry, ...]:
    """From writing it (or its coming in) to the last word about it."""
    steps: list[tuple[datetime | None, Entry]] = [(message.at, _beginning(message))]
    steps += [(word.report.at, _said(word, message.peer)) for word in history(reports)]
    if not reports and message.outbound:
        steps += [(None, step) for step in _as_it_is(message)]
    return tuple(_dated(steps, now))


def facts_of(message: Message) -> tuple[tuple[str, str], ...]:
    """What stands at the foot: name and value."""
    facts = [("SID", message.sid or ("None yet" if message.outbound else "Not known"))]
    if message.via is not None:
        facts.append(("Went by" if message.outbound else "Came to", display(message.via)))
    if message.error_code is not None:
        facts.append(("Code", _reason(message.error_code, message.peer)))
    if message.segments is not None:
        facts.append(("Segments", str(message.segments)))
    if message.price is not None:
        facts.append(("Price", f"{message.price.lstrip('-')} {message.price_unit or ''}".strip()))
    if message.retry_of is not None:
        facts.append(("New try of", message.retry_of))
    facts.append(("Key", message.id))
    return tuple(facts)


def as_text(message: Message, entries: Sequence[Entry]) -> str:
    """All of it for the clipboard: what it is, its steps a line each, and the facts."""
    lines = [
        f"Status: {status_word(message.status)}",
        f"From: {display(message.sender)}",
        f"To: {display(message.recipient)}",
        "",
    ]
    for entry in entries:
        when = f"{entry.full_day} {entry.time}".strip()
        lines.append("\t".join((when, entry.words, entry.who, entry.note)).rstrip("\t"))
        lines += [f"\t{more}" for more in (entry.reason, *entry.warnings) if more]
    return "\n".join([*lines, "", *(f"{name}: {value}" for name, value in facts_of(message))])


def _dated(steps: Sequence[tuple[datetime | None, Entry]], now: datetime) -> Iterator[Entry]:
    """With times; the day stands where it changes, and at the first only if it is not today."""
    day = day_of(now)
    for at, entry in steps:
        if at is None:
            yield entry
            continue
        heading = day_heading(at, now)
        shown = heading if day_of(at) != day else ""
        day = day_of(at)
        yield replace(entry, time=clock_to_second(at), day=shown, full_day=heading)


def _beginning(message: Message) -> Entry:
    if not message.outbound:
        who = SOURCES[CALLBACK] if message.origin is None else SOURCES[LISTED]
        return Entry("arrow-down", "muted", "Received", who=who)
    if message.origin is not None:
        words = "Sent from elsewhere" if message.origin is Origin.ELSEWHERE else "Sent"
        words = TWILIOS if message.author == TWILIOS else words
        return Entry("send", "muted", words, who=SOURCES[LISTED])
    words = "Written" if message.retry_of is None else "Written again, as a new try"
    return Entry("edit", "muted", words, who=one_line(message.author or "") or SOURCES[OURS])


def _as_it_is(message: Message) -> list[Entry]:
    """Where nobody's word is kept: what came with a list, and what has not left."""
    if message.waits:
        return [Entry("clock", "muted", "Waiting in the outbox", who=SOURCES[OURS])]
    if message.status is Status.SENT and message.origin is not None:
        return []
    icon, tone = _mark(message.status)
    return [Entry(icon, tone, _words(message.status, LISTED, message.error_code, message.peer), who=SOURCES[LISTED])]


def _said(word: Word, peer: str) -> Entry:
    report = word.report
    icon, tone = _mark(report.status)
    said = next((value for name, value in report.raw if name == "reason"), "")
    return Entry(
        icon,
        tone if word.effect in {Effect.MOVED, Effect.OVERRULED} else "muted",
        _words(report.status, report.source, report.error_code, peer),
        who=SOURCES.get(report.source, report.source),
        note=NOTES.get(word.effect, ""),
        reason=one_line(_REASONS.get(said, said), 300) or _tries(report),
        warnings=tuple(warning(found) for found in word.contradicts),
    )


def _tries(report: StatusReport) -> str:
    count = next((value for name, value in report.raw if name == TRIES), "")
    return f"Tried {count} times until then." if count else ""


def _words(status: Status, source: str, code: int | None, peer: str) -> str:
    known = _HERE if source == OURS else _AT_TWILIO
    words = known.get(status) or status_word(status)
    if status in FAILURES and code is not None:
        return f"{words}: {_reason(code, peer)}"
    return words


def _reason(code: int, peer: str) -> str:
    """“30003 phone unreachable”; the number alone where no words are known for it."""
    short = explain(code, peer).short
    return str(code) if short == f"error {code}" else f"{code} {short}"


def _mark(status: Status) -> tuple[str, Tone]:
    mark = receipt(status)
    return (mark.icon, mark.tone) if mark is not None else ("arrow-down", "muted")


def _spoken_note(note: str) -> str:
    return {"said again": "was said again", "came late": "came late and changed nothing"}.get(note, note)


def warning(found: Contradiction) -> str:
    """What two words that cannot both be true say, and which of them counts."""
    first, second = found.first, found.second
    match found.clash:
        case Clash.ARRIVAL:
            failed = first.status in FAILURES
            if {first.source, second.source} <= {CALLBACK, ANSWER}:
                order = ("a failure first and delivery" if failed else "delivery first and a failure") + " afterwards"
                return f"Twilio reported {order}; the phone’s word counts."
            verbs = ("failed", "was delivered") if failed else ("was delivered", "failed")
            here, there = _name(first.source, start=True), _name(second.source)
            return f"{here} said that it {verbs[0]}, {there} that it {verbs[1]}; the phone’s word counts."
        case Clash.CANCELED:
            if first.status is Status.CANCELED:
                return "It was canceled, and Twilio reported all the same that it went out."
            return "It went out, and Twilio reported afterwards that it was canceled."
        case Clash.CODE:
            return (
                f"Twilio gave two reasons, {first.error_code} first and then {second.error_code}; the first is shown."
            )
        case Clash.SID:
            return "Twilio named two messages of its own for this one, so it may have gone out twice."


def _name(source: str, *, start: bool = False) -> str:
    name = SOURCES.get(source, source)
    return name if start or name.startswith("Twilio") else name[:1].lower() + name[1:]
