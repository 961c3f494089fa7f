"""Line health: what is looked at, what it means, and what mends it. One module for the rounds, the others for rows.

Imports what services import.
"""

from sms_desktop.services.health.health import HealthService

__all__ = ["HealthService"]
