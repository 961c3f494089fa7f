"""What the set-up says of accounts, lines and addresses."""

from collections.abc import Sequence

from sms_desktop.domain.line import LineKind
from sms_desktop.domain.receiving import HOW_LATE, HOW_OFTEN, Receiving, WayIn
from sms_desktop.domain.routing import plain
from sms_desktop.ui.routewords import several

TRIAL = (
    "A trial account reaches only numbers that you have verified at Twilio, and its texts begin with Twilio’s notice "
    "that they come from a trial account. Receiving works as usual. Upgrade in the Twilio Console when you are ready."
)

LATE = f"what comes in there appears {HOW_LATE}."

KINDS = {
    LineKind.LOCAL: "Local number",
    LineKind.MOBILE: "Mobile number",
    LineKind.TOLL_FREE: "Toll-free number",
    LineKind.SHORT_CODE: "Short code",
    LineKind.OTHER: "Number",
    LineKind.SERVICE: "Messaging Service",
}


def address_of(state: Receiving) -> str:
    """The public address without its scheme and a password, or ""."""
    return plain(state.public_url or "").partition("://")[2]


def receiving_words(state: Receiving, lines: Sequence[str], *, mixed: bool) -> str:
    """For the last page: how texts come in; ``mixed``: to ``lines`` alone, of several."""
    if state.way is WayIn.POLLING:
        return f"Texts come in by asking Twilio {HOW_OFTEN}"
    through = address_of(state)
    if not through:
        return "How texts come in is not chosen yet"
    if not lines:
        return f"{through} leads to this computer, but no number’s texts are brought here"
    return f"Texts{f' to {several(lines, 5)}' if mixed else ''} come in at once through {through}"


def left_words(lines: Sequence[str]) -> str:
    """Of lines that the person left as they are."""
    what = "is" if len(lines) == 1 else "are"
    return f"{several(lines, 5)} {what} left unchanged at Twilio, as you decided: {LATE}"


def away_words(lines: Sequence[str]) -> str:
    """Of lines that somebody should look at."""
    what = "is" if len(lines) == 1 else "are"
    return f"{several(lines, 5)} {what} not brought here yet: {LATE} Line health says what to do."
