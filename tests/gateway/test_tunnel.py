"""The public address by ngrok: real programs and real sockets, with a stand-in for ngrok's own program."""

import asyncio
import io
import json
import logging
import os
import socket
import stat
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import aiohttp
import psutil
import pytest

from sms_desktop.domain.errors import TunnelError
from sms_desktop.domain.receiving import Reach
from sms_desktop.gateway.tunnel import Pace, Tunnel, TunnelState
from sms_desktop.gateway.tunnel import refusals as refusals_module
from sms_desktop.gateway.tunnel.pace import wait_after
from sms_desktop.gateway.tunnel.program import find, own_program, usual_source
from sms_desktop.gateway.tunnel.refusals import Refused, from_words, refusal
from tests.gateway.faults import Far, Script, Seen, answering, far_side, reply
from tests.ngrok import Standin, program, standin

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "2hTokenOfTheShop_7Qx41mZr9"
PATIENCE = 20.0
PROMPT = 2.0
"""Seconds within which a loss must be told."""
QUICK = Pace(first_wait=0.05, longest_wait=0.2, grace=0.4)
STAYS = Pace(first_wait=0.05, grace=60)


class Heard:
    """What was told of the public address."""

    def __init__(self) -> None:
        self.states: list[TunnelState] = []
        self._told = asyncio.Event()

    def __call__(self, state: TunnelState) -> None:
        self.states.append(state)
        self._told.set()

    async def until(self, wanted: Callable[[TunnelState], bool], after: int = 0, within: float = PATIENCE) -> int:
        """Until a state with index ``after`` or later is so; the index behind it."""
        async with asyncio.timeout(within):
            while True:
                self._told.clear()
                for index, state in enumerate(self.states[after:], after):
                    if wanted(state):
                        return index + 1
                await self._told.wait()


def up(state: TunnelState) -> bool:
    return state.reach is Reach.UP


def down(state: TunnelState) -> bool:
    return state.reach is Reach.DOWN


class Desk:
    """A folder, a stand-in, and tunnels that are closed in the end."""

    def __init__(self, tmp_path: Path) -> None:
        self.directory = tmp_path / "data" / "ngrok"
        self.ngrok = standin(tmp_path / "standin")
        self.heard = Heard()
        self.tunnels: list[Tunnel] = []

    @property
    def config(self) -> Path:
        return self.directory / "ngrok.yml"

    def tunnel(self, pace: Pace = QUICK, **more: str | None) -> Tunnel:
        given = {"executable": self.ngrok.path} | more
        made = Tunnel(
            self.directory, changed=self.heard, executable=given["executable"], source=given.get("source"), pace=pace
        )
        self.tunnels.append(made)
        return made

    async def do(self, what: str, **more: object) -> int:
        """Has it happen; how many states had been told before."""
        before = len(self.heard.states)
        await asyncio.to_thread(self.ngrok.do, what, **more)
        return before

    def files(self) -> list[str]:
        return sorted(path.name for path in self.directory.iterdir())


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    for tunnel in desk.tunnels:
        await tunnel.close()
    assert not desk.ngrok.alive


@pytest.fixture
async def local() -> AsyncIterator[Far]:
    async with far_side(answering(reply(200, "<Response/>", "Content-Type: text/xml"))) as far:
        yield far


def port_of(far: Far) -> int:
    return int(far.url.rpartition(":")[2])


async def call(url: str, method: str = "POST", **more: object) -> tuple[int, bytes]:
    async with aiohttp.ClientSession() as session, session.request(method, url, **more) as answer:  # type: ignore[arg-type]
        return answer.status, await answer.read()


async def comes_true(condition: Callable[[], bool]) -> None:
    """What only another process can tell is looked at again and again."""
    async with asyncio.timeout(PATIENCE):
        while not await asyncio.to_thread(condition):  # noqa: ASYNC110 - another process sets no asyncio.Event
            await asyncio.sleep(0.01)


# open


async def test_what_is_posted_to_the_public_address_arrives_here_as_it_was(desk: Desk, local: Far) -> None:
    state = await desk.tunnel().open(port_of(local), TOKEN)
    assert state.reach is Reach.UP and state.public_url is not None and not state.reserved
    signed = {"X-Twilio-Signature": "sig=", "Content-Type": "application/x-www-form-urlencoded"}
    status, body = await call(f"{state.public_url}/twilio/inbound?a=1&b=%20", data=b"Body=hi%21", headers=signed)
    assert (status, body) == (200, b"<Response/>")
    (seen,) = local.requests
    assert (seen.method, seen.target, seen.body) == ("POST", "/twilio/inbound?a=1&b=%20", b"Body=hi%21")
    assert seen.headers["x-twilio-signature"] == "sig="
    assert f"http://{seen.headers['host']}" == state.public_url
    assert seen.headers["x-forwarded-proto"] == "http"


async def test_a_large_picture_comes_through_whole(desk: Desk) -> None:
    picture = os.urandom(900_000)
    tunnel = desk.tunnel()
    async with far_side(answering(reply(200, b""))) as far:
        state = await tunnel.open(port_of(far), TOKEN)
        assert await call(f"{state.public_url}/up", data=picture) == (200, b"")
        assert far.requests[0].body == picture

    async def serve(_seen: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(reply(200, picture))
        await writer.drain()

    async with far_side(serve) as far:
        state = await tunnel.open(port_of(far), TOKEN)
        assert await call(f"{state.public_url}/media/x", "GET") == (200, picture)


async def test_ngrok_says_so_itself_when_nobody_listens_here(desk: Desk, unused_tcp_port: int) -> None:
    state = await desk.tunnel().open(unused_tcp_port, TOKEN)
    status, body = await call(f"{state.public_url}/", "GET")
    assert status == 502 and b"ERR_NGROK_8012" in body


async def test_starting_and_being_there_are_told(desk: Desk, local: Far) -> None:
    state = await desk.tunnel().open(port_of(local), TOKEN)
    assert [s.reach for s in desk.heard.states] == [Reach.STARTING, Reach.UP]
    assert desk.heard.states[-1] == state
    assert state.public_url is not None and state.public_url in state.sentence


async def test_another_ngrok_may_hold_the_usual_port(desk: Desk, local: Far) -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind(("127.0.0.1", 4040))
            taken.listen()
        except OSError:
            pass  # somebody else holds it: so much the better
        state = await desk.tunnel().open(port_of(local), TOKEN)
        assert (await call(f"{state.public_url}/"))[0] == 200


async def test_a_proxy_for_the_web_is_not_asked_for_the_program_here(
    desk: Desk, local: Far, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert up(await desk.tunnel().open(port_of(local), TOKEN))


async def test_an_older_program_that_knows_only_tunnels_will_do(desk: Desk, local: Far) -> None:
    desk.ngrok.behave(old=True)
    state = await desk.tunnel(STAYS).open(port_of(local), TOKEN)
    assert (await call(f"{state.public_url}/"))[0] == 200
    before = await desk.do("drop")
    lost = await desk.heard.until(down, before, PROMPT)
    await desk.do("back")
    await desk.heard.until(up, lost)


async def test_a_domain_of_ones_own_is_kept_over_every_start(desk: Desk, local: Far, unused_tcp_port: int) -> None:
    domain = f"localhost:{unused_tcp_port}"
    state = await desk.tunnel().open(port_of(local), TOKEN, f" HTTP://{domain}/ ")
    assert state.public_url == f"http://{domain}" and state.reserved
    before = len(desk.heard.states)
    desk.ngrok.kill()
    again = await desk.heard.until(up, before)
    assert desk.heard.states[again - 1] == state


async def test_what_is_no_domain_is_refused_before_ngrok_is_asked(desk: Desk, local: Far) -> None:
    with pytest.raises(TunnelError, match="is not a domain"):
        await desk.tunnel().open(port_of(local), TOKEN, "my shop!")


@pytest.mark.parametrize("address", ["http://shop.example.com", "tcp://0.tcp.ngrok.io:1", "https://"])
async def test_an_address_that_twilio_may_not_post_to_is_refused(desk: Desk, local: Far, address: str) -> None:
    desk.ngrok.behave(claims=address)
    with pytest.raises(TunnelError, match="cannot be used"):
        await desk.tunnel().open(port_of(local), TOKEN)


async def test_whoever_hears_of_it_and_fails_does_not_stop_it(
    desk: Desk, local: Far, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(state: TunnelState) -> None:
        desk.heard(state)
        raise LookupError("nobody")

    tunnel = Tunnel(desk.directory, changed=fail, executable=desk.ngrok.path, pace=QUICK)
    desk.tunnels.append(tunnel)
    await tunnel.open(port_of(local), TOKEN)
    before = len(desk.heard.states)
    desk.ngrok.kill()
    await desk.heard.until(up, before)
    assert "somebody who hears" in caplog.text


# lost and made again


async def test_a_killed_program_is_told_and_started_again(desk: Desk, local: Far) -> None:
    await desk.tunnel().open(port_of(local), TOKEN)
    first, before = desk.ngrok.pid, len(desk.heard.states)
    desk.ngrok.kill()
    lost = await desk.heard.until(down, before, PROMPT)
    assert desk.heard.states[lost - 1].public_url is None
    assert desk.heard.states[lost - 1].sentence and desk.heard.states[lost - 1].advice
    again = await desk.heard.until(up, lost)
    assert desk.ngrok.pid != first
    assert (await call(f"{desk.heard.states[again - 1].public_url}/"))[0] == 200
    assert json.loads((desk.directory / "agent.json").read_text())["pid"] == desk.ngrok.pid


async def test_a_lost_session_is_told_and_the_program_may_bring_it_back(desk: Desk, local: Far) -> None:
    state = await desk.tunnel(STAYS).open(port_of(local), TOKEN)
    first = desk.ngrok.pid
    before = await desk.do("drop")
    lost = await desk.heard.until(down, before, PROMPT)
    assert "lost" in desk.heard.states[lost - 1].sentence and desk.heard.states[lost - 1].advice
    await desk.do("back")
    again = await desk.heard.until(up, lost, PROMPT)
    assert desk.heard.states[again - 1] == state and desk.ngrok.pid == first


async def test_a_session_that_stays_lost_is_made_anew(desk: Desk, local: Far) -> None:
    await desk.tunnel().open(port_of(local), TOKEN)
    first = desk.ngrok.pid
    before = await desk.do("drop")
    await desk.heard.until(up, await desk.heard.until(down, before, PROMPT))
    assert desk.ngrok.pid != first


async def test_what_ngrok_refuses_later_is_told_with_its_reason(desk: Desk, local: Far) -> None:
    await desk.tunnel(STAYS).open(port_of(local), TOKEN)
    before = await desk.do("refuse", code=725)
    await desk.heard.until(lambda s: down(s) and s.code == "ERR_NGROK_725", before, PROMPT)


async def test_a_program_that_no_longer_answers_is_told_and_replaced(desk: Desk, local: Far) -> None:
    await desk.tunnel().open(port_of(local), TOKEN)
    first = desk.ngrok.pid
    before = await desk.do("hang")
    lost = await desk.heard.until(down, before, PROMPT + 0.3)  # 0.3: the order itself
    assert "does not answer" in desk.heard.states[lost - 1].sentence
    await desk.heard.until(up, lost)
    assert desk.ngrok.pid != first


async def test_an_address_that_changed_is_told(desk: Desk, local: Far) -> None:
    state = await desk.tunnel(STAYS).open(port_of(local), TOKEN)
    first = desk.ngrok.pid
    before = await desk.do("move")
    moved = await desk.heard.until(lambda s: up(s) and s.public_url != state.public_url, before, PROMPT)
    assert (await call(f"{desk.heard.states[moved - 1].public_url}/"))[0] == 200
    assert desk.ngrok.pid == first


async def test_an_address_that_was_taken_away_is_asked_for_again(desk: Desk, local: Far) -> None:
    await desk.tunnel(STAYS).open(port_of(local), TOKEN)
    before = await desk.do("gone")
    again = await desk.heard.until(up, await desk.heard.until(down, before, PROMPT))
    assert (await call(f"{desk.heard.states[again - 1].public_url}/"))[0] == 200


async def test_after_a_wake_a_dead_address_is_found_although_the_program_believes_in_it(desk: Desk, local: Far) -> None:
    tunnel = desk.tunnel(STAYS)
    await tunnel.open(port_of(local), TOKEN)
    before = await desk.do("offline")
    tunnel.kick()
    again = await desk.heard.until(up, await desk.heard.until(down, before, PROMPT))
    assert (await call(f"{desk.heard.states[again - 1].public_url}/"))[0] == 200


async def test_a_kick_leaves_alone_what_works(desk: Desk, local: Far) -> None:
    tunnel = desk.tunnel(STAYS)
    state = await tunnel.open(port_of(local), TOKEN)
    tunnel.kick()
    async with asyncio.timeout(PATIENCE):
        await local.arrived.wait()  # it was looked from outside
    before = await desk.do("move")
    await desk.heard.until(lambda s: up(s) and s.public_url != state.public_url, before)
    assert len(local.requests) == 1
    assert not any(down(s) and "ended" in s.sentence for s in desk.heard.states)


# refused


@pytest.mark.parametrize(
    ("token", "domain", "code", "words"),
    [
        ("", "", "ERR_NGROK_4018", "does not know this token, or the e-mail address of its account is not confirmed"),
        ("refuse_105_x", "", "ERR_NGROK_105", "does not know this token"),
        ("refuse_107_x", "", "ERR_NGROK_107", "does not know this token"),
        ("refuse_108_x", "", "ERR_NGROK_108", "already in use by another program"),
        ("refuse_103_x", "", "ERR_NGROK_103", "suspended"),
        ("refuse_121_x", "", "ERR_NGROK_121", "too old"),
        ("refuse_123_x", "", "ERR_NGROK_123", "not confirmed"),
        ("refuse_9009_x", "", "ERR_NGROK_9009", "proxy"),
        (TOKEN, "refuse-334.ngrok.app", "ERR_NGROK_334", "address is already in use"),
        (TOKEN, "somebody-elses.ngrok.app", "ERR_NGROK_320", "does not belong to this ngrok account"),
        (TOKEN, "refuse-725.ngrok.app", "ERR_NGROK_725", "used up"),
    ],
)
async def test_what_ngrok_refuses_is_said_plainly_with_advice(
    desk: Desk, local: Far, token: str, domain: str, code: str, words: str
) -> None:
    with pytest.raises(TunnelError) as caught:
        await desk.tunnel().open(port_of(local), token, domain)
    assert caught.value.code == code and caught.value.lasting
    state = desk.heard.states[-1]
    assert (state.reach, state.code, state.public_url) == (Reach.DOWN, code, None)
    assert words in state.sentence and state.advice
    assert str(caught.value) == f"{state.sentence} {state.advice}"
    assert code not in str(caught.value)


@pytest.mark.parametrize("pasted", [f" {TOKEN}\n", f"ngrok config add-authtoken {TOKEN}"])
async def test_a_token_may_be_pasted_with_what_is_around_it(desk: Desk, local: Far, pasted: str) -> None:
    desk.ngrok.behave(tokens=[TOKEN])
    assert up(await desk.tunnel().open(port_of(local), pasted))


async def test_a_code_that_nobody_knows_is_shown_as_it_is(desk: Desk, local: Far) -> None:
    with pytest.raises(TunnelError, match="ngrok refused the connection \\(ERR_NGROK_9999\\)") as caught:
        await desk.tunnel().open(port_of(local), "refuse_9999_x")
    assert caught.value.code == "ERR_NGROK_9999" and not caught.value.lasting


async def test_what_was_refused_is_tried_again_until_the_person_has_mended_it(desk: Desk, local: Far) -> None:
    desk.ngrok.behave(refuse=108)
    with pytest.raises(TunnelError):
        await desk.tunnel().open(port_of(local), TOKEN)
    desk.ngrok.behave(refuse=None)
    again = await desk.heard.until(up)
    assert (await call(f"{desk.heard.states[again - 1].public_url}/"))[0] == 200


async def test_a_kick_does_not_wait_for_the_next_try(desk: Desk, local: Far) -> None:
    tunnel = desk.tunnel(Pace(lasting_wait=3600))
    desk.ngrok.behave(tokens=[])
    with pytest.raises(TunnelError):
        await tunnel.open(port_of(local), TOKEN)
    desk.ngrok.behave(tokens=[TOKEN])
    tunnel.kick()
    await desk.heard.until(up)


async def test_no_way_to_ngrok_is_said_and_it_comes_by_itself(desk: Desk, local: Far) -> None:
    desk.ngrok.behave(unreachable=True)
    with pytest.raises(TunnelError, match="cannot be reached from this computer") as caught:
        await desk.tunnel(Pace(start_patience=0.5, first_wait=0.05, longest_wait=0.2)).open(port_of(local), TOKEN)
    assert not caught.value.lasting
    desk.ngrok.behave(unreachable=None)
    await desk.heard.until(up)


async def test_a_program_that_ends_at_once_is_said(desk: Desk, local: Far) -> None:
    desk.ngrok.behave(dies="unknown configuration version 3")
    with pytest.raises(TunnelError, match="too old or damaged"):
        await desk.tunnel().open(port_of(local), TOKEN)


async def test_a_program_that_says_nothing_is_not_waited_for_without_end(desk: Desk, local: Far) -> None:
    desk.ngrok.behave(silent=True)
    with pytest.raises(TunnelError, match="does not answer"):
        await desk.tunnel(Pace(start_patience=0.3)).open(port_of(local), TOKEN)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("failed to dial ngrok server: dial tcp: lookup connect.ngrok-agent.com: no such host", "cannot be reached"),
        ("failed to fetch CRL: x509: certificate signed by unknown authority", "intercepted"),
        ("authentication failed: … ERR_NGROK_107", "does not know this token"),
        ("something new", "did not get through"),
    ],
)
def test_errors_of_the_program_are_put_in_plain_words(words: str, said: str) -> None:
    assert said in from_words(words).sentence
    assert from_words(words).advice


def test_every_known_code_has_a_sentence_and_advice_of_its_own_words() -> None:
    for number in refusals_module._KINDS:
        known = refusal(f"ERR_NGROK_{number}")
        assert known.sentence.endswith(".") and known.advice.endswith(".") and "ERR_" not in str(known)


def test_waiting_grows_to_a_minute_and_is_a_minute_where_only_a_person_can_help() -> None:
    lost, pace = from_words("dial tcp"), Pace()
    waits = [wait_after(lost, failures, pace) for failures in range(12)]
    assert 0.75 <= waits[0] <= 1.25 and all(1.5 <= w <= 2.5 for w in waits[1:2]) and 45 <= waits[-1] <= 60
    assert len({wait_after(lost, 3, pace) for _ in range(20)}) > 1
    assert wait_after(refusal("ERR_NGROK_107"), 0, pace) == 60
    assert wait_after(refusal("ERR_NGROK_334"), 0, pace) < 2  # it may be our own former connection
    assert 45 <= wait_after(refusal("ERR_NGROK_334"), 9, pace) <= 60


# secrets and files


def _on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def test_the_token_is_nowhere_but_in_the_programs_environment(
    desk: Desk,
    local: Far,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("NGROK_AUTHTOKEN", "somebody_elses_token")
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "0123456789abcdef0123456789abcdef")
    desk.ngrok.behave(tokens=[TOKEN])
    tunnel = desk.tunnel()
    await tunnel.open(port_of(local), TOKEN)
    desk.ngrok.behave(tokens=None)
    program = psutil.Process(desk.ngrok.pid)
    assert not any(TOKEN in argument for argument in [*program.cmdline(), *psutil.Process().cmdline()])
    assert program.environ()["NGROK_AUTHTOKEN"] == TOKEN
    assert not any(name.startswith("TWILIO_") for name in program.environ())
    assert os.environ["NGROK_AUTHTOKEN"] == "somebody_elses_token" and TOKEN not in str(dict(os.environ))

    desk.ngrok.behave(tokens=[])  # refused, ngrok repeats it in log and standard error
    before = await desk.do("refuse", code=107)
    await desk.heard.until(lambda s: down(s) and s.code == "ERR_NGROK_107", before)
    desk.ngrok.kill()
    with pytest.raises(TunnelError) as caught:
        await tunnel.open(port_of(local), TOKEN)
    desk.ngrok.behave(tokens=None, dies=f"odd token {TOKEN}")
    with pytest.raises(TunnelError):
        await tunnel.open(port_of(local), TOKEN)
    await tunnel.close()
    desk.ngrok.behave(dies=None)
    assert "odd token …" in caplog.text
    shown = [caplog.text, *capfd.readouterr(), str(caught.value), repr(caught.value), repr(desk.heard.states)]
    assert not any(TOKEN in text for text in shown)
    assert TOKEN.encode() not in _on_disk(desk.directory.parent)


async def test_folder_configuration_and_record_are_for_the_user_alone(desk: Desk, local: Far) -> None:
    desk.directory.mkdir(parents=True, mode=0o755)
    await desk.tunnel().open(port_of(local), TOKEN)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in [desk.directory, *desk.directory.iterdir()]}
    assert modes == {"ngrok": 0o700, "ngrok.yml": 0o600, "agent.json": 0o600}
    assert desk.config.read_text(encoding="utf-8").startswith("version: 3\n")


async def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path, desk: Desk, local: Far) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    with pytest.raises(TunnelError, match="The folder for ngrok cannot be used"):
        await desk.tunnel().open(port_of(local), TOKEN)


# closed


async def test_closing_ends_the_program_and_twice_is_no_harm(desk: Desk, local: Far) -> None:
    tunnel = desk.tunnel()
    await tunnel.close()
    await tunnel.open(port_of(local), TOKEN)
    assert desk.ngrok.alive
    await asyncio.gather(tunnel.close(), tunnel.close())
    await tunnel.close()
    assert not desk.ngrok.alive and desk.files() == ["ngrok.yml"]
    assert tunnel.state.reach is Reach.OFF


async def test_opening_again_closes_what_was_open(desk: Desk, local: Far) -> None:
    tunnel = desk.tunnel()
    await tunnel.open(port_of(local), TOKEN)
    first = psutil.Process(desk.ngrok.pid)
    await tunnel.open(port_of(local), TOKEN)
    assert not first.is_running() and desk.ngrok.alive


async def test_closing_or_giving_up_in_the_middle_of_a_start_leaves_no_program(desk: Desk, local: Far) -> None:
    desk.ngrok.behave(silent=True)
    tunnel = desk.tunnel()
    opening = asyncio.create_task(tunnel.open(port_of(local), TOKEN))
    await comes_true(lambda: desk.ngrok.alive)
    await tunnel.close()
    with pytest.raises(TunnelError, match="stopped"):
        await opening
    assert not desk.ngrok.alive
    (desk.ngrok.folder / "standin.running").unlink()
    opening = asyncio.create_task(tunnel.open(port_of(local), TOKEN))
    await comes_true(lambda: desk.ngrok.alive)
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    assert not desk.ngrok.alive


@pytest.mark.parametrize("turns", range(0, 40, 3))
async def test_giving_up_at_any_moment_leaves_no_program(desk: Desk, local: Far, turns: int) -> None:
    opening = asyncio.create_task(desk.tunnel().open(port_of(local), TOKEN))
    for _ in range(turns):
        await asyncio.sleep(0)
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    assert not _with(desk.config)


def _with(config: Path) -> list[psutil.Process]:
    return [p for p in psutil.process_iter(["cmdline"]) if str(config) in (p.info["cmdline"] or ())]


# left running

_APP = """
import asyncio, sys
from pathlib import Path
from sms_desktop.gateway.tunnel import Tunnel

async def main():
    tunnel = Tunnel(Path(sys.argv[1]), changed=lambda state: None, executable=sys.argv[2])
    await tunnel.open(9, "any_token_will_do")
    print("up", flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.mark.parametrize("recorded", [True, False])
async def test_a_program_that_outlived_a_killed_app_is_ended_at_the_next_start(
    desk: Desk, local: Far, recorded: bool
) -> None:
    command = [sys.executable, "-c", _APP, str(desk.directory), desk.ngrok.path]
    app = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    assert app.stdout is not None
    assert await app.stdout.readline() == b"up\n"
    app.kill()
    await app.wait()
    orphan = psutil.Process(desk.ngrok.pid)
    assert orphan.is_running() and desk.ngrok.alive
    if not recorded:
        (desk.directory / "agent.json").unlink()
    await desk.tunnel().open(port_of(local), TOKEN)
    assert not orphan.is_running() or orphan.status() == psutil.STATUS_ZOMBIE
    assert desk.ngrok.alive and desk.ngrok.pid != orphan.pid


async def test_nobody_elses_program_is_ended(desk: Desk, local: Far, tmp_path: Path) -> None:
    theirs = standin(tmp_path / "theirs")
    (tmp_path / "theirs.yml").touch()
    ngrok = [theirs.path, "start", "--none", "--log", "stdout", "--config", str(tmp_path / "theirs.yml")]
    editor = [sys.executable, "-c", "import sys; sys.stdin.read()", str(desk.config)]
    pipe = asyncio.subprocess.PIPE
    environment = {**os.environ, "NGROK_AUTHTOKEN": "theirs"}
    stranger = await asyncio.create_subprocess_exec(*ngrok, stdout=pipe, env=environment)
    reader = await asyncio.create_subprocess_exec(*editor, stdin=pipe)
    assert stranger.stdout is not None and reader.stdin is not None
    while b"session established" not in await stranger.stdout.readline():
        pass
    desk.directory.mkdir(parents=True)
    record = {"pid": stranger.pid, "create_time": psutil.Process(stranger.pid).create_time(), "config": "x"}
    (desk.directory / "agent.json").write_text(json.dumps(record))  # a pid that was given anew
    tunnel = desk.tunnel()
    await tunnel.open(port_of(local), TOKEN)
    await tunnel.close()
    assert stranger.returncode is None and theirs.alive and reader.returncode is None
    stranger.terminate()
    reader.stdin.close()
    assert (await stranger.wait(), await reader.wait()) == (0, 0)


@pytest.mark.parametrize("record", ["", "[]", '{"pid": "x"}', '{"pid": 1, "create_time": 1.0}', '{"pid": 999999999}'])
async def test_a_record_that_means_nothing_is_no_harm(desk: Desk, local: Far, record: str) -> None:
    desk.directory.mkdir(parents=True)
    (desk.directory / "agent.json").write_text(record)
    assert up(await desk.tunnel().open(port_of(local), TOKEN))


# the program itself


@pytest.fixture
def no_ngrok_on_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = tmp_path / "bin"
    empty.mkdir()
    monkeypatch.setenv("PATH", str(empty))


def archive(ngrok: Standin, kind: str, *, padding: int = 0) -> bytes:
    """What ngrok's server gives: the program, and whatever else it likes."""
    name, body = own_program(Path()).name, program(ngrok.folder).encode()
    packed = io.BytesIO()
    filler = os.urandom(padding)
    if kind == "zip":
        with zipfile.ZipFile(packed, "w") as file:
            file.writestr("../README", b"no")
            file.writestr(name, body)
            file.writestr("filler", filler)
    else:
        with tarfile.open(fileobj=packed, mode="w:gz") as tar:
            for member, content in (("../README", b"no"), (name, body), ("filler", filler)):
                entry = tarfile.TarInfo(member)
                entry.size = len(content)
                tar.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


@pytest.mark.parametrize("kind", ["tgz", "zip"])
@pytest.mark.usefixtures("no_ngrok_on_the_path")
async def test_the_program_is_fetched_once_with_progress(desk: Desk, local: Far, kind: str) -> None:
    async with far_side(answering(reply(200, archive(desk.ngrok, kind, padding=2_000_000)))) as far:
        tunnel = desk.tunnel(executable=None, source=f"{far.url}/ngrok.{kind}")
        state = await tunnel.open(port_of(local), TOKEN)
        assert (await call(f"{state.public_url}/"))[0] == 200
        parts = [s.progress for s in desk.heard.states if s.progress is not None]
        assert parts[0] == 0 and parts[-1] == 1 and parts == sorted(parts) and len(parts) > 3
        assert all(s.reach is Reach.STARTING and s.sentence for s in desk.heard.states[:-1])
        assert desk.files() == ["agent.json", own_program(Path()).name, "ngrok.yml"]
        assert not (desk.directory.parent / "README").exists()
        await tunnel.open(port_of(local), TOKEN)
        assert len(far.requests) == 1


async def _cut_off(_seen: Seen, writer: asyncio.StreamWriter) -> None:
    writer.write(reply(200, b"\x1f\x8b half of it", length=1_000_000))
    await writer.drain()
    writer.close()


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (answering(reply(404, "no")), "answered HTTP 404"),
        (answering(reply(200, "<html>Sign in to our Wi-Fi</html>")), "sign in"),
        (answering(reply(200, b"\x1f\x8b\x08\x00 not gzip at all")), "sign in"),
        (_cut_off, "broke off"),
    ],
)
@pytest.mark.usefixtures("no_ngrok_on_the_path")
async def test_a_program_that_cannot_be_fetched_is_said_and_leaves_nothing(
    desk: Desk, local: Far, script: Script, words: str
) -> None:
    async with far_side(script) as far:
        tunnel = desk.tunnel(Pace(), executable=None, source=f"{far.url}/ngrok.tgz")
        with pytest.raises(TunnelError, match="could not be downloaded") as caught:
            await tunnel.open(port_of(local), TOKEN)
        assert words in str(caught.value) and "ngrok.com/download" in str(caught.value)
        assert desk.files() == ["ngrok.yml"]
        await tunnel.close()


@pytest.mark.usefixtures("no_ngrok_on_the_path")
async def test_no_network_at_all_is_said_when_the_program_is_to_be_fetched(
    desk: Desk, local: Far, unused_tcp_port: int
) -> None:
    tunnel = desk.tunnel(Pace(), executable=None, source=f"http://127.0.0.1:{unused_tcp_port}/ngrok.tgz")
    with pytest.raises(TunnelError, match="there is no connection to ngrok’s server"):
        await tunnel.open(port_of(local), TOKEN)


@pytest.mark.usefixtures("no_ngrok_on_the_path")
async def test_a_download_that_is_stopped_leaves_nothing(desk: Desk, local: Far) -> None:
    async def never_ends(_seen: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(reply(200, b"\x1f\x8b" + bytes(300_000), length=600_000))
        await writer.drain()
        await asyncio.Event().wait()

    async with far_side(never_ends) as far:
        tunnel = desk.tunnel(executable=None, source=f"{far.url}/ngrok.tgz")
        opening = asyncio.create_task(tunnel.open(port_of(local), TOKEN))
        await desk.heard.until(lambda s: (s.progress or 0) > 0)
        opening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await opening
        assert desk.files() == ["ngrok.yml"]


@pytest.mark.usefixtures("no_ngrok_on_the_path")
async def test_a_damaged_program_of_our_own_is_fetched_anew(desk: Desk, local: Far) -> None:
    desk.directory.mkdir(parents=True)
    own_program(desk.directory).write_bytes(b"\x7fELF half of it")
    own_program(desk.directory).chmod(0o700)
    (desk.directory / "ngrok-download-abc").write_bytes(b"what a killed download left")
    async with far_side(answering(reply(200, archive(desk.ngrok, "tgz")))) as far:
        await desk.tunnel(executable=None, source=f"{far.url}/ngrok.tgz").open(port_of(local), TOKEN)
    assert desk.files() == ["agent.json", own_program(Path()).name, "ngrok.yml"]


async def test_a_program_on_the_path_is_used_and_replaced_by_our_own_when_too_old(
    desk: Desk, local: Far, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = standin(tmp_path / "path")
    monkeypatch.setenv("PATH", str(theirs.folder))
    tunnel = desk.tunnel(executable=None, source="http://127.0.0.1:9/never")
    await tunnel.open(port_of(local), TOKEN)
    assert theirs.alive
    await tunnel.close()
    theirs.behave(refuse=121)
    async with far_side(answering(reply(200, archive(desk.ngrok, "tgz")))) as far:
        await desk.tunnel(executable=None, source=f"{far.url}/ngrok.tgz").open(port_of(local), TOKEN)
    assert desk.ngrok.alive and not theirs.alive
    assert not any(down(s) for s in desk.heard.states)


async def test_a_program_that_was_named_must_be_there(desk: Desk, local: Far, tmp_path: Path) -> None:
    with pytest.raises(TunnelError, match="SMS_DESKTOP_NGROK") as caught:
        await desk.tunnel(executable=str(tmp_path / "nowhere")).open(port_of(local), TOKEN)
    assert caught.value.lasting


@pytest.mark.parametrize("path", [".", "", ".{0}/nowhere", "/nowhere{0}"])
def test_a_program_in_the_folder_that_we_run_in_is_never_taken_for_ngrok(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    theirs = standin(tmp_path / "downloads")
    monkeypatch.chdir(theirs.folder)
    monkeypatch.setenv("PATH", path.format(os.pathsep))
    assert find(None, tmp_path) is None
    with pytest.raises(Refused):
        find("ngrok", tmp_path)
    monkeypatch.setenv("PATH", os.pathsep.join((".", str(tmp_path), str(theirs.folder))))
    for found in (find(None, tmp_path), find("ngrok", tmp_path), find(theirs.path, tmp_path)):
        assert found is not None and Path(found).parent == theirs.folder


def test_ngrok_has_a_program_for_this_computer() -> None:
    assert usual_source().startswith("https://") and ".ngrok.com/" in usual_source()


# the stand-in by hand


def test_the_stand_in_can_be_installed_by_hand(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.ngrok", "--install", str(tmp_path / "bin")], cwd=ROOT, check=True, text=True,
        capture_output=True,
    )  # fmt: skip
    said = subprocess.run([done.stdout.strip(), "version"], check=True, capture_output=True, text=True).stdout
    assert said.startswith("ngrok version 3.")
