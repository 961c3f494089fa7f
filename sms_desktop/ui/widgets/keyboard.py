"""Where keys go while something is done."""

import shiboken6
from PySide6.QtWidgets import QWidget


def holds_keyboard(widget: QWidget) -> bool:
    """Whether keys go there, now or once the person comes back to this window."""
    return widget.window().focusWidget() is widget


class Hold:
    """``owner`` has the keyboard while what had it in there is off: Qt would pass it on to whatever comes next."""

    def __init__(self, owner: QWidget) -> None:
        self._owner = owner
        self._at: QWidget | None = None

    def begin(self, *parts: QWidget) -> None:
        """Before ``parts`` of it, or all of it, are switched off."""
        at = self._owner.window().focusWidget()
        if at is None or at is self._owner:
            return
        if any(part is at or part.isAncestorOf(at) for part in parts or (self._owner,)):
            self._at = at
            self._owner.setFocus()

    def end(self, otherwise: QWidget | None = None) -> None:
        """Once all is on again: it goes back to where it was, unless the person went elsewhere meanwhile; to
        ``otherwise`` where that cannot have it any more.
        """
        at, self._at = self._at, None
        if at is None or not holds_keyboard(self._owner):
            return
        to = at if shiboken6.isValid(at) and at.isEnabled() and at.isVisible() else otherwise
        if to is not None:
            to.setFocus()
