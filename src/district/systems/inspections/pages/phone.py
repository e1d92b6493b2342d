"""The phone page and its service worker, which keeps the page at hand without a connection."""

from __future__ import annotations

import hashlib
import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from district.kernel.base.errors import NotPermitted
from district.kernel.organisation.public import actor_of, member_of, permitted_somewhere
from district.systems.inspections.names import INSPECT

#: An inspection may say where it was made; no camera is opened by the page itself.
_WITH_POSITION = "camera=(), geolocation=(self), microphone=(), payment=(), usb=()"
_ASSETS = (
    "dist/app.css",
    "dist/app.js",
    "dist/phone.js",
    "dist/icons.svg",
    "dist/fonts/inter-latin.woff2",
    "inspections/phone.css",
    "brand.svg",
)


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The page; its script shows the member's tasks, with or without a connection."""
    if not permitted_somewhere(actor_of(request), INSPECT):
        raise NotPermitted(_("您没有现场检查的权限。如确需检查，请联系系统管理员。"))
    member = member_of(request)
    context = {
        "member": str(member.pk),
        "name": member.display_name,
        "words": words(),
        "addresses": {
            "carried": "/api/inspections/phone",
            "photos": "/api/inspections/photos",
            "sync": "/api/inspections/sync",
            "worker": reverse("inspections_worker"),
            "scope": reverse("inspections_phone"),
            "login": reverse("login"),
        },
    }
    answer = render(request, "inspections/phone.html", context)
    answer["Permissions-Policy"] = _WITH_POSITION
    # The worker keeps only what says that it is this page, never a log-in page in its place.
    answer["X-District-Page"] = "inspections-phone"
    return answer


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker; another set of assets is another worker, which the browser takes up."""
    assets = [static(name) for name in _ASSETS]
    version = hashlib.sha256(" ".join(assets).encode()).hexdigest()[:12]
    facts = {
        "cache": f"inspections-{version}",
        "page": reverse("inspections_phone"),
        "assets": assets,
        "static": static("brand.svg").rsplit("/", 1)[0] + "/",
    }
    context = {"facts": json.dumps(facts)}
    answer = render(request, "inspections/worker.js", context, content_type="text/javascript")
    answer["Cache-Control"] = "no-cache"
    return answer


def words() -> dict[str, str]:
    """What the script says, in the language of the moment."""
    return {
        "language": get_language() or "",
        "tasks": _("我的任务"),
        "kept": _("本机的记录"),
        "no_tasks": _("没有待检查的任务。"),
        "no_tasks_help": _("有新任务时，联网打开本页就会出现。"),
        "never": _("还没有同步过，请先联网打开一次本页。"),
        "offline": _("没有网络，照常检查，记录存在本机"),
        "syncing": _("正在同步…"),
        "synced": _("已同步 %s"),
        "sync_now": _("立即同步"),
        "waiting": _("待提交 %s 份"),
        "login": _("登录已过期。记录都在本机，登录后会继续提交。"),
        "login_link": _("去登录"),
        "other_member": _("本机有%s份别人的记录，由本人登录后提交。"),
        "failed": _("同步没有完成：%s"),
        "unreachable": _("连不上服务器，稍后会再试。"),
        "begin": _("开始检查"),
        "go_on": _("继续检查"),
        "due": _("截止"),
        "free": _("本单位任务，谁先检查谁提交"),
        "pass": _("合格"),
        "fail": _("不合格"),
        "na": _("不适用"),
        "standard": _("标准"),
        "note": _("说明"),
        "photo": _("拍照"),
        "photo_needed": _("不合格要有照片"),
        "before": _("整改前照片"),
        "after": _("整改后照片"),
        "fixed": _("当场已改（立行立改）"),
        "remove_photo": _("删除这张照片"),
        "limits": _("合格范围"),
        "overall": _("检查说明"),
        "place": _("记下位置"),
        "placed": _("已记下位置，误差约%s米"),
        "no_place": _("定位没有成功，可以不带位置提交。"),
        "submit": _("提交"),
        "back": _("返回"),
        "saved": _("已存在本机 %s"),
        "left": _("还有%s项没有检查"),
        "complete": _("都检查了"),
        "missing": _("请先完成：%s"),
        "queued": _("待提交"),
        "draft": _("未完成"),
        "refused": _("没有提交成功"),
        "done": _("已提交"),
        "edit": _("修改后再提交"),
        "retry": _("再提交一次"),
        "extra": _("另作一次检查提交"),
        "renew": _("按新检查表继续"),
        "discard": _("删除本机记录"),
        "discard_sure": _("删除后不能恢复。确定删除这份记录吗？"),
        "open": _("查看检查记录"),
        "hazards": _("形成隐患%s处"),
        "storage": _("本机存储已满或不可用，请不要关闭页面，先联网同步。"),
        "too_many": _("每项最多4张照片。"),
        "not_picture": _("打不开这张照片，请重新拍。"),
        "progress": _("%(done)s/%(all)s"),
        "yes": _("确定"),
        "no": _("取消"),
        "major": _("重大"),
    }
