"""Roads: figures by road, surveys, voids."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from district.kernel.base.errors import NotPermitted
from district.kernel.base.forms import submitted
from district.kernel.history.public import Actor, events_of
from district.kernel.organisation.public import (
    actor_of,
    authorise_somewhere,
    permitted,
    permitted_somewhere,
    units_for,
    visible,
)
from district.kernel.places.public import marked, points_on_streets
from district.kernel.registers.public import Figure, list_view
from district.systems.early_warning.forms import SurveyForm
from district.systems.early_warning.models import RoadSurvey, RoadVoid
from district.systems.early_warning.names import SAVE_SURVEY, SURVEYS, VIEW_SURVEY, VOIDS
from district.systems.early_warning.rules.grading import rule_named, rules, words_of
from district.systems.early_warning.selectors.rights import owned_survey
from district.systems.early_warning.selectors.voids import roads, survey_for, void_for
from district.systems.early_warning.selectors.words import quoted
from district.systems.early_warning.services.surveys import (
    match_survey,
    save_survey,
    survey_subject,
)

_NEWEST = 8


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The figures by road, and the newest surveys."""
    actor = actor_of(request)
    if not permitted_somewhere(actor, VIEW_SURVEY):
        raise NotPermitted(_("您没有查看道路雷达检测的权限。如确需查看，请联系系统管理员。"))
    rows = RoadSurvey.objects.filter(visible(actor, VIEW_SURVEY).q("lead_unit"))
    context = {
        "roads": roads(actor),
        "surveys": list(rows.select_related("lead_unit")[:_NEWEST]),
        "may_save": permitted_somewhere(actor, SAVE_SURVEY),
        "rules": _rules(),
    }
    return render(request, "early_warning/roads.html", context)


def _rules() -> list[tuple[str, str, bool]]:
    """The rules of grading in words: grade, what holds, whether it becomes a case."""
    labels = dict(RoadVoid.Grade.choices)
    return [(str(labels[one.grade]), words_of(one), one.opens) for one in rules()]


@require_safe
def surveys(request: HttpRequest) -> HttpResponseBase:
    """The surveys that the member may see."""
    return list_view(request, SURVEYS)


@require_safe
def voids(request: HttpRequest) -> HttpResponseBase:
    """The voids that the member may see."""
    return list_view(request, VOIDS)


@require_http_methods(["GET", "HEAD", "POST"])
def survey_new(request: HttpRequest) -> HttpResponse:
    """Enter a survey."""
    actor = actor_of(request)
    authorise_somewhere(actor, SAVE_SURVEY)
    form = SurveyForm(request.POST or None, own=_own(actor))
    made = submitted(form, lambda data: save_survey(data, None, actor))
    if made is not None:
        messages.success(request, _("已登记，请导入这次检测的病害。"))
        return redirect(made)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "crumbs": _crumbs(_("登记检测"))}
    return render(request, "early_warning/survey_new.html", context, status=status)


def _own(actor: Actor) -> list[tuple[str, str]]:
    return [(unit.pk, unit.display_short) for unit in units_for(actor, SAVE_SURVEY)]


def _crumbs(last: str) -> list[tuple[str, str]]:
    return [(_("道路病害"), reverse("early_warning_roads")), (last, "")]


@require_safe
def survey(request: HttpRequest, key: UUID) -> HttpResponse:
    """A survey: its voids by road, and what comparing it came to."""
    actor = actor_of(request)
    found = survey_for(key, actor)
    lines = roads(actor, survey=found)
    count = sum(line.all.value or 0 for line in lines)
    where = f"survey = {quoted(found.number)}"
    events = events_of(survey_subject(found), 20)
    matched = next((each for each in events if each.kind.endswith(".matched")), None)
    context = {
        "survey": found,
        "lines": lines,
        "voids": Figure(VOIDS, where, value=count, unit=_("处"), label=_("病害")),
        "matched": matched,
        "may_save": permitted(actor, SAVE_SURVEY, owned_survey(found)),
        "clear_roads": [name for name in found.roads if name not in {one.road for one in lines}],
        "crumbs": _crumbs(found.number),
    }
    return render(request, "early_warning/survey.html", context)


@require_POST
def match(request: HttpRequest, key: UUID) -> HttpResponse:
    """Compare a survey with the earlier ones."""
    actor = actor_of(request)
    found = survey_for(key, actor)
    done = match_survey(found.pk, actor=actor)
    messages.success(
        request,
        _("已比对：新开%(opened)d单，再次发现%(again)d处，销号%(gone)d处。")
        % {"opened": done.opened, "again": done.again, "gone": done.gone},
    )
    return redirect(found)


@require_safe
def void(request: HttpRequest, key: UUID) -> HttpResponse:
    """A void: where, how large, why so graded, how it stands."""
    found = void_for(key, actor_of(request))
    rule = rule_named(found.rule)
    context = {
        "void": found,
        "now": dict(RoadVoid.Standing.choices)[found.now],  # type: ignore[attr-defined]  # annotated
        "rule": words_of(rule) if rule else found.rule,
        "data": points_on_streets(
            [marked(found.pk, found.road, found.lon, found.lat, mark="open")]
        ),
        "crumbs": [
            (_("道路病害"), reverse("early_warning_roads")),
            (found.survey.number, found.survey.get_absolute_url()),
            (found.code, ""),
        ],
    }
    return render(request, "early_warning/void.html", context)
