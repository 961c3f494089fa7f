"""What ngrok refuses and why nothing comes about, in plain words. The codes: ngrok's error reference."""

import re
from dataclasses import dataclass

from sms_desktop.domain.errors import TunnelError

_CODE = re.compile(r"ERR_NGROK_(\d+)")
_INTERCEPTED = ("x509", "certificate")
_UNREACHABLE = (
    "dial", "lookup", "no such host", "no route", "timeout", "timed out", "refused", "reset", "unreachable", "EOF",
    "resolve", "connection", "network",
)  # fmt: skip

WEBSITE = "dashboard.ngrok.com"
ANOTHER_WAY = "choose another way to receive texts"


class Refused(TunnelError):
    """Why there is no public address; ``str()`` is ``sentence`` and ``advice`` in one.

    ``settles``: it may be our own former connection, which ngrok forgets within a minute or so. ``spoilt``: it is the
    program on this computer, and a newer one may do.
    """

    def __init__(
        self,
        sentence: str,
        advice: str = "",
        *,
        code: str = "",
        lasting: bool = False,
        settles: bool = False,
        spoilt: bool = False,
        about: str = "",
    ) -> None:
        super().__init__(f"{sentence} {advice}".rstrip(), code=code, lasting=lasting, about=about)
        self.sentence = sentence
        self.advice = advice
        self.settles = settles
        self.spoilt = spoilt


@dataclass(frozen=True, slots=True)
class _Kind:
    sentence: str
    advice: str
    lasting: bool = True
    settles: bool = False
    spoilt: bool = False
    about: str = ""


_NO_TOKEN = _Kind(
    "ngrok does not know this token.",
    f"Copy the token again from “Your Authtoken” at {WEBSITE}, and enter it in Preferences.",
    about="token",
)
_UNPROVEN = _Kind(
    "ngrok does not know this token, or the e-mail address of its account is not confirmed yet.",
    f"Copy the token again from “Your Authtoken” at {WEBSITE}, and enter it in Preferences. If that page asks you to "
    "confirm your e-mail address, do that first.",
    about="token",
)
_SUSPENDED = _Kind("ngrok has suspended this account.", "Write to support@ngrok.com, or " + ANOTHER_WAY + ".")
_UNPAID = _Kind("The last payment for this ngrok account failed.", f"Pay the bill at {WEBSITE}, under “Billing”.")
_SESSIONS = _Kind(
    "This ngrok account is already in use by another program or computer.",
    f"Stop ngrok there; {WEBSITE} lists it under “Agents”. Or use an ngrok account of its own for this computer.",
    settles=True,
)
_ONLINE = _Kind(
    "The public address is already in use by another ngrok connection of this account.",
    f"Stop ngrok where it runs too; {WEBSITE} lists the address under “Endpoints”, where it can be deleted.",
    settles=True,
)
_TOO_OLD = _Kind("ngrok’s program on this computer is too old.", "Update it from ngrok.com/download.", spoilt=True)
_EMAIL = _Kind(
    "The e-mail address of this ngrok account is not confirmed yet.",
    f"Open the e-mail that ngrok sent you, or have it sent again at {WEBSITE}, under “Settings”.",
)
_NOT_YOURS = _Kind(
    "This domain does not belong to this ngrok account.",
    f"Look up your domain at {WEBSITE}, under “Domains”, and correct it in Preferences, or leave it empty there.",
    about="domain",
)
_PAID_DOMAIN = _Kind(
    "The plan of this ngrok account does not include a domain of your choice.",
    "Leave the domain empty in Preferences, so that ngrok gives you one, or choose another plan at ngrok.",
    about="domain",
)
_NO_DOMAIN = _Kind(
    "ngrok cannot use this domain.",
    f"Write it as it is shown at {WEBSITE}, under “Domains”, like my-shop.ngrok.app.",
    about="domain",
)
_USED_UP = _Kind(
    "This ngrok account has used up its traffic for this month.",
    f"Choose a larger plan at {WEBSITE}, under “Billing”, or " + ANOTHER_WAY + " until next month.",
)
_TOO_MUCH = _Kind(
    "ngrok asks to slow down: there were too many connections within a short time.",
    "Nothing is to be done; it is tried again by itself.",
    lasting=False,
)
_PLACE = _Kind(
    "ngrok does not accept connections from this place on the internet.",
    "If a VPN is on, turn it off; otherwise " + ANOTHER_WAY + ".",
)
_RULES = _Kind(
    "The rules of this ngrok account do not allow this computer.",
    f"Change “IP Restrictions” or the token’s rules at {WEBSITE}.",
)
_PROXY = _Kind(
    "ngrok works through a proxy only on paid plans, and this computer uses a proxy.",
    "Choose a paid plan at ngrok, or " + ANOTHER_WAY + ".",
)
_THEIRS = _Kind(
    "ngrok has a problem of its own right now.",
    "Nothing is to be done here; it is tried again by itself. status.ngrok.com tells more.",
    lasting=False,
)

_KINDS = {
    **dict.fromkeys((105, 106, 107, 109, 300), _NO_TOKEN),
    4018: _UNPROVEN,
    **dict.fromkeys((103, 338, 8014), _SUSPENDED),
    **dict.fromkeys((102, 337), _UNPAID),
    **dict.fromkeys((108, 348), _SESSIONS),
    334: _ONLINE,
    **dict.fromkeys((120, 121), _TOO_OLD),
    **dict.fromkeys((123, 382), _EMAIL),
    **dict.fromkeys((318, 319, 320, 321, 322, 354), _NOT_YOURS),
    **dict.fromkeys((313, 314, 315), _PAID_DOMAIN),
    **dict.fromkeys((317, 326, 327, 328, 329, 330, 331, 347, 355, 396, 397), _NO_DOMAIN),
    **dict.fromkeys((725, 726, 727, 728, 731, 732, 733, 735, 736, 737, 738, 739, 740), _USED_UP),
    **dict.fromkeys((349, 351, 702, 703, 714, 715, 718, 720, 734), _TOO_MUCH),
    **dict.fromkeys((9040, 22001), _PLACE),
    **dict.fromkeys((115, 116, 308, 316, 122, 126, 127), _RULES),
    9009: _PROXY,
    **dict.fromkeys((722, 741, 802, 803), _THEIRS),
}


def code_in(text: str) -> str:
    """``ERR_NGROK_108`` where ngrok says so anywhere in ``text``, else ""."""
    found = _CODE.search(text)
    return found.group(0) if found else ""


def refusal(code: str) -> Refused:
    """What a code of ngrok's means; one that is not known is shown as it is."""
    kind = _KINDS.get(int(code.removeprefix("ERR_NGROK_")))
    if kind is None:
        return Refused(
            f"ngrok refused the connection ({code}).",
            f"ngrok.com/docs/errors/{code.lower()} says what it means. It is tried again by itself.",
            code=code,
        )
    return Refused(
        kind.sentence,
        kind.advice,
        code=code,
        lasting=kind.lasting,
        settles=kind.settles,
        spoilt=kind.spoilt,
        about=kind.about,
    )


def from_words(words: str) -> Refused:
    """What an error means that ngrok's program gave: one with a code, or trouble on the way to ngrok."""
    if code := code_in(words):
        return refusal(code)
    if any(sign in words for sign in _INTERCEPTED):
        return Refused(
            "The connection to ngrok is intercepted on its way, so it was not made.",
            "A filter in this network or on this computer does that. Allow ngrok there, or " + ANOTHER_WAY + ".",
        )
    if any(sign in words for sign in _UNREACHABLE):
        return unreachable()
    return Refused("ngrok’s program did not get through to ngrok.", "It is tried again by itself.")


def unreachable() -> Refused:
    """There is no way to ngrok from here, or none that lasts."""
    return Refused(
        "ngrok cannot be reached from this computer.",
        "Check the internet connection. If it works, a firewall may hold ngrok back. It is tried again by itself.",
    )


def lost() -> Refused:
    """It worked and no longer does."""
    return Refused("The connection to ngrok was lost.", "It is being made again by itself.")


def ended() -> Refused:
    """ngrok's program is no longer there."""
    return Refused("ngrok’s program ended unexpectedly.", "It is started again by itself.")


def silent() -> Refused:
    """ngrok's program is there and does not answer."""
    return Refused("ngrok’s program does not answer.", "It is started again by itself if that lasts.")


def unusable(address: str) -> Refused:
    """The address that ngrok gave is not one that Twilio may post to."""
    return Refused(
        f"ngrok gave an address that cannot be used: “{address[:80]}”.",
        "Texts are only received over https. Look at the settings of your domain at ngrok.",
        lasting=True,
    )


def no_domain(domain: str) -> Refused:
    """What was entered as the domain is none."""
    return Refused(
        f"“{domain[:80]}” is not a domain.", "Write it like my-shop.ngrok.app.", lasting=True, about="domain"
    )


def cannot_run(reason: str) -> Refused:
    """The system does not run ngrok's program."""
    return Refused(
        f"ngrok’s program cannot be started: {reason}.",
        "A virus scanner may hold it back. Install ngrok yourself from ngrok.com/download, or " + ANOTHER_WAY + ".",
        spoilt=True,
    )


def cannot_fetch(reason: str) -> Refused:
    """ngrok's program is not on this computer and could not be brought here."""
    return Refused(
        f"ngrok’s program could not be downloaded: {reason}.",
        "Try again, install it yourself from ngrok.com/download, or " + ANOTHER_WAY + ".",
    )


def cannot_keep(reason: str) -> Refused:
    """Our folder for ngrok cannot be written to."""
    return Refused(
        f"The folder for ngrok cannot be used: {reason}.",
        "Look whether the disk is full, and whether that folder may be written to.",
    )
