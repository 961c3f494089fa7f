"""A PNG written by hand, so that it may say of itself what is not so."""

import struct
import zlib


def png(wide: int, high: int, rows: bytes = bytes(1000)) -> bytes:
    """One that claims to be so large, whatever ``rows`` hold: with but few of them a bomb when it is large."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", wide, high, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
