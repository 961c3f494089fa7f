"""The network goes and comes back; the window is closed and opened in between."""

from functools import partial
from pathlib import Path
from random import Random

import pytest

from sms_desktop.demo import SHOP
from sms_desktop.domain.media import Media
from sms_desktop.domain.message import Status
from sms_desktop.simulator import Simulator
from sms_desktop.simulator.picture import landscape
from tests.journeys.window.seat import Seat, real

ROB = "+14155550124"
ROB_IN_THE_LIST = "(415) 555-0124"


async def come_back(twilio: Simulator) -> None:
    await twilio.start(int(twilio.base_url.rpartition(":")[2]))


def picture_of(seat: Seat) -> tuple[Media, ...]:
    message = seat.sees("Look")
    return message.media if message is not None else ()


async def a_morning(seat: Seat, picture: Path) -> None:
    """A text out, a picture out, a picture in, and half a sentence."""
    await seat.phone(ROB).text(SHOP, "Do you have stools?")
    await seat.open(ROB_IN_THE_LIST)
    await seat.reaches(await seat.send("Two are left."), Status.DELIVERED)
    seat.drop(picture)
    await seat.reaches(await seat.send("Like this one"), Status.DELIVERED)
    await seat.phone(ROB).send_photo(SHOP, "For this corner")
    await seat.until(lambda: seat.picture("For this corner"), "the picture is fetched")
    seat.type("Shall I keep")


async def test_after_the_network_went_all_is_there_and_what_is_written_leaves_once(
    tmp_path: Path, twilio: Simulator
) -> None:
    picture = tmp_path / "stool.png"
    picture.write_bytes(landscape(Random(8)))
    async with real(tmp_path / "data", twilio) as seat:
        await a_morning(seat, picture)
        await seat.unplug()

    async with real(tmp_path / "data", twilio) as seat:
        await seat.opened(ROB_IN_THE_LIST)
        await seat.until(lambda: seat.says("Offline · Twilio cannot be reached"), "the status line says so")
        assert seat.says("as soon as the connection is back")
        assert [(m.body, m.status) for m in seat.messages()] == [
            ("Do you have stools?", Status.RECEIVED),
            ("Two are left.", Status.DELIVERED),
            ("Like this one", Status.DELIVERED),
            ("For this corner", Status.RECEIVED),
        ]
        pictures = {body: seat.picture(body) for body in ("Like this one", "For this corner")}
        assert all(pictures.values())
        assert [seat.bytes_of(m) for m in pictures.values() if m] == [
            [landscape(Random(8))],
            [next(m.media[0][1] for m in seat.phone(ROB).messages if m.body == "For this corner")],
        ]
        assert seat.editor.toPlainText() == "Shall I keep"

        first = await seat.send(" one for you?")
        second = await seat.send("We close at six.")
        await seat.until(lambda: seat.says("Outbox 2 waiting"), "the status line counts them")
        await come_back(twilio)
        for message in (first, second):
            await seat.reaches(message, Status.DELIVERED)
        await seat.until(lambda: seat.says("Outbox empty"), "nothing waits any more")
        await seat.until(lambda: seat.says("Live · receiving"), "the status line is live again")
        assert seat.got(ROB)[-2:] == ["Shall I keep one for you?", "We close at six."]
        assert [seat.taken(message.body) for message in (first, second)] == [1, 1]


async def test_what_was_written_offline_leaves_after_a_restart_too(tmp_path: Path, twilio: Simulator) -> None:
    async with real(tmp_path / "data", twilio) as seat:
        await seat.phone(ROB).text(SHOP, "Hello?")
        await seat.open(ROB_IN_THE_LIST)
        await seat.unplug()
        await seat.send("Written on the train")
        await seat.until(lambda: seat.says("Offline"), "the failed try is told at once")
    await come_back(twilio)
    async with real(tmp_path / "data", twilio) as seat:
        await seat.opened(ROB_IN_THE_LIST)
        await seat.until(lambda: seat.sees("Written on the train", Status.DELIVERED), "it has left")
        assert seat.got(ROB).count("Written on the train") == 1
        assert seat.taken("Written on the train") == 1


async def test_a_picture_that_came_before_the_network_went_is_fetched_when_it_is_back(
    tmp_path: Path, twilio: Simulator
) -> None:
    async with real(tmp_path / "data", twilio) as seat:
        await seat.phone(ROB).text(SHOP, "Hello?")
        await seat.open(ROB_IN_THE_LIST)
        twilio.weather.turn("429", True)
        await seat.phone(ROB).send_photo(SHOP, "Look")
        await seat.until(lambda: any(m.error for m in picture_of(seat)), "it is announced, and cannot be fetched")
        await seat.unplug()
    twilio.weather.clear()
    await come_back(twilio)
    async with real(tmp_path / "data", twilio) as seat:
        await seat.opened(ROB_IN_THE_LIST)
        await seat.until(partial(picture_of, seat), "it is there")
        await seat.until(lambda: seat.picture("Look"), "the picture is fetched")


async def test_a_wrong_token_is_said_in_the_window(
    tmp_path: Path, twilio: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "0" * 32)
    async with real(tmp_path / "data", twilio) as seat:
        await seat.until(
            lambda: seat.says("Twilio does not accept this Account SID and Auth Token"), "the trouble is told"
        )
        await seat.told("TWILIO_AUTH_TOKEN in the environment of this program")
