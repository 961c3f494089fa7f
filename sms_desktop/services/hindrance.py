"""Why what waits in the outbox does not leave just now."""

from dataclasses import dataclass

from sms_desktop.domain.errors import GatewayError, TooMany, TwilioFaulty, WrongKey
from sms_desktop.services.absence import Absence
from sms_desktop.services.connection import OPEN_PAGE, PORTAL, Connection
from sms_desktop.services.link import Link


@dataclass(frozen=True, slots=True)
class Hindrance:
    """``what`` is the matter, and ``then`` what the program does about it while it runs; where it ``lasts``, only
    somebody who does something ends it.
    """

    what: str
    then: str = ""
    lasts: bool = False

    @property
    def sentence(self) -> str:
        """Both, as they are said in the window."""
        return f"{self.what} {self.then}".strip()


TRIES = "SMS Desktop goes on trying."
CONNECTING = Hindrance("SMS Desktop is still connecting to Twilio.")
NOT_ACCEPTED, KEY_NOT_ACCEPTED = (
    "Twilio does not accept this Account SID and Auth Token.", "Twilio does not accept the API key.",
)  # fmt: skip
REFUSED = Hindrance(f"{NOT_ACCEPTED} Enter them anew under Preferences, Account.", lasts=True)
KEY_REFUSED = Hindrance(
    f"{KEY_NOT_ACCEPTED} Enter another one under Preferences, Account, or take it away.", lasts=True
)
FAULTY = Hindrance("Twilio has a problem of its own at the moment.", TRIES)
UNREACHABLE = Hindrance("Twilio cannot be reached at the moment.", TRIES)
SIGN_IN = Hindrance(f"This network wants you to sign in first. {OPEN_PAGE}")
BEHIND = Hindrance("First Twilio is asked what people wrote meanwhile: somebody may have said STOP.")
ASLEEP = Hindrance(
    "They wait for the morning where their recipients are, or until you say whether these ask you to stop; they leave "
    "then if SMS Desktop runs.",
    lasts=True,
)
SLOWED = Hindrance("Twilio asks SMS Desktop to slow down, so this takes longer than usual.")
ADDRESS_AWAITED = Hindrance(
    "Twilio fetches pictures through the public address of this computer, which does not work at the moment."
)
NO_ADDRESS = Hindrance(
    "Pictures need a public address from which Twilio can fetch them. Choose one under Preferences, Receiving.",
    lasts=True,
)


def hindrance(link: Link, connection: Connection, absence: Absence) -> Hindrance | None:
    """What keeps everything here."""
    if connection.refusal:
        return Hindrance(connection.refusal, lasts=True)
    if link.gateway is None:
        return CONNECTING
    if connection.refuses_account:
        return Hindrance(f"{NOT_ACCEPTED} {connection.outside}", lasts=True) if connection.outside else REFUSED
    if connection.offline:
        return SIGN_IN if PORTAL in str(connection.trouble) else UNREACHABLE
    match connection.trouble:
        case WrongKey() if connection.outside:
            return Hindrance(f"{KEY_NOT_ACCEPTED} {connection.outside}", lasts=True)
        case WrongKey():
            return KEY_REFUSED
        case TooMany():
            return SLOWED
        case TwilioFaulty():
            return FAULTY
        case GatewayError():
            return Hindrance(str(connection.trouble))
    return BEHIND if absence.held else None


def of_pictures(link: Link) -> Hindrance | None:
    """What keeps pictures here."""
    if link.public_url is not None:
        return None
    return ADDRESS_AWAITED if link.address_awaited else NO_ADDRESS
