"""The whole simulator, put together: a server on loopback, an account, and the people it texts with."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from random import Random

from aiohttp import web

from sms_desktop.simulator.account import (
    DEMO_ACCOUNT_SID,
    DEMO_AUTH_TOKEN,
    TEST_ACCOUNT_SID,
    TEST_AUTH_TOKEN,
    Account,
    Attachment,
)
from sms_desktop.simulator.address import normal
from sms_desktop.simulator.alerts import Alerts
from sms_desktop.simulator.applications import Applications
from sms_desktop.simulator.backstage import Backstage
from sms_desktop.simulator.consents import Consents
from sms_desktop.simulator.control import Control
from sms_desktop.simulator.established import register
from sms_desktop.simulator.faults import Faults
from sms_desktop.simulator.form import Form
from sms_desktop.simulator.gate import Gate
from sms_desktop.simulator.inbound import Inbound
from sms_desktop.simulator.lifecycle import Lifecycle
from sms_desktop.simulator.lookups import Lookups
from sms_desktop.simulator.messages import Message
from sms_desktop.simulator.numbers import Numbers, update_line
from sms_desktop.simulator.pace import Pace
from sms_desktop.simulator.people import PEOPLE, UNDELIVERED, People, Person
from sms_desktop.simulator.phones import Handset, Phones
from sms_desktop.simulator.registrationroutes import EDITABLE, Registrations
from sms_desktop.simulator.rest import Rest
from sms_desktop.simulator.services import Services
from sms_desktop.simulator.tasks import Tasks
from sms_desktop.simulator.weather import Weather
from sms_desktop.simulator.webhooks import Webhooks
from sms_desktop.simulator.world import World

SHOP_LINE = "+12125550100"
TOLL_FREE_LINE = "+18885550144"
_HOST = "127.0.0.1"
_MOST_REQUEST_BYTES = 16 * 1024 * 1024


class Simulator:
    """A Twilio account on this machine. Everything happens on the loop that `start()` is awaited on.

    `pace` multiplies every pause (1: lifelike, 0: at once); `seed` makes weather and people repeat themselves.
    The account has a local line, a toll-free line and 38.20 USD; what has happened in it outlives `stop()`.
    `requests` counts what the API was asked for: `requests["GET Messages.json"]`, `requests["GET v1/Alerts"]`.
    """

    def __init__(
        self,
        *,
        account_sid: str = DEMO_ACCOUNT_SID,
        auth_token: str = DEMO_AUTH_TOKEN,
        api_keys: Mapping[str, str] | None = None,
        test_account_sid: str = TEST_ACCOUNT_SID,
        test_auth_token: str = TEST_AUTH_TOKEN,
        pace: float = 1.0,
        seed: int | None = None,
    ) -> None:
        # Dice for a simulation, not for a secret.
        random = Random(seed)  # noqa: S311
        self.account = Account(account_sid, auth_token, api_keys, test_account_sid, test_auth_token)
        self.account.add_line(SHOP_LINE, "Shop")
        self.account.add_line(TOLL_FREE_LINE, "Toll-free", voice=False)
        self.weather = Weather(seed=seed)
        self.faults = Faults()
        self.requests: Counter[str] = Counter()
        self.people: tuple[Person, ...] = PEOPLE
        self._pace = Pace(pace, random)
        self._tasks = Tasks()
        self._webhooks = Webhooks(lambda: self.account.auth_token)
        self._phones = Phones(random)
        self._world = World(self.account, self.weather, self._webhooks, self._tasks, self._pace)
        self._lifecycle = Lifecycle(self._world, lambda message: UNDELIVERED.get(message.to), self._arrived)
        self._inbound = Inbound(self._world, self._phones, self._lifecycle, self._here)
        self._phones.connect(self._inbound.receive)
        self._people = People(self._inbound.receive, self._tasks, self._pace, random)
        self._runner: web.AppRunner | None = None
        self._gate: Gate | None = None
        self._port = 0

    @property
    def base_url(self) -> str:
        """`http://127.0.0.1:PORT`, without a slash at the end."""
        return f"http://{_HOST}:{self._port}"

    @property
    def clock_skew(self) -> float:
        """How many seconds Twilio's clock is ahead of this machine's; it dates its answers, and what is new."""
        return self.account.clock_skew

    @clock_skew.setter
    def clock_skew(self, seconds: float) -> None:
        self.account.clock_skew = seconds

    @property
    def pace(self) -> float:
        return self._pace.factor

    @pace.setter
    def pace(self, factor: float) -> None:
        self._pace.factor = factor

    async def start(self, port: int = 0) -> None:
        """Opens the server; port 0 takes a free one. An OSError tells that the port is taken."""
        gate = Gate(self.account, self.weather, self.faults, self.requests)
        app = web.Application(middlewares=[gate.middleware()], client_max_size=_MOST_REQUEST_BYTES)
        for part in (
            Rest(self._world, self._lifecycle, self._here),
            Numbers(self.account),
            Applications(self.account),
            Services(self.account, self._here),
            Alerts(self.account, self._here),
            Consents(self.account, time.monotonic),
            Lookups(self._here),
            Registrations(self._world, self._here),
            Control(self._world, self.faults, self.requests, self._inbound),
            Backstage(self.account, self._here),
        ):
            app.add_routes(part.routes())
        # A client that gives up ends its handler: a message without an answer waits for just that.
        runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=1)
        await runner.setup()
        try:
            await web.TCPSite(runner, _HOST, port).start()
        except OSError:
            await runner.cleanup()
            raise
        self._port = int(runner.addresses[0][1])
        await self._webhooks.open()
        self._runner, self._gate = runner, gate

    async def stop(self) -> None:
        """Closes the server and ends all that is under way. Stopping twice is no harm."""
        runner, self._runner = self._runner, None
        if runner is None:
            return
        if self._gate is not None:
            self._gate.closing.set()
        await self._tasks.close()
        await runner.cleanup()
        await self._tasks.close()
        await self._webhooks.close()

    async def idle(self) -> None:
        """Until no delivery, callback or answer is under way. Messages scheduled for later are not waited for."""
        await self._tasks.idle()

    def rotate_token(self, new: str) -> None:
        """Gives the account another Auth Token, at once: the old one logs nobody in and signs nothing."""
        self.account.auth_token = new

    def fail_list_page(self, page: int, times: int = 1) -> None:
        """The next `times` that this page of Messages.json, counted from 1, is asked for, the answer is 500."""
        self.faults.fail_list_page(page, times)

    def lose_answer(self, kind: str, times: int = 1) -> None:
        """The next `times` that this (`POST v1/a2p/BrandRegistrations`) is asked, it is done and not answered."""
        self.faults.lose_answer(kind, times)

    def enforce_registration(self, enforced: bool = True) -> None:
        """Carriers stop texts to the United States from lines that are not registered: 30034, toll-free 30032."""
        self.account.registrar.enforced = enforced

    def register_lines(self, service_name: str = "Shop texts") -> None:
        """Has all lines registered with US carriers, as those of an account that has been at work for long."""
        register(self.account, service_name)

    def decide(self, sid: str, status: str, *errors: int, editable: bool = True) -> None:
        """What carriers say of a brand, a campaign or a toll-free verification, with the codes of why.

        A LookupError tells that there is none, a ValueError that this state cannot follow. `editable`: what was
        rejected may be put right for seven days.
        """
        at = self.account.now()
        self.account.registrar.decide(sid, status, list(errors), at, edit_until=at + EDITABLE if editable else None)

    def set_sms_url(self, line: str, url: str) -> None:
        """Where texts to that line are posted. An ApiError tells that the URL is none."""
        update_line(self.account, self.account.line(line), Form({"SmsUrl": [url], "SmsMethod": ["POST"]}))

    def customer_texts(self, from_: str, to: str, body: str, media: Sequence[Attachment] = ()) -> Message:
        """A text from any number to a line, as `(content type, bytes, file name)` for each picture.

        What Twilio would not receive is nowhere in the account afterwards (see `Inbound`). A LookupError tells that
        `to` is no line of the account.
        """
        return self._inbound.receive(from_, to, body, media)

    def delivers_after_all(self, sid: str) -> None:
        """Reports a text delivered that was reported undelivered before. A LookupError tells that there is none."""
        message = self.account.log.get(sid)
        if message is None:
            raise LookupError(f"there is no message {sid}")
        self._lifecycle.deliver_after_all(message)

    def phone(self, number: str) -> Handset:
        """The phone with that number."""
        return self._phones.handset(normal(number))

    def _here(self) -> str:
        return self.base_url

    def _arrived(self, message: Message) -> None:
        sender = message.from_ or ""
        media = [(m.content_type, m.data, m.name) for m in message.media]
        self._phones.arrived(message.to, sender, message.wire, media)
        if self.account.find_line(sender) is not None:
            self._people.react(message)
