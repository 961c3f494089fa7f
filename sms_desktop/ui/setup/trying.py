"""The two tries of the last step, and what came of them."""

from contextlib import suppress

from PySide6.QtCore import QObject, QTimer, Signal

from sms_desktop.domain.errors import SmsDesktopError
from sms_desktop.domain.events import HealthChanged, MessageAdded, ReceivingChanged
from sms_desktop.domain.line import addresses_of
from sms_desktop.domain.message import Direction
from sms_desktop.domain.phone import can_be_texted, display
from sms_desktop.domain.receiving import HOW_LATE, Reach, Receiving, WayIn
from sms_desktop.ui.routewords import several
from sms_desktop.ui.setup.needs import SetupServices
from sms_desktop.ui.setup.standing import standing
from sms_desktop.ui.setup.testing import TestPage
from sms_desktop.ui.tasks import Tasks
from sms_desktop.ui.words import isolated, media_words, one_line

WAITING = "Waiting for your text …"
NOWHERE = (
    f"No number’s texts are brought here, so there is nothing to try: what comes in appears {HOW_LATE}. "
    "Under Receiving, numbers can be brought here."
)
SKIPPED = (
    "Skipped: this computer has no public address and needs none. It asks Twilio every few seconds, so your text may "
    "take up to 15 seconds, at night up to 5 minutes."
)
AGAIN = "It is tried again every few seconds, until it works."
PAUSE = 3000
"""Milliseconds from a try that failed to the next."""


class Trying(QObject):
    """Listens only while the page is shown. ``fixRequested``: another way in is to be chosen."""

    fixRequested = Signal()

    def __init__(self, services: SetupServices, tasks: Tasks, page: TestPage) -> None:
        super().__init__(page)
        self._services, self._tasks, self._page = services, tasks, page
        self._shown = self._arrived = False
        self._waits_for: tuple[str, ...] = ()
        self._awaits_address = self._failed = False
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self._try_again)
        self._unsubscribe = [
            services.hub.subscribe(MessageAdded, self._message),
            services.hub.subscribe(ReceivingChanged, self._received),
            services.hub.subscribe(HealthChanged, self._looked),
        ]
        page.triedAgain.connect(self._try_now)
        page.fixRequested.connect(self.fixRequested)

    async def enter(self) -> None:
        self._shown, self._failed = True, False
        identity = self._services.account.identity
        self._page.trial.setVisible(identity is not None and identity.trial)
        self._show_numbers()
        if not self._services.routing.routes:
            with suppress(SmsDesktopError):  # then any of the lines may be it
                await self._services.routing.look()
            self._show_numbers()
        await self._loop_back()

    def _show_numbers(self) -> None:
        """Those alone whose texts come here at once; none may."""
        here = self._waits_for = standing(self._services).here
        used = [line for line in self._services.lines.known() if line.address in here]
        numbers = [one for one in addresses_of(used) if can_be_texted(one)]
        self._page.show_number(isolated(display(numbers[0])) if numbers else "", several(numbers[1:]))
        if not self._arrived:
            self._page.arrival.say("busy" if here else "info", WAITING if here else NOWHERE)
        self._set_foot()

    def leave(self) -> None:
        self._shown = False
        self._pause.stop()

    def close(self) -> None:
        self._shown = False
        for unsubscribe in self._unsubscribe:
            unsubscribe()

    async def advance(self) -> bool:
        return self._arrived or not self._waits_for

    # By ourselves

    def _try_now(self) -> None:
        """By the button: that something is done is seen."""
        self._failed = False
        self._try_again()

    def _try_again(self) -> None:
        if not self._shown:
            return
        self._pause.stop()
        self._tasks.latest("setup loop-back", self._loop_back())

    async def _loop_back(self) -> None:
        """One try. What has failed stays there while it is tried again by itself."""
        page, state = self._page, self._services.receiving.state
        if state.way is WayIn.POLLING:
            page.show_loop(SKIPPED, well=True, skipped=True)
            return
        self._awaits_address = state.public_url is None and state.reach in (Reach.STARTING, Reach.DOWN)
        if self._awaits_address and state.reach is Reach.STARTING:  # it is tried as soon as there is one
            page.show_loop(f"{state.sentence} …", well=None)
            return
        if not self._failed:
            page.show_loop("Trying …", well=None)
        try:
            milliseconds = await self._services.receiving.loop_back()
        except SmsDesktopError as error:
            self._failed = True
            page.show_loop(f"{_why(state, error)} {AGAIN}", well=False)
            if self._shown:
                self._pause.start()
        else:
            self._failed = False
            page.show_loop(f"Answered in {milliseconds:,} ms", well=True)

    def _received(self, event: ReceivingChanged) -> None:
        if self._awaits_address:
            self._try_again()

    def _looked(self, event: HealthChanged) -> None:
        """Lines may have followed the public address meanwhile, or gone elsewhere."""
        if self._shown:
            self._show_numbers()

    # By a person

    def _message(self, event: MessageAdded) -> None:
        message = event.message
        if not self._shown or self._arrived or message.direction is not Direction.INBOUND:
            return
        if self._waits_for and message.line not in self._waits_for:
            return
        self._arrived = True
        said = one_line(message.body, 80) or media_words([media.content_type for media in message.media])
        self._page.arrival.say("ok", f"It arrived: ‘{said}’")
        self._set_foot()

    def _set_foot(self) -> None:
        done = self._arrived or not self._waits_for
        self._page.set_foot("Continue", ready=done, skip="" if done else "Skip")


def _why(state: Receiving, error: SmsDesktopError) -> str:
    """Where there is no address, what keeps it away."""
    said = state.sentence if state.reach is Reach.DOWN and state.public_url is None else ""
    said = said or str(error)
    return said if said.endswith((".", "…", "?")) else f"{said}."
