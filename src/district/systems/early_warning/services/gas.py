"""Writing the register of gas points."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base.errors import Invalid
from district.kernel.cases.public import is_phone
from district.kernel.history.public import Actor
from district.kernel.organisation.public import authorise
from district.systems.early_warning.models import GasPoint
from district.systems.early_warning.names import GAS_POINT, SAVE_GAS
from district.systems.early_warning.services.placing import (
    check_placed,
    datastream_of,
    keep_placed,
    owned_placed,
    put_values,
)

_COLUMNS = {
    "code": "code",
    "name": "name",
    "lead_unit": "lead_unit_id",
    "lon": "lon",
    "lat": "lat",
    "company": "company",
    "company_phone": "company_phone",
    "valve": "valve",
    "valve_place": "valve_place",
    "active": "is_active",
}


@transaction.atomic
def save_gas_point(values: Mapping[str, Any], known: GasPoint | None, actor: Actor) -> GasPoint:
    """Add a gas point (`known` is None) or change one; `values` by the register's field keys.

    Raises NotPermitted, Invalid naming the field, and Conflict when the code is taken.
    """
    row = known or GasPoint()
    if known is not None:
        authorise(actor, SAVE_GAS, owned_placed(known))
    put_values(row, values, _COLUMNS)
    if "concentration" in values or known is None:
        found = datastream_of("concentration", values.get("concentration"), required=True)
        assert found is not None  # noqa: S101  # required says so
        row.concentration = found
    row.is_active = row.is_active is not False
    check_placed(row)
    _check(row)
    told = {
        "company": row.company,
        "valve": row.valve,
        "valve_place": row.valve_place,
        "concentration": row.concentration.code,
        "active": row.is_active,
    }
    kept: GasPoint = keep_placed(
        row, known, action=SAVE_GAS, subject=GAS_POINT, actor=actor, told=told
    )
    return kept


def _check(row: GasPoint) -> None:
    for key, most, problem in (
        ("company", 120, _("还没有填写燃气企业。")),
        ("valve", 60, _("还没有填写控制阀门。")),
        ("valve_place", 200, _("还没有填写阀门位置。")),
    ):
        if not 1 <= len(getattr(row, key) or "") <= most:
            raise Invalid(key, problem, _("最多%(most)s个字。") % {"most": most})
    if not is_phone(row.company_phone or ""):
        raise Invalid(
            "company_phone", _("企业值班电话不对。"), _("请填写带区号的固定电话或值班手机号。")
        )
    taken = GasPoint.objects.filter(concentration=row.concentration).exclude(pk=row.pk)
    if taken.exists():
        raise Invalid("concentration", _("这个数据流已属于另一个监测点。"), _("请核对编号。"))
