"""A simulator in a process of its own, a data directory, and the program between them, started again and again."""

import base64
import hashlib
import json
import socket
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from http.client import HTTPException
from itertools import count
from pathlib import Path
from random import Random

from sms_desktop.store.schema import FILE
from tests.chaos import sides
from tests.chaos.life import Life, launched
from tests.chaos.people import FEW, LINE, peers, picture
from tests.chaos.sides import Here, Promised, Verdict
from tests.journeys.commands.program import PATIENCE, Record, Twilio, request, run, running

BAD = {
    "slow": 0.2,
    "slow_seconds": 0.4,
    "out_of_order": 0.3,
    "duplicate_callbacks": 0.3,
    "duplicate_inbound": 0.3,
    "lost_callbacks": 0.2,
    "rate_limited": 0.1,
    "error_before": 0.08,
    "error_after": 0.12,
    "no_answer": 0.1,
    "list_error": 0.1,
    "lost_inbound": 0.1,
}
"""Everything that the weather can do, often enough to meet everything else."""
LATER = (0, 0, 120, 600, 7200, 50_000, 100_000)
"""Seconds by which Twilio's clock is put forward, one look after the other, until all has been asked about."""
LOOK = 6.0
"""Seconds that the program is given between two of these, from the last that came right on."""


class World:
    """``start`` the program, ``kill`` it; customers text all the time. At the end ``settle`` and look at ``verdict``.

    ``launch`` are options of the module of that name, for all that is started from then on.
    """

    def __init__(self, folder: Path, twilio: Twilio, *, seed: int) -> None:
        self.data = folder / "data"
        self.twilio = twilio
        self.promised = Promised()
        self.refused: list[str] = []
        self.arrived = threading.Condition()
        self.heard: list[Record] = []
        """What the program has told since its last start."""
        self.port = _free_port()
        self.forgetful = False
        """Whether what was told is not kept: with very many messages it would be too much."""
        self.starts = 0
        self.launch: tuple[str, ...] = ()
        self.people = peers(FEW)
        self.url = twilio.url
        """Where the program looks for Twilio."""
        self.life: Life
        self._seed = seed
        self._errors = folder / "errors.txt"
        self._skew = 0
        self._texts = count(1)
        twilio.sign_up(LINE, f"{self.webhook}/twilio/inbound")

    @property
    def webhook(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def errors(self) -> str:
        return self._errors.read_text() if self._errors.exists() else ""

    def variables(self) -> dict[str, str]:
        """The environment of what is started here; its windows show on no screen."""
        return self.twilio.variables(
            SMS_DESKTOP_WEBHOOK_PORT=str(self.port), SMS_DESKTOP_TWILIO_URL=self.url, QT_QPA_PLATFORM="offscreen"
        )

    def start(self, *options: str, hand: float = 0.0, window: bool = False) -> Life:
        """``hand``: texts a second that somebody inside writes. Returns at once."""
        self.starts += 1
        name = f"ours-{self._seed}-{self.starts}"
        chosen = [
            *self.launch,
            *options,
            *(("--hand", hand, "--people", len(self.people)) if hand else ()),
            "--name",
            name,
        ]
        command = ("--data-dir", self.data) if window else ("serve", "--json", "--data-dir", self.data)
        with self.arrived:
            self.heard = []
        self.life = Life(launched(*map(str, chosen), "--", *command), self.variables(), self._errors, self._hear)
        return self.life

    def _hear(self, said: Record) -> None:
        with self.arrived:
            if said["event"] == "acknowledged":
                self.promised.submitted.add(said["token"])
            elif said["event"] == "refused":
                self.refused.append(said["sentence"])
            if not self.forgetful:
                self.heard.append(said)
            self.arrived.notify_all()

    def until(self, number: int, *events: str, patience: float = PATIENCE) -> bool:
        """Waits for the ``number``-th event of those kinds in this life."""
        return self.until_true(lambda: sum(said["event"] in events for said in self.heard) >= number, patience)

    def until_true(self, fact: Callable[[], bool], patience: float = PATIENCE) -> bool:
        """Waits for ``fact``, asked again at each event; False when it does not come about while it runs."""
        deadline = time.monotonic() + patience
        with self.arrived:
            while not fact():
                left = deadline - time.monotonic()
                if left <= 0 or not self.life.running:
                    return False
                self.arrived.wait(min(left, 0.2))
        return True

    def text_in(self, token: str, dice: Random, *, pictures: float = 0.05) -> None:
        """A customer's text, by way of Twilio."""
        media = []
        if dice.random() < pictures:
            data = picture(token)
            self.promised.pictures[token] = hashlib.sha256(data).hexdigest()
            encoded = base64.b64encode(data).decode()
            media = [{"content_type": "image/png", "base64": encoded, "name": f"{token}.png"}]
        self.twilio.control("inbound", {"from": dice.choice(self.people), "to": LINE, "body": token, "media": media})

    def post(self, token: str, dice: Random) -> bool:
        """A webhook for a message that no list of Twilio's has: only the answer tells that it is kept."""
        sid = f"SM{hashlib.md5(token.encode()).hexdigest()}"
        try:
            status, _, _ = self.twilio.post(
                self.webhook, From=dice.choice(self.people), Body=token, MessageSid=sid, SmsSid=sid, SmsMessageSid=sid
            )
        except (OSError, HTTPException):
            return False
        if status == 200:
            self.promised.posted.add(token)
        return status == 200

    def send(self, token: str, dice: Random) -> bool:
        """A text by the command, beside the program that runs."""
        chosen = ("--to", dice.choice(self.people), "--from", LINE, "--body", token)
        done = run("send", "--data-dir", self.data, *chosen, variables=self.variables())
        if done.code == 0:
            self.promised.submitted.add(token)
        return done.code == 0

    @contextmanager
    def customers(self, rate: float) -> Iterator[None]:
        """``rate`` texts a second come in while this goes on, whatever the program does."""
        over = threading.Event()

        def write() -> None:
            dice = Random(self._seed)
            while not over.wait(dice.expovariate(rate)):
                n = next(self._texts)
                if n % 4 == 0:
                    self.post(f"posted-{self._seed}-{n}", dice)
                else:
                    self.text_in(f"theirs-{self._seed}-{n}", dice)

        thread = threading.Thread(target=write, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join(PATIENCE)

    def there(self) -> list[Record]:
        """All that Twilio has, by its own list."""
        return everything(self.twilio)

    def verdict(self, *, thorough: bool = True, read: bool = False) -> Verdict:
        here = sides.here(self.data, thorough=thorough)  # first: what it has by now, Twilio has had before
        return sides.compare(self.there(), here, self.promised, read=read)

    def drafts(self) -> list[str]:
        """What is typed and not sent, as it is kept."""
        with closing(sqlite3.connect(f"{(self.data / FILE).as_uri()}?mode=ro", uri=True, timeout=30)) as db:
            return [body for (body,) in db.execute("SELECT body FROM drafts")]

    def here(self) -> Here:
        return sides.here(self.data, thorough=False)

    def clock(self, seconds: int) -> None:
        """Twilio's clock is that far ahead of this computer's."""
        self._skew = max(self._skew, seconds)
        self.twilio.control("faults", {"clock_skew": self._skew})

    def settle(self, *options: str, read: bool = False) -> int:
        """In fair weather, until both sides are equal, or never will be, or Twilio's clock has gone a day further.

        Gives the number of looks that it took.
        """
        self.twilio.weather(**dict.fromkeys(BAD, 0.0))
        for looks, seconds in enumerate(LATER, 1):  # noqa: B007 - what it was at the end is told
            self.clock(self._skew + seconds)
            self.start(*options).ready()
            began, found = time.monotonic(), self.verdict(read=read)
            spent = time.monotonic() - began
            while found.may_pass and time.monotonic() < began + LOOK + 2 * spent:
                time.sleep(max(0.3, spent))
                before, found = found.count, self.verdict(read=read)
                if found.count < before:  # it is at work
                    began = time.monotonic()
            code = self.life.end()
            assert code == 0, f"it ended with {code}: {self.errors[-2000:]}"
            if not found.may_pass:
                break
        return looks


@contextmanager
def world(folder: Path, *, seed: int, launch: tuple[str, ...] = (), pace: float = 0.05) -> Iterator[World]:
    """One that has seen a first start in fair weather, so that it knows its line and from when on all is to be here."""
    arguments = ("simulator", "--port", "0", "--json", "--pace", str(pace), "--seed", str(seed))
    with running(*arguments, errors=folder / "simulator.txt") as simulator:
        ready = simulator.ready
        twilio = Twilio(ready["base_url"], ready["account_sid"], ready["auth_token"])
        made = World(folder, twilio, seed=seed)
        made.start().ready()
        met = made.until(1, "catchup")
        assert met, made.errors
        assert made.life.end() == 0
        made.launch = launch
        try:
            yield made
        finally:
            made.life.kill()


def everything(twilio: Twilio) -> list[Record]:
    """Twilio's list to its end."""
    password = base64.b64encode(f"{twilio.account_sid}:{twilio.auth_token}".encode()).decode()
    headers: Mapping[str, str] = {"Authorization": f"Basic {password}"}
    found: list[Record] = []
    uri = f"/2010-04-01/Accounts/{twilio.account_sid}/Messages.json?PageSize=1000"
    while uri:
        status, _, answer = request("GET", twilio.url + uri, headers=headers)
        assert status == 200, answer
        page = json.loads(answer)
        found += page["messages"]
        uri = page["next_page_uri"]
    return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
