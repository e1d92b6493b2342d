"""A unit's roster by week: shown, planned, copied, as a file."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, DistrictError, Invalid, NotFound, NotPermitted
from district.kernel.history.public import Actor
from district.kernel.organisation.public import actor_of, permitted, permitted_somewhere
from district.kernel.registers.public import Figure
from district.kernel.reports.files import Manuscript, Part, manuscript_of
from district.systems.operations_centre.duty.forms import TurnsForm
from district.systems.operations_centre.duty.names import PLAN, TURNS, VIEW
from district.systems.operations_centre.duty.selectors.rosters import (
    Week,
    day_start,
    monday_of,
    owned_by,
    people_of,
    posts_shown,
    units_above,
    week_of,
)
from district.systems.operations_centre.duty.services import copy_week, plan_turns, remove_turn
from district.systems.operations_centre.models import DutyPost, DutyTurn
from district.ui.documents import WRITERS, manuscript_answer

_WEEK = timedelta(days=7)
#: Weeks that can be shown: two years around today.
_FAR = timedelta(days=730)


@require_http_methods(["GET", "HEAD", "POST"])
def roster(request: HttpRequest) -> HttpResponse:
    """The week of `?week=` (a date in it) of `?unit=`; POST plans, removes or copies."""
    actor = actor_of(request)
    posts = posts_shown(actor)
    post, first = _asked(request, actor, posts)
    if post is None:
        return render(request, "operations_centre/duty/roster_empty.html", {})
    may_plan = permitted(actor, PLAN, owned_by(post.lead_unit))
    people = people_of(post.lead_unit_id) if may_plan else []
    form, status = TurnsForm(people=people, first=first), 200
    if request.method == "POST":
        done, form = _act(request, actor, post, first, people)
        if done:
            return redirect(_address(post, first))
        status = 422
    week = week_of(post, first)
    kind = request.GET.get("format", "")
    if kind in WRITERS:
        return manuscript_answer(_manuscript(week), kind)
    context = {
        "post": post,
        "week": week,
        "posts": posts,
        "form": form,
        "may_plan": may_plan,
        "before": first - _WEEK,
        "after": first + _WEEK,
        "figure": _figure(week) if permitted(actor, VIEW, owned_by(post.lead_unit)) else None,
        "may_import": permitted_somewhere(actor, PLAN),
        "today": clock.today(),
        "now": clock.now(),
    }
    return render(request, "operations_centre/duty/roster.html", context, status=status)


def _asked(
    request: HttpRequest, actor: Actor, posts: list[DutyPost]
) -> tuple[DutyPost | None, date]:
    """The unit and the Monday that the address asks for; one's own unit where it names none."""
    wanted = request.GET.get("unit", "")
    day = _day(request.GET.get("week", ""))
    if request.GET.get("turn") or request.GET.get("post"):
        wanted, day = _of_row(request, day)
    by_code = {post.lead_unit_id: post for post in posts}
    if wanted:
        if wanted not in by_code:
            raise NotFound(_("这个单位没有设值班室，或您没有查看的权限。"))
        return by_code[wanted], monday_of(day)
    own = next((by_code[code] for code in units_above(actor) if code in by_code), None)
    return own or (posts[0] if posts else None), monday_of(day)


def _of_row(request: HttpRequest, day: date) -> tuple[str, date]:
    """Unit and day of a row of the register, from where the reader comes."""
    try:
        if request.GET.get("turn"):
            turn = DutyTurn.objects.filter(pk=UUID(request.GET["turn"])).first()
            if turn is not None:
                return turn.lead_unit_id, timezone.localtime(turn.starts_at).date()
        else:
            post = DutyPost.objects.filter(pk=UUID(request.GET["post"])).first()
            if post is not None:
                return post.lead_unit_id, day
    except ValueError:
        pass
    raise NotFound(_("没有这个班次。请刷新后再看。"))


def _day(asked: str) -> date:
    if not asked:
        return clock.today()
    try:
        day = date.fromisoformat(asked)
    except ValueError as error:
        raise Invalid("week", _("日期不对。"), _("请按 2025-09-30 的格式填写。")) from error
    if abs(day - clock.today()) > _FAR:
        raise Invalid("week", _("没有这一周的值班表。"), _("请选择前后两年以内的日期。"))
    return day


def _act(
    request: HttpRequest, actor: Actor, post: DutyPost, first: date, people: list[tuple[str, str]]
) -> tuple[bool, TurnsForm]:
    """Do what was asked; whether it was done, and the form with what is wrong."""
    do = request.POST.get("do", "")
    form = TurnsForm(people=people, first=first)
    try:
        if do == "remove":
            remove_turn(_key(request), actor=actor)
            messages.success(request, _("班次已删除。"))
            return True, form
        if do == "copy":
            made = copy_week(post.lead_unit_id, first, actor=actor)
            messages.success(request, _("已从上一周复制 %(n)s 个班次。") % {"n": made})
            return True, form
    except Conflict as error:
        messages.error(request, str(error))
        return True, form
    if do != "add":
        raise Invalid("do", _("没有这项操作。"), _("请刷新后再试。"))
    form = TurnsForm(request.POST, people=people, first=first)
    if not people:
        raise NotPermitted(_("您没有为这个单位排班的权限。"))
    if not form.is_valid():
        return False, form
    return _add(request, actor, post, form)


def _add(
    request: HttpRequest, actor: Actor, post: DutyPost, form: TurnsForm
) -> tuple[bool, TurnsForm]:
    try:
        made = plan_turns(post.lead_unit_id, actor=actor, **form.cleaned_data)
    except (Invalid, Conflict) as error:
        _show(form, error)
        return False, form
    messages.success(request, _("已排 %(n)s 个班次。") % {"n": len(made)})
    return True, form


def _show(form: TurnsForm, error: DistrictError) -> None:
    field = {"starts_at": "begins", "ends_at": "ends"}.get(
        getattr(error, "field", ""), getattr(error, "field", "")
    )
    form.add_error(field if field in form.fields else None, str(error))


def _key(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("turn", ""))
    except ValueError as error:
        raise NotFound(_("没有这个班次。请刷新后再看。")) from error


def _address(post: DutyPost, first: date) -> str:
    return f"{reverse('duty_roster')}?unit={post.lead_unit_id}&week={first.isoformat()}"


def _figure(week: Week) -> Figure:
    """The week's turns, opening their rows."""
    # Moments of the day's edges: a turn from the week before may reach into this one.
    since, until = (
        timezone.localtime(day_start(day)).strftime("%Y-%m-%dT%H:%M")
        for day in (week.first, week.first + _WEEK)
    )
    where = f'lead_unit = "{week.post.lead_unit_id}" and ends_at > {since} and starts_at < {until}'
    return Figure(TURNS, where, value=week.count, unit=_("班次"), label=_("本周值班安排"))


def _title(week: Week) -> str:
    return _("%(unit)s值班表 %(first)s 至 %(last)s") % {
        "unit": week.post.lead_unit.display_short,
        "first": week.first.isoformat(),
        "last": week.last.isoformat(),
    }


def _lead(week: Week) -> str:
    words = [f"{week.post.name}"]
    if week.post.phone:
        words.append(_("值班电话 %(phone)s") % {"phone": week.post.phone})
    if week.problems:
        words.append(_("有 %(n)s 处需要核对") % {"n": len(week.problems)})
    return " · ".join(words)


def _manuscript(week: Week) -> Manuscript:
    """The week's turns as a document."""
    rows = [
        (
            day.day,
            line.role_label,
            line.name,
            timezone.localtime(line.starts_at).strftime("%m-%d %H:%M"),
            timezone.localtime(line.ends_at).strftime("%m-%d %H:%M"),
            line.note,
        )
        for day in week.days
        for line in day.lines
    ]
    heads = (_("日期"), _("值班角色"), _("值班人"), _("上班时间"), _("下班时间"), _("备注"))
    return manuscript_of(_title(week), _lead(week), [Part(_("值班表"), heads, rows)])
