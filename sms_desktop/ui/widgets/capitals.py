"""Capitals as one types."""

from PySide6.QtGui import QValidator


class Capitals(QValidator):
    """Takes whatever is written into the line that it is set on, small letters as capitals."""

    def validate(self, text: str, place: int) -> tuple[QValidator.State, str, int]:
        return QValidator.State.Acceptable, text.upper(), place
