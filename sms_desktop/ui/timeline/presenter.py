"""The timeline's part with the services: pages, news, trying again, files."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from sms_desktop.domain.conversation import Conversation
from sms_desktop.domain.errors import MayArriveTwice, NightThere, NotReached, SmsDesktopError
from sms_desktop.domain.events import (
    CatchUpChanged,
    ConsentChanged,
    ConversationChanged,
    HeldChanged,
    MessageAdded,
    MessageChanged,
    PastAdded,
    ReplyHeld,
    TextStopped,
)
from sms_desktop.domain.hub import Unsubscribe
from sms_desktop.domain.media import Media
from sms_desktop.domain.message import Direction, Message, Page
from sms_desktop.domain.night import When
from sms_desktop.domain.reception import sentence
from sms_desktop.services.clock import now
from sms_desktop.ui.history.presenter import HistoryPresenter
from sms_desktop.ui.tasks import Tasks
from sms_desktop.ui.timeline import sentences
from sms_desktop.ui.timeline.files import Files
from sms_desktop.ui.timeline.model import newer_of, refreshed
from sms_desktop.ui.timeline.pane import TimelinePane
from sms_desktop.ui.timeline.peek import LinkPeek
from sms_desktop.ui.timeline.shape import Act

if TYPE_CHECKING:
    from sms_desktop.services.services import Services


class TimelinePresenter(QObject):
    """One conversation at a time. ``seen(conversation id)``: what was unread in it has now been looked at."""

    seen = Signal(int)
    undoRequested = Signal(str)  # the message that is to be taken back
    writeRequested = Signal(str)  # the message that is to be written anew
    ruleRequested = Signal(str)  # the name of the rule that had a message sent
    mendRequested = Signal(object, object)  # the failed Message about which something is to be done, and its Failure
    undecided = Signal(object, object, object)  # the Message of which it is to be decided if it is sent again, why, how

    def __init__(self, services: "Services", tasks: Tasks, pane: TimelinePane) -> None:
        super().__init__(pane)
        self._services, self._tasks, self._pane = services, tasks, pane
        self._files = Files(services, tasks, pane)
        self._history = HistoryPresenter(
            services,
            tasks,
            pane.view.viewport(),
            known=pane.model.as_shown,
            anchor=pane.view.status_rect,
            say=pane.complain,
        )
        self._conversation: Conversation | None = None
        self._visit = 0
        self._opening = False
        self._unseen = False
        self._under_way: set[str] = set()
        self._heard: dict[str, Message] = {}
        self._subscriptions: list[Unsubscribe] = []
        view = pane.view
        view.arranged.connect(self._history.follow)
        pane.model.now = now
        view.olderWanted.connect(self._want_older)
        view.newerWanted.connect(self._want_newer)
        view.acted.connect(self._act)
        view.linkActivated.connect(self._peek)
        view.pictureActivated.connect(self._show)
        view.fileActivated.connect(self._show)
        view.saveWanted.connect(self._save)
        pane.buttons.pressed.connect(self._act)
        pane.latestWanted.connect(self.jump_to_latest)
        pane.bottomInView.connect(self._look)
        pane.looked.connect(self._look)

    @property
    def conversation(self) -> Conversation | None:
        """The conversation that is open."""
        return self._conversation

    def start(self) -> None:
        """Hears the hub."""
        hub = self._services.hub
        self._subscriptions = [
            hub.subscribe(MessageAdded, self._added),
            hub.subscribe(MessageChanged, self._changed),
            hub.subscribe(PastAdded, self._past_added),
            hub.subscribe(ConversationChanged, lambda event: self._bar(event.conversation)),
            hub.subscribe(ConsentChanged, self._consent_changed),
            hub.subscribe(ReplyHeld, self._reply_held),
            hub.subscribe(TextStopped, self._text_stopped),
            hub.subscribe(CatchUpChanged, self._caught_up),
            hub.subscribe(HeldChanged, lambda event: self._pane.model.set_unchecked(event.held)),
        ]
        self._history.start()

    def close(self) -> None:
        """Hears no more, and ends the decoding of pictures."""
        for unsubscribe in self._subscriptions:
            unsubscribe()
        self._subscriptions = []
        self._visit += 1
        self._files.close()
        self._history.close()
        self._pane.thumbnails.close()

    # -- opening ---------------------------------------------------------------------------------------------------

    async def open(self, conversation: Conversation) -> None:
        """Shows the conversation's end, or its first unread message."""
        visit = self._begin(conversation)
        if await self._arrive(visit, self._services.timeline.latest(conversation.id), conversation.unread):
            self._pane.view.show_start(conversation.unread > 0)
            self._look()

    async def open_failed(self, conversation: Conversation) -> None:
        """Shows what in it a person has to decide about: it may lie far above the newest."""
        visit = self._begin(conversation)
        try:
            message = await self._services.timeline.wants_a_look(conversation.id)
        except SmsDesktopError:
            message = None  # opening it tells what is wrong
        if visit == self._visit:
            await (self.open(conversation) if message is None else self.open_at(conversation, message))

    async def open_at(self, conversation: Conversation, message: Message) -> None:
        """Shows ``message`` in its place and lights it up."""
        visit = self._begin(conversation)
        if await self._arrive(visit, self._services.timeline.around(message)):
            self._pane.view.show_row(message.id, at=0.4)
            self._pane.view.flash(message.id)
            self._look()

    def clear(self) -> None:
        """No conversation is open."""
        self._visit += 1
        self._conversation, self._opening, self._unseen = None, False, False
        self._pane.view.placeholder = ""
        self._pane.model.reset(Page((), older=False, newer=False))

    def jump_to_latest(self) -> None:
        """To the newest message, wherever the window of messages is."""
        if self._pane.model.newer:
            self._tasks.latest("timeline.latest", self._latest())
        else:
            self._pane.view.show_end()

    async def _latest(self) -> None:
        if self._conversation is None:
            return
        visit = self._begin(self._conversation)
        if await self._arrive(visit, self._services.timeline.latest(self._conversation.id)):
            self._pane.view.show_end()
            self._look()

    def _begin(self, conversation: Conversation) -> int:
        if self._conversation is None or self._conversation.id != conversation.id:
            self._unseen = False
            self._pane.model.set_ledger((), shown=False)
            self._pane.model.set_unanswered((), shown=False)
            self._pane.model.set_heard(None, shown=False)
        self._unseen = self._unseen or conversation.unread > 0
        self._visit += 1
        self._conversation, self._opening = conversation, True
        self._pane.model.set_barred(conversation.opted_out_at is not None, shown=False)
        self._heard = {}
        return self._visit

    async def _arrive(self, visit: int, reading: Awaitable[Page], unread: int = 0) -> bool:
        """Shows the page with what was heard while it was read; False if it failed or another was opened meanwhile."""
        try:
            page = await reading
        except SmsDesktopError as error:
            if visit == self._visit:
                self.clear()
                self._pane.complain(str(error))
            return False
        if visit != self._visit:
            return False
        self._opening = False
        self._under_way.clear()
        self._pane.calm()
        self._pane.view.placeholder = sentences.NO_MESSAGES
        if self._conversation is not None:
            line = self._conversation.line
            self._pane.model.set_unchecked(self._services.absence.held, shown=False)
            self._pane.model.set_complete(self._services.catchup.progress.complete_on(line), shown=False)
        self._pane.model.reset(refreshed(page, self._heard), unread)
        for message in self._heard.values():
            self._pane.model.add(message, at_end=True)
        self._tasks.latest("timeline ledger", self._show_ledger(visit))  # the page does not wait for it
        self._tasks.latest("timeline held replies", self._show_held(visit))
        self._tasks.latest("timeline heard", self._show_heard(visit))
        self._complete()
        return True

    def _consent_changed(self, event: ConsentChanged) -> None:
        conversation = self._conversation
        if conversation is not None and (conversation.line, conversation.peer) in event.pairs:
            self._tasks.latest("timeline ledger", self._show_ledger(self._visit))

    async def _show_ledger(self, visit: int) -> None:
        if (conversation := self._conversation) is None:
            return
        known = await self._services.consents.of(conversation.line, conversation.peer)
        if visit == self._visit:
            asked_at = known.question.at if known.question is not None else None
            self._pane.model.set_ledger(known.events, asked_at, shown=not self._opening)

    def _reply_held(self, event: ReplyHeld) -> None:
        conversation = self._conversation
        if conversation is not None and (conversation.line, conversation.peer) == (event.line, event.peer):
            self._tasks.latest("timeline held replies", self._show_held(self._visit))

    async def _show_held(self, visit: int) -> None:
        conversation = self._conversation
        if conversation is None:
            return
        held = await self._services.replies.held(conversation.line, conversation.peer)
        if visit == self._visit:
            self._pane.model.set_unanswered(held, shown=not self._opening)

    def _hear(self, place: Conversation, message: Message | None = None) -> None:
        """The person may have texted, to whichever line: what that number refused may be tried again."""
        theirs = self._conversation is not None and place.peer == self._conversation.peer
        if theirs and (message is None or message.direction is Direction.INBOUND):
            self._tasks.latest("timeline heard", self._show_heard(self._visit))

    async def _show_heard(self, visit: int) -> None:
        conversation = self._conversation
        if conversation is None:
            return
        heard = await self._services.numbers.heard(conversation.peer)
        if visit == self._visit:
            self._pane.model.set_heard(heard, shown=not self._opening)

    def _complete(self) -> None:
        """Asks for what the messages that are shown now do not tell themselves."""
        self._name_rules()
        if self._pane.model.unexplained():
            self._tasks.latest("timeline stopped", self._show_stopped())
        if self._pane.model.unaccounted():
            self._tasks.latest("timeline taken back", self._show_taken_back())

    async def _show_stopped(self) -> None:
        """Why what did not leave was stopped, it was stopped for good: reasons that come late are no others."""
        found = {id: await self._services.timeline.why_stopped(id) for id in self._pane.model.unexplained()}
        self._pane.model.explain({id: why for id, why in found.items() if why is not None})

    async def _show_taken_back(self) -> None:
        """Why what did not leave was taken back, unless a person wished it."""
        why = {id: await self._services.timeline.why_canceled(id) for id in self._pane.model.unaccounted()}
        self._pane.model.account({id: said if said in sentences.TAKEN_BACK else "" for id, said in why.items()})

    def _name_rules(self) -> None:
        """Asks which rules had the automatic replies sent that are shown now."""
        if self._pane.model.unnamed():
            self._tasks.latest("timeline rules", self._show_rules())

    async def _show_rules(self) -> None:
        """What a rule sent, it sent for good: names that come late are no others."""
        made = {id: await self._services.replies.made(id) for id in self._pane.model.unnamed()}
        self._pane.model.name_rules({id: rule for id, rule in made.items() if rule is not None})

    # -- pages ---------------------------------------------------------------------------------------------------------

    def _want_older(self) -> None:
        if "older" not in self._under_way and self._pane.model.messages:
            self._under_way.add("older")
            self._tasks.spawn(self._older(self._visit), "older messages")

    def _want_newer(self) -> None:
        if "newer" not in self._under_way and self._pane.model.messages:
            self._under_way.add("newer")
            self._tasks.spawn(self._newer(self._visit), "newer messages")

    async def _older(self, visit: int) -> None:
        try:
            page = await self._services.timeline.before(self._pane.model.messages[0])
            if visit == self._visit:
                self._pane.model.prepend(refreshed(page, self._heard))
                self._complete()
        finally:
            if visit == self._visit:
                self._under_way.discard("older")

    async def _newer(self, visit: int) -> None:
        try:
            page = await self._services.timeline.after(self._pane.model.messages[-1])
            if visit == self._visit:
                self._pane.model.extend(refreshed(page, self._heard))
                self._complete()
        finally:
            if visit == self._visit:
                self._under_way.discard("newer")

    # -- news ----------------------------------------------------------------------------------------------------------

    def _added(self, event: MessageAdded) -> None:
        self._hear(event.conversation, event.message)
        if not self._concerns(event.message):
            return
        self._bar(event.conversation)
        message = event.message
        self._unseen = self._unseen or message.direction is Direction.INBOUND
        if self._opening:
            return
        view, model = self._pane.view, self._pane.model
        at_end = view.at_end
        shown = model.add(message, at_end=at_end)
        self._complete()
        if not at_end and (not shown or model.messages[-1].id == message.id):
            view.count_new()
        self._look()

    def _changed(self, event: MessageChanged) -> None:
        if self._concerns(event.message) and not self._opening:
            self._pane.model.change(event.message)
            if event.message.failed or event.message.canceled_here:
                self._complete()

    def _past_added(self, event: PastAdded) -> None:
        """A heap of messages has come; what is shown is read anew around what the person looks at."""
        for place in event.conversations:
            self._hear(place)
        here = next((c for c in event.conversations if self._conversation and c.id == self._conversation.id), None)
        if here is not None:
            self._bar(here)
        if here is not None and not self._opening:
            self._unseen = self._unseen or here.unread > 0
            self._tasks.latest("timeline.past", self._reread(self._visit))

    async def _reread(self, visit: int) -> None:
        """The messages within the window and, where the person is at the end, those after it."""
        model, view = self._pane.model, self._pane.view
        if self._conversation is None or not model.messages:
            if self._conversation is not None:
                await self._latest()
            return
        if view.at_end and not model.newer:
            await self._latest()
            return
        page = await self._services.timeline.around(model.messages[len(model.messages) // 2])
        if visit == self._visit:
            model.merge(refreshed(page, self._heard))

    def _caught_up(self, event: CatchUpChanged) -> None:
        if self._conversation is not None:
            self._pane.model.set_complete(event.progress.complete_on(self._conversation.line))

    def _bar(self, conversation: Conversation) -> None:
        """Nothing is offered to be sent again to somebody who said STOP."""
        if self._conversation is not None and conversation.id == self._conversation.id:
            self._conversation = replace(self._conversation, opted_out_at=conversation.opted_out_at)
            self._pane.model.set_barred(conversation.opted_out_at is not None, shown=not self._opening)

    def _concerns(self, message: Message) -> bool:
        """Keeps what is heard, because a page may be on its way that was read before it came about."""
        if self._conversation is None or message.conversation_id != self._conversation.id:
            return False
        self._heard[message.id] = newer_of(message, self._heard.get(message.id))
        return True

    def _look(self) -> None:
        """The person looks at the newest message: it counts as read."""
        if self._conversation is not None and self._unseen and not self._opening and self._pane.is_looked_at:
            self._unseen = False
            self.seen.emit(self._conversation.id)

    # -- what the person does ------------------------------------------------------------------------------------------

    def _act(self, act: str, message_id: str, media_id: int) -> None:
        match Act(act):
            case Act.TRY_AGAIN | Act.SEND_TWICE | Act.SEND_WITHOUT:
                if message_id not in self._under_way:  # a double click is one wish
                    self._under_way.add(message_id)
                    twice = self._pane.model.asking == message_id
                    self._pane.model.ask(None)
                    without = act == Act.SEND_WITHOUT
                    self._tasks.spawn(self._retry(message_id, twice=twice, without_files=without), "try again")
            case Act.WRITE_ANEW:
                self._pane.model.ask(None)
                self.writeRequested.emit(message_id)
            case Act.MEND:
                row = self._pane.model.row_of(message_id)
                if row is not None:
                    self.mendRequested.emit(row.message, sentences.explained(row))
            case Act.SEND_NOW:
                self._tasks.spawn(self._do(self._services.outbox.send_now(message_id)), "send now")
            case Act.SEND_UNCHECKED:
                self._tasks.spawn(self._do(self._services.absence.trust(message_id)), "send unchecked")
            case Act.SEND_AGAIN:
                self._pane.model.ask(message_id)
            case Act.WAIT:
                self._pane.model.ask(None)
            case Act.UNDO:
                self.undoRequested.emit(message_id)
            case Act.CANCEL:
                self._tasks.spawn(self._do(self._services.outbox.cancel(message_id)), "cancel")
            case Act.LEAVE:
                self._tasks.spawn(self._do(self._services.outbox.leave(message_id)), "leave")
            case Act.ASK_NOW:
                if message_id not in self._under_way:
                    self._under_way.add(message_id)
                    self._tasks.spawn(self._ask_now(message_id), "ask now")
            case Act.DETAILS:
                self._history.show(message_id)
            case Act.RULE:
                self.ruleRequested.emit(self._pane.model.rule_of(message_id))
            case Act.FETCH_AGAIN:
                self._tasks.spawn(self._fetch(media_id), "fetch again")

    def _text_stopped(self, event: TextStopped) -> None:
        """A first text does not reach its number, as was found out: whether it goes all the same is asked at once."""
        message = event.message
        if self._conversation is None or self._conversation.id != message.conversation_id:
            return  # it has failed, and says so there

        def decided(*, anyway: bool = False) -> None:
            again = self._retry(message.id, twice=False, without_files=False, anyway=anyway)
            self._tasks.spawn(again, "try again")

        error = NotReached(sentence(event.why), final=event.why.final)
        self.undecided.emit(message, error, decided)

    async def _retry(
        self,
        message_id: str,
        *,
        twice: bool,
        without_files: bool,
        anyway: bool = False,
        when: When | None = None,
    ) -> None:
        def decided(*, anyway: bool, when: When | None) -> None:
            again = self._retry(message_id, twice=twice, without_files=without_files, anyway=anyway, when=when)
            self._tasks.spawn(again, "try again")

        try:
            await self._services.outbox.retry(
                message_id, twice=twice, without_files=without_files, anyway=anyway, when=when
            )
            self._pane.calm()
        except NotReached as error:
            await self._undecided(message_id, error, partial(decided, when=when))
        except NightThere as error:
            await self._undecided(message_id, error, partial(decided, anyway=anyway))
        except MayArriveTwice:
            self._pane.model.ask(message_id)
        except SmsDesktopError as error:
            self._pane.complain(str(error))
        finally:
            self._under_way.discard(message_id)

    async def _undecided(self, message_id: str, error: NotReached | NightThere, decided: Callable[..., None]) -> None:
        message = await self._services.outbox.message(message_id)
        if message is not None:
            self.undecided.emit(message, error, decided)

    async def _ask_now(self, message_id: str) -> None:
        try:
            await self._do(self._services.statuses.ask_now(message_id))
        finally:
            self._under_way.discard(message_id)

    async def _do(self, doing: Awaitable[object]) -> None:
        try:
            await doing
            self._pane.calm()
        except SmsDesktopError as error:
            self._pane.complain(str(error))

    async def _fetch(self, media_id: int) -> None:
        try:
            await self._services.media.fetch_again(media_id)
        except (SmsDesktopError, LookupError) as error:
            self._pane.complain(str(error))

    def _peek(self, url: str) -> None:
        peek = LinkPeek(url, self._pane)
        peek.finished.connect(peek.deleteLater)
        peek.open()

    def show_asked_below(self, message_id: str) -> None:
        """Of that message it is asked below whether it is sent again; "": of none."""
        self._pane.model.set_asked_below(message_id or None)

    def show_media(self, media: Media) -> None:
        """A picture or file of the open conversation, wherever it was clicked."""
        if self._conversation is not None:
            self._files.show(self._conversation.id, media)

    def _show(self, message_id: str, media_id: int) -> None:
        media = self._media(message_id, media_id)
        if media is not None:
            self.show_media(media)

    def _save(self, message_id: str, media_id: int) -> None:
        media = self._media(message_id, media_id)
        if media is not None:
            self._files.save(media)

    def _media(self, message_id: str, media_id: int) -> Media | None:
        message = self._pane.model.message(message_id)
        return next((m for m in message.media if m.id == media_id), None) if message is not None else None
