"""From what is typed to an open conversation."""

from collections.abc import Iterable
from dataclasses import replace

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
    """``opened`` carries the conversation; ``dismissed`` tells that nothing came of it.

    Somebody known is written to by the line of their conversation, and From shows that line while their row is marked.
    Once the person has chosen a line, it decides, and the rows tell how things stand on that one.
    """

    opened = Signal(Conversation)
    dismissed = Signal()

    def __init__(self, services: Services, tasks: Tasks, panel: NewMessagePanel) -> None:
        super().__init__(panel)
        self._services, self._tasks, self._panel = services, tasks, panel
        self._recipient: Recipient | None = None
        self._wrong = ""
        self._insisted = False
        self._line: str | None = None
        self._line_picked = False
        self._walked = False
        self._offered: str | None = None
        self._doubted = ""
        self._eager = False
        self._content: Content = NOTHING
        self._mistaken = ""
        self._draft_of: int | None = None
        panel.typed.connect(self._typed)
        panel.accepted.connect(self._accept)
        panel.dismissed.connect(self.dismissed)
        panel.suggestions.chosen.connect(self._choose)
        panel.suggestions.list.selectionModel().currentChanged.connect(self._walk)
        panel.lineChosen.connect(self._pick_line)
        panel.lineChanged.connect(self._change_line)

    def begin(
        self, line: str | None = None, *, to: str = "", content: Content = NOTHING, draft_of: int | None = None
    ) -> None:
        """Starts afresh; ``line`` is offered first. ``to`` is a number to put right, ``content`` what it is to be
        sent, ``draft_of`` the conversation in which that stands unsent and which it then leaves. The right
        number is called as the mistaken one where nothing is known of it.
        """
        lines = [known for known in self._services.lines.known() if known.sms]
        self._panel.show_lines(lines, line)
        self._stand_on(self._panel.chosen_line, picked=False)
        self._content, self._mistaken, self._draft_of = content, to, draft_of
        self._panel.to.setText(international(to) if to else "")
        self._typed(self._panel.to.text())
        self._panel.to.setFocus()
        if not lines:
            self._panel.say("warn", NO_LINE)

    def _stand_on(self, line: str | None, *, picked: bool) -> None:
        self._line, self._line_picked = line, picked
        self._panel.set_own_line(line)

    def _pick_line(self) -> None:
        self._change_line()
        self._panel.to.setFocus()

    def _change_line(self) -> None:
        """The keys stay where they are: the next letter is not to land in the recipient's number."""
        self._stand_on(self._panel.chosen_line, picked=True)
        self._typed(self._panel.to.text())

    def _typed(self, text: str) -> None:
        text = text.strip()
        self._recipient, self._wrong, self._insisted = None, "", False
        self._offered, self._eager, self._doubted, self._walked = None, False, "", False
        if any(c.isdigit() for c in text):
            try:
                self._recipient = parse_recipient(text, self._services.lines.home_region())
            except BadInput as error:
                self._wrong = str(error)
        elif text:
            self._wrong = "Nobody by that name yet. Type their number."
        if self._recipient is not None and self._recipient.address == self._line:
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
            found = [hit for hit in await self._services.search.find(text, 20) if hit.message is None]
        else:
            recent = await self._services.conversations.page(Filter.ALL, None, 20)
            found = [Hit(conversation, None, "", ()) for conversation in recent]
        hits = await self._as_written_to(hit for hit in found if can_be_texted(hit.conversation.peer))
        if recipient is not None:  # who was typed whole comes first
            hits.sort(key=lambda hit: hit.conversation.peer != recipient.address)
        rows: list[Row] = [Heading("People" if text else "Recent"), *hits] if hits else []
        if recipient is not None and all(hit.conversation.peer != recipient.address for hit in found):
            # A few digits are a short code, but rather the beginning of somebody's number.
            short = kind_of(recipient.address) is AddressKind.SHORT_CODE
            rows.insert(len(rows) if short else 0, recipient)
        self._panel.suggestions.show_rows(rows, nothing="" if text else NOBODY)
        self._offered = text
        self._follow(text)
        if recipient is None and not rows and self._wrong:
            self._panel.say("bad" if self._insisted else "muted", self._wrong)
        if self._eager:
            self._accept()

    async def _as_written_to(self, found: Iterable[Hit]) -> list[Hit]:
        """The conversations in which these people would be written to, each once: those that were found, or those of
        the line that decides.
        """
        line, offered = self._line, self._panel.lines
        if line is None:
            return list(found)
        hits: dict[tuple[str, str], Hit] = {}
        elsewhere = set()
        for hit in found:
            place = hit.conversation
            stays = place.line == line or (place.line in offered and not self._line_decides)
            if not stays:
                elsewhere.add(place.peer)
            hits.setdefault((place.line if stays else line, place.peer), hit)
        prospects = await self._services.conversations.prospects(line, elsewhere) if elsewhere else {}
        return [
            hit if hit.conversation.line == of else _moved(hit, prospects[peer]) for (of, peer), hit in hits.items()
        ]

    @property
    def _line_decides(self) -> bool:
        return self._line_picked or self._content != NOTHING

    def _walk(self) -> None:
        """Another row is marked. Where rows are just being offered, that was not the person."""
        if self._offered is not None and self._offered == self._panel.to.text().strip():
            self._walked = True
            self._follow(self._offered)

    def _follow(self, text: str) -> None:
        """From shows the line by which the marked row is written to; with nothing typed nobody is meant yet."""
        row = self._panel.suggestions.current
        if isinstance(row, Hit) and (text or self._walked) and not self._line_decides:
            self._panel.show_line(row.conversation.line)
        else:
            self._panel.show_line(self._line)

    def _accept(self) -> None:
        """Enter means the row that is marked; with none, what was typed; and if that will not do, why.

        Rows offered for what was typed before mean nothing: it waits for its own, which may tell of another line.
        """
        text, current = self._panel.to.text().strip(), self._panel.suggestions.current
        if text and self._offered != text:
            self._eager = True
            return
        self._eager = False
        short = self._recipient is not None and kind_of(self._recipient.address) is AddressKind.SHORT_CODE
        if short and isinstance(current, Hit) and self._doubted != text:
            self._doubted = text
            self._panel.say(
                "warn", f"{text} may be a short code or a part of a number. Enter again opens the marked one."
            )
            return
        if current is not None and (text or self._walked):
            self._choose(current)
        else:
            self._insisted = True
            self._panel.say("bad", self._wrong or "Type a phone number, for example +1 212 555 0187.")

    def _choose(self, row: object) -> None:
        line = self._line
        peer = row.address if isinstance(row, Recipient) else row.conversation.peer if isinstance(row, Hit) else None
        if isinstance(row, Hit) and not self._line_decides:
            line = row.conversation.line
        if isinstance(row, Hit) and row.conversation.id and row.conversation.line == line and self._content == NOTHING:
            self.opened.emit(row.conversation)
        elif line is None:
            self._panel.say("warn", NO_LINE)
        elif peer == line:
            self._refuse_own(line)
        elif peer is not None:
            self._tasks.latest("open", self._open(line, peer, self._content, self._mistaken, self._draft_of))

    async def _open(self, line: str, peer: str, content: Content, mistaken: str, draft_of: int | None) -> None:
        """``content`` follows what is written there already, unless it was brought before."""
        drafts = self._services.drafts
        conversation = await self._services.conversations.open(line, peer)
        if mistaken and mistaken != peer:
            await self._services.contacts.take_over(mistaken, peer)
            conversation = await self._services.conversations.open(line, peer)  # by its name now
        if content != NOTHING:
            there = await drafts.load(conversation.id)
            known = NOTHING if there is None else (there.body, there.files)
            if known != content:
                await drafts.save(conversation.id, *joined(known, content))
            if draft_of is not None and draft_of != conversation.id:
                left = await drafts.load(draft_of)
                if left is not None and (left.body, left.files) == content:  # nothing came to it meanwhile
                    await drafts.save(draft_of, "", ())
        self.opened.emit(conversation)


def _moved(hit: Hit, place: Conversation) -> Hit:
    """The hit with the same person's conversation over another line; one that is not made yet knows no name."""
    return replace(hit, conversation=place if place.id else replace(place, name=hit.conversation.name))
