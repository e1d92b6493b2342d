"""A report, looked at field by field, as a new case that is not saved yet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Invalid
from district.kernel.base.masking import without_numbers
from district.kernel.cases.models import Case
from district.kernel.cases.rules.definition import CaseType
from district.kernel.cases.rules.facts import COMMON_FACTS, SOURCES
from district.kernel.cases.rules.forms import (
    LONGEST_TEXT,
    cut,
    fact_value,
    plain,
    refuse_too_small,
    writable,
)
from district.kernel.cases.rules.nearness import cell_of
from district.kernel.cases.rules.numbers import new_number
from district.kernel.cases.selectors.units import units_kept
from district.kernel.cases.services.routing import grade_of
from district.kernel.cases.types import matter_of
from district.kernel.organisation.public import Level, Unit, root_code
from district.kernel.places.public import area_codes_at

#: What the earth has, and a little sense: a point outside is a slip of the hand.
_LON, _LAT = Decimal(180), Decimal(90)
#: So far ahead the clock of a sending platform may go.
_AHEAD = timedelta(minutes=10)


@dataclass(frozen=True)
class Report:
    """What is reported. `lon` and `lat` are WGS-84 degrees; times are aware.

    `source_name` and `source_number` are the sending platform's; the same pair opens one case.
    `street` and `community` are unit codes, taken from the point where they are not given.
    """

    type_key: str
    text: str
    source: str = "web"
    title: str = ""
    matter: str = ""
    lon: Decimal | float | str | None = None
    lat: Decimal | float | str | None = None
    place: str = ""
    street: str = ""
    community: str = ""
    is_anonymous: bool = False
    is_confidential: bool = False
    source_name: str = ""
    source_number: str = ""
    source_due_at: datetime | None = None
    reported_at: datetime | None = None
    complained_unit: str = ""
    centre: str = ""
    parent: UUID | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


def new_case(case_type: CaseType, report: Report, key: str) -> Case:
    """An unsaved case of a report whose every field has been looked at; Invalid names the first
    one that cannot be taken."""
    now = clock.now()
    text = _text(report.text)
    lon, lat = _point(report)
    street, community = _units_at(report, lon, lat)
    centre, complained = _centre_and_complained(report)
    readable = report.matter == writable(report.matter)
    matter = matter_of(case_type.key, report.matter) if readable else None
    if report.matter and matter is None:
        raise Invalid("matter", _("事项清单中没有这个事项。"), _("请从清单中选择。"))
    _check_times(report, now)
    stage = case_type.stages[case_type.start]
    case = Case(
        number=new_number(case_type.number, timezone.localtime(now).date()),
        type_key=case_type.key,
        type_version=case_type.version,
        title=title_of(report.title, text),
        text=text,
        stage=stage.key,
        category=stage.category,
        matter=report.matter,
        catalogue=matter.catalogue if matter else "",
        source=report.source,
        source_name=report.source_name,
        source_number=report.source_number,
        source_due_at=report.source_due_at,
        is_sensitive=bool(matter and matter.sensitive),
        is_anonymous=report.is_anonymous,
        is_confidential=report.is_confidential or case_type.confidential,
        lon=lon,
        lat=lat,
        cell=cell_of(lon, lat),
        place=cut(report.place, 200),
        street_unit_id=street or None,
        community_unit_id=community or None,
        centre_unit_id=centre,
        lead_unit_id=centre,
        holder_unit_id=centre,
        complained_unit=complained,
        parent_id=_parent(report),
        facts=_facts(case_type, report.facts),
        reported_at=report.reported_at or now,
        key=key or None,
    )
    case.grade = grade_of(case_type, case)
    return case


def _text(given: str) -> str:
    text = writable(given).strip()
    if len(text) < 2:
        raise Invalid("text", _("还没有写明情况。"), _("请写明在哪里、发生了什么。"))
    if len(text) > LONGEST_TEXT:
        raise Invalid(
            "text",
            _("内容超过%(most)s字。") % {"most": LONGEST_TEXT},
            _("请精简，较长的材料请作为附件上传。"),
        )
    return text


def title_of(given: str, text: str) -> str:
    """The title, else the first sentence of the text, at most forty letters. It stands in lists,
    reports and files, so it holds no telephone or identity number; the text keeps them."""
    # Cut afterwards: a number in two is no number any more, and most of it would stay.
    return without_numbers(cut(given, LONGEST_TEXT))[:120] or _first_sentence(text)


def _first_sentence(text: str) -> str:
    first = without_numbers(re.split("[。！？!?\n]", text, maxsplit=1)[0].strip() or text)
    return first if len(first) <= 40 else first[:39] + "…"


def _point(report: Report) -> tuple[Decimal | None, Decimal | None]:
    if report.lon in (None, "") and report.lat in (None, ""):
        return None, None
    try:
        lon, lat = Decimal(str(report.lon)), Decimal(str(report.lat))
    except InvalidOperation:
        lon = lat = Decimal("NaN")
    if not (lon.is_finite() and lat.is_finite() and abs(lon) <= _LON and abs(lat) <= _LAT):
        raise Invalid("lon", _("位置坐标不对。"), _("请在地图上重新选点，或只填写地点。"))
    return round(lon, 6), round(lat, 6)


def check_origin(report: Report) -> None:
    """Where it came from: a known way, and a number that fits; Invalid otherwise."""
    if report.source not in dict(SOURCES):
        raise Invalid("source", _("来源不对。"), _("请从列表中选择。"))
    for name, given, most in (
        ("source_name", report.source_name, 40),
        ("source_number", report.source_number, 60),
    ):
        if len(given) > most or given != writable(given).strip():
            raise Invalid(
                name,
                _("来源平台或单号不对。"),
                _("请原样填写，最多%(most)s个字符，首尾不留空格。") % {"most": most},
            )


def _check_times(report: Report, now: datetime) -> None:
    """Times that say their zone; nobody reports tomorrow."""
    for name, given in (
        ("reported_at", report.reported_at),
        ("source_due_at", report.source_due_at),
    ):
        if given is not None and given.tzinfo is None:
            raise Invalid(name, _("时间没有时区。"), _("请写明，例如 2025-09-26T09:00:00+08:00。"))
    if report.reported_at is not None and report.reported_at > now + _AHEAD:
        raise Invalid("reported_at", _("反映时间晚于现在。"), _("请核对时间。"))


def _units_at(report: Report, lon: Decimal | None, lat: Decimal | None) -> tuple[str, str]:
    """Street and community: as given, else of the ground that the point lies on."""
    for name, level in (("street", Level.STREET), ("community", Level.COMMUNITY)):
        code = getattr(report, name)
        unit = _unit_kept(code) if code else None
        if code and (unit is None or unit.level != level):
            raise Invalid(name, _("没有这个单位。"), _("请从单位列表中选择。"))
    street, community = report.street, report.community
    if lon is not None and lat is not None and not (street and community):
        point = [(float(lon), float(lat))]
        community = community or _known(area_codes_at(point, "community", recent=True)[0])
        street = street or _known(area_codes_at(point, "street", recent=True)[0])
    return street, community


def _unit_kept(code: str) -> Unit | None:
    """The active unit of that code."""
    found = units_kept().get(code)
    if found is None:
        units_kept.forget()
        found = units_kept().get(code)
    return found if found is not None and found.is_active else None


def _known(code: str | None) -> str:
    """The code of an area whose unit there is; "" otherwise."""
    return code if code and _unit_kept(code) is not None else ""


def _centre_and_complained(report: Report) -> tuple[str, Unit | None]:
    """The unit whose desk it comes to, and the one that it is about, which must not be above."""
    centre = _unit_kept(report.centre or root_code())
    if centre is None:
        raise Invalid("centre", _("没有这个单位。"), _("请从单位列表中选择。"))
    if not report.complained_unit:
        return centre.pk, None
    unit = _unit_kept(report.complained_unit)
    if unit is None:
        raise Invalid("complained_unit", _("没有这个单位。"), _("请从单位列表中选择。"))
    if centre.path.startswith(unit.path):
        raise Invalid(
            "complained_unit",
            _("受理中心不能受理对自己或上级的投诉。"),
            _("请选择具体的单位，或提交给其他受理中心。"),
        )
    return centre.pk, unit


def _parent(report: Report) -> UUID | None:
    """The case that this one is a part of, which must not be over."""
    if report.parent is None:
        return None
    open_ones = Case.objects.exclude(category=Case.Category.DONE)
    if not open_ones.filter(pk=report.parent).exists():
        raise Invalid("parent", _("没有这个上级单，或它已经结束。"), _("请核对上级单号。"))
    return report.parent


def _facts(case_type: CaseType, given: Mapping[str, Any]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for name, value in given.items():
        attribute = case_type.schema.get(name)
        if attribute is None:
            raise Invalid(name, _("没有名为“%(name)s”的内容。") % {"name": name})
        if name in COMMON_FACTS:
            raise Invalid(name, _("“%(name)s”由系统填写。") % {"name": attribute.label})
        if value not in (None, ""):
            read = fact_value(attribute, value)
            refuse_too_small(attribute, read, case_type.least)
            facts[name] = plain(read)
    return facts
