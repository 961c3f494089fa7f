"""Asks as one types; only the answer to the newest question is shown, and the old one stands until then."""

from PySide6.QtCore import QObject, QTimer, Signal

from sms_desktop.domain.events import ConversationChanged, MessageAdded, MessageChanged, PastAdded
from sms_desktop.domain.hit import Hit
from sms_desktop.services.services import Services
from sms_desktop.ui.search.field import SearchField
from sms_desktop.ui.search.model import sections
from sms_desktop.ui.search.view import HitsView
from sms_desktop.ui.tasks import Tasks

GATHERED = 300
"""Milliseconds for which news is gathered before the hits are looked for again."""


class SearchPresenter(QObject):
    """``active`` tells whether hits are to replace the list. While they do, they follow what happens."""

    hitChosen = Signal(Hit)
    active = Signal(bool)
    left = Signal()

    def __init__(self, services: Services, tasks: Tasks, field: SearchField, view: HitsView) -> None:
        super().__init__(view)
        self._services, self._tasks, self._field, self._view = services, tasks, field, view
        self._active = False
        self._follow = QTimer(self)
        self._follow.setSingleShot(True)
        self._follow.setInterval(GATHERED)
        self._follow.timeout.connect(self._again)
        hub = services.hub
        self._unsubscribe = [
            hub.subscribe(of, self._happened) for of in (MessageAdded, MessageChanged, ConversationChanged, PastAdded)
        ]
        field.textChanged.connect(self._typed)
        field.returnPressed.connect(view.choose)
        field.walked.connect(view.walk)
        field.left.connect(self.left)
        view.chosen.connect(self._chosen)

    def close(self) -> None:
        self._follow.stop()
        for unsubscribe in self._unsubscribe:
            unsubscribe()

    def begin(self) -> None:
        """Puts the cursor into the field, ready to type over what is there."""
        self._field.setFocus()
        self._field.selectAll()

    def _typed(self, text: str) -> None:
        self._follow.stop()
        self._tasks.latest("search", self._find(text.strip()))

    def _happened(self, _: object) -> None:
        if self._active and not self._follow.isActive():  # a steady stream is followed, too
            self._follow.start()

    def _again(self) -> None:
        if self._active:
            self._tasks.latest("search", self._find(self._field.text().strip(), anew=False))

    async def _find(self, text: str, *, anew: bool = True) -> None:
        if not text:
            self._show(False)
            self._view.show_rows([])
            return
        hits = await self._services.search.find(text)
        nothing = f"Nothing found for “{text}”.\nTry fewer letters, or a number."
        self._view.show_rows(sections(hits), nothing=nothing, anew=anew)
        self._show(True)

    def _show(self, active: bool) -> None:
        if active != self._active:
            self._active = active
            self.active.emit(active)

    def _chosen(self, hit: object) -> None:
        if isinstance(hit, Hit):
            self.hitChosen.emit(hit)
