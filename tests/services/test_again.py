"""Sending the same once more: only what failed, whole chains of tries, and never without its pictures unasked."""

from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from sms_desktop.domain.errors import BadInput, FilesGone, MayArriveTwice
from sms_desktop.domain.message import CALLBACK, Message, Status, StatusReport
from sms_desktop.services import clock
from sms_desktop.services.clock import now
from sms_desktop.services.inbox import wished
from sms_desktop.simulator.picture import landscape
from sms_desktop.store import consent, messages, outbox
from sms_desktop.store.store import Tx
from tests.rig import LANDLINE, LINE, SILENT, Rig


async def becomes(rig: Rig, message: Message, status: Status) -> None:
    code = 30003 if status is Status.FAILED else None
    await rig.services.inbox.report(message.id, StatusReport(status, code, None, CALLBACK, now()))


async def unconfirmed(rig: Rig, message: Message) -> None:
    def work(tx: Tx) -> None:
        outbox.release(tx, message.conversation_id, now())
        outbox.sending(tx, message.id, now())
        outbox.unconfirmed(tx, message.id, "no answer", now())

    await rig.engine.store.do(work)


@pytest.fixture
async def offline(tmp_path: Path) -> Rig:
    rig = Rig(tmp_path / "data")
    await rig.start(online=False)
    return rig


async def test_what_a_try_at_a_try_delivered_is_not_sent_once_more(offline: Rig) -> None:
    first = await offline.send(SILENT, "hello")
    await becomes(offline, first, Status.FAILED)
    second = await offline.services.outbox.retry(first.id)
    await becomes(offline, second, Status.FAILED)
    third = await offline.services.outbox.retry(second.id)
    with pytest.raises(BadInput, match="again already"):  # it waits, so it may yet arrive
        await offline.services.outbox.retry(first.id)
    await becomes(offline, third, Status.DELIVERED)
    for failed in (first, second):
        with pytest.raises(BadInput, match="again already"):
            await offline.services.outbox.retry(failed.id)
    await offline.engine.close()


async def test_another_try_that_was_never_confirmed_is_asked_about(offline: Rig) -> None:
    first = await offline.send(SILENT, "hello")
    await becomes(offline, first, Status.FAILED)
    second = await offline.services.outbox.retry(first.id)
    await unconfirmed(offline, second)
    with pytest.raises(MayArriveTwice):
        await offline.services.outbox.retry(first.id)
    again = await offline.services.outbox.retry(first.id, twice=True)
    assert again.retry_of == first.id
    await offline.engine.close()


@pytest.mark.parametrize("settled", [True, False])
async def test_a_try_that_waits_does_not_leave_once_any_earlier_one_came_through(tmp_path: Path, settled: bool) -> None:
    rig = Rig(tmp_path / "data")
    await rig.start(online=False)
    first = await rig.send(SILENT, "hello")
    await unconfirmed(rig, first)
    second = await rig.services.outbox.retry(first.id)
    await unconfirmed(rig, second)
    third = await rig.services.outbox.retry(second.id, twice=True)
    if settled:
        await becomes(rig, first, Status.SENT)
    await rig.engine.close()
    rig = Rig(tmp_path / "data")
    await rig.start()
    try:
        await rig.status(third, Status.CANCELED if settled else Status.DELIVERED)
        assert len(rig.simulator.phone(SILENT).messages) == (0 if settled else 1)
    finally:
        await rig.stop()


async def test_a_try_that_waits_is_taken_back_as_soon_as_the_first_came_through(offline: Rig) -> None:
    first = await offline.send(SILENT, "hello")
    await unconfirmed(offline, first)
    second = await offline.services.outbox.retry(first.id)
    await becomes(offline, first, Status.SENT)
    assert (await offline.status(second, Status.CANCELED)).sid is None
    assert await offline.engine.store.read(outbox.waiting) == 0
    words = await offline.services.timeline.reports(second.id)
    assert ("reason", "an earlier try came through") in words[-1].raw
    assert await offline.services.timeline.why_canceled(second.id) == "an earlier try came through"
    await offline.engine.close()


async def test_a_try_that_waits_for_the_morning_and_is_taken_back_can_still_be_seen(offline: Rig) -> None:
    first = await offline.send(SILENT, "hello")
    await unconfirmed(offline, first)
    second = await offline.services.outbox.retry(first.id)
    morning = now() + timedelta(hours=9)
    await offline.engine.store.do(lambda tx: outbox.until_morning(tx, second.id, morning, now()))
    await becomes(offline, first, Status.SENT)
    canceled = await offline.status(second, Status.CANCELED)
    assert canceled.canceled_here and not canceled.withdrawn and canceled.held_for is None
    await offline.engine.close()


async def test_a_picture_that_is_gone_is_never_left_out_unasked(offline: Rig) -> None:
    file = await offline.services.media.attach_bytes(landscape(Random(3)), "seat.png")
    place = await offline.services.conversations.open(LINE, SILENT)
    message = await offline.services.outbox.submit(place.id, "See picture", [file])
    await becomes(offline, message, Status.FAILED)
    offline.services.media.path_of(file).unlink()
    with pytest.raises(FilesGone, match="not on this computer any more"):
        await offline.services.outbox.retry(message.id)
    told = offline.messages[message.id]
    assert told.lacks_files
    again = await offline.services.outbox.retry(message.id, without_files=True)
    assert (again.body, again.media) == ("See picture", ())
    await offline.engine.close()


async def test_a_picture_alone_that_is_gone_is_not_sent_as_nothing(offline: Rig) -> None:
    file = await offline.services.media.attach_bytes(landscape(Random(3)), "seat.png")
    place = await offline.services.conversations.open(LINE, SILENT)
    message = await offline.services.outbox.submit(place.id, "", [file])
    await becomes(offline, message, Status.FAILED)
    offline.services.media.path_of(file).unlink()
    with pytest.raises(BadInput, match="nothing to send"):
        await offline.services.outbox.retry(message.id, without_files=True)
    await offline.engine.close()


async def test_a_waiting_text_whose_picture_is_gone_fails_and_the_next_one_goes(tmp_path: Path) -> None:
    rig = Rig(tmp_path / "data")
    await rig.start(online=False)
    file = await rig.services.media.attach_bytes(landscape(Random(3)), "seat.png")
    place = await rig.services.conversations.open(LINE, SILENT)
    first = await rig.services.outbox.submit(place.id, "See picture", [file])
    second = await rig.services.outbox.submit(place.id, "and this")
    rig.services.media.path_of(file).unlink()
    await rig.engine.close()
    rig = Rig(tmp_path / "data")
    await rig.start()
    try:
        failed = await rig.status(first, Status.FAILED)
        assert failed.lacks_files and failed.error_code is None
        (word,) = await rig.services.timeline.reports(first.id)
        assert dict(word.raw)["reason"].startswith("A picture or file of this message is not on this computer")
        await rig.status(second, Status.DELIVERED)
        assert [m.body for m in rig.simulator.phone(SILENT).messages] == ["and this"]
    finally:
        await rig.stop()


async def test_a_picture_without_a_public_address_waits_without_a_word_a_try(rig: Rig) -> None:
    file = await rig.services.media.attach_bytes(landscape(Random(3)), "seat.png")
    place = await rig.services.conversations.open(LINE, LANDLINE)
    url, rig.services.link.public_url, rig.services.link.address_awaited = rig.services.link.public_url, None, True
    message = await rig.services.outbox.submit(place.id, "See picture", [file])

    async def deferred() -> bool:
        due = await rig.engine.store.read(outbox.next_due)
        return due is not None and due > message.at

    while not await deferred():
        await rig.engine.store.do(lambda _: None)
    assert await rig.services.timeline.reports(message.id) == ()
    rig.services.link.public_url = url
    rig.services.outbox.hurry()
    await rig.status(message, Status.UNDELIVERED)


async def test_a_start_after_a_refusal_counts_where_our_clock_is_a_little_fast(offline: Rig) -> None:
    message = await offline.send(SILENT, "hello")
    clock.correct(timedelta(seconds=-20))  # Twilio's clock is so far behind ours, which counts as right
    refusal = StatusReport(Status.FAILED, 21610, None, CALLBACK, now())
    await offline.services.inbox.report(message.id, refusal)
    assert await offline.engine.store.read(lambda db: consent.opted_out(db, LINE, SILENT))

    def start(tx: Tx) -> None:
        come = messages.add_inbound(tx, sid="SM" + "1" * 32, line=LINE, peer=SILENT, body="START", at=now())
        assert come is not None
        wished(tx, come)
        consent.redate(tx, {"SM" + "1" * 32: now() - timedelta(seconds=10)})  # ten seconds later, by Twilio's clock

    await offline.engine.store.do(start)
    assert not await offline.engine.store.read(lambda db: consent.opted_out(db, LINE, SILENT))
    clock.correct(None)
    await offline.engine.close()
