"""ngrok's program on this computer: the one that was named, one on the PATH, or our own, which is fetched once."""

import asyncio
import contextlib
import os
import shutil
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Collection
from pathlib import Path
from typing import IO

import aiohttp

from sms_desktop.domain.errors import BadInput
from sms_desktop.gateway.hosts import is_loopback, proxy_for
from sms_desktop.gateway.tunnel.refusals import Refused, cannot_fetch

Told = Callable[[float | None], None]
"""Hears the part from 0 to 1 that has arrived, or None while the whole is not known."""

MOST_BYTES = 500 * 1024 * 1024
_CHUNK = 256 * 1024
_PART = "ngrok-download-"
_TIMES = aiohttp.ClientTimeout(total=None, sock_connect=15, sock_read=30)


def find(executable: str | None, directory: Path, passed_over: Collection[str] = ()) -> str | None:
    """The program to run, None where it must be fetched; raises Refused where ``executable`` is named but not there."""
    if executable:
        bare = not os.path.dirname(executable)
        named = _on_path(executable) if bare else shutil.which(os.path.expanduser(executable))
        if named is None:
            raise Refused(
                f"ngrok’s program is not at “{executable[:120]}”, where SMS_DESKTOP_NGROK says it is.",
                "Correct SMS_DESKTOP_NGROK, or remove it and start again.",
                lasting=True,
            )
        return named
    on_path = _on_path("ngrok")
    if on_path and on_path not in passed_over:
        return on_path
    own = own_program(directory)
    return str(own) if own.is_file() and os.access(own, os.X_OK) else None


def _on_path(name: str) -> str | None:
    """The program on the PATH, but never from the folder that we happen to run in: Windows looks there first, and
    whatever was downloaded beside a document that was opened would be run.
    """
    folders = [folder for folder in os.environ.get("PATH", "").split(os.pathsep) if os.path.isabs(folder)]
    endings = [""]
    if os.name == "nt" and not Path(name).suffix:
        endings = os.environ.get("PATHEXT", ".EXE").lower().split(os.pathsep)
    places = (os.path.join(folder, name + ending) for folder in folders for ending in endings)
    return next((found for place in places if (found := shutil.which(place))), None)


def own_program(directory: Path) -> Path:
    """Where our own one lies, if there is one."""
    return directory / ("ngrok.exe" if os.name == "nt" else "ngrok")


def usual_source() -> str:
    """Where ngrok keeps its program for this kind of computer; raises Refused where there is none.

    Blocks for a moment: pyngrok's list of programs comes with a YAML reader.
    """
    from pyngrok.exception import PyngrokError
    from pyngrok.installer import get_ngrok_cdn_url

    try:
        return get_ngrok_cdn_url("3")
    except PyngrokError:
        raise cannot_fetch("ngrok has none for this kind of computer") from None


async def fetch(source: str, target: Path, told: Told) -> None:
    """Brings the program from the archive at ``source`` to ``target``: all of it, or nothing; raises Refused."""
    folder = target.parent
    try:
        await asyncio.to_thread(_sweep, folder)
        with tempfile.NamedTemporaryFile("w+b", prefix=_PART, dir=folder) as archive:
            await _download(source, archive.file, told)
            await asyncio.to_thread(_unpack, archive.file, target)
    except BadInput as error:  # a proxy that cannot be used
        raise cannot_fetch(str(error).rstrip(".").lower()) from None
    except aiohttp.ClientPayloadError:
        raise cannot_fetch("the connection broke off on the way") from None
    except TimeoutError:
        raise cannot_fetch("ngrok’s server did not answer in time") from None
    except (aiohttp.ClientConnectorCertificateError, aiohttp.ClientConnectorSSLError):
        raise cannot_fetch("a filter in this network intercepts the connection") from None
    except aiohttp.ClientConnectionError:
        raise cannot_fetch("there is no connection to ngrok’s server") from None
    except (aiohttp.ClientError, ValueError):
        raise cannot_fetch("ngrok’s server gave no usable answer") from None
    except OSError as error:
        raise cannot_fetch((error.strerror or "it could not be saved").lower()) from None


async def _download(source: str, sink: IO[bytes], told: Told) -> None:
    proxy = await asyncio.to_thread(proxy_for, source)
    async with (
        aiohttp.ClientSession(timeout=_TIMES, auto_decompress=False) as session,
        session.get(source, proxy=proxy) as answer,
    ):
        if answer.url.scheme != "https" and not is_loopback(answer.url.host or ""):
            raise cannot_fetch("the connection to ngrok’s server was not a safe one")
        if answer.status != 200:
            raise cannot_fetch(f"ngrok’s server answered HTTP {answer.status}")
        whole = answer.content_length
        arrived, last = 0, -1
        told(0.0 if whole else None)
        async for chunk in answer.content.iter_chunked(_CHUNK):
            await asyncio.to_thread(sink.write, chunk)
            arrived += len(chunk)
            if arrived > MOST_BYTES:
                raise cannot_fetch("it is larger than it can be")
            percent = arrived * 100 // whole if whole else last
            if percent != last:
                last = percent
                told(percent / 100)


def _unpack(archive: IO[bytes], target: Path) -> None:
    """Takes the one file that is wanted, whatever else and whatever paths an archive holds."""
    archive.seek(0)
    part = tempfile.NamedTemporaryFile("w+b", prefix=_PART, dir=target.parent, delete=False)  # noqa: SIM115
    try:
        with part:
            _copy_member(archive, target.name, part.file)
        os.chmod(part.name, 0o700)
        os.replace(part.name, target)
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, LookupError):
        raise cannot_fetch("what came is not ngrok’s program; does this network want you to sign in first?") from None
    finally:
        with contextlib.suppress(OSError):
            os.unlink(part.name)


def _copy_member(archive: IO[bytes], name: str, sink: IO[bytes]) -> None:
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as packed:
            member = next((m for m in packed.infolist() if Path(m.filename).name == name), None)
            if member is None:
                raise LookupError(name)
            with packed.open(member) as file:
                shutil.copyfileobj(file, sink, _CHUNK)
        return
    archive.seek(0)
    with tarfile.open(fileobj=archive, mode="r:gz") as packed_tar:
        found = next((m for m in packed_tar if m.isfile() and Path(m.name).name == name), None)
        content = packed_tar.extractfile(found) if found is not None else None
        if content is None:
            raise LookupError(name)
        with content:
            shutil.copyfileobj(content, sink, _CHUNK)


def _sweep(folder: Path) -> None:
    """Removes what a download that was killed left behind."""
    for part in folder.glob(f"{_PART}*"):
        with contextlib.suppress(OSError):
            part.unlink()
