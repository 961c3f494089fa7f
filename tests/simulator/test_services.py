"""Messaging Services: what they are, who is in them, and where they take inbound texts."""

import pytest

from sms_desktop.simulator import (
    SHOP_LINE,
    TEST_ACCOUNT_SID,
    TEST_AUTH_TOKEN,
    TOLL_FREE_LINE,
    Simulator,
)
from sms_desktop.simulator.messages import Message
from sms_desktop.simulator.resources import Service
from tests.simulator.api import SILENT, Api
from tests.simulator.receiver import Receiver, status


async def test_services_are_listed_in_pages_with_absolute_urls(api: Api, sim: Simulator) -> None:
    made = [sim.account.add_service(friendly_name=f"Service {n}").sid for n in range(5)]
    found: list[str] = []
    url: str | None = "/v1/Services?PageSize=2"
    while url:
        page = (await api.get(url.removeprefix(sim.base_url))).data
        found += [one["sid"] for one in page["services"]]
        url = page["meta"]["next_page_url"]
        assert url is None or url.startswith(f"{sim.base_url}/v1/Services?")
    assert found == made
    assert (page["meta"]["key"], page["meta"]["page"], page["meta"]["page_size"]) == ("services", 2, 2)
    back = (await api.get(page["meta"]["previous_page_url"].removeprefix(sim.base_url))).data
    assert [one["sid"] for one in back["services"]] == made[2:4]
    assert (await api.get("/v1/Services?PageSize=1001")).code == 20007


async def test_a_service_is_made_changed_and_read(api: Api, sim: Simulator) -> None:
    made = await api.post("/v1/Services", {"FriendlyName": "Shop"})
    assert (made.status, made.data["inbound_request_url"]) == (201, None)
    assert made.data["use_inbound_webhook_on_number"] is True
    assert made.data["url"] == f"{sim.base_url}/v1/Services/{made.data['sid']}"
    assert made.data["date_created"].endswith("Z")

    path = f"/v1/Services/{made.data['sid']}"
    changed = await api.post(
        path,
        {
            "InboundRequestUrl": "https://example.com/in#rc=3",
            "InboundMethod": "get",
            "UseInboundWebhookOnNumber": "false",
        },
    )
    assert changed.data["inbound_request_url"] == "https://example.com/in#rc=3"
    assert (changed.data["inbound_method"], changed.data["use_inbound_webhook_on_number"]) == ("GET", False)
    emptied = await api.post(path, {"InboundRequestUrl": ""})
    assert emptied.data["inbound_request_url"] is None and emptied.data["friendly_name"] == "Shop"
    assert (await api.get(path)).data == emptied.data


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"InboundRequestUrl": "example"}, 21402),
        ({"FallbackMethod": "PUT"}, 21403),
        ({"UseInboundWebhookOnNumber": "perhaps"}, 20001),
        ({"ValidityPeriod": "0"}, 20001),
        ({"FriendlyName": "x" * 65}, 20002),
    ],
)
async def test_a_change_that_is_refused_changes_nothing(
    api: Api, sim: Simulator, form: dict[str, str], code: int
) -> None:
    service = sim.account.add_service(friendly_name="Shop")
    before = (await api.get(f"/v1/Services/{service.sid}")).data
    refused = await api.post(f"/v1/Services/{service.sid}", {"StatusCallback": "https://example.com/s", **form})
    assert (refused.status, refused.code) == (400, code)
    assert (await api.get(f"/v1/Services/{service.sid}")).data == before


async def test_a_number_is_in_one_service_at_most(api: Api, sim: Simulator) -> None:
    one, other = sim.account.add_service(), sim.account.add_service()
    form = {"PhoneNumberSid": sim.account.line(SHOP_LINE).sid}
    added = await api.post(f"/v1/Services/{one.sid}/PhoneNumbers", form)
    assert (added.status, added.data["capabilities"]) == (201, ["SMS", "MMS", "Voice"])
    assert added.data["country_code"] == "US"

    again = await api.post(f"/v1/Services/{one.sid}/PhoneNumbers", form)
    elsewhere = await api.post(f"/v1/Services/{other.sid}/PhoneNumbers", form)
    assert (again.status, again.code, elsewhere.code) == (409, 21710, 21712)
    with pytest.raises(ValueError, match="belongs to"):
        sim.account.add_service(SHOP_LINE)

    sender = f"/v1/Services/{one.sid}/PhoneNumbers/{form['PhoneNumberSid']}"
    assert (await api.get(sender)).data == added.data
    assert (await api.delete(sender)).status == 204
    assert (await api.get(sender)).code == 20404
    assert (await api.delete(sender)).code == 21711
    assert (await api.post(f"/v1/Services/{other.sid}/PhoneNumbers", form)).status == 201


async def test_numbers_and_short_codes_are_kept_apart(api: Api, sim: Simulator) -> None:
    code = sim.account.add_line("72975")
    deaf = sim.account.add_line("+12125550177", sms=False)
    path = f"/v1/Services/{sim.account.add_service(SHOP_LINE).sid}"
    assert (await api.post(f"{path}/PhoneNumbers", {"PhoneNumberSid": code.sid})).code == 20404
    assert (await api.post(f"{path}/PhoneNumbers", {})).code == 20001
    assert (await api.post(f"{path}/PhoneNumbers", {"PhoneNumberSid": deaf.sid})).code == 21715
    added = await api.post(f"{path}/ShortCodes", {"ShortCodeSid": code.sid})
    assert (added.data["short_code"], added.data["capabilities"]) == ("72975", ["SMS", "MMS"])
    assert [one["phone_number"] for one in (await api.get(f"{path}/PhoneNumbers")).data["phone_numbers"]] == [SHOP_LINE]
    assert [one["short_code"] for one in (await api.get(f"{path}/ShortCodes")).data["short_codes"]] == ["72975"]


async def test_the_services_ask_for_the_same_credentials_as_the_rest(api: Api, sim: Simulator) -> None:
    main = api.credentials
    api.credentials = (main[0], "wrong")
    assert [(await api.get(path)).code for path in ("/v1/Services", "/v1/Alerts")] == [20003, 20003]
    sim.account.api_keys["SK1"] = "secret"
    api.credentials = ("SK1", "secret")
    assert (await api.get("/v1/Services")).status == 200
    api.credentials = (TEST_ACCOUNT_SID, TEST_AUTH_TOKEN)
    refused = await api.get("/v1/Services")
    assert (refused.status, refused.code) == (403, 20008)
    api.credentials = main
    assert (await api.get("/v1/Services/MG1")).code == 20404
    assert (await api.get("/v1/Nothing")).code == 20404


async def test_a_service_that_defers_leaves_inbound_texts_to_the_line(sim: Simulator, receiver: Receiver) -> None:
    service = sim.account.add_service(SHOP_LINE)
    service.inbound_request_url = f"{receiver.url}/service"
    message = sim.customer_texts(SILENT, SHOP_LINE, "Hello")
    await sim.idle()
    (posted,) = receiver.posted
    assert posted.url.endswith("/inbound")
    assert posted.form["MessagingServiceSid"] == message.messaging_service_sid == service.sid


async def test_a_service_that_does_not_defer_takes_them_itself(sim: Simulator, receiver: Receiver) -> None:
    service = sim.account.add_service(SHOP_LINE)
    service.use_inbound_webhook_on_number = False
    service.inbound_request_url, service.inbound_method = f"{receiver.url}/service", "GET"
    sim.customer_texts(SILENT, SHOP_LINE, "Hello")
    await sim.idle()
    (posted,) = receiver.posted
    assert posted.method == "GET" and posted.url.startswith(f"{receiver.url}/service?")
    assert posted.query["MessagingServiceSid"] == service.sid and posted.signed_by(sim.account.auth_token)


async def test_the_fallback_is_the_services_too(sim: Simulator, receiver: Receiver) -> None:
    service = sim.account.add_service(SHOP_LINE)
    service.use_inbound_webhook_on_number = False
    service.inbound_request_url, service.fallback_url = f"{receiver.url}/service", f"{receiver.url}/reserve"
    receiver.respond = status(500)
    sim.customer_texts(SILENT, SHOP_LINE, "Hello")
    await sim.idle()
    assert [posted.url.removeprefix(receiver.url) for posted in receiver.posted] == ["/service", "/reserve"]
    assert receiver.posted[1].form["ErrorCode"] == "11200"


async def test_without_a_url_and_without_deferring_nothing_is_received(
    api: Api, sim: Simulator, receiver: Receiver
) -> None:
    sim.account.add_service(SHOP_LINE).use_inbound_webhook_on_number = False
    balance = sim.account.balance
    message = sim.customer_texts(SILENT, SHOP_LINE, "STOP")
    asked = {"from": SILENT, "to": SHOP_LINE, "body": "Hello"}
    played = await api.request("POST", "/_simulator/inbound", json=asked)
    await sim.idle()
    assert (played.status, played.data) == (201, {"sid": None})
    assert receiver.posted == [] and len(sim.account.log) == 0
    assert message.sid not in sim.account.log and sim.account.balance == balance
    assert not sim.account.blocked(SHOP_LINE, SILENT)

    sim.customer_texts(SILENT, TOLL_FREE_LINE, "Hello")
    assert len(sim.account.log) == 1


async def test_status_callbacks_of_a_services_messages_go_to_the_service(
    api: Api, sim: Simulator, receiver: Receiver
) -> None:
    service = sim.account.add_service(SHOP_LINE)
    service.status_callback = f"{receiver.url}/service"
    form = {"To": SILENT, "MessagingServiceSid": service.sid, "Body": "Hello"}
    await api.post("Messages.json", form)
    await sim.idle()
    assert receiver.statuses() == ["queued", "sent", "delivered"]
    assert {posted.url for posted in receiver.posted} == {f"{receiver.url}/service"}

    receiver.posted.clear()
    await api.post("Messages.json", {**form, "StatusCallback": f"{receiver.url}/own"})
    await sim.idle()
    assert {posted.url for posted in receiver.posted} == {f"{receiver.url}/own"}


async def by_service(api: Api, sim: Simulator, service: Service, to: str = SILENT, body: str = "Hello") -> Message:
    """A text by the service, once it has come to its end."""
    path = f"/2010-04-01/Accounts/{sim.account.sid}/Messages.json"
    made = await api.post(path, {"To": to, "MessagingServiceSid": service.sid, "Body": body})
    assert (made.status, made.data["status"], made.data["from"], made.data["num_segments"]) == (
        201,
        "accepted",
        None,
        "0",
    )
    await sim.idle()
    found = sim.account.log.get(made.data["sid"])
    assert found is not None
    return found


async def test_a_person_is_texted_by_the_number_that_they_know(api: Api, sim: Simulator) -> None:
    service = sim.account.add_service(SHOP_LINE, TOLL_FREE_LINE)
    assert (await by_service(api, sim, service)).from_ == SHOP_LINE
    sim.customer_texts(SILENT, TOLL_FREE_LINE, "Hello")
    assert (await by_service(api, sim, service)).from_ == TOLL_FREE_LINE
    del service.senders[TOLL_FREE_LINE]
    assert (await by_service(api, sim, service)).from_ == SHOP_LINE


async def test_without_stickiness_the_numbers_take_turns(api: Api, sim: Simulator) -> None:
    service = sim.account.add_service(SHOP_LINE, TOLL_FREE_LINE)
    service.sticky_sender = False
    used = [(await by_service(api, sim, service)).from_ for _ in range(4)]
    assert used == [SHOP_LINE, TOLL_FREE_LINE, SHOP_LINE, TOLL_FREE_LINE]


async def test_short_codes_go_first_then_a_number_of_the_same_area(api: Api, sim: Simulator) -> None:
    near = sim.account.add_line("+14155550177", "Near").number
    service = sim.account.add_service(SHOP_LINE, near)
    assert (await by_service(api, sim, service, "+14155550119")).from_ == near
    service.area_code_geomatch = False
    assert (await by_service(api, sim, service, "+14155550118")).from_ == SHOP_LINE
    sim.account.add_line("72975")
    service.senders["72975"] = sim.account.now()
    assert (await by_service(api, sim, service, "+14155550117")).from_ == "72975"


async def test_a_name_is_added_sends_abroad_and_is_taken_away(api: Api, sim: Simulator) -> None:
    service = sim.account.add_service(TOLL_FREE_LINE)
    path = f"/v1/Services/{service.sid}/AlphaSenders"
    refused = await by_service(api, sim, service, "+447911123456")
    assert (refused.status, refused.error_code, refused.from_) == ("failed", 21703, None)
    added = await api.post(path, {"AlphaSender": "BrightChair"})
    assert (added.status, added.data["alpha_sender"]) == (201, "BrightChair")
    assert (await api.post(path, {"AlphaSender": "BrightChair"})).code == 21710
    assert (await api.post(path, {"AlphaSender": "much too long a name"})).code == 21713
    assert (await by_service(api, sim, service, "+447911123456")).from_ == "BrightChair"
    assert (await by_service(api, sim, service)).from_ == TOLL_FREE_LINE
    one = f"{path}/{added.data['sid']}"
    assert (await api.get(one)).data == added.data
    assert (await api.delete(one)).status == 204
    assert (await api.get(one)).code == 20404


async def test_a_stop_blocks_the_whole_service_and_a_start_to_another_of_its_numbers_lifts_it(
    api: Api, sim: Simulator
) -> None:
    other = sim.account.add_line("+12125550177").number
    service = sim.account.add_service(SHOP_LINE, other)
    sim.set_sms_url(SHOP_LINE, "http://127.0.0.1:9/in")
    sim.customer_texts(SILENT, SHOP_LINE, "STOP")
    await sim.idle()
    refused = await by_service(api, sim, service)
    assert (refused.status, refused.error_code) == ("failed", 21610)
    path = f"/2010-04-01/Accounts/{sim.account.sid}/Messages.json"
    assert (await api.post(path, {"To": SILENT, "From": other, "Body": "Hi"})).code == 21610
    sim.customer_texts(SILENT, other, "START")
    await sim.idle()
    assert (await by_service(api, sim, service)).status == "delivered"


async def test_a_service_that_is_deleted_leaves_its_numbers(api: Api, sim: Simulator) -> None:
    service = sim.account.add_service(SHOP_LINE)
    path = f"/v1/Services/{service.sid}"
    assert (await api.delete(path)).status == 204
    assert (await api.get(path)).code == 20404
    assert sim.account.service_of(SHOP_LINE) is None
    other = await api.post(f"/2010-04-01/Accounts/{sim.account.sid}/Messages.json",
                           {"To": SILENT, "MessagingServiceSid": service.sid, "Body": "Hi"})  # fmt: skip
    assert other.code == 21701


async def test_a_short_code_reaches_nobody_abroad(api: Api, sim: Simulator) -> None:
    sim.account.add_line("72975")
    path = f"/2010-04-01/Accounts/{sim.account.sid}/Messages.json"
    assert (await api.post(path, {"To": "+447911123456", "From": "72975", "Body": "Hi"})).code == 21606
    assert (await api.post(path, {"To": SILENT, "From": "72975", "Body": "Hi"})).status == 201
