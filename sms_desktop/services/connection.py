"""How we stand with Twilio and the world: watched, said in a sentence, told through the hub."""

import asyncio
import logging
from collections.abc import Callable

from sms_desktop.domain.account import masked
from sms_desktop.domain.errors import (
    GatewayError,
    SmsDesktopError,
    StoreError,
    TestCredentials,
    TooMany,
    TwilioFaulty,
    WrongCredentials,
    WrongKey,
    sentence_of,
)
from sms_desktop.domain.events import ConnectionChanged, HealthChanged, Light, ReceivingChanged
from sms_desktop.domain.health import Fix, Health
from sms_desktop.domain.hub import Hub
from sms_desktop.domain.receiving import Reach, Receiving, WayIn
from sms_desktop.domain.routing import host_of
from sms_desktop.gateway.gateway import Accepted, Outcome, Refused, Unreachable
from sms_desktop.services import clock
from sms_desktop.services.account import AccountService, identity_of
from sms_desktop.services.lines import Lines
from sms_desktop.services.link import Link
from sms_desktop.services.wake import woken

log = logging.getLogger(__name__)

EVERY = 5.0
"""Seconds from the beginning of one look at the account to the next while all is well; with what a look waits for its
answer, silence is told within 10 s."""
DOUBTED = 5.0
"""Seconds that lie at least between looks that strangers at the door can bring about."""
SOON = 5.0
"""Seconds between the beginnings of looks while Twilio cannot be reached."""
AUTHENTICATE_CODE = 20003
PORTAL = "sign in first"
"""In the reason that the gateway gives where a captive portal answered in Twilio's place."""
ANEW = "Enter them anew under Preferences, Account."
KEY_ANEW = "Enter it anew under Preferences, Account, or take it away there: then texts are sent without."
UNTIL_THEN = "What you send until then fails, and can be tried again afterwards."
OPEN_PAGE = "Open any page in your browser, sign in there, and this goes on by itself."


class Stumbled(GatewayError):
    """It is this computer that stands in the way (a full disk, say), not Twilio."""


class Connection:
    """Knows four things (account, reachability, webhook port, public address) and tells the worst of them.

    What else line health finds is told where none of these is amiss.
    """

    def __init__(self, hub: Hub, link: Link, lines: Lines, account: AccountService, *, demo: bool = False) -> None:
        self._hub = hub
        self._link = link
        self._lines = lines
        self._account = account
        self._demo = demo
        self._wake = asyncio.Event()
        self.returned: Callable[[], None] = lambda: None
        """Called when Twilio can be reached again."""
        self.lost: Callable[[], None] = lambda: None
        """Called when Twilio cannot be reached, each time that this shows."""
        self.looked: Callable[[], None] = lambda: None
        """Called after each look."""
        self._port_trouble = ""
        self._refused = ""
        self._refused_by: SmsDesktopError | None = None
        self._receiving = Receiving()
        self._health = Health()
        self.trouble: GatewayError | None = None
        """Why Twilio could not be asked, or did not know us; None while all is well."""
        self._checked = False
        self._routed = True
        self._refusals = 0
        self._one_look = asyncio.Lock()
        self._doubted_at = float("-inf")
        self.state = ConnectionChanged(Light.OFF, "Connecting…")
        hub.subscribe(ReceivingChanged, self._received)
        hub.subscribe(HealthChanged, self._diagnosed)

    @property
    def port_trouble(self) -> str:
        """Why webhooks cannot be listened for on this computer, or ""."""
        return self._port_trouble

    @property
    def offline(self) -> bool:
        """Whether Twilio cannot be reached; what it refuses, it was reached for."""
        return self.trouble is not None and not self.trouble.answered

    @property
    def refuses_account(self) -> bool:
        """Whether Twilio does not accept the account, so that nothing comes in; a refused API key is not that."""
        refused = isinstance(self.trouble, WrongCredentials | TestCredentials)
        return refused and not isinstance(self.trouble, WrongKey)

    @property
    def outside(self) -> str:
        """Where what Twilio refuses is changed, if that is not here; or ""."""
        return self._account.set_outside(self.trouble)

    @property
    def refusal(self) -> str:
        """Why there is no connection in this run, or ""."""
        return self._refused

    @property
    def refused_by(self) -> SmsDesktopError | None:
        """The error that the refusal was, where it was one."""
        return self._refused_by

    def webhooks(self, trouble: str) -> None:
        """The webhook server listens (""), or why it does not."""
        self._port_trouble = trouble
        self._tell()

    def refuse(self, sentence: str, error: SmsDesktopError | None = None) -> None:
        """There is no connection, and why; "" once there is one."""
        self._refused, self._refused_by = sentence, error
        self._tell()

    def doubt(self) -> None:
        """A webhook was not signed with our token: a stranger's, or the token is another one by now."""
        loop = asyncio.get_running_loop()
        if loop.time() - self._doubted_at > DOUBTED:
            self._doubted_at = loop.time()
            self._wake.set()

    def look(self) -> None:
        """Looks at the account now."""
        self._checked = False
        self._wake.set()

    def renew(self, *, routed: bool) -> None:
        """Other credentials are in use: until Twilio has answered nobody knows how things stand. ``routed``: where
        texts go is known all the same.
        """
        self._routed = routed
        self.look()

    def routed(self) -> None:
        """Twilio has been asked where texts go."""
        self._routed = True
        self._tell()

    def heard(self, outcome: Outcome) -> None:
        """What a send has shown about reachability, so that nobody waits for the next look."""
        match outcome:
            case Unreachable(reason, busy=False):
                if self.trouble is None:
                    self._wake.set()  # from now on it is looked at more often
                self.trouble = _unreached(reason)
                self.lost()
            case Refused(code, reason) if code == AUTHENTICATE_CODE:
                if self._uses_key:  # texts leave with it; whether the account is refused as well, a look tells
                    self._refusals += 1
                    if not isinstance(self.trouble, WrongCredentials):
                        self.trouble = WrongKey(reason)
                    self._wake.set()
                else:
                    self.trouble = WrongCredentials(reason)
            case Accepted() | Refused() if self._uses_key and isinstance(self.trouble, WrongCredentials):
                self._wake.set()  # a key that sends proves neither the token nor, while others leave, itself
            case Accepted() | Refused():
                if self.trouble is not None:
                    self.trouble = None
                    self._wake.set()
                    self.returned()
        self._tell()

    async def look_once(self) -> None:
        """One look at the account, for whoever waits for what it shows."""
        async with self._one_look:
            await self._look()

    async def run(self) -> None:
        """Looks at the account until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            await self.look_once()
            due = began + (EVERY if self.trouble is None else SOON)
            await woken(self._wake, max(0.0, due - loop.time()))

    @property
    def _uses_key(self) -> bool:
        return bool(self._link.credentials and self._link.credentials.api_key)

    async def _look(self) -> None:
        gateway = self._link.gateway
        if gateway is None:
            return
        try:
            before, refusals = self.trouble, self._refusals
            identity = await identity_of(gateway)
            if gateway is not self._link.gateway:
                return  # other credentials are in use by now
            clock.correct(gateway.clock_ahead)
            await self._account.recognise(identity)
            if not self._checked or (before is not None and not isinstance(before, WrongKey)):
                await self._lines.refresh()
            if self._uses_key:  # at each look: a key is revoked without a word; what reads goes on all the same
                await gateway.check_key()
            if gateway is not self._link.gateway:
                return
            if self.trouble is not None and refusals == self._refusals:
                self.trouble = None
                self.returned()
        except GatewayError as error:
            if gateway is not self._link.gateway:
                return
            if not error.answered or (self.trouble is None and isinstance(error, WrongCredentials)):
                self.lost()
            self.trouble = error
        except StoreError as error:  # which is told by whoever needs the store next
            log.warning("looking at the account is not possible: %s", error)
            self.trouble = Stumbled(str(error))
        except Exception as error:
            log.exception("looking at the account stumbled")
            self.trouble = Stumbled(sentence_of(error))
        self._checked = True
        self._tell()
        self.looked()

    def _tell(self) -> None:
        state = self._state()
        if state != self.state:
            self.state = state
            self._hub.publish([state])

    def _received(self, event: ReceivingChanged) -> None:
        self._receiving = event.receiving
        self._tell()

    def _diagnosed(self, event: HealthChanged) -> None:
        self._health = event.health
        self._tell()

    def _state(self) -> ConnectionChanged:
        receiving = not self._port_trouble and self._link.public_url is not None
        light, sentence, advice = self._words()
        worst = self._health.worst
        if worst is not None and light in {Light.OK, Light.WARN} and worst.light is Light.BAD:
            light = worst.light
        more = "\n".join(f"{check.title}: {_sentence(check.sentence)}" for check in self._health.amiss)
        identity = self._account.identity
        name = f"{identity.name} · {masked(identity.sid)}" if identity is not None else None
        return ConnectionChanged(light, sentence, advice, receiving, identity.balance if identity else None, name, more)

    def _words(self) -> tuple[Light, str, str]:
        outside = self.outside
        if self._refused:
            return Light.BAD, "Not connected", self._refused
        if isinstance(self.trouble, WrongKey):
            return (
                Light.BAD,
                "Twilio does not accept the API key",
                f"{outside or KEY_ANEW} {UNTIL_THEN}",
            )
        if isinstance(self.trouble, WrongCredentials | TestCredentials):
            return (
                Light.BAD,
                "Twilio does not accept this Account SID and Auth Token",
                f"{outside or ANEW} {UNTIL_THEN}",
            )
        if self._port_trouble:
            return Light.BAD, "Incoming messages cannot reach this computer", self._port_trouble
        if self.trouble is not None:
            return Light.WARN, *_troubled(self.trouble)
        if not self._checked:
            return Light.OFF, "Connecting…", ""
        if self._demo:
            return Light.OK, "Demo · nothing leaves this computer", ""
        if not self._routed:
            return Light.OFF, "Connecting…", ""
        return self._way_words()

    def _way_words(self) -> tuple[Light, str, str]:
        way = self._receiving
        if way.reach is Reach.DOWN:
            return Light.BAD, _sentence(way.sentence), way.advice or "Until then Twilio is asked for news."
        if way.reach is Reach.OFF:
            return (
                Light.WARN,
                "Sending only",
                "Choose how incoming messages reach this computer: Preferences, Receiving.",
            )
        worst = self._health.worst
        light = worst.light if worst is not None else Light.OK
        if worst is not None and not (worst.brief and light is Light.WARN):
            asks = light is Light.BAD or worst.fix is Fix.ROUTE_HERE
            return light, f"{worst.title}: {_sentence(worst.sentence)}", worst.advice if asks else ""
        if way.reach is Reach.STARTING:
            return Light.OFF, _sentence(way.sentence), ""
        if worst is not None:  # messages come in all the same
            return light, f"Live · {worst.brief}", ""
        if way.way is WayIn.POLLING:
            return light, "Live · asking Twilio for news", ""
        if way.way is WayIn.NGROK:
            return light, "Live · receiving through ngrok", ""
        return light, f"Live · receiving through {host_of(self._link.public_url or '')}", ""


def _troubled(error: GatewayError) -> tuple[str, str]:
    """What is so: who answers is not offline."""
    match error:
        case TooMany():
            return (
                "Twilio asks for fewer requests at a time",
                "It is asked again every few seconds. What you send waits in the outbox and leaves a little later.",
            )
        case TwilioFaulty():
            return (
                "Twilio has a problem of its own",
                "It is asked again every few seconds. What you send meanwhile may stay unconfirmed for a while.",
            )
        case Stumbled():
            return "The account could not be looked at", str(error)
    return _offline(str(error))


def _unreached(reason: str) -> GatewayError:
    error = GatewayError(reason)
    error.answered = False
    return error


def _offline(reason: str) -> tuple[str, str]:
    """What is the matter, and what comes of it; the one does not repeat the other."""
    waits = "What you send waits in the outbox and leaves as soon as the connection is back."
    if PORTAL in reason:
        return "Offline · This network wants you to sign in first", f"{OPEN_PAGE} {waits}"
    rest = reason.removeprefix("Twilio cannot be reached").removeprefix(":").removeprefix(".").strip()
    told = rest[:1].upper() + rest[1:]
    return "Offline · Twilio cannot be reached", f"{told} {waits}".strip()


def _sentence(text: str) -> str:
    """As it stands in the status line, where sentences end without a full stop."""
    return text.removesuffix(".")
