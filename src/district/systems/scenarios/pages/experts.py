"""Experts: engaging them, what binds them, and their reviews."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.base.forms import submitted
from district.kernel.cases.public import Case, attachment_answer, case_url, said
from district.kernel.conditions.public import explain
from district.kernel.history.public import Actor
from district.kernel.organisation.public import actor_of, permitted
from district.kernel.registers.public import list_view
from district.systems.scenarios.forms_recognition import ExpertForm, InterestForm, ReviewForm
from district.systems.scenarios.models import Application, Expert, Review, Round
from district.systems.scenarios.names import EXPERTS, SAVE_EXPERT, manage_action
from district.systems.scenarios.rules.reviewing import blinded
from district.systems.scenarios.rules.schemes import FormField, Scheme
from district.systems.scenarios.schemes import schemes
from district.systems.scenarios.selectors.entries import keepers_of, own_units
from district.systems.scenarios.selectors.papers import (
    missing_kinds,
    paper_for_reviewer,
    paper_kind,
    papers_for_reviewers,
    papers_of,
)
from district.systems.scenarios.selectors.recognition import (
    application_of_case,
    expert_of,
    owned_round,
    review_for,
    reviews_in,
    reviews_of,
    scheme_in,
)
from district.systems.scenarios.services.experts import declare_interest, save_expert
from district.systems.scenarios.services.papers import CLEARING, clear_paper
from district.systems.scenarios.services.reviewing import decline_review, submit_review


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """The experts whom the member's units have engaged."""
    extra = {"may_save": bool(_engaging(actor_of(request)))}
    return list_view(request, EXPERTS, template="scenarios/experts.html", extra=extra)


def _engaging(actor: Actor) -> list[str]:
    """The actor's units that keep a scheme and so engage experts."""
    keepers = set(keepers_of(schemes()).values())
    return [unit for unit in own_units(actor, SAVE_EXPERT) if unit in keepers]


@require_http_methods(["GET", "HEAD", "POST"])
def new_expert(request: HttpRequest) -> HttpResponse:
    """Engage an expert for the member's own unit."""
    return _expert(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def change_expert(request: HttpRequest, expert_id: UUID) -> HttpResponse:
    """Change what is known of an expert; whoever may only see it reads its record."""
    found = get_object_or_404(Expert, pk=expert_id)
    if request.method != "POST" and found.lead_unit_id not in _engaging(actor_of(request)):
        return redirect("register_detail", EXPERTS, found.pk)
    return _expert(request, found)


def _expert(request: HttpRequest, known: Expert | None) -> HttpResponse:
    actor = actor_of(request)
    own = _engaging(actor)
    unit = known.lead_unit_id if known else (own[0] if own else "")
    if unit not in own:
        raise NotPermitted(_("专家由聘请单位登记。"))
    initial = (
        {
            "member_id": str(known.member_id),
            "employer": known.employer,
            "employer_code": known.employer_code,
            "is_active": known.is_active,
        }
        if known
        else None
    )
    form = ExpertForm(request.POST or None, unit=unit, initial=initial)
    saved = submitted(form, lambda data: save_expert(**data, lead_unit=unit, actor=actor))
    if saved is not None:
        messages.success(request, _("专家已登记。"))
        return redirect("scenarios_experts")
    status = 422 if request.method == "POST" else 200
    return render(request, "scenarios/expert_form.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """An expert's reviews and ties; POST declares a tie."""
    actor = actor_of(request)
    expert = expert_of(actor)
    if expert is None:
        return render(request, "scenarios/reviews.html", {"expert": None})
    form = InterestForm(request.POST or None)
    made = submitted(form, lambda data: declare_interest(data, actor=actor))
    if made is not None:
        messages.success(request, _("已申报，相关申请您已回避。"))
        return redirect("scenarios_reviews")
    rows = [(row, said(scheme_in(row.application.round).label)) for row in reviews_of(expert)]
    context = {"expert": expert, "rows": rows, "form": form, "ties": list(expert.interests.all())}
    status = 422 if request.method == "POST" else 200
    return render(request, "scenarios/reviews.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """A review: the application without its applicant; POST gives points, or leaves it."""
    actor = actor_of(request)
    row = review_for(review_id, actor)
    scheme = scheme_in(row.application.round)
    if request.POST.get("do") == "decline":
        try:
            decline_review(row.pk, request.POST.get("reason", ""), actor=actor)
        except (Invalid, Conflict) as error:
            return _review(request, row, scheme, ReviewForm(scheme=scheme), str(error), 422)
        messages.success(request, _("已退出这项评审。"))
        return redirect("scenarios_reviews")
    form = ReviewForm(request.POST or None, scheme=scheme)
    done = submitted(form, lambda data: submit_review(row.pk, *_split(data, scheme), actor=actor))
    if done is not None:
        messages.success(request, _("评审已提交。"))
        return redirect("scenarios_reviews")
    return _review(request, row, scheme, form, "", 422 if request.method == "POST" else 200)


def _split(data: dict[str, Any], scheme: Scheme) -> tuple[dict[str, Decimal], dict[str, str]]:
    keys = [one.key for one in scheme.criteria]
    points = {key: data[f"points_{key}"] for key in keys}
    return points, {key: data[f"grounds_{key}"] for key in keys}


def _review(
    request: HttpRequest, row: Review, scheme: Scheme, form: ReviewForm, problem: str, status: int
) -> HttpResponse:
    application = row.application
    names = (application.applicant, application.code)
    others = reviews_in(application) if row.state == Review.State.SUBMITTED else None
    context = {
        "review": row,
        "alias": application.alias,
        "label": said(scheme.label),
        "subject": blinded(application.subject, names),
        "text": blinded(application.text, names),
        "answers": [
            (label, blinded(value, names))
            for label, value in answers_in_words(application, scheme, hidden=False)
        ],
        "given": _given(row, scheme) if row.state == Review.State.SUBMITTED else [],
        "papers": papers_for_reviewers(application, scheme),
        "others": [one.total for one in others if one.pk != row.pk] if others else [],
        "open": row.state == Review.State.ASSIGNED
        and application.round.state == Round.State.REVIEWING,
        "form": form,
        "problem": problem,
        "crumbs": [(_("我的评审"), reverse("scenarios_reviews")), (f"{application.alias}", "")],
    }
    answer = render(request, "scenarios/review.html", context, status=status)
    answer["Cache-Control"] = "no-store"
    return answer


@require_safe
def review_paper(request: HttpRequest, review_id: UUID, paper_id: UUID) -> FileResponse:
    """A picture of the application under review, without the name that its applicant gave it."""
    row = review_for(review_id, actor_of(request))
    paper = paper_for_reviewer(row, paper_id)
    small = "small" in request.GET
    return attachment_answer(paper.attachment, small=small, name=f"{row.application.alias}")


@require_POST
def clear(request: HttpRequest, paper_id: UUID) -> HttpResponse:
    """Let reviewers see a picture, or not."""
    cleared = request.POST.get("do") == "show"
    paper = clear_paper(paper_id, cleared=cleared, actor=actor_of(request))
    words = _("评审专家可以看到这张照片。") if cleared else _("评审专家看不到这张照片。")
    messages.success(request, words)
    return redirect(case_url(paper.application.case_id))


def _given(row: Review, scheme: Scheme) -> list[tuple[str, str, str, int]]:
    return [
        (said(one.label), row.points.get(one.key, ""), row.grounds.get(one.key, ""), one.most)
        for one in scheme.criteria
    ]


def answers_in_words(
    application: Application, scheme: Scheme, *, hidden: bool
) -> list[tuple[str, str]]:
    """What the applicant states by the scheme's fields; `hidden` those too that name them."""
    found = []
    for one in scheme.fields:
        value = application.answers.get(one.key)
        if value not in (None, "") and (hidden or not one.hidden):
            found.append((said(one.label), _word(one, value)))
    return found


def _word(one: FormField, value: Any) -> str:
    if one.type == "boolean":
        return _("是") if value else _("否")
    if one.choices:
        return next((said(words) for key, words in one.choices if key == value), str(value))
    return f"{value} {one.unit}".strip()


def case_section(request: HttpRequest, case: Case) -> str:
    """The card on an application's case: what is stated, the formal conditions, scores once all
    reviews are in. One query, and one more once there are scores."""
    application = application_of_case(case.pk)
    if application is None:
        return ""
    scheme = scheme_in(application.round)
    context = {
        "application": application,
        "label": said(scheme.label),
        "subject": said(scheme.subject),
        "answers": answers_in_words(application, scheme, hidden=True),
        "formal": [
            (said(one.say), explain(one.condition, typed_answers(application, scheme)).outcome)
            for one in scheme.formal
        ],
        **_papers(request, application, scheme),
    }
    return render_to_string("scenarios/case_section.html", context, request)


def _papers(request: HttpRequest, application: Application, scheme: Scheme) -> dict[str, Any]:
    """The files by what they are for; only whoever may read who applied sees them. One query."""
    papers = papers_of(application)
    round_ = application.round
    may = permitted(actor_of(request), manage_action(round_.scheme), owned_round(round_))
    return {
        "papers": [
            (one, said(kind.label), kind.anonymous and one.attachment.is_image)
            for one in papers
            if (kind := paper_kind(scheme, one.kind))
        ]
        if may
        else [],
        "missing": missing_kinds(scheme, papers),
        "may_clear": may and application.case.stage in CLEARING,
    }


def typed_answers(application: Application, scheme: Scheme) -> dict[str, Any]:
    """The answers as conditions take them; a tick that was not set is a no."""
    found = {}
    for one in scheme.fields:
        value = application.answers.get(one.key)
        if one.type == "decimal" and value is not None:
            value = Decimal(str(value))
        found[one.key] = bool(value) if one.type == "boolean" else value
    return found


def scores_section(request: HttpRequest, case: Case) -> str:
    """The card with every expert's points and grounds, once all of them are in; without names."""
    if case.stage not in ("review", "publicity", "recognised", "refused"):
        return ""
    rows = Review.objects.filter(application__case=case).exclude(state=Review.State.DECLINED)
    found = list(rows.select_related("application__round"))
    if not found or any(row.state != Review.State.SUBMITTED for row in found):
        return ""
    scheme = scheme_in(found[0].application.round)
    reviews = [(at, row.total, _given(row, scheme)) for at, row in enumerate(found, start=1)]
    context = {"reviews": reviews, "application": found[0].application, "most": scheme.most}
    return render_to_string("scenarios/scores_section.html", context, request)
