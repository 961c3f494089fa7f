"""Opens the history of a message over its window, and keeps it true while it is open."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect
from PySide6.QtWidgets import QWidget

from sms_desktop.domain.errors import SmsDesktopError
from sms_desktop.domain.events import MessageChanged, ReportAdded
from sms_desktop.domain.hub import Unsubscribe
from sms_desktop.domain.message import Message
from sms_desktop.ui.history.view import HistoryPopover
from sms_desktop.ui.tasks import Tasks

if TYPE_CHECKING:
    from sms_desktop.services.services import Services

TASK = "status history"


class HistoryPresenter(QObject):
    """``known`` gives a message as it now is, ``anchor`` where in ``pane`` its status stands; complains to ``say``."""

    def __init__(
        self,
        services: "Services",
        tasks: Tasks,
        pane: QWidget,
        *,
        known: Callable[[str], Message | None],
        anchor: Callable[[str], QRect | None],
        say: Callable[[str], None],
    ) -> None:
        super().__init__(pane)
        self._services, self._tasks, self._pane = services, tasks, pane
        self._known, self._anchor, self._say = known, anchor, say
        self._popover: HistoryPopover | None = None
        self._wanted = ""
        self._subscriptions: list[Unsubscribe] = []

    @property
    def popover(self) -> HistoryPopover | None:
        """Once it was open."""
        return self._popover

    def start(self) -> None:
        hub = self._services.hub
        self._subscriptions = [
            hub.subscribe(ReportAdded, lambda event: self._heard(event.message_id)),
            hub.subscribe(MessageChanged, lambda event: self._heard(event.message.id)),
        ]

    def close(self) -> None:
        for unsubscribe in self._subscriptions:
            unsubscribe()
        self._subscriptions = []
        self.shut()

    def show(self, message_id: str) -> None:
        """Builds what it needs while the reports are read: neither takes longer than a frame."""
        self._wanted = message_id
        self._ready()
        self._read()

    def shut(self) -> None:
        self._wanted = ""
        if self._popover is not None:
            self._popover.shut()

    def follow(self) -> None:
        """What it points to has moved, or is there no more."""
        if self._popover is None or not self._wanted:
            return
        if self._known(self._wanted) is None:
            self.shut()
        else:
            self._popover.place()

    def _heard(self, message_id: str) -> None:
        if message_id == self._wanted:
            self._read()

    def _read(self) -> None:
        self._tasks.latest(TASK, self._show(self._wanted))

    async def _show(self, message_id: str) -> None:
        try:
            reports = await self._services.timeline.reports(message_id)
        except SmsDesktopError as error:
            self.shut()
            self._say(str(error))
            return
        message = self._known(message_id)
        if message is None or message_id != self._wanted:
            return
        self._ready().show_history(message, reports, lambda: self._place(message_id))

    def _ready(self) -> HistoryPopover:
        window = self._pane.window()
        if self._popover is None or self._popover.parentWidget() is not window:
            self._popover = HistoryPopover(window)
            self._popover.closed.connect(self._closed)
        return self._popover

    def _closed(self, message_id: str) -> None:
        if message_id == self._wanted:
            self._wanted = ""

    def _place(self, message_id: str) -> QRect | None:
        """In the window's own coordinates."""
        found = self._anchor(message_id)
        if found is None:
            return None
        return QRect(self._pane.mapTo(self._pane.window(), found.topLeft()), found.size())
