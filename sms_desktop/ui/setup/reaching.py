"""From a way in to texts that come here."""

from collections.abc import Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from sms_desktop.domain.account import CredentialHome
from sms_desktop.domain.errors import BadInput, KeyringLocked, NoKeyring, SmsDesktopError, TunnelError
from sms_desktop.domain.events import ReceivingChanged
from sms_desktop.domain.receiving import Reach, Receiving, WayIn
from sms_desktop.domain.routing import Change
from sms_desktop.ui.bringing import bring, offer
from sms_desktop.ui.nearby import beside_field
from sms_desktop.ui.routewords import bringing, several, then
from sms_desktop.ui.setup.needs import SetupServices
from sms_desktop.ui.setup.receiving import ReceivingPage
from sms_desktop.ui.setup.sentences import address_of
from sms_desktop.ui.tasks import Tasks
from sms_desktop.ui.widgets.field import put
from sms_desktop.ui.widgets.secretfield import SecretField

FIRST = "First the address is tried. Then you see here what changes at Twilio, before anything does."
POLLING = "Nothing at Twilio is changed: whatever takes your texts now goes on doing so, and this computer reads along."
PUT_BACK = "What was set at Twilio before is put back. From then on this computer asks by itself."
USE, ASK, ASK_INSTEAD = "Use this address", "Ask Twilio", "Ask Twilio instead"
MEMORY = "Only until I quit"


class Reaching(QObject):
    """Consent comes before change: the primary button first tries the address and shows what it means, then does it."""

    def __init__(self, services: SetupServices, tasks: Tasks, page: ReceivingPage) -> None:
        super().__init__(page)
        self._services, self._receiving, self._routing = services, services.receiving, services.routing
        self._tasks, self._page = tasks, page
        self._dirty: set[WayIn] = set()
        self._checking: WayIn | None = None
        self._in_memory = self._no_keyring = False
        self._planned_for: str | None = None
        self._planned = self._led = False
        """Whether what changes is known, and whether the page was scrolled to it."""
        self._unsubscribe = services.hub.subscribe(ReceivingChanged, self._changed)
        page.wayChosen.connect(self._refresh)
        page.typed.connect(self._typed)
        page.checkRequested.connect(self._check_pressed)
        page.changes.tried.connect(self._look_again)
        page.changes.toggled.connect(self._touched)
        page.overflowed.connect(self._scrolled)
        page.outcomes[WayIn.NGROK].actionClicked.connect(self._keep_in_memory)

    async def enter(self) -> None:
        self._planned_for = None
        self._page.choose(self._receiving.state.way or WayIn.NGROK)  # the keyring may take its time, a person need not
        keyring = await self._services.account.keyring()
        self._no_keyring = not keyring.usable and not keyring.name
        self._page.show_keeping(not self._is_memory)
        token = await self._receiving.has_ngrok_token()
        lender = "" if token else await self._receiving.ngrok_lender()
        self._page.show_kept(
            token=token, domain=self._receiving.domain, address=self._receiving.own_address, lender=lender
        )
        self._dirty = self._unchecked()
        self._refresh()

    def leave(self) -> None:
        """A check that runs goes on: its address is of use later."""
        if isinstance(edit := self._page.token.edit, SecretField):
            edit.hide_letters()

    def close(self) -> None:
        self._unsubscribe()

    async def advance(self) -> bool:
        """True once the ticked lines come here, or Twilio is asked."""
        way, page = self._page.way, self._page
        if way is WayIn.POLLING:
            return await self._check(way)
        settled = self._is_settled(way)
        seen = settled and self._is_seen
        if not settled:
            if not await self._check(way):
                return False
        elif not self._planned:
            await self._look()
        elif not seen and page.changes.has_open:  # it stands there, but out of sight
            self._lead_to_changes()
        if not self._planned or (page.changes.has_open and not seen):
            return False  # what changes has only now been shown
        return await self._bring()

    async def _bring(self) -> bool:
        """Does what the person has seen and decided; False where not all of it could be done."""
        page = self._page
        changes, left = page.changes.ticked, page.changes.unticked
        if not changes and not left:
            return True
        page.changes.outcome.say("busy", "Telling Twilio …" if changes else "")
        failures = await bring(page.changes, self._routing)
        if failures:
            self._show_plan(self._routing.plan())  # as Twilio has it by now
            page.changes.outcome.say("bad", "\n".join(failures))
            if page.changes.ticked:
                page.set_foot("Try again", skip="Go on without")
            page.reveal(page.changes.outcome)
            return False
        page.changes.outcome.say("ok", "Texts come here now." if changes else "")
        return True

    # The check

    def _check_pressed(self) -> None:
        self._tasks.spawn(self._check(self._page.way), "setup check")

    async def _check(self, way: WayIn) -> bool:
        """Whether the way in could be had; if so, what it changes at Twilio is shown."""
        page = self._page
        if self._checking is not None:
            return False
        self._checking, typed = way, page.typed_in
        page.clear_complaints()
        page.set_working(True)
        page.set_foot(page.primary, ready=False)
        begun = {WayIn.NGROK: "Connecting to ngrok …", WayIn.OWN: "Checking …", WayIn.POLLING: ""}
        page.outcomes[way].say("busy", begun[way])
        try:
            state = await self._choose(way)
        except SmsDesktopError as error:
            if typed == page.typed_in:  # else it is about what is there no more
                self._failed(way, error)
            self._unplan(POLLING if way is WayIn.POLLING else FIRST)
            return False
        finally:
            self._checking = None
            page.set_working(False)
            self._set_foot()
        if typed != page.typed_in:  # what is there now has not been checked
            self._unplan(FIRST)
            return False
        self._dirty.discard(way)
        if way is WayIn.NGROK:
            put(page.token.edit, "")
            put(page.domain.edit, self._receiving.domain)
            page.show_keeping(not self._is_memory)
            page.show_kept(token=True, domain="", address="")
        elif way is WayIn.OWN:
            put(page.address.edit, self._receiving.own_address)
        self._show(state)
        if way is WayIn.POLLING:
            return True
        if not self._is_settled(way):  # chosen, but nothing comes through: its card says why
            self._unplan(FIRST)
            return False
        await self._look()
        return True

    async def _choose(self, way: WayIn) -> Receiving:
        page = self._page
        if way is WayIn.OWN:
            if not (address := page.address.edit.text().strip()):
                raise BadInput("Enter the address first.")
            return await self._receiving.choose_own(address)
        if way is WayIn.POLLING:
            return await self._receiving.choose_polling()
        token = page.token.edit.text().strip()
        if not token and not (await self._receiving.has_ngrok_token() or await self._receiving.ngrok_lender()):
            raise BadInput("Paste your ngrok token here. “Find my token” leads to it; the account is free.")
        return await self._receiving.choose_ngrok(
            token or None, page.domain.edit.text().strip(), keep=not self._is_memory
        )

    @property
    def _is_memory(self) -> bool:
        return self._in_memory or self._no_keyring or self._services.account.home is CredentialHome.MEMORY

    def _keep_in_memory(self) -> None:
        """The keyring could not keep the token: it is kept until the program ends."""
        self._in_memory = True
        self._check_pressed()

    def _failed(self, way: WayIn, error: SmsDesktopError) -> None:
        page, said = self._page, str(error)
        if isinstance(error, BadInput) and way is not WayIn.POLLING:
            field = page.address if way is WayIn.OWN else page.token
            page.outcomes[way].clear()
            field.complain(said)
            page.reveal(field)
            field.edit.setFocus()
            return
        if isinstance(error, (KeyringLocked, NoKeyring)):
            page.outcomes[way].say("bad", said, action=MEMORY)
            self._lead(way, page.outcomes[way].action)
            return
        if isinstance(error, TunnelError) and error.about and way is WayIn.NGROK:
            page.outcomes[way].clear()
            if error.about == "domain":
                page.unfold()
            field = page.domain if error.about == "domain" else page.token
            field.complain(beside_field(said))
            page.reveal(field)
            self._lead(way, field.edit)
            return
        state = self._receiving.state
        if state.way is way and state.reach is Reach.DOWN and state.advice and state.advice not in said:
            said = f"{said} {state.advice}"
        said = beside_field(said)
        page.outcomes[way].say("bad", said)
        if way is WayIn.POLLING:
            return
        edit = (page.address if way is WayIn.OWN else page.token).edit
        edit.setAccessibleDescription(said)
        self._lead(way, edit)

    def _lead(self, way: WayIn, to: QWidget) -> None:
        """The keyboard goes to what is to be put right, unless the person is elsewhere by now."""
        if self._page.isVisible() and self._page.way is way:
            to.setFocus()

    # What changes

    def _look_again(self) -> None:
        self._tasks.latest("setup look", self._look())

    async def _look(self, *, lead: bool = True) -> None:
        """``lead``: a person has asked for it, and the page is scrolled to what is found."""
        changes = self._page.changes
        self._unplan("")
        changes.outcome.say("busy", "Asking Twilio where your texts go now …")
        self._planned_for = self._receiving.state.public_url
        try:
            await self._routing.look()
        except SmsDesktopError as error:
            self._unplan("")
            changes.outcome.say("bad", str(error), action="Try again")
            return
        if self._is_settled(self._page.way):
            self._show_plan(self._routing.plan(), lead=lead)
        else:
            self._unplan(FIRST)

    def _unplan(self, said: str) -> None:
        """What would change is not known (any more)."""
        self._planned, self._planned_for, self._led = False, None, False
        self._page.let_go()
        self._page.changes.say(said)

    @property
    def _is_seen(self) -> bool:
        """Whether what changes is there, and a person has come to it."""
        return self._planned and (self._led or self._page.shows_end_of(self._page.changes))

    def _touched(self) -> None:
        self._led = self._led or self._planned  # who ticks has come to it
        self._set_foot()

    def _scrolled(self) -> None:
        if not self._page.skip:  # else the button says what is to be done about what could not be changed
            self._set_foot()

    def _lead_to_changes(self) -> None:
        self._led = True
        self._page.reveal(self._page.changes)
        self._set_foot()

    def _show_plan(self, plan: Sequence[Change], *, lead: bool = True) -> None:
        changes = self._page.changes
        offer(changes, self._routing, plan)
        self._planned = True
        if changes.has_open:
            if lead:
                self._lead_to_changes()
        elif not changes.blocks:
            changes.say("Nothing has to change: the texts of your numbers come here already.")
        self._set_foot()

    # What is shown

    def _unchecked(self) -> set[WayIn]:
        """The ways whose fields hold something else than what is in use: typed before, and not checked."""
        page, receiving = self._page, self._receiving
        found = set()
        if page.token.edit.text().strip() or page.domain.edit.text().strip() != receiving.domain:
            found.add(WayIn.NGROK)
        if page.address.edit.text().strip() != receiving.own_address:
            found.add(WayIn.OWN)
        return found

    def _typed(self) -> None:
        self._dirty.add(self._page.way)
        self._page.clear_complaints()
        self._page.outcomes[self._page.way].clear()
        self._refresh()

    def _is_settled(self, way: WayIn) -> bool:
        """Whether the address in use is the one that the card asks for."""
        state = self._receiving.state
        return state.way is way and state.reach is Reach.UP and state.public_url is not None and way not in self._dirty

    def _refresh(self) -> None:
        way, state = self._page.way, self._receiving.state
        if way is WayIn.POLLING:
            self._unplan(POLLING if state.way in (None, WayIn.POLLING) else self._put_back())
        elif self._is_settled(way):
            self._show(state)
            if self._planned_for != state.public_url:
                self._tasks.latest("setup look", self._look(lead=False))
        else:
            self._unplan(FIRST)
        self._set_foot()

    def _put_back(self) -> str:
        """What goes where again, line by line, as far as is known."""
        moves = self._routing.moves(None)
        return "\n".join([PUT_BACK, *(f"{several(change.lines, 99)}: {then(change)}" for change in moves)])

    def _set_foot(self) -> None:
        """The primary button says how many numbers it brings, once that has been shown."""
        way = self._page.way
        used = self._receiving.state.way
        word = USE if way is not WayIn.POLLING else ASK if used in (None, WayIn.POLLING) else ASK_INSTEAD
        if way is not WayIn.POLLING and self._is_seen and self._is_settled(way):
            word = bringing(self._page.changes.ticked)
        self._page.set_foot(word, ready=self._checking is None)

    def _show(self, state: Receiving) -> None:
        """The state under the card of its way in."""
        if state.way is None or state.way is WayIn.POLLING:
            return
        outcome, address = self._page.outcomes[state.way], address_of(state)
        if state.reach is Reach.UP and state.way is WayIn.NGROK:
            outcome.say("ok", f"Connected as {address}{', your reserved address' if state.reserved else ''}")
        elif state.reach is Reach.UP:
            outcome.say("ok", f"{address} leads to this computer")
        elif state.reach is Reach.STARTING:
            outcome.say("busy", state.sentence or "Connecting …", part=state.progress)
        elif state.reach is Reach.DOWN:
            outcome.say("bad", " ".join(part for part in (state.sentence, state.advice) if part))

    def _changed(self, event: ReceivingChanged) -> None:
        """The agent's download, a lost tunnel, another address."""
        state = event.receiving
        if self._checking is not None:
            if state.reach is Reach.STARTING and state.way is self._checking:
                self._show(state)
            return
        if state.way not in self._dirty:
            self._show(state)
        if self._page.isVisible():
            self._refresh()
