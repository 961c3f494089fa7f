"""Pictures that strangers sent: decoded off the loop, within bounds, whatever they are."""

import struct
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from sms_desktop.domain.media import File
from sms_desktop.ui.timeline.pane import TimelinePane
from sms_desktop.ui.timeline.thumbnails import MEMORY, Thumbnails
from sms_desktop.ui.viewer.picture import read_picture
from tests.png import png
from tests.ui.timeline.sample import blob, message, page, picture, ready

# Qt and its codecs say on stderr what is wrong with a damaged file; that is theirs to say.
pytestmark = pytest.mark.qt_log_ignore(
    "qt.gui.imageio", "libpng", "QImageIOHandler", "Corrupt JPEG data", "Premature end", extend=True
)

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'


def fetch(thumbnails: Thumbnails, file: File, qtbot: QtBot, place: QSize | None = None) -> QImage | None:
    if thumbnails.picture(file, place, 1.0) is None and thumbnails.look(file) is not False:
        with qtbot.waitSignal(thumbnails.ready, check_params_cb=lambda sha: bool(sha == file.sha256)):
            pass
    return thumbnails.picture(file, place, 1.0)


def test_a_lone_picture_keeps_its_aspect(thumbnails: Thumbnails, tmp_path: Path, qtbot: QtBot) -> None:
    image = fetch(thumbnails, picture(tmp_path, wide=920, high=480), qtbot)
    assert image is not None
    assert image.size() == QSize(230, 120)


def test_a_picture_in_a_grid_fills_its_place(thumbnails: Thumbnails, tmp_path: Path, qtbot: QtBot) -> None:
    file = picture(tmp_path, wide=900, high=300, color="#336699")
    image = fetch(thumbnails, file, qtbot, QSize(113, 113))
    assert image is not None
    assert image.size() == QSize(113, 113)
    assert image.pixelColor(0, 0) == image.pixelColor(112, 112) == QColor("#336699")


def test_decoding_happens_on_another_thread(
    thumbnails: Thumbnails, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads = []

    def noted(*args: object, **kwargs: object) -> object:
        threads.append(threading.current_thread())
        return read_picture(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr("sms_desktop.ui.timeline.thumbnails.read_picture", noted)
    fetch(thumbnails, picture(tmp_path), qtbot)
    assert threads
    assert threads[0] is not threading.main_thread()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("bomb.png", png(60_000, 60_000)),
        ("cut.png", png(400, 300)[:40]),
        ("text.jpg", b"this is no picture"),
        ("drawing.png", SVG),
        ("drawing.svg", SVG),
        ("empty.gif", b""),
        ("head.gif", b"GIF89a\xff\xff\xff\xff\0\0\0"),
        ("page.webp", b"<html><body>hello</body></html>"),
    ],
)
def test_what_cannot_be_shown_is_refused_and_hurts_nobody(
    name: str, data: bytes, thumbnails: Thumbnails, tmp_path: Path, qtbot: QtBot
) -> None:
    file = blob(tmp_path, name, data, "image/png")
    assert fetch(thumbnails, file, qtbot) is None
    assert thumbnails.look(file) is False


def test_a_file_that_is_gone_is_refused(thumbnails: Thumbnails, tmp_path: Path, qtbot: QtBot) -> None:
    file = picture(tmp_path)
    (tmp_path / file.name).unlink()
    assert fetch(thumbnails, file, qtbot) is None


def test_a_mislabelled_picture_is_known_by_its_content(thumbnails: Thumbnails, tmp_path: Path, qtbot: QtBot) -> None:
    data = (tmp_path / picture(tmp_path, "a.png").name).read_bytes()
    assert fetch(thumbnails, blob(tmp_path, "b.jpg", data, "image/jpeg"), qtbot) is not None


def test_a_truncated_photo_shows_what_is_there(thumbnails: Thumbnails, tmp_path: Path, qtbot: QtBot) -> None:
    whole = (tmp_path / picture(tmp_path, "a.jpg").name).read_bytes()
    file = blob(tmp_path, "cut.jpg", whole[: len(whole) * 2 // 3], "image/jpeg")
    fetch(thumbnails, file, qtbot)
    assert thumbnails.look(file) is not None


@pytest.mark.parametrize(("wide", "high"), [(1, 20_000), (20_000, 1), (1, 1), (6000, 8)])
def test_extreme_shapes_have_a_place_of_sensible_size(
    wide: int, high: int, thumbnails: Thumbnails, tmp_path: Path, qtbot: QtBot
) -> None:
    image = fetch(thumbnails, picture(tmp_path, wide=wide, high=high), qtbot)
    assert image is not None
    assert 60 <= image.height() <= 240
    assert 90 <= image.width() <= 230


def test_a_photo_taken_sideways_stands_upright(tmp_path: Path) -> None:
    path = tmp_path / picture(tmp_path, "a.jpg", wide=400, high=200).name
    data = path.read_bytes()
    exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"  # orientation 6: turn right
    path.write_bytes(data[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + data[2:])
    read = read_picture(path, lambda natural: QSize(100, 100), cover=False)
    assert read.natural == QSize(200, 400)
    assert read.image.size() == QSize(50, 100)


def test_memory_is_bounded_by_forgetting_the_oldest(thumbnails: Thumbnails, tmp_path: Path, qtbot: QtBot) -> None:
    files = [picture(tmp_path, f"{n}.png", 1200, 1200) for n in range(8)]
    for file in files:
        assert fetch(thumbnails, file, qtbot, QSize(1000, 1000)) is not None
        assert thumbnails.kept_bytes <= MEMORY
    assert thumbnails.picture(files[-1], QSize(1000, 1000), 1.0) is not None


def test_closing_drops_what_waits(tmp_path: Path, qtbot: QtBot) -> None:
    thumbnails = Thumbnails(lambda file: tmp_path / file.name)
    for n in range(20):
        thumbnails.picture(picture(tmp_path, f"{n}.png", 900, 900), None, 1.0)
    thumbnails.close()
    with qtbot.assertNotEmitted(thumbnails.ready, wait=50):
        pass
    assert thumbnails.picture(picture(tmp_path, "late.png"), None, 1.0) is None


def test_a_row_takes_its_true_height_when_its_picture_is_known(
    pane: TimelinePane, thumbnails: Thumbnails, tmp_path: Path, qtbot: QtBot
) -> None:
    file = picture(tmp_path, wide=300, high=900)
    pane.model.reset(page([message(1, "", media=[ready(file)])]))
    pane.view.show_end()
    index = pane.model.index(1, 0)
    before = pane.view.visualRect(index).height()
    with qtbot.waitSignal(thumbnails.ready):
        pane.grab()
    assert pane.view.visualRect(index).height() == before + 120
    shown = pane.view.viewport().grab().toImage()
    rect = pane.view.visualRect(index)
    assert shown.pixelColor(28 + 40, rect.top() + 60) == QColor("#c06030")
