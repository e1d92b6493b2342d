"""The demo's firms on the page of signing in: one press signs in."""

from __future__ import annotations

import json
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from district.systems.virtual_park.names import DEMO_FIRMS
from district.systems.virtual_park.rules.roles import ParkRole


def demo_firms() -> list[dict[str, str]]:
    """The demo's representatives from `var/demo-firms.json`: phone, password, roles in words, unit.

    Empty unless `settings.DISTRICT_DEMO` is on and the file is there.
    """
    path = Path(settings.VAR) / DEMO_FIRMS
    if not getattr(settings, "DISTRICT_DEMO", False) or not path.is_file():
        return []
    rows = json.loads(path.read_text(encoding="utf-8"))
    return [
        {
            "role": _("、").join(str(ParkRole(role).label) for role in row["roles"]),
            **{fact: str(row[fact]) for fact in ("phone", "password", "unit")},
        }
        for row in rows
    ]
