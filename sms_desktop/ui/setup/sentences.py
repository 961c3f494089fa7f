"""What the set-up says of accounts, lines and addresses."""

from collections.abc import Sequence

from sms_desktop.domain.account import Identity
from sms_desktop.domain.line import LineKind
from sms_desktop.domain.phone import display
from sms_desktop.domain.receiving import Receiving, WayIn
from sms_desktop.domain.routing import Change, HolderKind
from sms_desktop.ui.words import isolated, one_line

CONSOLE = "https://console.twilio.com"
TRIAL = (
    "Trial account: texts reach verified numbers only, and begin with Twilio’s notice that they are sent from a trial "
    "account. Receiving works as usual. Upgrade in the Twilio Console when you are ready."
)

KINDS = {
    LineKind.LOCAL: "Local number",
    LineKind.MOBILE: "Mobile number",
    LineKind.TOLL_FREE: "Toll-free number",
    LineKind.SHORT_CODE: "Short code",
    LineKind.OTHER: "Number",
}


def identity_words(identity: Identity) -> str:
    """Bright Chairs, full account, balance $38.20."""
    parts = [one_line(identity.name) or "Your account", "trial account" if identity.trial else "full account"]
    if identity.balance is not None:
        parts.append(f"balance {identity.balance}")
    return ", ".join(parts)


def masked(sid: str) -> str:
    """AC…4f2a."""
    return f"{sid[:2]}…{sid[-4:]}"


def several(addresses: Sequence[str], limit: int = 3) -> str:
    """(212) 555-0100, (888) 555-0144 and 2 more."""
    shown = [isolated(display(address)) for address in addresses]
    more = len(shown) - limit
    if more > 0:
        return f"{', '.join(shown[:limit])} and {more} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)


def change_title(change: Change) -> str:
    """What holds the setting: the number itself, or the service or app that its texts go to."""
    holder, lines = change.holder, several(change.lines)
    if holder.kind is HolderKind.SERVICE:
        return f"Messaging Service “{one_line(holder.name)}” takes the texts of {lines}"
    if holder.kind is HolderKind.APPLICATION:
        return f"The app “{one_line(holder.name)}” takes the texts of {lines}"
    return lines


def consent(change: Change) -> str:
    """What a tick means, for a screen reader."""
    return f"Bring the texts of {several(change.lines, 99)} here"


def together(change: Change) -> str:
    """What else moves with it, or ""."""
    what = "service" if change.holder.kind is HolderKind.SERVICE else "app"
    return f"All numbers of this {what} move together." if len(change.lines) > 1 else ""


def address_of(state: Receiving) -> str:
    """The public address without its scheme, or ""."""
    return (state.public_url or "").partition("://")[2]


def receiving_words(state: Receiving) -> str:
    """For the last page: how texts come in."""
    if state.way is WayIn.POLLING:
        return "Texts come in by asking Twilio every few seconds"
    through = address_of(state)
    return f"Texts come in at once through {through}" if through else "How texts come in is not chosen yet"
