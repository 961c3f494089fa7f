"""What stands on screen in place of the messages when their database cannot be opened, or is being replaced.

Imports Qt, ui's shared modules, domain and services.
"""
