"""What is refused, and how."""

from collections.abc import Callable

import pytest

from sms_desktop.simulator import SHOP_LINE, TEST_ACCOUNT_SID, TEST_AUTH_TOKEN, TOLL_FREE_LINE, Simulator
from tests.simulator.api import SILENT, Api

SAMPLE = {"To": SILENT, "From": SHOP_LINE, "Body": "Hello"}
LONDON_LANDLINE = "+442079460000"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"To": "+1415555"}, 21211),
        ({"To": "not a number"}, 21211),
        ({"To": SHOP_LINE}, 21211),
        ({"To": ""}, 21604),
        ({"From": ""}, 21603),
        ({"From": "+1415"}, 21212),
        ({"From": "+14155550199"}, 21606),
        ({"From": "72975"}, 21606),
        ({"From": "BrightChair"}, 21612),
        ({"From": TOLL_FREE_LINE, "To": "+447911123456"}, 21612),
        ({"Body": ""}, 21602),
        ({"Body": "", "ContentSid": "HX" + "0" * 32}, 21655),
        ({"Body": "x" * 1601}, 21617),
        ({"Body": "😀" * 801}, 21617),
        ({"To": LONDON_LANDLINE}, 21614),
        ({"MediaUrl": "ftp://a.example/a.png"}, 21620),
        ({"MediaUrl": "a.png"}, 21620),
        ({"StatusCallback": "https://"}, 21609),
        ({"StatusCallback": "https://my_host.example/status"}, 21609),
        ({"StatusCallback": "mailto:someone"}, 21609),
        ({"ValidityPeriod": "0"}, 21624),
        ({"MessagingServiceSid": "MG" + "0" * 32, "From": ""}, 21701),
        ({"SendAt": "2027-01-01T00:00:00Z", "ScheduleType": "fixed"}, 35118),
    ],
)
async def test_a_message_that_cannot_be_is_refused_with_its_code(
    api: Api, sim: Simulator, changes: dict[str, str], code: int
) -> None:
    reply = await api.post("Messages.json", {**SAMPLE, **changes})
    assert (reply.status, reply.code) == (400, code)
    assert set(reply.data) == {"code", "message", "more_info", "status"}
    assert reply.data["more_info"] == f"https://www.twilio.com/docs/errors/{code}"
    assert len(sim.account.log) == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"Body": "x" * 1600},
        {"Body": "😀" * 800},
        {"StatusCallback": "http://127.0.0.1:9/status?key=1"},
        {"To": "+447911123456"},
        {"From": "BrightChair", "To": "+447911123456"},
        {"ValidityPeriod": "36000"},
    ],
)
async def test_what_is_just_allowed_is_accepted(api: Api, changes: dict[str, str]) -> None:
    assert (await api.post("Messages.json", {**SAMPLE, **changes})).status == 201


async def test_ten_pictures_are_accepted_and_eleven_are_not(api: Api) -> None:
    def form(count: int) -> list[tuple[str, str]]:
        return [*SAMPLE.items(), *[("MediaUrl", f"http://127.0.0.1:9/{n}.png") for n in range(count)]]

    assert (await api.post("Messages.json", form(10))).status == 201
    assert (await api.post("Messages.json", form(11))).code == 21623


async def test_a_line_without_mms_sends_no_pictures(api: Api, sim: Simulator) -> None:
    line = sim.account.add_line("+12125550177", mms=False)
    reply = await api.post("Messages.json", {**SAMPLE, "From": line.number, "MediaUrl": "http://127.0.0.1:9/a.png"})
    assert reply.code == 21621


def _no_sms(sim: Simulator) -> None:
    sim.account.line(SHOP_LINE).sms = False


def _only_canada(sim: Simulator) -> None:
    sim.account.regions = {"CA"}


def _trial(sim: Simulator) -> None:
    sim.account.type = "Trial"


def _full_queue(sim: Simulator) -> None:
    sim.account.queue_limit = 0


@pytest.mark.parametrize(
    ("prepare", "code"), [(_no_sms, 21606), (_only_canada, 21408), (_trial, 21608), (_full_queue, 21611)]
)
async def test_the_state_of_the_account_refuses_too(
    api: Api, sim: Simulator, prepare: Callable[[Simulator], None], code: int
) -> None:
    prepare(sim)
    assert (await api.send()).code == code


async def test_a_trial_account_reaches_verified_numbers_with_a_prefix(api: Api, sim: Simulator) -> None:
    sim.account.type = "Trial"
    sim.account.verified.add(SILENT)
    assert (await api.send()).data["body"] == "Sent from your Twilio trial account - Hello"


async def test_every_answer_carries_the_three_headers(api: Api) -> None:
    for reply in (await api.get("Balance.json"), await api.get("Nothing.json"), await api.send(to="x")):
        assert reply.headers["Twilio-Request-Id"].startswith("RQ")
        assert int(reply.headers["Twilio-Concurrent-Requests"]) >= 1
        assert float(reply.headers["Twilio-Request-Duration"]) >= 0


async def test_what_is_not_there_is_not_found(api: Api) -> None:
    for path in (f"Messages/SM{'0' * 32}.json", "Messages", f"IncomingPhoneNumbers/PN{'0' * 32}.json", "Calls.json"):
        reply = await api.get(path)
        assert (reply.status, reply.code) == (404, 20404), path
    assert (await api.delete("Balance.json")).code == 20004


@pytest.mark.parametrize("path", ["Balance.json", "Messages.json", "Nothing.json"])
async def test_wrong_credentials_are_told_apart_from_nothing(api: Api, sim: Simulator, path: str) -> None:
    sid, token = api.credentials
    for wrong in ((sid, "wrong"), ("AC" + "0" * 32, token), ("", ""), (sid, "ü")):
        api.credentials = wrong
        reply = await api.get(path)
        assert (reply.status, reply.code) == (401, 20003)
        assert "WWW-Authenticate" in reply.headers


async def test_another_accounts_path_is_out_of_reach(api: Api) -> None:
    assert (await api.get(f"/2010-04-01/Accounts/AC{'0' * 32}/Messages.json")).code == 20003


async def test_a_standard_api_key_reaches_all_but_accounts(api: Api, sim: Simulator) -> None:
    sim.account.api_keys["SK" + "1" * 32] = "a secret"
    api.credentials = ("SK" + "1" * 32, "a secret")
    assert (await api.get("Messages.json")).status == 200
    assert (await api.send()).status == 201
    assert (await api.get(f"{api.root}.json")).code == 20003
    assert (await api.get("/2010-04-01/Accounts.json")).code == 20003
    api.credentials = ("SK" + "1" * 32, "another secret")
    assert (await api.get("Messages.json")).status == 401


@pytest.fixture
def test_api(api: Api) -> Api:
    api.credentials = (TEST_ACCOUNT_SID, TEST_AUTH_TOKEN)
    api.root = f"/2010-04-01/Accounts/{TEST_ACCOUNT_SID}"
    return api


@pytest.mark.parametrize(
    ("to", "from_", "code"),
    [
        ("+15005550006", "+15005550001", 21212),
        ("+15005550006", "+15005550007", 21606),
        ("+15005550006", "+15005550008", 21611),
        ("+15005550006", SHOP_LINE, 21606),
        ("+15005550001", "+15005550006", 21211),
        ("+15005550002", "+15005550006", 21612),
        ("+15005550003", "+15005550006", 21408),
        ("+15005550004", "+15005550006", 21610),
        ("+15005550009", "+15005550006", 21614),
        ("+15005550001", "+15005550001", 21212),
        ("nobody", "+15005550006", 21211),
    ],
)
async def test_magic_numbers_stand_for_errors_under_test_credentials(
    test_api: Api, to: str, from_: str, code: int
) -> None:
    reply = await test_api.post("Messages.json", {"To": to, "From": from_, "Body": "Hello"})
    assert (reply.status, reply.code) == (400, code)


async def test_test_credentials_send_without_a_trace_and_do_nothing_else(test_api: Api, sim: Simulator) -> None:
    sent = await test_api.post("Messages.json", {"To": SILENT, "From": "+15005550006", "Body": "Hello"})
    assert (sent.status, sent.data["status"], sent.data["account_sid"]) == (201, "queued", TEST_ACCOUNT_SID)
    await sim.idle()
    assert len(sim.account.log) == 0 and not sim.phone(SILENT).messages

    for path in ("Messages.json", "Balance.json", f"{test_api.root}.json", "Nothing.json"):
        reply = await test_api.get(path)
        assert (reply.status, reply.code) == (403, 20008), path
