"""Colours, sizes and fonts of the window, light and dark, switched live."""

import tomllib
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from string import Template
from typing import Any, Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from sms_desktop.paths import resources

Preference = Literal["system", "light", "dark"]
FontSize = Literal["title", "body", "secondary", "meta", "badge"]


@dataclass(frozen=True, slots=True)
class Tokens:
    """One scheme of resources/theme/tokens.toml: colours, then sizes in device-independent pixels."""

    ground: QColor
    pane: QColor
    line: QColor
    text: QColor
    muted: QColor
    muted_on_tint: QColor
    accent: QColor
    accent_hover: QColor
    on_accent: QColor
    link: QColor
    selection: QColor
    hover: QColor
    inbound: QColor
    inbound_text: QColor
    outbound: QColor
    outbound_text: QColor
    customer: QColor
    customer_text: QColor
    viewer: QColor
    viewer_text: QColor
    ok: QColor
    warn: QColor
    warn_ground: QColor
    bad: QColor
    bad_ground: QColor
    chip: QColor
    avatar_colors: tuple[QColor, ...]
    pane_padding: int
    row_height: int
    control_height: int
    radius: int
    bubble_radius: int


@lru_cache(maxsize=1)
def _file() -> dict[str, dict[str, Any]]:
    with (resources() / "theme" / "tokens.toml").open("rb") as file:
        return tomllib.load(file)


def tokens_of(scheme: Literal["light", "dark"]) -> Tokens:
    """The tokens of one scheme, whichever is shown."""
    file = _file()
    colors: dict[str, Any] = {name: QColor(value) for name, value in file[scheme].items() if name != "avatars"}
    avatars = tuple(QColor(value) for value in file[scheme]["avatars"])
    return Tokens(**colors, avatar_colors=avatars, **file["size"])


def style_sheet(tokens: Tokens, images: Path) -> str:
    """app.qss with its $names filled."""
    names: dict[str, str] = {}
    for field in fields(tokens):
        value = getattr(tokens, field.name)
        if isinstance(value, QColor):
            names[field.name] = value.name()
        elif isinstance(value, int):
            names[field.name] = str(value)
    names |= {f"font_{name}": str(pixels) for name, pixels in _file()["font"].items()}
    names["control_inner"] = str(tokens.control_height - 2)
    names["control_inner_focus"] = str(tokens.control_height - 4)
    names["images"] = images.as_posix()
    return Template((resources() / "theme" / "app.qss").read_text("utf-8")).substitute(names)


def _system_family() -> list[str]:
    """The system's font; where no desktop has chosen one (fontconfig's “Sans Serif”), Inter if it is installed."""
    families = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).families()
    return ["Inter"] if families == ["Sans Serif"] and QFontDatabase.hasFamily("Inter") else families


class Theme(QObject):
    """The application's look. ``tokens`` are those now shown; ``changed`` follows every switch."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._preference: Preference = "system"
        self._dark: bool | None = None
        self._family = _system_family()
        self._fonts: dict[tuple[FontSize, bool], QFont] = {}
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._apply)
        self._apply()

    @property
    def tokens(self) -> Tokens:
        return self._tokens

    @property
    def dark(self) -> bool:
        return bool(self._dark)

    @property
    def preference(self) -> Preference:
        return self._preference

    def set_preference(self, preference: Preference) -> None:
        """Follows the system, or stays light or dark."""
        self._preference = preference
        schemes = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark, "system": Qt.ColorScheme.Unknown}
        QGuiApplication.styleHints().setColorScheme(schemes[preference])  # title bars and native dialogs follow
        self._apply()

    def font(self, size: FontSize = "body", bold: bool = False) -> QFont:
        """The system's font at one of the five sizes; bold is weight 600."""
        font = self._fonts.get((size, bold))
        if font is None:
            font = QFont(self._family)
            font.setPixelSize(int(_file()["font"][size]))
            font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
            self._fonts[size, bold] = font
        return QFont(font)  # the caller's own, who may change it; what Qt found out about it is shared

    def _apply(self) -> None:
        system = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        dark = {"light": False, "dark": True, "system": system}[self._preference]
        if dark == self._dark:
            return
        self._dark = dark
        scheme: Literal["light", "dark"] = "dark" if dark else "light"
        self._tokens = tokens_of(scheme)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.setStyle("Fusion")  # the one style that obeys the tokens alike on all three systems
            app.setPalette(_palette(self._tokens))
            app.setFont(self.font())
            app.setStyleSheet(style_sheet(self._tokens, resources() / "theme" / scheme))
        self.changed.emit()


def _palette(tokens: Tokens) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for where, color in (
        (role.Window, tokens.ground),
        (role.WindowText, tokens.text),
        (role.Base, tokens.pane),
        (role.AlternateBase, tokens.ground),
        (role.Text, tokens.text),
        (role.Button, tokens.pane),
        (role.ButtonText, tokens.text),
        (role.ToolTipBase, tokens.pane),
        (role.ToolTipText, tokens.text),
        (role.PlaceholderText, tokens.muted),
        (role.Highlight, tokens.accent),
        (role.HighlightedText, tokens.on_accent),
        (role.Link, tokens.link),
        (role.LinkVisited, tokens.link),
        (role.Mid, tokens.line),
    ):
        palette.setColor(where, color)
    palette.setColor(QPalette.ColorGroup.Disabled, role.Text, tokens.muted)
    palette.setColor(QPalette.ColorGroup.Disabled, role.ButtonText, tokens.muted)
    return palette


_theme: Theme | None = None


def theme() -> Theme:
    """The application's Theme; the first call makes it and needs a QApplication."""
    global _theme  # noqa: PLW0603 - one look an application
    if _theme is None:
        _theme = Theme()
    return _theme
