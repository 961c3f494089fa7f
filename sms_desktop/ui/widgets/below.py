"""What a row asks below itself, one thing at a time."""

from PySide6.QtWidgets import QVBoxLayout, QWidget


def put_below(column: QVBoxLayout, panel: QWidget | None, former: QWidget | None) -> None:
    """``panel`` takes the place of the ``former`` one at the end of ``column``; None: there is none."""
    if former is not None:
        column.removeWidget(former)
        former.hide()
        former.deleteLater()
    if panel is not None:
        column.addWidget(panel)
        panel.show()
