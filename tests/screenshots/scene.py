"""A scene: what is done to the program before its picture is taken."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.screenshots.stage import Stage

Act = Callable[[Stage], Awaitable[None]]
WIDE = (1320, 840)


@dataclass(frozen=True, slots=True)
class Scene:
    """``size`` in device-independent pixels; ``scale`` 2 is a 200 % screen."""

    name: str
    act: Act
    size: tuple[int, int] = WIDE
    scale: int = 1
    rtl: bool = False


SCENES: list[Scene] = []


def scene(
    *, size: tuple[int, int] = WIDE, scale: int = 1, rtl: bool = False, name: str | None = None
) -> Callable[[Act], Act]:
    """Registers a function under its own name, with dashes for underscores; it may be put up in several ways."""

    def register(act: Act) -> Act:
        SCENES.append(Scene(name or act.__name__.replace("_", "-"), act, size, scale, rtl))
        return act

    return register
