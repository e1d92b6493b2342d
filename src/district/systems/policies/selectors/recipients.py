"""People on record: who may see them, and what may be asked of them."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from district.kernel.base.digests import keyed_digest
from district.kernel.base.errors import NotFound
from district.kernel.conditions.public import Schema
from district.kernel.history.public import Actor, Subject
from district.kernel.organisation.public import Owned, Scope, visible
from district.kernel.registers.public import register_of
from district.systems.policies.models import Application, Notice, Recipient
from district.systems.policies.names import (
    NOTICE,
    RECIPIENT,
    RECIPIENTS,
    VIEW_NOTICE,
    VIEW_RECIPIENT,
)
from district.systems.policies.rules.recipients import FACTS, PLACES, read_id_number


def recipient_schema() -> Schema:
    """The facts and places that a policy's condition may ask of a person."""
    return register_of(RECIPIENTS).schema((*PLACES, *(fact.key for fact in FACTS)))


def recipients_on_record() -> QuerySet[Recipient]:
    """Those who are in the district now, as far as anybody knows."""
    return Recipient.objects.filter(state=Recipient.State.CURRENT)


def digest_of(id_number: str) -> str:
    """What finds an identity number again without telling it."""
    number = read_id_number(id_number)
    return keyed_digest("recipient id numbers", settings.PERSON_MASTER_KEY, number).hex()


def recipient_scope_q(scope: Scope) -> Q:
    """The people that a scope reaches: those whom its units keep or live in, and those whom a
    policy of its units concerns, by a notice or an application."""
    mine = scope.q("lead_unit", co_units="community_unit_id")
    if scope.everything:
        return mine
    if scope.co_units:
        units = sorted(scope.co_units)
        told = Notice.objects.filter(policy_version__policy__lead_unit__in=units)
        applied = Application.objects.filter(
            version__policy__lead_unit__in=units, recipient__isnull=False
        )
        mine |= Q(street_unit__in=units)
        mine |= Q(pk__in=told.order_by().values("recipient"))
        mine |= Q(pk__in=applied.order_by().values("recipient"))
    return mine


def recipients_visible_q(actor: Actor) -> Q:
    """The people that an actor may see, as a condition on `Recipient`."""
    return recipient_scope_q(visible(actor, VIEW_RECIPIENT))


def owned_recipient(row: Recipient) -> Owned:
    """To whom a person on record belongs: the unit that keeps them; beside it street, community
    and the units whose policies concern them. One query."""
    told = Notice.objects.filter(recipient=row).order_by()
    applied = Application.objects.filter(recipient=row).order_by()
    units = told.values_list("policy_version__policy__lead_unit", flat=True).union(
        applied.values_list("version__policy__lead_unit", flat=True)
    )
    kept = kept_by(row)
    return Owned(kept.lead_unit, kept.co_units | set(units), path=kept.path)


def kept_by(row: Recipient) -> Owned:
    """To whom a person on record belongs as far as the record itself goes: who keeps it, and
    street and community beside it."""
    beside = frozenset({row.street_unit_id or "", row.community_unit_id or ""} - {""})
    loaded = row._state.fields_cache.get("lead_unit")
    return Owned(row.lead_unit_id, beside, path=loaded.path if loaded else "")


def recipient_for(number: str, actor: Actor) -> Recipient:
    """A person on record that the actor may see, units loaded; NotFound for any other."""
    rows = Recipient.objects.filter(recipients_visible_q(actor), number=number.upper())
    found = rows.select_related("lead_unit", "street_unit", "community_unit").first()
    if found is None:
        raise NotFound(_("没有这个人，或不在您的查看范围内。"))
    return found


def recipient_by_id_number(id_number: str) -> Recipient | None:
    """Whoever has an identity number; None where nobody on record has it."""
    return Recipient.objects.filter(id_digest=digest_of(id_number)).first()


def subject_of_recipient(row: Recipient) -> Subject:
    """How history names a person on record."""
    return Subject(RECIPIENT, str(row.pk))


def subject_of_notice(row: Notice) -> Subject:
    """How history names a notice."""
    return Subject(NOTICE, str(row.pk))


def owned_notice(row: Notice) -> Owned:
    """To whom a notice belongs: whoever tells, and the unit whose policy it is beside it."""
    loaded = row._state.fields_cache.get("unit")
    beside = frozenset({row.policy_version.policy.lead_unit_id})
    return Owned(row.unit_id, beside, path=loaded.path if loaded else "")


def notice_scope_q(scope: Scope) -> Q:
    """The notices that a scope reaches."""
    return scope.q("unit", co_units="policy_version__policy__lead_unit_id")


def notice_for(notice_id: UUID | str, actor: Actor, action: str) -> Notice:
    """A notice on which the actor may do `action`, all that its page needs loaded; NotFound."""
    rows = Notice.objects.filter(notice_scope_q(visible(actor, action)), pk=notice_id)
    found = rows.select_related(
        "unit", "recipient", "policy_version__policy", "push", "application__case"
    ).first()
    if found is None:
        raise NotFound(_("没有这项告知任务，或不在您的查看范围内。"))
    return found


def notices_to(row: Recipient, actor: Actor) -> QuerySet[Notice]:
    """What a person on record is to be told or was told, as far as the actor may see it, newest
    first."""
    mine = notice_scope_q(visible(actor, VIEW_NOTICE))
    rows = Notice.objects.filter(mine, recipient=row).select_related("policy_version")
    return rows.order_by("-made_at", "-id")
