"""Registering from nothing: rehearsed, refused by carriers, for real, rejected, put right, delivered, STOP, START."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QTextEdit, QWidget

from sms_desktop.demo import SHOP
from sms_desktop.domain.message import Status
from sms_desktop.simulator import Simulator
from sms_desktop.ui.preferences.dialog import PreferencesDialog
from sms_desktop.ui.registration import looking
from sms_desktop.ui.registration.guide import GuideDialog
from sms_desktop.ui.registration.guiding import SENT
from tests.journeys.window.hands import Hands
from tests.journeys.window.seat import PACE, TOLL_FREE, Seat, real

ROB = "+14155550124"
LINE, FREE = "(212) 555-0100 · Shop", "(888) 555-0144 · Toll-free"
BU, OTHER = "BU" + "1a" * 16, "BU" + "2b" * 16
DESCRIPTION = "Bright Chairs texts its customers when their order is ready, and answers their questions."
FLOW = "Customers give their number at the counter and tick “Text me about my order” on the order form."
SAMPLES = ("Hi [name], your chair is ready. Reply STOP to opt out.", "Bright Chairs: see you on [day] at [time].")


@pytest.fixture
async def strict() -> AsyncIterator[Simulator]:
    """A Twilio where nothing is registered, with carriers that stop what is not."""
    simulator = Simulator(pace=PACE, seed=3)
    simulator.enforce_registration()
    await simulator.start()
    yield simulator
    await simulator.stop()


async def shown(seat: Seat, kind: type[QDialog]) -> Hands:
    """The dialog of that kind that is open."""

    def there() -> QWidget | None:
        at = QApplication.activeModalWidget()
        return at if isinstance(at, kind) and at.isVisible() else None

    return Hands(await seat.until(there, f"{kind.__name__} is open"))


async def preferences(seat: Seat) -> Hands:
    return await shown(seat, PreferencesDialog)


LOOKS = 60
"""Looks at Twilio within which what was decided there is to be seen here."""


async def look_until(seat: Seat, hands: Hands, fact: Callable[[], bool]) -> None:
    """Has Twilio asked again until ``fact``."""
    registrations = seat.services.registrations
    for _ in range(LOOKS):
        if fact():
            return
        before = registrations.known.at
        await hands.click("Look again")
        await hands.until(lambda at=before: registrations.known.at != at, "Twilio has answered")  # type: ignore[misc]
    raise AssertionError(hands.sentences())


async def begin(seat: Seat, step: str, line: str = LINE) -> Hands:
    """Presses a card's button, looking again until it is there; gives the guide."""
    page = await preferences(seat)
    await look_until(seat, page, lambda: page.offers(f"{step}: {line}"))
    page.press(f"{step}: {line}")
    return await shown(seat, GuideDialog)


def choose(hands: Hands, name: str, word: str) -> None:
    box = hands.named(name, QComboBox)
    box.setCurrentIndex(box.findText(word))


async def page(hands: Hands, title: str) -> None:
    def at() -> bool:
        assert isinstance(hands.window, GuideDialog)
        return hands.window.shown.accessibleName() == title

    await hands.until(at, f"the page “{title}”")


async def send_in(hands: Hands, *, costs: bool, comes: str = "") -> None:
    """From the last page on: nothing that costs is sent before one has agreed to that. ``comes`` is what it says there
    in the end, with nothing pressed.
    """
    await hands.told("What it costs")
    if costs:
        assert not hands.offers("Send to Twilio")
        await hands.tick("Twilio may charge this to the account")
    else:
        assert hands.says("This costs nothing.")
    await hands.click("Send to Twilio")
    await page(hands, SENT)
    if comes:
        await hands.told(comes)
    hands.press("Close")


async def describe(hands: Hands, *, new: bool) -> None:
    """The pages of a campaign, written, or as they were in the rehearsal."""
    if new:
        await page(hands, "Where does (212) 555-0100 belong?")
        await hands.click("Continue")
        await page(hands, "What do you text about?")
        await hands.until(
            lambda: hands.named("What the texts are for", QComboBox).count() > 1, "the purposes are there"
        )
        choose(hands, "What the texts are for", "Customer Care")
        name = "What you send, and to whom"
        hands.named(name, QTextEdit).setPlainText("Texts.")
        await hands.click("Continue")
        await hands.told("The description needs at least 40 characters; 34 more.")
        hands.named(name, QTextEdit).setPlainText(DESCRIPTION)
        hands.named("How people agree to get texts", QTextEdit).setPlainText(FLOW)
        await hands.click("Continue")
        await page(hands, "What do the texts look like?")
        for place, sample in enumerate(SAMPLES, start=1):
            hands.named(f"Example {place}", QTextEdit).setPlainText(sample)
        await hands.click("Continue")
        await page(hands, "What are people answered?")
        await hands.click("Continue")
    else:
        await page(hands, "What do you text about?")
        hands.press("Check, step 4 of 4, not yet done")
    await page(hands, "Send this to Twilio’s rehearsal?" if new else "Send this to the carriers?")
    assert hands.says("Its campaign ends, as this one takes its place") is not new
    for said in (DESCRIPTION, FLOW, *SAMPLES):
        assert hands.says(said)


async def to_rob(seat: Seat) -> None:
    conversation = await seat.services.conversations.open(SHOP, ROB)
    seat.session.desk.open_conversation(conversation)
    await seat.opened("(415) 555-0124")


async def test_a_line_is_rehearsed_refused_registered_rejected_put_right_and_delivers_until_stop(
    tmp_path: Path, strict: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "SOON", (0.1,))
    async with real(tmp_path, strict) as seat:
        await seat.until(seat.services.lines.known, "the lines are known")
        registrar = strict.account.registrar
        seat.session.desk.open_preferences("registration")

        guide = await begin(seat, "Register your business…")
        guide.paste_into("Business profile (Customer Profile)", BU)
        guide.paste_into("A2P messaging profile", OTHER)
        guide.press("Rehearsal")
        await guide.click("Continue")
        await send_in(guide, costs=False, comes="Approved. It went well")
        guide = await begin(seat, "Describe what you send…")
        await describe(guide, new=True)
        await send_in(guide, costs=False, comes="Rehearsal approved. The rehearsal was approved.")
        await stands(seat, "Rehearsal approved")

        await to_rob(seat)
        assert seat.offers("Rehearsal only. Show the registration")
        seat.editor.setPlainText("Your stools are ready.")
        assert not seat.offers("Send") and seat.says("carriers will stop this text")
        seat.press("Send anyway")
        sent = await seat.until(lambda: seat.sees("Your stools are ready."), "it goes all the same")
        refused = await seat.reaches(sent, Status.UNDELIVERED)
        assert refused.error_code == 30034
        await seat.click("Open registration")

        guide = await begin(seat, "Register your business…")
        guide.press("Register for real")
        await guide.click("Continue")
        await send_in(guide, costs=True)
        [brand] = [one for one in registrar.brands.values() if not one.mock]
        strict.decide(brand.sid, "APPROVED")
        guide = await begin(seat, "Describe what you send…")
        await describe(guide, new=False)
        await send_in(guide, costs=True)
        [campaign] = [one for one in registrar.campaigns.values() if not one.mock]
        strict.decide(campaign.sid, "FAILED", 30886)

        guide = await begin(seat, "Put it right…")
        assert guide.says("It is not clear what you send, to whom and why.")
        better = f"{DESCRIPTION} We never advertise."
        guide.named("What you send, and to whom", QTextEdit).setPlainText(better)
        for _ in range(3):
            await guide.click("Continue")
        await send_in(guide, costs=True)
        assert campaign.said["description"] == better
        strict.decide(campaign.sid, "VERIFIED")
        await stands(seat, "Approved")

        await seat.until(lambda: seat.offers("A2P 10DLC registered. Show the registration"), "the From line says so")
        message = await seat.send("Your stools are ready, really.")
        await seat.reaches(message, Status.DELIVERED)
        assert seat.got(ROB)[-1] == "Your stools are ready, really."

        await seat.phone(ROB).text(SHOP, "STOP")
        await seat.until(lambda: not seat.can_write and seat.says("You cannot text this person."), "STOP is kept to")
        await seat.phone(ROB).text(SHOP, "START")
        await seat.until(lambda: seat.can_write, "START opens it again")
        await seat.reaches(await seat.send("Welcome back."), Status.DELIVERED)
        assert seat.got(ROB)[-1] == "Welcome back."


async def stands(seat: Seat, word: str) -> None:
    """Looks again until the shop's card says ``word``, and closes the preferences."""
    page = await preferences(seat)
    window = page.window
    assert isinstance(window, PreferencesDialog)
    cards = window.registration.cards
    await look_until(seat, page, lambda: cards[SHOP].word.text() == word)
    page.press("Close")


async def test_what_is_written_for_a_toll_free_number_is_there_again_and_is_sent_in(
    tmp_path: Path, strict: Simulator
) -> None:
    async with real(tmp_path, strict) as seat:
        await seat.until(seat.services.lines.known, "the lines are known")
        seat.session.desk.open_preferences("registration")
        guide = await begin(seat, "Ask for verification…", FREE)
        for name, text in (
            ("Name of the business", "Bright Chairs LLC"),
            ("Website", "https://brightchairs.example"),
            ("Your e-mail address", "ada@brightchairs.example"),
        ):
            guide.paste_into(name, text)
        await guide.click("Continue")
        await page(guide, "Where is it, and whom may Twilio ask?")
        guide.window.close()

        guide = await begin(seat, "Ask for verification…", FREE)
        await page(guide, "What do you text about?")
        await guide.tick("Customer care")
        guide.named("What you send, and to whom", QTextEdit).setPlainText(DESCRIPTION)
        guide.named("An example of a text", QTextEdit).setPlainText(SAMPLES[0])
        choose(guide, "Texts a month", "1,000")
        await guide.click("Continue")
        choose(guide, "How they agree", "A form on paper")
        pictures = guide.named("Web addresses of pictures that show it", QTextEdit)
        pictures.setPlainText("https://brightchairs.example/form.jpg")
        await guide.click("Continue")
        await page(guide, "Send this to Twilio?")
        assert guide.says("Bright Chairs LLC") and guide.says("A form on paper")
        await send_in(guide, costs=False)
        [verification] = strict.account.registrar.verifications.values()
        assert verification.line == strict.account.line(TOLL_FREE).sid
        assert verification.said["business_website"] == "https://brightchairs.example"
        seat.session.desk.preferences.open_registration(TOLL_FREE)
        (await preferences(seat)).press("Close")
