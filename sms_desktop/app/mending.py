"""The page that repairs or replaces a database, while no engine runs and the data directory is ours."""

from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

from sms_desktop.app.front import Front
from sms_desktop.app.page import Page, trouble
from sms_desktop.app.place import PATIENCE, Place
from sms_desktop.domain.backup import Backup
from sms_desktop.domain.errors import SmsDesktopError
from sms_desktop.engine import taken
from sms_desktop.services.repair import Repair
from sms_desktop.store.accounts import Accounts
from sms_desktop.ui.repair import sentences
from sms_desktop.ui.repair.asking import ask_source
from sms_desktop.ui.repair.presenter import RepairPresenter
from sms_desktop.ui.repair.window import RepairWindow
from sms_desktop.ui.tasks import Tasks

Comes = Callable[[Front | None], None]


async def mend(place: Place, comes: Comes, *, what: str = "is damaged", source: Path | Backup | None = None) -> bool:
    """Offers what can be done for a damaged database, or restores ``source`` at once.

    True: the messages may be opened again; False: the program ends. The directory is given back only when nothing works
    on it any more: another process would send what waits in the old database, and then again what waits in the new.
    """
    lock = await _taken(place.directory, comes)
    if lock is None:
        return False
    try:
        return await _mended(place, comes, what, source)
    finally:
        lock.release()


async def _taken(directory: Path, comes: Comes) -> FileLock | None:
    while True:
        try:
            return await taken(directory, PATIENCE)
        except SmsDesktopError as error:
            if not await trouble(error, comes):
                return None


async def _mended(place: Place, comes: Comes, what: str, source: Path | Backup | None) -> bool:
    replaces = source is not None
    title = sentences.REPLACING if replaces else sentences.title(what)
    window = RepairWindow(title, sentences.KEPT if replaces else sentences.happened(what))
    page = Page(window)
    repair = Repair(place.directory, Accounts(place.root).sid_of(place.directory))
    tasks = Tasks(
        lambda error: window.show_trouble(str(error) if isinstance(error, SmsDesktopError) else sentences.ODD)
    )
    presenter = RepairPresenter(repair, tasks, window, lambda: ask_source(window))
    presenter.finished.connect(lambda: page.answer(True))
    window.backRequested.connect(lambda: page.answer(True))
    window.closed.connect(lambda: page.answer(False))
    if source is None:
        tasks.spawn(presenter.start(), "look")
    else:
        window.replace_only()
        backup = source if isinstance(source, Backup) else None
        path = source.path if isinstance(source, Backup) else source
        tasks.spawn(presenter.restore(path, backup), "restore")
    comes(page)
    try:
        goes_on = await page.answered()
        if window.is_working:  # told to end meanwhile
            window.say_unfinished()
        else:
            window.hide()
        if not goes_on:
            comes(None)
        await repair.ended()
        return goes_on
    finally:
        await tasks.close()
        await repair.ended()
        page.close()
