"""Automatic replies and who answers: the parts of their sections in the preferences.

Imports Qt, domain, services' types and ui's shared modules; only the presenters in ``ui.preferences`` await.
"""
