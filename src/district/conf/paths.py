"""Where the installation keeps what it makes; plain Python, so it is known before settings."""

from __future__ import annotations

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
# Database, key files, attachments, collected assets.
VAR = Path(os.environ.get("DISTRICT_VAR") or PACKAGE.parent.parent / "var")
