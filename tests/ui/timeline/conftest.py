"""A pane that is shown, over files in a temporary folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from sms_desktop.ui.timeline.pane import TimelinePane
from sms_desktop.ui.timeline.thumbnails import Thumbnails


@pytest.fixture
def thumbnails(qtbot: QtBot, tmp_path: Path) -> Iterator[Thumbnails]:
    thumbnails = Thumbnails(lambda file: tmp_path / file.name)
    yield thumbnails
    thumbnails.close()


@pytest.fixture
def pane(qtbot: QtBot, thumbnails: Thumbnails) -> TimelinePane:
    pane = TimelinePane(thumbnails)
    qtbot.addWidget(pane)
    pane.resize(712, 568)
    with qtbot.waitActive(pane):
        pane.show()
        pane.activateWindow()
    return pane
