"""Automatic replies and who answers: the preferences' sections, and what the timeline tells of them."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from sms_desktop.demo import SHOP
from sms_desktop.domain.answering import Answering, Keyword
from sms_desktop.domain.hours import Hours, Span
from sms_desktop.domain.message import Status
from sms_desktop.domain.reply import Rule, Trigger
from sms_desktop.services.services import Services
from sms_desktop.store import lines
from sms_desktop.ui.preferences.dialog import PreferencesDialog, Section
from sms_desktop.ui.preferences.presenter import PreferencesPresenter
from sms_desktop.ui.replies.editor import RuleEditor
from sms_desktop.ui.tasks import Tasks
from tests.screenshots.samples import several
from tests.screenshots.scene import scene
from tests.screenshots.stage import Stage

TALL = (700, 1400)
PAGE = (700, 760)
STRANGER = "+14155550177"

WEEK = Hours(
    (*(Span(day, time(9), time(17)) for day in range(4)), Span(4, time(9), time(12)), Span(4, time(13), time(17)),
     Span(5, time(10), time(14)))
)  # fmt: skip
RULES = (
    Rule("Christmas", Trigger.HOLIDAY, "Happy holidays! We are back on 2 January.",
         dates=(date(2026, 12, 24), date(2026, 12, 25), date(2027, 1, 1)), cooldown=timedelta(days=1)),
    Rule("Opening hours", Trigger.CONTAINS,
         "Hi {first name|there}! We are open {opening hours|Mon-Fri 9:00-17:00}. See you soon!",
         words=("open", "hours", "closed", "sunday")),
    Rule("Order status", Trigger.PATTERN, "Thanks! We look up your order and text you within the hour.",
         line=SHOP, words=(r"order\s*#?\d{4,}",), cooldown=timedelta(hours=1)),
    Rule("Old offer", Trigger.EXACT, "The offer is over, sorry.", words=("CHAIRS20",), enabled=False),
    Rule("We are closed", Trigger.CLOSED,
         "Thanks for your text, {first name|friend}. We are closed now and answer {opening hours}.",
         cooldown=timedelta(hours=12)),
)  # fmt: skip


async def fill(services: Services) -> None:
    for rule in RULES:
        await services.replies.add(rule)
    await services.replies.set_hours(None, WEEK)
    await services.replies.set_business("Bright Chairs")


async def section(stage: Stage, shown: Section = "replies", *, filled: bool = True) -> PreferencesDialog:
    await stage.play()
    if filled:
        await fill(stage.services)
    main = stage.main

    def fail(error: BaseException) -> None:
        raise error

    dialog = PreferencesDialog(enter_sends=True, author="Priya", section=shown)
    list(dialog.furnish())
    PreferencesPresenter(stage.services, Tasks(fail), dialog).start()
    main.hide()
    stage.put(dialog)
    await stage.still()
    return dialog


@scene(size=PAGE)
@scene(name="replies-empty-640", size=(640, 520))
@scene(name="replies-empty-right-to-left", size=PAGE, rtl=True)
async def replies_empty(stage: Stage) -> None:
    await section(stage, filled=False)


@scene(size=TALL)
@scene(name="replies-640", size=(640, 1000))
@scene(name="replies-right-to-left", size=TALL, rtl=True)
@scene(name="replies-200-percent", size=PAGE, scale=2)
async def replies(stage: Stage) -> None:
    await section(stage)


async def _tried(stage: Stage, text: str, at: datetime | None = None) -> PreferencesDialog:
    dialog = await section(stage)
    card = dialog.replies.rules.trial
    if at is not None:
        card.when.setCurrentIndex(1)
        card.at.put(at)
    card._body.setText(text)
    await stage.until(card.result.isVisible, "it is said what answers")
    dialog.replies.rules.reveal(card)
    await stage.still()
    return dialog


@scene(size=PAGE)
@scene(name="replies-tried-right-to-left", size=PAGE, rtl=True)
async def replies_tried(stage: Stage) -> None:
    await _tried(stage, "Hi! Are you open on Sunday?")


@scene(size=PAGE)
async def replies_tried_twiml(stage: Stage) -> None:
    dialog = await _tried(stage, "Where is order #48213?", datetime.now(UTC) + timedelta(days=3))
    dialog.replies.rules.trial.twiml.fold.click()


@scene(size=PAGE)
async def replies_tried_held(stage: Stage) -> None:
    dialog = await _tried(stage, "Are you open?")
    dialog.replies.rules.trial.who.setEditText("72345")


async def _editor(stage: Stage, name: str) -> RuleEditor:
    dialog = await section(stage)
    rule = next(row.rule for row in dialog.replies.rules.list.rows if row.rule.name == name)
    dialog.replies.rules.editRequested.emit(rule.id)
    await stage.until(dialog.replies.editor.isVisible, "the rule is open")
    return dialog.replies.editor


@scene(size=PAGE)
@scene(name="replies-editor-640", size=(640, 520))
@scene(name="replies-editor-right-to-left", size=PAGE, rtl=True)
@scene(name="replies-editor-200-percent", size=PAGE, scale=2)
async def replies_editor(stage: Stage) -> None:
    await _editor(stage, "Opening hours")


@scene(size=PAGE)
async def replies_editor_left_out(stage: Stage) -> None:
    """No hours are set: what stands for them is left out, and the rule about them never answers."""
    editor = await _editor(stage, "We are closed")
    await stage.services.replies.set_hours(None, None)
    await stage.until(editor.left_out.isVisible, "it is said what is left out")


@scene(size=PAGE)
@scene(name="replies-editor-pictureless-640", size=(640, 520))
async def replies_editor_pictureless(stage: Stage) -> None:
    """A picture for all numbers, of which one sends none."""
    editor = await _editor(stage, "Opening hours")
    await _without_pictures(stage)
    editor.show_rule(editor.rule, stage.services.lines.known())
    name, _, data = several(1)[0]
    editor.show_picture(await stage.services.media.attach_bytes(data, name))
    await stage.until(editor.pictureless.isVisible, "it is said")
    editor.reveal(editor.pictureless)


async def _without_pictures(stage: Stage) -> None:
    """The shop's line has none."""
    line = next(one for one in stage.services.lines.known() if one.address == SHOP)
    await stage.engine.store.do(lambda tx: lines.save(tx, [replace(line, mms=False)]))
    await stage.until(lambda: not next(one for one in stage.services.lines.known() if one.address == SHOP).mms, "so")


@scene(size=PAGE)
async def replies_hourless(stage: Stage) -> None:
    dialog = await section(stage)
    await stage.services.replies.set_hours(None, None)
    shown = dialog.replies.rules.list
    await stage.until(lambda: any("never answers" in row.waits.said for row in shown.rows), "the row says it")


@scene(size=PAGE)
async def replies_editor_pattern(stage: Stage) -> None:
    editor = await _editor(stage, "Order status")
    editor.trigger.pattern.edit.setText("order (#?[0-9]+")
    await stage.until(editor.trigger.pattern.said.isVisible, "it is said what is wrong")


@scene(size=PAGE)
async def replies_editor_dates(stage: Stage) -> None:
    await _editor(stage, "Christmas")


@scene(size=PAGE)
async def replies_editor_asks(stage: Stage) -> None:
    editor = await _editor(stage, "We are closed")
    editor.text.edit.insertPlainText(" ")
    editor.text.show_text("Something else entirely")
    editor.step_back()


@scene(size=(700, 900))
@scene(name="answering-640", size=(640, 520))
async def answering(stage: Stage) -> None:
    await section(stage, "answering")


async def _answered(stage: Stage) -> None:
    await stage.play()
    await fill(stage.services)
    await stage.open(STRANGER)
    phone = stage.phones.phone(STRANGER)
    for text in ("Hi, are you open on Sunday?", "Hi, are you open on Sunday?", "Where is order #48213?"):
        await phone.text(SHOP, text)
        await stage.until(lambda text=text: stage.person.sees(text), "the text is there")  # type: ignore[misc]
    reply = "Thanks! We look up your order and text you within the hour."
    await stage.until(lambda: stage.person.sees(reply, Status.DELIVERED), "the second reply arrived")


@scene()
@scene(name="replies-timeline-500", size=(500, 720))
@scene(name="replies-timeline-right-to-left", rtl=True)
async def replies_timeline(stage: Stage) -> None:
    """Two replies with their rules, and the line between them where one was held back."""
    await _answered(stage)


@scene()
@scene(name="replies-pictureless-500", size=(500, 720))
async def replies_pictureless(stage: Stage) -> None:
    """A reply that left without its picture."""
    await stage.play()
    name, _, data = several(1)[0]
    map_ = await stage.services.media.attach_bytes(data, name)
    await stage.services.replies.add(Rule("Map", Trigger.CONTAINS, "Here is our map.", words=("map",), picture=map_))
    await _without_pictures(stage)
    await stage.open(STRANGER)
    await stage.phones.phone(STRANGER).text(SHOP, "map please")
    await stage.until(lambda: stage.person.sees("Here is our map.", Status.DELIVERED), "the reply arrived")
    await stage.still()


@scene(size=(700, 1080))
async def answering_ours(stage: Stage) -> None:
    """A line whose answers are ours against what was found out, and a text that lacks something."""
    dialog = await section(stage, "answering")
    page = dialog.answering
    page.rows[SHOP].choices[Answering.WE].click()
    await stage.until(page.boxes[Keyword.STOP].isVisible, "the texts are shown")
    page.boxes[Keyword.HELP].show_text("Call us, we help you.")
    page.boxes[Keyword.HELP].left.emit()


@scene(size=(700, 1180))
async def answering_nameless(stage: Stage) -> None:
    """Nobody knows what the business is called."""
    dialog = await section(stage, "answering", filled=False)
    page = dialog.answering
    page.rows[SHOP].choices[Answering.WE].click()
    await stage.until(page.boxes[Keyword.STOP].isVisible, "the texts are shown")
    page.show_business("")
    await stage.still()


@scene(size=(700, 1180))
async def answering_known_as(stage: Stage) -> None:
    """Nobody entered the name of the business, but Twilio knows it."""
    dialog = await section(stage, "answering", filled=False)
    page = dialog.answering
    page.rows[SHOP].choices[Answering.WE].click()
    await stage.until(page.boxes[Keyword.STOP].isVisible, "the texts are shown")


@scene()
async def twilio_answered(stage: Stage) -> None:
    """Its own answers to keywords; and a reply that was held back, since the opt-out was entered here."""
    await stage.play()
    await fill(stage.services)
    await stage.open(STRANGER)
    phone = stage.phones.phone(STRANGER)
    for text in ("HELP", "STOP"):
        await phone.text(SHOP, text)
        await stage.until(lambda text=text: stage.person.sees(text), "the text is there")  # type: ignore[misc]
    answer = "You have successfully been unsubscribed. You will not receive any more messages from this number. "
    stage.services.catchup.ask()
    await stage.until(
        lambda: stage.person.sees(f"{answer}Reply START to resubscribe.", Status.DELIVERED), "the answer is listed"
    )
    await phone.text(SHOP, "START")
    await stage.until(lambda: stage.person.sees("START"), "the text is there")
    await stage.services.consents.opt_out(SHOP, STRANGER, "Priya", "called and asked for no more reminders")
    await phone.text(SHOP, "Are you open on Sunday?")
    await stage.until(lambda: stage.person.sees("Are you open on Sunday?"), "the text is there")
    await stage.still()
