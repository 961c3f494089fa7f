"""Twilio's default handling of STOP, START and HELP (facts §8).

Long codes: Twilio itself blocks, unblocks and answers. Toll-free: the carrier network does, knows only STOP, START and
UNSTOP, and its answers are no messages of the account; HELP is Twilio's there too. Short codes: nobody does anything.
In every case the message is still handed to the account's webhook. Where a Messaging Service has Advanced Opt-Out on,
Twilio answers for all its senders, short codes too, and says so in the webhook (`OptOutType`).
"""

from dataclasses import dataclass

_STOP = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
_START = frozenset({"START", "UNSTOP", "YES"})
_HELP = frozenset({"HELP", "INFO"})


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a keyword does: `blocked` is the new state, or None for no change; `network` says who answers."""

    blocked: bool | None
    answer: str
    network: bool = False


_LOCAL = {
    "stop": Ruling(
        True,
        "You have successfully been unsubscribed. You will not receive any more messages from this number. "
        "Reply START to resubscribe.",
    ),
    "start": Ruling(
        False,
        "You have successfully been re-subscribed to messages from this number. Reply HELP for help. "
        "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
    ),
    "help": Ruling(None, "Reply STOP to unsubscribe. Msg&Data Rates May Apply."),
}
_TOLL_FREE = {
    "stop": Ruling(
        True,
        'NETWORK MSG: You replied with the word "stop" which blocks all texts sent from this number. '
        'Text back "unstop" to receive messages again.',
        network=True,
    ),
    "start": Ruling(
        False,
        'NETWORK MSG: You have replied "unstop" and will begin receiving messages again from this number.',
        network=True,
    ),
    "help": _LOCAL["help"],
}


def kind_of(body: str) -> str | None:
    """`OptOutType`, as Advanced Opt-Out tells it."""
    word = body.strip().upper()
    return "STOP" if word in _STOP else "START" if word in _START else "HELP" if word in _HELP else None


def ruling(body: str, kind: str, blocked: bool, *, advanced: bool = False) -> Ruling | None:
    """What `body` does on a line of that kind; None where it is no keyword there, or changes nothing. `advanced`: its
    service has Advanced Opt-Out on.

    A single word, whatever its case, is a keyword; `STOP PLEASE` is not. Who is blocked already gets no second
    answer to STOP and none to HELP; START from somebody who is not blocked is a word like any other.
    """
    word = body.strip().upper()
    if kind == "local" or (advanced and kind != "tollfree"):
        stop, start, rulings = _STOP, _START, _LOCAL
    elif kind == "tollfree":
        stop, start, rulings = frozenset({"STOP"}), frozenset({"START", "UNSTOP"}), _TOLL_FREE
    else:
        return None
    if word in stop and not blocked:
        return rulings["stop"]
    if word in start and blocked:
        return rulings["start"]
    if word in _HELP and not blocked:
        return rulings["help"]
    return None
