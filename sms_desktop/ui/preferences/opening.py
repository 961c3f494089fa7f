"""The preferences as the window has them: closed, open at a section, or left for the forms of a registration."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from sms_desktop.services.services import Services
from sms_desktop.services.settings import APPEARANCE
from sms_desktop.ui import words
from sms_desktop.ui.tasks import Tasks

if TYPE_CHECKING:
    from sms_desktop.domain.registrationreport import Report
    from sms_desktop.ui.preferences.dialog import PreferencesDialog, Section
    from sms_desktop.ui.registration.guiding import Guiding


class Preferences(QObject):
    """Opens the dialog over ``window``, and keeps what is chosen there; it is imported and built when it is asked for.

    ``apply_composing`` has the composer take up what was chosen for it. ``can_play`` tells whether there is a phone
    that a rule can be played on.
    """

    accountChosen = Signal(str)
    addAccountRequested = Signal()
    setupRequested = Signal()
    restoreRequested = Signal(object)
    playRequested = Signal(str, str, str)
    """As the dialog's."""

    def __init__(
        self,
        services: Services,
        tasks: Tasks,
        window: QWidget,
        apply_composing: Callable[[], Awaitable[None]],
        can_play: Callable[[], bool],
    ) -> None:
        super().__init__(window)
        self._services, self._tasks, self._window = services, tasks, window
        self._apply_composing, self._can_play = apply_composing, can_play
        self.dialog: PreferencesDialog | None = None
        """The one that is open."""
        self._guiding: Guiding | None = None
        self._order: tuple[str, ...] = ()
        """Of the lines' registrations, as they stood when the dialog was closed."""

    def open(self, section: "Section" = "general") -> None:
        """Shows one section."""
        if self.dialog is not None:
            self.dialog.show_section(section)
        else:
            self._begin(section)

    def open_rule(self, name: str) -> None:
        """The rule of that name, among the automatic replies."""
        if self.dialog is not None:
            self.dialog.open_rule(name)
        else:
            self._begin("replies", rule=name)

    def open_registration(self, line: str = "", *, order: Sequence[str] = ()) -> None:
        """Shows how one line is registered with US carriers, or all of them; ``order`` is that in which they stood."""
        if self.dialog is not None:
            self.dialog.show_registration(line)
        else:
            self._begin("registration", line=line, order=order)

    def enter_credentials(self) -> None:
        """Asks for those of the account."""
        if self.dialog is not None:
            self.dialog.enter_credentials()
        else:
            self._begin("account", entering=True)

    def close(self) -> None:
        if self.dialog is not None:
            self.dialog.close()

    async def flush(self) -> None:
        """Makes durable what was filled in of a registration's forms."""
        if self._guiding is not None:
            await self._guiding.flush()

    def _begin(
        self,
        section: "Section",
        *,
        entering: bool = False,
        line: str = "",
        rule: str = "",
        order: Sequence[str] = (),
    ) -> None:
        opening = self._open(section, entering=entering, line=line, rule=rule, order=order)
        self._tasks.latest("preferences", opening)

    async def _open(self, section: "Section", *, entering: bool, line: str, rule: str, order: Sequence[str]) -> None:
        await asyncio.to_thread(_import_dialog)
        from sms_desktop.ui.composer.presenter import UNDO_KEY, UNDO_SECONDS, undo_seconds
        from sms_desktop.ui.preferences.dialog import PreferencesDialog
        from sms_desktop.ui.preferences.presenter import PreferencesPresenter

        settings, outbox, numbers = self._services.settings, self._services.outbox, self._services.numbers
        enter_sends = bool(await settings.get("enter_sends", True))
        undo = undo_seconds(await settings.get(UNDO_KEY, UNDO_SECONDS))
        author = str(await settings.get("author", ""))
        dialog = PreferencesDialog(
            enter_sends=enter_sends, undo=int(undo), author=author, night=await outbox.night_rule(),
            look_up_first=await numbers.looks_up_first(), section=section, parent=self._window,
        )  # fmt: skip
        try:
            for _ in dialog.furnish():
                await asyncio.sleep(0)
        except BaseException:  # overtaken, or the window goes: nobody has seen it
            dialog.deleteLater()
            raise
        dialog.nightChosen.connect(lambda rule: self._tasks.spawn(outbox.put_night_rule(rule), "night"))
        dialog.lookUpChosen.connect(lambda on: self._tasks.spawn(numbers.set_look_up_first(on), "look up first"))
        dialog.undoChosen.connect(self._choose_undo)
        dialog.appearanceChosen.connect(self._choose_appearance)
        dialog.enterSendsChosen.connect(self._choose_enter)
        dialog.authorChosen.connect(self._choose_author)
        dialog.setupRequested.connect(self.setupRequested)
        dialog.addAccountRequested.connect(self.addAccountRequested)
        dialog.restoreRequested.connect(self.restoreRequested)
        dialog.playRequested.connect(self.playRequested)
        dialog.replies.rules.trial.offer_play(self._can_play())
        dialog.accountChosen.connect(self.accountChosen)
        dialog.guideRequested.connect(self._guide)
        dialog.finished.connect(self._closed)
        PreferencesPresenter(self._services, self._tasks, dialog).start()
        dialog.registration.take_up(order)
        try:
            await asyncio.sleep(0)  # filling it takes a frame, and so does showing it
        except BaseException:
            dialog.reject()  # which its presenter hears
            raise
        self.dialog = dialog
        dialog.open()
        if entering:
            dialog.enter_credentials()
        if line:
            dialog.show_registration(line)
        if rule:
            dialog.open_rule(rule)

    def _closed(self) -> None:
        if self.dialog is not None:
            self._order = tuple(self.dialog.registration.cards)
        self.dialog = None

    # what is chosen

    def _choose_appearance(self, appearance: str) -> None:
        self._tasks.spawn(self._services.settings.put(APPEARANCE, appearance), "appearance")

    def _choose_enter(self, sends: bool) -> None:
        self._tasks.spawn(self._put_composing("enter_sends", sends), "enter sends")

    def _choose_author(self, name: str) -> None:
        self._tasks.spawn(self._services.settings.put("author", name), "author")

    def _choose_undo(self, seconds: int) -> None:
        self._tasks.spawn(self._put_composing("undo_seconds", seconds), "undo")

    async def _put_composing(self, key: str, value: object) -> None:
        await self._services.settings.put(key, value)
        await self._apply_composing()

    # a registration's forms

    def _guide(self, report: "Report") -> None:
        self._tasks.latest("guide", self._open_guide(report))

    async def _open_guide(self, report: "Report") -> None:
        """The forms for a line's next step; afterwards its registration is shown again."""
        from sms_desktop.ui.registration.guide import GuideDialog
        from sms_desktop.ui.registration.guiding import Guiding
        from sms_desktop.ui.registration.plan import plan_of

        plan = plan_of(self._services.registrations, report)
        dialog = GuideDialog(plan.title, words.line_name(report.line), plan.pages, self._window)
        guiding = Guiding(self._tasks, dialog, plan, self._services.hub)
        guiding.ended.connect(partial(self._guided, report.line.address))
        try:
            await guiding.start()
        except BaseException:  # overtaken, or it could not be read: nobody has seen it
            guiding.drop()
            dialog.deleteLater()
            raise
        self._guiding = guiding
        dialog.open()

    def _guided(self, line: str) -> None:
        self._guiding = None
        if not self._tasks.closed:
            self.open_registration(line, order=self._order)


def _import_dialog() -> None:
    """Beside the loop, for it takes longer than several frames."""
    import sms_desktop.ui.preferences.presenter
    import sms_desktop.ui.registration.guiding  # noqa: F401
