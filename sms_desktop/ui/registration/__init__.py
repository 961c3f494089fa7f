"""How our lines are registered for texts to the United States: a card for each, and the guide through its forms.

``card`` stands in the preferences; ``guide`` is the window of the forms with ``rail`` at its side; a page has a view
(``brand``, ``purpose``, ``examples``, …); ``guiding`` walks through them.

Imports Qt, ui's shared modules, the set-up's frame, domain and services.
"""
