"""How lines are registered: the preferences' section in each state, and the guide through its forms."""

from dataclasses import replace

from sms_desktop.demo import SHOP
from sms_desktop.domain.brand import BrandForm
from sms_desktop.domain.campaign import CampaignForm, form_of
from sms_desktop.domain.events import RegistrationsChanged
from sms_desktop.domain.line import Line
from sms_desktop.domain.registration import Kind, Known, News, Step, Tone
from sms_desktop.domain.rejections import reason_of
from sms_desktop.domain.tollfree import TollFreeForm
from sms_desktop.ui import words
from sms_desktop.ui.preferences.dialog import PreferencesDialog, Section
from sms_desktop.ui.preferences.presenter import PreferencesPresenter
from sms_desktop.ui.registration.guide import GuideDialog
from sms_desktop.ui.registration.guiding import Guiding
from sms_desktop.ui.registration.plan import plan_of
from sms_desktop.ui.tasks import Tasks
from tests.screenshots.scene import scene
from tests.screenshots.scenes.window import MAYA
from tests.screenshots.stage import Stage
from tests.ui import registrationsamples as told
from tests.ui.live import Live
from tests.ui.registrationsamples import BERLIN_LINE, FREE_LINE, SHOP_LINE, SHORT_LINE

TALL = (760, 1000)
PAGE = (920, 680)


def _fail(error: BaseException) -> None:
    raise error


async def _section(
    stage: Stage, known: Known, *, section: Section = "registration", lines: tuple[Line, ...] = (SHOP_LINE, FREE_LINE)
) -> None:
    live = Live()
    live.registrations.lines = lines
    live.registrations.tell(known)
    dialog = PreferencesDialog(enter_sends=True, author="Priya", section=section)
    list(dialog.furnish())
    PreferencesPresenter(live, Tasks(_fail), dialog).start()
    stage.put(dialog)
    await stage.still()


@scene(size=TALL)
@scene(name="registration-nothing-640", size=(640, 520))
async def registration_nothing(stage: Stage) -> None:
    await _section(stage, told.NOTHING)


@scene(size=TALL)
async def registration_in_review(stage: Stage) -> None:
    await _section(stage, told.DESCRIBED)


@scene(size=TALL)
@scene(name="registration-rejected-right-to-left", size=TALL, rtl=True)
@scene(name="registration-rejected-200-percent", size=TALL, scale=2)
@scene(name="registration-rejected-640", size=(640, 900))
async def registration_rejected(stage: Stage) -> None:
    await _section(stage, told.REJECTED)


@scene(size=TALL)
async def registration_approved(stage: Stage) -> None:
    """Every kind of line."""
    await _section(stage, told.APPROVED, lines=(SHOP_LINE, FREE_LINE, SHORT_LINE, BERLIN_LINE))


@scene(size=TALL)
async def registration_rehearsed(stage: Stage) -> None:
    await _section(stage, told.REHEARSED)


@scene(size=TALL)
async def registration_rehearsed_in_review(stage: Stage) -> None:
    """A rehearsal is decided in moments."""
    mock = replace(told.CAMPAIGN, mock=True, status="IN_PROGRESS")
    await _section(stage, replace(told.REHEARSED, campaigns=(mock,)))


@scene(size=TALL)
async def registration_elsewhere(stage: Stage) -> None:
    """A button, and the way to Twilio beside it."""
    pools = (told.POOL, replace(told.POOL, sid="MG2", name="Reminders", senders=()))
    await _section(stage, replace(told.APPROVED, pools=pools, campaigns=(replace(told.CAMPAIGN, service="MG2"),)))


@scene(size=TALL)
async def registration_two_campaigns(stage: Stage) -> None:
    """Which of them a number is for is asked."""
    second = replace(told.CAMPAIGN, sid="QE2", service="MG2", description="We remind customers of appointments.")
    pools = (replace(told.POOL, senders=()), replace(told.POOL, sid="MG2", name="Reminders", senders=()))
    await _section(stage, replace(told.OUTSIDE, pools=pools, campaigns=(told.CAMPAIGN, second)))
    assert isinstance(stage.main, PreferencesDialog)
    stage.main.registration.cards[SHOP_LINE.address].act.click()
    await stage.still()


@scene(size=TALL)
async def registration_unknown(stage: Stage) -> None:
    """Twilio could not be asked about some of it."""
    trouble = "Twilio did not answer when it was asked for your Messaging Services."
    await _section(stage, Known(told.NOW, (told.BRAND,), None, None, (), (trouble,)))


@scene(size=(760, 640))
async def registration_lines(stage: Stage) -> None:
    """The way there from each line's row."""
    await _section(stage, told.REJECTED, section="lines")


async def _guide(
    stage: Stage, known: Known, *, toll_free: bool = False, draft: tuple[Kind, str, object] | None = None
) -> tuple[GuideDialog, Guiding]:
    live = Live()
    live.registrations.tell(known)
    if draft is not None:
        live.registrations.drafts[draft[0], draft[1]] = draft[2]  # type: ignore[assignment]
    report = live.registrations.report(FREE_LINE if toll_free else SHOP_LINE)
    plan = plan_of(live.registrations, report)
    dialog = GuideDialog(plan.title, words.line_name(report.line), plan.pages)
    guiding = Guiding(Tasks(_fail), dialog, plan, live.hub)
    await guiding.start()
    stage.put(dialog)
    await stage.still()
    return dialog, guiding


@scene(size=PAGE)
@scene(name="register-brand-right-to-left", size=PAGE, rtl=True)
async def register_brand(stage: Stage) -> None:
    await _guide(stage, told.NOTHING)


@scene(size=PAGE)
async def register_brand_check(stage: Stage) -> None:
    await _guide(stage, told.NOTHING, draft=(Kind.BRAND, "", BrandForm(told.BU, told.OTHER_BU)))


@scene(size=PAGE)
async def register_brand_rehearsal(stage: Stage) -> None:
    await _guide(stage, told.NOTHING, draft=(Kind.BRAND, "", BrandForm(told.BU, told.OTHER_BU, mock=True)))


@scene(size=PAGE)
async def register_service(stage: Stage) -> None:
    await _guide(stage, replace(told.BRANDED, pools=(replace(told.POOL, sid="MG9", name="Old texts", senders=()),)))


WRITTEN = form_of(told.CAMPAIGN)


@scene(size=PAGE)
@scene(name="register-purpose-500", size=(500, 760))
async def register_purpose(stage: Stage) -> None:
    """Too short, and complained of."""
    short = CampaignForm(usecase="CUSTOMER_CARE", description="Texts to customers.")
    dialog, _ = await _guide(stage, replace(told.BRANDED, pools=(told.POOL,)), draft=(Kind.CAMPAIGN, "MG1", short))
    dialog.foot.primary.click()


@scene(size=PAGE)
@scene(name="register-examples-200-percent", size=PAGE, scale=2)
async def register_examples(stage: Stage) -> None:
    """Advice beside what is wrong."""
    odd = replace(WRITTEN, samples=("See https://bit.ly/3x for your chair, it is ready", "Call 212-555-0100", "Hello"))
    dialog, _ = await _guide(stage, replace(told.BRANDED, pools=(told.POOL,)), draft=(Kind.CAMPAIGN, "MG1", odd))
    dialog.foot.primary.click()


@scene(size=PAGE)
async def register_answers(stage: Stage) -> None:
    _, guiding = await _guide(stage, replace(told.BRANDED, pools=(told.POOL,)), draft=(Kind.CAMPAIGN, "MG1", WRITTEN))
    guiding._go(2)


@scene(size=(920, 860))
@scene(name="register-check-right-to-left", size=(920, 860), rtl=True)
@scene(name="register-check-500", size=(500, 860))
async def register_check(stage: Stage) -> None:
    await _guide(stage, replace(told.BRANDED, pools=(told.POOL,)), draft=(Kind.CAMPAIGN, "MG1", WRITTEN))


@scene(size=(920, 1060))
@scene(name="register-check-advised-500", size=(500, 1060))
async def register_check_advised(stage: Stage) -> None:
    """What carriers often reject is said once more before it costs something."""
    odd = replace(WRITTEN, samples=("See https://example.com for your chair.", "Call 212-555-0100 about it."))
    odd = replace(odd, links=False, phones=False)
    await _guide(stage, replace(told.BRANDED, pools=(told.POOL,)), draft=(Kind.CAMPAIGN, "MG1", odd))


@scene(size=PAGE)
async def register_sent(stage: Stage) -> None:
    dialog, _ = await _guide(stage, replace(told.BRANDED, pools=(told.POOL,)), draft=(Kind.CAMPAIGN, "MG1", WRITTEN))
    dialog.sheets[-1].agree.check.click()  # type: ignore[attr-defined]
    dialog.foot.primary.click()
    await stage.until(lambda: dialog.pages.currentWidget() is dialog.outcome, "it is sent")


@scene(size=PAGE)
async def register_again(stage: Stage) -> None:
    """What was rejected is put right."""
    _, guiding = await _guide(stage, told.REJECTED)
    guiding._reached = 3
    guiding._go(0)


@scene(size=PAGE)
async def verify_business(stage: Stage) -> None:
    await _guide(stage, told.NOTHING, toll_free=True)


WHOLE = TollFreeForm(
    "Bright Chairs LLC", "https://brightchairs.example", "ada@brightchairs.example", (),
    "We text customers when their order is ready. " * 12, "hi", "PAPER_FORM",
    ("https://brightchairs.example/form.jpg",), "1,000", registration_number="12-34", registration_authority="EIN",
)  # fmt: skip


async def _verify_wrong(stage: Stage, place: int, form: TollFreeForm) -> GuideDialog:
    draft = (Kind.VERIFICATION, FREE_LINE.address, form)
    dialog, guiding = await _guide(stage, told.NOTHING, toll_free=True, draft=draft)
    guiding._reached = 4
    guiding._go(place)
    dialog.foot.primary.click()
    await stage.still()
    return dialog


@scene(size=PAGE)
async def verify_business_wrong(stage: Stage) -> None:
    """A tax number that is none: the field has the keyboard, and looks wrong."""
    await _verify_wrong(stage, 0, WHOLE)


@scene(size=PAGE)
async def verify_kinds_wrong(stage: Stage) -> None:
    """Nothing is ticked, and the keyboard is at the first box."""
    await _verify_wrong(stage, 2, WHOLE)


@scene(size=PAGE)
@scene(name="verify-texts-wrong-500", size=(500, 680))
async def verify_texts_wrong(stage: Stage) -> None:
    """Too long, and an example that says nothing."""
    await _verify_wrong(stage, 2, replace(WHOLE, categories=("CUSTOMER_CARE",)))


@scene(size=PAGE)
async def verify_again(stage: Stage) -> None:
    """Put right, from the field that was rejected on; what no field is for is told first."""
    details = {name: getattr(WHOLE, name) for name in WHOLE.__dataclass_fields__}
    reasons = tuple(reason_of(code, Kind.VERIFICATION, "Rejected") for code in (30999, 30891))
    rejected = replace(told.VERIFICATION, details=details, reasons=reasons)
    await _guide(stage, replace(told.NOTHING, verifications=(rejected,)), toll_free=True)


@scene(size=(640, 520))
async def register_check_low(stage: Stage) -> None:
    """Opened at its top; what is still to be done stands beside the button."""
    await _guide(stage, replace(told.BRANDED, pools=(told.POOL,)), draft=(Kind.CAMPAIGN, "MG1", WRITTEN))


@scene(size=PAGE)
async def verify_texts(stage: Stage) -> None:
    _, guiding = await _guide(stage, told.NOTHING, toll_free=True)
    guiding._reached = 4
    guiding._go(2)


@scene(size=PAGE)
async def verify_agreement(stage: Stage) -> None:
    _, guiding = await _guide(stage, told.REJECTED, toll_free=True)
    guiding._reached = 4
    guiding._go(3)


async def _composer(stage: Stage, known: Known) -> None:
    await stage.play()
    conversation = await stage.open(MAYA)
    registrations = stage.services.registrations
    shop = next(line for line in stage.services.lines.known() if line.address == SHOP)
    sid = shop.sid or ""
    pools = tuple(replace(pool, senders=(sid,)) for pool in known.pools or ())
    registrations.known = replace(known, pools=pools)
    stage.services.hub.publish([RegistrationsChanged(registrations.known)])
    stage.desk.composer._view.editor.setPlainText("Your chair is ready. You can collect it from 9 tomorrow.")
    assert conversation.line == SHOP


@scene()
@scene(name="composer-registered-right-to-left", rtl=True)
async def composer_registered(stage: Stage) -> None:
    """The From line as in the target."""
    await _composer(stage, told.APPROVED)


@scene()
@scene(name="composer-unregistered-500", size=(500, 720))
@scene(name="composer-unregistered-200-percent", size=(700, 440), scale=2)
@scene(name="composer-unregistered-right-to-left", rtl=True)
async def composer_unregistered(stage: Stage) -> None:
    """A text that carriers would stop is asked about first."""
    await _composer(stage, told.NOTHING)


@scene()
async def composer_in_review(stage: Stage) -> None:
    await _composer(stage, told.DESCRIBED)


async def _news(stage: Stage, news: News) -> None:
    await stage.play()
    await stage.open(MAYA)
    stage.services.hub.publish([RegistrationsChanged(stage.services.registrations.known, (news,))])


@scene()
@scene(name="news-rejected-500", size=(500, 720))
@scene(name="news-rejected-right-to-left", rtl=True)
async def news_rejected(stage: Stage) -> None:
    """Why, and the way on."""
    why = "It is not clear how people agree to get texts."
    await _news(stage, News(f"Verification of (888) 555-0144 · Toll-free: rejected. {why}", Tone.BAD, Step.EDIT, SHOP))


@scene()
async def news_in_review(stage: Stage) -> None:
    said = "Verification of (888) 555-0144 · Toll-free: in review. The verification is being looked at."
    await _news(stage, News(said, Tone.WAITING, Step.WAIT))
