"""From the first page to the inbox: in order, by keyboard, back, and again after a restart."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from sms_desktop.domain.account import CredentialHome, KnownAccount
from sms_desktop.domain.line import Line, LineKind
from sms_desktop.domain.receiving import Reach, Receiving, WayIn
from sms_desktop.domain.routing import Webhook, ours_at
from sms_desktop.ui.setup.history import Depth
from sms_desktop.ui.setup.steps import LISTED, Step
from sms_desktop.ui.setup.window import SetupWindow
from tests.ui import samples
from tests.ui.setup.conftest import Desk
from tests.ui.setup.fakes import DOMAIN, FREE, LINES, LOCKED, ROUTES, SHOP, SID, THIRD, TOKEN

UP = Receiving(WayIn.NGROK, Reach.UP, f"https://{DOMAIN}")


def test_the_window_is_whole_before_anything_is_known(qtbot: QtBot) -> None:
    window = SetupWindow()
    qtbot.addWidget(window)
    window.show()
    assert window.windowTitle() == "Set up · SMS Desktop"
    assert not window.foot.isVisible()
    with qtbot.waitSignal(window.demoRequested):
        window.welcome.demo.click()
    with qtbot.waitSignal(window.closed):
        window.close()


def test_from_the_first_page_to_the_inbox_by_keyboard_alone(desk: Desk, qtbot: QtBot) -> None:
    window = desk.open()
    assert desk.presenter.step is Step.WELCOME
    desk.key(Qt.Key.Key_Return)
    desk.at(Step.ACCOUNT)
    desk.type(SID)
    desk.key(Qt.Key.Key_Tab)
    desk.type(TOKEN)
    desk.key(Qt.Key.Key_Return)
    desk.at(Step.LINES)
    desk.loop.until(lambda: QApplication.focusWidget() is window.lines.rows[0].check)
    desk.key(Qt.Key.Key_Return)
    desk.at(Step.RECEIVING)
    desk.loop.until(lambda: QApplication.focusWidget() is window.receiving.ways[WayIn.NGROK].radio)
    desk.key(Qt.Key.Key_Tab)
    desk.type("2aVb-token")
    desk.key(Qt.Key.Key_Return)
    desk.loop.until(lambda: window.receiving.changes.blocks and window.foot.primary.isEnabled())
    desk.key(Qt.Key.Key_Return)
    desk.at(Step.HISTORY)
    desk.key(Qt.Key.Key_Up)
    desk.key(Qt.Key.Key_Return)
    desk.at(Step.TEST)
    desk.services.arrive(samples.message(1, "hello"))
    desk.key(Qt.Key.Key_Return)
    desk.at(Step.DONE)
    assert [fact.text for fact in window.done.facts] == [
        "Bright Chairs, full account, balance $38.20",
        "3 lines: (212) 555-0100, (888) 555-0144 and (212) 555-0177",
        "Texts to (212) 555-0100 come in at once through 3f2a-81-2.ngrok-free.app",
        "(888) 555-0144 and (212) 555-0177 are left unchanged at Twilio, as you decided: what comes in there appears "
        "up to 15 seconds later, at night up to 5 minutes.",
    ]
    with qtbot.waitSignal(desk.presenter.finished):
        desk.key(Qt.Key.Key_Return)
    assert desk.services.settings.kept["setup"] == {"step": "done", "done": True, "history": "nothing"}


def test_what_is_used_is_counted_and_named_together_with_messaging_services(desk: Desk) -> None:
    sid = "MG" + "0a" * 16
    service = Line(sid, "Reminders", LineKind.SERVICE, sid=sid, watched=True, senders=(FREE, THIRD))
    desk.services.connected()
    desk.services.lines.here = (service, *(replace(line, watched=True) for line in LINES))
    count = len(desk.services.lines.known())
    fact = desk.open(Step.DONE).done.facts[1].text
    assert fact.startswith(f"{count} lines: Reminders, ") and fact.endswith(f" and {count - 3} more")


def tab_to(desk: Desk, name: str) -> list[str]:
    """Presses Tab until the widget of that name has the keyboard; gives the names that were passed, with the last."""
    passed: list[str] = []
    while not passed or passed[-1] != name:
        desk.key(Qt.Key.Key_Tab)
        at = QApplication.focusWidget()
        assert at is not None
        told = at.accessibleName() or (at.text() if isinstance(at, QAbstractButton) else "")
        assert told not in passed, passed
        passed.append(told)
    return passed


def test_every_choice_is_made_by_tab_and_space(desk: Desk, qtbot: QtBot) -> None:
    """Every button is walked to and pressed; nothing is left to Enter's habit of pressing the primary one."""
    window, services = desk.open(), desk.services
    desk.key(Qt.Key.Key_Space)
    desk.at(Step.ACCOUNT)
    desk.type(SID)
    assert tab_to(desk, "Auth Token") == ["Auth Token"]
    desk.type(TOKEN)
    desk.loop.until(lambda: services.account.called("verify"))
    tab_to(desk, "Keep in this computer’s keyring")
    desk.key(Qt.Key.Key_Down)
    assert window.account.memory.isChecked()
    assert tab_to(desk, "Continue") == ["Back", "Continue"]
    desk.key(Qt.Key.Key_Space)
    desk.at(Step.LINES)
    assert services.account.home is CredentialHome.MEMORY
    desk.loop.until(lambda: QApplication.focusWidget() is window.lines.rows[0].check)
    tab_to(desk, "(888) 555-0144")
    desk.key(Qt.Key.Key_Space)
    assert tab_to(desk, "Continue")[-2:] == ["Back", "Continue"]
    desk.key(Qt.Key.Key_Space)
    desk.at(Step.RECEIVING)
    assert [line.address for line in services.lines.known()] == [SHOP, THIRD]
    desk.loop.until(lambda: QApplication.focusWidget() is window.receiving.ways[WayIn.NGROK].radio)
    tab_to(desk, "ngrok token")
    desk.type("2aVb-token")
    tab_to(desk, "Use a reserved address")
    desk.key(Qt.Key.Key_Space)
    assert QApplication.focusWidget() is window.receiving.domain.edit
    desk.type(DOMAIN)
    assert tab_to(desk, "Use this address")[-2:] == ["Back", "Use this address"]
    desk.key(Qt.Key.Key_Space)
    desk.loop.until(lambda: window.receiving.changes.blocks and window.foot.primary.isEnabled())
    assert services.receiving.called("choose_ngrok") == [("2aVb-token", DOMAIN, False)]
    assert QApplication.focusWidget() is window.foot.primary
    for _ in ("Back", *window.receiving.changes.blocks):
        desk.key(Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    own, others = window.receiving.changes.blocks
    assert QApplication.focusWidget() is own.check
    desk.key(Qt.Key.Key_Space)
    assert not own.check.isChecked()
    desk.key(Qt.Key.Key_Space)
    assert (own.check.isChecked(), others.check.isChecked()) == (True, False)
    assert tab_to(desk, "Bring 1 number here")[-2:] == ["Back", "Bring 1 number here"]
    desk.key(Qt.Key.Key_Space)
    desk.at(Step.HISTORY)
    assert len(services.routing.called("bring")) == 1
    desk.loop.until(lambda: QApplication.focusWidget() is window.history.depths[Depth.MONTH].radio)
    desk.key(Qt.Key.Key_Down)
    assert tab_to(desk, "Start") == ["Back", "Start"]
    desk.key(Qt.Key.Key_Space)
    desk.loop.until(lambda: window.foot.primary.text() == "Continue" and window.foot.primary.hasFocus())
    assert services.catchup.called("import_history")
    tab_to(desk, "Pause")
    desk.key(Qt.Key.Key_Space)
    assert services.catchup.progress.cancelled
    assert tab_to(desk, "Continue") == ["Back", "Continue"]
    desk.key(Qt.Key.Key_Space)
    desk.at(Step.TEST)
    services.arrive(samples.message(1, "hello"))
    desk.loop.until(lambda: QApplication.focusWidget() is window.foot.primary)
    desk.key(Qt.Key.Key_Space)
    desk.at(Step.DONE)
    assert services.settings.kept["setup"]["history"] == "year"
    desk.loop.until(lambda: QApplication.focusWidget() is window.foot.primary)
    with qtbot.waitSignal(desk.presenter.finished):
        desk.key(Qt.Key.Key_Space)


def facts_of(desk: Desk, state: Receiving, *here: str, left: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    desk.services.connected()
    desk.services.receiving.state = state
    desk.services.brought(*here)
    desk.services.routing.left = set(left)
    return [(fact.how, fact.text) for fact in desk.open(Step.DONE).done.facts[2:]]


def test_the_last_page_says_of_every_line_whether_its_texts_come_here(desk: Desk) -> None:
    assert facts_of(desk, UP, SHOP, FREE, THIRD) == [("ok", f"Texts come in at once through {DOMAIN}")]


def test_the_last_page_warns_of_lines_that_nobody_decided_about(desk: Desk) -> None:
    brought, away = facts_of(desk, UP, FREE, THIRD)
    assert brought == ("ok", f"Texts to (888) 555-0144 and (212) 555-0177 come in at once through {DOMAIN}")
    assert away[0] == "warn"
    assert away[1].startswith("(212) 555-0100 is not brought here yet")


def test_the_last_page_claims_nothing_where_no_line_comes_here(desk: Desk) -> None:
    first, left = facts_of(desk, UP, left=(SHOP, FREE, THIRD))
    assert first == ("warn", f"{DOMAIN} leads to this computer, but no number’s texts are brought here")
    assert left[0] == "info"


def test_the_last_page_says_that_twilio_is_asked(desk: Desk) -> None:
    polling = Receiving(WayIn.POLLING, Reach.UP)
    assert facts_of(desk, polling) == [
        ("ok", "Texts come in by asking Twilio every few seconds, at night every few minutes")
    ]


@pytest.mark.parametrize("step", [Step.LINES, Step.RECEIVING, Step.HISTORY, Step.TEST])
def test_it_is_resumed_where_it_was_left(desk: Desk, step: Step) -> None:
    desk.services.connected()
    desk.open(step)
    desk.window.close()
    desk.open()
    assert desk.presenter.step is step
    states = [desk.window.steps.buttons[listed] for listed in LISTED]
    assert [button.done for button in states] == [listed.place < step.place for listed in LISTED]
    assert [button.current for button in states] == [listed is step for listed in LISTED]


def test_without_credentials_it_is_resumed_at_the_account(desk: Desk) -> None:
    desk.services.settings.kept["setup"] = {"step": "history", "done": False}
    desk.open()
    assert desk.presenter.step is Step.ACCOUNT


def test_credentials_that_were_not_kept_are_asked_for_again_and_the_rest_is_still_done(desk: Desk) -> None:
    desk.services.settings.kept["setup"] = {"step": "history", "done": False}
    desk.services.account.sid = SID
    window = desk.open()
    assert desk.presenter.step is Step.ACCOUNT
    assert "asked for again" in window.account.outcome.text
    assert not window.steps.buttons[Step.LINES].isEnabled()
    desk.window.close()
    window = desk.open()  # and once more, without having done anything
    window.account.sid.edit.setText(SID)
    window.account.token.edit.setText(TOKEN)
    desk.press()
    desk.at(Step.LINES)
    assert window.steps.buttons[Step.RECEIVING].done
    assert window.steps.buttons[Step.HISTORY].isEnabled()
    assert desk.services.settings.kept["setup"]["step"] == "history"


def test_what_is_to_be_said_is_said_once_on_the_page_that_comes_up(desk: Desk) -> None:
    desk.services.connected()
    desk.services.settings.kept["setup"] = {"step": "lines", "done": False, "told": "Two lines were left behind."}
    window = desk.open()
    desk.at(Step.LINES)
    assert (window.foot.trouble.how, window.foot.trouble.text) == ("warn", "Two lines were left behind.")
    assert window.foot.trouble.isVisible()
    assert desk.services.settings.kept["setup"]["step"] == "lines"
    assert "told" not in desk.services.settings.kept["setup"]
    desk.window.close()
    window = desk.open()
    assert not window.foot.trouble.isVisible()


def test_what_was_kept_by_another_version_is_no_obstacle(desk: Desk) -> None:
    desk.services.settings.kept["setup"] = {"step": "credentials", "done": "maybe", "history": 3}
    desk.open()
    assert desk.presenter.step is Step.WELCOME


def test_one_page_may_be_asked_for(desk: Desk) -> None:
    desk.services.connected()
    desk.services.settings.kept["setup"] = {"step": "done", "done": True}
    desk.open("receiving")
    assert desk.presenter.step is Step.RECEIVING
    assert desk.window.steps.buttons[Step.TEST].isEnabled()


def test_done_steps_are_gone_back_to_and_later_ones_cannot_be_pressed(desk: Desk) -> None:
    desk.services.connected()
    desk.services.receiving.state = UP
    window = desk.open(Step.HISTORY)
    assert not window.steps.buttons[Step.TEST].isEnabled()
    assert window.steps.buttons[Step.LINES].accessibleName() == "Lines, step 2 of 5, done"
    assert window.steps.buttons[Step.HISTORY].accessibleName() == "History, step 4 of 5, current step"
    window.steps.buttons[Step.LINES].click()
    desk.at(Step.LINES)
    assert window.steps.buttons[Step.HISTORY].isEnabled()
    window.steps.buttons[Step.HISTORY].click()
    desk.at(Step.HISTORY)


def test_back_goes_one_page_back_and_what_was_typed_is_still_there(desk: Desk) -> None:
    window = desk.open(Step.ACCOUNT)
    window.account.sid.edit.setText(SID)
    window.foot.back.click()
    desk.at(Step.WELCOME)
    assert not window.foot.isVisible()
    window.welcome.connect_button.click()
    desk.at(Step.ACCOUNT)
    assert window.account.sid.edit.text() == SID


def test_enter_on_back_goes_back(desk: Desk) -> None:
    window = desk.open(Step.ACCOUNT)
    window.foot.back.setFocus()
    desk.key(Qt.Key.Key_Return)
    desk.at(Step.WELCOME)


def test_escape_goes_a_step_back_and_loses_nothing(desk: Desk) -> None:
    window = desk.open(Step.ACCOUNT)
    window.account.sid.edit.setFocus()
    desk.type(SID)
    desk.key(Qt.Key.Key_Escape)
    desk.at(Step.WELCOME)
    desk.key(Qt.Key.Key_Escape)
    assert window.isVisible()
    desk.key(Qt.Key.Key_Return)
    desk.at(Step.ACCOUNT)
    assert window.account.sid.edit.text() == SID


def test_escape_leaves_the_last_page_alone(desk: Desk) -> None:
    desk.services.connected()
    window = desk.open(Step.DONE)
    desk.key(Qt.Key.Key_Escape)
    assert window.isVisible()
    assert desk.presenter.step is Step.DONE


def test_one_press_begins_one_thing(desk: Desk) -> None:
    window = desk.open(Step.ACCOUNT)
    window.account.sid.edit.setText(SID)
    window.account.token.edit.setText(TOKEN)
    desk.services.account.gate.clear()
    desk.press()
    desk.key(Qt.Key.Key_Return)
    desk.loop.until(lambda: desk.services.account.called("connect"))
    assert not window.foot.primary.isEnabled()
    desk.services.account.gate.set()
    desk.at(Step.LINES)
    assert len(desk.services.account.called("connect")) == 1


def test_a_page_that_was_left_does_not_pull_back(desk: Desk) -> None:
    window = desk.open(Step.ACCOUNT)
    window.account.sid.edit.setText(SID)
    window.account.token.edit.setText(TOKEN)
    desk.services.account.gate.clear()
    desk.press()
    desk.loop.until(lambda: desk.services.account.called("connect"))
    window.foot.back.click()
    desk.at(Step.WELCOME)
    desk.services.account.gate.set()
    desk.loop.until(window.foot.primary.isEnabled)
    assert desk.presenter.step is Step.WELCOME
    assert desk.services.account.home is CredentialHome.NONE, "who goes back does not want it connected"
    desk.presenter.go(Step.ACCOUNT)
    desk.at(Step.ACCOUNT)
    assert window.account.token.edit.text() == TOKEN
    desk.loop.until(window.foot.primary.isEnabled)
    desk.press()
    desk.at(Step.LINES)


def test_an_account_known_here_is_offered_and_its_sid_filled_in(desk: Desk) -> None:
    desk.services.account.accounts, desk.services.account.sid = (KnownAccount(SID, "Bright Chairs"),), SID
    window = desk.open()
    button = next(
        b for b in window.findChildren(QAbstractButton) if b.accessibleName() == "Connect again with Bright Chairs"
    )
    button.click()
    desk.at(Step.ACCOUNT)
    assert window.account.sid.edit.text() == SID


def go_on(window: SetupWindow, words: str) -> None:
    next(b for b in window.findChildren(QAbstractButton) if b.accessibleName() == words).click()


@pytest.mark.parametrize("done", [True, False])
def test_going_on_with_an_account_that_is_set_up_opens_its_inbox(desk: Desk, qtbot: QtBot, done: bool) -> None:
    desk.services.connected()
    desk.services.settings.kept["setup"] = {"step": "done" if done else "lines", "done": done}
    desk.services.account.accounts = (KnownAccount(SID, "Bright Chairs", True),)
    desk.services.account.sid = SID
    window = desk.open(Step.WELCOME)
    if done:
        with qtbot.waitSignal(desk.presenter.finished):
            go_on(window, "Go on with Bright Chairs")
    else:
        go_on(window, "Go on with Bright Chairs")
        desk.at(Step.ACCOUNT)


def test_going_on_with_another_account_shows_that(desk: Desk, qtbot: QtBot) -> None:
    desk.services.account.accounts = (KnownAccount(SID, "Bright Chairs", True),)
    window = desk.open()
    with qtbot.waitSignal(desk.presenter.accountChosen) as chosen:
        go_on(window, "Go on with Bright Chairs")
    assert chosen.args == [SID]


@pytest.mark.parametrize("width", [920, 480])
@pytest.mark.parametrize("step", list(Step)[:-1])
def test_from_an_inbox_every_step_has_a_way_back_to_it(desk: Desk, qtbot: QtBot, step: Step, width: int) -> None:
    desk.services.connected()
    desk.services.receiving.state = UP
    window = desk.open(step, back="Back to the inbox", from_inbox=True)
    window.resize(width, 620)
    button = window.steps.leave
    assert button.isVisible() and button.accessibleName() == "Back to the inbox"
    desk.loop.until(lambda: window.steps.width() < 220 or width == 920)
    assert window.steps.rect().contains(button.geometry())
    assert tab_to(desk, "Back to the inbox")
    with qtbot.waitSignal(desk.presenter.finished):
        desk.key(Qt.Key.Key_Return)
    kept = desk.services.settings.kept.get("setup", {"done": True})
    assert kept["done"], "the inbox comes up at the next start, too"


def test_who_comes_from_another_inbox_goes_back_to_that(desk: Desk, qtbot: QtBot) -> None:
    window = desk.open(back="Back to the inbox")
    with qtbot.waitSignal(desk.presenter.left):
        window.steps.leave.click()
    assert desk.services.settings.kept == {}


def test_where_there_was_no_inbox_nothing_leads_back(desk: Desk) -> None:
    window = desk.open(Step.ACCOUNT)
    assert not window.steps.leave.isVisible()


def test_looking_at_the_first_page_begins_nothing(desk: Desk) -> None:
    desk.open()
    assert desk.services.settings.kept == {}


def test_a_locked_keyring_leads_to_the_account_s_page(desk: Desk) -> None:
    desk.services.settings.kept["setup"] = {"step": "done", "done": True}
    desk.services.account.sid, desk.services.account.state = SID, LOCKED
    window = desk.open()
    assert desk.presenter.step is Step.ACCOUNT
    assert window.account.keyring.isVisible()


def test_a_removed_account_begins_anew(desk: Desk) -> None:
    desk.services.settings.kept["setup"] = {"step": "done", "done": True}
    window = desk.open()
    assert desk.presenter.step is Step.WELCOME
    assert not window.steps.buttons[Step.LINES].isEnabled()


@pytest.mark.parametrize("step", list(Step))
def test_everything_has_a_name_and_words_do_not_run_out_of_a_small_window(desk: Desk, step: Step) -> None:
    desk.services.connected()
    desk.services.receiving.state = UP
    window = desk.open(step)
    window.resize(window.minimumSize())
    desk.loop.until(lambda: window.width() == window.minimumWidth())
    for widget in window.findChildren(QWidget):
        if isinstance(widget, QLineEdit | QAbstractButton) and widget.isVisible():
            assert widget.accessibleName() or (isinstance(widget, QAbstractButton) and widget.text()), widget
    sheet = window.sheet(step)
    assert sheet.horizontalScrollBar().maximum() == 0


def test_tab_reaches_every_control_and_comes_round(desk: Desk) -> None:
    window = desk.open(Step.ACCOUNT)
    seen: list[QWidget] = []
    while (at := QApplication.focusWidget()) is not None and at not in seen:
        seen.append(at)
        desk.key(Qt.Key.Key_Tab)
    assert {window.account.sid.edit, window.account.token.edit, window.account.console, window.account.key_button,
            window.account.keep, window.foot.back, window.foot.primary} <= set(seen)  # fmt: skip
    assert seen.index(window.account.token.edit) == seen.index(window.account.sid.edit) + 1
    assert seen.index(window.foot.primary) > seen.index(window.account.keep)


@pytest.mark.parametrize("step", list(Step))
def test_tab_goes_through_the_page_then_its_foot_then_the_steps(desk: Desk, step: Step) -> None:
    desk.services.connected()
    desk.services.receiving.state = UP
    desk.services.settings.kept["setup"] = {"step": "done", "done": False}
    window = desk.open(step)
    if step is Step.RECEIVING:
        desk.loop.until(lambda: window.receiving.changes.blocks)
    seen: list[QWidget] = []
    while (at := QApplication.focusWidget()) is not None and at not in seen:
        seen.append(at)
        desk.key(Qt.Key.Key_Tab)
    parts = (window.sheet(step), window.foot, window.steps)
    places = [next(place for place, part in enumerate(parts) if part.isAncestorOf(widget)) for widget in seen]
    assert places[0] < 2
    first = places.index(2) + places.count(2)  # Tab has come round there
    assert places[first:] + places[:first] == sorted(places)
    foot = [widget for widget in (*seen[first:], *seen[:first]) if window.foot.isAncestorOf(widget)]
    assert foot == [button for button in (window.foot.back, window.foot.primary) if button.isVisible()]


def test_tab_goes_on_as_the_page_stands_after_another_way_was_chosen(desk: Desk) -> None:
    desk.services.connected()
    desk.services.settings.kept["setup"] = {"step": "done", "done": False}
    window = desk.open(Step.RECEIVING)
    page = window.receiving
    for _ in range(12):  # all round, with ngrok chosen
        desk.key(Qt.Key.Key_Tab)
    page.ways[WayIn.NGROK].radio.setFocus()
    desk.key(Qt.Key.Key_Down)
    own = page.ways[WayIn.OWN]
    assert own.is_chosen
    assert own.radio.hasFocus()
    seen: list[QWidget | None] = []
    steps = [window.steps.buttons[step] for step in LISTED if step is not Step.RECEIVING]
    wanted = [page.address.edit, page.own_check, window.foot.back, window.foot.primary, *steps, own.radio]
    for _ in wanted:
        desk.key(Qt.Key.Key_Tab)
        seen.append(QApplication.focusWidget())
    assert seen == wanted
    back: list[QWidget | None] = []
    for _ in wanted:
        desk.key(Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
        back.append(QApplication.focusWidget())
    assert back == [*reversed(wanted[:-1]), own.radio]


def test_what_tab_comes_to_is_scrolled_into_sight(desk: Desk) -> None:
    window = desk.open(Step.ACCOUNT)
    window.resize(window.minimumSize())
    desk.loop.until(lambda: window.account.verticalScrollBar().maximum() > 0)
    window.foot.back.setFocus()
    desk.key(Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    at = QApplication.focusWidget()
    assert at is not None
    assert window.account.isAncestorOf(at)
    assert not at.visibleRegion().isEmpty()


@pytest.mark.parametrize("step", [Step.WELCOME, Step.ACCOUNT, Step.DONE])
def test_ctrl_q_quits_wherever_the_keyboard_is(desk: Desk, qtbot: QtBot, step: Step) -> None:
    window = desk.open(step)
    with qtbot.waitSignal(window.closed):
        desk.key(Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)


class _Windows(QObject):
    """Everything that is shown as a window of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[QWidget] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.shown.append(watched)
        return False


def test_no_part_of_a_page_flashes_up_as_a_window(desk: Desk, qapp: QApplication) -> None:
    desk.services.connected()
    desk.services.receiving.state = UP
    here = ours_at(Webhook(), f"https://{DOMAIN}/twilio/inbound")
    desk.services.routing.at_twilio = (replace(ROUTES[0], holder=replace(ROUTES[0].holder, webhook=here)),)
    windows = _Windows()
    qapp.installEventFilter(windows)
    try:
        for step in Step:
            window = desk.open(step)
        desk.presenter.go(Step.RECEIVING)
        desk.loop.until(lambda: window.receiving.changes.blocks)
    finally:
        qapp.removeEventFilter(windows)
    assert all(isinstance(shown, SetupWindow) for shown in windows.shown)


class _Browser(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.opened.append(url.toString())


def test_the_console_is_opened_in_the_browser(desk: Desk) -> None:
    browser = _Browser()
    QDesktopServices.setUrlHandler("https", browser, "open")  # type: ignore[arg-type]
    try:
        desk.open(Step.ACCOUNT).account.console.click()
    finally:
        QDesktopServices.unsetUrlHandler("https")
    assert browser.opened == ["https://console.twilio.com"]


def test_something_unforeseen_is_told_in_the_window(desk: Desk) -> None:
    window = desk.open(Step.ACCOUNT)
    window.complain("")
    assert window.foot.trouble.isVisible()
    assert "The log file says more" in window.foot.trouble.text
