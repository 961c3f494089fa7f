"""The debugger's alerts, as Monitor lists them."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import pytest

from sms_desktop.simulator import SHOP_LINE, Simulator
from tests.simulator.api import SILENT, Api
from tests.simulator.receiver import Receiver, twiml


async def test_a_webhook_that_fails_is_an_alert_with_all_that_went_wrong(api: Api, sim: Simulator) -> None:
    sim.set_sms_url(SHOP_LINE, "http://127.0.0.1:9/in")
    message = sim.customer_texts(SILENT, SHOP_LINE, "Hello there")
    await sim.idle()
    (alert,) = (await api.get("/v1/Alerts")).data["alerts"]
    assert (alert["error_code"], alert["log_level"], alert["request_method"]) == ("11205", "error", "POST")
    assert (alert["resource_sid"], alert["request_url"]) == (message.sid, "http://127.0.0.1:9/in")
    assert alert["sid"].startswith("NO") and alert["date_generated"].endswith("Z")
    assert parse_qs(alert["alert_text"])["ErrorCode"] == ["11205"]
    assert alert["url"] == f"{sim.base_url}/v1/Alerts/{alert['sid']}"

    fetched = (await api.get(f"/v1/Alerts/{alert['sid']}")).data
    assert parse_qs(fetched["request_variables"])["Body"] == ["Hello there"]
    assert {name: fetched[name] for name in alert} == alert
    assert (await api.get("/v1/Alerts/NO1")).code == 20404


async def test_alerts_are_newest_first_and_filtered_by_level(api: Api, sim: Simulator, receiver: Receiver) -> None:
    receiver.respond = twiml("<Response><Dial/></Response>")
    sim.customer_texts(SILENT, SHOP_LINE, "Hello")
    await sim.idle()
    sim.account.alert(11200, "HTTP retrieval failure", "SM" + "0" * 32, "https://example.com")

    async def codes(query: str = "") -> list[str]:
        return [alert["error_code"] for alert in (await api.get(f"/v1/Alerts{query}")).data["alerts"]]

    assert await codes() == ["11200", "14110"]
    assert await codes("?LogLevel=warning") == ["14110"]
    assert await codes("?LogLevel=debug") == []
    assert await codes("?PageSize=1") == ["11200"]
    assert (await api.get("/v1/Alerts?LogLevel=loud")).code == 20001


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (timedelta(days=-1), None, ["2", "3"]),
        (timedelta(days=-4), timedelta(days=-1), ["1"]),
        (None, None, ["1", "2", "3"]),
        (timedelta(days=1), None, []),
    ],
)
async def test_alerts_are_filtered_by_time_and_kept_for_thirty_days(
    api: Api, sim: Simulator, start: timedelta | None, end: timedelta | None, expected: list[str]
) -> None:
    now = datetime.now(UTC)
    for code, hours in enumerate((31 * 24, 72, 20, 0)):
        sim.account.clock_skew = -hours * 3600.0
        sim.account.alert(code, "", "SM" + "0" * 32, "https://example.com")
    sim.account.clock_skew = 0
    query = [
        f"{name}={(now + span).strftime('%Y-%m-%dT%H:%M:%SZ')}"
        for name, span in (("StartDate", start), ("EndDate", end))
        if span is not None
    ]
    found = (await api.get("/v1/Alerts?" + "&".join(query))).data["alerts"]
    assert [alert["error_code"] for alert in found] == expected[::-1]


async def test_days_count_whole(api: Api, sim: Simulator) -> None:
    sim.account.alert(11200, "", "SM" + "0" * 32, "https://example.com")
    today = sim.account.alerts[0].at.date()
    for query, count in (
        (f"StartDate={today}&EndDate={today}", 1),
        (f"EndDate={today - timedelta(days=1)}", 0),
        (f"StartDate={today + timedelta(days=1)}", 0),
    ):
        assert len((await api.get(f"/v1/Alerts?{query}")).data["alerts"]) == count
