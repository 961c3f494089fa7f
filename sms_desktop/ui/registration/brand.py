"""Who the business is: its profiles at Twilio, and whether it is for real or a rehearsal."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QButtonGroup, QCompleter, QLineEdit, QWidget

from sms_desktop.domain.brand import BrandForm, BrandKind
from sms_desktop.domain.campaign import Problem
from sms_desktop.domain.registration import PROFILES_PAGE
from sms_desktop.ui.registration.formsheet import FormSheet, Sent
from sms_desktop.ui.registration.sentences import ABOUT_REHEARSAL, CONSOLE, REHEARSAL
from sms_desktop.ui.widgets.button import buttons
from sms_desktop.ui.widgets.linkbutton import LinkButton
from sms_desktop.ui.widgets.optioncard import OptionCard
from sms_desktop.ui.widgets.outcome import Outcome
from sms_desktop.ui.widgets.tick import Tick

ABOUT = (
    "Twilio keeps your business’s name, address and tax number in two profiles, which are made in its console. Copy "
    "the SID of each from there."
)
BUNDLE = "BU and 32 letters and digits"


class BrandPage(FormSheet):
    """Two ways, each with the same profiles."""

    word = "Business"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Who are you to the carriers?", "Carriers call a business that texts a brand.", parent)
        profiles = self.card("Your business at Twilio", ABOUT)
        self.profile = self.line(profiles, "profile", "Business profile (Customer Profile)", example=BUNDLE)
        self.a2p = self.line(profiles, "a2p_profile", "A2P messaging profile", example=BUNDLE)
        self.link = LinkButton(f"{CONSOLE}: profiles", PROFILES_PAGE)
        self.link.setAutoDefault(False)
        profiles.column.addLayout(buttons(self.link))
        self.real = OptionCard(
            "Register for real", "recommended", "The registries check who the business is; carriers then know it."
        )
        self.rehearse = OptionCard(REHEARSAL, "costs nothing", ABOUT_REHEARSAL)
        self.sole = self._tick("The business is one person without a tax number (sole proprietor)")
        self.unvetted = self._tick("Leave out the second check, which costs more and may allow more texts a second")
        self._group = QButtonGroup(self)
        for card in (self.real, self.rehearse):
            self._group.addButton(card.radio)
            card.chosen.connect(self.changed)
            self.add(card)
        self.wrong = Outcome()
        self.add(self.wrong)
        self.real.choose()

    def _tick(self, text: str) -> Tick:
        tick = Tick(text, role="body")
        tick.check.toggled.connect(self.changed)
        self.real.add(tick)
        return tick

    def show_profiles(self, known: Sequence[str]) -> None:
        """SIDs of profiles that something was made from before: offered as one types."""
        for field in (self.profile, self.a2p):
            assert isinstance(field.edit, QLineEdit)
            field.edit.setCompleter(QCompleter(list(known), field.edit))

    def fill(self, form: object) -> None:
        super().fill(form)
        if isinstance(form, BrandForm):
            (self.rehearse if form.mock else self.real).choose()
            self.sole.check.setChecked(form.kind is BrandKind.SOLE_PROPRIETOR)
            self.unvetted.check.setChecked(form.skip_vetting)

    def taken(self) -> dict[str, Any]:
        mock = self.rehearse.is_chosen
        sole = self.sole.check.isChecked() and not mock
        return super().taken() | {
            "mock": mock,
            "kind": BrandKind.SOLE_PROPRIETOR if sole else BrandKind.STANDARD,
            "skip_vetting": self.unvetted.check.isChecked() and not mock,
        }

    def sent(self) -> list[Sent]:
        if self.rehearse.is_chosen:
            return [*super().sent(), Sent("Kind", "A rehearsal with a mock brand")]
        kind = "Sole proprietor" if self.sole.check.isChecked() else "Business"
        second = "No" if self.unvetted.check.isChecked() else "Yes"
        return [*super().sent(), Sent("Kind", kind), Sent("Second check (vetting)", second)]

    def judge(self, problems: Sequence[Problem]) -> None:
        super().judge(problems)
        rest = [one.sentence for one in problems if one.field not in self.fields]
        self.wrong.say("bad", " ".join(rest))

    def owns(self, problem: Problem) -> bool:
        return True
