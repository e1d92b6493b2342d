"""Phone pages that work without a network, each with a service worker that keeps it at hand."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from district.kernel.organisation.public import member_of

#: Such a page may say where it was used; no camera is opened by the page itself.
_WITH_POSITION = "camera=(), geolocation=(self), microphone=(), payment=(), usb=()"
_ASSETS = (
    "dist/app.css",
    "dist/app.js",
    "dist/icons.svg",
    "dist/fonts/inter-latin.woff2",
    "field.css",
    "brand.svg",
)


@dataclass(frozen=True)
class FieldPage:
    """A phone page: `key` names its caches and its API, `script` the built one that draws it;
    `page`, `worker` and `back` are names of addresses, `back` where leaving it leads."""

    key: str
    script: str
    page: str
    worker: str
    back: str


def field_page(
    request: HttpRequest, shown: FieldPage, *, title: str, words: Mapping[str, str]
) -> HttpResponse:
    """The page for the signed-in member; its script draws all else. The caller has authorised.

    `words` are what its script says besides `field_words`.
    """
    member = member_of(request)
    context = {
        "title": title,
        "script": static(shown.script),
        "back": reverse(shown.back),
        "member": str(member.pk),
        "name": member.display_name,
        "words": {**field_words(), **words},
        "addresses": {
            "carried": f"/api/{shown.key}/phone",
            "photos": f"/api/{shown.key}/photos",
            "sync": f"/api/{shown.key}/sync",
            "worker": reverse(shown.worker),
            "scope": reverse(shown.page),
            "login": reverse("login"),
        },
    }
    answer = render(request, "field/page.html", context)
    answer["Permissions-Policy"] = _WITH_POSITION
    # The worker keeps only what says that it is this page, never a log-in page in its place.
    answer["X-District-Page"] = f"{shown.key}-phone"
    return answer


def field_worker(request: HttpRequest, shown: FieldPage) -> HttpResponse:
    """The service worker; another set of assets is another worker, which the browser takes up."""
    assets = [static(name) for name in (*_ASSETS, shown.script)]
    version = hashlib.sha256(" ".join(assets).encode()).hexdigest()[:12]
    facts: dict[str, Any] = {
        "key": shown.key,
        "cache": f"{shown.key}-{version}",
        "page": reverse(shown.page),
        "assets": assets,
        "static": static("brand.svg").rsplit("/", 1)[0] + "/",
    }
    context = {"facts": json.dumps(facts)}
    answer = render(request, "field/worker.js", context, content_type="text/javascript")
    answer["Cache-Control"] = "no-cache"
    return answer


def field_words() -> dict[str, str]:
    """What every such page says, in the language of the moment."""
    return {
        "language": get_language() or "",
        "kept": _("本机的记录"),
        "never": _("还没有同步过，请先联网打开一次本页。"),
        "offline": _("没有网络，照常填写，记录存在本机"),
        "syncing": _("正在同步…"),
        "synced": _("已同步 %s"),
        "sync_now": _("立即同步"),
        "waiting": _("待提交 %s 份"),
        "login": _("登录已过期。记录都在本机，登录后会继续提交。"),
        "login_link": _("去登录"),
        "other_member": _("本机有%s份别人的记录，由本人登录后提交。"),
        "failed": _("同步没有完成：%s"),
        "unreachable": _("连不上服务器，稍后会再试。"),
        "due": _("截止"),
        "photo": _("拍照"),
        "remove_photo": _("删除这张照片"),
        "place": _("记下位置"),
        "placed": _("已记下位置，误差约%s米"),
        "no_place": _("定位没有成功，可以不带位置提交。"),
        "submit": _("提交"),
        "back": _("返回"),
        "saved": _("已存在本机 %s"),
        "missing": _("请先完成：%s"),
        "queued": _("待提交"),
        "draft": _("未完成"),
        "refused": _("没有提交成功"),
        "done": _("已提交"),
        "edit": _("修改后再提交"),
        "retry": _("再提交一次"),
        "discard": _("删除本机记录"),
        "discard_sure": _("删除后不能恢复。确定删除这份记录吗？"),
        "storage": _("本机存储已满或不可用，请不要关闭页面，先联网同步。"),
        "too_many": _("每项最多4张照片。"),
        "not_picture": _("打不开这张照片，请重新拍。"),
        "yes": _("确定"),
        "no": _("取消"),
    }
