"""Times, statuses and people in words."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sms_desktop.domain.conversation import Last
from sms_desktop.domain.failures import explain
from sms_desktop.domain.line import Line, LineKind
from sms_desktop.domain.media import Media, MediaState
from sms_desktop.domain.message import Status
from sms_desktop.ui import words
from tests.ui.samples import NOW, conversation, last, message


@pytest.fixture(autouse=True)
def new_york(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if not hasattr(time, "tzset"):
        pytest.skip("this system cannot change its time zone for a test")
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    words._twelve_hours.cache_clear()
    yield
    monkeypatch.undo()
    time.tzset()


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (ago(minutes=2), "10:42"),
        (ago(days=1), "Yesterday"),
        (ago(days=5), "Fri"),
        (ago(days=6), "Thu"),
        (ago(days=7), "8 Apr"),
        (datetime(2025, 3, 12, 15, tzinfo=UTC), "12 Mar 2025"),
        (NOW + timedelta(days=2), "17 Apr"),
    ],
)
def test_a_list_row_tells_the_time_shortly(at: datetime, shown: str) -> None:
    assert words.list_time(at, NOW) == shown


def test_yesterday_is_by_the_local_calendar_and_not_by_24_hours() -> None:
    just_after_midnight = datetime(2026, 4, 15, 4, 10, tzinfo=UTC)
    assert words.list_time(datetime(2026, 4, 15, 3, 50, tzinfo=UTC), just_after_midnight) == "Yesterday"


@pytest.mark.parametrize(("days", "shown"), [(0, "Today"), (1, "Yesterday"), (5, "Friday"), (40, "6 Mar")])
def test_a_day_heading_names_the_day(days: int, shown: str) -> None:
    assert words.day_heading(ago(days=days), NOW) == shown


def test_a_proof_tells_day_and_time() -> None:
    assert words.day_and_time(ago(minutes=2), NOW) == "today 10:42"
    assert words.day_and_time(ago(days=40), NOW) == "6 Mar 09:44"


def test_twelve_hours_are_shown_where_the_locale_counts_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "_twelve_hours", lambda: True)
    assert words.clock(NOW) == "10:44 AM"
    assert words.clock(datetime(2026, 4, 15, 4, 5, tzinfo=UTC)) == "12:05 AM"
    assert words.clock(datetime(2026, 4, 15, 16, 5, tzinfo=UTC)) == "12:05 PM"


def test_their_time_is_told_where_the_number_gives_it_away() -> None:
    assert words.time_there("+12125550187", NOW) == "their time 10:44 AM"
    assert words.time_there("+14155550132", NOW) == "their time 7:44 AM"
    assert words.time_there("+442079460018", NOW) == "their time 3:44 PM"


def test_their_time_goes_by_their_zip_too() -> None:
    assert words.time_there("+18885550144", NOW, "94105") == "their time 7:44 AM"
    assert words.time_there("+12125550187", NOW, "10007") == "their time 10:44 AM"
    assert words.time_there("+12125550187", NOW, "94105") == ""  # the two contradict each other
    assert words.time_there("12345", NOW, "94105") == ""


def test_their_time_is_not_told_where_it_could_be_several_or_none() -> None:
    assert words.time_there("+18885550144", NOW) == ""
    assert words.time_there("12345", NOW) == ""
    assert words.time_there("ACME", NOW) == ""


@pytest.mark.parametrize("status", list(Status))
def test_every_status_has_a_word(status: Status) -> None:
    assert words.status_word(status)


@pytest.mark.parametrize("status", [Status.FAILED, Status.UNDELIVERED])
def test_a_failure_is_called_in_the_list_and_below_the_bubble_what_its_card_calls_it(status: Status) -> None:
    for code in (21610, 30003, 30006, 30007, 30019, 30022, 39999, 21999):
        said = words.receipt(status, code)
        assert said is not None
        assert explain(code).title.startswith(f"{said.word}: ")
    assert words.status_word(status, 30409) == words.status_word(status)  # which is of no message


def test_marks_are_those_of_the_screen() -> None:
    marks = {status: words.receipt(status) for status in Status}
    icons = {status: mark.icon for status, mark in marks.items() if mark is not None}
    assert icons[Status.QUEUED] == "clock"
    assert icons[Status.SENT] == "check"
    assert icons[Status.DELIVERED] == "check-double"
    assert icons[Status.READ] == "check-double-filled"
    assert icons[Status.UNCONFIRMED] == "question"
    assert icons[Status.FAILED] == icons[Status.UNDELIVERED] == "alert"
    assert words.receipt(Status.RECEIVED) is None
    delivered = words.receipt(Status.DELIVERED)
    assert delivered is not None
    assert delivered.tone == "ok"


@pytest.mark.parametrize(
    ("newest", "text", "tone"),
    [
        (last("Thanks!"), "Thanks!", "muted"),
        (last("See you\non  Monday", ours=True), "You: See you on Monday", "muted"),
        (last("", num_media=1, media_type="image/png"), "Photo", "muted"),
        (last("", ours=True, num_media=2, media_type="image/png"), "You: 2 attachments", "muted"),
        (last("Hi", ours=True, status=Status.UNDELIVERED, error_code=30006), "Not delivered · landline (30006)", "bad"),
        (last("Hi", ours=True, status=Status.UNDELIVERED), "Not delivered · no reason given", "bad"),
        (last("Hi", ours=True, status=Status.FAILED), "Not sent · Hi", "bad"),
        (
            last("Hi", ours=True, status=Status.FAILED, error_code=30019),
            "Not delivered · attachment too big (30019)",
            "bad",
        ),
        (last("Hi", ours=True, status=Status.UNDELIVERED, error_code=39999), "Not delivered · error 39999", "bad"),
        (None, "No messages yet", "muted"),
    ],
)
def test_a_preview_says_what_happened_last(newest: Last | None, text: str, tone: str) -> None:
    assert words.preview(conversation(last=newest)) == words.Preview(text, tone)  # type: ignore[arg-type]


def test_a_draft_an_opt_out_and_unread_show_in_the_preview() -> None:
    assert words.preview(conversation(draft="Your order")).text == "Draft: Your order"
    gone = conversation(draft="Your order", opted_out_at=NOW, opted_out_words="Stop")
    assert words.preview(gone).text == "Opted out with Stop"
    assert words.preview(conversation(opted_out_at=NOW, opted_out_words="21610")).text == "Opted out"
    assert words.preview(conversation(unread=1)).tone == "text"


def test_what_nobody_confirmed_shows_in_the_preview_and_to_a_screen_reader() -> None:
    newest = last("See you", ours=True, status=Status.UNCONFIRMED)
    assert words.preview(conversation(last=newest)) == words.Preview("You: See you", "muted")
    assert words.preview(conversation(last=newest, failed=1)) == words.Preview("Unconfirmed · See you", "bad")
    assert ", 1 failed or never confirmed, " in words.accessible_conversation(conversation(failed=1), NOW)


def test_a_preview_of_a_huge_body_is_short() -> None:
    assert len(words.preview(conversation(last=last("word " * 5000))).text) <= 200


@pytest.mark.parametrize(
    ("name", "peer", "shown"),
    [
        ("Maria Ortega", "+1", "MO"),
        ("Harbor Print Co.", "+1", "HP"),
        ("cher", "+1", "C"),
        ("(Dan) Kessler", "+1", "K"),
        ("عمر خالد", "+1", "عخ"),
        (None, "+14155550132", "#"),
        (None, "ACME", "A"),
        ("  ", "+14155550132", "#"),
    ],
)
def test_initials(name: str | None, peer: str, shown: str) -> None:
    assert words.initials(name, peer) == shown


def test_a_number_keeps_its_colour() -> None:
    assert words.avatar_color_index("+14155550132") == words.avatar_color_index("+14155550132")
    assert len({words.avatar_color_index(f"+1415555{n:04}") % 8 for n in range(100)}) == 8


def test_a_screen_reader_hears_side_status_time_and_text() -> None:
    said = message(29, "Morning Maria!", ours=True)
    assert words.accessible_message(said) == "Outbound, Delivered, 10:15: Morning Maria!"
    failed = message(29, "Hi", ours=True, status=Status.FAILED, error_code=30006)
    assert words.accessible_message(failed) == "Outbound, Not delivered, landline, 10:15: Hi"
    assert words.accessible_message(replace(failed, error_code=None)) == "Outbound, Not sent, 10:15: Hi"
    picture = message(29, "", media=(Media(1, 0, "image/png", MediaState.READY),))
    assert words.accessible_message(picture) == "Inbound, Received, 10:15: Photo"


def test_a_screen_reader_hears_a_list_row() -> None:
    row = conversation(2, 13, name="Dan Kessler", unread=2, last=last("Can I move it?"))
    assert words.accessible_conversation(row, NOW) == "Dan Kessler, 2 unread, 10:31: Can I move it?"
    ours = conversation(2, 13, last=last("Yes", ours=True))
    assert words.accessible_conversation(ours, NOW) == "(415) 555-0102, Delivered, 10:31: You: Yes"
    blocked = conversation(2, 13, blocked=True, last=last("Hey"))
    assert words.accessible_conversation(blocked, NOW) == "(415) 555-0102, blocked, 10:31: Hey"


@pytest.mark.parametrize(
    ("content_types", "word"),
    [(["image/png"], "Photo"), (["image/png"] * 3, "3 photos"), (["audio/amr"] * 2, "2 audio files"),
     (["application/pdf"], "PDF"), (["text/vcard"], "Contact card"), ([None], "File"),
     (["image/jpeg"] * 8 + ["text/x-vcard", "application/pdf"], "8 photos, 2 files"),
     (["video/mp4", "image/png", "image/gif"], "1 video, 2 photos")],
)  # fmt: skip
def test_media_in_words(content_types: list[str | None], word: str) -> None:
    assert words.media_words(content_types) == word


def test_a_message_of_several_kinds_is_spoken_as_what_it_is() -> None:
    kinds = ["image/png"] * 8 + ["text/vcard", "application/pdf"]
    many = message(29, "", media=tuple(Media(n, n, kind, MediaState.READY) for n, kind in enumerate(kinds)))
    assert words.accessible_message(many) == "Inbound, Received, 10:15: 8 photos, 2 files"
    row = conversation(last=last("", num_media=10, media_type="image/png"))
    assert words.preview(row).text == "10 attachments"


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("one\x00two\x07", "onetwo"),
        ("pay \u202e001$\u202c now", "pay 001$ now"),
        ("\u2066a\u2069\u200f\u061cb\u200e", "ab"),
        ("a\x85b\u2028c\x1fd", "a b c d"),
        ("👩‍👧 ❤️ می‌شود", "👩‍👧 ❤️ می‌شود"),
    ],
)
def test_what_cannot_be_seen_is_not_spoken_and_turns_nothing_around(body: str, shown: str) -> None:
    assert words.preview(conversation(last=last(body))).text == shown
    assert words.accessible_message(message(29, body)).endswith(f": {shown}")
    assert words.accessible_conversation(conversation(name=body), NOW).startswith(f"{shown}, ")
    assert words.preview(conversation(draft=body)).text == f"Draft: {shown}"


SHOP = Line("+12125550100", "Shop")
TOLL_FREE = Line("+18885550144", "Toll-free")
NAMELESS = Line("+13105550123", "(310) 555-0123")


@pytest.mark.parametrize(
    ("address", "lines", "said"),
    [
        (TOLL_FREE.address, (SHOP, TOLL_FREE), "Toll-free"),
        (SHOP.address, (SHOP, TOLL_FREE), ""),
        (NAMELESS.address, (SHOP, NAMELESS), "(310) 555-0123"),
        ("+12125550199", (SHOP, TOLL_FREE), "(212) 555-0199"),
        (TOLL_FREE.address, (TOLL_FREE,), ""),
        (TOLL_FREE.address, (), ""),
    ],
)
def test_a_line_is_named_where_there_are_several_and_it_is_not_the_first(
    address: str, lines: tuple[Line, ...], said: str
) -> None:
    assert words.via(replace(conversation(), line=address), lines) == said


def test_where_every_row_tells_its_line_the_first_is_named_too() -> None:
    told = [words.by_line(replace(conversation(), line=SHOP.address), lines) for lines in ((SHOP, TOLL_FREE), (SHOP,))]
    assert told == ["Shop", ""]


def test_a_screen_reader_hears_which_line() -> None:
    spoken = words.accessible_conversation(conversation(name="Dan"), NOW, "Toll-free")
    assert spoken.startswith("Dan, via Toll-free, ")


@pytest.mark.parametrize(("days", "day"), [(0, "today at "), (1, "tomorrow at "), (2, "on ")])
def test_what_is_to_come_is_told_with_its_day_and_at(days: int, day: str) -> None:
    told = words.to_come(ago(days=-days), NOW)
    assert told.startswith(day) and told.endswith(f" at {words.clock(NOW)}")


SERVICE = "MG" + "0a" * 16


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (Line(SERVICE, "Reminders", LineKind.SERVICE), "Reminders · Messaging Service"),
        (Line(SERVICE, " ", LineKind.SERVICE), "Messaging Service"),
        (Line(SERVICE, "Desk 555 0100", LineKind.SERVICE), "Desk 555 0100 · Messaging Service"),
    ],
)
def test_a_service_is_named_and_its_sid_is_not(line: Line, said: str) -> None:
    assert words.line_name(line) == said
    assert words.line_word(line) == said.removesuffix(" · Messaging Service")
    assert words.name_of(SERVICE, [line]) == words.line_word(line)


@pytest.mark.parametrize(
    ("senders", "sticky", "said"),
    [
        ((), True, "It has no number yet: add one in the Twilio Console, else nothing can be sent by it."),
        (("74567",), True, "It texts by 74567."),
        (
            ("+12125550100", "74567", "Shop"),
            True,
            "It texts by (212) 555-0100, 74567 or Shop; each person by the same one every time.",
        ),
        (
            ("+12125550100", "74567"),
            False,
            "It texts by (212) 555-0100 or 74567; a person may get texts from several of them.",
        ),
    ],
)
def test_a_pool_is_told_with_its_stickiness(senders: tuple[str, ...], sticky: bool, said: str) -> None:
    line = Line(SERVICE, "Reminders", LineKind.SERVICE, senders=senders, sticky=sticky)
    assert words.pool_words(line) == said
