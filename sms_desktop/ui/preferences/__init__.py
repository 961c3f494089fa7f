"""What a person may choose: appearance, and what Enter does.

Imports Qt, ui's shared modules and services.
"""
