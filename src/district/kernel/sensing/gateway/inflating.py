"""Packed bodies, unpacked within bounds."""

from __future__ import annotations

import zlib


class TooLarge(Exception):
    """More bytes than are taken."""


def inflate(data: bytes, most: int) -> bytes:
    """What a gzip holds, also one of several members.

    Raises TooLarge as soon as it is more than `most` bytes, ValueError when it is no gzip.
    """
    parts: list[bytes] = []
    size = 0
    while data:
        unpacking = zlib.decompressobj(wbits=31)
        try:
            part = unpacking.decompress(data, most - size + 1)
        except zlib.error as error:
            raise ValueError(str(error)) from error
        size += len(part)
        if size > most:
            raise TooLarge
        if not unpacking.eof:
            raise ValueError("the gzip ends early")
        parts.append(part)
        data = unpacking.unused_data
    return b"".join(parts)
