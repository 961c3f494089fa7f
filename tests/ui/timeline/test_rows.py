"""What lies between messages, and which of them belong together."""

from datetime import UTC, date, datetime, timedelta

from sms_desktop.domain.consent import Wish
from sms_desktop.domain.message import Status
from sms_desktop.ui.timeline.rows import ConsentRow, DayRow, MessageRow, Row, UnreadRow, arrange
from tests.ui.timeline.sample import START, message


def utc_day(at: datetime) -> date:
    return at.astimezone(UTC).date()


def minutes(count: float) -> datetime:
    return START + timedelta(minutes=count)


def bubbles(rows: list[Row]) -> list[MessageRow]:
    return [row for row in rows if isinstance(row, MessageRow)]


def test_each_day_begins_with_a_separator() -> None:
    messages = [
        message(1, at=START),
        message(2, at=START + timedelta(days=1)),
        message(3, at=START + timedelta(days=1)),
    ]
    rows = arrange(messages, utc_day)
    assert [type(row) for row in rows] == [DayRow, MessageRow, DayRow, MessageRow, MessageRow]


def test_quick_messages_of_one_side_share_the_meta_line_of_the_last() -> None:
    rows = bubbles(arrange([message(1, at=minutes(0)), message(2, at=minutes(4)), message(3, at=minutes(8))], utc_day))
    assert [row.last for row in rows] == [False, False, True]
    assert [row.gap for row in rows] == [0, 4, 4]


def test_a_pause_of_more_than_five_minutes_begins_a_new_run() -> None:
    rows = bubbles(arrange([message(1, at=minutes(0)), message(2, at=minutes(5.1))], utc_day))
    assert [row.last for row in rows] == [True, True]
    assert [row.gap for row in rows] == [0, 12]


def test_the_other_side_another_hand_and_another_status_begin_a_new_run() -> None:
    messages = [
        message(1, at=minutes(0)),
        message(2, at=minutes(1), out=True, author="Priya"),
        message(3, at=minutes(2), out=True, author="Sam"),
        message(4, at=minutes(3), out=True, author="Sam", status=Status.SENT),
        message(5, at=minutes(4), out=True, author="Sam", status=Status.SENT),
    ]
    assert [row.last for row in bubbles(arrange(messages, utc_day))] == [True, True, True, False, True]


def test_a_failed_message_stands_alone_since_its_card_lies_below_it() -> None:
    failed = [message(n, at=minutes(n), out=True, status=Status.FAILED) for n in (1, 2)]
    assert [row.last for row in bubbles(arrange(failed, utc_day))] == [True, True]


def test_the_unread_line_stands_above_the_first_unread_message_and_parts_runs() -> None:
    messages = [message(1, at=minutes(0)), message(2, at=minutes(1)), message(3, at=minutes(2))]
    rows = arrange(messages, utc_day, unread_from=messages[1].id)
    assert [type(row) for row in rows] == [DayRow, MessageRow, UnreadRow, MessageRow, MessageRow]
    assert bubbles(rows)[0].last


def test_stop_and_start_each_leave_a_line() -> None:
    messages = [message(1, " Stop "), message(2, "START"), message(3, "thanks")]
    rows = arrange(messages, utc_day)
    lines = [row for row in rows if isinstance(row, ConsentRow)]
    assert [(line.wish, line.words) for line in lines] == [(Wish.STOP, "Stop"), (Wish.START, "START")]
    assert rows.index(lines[0]) == 2


def test_a_yes_that_follows_no_stop_is_only_an_answer() -> None:
    assert not [row for row in arrange([message(1, "Yes")], utc_day) if isinstance(row, ConsentRow)]
    after_stop = arrange([message(1, "STOP"), message(2, "Yes")], utc_day)
    assert [row.wish for row in after_stop if isinstance(row, ConsentRow)] == [Wish.STOP, Wish.START]


def test_a_second_stop_says_nothing_new() -> None:
    rows = arrange([message(1, "STOP"), message(2, "stop")], utc_day)
    assert len([row for row in rows if isinstance(row, ConsentRow)]) == 1


def test_our_own_stop_is_no_wish_of_the_peer() -> None:
    assert not [row for row in arrange([message(1, "STOP", out=True)], utc_day) if isinstance(row, ConsentRow)]


def test_a_message_knows_when_it_was_tried_again() -> None:
    first = message(1, out=True, status=Status.FAILED, code=30003)
    second = message(2, out=True, retry_of=first.id)
    rows = bubbles(arrange([first, second], utc_day))
    assert rows[0].retried_at == second.at
    assert rows[1].retried_at is None
