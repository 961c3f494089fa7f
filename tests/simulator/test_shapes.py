"""Every kind of answer, fetched over HTTP, against Twilio's published schemas."""

import json
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from openapi_core import OpenAPI
from openapi_core.testing import MockRequest, MockResponse

from sms_desktop.simulator import SHOP_LINE, TOLL_FREE_LINE, Service, Simulator
from sms_desktop.simulator.messages import new_sid
from sms_desktop.simulator.resources import AlphaSender
from tests.simulator.api import SILENT, Api, Reply
from tests.simulator.receiver import Receiver, twiml

Fetch = Callable[[Api], Awaitable[tuple[str, str, Reply]]]


def _published(shared: Path, name: str) -> OpenAPI:
    document = json.loads((shared / "openapi" / f"twilio_{name}.json").read_text())
    return OpenAPI.from_dict(_without_uri_formats(document))


@pytest.fixture(scope="session")
def spec(shared: Path) -> OpenAPI:
    return _published(shared, "api_v2010")


@pytest.fixture(scope="session")
def messaging(shared: Path) -> OpenAPI:
    return _published(shared, "messaging_v1")


@pytest.fixture(scope="session")
def monitor(shared: Path) -> OpenAPI:
    return _published(shared, "monitor_v1")


@pytest.fixture(scope="session")
def accounts(shared: Path) -> OpenAPI:
    return _published(shared, "accounts_v1")


@pytest.fixture(scope="session")
def lookups(shared: Path) -> OpenAPI:
    return _published(shared, "lookups_v2")


def _without_uri_formats(node: Any) -> Any:
    # Twilio really sends relative URIs and empty strings where its file says `format: uri`.
    if isinstance(node, dict):
        kept = {name: _without_uri_formats(value) for name, value in node.items()}
        return {name: value for name, value in kept.items() if not (name == "format" and value == "uri")}
    return [_without_uri_formats(item) for item in node] if isinstance(node, list) else node


def check(spec: OpenAPI, method: str, path: str, reply: Reply, host: str = "api") -> None:
    """Fails unless the file knows this answer to this request."""
    # The file describes Twilio's own host; the query plays no part in what an answer looks like.
    request = MockRequest(f"https://{host}.twilio.com", method.lower(), path.partition("?")[0])
    response = MockResponse(reply.body, reply.status, headers=dict(reply.headers), content_type="application/json")
    spec.validate_response(request, response)


@pytest.fixture
async def populated(sim: Simulator, api: Api, receiver: Receiver) -> Api:
    """An account in which everything has happened once."""
    receiver.files["a.gif"] = ("image/gif", b"GIF89a and the rest")
    service = sim.account.add_service(SHOP_LINE)
    await api.send()
    await api.send(MediaUrl=f"{receiver.url}/files/a.gif")
    await api.send(to="+14155550114")
    await api.post("Messages.json", {"To": SILENT, "MessagingServiceSid": service.sid, "Body": "via a service"})
    sim.account.add_line("72975", "Five digits")
    picture = f"<Media>{receiver.url}/files/a.gif</Media>"
    receiver.respond = twiml(f"<Response><Message><Body>Thanks</Body>{picture}</Message></Response>")
    await sim.phone("+14155550132").send_photo(SHOP_LINE, "Look")
    await sim.phone("+14155550132").text(SHOP_LINE, "STOP")
    await sim.idle()
    return api


@pytest.mark.parametrize(
    "path",
    [
        "/2010-04-01/Accounts.json",
        "/2010-04-01/Accounts/{account}.json",
        "Balance.json",
        "Messages.json",
        "Messages.json?PageSize=2",
        "Messages.json?To=%2B19995550000",
        "Messages/{message}.json",
        "Messages/{message}/Media.json",
        "Messages/{message}/Media/{media}.json",
        "IncomingPhoneNumbers.json",
        "IncomingPhoneNumbers/{line}.json",
        "SMS/ShortCodes.json",
        "SMS/ShortCodes/{code}.json",
    ],
)
async def test_what_is_fetched_has_the_published_shape(
    populated: Api, sim: Simulator, spec: OpenAPI, path: str
) -> None:
    media = next(iter(sim.account.media.values()))
    line = next(line for line in sim.account.lines.values() if line.kind == "local")
    code = next(line for line in sim.account.lines.values() if line.kind == "shortcode")
    path = path.format(account=sim.account.sid, message=media.parent_sid, media=media.sid, line=line.sid, code=code.sid)
    full = path if path.startswith("/") else f"{populated.root}/{path}"

    reply = await populated.get(full)

    assert reply.status == 200
    check(spec, "GET", full, reply)


async def test_every_message_of_the_log_has_the_published_shape_by_itself(
    populated: Api, sim: Simulator, spec: OpenAPI
) -> None:
    listed = (await populated.get("Messages.json?PageSize=1000")).data["messages"]
    assert {m["status"] for m in listed} == {"delivered", "undelivered", "failed", "received"}
    assert {m["direction"] for m in listed} == {"inbound", "outbound-api", "outbound-reply"}
    for message in listed:
        path = message["uri"]
        check(spec, "GET", path, await populated.get(path))


async def test_what_is_created_and_updated_has_the_published_shape(
    api: Api, sim: Simulator, receiver: Receiver, spec: OpenAPI
) -> None:
    created = await api.send(MediaUrl=f"{receiver.url}/files/none.png", StatusCallback=f"{receiver.url}/status")
    assert created.status == 201
    check(spec, "POST", f"{api.root}/Messages.json", created)

    with_service = await api.post(
        "Messages.json",
        {"To": SILENT, "MessagingServiceSid": sim.account.add_service(SHOP_LINE).sid, "Body": "hello"},
    )
    assert with_service.data["from"] is None
    check(spec, "POST", f"{api.root}/Messages.json", with_service)
    await sim.idle()

    uri = created.data["uri"]
    check(spec, "POST", uri, await api.post(uri, {"Body": ""}))
    failed = await api.get(uri)
    assert (failed.data["status"], failed.data["error_code"]) == ("failed", 11200)
    check(spec, "GET", uri, failed)
    feedback = uri.replace(".json", "/Feedback.json")
    check(spec, "POST", feedback, await api.post(feedback, {"Outcome": "confirmed"}))

    line = sim.account.line(SHOP_LINE)
    updated = await api.post(f"IncomingPhoneNumbers/{line.sid}.json", {"SmsUrl": ""})
    check(spec, "POST", f"{api.root}/IncomingPhoneNumbers/{line.sid}.json", updated)


async def test_values_are_written_as_twilio_writes_them(populated: Api, sim: Simulator) -> None:
    listed = (await populated.get("Messages.json")).data["messages"]
    picture = next(m for m in listed if m["num_media"] == "1" and m["direction"] == "inbound")
    landline = next(m for m in listed if m["to"] == "+14155550114")

    assert picture["sid"].startswith("MM") and landline["sid"].startswith("SM")
    assert isinstance(picture["num_segments"], str) and isinstance(landline["error_code"], int)
    assert re.fullmatch(r"-0\.\d{5}", landline["price"]) and landline["price_unit"] == "USD"
    assert re.fullmatch(r"\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} \+0000", landline["date_sent"])
    assert landline["uri"].startswith("/2010-04-01/Accounts/")
    assert landline["error_code"] == 30006 and landline["status"] == "undelivered"


async def test_an_answer_with_a_number_for_a_count_would_be_caught(api: Api, spec: OpenAPI) -> None:
    reply = await api.send()
    wrong = Reply(reply.status, reply.headers, {}, json.dumps({**reply.data, "num_segments": 1}).encode())
    with pytest.raises(Exception, match=r"InvalidData|invalid"):
        check(spec, "POST", f"{api.root}/Messages.json", wrong)


@pytest.fixture
async def pooled(sim: Simulator, api: Api) -> Service:
    """A service with a number, a short code and a name in it, and an alert in the debugger."""
    sim.account.add_line("72975", "Five digits")
    service = sim.account.add_service(SHOP_LINE, "72975", friendly_name="Shop")
    service.alpha_senders.append(AlphaSender(new_sid("AI"), "BrightChair", sim.account.now()))
    sim.set_sms_url(SHOP_LINE, "http://127.0.0.1:9/in")
    sim.customer_texts(SILENT, SHOP_LINE, "Hello")
    await sim.idle()
    return service


@pytest.mark.parametrize(
    "path",
    [
        "/v1/Services",
        "/v1/Services?PageSize=1",
        "/v1/Services/{service}",
        "/v1/Services/{service}/PhoneNumbers",
        "/v1/Services/{service}/PhoneNumbers/{line}",
        "/v1/Services/{service}/ShortCodes",
        "/v1/Services/{service}/ShortCodes/{code}",
        "/v1/Services/{service}/AlphaSenders",
        "/v1/Services/{service}/AlphaSenders/{name}",
    ],
)
async def test_what_is_fetched_of_services_has_the_published_shape(
    pooled: Service, api: Api, sim: Simulator, messaging: OpenAPI, path: str
) -> None:
    line, code = sim.account.line(SHOP_LINE).sid, sim.account.line("72975").sid
    path = path.format(service=pooled.sid, line=line, code=code, name=pooled.alpha_senders[0].sid)
    reply = await api.get(path)
    assert reply.status == 200
    check(messaging, "GET", path, reply, "messaging")


async def test_what_is_changed_of_services_has_the_published_shape(
    pooled: Service, api: Api, sim: Simulator, messaging: OpenAPI
) -> None:
    path = f"/v1/Services/{pooled.sid}"
    updated = await api.post(path, {"InboundRequestUrl": "https://example.com/in"})
    assert updated.status == 200
    check(messaging, "POST", path, updated, "messaging")

    named = await api.post(f"{path}/AlphaSenders", {"AlphaSender": "Other"})
    assert named.status == 201
    check(messaging, "POST", f"{path}/AlphaSenders", named, "messaging")

    sim.account.add_line("72976", "Five more")
    for kind, field, number in (
        ("PhoneNumbers", "PhoneNumberSid", TOLL_FREE_LINE),
        ("ShortCodes", "ShortCodeSid", "72976"),
    ):
        added = await api.post(f"{path}/{kind}", {field: sim.account.line(number).sid})
        assert added.status == 201
        check(messaging, "POST", f"{path}/{kind}", added, "messaging")


@pytest.mark.parametrize("path", ["/v1/Alerts", "/v1/Alerts?LogLevel=error", "/v1/Alerts/{alert}"])
async def test_alerts_have_the_published_shape(
    pooled: Service, api: Api, sim: Simulator, monitor: OpenAPI, path: str
) -> None:
    path = path.format(alert=sim.account.alerts[0].sid)
    reply = await api.get(path)
    assert reply.status == 200
    check(monitor, "GET", path, reply, "monitor")


async def test_a_senders_capabilities_as_an_object_would_be_caught(
    pooled: Service, api: Api, messaging: OpenAPI
) -> None:
    path = f"/v1/Services/{pooled.sid}/PhoneNumbers"
    reply = await api.get(path)
    (sender,) = reply.data["phone_numbers"]
    wrong = {**reply.data, "phone_numbers": [{**sender, "capabilities": {"sms": True}}]}
    with pytest.raises(Exception, match=r"InvalidData|invalid"):
        check(messaging, "GET", path, Reply(200, reply.headers, {}, json.dumps(wrong).encode()), "messaging")


async def test_what_the_consent_api_answers_has_the_published_shape(api: Api, accounts: OpenAPI) -> None:
    good = {"contact_id": SILENT, "correlation_id": "0" * 32, "sender_id": SHOP_LINE, "status": "opt-out"}
    items = [json.dumps(good | {"source": source}) for source in ("website", "rumour")]
    reply = await api.request("POST", "/v1/Consents/Bulk", [("Items", item) for item in items])
    assert reply.status == 201
    assert [item["error_code"] for item in reply.data["items"]] == [0, 30646]
    check(accounts, "POST", "/v1/Consents/Bulk", reply, host="accounts")


@pytest.mark.parametrize(
    ("number", "valid", "kind"),
    [
        ("+14155550111", True, "mobile"),
        ("+14155550114", True, "landline"),
        ("+18885550144", True, "tollFree"),
        ("+1415555", False, None),
        ("+99912345678", False, None),
        ("hello", False, None),
    ],
)
@pytest.mark.parametrize("fields", ["", "?Fields=line_type_intelligence"])
async def test_what_is_looked_up_has_the_published_shape(
    api: Api, lookups: OpenAPI, number: str, valid: bool, kind: str | None, fields: str
) -> None:
    path = f"/v2/PhoneNumbers/{number}"
    reply = await api.get(path + fields)
    assert (reply.status, reply.data["valid"], bool(reply.data["validation_errors"])) == (200, valid, not valid)
    told = reply.data["line_type_intelligence"]
    assert (told and told["type"]) == (kind if fields else None)
    # Twilio sends null for each package that was not asked for, where its file says an object.
    filled = {name: value for name, value in reply.data.items() if value is not None}
    filled |= {"line_type_intelligence": {k: v for k, v in told.items() if v is not None}} if told else {}
    check(lookups, "GET", path, Reply(200, reply.headers, {}, json.dumps(filled).encode()), "lookups")


async def test_a_package_that_lookup_does_not_have_is_refused(api: Api) -> None:
    assert (await api.get("/v2/PhoneNumbers/+14155550111?Fields=horoscope")).code == 20001
