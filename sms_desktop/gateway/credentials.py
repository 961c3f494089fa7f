"""What proves to Twilio who we are, and where it lies."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from sms_desktop.domain.errors import BadInput, NotConfigured

_ACCOUNT_SID = re.compile(r"AC[0-9a-fA-F]{32}")
_API_KEY = re.compile(r"SK[0-9a-fA-F]{32}")


@dataclass(frozen=True, slots=True)
class Credentials:
    """``account_sid`` AC…; ``auth_token`` is always needed, for Twilio signs webhooks with it and never with a key.

    ``api_key`` SK… and ``api_secret`` are empty or both set; sends then use the key.
    """

    account_sid: str
    auth_token: str = field(repr=False)
    api_key: str = field(default="", repr=False)
    api_secret: str = field(default="", repr=False)


class CredentialSource(Protocol):
    """A place where credentials may lie."""

    def load(self) -> Credentials | None:
        """None where nothing is kept; BadInput with a sentence where what is kept cannot be credentials."""
        ...


class EnvironmentCredentials:
    """TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_API_KEY and TWILIO_API_SECRET."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self._environment = os.environ if environment is None else environment

    def load(self) -> Credentials | None:
        """White space around values is dropped, since it comes from pasting; an empty value counts as not set."""
        sid, token, key, secret = (
            self._environment.get(name, "").strip()
            for name in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_API_KEY", "TWILIO_API_SECRET")
        )
        if not sid and not token:
            return None
        if not sid:
            raise NotConfigured("TWILIO_AUTH_TOKEN is set but TWILIO_ACCOUNT_SID is not. Set both.")
        if not token:
            raise NotConfigured("TWILIO_ACCOUNT_SID is set but TWILIO_AUTH_TOKEN is not. Set both.")
        return checked(Credentials(sid, token, key, secret))


def checked(credentials: Credentials) -> Credentials:
    """The same credentials; raises BadInput when their form alone shows that Twilio cannot know them."""
    if not _ACCOUNT_SID.fullmatch(credentials.account_sid):
        raise BadInput("The Account SID is not right: it starts with AC and 32 digits or letters a to f follow.")
    if not credentials.auth_token.isascii() or any(c.isspace() for c in credentials.auth_token):
        raise BadInput("The Auth Token is not right: it has neither spaces nor letters beyond a to z.")
    if bool(credentials.api_key) != bool(credentials.api_secret):
        raise BadInput("An API key and its secret belong together. Set both, or neither.")
    if credentials.api_key and not _API_KEY.fullmatch(credentials.api_key):
        raise BadInput("The API key is not right: it starts with SK and 32 digits or letters a to f follow.")
    return credentials
