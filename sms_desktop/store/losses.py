"""What it means to a person that some rows of a table could not be read."""

from collections.abc import Collection

_WORDS = {
    "opt-outs": ("consent_events", "consents"),
    "questions whether somebody asked you to stop": ("consent_questions",),
    "names and notes": ("contacts", "contact_numbers"),
    "ZIP codes of people": ("zips",),
    "blocked and archived conversations": ("conversations",),
    "which numbers get no texts": ("receptions", "lookups"),
    "drafts": ("drafts",),
    "texts that were not sent yet": ("outbox",),
    "messages": ("messages", "media", "status_events"),
    "preferences": ("settings",),
    "who answers STOP and HELP": ("settings",),
    "rules of automatic replies and opening hours": ("reply_rules", "line_hours"),
    "which texts were answered automatically": ("replies",),
    "what your numbers were set to before": ("registrations",),
    "how your lines are registered": ("registry", "registration_forms"),
    "which lines are in use, and their colours": ("lines",),
    "how far your history reaches": ("marks", "gaps"),
}
"""Each table by what people know of it, what matters most first; of ``media_shares`` nobody knows."""


def in_words(tables: Collection[str]) -> tuple[str, ...]:
    """What may be missing where of ``tables`` some rows were lost."""
    return tuple(words for words, names in _WORDS.items() if any(name in tables for name in names))
