"""A person at the window, with the engine, its webhooks, the simulator and a database file behind it."""
