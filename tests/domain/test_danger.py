"""Which files of strangers may be opened, and under which name."""

import pytest

from sms_desktop.domain.danger import danger, name_to_open
from sms_desktop.domain.media import File


def file(name: str, content_type: str) -> File:
    return File("0" * 64, 10, content_type, name)


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("photo.jpg", "image/jpeg"),
        ("picture-1", "image/png"),
        ("a.pdf", "application/pdf"),
        ("me.vcf", "text/vcard"),
        ("clip.mp4", "video/mp4"),
        ("notes.txt", "text/plain"),
    ],
)
def test_kinds_that_cannot_do_harm_may_be_opened(name: str, content_type: str) -> None:
    assert danger(file(name, content_type)) == ""


@pytest.mark.parametrize(
    ("name", "content_type", "opened"),
    [
        ("photo.JPEG", "image/jpeg", "photo.JPEG"), ("song", "audio/mpeg", "song.mp3"),
        ("notes.txt", "text/plain", "notes.txt"), ("clip.3gp", "video/3gpp", "clip.3gp"),
        ("card.vcf", "text/x-vcard", "card.vcf"),
        ("voice.amr", "audio/amr", "voice.amr"),
    ],
)  # fmt: skip
def test_what_customers_usually_send_is_opened_under_a_name_that_fits(
    name: str, content_type: str, opened: str
) -> None:
    assert danger(file(name, content_type)) == ""
    assert name_to_open(file(name, content_type)) == opened


def test_a_name_that_does_not_fit_gets_the_suffix_of_what_it_is_and_is_warned_of() -> None:
    risky = file("photo.jpg.exe", "image/jpeg")
    assert "“photo.jpg.exe” is not what its name says" in danger(risky)
    assert name_to_open(risky) == "photo.jpg.jpg"
