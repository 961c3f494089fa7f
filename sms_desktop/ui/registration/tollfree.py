"""The pages of a toll-free verification: the business, whom to ask, the texts, and how people agree to them."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QWidget

from sms_desktop.domain.campaign import Problem
from sms_desktop.domain.tollfree import SUMMARY, VOLUMES, Authority, BusinessType, Category, Field, OptInType
from sms_desktop.ui.registration.answers import words_of
from sms_desktop.ui.registration.formsheet import FormSheet, Sent, said_of
from sms_desktop.ui.widgets.flow import FlowLayout
from sms_desktop.ui.widgets.outcome import Outcome
from sms_desktop.ui.widgets.tick import Tick, set_ticked

CHOOSE = "Choose"
TICK = 270
"""Pixels of each of the kinds: two stand side by side where there is room."""
BUSINESSES = {
    BusinessType.PRIVATE_PROFIT: "A private company",
    BusinessType.PUBLIC_PROFIT: "A company on the stock market",
    BusinessType.SOLE_PROPRIETOR: "One person (sole proprietor)",
    BusinessType.NON_PROFIT: "A non-profit",
    BusinessType.GOVERNMENT: "A public authority",
}
AUTHORITIES = {
    Authority.EIN: "EIN (United States)",
    Authority.CBN: "Business Number (Canada)",
    Authority.PROVINCIAL_NUMBER: "Number of a province (Canada)",
    Authority.NEQ: "NEQ (Quebec)",
    Authority.CRN: "Company number (United Kingdom)",
    Authority.VAT: "VAT number (Europe)",
    Authority.UST_IDNR: "USt-IdNr. (Germany)",
    Authority.SIREN: "SIREN (France)",
    Authority.SIRET: "SIRET (France)",
    Authority.CIF: "CIF (Spain)",
    Authority.NIF: "NIF (Spain, Portugal)",
    Authority.UID: "UID (Switzerland)",
    Authority.ACN: "ACN (Australia)",
    Authority.ABN: "ABN (Australia)",
    Authority.NZBN: "NZBN (New Zealand)",
    Authority.BRN: "Business registration number (Hong Kong)",
    Authority.CNPJ: "CNPJ (Brazil)",
    Authority.OTHER: "Another one",
}
CATEGORIES = {
    Category.CUSTOMER_CARE: "Customer care",
    Category.DELIVERY_NOTIFICATIONS: "Deliveries and orders",
    Category.ACCOUNT_NOTIFICATIONS: "News of an account",
    Category.MARKETING: "Offers and advertising",
    Category.EVENTS: "Events",
    Category.TWO_FACTOR_AUTHENTICATION: "Codes to sign in",
    Category.SECURITY_ALERT: "Security alerts",
    Category.FRAUD_ALERT_MESSAGING: "Warnings of fraud",
    Category.CHARITY_NONPROFIT: "Charity",
    Category.HIGHER_EDUCATION: "University or college",
    Category.K12: "School",
    Category.PUBLIC_SERVICE_ANNOUNCEMENT: "Public announcements",
    Category.POLLING_AND_VOTING_NON_POLITICAL: "Polls that are not political",
    Category.POLITICAL_ELECTION_CAMPAIGNS: "Political campaigns",
}
OPT_INS = {
    OptInType.VERBAL: "They say so, in the shop or by phone",
    OptInType.WEB_FORM: "A form on a web page",
    OptInType.PAPER_FORM: "A form on paper",
    OptInType.VIA_TEXT: "They text a word to us",
    OptInType.MOBILE_QR_CODE: "A QR code that they scan",
    OptInType.IMPORT: "A list from another system",
}


class BusinessPage(FormSheet):
    """Name, website, and where Twilio writes to."""

    word = "Business"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Who texts from this number?", "Twilio compares it with your website.", parent)
        card = self.card()
        self.line(card, Field.BUSINESS_NAME, "Name of the business", example="Bright Chairs LLC")
        self.line(card, "doing_business_as", "Known to customers as", hint="Only if that is another name.")
        self.line(card, Field.WEBSITE, "Website", example="https://brightchairs.example")
        kinds = [("", CHOOSE), *((kind.value, word) for kind, word in BUSINESSES.items())]
        self.choice(card, "business_type", "What it is", kinds)
        self.line(
            card, Field.EMAIL, "Your e-mail address", example="you@brightchairs.example",
            hint="Twilio writes there when it has decided.",
        )  # fmt: skip
        number = self.card("Its number in a register", "The tax number in the US (EIN); elsewhere that of a register.")
        self.line(number, Field.REGISTRATION_NUMBER, "Number", example="12-3456789")
        registers = [("", CHOOSE), *((one.value, word) for one, word in AUTHORITIES.items())]
        self.choice(number, Field.REGISTRATION_AUTHORITY, "Kind of number or register", registers)
        self.country(number, Field.REGISTRATION_COUNTRY, "Country of the register")

    def _follow(self, before: QWidget | None, now: QWidget | None) -> None:
        """Number and kind go together: whoever leaves the second one without the other is told so at once."""
        super()._follow(before, now)
        number, kind = self.fields[Field.REGISTRATION_NUMBER], self.fields[Field.REGISTRATION_AUTHORITY]
        left = before is kind.edit and now is not None and now.window() is self.window()  # and is not its list
        if left and (number.text.strip() or kind.text):
            number.insist()
            kind.insist()


class ContactPage(FormSheet):
    """All of it may be empty, but the more is known, the sooner it is approved."""

    word = "Contact"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            "Where is it, and whom may Twilio ask?",
            "You can leave this out; the more is known, the less is asked back.",
            parent,
        )
        place = self.card("Address")
        self.line(place, "street", "Street")
        self.line(place, "street2", "Street, second line")
        self.line(place, "city", "City")
        self.line(place, "state", "State or province")
        self.line(place, Field.POSTAL_CODE, "ZIP or postal code")
        self.country(place, Field.COUNTRY, "Country")
        person = self.card("Contact")
        self.line(person, "contact_first_name", "First name")
        self.line(person, "contact_last_name", "Last name")
        self.line(person, Field.CONTACT_EMAIL, "E-mail address of the contact")
        self.line(person, Field.CONTACT_PHONE, "Phone number")


class TextsPage(FormSheet):
    """What is sent, and how much of it."""

    word = "Texts"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("What do you text about?", "Write for somebody who does not know your business.", parent)
        kinds = self._kinds = self.card("What the texts are for", "Tick all that fit.")
        self.kinds: dict[str, Tick] = {}
        both = QWidget()
        flow = FlowLayout(both, spacing=6)
        for category, said in CATEGORIES.items():
            tick = Tick(said, role="body")
            tick.setFixedWidth(TICK)
            tick.check.toggled.connect(self.changed)
            self.kinds[category.value] = tick
            flow.addWidget(tick)
        kinds.column.addWidget(both)
        self.none = Outcome()
        kinds.column.addWidget(self.none)
        self._missing, self._insists = "", False
        card = self.card()
        self.text(
            card, Field.SUMMARY, "What you send, and to whom", size=(1, SUMMARY), lines=3,
            example="We text customers when their order is ready, and answer their questions.",
        )  # fmt: skip
        self.text(
            card, Field.SAMPLE, "An example of a text",
            example="Hi [name], your chair is ready. Bright Chairs. Reply STOP to opt out.",
        )  # fmt: skip
        self.text(card, "help_sample", "Answer to HELP", hint="You can leave it empty.")
        self.choice(card, Field.VOLUME, "Texts a month", [("", CHOOSE), *((one, one) for one in VOLUMES)])

    def fill(self, form: object) -> None:
        super().fill(form)
        chosen = getattr(form, "categories", ())
        for code, tick in self.kinds.items():
            set_ticked(tick.check, code in chosen)

    def taken(self) -> dict[str, Any]:
        chosen = tuple(code for code, tick in self.kinds.items() if tick.check.isChecked())
        return super().taken() | {"categories": chosen}

    def sent(self) -> list[Sent]:
        kinds = ", ".join(tick.text for tick in self.kinds.values() if tick.check.isChecked())
        return [Sent("What the texts are for", kinds), *super().sent()]

    def judge(self, problems: Sequence[Problem]) -> None:
        super().judge(problems)
        self._missing, _ = said_of(problems, lambda one: one.field == Field.CATEGORIES)
        self._complain()

    def insist(self) -> QWidget | None:
        self._insists = True
        self._complain()
        first = super().insist()
        return self._first if self._missing else first

    def _complain(self) -> None:
        said = self._missing if self._insists else ""
        self.none.say("bad", said)
        self._first.setAccessibleDescription(said)

    @property
    def _first(self) -> QWidget:
        return next(iter(self.kinds.values())).check

    def stops(self) -> list[tuple[str, QWidget]]:
        return [(Field.CATEGORIES.value, self._first), *super().stops()]

    def come_to(self, widget: QWidget) -> None:
        if widget is self._first and self.none.text:
            self.reveal(self._kinds)
        else:
            super().come_to(widget)

    def owns(self, problem: Problem) -> bool:
        return problem.field == Field.CATEGORIES or super().owns(problem)


class AgreementPage(FormSheet):
    """How people agree, and what shows it."""

    word = "Agreement"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            "How do people agree to your texts?",
            "This is what most verifications are rejected for: show it clearly.",
            parent,
        )
        card = self.card()
        ways = [("", CHOOSE), *((way.value, word) for way, word in OPT_INS.items())]
        self.choice(card, Field.OPT_IN_TYPE, "How they agree", ways)
        self.text(
            card, Field.OPT_IN_IMAGES, "Web addresses of pictures that show it", lines=2,
            hint="A photo of the paper form, a picture of the web page; one address a line, open to everybody.",
            example="https://brightchairs.example/order-form.jpg",
        )  # fmt: skip
        self.text(card, "opt_in_confirmation", "What they are answered when they agree by text")
        pages = self.card("More")
        self.line(pages, Field.PRIVACY_URL, "Privacy policy", example="https://brightchairs.example/privacy")
        self.line(pages, Field.TERMS_URL, "Terms", example="https://brightchairs.example/terms")
        self.text(pages, "additional", "Anything else that Twilio should know")
        self.line(
            pages, Field.PROFILE, "Business profile at Twilio", example="BU and 32 letters and digits",
            hint="If your business has one already.",
        )  # fmt: skip

    def read(self, key: str, text: str) -> Any:
        return words_of(text) if key == Field.OPT_IN_IMAGES else text

    def written(self, key: str, value: Any) -> str:
        return "\n".join(value) if isinstance(value, tuple) else super().written(key, value)
