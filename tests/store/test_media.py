"""Files by content, what is still to be fetched, and what Twilio may fetch from us."""

import hashlib
import os
import time
from datetime import timedelta
from pathlib import Path

import pytest

from sms_desktop.domain.errors import StoreError
from sms_desktop.domain.events import MessageChanged
from sms_desktop.domain.media import File, MediaState
from sms_desktop.domain.message import Message
from sms_desktop.store import conversations, drafts, media, messages
from sms_desktop.store.media import MediaFolder
from sms_desktop.store.store import Store
from tests.store.recorder import LINE, PEER, Recorder, at, text_in

_IN = (("https://example.org/1", "image/jpeg"), ("https://example.org/2", "text/vcard"))


def test_the_same_content_is_kept_once(tmp_path: Path) -> None:
    folder = MediaFolder(tmp_path / "media")
    first = folder.put(b"chair", "chair.png", "image/png")
    second = folder.put(b"chair", "other.png", "image/png")
    digest = hashlib.sha256(b"chair").hexdigest()
    assert first == File(digest, 5, "image/png", "chair.png")
    assert (second.sha256, second.name) == (digest, "other.png")
    assert folder.path_of(first) == folder.path_of(digest) == tmp_path / "media" / digest[:2] / digest
    assert folder.path_of(first).read_bytes() == b"chair"
    assert [path for path in (tmp_path / "media").rglob("*") if path.is_file()] == [folder.path_of(first)]


def test_a_file_of_the_user_is_copied_and_one_of_ours_is_moved(tmp_path: Path) -> None:
    folder = MediaFolder(tmp_path / "media")
    theirs = tmp_path / "photo.jpg"
    theirs.write_bytes(b"photo")
    assert folder.path_of(folder.put_file(theirs, "photo.jpg", "image/jpeg")).read_bytes() == b"photo"
    assert theirs.exists()
    with folder.new_temporary() as ours:
        ours.write(b"fetched")
    assert folder.path_of(folder.put_file(Path(ours.name), "a.jpg", "image/jpeg")).read_bytes() == b"fetched"
    assert not Path(ours.name).exists()


def test_what_an_earlier_run_left_behind_is_swept(tmp_path: Path) -> None:
    folder = MediaFolder(tmp_path / "media")
    folder.sweep()
    with folder.new_temporary() as stale, folder.new_temporary() as fresh:
        pass
    hours_ago = time.time() - 7200
    os.utime(stale.name, (hours_ago, hours_ago))
    folder.sweep()
    assert not Path(stale.name).exists() and Path(fresh.name).exists()


def test_a_folder_that_cannot_be_written_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "media").write_text("a file in its place")
    with pytest.raises(StoreError, match="cannot be used"):
        MediaFolder(tmp_path / "media").put(b"x", "x", "text/plain")


async def test_media_are_pending_until_fetched(store: Store, recorder: Recorder) -> None:
    message = await store.do(text_in("", media=_IN))
    waiting = await store.read(lambda db: media.pending(db, at()))
    assert [(item.media.url, item.message_id, item.attempts) for item in waiting] == [
        ("https://example.org/1", message.id, 0),
        ("https://example.org/2", message.id, 0),
    ]
    assert await store.read(lambda db: media.pending(db, at(-1))) == []
    file = store.media.put(b"really a png", "chair.png", "image/png")
    changed = await store.do(lambda tx: media.fetched(tx, waiting[0].media.id, file, "image/png"))
    assert (changed.media[0].state, changed.media[0].file) == (MediaState.READY, file)
    assert changed.media[1].state is MediaState.PENDING
    (told,) = recorder.of(MessageChanged)
    assert told.message == changed == await store.read(lambda db: messages.get(db, message.id))
    assert told.conversation.last is not None and told.conversation.last.media_type == "image/png"
    assert len(await store.read(lambda db: media.pending(db, at()))) == 1
    (shown,) = await store.read(lambda db: conversations.media(db, message.conversation_id))
    assert shown == changed.media[0]


async def test_a_failed_fetch_is_retried_and_can_be_retried_by_hand(store: Store) -> None:
    message = await store.do(text_in("", media=_IN[:1]))
    number = message.media[0].id
    changed = await store.do(lambda tx: media.failed(tx, number, "Twilio answered 500.", at(60)))
    assert (changed.media[0].state, changed.media[0].error) == (MediaState.PENDING, "Twilio answered 500.")
    assert await store.read(lambda db: media.pending(db, at(59))) == []
    (item,) = await store.read(lambda db: media.pending(db, at(60)))
    assert item.attempts == 1
    assert await store.read(media.next_due) == at(60)
    given_up = await store.do(lambda tx: media.failed(tx, number, "Gone.", None))
    assert given_up.media[0].state is MediaState.FAILED
    assert await store.read(media.next_due) is None
    again = await store.do(lambda tx: media.again(tx, number, at(61)))
    assert (again.media[0].state, again.media[0].error) == (MediaState.PENDING, None)
    assert await store.read(media.next_due) == at(61)
    (item,) = await store.read(lambda db: media.pending(db, at(61)))
    assert item.attempts == 0
    with pytest.raises(LookupError):
        await store.do(lambda tx: media.again(tx, 999, at()))


async def _picture_out(store: Store) -> Message:
    files = [store.media.put(b"one", "1.png", "image/png"), store.media.put(b"two", "2.png", "image/png")]
    place = await store.do(lambda tx: conversations.ensure(tx, LINE, PEER, at()))
    return await store.do(
        lambda tx: messages.add_outbound(
            tx, id=messages.new_key(), conversation_id=place.id, body="", files=files, at=at()
        )
    )


async def test_a_share_is_good_until_it_expires(store: Store) -> None:
    message = await _picture_out(store)
    soon = at(3600)
    shares = await store.do(lambda tx: media.share(tx, message.id, at(), soon))
    assert [item for _, item in shares] == list(message.media)
    tokens = [token for token, _ in shares]
    assert len(set(tokens)) == 2 and all(len(token) == 32 for token in tokens)
    assert await store.read(lambda db: media.shared(db, tokens[1], at())) == message.media[1]
    assert await store.read(lambda db: media.shared(db, tokens[1], soon)) is None
    assert await store.read(lambda db: media.shared(db, "guess", at())) is None
    later = soon + timedelta(hours=1)
    assert [token for token, _ in await store.do(lambda tx: media.share(tx, message.id, at(1), later))] == tokens
    assert await store.read(lambda db: media.shared(db, tokens[0], soon)) == message.media[0]
    assert await store.do(lambda tx: media.forget_expired(tx, later)) == 2
    assert await store.read(lambda db: media.shared(db, tokens[0], soon)) is None


async def test_an_expired_share_is_not_used_again(store: Store) -> None:
    message = await _picture_out(store)
    old = await store.do(lambda tx: media.share(tx, message.id, at(-60), at()))
    new = await store.do(lambda tx: media.share(tx, message.id, at(), at(3600)))
    assert {token for token, _ in old}.isdisjoint(token for token, _ in new)
    assert await store.read(lambda db: media.shared(db, old[0][0], at(-1))) is None


def put_long_ago(folder: MediaFolder, data: bytes) -> File:
    file = folder.put(data, "chair.png", "image/png")
    os.utime(folder.path_of(file), (1000, 1000))
    return file


def test_a_file_that_is_forgotten_is_gone_unless_it_was_put_again(tmp_path: Path) -> None:
    folder = MediaFolder(tmp_path / "media")
    old, again = put_long_ago(folder, b"old"), put_long_ago(folder, b"again")
    folder.put(b"new", "new.png", "image/png")
    assert sorted(folder.put_between(0, 2000)) == sorted([old.sha256, again.sha256])
    folder.put(b"again", "chair.png", "image/png")
    for file in (old, again):
        folder.forget(file.sha256, 2000)
    assert not folder.path_of(old).exists()
    assert folder.path_of(again).read_bytes() == b"again"
    assert list((tmp_path / "media" / "incoming").iterdir()) == []


async def test_files_of_messages_and_drafts_are_claimed(store: Store) -> None:
    message = await store.do(text_in("Look"))
    sent, drafted, nobodys = (
        store.media.put(data, "a.png", "image/png") for data in (b"sent", b"drafted", b"nobody's")
    )
    await store.do(
        lambda tx: messages.add_outbound(
            tx, id="f" * 32, conversation_id=message.conversation_id, body="", files=(sent,), at=at(1)
        )
    )
    await store.do(lambda tx: drafts.save(tx, message.conversation_id, "", (drafted,), at(2)))
    files = [sent.sha256, drafted.sha256, nobodys.sha256] * 400
    assert set(await store.read(lambda db: media.unclaimed(db, files))) == {nobodys.sha256}
