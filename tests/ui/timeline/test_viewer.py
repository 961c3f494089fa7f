"""Pictures at full size, and files on their way out of the app."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from sms_desktop.domain.danger import danger, name_to_open
from sms_desktop.domain.errors import BadInput
from sms_desktop.domain.media import File
from sms_desktop.ui.timeline.peek import FilePeek, LinkPeek
from sms_desktop.ui.viewer.saving import copy_to_open, save
from sms_desktop.ui.viewer.viewer import PictureViewer
from tests.ui.timeline.sample import blob, picture


class Opened:
    """Stands where other programs would be started."""

    def __init__(self) -> None:
        self.urls: list[str] = []


@pytest.fixture
def viewer(qtbot: QtBot, tmp_path: Path) -> Iterator[PictureViewer]:
    files = [picture(tmp_path, f"{n}.png", 400 * n, 300 * n) for n in (1, 9, 2)]
    viewer = PictureViewer(files, 1, lambda file: tmp_path / file.name)
    qtbot.addWidget(viewer)
    with qtbot.waitActive(viewer):
        viewer.open()
        viewer.activateWindow()
    qtbot.waitUntil(lambda: not viewer.canvas.image.isNull())
    yield viewer
    viewer.close()


def test_the_viewer_opens_on_the_picture_that_was_clicked_and_leafs(viewer: PictureViewer, qtbot: QtBot) -> None:
    assert viewer.file.name == "9.png"
    QTest.keyClick(viewer, Qt.Key.Key_Right)
    assert viewer.file.name == "2.png"
    QTest.keyClick(viewer, Qt.Key.Key_Right)
    assert viewer.file.name == "2.png"  # the last one
    QTest.keyClick(viewer, Qt.Key.Key_Left)
    QTest.keyClick(viewer, Qt.Key.Key_Left)
    assert viewer.file.name == "1.png"
    qtbot.waitUntil(lambda: viewer.canvas.image.width() == 400)


def test_a_large_picture_is_read_no_larger_than_is_of_use(viewer: PictureViewer) -> None:
    assert viewer.canvas.image.width() <= viewer.screen().size().width() * 2


def test_zooming_keeps_the_point_under_the_mouse_and_fitting_shows_all(viewer: PictureViewer) -> None:
    QTest.keyClick(viewer, Qt.Key.Key_Plus)
    assert viewer.canvas.zoom == pytest.approx(1.25)
    viewer.canvas.zoom_by(100, QPointF(10, 10))
    assert viewer.canvas.zoom == 8
    QTest.keyClick(viewer, Qt.Key.Key_0)
    assert viewer.canvas.zoom == 1


def test_escape_closes_the_viewer(viewer: PictureViewer) -> None:
    QTest.keyClick(viewer, Qt.Key.Key_Escape)
    assert not viewer.isVisible()


def test_save_as_is_asked_for_with_the_picture(viewer: PictureViewer, qtbot: QtBot) -> None:
    with qtbot.waitSignal(viewer.saveWanted) as wanted:
        QTest.keyClick(viewer, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert wanted.args == [viewer.file]


def test_what_cannot_be_shown_says_so(qtbot: QtBot, tmp_path: Path) -> None:
    viewer = PictureViewer([blob(tmp_path, "a.png", b"<svg/>", "image/png")], 0, lambda file: tmp_path / file.name)
    qtbot.addWidget(viewer)
    qtbot.waitUntil(lambda: viewer.canvas.words != "Opening…")
    assert viewer.canvas.words == "The file is not a picture that can be shown."
    viewer.close()


# -- what may be opened ------------------------------------------------------------------------------------------------


def file(name: str, content_type: str) -> File:
    return File("0" * 64, 10, content_type, name)


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("page.html", "text/html"),
        ("drawing.svg", "image/svg+xml"),
        ("setup.exe", "application/x-dosexec"),
        ("run.sh", "text/x-shellscript"),
        ("all.zip", "application/zip"),
        ("sheet.docm", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("photo.jpg.exe", "image/jpeg"),
        ("photo.html", "image/jpeg"),
        ("run.bat", "text/plain"),
        ("thing", "application/octet-stream"),
    ],
)
def test_kinds_that_can_do_harm_are_only_saved_after_a_warning(name: str, content_type: str, qtbot: QtBot) -> None:
    risky = file(name, content_type)
    assert "can harm a computer" in danger(risky)
    peek = FilePeek(risky)
    qtbot.addWidget(peek)
    assert peek.open_button is None
    with qtbot.waitSignal(peek.saveWanted):
        peek.save_button.click()


def test_a_copy_for_another_program_is_named_by_its_content(tmp_path: Path) -> None:
    assert name_to_open(file("../../photo", "image/png")) == "photo.png"
    assert name_to_open(file("photo.jpeg", "image/jpeg")) == "photo.jpeg"
    pdf = blob(tmp_path, "bill.pdf", b"%PDF-1.7", "application/pdf")
    copy = copy_to_open(tmp_path / "bill.pdf", tmp_path / "out", pdf)
    assert copy.name == "bill.pdf"
    assert copy.read_bytes() == b"%PDF-1.7"
    assert copy_to_open(tmp_path / "bill.pdf", tmp_path / "out", pdf) == copy


def test_saving_that_fails_leaves_nothing_behind_and_says_why(tmp_path: Path) -> None:
    target = tmp_path / "here" / "a.png"
    with pytest.raises(BadInput, match=r"“a\.png” could not be saved: no such file or directory"):
        save(tmp_path / "gone.png", target)
    target.parent.mkdir()
    with pytest.raises(BadInput):
        save(tmp_path / "gone.png", target)
    assert list(target.parent.iterdir()) == []


# -- where a link leads ------------------------------------------------------------------------------------------------


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Opened:
    opened = Opened()

    def open_url(url: QUrl) -> bool:
        opened.urls.append(url.toString())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    return opened


def test_a_link_is_opened_only_by_the_button_that_says_so(qtbot: QtBot, opened: Opened) -> None:
    owner = QWidget()
    qtbot.addWidget(owner)
    peek = LinkPeek("https://example.com/a?b=1", owner)
    peek.open()
    assert opened.urls == []
    with qtbot.waitSignal(peek.opened):
        peek.open_button.click()
    assert opened.urls == ["https://example.com/a?b=1"]
    assert not peek.isVisible()


def test_a_suspicious_link_is_not_opened_by_enter(qtbot: QtBot, opened: Opened) -> None:
    peek = LinkPeek("https://bank.example@evil.example/")
    qtbot.addWidget(peek)
    assert not peek.open_button.isDefault()
    peek.copy_button.click()
    assert opened.urls == []
    assert QGuiApplication.clipboard().text() == "https://bank.example@evil.example/"
