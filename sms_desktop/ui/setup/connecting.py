"""From what is pasted to a connected account."""

import re
import unicodedata
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from sms_desktop.domain.account import CredentialHome, Entered, Identity, KeyringState
from sms_desktop.domain.errors import (
    KeyringLocked,
    NoKeyring,
    SmsDesktopError,
    TestCredentials,
    WrongCredentials,
    WrongKey,
)
from sms_desktop.domain.events import ConnectionChanged
from sms_desktop.ui.attempt import Attempt, field_of
from sms_desktop.ui.setup.account import AccountPage
from sms_desktop.ui.setup.needs import SetupServices
from sms_desktop.ui.tasks import Tasks
from sms_desktop.ui.widgets.field import Field
from sms_desktop.ui.words import one_line

AGAIN = "No Auth Token is kept on this computer, so it is asked for again. What you have set up so far is still there."
TAKES_PLACE = "It takes the place of {}, for which nothing has come here yet."
PAUSE = 400
"""Milliseconds without a letter after which what is there is checked."""

_SID = re.compile(r"AC[0-9a-f]{32}", re.IGNORECASE)
_BOTH = 34 + 32
"""Letters and digits of a SID and a token, whichever field each stands in."""
_WHERE = "It is on the first page of the Twilio Console."
_TEST = (
    "These are Twilio’s test credentials: they try out programs, but neither send nor receive anything. "
    "Take the live ones, higher up on the same page of the Console."
)


class Connecting(QObject):
    """Checks as soon as both values look complete; ``advance`` connects for good. ``wentOn`` asks for that.

    ``replaced``: another account has taken the place of the one that was here, and the set-up goes on with that.
    """

    wentOn = Signal()
    replaced = Signal()

    def __init__(self, services: SetupServices, tasks: Tasks, page: AccountPage) -> None:
        super().__init__(page)
        self._account, self._tasks, self._page = services.account, tasks, page
        self._attempt = Attempt(services.account)
        self._verified: Entered | None = None
        self._noted: tuple[bool, str] | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self._check)
        page.typed.connect(self._typed)
        page.retried.connect(self._retry)
        page.memoryChosen.connect(self._choose_memory)
        page.keyTaken.connect(self._take_key)
        self._unsubscribe = services.hub.subscribe(ConnectionChanged, self._recognised)

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
            bothers = not state.usable and not self._page.memory.isChecked()
            self._page.show_keyring(state if bothers else None)

    def say_again(self) -> None:
        """Set-up had come further before; why it begins here is told, unless the keyring says it."""
        if self._page.keyring.isHidden() and not self._page.outcome.text:
            self._page.outcome.say("info", AGAIN)

    def leave(self) -> None:
        """What is being connected is not to be, unless it is too late; what was typed stays in its fields."""
        self._pause.stop()
        if self._attempt.call_off():
            self._page.outcome.clear()

    def close(self) -> None:
        self._unsubscribe()

    async def advance(self) -> bool:
        """True once the account is connected, and what it cannot do was seen."""
        self._pause.stop()
        entered = self._entered
        if self._in_use and (self._page.is_empty or self._is_known(entered)):
            self._page.forget()
            self._show_home()
            return self._was_seen(self._account.identity)
        if (lack := self._lack(entered)) is not None:
            field, sentence = lack
            self._complain(field, sentence)
            self._field(field).edit.setFocus()
            return False
        return await self._connect(entered, keep=self._page.keep.isChecked())

    def _was_seen(self, identity: Identity | None) -> bool:
        """False the first time that the account has something to be known before one goes on; shows it then."""
        if identity is None or _noteworthy(identity) in (None, self._noted):
            return True
        self._show(identity)
        self._page.reveal(self._page.trial if identity.trial else self._page.outcome)
        return False

    # Typing

    def _typed(self) -> None:
        self._verified = self._noted = None
        self._page.clear_complaints()
        self._page.outcome.clear()
        self._page.trial.hide()
        self._page.show_kept(kept=self._is_ours)
        self._pause.start()

    def _check(self) -> None:
        entered = self._entered
        lack = self._lack(entered)
        if lack is None:
            self._tasks.latest("setup account", self._verify(entered))
        elif lack[0] == "account_sid" and entered.account_sid.strip():
            self._complain(*lack)

    def _field(self, name: str) -> Field:
        page = self._page
        return {"auth_token": page.token, "api_key": page.key, "api_secret": page.secret}.get(name, page.sid)

    def _complain(self, field: str, sentence: str) -> None:
        """Beside that field alone."""
        self._page.clear_complaints()
        if field in ("api_key", "api_secret"):
            entered = self._page.entered
            if entered.api_key.strip() or entered.api_secret.strip():
                self._page.show_keys()
            else:  # it is the one that is kept
                self._page.offer_without()
        self._field(field).complain(sentence)

    # Twilio

    async def _verify(self, entered: Entered) -> None:
        self._page.outcome.say("busy", "Asking Twilio …")
        try:
            identity = await self._account.verify(entered)
        except SmsDesktopError as error:
            self._failed(error, entered)
        else:
            if entered == self._entered:
                self._verified = entered
                self._show(identity)
                if self._in_use and self._account.sid and identity.sid != self._account.sid:
                    said = f"{self._page.outcome.text}.\n{TAKES_PLACE.format(self._account.masked())}"
                    self._page.outcome.say(self._page.outcome.how, said)

    async def _connect(self, entered: Entered, *, keep: bool) -> bool:
        self._page.clear_complaints()
        if self._verified != entered:
            self._page.outcome.say("busy", "Asking Twilio, then the keyring …" if keep else "Asking Twilio …")
        try:
            identity = await self._attempt.connect(entered, keep=keep)
        except (KeyringLocked, NoKeyring) as error:
            state = await self._account.keyring()
            if state.usable:  # it was opened in the meantime, or does not say what ails it
                state = KeyringState(state.name, False, str(error))
            self._page.outcome.clear()
            self._page.show_keyring(state)
            self._page.reveal(self._page.memory_button)
            return False
        except SmsDesktopError as error:
            self._failed(error, entered, asked=True)
            return False
        if identity is None:
            return False
        self._verified = None
        self._page.show_keyring(None)
        if self._account.successor is not None:
            self._page.forget()
            self.replaced.emit()
            return False
        if entered == self._entered:  # else something was typed meanwhile
            self._page.forget()
        self._show_home()
        seen = self._was_seen(identity)
        self._show(identity)
        return seen

    def _failed(self, error: SmsDesktopError, entered: Entered, *, asked: bool = False) -> None:
        """``asked``: a person waits for it, who is led to the field; whoever types is not led away."""
        page = self._page
        if entered != self._entered:
            return  # what stands there now has not been asked about yet
        page.outcome.clear()
        page.trial.hide()
        if field := field_of(error):
            self._complain(field, _told(error))
            if asked and page.isVisible():
                self._field(field).edit.setFocus()
        else:
            page.clear_complaints()
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
        if state.usable and self._lack(self._entered) is None:
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
        if self._lack(self._entered) is None:
            self.wentOn.emit()
        else:
            self._page.sid.edit.setFocus()

    # The API key

    def _take_key(self) -> None:
        """Of an account in use it is forgotten at once; else what is entered is used without."""
        if self._account.key:
            self._tasks.latest("setup key", self._forget_key())
        else:
            self._page.leave_key()
            self._typed()

    async def _forget_key(self) -> None:
        page = self._page
        page.take_key.setEnabled(False)
        try:
            await self._account.remove_key()
        except SmsDesktopError as error:
            page.outcome.say("bad", str(error))
            return
        finally:
            page.take_key.setEnabled(True)
        self._show_home()
        page.key_button.setFocus()

    # What is entered

    @property
    def _entered(self) -> Entered:
        """A key alone is one for the account in use."""
        entered, sid = self._page.entered, self._account.sid
        alone = entered.api_key.strip() and not (entered.account_sid.strip() or entered.auth_token.strip())
        return replace(entered, account_sid=sid) if alone and self._in_use and sid else entered

    @property
    def _is_ours(self) -> bool:
        """Whether what is entered is about the account in use, whose token is known."""
        sid = self._page.sid.edit.text()
        return self._in_use and (not sid or _squeezed(sid).upper() == (self._account.sid or "").upper())

    def _is_known(self, entered: Entered) -> bool:
        """Whether nothing is entered but the SID of the account in use."""
        rest = entered.auth_token, entered.api_key, entered.api_secret
        return self._is_ours and not any(one.strip() for one in rest) and not entered.without_key

    def _lack(self, entered: Entered) -> tuple[str, str] | None:
        if self._in_use and entered.account_sid == self._account.sid and not entered.auth_token.strip():
            return (
                None if entered.api_key.strip() and entered.api_secret.strip() else _half(entered) or missing(entered)
            )
        return missing(entered)

    # What is shown

    @property
    def _in_use(self) -> bool:
        return self._account.home is not CredentialHome.NONE

    def _show_home(self) -> None:
        account, home = self._account, self._account.home
        self._page.show_account(account.masked(), home, account.key, fixed=account.key_fixed)

    def _recognised(self, event: ConnectionChanged) -> None:
        """Twilio has answered who the account in use is."""
        if self._page.isVisible() and self._in_use and self._page.is_empty:
            self._show(self._account.identity)

    def _show(self, identity: Identity | None) -> None:
        page = self._page
        self._noted = None if identity is None else _noteworthy(identity)
        page.trial.setVisible(identity is not None and identity.trial)
        if identity is None:
            page.outcome.say("info", "Twilio has not answered yet; the account is used as soon as it does.")
        elif identity.status != "active":
            page.outcome.say(
                "warn",
                f"{one_line(identity.described)}. Twilio has it as {identity.status}, so texts may not pass. The "
                "Console’s first page says why.",
            )
        else:
            page.outcome.say("ok", one_line(identity.described))


def _told(error: SmsDesktopError) -> str:
    """With what to do, beside the field."""
    if isinstance(error, TestCredentials):
        return _TEST
    if isinstance(error, WrongKey):
        return f"{error} Copy both once more, or take the key away."
    return f"{error} Copy both values once more." if isinstance(error, WrongCredentials) else str(error)


def missing(entered: Entered) -> tuple[str, str] | None:
    """The field that lacks something and a sentence, or None where it looks whole and Twilio can be asked.

    White space does not count, and each value may stand in the other's field: the account puts that right.
    """
    sid, token = _squeezed(entered.account_sid), _squeezed(entered.auth_token)
    if not _SID.search(sid) and not _SID.search(token):
        return "account_sid", _about_sid(sid)
    if len(sid) + len(token) < _BOTH:
        lead = "This is the Account SID. " if _SID.search(token) else ""
        said = "is missing" if lead or not token else "looks too short"
        return "auth_token", f"{lead}The Auth Token {said}: it has 32 letters and digits. {_WHERE}"
    return _half(entered)


def _half(entered: Entered) -> tuple[str, str] | None:
    """An API key without its secret, or the other way round."""
    key, secret = _squeezed(entered.api_key), _squeezed(entered.api_secret)
    if bool(key) == bool(secret):
        return None
    two = "An API key has two parts, its SID that starts with SK and its secret. Or leave both empty."
    return "api_secret" if key else "api_key", two


def _about_sid(sid: str) -> str:
    kind = sid[:2].upper()
    if kind == "SK":
        return "This is an API key. The Account SID starts with AC; the key goes in further below."
    if not sid:
        return f"Paste the Account SID here. {_WHERE}"
    if kind != "AC":
        return f"An Account SID starts with AC. {_WHERE}"
    if len(sid) == 34:
        return "An Account SID has only digits and letters from a to f after AC. Copy it once more."
    return f"An Account SID has 34 letters and digits; this has {len(sid)}. Copy it once more."


def _squeezed(text: str) -> str:
    """Without white space and what cannot be seen."""
    return "".join(c for c in text if not c.isspace() and unicodedata.category(c) not in ("Cc", "Cf"))


def _noteworthy(identity: Identity) -> tuple[bool, str] | None:
    """What has to be seen before one goes on; None where the account can do everything."""
    found = identity.trial, identity.status
    return None if found == (False, "active") else found
