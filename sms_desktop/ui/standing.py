"""How we stand with Twilio: told in the status line, and in the banner where it matters to the person."""

from datetime import datetime
from html import escape

from PySide6.QtCore import QObject, Signal

from sms_desktop.domain.events import (
    CatchUpChanged,
    ConnectionChanged,
    Light,
    MessageAdded,
    OutboxChanged,
    PastAdded,
    RegistrationsChanged,
)
from sms_desktop.domain.message import Direction
from sms_desktop.domain.registration import News, Step, Tone
from sms_desktop.services.services import Services
from sms_desktop.ui.statusline import StatusLine
from sms_desktop.ui.tasks import Tasks
from sms_desktop.ui.widgets.banner import Kind
from sms_desktop.ui.widgets.fixbanner import FixBanner

REGISTRATION = "Registration"
ABOUT_REGISTRATION = "Open the preferences, which say why and what to do next"
_NOTHING = frozenset({Step.NONE, Step.LOOK, Step.WAIT})
"""Steps that there is nothing to do for."""


class Standing(QObject):
    """``complain`` takes the banner for an error until it is dismissed; then the connection's may come back."""

    healthRequested = Signal()
    registrationRequested = Signal(str)  # the address of a line, or ""

    def __init__(self, services: Services, tasks: Tasks, line: StatusLine, banner: FixBanner) -> None:
        super().__init__(banner)
        self._services, self._tasks, self._line, self._banner = services, tasks, line, banner
        self._last: datetime | None = None
        self._complaint = ""
        self._kind: Kind = "bad"
        self._waits = False
        """It is good news, which can wait for what is to be said of the connection."""
        self._news: News | None = None
        """What is told is news of a registration, and this is to be done next."""
        self._hidden: ConnectionChanged | None = None
        self._state = services.connection.state
        banner.actionClicked.connect(self._dismiss)
        banner.fixClicked.connect(self.healthRequested)
        banner.leadClicked.connect(self._lead)
        hub = services.hub
        self._unsubscribe = [
            hub.subscribe(ConnectionChanged, self._connection),
            hub.subscribe(OutboxChanged, self._outbox),
            hub.subscribe(MessageAdded, self._message),
            hub.subscribe(PastAdded, self._past),
            hub.subscribe(CatchUpChanged, self._catch_up),
            hub.subscribe(RegistrationsChanged, self._registrations),
        ]

    def start(self) -> None:
        """Shows how things stand now."""
        self._connection(self._services.connection.state)
        self._line.set_waiting(self._services.outbox.waiting)
        self._line.set_progress(self._services.catchup.progress)
        self._tasks.latest("last inbound", self._last_inbound())

    def close(self) -> None:
        for unsubscribe in self._unsubscribe:
            unsubscribe()

    def complain(self, sentence: str) -> None:
        """Something could not be done, and why."""
        self._complaint = sentence or "Something went wrong inside SMS Desktop. The log file says more."
        self._kind, self._news, self._waits = "bad", None, False
        self._show()

    def tell(self, sentence: str, *, good: bool = True) -> None:
        """Something was done, and it is to be known; ``good``: all of it went well."""
        self._tell(sentence, "ok" if good else "warn")

    def _tell(self, sentence: str, kind: Kind, news: News | None = None, *, waits: bool = False) -> None:
        self._complaint, self._kind, self._news, self._waits = sentence, kind, news, waits
        self._show()

    async def _last_inbound(self) -> None:
        at = await self._services.inbox.last_at()
        if at is not None:
            self._came(at)

    def _came(self, at: datetime) -> None:
        """What is caught up comes after newer ones."""
        if self._last is None or at > self._last:
            self._last = at
            self._line.set_last_inbound(at)

    def _connection(self, state: ConnectionChanged) -> None:
        if (state.sentence, state.advice) != (self._state.sentence, self._state.advice):
            self._hidden = None
        self._state = state
        self._line.set_connection(state)
        self._show()

    def _outbox(self, event: OutboxChanged) -> None:
        self._line.set_waiting(event.waiting)

    def _message(self, event: MessageAdded) -> None:
        if event.message.direction is Direction.INBOUND:
            self._came(event.message.at)

    def _catch_up(self, event: CatchUpChanged) -> None:
        self._line.set_progress(event.progress)

    def _lead(self) -> None:
        """To what the news is about, where it stands as well: it has been read."""
        line = self._news.line if self._news is not None else ""
        self._dismiss()
        self.registrationRequested.emit(line)

    def _registrations(self, event: RegistrationsChanged) -> None:
        """What carriers have decided is news, until it has been acted upon."""
        if self._news is not None and not self._is_to_do(self._news):
            self._tell("", "ok")
        tones = {one.tone for one in event.news}
        if tones:
            kind: Kind = "warn" if Tone.BAD in tones else "ok" if tones == {Tone.GOOD} else "info"
            to_do = next((one for one in event.news if one.step not in _NOTHING), None)
            said = " ".join(one.sentence for one in event.news)
            self._tell(said, kind, to_do, waits=Tone.BAD not in tones)

    def _is_to_do(self, news: News) -> bool:
        """Whether what they call for is still the next step."""
        reports = self._services.registrations.reports()
        return any(one.standing.step is news.step for one in reports if news.line in ("", one.line.address))

    def _past(self, event: PastAdded) -> None:
        self._tasks.latest("last inbound", self._last_inbound())

    def _dismiss(self) -> None:
        if self._is_told:
            self._complaint = ""
        else:
            self._hidden = self._state
        self._show()

    @property
    def _is_down(self) -> bool:
        """Whether there is something to be said of the connection."""
        state = self._state
        return bool(state.advice) and state.light in (Light.WARN, Light.BAD) and self._hidden is None

    @property
    def _is_told(self) -> bool:
        """Whether it is the complaint, or the news, that is shown."""
        return bool(self._complaint) and not (self._waits and self._is_down)

    def _show(self) -> None:
        state, told = self._state, self._is_told
        self._banner.offer(not told)
        self._banner.lead_on(REGISTRATION if told and self._news else "", ABOUT_REGISTRATION)
        if told:
            icon = "clock" if self._kind == "info" else ""
            self._banner.show_text(self._kind, self._complaint, "Dismiss", icon=icon)
        elif self._is_down:
            kind: Kind = "bad" if state.light is Light.BAD else "warn"
            text = f"<b>{escape(state.sentence)}.</b> {escape(state.advice)}"
            self._banner.show_text(kind, text, "Hide", rich=True)
        else:
            self._banner.hide()
            return
        self._banner.show()
