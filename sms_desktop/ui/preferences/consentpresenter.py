"""Fills the section of consent, and does what it asks."""

import asyncio
import contextlib
import csv
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import shiboken6
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from sms_desktop.domain.count import counted
from sms_desktop.domain.errors import BadInput, SaysNotWho, SmsDesktopError, StoreError
from sms_desktop.domain.roster import Column, Trouble
from sms_desktop.services import evidence
from sms_desktop.services.clock import now
from sms_desktop.services.consent import words_of
from sms_desktop.services.evidence import Evidence
from sms_desktop.services.export import harmless
from sms_desktop.services.roster import Roster, columns_said
from sms_desktop.ui.consent import saving
from sms_desktop.ui.consent.sentences import saved
from sms_desktop.ui.preferences.consent import ConsentPage
from sms_desktop.ui.preferences.needs import Needs
from sms_desktop.ui.widgets.filedialog import Place, chosen_in, folder

Do = Callable[[str, Coroutine[Any, Any, None]], None]
KEY = "roster"
LISTS = ["Lists (*.csv *.txt *.tsv)", "All files (*)"]
EVERYBODY = "Everybody"
TOLD_EVERY = 1000
"""People of whom the evidence is written until it is told again how many they are."""


class _Stopped(Exception):
    """The person wants no file any more, or the program ends."""


class ConsentPresenter(QObject):
    """``do_latest`` starts what takes the place of an earlier wish; ``do`` what is not to be broken off. The dialogs
    for files may be replaced.
    """

    def __init__(self, services: Needs, do_latest: Do, do: Do, page: ConsentPage) -> None:
        super().__init__(page)
        self._services, self._page = services, page
        self._path: Path | None = None
        self._roster: Roster | None = None
        self._troubles: Sequence[Trouble] = ()
        self.ask_source: Callable[[QWidget], Awaitable[Path | None]] = ask_source
        self.ask_target: Callable[[QWidget, str, str | None, datetime], Awaitable[Path | None]] = saving.ask_target
        page.keywordsChanged.connect(lambda stop, start: do_latest("keywords", self._set_keywords(stop, start)))
        page.fileRequested.connect(lambda: do(KEY, self._choose()))
        page.meaningChosen.connect(lambda: do(KEY, self._read()))
        page.importRequested.connect(lambda: do(KEY, self._import()))
        page.fileLeft.connect(self._leave)
        page.stopRequested.connect(services.rosters.stop)
        page.troublesRequested.connect(lambda: do("troubles", self._save_troubles()))
        self._stopped = threading.Event()
        page.saveStopped.connect(self._stopped.set)
        page.saveRequested.connect(lambda ending: do("evidence", self._save(ending)))
        page.pushChosen.connect(lambda on: do_latest("push", self._set_push(on)))
        self._do_latest = do_latest

    def look(self) -> None:
        self._page.show_lines([line for line in self._services.lines.known() if line.sms])
        self.follow_list()
        self._do_latest("consent", self._show())

    def follow(self) -> None:
        """What Twilio was told has changed."""
        self._do_latest("push told", self._show_push(news=True))

    async def _show(self) -> None:
        self._page.show_keywords(await self._services.consents.keywords())
        await self._show_push()

    async def _set_keywords(self, stop: str, start: str) -> None:
        try:
            words = await self._services.consents.set_keywords(words_of(stop), words_of(start))
        except SmsDesktopError as error:
            self._page.show_words_trouble(str(error))
        else:
            self._page.show_keywords(words)

    # importing

    async def _choose(self) -> None:
        path = await self.ask_source(self._page)
        if path is None:
            return
        self._path = path
        await self._read(fresh=True)

    async def _read(self, *, fresh: bool = False) -> None:
        path = self._path
        if path is None:
            return
        everyone = None if fresh else self._page.everyone
        self._roster = None
        self._show_troubles(())  # of a file before
        self._page.show_working(f"Reading {path.name}…", can_stop=False)
        rosters, region = self._services.rosters, self._services.lines.home_region()
        try:
            self._roster = await rosters.read(path, region, everyone=everyone, progress=self._reading)
        except SaysNotWho as error:
            self._done()
            self._page.show_plan(path.name, str(error), "", None)
        except BadInput as error:
            self._done(str(error), bad=True)
        else:
            self._done()
            self._show_plan(self._roster, everyone)

    def _reading(self, done: int, of: int) -> None:
        if self._roster is None and self._page.is_busy:
            self._page.show_progress(f"Reading: {done:,} of {of:,} rows…", done, of)

    def _show_plan(self, roster: Roster, everyone: bool | None) -> None:
        people, bad = roster.rows, len(roster.troubles)
        told = f"{roster.name}: {counted(people, 'row')}, {roster.out:,} of them opted out."
        if bad:
            told += f" {counted(bad, 'row')} cannot be taken; {'it is' if bad == 1 else 'they are'} listed below."
        names = roster.layout.names
        says = names.get(Column.CONSENT) or names.get(Column.OUT) or names.get(Column.OUT_AT) or ""
        self._page.show_plan(told, f"Taken from it: {columns_said(roster.layout)}.", says, everyone)
        self._show_troubles(roster.troubles)

    def follow_list(self) -> None:
        """How far the import is that goes on, or what came of the last one that nobody has read yet; also of one that
        was begun before the preferences were closed.
        """
        entering = self._services.rosters.latest
        if entering is None:
            return
        if not entering.goes_on:
            self._roster = None
            self._done(entering.said, bad=not entering.went_well)
            self._show_troubles(entering.imported.troubles if entering.imported is not None else ())
            self._services.rosters.seen()
            return
        if not self._page.is_busy:
            self._page.show_working(f"Importing {entering.name}…", can_stop=True)
        if entering.of:
            self._page.show_progress(
                f"Importing: {entering.done:,} of {entering.of:,} rows…", entering.done, entering.of
            )

    async def _import(self) -> None:
        roster = self._roster
        if roster is None:
            return
        known = [line.address for line in self._services.lines.known() if line.sms]
        chosen = self._page.chosen_line
        lines = [chosen] if chosen else known
        if not lines:
            self._done("There is no number of yours to import it for. Connect the account first.", bad=True)
            return
        self._page.show_working(f"Importing {roster.name}…", can_stop=True)
        ours = [line.address for line in self._services.lines.offered()]
        with contextlib.suppress(StoreError):  # which is told as what came of it
            await self._services.rosters.enter(roster, lines, ours, for_all=not chosen)

    def _leave(self) -> None:
        """Nothing of this file is imported, so its rows are no matter any more."""
        self._roster = self._path = None
        self._done()
        self._show_troubles(())

    def _done(self, sentence: str = "", *, bad: bool = False) -> None:
        self._page.put_away()
        (self._page.show_trouble if bad else self._page.show_done)(sentence)

    def _show_troubles(self, troubles: Sequence[Trouble]) -> None:
        self._troubles = troubles
        self._page.show_troubles(troubles)

    async def _save_troubles(self) -> None:
        target = await self.ask_target(self._page, "csv", None, now())
        if target is None:
            return
        try:
            await asyncio.to_thread(write_troubles, self._troubles, target)
        except StoreError as error:
            self._page.complain(str(error))

    # evidence

    async def _save(self, ending: str) -> None:
        target = await self.ask_target(self._page, ending, None, now())
        if target is None:
            return
        self._page.set_writing(True)
        self._page.show_saved("Writing…", "muted")
        self._stopped.clear()
        found = self._counted(evidence.all_of(self._services.consents.directory))
        try:
            count = await asyncio.to_thread(saving.write, found, target, EVERYBODY, now())
        except asyncio.CancelledError:
            self._stopped.set()  # else the thread would keep the program from ending
            raise
        except _Stopped:
            self._page.show_saved("Stopped. Nothing was saved.", "muted")
        except SmsDesktopError as error:
            self._page.show_saved(str(error), "bad")
        else:
            self._page.show_saved(saved(target.name, count, ending))
        finally:
            self._page.set_writing(False)

    def _counted(self, found: Iterable[Evidence]) -> Iterator[Evidence]:
        """The same, while it is told how far it is, until it is stopped; for the thread that writes."""
        loop = asyncio.get_running_loop()

        def tell(number: int) -> None:
            if shiboken6.isValid(self._page) and not self._stopped.is_set():
                self._page.show_writing(number)

        def read() -> Iterator[Evidence]:
            for number, one in enumerate(found, 1):
                yield one
                if self._stopped.is_set():
                    raise _Stopped
                if number % TOLD_EVERY == 0:
                    loop.call_soon_threadsafe(tell, number)

        return read()

    # Twilio's Consent API

    async def _set_push(self, on: bool) -> None:
        try:
            await self._services.consentpush.set_on(on)
        except SmsDesktopError as error:
            self._page.show_push(not on, str(error), "bad", news=True)
        else:
            await self._show_push(news=True)
            if on:
                self._page.reveal(self._page.pushed)  # what comes of it

    async def _show_push(self, *, news: bool = False) -> None:
        state = await self._services.consentpush.state()
        self._page.show_push(state.on, *state.said, news=news)


async def ask_source(parent: QWidget) -> Path | None:
    """The list that is to be imported; None where the person thinks better of it."""
    dialog = QFileDialog(parent, "Import a list", folder(Place.DocumentsLocation))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters(LISTS)
    return await chosen_in(dialog)


def write_troubles(troubles: Sequence[Trouble], target: Path) -> None:
    """Row, what stands in it, and why it was not taken. Raises StoreError."""

    def write(partial: Path) -> int:
        with partial.open("w", encoding="utf-8-sig", newline="") as out:
            writer = csv.writer(out, lineterminator="\r\n")
            writer.writerow(("row", "what", "why"))
            writer.writerows((one.row, harmless(one.what), harmless(one.why)) for one in troubles)
        return len(troubles)

    evidence.write_whole(target, write)
