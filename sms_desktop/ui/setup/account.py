"""The Twilio account: what proves that it is ours, and where that is kept."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLineEdit, QPushButton, QRadioButton, QVBoxLayout, QWidget

from sms_desktop.domain.account import CONSOLE, CredentialHome, Entered, KeyringState
from sms_desktop.ui.setup.sentences import TRIAL
from sms_desktop.ui.setup.sheet import Sheet
from sms_desktop.ui.widgets.card import Card
from sms_desktop.ui.widgets.field import Field, put
from sms_desktop.ui.widgets.flow import FlowLayout
from sms_desktop.ui.widgets.linkbutton import LinkButton
from sms_desktop.ui.widgets.outcome import Outcome
from sms_desktop.ui.widgets.plain import words
from sms_desktop.ui.widgets.secretfield import SecretField
from sms_desktop.ui.widgets.tick import set_ticked

ENVIRONMENT = (
    "The account comes from the environment variables TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, which win over what is "
    "kept here. To use another one, change them or start without them."
)
_WHERE = {
    CredentialHome.ENVIRONMENT: "From the environment",
    CredentialHome.KEYRING: "Kept in this computer’s keyring",
    CredentialHome.MEMORY: "Known until you quit",
}
COPY = "Press Show in the Console, then copy it"
USE_KEY, ANOTHER_KEY = "Use an API key for sending (optional)", "Use another API key"
WITHOUT = "Texts are sent without an API key."
API_KEY = (
    "Texts are then sent with the key. The Auth Token is needed all the same: Twilio signs every incoming text with "
    "it, and that is how this computer knows that it is real."
)


class AccountPage(Sheet):
    """``typed`` follows every letter; ``retried`` and ``memoryChosen`` are the keyring card's buttons."""

    typed = Signal()
    retried = Signal()
    memoryChosen = Signal()
    keyTaken = Signal()
    """Texts are to be sent without the API key."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            "Connect your Twilio account",
            "Both values are on the first page of the Twilio Console, under “Account Info”.",
            parent,
        )
        self.sid = Field("Account SID", QLineEdit())
        self.sid.edit.setPlaceholderText("Starts with AC")
        self.token = Field("Auth Token", SecretField("Auth Token"), hint="")
        self.token.edit.setPlaceholderText(COPY)
        self.console = LinkButton("Open the Twilio Console", CONSOLE)
        self.key_button = QPushButton(USE_KEY)
        self.key_button.setProperty("role", "link")
        self.key_button.clicked.connect(self.unfold)
        self.key = Field("API key SID", QLineEdit())
        self.key.edit.setPlaceholderText("Starts with SK")
        self.secret = Field("API key secret", SecretField("API key secret"))
        self.key_in_use = words("", "muted")
        self.take_key = QPushButton("Take the key away")
        self.take_key.setProperty("role", "link")
        self.take_key.clicked.connect(self.keyTaken)
        self._kept = COPY
        self._without = False
        """Whether the key that is kept is not to be used any more."""
        self._keys = QWidget()
        inside = QVBoxLayout(self._keys)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(8)
        for part in (self.key, self.secret, words(API_KEY, "meta")):
            inside.addWidget(part)
        self._keys.hide()
        self.outcome = Outcome()
        card = Card()
        card.column.addWidget(self.sid)
        card.column.addWidget(self.token)
        links = FlowLayout(spacing=12)
        links.addWidget(self.console)
        links.addWidget(self.key_button)
        links.addWidget(self.take_key)
        self.take_key.hide()
        self.key_in_use.hide()
        card.column.addWidget(self.key_in_use)
        card.column.addLayout(links)
        card.column.addWidget(self._keys)
        card.column.addWidget(self.outcome)
        self.add(card)

        self.trial = Card("warn")
        self.trial.column.addWidget(words(TRIAL, "warn"))
        self.trial.hide()
        self.add(self.trial)
        self.environment = Card()
        self.environment.column.addWidget(words(ENVIRONMENT, "muted"))
        self.environment.hide()
        self.add(self.environment)
        self._add_keyring()
        self._add_home()
        for field in self._fields:
            field.edit.textChanged.connect(self._home.show)
            field.edit.textChanged.connect(self.typed)

    def _add_keyring(self) -> None:
        self.keyring = Card("warn")
        self.keyring_sentence = words("", "strong")
        self.keyring_advice = words("", "secondary")
        self.retry = QPushButton("Try again")
        self.memory_button = QPushButton("Only until I quit")
        self.retry.clicked.connect(self.retried)
        self.memory_button.clicked.connect(self.memoryChosen)
        buttons = QHBoxLayout()
        buttons.addWidget(self.retry)
        buttons.addWidget(self.memory_button)
        buttons.addStretch(1)
        self.keyring.column.addWidget(self.keyring_sentence)
        self.keyring.column.addWidget(self.keyring_advice)
        self.keyring.column.addSpacing(4)
        self.keyring.column.addLayout(buttons)
        self.keyring.hide()
        self.add(self.keyring)

    def _add_home(self) -> None:
        self.keep = QRadioButton("Keep in this computer’s keyring")
        self.memory = QRadioButton("Only until I quit")
        self.memory.setAccessibleDescription("Nothing is kept; you paste them again at the next start")
        self.keep.setChecked(True)
        self._homes = QButtonGroup(self)
        self._home = QWidget()
        column = QVBoxLayout(self._home)
        column.setContentsMargins(0, 2, 0, 0)
        column.setSpacing(2)
        self._chosen = False
        """Whether the person has said where to."""
        for choice in (self.keep, self.memory):
            self._homes.addButton(choice)
            choice.toggled.connect(self._choose)
            column.addWidget(choice)
        self.add_inset(self._home)

    @property
    def _fields(self) -> tuple[Field, ...]:
        return self.sid, self.token, self.key, self.secret

    # What is there

    @property
    def entered(self) -> Entered:
        """As it was typed or pasted. A key that is kept stays where no other is entered, unless it was taken away."""
        unfolded = not self._keys.isHidden()
        return Entered(
            self.sid.edit.text(),
            self.token.edit.text(),
            self.key.edit.text() if unfolded else "",
            self.secret.edit.text() if unfolded else "",
            without_key=self._without,
        )

    @property
    def is_empty(self) -> bool:
        """Whether nothing is typed or pasted."""
        return not any(field.edit.text() for field in self._fields)

    def unfold(self) -> None:
        self.show_keys()
        self.key.edit.setFocus()

    def show_keys(self) -> None:
        if self._without:
            self._without = False
            self.key_in_use.hide()
        self._keys.show()
        self.key_button.hide()

    def offer_without(self) -> None:
        """The key that is kept is refused; what it is called is not known."""
        self.show_keys()
        self.take_key.show()

    def leave_key(self) -> None:
        """What is entered is to be used without the key that is kept."""
        self._without = True
        for field in (self.key, self.secret):
            put(field.edit, "")
            field.complain("")
        self._keys.hide()
        self.take_key.hide()
        self.key_button.setText(USE_KEY)
        self.key_button.show()
        self.key_in_use.setText(WITHOUT)
        self.key_in_use.show()

    def show_account(self, masked: str, home: CredentialHome, key: str = "", *, fixed: bool = False) -> None:
        """Whose messages these are ("": nobody's yet), and where its credentials are; ``key`` like SK…1f2a is in use,
        ``fixed`` by the environment. The fields may be filled anew.
        """
        editable, in_use = home is not CredentialHome.ENVIRONMENT, home is not CredentialHome.NONE
        self.environment.setVisible(not editable)
        self._home.setVisible(editable and (not in_use or any(field.edit.text() for field in self._fields)))
        self.key_button.setVisible(editable and self._keys.isHidden() and not fixed)
        self.key_button.setText(ANOTHER_KEY if key else USE_KEY)
        self.take_key.setVisible(bool(key) and not fixed)
        if key:
            self._without = False
            self.key.edit.setPlaceholderText(f"{key} is in use; paste only another one")
            self.secret.edit.setPlaceholderText("Known; paste only that of another key")
        else:
            self.key.edit.setPlaceholderText("Starts with SK")
            self.secret.edit.setPlaceholderText("")
        self.key_in_use.setText(f"Sends with the API key {key}." if key else WITHOUT if self._without else "")
        self.key_in_use.setVisible(bool(self.key_in_use.text()))
        for field in self._fields:
            field.edit.setReadOnly(not editable)
        if masked:
            self.sid.edit.setPlaceholderText(masked)
        self._kept = _WHERE.get(home, COPY)
        self.show_kept(kept=in_use)
        if in_use and not self._chosen:
            set_ticked(self.memory if home is CredentialHome.MEMORY else self.keep, True)

    def show_kept(self, *, kept: bool) -> None:
        """Whether the token of the account that is entered is known, where the account in use has its own."""
        self.token.edit.setPlaceholderText(self._kept if kept else COPY)

    def _choose(self, on: bool) -> None:
        self._chosen = self._chosen or on

    def forget(self) -> None:
        """Empties the fields, once what was in them is kept or used elsewhere."""
        self._chosen = self._without = False
        self._keys.hide()
        for field in self._fields:
            put(field.edit, "")
            if isinstance(field.edit, SecretField):
                field.edit.hide_letters()

    def show_keyring(self, state: KeyringState | None) -> None:
        """What is the matter with the keyring, or None."""
        self.keyring.setVisible(state is not None)
        if state is not None:
            self.keyring_sentence.setText(state.sentence)
            self.keyring_advice.setText(state.advice)
            self.keyring_advice.setVisible(bool(state.advice))

    def clear_complaints(self) -> None:
        for field in self._fields:
            field.complain("")

    def start(self) -> QWidget | None:
        return None if self.sid.edit.isReadOnly() else self.sid.edit
