"""Registering our lines: what Twilio told is kept and told, nothing is registered twice, whatever is lost."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from sms_desktop.domain.brand import BrandForm
from sms_desktop.domain.errors import BadInput, GatewayError, NotAllowed, NotConfigured, Uncertain
from sms_desktop.domain.events import RegistrationsChanged
from sms_desktop.domain.registration import UNSEEN, Kind, Step, Tone
from sms_desktop.gateway.registration import Registrar
from sms_desktop.services import registrationwatch
from sms_desktop.services.clock import now
from sms_desktop.services.registration import Registrations
from sms_desktop.store import registrationforms as forms
from sms_desktop.store.registration import Told
from tests.domain.test_forms import FREE, GOOD, PROFILE
from tests.rig import LINE, TOLL_FREE, Rig, running

A2P = "BU" + "1" * 32
BRAND = BrandForm(PROFILE, A2P)
LIST_BRANDS = "GET v1/a2p/BrandRegistrations"
CREATE_BRAND = "POST v1/a2p/BrandRegistrations"
CREATE_CAMPAIGN = "POST v1/Services/{service}/Compliance/Usa2p"
UPDATE_CAMPAIGN = CREATE_CAMPAIGN + "/{campaign}"
CREATE_VERIFICATION = "POST v1/Tollfree/Verifications"
US_PEER, BRITISH_PEER = "+14155550132", "+447400123456"


@pytest.fixture
async def desk(rig: Rig) -> AsyncIterator[Registrations]:
    """Those of a connected engine; what changes is heard."""
    await rig.services.lines.refresh()
    unsubscribe = rig.engine.hub.subscribe(RegistrationsChanged, rig._hear)
    yield rig.services.registrations
    unsubscribe()


def line_sid(rig: Rig, line: str = LINE) -> str:
    return rig.simulator.account.line(line).sid


async def approved(rig: Rig, form: BrandForm = BRAND) -> str:
    """The SID of an approved brand."""
    made = await rig.services.registrations.register_brand(form)
    await rig.simulator.idle()
    if not form.mock:
        rig.simulator.decide(made.sid, "APPROVED")
    return made.sid


async def test_before_the_first_look_nothing_is_claimed(desk: Registrations) -> None:
    assert desk.known is UNSEEN and desk.caution(LINE, US_PEER) is None
    assert [one.standing.step for one in desk.reports()] == [Step.LOOK, Step.LOOK]


async def test_a_look_tells_how_each_line_is_registered(rig: Rig, desk: Registrations) -> None:
    known = await desk.refresh()
    assert known == desk.known and known.brands == () and known.at is not None and not desk.busy
    assert [one.standing.word for one in desk.reports()] == ["Not registered", "Not verified"]
    caution = desk.caution(LINE, US_PEER)
    assert caution is not None and caution.step is Step.BRAND
    assert desk.caution(LINE, BRITISH_PEER) is None and desk.caution("+19990001111", US_PEER) is None


async def test_what_was_seen_is_there_offline_with_its_time(tmp_path: Path) -> None:
    async with running(tmp_path) as rig:
        sid = await approved(rig)
        service = await rig.services.registrations.create_service("Shop texts")
        campaign = await rig.services.registrations.register_campaign(service.sid, sid, GOOD)
        rig.simulator.decide(campaign.sid, "FAILED", 30896)
        verification = await rig.services.registrations.verify(TOLL_FREE, FREE)
        rig.simulator.decide(verification.sid, "TWILIO_REJECTED", 30446)
        known = await rig.services.registrations.refresh()
    async with running(tmp_path, online=False) as offline:
        assert offline.services.registrations.known == known
        assert known.campaigns is not None and known.campaigns[0].reasons[0].fields == ("flow",)
        assert known.verifications is not None and known.verifications[0].details["summary"] == FREE.summary
        with pytest.raises(NotConfigured):
            await offline.services.registrations.refresh()


async def test_a_line_is_registered_step_by_step(rig: Rig, desk: Registrations) -> None:
    def shop() -> tuple[str, Step]:
        report = next(one for one in desk.reports() if one.line.address == LINE)
        return report.standing.word, report.standing.step

    brand = await desk.register_brand(BRAND)
    await desk.refresh()
    assert shop() == ("In review", Step.WAIT)
    rig.simulator.decide(brand.sid, "APPROVED")
    await desk.refresh()
    assert shop() == ("No campaign", Step.CAMPAIGN)
    service = await desk.create_service("  Shop   texts ")
    assert service.name == "Shop texts"
    assert "CUSTOMER_CARE" in {one.code for one in await desk.usecases(service.sid, brand.sid)}
    campaign = await desk.register_campaign(service.sid, brand.sid, GOOD)
    rig.simulator.decide(campaign.sid, "VERIFIED")
    await desk.refresh()
    assert shop() == ("Number not added", Step.ADD_NUMBER)
    await desk.add_number(LINE, service.sid)
    assert shop() == ("Approved", Step.NONE) and desk.caution(LINE, US_PEER) is None


async def test_what_was_rejected_comes_before_what_was_never_begun(rig: Rig, desk: Registrations) -> None:
    await desk.refresh()
    assert [one.line.address for one in desk.reports()] == [LINE, TOLL_FREE]
    asked = await desk.verify(TOLL_FREE, FREE)
    rig.simulator.decide(asked.sid, "TWILIO_REJECTED", 30446)
    await desk.refresh()
    assert [one.standing.word for one in desk.reports()] == ["Rejected", "Not registered"]


async def test_a_look_that_began_before_does_not_have_rejected_again_what_is_sent_in_once_more(
    rig: Rig, desk: Registrations, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = await desk.verify(TOLL_FREE, FREE)
    rig.simulator.decide(asked.sid, "TWILIO_REJECTED", 30446)
    await desk.refresh()
    before = len(rig.events)
    begun, go_on = asyncio.Event(), asyncio.Event()
    ask = Registrations._ask

    async def slowly(self: Registrations, registrar: Registrar) -> dict[str, Told]:
        told = await ask(self, registrar)
        begun.set()
        await go_on.wait()
        return told

    monkeypatch.setattr(Registrations, "_ask", slowly)
    look = asyncio.ensure_future(desk.refresh())
    await begun.wait()
    again = asyncio.ensure_future(desk.reverify(asked.sid, replace(FREE, summary="Other words")))

    def waits() -> bool:
        return again._fut_waiter in (desk._looking._waiters or ())  # type: ignore[attr-defined]

    await rig.until(lambda: again.done() or waits(), "it is sent in, or waits for the look")
    go_on.set()
    await asyncio.gather(look, again)
    changes = [one.known for one in rig.events[before:] if isinstance(one, RegistrationsChanged)]
    told = [one.status for known in changes for one in known.verifications or ()]
    assert "TWILIO_REJECTED" not in told[told.index("PENDING_REVIEW") :]


async def test_the_business_is_called_as_for_automatic_replies(rig: Rig, desk: Registrations) -> None:
    assert await desk.business() == ""
    await rig.services.replies.set_business("Bright Chairs")
    assert await desk.business() == "Bright Chairs"


async def test_what_has_moved_is_told_once(rig: Rig, desk: Registrations) -> None:
    brand = await desk.register_brand(BRAND)
    await desk.refresh()
    rig.simulator.decide(brand.sid, "FAILED", 30799)
    for _ in range(2):
        await desk.refresh()
    told = [one for event in rig.events if isinstance(event, RegistrationsChanged) for one in event.news]
    assert [(one.tone, one.step) for one in told] == [(Tone.BAD, Step.CONSOLE)]
    assert told[0].sentence == "Brand: rejected. The business’s details could not be confirmed."


async def test_news_of_a_rehearsal_are_not_taken_for_those_of_the_brand(rig: Rig, desk: Registrations) -> None:
    await desk.register_brand(replace(BRAND, mock=True))
    await rig.simulator.idle()
    await desk.refresh()
    told = [one for event in rig.events if isinstance(event, RegistrationsChanged) for one in event.news]
    assert [one.sentence for one in told] == [
        "Rehearsal of the brand: approved. It went well; carriers know nothing of it. "
        "It is a rehearsal, which expires after 30 days."
    ]


async def test_news_of_a_verification_names_its_line(rig: Rig, desk: Registrations) -> None:
    asked = await desk.verify(TOLL_FREE, FREE)
    await desk.refresh()
    rig.simulator.decide(asked.sid, "TWILIO_APPROVED")
    await desk.refresh()
    [news] = [one for event in rig.events if isinstance(event, RegistrationsChanged) for one in event.news]
    assert news.sentence.startswith(f"Verification of {rig.services.lines.name_of(TOLL_FREE)}: verified.")
    assert (news.tone, news.step, news.line) == (Tone.GOOD, Step.NONE, TOLL_FREE)


@pytest.mark.parametrize(
    ("codes", "why"),
    [
        ((30446, 30441), "It is not clear how people agree to get texts."),
        ((30999, 30446), "It is not clear how people agree to get texts."),
        ((30999,), "Texts to the United States and Canada stay blocked."),
    ],
)
async def test_news_of_what_was_rejected_say_why_and_not_twice_that(
    rig: Rig, desk: Registrations, codes: tuple[int, ...], why: str
) -> None:
    asked = await desk.verify(TOLL_FREE, FREE)
    await desk.refresh()
    rig.simulator.decide(asked.sid, "TWILIO_REJECTED", *codes)
    await desk.refresh()
    [news] = [one for event in rig.events if isinstance(event, RegistrationsChanged) for one in event.news]
    assert news.sentence == f"Verification of {rig.services.lines.name_of(TOLL_FREE)}: rejected. {why}"
    assert (news.step, news.line) == (Step.EDIT, TOLL_FREE)


async def test_news_of_a_campaign_lead_to_a_line_that_it_is_for(rig: Rig, desk: Registrations) -> None:
    brand = await approved(rig)
    service = await desk.create_service("Shop texts")
    await desk.add_number(LINE, service.sid)
    campaign = await desk.register_campaign(service.sid, brand, GOOD)
    await desk.refresh()
    rig.simulator.decide(campaign.sid, "FAILED", 30886)
    await desk.refresh()
    news = [one for event in rig.events if isinstance(event, RegistrationsChanged) for one in event.news][-1]
    assert news.sentence == "Campaign of “Shop texts”: rejected. It is not clear what you send, to whom and why."
    assert (news.tone, news.line) == (Tone.BAD, LINE)


async def test_pressing_twice_makes_one_of_each(rig: Rig, desk: Registrations) -> None:
    first, second = await asyncio.gather(desk.register_brand(BRAND), desk.register_brand(BRAND))
    assert first.sid == second.sid
    rig.simulator.decide(first.sid, "APPROVED")
    services = await asyncio.gather(desk.create_service("Shop"), desk.create_service("Shop"))
    assert services[0].sid == services[1].sid
    made = await asyncio.gather(*(desk.register_campaign(services[0].sid, first.sid, GOOD) for _ in range(2)))
    assert made[0].sid == made[1].sid
    asked = await asyncio.gather(desk.verify(TOLL_FREE, FREE), desk.verify(TOLL_FREE, FREE))
    assert asked[0].sid == asked[1].sid
    requests = rig.simulator.requests
    assert (requests[CREATE_BRAND], requests[CREATE_CAMPAIGN], requests[CREATE_VERIFICATION]) == (1, 1, 1)


async def test_a_lost_answer_is_found_and_not_sent_again(rig: Rig, desk: Registrations) -> None:
    rig.simulator.lose_answer(CREATE_BRAND)
    with pytest.raises(Uncertain):
        await desk.register_brand(BRAND)
    asked = now()
    assert desk.came_of(Kind.BRAND, "", BRAND, asked) is None
    found = await rig.until(lambda: desk.known.brands, "it is looked for")
    assert desk.came_of(Kind.BRAND, "", BRAND, asked) == found[0]
    await rig.until(lambda: not desk.unsettled, "it is settled")
    assert (await desk.register_brand(BRAND)).sid == found[0].sid
    assert rig.simulator.requests[CREATE_BRAND] == 1
    assert await desk.draft(Kind.BRAND) is None


async def test_every_kind_is_found_whose_answer_was_lost(rig: Rig, desk: Registrations) -> None:
    brand, service = await approved(rig), await desk.create_service("Shop")
    for kind in (CREATE_CAMPAIGN, CREATE_VERIFICATION):
        rig.simulator.lose_answer(kind)
    with pytest.raises(Uncertain):
        await desk.register_campaign(service.sid, brand, GOOD)
    with pytest.raises(Uncertain):
        await desk.verify(TOLL_FREE, FREE)
    campaign, verification = await desk.register_campaign(service.sid, brand, GOOD), await desk.verify(TOLL_FREE, FREE)
    assert (campaign.status, verification.status) == ("PENDING", "PENDING_REVIEW")
    assert desk.unsettled == ()
    assert rig.simulator.requests[CREATE_CAMPAIGN] == rig.simulator.requests[CREATE_VERIFICATION] == 1


async def test_a_form_whose_answer_was_lost_waits_until_it_is_clear_that_nothing_came_of_it(
    rig: Rig, desk: Registrations
) -> None:
    rig.simulator.weather.update({"error_before": True})
    with pytest.raises(GatewayError):
        await desk.register_brand(BRAND)
    rig.simulator.weather.clear()
    await rig.engine.store.do(lambda tx: forms.send(tx, Kind.BRAND, "", BRAND, now()))
    await desk.load()
    with pytest.raises(Uncertain, match="Twilio is asked until that is clear"):
        await desk.register_brand(BRAND)
    await desk.refresh()
    assert [one.kind for one in desk.unsettled] == [Kind.BRAND]

    long_ago = now() - registrationwatch.SURE - timedelta(minutes=1)
    await rig.engine.store.do(lambda tx: forms.send(tx, Kind.BRAND, "", BRAND, long_ago))
    await desk.load()
    await desk.refresh()
    assert desk.unsettled == () and await desk.draft(Kind.BRAND) == BRAND  # to be sent in again by hand
    assert (await desk.register_brand(BRAND)).status == "PENDING"
    assert rig.simulator.requests[CREATE_BRAND] == 1


async def test_what_was_there_before_is_not_taken_for_what_was_sent_in(rig: Rig, desk: Registrations) -> None:
    service = await desk.create_service("Shop")
    await desk.register_campaign(service.sid, await approved(rig, replace(BRAND, mock=True)), GOOD)
    brand = await approved(rig)
    later = now() + timedelta(minutes=5)
    for at, of in ((now(), brand), (later, "")):
        await rig.engine.store.do(lambda tx, at=at, of=of: forms.send(tx, Kind.CAMPAIGN, service.sid, GOOD, at, of))  # type: ignore[misc]
        await desk.load()
        await desk.refresh()
        assert [one.kind for one in desk.unsettled] == [Kind.CAMPAIGN]


async def test_a_list_that_was_not_told_says_nothing_of_what_was_sent_in(rig: Rig, desk: Registrations) -> None:
    made = await desk.register_brand(BRAND)
    await desk.refresh()
    long_ago = now() - registrationwatch.SURE - timedelta(minutes=1)
    rig.simulator.lose_answer(LIST_BRANDS, 100)  # it looks by itself as well
    await rig.engine.store.do(lambda tx: forms.send(tx, Kind.BRAND, "", BRAND, long_ago))
    await desk.load()
    await desk.refresh()
    assert desk.trouble and [one.sid for one in desk.known.brands or ()] == [made.sid]
    assert len(desk.unsettled) == 1


_REGISTER = """
import asyncio, sys
from pathlib import Path
from sms_desktop.domain.brand import BrandForm
from sms_desktop.simulator import Simulator
from tests.rig import Rig

async def main():
    rig = Rig(Path(sys.argv[1]), Simulator())
    await rig.open(sys.argv[2])
    await rig.connect(routed=False)
    print("connected", flush=True)
    await rig.services.registrations.register_brand(BrandForm(sys.argv[3], sys.argv[4]))

asyncio.run(main())
"""


async def test_a_kill_in_the_middle_makes_nothing_twice(
    tmp_path: Path, rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rig.services.link, "gateway", None)  # nobody else looks
    rig.simulator.weather.update({"slow": True, "slow_seconds": 0.5})
    argv = [sys.executable, "-c", _REGISTER, str(tmp_path / "killed"), rig.simulator.base_url, PROFILE, A2P]
    process = await asyncio.to_thread(
        subprocess.Popen, argv, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert await asyncio.to_thread(process.stdout.readline) == "connected\n"
        await rig.until(lambda: rig.simulator.requests["GET v1/a2p/BrandRegistrations"], "it looks first")
        rig.simulator.weather.update({"slow_seconds": 60.0})
        await rig.until(lambda: rig.simulator.account.registrar.brands, "it is made at Twilio")
    finally:
        process.send_signal(signal.SIGKILL)
        await asyncio.to_thread(process.communicate)
    rig.simulator.weather.clear()

    again = Rig(tmp_path / "killed", rig.simulator)
    await again.open(rig.simulator.base_url)
    try:
        desk = again.services.registrations
        assert [one.kind for one in desk.unsettled] == [Kind.BRAND]
        await again.connect()
        await again.until(lambda: not desk.unsettled and desk.known.brands, "it is found at the start")
        assert (await desk.register_brand(BRAND)).sid in rig.simulator.account.registrar.brands
    finally:
        await again.stop()
    assert rig.simulator.requests[CREATE_BRAND] == 1


async def test_what_was_filled_in_is_there_after_a_crash_and_goes_with_what_was_taken(tmp_path: Path) -> None:
    async with running(tmp_path, online=False) as before:
        desk = before.services.registrations
        await desk.save_draft(Kind.CAMPAIGN, "MG1", GOOD)
        await desk.save_draft(Kind.VERIFICATION, TOLL_FREE, FREE)
        await desk.save_draft(Kind.BRAND, "", replace(BRAND, mock=True))
    async with running(tmp_path) as after:
        desk = after.services.registrations
        assert await desk.draft(Kind.CAMPAIGN, "MG1") == GOOD
        assert await desk.draft(Kind.VERIFICATION, TOLL_FREE) == FREE
        assert await desk.draft(Kind.BRAND) == replace(BRAND, mock=True)
        await desk.verify(TOLL_FREE, FREE)
        assert await desk.draft(Kind.VERIFICATION, TOLL_FREE) is None
        await desk.drop_draft(Kind.CAMPAIGN, "MG1")
        assert await desk.draft(Kind.CAMPAIGN, "MG1") is None


async def test_what_twilio_refuses_stays_a_draft(rig: Rig, desk: Registrations) -> None:
    brand = (await desk.register_brand(BRAND)).sid  # in review
    service = await desk.create_service("Shop")
    with pytest.raises(GatewayError, match="The brand is not approved"):
        await desk.register_campaign(service.sid, brand, GOOD)
    assert await desk.draft(Kind.CAMPAIGN, service.sid) == GOOD and desk.unsettled == ()


async def test_a_form_that_is_not_right_is_not_sent(rig: Rig, desk: Registrations) -> None:
    with pytest.raises(BadInput, match="SID is missing"):
        await desk.register_brand(replace(BRAND, profile=""))
    with pytest.raises(BadInput, match="The description"):
        await desk.register_campaign("MG1", "BN1", replace(GOOD, description="short"))
    with pytest.raises(BadInput, match="The website"):
        await desk.verify(TOLL_FREE, replace(FREE, website=""))
    with pytest.raises(BadInput, match="name"):
        await desk.create_service(" ")
    assert rig.simulator.requests[CREATE_BRAND] == 0


async def test_a_rejected_campaign_is_put_right_and_not_made_anew(rig: Rig, desk: Registrations) -> None:
    brand, service = await approved(rig), await desk.create_service("Shop")
    campaign = await desk.register_campaign(service.sid, brand, GOOD)
    rig.simulator.decide(campaign.sid, "FAILED", 30896)
    right = replace(GOOD, flow=GOOD.flow + " They can undo it.")
    with pytest.raises(BadInput, match="was rejected"):
        await desk.register_campaign(service.sid, brand, right)
    rig.simulator.lose_answer(UPDATE_CAMPAIGN)
    with pytest.raises(Uncertain):
        await desk.resubmit_campaign(campaign.service, right)
    again = await desk.resubmit_campaign(campaign.service, right)  # it is in review: nothing is sent a second time
    assert (again.status, again.flow) == ("PENDING", right.flow)
    assert rig.simulator.requests[UPDATE_CAMPAIGN] == 1


async def test_another_campaign_is_not_taken_for_ours(rig: Rig, desk: Registrations) -> None:
    brand, service = await approved(rig), await desk.create_service("Shop")
    await desk.register_campaign(service.sid, brand, GOOD)
    with pytest.raises(BadInput, match="has a campaign already"):
        await desk.register_campaign(service.sid, brand, replace(GOOD, usecase="MARKETING"))
    assert rig.simulator.requests[CREATE_CAMPAIGN] == 1


async def test_a_rehearsal_makes_way_for_the_real_one(rig: Rig, desk: Registrations) -> None:
    service = await desk.create_service("Shop")
    mock = await approved(rig, replace(BRAND, mock=True))
    rehearsal = await desk.register_campaign(service.sid, mock, GOOD)
    await desk.add_number(LINE, service.sid)
    await rig.simulator.idle()
    await desk.refresh()
    line = rig.services.lines.get(LINE)
    assert line is not None and desk.report(line).standing.word == "Rehearsal approved"
    assert desk.caution(LINE, US_PEER) is not None
    real = await desk.register_campaign(service.sid, await approved(rig), GOOD)
    assert [one.sid for one in desk.known.campaigns or ()] == [real.sid]
    assert set(rig.simulator.account.registrar.campaigns) == {real.sid} != {rehearsal.sid}


async def test_a_rejected_verification_is_put_right_or_asked_for_anew(rig: Rig, desk: Registrations) -> None:
    made = await desk.verify(TOLL_FREE, FREE)
    rig.simulator.decide(made.sid, "TWILIO_REJECTED", 30446)
    with pytest.raises(BadInput, match="can be put right"):
        await desk.verify(TOLL_FREE, FREE)
    again = await desk.reverify(made.sid, replace(FREE, summary="Other words"))
    assert again.status == "PENDING_REVIEW"
    rig.simulator.decide(made.sid, "TWILIO_REJECTED", 30446, editable=False)
    anew = await desk.verify(TOLL_FREE, FREE)
    assert anew.sid != made.sid


async def test_a_number_is_not_put_where_its_texts_would_go_elsewhere(rig: Rig, desk: Registrations) -> None:
    service = rig.simulator.account.add_service(friendly_name="Marketing")
    service.use_inbound_webhook_on_number = False
    with pytest.raises(BadInput, match="would not come here any more"):
        await desk.add_number(LINE, service.sid)
    assert service.senders == {}
    service.use_inbound_webhook_on_number = True
    await desk.add_number(LINE, service.sid)
    await desk.add_number(LINE, service.sid)
    assert list(service.senders) == [LINE]
    with pytest.raises(BadInput, match="not a number of the account"):
        await desk.add_number("+19990001111", service.sid)


async def test_an_account_that_may_not_is_told_so_and_nothing_is_claimed(rig: Rig, desk: Registrations) -> None:
    rig.simulator.account.registrar.allowed = False
    known = await desk.refresh()
    assert known.brands is None and known.verifications is None
    assert any("does not show this account’s brands" in trouble for trouble in known.troubles)
    assert desk.caution(LINE, US_PEER) is None and desk.trouble == ""
    assert all(one.standing.word == "Not known" for one in desk.reports())
    with pytest.raises(NotAllowed):
        await desk.register_brand(BRAND)
    assert desk.unsettled == ()


async def test_what_cannot_be_asked_now_stays_as_it_was_known(rig: Rig, desk: Registrations) -> None:
    await approved(rig)
    before = await desk.refresh()
    rig.simulator.weather.update({"error_before": True})
    with pytest.raises(GatewayError):
        await desk.refresh()
    assert desk.known == before and desk.trouble
    rig.simulator.weather.clear()
    await desk.refresh()
    assert desk.trouble == ""


async def test_a_token_that_was_changed_makes_nothing_unknown(rig: Rig, desk: Registrations) -> None:
    await approved(rig)
    before = await desk.refresh()
    rig.simulator.rotate_token("d" * 32)
    with pytest.raises(GatewayError, match="does not take the Auth Token"):
        await desk.refresh()
    assert desk.known == before


async def test_what_could_not_be_asked_is_asked_once_twilio_is_back(rig: Rig, desk: Registrations) -> None:
    rig.simulator.weather.update({"error_before": True})
    with pytest.raises(GatewayError):
        await desk.refresh()
    rig.simulator.weather.clear()
    desk.returned()
    await rig.until(lambda: desk.known.at and not desk.trouble, "it is asked again")
    looks = rig.simulator.requests["GET v1/a2p/BrandRegistrations"]
    desk.returned()
    await desk.refresh()
    assert rig.simulator.requests["GET v1/a2p/BrandRegistrations"] == looks + 1  # nothing was owed


async def test_it_looks_by_itself_after_the_start(
    rig: Rig, desk: Registrations, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert desk.known is UNSEEN
    monkeypatch.setattr(registrationwatch, "FIRST", 0.0)
    async with running(rig.directory.parent / "other", rig.simulator) as other:
        await other.until(lambda: other.services.registrations.known.at, "the first look")
