"""Policies, versions and pushes that somebody may see."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.history.public import Actor
from district.kernel.organisation.public import Unit, permitted, posts_of, units, visible
from district.systems.policies.models import (
    Consent,
    Policy,
    PolicyVersion,
    Push,
    PushLimit,
    PushRun,
)
from district.systems.policies.names import SAVE, VIEW, VIEW_PUSHES
from district.systems.policies.selectors.rights import owned_by


def visible_policies(actor: Actor) -> QuerySet[Policy]:
    """The policies that the actor may see."""
    return Policy.objects.filter(visible(actor, VIEW).q("lead_unit"))


def policy_for(policy_id: UUID | str, actor: Actor) -> Policy:
    """A policy with its unit and the version in force; NotFound also where it may not be seen."""
    try:
        rows = visible_policies(actor).select_related("lead_unit", "live")
        found = rows.filter(pk=policy_id).first()
    except (ValueError, ValidationError):
        found = None
    if found is None:
        raise NotFound(_("没有这项政策，或您没有查看的权限。"))
    return found


def policy_beside(policy_id: UUID, actor: Actor, day: date) -> tuple[Policy, list[Policy]]:
    """A policy as `policy_for`, and the others for the same audience that are in force on a day
    and that the actor may see. One query."""
    rows = visible_policies(actor).filter(in_force_q(day) | Q(pk=policy_id))
    rows = rows.select_related("lead_unit", "live").order_by("title", "pk")
    found, others = None, []
    for row in rows:
        if row.pk == policy_id:
            found = row
        else:
            others.append(row)
    if found is None:
        raise NotFound(_("没有这项政策，或您没有查看的权限。"))
    return found, [row for row in others if row.audience == found.audience]


def writing_units(actor: Actor) -> list[Unit]:
    """The units in whose name the actor may write policies, its own posts' first."""
    own = [post.unit for post in posts_of(actor)]
    found = [unit for unit in units().filter(pk__in=own) if unit.is_active]
    found = [unit for unit in found if permitted(actor, SAVE, owned_by(unit))]
    return sorted(found, key=lambda unit: own.index(unit.pk))


def in_force_q(day: date) -> Q:
    """Policies that are published and whose window holds the day."""
    open_now = Q(live__opens_on__lte=day) & (Q(live__closes_on=None) | Q(live__closes_on__gte=day))
    return Q(state=Policy.State.PUBLISHED) & open_now


def in_force(day: date, audience: str) -> list[Policy]:
    """The policies in force, with unit and version, by title. One query."""
    rows = Policy.objects.filter(in_force_q(day), audience=audience)
    return list(rows.select_related("lead_unit", "live").order_by("title", "pk"))


def version_on(policy: Policy, day: date) -> PolicyVersion | None:
    """The version that was in force at the end of a day, whatever its window; None if none was."""
    end = datetime.combine(day + timedelta(days=1), time.min, timezone.get_default_timezone())
    rows = policy.versions.filter(published_at__lt=end)
    return rows.filter(Q(ended_at=None) | Q(ended_at__gte=end)).order_by("-number").first()


def version_for(version_id: UUID | str, actor: Actor) -> PolicyVersion:
    """A published version of a policy that the actor may see; NotFound."""
    mine = visible(actor, VIEW).q("policy__lead_unit")
    rows = PolicyVersion.objects.filter(mine).select_related("policy__lead_unit", "policy__live")
    found = rows.filter(pk=version_id).first()
    if found is None:
        raise NotFound(_("没有这个版本，或您没有查看的权限。"))
    return found


def push_scope_q(actor: Actor) -> Q:
    """The pushes that the actor may see."""
    return visible(actor, VIEW_PUSHES).q("version__policy__lead_unit")


def push_for(push_id: UUID | str, actor: Actor) -> Push:
    """A push with its version and policy; NotFound also where it may not be seen."""
    rows = Push.objects.filter(push_scope_q(actor), pk=push_id)
    found = rows.select_related("version__policy__lead_unit", "run").first()
    if found is None:
        raise NotFound(_("没有这条推送，或您没有查看的权限。"))
    return found


def run_for(run_id: UUID | str, actor: Actor) -> PushRun:
    """A round of pushes with its version and policy; NotFound also where it may not be seen."""
    mine = visible(actor, VIEW_PUSHES).q("version__policy__lead_unit")
    rows = PushRun.objects.filter(mine, pk=run_id)
    found = rows.select_related("version__policy__lead_unit").first()
    if found is None:
        raise NotFound(_("没有这次推送，或您没有查看的权限。"))
    return found


def consent_of(code: str) -> Consent | None:
    """What an enterprise said about being told, None where it said nothing."""
    return Consent.objects.filter(code=code).first()


def limit() -> PushLimit:
    """How often one enterprise is told in a month; the default where nobody set it."""
    return PushLimit.objects.filter(pk=1).first() or PushLimit()


def pushed_counts(policy: Policy) -> dict[str, int]:
    """How many pushes of all versions of a policy were sent, read, applied on. One query."""
    rows = Push.objects.filter(version__policy=policy).order_by()
    return rows.aggregate(sent=Count("pk"), read=Count("read_at"), applied=Count("applied_at"))
