"""The Twilio account: its credentials checked, kept in the keyring, used, changed and taken away."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from sms_desktop.domain.account import CredentialHome, Entered, Identity, KeyringState, KnownAccount, masked
from sms_desktop.domain.errors import (
    BadField,
    BadInput,
    GatewayError,
    NoAccount,
    SmsDesktopError,
    StoreError,
    WrongCredentials,
    WrongKey,
)
from sms_desktop.gateway.credentials import CredentialFinder, Credentials, Stored, address_name, cleaned, ngrok_name
from sms_desktop.gateway.gateway import Balance, Gateway
from sms_desktop.gateway.vault import Vault
from sms_desktop.services.lines import Lines
from sms_desktop.services.link import Link
from sms_desktop.services.routing import RoutingService
from sms_desktop.services.settings import ARRIVAL
from sms_desktop.store import settings
from sms_desktop.store.accounts import Accounts
from sms_desktop.store.preferences import Preferences
from sms_desktop.store.store import Store
from sms_desktop.store.vacant import is_vacant

log = logging.getLogger(__name__)

NOT_CONNECTED = "No Twilio account is connected. Enter one under Preferences, Account."
ACCOUNT = "account"
"""The setting that says whose messages this database holds."""

SETUP = "setup"
"""The setting that says how far the guided set-up has come: ``{"step": the furthest reached, "done": bool, "history":
the depth chosen, "unticked": addresses of lines that were left out and not taken up yet, "brought": of the older
messages how many were listed, and how many new, "told": what is still to be said, once}``."""

_WAY_IN = (ngrok_name, address_name)
"""Under which the vault keeps what an account's way in needs."""


class AccountService:
    """``open_gateway`` makes the way to Twilio for credentials; ``changed`` is called when another one is in use."""

    def __init__(
        self,
        store: Store,
        link: Link,
        lines: Lines,
        routing: RoutingService,
        vault: Vault,
        finder: CredentialFinder,
        accounts: Accounts,
        open_gateway: Callable[[Credentials], Gateway],
    ) -> None:
        self._store, self._link, self._lines, self._routing = store, link, lines, routing
        self._vault, self._finder, self._accounts = vault, finder, accounts
        self._open_gateway = open_gateway
        self._sid: str | None = None
        self._known: tuple[KnownAccount, ...] = ()
        self._insisted = False
        self.changed: Callable[[], None] = lambda: None
        self.home = CredentialHome.NONE
        self.identity: Identity | None = None
        self.successor: Identity | None = None
        """The account that takes the place of this one from the next session on."""
        self.left_behind = ""
        """What of ours stays at Twilio when that is so, and what is to be done about it."""

    async def load(self) -> None:
        """Whose messages these are, as far as that is known."""
        own = await self._store.read(lambda db: settings.get(db, ACCOUNT, None))
        kept = await asyncio.to_thread(self._accounts.sid_of, self._store.directory)
        self._sid = kept or (own if isinstance(own, str) else None)
        self._lines.account_sid = self._link.account_sid = self._sid
        self._known = await asyncio.to_thread(self._accounts.all)

    @property
    def sid(self) -> str | None:
        """The account whose messages these are; None before the first one is connected."""
        return self._sid

    @property
    def name(self) -> str:
        """What Twilio calls the account, as it last told; "" where it never did."""
        if self.identity is not None:
            return self.identity.name
        return next((known.name for known in self._known if known.sid == self._sid), "")

    def known(self) -> tuple[KnownAccount, ...]:
        """The accounts on this computer."""
        return self._known

    async def choose(self, sid: str) -> None:
        """That account is shown from the next session on. Raises StoreError."""
        await asyncio.to_thread(self._accounts.choose, sid)
        self._known = await asyncio.to_thread(self._accounts.all)

    def masked(self) -> str:
        """``AC…4f2a``, or "" where there is no account yet."""
        return masked(self._sid) if self._sid else ""

    @property
    def key(self) -> str:
        """The API key that texts are sent with, ``SK…1f2a``, or "" where there is none."""
        credentials = self._link.credentials
        return masked(credentials.api_key) if credentials is not None and credentials.api_key else ""

    @property
    def key_fixed(self) -> bool:
        """Whether the environment says which API key it is, so that none can be entered or taken away."""
        credentials = self._link.credentials
        if credentials is None or not self._finder.key_variables():
            return False
        return credentials == self._finder.with_key(credentials)

    def set_outside(self, trouble: GatewayError | None = None) -> str:
        """Where what Twilio refuses (the API key, else SID and token) is changed, if that is not here: with the
        variables' names; or "".
        """
        if isinstance(trouble, WrongKey):
            names = self._finder.key_variables() if self.key_fixed else ()
        else:
            names = self._finder.account_variables() if self.home is CredentialHome.ENVIRONMENT else ()
        if not names:
            return ""
        last, it, does = names[-1], "it" if len(names) == 1 else "them", "says" if len(names) == 1 else "say"
        listed = f"{', '.join(names[:-1])} and {last}" if len(names) > 1 else last
        return (
            f"{listed} in the environment of this program {does} what is used, and cannot be changed here. "
            f"Correct {it} or take {it} away where SMS Desktop is started, and start it again."
        )

    async def find(self) -> tuple[Credentials, CredentialHome]:
        """What the environment and the keyring hold for this account.

        Raises NoAccount where that is nothing; NotConfigured for a half in the environment; KeyringLocked, NoKeyring,
        BadInput.
        """
        found = await self._finder.find(self._sid)
        if found is None:
            raise NoAccount(
                "No Twilio account is set up. Start the window or “sms-desktop credentials set”, set "
                "TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, or try the demo: --demo."
            )
        return found

    async def stand_in(self) -> str | None:
        """Another account on this computer whose credentials are kept; for where this one has none."""
        return await ready(self._vault, [known.sid for known in self._known if known.sid != self._sid])

    async def verify(self, entered: Entered) -> Identity:
        """Asks Twilio whether it knows these; changes nothing. Another account's are refused here already, unless it
        may take this one's place.

        Raises BadInput, WrongCredentials, TestCredentials, GatewayError.
        """
        credentials = await self._whole(entered)
        await self._check_place(credentials)
        return await self._verify(credentials)

    async def connect(self, entered: Entered, *, keep: bool, accepted: Callable[[], None] = lambda: None) -> Identity:
        """Checks, keeps (in the keyring, or with ``keep`` False only until the program ends) and uses them.

        ``accepted`` is called once Twilio knows them: one that is cancelled before has changed nothing. Another account
        takes this one's place, as ``successor``, while nothing has come here and the set-up is not done. Raises like
        ``verify``, and KeyringLocked, NoKeyring, StoreError; then nothing was changed but, maybe, given back.
        """
        credentials = await self._whole(entered)
        await self._check_place(credentials)
        identity = await self._verify(credentials)
        accepted()
        if self._sid is not None and credentials.account_sid != self._sid:
            await self._make_way(self._sid, credentials, keep=keep)
            self.successor = identity
            return identity
        await Stored(self._vault).save(credentials, keep=keep)
        home = CredentialHome.KEYRING if keep else CredentialHome.MEMORY
        await self.use(self._finder.with_key(credentials), home)
        await self.recognise(identity)
        await self.choose(identity.sid)
        return identity

    async def remove_key(self) -> None:
        """Forgets the API key: texts are sent with the Auth Token from now on.

        Raises KeyringLocked, NoKeyring, StoreError, and BadInput where the environment says it; then nothing was
        changed.
        """
        credentials = self._link.credentials
        if credentials is None or self.home is CredentialHome.NONE:
            return
        if self.key_fixed:
            raise BadInput(self.set_outside(WrongKey("")))
        stored = Stored(self._vault)
        kept = await stored.load(credentials.account_sid) if self.home is CredentialHome.ENVIRONMENT else credentials
        if kept is not None:
            keep = not stored.in_memory(credentials.account_sid)
            await stored.save(replace(kept, api_key="", api_secret=""), keep=keep)
        await self.use(replace(credentials, api_key="", api_secret=""), self.home)

    async def open_keyring(self) -> bool:
        """Has the system ask for the keyring's password if need be, and uses what it holds; False: nothing for us."""
        await self._vault.unlock()
        if self._sid is None:
            return False
        found = await self._finder.find(self._sid)
        if found is None:
            return False
        await self.use(*found)
        return True

    async def keyring(self) -> KeyringState:
        """How the keyring stands; raises nothing."""
        return await self._vault.state()

    async def kept(self) -> bool:
        """Whether the keyring still holds what is in use; a keyring that cannot be asked counts as holding it."""
        if self._sid is None or self.home is not CredentialHome.KEYRING:
            return True
        try:
            return await Stored(self._vault).load(self._sid) is not None
        except SmsDesktopError:
            return True

    async def remove(self) -> str | None:
        """Gives the lines back to whom they belonged, forgets the credentials, and disconnects. Messages stay.

        Returns the SID of another account that can be used, which is shown from the next session on; None where there
        is none. Raises GatewayError where a line cannot be given back, and changes nothing then; asked again, it goes
        on all the same.
        """
        left = await self._routing.give_back()
        if left and not self._insisted:
            self._insisted = True
            raise GatewayError(
                f"{left[0]} Try again when Twilio can be reached. Asked once more, it is removed anyway."
            )
        for sentence in left:
            log.warning("%s", sentence)
        if self._sid is not None:
            await Stored(self._vault).remove(self._sid)
            for name in _WAY_IN:
                await self._vault.remove(name(self._sid))
        await self._drop()
        self.home, self.identity = CredentialHome.NONE, None
        self.changed()
        other = await self.stand_in()
        if other is not None:
            await self.choose(other)
            await self._announce(f"{self._name(self._sid)} was removed from this computer", other)
        return other

    async def step_aside(self, other: str) -> None:
        """From the next session on ``other`` is shown, which can be used."""
        await self.choose(other)
        await self._announce(f"{self._name(self._sid)} is not connected", other)

    async def _announce(self, happened: str, shown: str) -> None:
        """Has the window that comes next say why it is of another account."""
        said = {ARRIVAL: f"{happened}. This is the inbox of {self._name(shown)}."}
        with contextlib.suppress(StoreError):  # a word alone
            await asyncio.to_thread(Preferences(self._accounts.root).put, said)

    def _name(self, sid: str | None) -> str:
        """“Bright Chairs”, or AC…4f2a where Twilio has not told the name."""
        name = next((known.name for known in self._known if known.sid == sid), "")
        return name or (masked(sid) if sid else "The account")

    async def use(self, credentials: Credentials, home: CredentialHome) -> None:
        """From now on Twilio is asked with these, and signatures are checked with these."""
        if self._sid is not None and credentials.account_sid != self._sid:
            raise BadInput(
                f"The messages here belong to the account {masked(self._sid)}, and the credentials to "
                f"{masked(credentials.account_sid)}. Each account has an inbox of its own."
            )
        self._check_new(credentials)
        gateway = await asyncio.to_thread(self._open_gateway, credentials)
        await self._drop()
        self._link.gateway, self._link.credentials = gateway, credentials
        self.home = home
        self._sid = self._lines.account_sid = self._link.account_sid = credentials.account_sid
        await self._store.do(lambda tx: settings.put(tx, ACCOUNT, credentials.account_sid))
        self.changed()

    async def recognise(self, identity: Identity) -> None:
        """Twilio has said who we are."""
        known = self.identity
        self.identity = identity
        if known is None or known.name != identity.name:
            await asyncio.to_thread(self._accounts.add, identity.sid, identity.name, self._store.directory)
            self._known = await asyncio.to_thread(self._accounts.all)

    async def _check_place(self, credentials: Credentials) -> None:
        """An inbox has one account, and an account one inbox. It belongs to nobody yet while nothing has come here and
        the set-up is not done.
        """
        if self._sid is not None and credentials.account_sid != self._sid:
            if self.home is CredentialHome.ENVIRONMENT or not await self._is_nobodys():
                raise BadInput(
                    f"This is another account’s SID: the messages here belong to the account {masked(self._sid)}. Add "
                    "the other one as an account of its own: it gets an inbox of its own."
                )
            if any(known.sid == credentials.account_sid for known in self._known):
                raise BadInput("That account is here already. Go back to the first page, and choose it there.")
        self._check_new(credentials)

    async def _is_nobodys(self) -> bool:
        kept = await self._store.read(lambda db: settings.get(db, SETUP, {}))
        begun = isinstance(kept, dict) and bool(kept.get("step")) and kept.get("done") is not True
        return begun and await self._store.read(is_vacant)

    async def _make_way(self, former: str, credentials: Credentials, *, keep: bool) -> None:
        """Nothing of ``former`` stays at Twilio or in the keyring but what it had itself; the way in is handed on.

        Raises GatewayError where something of ours cannot be taken back, unless Twilio lets nobody in there any more.
        """
        left = await self._routing.give_back()
        if left and not await self._is_shut_out():
            raise GatewayError(f"{left[0]} Until then {masked(former)} stays connected.")
        for sentence in left:
            log.warning("%s", sentence)
        await Stored(self._vault).save(credentials, keep=keep)
        if left:
            self.left_behind = (
                f"{' '.join(left)} So the texts of the account {masked(former)} still go to this computer: set where "
                "they are to go in that account’s Console."
            )
        for name in _WAY_IN:
            secret = await self._vault.load(name(former))
            if secret is not None:
                kept = not self._vault.in_memory(name(former))
                await self._vault.save(name(credentials.account_sid), secret, keep=kept)
                await self._vault.remove(name(former))
        await Stored(self._vault).remove(former)

    async def _is_shut_out(self) -> bool:
        """Whether Twilio does not accept the account in use any more."""
        try:
            if self._link.gateway is not None:
                await identity_of(self._link.gateway)
        except WrongCredentials:
            return True
        except GatewayError:
            pass
        return False

    def _check_new(self, credentials: Credentials) -> None:
        """Two inboxes of one account would not know of each other's opt-outs."""
        if self._sid is None and any(known.sid == credentials.account_sid for known in self._known):
            raise BadInput("That account is here already. Choose it in the menu at the foot of the window.")

    async def _whole(self, entered: Entered) -> Credentials:
        """What was entered, with the API key that is kept where none was, and the token in use where there is only a
        key. Raises BadInput.
        """
        if entered.api_key.strip() and self.key_fixed:
            raise BadField(self.set_outside(WrongKey("")), "api_key")
        kept = self._link.credentials if self.home is not CredentialHome.ENVIRONMENT else None
        key_alone = entered.api_key.strip() and not entered.auth_token.strip()
        if key_alone and kept is not None and entered.account_sid.strip() == kept.account_sid:
            entered = replace(entered, auth_token=kept.auth_token)
        credentials = cleaned(entered)
        if credentials.api_key or entered.without_key:
            return credentials
        if self.key_fixed:  # which is the environment's alone to keep
            kept = None
        if kept is None and credentials.account_sid == self._sid:
            with contextlib.suppress(SmsDesktopError):  # what cannot be read is entered anew
                kept = await Stored(self._vault).load(credentials.account_sid)
        if kept is None or kept.account_sid != credentials.account_sid:
            return credentials
        return replace(credentials, api_key=kept.api_key, api_secret=kept.api_secret)

    async def _verify(self, credentials: Credentials) -> Identity:
        """A key of the environment's is tried by the looks at the account: what is entered here would not mend it."""
        gateway = await asyncio.to_thread(self._open_gateway, credentials)
        try:
            return await identity_of(gateway, key=bool(credentials.api_key) and not self.key_fixed)
        finally:
            await gateway.close()

    async def _drop(self) -> None:
        gateway, self._link.gateway, self._link.credentials = self._link.gateway, None, None
        if gateway is not None:
            await gateway.close()


async def ready(vault: Vault, sids: Sequence[str]) -> str | None:
    """The first account whose credentials are kept; a keyring that cannot be asked keeps none."""
    for sid in sids:
        with contextlib.suppress(SmsDesktopError):
            if await Stored(vault).load(sid) is not None:
                return sid
    return None


async def identity_of(gateway: Gateway, *, key: bool = False) -> Identity:
    """Who Twilio says we are; ``key``: the API key that sends is tried as well. Raises GatewayError."""
    account = await gateway.account()
    if key:
        await gateway.check_key()
    try:
        balance = money(await gateway.balance())
    except GatewayError:  # subaccounts have none of their own
        balance = None
    return Identity(account.sid, account.name, account.type == "Trial", account.status or "active", balance)


def money(balance: Balance) -> str:
    """``$38.20``"""
    try:
        amount = f"{Decimal(balance.amount):,.2f}"
    except InvalidOperation:
        amount = balance.amount
    if balance.currency != "USD":
        return f"{amount} {balance.currency}"
    return f"-${amount[1:]}" if amount.startswith("-") else f"${amount}"
