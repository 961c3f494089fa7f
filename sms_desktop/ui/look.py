"""The look that the person chose."""

from sms_desktop.ui.theme import theme


def put_on(appearance: object) -> None:
    """``system``, ``light`` or ``dark``; anything else leaves things as they are."""
    match appearance:
        case "system" | "light" | "dark":
            theme().set_preference(appearance)
        case _:
            pass
