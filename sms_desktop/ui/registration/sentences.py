"""What is said of registrations beside the domain's own sentences: words of buttons, marks, and what a part is for."""

from datetime import datetime

from sms_desktop.domain.registration import Standing, Step, Tone
from sms_desktop.domain.registrationreport import Part, Report
from sms_desktop.domain.rejections import Reason
from sms_desktop.ui.widgets.disc import State
from sms_desktop.ui.widgets.ladder import Rung
from sms_desktop.ui.words import in_sentence

REHEARSAL = "Rehearsal"
ABOUT_REHEARSAL = (
    "A rehearsal with Twilio’s mock brand: it costs nothing, and Twilio plays through what would happen. Carriers hear "
    "nothing of it, so texts to the United States still do not get through."
)
NEXT = {
    Step.LOOK: "Look it up",
    Step.WAIT: "Look again",
    Step.BRAND: "Register your business…",
    Step.CAMPAIGN: "Describe what you send…",
    Step.ADD_NUMBER: "Add the number…",
    Step.VERIFY: "Ask for verification…",
    Step.EDIT: "Put it right…",
    Step.CONSOLE: "Open at Twilio",
}
"""What the button says that does the one next thing."""
FOR_REAL = "Register for real…"
"""The other way on while something is played through."""
CONSOLE = "Open at Twilio"
UNCHANGED = "Nothing has been changed since it was rejected."
TONES = {
    Tone.GOOD: ("check-circle", "ok"),
    Tone.WAITING: ("clock", "warn"),
    Tone.BAD: ("alert", "bad"),
    Tone.NONE: ("minus-circle", "muted"),
}
"""Icon and colour of a standing."""
_PARTS = {
    Part.BRAND: "Business (brand)",
    Part.CAMPAIGN: "What you send (campaign)",
    Part.NUMBER: "Number in the Messaging Service",
    Part.VERIFICATION: "Toll-free verification",
}


def rungs_of(report: Report) -> tuple[Rung, ...]:
    """Each part as a step of the ladder."""
    return tuple(_rung(part, standing) for part, standing in report.parts)


def _rung(part: Part, standing: Standing) -> Rung:
    state = state_of(standing)
    said = "" if state == "later" and not standing.step else standing.sentence
    return Rung(_PARTS[part], state, standing.word, said, tuple(map(reason_said, standing.reasons)))


def state_of(standing: Standing) -> State:
    """What was never begun is no failure: it is what comes next."""
    match standing.tone:
        case Tone.GOOD:
            return "done"
        case Tone.WAITING:
            return "waiting"
        case Tone.BAD:
            return "bad" if standing.went_wrong else "now"
    return "later"


def reason_said(reason: Reason) -> str:
    """What was not accepted, what to do about it, and Twilio's number for it."""
    code = f" ({reason.code})" if reason.code is not None else ""
    return f"{reason.what} {reason.advice}{code}".strip()


def looked_at(at: datetime | None, now: datetime) -> str:
    return "Twilio was not asked yet." if at is None else f"Twilio was asked {in_sentence(at, now)}."
