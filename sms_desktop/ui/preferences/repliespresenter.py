"""Fills the section of automatic replies, and does what it asks."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from PySide6.QtCore import QObject

from sms_desktop.domain.conversation import Filter
from sms_desktop.domain.errors import BadInput, SmsDesktopError
from sms_desktop.domain.hours import Hours
from sms_desktop.domain.media import File
from sms_desktop.domain.pattern import check_pattern
from sms_desktop.domain.phone import AddressKind, display, kind_of, parse_recipient
from sms_desktop.domain.reply import Rule
from sms_desktop.domain.replytext import BUSINESS, FIRST_NAME, HOURS, LINE, NAME, NUMBER
from sms_desktop.services.clock import now
from sms_desktop.services.replying import texted
from sms_desktop.ui.composer.attaching import take
from sms_desktop.ui.composer.offer import Offer
from sms_desktop.ui.preferences.needs import Needs
from sms_desktop.ui.preferences.replies import RepliesPage
from sms_desktop.ui.replies.example import EXAMPLE
from sms_desktop.ui.replies.trial import NEWCOMER
from sms_desktop.ui.words import line_word, person

Do = Callable[[str, Coroutine[Any, Any, None]], None]
KEY = "rule"
RECENT = 30
"""Conversations whose people can be chosen."""
NOBODY = "+12015550100"
"""Who writes where somebody new is chosen: a number that nobody has."""
SAMPLE = "Maya Ortega"


class RepliesPresenter(QObject):
    """``do_latest`` starts what takes the place of an earlier wish; ``do`` what is not to be broken off."""

    def __init__(self, services: Needs, do_latest: Do, do: Do, page: RepliesPage) -> None:
        super().__init__(page)
        self._services, self._do_latest, self._page = services, do_latest, page
        self._rules: tuple[Rule, ...] = ()
        self._removed: tuple[Rule, int] | None = None
        self._focus_after: int | None = None
        page.ruleRequested.connect(self.open_named)
        page.path_of = services.media.path_of
        rules, editor = page.rules, page.editor
        rules.switched.connect(lambda id, on: do_latest(f"rule {id}", self._switch(id, on)))
        rules.ordered.connect(lambda ids: do_latest("rule order", self._order(ids)))
        rules.editRequested.connect(self.edit)
        rules.removeRequested.connect(lambda id: do(f"remove {id}", self._remove(id)))
        rules.undoRequested.connect(lambda: do(KEY, self._restore()))
        rules.addRequested.connect(lambda: page.open_editor(lines=self._lines()))
        rules.exampleTaken.connect(lambda: page.open_editor(EXAMPLE, self._lines()))
        rules.hoursChanged.connect(lambda line, hours: do_latest(f"hours {line}", self._set_hours(line, hours)))
        rules.limitChosen.connect(lambda limit: do_latest("limit", self._set_limit(limit)))
        rules.trial.asked.connect(self.try_again)
        rules.trial.playRequested.connect(self._play)
        editor.saveRequested.connect(lambda rule: do(KEY, self._save(rule)))
        editor.trigger.patternTyped.connect(lambda pattern: do_latest("pattern", self._check(pattern)))
        editor.text.offered.connect(lambda offer: do_latest("rule picture", self._attach(offer)))

    def look(self) -> None:
        self._do_latest("rules", self._show())

    def edit(self, id: int) -> None:
        """Opens that rule, where it is known."""
        rule = next((one for one in self._rules if one.id == id), None)
        if rule is not None:
            self._page.open_editor(rule, self._lines())

    def open_named(self, name: str) -> None:
        """Opens the rule of that name; where there is none any more, the list stays."""
        self._do_latest("rules", self._open_named(name))

    async def _open_named(self, name: str) -> None:
        await self._show()
        rule = next((one for one in self._rules if one.name == name), None)
        if rule is not None and not self._page.is_writing:
            self._page.open_editor(rule, self._lines())

    def try_again(self) -> None:
        """Something else is tried, or the rules are others."""
        self._do_latest("trial", self._try())

    def _lines(self) -> list[Any]:
        return [line for line in self._services.lines.known() if line.sms]

    async def _show(self) -> None:
        replies, rules = self._services.replies, self._page.rules
        self._rules = await replies.rules()
        hours = await replies.hours()
        self._page.show_values(self._values(hours, await replies.business() or replies.known_as()))
        rules.show_hours(hours)
        rules.show_rules(self._rules, self._lines(), now())
        rules.show_limit(await replies.limit())
        recent = await self._services.conversations.page(Filter.ALL, limit=RECENT)
        rules.trial.show_people(list({one.peer: (person(one), one.peer) for one in recent}.values()))
        self.try_again()

    def _values(self, hours: dict[str | None, Hours], business: str) -> dict[str, str]:
        """Of an example person and the first line."""
        line = next(iter(self._lines()), None)
        address = line.address if line is not None else None
        open_ = hours.get(address, hours.get(None))
        return {
            NAME: SAMPLE,
            FIRST_NAME: SAMPLE.split(maxsplit=1)[0],
            BUSINESS: business,
            LINE: line_word(line) if line is not None else "",
            NUMBER: display(line.address) if line is not None else "",
            HOURS: texted(open_) if open_ is not None else "",
        }

    # rules

    async def _switch(self, id: int, on: bool) -> None:
        await self._or_complain(self._services.replies.enable(id, on))

    async def _order(self, ids: list[int]) -> None:
        """Shown at once, so that the next press moves it on."""
        self._rules = tuple(sorted(self._rules, key=lambda rule: ids.index(rule.id) if rule.id in ids else len(ids)))
        self._page.rules.show_rules(self._rules, self._lines(), now())
        await self._or_complain(self._services.replies.order(ids))

    async def _remove(self, id: int) -> None:
        place = next((place for place, rule in enumerate(self._rules) if rule.id == id), None)
        if place is None:
            return
        rule = self._rules[place]
        if await self._or_complain(self._services.replies.remove(id)):
            self._removed = rule, place
            await self._show()
            self._page.rules.show_removed(rule.name)

    async def _restore(self) -> None:
        """Where it was."""
        if self._removed is None:
            return
        (rule, place), self._removed = self._removed, None
        try:
            back = await self._services.replies.add(rule)
            ids = [one.id for one in self._rules]
            ids.insert(place, back.id)
            await self._services.replies.order(ids)
        except SmsDesktopError as error:
            self._page.rules.complain(str(error))
            return
        await self._show()
        self._page.rules.list.focus(back.id)

    async def _save(self, rule: Rule) -> None:
        editor = self._page.editor
        editor.show_busy("Saving…")
        try:
            if rule.id:
                await self._services.replies.change(rule)
            else:
                rule = await self._services.replies.add(rule)
        except SmsDesktopError as error:
            editor.complain_of_rule(str(error))
            return
        editor.show_done()
        editor.show_rule(rule, self._lines())
        await self._show()
        self._page.rules.put_removed_away()
        self._page.show_list()

    async def _check(self, pattern: str) -> None:
        """Beside the loop: a bad one takes its time."""
        try:
            await asyncio.to_thread(check_pattern, pattern)
        except BadInput as error:
            self._page.editor.trigger.complain_of(pattern, str(error))
        else:
            self._page.editor.trigger.complain_of(pattern, "")

    async def _attach(self, offer: Offer) -> None:
        taken: list[File] = []
        refused = await take(offer, self._services.media, lambda: (), taken.append)
        if taken:
            self._page.editor.show_picture(taken[-1])
        if refused:
            self._page.editor.complain_of_rule(" ".join(refused))

    # hours and the limit

    async def _set_hours(self, line: str | None, hours: Hours | None) -> None:
        try:
            await self._services.replies.set_hours(line, hours)
        except SmsDesktopError as error:
            self._page.rules.complain_of_hours(str(error))

    async def _set_limit(self, limit: int) -> None:
        await self._or_complain(self._services.replies.set_limit(limit))

    async def _or_complain(self, work: Awaitable[None]) -> bool:
        """Whether it could be done; what could not is said, and what holds is shown."""
        try:
            await work
        except SmsDesktopError as error:
            self._page.rules.complain(str(error))
            await self._show()
            return False
        self._page.rules.complain("")
        return True

    # trying

    def _address(self, typed: str) -> str:
        """What is no number is a sender with a name."""
        if typed == NEWCOMER:
            return NOBODY
        try:
            return parse_recipient(typed, self._services.lines.home_region()).address
        except BadInput:
            return typed

    async def _try(self) -> None:
        card = self._page.rules.trial
        trial = card.trial
        if not trial.body.strip() or not trial.line:
            card.clear()
            return
        newcomer, peer = trial.peer == NEWCOMER, self._address(trial.peer)
        try:
            found = await self._services.replies.preview(
                trial.line, trial.body, peer=peer, at=trial.at, first=True if newcomer else None
            )
        except SmsDesktopError as error:
            card.show_trouble(str(error))
            return
        card.show_preview(trial, found, plays=trial.at is None and kind_of(peer) is AddressKind.E164)

    def _play(self) -> None:
        trial = self._page.rules.trial.trial
        self._page.playRequested.emit(trial.line, self._address(trial.peer), trial.body)
