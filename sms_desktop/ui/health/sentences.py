"""What the page says of all rows together, and a screen reader of each."""

from datetime import datetime

from sms_desktop.domain.health import Check, Health
from sms_desktop.domain.light import Light
from sms_desktop.ui import words

_LIGHTS = {Light.OK: "Good", Light.WARN: "Needs a look", Light.BAD: "Bad", Light.OFF: "Not known yet"}
_ENDS = (".", "!", "?", "…")


def summary(health: Health, now: datetime) -> str:
    """“1 thing is broken, 2 need a look. Last checked 10:44”."""
    if health.checked_at is None:
        return "Not checked yet"
    return f"{_found(health)}. Last checked {words.list_time(health.checked_at, now)}"


def _found(health: Health) -> str:
    broken, doubtful = health.broken, health.doubtful
    if not broken and not doubtful:
        off = [check for check in health.checks if check.light is Light.OFF]
        if pending := next((check.brief for check in off if check.brief), ""):
            return f"Nothing is broken; {pending}"
        gray = any(check.key.startswith("line:") for check in off)
        return "Nothing is broken, but not every line is in order yet" if gray else "All is well"
    parts = []
    if broken:
        parts.append("1 thing is broken" if broken == 1 else f"{broken} things are broken")
    if doubtful:
        things = "" if broken else " thing" if doubtful == 1 else " things"
        parts.append(f"{doubtful}{things} {'needs' if doubtful == 1 else 'need'} a look")
    return ", ".join(parts)


def spoken(check: Check) -> str:
    """“Bad: (888) 555-0144: Incoming texts go somewhere else …”, as a screen reader is to say the row."""
    said = [f"{_LIGHTS[check.light]}: {check.title}: {check.sentence}", check.advice]
    return " ".join(part if part.endswith(_ENDS) else f"{part}." for part in said if part)
