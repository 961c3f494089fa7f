"""The preferences' sections over services that answer as they were told."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import shiboken6
from PySide6.QtCore import QItemSelectionModel, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QAccessible, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QWidget,
)
from pytestqt.qtbot import QtBot

from sms_desktop.domain.account import CredentialHome, Entered, Identity, KeyringState
from sms_desktop.domain.errors import (
    BadField,
    BadInput,
    GatewayError,
    KeyringLocked,
    NoKeyring,
    SmsDesktopError,
    TestCredentials,
    TunnelError,
    WrongCredentials,
    WrongKey,
)
from sms_desktop.domain.events import ConnectionChanged, LinesChanged, ReceivingChanged
from sms_desktop.domain.light import Light
from sms_desktop.domain.line import Line
from sms_desktop.domain.receiving import Reach, Receiving, WayIn
from sms_desktop.domain.routing import Change, Holder, HolderKind, Route, RouteState, Webhook, ours_at
from sms_desktop.gateway.tunnel import refusals
from sms_desktop.ui import routewords
from sms_desktop.ui.preferences import sentences
from sms_desktop.ui.preferences.account import AccountPage
from sms_desktop.ui.preferences.bringpanel import BringPanel
from sms_desktop.ui.preferences.credentials import CredentialsForm
from sms_desktop.ui.preferences.dialog import PreferencesDialog, Section
from sms_desktop.ui.preferences.page import Page
from sms_desktop.ui.preferences.presenter import NOTHING_KEPT, PreferencesPresenter
from sms_desktop.ui.preferences.receiving import ReceivingPage
from sms_desktop.ui.routewords import TO_COME
from sms_desktop.ui.tasks import Tasks
from sms_desktop.ui.widgets.beforeafter import BeforeAfter
from sms_desktop.ui.widgets.wrapped import WrappedLabel
from tests.ui.conftest import Loop
from tests.ui.live import CHAIRS, OLD, SHOP, SID, TOLL_FREE, Live, change, holder

WRONG = "Twilio does not accept these. Copy them again."


class Room:
    """The open dialog, and who sits before it."""

    def __init__(self, bot: QtBot, loop: Loop) -> None:
        self.bot, self.loop = bot, loop
        self.live = Live()
        self.errors: list[BaseException] = []
        self.tasks = Tasks(self.errors.append)
        self.window = QWidget()
        self.dialog: PreferencesDialog

    def open(self, section: Section, *, settled: bool = True) -> PreferencesDialog:
        """``settled``: once all that was begun has ended."""
        self.dialog = PreferencesDialog(enter_sends=True, section=section, parent=self.window)
        list(self.dialog.furnish())
        PreferencesPresenter(self.live, self.tasks, self.dialog).start()
        self.dialog.open()
        self.dialog.activateWindow()
        self.loop.until(self.dialog.isActiveWindow)
        if settled:
            self.settle()
        return self.dialog

    def activate(self) -> None:
        """From here on what has the focus is told."""
        with self.bot.waitActive(self.dialog):
            self.dialog.activateWindow()

    def settle(self) -> None:
        self.loop.until(lambda: not self.tasks._tasks)

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


def test_what_is_pressed_the_moment_after_something_has_ended_is_done(room: Room) -> None:
    presenter = PreferencesPresenter(room.live, room.tasks, room.open("consent"))
    done: list[int] = []

    async def do(number: int) -> None:
        done.append(number)

    async def press_twice() -> None:
        presenter._do("list", do(1))
        presenter._do("list", do(2))  # while the first is under way
        await asyncio.sleep(0)
        presenter._do("list", do(3))

    room.loop.run(press_twice())
    room.loop.until(lambda: len(done) > 1)
    assert done == [1, 3]


@pytest.mark.parametrize("section", ["general", "lines", "replies", "consent"])
def test_the_wheel_over_a_field_moves_the_page_and_changes_nothing(room: Room, section: Section) -> None:
    dialog = room.open(section)
    fields: list[QComboBox | QAbstractSpinBox] = [*dialog.findChildren(QComboBox)]
    fields += [one for one in dialog.findChildren(QAbstractSpinBox) if one.objectName() != "qt_calendar_yearedit"]

    def values() -> list[object]:
        return [one.currentIndex() if isinstance(one, QComboBox) else one.text() for one in fields]

    before = values()
    for field in fields:
        turn = QWheelEvent(
            QPointF(4, 4),
            QPointF(field.mapToGlobal(QPoint(4, 4))),
            QPoint(),
            QPoint(0, -120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(field, turn)
    assert len(fields) > 3 and values() == before


def said(widget: QWidget) -> str:
    return widget.accessibleName() if not widget.isHidden() else ""


def answer(page: ReceivingPage) -> str:
    """What is said of the way that was chosen, in its card."""
    return next((one.text for one in page.answers.values() if one.isVisible()), "")


def wrong(page: ReceivingPage) -> dict[str, str]:
    """What is said beside each field that is marked."""
    marked = {name: field for name, field in page.fields.items() if field.edit.property("wrong") == "true"}
    assert all(field.said.isVisible() for field in marked.values())
    return {name: field.said.text() for name, field in marked.items()}


def complaint(form: CredentialsForm, name: str) -> str:
    """What is said beside the field with that name, which is marked then; and no other field is."""
    marked = [other for other, field in form.fields.items() if field.edit.property("wrong") == "true"]
    assert marked == [name]
    assert form.fields[name].said.isVisible()
    return form.fields[name].said.text()


def test_the_sections_stand_at_the_left_and_one_is_shown(room: Room) -> None:
    dialog = room.open("receiving")
    assert dialog.section == "receiving"
    assert dialog.receiving.isVisible()
    reader = QAccessible.queryAccessibleInterface(dialog.sections)
    assert reader.text(QAccessible.Text.Name) == "Sections"
    dialog.sections.setFocus()
    QTest.keyClick(dialog.sections, Qt.Key.Key_Up)
    assert dialog.account.isVisible()
    dialog.show_section("general")
    assert dialog.general.isVisible()
    model = dialog.sections.selectionModel()  # as a screen reader's press does it
    model.select(dialog.sections.model().index(8, 0), QItemSelectionModel.SelectionFlag.ClearAndSelect)
    assert dialog.backups.isVisible()


def test_the_account_is_told_with_where_its_token_lies(room: Room) -> None:
    page = room.open("account").account
    assert page.name.said == "Bright Chairs · AC…5d5d"
    assert said(page.about) == "Full account · balance $38.20"
    assert "keyring" in said(page.home)
    assert said(page.keyring) == "Secret Service: Unlocked"
    assert not page.unlock.isVisible()
    assert page.rotate.isVisible()


@pytest.mark.parametrize(
    ("identity", "words"),
    [
        (Identity("AC1", "A", trial=True, balance="$15.50"), "verified at Twilio. Balance $15.50."),
        (Identity("AC1", "A", status="suspended"), "The account is suspended"),
        (Identity("AC1", "A"), "Full account"),
        (None, ""),
    ],
)
def test_an_account_says_what_it_can_do(identity: Identity | None, words: str) -> None:
    assert sentences.account(identity).endswith(words)


def test_what_comes_from_the_environment_is_not_changed_here(room: Room) -> None:
    room.live.account.home = CredentialHome.ENVIRONMENT
    page = room.open("account").account
    assert "environment" in said(page.home)
    assert not any(button.isVisible() for button in (page.change, page.rotate, page.remove))


def test_a_key_beside_a_token_of_the_environment_can_be_taken_away(room: Room) -> None:
    room.live.account.home, room.live.account.key = CredentialHome.ENVIRONMENT, "SK…1f2a"
    room.live.connection.trouble = WrongKey("No.")
    page = room.open("account").account
    assert said(page.refused) == "Twilio refuses the API key SK…1f2a. Take it away: then texts are sent without."
    assert page.take_key.isVisible()
    assert not any(button.isVisible() for button in (page.change, page.rotate, page.remove))


def test_a_key_of_the_environment_cannot_be_taken_away(room: Room) -> None:
    room.live.account.key, room.live.account.key_fixed = "SK…1f2a", True
    page = room.open("account").account
    assert (page.key.isVisible(), page.take_key.isVisible(), page.change.isVisible()) == (True, False, True)


def test_credentials_are_checked_while_one_types_and_then_kept(room: Room) -> None:
    room.live.account.home, room.live.account.identity, room.live.account.sid = CredentialHome.NONE, None, None
    page = room.open("account").account
    assert page.change.text() == "Connect…"
    page.change.click()
    assert page.form.sid.hasFocus()
    QTest.keyClicks(page.form.sid, SID)
    page.form._later.timeout.emit()
    assert room.live.account.asked == []  # half of it is no reason to ask
    QTest.keyClicks(page.form.token, "secret")
    assert page.form.token.echoMode() is QLineEdit.EchoMode.Password
    page.form._later.timeout.emit()
    room.settle()
    entered = Entered(SID, "secret")
    assert room.live.account.asked == [("verify", entered)]
    assert said(page.form.status) == "Bright Chairs. Full account · balance $38.20"
    page.form.save.click()
    room.settle()
    assert room.live.account.asked[1:] == [("connect", entered, True)]
    assert not page.form.isVisible()
    assert page.form.token.text() == ""
    assert page.name.said == "Bright Chairs · AC…5d5d"
    assert said(page.said) == "Connected. This account is in use now."


def test_wrong_credentials_are_told_beside_the_fields_and_can_be_mended(room: Room) -> None:
    page = room.open("account").account
    page.change.click()
    assert page.form.sid.text() == SID
    room.live.account.fails = WrongCredentials(WRONG)
    QTest.keyClicks(page.form.token, "wrong")
    QTest.keyClick(page.form.token, Qt.Key.Key_Return)
    room.settle()
    assert complaint(page.form, "auth_token") == WRONG
    assert said(page.form.status) == ""
    assert page.form.isVisible()
    assert page.form.save.isEnabled()
    room.live.account.fails = NoKeyring("This computer has no keyring. Keep it only until you quit.")
    page.form.save.click()
    room.settle()
    assert "only until you quit" in said(page.form.status)
    room.live.account.fails = None
    page.form.keep.click()
    page.form.save.click()
    room.settle()
    assert room.live.account.home is CredentialHome.MEMORY
    assert "until you quit" in said(page.home)


def test_a_new_token_is_taken_for_the_same_account(room: Room) -> None:
    page = room.open("account").account
    page.rotate.click()
    assert not page.form.sid.isVisible()
    QTest.keyClicks(page.form.token, "new")
    page.form.save.click()
    room.settle()
    assert room.live.account.asked == [("connect", Entered(SID, "new"), True)]
    assert not page.form.isVisible()
    assert said(page.said) == "The new token is in use."
    page.rotate.click()
    assert said(page.said) == ""
    room.live.account.fails = WrongCredentials(WRONG)
    QTest.keyClicks(page.form.token, "wrong")
    page.form.save.click()
    room.settle()
    assert (said(page.said), complaint(page.form, "auth_token")) == ("", WRONG)


def test_an_api_key_in_use_is_told_and_can_be_taken_away(room: Room) -> None:
    room.live.account.key = "SK…1f2a"
    page = room.open("account").account
    assert said(page.key) == "Sends with the API key SK…1f2a."
    page.take_key.click()
    room.settle()
    assert room.live.account.asked == ["remove key"]
    assert said(page.key) == ""
    assert not page.take_key.isVisible()
    assert said(page.said) == "The API key is forgotten. Texts are sent with the Auth Token."


def test_a_key_that_cannot_be_taken_away_is_told(room: Room) -> None:
    room.live.account.key = "SK…1f2a"
    page = room.open("account").account
    room.live.account.fails = KeyringLocked("The keyring is locked.")
    page.take_key.click()
    room.settle()
    assert said(page.refused) == "The keyring is locked."
    assert page.take_key.isEnabled()


def test_the_form_says_that_the_key_in_use_stays_and_that_signatures_need_the_token(room: Room) -> None:
    room.live.account.key = "SK…1f2a"
    page = room.open("account").account
    page.change.click()
    assert page.form.key.placeholderText() == "SK…1f2a is in use; type only another one"
    assert "signs every incoming text" in said(page.form._about_key)
    page.rotate.click()
    assert not page.form.key.isVisible()
    assert said(page.form._about_key) == "The API key SK…1f2a stays in use: it does not change with the token."
    QTest.keyClicks(page.form.token, "new")
    page.form.save.click()
    room.settle()
    assert room.live.account.asked == [("connect", Entered(SID, "new"), True)]  # which takes the key along


def test_where_only_the_key_is_another_nothing_is_said_of_another_account(room: Room) -> None:
    page = room.open("account").account
    page.change.click()
    page.form.token.clear()
    QTest.keyClicks(page.form.key, "SK" + "2b" * 16)
    QTest.keyClicks(page.form.secret, "secret")
    page.form.save.click()
    room.settle()
    assert ("connect", Entered(SID, "", "SK" + "2b" * 16, "secret"), True) in room.live.account.asked
    assert said(page.said) == "The API key is in use now. The account is the same."


@pytest.mark.parametrize(
    ("error", "field"),
    [
        (WrongKey("Twilio does not accept the API key and its secret."), "api_key"),
        (BadField("The API secret is not right.", "api_secret"), "api_secret"),
        (BadInput("The messages here belong to the account AC…5d5d."), "account_sid"),
        (TestCredentials("These are test credentials."), "auth_token"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field_until_it_is_changed(
    room: Room, error: SmsDesktopError, field: str
) -> None:
    page = room.open("account").account
    page.change.click()
    room.live.account.fails = error
    QTest.keyClicks(page.form.token, "token")
    page.form.save.click()
    room.settle()
    assert complaint(page.form, field).startswith(str(error))
    QTest.keyClicks(page.form.token, "x")
    assert not any(one.said.isVisible() for one in page.form.fields.values())


def test_a_key_that_is_refused_when_the_token_is_rotated_gets_its_fields(room: Room) -> None:
    room.live.account.key = "SK…1f2a"
    page = room.open("account").account
    page.rotate.click()
    room.live.account.fails = WrongKey("Twilio does not accept the API key and its secret.")
    QTest.keyClicks(page.form.token, "new")
    page.form.save.click()
    room.settle()
    assert page.form.key.isVisible()
    assert complaint(page.form, "api_key").endswith("or take the key away above.")


@pytest.mark.parametrize("trouble", [WrongCredentials("No."), WrongKey("No.")])
def test_what_is_refused_and_set_outside_is_told_with_where(room: Room, trouble: GatewayError) -> None:
    room.live.account.home, room.live.connection.trouble = CredentialHome.ENVIRONMENT, trouble
    room.live.account.outside = "TWILIO_AUTH_TOKEN in the environment says it."
    page = room.open("account").account
    assert said(page.refused).endswith("TWILIO_AUTH_TOKEN in the environment says it.")
    assert "Enter" not in said(page.refused)


@pytest.mark.parametrize(
    ("trouble", "says"),
    [
        (WrongCredentials("No."), "Twilio refuses the Auth Token of this account."),
        (WrongKey("No."), "Twilio refuses the API key SK…1f2a."),
        (GatewayError("Twilio cannot be reached."), ""),
        (None, ""),
    ],
)
def test_what_twilio_refuses_is_told(room: Room, trouble: GatewayError | None, says: str) -> None:
    room.live.account.key, room.live.connection.trouble = "SK…1f2a", trouble
    page = room.open("account").account
    assert said(page.refused).startswith(says)
    assert bool(said(page.refused)) is bool(says)


@pytest.mark.parametrize(
    ("trouble", "field"), [(WrongCredentials("No."), "Auth Token"), (WrongKey("No."), "API key"), (None, "Auth Token")]
)
def test_who_comes_to_enter_credentials_finds_the_form_open(
    room: Room, trouble: GatewayError | None, field: str
) -> None:
    room.live.account.key, room.live.connection.trouble = "SK…1f2a", trouble
    dialog = room.open("general")
    dialog.enter_credentials()
    assert dialog.account.form.isVisible()
    focused = dialog.focusWidget()
    assert focused is not None and focused.accessibleName() == field


def test_what_the_environment_says_is_not_entered_here(room: Room) -> None:
    room.live.account.home = CredentialHome.ENVIRONMENT
    dialog = room.open("general")
    dialog.enter_credentials()
    assert dialog.account.isVisible()
    assert not dialog.account.form.isVisible()


def test_without_a_keyring_nothing_can_be_kept(room: Room) -> None:
    room.live.account.home, room.live.account.identity = CredentialHome.NONE, None
    room.live.account.state = KeyringState("", False, "This computer has no keyring.", "Install one.")
    page = room.open("account").account
    page.change.click()
    assert (page.form.keep.isChecked(), page.form.keep.isEnabled()) == (False, False)
    assert "no keyring on this computer" in said(page.form._keeping)
    assert page.form.sid.text() == SID
    QTest.keyClicks(page.form.token, "token")
    page.form.save.click()
    room.settle()
    assert room.live.account.asked == [("connect", Entered(SID, "token"), False)]
    assert (page.unlock.isVisible(), page.unlock.text()) == (True, "Try again")


def test_escape_closes_what_is_open_on_the_page_before_it_closes_all(room: Room) -> None:
    dialog = room.open("account")
    page = dialog.account
    page.change.click()
    QTest.keyClick(page.form.token, Qt.Key.Key_Escape)
    assert (page.form.isVisible(), dialog.isVisible()) == (False, True)
    assert page.change.hasFocus()
    page.remove.click()
    QTest.keyClick(page.removal.keep, Qt.Key.Key_Escape)
    assert (page.removal.isVisible(), dialog.isVisible()) == (False, True)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_after_a_removal_the_account_that_is_ready_is_shown(room: Room) -> None:
    room.live.account.next = "AC2"
    dialog = room.open("account")
    with room.bot.waitSignal(dialog.accountChosen) as chosen:
        dialog.account.remove.click()
        dialog.account.removal.agree.click()
    assert chosen.args == ["AC2"]
    assert not dialog.isVisible()


@pytest.mark.parametrize(
    ("home", "kept"),
    [(CredentialHome.MEMORY, "only until you quit"), (CredentialHome.KEYRING, "in this computer’s keyring")],
)
def test_where_the_ngrok_token_is_kept_is_told(room: Room, home: CredentialHome, kept: str) -> None:
    room.live.account.home = home
    page = room.open("receiving").receiving
    assert kept in page.ways[WayIn.NGROK].accessibleDescription()
    assert any(label.isVisible() and kept in label.text() for label in page.findChildren(QLabel))


def test_a_token_from_the_environment_is_not_said_to_be_in_the_keyring_and_none_is_asked_for(room: Room) -> None:
    room.live.receiving.token_fixed = True
    page = room.open("receiving").receiving
    assert "the variable NGROK_AUTHTOKEN" in page.ways[WayIn.NGROK].accessibleDescription()
    assert not page.token.isVisible()
    page.use.click()
    room.settle()
    assert room.live.receiving.asked == [("ngrok", None, "bright-chairs.ngrok.app", True)]


def test_where_the_environment_says_the_address_nothing_else_is_offered(room: Room) -> None:
    room.live.receiving.fixed = True
    page = room.open("receiving").receiving
    assert "SMS_DESKTOP_PUBLIC_URL" in page.fixed.said
    assert not any(part.isVisible() for part in (page.use, page.address, *page.ways.values()))
    assert page.restores.isVisible()


def test_the_list_that_is_asked_about_is_read_before_what_stands_below_it(room: Room) -> None:
    page = room.open("receiving").receiving
    page.use.click()
    room.loop.until(lambda: asked(page))
    panel, inner = asked(page), page.widget()
    assert panel is not None and inner is not None
    read = [part for part in inner.findChildren(QWidget) if part in (panel, page.restores)]
    assert read == [panel, page.restores]


def test_the_name_has_its_label(room: Room) -> None:
    dialog = room.open("general")
    label = next(label for label in dialog.general.findChildren(QLabel) if label.text() == "Your name")
    assert label.buddy() is dialog.author
    assert dialog.author.accessibleName() == "Your name"
    assert dialog.author.placeholderText() == ""


def test_cancelling_forgets_what_was_typed(room: Room) -> None:
    page = room.open("account").account
    page.change.click()
    QTest.keyClicks(page.form.token, "secret")
    page.form.cancel.click()
    assert (page.form.isVisible(), page.form.token.text()) == (False, "")
    page.change.click()
    QTest.keyClicks(page.form.token, "secret")
    room.dialog.close()
    assert page.form.token.text() == ""


def test_removing_says_what_happens_first(room: Room) -> None:
    page = room.open("account").account
    page.remove.click()
    assert page.removal.isVisible()
    page.removal.keep.click()
    assert not page.removal.isVisible()
    assert room.live.account.asked == []
    page.remove.click()
    room.live.account.fails = GatewayError("Twilio cannot be reached, so the numbers could not be given back.")
    page.removal.agree.click()
    room.settle()
    assert said(page.removal.trouble).startswith("Twilio cannot be reached")
    room.live.account.fails = None
    page.removal.agree.click()
    room.settle()
    assert page.name.said == "No account is connected"
    assert said(page.said) == "The account is removed from this computer."
    assert not page.removal.isVisible()


def test_a_locked_keyring_is_opened_from_here(room: Room) -> None:
    locked = KeyringState("Secret Service", False, "The keyring is locked", "Unlock it, then try again.")
    room.live.account.state = locked
    page = room.open("account").account
    assert said(page.keyring_advice) == "Unlock it, then try again."
    assert (page.unlock.isVisible(), page.unlock.text()) == (True, "Unlock")
    room.live.account.fails = KeyringLocked("It is still locked.")
    page.unlock.click()
    room.settle()
    assert said(page.keyring_said) == "It is still locked."
    assert page.unlock.isEnabled()
    room.live.account.fails, room.live.account.holds = None, False
    room.live.account.state = replace(locked, usable=True, sentence="Unlocked", advice="")
    page.unlock.click()
    room.settle()
    assert said(page.keyring_said) == NOTHING_KEPT
    assert not page.unlock.isVisible()


def test_set_up_and_another_account_leave_the_dialog(room: Room) -> None:
    dialog = room.open("account")
    with room.bot.waitSignal(dialog.addAccountRequested):
        dialog.account.add.click()
    room.settle()
    dialog = room.open("account")
    with room.bot.waitSignal(dialog.setupRequested):
        dialog.account.again.click()
    assert not dialog.isVisible()


def test_the_way_in_is_told_and_follows_what_happens(room: Room) -> None:
    page = room.open("receiving").receiving
    assert said(page.sentence) == "Connected through ngrok"
    assert page.way is WayIn.NGROK
    assert page.token.placeholderText() == "A token is known; type only a new one"
    assert page.domain.text() == "bright-chairs.ngrok.app"
    down = Receiving(WayIn.NGROK, Reach.DOWN, None, "ngrok does not answer", "Check the internet connection.")
    room.live.hub.publish([ReceivingChanged(down)])
    assert (said(page.sentence), said(page.advice)) == (down.sentence, down.advice)
    fetching = Receiving(WayIn.NGROK, Reach.STARTING, None, "Fetching ngrok’s agent", progress=0.4)
    room.live.hub.publish([ReceivingChanged(fetching)])
    assert (page.progress.isVisible(), page.progress.value()) == (True, 40)


def test_each_way_in_can_be_chosen(room: Room) -> None:
    page = room.open("receiving").receiving
    room.live.routing.states[TOLL_FREE] = RouteState.HERE
    page.use.click()
    room.settle()
    QTest.keyClicks(page.token, " tok ")
    page.use.click()
    room.settle()
    room.live.routing.states[TOLL_FREE] = RouteState.ELSEWHERE
    page.ways[WayIn.OWN].click()
    QTest.keyClicks(page.address, "https://texts.example.com")
    QTest.keyClick(page.address, Qt.Key.Key_Return)
    room.settle()
    assert answer(page) == ""
    page.step_back()
    assert answer(page).startswith("This way is in use now, but")
    page.ways[WayIn.POLLING].click()
    page.use.click()
    room.settle()
    assert room.live.receiving.asked == [
        ("ngrok", None, "bright-chairs.ngrok.app", True),
        ("ngrok", "tok", "bright-chairs.ngrok.app", True),
        ("own", "https://texts.example.com"),
        "polling",
    ]
    assert page.token.text() == ""
    assert not page.reconnect.isVisible()


def test_a_token_is_kept_only_until_one_quits_where_the_account_is(room: Room) -> None:
    room.live.account.home = CredentialHome.MEMORY
    page = room.open("receiving").receiving
    QTest.keyClicks(page.token, "tok")
    page.use.click()
    room.settle()
    assert room.live.receiving.asked == [("ngrok", "tok", "bright-chairs.ngrok.app", False)]


def test_return_in_a_field_does_not_begin_anew_what_is_being_tried(room: Room) -> None:
    page = room.open("receiving").receiving
    room.live.receiving.gate = asyncio.Event()
    for _ in range(2):  # before the first has even begun
        QTest.keyClick(page.domain, Qt.Key.Key_Return)
    room.loop.until(lambda: room.live.receiving.asked)
    QTest.keyClick(page.domain, Qt.Key.Key_Return)
    assert answer(page) == "Connecting…"
    room.live.receiving.gate.set()
    room.settle()
    assert answer(page) or page.panel is not None
    assert len(room.live.receiving.asked) == 1


def test_what_is_being_chosen_stays_chosen_while_the_way_in_changes(room: Room) -> None:
    page = room.open("receiving").receiving
    page.ways[WayIn.OWN].click()
    room.live.hub.publish([ReceivingChanged(room.live.receiving.state)])
    assert page.way is WayIn.OWN


def test_without_a_token_ngrok_is_not_tried(room: Room) -> None:
    room.live.receiving.token = False
    page = room.open("receiving").receiving
    page.use.click()
    room.settle()
    assert room.live.receiving.asked == []
    assert wrong(page)["token"].startswith("Paste your ngrok token")


def test_a_way_in_that_fails_says_why(room: Room) -> None:
    page = room.open("receiving").receiving
    for error in (TunnelError("ngrok refuses this token.", code="ERR_NGROK_107"), BadInput("This is no address.")):
        room.live.receiving.fails = error
        page.use.click()
        room.settle()
        assert answer(page) == str(error)
        assert page.use.isEnabled()
    page.reconnect.click()
    room.settle()
    assert room.live.receiving.asked[-1] == "reconnect"
    assert said(page.said) == "This is no address."


def test_a_refusal_is_told_as_is_right_here(room: Room) -> None:
    page = room.open("receiving").receiving
    room.live.receiving.fails = refusals.refusal("ERR_NGROK_107")
    page.use.click()
    room.settle()
    assert wrong(page)["token"].endswith("and paste it above.")


def test_an_empty_address_is_asked_for(room: Room) -> None:
    page = room.open("receiving").receiving
    page.ways[WayIn.OWN].click()
    page.use.click()
    room.settle()
    assert wrong(page) == {"address": "Enter the address first."}
    assert room.live.receiving.asked == []


def shown_whole(page: QScrollArea, widget: QWidget) -> bool:
    """Whether all of it is in sight."""
    there = QRect(widget.mapTo(page.viewport(), QPoint(0, 0)), widget.size())
    return widget.isVisible() and page.viewport().rect().contains(there)


@pytest.mark.parametrize("size", [(700, 580), (640, 420)])
@pytest.mark.parametrize(
    ("code", "field"), [("ERR_NGROK_107", "token"), ("ERR_NGROK_320", "domain"), ("ERR_NGROK_108", "")]
)
def test_what_ngrok_refuses_is_told_in_sight_beside_its_field(
    room: Room, code: str, field: str, size: tuple[int, int]
) -> None:
    dialog = room.open("receiving")
    dialog.resize(*size)
    page = dialog.receiving
    room.live.receiving.fails = refusals.refusal(code)
    QTest.keyClicks(page.token, "tok")
    page.verticalScrollBar().setValue(page.verticalScrollBar().maximum())
    QTest.keyClick(page.token, Qt.Key.Key_Return)
    room.settle()
    assert list(wrong(page)) == ([field] if field else [])
    told = page.fields[field].said if field else page.answers[WayIn.NGROK]
    room.loop.until(lambda: shown_whole(page, told))
    assert page.use.isEnabled()
    QTest.keyClicks(page.token, "x")
    assert (wrong(page), answer(page)) == ({}, "")


def test_an_address_that_does_not_lead_here_is_told_beside_it(room: Room) -> None:
    dialog = room.open("receiving")
    dialog.resize(640, 420)
    page = dialog.receiving
    page.ways[WayIn.OWN].click()
    room.live.receiving.fails = GatewayError("Nobody answers there. Have it lead to http://127.0.0.1:8850.")
    QTest.keyClicks(page.address, "https://texts.example.com")
    page.verticalScrollBar().setValue(0)
    QTest.keyClick(page.address, Qt.Key.Key_Return)
    room.settle()
    assert wrong(page) == {"address": "Nobody answers there. Have it lead to http://127.0.0.1:8850."}
    assert page.address.hasFocus()
    room.loop.until(lambda: shown_whole(page, page.fields["address"]))


def asked(page: ReceivingPage) -> BeforeAfter | BringPanel | None:
    """What the person is to agree to."""
    return page.panel


def agree(page: ReceivingPage) -> None:
    panel = asked(page)
    assert panel is not None
    panel.yes.click()


def settings_in(page: ReceivingPage) -> list[str]:
    """What is shown of now and then, line by line."""
    assert isinstance(page.panel, BeforeAfter)
    return [label.accessibleName() for label in page.panel.findChildren(WrappedLabel) if " " in label.accessibleName()]


def put_back(line: str, url: str) -> Change:
    held = Holder(HolderKind.NUMBER, "PN" + line[-4:], line, ours_at(Webhook(), "https://a.example/twilio/inbound"))
    return Change(held, Webhook(url), (line,))


def test_before_lines_are_given_back_it_is_shown_what_will_stand_there(room: Room) -> None:
    room.live.routing.holds = True
    room.live.routing.moving = (put_back(SHOP, OLD), put_back(TOLL_FREE, ""))
    page = room.open("receiving").receiving
    page.ways[WayIn.POLLING].click()
    page.use.click()
    room.settle()
    assert room.live.receiving.asked == [], "nothing is changed before the person agrees"
    assert room.live.routing.asked == ["look", ("moves", None)]
    assert settings_in(page) == [
        "(212) 555-0100 now https://a.example/twilio/inbound",
        f"will be {OLD}",
        "(888) 555-0144 now https://a.example/twilio/inbound",
        "will be no address, as before: this computer asks for its texts",
    ]
    assert page.panel is not None and page.panel.no.hasFocus(), "a key pressed twice must not cut lines off"
    room.loop.until(lambda: shown_whole(page, page.panel))  # type: ignore[arg-type]
    QTest.keyClick(room.dialog, Qt.Key.Key_Escape)
    assert asked(page) is None
    assert (room.dialog.isVisible(), page.use.isVisible()) == (True, True)
    assert answer(page) == "Nothing was changed."
    page.use.click()
    room.settle()
    agree(page)
    room.settle()
    assert room.live.receiving.asked == ["polling"]
    assert answer(page) == "This way is in use now. What was set at Twilio before is put back."


def test_what_could_not_be_put_back_yet_is_said(room: Room) -> None:
    room.live.routing.holds, room.live.routing.moving = True, (put_back(SHOP, OLD),)
    room.live.routing.troubles = ("Twilio has a problem of its own (HTTP 500).",)
    page = room.open("receiving").receiving
    page.ways[WayIn.POLLING].click()
    page.use.click()
    room.settle()
    agree(page)
    room.settle()
    assert "could not be put back yet. SMS Desktop goes on trying" in answer(page)
    room.live.health.become()
    assert "could not be put back yet" in answer(page)
    room.live.routing.holds = False
    room.live.health.become()
    assert answer(page) == "This way is in use now. What was set at Twilio before is put back."


@pytest.mark.parametrize(("domain", "will"), [("b.example", "https://b.example/twilio/inbound"), ("", TO_COME)])
def test_before_lines_follow_to_another_address_it_is_shown_which(room: Room, domain: str, will: str) -> None:
    held = put_back(SHOP, "").holder
    room.live.routing.holds, room.live.routing.states[TOLL_FREE] = True, RouteState.HERE
    url = f"https://{domain}/twilio/inbound" if domain else "/twilio/inbound"
    room.live.routing.moving = (Change(held, ours_at(held.webhook, url), (SHOP,)),)
    page = room.open("receiving").receiving
    page.domain.setText(domain)
    QTest.keyClick(page.domain, Qt.Key.Key_Return)
    room.settle()
    assert room.live.routing.asked[-1] == ("moves", f"https://{domain}" if domain else "")
    assert settings_in(page)[1] == f"will be {will}"
    page.token.setText("another")
    assert asked(page) is None, "it was asked about something else"
    page.use.click()
    room.settle()
    agree(page)
    room.settle()
    assert room.live.receiving.asked == [("ngrok", "another", domain, True)]
    assert answer(page) == "This way is in use now."


def test_where_it_cannot_be_shown_what_changes_nothing_is_changed(room: Room) -> None:
    room.live.routing.holds, room.live.routing.fails = True, GatewayError("Twilio cannot be reached.")
    page = room.open("receiving").receiving
    page.ways[WayIn.POLLING].click()
    page.use.click()
    room.settle()
    assert answer(page).startswith("Twilio cannot be reached. What would change at Twilio cannot be shown now")
    assert room.live.receiving.asked == []


def test_an_address_that_has_come_offers_to_bring_the_lines(room: Room) -> None:
    live = room.live
    live.receiving.state = Receiving(WayIn.POLLING, Reach.UP, None, "Twilio is asked")
    live.routing.states = {SHOP: RouteState.MISSING, TOLL_FREE: RouteState.ELSEWHERE}
    live.routing.plans[SHOP] = (change(SHOP, url=""),)
    page = room.open("receiving").receiving
    page.ways[WayIn.OWN].click()
    QTest.keyClicks(page.address, "https://texts.example.com")
    QTest.keyClick(page.address, Qt.Key.Key_Return)
    room.settle()
    panel = page.panel
    assert isinstance(panel, BringPanel)
    ticks = {block.change.lines: block.is_ticked for block in panel.card.blocks}
    assert ticks == {(SHOP,): True, (TOLL_FREE,): False}, "another program has those"
    assert panel.yes.text() == "Bring 1 number here"
    assert "bring" not in str(live.routing.asked)
    live.routing.troubles = ("Twilio refuses.",)
    panel.yes.click()
    room.settle()
    assert (panel.card.outcome.text, panel.yes.isEnabled()) == ("Twilio refuses.", True)
    live.routing.troubles = ()
    panel.yes.click()
    room.settle()
    assert live.routing.asked[-2:] == [("bring", ((SHOP,),)), ("leave", TOLL_FREE)]
    assert answer(page) == "This way is in use now, and the texts of the ticked lines come here."
    assert page.use.isVisible()


@pytest.mark.parametrize("size", [(700, 580), (640, 420)])
def test_what_is_asked_about_many_lines_is_in_sight_and_so_is_the_button_that_has_the_focus(
    room: Room, size: tuple[int, int]
) -> None:
    dialog = room.open("receiving")
    dialog.resize(*size)
    room.live.routing.plans[TOLL_FREE] = tuple(
        change(line, url=f"https://old.example/{place}/sms")
        for place, line in enumerate((SHOP, TOLL_FREE, "+13105550188", "+13105550189"))
    )
    page = dialog.receiving
    page.verticalScrollBar().setValue(0)
    page.use.click()
    room.loop.until(lambda: asked(page))
    panel = asked(page)
    assert isinstance(panel, BringPanel)
    focused = panel.yes if panel.yes.isEnabled() else panel.no
    room.loop.until(lambda: shown_whole(page, focused))
    assert focused.hasFocus()
    room.settle()
    assert shown_whole(page, focused)


def test_who_agrees_at_once_does_not_wait_for_the_keyring(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    page = room.open("receiving").receiving
    answers = asyncio.Event()

    async def has_ngrok_token() -> bool:
        await answers.wait()
        return True

    monkeypatch.setattr(room.live.receiving, "has_ngrok_token", has_ngrok_token)
    room.live.routing.plans[TOLL_FREE] = (change(TOLL_FREE, url=""),)
    page.use.click()
    room.loop.until(lambda: asked(page))
    agree(page)
    room.loop.until(lambda: asked(page) is None)
    answers.set()
    room.settle()
    assert room.live.routing.asked[-1] == ("bring", ((TOLL_FREE,),))


def test_lines_that_follow_by_themselves_are_not_asked_about_twice(room: Room) -> None:
    room.live.routing.states[TOLL_FREE] = RouteState.STALE
    page = room.open("receiving").receiving
    page.use.click()
    room.settle()
    assert (page.panel, answer(page)) == (None, "This way is in use now.")


def test_where_there_is_no_keyring_nothing_is_said_to_be_kept_there(room: Room) -> None:
    room.live.account.state = KeyringState("", False, "This computer has no keyring.", "Install one.")
    room.live.routing.states[TOLL_FREE] = RouteState.HERE
    page = room.open("receiving").receiving
    assert "only until you quit" in page.ways[WayIn.NGROK].accessibleDescription()
    QTest.keyClicks(page.token, "tok")
    page.use.click()
    room.settle()
    assert room.live.receiving.asked == [("ngrok", "tok", "bright-chairs.ngrok.app", False)]


def test_an_answer_about_what_is_there_no_more_is_not_shown(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    page = room.open("account").account
    page.change.click()
    page.form.token.setText("wrong")

    async def verify(entered: Entered) -> Identity:
        assert entered.auth_token == "wrong"
        page.form.token.setText("other")
        raise WrongCredentials(WRONG)

    monkeypatch.setattr(room.live.account, "verify", verify)
    page.form._later.timeout.emit()
    room.settle()
    assert page.form.token.text() == "other"
    assert said(page.form.status) == ""


def test_a_line_taken_into_use_gets_a_colour_that_no_other_has(room: Room) -> None:
    shop, free = room.live.lines.lines
    room.live.lines.lines = (replace(shop, color=4), replace(free, color=None, watched=False))
    page = room.open("lines").lines
    page.rows[TOLL_FREE].check.click()
    room.settle()
    assert room.live.lines.asked == [("choose", (SHOP, TOLL_FREE)), ("paint", TOLL_FREE, 3)]


def test_giving_back_on_quitting_is_a_choice(room: Room) -> None:
    page = room.open("receiving").receiving
    reader = QAccessible.queryAccessibleInterface(page.restores)
    reader.actionInterface().doAction(reader.actionInterface().toggleAction())
    room.settle()
    assert room.live.receiving.asked == [("restore", True)]
    room.live.receiving.fails = GatewayError("Not now.")
    page.restores.click()
    room.settle()
    assert page.restores.isChecked()


def test_lines_are_ticked_painted_and_told_where_their_texts_go(room: Room) -> None:
    page = room.open("lines").lines
    assert [row.check.accessibleName() for row in page.rows.values()] == [
        "(212) 555-0100 · Shop",
        "(888) 555-0144 · Toll-free",
    ]
    assert [said(row.where) for row in page.rows.values()] == [
        "Its texts come here.",
        "Its texts go somewhere else: old-crm.example",
    ]
    assert [row.act.text() for row in page.rows.values()] == ["Give back", "Bring here"]
    page.rows[TOLL_FREE].check.toggle()  # as a screen reader does
    room.settle()
    page.rows[SHOP].swatch.chosen.emit(6)
    room.settle()
    assert room.live.lines.asked == [("choose", (SHOP,)), ("paint", SHOP, 6)]
    page.rows[SHOP].check.click()
    room.settle()
    assert said(page.said) == "At least one line stays in use."
    assert page.rows[SHOP].check.isChecked()
    assert len(room.live.lines.asked) == 2


def test_a_line_that_goes_elsewhere_as_decided_is_no_warning(room: Room) -> None:
    room.live.routing.left.add(TOLL_FREE)
    row = room.open("lines").lines.rows[TOLL_FREE]
    room.loop.until(lambda: said(row.where) != "")
    assert said(row.where) == "Its texts go somewhere else: old-crm.example, as you decided."
    assert row.where.property("role") == "muted"


def test_twilio_is_asked_for_the_routes_only_once_the_lines_are_looked_at(room: Room) -> None:
    dialog = room.open("general")
    assert room.live.routing.asked == []
    dialog.show_section("lines")
    room.settle()
    dialog.show_section("general")
    dialog.show_section("lines")
    room.settle()
    assert room.live.routing.asked == ["look"]
    dialog.lines.refresh.click()
    room.settle()
    assert room.live.lines.asked == ["refresh"]
    assert room.live.routing.asked == ["look", "look"]


def test_where_texts_go_by_now_is_followed_while_the_lines_are_shown(room: Room) -> None:
    dialog = room.open("lines")
    row = dialog.lines.rows[SHOP]
    assert row.act.text() == "Give back"
    room.live.routing.states[SHOP] = RouteState.CHANGED
    room.live.health.become()
    assert row.act.text() == "Bring here"
    room.live.routing.states[SHOP] = RouteState.HERE
    dialog.show_section("receiving")
    dialog.show_section("lines")
    assert row.act.text() == "Give back"
    assert room.live.routing.asked == ["look"]


def test_what_is_asked_below_a_line_is_scrolled_into_sight_also_for_the_mouse(room: Room) -> None:
    dialog = room.open("lines")
    dialog.resize(640, 420)
    room.activate()
    row = list(dialog.lines.rows.values())[-1]
    QTest.mouseClick(row.act, Qt.MouseButton.LeftButton)
    panel = row.findChildren(BeforeAfter)[-1]
    assert panel.yes.hasFocus() or panel.no.hasFocus()
    room.loop.until(lambda: shown_whole(dialog.lines, panel))


def test_the_keyboard_stays_with_what_could_not_be_done(room: Room) -> None:
    row = room.open("lines").lines.rows[TOLL_FREE]
    room.activate()
    row.act.click()
    panel = row.findChildren(BeforeAfter)[-1]
    room.live.routing.troubles = ("The service refuses.",)
    room.live.routing.gate.clear()
    QTest.keyClick(panel.yes, Qt.Key.Key_Return)
    room.loop.until(lambda: ("bring", (((TOLL_FREE,)),)) in room.live.routing.asked)
    assert panel.hasFocus()
    QTest.keyClick(panel, Qt.Key.Key_Tab)
    at = QApplication.focusWidget()
    assert at is not None and at is not room.dialog.sections, "Tab goes on from there"
    panel.setFocus()
    room.live.routing.gate.set()
    room.settle()
    assert panel.yes.hasFocus()


def test_a_line_s_texts_are_brought_here_with_consent_and_given_back(room: Room) -> None:
    page = room.open("lines").lines
    row = page.rows[TOLL_FREE]
    row.act.click()
    row.findChildren(BeforeAfter)[0].no.click()
    assert room.live.routing.asked == ["look"]
    room.loop.until(row.act.isEnabled)
    row.act.click()
    panel = row.findChildren(BeforeAfter)[-1]
    assert OLD in [label.accessibleName().removeprefix("(888) 555-0144 now ") for label in panel.findChildren(QWidget)]
    room.live.routing.troubles = ("The service refuses.",)
    panel.yes.click()
    room.settle()
    assert panel.trouble.said == "The service refuses." and panel.trouble.isVisible()
    room.live.routing.troubles = ()
    room.live.routing.states[TOLL_FREE] = RouteState.HERE
    panel.yes.click()
    room.settle()
    assert row.act.text() == "Give back"


def test_giving_back_is_asked_about_and_is_a_decision(room: Room) -> None:
    row = room.open("lines").lines.rows[SHOP]
    room.activate()
    row.act.click()
    panel = row.findChildren(BeforeAfter)[0]
    assert panel.no.hasFocus()  # what is pressed twice gives nothing back
    assert f"will be {OLD} (by GET)" in [label.accessibleName() for label in panel.findChildren(QWidget)]
    panel.no.click()
    assert room.live.routing.asked == ["look"]
    room.loop.until(row.act.isEnabled)
    row.act.click()
    panel = row.findChildren(BeforeAfter)[-1]
    room.live.routing.troubles = ("Twilio refuses.",)
    panel.yes.click()
    room.settle()
    assert panel.trouble.said == "Twilio refuses." and panel.trouble.isVisible()
    room.live.routing.troubles = ()
    panel.yes.click()
    room.settle()
    assert room.live.routing.asked[-2:] == [("give back", (SHOP,)), "look"]


def test_what_this_computer_did_not_set_is_not_given_back_to_anybody(room: Room) -> None:
    room.live.routing.formers.clear()
    row = room.open("lines").lines.rows[SHOP]
    row.act.click()
    panel = row.findChildren(BeforeAfter)[0]
    assert f"will be {routewords.NOT_OURS}" in [label.accessibleName() for label in panel.findChildren(QWidget)]


def test_where_somebody_changed_it_since_it_is_said_what_is_put_back_one_day(room: Room) -> None:
    [planned] = room.live.routing.plans[TOLL_FREE]
    room.live.routing.plans[TOLL_FREE] = (replace(planned, own=Webhook("https://shop.example/own")),)
    row = room.open("lines").lines.rows[TOLL_FREE]
    row.act.click()
    told = [said(label) for label in row.findChildren(BeforeAfter)[0].findChildren(QWidget) if hasattr(label, "said")]
    assert any("what was set before both is put back: https://shop.example/own." in said for said in told)
    assert not any("is kept, and put back when you disconnect" in said for said in told)


def test_what_one_service_holds_is_given_back_together(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    async def look() -> tuple[Route, ...]:
        return tuple(Route(line, holder(SHOP)) for line in room.live.routing.states)

    monkeypatch.setattr(room.live.routing, "look", look)
    room.live.routing.states[TOLL_FREE] = RouteState.HERE
    row = room.open("lines").lines.rows[SHOP]
    row.act.click()
    row.findChildren(BeforeAfter)[0].yes.click()
    room.settle()
    assert room.live.routing.asked == [("give back", (SHOP, TOLL_FREE))]


def test_without_an_address_the_line_says_what_is_needed(room: Room) -> None:
    room.live.routing.plans = {}
    row = room.open("lines").lines.rows[TOLL_FREE]
    row.act.click()
    assert said(row.said) == routewords.NO_ADDRESS


def test_twilio_that_cannot_be_reached_is_told_below_the_lines(room: Room) -> None:
    room.live.routing.fails = GatewayError("Twilio cannot be reached.")
    page = room.open("lines").lines
    assert said(page.said) == "Twilio cannot be reached."
    assert page.refresh.isEnabled()
    assert list(page.rows) == [SHOP, TOLL_FREE]


def test_a_number_for_calls_only_cannot_be_ticked(room: Room) -> None:
    room.live.lines.lines = (*room.live.lines.lines, Line("+12125550177", sms=False, mms=False, sid="PN3"))
    room.live.routing.states["+12125550177"] = RouteState.MISSING
    row = room.open("lines").lines.rows["+12125550177"]
    assert not row.act.isVisible()
    assert not row.swatch.isVisible()
    assert not row.check.isEnabled()
    assert not row.check.isChecked()
    assert said(row.where) == "For calls only: it cannot text."


@pytest.mark.parametrize("state", list(RouteState))
def test_every_state_of_a_route_is_a_sentence(state: RouteState) -> None:
    assert sentences.route(state, Route(SHOP, holder(SHOP))).startswith(("Its texts", "Somebody"))


def test_enter_presses_what_has_the_focus_and_never_close(room: Room) -> None:
    dialog = room.open("general")
    dialog.author.setFocus()
    QTest.keyClick(dialog.author, Qt.Key.Key_Return)
    assert dialog.isVisible()
    close = next(button for button in dialog.findChildren(QPushButton) if button.text() == "Close")
    close.setFocus()
    QTest.keyClick(close, Qt.Key.Key_Return)
    assert not dialog.isVisible()


def test_what_was_begun_goes_on_after_the_dialog_is_closed(room: Room) -> None:
    gate = asyncio.Event()
    done: list[bool] = []

    async def slow(entered: Entered, *, keep: bool, accepted: Callable[[], None] = lambda: None) -> Identity:
        await gate.wait()
        done.append(keep)
        return CHAIRS

    room.live.account.connect = slow  # type: ignore[method-assign]
    page = room.open("account").account
    page.change.click()
    QTest.keyClicks(page.form.token, "secret")
    page.form.save.click()
    room.dialog.close()
    gate.set()
    room.settle()
    assert done == [True]


@pytest.mark.parametrize("section", ["general", "account", "receiving", "lines", "replies", "answering"])
def test_nothing_sticks_out_at_the_least_width(room: Room, section: Section) -> None:
    dialog = room.open(section)
    dialog.resize(640, 480)
    pages: dict[Section, Page] = {
        "general": dialog.general, "account": dialog.account, "receiving": dialog.receiving, "lines": dialog.lines,
        "replies": dialog.replies.rules, "answering": dialog.answering,
    }  # fmt: skip
    page = pages[section]
    room.loop.until(lambda: page.viewport().width() < 500)
    assert page.horizontalScrollBar().maximum() == 0


def test_every_control_has_a_name_for_screen_readers(room: Room) -> None:
    dialog = room.open("account")
    for kind in (QPushButton, QLineEdit):
        for widget in dialog.findChildren(kind):
            reader = QAccessible.queryAccessibleInterface(widget)
            unused = isinstance(widget, QPushButton) and widget.isHidden() and not widget.text()
            assert reader.text(QAccessible.Text.Name) or unused, widget


def test_a_lines_pace_is_the_usual_one_until_somebody_sets_it(room: Room) -> None:
    room.live.outbox.kept[TOLL_FREE] = 12
    dialog = room.open("lines")
    shop, toll_free = dialog.lines.rows[SHOP].pace, dialog.lines.rows[TOLL_FREE].pace
    assert (shop.currentText(), toll_free.currentText()) == ("Usual: 4 a second", "12 a second")
    shop.setFocus()
    QTest.keyClick(shop, Qt.Key.Key_Down)
    QTest.keyClick(toll_free, Qt.Key.Key_Home)
    room.settle()
    assert room.live.outbox.kept == {SHOP: 1}
    room.live.lines._become(*(replace(line, label=f"{line.label}!") for line in room.live.lines.lines))
    assert dialog.lines.rows[SHOP].pace.currentText() == "1 a second"  # of a row that is new


def test_for_how_long_one_can_undo_is_chosen_at_once(room: Room) -> None:
    dialog = room.open("general")
    assert dialog.general.undo[5].isChecked()
    with room.bot.waitSignal(dialog.undoChosen) as chosen:
        dialog.general.undo[10].click()
    assert chosen.args == [10]


def begin_to_connect(room: Room) -> AccountPage:
    """What was entered is being asked about at Twilio."""
    room.live.account.asking.clear()
    page = room.open("account").account
    page.change.click()
    QTest.keyClicks(page.form.token, "secret")
    page.form.save.click()
    room.loop.until(lambda: room.live.account.asked)
    return page


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, None])
def test_who_cancels_while_it_connects_has_changed_nothing(room: Room, key: Qt.Key | None) -> None:
    room.live.account.home, room.live.account.identity = CredentialHome.NONE, None
    page = begin_to_connect(room)
    if key is not None:
        QTest.keyClick(page.form.token, key)
    else:
        page.form.cancel.click()
    room.settle()
    assert room.live.account.home is CredentialHome.NONE
    assert not page.form.isVisible()
    assert page.form.token.text() == ""
    assert said(page.said) == "Cancelled. Nothing was changed."
    assert page.change.isEnabled() and page.change.hasFocus()
    room.live.account.asking.set()
    page.change.click()
    assert said(page.said) == ""
    QTest.keyClicks(page.form.token, "another")
    page.form.save.click()
    room.settle()
    assert said(page.said) == "Connected. This account is in use now."


def test_once_twilio_has_accepted_it_nobody_is_offered_to_cancel(room: Room) -> None:
    room.live.account.keeping.clear()
    page = begin_to_connect(room)
    assert page.form.cancel.isEnabled()
    room.live.account.asking.set()
    room.loop.until(lambda: not page.form.cancel.isEnabled())
    assert said(page.form.status) == "Twilio knows it. Putting it into the keyring…"
    QTest.keyClick(page.form.token, Qt.Key.Key_Escape)
    assert page.form.isVisible() and room.dialog.isVisible()
    room.live.account.keeping.set()
    room.settle()
    assert said(page.said) == "Connected. This account is in use now."
    page.change.click()
    assert page.form.cancel.isEnabled()


def test_a_keyring_that_fails_after_twilio_has_accepted_is_told_in_the_form(room: Room) -> None:
    async def connect(entered: Entered, *, keep: bool, accepted: Callable[[], None] = lambda: None) -> Identity:
        accepted()
        raise KeyringLocked("The keyring is locked.")

    room.live.account.connect = connect  # type: ignore[method-assign]
    page = room.open("account").account
    page.change.click()
    QTest.keyClicks(page.form.token, "secret")
    page.form.save.click()
    room.settle()
    assert page.form.isVisible()
    assert said(page.form.status) == "The keyring is locked."
    assert page.form.cancel.isEnabled() and page.form.save.isEnabled()


@pytest.mark.parametrize("what", ["change", "rotate"])
def test_after_saving_the_keyboard_is_at_what_was_saved(room: Room, what: str) -> None:
    page = room.open("account").account
    room.activate()
    button = getattr(page, what)
    button.setFocus()
    button.click()
    QTest.keyClicks(page.form.token, "secret")
    QTest.keyClick(page.form.token, Qt.Key.Key_Return)
    room.settle()
    assert said(page.said)
    assert button.hasFocus()


def test_after_what_was_pressed_is_gone_the_keyboard_stays_near(room: Room) -> None:
    room.live.account.key = "SK…1f2a"
    room.live.account.state = KeyringState("Secret Service", False, "The keyring is locked", "Unlock it.")
    page = room.open("account").account
    room.activate()
    page.unlock.setFocus()
    QTest.keyClick(page.unlock, Qt.Key.Key_Return)
    room.settle()
    assert page.unlock.hasFocus()
    room.live.account.state = KeyringState("Secret Service", True, "Unlocked")
    QTest.keyClick(page.unlock, Qt.Key.Key_Return)
    room.settle()
    assert page.change.hasFocus()
    page.take_key.setFocus()
    QTest.keyClick(page.take_key, Qt.Key.Key_Return)
    room.settle()
    assert page.change.hasFocus()
    page.remove.click()
    QTest.keyClick(page.removal.agree, Qt.Key.Key_Return)
    page.removal.agree.click()
    room.settle()
    assert page.change.hasFocus()


def test_what_is_said_of_the_auth_token_agrees(room: Room) -> None:
    room.live.account.key = "SK…1f2a"
    page = room.open("account").account
    page.change.click()
    assert page.form.token.placeholderText() == "Leave empty where only the API key changes"
    assert "needed" not in said(page.form._about_key)


def test_nothing_else_is_done_with_the_account_while_it_connects(room: Room) -> None:
    room.live.account.key = "SK…1f2a"
    room.live.account.state = KeyringState("Secret Service", False, "The keyring is locked", "Unlock it.")
    page = begin_to_connect(room)
    others = (page.change, page.rotate, page.remove, page.take_key, page.unlock, page.again, page.add)
    room.live.hub.publish([ConnectionChanged(Light.OK, "Live")])
    assert not any(one.isEnabled() for one in others)
    QTest.keyClicks(page.form.token, "more")
    assert page.form.token.text() == "secret"
    assert not page.form.keep.isEnabled()
    QTest.keyClick(page.form.token, Qt.Key.Key_Return)
    room.live.account.asking.set()
    room.settle()
    assert len(room.live.account.asked) == 1
    assert all(one.isEnabled() for one in others)


def test_a_check_that_answers_while_it_connects_is_not_told(room: Room) -> None:
    gate = asyncio.Event()

    async def verify(entered: Entered) -> Identity:
        await gate.wait()
        return CHAIRS

    room.live.account.verify = verify  # type: ignore[method-assign]
    room.live.account.asking.clear()
    page = room.open("account").account
    page.change.click()
    QTest.keyClicks(page.form.token, "secret")
    page.form._later.timeout.emit()
    room.loop.until(lambda: said(page.form.status) == "Asking Twilio…")
    page.form.save.click()
    gate.set()
    room.loop.until(lambda: len(room.tasks._tasks) == 1)
    assert said(page.form.status) == "Connecting…"
    assert not page.form.save.isEnabled()
    room.live.account.asking.set()
    room.settle()


def test_a_removal_that_is_under_way_cannot_be_cancelled_and_nothing_else_begun(room: Room) -> None:
    room.live.account.keeping.clear()
    page = room.open("account").account
    page.remove.click()
    page.removal.agree.click()
    room.loop.until(lambda: room.live.account.asked)
    QTest.keyClick(room.dialog, Qt.Key.Key_Escape)
    page.removal.keep.click()
    assert page.removal.isVisible() and room.dialog.isVisible()
    assert said(page.removal.trouble) == "Removing…"
    assert page.removal.hasFocus(), "and not the button that comes next"
    assert not any(one.isEnabled() for one in (page.change, page.rotate, page.removal.keep))
    room.live.account.keeping.set()
    room.settle()
    assert said(page.said) == "The account is removed from this computer."
    assert page.change.isEnabled()


def test_who_wants_it_kept_nowhere_is_not_overruled_by_a_keyring_that_answers(room: Room) -> None:
    room.live.account.state = KeyringState("Secret Service", False, "The keyring is locked", "Unlock it.")
    page = room.open("account").account
    page.change.click()
    page.form.keep.click()
    page.unlock.click()
    room.settle()
    assert not page.form.keep.isChecked()
    assert "asked for again" in said(page.form._keeping)
    QTest.keyClicks(page.form.token, "secret")
    page.form.save.click()
    room.settle()
    assert room.live.account.asked[-1] == ("connect", Entered(SID, "secret"), False)


def test_a_keyring_that_comes_to_be_is_used_by_who_did_not_say_otherwise(room: Room) -> None:
    room.live.account.state = KeyringState("", False, "This computer has no keyring.", "Install one.")
    page = room.open("account").account
    page.change.click()
    assert not page.form.keep.isChecked()
    room.live.account.state = KeyringState("Secret Service", True, "Unlocked")
    page.unlock.click()
    room.settle()
    assert page.form.keep.isChecked() and page.form.keep.isEnabled()


def test_a_token_that_was_kept_nowhere_is_not_kept_when_it_is_rotated(room: Room) -> None:
    room.live.account.home = CredentialHome.MEMORY
    page = room.open("account").account
    page.rotate.click()
    assert not page.form.keep.isChecked()
    QTest.keyClicks(page.form.token, "new")
    page.form.save.click()
    room.settle()
    assert room.live.account.asked == [("connect", Entered(SID, "new"), False)]


def test_what_is_typed_while_a_way_in_is_tried_stays(room: Room) -> None:
    page = room.open("receiving").receiving
    room.live.receiving.gate = asyncio.Event()
    QTest.keyClicks(page.token, "one")
    page.use.click()
    room.loop.until(lambda: room.live.receiving.asked)
    page.token.clear()
    QTest.keyClicks(page.token, "two")
    page.ways[WayIn.OWN].click()
    room.live.receiving.gate.set()
    room.settle()
    assert page.token.text() == "two"
    room.live.hub.publish([ReceivingChanged(room.live.receiving.state)])
    assert page.way is WayIn.OWN


def test_reconnecting_leaves_a_token_that_is_being_typed(room: Room) -> None:
    page = room.open("receiving").receiving
    QTest.keyClicks(page.token, "tok")
    page.reconnect.click()
    room.settle()
    assert page.token.text() == "tok"


def test_another_wish_on_the_page_does_not_open_it_for_a_second_try(room: Room) -> None:
    page = room.open("receiving").receiving
    room.live.receiving.gate = asyncio.Event()
    page.use.click()
    room.loop.until(lambda: room.live.receiving.asked)
    room.live.receiving.fails = GatewayError("Not now.")
    page.restores.click()
    room.loop.until(lambda: said(page.unrestored) == "Not now.")
    assert not page.use.isEnabled() and not page.reconnect.isEnabled()
    assert not page.restores.isChecked()
    room.live.receiving.fails = None
    room.live.receiving.gate.set()
    room.settle()
    assert page.use.isEnabled()


def test_a_slow_keyring_does_not_undo_what_was_ticked_meanwhile(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, stored = asyncio.Event(), asyncio.Event()

    async def has_ngrok_token() -> bool:
        await asked.wait()
        return True

    async def restores(on: bool) -> None:
        await stored.wait()
        room.live.receiving.restores_on_quit = on

    monkeypatch.setattr(room.live.receiving, "has_ngrok_token", has_ngrok_token)
    monkeypatch.setattr(room.live.receiving, "set_restores_on_quit", restores)
    room.dialog = PreferencesDialog(enter_sends=True, section="receiving", parent=room.window)
    list(room.dialog.furnish())
    PreferencesPresenter(room.live, room.tasks, room.dialog).start()
    room.dialog.open()
    page = room.dialog.receiving
    page.restores.click()
    asked.set()
    room.loop.until(lambda: page.token.placeholderText().startswith("A token is known"))
    stored.set()
    room.settle()
    assert page.restores.isChecked()


def test_a_second_tick_stays_while_the_first_is_done(room: Room) -> None:
    shop, free = room.live.lines.lines
    third = replace(shop, address="+12125550177", label="Workshop", watched=False)
    room.live.lines.lines = (shop, replace(free, watched=False, color=5), replace(third, color=6))
    page = room.open("lines").lines
    room.live.lines.gate.clear()
    page.rows[TOLL_FREE].check.click()
    room.loop.until(lambda: room.live.lines.asked)
    page.rows[third.address].check.click()
    room.live.hub.publish([LinesChanged(room.live.lines.lines)])
    assert all(row.check.isChecked() for row in page.rows.values())
    room.live.lines.gate.set()
    room.settle()
    assert room.live.lines.asked[-1] == ("choose", (SHOP, TOLL_FREE, third.address))
    room.live.lines.fails = GatewayError("The disk is full.")
    page.rows[SHOP].check.click()
    room.settle()
    assert page.rows[SHOP].check.isChecked(), "it is still in use"
    assert said(page.said) == "The disk is full."


@pytest.mark.parametrize("there", [True, False])
def test_a_refusal_is_told_though_the_rows_are_others_by_then(room: Room, there: bool) -> None:
    page = room.open("lines").lines
    room.live.routing.gate.clear()
    room.live.routing.troubles = ("Twilio refuses.",)
    old = page.rows[TOLL_FREE]
    old.act.click()
    old.findChildren(BeforeAfter)[0].yes.click()
    room.loop.until(lambda: "bring" in str(room.live.routing.asked))
    shop, free = room.live.lines.lines
    room.live.lines._become(shop, *([replace(free, label="Renamed")] if there else []))
    room.loop.until(lambda: not shiboken6.isValid(old))
    room.live.routing.gate.set()
    room.settle()
    assert said(page.rows[TOLL_FREE].said if there else page.said) == "Twilio refuses."


@pytest.mark.parametrize("error", [KeyringLocked("The keyring is locked."), NoKeyring("There is no keyring.")])
def test_a_token_that_the_keyring_does_not_keep_can_be_used_until_one_quits(room: Room, error: SmsDesktopError) -> None:
    room.live.routing.states[TOLL_FREE] = RouteState.HERE
    page = room.open("receiving").receiving
    assert not page.memory.isVisible()
    room.live.receiving.fails = error
    page.use.click()
    room.settle()
    assert answer(page) == str(error)
    assert not page.memory.isVisible(), "no token was typed, so none is to be kept"
    QTest.keyClicks(page.token, "tok")
    page.use.click()
    room.settle()
    assert page.memory.isVisible()
    room.live.receiving.fails = None
    page.memory.click()
    room.settle()
    assert room.live.receiving.asked[-1] == ("ngrok", "tok", "bright-chairs.ngrok.app", False)
    assert answer(page) == "This way is in use now."
    assert not page.memory.isVisible()
