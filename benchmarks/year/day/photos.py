"""Pictures as telephones take them."""

from __future__ import annotations

import hashlib
import io
import random

import numpy as np
from PIL import Image, ImageFilter

from benchmarks.year.day.forms import Photo

_SIZE = (1600, 1200)


def made(count: int, seed: int, size: tuple[int, int] = _SIZE) -> list[bytes]:
    """So many pictures of some hundred kilobytes."""
    dice, found = np.random.default_rng(seed), []
    for _each in range(count):
        width, height = size
        coarse = dice.integers(0, 255, (height // 40, width // 40, 3), dtype=np.uint8)
        picture = Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC)
        out = io.BytesIO()
        picture.filter(ImageFilter.SHARPEN).save(out, "JPEG", quality=88)
        found.append(out.getvalue())
    return found


def another(pictures: list[bytes], rng: random.Random) -> Photo:
    """One of them as a file that is like no other: what follows a picture's end is not drawn."""
    content = rng.choice(pictures) + rng.randbytes(16)
    return Photo(f"IMG_{rng.randrange(10**6):06d}.jpg", content)


def digest(photo: Photo) -> str:
    """What a phone calls a picture by."""
    return hashlib.sha256(photo.content).hexdigest()
