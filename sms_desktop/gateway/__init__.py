"""The only room that knows Twilio, HTTP and where credentials lie.

Imports domain, twilio, aiohttp; never Qt, SQL, services or the store.
"""
