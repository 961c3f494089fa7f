"""Why a brand, a campaign or a toll-free verification was rejected, in plain words: ``rejections.toml``.

The sentences are this app's own; the meanings come from Twilio's error dictionary.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Reason:
    """``what`` they did not accept and ``advice`` what to do about it, a sentence or two each. ``code`` is Twilio's, or
    None; ``fields`` are those of our forms that it is about (`description`), as far as is known.
    """

    code: int | None
    what: str
    advice: str
    fields: tuple[str, ...] = ()

    @property
    def known(self) -> bool:
        """Whether it has a sentence of its own here."""
        return self.code in _known()


_FIELDS = {
    "DESCRIPTION": "description", "CAMPAIGN_DESCRIPTION": "description", "MESSAGE_FLOW": "flow",
    "CAMPAIGN_ATTRIBUTES": "usecase", "USE_CASE": "usecase", "USECASE": "usecase", "MESSAGE_SAMPLES": "samples",
    "SAMPLE_MESSAGES": "samples", "OPT_IN_MESSAGE": "opt_in_message", "OPT_OUT_MESSAGE": "opt_out_message",
    "HELP_MESSAGE": "help_message", "OPT_IN_KEYWORDS": "opt_in_keywords", "OPT_OUT_KEYWORDS": "opt_out_keywords",
    "HELP_KEYWORDS": "help_keywords", "HAS_EMBEDDED_LINKS": "links", "HAS_EMBEDDED_PHONE": "phones",
    "EMBEDDED_LINKS": "links", "EMBEDDED_PHONE": "phones", "AGE_GATED": "age_gated", "DIRECT_LENDING": "direct_lending",
    "PRIVACY_POLICY_URL": "privacy_url", "TERMS_AND_CONDITIONS_URL": "terms_url",
}  # fmt: skip
"""Twilio's names of fields, and those of our forms."""

_MOST = 300
"""Characters of Twilio's own words that are repeated."""


def reason_of(code: int | None, of: str, told: str = "", fields: Iterable[str] = ()) -> Reason:
    """The reason behind ``code`` for which that ``registration.Kind`` was rejected. Of a code that is not known here,
    Twilio's own words (``told``) are repeated.
    """
    entry = _known().get(code) if code is not None else None
    if entry is None:
        entry = _file()["unknown"][of]
        if words := " ".join(told.split())[:_MOST]:
            entry = entry | {"what": f"{entry['what']} Twilio says: “{words.rstrip('.')}”."}
    named = [_FIELDS[name] for one in fields if (name := one.upper()) in _FIELDS]
    return Reason(code, entry["what"], entry["advice"], tuple(dict.fromkeys(named or entry.get("fields", ()))))


def codes() -> frozenset[int]:
    """All that have a sentence of their own."""
    return frozenset(_known())


@lru_cache(maxsize=1)
def _file() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "rejections.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _known() -> dict[int, dict[str, Any]]:
    return {int(code): entry for code, entry in _file().items() if code != "unknown"}
