"""What keeps a text from reaching or from being welcome: a dead number, filtered words, the night, and looking up."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit

from sms_desktop.demo import SHOP
from sms_desktop.domain.message import Hold, Message, Status
from sms_desktop.domain.night import AtNight, Rule
from sms_desktop.services import clock
from sms_desktop.simulator import Place
from sms_desktop.store import reception
from sms_desktop.ui.composer.asking import EARLIER_ANYWAY, LEAVE_IT
from sms_desktop.ui.details.lookup import LookUpButton
from tests.journeys.window.seat import Seat, demo
from tests.services.test_nights import night

DENTIST, LEO, ROB, TOLL_FREE = "+14155550114", "+14155550116", "+14155550124", "+18885550166"


class Browser(QObject):
    """What was opened outside."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def handle(self, url: QUrl) -> None:
        self.opened.append(url.toString())


@pytest.fixture
def browser() -> Iterator[Browser]:
    browser = Browser()
    for scheme in ("https", "tel"):
        QDesktopServices.setUrlHandler(scheme, browser, "handle")  # type: ignore[arg-type]
    yield browser
    for scheme in ("https", "tel"):
        QDesktopServices.unsetUrlHandler(scheme)


async def _to(seat: Seat, peer: str, shown: str) -> None:
    conversation = await seat.services.conversations.open(SHOP, peer)
    seat.session.desk.open_conversation(conversation)
    await seat.opened(shown)


async def _text_of(seat: Seat, body: str) -> Message:
    return await seat.until(lambda: seat.sees(body), f"“{body}” is there")


async def test_a_dead_number_is_told_before_anyone_writes_and_forgotten_when_it_texts(tmp_path: Path) -> None:
    async with demo(tmp_path) as seat:
        await seat.open("Harbor Dental")
        await seat.told("This is a landline, so texts do not reach it (error 30006 from the carrier).")
        seat.session.desk.window.toggle_details()
        details = seat.session.desk.details._view
        await seat.until(lambda: "Landline · error 30006" in details.said().get("Texts", ""), "the details say so")
        await seat.phone(DENTIST).text(SHOP, "START")
        await seat.until(lambda: not seat.says("This is a landline"), "it texted, so nothing is said any more")
        await seat.until(lambda: "Texts" not in details.said(), "nor in the details")
        await seat.reaches(await seat.send("Welcome back."), Status.UNDELIVERED)
        await seat.told("This is a landline, so texts do not reach it (error 30006 from the carrier).")


async def test_correcting_the_number_takes_the_words_along_to_another(tmp_path: Path) -> None:
    async with demo(tmp_path) as seat:
        await seat.open("Harbor Dental")
        seat.editor.setPlainText("Your invoice is ready.")
        await seat.until(lambda: seat.offers("Correct the number"), "it is offered")
        seat.press("Correct the number")
        to = seat.named("To", QLineEdit)
        await seat.until(lambda: to.isVisible() and to.text() == "+1 415-555-0114", "the number stands there")
        seat.fill("To", "(415) 555-0199")
        seat.session.desk.new_message._accept()
        await seat.until(lambda: seat.says("+1 415-555-0199"), "it is the same person’s other number")
        assert seat.says("Harbor Dental")
        await seat.until(lambda: seat.editor.toPlainText() == "Your invoice is ready.", "the words came along")
        assert not seat.offers("Correct the number"), "of which nothing is known"
        assert seat.taken("Your invoice is ready.") == 0
        mistaken = await seat.services.conversations.open(SHOP, "+14155550114")
        assert await seat.services.drafts.load(mistaken.id) is None, "and left where they stood"


async def test_filtered_words_come_back_to_be_changed(tmp_path: Path) -> None:
    async with demo(tmp_path) as seat:
        await seat.open("Rob Baines")
        seat.press("Weather 30007")
        failed = await seat.reaches(await seat.send("Spring offer"), Status.UNDELIVERED)
        seat.press("Weather 30007")
        assert failed.error_code == 30007
        await seat.until(lambda: seat.offers("Change the message"), "the card offers it")
        assert not seat.offers("Try again")
        seat.press("Change the message")
        await seat.until(lambda: seat.editor.toPlainText() == "Spring offer", "it is written again")
        seat.press("Send")
        await seat.told("The carrier stopped exactly these words")
        assert seat.editor.toPlainText() == "Spring offer" and seat.taken("Spring offer") == 1
        seat.editor.setPlainText("Rob, your stools are ready. Ann, Bright Chairs")
        seat.press("Send")
        await seat.until(
            lambda: seat.sees("Rob, your stools are ready. Ann, Bright Chairs", Status.DELIVERED), "it passes"
        )


async def test_call_instead_hands_the_number_to_the_phone(tmp_path: Path, browser: Browser) -> None:
    async with demo(tmp_path) as seat:
        await _to(seat, LEO, "(415) 555-0116")
        await seat.reaches(await seat.send("Are you there?"), Status.UNDELIVERED)
        await seat.until(lambda: seat.offers("Call instead"), "the card offers it")
        seat.press("Call instead")
        assert browser.opened == [f"tel:{LEO}"]


async def test_at_night_a_text_is_asked_about_and_kept_for_the_morning(tmp_path: Path) -> None:
    async with demo(tmp_path) as seat:
        await seat.services.outbox.put_night_rule(night(AtNight.ASK))
        await _to(seat, LEO, "(415) 555-0116")
        seat.editor.setPlainText("Your chair is ready.")
        seat.press("Send")
        await seat.told("where they are")
        await seat.until(lambda: seat.editor.toPlainText() == "Your chair is ready.", "the words are still here")
        assert seat.sees("Your chair is ready.") is None
        [offer] = [b.text() for b in seat.session.desk._composer_view.night.buttons if b.text().startswith("Send at")]
        seat.press(offer)
        kept = await _text_of(seat, "Your chair is ready.")
        assert kept.held_for is Hold.NIGHT
        assert not seat.says("It is night where they are.") and seat.editor.toPlainText() == ""
        assert "It leaves" in seat.spoken("Messages")[-1]
        await seat.until(lambda: seat.offers("Take back"), "it can be taken back")
        seat.press("Take back")
        await seat.until(lambda: seat.editor.toPlainText() == "Your chair is ready.", "it is written again")
        assert seat.taken("Your chair is ready.") == 0
        seat.press("Send")
        await seat.until(lambda: seat.offers("Send now"), "it is asked anew")
        seat.press("Send now")
        await seat.until(lambda: seat.sees("Your chair is ready.", Status.UNDELIVERED), "it went at once")
        assert seat.taken("Your chair is ready.") == 1


async def test_a_zip_tells_their_time_where_the_number_does_not(tmp_path: Path) -> None:
    async with demo(tmp_path) as seat:
        await _to(seat, TOLL_FREE, "(888) 555-0166")
        seat.session.desk.window.toggle_details()
        heading, details = seat.session.desk._header.about, seat.session.desk.details._view
        await seat.until(lambda: details.said().get("Region") == "United States", "nothing more is known")
        assert "their time" not in heading.text()
        seat.simulator.account.places[TOLL_FREE] = Place("HONOLULU", "HI", "96813", "US")
        await seat.phone(TOLL_FREE).text(SHOP, "Do you ship to Hawaii?")
        await seat.until(lambda: "their time" in heading.text(), "their time is told")
        await seat.until(lambda: details.said()["Region"] == "United States · ZIP 96813", "and from what")


async def test_what_sleeps_can_be_woken_from_its_card(tmp_path: Path) -> None:
    async with demo(tmp_path) as seat:
        await seat.services.outbox.put_night_rule(night(AtNight.MORNING))
        await seat.open("Rob Baines")
        await seat.send("Good morning, Rob.")
        await seat.until(lambda: seat.offers("Send now"), "the card has its button")
        seat.press("Send now")
        await seat.until(lambda: seat.sees("Good morning, Rob.", Status.DELIVERED), "it went")


async def test_a_new_try_at_night_is_asked_about_above_the_text(tmp_path: Path) -> None:
    async with demo(tmp_path) as seat:
        await _to(seat, LEO, "(415) 555-0116")
        failed = await seat.reaches(await seat.send("Are you there?"), Status.UNDELIVERED)
        await seat.services.outbox.put_night_rule(night(AtNight.ASK))
        await seat.until(lambda: seat.offers("Try again"), "the card has its button")
        seat.press("Try again")
        await seat.told("About your earlier text “Are you there?”: It is")
        await seat.phone(LEO).text(SHOP, "STOP")
        await seat.until(lambda: not seat.offers("Send now"), "nothing can be sent, so nothing is asked")
        await seat.phone(LEO).text(SHOP, "START")
        await seat.until(lambda: not seat.session.desk._composer_view.is_locked, "it can again")
        assert not seat.offers("Send now")
        await seat.services.outbox.put_night_rule(night(AtNight.OFF))
        seat.editor.setPlainText("Something else.")
        await seat.until(lambda: seat.offers("Try again"), "the card has its button again")
        seat.press("Try again")
        again = await seat.until(lambda: next((m for m in seat.messages() if m.retry_of), None), "a second try")
        assert again.retry_of == failed.id and again.held_for is None
        assert seat.editor.toPlainText() == "Something else."


async def test_a_first_text_that_a_look_up_stops_is_asked_about_and_goes_if_wanted(tmp_path: Path) -> None:
    async with demo(tmp_path) as seat:
        await seat.services.numbers.set_look_up_first(True)
        store = seat.session.engine.store
        await store.do(lambda tx: reception.clear(tx, DENTIST, clock.now()))
        other = next(line.address for line in seat.services.lines.known() if line.sms and line.address != SHOP)
        seat.session.desk.open_conversation(await seat.services.conversations.open(other, DENTIST))
        await seat.opened("Harbor Dental")
        assert not seat.says("This is a landline")  # nothing is known of it
        seat.editor.setPlainText("Your chair is ready.")
        seat.press("Send")
        await seat.until(lambda: seat.offers(EARLIER_ANYWAY), "it is asked whether it goes all the same")
        assert seat.taken("Your chair is ready.") == 0 and seat.sees("Your chair is ready.", Status.FAILED)
        assert seat.editor.toPlainText() == ""
        await seat.told("About your earlier text “Your chair is ready.”: This is a landline")
        await seat.until(lambda: seat.offers("Call instead"), "its card says why, and what helps")
        assert not seat.offers("Try again")  # which the question below offers already
        seat.press(LEAVE_IT)
        await seat.until(lambda: seat.offers("Try again"), "nothing is asked any more")
        seat.press("Try again")
        await seat.until(lambda: seat.offers(EARLIER_ANYWAY), "it is asked anew")
        await seat.until(lambda: not seat.offers("Try again"), "in one place")
        seat.press(EARLIER_ANYWAY)
        await seat.until(lambda: seat.taken("Your chair is ready.") == 1, "it left, once")


async def test_texts_at_night_and_looking_up_are_chosen_in_the_preferences(tmp_path: Path) -> None:
    async with demo(tmp_path) as seat:
        seat.session.desk.open_preferences()
        dialog = await seat.until(lambda: seat.session.desk.preferences.dialog, "the preferences are open")
        wish = next(box for box in dialog.findChildren(QComboBox) if box.accessibleName() == "Texts at night")
        assert wish.currentText() == "Send at any hour"  # on a simulator nobody is woken
        wish.setCurrentIndex(1)
        chosen = Rule(AtNight.MORNING)
        box = next(one for one in dialog.findChildren(QCheckBox) if one.text().startswith("Look new numbers up"))
        box.click()

        async def kept() -> bool:
            rule = await seat.services.outbox.night_rule()
            return rule == chosen and await seat.services.numbers.looks_up_first()

        dialog.close()
        await seat.until(lambda: seat.session.desk.preferences.dialog is None, "they are closed")
        under_way = {"night", "look up first"}
        await seat.until(lambda: not under_way & {task.get_name() for task in asyncio.all_tasks()}, "they are kept")
        assert await kept()


async def test_a_number_is_looked_up_from_the_details_with_its_price_said_first(tmp_path: Path) -> None:
    async with demo(tmp_path) as seat:
        await seat.open("Rob Baines")
        details = seat.session.desk.details._view
        seat.session.desk.window.toggle_details()
        await seat.until(lambda: details.said().get("Number") == "Not looked up", "it is offered")
        button = seat.named("Look up number", LookUpButton)
        free, paid = button.menu_of_prices.actions()
        assert "free" in free.text() and "0.8 US cents" in paid.text()
        free.trigger()
        await seat.until(lambda: details.said().get("Number") == "Valid number", "it is one")
        paid.trigger()
        await seat.until(lambda: details.said().get("Number") == "Mobile · Example Wireless", "and a mobile's")
