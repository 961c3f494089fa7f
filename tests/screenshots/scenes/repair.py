"""Where the messages cannot be opened: the choices, their progress, what is said afterwards; and the preferences."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sms_desktop.domain.backup import Backup, Contents, Restored, Why, in_words
from sms_desktop.domain.errors import GONE, REPLACED, StoreError
from sms_desktop.engine import Engine
from sms_desktop.services.clock import now
from sms_desktop.services.repair import NOTE, Outlook
from sms_desktop.store import forgotten
from sms_desktop.ui.repair import sentences
from sms_desktop.ui.repair.presenter import RepairPresenter
from sms_desktop.ui.repair.sentences import Way
from sms_desktop.ui.repair.window import RepairWindow
from sms_desktop.ui.tasks import Tasks
from tests.screenshots.scene import scene
from tests.screenshots.scenes.window import MAYA
from tests.screenshots.stage import Stage

SIZE = (760, 600)
BACKUPS = [
    Backup(Path(f"{n}.db"), now() - timedelta(days=n, hours=2), why, 12_431 - 90 * n, 3_355_443 - 9000 * n)
    for n, why in enumerate((Why.DAILY, Why.DAILY, Why.UPDATE, Why.DAILY, Why.HAND))
]
DONE = Restored(
    12_431, Path("damaged-2026-11-25-140312.db"), carried_out=1, doubtful=2, lost=("drafts", "messages"), brought=True
)


class Shown:
    """Answers as the scene wants it."""

    def __init__(self, outlook: Outlook, trouble: str = "") -> None:
        self._outlook, self._trouble = outlook, trouble

    async def look(self) -> Outlook:
        return self._outlook

    async def restore(self, source: Path, said: str) -> Restored:
        return await self._wait()

    async def recover(self, said: str, progress: Callable[[int], None]) -> Restored:
        progress(48_000)
        return await self._wait()

    async def _wait(self) -> Restored:
        if self._trouble:
            raise StoreError(self._trouble)
        await asyncio.sleep(3600)
        return DONE


async def _none() -> Path | None:
    return None


async def _repair(
    stage: Stage,
    outlook: Outlook,
    way: Way | None = None,
    trouble: str = "",
    what: str = "is not a database any more",
) -> RepairWindow:
    window = RepairWindow(sentences.title(what), sentences.happened(what))
    tasks = Tasks(print)
    presenter = RepairPresenter(Shown(outlook, trouble), tasks, window, _none)
    stage.put(window)
    await presenter.start()
    if way is not None:
        window.choices[way].choose()
        window.primary.click()
        await stage.until(lambda: window.outcome.text, "it goes on")
        window.outcome._busy.hold()
    return window


@scene(size=SIZE)
@scene(name="repair-narrow", size=(480, 560))
@scene(name="repair-right-to-left", size=SIZE, rtl=True)
async def repair(stage: Stage) -> None:
    await _repair(stage, Outlook(BACKUPS[1], 12_398))


@scene(size=SIZE)
@scene(name="repair-replaced-narrow", size=(480, 560))
async def repair_replaced(stage: Stage) -> None:
    """Another program took the files away."""
    saved = Backup(Path("a"), now(), Why.RESCUE, 12_431, 3_355_443)
    await _repair(stage, Outlook(saved, 12_398, rescued=True), what=REPLACED)


@scene(size=SIZE)
@scene(name="repair-taken-away-too-narrow", size=(480, 560))
async def repair_taken_away_too(stage: Stage) -> None:
    """And what was saved of them."""
    window = await _repair(stage, Outlook(BACKUPS[1], 12_398, stale=True), what=REPLACED)
    window.show_trouble(sentences.RESCUED_GONE)


@scene(size=SIZE)
async def repair_nothing_left(stage: Stage) -> None:
    await _repair(stage, Outlook(None, None))


@scene(size=SIZE)
async def repair_nothing_readable(stage: Stage) -> None:
    """But there is a backup, and one begins anew all the same."""
    window = await _repair(stage, Outlook(BACKUPS[1], None))
    window.choices[Way.RECOVER].choose()


@scene(size=SIZE)
async def repair_gone(stage: Stage) -> None:
    """There is no file any more."""
    window = await _repair(stage, Outlook(BACKUPS[1], None, there=False), what=GONE)
    window.choices[Way.RECOVER].choose()


@scene(size=SIZE)
async def repair_progress(stage: Stage) -> None:
    window = await _repair(stage, Outlook(BACKUPS[1], 12_398), Way.RECOVER)
    await stage.until(lambda: "48,000" in window.outcome.text, "it counts")
    window.outcome._busy.hold()


@scene(size=SIZE)
async def repair_trouble(stage: Stage) -> None:
    full = "The disk that holds /home/maria/.local/share/sms-desktop is full. Free some space; nothing was replaced."
    await _repair(stage, Outlook(BACKUPS[1], 12_398), Way.BACKUP, full)


@scene()
async def repair_done(stage: Stage) -> None:
    async def noted(engine: object) -> None:
        from sms_desktop import demo

        await demo.seed(stage.engine)
        said = f"The backup of yesterday 14:00 was restored. {in_words(DONE)}"
        await stage.services.settings.put(NOTE, {"said": said, "whole": DONE.is_whole})

    await stage.play(noted)
    await stage.open(MAYA)
    await stage.until(lambda: stage.person.sees, "it is said")


async def _begun_anew(stage: Stage, *, filled: bool) -> None:
    simulator = await stage.simulator()

    async def noted(engine: Engine) -> None:
        done = Restored(
            0, Path("damaged-2026-11-25-101500.db"), read=False, filled=filled, asks=not filled, entered_lost=not filled
        )
        said = f"A new database was begun. {in_words(done)}"
        await engine.services.settings.put(NOTE, {"said": said, "whole": done.is_whole})
        if not filled:
            await engine.store.do(lambda tx: forgotten.put(tx, {}, now() - timedelta(days=30), entered_lost=True))

    environ = {
        "TWILIO_ACCOUNT_SID": simulator.account.sid,
        "TWILIO_AUTH_TOKEN": simulator.account.auth_token,
        "SMS_DESKTOP_TWILIO_URL": simulator.base_url,
        "SMS_DESKTOP_WEBHOOK_PORT": "0",
    }
    await stage.play(noted, demo=False, environ=environ)
    await stage.until(lambda: stage.services.catchup.progress.complete_to, "it is caught up")


@scene()
@scene(name="repair-begun-anew-500", size=(500, 840))
async def repair_begun_anew(stage: Stage) -> None:
    await _begun_anew(stage, filled=False)


@scene()
async def repair_begun_from_backup(stage: Stage) -> None:
    await _begun_anew(stage, filled=True)


@scene()
async def health_forgotten(stage: Stage) -> None:
    await _begun_anew(stage, filled=False)
    await stage.services.health.check()
    stage.desk.open_health()


async def _preferences(stage: Stage) -> None:
    await stage.play()
    await stage.open(MAYA)

    async def there() -> list[Backup]:
        return BACKUPS

    stage.services.backups.all = there  # type: ignore[method-assign]
    stage.desk.open_preferences("backups")
    await stage.dialog()
    dialog = stage.desk.preferences.dialog
    assert dialog is not None
    await stage.until(lambda: dialog.backups.rows, "the list is there")


@scene()
async def preferences_backups(stage: Stage) -> None:
    await _preferences(stage)


@scene()
async def preferences_backups_question(stage: Stage) -> None:
    await _preferences(stage)
    dialog = stage.desk.preferences.dialog
    assert dialog is not None
    dialog.backups.ask(BACKUPS[1], Contents(12_341, "0002", None, BACKUPS[1].at), now())
