"""What proves to Twilio who we are, and where it lies."""

import json
import os
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from sms_desktop.domain.account import CredentialHome, Entered, masked
from sms_desktop.domain.errors import BadField, BadInput, NoKeyring, NotConfigured
from sms_desktop.gateway.vault import Vault

_ACCOUNT_SID = re.compile(r"AC[0-9a-fA-F]{32}")
_API_KEY = re.compile(r"SK[0-9a-fA-F]{32}")
VARIABLES = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_API_KEY", "TWILIO_API_SECRET")
_SECRETS = ("auth_token", "api_key", "api_secret")

_SID_IN = re.compile(r"(?<![0-9a-z])ac[0-9a-f]{32}(?![0-9a-z])", re.IGNORECASE | re.ASCII)
_KEY_IN = re.compile(r"(?<![0-9a-z])sk[0-9a-f]{32}(?![0-9a-z])", re.IGNORECASE | re.ASCII)
_OTHER_SID_IN = re.compile(r"(?<![0-9A-Za-z])[A-Z]{2}[0-9a-fA-F]{32}(?![0-9A-Za-z])")
_TOKEN_IN = re.compile(r"(?<![0-9a-z])[0-9a-f]{32}(?![0-9a-z])", re.IGNORECASE | re.ASCII)
_LABEL = re.compile(
    r"""(?:(?:export|set|const|let)\s+|\$env:)?["'`]?
    (?:(?:twilio|my|your|live|primary|main|secondary)[\s_-]*)*
    (?:account[\s_-]*sid|auth[\s_-]*token|(?:standard[\s_-]*)?api[\s_-]*key(?:[\s_-]*(?:sid|secret))?
      |api[\s_-]*secret|sid|token|key|secret)
    ["'`]?(?:\s*(?::=|=>|[:=])\s*|\s+)""",
    re.IGNORECASE | re.VERBOSE | re.ASCII,
)
_WRAPPING = "\"'`“”„‘’«»<>()[]{},; "
_KINDS = {
    "AC": "an Account SID",
    "SK": "an API key",
    "MG": "a Messaging Service",
    "PN": "a phone number",
    "SM": "a message",
    "MM": "a message",
    "US": "a user",
    "OR": "an organization",
}
_WHERE = "Account SID and Auth Token are on the first page of the Twilio Console, under “Account Info”."


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


def checked(credentials: Credentials) -> Credentials:
    """The same credentials; raises BadField when their form alone shows that Twilio cannot know them."""
    if not _ACCOUNT_SID.fullmatch(credentials.account_sid):
        raise BadField(
            "The Account SID is not right: it starts with AC and 32 digits or letters a to f follow.", "account_sid"
        )
    token = credentials.auth_token
    if not token or not token.isascii() or any(c.isspace() for c in token):
        raise BadField("The Auth Token is not right: it has neither spaces nor letters beyond a to z.", "auth_token")
    if bool(credentials.api_key) != bool(credentials.api_secret):
        missing = "api_secret" if credentials.api_key else "api_key"
        raise BadField("An API key and its secret belong together. Set both, or neither.", missing)
    if credentials.api_key and not _API_KEY.fullmatch(credentials.api_key):
        raise BadField("The API key is not right: it starts with SK and 32 digits or letters a to f follow.", "api_key")
    return credentials


def from_environment(environment: Mapping[str, str], stored: Credentials | None) -> Credentials | None:
    """What the variables say, each in place of what is ``stored`` for that account; None where neither says anything.

    White space around values is dropped, since it comes from pasting; an empty value counts as not set. Key and secret
    are taken together. Raises NotConfigured for a half that nothing completes, BadInput as checked().
    """
    sid, token, key, secret = (environment.get(name, "").strip() for name in VARIABLES)
    if stored is not None and sid in {"", stored.account_sid}:
        if not key and not secret:
            key, secret = stored.api_key, stored.api_secret
        return checked(Credentials(stored.account_sid, token or stored.auth_token, key, secret))
    if not sid and not token:
        return None
    if not sid:
        raise NotConfigured("TWILIO_AUTH_TOKEN is set but TWILIO_ACCOUNT_SID is not. Set both.")
    if not token:
        raise NotConfigured("TWILIO_ACCOUNT_SID is set but TWILIO_AUTH_TOKEN is not. Set both.")
    return checked(Credentials(sid, token, key, secret))


class Stored:
    """Credentials in the keyring (or in memory, where the person chose that), one item an account.

    Raises KeyringLocked and NoKeyring as Vault does.
    """

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    async def load(self, account_sid: str) -> Credentials | None:
        """None where nothing is kept; BadInput with a sentence where what is kept is damaged."""
        kept = await self._vault.load(_twilio(account_sid))
        if kept is None:
            return None
        try:
            said = json.loads(kept)
            return checked(Credentials(account_sid, *(_text(said, name) for name in _SECRETS)))
        except (ValueError, TypeError, KeyError, RecursionError, BadInput):
            raise BadInput(
                f"What the keyring holds for the account {masked(account_sid)} is damaged. Enter the credentials again."
            ) from None

    async def save(self, credentials: Credentials, *, keep: bool = True) -> None:
        """In place of the former ones of that account; ``keep`` False: only until the program ends."""
        secrets = {name: getattr(credentials, name) for name in _SECRETS}
        await self._vault.save(_twilio(credentials.account_sid), json.dumps(secrets), keep=keep)

    async def remove(self, account_sid: str) -> None:
        await self._vault.remove(_twilio(account_sid))

    def in_memory(self, account_sid: str) -> bool:
        """Whether they are kept only until the program ends."""
        return self._vault.in_memory(_twilio(account_sid))


class CredentialFinder:
    """Finds what proves who we are: environment variables win where set, then what the person had us keep."""

    def __init__(self, vault: Vault, environment: Mapping[str, str] | None = None) -> None:
        self._vault = vault
        self._environment = os.environ if environment is None else environment

    async def find(self, account_sid: str | None) -> tuple[Credentials, CredentialHome] | None:
        """The credentials of the account that the environment names, else of ``account_sid``; None where there are
        none. Where the environment says all, the keyring is left alone. Where they lie is said of SID and token.

        Raises KeyringLocked, NoKeyring, NotConfigured for a half in the environment, BadInput for what cannot be.
        """
        named, token = self._variable("TWILIO_ACCOUNT_SID"), self._variable("TWILIO_AUTH_TOKEN")
        sid = named or account_sid
        stored: Credentials | None = None
        if sid and not (named and token):
            try:
                stored = await Stored(self._vault).load(sid)
            except NoKeyring:
                if not named and not token:
                    raise
        found = from_environment(self._environment, stored)
        if found is None or sid is None:
            return None
        if stored is None or found.auth_token != stored.auth_token:
            return found, CredentialHome.ENVIRONMENT
        return found, self._home(_twilio(sid))

    @property
    def ngrok_fixed(self) -> bool:
        """Whether the environment says which token of ngrok's it is."""
        return bool(self._variable("NGROK_AUTHTOKEN"))

    async def ngrok_token(self, account_sid: str | None) -> tuple[str, CredentialHome] | None:
        """NGROK_AUTHTOKEN, else the one kept for the account; raises KeyringLocked and NoKeyring."""
        if token := self._variable("NGROK_AUTHTOKEN"):
            return token, CredentialHome.ENVIRONMENT
        if account_sid is None:
            return None
        kept = await self._vault.load(ngrok_name(account_sid))
        return (kept, self._home(ngrok_name(account_sid))) if kept else None

    def account_variables(self) -> tuple[str, ...]:
        """The names of the environment variables that are set and say what the account's SID or token is."""
        return self._set(VARIABLES[:2])

    def key_variables(self) -> tuple[str, ...]:
        """The names of those that are set and say what the API key is."""
        return self._set(VARIABLES[2:])

    def with_key(self, credentials: Credentials) -> Credentials:
        """With the API key that the environment says, if it says one, in place of their own."""
        _, _, key, secret = (self._variable(name) for name in VARIABLES)
        return replace(credentials, api_key=key, api_secret=secret) if key and secret else credentials

    def _set(self, names: Sequence[str]) -> tuple[str, ...]:
        return tuple(name for name in names if self._variable(name))

    def _variable(self, name: str) -> str:
        return self._environment.get(name, "").strip()

    def _home(self, name: str) -> CredentialHome:
        return CredentialHome.MEMORY if self._vault.in_memory(name) else CredentialHome.KEYRING


def ngrok_name(account_sid: str) -> str:
    """Under which the vault keeps ngrok's authtoken."""
    return f"ngrok:{account_sid}"


def address_name(account_sid: str) -> str:
    """Under which the vault keeps a public address that has a password in it."""
    return f"address:{account_sid}"


def cleaned(entered: Entered) -> Credentials:
    """What the person meant: without white space, quotes and labels (“Account SID: AC…”, “TWILIO_AUTH_TOKEN=…”), and
    with what unmistakably was put into the wrong field in its place.

    Raises BadField with a sentence that names the field and never repeats a secret.
    """
    account_sid, auth_token = _account(_mended(entered.account_sid), _mended(entered.auth_token))
    api_key, api_secret = _key(_mended(entered.api_key), _bare(entered.api_secret))
    return checked(Credentials(account_sid, auth_token, api_key, api_secret))


def _account(sid_text: str, token_text: str) -> tuple[str, str]:
    sid, token = _only(_SID_IN, sid_text), _only(_TOKEN_IN, token_text)
    if not sid and _only(_SID_IN, token_text) and (not sid_text or _only(_TOKEN_IN, sid_text)):
        sid_text, token_text = token_text, sid_text
        sid, token = _only(_SID_IN, sid_text), _only(_TOKEN_IN, token_text)
    if sid and not token_text:  # both were pasted into one field
        token = _only(_TOKEN_IN, sid_text)
    if not sid_text and not token_text:
        raise BadField(f"Enter the Account SID and the Auth Token. {_WHERE}", "account_sid")
    if not sid_text:
        raise BadField(f"The Account SID is missing. It starts with AC. {_WHERE}", "account_sid")
    if not sid and (other := _only(_OTHER_SID_IN, sid_text)):
        raise _misplaced("Account SID", _kind(other), f"The Account SID starts with AC. {_WHERE}", "account_sid")
    if not sid and _only(_TOKEN_IN, sid_text):
        raise _misplaced("Account SID", "an Auth Token", f"The Account SID starts with AC. {_WHERE}", "account_sid")
    if not token and not token_text.strip(_WRAPPING):
        raise BadField(f"The Auth Token is missing. {_WHERE}", "auth_token")
    if not token and (other := _only(_SID_IN, token_text) or _only(_OTHER_SID_IN, token_text)):
        raise _misplaced("Auth Token", _kind(other), _WHERE, "auth_token")
    return _upper(sid or _value(sid_text, 34)), token or _value(token_text, 32)


def _key(key_text: str, secret_text: str) -> tuple[str, str]:
    key = _only(_KEY_IN, key_text)
    if not key and _only(_KEY_IN, secret_text):
        key_text, secret_text = secret_text, key_text
        key = _only(_KEY_IN, key_text)
    if not key and (other := _only(_SID_IN, key_text) or _only(_OTHER_SID_IN, key_text)):
        raise _misplaced("API key", _kind(other), "An API key starts with SK.", "api_key")
    secret = _value(secret_text, 32)
    if not secret.isascii() or any(c.isspace() for c in secret):
        raise BadField("The API secret is not right: it has neither spaces nor letters beyond a to z.", "api_secret")
    return _upper(key or _value(key_text, 34)), secret


def _misplaced(name: str, held: str, advice: str, field: str) -> BadField:
    return BadField(f"The field “{name}” holds {held}. {advice}", field)


def _kind(sid: str) -> str:
    kind = sid[:2].upper()
    return f"{_KINDS.get(kind, 'something else of Twilio’s')} ({kind}…)"


def _bare(text: str) -> str:
    """``text`` with plain spaces for all white space, and without what cannot be seen."""
    seen = (" " if c.isspace() or unicodedata.category(c) == "Cc" else c for c in text)
    return "".join(c for c in seen if unicodedata.category(c) != "Cf").strip()


def _mended(text: str) -> str:
    """``text`` bare; a SID or token alone in it that was torn apart, wherever it was pasted, is put together."""
    bare = _bare(text)
    for pattern, length in ((_SID_IN, 34), (_KEY_IN, 34), (_TOKEN_IN, 32)):
        if pattern.fullmatch(whole := _value(bare, length)):
            return whole
    return bare


def _only(pattern: re.Pattern[str], text: str) -> str:
    """What ``pattern`` finds in ``text``, if that is one thing alone."""
    found = set(pattern.findall(text))
    return found.pop() if len(found) == 1 else ""


def _value(text: str, length: int) -> str:
    """``text`` without label and quotes; a value of that ``length`` that was torn apart is put together."""
    label = _LABEL.match(text)
    value = text[label.end() :] if label and label.end() < len(text) else text
    value = value.strip(_WRAPPING)
    joined = "".join(value.split())
    return joined if len(joined) == length and joined.isalnum() else value


def _upper(sid: str) -> str:
    """A SID begins with 2 capitals, whatever a phone's keyboard made of them."""
    return sid[:2].upper() + sid[2:]


def _twilio(account_sid: str) -> str:
    return f"twilio:{account_sid}"


def _text(said: Mapping[str, object], name: str) -> str:
    value = said[name]
    if not isinstance(value, str):
        raise TypeError(name)
    return value
