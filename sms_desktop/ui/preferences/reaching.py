"""Another way in: what it changes at Twilio is shown before it does, and lines that do not come yet are offered."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from sms_desktop.domain.errors import BadInput, GatewayError, KeyringLocked, NoKeyring, SmsDesktopError, TunnelError
from sms_desktop.domain.receiving import Reach, Receiving, WayIn
from sms_desktop.domain.routing import Change, RouteState
from sms_desktop.ui import routewords
from sms_desktop.ui.bringing import bring, offer
from sms_desktop.ui.nearby import beside_field
from sms_desktop.ui.preferences.bringpanel import BringPanel
from sms_desktop.ui.preferences.needs import Needs
from sms_desktop.ui.preferences.receiving import ReceivingPage
from sms_desktop.ui.widgets.beforeafter import BeforeAfter

Do = Callable[[str, Coroutine[Any, Any, None]], None]

IN_USE = "This way is in use now."
GIVEN_BACK = "This way is in use now. What was set at Twilio before is put back."
NOT_YET_BACK = (
    "This way is in use now, but what was set at Twilio before could not be put back yet. SMS Desktop goes on trying; "
    "what comes in until then is found by Twilio’s list."
)
BROUGHT = "This way is in use now, and the texts of the ticked lines come here."
NOT_BROUGHT = "This way is in use now, but these lines’ texts still go where they went. “Lines” brings them here later."
UNCHANGED = "Nothing was changed."
NOT_ASKED = "What would change at Twilio cannot be shown now, so nothing was changed."
NOT_CONNECTED = "The Twilio account is not connected. Connect it under Account first."
BACK = "What was set at Twilio before is put back, and this computer asks for its texts by itself:"
FOLLOW = "These lines follow to the new address, once it works:"
OFFER = "The address works. These lines’ texts do not come here yet:"


@dataclass(frozen=True, slots=True)
class Choice:
    """``entered`` is the address of one's own, or the one that is reserved at ngrok."""

    way: WayIn
    entered: str = ""
    token: str | None = field(default=None, repr=False)


class ReachingPresenter:
    """``do`` begins what is not to be broken off, under a name; one at a time has it."""

    def __init__(self, services: Needs, do: Do, page: ReceivingPage) -> None:
        self._services, self._do, self._page = services, do, page
        self._in_memory = self._owes = False
        page.ngrokChosen.connect(lambda token, domain: self._choose(Choice(WayIn.NGROK, domain, token)))
        page.ownChosen.connect(lambda address: self._choose(Choice(WayIn.OWN, address)))
        page.pollingChosen.connect(lambda: self._choose(Choice(WayIn.POLLING)))
        page.memoryChosen.connect(self._keep_in_memory)

    async def show_kept(self) -> None:
        receiving = self._services.receiving
        try:
            token = await receiving.has_ngrok_token()
        except SmsDesktopError:
            token = False  # a keyring that is locked is told of in its own place
        self._page.show_kept(token=token, domain=receiving.domain, address=receiving.own_address)

    def follow(self) -> None:
        """What could not be put back yet may be by now."""
        if self._owes and not self._services.routing.holds:
            self._owes = False
            self._page.show_done(GIVEN_BACK)

    def _keep_in_memory(self) -> None:
        self._in_memory = True

    def _choose(self, choice: Choice) -> None:
        self._owes = False
        self._page.show_busy("Connecting…")  # at once: from here on nothing else can be asked for
        self._do("way in", self._begin(choice))

    async def _begin(self, choice: Choice) -> None:
        try:
            url = self._services.receiving.address_of(choice.way, choice.entered)
            moves = await self._moves(url)
        except SmsDesktopError as error:
            self._failed(choice, error)
            return
        if not moves:
            await self._take(choice)
            return
        settings = [routewords.moved(change, line) for change in moves for line in change.lines]
        back = choice.way is WayIn.POLLING
        panel = BeforeAfter(settings, "Put it back and ask Twilio" if back else "Use this address", "Cancel")
        panel.agreed.connect(lambda: self._do("way in agreed", self._agreed(choice)))
        panel.refused.connect(self._refuse)
        # a key pressed twice must not cut lines off
        self._page.ask(BACK if back else FOLLOW, panel, panel.no if back else panel.yes)

    async def _moves(self, url: str | None) -> tuple[Change, ...]:
        """What choosing it changes at Twilio by itself. Raises GatewayError."""
        routing = self._services.routing
        if not routing.holds:
            return ()
        try:
            await routing.look()
        except SmsDesktopError as error:
            raise GatewayError(f"{error} {NOT_ASKED}") from error
        if not routing.looked:
            raise BadInput(f"{NOT_CONNECTED} {NOT_ASKED}")
        return routing.moves(url)

    async def _agreed(self, choice: Choice) -> None:
        self._page.put_away()
        self._page.show_busy("Connecting…")
        await self._take(choice, moves=True)

    def _refuse(self) -> None:
        self._page.put_away()
        self._page.tell_answer("info", UNCHANGED)

    async def _take(self, choice: Choice, *, moves: bool = False) -> None:
        page = self._page
        try:
            state = await self._taken(choice)
        except (KeyringLocked, NoKeyring) as error:
            page.show_unkept(str(error))
            return
        except SmsDesktopError as error:
            self._failed(choice, error)
            return
        page.show_receiving(state)
        if state.reach is Reach.DOWN:
            page.show_trouble(state.sentence)
        elif choice.way is WayIn.POLLING and moves:
            page.show_busy("Telling Twilio…")
            if await self._services.routing.withdrawn():
                page.show_done(GIVEN_BACK)
            else:
                page.show_trouble(NOT_YET_BACK)
                self._owes = True
        elif choice.way is WayIn.POLLING:
            page.show_done(IN_USE)
        else:
            await self._offer()
        await self.show_kept()

    async def _taken(self, choice: Choice) -> Receiving:
        """A new token is kept where the account's is: who wanted it nowhere has no keyring, or does not want one."""
        receiving = self._services.receiving
        match choice.way:
            case WayIn.NGROK:
                keep = not self._in_memory and self._page.keeps
                return await receiving.choose_ngrok(choice.token, choice.entered, keep=keep)
            case WayIn.OWN:
                return await receiving.choose_own(choice.entered)
            case WayIn.POLLING:
                return await receiving.choose_polling()

    def _failed(self, choice: Choice, error: SmsDesktopError) -> None:
        page, said = self._page, beside_field(str(error))
        if isinstance(error, TunnelError) and error.about:
            page.complain_of(error.about, said)
        elif choice.way is WayIn.OWN:
            page.complain_of("address", said)
        else:
            page.show_trouble(said)

    # the lines that do not come by themselves

    async def _offer(self) -> None:
        page, routing = self._page, self._services.routing
        page.show_busy("Asking Twilio where your texts go…")
        try:
            await routing.look()
        except SmsDesktopError as error:
            page.show_done()
            page.tell_answer("warn", f"{IN_USE} Whether your lines’ texts come here could not be asked: {error}")
            return
        page.show_done(IN_USE)
        if not (plan := self._plan()):
            return
        panel = BringPanel()
        offer(panel.card, routing, plan)
        panel.refresh()
        panel.agreed.connect(lambda: self._do("lines to the way in", self._bring(panel)))
        panel.refused.connect(self._leave)
        page.ask(OFFER, panel, panel.yes if panel.yes.isEnabled() else panel.no)

    def _plan(self) -> list[Change]:
        changes = self._services.routing.plan()
        return [change for change in changes if change.changes_anything and not self._follows(change)]

    def _follows(self, change: Change) -> bool:
        """Whether it is at a former address of ours, and is taken to the new one without being asked about again."""
        routing = self._services.routing
        return any(
            routing.state(route) is RouteState.STALE
            for route in routing.routes
            if route.holder.sid == change.holder.sid
        )

    async def _bring(self, panel: BringPanel) -> None:
        failures = await bring(panel.card, self._services.routing)
        if self._page.panel is not panel:
            return
        if failures:
            offer(panel.card, self._services.routing, self._plan())  # as Twilio has it by now
            panel.say("\n".join(failures))
            self._page.reveal(panel.card.outcome)
            return
        self._page.put_away()
        self._page.tell_answer("ok", BROUGHT)

    def _leave(self) -> None:
        self._page.put_away()
        self._page.tell_answer("warn", NOT_BROUGHT)
