"""Writing the register of places: by hand and from files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base.errors import Conflict, Invalid
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, Subject, record
from district.kernel.organisation.public import Level, Unit, authorise
from district.systems.inspections.checklists import kind_words
from district.systems.inspections.models import Place
from district.systems.inspections.names import PLACE, SAVE_PLACE
from district.systems.inspections.selectors.rights import owned_place

#: What a published draw may name: nothing that breaks a line or says who somebody is.
_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{1,29}")
_COLUMNS = {
    "code": "code",
    "name": "name",
    "kind": "kind",
    "risk": "risk",
    "address": "address",
    "street": "street_unit_id",
    "community": "community_unit_id",
    "lead_unit": "lead_unit_id",
    "supervising_unit": "supervising_unit_id",
    "lon": "lon",
    "lat": "lat",
    "active": "is_active",
}
_OPTIONAL = ("community_unit_id", "supervising_unit_id")


@transaction.atomic
def save_place(values: Mapping[str, Any], known: Place | None, actor: Actor) -> Place:
    """Add a place (`known` is None) or change one; `values` by the register's field keys.

    Raises NotPermitted, Invalid naming the field, and Conflict when the code is taken.
    """
    place = known or Place()
    if known is not None:
        authorise(actor, SAVE_PLACE, owned_place(known))
    for key, column in _COLUMNS.items():
        if key in values:
            given = values[key]
            setattr(place, column, given.strip() if isinstance(given, str) else given)
    for column in _OPTIONAL:
        setattr(place, column, getattr(place, column) or None)
    place.risk = place.risk or Place.Risk.MEDIUM
    place.is_active = place.is_active is not False
    _check(place)
    authorise(actor, SAVE_PLACE, owned_place(place))
    if Place.objects.filter(code=place.code).exclude(pk=place.pk).exists():
        raise Conflict(_("对象编号 %(code)s 已经登记过。") % {"code": place.code})
    if known is None:
        place.save(force_insert=True)
    else:
        save_versioned(place)
    _tell_history(place, new=known is None, actor=actor)
    return place


def _check(place: Place) -> None:
    if not _CODE.fullmatch(place.code or ""):
        raise Invalid(
            "code", _("对象编号不对。"), _("请用2到30个字母、数字和横线，不要含姓名或证件号。")
        )
    for key, most, problem in (
        ("name", 120, _("名称不对。")),
        ("address", 200, _("地址不对。")),
    ):
        if not 2 <= len(getattr(place, key) or "") <= most:
            raise Invalid(key, problem, _("请填写2到%(most)s个字。") % {"most": most})
    if place.kind not in kind_words():
        raise Invalid("kind", _("没有这个类别。"), _("请从列表中选择。"))
    if place.risk not in Place.Risk.values:
        raise Invalid("risk", _("没有这个风险等级。"), _("请从列表中选择。"))
    _check_unit("street", place.street_unit_id, Level.STREET)
    _check_unit("lead_unit", place.lead_unit_id, None)
    if place.community_unit_id:
        _check_unit("community", place.community_unit_id, Level.COMMUNITY)
    if place.supervising_unit_id:
        _check_unit("supervising_unit", place.supervising_unit_id, None)
    _check_point(place)


def _check_unit(field: str, code: str | None, level: str | None) -> None:
    found = Unit.objects.filter(pk=code or "", is_active=True)
    if not (found.filter(level=level) if level else found).exists():
        raise Invalid(field, _("没有这个单位。"), _("请从单位列表中选择。"))


def _check_point(place: Place) -> None:
    if (place.lon is None) != (place.lat is None):
        raise Invalid("lon", _("经度和纬度要一起填写。"), _("请补全，或都留空。"))
    for key, given, most in (("lon", place.lon, 180), ("lat", place.lat, 90)):
        if given is not None and abs(Decimal(given)) > most:
            raise Invalid(key, _("位置不在地球上。"), _("请填写WGS-84的经纬度。"))


def _tell_history(place: Place, *, new: bool, actor: Actor) -> None:
    data = {
        "code": place.code,
        "name": place.name,
        "kind": place.kind,
        "risk": place.risk,
        "street": place.street_unit_id,
        "lead_unit": place.lead_unit_id,
        "supervising_unit": place.supervising_unit_id or "",
        "active": place.is_active,
    }
    kind = "inspections.place.added" if new else "inspections.place.changed"
    record(Subject(PLACE, str(place.pk)), kind, data, actor=actor)
