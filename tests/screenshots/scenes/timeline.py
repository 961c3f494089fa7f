"""What the timeline may hold."""

from datetime import UTC, datetime, timedelta

from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from sms_desktop.demo import SHOP
from sms_desktop.domain.catchup import Origin, Progress
from sms_desktop.domain.events import CatchUpChanged
from sms_desktop.domain.message import Status
from sms_desktop.ui.timeline.rows import MessageRow
from tests.screenshots import samples
from tests.screenshots.samples import DAY, ROSA, Awaited, Said, Tale, them, us
from tests.screenshots.scene import scene
from tests.screenshots.stage import Stage

FETCH = "Twilio no longer has this file (404)."
LONG = (
    "Dear Rosa, here is what we agreed on, so that both of us have it in writing.\n\n"
    "1. Six dining chairs, oak, seats and backs in the dark green bouclé that you chose on Tuesday.\n"
    "2. The old springs stay; where one is broken we put in a new one and tell you before.\n"
    "3. Pick-up on the 14th between 8 and 10, delivery at the latest on the 30th.\n\n"
    "The price is $720, of which you have paid $200. Nothing is added without asking you first. "
    "If the date no longer suits you, write to us here and we will find another."
)


async def _tale(stage: Stage, *said: Said) -> None:
    await stage.play(Tale(said), right=None)
    await stage.open(ROSA)


@scene()
async def timeline_days(stage: Stage) -> None:
    """Separators, runs of one side, who sent it, the line above what is unread."""
    await _tale(
        stage,
        them(400 * DAY, "Do you still do leather?"),
        us(400 * DAY - 20, "We do!", author="Priya"),
        them(3 * DAY, "Morning"),
        them(3 * DAY - 1, "Two things:"),
        them(3 * DAY - 2, "the stool wobbles, and the green one needs a new cover."),
        us(DAY + 30, "Bring both, we have a look.", author="Priya"),
        us(DAY + 29, "Any day but Monday.", author="Priya", status=Status.READ),
        them(14, "Wednesday then?", unseen=True),
        them(13, "At ten.", unseen=True),
    )


@scene()
async def timeline_unread_many(stage: Stage) -> None:
    """More is unread than fits: the line is on top and the newest is out of view."""
    await stage.play(
        Tale(
            [
                us(90, "How is the chair?"),
                *(them(60 - n, f"Thought no. {n + 1} about it", unseen=True) for n in range(40)),
            ]
        ),
        right=None,
    )
    await stage.open(ROSA)


@scene()
async def timeline_statuses(stage: Stage) -> None:
    words = {
        Status.QUEUED: "It waits in the outbox",
        Status.SENDING: "It leaves this computer",
        Status.SENT: "The carrier has it",
        Status.DELIVERED: "The phone has it",
        Status.READ: "It was read",
        Status.PARTIALLY_DELIVERED: "Some of it arrived",
        Status.CANCELED: "It was called off",
        Status.SCHEDULED: "It leaves later",
    }
    await _tale(stage, *(us(80 - 10 * n, words[s], s, author="Priya") for n, s in enumerate(words)))


@scene()
async def timeline_pictures(stage: Stage) -> None:
    await _tale(
        stage,
        them(30, "Before", files=(samples.landscape(),)),
        us(20, "And now, by the window", files=(samples.portrait(),)),
    )


@scene()
async def timeline_pictures_several(stage: Stage) -> None:
    await _tale(
        stage,
        them(40, "Which of these?", files=samples.several(4)),
        us(20, "These three", files=samples.several(3)),
    )


@scene()
async def timeline_pictures_odd(stage: Stage) -> None:
    """A strip, a tiny one, and one that cannot be shown, among others and alone."""
    await _tale(
        stage,
        them(40, files=(samples.strip(),)),
        them(35, files=(samples.tiny(),)),
        us(20, files=(samples.unshowable(),)),
        us(10, "Mixed", files=(samples.landscape(), samples.unshowable())),
    )


@scene()
async def timeline_pictures_awaited(stage: Stage) -> None:
    await stage.play(
        Tale((us(30, "Could you send pictures?"),)),
        Awaited("On its way", "image/jpeg", 1, ago=12),
        Awaited("", "image/jpeg", 1, FETCH, ago=8),
        Awaited("Two of them", "image/jpeg", 2, FETCH, ago=5),
        right=None,
    )
    await stage.open(ROSA)


@scene()
async def timeline_files(stage: Stage) -> None:
    await stage.play(
        Tale(
            (
                us(50, "Your invoice", files=(samples.pdf(),)),
                them(40, files=samples.OTHER_FILES[:2]),
                them(30, "and the rest", files=samples.OTHER_FILES[2:]),
            )
        ),
        Awaited("", "application/pdf", 1, ago=9),
        Awaited("", "text/vcard", 1, FETCH, ago=5),
        right=None,
    )
    await stage.open(ROSA)


@scene()
async def timeline_words(stage: Stage) -> None:
    await _tale(
        stage,
        them(60, "See https://example.com/chairs/blue?size=2 and write to shop@example.com or call +1 212 555 0100."),
        us(50, LONG, author="Priya"),
        them(40, "👍"),
        them(39, "👩‍👩‍👧‍👦🎉🇸🇪 see you 🌻"),
        them(20, "שלום! הכיסא מוכן?"),
        us(15, "مرحبا، نعم الكرسي جاهز غداً الساعة 9"),
        them(8, "Loremipsumdolorsitamet" * 6),
        them(4, "https://example.com/" + "averylongpath/" * 9),
        them(2, ""),
    )


ADDRESS = (
    them(9, "Could you write down the address?"),
    us(8, "12 Pier Street, second bell. The yard is open until 6.", author="Priya"),
)


@scene()
async def timeline_selected(stage: Stage) -> None:
    """Text that was selected with the mouse, in both kinds of bubble, one after the other."""
    await _tale(stage, *ADDRESS)
    _drag_over(stage, 2)


@scene()
async def timeline_selected_inbound(stage: Stage) -> None:
    await _tale(stage, *ADDRESS)
    _drag_over(stage, 1)


def _drag_over(stage: Stage, place: int) -> None:
    view = stage.desk._timeline_pane.view
    row = view.timeline.row_at(place)
    assert isinstance(row, MessageRow)
    bubble = view.shape(row).bubble
    assert bubble is not None
    middle = bubble.translated(view.origin(place)).toRect()
    start, end = middle.center(), middle.center()
    start.setX(middle.left() + 20)
    end.setX(middle.right() - 40)
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(view.viewport(), middle.center())
    QTest.mouseMove(view.viewport(), end)
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=end)


@scene()
async def timeline_menu(stage: Stage) -> None:
    """What can be done with a message."""
    await _tale(stage, *ADDRESS)
    view = stage.desk._timeline_pane.view
    at = view.visualRect(view.model().index(2, 0)).center()
    at.setX(view.viewport().width() - 240)
    QApplication.sendEvent(
        view.viewport(), QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, view.viewport().mapToGlobal(at))
    )


@scene()
async def timeline_focus(stage: Stage) -> None:
    """Walked by keys."""
    await _tale(stage, *ADDRESS)
    view = stage.person.named("Messages", QWidget)
    view.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(view, Qt.Key.Key_Up)


@scene()
async def timeline_failures(stage: Stage) -> None:
    codes = (30003, 30006, 21610, 30034)
    await _tale(
        stage, *(us(40 - 6 * n, "Your chair is ready.", Status.UNDELIVERED, code) for n, code in enumerate(codes))
    )


@scene()
async def timeline_failures_more(stage: Stage) -> None:
    """Of Twilio's side, an unknown code, none at all, and one that was tried again."""
    await _tale(
        stage,
        us(40, "A picture that nobody can receive there", Status.FAILED, 30008, files=(samples.landscape(),)),
        us(30, "Unknown", Status.FAILED, 39999),
        us(20, "No reason", Status.FAILED),
        us(12, "Parking is behind the building.", Status.UNDELIVERED, 30003),
        us(10, "Parking is behind the building.", again=3),
    )


@scene()
async def timeline_unconfirmed(stage: Stage) -> None:
    await _tale(
        stage,
        them(30, "Is Saturday still fine?"),
        us(20, "Yes, from 10 on.", Status.UNCONFIRMED),
        us(10, "The second bell is ours.", Status.UNCONFIRMED),
    )
    message = stage.person.messages()[-1]
    stage.desk._timeline_pane.model.ask(message.id)


@scene()
@scene(name="timeline-gaps-500", size=(500, 840))
@scene(name="timeline-gaps-right-to-left", rtl=True)
async def timeline_gaps(stage: Stage) -> None:
    """Missed while off, all found; missed while out of reach, not all found; and sent by another program meanwhile."""
    await _tale(
        stage,
        us(DAY, "Your chair is ready on Friday.", author="Priya"),
        them(700, "Is Saturday still fine?", origin=Origin.OFF),
        us(695, "Reminder: we close at six today.", origin=Origin.ELSEWHERE),
        them(690, "And do you take cards?", origin=Origin.OFF),
        us(60, "Yes, from 10 on. Cards are fine.", author="Priya"),
        them(20, "Running late", origin=Origin.UNREACHED),
        us(2, "No problem, we are here.", author="Priya"),
    )
    complete = Progress(complete_to=datetime.now(UTC) - timedelta(minutes=30))
    stage.services.hub.publish([CatchUpChanged(complete)])


@scene()
async def timeline_consent(stage: Stage) -> None:
    """Opted out, in again, out again: the lines, and the composer locked."""
    await stage.play(right="details")
    phone = stage.phones.phone("+14155550132")
    conversation = await stage.open("+14155550132")
    for words in ("STOP", "START", "Unsubscribe"):
        await phone.text(SHOP, words)
        await stage.until(lambda words=words: stage.person.sees(words), f"{words} arrives")  # type: ignore[misc]
    await stage.until(lambda: stage.desk.composer._view.is_locked, "the composer is locked")
    assert conversation.peer == "+14155550132"


@scene()
async def timeline_new_below(stage: Stage) -> None:
    """Three came while the person read what is above."""
    await stage.play(Tale([them(300 - 5 * n, f"Note {n + 1} about the order") for n in range(50)]), right=None)
    await stage.open(ROSA)
    bar = stage.desk._timeline_pane.view.verticalScrollBar()
    bar.setValue(bar.maximum() // 3)
    for n in range(3):
        await stage.phones.phone(ROSA).text(SHOP, f"One more thing, {n + 1}")
    await stage.until(lambda: stage.desk._timeline_pane.view.new_count == 3, "three new")


@scene()
async def timeline_sandbox(stage: Stage) -> None:
    """A real exchange with the demo's people: out, delivered, a picture back."""
    await stage.play(right="phone")
    await stage.open("+14155550112")
    stage.person.type("Which fabric do you like?")
    stage.press("Send")
    await stage.until(lambda: stage.person.messages()[-1].media, "a picture comes back")
