"""The desk: every pane with its presenter, wired into one window."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QDialog

from sms_desktop.domain.conversation import Conversation, Filter
from sms_desktop.domain.hit import Hit
from sms_desktop.domain.media import Media
from sms_desktop.domain.message import Message
from sms_desktop.domain.phone import can_be_texted
from sms_desktop.services import clock
from sms_desktop.services.repair import NOTE, noted
from sms_desktop.services.services import Services
from sms_desktop.services.settings import APPEARANCE, ARRIVAL
from sms_desktop.ui import actions, words
from sms_desktop.ui.composer.saving import Content, content_of
from sms_desktop.ui.conversations.column import ListColumn
from sms_desktop.ui.conversations.header import ConversationHeader
from sms_desktop.ui.conversations.presenter import ConversationsPresenter
from sms_desktop.ui.empty import EmptyPage
from sms_desktop.ui.look import put_on
from sms_desktop.ui.painted import painted
from sms_desktop.ui.preferences.opening import Preferences
from sms_desktop.ui.search.field import SearchField
from sms_desktop.ui.search.presenter import SearchPresenter
from sms_desktop.ui.search.view import HitsView
from sms_desktop.ui.standing import Standing
from sms_desktop.ui.statusline import StatusLine
from sms_desktop.ui.tasks import Tasks
from sms_desktop.ui.widgets.holder import Holder
from sms_desktop.ui.window import MainWindow, Panes

if TYPE_CHECKING:
    from sms_desktop.domain.failures import Failure
    from sms_desktop.ui.composer.presenter import ComposerPresenter
    from sms_desktop.ui.composer.view import Composer
    from sms_desktop.ui.details.presenter import DetailsPresenter
    from sms_desktop.ui.health.presenter import HealthPresenter
    from sms_desktop.ui.health.view import HealthView
    from sms_desktop.ui.newmessage.presenter import NewMessagePresenter
    from sms_desktop.ui.phone.presenter import PhonePresenter, Sandbox
    from sms_desktop.ui.preferences.dialog import Section
    from sms_desktop.ui.timeline.pane import TimelinePane
    from sms_desktop.ui.timeline.presenter import TimelinePresenter

NAME = "SMS Desktop"


class Desk(QObject):
    """``start`` shows the window, ``close`` keeps what is unsaved; ``sandbox`` is the far side of the demo's phone.

    The list is painted first; what a conversation needs is imported, built and put into its place after that, and
    line health and the preferences when they are asked for.
    """

    accountChosen = Signal(str)
    """The person wants the account with that SID in this window."""
    addAccountRequested = Signal()
    setupRequested = Signal()
    repairRequested = Signal(object)
    """Something is wrong with the database (None), or a Backup or the file at a Path is to take its place."""

    timeline: "TimelinePresenter"
    composer: "ComposerPresenter"
    details: "DetailsPresenter"
    new_message: "NewMessagePresenter"
    phone: "PhonePresenter | None" = None
    health: "HealthPresenter | None" = None
    _timeline_pane: "TimelinePane"
    _composer_view: "Composer"
    _health_view: "HealthView"

    def __init__(self, services: Services, tasks: Tasks, sandbox: "Sandbox | None" = None) -> None:
        super().__init__()
        self._services, self._tasks, self._sandbox = services, tasks, sandbox
        self._current: Conversation | None = None
        self._furnished = False
        self._write = False
        self._demo = sandbox is not None
        self._field = SearchField()
        hits = HitsView(clock.now, "Search results", self._via)
        self._column = ListColumn(clock.now, self._field, hits, self._via, self._tint)
        self._header = ConversationHeader(clock.now, self._via, demo=self._demo)
        self._empty = EmptyPage(demo=self._demo)
        line = StatusLine(clock.now)
        line.accounts = services.account.known
        self._timeline, self._composer, self._details, self._new, self._handset = (Holder() for _ in range(5))
        self.window = MainWindow(
            Panes(
                column=self._column,
                header=self._header,
                timeline=self._timeline,
                composer=self._composer,
                details=self._details,
                newmessage=self._new,
                empty=self._empty,
                statusline=line,
                phone=self._handset if self._demo else None,
            )
        )
        self.conversations = ConversationsPresenter(services, tasks, self._column.conversations)
        self.search = SearchPresenter(services, tasks, self._field, hits)
        self.standing = Standing(services, tasks, line, self.window.banner)
        self.preferences = Preferences(
            services, tasks, self.window, self._apply_composing, lambda: self.phone is not None
        )
        self._wire_list(line)

    def _wire_list(self, line: StatusLine) -> None:
        self.conversations.opened.connect(self.open_conversation)
        self.conversations.emptied.connect(self._emptied)
        self.conversations.relined.connect(self._header.refresh)
        self.search.active.connect(self._column.show_hits)
        self.search.left.connect(self._column.conversations.view.setFocus)
        self._header.searchRequested.connect(self.begin_search)
        self._header.archiveRequested.connect(self.conversations.archive)
        self._header.backRequested.connect(self._column.conversations.view.setFocus)
        self.window.layoutChanged.connect(self._keep_layout)
        self.conversations.lined.connect(self._keep_layout)
        self.window.pageLeft.connect(self._retitle)
        line.preferencesRequested.connect(self.open_preferences)
        line.accountRequested.connect(lambda: self.open_preferences("account"))
        line.shortcutsRequested.connect(self.open_shortcuts)
        line.healthRequested.connect(self.open_health)
        line.cancelRequested.connect(self._services.catchup.cancel)
        line.resumeRequested.connect(self._services.catchup.resume)
        line.accountChosen.connect(self.accountChosen)
        line.addAccountRequested.connect(self.addAccountRequested)
        self.standing.healthRequested.connect(self.open_health)
        self.standing.registrationRequested.connect(self.preferences.open_registration)
        self.preferences.setupRequested.connect(self.setupRequested)
        self.preferences.addAccountRequested.connect(self.addAccountRequested)
        self.preferences.accountChosen.connect(self.accountChosen)
        self.preferences.restoreRequested.connect(self.repairRequested)
        self.preferences.playRequested.connect(self._play)

    async def _furnish(self) -> None:
        """Builds what a conversation needs, a pane a step of the loop, and wires it."""
        await asyncio.to_thread(_import_panes)
        from sms_desktop.ui.composer.presenter import ComposerPresenter
        from sms_desktop.ui.composer.view import Composer
        from sms_desktop.ui.details.presenter import DetailsPresenter
        from sms_desktop.ui.details.view import Details
        from sms_desktop.ui.newmessage.panel import NewMessagePanel
        from sms_desktop.ui.newmessage.presenter import NewMessagePresenter
        from sms_desktop.ui.timeline.pane import TimelinePane
        from sms_desktop.ui.timeline.presenter import TimelinePresenter
        from sms_desktop.ui.timeline.thumbnails import Thumbnails

        services, tasks = self._services, self._tasks
        thumbnails = Thumbnails(services.media.path_of, self)
        self._timeline_pane = TimelinePane(thumbnails)
        self._timeline.fill(self._timeline_pane)
        self.timeline = TimelinePresenter(services, tasks, self._timeline_pane)
        await asyncio.sleep(0)
        self._composer_view = Composer(thumbnails)
        self._composer_view.refuge = self._timeline_pane.view
        self._composer.fill(self._composer_view)
        self.composer = ComposerPresenter(services, tasks, self._composer_view)
        await asyncio.sleep(0)
        details_view = Details(thumbnails)
        self._details.fill(details_view)
        self.details = DetailsPresenter(services, tasks, details_view)
        await asyncio.sleep(0)
        new_panel = NewMessagePanel(clock.now, self._by_line)
        self._new.fill(new_panel)
        self.new_message = NewMessagePresenter(services, tasks, new_panel)
        if self._sandbox is not None:
            await asyncio.sleep(0)
            from sms_desktop.ui.phone.presenter import PhonePresenter
            from sms_desktop.ui.phone.view import Phone

            handset = Phone()
            self._handset.fill(handset)
            self.phone = PhonePresenter(self._sandbox, tasks, handset, self._home_line, services.lines.pool_of)
        details_view.mediaChosen.connect(self._show_media)
        details_view.consentRequested.connect(self._open_own_consent)
        self._wire_conversation()

    def _wire_conversation(self) -> None:
        self.conversations.changed.connect(self._changed)
        self.search.hitChosen.connect(self.open_hit)
        self.new_message.opened.connect(self._write_to)
        self.new_message.dismissed.connect(self._new_message_dismissed)
        self.timeline.seen.connect(self._seen)
        self.timeline.undoRequested.connect(self.composer.undo)
        self.timeline.writeRequested.connect(self.composer.write_anew)
        self.timeline.ruleRequested.connect(self.preferences.open_rule)
        self.timeline.mendRequested.connect(self._mend)
        self.timeline.undecided.connect(self.composer.decide)
        self.composer.askedOf.connect(self.timeline.show_asked_below)
        self.composer.numberDoubted.connect(self._doubt_number)
        self.composer.registrationWanted.connect(self.preferences.open_registration)
        self.composer.conversationChosen.connect(self._write_to)
        self.composer.proofRequested.connect(self._prove)
        self.composer.consentRequested.connect(self._open_consent)
        self._column.conversations.view.writeRequested.connect(self._write_to)
        self._column.compose.clicked.connect(self.begin_message)
        self._empty.newRequested.connect(self.begin_message)
        actions.bind(
            self.window,
            {
                "search": self.begin_search,
                "new": self.begin_message,
                "next": self.next_conversation,
                "previous": self.previous_conversation,
                "details": self.window.toggle_details,
                "health": self.open_health,
                **{f"line {number}": partial(self.conversations.pick_line, number) for number in range(10)},
                "preferences": self.open_preferences,
                "shortcuts": self.open_shortcuts,
                "quit": self.window.close,
            },
        )

    async def start(self) -> None:
        """Shows the window with the first page of the list, then the conversation that was open last.

        The demo opens the first one where none was: it is there to be looked at.
        """
        settings = self._services.settings
        put_on(await settings.get(APPEARANCE))
        kept = await settings.get("window", None)
        layout: dict[str, Any] = kept if isinstance(kept, dict) else {"right": "phone"} if self._demo else {}
        self.window.restore_layout(layout)
        await self.conversations.start(layout.get("line"))
        number = layout.get("conversation")
        last = await self._services.conversations.get(number) if isinstance(number, int) else None
        if last is None and self._demo:
            last = self._column.conversations.model.record(0)
        if last is not None:
            self._current = last
            self.conversations.select(last)
            self._show_heading(last)
            self.window.show_conversation()
        self.window.show_list()
        self.window.show()
        await painted(self._column.conversations.view.viewport())
        await self._furnish()
        self.timeline.start()
        self.composer.start()
        self.details.start()
        self.standing.start()
        if self.phone is not None:
            self.phone.start()
        self.window.order_focus()
        self._furnished = True
        if self._current is not None:  # the last, or the one chosen in the meantime
            await self._switch(self._current)
            self.window.show_list()
        self._tasks.spawn(self._tell_repair(), "tell repair")
        (self._composer_view.editor if self._current is not None else self._column.conversations.view).setFocus()

    async def close(self) -> None:
        """Makes drafts, notes and the layout durable, and hears nothing more. Raises StoreError where that cannot be;
        the window goes all the same.
        """
        if not self._furnished:  # it never came to that
            self.window.hide()
            self.conversations.close()
            self.search.close()
            self.standing.close()
            return
        try:
            await self.flush()
            await self.details.flush()
            await self._services.settings.put("window", self._layout())
        finally:
            self._go()

    def _go(self) -> None:
        for presenter in (
            self.conversations,
            self.search,
            self.timeline,
            self.composer,
            self.details,
            self.standing,
        ):
            presenter.close()
        if self.phone is not None:
            self.phone.close()
        if self.health is not None:
            self.health.close()
        self.preferences.close()
        self.window.hide()

    async def flush(self) -> None:
        """Makes durable what was typed and what was just sent."""
        if self._furnished:
            await self.composer.flush()
        await self.preferences.flush()

    # conversations

    def open_conversation(self, conversation: Conversation) -> None:
        """Shows a conversation at its end, or at its first unread message; one of those with failed texts at what is to
        be decided there.
        """
        self._present(conversation, failed=self.conversations.filter is Filter.FAILED and conversation.failed > 0)

    def open_hit(self, hit: Hit) -> None:
        """Shows a message that was found in its place, or the person's conversation."""
        if hit.message is None:
            self.open_conversation(hit.conversation)
        else:
            self._present(hit.conversation, hit.message)

    def _present(
        self,
        conversation: Conversation,
        message: Message | None = None,
        *,
        write: bool = False,
        failed: bool = False,
    ) -> None:
        self.window.leave_page()
        conversation = self.conversations.latest(conversation)
        new = self._current is None or self._current.id != conversation.id
        self._current = conversation
        self.conversations.select(conversation)
        if not self._furnished:  # ``start`` goes on with it
            self._show_heading(conversation)
            self.window.show_conversation()
            return
        self._write = write or (self._write and not new)
        if new:
            self._tasks.spawn(self._switch(conversation, message, failed=failed), "open conversation")
            self._keep_layout()
            return
        self.window.show_conversation()
        if message is not None:
            self._tasks.spawn(self.timeline.open_at(conversation, message), "open timeline")
        elif failed:
            self._tasks.spawn(self.timeline.open_failed(conversation), "open timeline")
        if write and self.composer.shows(conversation.id):  # else ``_switch``, which is about to come, does it
            self._composer_view.editor.setFocus()

    async def _switch(
        self, conversation: Conversation, message: Message | None = None, *, failed: bool = False
    ) -> None:
        """Heading and composer change in one step of the loop, so that nothing is ever written to the wrong person."""
        if self._current is None or self._current.id != conversation.id:
            return  # the person has gone on already
        conversation = self.conversations.latest(conversation)
        self._show_heading(conversation)
        self.window.show_conversation()
        show = self.timeline.open_failed if failed else self.timeline.open
        if message is not None:
            show = partial(self.timeline.open_at, message=message)
        self._tasks.spawn(self._latest_to(show, conversation), "open timeline")
        self._tasks.spawn(self._latest_to(self.details.open, conversation), "open details")
        if self.phone is not None:
            self._tasks.spawn(self.phone.open(conversation), "hand over the phone")
        if self._write:
            self._composer_view.editor.setFocus()
        await self.composer.open(conversation)

    async def _latest_to(self, show: Callable[[Conversation], Awaitable[None]], conversation: Conversation) -> None:
        """A STOP may come between a click and the moment that a pane has its turn, and begins to listen."""
        await show(self.conversations.latest(conversation))

    def _show_heading(self, conversation: Conversation) -> None:
        self._header.set_conversation(conversation)
        self._retitle()

    def _retitle(self) -> None:
        shown = words.person(self._current) if self._current is not None else ""
        if self.window.page is not None:
            shown = "Line health"
        self.window.setWindowTitle(f"{shown} · {NAME}" if shown else NAME)

    def _write_to(self, conversation: Conversation) -> None:
        self._present(conversation, write=True)

    def _changed(self, conversation: Conversation) -> None:
        self._current = conversation
        self._show_heading(conversation)

    def _emptied(self, empty: bool) -> None:
        self._empty.show_state(any_conversation=not empty)

    def next_conversation(self) -> None:
        self.conversations.step(1)

    def previous_conversation(self) -> None:
        self.conversations.step(-1)

    def _seen(self, conversation_id: int) -> None:
        self._tasks.spawn(self._services.conversations.mark_read(conversation_id), "mark read")

    def _mend(self, message: Message, failure: "Failure") -> None:
        from sms_desktop.ui.remedy import Means, remedy

        means = Means(
            edit_number=lambda failed: self._edit_number(failed.line, failed.peer, content_of(failed)),
            reword=lambda failed: self.composer.write_anew(failed.id),
            other_line=lambda: self._composer_view.line_button.open_menu(self._composer_view),
            account=self.preferences.enter_credentials,
            health=self.open_health,
            registration=self.preferences.open_registration,
            say=self.standing.tell,
        )
        remedy(message, failure, means, next(filter(can_be_texted, self._services.lines.pool_of(message.ours)), ""))

    def _doubt_number(self, conversation: Conversation) -> None:
        view = self._composer_view
        self._edit_number(conversation.line, conversation.peer, (view.body, view.files), conversation.id)

    def _edit_number(self, line: str, peer: str, content: Content, draft_of: int | None = None) -> None:
        """A new message whose number can be put right; words and files go along."""
        self.window.leave_page()
        self.window.show_new_message()
        self.new_message.begin(line, to=peer, content=content, draft_of=draft_of)

    def _prove(self, conversation: Conversation) -> None:
        self._tasks.latest("proof", self._show_proof(conversation))

    async def _show_proof(self, conversation: Conversation) -> None:
        from sms_desktop.ui.proof import find_proof

        found = await find_proof(self._services, conversation)
        if found is None:
            self.standing.complain("The opt-out is known, but no message of it is on this computer.")
            return
        place: Conversation | None = conversation
        if found.conversation_id != conversation.id:
            place = await self._services.conversations.get(found.conversation_id)
        if place is not None and self._current is not None and self._current.id == conversation.id:
            self._present(place, found)

    def _open_consent(self, conversation: Conversation) -> None:
        self._tasks.latest("consent", self._show_consent(conversation))

    def _open_own_consent(self) -> None:
        if self._current is not None:
            self._open_consent(self._current)

    async def _show_consent(self, conversation: Conversation) -> None:
        """All that is known of whether that person may be texted, and what can be entered of it."""
        await asyncio.to_thread(_import_consent)
        from sms_desktop.ui.consent.dialog import ConsentDialog
        from sms_desktop.ui.consent.presenter import ConsentPresenter

        author = str(await self._services.settings.get("author", ""))
        called = self._services.lines.name_of(conversation.line)
        dialog = ConsentDialog(words.person(conversation), conversation.line, author, self.window, line_called=called)
        await ConsentPresenter(self._services, self._tasks, dialog, conversation).start()
        dialog.open()

    def _show_media(self, media: Media) -> None:
        self.timeline.show_media(media)

    # search and new message

    def begin_search(self) -> None:
        self.window.leave_page()
        self.window.show_list()
        self.search.begin()

    def begin_message(self) -> None:
        self.window.leave_page()
        self.window.show_new_message()
        self.new_message.begin(self._current.line if self._current is not None else None)

    def _new_message_dismissed(self) -> None:
        if self._current is None:
            self.window.show_empty()
            self._column.conversations.view.setFocus()
        else:
            self.window.show_conversation()
            self._composer_view.editor.setFocus()

    def _via(self, conversation: Conversation) -> str:
        return words.via(conversation, self._services.lines.known())

    def _by_line(self, conversation: Conversation) -> str:
        return words.by_line(conversation, self._services.lines.known())

    def _tint(self, conversation: Conversation) -> int | None:
        return words.line_color(conversation.line, self._services.lines.known())

    def _home_line(self) -> str:
        return next((line.address for line in self._services.lines.known()), "")

    # line health

    def open_health(self) -> None:
        """Shows the checks in the place of the panes."""
        self._tasks.latest("health", self._open_health())

    async def _open_health(self) -> None:
        if self.health is None:
            await asyncio.to_thread(_import_health)
            from sms_desktop.ui.health.presenter import HealthPresenter
            from sms_desktop.ui.health.view import HealthView

            self._health_view = HealthView(clock.now)
            self.health = HealthPresenter(self._services, self._tasks, self._health_view)
            self._health_view.backRequested.connect(self.window.leave_page)
            self.health.credentialsRequested.connect(self.preferences.enter_credentials)
            self.health.receivingRequested.connect(lambda: self.open_preferences("receiving"))
            self.health.registrationRequested.connect(self.preferences.open_registration)
            self.health.answeringRequested.connect(lambda: self.open_preferences("answering"))
            self.health.backupsRequested.connect(lambda: self.open_preferences("backups"))
            self.health.repairRequested.connect(lambda: self.repairRequested.emit(None))
            self.health.start()
        self.window.show_page(self._health_view)
        self.window.order_focus()
        self._retitle()
        self.health.opened()

    # dialogs

    def open_preferences(self, section: "Section" = "general") -> None:
        """Shows one section; ``preferences.dialog.Section`` names them."""
        self.preferences.open(section)

    async def _apply_composing(self) -> None:
        if self._furnished:
            await self.composer.apply_settings()

    def _play(self, line: str, peer: str, text: str) -> None:
        self._tasks.spawn(self._play_on_phone(line, peer, text), "play on the phone")

    async def _play_on_phone(self, line: str, peer: str, text: str) -> None:
        """The demo’s customer sends ``text``, and what is answered can be seen on both sides."""
        if self.phone is None:
            return
        conversation = await self._services.conversations.open(line, peer)
        self._present(conversation)
        self.window.show_phone()
        await self.phone.play(conversation, text)

    def open_shortcuts(self) -> None:
        _open(actions.ShortcutsDialog(self.window))

    def show_error(self, sentence: str) -> None:
        """What a task could not do, unless the composer says it already; an empty sentence is said in general words."""
        said = self._composer_view.notice if self._furnished else ""
        if not sentence or sentence != said:
            self.standing.complain(sentence)

    async def _tell_repair(self) -> None:
        """What happened before this window opened is said once: to the database, or to the account shown until then."""
        settings = self._services.settings
        arrival, note = [await settings.get(key, "") for key in (ARRIVAL, NOTE)]
        repaired, whole = noted(note)
        said = [str(arrival or ""), repaired]
        if any(said):
            self.standing.tell(" ".join(filter(None, said)), good=whole)
            for key in (ARRIVAL, NOTE):
                await settings.put(key, "")

    # what lasts

    def _layout(self) -> dict[str, Any]:
        return self.window.layout_state() | {
            "conversation": self._current.id if self._current is not None else None,
            "line": self.conversations.line,
        }

    def _keep_layout(self) -> None:
        if self._tasks.closed:  # a size that settles while the window goes
            return
        self._tasks.latest("layout", self._services.settings.put("window", self._layout()))


def _import_panes() -> None:
    """Beside the loop, for together they take longer than several frames."""
    import sms_desktop.ui.composer.presenter
    import sms_desktop.ui.details.presenter
    import sms_desktop.ui.newmessage.presenter
    import sms_desktop.ui.phone.presenter
    import sms_desktop.ui.timeline.presenter  # noqa: F401


def _import_consent() -> None:
    import sms_desktop.ui.consent.presenter  # noqa: F401


def _import_health() -> None:
    import sms_desktop.ui.health.presenter  # noqa: F401


def _open(dialog: QDialog) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
