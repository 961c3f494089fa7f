"""From what is pasted to a connected account."""

import re

from PySide6.QtCore import QObject, QTimer, Signal

from sms_desktop.domain.account import CredentialHome, Entered, Identity, KeyringState
from sms_desktop.domain.errors import (
    BadInput,
    KeyringLocked,
    NoKeyring,
    SmsDesktopError,
    TestCredentials,
    WrongCredentials,
)
from sms_desktop.ui.setup.account import AccountPage
from sms_desktop.ui.setup.needs import SetupServices
from sms_desktop.ui.setup.sentences import identity_words, masked
from sms_desktop.ui.tasks import Tasks
from sms_desktop.ui.widgets.field import Field

PAUSE = 400
"""Milliseconds without a letter after which what is there is checked."""

_SID = re.compile(r"AC[0-9a-fA-F]{32}")
_TOKEN = re.compile(r"[0-9a-zA-Z]{32,}")
_KEY = re.compile(r"SK[0-9a-fA-F]{32}")
_WHERE = "It is on the first page of the Twilio Console."
_TEST = (
    "These are Twilio’s test credentials: they try out programs, but neither send nor receive anything. "
    "Take the live ones, higher up on the same page of the Console."
)


class Connecting(QObject):
    """Checks as soon as both values look complete; ``advance`` connects for good. ``wentOn`` asks for that."""

    wentOn = Signal()

    def __init__(self, services: SetupServices, tasks: Tasks, page: AccountPage) -> None:
        super().__init__(page)
        self._account, self._tasks, self._page = services.account, tasks, page
        self._verified: Entered | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self._check)
        page.typed.connect(self._typed)
        page.retried.connect(self._retry)
        page.memoryChosen.connect(self._choose_memory)

    async def enter(self) -> None:
        """Fills in what is known. A keyring that cannot be used is told before anything is typed."""
        self._show_home()
        if self._in_use:
            self._show(self._account.identity)
            return
        if self._page.entered.account_sid or self._page.entered.auth_token:
            self._pause.start()  # typed before, and not checked yet
        if not self._page.entered.auth_token:
            state = await self._account.keyring()
            self._page.show_keyring(None if state.usable else state)

    def leave(self) -> None:
        """The page is left, but nothing of it is lost: what was typed stays in its fields."""
        self._pause.stop()

    def close(self) -> None:
        """It listens to nothing."""

    async def advance(self) -> bool:
        """True once the account is connected."""
        self._pause.stop()
        entered = self._page.entered
        if self._in_use and not any((entered.account_sid, entered.auth_token, entered.api_key, entered.api_secret)):
            return True
        if not self._complete(entered, insist=True):
            return False
        return await self._connect(entered, keep=self._page.keep.isChecked())

    # Typing

    def _typed(self) -> None:
        self._verified = None
        self._page.clear_complaints()
        self._page.outcome.clear()
        self._page.trial.hide()
        self._pause.start()

    def _check(self) -> None:
        entered = self._page.entered
        if self._complete(entered, insist=False):
            self._tasks.latest("setup account", self._verify(entered))
        elif entered.account_sid.strip() and not _SID.fullmatch(entered.account_sid.strip()):
            self._complain_of_sid(entered.account_sid.strip())

    def _complete(self, entered: Entered, *, insist: bool) -> bool:
        """Whether it looks whole; if that is insisted on, what is missing is said beside its field."""
        page = self._page
        sid, token = entered.account_sid.strip(), entered.auth_token.strip()
        key, secret = entered.api_key.strip(), entered.api_secret.strip()
        wrong: Field | None = None
        if not _SID.fullmatch(sid):
            wrong = page.sid
            if insist:
                self._complain_of_sid(sid)
        elif not _TOKEN.fullmatch(token):
            wrong = page.token
            said = "looks too short" if token else "is missing"
            if insist:
                wrong.complain(f"The Auth Token {said}: it has 32 letters and digits. {_WHERE}")
        elif bool(key) != bool(secret) or (key and not _KEY.fullmatch(key)):
            wrong = page.secret if _KEY.fullmatch(key) else page.key
            if insist:
                wrong.complain(
                    "An API key has two parts, its SID that starts with SK and its secret. Or leave both empty."
                )
        if wrong is not None and insist:
            wrong.edit.setFocus()
        return wrong is None

    def _complain_of_sid(self, sid: str) -> None:
        if sid.upper().startswith("SK"):
            sentence = "This is an API key. The Account SID starts with AC; the key goes in further below."
        elif not sid:
            sentence = f"Paste the Account SID here. {_WHERE}"
        elif not sid.startswith("AC"):
            sentence = f"An Account SID starts with AC. {_WHERE}"
        else:
            sentence = f"An Account SID has 34 letters and digits; this has {len(sid)}. Copy it once more."
        self._page.sid.complain(sentence)

    # Twilio

    async def _verify(self, entered: Entered) -> None:
        self._page.outcome.say("busy", "Asking Twilio …")
        try:
            identity = await self._account.verify(entered)
        except SmsDesktopError as error:
            self._failed(error, entered)
        else:
            self._verified = entered
            self._show(identity)

    async def _connect(self, entered: Entered, *, keep: bool) -> bool:
        self._page.clear_complaints()
        if self._verified != entered:
            self._page.outcome.say("busy", "Asking Twilio …")
        try:
            identity = await self._account.connect(entered, keep=keep)
        except (KeyringLocked, NoKeyring) as error:
            state = await self._account.keyring()
            if state.usable:  # it was opened in the meantime, or does not say what ails it
                state = KeyringState(state.name, False, str(error))
            self._page.outcome.clear()
            self._page.show_keyring(state)
            self._page.reveal(self._page.memory_button)
            return False
        except SmsDesktopError as error:
            self._failed(error, entered)
            return False
        self._verified = None
        self._page.show_keyring(None)
        self._page.forget()
        self._show_home()
        self._show(identity)
        return True

    def _failed(self, error: SmsDesktopError, entered: Entered) -> None:
        page = self._page
        page.outcome.clear()
        page.trial.hide()
        if isinstance(error, TestCredentials):
            page.token.complain(_TEST)
        elif isinstance(error, WrongCredentials):
            page.token.complain(f"{error} Copy both values once more.")
        elif isinstance(error, BadInput):
            sid, ours = entered.account_sid.strip(), self._account.masked()
            token_is_meant = _SID.fullmatch(sid) and ours in ("", masked(sid))
            (page.token if token_is_meant else page.sid).complain(str(error))
        else:
            page.outcome.say("bad", f"{error} Press Continue to try again.")

    # The keyring

    def _retry(self) -> None:
        self._tasks.latest("setup keyring", self._open())

    async def _open(self) -> None:
        """What is kept there for us is used at once; what was typed meanwhile is connected by Continue."""
        page = self._page
        page.retry.setEnabled(False)
        try:
            opened = await self._account.open_keyring()
            state = await self._account.keyring()
        except (KeyringLocked, NoKeyring):
            opened, state = False, await self._account.keyring()
        except SmsDesktopError as error:
            if not page.entered.auth_token:  # else what is kept is replaced anyway
                page.outcome.say("bad", str(error))
                return
            opened, state = False, await self._account.keyring()
        finally:
            page.retry.setEnabled(True)
        page.show_keyring(None if state.usable or opened else state)
        if state.usable and self._complete(page.entered, insist=False):
            self.wentOn.emit()
            return
        if opened:
            self._show_home()
            self._show(self._account.identity)
        elif state.usable:
            page.outcome.say("info", "The keyring is open. Paste both values, then press Continue.")

    def _choose_memory(self) -> None:
        """Asks for no keyring any more; goes on if everything is there."""
        self._page.memory.setChecked(True)
        self._page.show_keyring(None)
        if self._complete(self._page.entered, insist=False):
            self.wentOn.emit()
        else:
            self._page.sid.edit.setFocus()

    # What is shown

    @property
    def _in_use(self) -> bool:
        return self._account.home is not CredentialHome.NONE

    def _show_home(self) -> None:
        home = self._account.home
        self._page.show_account(self._account.masked(), home)

    def _show(self, identity: Identity | None) -> None:
        page = self._page
        page.trial.setVisible(identity is not None and identity.trial)
        if identity is None:
            page.outcome.say("info", "Twilio has not answered yet; the account is used as soon as it does.")
        elif identity.status != "active":
            page.outcome.say(
                "warn",
                f"{identity_words(identity)}. Twilio has it as {identity.status}, so texts may not pass. The Console’s "
                "first page says why.",
            )
        else:
            page.outcome.say("ok", identity_words(identity))
