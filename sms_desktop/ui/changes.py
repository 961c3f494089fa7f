"""What would change at Twilio, shown before it does: one block a setting, each with its own consent."""

from collections.abc import Collection, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from sms_desktop.domain.routing import Change, HolderKind, plain
from sms_desktop.ui import routewords
from sms_desktop.ui.routewords import change_title, consent, together
from sms_desktop.ui.widgets.card import Card
from sms_desktop.ui.widgets.edge import set_in
from sms_desktop.ui.widgets.outcome import Outcome
from sms_desktop.ui.widgets.plain import words
from sms_desktop.ui.widgets.tick import INDENT, Tick
from sms_desktop.ui.words import isolated

KEPT = "The old address is kept and put back when you disconnect."
KEPT_ALL = "The old addresses are kept and put back when you disconnect."
ANOTHERS = "Another program gets these texts now. Ticked, they come here instead."
KEPT_SO = "That is kept and put back when you disconnect."
DEFERS = "where each of its numbers sends them"
LOST = "nobody: texts to it are lost"
ASKED = "nobody: this computer asks Twilio for its texts"


class ChangeBlock(QWidget):
    """Now and then; ticked, it is to be done. ``anothers``: somebody else's program gets these texts now."""

    def __init__(self, change: Change, *, ticked: bool = True, anothers: bool = False) -> None:
        super().__init__()
        self.change = change
        self.anothers = anothers
        title = change_title(change)
        before = "" if change.before.defers else plain(change.before.url)
        after = plain(change.after.url)
        nobody = DEFERS if change.before.defers else LOST if change.holder.loses else ASKED
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        tick = Tick(title, accessible_name=consent(change))
        self.check = tick.check
        self.check.setChecked(ticked)
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        if change.changes_anything:
            column.addWidget(tick)
            described = f"Now {before or nobody}, will be {after}"
            self._row(
                grid,
                0,
                "now",
                _address(before) if before else words(nobody, "warn" if change.holder.loses else "secondary"),
            )
            self._row(grid, 1, "will be", _address(after))
            if anothers:
                grid.addWidget(words(ANOTHERS, "warn"), 2, 1)
            elif change.own is not None:
                grid.addWidget(words(routewords.own(change.own), "warn"), 2, 1)
            more = [together(change)]
            if change.before.fallback_url:
                more.append("Your fallback address stays as it is.")
            told = " ".join(part for part in more if part)
            if told:
                grid.addWidget(words(told, "meta"), 3, 1)
            kept = routewords.own(change.own) if change.own is not None else _kept(change)
            rest = " ".join(part for part in (ANOTHERS if anothers else "", kept, told) if part)
            self.check.setAccessibleDescription(f"{described}. {rest}" if rest else described)
        else:
            tick.setParent(self)
            tick.hide()
            done = Outcome()
            column.addWidget(done)  # before it is shown: without a parent it would be a window
            done.say("ok", f"{title}: its texts come here already")
            if change.holder.kind in (HolderKind.SERVICE, HolderKind.APPLICATION):
                done.say("ok", f"{title}, and brings them here already")
        column.addLayout(set_in(grid, INDENT))

    @property
    def is_ticked(self) -> bool:
        return self.change.changes_anything and self.check.isChecked()

    def _row(self, grid: QGridLayout, place: int, word: str, label: QLabel) -> None:
        name = QLabel(word)
        name.setProperty("role", "muted")
        grid.addWidget(name, place, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(label, place, 1)


class ChangesCard(Card):
    """Says in words where there is nothing to show yet; ``tried`` is the button of a failure, ``toggled`` any tick."""

    tried = Signal()
    toggled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.blocks: list[ChangeBlock] = []
        self._said = words("", "muted")
        self._inside = QVBoxLayout()
        self._inside.setSpacing(10)
        self._kept = words("", "meta")
        self._kept.hide()
        self.outcome = Outcome()
        self.outcome.actionClicked.connect(self.tried)
        self.column.addWidget(self._said)
        self.column.addLayout(self._inside)
        self.column.addLayout(set_in(self._kept, INDENT))
        self.column.addWidget(self.outcome)

    def say(self, text: str) -> None:
        """A sentence in place of changes."""
        self.show_changes(())
        self._said.setText(text)
        self._said.setVisible(bool(text))

    def show_changes(
        self, changes: Sequence[Change], *, anothers: Collection[Change] = (), unticked: Collection[Change] = ()
    ) -> None:
        """``anothers`` have texts that somebody else's program gets now; ``unticked`` are not ticked."""
        while (item := self._inside.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self.blocks = []
        self.outcome.clear()
        self._said.hide()
        for change in changes:
            if self.blocks:
                rule = QFrame()
                rule.setProperty("role", "rule")
                self._inside.addWidget(rule)
            block = ChangeBlock(change, ticked=change not in unticked, anothers=change in anothers)
            block.check.toggled.connect(self.toggled)
            self.blocks.append(block)
            self._inside.addWidget(block)
        held = sum(bool(change.before.url) and change.changes_anything and change.own is None for change in changes)
        self._kept.setText(KEPT if held == 1 else KEPT_ALL)
        self._kept.setVisible(bool(held))

    @property
    def has_open(self) -> bool:
        """Whether something would change."""
        return any(block.change.changes_anything for block in self.blocks)

    @property
    def ticked(self) -> tuple[Change, ...]:
        return tuple(block.change for block in self.blocks if block.is_ticked)

    @property
    def unticked(self) -> tuple[Change, ...]:
        """What could be done and is not to be."""
        return tuple(block.change for block in self.blocks if block.change.changes_anything and not block.is_ticked)


def _kept(change: Change) -> str:
    if change.before.defers:
        return KEPT_SO
    return KEPT if change.before.url else ""


def _address(url: str) -> QLabel:
    """A long address may break anywhere: it has no spaces, and a window may be narrow."""
    label = words(isolated(url.replace("/", "/\u200b").replace(".", ".\u200b").replace("?", "?\u200b")), "secondary")
    label.setAccessibleName(url)
    return label
