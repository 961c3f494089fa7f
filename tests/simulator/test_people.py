"""The people, and the phones they hold."""

import struct
import zlib
from collections import Counter
from itertools import pairwise
from random import Random

import phonenumbers

from sms_desktop.simulator import SHOP_LINE, HandsetMessage, Simulator
from sms_desktop.simulator.picture import landscape
from tests.simulator.api import SILENT, Api
from tests.simulator.receiver import Receiver, twiml

ANSWERS, PICTURE, SAYS_STOP, YOURS = "+14155550110", "+14155550112", "+14155550113", "+14155550132"


def test_people_have_numbers_that_can_be_dialled(sim: Simulator) -> None:
    assert len({person.number for person in sim.people}) == len(sim.people) >= 7
    for person in sim.people:
        assert phonenumbers.is_valid_number(phonenumbers.parse(person.number))
        assert person.name and person.ways


async def test_one_answers_what_was_asked(api: Api, sim: Simulator, receiver: Receiver) -> None:
    await api.send(to=ANSWERS, body="Your chair can be delivered on Friday at 3 pm. Does that suit you?")
    await sim.idle()
    (posted,) = receiver.posted
    assert posted.form["From"] == ANSWERS and posted.form["Body"]
    first, second = sim.phone(ANSWERS).messages
    assert (first.mine, second.mine, second.line) == (False, True, SHOP_LINE)


async def test_answers_vary(api: Api, sim: Simulator) -> None:
    said: list[str] = []
    for _ in range(6):
        await api.send(to=ANSWERS, body="Fine")
        await sim.idle()
        said.append(sim.phone(ANSWERS).messages[-1].body)
    assert len(set(said)) > 1
    assert all(one != other for one, other in pairwise(said))


async def test_two_machines_do_not_talk_for_ever(sim: Simulator, receiver: Receiver, api: Api) -> None:
    receiver.respond = twiml("<Response><Message>We are closed.</Message></Response>")
    await api.send(to=ANSWERS)
    await sim.idle()
    assert Counter(message.mine for message in sim.phone(ANSWERS).messages) == {True: 12, False: 13}


async def test_one_is_silent_and_any_other_number_too(api: Api, sim: Simulator, receiver: Receiver) -> None:
    for number in (SILENT, YOURS, "+14155550177"):
        await api.send(to=number)
        await sim.idle()
        assert [m.body for m in sim.phone(number).messages] == ["Hello"]
    assert receiver.posted == []


async def test_one_sends_a_picture_back(api: Api, sim: Simulator, receiver: Receiver) -> None:
    await api.send(to=PICTURE)
    await sim.idle()
    assert receiver.posted[0].form["MediaContentType0"] == "image/png"
    ((content_type, data),) = sim.phone(PICTURE).messages[-1].media
    assert content_type == "image/png" and data.startswith(b"\x89PNG")


async def test_one_says_stop_and_cannot_be_reached_again(api: Api, sim: Simulator, receiver: Receiver) -> None:
    await api.send(to=SAYS_STOP)
    await sim.idle()
    assert receiver.posted[0].form["Body"] == "STOP"
    assert (await api.send(to=SAYS_STOP)).code == 21610


async def test_a_handset_tells_both_ways_until_told_not_to(api: Api, sim: Simulator, receiver: Receiver) -> None:
    heard: list[HandsetMessage] = []
    phone = sim.phone("(415) 555-0132")
    unsubscribe = phone.on_message(heard.append)
    await phone.text(SHOP_LINE, "Is Saturday still fine?")
    await api.send(to=YOURS, body="Yes, from 10 on.")
    await sim.idle()
    assert [(m.body, m.mine, m.line) for m in heard] == [
        ("Is Saturday still fine?", True, SHOP_LINE),
        ("Yes, from 10 on.", False, SHOP_LINE),
    ]
    assert tuple(heard) == phone.messages and phone is sim.phone(YOURS)
    assert all(message.at.tzinfo is not None for message in heard)

    unsubscribe()
    await phone.send_photo(SHOP_LINE, "Here")
    await sim.idle()
    assert len(heard) == 2
    assert phone.messages[-1].media and receiver.posted[-1].form["NumMedia"] == "1"


async def test_a_listener_that_fails_stops_nothing(api: Api, sim: Simulator) -> None:
    def fail(message: HandsetMessage) -> None:
        raise RuntimeError

    heard: list[HandsetMessage] = []
    sim.phone(YOURS).on_message(fail)
    sim.phone(YOURS).on_message(heard.append)
    uri = (await api.send(to=YOURS)).data["uri"]
    await sim.idle()
    assert len(heard) == 1
    assert (await api.get(uri)).data["status"] == "delivered"


def test_a_picture_is_a_whole_png() -> None:
    data = landscape(Random(1))
    assert 2_000 < len(data) < 100_000
    position, kinds, pixels = 8, [], b""
    while position < len(data):
        (length,) = struct.unpack(">I", data[position : position + 4])
        kind, body = data[position + 4 : position + 8], data[position + 8 : position + 8 + length]
        assert struct.unpack(">I", data[position + 8 + length : position + 12 + length])[0] == zlib.crc32(kind + body)
        kinds.append(kind)
        pixels += body if kind == b"IDAT" else b""
        position += 12 + length
    assert kinds == [b"IHDR", b"IDAT", b"IEND"]
    assert len(zlib.decompress(pixels)) == 270 * (1 + 3 * 360)
    assert landscape(Random(2)) != data
