"""The first page, where no Twilio account is set up: how to connect one, or the demo.

Imports Qt and ui's shared modules.
"""
