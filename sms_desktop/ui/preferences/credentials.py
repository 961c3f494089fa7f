"""The fields of an account: checked while one types, kept when one presses Save."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QFormLayout, QFrame, QLabel, QLineEdit, QVBoxLayout, QWidget

from sms_desktop.domain.account import Entered, KeyringState
from sms_desktop.ui.preferences.page import tell
from sms_desktop.ui.theme import theme
from sms_desktop.ui.widgets.button import button, buttons
from sms_desktop.ui.widgets.field import Field, put
from sms_desktop.ui.widgets.secretfield import SecretField
from sms_desktop.ui.widgets.tick import set_ticked
from sms_desktop.ui.widgets.wrapped import WrappedLabel

SIGNATURES = (
    "An API key is used beside the Auth Token, not in its place: Twilio signs every incoming text with the token."
)
TOKEN_STAYS = "Leave empty where only the API key changes"  # noqa: S105 - words
ROTATION = "The API key {} stays in use: it does not change with the token."
CONNECTING = "Connecting…"
INTO_KEYRING, IN_USE = "Twilio knows it. Putting it into the keyring…", "Twilio knows it. Taking it into use…"
NO_KEYRING = "There is no keyring on this computer, so it is asked for again at the next start."
PAUSE = 700
"""Milliseconds without typing after which what stands there is tried at Twilio."""


class CredentialsForm(QFrame):
    """``begin`` for another account, ``begin_rotation`` for a new token of the same one. An API key in use stays so
    where none is entered.

    ``tried`` asks for a live check, ``given`` to connect; ``show_result``, ``show_trouble`` and ``complain`` answer
    either. While it connects nothing can be typed; ``cancelled`` takes it back, until ``show_accepted``.
    """

    tried = Signal(Entered)
    given = Signal(Entered, bool)
    """What was entered, and whether it is to be kept."""
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._fixed_sid = ""
        self._no_keyring, self._key = False, ""
        self._keeps = True
        """What the person wants, where there is a keyring."""
        self._connects = False
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(PAUSE)
        self._later.timeout.connect(self._try)
        self.sid = self._field("Account SID", "AC…", secret=False)
        self.token = self._field("Auth Token", "")
        self.key = self._field("API key", "Optional: SK…, to send with", secret=False)
        self.secret = self._field("API secret", "Optional")
        self.keep = QCheckBox("Keep it in this computer’s keyring")
        self.keep.setAccessibleName(self.keep.text())
        self.keep.setChecked(True)
        self.keep.toggled.connect(self._choose_keeping)  # which a screen reader does without a click
        self._keeping = WrappedLabel(role="meta")
        self._about_key = WrappedLabel(role="meta")
        self.status = WrappedLabel(role="muted")
        self.status.hide()
        self.save, self.cancel = button("Save", "primary"), button("Cancel")
        self.save.clicked.connect(self._give)
        self.cancel.clicked.connect(self.cancelled)
        self._form = QFormLayout()
        self._form.setHorizontalSpacing(14)
        self._form.setVerticalSpacing(8)
        self.fields = {
            name: Field(edit.accessibleName(), edit, named=False)
            for name, edit in (
                ("account_sid", self.sid),
                ("auth_token", self.token),
                ("api_key", self.key),
                ("api_secret", self.secret),
            )
        }
        for field in self.fields.values():
            label = QLabel(field.edit.accessibleName())
            label.setProperty("role", "muted")
            label.setFixedHeight(theme().tokens.control_height)
            self._form.addRow(label, field)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(8)
        column.addLayout(self._form)
        column.addWidget(self._about_key)
        column.addWidget(self.keep)
        column.addWidget(self._keeping)
        column.addWidget(self.status)
        column.addLayout(buttons(self.save, self.cancel))
        self._show_keeping()
        self.hide()

    def _field(self, name: str, hint: str, *, secret: bool = True) -> QLineEdit:
        field = SecretField(name) if secret else QLineEdit()
        field.setAccessibleName(name)
        field.setPlaceholderText(hint)
        field.textChanged.connect(self._edited)
        field.returnPressed.connect(self._give)
        return field

    def begin(self, sid: str = "", key: str = "", *, keep: bool = True) -> None:
        """Asks for an account; ``sid`` stands there already, and ``key`` like SK…1f2a is in use."""
        self._open("", key, keep)
        put(self.sid, sid)
        self.sid.setCursorPosition(0)
        (self.token if sid else self.sid).setFocus()

    def begin_rotation(self, sid: str, key: str = "", *, keep: bool = True) -> None:
        """Asks for the account's new token alone."""
        self._open(sid, key, keep)
        self.token.setFocus()

    def show_keyring(self, state: KeyringState | None) -> None:
        """Where there is none, nothing can be kept; else it stays as the person wants it."""
        self._no_keyring = state is not None and not state.usable and not state.name
        self._show_keeping()

    @property
    def rotates(self) -> bool:
        """Whether it asks for a new token of the account in use."""
        return bool(self._fixed_sid)

    @property
    def connects(self) -> bool:
        """Whether what was given is being connected."""
        return self._connects

    def close_form(self) -> None:
        """Puts the fields away, and forgets what was typed."""
        self._later.stop()
        self._hold(False)
        for field in self.fields.values():
            put(field.edit, "")
            field.complain("")
            if isinstance(field.edit, SecretField):
                field.edit.hide_letters()
        self.hide()

    def show_busy(self, sentence: str) -> None:
        tell(self.status, sentence, "muted")

    def show_accepted(self) -> None:
        """From now on it is too late to cancel."""
        self.cancel.setEnabled(False)
        self.show_busy(INTO_KEYRING if self.keep.isChecked() else IN_USE)

    def show_result(self, sentence: str) -> None:
        tell(self.status, sentence, "ok")

    def show_trouble(self, sentence: str) -> None:
        self._hold(False)
        tell(self.status, sentence, "bad")

    def complain(self, name: str, sentence: str) -> None:
        """Beside the field with that name in ``Entered``."""
        self._hold(False)
        if name in ("api_key", "api_secret"):
            self._show_key_fields(True)
        tell(self.status, "")
        for other, field in self.fields.items():
            field.complain(sentence if other == name else "")

    @property
    def entered(self) -> Entered:
        return Entered(self._fixed_sid or self.sid.text(), self.token.text(), self.key.text(), self.secret.text())

    def _open(self, sid: str, key: str, keep: bool) -> None:
        self.close_form()
        self._fixed_sid, self._key = sid, key
        self._form.setRowVisible(self.fields["account_sid"], not sid)
        self._show_key_fields(not sid)
        self.key.setPlaceholderText(f"{key} is in use; type only another one" if key else "Optional: SK…, to send with")
        self.secret.setPlaceholderText("Known; type only that of another key" if key else "Optional")
        self.token.setPlaceholderText(TOKEN_STAYS if key and not sid else "")
        self._keeps = keep
        self._show_keeping()
        tell(self.status, "")
        if sid:
            tell(self._about_key, ROTATION.format(key) if key else "")
        self.show()

    def _show_key_fields(self, on: bool) -> None:
        for name in ("api_key", "api_secret"):
            self._form.setRowVisible(self.fields[name], on)
        tell(self._about_key, SIGNATURES if on else "")

    def _edited(self) -> None:
        tell(self.status, "")
        for field in self.fields.values():
            field.complain("")
        self._later.start()

    def _try(self) -> None:
        entered = self.entered
        key, secret = entered.api_key.strip(), entered.api_secret.strip()
        half_a_key = bool(key) != bool(secret)
        if entered.account_sid.strip() and (entered.auth_token.strip() or (key and self._key)) and not half_a_key:
            self.tried.emit(entered)

    def _give(self) -> None:
        self._later.stop()
        if not self.save.isEnabled():
            return
        self._hold(True)
        self.show_busy(CONNECTING)
        self.given.emit(self.entered, self.keep.isChecked())

    def _hold(self, on: bool) -> None:
        """Nothing is to be changed while it is connected."""
        self._connects = on
        for field in self.fields.values():
            field.edit.setReadOnly(on)  # which lets the keyboard stay there
        self.save.setEnabled(not on)
        self.cancel.setEnabled(True)
        self._show_keeping()

    def _choose_keeping(self, keep: bool) -> None:
        self._keeps = keep
        self._show_keeping()

    def _show_keeping(self) -> None:
        set_ticked(self.keep, self._keeps and not self._no_keyring)
        self.keep.setEnabled(not self._no_keyring and not self._connects)
        if self._no_keyring:
            self._keeping.setText(NO_KEYRING)
            return
        said = "It is never written to a file." if self._keeps else "Then it is asked for again at the next start."
        self._keeping.setText(said)
