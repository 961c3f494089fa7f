"""What a crash leaves behind."""

from pathlib import Path

from sms_desktop.domain.message import Message
from sms_desktop.services.clock import now
from sms_desktop.store import outbox
from tests.rig import SILENT, running


async def cut_short(directory: Path) -> Message:
    """A text that was under way to Twilio when all ended; nobody there has heard of it."""
    async with running(directory, online=False) as crashed:
        message = await crashed.send(SILENT, "was I sent?")
        await crashed.engine.store.do(lambda tx: outbox.release(tx, message.conversation_id, now()))
        await crashed.engine.store.do(lambda tx: outbox.sending(tx, message.id, now()))
    return message
