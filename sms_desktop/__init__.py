"""SMS Desktop: a messaging console for your own Twilio numbers."""

__version__ = "0.2.0"
