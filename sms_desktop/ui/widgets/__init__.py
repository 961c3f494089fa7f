"""Small widgets and paintings that know nothing of the app: avatar, banner, chip, elided label, icon button.

Imports Qt, ``ui.theme`` and ``ui.assets`` only.
"""
