"""What the sections say of the account, of the way in and of a line's texts."""

from sms_desktop.domain.account import CredentialHome, Identity
from sms_desktop.domain.errors import GatewayError, TestCredentials, WrongCredentials, WrongKey
from sms_desktop.domain.receiving import HOW_OFTEN, WayIn
from sms_desktop.domain.routing import Route, RouteState, host_of

HOMES = {
    CredentialHome.NONE: "",
    CredentialHome.ENVIRONMENT: (
        "The Account SID and the Auth Token come from this computer’s environment (TWILIO_ACCOUNT_SID and others). "
        "They are changed there, not here."
    ),
    CredentialHome.KEYRING: "The Auth Token is kept in this computer’s keyring, and nowhere else.",
    CredentialHome.MEMORY: "The Auth Token is kept only until you quit. It is asked for again at the next start.",
}

WAYS = {
    None: "Nothing is chosen yet: texts that come in do not reach this computer.",
    WayIn.NGROK: "Through ngrok",
    WayIn.OWN: "Through your own public address",
    WayIn.POLLING: f"By asking Twilio {HOW_OFTEN}",
}

REMOVAL = (
    "Where this computer changed at Twilio where a number’s texts go, they go again where they went before. The Auth "
    "Token is forgotten on this computer. Your conversations stay here."
)


def account(identity: Identity | None) -> str:
    """“Full account · balance $38.20”, or what a trial account cannot do."""
    if identity is None:
        return ""
    if identity.trial:
        said = "Trial account: it can text only the numbers that you have verified at Twilio."
        return f"{said} Balance {identity.balance}." if identity.balance else said
    kind, *more = identity.facts
    if identity.status != "active":
        kind = f"the account is {identity.status}"
    said = " · ".join((kind, *more))
    return said[0].upper() + said[1:]


def refused(trouble: GatewayError | None, key: str, outside: str = "", *, entered: bool = True) -> str:
    """What Twilio does not accept of what is in use, or ""; ``key`` like SK…1f2a. ``outside``: where it is changed, if
    not here; ``entered``: whether anything can be entered here.
    """
    if outside and isinstance(trouble, WrongKey):
        return f"Twilio refuses the API key {key}. {outside}"
    if outside and isinstance(trouble, WrongCredentials | TestCredentials):
        return f"{trouble} {outside}"
    if isinstance(trouble, WrongKey) and not entered:
        return f"Twilio refuses the API key {key}. Take it away: then texts are sent without."
    if isinstance(trouble, WrongKey):
        return f"Twilio refuses the API key {key}. Enter it anew, or take it away."
    if isinstance(trouble, TestCredentials):
        return str(trouble)
    if isinstance(trouble, WrongCredentials):
        return "Twilio refuses the Auth Token of this account. Enter the one that the Twilio Console shows now."
    return ""


def route(state: RouteState, found: Route) -> str:
    """Where a line's texts go."""
    if found.holder.webhook.defers and state is not RouteState.HERE:
        return "Its texts go where each of its numbers sends them."
    where = host_of(found.holder.webhook.url) or "another address"
    return {
        RouteState.HERE: "Its texts come here.",
        RouteState.MISSING: "Its texts go nowhere: no address is set.",
        RouteState.WRONG_METHOD: "Its texts come here in a way that does not work.",
        RouteState.ELSEWHERE: f"Its texts go somewhere else: {where}",
        RouteState.CHANGED: f"Somebody has changed it: its texts now go to {where}",
        RouteState.STALE: "Its texts go to an address that this computer no longer has.",
    }[state]


def decided(state: RouteState, found: Route) -> str:
    """The same of a line whose texts the person wants to stay where they go."""
    return f"{route(state, found).removesuffix('.')}, as you decided."
