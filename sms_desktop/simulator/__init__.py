"""A Twilio account on this machine, for the demo, for tests, and for any program that talks to Twilio.

It speaks Twilio's REST API of 2010-04-01 over HTTP on 127.0.0.1 and posts signed webhooks; nothing of it is real but
the wire. It imports nothing else of SMS Desktop, and no Qt. Point a client at `http://127.0.0.1:PORT` in place of
`https://api.twilio.com`; the paths are the same.

    sim = Simulator(pace=0.01, seed=7)
    await sim.start()                       # sim.base_url
    sim.set_sms_url("+12125550100", "http://127.0.0.1:8437/twilio/inbound")
    await sim.phone("+14155550132").text("+12125550100", "Is Saturday still fine?")
    await sim.idle()
    await sim.stop()

Credentials, unless others are given: `DEMO_ACCOUNT_SID` and `DEMO_AUTH_TOKEN`; the test credentials with their magic
numbers are `TEST_ACCOUNT_SID` and `TEST_AUTH_TOKEN`. API keys are Standard ones: all but accounts.

The world around the account is played over HTTP, without a password, JSON both ways; what cannot be done is answered
400 with `{"error": "one sentence"}`:

    GET  /_simulator/weather    every setting and, under `names`, every toggle
    POST /_simulator/weather    any of them: {"lost_callbacks": 0.3, "slow": true, "out of order": false}
    GET  /_simulator/people     {"people": [{"name", "number", "ways"}]}
    POST /_simulator/inbound    {"from", "to", "body", "media": [{"content_type", "base64", "name"}]} → 201 {"sid"}
    GET  /_simulator/messages   {"messages": […]} as the API shows them, newest first; ?limit=1…1000
    GET  /_simulator/alerts     {"alerts": […]}: webhooks that failed, oldest first, error_code 11200 and friends
    POST /_simulator/numbers    {"phone_number", "friendly_name", "kind", "sms", "mms", "voice"} → 201, a new line
"""

from sms_desktop.simulator.account import (
    DEMO_ACCOUNT_SID,
    DEMO_AUTH_TOKEN,
    TEST_ACCOUNT_SID,
    TEST_AUTH_TOKEN,
    Alert,
    PastMessage,
)
from sms_desktop.simulator.errors import ApiError
from sms_desktop.simulator.people import Person
from sms_desktop.simulator.phones import Handset, HandsetMessage
from sms_desktop.simulator.server import SHOP_LINE, TOLL_FREE_LINE, Simulator
from sms_desktop.simulator.weather import Weather

__all__ = [
    "DEMO_ACCOUNT_SID",
    "DEMO_AUTH_TOKEN",
    "SHOP_LINE",
    "TEST_ACCOUNT_SID",
    "TEST_AUTH_TOKEN",
    "TOLL_FREE_LINE",
    "Alert",
    "ApiError",
    "Handset",
    "HandsetMessage",
    "PastMessage",
    "Person",
    "Simulator",
    "Weather",
]
