"""The demo's firms on the page of signing in: one press signs in."""

from __future__ import annotations

import json
from pathlib import Path

from django.conf import settings

from district.systems.virtual_park.names import DEMO_FIRMS


def demo_firms() -> list[dict[str, str]]:
    """The demo's representatives from `var/demo-firms.json`: phone, password, role, unit, name.

    Empty unless `settings.DISTRICT_DEMO` is on and the file is there.
    """
    path = Path(settings.VAR) / DEMO_FIRMS
    if not getattr(settings, "DISTRICT_DEMO", False) or not path.is_file():
        return []
    rows = json.loads(path.read_text(encoding="utf-8"))
    facts = ("phone", "password", "role", "unit")
    return [{fact: str(row.get(fact, "")) for fact in facts} for row in rows]
