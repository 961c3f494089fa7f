"""Tooltips of words that are not ours: Qt takes what looks like HTML for it, and would load what that names."""

from html import escape


def tip(text: str) -> str:
    """``text`` as a tooltip that shows it letter by letter."""
    return f"<span>{escape(text)}</span>" if "<" in text else text
