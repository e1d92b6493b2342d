"""Rounds and what they recognised, for members."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.base.forms import submitted
from district.kernel.cases.public import case_type_of, desk_view, register_key, said
from district.kernel.history.public import Actor, events_of
from district.kernel.organisation.public import Owned, actor_of, permitted, visible
from district.kernel.registers.public import Figure, list_view
from district.systems.scenarios.forms_recognition import EarlierRoundForm, RoundForm
from district.systems.scenarios.models import Objection, Recognition, Review, Round
from district.systems.scenarios.names import (
    RECOGNITION,
    RECOGNITIONS,
    ROUNDS,
    decide_action,
    manage_action,
)
from district.systems.scenarios.rules.earlier import read_earlier
from district.systems.scenarios.schemes import schemes
from district.systems.scenarios.selectors.entries import keepers_of
from district.systems.scenarios.selectors.recognition import (
    applications_of,
    owned_round,
    recognition_for,
    recognition_subject,
    round_for,
    round_subject,
    scheme_in,
)
from district.systems.scenarios.services.applying import read_objector
from district.systems.scenarios.services.rounds import (
    announce_round,
    decide_objection,
    fill_reviews,
    plan_round,
    propose_results,
    publish_round,
    revoke_recognition,
    start_review,
)
from district.systems.scenarios.services.taking_over import take_over_round

_STEPS: dict[str, Callable[..., object]] = {
    "announce": announce_round,
    "review": start_review,
    "fill": fill_reviews,
    "propose": propose_results,
    "publish": publish_round,
}


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """The rounds."""
    actor = actor_of(request)
    extra = {
        "may_plan": bool(_own_schemes(actor)),
        "may_take": bool(_own_schemes(actor, decide_action)),
    }
    return list_view(request, ROUNDS, template="scenarios/rounds.html", extra=extra)


def _own_schemes(actor: Actor, right: Callable[[str], str] = manage_action) -> list[str]:
    return [
        key
        for key, keeper in keepers_of(schemes()).items()
        if permitted(actor, right(key), Owned(keeper))
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def new_round(request: HttpRequest) -> HttpResponse:
    """Plan a round."""
    actor = actor_of(request)
    own = _own_schemes(actor)
    if not own:
        raise NotPermitted(_("您没有拟定认定批次的权限。如确需拟定，请联系系统管理员。"))
    form = RoundForm(request.POST or None, own=own)
    made = submitted(form, lambda data: plan_round(**data, actor=actor))
    if made is not None:
        messages.success(request, _("批次已拟定，公告后开始申报。"))
        return redirect(made)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "title": _("拟定认定批次")}
    return render(request, "scenarios/round_form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def take_over(request: HttpRequest) -> HttpResponse:
    """Write down a round that was published elsewhere, with what it recognised."""
    actor = actor_of(request)
    own = _own_schemes(actor, decide_action)
    if not own:
        raise NotPermitted(_("您没有录入认定结果的权限。如确需录入，请联系系统管理员。"))
    form = EarlierRoundForm(request.POST or None, own=own)
    made = submitted(form, lambda data: _taken(data, actor))
    if made is not None:
        messages.success(request, _("批次和认定结果已录入。"))
        return redirect(made)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "title": _("录入已公布的批次")}
    return render(request, "scenarios/round_form.html", context, status=status)


def _taken(data: Mapping[str, Any], actor: Actor) -> Round:
    rows, wrong = read_earlier(data["lines"])
    if wrong:
        raise Invalid(
            "lines",
            _("第%(line)d行不是三项或四项。") % {"line": wrong},
            _("请写名称、单位名称、统一社会信用代码，可加认定编号。"),
        )
    days = (data["opens_on"], data["closes_on"], data["published_on"])
    try:
        return take_over_round(data["scheme_key"], data["title"], days, rows, actor=actor)
    except Invalid as error:
        if not error.field.startswith("rows"):
            raise
        _rows, at, *_field = [*error.field.split("."), ""]
        problem = _("第%(at)s项：%(problem)s") % {"at": at, "problem": error.problem}
        raise Invalid("lines", problem if at else error.problem, error.remedy) from error


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, round_id: UUID) -> HttpResponse:
    """A round; POST takes its next step, or decides an objection."""
    actor = actor_of(request)
    row = round_for(round_id, actor)
    problem, status, told = "", 200, None
    if request.method == "POST":
        try:
            if request.POST.get("do") != "contact":
                _take(request, row, actor)
                return redirect(row)
            objection, reason = request.POST.get("objection", ""), request.POST.get("reason", "")
            told = (objection, *read_objector(objection, reason, actor=actor))
        except (Invalid, Conflict) as error:
            problem, status = str(error), error.status
            row = round_for(round_id, actor)
    context = {**_context(row, actor, problem), "told": told}
    answer = render(request, "scenarios/round.html", context, status=status)
    answer["Cache-Control"] = "no-store"
    return answer


def _take(request: HttpRequest, row: Round, actor: Actor) -> None:
    doing = request.POST.get("do", "")
    if doing in ("uphold", "dismiss"):
        decide_objection(
            request.POST.get("objection", ""),
            upheld=doing == "uphold",
            answer=request.POST.get("answer", ""),
            actor=actor,
        )
    elif doing in _STEPS:
        _STEPS[doing](row.pk, actor=actor)
    else:
        raise Invalid("do", _("没有这项操作。"), _("请刷新后再试。"))


def _context(row: Round, actor: Actor, problem: str) -> dict[str, Any]:
    scheme = scheme_in(row)
    rows = list(applications_of(row, actor).prefetch_related("reviews"))
    stages = case_type_of(RECOGNITION).stages
    where = f'round = "{row.number}"'
    counted = Counter(one.case.stage for one in rows)
    figures = [
        Figure(register_key(RECOGNITION), where, value=len(rows), unit=_("件"), label=_("申请"))
    ] + [
        Figure(
            register_key(RECOGNITION),
            f'{where} and stage = "{key}"',
            value=counted[key],
            unit=_("件"),
            label=said(stages[key].label),
        )
        for key in stages
        if counted[key]
    ]
    mine = [one.pk for one in rows]
    objections = Objection.objects.filter(application__in=mine).select_related("application")
    owned, events = owned_round(row), events_of(round_subject(row), limit=30)
    return {
        "round": row,
        "scheme": scheme,
        "label": said(scheme.label),
        "rows": [(one, said(stages[one.case.stage].label), _progress(one)) for one in rows],
        # Whoever sees no application at all has no list to open.
        "figures": [
            *([] if visible(actor, f"cases.{RECOGNITION}.view").nothing else figures),
            *_recognised(row),
        ],
        "objections": list(objections),
        "may_manage": permitted(actor, manage_action(row.scheme), owned),
        "may_decide": permitted(actor, decide_action(row.scheme), owned),
        "today": clock.today(),
        "events": events,
        "taken_over": any(one.kind == "scenarios.round.taken_over" for one in events),
        "problem": problem,
        "crumbs": [(_("认定批次"), reverse("scenarios_rounds")), (row.number, "")],
    }


def _recognised(row: Round) -> list[Figure]:
    """How many results a published round has, which opens them."""
    if row.state != Round.State.PUBLISHED:
        return []
    number = Recognition.objects.filter(round=row).count()
    where = f'round = "{row.number}"'
    return [Figure(RECOGNITIONS, where, value=number, unit=_("项"), label=_("认定结果"))]


def _progress(application: Any) -> str:
    """How many of an application's reviews are in; no points before all of them are."""
    rows = [one for one in application.reviews.all() if one.state != Review.State.DECLINED]
    done = sum(one.state == Review.State.SUBMITTED for one in rows)
    return f"{done}/{len(rows)}" if rows else ""


@require_safe
def desk_index(request: HttpRequest) -> HttpResponseBase:
    """On to what waits for its check."""
    return redirect("scenarios_desk", "check")


@require_safe
def desk(request: HttpRequest, desk: str) -> HttpResponseBase:
    """One desk of applications, with all of them as tabs."""
    base = reverse("scenarios_desk", args=["check"]).rsplit("/", 2)[0] + "/"
    return desk_view(request, RECOGNITION, desk, base_url=base)


@require_safe
def recognitions(request: HttpRequest) -> HttpResponseBase:
    """What was recognised."""
    return list_view(request, RECOGNITIONS)


@require_safe
def recognition(request: HttpRequest, recognition_id: UUID) -> HttpResponse:
    """One of them."""
    return _recognition(request, recognition_id)


def _recognition(
    request: HttpRequest, recognition_id: UUID, problem: str = "", status: int = 200
) -> HttpResponse:
    actor = actor_of(request)
    row = recognition_for(recognition_id, actor)
    alive = row.revoked_on is None and row.valid_until >= clock.today()
    may = permitted(actor, decide_action(row.scheme), owned_round(row.round))
    context = {
        "row": row,
        "label": said(schemes()[row.scheme].label),
        "may_revoke": alive and may,
        "events": events_of(recognition_subject(row), limit=20),
        "problem": problem,
        "crumbs": [(_("认定结果"), reverse("scenarios_recognitions")), (row.number, "")],
    }
    return render(request, "scenarios/recognition.html", context, status=status)


@require_POST
def revoke(request: HttpRequest, recognition_id: UUID) -> HttpResponse:
    """Take a recognition back."""
    actor = actor_of(request)
    row = recognition_for(recognition_id, actor)
    try:
        revoke_recognition(row.pk, request.POST.get("reason", ""), actor=actor)
    except (Invalid, Conflict) as error:
        return _recognition(request, recognition_id, str(error), error.status)
    return redirect(row)
