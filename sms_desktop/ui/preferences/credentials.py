"""The fields of an account: checked while one types, kept when one presses Save."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QFormLayout, QFrame, QLabel, QLineEdit, QVBoxLayout, QWidget

from sms_desktop.domain.account import Entered
from sms_desktop.ui.preferences.page import button, buttons, tell
from sms_desktop.ui.theme import theme
from sms_desktop.ui.widgets.field import put
from sms_desktop.ui.widgets.secretfield import SecretField
from sms_desktop.ui.widgets.wrapped import WrappedLabel

ROTATION = "Where texts are sent with an API key, enter the key and its secret again as well."
PAUSE = 700
"""Milliseconds without typing after which what stands there is tried at Twilio."""


class CredentialsForm(QFrame):
    """``begin`` for another account, ``begin_rotation`` for a new token of the same one.

    ``tried`` asks for a live check, ``given`` to connect; ``show_result`` and ``show_trouble`` answer either.
    """

    tried = Signal(Entered)
    given = Signal(Entered, bool)
    """What was entered, and whether it is to be kept."""
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._fixed_sid = ""
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(PAUSE)
        self._later.timeout.connect(self._try)
        self.sid = self._field("Account SID", "AC…", secret=False)
        self.token = self._field("Auth Token", "")
        self.key = self._field("API key", "Optional: SK…, to send with", secret=False)
        self.secret = self._field("API secret", "Optional")
        self.keep = QCheckBox("Keep it in this computer's keyring")
        self.keep.setChecked(True)
        self.keep.toggled.connect(self._show_keeping)
        self._keeping = WrappedLabel(role="meta")
        self._rotation = WrappedLabel(role="meta")
        self.status = WrappedLabel(role="muted")
        self.status.hide()
        self.save, self.cancel = button("Save", "primary"), button("Cancel")
        self.save.clicked.connect(self._give)
        self.cancel.clicked.connect(self.cancelled)
        self._form = QFormLayout()
        self._form.setHorizontalSpacing(14)
        self._form.setVerticalSpacing(8)
        for field in (self.sid, self.token, self.key, self.secret):
            label = QLabel(field.accessibleName())
            label.setProperty("role", "muted")
            label.setFixedHeight(theme().tokens.control_height)
            self._form.addRow(label, field)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(8)
        column.addLayout(self._form)
        column.addWidget(self._rotation)
        column.addWidget(self.keep)
        column.addWidget(self._keeping)
        column.addWidget(self.status)
        column.addLayout(buttons(self.save, self.cancel))
        self._show_keeping(True)
        self.hide()

    def _field(self, name: str, hint: str, *, secret: bool = True) -> QLineEdit:
        field = SecretField(name) if secret else QLineEdit()
        field.setAccessibleName(name)
        field.setPlaceholderText(hint)
        field.textChanged.connect(self._edited)
        field.returnPressed.connect(self._give)
        return field

    def begin(self, sid: str = "") -> None:
        """Asks for an account; ``sid`` stands there already."""
        self._open("")
        put(self.sid, sid)
        self.sid.setCursorPosition(0)
        (self.token if sid else self.sid).setFocus()

    def begin_rotation(self, sid: str) -> None:
        """Asks for the account's new token alone."""
        self._open(sid)
        self.token.setFocus()

    @property
    def rotates(self) -> bool:
        """Whether it asks for a new token of the account in use."""
        return bool(self._fixed_sid)

    def close_form(self) -> None:
        """Puts the fields away, and forgets what was typed."""
        self._later.stop()
        for field in (self.sid, self.token, self.key, self.secret):
            put(field, "")
            if isinstance(field, SecretField):
                field.hide_letters()
        self.hide()

    def show_busy(self, sentence: str) -> None:
        tell(self.status, sentence, "muted")

    def show_result(self, sentence: str) -> None:
        self.save.setEnabled(True)
        tell(self.status, sentence, "ok")

    def show_trouble(self, sentence: str) -> None:
        self.save.setEnabled(True)
        tell(self.status, sentence, "bad")

    @property
    def entered(self) -> Entered:
        return Entered(self._fixed_sid or self.sid.text(), self.token.text(), self.key.text(), self.secret.text())

    def _open(self, sid: str) -> None:
        self.close_form()
        self._fixed_sid = sid
        self._form.setRowVisible(self.sid, not sid)
        self.keep.setChecked(True)
        self.save.setEnabled(True)
        tell(self.status, "")
        tell(self._rotation, ROTATION if sid else "")
        self.show()

    def _edited(self) -> None:
        tell(self.status, "")
        self._later.start()

    def _try(self) -> None:
        entered = self.entered
        half_a_key = bool(entered.api_key.strip()) != bool(entered.api_secret.strip())
        if entered.account_sid.strip() and entered.auth_token.strip() and not half_a_key:
            self.tried.emit(entered)

    def _give(self) -> None:
        self._later.stop()
        if not self.save.isEnabled():
            return
        self.save.setEnabled(False)
        self.given.emit(self.entered, self.keep.isChecked())

    def _show_keeping(self, keep: bool) -> None:
        said = "It is never written to a file." if keep else "Then it is asked for again at the next start."
        self._keeping.setText(said)
