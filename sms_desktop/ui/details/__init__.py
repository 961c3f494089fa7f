"""What is known of the person and the conversation: contact, consent, notes, shared media, totals.

Imports Qt, domain, services' types and ui's shared modules; only ``presenter`` awaits.
"""
