"""What Twilio may have told of registrations, and a stand-in that tells it."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from sms_desktop.domain.brand import BrandForm
from sms_desktop.domain.campaign import CampaignForm
from sms_desktop.domain.events import RegistrationsChanged
from sms_desktop.domain.hub import Hub
from sms_desktop.domain.line import Line, LineKind
from sms_desktop.domain.registration import Brand, Campaign, Kind, Known, SenderPool, Unsettled, Verification
from sms_desktop.domain.registrationreport import Caution, Report, caution_of, report_of
from sms_desktop.domain.rejections import reason_of
from sms_desktop.domain.tollfree import TollFreeForm
from sms_desktop.gateway.registration import Usecase
from sms_desktop.ui.registration.looking import Looking
from tests.ui.samples import NOW as NOW

BU, OTHER_BU = "BU" + "1a" * 16, "BU" + "2b" * 16
SHOP_LINE = Line("+12125550100", "Shop", LineKind.LOCAL, sid="PN1", color=4)
FREE_LINE = Line("+18885550144", "Toll-free", LineKind.TOLL_FREE, sid="PN2")
SHORT_LINE = Line("72345", "News", LineKind.SHORT_CODE, sid="SC1")
BERLIN_LINE = Line("+4915155501234", "Berlin", LineKind.MOBILE, sid="PN3")
BRAND = Brand("BN1", "APPROVED", "VERIFIED", profile=BU, a2p_profile=OTHER_BU, score=62)
POOL = SenderPool("MG1", "Bright Chairs", ("PN1",))
CAMPAIGN = Campaign(
    "QE1",
    "MG1",
    "BN1",
    "VERIFIED",
    usecase="CUSTOMER_CARE",
    description="We text customers when their order is ready, and answer their questions.",
    flow="Customers give their number at the counter on the order form and tick “Text me about my order”.",
    subscriber_opt_in=True,
    samples=("Hi [name], your chair is ready. Reply STOP to opt out.", "Bright Chairs: see you on [day] at [time]."),
)
VERIFICATION = Verification(
    "HH1",
    "PN2",
    "TWILIO_REJECTED",
    edit_allowed=True,
    edit_until=NOW + timedelta(days=6),
    details={"business_name": "Bright Chairs LLC", "website": "https://brightchairs.example"},
    reasons=(reason_of(30498, Kind.VERIFICATION),),
)
NOTHING = Known(NOW, (), (), (), ())
IN_REVIEW = Known(NOW, (replace(BRAND, status="PENDING"),), (), (), ())
BRANDED = Known(NOW, (BRAND,), (), (), ())
DESCRIBED = Known(NOW, (BRAND,), (POOL,), (replace(CAMPAIGN, status="IN_PROGRESS"),), ())
APPROVED = Known(NOW, (BRAND,), (POOL,), (CAMPAIGN,), (replace(VERIFICATION, status="TWILIO_APPROVED", reasons=()),))
OUTSIDE = Known(NOW, (BRAND,), (replace(POOL, senders=()),), (CAMPAIGN,), ())
REFUSED = replace(CAMPAIGN, status="FAILED", reasons=(reason_of(30886, Kind.CAMPAIGN), reason_of(30893, Kind.CAMPAIGN)))
REJECTED = Known(NOW, (BRAND,), (POOL,), (REFUSED,), (VERIFICATION,))
REHEARSED = Known(NOW, (replace(BRAND, mock=True),), (POOL,), (replace(CAMPAIGN, mock=True),), ())
USECASES = (
    Usecase("CUSTOMER_CARE", "Customer care", "Answers to customers, and news of their orders."),
    Usecase("MARKETING", "Marketing", "Offers and advertising."),
    Usecase("MIXED", "Several of these", "Two to five of the others.", needs_approval=False),
)


class FakeRegistrations:
    """``known`` is what Twilio told, and ``becomes`` what it tells the next time; ``asked`` what was wanted of it."""

    def __init__(self, hub: Hub, lines: Sequence[Line] = (SHOP_LINE, FREE_LINE)) -> None:
        self._hub = hub
        self.lines = tuple(lines)
        self.known, self.becomes = NOTHING, NOTHING
        self.asked: list[tuple[object, ...]] = []
        self.fails: Exception | None = None
        self.drafts: dict[tuple[str, str], BrandForm | CampaignForm | TollFreeForm] = {}
        self.busy, self.trouble, self.name = False, "", ""
        self.unsettled: tuple[Unsettled, ...] = ()
        self.came: Brand | Campaign | Verification | None = None
        """What is found of what was sent in without an answer."""
        self.gate = asyncio.Event()
        self.gate.set()

    def tell(self, known: Known) -> None:
        self.known = self.becomes = known
        self._hub.publish([RegistrationsChanged(known)])

    def report(self, line: Line) -> Report:
        return report_of(line, self.known, NOW)

    def reports(self) -> tuple[Report, ...]:
        return tuple(self.report(line) for line in self.lines)

    def caution(self, line_address: str, peer: str) -> Caution | None:
        line = next((line for line in self.lines if line.address == line_address), None)
        return None if line is None else caution_of(self.report(line), peer)

    async def refresh(self) -> Known:
        self._note("refresh")
        await self.gate.wait()
        self.tell(self.becomes)
        return self.known

    async def business(self) -> str:
        return self.name

    async def usecases(self, service_sid: str, brand_sid: str) -> tuple[Usecase, ...]:
        self._note("usecases", service_sid, brand_sid)
        return USECASES

    async def create_service(self, name: str) -> SenderPool:
        self._note("service", name)
        pool = SenderPool("MG2", name)
        self.known = replace(self.known, pools=(*(self.known.pools or ()), pool))
        return pool

    async def register_brand(self, form: BrandForm) -> Brand:
        self._note("brand", form)
        await self.gate.wait()
        brand = replace(BRAND, status="PENDING", mock=form.mock)
        self.becomes = replace(self.known, brands=(brand,))
        return brand

    async def register_campaign(self, service_sid: str, brand_sid: str, form: CampaignForm) -> Campaign:
        self._note("campaign", service_sid, brand_sid, form)
        return replace(CAMPAIGN, service=service_sid, status="IN_PROGRESS")

    async def resubmit_campaign(self, service: str, form: CampaignForm) -> Campaign:
        self._note("again", service, form)
        return replace(CAMPAIGN, status="IN_PROGRESS")

    async def add_number(self, line_address: str, service_sid: str) -> None:
        self._note("add", line_address, service_sid)

    async def verify(self, line_address: str, form: TollFreeForm) -> Verification:
        self._note("verify", line_address, form)
        return replace(VERIFICATION, status="PENDING_REVIEW", reasons=())

    async def reverify(self, verification_sid: str, form: TollFreeForm) -> Verification:
        self._note("reverify", verification_sid, form)
        return replace(VERIFICATION, status="PENDING_REVIEW", reasons=())

    def came_of(
        self, kind: Kind, key: str, form: BrandForm | CampaignForm | TollFreeForm, at: datetime
    ) -> Brand | Campaign | Verification | None:
        return self.came

    async def draft(self, kind: Kind, key: str) -> BrandForm | CampaignForm | TollFreeForm | None:
        return self.drafts.get((kind, key))

    async def save_draft(self, kind: Kind, key: str, form: BrandForm | CampaignForm | TollFreeForm) -> None:
        self.drafts[kind, key] = form

    async def drop_draft(self, kind: Kind, key: str) -> None:
        self.drafts.pop((kind, key), None)

    def _note(self, *what: object) -> None:
        self.asked.append(what)
        if self.fails is not None:
            raise self.fails


def rest_of(page: QWidget) -> QTimer:
    """What runs out before Twilio is asked by itself, while ``page`` is seen."""
    looking = page.findChild(Looking)
    assert looking is not None
    return looking._rest
