"""Policies, their drafts, versions and pushes that somebody may see."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.kernel.history.public import Actor
from district.kernel.organisation.public import (
    Owned,
    Unit,
    permitted,
    posts_of,
    units,
    visible,
)
from district.systems.policies.models import (
    Audience,
    Consent,
    Consultation,
    Policy,
    PolicyVersion,
    Push,
    PushLimit,
    PushRun,
)
from district.systems.policies.names import (
    ANSWER,
    SAVE,
    VIEW,
    VIEW_DRAFT,
    VIEW_NOTICE,
    VIEW_PUSHES,
)
from district.systems.policies.selectors.rights import owned_by


def visible_policies(actor: Actor) -> QuerySet[Policy]:
    """The policies that the actor may see: what was published, and drafts of its own or that it
    is consulted on."""
    rows = Policy.objects.filter(visible(actor, VIEW).q("lead_unit"))
    return rows.exclude(hidden_drafts_q(actor))


def hidden_drafts_q(actor: Actor) -> Q:
    """The policies that were never published and whose draft the actor may not read."""
    scope = visible(actor, VIEW_DRAFT)
    if scope.everything:
        return Q(pk__in=[])
    asked = Consultation.objects.filter(unit__in=sorted(scope.co_units)).order_by()
    read = scope.q("lead_unit") | Q(pk__in=asked.values("policy"))
    return Q(live=None) & ~read


def may_read_draft(policy: Policy, actor: Actor) -> bool:
    """Whether the actor may read what was not published of a policy. Two queries."""
    asked = policy.consultations.values_list("unit", flat=True)
    owned = Owned(policy.lead_unit_id, frozenset(asked), path=policy.lead_unit.path)
    return permitted(actor, VIEW_DRAFT, owned)


def consultations_of(policy: Policy) -> list[Consultation]:
    """The units that were asked of a policy's draft, with what they said. One query."""
    rows = policy.consultations.select_related("unit")
    return list(rows.order_by("unit__sort", "unit"))


def answering_units(asked: list[Consultation], actor: Actor) -> list[Unit]:
    """Those of the units asked for which the actor may answer."""
    return [row.unit for row in asked if permitted(actor, ANSWER, Owned(row.unit_id))]


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
    """A published version of a policy; NotFound."""
    mine = visible(actor, VIEW).q("policy__lead_unit")
    rows = PolicyVersion.objects.filter(mine).select_related("policy__lead_unit", "policy__live")
    found = rows.filter(pk=version_id).first()
    if found is None:
        raise NotFound(_("没有这个版本，或您没有查看的权限。"))
    return found


def push_scope_q(actor: Actor) -> Q:
    """The pushes that the actor may see: those to people only as the unit whose policy it is, or
    as the one that tells them."""
    issuer = "version__policy__lead_unit"
    told = visible(actor, VIEW_NOTICE)
    of_people = told.q("notice__unit", co_units=f"{issuer}_id")
    people = Q(version__policy__audience=Audience.PEOPLE)
    return (~people & visible(actor, VIEW_PUSHES).q(issuer)) | (people & of_people)


def runs_q(actor: Actor) -> Q:
    """The rounds that the actor may see: those to people as the unit whose policy it is alone."""
    issuer, scope = "version__policy__lead_unit", visible(actor, VIEW_PUSHES)
    people = Q(version__policy__audience=Audience.PEOPLE)
    own = Q(version__policy__lead_unit__in=sorted(visible(actor, VIEW_NOTICE).co_units))
    return (~people & scope.q(issuer)) | (people & own)


def push_for(push_id: UUID | str, actor: Actor) -> Push:
    """A push with its version and policy; NotFound also where it may not be seen."""
    rows = Push.objects.filter(push_scope_q(actor), pk=push_id)
    found = rows.select_related("version__policy__lead_unit", "run").first()
    if found is None:
        raise NotFound(_("没有这条推送，或您没有查看的权限。"))
    return found


def run_for(run_id: UUID | str, actor: Actor) -> PushRun:
    """A round of pushes with its version and policy; NotFound also where it may not be seen."""
    rows = PushRun.objects.filter(runs_q(actor), pk=run_id)
    found = rows.select_related("version__policy__lead_unit").first()
    if found is None:
        raise NotFound(_("没有这次推送，或您没有查看的权限。"))
    return found


def consent_of(code: str) -> Consent | None:
    """What somebody said about being told, None where they said nothing."""
    return Consent.objects.filter(code=code).first()


def limit() -> PushLimit:
    """How often anybody is told in a month; the default where nobody set it."""
    return PushLimit.objects.filter(pk=1).first() or PushLimit()


def pushed_counts(policy: Policy) -> dict[str, int]:
    """How many pushes of all versions of a policy were sent, read, applied on. One query."""
    rows = Push.objects.filter(version__policy=policy).order_by()
    return rows.aggregate(sent=Count("pk"), read=Count("read_at"), applied=Count("applied_at"))


def counts_by_version(policy: Policy) -> dict[int, dict[str, int]]:
    """The same by number of the version, those that nobody was told of left out. One query."""
    rows = Push.objects.filter(version__policy=policy).order_by().values("version__number")
    counted = rows.annotate(sent=Count("pk"), read=Count("read_at"), applied=Count("applied_at"))
    return {
        row["version__number"]: {key: row[key] for key in ("sent", "read", "applied")}
        for row in counted.order_by("version__number")
    }


def unread_of_one(entity: str) -> int:
    """How many pushes an enterprise (its id) has not read, of versions that are in force. One
    query."""
    return Push.objects.filter(entity=entity, read_at=None, version__ended_at=None).count()


def pushes_of_one(entity: str, most: int = 50) -> list[Push]:
    """What an enterprise (its id) was told, newest first, with version and policy. One query."""
    rows = Push.objects.filter(entity=entity).select_related("version__policy__lead_unit")
    return list(rows.order_by("-sent_at", "-id")[:most])
