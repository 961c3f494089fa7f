"""Segments against the shared vectors, and the rules that no vector states."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms_desktop.domain.segments import Encoding, count

VECTORS = Path(__file__).parents[2].parent / "shared" / "vectors" / "segments-vectors.json"


def _vectors() -> list[Any]:
    if not VECTORS.exists():
        return []
    vectors: list[Any] = json.loads(VECTORS.read_text(encoding="utf-8"))["vectors"]
    return vectors


@pytest.mark.parametrize("vector", _vectors(), ids=lambda v: v["name"])
def test_every_shared_vector_is_counted_alike(vector: dict[str, Any]) -> None:
    found = count(vector["text"], smart=vector["smart_encoding"])
    assert found.encoding == vector["encoding"]
    assert found.units == vector["units_used"]
    assert found.segments == vector["segments"]
    assert found.units_per_segment == vector["units_per_segment"]
    assert list(found.parts) == vector["segment_units"]
    assert found.left == vector["remaining_units_in_last_segment"]


def test_the_shared_vectors_are_there() -> None:
    if not VECTORS.exists():
        pytest.skip("the shared vectors are not beside this checkout")
    assert len(_vectors()) > 40


def test_the_culprits_are_the_distinct_graphemes_outside_gsm_in_their_order() -> None:
    assert count("Hi 🙂 “you” 🙂 👍🏽 1️⃣").culprits == ("🙂", "“", "”", "👍🏽", "1️⃣")
    assert count("plain [text] for 5 €").culprits == ()


def test_the_pictured_text_is_two_segments_because_of_one_emoji() -> None:
    found = count("Thanks for your patience, Maria. The balance is $120, cash or card both work 🙂")
    assert (found.encoding, found.segments, found.capacity, found.culprits) == (Encoding.UCS_2, 2, 134, ("🙂",))


def test_a_grapheme_too_long_for_a_segment_is_cut_between_its_characters() -> None:
    found = count("a" + "\u0301" * 200)
    assert sum(found.parts) == 201
    assert max(found.parts) <= 67


@given(st.text(max_size=400))
def test_the_parts_hold_all_units_and_none_holds_too_many(text: str) -> None:
    found = count(text)
    assert sum(found.parts) == found.units
    assert len(found.parts) == found.segments
    assert max(found.parts) <= found.units_per_segment
    assert bool(found.culprits) == (found.encoding is Encoding.UCS_2)


@given(st.text(max_size=200))
def test_smart_encoding_never_turns_plain_text_into_ucs_2(text: str) -> None:
    if count(text).encoding is Encoding.GSM_7:
        assert count(text, smart=True) == count(text)
