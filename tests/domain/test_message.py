"""The one rule by which a status may move."""

from functools import reduce
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_desktop.domain.message import FAILURES, FINAL, Status, advance

JOURNEYS = [
    (Status.QUEUED, Status.SENDING, Status.SENT, Status.DELIVERED),
    (Status.ACCEPTED, Status.QUEUED, Status.SENDING, Status.SENT, Status.UNDELIVERED),
    (Status.QUEUED, Status.SENDING, Status.FAILED),
    (Status.SCHEDULED, Status.QUEUED, Status.SENT, Status.DELIVERED, Status.READ),
    (Status.SCHEDULED, Status.CANCELED),
    (Status.RECEIVING, Status.RECEIVED),
    (Status.SENDING, Status.UNDELIVERED, Status.DELIVERED),
    (Status.SENT, Status.FAILED, Status.DELIVERED, Status.READ),
]


@pytest.mark.parametrize("journey", JOURNEYS, ids="-".join)
def test_any_order_of_reports_ends_in_the_same_status(journey: tuple[Status, ...]) -> None:
    ends = {reduce(advance, order, Status.UNCONFIRMED) for order in permutations(journey)}
    assert ends == {journey[-1]}


@given(
    st.sampled_from(JOURNEYS).flatmap(lambda j: st.lists(st.sampled_from(j), max_size=12).map(lambda more: (j, more)))
)
def test_reports_that_come_twice_change_nothing(drawn: tuple[tuple[Status, ...], list[Status]]) -> None:
    journey, more = drawn
    assert reduce(advance, [*more, *journey, *more], Status.QUEUED) is journey[-1]


@given(st.sampled_from(Status), st.sampled_from(Status))
def test_a_final_status_is_left_only_for_delivered_or_read(old: Status, new: Status) -> None:
    if old in FINAL and advance(old, new) is not old:
        assert new is Status.READ or (new is Status.DELIVERED and old in FAILURES)


@given(st.sampled_from(Status))
def test_any_word_from_twilio_ends_unconfirmed(new: Status) -> None:
    assert advance(Status.UNCONFIRMED, new) is new


def test_a_failure_never_undoes_a_delivery() -> None:
    assert advance(Status.DELIVERED, Status.UNDELIVERED) is Status.DELIVERED
    assert advance(Status.READ, Status.FAILED) is Status.READ
