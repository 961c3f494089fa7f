"""How we stand with Twilio: told in the status line, and in the banner where it matters to the person."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from html import escape

from PySide6.QtCore import QObject, Signal

from sms_desktop.domain.events import (
    CatchUpChanged,
    ConnectionChanged,
    Light,
    ListEntered,
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


@dataclass(frozen=True, slots=True)
class Told:
    """``to_do``: it called for the next step of a line of ours when it came."""

    news: News
    to_do: bool


class Standing(QObject):
    """The banner: an error or what was done, until it is dismissed; then what carriers rejected, what is to be said of
    the connection, and last what else has become of a registration.
    """

    healthRequested = Signal()
    registrationRequested = Signal(str)  # the address of a line, or ""

    def __init__(self, services: Services, tasks: Tasks, line: StatusLine, banner: FixBanner) -> None:
        super().__init__(banner)
        self._services, self._tasks, self._line, self._banner = services, tasks, line, banner
        self._last: datetime | None = None
        self._said = ""
        self._kind: Kind = "bad"
        self._news: dict[str, Told] = {}
        """By what it is about; the newest last."""
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
            hub.subscribe(ListEntered, self._entered),
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
        self._said, self._kind = sentence or "Something went wrong inside SMS Desktop. The log file says more.", "bad"
        self._show()

    def tell(self, sentence: str, *, good: bool = True) -> None:
        """Something was done, and it is to be known; ``good``: all of it went well."""
        self._said, self._kind = sentence, "ok" if good else "warn"
        self._show()

    def _entered(self, event: ListEntered) -> None:
        latest = self._services.rosters.latest
        if latest is not None and not latest.goes_on:  # where the preferences are open, they tell it first
            asyncio.get_running_loop().call_soon(self._tell_of_list)

    def _tell_of_list(self) -> None:
        """What came of a list whose import outlasted the preferences."""
        latest = self._services.rosters.latest
        if latest is not None and not latest.goes_on:
            said = latest.said if latest.said.endswith(".") else f"{latest.said} see Preferences, Consent."
            self.tell(f"{latest.name}: {said}", good=latest.went_well)

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

    def _registrations(self, event: RegistrationsChanged) -> None:
        """What carriers have decided is news, until it is read, acted upon, or something newer is known of it."""
        self._news = {about: told for about, told in self._news.items() if not told.to_do or self._is_to_do(told.news)}
        for news in event.news:
            self._news.pop(news.about, None)
            self._news[news.about] = Told(news, self._is_to_do(news))
        self._show()

    def _is_to_do(self, news: News) -> bool:
        """Whether what it calls for is the next step of a line of ours."""
        reports = self._services.registrations.reports()
        return any(one.standing.step is news.step for one in reports if news.line in ("", one.line.address))

    def _lead(self) -> None:
        """To what the news is about, where it stands as well: of that line it has been read."""
        line = self._leads_to
        self._news = {about: told for about, told in self._news.items() if told.news.line != line}
        self._show()
        self.registrationRequested.emit(line or "")

    @property
    def _leads_to(self) -> str | None:
        """The line that something is to be done for, "" where it is for all; None where nothing is."""
        return next((told.news.line for told in self._news.values() if told.news.step not in _NOTHING), None)

    def _past(self, event: PastAdded) -> None:
        self._tasks.latest("last inbound", self._last_inbound())

    def _dismiss(self) -> None:
        """What is shown was read."""
        if self._said:
            self._said = ""
        elif self._news_come_first:
            self._news = {}
        else:
            self._hidden = self._state
        self._show()

    @property
    def _is_down(self) -> bool:
        """Whether there is something to be said of the connection."""
        state = self._state
        return bool(state.advice) and state.light in (Light.WARN, Light.BAD) and self._hidden is None

    @property
    def _news_come_first(self) -> bool:
        """Good ones can wait until nothing is to be said of the connection."""
        return bool(self._news) and (not self._is_down or Tone.BAD in self._tones)

    @property
    def _tones(self) -> set[Tone]:
        return {told.news.tone for told in self._news.values()}

    def _show(self) -> None:
        state, banner = self._state, self._banner
        news = not self._said and self._news_come_first
        banner.offer(not self._said and not news)
        banner.lead_on(REGISTRATION if news and self._leads_to is not None else "", ABOUT_REGISTRATION)
        if self._said:
            banner.show_text(self._kind, self._said, "Dismiss")
        elif news:
            tones = self._tones
            kind: Kind = "warn" if Tone.BAD in tones else "ok" if tones == {Tone.GOOD} else "info"
            said = " ".join(told.news.sentence for told in self._news.values())
            banner.show_text(kind, said, "Dismiss", icon="clock" if kind == "info" else "")
        elif self._is_down:
            text = f"<b>{escape(state.sentence)}.</b> {escape(state.advice)}"
            banner.show_text("bad" if state.light is Light.BAD else "warn", text, "Hide", rich=True)
        else:
            banner.hide()
            return
        banner.show()
