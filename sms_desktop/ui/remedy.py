"""Does the one useful thing about a message that failed."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication

from sms_desktop.domain.failures import Action, Failure
from sms_desktop.domain.message import Message
from sms_desktop.domain.phone import display, international

COPIED = "{number} is copied: call it from your phone."
ASK = "To get texts from us again, please text START to {line}."
ASK_COPIED = "Copied: “{ask}” Tell them by phone or mail."
NOT_OPENED = "The browser could not be opened. The page is {url}"


@dataclass(frozen=True, slots=True)
class Means:
    """What the window can do; ``say`` tells something in a sentence."""

    edit_number: Callable[[Message], object]
    reword: Callable[[Message], object]
    other_line: Callable[[], object]
    account: Callable[[], object]
    health: Callable[[], object]
    registration: Callable[[str], object]
    say: Callable[[str], object]


def remedy(message: Message, failure: Failure, means: Means, start_to: str = "") -> None:
    """Opens, copies or shows what helps with ``message``, which failed.

    ``start_to``: the number that a START goes to, where the line is a Messaging Service.
    """
    match failure.action:
        case Action.EDIT_NUMBER:
            means.edit_number(message)
        case Action.REWORD:
            means.reword(message)
        case Action.OTHER_LINE:
            means.other_line()
        case Action.ACCOUNT:
            means.account()
        case Action.HEALTH:
            means.health()
        case Action.REGISTRATION:
            means.registration(message.line)
        case Action.CALL:
            if not QDesktopServices.openUrl(QUrl(f"tel:{message.peer}")):
                QGuiApplication.clipboard().setText(international(message.peer))
                means.say(COPIED.format(number=display(message.peer)))
        case Action.ASK_START:
            ask = ASK.format(line=display(start_to or message.ours))
            QGuiApplication.clipboard().setText(ask)
            means.say(ASK_COPIED.format(ask=ask))
        case Action.CONSOLE | Action.LOOK_UP:
            if not QDesktopServices.openUrl(QUrl(failure.url)):
                means.say(NOT_OPENED.format(url=failure.url))
