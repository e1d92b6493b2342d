"""The weekly follow-up: the phone page, all weeks, and those of one project with their pictures."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from district.kernel.base.attachments import show_picture, small_of
from district.kernel.organisation.public import (
    Owned,
    actor_of,
    authorise,
    authorise_somewhere,
    permitted,
    permitted_somewhere,
)
from district.kernel.registers.public import list_view
from district.systems.projects.names import FOLLOW, VIEW, WEEKS
from district.systems.projects.pages.shared import crumbs_of
from district.systems.projects.selectors.following import (
    follow_photo_of,
    follow_ups_of,
    open_week,
    week_figures,
)
from district.systems.projects.selectors.rights import owned_project, project_for
from district.systems.projects.services.follow_photos import FOLLOW_PHOTOS
from district.ui.field import FieldPage, field_page, field_worker

_PAGE = FieldPage(
    "projects", "dist/follow.js", "projects_phone", "projects_worker", "projects_weeks"
)


@require_safe
def phone(request: HttpRequest) -> HttpResponse:
    """The phone page; its script shows the member's projects of the week, with or without a
    connection."""
    authorise_somewhere(actor_of(request), FOLLOW)
    return field_page(request, _PAGE, title=_("现场跟进"), words=words())


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker of the phone page."""
    return field_worker(request, _PAGE)


def words() -> dict[str, str]:
    """What the script says of follow-ups, in the language of the moment."""
    return {
        "projects": _("我的项目"),
        "week": _("%s，我的项目"),
        "no_projects": _("本周没有要跟进的项目。"),
        "follow": _("跟进"),
        "correct": _("更正本周跟进"),
        "go_on": _("继续填写"),
        "made": _("已跟进"),
        "progress": _("形象进度"),
        "last_week": _("上次%s"),
        "no_progress": _("还没有进度"),
        "same": _("没有变化"),
        "falls": _("比上次低，提交后会标为疑点。"),
        "photos": _("现场照片"),
        "site": _("项目现场"),
        "seen": _("现场情况"),
        "raises": _("有问题需要协调"),
        "open_problems": _("未解决问题%s个"),
        "problem_title": _("问题"),
        "problem_kind": _("问题类别"),
        "problem_level": _("协调层级"),
        "lacks_photos": _("现场照片"),
        "lacks_progress": _("形象进度"),
        "lacks_text": _("现场情况"),
        "lacks_title": _("问题"),
        "lacks_kind": _("问题类别"),
        "lacks_level": _("协调层级"),
        "left": _("还有%s项没有填"),
        "complete": _("可以提交"),
        "as_correction": _("作为更正提交"),
        "open": _("查看跟进记录"),
    }


@require_safe
def weeks(request: HttpRequest) -> HttpResponseBase:
    """Follow-ups by week: owed, made, late, missed."""
    authorise(actor_of(request), VIEW, Owned(None))
    extra = {
        "figures": week_figures(),
        "may_follow": permitted_somewhere(actor_of(request), FOLLOW),
    }
    return list_view(request, WEEKS, template="projects/weeks.html", extra=extra)


@require_safe
def week(request: HttpRequest, key: UUID) -> HttpResponse:
    """On to the project of a week."""
    found = open_week(key, actor_of(request))
    return redirect("projects_follow_ups", found.project_id)


@require_safe
def follow_ups(request: HttpRequest, key: UUID) -> HttpResponse:
    """The follow-ups of a project by time, with their pictures."""
    actor = actor_of(request)
    row = project_for(key, actor)
    context = {
        "row": row,
        "weeks": follow_ups_of(row),
        "may_follow": row.is_open and permitted(actor, FOLLOW, owned_project(row)),
        "crumbs": crumbs_of(row, last=_("每周跟进")),
    }
    return render(request, "projects/follow_ups.html", context)


@require_safe
def photo(request: HttpRequest, key: UUID, follow_up: UUID, digest: str) -> FileResponse:
    """A picture of a follow-up, drawn anew; `?small=1` the small one."""
    found = follow_photo_of(project_for(key, actor_of(request)), follow_up, digest)
    storage = FOLLOW_PHOTOS.storage()
    if request.GET.get("small"):
        return show_picture(storage, small_of(found.stored), found.name, "image/jpeg")
    return show_picture(storage, found.stored, found.name, found.content_type)
