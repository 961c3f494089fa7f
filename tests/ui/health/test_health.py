"""The page of line health over services that answer as they were told."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow, QPushButton
from pytestqt.qtbot import QtBot

from sms_desktop.domain.catchup import Progress
from sms_desktop.domain.errors import GatewayError, KeyringLocked
from sms_desktop.domain.health import Check, Fix, Health
from sms_desktop.domain.light import Light
from sms_desktop.domain.routing import HolderKind, Webhook
from sms_desktop.services.health.rows import complete
from sms_desktop.ui import routewords
from sms_desktop.ui.health.presenter import NOTHING_KEPT, HealthPresenter
from sms_desktop.ui.health.row import CheckRow
from sms_desktop.ui.health.sentences import spoken, summary
from sms_desktop.ui.health.view import HealthView
from sms_desktop.ui.tasks import Tasks
from sms_desktop.ui.widgets.beforeafter import BeforeAfter
from tests.ui.conftest import Loop
from tests.ui.live import CHECKS, OLD, SHOP, SICK, TOLL_FREE, Live, change
from tests.ui.samples import NOW, now

LINE_ROW = "line:" + TOLL_FREE


class Room:
    """The page in a window, and who looks at it."""

    def __init__(self, bot: QtBot, loop: Loop) -> None:
        self.bot, self.loop = bot, loop
        self.live = Live()
        self.errors: list[BaseException] = []
        self.tasks = Tasks(self.errors.append)
        self.browsed: list[str] = []
        self.window = QMainWindow()
        self.view = HealthView(now)
        self.window.setCentralWidget(self.view)
        self.window.resize(960, 800)
        self.presenter = HealthPresenter(self.live, self.tasks, self.view, self.browsed.append)
        self.presenter.start()
        self.window.show()
        self.window.activateWindow()
        loop.until(self.window.isActiveWindow)

    def leave(self) -> None:
        self.presenter.close()
        self.loop.run(self.tasks.close())
        self.window.deleteLater()
        assert self.errors == []

    def row(self, key: str) -> CheckRow:
        return self.view.rows[key]

    def panel(self, key: str) -> BeforeAfter:
        return self.row(key).findChildren(BeforeAfter)[0]

    def shows(self, **more: object) -> CheckRow:
        """One row alone, with a button that does ``fix``."""
        check = replace(Check("one", "One", Light.BAD, "Broken", button="Mend"), **more)  # type: ignore[arg-type]
        self.live.health.become(check)
        return self.row("one")


@pytest.fixture
def room(qtbot: QtBot, loop: Loop) -> Iterator[Room]:
    room = Room(qtbot, loop)
    yield room
    room.leave()


@pytest.mark.parametrize(
    ("lights", "said"),
    [
        ((Light.OK, Light.OFF), "All is well"),
        ((Light.BAD, Light.WARN, Light.WARN), "1 thing is broken, 2 need a look"),
        ((Light.BAD, Light.BAD, Light.WARN), "2 things are broken, 1 needs a look"),
        ((Light.WARN,), "1 thing needs a look"),
        ((Light.WARN, Light.WARN), "2 things need a look"),
        ((Light.BAD,), "1 thing is broken"),
    ],
)
def test_one_sentence_sums_up_all_rows(lights: tuple[Light, ...], said: str) -> None:
    checks = tuple(Check(str(place), "", light, "") for place, light in enumerate(lights))
    assert summary(Health(checks, NOW), NOW).startswith(f"{said}. Last checked ")
    assert summary(Health(checks), NOW) == "Not checked yet"


def test_all_is_not_well_while_a_line_is_gray() -> None:
    checks = (Check("account", "", Light.OK, ""), Check("line:+12125550100", "", Light.OFF, ""))
    assert summary(Health(checks, NOW), NOW).startswith("Nothing is broken, but not every line is in order yet. Last")


def test_while_messages_are_known_to_be_missing_not_all_is_well() -> None:
    row = complete(Progress(complete_to=NOW, gaps=True), None, NOW, "10:44", "")
    said = summary(Health((row,), NOW), NOW)
    assert said.startswith("Nothing is broken; not all messages are here yet. Last checked ")


def test_each_check_is_a_row_that_a_screen_reader_can_say(room: Room) -> None:
    assert list(room.view.rows) == [check.key for check in CHECKS]
    reader = QAccessible.queryAccessibleInterface(room.row(LINE_ROW))
    assert reader.role() is QAccessible.Role.Grouping
    said = f"Bad: (888) 555-0144: Incoming texts go somewhere else: {OLD}."
    assert reader.text(QAccessible.Text.Name) == said
    assert spoken(CHECKS[9]).startswith("Not known yet: Clock")
    assert room.view.summary.said.startswith("1 thing is broken, 2 need a look")


def test_what_was_found_later_is_shown_in_its_place(room: Room) -> None:
    kept = room.row("keyring")
    first, second, *rest = CHECKS
    room.live.health.become(Check("new", "New", Light.OK, "Fine"), replace(first, sentence="Locked"), *rest)
    assert room.row("keyring") is kept
    assert kept._sentence.said == "Locked"
    assert second.key not in room.view.rows
    tops = [row.y() for row in (room.row("new"), kept, room.row(rest[0].key))]
    room.loop.until(lambda: [row.y() for row in (room.row("new"), kept, room.row(rest[0].key))] != tops or tops[0] < 9)
    assert room.row("new").y() < kept.y() < room.row(rest[0].key).y()


def test_checking_again_is_told_while_it_lasts(room: Room) -> None:
    room.live.health.gate = asyncio.Event()
    room.view.check.click()
    room.loop.until(lambda: room.live.health.asked)
    assert (room.view.check.text(), room.view.check.isEnabled()) == ("Checking…", False)
    room.live.health.gate.set()
    room.loop.until(room.view.check.isEnabled)
    assert room.view.check.text() == "Check again"


def test_what_was_never_checked_is_checked_when_the_page_opens(room: Room) -> None:
    room.presenter.opened()
    assert room.live.health.asked == []
    room.live.health.state = Health()
    room.presenter.opened()
    room.loop.until(lambda: room.live.health.asked == ["check"])


@pytest.mark.parametrize(("seconds", "asked"), [(14, []), (16, ["check"]), (3600, ["check"])])
def test_what_was_not_checked_just_now_is_checked_when_the_page_opens(
    room: Room, seconds: int, asked: list[str]
) -> None:
    room.live.health.become(*CHECKS, at=NOW - timedelta(seconds=seconds))
    room.presenter.opened()
    room.loop.until(lambda: not room.tasks._tasks)
    assert room.live.health.asked == asked


def test_the_report_is_copied(room: Room) -> None:
    room.view.copy.click()
    assert QGuiApplication.clipboard().text() == room.live.health.report()
    assert room.view.copy.text() == "Copied"
    room.view._copied.timeout.emit()
    assert room.view.copy.text() == "Copy report"


def test_texts_are_brought_here_after_one_has_seen_before_and_after(room: Room) -> None:
    room.row(LINE_ROW).button.click()
    panel = room.panel(LINE_ROW)
    said = [label.accessibleName() for label in panel.findChildren(type(panel.trouble))]
    assert f"(888) 555-0144 now {OLD}" in said
    assert "will be https://bright-chairs.ngrok.app/twilio/inbound" in said
    assert room.live.routing.asked == []
    assert not room.row(LINE_ROW).button.isVisible()
    panel.yes.click()
    room.loop.until(lambda: room.live.health.asked == ["check"])
    assert room.live.routing.asked == [("bring", ((TOLL_FREE,),))]
    assert not room.row(LINE_ROW).asks


def test_what_could_not_be_brought_is_said_where_it_was_asked(room: Room) -> None:
    room.live.routing.troubles = ("Twilio refuses to change the Messaging Service.",)
    room.row(LINE_ROW).button.click()
    panel = room.panel(LINE_ROW)
    panel.yes.click()
    room.loop.until(lambda: panel.trouble.said)
    assert panel.trouble.said == room.live.routing.troubles[0]
    assert panel.yes.isEnabled()
    room.live.routing.troubles, room.live.routing.fails = (), GatewayError("Twilio cannot be reached.")
    panel.yes.click()
    room.loop.until(lambda: panel.trouble.said == "Twilio cannot be reached.")
    assert room.live.health.asked == []


def test_a_change_of_somebody_else_can_be_left_alone(room: Room) -> None:
    room.row(LINE_ROW).button.click()
    room.panel(LINE_ROW).no.click()
    room.loop.until(lambda: room.live.health.asked == ["check"])
    assert room.live.routing.asked == [("leave", TOLL_FREE)]


def test_what_comes_here_in_a_wrong_way_is_set_right_or_not_now_and_left_to_nobody(room: Room) -> None:
    [planned] = room.live.routing.plans[TOLL_FREE]
    wrong = replace(planned.holder, webhook=replace(planned.after, method="GET"))
    room.live.routing.plans[TOLL_FREE] = (replace(planned, holder=wrong),)
    room.row(LINE_ROW).button.click()
    panel = room.panel(LINE_ROW)
    assert (panel.yes.text(), panel.no.text()) == ("Set it right", "Not now")
    panel.no.click()
    assert not room.row(LINE_ROW).asks
    assert room.live.routing.asked == []


def test_the_address_that_is_put_back_one_day_is_named(room: Room) -> None:
    [planned] = room.live.routing.plans[TOLL_FREE]
    assert routewords.setting(planned, TOLL_FREE).note.endswith(f"{OLD} is kept, and put back when you disconnect.")


def test_what_was_said_of_a_row_goes_once_it_stands_another_way(room: Room) -> None:
    row = room.row(LINE_ROW)
    row.say("That did not work.")
    row.show_check(row.check)
    assert not row._said.isHidden()
    row.show_check(replace(row.check, light=Light.OK))
    assert row._said.isHidden()


def test_a_button_that_unfolds_says_that_it_folds_again(room: Room) -> None:
    row = room.row(LINE_ROW)
    row.show_check(Check("reported", "Twilio reported", Light.WARN, "", "", Fix.DETAILS, "Details", details=("1 × 1",)))
    row.button.click()
    assert (row.button.text(), row.details_shown) == ("Hide details", True)
    assert row.button.accessibleName() == "Hide details: Twilio reported"
    row.button.click()
    assert (row.button.text(), row.details_shown) == ("Details", False)


def test_without_a_public_address_one_is_led_to_choosing_how_messages_come_in(room: Room) -> None:
    room.live.routing.plans = {}
    with room.bot.waitSignal(room.presenter.receivingRequested):
        room.row(LINE_ROW).button.click()
    assert not room.row(LINE_ROW).asks
    assert room.row(LINE_ROW)._said.said == routewords.NO_ADDRESS


def test_what_is_here_already_is_only_checked_again(room: Room) -> None:
    found = change(TOLL_FREE)
    here = replace(found, holder=replace(found.holder, webhook=found.after))
    room.live.routing.plans = {TOLL_FREE: (here,)}
    room.row(LINE_ROW).button.click()
    room.loop.until(lambda: room.live.health.asked == ["check"])
    assert not room.row(LINE_ROW).asks


def test_a_panel_stays_while_rows_change_and_goes_with_its_row(room: Room) -> None:
    room.row(LINE_ROW).button.click()
    room.live.health.become(*SICK.checks)
    assert room.row(LINE_ROW).asks
    gate = asyncio.Event()

    async def late(changes: object) -> tuple[str, ...]:
        await gate.wait()
        return ("Too late.",)

    room.live.routing.bring = late  # type: ignore[method-assign]
    room.panel(LINE_ROW).yes.click()
    room.live.health.become(*(check for check in CHECKS if check.key != LINE_ROW))
    QApplication.sendPostedEvents(None, 0)
    gate.set()
    room.loop.until(lambda: not room.tasks._tasks)
    assert LINE_ROW not in room.view.rows


def test_before_and_after_tell_of_a_service_of_other_lines_and_of_a_method() -> None:
    found = change(TOLL_FREE, SHOP)
    service = replace(found.holder, kind=HolderKind.SERVICE, name="Reminders", webhook=Webhook(OLD, "GET"))
    said = routewords.setting(replace(found, holder=service), TOLL_FREE)
    assert said.before == f"{OLD} (by GET)"
    assert said.note.startswith("It is set in the Messaging Service “Reminders”.")
    assert "also moves the texts of (212) 555-0100" in said.note
    nothing = routewords.setting(change(SHOP, url=""), SHOP)
    assert nothing.before.startswith("nowhere")
    assert nothing.note == ""


def test_each_button_does_its_own_act(room: Room) -> None:
    live = room.live
    room.shows(fix=Fix.CATCH_UP).button.click()
    assert live.catchup.asked == ["resume"]  # which asks, also where somebody had stopped it
    room.shows(fix=Fix.IMPORT).button.click()
    room.loop.until(lambda: live.catchup.asked == ["resume", ("import_history", None)])
    room.loop.until(lambda: not room.tasks._tasks)
    live.health.asked.clear()
    room.shows(fix=Fix.OPEN_CONSOLE, subject="https://console.twilio.com/x").button.click()
    room.shows(fix=Fix.OPEN_CONSOLE, subject="file:///etc/passwd").button.click()
    assert room.browsed == ["https://console.twilio.com/x"]
    with room.bot.waitSignal(room.presenter.credentialsRequested):
        room.shows(fix=Fix.CREDENTIALS).button.click()
    with room.bot.waitSignal(room.presenter.registrationRequested) as asked:
        room.shows(fix=Fix.REGISTRATION, subject=TOLL_FREE).button.click()
    assert asked.args == [TOLL_FREE]
    with room.bot.waitSignal(room.presenter.receivingRequested):
        room.shows(fix=Fix.RECEIVING).button.click()
    with room.bot.waitSignal(room.presenter.answeringRequested):
        room.shows(fix=Fix.ANSWERING).button.click()
    room.shows(fix=Fix.CHECK_AGAIN).button.click()
    room.loop.until(lambda: live.health.asked == ["check"])
    room.shows(fix=Fix.RECONNECT).button.click()
    room.loop.until(lambda: live.health.asked == ["check"] * 2)
    assert live.receiving.asked == ["reconnect"]


def test_a_keyring_that_stays_locked_or_is_empty_is_told_in_its_row(room: Room) -> None:
    live = room.live
    live.account.fails = KeyringLocked("The keyring is still locked.")
    row = room.shows(fix=Fix.UNLOCK_KEYRING)
    row.button.click()
    room.loop.until(lambda: row._said.said == "The keyring is still locked.")
    room.loop.until(row.button.isEnabled)
    live.account.fails, live.account.holds = None, False
    row.button.click()
    room.loop.until(lambda: row._said.said == NOTHING_KEPT)
    room.loop.until(row.button.isEnabled)
    live.account.holds = True
    row.button.click()
    room.loop.until(row._said.isHidden)


def test_details_unfold_below_the_row(room: Room) -> None:
    row = room.row("alerts")
    assert not row.details_shown
    row.button.click()
    assert row.details_shown
    row.button.click()
    assert not row.details_shown
    other = room.shows(fix=Fix.RECONNECT, details=("22:10 11200",))
    room.loop.until(other.more.isVisible)
    other.more.click()
    assert (other.details_shown, other.more.text()) == (True, "Hide details")


def test_the_page_is_walked_by_keys(room: Room) -> None:
    view = room.view
    view.back.setFocus()
    order = []
    for _ in range(5):
        focused = QApplication.focusWidget()
        assert focused is not None
        order.append(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert order == [view.back, view.check, view.copy, room.row("keyring"), room.row(LINE_ROW).button]
    room.row("keyring").setFocus()
    for _ in range(3):
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, Qt.Key.Key_Down)
    assert room.row(LINE_ROW).hasFocus()
    room.row(LINE_ROW).button.setFocus()
    QTest.keyClick(room.row(LINE_ROW).button, Qt.Key.Key_Space)
    assert room.row(LINE_ROW).asks
    assert room.panel(LINE_ROW).yes.hasFocus()


@pytest.mark.parametrize("width", [480, 640, 960])
def test_nothing_is_cut_off_however_narrow_the_page(room: Room, width: int) -> None:
    room.live.health.become(
        replace(CHECKS[3], sentence=f"Incoming texts go somewhere else: {OLD}/{'very-long' * 20}"), *CHECKS[4:]
    )
    room.window.resize(width, 700)
    room.loop.until(lambda: room.view.viewport().width() <= width)
    inner = room.view.widget()
    assert inner is not None
    assert inner.width() <= room.view.viewport().width()
    for button in room.view.findChildren(QPushButton):
        if button.isVisible():
            right = button.mapTo(room.view, button.rect().topRight()).x()
            assert right <= room.view.viewport().width()
            assert button.width() >= button.sizeHint().width()


def test_a_row_that_goes_while_it_is_mended_is_no_trouble(room: Room) -> None:
    row = room.shows(fix=Fix.RECONNECT)
    room.live.receiving.gate = asyncio.Event()
    room.live.receiving.fails = None
    row.button.click()
    room.loop.until(lambda: room.live.receiving.asked)
    room.live.health.become(CHECKS[0])
    room.loop.until(lambda: not shiboken6.isValid(row))
    room.live.receiving.gate.set()
    room.loop.until(lambda: not room.tasks._tasks)
    assert room.live.health.asked == ["check"]


@pytest.mark.parametrize("button", ["yes", "no"])
def test_a_refusal_is_told_though_the_row_is_another_by_then(room: Room, button: str) -> None:
    room.live.routing.gate.clear()
    room.live.routing.troubles = ("Twilio refuses.",)
    old = room.row(LINE_ROW)
    old.button.click()
    getattr(room.panel(LINE_ROW), button).click()
    room.loop.until(lambda: room.live.routing.asked)
    room.live.health.become(CHECKS[0])
    room.live.health.become(*CHECKS)
    room.loop.until(lambda: not shiboken6.isValid(old))
    room.live.routing.gate.set()
    room.loop.until(lambda: not room.tasks._tasks)
    assert room.row(LINE_ROW)._said.said == ("Twilio refuses." if button == "yes" else "")


def test_what_a_row_says_ends_in_a_full_stop_before_the_next_begins() -> None:
    key = Check("account", "Twilio account", Light.OK, "Sends with an API key", "Look at it")
    assert spoken(key) == "Good: Twilio account: Sends with an API key. Look at it."
    assert spoken(replace(key, sentence="It works.", advice="")) == "Good: Twilio account: It works."


def test_a_row_that_comes_later_is_read_in_its_place(room: Room) -> None:
    first, *rest = CHECKS
    room.live.health.become(first, *rest[-2:])
    room.live.health.become(*CHECKS)
    reader = QAccessible.queryAccessibleInterface(room.view.card)
    read = [reader.child(place).object() for place in range(reader.childCount())]
    there = list(room.view.rows.values())
    assert [row.check.key for row in read if row in there] == [check.key for check in CHECKS]


def test_a_long_button_goes_below_its_sentence_before_it_squeezes_it(room: Room) -> None:
    advice = "Install GNOME Keyring, or turn on KWallet, sign out and in again, then try again."
    row = room.shows(sentence="This computer has no keyring.", advice=advice, fix=Fix.CREDENTIALS, button="Mend")
    room.window.resize(700, 500)
    room.loop.until(lambda: room.view.width() == 700)
    assert row.button.y() < row._text.y() + row._text.height()
    row = room.shows(fix=Fix.CREDENTIALS, advice=advice, button="Enter them for this session")
    room.loop.until(lambda: row.button.y() >= row._text.y() + row._text.height())
    assert row._text.width() > 500
    room.window.resize(960, 500)
    room.loop.until(lambda: row.button.y() < row._text.y() + row._text.height())
