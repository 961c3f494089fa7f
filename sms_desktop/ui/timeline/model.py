"""The timeline's model: a window of a few hundred messages and the lines between them."""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from sms_desktop.domain.consent import ConsentEvent
from sms_desktop.domain.failures import Failure
from sms_desktop.domain.message import Direction, Message, Page
from sms_desktop.domain.reply import AUTHOR, HeldReply, Made
from sms_desktop.services import clock
from sms_desktop.ui.timeline.rows import AwayRow, MessageRow, Row, arrange, order, waiting
from sms_desktop.ui.timeline.sentences import spoken
from sms_desktop.ui.words import day_of

CAP = 400
"""Messages kept in the window; the far end is dropped as the near end grows, ``SLACK`` at a time."""
SLACK = 40
RecordRole = Qt.ItemDataRole.UserRole


class TimelineModel(QAbstractListModel):
    """Whatever order messages come in, the rows are those of ``arrange`` over the sorted messages.

    ``older`` and ``newer`` tell whether the conversation goes on beyond either end of the window.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._messages: list[Message] = []
        self._by_id: dict[str, Message] = {}
        self._rows: list[Row] = []
        self._places: dict[str, int] = {}
        self._unread_left = 0
        self._unread_from: str | None = None
        self._asking: str | None = None
        self._asked_below: str | None = None
        self._complete_to: datetime | None = None
        self._unchecked: frozenset[str] = frozenset()
        self._barred = False
        self._asked_at: datetime | None = None
        self._ledger: tuple[ConsentEvent, ...] = ()
        self._unanswered: dict[str, HeldReply] = {}
        self._made: dict[str, Made] = {}
        self._heard: datetime | None = None
        self._stopped: dict[str, Failure] = {}
        self._taken_back: dict[str, str] = {}
        self.now: Callable[[], datetime] = clock.now
        """The clock that messages are dated by."""
        self._waiting: tuple[dict[str, int], frozenset[str]] = {}, frozenset()
        self._days: dict[datetime, date] = {}
        self.older = False
        self.newer = False

    @property
    def messages(self) -> tuple[Message, ...]:
        return tuple(self._messages)

    @property
    def rows(self) -> tuple[Row, ...]:
        return tuple(self._rows)

    def message(self, message_id: str) -> Message | None:
        """The message as it now is, if it is in the window."""
        return self._by_id.get(message_id)

    def as_shown(self, message_id: str) -> Message | None:
        """The same, with the author that it is shown with."""
        place = self.place_of(message_id)
        row = self._rows[place] if place >= 0 else None
        return row.message if isinstance(row, MessageRow) else self.message(message_id)

    def place_of(self, key: str) -> int:
        """The row of a message id or of another row's key; -1 if it is not there."""
        return self._places.get(key, -1)

    def row_of(self, message_id: str) -> MessageRow | None:
        """The row of that message, if it is in the window."""
        row = self._rows[self._places[message_id]] if message_id in self._places else None
        return row if isinstance(row, MessageRow) else None

    def row_at(self, place: int) -> Row:
        return self._rows[place]

    # -- what changes it ---------------------------------------------------------------------------------------------

    def reset(self, page: Page, unread: int = 0) -> None:
        """Another conversation, or another part of it; ``unread`` inbound messages at its end are new to the person."""
        self.beginResetModel()
        self._messages = sorted(page.messages, key=order)
        self._by_id = {m.id: m for m in self._messages}
        self._made = {id: rule for id, rule in self._made.items() if id in self._by_id}
        self._stopped = {id: why for id, why in self._stopped.items() if id in self._by_id}
        self._taken_back = {id: why for id, why in self._taken_back.items() if id in self._by_id}
        self.older, self.newer = page.older, page.newer
        self._asking = self._unread_from = None
        self._days.clear()
        self._unread_left = unread
        self._find_unread(self._messages)
        self._rows = self._arranged()
        self._index()
        self.endResetModel()

    def prepend(self, page: Page) -> None:
        """The page before the window's first message."""
        added = self._take(page.messages)
        self.older = page.older
        self._find_unread(added)
        self._show()
        if len(self._messages) > CAP + SLACK:
            self._forget(self._messages[CAP:])
            self.newer = True
            self._show()

    def extend(self, page: Page) -> None:
        """The page after the window's last message."""
        self._take(page.messages)
        self.newer = page.newer
        self._show()
        self._trim_oldest()

    def merge(self, page: Page) -> None:
        """A part of the window as it now is; what came in between finds its place, what lies outside is left out."""
        if self._messages:
            first, last = order(self._messages[0]), order(self._messages[-1])
            self._take(m for m in page.messages if first <= order(m) <= last)
            beyond = any(order(m) > last for m in page.messages)
            self.older, self.newer = True, self.newer or page.newer or beyond  # read when it is wanted
            self._show()

    def add(self, message: Message, *, at_end: bool) -> bool:
        """A new message; False if its place lies outside the window. ``at_end``: the person looks at the newest."""
        if message.id in self._by_id:
            self.change(message)
            return True
        if self._lies_beyond(message):
            return False
        if len(self._messages) >= CAP + SLACK and not at_end and order(message) > order(self._messages[-1]):
            self.newer = True  # dropping the oldest would take away what the person reads
            return False
        self._take((message,))
        self._show()
        self._trim_oldest()
        return True

    def change(self, message: Message) -> None:
        """A message as it now is; unknown ones and older news are ignored."""
        known = self._by_id.get(message.id)
        if known is None or message.updated_at < known.updated_at:
            return
        if order(known) == order(message):
            self._messages[bisect_left(self._messages, order(known), key=order)] = message
            self._by_id[message.id] = message
        else:
            self._forget((known,))
            if not self._lies_beyond(message):
                self._take((message,))
        self._show()

    def _lies_beyond(self, message: Message) -> bool:
        """Whether its place is in a part of the conversation that is not loaded."""
        return bool(self._messages) and (
            (self.older and order(message) < order(self._messages[0]))
            or (self.newer and order(message) > order(self._messages[-1]))
        )

    def ask(self, message_id: str | None) -> None:
        """Shows the question whether to send that unconfirmed message again, or takes it back."""
        self._asking = message_id
        self._show()

    @property
    def asking(self) -> str | None:
        """The message of which that question is shown."""
        return self._asking

    def set_asked_below(self, message_id: str | None) -> None:
        """Of that message it is asked outside of the list whether it is sent again."""
        self._asked_below = message_id
        self._show()

    def set_complete(self, complete_to: datetime | None, *, shown: bool = True) -> None:
        """Up to then nothing is missing. ``shown`` False: of what is about to be shown."""
        self._complete_to = complete_to
        if shown and any(isinstance(row, AwayRow) for row in self._rows):
            self._show()

    def set_unchecked(self, unchecked: frozenset[str], *, shown: bool = True) -> None:
        """Keys of what waits because nobody knows yet whether its recipients wrote STOP. ``shown`` as above."""
        self._unchecked = unchecked
        if shown:
            self._show()

    def set_barred(self, barred: bool, *, shown: bool = True) -> None:
        """Whether the person said STOP, so that nothing can be sent again. ``shown`` as above."""
        if barred is self._barred:
            return
        self._barred = barred
        self._asking = None if barred else self._asking
        if shown:
            self._show()

    def set_ledger(
        self, ledger: tuple[ConsentEvent, ...], asked_at: datetime | None = None, *, shown: bool = True
    ) -> None:
        """What is known of whether the person may be texted, oldest first, and when they wrote what only seems to ask
        us to stop, until somebody says whether it does. ``shown`` as above.
        """
        if (ledger, asked_at) == (self._ledger, self._asked_at):
            return
        self._ledger, self._asked_at = ledger, asked_at
        if shown:
            self._show()

    def set_unanswered(self, held: tuple[HeldReply, ...], *, shown: bool = True) -> None:
        """What got no automatic reply although a rule would have given one. ``shown`` as above."""
        unanswered = {one.sid: one for one in held}
        if unanswered == self._unanswered:
            return
        self._unanswered = unanswered
        if shown:
            self._show()

    def set_heard(self, heard: datetime | None, *, shown: bool = True) -> None:
        """When the person last texted, to whichever line. ``shown`` as above."""
        if heard == self._heard:
            return
        self._heard = heard
        if shown:
            self._show()

    def unexplained(self) -> tuple[str, ...]:
        """The ids of messages that failed before they had got to Twilio, of which it is not known why."""
        return tuple(
            m.id
            for m in self._messages
            if m.outbound and m.failed and m.sid is None and m.error_code is None and m.id not in self._stopped
        )

    def explain(self, stopped: Mapping[str, Failure]) -> None:
        """Why messages were stopped here, by their ids."""
        if stopped:
            self._stopped |= stopped
            self._show()

    def unaccounted(self) -> tuple[str, ...]:
        """The ids of messages that were taken back here of which it is not known why."""
        return tuple(m.id for m in self._messages if m.outbound and m.canceled_here and m.id not in self._taken_back)

    def account(self, taken_back: Mapping[str, str]) -> None:
        """Why messages were taken back here, by their ids; "" by a person."""
        if taken_back:
            self._taken_back |= taken_back
            if any(taken_back.values()):
                self._show()

    def unnamed(self) -> tuple[str, ...]:
        """The ids of automatic replies of which it is not known which rule had them sent."""
        return tuple(m.id for m in self._messages if m.author == AUTHOR and m.outbound and m.id not in self._made)

    def name_rules(self, made: Mapping[str, Made]) -> None:
        """The rules, by the ids of the messages that they had sent."""
        if any(self._made.get(id) != rule for id, rule in made.items()):
            self._made |= made
            self._show()

    def rule_of(self, message_id: str) -> str:
        """The name of the rule that had that message sent, or ""."""
        made = self._made.get(message_id)
        return "" if made is None else made.name

    @property
    def anything_waits(self) -> bool:
        """Whether any of the messages has not left, and may any moment."""
        return any(message.waits and message.held_for is None for message in self._messages)

    def tick(self) -> None:
        """Time has gone on for what waits to leave."""
        if waiting(self._messages, self.now()) != self._waiting:
            self._show()

    # -- how it is kept ----------------------------------------------------------------------------------------------

    def _take(self, messages: Iterable[Message]) -> list[Message]:
        added = [m for m in messages if m.id not in self._by_id]
        self._by_id.update((m.id, m) for m in added)
        if len(added) == 1:
            insort(self._messages, added[0], key=order)
        else:
            self._messages = sorted([*self._messages, *added], key=order)
        return added

    def _forget(self, messages: Iterable[Message]) -> None:
        gone = {m.id for m in messages}
        self._messages = [m for m in self._messages if m.id not in gone]
        for message_id in gone:
            del self._by_id[message_id]

    def _trim_oldest(self) -> None:
        if len(self._messages) > CAP + SLACK:
            self._forget(self._messages[:-CAP])
            self.older = True
            self._show()

    def _find_unread(self, messages: list[Message]) -> None:
        """Counts back over inbound messages until the first unread one is found, which a later page may hold."""
        for message in reversed(messages):
            if self._unread_left == 0:
                return
            if message.direction is Direction.INBOUND:
                self._unread_left -= 1
                if self._unread_left == 0:
                    self._unread_from = message.id

    def _arranged(self) -> list[Row]:
        self._waiting = held, lingering = waiting(self._messages, self.now())
        return arrange(
            [m for m in self._messages if not m.withdrawn],
            self._day_of,
            unread_from=self._unread_from,
            asking=self._asking,
            asked_below=self._asked_below,
            complete_to=self._complete_to,
            older=self.older,
            newer=self.newer,
            held=held,
            lingering=lingering,
            unchecked=self._unchecked,
            barred=self._barred,
            asks=self._asks(),
            ledger=self._ledger,
            unanswered=self._unanswered,
            made=self._made,
            heard=self._heard,
            stopped=self._stopped,
            taken_back=self._taken_back,
        )

    def _asks(self) -> set[str]:
        """What came from them may be older than our text, and have come here later: then it waits although its time
        has come.
        """
        asked_at, now = self._asked_at, self.now()
        if asked_at is None:
            return set()
        return {
            message.id
            for message in self._messages
            if message.waits and (asked_at > message.at or (message.held_until or now) < now)
        }

    def _day_of(self, at: datetime) -> date:
        day = self._days.get(at)
        if day is None:
            day = self._days[at] = day_of(at)
        return day

    def _index(self) -> None:
        self._places = {row.key: place for place, row in enumerate(self._rows)}

    def _show(self) -> None:
        """Goes from the rows that are shown to those that should be, telling views only what differs."""
        old, new = self._rows, self._arranged()
        shorter = min(len(old), len(new))
        head = 0
        while head < shorter and old[head].key == new[head].key:
            head += 1
        tail = 0
        while tail < shorter - head and old[-1 - tail].key == new[-1 - tail].key:
            tail += 1
        none = QModelIndex()
        if len(old) > head + tail:
            self.beginRemoveRows(none, head, len(old) - tail - 1)
            self._rows = old[:head] + old[len(old) - tail :]
            self._index()
            self.endRemoveRows()
        if len(new) > head + tail:
            self.beginInsertRows(none, head, len(new) - tail - 1)
            self._rows = old[:head] + new[head : len(new) - tail] + old[len(old) - tail :]
            self._index()
            self.endInsertRows()
        shown, self._rows = self._rows, new
        for place, (was, now) in enumerate(zip(shown, new, strict=True)):
            if was != now:
                index = self.index(place, 0)
                self.dataChanged.emit(index, index)

    # -- Qt's questions ----------------------------------------------------------------------------------------------

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == RecordRole:
            return row
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return spoken(row, clock.now())
        if role == Qt.ItemDataRole.DisplayRole:
            return row.message.body if isinstance(row, MessageRow) else spoken(row, clock.now())
        return None


def newer_of(message: Message, heard: Message | None) -> Message:
    """A page was read at one time, an event heard at another: the later record of the two."""
    return heard if heard is not None and heard.updated_at >= message.updated_at else message


def refreshed(page: Page, heard: dict[str, Message]) -> Page:
    """The page with every message as it was last heard of."""
    return replace(page, messages=tuple(newer_of(m, heard.get(m.id)) for m in page.messages))
