"""Line health: a page with one row a check, what it means, and what mends it.

Imports Qt, ui's shared modules, domain and services; never another pane.
"""
