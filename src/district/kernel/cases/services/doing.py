"""What one action on a case works with, from its lock to its end."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from district.kernel.base.errors import Invalid, NotPermitted
from district.kernel.cases.models import Case, CoUnit, Recusal, Reporter
from district.kernel.cases.names import CLOCK, SUBJECT
from district.kernel.cases.rules.definition import CaseType, Move
from district.kernel.cases.types import case_type_of
from district.kernel.history.public import Actor, Subject
from district.kernel.organisation.public import Owned, Unit, posts_of

#: Clocks and other parts are moved by the case itself: whoever acts has been authorised on it.
CASES = Actor.system("cases")


@dataclass
class Doing:
    """One action under way on a locked case; effects change `case` and note what to tell.

    `restated` says that the sending platform has moved its deadline, `told_units` are units to be
    told besides the one whose turn it becomes, `facts` what goes into history besides the form,
    `owner_before` who answered for the clocks (unit, handler, leader), `told_leader` the leader who
    is told besides, `reporter` who answers over the web, `pictures` how many come with the action.
    """

    case: Case
    case_type: CaseType
    move: Move
    form: dict[str, Any]
    actor: Actor
    now: datetime
    co_units: list[CoUnit]
    extend_days: int = 0
    restated: bool = False
    told_units: set[str] = field(default_factory=set)
    facts: dict[str, Any] = field(default_factory=dict)
    target: str | None = None
    owner_before: tuple[str, UUID | None, UUID | None] = ("", None, None)
    told_leader: UUID | None = None
    reporter: Reporter | None = None
    pictures: int = 0

    @property
    def acting_unit(self) -> str:
        """The unit that a member acts for here: one that the case names, else their first."""
        posts = [post.unit for post in posts_of(self.actor)]
        named = (
            self.case.holder_unit_id,
            self.case.lead_unit_id,
            self.case.centre_unit_id,
            *(co.unit_id for co in self.co_units),
        )
        return next((code for code in named if code in posts), posts[0] if posts else "")

    @property
    def own_part(self) -> CoUnit | None:
        """The part that a unit of the actor's, as a co-unit, still has to do."""
        posts = {post.unit for post in posts_of(self.actor)}
        return next(
            (co for co in self.co_units if co.unit_id in posts and co.finished_at is None), None
        )


def subject_of(case: Case) -> Subject:
    """The reference of a case."""
    return Subject(SUBJECT, str(case.pk))


def clock_subject(case: Case, clock: str) -> Subject:
    """The reference of one clock of a case."""
    return Subject(CLOCK, f"{case.pk}.{clock}")


def owned(case: Case, co_units: list[CoUnit]) -> Owned:
    """To whom a case belongs, as far as rights go. The lead unit must be loaded."""
    return Owned(
        case.lead_unit_id,
        frozenset(co.unit_id for co in co_units),
        member=str(case.handler_id or ""),
        path=case.lead_unit.path,
        centre=case.centre_unit_id,
        leader=str(case.leader_id or ""),
    )


def answerable(case: Case) -> tuple[str, UUID | None, UUID | None]:
    """Unit, handler and leader who answer for the case's clocks."""
    return case.holder_unit_id, case.handler_id, case.leader_id


def concerns(case: Case, path: str) -> bool:
    """Whether the case is about the unit with this path or one above it. The complained unit must
    be loaded."""
    return case.complained_unit is not None and path.startswith(case.complained_unit.path)


def refuse_complained(case: Case, actor: Actor, message: str) -> None:
    """A unit that a report is about has no part in it, nor has a member who must keep away:
    NotPermitted for them."""
    _refuse_recused(case, actor)
    if case.complained_unit is None:
        return
    if any(concerns(case, post.path) for post in posts_of(actor)):
        raise NotPermitted(message)


def _refuse_recused(case: Case, actor: Actor) -> None:
    # Only where the type knows recusals is anybody looked for: other cases cost no query.
    if actor.kind != "member" or not case_type_of(case.type_key).recusals:
        return
    if Recusal.objects.filter(case=case, member_id=actor.id).exists():
        raise NotPermitted(_("您须回避本单，不能办理。"))


def unit_for(field_name: str, code: str, problem: str, remedy: str) -> Unit:
    """The active unit of that code; Invalid naming the field otherwise."""
    unit = Unit.objects.filter(pk=code, is_active=True).first()
    if unit is None:
        raise Invalid(field_name, problem, remedy)
    return unit


def told_with(case_id: UUID) -> Q:
    """The reporters of a case and of those merged into it: all of them are told and called."""
    # One set of cases, for neither database finds rows by an "or" over two tables.
    told = Case.objects.filter(Q(pk=case_id) | Q(merged_into=case_id))
    return Q(case__in=told.order_by().values("pk"))
