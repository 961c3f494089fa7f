"""From what is typed to an open conversation."""

from PySide6.QtCore import QObject, Signal

from sms_desktop.domain.conversation import Conversation, Filter
from sms_desktop.domain.errors import BadInput
from sms_desktop.domain.hit import Hit
from sms_desktop.domain.phone import (
    AddressKind,
    Recipient,
    can_be_texted,
    display,
    international,
    kind_of,
    parse_recipient,
)
from sms_desktop.services.services import Services
from sms_desktop.ui.composer.saving import NOTHING, Content, joined
from sms_desktop.ui.newmessage.panel import NewMessagePanel
from sms_desktop.ui.search.model import Heading, Row
from sms_desktop.ui.tasks import Tasks

NOBODY = "Type a phone number, for example +1 212 555 0187.\nPeople you have texted with are offered here by name."
NO_LINE = "No number of yours is known yet. It appears once Twilio has answered."


class NewMessagePresenter(QObject):
    """``opened`` carries the conversation; ``dismissed`` tells that nothing came of it."""

    opened = Signal(Conversation)
    dismissed = Signal()

    def __init__(self, services: Services, tasks: Tasks, panel: NewMessagePanel) -> None:
        super().__init__(panel)
        self._services, self._tasks, self._panel = services, tasks, panel
        self._recipient: Recipient | None = None
        self._wrong = ""
        self._insisted = False
        self._line_picked = False
        self._offered: str | None = None
        self._doubted = ""
        self._eager = False
        self._content: Content = NOTHING
        panel.typed.connect(self._typed)
        panel.accepted.connect(self._accept)
        panel.dismissed.connect(self.dismissed)
        panel.suggestions.chosen.connect(self._choose)
        panel.lineChosen.connect(self._pick_line)
        panel.lineChanged.connect(self._change_line)

    def begin(self, line: str | None = None, *, to: str = "", content: Content = NOTHING) -> None:
        """Starts afresh; ``line`` is offered first. ``to`` is a number to put right, ``content`` what it is to be
        sent.
        """
        lines = [known for known in self._services.lines.known() if known.sms]
        self._panel.show_lines(lines, line)
        self._line_picked = False
        self._content = content
        self._panel.to.setText(international(to) if to else "")
        self._typed(self._panel.to.text())
        self._panel.to.setFocus()
        if not lines:
            self._panel.say("warn", NO_LINE)

    def _pick_line(self) -> None:
        self._change_line()
        self._panel.to.setFocus()

    def _change_line(self) -> None:
        """The keys stay where they are: the next letter is not to land in the recipient's number."""
        self._line_picked = True
        self._typed(self._panel.to.text())

    def _typed(self, text: str) -> None:
        text = text.strip()
        self._recipient, self._wrong, self._insisted = None, "", False
        self._offered, self._eager, self._doubted = None, False, ""
        if any(c.isdigit() for c in text):
            try:
                self._recipient = parse_recipient(text, self._services.lines.home_region())
            except BadInput as error:
                self._wrong = str(error)
        elif text:
            self._wrong = "Nobody by that name yet. Type their number."
        if self._recipient is not None and self._recipient.address == self._panel.chosen_line:
            self._refuse_own(self._recipient.address)
            self._recipient = None
        elif self._recipient is not None:
            self._panel.say("warn", self._recipient.doubt)
        else:
            self._panel.say("muted", "")
        self._tasks.latest("suggestions", self._suggest(text, self._recipient))

    def _refuse_own(self, address: str) -> None:
        self._wrong, self._insisted = (
            f"{display(address)} is the line that this goes out by. Type another number.",
            True,
        )
        self._panel.say("bad", self._wrong)

    async def _suggest(self, text: str, recipient: Recipient | None) -> None:
        if text:
            hits = [hit for hit in await self._services.search.find(text, 20) if hit.message is None]
            people = [hit.conversation for hit in hits]
        else:
            people = await self._services.conversations.page(Filter.ALL, None, 20)
            hits = [Hit(conversation, None, "", ()) for conversation in people]
        reachable = [hit for hit in hits if can_be_texted(hit.conversation.peer)]
        rows: list[Row] = [Heading("People" if text else "Recent"), *reachable] if reachable else []
        if recipient is not None and all(person.peer != recipient.address for person in people):
            # A few digits are a short code, but rather the beginning of somebody's number.
            short = kind_of(recipient.address) is AddressKind.SHORT_CODE
            rows.insert(len(rows) if short else 0, recipient)
        self._panel.suggestions.show_rows(rows, nothing="" if text else NOBODY)
        self._offered = text
        if recipient is None and not rows and self._wrong:
            self._panel.say("bad" if self._insisted else "muted", self._wrong)
        if self._eager:
            self._accept()

    def _accept(self) -> None:
        """Enter means the row that is marked; with none, what was typed; and if that will not do, why.

        Rows offered for what was typed before mean nothing: a whole number needs none, all else waits for its own.
        """
        text, current = self._panel.to.text().strip(), self._panel.suggestions.current
        whole = self._recipient is not None and kind_of(self._recipient.address) is not AddressKind.SHORT_CODE
        if text and self._offered != text and not whole:
            self._eager = True
            return
        self._eager = False
        short = self._recipient is not None and not whole
        if short and isinstance(current, Hit) and self._doubted != text:
            self._doubted = text
            self._panel.say(
                "warn", f"{text} may be a short code or a part of a number. Enter again opens the marked one."
            )
            return
        if current is not None and text and self._offered == text:
            self._choose(current)
        elif self._recipient is not None:
            self._choose(self._recipient)
        else:
            self._insisted = True
            self._panel.say("bad", self._wrong or "Type a phone number, for example +1 212 555 0187.")

    def _choose(self, row: object) -> None:
        line = self._panel.chosen_line
        peer = row.address if isinstance(row, Recipient) else row.conversation.peer if isinstance(row, Hit) else None
        if isinstance(row, Hit) and not self._line_picked and self._content == NOTHING:
            self.opened.emit(row.conversation)
        elif line is None:
            self._panel.say("warn", NO_LINE)
        elif peer == line:
            self._refuse_own(line)
        elif peer is not None:
            self._tasks.latest("open", self._open(line, peer, self._content))

    async def _open(self, line: str, peer: str, content: Content) -> None:
        """``content`` follows what is written there already, unless it was brought before."""
        conversation = await self._services.conversations.open(line, peer)
        drafts = self._services.drafts
        if content != NOTHING:
            there = await drafts.load(conversation.id)
            known = NOTHING if there is None else (there.body, there.files)
            if known != content:
                await drafts.save(conversation.id, *joined(known, content))
        self.opened.emit(conversation)
