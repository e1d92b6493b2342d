"""The phone page of inspectors, which works without a network."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from district.kernel.base.errors import NotPermitted
from district.kernel.organisation.public import actor_of, permitted_somewhere
from district.systems.inspections.names import INSPECT
from district.ui.field import FieldPage, field_page, field_worker

_PAGE = FieldPage(
    "inspections", "dist/phone.js", "inspections_phone", "inspections_worker", "inspections"
)


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The page; its script shows the member's tasks, with or without a connection."""
    if not permitted_somewhere(actor_of(request), INSPECT):
        raise NotPermitted(_("您没有现场检查的权限。如确需检查，请联系系统管理员。"))
    return field_page(request, _PAGE, title=_("现场检查"), words=words())


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker of the page."""
    return field_worker(request, _PAGE)


def words() -> dict[str, str]:
    """What the script says of inspections, in the language of the moment."""
    return {
        "tasks": _("我的任务"),
        "no_tasks": _("没有待检查的任务。"),
        "no_tasks_help": _("有新任务时，联网打开本页就会出现。"),
        "begin": _("开始检查"),
        "go_on": _("继续检查"),
        "free": _("本单位任务，谁先检查谁提交"),
        "pass": _("合格"),
        "fail": _("不合格"),
        "na": _("不适用"),
        "standard": _("标准"),
        "note": _("说明"),
        "photo_needed": _("不合格要有照片"),
        "before": _("整改前照片"),
        "after": _("整改后照片"),
        "fixed": _("当场已改（立行立改）"),
        "limits": _("合格范围"),
        "overall": _("检查说明"),
        "left": _("还有%s项没有检查"),
        "complete": _("都检查了"),
        "extra": _("另作一次检查提交"),
        "renew": _("按新检查表继续"),
        "open": _("查看检查记录"),
        "hazards": _("形成隐患%s处"),
        "progress": _("%(done)s/%(all)s"),
        "major": _("重大"),
    }
