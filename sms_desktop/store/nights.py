"""What is wished of texts to places where it is night, and whether one would get to such a place."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from sms_desktop.domain.night import REPLY, AtNight, Night, Rule, night_at
from sms_desktop.store import conversations, reception, settings, zips
from sms_desktop.store.tx import Tx


def rehearsal(db: Connection) -> bool:
    """Whether the program that ran last had a simulator for Twilio."""
    return settings.get(db, "rehearsal", False) is True


def set_rehearsal(tx: Tx, is_one: bool) -> None:
    """Whether the program that runs now has."""
    settings.put(tx, "rehearsal", is_one)


def rule(db: Connection) -> Rule:
    """The wish as it was last put; where nobody put one, it is to ask, but on a simulator nothing."""
    kept = settings.get(db, "night")
    usual = Rule(AtNight.OFF if rehearsal(db) else AtNight.ASK)
    try:
        return Rule(AtNight(kept["do"]), _hour(kept["begin"]), _hour(kept["end"]))
    except (KeyError, TypeError, ValueError):
        return usual


def put_rule(tx: Tx, wish: Rule) -> None:
    """Keeps it."""
    settings.put(tx, "night", {"do": wish.do.value, "begin": wish.begin, "end": wish.end})


def night(
    db: Connection, peer: str, line: str, at: datetime, wish: Rule, *, though_heard: bool = False
) -> Night | None:
    """The night that a text of that time would break; None where ``wish`` is off, or ``peer`` wrote just before
    (which counts for nothing with ``though_heard``).
    """
    if wish.do is AtNight.OFF:
        return None
    found = night_at(peer, line, at, wish, zips.get(db, peer))
    if found is None or (not though_heard and reception.heard_since(db, peer, at - REPLY)):
        return None
    return found


def asked_about(db: Connection, conversation_id: int, at: datetime) -> Night | None:
    """The night for which a text of that time to that conversation is asked about; None where it would just leave, or
    wait unasked.
    """
    to, wish = conversations.get(db, conversation_id), rule(db)
    return None if to is None or wish.do is not AtNight.ASK else night(db, to.peer, to.line, at, wish)


def _hour(kept: Any) -> int:
    if not isinstance(kept, int) or not 0 <= kept < 24:
        raise ValueError("no hour")
    return kept
