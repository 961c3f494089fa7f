"""Creating, listing, redacting, cancelling and deleting messages over HTTP."""

import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from urllib.parse import quote

import pytest

from sms_desktop.simulator import SHOP_LINE, PastMessage, Simulator
from tests.simulator.api import SILENT, Api
from tests.simulator.receiver import Receiver

DAY = datetime(2026, 3, 10, tzinfo=UTC)


def past(count: int, peer: str = SILENT, start: datetime = DAY, step: int = 3600) -> list[PastMessage]:
    return [PastMessage(SHOP_LINE, peer, f"message {n}", start + timedelta(seconds=n * step)) for n in range(count)]


async def listed(api: Api, query: str) -> list[str]:
    reply = await api.get(f"Messages.json?{query}")
    assert reply.status == 200, reply.data
    return [message["body"] for message in reply.data["messages"]]


async def walk(api: Api, path: str) -> list[str]:
    found: list[str] = []
    following: str | None = path
    while following:
        reply = await api.get(following)
        found += [message["sid"] for message in reply.data["messages"]]
        following = reply.data["next_page_uri"]
    return found


async def test_a_message_is_queued_then_delivered_priced_and_paid(api: Api, sim: Simulator) -> None:
    created = await api.send(body="x" * 161)
    assert created.status == 201
    assert (created.data["status"], created.data["price"], created.data["date_sent"]) == ("queued", None, None)
    assert created.data["num_segments"] == "2"

    await sim.idle()

    message = (await api.get(created.data["uri"])).data
    assert (message["status"], message["price"]) == ("delivered", "-0.01580")
    assert message["date_sent"] is not None
    assert sim.account.balance == Decimal("38.20") - Decimal("0.0158")
    assert (await api.get("Balance.json")).data["balance"] == "38.1842"


async def test_a_fresh_account_has_its_balance_in_two_digits(api: Api) -> None:
    assert (await api.get("Balance.json")).data["balance"] == "38.20"


async def test_the_list_is_newest_first_by_the_date_of_sending(api: Api, sim: Simulator) -> None:
    sim.account.import_messages(past(3))
    await api.send(body="today")
    assert await listed(api, "") == ["today", "message 2", "message 1", "message 0"]


async def test_pages_are_followed_by_their_tokens_to_the_end_and_back(api: Api, sim: Simulator) -> None:
    sids = sim.account.import_messages(past(11))
    assert await walk(api, "Messages.json?PageSize=4") == sids[::-1]

    first = (await api.get("Messages.json?PageSize=4")).data
    second = (await api.get(first["next_page_uri"])).data
    assert (first["page"], first["start"], first["end"], first["previous_page_uri"]) == (0, 0, 3, None)
    assert (second["page"], second["start"], second["end"]) == (1, 4, 7)
    assert "PageToken=PA" in first["next_page_uri"] and "PageToken=PB" in second["previous_page_uri"]
    back = (await api.get(second["previous_page_uri"])).data
    assert back["messages"] == first["messages"]


async def test_a_message_that_arrives_between_two_pages_shifts_nothing(api: Api, sim: Simulator) -> None:
    sids = sim.account.import_messages(past(6))
    first = (await api.get("Messages.json?PageSize=3")).data
    await api.send(body="meanwhile")
    second = (await api.get(first["next_page_uri"])).data
    assert [m["sid"] for m in second["messages"]] == sids[2::-1]


async def test_the_last_full_page_has_no_next_one(api: Api, sim: Simulator) -> None:
    sim.account.import_messages(past(4))
    assert (await api.get("Messages.json?PageSize=4")).data["next_page_uri"] is None


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("DateSent=2026-03-10", range(23, -1, -1)),
        ("DateSent%3E=2026-03-11", range(47, 23, -1)),
        ("DateSent%3C=2026-03-10", range(23, -1, -1)),
        ("DateSent%3E=2026-03-10T22:00:00Z&DateSent%3C=2026-03-11T01:00:00Z", range(25, 21, -1)),
        ("DateSent%3E=" + quote("2026-03-11 22:05:25.000"), range(47, 46, -1)),
        ("DateSent%3E=" + quote("Wed, 11 Mar 2026 22:00:00 -0000"), range(47, 45, -1)),
        ("DateSent=2026-03-09", range(0)),
    ],
)
async def test_date_filters_take_days_and_timestamps(api: Api, sim: Simulator, query: str, expected: range) -> None:
    sim.account.import_messages(past(48))
    assert await listed(api, query) == [f"message {n}" for n in expected]


async def test_the_filters_for_both_ends_go_together(api: Api, sim: Simulator) -> None:
    sim.account.import_messages(past(2))
    sim.account.import_messages([PastMessage(SILENT, SHOP_LINE, "an answer", DAY)])
    sim.account.import_messages(past(1, peer="+14155550110"))
    assert await listed(api, f"To={quote(SILENT)}") == ["message 1", "message 0"]
    assert await listed(api, f"From={quote(SILENT)}&To={quote(SHOP_LINE)}") == ["an answer"]
    assert await listed(api, f"To={quote(SHOP_LINE)}&DateSent=2026-03-11") == []
    assert len(await listed(api, f"From={quote(SHOP_LINE)}")) == 3


async def test_what_has_no_date_of_sending_is_in_no_list_that_asks_for_one(api: Api, sim: Simulator) -> None:
    service = sim.account.add_service(SHOP_LINE)
    at = datetime.fromtimestamp(time.time() + 3600, UTC)
    form = {"To": SILENT, "MessagingServiceSid": service.sid, "ScheduleType": "fixed", "SendAt": at.isoformat()}
    scheduled = await api.post("Messages.json", {**form, "Body": "later"})
    assert scheduled.data["date_sent"] is None
    sim.account.import_messages(past(2))
    assert await listed(api, "PageSize=1") == ["later"]
    assert await listed(api, "DateSent%3E=2026-01-01") == ["message 1", "message 0"]
    assert await listed(api, "DateSent%3C=2999-01-01&PageSize=1") == ["message 1"]


async def test_all_filters_go_together_from_page_to_page(api: Api, sim: Simulator) -> None:
    wanted = sim.account.import_messages(past(48))[10:35]
    sim.account.import_messages(past(48, peer="+14155550110"))
    sim.account.import_messages(PastMessage(SILENT, SHOP_LINE, "answer", DAY + timedelta(hours=n)) for n in range(48))
    dates = "DateSent%3E=2026-03-10T10:00:00Z&DateSent%3C=2026-03-11T10:00:00Z"
    found = await walk(api, f"Messages.json?From={quote(SHOP_LINE)}&To={quote(SILENT)}&{dates}&PageSize=4")
    assert found == wanted[::-1]


@pytest.mark.parametrize(
    ("query", "code"),
    [("PageSize=1001", 20007), ("PageToken=PAnonsense", 21481), ("DateSent=soon", 20001), ("PageSize=0", 20001)],
)
async def test_a_listing_that_makes_no_sense_is_refused(api: Api, query: str, code: int) -> None:
    reply = await api.get(f"Messages.json?{query}")
    assert (reply.status, reply.code) == (400, code)


async def test_a_hundred_thousand_messages_are_listed_a_page_at_a_time(api: Api, sim: Simulator) -> None:
    sids = sim.account.import_messages(past(100_000, step=10))
    assert await walk(api, "Messages.json?PageSize=1000&DateSent%3E=2026-03-10") == sids[::-1]
    await api.send(body="one more")
    await sim.idle()
    assert await listed(api, f"PageSize=1&To={quote(SILENT)}") == ["one more"]


async def test_redacting_empties_the_body_and_nothing_else(api: Api, sim: Simulator) -> None:
    uri = (await api.send(body="My secret")).data["uri"]
    redacted = await api.post(uri, {"Body": ""})
    assert (redacted.status, redacted.data["body"]) == (200, "")
    await sim.idle()
    # What was on its way arrives as it was written.
    assert [m.body for m in sim.phone(SILENT).messages] == ["My secret"]
    refused = await api.post(uri, {"Body": "something else"})
    assert refused.status == 400


async def test_a_message_on_its_way_cannot_be_deleted_but_a_delivered_one_can(api: Api, sim: Simulator) -> None:
    sim.pace = 1000
    uri = (await api.send()).data["uri"]
    reply = await api.delete(uri)
    assert (reply.status, reply.code) == (409, 20009)

    sim.pace = 0
    done = (await api.send()).data["uri"]
    while (await api.get(done)).data["status"] != "delivered":
        pass
    assert (await api.delete(done)).status == 204
    assert (await api.get(done)).code == 20404


async def test_deleting_a_message_deletes_its_media(api: Api, sim: Simulator) -> None:
    message = sim.customer_texts(SILENT, SHOP_LINE, "", [("image/gif", b"GIF89a", "a.gif")])
    assert len(sim.account.media) == 1
    assert (await api.delete(f"Messages/{message.sid}.json")).status == 204
    assert not sim.account.media


async def test_a_scheduled_message_can_be_cancelled_and_says_so(api: Api, sim: Simulator, receiver: Receiver) -> None:
    service = sim.account.add_service(SHOP_LINE)
    at = (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    form = {"To": SILENT, "MessagingServiceSid": service.sid, "Body": "later", "ScheduleType": "fixed"}
    created = await api.post("Messages.json", {**form, "SendAt": at, "StatusCallback": f"{receiver.url}/status"})
    assert (created.status, created.data["status"], created.data["num_segments"]) == (201, "scheduled", "0")
    await sim.idle()

    cancelled = await api.post(created.data["uri"], {"Status": "canceled"})

    assert (cancelled.status, cancelled.data["status"]) == (200, "canceled")
    await sim.idle()
    assert receiver.statuses() == ["canceled"]
    again = await api.post(created.data["uri"], {"Status": "canceled"})
    assert (again.status, again.code) == (400, 30409)


@pytest.mark.parametrize(
    ("seconds", "code"), [(60, 35114), (36 * 86400, 35114), (None, 35111)], ids=["too soon", "too late", "never"]
)
async def test_scheduling_has_its_window(api: Api, sim: Simulator, seconds: int | None, code: int) -> None:
    form = {"To": SILENT, "MessagingServiceSid": sim.account.add_service(SHOP_LINE).sid, "Body": "later"}
    form["ScheduleType"] = "fixed"
    if seconds is not None:
        form["SendAt"] = (datetime.now(UTC) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")
    reply = await api.post("Messages.json", form)
    assert (reply.status, reply.code) == (400, code)


async def test_only_a_scheduled_message_can_be_cancelled(api: Api, sim: Simulator) -> None:
    uri = (await api.send()).data["uri"]
    assert (await api.post(uri, {"Status": "canceled"})).code == 30409
    await sim.idle()
    assert (await api.post(uri, {"Status": "canceled"})).code == 30409


async def test_long_code_numbers_are_read_however_they_are_written(api: Api) -> None:
    assert (await api.send(to="(415) 555-0111")).data["to"] == SILENT


async def test_lists_of_numbers_know_wildcards_and_names(api: Api, sim: Simulator) -> None:
    async def found(query: str) -> list[str]:
        reply = await api.get(f"IncomingPhoneNumbers.json?{query}")
        return [line["phone_number"] for line in reply.data["incoming_phone_numbers"]]

    assert len(await found("")) == 2
    assert await found("PhoneNumber=%2B1888") == ["+18885550144"]
    assert await found("PhoneNumber=21255501**") == [SHOP_LINE]
    assert await found("FriendlyName=Shop") == [SHOP_LINE]
    first = (await api.get("IncomingPhoneNumbers.json?PageSize=1")).data
    second = (await api.get(first["next_page_uri"])).data
    assert second["incoming_phone_numbers"][0]["phone_number"] == "+18885550144"
    assert second["next_page_uri"] is None
    assert (await api.get(second["previous_page_uri"])).data["incoming_phone_numbers"][0]["friendly_name"] == "Shop"


async def test_a_line_is_changed_as_asked_or_not_at_all(api: Api, sim: Simulator) -> None:
    path = f"IncomingPhoneNumbers/{sim.account.line(SHOP_LINE).sid}.json"
    changed = await api.post(path, {"SmsUrl": "https://a.example/in", "SmsMethod": "GET", "FriendlyName": "Front"})
    assert (changed.data["sms_url"], changed.data["sms_method"]) == ("https://a.example/in", "GET")
    assert changed.data["friendly_name"] == "Front"

    refused = await api.post(path, {"FriendlyName": "Back", "SmsUrl": "", "SmsFallbackUrl": "https://b.example/in"})
    assert (refused.status, refused.code) == (400, 21406)
    assert (await api.post(path, {"SmsUrl": "nonsense"})).code == 21402
    assert (await api.post(path, {"SmsMethod": "PUT"})).code == 21403
    assert (await api.get(path)).data["friendly_name"] == "Front"
