"""The guided set-up, from a Twilio account to a first text on this computer.

``window`` is the frame with ``steps`` at its side; a page has a view (``account``, ``lines``, …) and, where it does
something, a presenter (``connecting``, ``choosing``, ``reaching``, ``importing``, ``trying``); ``presenter`` walks from
one to the next. ``trouble`` is what stands there when the program cannot start at all.

Imports Qt, ui's shared modules and domain; services as ``needs`` describes them.
"""
