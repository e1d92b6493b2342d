"""Draws as they are published: to everybody, without a log-in, and without anything personal."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.systems.inspections.models import Round
from district.systems.inspections.rules.drawing import FORMAT

_PUBLIC = (Round.State.COMMITTED, Round.State.DRAWN, Round.State.CLOSED)


def published(row: Round) -> dict[str, Any]:
    """What everybody may read of a round that was committed to; see rules.drawing.

    Inspectors are a number, not people; the seed and what follows from it only after the draw.
    """
    found: dict[str, Any] = {
        "format": FORMAT,
        "round": row.number,
        "title": row.title,
        "organised_by": row.lead_unit_id,
        "checklist": row.checklist,
        "checklist_version": row.checklist_version,
        "committed_at": _moment(row.committed_at),
        "population_count": row.population_count,
        "population_sha256": row.population_sha256,
        "strata": row.strata,
        "inspectors": len(row.inspectors),
        "seed_sha256": row.seed_sha256,
        "public_source": row.public_source,
        "commitment_sha256": row.commitment_sha256,
        "population": row.population,
    }
    if row.drawn_at is not None:
        found |= {
            "drawn_at": _moment(row.drawn_at),
            "seed": row.seed,
            "public_value": row.public_value,
            "selected": row.selected,
        }
    return found


def _moment(given: Any) -> str:
    return timezone.localtime(given).isoformat(timespec="seconds") if given else ""


def public_rounds() -> QuerySet[Round]:
    """The rounds that are published, the newest first."""
    rows = Round.objects.filter(state__in=_PUBLIC).select_related("lead_unit")
    return rows.defer("population", "selected").order_by("-committed_at", "-id")


def public_round(number: str) -> Round:
    """A published round by its number; NotFound otherwise."""
    found = Round.objects.filter(number=number, state__in=_PUBLIC).select_related("lead_unit")
    row = found.first()
    if row is None:
        raise NotFound(_("没有公示过这个批次。"))
    return row
