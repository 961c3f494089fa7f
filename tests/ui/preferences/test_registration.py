"""The preferences' section of registrations: a card for each line, and the one next thing to do."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from sms_desktop.domain.errors import BadInput, GatewayError
from sms_desktop.domain.registration import UNSEEN, Kind, Known, Step, Unsettled
from sms_desktop.domain.registrationreport import Report
from sms_desktop.ui.preferences.registration import RegistrationPage
from sms_desktop.ui.registration.addpanel import AddPanel
from sms_desktop.ui.registration.card import RegistrationCard
from sms_desktop.ui.registration.looking import GENTLY, SOON
from sms_desktop.ui.widgets.beforeafter import BeforeAfter
from tests.ui import registrationsamples as told
from tests.ui.conftest import Loop
from tests.ui.live import SHOP, TOLL_FREE
from tests.ui.preferences.test_preferences import Room, said
from tests.ui.registrationsamples import BERLIN_LINE, FREE_LINE, SHOP_LINE, SHORT_LINE, rest_of


@pytest.fixture
def room(qtbot: QtBot, loop: Loop) -> Iterator[Room]:
    room = Room(qtbot, loop)
    yield room
    room.leave()


def page_of(room: Room, known: Known) -> RegistrationPage:
    room.live.registrations.tell(known)
    page = room.open("registration").registration
    room.settle()
    return page


def card_of(room: Room, known: Known, line: str = SHOP) -> RegistrationCard:
    return page_of(room, known).cards[line]


def states(card: RegistrationCard) -> list[tuple[str, str]]:
    return [(rung.state, rung.word) for rung in card.ladder.rungs]


@pytest.mark.parametrize(
    ("known", "word", "steps", "button"),
    [
        (told.NOTHING, "Not registered", ["now", "later", "later"], "Register your business…"),
        (told.IN_REVIEW, "In review", ["waiting", "later", "later"], "Look again"),
        (told.BRANDED, "No campaign", ["done", "now", "later"], "Describe what you send…"),
        (told.DESCRIBED, "In review", ["done", "waiting", "done"], "Look again"),
        (told.REJECTED, "Rejected", ["done", "bad", "done"], "Put it right…"),
        (told.OUTSIDE, "Number not added", ["done", "done", "now"], "Add the number…"),
        (told.APPROVED, "Approved", ["done", "done", "done"], ""),
        (told.REHEARSED, "Rehearsal approved", ["done", "waiting", "done"], "Register your business…"),
    ],
)
def test_each_state_is_a_ladder_with_one_next_step(
    room: Room, known: Known, word: str, steps: list[str], button: str
) -> None:
    card = card_of(room, known)
    assert card.word.text() == word
    assert [state for state, _ in states(card)] == steps
    offered = card.act.accessibleName() if card.act.isVisible() else ""
    assert offered == (f"{button}: (212) 555-0100 · Shop" if button else "")


def test_why_it_was_rejected_is_said_in_plain_words_with_what_to_do(room: Room) -> None:
    card = card_of(room, told.REJECTED)
    [brand, campaign, number] = card.ladder.rungs
    assert campaign.wrong[0].startswith("It is not clear what you send, to whom and why. Say in two or three sentences")
    assert campaign.wrong[0].endswith("(30886)") and not brand.wrong and not number.wrong


def test_a_rehearsal_is_marked_and_said_to_reach_nobody(room: Room) -> None:
    card = card_of(room, told.REHEARSED)
    assert card.rehearsal.isVisible() and "still do not get through" in card.rehearsal.said
    assert card.accessibleName() == "(212) 555-0100 · Shop, 10DLC long code: Rehearsal approved, a rehearsal"


@pytest.mark.parametrize("known", [told.REHEARSED, replace(told.BRANDED, brands=(replace(told.BRAND, mock=True),))])
def test_a_rehearsal_can_be_left_for_the_real_thing_at_any_time(room: Room, known: Known) -> None:
    card = card_of(room, known)
    asked: list[Report] = []
    room.dialog.guideRequested.connect(asked.append)
    button = card.act if card.report.standing.step is Step.BRAND else card.real
    assert button.isVisible() and card.real.isVisible() is (button is card.real)
    button.click()
    assert [one.standing.step for one in asked] == [Step.BRAND]


def test_what_each_line_is_and_may_do_is_said(room: Room) -> None:
    room.live.registrations.lines = (SHOP_LINE, FREE_LINE, SHORT_LINE, BERLIN_LINE)
    page = page_of(room, told.APPROVED)
    assert [card.report.what for card in page.cards.values()] == [
        "10DLC long code", "Toll-free number", "Short code", "Mobile number",
    ]  # fmt: skip
    assert page.cards[SHOP].about.said == "10DLC long code. Sends and receives texts and pictures."
    assert "text parts a second" in page.cards[SHOP].pace.said
    assert not page.cards[BERLIN_LINE.address].act.isVisible()


def test_the_lines_tell_as_their_usual_pace_what_the_registration_allows(room: Room) -> None:
    page_of(room, told.NOTHING)
    paces = {line: row.pace for line, row in room.dialog.lines.rows.items()}
    assert [paces[line].itemText(0) for line in (SHOP, TOLL_FREE)] == ["Usual: 4 a second", "Usual: 3 a second"]
    room.live.registrations.tell(replace(told.APPROVED, brands=(replace(told.BRAND, score=60),)))
    assert [paces[line].itemText(0) for line in (SHOP, TOLL_FREE)] == ["Usual: 40 a second", "Usual: 3 a second"]
    assert paces[SHOP].currentData() is None


def test_what_only_twilio_can_do_is_a_link_there(room: Room) -> None:
    failed = replace(told.BRANDED, brands=(replace(told.BRAND, status="FAILED"),))
    card = card_of(room, failed)
    assert not card.act.isVisible() and card.link.isVisible()
    assert card.link.url.startswith("https://console.twilio.com/")
    assert card.link.accessibleDescription() == f"Opens {card.link.url} in the browser"


def test_twilio_is_asked_when_the_page_is_opened_and_by_its_button(room: Room) -> None:
    page = page_of(room, told.NOTHING)
    assert room.live.registrations.asked == [("refresh",)]
    room.live.registrations.gate = asyncio.Event()
    room.live.registrations.becomes = told.APPROVED
    page.look.click()
    room.loop.until(lambda: len(room.live.registrations.asked) == 2)
    assert said(page.said) == "Asking Twilio how your lines are registered…" and not page.look.isEnabled()
    room.live.registrations.gate.set()
    room.settle()
    assert page.cards[SHOP].word.text() == "Approved"
    assert said(page.said).startswith("Twilio was asked ")


MOCK = replace(told.IN_REVIEW, brands=(replace(told.BRAND, status="PENDING", mock=True),))
MOCK_APPROVED = replace(told.BRANDED, brands=(replace(told.BRAND, mock=True),))


@pytest.mark.parametrize(
    ("known", "pause"), [(told.NOTHING, None), (told.BRANDED, None), (told.IN_REVIEW, GENTLY[0]), (MOCK, SOON[0])]
)
def test_while_something_is_in_review_twilio_is_to_be_asked_again(
    room: Room, known: Known, pause: float | None
) -> None:
    page = page_of(room, known)
    rest = rest_of(page)
    assert (rest.interval() / 1000 if rest.isActive() else None) == pause
    room.dialog.show_section("lines")
    assert not rest.isActive(), "nobody sees it"
    room.dialog.show_section("registration")
    assert rest.isActive() is (pause is not None)
    room.dialog.close()
    assert not rest.isActive()


@pytest.mark.parametrize(
    ("known", "becomes", "word"),
    [(MOCK, MOCK_APPROVED, "No campaign"), (told.DESCRIBED, told.APPROVED, "Approved")],
)
def test_what_is_decided_is_seen_without_a_press_and_the_keyboard_stays(
    room: Room, known: Known, becomes: Known, word: str
) -> None:
    page = page_of(room, known)
    room.activate()
    card = page.cards[SHOP]
    card.act.setFocus()
    room.live.registrations.becomes = becomes
    rest_is_over(room)
    assert card.word.text() == word and said(page.said).startswith("Twilio was asked ")
    assert room.dialog.focusWidget() is (card.act if card.act.isVisible() else card)
    assert page.look.isEnabled() and not rest_of(page).isActive()


def test_a_look_that_nobody_asked_for_holds_nothing_up_and_says_what_went_wrong(room: Room) -> None:
    page = page_of(room, MOCK)
    room.activate()
    page.look.setFocus()
    registrations = room.live.registrations
    registrations.gate = asyncio.Event()
    rest_of(page).timeout.emit()
    room.loop.until(lambda: len(registrations.asked) == 2)
    assert page.look.isEnabled() and said(page.said).startswith("Twilio was asked ")
    registrations.gate.set()
    room.settle()
    room.dialog.resize(640, 420)
    bar = page.verticalScrollBar()
    room.bot.waitUntil(lambda: bar.maximum() > 0)
    bar.setValue(bar.maximum())
    registrations.fails = GatewayError("Twilio cannot be reached.")
    rest_is_over(room)
    assert said(page.said) == "Twilio cannot be reached." and bar.value() == bar.maximum()
    assert room.dialog.focusWidget() is page.look
    registrations.fails = None
    rest_is_over(room)
    assert said(page.said).startswith("Twilio was asked ")


def test_a_person_s_own_look_takes_the_place_of_one_that_nobody_asked_for(room: Room) -> None:
    page = page_of(room, MOCK)
    registrations, rest = room.live.registrations, rest_of(page)
    registrations.gate = asyncio.Event()
    rest.timeout.emit()
    room.loop.until(lambda: len(registrations.asked) == 2)
    page.look.click()
    rest.timeout.emit()
    room.loop.until(lambda: len(registrations.asked) == 3)
    assert said(page.said) == "Asking Twilio how your lines are registered…" and not page.look.isEnabled()
    registrations.gate.set()
    room.settle()
    assert len(registrations.asked) == 3 and page.look.isEnabled() and rest.isActive()


def test_what_is_asked_below_a_card_stays_while_twilio_is_asked(room: Room) -> None:
    room.live.registrations.lines = (SHOP_LINE, FREE_LINE)
    pending = (replace(told.VERIFICATION, status="IN_REVIEW", reasons=()),)
    known = replace(two_campaigns(), verifications=pending)
    page = page_of(room, known)
    room.activate()
    card = page.cards[SHOP]
    card.act.click()
    panel = card.panel
    assert isinstance(panel, AddPanel)
    QTest.keyClick(panel.radios[0], Qt.Key.Key_Space)
    rest_is_over(room)
    assert card.panel is panel and panel.radios[0].isChecked() and room.dialog.focusWidget() is panel.radios[0]


def rest_is_over(room: Room) -> None:
    """Until the next look by itself, which is waited for."""
    rest = rest_of(room.dialog.registration)
    assert rest.isActive()
    rest.timeout.emit()
    room.settle()


def test_a_card_keeps_its_place_while_one_looks_and_what_is_the_matter_comes_first_the_next_time(room: Room) -> None:
    def order(page: RegistrationPage) -> list[str]:
        return sorted(page.cards, key=lambda line: page.cards[line].y())

    page = page_of(room, told.OUTSIDE)
    assert order(page) == [SHOP, TOLL_FREE]
    room.live.registrations.lines = (FREE_LINE, SHORT_LINE, SHOP_LINE)  # as it comes once the shop's is well
    page.look.click()
    room.settle()
    room.bot.waitUntil(lambda: order(page) == [SHOP, TOLL_FREE, SHORT_LINE.address])
    room.dialog.show_section("lines")
    room.dialog.show_section("registration")
    room.settle()
    room.bot.waitUntil(lambda: order(page) == [TOLL_FREE, SHORT_LINE.address, SHOP])


def test_what_was_not_known_when_the_page_was_opened_is_laid_out_once_it_is(room: Room) -> None:
    registrations = room.live.registrations
    registrations.tell(UNSEEN)
    page = room.open("lines").registration
    assert list(page.cards) == [SHOP, TOLL_FREE]
    registrations.lines = (FREE_LINE, SHOP_LINE)
    registrations.tell(told.APPROVED)
    assert list(page.cards) == [TOLL_FREE, SHOP]
    registrations.lines = (SHOP_LINE, FREE_LINE)
    registrations.tell(told.OUTSIDE)
    assert list(page.cards) == [TOLL_FREE, SHOP]


def test_the_way_to_twilio_stands_level_with_the_button_beside_it(room: Room) -> None:
    pools = (told.POOL, replace(told.POOL, sid="MG2", name="Reminders", senders=()))
    known = replace(told.APPROVED, pools=pools, campaigns=(replace(told.CAMPAIGN, service="MG2"),))
    card = card_of(room, known)
    assert card.act.isVisible() and card.link.isVisible()
    room.bot.waitUntil(lambda: card.act.geometry().center().y() == card.link.geometry().center().y())
    assert card.act.y() < card.link.y() and card.act.x() < card.link.x()


def test_twilio_that_does_not_answer_is_said_and_what_was_known_stays(room: Room) -> None:
    page = page_of(room, told.APPROVED)
    room.live.registrations.fails = GatewayError("Twilio cannot be reached.")
    page.look.click()
    room.settle()
    assert said(page.said) == "Twilio cannot be reached."
    assert page.cards[SHOP].word.text() == "Approved"


def test_a_number_is_added_to_the_service_once_one_has_agreed(room: Room) -> None:
    card = card_of(room, told.OUTSIDE)
    card.act.click()
    panel = card.panel
    assert isinstance(panel, BeforeAfter) and not card.act.isVisible()
    assert ("add", SHOP, "MG1") not in room.live.registrations.asked
    room.live.registrations.becomes = told.APPROVED
    panel.yes.click()
    room.settle()
    assert ("add", SHOP, "MG1") in room.live.registrations.asked
    assert card.panel is None and card.word.text() == "Approved"
    assert card.hasFocus(), "what has changed stays in sight"


def two_campaigns() -> Known:
    reminders = replace(told.POOL, sid="MG2", name="Reminders", senders=())
    second = replace(told.CAMPAIGN, sid="QE2", service="MG2", description="We remind customers. " * 200)
    pools = (replace(told.POOL, senders=()), reminders)
    return replace(told.OUTSIDE, pools=pools, campaigns=(told.CAMPAIGN, second))


def test_where_there_are_several_campaigns_the_person_says_which_one_a_number_is_for(room: Room) -> None:
    card = card_of(room, two_campaigns())
    room.activate()
    card.act.click()
    panel = card.panel
    assert isinstance(panel, AddPanel) and not panel.yes.isEnabled()
    assert [(one.text(), one.isChecked()) for one in panel.radios] == [("Bright Chairs", False), ("Reminders", False)]
    about = panel.radios[1].accessibleDescription()
    assert about.startswith("We remind customers. ") and about.endswith("…") and len(about) < 170
    assert QApplication.focusWidget() is panel.radios[0]
    QTest.keyClick(panel.radios[0], Qt.Key.Key_Space)
    QTest.keyClick(panel.radios[0], Qt.Key.Key_Down)
    assert panel.radios[1].isChecked() and panel.yes.isEnabled()
    room.live.registrations.fails = BadInput("Its texts would not come here any more.")
    panel.yes.click()
    room.settle()
    assert said(panel.trouble) == "Its texts would not come here any more." and panel.yes.isEnabled()
    room.live.registrations.fails = None
    panel.yes.click()
    room.settle()
    added = [one for one in room.live.registrations.asked if one[0] == "add"]
    assert added == [("add", SHOP, "MG2")] * 2 and card.panel is None


def test_whoever_answers_by_a_choice_has_the_keyboard_there_again(room: Room) -> None:
    card = card_of(room, two_campaigns())
    room.activate()
    card.act.click()
    panel = card.panel
    assert isinstance(panel, AddPanel)
    QTest.keyClick(panel.radios[0], Qt.Key.Key_Space)
    room.live.registrations.fails = BadInput("Its texts would not come here any more.")
    panel.yes.click()
    room.settle()
    assert room.dialog.focusWidget() is panel.radios[0]


def test_a_number_that_cannot_be_added_says_why(room: Room) -> None:
    card = card_of(room, told.OUTSIDE)
    card.act.click()
    panel = card.panel
    assert isinstance(panel, BeforeAfter)
    room.live.registrations.fails = BadInput("Its texts would not come here any more.")
    panel.yes.click()
    room.settle()
    assert said(panel.trouble) == "Its texts would not come here any more." and panel.yes.isEnabled()
    panel.no.click()
    assert card.panel is None and card.act.isVisible()


@pytest.mark.parametrize("known", [told.NOTHING, told.BRANDED, told.REJECTED])
def test_a_form_is_asked_for_and_the_preferences_make_room(room: Room, known: Known) -> None:
    asked: list[Report] = []
    card = card_of(room, known)
    room.dialog.guideRequested.connect(asked.append)
    card.act.click()
    assert [report.line.address for report in asked] == [SHOP] and not room.dialog.isVisible()


def test_a_lines_row_leads_to_its_card(room: Room) -> None:
    room.live.registrations.tell(told.REJECTED)
    dialog = room.open("lines")
    room.activate()
    button = dialog.lines.rows[TOLL_FREE].registration
    assert button.text() == "Registration: Rejected"
    assert button.accessibleName() == "Registration of (888) 555-0144 · Toll-free: Rejected"
    button.click()
    room.settle()
    assert dialog.section == "registration"
    assert dialog.focusWidget() is dialog.registration.cards[TOLL_FREE].act


def test_news_that_comes_while_the_page_is_open_is_shown(room: Room) -> None:
    card = card_of(room, told.DESCRIBED)
    room.live.registrations.tell(told.APPROVED)
    assert card.word.text() == "Approved" and not card.act.isVisible()


def test_what_was_sent_in_and_not_answered_is_said(room: Room) -> None:
    lost = Unsettled(Kind.BRAND, "", told.NOW, "Twilio did not answer; it is being looked for.")
    room.live.registrations.unsettled = (lost,)
    page = page_of(room, told.NOTHING)
    assert said(page.troubles) == "Twilio did not answer; it is being looked for."


def test_what_is_looked_for_is_asked_about_and_not_filled_in_anew(room: Room, qtbot: QtBot) -> None:
    room.live.registrations.unsettled = (Unsettled(Kind.BRAND, "", told.NOW, "Twilio did not answer."),)
    page = page_of(room, told.NOTHING)
    with qtbot.assertNotEmitted(page.guideWanted):
        page.cards[SHOP].act.click()
        room.settle()
    assert room.live.registrations.asked == [("refresh",), ("refresh",)]


def test_tab_goes_through_the_page_as_one_reads_and_what_it_comes_to_is_seen(room: Room) -> None:
    page = page_of(room, told.REJECTED)
    room.dialog.resize(640, 420)
    room.activate()
    room.dialog.sections.setFocus()
    for _ in range(30):
        QTest.keyClick(QApplication.focusWidget() or room.dialog, Qt.Key.Key_Tab)
        at = QApplication.focusWidget()
        assert at is not None
        if at is room.dialog.sections:
            break
        if page.isAncestorOf(at):
            assert at.visibleRegion().boundingRect() == at.rect(), f"{at.accessibleName()} is out of sight"
    page.verticalScrollBar().setValue(page.verticalScrollBar().maximum())
    QTest.keyClick(room.dialog.sections, Qt.Key.Key_Tab)
    first = QApplication.focusWidget()
    assert first is page.look and page.verticalScrollBar().value() < page.verticalScrollBar().maximum()
    assert first.visibleRegion().boundingRect() == first.rect()


def test_page_keys_turn_a_page_that_is_read(room: Room) -> None:
    page = page_of(room, told.REJECTED)
    room.dialog.resize(640, 420)
    room.activate()
    page.look.setFocus()
    bar = page.verticalScrollBar()
    room.bot.waitUntil(lambda: bar.maximum() > 0)
    for key, place in ((Qt.Key.Key_End, bar.maximum()), (Qt.Key.Key_Home, 0), (Qt.Key.Key_PageDown, bar.pageStep())):
        QTest.keyClick(page.look, key)
        assert bar.value() == min(place, bar.maximum())
