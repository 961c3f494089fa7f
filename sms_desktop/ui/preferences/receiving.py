"""How messages come in: the way in use, and the three to choose from."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QRadioButton,
    QWidget,
)

from sms_desktop.domain.account import CredentialHome
from sms_desktop.domain.receiving import HOW_LATE, Reach, Receiving, WayIn
from sms_desktop.ui.assets import pixmap
from sms_desktop.ui.preferences import sentences
from sms_desktop.ui.preferences.page import WorkingPage, button, tell
from sms_desktop.ui.theme import theme
from sms_desktop.ui.widgets.field import put
from sms_desktop.ui.widgets.linkbutton import LinkButton
from sms_desktop.ui.widgets.optioncard import OptionCard
from sms_desktop.ui.widgets.secretfield import SecretField
from sms_desktop.ui.widgets.tick import set_ticked
from sms_desktop.ui.widgets.wrapped import WrappedLabel

TOKEN_PAGE = "https://dashboard.ngrok.com/get-started/your-authtoken"  # noqa: S105 - where a token is found
_REACHES = {
    Reach.UP: ("check-circle", "ok"),
    Reach.STARTING: ("clock", "muted"),
    Reach.DOWN: ("alert", "bad"),
    Reach.OFF: ("minus-circle", "muted"),
}
_FREE = "Instant. A free ngrok account is enough; its token is kept"
_KEPT, _FORGOTTEN = f"{_FREE} in this computer's keyring.", f"{_FREE} only until you quit."
_CHOICES = (
    (WayIn.NGROK, "ngrok", _KEPT),
    (WayIn.OWN, "My own public address", "You run a domain or a reverse proxy that forwards to this computer."),
    (
        WayIn.POLLING,
        "No public address",
        f"Asks Twilio every few seconds. Works behind any firewall; texts show {HOW_LATE}. Pictures cannot be sent.",
    ),
)


class ReceivingPage(WorkingPage):
    """``show_receiving`` says how the way in stands; what is chosen takes effect with “Use this”."""

    ngrokChosen = Signal(object, str)
    """The token or None for the one that is kept, and the reserved address or ""."""
    ownChosen = Signal(str)
    pollingChosen = Signal()
    memoryChosen = Signal()
    """The token that was typed is to be kept only until one quits."""
    reconnectRequested = Signal()
    restoresChosen = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Receiving", parent)
        self._state = Receiving()
        self._has_token = False
        self._given = ""
        self._chosen: WayIn | None = None
        self.add_heading("How messages come in now")
        self.light = QLabel()
        self.light.setFixedSize(20, 20)
        self.sentence = WrappedLabel(role="body")
        now = QHBoxLayout()
        now.setSpacing(10)
        now.addWidget(self.light)
        now.addWidget(self.sentence, 1)
        self.column.addLayout(now)
        self.advice = self.add_words("muted")
        self.progress = QProgressBar()
        self.progress.setRange(0, 100)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName("Progress")
        self.column.addWidget(self.progress)
        self.reconnect = button("Reconnect")
        self.reconnect.clicked.connect(self._reconnect)
        self.add_row(self.reconnect)
        self.add_rule()
        self.add_heading("Change it")
        self._group = QButtonGroup(self)
        self.ways: dict[WayIn, QRadioButton] = {}
        self._cards: dict[WayIn, OptionCard] = {}
        self.token = self._field("ngrok token", SecretField("ngrok token"))
        self.domain = self._field("Reserved address", QLineEdit())
        self.domain.setPlaceholderText("Reserved address, if you have one")
        self.address = self._field("Public address", QLineEdit())
        self.address.setPlaceholderText("https://texts.example.com")
        for way, word, hint in _CHOICES:
            self.column.addWidget(self._card(way, word, hint))
        self.said = self.add_words("bad")
        self.use = button("Use this", "primary")
        self.use.clicked.connect(self._use)
        self.memory = button("Only until I quit")
        self.memory.hide()
        self.memory.clicked.connect(self._keep_in_memory)
        self.add_row(self.use, self.memory)
        self.add_rule()
        self.restores = QCheckBox("When I quit, give the numbers back their former addresses")
        self.restores.toggled.connect(self.restoresChosen)  # which a screen reader does without a click
        self.column.addWidget(self.restores)
        self.add_words("meta", "Then another program gets the texts while this one is closed.")
        self.end()
        theme().changed.connect(self._tint)
        tell(self.said, "")
        self.show_receiving(self._state)

    def _field(self, name: str, field: QLineEdit) -> QLineEdit:
        field.setAccessibleName(name)
        field.setPlaceholderText(name)
        field.textChanged.connect(self._edited)
        field.returnPressed.connect(self._use)
        return field

    def _card(self, way: WayIn, word: str, hint: str) -> OptionCard:
        card = OptionCard(word, description=hint)
        for field in {WayIn.NGROK: (self.token, self.domain), WayIn.OWN: (self.address,)}.get(way, ()):
            card.add(field)
        if way is WayIn.NGROK:
            link = LinkButton("Where is my token?", TOKEN_PAGE)
            link.setAutoDefault(False)
            card.add(link)
            card.inside.setAlignment(link, Qt.AlignmentFlag.AlignLeft)
        card.chosen.connect(partial(self._choose, way))
        self._group.addButton(card.radio)
        self.ways[way] = card.radio
        self._cards[way] = card
        return card

    # what it shows

    def show_receiving(self, state: Receiving) -> None:
        """How the way in stands now. The choice below follows it until the person touches it."""
        self._state = state
        way = sentences.WAYS[state.way]
        said = state.sentence or way
        self.sentence.setText(said)
        tell(self.advice, state.advice)
        self.progress.setVisible(state.progress is not None)
        self.progress.setValue(round((state.progress or 0) * 100))
        self.reconnect.setVisible(state.way in (WayIn.NGROK, WayIn.OWN))
        if self._chosen is None and state.way is not None:
            self.ways[state.way].setChecked(True)
            self._chosen = None
        self._tint()

    def show_restores(self, on: bool) -> None:
        """Whether the numbers are given back when one quits."""
        set_ticked(self.restores, on)

    def show_kept(self, *, token: bool, domain: str, address: str) -> None:
        """What is there to be used again."""
        self._has_token = token
        self.token.setPlaceholderText("A token is known; type only a new one" if token else "ngrok token")
        if not self.domain.isModified():
            put(self.domain, domain)
        if not self.address.isModified():
            put(self.address, address)

    def show_home(self, home: CredentialHome) -> None:
        """What is entered here is kept where the account's token is."""
        self._cards[WayIn.NGROK].describe(_FORGOTTEN if home is CredentialHome.MEMORY else _KEPT)

    def held(self) -> tuple[QWidget, ...]:
        return self.use, self.reconnect

    def show_done(self, sentence: str = "") -> None:
        """What was typed or chosen meanwhile stays."""
        if self.way is self._state.way:
            self._chosen = None
        if self.token.text().strip() == self._given:
            put(self.token, "")
        super().show_done(sentence)

    def show_unkept(self, sentence: str) -> None:
        """The keyring does not keep the token that was typed; without it nothing is to be kept."""
        self.show_trouble(sentence)
        self.memory.setVisible(bool(self._given) and self.way is WayIn.NGROK)

    # what the person does

    @property
    def way(self) -> WayIn | None:
        """The one whose radio button is on."""
        return next((way for way, radio in self.ways.items() if radio.isChecked()), None)

    def _choose(self, way: WayIn) -> None:
        self._chosen = way
        self.memory.hide()
        tell(self.said, "")

    def _edited(self) -> None:
        self._chosen = self.way
        self.memory.hide()
        tell(self.said, "")

    def _use(self) -> None:
        if not self.use.isEnabled():  # Return in a field, while the last choice is being tried
            return
        self.memory.hide()
        match self.way:
            case WayIn.NGROK:
                token = self.token.text().strip()
                if not token and not self._has_token:
                    self.show_trouble("Paste your ngrok token. It is on ngrok's page “Your Authtoken”.")
                    self.token.setFocus()
                    return
                self._given = token
                self.ngrokChosen.emit(token or None, self.domain.text().strip())
            case WayIn.OWN:
                if not self.address.text().strip():
                    self.show_trouble("Enter the address first.")
                    self.address.setFocus()
                    return
                self.ownChosen.emit(self.address.text().strip())
            case WayIn.POLLING:
                self.pollingChosen.emit()
            case None:
                self.show_trouble("Choose one of the three first.")

    def _keep_in_memory(self) -> None:
        self.memoryChosen.emit()
        self._use()

    def _reconnect(self) -> None:
        self._given = ""
        self.reconnectRequested.emit()

    def _tint(self) -> None:
        icon, tone = _REACHES[self._state.reach]
        self.light.setPixmap(pixmap(icon, getattr(theme().tokens, tone), 20, self.devicePixelRatioF()))
