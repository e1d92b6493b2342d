"""Projects with when they came as far as each stage, for the register and for conversion."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from district.kernel.cases.public import CaseStep
from district.systems.investment_promotion.names import WAY

#: Stages that a project reaches after it was told.
REACHED = WAY[1:]


def with_reached(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Projects with `contact_at` to `landed_at`: when each first came as far as that stage or
    beyond, None where it has not."""
    found: QuerySet[Any] = rows.annotate(
        **{
            f"{stage}_at": Subquery(
                CaseStep.objects.filter(case=OuterRef("pk"), to_stage__in=WAY[at:])
                .order_by("at")
                .values("at")[:1]
            )
            for at, stage in enumerate(WAY)
            if at
        }
    )
    return found
