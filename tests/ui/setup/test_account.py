"""The account's page: what is pasted, what Twilio says of it, and where it is kept."""

import asyncio
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from sms_desktop.domain.account import CredentialHome, Entered
from sms_desktop.domain.errors import (
    BadField,
    BadInput,
    GatewayError,
    KeyringLocked,
    NoKeyring,
    TestCredentials,
    WrongCredentials,
    WrongKey,
)
from sms_desktop.domain.events import ConnectionChanged
from sms_desktop.domain.light import Light
from sms_desktop.ui.setup.account import COPY, AccountPage
from sms_desktop.ui.setup.steps import Step
from sms_desktop.ui.widgets.secretfield import SecretField
from tests.ui.seen import complaint
from tests.ui.setup.conftest import Desk
from tests.ui.setup.fakes import CHAIRS, KEY, LOCKED, OPEN, SECRET, SID, TOKEN


def paste(desk: Desk, sid: str = SID, token: str = TOKEN) -> None:
    """As from the clipboard, into the field with the keyboard and the next."""
    page = desk.window.account
    for field, text in ((page.sid, sid), (page.token, token)):
        field.edit.setFocus()
        QApplication.clipboard().setText(text)
        field.edit.paste()


def test_both_values_are_checked_as_soon_as_they_look_complete(desk: Desk) -> None:
    page = desk.open(Step.ACCOUNT).account
    paste(desk, f"  {SID}\t", f"{TOKEN} ")
    desk.loop.until(lambda: page.outcome.how == "ok")
    assert page.outcome.text == "Bright Chairs, full account, balance $38.20"
    assert len(desk.services.account.called("verify")) == 1
    assert not desk.services.account.called("connect")


def test_continue_connects_and_keeps_them_in_the_keyring(desk: Desk) -> None:
    page = desk.open(Step.ACCOUNT).account
    paste(desk)
    desk.press()
    desk.at(Step.LINES)
    assert desk.services.account.called("connect") == [(Entered(SID, TOKEN), True)]
    assert page.token.edit.text() == ""


def test_only_until_i_quit_keeps_nothing(desk: Desk) -> None:
    page = desk.open(Step.ACCOUNT).account
    paste(desk)
    page.memory.click()
    desk.press()
    desk.at(Step.LINES)
    assert desk.services.account.called("connect") == [(Entered(SID, TOKEN), False)]


def test_what_is_half_typed_is_not_sent_to_twilio(desk: Desk) -> None:
    page = desk.open(Step.ACCOUNT).account
    paste(desk, SID[:20])
    desk.loop.until(lambda: complaint(page.sid))
    assert "this has 20" in complaint(page.sid)
    assert not desk.services.account.calls or not desk.services.account.called("verify")


@pytest.mark.parametrize(
    ("sid", "token", "field", "said"),
    [
        ("", TOKEN, "sid", "Paste the Account SID"),
        (KEY, TOKEN, "sid", "This is an API key"),
        ("5d" * 17, TOKEN, "sid", "starts with AC"),
        (SID, "", "token", "is missing"),
        (SID, "b4b4", "token", "too short"),
    ],
)
def test_what_is_missing_is_said_beside_its_field(desk: Desk, sid: str, token: str, field: str, said: str) -> None:
    page = desk.open(Step.ACCOUNT).account
    page.sid.edit.setText(sid)
    page.token.edit.setText(token)
    desk.press()
    where = getattr(page, field)
    desk.loop.until(lambda: complaint(where))
    assert said in complaint(where)
    assert where.edit.accessibleDescription() == complaint(where)
    assert QApplication.focusWidget() is where.edit
    assert not desk.services.account.called("connect")
    assert desk.presenter.step is Step.ACCOUNT


@pytest.mark.parametrize(
    ("error", "field", "said"),
    [
        (WrongCredentials("Twilio does not accept this Auth Token."), "token", "Copy both values once more"),
        (TestCredentials("no"), "token", "test credentials"),
        (BadField("That is no token.", "auth_token"), "token", "That is no token."),
        (BadField("That is no SID.", "account_sid"), "sid", "That is no SID."),
    ],
)
def test_what_twilio_does_not_take_is_said_beside_the_field(
    desk: Desk, error: Exception, field: str, said: str
) -> None:
    page = desk.open(Step.ACCOUNT).account
    desk.services.account.fails("verify", error)  # type: ignore[arg-type]
    paste(desk)
    desk.loop.until(lambda: complaint(getattr(page, field)))
    assert said in complaint(getattr(page, field))
    page.token.edit.setFocus()
    desk.type("1")
    assert complaint(page.token) == ""


@pytest.mark.parametrize(
    ("sid", "token"),
    [
        (TOKEN, SID),
        (f"{SID[:12]} {SID[12:]}", TOKEN),
        (f"{SID[:12]}\n{SID[12:]}", f"{TOKEN[:9]} {TOKEN[9:]}"),
        (f"Account SID: {SID}", f"Auth Token: {TOKEN}"),
        (f"Account SID {SID} Auth Token {TOKEN}", ""),
    ],
)
def test_what_pasting_confused_is_left_to_the_account_to_put_right(desk: Desk, sid: str, token: str) -> None:
    page = desk.open(Step.ACCOUNT).account
    page.sid.edit.setText(sid)
    page.token.edit.setText(token)
    desk.loop.until(lambda: page.outcome.how == "ok")
    assert complaint(page.sid) == complaint(page.token) == ""
    desk.press()
    desk.at(Step.LINES)


def test_what_twilio_does_not_take_leads_to_the_field_by_mouse_too(desk: Desk) -> None:
    page = desk.open(Step.ACCOUNT).account
    desk.services.account.fails("connect", WrongCredentials("Twilio does not accept this Auth Token."))
    page.sid.edit.setText(SID)
    page.token.edit.setText(TOKEN)
    desk.window.foot.primary.setFocus()
    desk.press()
    desk.loop.until(lambda: complaint(page.token) and desk.window.foot.primary.isEnabled())
    assert page.token.edit.hasFocus()


def test_who_types_on_is_not_led_away_by_an_answer(desk: Desk) -> None:
    page = desk.open(Step.ACCOUNT).account
    desk.services.account.fails("verify", WrongCredentials("Twilio does not accept this Auth Token."))
    page.token.edit.setText(TOKEN)
    page.sid.edit.setText(SID)
    page.sid.edit.setFocus()
    desk.loop.until(lambda: complaint(page.token))
    assert page.sid.edit.hasFocus()


def test_another_account_that_takes_the_place_is_announced_and_set_up_in_its_own_session(
    desk: Desk, qtbot: QtBot
) -> None:
    desk.services.connected()
    account = desk.services.account
    account.sid, account.makes_way = "AC" + "6e" * 16, True
    page = desk.open(Step.ACCOUNT).account
    paste(desk)
    desk.loop.until(lambda: "It takes the place of AC…6e6e, for which nothing has come here yet." in page.outcome.text)
    with qtbot.waitSignal(desk.presenter.replaced):
        desk.press()
        desk.loop.until(lambda: account.successor)
        desk.loop.until(desk.window.foot.primary.isEnabled)
    assert desk.presenter.step is Step.ACCOUNT
    assert page.token.edit.text() == ""


def test_the_sid_of_the_account_in_use_alone_needs_no_token_and_another_s_does(desk: Desk) -> None:
    desk.services.connected()
    desk.services.account.sid = SID
    page = desk.open(Step.ACCOUNT).account
    page.sid.edit.setText("AC" + "7e" * 16)
    assert page.token.edit.placeholderText() == COPY
    desk.press()
    desk.loop.until(lambda: "is missing" in complaint(page.token) and desk.window.foot.primary.isEnabled())
    page.sid.edit.setText(f" {SID}")
    assert page.token.edit.placeholderText() == "Kept in this computer’s keyring"
    desk.press()
    desk.at(Step.LINES)
    assert not desk.services.account.called("connect")


def test_the_sid_alone_in_the_token_s_field_is_recognised(desk: Desk) -> None:
    page = desk.open(Step.ACCOUNT).account
    page.token.edit.setText(SID)
    desk.press()
    desk.loop.until(lambda: complaint(page.token))
    assert complaint(page.token).startswith("This is the Account SID. The Auth Token is missing")


def test_a_refused_api_key_is_told_at_its_own_fields(desk: Desk) -> None:
    page = desk.open(Step.ACCOUNT).account
    desk.services.account.fails("verify", WrongKey("Twilio does not accept the API key and its secret."))
    page.key_button.click()
    for field, text in ((page.sid, SID), (page.token, TOKEN), (page.key, KEY), (page.secret, SECRET)):
        field.edit.setText(text)
    desk.loop.until(lambda: complaint(page.key))
    assert complaint(page.key).startswith("Twilio does not accept the API key and its secret.")
    assert complaint(page.token) == complaint(page.sid) == ""


def test_only_one_field_is_complained_of_and_any_change_takes_it_back(desk: Desk) -> None:
    page = desk.open(Step.ACCOUNT).account
    desk.services.account.fails("verify", WrongCredentials("Twilio does not accept this."))
    paste(desk)
    desk.loop.until(lambda: complaint(page.token))
    page.sid.edit.setText(SID[:9])
    assert complaint(page.token) == ""
    desk.loop.until(lambda: complaint(page.sid))
    assert complaint(page.token) == ""


def test_an_answer_about_what_is_there_no_more_is_not_shown(desk: Desk) -> None:
    page = desk.open(Step.ACCOUNT).account
    desk.services.account.fails("verify", WrongCredentials("Twilio does not accept this."))
    desk.services.account.gate.clear()
    paste(desk)
    desk.loop.until(lambda: desk.services.account.called("verify"))
    page.token.edit.setText(TOKEN[:5])
    desk.services.account.gate.set()
    desk.loop.until(lambda: not desk.services.account.failing["verify"])
    desk.loop.run(asyncio.sleep(0))
    assert complaint(page.token) == ""
    assert page.outcome.text == ""


def test_without_internet_continue_may_be_pressed_again(desk: Desk) -> None:
    page = desk.open(Step.ACCOUNT).account
    desk.services.account.fails("connect", GatewayError("Twilio cannot be reached."))
    page.sid.edit.setText(SID)
    page.token.edit.setText(TOKEN)
    desk.press()
    desk.loop.until(lambda: page.outcome.how == "bad")
    assert page.outcome.text == "Twilio cannot be reached. Press Continue to try again."
    desk.loop.until(desk.window.foot.primary.isEnabled)
    desk.press()
    desk.at(Step.LINES)


def test_a_trial_account_is_recognised_and_explained(desk: Desk) -> None:
    desk.services.account.says = replace(CHAIRS, trial=True)
    page = desk.open(Step.ACCOUNT).account
    paste(desk)
    desk.loop.until(lambda: page.outcome.how == "ok")
    assert "trial account" in page.outcome.text
    assert page.trial.isVisible()
    desk.press()
    desk.at(Step.LINES)


def test_a_trial_account_is_explained_before_one_goes_on(desk: Desk) -> None:
    desk.services.account.says = replace(CHAIRS, trial=True)
    page = desk.open(Step.ACCOUNT).account
    paste(desk)
    desk.press()  # before it was checked
    desk.loop.until(lambda: page.trial.isVisible() and desk.window.foot.primary.isEnabled())
    assert desk.services.account.home is CredentialHome.KEYRING
    assert desk.presenter.step is Step.ACCOUNT
    assert "only numbers that you have verified" in page.trial.findChildren(QLabel)[0].text()
    desk.press()
    desk.at(Step.LINES)
    assert len(desk.services.account.called("connect")) == 1


@pytest.mark.parametrize("known", [True, False])
def test_a_trial_account_of_the_environment_is_explained_too(desk: Desk, known: bool) -> None:
    desk.services.account.says = replace(CHAIRS, trial=True)
    desk.services.connected(CredentialHome.ENVIRONMENT)
    if not known:
        desk.services.account.identity = None
    page = desk.open(Step.ACCOUNT).account
    assert page.trial.isVisible() == known
    desk.services.account.identity = desk.services.account.says
    desk.services.hub.publish([ConnectionChanged(Light.OK, "Live")])
    assert page.trial.isVisible()
    desk.press()
    desk.at(Step.LINES)


def test_a_suspended_account_is_a_warning(desk: Desk) -> None:
    desk.services.account.says = replace(CHAIRS, status="suspended")
    page = desk.open(Step.ACCOUNT).account
    paste(desk)
    desk.loop.until(lambda: page.outcome.how == "warn")
    assert "suspended" in page.outcome.text


def test_an_api_key_is_unfolded_and_sent_with_both_its_parts(desk: Desk) -> None:
    page = desk.open(Step.ACCOUNT).account
    assert not page.key.isVisible()
    page.key_button.click()
    assert page.key.isVisible()
    assert QApplication.focusWidget() is page.key.edit
    page.sid.edit.setText(SID)
    page.token.edit.setText(TOKEN)
    page.key.edit.setText(KEY)
    desk.press()
    desk.loop.until(lambda: complaint(page.secret))
    page.secret.edit.setText(SECRET)
    desk.loop.until(desk.window.foot.primary.isEnabled)
    desk.press()
    desk.at(Step.LINES)
    assert desk.services.account.called("connect") == [(Entered(SID, TOKEN, KEY, SECRET), True)]


def with_key(desk: Desk) -> AccountPage:
    desk.services.connected()
    desk.services.account.sid, desk.services.account.key = SID, "SK…1111"
    return desk.open(Step.ACCOUNT).account


@pytest.mark.parametrize("unfolded", [False, True])
def test_an_api_key_in_use_is_shown_and_stays_when_the_rest_is_entered_anew(desk: Desk, unfolded: bool) -> None:
    page = with_key(desk)
    assert page.key_in_use.isVisible()
    assert page.key_in_use.text() == "Sends with the API key SK…1111."
    assert page.key_button.text() == "Use another API key"
    if unfolded:
        page.key_button.click()
        assert page.key.edit.placeholderText() == "SK…1111 is in use; paste only another one"
    paste(desk)
    desk.press()
    desk.at(Step.LINES)
    assert desk.services.account.called("connect") == [(Entered(SID, TOKEN), True)]  # which keeps the key


def test_an_api_key_in_use_is_taken_away(desk: Desk) -> None:
    page = with_key(desk)
    desk.services.account.fails("remove_key", KeyringLocked("The keyring is locked."))
    page.take_key.click()
    desk.loop.until(lambda: page.outcome.text == "The keyring is locked.")
    assert page.key_in_use.isVisible()
    page.take_key.click()
    desk.loop.until(lambda: not page.take_key.isVisible())
    assert not page.key_in_use.isVisible()
    assert page.key_button.text() == "Use an API key for sending (optional)"


def test_another_api_key_alone_is_one_for_the_account_in_use(desk: Desk) -> None:
    page = with_key(desk)
    page.key_button.click()
    page.key.edit.setText(KEY)
    desk.press()
    desk.loop.until(lambda: complaint(page.secret))
    page.secret.edit.setText(SECRET)
    desk.loop.until(desk.window.foot.primary.isEnabled)
    desk.press()
    desk.at(Step.LINES)
    assert desk.services.account.called("connect") == [(Entered(SID, "", KEY, SECRET), True)]


def test_a_kept_key_that_is_refused_can_be_left_behind(desk: Desk) -> None:
    page = desk.open(Step.ACCOUNT).account
    desk.services.account.fails("verify", WrongKey("Twilio does not accept the API key and its secret."))
    paste(desk)
    desk.loop.until(lambda: complaint(page.key))
    assert complaint(page.key).endswith("or take the key away.")
    page.take_key.click()
    assert page.key_in_use.text() == "Texts are sent without an API key."
    desk.press()
    desk.at(Step.LINES)
    assert desk.services.account.called("connect") == [(Entered(SID, TOKEN, without_key=True), True)]


def test_a_secret_is_hidden_until_the_eye_is_pressed_by_keyboard(desk: Desk) -> None:
    page = desk.open(Step.ACCOUNT).account
    edit = page.token.edit
    assert isinstance(edit, SecretField)
    assert edit.echoMode() is QLineEdit.EchoMode.Password
    edit.setFocus()
    desk.key(Qt.Key.Key_Tab)
    eye = QApplication.focusWidget()
    assert eye is not None
    assert eye.accessibleName() == "Show Auth Token"
    desk.key(Qt.Key.Key_Space)
    assert edit.echoMode() is QLineEdit.EchoMode.Normal
    assert eye.accessibleName() == "Hide Auth Token"


def test_a_locked_keyring_is_told_before_anything_is_typed(desk: Desk) -> None:
    desk.services.account.state = LOCKED
    page = desk.open(Step.ACCOUNT).account
    assert page.keyring.isVisible()
    assert page.keyring_sentence.text() == LOCKED.sentence
    assert page.keyring_advice.text() == LOCKED.advice


@pytest.mark.parametrize("error", [KeyringLocked("locked"), NoKeyring("none")])
def test_a_keyring_that_cannot_keep_them_offers_memory(desk: Desk, error: Exception) -> None:
    page = desk.open(Step.ACCOUNT).account
    desk.services.account.state = LOCKED
    desk.services.account.fails("connect", error)  # type: ignore[arg-type]
    paste(desk)
    desk.press()
    desk.loop.until(page.keyring.isVisible)
    desk.loop.until(desk.window.foot.primary.isEnabled)
    page.memory_button.click()
    desk.at(Step.LINES)
    assert desk.services.account.called("connect")[-1] == (Entered(SID, TOKEN), False)


def test_a_keyring_unlocked_meanwhile_is_tried_again(desk: Desk) -> None:
    page = desk.open(Step.ACCOUNT).account
    desk.services.account.state = LOCKED
    desk.services.account.fails("connect", KeyringLocked("locked"))
    paste(desk)
    desk.press()
    desk.loop.until(page.keyring.isVisible)
    desk.loop.until(desk.window.foot.primary.isEnabled)
    desk.services.account.state = OPEN
    page.retry.click()
    desk.at(Step.LINES)
    assert desk.services.account.home is CredentialHome.KEYRING


def test_an_unlocked_keyring_that_knows_us_connects_by_itself(desk: Desk) -> None:
    desk.services.account.state = LOCKED
    page = desk.open(Step.ACCOUNT).account
    desk.services.account.state, desk.services.account.holds = OPEN, True
    page.retry.click()
    desk.loop.until(lambda: page.outcome.how == "ok")
    assert not page.keyring.isVisible()
    desk.press()
    desk.at(Step.LINES)
    assert not desk.services.account.called("connect")


def test_the_environment_wins_and_its_fields_are_read_only(desk: Desk) -> None:
    desk.services.connected(CredentialHome.ENVIRONMENT)
    page = desk.open(Step.ACCOUNT).account
    assert page.environment.isVisible()
    assert page.sid.edit.isReadOnly()
    assert page.token.edit.isReadOnly()
    assert page.sid.edit.placeholderText() == "AC…4f2a"
    assert not page.keep.isVisible()
    desk.press()
    desk.at(Step.LINES)
    assert not desk.services.account.called("connect")


def test_a_key_of_the_environment_is_neither_taken_away_nor_replaced(desk: Desk) -> None:
    desk.services.connected()
    desk.services.account.key, desk.services.account.key_fixed = "SK…1f2a", True
    page = desk.open(Step.ACCOUNT).account
    assert page.key_in_use.isVisible()
    assert not any(one.isVisible() for one in (page.take_key, page.key_button))
    assert not page.token.edit.isReadOnly()


def test_a_connected_account_needs_nothing_typed_but_can_be_replaced(desk: Desk) -> None:
    desk.services.connected()
    page = desk.open(Step.ACCOUNT).account
    assert page.outcome.text == "Bright Chairs, full account, balance $38.20"
    assert not page.keep.isVisible()
    desk.services.account.says = replace(CHAIRS, sid="AC" + "77" * 16)
    paste(desk, "AC" + "77" * 16)
    assert page.keep.isVisible()
    desk.press()
    desk.at(Step.LINES)
    assert desk.services.settings.kept["setup"]["step"] == "lines"


def test_messages_of_another_account_keep_theirs(desk: Desk) -> None:
    desk.services.account.sid = "AC" + "77" * 16
    desk.services.account.state = LOCKED
    page = desk.open(Step.ACCOUNT).account
    assert page.sid.edit.placeholderText() == "AC…7777"
    assert page.keep.isVisible()
    assert page.keep.isChecked()
    desk.services.account.fails("connect", BadInput("The messages here belong to the account AC…7777."))
    page.sid.edit.setText(SID)
    page.token.edit.setText(TOKEN)
    desk.press()
    desk.loop.until(lambda: complaint(page.sid))
    assert complaint(page.sid) == "The messages here belong to the account AC…7777."
    assert complaint(page.token) == ""


def test_no_secret_is_in_what_is_kept_or_spoken(desk: Desk) -> None:
    window = desk.open(Step.ACCOUNT)
    paste(desk)
    desk.press()
    desk.at(Step.LINES)
    assert TOKEN not in repr(desk.services.settings.kept)
    spoken = [w.accessibleName() + w.accessibleDescription() + w.toolTip() for w in window.findChildren(QLineEdit)]
    assert not any(TOKEN in words for words in spoken)


def test_another_home_that_was_chosen_stays_chosen(desk: Desk) -> None:
    desk.services.connected(CredentialHome.MEMORY)
    page = desk.open(Step.ACCOUNT).account
    assert page.memory.isChecked()
    paste(desk)
    page.keep.click()
    desk.window.foot.back.click()
    desk.at(Step.WELCOME)
    desk.presenter.go(Step.ACCOUNT)
    desk.at(Step.ACCOUNT)
    assert page.keep.isChecked()
    desk.loop.until(desk.window.foot.primary.isEnabled)
    desk.press()
    desk.at(Step.LINES)
    assert desk.services.account.called("connect") == [(Entered(SID, TOKEN), True)]


def test_a_slow_keyring_does_not_come_back_to_who_asks_for_none(desk: Desk) -> None:
    desk.services.account.state = LOCKED
    page = desk.open(Step.ACCOUNT).account
    desk.services.account.gate.clear()
    desk.presenter.go(Step.ACCOUNT)
    desk.loop.until(lambda: len(desk.services.account.called("keyring")) == 2)
    page.memory_button.click()
    desk.services.account.gate.set()
    desk.loop.until(lambda: len(desk.tasks._tasks) == 0)
    assert not page.keyring.isVisible()


def test_what_is_typed_while_it_connects_stays(desk: Desk) -> None:
    page = desk.open(Step.ACCOUNT).account
    paste(desk)
    desk.services.account.gate.clear()
    desk.press()
    desk.loop.until(lambda: desk.services.account.called("connect"))
    page.token.edit.setText(TOKEN[:5])
    desk.services.account.gate.set()
    desk.loop.until(lambda: desk.services.account.home is CredentialHome.KEYRING)
    desk.loop.until(desk.window.foot.primary.isEnabled)
    assert page.token.edit.text() == TOKEN[:5]
