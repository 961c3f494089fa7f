"""Walks through a guide's pages, keeps what is written, and sends it in."""

import asyncio
from collections.abc import Coroutine
from datetime import datetime
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from sms_desktop.domain.errors import SmsDesktopError, Uncertain
from sms_desktop.domain.events import RegistrationsChanged
from sms_desktop.domain.hub import Hub
from sms_desktop.domain.registration import Standing, Tone
from sms_desktop.services.clock import now
from sms_desktop.ui.registration.check import CheckPage
from sms_desktop.ui.registration.guide import GuideDialog
from sms_desktop.ui.registration.looking import Looking, pauses_of
from sms_desktop.ui.registration.plan import BrandPlan, CampaignPlan, VerificationPlan
from sms_desktop.ui.registration.sentences import UNCHANGED, reason_said
from sms_desktop.ui.tasks import Tasks
from sms_desktop.ui.widgets.outcome import How

PAUSE = 400
"""Milliseconds after the last key until a draft is kept."""
SENT, NOT_SURE = "Twilio has it now", "It is not sure yet whether this arrived"
"""Where Twilio had the same already, nothing was sent: the first is true then, too."""
_HOWS: dict[Tone, How] = {Tone.GOOD: "ok", Tone.WAITING: "info", Tone.BAD: "bad", Tone.NONE: "info"}
AnyPlan = BrandPlan | CampaignPlan | VerificationPlan


class Guiding(QObject):
    """``start`` it before the dialog opens. ``ended`` once it is closed and what was written is kept."""

    ended = Signal()

    def __init__(self, tasks: Tasks, dialog: GuideDialog, plan: AnyPlan, hub: Hub) -> None:
        super().__init__(dialog)
        self._tasks, self._dialog, self._plan = tasks, dialog, plan
        self._unanswered: datetime | None = None
        self._told: Standing | None = None
        self._unsubscribe = hub.subscribe(RegistrationsChanged, lambda event: self._look())
        # Nobody waits for a look when the dialog is closed.
        self._looking = Looking(plan.registrations, lambda coro: tasks.latest("look", coro), dialog.outcome)
        self._place = self._reached = 0
        self._busy = self._sent = self._dirty = False
        self._running: set[asyncio.Task[Any]] = set()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self._keep_soon)
        for page in plan.pages:
            page.changed.connect(self._changed)
        dialog.advanced.connect(self._advance)
        dialog.backed.connect(lambda: self._go(self._place - 1))
        dialog.stepChosen.connect(self._go)
        dialog.finished.connect(self._close)

    async def start(self) -> None:
        """Opens the first page, or the first on which something was rejected; or, where something was written before,
        the first on which something is missing.
        """
        resumes = await self._plan.restore()
        self._judge()
        ready = self._ready
        missing = next((place for place, good in enumerate(ready) if not good), len(ready) - 1)
        if not self._plan.pages[0].fields:  # where the number belongs is asked before anything else
            missing = 0
        self._place, self._reached = missing if resumes else min(self._plan.first_rejected, missing), missing
        self._show()
        self._spawn(self._plan.prepare())

    def drop(self) -> None:
        """Where it could not be started, and nothing was shown."""
        self._pause.stop()
        self._looking.stop()
        self._unsubscribe()

    # what is written

    def _changed(self) -> None:
        self._judge()
        self._dirty = True
        self._pause.start()

    def _judge(self) -> None:
        self._plan.take()
        problems = self._plan.problems()
        for page in self._plan.pages:
            page.judge(problems)
        self._dialog.rail.show_step(self._place, self._reached, self._ready, self._wrong)

    @property
    def _wrong(self) -> list[int]:
        """The places of what was rejected and was not changed yet."""
        return [place for place, page in enumerate(self._plan.pages) if self._plan.is_wrong(page)]

    @property
    def _ready(self) -> list[bool]:
        """Whether each page has nothing missing."""
        wrong = [one for one in self._plan.problems() if one.stops]
        return [not any(page.owns(one) for one in wrong) for page in self._plan.pages]

    @property
    def _advice(self) -> list[str]:
        """What had better be another, with the page on which it can be changed."""
        advised = [one for one in self._plan.problems() if not one.stops]
        found = [f"{page.word}: {one.sentence}" for page in self._plan.pages for one in advised if page.owns(one)]
        return [UNCHANGED, *found] if self._plan.is_unchanged else found

    def _keep_soon(self) -> None:
        if self._dirty and not self._sent:
            self._dirty = False
            self._tasks.spawn(self._plan.keep(), "keep a registration’s draft")

    async def flush(self) -> None:
        """Keeps what was typed just now."""
        if self._dirty and not self._sent:
            self._dirty = False
            await self._plan.keep()

    # from page to page

    def _go(self, place: int) -> None:
        if 0 <= place <= self._reached and not self._busy and not self._sent:
            self._place = place
            self._show()

    def _show(self) -> None:
        page = self._plan.pages[self._place]
        if isinstance(page, CheckPage):
            lacking = [sheet.word for sheet, good in zip(self._plan.pages, self._ready, strict=True) if not good]
            missing = f"Something is still missing: see {', '.join(lacking)}." if lacking else ""
            page.show_all(self._plan.question, self._plan.sent(), self._plan.costs, missing, self._advice)
        self._dialog.show_page(self._place, self._reached, self._ready, self._wrong)

    def _advance(self) -> None:
        if self._sent:
            self._dialog.accept()
            return
        page = self._plan.pages[self._place]
        if self._busy or not page.ready:
            return
        if isinstance(page, CheckPage):
            self._work(self._send(page))
            return
        wrong = page.insist()
        if wrong is not None:
            wrong.setFocus()
            page.come_to(wrong)  # which may have the keyboard already
            return
        self._work(self._leave(self._place))

    def _work(self, coro: Coroutine[Any, Any, None]) -> None:
        self._busy = True
        self._dialog.foot.set_working(True)
        self._spawn(coro)

    def _spawn(self, coro: Coroutine[Any, Any, None]) -> None:
        """The pages are there until it has ended."""
        task = self._tasks.spawn(coro, "guide")
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _leave(self, place: int) -> None:
        try:
            await self._plan.leave(self._plan.pages[place])
        except SmsDesktopError as error:
            self._dialog.foot.trouble.say("bad", str(error))
            return
        finally:
            self._rest()
        self._keep_soon()
        self._reached = max(self._reached, place + 1)
        self._go(place + 1)

    async def _send(self, page: CheckPage) -> None:
        page.set_working(True)
        at = now()
        try:
            await self._plan.keep()
            standing = await self._plan.send()
        except Uncertain as error:
            self._sent = True
            self._end(NOT_SURE, "warn", str(error), "")
            self._unanswered = at
            self._look()
        except SmsDesktopError as error:
            page.complain(str(error))
        else:
            self._sent = True
            self._tell(standing)
        finally:
            page.set_working(False)
            self._rest()

    def _look(self) -> None:
        """What was sent in without an answer may have been found by now, and what is in review decided."""
        at, plan = self._unanswered, self._plan
        standing = plan.stands() if at is None else plan.came_of_it(at)
        if self._sent and standing is not None and standing != self._told:
            self._unanswered = None
            self._tell(standing)

    def _rest(self) -> None:
        self._busy = False
        self._dialog.foot.set_working(False)

    def _tell(self, standing: Standing) -> None:
        self._told = standing
        self._looking.follow(pauses_of([self._plan.rehearses] if standing.is_pending else []))
        reasons = " ".join(reason_said(reason) for reason in standing.reasons)
        said = f"{standing.word}. {standing.sentence}"
        self._end(SENT, _HOWS[standing.tone], said, " ".join(filter(None, (reasons, standing.advice))))

    def _end(self, title: str, how: How, said: str, advice: str) -> None:
        page = self._dialog.outcome
        page.title.setText(title)
        page.setAccessibleName(title)
        page.outcome.say(how, said)
        page.advice.setText(advice)
        page.advice.setVisible(bool(advice))
        self._dialog.show_outcome()

    def _close(self) -> None:
        self._pause.stop()
        self._looking.stop()
        self._unsubscribe()
        self._tasks.spawn(self._finish(), "close guide")

    async def _finish(self) -> None:
        """What was begun goes on after the dialog is closed; what it says then, nobody reads."""
        await asyncio.gather(*self._running, return_exceptions=True)
        try:
            await self.flush()
        finally:
            self.ended.emit()
            self._dialog.deleteLater()
