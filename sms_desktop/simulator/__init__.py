"""A Twilio account on this machine, for the demo, for tests, and for any program that talks to Twilio.

It speaks Twilio's REST API of 2010-04-01, Messaging v1 (Services) and Monitor v1 (Alerts) over HTTP on 127.0.0.1 and
posts signed webhooks; nothing of it is real but the wire. It imports nothing else of SMS Desktop, and no Qt. Point a
client at `http://127.0.0.1:PORT` in place of `https://api.twilio.com`, `https://messaging.twilio.com` and
`https://monitor.twilio.com`; the paths are the same.

    sim = Simulator(pace=0.01, seed=7)
    await sim.start()                       # sim.base_url
    sim.set_sms_url("+12125550100", "http://127.0.0.1:8437/twilio/inbound")
    await sim.phone("+14155550132").text("+12125550100", "Is Saturday still fine?")
    await sim.idle()
    await sim.stop()

What a test may do besides, at any time:

    sim.account.add_line(…)   .add_service("+12125550100")   .add_application("Old app", "https://…")
    sim.account.type, .status, .balance, .verified, .alerts, .alert(…), .import_messages(…)
    sim.account.places["+14155550132"] = Place("RENO", "NV", "89501", "US")   # what its texts say of where it is
    sim.rotate_token("…")            # logins and signatures, at once; API keys stay
    sim.weather.down = True          # and the other fields of `Weather`; sim.weather.clear() ends it
    sim.fail_list_page(7, times=1)   # the seventh page of Messages.json answers 500, once
    sim.delivers_after_all("SM…")    # delivered, although it was reported undelivered before
    sim.lose_answer("POST v1/a2p/BrandRegistrations")   # done, and not answered, once
    sim.enforce_registration()       # texts to the US from unregistered lines end undelivered: 30034, toll-free 30032
    sim.register_lines()             # they are registered
    sim.decide("BN…", "APPROVED")    .decide("QE…", "FAILED", 30896)    .decide("HH…", "TWILIO_APPROVED")
    sim.clock_skew = 3600.0          # Twilio's clock is an hour ahead of this machine's
    sim.requests["GET Messages.json"]

Credentials, unless others are given: `DEMO_ACCOUNT_SID` and `DEMO_AUTH_TOKEN`; the test credentials with their magic
numbers are `TEST_ACCOUNT_SID` and `TEST_AUTH_TOKEN`. API keys are Standard ones: all but accounts.

The world around the account is played over HTTP, without a password, JSON both ways; what cannot be done is answered
400 with `{"error": "one sentence"}`:

    GET  /_simulator/weather    every setting and, under `names`, every toggle
    POST /_simulator/weather    any of them: {"lost_callbacks": 0.3, "slow": true, "out of order": false}
                                and the rest of `Weather`: {"list_error": 0.2, "portal": true, "down": true,
                                "lost_inbound": 1, "price_lag": 30 (seconds)}
    GET  /_simulator/faults     {"list_pages": {"7": 1}, "clock_skew": 0.0}
    POST /_simulator/faults     {"list_page": 7, "times": 1}: page 7 of Messages.json (counted from 1) answers 500 that
                                often, 0 takes it back; {"clock_skew": 3600} seconds;
                                {"lose_answer": "POST v1/a2p/BrandRegistrations", "times": 1}: done, and not answered
    GET  /_simulator/registrations  {"enforced", "allowed", "brands": {"BN…": "PENDING"}, "campaigns", "verifications"}
    POST /_simulator/registrations  {"enforced": true}: carriers stop what is not registered; {"allowed": false}: the
                                account may not register; {"sid": "QE…", "status": "FAILED", "errors": [30896]}: what
                                carriers decide, for a toll-free verification with "editable" true or false
    GET  /_simulator/requests   {"requests": {"GET Messages.json": 3, "POST v1/Services/{service}": 1, …}}
    GET  /_simulator/account    {"sid", "friendly_name", "type", "status", "balance", "verified"}
    POST /_simulator/account    any of them but sid, and "auth_token": {"auth_token": "…", "type": "Trial",
                                "status": "suspended", "balance": "0.50", "verified": ["+14155550110"]}
    GET  /_simulator/people     {"people": [{"name", "number", "ways"}]}
    POST /_simulator/inbound    {"from", "to", "body", "media": [{"content_type", "base64", "name"}]} → 201 {"sid"}
                                sid is null where Twilio receives nothing: a service without a URL, a suspended account
    POST /_simulator/past       {"messages": [{"from", "to", "body", "at": "2026-03-10T09:30:00Z"}]} → 201 {"sids"}:
                                what was said before, up to 16 MB; each may have "status", "error_code" and "media"
    GET  /_simulator/messages   {"messages": […]} as the API shows them, newest first; ?limit=1…1000
    GET  /_simulator/alerts     {"alerts": […]}: webhooks that failed, oldest first, error_code 11200 and friends
    POST /_simulator/numbers    {"phone_number", "friendly_name", "kind", "sms", "mms", "voice"} → 201, a new line
    POST /_simulator/services   {"friendly_name", "numbers": […], "advanced_opt_out": false} → 201, a Messaging Service
                                that defers to its lines
    POST /_simulator/applications  {"friendly_name", "sms_url"} → 201; a line is tied to it by its SmsApplicationSid
"""

from sms_desktop.simulator.account import (
    DEMO_ACCOUNT_SID,
    DEMO_AUTH_TOKEN,
    TEST_ACCOUNT_SID,
    TEST_AUTH_TOKEN,
    PastMessage,
)
from sms_desktop.simulator.errors import ApiError
from sms_desktop.simulator.geography import Place
from sms_desktop.simulator.people import Person
from sms_desktop.simulator.phones import Handset, HandsetMessage
from sms_desktop.simulator.resources import Alert, Application, Line, Service
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
    "Application",
    "Handset",
    "HandsetMessage",
    "Line",
    "PastMessage",
    "Person",
    "Place",
    "Service",
    "Simulator",
    "Weather",
]
