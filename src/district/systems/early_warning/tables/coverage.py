"""The registers of coverage: computations, cells, stations, candidate sites, proposals."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from district.kernel.registers.public import (
    Field,
    Importing,
    MapLayer,
    Register,
    code_and_name,
    register,
    row_page,
    row_subject,
    unit_field,
)
from district.systems.early_warning.coverage import names
from district.systems.early_warning.models import (
    CandidateSite,
    CoverageCell,
    CoverageProposal,
    CoverageRun,
    CoverageStation,
    ProposedSite,
    StationKind,
)
from district.systems.early_warning.services.coverage_data import save_candidate


def _share(key: str, label: Any, **more: Any) -> Field:
    return Field(key, label, "decimal", unit="%", places=2, **more)


def _current(rows: QuerySet[Any]) -> QuerySet[Any]:
    """What belongs to the computation that is in force."""
    return rows.filter(run__is_current=True)


def _place(default: bool = False) -> tuple[Field, Field]:
    return (
        Field("lon", _("经度"), "decimal", default=default),
        Field("lat", _("纬度"), "decimal", default=default),
    )


register(
    Register(
        key=names.RUNS,
        label=_("林区覆盖计算"),
        model=CoverageRun,
        view_action=names.VIEW,
        owned=None,
        title="number",
        sort=("-asked_at",),
        rows=lambda rows: rows.defer("shapes"),
        subject=row_subject(names.RUN_SUBJECT),
        empty=_("还没有计算过。载入林地后会自动计算。"),
        fields=(
            Field("number", _("编号"), search=True, kind="reference"),
            Field("state", _("状态"), "choice", choices=tuple(CoverageRun.State.choices)),
            Field("current", _("现行"), "boolean", path="is_current"),
            Field("asked_at", _("提出时间"), "datetime"),
            Field("done_at", _("完成时间"), "datetime", default=False),
            Field("sensors", _("前端数"), "integer"),
            Field("nests", _("机场数"), "integer"),
            Field("cells", _("林地格数"), "integer"),
            Field("hectares", _("林地面积"), "decimal", unit="公顷", places=2),
            _share("any_share", _("覆盖率")),
            _share("seen_share", _("前端可见比例")),
            _share("reached_share", _("机场可达比例")),
            _share("both_share", _("两者都覆盖比例")),
            _share("seen_twice_share", _("两个以上前端可见比例"), default=False),
            _share("reached_twice_share", _("两个以上机场可达比例"), default=False),
            _share("none_share", _("未覆盖比例"), default=False),
            Field("any_cells", _("已覆盖格"), "integer", default=False),
            Field("none_cells", _("未覆盖格"), "integer", default=False),
            Field("unknown_cells", _("缺高程格"), "integer", default=False),
            Field("unknown_sensors", _("缺高程前端"), "integer", default=False),
            Field("terrain", _("地形"), path="terrain__name", default=False),
            Field("woodland", _("林地"), path="woodland__name", default=False),
            Field("problem", _("没有完成的原因"), default=False),
            Field("digest", _("摘要"), default=False),
        ),
    )
)

register(
    Register(
        key=names.CELLS,
        label=_("林地格"),
        model=CoverageCell,
        view_action=names.VIEW,
        owned=None,
        title="code",
        sort=("code",),
        rows=_current,
        map=MapLayer(lon="lon", lat="lat"),
        help=_("现行计算中的林地格：几个前端可见、几个机场可达。"),
        empty=_("还没有计算过。载入林地后会自动计算。"),
        fields=(
            Field("code", _("格号"), search=True, kind="reference"),
            unit_field("street_unit", _("街道")),
            Field("cover", _("覆盖情况"), "choice", choices=tuple(CoverageCell.Cover.choices)),
            Field("seen", _("可见前端数"), "integer"),
            Field("reached", _("可达机场数"), "integer"),
            Field("only_sensor", _("唯一可见前端")),
            Field("only_nest", _("唯一可达机场")),
            Field("weight", _("权重"), "decimal", default=False),
            *_place(default=True),
        ),
    )
)

register(
    Register(
        key=names.STATIONS,
        label=_("站点覆盖和失去的影响"),
        model=CoverageStation,
        view_action=names.VIEW,
        owned=None,
        title="name",
        sort=("-bare_share", "-alone_share"),
        rows=_current,
        map=MapLayer(lon="lon", lat="lat"),
        help=_("现行计算中的每个前端和机场：覆盖多少，失去它会下降多少。"),
        empty=_("还没有计算过，或没有在用的前端和机场。"),
        fields=(
            Field("name", _("名称"), search=True),
            Field("code", _("编号"), search=True, kind="reference"),
            Field("kind", _("类别"), "choice", choices=tuple(StationKind.choices)),
            Field("covers_cells", _("覆盖格"), "integer"),
            _share("covers_share", _("覆盖比例")),
            Field("alone_cells", _("独自覆盖格"), "integer"),
            _share("alone_share", _("失去后同类下降")),
            Field("bare_cells", _("失去后无覆盖格"), "integer"),
            _share("bare_share", _("失去后覆盖率下降")),
            Field("run", _("计算"), path="run__number", default=False),
            *_place(),
        ),
    )
)

register(
    Register(
        key=names.CANDIDATES,
        label=_("备选点位"),
        model=CandidateSite,
        view_action=names.VIEW,
        owned=None,
        title="name",
        sort=("code",),
        subject=row_subject(names.CANDIDATE_SUBJECT),
        importing=Importing(names.MANAGE, key=("code",), save=save_candidate),
        map=MapLayer(lon="lon", lat="lat"),
        help=_("可以建前端或机场的地点，布点建议从中选择。"),
        empty=_("还没有备选点位。请用“导入”载入，或让布点建议从地形高点中选。"),
        fields=(
            *code_and_name(),
            Field(
                "fits",
                _("可建"),
                "choice",
                choices=tuple(CandidateSite.Fits.choices),
                import_as=True,
            ),
            unit_field("lead_unit", _("管理单位"), import_as=True, required=True),
            Field("lon", _("经度"), "decimal", import_as=True, required=True),
            Field("lat", _("纬度"), "decimal", import_as=True, required=True),
            Field("active", _("可用"), "boolean", path="is_active", import_as=True),
            Field("note", _("备注"), import_as=True, default=False),
        ),
    )
)

register(
    Register(
        key=names.PROPOSALS,
        label=_("布点建议"),
        model=CoverageProposal,
        view_action=names.VIEW,
        owned=None,
        title="number",
        sort=("-made_at",),
        url=row_page("coverage_proposal"),
        subject=row_subject(names.PROPOSAL_SUBJECT),
        help=_("下一个前端或机场建在哪里：增加多少，离最好还差多少。"),
        empty=_("还没有布点建议。请提出一份。"),
        fields=(
            Field("number", _("编号"), search=True, kind="reference"),
            Field("kind", _("类别"), "choice", choices=tuple(StationKind.choices)),
            Field("sites", _("增设数量"), "integer"),
            Field("state", _("状态"), "choice", choices=tuple(CoverageProposal.State.choices)),
            _share("before_share", _("原比例")),
            _share("after_share", _("增设后比例")),
            Field("value", _("增加"), "decimal", unit="公顷", places=2),
            Field("bound", _("上界"), "decimal", unit="公顷", places=2, default=False),
            _share("gap", _("差距")),
            Field("candidates", _("备选点数"), "integer", default=False),
            unit_field("lead_unit", _("提出单位")),
            Field("made_at", _("提出时间"), "datetime"),
            Field("reason", _("决定理由"), default=False),
        ),
    )
)


register(
    Register(
        key=names.SITES,
        label=_("建议点位"),
        model=ProposedSite,
        view_action=names.VIEW,
        owned=None,
        title="code",
        sort=("proposal", "order"),
        map=MapLayer(lon="lon", lat="lat"),
        empty=_("还没有建议点位。请先提出一份布点建议。"),
        fields=(
            Field("code", _("编号"), search=True, kind="reference"),
            Field("name", _("名称"), search=True),
            Field("proposal", _("布点建议"), path="proposal__number", kind="reference"),
            Field("order", _("次序"), "integer"),
            unit_field("street_unit", _("街道")),
            Field("lon", _("经度"), "decimal"),
            Field("lat", _("纬度"), "decimal"),
            Field("height", _("海拔"), "decimal", unit="米", places=1),
            Field("covers_cells", _("覆盖格"), "integer"),
            Field("first_cells", _("新增覆盖格"), "integer"),
            Field("adds", _("增加"), "decimal", unit="公顷", places=2),
            _share("after_share", _("累计比例")),
        ),
    )
)
