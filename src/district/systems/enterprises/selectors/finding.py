"""Enterprises found: for pages under rights, for other systems as plain references."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.history.public import Actor
from district.kernel.organisation.public import visible
from district.systems.enterprises.models import Enterprise
from district.systems.enterprises.names import VIEW
from district.systems.enterprises.selectors.rights import enterprise_scope_q


@dataclass(frozen=True)
class EnterpriseRef:
    """An enterprise as other systems know it; `street` and `community` are unit codes, ""
    where unknown; `qualifications` are the kinds that are valid today."""

    id: UUID
    code: str
    name: str
    kind: str
    status: str
    street: str
    community: str
    lead_unit: str
    industry: str
    size: str
    qualifications: tuple[str, ...]
    url: str


def _ref(row: Enterprise) -> EnterpriseRef:
    return EnterpriseRef(
        id=row.pk,
        code=row.code,
        name=row.name,
        kind=row.kind,
        status=row.status,
        street=row.street_unit_id or "",
        community=row.community_unit_id or "",
        lead_unit=row.lead_unit_id,
        industry=row.industry,
        size=row.size,
        qualifications=tuple(row.qualifications),
        url=row.get_absolute_url(),
    )


def enterprise_by_code(code: str) -> EnterpriseRef | None:
    """The enterprise of a credit code, None where the register has none; one statement."""
    row = Enterprise.objects.filter(code=code.strip().upper()).first()
    return _ref(row) if row is not None else None


def enterprises_by_ids(ids: Iterable[UUID | str]) -> Mapping[str, EnterpriseRef]:
    """Enterprises by their id as text; those that are not there are left out. One statement."""
    rows = Enterprise.objects.filter(pk__in=list(ids))
    return {str(row.pk): _ref(row) for row in rows}


def enterprises_visible_q(actor: Actor) -> Q:
    """The enterprises that an actor may see, as a condition on `Enterprise`."""
    return enterprise_scope_q(visible(actor, VIEW))


def enterprise_for(enterprise_id: UUID | str, actor: Actor) -> Enterprise:
    """An enterprise that the actor may see, its units loaded; NotFound for any other."""
    rows = Enterprise.objects.filter(enterprises_visible_q(actor), pk=enterprise_id)
    row = rows.select_related("street_unit", "community_unit", "lead_unit").first()
    if row is None:
        raise NotFound(_("没有这家企业，或不在您的查看范围内。"))
    return row
