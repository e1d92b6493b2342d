"""What an enterprise reads of policies by itself, by its credit code; nothing of any other."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.systems.policies.models import Application, Push


def pushes_to(code: str) -> QuerySet[Push]:
    """What the enterprise of a credit code was told, the newest first, with version and policy."""
    rows = Push.objects.filter(code=code).select_related("version__policy__lead_unit")
    return rows.order_by("-sent_at", "-pk")


def pushes_per_enterprise(most: int) -> dict[str, int]:
    """The enterprises (ids as text) that were told of most policies, and of how many; with equal
    numbers by their credit code. One query."""
    rows = Push.objects.filter(version__policy__audience="enterprises").order_by()
    counted = rows.values("entity", "code").annotate(n=Count("pk"))
    return {row["entity"]: row["n"] for row in counted.order_by("-n", "code")[:most]}


def applications_of(code: str) -> QuerySet[Application]:
    """Its applications, the newest first, with version and case."""
    rows = Application.objects.filter(code=code).exclude(code="")
    return rows.select_related("version__policy__lead_unit", "case__clock").order_by("-opened_at")


def application_of(code: str, case_id: UUID | str) -> Application:
    """One of them by its case; NotFound for any other."""
    try:
        found = applications_of(code).filter(case=UUID(str(case_id))).first()
    except ValueError:
        found = None
    if found is None:
        raise NotFound(_("没有这份申报。"))
    return found
