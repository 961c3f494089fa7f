"""Somebody at the window who types without ever pressing Send, and tells what stood there when."""

import asyncio
import time

from sms_desktop.app.session import Session
from tests.chaos.hand import tell
from tests.chaos.people import LINE, PEERS

KEYS = 0.12
"""Seconds from one word to the next: no pause long enough to be taken for the end of a sentence."""


def sit_down(name: str, *, typing: bool) -> None:
    """Tells ``ready`` once the window stands and is connected; then types, if it is to."""
    show_first = Session.show_first

    async def show_and_type(self: Session) -> None:
        await show_first(self)
        self.tasks.spawn(_sit(self, name, typing=typing), "typist")

    Session.show_first = show_and_type  # type: ignore[method-assign]


async def _sit(session: Session, name: str, *, typing: bool) -> None:
    await session.connected()
    tell("ready", webhook=session.engine.webhook_url)
    if not typing:
        return
    conversation = await session.engine.services.conversations.open(LINE, PEERS[0])
    desk = session.desk
    desk.open_conversation(conversation)

    def is_open() -> bool:
        return hasattr(desk, "composer") and desk.composer._is_open(conversation.id) and not desk.composer._loading

    while not is_open():  # noqa: ASYNC110 - a test waits as it can
        await asyncio.sleep(0.01)
    editor = desk.composer._view.editor
    editor.selectAll()
    editor.insertPlainText(name)
    n = 0
    while True:
        n += 1
        editor.insertPlainText(f" {n}")
        tell("typed", words=f"{name} ", n=n, at=time.monotonic())
        await asyncio.sleep(KEYS)
