"""Pictures both ways, by the ways that a person has."""

from pathlib import Path
from random import Random

from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget

from sms_desktop.demo import SHOP
from sms_desktop.domain.media import MediaState
from sms_desktop.domain.message import Status
from sms_desktop.simulator.picture import landscape
from tests.journeys.window.seat import Seat, demo

ROB = "+14155550124"


def attached(seat: Seat) -> list[str]:
    """What the chips below the text say."""
    chips = seat.named("Attachments", QWidget).findChildren(QWidget)
    return [chip.accessibleName() for chip in chips if chip.isVisible() and " · " in chip.accessibleName()]


async def test_a_dropped_picture_reaches_the_phone_byte_for_byte(tmp_path: Path) -> None:
    drawn = landscape(Random(5))
    path = tmp_path / "chair, front & back.png"
    path.write_bytes(drawn)
    async with demo(tmp_path / "data") as seat:
        await seat.open("Rob Baines")
        seat.drop(path)
        await seat.until(lambda: attached(seat), "the attachment has a chip")
        assert attached(seat)[0].startswith("chair, front & back.png · ")
        path.unlink()  # what was attached is ours from then on
        message = await seat.send("The seat, both sides")
        delivered = await seat.reaches(message, Status.DELIVERED)
        assert delivered.sid is not None
        assert delivered.sid.startswith("MM")
        assert seat.phone(ROB).messages[-1].media == (("image/png", drawn),)
        assert seat.bytes_of(delivered) == [drawn]
        await seat.until(lambda: not attached(seat), "the chip is gone")


async def test_a_pasted_picture_reaches_the_phone_as_it_was(tmp_path: Path) -> None:
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(QColor("teal"))
    image.setPixelColor(7, 11, QColor("orange"))
    async with demo(tmp_path) as seat:
        await seat.open("Rob Baines")
        seat.paste(image)
        await seat.until(lambda: attached(seat), "the pasted picture has a chip")
        seat.press("Send")
        sent = await seat.until(lambda: seat.sees("", Status.DELIVERED), "a picture without words is delivered")
        [(kind, data)] = seat.phone(ROB).messages[-1].media
        assert kind == "image/png"
        assert QImage.fromData(data).convertToFormat(image.format()) == image
        assert seat.bytes_of(sent) == [data]


async def test_what_cannot_be_sent_is_refused_at_the_composer_and_the_words_stay(tmp_path: Path) -> None:
    empty, page, long = tmp_path / "empty.png", tmp_path / "page.png", tmp_path / "long.mp4"
    empty.touch()
    page.write_text("<!doctype html><html></html>")
    with long.open("wb") as file:
        file.write(b"\0\0\0\x18ftypisom")
        file.truncate(50 * 1024 * 1024)
    async with demo(tmp_path / "data") as seat:
        await seat.open("Rob Baines")
        seat.type("Look at this")
        for path, reason in ((empty, "is empty"), (page, "web page"), (long, "at most 5 MB")):
            seat.drop(path)
            await seat.until(lambda reason=reason: seat.says(reason), f"“{reason}” is said")  # type: ignore[misc]
        assert attached(seat) == []
        assert seat.editor.toPlainText() == "Look at this"
        assert seat.offers("Send")


async def test_an_inbound_picture_is_a_placeholder_first_and_then_the_picture(tmp_path: Path) -> None:
    async with demo(tmp_path) as seat:
        await seat.open("Rob Baines")
        shown: list[list[MediaState]] = []
        model = seat.rows_of("Messages").model()

        def look(*_: object) -> None:
            shown.extend([m.state for m in message.media] for message in seat.messages() if not message.body)

        model.rowsInserted.connect(look)
        model.dataChanged.connect(look)
        seat.press("Customer sends photo")
        ready = await seat.until(lambda: seat.picture(""), "it is fetched")
        assert (shown[0], shown[-1]) == ([MediaState.PENDING], [MediaState.READY])
        [(_, data)] = seat.phone(ROB).messages[-1].media
        assert seat.bytes_of(ready) == [data]


async def test_a_picture_that_cannot_be_fetched_is_fetched_by_hand(tmp_path: Path) -> None:
    async with demo(tmp_path) as seat:
        await seat.open("Rob Baines")
        seat.press("Weather 429")
        await seat.phone(ROB).send_photo(SHOP, "The broken leg")
        await seat.until(lambda: seat.offers("Fetch again"), "the failure has its button")
        seat.press("Weather 429")
        seat.press("Fetch again")
        ready = await seat.until(lambda: seat.picture("The broken leg"), "it is fetched")
        assert seat.bytes_of(ready) == [seat.phone(ROB).messages[-1].media[0][1]]
