"""The only room that knows Twilio, HTTP, ngrok and the keyring.

Imports domain, twilio, aiohttp, keyring, pyngrok, psutil; never Qt, SQL, services or the store.
"""
