"""What an enterprise reads of itself, through a system that let it sign in."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.systems.enterprises.models import Enterprise
from district.systems.enterprises.selectors.details import ShownFact, facts_of


def facts_of_firm(enterprise_id: UUID | str) -> list[ShownFact]:
    """Every fact of an enterprise with who says so and who says otherwise; NotFound. Three
    statements at most."""
    rows = Enterprise.objects.select_related("street_unit", "community_unit", "lead_unit")
    row = rows.filter(pk=enterprise_id).first()
    if row is None:
        raise NotFound(_("没有这家企业。"))
    return facts_of(row)
