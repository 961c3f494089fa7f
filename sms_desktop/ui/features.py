"""Spares PySide its search for users of ``__feature__``.

From its import on, PySide reads the source text of every module that is imported, whoever's it is, to learn whether it
mentions PySide6, and leaves all that text in ``linecache``: with our libraries 33 MB and a fifth of a second at start.
The answer matters only to programs that write ``from __feature__ import …``; this one does not.
Source: shibokensupport/feature.py of PySide6 6.8 to 6.11, where the question is asked in ``_mod_uses_pyside``.
"""

import linecache
import sys
from typing import Any

import PySide6.QtCore  # noqa: F401 - it installs the search


def spare() -> None:
    """Answers the question without reading; where PySide asks it in another way, nothing is changed."""
    feature: Any = sys.modules.get("shibokensupport.feature")
    if feature is not None and hasattr(feature, "_mod_uses_pyside"):
        feature._mod_uses_pyside = lambda _module: False
        linecache.clearcache()
