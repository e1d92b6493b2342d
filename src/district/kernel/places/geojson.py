"""Reads areas from GeoJSON (RFC 7946) and says plainly what is wrong with a file. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from shapely import is_valid_reason
from shapely.errors import ShapelyError
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from district.kernel.base.errors import Invalid
from district.kernel.places.coordinates import TO_WGS84, convert_geometry

_LEVELS = ("district", "street", "community", "grid")
# Names of WGS-84 in longitude-latitude order, and of CGCS2000, which is equal for our use.
_KNOWN_CRS = ("CRS84", "EPSG::4326", "EPSG:4326", "EPSG::4490", "EPSG:4490")
_MOST_ERRORS = 20
MOST_BYTES = 80_000_000


@dataclass(frozen=True)
class AreaRow:
    """One area as a file states it; geometry in WGS-84, `lon` and `lat` a point inside."""

    code: str
    name: str
    level: str
    parent_code: str
    geometry: dict[str, Any] = field(repr=False)
    lon: float
    lat: float
    approximate: bool
    source: str
    licence: str
    note: str


def parse_areas(
    data: bytes | str,
    *,
    crs: str = "wgs84",
    level: str = "",
    source: str = "",
    licence: str = "",
) -> list[AreaRow]:
    """The areas of a FeatureCollection whose features carry `code` and `name` as properties,
    and optionally level, parent_code, approximate, source, licence, note.

    `crs` is what the coordinates are in: wgs84 (also CGCS2000), gcj02 or bd09. `level`, `source`
    and `licence` stand in where a feature states none. Raises Invalid that says what to mend:
    no GeoJSON, another coordinate system, no polygon, coordinates out of range, no code.
    """
    if crs not in TO_WGS84:
        raise Invalid(
            "crs", _("坐标系“%(crs)s”不支持。") % {"crs": crs}, _("请选择 wgs84、gcj02 或 bd09。")
        )
    document = _document(data)
    _check_crs(document)
    rows: list[AreaRow] = []
    problems: list[str] = []
    defaults = {"level": level, "source": source, "licence": licence}
    for number, feature in enumerate(document["features"], start=1):
        try:
            rows.append(_row(feature, crs, defaults))
        except _ProblemError as problem:
            problems.append(
                _("第%(number)d个要素:%(problem)s") % {"number": number, "problem": problem}
            )
    codes = [row.code for row in rows]
    problems += [
        _("编码 %(code)s 出现了两次") % {"code": code}
        for code in sorted({code for code in codes if codes.count(code) > 1})
    ]
    if problems:
        raise Invalid(
            "file",
            ";".join(problems[:_MOST_ERRORS]) + "。",
            _("请改正后重新导入，本次没有写入任何内容。"),
        )
    return rows


class _ProblemError(Exception):
    """What is wrong with one feature, in words."""


def _document(data: bytes | str) -> dict[str, Any]:
    remedy = _("请上传 GeoJSON 文件(FeatureCollection,UTF-8 编码)。")
    if len(data) > MOST_BYTES:
        raise Invalid("file", _("文件超过80 MB。"), _("请简化图形后再导入。"))
    try:
        text = data.decode("utf-8-sig") if isinstance(data, bytes) else data
        document = json.loads(text)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise Invalid("file", _("文件不是 JSON。"), remedy) from error
    if not isinstance(document, dict) or document.get("type") != "FeatureCollection":
        raise Invalid("file", _("文件不是 GeoJSON 的 FeatureCollection。"), remedy)
    features = document.get("features")
    if not isinstance(features, list) or not features:
        raise Invalid("file", _("文件里没有要素。"), remedy)
    return document


def _check_crs(document: Mapping[str, Any]) -> None:
    """RFC 7946 knows WGS-84 only; files from desktop tools may still name another system."""
    stated = document.get("crs")
    if stated is None:
        return
    name = ""
    if isinstance(stated, dict) and isinstance(stated.get("properties"), dict):
        name = str(stated["properties"].get("name", ""))
    if not name.upper().endswith(_KNOWN_CRS):
        raise Invalid(
            "file",
            _("文件的坐标参考系是 %(name)s,不是 WGS-84 或 CGCS2000 经纬度。")
            % {"name": name or "?"},
            _("请先转换为 EPSG:4326 经纬度再导入。"),
        )


def _row(feature: Any, crs: str, defaults: Mapping[str, str]) -> AreaRow:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise _ProblemError(_("不是 Feature"))
    properties = feature.get("properties")
    if not isinstance(properties, dict):
        raise _ProblemError(_("没有属性"))
    words = {
        key: str(properties.get(key) or defaults.get(key, "")).strip()
        for key in ("code", "name", "level", "parent_code", "source", "licence", "note")
    }
    if not words["code"]:
        raise _ProblemError(_("缺少属性 code"))
    if words["level"] not in _LEVELS:
        raise _ProblemError(_("层级“%(level)s”不存在") % {"level": words["level"]})
    geometry, inside = _geometry(feature.get("geometry"), crs)
    point = inside.representative_point()
    return AreaRow(
        **words,
        geometry=geometry,
        lon=round(point.x, 6),
        lat=round(point.y, 6),
        approximate=properties.get("approximate") is True,
    )


def _geometry(stated: Any, crs: str) -> tuple[dict[str, Any], BaseGeometry]:
    if not isinstance(stated, dict) or stated.get("type") not in ("Polygon", "MultiPolygon"):
        raise _ProblemError(_("图形应为 Polygon 或 MultiPolygon"))
    try:
        _check_range(stated.get("coordinates"), 0)
        geometry = convert_geometry(stated, TO_WGS84[crs])
        polygon = shape(geometry)
    except (TypeError, ValueError, IndexError, AttributeError, ShapelyError) as error:
        raise _ProblemError(_("坐标的写法不对")) from error
    if polygon.is_empty:
        raise _ProblemError(_("图形是空的"))
    if not polygon.is_valid:
        raise _ProblemError(_("图形自相交或不闭合(%(why)s)") % {"why": is_valid_reason(polygon)})
    return geometry, polygon


def _check_range(part: Any, depth: int) -> None:
    if not isinstance(part, list) or not part or depth > 4:
        raise ValueError("not a nested list of positions")
    if not isinstance(part[0], int | float):
        for inner in part:
            _check_range(inner, depth + 1)
        return
    lon, lat = float(part[0]), float(part[1])
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise _ProblemError(
            _("坐标 (%(x)s, %(y)s) 超出经纬度范围，可能是投影坐标") % {"x": part[0], "y": part[1]}
        )
