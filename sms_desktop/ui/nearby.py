"""What ngrok's refusals say where the field that they are about is right above, and nothing is tried by itself."""

_NEARER = (
    (", and enter it in Preferences.", ", and paste it above."),
    ("and correct it in Preferences, or leave it empty there.", "and correct it above, or leave it empty."),
    ("Leave the domain empty in Preferences, so that", "Leave the reserved address empty, so that"),
    ("Nothing is to be done; it is tried again by itself.", "Wait a few minutes, then try again."),
    ("Nothing is to be done here; it is tried again by itself.", "Try again later."),
    ("It is tried again by itself.", "Try again, or choose another way."),
)


def beside_field(said: str) -> str:
    """A sentence of a check that a person asked for, as it is told below the field."""
    for far, near in _NEARER:
        said = said.replace(far, near)
    return said
