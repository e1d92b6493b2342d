"""The editor of a policy: text and condition side by side, tried while they are typed.

Every part works without a script: "试算" and "采用" send the whole form.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.base.forms import submitted
from district.kernel.conditions.public import (
    OPERATORS_OF,
    AnyOf,
    Condition,
    ConditionError,
    Schema,
)
from district.kernel.history.public import Actor
from district.kernel.matching.public import clauses_of
from district.kernel.organisation.public import actor_of, authorise_somewhere, permitted
from district.kernel.registers.public import plain_number
from district.systems.policies.forms import PolicyForm
from district.systems.policies.models import Audience as Key
from district.systems.policies.models import Policy
from district.systems.policies.models.policies import TERMS
from district.systems.policies.names import SAVE
from district.systems.policies.rules.drafting import Draft, draft
from district.systems.policies.rules.marking import pieces_of, with_clause
from district.systems.policies.rules.terms import LONGEST_TEXT, NewTerms, read_condition
from district.systems.policies.selectors.audiences import AUDIENCES, Audience, audience_of
from district.systems.policies.selectors.eligibility import standing_of
from district.systems.policies.selectors.linting import remarks_on
from district.systems.policies.selectors.policies import in_force, policy_for, writing_units
from district.systems.policies.selectors.rights import owned_by
from district.systems.policies.selectors.schema import names_in, said
from district.systems.policies.services.policies import save_policy

Methods = ["GET", "HEAD", "POST"]


@require_http_methods(Methods)
def new_policy(request: HttpRequest) -> HttpResponse:
    """Write a new policy, for enterprises or for the audience of `?audience=`."""
    authorise_somewhere(actor_of(request), SAVE)
    return _edited(request, None)


def _audience(request: HttpRequest, known: Policy | None) -> Audience:
    """For whom the policy is that is being written."""
    if known is not None:
        return audience_of(known.audience)
    asked = request.POST.get("audience") or request.GET.get("audience", "")
    return AUDIENCES.get(asked, AUDIENCES[Key.ENTERPRISES])


@require_http_methods(Methods)
def edit_policy(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    """Write on a policy's draft."""
    actor = actor_of(request)
    found = policy_for(policy_id, actor)
    if not permitted(actor, SAVE, owned_by(found.lead_unit)):
        raise NotPermitted(_("政策由发布单位起草。您没有修改这项政策的权限。"))
    if found.state == Policy.State.WITHDRAWN:
        raise Conflict(_("这项政策已经撤回，不能再修改。请新建一项。"))
    return _edited(request, found)


def _edited(request: HttpRequest, known: Policy | None) -> HttpResponse:
    actor, do = actor_of(request), request.POST.get("do", "")
    audience = _audience(request, known)
    if request.method != "POST":
        initial = {name: getattr(known, name) for name in TERMS} if known else {}
        if initial.get("amount") is not None:
            initial["amount"] = plain_number(initial["amount"])
        elif known is None and audience.key == Key.PEOPLE:
            initial["benefit_kind"] = "subsidy"
        return _page(request, known, PolicyForm(initial=initial))
    if do != "save":
        data = request.POST.copy()
        data["where"] = _taken(do, data.get("text", ""), data.get("where", ""), audience)
        return _page(request, known, PolicyForm(initial=data.dict()))
    form = PolicyForm(request.POST)
    seen = request.POST.get("seen", "")
    saved = submitted(
        form,
        lambda values: save_policy(
            NewTerms(**values),
            known.pk if known else None,
            unit=request.POST.get("unit", ""),
            audience=audience.key,
            actor=actor,
            seen=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else None,
        ),
    )
    if saved is not None:
        messages.success(request, _("草稿已保存。由本单位另一位有发布权限的人发布。"))
        return redirect(saved)
    return _page(request, known, form, status=422)


def _taken(do: str, text: str, where: str, audience: Audience) -> str:
    """The condition with the proposals that were taken over: `take:2`, or `take:all`."""
    if not do.startswith("take:"):
        return where
    wanted = do.removeprefix("take:")
    for number, proposal in enumerate(_draft(text, audience).proposals, 1):
        known = _read(where, audience)
        there = known is not None and proposal.condition in clauses_of(known)
        if wanted in ("all", str(number)) and not there:
            where = with_clause(where, proposal.condition, known)
    return where


def _read(where: str, audience: Audience) -> Condition | None:
    """What a condition's text says; None while it cannot be read."""
    try:
        return read_condition(where, audience.schema())
    except Invalid:
        return None


def _draft(text: str, audience: Audience) -> Draft:
    return draft(text[:LONGEST_TEXT], audience.vocabulary())


def _page(
    request: HttpRequest, known: Policy | None, form: PolicyForm, status: int = 200
) -> HttpResponse:
    actor, audience = actor_of(request), _audience(request, known)
    text, where = (str(form[name].value() or "") for name in ("text", "where"))
    context = {
        "form": form,
        "known": known,
        "homes": [] if known else [(u.pk, u.display_short) for u in writing_units(actor)],
        "unit": request.POST.get("unit", ""),
        "seen": request.POST.get("seen") or (known.version if known else ""),
        "rows": [form[name] for name in TERMS if name not in ("text", "where")],
        "audience": audience,
        "audiences": [] if known else list(Key.choices),
        "attributes": _attributes(audience.schema()),
        **_proposed(text, where, audience),
        **_tried(where, known, actor, audience),
        "crumbs": [
            (_("政策"), reverse("policies")),
            *([(known.title, known.get_absolute_url())] if known else []),
            (_("修改") if known else _("新建政策"), ""),
        ],
    }
    return render(request, "policies/editor.html", context, status=status)


def _attributes(schema: Schema) -> list[tuple[str, str, str, str]]:
    """What a condition may speak of: key, label with unit, operators, values of a choice."""
    found = []
    for one in schema.attributes:
        values = _("、").join(f'"{value}" {label}' for value, label in one.choices or ())
        label = (
            _("%(label)s（%(unit)s）") % {"label": one.label, "unit": one.unit}
            if one.unit
            else str(one.label)
        )
        found.append((one.key, label, " ".join(OPERATORS_OF[one.type]), values))
    return found


def _proposed(text: str, where: str, audience: Audience) -> dict[str, Any]:
    if not text.strip():
        return {"pieces": [], "proposals": []}
    found = _draft(text, audience)
    every = AnyOf(tuple(proposal.condition for proposal in found.proposals))
    names, known = names_in(every), _read(where, audience)
    clauses = clauses_of(known) if known is not None else ()
    proposals = [
        (number, text[p.start : p.end], said(p.condition, names), p.where, p.condition in clauses)
        for number, p in enumerate(found.proposals, 1)
    ]
    return {"pieces": pieces_of(text, found), "proposals": proposals, "unread": found.unread}


def _tried(where: str, known: Policy | None, actor: Actor, audience: Audience) -> dict[str, Any]:
    """What a condition is to those that the actor may see or count, or what is wrong with it."""
    if not where.strip():
        return {"tried": None}
    today = clock.today()
    try:
        condition = read_condition(where, audience.schema())
    except Invalid as error:
        return {"tried": {"problem": str(error), **_position(where, error)}}
    standing = standing_of(condition, audience.key, actor, today)
    others = [one for one in in_force(today, audience.key) if known is None or one.pk != known.pk]
    return {
        "tried": {
            "clauses": _said_clauses(condition),
            "standing": standing,
            "audience": audience,
            "remarks": remarks_on(condition, today, others, audience, standing),
        }
    }


def _said_clauses(condition: Condition) -> list[str]:
    names = names_in(condition)
    return [said(clause, names) for clause in clauses_of(condition)]


def _position(where: str, error: Invalid) -> dict[str, str]:
    """The text around what is wrong, where the fault has a place."""
    cause = error.__cause__
    if not isinstance(cause, ConditionError) or cause.position is None:
        return {}
    at = min(cause.position, max(len(where) - 1, 0))
    return {
        "before": where[max(0, at - 30) : at],
        "wrong": where[at : at + 12] or " ",
        "behind": where[at + 12 : at + 40],
    }


@require_POST
def try_condition(request: HttpRequest) -> HttpResponse:
    """The part of the editor that says what the condition is to its audience now."""
    actor = actor_of(request)
    authorise_somewhere(actor, SAVE)
    asked = request.POST.get("policy", "")
    known = policy_for(asked, actor) if asked else None
    context = _tried(request.POST.get("where", ""), known, actor, _audience(request, known))
    return render(request, "policies/trial.html", context)


@require_POST
def proposals(request: HttpRequest) -> HttpResponse:
    """The part of the editor that shows what was read of the text."""
    authorise_somewhere(actor_of(request), SAVE)
    text, where = request.POST.get("text", ""), request.POST.get("where", "")
    context = _proposed(text, where, _audience(request, None))
    return render(request, "policies/proposals.html", context)
