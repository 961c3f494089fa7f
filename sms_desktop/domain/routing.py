"""Where Twilio takes the inbound texts of a line, and whether that is here.

Source: Twilio's IncomingPhoneNumber, ShortCode and Messaging Service resources. Of several settings one decides: the
service that a number belongs to (unless it defers to the number), else the TwiML App on the number, else the number.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import urlsplit


class HolderKind(StrEnum):
    """Which resource holds the setting that decides."""

    NUMBER = "number"
    SHORT_CODE = "short_code"
    APPLICATION = "application"
    SERVICE = "service"


NOUNS = {
    HolderKind.NUMBER: "number",
    HolderKind.SHORT_CODE: "short code",
    HolderKind.APPLICATION: "TwiML App",
    HolderKind.SERVICE: "Messaging Service",
}


@dataclass(frozen=True, slots=True)
class Webhook:
    """What is set there: URLs as Twilio has them ("" for none), methods POST or GET.

    ``defers``: it is a Messaging Service that leaves texts to what is set on each number of its pool.
    """

    url: str = ""
    method: str = "POST"
    fallback_url: str = ""
    fallback_method: str = "POST"
    defers: bool = False


@dataclass(frozen=True, slots=True)
class Holder:
    """The resource that decides: its SID (PN…, SC…, AP…, MG…), its friendly name, and what is set on it."""

    kind: HolderKind
    sid: str
    name: str
    webhook: Webhook

    @property
    def noun(self) -> str:
        """What it is, as Twilio calls it."""
        return NOUNS[self.kind]

    @property
    def called(self) -> str:
        """Messaging Service “Reminders”; without the name where it has none."""
        name = " ".join(self.name.split())
        return f"{self.noun} “{name}”" if name else self.noun

    @property
    def is_shared(self) -> bool:
        """Whether it is no line by itself, and may hold several."""
        return self.kind in {HolderKind.APPLICATION, HolderKind.SERVICE}

    @property
    def loses(self) -> bool:
        """Whether Twilio keeps nothing of what comes in: so it is with a service without an address. Of anything else
        Twilio keeps a list, which can be asked for.
        """
        return self.kind is HolderKind.SERVICE and not self.webhook.url and not self.webhook.defers


@dataclass(frozen=True, slots=True)
class Route:
    """The way of one line's inbound texts. ``overridden`` is the setting on the number that Twilio ignores, if any.

    ``trunk``: calls to the number go to a SIP trunk, which says nothing of its texts. ``pool`` is what a Messaging
    Service sends by, where that is the line.
    """

    line: str
    holder: Holder
    overridden: Webhook | None = None
    trunk: bool = False
    pool: tuple[str, ...] = ()


class RouteState(StrEnum):
    """HERE; MISSING: nowhere; WRONG_METHOD: here, but not by POST; ELSEWHERE: another program's address; CHANGED: it
    was here by our own hand, and somebody has changed it since; STALE: an address of ours that is no more.
    """

    HERE = "here"
    MISSING = "missing"
    WRONG_METHOD = "wrong_method"
    ELSEWHERE = "elsewhere"
    CHANGED = "changed"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class Change:
    """What diverting would do to ``route.holder``: ``after`` takes the place of what is set now.

    ``lines`` are all the addresses whose texts it moves, since a service or an app may hold several. ``own`` is what
    the shop had there before we first came, where somebody has set something else since; that is put back one day.
    """

    holder: Holder
    after: Webhook
    lines: tuple[str, ...]
    own: Webhook | None = None

    @property
    def before(self) -> Webhook:
        return self.holder.webhook

    @property
    def changes_anything(self) -> bool:
        return self.after != self.before


OVERRIDES = "#rc=3&rp=all"
"""Twilio's connection overrides: three tries more, whatever went wrong. A fragment: neither sent nor signed."""


def state_of(webhook: Webhook, wanted: str | None, ours: Collection[str]) -> RouteState:
    """How ``webhook`` stands: ``wanted`` is our inbound URL now, if there is one, ``ours`` all we ever set there."""
    url = plain(webhook.url)
    if wanted is not None and url == plain(wanted):
        return RouteState.HERE if webhook.method.upper() == "POST" else RouteState.WRONG_METHOD
    if ours:
        return RouteState.STALE if url in ours else RouteState.CHANGED
    return RouteState.ELSEWHERE if url else RouteState.MISSING


def ours_at(before: Webhook, url: str) -> Webhook:
    """The setting that brings texts to ``url``, tried again as OVERRIDES say; a fallback of theirs stays."""
    return replace(before, url=bare(url) + OVERRIDES, method="POST", defers=False)


def bare(url: str) -> str:
    """The address without its fragment."""
    return url.partition("#")[0]


def without_password(url: str) -> str:
    """The address without a user and password that a proxy may ask for."""
    parts = urlsplit(url)
    return parts._replace(netloc=host_of(url)).geturl() if "@" in parts.netloc else url


def host_of(url: str) -> str:
    """Host and port, without the user and password that a proxy may ask for."""
    return urlsplit(url).netloc.rpartition("@")[2]


def plain(url: str) -> str:
    """What addresses are told apart by, and what of ours is kept: no fragment, no password."""
    return without_password(bare(url))
