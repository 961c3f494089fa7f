"""What an error code means to the person at the desk: what happened, what to do, who can mend it, whether to try again.

The sentences are this app's own and lie in ``failures.toml``; the meanings come from Twilio's error dictionary.
"""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from typing import Any

from sms_desktop.domain.account import CONSOLE
from sms_desktop.domain.consent import OPTED_OUT_CODE
from sms_desktop.domain.reception import Obstacle

DICTIONARY = "https://www.twilio.com/docs/api/errors"
"""Where Twilio explains each code, the code as the last part."""
FILTERED = 30007


class Who(StrEnum):
    """Whose move it is."""

    YOU = "you"
    RECIPIENT = "recipient"
    ADMIN = "admin"  # who looks after the Twilio account
    CARRIER = "carrier"
    TWILIO = "twilio"
    NOBODY = "nobody"
    UNKNOWN = "unknown"  # of a code that is not known here


class Again(StrEnum):
    """What it does to try the very same again."""

    HELPS = "helps"  # it may well pass
    COSTS = "costs"  # it is billed, and comes to the same until what is the matter is mended
    HARMS = "harms"
    VAIN = "vain"  # it comes to the same


class Action(StrEnum):
    """The one useful thing to do about it, besides trying again."""

    NONE = ""
    EDIT_NUMBER = "edit_number"
    REWORD = "reword"
    OTHER_LINE = "other_line"
    CALL = "call"
    ASK_START = "ask_start"
    REGISTRATION = "registration"
    CONSOLE = "console"
    ACCOUNT = "account"  # the credentials, under Preferences
    HEALTH = "health"
    LOOK_UP = "look_up"  # in Twilio's error dictionary


@dataclass(frozen=True, slots=True)
class Failure:
    """``title`` and ``advice`` are sentences, ``short`` a few words for a list row (“landline”).

    ``why`` says what trying again would harm, else it is ""; ``url`` is where the action leads on the web, or "";
    ``code`` is Twilio's, None if it gave none.
    """

    code: int | None
    title: str
    advice: str
    who: Who
    again: Again
    short: str
    action: Action = Action.NONE
    why: str = ""
    url: str = ""

    @property
    def retry(self) -> bool:
        """Whether the same message may well pass when sent again."""
        return self.again is Again.HELPS

    @property
    def outcome(self) -> str:
        """What became of the message by its title: “Not sent” or “Not delivered”; "" where that does not say it."""
        said = self.title.partition(":")[0]
        return said if said in _OUTCOMES else ""


def explain(code: int | None, peer: str = "") -> Failure:
    """The failure behind ``code``; ``peer`` is the raw address it concerns. Unknown codes degrade to their family."""
    known = None if code is None else _known().get(str(code))
    entry = known if known is not None else _by_family(code)
    action = Action(entry.get("action", "" if known is not None or code is None else Action.LOOK_UP))
    return Failure(
        code,
        entry["title"],
        entry["advice"].replace("{peer}", _shown(peer)),
        Who(entry["who"]),
        Again(entry.get("again", Again.VAIN)),
        entry.get("short", f"error {code}"),
        action,
        entry.get("why", ""),
        _url(action, entry, code),
    )


def stopped(obstacle: Obstacle | None, reason: str) -> Failure:
    """Why a text was stopped here before it left: what keeps texts from its number, else ``reason``, a sentence.

    Another try is asked about, and passes once it is known that texts reach the number.
    """
    if obstacle is None:
        return Failure(None, "Not sent: it was stopped before it left.", reason, Who.YOU, Again.HELPS, "not sent")
    title, short, advice, who, again, action = _STOPPED[obstacle]
    return Failure(None, f"Not sent: {title}.", f"{FOUND_OUT} {advice}", who, again, short, action)


_OUTCOMES = ("Not sent", "Not delivered")
FOUND_OUT = "That was found out before it left, so this text cost nothing."
_STOPPED = {
    Obstacle.NOT_A_NUMBER: (
        "this is not a number that can be texted", "not a number", "Look for a typing mistake in it.",
        Who.YOU, Again.VAIN, Action.EDIT_NUMBER,
    ),
    Obstacle.NOT_MOBILE: (
        "this is not a mobile number", "no mobile", "Call instead, or ask for a mobile number.",
        Who.RECIPIENT, Again.VAIN, Action.CALL,
    ),
    Obstacle.LANDLINE: (
        "this is a landline", "landline", "Call instead, or ask for a mobile number.",
        Who.RECIPIENT, Again.COSTS, Action.CALL,
    ),
    Obstacle.GONE: (
        "this number does not exist any more, or its phone has been off for long", "out of use",
        "Look for a typing mistake in it, or reach the person another way.",
        Who.RECIPIENT, Again.COSTS, Action.EDIT_NUMBER,
    ),
    Obstacle.SILENT: (
        "the last texts found this phone out of reach", "out of reach", "Call instead, or try again later.",
        Who.RECIPIENT, Again.COSTS, Action.CALL,
    ),
}  # fmt: skip


def harm_of(code: int | None, *, answered: bool, barred: bool) -> str:
    """Why the very same must not be tried again, or "".

    ``answered``: something came from that number since, which lifts all but what was said of the words themselves; and
    an opt-out that stands (``barred``). That one is also answered by an agreement that somebody has entered since.
    """
    failure = explain(code)
    if failure.again is not Again.HARMS:
        return ""
    stands = code == FILTERED or (code == OPTED_OUT_CODE and barred)
    return failure.why if stands or not answered else ""


def unmet() -> dict[int, str]:
    """Codes that nobody meets who texts with this program, with the reason."""
    return {code: group["why"] for group in _file()["unmet"] for code in group["codes"]}


@lru_cache(maxsize=1)
def _file() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "failures.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _known() -> dict[str, dict[str, Any]]:
    tables = {name: table for name, table in _file().items() if name not in {"pages", "unmet"}}
    return {str(code): table for name, table in tables.items() for code in table.get("codes", [name])}


def _url(action: Action, entry: dict[str, Any], code: int | None) -> str:
    match action:
        case Action.CONSOLE | Action.REGISTRATION:
            return f"{CONSOLE}/{_file()['pages'][entry.get('page', Action.REGISTRATION)]}"
        case Action.LOOK_UP:
            return f"{DICTIONARY}/{code}"
    return ""


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
            "again": Again.HELPS,
        }
    look_up = f"Twilio’s error dictionary explains code {code}."
    if 20000 <= code < 30000:
        return {"title": "Not sent: Twilio refused this message.", "advice": look_up, "who": Who.ADMIN}
    if 30000 <= code < 40000:
        return {
            "title": "Not delivered: the message was stopped on its way.",
            "advice": f"It may pass when sent again later. {look_up}",
            "who": Who.UNKNOWN,
            "again": Again.HELPS,
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
            "again": Again.HELPS,
        }
    return {"title": "This message failed.", "advice": look_up, "who": Who.ADMIN}
