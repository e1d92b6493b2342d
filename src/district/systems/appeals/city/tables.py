"""Registers of the city's orders, of what was refused, and of the results that the city is owed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from district.kernel.base import clock
from district.kernel.base.errors import Invalid
from district.kernel.cases.public import matter_of
from district.kernel.history.public import Actor, Subject
from district.kernel.organisation.public import Scope
from district.kernel.registers.public import Field, Importing, Register, register
from district.systems.appeals.city.models import (
    CityOrder,
    CityPlatform,
    CityRefusal,
    CityReturn,
)
from district.systems.appeals.city.rules import Order, order_of
from district.systems.appeals.city.services.intake import news, take_order
from district.systems.appeals.names import TYPE

ORDERS, REFUSALS, RETURNS = "appeals-orders", "appeals-refusals", "appeals-returns"


def _of_the_desk(path: str) -> Any:
    """Rows of the desks that a scope reaches; `path` leads to the platform."""

    def owned(scope: Scope) -> Q:
        return Q(**{f"{path}centre_unit__in": sorted(scope.centres)})

    return owned


def _platforms() -> Iterable[tuple[str, str]]:
    return [(name, name) for name in CityPlatform.objects.values_list("name", flat=True)]


def _platform(path: str, **more: Any) -> Field:
    return Field("source", _("来源平台"), "code", path=path, options=_platforms, **more)


def _order(values: Mapping[str, Any]) -> Order:
    """The order that a row of a file states; its columns are the protocol's fields."""
    return order_of(values, clock.now())


def save_row(values: Mapping[str, Any], existing: CityOrder | None, actor: Actor) -> CityOrder:
    """Take one row of a file as an order. Raises Invalid naming the column, Conflict."""
    platform = CityPlatform.objects.filter(name=values.get("source") or "").first()
    if platform is None:
        raise _no_platform(str(values.get("source") or ""))
    take_order(platform, _order(values), actor=actor, way=CityOrder.Way.FILE)
    return CityOrder.objects.get(platform=platform, number=values["number"])


def _no_platform(name: str) -> Invalid:
    return Invalid(
        "source",
        gettext("没有名为“%(name)s”的来源平台。") % {"name": name[:40]},
        gettext("请核对，或请系统管理员先建立。"),
    )


def check_rows(rows: list[Mapping[str, Any]]) -> dict[int, list[Invalid]]:
    """What is wrong with each row's order, before anything is written."""
    known = set(CityPlatform.objects.filter(is_active=True).values_list("name", flat=True))
    found: dict[int, list[Invalid]] = {}
    for at, values in enumerate(rows):
        wrong = list(_wrong_with(values, known))
        if wrong:
            found[at] = wrong
    return found


def _wrong_with(values: Mapping[str, Any], known: set[str]) -> Iterable[Invalid]:
    source = values.get("source")
    if source and source not in known:
        yield _no_platform(str(source))
    needed = ("number", "text", "received_at")
    if any(values.get(name) in (None, "") for name in needed):
        return  # the check of required columns has said so
    try:
        order = _order(values)
    except Invalid as error:
        yield error
        return
    if order.matter and matter_of(TYPE, order.matter) is None:
        yield Invalid(
            "matter", gettext("事项清单中没有这个事项。"), gettext("请从清单中选择，或空着。")
        )


def news_of_row(values: Mapping[str, Any], row: CityOrder) -> Mapping[str, Any]:
    """The columns of a row that change the order that is there."""
    try:
        changed = news(row, _order(values)).changed
    except Invalid:
        return values  # named as a problem of the row
    return {name: values.get(name) for name in changed}


_FILE = (
    Field(
        "text",
        _("诉求内容"),
        kind="long_text",
        required=True,
        personal=True,
        help=_("不超过5000字"),
    ),
    Field("received_at", _("受理时间"), "datetime", required=True),
    Field("matter", _("事项编码"), "code", help=_("事项清单中的编码，不知道就空着")),
    Field("place", _("地点"), help=_("写明街道、社区、路口或小区")),
    Field("lon", _("经度"), "decimal", help=_("WGS-84")),
    Field("lat", _("纬度"), "decimal", help=_("WGS-84")),
    Field("reporter", _("反映人"), personal=True),
    Field("phone", _("联系电话"), personal=True),
)

register(
    Register(
        key=ORDERS,
        label=_("市级工单"),
        model=CityOrder,
        view_action="appeals.city.view",
        owned=_of_the_desk("platform__"),
        title="number",
        id_path="case_id",
        # Who manages platforms sees orders, and need not see cases.
        url=lambda values: reverse("appeals_city_order", args=[values["id"]]),
        sort=("-taken_at",),
        importing=Importing(
            "appeals.city.import",
            key=("number", "source"),
            save=save_row,
            check=check_rows,
            extra=_FILE,
            differing=news_of_row,
        ),
        empty=_("还没有市级工单。请用“导入”载入工单文件，或由接口接收。"),
        fields=(
            Field("number", _("工单号"), search=True, import_as=True, required=True),
            _platform("platform__name", import_as=True, required=True),
            Field("due_at", _("办理时限"), "datetime", import_as=True),
            Field("case", _("单号"), path="case__number", search=True),
            Field(
                "unit",
                _("承办单位"),
                "code",
                path="case__lead_unit_id",
                display="case__lead_unit__short_name",
                display_en="case__lead_unit__name_en",
                filterable=False,
            ),
            Field("way", _("接收方式"), "choice", choices=tuple(CityOrder.Way.choices)),
            Field("revision", _("变更次数"), "integer"),
            Field("taken_at", _("接收时间"), "datetime"),
            Field("changed_at", _("变更时间"), "datetime", default=False),
        ),
    )
)

register(
    Register(
        key=REFUSALS,
        label=_("未接收的工单"),
        model=CityRefusal,
        view_action="appeals.city.view",
        owned=_of_the_desk("platform__"),
        title="number",
        sort=("-last_at",),
        subject=lambda values: Subject("appeals.platform", str(values["platform"])),
        empty=_("没有未接收的工单。"),
        fields=(
            Field("number", _("工单号"), search=True),
            _platform("platform__name"),
            Field("problem", _("问题"), kind="long_text"),
            Field("remedy", _("怎么改"), kind="long_text"),
            Field("field", _("栏目"), default=False),
            Field("way", _("接收方式"), "choice", choices=tuple(CityOrder.Way.choices)),
            Field("times", _("次数"), "integer"),
            Field("first_at", _("首次时间"), "datetime", default=False),
            Field("last_at", _("最近时间"), "datetime"),
            Field("settled_at", _("了结时间"), "datetime"),
            Field("platform", _("平台"), path="platform_id", default=False, filterable=False),
        ),
    )
)

register(
    Register(
        key=RETURNS,
        label=_("结果回传"),
        model=CityReturn,
        view_action="appeals.city.view",
        owned=_of_the_desk("order__platform__"),
        title="number",
        sort=("-created_at",),
        subject=lambda values: Subject("appeals.order", str(values["order"])),
        empty=_("还没有要回传的办理结果。"),
        fields=(
            Field("number", _("工单号"), path="order__number", search=True),
            _platform("order__platform__name"),
            Field("case", _("单号"), path="order__case__number", search=True),
            Field("kind", _("结果"), "choice", choices=tuple(CityReturn.Kind.choices)),
            Field("state", _("状态"), "choice", choices=tuple(CityReturn.State.choices)),
            Field("attempts", _("尝试次数"), "integer"),
            Field("error", _("原因"), kind="long_text"),
            Field("next_try_at", _("下次尝试"), "datetime"),
            Field("sent_at", _("回传时间"), "datetime"),
            Field("created_at", _("产生时间"), "datetime", default=False),
            Field("sequence", _("序号"), "integer", default=False),
            Field("order", _("工单"), path="order_id", default=False, filterable=False),
        ),
    )
)
