"""An account at Twilio, and where what proves that it is ours lies."""

from dataclasses import dataclass, field
from enum import StrEnum


class CredentialHome(StrEnum):
    """Where the credentials in use came from. MEMORY: only until the program ends."""

    NONE = "none"
    ENVIRONMENT = "environment"
    KEYRING = "keyring"
    MEMORY = "memory"


@dataclass(frozen=True, slots=True)
class Entered:
    """What a person typed or pasted, white space and all; ``api_key`` and ``api_secret`` may both be empty."""

    account_sid: str = ""
    auth_token: str = field(default="", repr=False)
    api_key: str = field(default="", repr=False)
    api_secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Identity:
    """What Twilio says of the account. ``balance`` like ``$38.20`` or None; ``trial``: verified recipients only."""

    sid: str
    name: str
    trial: bool = False
    status: str = "active"
    balance: str | None = None


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """An account that has its messages on this computer; ``current`` is the one shown."""

    sid: str
    name: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class KeyringState:
    """``name`` of the keyring (“Secret Service”, "" for none). ``usable``: it is there and open. ``sentence`` says it,
    ``advice`` what to do or "".
    """

    name: str
    usable: bool
    sentence: str
    advice: str = ""
