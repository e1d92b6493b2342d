"""Investment projects of a year: by the services, in stages, with approvals and months."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from benchmarks.projects_population import months_of
from district.kernel.base import clock
from district.kernel.history.public import Actor
from district.kernel.organisation.public import Role, Unit, members_acting, root_code
from district.systems.projects.models import Project, TemplateVersion
from district.systems.projects.rules.network.template import Template
from district.systems.projects.selectors.settings import template_of
from district.systems.projects.services.past import Past, load_past
from district.systems.projects.services.projects import add_projects

_LOADER = Actor.system("projects")
_AT_ONCE = 250
_SECTORS = ("industry", "infrastructure", "livelihood", "housing")


def codes_of(level: str) -> list[str]:
    """The units of a level, in order."""
    rows = Unit.objects.filter(level=level, is_active=True).order_by("pk")
    return list(rows.values_list("pk", flat=True))


def fill_projects(count: int, seed: int) -> int:
    """Add so many to those of the demo; says how many approvals they have."""
    rng, today, approvals = np.random.default_rng(seed), clock.today(), 0
    rows = _rows(count, rng, today)
    for start in range(0, count, _AT_ONCE):
        added = add_projects(rows[start : start + _AT_ONCE], actor=_LOADER)
        templates = {row.pk: template_of(row.template_id) for row in added}
        approvals += sum(len(one.items) for one in templates.values())
        load_past([_past(row, templates[row.pk], rng, today) for row in added], actor=_LOADER)
    print(f"  {approvals:,} approvals of {count:,} projects", flush=True)
    return count


def _rows(count: int, rng: np.random.Generator, today: date) -> list[dict[str, Any]]:
    kinds = sorted(set(TemplateVersion.objects.values_list("kind", flat=True)))
    departments, streets = codes_of("department"), codes_of("street")
    leaders = [str(one.pk) for one in members_acting([root_code()], [Role.LEADER])] or [""]
    return [
        {
            "name": f"推演项目{at + 1}",
            "kind": kinds[at % len(kinds)],
            "sector": _SECTORS[at % 4],
            "ownership": ("government", "social")[at % 2],
            "developer": f"推演公司{at % 900}",
            "lead_unit": departments[at % len(departments)],
            "street": streets[at % len(streets)],
            "leader": leaders[at % len(leaders)],
            "total": Decimal(int(rng.integers(3_000, 300_000))),
            "planned_start": today + timedelta(days=int(rng.integers(-200, 400))),
            "planned_finish": today + timedelta(days=int(rng.integers(600, 1500))),
            "land": "ready",
            "lon": Decimal(114) + Decimal(int(rng.integers(0, 30_000))) / 100_000,
            "lat": Decimal("22.6") + Decimal(int(rng.integers(0, 15_000))) / 100_000,
        }
        for at in range(count)
    ]


def _past(row: Project, template: Template, rng: np.random.Generator, today: date) -> Past:
    """Approvals in the order of the template up to somewhere, the next one runs; months."""
    built = bool(rng.random() < 0.4)
    keys = [item.key for item in template.items]
    through = len(keys) if built else int(rng.integers(0, len(keys)))
    told: dict[str, tuple[date, date | None]] = {}
    day = today - timedelta(days=through * 15 + 20)
    for key in keys[:through]:
        ended = day + timedelta(days=int(rng.integers(2, 14)))
        told[key] = (day, ended)
        day = ended
    if not built:
        told[keys[through]] = (today - timedelta(days=int(rng.integers(1, 12))), None)
    since = today - timedelta(days=150)
    stage = "building" if built else ("early", "turning", "planning")[int(rng.integers(0, 3))]
    return Past(
        row.pk,
        stage,
        since,
        since if built else None,
        items=told,
        months=months_of(row, built, rng, today),
    )
