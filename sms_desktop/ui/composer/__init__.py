"""Where a message is written: line, text, attachments, emoji, what it will take, and Send.

Imports Qt, domain, services' types and ui's shared modules; only ``presenter`` awaits.
"""
