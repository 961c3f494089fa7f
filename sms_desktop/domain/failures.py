"""What an error code means to the person at the desk: what happened, what to do, whose move it is.

The sentences are this app's own and lie in ``failures.toml``; the meanings come from Twilio's error dictionary.
"""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from typing import Any


class Who(StrEnum):
    """Whose move it is."""

    YOU = "you"
    RECIPIENT = "recipient"
    ADMIN = "admin"  # who looks after the Twilio account
    CARRIER = "carrier"
    TWILIO = "twilio"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Failure:
    """``title`` and ``advice`` are sentences, ``short`` a few words for a list row (“landline”).

    ``retry`` tells whether the same message may well pass when sent again; ``code`` is Twilio's, None if it gave none.
    """

    code: int | None
    title: str
    advice: str
    who: Who
    retry: bool
    short: str


def explain(code: int | None, peer: str = "") -> Failure:
    """The failure behind ``code``; ``peer`` is the raw address it concerns. Unknown codes degrade to their family."""
    known = None if code is None else _known().get(str(code))
    entry = known if known is not None else _by_family(code)
    advice = entry["advice"].replace("{peer}", _shown(peer))
    return Failure(
        code, entry["title"], advice, Who(entry["who"]), entry.get("retry", False), entry.get("short", f"error {code}")
    )


@lru_cache(maxsize=1)
def _known() -> dict[str, dict[str, Any]]:
    return tomllib.loads((files(__package__) / "failures.toml").read_text(encoding="utf-8"))


def _shown(peer: str) -> str:
    if not peer:
        return "the number"
    from sms_desktop.domain.phone import display

    return display(peer)


def _by_family(code: int | None) -> dict[str, Any]:
    """Twilio numbers errors by who found them: 2xxxx its API, 3xxxx carriers, 63xxx channels, 1xxxx webhooks."""
    if code is None:
        return {
            "title": "Not delivered: no reason was given.",
            "short": "no reason given",
            "advice": "Try again later, or reach the person another way.",
            "who": Who.CARRIER,
            "retry": True,
        }
    look_up = f"Twilio’s error dictionary explains code {code}."
    if 20000 <= code < 30000:
        return {"title": "Not sent: Twilio refused this message.", "advice": look_up, "who": Who.ADMIN}
    if 30000 <= code < 40000:
        return {
            "title": "Not delivered: the message was stopped on its way.",
            "advice": f"It may pass when sent again later. {look_up}",
            "who": Who.CARRIER,
            "retry": True,
        }
    if 60000 <= code < 70000:
        return {"title": "Not delivered: the channel refused this message.", "advice": look_up, "who": Who.ADMIN}
    if 10000 <= code < 20000:
        return {"title": "Twilio met a problem with this computer’s answers.", "advice": look_up, "who": Who.ADMIN}
    if 500 <= code < 600:
        return {
            "title": "Not sent: Twilio had a problem of its own.",
            "advice": "Wait a few minutes, then send again.",
            "who": Who.TWILIO,
            "retry": True,
        }
    return {"title": "This message failed.", "advice": look_up, "who": Who.ADMIN}
