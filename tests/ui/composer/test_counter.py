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
        ("Hi 🙂", "5 / 70 · 1 segment because of 🙂"),
        ("Hi\tthere", "8 / 70 · 1 segment because of a tab"),
        ("a\u200bb", "3 / 70 · 1 segment because of zero width space"),
        ("“a” — 漢", "7 / 70 · 1 segment because of “ ” — and 1 more"),
        ("x" * 78 + "🙂", "80 / 134 · 2 segments because of 🙂"),
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
    assert measure("a" * 1500, ()) == Counter("1,500 / 1,600 characters", warn=True)
    assert measure("a" * 1650, [PICTURE]) == Counter("1,650 / 1,600 characters", warn=True)
