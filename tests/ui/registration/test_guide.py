"""The guide through the forms: checked as one writes, kept, shown before it is sent, sent once."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from sms_desktop.domain.brand import COSTS, BrandForm
from sms_desktop.domain.campaign import CampaignForm, form_of
from sms_desktop.domain.errors import GatewayError, Uncertain
from sms_desktop.domain.line import Line
from sms_desktop.domain.registration import Kind, Known
from sms_desktop.domain.rejections import reason_of
from sms_desktop.domain.tollfree import TollFreeForm
from sms_desktop.ui.registration.check import CheckPage
from sms_desktop.ui.registration.examples import ExamplesPage
from sms_desktop.ui.registration.guide import GuideDialog
from sms_desktop.ui.registration.guiding import NOT_SURE, SENT, Guiding
from sms_desktop.ui.registration.looking import GENTLY, SILENT, SOON
from sms_desktop.ui.registration.plan import plan_of
from sms_desktop.ui.registration.purpose import named
from sms_desktop.ui.registration.sender import SenderPage
from sms_desktop.ui.registration.tollfree import TextsPage
from sms_desktop.ui.tasks import Tasks
from sms_desktop.ui.theme import theme
from sms_desktop.ui.widgets.growing import GrowingEdit
from tests.ui import registrationsamples as told
from tests.ui.conftest import Loop
from tests.ui.live import Live
from tests.ui.registrationsamples import BU, FREE_LINE, OTHER_BU, SHOP_LINE, rest_of

WRITTEN = form_of(told.CAMPAIGN)
POOLED = replace(told.BRANDED, pools=(told.POOL,))


class Room:
    """The open guide, and who sits before it."""

    def __init__(self, bot: QtBot, loop: Loop) -> None:
        self.bot, self.loop, self.live = bot, loop, Live()
        self.errors: list[BaseException] = []
        self.tasks = Tasks(self.errors.append)
        self.window = QWidget()
        self.dialog: GuideDialog

    def open(self, known: Known, line: Line = SHOP_LINE, **draft: object) -> GuideDialog:
        """``draft`` is what was written before: of its kind, under its key."""
        registrations = self.live.registrations
        registrations.tell(known)
        if draft:
            registrations.drafts[Kind(str(draft["kind"])), str(draft["key"])] = draft["form"]  # type: ignore[assignment]
        plan = plan_of(registrations, registrations.report(line))
        self.dialog = GuideDialog(plan.title, "Shop", plan.pages, self.window)
        guiding = Guiding(self.tasks, self.dialog, plan, self.live.hub)
        self.loop.run(guiding.start())
        self.dialog.open()
        with self.bot.waitActive(self.dialog, timeout=5000):  # from here on what has the focus is told
            self.dialog.activateWindow()
        self.settle()
        return self.dialog

    def settle(self) -> None:
        self.loop.until(lambda: not self.tasks._tasks)

    def go_on(self) -> None:
        self.dialog.foot.primary.click()
        self.settle()

    def write(self, key: str, text: str) -> None:
        edit = self.dialog.shown.fields[key].edit
        assert not isinstance(edit, QComboBox)
        edit.setText(text)

    @property
    def page(self) -> str:
        return self.dialog.shown.accessibleName()

    @property
    def check(self) -> CheckPage:
        page = self.dialog.shown
        assert isinstance(page, CheckPage)
        return page

    def leave(self) -> None:
        if shiboken6.isValid(self.dialog):
            self.dialog.close()
        self.settle()
        self.loop.run(self.tasks.close())
        self.window.deleteLater()
        assert self.errors == []


@pytest.fixture
def room(qtbot: QtBot, loop: Loop) -> Iterator[Room]:
    room = Room(qtbot, loop)
    yield room
    room.leave()


def sent(room: Room) -> list[tuple[object, ...]]:
    """What Twilio was asked to change."""
    return [one for one in room.live.registrations.asked if one[0] not in ("usecases", "refresh")]


def test_what_is_missing_is_said_once_one_wants_to_go_on_and_not_before(room: Room) -> None:
    dialog = room.open(told.NOTHING)
    fields = dialog.shown.fields
    assert [field.complaint for field in fields.values()] == ["", ""]
    room.go_on()
    assert room.page == "Who are you to the carriers?"
    assert fields["profile"].complaint == "The business profile’s SID is missing."
    assert dialog.focusWidget() is fields["profile"].edit
    assert fields["profile"].edit.accessibleDescription() == fields["profile"].complaint
    room.write("profile", BU)
    assert fields["profile"].complaint == ""


def test_a_text_is_counted_as_it_is_written_and_too_much_is_said_at_once(room: Room) -> None:
    dialog = room.open(POOLED)
    field = dialog.shown.fields["description"]
    room.write("description", "Texts to customers.")
    assert (field.counter.text(), field.complaint) == ("19 of at least 40", "")
    assert field.counter.accessibleName() == ("What you send, and to whom: 19 characters; at least 40, at most 4,096")
    room.write("description", "x" * 4097)
    assert field.counter.text() == "4,097 / 4,096"
    assert field.complaint == "The description may have at most 4,096 characters; 1 too many."
    room.write("description", "x" * 4096)
    assert (field.counter.text(), field.complaint) == ("4,096 / 4,096", "")


def test_what_is_too_short_is_said_when_the_field_is_left(room: Room) -> None:
    dialog = room.open(POOLED)
    field = dialog.shown.fields["description"]
    room.write("description", "Texts.")
    assert isinstance(field.edit, GrowingEdit)
    field.edit.left.emit()
    assert field.complaint == "The description needs at least 40 characters; 34 more."


def test_nothing_is_sent_before_it_was_shown_word_for_word_with_its_costs_and_agreed_to(room: Room) -> None:
    dialog = room.open(told.NOTHING, kind="brand", key="", form=BrandForm(BU, OTHER_BU))
    assert room.page == "Register your business?"
    assert [(one.name, one.said) for one in room.check.shown] == [
        ("Business profile (Customer Profile)", BU), ("A2P messaging profile", OTHER_BU), ("Kind", "Business"),
        ("Second check (vetting)", "Yes"),
    ]  # fmt: skip
    assert room.check.costs.text() == COSTS
    assert room.check.fees.isVisible() and room.check.fees.url.startswith("https://help.twilio.com/")
    assert not dialog.foot.primary.isEnabled()
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    room.settle()
    assert sent(room) == []
    room.check.agree.check.click()
    room.go_on()
    assert sent(room) == [("brand", BrandForm(BU, OTHER_BU))]
    assert room.page == SENT and dialog.outcome.outcome.text.startswith("In review. ")


def test_a_rehearsal_says_what_it_is_and_costs_nothing(room: Room) -> None:
    dialog = room.open(told.NOTHING)
    words = " ".join(label.text() for label in dialog.shown.findChildren(QLabel))
    assert "mock brand: it costs nothing" in words and "still do not get through" in words
    room.write("profile", BU)
    room.write("a2p_profile", OTHER_BU)
    dialog.shown.rehearse.choose()  # type: ignore[attr-defined]
    room.go_on()
    assert room.page == "Send this to Twilio’s rehearsal?" and room.check.title.text() == room.page
    assert room.check.costs.text() == "This costs nothing." and dialog.foot.primary.isEnabled()
    assert not room.check.fees.isVisible()
    assert ("Kind", "A rehearsal with a mock brand") in [(one.name, one.said) for one in room.check.shown]
    room.go_on()
    assert sent(room) == [("brand", BrandForm(BU, OTHER_BU, mock=True))]


def test_two_presses_send_it_once(room: Room) -> None:
    dialog = room.open(told.NOTHING, kind="brand", key="", form=BrandForm(BU, OTHER_BU, mock=True))
    room.live.registrations.gate = asyncio.Event()
    dialog.foot.primary.click()
    dialog.advanced.emit()
    dialog.backed.emit()
    room.loop.until(lambda: sent(room))
    assert room.page == "Send this to Twilio’s rehearsal?" and not dialog.foot.primary.isEnabled()
    room.live.registrations.gate.set()
    room.settle()
    assert len(sent(room)) == 1 and room.page == SENT


def test_a_refusal_is_said_and_can_be_tried_again(room: Room) -> None:
    dialog = room.open(told.NOTHING, kind="brand", key="", form=BrandForm(BU, OTHER_BU, mock=True))
    room.live.registrations.fails = GatewayError("Twilio refused this profile.")
    room.go_on()
    assert room.check.outcome.text == "Twilio refused this profile." and dialog.foot.primary.isEnabled()
    room.live.registrations.fails = None
    room.go_on()
    assert room.page == SENT


def test_a_lost_answer_is_told_and_nothing_is_sent_again(room: Room) -> None:
    dialog = room.open(told.NOTHING, kind="brand", key="", form=BrandForm(BU, OTHER_BU, mock=True))
    room.live.registrations.fails = Uncertain("Twilio did not answer. It is looked for.")
    room.go_on()
    assert (room.page, dialog.outcome.outcome.how) == (NOT_SURE, "warn")
    room.go_on()
    assert not shiboken6.isValid(dialog) and len(sent(room)) == 1


def test_what_is_found_of_a_lost_answer_is_told_where_it_was_not_sure(room: Room) -> None:
    dialog = room.open(told.NOTHING, kind="brand", key="", form=BrandForm(BU, OTHER_BU, mock=True))
    room.live.registrations.fails = Uncertain("Twilio did not answer. It is looked for.")
    room.go_on()
    room.live.registrations.tell(told.NOTHING)
    assert room.page == NOT_SURE
    room.live.registrations.came = replace(told.BRAND, status="PENDING", mock=True)
    room.live.registrations.tell(told.NOTHING)
    assert (room.page, dialog.outcome.outcome.how) == (SENT, "info")
    assert len(sent(room)) == 1


def test_what_was_rejected_before_is_no_answer_to_what_is_sent_in_again(room: Room) -> None:
    room.open(told.REJECTED)
    room.live.registrations.fails = Uncertain("Twilio did not answer. It is looked for.")
    for _ in range(3):
        room.go_on()
    room.check.agree.check.click()
    room.go_on()
    assert room.page == NOT_SURE
    assert told.REJECTED.campaigns is not None
    room.live.registrations.came = told.REJECTED.campaigns[0]
    room.live.registrations.tell(told.REJECTED)
    assert room.page == NOT_SURE
    room.live.registrations.came = replace(told.REJECTED.campaigns[0], status="IN_PROGRESS")
    room.live.registrations.tell(told.REJECTED)
    assert room.page == SENT


@pytest.mark.parametrize(("mock", "pause"), [(True, SOON[0]), (False, GENTLY[0])])
def test_what_is_decided_is_told_on_the_last_page_without_a_press(room: Room, mock: bool, pause: float) -> None:
    dialog = room.open(told.NOTHING, kind="brand", key="", form=BrandForm(BU, OTHER_BU, mock=mock))
    rest = rest_of(dialog.outcome)
    assert not rest.isActive(), "nothing was sent in yet"
    room.check.agree.check.setChecked(True)
    room.go_on()
    outcome, asked = dialog.outcome.outcome, room.live.registrations.asked
    assert outcome.text.startswith("In review. ")
    dialog.outcome.setFocus()
    for after in ("PENDING", "APPROVED"):
        assert rest.isActive() and rest.interval() / 1000 >= pause
        room.live.registrations.becomes = replace(told.NOTHING, brands=(replace(told.BRAND, status=after, mock=mock),))
        rest.timeout.emit()
        room.settle()
    assert asked[-2:] == [("refresh",), ("refresh",)]
    assert outcome.text.startswith("Approved. ") and outcome.how == "ok"
    assert room.page == SENT and dialog.focusWidget() is dialog.outcome
    assert not rest.isActive()


def test_where_twilio_does_not_answer_what_was_sent_in_is_still_in_review(room: Room) -> None:
    dialog = room.open(told.NOTHING, kind="brand", key="", form=BrandForm(BU, OTHER_BU, mock=True))
    room.go_on()
    before = dialog.outcome.outcome.text
    room.live.registrations.fails = GatewayError("Twilio cannot be reached.")
    rest = rest_of(dialog.outcome)
    rest.timeout.emit()
    room.settle()
    assert dialog.outcome.outcome.text == before and rest.interval() / 1000 == SILENT[0]


def test_a_guide_that_is_closed_asks_no_more_and_waits_for_no_look(room: Room) -> None:
    dialog = room.open(told.NOTHING, kind="brand", key="", form=BrandForm(BU, OTHER_BU, mock=True))
    room.go_on()
    registrations = room.live.registrations
    registrations.gate = asyncio.Event()
    rest_of(dialog.outcome).timeout.emit()
    room.loop.until(lambda: registrations.asked[-1] == ("refresh",))
    dialog.close()
    room.loop.until(lambda: not shiboken6.isValid(dialog))
    registrations.gate.set()
    room.settle()
    assert registrations.asked.count(("refresh",)) == 1


def test_what_came_of_a_lost_answer_is_followed_as_well(room: Room) -> None:
    dialog = room.open(told.NOTHING, kind="brand", key="", form=BrandForm(BU, OTHER_BU, mock=True))
    room.live.registrations.fails = Uncertain("Twilio did not answer. It is looked for.")
    room.go_on()
    brand = replace(told.BRAND, status="PENDING", mock=True)
    room.live.registrations.came = brand
    room.live.registrations.tell(replace(told.NOTHING, brands=(brand,)))
    assert dialog.outcome.outcome.text.startswith("In review. ")
    room.live.registrations.tell(replace(told.NOTHING, brands=(replace(brand, status="APPROVED"),)))
    assert dialog.outcome.outcome.text.startswith("Approved. ")


def test_what_was_written_is_kept_and_the_guide_opens_where_something_is_missing(room: Room) -> None:
    dialog = room.open(POOLED)
    room.write("description", WRITTEN.description)
    room.write("flow", WRITTEN.flow)
    dialog.close()
    room.settle()
    kept = room.live.registrations.drafts[Kind.CAMPAIGN, "MG1"]
    assert isinstance(kept, CampaignForm) and kept.description == WRITTEN.description
    assert kept.subscriber_opt_in
    room.open(POOLED, kind="campaign", key="MG1", form=replace(kept, usecase="CUSTOMER_CARE"))
    assert room.page == "What do the texts look like?"


def test_a_new_service_is_made_and_the_number_joins_it_before_the_purposes_are_asked_for(room: Room) -> None:
    dialog = room.open(told.BRANDED)
    assert room.page == "Where does (212) 555-0100 belong?" and sent(room) == []
    dialog.shown.name.edit.setText(" ")  # type: ignore[attr-defined]
    room.go_on()
    assert sent(room) == [] and room.page == "Where does (212) 555-0100 belong?"
    dialog.shown.name.edit.setText("Shop texts")  # type: ignore[attr-defined]
    room.go_on()
    assert sent(room) == [("service", "Shop texts"), ("add", SHOP_LINE.address, "MG2")]
    assert ("usecases", "MG2", "BN1") in room.live.registrations.asked
    box = dialog.shown.fields["usecase"].edit
    assert isinstance(box, QComboBox) and [box.itemText(place) for place in range(box.count())][1:] == [
        "Customer care", "Marketing", "Several of these",
    ]  # fmt: skip


def test_a_service_that_was_made_is_there_when_one_goes_back_and_no_second_one_is_made(room: Room) -> None:
    dialog = room.open(told.BRANDED)
    dialog.shown.name.edit.setText("Shop texts")  # type: ignore[attr-defined]
    room.go_on()
    asked = sent(room)
    dialog.backed.emit()
    room.settle()
    page = dialog.shown
    assert isinstance(page, SenderPage) and page.chosen == "MG2" and not is_seen(page.new)
    assert page.pools["MG2"].radio.text() == "Shop texts" and is_seen(page.pools["MG2"])
    assert dialog.focusWidget() is page.pools["MG2"].radio
    room.go_on()
    assert room.page != "Where does (212) 555-0100 belong?"
    assert sent(room) == [*asked, ("add", SHOP_LINE.address, "MG2")]


def test_a_service_that_cannot_be_made_says_why_and_nobody_goes_on(room: Room) -> None:
    dialog = room.open(told.BRANDED)
    room.live.registrations.fails = GatewayError("Twilio cannot be reached.")
    room.go_on()
    assert dialog.foot.trouble.text == "Twilio cannot be reached."
    assert room.page == "Where does (212) 555-0100 belong?"


def test_examples_can_be_added_up_to_five_and_advice_is_no_obstacle(room: Room) -> None:
    odd = replace(WRITTEN, samples=("See https://bit.ly/3x for your chair, it is ready", "Call 212-555-0100 for more"))
    dialog = room.open(POOLED, kind="campaign", key="MG1", form=odd)
    dialog.rail.chosen.emit(1)
    page = dialog.shown
    assert isinstance(page, ExamplesPage)
    assert "shortened links" in page.samples[1].said.text() and page.samples[1].complaint == ""
    for count in (3, 4, 5):
        page.more.click()
        assert page.shown == count
    assert not page.more.isVisible()
    page.fewer.click()
    assert page.shown == 4
    page.samples[2].edit.setText("short")  # type: ignore[union-attr]
    room.go_on()
    assert page.samples[2].complaint == "Example 3 needs at least 20 characters; 15 more."
    page.samples[2].edit.setText("")  # type: ignore[union-attr]
    room.go_on()
    assert room.page == "What are people answered?"


def test_what_is_often_rejected_is_said_once_more_before_it_is_sent(room: Room) -> None:
    odd = replace(WRITTEN, links=False, phones=False)
    odd = replace(odd, samples=("See https://example.com about your chair.", "Call 212-555-0100, or reply STOP."))
    dialog = room.open(POOLED, kind="campaign", key="MG1", form=odd)
    assert room.check.advice.isVisible() and room.check.advice.text().split("\n") == [
        "Examples: An example holds a link: say that the texts hold links.",
        "Examples: An example holds a phone number: say that the texts hold phone numbers.",
    ]
    dialog.rail.chosen.emit(1)
    for key in ("links", "phones"):
        dialog.shown.ticks[key].check.click()
    dialog.rail.chosen.emit(3)
    assert not room.check.advice.isVisible()


def test_what_is_often_rejected_stands_above_what_is_sent_where_it_is_seen(room: Room) -> None:
    known = replace(POOLED, brands=(replace(told.BRAND, mock=True),))
    dialog = room.open(known, kind="campaign", key="MG1", form=replace(WRITTEN, samples=WRITTEN.samples[:1] * 2))
    dialog.resize(640, 420)
    room.bot.waitUntil(lambda: room.check.verticalScrollBar().maximum() > 0)
    room.bot.waitUntil(lambda: is_seen(room.check.advice))
    assert dialog.foot.primary.isEnabled(), "nothing else has to be read"
    assert room.check.advice.text() == "Examples: Example 2 says the same as example 1: give another one."


def test_the_second_of_two_same_examples_is_advised_about_where_it_is(room: Room) -> None:
    same = replace(WRITTEN, samples=(WRITTEN.samples[0], WRITTEN.samples[0], WRITTEN.samples[1]))
    dialog = room.open(POOLED, kind="campaign", key="MG1", form=same)
    dialog.rail.chosen.emit(1)
    page = dialog.shown
    assert isinstance(page, ExamplesPage)
    assert [field.said.text() for field in page.samples[:3]] == [
        "", "Example 2 says the same as example 1: give another one.", "",
    ]  # fmt: skip


def test_a_step_that_was_rejected_is_marked_until_something_on_it_is_changed(room: Room) -> None:
    dialog = room.open(told.REJECTED)

    def marks() -> list[str]:
        return [button.accessibleName().rsplit(", ", 1)[-1] for button in dialog.rail.buttons]

    assert marks() == ["current step", "rejected", "done", "not yet done"]
    room.go_on()
    assert marks() == ["rejected", "current step", "done", "not yet done"]
    page = dialog.shown
    assert isinstance(page, ExamplesPage)
    page.samples[0].edit.setText("Bright Chairs: your chair is here. Reply STOP to opt out.")  # type: ignore[union-attr]
    room.go_on()
    assert marks() == ["rejected", "done", "current step", "not yet done"]
    dialog.rail.chosen.emit(0)
    room.write("description", f"{WRITTEN.description} We never advertise.")
    room.go_on()
    assert marks() == ["done", "current step", "done", "not yet done"]


def test_a_step_is_not_marked_for_what_cannot_be_changed_on_it(room: Room) -> None:
    assert told.REJECTED.campaigns is not None
    examples = replace(told.REJECTED.campaigns[0], reasons=(reason_of(30893, Kind.CAMPAIGN),))
    dialog = room.open(replace(told.REJECTED, campaigns=(examples,)))
    dialog.rail.chosen.emit(3)
    assert [button.wrong for button in dialog.rail.buttons] == [False, True, False, False]


def test_the_business_is_called_as_in_automatic_replies_unless_it_was_written_here(room: Room) -> None:
    room.live.registrations.name = "Bright Chairs"
    dialog = room.open(told.NOTHING, FREE_LINE)
    assert dialog.shown.fields["business_name"].text == "Bright Chairs"
    dialog = free(room, "Business")
    assert dialog.shown.fields["business_name"].text == "Bright Chairs LLC"
    room.live.registrations.drafts.clear()
    dialog = room.open(refused(30891), FREE_LINE)
    assert dialog.shown.fields["business_name"].text == "Bright Chairs LLC"


def test_what_was_rejected_is_put_right_and_sent_in_again_with_what_cannot_change_fixed(room: Room) -> None:
    dialog = room.open(told.REJECTED)
    assert room.page == "What do you text about?"
    assert "It is not clear what you send" in " ".join(label.text() for label in dialog.shown.findChildren(QLabel))
    assert not dialog.shown.fields["usecase"].edit.isEnabled()
    for _ in range(3):
        room.go_on()
    assert "Nothing has been changed since it was rejected." in room.check.advice.text().split("\n")
    dialog.rail.chosen.emit(0)
    better = f"{WRITTEN.description} We never advertise."
    room.write("description", better)
    for _ in range(3):
        room.go_on()
    assert "Nothing has been changed" not in room.check.advice.text()
    assert "What the texts are for" not in [one.name for one in room.check.shown]
    room.check.agree.check.click()
    room.go_on()
    [again] = sent(room)
    assert again[:2] == ("again", "MG1") and isinstance(again[2], CampaignForm) and again[2].description == better


def test_a_toll_free_number_is_verified_by_its_own_form(room: Room) -> None:
    form = TollFreeForm(
        "Bright Chairs LLC", "https://brightchairs.example", "ada@brightchairs.example", ("CUSTOMER_CARE",),
        "Texts about orders.", "Your chair is ready.", "PAPER_FORM",
        ("https://brightchairs.example/form.jpg",), "1,000",
    )  # fmt: skip
    dialog = room.open(told.NOTHING, FREE_LINE, kind="verification", key=FREE_LINE.address, form=form)
    assert room.page == "Send this to Twilio?"
    shown = {one.name: one.said for one in room.check.shown}
    assert shown["What the texts are for"] == "Customer care" and shown["How they agree"] == "A form on paper"
    assert dialog.foot.primary.isEnabled()
    bar = room.check.verticalScrollBar()
    dialog.resize(480, 420)
    room.bot.waitUntil(lambda: bar.maximum() > 0)
    QTest.keyClick(dialog.foot.primary, Qt.Key.Key_End)
    assert bar.value() == bar.maximum()
    room.go_on()
    assert sent(room) == [("verify", FREE_LINE.address, form)]


def test_a_field_that_went_wrong_keeps_the_last_page_from_being_sent(room: Room) -> None:
    form = replace(WRITTEN, opt_in_keywords=("START",))
    dialog = room.open(POOLED, kind="campaign", key="MG1", form=form)
    assert room.page == "What are people answered?"
    room.go_on()
    assert dialog.shown.fields["opt_in_message"].complaint == "Who opts in by a word must get an answer: write it."


@pytest.mark.parametrize("known", [told.NOTHING, told.BRANDED, POOLED, told.REJECTED])
def test_the_keyboard_alone_comes_to_everything_and_escape_leads_back(room: Room, known: Known) -> None:
    dialog = room.open(known)
    seen = []
    for _ in range(60):
        at = dialog.focusWidget()
        seen.append(at)
        QTest.keyClick(at or dialog, Qt.Key.Key_Tab)
    edits = [field.edit for field in dialog.shown.all_fields() if field.edit.isEnabled() and field.isVisible()]
    assert {*edits, dialog.foot.primary} <= set(seen)
    assert all(widget is None or widget.accessibleName() or widget.property("text") for widget in seen)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_enter_in_a_line_goes_on_and_in_a_text_begins_a_new_line(room: Room) -> None:
    dialog = room.open(told.NOTHING)
    room.write("profile", BU)
    room.write("a2p_profile", OTHER_BU)
    dialog.activateWindow()
    dialog.shown.fields["a2p_profile"].edit.setFocus()
    QTest.keyClick(QApplication.focusWidget() or dialog.shown.fields["a2p_profile"].edit, Qt.Key.Key_Return)
    room.settle()
    assert room.page == "Register your business?"


@pytest.mark.parametrize("width", [480, 640, 920])
def test_no_page_is_wider_than_its_window(room: Room, width: int) -> None:
    dialog = room.open(told.BRANDED)
    dialog.resize(width, 640)
    room.bot.waitUntil(lambda: dialog.width() == width)
    for place, page in enumerate(dialog.sheets):
        dialog.show_page(place, len(dialog.sheets), [True] * len(dialog.sheets))
        QApplication.processEvents()
        inner = page.widget()
        assert inner is not None and inner.width() <= page.viewport().width(), page.accessibleName()


def test_a_guide_that_is_closed_while_it_sends_lets_that_end(room: Room) -> None:
    dialog = room.open(told.NOTHING, kind="brand", key="", form=BrandForm(BU, OTHER_BU, mock=True))
    room.live.registrations.gate = asyncio.Event()
    dialog.foot.primary.click()
    room.loop.until(lambda: sent(room))
    dialog.close()
    assert shiboken6.isValid(dialog)
    room.live.registrations.gate.set()
    room.settle()
    room.loop.until(lambda: not shiboken6.isValid(dialog))
    assert len(sent(room)) == 1


FREE_FORM = TollFreeForm(
    "Bright Chairs LLC", "https://brightchairs.example", "ada@brightchairs.example", ("CUSTOMER_CARE",),
    "Texts about orders.", "Bright Chairs: your chair is ready. Reply STOP to opt out.", "PAPER_FORM",
    ("https://brightchairs.example/form.jpg",), "1,000",
)  # fmt: skip


def free(room: Room, step: str = "", **changed: object) -> GuideDialog:
    """The guide of a toll-free number, at the step of that word, else where something is missing."""
    form = replace(FREE_FORM, **changed)  # type: ignore[arg-type]
    dialog = room.open(told.NOTHING, FREE_LINE, kind="verification", key=FREE_LINE.address, form=form)
    if step:
        dialog.rail.chosen.emit([sheet.word for sheet in dialog.sheets].index(step))
    return dialog


def refused(*codes: int) -> Known:
    """A toll-free number whose verification was rejected for that, and can be put right."""
    details = {name: getattr(FREE_FORM, name) for name in FREE_FORM.__dataclass_fields__}
    reasons = tuple(reason_of(code, Kind.VERIFICATION, "Rejected") for code in codes)
    return replace(told.NOTHING, verifications=(replace(told.VERIFICATION, details=details, reasons=reasons),))


def is_seen(part: QWidget) -> bool:
    """The whole of it, and nothing of it behind the foot."""
    return part.visibleRegion().boundingRect() == part.rect()


def told_why(dialog: GuideDialog) -> list[list[int]]:
    """The codes that are told of on each page."""
    found = []
    for sheet in dialog.sheets:
        labels = [label.text() for label in sheet._rejected.findChildren(QLabel) if not sheet._rejected.isHidden()]
        found.append([int(code) for text in labels for code in re.findall(r"\((\d+)\)", text)])
    return found


def test_a_number_without_its_kind_and_a_zip_that_is_none_are_said_as_the_field_is_left(room: Room) -> None:
    dialog = free(room, "Business", registration_number="12-34")
    dialog.activateWindow()
    fields = dialog.shown.fields
    fields["registration_authority"].edit.setFocus()
    assert fields["registration_authority"].complaint == ""
    QTest.keyClick(fields["registration_authority"].edit, Qt.Key.Key_Tab)
    assert fields["registration_authority"].complaint == "Choose which kind of number it is."
    room.go_on()
    assert fields["registration_authority"].complaint == "Choose which kind of number it is."
    assert dialog.focusWidget() is fields["registration_authority"].edit
    fields["registration_authority"].edit.setCurrentIndex(1)  # type: ignore[union-attr]
    assert fields["registration_authority"].complaint == ""
    room.go_on()
    assert fields["registration_number"].complaint == "An EIN has nine digits, such as 12-3456789."
    room.write("registration_number", "12-3456789")
    room.go_on()
    room.write("postal_code", "banana")
    room.write("country", "us")
    zip_code = dialog.shown.fields["postal_code"]
    assert zip_code.complaint == ""
    zip_code.edit.editingFinished.emit()  # type: ignore[union-attr]
    assert zip_code.complaint == "A ZIP code of the US has five digits, such as 10001, or nine."


def test_the_letters_of_a_country_are_capitals_as_one_types_them(room: Room) -> None:
    dialog = free(room, "Contact")
    edit = dialog.shown.fields["country"].edit
    assert isinstance(edit, QLineEdit)
    QTest.keyClicks(edit, "us")
    assert (edit.text(), edit.cursorPosition()) == ("US", 2)
    dialog.rail.chosen.emit(4)
    assert ("Country", "US") in [(one.name, one.said) for one in room.check.shown]
    dialog.close()
    room.settle()
    kept = room.live.registrations.drafts[Kind.VERIFICATION, FREE_LINE.address]
    assert isinstance(kept, TollFreeForm) and kept.country == "US"


def test_a_description_for_a_toll_free_number_that_is_too_long_is_said_while_one_writes(room: Room) -> None:
    dialog = free(room, "Texts")
    room.write("summary", "x" * 539)
    field = dialog.shown.fields["summary"]
    assert field.complaint == "The description of what you send may have at most 500 characters; 39 too many."
    room.go_on()
    assert room.page == "What do you text about?" and dialog.focusWidget() is field.edit


def test_an_example_that_says_nothing_is_advised_about_and_can_be_sent(room: Room) -> None:
    dialog = free(room, "Texts", sample="hi")
    field = dialog.shown.fields["sample"]
    assert field.complaint == "" and field.said.text() == (
        "Let it name your business. Let it say how to stop, such as “Reply STOP to opt out”."
    )
    room.go_on()
    assert room.page == "How do people agree to your texts?"


@pytest.mark.parametrize("key", ["website", "business_type", "summary"])
def test_a_field_that_is_wrong_looks_so_with_the_keyboard_in_it_and_otherwise_than_without(
    room: Room, key: str
) -> None:
    dialog = free(room, "Texts" if key == "summary" else "Business")
    field = dialog.shown.fields[key]
    field.judge("It is wrong.")
    field.insist()
    bad = theme().tokens.bad

    def border() -> list[bool]:
        picture = field.edit.grab().toImage()
        return [picture.pixelColor(x, field.edit.height() // 2) == bad for x in (0, 1)]

    dialog.foot.primary.setFocus()
    height = field.edit.height()
    room.bot.waitUntil(lambda: border() == [True, False])
    field.edit.setFocus()
    room.bot.waitUntil(lambda: border() == [True, True])
    assert field.edit.height() == height


@pytest.mark.parametrize(
    ("step", "key", "changed"),
    [("Texts", "volume", {"volume": ""}), ("Contact", "contact_phone", {"contact_phone": "12"})],
)
def test_the_last_field_of_a_page_is_seen_with_its_complaint_when_one_wants_to_go_on(
    room: Room, step: str, key: str, changed: dict[str, str]
) -> None:
    dialog = free(room, step, **changed)
    field = dialog.shown.fields[key]
    bar = dialog.shown.verticalScrollBar()
    dialog.foot.primary.setFocus()
    bar.setValue(0)
    before = bar.maximum()
    room.go_on()
    assert dialog.focusWidget() is field.edit and field.complaint
    room.bot.waitUntil(lambda: bar.maximum() > before)
    room.bot.waitUntil(lambda: is_seen(field) and is_seen(field.said))


def test_what_is_said_of_a_field_as_it_is_left_for_the_foot_is_seen(room: Room) -> None:
    dialog = free(room, "Contact")
    dialog.activateWindow()
    field = dialog.shown.fields["contact_phone"]
    field.edit.setFocus(Qt.FocusReason.TabFocusReason)
    room.bot.waitUntil(lambda: is_seen(field.edit))
    QTest.keyClicks(field.edit, "12")
    page = dialog.shown
    below = page.viewport().height() - field.edit.mapTo(page.viewport(), field.edit.rect().bottomLeft()).y()
    page.verticalScrollBar().setValue(page.verticalScrollBar().value() - below + 2)  # the edit is just seen
    assert is_seen(field.edit)
    before = page.verticalScrollBar().maximum()
    QTest.keyClick(field.edit, Qt.Key.Key_Tab)
    assert dialog.focusWidget() is dialog.foot.back and field.complaint
    room.bot.waitUntil(lambda: page.verticalScrollBar().maximum() > before)
    room.bot.waitUntil(lambda: is_seen(field.said))


def test_a_click_into_another_field_lets_the_page_stay_where_it_is(room: Room) -> None:
    dialog = free(room, "Contact")
    page = dialog.shown
    bar = page.verticalScrollBar()
    page.fields["contact_phone"].edit.setFocus()
    room.bot.waitUntil(lambda: bar.value() > 0)
    bar.setValue(0)
    QTest.mouseClick(page.fields["street"].edit, Qt.MouseButton.LeftButton)
    before = bar.maximum()
    page.fields["street"].judge("It is wrong.")
    page.fields["street"].insist()
    room.bot.waitUntil(lambda: bar.maximum() > before)
    QTest.qWait(0)
    assert bar.value() == 0


def test_what_the_texts_are_for_is_where_the_step_begins_and_where_its_complaint_leads(room: Room) -> None:
    dialog = free(room, "Texts", categories=(), summary="")
    page = dialog.shown
    assert isinstance(page, TextsPage)
    first = page.kinds["CUSTOMER_CARE"].check
    assert dialog.focusWidget() is first
    page.fields["volume"].edit.setFocus()
    room.go_on()
    assert dialog.focusWidget() is first and page.none.text == "Choose what the texts are for."
    assert first.accessibleDescription() == page.none.text
    room.bot.waitUntil(lambda: is_seen(first) and is_seen(page.none))
    QTest.keyClick(first, Qt.Key.Key_Tab)
    QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Backtab)
    assert dialog.focusWidget() is first
    QTest.keyClick(first, Qt.Key.Key_Space)
    assert page.none.text == "" and first.accessibleDescription() == ""
    room.go_on()
    assert dialog.focusWidget() is page.fields["summary"].edit


def test_why_it_was_rejected_is_told_on_the_steps_that_mend_it_and_the_rest_once_on_the_first(room: Room) -> None:
    dialog = room.open(refused(30446, 30890, 30999, 30884, 30446), FREE_LINE)
    #                          agreement, no field here, no field known, the example
    assert told_why(dialog) == [[30890, 30999], [], [30884], [30446], []]
    assert (
        "The toll-free verification was rejected. Twilio says" in dialog.shown._rejected.findChildren(QLabel)[1].text()
    )


@pytest.mark.parametrize(
    ("known", "line", "page", "key"),
    [
        (told.REJECTED, SHOP_LINE, "What do you text about?", "description"),
        (refused(30449), FREE_LINE, "What do you text about?", "sample"),
        (refused(30891), FREE_LINE, "Who texts from this number?", "website"),
        (refused(30999), FREE_LINE, "Who texts from this number?", "business_name"),
    ],
)
def test_what_is_put_right_begins_at_the_first_thing_that_was_rejected(
    room: Room, known: Known, line: Line, page: str, key: str
) -> None:
    dialog = room.open(known, line)
    assert room.page == page
    field = dialog.shown.fields[key]
    assert dialog.focusWidget() is field.edit
    room.bot.waitUntil(lambda: is_seen(field))
    assert all(button.isEnabled() for button in dialog.rail.buttons)


def test_a_page_that_is_read_before_it_is_sent_opens_at_its_top_and_says_what_is_still_to_be_done(room: Room) -> None:
    dialog = room.open(POOLED, kind="campaign", key="MG1", form=WRITTEN)
    dialog.resize(640, 420)
    dialog.activateWindow()
    page, foot = room.check, dialog.foot
    bar = page.verticalScrollBar()
    room.bot.waitUntil(lambda: bar.maximum() > 0)
    QTest.qWait(0)
    assert dialog.focusWidget() is page and bar.value() == 0
    dialog.rail.chosen.emit(0)
    dialog.rail.chosen.emit(3)
    QTest.qWait(0)
    assert dialog.focusWidget() is page and bar.value() == 0
    assert not foot.primary.isEnabled() and foot.note.text() == "First tick the box at the end"
    assert foot.primary.accessibleDescription() == foot.note.text()
    QTest.keyClick(page, Qt.Key.Key_End)
    assert bar.value() == bar.maximum()
    QTest.keyClick(page, Qt.Key.Key_Home)
    assert bar.value() == 0
    QTest.keyClick(page, Qt.Key.Key_Tab)
    assert dialog.focusWidget() is page.agree.check
    room.bot.waitUntil(lambda: is_seen(page.agree) and is_seen(page.costs))
    QTest.keyClick(page.agree.check, Qt.Key.Key_Space)
    assert foot.primary.isEnabled() and foot.primary.accessibleDescription() == ""
    assert foot.note.text() != "First tick the box at the end"


def test_what_keeps_a_page_from_being_sent_is_said_beside_the_button(room: Room) -> None:
    dialog = free(room, "Check")
    assert room.check.ready
    dialog.rail.chosen.emit(0)
    room.write("website", "nowhere")
    dialog.rail.chosen.emit(4)
    assert dialog.focusWidget() is room.check
    assert (dialog.foot.primary.isEnabled(), dialog.foot.note.text()) == (False, "Something is still missing")


@pytest.mark.parametrize(
    ("mock", "title"), [(True, "Send this to Twilio’s rehearsal?"), (False, "Send this to the carriers?")]
)
def test_a_rehearsal_is_not_said_to_go_to_the_carriers(room: Room, mock: bool, title: str) -> None:
    known = replace(POOLED, brands=(replace(told.BRAND, mock=mock),))
    room.open(known, kind="campaign", key="MG1", form=WRITTEN)
    assert room.page == title


def test_that_the_rehearsal_ends_as_it_is_registered_for_real_is_said_before(room: Room) -> None:
    said = ("Your rehearsal", "Its campaign ends, as this one takes its place")
    campaigns = (replace(told.CAMPAIGN, brand="BN0", mock=True),)
    room.open(replace(POOLED, campaigns=campaigns), kind="campaign", key="MG1", form=WRITTEN)
    assert room.page == "Send this to the carriers?"
    assert said in [(one.name, one.said) for one in room.check.shown]
    room.open(POOLED, kind="campaign", key="MG1", form=WRITTEN)
    assert said not in [(one.name, one.said) for one in room.check.shown]


@pytest.mark.parametrize(
    ("code", "said"), [("2FA", "2FA"), ("LOW_VOLUME", "Low volume"), ("K12_EDUCATION", "K12 education")]
)
def test_a_use_case_whose_name_twilio_was_not_asked_for_is_called_by_its_code(code: str, said: str) -> None:
    assert named(code) == said


@pytest.mark.parametrize("at", ["kind of business", "box"])
def test_enter_at_a_choice_or_a_box_goes_on_as_in_the_set_up(room: Room, at: str) -> None:
    dialog = free(room, "Business" if at == "kind of business" else "Texts")
    page = dialog.shown
    stop = page.kinds["CUSTOMER_CARE"].check if isinstance(page, TextsPage) else page.fields["business_type"].edit
    stop.setFocus()
    QTest.keyClick(stop, Qt.Key.Key_Return)
    room.settle()
    assert dialog.shown is not page
