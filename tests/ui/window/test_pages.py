"""The set-up page, the preferences and the shortcuts, each alone."""

import os
import subprocess
import sys
from functools import partial

import pytest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from sms_desktop.ui.actions import SHORTCUTS, ShortcutsDialog, bind
from sms_desktop.ui.preferences.dialog import PreferencesDialog
from sms_desktop.ui.setup.window import SetupWindow
from sms_desktop.ui.theme import theme


def test_the_first_page_leads_into_the_demo_and_to_the_account(qtbot: QtBot) -> None:
    window = SetupWindow()
    qtbot.addWidget(window)
    window.show()
    assert window.windowTitle().endswith("SMS Desktop")
    with qtbot.waitSignal(window.demoRequested):
        window.welcome.demo.click()
    with qtbot.waitSignal(window.welcome.accountChosen):
        window.welcome.connect_button.click()


_FONTS = """
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
application = QApplication([])
from sms_desktop.ui.setup.{module} import {window}
window = {window}({said})
window.show()
widgets = [w for kind in (QLabel, QPushButton) for w in window.findChildren(kind)]
families = {{w.font().family() for w in widgets}}
assert families == {{QApplication.font().family()}}, families
from sms_desktop.ui.theme import theme
assert families == {{theme().font().family()}}, families
"""


@pytest.mark.parametrize(
    ("module", "window", "said"), [("window", "SetupWindow", ""), ("trouble", "TroubleWindow", "''")]
)
def test_the_first_pages_of_a_start_are_in_the_main_window_s_font(module: str, window: str, said: str) -> None:
    code = _FONTS.format(module=module, window=window, said=said)  # in a process where nothing was shown before
    surroundings = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    subprocess.run([sys.executable, "-c", code], check=True, env=surroundings, timeout=60)


def test_preferences_take_effect_as_they_are_chosen(qtbot: QtBot) -> None:
    theme().set_preference("light")
    dialog = PreferencesDialog(enter_sends=True)
    list(dialog.furnish())
    qtbot.addWidget(dialog)
    assert dialog.appearance["light"].isChecked()
    assert dialog.enter[True].isChecked()
    with qtbot.waitSignal(dialog.appearanceChosen) as told:
        dialog.appearance["dark"].click()
    assert told.args == ["dark"]
    assert theme().dark
    with qtbot.waitSignal(dialog.enterSendsChosen) as said:
        dialog.enter[False].click()
    assert said.args == [False]
    dialog.author.setText("  Ada   King ")
    with qtbot.waitSignal(dialog.authorChosen) as named:
        dialog.author.editingFinished.emit()
    assert named.args == ["Ada King"]
    theme().set_preference("light")


def test_the_dialog_lists_every_key(qtbot: QtBot) -> None:
    dialog = ShortcutsDialog()
    qtbot.addWidget(dialog)
    shown = {label.text() for label in dialog.findChildren(QLabel)}
    assert {shortcut.words for shortcut in SHORTCUTS} <= shown


def test_every_named_action_can_be_bound(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    done: list[str] = []
    names = [shortcut.action for shortcut in SHORTCUTS if shortcut.action]
    actions = bind(window, {name: partial(done.append, name) for name in names})
    for action in actions.values():
        action.trigger()
    assert done == names
    assert len({action.shortcut().toString() for action in actions.values()}) == len(names)
