"""Search across everything: the field, the hits in two sections, and the presenter that asks.

Imports Qt, ui's shared modules, the list's row painting, domain and services.
"""
