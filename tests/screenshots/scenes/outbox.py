"""What has not left, or may not have: kept back, waiting, in doubt; and quitting over it."""

from datetime import timedelta

from sms_desktop.domain.message import Doubt, Message, Status
from sms_desktop.services.clock import now
from sms_desktop.store import outbox, polls
from sms_desktop.ui.leaving import NOTHING_LEFT, ReturningDialog
from tests.screenshots.scene import scene
from tests.screenshots.stage import Stage

ROB = "+14155550111"


async def _sent(stage: Stage, body: str, *statuses: Status) -> Message:
    stage.person.type(body)
    stage.press("Send")
    return await stage.until(
        lambda: next((found for status in statuses if (found := stage.person.sees(body, status))), None),
        f"“{body}” is there",
    )


@scene()
@scene(name="outbox-held-640", size=(640, 720))
@scene(name="outbox-held-right-to-left", rtl=True)
async def outbox_held(stage: Stage) -> None:
    """For some seconds it can be undone."""
    await stage.play()
    await stage.open(ROB)
    conversation = await stage.services.conversations.open("+12125550100", ROB)
    body = "Your chair is ready. When will you collect it?"
    held = await stage.services.outbox.submit(conversation.id, body, hold=240)
    assert held.held_until is not None
    soon = held.held_until - timedelta(seconds=5)
    stage.desk._timeline_pane.model.now = lambda: soon
    await stage.until(lambda: stage.person.sees(body), "it is there")


@scene()
async def outbox_queued(stage: Stage) -> None:
    """Twilio is too busy: what waits can be canceled, and something was."""
    await stage.play()
    await stage.open(ROB)
    stage.phones.weather.turn("429", True)
    await _sent(stage, "We are open until six.", Status.QUEUED)
    canceled = await _sent(stage, "Never mind this one.", Status.QUEUED)
    await _sent(stage, "Shall I keep the blue one for you?", Status.QUEUED)
    await stage.services.outbox.cancel(canceled.id)
    lingers = stage.desk._timeline_pane.buttons
    await stage.until(lambda: len(lingers.shown) > 1, "both can be canceled")


async def _doubtful(stage: Stage) -> Message:
    await stage.play()
    await stage.open(ROB)
    stage.phones.weather.error_before = 1
    return await _sent(stage, "Yes, from 10 on.", Status.UNCONFIRMED)


@scene()
@scene(name="outbox-asking-640", size=(640, 720))
async def outbox_asking(stage: Stage) -> None:
    """Twilio's list is being asked."""
    message = await _doubtful(stage)
    await stage.engine.store.do(lambda tx: polls.plan(tx, message.id, now() + timedelta(hours=1), 0))


@scene()
async def outbox_asked_in_vain(stage: Stage) -> None:
    message = await _doubtful(stage)
    later = now() + timedelta(hours=1)
    await stage.engine.store.do(lambda tx: outbox.found_nothing(tx, message.id, now(), later, 1))


@scene()
@scene(name="outbox-never-confirmed-200-percent", scale=2)
async def outbox_never_confirmed(stage: Stage) -> None:
    message = await _doubtful(stage)
    await stage.engine.store.do(lambda tx: outbox.found_nothing(tx, message.id, now(), None, 6))
    await stage.until(lambda: stage.person.messages()[-1].doubt is Doubt.OVER, "the time is over")


@scene()
async def outbox_never_confirmed_in_the_list(stage: Stage) -> None:
    """A later text has arrived, and the row tells all the same."""
    await outbox_never_confirmed(stage)
    stage.phones.weather.clear()
    await _sent(stage, "Anything else?", Status.DELIVERED)


@scene()
async def outbox_never_confirmed_in_health(stage: Stage) -> None:
    await outbox_never_confirmed(stage)
    await stage.desk._services.health.check()
    stage.desk.open_health()


@scene()
async def standing_too_many_requests(stage: Stage) -> None:
    await stage.play()
    stage.phones.weather.turn("429", True)
    stage.desk._services.connection.look()
    await stage.until(stage.desk.window.banner.isVisible, "it is told")


@scene()
async def outbox_send_again_asks(stage: Stage) -> None:
    await outbox_never_confirmed(stage)
    await stage.still()
    stage.press("Send again")


@scene()
@scene(name="quitting-480", size=(480, 720))
@scene(name="quitting-right-to-left", rtl=True)
async def quitting(stage: Stage) -> None:
    """Two messages have not left."""
    await stage.play()
    await stage.open(ROB)
    stage.phones.weather.turn("429", True)
    await _sent(stage, "We are open until six.", Status.QUEUED)
    await _sent(stage, "Shall I keep the blue one for you?", Status.QUEUED)
    stage.desk.window.close()
    await stage.dialog()


@scene()
async def quitting_all_has_left(stage: Stage) -> None:
    """While one is asked, all has left."""
    await quitting(stage)
    stage.phones.weather.clear()
    dialog = await stage.dialog()
    await stage.until(lambda: dialog.title.text() == NOTHING_LEFT, "all has left")  # type: ignore[attr-defined]


@scene()
async def quitting_gives_back(stage: Stage) -> None:
    await stage.play()
    ReturningDialog(parent=stage.desk.window).open()
    await stage.dialog()


@scene()
async def quitting_not_given_back(stage: Stage) -> None:
    await stage.play()
    dialog = ReturningDialog(parent=stage.desk.window)
    dialog.show_trouble(
        ["The number “Shop” and the number “Toll-free” could not be given back. Twilio is not reached."]
    )
    dialog.open()
    await stage.dialog()


@scene()
async def quitting_waits(stage: Stage) -> None:
    await quitting(stage)
    stage.phones.weather.clear()
    dialog = await stage.dialog()
    stage.phones.weather.turn("429", True)
    dialog.waitChosen.emit()  # type: ignore[attr-defined]
