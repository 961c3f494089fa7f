"""What strangers send, on the screen and on its way out: shown letter by letter, decoded within bounds, never run."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QHelpEvent, QImageReader
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from sms_desktop.domain.danger import danger
from sms_desktop.domain.media import File, Media, MediaState, content_type_of, safe_name
from sms_desktop.ui.details.mediagrid import Tile
from sms_desktop.ui.phone.presenter import _decoded
from sms_desktop.ui.timeline.links import destination_of, find_links, may_open
from sms_desktop.ui.timeline.peek import FilePeek, LinkPeek
from sms_desktop.ui.timeline.shape import is_picture
from sms_desktop.ui.viewer.picture import read_picture
from sms_desktop.ui.widgets.banner import Banner
from sms_desktop.ui.widgets.elided import ElidedLabel
from sms_desktop.ui.widgets.tip import tip
from tests.png import png

pytestmark = pytest.mark.qt_log_ignore("qt.gui.imageio", "libpng", "QImageIOHandler", extend=True)

SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><image href="http://evil.example/a.png"/></svg>'
MARKUP = "<img src='file:///etc/hostname'><b>Your bank</b>"


def file(name: str, content_type: str) -> File:
    return File("0" * 64, 10, content_type, name)


# names


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../.bashrc", "bashrc"),
        ("C:\\Windows\\a.exe", "a.exe"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("a\0b.png", "ab.png"),
        ("photo.jpg:evil.exe", "photo.jpg_evil.exe"),
        ("CON.png", "_CON.png"),
        ("aux", "_aux"),
        ("com1 .txt", "_com1 .txt"),
        ("LPT\u00b9", "_LPT\u00b9"),
        ("contract.pdf", "contract.pdf"),
        ("one\u2028two.txt", "onetwo.txt"),
        ("...", "file"),
        ("con\u200b.png", "_con.png"),
    ],
)
def test_a_name_is_safe_on_every_system(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@given(st.text(max_size=300) | st.text("conaux.: \\/\u202e\0", max_size=12))
@settings(deadline=None)
def test_no_name_escapes_its_folder_or_names_a_device(name: str) -> None:
    safe = safe_name(name)
    assert 0 < len(safe) <= 81 and safe == Path(safe).name
    assert not set(safe) & set('/\\\0\n\r\u2028\u202e<>:"|?*')
    assert safe.partition(".")[0].strip().lower() not in {"con", "aux", "nul", "prn", "com1", "lpt1"}
    assert safe_name(safe) == safe


# kinds


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (SVG, "photo.png"),
        (b"<!DOCTYPE html><html><script>alert(1)</script></html>", "photo.png"),
        (b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0" + b"\0" * 200, "photo.png"),
        (b"PK\x03\x04\x14\0\0\0\x08\0" + b"\0" * 60, "photo.jpg"),
        (b"#!/bin/sh\nrm -rf ~\n", "photo.jpg"),
        (b"\x7fELF\x02\x01\x01" + b"\0" * 60, "photo.gif"),
    ],
)
def test_what_lies_about_its_kind_is_no_picture_and_is_not_opened(data: bytes, name: str, tmp_path: Path) -> None:
    kept = file(name, content_type_of(data, name))
    media = Media(1, 0, "image/png", MediaState.READY, kept)
    path = tmp_path / name
    path.write_bytes(data)
    assert read_picture(path, lambda size: size, cover=False).image.isNull()
    assert danger(kept) and "Save it if you expected it" in danger(kept)
    assert not is_picture(media)


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("a.bat", "text/plain"), ("a.cmd", "text/plain"), ("a.ksh", "text/plain"), ("a.pl", "text/plain"),
        ("a.js", "text/plain"), ("a.vbs", "text/plain"), ("a.ps1", "text/plain"), ("a.desktop", "text/plain"),
        ("a.url", "text/plain"), ("a.reg", "text/plain"), ("a.hta", "text/plain"), ("a.lnk", "image/png"),
        ("a.scr", "image/png"), ("a.svg", "image/png"), ("a.html", "text/plain"), ("a.exe", "application/pdf"),
        ("a.svgz", "image/svg+xml-compressed"), ("a", "image/svg+xml"), ("a", "image/x-eps"), ("a", "image/wmf"),
        ("list.m3u", "audio/x-mpegurl"), ("list", "audio/x-mpegurl"), ("list", "audio/x-scpls"),
        ("a", "video/x-ms-asf"),        ("a.jar", "application/java-archive"), ("a.zip", "application/zip"),
        ("a.docm", "application/zip"),
        ("a.rtf", "text/rtf"), ("a", "text/html"), ("a", "text/x-python"), ("a.appimage", "application/x-executable"),
    ],
)  # fmt: skip
def test_nothing_that_can_run_or_fetch_has_an_open_button(name: str, content_type: str, qtbot: QtBot) -> None:
    peek = FilePeek(file(name, content_type))
    qtbot.addWidget(peek)
    assert peek.open_button is None
    assert peek.save_button.text() == "Save as…"
    assert peek.findChildren(QLabel)[1].text() == "File · 10 B", "nor is the kind that it claims repeated as a fact"


# pixels


@pytest.mark.parametrize("side", [50_000, 8_000])
def test_a_pixel_bomb_is_not_decoded_anywhere(side: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[QImageReader] = []
    monkeypatch.setattr(QImageReader, "read", decoded.append)
    path = tmp_path / "bomb.png"
    path.write_bytes(png(side, side))
    assert read_picture(path, lambda size: size, cover=False).reason == "The picture is too large to be shown."
    assert _decoded(path.read_bytes()) is None
    assert decoded == []


def test_a_drawing_that_is_a_program_is_never_drawn(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(SVG)
    assert read_picture(path, lambda size: size, cover=True).image.isNull()
    assert _decoded(SVG) is None


# words


def test_words_of_strangers_are_shown_letter_by_letter(qtbot: QtBot, qapp: QApplication) -> None:
    owner = QWidget()
    qtbot.addWidget(owner)
    banner = Banner("bad", parent=owner)
    banner.show_text("bad", f"“{MARKUP}” could not be saved.")
    assert banner._text.textFormat() is Qt.TextFormat.PlainText
    label = ElidedLabel(role="title")
    qtbot.addWidget(label)
    label.setText(MARKUP)
    label.resize(20, 20)
    qapp.sendEvent(label, QHelpEvent(QEvent.Type.ToolTip, QPoint(), QPoint()))
    assert label.toolTip() == tip(MARKUP) and "<img" not in label.toolTip()
    tile = Tile(Media(1, 0, "image/png", MediaState.READY, file("<img src=x>\u202e.png", "image/png")), None)
    qtbot.addWidget(tile)
    assert "<img" not in tile.toolTip() and "\u202e" not in tile.accessibleName()


# links


@pytest.mark.parametrize(
    "text",
    ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,<script>", "vbscript:x", "ms-msdt:/id", "smb://evil.example/a",
     "tel:+900123", "ftp://a.example/x", "search-ms:query=a", "JaVaScRiPt://x%0aalert(1)"],
)  # fmt: skip
def test_only_pages_and_addresses_are_links_at_all(text: str, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    assert find_links(text) == () and not may_open(text)
    peek = LinkPeek(text)  # even if one got here
    qtbot.addWidget(peek)
    peek.open_button.click()
    assert opened == []


@given(st.text(max_size=80))
@settings(deadline=None)
def test_whatever_is_written_only_what_may_be_opened_is_a_link(text: str) -> None:
    for pattern in (text, f"https://{text}", f"www.{text}", f"{text}@a.example"):
        assert all(may_open(link.url) for link in find_links(pattern))


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.paypal.com@evil.example/", "evil.example"),
        ("https://xn--pypal-4ve.com/", "xn--pypal-4ve.com"),
        ("https://p\u0430ypal.com/", "xn--pypal-4ve.com"),
        ("https://evil.example/https://paypal.com", "evil.example"),
        ("https://paypal.com.evil.example/", "paypal.com.evil.example"),
        ("https://evil.example\\@paypal.com/", None),
        ("https://2130706433/", None),
    ],
)
def test_a_link_shows_the_host_that_it_really_leads_to(url: str, host: str | None) -> None:
    to = destination_of(url)
    if host is not None:
        assert to.host == host
    assert to.host == QUrl(to.url).host(QUrl.ComponentFormattingOption.EncodeUnicode) or to.host == ""
    assert to.host.isascii()
