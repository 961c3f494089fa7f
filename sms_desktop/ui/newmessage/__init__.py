"""A new message in one step: a number or a name, the line it is to come from, and the conversation opens.

Imports Qt, ui's shared modules, the hits of ``ui.search``, domain and services.
"""
