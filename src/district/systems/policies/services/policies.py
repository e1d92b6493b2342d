"""Writing policies: drafts, publishing by a second person, withdrawing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid
from district.kernel.base.versioned import save_versioned
from district.kernel.cases.public import new_number
from district.kernel.conditions.public import lint, to_json
from district.kernel.history.public import Actor, publish, record
from district.kernel.organisation.public import Unit, authorise
from district.systems.policies.models import Audience, Benefit, Policy, PolicyVersion
from district.systems.policies.models.policies import TERMS
from district.systems.policies.names import PUBLISH, PUBLISHED, SAVE
from district.systems.policies.rules.terms import (
    NewTerms,
    check_publishable,
    check_terms,
    digest_of,
    read_condition,
)
from district.systems.policies.selectors.audiences import audience_of
from district.systems.policies.selectors.rights import owned_by, subject_of, terms_of
from district.systems.policies.services.common import acting, locked_policy

State = Policy.State


@transaction.atomic
def save_policy(
    terms: NewTerms,
    policy_id: UUID | str | None = None,
    *,
    unit: str = "",
    audience: str = Audience.ENTERPRISES,
    actor: Actor,
    seen: int | None = None,
) -> Policy:
    """Write a new policy of `unit` for an audience, or on the draft of one, which keeps both;
    `seen` is the version that was read.

    What is in force does not change. Raises NotFound, NotPermitted, Invalid naming the field,
    Conflict when somebody else wrote meanwhile or the policy was withdrawn.
    """
    policy = _new(unit, audience) if policy_id is None else locked_policy(policy_id, seen)
    authorise(actor, SAVE, owned_by(policy.lead_unit))
    if policy.state == State.WITHDRAWN:
        raise Conflict(_("这项政策已经撤回，不能再修改。请新建一项。"))
    check_terms(terms, audience_of(policy.audience).schema(), tuple(Benefit.values))
    before = terms_of(policy) if policy_id is not None else None
    _take(policy, terms)
    if before is not None and terms_of(policy) == before:
        return policy
    policy.has_draft = policy.live is None or terms_of(policy.live) != terms_of(policy)
    policy.written_by, policy.written_by_name = acting(actor)
    policy.changed_at = clock.now()
    if policy_id is None:
        policy.save(force_insert=True)
    else:
        save_versioned(policy)
    kind = "policies.policy.added" if policy_id is None else "policies.policy.changed"
    data: dict[str, Any] = {"number": policy.number, "title": policy.title, "where": policy.where}
    record(subject_of(policy), kind, data, actor=actor)
    return policy


def _new(unit: str, audience: str) -> Policy:
    home = Unit.objects.filter(pk=unit, is_active=True).first()
    if home is None:
        raise Invalid("unit", _("没有这个单位。"), _("请从单位列表中选择。"))
    if audience not in Audience.values:
        raise Invalid("audience", _("没有这种适用对象。"), _("请从列表中选择。"))
    number = new_number("ZC", clock.today())
    return Policy(number=number, lead_unit=home, audience=audience)


def _take(policy: Policy, terms: NewTerms) -> None:
    for name in TERMS:
        value = getattr(terms, name)
        setattr(policy, name, value.strip() if isinstance(value, str) else value)


@transaction.atomic
def publish_policy(
    policy_id: UUID | str, *, actor: Actor, seen: int | None = None
) -> PolicyVersion:
    """Let the draft come into force as a new version; the one before ends.

    Another person than wrote on it last publishes it. Raises NotFound, NotPermitted, Conflict,
    and Invalid naming what is missing, or that nobody could ever hold the condition.
    """
    policy = locked_policy(policy_id, seen)
    authorise(actor, PUBLISH, owned_by(policy.lead_unit))
    if policy.state == State.WITHDRAWN:
        raise Conflict(_("这项政策已经撤回，不能再发布。"))
    if not policy.has_draft:
        raise Conflict(_("没有未发布的修改。"))
    if actor.kind == "member" and actor.id == policy.written_by:
        raise Conflict(_("政策由起草人以外的人发布。请本单位另一位有发布权限的人办理。"))
    today, now = clock.today(), clock.now()
    terms, audience = terms_of(policy), audience_of(policy.audience)
    check_publishable(terms, today)
    condition = read_condition(terms.where, audience.schema())
    if any(found.kind == "contradictory" for found in lint(condition, today=today)):
        words = _("没有任何%(who)s可能符合这个条件。") % {"who": str(audience.noun)}
        raise Invalid("where", words, _("请改正互相矛盾的条件。"))
    latest = policy.versions.order_by("-number").first()
    who, name = acting(actor)
    made = PolicyVersion.objects.create(
        policy=policy,
        number=(latest.number if latest else 0) + 1,
        condition=to_json(condition),
        digest=digest_of(vars(terms), condition),
        written_by=policy.written_by,
        written_by_name=policy.written_by_name,
        published_by=who,
        published_by_name=name,
        published_at=now,
        **vars(terms),
    )
    _end(policy, _("由第%(number)d版替代") % {"number": made.number})
    policy.live, policy.state, policy.has_draft = made, State.PUBLISHED, False
    save_versioned(policy, ["live", "state", "has_draft"])
    data = {"version": made.number, "digest": made.digest, "condition": made.condition}
    record(subject_of(policy), "policies.policy.published", data, actor=actor)
    publish(PUBLISHED, {"version": str(made.pk)}, subject_of(policy))
    return made


def _end(policy: Policy, reason: str) -> None:
    if policy.live_id is not None:
        ended = PolicyVersion.objects.filter(pk=policy.live_id, ended_at=None)
        ended.update(ended_at=clock.now(), end_reason=reason)


@transaction.atomic
def withdraw_policy(
    policy_id: UUID | str, reason: str, *, actor: Actor, seen: int | None = None
) -> Policy:
    """End a policy for good; nobody is told of it any more, applications go on.

    Raises NotFound, NotPermitted, Conflict, and Invalid without a reason.
    """
    policy = locked_policy(policy_id, seen)
    authorise(actor, PUBLISH, owned_by(policy.lead_unit))
    if policy.state == State.WITHDRAWN:
        raise Conflict(_("这项政策已经撤回。"))
    if not 2 <= len(reason.strip()) <= 500:
        raise Invalid("reason", _("还没有写明撤回的原因。"), _("请填写2到500个字。"))
    _end(policy, reason.strip())
    policy.state, policy.has_draft = State.WITHDRAWN, False
    save_versioned(policy, ["state", "has_draft"])
    data = {"reason": reason.strip()}
    record(subject_of(policy), "policies.policy.withdrawn", data, actor=actor)
    return policy
