"""Reads of rounds, applications, experts and reviews, by who may see them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import NotFound
from district.kernel.cases.public import visible_cases
from district.kernel.history.public import Actor, Subject
from district.kernel.organisation.public import Owned, visible
from district.systems.scenarios.models import (
    Application,
    Expert,
    Interest,
    Recognition,
    Review,
    Round,
)
from district.systems.scenarios.names import (
    EXPERT,
    RECOGNISED,
    RECOGNITION,
    ROUND,
    VIEW,
    VIEW_ROUND,
)
from district.systems.scenarios.rules.reviewing import Tie, conflicts
from district.systems.scenarios.rules.schemes import Scheme, parse_scheme

#: States in which a round stands before everybody.
PUBLIC = (
    Round.State.ANNOUNCED,
    Round.State.REVIEWING,
    Round.State.PUBLICITY,
    Round.State.PUBLISHED,
)


def scheme_in(row: Round) -> Scheme:
    """The scheme as the round keeps to it."""
    return parse_scheme(row.content)


def round_subject(row: Round) -> Subject:
    """How history names a round."""
    return Subject(ROUND, str(row.pk))


def expert_subject(row: Expert) -> Subject:
    """How history names an expert."""
    return Subject(EXPERT, str(row.pk))


def recognition_subject(row: Recognition) -> Subject:
    """How history names what was recognised."""
    return Subject(RECOGNISED, str(row.pk))


def owned_round(row: Round) -> Owned:
    """The organising unit's."""
    return Owned(row.lead_unit_id)


def round_for(round_id: UUID | str, actor: Actor) -> Round:
    """The round; NotFound also where the actor may not see it."""
    rows = Round.objects.filter(visible(actor, VIEW_ROUND).q("lead_unit"))
    found: Round = _found(
        rows.select_related("lead_unit"), round_id, _("没有这个批次，或您没有查看的权限。")
    )
    return found


def _found(rows: QuerySet[Any], key: UUID | str, words: str) -> Any:
    try:
        found = rows.filter(pk=key).first()
    except (ValueError, ValidationError):
        found = None
    if found is None:
        raise NotFound(words)
    return found


def public_rounds() -> QuerySet[Round]:
    """The rounds that were announced, the newest first."""
    return Round.objects.filter(state__in=PUBLIC).select_related("lead_unit")


def public_round(number: str) -> Round:
    """An announced round by its number; NotFound otherwise."""
    found = public_rounds().filter(number=number.upper()).first()
    if found is None:
        raise NotFound(_("没有这个批次。"))
    return found


def is_open(row: Round, day: date) -> bool:
    """Whether an application is taken on that day."""
    return row.state == Round.State.ANNOUNCED and row.opens_on <= day <= row.closes_on


def proposed(row: Round) -> QuerySet[Application]:
    """What the round proposes, by rank; the publicity of it."""
    rows = Application.objects.filter(round=row, passed=True)
    return rows.select_related("case").order_by("rank", "case__number")


def applications_of(row: Round, actor: Actor) -> QuerySet[Application]:
    """The applications of a round that the actor may see: not those that they keep away from."""
    cases = visible_cases(actor, RECOGNITION).order_by().values("pk")
    rows = Application.objects.filter(round=row, case__in=cases).select_related("case")
    return rows.order_by("rank", "case__number")


def application_of_case(case_id: UUID) -> Application | None:
    """What the applicant of a case states."""
    return (
        Application.objects.select_related("round", "renews", "case").filter(case=case_id).first()
    )


def ties_of(expert: Expert, interests: Iterable[Interest]) -> list[Tie]:
    """An expert's employer and everything declared."""
    ties = [Tie("employment", expert.employer, expert.employer_code)]
    return ties + [
        Tie(row.kind, row.firm, row.firm_code, row.since, row.until) for row in interests
    ]


def conflict_of(expert: Expert, application: Application) -> tuple[str, ...]:
    """The ties that bind an expert to an applicant today. One query."""
    ties = ties_of(expert, expert.interests.all())
    return conflicts(ties, application.applicant, application.code, clock.today())


def active_experts(lead_unit: str) -> list[Expert]:
    """The experts whom a unit has engaged, with their ties. Two queries."""
    rows = Expert.objects.filter(lead_unit=lead_unit, is_active=True, member__is_active=True)
    return list(rows.select_related("member").prefetch_related("interests").order_by("pk"))


def barred_from(
    applications: Iterable[Application], experts: Iterable[Expert]
) -> dict[str, dict[str, tuple[str, ...]]]:
    """By application and expert (keys as text) the ties that bind them, where there are some."""
    day, found = clock.today(), {}
    known = [(str(one.pk), ties_of(one, one.interests.all())) for one in experts]
    for application in applications:
        bound = {
            key: kinds
            for key, ties in known
            if (kinds := conflicts(ties, application.applicant, application.code, day))
        }
        found[str(application.pk)] = bound
    return found


def expert_of(actor: Actor) -> Expert | None:
    """The expert behind a member; None where they review nothing."""
    if actor.kind != "member":
        return None
    rows = Expert.objects.filter(member_id=actor.id, is_active=True)
    return rows.prefetch_related("interests").first()


def reviews_of(expert: Expert) -> list[Review]:
    """What an expert reviews or has reviewed, but for applications that a tie binds them to."""
    rows = expert.reviews.exclude(state=Review.State.DECLINED)
    found = rows.select_related("application", "application__round").order_by("-pk")
    bound = barred_from([row.application for row in found], [expert])
    return [row for row in found if not bound[str(row.application_id)]]


def review_for(review_id: UUID | str, actor: Actor) -> Review:
    """An expert's own review; NotFound for everybody else, and where a tie binds them."""
    words = _("没有这项评审，或您须回避。")
    expert = expert_of(actor)
    if expert is None:
        raise NotFound(words)
    rows = Review.objects.filter(expert=expert).exclude(state=Review.State.DECLINED)
    found: Review = _found(
        rows.select_related("application", "application__round", "expert"), review_id, words
    )
    if conflict_of(expert, found.application):
        raise NotFound(words)
    return found


def reviews_in(application: Application) -> list[Review] | None:
    """The reviews of an application once all of them are in; None before, for everybody."""
    rows = list(
        application.reviews.exclude(state=Review.State.DECLINED).select_related("expert__member")
    )
    if not rows or any(row.state != Review.State.SUBMITTED for row in rows):
        return None
    return rows


def in_force(scheme: str, day: date) -> QuerySet[Recognition]:
    """What is recognised under a scheme on a day."""
    rows = Recognition.objects.filter(scheme=scheme, valid_from__lte=day, valid_until__gte=day)
    return rows.filter(Q(revoked_on=None) | Q(revoked_on__gt=day)).select_related("round")


def recognition_for(recognition_id: UUID | str, actor: Actor) -> Recognition:
    """What was recognised; NotFound also where the actor may not see it."""
    rows = Recognition.objects.filter(visible(actor, VIEW).q("lead_unit"))
    found: Recognition = _found(
        rows.select_related("round", "lead_unit", "renewed_by"),
        recognition_id,
        _("没有这项认定，或您没有查看的权限。"),
    )
    return found
