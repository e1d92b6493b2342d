"""The registers: series, values with every vintage, decompositions and their cells, imports."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from district.kernel.organisation.public import Scope, units
from district.kernel.registers.public import (
    Field,
    Register,
    register,
    row_page,
    row_subject,
    unit_field,
)
from district.systems.economy.models import (
    Decomposition,
    DecompositionCell,
    Nowcast,
    Series,
    SeriesImport,
    SeriesValue,
)
from district.systems.economy.names import (
    CELLS,
    DECOMPOSITION,
    DECOMPOSITIONS,
    IMPORT,
    IMPORT_SUBJECT,
    IMPORTS,
    NOWCASTS,
    SERIES,
    SERIES_SUBJECT,
    VALUES,
    VIEW,
)
from district.systems.economy.selectors.patterns import with_revised
from district.systems.economy.selectors.settings import (
    industry_label,
    industry_options,
    statistics_unit,
    street_label,
    street_options,
)


def _everybody(scope: Scope) -> Q:
    """Series are of the whole district: whoever may see them sees all."""
    return Q(pk__in=[]) if scope.nothing else Q()


def _imports(scope: Scope) -> Q:
    """The bureau's imports are the bureau's, those of departments the series' units'."""
    if scope.everything:
        return Q()
    own = scope.q("series__lead_unit") & Q(source=SeriesValue.Source.DEPARTMENT)
    bureau = statistics_unit()
    path = units().filter(pk=bureau).values_list("path", flat=True).first() or ""
    if scope.covers(path=path, code=bureau):
        own |= Q(source=SeriesValue.Source.BUREAU)
    return own


def _industry() -> Field:
    return Field("industry", _("行业"), "code", options=industry_options, label_of=industry_label)


def _street() -> Field:
    return Field("street", _("街道"), "code", options=street_options, label_of=street_label)


def _series_name(path: str = "series", **more: Any) -> tuple[Field, Field]:
    return (
        Field("series", _("指标代号"), "text", path=f"{path}_id", default=False, kind="reference"),
        Field(
            "name",
            _("指标"),
            path=f"{path}__name",
            display_en=f"{path}__name_en",
            search=True,
            **more,
        ),
    )


register(
    Register(
        key=SERIES,
        label=_("经济指标"),
        model=Series,
        view_action=VIEW,
        owned=_everybody,
        title="name",
        sort=("position",),
        url=row_page("economy_series"),
        subject=row_subject(SERIES_SUBJECT),
        empty=_("还没有经济指标。请在区数据中登记。"),
        fields=(
            Field("name", _("名称"), display_en="name_en", search=True),
            Field("unit", _("计量单位")),
            Field("basis", _("口径"), "choice", choices=tuple(Series.Basis.choices)),
            Field("span", _("时间口径"), "choice", choices=tuple(Series.Span.choices)),
            Field("frequency", _("频率"), "choice", choices=tuple(Series.Frequency.choices)),
            Field("prices", _("价格"), "choice", choices=tuple(Series.Prices.choices)),
            unit_field("lead_unit", _("牵头单位")),
            Field("measure", _("提供的指标"), default=False, kind="reference"),
            Field("definition_version", _("口径版本"), "integer", default=False),
            Field("definition", _("口径说明"), kind="long_text", default=False),
            Field("position", _("次序"), "integer", path="sort", default=False),
            Field("is_active", _("在用"), "boolean", default=False),
        ),
    )
)

register(
    Register(
        key=VALUES,
        label=_("经济数据"),
        model=SeriesValue,
        view_action=VIEW,
        owned=_everybody,
        title="name",
        sort=("-period_end", "industry", "street", "-recorded_at"),
        help=_("每个数的各版都在；修订前后都能查"),
        empty=_("没有符合条件的数据。"),
        fields=(
            *_series_name(),
            Field("period_start", _("期初"), "date", default=False),
            Field("period_end", _("期末"), "date"),
            _industry(),
            _street(),
            Field("value", _("数值"), "decimal"),
            Field("unit", _("计量单位"), path="series__unit"),
            Field("growth", _("增速"), "decimal", unit="%"),
            Field("base", _("同口径基数"), "decimal", default=False),
            Field("deflator", _("价格指数"), "decimal", default=False),
            Field("source", _("来源"), "choice", choices=tuple(SeriesValue.Source.choices)),
            Field("status", _("数据状态"), "choice", choices=tuple(SeriesValue.Status.choices)),
            Field("is_current", _("现行"), "boolean"),
            Field("recorded_at", _("记录时间"), "datetime"),
            Field("superseded_at", _("被修订时间"), "datetime", default=False),
            Field("source_name", _("出处"), default=False),
            Field("recorded_by", _("记录人"), default=False),
            Field("definition_version", _("口径版本"), "integer", default=False),
            Field("note", _("说明"), kind="long_text", default=False),
        ),
    )
)

register(
    Register(
        key=DECOMPOSITIONS,
        label=_("目标分解"),
        model=Decomposition,
        view_action=VIEW,
        owned=_everybody,
        title="name",
        sort=("-year", "series", "-number"),
        url=row_page("economy_decomposition"),
        subject=row_subject(DECOMPOSITION),
        rows=with_revised,
        empty=_("还没有目标分解。请在指标页面起草。"),
        fields=(
            *_series_name(),
            Field("year", _("年份"), "integer", kind="year"),
            Field("number", _("版次"), "integer"),
            Field("state", _("状态"), "choice", choices=tuple(Decomposition.State.choices)),
            Field(
                "light",
                _("灯"),
                "choice",
                path="tracked__light",
                choices=(
                    ("red", _("滞后")),
                    ("yellow", _("预警")),
                    ("green", _("正常")),
                    ("none", _("无数据")),
                ),
                kind="light",
            ),
            Field("growth", _("增速目标"), "decimal", unit="%"),
            Field("level", _("目标总量"), "decimal"),
            Field("unit", _("计量单位"), path="series__unit"),
            Field("base", _("同口径基数"), "decimal", default=False),
            Field("pattern_revised", _("所用数据已修订"), "boolean", default=False),
            Field("drawn_at", _("取数时间"), "datetime", default=False),
            Field("made_by", _("起草人"), default=False),
            Field("made_at", _("起草时间"), "datetime", default=False),
            Field("decided_by", _("审定人"), default=False),
            Field("decided_at", _("审定时间"), "datetime"),
            Field("note", _("说明"), kind="long_text", default=False),
        ),
    )
)

register(
    Register(
        key=CELLS,
        label=_("分解目标"),
        model=DecompositionCell,
        view_action=VIEW,
        owned=_everybody,
        title="name",
        sort=("first_month", "industry", "street"),
        empty=_("没有符合条件的分解目标。"),
        fields=(
            *_series_name("decomposition__series"),
            Field("year", _("年份"), "integer", path="decomposition__year", kind="year"),
            Field("number", _("版次"), "integer", path="decomposition__number"),
            Field(
                "state",
                _("状态"),
                "choice",
                path="decomposition__state",
                choices=tuple(Decomposition.State.choices),
            ),
            Field("first_month", _("起始月"), "integer"),
            Field("last_month", _("截止月"), "integer"),
            _industry(),
            _street(),
            Field("value", _("目标"), "decimal"),
            Field("base", _("同口径基数"), "decimal"),
            Field("unit", _("计量单位"), path="decomposition__series__unit"),
        ),
    )
)

register(
    Register(
        key=NOWCASTS,
        label=_("全年预计"),
        model=Nowcast,
        view_action=VIEW,
        owned=_everybody,
        title="name",
        sort=("-year", "series"),
        help=_("只发布增速的指标，总量是以首年的前一年为100的指数"),
        empty=_("还没有测算。数据导入后自动测算。"),
        fields=(
            *_series_name(),
            Field("year", _("年份"), "integer", kind="year"),
            Field("after", _("已公布到"), "integer"),
            Field("so_far", _("已公布"), "decimal", default=False),
            Field("level", _("全年预计"), "decimal"),
            Field("low", _("区间下限"), "decimal"),
            Field("high", _("区间上限"), "decimal"),
            Field("unit", _("计量单位"), path="series__unit"),
            Field("growth", _("预计增速"), "decimal", unit="%"),
            Field("growth_low", _("增速下限"), "decimal", unit="%", default=False),
            Field("growth_high", _("增速上限"), "decimal", unit="%", default=False),
            Field("target", _("目标总量"), "decimal"),
            Field("chance", _("达到目标的可能性"), "decimal", unit="%"),
            Field("vintages", _("所用版数"), "integer", default=False),
            Field("newest_at", _("数据截至"), "datetime", default=False),
            Field("computed_at", _("测算时间"), "datetime"),
        ),
    )
)

register(
    Register(
        key=IMPORTS,
        label=_("经济数据导入"),
        model=SeriesImport,
        view_action=IMPORT,
        owned=_imports,
        title="file_name",
        sort=("-sent_at",),
        url=row_page("economy_import"),
        subject=row_subject(IMPORT_SUBJECT),
        empty=_("还没有导入过文件。"),
        fields=(
            Field("file_name", _("文件"), search=True),
            *_series_name(),
            Field("year", _("年份"), "integer", kind="year"),
            Field("state", _("状态"), "choice", choices=tuple(SeriesImport.State.choices)),
            Field("numbers", _("数值"), "integer"),
            Field("errors", _("错误"), "integer"),
            Field("doubts", _("疑点"), "integer"),
            Field("fresh", _("新数值"), "integer"),
            Field("revised", _("修订"), "integer"),
            Field("actor_name", _("导入人")),
            Field("sent_at", _("上传时间"), "datetime"),
            Field("decided_at", _("处理时间"), "datetime", default=False),
            Field("reason", _("疑点说明"), kind="long_text", default=False),
        ),
    )
)
