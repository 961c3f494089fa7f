"""A photo to send: a sky that changes its colours, a sun and two hills, made from nothing but arithmetic."""

import struct
import zlib
from math import cos, pi, sin
from random import Random

_SKIES = (((255, 183, 128), (94, 96, 206)), ((255, 224, 178), (72, 149, 239)), ((255, 154, 162), (76, 40, 130)))
_SUN = (255, 244, 214)
Colour = tuple[int, int, int]


def landscape(random: Random, width: int = 360, height: int = 270) -> bytes:
    """A PNG of that many pixels, about 20 KB, made in a few milliseconds."""
    low, high = random.choice(_SKIES)
    sun_x, sun_y, radius = random.uniform(0.2, 0.8) * width, random.uniform(0.25, 0.5) * height, 0.11 * width
    phase = random.uniform(0, 2 * pi)
    far = [height * (0.68 + 0.07 * sin(phase + 2.2 * pi * x / width)) for x in range(width)]
    near = [height * (0.80 + 0.08 * cos(phase + 1.3 * pi * x / width)) for x in range(width)]
    rows = bytearray()
    for y in range(height):
        row = bytearray(bytes(_blend(high, low, y / (0.75 * height))) * width)
        across = radius**2 - (y - sun_y) ** 2
        if across > 0:
            left, right = max(0, int(sun_x - across**0.5)), min(width, int(sun_x + across**0.5))
            row[3 * left : 3 * right] = bytes(_SUN) * max(0, right - left)
        _fill(row, far, y, _blend(high, (30, 40, 60), 0.55))
        _fill(row, near, y, _blend(high, (16, 24, 40), 0.8))
        rows += b"\0" + row
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows, 6)) + _chunk(b"IEND", b"")
    )


def _fill(row: bytearray, edge: list[float], y: int, colour: Colour) -> None:
    """Paints the row's runs that lie under the edge of a hill."""
    if y < min(edge):
        return
    start: int | None = None
    for x, top in enumerate([*edge, float("inf")]):
        if y >= top and start is None:
            start = x
        elif y < top and start is not None:
            row[3 * start : 3 * x] = bytes(colour) * (x - start)
            start = None


def _blend(one: Colour, other: Colour, share: float) -> Colour:
    share = min(1.0, max(0.0, share))
    a, b, c = (round(p + (q - p) * share) for p, q in zip(one, other, strict=True))
    return a, b, c


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
