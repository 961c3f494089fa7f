"""The demo's handset: the customer's side of the open conversation, and the weather between us and them.

Imports Qt, domain and ui's shared modules; never the simulator, which it knows by the protocol in ``presenter`` only.
"""
