"""The receiving page: three ways in, and consent before anything changes at Twilio."""

import asyncio
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from sms_desktop.domain.account import CredentialHome, KeyringState
from sms_desktop.domain.errors import (
    BadInput,
    GatewayError,
    KeyringLocked,
    PortBusy,
    SmsDesktopError,
    StoreError,
    TunnelError,
)
from sms_desktop.domain.receiving import Reach, Receiving, WayIn
from sms_desktop.domain.routing import Change, Holder, HolderKind, Route, Webhook, ours_at
from sms_desktop.gateway.tunnel import refusals
from sms_desktop.ui.changes import ANOTHERS
from sms_desktop.ui.setup.reaching import USE
from sms_desktop.ui.setup.receiving import ReceivingPage
from sms_desktop.ui.setup.sentences import address_of
from sms_desktop.ui.setup.steps import Step
from tests.ui.seen import complaint
from tests.ui.setup.conftest import Desk
from tests.ui.setup.fakes import DOMAIN, FREE, ROUTES, SHOP, THIRD

UP = Receiving(WayIn.NGROK, Reach.UP, f"https://{DOMAIN}", reserved=True)


def page_of(desk: Desk) -> ReceivingPage:
    """Scrolled down, where something stands below what can be seen."""
    desk.services.connected()
    page = desk.open(Step.RECEIVING).receiving
    if page.changes.blocks or desk.services.receiving.state.reach is Reach.UP:
        desk.loop.until(lambda: not desk.tasks._tasks)
        page.verticalScrollBar().setValue(page.verticalScrollBar().maximum())
    return page


def test_coming_back_the_page_stays_at_its_top_and_one_press_leads_to_what_changes(desk: Desk) -> None:
    desk.services.receiving.state = UP
    desk.services.connected()
    page = desk.open(Step.RECEIVING).receiving
    desk.loop.until(lambda: page.changes.blocks)
    desk.loop.run(asyncio.sleep(0.05))
    assert page.verticalScrollBar().value() == 0
    assert page.ways[WayIn.NGROK].radio.hasFocus()
    assert not page.shows_end_of(page.changes), "else there is nothing to lead to"
    assert desk.window.foot.primary.text() == USE
    desk.press()
    desk.loop.until(lambda: page.verticalScrollBar().value() > 0)
    assert not desk.services.routing.called("bring")
    desk.loop.until(lambda: "Bring" in desk.window.foot.primary.text() and desk.window.foot.primary.isEnabled())
    desk.press()
    desk.at(Step.HISTORY)
    assert desk.services.routing.called("bring")


@pytest.mark.parametrize(
    ("error", "field"),
    [
        (refusals.refusal("ERR_NGROK_105"), "token"),
        (refusals.refusal("ERR_NGROK_320"), "domain"),
        (refusals.unreachable(), "token"),
    ],
    ids=["token", "domain", "unreachable"],
)
def test_what_ngrok_refuses_leads_to_its_field_by_mouse_too(desk: Desk, error: TunnelError, field: str) -> None:
    page = page_of(desk)
    page.token.edit.setText("2aVb-token")
    desk.services.receiving.fails("choose_ngrok", error)
    page.check.setFocus()
    page.check.click()
    desk.loop.until(lambda: page.check.isEnabled() and desk.services.receiving.called("choose_ngrok"))
    assert QApplication.focusWidget() is getattr(page, field).edit


def test_what_twilio_cannot_reach_leads_to_the_address_by_mouse_too(desk: Desk) -> None:
    page = page_of(desk)
    page.ways[WayIn.OWN].radio.click()
    page.address.edit.setText("https://texts.example.com")
    desk.services.receiving.fails("choose_own", GatewayError("Nothing answers there."))
    desk.window.foot.primary.setFocus()
    desk.press()
    desk.loop.until(lambda: page.own_check.isEnabled() and desk.services.receiving.called("choose_own"))
    desk.loop.until(desk.window.foot.primary.isEnabled)
    assert QApplication.focusWidget() is page.address.edit


def test_check_connects_and_shows_what_would_change_before_it_does(desk: Desk) -> None:
    page = page_of(desk)
    page.token.edit.setText(" 2aVb-token ")
    page.domain.edit.setText(f"https://{DOMAIN}/")
    page.check.click()
    desk.loop.until(lambda: page.changes.blocks)
    assert desk.services.receiving.called("choose_ngrok") == [("2aVb-token", DOMAIN, True)]
    assert page.outcomes[WayIn.NGROK].text == f"Connected as {DOMAIN}, your reserved address"
    assert page.token.edit.text() == ""
    shop, service = page.changes.blocks
    assert shop.check.isChecked()
    assert shop.check.accessibleName() == "Bring the texts of (212) 555-0100 here"
    assert shop.check.accessibleDescription() == (
        f"Now https://demo.twilio.com/welcome/sms/reply, will be https://{DOMAIN}/twilio/inbound. "
        "The old address is kept and put back when you disconnect."
    )
    assert "move together" in service.check.accessibleDescription()
    assert not desk.services.routing.called("bring")


def test_use_this_address_brings_the_ticked_lines_alone(desk: Desk) -> None:
    desk.services.receiving.state = UP
    page = page_of(desk)
    desk.loop.until(lambda: page.changes.blocks)
    foot = desk.window.foot.primary
    assert foot.text() == "Bring 1 number here"
    page.changes.blocks[1].check.click()
    assert foot.text() == "Bring 3 numbers here"
    page.changes.blocks[0].check.click()
    assert foot.text() == "Bring 2 numbers here"
    desk.press()
    desk.at(Step.HISTORY)
    ((changes,),) = desk.services.routing.called("bring")
    assert [change.lines for change in changes] == [(FREE, THIRD)]
    assert desk.services.routing.called("leave") == [(SHOP,)]
    assert not desk.services.receiving.called("choose_ngrok")


def test_the_primary_button_checks_first_and_stays_until_what_changes_was_seen(desk: Desk) -> None:
    page = page_of(desk)
    page.token.edit.setText("token")
    desk.press()
    desk.loop.until(lambda: page.changes.blocks and desk.window.foot.primary.isEnabled())
    assert desk.presenter.step is Step.RECEIVING
    assert not desk.services.routing.called("bring")
    desk.press()
    desk.at(Step.HISTORY)
    ((changes,),) = desk.services.routing.called("bring")
    assert [change.lines for change in changes] == [(SHOP,)]


def test_what_another_program_gets_is_not_ticked_and_says_why(desk: Desk) -> None:
    desk.services.receiving.state = UP
    lost = replace(ROUTES[0], holder=replace(ROUTES[0].holder, webhook=Webhook()))
    app = Route("+12125550111", Holder(HolderKind.APPLICATION, "AP1", "Bot", Webhook("https://bot.example/sms")))
    desk.services.routing.at_twilio = (lost, *ROUTES[1:], app)
    page = page_of(desk)
    desk.loop.until(lambda: page.changes.blocks)
    nobodys, service, bot = page.changes.blocks
    assert (nobodys.check.isChecked(), nobodys.anothers) == (True, False)
    for block in (service, bot):
        assert not block.check.isChecked()
        assert "Another program gets these texts now" in block.check.accessibleDescription()
        assert any(label.text() == ANOTHERS and label.isVisible() for label in block.findChildren(QLabel))


def test_a_line_that_somebody_took_is_asked_about_and_never_left_by_pressing_on(desk: Desk) -> None:
    desk.services.receiving.state = UP
    desk.services.routing.own[ROUTES[0].holder.sid] = Webhook("https://shop.example/own")
    page = page_of(desk)
    desk.loop.until(lambda: page.changes.blocks)
    taken = page.changes.blocks[0]
    assert (taken.check.isChecked(), taken.anothers) == (False, False)
    sentence = "what was set before both is put back: https://shop.example/own."
    assert sentence in taken.check.accessibleDescription()
    assert any(sentence in label.text() and label.isVisible() for label in taken.findChildren(QLabel))
    desk.press()
    desk.at(Step.HISTORY)
    assert SHOP not in desk.services.routing.left


def test_what_was_not_ticked_is_left_for_good_and_stays_unticked(desk: Desk) -> None:
    desk.services.receiving.state = UP
    page = page_of(desk)
    desk.loop.until(lambda: page.changes.blocks)
    page.changes.blocks[0].check.click()
    assert desk.window.foot.primary.text() == "Continue"
    desk.press()
    desk.at(Step.HISTORY)
    assert desk.services.routing.left == {SHOP, FREE, THIRD}
    desk.presenter.go(Step.RECEIVING)
    desk.at(Step.RECEIVING)
    desk.loop.until(lambda: page.changes.blocks)
    assert not page.changes.ticked


def test_a_decision_that_cannot_be_kept_is_told(desk: Desk) -> None:
    desk.services.receiving.state = UP
    desk.services.routing.fails("leave", StoreError("The disk is full."))
    page = page_of(desk)
    desk.loop.until(lambda: page.changes.blocks)
    desk.press()
    desk.loop.until(lambda: page.changes.outcome.how == "bad")
    assert page.changes.outcome.text == "The disk is full."
    assert desk.presenter.step is Step.RECEIVING


def test_consent_is_brought_into_view_after_the_check(desk: Desk) -> None:
    page = page_of(desk)
    page.unfold()
    page.token.edit.setText("token")
    page.check.click()
    desk.loop.until(lambda: page.changes.blocks)

    def seen(widget: QWidget) -> bool:
        top = widget.mapTo(page.viewport(), QPoint(0, 0)).y()
        return top >= 0 and top + widget.height() <= page.viewport().height()

    desk.loop.until(lambda: all(seen(block) for block in page.changes.blocks))


def dead(desk: Desk) -> None:
    """The next address that is tried leads nowhere."""
    desk.services.receiving.own_reach = Receiving(
        WayIn.OWN, Reach.DOWN, "https://dead.example", "Nothing answers at dead.example.", "Is it on?"
    )


@pytest.mark.parametrize("back", [False, True])
def test_an_address_typed_after_a_good_check_is_not_used_unless_it_is_good_itself(desk: Desk, back: bool) -> None:
    page = page_of(desk)
    page.choose(WayIn.OWN)
    page.address.edit.setText("https://good.example")
    page.own_check.click()
    desk.loop.until(lambda: page.changes.blocks)
    dead(desk)
    page.address.edit.setText("https://dead.example")
    if back:  # what was typed is still there, and still not checked
        desk.window.foot.back.click()
        desk.at(Step.LINES)
        desk.presenter.go(Step.RECEIVING)
        desk.at(Step.RECEIVING)
    assert desk.window.foot.primary.text() == "Use this address"
    for _ in range(2):
        desk.loop.until(desk.window.foot.primary.isEnabled)
        desk.press()
        desk.loop.until(lambda: page.outcomes[WayIn.OWN].how == "bad" and desk.window.foot.primary.isEnabled())
        assert page.outcomes[WayIn.OWN].text == "Nothing answers at dead.example. Is it on?"
        assert desk.presenter.step is Step.RECEIVING
        assert not page.changes.blocks
    assert not desk.services.routing.called("bring")
    assert not desk.window.steps.buttons[Step.RECEIVING].done


def test_a_bad_token_typed_after_a_good_check_does_not_go_on(desk: Desk) -> None:
    desk.services.receiving.state = UP
    page = page_of(desk)
    desk.loop.until(lambda: page.changes.blocks)
    page.token.edit.setText("bad")
    desk.services.receiving.fails("choose_ngrok", TunnelError("ngrok does not know this token.", lasting=True))
    desk.press()
    desk.loop.until(lambda: page.outcomes[WayIn.NGROK].how == "bad" and desk.window.foot.primary.isEnabled())
    assert desk.presenter.step is Step.RECEIVING
    assert page.find_token.isVisible()
    assert not desk.services.routing.called("bring")


def test_a_check_that_fails_after_a_good_one_takes_the_plan_back(desk: Desk) -> None:
    desk.services.receiving.state, desk.services.receiving.token = UP, "kept"
    page = page_of(desk)
    desk.loop.until(lambda: page.changes.blocks)
    desk.services.receiving.fails("choose_ngrok", TunnelError("ngrok does not know this token.", lasting=True))
    page.check.click()
    desk.loop.until(lambda: page.outcomes[WayIn.NGROK].how == "bad" and desk.window.foot.primary.isEnabled())
    assert not page.changes.blocks
    assert desk.window.foot.primary.text() == "Use this address"


def test_an_empty_address_is_asked_for(desk: Desk) -> None:
    page = page_of(desk)
    page.choose(WayIn.OWN)
    desk.press()
    desk.loop.until(lambda: complaint(page.address))
    assert complaint(page.address) == "Enter the address first."
    assert not desk.services.receiving.called("choose_own")


CODES = [f"ERR_NGROK_{code}" for code in (105, 107, 108, 313, 320, 334, 702, 802, 9009, 123456)]


@pytest.mark.parametrize("refused", [*map(refusals.refusal, CODES), refusals.unreachable(), refusals.from_words("eh")])
def test_a_refusal_is_told_as_is_right_beside_the_field(desk: Desk, refused: refusals.Refused) -> None:
    page = page_of(desk)
    desk.services.receiving.fails("choose_ngrok", refused)
    page.token.edit.setText("token")
    page.check.click()
    outcome = page.outcomes[WayIn.NGROK]
    field = {"token": page.token, "domain": page.domain}.get(refused.about)
    desk.loop.until(lambda: outcome.how == "bad" or (field is not None and complaint(field)))
    told = outcome.text if field is None else complaint(field)
    assert field is None or field.edit.property("wrong") == "true"
    assert told.startswith(refused.sentence)
    assert "Preferences" not in told
    assert "by itself" not in told


def test_where_nothing_would_change_one_press_is_enough(desk: Desk) -> None:
    here = ours_at(Webhook(), f"https://{DOMAIN}/twilio/inbound")
    desk.services.routing.at_twilio = (replace(ROUTES[0], holder=replace(ROUTES[0].holder, webhook=here)),)
    page = page_of(desk)
    page.token.edit.setText("token")
    page.domain.edit.setText(DOMAIN)
    desk.press()
    desk.at(Step.HISTORY)
    assert not desk.services.routing.called("bring")


def test_no_consent_changes_nothing_and_goes_on(desk: Desk) -> None:
    desk.services.receiving.state = UP
    page = page_of(desk)
    desk.loop.until(lambda: page.changes.blocks)
    for block in page.changes.blocks:
        block.check.setChecked(False)
    desk.press()
    desk.at(Step.HISTORY)
    assert not desk.services.routing.called("bring")


def test_a_kept_token_is_used_without_being_shown(desk: Desk) -> None:
    desk.services.receiving.token = "kept"
    page = page_of(desk)
    assert page.token.edit.text() == ""
    assert "Kept in this computer’s keyring" in page.token.edit.placeholderText()
    page.check.click()
    desk.loop.until(lambda: desk.services.receiving.called("choose_ngrok"))
    assert desk.services.receiving.called("choose_ngrok") == [(None, "", True)]


def test_without_a_token_none_is_asked_of_ngrok(desk: Desk) -> None:
    page = page_of(desk)
    page.check.click()
    desk.loop.until(lambda: complaint(page.token))
    assert "Paste your ngrok token" in complaint(page.token)
    assert QApplication.focusWidget() is page.token.edit
    assert not desk.services.receiving.called("choose_ngrok")


def test_credentials_in_memory_keep_the_token_in_memory_too(desk: Desk) -> None:
    desk.services.connected(CredentialHome.MEMORY)
    page = desk.open(Step.RECEIVING).receiving
    page.token.edit.setText("token")
    page.check.click()
    desk.loop.until(lambda: page.changes.blocks)
    assert desk.services.receiving.called("choose_ngrok") == [("token", "", False)]


def test_without_a_keyring_the_token_is_not_said_to_be_kept(desk: Desk) -> None:
    desk.services.account.state = KeyringState("", False, "This computer has no keyring.", "Install one.")
    page = page_of(desk)
    assert "only until you quit" in page.ways[WayIn.NGROK].radio.accessibleDescription()
    page.token.edit.setText("token")
    page.check.click()
    desk.loop.until(lambda: page.outcomes[WayIn.NGROK].how == "ok")
    assert desk.services.receiving.called("choose_ngrok") == [("token", "", False)]
    assert page.token.edit.placeholderText() == "Known until you quit; paste another to replace it"


def test_the_agent_s_download_shows_how_far_it_is(desk: Desk) -> None:
    page = page_of(desk)
    page.token.edit.setText("token")
    desk.services.receiving.gate.clear()
    page.check.click()
    desk.loop.until(lambda: desk.services.receiving.called("choose_ngrok"))
    desk.services.receiving.become(
        Receiving(WayIn.NGROK, Reach.STARTING, sentence="Fetching ngrok’s agent", progress=0.25)
    )
    outcome = page.outcomes[WayIn.NGROK]
    assert (outcome.how, outcome.text) == ("busy", "Fetching ngrok’s agent")
    assert outcome.bar.isVisible()
    assert outcome.bar.value() == 250
    assert not page.check.isEnabled()
    assert not desk.window.foot.primary.isEnabled()
    desk.services.receiving.gate.set()
    desk.loop.until(lambda: outcome.how == "ok")
    assert not outcome.bar.isVisible()


@pytest.mark.parametrize(
    "error",
    [
        TunnelError("ngrok does not accept this token.", code="ERR_NGROK_105", lasting=True),
        TunnelError("ngrok’s agent could not be fetched."),
        PortBusy("Port 8437 is taken by another program."),
    ],
)
def test_a_tunnel_that_cannot_be_had_says_what_to_do(desk: Desk, error: SmsDesktopError) -> None:
    page = page_of(desk)
    desk.services.receiving.state = Receiving(WayIn.NGROK, Reach.DOWN, advice="Do this about it.")
    desk.services.receiving.fails("choose_ngrok", error)
    page.token.edit.setText("token")
    desk.press()
    outcome = page.outcomes[WayIn.NGROK]
    desk.loop.until(lambda: outcome.how == "bad")
    assert outcome.text == f"{error} Do this about it."
    assert page.token.edit.accessibleDescription() == outcome.text
    assert page.token.edit.text() == "token"
    assert desk.presenter.step is Step.RECEIVING
    desk.loop.until(desk.window.foot.primary.isEnabled)


def test_a_locked_keyring_offers_to_keep_the_token_in_memory(desk: Desk) -> None:
    page = page_of(desk)
    desk.services.receiving.fails("choose_ngrok", KeyringLocked("The keyring is locked."))
    page.token.edit.setText("token")
    page.check.click()
    outcome = page.outcomes[WayIn.NGROK]
    desk.loop.until(lambda: outcome.how == "bad")
    assert outcome.action.text() == "Only until I quit"
    outcome.action.click()
    desk.loop.until(lambda: outcome.how == "ok")
    assert desk.services.receiving.called("choose_ngrok")[-1] == ("token", "", False)


def test_an_own_address_is_checked_and_used(desk: Desk) -> None:
    page = page_of(desk)
    page.choose(WayIn.OWN)
    page.address.edit.setText(" https://texts.example.com ")
    page.own_check.setFocus()
    page.own_check.click()
    desk.loop.until(lambda: page.changes.blocks)
    assert desk.services.receiving.called("choose_own") == [("https://texts.example.com",)]
    assert desk.window.focusWidget() is page.own_check, "the keyboard did not go on to Back while it was off"
    desk.press()
    desk.at(Step.HISTORY)
    assert desk.services.routing.called("bring")


def test_a_bad_address_is_told_beside_its_field(desk: Desk) -> None:
    page = page_of(desk)
    desk.services.receiving.fails("choose_own", BadInput("It has to begin with https://."))
    page.choose(WayIn.OWN)
    page.address.edit.setText("http://texts.example.com")
    desk.press()
    desk.loop.until(lambda: complaint(page.address))
    assert complaint(page.address) == "It has to begin with https://."
    assert QApplication.focusWidget() is page.address.edit


def test_an_own_address_that_leads_elsewhere_says_what_to_do_and_changes_nothing(desk: Desk) -> None:
    page = page_of(desk)
    desk.services.receiving.own_reach = Receiving(
        WayIn.OWN, Reach.DOWN, "https://a.example", "Somebody else answered.", "Have it lead to http://127.0.0.1:8437."
    )
    page.choose(WayIn.OWN)
    page.address.edit.setText("https://a.example")
    desk.press()
    outcome = page.outcomes[WayIn.OWN]
    desk.loop.until(lambda: outcome.how == "bad")
    assert outcome.text == "Somebody else answered. Have it lead to http://127.0.0.1:8437."
    desk.loop.until(desk.window.foot.primary.isEnabled)
    assert desk.presenter.step is Step.RECEIVING
    assert not page.changes.blocks
    assert not page.changes.outcome.isVisible()


def test_an_address_fixed_by_the_environment_is_said_where_another_way_is_asked_for(desk: Desk) -> None:
    page = page_of(desk)
    desk.services.receiving.fails("choose_polling", BadInput("SMS_DESKTOP_PUBLIC_URL says which address it is."))
    page.choose(WayIn.POLLING)
    desk.press()
    desk.loop.until(lambda: page.outcomes[WayIn.POLLING].how == "bad")
    assert page.outcomes[WayIn.POLLING].isVisible()
    assert desk.presenter.step is Step.RECEIVING


def test_another_address_typed_after_the_check_is_checked_again(desk: Desk) -> None:
    page = page_of(desk)
    page.choose(WayIn.OWN)
    page.address.edit.setText("https://one.example.com")
    page.own_check.click()
    desk.loop.until(lambda: page.changes.blocks)
    page.address.edit.setFocus()
    desk.type("x")
    assert not page.changes.blocks
    desk.press()
    desk.loop.until(lambda: page.changes.blocks)
    assert desk.services.receiving.called("choose_own")[-1] == ("https://one.example.comx",)
    assert not desk.services.routing.called("bring")


def test_asking_twilio_changes_nothing_there(desk: Desk) -> None:
    page = page_of(desk)
    page.choose(WayIn.POLLING)
    assert desk.window.foot.primary.text() == "Ask Twilio"
    assert not page.changes.blocks
    desk.press()
    desk.at(Step.HISTORY)
    assert desk.services.receiving.called("choose_polling")
    assert not desk.services.routing.called("bring")


def test_asking_twilio_instead_says_of_every_line_what_is_put_back(desk: Desk) -> None:
    desk.services.receiving.state = UP
    held = Holder(HolderKind.NUMBER, "PN1", "Shop", ours_at(Webhook(), f"https://{DOMAIN}/twilio/inbound"))
    desk.services.routing.moving = (Change(held, Webhook("https://demo.twilio.com/reply"), (SHOP,)),)
    page = page_of(desk)
    page.ways[WayIn.POLLING].choose()
    told = "\n".join(label.text() for label in page.changes.findChildren(QLabel) if label.isVisible())
    assert "What was set at Twilio before is put back." in told
    assert "(212) 555-0100: https://demo.twilio.com/reply" in told.replace("\u2066", "").replace("\u2069", "")


def test_what_could_not_be_changed_is_said_and_can_be_passed(desk: Desk) -> None:
    desk.services.receiving.state = UP
    desk.services.routing.cannot = ("(212) 555-0100 could not be changed.",)
    page = page_of(desk)
    desk.loop.until(lambda: page.changes.blocks)
    desk.press()
    desk.loop.until(lambda: page.changes.outcome.how == "bad")
    assert page.changes.outcome.text == "(212) 555-0100 could not be changed."
    desk.loop.until(desk.window.foot.primary.isEnabled)
    assert desk.window.foot.primary.text() == "Try again"
    desk.window.foot.skip.click()
    desk.at(Step.HISTORY)


def test_what_somebody_changed_meanwhile_is_shown_as_it_is_now_and_the_other_ticks_stay(desk: Desk) -> None:
    desk.services.receiving.state = UP
    page = page_of(desk)
    desk.loop.until(lambda: page.changes.blocks)
    page.changes.blocks[1].check.click()
    theirs = Webhook("https://their-crm.example/sms")
    routing = desk.services.routing
    routing.at_twilio = (replace(ROUTES[0], holder=replace(ROUTES[0].holder, webhook=theirs)), *ROUTES[1:])
    routing.cannot = ("(212) 555-0100 was changed by somebody else.",)
    desk.press()
    desk.loop.until(lambda: page.changes.outcome.how == "bad")
    shop, service = page.changes.blocks
    assert shop.change.before == theirs and shop.anothers and not shop.check.isChecked()
    assert service.check.isChecked()
    shop.check.click()
    routing.cannot = ()
    desk.loop.until(desk.window.foot.primary.isEnabled)
    desk.press()
    desk.at(Step.HISTORY)
    assert [change.before for change in routing.called("bring")[-1][0]] == [theirs, ROUTES[1].holder.webhook]


def test_where_the_routes_cannot_be_read_it_is_tried_again(desk: Desk) -> None:
    desk.services.receiving.state = UP
    desk.services.routing.fails("look", GatewayError("Twilio cannot be reached."))
    page = page_of(desk)
    desk.loop.until(lambda: page.changes.outcome.how == "bad")
    assert page.changes.outcome.action.text() == "Try again"
    page.changes.outcome.action.click()
    desk.loop.until(lambda: page.changes.blocks)
    assert not desk.services.routing.called("bring")


def test_nothing_is_passed_over_while_the_routes_cannot_be_read(desk: Desk) -> None:
    desk.services.receiving.state = UP
    desk.services.routing.fails("look", *[GatewayError("Twilio cannot be reached.")] * 2)
    page = page_of(desk)
    desk.loop.until(lambda: page.changes.outcome.how == "bad")
    desk.press()
    desk.loop.until(lambda: len(desk.services.routing.called("look")) == 2 and desk.window.foot.primary.isEnabled())
    assert desk.presenter.step is Step.RECEIVING
    desk.press()
    desk.loop.until(lambda: page.changes.blocks and desk.window.foot.primary.isEnabled())
    assert desk.presenter.step is Step.RECEIVING
    desk.press()
    desk.at(Step.HISTORY)
    assert desk.services.routing.called("bring")


def test_another_url_shows_the_plan_for_it(desk: Desk) -> None:
    desk.services.receiving.state = UP
    page = page_of(desk)
    desk.loop.until(lambda: page.changes.blocks)
    desk.services.receiving.become(Receiving(WayIn.NGROK, Reach.UP, "https://other.ngrok.app"))
    desk.loop.until(
        lambda: page.changes.blocks and page.changes.blocks[0].change.after.url.startswith("https://other.ngrok.app")
    )


def test_the_cards_are_chosen_by_the_arrow_keys(desk: Desk) -> None:
    page = page_of(desk)
    page.ways[WayIn.NGROK].radio.setFocus()
    desk.key(Qt.Key.Key_Down)
    assert page.ways[WayIn.OWN].is_chosen
    assert page.address.isVisible()
    assert not page.token.isVisible()
    desk.key(Qt.Key.Key_Down)
    assert page.ways[WayIn.POLLING].is_chosen


def test_a_proxys_password_is_not_shown() -> None:
    assert address_of(Receiving(WayIn.OWN, Reach.UP, "https://shop:secret@texts.example.com")) == "texts.example.com"


def test_the_token_of_another_account_here_is_used_and_that_is_said(desk: Desk) -> None:
    desk.services.receiving.lender = "Old Barn"
    page = page_of(desk)
    desk.loop.until(lambda: page.token.said.text() == "The token kept for Old Barn is used here too.")
    assert page.token.edit.accessibleDescription() == page.token.said.text()
    assert page.token.said.isVisible()
    desk.press()
    desk.loop.until(lambda: page.changes.blocks)
    assert desk.services.receiving.called("choose_ngrok") == [(None, "", True)]


def test_a_token_of_its_own_needs_no_lender(desk: Desk) -> None:
    desk.services.receiving.lender, desk.services.receiving.token = "Old Barn", "2aVb-token"
    page = page_of(desk)
    assert not page.token.said.isVisible()


@pytest.mark.parametrize("way", list(WayIn))
def test_the_keyboard_is_at_the_way_that_was_chosen_before(desk: Desk, way: WayIn) -> None:
    desk.services.receiving.state = Receiving(way, Reach.UP, None if way is WayIn.POLLING else f"https://{DOMAIN}")
    page = page_of(desk)
    desk.loop.until(lambda: page.ways[way].is_chosen)
    assert page.ways[way].radio.hasFocus()
    assert [card.ring > 0.3 for card in page.ways.values()] == [card.is_chosen for card in page.ways.values()]


def test_what_twilio_refused_is_scrolled_into_sight(desk: Desk) -> None:
    desk.services.receiving.state = UP
    desk.services.routing.at_twilio = ROUTES[:1]
    desk.services.routing.cannot = ("(212) 555-0100 could not be changed: the API key may not do that.",)
    page = page_of(desk)
    desk.window.resize(920, 560)
    desk.loop.until(lambda: page.changes.blocks and desk.window.foot.primary.isEnabled())
    desk.press()
    desk.loop.until(lambda: page.shows_end_of(page.changes) and desk.window.foot.primary.isEnabled())
    desk.press()
    outcome = page.changes.outcome
    desk.loop.until(lambda: outcome.how == "bad")

    def room_below() -> int:
        return page.viewport().height() - outcome.mapTo(page.viewport(), QPoint(0, outcome.height())).y()

    desk.loop.until(lambda: room_below() >= 12)


@pytest.mark.parametrize("fails", [True, False])
def test_what_is_typed_while_another_is_checked_stays_and_is_not_taken_for_checked(desk: Desk, fails: bool) -> None:
    page = page_of(desk)
    page.token.edit.setText("first")
    desk.services.receiving.gate.clear()
    if fails:
        desk.services.receiving.fails("choose_ngrok", BadInput("This is no token."))
    page.check.click()
    desk.loop.until(lambda: desk.services.receiving.called("choose_ngrok"))
    page.token.edit.setText("second")
    desk.services.receiving.gate.set()
    desk.loop.until(page.check.isEnabled)
    assert page.token.edit.text() == "second"
    assert not page.changes.blocks
    assert complaint(page.token) == ""
    page.check.click()
    desk.loop.until(lambda: page.changes.blocks)
    assert desk.services.receiving.called("choose_ngrok")[-1] == ("second", "", True)
