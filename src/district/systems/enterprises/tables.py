"""The registers of enterprises: entities, qualifications, sources, imports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.conditions.public import Schema
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
from district.kernel.search.public import Searchable, declare_searchable
from district.systems.enterprises.models import Enterprise, ImportRun, Qualification, Source
from district.systems.enterprises.names import (
    ENTERPRISE,
    ENTERPRISES,
    IMPORT,
    IMPORT_RUN,
    IMPORTS,
    QUALIFICATION,
    QUALIFICATIONS,
    QUALIFY,
    SOURCE,
    SOURCES,
    VIEW,
)
from district.systems.enterprises.rules.facts import KINDS, SIZES, STATUSES
from district.systems.enterprises.selectors.catalogue import (
    industry_label,
    industry_options,
    qualification_label,
    qualification_options,
)
from district.systems.enterprises.selectors.qualifications import with_first
from district.systems.enterprises.selectors.rights import (
    enterprise_scope_q,
    of_enterprise_scope_q,
    whole_register_q,
)
from district.systems.enterprises.services.qualifying import save_qualification_row


def _enterprise_page(values: Mapping[str, Any]) -> str:
    return reverse("enterprises_enterprise", args=[values["enterprise"]])


#: Names of today and before, and codes; of firms alike the one with more capital comes first.
declare_searchable(
    Searchable(
        ENTERPRISES,
        Enterprise,
        (("name", 3), ("former_names__name", 2), ("code", 1)),
        rank="capital",
    )
)

_REGISTER = register(
    Register(
        key=ENTERPRISES,
        label=_("企业"),
        model=Enterprise,
        view_action=VIEW,
        owned=enterprise_scope_q,
        title="name",
        sort=("code",),
        url=row_page("enterprises_enterprise"),
        subject=row_subject(ENTERPRISE),
        map=MapLayer(lon="lon", lat="lat"),
        searchable=ENTERPRISES,
        help=_("全部经营主体；每项数据取最可信来源的说法"),
        empty=_("还没有企业。请在“导入企业”上传登记清单。"),
        fields=(
            Field("name", _("名称"), search=True),
            Field("code", _("统一社会信用代码"), search=True, kind="reference"),
            Field("kind", _("主体类型"), "choice", choices=KINDS, default=False),
            Field("status", _("登记状态"), "choice", choices=STATUSES),
            street_field(),
            community_field(default=False),
            Field("industry", _("行业"), "code", label_of=industry_label,
                  options=industry_options),
            Field("size", _("规模"), "choice", choices=SIZES, default=False),
            Field("established_on", _("成立日期"), "date", default=False),
            Field("converted_on", _("个转企日期"), "date", default=False),
            Field("capital", _("注册资本"), "decimal", unit="万元", default=False),
            Field("revenue", _("营业收入"), "decimal", unit="万元"),
            Field("revenue_growth", _("营业收入增长率"), "decimal", unit="%", default=False),
            Field("staff", _("从业人数"), "integer", unit="人", default=False),
            Field("rd_share", _("研发费用占比"), "decimal", unit="%", default=False),
            Field("patents", _("发明专利数"), "integer", unit="件", default=False),
            Field("exports", _("出口额"), "decimal", unit="万元", default=False),
            Field("is_above_scale", _("“四上”企业"), "boolean", default=False),
            Field("qualifications", _("有效资质"), "set", label_of=qualification_label,
                  options=qualification_options, sortable=False),
            Field("is_dishonest", _("失信"), "boolean", default=False),
            Field("address", _("地址"), default=False),
            unit_field("lead_unit", _("服务单位"), default=False),
            Field("added_on", _("入库日期"), "date", default=False),
            Field("lon", _("经度"), "decimal", default=False),
            Field("lat", _("纬度"), "decimal", default=False),
        ),
    )
)  # fmt: skip

#: What conditions may ask of an enterprise; the population is matched by these.
_ASKED = (
    "code", "name", "kind", "status", "street", "community", "industry", "size",
    "established_on", "converted_on", "capital", "revenue", "revenue_growth", "staff", "rd_share",
    "patents", "exports", "is_above_scale", "qualifications", "is_dishonest", "lon", "lat",
)  # fmt: skip
_SCHEMA = _REGISTER.schema(_ASKED)


def schema() -> Schema:
    """The attributes of an enterprise that conditions may speak about."""
    return _SCHEMA


register(
    Register(
        key=QUALIFICATIONS,
        label=_("企业资质"),
        model=Qualification,
        view_action=VIEW,
        owned=of_enterprise_scope_q,
        title="name",
        sort=("-issued_on",),
        url=_enterprise_page,
        subject=row_subject(QUALIFICATION),
        rows=with_first,
        importing=Importing(
            QUALIFY, key=("code", "kind", "issued_on"), save=save_qualification_row
        ),
        help=_("认定和有效期；今天有效的才算"),
        empty=_("还没有资质。请用“导入”载入认定名单。"),
        fields=(
            Field("name", _("企业"), path="enterprise__name", search=True),
            Field("code", _("统一社会信用代码"), path="enterprise__code", search=True,
                  kind="reference", import_as=True, required=True),
            Field("kind", _("资质类别"), "code", label_of=qualification_label,
                  options=qualification_options, import_as=True, required=True),
            Field("number", _("证书编号"), search=True, import_as=True, kind="reference"),
            Field("issuer", _("认定部门"), default=False, import_as=True),
            Field("issued_on", _("认定日期"), "date", import_as=True, required=True),
            Field("expires_on", _("有效期至"), "date", import_as=True,
                  help=_("空着表示按该类资质的有效年限推算")),
            Field("is_valid", _("有效"), "boolean"),
            Field("is_first", _("首次认定"), "boolean", default=False, sortable=False),
            street_field("enterprise__street_unit"),
            Field("industry", _("行业"), "code", path="enterprise__industry",
                  label_of=industry_label, options=industry_options, default=False),
            Field("enterprise", _("企业编号"), path="enterprise_id", default=False,
                  filterable=False, sortable=False),
        ),
    )
)  # fmt: skip

register(
    Register(
        key=SOURCES,
        label=_("企业数据来源"),
        model=Source,
        view_action=VIEW,
        owned=whole_register_q,
        title="name",
        id_path="key",
        sort=("rank", "key"),
        subject=row_subject(SOURCE),
        help=_("次序小的更可信；同一次序取最近的说法"),
        fields=(
            Field("name", _("来源"), display_en="name_en", display="name", search=True),
            Field("key", _("代号"), kind="reference"),
            Field("rank", _("可信次序"), "integer"),
        ),
    )
)

register(
    Register(
        key=IMPORTS,
        label=_("企业导入记录"),
        model=ImportRun,
        view_action=IMPORT,
        owned=whole_register_q,
        title="file_name",
        sort=("-started_at",),
        url=row_page("enterprises_import_run"),
        subject=row_subject(IMPORT_RUN),
        empty=_("还没有导入过。请在“导入企业”上传文件。"),
        fields=(
            Field("file_name", _("文件"), search=True),
            Field("source", _("来源"), path="source__key", display="source__name",
                  display_en="source__name_en"),
            Field("told_on", _("数据截至"), "date"),
            Field("state", _("状态"), "choice", choices=tuple(ImportRun.State.choices)),
            Field("rows", _("行数"), "integer"),
            Field("rejected", _("有误行数"), "integer"),
            Field("added", _("新增"), "integer"),
            Field("changed", _("更新"), "integer"),
            Field("actor_name", _("导入人"), search=True),
            Field("started_at", _("开始时间"), "datetime"),
        ),
    )
)  # fmt: skip
