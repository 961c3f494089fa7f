"""Line health, the preferences' sections and the status line, over stand-ins that tell what is wrong."""

from datetime import timedelta

from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from sms_desktop.domain.account import CredentialHome, KeyringState, KnownAccount
from sms_desktop.domain.catchup import Progress
from sms_desktop.domain.errors import WrongCredentials
from sms_desktop.domain.events import ConnectionChanged, Light
from sms_desktop.domain.health import Health
from sms_desktop.domain.receiving import Reach, Receiving, WayIn
from sms_desktop.domain.routing import Change, Holder, HolderKind, RouteState, Webhook
from sms_desktop.gateway.tunnel import refusals
from sms_desktop.services.health import rows
from sms_desktop.ui.health.presenter import HealthPresenter
from sms_desktop.ui.health.view import HealthView
from sms_desktop.ui.preferences.dialog import PreferencesDialog, Section
from sms_desktop.ui.preferences.presenter import PreferencesPresenter
from sms_desktop.ui.statusline import StatusLine
from sms_desktop.ui.tasks import Tasks
from tests.rig import YOURS
from tests.screenshots.scene import scene
from tests.screenshots.scenes.window import MAYA
from tests.screenshots.stage import Stage
from tests.ui.live import SHOP, SID, TOLL_FREE, Live, change
from tests.ui.samples import NOW, now

PAGE = (920, 760)


def _tasks() -> Tasks:
    def fail(error: BaseException) -> None:
        raise error

    return Tasks(fail)


def _health(stage: Stage, live: Live) -> HealthView:
    window, view = QMainWindow(), HealthView(now)
    HealthPresenter(live, _tasks(), view).start()
    window.setCentralWidget(view)
    stage.put(window)
    return view


@scene(size=PAGE)
@scene(name="health-640", size=(640, 900))
@scene(name="health-480", size=(480, 900))
@scene(name="health-1600", size=(1600, 900))
@scene(name="health-200-percent", size=PAGE, scale=2)
@scene(name="health-right-to-left", size=PAGE, rtl=True)
async def health(stage: Stage) -> None:
    """Like the target picture."""
    _health(stage, Live())


@scene(size=PAGE)
async def health_all_well(stage: Stage) -> None:
    live = Live()
    live.health.state = Health(tuple(c for c in live.health.state.checks if c.light is Light.OK), NOW)
    _health(stage, live)


@scene(size=PAGE)
async def health_nameless(stage: Stage) -> None:
    """Our answers to STOP, START and HELP do not name the business."""
    live = Live()
    kept = [check for check in live.health.state.checks if check.light is Light.OK]
    live.health.state = Health((*kept[:3], rows.nameless(["72975"]), *kept[3:]), NOW)
    _health(stage, live)


@scene(size=PAGE)
async def health_never_checked(stage: Stage) -> None:
    live = Live()
    live.health.state = Health()
    _health(stage, live)


@scene(size=(920, 900))
@scene(name="health-asks-480", size=(480, 900))
async def health_asks(stage: Stage) -> None:
    """Before a line's texts are moved; details are unfolded."""
    live = Live()
    live.routing.plans[TOLL_FREE] = (change(TOLL_FREE, "+12125550199"),)
    view = _health(stage, live)
    view.rows["line:" + TOLL_FREE].button.click()
    view.rows["alerts"].button.click()


@scene(size=PAGE)
async def health_focus(stage: Stage) -> None:
    """Walked by keys."""
    view = _health(stage, Live())
    await stage.still()
    view.rows["line:" + TOLL_FREE].setFocus()


@scene(size=(1320, 840))
@scene(name="health-in-window-500", size=(500, 840))
async def health_in_window(stage: Stage) -> None:
    await stage.play()
    stage.desk.open_health()
    await stage.until(lambda: stage.desk.window.page, "the page is shown")


async def _preferences(stage: Stage, section: Section, live: Live) -> PreferencesDialog:
    dialog = PreferencesDialog(enter_sends=True, author="Priya", section=section)
    list(dialog.furnish())
    PreferencesPresenter(live, _tasks(), dialog).start()
    stage.put(dialog)
    await stage.still()
    return dialog


@scene(size=(700, 580))
@scene(name="preferences-general-200-percent", size=(700, 580), scale=2)
async def preferences_general(stage: Stage) -> None:
    await _preferences(stage, "general", Live())


@scene(size=(700, 580))
@scene(name="preferences-account-right-to-left", size=(700, 580), rtl=True)
async def preferences_account(stage: Stage) -> None:
    await _preferences(stage, "account", Live())


@scene(size=(700, 700))
@scene(name="preferences-account-refused-640", size=(640, 700))
async def preferences_account_refused(stage: Stage) -> None:
    live = Live()
    sentence = "Twilio does not accept this Account SID and Auth Token. Copy both again from the Twilio Console."
    dialog = await _preferences(stage, "account", live)
    dialog.account.change.click()
    dialog.account.form.sid.setText(SID)
    dialog.account.form.token.setText("wrong")
    live.account.fails = WrongCredentials(sentence)
    dialog.account.form.save.click()
    await stage.still()


@scene(size=(700, 580))
async def preferences_account_rotated(stage: Stage) -> None:
    dialog = await _preferences(stage, "account", Live())
    dialog.account.rotate.click()
    dialog.account.form.token.setText("b4" * 16)
    dialog.account.form.save.click()
    await stage.still()


@scene(size=(700, 700))
async def preferences_account_removal(stage: Stage) -> None:
    live = Live()
    live.account.home = CredentialHome.MEMORY
    advice = "Open “Passwords and Keys”, unlock the login keyring, then try again here."
    live.account.state = KeyringState("Secret Service", False, "The keyring is locked", advice)
    dialog = await _preferences(stage, "account", live)
    dialog.account.remove.click()


@scene(size=(700, 740))
@scene(name="preferences-receiving-640", size=(640, 700))
async def preferences_receiving(stage: Stage) -> None:
    await _preferences(stage, "receiving", Live())


@scene(size=(700, 740))
async def preferences_receiving_down(stage: Stage) -> None:
    live = Live()
    sentence = "ngrok refuses the token (ERR_NGROK_107)"
    advice = "Copy the token again from ngrok’s page “Your Authtoken”."
    live.receiving.state = Receiving(WayIn.NGROK, Reach.DOWN, None, sentence, advice)
    dialog = await _preferences(stage, "receiving", live)
    live.receiving.token = False
    dialog.receiving.show_kept(token=False, domain="", address="")
    dialog.receiving.use.click()


@scene(size=(700, 580))
@scene(name="preferences-receiving-refused-200-percent", size=(640, 420), scale=2)
async def preferences_receiving_refused(stage: Stage) -> None:
    """In sight, beside the field."""
    live = Live()
    dialog = await _preferences(stage, "receiving", live)
    live.receiving.fails = refusals.refusal("ERR_NGROK_107")
    dialog.receiving.token.setText("tok")
    dialog.receiving.use.click()
    await stage.still()


@scene(size=(700, 580))
@scene(name="preferences-receiving-back-200-percent", size=(640, 480), scale=2)
async def preferences_receiving_back(stage: Stage) -> None:
    """What is put back, before it is."""
    live = Live()
    live.routing.holds = True
    ours = Webhook("https://bright-chairs.ngrok.app/twilio/inbound")
    live.routing.moving = tuple(
        Change(Holder(HolderKind.NUMBER, line, line, ours), Webhook(url), (line,))
        for line, url in ((SHOP, "https://demo.twilio.com/welcome/sms/reply"), (TOLL_FREE, ""))
    )
    dialog = await _preferences(stage, "receiving", live)
    dialog.receiving.ways[WayIn.POLLING].click()
    dialog.receiving.use.click()
    await stage.still()


@scene(size=(700, 700))
@scene(name="preferences-receiving-offers-200-percent", size=(640, 480), scale=2)
async def preferences_receiving_offers(stage: Stage) -> None:
    """The lines that can be brought to the new address."""
    live = Live()
    live.receiving.state = Receiving(WayIn.POLLING, Reach.UP, None, "Asking Twilio every few seconds")
    live.routing.states = {SHOP: RouteState.MISSING, TOLL_FREE: RouteState.ELSEWHERE}
    live.routing.plans[SHOP] = (change(SHOP, url=""),)
    dialog = await _preferences(stage, "receiving", live)
    dialog.receiving.ways[WayIn.OWN].click()
    dialog.receiving.address.setText("https://bright-chairs.ngrok.app")
    dialog.receiving.use.click()
    await stage.still()


@scene(size=(700, 740))
async def preferences_receiving_downloads(stage: Stage) -> None:
    live = Live()
    live.receiving.state = Receiving(
        WayIn.NGROK, Reach.STARTING, None, "Fetching ngrok’s agent: 4.1 of 9.8 MB", progress=0.42
    )
    await _preferences(stage, "receiving", live)


@scene(size=(700, 580))
@scene(name="preferences-lines-640", size=(640, 580))
async def preferences_lines(stage: Stage) -> None:
    await _preferences(stage, "lines", Live())


@scene(size=(700, 640))
async def preferences_lines_asks(stage: Stage) -> None:
    live = Live()
    live.routing.states[TOLL_FREE] = RouteState.CHANGED
    dialog = await _preferences(stage, "lines", live)
    dialog.lines.rows[TOLL_FREE].act.click()


@scene(size=(700, 580))
async def preferences_lines_gives_back(stage: Stage) -> None:
    dialog = await _preferences(stage, "lines", Live())
    dialog.lines.rows[SHOP].act.click()


@scene(size=(1320, 200))
@scene(name="statusline-640", size=(640, 200))
@scene(name="statusline-900", size=(900, 200))
@scene(name="statusline-200-percent", size=(1320, 200), scale=2)
async def statusline(stage: Stage) -> None:
    """Complete, catching up, stopped, in trouble."""
    board = QWidget()
    column = QVBoxLayout(board)
    column.setContentsMargins(0, 0, 0, 0)
    live = ConnectionChanged(Light.OK, "Live · receiving through ngrok", "", True, "$38.20", "Bright Chairs · AC…4f2a")
    trouble = ConnectionChanged(
        Light.BAD, "(888) 555-0144: incoming texts go somewhere else", "", True, "$38.20", "Bright Chairs · AC…4f2a"
    )
    for state, progress in (
        (live, Progress(complete_to=NOW)),
        (live, Progress(running=True, added=1200, complete_to=NOW)),
        (live, Progress(cancelled=True, listed=1200, complete_to=NOW)),
        (trouble, Progress(complete_to=NOW - timedelta(days=1))),
    ):
        line = StatusLine(now)
        line.accounts = lambda: (KnownAccount(SID, "Bright Chairs", True),)
        line.set_connection(state)
        line.set_last_inbound(NOW - timedelta(minutes=13))
        line.set_progress(progress)
        line._patience.timeout.emit()
        column.addWidget(line)
    column.addStretch(1)
    stage.put(board)


async def _two_lines(stage: Stage) -> None:
    await stage.play()
    await stage.until(lambda: len(stage.services.lines.known()) > 1, "both lines are known")
    await stage.phones.phone(YOURS).text(TOLL_FREE, "Is my order ready?")
    model = stage.desk._column.conversations.model
    await stage.until(lambda: (first := model.record(0)) and first.line == TOLL_FREE, "the text is there")


@scene()
@scene(name="lines-200-percent", scale=2)
@scene(name="lines-right-to-left", rtl=True)
async def lines(stage: Stage) -> None:
    """Each conversation tells its line by a colour."""
    await _two_lines(stage)
    await stage.open(MAYA)


@scene(size=(640, 720))
async def lines_640(stage: Stage) -> None:
    """A name of a line goes where it would cut the number of whoever wrote."""
    await _two_lines(stage)
    await stage.open(MAYA)
    stage.desk.window.restore_layout({"list_width": 240, "right_width": 284, "right": None})


@scene()
async def lines_menu(stage: Stage) -> None:
    await _two_lines(stage)
    await stage.still()
    stage.desk._column.conversations.lines.button.click()


@scene()
async def lines_one(stage: Stage) -> None:
    """One line alone is shown; something is unread on the other."""
    await _two_lines(stage)
    stage.desk.conversations.pick_line(1)
    await stage.still()


@scene()
async def lines_one_menu(stage: Stage) -> None:
    await lines_one(stage)
    stage.desk._column.conversations.lines.button.click()


@scene()
async def account_menu(stage: Stage) -> None:
    await _two_lines(stage)
    await stage.open(MAYA)
    stage.desk.window.panes.statusline._account.click()


@scene()
async def standing_fix(stage: Stage) -> None:
    """Trouble that has a remedy leads to line health."""
    await stage.play()
    await stage.open(MAYA)
    sentence = "(888) 555-0144: incoming texts go somewhere else"
    advice = "Bring them here, or they arrive in the other program only."
    stage.services.hub.publish([ConnectionChanged(Light.BAD, sentence, advice, True, "$38.20", "Bright Chairs")])
