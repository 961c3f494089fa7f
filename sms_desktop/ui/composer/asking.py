"""What a person decides before a text leaves: to send it though it may not arrive, or though it is night there."""

from typing import Protocol

from PySide6.QtCore import QObject, Signal

from sms_desktop.domain.errors import NightThere, NotReached
from sms_desktop.domain.night import When
from sms_desktop.domain.reception import CannotReceive, sentence
from sms_desktop.services import clock
from sms_desktop.ui.composer.view import Composer
from sms_desktop.ui.words import to_come

ANYWAY, CHECK, LEAVE = "anyway", "check", "leave"
SEND_ANYWAY, CHECK_NUMBER, SEND_NOW = "Send anyway", "Check the number", "Send now"
EARLIER_ANYWAY, LEAVE_IT = "Send the earlier text anyway", "Leave it"
THE_EARLIER_ONE = "About your earlier text:"
FIRST_THE_EARLIER_ONE = "Say first whether your earlier text is sent."
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
        view.edited.connect(self._withdraw)

    def clear(self) -> None:
        """Another conversation is opened: nothing was asked."""
        self._obstacle, self._when, self._then = None, None, None
        self._anyway = self._insisted = False
        self._view.obstacle.hide()
        self._view.night.hide()

    def set_obstacle(self, obstacle: CannotReceive | None) -> None:
        """What keeps texts from the person of this conversation, said for as long as it does."""
        self._obstacle, self._anyway = obstacle, False
        self._withdraw()
        self._say_obstacle()

    def _say_obstacle(self) -> None:
        if self._obstacle is None or self._anyway:
            self._view.obstacle.hide()
        else:
            self._say(sentence(self._obstacle), final=self._obstacle.final)

    def _withdraw(self) -> None:
        """What was asked of another text is answered no more: from here on it is about what is written."""
        if self._then is not None:
            self._then = None
            self._view.night.hide()
            self._say_obstacle()
            self._view.measure()

    @property
    def refusal(self) -> str:
        """Why what is written cannot simply be sent, or ""."""
        if self._obstacle is None or self._anyway:
            return ""
        if self._then is not None:
            return FIRST_THE_EARLIER_ONE
        return f"{sentence(self._obstacle)} {ONLY_CHECK if self._obstacle.final else DECIDE}"

    def take(self) -> tuple[bool, When | None]:
        """What was decided of the text that goes now; the next one is asked about anew."""
        taken = self._anyway, self._when
        self._insisted = self._anyway
        self._anyway, self._when = False, None
        self._withdraw()
        self._view.night.hide()
        if self._obstacle is not None:
            self.set_obstacle(self._obstacle)
        return taken

    def ask(self, error: NotReached | NightThere, then: Decided | None = None) -> None:
        """``then`` is told the answer, which is of another text; without it the answer is for what is written."""
        self._withdraw()
        self._then = then
        if isinstance(error, NightThere):
            self._anyway = then is None and self._insisted  # that was decided already
            if self._anyway:
                self._view.obstacle.hide()
            later = error.offer or f"Send {to_come(error.morning, clock.now())}"
            answers = [(When.NOW.value, SEND_NOW), (When.MORNING.value, later)]
            words = f"{error} {NOW_OR_LATER}"
            if then is not None:
                words = f"{THE_EARLIER_ONE} {words}"
                answers.append((LEAVE, LEAVE_IT))
            self._view.night.ask(words, answers)
        else:
            self._say(str(error), final=error.final)
        self._view.measure()

    def _say(self, words: str, *, final: bool) -> None:
        if self._then is None:
            anyway, more = SEND_ANYWAY, []
        else:
            words, anyway, more = f"{THE_EARLIER_ONE} {words}", EARLIER_ANYWAY, [(LEAVE, LEAVE_IT)]
        answers = [(CHECK, CHECK_NUMBER)] if final else [(CHECK, CHECK_NUMBER), (ANYWAY, anyway)]
        self._view.obstacle.ask(words, [*answers, *more])

    def _of_obstacle(self, answer: str) -> None:
        if answer == CHECK:
            self.numberDoubted.emit()
            return
        if self._then is not None:
            then = self._then
            self._withdraw()
            if answer == ANYWAY:
                then(anyway=True)
            return
        self._anyway = True
        self._view.obstacle.hide()
        self.decided.emit()

    def _of_night(self, answer: str) -> None:
        if self._then is not None:
            then = self._then
            self._withdraw()
            if answer != LEAVE:
                then(when=When(answer))
            return
        self._view.night.hide()
        self._when = When(answer)
        self.decided.emit()
