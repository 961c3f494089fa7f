"""What the words about a message tell together, in whatever order they came."""

from datetime import UTC, datetime, timedelta
from functools import reduce
from itertools import accumulate, pairwise, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_desktop.domain.history import Clash, Effect, Word, differ, gathered, history, taken
from sms_desktop.domain.message import (
    ANSWER,
    CALLBACK,
    FAILURES,
    LISTED,
    OURS,
    Status,
    StatusReport,
    advance,
    is_behind,
)

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
SID = "SM1"


def said(status: Status, code: int | None = None, source: str = CALLBACK, sid: str | None = SID) -> StatusReport:
    return StatusReport(status, code, None if source == OURS else sid, source, NOON)


def effects(*words: StatusReport) -> list[Effect]:
    return [word.effect for word in history(words)]


def clashes(*words: StatusReport) -> list[Clash]:
    return [c.clash for word in history(words) for c in word.contradicts]


def end(words: tuple[Word, ...]) -> Status:
    return words[-1].stands


OUTBOX = (said(Status.SENDING, source=OURS), said(Status.QUEUED, source=ANSWER))


def test_in_fair_weather_every_word_moves_it() -> None:
    words = (*OUTBOX, said(Status.SENT), said(Status.DELIVERED))
    assert effects(*words) == [Effect.MOVED] * 4
    assert clashes(*words) == []


def test_shuffled_and_doubled_reports_are_late_or_said_again_and_contradict_nothing() -> None:
    words = (*OUTBOX, said(Status.DELIVERED), said(Status.DELIVERED), said(Status.SENT), said(Status.SENT))
    assert effects(*words)[2:] == [Effect.MOVED, Effect.AGAIN, Effect.LATE, Effect.LATE]
    assert clashes(*words) == []


def test_a_try_that_did_not_leave_is_no_step_back() -> None:
    again = (said(Status.SENDING, source=OURS), said(Status.QUEUED, source=OURS), *OUTBOX, said(Status.SENT))
    assert effects(*again) == [Effect.MOVED] * 5
    assert [word.stands for word in history(again)] == [word.status for word in again]


@pytest.mark.parametrize("failure", sorted(FAILURES))
@pytest.mark.parametrize("arrival", [Status.DELIVERED, Status.READ])
@pytest.mark.parametrize("source", [CALLBACK, LISTED])
def test_a_delivery_after_a_failure_moves_it_and_contradicts(failure: Status, arrival: Status, source: str) -> None:
    words = history((*OUTBOX, said(failure, 30003), said(arrival, source=source)))
    assert (end(words), words[-1].effect) == (arrival, Effect.MOVED)
    (found,) = words[-1].contradicts
    assert (found.clash, found.first.status, found.second.source) == (Clash.ARRIVAL, failure, source)


@pytest.mark.parametrize("failure", sorted(FAILURES))
@pytest.mark.parametrize("arrival", [Status.DELIVERED, Status.READ])
def test_a_failure_after_a_delivery_counts_for_nothing_and_contradicts(failure: Status, arrival: Status) -> None:
    words = history((*OUTBOX, said(arrival), said(failure, 30003)))
    assert (end(words), words[-1].effect) == (arrival, Effect.OVERRULED)
    assert [c.clash for c in words[-1].contradicts] == [Clash.ARRIVAL]


def test_two_reasons_contradict_and_the_same_one_twice_does_not() -> None:
    assert clashes(*OUTBOX, said(Status.UNDELIVERED, 30003), said(Status.UNDELIVERED, 30005)) == [Clash.CODE]
    assert clashes(*OUTBOX, said(Status.UNDELIVERED, 30003), said(Status.UNDELIVERED, 30003, LISTED)) == []
    assert clashes(*OUTBOX, said(Status.UNDELIVERED), said(Status.UNDELIVERED, 30003, LISTED)) == []


def test_two_sids_contradict() -> None:
    assert clashes(*OUTBOX, said(Status.SENT, sid="SM2")) == [Clash.SID]
    assert clashes(*OUTBOX, said(Status.SENT, sid=None)) == []


def test_what_was_thought_to_be_it_and_is_not_contradicts_nothing() -> None:
    words = (
        said(Status.SENDING, source=OURS),
        said(Status.UNCONFIRMED, source=OURS),
        said(Status.UNDELIVERED, 30003, LISTED, "SM-of-another"),
        said(Status.UNCONFIRMED, source=OURS),
        said(Status.SENT),
        said(Status.DELIVERED),
    )
    assert clashes(*words) == []
    assert effects(*words) == [Effect.MOVED] * 6


def test_a_canceled_one_that_was_sent_all_the_same_contradicts() -> None:
    words = (*OUTBOX, said(Status.CANCELED, source=LISTED), said(Status.DELIVERED))
    assert clashes(*words) == [Clash.CANCELED]
    assert end(history(words)) is Status.CANCELED


def test_a_contradiction_is_told_once_however_often_it_is_said() -> None:
    words = (*OUTBOX, *[said(Status.FAILED, 30008), said(Status.DELIVERED)] * 3)
    assert clashes(*words) == [Clash.ARRIVAL]


def test_nothing_said_is_no_history() -> None:
    assert history(()) == ()


# -- the rule, over all orders ---------------------------------------------------------------------------------------


def settles(statuses: tuple[Status, ...]) -> Status | None:
    """The status in which they end whatever their order; None where the first of two equals counts."""
    top = {s for s in statuses if not any(is_behind(s, other) for other in statuses)}
    if Status.DELIVERED in top and top <= FAILURES | {Status.DELIVERED}:
        return Status.DELIVERED
    return top.pop() if len(top) == 1 else None


_SETS = st.lists(st.sampled_from(Status), min_size=1, max_size=5, unique=True).map(tuple)


@given(_SETS, st.sampled_from(Status))
def test_in_all_orders_it_never_goes_back(statuses: tuple[Status, ...], start: Status) -> None:
    for order in permutations(statuses):
        stood = list(accumulate(order, advance, initial=start))
        assert not any(is_behind(after, before) for before, after in pairwise(stood))
        moves = [after for before, after in pairwise(stood) if after is not before]
        assert len(moves) == len(set(moves)) and start not in moves


@given(_SETS)
def test_in_all_orders_the_end_is_the_same_where_the_rule_says_so(statuses: tuple[Status, ...]) -> None:
    ends = {reduce(advance, order) for order in permutations(statuses)}
    settled = settles(statuses)
    if settled is None:
        assert len(ends) > 1
    else:
        assert ends == {settled}


_WORDS = st.lists(
    st.builds(
        StatusReport,
        st.sampled_from(Status),
        st.sampled_from([None, 30003, 30005]),
        st.sampled_from([None, SID]),
        st.sampled_from([ANSWER, CALLBACK, LISTED]),
        st.integers(0, 9).map(lambda n: NOON + timedelta(seconds=n)),
    ),
    max_size=5,
).map(tuple)


@given(_WORDS)
def test_a_history_leaves_out_no_word_and_ends_where_the_store_does(reports: tuple[StatusReport, ...]) -> None:
    words = history((*OUTBOX[:1], *reports))
    assert tuple(word.report for word in words[1:]) == reports
    status, sid = Status.SENDING, None
    for report in reports:
        status, sid = taken(status, sid, report), sid or report.sid
    assert end(words) is status
    for before, word in pairwise(words):
        assert (word.effect is Effect.MOVED) == (word.stands is not before.stands)
        if word.effect is Effect.LATE:
            assert is_behind(word.report.status, word.stands)
        for found in word.contradicts:
            assert found.second is word.report


@given(_WORDS)
def test_whether_it_arrived_is_in_contradiction_in_every_order_or_in_none(reports: tuple[StatusReport, ...]) -> None:
    expected = any(differ(a.status, b.status) for a in reports for b in reports)
    for order in permutations(reports):
        found = {Clash.ARRIVAL, Clash.CANCELED} & set(clashes(*order))
        assert bool(found) == expected


def test_however_often_the_same_is_said_each_word_is_compared_with_few() -> None:
    class Counting(StatusReport):
        """Tells how often its status was asked for."""

        asked = 0

        def __getattribute__(self, name: str) -> object:
            if name == "status":
                Counting.asked += 1
            return super().__getattribute__(name)

    def asked_for(tries: int) -> int:
        Counting.asked = 0
        pair = (Status.SENDING, Status.QUEUED)
        history([Counting(status, None, None, OURS, NOON) for _ in range(tries) for status in pair])
        return Counting.asked

    assert asked_for(200) < 3 * asked_for(100)


def test_thousands_of_tries_in_vain_that_an_earlier_version_kept_are_gathered() -> None:
    pair = (said(Status.SENDING, source=OURS), said(Status.QUEUED, source=OURS))
    left, back, *rest = gathered((*pair * 4000, *OUTBOX))
    assert (left, back.status, back.raw, tuple(rest)) == (pair[0], Status.QUEUED, (("tries", "4000"),), OUTBOX)
    assert gathered((*pair, *OUTBOX)) == (*pair, *OUTBOX)
    assert gathered(()) == ()
