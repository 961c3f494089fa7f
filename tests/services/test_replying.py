"""Whatever one person writes and whenever, automatic replies stay few, and no text is answered twice."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from sms_desktop.domain.hub import Hub
from sms_desktop.domain.reply import Rule, Trigger, text_key
from sms_desktop.services.link import Link
from sms_desktop.services.replying import HOUR, LIMIT, Incoming, Replier
from sms_desktop.store import connect, messages, rules
from sms_desktop.store.opening import prepare
from sms_desktop.store.store import Store
from sms_desktop.store.tx import Tx

LINE, PEER = "+12125550100", "+14155550132"
NOON = datetime(2026, 11, 25, 17, 0, tzinfo=UTC)
RULES = (
    Rule("Hours", Trigger.CONTAINS, "Nine to five.", words=("hours",)),
    Rule("Away", Trigger.AWAY, "We are away.", until=NOON + timedelta(days=9), cooldown=timedelta(minutes=20)),
)
BODIES = ("hours", "HOURS?", "your hours", "hello", "Nine to five.", "Liked “We are away.”", "ok", "thanks a lot", "")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Connection, Replier]]:
    directory = tmp_path_factory.mktemp("data")
    db = connect.writer(prepare(directory))
    yield db, Replier(Store(directory, lambda events: None), Hub(), Link())
    db.close()


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 2400), st.sampled_from(BODIES)), max_size=25))
def test_one_person_gets_few_replies_and_none_to_the_same_text(
    place: tuple[Connection, Replier], said: list[tuple[int, str]]
) -> None:
    db, replier = place
    driver = connect.raw(db)
    driver.execute("BEGIN IMMEDIATE")
    try:
        tx = Tx(db)
        for rule in RULES:
            rules.add(tx, rule)
        at, answered = NOON, list[tuple[datetime, str, str]]()
        for number, (seconds, body) in enumerate(said):
            at += timedelta(seconds=seconds)
            sid = f"SM{number:032x}"
            message = messages.add_inbound(tx, sid=sid, line=LINE, peer=PEER, body=body, at=at)
            answers = replier.posted(tx, Incoming(sid, LINE, PEER, body, at, was_out=False, message=message), at)
            answered += [(at, text_key(body), one.text) for one in answers]
            assert [one.text for one in replier.again(tx, sid, at)] == [one.text for one in answers]
        for when, key, _ in answered:
            lately = [one for one in answered if when - HOUR < one[0] <= when]
            assert len(lately) <= LIMIT
            assert not key or sum(one[1] == key for one in lately) == 1
        aways = [when for when, _, text in answered if text == "We are away."]
        assert all(later - earlier >= timedelta(minutes=20) for earlier, later in pairwise(aways))
    finally:
        driver.execute("ROLLBACK")
