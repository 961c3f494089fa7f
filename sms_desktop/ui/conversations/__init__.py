"""The list of conversations, its filters, and the heading of the open one.

Imports Qt, ui's shared modules, domain and services; never another pane.
"""
