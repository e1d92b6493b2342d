"""What one action on a case works with, from its lock to its end."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from district.kernel.base.errors import Invalid, NotPermitted
from district.kernel.cases.models import Case, CoUnit
from district.kernel.cases.names import CLOCK, SUBJECT
from district.kernel.cases.rules.definition import CaseType, Move
from district.kernel.cases.types import Matter, matter_of
from district.kernel.history.public import Actor, Subject
from district.kernel.organisation.public import Owned, Unit, posts_of

#: Clocks and other parts are moved by the case itself: whoever acts has been authorised on it.
CASES = Actor.system("cases")


@dataclass
class Doing:
    """One action under way on a locked case; effects change `case` and note what to tell.

    `restart` are clocks that begin anew, `told` members to be told besides those whose turn it
    becomes, `facts` what goes into history besides the form.
    """

    case: Case
    case_type: CaseType
    move: Move
    form: dict[str, Any]
    actor: Actor
    now: datetime
    co_units: list[CoUnit]
    units: set[str] = field(default_factory=set)
    restart: set[str] = field(default_factory=set)
    extend_days: int = 0
    told_units: set[str] = field(default_factory=set)
    told_members: set[UUID] = field(default_factory=set)
    facts: dict[str, Any] = field(default_factory=dict)
    target: str | None = None
    #: A leader who is to be told that they are in charge now.
    told_leader: UUID | None = None

    @property
    def matter(self) -> Matter | None:
        """What the catalogue says of the case's matter."""
        return matter_of(self.case.type_key, self.case.matter)

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


def refuse_complained(case: Case, actor: Actor, message: str) -> None:
    """A unit that a report is about has no part in it: NotPermitted for its people."""
    if case.complained_unit is None:
        return
    path = case.complained_unit.path
    if any(post.path.startswith(path) for post in posts_of(actor)):
        raise NotPermitted(message)


def unit_for(field_name: str, code: str, problem: str, remedy: str) -> Unit:
    """The active unit of that code; Invalid naming the field otherwise."""
    unit = Unit.objects.filter(pk=code, is_active=True).first()
    if unit is None:
        raise Invalid(field_name, problem, remedy)
    return unit
