"""What a guide is about: its pages, its form, and what is done with that at the end. A class a kind of registration."""

from abc import ABC, abstractmethod
from dataclasses import fields, replace
from datetime import datetime
from typing import Any, Generic, TypeVar

from sms_desktop.domain import brand, campaign, standings, tollfree
from sms_desktop.domain.brand import BrandForm
from sms_desktop.domain.campaign import CampaignForm, Problem
from sms_desktop.domain.errors import GatewayError
from sms_desktop.domain.phone import display
from sms_desktop.domain.registration import Brand, Campaign, Kind, Standing, Step, Verification, identity
from sms_desktop.domain.registrationreport import Report, What
from sms_desktop.domain.rejections import Reason
from sms_desktop.domain.tollfree import TollFreeForm
from sms_desktop.services.clock import now
from sms_desktop.ui.registration.answers import AnswersPage
from sms_desktop.ui.registration.brand import BrandPage
from sms_desktop.ui.registration.check import CheckPage
from sms_desktop.ui.registration.examples import ExamplesPage
from sms_desktop.ui.registration.formsheet import FormSheet, Sent
from sms_desktop.ui.registration.needs import Registrations
from sms_desktop.ui.registration.purpose import PurposePage
from sms_desktop.ui.registration.sender import SenderPage
from sms_desktop.ui.registration.tollfree import AgreementPage, BusinessPage, ContactPage, TextsPage
from sms_desktop.ui.words import line_name, one_line

F = TypeVar("F", BrandForm, CampaignForm, TollFreeForm)
Made = Brand | Campaign | Verification
REHEARSE = "Send this to Twilio’s rehearsal?"


class Plan(ABC, Generic[F]):
    """``form`` is what has been written so far; ``key`` under which its draft is kept."""

    title = ""
    kind: Kind
    again = False
    """It was rejected before, and is sent in once more."""

    def __init__(self, registrations: Registrations, report: Report, form: F, key: str = "") -> None:
        self.registrations, self.report, self.key = registrations, report, key
        self.form: F = form
        self._before: F = form
        self.reasons: tuple[Reason, ...] = report.standing.reasons
        self._made: Made | None = None
        self.check = CheckPage(self.question)
        self.pages: list[FormSheet] = [*self.build(), self.check]

    @abstractmethod
    def build(self) -> list[FormSheet]:
        """All pages but the last."""

    @property
    def question(self) -> str:
        """Of the last page; by what has been written so far."""
        return "Send this to Twilio?"

    @property
    def number(self) -> str:
        return display(self.report.line.address)

    @property
    def line_sent(self) -> Sent:
        return Sent("Line", line_name(self.report.line))

    async def restore(self) -> bool:
        """Takes up what was written before; gives whether something was."""
        kept = await self.draft()
        if kept is not None:
            self.form = kept
        for page in self.pages:
            page.fill(self.form)
            page.show_rejected(self._told_on(page))
        return kept is not None

    def _told_on(self, page: FormSheet) -> list[Reason]:
        """What is no page's to put right is told on the first."""
        homeless = [one for one in self.reasons if not any(other.concerns(one) for other in self.pages)]
        return [one for one in self.reasons if page.concerns(one) or (page is self.pages[0] and one in homeless)]

    @property
    def first_rejected(self) -> int:
        """The place of the first page on which something is told that was not accepted."""
        return next((place for place, page in enumerate(self.pages) if self._told_on(page)), 0)

    async def draft(self) -> F | None:
        """What was written before."""
        return await self._kept(self.key)

    async def _kept(self, key: str) -> F | None:
        kept = await self.registrations.draft(self.kind, key)
        return kept if isinstance(kept, type(self.form)) else None

    async def prepare(self) -> None:
        """Asks Twilio for what there is to choose from; raises nothing."""

    def take(self) -> None:
        """What stands in the pages, into the form."""
        written: dict[str, Any] = {}
        for page in self.pages:
            taken = page.taken()
            written |= {name: taken[name] for name in self._names(page)}
        self.form = replace(self.form, **written)

    def _names(self, page: FormSheet) -> list[str]:
        """What of the form stands on it."""
        known = {field.name for field in fields(self.form)}
        return [name for name in page.taken() if name in known]

    async def keep(self) -> None:
        await self.registrations.save_draft(self.kind, self.key, self.form)

    @property
    def is_unchanged(self) -> bool:
        """It was rejected as it stands."""
        return self.again and self.form == self._before

    def is_wrong(self, page: FormSheet) -> bool:
        """Something on it was not accepted, and it still is as it was then."""
        same = all(getattr(self.form, name) == getattr(self._before, name) for name in self._names(page))
        return same and any(page.mends(one) for one in self.reasons)

    @abstractmethod
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the form as it stands, or had better be another."""

    def sent(self) -> list[Sent]:
        return [one for page in self.pages for one in page.sent()]

    @property
    def costs(self) -> str:
        """What Twilio charges for it, in a sentence, or ""."""
        return ""

    async def leave(self, page: FormSheet) -> None:
        """Something that is done when ``page`` is gone on from. Raises SmsDesktopError."""

    async def send(self) -> Standing:
        """Raises SmsDesktopError."""
        self._made = await self._send()
        return standings.of(self._made, now())

    @abstractmethod
    async def _send(self) -> Made:
        """Raises SmsDesktopError."""

    def came_of_it(self, at: datetime) -> Standing | None:
        """Where it stands what was sent in at that time and not answered; None: that is not known yet."""
        made = self.registrations.came_of(self.kind, self.key, self.form, at)
        if not isinstance(made, Made):
            return None
        found = standings.of(made, now())
        if self.again and found.step is Step.EDIT:
            return None  # that is how it was before
        self._made = made
        return found

    def stands(self) -> Standing | None:
        """Where it stands by now what was sent in; None where Twilio did not tell of it."""
        known, made = self.registrations.known, self._made
        lists = (known.brands, known.campaigns, known.verifications)
        there = (one for some in lists for one in some or () if made is not None and identity(one) == identity(made))
        return next((standings.of(one, now()) for one in there), None)

    @property
    def rehearses(self) -> bool:
        """Whether what was sent in is played through only."""
        return isinstance(self._made, Brand | Campaign) and self._made.mock


class BrandPlan(Plan[BrandForm]):
    """Who the business is."""

    title, kind = "Register your business", Kind.BRAND

    def __init__(self, registrations: Registrations, report: Report) -> None:
        before = report.brand
        form = BrandForm(profile=before.profile, a2p_profile=before.a2p_profile) if before else BrandForm()
        super().__init__(registrations, report, form)

    def build(self) -> list[FormSheet]:
        page = BrandPage()
        page.show_profiles(self.registrations.known.profiles)
        return [page]

    def problems(self) -> tuple[Problem, ...]:
        return brand.problems(self.form)

    @property
    def question(self) -> str:
        return REHEARSE if self.form.mock else "Register your business?"

    @property
    def costs(self) -> str:
        return "" if self.form.mock else brand.COSTS

    async def _send(self) -> Brand:
        return await self.registrations.register_brand(self.form)


class CampaignPlan(Plan[CampaignForm]):
    """What is sent, and how people agree."""

    title, kind = "Describe what you send", Kind.CAMPAIGN

    def __init__(self, registrations: Registrations, report: Report) -> None:
        before = report.campaign
        self.mock = report.brand is not None and report.brand.mock
        self.again = report.standing.step is Step.EDIT and before is not None
        joined = report.pool is not None and (before is None or self.again or before.mock)
        self.service = report.pool.sid if joined and report.pool is not None else ""
        rehearsed = next((one for one in registrations.known.campaigns or () if one.service == self.service), None)
        earlier = before or rehearsed  # which is no more once it is for real, but its words are good
        form = campaign.form_of(earlier) if earlier is not None else CampaignForm()
        super().__init__(registrations, report, form, self.service)

    @property
    def question(self) -> str:
        return REHEARSE if self.mock else "Send this to the carriers?"

    def build(self) -> list[FormSheet]:
        self.sender = SenderPage(self.number)
        self.purpose, answers = PurposePage(), AnswersPage()
        pages: list[FormSheet] = [self.purpose, ExamplesPage(), answers]
        if self.again:
            self.purpose.fix()
            answers.fix()
        if not self.service:
            known = self.registrations.known
            taken = {one.service for one in known.campaigns or ()}
            free = [pool for pool in known.pools or () if pool.sid not in taken]
            self.sender.show_pools(free, f"Texts of {one_line(self.report.line.label) or self.number}")
            pages.insert(0, self.sender)
        return pages

    async def draft(self) -> CampaignForm | None:
        """For this service, or else from before one was chosen."""
        return await self._kept(self.key) or (None if self.again or not self.key else await self._kept(""))

    async def prepare(self) -> None:
        await self._ask_usecases()

    async def _ask_usecases(self) -> None:
        if not self.service or self.report.brand is None or self.again:
            return
        try:
            found = await self.registrations.usecases(self.service, self.report.brand.sid)
        except GatewayError as error:
            self.purpose.show_usecases_trouble(str(error))
        else:
            self.purpose.show_usecases([(one.code, one.name, one.description) for one in found])

    def problems(self) -> tuple[Problem, ...]:
        return campaign.problems(self.form, again=self.again)

    def sent(self) -> list[Sent]:
        pool = next((one for one in self.registrations.known.pools or () if one.sid == self.service), None)
        where = [Sent("Messaging Service", one_line(pool.name) if pool is not None else self.service)]
        if not self.mock and any(one.mock for one in self._campaigns):
            where.append(Sent("Your rehearsal", "Its campaign ends, as this one takes its place"))
        return [self.line_sent, *where, *super().sent()]

    @property
    def _campaigns(self) -> list[Campaign]:
        """Those of the service."""
        return [one for one in self.registrations.known.campaigns or () if one.service == self.service]

    @property
    def costs(self) -> str:
        return "" if self.mock else campaign.COSTS

    async def leave(self, page: FormSheet) -> None:
        """The service is made, or joined, before the choice of purposes can be asked for."""
        if page is not self.sender:
            return
        before = self.service
        self.service = self.sender.chosen
        if not self.service:
            pool = await self.registrations.create_service(self.sender.name.edit.text().strip())
            self.service = pool.sid
            self.sender.show_made(pool)
        await self.registrations.add_number(self.report.line.address, self.service)
        if self.service != before:
            self.key = self.service
            await self.keep()
            await self.registrations.drop_draft(self.kind, "")
            await self._ask_usecases()

    async def _send(self) -> Campaign:
        registrations, before = self.registrations, self.report.campaign
        if self.again and before is not None:
            return await registrations.resubmit_campaign(before.service, self.form)
        brand_sid = self.report.brand.sid if self.report.brand is not None else ""
        return await registrations.register_campaign(self.service, brand_sid, self.form)


class VerificationPlan(Plan[TollFreeForm]):
    """Who texts from a toll-free number, and what."""

    title, kind = "Verify your toll-free number", Kind.VERIFICATION

    def __init__(self, registrations: Registrations, report: Report) -> None:
        before = report.verification
        self.again = report.standing.step is Step.EDIT and before is not None
        form = tollfree.form_of(before) if before is not None else TollFreeForm()
        super().__init__(registrations, report, form, report.line.address)

    def build(self) -> list[FormSheet]:
        return [BusinessPage(), ContactPage(), TextsPage(), AgreementPage()]

    async def restore(self) -> bool:
        """Who has told their business's name for automatic replies finds it here."""
        if self.report.verification is None:
            self.form = replace(self.form, business_name=await self.registrations.business())
        return await super().restore()

    def problems(self) -> tuple[Problem, ...]:
        return tollfree.problems(self.form)

    def sent(self) -> list[Sent]:
        return [self.line_sent, *super().sent()]

    async def _send(self) -> Verification:
        registrations, before = self.registrations, self.report.verification
        if self.again and before is not None:
            return await registrations.reverify(before.sid, self.form)
        return await registrations.verify(self.report.line.address, self.form)


def plan_of(registrations: Registrations, report: Report) -> BrandPlan | CampaignPlan | VerificationPlan:
    """By the report's next step."""
    if report.what is What.TOLL_FREE:
        return VerificationPlan(registrations, report)
    return (
        BrandPlan(registrations, report) if report.standing.step is Step.BRAND else CampaignPlan(registrations, report)
    )
