"""Who acts for a firm: for its manager, and for those who look after the portal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.history.public import Actor
from district.kernel.organisation.public import Scope, visible
from district.systems.enterprises.public import service_unit
from district.systems.virtual_park.models import Firm, Mandate
from district.systems.virtual_park.names import VIEW_FIRMS
from district.systems.virtual_park.rules.roles import ParkRole
from district.systems.virtual_park.selectors.acting import Acting


@dataclass(frozen=True)
class Colleague:
    """Somebody who acts for the firm, as its manager reads them."""

    mandate: Mandate
    is_self: bool

    @property
    def label(self) -> str:
        """What tells them apart; the name itself is read one at a time, and recorded."""
        return self.mandate.representative.label

    @property
    def roles(self) -> list[Any]:
        """The roles in words."""
        labels = dict(ParkRole.choices)
        return [labels[role] for role in self.mandate.roles if role in labels]


def people_of(acting: Acting) -> list[Colleague]:
    """Who acts for the firm, the longest first. One query."""
    acting.require("people")
    rows = Mandate.objects.filter(firm=acting.firm, ended_at=None).select_related("representative")
    return [Colleague(row, row.representative_id == acting.representative.pk) for row in rows[:100]]


def mandate_of(acting: Acting, mandate_id: UUID | str) -> Colleague:
    """One of them; NotFound for any other firm's, in the words of one that is not there."""
    acting.require("people")
    rows = Mandate.objects.filter(firm=acting.firm, ended_at=None).select_related("representative")
    row = rows.filter(pk=mandate_id).first()
    if row is None:
        raise NotFound(_("没有这项授权。"))
    return Colleague(row, row.representative_id == acting.representative.pk)


def firm_scope_q(scope: Scope, path: str = "") -> Q:
    """The firms that a scope reaches: of the unit that serves them; the service unit's are all."""
    if service_unit() in scope.co_units:
        return Q()
    return scope.q(f"{path}lead_unit")


def visible_firms(actor: Actor) -> QuerySet[Firm]:
    """The firms that a member may see."""
    return Firm.objects.filter(firm_scope_q(visible(actor, VIEW_FIRMS)))


def firm_for(key: UUID, actor: Actor) -> Firm:
    """A firm by its key; NotFound also where the member may not see it."""
    found = visible_firms(actor).select_related("lead_unit").filter(pk=key).first()
    if found is None:
        raise NotFound(_("没有这家入驻企业，或您没有查看的权限。"))
    return found
