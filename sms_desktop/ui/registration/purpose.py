"""What one texts about, and how people come to get it: the heart of a campaign."""

from collections.abc import Sequence

from PySide6.QtWidgets import QComboBox, QWidget

from sms_desktop.domain.campaign import DESCRIPTION, FLOW, Field
from sms_desktop.ui.registration.formsheet import FormSheet

CHOOSE = "Choose what fits best"
FIXED = "This was said the first time and cannot be changed any more."
ASKING = "Twilio is asked what there is to choose from…"


class PurposePage(FormSheet):
    """``show_usecases`` fills the choice."""

    word = "Purpose"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            "What do you text about?",
            "Carriers read this. Write as you would to somebody who does not know your business.",
            parent,
        )
        card = self.card()
        self.usecase = self.choice(card, Field.USECASE, "What the texts are for", [("", CHOOSE)], hint=ASKING)
        self.text(
            card,
            Field.DESCRIPTION,
            "What you send, and to whom",
            example="Bright Chairs reupholsters furniture. We text our customers when their order is ready, answer "
            "their questions and arrange when they come to collect it.",
            size=DESCRIPTION,
            lines=3,
        )
        self.text(
            card,
            Field.FLOW,
            "How people agree to get texts",
            hint="Where they are asked and what they are told there; for a web form, its address too.",
            example="Customers give their number at the counter on our paper order form and tick “Text me about my "
            "order”. The form says that message rates may apply and that STOP ends the texts.",
            size=FLOW,
            lines=3,
        )
        self.tick(card, "subscriber_opt_in", "People agree before they get the first text")
        self.usecase.changed.connect(self._describe)
        self._abouts: dict[str, str] = {}

    def show_usecases(self, found: Sequence[tuple[str, str, str]]) -> None:
        """Codes, names and what each is for; what was chosen stays."""
        box = self.usecase.edit
        assert isinstance(box, QComboBox)
        chosen = self.usecase.text
        self._abouts = {code: about for code, _, about in found}
        box.blockSignals(True)
        box.clear()
        box.addItem(CHOOSE, "")
        for code, name, _ in found:
            box.addItem(name, code)
        if chosen and chosen not in self._abouts:
            box.addItem(named(chosen), chosen)
        box.setCurrentIndex(max(0, box.findData(chosen)))
        box.blockSignals(False)
        self._describe()

    def show_usecases_trouble(self, sentence: str) -> None:
        self.usecase.set_hint(sentence)

    def choose(self, code: str) -> None:
        """One that may not be in the list yet."""
        box = self.usecase.edit
        assert isinstance(box, QComboBox)
        if code and box.findData(code) < 0:
            box.addItem(named(code), code)
        self.usecase.put(code)

    def fill(self, form: object) -> None:
        super().fill(form)
        self.choose(getattr(form, "usecase", ""))
        self._describe()

    def fix(self) -> None:
        """It is sent in once more: what the texts are for stays what it was."""
        self.usecase.edit.setEnabled(False)
        self.usecase.set_hint(FIXED)

    def _describe(self) -> None:
        if self.usecase.edit.isEnabled() and self._abouts:
            self.usecase.set_hint(self._abouts.get(self.usecase.text, ""))


def named(code: str) -> str:
    """A use case by its code, where Twilio's name for it is not known: “Low volume”, “K12 education”, “2FA”."""
    words = [word if any(c.isdigit() for c in word) else word.lower() for word in code.split("_")]
    said = " ".join(words)
    return said[:1].upper() + said[1:]
