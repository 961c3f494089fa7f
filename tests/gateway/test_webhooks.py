"""The webhook server over real sockets: what is committed is answered, and nothing is believed that is not signed."""

import asyncio
import contextlib
import gzip
import logging
import os
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from aiohttp import http_parser
from yarl import URL

from sms_desktop.domain.errors import BadInput, PortBusy, StoreError
from sms_desktop.domain.message import Status
from sms_desktop.domain.reply import Answer
from sms_desktop.gateway import webhooks
from sms_desktop.gateway.webhooks import BODY_BYTES, ServedFile
from tests.gateway.conftest import FORM, Desk
from tests.gateway.signing import ACCOUNT, TOKEN, encoded, inbound_pairs, sign

KEY = "0123456789abcdef0123456789abcdef"
SID = "SM" + "a" * 32


def status_pairs(status: str, **fields: str) -> list[tuple[str, str]]:
    usual = {"MessageSid": SID, "SmsSid": SID, "MessageStatus": status, "SmsStatus": status, "To": "+14017122661"}
    return list({**usual, "From": "+15558675310", "AccountSid": ACCOUNT, **fields}.items())


# messages


async def test_a_signed_text_is_received_whole_and_answered_with_empty_twiml(desk: Desk) -> None:
    pairs = inbound_pairs(Body=" <Hi> & 👋🏽\0 ", OptOutType="STOP")
    status, content_type, text = await desk.post("/twilio/inbound", pairs)
    assert (status, content_type) == (200, "text/xml; charset=utf-8")
    assert ET.fromstring(text).tag == "Response" and len(ET.fromstring(text)) == 0
    (inbound,) = desk.received
    assert inbound.sid == SID and inbound.account_sid == ACCOUNT
    assert (inbound.from_, inbound.to) == ("+14017122661", "+15558675310")
    assert inbound.body == " <Hi> & 👋🏽\0 " and inbound.opt_out_type == "STOP" and inbound.segments == 1
    assert inbound.media == () and inbound.params == tuple(pairs)


async def test_replies_are_twiml_messages_that_any_parser_reads(desk: Desk) -> None:
    picture = "https://sms.example.com/media/t/a%20b.png"
    told = "https://sms.example.com/twilio/status/k"
    desk.replies = [Answer("Thanks & <bye>"), Answer("two\x00\x0b😀", (picture,), told), Answer("", (picture,))]
    _, _, text = await desk.post("/twilio/inbound", inbound_pairs())
    messages = list(ET.fromstring(text))
    assert [message.findtext("Body") for message in messages] == ["Thanks & <bye>", "two😀", None]
    assert [message.findtext("Media") for message in messages] == [None, picture, picture]
    assert [message.attrib for message in messages] == [{}, {"statusCallback": told}, {}]


async def test_pictures_come_with_their_types_in_order(desk: Desk) -> None:
    fields = {f"MediaUrl{n}": f"https://api.twilio.com/{n}" for n in (10, 1, 0)}
    await desk.post("/twilio/inbound", inbound_pairs(NumMedia="3", MediaContentType0="image/png", **fields))
    assert desk.received[0].media == (
        ("https://api.twilio.com/0", "image/png"),
        ("https://api.twilio.com/1", "application/octet-stream"),
        ("https://api.twilio.com/10", "application/octet-stream"),
    )


@pytest.mark.parametrize("sender", ["FEDEX", "12345", "whatsapp:+14017122661", "+", " ", "nobody at all ✉"])
async def test_no_sender_is_refused_for_its_looks(desk: Desk, sender: str) -> None:
    assert (await desk.post("/twilio/inbound", inbound_pairs(From=sender)))[0] == 200
    assert desk.received[0].from_ == sender


@pytest.mark.parametrize("field", ["From", "To"])
async def test_a_signed_post_without_its_main_fields_is_no_message(desk: Desk, field: str) -> None:
    assert (await desk.post("/twilio/inbound", inbound_pairs(**{field: ""})))[0] == 400
    assert (await desk.post("/twilio/inbound", [p for p in inbound_pairs() if p[0] != field]))[0] == 400
    assert (await desk.post("/twilio/inbound", [p for p in inbound_pairs() if "Sid" not in p[0]]))[0] == 400
    assert not desk.received


async def test_the_answer_waits_for_the_commit(desk: Desk) -> None:
    desk.may_commit.clear()
    answer = asyncio.create_task(desk.post("/twilio/inbound", inbound_pairs()))
    await desk.arrived.wait()
    assert (await desk.client.get(desk.url + "/health")).status == 200
    assert not answer.done()
    desk.may_commit.set()
    assert (await answer)[0] == 200


async def test_a_stop_lets_what_is_being_committed_be_answered(desk: Desk) -> None:
    desk.may_commit.clear()
    answer = asyncio.create_task(desk.post("/twilio/inbound", inbound_pairs()))
    await desk.arrived.wait()
    stopping = asyncio.create_task(desk.server.stop())
    await _until_refused(desk)
    assert not stopping.done()
    desk.may_commit.set()
    assert (await answer)[0] == 200
    await stopping
    assert len(desk.received) == 1


@pytest.mark.parametrize("turns", range(3, 9))  # before that nobody is accepted; Python 3.11 then drops the socket
async def test_a_stop_waits_for_nobody_who_only_just_connected(desk: Desk, turns: int) -> None:
    port = URL(desk.url).port
    assert port is not None
    with socket.create_connection(("127.0.0.1", port)):
        for _ in range(turns):
            await asyncio.sleep(0)
        async with asyncio.timeout(webhooks.PATIENCE / 2):
            await desk.server.stop()


async def _until_refused(desk: Desk) -> None:
    with contextlib.suppress(ConnectionError):
        while True:
            _, writer = await asyncio.open_connection("127.0.0.1", URL(desk.url).port)
            writer.close()


async def test_a_store_that_cannot_write_is_503_and_a_defect_is_500_without_detail(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    for trouble, expected in ((StoreError("The disk is full."), 503), (RuntimeError("secret detail"), 500)):
        desk.trouble = trouble
        status, _, text = await desk.post("/twilio/inbound", inbound_pairs(Body="private words"))
        assert status == expected and "secret" not in text and "disk" not in text
        assert (await desk.post(f"/twilio/status/{KEY}", status_pairs("sent")))[0] == expected
    assert "private words" not in caplog.text and "+14017122661" not in caplog.text
    assert "The disk is full." in caplog.text


# signatures


@pytest.mark.parametrize("path", ["/twilio/inbound", f"/twilio/status/{KEY}"])
@pytest.mark.parametrize("signature", ["", "bm90IGEgc2lnbmF0dXJl", sign("https://else.where/twilio/inbound", []), "é"])
async def test_what_twilio_did_not_sign_changes_nothing(desk: Desk, path: str, signature: str) -> None:
    pairs = inbound_pairs(MessageStatus="delivered")
    assert (await desk.post(path, pairs, signature=signature))[0] == 403
    assert not desk.received and not desk.reports


async def test_a_changed_field_or_path_or_another_token_breaks_the_signature(desk: Desk) -> None:
    pairs = inbound_pairs()
    good = sign(desk.url + "/twilio/inbound", pairs)
    assert (await desk.post("/twilio/inbound", inbound_pairs(Body="Hello there!"), signature=good))[0] == 403
    assert (await desk.post("/twilio/inbound", [*pairs, ("Extra", "1")], signature=good))[0] == 403
    assert (await desk.post("/twilio/inbound?x=1", pairs, signature=good))[0] == 403
    desk.token = "f" * 32
    assert (await desk.post("/twilio/inbound", pairs, signature=good))[0] == 403
    assert not desk.received


@pytest.mark.parametrize(
    ("public", "base"),
    [
        ("https://sms.example.com", "https://sms.example.com"),
        ("https://sms.example.com/", "https://sms.example.com"),
        ("https://sms.example.com:8443", "https://sms.example.com:8443"),
        ("https://sms.example.com", "https://sms.example.com:443"),
        ("https://user:pass@sms.example.com/desk/#rc=3", "https://sms.example.com/desk"),
        ("http://[::1]:8437", "http://[::1]:8437"),
    ],
)
async def test_the_signature_is_made_over_the_public_address(desk: Desk, public: str, base: str) -> None:
    desk.public = public
    assert (await desk.post("/twilio/inbound", inbound_pairs(), base=base))[0] == 200
    assert (await desk.post("/twilio/inbound", inbound_pairs()))[0] == 403
    assert len(desk.received) == 1


@pytest.mark.parametrize("query", ["?x=1", "?b=2&a=1", "?a=%20+%2B%7e&a=", "?q=%C3%BC&&x", "?url=https://a.b/c?d"])
async def test_a_query_is_signed_exactly_as_it_came(desk: Desk, query: str) -> None:
    pairs = inbound_pairs()
    signature = sign(desk.url + "/twilio/inbound" + query, pairs)
    url = URL(desk.url + "/twilio/inbound" + query, encoded=True)
    headers = {"Content-Type": FORM, "X-Twilio-Signature": signature}
    async with desk.client.post(url, data=encoded(pairs), headers=headers) as answer:
        assert answer.status == 200


async def test_repeated_fields_are_signed_as_twilio_does(desk: Desk) -> None:
    pairs = [*inbound_pairs(), ("Tag", "b"), ("Tag", "a"), ("Tag", "a"), ("Blank", "")]
    assert (await desk.post("/twilio/inbound", pairs))[0] == 200
    assert desk.received[0].params == tuple(pairs)


# bodies


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b"{}"),
        ("text/plain", b"From=a"),
        (FORM, b"Body=%zz"),
        (FORM, b"Body=%ff"),
        (FORM, b"Body=\xff"),
        (FORM, b"hello"),
    ],
)
@pytest.mark.parametrize("path", ["/twilio/inbound", f"/twilio/status/{KEY}"])
async def test_a_body_that_is_no_form_is_400_signed_or_not(
    desk: Desk, path: str, content_type: str, body: bytes
) -> None:
    headers = {"Content-Type": content_type}
    assert (await desk.post_raw(path, body, headers))[0] == 400
    headers["X-Twilio-Signature"] = sign(desk.url + path, [])
    assert (await desk.post_raw(path, body, headers))[0] == 400
    assert not desk.received and not desk.reports


async def test_an_unsigned_post_without_a_body_is_forbidden(desk: Desk) -> None:
    assert (await desk.post_raw("/twilio/inbound", b"", {"Content-Type": FORM}))[0] == 403


async def test_a_body_of_256_kb_is_read_and_one_byte_more_is_not(desk: Desk) -> None:
    fixed = len(encoded(inbound_pairs(Body="")))
    assert (await desk.post("/twilio/inbound", inbound_pairs(Body="x" * (BODY_BYTES - fixed))))[0] == 200
    assert (await desk.post("/twilio/inbound", inbound_pairs(Body="x" * (BODY_BYTES - fixed + 1))))[0] == 413
    assert len(desk.received) == 1


async def test_a_large_body_without_a_length_is_413_too(desk: Desk) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(64):
            yield b"x" * 8192

    async with desk.client.post(desk.url + "/twilio/inbound", data=chunks(), headers={"Content-Type": FORM}) as answer:
        assert answer.status == 413


@pytest.mark.parametrize("packing", ["gzip", "deflate", "br", "GZIP", "gzip, gzip"])
async def test_a_packed_body_is_refused_though_it_be_signed(desk: Desk, packing: str) -> None:
    pairs = inbound_pairs()
    headers = {"Content-Type": FORM, "Content-Encoding": packing}
    headers["X-Twilio-Signature"] = sign(desk.url + "/twilio/inbound", pairs)
    assert (await desk.post_raw("/twilio/inbound", gzip.compress(encoded(pairs)), headers))[0] == 415
    headers["Content-Encoding"] = "identity"
    assert (await desk.post_raw("/twilio/inbound", encoded(pairs), headers))[0] == 200


@pytest.mark.parametrize("path", ["/twilio/inbound", "/health", "/nothing"])
async def test_nothing_is_ever_unpacked(desk: Desk, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    unpacking: list[object] = []
    begin = http_parser.DeflateBuffer.__init__

    def begun(self: http_parser.DeflateBuffer, *arguments: Any, **named: Any) -> None:
        unpacking.append(self)
        begin(self, *arguments, **named)

    monkeypatch.setattr(http_parser.DeflateBuffer, "__init__", begun)
    headers = {"Content-Type": FORM, "Content-Encoding": "gzip"}
    await desk.post_raw(path, gzip.compress(b"x=" + b"a" * 5_000_000), headers)
    assert (await desk.post("/twilio/inbound", inbound_pairs()))[0] == 200
    assert unpacking == []


async def test_all_fields_that_twilio_knows_with_ten_pictures_are_read(desk: Desk) -> None:
    pictures = {f"Media{kind}{n}": f"{kind} {n}" for n in range(10) for kind in ("Url", "ContentType")}
    others = {f"Referral{n}": "x" for n in range(80)}
    assert (await desk.post("/twilio/inbound", inbound_pairs(NumMedia="10", **pictures, **others)))[0] == 200
    assert len(desk.received[0].media) == 10


async def test_a_body_in_pieces_is_put_together(desk: Desk) -> None:
    pairs = inbound_pairs(Body="in pieces " * 100)
    body = encoded(pairs)
    reader, writer = await asyncio.open_connection("127.0.0.1", URL(desk.url).port)
    head = (
        f"POST /twilio/inbound HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM}\r\nContent-Length: {len(body)}\r\n"
        f"X-Twilio-Signature: {sign(desk.url + '/twilio/inbound', pairs)}\r\n\r\n"
    )
    writer.write(head.encode())
    for start in range(0, len(body), 100):
        await writer.drain()
        writer.write(body[start : start + 100])
    assert (await reader.readline()).split()[1] == b"200"
    writer.close()
    assert desk.received[0].body == "in pieces " * 100


@pytest.mark.parametrize("rest", [b"Content-Length: 100\r\n\r\nFrom=", b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"])
async def test_a_post_that_breaks_off_is_no_defect(desk: Desk, rest: bytes, caplog: pytest.LogCaptureFixture) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", URL(desk.url).port)
    writer.write(f"POST /twilio/inbound HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM}\r\n".encode() + rest)
    await writer.drain()
    writer.write_eof()
    writer.close()
    await writer.wait_closed()
    assert (await desk.client.get(desk.url + "/health")).status == 200
    assert "a webhook failed" not in caplog.text and not desk.received


# status callbacks


async def test_a_status_callback_is_reported_under_our_key(desk: Desk) -> None:
    pairs = status_pairs("undelivered", ErrorCode="30003", RawDlrDoneDate="2611231207", New="field")
    status, _, text = await desk.post(f"/twilio/status/{KEY}", pairs)
    assert (status, text) == (204, "")
    ((key, report),) = desk.reports
    assert key == KEY and report.status is Status.UNDELIVERED and report.error_code == 30003
    assert report.sid == SID and report.source == "callback" and report.at.tzinfo is not None
    assert report.raw == tuple(pairs)


@pytest.mark.parametrize("code", ["", "0", "many", "٣", "99999999999999999999"])
async def test_an_error_code_that_is_no_number_is_kept_raw_only(desk: Desk, code: str) -> None:
    assert (await desk.post(f"/twilio/status/{KEY}", status_pairs("failed", ErrorCode=code)))[0] == 204
    report = desk.reports[0][1]
    assert report.error_code is None and ("ErrorCode", code) in report.raw


async def test_a_status_that_is_new_to_us_is_taken_and_logged(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    assert (await desk.post(f"/twilio/status/{KEY}", status_pairs("teleported")))[0] == 204
    assert not desk.reports and "teleported" in caplog.text


async def test_a_callback_without_sid_or_status_is_400(desk: Desk) -> None:
    assert (await desk.post(f"/twilio/status/{KEY}", [("MessageSid", SID)]))[0] == 400
    assert (await desk.post(f"/twilio/status/{KEY}", [("MessageStatus", "sent")]))[0] == 400


# paths


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/health", 200),
        ("POST", "/health", 405),
        ("GET", "/twilio/inbound", 405),
        ("HEAD", "/twilio/inbound", 405),
        ("PUT", "/twilio/inbound", 405),
        ("GET", f"/twilio/status/{KEY}", 405),
        ("POST", "/media/token/a.jpg", 405),
        ("POST", "/", 404),
        ("GET", "/", 404),
        ("POST", "/twilio/inbound/", 404),
        ("POST", "/twilio/status/", 404),
        ("POST", "/twilio/status/a/b", 404),
        ("POST", "/Twilio/inbound", 404),
        ("GET", "/media/", 404),
        ("GET", "/media/token/", 404),
        ("GET", "/media/%2e%2e/passwd", 404),
        ("GET", "/media/token/..%2f..%2fsms.db", 404),
        ("GET", "/.env", 404),
    ],
)
async def test_only_the_agreed_paths_and_methods_exist(desk: Desk, method: str, path: str, expected: int) -> None:
    async with desk.client.request(method, URL(desk.url + path, encoded=True)) as answer:
        assert answer.status == expected
        assert "aiohttp" not in answer.headers["Server"] and "Python" not in answer.headers["Server"]
        assert ("Allow" in answer.headers) is (expected == 405)


async def test_health_says_ok(desk: Desk) -> None:
    async with desk.client.get(desk.url + "/health") as answer:
        assert await answer.text() == "ok"


# shared files


@pytest.fixture
def picture(desk: Desk, tmp_path: Path) -> bytes:
    data = os.urandom(300_000)
    path = tmp_path / "abcdef"
    path.write_bytes(data)
    desk.files["to-ken_1"] = ServedFile(path, "image/jpeg", "cat.jpg")
    return data


async def test_a_shared_file_is_served_with_its_type_and_name(desk: Desk, picture: bytes) -> None:
    async with desk.client.get(desk.url + "/media/to-ken_1/cat.jpg") as answer:
        assert answer.status == 200 and await answer.read() == picture
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert answer.headers["Content-Length"] == "300000"
        assert answer.headers["Content-Disposition"] == 'inline; filename="cat.jpg"'
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Server"] == "sms-desktop"


async def test_head_tells_the_same_without_the_bytes(desk: Desk, picture: bytes) -> None:
    async with desk.client.head(desk.url + "/media/to-ken_1/cat.jpg") as answer:
        assert answer.status == 200 and await answer.read() == b""
        assert answer.headers["Content-Length"] == str(len(picture))
        assert answer.headers["Content-Type"] == "image/jpeg"


async def test_a_part_can_be_asked_for(desk: Desk, picture: bytes) -> None:
    headers = {"Range": "bytes=1000-1999"}
    async with desk.client.get(desk.url + "/media/to-ken_1/cat.jpg", headers=headers) as answer:
        assert answer.status == 206 and await answer.read() == picture[1000:2000]


@pytest.mark.parametrize("path", ["/media/to-ken_1/dog.jpg", "/media/other/cat.jpg", "/media/to-ken_1/CAT.jpg"])
async def test_a_wrong_name_or_token_finds_nothing(desk: Desk, picture: bytes, path: str) -> None:
    async with desk.client.get(desk.url + path) as answer:
        assert answer.status == 404 and await answer.read() != picture


async def test_a_file_that_is_gone_is_404_and_a_defect_500(desk: Desk, tmp_path: Path) -> None:
    desk.files["gone"] = ServedFile(tmp_path / "gone", "image/jpeg", "cat.jpg")
    assert (await desk.client.get(desk.url + "/media/gone/cat.jpg")).status == 404
    desk.trouble = RuntimeError("detail")
    async with desk.client.get(desk.url + "/media/gone/cat.jpg") as answer:
        assert answer.status == 500 and "detail" not in await answer.text()


# ports


async def test_it_listens_on_this_computer_alone(desk: Desk) -> None:
    port = URL(desk.url).port or 0
    with socket.socket() as other:  # the port is free on every other address of this computer
        other.bind(("127.0.0.2", port))
        other.listen()
    with socket.socket() as same, pytest.raises(OSError, match="in use"):
        same.bind(("127.0.0.1", port))


async def test_a_busy_port_is_told_in_a_sentence(desk: Desk) -> None:
    other = Desk(desk.client)
    port = URL(desk.url).port or 0
    with pytest.raises(PortBusy, match=f"Port {port} is in use by another program"):
        await other.server.start(port)
    with pytest.raises(BadInput, match="70000 is not a port"):
        await other.server.start(70000)
    assert (await desk.post("/twilio/inbound", inbound_pairs()))[0] == 200


async def test_it_starts_again_on_the_same_port_after_a_stop(desk: Desk) -> None:
    port = URL(desk.url).port or 0
    await desk.server.stop()
    await desk.server.stop()
    assert desk.server.local_url == ""
    assert await desk.server.start(port) == port
    assert (await desk.post("/twilio/inbound", inbound_pairs()))[0] == 200


async def test_no_secret_number_or_body_is_logged(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    pairs = inbound_pairs(Body="private words")
    await desk.post("/twilio/inbound?secret=query", pairs)
    await desk.post("/twilio/inbound", pairs, signature="forged")
    await desk.post(f"/twilio/status/{KEY}", status_pairs("sent"))
    for word in ("private words", "4017122661", "5558675310", TOKEN, "secret=query"):
        assert word not in caplog.text
