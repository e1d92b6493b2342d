"""Finds what the rows of a demo speak of: people by log-in, commitments by words of the report.

A commitment is named by words of the report, not by what the compiler made of them: where the
number of a statement lies within the words, its commitment is meant, else the narrowest task
around them. So a demo stands when the compiler learns to name things better.
"""

from __future__ import annotations

from functools import cached_property
from uuid import UUID

from django.db.models import QuerySet

from district.kernel.history.public import Actor
from district.kernel.measures.public import Filing, Measure
from district.kernel.organisation.public import (
    Member,
    Role,
    actor_for,
    assignments_today,
    members_acting,
)
from district.kernel.plan.public import (
    Commitment,
    CommitmentState,
    Edition,
    Report,
    Statement,
    TargetAdjustment,
    commitment_subject,
    current_edition,
    open_adjustments,
)
from district.kernel.supervision.public import Run, runs_of_row
from district.kernel.tracking.public import TrackedRow, row_of
from district.loading.demo.acts import Act, ActError


class World:
    """The district as the demo's people find it. Lookups raise ActError where nothing fits."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self._people: dict[str, Member] = {}
        self._of_unit: dict[tuple[str, str], Member] = {}
        self._keys: dict[str, UUID] = {}

    @cached_property
    def edition(self) -> Edition:
        """The report's current edition."""
        found = current_edition(self.report)
        if found is None:
            raise ActError("the report has no current edition")
        return found

    def member(self, username: str) -> Member:
        """The member with this log-in."""
        if username not in self._people:
            found = Member.objects.filter(user__username=username).first()
            if found is None:
                raise ActError(f"there is no member {username!r}")
            self._people[username] = found
        return self._people[username]

    def actor(self, act: Act, unit: str = "", role: str = Role.OFFICER) -> Actor:
        """Whoever the row names; else whoever holds `role` in `unit`."""
        if act.by:
            return actor_for(self.member(act.by))
        return actor_for(self.staff(unit, role))

    def staff(self, unit: str, role: str) -> Member:
        """The first member who holds this role in a unit."""
        if (unit, role) not in self._of_unit:
            found = members_acting([unit], [role]).order_by("user__username").first()
            if found is None:
                raise ActError(f"nobody is {role} in {unit or 'no unit'}; name somebody in `by`")
            self._of_unit[unit, role] = found
        return self._of_unit[unit, role]

    def planner(self) -> Actor:
        """The first planner: signs off what nobody is named for."""
        posts = assignments_today().filter(role=Role.PLANNER).order_by("member__user__username")
        first = posts.first()
        if first is None:
            raise ActError("there is no planner")
        return actor_for(first.member)

    # The report ------------------------------------------------------------------------------

    def statement(self, words: str) -> Statement:
        """The statement whose number lies within `words` of the report."""
        found = self._statement(*self._place(words))
        if found is None:
            raise ActError(f"no number was read within {words!r}")
        return found

    def _place(self, words: str) -> tuple[int, int]:
        text = self.edition.text
        start = text.find(words)
        if start < 0:
            raise ActError(f"{words!r} does not stand in the report")
        if text.find(words, start + 1) >= 0:
            raise ActError(f"{words!r} stands in the report more than once; give more words")
        return start, start + len(words)

    def _statement(self, start: int, end: int) -> Statement | None:
        rows = self.edition.statements.filter(start__gte=start, end__lte=end)
        return rows.order_by("position").first()

    def commitment(self, words: str) -> Commitment:
        """The commitment that `words` of the report, or a title given by hand, name."""
        rows = Commitment.objects.filter(report=self.report).select_related("lead_unit", "measure")
        if words not in self._keys:
            found = rows.filter(title=words, statement=None, task=None).first()
            found = found or self._commitment(words, rows)
            if found is None:
                raise ActError(f"{words!r} has become no commitment")
            self._keys[words] = found.pk
        row = rows.get(pk=self._keys[words])
        if row.state == CommitmentState.CANCELLED:
            raise ActError(f"{row} was cancelled")
        return row

    def _commitment(self, words: str, rows: QuerySet[Commitment]) -> Commitment | None:
        start, end = self._place(words)
        statement = self._statement(start, end)
        if statement is not None:
            return rows.filter(statement=statement).first()
        around = rows.filter(task__start__lte=start, task__end__gte=end, statement=None)
        return around.order_by("-task__level", "-task__start").first()

    def owner(self, row: Commitment) -> str:
        """The code of a commitment's lead unit."""
        if row.lead_unit_id is None:
            raise ActError(f"{row} has no lead unit yet")
        return str(row.lead_unit_id)

    # What follows from it --------------------------------------------------------------------

    def measure(self, row: Commitment) -> Measure:
        """The measure of a commitment."""
        if row.measure is None:
            raise ActError(f"{row} has no measure")
        return row.measure

    def filing(self, act: Act) -> Filing:
        """The filing of the named commitment's unit for the named period."""
        row = self.commitment(act.text("of"))
        end = act.day("period")
        found = (
            Filing.objects.select_related("measure", "unit", "tracked", "duty")
            .filter(measure=self.measure(row), unit=self.owner(row), period_end=end)
            .first()
        )
        if found is None:
            raise ActError(f"{row} owes no filing for {end}")
        return found

    def tracked(self, row: Commitment) -> TrackedRow:
        """The tracked row of a commitment."""
        return row_of(commitment_subject(row.pk))

    def adjustment(self, words: str) -> TargetAdjustment:
        """The open adjustment of the named commitment."""
        key: UUID = self.commitment(words).pk
        for found in open_adjustments():
            if found.commitment_id == key:
                return found
        raise ActError(f"{words!r} has no adjustment that waits")

    def run(self, words: str) -> Run:
        """The newest supervision of the named commitment."""
        found = runs_of_row(self.tracked(self.commitment(words))).first()
        if found is None:
            raise ActError(f"{words!r} is not supervised")
        return found
