"""A file dialog looks into the files that it lists, and so drops the locks that SQLite has on them in this process."""

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from sms_desktop.store import connect
from sms_desktop.store.hold import Hold
from sms_desktop.store.opening import prepare

PASSING = "import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); db.execute('SELECT * FROM settings'); db.close()"


def locks(path: Path) -> list[str]:
    """SQLite's own on that file, as the system knows them."""
    found = [line.split() for line in Path("/proc/locks").read_text().splitlines()]
    ours = [lock for lock in found if lock[1] == "POSIX" and lock[4] == str(os.getpid())]
    return [lock[3] for lock in ours if lock[5].rpartition(":")[2] == str(path.stat().st_ino)]


if sys.platform == "linux":  # elsewhere the dialog is another process's, or locks belong to the handle

    def test_one_that_lists_the_database_lets_no_other_program_take_its_log_away(qtbot: QtBot, tmp_path: Path) -> None:
        path = prepare(tmp_path)
        with closing(connect.writer(path)) as db:
            connect.raw(db).execute("INSERT INTO settings (key, value) VALUES ('a', '1')")
            hold = Hold(path)
            hold.take()
            assert locks(path) == ["READ"]
            dialog = QFileDialog(None, "Restore a copy", str(tmp_path))
            dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
            qtbot.addWidget(dialog)
            dialog.show()
            qtbot.waitUntil(lambda: locks(path) == [], timeout=15_000)
            subprocess.run([sys.executable, "-c", PASSING, path], check=True)
            assert not hold.is_lost()
            hold.release()
        hold.close()
