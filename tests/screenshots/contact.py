"""The index of a folder of pictures: light and dark side by side."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

_HEAD = """<!doctype html><meta charset="utf-8"><title>SMS Desktop, every state</title>
<style>body{font:14px system-ui;margin:24px;background:#888;color:#fff}figure{margin:0 0 28px}
figcaption{font-weight:600;margin-bottom:6px}img{width:calc(50% - 6px);vertical-align:top;margin-right:6px}</style>
"""


def write_index(folder: Path, names: Sequence[str]) -> None:
    """``names`` are scenes; their pictures lie in ``folder`` as name-light.png and name-dark.png."""
    parts = [_HEAD]
    for name in names:
        shown = escape(name)
        images = "".join(
            f'<a href="{shown}-{look}.png"><img loading="lazy" src="{shown}-{look}.png" alt="{shown}, {look}"></a>'
            for look in ("light", "dark")
        )
        parts.append(f"<figure><figcaption>{shown}</figcaption>{images}</figure>\n")
    (folder / "index.html").write_text("".join(parts), "utf-8")
