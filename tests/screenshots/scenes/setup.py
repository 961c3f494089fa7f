"""The guided set-up: every page, and what can go wrong on it."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication

from sms_desktop.domain.account import CredentialHome, KnownAccount
from sms_desktop.domain.catchup import Progress
from sms_desktop.domain.errors import (
    BadInput,
    GatewayError,
    KeyringLocked,
    PortBusy,
    TestCredentials,
    TunnelError,
    WrongCredentials,
    WrongKey,
)
from sms_desktop.domain.line import Line, LineKind
from sms_desktop.domain.receiving import Reach, Receiving, WayIn
from sms_desktop.domain.routing import Holder, HolderKind, Route, Webhook, ours_at
from sms_desktop.ui.setup.history import Depth
from sms_desktop.ui.setup.presenter import SetupPresenter
from sms_desktop.ui.setup.steps import Step
from sms_desktop.ui.setup.window import SetupWindow
from sms_desktop.ui.tasks import Tasks
from sms_desktop.ui.widgets.busy import Busy
from tests.screenshots.scene import scene
from tests.screenshots.stage import Stage
from tests.ui import samples
from tests.ui.seen import complaint
from tests.ui.setup.fakes import (
    DOMAIN,
    FREE,
    KEY,
    LINES,
    LOCKED,
    NOW,
    ROUTES,
    SECRET,
    SHOP,
    SID,
    THIRD,
    TOKEN,
    FakeServices,
)

SIZE = (920, 680)


class Window(SetupWindow):
    """Goes only once what it began has ended."""

    def __init__(self, tasks: Tasks) -> None:
        super().__init__()
        self._tasks = tasks

    def deleteLater(self) -> None:
        self._end = asyncio.ensure_future(self._close())

    async def _close(self) -> None:
        await self._tasks.close()
        super().deleteLater()


class Set:
    """The window at one of its pages, over services that say what the scene wants."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.services = stage, FakeServices()
        self.failures: list[BaseException] = []
        self.tasks = Tasks(self.failures.append)

    async def open(self, step: Step, *, connected: bool = True) -> SetupWindow:
        if connected and self.services.account.home is CredentialHome.NONE:
            self.services.connected()
        self.window = Window(self.tasks)
        self.presenter = SetupPresenter(self.services, self.tasks, self.window, step, now=lambda: NOW)
        self.stage.put(self.window)
        await self.presenter.start()
        self.hold()
        await self.stage.still()
        return self.window

    async def press(self, fact: Callable[[], object], what: str) -> None:
        self.window.foot.primary.click()
        await self.stage.until(fact, what)

    def hold(self) -> None:
        """A turning ring never stands still."""
        for widget in QApplication.allWidgets():
            if isinstance(widget, Busy):
                widget.hold()

    def paste(self, sid: str = SID, token: str = TOKEN) -> None:
        self.window.account.sid.edit.setText(sid)
        self.window.account.token.edit.setText(token)


@scene(size=SIZE)
@scene(name="setup-welcome-narrow", size=(480, 560))
@scene(name="setup-welcome-200-percent", size=SIZE, scale=2)
@scene(name="setup-welcome-right-to-left", size=SIZE, rtl=True)
async def setup_welcome(stage: Stage) -> None:
    await Set(stage).open(Step.WELCOME, connected=False)


@scene(size=SIZE)
async def setup_welcome_known(stage: Stage) -> None:
    """An account was here before."""
    put = Set(stage)
    put.services.account.accounts = (KnownAccount(SID, "Bright Chairs"), KnownAccount("AC" + "77" * 16, "Old Barn"))
    await put.open(Step.WELCOME, connected=False)


@scene(size=SIZE)
@scene(name="setup-account-narrow", size=(480, 560))
async def setup_account(stage: Stage) -> None:
    await Set(stage).open(Step.ACCOUNT, connected=False)


@scene(size=SIZE)
@scene(name="setup-account-again-narrow", size=(480, 560))
@scene(name="setup-account-again-200-percent", size=SIZE, scale=2)
async def setup_account_again(stage: Stage) -> None:
    """From the inbox, with an API key in use."""
    put = Set(stage)
    put.services.account.sid, put.services.account.key = SID, "SK…1111"
    window = await put.open(Step.ACCOUNT)
    window.steps.show_back("Back to the inbox")


@scene(size=SIZE)
@scene(name="setup-account-api-key-right-to-left", size=SIZE, rtl=True)
async def setup_account_api_key(stage: Stage) -> None:
    window = await Set(stage).open(Step.ACCOUNT, connected=False)
    window.account.unfold()


@scene(size=SIZE)
async def setup_account_checking(stage: Stage) -> None:
    put = Set(stage)
    window = await put.open(Step.ACCOUNT, connected=False)
    put.services.account.gate.clear()
    put.paste()
    window.account.typed.emit()
    await stage.until(lambda: window.account.outcome.how == "busy", "it is being checked")
    put.hold()


async def _checked(stage: Stage, put: Set) -> None:
    window = await put.open(Step.ACCOUNT, connected=False)
    put.paste()
    window.account.typed.emit()
    page = window.account
    await stage.until(lambda: page.outcome.how in ("ok", "bad") or complaint(page.token), "it was checked")


@scene(size=SIZE)
async def setup_account_checked(stage: Stage) -> None:
    await _checked(stage, Set(stage))


@scene(size=SIZE)
async def setup_account_trial(stage: Stage) -> None:
    put = Set(stage)
    put.services.account.says = replace(put.services.account.says, trial=True, balance="$14.30")
    await _checked(stage, put)


@scene(size=SIZE)
async def setup_account_wrong_key(stage: Stage) -> None:
    put = Set(stage)
    put.services.account.fails("verify", WrongKey("Twilio does not accept the API key and its secret."))
    window = await put.open(Step.ACCOUNT, connected=False)
    window.account.unfold()
    window.account.key.edit.setText(KEY)
    window.account.secret.edit.setText(SECRET)
    put.paste()
    await stage.until(lambda: complaint(window.account.key), "it was refused")


@scene(size=SIZE)
async def setup_account_environment_trial(stage: Stage) -> None:
    put = Set(stage)
    put.services.account.says = replace(put.services.account.says, trial=True, balance="$14.30")
    put.services.connected(CredentialHome.ENVIRONMENT)
    await put.open(Step.ACCOUNT)


@scene(size=SIZE)
async def setup_account_wrong(stage: Stage) -> None:
    put = Set(stage)
    put.services.account.fails("verify", WrongCredentials("Twilio does not accept this Auth Token."))
    await _checked(stage, put)


@scene(size=SIZE)
async def setup_account_test_credentials(stage: Stage) -> None:
    put = Set(stage)
    put.services.account.fails("verify", TestCredentials("test"))
    await _checked(stage, put)


@scene(size=SIZE)
async def setup_account_offline(stage: Stage) -> None:
    put = Set(stage)
    put.services.account.fails("verify", GatewayError("Twilio cannot be reached. Is this computer online?"))
    await _checked(stage, put)


@scene(size=SIZE)
async def setup_account_incomplete(stage: Stage) -> None:
    put = Set(stage)
    window = await put.open(Step.ACCOUNT, connected=False)
    put.paste(sid="5d5d5d", token="")
    await put.press(lambda: complaint(window.account.sid), "what is wrong is said")


@scene(size=SIZE)
@scene(name="setup-account-keyring-locked-narrow", size=(480, 560))
async def setup_account_keyring_locked(stage: Stage) -> None:
    put = Set(stage)
    put.services.account.state = LOCKED
    window = await put.open(Step.ACCOUNT, connected=False)
    put.paste()
    put.services.account.fails("connect", KeyringLocked(LOCKED.sentence))
    await put.press(lambda: put.services.account.called("connect"), "it was tried")
    await stage.until(window.account.keyring.isVisible, "the keyring is spoken of")


@scene(size=SIZE)
async def setup_account_environment(stage: Stage) -> None:
    put = Set(stage)
    put.services.connected(CredentialHome.ENVIRONMENT)
    await put.open(Step.ACCOUNT)


@scene(size=SIZE)
async def setup_account_connected(stage: Stage) -> None:
    await Set(stage).open(Step.ACCOUNT)


@scene(size=SIZE)
@scene(name="setup-lines-narrow", size=(480, 560))
@scene(name="setup-lines-right-to-left", size=SIZE, rtl=True)
async def setup_lines(stage: Stage) -> None:
    put = Set(stage)
    put.services.account.use(CredentialHome.KEYRING)
    await put.open(Step.LINES)


@scene(size=SIZE)
@scene(name="setup-lines-service-narrow", size=(480, 560))
async def setup_lines_service(stage: Stage) -> None:
    """A Messaging Service that is a line of its own says by which numbers it texts."""
    put = Set(stage)
    put.services.account.use(CredentialHome.KEYRING)
    put.services.lines.at_twilio = (*LINES, _service())
    await put.open(Step.LINES)


def _service() -> Line:
    sid = "MG" + "0a" * 16
    return Line(sid, "Campaigns", LineKind.SERVICE, sid=sid, watched=True, senders=(FREE, THIRD), sticky=True)


@scene(size=SIZE)
async def setup_lines_color(stage: Stage) -> None:
    window = await Set(stage).open(Step.LINES)
    window.lines.rows[0].swatch.menu().popup(window.lines.rows[0].swatch.mapToGlobal(QPoint(0, 28)))
    await stage.still()


@scene(size=SIZE)
async def setup_lines_asking(stage: Stage) -> None:
    put = Set(stage)
    put.services.account.use(CredentialHome.KEYRING)
    put.services.lines.gate.clear()
    window = put.window = Window(put.tasks)
    put.presenter = SetupPresenter(put.services, put.tasks, window, Step.LINES)
    stage.put(window)
    put.tasks.spawn(put.presenter.start())
    await stage.until(lambda: "lines" in vars(window) and window.lines.outcome.how == "busy", "Twilio is being asked")
    put.hold()


@scene(size=SIZE)
async def setup_lines_none(stage: Stage) -> None:
    put = Set(stage)
    put.services.account.use(CredentialHome.KEYRING)
    put.services.lines.at_twilio = ()
    await put.open(Step.LINES)


@scene(size=SIZE)
async def setup_lines_offline(stage: Stage) -> None:
    put = Set(stage)
    put.services.account.use(CredentialHome.KEYRING)
    put.services.lines.fails("refresh", GatewayError("Twilio cannot be reached. Is this computer online?"))
    await put.open(Step.LINES)


@scene(size=SIZE)
async def setup_lines_none_ticked(stage: Stage) -> None:
    put = Set(stage)
    window = await put.open(Step.LINES)
    for row in window.lines.rows:
        row.tick(False)
    await put.press(lambda: window.lines.outcome.how == "bad", "it is said")


@scene(size=SIZE)
@scene(name="setup-receiving-narrow", size=(480, 560))
@scene(name="setup-receiving-200-percent", size=SIZE, scale=2)
@scene(name="setup-receiving-right-to-left", size=SIZE, rtl=True)
async def setup_receiving(stage: Stage) -> None:
    """The drawing's own page."""
    put = Set(stage)
    put.services.connected()
    put.services.routing.at_twilio = ROUTES[:1]
    put.services.receiving.token = "kept"
    put.services.receiving.domain = DOMAIN
    put.services.receiving.state = Receiving(WayIn.NGROK, Reach.UP, f"https://{DOMAIN}", reserved=True)
    await put.open(Step.RECEIVING)


@scene(size=SIZE)
async def setup_receiving_first(stage: Stage) -> None:
    await Set(stage).open(Step.RECEIVING)


@scene(size=(920, 900))
async def setup_receiving_service(stage: Stage) -> None:
    """A service holds two lines, one line comes here already, one goes nowhere."""
    put = Set(stage)
    put.services.connected()
    url = f"https://{DOMAIN}"
    mine = replace(ROUTES[0], line="+12125550111", holder=replace(ROUTES[0].holder, sid="PN8"))
    mine = replace(mine, holder=replace(mine.holder, webhook=ours_at(Webhook(), f"{url}/twilio/inbound")))
    lost = replace(ROUTES[0], holder=replace(ROUTES[0].holder, webhook=Webhook()))
    put.services.routing.at_twilio = (lost, *ROUTES[1:], mine)
    put.services.receiving.token = "kept"
    put.services.receiving.state = Receiving(WayIn.NGROK, Reach.UP, url)
    await put.open(Step.RECEIVING)


@scene(size=SIZE)
@scene(name="setup-receiving-several-narrow", size=(480, 560))
async def setup_receiving_several(stage: Stage) -> None:
    """Five settings, two of them another program's, after the check."""
    put = Set(stage)
    put.services.connected()
    lost = [
        Route(f"+121255501{place}", Holder(HolderKind.NUMBER, f"PN{place}", "", Webhook())) for place in range(10, 13)
    ]
    app = Holder(HolderKind.APPLICATION, "AP1", "Chat bot", Webhook("https://bot.bright-chairs.example/sms"))
    put.services.routing.at_twilio = (*lost, ROUTES[1], ROUTES[2], Route("+12125550400", app))
    window = await put.open(Step.RECEIVING)
    window.receiving.unfold()
    window.receiving.token.edit.setText("2aVb-token")
    window.receiving.check.click()
    await stage.until(lambda: window.receiving.changes.blocks, "what changes is shown")
    await stage.still()


@scene(size=SIZE)
async def setup_receiving_download(stage: Stage) -> None:
    put = Set(stage)
    window = await put.open(Step.RECEIVING)
    window.receiving.token.edit.setText("2aVb-token")
    put.services.receiving.gate.clear()
    window.receiving.check.click()
    await stage.until(lambda: put.services.receiving.called("choose_ngrok"), "it began")
    put.services.receiving.become(
        Receiving(WayIn.NGROK, Reach.STARTING, sentence="Fetching ngrok’s agent, 12 MB …", progress=0.4)
    )
    put.hold()


async def _failed(stage: Stage, put: Set, way: WayIn, text: str) -> SetupWindow:
    window = await put.open(Step.RECEIVING)
    window.receiving.choose(way)
    (window.receiving.address if way is WayIn.OWN else window.receiving.token).edit.setText(text)
    page = window.receiving
    await put.press(lambda: page.outcomes[way].how == "bad" or complaint(page.address), "it failed")
    return window


@scene(size=SIZE)
async def setup_receiving_wrong_token(stage: Stage) -> None:
    put = Set(stage)
    put.services.receiving.fails(
        "choose_ngrok",
        TunnelError(
            "ngrok does not accept this token. Copy it once more from ngrok’s dashboard, all of it.",
            code="ERR_NGROK_105",
            lasting=True,
        ),
    )
    await _failed(stage, put, WayIn.NGROK, "wrong")


@scene(size=SIZE)
async def setup_receiving_two_agents(stage: Stage) -> None:
    put = Set(stage)
    put.services.receiving.fails(
        "choose_ngrok",
        TunnelError(
            "This ngrok account is in use on another computer, and its plan allows one at a time. End ngrok there, "
            "then press Check.",
            code="ERR_NGROK_108",
            lasting=True,
        ),
    )
    await _failed(stage, put, WayIn.NGROK, "token")


@scene(size=SIZE)
async def setup_receiving_keyring_locked(stage: Stage) -> None:
    put = Set(stage)
    put.services.receiving.fails("choose_ngrok", KeyringLocked("The keyring is locked: unlock it and try again."))
    await _failed(stage, put, WayIn.NGROK, "token")


@scene(size=SIZE)
async def setup_receiving_port(stage: Stage) -> None:
    put = Set(stage)
    put.services.receiving.fails(
        "choose_own",
        PortBusy("Port 8437 is taken by another program. End that program, or start with SMS_DESKTOP_WEBHOOK_PORT."),
    )
    await _failed(stage, put, WayIn.OWN, "https://texts.bright-chairs.example")


@scene(size=SIZE)
async def setup_receiving_own_bad(stage: Stage) -> None:
    put = Set(stage)
    put.services.receiving.fails("choose_own", BadInput("Twilio needs an address that begins with https://."))
    await _failed(stage, put, WayIn.OWN, "http://texts.bright-chairs.example")


@scene(size=SIZE)
async def setup_receiving_own(stage: Stage) -> None:
    put = Set(stage)
    window = await put.open(Step.RECEIVING)
    window.receiving.choose(WayIn.OWN)
    window.receiving.address.edit.setText("https://texts.bright-chairs.example")
    await put.press(lambda: window.receiving.changes.blocks, "what changes is shown")


@scene(size=SIZE)
async def setup_receiving_polling(stage: Stage) -> None:
    window = await Set(stage).open(Step.RECEIVING)
    window.receiving.choose(WayIn.POLLING)


@scene(size=SIZE)
async def setup_receiving_refused(stage: Stage) -> None:
    """Twilio would not change one of them."""
    put = Set(stage)
    put.services.connected()
    put.services.routing.at_twilio = ROUTES[:1]
    put.services.routing.cannot = ("(212) 555-0100 could not be changed: the API key may not do that.",)
    put.services.receiving.token = "kept"
    put.services.receiving.state = Receiving(WayIn.NGROK, Reach.UP, f"https://{DOMAIN}", reserved=True)
    window = await put.open(Step.RECEIVING)
    page = window.receiving
    await put.press(lambda: page.shows_end_of(page.changes) and window.foot.primary.isEnabled(), "it was seen")
    await put.press(lambda: page.changes.outcome.how == "bad", "it failed")


@scene(size=SIZE)
@scene(name="setup-history-narrow", size=(480, 560))
async def setup_history(stage: Stage) -> None:
    await Set(stage).open(Step.HISTORY)


async def _importing(stage: Stage, progress: Progress) -> None:
    put = Set(stage)
    window = await put.open(Step.HISTORY)
    window.history.choose(Depth.YEAR)
    await put.press(window.history.progress.isVisible, "it began")
    put.services.catchup.become(progress)


RUN = Progress(
    running=True,
    listed=12_400,
    added=12_390,
    back_to=NOW - timedelta(days=143),
    since=NOW - timedelta(days=365),
    until=NOW,
    complete_to=NOW,
    history=True,
)


@scene(size=SIZE)
async def setup_history_running(stage: Stage) -> None:
    await _importing(stage, RUN)


@scene(size=SIZE)
async def setup_history_paused(stage: Stage) -> None:
    await _importing(stage, replace(RUN, running=False, cancelled=True))


@scene(size=SIZE)
async def setup_history_waiting(stage: Stage) -> None:
    await _importing(stage, replace(RUN, running=False, waiting="Twilio cannot be reached."))


@scene(size=SIZE)
async def setup_history_done(stage: Stage) -> None:
    await _importing(stage, replace(RUN, running=False))


async def _testing(stage: Stage, put: Set, state: Receiving | None = None) -> SetupWindow:
    put.services.connected()
    put.services.receiving.state = state or Receiving(WayIn.NGROK, Reach.UP, f"https://{DOMAIN}", reserved=True)
    put.services.brought(SHOP)
    window = await put.open(Step.TEST)
    put.hold()
    return window


@scene(size=SIZE)
@scene(name="setup-test-narrow", size=(480, 560))
async def setup_test(stage: Stage) -> None:
    await _testing(stage, Set(stage))


@scene(size=SIZE)
async def setup_test_failed(stage: Stage) -> None:
    put = Set(stage)
    put.services.receiving.fails(
        "loop_back",
        GatewayError(
            "bright-chairs.ngrok.app answered, but with a page of somebody else. Is it the address of this computer?"
        ),
    )
    await _testing(stage, put)


@scene(size=SIZE)
async def setup_test_polling(stage: Stage) -> None:
    await _testing(stage, Set(stage), Receiving(WayIn.POLLING, Reach.UP))


@scene(size=SIZE)
async def setup_test_arrived(stage: Stage) -> None:
    put = Set(stage)
    put.services.account.says = replace(put.services.account.says, trial=True)
    window = await _testing(stage, put)
    put.services.arrive(samples.message(1, "hello"))
    await stage.until(lambda: window.test.arrival.how == "ok", "it arrived")


@scene(size=SIZE)
async def setup_done(stage: Stage) -> None:
    put = Set(stage)
    put.services.connected()
    put.services.receiving.state = Receiving(WayIn.NGROK, Reach.UP, f"https://{DOMAIN}", reserved=True)
    put.services.catchup.progress = RUN
    put.services.brought(SHOP, FREE, THIRD)
    await put.open(Step.DONE)


@scene(size=SIZE)
async def setup_done_service(stage: Stage) -> None:
    """More lines than are named, and one of them is a Messaging Service."""
    put = Set(stage)
    put.services.connected()
    put.services.receiving.state = Receiving(WayIn.NGROK, Reach.UP, f"https://{DOMAIN}", reserved=True)
    put.services.lines.here = (*put.services.lines.here, _service())
    put.services.brought(SHOP, FREE, THIRD)
    await put.open(Step.DONE)


@scene(size=SIZE)
@scene(name="setup-done-left-narrow", size=(480, 560))
async def setup_done_left(stage: Stage) -> None:
    """Two lines stay with another program."""
    put = Set(stage)
    put.services.connected()
    put.services.receiving.state = Receiving(WayIn.NGROK, Reach.UP, f"https://{DOMAIN}", reserved=True)
    put.services.brought(SHOP)
    put.services.routing.left = {FREE, THIRD}
    await put.open(Step.DONE)


@scene(size=SIZE)
async def setup_test_nowhere(stage: Stage) -> None:
    """No line's texts come here."""
    put = Set(stage)
    put.services.connected()
    put.services.receiving.state = Receiving(WayIn.NGROK, Reach.UP, f"https://{DOMAIN}", reserved=True)
    await put.open(Step.TEST)
