"""What has not left yet: undone, canceled, asked about, and not forgotten when one quits."""

import asyncio
from pathlib import Path
from random import Random

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from sms_desktop.domain.message import Doubt, Status
from sms_desktop.services.clock import now
from sms_desktop.services.doubt import WAITS
from sms_desktop.simulator.picture import landscape
from sms_desktop.store import polls
from sms_desktop.ui.leaving import NOTHING_LEFT, LeavingDialog
from tests.journeys.window.seat import Seat, demo, leaving

ROB, ROB_NUMBER = "Rob Baines", "+14155550111"
LONG = 60


def shown(seat: Seat, body: str) -> bool:
    return any(body in said for said in seat.spoken("Messages"))


async def asked_when_closing(seat: Seat, body: str) -> LeavingDialog:
    """What the window asks that is closed while ``body`` waits to leave."""
    await seat.send(body)
    seat.window.close()
    return await seat.until(leaving, "it asks")


async def test_a_text_can_be_undone_by_its_button_and_is_written_again(tmp_path: Path) -> None:
    picture = tmp_path / "chair.png"
    picture.write_bytes(landscape(Random(8)))
    async with demo(tmp_path / "data", undo=LONG) as seat:
        await seat.open(ROB)
        seat.drop(picture)
        await seat.until(lambda: seat.offers("Send"), "the picture is attached")
        message = await seat.send("Too soon")
        assert message.held_until is not None
        await seat.until(lambda: seat.offers("Undo"), "it can be undone")
        seat.type("And anoth")
        seat.press("Undo")
        await seat.until(lambda: not shown(seat, "Too soon"), "it is no message any more")
        await seat.until(lambda: seat.editor.toPlainText() == "Too soon\nAnd anoth", "it is written again")
        await seat.until(lambda: len(seat.session.desk._composer_view.files) == 1, "with its picture")
        assert seat.taken("Too soon") == 0
        sent = await seat.send("er word")
        assert sent.body == "Too soon\nAnd another word"
        assert len(sent.media) == 1
        await seat.click("Undo")
        await seat.until(lambda: seat.editor.toPlainText() == "Too soon\nAnd another word", "and once more")


async def test_ctrl_z_with_nothing_written_undoes_what_was_just_sent(tmp_path: Path) -> None:
    async with demo(tmp_path, undo=LONG) as seat:
        await seat.open(ROB)
        await seat.send("Oh no")
        seat.editor.setFocus()
        QTest.keyClicks(seat.editor, "x")
        seat.key(Qt.Key.Key_Backspace)
        seat.control(Qt.Key.Key_Z)  # what was typed comes first
        seat.control(Qt.Key.Key_Z)
        assert seat.editor.toPlainText() == ""
        assert shown(seat, "Oh no")
        seat.control(Qt.Key.Key_Z)
        await seat.until(lambda: seat.editor.toPlainText() == "Oh no", "it is written again")
        await seat.until(lambda: not shown(seat, "Oh no"), "it is no message any more")
        seat.editor.clear()


async def test_what_is_not_undone_leaves_by_itself(tmp_path: Path) -> None:
    async with demo(tmp_path, undo=1) as seat:
        await seat.open(ROB)
        message = await seat.send("On its way")
        assert message.held_until is not None
        await seat.reaches(message, Status.DELIVERED)
        assert seat.taken("On its way") == 1
        reports = await seat.services.timeline.reports(message.id)
        assert next(report.at for report in reports if report.status is Status.SENDING) >= message.held_until
        assert not seat.offers("Undo")


async def test_the_window_keeps_texts_back_for_five_seconds_unless_told_otherwise(tmp_path: Path) -> None:
    async with demo(tmp_path, undo=None) as seat:
        await seat.open(ROB)
        message = await seat.send("By default")
        assert message.held_until is not None
        assert (message.held_until - message.at).total_seconds() == 5
        await seat.until(lambda: seat.offers("Undo"), "it can be undone")
        seat.press("Undo")
        await seat.until(lambda: seat.editor.toPlainText() == "By default", "it is written again")
        seat.session.desk.open_preferences()
        await seat.until(lambda: seat.session.desk.preferences.dialog, "the preferences are open")
        dialog = seat.session.desk.preferences.dialog
        assert dialog is not None
        assert dialog.general.undo[5].isChecked()
        dialog.general.undo[0].click()
        composer = seat.session.desk.composer
        await seat.until(lambda: composer._sending.hold == 0, "it is chosen")
        dialog.accept()
        seat.session.desk.window.activateWindow()
        await seat.reaches(await seat.send(", then at once"), Status.DELIVERED)


async def test_what_waits_for_twilio_can_be_canceled(tmp_path: Path) -> None:
    async with demo(tmp_path) as seat:
        await seat.open(ROB)
        seat.press("Weather 429")
        message = await seat.send("Never mind")
        await seat.until(lambda: seat.offers("Cancel"), "it can be canceled")
        seat.press("Cancel")
        await seat.reaches(message, Status.CANCELED)
        seat.simulator.weather.clear()
        await seat.reaches(await seat.send("After it"), Status.DELIVERED)
        assert seat.taken("Never mind") == 0
        assert "Outbound, Canceled" in seat.spoken("Messages")[-2]


async def test_ask_now_settles_what_twilio_has(tmp_path: Path) -> None:
    async with demo(tmp_path) as seat:
        await seat.open(ROB)
        seat.simulator.weather.lost_callbacks = seat.simulator.weather.error_after = 1
        message = await seat.send("Did it go?")
        await seat.reaches(message, Status.UNCONFIRMED)
        seat.simulator.weather.clear()
        await seat.click("Ask now")
        await seat.until(lambda: (m := seat.sees("Did it go?")) and m.sid, "Twilio's list has it")
        assert seat.taken("Did it go?") == 1
        await seat.until(lambda: not seat.offers("Send again"), "nothing is to be decided")


async def test_what_twilio_never_confirmed_is_left_or_sent_again_when_asked(tmp_path: Path) -> None:
    async with demo(tmp_path) as seat:
        await seat.open(ROB)
        for body in ("Leave me", "Send me"):
            seat.simulator.weather.error_before = 1
            message = await seat.send(body)
            await seat.reaches(message, Status.UNCONFIRMED)
            seat.simulator.weather.clear()
            store, key = seat.session.engine.store, message.id
            await store.do(lambda tx, key=key: polls.plan(tx, key, now(), len(WAITS)))  # type: ignore[misc]
            seat.services.statuses.wake()
            await seat.until(lambda: (m := seat.sees(body)) and m.doubt is Doubt.OVER, "the time is over")  # noqa: B023
            await seat.until(lambda: seat.offers("Leave it"), "it can be left")
            if body == "Leave me":
                seat.press("Leave it")
                await seat.until(lambda: not seat.offers("Leave it"), "it is let rest")
        seat.press("Send again")
        await seat.click("Yes, send again")
        again = await seat.until(lambda: next((m for m in seat.messages() if m.retry_of), None), "a second message")
        await seat.reaches(again, Status.DELIVERED)
        assert (seat.taken("Leave me"), seat.taken("Send me")) == (0, 1)


async def test_quitting_with_a_text_in_the_outbox_asks_and_one_may_stay(tmp_path: Path) -> None:
    async with demo(tmp_path, undo=LONG) as seat:
        await seat.open(ROB)
        dialog = await asked_when_closing(seat, "Not yet")
        assert dialog.title.text() == "1 message has not left yet."
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        await seat.until(lambda: leaving() is None, "one stays")
        assert seat.window.isVisible()
        assert not seat.session.closed.is_set()
        seat.press("Undo")
        await seat.until(lambda: seat.editor.toPlainText() == "Not yet", "it is written again")


async def test_one_may_wait_and_the_window_closes_when_all_has_left(tmp_path: Path) -> None:
    async with demo(tmp_path) as seat:
        await seat.open(ROB)
        seat.press("Weather 429")
        dialog = await asked_when_closing(seat, "Wait for me")
        QTest.mouseClick(dialog.wait_button, Qt.MouseButton.LeftButton)
        await seat.until(lambda: dialog.is_waiting, "it waits")
        await seat.until(lambda: "asks SMS Desktop to slow down" in dialog.advice.text(), "why is told")
        assert not seat.session.closed.is_set()
        seat.simulator.weather.clear()
        await asyncio.wait_for(seat.session.closed.wait(), 20)
        assert seat.taken("Wait for me") == 1


async def test_when_all_has_left_while_one_is_asked_one_is_still_asked(tmp_path: Path) -> None:
    async with demo(tmp_path) as seat:
        await seat.open(ROB)
        seat.press("Weather 429")
        dialog = await asked_when_closing(seat, "Go ahead")
        seat.simulator.weather.clear()
        await seat.until(lambda: dialog.title.text() == NOTHING_LEFT, "all has left")
        assert seat.taken("Go ahead") == 1 and dialog.isVisible() and not seat.session.closed.is_set()
        QTest.mouseClick(dialog.stay_button, Qt.MouseButton.LeftButton)
        await seat.until(lambda: leaving() is None, "one stays")
        assert not seat.session.closed.is_set()
        seat.window.close()
        await asyncio.wait_for(seat.session.closed.wait(), 20)


async def test_what_was_not_waited_for_leaves_at_the_next_start(tmp_path: Path) -> None:
    async with demo(tmp_path, undo=LONG) as seat:
        await seat.open(ROB)
        dialog = await asked_when_closing(seat, "Tomorrow then")
        QTest.mouseClick(dialog.go_button, Qt.MouseButton.LeftButton)
        await asyncio.wait_for(seat.session.closed.wait(), 20)
        assert seat.taken("Tomorrow then") == 0
        await seat.services.outbox.undo(next(m.id for m in seat.messages() if m.body == "Tomorrow then"))
        assert not await seat.services.outbox.remaining()


async def test_a_picture_that_twilio_has_not_fetched_is_waited_for(tmp_path: Path) -> None:
    picture = tmp_path / "chair.png"
    picture.write_bytes(landscape(Random(8)))
    async with demo(tmp_path / "data", pace=40) as seat:
        await seat.open(ROB)
        seat.drop(picture)
        await seat.until(lambda: seat.offers("Send"), "the picture is attached")
        await seat.send("Like this")
        await seat.until(lambda: (m := seat.sees("Like this")) and m.sid, "Twilio has accepted it")
        seat.window.close()
        dialog = await seat.until(leaving, "it asks")
        assert dialog.title.text() == "Pictures are still on their way."
        QTest.mouseClick(dialog.go_button, Qt.MouseButton.LeftButton)
        await asyncio.wait_for(seat.session.closed.wait(), 20)


async def test_a_text_whose_picture_is_gone_is_written_anew_with_another(tmp_path: Path) -> None:
    picture = tmp_path / "chair.png"
    picture.write_bytes(landscape(Random(8)))
    async with demo(tmp_path / "data") as seat:
        await seat.open(ROB)
        seat.drop(picture)
        await seat.until(lambda: seat.offers("Send"), "the picture is attached")
        seat.press("Weather 429")
        message = await seat.send("See picture")
        [media] = message.media
        assert media.file is not None
        seat.services.media.path_of(media.file).unlink()
        seat.press("Weather 429")
        await seat.reaches(message, Status.FAILED)
        await seat.until(lambda: seat.offers("Attach it anew"), "it is offered")
        assert seat.taken("See picture") == 0
        seat.press("Attach it anew")
        await seat.until(lambda: seat.editor.toPlainText() == "See picture", "it is written again")
        assert len(seat.session.desk._composer_view.files) == 0
        seat.editor.clear()
