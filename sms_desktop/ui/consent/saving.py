"""Saving evidence as a file: the system's own dialog, and the writing, done beside the loop, whole or not at
all.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from sms_desktop.services.evidence import Evidence, file_name, write_csv_file, write_whole
from sms_desktop.ui.consent.pdf import write_pdf
from sms_desktop.ui.widgets.filedialog import Place, chosen_in, folder

_FILTERS = {"csv": "CSV, for a spreadsheet (*.csv)", "pdf": "PDF, to print or to send (*.pdf)"}


async def ask_target(parent: QWidget, ending: str, peer: str | None, at: datetime) -> Path | None:
    """Where the evidence is to go. The dialog asks before it replaces a file."""
    dialog = QFileDialog(parent, "Save the evidence", folder(Place.DocumentsLocation))
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
    if target.suffix.lower() == ".pdf":
        return write_whole(target, lambda partial: write_pdf(evidence, partial, about, now))
    return write_whole(target, lambda partial: write_csv_file(evidence, partial))
