"""A row for each line that carriers of the United States do not know, or do not know yet."""

from sms_desktop.domain.health import Check, Fix
from sms_desktop.domain.light import Light
from sms_desktop.domain.phone import display
from sms_desktop.domain.registration import Tone
from sms_desktop.domain.registrationreport import Report

LIGHTS = {Tone.BAD: Light.WARN, Tone.WAITING: Light.OFF}
BRIEFS = {Tone.BAD: "is not registered", Tone.WAITING: "is being registered"}
BUTTONS = {Tone.BAD: "See what is missing", Tone.WAITING: "Look at it"}


def row(report: Report) -> Check | None:
    """None where it is registered, need not be, or nobody knows."""
    standing, line = report.standing, report.line
    name = line.name if line.is_service and line.name else display(line.address)
    # However far a rehearsal is, nothing gets through by it.
    tone = Tone.BAD if report.rehearsed and standing.tone is Tone.WAITING else standing.tone
    light = LIGHTS.get(tone)
    if light is None:
        return None
    why = f" {standing.reasons[0].what}" if standing.reasons else ""
    us = " Texts to the United States will not arrive." if standing.may_text_us is False and not why else ""
    return Check(
        f"registration:{line.address}",
        name,
        light,
        f"{standing.word}: {standing.sentence}{why}{us}",
        standing.advice,
        Fix.REGISTRATION,
        BUTTONS[tone],
        line.address,
        brief=f"{name} {BRIEFS[tone]}",
    )
