"""The count of segments against the vectors."""

import json
from pathlib import Path

from sms_desktop.simulator import segments


def test_segments_are_counted_as_the_vectors_say(shared: Path) -> None:
    vectors = json.loads((shared / "vectors" / "segments-vectors.json").read_text())["vectors"]
    plain = [vector for vector in vectors if not vector["smart_encoding"]]
    assert len(plain) > 30
    wrong = {v["name"]: segments.count(v["text"]) for v in plain if segments.count(v["text"]) != max(1, v["segments"])}
    assert wrong == {}
