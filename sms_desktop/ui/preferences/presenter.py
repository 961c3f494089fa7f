"""Fills the sections from the services, and does what they ask; what goes wrong is said where it was asked."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from PySide6.QtCore import QObject

from sms_desktop.domain.account import CredentialHome, Entered, Identity
from sms_desktop.domain.errors import SmsDesktopError, WrongKey
from sms_desktop.domain.events import (
    ConnectionChanged,
    ConsentTold,
    HealthChanged,
    LinesChanged,
    ListEntered,
    ReceivingChanged,
    RepliesChanged,
)
from sms_desktop.domain.routing import Route
from sms_desktop.ui import routewords
from sms_desktop.ui.attempt import Attempt, field_of
from sms_desktop.ui.preferences import sentences
from sms_desktop.ui.preferences.answeringpresenter import AnsweringPresenter
from sms_desktop.ui.preferences.backupspresenter import BackupsPresenter
from sms_desktop.ui.preferences.consentpresenter import ConsentPresenter
from sms_desktop.ui.preferences.dialog import PreferencesDialog
from sms_desktop.ui.preferences.lines import Routes
from sms_desktop.ui.preferences.needs import Needs
from sms_desktop.ui.preferences.reaching import ReachingPresenter
from sms_desktop.ui.preferences.registrationpresenter import RegistrationPresenter
from sms_desktop.ui.preferences.repliespresenter import RepliesPresenter
from sms_desktop.ui.tasks import Tasks
from sms_desktop.ui.widgets.beforeafter import BeforeAfter
from sms_desktop.ui.words import colors_for

Change = Callable[[], Coroutine[Any, Any, tuple[str, ...]]]
"""Of where texts go; gives the sentences about what could not be done."""

NOTHING_KEPT = "The keyring is open, but it keeps no account for SMS Desktop. Press “Connect…” to enter it."
ROTATED = "The new token is in use."
KEYED = "The API key is in use now. The account is the same."
CONNECTED = "Connected. This account is in use now."
CANCELLED = "Cancelled. Nothing was changed."
REMOVED = "The account is removed from this computer."
KEY_REMOVED = "The API key is forgotten. Texts are sent with the Auth Token."


class PreferencesPresenter(QObject):
    """``start`` it before the dialog opens. ``close`` lets what runs end, and deletes the dialog after that."""

    def __init__(self, services: Needs, tasks: Tasks, dialog: PreferencesDialog) -> None:
        super().__init__(dialog)
        self._services, self._tasks, self._dialog = services, tasks, dialog
        self._attempt = Attempt(services.account)
        self._running: dict[asyncio.Task[Any], str] = {}
        self._looked = False
        self._routes: Routes = {}
        hub = services.hub
        self._unsubscribe = [
            hub.subscribe(ConnectionChanged, self._connection),
            hub.subscribe(ReceivingChanged, lambda event: dialog.receiving.show_receiving(event.receiving)),
            hub.subscribe(LinesChanged, self._relined),
            hub.subscribe(HealthChanged, lambda event: self._looked_at()),
            hub.subscribe(RepliesChanged, lambda event: self._retold()),
            hub.subscribe(ConsentTold, lambda event: self._told()),
            hub.subscribe(ListEntered, lambda event: self._entered()),
        ]
        dialog.sectionShown.connect(self._shown)
        dialog.entryRequested.connect(self._enter_credentials)
        dialog.finished.connect(self.close)
        self._wire_account()
        self._wire_receiving()
        self._wire_lines()
        self._consenting = ConsentPresenter(services, self._do_latest, self._do, dialog.consent)
        self._registering = RegistrationPresenter(
            services, self._do_latest, self._do, dialog.registration, dialog.lines
        )
        self._replying = RepliesPresenter(services, self._do_latest, self._do, dialog.replies)
        self._answering = AnsweringPresenter(services, self._do_latest, dialog.answering)
        self._keeping = BackupsPresenter(services, self._do_latest, self._do, dialog.backups)

    def _wire_account(self) -> None:
        page = self._dialog.account
        page.changeRequested.connect(self._change)
        page.rotateRequested.connect(self._rotate)
        page.keyRemoved.connect(lambda: self._do("account", self._remove_key()))
        page.removed.connect(lambda: self._do("account", self._remove()))
        page.keyringRequested.connect(lambda: self._do_latest("keyring", self._open_keyring()))
        page.entryCancelled.connect(self._attempt.call_off)
        page.form.tried.connect(lambda entered: self._do_latest("verify", self._verify(entered)))
        page.form.given.connect(lambda entered, keep: self._do("account", self._connect(entered, keep)))

    def _wire_receiving(self) -> None:
        page = self._dialog.receiving
        self._reaching = ReachingPresenter(self._services, self._do, page)
        page.reconnectRequested.connect(lambda: self._do("way in", self._reconnect()))
        page.restoresChosen.connect(lambda on: self._do_latest("restore", self._restore(on)))

    def _wire_lines(self) -> None:
        page = self._dialog.lines
        page.is_left = self._services.routing.is_left
        page.chosen.connect(lambda addresses: self._do_latest("lines", self._choose_lines(addresses)))
        page.paceChosen.connect(lambda line, rate: self._do_latest(f"pace {line}", self._set_pace(line, rate)))
        page.painted.connect(lambda address, color: self._do_latest(f"paint {address}", self._paint(address, color)))
        page.bringRequested.connect(self._ask)
        page.giveBackRequested.connect(self._ask_back)
        page.refreshRequested.connect(lambda: self._do_latest("look", self._look(refresh=True)))

    def start(self) -> None:
        """Shows what is known at once, and asks for the rest."""
        self._show_account()
        self._dialog.receiving.show_receiving(self._services.receiving.state)
        receiving = self._services.receiving
        self._dialog.receiving.show_fixed(address=receiving.fixed, token=receiving.token_fixed)
        self._dialog.receiving.show_restores(receiving.restores_on_quit)
        self._dialog.lines.show_lines(self._services.lines.offered())
        self._do_latest("keyring", self._look_at_keyring())
        self._do_latest("kept", self._reaching.show_kept())
        self._do_latest("paces", self._show_paces())
        self._shown(self._dialog.section)

    def close(self) -> None:
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        self._unsubscribe = []
        self._registering.close()
        self._dialog.account.form.close_form()
        self._dialog.replies.thumbnails.close()
        self._tasks.spawn(self._end(), "close preferences")

    async def _end(self) -> None:
        """What was begun goes on after the dialog is closed; what it says then, nobody reads."""
        while self._running:  # what ends may begin something more
            await asyncio.gather(*self._running, return_exceptions=True)
        self._dialog.deleteLater()

    def _do_latest(self, key: str, coro: Coroutine[Any, Any, None]) -> None:
        """The latest wish of its kind counts: what was asked before is not asked any more."""
        self._note(key, self._tasks.latest(f"preferences {key}", coro))

    def _do(self, key: str, coro: Coroutine[Any, Any, None]) -> None:
        """What is not to be broken off by another wish, for which the page has no button until it has ended."""
        if any(of == key and not task.done() for task, of in self._running.items()):
            coro.close()
        else:
            self._note(key, self._tasks.spawn(coro, f"preferences {key}"))

    def _note(self, key: str, task: asyncio.Task[Any]) -> None:
        self._running[task] = key
        task.add_done_callback(lambda task: self._running.pop(task, None))

    def _shown(self, section: str) -> None:
        if section == "lines":
            self._follow_routes()
        if section == "lines" and not self._looked:
            self._looked = True
            self._do_latest("look", self._look(refresh=False))
        elif section == "registration":
            self._registering.look()
        elif section == "replies":
            self._replying.look()
        elif section == "answering":
            self._answering.look()
        elif section == "consent":
            self._consenting.look()
        elif section == "backups":
            self._keeping.look()

    def _told(self) -> None:
        """Twilio has taken some of the ledger, or does not."""
        if self._dialog.section == "consent":
            self._consenting.follow()

    def _entered(self) -> None:
        """More of a list, or all."""
        if self._dialog.section == "consent":
            self._consenting.follow_list()

    def _retold(self) -> None:
        """Rules, hours or who answers are others: perhaps by another window's hand."""
        if self._dialog.section in ("replies", "answering"):
            self._shown(self._dialog.section)

    # the account

    def _show_account(self) -> None:
        account, trouble = self._services.account, self._services.connection.trouble
        page = self._dialog.account
        page.show_account(account.identity, account.masked(), account.home, account.key, fixed=account.key_fixed)
        entered = account.home is not CredentialHome.ENVIRONMENT
        outside = account.set_outside(trouble)
        page.show_refused(sentences.refused(trouble, account.key, outside, entered=entered))
        self._dialog.receiving.show_home(account.home)

    def _connection(self, event: ConnectionChanged) -> None:
        self._show_account()

    def _enter_credentials(self) -> None:
        """Opens the form, with the focus in the field that is refused or missing."""
        if self._services.account.home is CredentialHome.ENVIRONMENT:
            self._dialog.account.take_key.setFocus()  # the one thing that can be done here, where it is there
            return
        self._change()
        if isinstance(self._services.connection.trouble, WrongKey):
            self._dialog.account.form.key.setFocus()

    def _change(self) -> None:
        self._dialog.account.open_form(self._services.account.sid or "")

    def _rotate(self) -> None:
        self._dialog.account.open_rotation(self._services.account.sid or "")

    def _complain(self, error: SmsDesktopError) -> None:
        """Beside the field that it is about, where it is about one."""
        form, said = self._dialog.account.form, str(error)
        if isinstance(error, WrongKey):
            said = f"{error} Copy both once more, or take the key away above."
        if field := field_of(error):
            form.complain(field, said)
            self._dialog.account.reveal(form.fields[field])
        else:
            form.show_trouble(said)
            self._dialog.account.reveal(form.status)

    async def _verify(self, entered: Entered) -> None:
        form = self._dialog.account.form

        def stands() -> bool:
            """Else it has not been tried yet, or is being connected, which tells more."""
            return entered == form.entered and not form.connects

        if not stands():
            return
        form.show_busy("Asking Twilio…")
        try:
            identity = await self._services.account.verify(entered)
        except SmsDesktopError as error:
            if stands():
                self._complain(error)
        else:
            if stands():
                form.show_result(_greeting(identity))

    async def _connect(self, entered: Entered, keep: bool) -> None:
        page, rotated = self._dialog.account, self._dialog.account.form.rotates
        key_alone = bool(entered.api_key.strip()) and not entered.auth_token.strip()
        page.set_working(True)
        called_off = False
        try:
            identity = await self._attempt.connect(entered, keep=keep, accepted=page.form.show_accepted)
        except SmsDesktopError as error:
            self._complain(error)
        else:
            called_off, done = identity is None, ROTATED if rotated else KEYED if key_alone else CONNECTED
            page.show_done(CANCELLED if called_off else done)
        finally:
            self._show_account()
            page.set_working(False)

    async def _remove(self) -> None:
        page = self._dialog.account
        page.set_working(True)
        try:
            other = await self._services.account.remove()
        except SmsDesktopError as error:
            page.show_removal_trouble(str(error))
        else:
            page.show_done(REMOVED)
            if other is not None:
                self._dialog.accept()
                self._dialog.accountChosen.emit(other)
                return
        finally:
            self._show_account()
            page.set_working(False)

    async def _remove_key(self) -> None:
        page = self._dialog.account
        page.set_working(True)
        try:
            await self._services.account.remove_key()
        except SmsDesktopError as error:
            self._show_account()
            page.show_refused(str(error))
        else:
            page.show_done(KEY_REMOVED)
            self._show_account()
        finally:
            page.set_working(False)

    async def _look_at_keyring(self) -> None:
        try:
            state = await self._services.account.keyring()
        except SmsDesktopError as error:
            self._dialog.account.show_keyring_trouble(str(error))
            return
        self._dialog.account.show_keyring(state)
        self._dialog.receiving.show_keyring(state)

    async def _open_keyring(self) -> None:
        page, account = self._dialog.account, self._services.account
        said = ""
        try:
            if not await account.open_keyring():
                said = NOTHING_KEPT
        except SmsDesktopError as error:
            said = str(error)
        await self._look_at_keyring()
        page.show_keyring_trouble(said)
        self._show_account()

    # the way in

    async def _reconnect(self) -> None:
        page = self._dialog.receiving
        page.show_busy("Connecting again…")
        try:
            await self._services.receiving.reconnect()
        except SmsDesktopError as error:
            page.show_trouble(str(error))
            return
        page.show_done()

    async def _restore(self, on: bool) -> None:
        try:
            await self._services.receiving.set_restores_on_quit(on)
        except SmsDesktopError as error:
            self._dialog.receiving.complain(str(error))
            self._dialog.receiving.show_restores(not on)

    # the lines

    def _relined(self, event: LinesChanged) -> None:
        self._dialog.lines.show_lines(self._services.lines.offered())
        self._dialog.lines.show_routes(self._routes)

    async def _look(self, *, refresh: bool) -> None:
        page, services = self._dialog.lines, self._services
        page.show_busy("Asking Twilio where the texts go…")
        try:
            if refresh:
                await services.lines.refresh()
            routes = await services.routing.look()
        except SmsDesktopError as error:
            page.show_trouble(str(error))
            return
        self._routes = self._states_of(routes)
        page.show_done()
        page.show_lines(services.lines.offered())
        page.show_routes(self._routes)

    def _states_of(self, routes: Sequence[Route]) -> Routes:
        return {route.line: (route, self._services.routing.state(route)) for route in routes}

    def _looked_at(self) -> None:
        """Line health may have asked Twilio."""
        self._follow_routes()
        self._reaching.follow()

    def _follow_routes(self) -> None:
        """Where the texts go may be another place by now, by our hand or somebody else's."""
        if self._routes and not self._dialog.lines.is_busy:
            self._routes = self._states_of(self._services.routing.routes)
            self._dialog.lines.show_routes(self._routes)

    async def _choose_lines(self, addresses: list[str]) -> None:
        try:
            offered = self._services.lines.offered()
            colors = colors_for(offered)
            await self._services.lines.choose(addresses)
            for line in offered:
                if line.address in addresses and not line.watched and line.color is None:
                    await self._services.lines.paint(line.address, colors[line.address])
        except SmsDesktopError as error:
            self._dialog.lines.complain(str(error))
        self._dialog.lines.show_chosen(self._services.lines.offered())

    async def _show_paces(self) -> None:
        self._dialog.lines.show_paces(await self._services.outbox.paces())

    async def _set_pace(self, address: str, rate: float | None) -> None:
        try:
            await self._services.outbox.set_pace(address, rate)
        except SmsDesktopError as error:
            self._dialog.lines.complain(str(error))
            await self._show_paces()

    async def _paint(self, address: str, color: int | None) -> None:
        try:
            await self._services.lines.paint(address, color)
        except SmsDesktopError as error:
            self._dialog.lines.complain(str(error))

    def _ask(self, address: str) -> None:
        row = self._dialog.lines.rows[address]
        changes = self._services.routing.plan([address])
        if not changes:
            row.say(routewords.NO_ADDRESS)
            return
        panel = BeforeAfter([routewords.setting(change, address) for change in changes], "Bring them here", "Cancel")
        self._ask_below(address, panel, lambda: self._services.routing.bring(changes))

    def _ask_back(self, address: str) -> None:
        route, _ = self._routes[address]
        others = [other for other, (way, _) in self._routes.items() if way.holder.sid == route.holder.sid]
        former = self._services.routing.former_of(route)
        panel = BeforeAfter([routewords.back(route, others, former)], "Give back", "Cancel")
        # from then on all lines of that holder are nobody's trouble: the person wants it so
        self._ask_below(address, panel, lambda: self._services.routing.give_back(others))
        panel.no.setFocus()  # a key pressed twice must not cut a line off

    def _ask_below(self, address: str, panel: BeforeAfter, change: Change) -> None:
        panel.agreed.connect(lambda: self._do(f"route {address}", self._make(address, panel, change)))
        panel.refused.connect(lambda: self._put_away(address))
        row = self._dialog.lines.rows[address]
        row.set_panel(panel)
        self._dialog.lines.reveal(row, panel)
        panel.yes.setFocus()

    async def _make(self, address: str, panel: BeforeAfter, change: Change) -> None:
        try:
            troubles = await change()
        except SmsDesktopError as error:
            troubles = (str(error),)
        if troubles:
            self._say_of(address, panel, " ".join(troubles))
            return
        self._put_away(address)
        await self._look(refresh=False)

    def _say_of(self, address: str, panel: BeforeAfter, trouble: str) -> None:
        """The rows may be others by now, and the panel gone with its row."""
        row = self._dialog.lines.rows.get(address)
        if row is None:
            self._dialog.lines.complain(trouble)
        elif row.panel is panel:
            panel.say(trouble)
        else:
            row.say(trouble)

    def _put_away(self, address: str) -> None:
        row = self._dialog.lines.rows.get(address)
        if row is not None:
            row.set_panel(None)
            row.act.setFocus()


def _greeting(identity: Identity) -> str:
    said = sentences.account(identity)
    return f"{identity.name}. {said}" if said else identity.name
