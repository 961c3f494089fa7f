"""The lines' page: what the account has, and what is used of it."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from sms_desktop.domain.account import CredentialHome
from sms_desktop.domain.errors import GatewayError
from sms_desktop.domain.line import Line, LineKind
from sms_desktop.ui.setup.linerow import LineRow
from sms_desktop.ui.setup.lines import LinesPage
from sms_desktop.ui.setup.steps import Step
from sms_desktop.ui.widgets.swatch import Swatch
from sms_desktop.ui.widgets.wrapped import WrappedLabel
from tests.ui.setup.conftest import Desk
from tests.ui.setup.fakes import FREE, LINES, SHOP, THIRD, VOICE


def row(page: LinesPage, address: str) -> LineRow:
    return next(row for row in page.rows if row.line.address == address)


def page_of(desk: Desk) -> LinesPage:
    desk.services.account.use(CredentialHome.KEYRING)
    return desk.open(Step.LINES).lines


def test_every_line_is_shown_with_what_it_can_and_where_it_belongs(desk: Desk) -> None:
    page = page_of(desk)
    assert {shown.line.address for shown in page.rows} == {SHOP, FREE, THIRD, VOICE}
    assert row(page, SHOP).check.accessibleName() == "(212) 555-0100 · Shop"
    assert "Local number" in row(page, SHOP).check.accessibleDescription()
    assert "in Messaging Service “Campaigns”" in row(page, FREE).check.accessibleDescription()
    tags = {label.text() for label in row(page, THIRD).findChildren(QLabel) if label.property("role") == "tag"}
    assert tags == {"SMS"}


def test_a_line_that_cannot_text_cannot_be_ticked_and_says_why(desk: Desk) -> None:
    fax = row(page_of(desk), VOICE)
    assert not fax.check.isEnabled()
    assert "cannot text" in fax.check.accessibleDescription()
    fax.tick(True)
    assert not fax.is_ticked


def test_a_service_is_a_line_beside_its_numbers_and_is_not_ticked_with_them(desk: Desk) -> None:
    sid = "MG" + "0a" * 16
    service = Line(sid, "Campaigns", LineKind.SERVICE, sid=sid, watched=False, senders=(FREE, THIRD), sticky=True)
    desk.services.lines.at_twilio = (*LINES, service)
    page = page_of(desk)
    assert [shown.line.address for shown in page.rows][-3:] == [sid, FREE, THIRD]
    own, head = row(page, sid), page.services["Campaigns"]
    assert own.check.accessibleName() == "Campaigns · Messaging Service"
    assert own.check.accessibleDescription().startswith("It texts by (")
    about = next(label for label in own.findChildren(WrappedLabel) if "It texts by" in label.said)
    assert about.said.endswith("; each person by the same one every time.")
    assert about.height() >= about.heightForWidth(about.width()) and about.height() > about.fontMetrics().height()
    assert not own.is_ticked and head.check.checkState() is Qt.CheckState.Checked
    head.check.click()
    head.check.click()
    assert not own.is_ticked and row(page, FREE).is_ticked
    own.tick(True)
    desk.press()
    desk.at(Step.RECEIVING)
    assert [set(chosen) for (chosen,) in desk.services.lines.called("choose")] == [{SHOP, FREE, THIRD, sid}]


def test_the_ticked_lines_are_chosen(desk: Desk) -> None:
    page = page_of(desk)
    words = next(label for label in row(page, SHOP).findChildren(QLabel) if "Shop" in label.text())
    QTest.mouseClick(words, Qt.MouseButton.LeftButton)
    desk.press()
    desk.at(Step.RECEIVING)
    assert [set(chosen) for (chosen,) in desk.services.lines.called("choose")] == [{FREE, THIRD}]


def test_at_least_one_line_is_needed(desk: Desk) -> None:
    page = page_of(desk)
    for shown in page.rows:
        shown.tick(False)
    desk.press()
    desk.loop.until(lambda: page.outcome.how == "bad")
    assert "at least one" in page.outcome.text
    assert not desk.services.lines.called("choose")
    row(page, SHOP).check.click()
    assert not page.outcome.isVisible()


def test_a_service_ticks_all_its_lines_and_shows_when_only_some_are(desk: Desk) -> None:
    page = page_of(desk)
    service = page.services["Campaigns"].check
    assert service.checkState() is Qt.CheckState.Checked
    row(page, FREE).check.click()
    assert service.checkState() is Qt.CheckState.PartiallyChecked
    service.click()
    assert row(page, FREE).is_ticked
    service.toggle()  # as a screen reader does
    assert not row(page, FREE).is_ticked
    assert not row(page, THIRD).is_ticked
    assert row(page, SHOP).is_ticked


def test_a_color_is_chosen_from_the_palette(desk: Desk) -> None:
    swatch = row(page_of(desk), SHOP).swatch
    assert isinstance(swatch, Swatch)
    swatch.menu().aboutToShow.emit()
    next(action for action in swatch.menu().actions() if action.text() == "Amber").trigger()
    desk.loop.until(lambda: desk.services.lines.called("paint"))
    assert desk.services.lines.called("paint") == [(SHOP, 3)]
    assert swatch.accessibleName() == "Colour of (212) 555-0100 · Shop: Amber"


def test_ticks_are_still_there_when_one_comes_back(desk: Desk) -> None:
    page = page_of(desk)
    row(page, SHOP).check.click()
    desk.window.foot.back.click()
    desk.at(Step.ACCOUNT)
    desk.press()
    desk.at(Step.LINES)
    desk.loop.until(lambda: page.rows and desk.services.lines.called("refresh")[1:])
    assert SHOP not in page.ticked
    desk.press()
    desk.at(Step.RECEIVING)
    assert [set(chosen) for (chosen,) in desk.services.lines.called("choose")] == [{FREE, THIRD}]


def test_ticks_are_still_there_at_the_next_start_until_they_are_taken_up(desk: Desk) -> None:
    page = page_of(desk)
    row(page, SHOP).check.click()
    desk.loop.until(lambda: desk.services.settings.kept["setup"].get("unticked") == [SHOP])
    bought = replace(LINES[0], address="+12125550001")
    desk.services.lines.here = (*desk.services.lines.here, bought)
    again = desk.open().lines
    assert set(again.ticked) == {FREE, THIRD, bought.address}
    desk.press()
    desk.at(Step.RECEIVING)
    assert [set(chosen) for (chosen,) in desk.services.lines.called("choose")] == [{FREE, THIRD, bought.address}]
    desk.loop.until(lambda: "unticked" not in desk.services.settings.kept["setup"])


def test_what_only_is_shown_is_not_kept_as_a_choice(desk: Desk) -> None:
    page_of(desk)
    desk.loop.until(lambda: not desk.tasks._tasks)
    assert "unticked" not in desk.services.settings.kept["setup"]


def test_every_chosen_line_keeps_the_colour_that_it_is_shown_with(desk: Desk) -> None:
    page = page_of(desk)
    row(page, THIRD).check.click()
    shown = {each.line.address: each.swatch.shown for each in page.rows}
    assert len(set(shown.values())) == len(shown)
    desk.press()
    desk.at(Step.RECEIVING)
    assert desk.services.lines.called("paint") == [(SHOP, shown[SHOP]), (FREE, shown[FREE])]
    desk.services.lines.here = (replace(LINES[3], address="+12125550001", sms=True), *desk.services.lines.here)
    desk.presenter.go(Step.LINES)
    desk.loop.until(lambda: len(page.rows) == 5)
    assert {each.line.address: each.swatch.shown for each in page.rows}[FREE] == shown[FREE]


def test_a_number_bought_meanwhile_changes_neither_the_colours_shown_nor_is_it_put_away(desk: Desk) -> None:
    page = page_of(desk)
    shown = {each.line.address: each.swatch.shown for each in page.rows}
    ticked = tuple(page.ticked)
    bought = replace(LINES[0], address="+12125550001")
    desk.services.lines.here = (bought, *desk.services.lines.here)
    desk.press()
    desk.at(Step.RECEIVING)
    assert desk.services.lines.called("choose") == [((*ticked, bought.address),)]
    painted = dict(desk.services.lines.called("paint"))
    assert painted == {address: shown[address] for address in ticked}


def test_an_account_without_numbers_is_told_how_to_get_one(desk: Desk) -> None:
    desk.services.lines.at_twilio = ()
    page = page_of(desk)
    assert page.empty.isVisible()
    assert not desk.window.foot.primary.isEnabled()
    desk.services.lines.at_twilio = LINES
    page.again.click()
    desk.loop.until(lambda: page.rows)
    assert not page.empty.isVisible()
    assert desk.window.foot.primary.isEnabled()


def test_without_internet_it_can_be_asked_again(desk: Desk) -> None:
    desk.services.lines.fails("refresh", GatewayError("Twilio cannot be reached."))
    page = page_of(desk)
    assert page.outcome.text == "Twilio cannot be reached."
    assert not page.rows
    page.outcome.action.click()
    desk.loop.until(lambda: page.rows)
    assert not page.outcome.isVisible()


def test_without_internet_known_lines_are_shown_all_the_same(desk: Desk) -> None:
    desk.services.lines.here = LINES
    desk.services.routing.fails("look", GatewayError("Twilio cannot be reached."))
    page = page_of(desk)
    assert len(page.rows) == len(LINES)
    assert desk.window.foot.primary.isEnabled()


def test_lines_that_are_not_in_use_are_not_ticked_when_one_comes_back(desk: Desk) -> None:
    desk.services.lines.here = (LINES[0], replace(LINES[1], watched=False), replace(LINES[2], watched=False))
    page = page_of(desk)
    assert page.ticked == (SHOP,)


def test_a_name_with_an_ampersand_is_shown_as_it_is(desk: Desk) -> None:
    desk.services.lines.at_twilio = (replace(LINES[0], label="Chairs & Sons"),)
    shown = row(page_of(desk), SHOP)
    assert any("Chairs & Sons" in label.text() for label in shown.findChildren(QLabel))
