"""Fetching media: our credentials go to Twilio alone, and nothing can fill the disk or hang."""

import asyncio
import io
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from sms_desktop.domain.errors import GatewayError, WrongCredentials
from sms_desktop.gateway.credentials import Credentials
from sms_desktop.gateway.gateway import Downloaded
from sms_desktop.gateway.twilio import TwilioGateway
from sms_desktop.gateway.wire import basic
from tests.gateway.faults import Script, Seen, answering, far_side, reply
from tests.gateway.signing import ACCOUNT, TOKEN

PICTURE = bytes(range(256)) * 4096
URL = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages/MM1/Media/ME1"
LIMIT = 5_000_000
SERVED = reply(200, PICTURE, "Content-Type: image/jpeg")


@asynccontextmanager
async def gateway(url: str | None, timeout: float = 5) -> AsyncIterator[TwilioGateway]:
    gateway = TwilioGateway(Credentials(ACCOUNT, TOKEN), url, download_timeout=timeout)
    try:
        yield gateway
    finally:
        await gateway.close()


async def fetch(twilio: TwilioGateway, url: str = URL, limit: int = LIMIT) -> tuple[Downloaded, bytes]:
    sink = io.BytesIO()
    return await twilio.download(url, sink, limit), sink.getvalue()


async def trouble(far_url: str, url: str = URL, limit: int = LIMIT, timeout: float = 5) -> GatewayError:
    async with gateway(far_url, timeout) as twilio:
        with pytest.raises(GatewayError) as caught:
            await fetch(twilio, url, limit)
    assert str(caught.value).endswith((".", "?"))
    return caught.value


def to(url: str, status: int = 307) -> Script:
    return answering(reply(status, "", f"Location: {url}"))


async def test_media_come_with_their_type_size_and_name() -> None:
    header = 'Content-Disposition: inline; filename="../../cat\u202e.jpg"'
    script = answering(reply(200, PICTURE, "Content-Type: image/jpeg; x=y", header))
    async with far_side(script) as far, gateway(far.url) as twilio:
        downloaded, data = await fetch(twilio)
    assert downloaded.content_type == "image/jpeg" and downloaded.size == len(PICTURE) and data == PICTURE
    assert "/" not in downloaded.name and downloaded.name.startswith("cat") and downloaded.name.endswith(".jpg")
    assert far.requests[0].headers["authorization"] == basic(ACCOUNT, TOKEN)
    assert far.requests[0].target == URL.removeprefix("https://api.twilio.com")


@pytest.mark.parametrize(
    "headers", [[], ["Content-Type: nonsense"], ["Content-Disposition: ;;=="], ["Content-Disposition: attachment"]]
)
async def test_media_without_a_type_or_name_come_too(headers: list[str]) -> None:
    async with far_side(answering(reply(200, PICTURE, *headers))) as far, gateway(far.url) as twilio:
        downloaded, data = await fetch(twilio)
    assert downloaded == Downloaded("application/octet-stream", len(PICTURE), "") and data == PICTURE


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_followed_without_our_credentials(status: int) -> None:
    async with (
        far_side(answering(SERVED)) as store,
        far_side(to(f"{store.url}/f?sig=%7e+%2F#x", status)) as far,
        gateway(far.url) as twilio,
    ):
        assert (await fetch(twilio))[1] == PICTURE
    assert "authorization" in far.requests[0].headers
    assert store.requests[0].target == "/f?sig=%7e+%2F"
    assert "authorization" not in store.requests[0].headers and "cookie" not in store.requests[0].headers


async def test_even_a_redirect_back_to_twilio_goes_without_them() -> None:
    async def script(seen: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(SERVED if "/moved" in seen.target else reply(302, "", "Location: /moved?a=1"))

    async with far_side(script) as far, gateway(far.url) as twilio:
        assert (await fetch(twilio))[1] == PICTURE
    assert ["authorization" in seen.headers for seen in far.requests] == [True, False]


async def test_a_redirect_with_odd_characters_is_followed() -> None:
    async def script(seen: Seen, writer: asyncio.StreamWriter) -> None:
        odd = "/a b/\u00fc?q=<x>".encode()
        writer.write(
            SERVED if "a%20b" in seen.target else reply(302).replace(b"\r\n", b"\r\nLocation: " + odd + b"\r\n", 1)
        )

    async with far_side(script) as far, gateway(far.url) as twilio:
        assert (await fetch(twilio))[1] == PICTURE
    assert far.requests[1].target == "/a%20b/%C3%BC?q=%3Cx%3E"


async def test_another_host_is_asked_without_our_credentials() -> None:
    async with far_side(answering(SERVED)) as other, far_side(answering(SERVED)) as far, gateway(far.url) as twilio:
        await fetch(twilio, f"{other.url}/picture")
    assert "authorization" not in other.requests[0].headers and not far.requests


@pytest.mark.parametrize(
    "target",
    [
        "http://example.com/x",
        "http://10.0.0.1/x",
        "file:///etc/passwd",
        "ftp://a/x",
        "https://u:p@a/x",
        "http://[::1/x",
    ],
)
async def test_an_unsafe_address_is_not_followed(target: str) -> None:
    async with far_side(to(target)) as far:
        error = await trouble(far.url)
    assert "not safe" in str(error) and not error.transient


@pytest.mark.parametrize("host", ["http://127.0.0.1", "http://localhost", "https://127.0.0.1", "http://[::1]"])
async def test_the_real_twilio_cannot_lead_us_to_this_computer(host: str, unused_tcp_port: int) -> None:
    async with gateway(None) as twilio:
        with pytest.raises(GatewayError, match="not safe") as caught:
            await fetch(twilio, f"{host}:{unused_tcp_port}/x")
    assert not caught.value.transient


async def test_five_redirects_are_followed_and_no_more() -> None:
    def chain(hops: int) -> Script:
        answers = [reply(302, "", f"Location: /{n}") for n in range(hops)]
        return answering(*answers, SERVED)

    async with far_side(chain(5)) as far, gateway(far.url) as twilio:
        assert (await fetch(twilio))[1] == PICTURE
    async with far_side(chain(6)) as far:
        error = await trouble(far.url)
    assert "redirects" in str(error) and not error.transient and len(far.requests) == 6


@pytest.mark.parametrize(
    ("given", "kind", "transient"),
    [
        (reply(400), GatewayError, True),
        (reply(401), WrongCredentials, False),
        (reply(403), GatewayError, False),
        (reply(404), GatewayError, False),
        (reply(408), GatewayError, True),
        (reply(410), GatewayError, False),
        (reply(429), GatewayError, True),
        (reply(500), GatewayError, True),
        (reply(204), GatewayError, False),
    ],
)
async def test_a_failed_fetch_tells_whether_to_try_again(
    given: bytes, kind: type[GatewayError], transient: bool
) -> None:
    async with far_side(answering(given)) as far:
        error = await trouble(far.url)
    assert type(error) is kind and error.transient is transient
    assert len(far.requests) == 1


async def test_a_link_that_expired_on_the_way_is_worth_another_try() -> None:
    async with far_side(answering(reply(403))) as store, far_side(to(store.url)) as far:
        error = await trouble(far.url)
    assert type(error) is GatewayError and error.transient and "expired" in str(error)


async def test_more_than_the_limit_is_not_fetched() -> None:
    async def endless(_seen: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: image/gif\r\n\r\n")
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()

    for script in (answering(reply(200, b"x" * 10, length=2000)), endless):
        async with far_side(script) as far:
            error = await trouble(far.url, limit=1024)
        assert "larger than 1 KB" in str(error) and not error.transient


async def test_exactly_the_limit_is_fetched() -> None:
    async with far_side(answering(reply(200, b"x" * 1024))) as far, gateway(far.url) as twilio:
        assert (await fetch(twilio, limit=1024))[0].size == 1024


async def test_a_file_that_breaks_off_or_hangs_is_tried_again_later() -> None:
    async def short(_seen: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(reply(200, PICTURE, length=len(PICTURE) + 1))
        await writer.drain()
        writer.close()

    async def hangs(_seen: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(reply(200, PICTURE, length=len(PICTURE) + 1))
        await asyncio.Event().wait()

    for script, seconds in ((short, 5.0), (hangs, 0.3)):
        async with far_side(script) as far:
            assert (await trouble(far.url, timeout=seconds)).transient


async def test_slow_redirects_share_one_time_out() -> None:
    async def silent(_seen: Seen, _writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    async with far_side(silent) as store, far_side(to(store.url)) as far:
        started = asyncio.get_running_loop().time()
        assert (await trouble(far.url, timeout=1.5)).transient
        assert asyncio.get_running_loop().time() - started < 3


async def test_a_full_disk_is_told_and_may_pass() -> None:
    class Full(io.BytesIO):
        def write(self, _data: object) -> int:
            raise OSError(28, "No space left on device")

    async with far_side(answering(SERVED)) as far, gateway(far.url) as twilio:
        with pytest.raises(GatewayError, match=r"could not be saved: no space left on device\.") as caught:
            await twilio.download(URL, Full(), LIMIT)
    assert caught.value.transient


async def test_a_disk_that_takes_its_time_does_not_hold_the_loop() -> None:
    beats = threading.Semaphore(0)

    class Slow(io.BytesIO):
        def write(self, data: object) -> int:
            assert beats.acquire(timeout=5) and beats.acquire(timeout=5), "the loop stood still"
            return super().write(data)  # type: ignore[arg-type]  # bytes, as the protocol says

    async def beat() -> None:
        while True:
            beats.release()
            await asyncio.sleep(0.001)

    async with far_side(answering(SERVED)) as far, gateway(far.url) as twilio:
        beating = asyncio.create_task(beat())
        sink = Slow()
        assert (await twilio.download(URL, sink, LIMIT)).size == len(sink.getvalue())
        beating.cancel()


@pytest.mark.parametrize(
    "disposition",
    ["attachment; filename*; filename*1", "attachment; filename*=punycode''%ff", "inline; filename*0*=undefined''%ff"],
)
async def test_a_name_that_is_none_does_not_keep_the_file_away(disposition: str) -> None:
    script = answering(reply(200, PICTURE, "Content-Type: image/jpeg", f"Content-Disposition: {disposition}"))
    async with far_side(script) as far, gateway(far.url) as twilio:
        downloaded, data = await fetch(twilio)
    assert (downloaded.size, data) == (len(PICTURE), PICTURE)
