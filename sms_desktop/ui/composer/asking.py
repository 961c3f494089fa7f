"""What a person decides before a text leaves: to send it though it may not arrive, or though it is night there."""

from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from sms_desktop.domain.errors import NightThere, NotReached
from sms_desktop.domain.message import Message
from sms_desktop.domain.night import When
from sms_desktop.domain.reception import CannotReceive, sentence
from sms_desktop.services import clock
from sms_desktop.ui.composer.view import Composer
from sms_desktop.ui.words import media_words, one_line, to_come

ANYWAY, CORRECT, LEAVE = "anyway", "correct", "leave"
SEND_ANYWAY, CORRECT_NUMBER, SEND_NOW = "Send anyway", "Correct the number", "Send now"
EARLIER_ANYWAY, LEAVE_IT = "Send it anyway", "Leave it"
FIRST_THE_EARLIER_ONE = "Say first whether your earlier text is sent."
DECIDE = "Correct the number, or choose “Send anyway”."
NOW_OR_LATER = "Send it now, or in their morning?"
ONLY_CORRECT = "Twilio does not take texts to this number. Correct it."
QUOTED = 40
"""Characters of an earlier text by which it is known again."""
AGED = 15_000
"""Milliseconds after which it is looked whether it is still night there, and how late by now."""


class Decided(Protocol):
    """Does what was asked about, with the answer; the one that was not asked about it knows already."""

    def __call__(self, *, anyway: bool = ..., when: When | None = ...) -> None: ...


@dataclass(frozen=True, slots=True)
class Earlier:
    """A text that failed and is to be sent again; ``then`` does it as is decided."""

    message: Message
    then: Decided

    @property
    def named(self) -> str:
        """“About your earlier text “Your chair is ready”:”."""
        said = one_line(self.message.body, QUOTED + 1)
        if said:
            short = said if len(said) <= QUOTED else f"{said[:QUOTED].rstrip()}…"
            return f"About your earlier text “{short}”:"
        files = media_words([media.content_type for media in self.message.media])
        return f"About your earlier text ({files}):" if files else "About your earlier text:"


class Asking(QObject):
    """``decided``: what is written is to go with what ``take`` gives. One question at a time, of one conversation.

    What keeps texts from a person is said also while nothing is written; there is only nothing to decide then.

    ``nightAged``: a question about the night has stood for a while; ``renew`` tells what is to become of it.
    ``changed``: other questions are asked, or none any more.
    """

    decided = Signal()
    numberDoubted = Signal()
    nightAged = Signal()
    changed = Signal()

    def __init__(self, view: Composer) -> None:
        super().__init__(view)
        self._view = view
        self._obstacle: CannotReceive | None = None
        self._anyway = self._insisted = self._aside = False
        self._when: When | None = None
        self._earlier: Earlier | None = None
        self._aging = QTimer(self)
        self._aging.setInterval(AGED)
        self._aging.timeout.connect(self.nightAged)
        view.obstacle.answered.connect(self._of_obstacle)
        view.night.answered.connect(self._of_night)
        view.edited.connect(self._edited)
        view.filled.connect(self._say_again)

    def clear(self) -> None:
        """Another conversation is opened: nothing was asked."""
        self._obstacle, self._when, self._earlier = None, None, None
        self._anyway = self._insisted = False
        self._view.obstacle.hide()
        self._hide_night()
        self.changed.emit()

    def set_obstacle(self, obstacle: CannotReceive | None) -> None:
        """What keeps texts from the person of this conversation, said for as long as it does."""
        self._obstacle, self._anyway = obstacle, False
        self._withdraw()
        if obstacle is not None:
            self._hide_night()  # what speaks against it first is told; the night is asked about once that is decided
        self._say_obstacle()
        self.changed.emit()

    def step_aside(self, aside: bool) -> None:
        """Whether something else is asked before what keeps texts from the person."""
        if aside is not self._aside:
            self._aside = aside
            self._say_again()
            self.changed.emit()

    def drop(self) -> None:
        """Nothing can be sent for the time being: what was asked of a text is answered no more."""
        self._withdraw()
        self._hide_night()
        self.changed.emit()

    def forget(self, message: Message) -> None:
        """That earlier text needs no answer any more."""
        if self._earlier is not None and self._earlier.message.id == message.id:
            self._withdraw()
            self.changed.emit()

    @property
    def asks_of_night(self) -> bool:
        """Whether it is asked if a text leaves though it is night there."""
        return bool(self._view.night.asked)

    @property
    def has_come_up(self) -> bool:
        """Whether what is asked came of something that a person wanted sent just now."""
        return self._earlier is not None or self.asks_of_night or (self._aside and bool(self._view.obstacle.asked))

    @property
    def earlier(self) -> Message | None:
        """The text that failed, where the question is about one."""
        return None if self._earlier is None else self._earlier.message

    @property
    def comes_first(self) -> bool:
        """Whether something is asked before what else there may be to say of what is written."""
        return self._earlier is not None or bool(self._view.obstacle.asked)

    def _say_again(self) -> None:
        if self._earlier is None:
            self._say_obstacle()

    def _say_obstacle(self) -> None:
        if self._obstacle is None or self._anyway or self._aside:
            self._view.obstacle.hide()
        else:
            self._say(sentence(self._obstacle), final=self._obstacle.final)

    def _hide_night(self) -> None:
        self._aging.stop()
        self._view.night.hide()

    def _edited(self) -> None:
        """What was asked is not of what is written by now."""
        if self._earlier is not None:
            self._withdraw()
        elif not self._view.body.strip() and not self._view.files:
            self._hide_night()
            self._anyway = self._insisted = False  # that was decided of what is gone
            self._say_obstacle()
        self.changed.emit()

    def _withdraw(self) -> None:
        """What was asked of another text is answered no more: from here on it is about what is written."""
        if self._earlier is not None:
            self._earlier = None
            self._hide_night()
            self._say_obstacle()
            self._view.measure()

    @property
    def refusal(self) -> str:
        """What is to be done before what is written is sent, or ""; the card beside it says why."""
        if self._earlier is not None:
            return FIRST_THE_EARLIER_ONE
        if self._obstacle is None or self._anyway:
            return ""
        return ONLY_CORRECT if self._obstacle.final else DECIDE

    def take(self) -> tuple[bool, When | None]:
        """What was decided of the text that goes now; the next one is asked about anew."""
        taken = self._anyway, self._when
        self._insisted = self._anyway
        self._anyway, self._when = False, None
        self._withdraw()
        self._hide_night()
        if self._obstacle is not None:
            self.set_obstacle(self._obstacle)
        self.changed.emit()
        return taken

    def ask(self, error: NotReached | NightThere, earlier: Earlier | None = None) -> None:
        """Of an ``earlier`` text, which is told the answer; without one the answer is for what is written."""
        self._withdraw()
        self._earlier = earlier
        if isinstance(error, NightThere):
            self._anyway = earlier is None and self._insisted  # that was decided already
            self._view.obstacle.hide()
            self._ask_night(error)
        else:
            self._hide_night()
            self._say(str(error), final=error.final)
        self._view.measure()
        self.changed.emit()

    def renew(self, night: NightThere | None) -> None:
        """The question about the night as it is now; None: there is none any more."""
        if not self.asks_of_night:
            return
        if night is not None:
            self._ask_night(night)
        else:
            self.drop()

    def _ask_night(self, error: NightThere) -> None:
        later = error.offer or f"Send {to_come(error.morning, clock.now())}"
        answers = [(When.NOW.value, SEND_NOW), (When.MORNING.value, later)]
        words = f"{error} {NOW_OR_LATER}"
        if self._earlier is not None:
            words = f"{self._earlier.named} {words}"
            answers.append((LEAVE, LEAVE_IT))
        self._view.night.ask(words, answers)
        self._aging.start()

    def _say(self, words: str, *, final: bool) -> None:
        answers = [(CORRECT, CORRECT_NUMBER)]
        if self._earlier is None:
            anyway = [] if self._view.is_empty else [(ANYWAY, SEND_ANYWAY)]
        else:
            words, anyway = f"{self._earlier.named} {words}", [(ANYWAY, EARLIER_ANYWAY)]
        answers += [] if final else anyway
        answers += [] if self._earlier is None else [(LEAVE, LEAVE_IT)]
        self._view.obstacle.ask(words, answers)

    def _of_obstacle(self, answer: str) -> None:
        if answer == CORRECT:
            self.numberDoubted.emit()
            return
        if self._earlier is not None:
            earlier = self._earlier
            self._withdraw()
            self.changed.emit()
            if answer == ANYWAY:
                earlier.then(anyway=True)
            return
        self._anyway = True
        self._view.obstacle.hide()
        self.changed.emit()
        self.decided.emit()

    def _of_night(self, answer: str) -> None:
        if self._earlier is not None:
            earlier = self._earlier
            self._withdraw()
            self.changed.emit()
            if answer != LEAVE:
                earlier.then(when=When(answer))
            return
        self._when = When(answer)
        self.decided.emit()  # what goes takes the answer along; what cannot go is asked about until it can
        self._when = None
