"""The gateway: the SDK's answers and failures as four outcomes of a send and one family of errors of the rest."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl

import pytest

from sms_desktop.domain.errors import BadInput, GatewayError, WrongCredentials
from sms_desktop.domain.line import Line, LineKind
from sms_desktop.domain.message import Status
from sms_desktop.domain.routing import Holder, HolderKind, Webhook
from sms_desktop.gateway.credentials import Credentials
from sms_desktop.gateway.gateway import Accepted, Account, Balance, InDoubt, Outgoing, Refused, Unreachable, Withheld
from sms_desktop.gateway.twilio import TwilioGateway
from sms_desktop.gateway.wire import NeverLeft, NoAnswer, basic
from tests.gateway.faults import Script, Seen, answering, far_side, reply
from tests.gateway.signing import ACCOUNT, TOKEN

CREDENTIALS = Credentials(ACCOUNT, TOKEN)
WITH_KEY = Credentials(ACCOUNT, TOKEN, "SK" + "1" * 32, "key secret")
SID = "SM" + "b" * 32
TEXT = Outgoing("+14155550132", "+12125550100", "Hello", (), "https://sms.example.com/twilio/status/k")


@asynccontextmanager
async def gateway(url: str, credentials: Credentials = CREDENTIALS, total: float = 5) -> AsyncIterator[TwilioGateway]:
    gateway = TwilioGateway(credentials, url, total_timeout=total)
    try:
        yield gateway
    finally:
        await gateway.close()


def answer(http: int, /, **fields: Any) -> bytes:
    return reply(http, json.dumps(fields), "Content-Type: application/json")


async def say_nothing(_seen: Seen, _writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def test_a_look_at_the_account_is_sooner_done_with_silence_than_a_send() -> None:
    async with far_side(say_nothing) as far:
        url = far.url.replace("http:", "https:")  # a handshake that is never answered
        gateway = TwilioGateway(WITH_KEY, url, look_connect_timeout=0.2)
        sending = asyncio.create_task(gateway.send(TEXT))
        try:
            for look in (gateway.account, gateway.balance, gateway.check_key):
                with pytest.raises(NeverLeft, match="nothing answers"):
                    await look()
            assert not sending.done()
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
            await gateway.close()


@pytest.mark.parametrize("breaks", [False, True])
async def test_what_may_not_leave_any_more_once_the_connection_stands_never_left(breaks: bool) -> None:
    seen: list[Seen] = []

    async def take(one: Seen, writer: asyncio.StreamWriter) -> None:
        seen.append(one)
        writer.write(answer(201, sid=SID, status="queued"))

    async def no() -> bool:
        if breaks:
            raise OSError("the disk is gone")
        return False

    async def yes() -> bool:
        return True

    async with far_side(take) as far, gateway(far.url) as twilio:
        assert await twilio.send(TEXT, no) == Withheld()
        assert seen == []
        assert isinstance(await twilio.send(TEXT, yes), Accepted)
        assert len(seen) == 1


async def test_a_look_that_is_not_answered_is_no_account_and_no_good_key() -> None:
    async with far_side(say_nothing) as far:
        gateway = TwilioGateway(WITH_KEY, far.url, look_timeout=0.2)
        sending = asyncio.create_task(gateway.send(TEXT))
        try:
            for look in (gateway.account, gateway.check_key):
                with pytest.raises(NoAnswer, match="in time"):
                    await look()
            assert not sending.done()
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
            await gateway.close()


def error(status: int, code: int | None) -> bytes:
    return answer(status, **({"code": code} if code else {}), message="Twilio's words", status=status)


# sending


async def test_an_accepted_text_comes_back_with_sid_status_and_segments() -> None:
    script = answering(answer(201, sid=SID, status="queued", num_segments="2", error_code=None))
    async with far_side(script) as far, gateway(far.url) as twilio:
        assert await twilio.send(TEXT) == Accepted(SID, Status.QUEUED, 2)
    (seen,) = far.requests
    assert seen.target == f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    assert dict(parse_qsl(seen.body.decode())) == {
        "To": "+14155550132",
        "From": "+12125550100",
        "StatusCallback": "https://sms.example.com/twilio/status/k",
        "Body": "Hello",
    }
    assert seen.headers["authorization"] == basic(ACCOUNT, TOKEN)


async def test_pictures_go_as_repeated_fields_and_need_no_words() -> None:
    script = answering(answer(201, sid="MM" + "b" * 32, status="accepted", num_segments="0"))
    async with far_side(script) as far, gateway(far.url) as twilio:
        pictures = Outgoing("+14155550132", "12345", "", ("https://a/1.jpg", "https://a/2.png"), None)
        assert await twilio.send(pictures) == Accepted("MM" + "b" * 32, Status.ACCEPTED, 0)
    fields = parse_qsl(far.requests[0].body.decode(), keep_blank_values=True)
    assert [v for k, v in fields if k == "MediaUrl"] == ["https://a/1.jpg", "https://a/2.png"]
    assert "Body" not in dict(fields) and "StatusCallback" not in dict(fields)


async def test_words_arrive_as_they_were_typed() -> None:
    body = "👩‍👩‍👧 «ünï» \u202eשלום\u202c & = + % \n\t\0 ' \" \\"
    async with far_side(answering(answer(201, sid=SID, status="queued"))) as far, gateway(far.url) as twilio:
        await twilio.send(Outgoing("+1", "+2", body, (), None))
    assert dict(parse_qsl(far.requests[0].body.decode()))["Body"] == body


async def test_sends_use_the_api_key_and_reading_the_account_itself() -> None:
    key = Credentials(ACCOUNT, TOKEN, "SK" + "1" * 32, "key secret")
    script = answering(answer(201, sid=SID, status="queued"), answer(200, balance="1.00", currency="USD"))
    async with far_side(script) as far, gateway(far.url, key) as twilio:
        await twilio.send(TEXT)
        await twilio.balance()
    sent, read = far.requests
    assert sent.headers["authorization"] == basic("SK" + "1" * 32, "key secret")
    assert sent.target == f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    assert read.headers["authorization"] == basic(ACCOUNT, TOKEN)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (error(400, 21610), 21610),
        (error(400, 21211), 21211),
        (error(404, 20404), 20404),
        (error(401, 20003), 20003),
        (error(401, None), 20003),
        (error(403, 20008), 20008),
        (error(404, None), 404),
        (answer(400, type="https://x", title="Bad", status=400, code=21211, detail="d"), 21211),
        (answer(400, code="21211"), 21211),
        (answer(400, code=None), 400),
    ],
)
async def test_a_refusal_comes_with_its_code_and_our_own_sentence(given: bytes, code: int) -> None:
    async with far_side(answering(given)) as far, gateway(far.url) as twilio:
        outcome = await twilio.send(TEXT)
    assert isinstance(outcome, Refused) and outcome.code == code
    assert outcome.reason.endswith(".") and "Twilio's words" not in outcome.reason
    assert len(far.requests) == 1


async def test_too_many_requests_are_never_processed_so_they_may_go_again() -> None:
    for given in (error(429, 20429), reply(429, "slow down")):
        async with far_side(answering(given)) as far, gateway(far.url) as twilio:
            assert isinstance(await twilio.send(TEXT), Unreachable)
        assert len(far.requests) == 1


async def test_no_network_is_unreachable(unused_tcp_port: int) -> None:
    async with gateway(f"http://127.0.0.1:{unused_tcp_port}") as twilio:
        outcome = await twilio.send(TEXT)
    assert isinstance(outcome, Unreachable) and "online" in outcome.reason


async def _hang_up(_seen: Seen, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def _silence(_seen: Seen, _writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


@pytest.mark.parametrize(
    "script",
    [
        _hang_up,
        _silence,
        answering(error(500, 20500)),
        answering(reply(502, "<html>Bad gateway</html>")),
        answering(error(503, 20503)),
        answering(reply(511, "sign in")),
        answering(reply(408, "request time-out")),
        answering(reply(403, "<html>Forbidden</html>")),
        answering(reply(400, "[1]")),
        answering(reply(200, "<html>Sign in to the hotel's network</html>")),
        answering(reply(302, "", "Location: https://portal.example.com/")),
        answering(reply(307, "", "Location: https://portal.example.com/")),
        answering(reply(201, "{")),
        answering(reply(201, "[]")),
        answering(reply(201, "null")),
        answering(reply(204)),
        answering(answer(201)),
        answering(answer(201, sid=None, status="queued")),
        answering(answer(201, sid="SM1", status="queued")),
        answering(answer(201, sid=SID, status="queued", date_created="Thu, 32 Dec 2023 05:01:45 +0000")),
        answering(answer(201, sid=SID, status="queued", date_created=5)),
    ],
)
async def test_no_usable_answer_is_in_doubt_and_never_sent_again(script: Script) -> None:
    async with far_side(script) as far, gateway(far.url, total=0.5) as twilio:
        outcome = await twilio.send(TEXT)
    assert isinstance(outcome, InDoubt) and outcome.reason.endswith((".", "?"))
    assert len(far.requests) == 1


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"status": "beamed", "num_segments": "1"}, Accepted(SID, Status.ACCEPTED, 1)),
        ({"status": None, "num_segments": None}, Accepted(SID, Status.ACCEPTED, 0)),
        ({"status": "queued", "num_segments": "many"}, Accepted(SID, Status.QUEUED, 0)),
        ({"status": "failed", "num_segments": 3}, Accepted(SID, Status.FAILED, 3)),
    ],
)
async def test_odd_fields_beside_a_sid_do_not_make_a_sent_text_doubtful(
    fields: dict[str, Any], expected: Accepted
) -> None:
    async with far_side(answering(answer(201, sid=SID, **fields))) as far, gateway(far.url) as twilio:
        assert await twilio.send(TEXT) == expected


# reading


async def test_account_and_balance_are_read() -> None:
    account = answer(200, sid=ACCOUNT, friendly_name="Bright Chairs", type="Full", status="active")
    script = answering(account, answer(200, balance="38.20", currency="USD"))
    async with far_side(script) as far, gateway(far.url) as twilio:
        assert await twilio.account() == Account(ACCOUNT, "Bright Chairs", "Full", "active")
        assert await twilio.balance() == Balance("38.20", "USD")
    assert [seen.target for seen in far.requests] == [
        f"/2010-04-01/Accounts/{ACCOUNT}.json",
        f"/2010-04-01/Accounts/{ACCOUNT}/Balance.json",
    ]


def number(address: str, **fields: Any) -> dict[str, Any]:
    return {
        "sid": "PN" + "1" * 32,
        "account_sid": ACCOUNT,
        "phone_number": address,
        "friendly_name": "Shop",
        "capabilities": {"voice": True, "sms": True, "mms": True, "fax": False},
        "sms_url": "",
        **fields,
    }


async def test_lines_of_all_pages_and_kinds_are_listed() -> None:
    async def script(seen: Seen, writer: asyncio.StreamWriter) -> None:
        following = f"/2010-04-01/Accounts/{ACCOUNT}/IncomingPhoneNumbers.json?PageSize=1000&Page=1&PageToken=PA1"
        if "/v1/Services" in seen.target:
            writer.write(answer(200, services=[], meta={"key": "services"}))
        elif "ShortCodes" in seen.target:
            code = {"sid": "SC" + "1" * 32, "short_code": "894546", "friendly_name": "Code", "sms_url": "https://a/b"}
            writer.write(answer(200, short_codes=[code], next_page_uri=None))
        elif "PageToken" in seen.target:
            last = [number("+18885550144", type="tollfree"), number("+442079460018", type="national")]
            voice = number("+12125550199", capabilities={"voice": True, "sms": False, "mms": False})
            writer.write(answer(200, incoming_phone_numbers=[*last, voice], next_page_uri=None))
        else:
            first = [
                number("+12125550100", type="local", sms_url="https://a/twilio/inbound"),
                number("+447700900123", type="mobile", capabilities={"sms": True, "mms": False}),
                number("+12125550101"),
            ]
            writer.write(answer(200, incoming_phone_numbers=first, next_page_uri=following))

    async with far_side(script) as far, gateway(far.url) as twilio:
        lines = await twilio.lines()
    assert "PageSize=1000" in far.requests[0].target
    assert [(line.address, line.kind, line.mms) for line in lines] == [
        ("+12125550100", LineKind.LOCAL, True),
        ("+447700900123", LineKind.MOBILE, False),
        ("+12125550101", LineKind.LOCAL, True),
        ("+18885550144", LineKind.TOLL_FREE, True),
        ("+442079460018", LineKind.OTHER, True),
        ("+12125550199", LineKind.LOCAL, False),
        ("894546", LineKind.SHORT_CODE, True),
    ]
    assert lines[0] == Line(
        "+12125550100",
        "Shop",
        LineKind.LOCAL,
        sid="PN" + "1" * 32,
        account_sid=ACCOUNT,
    )
    assert [line.sms for line in lines] == [True] * 5 + [False, True]


async def test_services_are_lines_with_their_pools_and_a_text_by_one_names_it_in_place_of_a_number() -> None:
    sid = "MG" + "0a" * 16
    pages: dict[str, bytes] = {
        "/PhoneNumbers": answer(
            200,
            phone_numbers=[
                {"sid": "PN1", "phone_number": "+12125550100", "date_created": "2026-02-02T00:00:00Z"},
                {"sid": "PN2", "phone_number": "+12125550101", "date_created": "2026-01-01T00:00:00Z"},
            ],
            meta={"key": "phone_numbers"},
        ),
        "/ShortCodes": answer(200, short_codes=[], meta={"key": "short_codes"}),
        "/AlphaSenders": answer(
            200, alpha_senders=[{"sid": "AI1", "alpha_sender": "Shop"}], meta={"key": "alpha_senders"}
        ),
        "/v1/Services": answer(
            200,
            services=[{"sid": sid, "friendly_name": "Both", "sticky_sender": True, "mms_converter": False}],
            meta={"key": "services"},
        ),
        "/IncomingPhoneNumbers": answer(200, incoming_phone_numbers=[], next_page_uri=None),
        "/SMS/ShortCodes": answer(200, short_codes=[], next_page_uri=None),
        "/Messages": answer(201, sid=SID, status="accepted", num_segments="0", **{"from": None}),
    }

    async def script(seen: Seen, writer: asyncio.StreamWriter) -> None:
        rest = seen.target.partition("?")[0].removesuffix(".json")
        part = next(part for part in (*pages, "/SMS/ShortCodes") if rest.endswith(part))
        writer.write(pages["/SMS/ShortCodes" if "/SMS/" in rest else part])

    async with far_side(script) as far, gateway(far.url) as twilio:
        [line] = await twilio.lines()
        outcome = await twilio.send(Outgoing("+14155550111", sid, "Hi", (), None))
    assert (line.address, line.kind, line.sticky, line.mms, line.watched) == (sid, LineKind.SERVICE, True, False, False)
    assert line.senders == ("+12125550101", "+12125550100", "Shop")
    assert outcome == Accepted(SID, Status.ACCEPTED, 0, None)
    assert dict(parse_qsl(far.requests[-1].body.decode())) == {
        "To": "+14155550111", "MessagingServiceSid": sid, "Body": "Hi",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("trouble", "known"), [(error(403, 20403), True), (error(404, 20404), True), (reply(500, "x"), False)]
)
async def test_short_codes_that_may_not_be_listed_do_not_hide_the_numbers(trouble: bytes, known: bool) -> None:
    """But where they could not be listed for a moment, the lines known before are the better ones."""

    async def script(seen: Seen, writer: asyncio.StreamWriter) -> None:
        numbers = answer(200, incoming_phone_numbers=[number("+12125550100")], next_page_uri=None)
        writer.write(trouble if "ShortCodes" in seen.target else numbers)

    async with far_side(script) as far, gateway(far.url) as twilio:
        if known:
            assert [line.address for line in await twilio.lines()] == ["+12125550100"]
        else:
            with pytest.raises(GatewayError):
                await twilio.lines()


async def test_pages_that_go_round_in_circles_end() -> None:
    same = f"/2010-04-01/Accounts/{ACCOUNT}/IncomingPhoneNumbers.json?PageToken=PA1"
    page = answer(200, incoming_phone_numbers=[number("+12125550100")], next_page_uri=same)
    async with far_side(answering(page)) as far, gateway(far.url) as twilio:
        with pytest.raises(GatewayError, match="no end"):
            await twilio.lines()
    assert len(far.requests) == 2


async def test_a_next_page_elsewhere_is_not_followed() -> None:
    async with far_side(answering(answer(200))) as other:
        page = answer(200, incoming_phone_numbers=[], next_page_uri=f"@{other.url.removeprefix('http://')}/x")
        async with far_side(answering(page)) as far, gateway(far.url) as twilio:
            with pytest.raises(GatewayError):
                await twilio.lines()
    assert not other.requests


@pytest.mark.parametrize(
    ("given", "kind", "transient"),
    [
        (error(401, 20003), WrongCredentials, False),
        (reply(401, "no"), WrongCredentials, False),
        (error(404, 20404), GatewayError, False),
        (error(403, 20008), GatewayError, False),
        (error(429, 20429), GatewayError, True),
        (error(500, 20500), GatewayError, True),
        (reply(503, "<html>"), GatewayError, True),
        (reply(200, "<html>"), GatewayError, True),
        (reply(302, "", "Location: https://portal.example.com/"), GatewayError, True),
    ],
)
async def test_reading_fails_with_one_sentence_that_tells_whether_to_try_again(
    given: bytes, kind: type[GatewayError], transient: bool
) -> None:
    async with far_side(answering(given)) as far, gateway(far.url) as twilio:
        for ask in (twilio.account, twilio.balance, twilio.lines, lambda: twilio.set_webhook(NUMBER, OURS)):
            with pytest.raises(kind) as caught:
                await ask()
            assert str(caught.value).endswith((".", "?")) and "\x1b" not in str(caught.value)
            assert caught.value.transient is transient


async def test_reading_without_a_network_is_transient(unused_tcp_port: int) -> None:
    async with gateway(f"http://127.0.0.1:{unused_tcp_port}") as twilio:
        with pytest.raises(GatewayError, match="online") as caught:
            await twilio.account()
    assert caught.value.transient


OURS = Webhook("https://sms.example.com/twilio/inbound#rc=3&rp=all", "POST", "https://spare.example.com", "GET")
NUMBER = Holder(HolderKind.NUMBER, "PN" + "1" * 32, "Shop", Webhook())
API = f"/2010-04-01/Accounts/{ACCOUNT}"
ONES = "1" * 32
_SMS = {
    "SmsUrl": OURS.url,
    "SmsMethod": "POST",
    "SmsFallbackUrl": "https://spare.example.com",
    "SmsFallbackMethod": "GET",
}
_SERVICE = {
    "InboundRequestUrl": OURS.url,
    "InboundMethod": "POST",
    "FallbackUrl": "https://spare.example.com",
    "FallbackMethod": "GET",
    "UseInboundWebhookOnNumber": "false",
}


@pytest.mark.parametrize(
    ("kind", "sid", "path", "fields"),
    [
        (HolderKind.NUMBER, "PN" + ONES, f"{API}/IncomingPhoneNumbers/PN{ONES}.json", _SMS),
        (HolderKind.SHORT_CODE, "SC" + ONES, f"{API}/SMS/ShortCodes/SC{ONES}.json", _SMS),
        (HolderKind.APPLICATION, "AP" + ONES, f"{API}/Applications/AP{ONES}.json", _SMS),
        (HolderKind.SERVICE, "MG" + ONES, f"/v1/Services/MG{ONES}", _SERVICE),
    ],
)  # fmt: skip
async def test_an_address_is_set_on_what_decides(kind: HolderKind, sid: str, path: str, fields: dict[str, str]) -> None:
    taken = answer(200, sid=sid, sms_url=OURS.url, inbound_request_url=OURS.url)
    async with far_side(answering(taken)) as far, gateway(far.url) as twilio:
        await twilio.set_webhook(Holder(kind, sid, "Shop", Webhook()), OURS)
    (seen,) = far.requests
    assert seen.target == path
    assert dict(parse_qsl(seen.body.decode())) == fields


async def test_an_address_that_twilio_did_not_take_over_is_told() -> None:
    kept = answer(200, sid="PN1", sms_url="https://somebody.example.com")
    async with far_side(answering(kept)) as far, gateway(far.url) as twilio:
        with pytest.raises(GatewayError, match="did not take over") as caught:
            await twilio.set_webhook(NUMBER, OURS)
    assert not caught.value.transient


def test_a_base_url_that_is_not_safe_is_refused_at_once() -> None:
    with pytest.raises(BadInput):
        TwilioGateway(CREDENTIALS, "http://twilio.example.com")
