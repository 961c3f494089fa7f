"""A window that fits on its screen, however small that is or however large its pixels are made."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QScreen
from PySide6.QtWidgets import QWidget

TITLE_BAR = 32
"""Height that a title bar may take of the screen; the window manager tells only later."""


def fit(window: QWidget, least: QSize, screen: QScreen | None = None) -> None:
    """Makes ``least`` the window's minimum, or what its screen has room for, and the window no larger than that."""
    room = (screen or window.screen()).availableGeometry().size() - QSize(0, TITLE_BAR)
    window.setMinimumSize(least.boundedTo(room))
    window.resize(window.size().boundedTo(room))
