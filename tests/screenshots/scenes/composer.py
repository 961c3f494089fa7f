"""The composer in its states."""

import asyncio
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from tests.screenshots import samples
from tests.screenshots.samples import SALE, Tale, them
from tests.screenshots.scene import scene
from tests.screenshots.scenes.window import MAYA
from tests.screenshots.stage import Stage


async def _open(stage: Stage, peer: str = MAYA) -> None:
    await stage.play()
    await stage.open(peer)


@scene()
async def composer_empty(stage: Stage) -> None:
    """Not focused."""
    await _open(stage)
    stage.person.named("Conversations", QWidget).setFocus()


@scene()
async def composer_focused(stage: Stage) -> None:
    await _open(stage)
    stage.person.named("Message", QWidget).setFocus()


@scene()
async def composer_eight_lines(stage: Stage) -> None:
    await _open(stage)
    stage.desk.composer._view.insert("\n".join(f"Line {n + 1} of a longer text" for n in range(11)))


@scene()
async def composer_over_limit(stage: Stage) -> None:
    await _open(stage)
    stage.desk.composer._view.insert("All of it, word by word. " * 66)


@scene()
@scene(name="composer-ten-chips-500", size=(500, 840))
async def composer_ten_chips(stage: Stage) -> None:
    await _open(stage)
    view = stage.desk.composer._view
    for name, _, data in (*samples.several(8), samples.pdf(), samples.OTHER_FILES[0]):
        view.add_file(await stage.services.media.attach_bytes(data, name, view.files))


@scene()
async def composer_refused(stage: Stage) -> None:
    """A file that phones do not take."""
    await _open(stage)
    path = stage.directory / "price list.docx"
    path.write_bytes(b"PK\x03\x04" + b"\0" * 3000)
    await _drop(stage, path)
    await stage.until(lambda: stage.desk.composer._view.notice, "the reason is shown")


async def _drop(stage: Stage, path: Path) -> None:
    from sms_desktop.ui.composer.offer import Offer

    stage.desk.composer._view.offered.emit(Offer(paths=(path,)))
    await asyncio.sleep(0)


@scene()
async def composer_dragging(stage: Stage) -> None:
    await _open(stage)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(stage.directory / "seat.jpg"))])
    view = stage.desk.composer._view
    QApplication.sendEvent(
        view,
        QDragEnterEvent(
            QPoint(50, 50),
            Qt.DropAction.CopyAction,
            mime,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        ),
    )


@scene()
@scene(name="composer-stopped-640", size=(640, 720))
@scene(name="composer-stopped-500", size=(500, 720))
async def composer_stopped(stage: Stage) -> None:
    await _open(stage, "+14155550123")


@scene()
async def composer_one_way(stage: Stage) -> None:
    await stage.play(Tale((them(9, "Spring sale: 20 % off until Sunday"),), peer=SALE, name=""))
    await stage.open(SALE)


@scene()
async def composer_blocked(stage: Stage) -> None:
    await stage.play()
    conversation = await stage.open("+14155550121")
    await stage.services.conversations.block(conversation.id, True)


@scene()
async def composer_emoji(stage: Stage) -> None:
    await _open(stage)
    stage.press("Emoji")


@scene()
async def composer_lines(stage: Stage) -> None:
    """The menu of the lines to send from."""
    await _open(stage)
    stage.desk.composer._view.line_button.open_menu(stage.desk.composer._view.line_button)


@scene()
async def composer_send_focus(stage: Stage) -> None:
    """The keyboard's ring on the button."""
    await _open(stage)
    stage.person.type("Good morning")
    stage.person.named("Send", QPushButton).setFocus(Qt.FocusReason.TabFocusReason)
