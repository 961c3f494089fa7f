"""From the account's numbers to the lines that are used here."""

from collections.abc import Collection

from PySide6.QtCore import QObject, Signal

from sms_desktop.domain.errors import SmsDesktopError
from sms_desktop.domain.line import SERVICE_WORD, is_service
from sms_desktop.domain.routing import HolderKind
from sms_desktop.ui.setup.lines import LinesPage
from sms_desktop.ui.setup.needs import SetupServices
from sms_desktop.ui.tasks import Tasks
from sms_desktop.ui.widgets.keyboard import holds_keyboard
from sms_desktop.ui.words import line_word, one_line

NONE = "Choose at least one number; the others can be added later."


class Choosing(QObject):
    """Shows what is known at once, and what Twilio says as soon as it does.

    ``unticked`` are the addresses that were left out and not taken up yet, maybe at an earlier start (None: nobody has
    chosen); ``changed`` tells that it is another set by now.
    """

    changed = Signal()

    def __init__(
        self, services: SetupServices, tasks: Tasks, page: LinesPage, unticked: Collection[str] | None = None
    ) -> None:
        super().__init__(page)
        self._lines, self._routing, self._tasks, self._page = services.lines, services.routing, tasks, page
        self.unticked: frozenset[str] | None = None if unticked is None else frozenset(unticked)
        self._showing = False
        page.toggled.connect(self._toggled)
        page.painted.connect(self._paint)
        page.refreshRequested.connect(self._again)

    async def enter(self) -> None:
        """What was ticked before and not taken up yet stays ticked."""
        if self._lines.offered():
            self._show()
        await self._ask()

    def leave(self) -> None:
        """Nothing goes on that would have to end."""

    def close(self) -> None:
        """It listens to nothing."""

    async def advance(self) -> bool:
        """True once at least one line is chosen; each keeps the colour that it is shown with.

        A number that was bought since, and is not shown yet, is as it would be without the set-up.
        """
        ticked = self._page.ticked
        if not ticked:
            self._page.say("bad", NONE)
            return False
        try:
            offered, shown = self._lines.offered(), self._page.shown_colors
            unseen = tuple(line.address for line in offered if line.watched and line.address not in shown)
            await self._lines.choose((*ticked, *unseen))
            for line in offered:
                if line.address in ticked and line.color is None:
                    await self._lines.paint(line.address, shown[line.address])
        except SmsDesktopError as error:
            self._page.say("bad", str(error))
            return False
        if self.unticked is not None:
            self.unticked = None
            self.changed.emit()
        return True

    def _again(self) -> None:
        self._tasks.latest("setup lines", self._ask())

    async def _ask(self) -> None:
        page = self._page
        page.again.setEnabled(False)
        page.say("busy", "Asking Twilio for your numbers …")
        try:
            await self._lines.refresh()
            await self._routing.look()
        except SmsDesktopError as error:
            page.say("bad", str(error), action="Check again")
            if self._lines.offered():
                self._show()
        else:
            page.say("info", "")
            self._show()
        finally:
            page.again.setEnabled(True)

    def _show(self) -> None:
        """Keeps the ticks that were made and not taken up yet; else ticks what is in use, and at first all."""
        offered, left = self._lines.offered(), self.unticked
        all_of_them = {line.address for line in offered if not line.is_service or line.watched}
        in_use = {line.address for line in offered if line.watched}
        ticked = in_use or all_of_them if left is None else all_of_them - left
        services = {
            route.line: one_line(route.holder.name) or SERVICE_WORD
            for route in self._routing.routes
            if route.holder.kind is HolderKind.SERVICE and not is_service(route.line)
        }
        numbers = {line.address for line in offered if not line.is_service}
        for line in offered:
            if line.is_service and numbers & set(line.senders):
                services |= dict.fromkeys((line.address, *line.senders), line_word(line))
        focused = any(holds_keyboard(row.check) for row in self._page.rows)
        self._showing = True
        self._page.show_lines(offered, services, ticked)
        self._showing = False
        if focused and (first := self._page.start()) is not None:
            first.setFocus()

    def _toggled(self) -> None:
        if self._showing:
            return
        rows = [row for row in self._page.rows if row.check.isEnabled()]
        self.unticked = frozenset(row.line.address for row in rows if not row.is_ticked)
        self.changed.emit()
        if self._page.outcome.text == NONE and self._page.ticked:
            self._page.say("info", "")

    def _paint(self, address: str, color: int | None) -> None:
        self._tasks.spawn(self._lines.paint(address, color), "colour of a line")
