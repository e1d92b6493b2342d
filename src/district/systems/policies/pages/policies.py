"""The list of policies, and one policy: what it gives, who holds it, its versions and rounds."""

from __future__ import annotations

from datetime import date
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
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.base.forms import submitted
from district.kernel.cases.public import register_key, visible_cases
from district.kernel.history.public import Actor
from district.kernel.matching.public import clauses_of
from district.kernel.organisation.public import (
    Owned,
    actor_of,
    permitted,
    permitted_somewhere,
)
from district.kernel.registers.public import Figure, list_view
from district.systems.policies.forms import ReasonForm
from district.systems.policies.models import Audience as Key
from district.systems.policies.models import Policy, PolicyVersion
from district.systems.policies.names import (
    CONSULT,
    MONEY,
    NOTICES,
    POLICIES,
    PUBLISH,
    PUSH,
    PUSHES,
    SAVE,
    VIEW_NOTICE,
    VIEW_PUSHES,
)
from district.systems.policies.rules.terms import read_condition
from district.systems.policies.selectors.audiences import Audience, audience_of
from district.systems.policies.selectors.eligibility import sees_all, standing_of, standing_on
from district.systems.policies.selectors.linting import remarks_on
from district.systems.policies.selectors.policies import (
    answering_units,
    consultations_of,
    may_read_draft,
    policy_beside,
    policy_for,
    pushed_counts,
    version_for,
    version_on,
)
from district.systems.policies.selectors.rights import owned_by
from district.systems.policies.selectors.schema import (
    condition_of,
    names_in,
    said,
)
from district.systems.policies.services.policies import publish_policy, withdraw_policy

State = Policy.State


@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """All policies."""
    extra = {"may_write": permitted_somewhere(actor_of(request), SAVE)}
    return list_view(request, POLICIES, template="policies/policies.html", extra=extra)


@require_safe
def policy(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    """One policy, as it is in force; `?version=` shows an earlier version, or `draft`."""
    actor = actor_of(request)
    found = policy_for(policy_id, actor)
    audience, owned = audience_of(found.audience), owned_by(found.lead_unit)
    reads_draft = found.has_draft and may_read_draft(found, actor)
    version = _version_asked(request, found, actor, reads_draft)
    shown: Policy | PolicyVersion = version or found
    versions = list(found.versions.order_by("-number").prefetch_related("runs"))
    context: dict[str, Any] = {
        "policy": found,
        "audience": audience,
        "shown": shown,
        "version": version,
        "is_live": version is not None and version.pk == found.live_id and not version.ended_at,
        "clauses": _clauses(version or found),
        "versions": versions,
        "money": MONEY,
        "may_edit": permitted(actor, SAVE, owned) and found.state != State.WITHDRAWN,
        "may_publish": permitted(actor, PUBLISH, owned) and found.state != State.WITHDRAWN,
        "may_send": permitted(actor, PUSH, owned) and found.state == State.PUBLISHED,
        "may_apply": permitted_somewhere(actor, f"cases.{audience.case_type}.create"),
        **_consulted(found, actor, reads_draft),
        **_told(found, audience, versions, actor),
        "crumbs": [(_("政策"), reverse("policies")), (shown.title, "")],
    }
    return render(request, "policies/policy.html", context)


def _version_asked(
    request: HttpRequest, found: Policy, actor: Actor, reads_draft: bool
) -> PolicyVersion | None:
    """The version to show; None for the draft."""
    asked = request.GET.get("version", "")
    if not asked:
        return found.live
    if asked == "draft" and reads_draft:
        return None
    try:
        version = version_for(UUID(asked), actor)
    except ValueError:
        version = None
    if version is None or version.policy_id != found.pk:
        raise NotFound(_("没有这个版本，或您没有查看的权限。"))
    return version


def _consulted(found: Policy, actor: Actor, reads_draft: bool) -> dict[str, Any]:
    """Who was asked for an opinion of the draft and what they said, for whoever may read it."""
    told: dict[str, Any] = {"reads_draft": reads_draft}
    if reads_draft:
        asked = consultations_of(found)
        told["consultations"] = asked
        told["answering"] = answering_units(asked, actor)
        told["may_consult"] = permitted(actor, CONSULT, owned_by(found.lead_unit))
    return told


def _clauses(shown: Policy | PolicyVersion) -> list[str]:
    """The clauses in words; of a draft that cannot be read yet none."""
    try:
        if isinstance(shown, PolicyVersion):
            condition = condition_of(shown, shown.policy.audience)
        elif shown.where.strip():
            condition = read_condition(shown.where, audience_of(shown.audience).schema())
        else:
            return []
    except Invalid:
        return []
    names = names_in(condition)
    return [said(clause, names) for clause in clauses_of(condition)]


def _sees_pushes(found: Policy, actor: Actor) -> bool:
    """Whether the actor may see all pushes of a policy: to people only the unit's own members."""
    if found.audience != Key.PEOPLE:
        return permitted(actor, VIEW_PUSHES, owned_by(found.lead_unit))
    return permitted(actor, VIEW_NOTICE, Owned(None, frozenset({found.lead_unit_id})))


def _told(
    found: Policy, audience: Audience, versions: list[PolicyVersion], actor: Actor
) -> dict[str, Any]:
    """Rounds, pushes and applications, as far as the actor may see them."""
    told: dict[str, Any] = {"figures": [], "runs": []}
    people = found.audience == Key.PEOPLE
    if _sees_pushes(found, actor):
        counts, where = pushed_counts(found), f'policy = "{found.number}"'
        for key, label, more in (
            ("sent", _("已推送"), " and run known"),
            ("read", _("已告知") if people else _("已阅读"), " and read_at known"),
            ("applied", _("已申报"), " and applied_at known"),
        ):
            told["figures"].append(
                Figure(
                    NOTICES if people else PUSHES,
                    where + more,
                    value=counts[key],
                    unit=_("人次") if people else _("家次"),
                    label=label,
                )
            )
        runs = [run for version in versions for run in version.runs.all()]
        told["runs"] = sorted(runs, key=lambda run: run.asked_at, reverse=True)[:10]
    kind = audience.case_type
    if permitted_somewhere(actor, f"cases.{kind}.view"):
        cases = visible_cases(actor, kind).filter(facts__policy=found.number).count()
        where = f'policy = "{found.number}"'
        told["figures"].append(
            Figure(register_key(kind), where, value=cases, unit=_("件"), label=_("申报"))
        )
    return told


@require_safe
def standing(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    """Who holds a policy's condition now, who is short of one clause; what is odd about it."""
    actor, today = actor_of(request), clock.today()
    found, others = policy_beside(policy_id, actor, today)
    if found.live is None:
        raise NotFound(_("这项政策还没有发布。"))
    condition = condition_of(found.live, found.audience)
    told = standing_of(condition, found.audience, actor, today)
    context = {
        "policy": found,
        "audience": audience_of(found.audience),
        "standing": told,
        "remarks": remarks_on(condition, today, others, audience_of(found.audience), told),
        "crumbs": _crumbs(found, _("谁符合")),
    }
    return render(request, "policies/standing.html", context)


def _crumbs(found: Policy, last: str) -> list[tuple[str, str]]:
    return [
        (_("政策"), reverse("policies")),
        (found.title, found.get_absolute_url()),
        (last, ""),
    ]


@require_safe
def on_day(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    """Which version was in force at the end of `?day=`, and how many held it on that day's data."""
    actor = actor_of(request)
    found = policy_for(policy_id, actor)
    asked, problem = request.GET.get("day", ""), ""
    context: dict[str, Any] = {"policy": found, "day": asked, "crumbs": _crumbs(found, _("某一天"))}
    if asked:
        try:
            context |= _on(found, date.fromisoformat(asked), request.GET.get("page", ""), actor)
        except ValueError:
            problem = _("请按 2025-09-30 的格式填写日期。")
        except Invalid as error:
            problem = str(error)
    context["problem"] = problem
    status = 422 if problem else 200
    return render(request, "policies/on_day.html", context, status=status)


def _on(found: Policy, day: date, page: str, actor: Actor) -> dict[str, Any]:
    if day >= clock.today():
        raise Invalid("day", _("这一天还没有过完。"), _("请选择过去的日期。"))
    version = version_on(found, day)
    told: dict[str, Any] = {"version": version, "asked_day": day}
    if version is None:
        return told
    told["clauses"] = _clauses(version)
    audience = audience_of(found.audience)
    told["audience"] = audience
    if sees_all(audience, actor):
        told["past"] = standing_on(condition_of(version, found.audience), audience, day, page)
    return told


@require_POST
def publish(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    """Let the draft come into force."""
    seen = request.POST.get("seen", "")
    try:
        made = publish_policy(
            policy_id,
            actor=actor_of(request),
            seen=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else None,
        )
    except (Invalid, Conflict) as error:
        messages.error(request, str(error))
        return redirect("policy_edit" if isinstance(error, Invalid) else "policy", policy_id)
    messages.success(request, _("已发布第%(number)d版。") % {"number": made.number})
    return redirect("policy", policy_id)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    """End a policy for good."""
    actor = actor_of(request)
    found = policy_for(policy_id, actor)
    if not permitted(actor, PUBLISH, owned_by(found.lead_unit)):
        raise NotFound(_("没有这项政策，或您没有撤回的权限。"))
    form = ReasonForm(request.POST or None)
    done = submitted(form, lambda data: withdraw_policy(policy_id, data["reason"], actor=actor))
    if done is not None:
        messages.success(request, _("政策已撤回。"))
        return redirect(done)
    status = 422 if request.method == "POST" else 200
    context = {"policy": found, "form": form, "crumbs": _crumbs(found, _("撤回"))}
    return render(request, "policies/withdraw.html", context, status=status)
