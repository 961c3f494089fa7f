"""Pictures and files: taking them in from the desk, fetching them from Twilio, handing them to Twilio."""

import asyncio
import logging
import mimetypes
import os
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from sms_desktop.domain.errors import BadInput, GatewayError, StoreError
from sms_desktop.domain.media import (
    MAX_TOTAL_BYTES,
    File,
    check_attachment,
    content_type_of,
    safe_name,
    size_words,
)
from sms_desktop.gateway.gateway import Gateway
from sms_desktop.services.clock import now
from sms_desktop.services.link import Link
from sms_desktop.services.wake import wake_after, woken
from sms_desktop.store import media, settings
from sms_desktop.store.media import PendingMedia
from sms_desktop.store.media_folder import FORGOTTEN
from sms_desktop.store.store import Store

log = logging.getLogger(__name__)

FETCH_LIMIT = 64 * 1024 * 1024
"""Bytes of one inbound file; far above what any carrier lets through."""
AT_ONCE = 4
WAITS = tuple(timedelta(seconds=s) for s in (2, 10, 60, 600, 3600, 6 * 3600, 24 * 3600))
"""Between one failed fetch and the next; after the last, only by hand."""
OFFLINE = timedelta(minutes=10)
"""Until a fetch is tried again that failed while Twilio could not be reached; its return brings it about sooner."""
STUMBLED = 5.0
"""Seconds of rest after the store refused."""
HEAD = 64 * 1024
"""Bytes that tell what a file is."""
OVERLAP = 3600.0
"""Seconds that are swept again, for clocks are set."""


class MediaService:
    """Files are known by content; an inbound one is fetched after its message is committed and shown."""

    def __init__(self, store: Store, link: Link) -> None:
        self._store = store
        self._link = link
        self._wake = asyncio.Event()
        self._fetching: dict[int, asyncio.Task[None]] = {}
        self._swept: datetime | None = None
        self._hurried = False
        self.offline: Callable[[], bool] = lambda: False
        """Whether Twilio cannot be reached: then a fetch that fails was no attempt."""

    async def attach(self, path: Path, already: Sequence[File] = ()) -> File:
        """Takes a copy of the file at ``path``; raises BadInput with the reason it cannot be sent."""
        name = safe_name(path.name)

        def read() -> bytes:
            try:
                if not path.exists():
                    raise BadInput(f"“{name}” does not exist.")
                if not path.is_file():
                    raise BadInput(f"“{name}” is not a file that can be attached.")
                size = path.stat().st_size
                if size > MAX_TOTAL_BYTES:
                    raise BadInput(
                        f"“{name}” is {size_words(size)}; a message takes at most {size_words(MAX_TOTAL_BYTES)} in all."
                    )
                return path.read_bytes()
            except OSError as error:
                raise BadInput(f"“{name}” cannot be read: {os.strerror(error.errno or 0).lower()}.") from None

        return await self.attach_bytes(await asyncio.to_thread(read), name, already)

    async def attach_bytes(self, data: bytes, name: str, already: Sequence[File] = ()) -> File:
        """Like ``attach``, for what was pasted or dropped as bytes."""
        name = safe_name(name)

        def keep() -> File:
            content_type = content_type_of(data[:HEAD], name)
            check_attachment(File("", len(data), content_type, name), tuple(already))
            return self._store.media.put(data, name, content_type)

        return await asyncio.to_thread(keep)

    def path_of(self, file: File) -> Path:
        """Where the bytes lie."""
        return self._store.media.path_of(file)

    async def fetch_again(self, media_id: int) -> None:
        """By hand: tries a failed fetch once more, now."""
        await self._store.do(lambda tx: media.again(tx, media_id, now()))
        self._wake.set()

    def wake(self) -> None:
        """Something may be due."""
        self._wake.set()

    def hurry(self) -> None:
        """Twilio is back: what waits for a later try need not wait any longer."""
        self._hurried = True
        self._wake.set()

    async def run(self) -> None:
        """Fetches what is pending until cancelled."""
        try:
            while True:
                try:
                    await self._forget_expired()
                    pause = await self._fetch_due()
                except Exception:
                    log.exception("fetching media stumbled")
                    pause = STUMBLED
                await woken(self._wake, pause)
        finally:
            for task in self._fetching.values():
                task.cancel()
            await asyncio.gather(*self._fetching.values(), return_exceptions=True)

    async def _forget_expired(self) -> None:
        """Once an hour: links to pictures that Twilio need not fetch any more, and files that nobody has."""
        at = now()
        if self._swept is None or at - self._swept > timedelta(hours=1):
            self._swept = at
            await self._store.do(lambda tx: media.forget_expired(tx, at))
            await self._forget_unclaimed()

    async def _forget_unclaimed(self) -> None:
        """A crash between a file and its message leaves one; so does taking it out of a draft again."""
        folder, until = self._store.media, time.time() - FORGOTTEN
        since = await self._store.read(lambda db: settings.get(db, media.SWEPT, 0.0))
        if since > until:  # the clock was ahead then, and what came meanwhile was never looked at
            since = 0.0
        files = await asyncio.to_thread(folder.put_between, since - OVERLAP, until)
        if files:
            unclaimed = await self._store.read(lambda db: media.unclaimed(db, files))
            for one in unclaimed:
                await asyncio.to_thread(folder.forget, one, until)
            if unclaimed:
                log.info("%d files that no message has were removed", len(unclaimed))
        await self._store.do(lambda tx: settings.put(tx, media.SWEPT, until))

    async def _fetch_due(self) -> float:
        gateway = self._link.gateway
        if gateway is None:
            return 1.0
        at = now()
        if self._hurried:
            self._hurried = False
            await self._store.do(lambda tx: media.hurry(tx, at))
        for item in await self._store.read(lambda db: media.pending(db, at, AT_ONCE * 2)):
            if item.media.id in self._fetching or len(self._fetching) >= AT_ONCE:
                continue
            task = asyncio.create_task(self._fetch(gateway, item), name="fetch media")
            self._fetching[item.media.id] = task
            task.add_done_callback(partial(self._fetched, item.media.id))
        following = await self._store.read(media.next_due)
        return 60.0 if following is None else min(60.0, max(0.1, (following - now()).total_seconds()))

    def _fetched(self, media_id: int, task: asyncio.Task[None]) -> None:
        self._fetching.pop(media_id, None)
        wake_after(task, self._wake, STUMBLED, log, "a fetched file could not be recorded")

    async def _fetch(self, gateway: Gateway, item: PendingMedia) -> None:
        try:
            file = await self._download(gateway, item)
        except GatewayError as error:
            if error.transient and self.offline():
                await self._failed(item, str(error), OFFLINE, counts=False)
                return
            again = WAITS[item.attempts] if error.transient and item.attempts < len(WAITS) else None
            await self._failed(item, str(error), again)
        except StoreError as error:
            await self._failed(item, str(error), WAITS[min(item.attempts, len(WAITS) - 1)])
        except Exception as error:  # what cannot be foreseen is tried again as rarely as anything else
            log.exception("fetching a file stumbled")
            again = WAITS[item.attempts] if item.attempts < len(WAITS) else None
            await self._failed(item, f"The file could not be fetched ({type(error).__name__}).", again)
        else:
            await self._store.do(lambda tx: media.fetched(tx, item.media.id, file, file.content_type))

    async def _failed(self, item: PendingMedia, sentence: str, again: timedelta | None, *, counts: bool = True) -> None:
        retry_at = now() + again if again is not None else None
        await self._store.do(lambda tx: media.failed(tx, item.media.id, sentence, retry_at, counts=counts))

    async def _locate(self, gateway: Gateway, item: PendingMedia) -> str:
        """Where a file of a message is that came by the list, which tells only how many there are."""
        found = await gateway.media_of(item.sid or "")
        message = await self._store.do(lambda tx: media.located(tx, item.message_id, found))
        here = message.media if message is not None else ()
        url = next((one.url for one in here if one.id == item.media.id), None)
        if url is None:
            raise GatewayError("Twilio does not have this file any more.", transient=False)
        return url

    async def _download(self, gateway: Gateway, item: PendingMedia) -> File:
        folder = self._store.media
        url = item.media.url or await self._locate(gateway, item)
        sink = await asyncio.to_thread(folder.new_temporary)
        path = Path(sink.name)
        try:
            with sink:
                downloaded = await gateway.download(url, sink.file, FETCH_LIMIT)
            name = safe_name(downloaded.name or f"{_noun(downloaded.content_type)}-{item.media.position + 1}")

            def keep() -> File:
                with path.open("rb") as stream:
                    content_type = content_type_of(stream.read(HEAD), name)
                return folder.put_file(path, _with_suffix(name, content_type), content_type)

            return await asyncio.to_thread(keep)
        finally:
            await asyncio.to_thread(path.unlink, True)


def _noun(content_type: str) -> str:
    return {"image": "picture", "video": "video", "audio": "sound"}.get(content_type.partition("/")[0], "file")


def _with_suffix(name: str, content_type: str) -> str:
    if "." in name:
        return name
    return name + (mimetypes.guess_extension(content_type) or "")
