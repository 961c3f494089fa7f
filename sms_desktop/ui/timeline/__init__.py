"""The middle pane: one conversation's messages, newest at the bottom.

Rows (pure) → model → shape (what lies where in a row) → delegate (paint) → view (scrolling, hands, keys) → pane; the
presenter alone awaits. Imports Qt, domain, ``ui.theme``, ``ui.assets``, ``ui.words``, ``ui.widgets`` and ``ui.viewer``.
"""
