"""What people may write to begin, to stop and for help, and what they are told then."""

from typing import Any

from PySide6.QtWidgets import QWidget

from sms_desktop.domain.campaign import ANSWER, Field
from sms_desktop.ui.registration.formsheet import FormSheet

_WORDS = frozenset({Field.OPT_IN_KEYWORDS, Field.OPT_OUT_KEYWORDS, Field.HELP_KEYWORDS})


class AnswersPage(FormSheet):
    """All of it may be left empty: Twilio then answers STOP, START and HELP in its own words."""

    word = "Answers"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            "What are people answered?",
            "You can leave all of this empty: Twilio then answers STOP, START and HELP in its own words.",
            parent,
        )
        begin = self.card("To get texts", "Only if people can ask for your texts by texting a word.")
        self.line(begin, Field.OPT_IN_KEYWORDS, "Words to opt in", example="START, CHAIRS")
        self.text(
            begin,
            Field.OPT_IN_MESSAGE,
            "Answer to opting in",
            size=ANSWER,
            example="Bright Chairs: we will text you about your order. Reply HELP for help, STOP to opt out.",
        )
        stop = self.card("To stop them")
        self.line(stop, Field.OPT_OUT_KEYWORDS, "Words to opt out", example="STOP, CANCEL")
        self.text(
            stop,
            Field.OPT_OUT_MESSAGE,
            "Answer to opting out",
            size=ANSWER,
            example="You will get no more texts from Bright Chairs.",
        )
        ask = self.card("For help")
        self.line(ask, Field.HELP_KEYWORDS, "Words for help", example="HELP, INFO")
        self.text(
            ask,
            Field.HELP_MESSAGE,
            "Answer to HELP",
            size=ANSWER,
            example="Bright Chairs: call (212) 555-0100 or write to help@brightchairs.example.",
        )
        pages = self.card("Web pages", "If you have them. Carriers look at them.")
        self.line(pages, Field.PRIVACY_URL, "Privacy policy", example="https://brightchairs.example/privacy")
        self.line(pages, Field.TERMS_URL, "Terms", example="https://brightchairs.example/terms")

    def read(self, key: str, text: str) -> Any:
        return words_of(text) if key in _WORDS else text

    def fix(self) -> None:
        """It is sent in once more: answers and words stay what they were."""
        for key, field in self.fields.items():
            if key not in (Field.PRIVACY_URL, Field.TERMS_URL):
                field.edit.setEnabled(False)


def words_of(text: str) -> tuple[str, ...]:
    """What stands between commas or line ends, each once."""
    parts = (part.strip() for part in text.replace("\n", ",").replace(";", ",").split(","))
    return tuple(dict.fromkeys(part for part in parts if part))
