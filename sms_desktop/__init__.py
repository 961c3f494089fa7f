"""SMS Desktop: a messaging console for your own Twilio numbers."""

__version__ = "0.1.0"
