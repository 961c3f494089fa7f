"""Where Twilio takes a number to be. It goes by the number alone, and of many knows nothing (facts §4)."""

from dataclasses import astuple, dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """As an inbound message's fields say it; all are empty where Twilio knows nothing."""

    city: str = ""
    state: str = ""
    zip: str = ""
    country: str = ""

    def fields(self, end: str) -> dict[str, str]:
        """`FromCity` … of the `From` end, `ToCity` … of the `To` end."""
        return dict(zip((f"{end}{name}" for name in ("City", "State", "Zip", "Country")), astuple(self), strict=True))


_AREAS = {
    "212": Place("NEW YORK", "NY", "10007", "US"),
    "312": Place("CHICAGO", "IL", "60606", "US"),
    "415": Place("SAN FRANCISCO", "CA", "94105", "US"),
    "416": Place("TORONTO", "ON", "M5H 2N2", "CA"),
    "602": Place("PHOENIX", "AZ", "85003", "US"),
    "808": Place("HONOLULU", "HI", "96813", "US"),
}


def place_of(number: str) -> Place:
    """Of every other number in these areas, those with an even last digit, Twilio knows it."""
    known = number.startswith("+1") and len(number) == 12 and number[-1] in "02468"
    return _AREAS.get(number[2:5], Place()) if known else Place()
