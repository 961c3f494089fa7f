"""What a person decides before a text leaves by a line that carriers do not know: to send it all the same, or not.

With nothing written there is nothing to decide: how the line is registered stands beside its name.
"""

from PySide6.QtCore import QObject, Signal

from sms_desktop.domain.registrationreport import Caution
from sms_desktop.ui.composer.asking import ANYWAY, SEND_ANYWAY
from sms_desktop.ui.composer.view import Composer

REGISTRATION = "registration"
OPEN = "Registration…"
DECIDE = "Look at the line’s registration, or choose “Send anyway”."


class Cautioning(QObject):
    """``decided``: what is written is to go all the same; ``registrationWanted``: it is rather to be registered."""

    decided = Signal()
    registrationWanted = Signal()

    def __init__(self, view: Composer) -> None:
        super().__init__(view)
        self._view = view
        self._caution: Caution | None = None
        self._anyway = self._insisted = self._aside = False
        view.caution.answered.connect(self._answered)
        view.filled.connect(self._show)

    def set_caution(self, caution: Caution | None) -> None:
        """What is to be said before a text from this line to this person, for as long as it holds."""
        if caution == self._caution:
            return
        self._caution, self._anyway, self._insisted = caution, False, False
        self._show()

    def step_aside(self, aside: bool) -> None:
        """Whether something else is asked first."""
        if aside is not self._aside:
            self._aside = aside
            self._show()

    def came_back(self) -> None:
        """The text that went is still to be decided of, but not in this: it was said already."""
        self._anyway = self._insisted
        self._show()

    def emptied(self) -> None:
        """What was decided was decided of a text that is gone."""
        self._anyway = self._insisted = False
        self._show()

    def clear(self) -> None:
        """Another conversation is opened: nothing was decided."""
        self._caution, self._anyway, self._insisted = None, False, False
        self._show()

    @property
    def refusal(self) -> str:
        """What is to be done before what is written is sent, or ""; the card beside it says why."""
        return DECIDE if self._caution is not None and not self._anyway else ""

    def take(self) -> None:
        """A text goes; the next one is asked about anew."""
        self._insisted, self._anyway = self._anyway, False
        self._show()

    def _show(self) -> None:
        caution = self._caution
        if caution is None or self._anyway or self._aside or self._view.is_empty:
            self._view.caution.hide()
            return
        answers = [(REGISTRATION, OPEN), (ANYWAY, SEND_ANYWAY)]
        self._view.caution.ask(caution.title, answers, caution.advice)

    def _answered(self, answer: str) -> None:
        if answer == REGISTRATION:
            self.registrationWanted.emit()
            return
        self._anyway = True
        self._view.caution.hide()
        self.decided.emit()
