"""Where committed facts are told."""

import logging

import pytest

from sms_desktop.domain.events import LinesChanged, OutboxChanged
from sms_desktop.domain.hub import Hub


def test_listeners_hear_their_own_kind_in_the_order_of_subscription() -> None:
    hub, heard = Hub(), list[str]()
    hub.subscribe(OutboxChanged, lambda e: heard.append(f"first {e.waiting}"))
    hub.subscribe(OutboxChanged, lambda e: heard.append(f"second {e.waiting}"))
    hub.subscribe(LinesChanged, lambda e: heard.append("lines"))
    hub.publish([OutboxChanged(1), OutboxChanged(2)])
    assert heard == ["first 1", "second 1", "first 2", "second 2"]


def test_who_unsubscribed_hears_nothing_more_and_may_do_so_twice() -> None:
    hub, heard = Hub(), list[OutboxChanged]()
    unsubscribe = hub.subscribe(OutboxChanged, heard.append)
    unsubscribe()
    unsubscribe()
    hub.publish([OutboxChanged(1)])
    assert heard == []


def test_unsubscribing_while_being_told_skips_nobody() -> None:
    hub, heard = Hub(), list[str]()

    def once(_event: OutboxChanged) -> None:
        heard.append("once")
        unsubscribe()

    unsubscribe = hub.subscribe(OutboxChanged, once)
    hub.subscribe(OutboxChanged, lambda e: heard.append("always"))
    hub.publish([OutboxChanged(1), OutboxChanged(2)])
    assert heard == ["once", "always", "always"]


def test_a_listener_that_fails_is_logged_and_keeps_no_other_from_hearing(caplog: pytest.LogCaptureFixture) -> None:
    hub, heard = Hub(), list[int]()

    def fails(_event: OutboxChanged) -> None:
        raise ValueError("broken")

    hub.subscribe(OutboxChanged, fails)
    hub.subscribe(OutboxChanged, lambda e: heard.append(e.waiting))
    with caplog.at_level(logging.ERROR):
        hub.publish([OutboxChanged(3)])
    assert heard == [3]
    assert "a listener failed on OutboxChanged" in caplog.text
