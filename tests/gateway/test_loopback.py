"""Our own door, called as Twilio would call it by ourselves: what it answers, and what it keeps to itself."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest

from sms_desktop.domain.errors import GatewayError
from sms_desktop.domain.message import StatusReport
from sms_desktop.domain.reply import Answer
from sms_desktop.gateway import loopback
from sms_desktop.gateway.public_address import media_url
from sms_desktop.gateway.webhooks import Inbound, ServedFile, WebhookServer
from tests.gateway.faults import answering, far_side, reply
from tests.gateway.signing import ACCOUNT, TOKEN, encoded, inbound_pairs, sign

FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}
STATUS = [("AccountSid", ACCOUNT), ("MessageSid", "SM" + "1" * 32), ("MessageStatus", "sent")]


@dataclass
class Door:
    """A running server, the keys that it expects, and what it passed on."""

    url: str = ""
    public: str | None = None
    former: tuple[str, ...] = ()
    expected: set[str] = field(default_factory=set)
    passed_on: list[object] = field(default_factory=list)
    picture: Path = Path()

    async def receive(self, inbound: Inbound) -> Sequence[Answer]:
        self.passed_on.append(inbound)
        return ()

    async def report(self, key: str, report: StatusReport) -> None:
        self.passed_on.append(report)

    async def media(self, token: str) -> ServedFile | None:
        return ServedFile(self.picture, "image/jpeg", loopback.PICTURE) if token in self.expected else None

    async def post(self, path: str, pairs: list[tuple[str, str]], signature: str) -> int:
        async with (
            aiohttp.ClientSession() as session,
            session.post(
                self.url + path, data=encoded(pairs), headers={**FORM, "X-Twilio-Signature": signature}
            ) as got,
        ):
            return got.status


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Door]:
    door = Door(picture=tmp_path / "check.jpg")
    door.picture.write_bytes(b"\xff\xd8" + b"x" * 998)
    server = WebhookServer(
        receive=door.receive,
        report=door.report,
        media=door.media,
        public_url=lambda: door.public,
        other_urls=lambda: door.former,
        account_sid=lambda: ACCOUNT,
        auth_token=lambda: TOKEN,
        loopback=lambda key: key in door.expected,
    )
    door.url = f"http://127.0.0.1:{await server.start(0)}"
    yield door
    await server.stop()


def test_no_two_keys_are_the_same_and_all_can_be_told_from_a_messages() -> None:
    keys = {loopback.new_key() for _ in range(100)}
    assert len(keys) == 100
    assert all(key.startswith(loopback.PREFIX) and len(key) <= 64 for key in keys)


async def test_an_expected_key_is_answered_204_and_nothing_is_passed_on(door: Door) -> None:
    key = loopback.new_key()
    door.expected.add(key)
    assert await door.post(f"/twilio/status/{key}", STATUS, sign(f"{door.url}/twilio/status/{key}", STATUS)) == 204
    assert await loopback.post_signed(door.url, key, ACCOUNT, TOKEN) >= 0
    assert door.passed_on == []


async def test_a_strange_key_is_answered_202_and_nothing_is_passed_on(door: Door) -> None:
    key = loopback.new_key()
    assert await door.post(f"/twilio/status/{key}", STATUS, sign(f"{door.url}/twilio/status/{key}", STATUS)) == 202
    with pytest.raises(GatewayError, match="Another SMS Desktop with the same account"):
        await loopback.post_signed(door.url, key, ACCOUNT, TOKEN)
    assert await loopback.post_signed(door.url, key, ACCOUNT, TOKEN, beside=True) >= 0
    assert door.passed_on == []


@pytest.mark.parametrize("signature", ["", "bm90IG91cnM="])
async def test_what_is_not_signed_is_answered_403_whatever_its_key(door: Door, signature: str) -> None:
    key = loopback.new_key()
    door.expected.add(key)
    assert await door.post(f"/twilio/status/{key}", STATUS, signature) == 403
    with pytest.raises(GatewayError, match="signature does not fit"):
        await loopback.post_signed(door.url, key, ACCOUNT, TOKEN[::-1])
    assert door.passed_on == []


async def test_what_was_signed_for_an_address_of_before_is_believed_and_for_no_other(door: Door) -> None:
    door.public, door.former = "https://new.example", ("https://old.example", "https://older.example/sms")
    pairs = inbound_pairs()
    for base in (door.public, *door.former):
        assert await door.post("/twilio/inbound", pairs, sign(f"{base}/twilio/inbound", pairs)) == 200
    assert len(door.passed_on) == 3
    for base in ("https://other.example", door.url):
        assert await door.post("/twilio/inbound", pairs, sign(f"{base}/twilio/inbound", pairs)) == 403
    assert len(door.passed_on) == 3


async def test_a_password_in_the_address_is_sent_and_not_signed() -> None:
    async with far_side(answering(reply(204))) as far:
        key = loopback.new_key()
        await loopback.post_signed(far.url.replace("://", "://shop:open%20sesame@"), key, ACCOUNT, TOKEN)
        (seen,) = far.requests
    assert seen.target == f"/twilio/status/{key}"
    assert seen.headers["authorization"].startswith("Basic ")
    pairs = [tuple(part.split("=", 1)) for part in seen.body.decode().split("&")]
    assert seen.headers["x-twilio-signature"] == sign(f"{far.url}{seen.target}", pairs)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (reply(200, "<title>Welcome</title>"), r"Another program answers at the public address \(HTTP 200\)"),
        (reply(302, "", "Location: /login"), r"Another program answers at the public address \(HTTP 302\)"),
        (reply(502, "<p>ERR_NGROK_8012</p>"), "ngrok answers, but not this computer"),
        (reply(404, loopback.NOTHING_HERE), "the path is changed on the way"),
        (reply(404, "Not found"), r"HTTP 404"),
        (b"", "the connection was refused or broke"),
        (b"HTTP/1.1 nonsense\r\n\r\n", "the connection was refused or broke"),
    ],
)
async def test_whatever_else_answers_is_told_in_a_sentence(answer: bytes, says: str) -> None:
    async def script(seen: object, writer: object) -> None:
        writer.write(answer)  # type: ignore[attr-defined]
        writer.close()  # type: ignore[attr-defined]

    async with far_side(script) as far:
        with pytest.raises(GatewayError, match=says):
            await loopback.post_signed(far.url, loopback.new_key(), ACCOUNT, TOKEN)


async def test_an_address_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loopback, "PATIENCE", 0.1)

    async def silent(seen: object, writer: object) -> None:
        """Says nothing."""

    async with far_side(silent) as far:
        with pytest.raises(GatewayError, match="Nothing answers at the public address"):
            await loopback.post_signed(far.url, loopback.new_key(), ACCOUNT, TOKEN)
        with pytest.raises(GatewayError, match="Nothing answers at the public address"):
            await loopback.fetch_head(f"{far.url}/media/x/check.jpg")


async def test_the_picture_can_be_fetched_by_its_key_alone(door: Door) -> None:
    key = loopback.new_key()
    door.expected.add(key)
    assert await loopback.fetch_head(media_url(door.url, key, loopback.PICTURE)) == (200, "image/jpeg", 1000)
    door.expected.clear()
    status, _, _ = await loopback.fetch_head(media_url(door.url, key, loopback.PICTURE))
    assert status == 404
