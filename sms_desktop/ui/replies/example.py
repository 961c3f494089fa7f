"""What the section shows while there is no rule: what rules are for, and one that is a click away."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from sms_desktop.domain.reply import Rule, Trigger
from sms_desktop.ui.replies.speech import Speech
from sms_desktop.ui.widgets.button import button
from sms_desktop.ui.widgets.flow import FlowLayout
from sms_desktop.ui.widgets.wrapped import WrappedLabel

PURPOSE = "A rule answers the moment a text comes, also at night and while everybody is busy."
ASKED = "Hi! When are you open?"
EXAMPLE = Rule(
    "Opening hours",
    Trigger.CONTAINS,
    "Hi {first name|there}! We are open {opening hours|Mon-Fri 9:00-17:00}. See you soon!",
    words=("open", "hours", "closed"),
)


class Example(QFrame):
    """``taken``: the example is to be looked through and saved. ``began``: an empty one is wanted."""

    taken = Signal()
    began = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(8)
        self.theirs, self.ours = Speech("inbound"), Speech("outbound")
        self.take, self.begin = button("Use this example…", "primary"), button("Write my own")
        self.take.clicked.connect(self.taken)
        self.begin.clicked.connect(self.began)
        talk = QVBoxLayout()
        talk.setContentsMargins(0, 6, 0, 6)
        talk.setSpacing(6)
        talk.addWidget(self.theirs)
        talk.addWidget(self.ours)
        choices = FlowLayout(spacing=8)
        choices.addWidget(self.take)
        choices.addWidget(self.begin)
        column.addWidget(WrappedLabel(PURPOSE, role="strong"))
        column.addLayout(talk)
        column.addLayout(choices)
        self.theirs.say(ASKED)

    def show_answer(self, text: str) -> None:
        """The example's text as somebody would get it."""
        self.ours.say(text)
