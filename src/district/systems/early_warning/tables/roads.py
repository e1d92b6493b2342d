"""Radar surveys and the voids that they found."""

from __future__ import annotations

from django.db.models import Case as When
from django.db.models import Exists, OuterRef, QuerySet, Value
from django.db.models import When as Is
from django.utils.translation import gettext_lazy as _

from district.kernel.registers.public import (
    Field,
    Importing,
    MapLayer,
    Register,
    community_field,
    register,
    row_page,
    row_subject,
    street_field,
    unit_field,
)
from district.systems.early_warning.models import RoadSurvey, RoadVoid
from district.systems.early_warning.names import (
    SAVE_SURVEY,
    SURVEY,
    SURVEYS,
    VIEW_SURVEY,
    VOID_SUBJECT,
    VOIDS,
)
from district.systems.early_warning.selectors.rights import with_street_q
from district.systems.early_warning.selectors.voids import standing_now
from district.systems.early_warning.services.surveys import save_void


def _standing(rows: QuerySet[RoadVoid]) -> QuerySet[RoadVoid]:
    followed = Exists(RoadVoid.objects.filter(earlier=OuterRef("pk")))
    newest = When(Is(followed, then=Value(False)), default=Value(True))
    return rows.annotate(now=standing_now(), newest=newest)


register(
    Register(
        key=SURVEYS,
        label=_("道路雷达检测"),
        model=RoadSurvey,
        view_action=VIEW_SURVEY,
        title="title",
        sort=("-surveyed_on",),
        url=row_page("early_warning_survey"),
        subject=row_subject(SURVEY),
        help=_("每次探地雷达检测的道路和结果"),
        empty=_("还没有检测。请先登记一次检测，再导入病害。"),
        fields=(
            Field("title", _("检测名称"), search=True),
            Field("number", _("检测编号"), search=True, kind="reference"),
            unit_field("lead_unit", _("组织单位")),
            Field("firm", _("检测单位"), search=True),
            Field("surveyed_on", _("检测日期"), "date"),
            Field("kilometres", _("检测里程"), "decimal", unit="公里"),
            Field("matched_at", _("比对时间"), "datetime"),
        ),
    )
)

register(
    Register(
        key=VOIDS,
        label=_("道路病害体"),
        model=RoadVoid,
        view_action=VIEW_SURVEY,
        owned=with_street_q,
        title="road",
        sort=("grade", "road"),
        rows=_standing,
        url=row_page("early_warning_void"),
        subject=row_subject(VOID_SUBJECT),
        importing=Importing(SAVE_SURVEY, key=("survey", "code"), save=save_void),
        map=MapLayer(lon="lon", lat="lat"),
        help=_("检测发现的空洞、脱空、疏松体和富水体，按规则定级"),
        empty=_("没有病害。先登记检测，再用“导入”载入检测结果。"),
        fields=(
            Field("survey", _("检测编号"), path="survey__number", search=True, kind="reference",
                  import_as=True, required=True),
            Field("code", _("病害编号"), search=True, kind="reference", import_as=True,
                  required=True),
            Field("road", _("道路"), search=True, import_as=True, required=True),
            Field("position", _("位置"), search=True, import_as=True, required=True),
            Field("grade", _("等级"), "choice", choices=tuple(RoadVoid.Grade.choices)),
            Field("kind", _("类型"), "choice", choices=tuple(RoadVoid.Kind.choices),
                  import_as=True, required=True),
            Field("now", _("现状"), "choice", choices=tuple(RoadVoid.Standing.choices)),
            Field("depth", _("埋深"), "decimal", unit="米", import_as=True, required=True),
            Field("length", _("长"), "decimal", unit="米", import_as=True, required=True),
            Field("width", _("宽"), "decimal", unit="米", import_as=True, required=True),
            Field("height", _("净高"), "decimal", unit="米", default=False, import_as=True),
            street_field(),
            community_field(default=False),
            unit_field("lead_unit", _("组织单位"), default=False),
            Field("surveyed_on", _("检测日期"), "date", path="survey__surveyed_on"),
            Field("case", _("病害单号"), path="case__number", kind="reference", default=False),
            Field("newest", _("最近一次检测"), "boolean", default=False,
                  help=_("同一处在以后的检测中又发现的，以最近一次为准")),
            Field("lon", _("经度"), "decimal", default=False, import_as=True, required=True),
            Field("lat", _("纬度"), "decimal", default=False, import_as=True, required=True),
        ),
    )
)  # fmt: skip
