"""Pictures both ways, and the ways in which they fail."""

import os
import time
from pathlib import Path
from random import Random
from typing import IO, Any

import pytest

from sms_desktop.domain.errors import BadInput
from sms_desktop.domain.media import MediaState
from sms_desktop.domain.message import Message, Status
from sms_desktop.gateway.wire import NeverLeft
from sms_desktop.services import media as media_service
from sms_desktop.services.clock import now
from sms_desktop.simulator.picture import landscape
from sms_desktop.store import media, settings
from sms_desktop.store.store import Store
from tests.rig import LINE, PICTURE, SILENT, TOLL_FREE, Rig, running


def picture(seed: int = 1) -> bytes:
    return landscape(Random(seed))


async def test_a_picture_reaches_the_phone_byte_for_byte(rig: Rig, tmp_path: Path) -> None:
    path = tmp_path / "chair front.png"
    path.write_bytes(picture())
    file = await rig.services.media.attach(path)
    conversation = await rig.services.conversations.open(LINE, SILENT)
    message = await rig.services.outbox.submit(conversation.id, "here it is", [file])
    delivered = await rig.status(message, Status.DELIVERED)
    assert delivered.sid is not None
    assert delivered.sid.startswith("MM")
    received = rig.simulator.phone(SILENT).messages[-1]
    assert received.media == (("image/png", picture()),)


def fetched(rig: Rig, message: Message) -> Message | None:
    now = rig.messages[message.id]
    return now if all(m.state is MediaState.READY for m in now.media) else None


async def test_an_inbound_picture_is_shown_pending_then_fetched(rig: Rig) -> None:
    await rig.simulator.phone(SILENT).send_photo(LINE, "look")
    message = await rig.inbound("look")
    ready = await rig.until(lambda: fetched(rig, message), "fetched")
    [media] = ready.media
    assert media.file is not None
    assert media.file.content_type == "image/png"
    assert rig.services.media.path_of(media.file).stat().st_size == media.file.size


async def test_a_person_who_answers_with_a_picture(rig: Rig) -> None:
    message = await rig.send(PICTURE, "How does it look?")
    await rig.status(message, Status.DELIVERED)
    await rig.until(lambda: [m for m in rig.messages.values() if m.peer == PICTURE and m.media and fetched(rig, m)])


async def test_a_failed_fetch_is_tried_again(rig: Rig) -> None:
    rig.simulator.weather.turn("429", True)
    await rig.simulator.phone(SILENT).send_photo(LINE, "look")
    message = await rig.inbound("look")
    failed = await rig.until(lambda: next((m for m in rig.messages[message.id].media if m.error), None), "an error")
    rig.simulator.weather.clear()
    await rig.services.media.fetch_again(failed.id)
    await rig.until(lambda: fetched(rig, message), "fetched")


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("empty.png", b"", "empty"),
        ("page.html", b"<!doctype html><html></html>", "web page"),
        ("lies.png", b"MZ\x90\0" + b"\0" * 200, "program"),
        ("letter.docx", b"PK\x03\x04" + b"\0" * 26 + b"[Content_Types].xml word/document.xml", "document"),
        ("photos.zip", b"PK\x03\x04" + b"\0" * 64, "archive"),
        ("movie.mp4", b"\0\0\0\x18ftypisom" + b"\0" * (50 * 1024 * 1024), "5 MB"),
    ],
)
async def test_what_cannot_be_sent_is_refused_with_the_reason(
    rig: Rig, tmp_path: Path, name: str, data: bytes, reason: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(BadInput, match=reason):
        await rig.services.media.attach(path)


async def test_five_megabytes_is_the_limit_for_all_together(rig: Rig) -> None:
    first = await rig.services.media.attach_bytes(picture() + b"\0" * 3_000_000, "one.png")
    with pytest.raises(BadInput, match="Together"):
        await rig.services.media.attach_bytes(picture(2) + b"\0" * 3_000_000, "two.png", [first])


async def test_an_eleventh_attachment_is_refused(rig: Rig) -> None:
    files = [await rig.services.media.attach_bytes(picture(n), f"{n}.png") for n in range(10)]
    with pytest.raises(BadInput, match="10"):
        await rig.services.media.attach_bytes(picture(99), "eleven.png", files)


async def test_a_folder_or_a_missing_file_is_refused(rig: Rig, tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        await rig.services.media.attach(tmp_path)
    with pytest.raises(BadInput):
        await rig.services.media.attach(tmp_path / "nothing.png")


async def test_a_toll_free_line_sends_pictures_too(rig: Rig) -> None:
    file = await rig.services.media.attach_bytes(picture(), "a.png")
    conversation = await rig.services.conversations.open(TOLL_FREE, SILENT)
    message = await rig.services.outbox.submit(conversation.id, "", [file])
    await rig.status(message, Status.DELIVERED)


async def test_a_file_that_nobody_has_is_removed_after_a_day_and_no_other(tmp_path: Path) -> None:
    async with running(tmp_path) as rig:
        kept = await rig.services.media.attach_bytes(picture(2), "kept.png")
        conversation = await rig.services.conversations.open(LINE, SILENT)
        await rig.status(await rig.services.outbox.submit(conversation.id, "Look", [kept]), Status.DELIVERED)
        left, fresh = [await rig.services.media.attach_bytes(picture(seed), "left.png") for seed in (3, 4)]
    for file in (kept, left):
        os.utime(rig.services.media.path_of(file), (time.time() - 90_000,) * 2)

    async with running(tmp_path) as again:
        path_of = again.services.media.path_of
        await again.until(lambda: not path_of(left).exists(), "swept")
        assert path_of(kept).exists() and path_of(fresh).exists()


async def test_what_a_clock_far_ahead_had_looked_at_is_looked_at_again(tmp_path: Path) -> None:
    async with running(tmp_path) as rig:
        left = await rig.services.media.attach_bytes(picture(3), "left.png")
    store = Store(rig.engine.store.directory, lambda _: None)
    await store.open()
    await store.do(lambda tx: settings.put(tx, media.SWEPT, time.time() + 1_000_000))
    await store.close()
    os.utime(rig.services.media.path_of(left), (time.time() - 200_000,) * 2)
    async with running(tmp_path) as again:
        await again.until(lambda: not again.services.media.path_of(left).exists(), "swept")


async def test_what_could_not_be_fetched_in_an_outage_was_no_attempt_and_is_fetched_after_it(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway = rig.services.link.gateway
    assert gateway is not None
    cut, download = True, gateway.download

    async def downloading(url: str, sink: IO[bytes], limit: int) -> Any:
        if cut:
            raise NeverLeft("No network.")
        return await download(url, sink, limit)

    monkeypatch.setattr(gateway, "download", downloading)
    monkeypatch.setattr(rig.services.media, "offline", lambda: True)
    await rig.simulator.phone(SILENT).send_photo(LINE, "look")
    message = await rig.inbound("look")
    [failed] = await rig.until(lambda: [m for m in rig.messages[message.id].media if m.error], "an error")
    assert failed.state is MediaState.PENDING
    assert await rig.engine.store.read(lambda db: media.pending(db, now())) == []
    [waits] = await rig.engine.store.read(lambda db: media.pending(db, now() + media_service.OFFLINE))
    assert waits.attempts == 0
    cut = False
    rig.services.media.hurry()
    await rig.until(lambda: fetched(rig, message), "fetched")
