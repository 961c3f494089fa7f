"""ZIP and postal codes: what is taken for one, and in which zones each area lies."""

from zoneinfo import ZoneInfo

import pytest

from sms_desktop.domain.zips import _AREAS, _areas, read_zip, zones_of_zip

EAST, CENTRAL, MOUNTAIN, PACIFIC = "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"
PHOENIX = "America/Phoenix"


@pytest.mark.parametrize(
    ("told", "country", "code"),
    [
        ("94103", "US", "94103"),
        (" 94103 ", "us", "94103"),
        ("94103-1234", "US", "94103"),
        ("941031234", "US", "94103"),
        ("00901", "PR", "00901"),
        ("96910", "GU", "96910"),
        ("M5V 2T6", "CA", "M5V 2T6"),
        ("m5v2t6", "CA", "M5V 2T6"),
        ("M5V", "CA", "M5V"),
        ("", "US", None),
        ("", "", None),
        ("94103", "", None),
        ("94103", "DE", None),
        ("94103", "CA", None),
        ("M5V 2T6", "US", None),
        ("00000", "US", None),  # not in use
        ("09012", "US", None),  # the armed forces': anywhere
        ("D1A", "CA", None),  # no such letter
        ("9410", "US", None),
        ("941033", "US", None),
        ("94103 ", "US", "94103"),
        ("９４１０３", "US", None),
        ("٩٤١٠٣", "US", None),
        ("94103\x00", "US", None),
        ("9" * 100_000, "US", None),
        ("94103'; DROP TABLE zips", "US", None),
        ("\ud800", "CA", None),
        ("SS5 1AA", "GB", None),
    ],
)
def test_a_code_is_taken_only_where_it_can_be_one(told: str, country: str, code: str | None) -> None:
    assert read_zip(told, country) == code


@pytest.mark.parametrize(
    ("codes", "zones"),
    [
        ("02108 10007 19103 30303 33101 20001 45202 48201 46204 04101", (EAST,)),
        ("60606 75201 77002 70112 55401 35203 37201 38103 63101 68102 73101", (CENTRAL,)),
        ("80202 84101 87101 59601 82001 83702 79901 88001", (MOUNTAIN,)),
        ("90001 94105 97201 98101 89101 89501 83814", (PACIFIC,)),
        ("32401", (EAST, CENTRAL)),  # Panama City, where the Panhandle changes
        ("32501", (CENTRAL,)),  # Pensacola
        ("32301", (EAST,)),  # Tallahassee
        ("37402 37902 37601", (EAST,)),  # Chattanooga, Knoxville, Johnson City
        ("40202", (EAST,)),  # Louisville
        ("42101", (CENTRAL,)),  # Bowling Green
        ("42701", (EAST, CENTRAL)),  # Elizabethtown and west of it
        ("46402 47708", (CENTRAL,)),  # Gary, Evansville
        ("46534", (EAST, CENTRAL)),  # Starke County
        ("49855 49801", (EAST, CENTRAL)),  # the Upper Peninsula
        ("57501 58501", (CENTRAL, MOUNTAIN)),  # Pierre, Bismarck
        ("57701", (MOUNTAIN,)),  # Rapid City
        ("58601", (CENTRAL, MOUNTAIN)),  # Dickinson, and Hebron beside it
        ("67801 67701", (CENTRAL, MOUNTAIN)),  # western Kansas
        ("69101 69201", (CENTRAL, MOUNTAIN)),  # North Platte, Valentine
        ("69301", (MOUNTAIN,)),  # Alliance
        ("83501 89883 97914", (MOUNTAIN, PACIFIC)),  # Lewiston, West Wendover, Ontario (Oregon)
        ("85003 85701 86001 86047 86403", (PHOENIX,)),
        ("86515 86503 86033", (MOUNTAIN,)),  # Window Rock, Chinle, Kayenta
        ("86034 86043", (PHOENIX,)),  # the Hopi, in the midst of them
        ("86045 86502", (PHOENIX, MOUNTAIN)),  # Tuba City, Chambers
        ("96813 96701", ("Pacific/Honolulu",)),
        ("96799", ("Pacific/Pago_Pago",)),
        ("99501 99801", ("America/Anchorage",)),
        ("99546", ("America/Adak",)),
        ("00901 00726", ("America/Puerto_Rico",)),
        ("00802", ("America/St_Thomas",)),
        ("96910", ("Pacific/Guam",)),
        ("96950", ("Pacific/Saipan",)),
        ("M5V H2Y K1A", ("America/Toronto",)),
        ("B3H", ("America/Halifax",)),
        ("G4T", ("America/Halifax",)),  # the Magdalen Islands
        ("A1C", ("America/St_Johns",)),
        ("A2V", ("America/Goose_Bay",)),
        ("R3C P9N", ("America/Winnipeg",)),
        ("P7A", ("America/Toronto",)),  # Thunder Bay
        ("S4P", ("America/Regina",)),
        ("T5J X1A", ("America/Edmonton",)),
        ("V6B", ("America/Vancouver",)),
        ("V1C", ("America/Edmonton",)),  # Cranbrook
        ("V1J", ("America/Fort_Nelson",)),  # Fort St. John
        ("Y1A", ("America/Whitehorse",)),
    ],
)
def test_each_area_has_its_zones_and_both_where_it_lies_in_two(codes: str, zones: tuple[str, ...]) -> None:
    for code in codes.split():
        assert set(zones_of_zip(code)) == set(zones), code


def test_the_second_half_of_a_postal_code_tells_no_more() -> None:
    assert zones_of_zip("M5V 2T6") == zones_of_zip("M5V") == ("America/Toronto",)


def test_what_is_no_code_tells_no_zone() -> None:
    assert zones_of_zip(None) == zones_of_zip("") == zones_of_zip("000") == zones_of_zip("?") == ()


def test_every_zone_of_the_table_exists_and_no_area_stands_there_twice() -> None:
    assert all(ZoneInfo(zone) for _, zones in _AREAS for zone in zones)
    written = [beginning for beginnings, _ in _AREAS for beginning in beginnings.split()]
    count = sum(int(last) - int(first) + 1 if last else 1 for first, _, last in (one.partition("-") for one in written))
    assert len(_areas()) == count
    assert sum(len(area) == 3 and area.isdecimal() for area in _areas()) > 880
