"""What lies between messages, and which of them belong together."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from sms_desktop.domain.answering import TWILIOS
from sms_desktop.domain.catchup import Origin
from sms_desktop.domain.consent import ConsentEvent, ConsentSource, Wish
from sms_desktop.domain.media import LIKELY, Media, MediaState
from sms_desktop.domain.message import Message, Status, TakenBack
from sms_desktop.domain.reply import AUTHOR, Held, HeldReply, Made, Unsent
from sms_desktop.ui.replies.sentences import held_back
from sms_desktop.ui.timeline.rows import (
    AwayRow,
    ConsentRow,
    DayRow,
    HeldRow,
    MessageRow,
    NoteRow,
    Row,
    UnreadRow,
    arrange,
)
from sms_desktop.ui.timeline.sentences import (
    WROTE_SINCE,
    away,
    can_try_again,
    failure,
    harm,
    line_of,
    mend_of,
    meta_of,
    rule_word,
    spoken,
    told_here,
    waits_for,
)
from sms_desktop.ui.timeline.shape import is_picture
from sms_desktop.ui.words import clock, media_word
from tests.ui.timeline.sample import LINE, PEER, START, message


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


def test_what_was_sent_from_elsewhere_and_a_new_try_share_no_meta_line_with_a_text_of_ours() -> None:
    messages = [
        message(1, at=minutes(0), out=True),
        message(2, at=minutes(1), out=True, origin=Origin.ELSEWHERE),
        message(3, at=minutes(2), out=True, origin=Origin.ELSEWHERE),
        message(4, at=minutes(3), out=True),
        message(5, at=minutes(4), out=True, retry_of="0" * 32),
    ]
    rows = bubbles(arrange(messages, utc_day))
    assert [row.last for row in rows] == [True, False, True, True, True]
    assert ["sent from elsewhere" in meta_of(row.message) for row in rows if row.last] == [False, True, False, False]


STOPPED = "You have successfully been unsubscribed. You will not receive any more messages from this number."
STARTED = "You have successfully been re-subscribed to messages from this number. Reply HELP for help."
HELPED = "Reply STOP to unsubscribe. Msg&Data Rates May Apply."


@pytest.mark.parametrize(
    ("said", "seconds", "answer", "line", "theirs"),
    [
        ("STOP", 1, STOPPED, LINE, True),
        (" quit\n", 1, STOPPED, LINE, True),
        ("START", 14, STARTED, LINE, True),
        ("help", 0, HELPED, LINE, True),
        ("STOP", 60, STOPPED, LINE, False),
        ("HELP", 1, STOPPED, LINE, False),
        ("please stop", 1, STOPPED, LINE, False),
        ("STOP", 1, "Sorry to see you go.", LINE, False),
        ("STOP", 1, STOPPED, "72975", False),  # a short code, where Twilio leaves it to whoever texts by it
    ],
)
@pytest.mark.parametrize("origin", [Origin.ELSEWHERE, Origin.HISTORY])
def test_what_twilio_answered_itself_to_a_keyword_is_said_to_be_its_answer(
    said: str, seconds: int, answer: str, line: str, theirs: bool, origin: Origin
) -> None:
    messages = [
        replace(message(1, said, at=START), line=line),
        replace(message(2, "one more thing", at=START), line=line),
        replace(message(3, answer, at=START + timedelta(seconds=seconds), out=True, origin=origin), line=line),
    ]
    row = bubbles(arrange(messages, utc_day))[-1]
    shown = row.message
    assert spoken(row, START).endswith("Twilio’s automatic answer") is theirs
    assert (shown.author == TWILIOS) is theirs
    meta = meta_of(shown)
    assert ("Twilio’s automatic answer" in meta) is theirs
    assert ("sent from elsewhere" in meta) is (origin is Origin.ELSEWHERE and not theirs)


def test_twilios_own_answer_that_failed_is_not_ours_to_send_again() -> None:
    answer = message(2, STOPPED, at=START, out=True, origin=Origin.ELSEWHERE)
    failed = replace(answer, status=Status.UNDELIVERED, error_code=30003)
    [_, row] = bubbles(arrange([message(1, "STOP", at=START), failed], utc_day))
    assert not can_try_again(row) and mend_of(row) == ""
    assert failure(row)[1] == "Twilio sent this by itself, so there is nothing to send again."


def test_a_text_of_ours_in_twilios_words_stays_ours() -> None:
    messages = [message(1, "STOP", at=START), message(2, STOPPED, at=START, out=True, author="Ada")]
    assert bubbles(arrange(messages, utc_day))[-1].message.author == "Ada"
    messages = [message(1, "STOP", at=START), message(2, STOPPED, at=START, out=True)]
    assert not bubbles(arrange(messages, utc_day))[-1].message.author


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


def missed(number: int, at: float, origin: Origin | None = Origin.OFF, *, out: bool = False) -> Message:
    return message(number, at=minutes(at), origin=origin, out=out)


def aways(messages: list[Message], complete_to: datetime | None = None) -> list[tuple[int, AwayRow]]:
    """Each line that tells of missed messages, with the number of the message below it."""
    rows = arrange(messages, utc_day, complete_to=complete_to)
    found = []
    for place, row in enumerate(rows):
        if isinstance(row, AwayRow):
            below = rows[place + 1]
            assert isinstance(below, MessageRow)
            assert below.message.id == row.message_id
            found.append((below.message.seq, row))
    return found


def test_what_was_missed_is_told_above_the_first_of_it() -> None:
    messages = [missed(1, 0, None), missed(2, 10), missed(3, 20), missed(4, 30), missed(5, 31, None)]
    assert aways(messages) == [(2, AwayRow(messages[1].id, 3, Origin.OFF, complete=False))]


def test_a_message_that_came_at_once_ends_a_run() -> None:
    [first, second] = aways([missed(1, 0), missed(2, 1, None), missed(3, 2), missed(4, 3)])
    assert [(place, row.count) for place, row in (first, second)] == [(1, 1), (3, 2)]


def test_what_another_program_sent_for_us_does_not_end_a_run() -> None:
    messages = [missed(1, 0), missed(2, 1, Origin.ELSEWHERE, out=True), missed(3, 2)]
    assert [(place, row.count) for place, row in aways(messages)] == [(1, 2)]
    assert meta_of(messages[1]).endswith(" · sent from elsewhere")
    assert aways([messages[1]]) == []


def test_outages_that_lie_apart_are_told_apart() -> None:
    times = (0, 30, 60.1, 61, 200)
    unreached = [missed(number, at, Origin.UNREACHED) for number, at in enumerate(times, 1)]
    assert [(place, row.count) for place, row in aways(unreached)] == [(1, 2), (3, 2), (5, 1)]
    off = [missed(number, at) for number, at in enumerate(times, 1)]  # for days, perhaps
    assert [(place, row.count) for place, row in aways(off)] == [(1, 5)]


def test_each_reason_has_a_line_and_a_count_of_its_own() -> None:
    reasons = (Origin.CLOSED, Origin.OFF, Origin.OFF, Origin.UNREACHED, Origin.UNREACHED, Origin.OFF)
    messages = [missed(number, number, origin) for number, origin in enumerate(reasons, 1)]
    told = [(place, row.count, row.origin) for place, row in aways(messages)]
    assert told == [(1, 1, Origin.CLOSED), (2, 2, Origin.OFF), (4, 2, Origin.UNREACHED), (6, 1, Origin.OFF)]


def test_a_run_is_complete_once_nothing_is_missing_up_to_its_last() -> None:
    messages = [missed(number, at, Origin.UNREACHED) for number, at in enumerate((0, 10, 100, 110), 1)]
    for complete_to, complete in (
        (None, [False, False]),
        (minutes(9), [False, False]),
        (minutes(10), [True, False]),
        (minutes(110), [True, True]),
    ):
        assert [row.complete for _, row in aways(messages, complete_to)] == complete


def test_a_computer_that_was_off_is_told_from_one_that_could_not_be_reached() -> None:
    [(_, off)] = aways([missed(1, 0), missed(2, 10)], minutes(10))
    [(_, closed)] = aways([missed(1, 0, Origin.CLOSED), missed(2, 10, Origin.CLOSED)], minutes(10))
    [(_, unreached)] = aways([missed(1, 0, Origin.UNREACHED)])
    assert away(off) == "2 messages arrived while this computer was off · complete ✓"
    assert away(closed) == "2 messages arrived while this inbox was closed · complete ✓"
    assert meta_of(missed(1, 0, Origin.CLOSED)).endswith(" · while this inbox was closed")
    [(_, unkept)] = aways([missed(1, 0, Origin.UNKEPT), missed(2, 10, Origin.UNKEPT)], minutes(10))
    assert away(unkept) == "2 messages arrived while nothing could be stored on this computer · complete ✓"
    assert meta_of(missed(1, 0, Origin.UNKEPT)).endswith(" · came late")
    assert away(unreached) == "1 message arrived while this computer could not be reached · still looking"
    assert meta_of(missed(1, 0)).endswith(" · while you were away")
    assert meta_of(missed(1, 0, Origin.UNREACHED)).endswith(" · came late")


def test_history_was_not_missed() -> None:
    assert aways([missed(1, 0, Origin.HISTORY)]) == []


def test_a_run_that_begins_before_what_is_loaded_says_that_there_are_more() -> None:
    messages = [missed(1, 0), missed(2, 1)]
    for older, said in ((True, "More than 2 messages arrived"), (False, "2 messages arrived")):
        [row] = [row for row in arrange(messages, datetime.date, older=older) if isinstance(row, AwayRow)]
        assert away(row).startswith(said)
    live_first = arrange([missed(1, 0, None), missed(2, 1)], datetime.date, older=True)
    assert [row.more for row in live_first if isinstance(row, AwayRow)] == [False]


def test_a_file_of_which_nothing_is_known_yet_is_called_the_picture_that_it_will_most_likely_be() -> None:
    coming = Media(1, 0, LIKELY, MediaState.PENDING)
    assert is_picture(coming)
    assert (waits_for(coming), media_word(coming.content_type)) == ("Picture · fetching…", "Photo")


def entered(at: datetime, *, out: bool = True) -> ConsentEvent:
    return ConsentEvent(LINE, PEER, out, ConsentSource.STAFF, "", None, at, "Ada", "called")


def test_what_was_entered_stands_where_its_time_is() -> None:
    said = [message(1, at=minutes(0)), message(2, at=minutes(2))]
    days = [entered(minutes(1)), entered(START + timedelta(days=2), out=False)]
    rows = arrange(said, utc_day, ledger=days)
    assert [type(row) for row in rows] == [DayRow, MessageRow, ConsentRow, MessageRow, DayRow, ConsentRow]
    lines = [row for row in rows if isinstance(row, ConsentRow)]
    assert [row.wish for row in lines] == [Wish.STOP, Wish.START]
    assert told_here(lines[0]).startswith("Opted out by Ada: called · ")
    assert [row.last for row in bubbles(rows)] == [True, True]
    assert len({row.key for row in rows}) == len(rows)


def test_what_was_entered_outside_the_window_waits_for_its_page() -> None:
    ledger = (entered(START - timedelta(days=1)), entered(START + timedelta(days=1)))
    rows = arrange([message(1, at=START)], utc_day, ledger=ledger, older=True, newer=True)
    assert [type(row) for row in rows] == [DayRow, MessageRow]


def test_entries_of_one_moment_are_lines_of_their_own() -> None:
    ledger = (entered(minutes(1)), replace(entered(minutes(1)), reason="again"), entered(minutes(2)))
    rows = [row for row in arrange([], utc_day, ledger=ledger) if isinstance(row, ConsentRow)]
    assert len(rows) == len({row.key for row in rows}) == 3


def test_a_word_of_the_accounts_own_after_a_stop_to_twilio_says_that_it_lets_nobody_in() -> None:
    stop, own = message(1, "STOP", at=START), replace(message(2, "alta", at=minutes(1)), sid="SM2")
    event = ConsentEvent(own.line, own.peer, False, ConsentSource.INBOUND, "alta", own.sid, own.at)
    rows = [row for row in arrange([stop, own], utc_day, ledger=(event,)) if isinstance(row, ConsentRow)]
    assert [(row.wish, row.in_vain) for row in rows] == [(Wish.STOP, False), (Wish.START, True)]
    assert line_of(rows[1], START).startswith(
        "Wrote “alta”. Twilio still blocks texts to them: only START lets them in again · "
    )


def test_a_word_of_the_accounts_own_is_a_line_once_the_ledger_has_it() -> None:
    said = replace(message(1, "arret"), sid="SM1")
    assert not [row for row in arrange([said], utc_day) if isinstance(row, ConsentRow)]
    event = ConsentEvent(LINE, PEER, True, ConsentSource.INBOUND, "arret", "SM1", said.at)
    assert [row.words for row in arrange([said], utc_day, ledger=(event,)) if isinstance(row, ConsentRow)] == ["arret"]


def test_what_an_opt_out_refused_is_answered_by_an_agreement_that_was_entered_since_and_by_none_before() -> None:
    refused = message(1, at=minutes(0), out=True, status=Status.FAILED, code=21610)
    gone = message(2, at=minutes(0), out=True, status=Status.FAILED, code=30006)
    for after, answered in ((minutes(1), True), (minutes(-1), False)):
        rows = bubbles(arrange([refused, gone], utc_day, ledger=(entered(after, out=False),)))
        assert [row.answered for row in rows] == [answered, False]
    both = (entered(minutes(1), out=False), entered(minutes(2)))
    [row] = bubbles(arrange([refused], utc_day, ledger=both, barred=True))
    assert harm(row)


def test_an_agreement_counts_that_is_dated_before_the_refusal_it_came_after() -> None:
    """Twilio's clock dates the refusal and ours the START until the list was read."""
    refused = message(1, at=minutes(0), out=True, status=Status.FAILED, code=21610)
    error = ConsentEvent(LINE, PEER, True, ConsentSource.ERROR, "21610", "SM1", minutes(2))
    [row] = bubbles(arrange([refused], utc_day, ledger=(entered(minutes(1), out=False), error)))
    assert row.answered and not harm(row)


@pytest.mark.parametrize(("code", "offered"), [(30006, True), (21614, True), (21211, True), (21612, False)])
def test_what_was_in_vain_may_be_tried_again_once_they_texted_whichever_line(code: int, offered: bool) -> None:
    gone = message(2, at=minutes(2), out=True, status=Status.FAILED, code=code)
    for heard, again in ((None, False), (minutes(1), False), (minutes(3), offered)):
        [row] = bubbles(arrange([gone], utc_day, heard=heard))
        assert can_try_again(row) is again
        assert (WROTE_SINCE in failure(row)[1]) is again
    [row] = bubbles(arrange([gone], utc_day, heard=minutes(3), barred=True))
    assert not can_try_again(row) and WROTE_SINCE not in failure(row)[1]


def test_what_is_asked_about_below_is_not_offered_to_be_tried_again_in_its_card_too() -> None:
    failed = message(1, out=True, status=Status.UNDELIVERED, code=30003)
    assert [can_try_again(bubbles(arrange([failed], utc_day, asked_below=of))[0]) for of in (failed.id, "another")] == [
        False, True,
    ]  # fmt: skip


def held_reply(sid: str, why: Held = Held.SAME_TEXT) -> HeldReply:
    return HeldReply(sid, START, "Opening hours", why)


def test_what_was_held_back_is_a_line_below_the_text_that_it_would_have_answered() -> None:
    said = [replace(message(n, "open?", at=minutes(n)), sid=f"SM{n}") for n in range(3)]
    rows = arrange(said, utc_day, unanswered={"SM1": held_reply("SM1"), "SM9": held_reply("SM9")})
    assert [type(row) for row in rows] == [DayRow, MessageRow, MessageRow, HeldRow, MessageRow]
    [line] = [row for row in rows if isinstance(row, HeldRow)]
    told = f"No automatic reply, because they keep sending the same text · {clock(START)}"
    assert line_of(line, START) == told
    assert spoken(line, START) == f"{told}. “Opening hours” would have answered."
    assert [row.last for row in bubbles(rows)] == [False, True, True]


@pytest.mark.parametrize("why", list(Held))
def test_every_reason_for_holding_back_has_plain_words(why: Held) -> None:
    assert held_back(why).startswith("No automatic reply, because ")


def test_a_reply_by_a_rule_tells_which_and_shares_its_line_with_no_other() -> None:
    ours = [message(n, "hi", out=True, author=AUTHOR, at=minutes(n)) for n in range(3)]
    made = {ours[0].id: Made("Hours"), ours[1].id: Made("Hours"), ours[2].id: Made("Welcome")}
    rows = bubbles(arrange(ours, utc_day, made=made))
    assert [(row.rule, row.last) for row in rows] == [("Hours", False), ("Hours", True), ("Welcome", True)]
    assert spoken(rows[2], START).endswith("Automatic reply by the rule Welcome")
    assert rule_word("A rule whose name is far too long for it") == "A rule whose name is fa…"


def test_a_reply_that_left_without_its_picture_says_why_below_it() -> None:
    ours = [message(n, "Here is our map.", out=True, author=AUTHOR, at=minutes(n)) for n in range(2)]
    made = {one.id: Made("Map", Unsent.LINE if place == 0 else None) for place, one in enumerate(ours)}
    rows = arrange(ours, utc_day, made=made)
    assert [type(row) for row in rows] == [DayRow, MessageRow, NoteRow, MessageRow]
    told = "The picture was left out: this number cannot send pictures"
    assert line_of(rows[2], START) == spoken(rows[2], START) == told  # type: ignore[arg-type]
    assert [row.last for row in bubbles(rows)] == [True, True]


@pytest.mark.parametrize("why", list(Unsent))
def test_every_reason_for_leaving_a_picture_out_has_plain_words(why: Unsent) -> None:
    assert line_of(NoteRow("m1", why), START).startswith("The picture was left out: ")


def test_a_copy_that_was_taken_back_says_why_below_it() -> None:
    first = message(1, "hello", out=True)
    copy = replace(message(2, "hello", out=True, status=Status.CANCELED), sid=None, retry_of=first.id)
    rows = arrange([first, copy], utc_day, taken_back={copy.id: TakenBack.CAME_THROUGH, first.id: "no such"})
    assert isinstance(rows[-1], NoteRow)
    assert line_of(rows[-1], START) == "Not sent again: the first one went out after all"
    assert not [row for row in arrange([first, copy], utc_day, taken_back={copy.id: ""}) if isinstance(row, NoteRow)]
