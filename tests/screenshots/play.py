"""Plays the scenes of one scale, one after the other, each with a program of its own."""

import asyncio
import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

import qasync
from PySide6.QtCore import QMessageLogContext, Qt, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from sms_desktop import garbage
from sms_desktop.app.application import make_application
from sms_desktop.ui.theme import Preference, theme
from tests.screenshots import scenes
from tests.screenshots.scene import SCENES, Scene
from tests.screenshots.stage import Stage

LOOKS: tuple[Preference, ...] = ("light", "dark")


def play(folder: Path, wanted: Sequence[str], scale: int) -> int:
    """Returns 1 if a scene could not be put up."""
    scenes.load()
    names = {s.name for s in SCENES}
    exact, begun = set(wanted) & names, tuple(set(wanted) - names)
    chosen = [
        s
        for s in SCENES
        if s.scale == scale and (not wanted or s.name in exact or (begun and s.name.startswith(begun)))
    ]
    if not chosen:
        return 0
    qInstallMessageHandler(_hear)
    application = make_application()
    application.setCursorFlashTime(0)  # a blinking cursor never stands still
    loop = qasync.QEventLoop(application)
    asyncio.set_event_loop(loop)
    with loop:
        failed: list[str] = loop.run_until_complete(_play(folder, chosen))
    if failed:
        print(f"FAILED  {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


async def _play(folder: Path, chosen: Sequence[Scene]) -> list[str]:
    failed = []
    for scene in chosen:
        started = time.monotonic()
        QApplication.setLayoutDirection(Qt.LayoutDirection.RightToLeft if scene.rtl else Qt.LayoutDirection.LeftToRight)
        theme().set_preference("light")
        stage = Stage(scene.size)
        try:
            await scene.act(stage)
            for look in LOOKS:
                _save(await stage.picture(look), folder / f"{scene.name}-{look}.png")
        except Exception:
            traceback.print_exc()
            failed.append(scene.name)
        finally:
            await stage.close()
            garbage.take_out()  # a look restyles every window that there still is
        print(f"{scene.name}  {time.monotonic() - started:.1f} s", flush=True)
    return failed


def _save(picture: QImage, path: Path) -> None:
    if not picture.convertToFormat(QImage.Format.Format_RGB32).save(str(path)):
        raise RuntimeError(f"{path} could not be written")


def _hear(kind: QtMsgType, context: QMessageLogContext, words: str) -> None:
    """Qt's warnings, but for what the platform without a screen says of itself."""
    if not words.startswith("This plugin does not support"):
        print(words, file=sys.stderr)
