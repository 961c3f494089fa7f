"""Pictures at full size, and the careful reading of picture files.

Imports Qt, domain, ``ui.theme``, ``ui.assets`` and ``ui.widgets`` only.
"""
