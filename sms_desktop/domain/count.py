"""How many of what, as people read it."""


def counted(count: int, one: str, several: str = "") -> str:
    """“1 message”, “12,431 messages”."""
    return f"{count:,} {one if count == 1 else several or one + 's'}"
