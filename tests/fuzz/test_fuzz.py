"""A short run of the attack; the long one is ``make fuzz``."""

import sys

import pytest

from tests.fuzz.attack import attack

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="ends programs with signals")


def test_some_thousand_hostile_requests_crash_nothing_tell_nothing_and_change_nothing() -> None:
    outcome = attack(3000, seed=7)
    assert outcome.thrown == 3000
    assert (outcome.alive, outcome.unchanged, outcome.errors) == (True, True, "")
    assert (outcome.failed, outcome.told) == (0, [])
    assert outcome.refused == 0 and outcome.waits
    assert {400, 403, 404, 405, 413, 421, 429} <= outcome.answers.keys()
