"""The one home of the keyring: Windows Credential Manager, macOS Keychain, Secret Service (or KWallet).

A Secret Service may wait for ever for a person who is to type a password, and some keyrings take seconds to start. So
each call has a thread of its own, which keeps no process from ending, and a time limit. Nothing asks a person for a
password but ``unlock()``, and ``save()`` where there is no keyring yet and its first one is to be made.

Of each kind of call one is under way, however long it takes, and the next waits for it within its own time: looks at a
silent keyring leave one thread and not one each, and of two saves the later one stays.

GNOME Keyring (42.1) has two races, in which it dies or says that it holds nothing: where several connections are made
at once, about once in a thousand. So nothing is asked in the ways that lead there:

- ``/org/freedesktop/secrets/aliases/default`` as an address is looked up in one thread while another, at each new
  connection, frees what the lookup gives. The call then goes to a path of random bytes, where nothing is. ``ReadAlias``
  is answered by that other thread.
- It notes who is connected a moment too late for the very first call of a connection: a property that is read then ends
  it (SIGABRT), and all who wait for it get ``NoReply``. A first ``ReadAlias`` gets “/” at worst, and can be repeated.
"""

import asyncio
import configparser
import contextlib
import logging
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from threading import Thread
from typing import TYPE_CHECKING, TypeVar

from sms_desktop.domain.account import KeyringState
from sms_desktop.domain.errors import BadInput, KeyringLocked, NoKeyring, SmsDesktopError

if TYPE_CHECKING:
    from jeepney.io.blocking import DBusConnection  # type: ignore[import-untyped]
    from keyring.backend import KeyringBackend
    from secretstorage import Collection

SERVICE = "SMS Desktop"
PATIENCE = 10.0
"""Seconds for a call that asks nobody; starting a keyring is among them."""
PATIENCE_WITH_PEOPLE = 120.0
"""Seconds for a call during which a person may be asked for a password."""
TRIES = 10
"""To get into a session bus that is busy, of a second each."""
MOST_BYTES = 2560
"""Of one secret in UTF-16: what Windows keeps, and so the limit everywhere."""

_FREEDESKTOP = "keyring.backends.SecretService"
_SYSTEMS = {
    "win32": ("keyring.backends.Windows.WinVaultKeyring",),
    "darwin": ("keyring.backends.macOS.Keyring",),
}
_ELSEWHERE = (f"{_FREEDESKTOP}.Keyring", "keyring.backends.kwallet.DBusKeyring")
_NO_KEYRINGS = ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt.")
"""Modules of backends that keep nothing, or keep it in files that others can read."""

_log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Words:
    """A keyring's ``name`` and, of each trouble, a sentence and what to do."""

    name: str
    none: tuple[str, str]
    locked: tuple[str, str]
    silent: tuple[str, str]


_WORDS = {
    "win32": _Words(
        "Windows Credential Manager",
        ("Windows Credential Manager cannot be used.", "Sign in to Windows with your own account, then try again."),
        ("Windows Credential Manager is locked.", "Sign out of Windows and in again, then try again."),
        ("Windows Credential Manager did not answer.", "Sign out of Windows and in again, then try again."),
    ),
    "darwin": _Words(
        "macOS Keychain",
        ("The macOS Keychain cannot be used.", "Sign in to this Mac with your own account, then try again."),
        (
            "The macOS Keychain did not let SMS Desktop in.",
            "Try again and choose “Always Allow” when macOS asks. If it does not ask, open Keychain Access and unlock "
            "the keychain “login” there.",
        ),
        (
            "The macOS Keychain did not answer.",
            "macOS may be asking in another window whether SMS Desktop may use it: choose “Always Allow” there, then "
            "try again.",
        ),
    ),
}
_WORDS_ELSEWHERE = _Words(
    "Secret Service",
    (
        "This computer has no keyring that is ready to keep a secret.",
        "Install GNOME Keyring, or turn on KWallet or “Secret Service” in KeePassXC’s settings, sign out and in again, "
        "then try again.",
    ),
    ("The keyring of this computer is locked.", "Unlock it with its password, then try again."),
    (
        "The keyring of this computer did not answer.",
        "It may be asking for its password in another window: enter it there, then try again.",
    ),
)

_SET_UP_WRONGLY = (
    "The keyring that is set up for Python programs on this computer cannot keep a secret. Take it out of "
    "PYTHON_KEYRING_BACKEND or keyringrc.cfg, then try again."
)


class Vault:
    """Secrets by name, such as ``twilio:AC…``: in the keyring, or only in memory where the person chose that.

    Every method raises KeyringLocked when the keyring is locked or does not answer in time, NoKeyring when there is
    none that keeps secrets; both say what to do. ``patience`` and ``patience_with_people`` are in seconds.
    """

    def __init__(self, patience: float = PATIENCE, patience_with_people: float = PATIENCE_WITH_PEOPLE) -> None:
        self._patience = patience
        self._patience_with_people = patience_with_people
        self._in_memory: dict[str, str] = {}
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        """By the kind of call; held until its thread has ended."""

    def __repr__(self) -> str:
        return "Vault()"

    def in_memory(self, name: str) -> bool:
        """Whether ``name`` is kept only until the program ends."""
        return name in self._in_memory

    async def load(self, name: str) -> str | None:
        """None where nothing is kept. Asks nobody for a password: a locked keyring is an error."""
        if name in self._in_memory:
            return self._in_memory[name]
        return await self._call(f"load {name}", partial(_load, name), self._patience)

    async def save(self, name: str, secret: str, *, keep: bool = True) -> None:
        """In place of the former secret; ``keep`` False: only in memory, until the program ends.

        Raises BadInput when it is too long for a keyring or no text.
        """
        if not keep:
            self._in_memory[name] = secret
            return
        _check(secret)
        asks = await self._call("saving asks", _saving_asks, self._patience)
        patience = self._patience_with_people if asks else self._patience
        await self._call(f"change {name}", partial(_save, name, secret), patience)
        self._in_memory.pop(name, None)

    async def remove(self, name: str) -> None:
        """From memory in any case, then from the keyring; what is not there, or no keyring, is no trouble."""
        self._in_memory.pop(name, None)
        with contextlib.suppress(NoKeyring):
            await self._call(f"change {name}", partial(_remove, name), self._patience)

    async def state(self) -> KeyringState:
        """Whether the keyring is there and open; raises nothing and asks nobody."""
        try:
            name, made = await self._call("state", _name, self._patience)
        except (NoKeyring, KeyringLocked) as error:
            name = "" if isinstance(error, NoKeyring) else _words().name
            sentence, _, advice = str(error).partition(". ")
            return KeyringState(name, False, f"{sentence}.", advice)
        return KeyringState(name, True, "The keyring of this computer is ready.", made=made)

    async def unlock(self) -> None:
        """Has the system ask the person for the keyring's password; nothing to do where it is open."""
        await self._call("unlock", _unlock, self._patience_with_people)

    async def _call(self, kind: str, work: Callable[[], T], seconds: float) -> T:
        """What ``work`` gives, in its turn among its ``kind``; when time is out its thread is left to itself."""
        turn = self._turns[kind]
        try:
            async with asyncio.timeout(seconds):
                await turn.acquire()
                return await _on_a_thread(work, turn.release)
        except TimeoutError:
            _log.warning("the keyring did not answer in %g s", seconds)
            raise KeyringLocked(_sentence(_words().silent)) from None


def _on_a_thread(work: Callable[[], T], ended: Callable[[], None]) -> "asyncio.Future[T]":
    """What ``work`` gives; ``ended`` is called once the thread has, whether or not anybody still waits. Not the loop's
    executor: that one is waited for when the program ends.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()

    def settle(outcome: T | SmsDesktopError) -> None:
        ended()
        if answer.done():
            return
        if isinstance(outcome, SmsDesktopError):
            answer.set_exception(outcome)
        else:
            answer.set_result(outcome)

    def run() -> None:
        outcome: T | SmsDesktopError
        try:
            outcome = work()
        except Exception as error:  # the edge: each system's keyring has errors of its own
            outcome = _told(error)
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(settle, outcome)

    Thread(target=run, name="keyring", daemon=True).start()
    return answer


def _told(error: Exception) -> SmsDesktopError:
    """``error`` as one of ours. Of the keyring's own words nothing is kept, for nobody knows what is in them."""
    import keyring.errors

    if isinstance(error, SmsDesktopError):
        return error
    _log.warning("the keyring failed: %s", type(error).__name__)
    if isinstance(error, keyring.errors.NoKeyringError):
        return NoKeyring(_sentence(_words().none))
    if isinstance(error, keyring.errors.KeyringLocked):
        return KeyringLocked(_sentence(_words().locked))
    return KeyringLocked(_sentence(_words().silent))


def _check(secret: str) -> None:
    try:
        size = len(secret.encode("utf-16-le"))
    except UnicodeEncodeError:
        raise BadInput("This cannot be kept in the keyring: it is no text. Copy it once more.") from None
    if size > MOST_BYTES:
        raise BadInput("This is too long for the keyring. Check that nothing else was pasted with it.")


def _words() -> _Words:
    return _WORDS.get(sys.platform, _WORDS_ELSEWHERE)


def _sentence(trouble: tuple[str, str]) -> str:
    return " ".join(trouble)


def _load(name: str) -> str | None:
    backend = _backend()
    if not _ready(backend):
        return None
    return backend.get_password(SERVICE, name)


def _saving_asks() -> bool:
    """Whether a person may be asked: for the password of a keyring yet to be made, or whether we may use it (macOS)."""
    backend = _backend()
    return not _ready(backend) or not _by_freedesktop(backend)


def _save(name: str, secret: str) -> None:
    backend = _backend()
    if not _ready(backend):
        _make_collection()
    backend.set_password(SERVICE, name, secret)


def _remove(name: str) -> None:
    import keyring.errors

    backend = _backend()
    if not _ready(backend) or backend.get_password(SERVICE, name) is None:
        return
    try:
        backend.delete_password(SERVICE, name)
    except keyring.errors.PasswordDeleteError:
        if backend.get_password(SERVICE, name) is not None:  # else somebody else was faster
            raise


def _name() -> tuple[str, bool]:
    """Of the keyring, which is open or yet to be made; and whether it is made."""
    backend = _backend()
    made = _ready(backend)
    ours = any(name.startswith(f"{type(backend).__module__}.") for name in _candidates())
    return _words().name if ours else backend.name, made


def _unlock() -> None:
    if not _by_freedesktop(_backend()):
        return
    with _collection() as (_, collection):
        if collection is None or not collection.is_locked():
            return
        collection.unlock()
        if collection.is_locked():
            raise KeyringLocked("The keyring of this computer is still locked. Try again and enter its password.")


def _backend() -> "KeyringBackend":
    """The one that the person set up for keyring, else the system's own; raises NoKeyring.

    Looked for anew each time, unlike ``keyring.get_keyring()``: somebody who starts a keyring may try again at once.
    """
    from keyring import core
    from keyring.backends.chainer import ChainerBackend

    try:
        chosen = _patiently(core.load_env) or _patiently(core.load_config)
    except (ImportError, AttributeError, ValueError, RuntimeError, OSError, configparser.Error):
        raise NoKeyring(_SET_UP_WRONGLY) from None
    if chosen is not None and not isinstance(chosen, ChainerBackend):  # that one takes whichever it finds
        if any(base.__module__.startswith(_NO_KEYRINGS) for base in type(chosen).__mro__):
            raise NoKeyring(_SET_UP_WRONGLY)
        return _wary(chosen)
    for name in _candidates():
        with contextlib.suppress(ImportError, AttributeError, RuntimeError, OSError):
            return _wary(_patiently(partial(core.load_keyring, name)))
    raise NoKeyring(_sentence(_words().none))


def _candidates() -> tuple[str, ...]:
    return _SYSTEMS.get(sys.platform, _ELSEWHERE)


def _by_freedesktop(backend: "KeyringBackend") -> bool:
    return type(backend).__module__ == _FREEDESKTOP


def _ready(backend: "KeyringBackend") -> bool:
    """Whether there is something to read in; raises KeyringLocked where a read would ask the person for a password."""
    if not _by_freedesktop(backend):
        return True
    with _collection() as (_, collection):
        if collection is not None and collection.is_locked():
            raise KeyringLocked(_sentence(_words().locked))
        return collection is not None


def _make_collection() -> None:
    """Has the Secret Service ask for the password of its first keyring."""
    import secretstorage

    with _collection() as (connection, collection):
        if collection is not None:  # made meanwhile
            return
        try:
            secretstorage.create_collection(connection, "Default", "default")
        except secretstorage.PromptDismissedException:
            raise KeyringLocked(
                "No keyring was made, so nothing was kept in it. Try again and choose a password when asked for one."
            ) from None


@contextlib.contextmanager
def _collection() -> "Iterator[tuple[DBusConnection, Collection | None]]":
    """A connection and the Secret Service's default collection; None where the person has made none yet."""
    import secretstorage
    from secretstorage.defines import DBUS_NO_REPLY

    with contextlib.closing(_connect()) as connection:
        try:
            collection = _default(connection)
        except secretstorage.SecretServiceNotAvailableException as error:
            if getattr(error.__cause__, "name", None) == DBUS_NO_REPLY:
                raise  # it was there, and ended while it was asked
            raise NoKeyring(_sentence(_words().none)) from None
        yield connection, collection


def _default(connection: "DBusConnection") -> "Collection | None":
    """The first call of any connection, by name and not by its alias' address; why, is told at the top."""
    import secretstorage

    for _ in range(2):  # the very first answer may be “none” though there is one
        with contextlib.suppress(secretstorage.ItemNotFoundException):
            return secretstorage.get_collection_by_alias(connection, "default")
    return None


def _wary(backend: "KeyringBackend") -> "KeyringBackend":
    """``backend``; where it asks a Secret Service, it finds its collection as we do, and not by the alias' address."""
    if _by_freedesktop(backend):
        setattr(backend, "get_preferred_collection", partial(_preferred, backend))  # noqa: B010 - a method, to mypy
    return backend


def _preferred(backend: "KeyringBackend") -> "Collection":
    """Which ``backend`` reads and writes, and whose connection it closes; raises KeyringLocked rather than ask."""
    import secretstorage

    connection = _connect()
    try:
        collection = _default(connection)
        if (chosen := getattr(backend, "preferred_collection", None)) is not None:  # KEYRING_PROPERTY_…
            collection = secretstorage.Collection(connection, chosen)
        if collection is None or collection.is_locked():
            raise KeyringLocked(_sentence(_words().locked))
    except BaseException:
        connection.close()
        raise
    return collection


def _connect() -> "DBusConnection":
    import secretstorage

    return _patiently(secretstorage.dbus_init)


def _patiently(ask: Callable[[], T]) -> T:
    """What ``ask`` gives, once the session bus lets it in: jeepney gives up on a busy one after a second, with
    TimeoutError, and at once where too many wait at its door. That is no bus that is not there; raises KeyringLocked.
    """
    for _ in range(TRIES):
        try:
            return ask()
        except TimeoutError:
            continue
        except BlockingIOError:
            time.sleep(1)  # this thread is the keyring's own
    raise KeyringLocked(_sentence(_words().silent))
