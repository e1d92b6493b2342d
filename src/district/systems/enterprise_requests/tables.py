"""The register of visits: list, filter, import, export, API, figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.cases.public import case_type_of
from district.kernel.history.public import Subject
from district.kernel.organisation.public import Level, units
from district.kernel.registers.public import Field, Importing, Register, register, unit_field
from district.systems.enterprise_requests.models import Visit
from district.systems.enterprise_requests.names import (
    REQUEST,
    SAVE_VISIT,
    VIEW_VISIT,
    VISIT,
    VISITS,
)
from district.systems.enterprise_requests.selectors.visits import visit_scope_q
from district.systems.enterprise_requests.services.visits import save_visit


def _streets() -> Iterable[tuple[str, str]]:
    return [(unit.pk, unit.display_short) for unit in units(level=Level.STREET)]


def _url(values: Mapping[str, Any]) -> str:
    return reverse("enterprise_visit", args=[values["id"]])


def _subject(values: Mapping[str, Any]) -> Subject:
    return Subject(VISIT, str(values["id"]))


def _rows(found: QuerySet[Visit]) -> QuerySet[Visit]:
    return found.annotate(request_count=Count("requests"))


_industry = case_type_of(REQUEST).schema.get("industry")

register(
    Register(
        key=VISITS,
        label=_("挂点服务走访"),
        model=Visit,
        view_action=VIEW_VISIT,
        owned=visit_scope_q,
        title="enterprise",
        rows=_rows,
        sort=("-visited_on",),
        url=_url,
        subject=_subject,
        importing=Importing(
            SAVE_VISIT, key=("visited_on", "enterprise", "visitor"), save=save_visit
        ),
        help=_("领导和干部挂点走访企业的记录，以及由此登记的诉求"),
        empty=_("还没有走访记录。请登记一次走访，或用“导入”载入走访清单。"),
        fields=(
            Field("visited_on", _("走访日期"), "date", import_as=True, required=True),
            Field("enterprise", _("企业名称"), search=True, import_as=True, required=True),
            Field(
                "visitor",
                _("走访人"),
                search=True,
                import_as=True,
                required=True,
                personal=True,
                help=_("姓名和职务，例如“李冬至 区领导”"),
            ),
            unit_field("lead_unit", _("走访单位"), import_as=True, required=True),
            Field(
                "street",
                _("所在街道"),
                "code",
                path="street_unit_id",
                display="street_unit__short_name",
                display_en="street_unit__name_en",
                options=_streets,
                import_as=True,
            ),
            Field(
                "industry",
                _("行业"),
                "choice",
                choices=_industry.choices if _industry else None,
                import_as=True,
            ),
            Field("requests", _("登记诉求数"), "integer", path="request_count"),
            Field("number", _("走访编号"), search=True, default=False),
            Field(
                "raised",
                _("企业反映"),
                kind="long_text",
                default=False,
                import_as=True,
                personal=True,
            ),
        ),
    )
)
