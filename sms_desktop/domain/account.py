"""An account at Twilio, and where what proves that it is ours lies."""

from dataclasses import dataclass, field
from enum import StrEnum

CONSOLE = "https://console.twilio.com"


class CredentialHome(StrEnum):
    """Where the credentials in use came from. MEMORY: only until the program ends."""

    NONE = "none"
    ENVIRONMENT = "environment"
    KEYRING = "keyring"
    MEMORY = "memory"


@dataclass(frozen=True, slots=True)
class Entered:
    """What a person typed or pasted, white space and all; ``api_key`` and ``api_secret`` may both be empty: then the
    key that is kept for the account stays, unless it is to be ``without_key``. A key without an ``auth_token`` is one
    for the account in use.
    """

    account_sid: str = ""
    auth_token: str = field(default="", repr=False)
    api_key: str = field(default="", repr=False)
    api_secret: str = field(default="", repr=False)
    without_key: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Identity:
    """What Twilio says of the account. ``balance`` like ``$38.20`` or None; ``trial``: verified recipients only."""

    sid: str
    name: str
    trial: bool = False
    status: str = "active"
    balance: str | None = None

    @property
    def facts(self) -> tuple[str, ...]:
        """“trial account” or “full account”, and “balance $38.20” where that is known."""
        kind = "trial account" if self.trial else "full account"
        return (kind, f"balance {self.balance}") if self.balance else (kind,)

    @property
    def described(self) -> str:
        """Bright Chairs, full account, balance $38.20."""
        return ", ".join((" ".join(self.name.split()) or "Your account", *self.facts))


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """An account that has its messages on this computer; ``current`` is the one shown."""

    sid: str
    name: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class KeyringState:
    """``name`` of the keyring (“Secret Service”, "" for none). ``usable``: it is there and open. ``sentence`` says it,
    ``advice`` what to do or "". ``made``: else none was made yet, which happens when something is first to be kept.
    """

    name: str
    usable: bool
    sentence: str
    advice: str = ""
    made: bool = True


def masked(sid: str) -> str:
    """AC…4f2a."""
    return f"{sid[:2]}…{sid[-4:]}"
