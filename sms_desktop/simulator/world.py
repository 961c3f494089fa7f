"""What every part of the simulator shares."""

from dataclasses import dataclass

from sms_desktop.simulator.account import Account
from sms_desktop.simulator.pace import Pace
from sms_desktop.simulator.tasks import Tasks
from sms_desktop.simulator.weather import Weather
from sms_desktop.simulator.webhooks import Webhooks


@dataclass(frozen=True, slots=True)
class World:
    """The account, what goes wrong around it, its way out, and the time that all of it takes."""

    account: Account
    weather: Weather
    webhooks: Webhooks
    tasks: Tasks
    pace: Pace
