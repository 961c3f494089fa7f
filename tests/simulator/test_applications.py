"""TwiML applications, and trunks: what overrides a line's own settings, and what does not."""

from sms_desktop.simulator import SHOP_LINE, Simulator
from tests.simulator.api import SILENT, Api
from tests.simulator.receiver import Receiver


async def test_applications_are_listed_fetched_and_changed(api: Api, sim: Simulator) -> None:
    one = sim.account.add_application("Old website", "https://example.com/sms")
    sim.account.add_application("Survey")
    listed = (await api.get("Applications.json")).data
    assert [app["friendly_name"] for app in listed["applications"]] == ["Old website", "Survey"]
    assert listed["uri"].startswith(f"{api.root}/Applications.json")
    assert len((await api.get("Applications.json?FriendlyName=Survey")).data["applications"]) == 1

    fetched = (await api.get(f"Applications/{one.sid}.json")).data
    assert (fetched["sms_url"], fetched["sms_method"]) == ("https://example.com/sms", "POST")
    form = {"SmsUrl": "https://example.com/new", "SmsMethod": "GET", "MessageStatusCallback": "https://example.com/s"}
    changed = await api.post(f"Applications/{one.sid}.json", form)
    assert (changed.status, changed.data["sms_url"], changed.data["sms_method"]) == (200, form["SmsUrl"], "GET")
    assert changed.data["message_status_callback"] == form["MessageStatusCallback"]

    assert (await api.post(f"Applications/{one.sid}.json", {"SmsUrl": "x", "FriendlyName": "No"})).code == 21402
    assert (await api.get(f"Applications/{one.sid}.json")).data == changed.data
    assert (await api.get("Applications/AP1.json")).code == 20404


async def test_texts_to_a_line_that_is_tied_to_an_application_go_to_that(
    api: Api, sim: Simulator, receiver: Receiver
) -> None:
    app = sim.account.add_application("Old website", f"{receiver.url}/app")
    path = f"IncomingPhoneNumbers/{sim.account.line(SHOP_LINE).sid}.json"
    assert (await api.post(path, {"SmsApplicationSid": app.sid})).data["sms_application_sid"] == app.sid
    sim.customer_texts(SILENT, SHOP_LINE, "Hello")
    await sim.idle()
    assert [posted.url for posted in receiver.posted] == [f"{receiver.url}/app"]

    assert (await api.post(path, {"SmsApplicationSid": ""})).data["sms_application_sid"] is None
    sim.customer_texts(SILENT, SHOP_LINE, "Hello")
    await sim.idle()
    assert receiver.posted[1].url == f"{receiver.url}/inbound"
    assert (await api.post(path, {"SmsApplicationSid": "AP" + "0" * 32})).code == 21420


async def test_a_service_decides_before_an_application(sim: Simulator, receiver: Receiver) -> None:
    sim.account.line(SHOP_LINE).sms_application_sid = sim.account.add_application("App", f"{receiver.url}/app").sid
    service = sim.account.add_service(SHOP_LINE)
    service.inbound_request_url = f"{receiver.url}/service"
    for defers in (True, False):
        service.use_inbound_webhook_on_number = defers
        sim.customer_texts(SILENT, SHOP_LINE, "Hello")
        await sim.idle()
    assert [posted.url.removeprefix(receiver.url) for posted in receiver.posted] == ["/app", "/service"]


async def test_an_application_is_told_the_statuses_of_the_messages_that_name_it(
    api: Api, sim: Simulator, receiver: Receiver
) -> None:
    app = sim.account.add_application("App")
    app.message_status_callback = f"{receiver.url}/app"
    await api.send(ApplicationSid=app.sid)
    await sim.idle()
    assert {posted.url for posted in receiver.posted} == {f"{receiver.url}/app"}
    assert (await api.send(ApplicationSid="AP" + "0" * 32)).code == 21420


async def test_a_trunk_leaves_texts_alone(api: Api, sim: Simulator, receiver: Receiver) -> None:
    path = f"IncomingPhoneNumbers/{sim.account.line(SHOP_LINE).sid}.json"
    trunk = "TK" + "1" * 32
    assert (await api.get(path)).data["trunk_sid"] is None
    assert (await api.post(path, {"TrunkSid": trunk})).data["trunk_sid"] == trunk
    sim.customer_texts(SILENT, SHOP_LINE, "Hello")
    await sim.idle()
    assert len(receiver.posted) == 1
    assert (await api.post(path, {"TrunkSid": "trunk"})).code == 20001
    assert (await api.post(path, {"TrunkSid": ""})).data["trunk_sid"] is None
