"""What every register of placed things shares: values in, units and place checked."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from district.kernel.base.errors import Conflict, Invalid
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, Subject, record
from district.kernel.organisation.public import Owned, Unit, authorise
from district.kernel.places.public import AreaLevel, area_codes_at
from district.kernel.sensing.public import Datastream, State, Thing
from district.systems.early_warning.models.places import Placed

_LEAST_CODE, _MOST_CODE = 2, 30


def owned_placed(row: Placed) -> Owned:
    """The managing unit's; the street where it stands may look at it."""
    street = frozenset((row.street_unit_id,)) if row.street_unit_id else frozenset[str]()
    return Owned(row.lead_unit_id, street)


def put_values(row: Any, values: Mapping[str, Any], columns: Mapping[str, str]) -> None:
    """Set what is given of the columns (by the register's field keys); texts lose blanks."""
    for key, column in columns.items():
        if key in values:
            given = values[key]
            setattr(row, column, given.strip() if isinstance(given, str) else given)


def check_placed(row: Placed) -> None:
    """Code, name, unit and point; street and community follow. Raises Invalid naming the field."""
    if not _LEAST_CODE <= len(row.code or "") <= _MOST_CODE:
        raise Invalid("code", _("编号不对。"), _("请填写2到30个字符。"))
    if not 2 <= len(row.name or "") <= 120:
        raise Invalid("name", _("名称不对。"), _("请填写2到120个字。"))
    if not Unit.objects.filter(pk=row.lead_unit_id or "", is_active=True).exists():
        raise Invalid("lead_unit", _("没有这个单位。"), _("请从单位列表中选择。"))
    for key, given, most in (("lon", row.lon, 180), ("lat", row.lat, 90)):
        if given is None or abs(Decimal(given)) > most:
            raise Invalid(key, _("位置不对。"), _("请填写WGS-84的经纬度，单位为度。"))
    row.street_unit_id, row.community_unit_id = areas_at(row.lon, row.lat)


def areas_at(lon: Any, lat: Any) -> tuple[str | None, str | None]:
    """The street and the community of a point, as far as there are such units."""
    at = [(float(lon), float(lat))]
    found = [area_codes_at(at, level)[0] for level in (AreaLevel.STREET, AreaLevel.COMMUNITY)]
    known = set(
        Unit.objects.filter(pk__in=[code for code in found if code]).values_list("pk", flat=True)
    )
    street, community = (code if code in known else None for code in found)
    return street, community


def keep_placed(row: Any, known: Any, *, action: str, subject: str, actor: Actor,
                told: Mapping[str, Any]) -> Any:  # fmt: skip
    """Save a checked row that the actor may save, and tell history; Conflict where its code is
    taken."""
    authorise(actor, action, owned_placed(row))
    if type(row).objects.filter(code=row.code).exclude(pk=row.pk).exists():
        raise Conflict(_("编号 %(code)s 已经登记过。") % {"code": row.code})
    if known is None:
        row.save(force_insert=True)
    else:
        save_versioned(row)
    data = {"code": row.code, "name": row.name, "unit": row.lead_unit_id, **told}
    kind = f"{subject}.{'added' if known is None else 'changed'}"
    record(Subject(subject, str(row.pk)), kind, data, actor=actor)
    return row


def thing_of(given: Any) -> Thing | None:
    """The thing of that code; Invalid where there is none, None where none is named."""
    code = str(given or "").strip()
    if not code:
        return None
    found = Thing.objects.filter(code=code, state=State.ACTIVE).first()
    if found is None:
        raise Invalid(
            "thing",
            _("没有编号为 %(code)s 的设备。") % {"code": code[:60]},
            _("请先在“感知”中登记设备，或空着。"),
        )
    return found


def datastream_of(field: str, given: Any, *, required: bool = False) -> Datastream | None:
    """The datastream of that code; Invalid where there is none."""
    code = str(given or "").strip()
    if not code and not required:
        return None
    found = Datastream.objects.filter(code=code, state=State.ACTIVE).first()
    if found is None:
        raise Invalid(
            field,
            _("没有编号为 %(code)s 的数据流。") % {"code": code[:80]},
            _("请先在“感知”中登记数据流。"),
        )
    return found


def positive(row: Any, field: str, most: int, *, least: int = 1) -> None:
    """Invalid unless the number lies between both."""
    given = getattr(row, field)
    if given is None or not least <= given <= most:
        raise Invalid(
            field,
            _("数值不对。"),
            _("请填写%(least)s到%(most)s之间的数。") % {"least": least, "most": most},
        )
