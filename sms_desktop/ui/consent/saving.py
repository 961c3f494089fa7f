"""Saving evidence as a file: the system's own dialog, and the writing, done beside the loop, whole or not at
all.
"""

import secrets
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

from sms_desktop.domain.errors import StoreError
from sms_desktop.services.evidence import Evidence, file_name, write_csv
from sms_desktop.ui.consent.pdf import write_pdf
from sms_desktop.ui.widgets.filedialog import chosen_in

_FILTERS = {"csv": "CSV, for a spreadsheet (*.csv)", "pdf": "PDF, to print or to send (*.pdf)"}


async def ask_target(parent: QWidget, ending: str, peer: str | None, at: datetime) -> Path | None:
    """Where the evidence is to go. The dialog asks before it replaces a file."""
    dialog = QFileDialog(parent, "Save the evidence", documents())
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.setNameFilters([_FILTERS[ending]])
    dialog.setDefaultSuffix(ending)
    dialog.selectFile(file_name(peer, at, ending))
    return await chosen_in(dialog)


def write(evidence: Iterator[Evidence], target: Path, about: str, now: datetime) -> int:
    """As PDF where ``target`` is named so, else as CSV; gives how many entries. Takes its time.

    Raises StoreError; what stood there before stays then.
    """
    partial = target.with_name(f"{target.name}.{secrets.token_hex(4)}.part")
    try:
        if target.suffix.lower() == ".pdf":
            count = write_pdf(evidence, partial, about, now)
        else:
            with partial.open("w", encoding="utf-8-sig", newline="") as out:  # spreadsheets read it by that as UTF-8
                count = write_csv(evidence, out)
        partial.replace(target)
    except OSError as error:
        raise StoreError(f"{target.name} cannot be written: {(error.strerror or str(error)).lower()}.") from None
    finally:
        partial.unlink(missing_ok=True)
    return count


def documents() -> str:
    """The folder that file dialogs begin in."""
    found = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return found if Path(found).is_dir() else str(Path.home())
