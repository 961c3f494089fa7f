"""Twilio's own SDK, pointed at the simulator, works unchanged: the sync client in a thread, and the async one."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from sms_desktop.simulator import SHOP_LINE, TEST_ACCOUNT_SID, TEST_AUTH_TOKEN, PastMessage, Simulator
from tests.simulator.api import SILENT

TWILIO = re.compile(r"^https://(api|messaging|monitor)\.twilio\.com")


class Local(TwilioHttpClient):  # type: ignore[misc]
    """The SDK's client with another host in place of Twilio's."""

    def __init__(self, base_url: str) -> None:
        super().__init__(timeout=10)
        self._base_url = base_url

    def request(self, method: str, url: str, *args: Any, **more: Any) -> Response:
        return super().request(method, TWILIO.sub(self._base_url, url), *args, **more)


class AsyncLocal(AsyncTwilioHttpClient):  # type: ignore[misc]
    def __init__(self, base_url: str) -> None:
        super().__init__()
        self._base_url = base_url

    async def request(self, method: str, url: str, *args: Any, **more: Any) -> Response:
        return await super().request(method, TWILIO.sub(self._base_url, url), *args, **more)


def client(sim: Simulator, sid: str = "", token: str = "") -> Client:
    account = sim.account
    return Client(sid or account.sid, token or account.auth_token, http_client=Local(sim.base_url))


async def test_the_sync_client_sends_lists_reads_changes_and_deletes(sim: Simulator) -> None:
    at = datetime(2026, 3, 10, tzinfo=UTC)
    sim.account.import_messages(
        PastMessage(SILENT, SHOP_LINE, f"{n}", at + timedelta(minutes=n), media=(("image/gif", b"GIF89a", "a"),))
        for n in range(25)
    )

    def work() -> str:
        twilio = client(sim)
        sent = twilio.messages.create(to=SILENT, from_=SHOP_LINE, body="From the SDK")
        assert (sent.status, sent.num_segments, sent.error_code, sent.price) == ("queued", "1", None, None)
        assert [m.body for m in twilio.messages.list(page_size=10, date_sent_before=at + timedelta(days=1))] == [
            str(n) for n in range(24, -1, -1)
        ]
        newest, *_ = twilio.messages.list(to=SHOP_LINE, limit=1)
        assert newest.date_sent == at + timedelta(minutes=24)
        (media,) = newest.media.list()
        assert media.content_type == "image/gif"
        assert twilio.messages(newest.sid).media(media.sid).fetch().parent_sid == newest.sid
        assert twilio.messages(newest.sid).update(body="").body == ""
        assert twilio.messages(newest.sid).delete() is True
        with pytest.raises(TwilioRestException) as missing:
            twilio.messages(newest.sid).fetch()
        assert (missing.value.status, missing.value.code) == (404, 20404)

        (line,) = twilio.incoming_phone_numbers.list(phone_number=SHOP_LINE)
        assert line.capabilities["mms"] is True
        assert line.update(sms_url="http://127.0.0.1:9/in", sms_method="POST").sms_url == "http://127.0.0.1:9/in"
        assert twilio.balance.fetch().currency == "USD"
        assert twilio.api.accounts(sim.account.sid).fetch().friendly_name == "Bright Chairs"
        assert [a.sid for a in twilio.api.accounts.list()] == [sim.account.sid]
        return str(sent.sid)

    sid = await asyncio.to_thread(work)
    await sim.idle()
    message = await asyncio.to_thread(lambda: client(sim).messages(sid).fetch())
    assert (message.status, message.price) == ("delivered", "-0.00790")


async def test_the_sync_client_meets_twilios_errors(sim: Simulator) -> None:
    def work() -> None:
        with pytest.raises(TwilioRestException) as unauthorised:
            client(sim, token="wrong").messages.create(to=SILENT, from_=SHOP_LINE, body="x")
        assert (unauthorised.value.status, unauthorised.value.code) == (401, 20003)
        with pytest.raises(TwilioException, match="Unable to fetch page"):
            client(sim).messages.list(page_size=1001)
        with pytest.raises(TwilioRestException) as magic:
            client(sim, TEST_ACCOUNT_SID, TEST_AUTH_TOKEN).messages.create(
                to="+15005550009", from_="+15005550006", body="x"
            )
        assert magic.value.code == 21614

    await asyncio.to_thread(work)


async def test_the_sync_client_finds_out_where_texts_go_and_changes_it(sim: Simulator) -> None:
    app = sim.account.add_application("Old website", "https://example.com/old")
    for n in range(3):
        sim.account.add_service(friendly_name=f"Service {n}")
    shop = sim.account.add_service(SHOP_LINE, friendly_name="Shop")
    sim.account.add_line("72975")

    def work() -> None:
        twilio = client(sim)
        services = twilio.messaging.v1.services.list(page_size=2)
        assert [one.friendly_name for one in services] == ["Service 0", "Service 1", "Service 2", "Shop"]
        service = services[-1]
        assert service.inbound_request_url is None and service.date_created is not None
        (sender,) = service.phone_numbers.list()
        assert (sender.phone_number, sender.capabilities) == (SHOP_LINE, ["SMS", "MMS", "Voice"])
        changed = service.update(inbound_request_url="https://example.com/in", use_inbound_webhook_on_number=False)
        assert changed.inbound_request_url == "https://example.com/in"
        assert twilio.messaging.v1.services(shop.sid).fetch().use_inbound_webhook_on_number is False
        (code,) = twilio.short_codes.list()
        assert service.short_codes.create(short_code_sid=code.sid).short_code == "72975"
        assert [one.sid for one in service.short_codes.list()] == [code.sid]
        assert service.alpha_senders.list() == []
        with pytest.raises(TwilioRestException) as taken:
            services[0].phone_numbers.create(phone_number_sid=sender.sid)
        assert (taken.value.status, taken.value.code) == (409, 21712)
        assert service.phone_numbers(sender.sid).delete() is True
        assert twilio.messaging.v1.services.create(friendly_name="New").friendly_name == "New"

        (found,) = twilio.applications.list(friendly_name="Old website")
        assert (found.sid, found.sms_url, found.voice_url) == (app.sid, "https://example.com/old", None)
        assert found.update(sms_url="https://example.com/in", sms_method="POST").sms_url == "https://example.com/in"
        assert twilio.applications(app.sid).fetch().date_updated is not None
        line = twilio.incoming_phone_numbers(sender.sid).update(sms_application_sid=app.sid, trunk_sid="TK" + "1" * 32)
        assert (line.sms_application_sid, line.trunk_sid) == (app.sid, "TK" + "1" * 32)

    await asyncio.to_thread(work)
    assert shop.inbound_request_url == "https://example.com/in"


async def test_the_sync_client_reads_the_debuggers_alerts(sim: Simulator) -> None:
    sim.set_sms_url(SHOP_LINE, "http://127.0.0.1:9/in")
    message = sim.customer_texts(SILENT, SHOP_LINE, "Hello")
    await sim.idle()

    def work() -> None:
        twilio = client(sim)
        since = datetime.now(UTC) - timedelta(days=1)
        (alert,) = twilio.monitor.v1.alerts.list(log_level="error", start_date=since)
        assert (alert.error_code, alert.resource_sid) == ("11205", message.sid)
        assert alert.date_generated > since
        assert "Body=Hello" in alert.fetch().request_variables
        assert twilio.monitor.v1.alerts.list(end_date=since) == []

    await asyncio.to_thread(work)


# The SDK hands aiohttp its credentials in a way that aiohttp wants to give up.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_the_async_client_works_too(sim: Simulator) -> None:
    sim.account.import_messages(
        [PastMessage(SILENT, SHOP_LINE, f"{n}", datetime(2026, 3, 10, n, tzinfo=UTC)) for n in range(5)]
    )
    async with AsyncLocal(sim.base_url) as http:
        twilio = Client(sim.account.sid, sim.account.auth_token, http_client=http)
        sent = await twilio.messages.create_async(to=SILENT, from_=SHOP_LINE, body="Hello")
        await sim.idle()
        assert (await twilio.messages(sent.sid).fetch_async()).status == "delivered"
        listed = await twilio.messages.list_async(page_size=2, from_=SILENT)
        assert [m.body for m in listed] == ["4", "3", "2", "1", "0"]
        with pytest.raises(TwilioRestException) as refused:
            await twilio.messages.create_async(to="nobody", from_=SHOP_LINE, body="Hello")
        assert refused.value.code == 21211


async def test_the_sync_client_makes_a_service_and_sends_by_it(sim: Simulator) -> None:
    number = sim.account.line(SHOP_LINE)

    def make() -> tuple[str, str]:
        twilio = client(sim)
        made = twilio.messaging.v1.services.create(friendly_name="Reminders", sticky_sender=True)
        pool = twilio.messaging.v1.services(made.sid)
        pool.phone_numbers.create(phone_number_sid=number.sid)
        name = pool.alpha_senders.create(alpha_sender="Shop")
        assert [one.phone_number for one in pool.phone_numbers.list()] == [SHOP_LINE]
        assert [one.alpha_sender for one in pool.alpha_senders.list()] == ["Shop"]
        assert pool.alpha_senders(name.sid).delete()
        set_here = pool.update(inbound_request_url="https://shop.example/in", use_inbound_webhook_on_number=False)
        assert (set_here.inbound_request_url, set_here.use_inbound_webhook_on_number) == (
            "https://shop.example/in",
            False,
        )
        sent = twilio.messages.create(to=SILENT, messaging_service_sid=made.sid, body="Hello")
        assert (sent.status, sent.from_, sent.num_segments) == ("accepted", None, "0")
        return made.sid, sent.sid

    service, sent = await asyncio.to_thread(make)
    await sim.idle()

    def read() -> None:
        twilio = client(sim)
        found = twilio.messages(sent).fetch()
        assert (found.status, found.from_, found.messaging_service_sid) == ("delivered", SHOP_LINE, service)
        assert [one.sid for one in twilio.messages.list(from_=SHOP_LINE, to=SILENT)] == [sent]
        assert twilio.messaging.v1.services(service).delete()

    await asyncio.to_thread(read)
    assert service not in sim.account.services
