"""From nothing: a text is stopped, a rehearsal changes nothing of that, the real registration does."""

from dataclasses import replace

from sms_desktop.domain.brand import BrandForm
from sms_desktop.domain.message import Status
from sms_desktop.domain.registration import Step
from tests.domain.test_forms import FREE, GOOD, PROFILE
from tests.rig import LINE, TOLL_FREE, Rig

BRAND = BrandForm(PROFILE, "BU" + "1" * 32)
CUSTOMER, IN_BRITAIN = "+14155550132", "+447400123456"


async def ends(rig: Rig, peer: str, body: str, line: str = LINE) -> tuple[Status, int | None]:
    sent = await rig.send(peer, body, line)
    ended = await rig.status(sent, Status.DELIVERED, Status.UNDELIVERED, Status.FAILED)
    return ended.status, ended.error_code


async def test_a_shop_registers_first_for_rehearsal_and_then_for_good(rig: Rig) -> None:
    sim, desk = rig.simulator, rig.services.registrations
    sim.enforce_registration()
    await rig.services.lines.refresh()
    await desk.refresh()

    def next_step() -> Step | None:
        caution = desk.caution(LINE, CUSTOMER)
        return caution.step if caution is not None else None

    assert next_step() is Step.BRAND and desk.caution(LINE, IN_BRITAIN) is None
    assert await ends(rig, CUSTOMER, "Your chair is ready") == (Status.UNDELIVERED, 30034)
    assert await ends(rig, IN_BRITAIN, "Your chair is ready") == (Status.DELIVERED, None)

    rehearsed = await desk.register_brand(replace(BRAND, mock=True))
    await sim.idle()
    service = await desk.create_service("Shop texts")
    await desk.register_campaign(service.sid, rehearsed.sid, GOOD)
    await desk.add_number(LINE, service.sid)
    await sim.idle()
    await desk.refresh()
    assert next_step() is Step.BRAND  # for real
    assert await ends(rig, CUSTOMER, "Is it for real?") == (Status.UNDELIVERED, 30034)

    brand = await desk.register_brand(BRAND)
    sim.decide(brand.sid, "APPROVED")
    campaign = await desk.register_campaign(service.sid, brand.sid, GOOD)
    assert next_step() is Step.WAIT
    assert await ends(rig, CUSTOMER, "Not yet") == (Status.UNDELIVERED, 30034)
    sim.decide(campaign.sid, "FAILED", 30896)
    await desk.refresh()
    assert next_step() is Step.EDIT
    await desk.resubmit_campaign(campaign.service, replace(GOOD, flow=GOOD.flow + " They can undo it at any time."))
    sim.decide(campaign.sid, "VERIFIED")
    await desk.refresh()
    assert next_step() is None
    assert await ends(rig, CUSTOMER, "Your chair is ready now") == (Status.DELIVERED, None)
    assert [text.body for text in sim.phone(CUSTOMER).messages] == ["Your chair is ready now"]


async def test_a_toll_free_number_is_verified(rig: Rig) -> None:
    sim, desk = rig.simulator, rig.services.registrations
    sim.enforce_registration()
    await rig.services.lines.refresh()
    await desk.refresh()
    caution = desk.caution(TOLL_FREE, CUSTOMER)
    assert caution is not None and caution.step is Step.VERIFY
    assert await ends(rig, CUSTOMER, "Hello", TOLL_FREE) == (Status.UNDELIVERED, 30032)
    verification = await desk.verify(TOLL_FREE, FREE)
    sim.decide(verification.sid, "TWILIO_APPROVED")
    await desk.refresh()
    assert desk.caution(TOLL_FREE, CUSTOMER) is None
    assert await ends(rig, CUSTOMER, "Hello again", TOLL_FREE) == (Status.DELIVERED, None)
