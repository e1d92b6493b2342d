"""Which unit does what, and the one-stop centres: from the district's folder and by hand."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base.errors import Conflict, Invalid
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, Subject, record
from district.kernel.organisation.public import Unit, authorise
from district.systems.disputes.models import Body, Centre
from district.systems.disputes.names import CENTRE

_LOADER = Actor.system("district.loader")


@transaction.atomic
def load_offices(path: Path) -> str:
    """Read a district's `disputes` file: bodies and centres; the same again changes nothing.

    A centre that somebody has named by hand since keeps its name. Raises Invalid naming what is
    wrong in the file.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise Invalid("disputes", _("不是有效的 TOML：%(error)s") % {"error": error}) from error
    bodies = data.get("bodies", {})
    for key in Body.Key.values:
        if not bodies.get(key):
            raise Invalid("bodies", _("没有写明由谁承担：%(key)s") % {"key": key})
        is_court = key == Body.Key.COURT
        unit = None if is_court else _unit(str(bodies[key]))
        name = str(bodies[key]) if is_court else ""
        Body.objects.update_or_create(key=key, defaults={"unit": unit, "name": name})
    known = Centre.objects.in_bulk(field_name="code")
    made = 0
    for row in data.get("centres", []):
        code = str(row.get("code", ""))
        if code in known and (known[code].is_named or not row.get("is_named", False)):
            continue
        values = {**row, "unit": str(row.get("unit", ""))}
        save_centre(values, known.get(code), _LOADER)
        made += 1
    return f"disputes: {len(bodies)} bodies, {made} centres new or changed"


def _unit(code: str) -> Unit:
    unit = Unit.objects.filter(pk=code, is_active=True).first()
    if unit is None:
        raise Invalid("unit", _("没有这个单位：%(code)s") % {"code": code})
    return unit


@transaction.atomic
def save_centre(values: Mapping[str, Any], centre: Centre | None, actor: Actor) -> Centre:
    """Make or change a centre; Invalid naming what is missing, NotPermitted."""
    authorise(actor, "disputes.centre.save")
    code, name = (str(values.get(key, "")).strip() for key in ("code", "name"))
    if not code or not name:
        raise Invalid("name", _("编号和名称都要填写。"), _("名称未定的请写“待命名”。"))
    unit = _unit(str(values.get("unit", "")))
    row = centre or Centre(code=code)
    row.name, row.unit = name[:80], unit
    row.address = str(values.get("address") or "").strip()[:200]
    row.note = str(values.get("note") or "").strip()[:200]
    row.is_named = bool(values.get("is_named", True))
    if centre is None:
        row.save(force_insert=True)
    else:
        save_versioned(row, ["name", "unit", "address", "note", "is_named"])
    data = {"code": code, "name": row.name, "unit": unit.pk, "is_named": row.is_named}
    record(Subject(CENTRE, code), "disputes.centre.saved", data, actor=actor)
    return row


def body_unit(key: str) -> str:
    """The code of the unit that does this; Conflict where the district has not said which."""
    code = Body.objects.filter(pk=key).values_list("unit_id", flat=True).first()
    if not code:
        raise Conflict(
            _("还没有设定由哪个单位承担“%(what)s”。请在区数据文件夹的 disputes 文件中设定并载入。")
            % {"what": dict(Body.Key.choices)[key]}
        )
    return str(code)


def court_name() -> str:
    """What the court is called in letters."""
    found = Body.objects.filter(pk=Body.Key.COURT).values_list("name", flat=True).first()
    return found or _("人民法院")
