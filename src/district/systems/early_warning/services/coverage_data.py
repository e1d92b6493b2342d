"""Data and settings of coverage: taken in by hand and from the district's folder."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Invalid, NotFound
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, Subject, record
from district.kernel.organisation.public import Owned, Unit, authorise
from district.systems.early_warning.coverage.names import (
    CANDIDATE_SUBJECT,
    DATA_SUBJECT,
    MANAGE,
    SETTINGS_SUBJECT,
)
from district.systems.early_warning.coverage.projection import WGS84
from district.systems.early_warning.coverage.scene import normal
from district.systems.early_warning.models import CandidateSite, CoverageData, CoverageSettings
from district.systems.early_warning.selectors.coverage_inputs import settings_now

_LOADER = Actor.system("district.loader")
_KINDS = CoverageData.Kind
#: Bounds of what may be assumed; a cell smaller than a camera's pixel at work says nothing.
_BOUNDS: Mapping[str, tuple[Decimal, Decimal]] = {
    "cell_m": (Decimal(20), Decimal(1000)),
    "canopy_m": (Decimal(0), Decimal(60)),
    "target_m": (Decimal(0), Decimal(200)),
    "refraction": (Decimal("-0.5"), Decimal("0.5")),
    "minutes": (Decimal(1), Decimal(60)),
}


@dataclass(frozen=True)
class NewData:
    """A file as it comes in: what it is, where it is from, whether it shows invented ground."""

    kind: str
    content: bytes = field(repr=False)
    file_name: str
    name: str
    source: str
    crs: str = WGS84
    licence: str = ""
    invented: bool = False


@transaction.atomic
def put_data(new: NewData, *, actor: Actor) -> CoverageData:
    """Take a data set in; it is the current one of its kind from now on.

    The same content again changes nothing. Raises NotPermitted, and Invalid that names the
    field or what is wrong in the file.
    """
    authorise(actor, MANAGE, Owned(settings_now().lead_unit_id))
    if new.kind not in _KINDS.values:
        raise Invalid("kind", _("没有这种数据。"), _("请从列表中选择。"))
    for key, value in (("name", new.name), ("source", new.source)):
        if not value.strip():
            raise Invalid(key, _("没有填写。"), _("请写明数据的名称和来源。"))
    crs = new.crs.strip().upper() or WGS84
    stored, extent = normal(new.kind, new.content, new.file_name, crs)
    digest = hashlib.sha256(stored.content + crs.encode()).hexdigest()
    now = CoverageData.objects.select_for_update().filter(kind=new.kind, is_current=True).first()
    if now is not None and now.digest == digest and now.source == new.source.strip()[:200]:
        return now
    CoverageData.objects.filter(kind=new.kind, is_current=True).update(is_current=False)
    row = CoverageData.objects.create(
        kind=new.kind,
        form=CoverageData.Form.GRID if stored.grid else CoverageData.Form.SHAPES,
        name=new.name.strip()[:120],
        file_name=new.file_name[-200:],
        crs=crs[:20],
        extent=extent[:120],
        source=new.source.strip()[:200],
        licence=new.licence.strip()[:100],
        invented=new.invented,
        digest=digest,
        content=stored.content,
        loaded_at=clock.now(),
    )
    data = {"kind": row.kind, "name": row.name, "digest": digest, "source": row.source}
    record(
        Subject(DATA_SUBJECT, str(row.pk)), "early_warning.coverage.data_loaded", data, actor=actor
    )
    return row


@transaction.atomic
def drop_data(kind: str, *, actor: Actor) -> None:
    """Use the current data set of a kind no more; it is kept. NotFound where there is none."""
    authorise(actor, MANAGE, Owned(settings_now().lead_unit_id))
    row = CoverageData.objects.select_for_update().filter(kind=kind, is_current=True).first()
    if row is None:
        raise NotFound(_("没有这种数据。"))
    row.is_current = False
    row.save(update_fields=["is_current"])
    data = {"kind": row.kind, "name": row.name}
    record(
        Subject(DATA_SUBJECT, str(row.pk)), "early_warning.coverage.data_dropped", data, actor=actor
    )


@transaction.atomic
def save_settings(values: Mapping[str, Any], *, actor: Actor) -> CoverageSettings:
    """Set what is assumed, and which unit looks after it; what is not given stays.

    Raises NotPermitted, and Invalid naming a value out of bounds.
    """
    row = settings_now()
    authorise(actor, MANAGE, Owned(row.lead_unit_id))
    given = {key: _bounded(key, values[key]) for key in _BOUNDS if values.get(key) is not None}
    unit = str(values.get("lead_unit") or row.lead_unit_id or "")
    if unit and not Unit.objects.filter(pk=unit, is_active=True).exists():
        raise Invalid("lead_unit", _("没有这个单位：%(code)s") % {"code": unit}, _("请重新选择。"))
    if unit != (row.lead_unit_id or "") and row.lead_unit_id:
        # Whoever hands it on must be able to look after it there, too.
        authorise(actor, MANAGE, Owned(unit))
    before = {key: getattr(row, key) for key in _BOUNDS}
    is_new = row._state.adding
    if not is_new and {**before, **given} == before and unit == (row.lead_unit_id or ""):
        return row
    for key, value in given.items():
        setattr(row, key, value)
    row.lead_unit_id = unit or None
    if is_new:
        row.save(force_insert=True)
    else:
        save_versioned(row)
    data = {**{key: str(getattr(row, key)) for key in _BOUNDS}, "unit": unit}
    record(
        Subject(SETTINGS_SUBJECT, "1"), "early_warning.coverage.settings_changed", data, actor=actor
    )
    return row


def _bounded(key: str, value: Any) -> Decimal:
    least, most = _BOUNDS[key]
    try:
        number = Decimal(str(value))
    except ArithmeticError as error:
        raise Invalid(key, _("不是数字。"), _("请填写数字。")) from error
    if not number.is_finite() or not least <= number <= most:
        raise Invalid(
            key,
            _("数值不在范围内。"),
            _("请填写%(least)s到%(most)s。") % {"least": least, "most": most},
        )
    return number


@transaction.atomic
def save_candidate(
    values: Mapping[str, Any], row: CandidateSite | None, actor: Actor
) -> CandidateSite:
    """Make or change a place where a station could stand. Raises NotPermitted, Invalid."""
    unit = str(values.get("lead_unit") or (row.lead_unit_id if row else "") or "")
    if not Unit.objects.filter(pk=unit, is_active=True).exists():
        raise Invalid("lead_unit", _("没有这个单位：%(code)s") % {"code": unit}, _("请重新选择。"))
    if row is not None:
        authorise(actor, MANAGE, Owned(row.lead_unit_id))
    authorise(actor, MANAGE, Owned(unit))
    made = row or CandidateSite()
    made.lead_unit_id = unit
    for key in ("code", "name", "note", "fits"):
        if values.get(key) is not None:
            setattr(made, key, str(values[key]).strip())
    if not made.code or not made.name:
        raise Invalid("code", _("编号和名称都要填写。"), _("请补上。"))
    if made.fits not in CandidateSite.Fits.values:
        raise Invalid("fits", _("选项不对。"), _("请从列表中选择。"))
    for key, most in (("lon", 180), ("lat", 90)):
        setattr(made, key, _degrees(key, values.get(key, getattr(made, key)), most))
    if values.get("active") is not None:
        made.is_active = bool(values["active"])
    if row is None:
        made.save(force_insert=True)
    else:
        save_versioned(made)
    data = {"code": made.code, "name": made.name, "lon": str(made.lon), "lat": str(made.lat)}
    record(
        Subject(CANDIDATE_SUBJECT, str(made.pk)),
        "early_warning.coverage.candidate_saved",
        data,
        actor=actor,
    )
    return made


def _degrees(key: str, value: Any, most: int) -> Decimal:
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        number = Decimal("NaN")
    if not number.is_finite() or not -most <= number <= most:
        raise Invalid(key, _("坐标不对。"), _("请填写 WGS-84 经纬度，单位为度。"))
    return number


def load_coverage(path: Path) -> str:
    """Read a district's `coverage` file: settings, data sets and candidate sites.

    The same again changes nothing. Files are named beside it. Raises Invalid naming what is
    wrong in which file.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise Invalid("coverage", _("不是有效的 TOML：%(error)s") % {"error": error}) from error
    save_settings({"lead_unit": data.get("unit"), **data.get("assumptions", {})}, actor=_LOADER)
    done = []
    for kind in _KINDS.values:
        if kind in data:
            put_data(_named(kind, data[kind], path.parent), actor=_LOADER)
            done.append(kind)
    for values in data.get("candidates", []):
        code = str(values.get("code", ""))
        row = CandidateSite.objects.filter(code=code).first()
        if row is None:
            save_candidate({"lead_unit": data.get("unit"), **values}, None, _LOADER)
    unknown = set(data) - {"unit", "assumptions", "candidates", *_KINDS.values}
    if unknown:
        raise Invalid("coverage", _("不认识：%(what)s") % {"what": ", ".join(sorted(unknown))})
    return f"coverage: {', '.join(done) or 'settings'}"


def _named(kind: str, entry: Mapping[str, Any], folder: Path) -> NewData:
    """A data set as the file names it; Invalid where its file is missing or lies elsewhere."""
    name = str(entry.get("file", ""))
    file = (folder / name).resolve()
    if not file.is_relative_to(folder.resolve()) or not file.is_file():
        raise Invalid(kind, _("没有这个文件：%(name)s") % {"name": name}, _("请检查 file。"))
    return NewData(
        kind,
        file.read_bytes(),
        file.name,
        str(entry.get("name", "")),
        str(entry.get("source", "")),
        str(entry.get("crs", WGS84)),
        str(entry.get("licence", "")),
        entry.get("invented") is True,
    )
