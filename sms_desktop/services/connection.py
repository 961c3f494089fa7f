"""How we stand with Twilio and the world: watched, said in a sentence, told through the hub."""

import asyncio
import logging
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit

from sms_desktop.domain.errors import GatewayError, WrongCredentials
from sms_desktop.domain.events import ConnectionChanged, Light
from sms_desktop.domain.hub import Hub
from sms_desktop.gateway.gateway import Accepted, Balance, Outcome, Refused, Unreachable
from sms_desktop.services.lines import Lines
from sms_desktop.services.link import Link

log = logging.getLogger(__name__)

EVERY = 60.0
"""Seconds between looks at the account while all is well."""
SOON = 5.0
"""Seconds between looks while Twilio cannot be reached."""
AUTHENTICATE_CODE = 20003


class Connection:
    """Knows four things (account, reachability, webhook port, public address) and tells the worst of them."""

    def __init__(self, hub: Hub, link: Link, lines: Lines, *, demo: bool = False) -> None:
        self._hub = hub
        self._link = link
        self._lines = lines
        self._demo = demo
        self._wake = asyncio.Event()
        self.returned: Callable[[], None] = lambda: None
        """Called when Twilio can be reached again."""
        self._port_trouble = ""
        self._refused = ""
        self._trouble: GatewayError | None = None
        self._checked = False
        self._balance: str | None = None
        self._account: str | None = None
        self.state = ConnectionChanged(Light.OFF, "Connecting…")

    def webhooks(self, trouble: str) -> None:
        """The webhook server listens (""), or why it does not."""
        self._port_trouble = trouble
        self._tell()

    def refuse(self, sentence: str) -> None:
        """There is no connection in this run, and why."""
        self._refused = sentence
        self._tell()

    def heard(self, outcome: Outcome) -> None:
        """What a send has shown about reachability, so that nobody waits for the next look."""
        match outcome:
            case Unreachable(reason, busy=False):
                if self._trouble is None:
                    self._wake.set()  # from now on it is looked at more often
                self._trouble = GatewayError(reason)
            case Refused(code, reason) if code == AUTHENTICATE_CODE:
                self._trouble = WrongCredentials(reason)
            case Accepted() | Refused():
                if self._trouble is not None:
                    self._trouble = None
                    self._wake.set()
                    self.returned()
        self._tell()

    async def run(self) -> None:
        """Looks at the account until cancelled."""
        while True:
            await self._look()
            try:
                async with asyncio.timeout(EVERY if self._trouble is None else SOON):
                    await self._wake.wait()
            except TimeoutError:
                pass
            self._wake.clear()

    async def _look(self) -> None:
        gateway = self._link.gateway
        if gateway is None:
            return
        try:
            if self._account is None or self._trouble is not None:
                account = await gateway.account()
                self._account = f"{account.name} · {account.sid[:2]}…{account.sid[-4:]}"
                await self._lines.refresh()
            balance = await gateway.balance()
            self._balance = _money(balance)
            if self._trouble is not None:
                self._trouble = None
                self.returned()
        except GatewayError as error:
            self._trouble = error
        except Exception as error:  # a store that cannot be written is told by whoever needs it next
            log.exception("looking at the account stumbled")
            self._trouble = GatewayError(str(error))
        self._checked = True
        self._tell()

    def _tell(self) -> None:
        state = self._state()
        if state != self.state:
            self.state = state
            self._hub.publish([state])

    def _state(self) -> ConnectionChanged:
        receiving = not self._port_trouble and self._link.public_url is not None
        light, sentence, advice = self._words(receiving)
        return ConnectionChanged(light, sentence, advice, receiving, self._balance, self._account)

    def _words(self, receiving: bool) -> tuple[Light, str, str]:
        if self._refused:
            return Light.BAD, "Not connected", self._refused
        if isinstance(self._trouble, WrongCredentials):
            return (
                Light.BAD,
                "Twilio does not accept this Account SID and Auth Token",
                "Check both in the Twilio Console. What you send until then fails, and can be tried again afterwards.",
            )
        if self._port_trouble:
            return Light.BAD, "Incoming messages cannot reach this computer", self._port_trouble
        if self._trouble is not None:
            return (
                Light.WARN,
                "Offline · Twilio cannot be reached",
                "Messages that you send wait in the outbox and leave as soon as the connection is back.",
            )
        if not self._checked:
            return Light.OFF, "Connecting…", ""
        if self._demo:
            return Light.OK, "Demo · nothing leaves this computer", ""
        if not receiving:
            return (
                Light.WARN,
                "Sending only",
                "Incoming messages need a public address: set SMS_DESKTOP_PUBLIC_URL to one that forwards here.",
            )
        return Light.OK, f"Live · receiving through {_host(self._link.public_url or '')}", ""


def _money(balance: Balance) -> str:
    try:
        amount = f"{Decimal(balance.amount):,.2f}"
    except InvalidOperation:
        amount = balance.amount
    return f"${amount}" if balance.currency == "USD" else f"{amount} {balance.currency}"


def _host(url: str) -> str:
    """Host and port, without the user and password that a proxy may ask for."""
    return urlsplit(url).netloc.rpartition("@")[2]
