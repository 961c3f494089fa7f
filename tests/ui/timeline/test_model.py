"""Whatever order things come in, the model shows the sorted messages and the lines between them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication

from sms_desktop.domain.message import Message, Status
from sms_desktop.ui.timeline.model import CAP, SLACK, RecordRole, TimelineModel, refreshed
from sms_desktop.ui.timeline.rows import MessageRow, UnreadRow, arrange, order
from sms_desktop.ui.words import day_of
from tests.ui.timeline.sample import START, message, page

FULL = CAP + SLACK
BODIES = ("hello", "STOP", "START", "yes", "see you")


class Mirror:
    """Follows a model by its signals alone, as a view does."""

    def __init__(self, model: TimelineModel) -> None:
        self.model = model
        self.keys = [row.key for row in model.rows]
        self.changed: list[int] = []
        model.rowsInserted.connect(self.inserted)
        model.rowsRemoved.connect(self.removed)
        model.dataChanged.connect(self.altered)
        model.modelReset.connect(self.restarted)

    def inserted(self, parent: QModelIndex, first: int, last: int) -> None:
        self.keys[first:first] = [self.model.row_at(place).key for place in range(first, last + 1)]

    def removed(self, parent: QModelIndex, first: int, last: int) -> None:
        del self.keys[first : last + 1]

    def altered(self, first: QModelIndex, last: QModelIndex) -> None:
        self.changed += range(first.row(), last.row() + 1)

    def restarted(self) -> None:
        self.keys = [row.key for row in self.model.rows]


@pytest.fixture
def model(qapp: QApplication) -> TimelineModel:
    return TimelineModel()


def expected(messages: list[Message]) -> list[str]:
    return [row.key for row in arrange(sorted(messages, key=order), day_of)]


@settings(max_examples=60, deadline=None)
@given(
    moves=st.lists(
        st.tuples(
            st.integers(1, 40),  # which message
            st.integers(0, 4),  # days later
            st.integers(0, 90),  # minutes later
            st.booleans(),
            st.sampled_from(BODIES),
            st.sampled_from([Status.QUEUED, Status.SENT, Status.DELIVERED, Status.FAILED, Status.UNCONFIRMED]),
        ),
        max_size=60,
    )
)
def test_random_events_leave_the_rows_sorted_and_the_separators_right(
    qapp: QApplication, moves: list[tuple[int, int, int, bool, str, Status]]
) -> None:
    model = TimelineModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    mirror = Mirror(model)
    known: dict[str, Message] = {}
    for turn, (number, days, minutes, out, body, status) in enumerate(moves):
        at = START + timedelta(days=days, minutes=minutes)
        seen = known.get(f"{number:032x}")
        updated = START + timedelta(days=30, seconds=turn)
        new = message(
            number, body, out=out if seen is None else seen.outbound, status=status, at=at, updated_at=updated
        )
        known[new.id] = new
        if seen is None:
            assert model.add(new, at_end=True)
        else:
            model.change(new)
        wanted = expected(list(known.values()))
        assert [row.key for row in model.rows] == wanted
        assert mirror.keys == wanted
        assert list(model.messages) == sorted(known.values(), key=order)
    assert tester.model() is model


def test_a_status_change_updates_one_row(model: TimelineModel) -> None:
    messages = [message(n, out=True, author=f"{n}") for n in range(1, 30)]
    model.reset(page(messages))
    mirror = Mirror(model)
    later = messages[10].at + timedelta(seconds=9)
    model.change(message(11, out=True, author="11", status=Status.READ, updated_at=later))
    assert mirror.changed == [model.place_of(messages[10].id)]


def test_older_news_of_a_message_is_ignored(model: TimelineModel) -> None:
    new = message(1, out=True, status=Status.DELIVERED, updated_at=START + timedelta(hours=2))
    model.reset(page([new]))
    model.change(message(1, out=True, status=Status.SENT, updated_at=START + timedelta(hours=1)))
    assert model.messages == (new,)


def test_older_pages_go_on_top_and_the_window_stays_bounded(model: TimelineModel) -> None:
    everything = [message(n) for n in range(1, 701)]
    model.reset(page(everything[-80:], older=True))
    mirror = Mirror(model)
    while model.older:
        first = model.messages[0].seq
        older = everything[max(0, first - 81) : first - 1]
        model.prepend(page(older, older=older[0].seq > 1))
        assert len(model.messages) <= CAP + SLACK
    assert model.messages[0] is everything[0]
    assert model.newer
    assert mirror.keys == [row.key for row in model.rows]
    while model.newer:
        last = model.messages[-1].seq
        newer = everything[last : last + 80]
        model.extend(page(newer, newer=newer[-1].seq < 700))
    assert model.messages[-1] is everything[-1]
    assert model.older
    assert mirror.keys == expected(list(model.messages))


def test_a_new_message_outside_the_window_is_not_shown(model: TimelineModel) -> None:
    model.reset(page([message(n) for n in range(5, 9)], older=True, newer=True))
    assert not model.add(message(100), at_end=False)
    assert not model.add(message(1), at_end=False)
    assert len(model.messages) == 4


@pytest.mark.parametrize("minutes", [-100, 100])
def test_a_message_whose_time_is_set_right_leaves_the_window_rather_than_hide_others(
    model: TimelineModel, minutes: int
) -> None:
    shown = [message(n) for n in range(5, 9)]
    model.reset(page(shown, older=True, newer=True))
    moved = replace(
        shown[1], at=shown[1].at + timedelta(minutes=minutes), updated_at=shown[1].updated_at + timedelta(seconds=1)
    )
    model.change(moved)
    assert [m.id for m in model.messages] == [shown[0].id, shown[2].id, shown[3].id]
    model.reset(page(shown))
    model.change(moved)
    assert moved in model.messages


def test_a_full_window_whose_reader_is_above_keeps_what_is_read(model: TimelineModel) -> None:
    model.reset(page([message(n) for n in range(1, FULL + 1)]))
    assert not model.add(message(FULL + 1), at_end=False)
    assert model.newer
    assert model.messages[0].seq == 1


def test_a_full_window_whose_reader_is_at_the_end_drops_the_oldest(model: TimelineModel) -> None:
    model.reset(page([message(n) for n in range(1, FULL + 1)]))
    assert model.add(message(FULL + 1), at_end=True)
    assert model.older
    assert [model.messages[0].seq, model.messages[-1].seq] == [SLACK + 2, FULL + 1]


def test_the_unread_line_counts_inbound_messages_from_the_end(model: TimelineModel) -> None:
    model.reset(page([message(1), message(2), message(3, out=True), message(4)]), unread=2)
    place = model.place_of("unread")
    assert isinstance(model.row_at(place), UnreadRow)
    after = model.row_at(place + 1)
    assert isinstance(after, MessageRow)
    assert after.message.seq == 2


def test_the_unread_line_comes_with_the_page_that_holds_its_message(model: TimelineModel) -> None:
    model.reset(page([message(n) for n in range(5, 8)], older=True), unread=5)
    assert model.place_of("unread") == -1
    model.prepend(page([message(n) for n in range(1, 5)]))
    after = model.row_at(model.place_of("unread") + 1)
    assert isinstance(after, MessageRow)
    assert after.message.seq == 3


def test_rows_speak_to_screen_readers(model: TimelineModel) -> None:
    sent = message(1, "Morning Maria!", out=True)
    model.reset(page([sent, message(2, "STOP")]))
    spoken = [model.index(place, 0).data(Qt.ItemDataRole.AccessibleTextRole) for place in range(model.rowCount())]
    assert spoken[1].startswith("Outbound, Delivered, ")
    assert spoken[1].endswith(": Morning Maria!")
    assert spoken[3].startswith("Opted out with “STOP” · ")
    assert model.index(1, 0).data(RecordRole).message is sent


def test_a_page_takes_the_later_of_what_was_read_and_what_was_heard() -> None:
    read = message(1, out=True, status=Status.SENT)
    heard = message(1, out=True, status=Status.DELIVERED, updated_at=START + timedelta(days=1))
    assert refreshed(page([read]), {heard.id: heard}).messages == (heard,)
    assert refreshed(page([heard]), {read.id: read}).messages == (heard,)
