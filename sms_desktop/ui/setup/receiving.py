"""How texts reach this computer: three ways, and what changes at Twilio for the chosen one."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QLineEdit, QPushButton, QWidget

from sms_desktop.domain.receiving import HOW_LATE, WayIn
from sms_desktop.ui.changes import ChangesCard
from sms_desktop.ui.setup.sheet import Sheet
from sms_desktop.ui.widgets.field import Field, put
from sms_desktop.ui.widgets.flow import FlowLayout
from sms_desktop.ui.widgets.keyboard import Hold, holds_keyboard
from sms_desktop.ui.widgets.linkbutton import LinkButton
from sms_desktop.ui.widgets.optioncard import OptionCard
from sms_desktop.ui.widgets.outcome import Outcome
from sms_desktop.ui.widgets.secretfield import SecretField
from sms_desktop.ui.words import one_line

NGROK_TOKEN = "https://dashboard.ngrok.com/get-started/your-authtoken"  # noqa: S105 - where a token is found
LENT = "Paste one only if it is to be another"
KEPT = "Kept in this computer’s keyring; paste another to replace it"
KNOWN = "Known until you quit; paste another to replace it"
_FREE = "A free ngrok account is enough. The token is"
_KEPT, _FORGOTTEN = f"{_FREE} kept in this computer’s keyring.", f"{_FREE} known only until you quit."


class ReceivingPage(Sheet):
    """``wayChosen``: another card; ``typed``: something in the chosen card; ``checkRequested``: its Check button."""

    wayChosen = Signal()
    typed = Signal()
    checkRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            "How should messages reach this computer?",
            "Twilio delivers incoming texts to a public address. Choose how this computer gets one.",
            parent,
        )
        self._keeps = True
        self._hold = Hold(self)
        self.ways: dict[WayIn, OptionCard] = {
            WayIn.NGROK: OptionCard(
                "ngrok",
                "recommended · instant",
                _KEPT,
            ),
            WayIn.OWN: OptionCard(
                "My own public address",
                "",
                "You run a domain or a reverse proxy that forwards to this computer.",
            ),
            WayIn.POLLING: OptionCard(
                "No public address",
                "asks Twilio every few seconds",
                f"Works behind any firewall. Answers show {HOW_LATE}; pictures cannot be sent.",
            ),
        }
        self.outcomes = {way: Outcome() for way in WayIn}
        self._fill_ngrok()
        self._fill_own()
        self._group = QButtonGroup(self)
        for card in self.ways.values():
            card.chosen.connect(self.wayChosen)
            self._group.addButton(card.radio)
            self.add(card)
        self.changes = ChangesCard()
        self.add(self.changes)
        for field in (self.token, self.domain, self.address):
            field.edit.textChanged.connect(self.typed)
        self.set_foot("Use this address")

    def _fill_ngrok(self) -> None:
        card = self.ways[WayIn.NGROK]
        self.check = QPushButton("Check")
        self.check.setAccessibleDescription("Connects to ngrok with this token")
        self.check.clicked.connect(self.checkRequested)
        self.token = Field("ngrok token", SecretField("ngrok token"), button=self.check, named=False)
        self.token.edit.setPlaceholderText("Your Authtoken from ngrok’s dashboard")
        self.domain = Field("Reserved address", QLineEdit())
        self.domain.edit.setPlaceholderText("From ngrok’s dashboard, under Domains: bright-chairs.ngrok.app")
        self.domain.hide()
        self.domain_button = QPushButton("Use a reserved address")
        self.domain_button.setProperty("role", "link")
        self.domain_button.clicked.connect(self.unfold)
        links = QWidget()
        row = FlowLayout(links, spacing=12)
        self.find_token = LinkButton("Find my token", NGROK_TOKEN)
        row.addWidget(self.domain_button)
        row.addWidget(self.find_token)
        for part in (self.token, self.domain, self.outcomes[WayIn.NGROK], links):
            card.add(part)

    def _fill_own(self) -> None:
        self.own_check = QPushButton("Check")
        self.own_check.setAccessibleDescription("Checks the address")
        self.own_check.clicked.connect(self.checkRequested)
        self.address = Field("Public address", QLineEdit(), button=self.own_check, named=False)
        self.address.edit.setPlaceholderText("https://texts.example.com")
        self.ways[WayIn.OWN].add(self.address)
        self.ways[WayIn.OWN].add(self.outcomes[WayIn.OWN])
        self.ways[WayIn.POLLING].add(self.outcomes[WayIn.POLLING])

    # What is chosen

    @property
    def typed_in(self) -> tuple[str, ...]:
        """What stands in the fields."""
        return tuple(field.edit.text() for field in (self.token, self.domain, self.address))

    @property
    def way(self) -> WayIn:
        return next((way for way, card in self.ways.items() if card.is_chosen), WayIn.NGROK)

    def choose(self, way: WayIn) -> None:
        """The keyboard goes along, where it is at one of the ways: of radio buttons the chosen one has it."""
        held = any(holds_keyboard(card.radio) for card in self.ways.values())
        self.ways[way].choose()
        if held:
            self.ways[way].radio.setFocus(Qt.FocusReason.OtherFocusReason)

    def unfold(self) -> None:
        """The field for a reserved address."""
        self.domain.show()
        self.domain_button.hide()
        self.domain.edit.setFocus()

    def show_keeping(self, keeps: bool) -> None:
        """Whether a token that is pasted is kept beyond the end of the program."""
        self._keeps = keeps
        self.ways[WayIn.NGROK].describe(_KEPT if keeps else _FORGOTTEN)

    def show_kept(self, *, token: bool, domain: str, address: str, lender: str = "") -> None:
        """What is known from before; the token itself is not shown again. ``lender``: whose token is used if no other
        is given.
        """
        if token:
            self.token.edit.setPlaceholderText(KEPT if self._keeps else KNOWN)
        elif lender:
            self.token.edit.setPlaceholderText(LENT)
        self.token.set_hint(f"The token kept for {one_line(lender)} is used here too." if lender and not token else "")
        if domain:
            self.domain_button.setText("Change the reserved address")
        for field, known in ((self.domain, domain), (self.address, address)):
            if not field.edit.text() and not field.edit.isModified():  # nobody has just emptied it
                put(field.edit, known)

    def set_working(self, working: bool) -> None:
        if working:
            self._hold.begin(self.check, self.own_check)
        for button in (self.check, self.own_check):
            button.setEnabled(not working)
        if not working:
            self._hold.end()

    def clear_complaints(self) -> None:
        for field in (self.token, self.domain, self.address):
            field.complain("")

    def start(self) -> QWidget | None:
        return self.ways[self.way].radio
