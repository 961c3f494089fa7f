"""What the app does, one verb or noun a module: coroutines over the store and the gateway.

Imports domain, store and gateway; never Qt, SQL or HTTP.
"""
