"""What a file really is, and whether it may be sent."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_desktop.domain.errors import BadInput
from sms_desktop.domain.media import (
    MAX_ATTACHMENTS,
    MAX_TOTAL_BYTES,
    File,
    check_attachment,
    content_type_of,
    safe_name,
    sendable,
    size_words,
    wire_name,
)
from tests.png import png

OFFICE = "application/vnd.openxmlformats-officedocument."


def packed(*names: str) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name in names:
            archive.writestr(name, "application/vnd.oasis.opendocument.text")
    return whole.getvalue()


def _file(size: int = 1000, content_type: str = "image/jpeg", name: str = "photo.jpg") -> File:
    return File("0" * 64, size, content_type, name)


@pytest.mark.parametrize(
    ("data", "name", "found"),
    [
        (png(1, 1, b"\0\xff\0\0"), "invoice.pdf", "image/png"),
        (b"GIF89a\x01\x00\x01\x00\x00\x00\x00;", "a", "image/gif"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "picture.jpg", "application/pdf"),
        (b"BEGIN:VCARD\nVERSION:3.0\nEND:VCARD\n", "card.vcf", "text/vcard"),
        (b"a,b\n1,2\n", "t.csv", "text/csv"),
        (b"ID3\x03\x00\x00", "song.mp3", "audio/mpeg"),
        (b"just words", "note.txt", "text/plain"),
        (packed("photo.png"), "photos.zip", "application/zip"),
        (packed("photo.png"), "invoice.docx", "application/zip"),
        (packed("[Content_Types].xml", "word/document.xml"), "a", OFFICE + "wordprocessingml.document"),
        (packed("_rels/.rels", "xl/workbook.xml"), "a", OFFICE + "spreadsheetml.sheet"),
        (packed("mimetype"), "a.odt", "application/vnd.oasis.opendocument.text"),
        (packed("META-INF/MANIFEST.MF"), "a.jar", "application/java-archive"),
        (b"\x00\x01odd bytes\x00", "what", "application/octet-stream"),
    ],
)
def test_the_content_decides_what_a_file_is(data: bytes, name: str, found: str) -> None:
    assert content_type_of(data, name) == found


@pytest.mark.parametrize("content_type", ["image/webp", "application/msword", "text/html", "image/svg+xml"])
def test_what_phones_cannot_receive_is_refused_with_a_reason(content_type: str) -> None:
    assert not sendable(content_type)
    with pytest.raises(BadInput, match="cannot receive by text"):
        check_attachment(_file(content_type=content_type), ())


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(BadInput, match="empty"):
        check_attachment(_file(size=0), ())


def test_the_eleventh_attachment_is_refused() -> None:
    check_attachment(_file(), (_file(),) * (MAX_ATTACHMENTS - 1))
    with pytest.raises(BadInput, match="at most 10"):
        check_attachment(_file(), (_file(),) * MAX_ATTACHMENTS)


def test_five_megabytes_in_all_are_the_limit() -> None:
    check_attachment(_file(size=MAX_TOTAL_BYTES), ())
    with pytest.raises(BadInput, match=r"“photo\.jpg” is 5 MB"):
        check_attachment(_file(size=MAX_TOTAL_BYTES + 1), ())
    with pytest.raises(BadInput, match="Together they would be"):
        check_attachment(_file(size=1), (_file(size=MAX_TOTAL_BYTES),))


def test_sizes_are_said_as_people_say_them() -> None:
    assert [size_words(n) for n in (0, 86 * 1024, 421_888, 5 * 1024 * 1024, 2_411_725)] == [
        "0 B",
        "86 KB",
        "412 KB",
        "5 MB",
        "2.3 MB",
    ]


@given(st.text(max_size=200))
def test_a_safe_name_has_no_path_and_is_never_empty(name: str) -> None:
    safe = safe_name(name)
    assert 0 < len(safe) <= 80
    assert not set(safe) & set("/\\\0\n\u202e")


@given(st.text(max_size=60), st.sampled_from(["image/jpeg", "application/pdf", "text/vcard", "application/x-unheard"]))
def test_a_wire_name_is_what_twilio_wants_in_a_url(name: str, content_type: str) -> None:
    wire = wire_name(name, content_type)
    assert len(wire) <= 20
    assert wire.isascii() and all(c.isalnum() or c in ".-" for c in wire)
    assert "." in wire
