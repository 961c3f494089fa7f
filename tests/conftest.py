"""What every test may ask for, and what is heard in every test."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from tests import plainly

MEMORY, ENOUGH = Path("/dev/shm"), 2**31
"""A folder in memory, and the bytes that must be free there: it is tests' folders then. No disk is waited for; that a
crash of the machine loses nothing no test of ours can show anyway, and one of the program's leaves both alike.
"""

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ENOUGH:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
plainly.watch()
hypothesis.settings.register_profile("untimed", deadline=None)  # speed is measured in benchmarks
hypothesis.settings.load_profile("untimed")


@pytest.fixture(autouse=True)
def only_sqlite_opens_a_database_that_is_in_use() -> Iterator[None]:
    yield
    assert plainly.taken() == []


@pytest.fixture(autouse=True)
def windows_end_with_their_test() -> Iterator[None]:
    """One that is left would be modal for the next test, and be painted anew with each change of the theme."""
    yield
    widgets = sys.modules.get("PySide6.QtWidgets")
    app = widgets.QApplication.instance() if widgets is not None else None
    if widgets is not None and isinstance(app, widgets.QApplication):
        for window in app.topLevelWidgets():
            window.hide()
            window.deleteLater()
        deletion = sys.modules["PySide6.QtCore"].QEvent.Type.DeferredDelete
        app.sendPostedEvents(None, deletion.value)


@pytest.fixture(scope="session")
def shared() -> Path:
    """Twilio's published schemas and the test vectors, which live beside the checkout."""
    folder = Path(__file__).resolve().parents[1].parent / "shared"
    if not folder.is_dir():
        pytest.skip("the folder with Twilio's schemas and the test vectors is not beside this checkout")
    return folder
