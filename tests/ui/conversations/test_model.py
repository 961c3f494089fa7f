"""The list's rows: sorted, filtered, kept in step by events."""

import random

import pytest
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from sms_desktop.domain.conversation import Conversation, Filter
from sms_desktop.ui.conversations.model import ConversationsModel, RecordRole, matches
from tests.ui.samples import NOW, conversation, now


@pytest.fixture
def model(qtbot: QtBot) -> ConversationsModel:
    model = ConversationsModel(now)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning, model)
    return model


def ids(model: ConversationsModel) -> list[int]:
    return [record.id for row in range(model.rowCount()) if (record := model.record(row)) is not None]


def test_rows_are_newest_first_and_ties_go_by_number(model: ConversationsModel) -> None:
    model.reset(Filter.ALL, [conversation(1, 9), conversation(2, 3), conversation(3, 9)], more=False)
    assert ids(model) == [2, 3, 1]


def test_a_new_message_moves_its_conversation_up_and_the_selection_goes_along(model: ConversationsModel) -> None:
    model.reset(Filter.ALL, [conversation(n, n * 10) for n in range(1, 6)], more=False)
    held = QPersistentModelIndex(model.index(3))
    model.upsert(conversation(4, 0, unread=1))
    assert ids(model) == [4, 1, 2, 3, 5]
    assert held.row() == 0


def test_a_change_in_place_repaints_one_row(qtbot: QtBot, model: ConversationsModel) -> None:
    model.reset(Filter.ALL, [conversation(n, n * 10) for n in range(1, 6)], more=False)
    with qtbot.waitSignal(model.dataChanged) as told:
        model.upsert(conversation(3, 30, name="Dan"))
    first, final, *_ = told.args or []
    assert first.row() == final.row() == 2
    assert ids(model) == [1, 2, 3, 4, 5]


def test_the_same_record_again_changes_nothing(qtbot: QtBot, model: ConversationsModel) -> None:
    model.reset(Filter.ALL, [conversation(1)], more=False)
    with qtbot.assertNotEmitted(model.dataChanged):
        model.upsert(conversation(1))


def test_a_new_conversation_comes_in_at_its_place(model: ConversationsModel) -> None:
    model.reset(Filter.ALL, [conversation(1, 10), conversation(2, 30)], more=False)
    model.upsert(conversation(3, 20))
    assert ids(model) == [1, 3, 2]


def test_what_lies_below_the_loaded_rows_waits_for_its_page(model: ConversationsModel) -> None:
    model.reset(Filter.ALL, [conversation(1, 10), conversation(2, 30)], more=True)
    model.upsert(conversation(3, 50))
    assert ids(model) == [1, 2]
    model.append([conversation(3, 50), conversation(4, 60)], more=False)
    assert ids(model) == [1, 2, 3, 4]


def test_a_page_does_not_double_what_an_event_brought(model: ConversationsModel) -> None:
    model.reset(Filter.ALL, [conversation(1, 10), conversation(2, 30)], more=True)
    model.upsert(conversation(9, 1))
    model.append([conversation(9, 90), conversation(4, 60)], more=False)
    assert ids(model) == [9, 1, 2, 4]


def test_archiving_takes_a_row_out_and_unarchiving_brings_it_back(model: ConversationsModel) -> None:
    model.reset(Filter.ALL, [conversation(1, 10), conversation(2, 30)], more=False)
    model.upsert(conversation(1, 10, archived=True))
    assert ids(model) == [2]
    model.upsert(conversation(1, 10))
    assert ids(model) == [1, 2]


def test_the_open_conversation_stays_among_the_unread_until_another_is_opened(model: ConversationsModel) -> None:
    model.reset(Filter.UNREAD, [conversation(1, 10, unread=2), conversation(2, 30, unread=1)], more=False)
    model.keep(1)
    model.upsert(conversation(1, 10, unread=0))
    assert ids(model) == [1, 2]
    model.keep(2)
    assert ids(model) == [2]


@pytest.mark.parametrize(
    ("record", "shown_under"),
    [
        (conversation(), {Filter.ALL}),
        (conversation(unread=1, failed=1), {Filter.ALL, Filter.UNREAD, Filter.FAILED}),
        (conversation(unread=1, archived=True), {Filter.ARCHIVED}),
        (conversation(unread=1, blocked=True), {Filter.BLOCKED}),
        (conversation(opted_out_at=NOW), {Filter.ALL, Filter.OPTED_OUT}),
        (conversation(opted_out_at=NOW, archived=True), {Filter.ARCHIVED, Filter.OPTED_OUT}),
    ],
)
def test_filters_agree_with_the_store(record: Conversation, shown_under: set[Filter]) -> None:
    assert {chosen for chosen in Filter if matches(record, chosen)} == shown_under


def test_more_is_asked_for_once_and_only_while_there_is_more(qtbot: QtBot) -> None:
    model = ConversationsModel(now)  # without the tester, which asks for more by itself
    model.reset(Filter.ALL, [conversation(1)], more=True)
    asked: list[int] = []
    model.moreWanted.connect(lambda: asked.append(1))
    for _ in range(3):
        model.fetchMore(QModelIndex())
    assert asked == [1]
    model.append([conversation(2, 50)], more=False)
    assert not model.canFetchMore(QModelIndex())


def test_a_row_speaks(model: ConversationsModel) -> None:
    model.reset(Filter.ALL, [conversation(1, 5, name="Maria Ortega", unread=2)], more=False)
    index = model.index(0)
    assert str(index.data(Qt.ItemDataRole.AccessibleTextRole)).startswith("Maria Ortega, 2 unread, ")
    assert index.data(Qt.ItemDataRole.DisplayRole) == "Maria Ortega"
    assert index.data(RecordRole) == model.record(0)


def test_a_thousand_random_events_leave_the_rows_sorted_and_single(model: ConversationsModel) -> None:
    dice = random.Random(5)
    truth = {n: conversation(n, dice.randrange(1, 500)) for n in range(1, 60)}
    model.reset(Filter.ALL, list(truth.values()), more=False)
    for _ in range(1000):
        n = dice.randrange(1, 80)
        truth[n] = conversation(n, dice.randrange(1, 500), archived=dice.random() < 0.2, unread=dice.randrange(3))
        model.upsert(truth[n])
    shown = [record for record in truth.values() if not record.archived]
    assert ids(model) == [r.id for r in sorted(shown, key=lambda r: (r.at, r.id), reverse=True)]
    assert all(model.row_of(record.id) == ids(model).index(record.id) for record in shown)


def test_the_open_conversation_goes_when_it_is_archived(model: ConversationsModel) -> None:
    model.reset(Filter.UNREAD, [conversation(1, 10, unread=2)], more=False)
    model.keep(1)
    model.upsert(conversation(1, 10, archived=True))
    assert ids(model) == []
