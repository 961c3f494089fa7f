"""Green, amber, red, or not known yet."""

from enum import StrEnum


class Light(StrEnum):
    """How something stands; the status bar's light is the worst of all."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"
    OFF = "off"
