"""Both schemes can be read, switch live, and leave no name of the stylesheet unfilled."""

import re
from pathlib import Path
from typing import Literal

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QTreeWidget
from pytestqt.qtbot import QtBot

import sms_desktop.ui
from sms_desktop.paths import resources
from sms_desktop.ui.assets import icon, pixmap
from sms_desktop.ui.theme import Theme, style_sheet, theme, tokens_of

TEXT_ON = {
    "text": ("ground", "pane", "selection", "hover", "chip", "inbound", "warn_ground", "bad_ground"),
    "muted": ("ground", "pane"),
    "muted_on_tint": ("ground", "pane", "selection", "hover", "chip"),
    "on_accent": ("accent", "accent_hover"),
    "link": ("ground", "pane", "inbound", "selection"),
    "inbound_text": ("inbound",),
    "outbound_text": ("outbound",),
    "viewer_text": ("viewer",),
    "ok": ("ground", "pane"),
    "warn": ("ground", "pane", "warn_ground"),
    "bad": ("ground", "pane", "bad_ground", "selection", "hover"),
}
PAIRS = [(front, back) for front, backs in TEXT_ON.items() for back in backs]
Scheme = Literal["light", "dark"]


def luminance(color: QColor) -> float:
    """Relative luminance by WCAG 2.1."""

    def linear(value: float) -> float:
        return value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = linear(color.redF()), linear(color.greenF()), linear(color.blueF())
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: QColor, other: QColor) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.fixture
def look(qapp: QApplication) -> Theme:
    look = theme()
    look.set_preference("light")
    return look


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back"), PAIRS)
def test_every_text_can_be_read_on_its_ground(scheme: Scheme, front: str, back: str) -> None:
    tokens = tokens_of(scheme)
    assert contrast(getattr(tokens, front), getattr(tokens, back)) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_white_initials_can_be_read_on_every_avatar(scheme: Scheme) -> None:
    for color in tokens_of(scheme).avatar_colors:
        assert contrast(QColor("white"), color) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_stylesheet_has_no_name_left_to_fill(scheme: Scheme) -> None:
    sheet = style_sheet(tokens_of(scheme), resources() / "theme" / scheme)
    assert "$" not in sheet
    for path in re.findall(r'url\("([^"]+)"\)', sheet):
        assert Path(path).is_file()


def test_a_preference_switches_at_once_and_tells(look: Theme) -> None:
    told: list[bool] = []
    look.changed.connect(lambda: told.append(look.dark))
    look.set_preference("dark")
    look.set_preference("dark")
    look.set_preference("light")
    assert told == [True, False]
    assert look.tokens == tokens_of("light")


def test_fonts_have_the_sizes_of_the_drawings(look: Theme) -> None:
    sizes = {name: look.font(name).pixelSize() for name in ("title", "body", "secondary", "meta", "badge")}
    assert sizes == {"title": 15, "body": 14, "secondary": 13, "meta": 12, "badge": 11}
    assert look.font("body", bold=True).weight() == 600


def test_every_icon_is_a_line_drawing_on_the_24_grid_that_takes_its_tint(look: Theme) -> None:
    files = sorted((resources() / "icons").glob("*.svg"))
    assert len(files) >= 39
    for file in files:
        drawing = file.read_text("utf-8")
        assert 'viewBox="0 0 24 24"' in drawing
        assert "currentColor" in drawing
        picture = pixmap(file.stem, QColor("#ff0000"), 24).toImage()
        seen = {
            picture.pixelColor(x, y).name() for x in range(24) for y in range(24) if picture.pixelColor(x, y).alpha()
        }
        assert seen, file.stem
        assert all(color.startswith(("#f", "#e")) for color in seen), file.stem


def test_an_icon_is_sharp_at_twice_the_scale(look: Theme) -> None:
    assert pixmap("send", QColor("black"), 20, 2.0).size().width() == 40
    assert not icon("send").isNull()


def test_no_colour_stands_in_the_code() -> None:
    written = re.compile(r"#[0-9a-fA-F]{6}\b")
    windows = Path(sms_desktop.ui.__file__).parent
    assert [file.name for file in windows.rglob("*.py") if written.search(file.read_text("utf-8"))] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_heads_of_columns_are_those_of_the_theme(qtbot: QtBot, scheme: Scheme) -> None:
    theme().set_preference(scheme)
    tree = QTreeWidget()
    qtbot.addWidget(tree)
    tree.setHeaderLabels(["Name", "Size"])
    tree.resize(300, 200)
    head = tree.header().grab().toImage()
    assert head.pixelColor(3, 3) == tokens_of(scheme).ground
