"""Asks as one types; only the answer to the newest question is shown, and the old one stands until then."""

from PySide6.QtCore import QObject, Signal

from sms_desktop.domain.hit import Hit
from sms_desktop.services.services import Services
from sms_desktop.ui.search.field import SearchField
from sms_desktop.ui.search.model import sections
from sms_desktop.ui.search.view import HitsView
from sms_desktop.ui.tasks import Tasks


class SearchPresenter(QObject):
    """``active`` tells whether hits are to replace the list."""

    hitChosen = Signal(Hit)
    active = Signal(bool)
    left = Signal()

    def __init__(self, services: Services, tasks: Tasks, field: SearchField, view: HitsView) -> None:
        super().__init__(view)
        self._services, self._tasks, self._field, self._view = services, tasks, field, view
        self._active = False
        field.textChanged.connect(self._typed)
        field.returnPressed.connect(view.choose)
        field.walked.connect(view.walk)
        field.left.connect(self.left)
        view.chosen.connect(self._chosen)

    def begin(self) -> None:
        """Puts the cursor into the field, ready to type over what is there."""
        self._field.setFocus()
        self._field.selectAll()

    def _typed(self, text: str) -> None:
        self._tasks.latest("search", self._find(text.strip()))

    async def _find(self, text: str) -> None:
        if not text:
            self._show(False)
            self._view.show_rows([])
            return
        hits = await self._services.search.find(text)
        self._view.show_rows(sections(hits), nothing=f"Nothing found for “{text}”.\nTry fewer letters, or a number.")
        self._show(True)

    def _show(self, active: bool) -> None:
        if active != self._active:
            self._active = active
            self.active.emit(active)

    def _chosen(self, hit: object) -> None:
        if isinstance(hit, Hit):
            self.hitChosen.emit(hit)
