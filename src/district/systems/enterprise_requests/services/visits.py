"""Writing the visits log: by hand and from files."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid
from district.kernel.base.versioned import save_versioned
from district.kernel.cases.public import new_number
from district.kernel.history.public import Actor, record
from district.kernel.organisation.public import Level, Unit, authorise
from district.systems.enterprise_requests.models import Visit
from district.systems.enterprise_requests.names import SAVE_VISIT
from district.systems.enterprise_requests.selectors.posts import industries
from district.systems.enterprise_requests.selectors.visits import owned_visit, visit_subject

LONGEST = 5000
_COLUMNS = {
    "enterprise": "enterprise",
    "industry": "industry",
    "street": "street_unit_id",
    "lead_unit": "lead_unit_id",
    "visitor": "visitor",
    "visited_on": "visited_on",
    "raised": "raised",
}


@transaction.atomic
def save_visit(values: Mapping[str, Any], known: Visit | None, actor: Actor) -> Visit:
    """Add a visit (`known` is None) or change one; `values` by the register's field keys.

    Raises NotPermitted, Invalid naming the field, and Conflict when the visit is there already.
    """
    visit = known or Visit()
    if known is not None:
        authorise(actor, SAVE_VISIT, owned_visit(known))
    for key, column in _COLUMNS.items():
        if key in values:
            setattr(visit, column, _plain(values[key]))
    visit.street_unit_id = visit.street_unit_id or None
    _check(visit)
    authorise(actor, SAVE_VISIT, owned_visit(visit))
    twin = Visit.objects.filter(
        visited_on=visit.visited_on, enterprise=visit.enterprise, visitor=visit.visitor
    ).exclude(pk=visit.pk)
    if twin.exists():
        raise Conflict(_("这次走访已经登记过：同一天、同一企业、同一走访人。"))
    if known is None:
        visit.number = new_number("ZF", visit.visited_on)
        visit.save(force_insert=True)
    else:
        save_versioned(visit)
    _tell_history(visit, new=known is None, actor=actor)
    return visit


def _plain(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _check(visit: Visit) -> None:
    for key, most, problem in (
        ("enterprise", 120, _("企业名称不对。")),
        ("visitor", 60, _("走访人不对。")),
    ):
        if not 2 <= len(getattr(visit, key)) <= most:
            raise Invalid(key, problem, _("请填写2到%(most)s个字。") % {"most": most})
    if visit.industry and visit.industry not in dict(industries()):
        raise Invalid("industry", _("没有这个行业。"), _("请从列表中选择。"))
    if not isinstance(visit.visited_on, date):
        raise Invalid("visited_on", _("还没有填写走访日期。"), _("请按 2025-09-30 的格式填写。"))
    if visit.visited_on > clock.today():
        raise Invalid("visited_on", _("走访日期晚于今天。"), _("走访之后再登记。"))
    if len(visit.raised) > LONGEST:
        raise Invalid("raised", _("内容超过%(most)s字。") % {"most": LONGEST}, _("请精简。"))
    _check_unit("lead_unit", visit.lead_unit_id, None)
    if visit.street_unit_id:
        _check_unit("street", visit.street_unit_id, Level.STREET)


def _check_unit(field: str, code: str, level: str | None) -> None:
    found = Unit.objects.filter(pk=code or "", is_active=True)
    if not (found.filter(level=level) if level else found).exists():
        raise Invalid(field, _("没有这个单位。"), _("请从单位列表中选择。"))


def _tell_history(visit: Visit, *, new: bool, actor: Actor) -> None:
    kind = "enterprise_requests.visit.added" if new else "enterprise_requests.visit.changed"
    data = {
        "number": visit.number,
        "visited_on": visit.visited_on,
        "lead_unit": visit.lead_unit_id,
        "street": visit.street_unit_id or "",
        "industry": visit.industry,
        # What was said may name people, so history keeps what proves it, not what it says.
        "raised_sha256": hashlib.sha256(visit.raised.encode()).hexdigest(),
    }
    record(visit_subject(visit), kind, data, actor=actor)
