"""What the message will take, in words."""

import pytest

from sms_desktop.domain.media import File
from sms_desktop.ui.composer.counter import Counter, measure

PICTURE = File("0" * 64, 1000, "image/jpeg", "a.jpg")
PDF = File("1" * 64, 1000, "application/pdf", "a.pdf")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("", ""),
        ("Hello", "5 / 160"),
        ("a" * 161, "161 / 306 · 2 segments"),
        ("Hi 🙂", "5 / 70 · 1 segment"),
        ("x" * 78 + "🙂", "80 / 134 · 2 segments because of 🙂"),
        ("x" * 78 + "“a” — 漢", "85 / 134 · 2 segments because of “ ” — and 1 more"),
        ("x" * 78 + "\t", "79 / 134 · 2 segments because of a tab"),
        ("x" * 78 + "\u200b", "79 / 134 · 2 segments because of zero width space"),
        ("x" * 78 + "\t🙂", "81 / 134 · 2 segments because of a tab, 🙂"),
        ("x" * 78 + "\ufffe\uffff\u2065", "81 / 134 · 2 segments because of an invisible character"),
        ("x" * 78 + "\u200b\u200d\ufe0f", "81 / 134 · 2 segments because of zero width space, an invisible character"),
        ("x" * 78 + "\u200d", "79 / 134 · 2 segments because of zero width joiner"),
        ("x" * 78 + "👨‍👩‍👧", "86 / 134 · 2 segments because of 👨‍👩‍👧"),
        ("\u0301" + "x" * 78, "79 / 134 · 2 segments because of combining acute accent"),
    ],
)
def test_the_counter_says_units_segments_and_why(body: str, text: str) -> None:
    assert measure(body, ()) == Counter(text)


@pytest.mark.parametrize(
    ("files", "text"),
    [
        ([PICTURE], "MMS · 1000 B of 5 MB"),
        ([PICTURE, PICTURE], "MMS · 2 attachments · 2 KB of 5 MB"),
        ([PDF], "MMS · 1000 B of 5 MB"),
        ([PDF, PICTURE], "MMS · 2 attachments · 2 KB of 5 MB"),
    ],
)
def test_with_attachments_it_is_one_message_whatever_the_text(files: list[File], text: str) -> None:
    assert measure("🙂" * 100, files) == Counter(text)


def test_near_and_over_the_limit_it_warns_with_the_limit() -> None:
    assert measure("a" * 1499, ()).warn is False
    assert measure("a" * 1500, ()) == Counter("1,500 / 1,600 characters · 10 segments", warn=True)
    assert measure("漢" * 1600, ()) == Counter("1,600 / 1,600 characters · 24 segments because of 漢", warn=True)
    assert measure("a" * 1601, ()) == Counter("1,601 / 1,600 characters", warn=True)
    assert measure("a" * 1500, [PICTURE]) == Counter("1,500 / 1,600 characters · MMS · 1000 B of 5 MB", warn=True)
