"""The order of reading, which is that of Tab.

Read from layouts and children, never from Qt's own focus chain: PySide takes what ``nextInFocusChain`` and
``previousInFocusChain`` give for a child of the widget that was asked. Once that one is deleted, all that came after
it in the chain is taken for deleted, too, and can be used no more.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QRadioButton, QWidget


def stops_in(part: QWidget) -> Iterator[QWidget]:
    """What Tab can come to in ``part`` now, as its layouts have it; what stands in no layout comes last."""
    if not part.isVisible() or not part.isEnabled():
        return
    if part.focusPolicy() & Qt.FocusPolicy.TabFocus and part.focusProxy() is None and not _stands_back(part):
        yield part
    for child in _children(part):
        yield from stops_in(child)


def all_in(part: QWidget) -> Iterator[QWidget]:
    """``part`` and everything in it, shown or not, in the same order."""
    yield part
    for child in _children(part):
        yield from all_in(child)


def chain(*parts: QWidget) -> None:
    """Tab goes through the parts as one reads, whenever what is in them was built, for windows that leave it to Qt."""
    stops = [
        one
        for part in parts
        for one in all_in(part)
        if one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.focusProxy() is None
    ]
    for before, after in pairwise(stops):
        QWidget.setTabOrder(before, after)


def step_on(window: QWidget, parts: Iterable[QWidget], *, forwards: bool) -> bool:
    """Gives the keyboard to what comes next in ``parts`` of ``window``, after the last to the first; False: to nothing.

    Not along Qt's own chain: that is in the order of building, and a radio button joins it where it likes.
    """
    parts = tuple(parts)
    stops = [stop for part in parts for stop in stops_in(part)]
    if not stops:
        return False
    at, step = window.focusWidget(), 1 if forwards else -1
    if at in stops:
        to = stops[(stops.index(at) + step) % len(stops)]
    else:  # it is one that holds the keyboard for what is off now: on from where it stands
        places = {one: place for place, one in enumerate(one for part in parts for one in all_in(part))}
        here = places.get(at, -1 if forwards else len(places))
        beyond = [one for one in stops if (places[one] > here) is forwards]
        to = (beyond or stops)[min(step, 0)]
    to.setFocus(Qt.FocusReason.TabFocusReason if forwards else Qt.FocusReason.BacktabFocusReason)
    return True


def _stands_back(part: QWidget) -> bool:
    """Of radio buttons only the chosen one is come to; arrow keys lead on to the others."""
    if not isinstance(part, QRadioButton) or part.isChecked():
        return False
    group = part.group()
    return group is not None and group.exclusive() and group.checkedButton() is not None


def _children(part: QWidget) -> list[QWidget]:
    layout = part.layout()
    laid_out = _laid_out(layout) if layout is not None else ()
    others = (child for child in part.children() if isinstance(child, QWidget) and not child.isWindow())
    return list(dict.fromkeys([*laid_out, *others]))


def _laid_out(layout: QLayout) -> Iterator[QWidget]:
    for place in range(layout.count()):
        item = layout.itemAt(place)
        if item is None:
            continue
        widget, within = item.widget(), item.layout()
        if widget is not None:
            yield widget
        elif within is not None:
            yield from _laid_out(within)
