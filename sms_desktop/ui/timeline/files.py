"""What a person does with the pictures and files of messages: view, save, open."""

import asyncio
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from sms_desktop.domain.danger import danger
from sms_desktop.domain.errors import SmsDesktopError
from sms_desktop.domain.media import File, Media
from sms_desktop.ui.tasks import Tasks
from sms_desktop.ui.timeline.pane import TimelinePane
from sms_desktop.ui.timeline.peek import FilePeek
from sms_desktop.ui.timeline.shape import is_picture
from sms_desktop.ui.viewer.saving import ask_where, copy_to_open, save
from sms_desktop.ui.viewer.viewer import PictureViewer

if TYPE_CHECKING:
    from sms_desktop.services.services import Services

MOST = 500
"""Pictures of a conversation that can be leafed through."""


class Files:
    """Nothing is opened by another program without a click that says so, and dangerous kinds not at all."""

    def __init__(self, services: "Services", tasks: Tasks, pane: TimelinePane) -> None:
        self._services, self._tasks, self._pane = services, tasks, pane
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def close(self) -> None:
        """Removes the copies that other programs were given."""
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def show(self, conversation_id: int, media: Media) -> None:
        """A picture in the viewer, among all of the conversation's; of another file, what may be done with it."""
        if media.file is None:
            return
        if is_picture(media):
            self._tasks.latest("viewer", self._view(conversation_id, media.id, media.file))
            return
        peek = FilePeek(media.file, self._pane)
        peek.saveWanted.connect(partial(self._save_soon, media.file))
        peek.openWanted.connect(partial(self._open_soon, media.file))
        peek.finished.connect(peek.deleteLater)
        peek.open()

    def save(self, media: Media) -> None:
        """Asks where, and saves."""
        if media.file is not None:
            self._save_soon(media.file)

    def _save_soon(self, file: File) -> None:
        self._tasks.spawn(self._save(file), "save file")

    def _open_soon(self, file: File) -> None:
        self._tasks.spawn(self._open(file), "open file")

    async def _view(self, conversation_id: int, media_id: int, file: File) -> None:
        try:
            media = await self._services.conversations.media(conversation_id, MOST)
        except SmsDesktopError as error:
            self._pane.complain(str(error))
            return
        pictures = {m.id: m.file for m in sorted(media, key=lambda m: m.id) if m.file is not None and is_picture(m)}
        if media_id not in pictures:
            pictures = {media_id: file}
        viewer = PictureViewer(
            tuple(pictures.values()), list(pictures).index(media_id), self._services.media.path_of, self._pane
        )
        viewer.saveWanted.connect(self._save_soon)
        viewer.finished.connect(viewer.deleteLater)
        viewer.open()

    async def _save(self, file: File) -> None:
        target = await ask_where(self._pane, file)
        if target is None:
            return
        try:
            await asyncio.to_thread(save, self._services.media.path_of(file), target)
            self._pane.calm()
        except SmsDesktopError as error:
            self._pane.complain(str(error))

    async def _open(self, file: File) -> None:
        if danger(file):
            return
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="sms-desktop-", ignore_cleanup_errors=True)
        source, folder = self._services.media.path_of(file), Path(self._folder.name)
        try:
            copy = await asyncio.to_thread(copy_to_open, source, folder, file)
        except SmsDesktopError as error:
            self._pane.complain(str(error))
            return
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(copy))):
            self._pane.complain(f"No program on this computer opens “{copy.name}”. Save it instead.")
