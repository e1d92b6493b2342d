"""Cases of law: entered by hand, from an inspection, or from a file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, Subject, record
from district.kernel.organisation.public import Unit, authorise, permitted
from district.systems.inspections.checklists import checklist_version, field_words
from district.systems.inspections.models import Enforcement, Inspection, Place
from district.systems.inspections.names import ENFORCEMENT, SAVE_CASE, VIEW_RESULT
from district.systems.inspections.selectors.rights import owned_case, owned_result

_COLUMNS = {
    "number": "number",
    "field": "field",
    "lead_unit": "lead_unit_id",
    "cases": "cases",
    "filed_on": "filed_on",
    "decided_on": "decided_on",
    "violation": "violation",
    "basis": "basis",
    "outcome": "outcome",
    "fine": "fine",
}
_MOST = 100_000


@transaction.atomic
def save_enforcement(
    values: Mapping[str, Any], known: Enforcement | None, actor: Actor
) -> Enforcement:
    """Add a case of law (`known` is None) or change one; `values` by the register's field keys.

    `place` may be the code of a place. Raises NotPermitted, Invalid naming the field, Conflict
    where the number is taken.
    """
    row = known or Enforcement()
    if known is not None:
        authorise(actor, SAVE_CASE, owned_case(known))
    for key, column in _COLUMNS.items():
        if key in values:
            given = values[key]
            if given is None and key == "cases":
                continue
            setattr(row, column, given.strip() if isinstance(given, str) else given)
    row.outcome = row.outcome or Enforcement.Outcome.OPEN
    row.basis = row.basis or ""
    if values.get("place"):
        row.place = Place.objects.filter(code=values["place"]).first()
        if row.place is None:
            raise Invalid("place", _("没有这个检查对象。"), _("请填写对象编号，或留空。"))
    _check(row)
    authorise(actor, SAVE_CASE, owned_case(row))
    if Enforcement.objects.filter(number=row.number).exclude(pk=row.pk).exists():
        raise Conflict(_("案号 %(number)s 已经登记过。") % {"number": row.number})
    if known is None:
        row.save(force_insert=True)
    else:
        save_versioned(row)
    _tell_history(row, new=known is None, actor=actor)
    return row


@transaction.atomic
def bring_case(
    inspection_id: UUID | str, values: Mapping[str, Any], *, actor: Actor
) -> Enforcement:
    """Bring a case of law for what an inspection found: its place and field are the inspection's.

    Raises NotFound also where the actor may not see it, Conflict where nothing was found.
    """
    found = Inspection.objects.select_related("place").filter(pk=inspection_id).first()
    if found is None or not permitted(actor, VIEW_RESULT, owned_result(found)):
        raise NotFound(_("没有这次检查，或您没有查看的权限。"))
    if not found.failed:
        raise Conflict(_("这次检查全部合格，没有可以立案的问题。"))
    given = {
        **values,
        "field": checklist_version(found.checklist_version).field,
        "place": found.place.code,
        "cases": 1,
    }
    row = save_enforcement(given, None, actor)
    row.inspection = found
    save_versioned(row, ["inspection"])
    return row


def _check(row: Enforcement) -> None:
    for key, least, most, problem in (
        ("number", 4, 40, _("案号不对。")),
        ("violation", 2, 200, _("违法行为不对。")),
        ("basis", 0, 200, _("法律依据不对。")),
    ):
        if not least <= len(getattr(row, key) or "") <= most:
            words = {"least": least, "most": most}
            raise Invalid(key, problem, _("请填写%(least)s到%(most)s个字。") % words)
    if row.field not in field_words():
        raise Invalid("field", _("没有这个领域。"), _("请从列表中选择。"))
    if row.outcome not in Enforcement.Outcome.values:
        raise Invalid("outcome", _("没有这个处理结果。"), _("请从列表中选择。"))
    if not 1 <= int(row.cases) <= _MOST:
        raise Invalid("cases", _("宗数不对。"), _("请填写1到%(most)s。") % {"most": _MOST})
    _check_days(row)
    if row.fine is not None and Decimal(row.fine) < 0:
        raise Invalid("fine", _("罚款金额不能小于零。"), _("请填写元数。"))
    if not Unit.objects.filter(pk=row.lead_unit_id or "", is_active=True).exists():
        raise Invalid("lead_unit", _("没有这个单位。"), _("请从单位列表中选择。"))


def _check_days(row: Enforcement) -> None:
    if not isinstance(row.filed_on, date):
        raise Invalid("filed_on", _("还没有填写立案日期。"), _("请按 2025-09-30 的格式填写。"))
    if row.filed_on > clock.today():
        raise Invalid("filed_on", _("立案日期晚于今天。"), _("请核对日期。"))
    if row.decided_on is not None and row.decided_on < row.filed_on:
        raise Invalid("decided_on", _("决定日期早于立案日期。"), _("请核对日期。"))


def _tell_history(row: Enforcement, *, new: bool, actor: Actor) -> None:
    data = {
        "number": row.number,
        "field": row.field,
        "lead_unit": row.lead_unit_id,
        "cases": row.cases,
        "filed_on": row.filed_on,
        "decided_on": row.decided_on,
        "outcome": row.outcome,
        "fine": row.fine,
        "place": str(row.place_id or ""),
    }
    kind = "inspections.enforcement.added" if new else "inspections.enforcement.changed"
    record(Subject(ENFORCEMENT, str(row.pk)), kind, data, actor=actor)
