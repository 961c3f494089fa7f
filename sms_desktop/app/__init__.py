"""The desktop program: what is composed of engine and window, and their life from first paint to quitting.

``program`` runs ``session`` after session, each in a ``place``; ``page`` and ``mending`` are what stands in a session's
stead; ``single`` is where a second start knocks.
"""
