"""Fills the list from the services and keeps it in step with what happens."""

from collections.abc import Iterable

from PySide6.QtCore import QObject, QTimer, Signal

from sms_desktop.domain.conversation import Conversation, Filter
from sms_desktop.domain.events import ConversationChanged, LinesChanged, MessageAdded, MessageChanged, PastAdded
from sms_desktop.services.services import Services
from sms_desktop.ui.conversations.pane import ConversationsPane
from sms_desktop.ui.frame import OncePerFrame
from sms_desktop.ui.tasks import Tasks

PAGE = 60
COUNT_PAUSE = 150
"""Milliseconds: a burst of a hundred messages counts once."""


class ConversationsPresenter(QObject):
    """``opened`` is emitted when the person chooses a conversation; ``changed`` when the open one changed."""

    opened = Signal(Conversation)
    changed = Signal(Conversation)
    relined = Signal()
    """Our lines are others, or have other names."""
    lined = Signal()
    """The person chose one line, or all."""
    emptied = Signal(bool)
    """Whether there is no conversation at all, under any filter."""

    def __init__(self, services: Services, tasks: Tasks, pane: ConversationsPane) -> None:
        super().__init__(pane)
        self._services, self._tasks, self._pane = services, tasks, pane
        self._current: int | None = None
        self._filter = Filter.ALL
        self._line: str | None = None
        self._loading = 0
        self._meanwhile: list[Conversation] = []
        self._news: dict[int, Conversation] = {}
        self._showing = OncePerFrame(self._show_news, self)
        self._count_later = QTimer(self)
        self._count_later.setSingleShot(True)
        self._count_later.setInterval(COUNT_PAUSE)
        self._count_later.timeout.connect(self._count)
        hub = services.hub
        self._unsubscribe = [
            hub.subscribe(MessageAdded, self._heard),
            hub.subscribe(MessageChanged, self._heard),
            hub.subscribe(ConversationChanged, self._altered),
            hub.subscribe(PastAdded, self._past),
            hub.subscribe(LinesChanged, self._relined),
        ]
        pane.filters.chosen.connect(self._choose_filter)
        pane.lines.chosen.connect(self._choose_line)
        pane.model.moreWanted.connect(self._more)
        pane.view.chosen.connect(self.opened)
        pane.view.readRequested.connect(self._read)
        pane.view.archiveRequested.connect(self.archive)
        pane.view.blockRequested.connect(self._block)

    async def start(self, line: object = None) -> None:
        """Loads the first page, of ``line`` alone where that is one of several, then the counts."""
        known = self._services.lines.known()
        self._pane.lines.set_lines(known)
        of_ours = [one.address for one in known if one.address == line] if len(known) > 1 else []
        self._line = of_ours[0] if of_ours else None
        self._pane.lines.set_line(self._line)
        await self._load()
        self._count()

    def close(self) -> None:
        self._count_later.stop()
        self._showing.stop()
        for unsubscribe in self._unsubscribe:
            unsubscribe()

    @property
    def current(self) -> int | None:
        return self._current

    def select(self, conversation: Conversation | None) -> None:
        """Marks the open conversation in the list."""
        self._showing.catch_up()
        self._current = conversation.id if conversation is not None else None
        self._pane.view.select(self._current)
        self._pane.model.keep(self._current)

    def latest(self, conversation: Conversation) -> Conversation:
        """What is known of it by now: word of it may have come since it was read, or be about to be shown."""
        self._showing.catch_up()
        return self._pane.model.get(conversation.id) or conversation

    def step(self, by: int) -> None:
        """Opens the next (1) or previous (-1) conversation."""
        self._pane.view.step(by)

    def archive(self, conversation: Conversation, archived: bool) -> None:
        self._tasks.spawn(self._services.conversations.archive(conversation.id, archived), "archive")

    def _block(self, conversation: Conversation, blocked: bool) -> None:
        self._tasks.spawn(self._services.conversations.block(conversation.id, blocked), "block")

    def _read(self, conversation: Conversation) -> None:
        self._tasks.spawn(self._services.conversations.mark_read(conversation.id), "mark read")

    @property
    def filter(self) -> Filter:
        """Which conversations are shown."""
        return self._filter

    @property
    def line(self) -> str | None:
        """The address of the one line that is shown, or None."""
        return self._line

    def pick_line(self, number: int) -> None:
        """Shows the first line's conversations alone (1), or those of all (0)."""
        self._pane.lines.pick(number)

    def _choose_filter(self, chosen: Filter) -> None:
        self._filter = chosen
        self._tasks.latest("conversations", self._load())

    def _choose_line(self, line: str | None) -> None:
        self._line = line
        self._tasks.latest("conversations", self._load())
        self._count()
        self.lined.emit()

    async def _load(self) -> None:
        chosen, line = self._filter, self._line
        rows = await self._page(chosen, line, None)
        self._pane.model.reset(chosen, rows, len(rows) == PAGE, line)
        self._catch_up()
        self._pane.view.select(self._current)
        self._pane.model.keep(self._current)

    async def _page(self, chosen: Filter, line: str | None, after: Conversation | None) -> list[Conversation]:
        self._showing.catch_up()  # what was heard before is no newer than the page
        self._loading += 1
        try:
            return await self._services.conversations.page(chosen, after, PAGE, line=line)
        except BaseException:  # no page comes that what was heard meanwhile could be newer than
            if self._loading == 1:
                self._meanwhile = []
            raise
        finally:
            self._loading -= 1

    def _catch_up(self) -> None:
        """A page is as old as its reading: what was heard since then is newer."""
        heard = self._meanwhile
        if not self._loading:
            self._meanwhile = []
        for conversation in heard:
            self._pane.model.upsert(conversation)

    def _more(self) -> None:
        self._tasks.latest("conversations", self._load_more())

    async def _load_more(self) -> None:
        model = self._pane.model
        rows = await self._page(model.filter, model.line, model.last)
        model.append(rows, len(rows) == PAGE)
        self._catch_up()

    def _heard(self, event: MessageAdded | MessageChanged) -> None:
        self._take((event.conversation,))

    def _altered(self, event: ConversationChanged) -> None:
        self._take((event.conversation,))
        self._showing.catch_up()  # somebody did this: it comes alone, and is seen at once

    def _past(self, event: PastAdded) -> None:
        self._take(event.conversations)
        self._showing.catch_up()  # a heap is gathered already

    def _take(self, conversations: Iterable[Conversation]) -> None:
        for conversation in conversations:
            if self._loading:
                self._meanwhile.append(conversation)
            self._news[conversation.id] = conversation
        self._showing.ask()
        if not self._count_later.isActive():  # a steady stream is counted, too
            self._count_later.start()

    def _show_news(self) -> None:
        """All that was heard since the last frame is one change of the list."""
        news, self._news = self._news, {}
        with self._pane.view.held():
            for conversation in news.values():
                self._pane.model.upsert(conversation)
            if self._current in news:
                self._pane.view.select(self._current)
        if self._current in news:
            self.changed.emit(news[self._current])

    def _relined(self, event: LinesChanged) -> None:
        known = self._services.lines.known()
        self._pane.lines.set_lines(known)
        if self._line is not None and (len(known) < 2 or all(line.address != self._line for line in known)):
            self._pane.lines.set_line(None)  # it is not ours any more, or the only one
            self._choose_line(None)
        self._pane.view.viewport().update()
        self._count_later.start()
        self.relined.emit()

    def _count(self) -> None:
        self._tasks.latest("counts", self._load_counts())

    async def _load_counts(self) -> None:
        services, line = self._services, self._line
        counts = await services.conversations.counts(line)
        self._pane.filters.set_counts(counts)
        if len(services.lines.known()) > 1:
            self._pane.lines.set_unread(await services.lines.unread())
        if line is not None and not (counts.all or counts.archived or counts.blocked):
            counts = await services.conversations.counts()
        self.emptied.emit(not (counts.all or counts.archived or counts.blocked))
