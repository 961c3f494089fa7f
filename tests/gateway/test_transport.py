"""The wire: nothing is sent twice, what never left is told from what may have arrived, and only Twilio is spoken to."""

import asyncio
import json
import logging
import re
import socket
import ssl
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sms_desktop.domain.errors import BadInput, GatewayError
from sms_desktop.gateway.hosts import checked_base_url
from sms_desktop.gateway.transport import Transport
from sms_desktop.gateway.wire import NeverLeft, NoAnswer, Wire, shown_path
from tests.gateway.faults import Script, Seen, answering, far_side, reply

ACCOUNT = "AC" + "0" * 28 + "4f2a"
MESSAGES = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
OK = reply(201, json.dumps({"sid": "SM" + "b" * 32}), "Twilio-Request-Id: RQ123")


@asynccontextmanager
async def wire(url: str | None, *, connect: float = 5, total: float = 5) -> AsyncIterator[Transport]:
    transport = Transport(Wire(url, connect_timeout=connect), total_timeout=total)
    try:
        yield transport
    finally:
        await transport.wire.close()


async def hang_up(_seen: Seen, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def say_nothing(_seen: Seen, _writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def half_an_answer(_seen: Seen, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 201 Created\r\nContent-Le")
    await writer.drain()
    writer.close()


async def never_ending(_seen: Seen, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{")
    while True:
        writer.write(b" " * 65536)
        await writer.drain()


async def post(transport: Transport) -> int:
    data = {"To": "+14155550132", "Body": "private words", "MediaUrl": ["https://a/1", "https://a/2"]}
    response = await transport.request("POST", MESSAGES, data=data, auth=(ACCOUNT, "token"))
    return int(response.status_code)


# left or not


async def test_a_request_arrives_once_with_its_form_and_credentials() -> None:
    async with far_side(answering(OK)) as far, wire(far.url) as transport:
        assert await post(transport) == 201
    (seen,) = far.requests
    assert seen.method == "POST" and seen.target == f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    assert (
        seen.body == b"To=%2B14155550132&Body=private+words&MediaUrl=https%3A%2F%2Fa%2F1&MediaUrl=https%3A%2F%2Fa%2F2"
    )
    assert seen.headers["authorization"].startswith("Basic ")


@pytest.mark.parametrize(
    ("asked", "read", "ahead"),
    [(0.2, 9.0, 0.0), (0.9, 1.1, 0.0), (7.0, 9.0, -5.0), (-9.0, -7.0, 8.0)],
)
async def test_a_late_answer_puts_no_clock_wrong(
    monkeypatch: pytest.MonkeyPatch, asked: float, read: float, ahead: float
) -> None:
    """It is dated in the second after noon; ``asked`` and ``read`` are seconds since then by this computer."""
    noon = datetime(2026, 3, 11, 12, tzinfo=UTC)
    told = [noon + timedelta(seconds=seconds) for seconds in (asked, read)]
    clock = type("Clock", (datetime,), {"now": classmethod(lambda *_: told.pop(0))})
    answer = reply(200, "{}", "Date: Wed, 11 Mar 2026 12:00:01 GMT")
    async with far_side(answering(answer)) as far, wire(far.url) as transport:
        monkeypatch.setattr("sms_desktop.gateway.transport.datetime", clock)
        await transport.request("GET", MESSAGES)
        assert transport.wire.clock_ahead == timedelta(seconds=ahead)


async def test_queries_keep_their_odd_keys() -> None:
    async with far_side(answering(reply(200, "{}"))) as far, wire(far.url) as transport:
        await transport.request("GET", MESSAGES, params={"DateSent>": "2026-01-02", "To": "+1", "PageSize": 50})
    assert far.requests[0].target.endswith("?DateSent%3E=2026-01-02&To=%2B1&PageSize=50")


async def test_a_refused_connection_never_left(unused_tcp_port: int) -> None:
    async with wire(f"http://127.0.0.1:{unused_tcp_port}") as transport:
        with pytest.raises(NeverLeft):
            await post(transport)


async def test_a_name_that_nobody_knows_never_left() -> None:
    async with wire("https://twilio.invalid") as transport:
        with pytest.raises(NeverLeft):
            await post(transport)


async def test_a_resolver_that_says_nothing_is_told_as_one_that_does_not_know_the_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given_up, loop = threading.Event(), asyncio.get_running_loop()

    def silent(*asked: Any, **how: Any) -> Any:
        given_up.wait()
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", silent)
    try:
        async with wire(None, connect=0.1) as twilio:
            for _ in range(2):  # the second waits for the answer to the first
                with pytest.raises(NeverLeft, match="address cannot be found"):
                    await post(twilio)
            loop.call_later(0.05, given_up.set)
            with pytest.raises(NeverLeft, match="address cannot be found"):
                await post(twilio)
    finally:
        given_up.set()


async def test_a_name_that_was_not_found_is_not_told_of_another_host_that_does_not_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with far_side(say_nothing) as far, wire(None, connect=0.2) as twilio:
        there = ("127.0.0.1", int(far.url.rpartition(":")[2]))

        def known(host: Any, *asked: Any, **how: Any) -> Any:
            if host == "api.twilio.com":
                raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
            return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", there)]

        monkeypatch.setattr(socket, "getaddrinfo", known)
        with pytest.raises(NeverLeft, match="address cannot be found"):
            await post(twilio)
        with pytest.raises(NeverLeft, match="nothing answers"):
            await twilio.request("GET", "https://messaging.twilio.com/v1/Services", auth=(ACCOUNT, "token"))


async def test_a_connection_that_does_not_come_about_never_left() -> None:
    async with far_side(say_nothing) as far, wire(far.url.replace("http:", "https:"), connect=0.2) as transport:
        with pytest.raises(NeverLeft):
            await post(transport)
    assert not far.requests


async def test_the_total_time_out_while_connecting_never_left() -> None:
    async with far_side(say_nothing) as far, wire(far.url.replace("http:", "https:"), total=0.2) as transport:
        with pytest.raises(NeverLeft):
            await post(transport)
    assert not far.requests


async def test_a_far_side_that_does_not_speak_tls_never_got_anything() -> None:
    async def talk(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-server\r\n")
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server, wire(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}") as transport:
        with pytest.raises(NeverLeft) as caught:
            await post(transport)
    assert isinstance(caught.value.__cause__, OSError | ssl.SSLError)


@pytest.mark.parametrize("script", [hang_up, half_an_answer, answering(b"nonsense\r\n\r\n")])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_connection_that_breaks_after_the_request_is_in_doubt_and_never_tried_again(
    script: Script, method: str
) -> None:
    async with far_side(script) as far, wire(far.url) as transport:
        with pytest.raises(NoAnswer):
            await transport.request(method, MESSAGES, data={"To": "+1"})
    assert len(far.requests) == 1


async def test_silence_after_the_request_is_in_doubt() -> None:
    async with far_side(say_nothing) as far, wire(far.url, total=0.2) as transport:
        with pytest.raises(NoAnswer, match="in time"):
            await post(transport)
    assert len(far.requests) == 1


async def test_an_answer_shorter_than_it_says_is_in_doubt() -> None:
    async def short(_seen: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(reply(201, '{"sid":', length=500))
        writer.close()

    async with far_side(short) as far, wire(far.url) as transport:
        with pytest.raises(NoAnswer):
            await post(transport)


async def test_an_endless_answer_ends() -> None:
    async with far_side(never_ending) as far, wire(far.url) as transport:
        with pytest.raises(NoAnswer, match="endless"):
            await post(transport)


@pytest.mark.parametrize("body", ["<html>Sign in</html>", "", "{", "[]", '"x"', "[" * 100_000, b"\xff"])
async def test_success_that_is_not_twilios_json_is_in_doubt(body: str | bytes) -> None:
    async with far_side(answering(reply(200, body))) as far, wire(far.url) as transport:
        with pytest.raises(NoAnswer, match="not Twilio"):
            await post(transport)


async def test_every_request_has_a_connection_of_its_own() -> None:
    """A kept-alive one that the far side closes just then could not tell whether the text was taken."""

    async def once_then_close(_seen: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(OK)  # promises keep-alive, as HTTP/1.1 does, and breaks it
        await writer.drain()
        writer.close()

    async with far_side(once_then_close) as far, wire(far.url) as transport:
        for _ in range(5):
            assert await post(transport) == 201
    assert far.connections == len(far.requests) == 5


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_no_redirect_is_followed(status: int) -> None:
    async with far_side(answering(reply(200, "{}"))) as other:
        redirect = reply(status, "", f"Location: {other.url}/elsewhere")
        async with far_side(answering(redirect)) as far, wire(far.url) as transport:
            assert await post(transport) == status
    assert not other.requests


async def test_a_cancelled_request_ends_at_once_and_closing_twice_is_fine() -> None:
    async with far_side(say_nothing) as far, wire(far.url) as transport:
        task = asyncio.create_task(post(transport))
        await far.arrived.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await transport.wire.close()
        await transport.wire.close()


# proxies


@pytest.fixture
def by_proxy(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("no_proxy", "NO_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@pytest.mark.parametrize("script", [answering(reply(403)), answering(reply(407)), hang_up])
async def test_what_a_proxy_does_not_let_through_never_left(
    by_proxy: pytest.MonkeyPatch,
    script: Script,
) -> None:
    async with far_side(script) as proxy, wire(None) as transport:
        by_proxy.setenv("https_proxy", proxy.url.replace("http://", "http://name:word@"))
        with pytest.raises(NeverLeft):
            await post(transport)
    (seen,) = proxy.requests
    assert (seen.method, seen.target) == ("CONNECT", "api.twilio.com:443") and seen.body == b""
    assert "authorization" not in seen.headers and "proxy-authorization" in seen.headers


async def test_a_proxy_that_is_off_or_of_another_kind_never_left(
    by_proxy: pytest.MonkeyPatch, unused_tcp_port: int
) -> None:
    async with wire(None) as transport:
        for proxy in (f"127.0.0.1:{unused_tcp_port}", f"socks5://127.0.0.1:{unused_tcp_port}"):
            by_proxy.setenv("https_proxy", proxy)
            with pytest.raises(NeverLeft, match="proxy"):
                await post(transport)


async def test_this_computer_is_never_asked_through_a_proxy(by_proxy: pytest.MonkeyPatch, unused_tcp_port: int) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        by_proxy.setenv(name, f"http://127.0.0.1:{unused_tcp_port}")
    async with far_side(answering(OK)) as far, wire(far.url) as transport:
        assert await post(transport) == 201


# addresses


@pytest.mark.parametrize(
    ("given", "base"),
    [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        (" http://localhost:8080/ ", "http://localhost:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("https://mirror.example.com", "https://mirror.example.com"),
        ("https://Mirror.example.com:443/", "https://mirror.example.com"),
    ],
)
def test_a_base_url_is_https_or_this_computer(given: str, base: str) -> None:
    assert checked_base_url(given) == base


@pytest.mark.parametrize(
    "url",
    [
        "http://mirror.example.com",
        "http://10.0.0.1:80",
        "http://127.0.0.1.example.com",
        "ftp://127.0.0.1",
        "127.0.0.1:8080",
        "https://",
        "https://name:word@mirror.example.com",
        "https://mirror.example.com/path",
        "http://127.0.0.1:99999",
        "http://[::1",
        "",
    ],
)
def test_any_other_base_url_is_refused_in_a_sentence(url: str) -> None:
    with pytest.raises(BadInput, match=r"must be https, or lead to this computer"):
        checked_base_url(url)


def test_every_product_is_found_under_the_base_url() -> None:
    wire = Wire("http://127.0.0.1:8080")
    for product in ("api", "messaging", "lookups", "api.dublin.ie1"):
        assert wire.address(f"https://{product}.twilio.com/v1/X?a=%20b#f") == "http://127.0.0.1:8080/v1/X?a=%20b"
    assert wire.address("http://127.0.0.1:8080/v1/X") == "http://127.0.0.1:8080/v1/X"
    assert Wire().address("https://api.twilio.com/v1/X?a=1") == "https://api.twilio.com/v1/X?a=1"


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/2010-04-01/",
        "https://twilio.com.example.com/",
        "https://eviltwilio.com/",
        "http://api.twilio.com/",
        "https://api.twilio.com:8443/",
        "https://api.twilio.com@example.com/",
        "https://name@api.twilio.com/",
        "http://127.0.0.1:9/",
        "//api.twilio.com/",
        "file:///etc/passwd",
    ],
)
async def test_no_other_host_is_ever_spoken_to(url: str) -> None:
    for base in (None, "http://127.0.0.1:8080"):
        with pytest.raises(GatewayError, match="held back") as caught:
            await Transport(Wire(base)).request("GET", url, auth=("AC", "token"))
        assert not caught.value.transient


# logs


async def test_the_log_tells_what_happened_and_nothing_private(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with far_side(answering(OK)) as far, wire(far.url) as transport:
        await post(transport)
        await transport.request("GET", f"{MESSAGES}?To=%2B14155550132")
        await transport.request("GET", "https://lookups.twilio.com/v2/PhoneNumbers/+14155550132")
    lines = [r.getMessage() for r in caplog.records if r.name == "sms_desktop.gateway.wire"]
    assert re.fullmatch(r"POST /2010-04-01/Accounts/AC…4f2a/Messages\.json 201 \d+ ms RQ123", lines[0])
    assert re.fullmatch(r"GET /2010-04-01/Accounts/AC…4f2a/Messages\.json 201 \d+ ms RQ123", lines[1])
    assert re.fullmatch(r"GET /v2/PhoneNumbers/…32 201 \d+ ms RQ123", lines[2])
    for word in ("4155550132", "private", "token", "Basic", ACCOUNT):
        assert word not in caplog.text


async def test_a_failure_is_logged_by_kind(caplog: pytest.LogCaptureFixture, unused_tcp_port: int) -> None:
    caplog.set_level(logging.INFO)
    async with wire(f"http://127.0.0.1:{unused_tcp_port}") as transport:
        with pytest.raises(NeverLeft):
            await post(transport)
    assert "ClientConnectorError" in caplog.text


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (
            f"https://x/Accounts/{ACCOUNT}/Messages/SM{'c' * 32}/Media/ME1?t=1",
            f"/Accounts/AC…4f2a/Messages/SM{'c' * 32}/Media/ME1",
        ),
        ("https://x/v2/PhoneNumbers/%2B442079460018", "/v2/PhoneNumbers/…18"),
        ("https://x/2010-04-01/SMS/ShortCodes.json", "/2010-04-01/SMS/ShortCodes.json"),
    ],
)
def test_a_path_is_shown_without_what_is_private(url: str, shown: str) -> None:
    assert shown_path(url) == shown
