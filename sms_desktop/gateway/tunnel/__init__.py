"""The public address by ngrok: its program found or fetched, run, watched, and brought back whenever it is lost.

pyngrok knows where the program is fetched from and how its log reads. The program is started and spoken to by our own
hands: pyngrok would leave its standard error on the terminal, where a refused token is printed, wait for its log
without end, ask it through the system's proxy, and end it so hard that ngrok keeps the address taken for a while.
"""

from sms_desktop.gateway.tunnel.pace import Pace
from sms_desktop.gateway.tunnel.state import TunnelState
from sms_desktop.gateway.tunnel.tunnel import Tunnel

__all__ = ["Pace", "Tunnel", "TunnelState"]
