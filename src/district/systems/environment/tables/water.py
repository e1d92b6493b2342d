"""Registers of the rivers: sections, samples, what was found, months."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from district.kernel.base import clock
from district.kernel.cases.public import Words, said_later
from district.kernel.registers.public import (
    Field,
    Importing,
    MapLayer,
    Register,
    register,
    unit_field,
)
from district.systems.environment.models import (
    RiverSection,
    SectionMonth,
    WaterSample,
    WaterValue,
)
from district.systems.environment.models.water import WaterClass, item_words
from district.systems.environment.names import (
    SAMPLES,
    SAVE_POINT,
    SAVE_SAMPLE,
    SECTION_MONTHS,
    SECTIONS,
    VIEW,
    WATER_VALUES,
)
from district.systems.environment.services.samples import differing, save_sample
from district.systems.environment.services.saving import SECTION, saver
from district.systems.environment.standards import water_standard
from district.systems.environment.tables.shared import (
    current,
    head,
    of_place,
    page,
    street,
    subject,
    tail,
    thing,
    vintage,
)

_NEWEST = water_standard(clock.today())
_CLASSES = tuple(WaterClass.choices)
ITEM_CHOICES: tuple[tuple[str, Any], ...] = tuple(
    (item.key, said_later(Words(item.label, item.label_en))) for item in _NEWEST.items
)

register(
    Register(
        key=SECTIONS,
        label=_("河流断面"),
        model=RiverSection,
        view_action=VIEW,
        owned=of_place,
        title="name",
        sort=("code",),
        url=page("environment_section"),
        subject=subject("riversection"),
        importing=Importing(SAVE_POINT, key=("code",), save=saver(SECTION)),
        map=MapLayer(lon="lon", lat="lat"),
        empty=_("还没有河流断面。请用“导入”载入清单。"),
        fields=(
            *head()[:2],
            Field("river", _("河流"), search=True, import_as=True, required=True),
            Field(
                "target",
                _("目标类别"),
                "choice",
                choices=_CLASSES[:5],
                import_as=True,
                required=True,
            ),
            *head()[2:],
            Field("assessed", _("纳入考核"), "boolean", import_as=True),
            Field("reach", _("代表河长"), "decimal", unit="km", import_as=True),
            thing(),
            *tail(),
        ),
    )
)


def _lab_samples(rows: Any) -> Any:
    return rows.filter(is_current=True, source=WaterSample.Source.LAB)


def _sample_columns() -> tuple[Field, ...]:
    return tuple(
        Field(
            item.key,
            said_later(Words(item.label, item.label_en)),
            unit=item.unit,
            filterable=False,
            help=_("未检出的写“<检出限”"),
        )
        for item in _NEWEST.items
    )


register(
    Register(
        key=SAMPLES,
        label=_("水质样品"),
        model=WaterSample,
        view_action=VIEW,
        rows=_lab_samples,
        title="section",
        sort=("-taken_on", "section"),
        subject=subject("watersample"),
        importing=Importing(
            SAVE_SAMPLE,
            key=("section", "taken_on"),
            save=save_sample,
            extra=_sample_columns(),
            differing=differing,
        ),
        help=_("实验室的检测结果，一行一个断面一天，一列一个项目"),
        empty=_("还没有样品。请用“导入”载入实验室的检测结果。"),
        fields=(
            Field(
                "section",
                _("断面编号"),
                path="section__code",
                display="section__name",
                search=True,
                import_as=True,
                required=True,
            ),
            Field("taken_on", _("采样日期"), "date", import_as=True, required=True),
            Field("batch", _("报告编号"), search=True, import_as=True, kind="reference"),
            unit_field("lead_unit", _("责任单位")),
            *vintage("water"),
        ),
    )
)


def _current_values(rows: Any) -> Any:
    return rows.filter(sample__is_current=True)


register(
    Register(
        key=WATER_VALUES,
        label=_("水质数据"),
        model=WaterValue,
        view_action=VIEW,
        rows=_current_values,
        owned=None,
        title="section",
        sort=("-taken_on", "section", "item"),
        empty=_("还没有水质数据。"),
        fields=(
            Field(
                "section",
                _("断面"),
                path="sample__section__code",
                display="sample__section__name",
                search=True,
            ),
            Field("taken_on", _("采样日期"), "date", path="sample__taken_on"),
            Field("item", _("监测项目"), "choice", choices=ITEM_CHOICES),
            Field("value", _("浓度"), "decimal"),
            Field("below", _("未检出"), "boolean"),
            Field(
                "source",
                _("来源"),
                "choice",
                path="sample__source",
                choices=tuple(WaterSample.Source.choices),
            ),
        ),
    )
)

register(
    Register(
        key=SECTION_MONTHS,
        label=_("断面评价"),
        model=SectionMonth,
        view_action=VIEW,
        rows=current,
        owned=None,
        title="section",
        sort=("-month", "span", "section"),
        url=page("environment_section_month"),
        subject=subject("sectionmonth"),
        empty=_("还没有评价。有了样品或自动监测数据后自动计算。"),
        fields=(
            Field(
                "section",
                _("断面"),
                path="section__code",
                display="section__name",
                search=True,
            ),
            Field("river", _("河流"), path="section__river", search=True),
            Field("month", _("月份"), "date"),
            Field("span", _("评价时段"), "choice", choices=tuple(SectionMonth.Span.choices)),
            street("section__street_unit"),
            Field("target", _("目标类别"), "choice", choices=_CLASSES[:5]),
            Field("water_class", _("水质类别"), "choice", choices=_CLASSES),
            Field("meets", _("达标"), "boolean"),
            Field("failing", _("超标项目"), "code", path="failing_items", label_of=item_words),
            Field("assessed", _("纳入考核"), "boolean", default=False),
            Field("reach", _("代表河长"), "decimal", unit="km", default=False),
            Field("samples", _("样品数"), "integer", default=False),
            *vintage("water"),
        ),
    )
)
