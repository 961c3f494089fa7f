"""The one QApplication."""

import os
import socket
import sys

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from sms_desktop import __version__, paths
from sms_desktop.domain.errors import SmsDesktopError

TURN = 0.0005
"""Seconds for which a thread of the store may keep Python while the window wants it; Python's own 5 ms, several times
a frame, are what people see as jerks, and what every answer to Twilio waits for."""


def make_application() -> QApplication:
    """The one QApplication, with the names that desktops show. Raises SmsDesktopError where there is no screen."""
    _check_screen()
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        application = QApplication(sys.argv[:1])
    application.setApplicationName("SMS Desktop")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("sms-desktop")
    application.setWindowIcon(QIcon(str(paths.resources() / "app.svg")))
    # Closing the last dialog must not stop the loop under a running coroutine: the window's own signal ends us.
    application.setQuitOnLastWindowClosed(False)
    sys.setswitchinterval(TURN)
    return application


def _check_screen() -> None:
    """Qt ends the whole process where an X server or compositor does not answer; a sentence is kinder."""
    if sys.platform in {"win32", "darwin"} or os.environ.get("QT_QPA_PLATFORM") or os.environ.get("WAYLAND_DISPLAY"):
        return
    display = os.environ.get("DISPLAY", "")
    host, colon, number = display.rpartition(":")
    number = number.partition(".")[0]
    if not colon or not number.isdecimal():
        raise SmsDesktopError("There is no screen here. Start SMS Desktop on a desktop, or run “sms-desktop serve”.")
    if host in {"", "unix"}:
        for address in (f"/tmp/.X11-unix/X{number}", f"\0/tmp/.X11-unix/X{number}"):  # noqa: S108 - X's own place
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
                if server.connect_ex(address) == 0:
                    return
        raise SmsDesktopError(f"The screen {display} does not answer. Is DISPLAY right?")
