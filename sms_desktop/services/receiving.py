"""How inbound messages reach this computer: ngrok, a public address of one's own, or asking Twilio again and again."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sms_desktop.domain.account import KnownAccount, masked
from sms_desktop.domain.errors import (
    BadInput,
    GatewayError,
    KeyringLocked,
    NoKeyring,
    NotConfigured,
    SmsDesktopError,
    TunnelError,
)
from sms_desktop.domain.events import ReceivingChanged
from sms_desktop.domain.hub import Hub
from sms_desktop.domain.receiving import HOW_OFTEN, Reach, Receiving, WayIn
from sms_desktop.domain.routing import host_of, without_password
from sms_desktop.gateway.credentials import CredentialFinder, address_name, ngrok_name
from sms_desktop.gateway.public_address import checked_public_url, media_url
from sms_desktop.gateway.vault import Vault
from sms_desktop.services.link import Link
from sms_desktop.store import settings
from sms_desktop.store.store import Store

if TYPE_CHECKING:
    from sms_desktop.gateway.tunnel import Tunnel, TunnelState

log = logging.getLogger(__name__)

WAY = "way_in"
RESTORE = "restore_on_quit"
KEYRING_RETRY = 5.0
"""Seconds between looks for ngrok's token while the keyring does not give it out."""
LEFT = 5
"""Public addresses that are still believed in after they were left."""
POLLING_WORDS = f"Asking Twilio {HOW_OFTEN}"
NO_TOKEN = "ngrok needs its authtoken. It stands on ngrok’s dashboard, under “Your Authtoken”."  # noqa: S105


@dataclass(frozen=True, slots=True)
class Outside:
    """What the surroundings fix: a public address from the environment, ngrok's program, and where the tunnel keeps
    its files.
    """

    public_url: str | None = None
    ngrok: str | None = None
    folder: Path = Path()


class ReceivingService:
    """``moved`` is called when the public address has come, gone or changed."""

    def __init__(
        self, store: Store, hub: Hub, link: Link, vault: Vault, finder: CredentialFinder, outside: Outside
    ) -> None:
        self._store, self._hub, self._link = store, hub, link
        self._vault, self._finder, self._outside = vault, finder, outside
        self._tunnel: Tunnel | None = None
        self._port: int | None = None
        self.moved: Callable[[], None] = lambda: None
        self.settle_again: Callable[[], object] = lambda: None
        """Has ``settle`` run in the background."""
        self.accounts: Callable[[], Sequence[KnownAccount]] = tuple
        """Those on this computer."""
        self.local = False
        """Whether Twilio is a program on this computer; then our loopback address is public enough for it."""
        self.state = Receiving()
        self.own_address = ""
        self.domain = ""
        self.restores_on_quit = False
        self._chosen: WayIn | None = None
        self._beside = False
        self._orphaned = False
        """Whether the account was removed in this run, and none has come since."""
        self._turn = 0
        """Counts the choices: what was begun before the last one is not to take effect any more."""
        self._has_password = False

    async def load(self) -> None:
        """What was chosen in earlier runs; the environment's public address comes first."""
        kept: Any = await self._store.read(lambda db: settings.get(db, WAY, {}))
        kept = kept if isinstance(kept, dict) else {}
        self.own_address, self.domain = str(kept.get("address", "")), str(kept.get("domain", ""))
        self._chosen = next((way for way in WayIn if way == kept.get("way")), None)
        self._has_password = bool(kept.get("password"))
        self.restores_on_quit = bool(await self._store.read(lambda db: settings.get(db, RESTORE, False)))
        if self._outside.public_url is not None:
            self._chosen, self.own_address = WayIn.OWN, self._outside.public_url
            self._has_password = False
        self.state = Receiving(self._chosen)

    @property
    def fixed(self) -> bool:
        """Whether the environment says which address it is, so that nothing else can be chosen."""
        return self._outside.public_url is not None

    @property
    def token_fixed(self) -> bool:
        """Whether the environment says which token of ngrok's it is, so that no other can be kept."""
        return self._finder.ngrok_fixed

    def begin(self, port: int) -> None:
        """Webhooks are listened for at 127.0.0.1:``port``: takes up the way that was chosen, as far as that is known
        without asking anybody; ``settle`` does the rest.
        """
        self._port = port
        match self._chosen:
            case WayIn.NGROK:
                self._tell(Receiving(WayIn.NGROK, Reach.STARTING, None, "ngrok is starting"))
            case WayIn.OWN if self._has_password:
                self._tell(Receiving(WayIn.OWN, Reach.STARTING, None, "The keyring is asked for the address"))
            case WayIn.OWN:
                self._try_own(self.own_address)
            case WayIn.POLLING:
                self._tell(Receiving(WayIn.POLLING, Reach.UP, None, POLLING_WORDS))
            case None if self.local:
                self._tell(Receiving(None, Reach.UP, f"http://127.0.0.1:{port}", "Twilio is on this computer"))
            case None:
                advice = "Choose how incoming messages reach this computer: Preferences, Receiving."
                self._tell(Receiving(None, Reach.OFF, None, "Sending only", advice))

    async def settle(self) -> None:
        """Opens the tunnel, or tries the address of one's own. Raises nothing that the outside does."""
        if self._chosen is WayIn.NGROK and self._orphaned:
            await self._close_tunnel()
            if self._orphaned:
                self._tell(Receiving(WayIn.NGROK, Reach.OFF, None, "ngrok starts once an account is connected"))
        elif self._chosen is WayIn.NGROK:
            try:
                await self._open_tunnel(None)
            except SmsDesktopError as error:
                self._tell_trouble(error)
                self._settle_later()
        elif self._chosen is WayIn.OWN:
            try:
                await self._complete_address()
            except SmsDesktopError as error:
                self._tell(Receiving(WayIn.OWN, Reach.DOWN, None, str(error)))
            else:
                await self._prove_own(self.own_address)

    def _settle_later(self) -> None:
        """A keyring may be there, or open, only some seconds after us, as when both start with the session."""

        def again() -> None:
            if turn == self._turn and self._tunnel is None and self._port is not None:
                self.settle_again()

        turn = self._turn
        asyncio.get_running_loop().call_later(KEYRING_RETRY, again)

    def assume(self, url: str | None) -> None:
        """Another process with the same data directory is reached at ``url``, as it says."""
        self._beside = True
        if url is not None:
            self._tell(Receiving(self._chosen, Reach.UP, url, f"Receiving through {host_of(url)}"))

    def account_came(self) -> None:
        """Another account is in use, or the keyring is open by now: what could not be opened for want of it can be."""
        self._orphaned = False
        if self._chosen is WayIn.NGROK and self._tunnel is None and self._port is not None:
            self.settle_again()

    def account_gone(self) -> None:
        """The account was removed: nothing is to come in here through its tunnel any more."""
        self._orphaned = True
        self._turn += 1  # a tunnel may be about to be opened with what the keyring still gave
        if self._chosen is WayIn.NGROK:
            self.settle_again()

    async def has_ngrok_token(self) -> bool:
        """Whether one is kept (or in the environment)."""
        try:
            return await self._finder.ngrok_token(self._account) is not None
        except SmsDesktopError:
            return False

    async def ngrok_lender(self) -> str:
        """The name of another account on this computer whose token can be used too, where this one has none; or "".

        One account is shown at a time, so ngrok sees one agent at a time, as its free plan wants it.
        """
        lent = None if await self.has_ngrok_token() else await self._lent_token()
        return lent[0].name or masked(lent[0].sid) if lent is not None else ""

    async def _lent_token(self) -> tuple[KnownAccount, str] | None:
        for known in self.accounts():
            if known.sid != self._account:
                with contextlib.suppress(SmsDesktopError):
                    token = await self._vault.load(ngrok_name(known.sid))
                    if token is not None:
                        return known, token
        return None

    def address_of(self, way: WayIn, entered: str = "") -> str | None:
        """The public address that choosing ``way`` with what was entered (an address, or ngrok's reserved one) would
        lead to: None where there would be none, "" where ngrok is to give one. Raises BadInput, TunnelError.
        """
        self._check_free()
        if way is WayIn.POLLING:
            return None
        if way is WayIn.OWN:
            return checked_public_url(entered)
        from sms_desktop.gateway.tunnel.address import bare_domain, check_domain

        domain = bare_domain(entered)
        check_domain(domain)
        return f"https://{domain}" if domain else ""

    async def choose_ngrok(self, token: str | None, domain: str = "", *, keep: bool = True) -> Receiving:
        """Has ngrok's agent make a public address, from now on at every start. ``token`` None: the one that is kept,
        else that of another account, of which this one keeps a copy.

        Returns once it is up. Raises TunnelError, BadInput, KeyringLocked, NoKeyring.
        """
        self._check_free()
        from sms_desktop.gateway.tunnel.address import bare_domain, bare_token

        given, domain = bare_token(token or ""), bare_domain(domain)
        if token is not None and not given:
            raise BadInput(NO_TOKEN)
        if not given and not await self.has_ngrok_token() and (lent := await self._lent_token()) is not None:
            given = lent[1]
            keep = keep and not self._vault.in_memory(ngrok_name(lent[0].sid))
        self._turn += 1
        try:
            await self._open_tunnel(given or None, domain)
            if given:
                await self._vault.save(ngrok_name(self._account or ""), given, keep=keep)
        except SmsDesktopError:
            await self._go_back()
            await self.settle()
            raise
        except asyncio.CancelledError:  # nobody waits any longer, and the way of before counts again
            await self._go_back()
            self.settle_again()
            raise
        await self._keep(WayIn.NGROK, domain=domain)
        return self.state

    async def _go_back(self) -> None:
        await self._close_tunnel()  # else it would go on trying what was refused
        if self._port is not None:
            self.begin(self._port)

    async def choose_own(self, address: str) -> Receiving:
        """From now on Twilio reaches us at ``address``, which somebody makes lead here.

        It is tried first: what does not lead here is not taken, so that no line is ever brought to it. Raises BadInput,
        and GatewayError with the reason why Twilio could not reach us there.
        """
        self._check_free()
        url = checked_public_url(address)
        if self._link.credentials is not None:
            try:
                await self._post_to(url)
            except GatewayError as error:
                where = f" Have it lead to http://127.0.0.1:{self._port}." if self._port is not None else ""
                raise GatewayError(f"{error}{where}") from error
        await self._keep(WayIn.OWN, address=url)
        self._turn += 1
        await self._close_tunnel()
        self._tell(_own_up(url))
        return self.state

    async def choose_polling(self) -> Receiving:
        """From now on nothing reaches us, and Twilio is asked for news."""
        self._check_free()
        await self._keep(WayIn.POLLING)
        self._turn += 1
        await self._close_tunnel()
        self._tell(Receiving(WayIn.POLLING, Reach.UP, None, POLLING_WORDS))
        return self.state

    async def reconnect(self) -> None:
        """Tries again now. Raises TunnelError, KeyringLocked, NoKeyring."""
        if self._chosen is WayIn.NGROK:
            if self._tunnel is not None and self.state.reach is Reach.UP:
                self._tunnel.kick()
            else:
                await self._open_tunnel(None)
        elif self._chosen is WayIn.OWN:
            if self._has_password:
                await self._complete_address()
            else:
                self._try_own(self.own_address)
            await self._prove_own(self.own_address)

    def woke(self) -> None:
        """The computer slept: what held the address may be dead and not know it."""
        if self._tunnel is not None:
            self._tunnel.kick()

    def spare(self) -> None:
        """Somebody quits without giving the numbers back: this time it is not tried any more."""
        self.restores_on_quit = False

    async def set_restores_on_quit(self, on: bool) -> None:
        """Whether quitting puts back what stood at Twilio before."""
        self.restores_on_quit = on
        await self._store.do(lambda tx: settings.put(tx, RESTORE, on))

    async def loop_back(self) -> int:
        """Posts to ourselves through the public address, signed as Twilio signs; milliseconds until the answer.

        Raises GatewayError with the reason why Twilio could not do so, NotConfigured where there is no address.
        """
        url = self.state.public_url
        if url is None or self._link.credentials is None:
            raise NotConfigured("There is no public address to be tested.")
        try:
            took = await self._post_to(url)
        except GatewayError as error:
            if url == self.state.public_url:
                self._doubt(str(error))
            raise
        self._confirm(url)
        return took

    async def _post_to(self, url: str) -> int:
        """One signed post to ``url``, which need not be our address yet."""
        from sms_desktop.gateway import loopback

        credentials = self._link.credentials
        assert credentials is not None
        key = loopback.new_key()
        self._link.loopbacks.add(key)
        self._link.tried_urls.append(url)
        try:
            return await loopback.post_signed(
                url, key, credentials.account_sid, credentials.auth_token, beside=self._beside
            )
        finally:
            self._link.tried_urls.remove(url)
            self._link.loopbacks.discard(key)

    async def fetch_picture(self) -> int:
        """Asks for a picture through the public address as Twilio would; its size in bytes. Raises like loop_back."""
        from sms_desktop.gateway import loopback

        url = self.state.public_url
        if url is None:
            raise NotConfigured("There is no public address to be tested.")
        if self._beside:
            raise NotConfigured("The other process hands out its own pictures only.")
        key = loopback.new_key()
        self._link.loopbacks.add(key)
        try:
            status, kind, size = await loopback.fetch_head(media_url(url, key, loopback.PICTURE))
        finally:
            self._link.loopbacks.discard(key)
        if status == 421:
            raise GatewayError(
                "What forwards to this computer changes the name that was called. Have it pass on the Host header "
                "unchanged, or send 127.0.0.1 in it."
            )
        if status != 200 or kind != "image/jpeg":
            raise GatewayError(f"A picture could not be fetched through the public address (HTTP {status}).")
        return size

    async def close(self) -> None:
        """Ends the tunnel; none is opened any more."""
        self._turn += 1
        await self._close_tunnel()
        self._port = None

    # -- ngrok ---------------------------------------------------------------------------------------------------------

    @property
    def _account(self) -> str | None:
        return self._link.account_sid

    async def _open_tunnel(self, token: str | None, domain: str | None = None) -> None:
        from sms_desktop.gateway.tunnel import Tunnel

        turn = self._turn
        if self._port is None:
            raise TunnelError("The port for incoming messages is not free yet, so ngrok has nothing to lead to.")
        if token is None:
            try:
                found = await self._finder.ngrok_token(self._account)
            except NoKeyring:  # so none can have been kept
                found = None
            if found is None:
                raise TunnelError(NO_TOKEN, lasting=True)
            token = found[0]
        if turn != self._turn:  # the keyring took its time, and another way was chosen meanwhile
            return
        if self._tunnel is None:
            self._tunnel = Tunnel(self._outside.folder, changed=self._tunnelled, executable=self._outside.ngrok)
        self._tell(Receiving(WayIn.NGROK, Reach.STARTING, None, "ngrok is starting"))
        await self._tunnel.open(self._port, token, self.domain if domain is None else domain)

    def _tunnelled(self, state: "TunnelState") -> None:
        if state.reach is Reach.OFF:
            return
        self._tell(
            Receiving(
                WayIn.NGROK, state.reach, state.public_url, state.sentence, state.advice, state.progress,
                state.reserved,
            )
        )  # fmt: skip

    async def _close_tunnel(self) -> None:
        tunnel, self._tunnel = self._tunnel, None
        if tunnel is not None:
            await tunnel.close()

    # -- what is told --------------------------------------------------------------------------------------------------

    def _try_own(self, url: str) -> None:
        self._tell(Receiving(WayIn.OWN, Reach.STARTING, url, f"{host_of(url)} is being tried"))

    async def _prove_own(self, url: str) -> Receiving:
        if self._link.credentials is None:
            self._confirm(url)  # nothing can be signed yet; line health tries it later
        else:
            with contextlib.suppress(GatewayError):  # told already
                await self.loop_back()
        return self.state

    def _confirm(self, url: str) -> None:
        if self.state.public_url == url and self.state.way is WayIn.OWN and self.state.reach is not Reach.UP:
            self._tell(_own_up(url))

    def _doubt(self, reason: str) -> None:
        """What goes out through the address does not come in here."""
        if self.state.way is WayIn.OWN:
            lead = f"Have it lead to http://127.0.0.1:{self._port}. " if self._port is not None else ""
            advice = f"{lead}Until then Twilio is asked for news."
            self._tell(Receiving(WayIn.OWN, Reach.DOWN, self.state.public_url, reason, advice))
        elif self.state.way is WayIn.NGROK and self._tunnel is not None:
            self._tunnel.kick()

    def _tell_trouble(self, error: SmsDesktopError) -> None:
        asks = self._link.gateway is not None and not isinstance(error, TunnelError)
        advice = "Until then Twilio is asked for news." if asks else ""
        if self.state.reach is not Reach.DOWN:  # else the tunnel has told it, and better
            self._tell(Receiving(WayIn.NGROK, Reach.DOWN, None, str(error), advice))

    def _tell(self, state: Receiving) -> None:
        before, self.state = self.state, state
        url = state.public_url if state.reach is Reach.UP else None  # before it is proved nobody is led there
        moved = url != self._link.public_url or (state.reach is Reach.UP) != (before.reach is Reach.UP)
        left = before.public_url
        if left is not None and left != state.public_url:
            self._link.former_urls = (left, *(one for one in self._link.former_urls if one != left))[:LEFT]
        self._link.public_url = url
        self._link.address_awaited = state.way in {WayIn.NGROK, WayIn.OWN}
        self._hub.publish([ReceivingChanged(state)])
        if moved:
            self.moved()

    # -- what is kept --------------------------------------------------------------------------------------------------

    def _check_free(self) -> None:
        if self.fixed:
            raise BadInput("SMS_DESKTOP_PUBLIC_URL says which address it is. Take it away to choose another way.")

    async def _keep(self, way: WayIn, *, address: str | None = None, domain: str | None = None) -> None:
        """On the disk first; a proxy's user and password, which may be part of the address, go into the keyring."""
        address = self.own_address if address is None else address
        domain = self.domain if domain is None else domain
        password = "@" in urlsplit(address).netloc
        if password:
            try:
                await self._vault.save(address_name(self._account or ""), address)
            except (KeyringLocked, NoKeyring):  # then it is asked for again at the next start
                await self._vault.save(address_name(self._account or ""), address, keep=False)
        kept = {"way": way.value, "address": without_password(address), "domain": domain, "password": password}
        await self._store.do(lambda tx: settings.put(tx, WAY, kept))
        self._chosen, self.own_address, self.domain, self._has_password = way, address, domain, False

    async def _complete_address(self) -> None:
        """The address with what the keyring holds of it. Raises KeyringLocked, NoKeyring, NotConfigured."""
        if not self._has_password:
            return
        address = await self._vault.load(address_name(self._account or ""))
        if address is None:
            raise NotConfigured("The password of the public address is not in the keyring any more. Enter it again.")
        self.own_address, self._has_password = address, False
        self._try_own(address)


def _own_up(url: str) -> Receiving:
    return Receiving(WayIn.OWN, Reach.UP, url, f"Receiving through {host_of(url)}", reserved=True)
