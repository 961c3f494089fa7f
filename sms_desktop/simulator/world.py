"""What every part of the simulator shares."""

from dataclasses import dataclass

from sms_desktop.simulator import shapes
from sms_desktop.simulator.account import Account
from sms_desktop.simulator.messages import Message
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

    def shape(self, message: Message) -> shapes.Shape:
        """A message as the API shows it now: without its price until `price_lag` is over."""
        lag = self.weather.price_lag
        priced = not lag or message.sent is None or message.sent + lag <= self.account.now()
        return shapes.message(self.account.sid, message, priced=priced)
