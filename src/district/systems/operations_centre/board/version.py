"""Which version of the product runs: screens that are left alone for days notice a new one."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from django.conf import settings

from district import __version__


@cache
def version() -> str:
    """The version with what its collected assets are; the same in every process of a start."""
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    content = manifest.read_bytes() if manifest.exists() else b""
    return f"{__version__}-{hashlib.sha256(content).hexdigest()[:12]}"
