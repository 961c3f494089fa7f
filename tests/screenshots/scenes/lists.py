"""The list, its filters, the search and the new message."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from sms_desktop.demo import SHOP, seed
from sms_desktop.domain.conversation import Filter
from tests.screenshots.samples import SALE, Tale, them
from tests.screenshots.scene import scene
from tests.screenshots.stage import Stage, nothing


async def _filtered(stage: Stage, chosen: Filter) -> None:
    await stage.play()
    for peer in ("+14155550124", "+14155550122"):
        conversation = await stage.services.conversations.open(SHOP, peer)
        await stage.services.conversations.archive(conversation.id, True)
    filters = stage.desk._column.conversations.filters
    filters._pick(chosen)
    await stage.still()


@scene()
async def filter_unread(stage: Stage) -> None:
    await _filtered(stage, Filter.UNREAD)


@scene()
async def filter_failed(stage: Stage) -> None:
    await _filtered(stage, Filter.FAILED)


@scene()
async def filter_archived(stage: Stage) -> None:
    await _filtered(stage, Filter.ARCHIVED)


@scene()
async def filter_opted_out(stage: Stage) -> None:
    await _filtered(stage, Filter.OPTED_OUT)


@scene()
async def filter_blocked(stage: Stage) -> None:
    """Nobody is."""
    await _filtered(stage, Filter.BLOCKED)


@scene()
async def filter_menu(stage: Stage) -> None:
    await _filtered(stage, Filter.ALL)
    stage.desk._column.conversations.filters._open_menu()


@scene()
async def list_menu(stage: Stage) -> None:
    """What can be done with a row."""
    await stage.play()
    await stage.open("+14155550110")
    view = stage.desk._column.conversations.view
    view._menu_at(view.visualRect(view.model().index(1, 0)).center())


@scene()
async def list_focus(stage: Stage) -> None:
    """Walked by keys, the row has a ring."""
    await stage.play()
    view = stage.desk._column.conversations.view
    view.setFocus(Qt.FocusReason.TabFocusReason)
    for _ in range(3):
        QTest.keyClick(view, Qt.Key.Key_Down)


LONG = Tale(
    (them(3, "An extremely long message that goes on and on and will not fit into one line of the list at all"),),
    peer="+447700900123",
    name="Bartholomew Featherstonehaugh-Cholmondeley of Wolverhampton",
)
ARABIC = Tale((them(6, "مرحبا، هل الكرسي جاهز؟", unseen=True),), peer="+971501234567", name="ليلى حداد")
ONE_WAY = Tale((them(9, "Spring sale: 20 % off", unseen=True),), peer=SALE, name="")
EMOJI = Tale((them(12, "👩‍👩‍👧‍👦🎉 see you 🇸🇪"),), peer="+46701234567", name="Åsa Öberg 🌻")


@scene()
async def list_extremes(stage: Stage) -> None:
    """Names and texts that are too long, right to left, emoji, a sender without a number."""
    await stage.play(seed, LONG, ARABIC, ONE_WAY, EMOJI)
    await stage.open("+447700900123")


@scene()
async def search_hits(stage: Stage) -> None:
    await stage.play()
    await stage.open("+14155550110")
    stage.keys("chair", "Search")
    await stage.still()


@scene()
async def search_hit_opened(stage: Stage) -> None:
    """A hit is shown in its place; the light that marks it has faded."""
    await search_hits(stage)
    QTest.keyClick(stage.person.named("Search", QLineEdit), Qt.Key.Key_Down)
    QTest.keyClick(stage.person.named("Search", QLineEdit), Qt.Key.Key_Return)
    await stage.still()


@scene()
async def search_nothing(stage: Stage) -> None:
    await stage.play()
    await stage.open("+14155550110")
    stage.keys("zeppelin", "Search")


async def _new(stage: Stage, text: str) -> None:
    await stage.play()
    stage.desk.begin_message()
    await stage.still()
    stage.keys(text, "To")
    await stage.still()


@scene()
@scene(name="new-message-500", size=(500, 840))
async def new_message(stage: Stage) -> None:
    """Nothing typed yet: the people that were written to last."""
    await _new(stage, "")


@scene()
async def new_message_empty(stage: Stage) -> None:
    await stage.play(nothing)
    stage.desk.begin_message()


@scene()
async def new_message_suggestions(stage: Stage) -> None:
    await _new(stage, "da")


@scene()
async def new_message_number(stage: Stage) -> None:
    await _new(stage, "(212) 555-0187")


@scene()
async def new_message_doubtful(stage: Stage) -> None:
    await _new(stage, "+1 212 155 0100")


@scene()
async def new_message_ambiguous(stage: Stage) -> None:
    """Too short to be a number, and Enter was pressed all the same."""
    await _new(stage, "+4 1")
    QTest.keyClick(stage.person.named("To", QLineEdit), Qt.Key.Key_Return)


@scene()
async def new_message_nobody(stage: Stage) -> None:
    await _new(stage, "Zacharias")
    QTest.keyClick(stage.person.named("To", QLineEdit), Qt.Key.Key_Return)
