"""The consent ledger in words."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sms_desktop.domain.consent import Consent, ConsentEvent, ConsentSource, Question, Standing
from sms_desktop.domain.conversation import Conversation
from sms_desktop.domain.line import is_service
from sms_desktop.domain.phone import display
from sms_desktop.services.evidence import Evidence
from sms_desktop.ui.words import Tone, day_and_time, one_line, person

WORDS: dict[Standing, tuple[str, Tone]] = {
    Standing.OUT: ("Opted out", "bad"),
    Standing.ALLOWED: ("Can be messaged", "ok"),
    Standing.UNKNOWN: ("Nothing is known yet", "muted"),
}
WROTE = "They have texted you and never asked you to stop, as far as is known here."
NOTHING = "They have neither agreed to texts nor asked you to stop, as far as is known here."
AGREED, STOPPED = "They agreed to texts…", "They want no texts…"
WHO, WHY = "Your name", "How do you know it?"
WHY_HINT = "For instance “said so at the counter on Friday”, or where the signed form is kept."
ASK_AGREED = "They agreed to get texts from {line}."
ASK_STOPPED = "They want no more texts from {line}. Nothing is sent to them from it until they agree again."
OPT_OUT, NOT_MEANT = "Opt them out", "They did not"


def event_title(event: ConsentEvent, now: datetime) -> str:
    """“Opted out · 12 Mar 10:42”."""
    return f"{'Opted out' if event.opted_out else 'Opted in'} · {day_and_time(event.at, now)}"


def event_said(event: ConsentEvent) -> str:
    """How that is known."""
    to = "the Messaging Service" if is_service(event.line) else display(event.line)
    words = one_line(event.words, 120)
    match event.source:
        case ConsentSource.INBOUND:
            return f"They wrote “{words}” to {to}"
        case ConsentSource.LIST:
            return f"They wrote “{words}” to {to}; Twilio’s list has it"
        case ConsentSource.ERROR:
            return f"Twilio refused a text from {to}, because they had opted out (21610)"
        case ConsentSource.STAFF:
            by = f"Entered by {event.author}" if event.author else "Entered here"
            return f"{by}: {event.reason or ''}" + (f" “{words}”" if words else "")
        case ConsentSource.IMPORT:
            by = f" by {event.author}" if event.author else ""
            return f"Imported{by}: {event.reason or ''}"
        case ConsentSource.ATTESTED:
            return (event.reason or "An earlier copy of these records says so") + (f": “{words}”" if words else "")


def event_proof(event: ConsentEvent, called: Mapping[str, str]) -> str:
    """What Twilio knows it by, or ""; ``called`` has the names of Messaging Services."""
    parts = [event.sid or ""]
    if event.opt_out_type:
        parts.append(f"OptOutType {event.opt_out_type.upper()}")
    if event.service:
        name = called.get(event.service, "")
        parts.append(f"Messaging Service “{one_line(name)}”, {event.service}" if name else event.service)
    return " · ".join(part for part in parts if part)


def standing_said(consent: Consent, now: datetime) -> str:
    """What it comes to, and since when."""
    by = consent.by
    if by is None:
        return "" if consent.is_out else NOTHING
    return f"{event_said(by)}, {day_and_time(by.at, now)}."


def question_said(question: Question, conversation: Conversation) -> str:
    """“Dana seems to ask you to stop: “Please stop texting me””."""
    return f"{person(conversation)} seems to ask you to stop: “{one_line(question.words, 140)}”"


def saved(name: str, count: int, ending: str) -> str:
    """After evidence was saved as a file."""
    entries = "1 entry" if count == 1 else f"{count:,} entries"
    return f"{name} was saved with {entries}." if ending == "csv" else f"{name} was saved, {entries}."


def evidence_title(one: Evidence) -> str:
    """“Dana Fox · +1 415 555 0132”, or the number alone."""
    return f"{one.name} · {one.peer}" if one.name else one.peer


def evidence_line(one: Evidence, line: str) -> str:
    """A number as people write it; a Messaging Service by its name."""
    name = one.called.get(line, "") if is_service(line) else ""
    return f"{display(line)} “{name}”" if name else display(line)


def evidence_shared(one: Evidence, others: Sequence[str]) -> str:
    """For which lines of ours an entry counts beside its own."""
    named = [evidence_line(one, line) for line in others]
    listed = " and ".join((", ".join(named[:-1]), named[-1])) if len(named) > 1 else "".join(named)
    return f"It counts for {listed} as well, which {'share' if len(named) > 1 else 'shares'} a service with it."
