"""Pictures made anew from their pixels, so that nothing else of the file that came is kept."""

from __future__ import annotations

import io
import struct
import threading
import zlib
from dataclasses import dataclass

from PIL import Image

#: Pixels that a picture may have: telephones take up to fifty million. A JPEG is decoded at a
#: fraction of its size; any picture within these bounds takes less than half a gigabyte meanwhile.
MOST_PIXELS = {"JPEG": 64_000_000, "MPO": 64_000_000, "PNG": 32_000_000, "WEBP": 32_000_000}
#: Pixels on the longer side of what is kept, and of the small one for lists.
LONGEST_SIDE = 2048
SMALL_SIDE = 320
_READ = ("JPEG", "PNG", "WEBP")
_ORIENTATION = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# What the decoders raise on files that are broken or made to break them.
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    EOFError,
    AttributeError,
    struct.error,
    zlib.error,
)
# Hundreds of megabytes are borne once in a process, not once a request.
_one_at_a_time = threading.Lock()


class NotAPicture(Exception):
    """What came is no picture that can be decoded to its end."""


class TooManyPixels(Exception):
    """The picture says that it is larger than `MOST_PIXELS`."""


@dataclass(frozen=True)
class Picture:
    """A picture of ours, JPEG or PNG with pixels alone, and a small JPEG of it for lists."""

    content: bytes
    content_type: str
    ending: str
    small: bytes


def redrawn(content: bytes) -> Picture:
    """The picture upright, at most `LONGEST_SIDE` long, without place, time, device or comment.

    JPEG, PNG and WebP are read, of moving ones the first frame. A JPEG stays JPEG, a PNG stays
    PNG; a WebP becomes PNG where it is see-through, else JPEG. The colour profile goes too.
    Raises NotAPicture and TooManyPixels.
    """
    with _one_at_a_time:
        try:
            return _redrawn(content)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise TooManyPixels from error
        except _BROKEN as error:
            raise NotAPicture from error


def _redrawn(content: bytes) -> Picture:
    with Image.open(io.BytesIO(content), formats=_READ) as came:
        kind = came.format or ""
        if came.width * came.height > MOST_PIXELS[kind]:
            raise TooManyPixels
        # A JPEG is decoded at a half, a quarter or an eighth where that is still large enough.
        came.draft(None, (LONGEST_SIDE, LONGEST_SIDE))
        came.load()
        turn = _UPRIGHT.get(_orientation(came))
        drawn = _in_plain_mode(came)
        drawn.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
        # A new picture: what the old one carried besides its pixels does not come along.
        fresh = Image.new(drawn.mode, drawn.size)
        fresh.paste(drawn)
    if turn is not None:
        fresh = fresh.transpose(turn)
    if fresh.mode == "RGBA" and fresh.getchannel("A").getextrema() == (255, 255):
        fresh = fresh.convert("RGB")
    small = _on_white(fresh)
    small.thumbnail((SMALL_SIDE, SMALL_SIDE), Image.Resampling.LANCZOS)
    if kind == "PNG" or fresh.mode == "RGBA":
        return Picture(_written(fresh, "PNG"), "image/png", "png", _written(small, "JPEG"))
    return Picture(_written(fresh, "JPEG"), "image/jpeg", "jpg", _written(small, "JPEG"))


def _orientation(came: Image.Image) -> int:
    """How the camera was held; 1 where the file does not say so in a way that can be read."""
    try:
        said = came.getexif().get(_ORIENTATION, 1)
    except _BROKEN:
        return 1
    return said if isinstance(said, int) else 1


def _in_plain_mode(came: Image.Image) -> Image.Image:
    if came.mode.startswith("I") or came.mode == "F":
        # Sixteen bits of grey; a plain conversion would cut off what is above eight.
        return came.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if came.has_transparency_data:
        return came if came.mode == "RGBA" else came.convert("RGBA")
    if came.mode in ("L", "RGB"):
        return came
    return came.convert("L" if came.mode == "1" else "RGB")


def _on_white(drawn: Image.Image) -> Image.Image:
    if drawn.mode != "RGBA":
        return drawn.copy()
    white = Image.new("RGB", drawn.size, "white")
    white.paste(drawn, mask=drawn.getchannel("A"))
    return white


def _written(drawn: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    if kind == "PNG":
        drawn.save(out, "PNG")
    else:
        drawn.save(out, "JPEG", quality=85, optimize=True)
    return out.getvalue()
