"""A real Secret Service: GNOME Keyring on a D-Bus of its own, with a home of its own, for one test.

It needs neither a screen nor a session, and nobody else's. What is kept for connections lies with each connection:
``keyring`` opens one a call, on the bus that the environment names at that moment.
"""

import base64
import hmac
import os
import secrets
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

import pytest
import secretstorage
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from jeepney import (  # type: ignore[import-untyped]
    DBusAddress,
    HeaderFields,
    MatchRule,
    MessageFlag,
    MessageType,
    message_bus,
    new_method_call,
    new_method_return,
)
from jeepney.io.blocking import Proxy, open_dbus_connection  # type: ignore[import-untyped]
from secretstorage.util import DBusAddressWrapper, add_match_rules, format_secret, open_session

PASSWORD = "open sesame"
PATIENCE = 20.0
"""Seconds that a daemon may take to come or go on a busy machine."""
NEEDED = ("dbus-daemon", "gnome-keyring-daemon")

_SERVICE = "org.freedesktop.secrets"
_PATH = "/org/freedesktop/secrets"
_BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
  "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir={folder}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""  # names no folder of services: nothing is started because somebody asks for it


@dataclass(frozen=True, slots=True)
class Kept:
    """One item of the keyring."""

    service: str
    name: str
    secret: str = field(repr=False)


@dataclass(slots=True)
class SecretService:
    """One that runs. ``variables`` point a process at it; ``folder`` is the daemon's home, where its files lie."""

    address: str
    folder: Path
    daemon: subprocess.Popen[bytes]
    bus: subprocess.Popen[str]

    @property
    def variables(self) -> dict[str, str]:
        return {"DBUS_SESSION_BUS_ADDRESS": self.address}

    def use(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """For this process, whatever keyring its user has set up."""
        monkeypatch.delenv("PYTHON_KEYRING_BACKEND", raising=False)
        monkeypatch.setenv("XDG_CONFIG_HOME", str(self.folder / "config"))
        for name, value in self.variables.items():
            monkeypatch.setenv(name, value)

    def lock(self) -> None:
        with closing(connect(self.address)) as connection:
            default_collection(connection).lock()

    def unlock(self) -> None:
        """As if the person had done it somewhere else: nothing asks."""
        with closing(connect(self.address)) as connection:
            path = default_collection(connection).collection_path
            password = format_secret(open_session(connection), PASSWORD.encode(), "text/plain")
            private = "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface"
            DBusAddressWrapper(_PATH, private, connection).call("UnlockWithMasterPassword", "o(oayays)", path, password)

    def locked(self) -> bool:
        with closing(connect(self.address)) as connection:
            return default_collection(connection).is_locked()

    def secrets(self) -> list[Kept]:
        """All that it keeps; it must be open."""
        with closing(connect(self.address)) as connection:
            found = []
            for item in default_collection(connection).get_all_items():
                attributes = item.get_attributes()
                secret = item.get_secret().decode()
                found.append(Kept(attributes.get("service", ""), attributes.get("username", ""), secret))
            return found

    def freeze(self) -> None:
        """From now on it answers nothing, as one that waits for a person."""
        self.daemon.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.daemon.send_signal(signal.SIGCONT)

    @contextmanager
    def busy_bus(self) -> Iterator[None]:
        """Meanwhile the bus lets nobody in, and passes nothing on."""
        self.bus.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.bus.send_signal(signal.SIGCONT)

    @contextmanager
    def listener(self) -> "Iterator[Listener]":
        """Hears all that is asked of it from now on."""
        listener = Listener(self.address)
        try:
            yield listener
        finally:
            listener.close()

    def stop(self) -> None:
        """It ends; the bus stays."""
        self.thaw()
        self.daemon.terminate()
        self.daemon.wait(PATIENCE)

    @contextmanager
    def person(self, *answers: str | None) -> "Iterator[Person]":
        """Somebody who enters these passwords in turn when the keyring asks, the last one over and over; None: who
        presses “Cancel”. Without any, the right one.
        """
        somebody = Person(self.address, answers or (PASSWORD,))
        try:
            yield somebody
        finally:
            somebody.close()


@contextmanager
def secret_service(*, fresh: bool = False) -> Iterator[SecretService]:
    """An open and empty one, or ``fresh``: one in which no keyring has been made yet."""
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing:
        pytest.fail(
            f"A real keyring is needed, and {' and '.join(missing)} cannot be found. On Debian, install the packages "
            "dbus-daemon, dbus-x11 and gnome-keyring; “make test” says how.",
            pytrace=False,
        )
    with TemporaryDirectory(prefix="keyring-", ignore_cleanup_errors=True) as place:
        folder = Path(place)
        with _bus(folder) as (address, bus), closing(connect(address)) as watching:
            daemon = _daemon(folder, address, watching, fresh=fresh)
            service = SecretService(address, folder, daemon, bus)
            try:
                yield service
            finally:
                service.stop()


def connect(address: str) -> Any:
    """A connection of its own to that bus, as secretstorage wants it."""
    connection = open_dbus_connection(address)
    add_match_rules(connection)
    return connection


def default_collection(connection: Any) -> secretstorage.Collection:
    """As the vault finds it, and for the same reason: GNOME Keyring may die of ``Collection(connection)``."""
    with suppress(secretstorage.ItemNotFoundException):
        return secretstorage.get_collection_by_alias(connection, "default")
    return secretstorage.get_collection_by_alias(connection, "default")


@contextmanager
def _bus(folder: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    configuration = folder / "bus.conf"
    configuration.write_text(_BUS.format(folder=folder))
    command = ["dbus-daemon", "--nofork", "--nopidfile", "--print-address=1", f"--config-file={configuration}"]
    with (folder / "bus.txt").open("wb") as errors:
        bus = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, encoding="utf-8")
    assert bus.stdout is not None
    try:
        address = bus.stdout.readline().strip()
        assert address, (folder / "bus.txt").read_text()
        yield address, bus
    finally:
        bus.terminate()
        bus.wait(PATIENCE)
        bus.stdout.close()


def _daemon(folder: Path, address: str, watching: Any, *, fresh: bool) -> subprocess.Popen[bytes]:
    """The daemon, once it answers."""
    command = ["gnome-keyring-daemon", "--foreground", "--components=secrets", f"--control-directory={folder}/control"]
    homes = {name: str(folder / name) for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR")}
    for home in homes.values():
        Path(home).mkdir(mode=0o700)
    variables = {"PATH": os.environ["PATH"], "DBUS_SESSION_BUS_ADDRESS": address, **homes}
    changed = MatchRule(
        type="signal", sender="org.freedesktop.DBus", interface="org.freedesktop.DBus", member="NameOwnerChanged"
    )
    changed.add_arg_condition(0, _SERVICE)
    Proxy(message_bus, watching).AddMatch(changed)
    with watching.filter(changed) as changes, (folder / "daemon.txt").open("wb") as said:
        daemon = subprocess.Popen(
            command if fresh else [*command, "--unlock"],
            stdin=subprocess.PIPE,
            stdout=said,
            stderr=said,
            env=variables,
        )
        try:
            assert daemon.stdin is not None
            daemon.stdin.write(b"" if fresh else PASSWORD.encode())
            daemon.stdin.close()
            watching.recv_until_filtered(changes, timeout=PATIENCE)
        except (OSError, TimeoutError):
            daemon.kill()
            daemon.wait(PATIENCE)
            pytest.fail(f"GNOME Keyring does not start: {(folder / 'daemon.txt').read_text()}", pytrace=False)
    return daemon


@dataclass(frozen=True, slots=True)
class Asked:
    """One call to the Secret Service: of which connection, which method, of the object at which path."""

    sender: str
    method: str
    path: str


class Listener:
    """Hears the calls to the Secret Service on a bus, answered or not, in their order."""

    def __init__(self, address: str) -> None:
        self._other = open_dbus_connection(address)
        self._connection = open_dbus_connection(address)
        bus = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus.Monitoring")
        rules = [f"type='method_call',destination='{_SERVICE}'"]
        self._connection.send_and_get_reply(new_method_call(bus, "BecomeMonitor", "asu", (rules, 0)))

    def close(self) -> None:
        self._connection.close()
        self._other.close()

    def next(self) -> Asked:
        """Waits for it."""
        while True:
            fields = self._connection.receive(timeout=PATIENCE).header.fields
            if fields.get(HeaderFields.destination) == _SERVICE:  # else the bus tells of the listener itself
                return Asked(*(fields[part] for part in _ASKED))

    def heard(self) -> list[Asked]:
        """All until now."""
        mark = new_method_call(DBusAddress(_PATH, _SERVICE, "org.freedesktop.DBus.Peer"), "Ping")
        mark.header.flags |= MessageFlag.no_reply_expected
        self._other.send(mark)
        found = []
        while (asked := self.next()).sender != self._other.unique_name:
            found.append(asked)
        return found


_ASKED = (HeaderFields.sender, HeaderFields.member, HeaderFields.path)

_PROMPTER = "org.gnome.keyring.SystemPrompter"
_CALLBACK = "org.gnome.keyring.internal.Prompter.Callback"


class Person:
    """Answers GNOME Keyring's window that asks for a password, speaking the protocol of that window's program.

    ``asked`` counts how often it was asked. Source: gcr 3.41, gcr-system-prompter.c and gcr-secret-exchange.c.
    """

    def __init__(self, address: str, answers: Sequence[str | None]) -> None:
        self.asked = 0
        self._answers = answers
        self._exchange = _Exchange()
        self._connection = open_dbus_connection(address)
        Proxy(message_bus, self._connection).RequestName(_PROMPTER)
        self._own = self._connection.unique_name
        self._address = address
        self._thread = Thread(target=self._listen)
        self._thread.start()

    def close(self) -> None:
        with suppress(OSError), closing(open_dbus_connection(self._address)) as other:
            other.send(new_method_call(DBusAddress("/", self._own, "tests.Person"), "Leave"))
            self._thread.join(PATIENCE)
        self._connection.close()

    def _listen(self) -> None:
        while True:
            message = self._connection.receive()
            if message.header.message_type is not MessageType.method_call:
                continue
            called = message.header.fields[HeaderFields.member]
            if called == "Leave":
                return
            self._connection.send(new_method_return(message))
            asker = message.header.fields[HeaderFields.sender]
            window = DBusAddress(message.body[0], asker, _CALLBACK)
            if called == "BeginPrompting":
                self._exchange = _Exchange()
                self._ready(window, "", self._exchange.begin())
            elif called == "PerformPrompt":
                password = self._answers[min(self.asked, len(self._answers) - 1)]
                self.asked += 1
                self._exchange.pads |= "password-new" in message.body[2]
                self._exchange.receive(message.body[3])
                self._ready(window, "no" if password is None else "yes", self._exchange.send(password))
            else:
                self._call(window, "PromptDone", "", ())

    def _ready(self, window: DBusAddress, answer: str, exchange: str) -> None:
        self._call(window, "PromptReady", "sa{sv}s", (answer, {}, exchange))

    def _call(self, window: DBusAddress, name: str, signature: str, body: tuple[Any, ...]) -> None:
        call = new_method_call(window, name, signature, body)
        call.header.flags |= MessageFlag.no_reply_expected
        self._connection.send(call)


class _Exchange:
    """How a typed password travels to the keyring: Diffie-Hellman (RFC 3526, 1536 bits), HKDF, AES."""

    PRIME = int(
        "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD"
        "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
        "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F"
        "83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA237327FFFFFFFFFFFFFFFF",
        16,
    )
    BYTES = 192

    def __init__(self) -> None:
        self.pads = False
        """Whether what both have in common keeps its leading zeros, which one in 256 has: GNOME Keyring hashes them
        where it makes a keyring, and leaves them out where it opens one.
        """
        self._private = secrets.randbits(512)
        self._key = b""

    def begin(self) -> str:
        public = pow(2, self._private, self.PRIME).to_bytes(self.BYTES, "big")
        return f"[sx-aes-1]\npublic={base64.b64encode(public).decode()}\n"

    def receive(self, said: str) -> None:
        fields = dict(line.split("=", 1) for line in said.splitlines() if "=" in line)
        public = int.from_bytes(base64.b64decode(fields["public"]), "big")
        common = pow(public, self._private, self.PRIME)
        length = self.BYTES if self.pads else (common.bit_length() + 7) // 8
        random = hmac.new(bytes(32), common.to_bytes(length, "big"), sha256).digest()
        self._key = hmac.new(random, b"\1", sha256).digest()[:16]

    def send(self, secret: str | None) -> str:
        if secret is None:
            return self.begin()
        start = secrets.token_bytes(16)
        padder = PKCS7(128).padder()
        padded = padder.update(secret.encode()) + padder.finalize()
        encryptor = Cipher(algorithms.AES(self._key), modes.CBC(start)).encryptor()
        hidden = base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()
        return f"{self.begin()}secret={hidden}\niv={base64.b64encode(start).decode()}\n"
