"""Commands as processes: run to their end, or listened to while they run."""

import base64
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from tests.gateway.signing import Pairs, encoded, inbound_pairs, sign

T = TypeVar("T")
Record = dict[str, Any]
NO_VARIABLES: Mapping[str, str] = {}

FORM = "application/x-www-form-urlencoded; charset=UTF-8"
LINE = "+12125550100"
PATIENCE = 30.0
"""Seconds that a process may take for one thing on a busy machine."""


def surroundings(variables: Mapping[str, str]) -> dict[str, str]:
    """This process's environment with ``variables`` in place of whatever settings of ours it has."""
    ours = ("TWILIO_", "SMS_DESKTOP_", "NGROK_", "PYTHON_KEYRING_", "DBUS_SESSION_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)} | dict(variables)


def argv(*arguments: str | Path, options: tuple[str, ...] = ()) -> list[str]:
    return [sys.executable, *options, "-m", "sms_desktop", *map(str, arguments)]


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> Record:
        """The one JSON object on standard output."""
        [line] = self.out.splitlines()
        found: Record = json.loads(line)
        return found

    @property
    def records(self) -> list[Record]:
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def sentence(self) -> str:
        """The one line on standard error, which is no traceback."""
        [line] = self.err.splitlines()
        assert not line.startswith("Traceback") and line.endswith((".", "?"))
        return line


def run(
    *arguments: str | Path,
    variables: Mapping[str, str] = NO_VARIABLES,
    said: str = "",
    before: Callable[[], None] | None = None,
) -> Done:
    """Runs a command to its end with ``variables`` in its environment and ``said`` on its standard input; ``before``
    happens in the new process.
    """
    done = subprocess.run(
        argv(*arguments),
        input=said,
        capture_output=True,
        encoding="utf-8",
        env=surroundings(variables),
        timeout=PATIENCE,
        check=False,
        preexec_fn=before,
    )
    return Done(done.returncode, done.stdout, done.stderr)


class Running:
    """A command that prints one JSON object a line, the first of which says that it is ready."""

    def __init__(self, command: list[str], variables: Mapping[str, str], errors: Path) -> None:
        self._errors = errors
        self._heard: list[Record] = []
        self._news = threading.Condition()
        with errors.open("w") as sink:
            self.process = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=sink, encoding="utf-8", env=surroundings(variables)
            )
        self._listener = threading.Thread(target=self._listen)
        self._listener.start()
        self.ready = self.until(lambda said: said["event"] == "ready")
        assert self._heard[0] == self.ready

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._news:
                self._heard.append(json.loads(line))
                self._news.notify_all()
        with self._news:
            self._news.notify_all()

    @property
    def heard(self) -> list[Record]:
        with self._news:
            return list(self._heard)

    @property
    def errors(self) -> str:
        return self._errors.read_text()

    def until(self, fact: Callable[[Record], bool]) -> Record:
        """Waits for the first event, of those before and those to come, for which ``fact`` holds."""
        deadline = time.monotonic() + PATIENCE
        with self._news:
            while (found := next((said for said in self._heard if fact(said)), None)) is None:
                left = deadline - time.monotonic()
                if left <= 0 or self.process.poll() is not None or not self._news.wait(min(left, 0.5)):
                    assert left > 0 and self.process.poll() is None, f"{self._heard[-3:]} {self.errors[-2000:]}"
        return found

    def wait(self, fact: Callable[[], object], what: str) -> None:
        """Waits for something else to come about while it runs; asked again after each event, and now and then."""
        deadline = time.monotonic() + PATIENCE
        while not fact():
            assert time.monotonic() < deadline and self.process.poll() is None, f"{what}: {self.errors[-2000:]}"
            with self._news:
                self._news.wait(0.1)

    def message(self, body: str, *statuses: str) -> Record:
        """Waits until it told of the message with that body (in one of the statuses)."""

        def fits(said: Record) -> bool:
            message = said.get("message", {})
            return message.get("body") == body and (not statuses or message["status"] in statuses)

        found: Record = self.until(fits)["message"]
        return found

    def end(self, number: int = signal.SIGTERM) -> int:
        """Sends a signal and gives the exit code."""
        self.process.send_signal(number)
        code = self.process.wait(PATIENCE)
        self._listener.join(PATIENCE)
        return code

    def close(self) -> None:
        if self.process.poll() is None:
            self.end()
        assert self.process.stdout is not None
        self.process.stdout.close()


@contextmanager
def running(
    *arguments: str | Path,
    errors: Path,
    options: tuple[str, ...] = (),
    variables: Mapping[str, str] = NO_VARIABLES,
) -> Iterator[Running]:
    """A command until the block ends; ``errors`` is the file for its standard error, ``options`` are Python's."""
    command = Running(argv(*arguments, options=options), variables, errors)
    try:
        yield command
    finally:
        command.close()


def request(
    method: str, url: str, body: bytes | None = None, headers: Mapping[str, str] = NO_VARIABLES
) -> tuple[int, str, bytes]:
    """One HTTP request on a connection of its own; status, content type and body of the answer."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE)
    try:
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(method, target, body, dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.headers.get_content_type(), answer.read()
    finally:
        connection.close()


@dataclass(frozen=True, slots=True)
class Twilio:
    """The simulator, in a process of its own."""

    url: str
    account_sid: str
    auth_token: str

    def variables(self, **others: str) -> dict[str, str]:
        """What points a command here."""
        return {
            "TWILIO_ACCOUNT_SID": self.account_sid,
            "TWILIO_AUTH_TOKEN": self.auth_token,
            "SMS_DESKTOP_TWILIO_URL": self.url,
            "SMS_DESKTOP_WEBHOOK_PORT": "0",
        } | others

    def bare_variables(self, **others: str) -> dict[str, str]:
        """The same without the account."""
        known = self.variables(**others)
        return {name: value for name, value in known.items() if not name.startswith("TWILIO_") or name in others}

    def control(self, path: str, asked: object = None) -> Record:
        """GET, or POST where something is asked, below ``/_simulator/``."""
        method, body = ("GET", None) if asked is None else ("POST", json.dumps(asked).encode())
        status, _, answer = request(method, f"{self.url}/_simulator/{path}", body)
        assert status in {200, 201}, answer
        found: Record = json.loads(answer)
        return found

    def weather(self, **settings: float) -> None:
        self.control("weather", settings)

    def fair_weather(self) -> None:
        names: Record = self.control("weather")["names"]
        self.control("weather", dict.fromkeys(names, False) | {"slow_seconds": 3})

    def sent(self, body: str) -> list[Record]:
        """What the account has of that text, outbound."""
        return [m for m in self.log() if m["body"] == body and m["direction"] != "inbound"]

    def log(self) -> list[Record]:
        found: list[Record] = self.control("messages?limit=1000")["messages"]
        return found

    def sign_up(self, line: str, url: str) -> None:
        """Has texts to ``line`` posted to ``url``."""
        root = f"{self.url}/2010-04-01/Accounts/{self.account_sid}/IncomingPhoneNumbers"
        password = base64.b64encode(f"{self.account_sid}:{self.auth_token}".encode()).decode()
        headers = {"Authorization": f"Basic {password}"}
        _, _, listed = request("GET", f"{root}.json?PhoneNumber=%2B{line[1:]}", headers=headers)
        [number] = json.loads(listed)["incoming_phone_numbers"]
        form = {"Content-Type": FORM, **headers}
        status, _, answer = request("POST", f"{root}/{number['sid']}.json", encoded([("SmsUrl", url)]), form)
        assert status == 200, answer

    def post(self, webhook: str, *, token: str | None = None, **fields: str) -> tuple[int, str, bytes]:
        """Posts an inbound text as Twilio does, signed with ``token`` in place of the account's."""
        url = f"{webhook}/twilio/inbound"
        pairs = self.inbound(**fields)
        return self.deliver(url, encoded(pairs), sign(url, pairs, self.auth_token if token is None else token))

    def inbound(self, **fields: str) -> Pairs:
        return inbound_pairs(AccountSid=self.account_sid, To=LINE, **fields)

    @staticmethod
    def deliver(url: str, body: bytes, signature: str) -> tuple[int, str, bytes]:
        return request("POST", url, body, {"Content-Type": FORM, "X-Twilio-Signature": signature})


@contextmanager
def serving(
    directory: Path,
    twilio: Twilio,
    *arguments: str,
    options: tuple[str, ...] = (),
    keyring: Mapping[str, str] | None = None,
    **others: str,
) -> Iterator[Running]:
    """``serve --json`` on ``directory``, with ``others`` in its environment; its standard error lies beside it.

    ``keyring``: the variables that lead to one, for an environment that names no account.
    """
    errors = directory.with_name(f"{directory.name}-errors.txt")
    command: tuple[str | Path, ...] = ("serve", "--json", "--data-dir", directory, *arguments)
    around = twilio.variables if keyring is None else twilio.bare_variables
    variables = around(**others) | dict(keyring or {})
    with running(*command, errors=errors, options=options, variables=variables) as serve:
        yield serve


@contextmanager
def simulator(folder: Path) -> Iterator[Twilio]:
    """One in a process of its own, in fair weather; what it complains of is in ``folder``."""
    arguments = ("simulator", "--port", "0", "--json", "--pace", "0.02", "--seed", "5")
    with running(*arguments, errors=folder / "simulator.txt") as command:
        ready = command.ready
        yield Twilio(ready["base_url"], ready["account_sid"], ready["auth_token"])
    assert (command.process.returncode, command.errors) == (0, "")
