"""The consent of one person, the question above the text, and the preferences' section."""

from pathlib import Path

from sms_desktop.demo import SHOP
from sms_desktop.domain.consent import Keywords
from sms_desktop.domain.roster import Trouble
from sms_desktop.services.consentpush import NOT_ENABLED, Pushed
from sms_desktop.services.roster import Imported
from sms_desktop.ui.consent.dialog import ConsentDialog
from sms_desktop.ui.consent.sentences import OPT_OUT
from sms_desktop.ui.preferences.consentpresenter import ConsentPresenter
from sms_desktop.ui.preferences.dialog import PreferencesDialog
from sms_desktop.ui.preferences.presenter import PreferencesPresenter
from sms_desktop.ui.tasks import Tasks
from tests.screenshots.scene import scene
from tests.screenshots.scenes.window import MAYA
from tests.screenshots.stage import Stage
from tests.ui.live import Live

YOURS = "+14155550132"
STOPPED = "+14155550123"


async def _asked(stage: Stage) -> None:
    await stage.play()
    await stage.open(YOURS)
    await stage.phones.phone(YOURS).text(SHOP, "Please stop texting me, this is the third one today")
    await stage.until(stage.desk.composer._view.consent.isVisible, "the question is asked")


@scene()
@scene(name="consent-question-500", size=(500, 720))
@scene(name="consent-question-200-percent", size=(700, 440), scale=2)
@scene(name="consent-question-right-to-left", rtl=True)
async def consent_question(stage: Stage) -> None:
    await _asked(stage)


@scene()
async def consent_question_answered(stage: Stage) -> None:
    """The composer gives way to the reason, and the timeline says who decided."""
    await _asked(stage)
    stage.desk.composer._view.consent.button(OPT_OUT).click()
    await stage.until(lambda: stage.desk.composer._view.is_locked, "the composer is locked")


async def _known(stage: Stage, peer: str) -> ConsentDialog:
    conversation = await stage.open(peer)
    stage.desk._open_consent(conversation)
    dialog = await stage.dialog()
    assert isinstance(dialog, ConsentDialog)
    return dialog


@scene()
@scene(name="consent-stopped-200-percent", scale=2)
async def consent_stopped(stage: Stage) -> None:
    await stage.play()
    await _known(stage, STOPPED)


@scene()
async def consent_entered(stage: Stage) -> None:
    """Several entries, and the form."""
    await stage.play()
    consents = stage.services.consents
    await consents.opt_in(SHOP, MAYA, "Ada", "signed the form at the counter, folder 3")
    await consents.opt_out(SHOP, MAYA, "Priya", "called and asked for no more reminders")
    await stage.open(MAYA)
    await stage.still()
    (await _known(stage, MAYA)).agree.click()


@scene()
async def consent_unknown(stage: Stage) -> None:
    await stage.play()
    await _known(stage, "+14155550177")


@scene()
async def consent_locked_by_staff(stage: Stage) -> None:
    await stage.play()
    await stage.services.consents.opt_out(SHOP, MAYA, "Priya", "called and asked for no more reminders")
    await stage.open(MAYA)


async def _section(stage: Stage, live: Live) -> PreferencesDialog:
    def fail(error: BaseException) -> None:
        raise error

    dialog = PreferencesDialog(enter_sends=True, author="Priya", section="consent")
    list(dialog.furnish())
    PreferencesPresenter(live, Tasks(fail), dialog).start()
    stage.put(dialog)
    await stage.still()
    return dialog


@scene(size=(700, 860))
@scene(name="preferences-consent-640", size=(640, 520))
@scene(name="preferences-consent-right-to-left", size=(700, 860), rtl=True)
async def preferences_consent(stage: Stage) -> None:
    live = Live()
    live.consents.words = Keywords.of(["Arrêt", "وقف", "🛑"], ["Reprendre"])
    await _section(stage, live)


LIST = """Name,Phone,Opt-in,Date
Ada,(212) 555-0187,yes,2026-03-01
Ben,(212) 555-0188,no,2026-03-02
Cleo,hello,yes,2026-03-02
"""


async def _file(stage: Stage, live: Live) -> PreferencesDialog:
    path = stage.directory / "customers.csv"
    path.write_text(LIST, encoding="utf-8")

    async def chosen(_: object) -> Path:
        return path

    dialog = await _section(stage, live)
    [presenter] = dialog.consent.findChildren(ConsentPresenter)
    presenter.ask_source = chosen
    dialog.consent.file.click()
    await stage.until(dialog.consent.plan.isVisible, "the plan is shown")
    return dialog


@scene(size=(700, 860))
async def preferences_consent_plan(stage: Stage) -> None:
    await _file(stage, Live())


@scene(size=(700, 860))
@scene(name="preferences-consent-writing-640", size=(640, 520))
async def preferences_consent_writing(stage: Stage) -> None:
    """The evidence of very many."""
    page = (await _section(stage, Live())).consent
    page.pdf.setFocus()
    page.set_writing(True)
    page.show_writing(12_000)
    await stage.still()


@scene(size=(700, 860))
async def preferences_consent_imported(stage: Stage) -> None:
    """Row by row; and an account that has no Consent API."""
    live = Live()
    live.consentpush.now = Pushed(on=True, waiting=3, trouble=NOT_ENABLED)
    troubles = (
        Trouble(4, "hello", "“hello” is not a phone number. Texts can go to numbers only."),
        Trouble(18, "+13035559997", "“not-a-date” is no date, so the opt-out counts from today."),
        Trouble(
            21,
            "+13035559998 · Bernadette Featherstonehaugh · 12 Long Lane, Springfield",
            "A quotation mark runs on over several rows here: put that right in the file.",
        ),
        Trouble(9, "+12125550123", "They opted out, and a list cannot take that back."),
        Trouble(12, "+12125550124", "“2031-01-01” lies ahead, so the opt-out counts from today."),
    )
    live.rosters.imported = Imported(49_697, troubles)
    dialog = await _file(stage, live)
    dialog.consent.enter.click()
    await stage.until(dialog.consent.troubles.isVisible, "the rows are shown")
