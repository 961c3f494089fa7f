"""Which setting decides for a line, where Twilio tells it in pages, in part, or not at all."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest

from sms_desktop.domain.errors import GatewayError, NotThere, WrongCredentials
from sms_desktop.domain.routing import Holder, HolderKind, Route, Webhook
from sms_desktop.gateway.credentials import Credentials
from sms_desktop.gateway.twilio import TwilioGateway
from tests.gateway.faults import Script, Seen, far_side, reply
from tests.gateway.signing import ACCOUNT, TOKEN

API = f"/2010-04-01/Accounts/{ACCOUNT}"
ONE, CODE, APP, MG = (kind + "1" * 32 for kind in ("PN", "SC", "AP", "MG"))
TWO = "PN" + "2" * 32
URL = "https://theirs.example/sms"


def answer(http: int = 200, /, **fields: Any) -> bytes:
    return reply(http, json.dumps(fields), "Content-Type: application/json")


def page(**fields: Any) -> bytes:
    """The last page of a list of the API of 2010."""
    return answer(**fields, next_page_uri=None)


def page_v1(key: str, *records: Mapping[str, Any], following: str | None = None) -> bytes:
    fields: dict[str, Any] = {key: list(records), "meta": {"key": key, "next_page_url": following}}
    return answer(**fields)


def number(sid: str, address: str, **fields: Any) -> dict[str, Any]:
    return {"sid": sid, "phone_number": address, "friendly_name": "Shop", "sms_url": URL, "sms_method": "POST"} | fields


NOBODY = {
    f"{API}/IncomingPhoneNumbers.json": page(incoming_phone_numbers=[]),
    f"{API}/SMS/ShortCodes.json": page(short_codes=[]),
    "/v1/Services": page_v1("services"),
    f"/v1/Services/{MG}/PhoneNumbers": page_v1("phone_numbers"),
    f"/v1/Services/{MG}/ShortCodes": page_v1("short_codes"),
}


def telling(pages: Mapping[str, bytes]) -> Script:
    """By path, or by path and query where that is given; all else is not there."""
    known = NOBODY | dict(pages)

    async def script(seen: Seen, writer: asyncio.StreamWriter) -> None:
        path = urlsplit(seen.target).path
        writer.write(known.get(seen.target) or known.get(path) or answer(404, code=20404, message="", status=404))

    return script


@asynccontextmanager
async def twilio(pages: Mapping[str, bytes]) -> AsyncIterator[TwilioGateway]:
    async with far_side(telling(pages)) as far:
        gateway = TwilioGateway(Credentials(ACCOUNT, TOKEN), far.url, total_timeout=5)
        try:
            yield gateway
        finally:
            await gateway.close()


def own(sid: str = ONE, webhook: Webhook | None = None) -> Holder:
    return Holder(HolderKind.NUMBER, sid, "Shop", webhook or Webhook(URL))


async def test_an_account_without_lines_has_no_routes() -> None:
    async with twilio({}) as gateway:
        assert await gateway.routes() == ()


async def test_what_twilio_leaves_out_counts_as_nothing_set() -> None:
    bare = number(ONE, "+12125550100", sms_url=None, sms_method=None, friendly_name=None)
    async with twilio({f"{API}/IncomingPhoneNumbers.json": page(incoming_phone_numbers=[bare])}) as gateway:
        assert await gateway.routes() == (Route("+12125550100", Holder(HolderKind.NUMBER, ONE, "", Webhook())),)


@pytest.mark.parametrize(("status", "known"), [(403, True), (404, True), (500, False), (401, False), (429, False)])
async def test_short_codes_that_may_not_be_listed_do_not_hide_the_numbers(status: int, known: bool) -> None:
    pages = {
        f"{API}/IncomingPhoneNumbers.json": page(incoming_phone_numbers=[number(ONE, "+12125550100")]),
        f"{API}/SMS/ShortCodes.json": answer(status, code=20403 if status == 403 else status, message=""),
    }
    async with twilio(pages) as gateway:
        if known:
            assert await gateway.routes() == (Route("+12125550100", own()),)
        else:
            with pytest.raises(WrongCredentials if status == 401 else GatewayError):
                await gateway.routes()


async def test_an_application_that_is_gone_hides_nothing() -> None:
    lines = [number(ONE, "+12125550100", sms_application_sid=APP), number(TWO, "+12125550101")]
    async with twilio({f"{API}/IncomingPhoneNumbers.json": page(incoming_phone_numbers=lines)}) as gateway:
        gone = Holder(HolderKind.APPLICATION, APP, "", Webhook())
        assert await gateway.routes() == (
            Route("+12125550100", gone, Webhook(URL)),
            Route("+12125550101", own(TWO)),
        )
        with pytest.raises(NotThere):
            await gateway.current(gone)


async def test_a_service_decides_before_an_application_and_for_short_codes_too() -> None:
    service = {"sid": MG, "friendly_name": "Both", "inbound_request_url": URL, "inbound_method": "GET"}
    pages = {
        f"{API}/IncomingPhoneNumbers.json": page(
            incoming_phone_numbers=[number(ONE, "+12125550100", sms_application_sid=APP, trunk_sid="TK1")]
        ),
        f"{API}/Applications/{APP}.json": answer(sid=APP, friendly_name="App", sms_url="https://app.example"),
        f"{API}/SMS/ShortCodes.json": page(
            short_codes=[{"sid": CODE, "short_code": "74567", "friendly_name": "Raffle"}]
        ),
        "/v1/Services": page_v1("services", service | {"use_inbound_webhook_on_number": False}),
        f"/v1/Services/{MG}/PhoneNumbers": page_v1("phone_numbers", {"sid": ONE, "phone_number": "+12125550100"}),
        f"/v1/Services/{MG}/ShortCodes": page_v1("short_codes", {"sid": CODE, "short_code": "74567"}),
    }
    holder = Holder(HolderKind.SERVICE, MG, "Both", Webhook(URL, "GET"))
    async with twilio(pages) as gateway:
        assert await gateway.routes() == (
            Route("+12125550100", holder, Webhook(URL), trunk=True),
            Route("74567", holder, Webhook()),
            Route(MG, holder, pool=("+12125550100", "74567")),
        )
    pages["/v1/Services"] = page_v1("services", service | {"use_inbound_webhook_on_number": True})
    async with twilio(pages) as gateway:
        app = Holder(HolderKind.APPLICATION, APP, "App", Webhook("https://app.example"))
        assert [route.holder for route in await gateway.routes()] == [
            app,
            Holder(HolderKind.SHORT_CODE, CODE, "Raffle", Webhook()),
            Holder(HolderKind.SERVICE, MG, "Both", Webhook(URL, "GET", defers=True)),
        ]


async def test_a_date_that_cannot_be_read_hides_no_service() -> None:
    members = (
        {"sid": ONE, "phone_number": "+12125550100", "date_created": "2024-01-01T00:00:00Z"},
        {"sid": TWO, "phone_number": "+12125550101", "date_created": "yesterday"},
    )
    pages = {
        "/v1/Services": page_v1("services", {"sid": MG, "friendly_name": "Both"}),
        f"/v1/Services/{MG}/PhoneNumbers": page_v1("phone_numbers", *members),
        f"/v1/Services/{MG}/AlphaSenders": page_v1("alpha_senders"),
    }
    async with twilio(pages) as gateway:
        assert [line.senders for line in await gateway.lines()] == [("+12125550100", "+12125550101")]


async def test_the_second_page_of_a_service_is_asked_for() -> None:
    service = {"sid": MG, "friendly_name": "Big", "inbound_request_url": URL, "use_inbound_webhook_on_number": False}
    following = f"https://messaging.twilio.com/v1/Services/{MG}/PhoneNumbers?Page=1"
    pages = {
        f"{API}/IncomingPhoneNumbers.json": page(incoming_phone_numbers=[number(TWO, "+12125550101")]),
        "/v1/Services": page_v1("services", service),
        f"/v1/Services/{MG}/PhoneNumbers": page_v1(
            "phone_numbers", {"sid": ONE, "phone_number": "+12125550100"}, following=following
        ),
        f"/v1/Services/{MG}/PhoneNumbers?Page=1": page_v1(
            "phone_numbers", {"sid": TWO, "phone_number": "+12125550101"}
        ),
    }
    async with twilio(pages) as gateway:
        number_s, service_s = await gateway.routes()
    assert number_s.holder.kind is HolderKind.SERVICE
    assert service_s.pool == ("+12125550100", "+12125550101")


async def test_an_address_that_twilio_writes_another_fragment_to_is_taken_over() -> None:
    pages = {f"{API}/IncomingPhoneNumbers/{ONE}.json": answer(sid=ONE, sms_url="https://sms.example/twilio/inbound")}
    async with twilio(pages) as gateway:
        await gateway.set_webhook(own(), Webhook("https://sms.example/twilio/inbound#rc=3&rp=all"))
        with pytest.raises(GatewayError, match="did not take over"):
            await gateway.set_webhook(own(), Webhook("https://sms.example/other#rc=3&rp=all"))
