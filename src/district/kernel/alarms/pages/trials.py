"""Trying a rule on past readings: asking, progress, what it would have raised."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from district.kernel.alarms import trial_jobs as jobs
from district.kernel.alarms.models import AlarmRule, RuleTrial
from district.kernel.alarms.selectors.knowing import zone
from district.kernel.alarms.selectors.places import names_of_groups
from district.kernel.alarms.selectors.rules import RuleView, rule_for, trial_for, trials_of
from district.kernel.alarms.selectors.trials import around, episodes_shown
from district.kernel.alarms.services.binding import checked
from district.kernel.alarms.services.rules import present_content
from district.kernel.alarms.services.trials import cancel_trial, start_trial
from district.kernel.base import clock
from district.kernel.base.errors import Conflict, DistrictError, Invalid, NotFound, NotPermitted
from district.kernel.base.forms import moment_given
from district.kernel.organisation.public import Unit, actor_of
from district.kernel.sensing.public import RuleError

_LOCAL = "%Y-%m-%dT%H:%M"
_SPANS, _ON_A_PAGE = (1, 7, 31), 20
State = RuleTrial.State


@require_http_methods(["GET", "HEAD", "POST"])
def try_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """Choose the time over which a rule is tried; earlier trials."""
    actor = actor_of(request)
    view = rule_for(key, actor)
    if not view.may_try:
        raise NotPermitted(_("您没有试算这条规则的权限。"))
    if request.method != "POST":
        return _page(request, view)
    try:
        since, until = _span(request)
        enqueue = jobs.try_rule_on_readings.enqueue
        made, small = start_trial(key, since, until, actor=actor, enqueue=enqueue)
    except (Invalid, Conflict) as error:
        return _page(request, view, str(error))
    except (NotFound, NotPermitted):
        raise
    except DistrictError as error:
        return _page(request, view, str(error))
    if small:
        jobs.try_rule_on_readings.call(str(made.pk))
    return redirect("alarm_trial", made.pk)


def _span(request: HttpRequest) -> tuple[datetime, datetime]:
    """The times that were chosen: so many days up to now, or a beginning and an end."""
    now = clock.now().replace(second=0, microsecond=0)
    days = request.POST.get("days", "")
    if days in map(str, _SPANS):
        return now - timedelta(days=int(days)), now
    wrong = _("请按 2025-09-22T09:50 的格式填写。")
    since = moment_given(request.POST.get("since", ""), Invalid("since", _("时间不对。"), wrong))
    until = moment_given(request.POST.get("until", ""), Invalid("until", _("时间不对。"), wrong))
    if since is None:
        raise Invalid("since", _("还没有选时间。"), _("选一段时间，或填写开始时间。"))
    return since, until or now


def _page(request: HttpRequest, view: RuleView, problem: str = "") -> HttpResponse:
    row, now = view.rule, timezone.localtime(clock.now())
    context = {
        "view": view,
        "rule": row,
        "problem": problem,
        "has_content": present_content(row) is not None,
        "trials": trials_of(row),
        "days": [(days, _("最近 %(days)d 天") % {"days": days}) for days in _SPANS],
        "since": request.POST.get("since") or (now - timedelta(days=7)).strftime(_LOCAL),
        "until": request.POST.get("until") or now.strftime(_LOCAL),
        "crumbs": _crumbs(view, _("试算")),
    }
    status = 422 if problem else 200
    return render(request, "alarms/rule_try.html", context, status=status)


def _crumbs(view: RuleView, *more: str) -> list[tuple[str, str]]:
    return [
        (_("告警规则"), reverse("alarm_rules")),
        (view.rule.shown_label, view.rule.get_absolute_url()),
        *((text, "") for text in more),
    ]


@require_safe
def trial(request: HttpRequest, key: UUID) -> HttpResponse:
    """How far a trial is, or what it found; asked again while the worker is at it."""
    row, view = trial_for(key, actor_of(request))
    busy = row.state in (State.WAITING, State.RUNNING)
    context: dict[str, Any] = {
        "trial": row,
        "view": view,
        "rule": view.rule,
        "busy": busy,
        "crumbs": _crumbs(view, _("试算结果")),
    }
    if row.state == State.DONE and row.result is not None:
        context |= _found(row, row.result)
        context["current"] = row.fingerprint == _fingerprint(view.rule)
        context["page"] = Paginator(context["episodes"], _ON_A_PAGE).get_page(
            request.GET.get("page")
        )
    return render(request, "alarms/rule_trial.html", context)


def _fingerprint(rule: AlarmRule) -> str:
    """That of what would go live now; "" while it is not right."""
    try:
        return checked(present_content(rule), zone=zone()).fingerprint
    except RuleError:
        return ""


def _found(row: RuleTrial, result: dict[str, Any]) -> dict[str, Any]:
    """What a trial found, beside what the live version would have raised."""
    live = result["live"]
    streets = [code for part in (result, live or {}) for code in part.get("by_street", {}) if code]
    names = {one.pk: one.display_short for one in Unit.objects.filter(pk__in=streets)}
    days = sorted({*result["by_day"], *((live or {}).get("by_day", {}))})
    groups = sorted(result["by_group"].items(), key=lambda item: (-item[1], item[0]))[:20]
    called = names_of_groups([group for group, _count in groups])
    return {
        "result": result,
        "live": live,
        "by_street": _beside(result, live, "by_street", lambda code: names.get(code, code)),
        "chart": _chart(days, result, live) if days else None,
        "by_group": [(called.get(group, group), count) for group, count in groups],
        "episodes": episodes_shown(row),
    }


def _beside(
    result: dict[str, Any], live: dict[str, Any] | None, part: str, name: Any
) -> list[tuple[str, int, int | None]]:
    """What was counted by something, with what the live version counts."""
    mine, other = result[part], (live or {}).get(part, {})
    keys = sorted({*mine, *other}, key=lambda key: (-mine.get(key, 0), key))
    return [
        (
            name(key) if key else _("不在任何街道"),
            mine.get(key, 0),
            None if live is None else other.get(key, 0),
        )
        for key in keys
    ]


def _chart(days: list[str], result: dict[str, Any], live: dict[str, Any] | None) -> dict[str, Any]:
    series = [{"name": _("这次试的规则"), "values": [result["by_day"].get(d, 0) for d in days]}]
    if live is not None:
        values = [live["by_day"].get(day, 0) for day in days]
        series.append({"name": _("现在运行的版本"), "values": values})
    return {"kind": "bar", "categories": days, "series": series, "unit": _("次"), "fromZero": True}


@require_safe
def episode(request: HttpRequest, key: UUID, number: int) -> HttpResponse:
    """The readings around one episode that a trial found."""
    actor = actor_of(request)
    row, view = trial_for(key, actor)
    found = episodes_shown(row)
    if number >= len(found):
        raise NotFound(_("没有这条试算结果。"))
    one = found[number]
    context = {
        "trial": row,
        "rule": view.rule,
        "one": one,
        "charts": around(one, actor),
        "previous": number - 1 if number else None,
        "following": number + 1 if number + 1 < len(found) else None,
        "crumbs": [
            *_crumbs(view),
            (_("试算结果"), reverse("alarm_trial", args=[row.pk])),
            (one.name, ""),
        ],
    }
    return render(request, "alarms/rule_trial_episode.html", context)


@require_POST
def cancel(request: HttpRequest, key: UUID) -> HttpResponse:
    """End a trial that is not done."""
    rule = cancel_trial(key, actor=actor_of(request))
    messages.success(request, _("已取消试算。"))
    return redirect("alarm_rule_try", rule.pk)
