"""Where things live on this computer."""

from pathlib import Path

from platformdirs import user_data_path

_HERE = Path(__file__).resolve().parent


def data_directory() -> Path:
    """The platform's user data directory for the real account."""
    return user_data_path("sms-desktop", appauthor=False)


def demo_directory() -> Path:
    """The demo's own data directory, so that sample data never meets real data."""
    return user_data_path("sms-desktop-demo", appauthor=False)


def resources() -> Path:
    """Icons, theme and sounds: inside the installed package, or beside it in a checkout."""
    installed = _HERE / "resources"
    return installed if installed.is_dir() else _HERE.parent / "resources"
