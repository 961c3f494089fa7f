"""How messages come in: the way in use, and the three to choose from."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from sms_desktop.domain.account import CredentialHome, KeyringState
from sms_desktop.domain.receiving import HOW_LATE, Reach, Receiving, WayIn
from sms_desktop.ui.assets import pixmap
from sms_desktop.ui.preferences import sentences
from sms_desktop.ui.preferences.bringpanel import BringPanel
from sms_desktop.ui.preferences.page import WorkingPage, tell
from sms_desktop.ui.theme import theme
from sms_desktop.ui.widgets.beforeafter import BeforeAfter
from sms_desktop.ui.widgets.below import put_below
from sms_desktop.ui.widgets.button import button
from sms_desktop.ui.widgets.field import Field, put
from sms_desktop.ui.widgets.linkbutton import LinkButton
from sms_desktop.ui.widgets.optioncard import OptionCard
from sms_desktop.ui.widgets.outcome import How, Outcome
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
_FREE = "Instant. A free ngrok account is enough; its token"
_KEPT, _FORGOTTEN = f"{_FREE} is kept in this computer’s keyring.", f"{_FREE} is kept only until you quit."
_GIVEN = f"{_FREE} comes from the variable NGROK_AUTHTOKEN."
_FIXED = (
    "The variable SMS_DESKTOP_PUBLIC_URL says which address it is. To choose another way, take it away and start SMS "
    "Desktop again."
)
_CHOICES = (
    (WayIn.NGROK, "ngrok", _KEPT),
    (WayIn.OWN, "My own public address", "You run a domain or a reverse proxy that forwards to this computer."),
    (
        WayIn.POLLING,
        "No public address",
        f"Asks Twilio every few seconds. Works behind any firewall; texts show {HOW_LATE}. Pictures cannot be sent.",
    ),
)
_HOWS: dict[str, How] = {"muted": "busy", "ok": "ok", "bad": "bad"}


class ReceivingPage(WorkingPage):
    """``show_receiving`` says how the way in stands; what is chosen takes effect with “Use this”, once the person has
    agreed to what ``ask`` shows. What is answered stands in the card of the way that was chosen, or beside its field.
    """

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
        self._typed: tuple[str, ...] = ()
        """What stood in the fields when it was given."""
        self._chosen: WayIn | None = None
        self._answering: WayIn | None = None
        """The way that is being tried; None: the one in use."""
        self._home, self._no_keyring = CredentialHome.NONE, False
        self._token_given = False
        self.panel: BeforeAfter | BringPanel | None = None
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
        self.said = self.add_words("bad")
        self.add_rule()
        self.add_heading("Change it")
        self.fixed = self.add_words("muted")
        self._group = QButtonGroup(self)
        self.ways: dict[WayIn, QRadioButton] = {}
        self._cards: dict[WayIn, OptionCard] = {}
        self.fields = {
            "token": self._field("ngrok token", SecretField("ngrok token")),
            "domain": self._field("Reserved address", QLineEdit()),
            "address": self._field("Public address", QLineEdit()),
        }
        self.token, self.domain, self.address = (field.edit for field in self.fields.values())
        self.domain.setPlaceholderText("Reserved address, if you have one")
        self.address.setPlaceholderText("https://texts.example.com")
        self.answers = {way: Outcome() for way in WayIn}
        self.memory = button("Only until I quit")
        self.memory.hide()
        self.memory.clicked.connect(self._keep_in_memory)
        for way, word, hint in _CHOICES:
            self.column.addWidget(self._card(way, word, hint))
        self._question = QWidget()
        self._asked = QVBoxLayout(self._question)
        self._asked.setContentsMargins(0, 0, 0, 0)
        self._asked.setSpacing(6)
        self._lead = WrappedLabel(role="strong")
        self._asked.addWidget(self._lead)
        self._question.hide()
        self.column.addWidget(self._question)
        self.use = button("Use this", "primary")
        self.use.clicked.connect(self._use)
        self.add_row(self.use)
        self.add_rule()
        self.restores = QCheckBox("When I quit, give the numbers back their former addresses")
        self.restores.toggled.connect(self.restoresChosen)  # which a screen reader does without a click
        self.column.addWidget(self.restores)
        self.unrestored = self.add_words("bad")
        self.add_words("meta", "Then another program gets the texts while this one is closed.")
        self.end()
        theme().changed.connect(self._tint)
        tell(self.said, "")
        tell(self.unrestored, "")
        tell(self._lead, "")
        tell(self.fixed, "")
        self.show_receiving(self._state)

    def _field(self, name: str, edit: QLineEdit) -> Field:
        edit.setPlaceholderText(name)
        edit.textChanged.connect(self._edited)
        edit.returnPressed.connect(self._use)
        return Field(name, edit, named=False)

    def _card(self, way: WayIn, word: str, hint: str) -> OptionCard:
        card = OptionCard(word, description=hint)
        for name in {WayIn.NGROK: ("token", "domain"), WayIn.OWN: ("address",)}.get(way, ()):
            card.add(self.fields[name])
        card.add(self.answers[way])
        if way is WayIn.NGROK:
            link = LinkButton("Where is my token?", TOKEN_PAGE)
            link.setAutoDefault(False)
            for part in (self.memory, link):
                card.add(part)
                card.inside.setAlignment(part, Qt.AlignmentFlag.AlignLeft)
            self.memory.hide()
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

    def show_fixed(self, *, address: bool, token: bool) -> None:
        """What the environment says cannot be chosen here."""
        self._token_given = token
        self.fields["token"].setVisible(not token)
        tell(self.fixed, _FIXED if address else "")
        for card in self._cards.values():
            card.setVisible(not address)
        self.use.setVisible(not address)
        self._describe()

    def show_home(self, home: CredentialHome) -> None:
        """What is entered here is kept where the account's token is."""
        self._home = home
        self._describe()

    def show_keyring(self, state: KeyringState) -> None:
        """Where there is none, nothing is kept."""
        self._no_keyring = not state.usable and not state.name
        self._describe()

    def _describe(self) -> None:
        self._cards[WayIn.NGROK].describe(_GIVEN if self._token_given else _KEPT if self.keeps else _FORGOTTEN)

    @property
    def keeps(self) -> bool:
        """Whether a token that is entered is kept beyond the end of the program."""
        return self._home is not CredentialHome.MEMORY and not self._no_keyring

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
        if not self.memory.isHidden():
            self.reveal(self.memory)

    def complain(self, sentence: str) -> None:
        """Of the choice that is made at the foot of the page."""
        tell(self.unrestored, sentence, "bad")
        self.reveal(self.unrestored)

    def complain_of(self, name: str, sentence: str) -> None:
        """Beside the field with that name, unless it holds something else by now."""
        if self._typed and self._typed != self._texts:
            self.show_trouble(sentence)
            return
        self.show_trouble("")
        field = self.fields[name]
        field.complain(sentence)
        field.edit.setFocus()
        self.reveal(field)

    def tell_answer(self, how: How, sentence: str) -> None:
        """Nothing is being tried any more."""
        super().show_done()
        if self._answering is not None:
            self.answers[self._answering].say(how, sentence)
            self.reveal(self._cards[self._answering])

    def ask(self, lead: str, panel: BeforeAfter | BringPanel, focused: QWidget) -> None:
        """Takes the place of “Use this” until it is answered."""
        self.put_away()
        self.show_trouble("")
        self.panel = panel
        tell(self._lead, lead)
        self._asked.addWidget(panel)
        panel.show()
        self._question.show()
        focused.setFocus()
        self.use.hide()
        self.reveal(self._question, focused)

    def put_away(self) -> None:
        """What was asked is answered, or does not matter any more."""
        panel, self.panel = self.panel, None
        if panel is None:
            return
        tell(self._lead, "")
        self.use.show()
        at = QApplication.focusWidget()
        if at is not None and panel.isAncestorOf(at):
            self.use.setFocus()
        put_below(self._asked, None, panel)
        self._question.hide()

    def step_back(self) -> bool:
        """Puts away what is asked, unless it is being done; False where nothing is asked."""
        if self.panel is None:
            return False
        self.panel.no.click()
        return True

    def _tell(self, sentence: str, role: str, *, done: bool = True) -> None:
        if self._answering is None:
            super()._tell(sentence, role, done=done)
            if sentence:
                self.reveal(self.said)
            return
        super()._tell("", role, done=done)
        if self.panel is not None:
            return  # which says it itself
        answer = self.answers[self._answering]
        answer.say(_HOWS[role], sentence)
        if sentence:
            self.reveal(answer)

    @property
    def _texts(self) -> tuple[str, ...]:
        return tuple(field.edit.text() for field in self.fields.values())

    # what the person does

    @property
    def way(self) -> WayIn | None:
        """The one whose radio button is on."""
        return next((way for way, radio in self.ways.items() if radio.isChecked()), None)

    def _choose(self, way: WayIn) -> None:
        self._chosen = way
        self._begin()

    def _edited(self) -> None:
        self._chosen = self.way
        self._begin()

    def _begin(self) -> None:
        """What was said and asked is about something else; what is being done goes on and tells how it ends."""
        self.memory.hide()
        for field in self.fields.values():
            field.complain("")
        if self.is_busy:
            return
        tell(self.said, "")
        self.put_away()
        for answer in self.answers.values():
            answer.clear()

    def _use(self) -> None:
        if not self.use.isEnabled() or self.panel is not None:
            return  # Return in a field, while the last choice is being tried or asked about
        self._begin()
        self._answering, self._typed = self.way, self._texts
        match self.way:
            case WayIn.NGROK:
                token = self.token.text().strip()
                if not token and not self._has_token:
                    self.complain_of("token", "Paste your ngrok token. It is on ngrok’s page “Your Authtoken”.")
                    return
                self._given = token
                self.ngrokChosen.emit(token or None, self.domain.text().strip())
            case WayIn.OWN:
                if not self.address.text().strip():
                    self.complain_of("address", "Enter the address first.")
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
        self._given, self._answering = "", None
        self.reconnectRequested.emit()

    def _tint(self) -> None:
        icon, tone = _REACHES[self._state.reach]
        self.light.setPixmap(pixmap(icon, getattr(theme().tokens, tone), 20, self.devicePixelRatioF()))
