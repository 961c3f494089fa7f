"""What a person decides before a text leaves: to send it though it may not arrive, or though it is night there."""

from typing import Protocol

from PySide6.QtCore import QObject, Signal

from sms_desktop.domain.errors import NightThere, NotReached
from sms_desktop.domain.night import When
from sms_desktop.domain.reception import CannotReceive, sentence
from sms_desktop.services import clock
from sms_desktop.ui.composer.view import Composer
from sms_desktop.ui.words import to_come

ANYWAY, CHECK = "anyway", "check"
SEND_ANYWAY, CHECK_NUMBER, SEND_NOW = "Send anyway", "Check the number", "Send now"
DECIDE = "Check the number, or choose “Send anyway”."
NOW_OR_LATER = "Send it now, or in their morning?"
ONLY_CHECK = "Twilio does not take texts to it. Check the number."


class Decided(Protocol):
    """Does what was asked about, with the answer; the one that was not asked about it knows already."""

    def __call__(self, *, anyway: bool = ..., when: When | None = ...) -> None: ...


class Asking(QObject):
    """``decided``: what is written is to go with what ``take`` gives. Questions of one conversation at a time."""

    decided = Signal()
    numberDoubted = Signal()

    def __init__(self, view: Composer) -> None:
        super().__init__(view)
        self._view = view
        self._obstacle: CannotReceive | None = None
        self._anyway = self._insisted = False
        self._when: When | None = None
        self._then: Decided | None = None
        view.obstacle.answered.connect(self._of_obstacle)
        view.night.answered.connect(self._of_night)

    def clear(self) -> None:
        """Another conversation is opened: nothing was asked."""
        self._obstacle, self._when, self._then = None, None, None
        self._anyway = self._insisted = False
        self._view.obstacle.hide()
        self._view.night.hide()

    def set_obstacle(self, obstacle: CannotReceive | None) -> None:
        """What keeps texts from the person of this conversation, said for as long as it does."""
        self._obstacle, self._anyway = obstacle, False
        if obstacle is None:
            self._view.obstacle.hide()
        else:
            self._say(sentence(obstacle), final=obstacle.final)

    @property
    def refusal(self) -> str:
        """Why what is written cannot simply be sent, or ""."""
        if self._obstacle is None or self._anyway:
            return ""
        return f"{sentence(self._obstacle)} {ONLY_CHECK if self._obstacle.final else DECIDE}"

    def take(self) -> tuple[bool, When | None]:
        """What was decided of the text that goes now; the next one is asked about anew."""
        taken = self._anyway, self._when
        self._insisted = self._anyway
        self._anyway, self._when = False, None
        self._view.night.hide()
        if self._obstacle is not None:
            self.set_obstacle(self._obstacle)
        return taken

    def ask(self, error: NotReached | NightThere, then: Decided | None = None) -> None:
        """``then`` is told the answer; without it the answer is for what is written."""
        self._then = then
        if isinstance(error, NightThere):
            self._anyway = then is None and self._insisted  # that was decided already
            if self._anyway:
                self._view.obstacle.hide()
            later = error.offer or f"Send {to_come(error.morning, clock.now())}"
            answers = [(When.NOW.value, SEND_NOW), (When.MORNING.value, later)]
            self._view.night.ask(f"{error} {NOW_OR_LATER}", answers)
        else:
            self._say(str(error), final=error.final)

    def _say(self, words: str, *, final: bool) -> None:
        answers = [(CHECK, CHECK_NUMBER)] if final else [(CHECK, CHECK_NUMBER), (ANYWAY, SEND_ANYWAY)]
        self._view.obstacle.ask(words, answers)

    def _of_obstacle(self, answer: str) -> None:
        if answer == CHECK:
            self.numberDoubted.emit()
            return
        then, self._then = self._then, None
        if then is not None:
            then(anyway=True)
            return
        self._anyway = True
        self._view.obstacle.hide()
        self.decided.emit()

    def _of_night(self, answer: str) -> None:
        then, self._then = self._then, None
        self._view.night.hide()
        if then is not None:
            then(when=When(answer))
            return
        self._when = When(answer)
        self.decided.emit()
