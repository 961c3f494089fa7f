"""The scenes, a module for each part of the window."""


def load() -> None:
    """Registers all of them."""
    from tests.screenshots.scenes import composer, dialogs, lists, sides, standing, timeline, window  # noqa: F401
