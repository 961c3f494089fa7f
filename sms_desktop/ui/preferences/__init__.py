"""What a person may choose: appearance, sending, the account, how messages come in, the lines.

Imports Qt, ui's shared modules, domain and services.
"""
