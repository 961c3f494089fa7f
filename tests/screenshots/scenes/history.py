"""What became of a message: the popover with every report about it."""

from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from sms_desktop.domain.message import CALLBACK, FAILURES, LISTED, Message, Status, StatusReport
from sms_desktop.services.clock import now
from sms_desktop.store import messages
from sms_desktop.ui.history.view import HistoryPopover
from sms_desktop.ui.timeline.shape import Act
from tests.screenshots.scene import scene
from tests.screenshots.scenes.window import MAYA
from tests.screenshots.stage import Stage

LEO, ROB = "+14155550116", "+14155550111"
BODY = "Your chair is ready. When will you collect it?"


async def _sent(stage: Stage, peer: str, *statuses: Status) -> Message:
    """A text that really went out, to its end."""
    await stage.play()
    await stage.open(peer)
    stage.person.type(BODY)
    stage.press("Send")
    return await stage.until(
        lambda: next((found for status in statuses if (found := stage.person.sees(BODY, status))), None), "its end"
    )


async def _open(stage: Stage, message: Message) -> HistoryPopover:
    stage.desk._timeline_pane.view.acted.emit(Act.DETAILS, message.id, 0)
    return await _opened(stage)


async def _opened(stage: Stage) -> HistoryPopover:
    def shown() -> HistoryPopover | None:
        found = stage.main.findChild(HistoryPopover)
        return found if found is not None and found.isVisible() else None

    return await stage.until(shown, "the history is open")


async def _say(stage: Stage, message: Message, *words: tuple[Status, int | None, str, float]) -> None:
    """More reports: status, code, source and the seconds after the message was written."""
    for status, code, source, after in words:
        report = StatusReport(status, code, message.sid, source, message.at + timedelta(seconds=after))
        await stage.engine.store.do(
            lambda tx, report=report: messages.report(tx, key=message.id, sid=message.sid, report=report)  # type: ignore[misc]
        )


@scene()
@scene(name="history-500", size=(500, 720))
@scene(name="history-200-percent", scale=2)
@scene(name="history-right-to-left", rtl=True)
async def history(stage: Stage) -> None:
    """Of a text that the phone did not get."""
    await _open(stage, await _sent(stage, LEO, *FAILURES))


@scene()
async def history_contradicted(stage: Stage) -> None:
    """A failure first, delivery afterwards, what was older last; and the list with another reason."""
    message = await _sent(stage, LEO, *FAILURES)
    await _say(
        stage,
        message,
        (Status.DELIVERED, None, CALLBACK, 64),
        (Status.SENT, None, CALLBACK, 65),
        (Status.UNDELIVERED, 30005, LISTED, 172),
    )
    await stage.until(lambda: stage.person.sees(BODY, Status.DELIVERED), "it arrived after all")
    await _open(stage, message)


@scene()
async def history_shuffled(stage: Stage) -> None:
    """Every report twice, and the last ones first."""
    await stage.play()
    await stage.open(ROB)
    stage.phones.weather.turn("out of order", True)
    stage.phones.weather.turn("twice", True)
    stage.person.type(BODY)
    stage.press("Send")
    message = await stage.until(lambda: stage.person.sees(BODY, Status.DELIVERED), "it is delivered")
    await stage.phones.idle()
    popover = await _open(stage, message)
    await stage.until(lambda: popover.panel.model.rowCount() == 7, "all of it was told")


@scene()
@scene(name="history-long-640", size=(640, 560))
async def history_long(stage: Stage) -> None:
    """Fifty reports over three days scroll."""
    message = await _sent(stage, ROB, Status.DELIVERED)
    past = now() - timedelta(days=3)
    words = [(Status.SENT, None, LISTED, (past - message.at).total_seconds() + 5_400 * n) for n in range(46)]
    await _say(stage, message, *words)
    await _open(stage, message)


@scene()
async def history_inbound(stage: Stage) -> None:
    """Opened by the keyboard, of what came in."""
    await stage.play()
    await stage.open(MAYA)
    view = stage.person.named("Messages", QWidget)
    view.setFocus(Qt.FocusReason.TabFocusReason)
    model = stage.desk._timeline_pane.model
    came = next(m for m in reversed(stage.person.messages()) if not m.outbound)
    stage.desk._timeline_pane.view.setCurrentIndex(model.index(model.place_of(came.id), 0))
    QTest.keyClick(view, Qt.Key.Key_Space)
    popover = await _opened(stage)
    QTest.keyClick(popover.panel.list, Qt.Key.Key_Tab)
    QTest.keyClick(popover.panel.facts, Qt.Key.Key_Backtab)
