"""The words of a message's history."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from sms_desktop.domain.answering import TWILIOS
from sms_desktop.domain.catchup import Origin
from sms_desktop.domain.message import ANSWER, CALLBACK, LISTED, OURS, TRIES, Status, StatusReport
from sms_desktop.ui.history.entries import Entry, as_text, entries_of, facts_of
from tests.ui.timeline.sample import START, message

NOW = START + timedelta(hours=2)
ours = message(0, "hi", out=True, author="Priya")


@pytest.fixture(autouse=True)
def _utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    import time

    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def said(
    status: Status, source: str = CALLBACK, code: int | None = None, *, after: float = 1, reason: str = ""
) -> StatusReport:
    raw = (("reason", reason),) if reason else ()
    return StatusReport(status, code, None if source == OURS else "SM1", source, START + timedelta(seconds=after), raw)


def told(*reports: StatusReport, now: datetime = NOW) -> list[Entry]:
    return list(entries_of(ours, reports, now))


def test_each_step_says_what_when_and_who() -> None:
    steps = told(
        said(Status.SENDING, OURS),
        said(Status.QUEUED, ANSWER, after=2),
        said(Status.SENT, after=3),
        said(Status.DELIVERED, LISTED, after=64),
    )
    assert [(step.words, step.below) for step in steps] == [
        ("Written", "15:00:00 · Priya"),
        ("Leaving for Twilio", "15:00:01 · This computer"),
        ("Queued at Twilio", "15:00:02 · Twilio’s answer"),
        ("Sent to the carrier", "15:00:03 · Twilio’s report"),
        ("Delivered", "15:01:04 · Twilio’s list"),
    ]
    assert (steps[-1].icon, steps[-1].tone) == ("check-double", "ok")
    assert steps[-1].spoken == "Today 15:01:04, Twilio’s list: Delivered."


def test_a_failure_names_its_code_in_words_and_a_refusal_twilios_reason() -> None:
    assert told(said(Status.UNDELIVERED, code=30003))[-1].words == "Not delivered: 30003 phone unreachable"
    assert told(said(Status.UNDELIVERED, code=39999))[-1].words.startswith("Not delivered: 39999")
    refused = told(said(Status.FAILED, ANSWER, 21211, reason="Invalid 'To' \u202enumber"))[-1]
    assert (refused.words, refused.reason) == ("Not sent: 21211 not a number", "Invalid 'To' number")


def test_tries_that_did_not_leave_say_how_many_they_were() -> None:
    back = replace(said(Status.QUEUED, OURS, after=90), raw=((TRIES, "41"),))
    step = told(said(Status.SENDING, OURS), back)[-1]
    assert (step.words, step.reason) == ("Back in the outbox: it had not left", "Tried 41 times until then.")
    assert step.spoken.endswith("it had not left. Tried 41 times until then.")


def test_the_day_stands_where_it_changes_and_nowhere_else() -> None:
    steps = told(
        said(Status.SENT, after=5), said(Status.SENT, LISTED, after=90_000), now=START + timedelta(days=1, hours=2)
    )
    assert [step.day for step in steps] == ["Yesterday", "", "Today"]
    assert [step.day for step in told(said(Status.SENT))] == ["", ""]
    assert steps[1].spoken.startswith("Yesterday 15:00:05, ")


def test_late_ones_are_dim_and_say_so() -> None:
    steps = told(said(Status.DELIVERED), said(Status.DELIVERED), said(Status.SENT))
    assert [step.note for step in steps] == ["", "", "said again", "came late"]
    assert [step.dim for step in steps] == [False, False, True, True]
    assert steps[-1].spoken.endswith("Sent to the carrier. It came late and changed nothing.")


@pytest.mark.parametrize(
    ("words", "warning"),
    [
        (
            (said(Status.UNDELIVERED, code=30003), said(Status.DELIVERED)),
            "Twilio reported a failure first and delivery afterwards; the phone’s word counts.",
        ),
        (
            (said(Status.DELIVERED), said(Status.FAILED)),
            "Twilio reported delivery first and a failure afterwards; the phone’s word counts.",
        ),
        (
            (said(Status.FAILED, LISTED), said(Status.DELIVERED)),
            "Twilio’s list said that it failed, Twilio’s report that it was delivered; the phone’s word counts.",
        ),
        (
            (said(Status.FAILED, OURS), said(Status.DELIVERED)),
            "This computer said that it failed, Twilio’s report that it was delivered; the phone’s word counts.",
        ),
        (
            (said(Status.FAILED, code=30003), said(Status.FAILED, code=30005)),
            "Twilio gave two reasons, 30003 first and then 30005; the first is shown.",
        ),
        (
            (said(Status.SENT), replace(said(Status.SENT), sid="SM2")),
            "Twilio named two messages of its own for this one, so it may have gone out twice.",
        ),
        (
            (said(Status.CANCELED), said(Status.SENT)),
            "It was canceled, and Twilio reported all the same that it went out.",
        ),
        (
            (said(Status.SENT), said(Status.CANCELED)),
            "It went out, and Twilio reported afterwards that it was canceled.",
        ),
    ],
)
def test_contradictions_are_told_in_plain_words(words: tuple[StatusReport, ...], warning: str) -> None:
    steps = told(*words)
    assert steps[-1].warnings == (warning,)
    assert steps[-1].spoken.endswith(warning)
    assert steps[-2].warnings == ()


def test_what_nobody_spoke_of_is_told_as_it_is_known() -> None:
    def steps(**more: object) -> list[tuple[str, str]]:
        return [(step.words, step.below) for step in entries_of(replace(ours, **more), (), NOW)]  # type: ignore[arg-type]

    assert steps(status=Status.QUEUED)[-1] == ("Waiting in the outbox", "This computer")
    assert steps(origin=Origin.ELSEWHERE) == [
        ("Sent from elsewhere", "15:00:00 · Twilio’s list"),
        ("Delivered", "Twilio’s list"),
    ]
    assert steps(origin=Origin.ELSEWHERE, author=TWILIOS)[0][0] == "Twilio’s automatic answer"
    assert steps(origin=Origin.HISTORY, status=Status.SENT) == [("Sent", "15:00:00 · Twilio’s list")]
    assert steps(retry_of="1", status=Status.QUEUED)[0][0] == "Written again, as a new try"
    (came,) = entries_of(message(0), (), NOW)
    assert came.below == "15:00:00 · Twilio’s report"
    (found,) = entries_of(message(0, origin=Origin.OFF), (), NOW)
    assert found.below == "15:00:00 · Twilio’s list"


def test_facts_and_all_steps_are_copied() -> None:
    known = replace(ours, sid="SM1", error_code=30003, segments=2, price="-0.0158", price_unit="USD", retry_of="abc")
    assert dict(facts_of(known)) == {
        "SID": "SM1",
        "Code": "30003 phone unreachable",
        "Segments": "2",
        "Price": "0.0158 USD",
        "New try of": "abc",
        "Key": known.id,
    }
    steps = entries_of(known, (said(Status.FAILED, code=30003), said(Status.DELIVERED)), NOW)
    text = as_text(known, steps)
    assert text.startswith("Status: Delivered\nFrom: (212) 555-0100\nTo: (212) 555-0187\n\n")
    assert "Today 15:00:01\tNot sent: 30003 phone unreachable\tTwilio’s report\n" in text
    assert f"\t{steps[-1].warnings[0]}\n" in text
    assert text.endswith(f"New try of: abc\nKey: {known.id}")
