"""Walks through the pages, and keeps where it came to."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal

from sms_desktop.domain.account import CredentialHome
from sms_desktop.domain.count import counted
from sms_desktop.domain.receiving import Reach, WayIn
from sms_desktop.services import clock
from sms_desktop.services.account import SETUP
from sms_desktop.ui.routewords import some_of
from sms_desktop.ui.setup.choosing import Choosing
from sms_desktop.ui.setup.connecting import Connecting
from sms_desktop.ui.setup.history import Depth
from sms_desktop.ui.setup.importing import Importing
from sms_desktop.ui.setup.needs import SetupServices
from sms_desktop.ui.setup.reaching import Reaching
from sms_desktop.ui.setup.sentences import away_words, left_words, receiving_words
from sms_desktop.ui.setup.standing import standing
from sms_desktop.ui.setup.steps import ORDER, Step
from sms_desktop.ui.setup.trying import Trying
from sms_desktop.ui.setup.window import SetupWindow
from sms_desktop.ui.tasks import Tasks
from sms_desktop.ui.widgets.field import put
from sms_desktop.ui.widgets.outcome import How
from sms_desktop.ui.words import name_of, one_line


class Part(Protocol):
    """What a page does. ``enter`` as it comes up; ``advance`` by its primary button, True if the next page may come."""

    async def enter(self) -> None: ...
    def leave(self) -> None: ...
    async def advance(self) -> bool: ...
    def close(self) -> None: ...


class SetupPresenter(QObject):
    """``start_at`` opens one page, whatever was kept; ``close`` ends the listening.

    ``finished``: the inbox is wanted; ``demoRequested``: the demo; ``accountChosen``: another account's inbox. ``back``
    is what the way to where the person came from is called, and ``left`` that they go it; ``from_inbox``: that is the
    inbox of this very account.
    """

    finished = Signal()
    demoRequested = Signal()
    accountChosen = Signal(str)
    left = Signal()
    replaced = Signal()
    """Another account takes the place of this one, in a session of its own."""

    def __init__(
        self,
        services: SetupServices,
        tasks: Tasks,
        window: SetupWindow,
        start_at: Step | str | None = None,
        now: Callable[[], datetime] = clock.now,
        *,
        back: str = "",
        from_inbox: bool = False,
    ) -> None:
        super().__init__(window)
        self._from_inbox = from_inbox
        window.steps.show_back(back)
        window.steps.left.connect(self._leave)
        self._services, self._tasks, self._window, self._now = services, tasks, window, now
        self._start_at = Step(start_at) if start_at else None
        self._step = self._reached = self._far = Step.WELCOME
        self._done = False
        self._depth = Depth.MONTH
        self._unticked: frozenset[str] | None = None
        self._brought: tuple[int, int] | None = None
        self._parts: dict[Step, Part] = {}
        self._working = self._entered = False
        window.advanced.connect(self._advance_pressed)
        window.backed.connect(self._back)
        window.skipped.connect(self._skip)
        window.stepChosen.connect(self.go)
        window.demoRequested.connect(self.demoRequested)
        window.welcome.accountChosen.connect(self._begin)

    @property
    def step(self) -> Step:
        return self._step

    async def start(self) -> None:
        """Opens the page that was come to last time; without credentials none beyond theirs makes sense."""
        kept = await self._services.settings.get(SETUP, {})
        if self._entered:  # somebody was quicker
            return
        kept = kept if isinstance(kept, dict) else {}
        self._read(kept)
        self._window.welcome.show_known(self._services.account.known())
        account = self._services.account
        bare = account.home is CredentialHome.NONE
        if bare and self._done:  # its credentials were removed, or the keyring is locked; or there is none any more
            self._done, self._reached = False, Step.ACCOUNT if account.masked() else Step.WELCOME
        step = self._start_at or (Step.WELCOME if self._done else self._reached)
        if bare and step.place > Step.ACCOUNT.place:
            self._far = self._reached if account.masked() else Step.WELCOME
            step = self._reached = Step.ACCOUNT
        await self._enter(step)
        if self._far is not Step.WELCOME and isinstance(part := self._part(Step.ACCOUNT), Connecting):
            part.say_again()
        if isinstance(told := kept.get("told"), str) and told:  # with the page that was entered it is kept no more
            self._window.tell(told)

    def close(self) -> None:
        for part in self._parts.values():
            part.close()

    def go(self, step: Step) -> None:
        """Opens a page."""
        self._tasks.latest("setup page", self._enter(step))

    # From page to page

    async def _enter(self, step: Step) -> None:
        self._entered = True
        if (left := self._parts.get(self._step)) is not None:
            left.leave()
        self._step = step
        if step.place > self._reached.place:
            self._reached = step
        if step is Step.DONE:
            self._window.done.show_facts(self._facts())
        part = self._part(step)
        self._window.show_step(step, self._reached)
        await self._keep()
        if part is not None:
            await part.enter()
            self._window.take_keyboard()

    def _begin(self, sid: str) -> None:
        """From the first page: with an account that is here already, or another."""
        account = self._services.account
        if sid and sid != account.sid:
            self.accountChosen.emit(sid)
            return
        if sid and account.home is not CredentialHome.NONE and (self._done or self._from_inbox):
            self._tasks.latest("setup page", self._finish())
            return
        if sid and account.home is CredentialHome.NONE:
            put(self._window.account.sid.edit, sid)
        self.go(Step.ACCOUNT)

    def _leave(self) -> None:
        if self._from_inbox:
            self._tasks.latest("setup page", self._finish())
        else:
            self.left.emit()

    async def _finish(self) -> None:
        """To the inbox, which comes up by itself at the next start as well."""
        if (part := self._parts.get(self._step)) is not None:
            part.leave()
        self._done = True
        await self._keep()
        self.finished.emit()

    def _advance_pressed(self) -> None:
        if not self._working and self._window.sheet(self._step).ready:
            self._working = True
            self._window.foot.set_working(True)
            self._tasks.spawn(self._advance(self._step), "setup step")

    async def _advance(self, step: Step) -> None:
        part, account = self._part(step), self._services.account
        before = account.masked()
        try:
            passed = part is None or await part.advance()
        finally:
            self._working = False
            self._window.foot.set_working(False)
        if step is Step.ACCOUNT and before and account.masked() != before:
            self._reached, self._far = Step.ACCOUNT, Step.WELCOME  # another account has other lines
        elif step is Step.ACCOUNT and passed:
            self._reached = max(self._reached, self._far, key=ORDER.index)
        if not passed or self._step is not step:
            return
        if step is Step.DONE:
            await self._finish()
        else:
            self.go(ORDER[step.place + 1])

    def _back(self) -> None:
        self.go(ORDER[max(0, self._step.place - 1)])

    def _skip(self) -> None:
        self.go(ORDER[min(self._step.place + 1, len(ORDER) - 1)])

    def _fix_receiving(self) -> None:
        self.go(Step.RECEIVING)

    # What each does

    def _part(self, step: Step) -> Part | None:
        """Made when its page is first come to; the first page and the last do nothing."""
        if step not in self._parts and (made := self._make(step)) is not None:
            self._parts[step] = made
        return self._parts.get(step)

    def _make(self, step: Step) -> Part | None:
        services, tasks, window = self._services, self._tasks, self._window
        if step is Step.ACCOUNT:
            connecting = Connecting(services, tasks, window.account)
            connecting.wentOn.connect(self._advance_pressed)
            connecting.replaced.connect(self.replaced)
            return connecting
        if step is Step.LINES:
            choosing = Choosing(services, tasks, window.lines, self._unticked)
            choosing.changed.connect(lambda: self._choose_lines(choosing.unticked))
            return choosing
        if step is Step.RECEIVING:
            return Reaching(services, tasks, window.receiving)
        if step is Step.HISTORY:
            window.history.choose(self._depth)
            window.history.depthChosen.connect(self._choose_depth)
            importing = Importing(services, tasks, window.history, self._now, self._brought)
            importing.changed.connect(lambda: self._note_brought(importing.brought))
            return importing
        if step is Step.TEST:
            trying = Trying(services, tasks, window.test)
            trying.fixRequested.connect(self._fix_receiving)
            return trying
        return None

    # What is kept

    def _read(self, kept: Mapping[str, Any]) -> None:
        """Values that make no sense are as good as none."""
        with suppress(ValueError):
            self._reached = Step(kept.get("step", ""))
        with suppress(ValueError):
            self._depth = Depth(kept.get("history", ""))
        self._done = kept.get("done") is True
        match kept.get("brought"):
            case [int(listed), int(added)] if not self._done:  # who goes through it all once more may want older ones
                self._brought = listed, added
        if isinstance(left := kept.get("unticked"), list):
            self._unticked = frozenset(one for one in left if isinstance(one, str))

    async def _keep(self) -> None:
        """Nothing yet while nobody has gone beyond the first page."""
        if self._reached is Step.WELCOME:
            return
        reached = max(self._reached, self._far, key=ORDER.index)
        kept: dict[str, Any] = {"step": reached.value, "done": self._done, "history": self._depth.value}
        if self._unticked is not None:
            kept["unticked"] = sorted(self._unticked)
        if self._brought is not None:
            kept["brought"] = list(self._brought)
        await self._services.settings.put(SETUP, kept)

    def _choose_depth(self) -> None:
        self._depth = self._window.history.chosen
        self._tasks.latest("setup kept", self._keep())

    def _choose_lines(self, unticked: frozenset[str] | None) -> None:
        self._unticked = unticked
        self._tasks.latest("setup kept", self._keep())

    def _note_brought(self, brought: tuple[int, int] | None) -> None:
        self._brought = brought
        self._tasks.latest("setup kept", self._keep())

    def _facts(self) -> list[tuple[How, str]]:
        """For the last page: the account, the lines, the way in, and what still goes on."""
        account, state = self._services.account, self._services.receiving.state
        lines = self._services.lines.known()
        names = [name_of(line.address, lines) for line in lines]
        name = account.masked() if account.identity is None else one_line(account.identity.described)
        count = counted(len(names), "line")
        stands = standing(self._services)
        mixed = bool(stands.left or stands.away)
        well = state.way is WayIn.POLLING or state.reach is Reach.UP
        facts: list[tuple[How, str]] = [
            ("ok" if name else "warn", name or "No account is connected yet"),
            ("ok" if names else "warn", f"{count}: {some_of(names)}" if names else "No line is chosen yet"),
            ("ok" if well and stands.here else "warn", receiving_words(state, stands.here, mixed=mixed)),
        ]
        if stands.left:
            facts.append(("info", left_words(stands.left)))
        if stands.away:
            facts.append(("warn", away_words(stands.away)))
        progress = self._services.catchup.progress
        if progress.history and progress.running:
            facts.append(("info", f"Older messages are still coming in: {progress.listed:,} so far"))
        return facts
