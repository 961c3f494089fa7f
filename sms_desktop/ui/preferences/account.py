"""The account: which one, where what proves it lies, and what can be done about it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from sms_desktop.domain.account import CredentialHome, Identity, KeyringState
from sms_desktop.ui.preferences import sentences
from sms_desktop.ui.preferences.credentials import CredentialsForm
from sms_desktop.ui.preferences.page import Page, tell
from sms_desktop.ui.preferences.question import Question
from sms_desktop.ui.widgets.button import button


class AccountPage(Page):
    """``show_account`` and ``show_keyring`` say how things stand; ``form`` takes another account or token."""

    changeRequested = Signal()
    rotateRequested = Signal()
    removed = Signal()
    """The person has agreed to it."""
    keyringRequested = Signal()
    setupRequested = Signal()
    keyRemoved = Signal()
    """Texts are to be sent without the API key."""
    addRequested = Signal()
    """Another account, with an inbox of its own."""
    entryCancelled = Signal()
    """What is being connected is not to be."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Account", parent)
        self._key, self._home = "", CredentialHome.NONE
        self._working = False
        self._at: QWidget | None = None
        """What is to have the keyboard once nothing is being done any more."""
        self.add_heading("Account")
        self.name = self.add_words("title")
        self.about = self.add_words("muted")
        self.home = self.add_words("muted")
        self.key = QLabel()
        self.key.setProperty("role", "muted")
        self.take_key = button("Take it away", "link")
        self.take_key.setAccessibleName("Take the API key away")
        self.take_key.clicked.connect(self._take_key)
        self.add_row(self.key, self.take_key)
        self.refused = self.add_words("bad")
        self._begun_at: QWidget | None = None
        self.change, self.rotate, self.remove = button("Change…"), button("Rotate token…"), button("Remove…", "danger")
        self.change.clicked.connect(self.changeRequested)
        self.rotate.clicked.connect(self.rotateRequested)
        self.remove.clicked.connect(self._ask_removal)
        self.column.addSpacing(4)
        self.add_row(self.change, self.rotate, self.remove)
        self.said = self.add_words("ok")
        self.form = CredentialsForm()
        self.form.cancelled.connect(self._cancel_entry)
        self.column.addWidget(self.form)
        self.removal = Question(sentences.REMOVAL, "Remove", "Keep it")
        self.removal.agreed.connect(self._agree)
        self.removal.refused.connect(self._keep)
        self.column.addWidget(self.removal)
        self.add_rule()
        self.add_heading("Keyring")
        self.keyring = self.add_words("body")
        self.keyring_advice = self.add_words("muted")
        self.unlock = button("Try again")
        self.unlock.clicked.connect(self._unlock)
        self.add_row(self.unlock)
        self.keyring_said = self.add_words("bad")
        self.add_rule()
        self.add_heading("More")
        self.add_words(
            "muted",
            "Go through account, lines and receiving once more, step by step; nothing is lost. Another account gets an "
            "inbox of its own.",
        )
        self.again, self.add = button("Set up again…"), button("Add an account…")
        self.again.clicked.connect(self.setupRequested)
        self.add.clicked.connect(self.addRequested)
        self.column.addSpacing(4)
        self.add_row(self.again, self.add)
        self.end()
        tell(self.said, "")
        self.show_refused("")
        self.show_account(None, "", CredentialHome.NONE)
        self.show_keyring(None)

    def show_account(
        self, identity: Identity | None, masked: str, home: CredentialHome, key: str = "", *, fixed: bool = False
    ) -> None:
        """``masked`` like AC…4f2a; ``key`` like SK…1f2a is the API key in use, or ""; ``fixed``: by the environment."""
        self._key, self._home = key, home
        none = home is CredentialHome.NONE
        name = identity.name if identity is not None else ""
        self.name.setText("No account is connected" if none else " · ".join(part for part in (name, masked) if part))
        tell(self.about, sentences.account(identity))
        tell(self.home, sentences.HOMES[home])
        ours = home in (CredentialHome.KEYRING, CredentialHome.MEMORY)
        self.change.setText("Connect…" if none else "Change…")
        self.change.setVisible(home is not CredentialHome.ENVIRONMENT)
        self.rotate.setVisible(ours and identity is not None)
        self.remove.setVisible(ours)
        self.key.setText(f"Sends with the API key {key}.")
        self.key.setAccessibleName(self.key.text())
        self.key.setVisible(bool(key))
        self.take_key.setVisible(bool(key) and not none and not fixed)

    def set_working(self, working: bool) -> None:
        """While something is done with the account, nothing else can be begun with it."""
        self._working = working
        if working and QApplication.focusWidget() in self._buttons:
            self._hold()
        for one in self._buttons:
            one.setEnabled(not working)
        if not working:
            self._give_back()

    def _hold(self, at: QWidget | None = None) -> None:
        """The page has the keyboard until what was begun is done: what is hidden or off would pass it on to whatever
        comes next. ``at`` gets it then; None: what has it now.
        """
        now = QApplication.focusWidget()
        if now is not None and (now is self or self.isAncestorOf(now)):
            self._at = at or (self._at if now is self else now)
            self.setFocus()

    def _give_back(self) -> None:
        at, self._at = self._at, None
        if at is not None and self.hasFocus():
            (at if at.isEnabled() and not at.isHidden() else self.change).setFocus()

    @property
    def _buttons(self) -> tuple[QWidget, ...]:
        return self.change, self.rotate, self.remove, self.take_key, self.unlock, self.again, self.add

    def show_refused(self, sentence: str) -> None:
        """What Twilio refuses, or ""."""
        tell(self.refused, sentence)

    def show_keyring(self, state: KeyringState | None) -> None:
        """None: it is being asked."""
        self.form.show_keyring(state)
        if state is None:
            tell(self.keyring, "Looking at the keyring…", "muted")
            tell(self.keyring_advice, "")
            self.unlock.hide()
            return
        name = state.name if state.name and state.name not in state.sentence else ""
        tell(self.keyring, f"{name}: {state.sentence}" if name else state.sentence, "body")
        tell(self.keyring_advice, state.advice)
        self.unlock.setVisible(not state.usable)
        self.unlock.setText("Unlock" if state.name else "Try again")
        self.unlock.setEnabled(not self._working)
        if state.usable:
            tell(self.keyring_said, "")

    def show_keyring_trouble(self, sentence: str) -> None:
        tell(self.keyring_said, sentence, "bad")
        self.unlock.setEnabled(not self._working)
        self._give_back()

    def show_removal_trouble(self, sentence: str) -> None:
        self.removal.say(sentence)

    def put_away(self) -> None:
        """What was asked is done."""
        self.form.close_form()
        self.removal.hide()

    def show_done(self, sentence: str) -> None:
        """What was asked has worked; it is said until something else is asked."""
        self._hold(self._begun_at)
        self.put_away()
        tell(self.said, sentence)
        if sentence:
            self.reveal(self.said)
        if not self._working:
            self._give_back()

    def open_form(self, sid: str = "") -> None:
        """``sid`` stands there already."""
        self._begin(self.change)
        self.form.begin(sid, self._key, keep=self._keeps)
        self._reveal_form()

    def open_rotation(self, sid: str) -> None:
        self._begin(self.rotate)
        self.form.begin_rotation(sid, self._key, keep=self._keeps)
        self._reveal_form()

    def step_back(self) -> bool:
        """Puts away what is being asked, unless it cannot be taken back; False where nothing is asked."""
        if not self.form.isHidden():
            self.form.cancel.click()
        elif not self.removal.isHidden():
            self.removal.keep.click()
        else:
            return False
        return True

    @property
    def _keeps(self) -> bool:
        """Who wanted it kept nowhere has to say so once."""
        return self._home is not CredentialHome.MEMORY

    def _reveal_form(self) -> None:
        self.reveal(self.form)

    def _begin(self, at: QWidget) -> None:
        """``at`` is the button that was pressed, which has the keyboard again afterwards."""
        self._begun_at = at
        self.removal.hide()
        tell(self.said, "")

    def _cancel_entry(self) -> None:
        connects = self.form.connects
        self._hold(self._begun_at)
        self.form.close_form()
        if not connects:
            self._give_back()
        if connects:  # whoever connects it tells how that ends
            self.entryCancelled.emit()

    def _ask_removal(self) -> None:
        self.form.close_form()
        self._begin(self.remove)
        self.removal.ask("Remove the account from this computer?")

    def _agree(self) -> None:
        self.removal.show_busy("Removing…")
        self.removed.emit()

    def _take_key(self) -> None:
        self._begin(self.take_key)
        self.form.close_form()
        self.keyRemoved.emit()

    def _keep(self) -> None:
        self.removal.hide()
        self.remove.setFocus()

    def _unlock(self) -> None:
        self._hold()
        self.unlock.setEnabled(False)
        tell(self.keyring_said, "")
        self.keyringRequested.emit()
