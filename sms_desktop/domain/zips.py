"""ZIP codes of the US and postal codes of Canada: read strictly, and the time zones of their areas.

Where an area lies in two zones it has both. Source: the 3-digit areas of the US Postal Service and the forward
sortation areas of Canada Post, laid over the boundaries of 49 CFR part 71 and of the IANA zones.
"""

import re
from functools import cache

LONGEST = 16
"""Characters of what is looked at; the longest code that there is, with its spaces, has 10."""
_ZIP = re.compile(r"([0-9]{5})(?:-?[0-9]{4})?")
_POSTAL = re.compile(r"([A-Z][0-9][A-Z])(?: ?([0-9][A-Z][0-9]))?")
_USPS = frozenset({"US", "PR", "VI", "GU", "MP", "AS"})
"""Countries, as ISO and Twilio count them, whose mail the US Postal Service brings."""

_EAST, _CENTRAL, _PACIFIC = "America/New_York", "America/Chicago", "America/Los_Angeles"
_MOUNTAIN, _ARIZONA, _ALASKA = "America/Denver", "America/Phoenix", "America/Anchorage"
_EDMONTON, _PEACE, _VANCOUVER = "America/Edmonton", "America/Fort_Nelson", "America/Vancouver"
_HALIFAX, _TORONTO, _WINNIPEG = "America/Halifax", "America/Toronto", "America/Winnipeg"

_AREAS: tuple[tuple[str, tuple[str, ...]], ...] = (
    # United States; what is left out is not in use, or the armed forces', who may be anywhere
    ("005 010-089 100-212 214-268 270-323 326-339 341-342 344 346-347 349 374 376 378-379 398-400", (_EAST,)),
    ("402-418 425 430-462 466-468 470-474 478 480-497 569", (_EAST,)),
    ("324 373 377 401 426-427 465 469 475 479 498-499", (_EAST, _CENTRAL)),  # Florida … Michigan
    ("325 350-352 354-372 375 380-397 420-424 463-464 476-477 500-516 520-528 530-532 534-535 537-551", (_CENTRAL,)),
    ("553-567 570-574 580-584 587-588 600-620 622-631 633-641 644-658 660-662 664-676 679-681", (_CENTRAL,)),
    ("683-689 700-701 703-708 710-714 716-731 733-741 743-770 772-797", (_CENTRAL,)),
    ("575-576 585-586 677-678 690-692 798", (_CENTRAL, _MOUNTAIN)),  # Dakotas, Kansas, Nebraska, Texas
    ("577 590-599 693 799-816 820-834 836-837 840-847 870-871 873-885", (_MOUNTAIN,)),
    ("850-853 855-857 859-860 863-864", (_ARIZONA,)),
    ("865 86016 86031 86040 86045", (_ARIZONA, _MOUNTAIN)),  # Arizona does not turn its clocks, the Navajo Nation does
    ("86020 86033 86035 86044 86053-86054 86503-86507 86510-86511 86514-86515 86520-86556", (_MOUNTAIN,)),
    ("835 898 979", (_MOUNTAIN, _PACIFIC)),  # Idaho, Nevada (West Wendover), Oregon
    ("838 889-891 893-895 897 900-908 910-928 930-961 970-978 980-986 988-994", (_PACIFIC,)),
    ("995-999", (_ALASKA,)),
    ("99546-99547", ("America/Adak",)),
    ("967-968", ("Pacific/Honolulu",)),
    ("96799", ("Pacific/Pago_Pago",)),
    ("006-007 009", ("America/Puerto_Rico",)),
    ("008", ("America/St_Thomas",)),
    ("969", ("Pacific/Guam", "Pacific/Palau", "Pacific/Pohnpei", "Pacific/Majuro")),
    ("96910-96932", ("Pacific/Guam",)),
    ("96950-96952", ("Pacific/Saipan",)),
    # Canada
    ("A", ("America/St_Johns",)),
    ("A0K A0P A0R", ("America/St_Johns", "America/Goose_Bay")),
    ("A2V", ("America/Goose_Bay",)),
    ("B C E G4T", (_HALIFAX,)),
    ("G H J K L M N P", (_TORONTO,)),
    ("G0G", (_TORONTO, "America/Blanc-Sablon")),
    ("P0", (_TORONTO, _WINNIPEG, "America/Atikokan")),
    ("P8 P9", (_WINNIPEG,)),
    ("R", (_WINNIPEG,)),
    ("S", ("America/Regina",)),
    ("S0P", ("America/Regina", _WINNIPEG)),
    ("S9V", ("America/Regina", _EDMONTON)),
    ("T", (_EDMONTON,)),
    ("V", (_VANCOUVER,)),
    ("V0", (_VANCOUVER, _EDMONTON, _PEACE, "America/Creston")),
    ("V1A V1C", (_EDMONTON,)),
    ("V1G V1J", (_PEACE,)),
    ("X0A", (_TORONTO, "America/Atikokan")),
    ("X0B", (_EDMONTON, _WINNIPEG)),
    ("X0C", (_WINNIPEG, "America/Atikokan")),
    ("X", (_EDMONTON,)),
    ("Y", ("America/Whitehorse",)),
)
"""Beginnings of codes, with ranges of them, and the zones there; the longest beginning of a code counts."""


def read_zip(told: str, country: str) -> str | None:
    """A code as it is kept: “94103”, “M5V 2T6” or “M5V”; None for what is none, or none that is in use.

    ``country`` is an ISO code such as US: elsewhere five digits are something else.
    """
    told, country = told[: LONGEST + 1].strip().upper(), country.strip().upper()
    if len(told) > LONGEST:
        return None
    if country in _USPS and (found := _ZIP.fullmatch(told)):
        code = found[1]
    elif country == "CA" and (found := _POSTAL.fullmatch(told)):
        code = f"{found[1]} {found[2]}" if found[2] else found[1]
    else:
        return None
    return code if zones_of_zip(code) else None


def zones_of_zip(code: str | None) -> tuple[str, ...]:
    """IANA zones of the area of a code as ``read_zip`` gives it; empty where it tells none."""
    areas = _areas()
    return next((areas[code[:n]] for n in range(5, 0, -1) if code[:n] in areas), ()) if code else ()


@cache
def _areas() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for beginnings, zones in _AREAS:
        for beginning in beginnings.split():
            first, _, last = beginning.partition("-")
            if not last:
                found[first] = zones
                continue
            for number in range(int(first), int(last) + 1):
                found[f"{number:0{len(first)}}"] = zones
    return found
