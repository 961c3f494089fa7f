"""Keeps the page in step with the checks, and does what its buttons say."""

from collections.abc import Callable
from datetime import timedelta

from PySide6.QtCore import QObject, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication

from sms_desktop.domain.errors import SmsDesktopError
from sms_desktop.domain.events import HealthChanged
from sms_desktop.domain.health import Check, Fix
from sms_desktop.domain.routing import Change, plain
from sms_desktop.ui import routewords
from sms_desktop.ui.health.needs import Needs
from sms_desktop.ui.health.view import HealthView
from sms_desktop.ui.tasks import Tasks
from sms_desktop.ui.widgets.beforeafter import BeforeAfter

NOTHING_KEPT = "The keyring is open, but it keeps no account for SMS Desktop. Enter the account again."
ASKED = "Twilio is being asked. The status line says how far it is."
FRESH = timedelta(seconds=15)
"""A round of checks that ended longer ago is not taken for how things stand."""


def _browse(url: str) -> None:
    QDesktopServices.openUrl(QUrl(url))


class HealthPresenter(QObject):
    """``start`` it once the page is built; ``opened`` each time that the page is shown."""

    credentialsRequested = Signal()
    receivingRequested = Signal()
    backupsRequested = Signal()
    repairRequested = Signal()
    answeringRequested = Signal()
    registrationRequested = Signal(str)
    """The line whose registration is to be looked at."""

    def __init__(
        self, services: Needs, tasks: Tasks, view: HealthView, browse: Callable[[str], None] = _browse
    ) -> None:
        super().__init__(view)
        self._services, self._tasks, self._view, self._browse = services, tasks, view, browse
        self._unsubscribe = services.hub.subscribe(HealthChanged, self._changed)
        self._minute = QTimer(self)
        self._minute.setInterval(60_000)
        self._minute.timeout.connect(view.refresh)
        view.checkRequested.connect(self.check)
        view.copyRequested.connect(self._copy)
        view.fixRequested.connect(self._fix)

    def start(self) -> None:
        self._minute.start()
        self._view.show_health(self._services.health.state)

    def opened(self) -> None:
        """The page is looked at: what was not checked just now is checked again."""
        self._view.show_health(self._services.health.state)
        if self._view.age is None or self._view.age > FRESH:
            self.check()

    def close(self) -> None:
        self._minute.stop()
        self._unsubscribe()

    def check(self) -> None:
        """A round of all checks; the rows change as they end."""
        self._tasks.latest("check health", self._check())

    async def _check(self) -> None:
        self._view.set_busy(True)
        try:
            self._view.show_health(await self._services.health.check())
        finally:
            self._view.set_busy(False)

    def _changed(self, event: HealthChanged) -> None:
        self._view.show_health(event.health)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._services.health.report())
        self._view.say_copied()

    def _fix(self, check: Check) -> None:
        match check.fix:
            case Fix.ROUTE_HERE:
                self._ask(check)
            case Fix.CREDENTIALS:
                self.credentialsRequested.emit()
            case Fix.RECEIVING:
                self.receivingRequested.emit()
            case Fix.BACKUPS:
                self.backupsRequested.emit()
            case Fix.REGISTRATION:
                self.registrationRequested.emit(check.subject)
            case Fix.ANSWERING:
                self.answeringRequested.emit()
            case Fix.REPAIR:
                self.repairRequested.emit()
            case Fix.CHECK_AGAIN:
                self.check()
            case Fix.CATCH_UP:
                self._services.catchup.resume()
                self._say(check.key, ASKED, "muted")
            case Fix.IMPORT:
                self._tasks.latest(f"fix {check.key}", self._import(check))
            case Fix.OPEN_CONSOLE if check.subject.startswith("https://"):
                self._browse(check.subject)
            case Fix.RECONNECT | Fix.UNLOCK_KEYRING:
                self._tasks.latest(f"fix {check.key}", self._mend(check))

    async def _import(self, check: Check) -> None:
        try:
            await self._services.catchup.import_history(None)
        except SmsDesktopError as error:
            self._say(check.key, str(error))
        else:
            self._say(check.key, ASKED, "muted")
            self.check()

    async def _mend(self, check: Check) -> None:
        """What takes a while; its button is off until then."""
        self._say(check.key, "")
        self._offer(check.key, False)
        try:
            if check.fix is Fix.RECONNECT:
                await self._services.receiving.reconnect()
            elif not await self._services.account.open_keyring():
                self._say(check.key, NOTHING_KEPT)
        except SmsDesktopError as error:
            self._say(check.key, str(error))
        finally:
            self._offer(check.key, True)
        self.check()

    # where a line's texts go

    def _ask(self, check: Check) -> None:
        row = self._view.row(check.key)
        if row is None or row.asks:
            return
        line = check.subject
        planned = self._services.routing.plan([line])
        if not planned:
            row.say(routewords.NO_ADDRESS)
            self.receivingRequested.emit()
            return
        changes = tuple(change for change in planned if change.changes_anything)
        if not changes:  # it was brought here in the meantime
            self.check()
            return
        row.say("")
        settings = [routewords.setting(change, line) for change in changes]
        ours = all(plain(change.before.url) == plain(change.after.url) for change in changes)
        yes, no = ("Set it right", "Not now") if ours else ("Bring them here", "Leave them")
        panel = BeforeAfter(settings, yes, no)
        panel.agreed.connect(lambda: self._tasks.latest(f"fix {check.key}", self._bring(check, panel, changes)))
        if ours:  # what comes here already, and only in a way that does not work, is nobody's to be left to
            panel.refused.connect(lambda: self._put_away(check))
        else:
            panel.refused.connect(lambda: self._tasks.latest(f"fix {check.key}", self._leave(check, panel)))
        row.set_panel(panel)
        panel.yes.setFocus()

    async def _bring(self, check: Check, panel: BeforeAfter, changes: tuple[Change, ...]) -> None:
        try:
            troubles = await self._services.routing.bring(changes)
        except SmsDesktopError as error:
            troubles = (str(error),)
        if troubles:
            self._refused(check, panel, " ".join(troubles))
        else:
            self._answered(check)

    async def _leave(self, check: Check, panel: BeforeAfter) -> None:
        try:
            await self._services.routing.leave(check.subject)
        except SmsDesktopError as error:
            self._refused(check, panel, str(error))
        else:
            self._answered(check)

    def _refused(self, check: Check, panel: BeforeAfter, trouble: str) -> None:
        """The line may be gone, or its row be another by now, and the panel gone with it."""
        row = self._view.row(check.key)
        if row is not None and row.panel is panel:
            panel.say(trouble)
        elif row is not None:
            row.say(trouble)

    def _answered(self, check: Check) -> None:
        self._put_away(check)
        self.check()

    def _put_away(self, check: Check) -> None:
        row = self._view.row(check.key)
        if row is not None:
            row.set_panel(None)
            row.setFocus()

    def _offer(self, key: str, on: bool) -> None:
        """The button of a row that may be gone, or another one, by now."""
        row = self._view.row(key)
        if row is not None:
            row.button.setEnabled(on)

    def _say(self, key: str, sentence: str, role: str = "bad") -> None:
        row = self._view.row(key)
        if row is not None:
            row.say(sentence, role)
