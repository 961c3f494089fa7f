"""What failures say, numbers that texts do not reach, texts at night, and looking numbers up."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QPushButton

from sms_desktop.demo import SHOP
from sms_desktop.domain.message import Status
from sms_desktop.domain.night import AtNight, Rule, When
from sms_desktop.engine import Engine
from sms_desktop.services.clock import now
from sms_desktop.store import consent, reception
from sms_desktop.ui.timeline.rows import MessageRow
from tests.screenshots.samples import ROSA, Said, Tale, them, us
from tests.screenshots.scene import scene
from tests.screenshots.stage import Stage

DENTIST, MAYA = "+14155550114", "+14155550110"


def _offers(stage: Stage, label: str) -> bool:
    buttons = stage.desk.window.findChildren(QPushButton)
    return any(button.text() == label and button.isVisible() for button in buttons)


async def _tale(stage: Stage, *said: Said) -> None:
    await stage.play(Tale(said))
    await stage.open(ROSA)


def _failed(ago: float, body: str, code: int) -> Said:
    status = Status.FAILED if code < 30000 else Status.UNDELIVERED
    return us(ago, body, status, code, author="Priya")


@scene()
@scene(name="failures-cards-640", size=(640, 840))
@scene(name="failures-cards-500", size=(500, 840))
@scene(name="failures-cards-right-to-left", rtl=True)
async def failures_cards(stage: Stage) -> None:
    """What harms, what costs, what may pass."""
    await _tale(
        stage,
        _failed(40, "Spring offer: 20 % off!!!", 30007),
        _failed(30, "Your chair is ready.", 30034),
        _failed(20, "Are you there?", 30003),
    )


@scene()
async def failures_more_cards(stage: Stage) -> None:
    await _tale(
        stage,
        _failed(40, "Bonjour", 21408),
        _failed(30, "Your invoice", 30005),
        _failed(20, "Hello", 39999),
    )


@scene()
async def failures_opted_out(stage: Stage) -> None:
    """Twilio knew of a STOP; nothing but asking for a START helps."""
    await stage.play(Tale((them(40, "STOP"), _failed(30, "Are you sure?", 21610))), _stopped)
    await stage.open(ROSA)


async def _stopped(engine: Engine) -> None:
    await engine.store.do(
        lambda tx: consent.record(
            tx,
            line=SHOP,
            peer=ROSA,
            opted_out=True,
            source="inbound",
            words="STOP",
            sid=None,
            at=now() - timedelta(minutes=40),
        )
    )


@scene()
@scene(name="numbers-landline-640", size=(640, 720))
async def numbers_landline(stage: Stage) -> None:
    """Known from before: said above the text, and in the details."""
    await stage.play()
    await stage.open(DENTIST)
    stage.person.type("Your invoice is ready.")
    await stage.until(lambda: _offers(stage, "Send anyway"), "it is said")


@scene()
async def numbers_no_number(stage: Stage) -> None:
    """Twilio takes nothing to it, so sending anyway is not offered."""
    await _tale(stage, _failed(5, "Hello", 21211))
    await stage.until(lambda: _offers(stage, "Correct the number"), "it is said")


async def _night(stage: Stage, do: AtNight) -> None:
    hour = datetime.now(ZoneInfo("America/New_York")).hour
    await stage.services.outbox.put_night_rule(Rule(do, (hour - 3) % 24, (hour + 4) % 24))


@scene()
@scene(name="night-asked-500", size=(500, 720))
@scene(name="night-asked-200-percent", scale=2)
async def night_asked(stage: Stage) -> None:
    await _tale(stage, us(600, "We are open until six."))
    await _night(stage, AtNight.ASK)
    stage.person.type("Your chair is ready. When will you collect it?")
    stage.press("Send")
    await stage.until(lambda: _offers(stage, "Send now"), "it is asked")


@scene()
async def night_asleep(stage: Stage) -> None:
    """It waits for the morning, and says until when."""
    await _tale(stage, us(600, "We are open until six."))
    await _night(stage, AtNight.ASK)
    conversation = await stage.services.conversations.open(SHOP, ROSA)
    kept = await stage.services.outbox.submit(conversation.id, "Your chair is ready.", when=When.MORNING)
    assert kept.held_until is not None and kept.held_until > now() + timedelta(minutes=1)
    await stage.until(lambda: _offers(stage, "Take back"), "its card is there")


@scene()
async def night_stopped(stage: Stage) -> None:
    """Who has opted out since gets nothing in the morning either."""
    await night_asleep(stage)
    await stage.services.consents.opt_out(SHOP, ROSA, "Priya", "called: no more texts, please")
    await stage.until(lambda: stage.desk.composer._view.is_locked, "the composer is locked")


@scene()
@scene(name="night-asks-to-stop-500", size=(500, 720))
async def night_asks_to_stop(stage: Stage) -> None:
    """What waits for the morning waits for what somebody says to that, too."""
    await night_asleep(stage)
    await stage.phones.phone(ROSA).text(SHOP, "Please stop texting me")
    await stage.until(stage.desk.composer._view.consent.isVisible, "the question is asked")
    rows = stage.desk.timeline._pane.model
    await stage.until(lambda: any(isinstance(row, MessageRow) and row.asks for row in rows.rows), "it is told")


@scene()
@scene(name="night-and-consent-500", size=(500, 720))
async def night_and_consent(stage: Stage) -> None:
    """They wrote just now, so the night is not asked about any more; whether they want us to stop is."""
    await night_asked(stage)
    await stage.phones.phone(ROSA).text(SHOP, "Please stop texting me")
    await stage.until(stage.desk.composer._view.consent.isVisible, "the question is asked")
    await stage.until(lambda: not _offers(stage, "Send now"), "the other is not")


@scene()
@scene(name="night-earlier-500", size=(500, 720))
async def night_earlier(stage: Stage) -> None:
    """Of a text that failed, above one that is being written."""
    await _tale(
        stage, us(600, "We are open until six."), _failed(20, "Your chair is ready, come when you like!", 30003)
    )
    await _night(stage, AtNight.ASK)
    stage.person.type("Something else")
    await stage.until(lambda: _offers(stage, "Try again"), "its card is there")
    stage.press("Try again")
    await stage.until(lambda: _offers(stage, "Send now"), "it is asked")


@scene()
async def numbers_stopped(stage: Stage) -> None:
    """A first text that the look-up stopped."""
    await stage.play()
    await stage.services.numbers.set_look_up_first(True)
    await stage.services.numbers._store.do(lambda tx: reception.clear(tx, DENTIST, now()))
    line = next(line.address for line in stage.services.lines.known() if line.sms and line.address != SHOP)
    place = await stage.services.conversations.open(line, DENTIST)
    stage.desk.open_conversation(place)
    await stage.until(lambda: stage.desk.composer.shows(place.id), "it is open")
    stage.person.type("Your chair is ready.")
    stage.press("Send")
    await stage.until(lambda: _offers(stage, "Call instead"), "its card is there")


@scene()
async def numbers_texted_since(stage: Stage) -> None:
    """A landline that has texted: the card can be tried again, the details say what was found when."""
    await stage.play()
    await stage.open(DENTIST)
    await stage.services.numbers.look_up(DENTIST, line_type=True)
    await stage.phones.phone(DENTIST).text(SHOP, "This line gets texts now.")
    said = stage.desk.details._view.said
    await stage.until(lambda: said().get("Number") == "Has texted us", "the details say so")


@scene()
async def numbers_looked_up(stage: Stage) -> None:
    await stage.play()
    await stage.open(MAYA)
    await stage.services.numbers.look_up(MAYA, line_type=True)
    stage.desk.details._soon()
    said = stage.desk.details._view.said
    await stage.until(lambda: said().get("Number", "").startswith("Mobile"), "it is known")


@scene()
async def numbers_prices(stage: Stage) -> None:
    """What looking up costs is said before."""
    await stage.play()
    await stage.open(MAYA)
    button = stage.desk.details._view.look_up
    await stage.until(button.isVisible, "it is offered")
    button.menu_of_prices.popup(button.mapToGlobal(QPoint(0, button.height())))


@scene()
@scene(name="preferences-nights-right-to-left", rtl=True)
async def preferences_nights(stage: Stage) -> None:
    await stage.play()
    await stage.services.outbox.put_night_rule(Rule())
    stage.desk.open_preferences()
    (await stage.dialog()).resize(700, 640)
