"""The scenes, a module for each part of the window."""


def load() -> None:
    """Registers all of them."""
    from tests.screenshots.scenes import (  # noqa: F401
        composer,
        consent,
        dialogs,
        failures,
        history,
        lists,
        live,
        outbox,
        registration,
        repair,
        replies,
        services,
        setup,
        sides,
        standing,
        timeline,
        window,
    )
