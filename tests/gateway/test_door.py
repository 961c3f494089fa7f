"""The door under strangers' hands, over raw sockets: bounded in time, number and size, and it tells nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from multidict import MultiDict
from yarl import URL

from sms_desktop.domain.errors import StoreError
from sms_desktop.domain.reply import Answer
from sms_desktop.gateway import door as connections
from sms_desktop.gateway import signature as signatures
from sms_desktop.gateway import webhooks
from sms_desktop.gateway.allowance import Allowance
from sms_desktop.gateway.form import BadForm, Claim, claim, inbound, parse, status_report
from sms_desktop.gateway.hosts import host_of
from sms_desktop.gateway.reply import quotable, twiml
from tests.gateway.conftest import FORM, Desk
from tests.gateway.signing import ACCOUNT, encoded, inbound_pairs, sign

PATIENCE = 15.0
"""Seconds within which a dropped connection must have been noticed, on a busy machine."""


class Stranger:
    """A raw connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def say(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def hears(self) -> bytes:
        """Everything until the other side ends the connection."""
        async with asyncio.timeout(PATIENCE):
            try:
                return await self._reader.read()
            except ConnectionError:
                return b""

    async def status(self) -> int:
        """Of the next answer."""
        async with asyncio.timeout(PATIENCE):
            return int((await self._reader.readline()).split()[1])


@asynccontextmanager
async def stranger(desk: Desk) -> AsyncIterator[Stranger]:
    reader, writer = await asyncio.open_connection("127.0.0.1", URL(desk.url).port)
    try:
        yield Stranger(reader, writer)
    finally:
        writer.transport.abort()


def head(path: str = "/twilio/inbound", host: str = "127.0.0.1", **fields: object) -> bytes:
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in {"Host": host, **fields}.items()]
    return f"POST {path} HTTP/1.1\r\n".encode() + "\r\n".join([*lines, "", ""]).encode()


# time


@pytest.fixture
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEAD_PATIENCE", 1.0)
    monkeypatch.setattr(connections, "EVERY", 0.02)


@pytest.mark.usefixtures("_hasty")
@pytest.mark.parametrize("begun", [b"", b"P", b"POST /twilio/inbound HTTP/1.1\r\nHost: a\r\nX-", b"\r\n\r\n"])
async def test_headers_that_never_end_are_not_waited_for(desk: Desk, begun: bytes) -> None:
    async with stranger(desk) as slow:
        await slow.say(begun)
        assert await slow.hears() == b""
    assert (await desk.post("/twilio/inbound", inbound_pairs()))[0] == 200


@pytest.mark.usefixtures("_hasty")
async def test_headers_that_dribble_in_are_not_waited_for_either(desk: Desk) -> None:
    async with stranger(desk) as slow:

        async def dribble() -> None:
            await slow.say(b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ")
            while True:
                await slow.say(b"a")
                await asyncio.sleep(0.01)

        dribbling = asyncio.create_task(dribble())
        assert await slow.hears() == b""
        dribbling.cancel()
        await asyncio.gather(dribbling, return_exceptions=True)


@pytest.mark.usefixtures("_hasty")
async def test_a_further_request_on_a_kept_connection_is_timed_as_the_first(desk: Desk) -> None:
    async with stranger(desk) as slow:
        await slow.say(b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert await slow.status() == 200
        await slow.say(b"GET /hea")
        assert (await slow.hears()).endswith(b"\r\n\r\nok")


@pytest.mark.usefixtures("_hasty")
async def test_a_kept_connection_that_asks_nothing_is_left_to_the_proxy_that_keeps_it(desk: Desk) -> None:
    async with stranger(desk) as kept, stranger(desk) as slow:
        await kept.say(b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert await kept.status() == 200
        assert await slow.hears() == b""  # by then the quiet one, too, was quiet for longer
        await kept.say(b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        assert (await kept.hears()).count(b"200 OK") == 1


async def test_a_kept_connection_ends_after_a_while(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "IDLE", 0.05)
    async with stranger(desk) as kept:
        await kept.say(b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert (await kept.hears()).endswith(b"ok")


async def test_a_body_that_does_not_come_is_408(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "PATIENCE", 0.1)
    async with stranger(desk) as slow:
        await slow.say(head(Content_Type=FORM, Content_Length=100) + b"From=")
        assert await slow.status() == 408


# number


async def test_who_came_first_and_says_nothing_makes_room_and_twilio_gets_in(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "MOST", 4)
    waiting = [await asyncio.open_connection("127.0.0.1", URL(desk.url).port) for _ in range(4)]
    for _, writer in waiting[:2]:  # with a body that never ends, two of them
        writer.write(head(Content_Type=FORM, Content_Length=100))
    for n in range(20):
        sid = f"SM{n:032x}"
        assert (await desk.post("/twilio/inbound", inbound_pairs(MessageSid=sid)))[0] == 200
    async with asyncio.timeout(PATIENCE):
        for reader, _ in waiting[:1]:
            assert await reader.read() == b""
    for _, writer in waiting:
        writer.transport.abort()
    assert len(desk.received) == 20


async def test_what_is_being_committed_is_never_dropped(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MOST", 2)
    desk.may_commit.clear()
    answer = asyncio.create_task(desk.post("/twilio/inbound", inbound_pairs()))
    await desk.arrived.wait()
    for _ in range(5):
        async with stranger(desk) as one:
            await one.say(b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            assert await one.status() == 200
    desk.may_commit.set()
    assert (await answer)[0] == 200


async def test_where_all_are_committing_the_next_is_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MOST", 1)
    desk.may_commit.clear()
    answer = asyncio.create_task(desk.post("/twilio/inbound", inbound_pairs()))
    await desk.arrived.wait()
    async with stranger(desk) as late:
        assert await late.hears() == b""
    desk.may_commit.set()
    assert (await answer)[0] == 200


# a crowd of strangers


FORGED = sign("https://else.where/", [])
PLACE = "https://sms.example.com"


@pytest.fixture
async def crowded(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    """A door at which strangers have posted as much as they may."""
    monkeypatch.setattr(webhooks, "UNSIGNED_BURST", 3)
    monkeypatch.setattr(webhooks, "UNSIGNED_RATE", 0.0)
    crowded = Desk(desk.client)
    crowded.url = f"http://127.0.0.1:{await crowded.server.start(0)}"
    said = [(await crowded.post("/twilio/inbound", STRANGE, signature=FORGED))[0] for _ in range(5)]
    assert said == [403, 403, 403, 429, 429]
    crowded.doubts.clear()
    yield crowded
    await crowded.server.stop()


STRANGE = inbound_pairs(AccountSid="AC" + "9" * 32)


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses over which signatures are tried."""
    tried: list[str] = []
    make = signatures._made

    def made(key: bytes, signed: bytes, algorithm: str) -> bytes:
        tried.append(signed.decode().partition("/twilio/")[0])
        return make(key, signed, algorithm)

    monkeypatch.setattr(signatures, "_made", made)
    return tried


async def test_a_crowd_of_strangers_is_turned_away_and_twilio_is_heard(
    crowded: Desk, checks: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[bytes] = []

    def seen(content_type: str, body: bytes) -> MultiDict[str]:
        read.append(body)
        return parse(content_type, body)

    monkeypatch.setattr(webhooks, "parse", seen)
    for pairs in (STRANGE, [("F", "x" * 9000)], [pair for pair in inbound_pairs() if pair[0] != "AccountSid"]):
        for made_up in (FORGED, "no", ""):
            assert (await crowded.post("/twilio/inbound", pairs, signature=made_up))[0] == 429
    assert (read, checks, crowded.doubts) == ([], [], [])
    large = inbound_pairs(Body="x" * webhooks.CROWDED_BYTES)
    assert (await crowded.post("/twilio/inbound", large, signature=FORGED))[0] == 413
    longest = inbound_pairs(Body="👋" * 1600)
    assert (await crowded.post("/twilio/inbound", longest))[0] == 200
    pairs = [("MessageSid", "SM" + "a" * 32), ("AccountSid", ACCOUNT), ("MessageStatus", "sent")]
    assert (await crowded.post("/twilio/status/" + "0" * 32, pairs))[0] == 204


@pytest.mark.parametrize("made_up", [FORGED, "no", ""])
async def test_in_a_crowd_what_names_our_account_is_doubted_as_ever(crowded: Desk, made_up: str) -> None:
    """Twilio's own, it may be, with another token or by an address that we were not told of."""
    assert (await crowded.post("/twilio/inbound", inbound_pairs(), signature=made_up))[0] == 403
    assert crowded.doubts == [Claim("SM" + "a" * 32, ACCOUNT)] and not crowded.received


async def test_in_a_crowd_a_signature_is_tried_over_few_addresses(crowded: Desk, checks: list[str]) -> None:
    crowded.public, crowded.others = PLACE, [f"https://{n}.example" for n in range(5)]
    await crowded.post("/twilio/inbound", inbound_pairs(), signature=FORGED)
    assert len(checks) == webhooks.CROWDED_CHECKS
    assert checks[:2] == [PLACE, PLACE + ":443"]


async def test_without_a_crowd_all_addresses_are_tried_that_which_was_last_right_first(
    desk: Desk, checks: list[str]
) -> None:
    desk.public, desk.others = PLACE, [f"https://{n}.example" for n in range(5)]
    await desk.post("/twilio/inbound", inbound_pairs(), signature=FORGED)
    assert len(checks) == len(set(checks)) == 12
    for n, tried in ((4, 12), (4, 1), (2, 9), (2, 1)):
        checks.clear()
        assert (await desk.post("/twilio/inbound", inbound_pairs(), base=f"https://{n}.example:443"))[0] == 200
        assert (checks[-1], len(checks)) == (f"https://{n}.example:443", tried)


async def test_in_a_crowd_the_address_that_was_last_right_is_tried_though_it_be_an_old_one(crowded: Desk) -> None:
    crowded.public, crowded.others = PLACE, ()
    assert (await crowded.post("/twilio/inbound", inbound_pairs(), base=PLACE))[0] == 200
    crowded.public, crowded.others = "https://new.example", [*(f"https://{n}.example" for n in range(5)), PLACE]
    assert (await crowded.post("/twilio/inbound", inbound_pairs(), base=PLACE))[0] == 200
    assert (await crowded.post("/twilio/inbound", inbound_pairs(), base="https://new.example"))[0] == 200
    crowded.others = ()
    assert (await crowded.post("/twilio/inbound", inbound_pairs(), base=PLACE))[0] == 403


async def test_in_a_crowd_our_own_test_of_an_address_is_known_under_each(crowded: Desk) -> None:
    crowded.public, crowded.others = PLACE, [f"https://{n}.example" for n in range(5)]
    crowded.loopbacks.add("loopback-" + "a" * 32)
    pairs = [("AccountSid", ACCOUNT), ("MessageSid", "SM" + "a" * 32), ("MessageStatus", "sent")]
    path = "/twilio/status/loopback-"
    assert (await crowded.post(path + "a" * 32, pairs, base="https://4.example"))[0] == 204
    assert (await crowded.post(path + "b" * 32, pairs, base="https://3.example"))[0] == 403


async def test_large_posts_make_a_crowd_sooner(desk: Desk) -> None:
    large = [("F", "x" * 200_000)]
    desk.server._unsigned = Allowance(0.0, webhooks.UNSIGNED_BURST)  # however long they take
    said = [(await desk.post("/twilio/inbound", large, signature=FORGED))[0] for _ in range(6)]
    assert said == [403, 403, 403, 403, 403, 413]


async def test_a_crowd_does_not_fill_the_log(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(webhooks, "LOGGED_BURST", 3)
    monkeypatch.setattr(webhooks, "LOGGED_RATE", 0.0)
    quiet = Desk(desk.client)
    quiet.url = f"http://127.0.0.1:{await quiet.server.start(0)}"
    for _ in range(30):
        await quiet.post("/twilio/inbound", inbound_pairs(), signature="no")
    assert caplog.text.count("turned away") == 3
    await quiet.server.stop()


def test_an_allowance_is_spent_and_saved_anew() -> None:
    saved = Allowance(rate=1e6, burst=2)
    assert saved.take()
    never = Allowance(rate=0.0, burst=2)
    assert [never.take() for _ in range(3)] == [True, True, False] and never.spent
    large = Allowance(rate=0.0, burst=5)
    assert [large.take(4), large.take(4), large.take(4)] == [True, True, False]


# what is told


@pytest.mark.parametrize(
    "said",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 20 + b"\r\n\r\n",
        b"HELLO\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /" + b"a" * 5000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        head(X="a" * 5000),
        b"GET / HTTP/1.1\r\n" + b"".join(b"X%d: 1\r\n" % n for n in range(100)) + b"\r\n",
        head(Content_Length="-1"),
        head(Content_Length=5, Transfer_Encoding="chunked"),
    ],
)
async def test_what_is_no_http_is_told_so_in_a_word_and_is_not_logged(
    desk: Desk, said: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async with stranger(desk) as one:
        await one.say(said)
        answer = await one.hears()
    assert answer.startswith((b"HTTP/1.0 400 ", b"HTTP/1.1 400 "))
    assert answer.endswith(b"\r\n\r\nThat cannot be read.")
    assert b"aiohttp" not in answer and b"Python" not in answer
    assert caplog.text == ""


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "[", "a b", "localhost.evil.example"])
async def test_a_name_that_is_not_ours_finds_nothing(desk: Desk, host: str) -> None:
    desk.public = "https://sms.example.com/desk"
    for path in ("/health", "/media/token/a.jpg", "/"):
        async with stranger(desk) as one:
            await one.say(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            answer = await one.hears()
        assert answer.split()[1] in {b"421", b"400"} and b"ok" not in answer.partition(b"\r\n\r\n")[2]


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.1:8437", "localhost:1", "[::1]", "SMS.example.com", "sms.example.com:443"]
)
async def test_our_own_names_are_known_with_any_port(desk: Desk, host: str) -> None:
    desk.public = "https://user:word@sms.example.com:8443/desk"
    async with stranger(desk) as one:
        await one.say(f"GET /health HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        assert await one.status() == 200


async def test_no_name_and_two_names_are_not_ours(desk: Desk) -> None:
    for lines in (b"", b"Host: 127.0.0.1\r\nHost: 127.0.0.1\r\n"):
        async with stranger(desk) as one:
            await one.say(b"GET /health HTTP/1.1\r\n" + lines + b"Connection: close\r\n\r\n")
            assert (await one.hears()).split()[1] in {b"400", b"421"}


async def test_what_twilio_signed_is_believed_under_whatever_name_a_proxy_calls_us(desk: Desk) -> None:
    pairs = inbound_pairs()
    body = encoded(pairs)
    signature = sign(desk.url + "/twilio/inbound", pairs)
    async with stranger(desk) as proxy:
        said = head(
            host="sms-backend:80", Content_Type=FORM, Content_Length=len(body), X_Twilio_Signature=signature
        )  # fmt: skip
        await proxy.say(said + body)
        assert await proxy.status() == 200


async def test_every_refusal_is_short_and_says_the_same_to_all(desk: Desk) -> None:
    desk.trouble = StoreError("The disk /dev/sda1 is full.")
    pairs = inbound_pairs()
    seen = set()
    for path, signature in (("/twilio/inbound", None), ("/twilio/inbound", "no"), ("/x", None), ("/media/a/b", None)):
        _, kind, text = await desk.post(path, pairs, signature=signature)
        assert kind.startswith("text/plain") and len(text) < 60
        seen.add(text)
    assert not [text for text in seen if "sda" in text or "/" in text]


@pytest.mark.parametrize(
    "path", ["/media/../sms.db", "/media/..%2f..%2fsms.db/a", "/media/t/%2e%2e%2fsms.db", "/media//a"]
)
async def test_no_path_leads_out_of_what_is_shared(desk: Desk, path: str) -> None:
    async with stranger(desk) as one:
        await one.say(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        assert (await one.hears()).split()[1] == b"404"


# properties


@settings(deadline=None)
@given(st.lists(st.text(), min_size=1, max_size=3))
def test_no_reply_can_be_more_than_text_in_twiml(texts: list[str]) -> None:
    url = "https://sms.example.com/media/a?b=1&c=<2>\"'"
    body = twiml([Answer(text, (url,), url) for text in texts]).body
    assert isinstance(body, bytes)
    root = ET.fromstring(body)
    assert [child.tag for child in root] == ["Message"] * len(texts)
    assert [[inner.tag for inner in child] for child in root] == [["Body", "Media"] if t else ["Media"] for t in texts]
    assert {child.get("statusCallback") for child in root} == {child.findtext("Media") for child in root} == {url}
    for child, text in zip(root, texts, strict=True):
        kept = "".join(
            c
            for c in text.replace("\r\n", "\n").replace("\r", "\n")  # as XML has line ends
            if c in "\t\n" or " " <= c <= "\ud7ff" or (c >= "\ue000" and c not in "\ufffe\uffff")
        )
        assert (child.findtext("Body") or "") == kept


@settings(deadline=None)
@given(st.text())
def test_no_name_breaks_out_of_a_header(name: str) -> None:
    assert not set(quotable(name)) & set('"\r\n\\\0')


@settings(deadline=None)
@given(st.binary(max_size=300), st.sampled_from([FORM, "application/x-www-form-urlencoded", "text/html", "\0", ";;="]))
def test_any_body_is_a_form_or_is_refused_as_none(body: bytes, content_type: str) -> None:
    try:
        form = parse(content_type, body)
    except BadForm:
        return
    for read in (inbound, status_report):
        try:
            read(form)
        except BadForm:
            continue


FIELDS = st.sampled_from(
    ["MessageSid", "SmsSid", "From", "To", "Body", "NumMedia", "MediaUrl0", "MediaUrl999", "NumSegments", "ErrorCode",
     "MessageStatus", "OptOutType", "AccountSid", ""]
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(st.tuples(FIELDS, st.text(st.characters(codec="utf-8"))), max_size=12))
def test_any_fields_make_a_message_a_report_or_a_refusal(pairs: list[tuple[str, str]]) -> None:
    form: MultiDict[str] = MultiDict(pairs)
    for read in (inbound, status_report):
        try:
            read(form)
        except BadForm:
            continue
    claim(form)


@settings(deadline=None)
@given(st.text())
def test_only_what_is_shaped_like_a_sid_can_be_asked_for(text: str) -> None:
    assert claim({"MessageSid": text, "AccountSid": ACCOUNT}) is None
    assert claim({"MessageSid": "SM" + "a" * 32, "AccountSid": text}) is None


@pytest.mark.parametrize(
    "sid", ["SM" + "a" * 31, "SM" + "a" * 32 + "\n", "SM" + "A" * 32, "SM" + "a" * 30 + "/.", "XX" + "a" * 32]
)
def test_a_sid_that_could_lead_elsewhere_is_none(sid: str) -> None:
    assert claim({"MessageSid": sid, "AccountSid": ACCOUNT}) is None
    good = "MM" + "0" * 32
    assert claim({"SmsSid": good, "AccountSid": ACCOUNT, "Body": "x"}) == Claim(good, ACCOUNT)


@settings(deadline=None)
@given(st.text())
def test_any_host_has_a_name_or_none(host: str) -> None:
    assert host_of(f"//{host}") == host_of(f"//{host}").lower()
