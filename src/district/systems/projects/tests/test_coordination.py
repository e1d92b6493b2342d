"""Problems rise unless they are answered; departments that a street calls turn up."""

from __future__ import annotations

from datetime import date

import pytest

from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.tracking.public import row_by_id
from district.systems.projects.jobs import rise_problems
from district.systems.projects.models import CallLine, Problem, Project
from district.systems.projects.services import calls, problems
from district.systems.projects.tests.conftest import World
from district.testing.moments import standing


def raised(world: World, **given: object) -> Problem:
    values = {"title": "管线迁改受阻", "kind": "relocation", "level": "street", "bureau": "9-D03"}
    return problems.raise_problem(world.project.pk, values | given, actor=world["lead"])


def test_a_problem_rises_level_by_level_until_leaders_have_it(world: World) -> None:
    row = raised(world)
    assert (row.level, row.unit_id, row.due_at.date()) == ("street", "901", date(2025, 9, 29))
    assert rise_problems() == 0
    with standing("2025-09-30 09:00"):
        assert rise_problems() == 1
        row.refresh_from_db()
        assert (row.level, row.unit_id, row.risen) == ("bureau", "9-D03", 1)
        assert rise_problems() == 0
        assert row_by_id(row.clock_id).lead_unit_id == "9-D03"  # type: ignore[arg-type]  # it is tracked
    with standing("2025-10-20 09:00"):
        assert rise_problems() == 1
    with standing("2025-11-20 09:00"):
        assert rise_problems() == 0
        row.refresh_from_db()
        assert (row.level, row.unit_id, row.risen) == ("leader", "9", 2)
        project = Project.objects.select_related("clock").get(pk=row.project_id)
        assert project.clock is not None


def test_an_answer_stops_the_rise_until_its_promise_is_broken(world: World) -> None:
    row = raised(world)
    for name in ("lead", "planning", "other_street"):
        with pytest.raises(NotPermitted):
            problems.answer_problem(row.pk, "协调", date(2025, 10, 10), actor=world[name])
    with pytest.raises(Invalid):
        problems.answer_problem(row.pk, "", date(2025, 10, 10), actor=world["street"])
    answered = problems.answer_problem(
        row.pk, "十日迁完", date(2025, 10, 10), actor=world["street"]
    )
    assert answered.state == "answered"
    with standing("2025-10-10 18:00"):
        assert rise_problems() == 0
    with standing("2025-10-11 09:00"):
        assert rise_problems() == 1
        row.refresh_from_db()
        assert (row.level, row.state) == ("bureau", "open")


def test_whoever_cannot_settle_it_puts_it_up(world: World) -> None:
    row = raised(world)
    problems.put_up_problem(row.pk, "需规划局定线", actor=world["street"])
    problems.put_up_problem(row.pk, "需市里支持", actor=world["planning"])
    with pytest.raises(Conflict):
        problems.put_up_problem(row.pk, "再上", actor=world["leader"])
    solved = problems.solve_problem(row.pk, "已迁改", actor=world["lead"])
    assert solved.state == "solved"
    with pytest.raises(Conflict):
        problems.solve_problem(row.pk, "再次", actor=world["lead"])
    assert [step.kind for step in row.steps.all()] == ["raised", "put_up", "put_up", "solved"]


def test_departments_turn_up_or_are_marked_absent(world: World) -> None:
    with pytest.raises(NotPermitted):
        calls.raise_call(world.project.pk, "现场会", ["9-D03"], actor=world["other_street"])
    with pytest.raises(Invalid):
        calls.raise_call(world.project.pk, "现场会", ["902"], actor=world["street"])
    call = calls.raise_call(world.project.pk, "现场会", ["9-D03", "9-D04"], actor=world["street"])
    assert call.due_at.date() == date(2025, 9, 24)
    first, second = CallLine.objects.filter(call=call).order_by("unit")
    with pytest.raises(NotPermitted):
        calls.turn_up(first.pk, actor=world["statistics"])
    calls.turn_up(first.pk, "同意迁改方案", actor=world["planning"])
    with pytest.raises(Conflict):
        calls.turn_up(first.pk, actor=world["planning"])
    assert row_by_id(first.clock_id).state == "done"  # type: ignore[arg-type]  # it is tracked
    calls.close_call(call.pk, "定了方案", actor=world["street"])
    assert row_by_id(second.clock_id).state == "cancelled"  # type: ignore[arg-type]  # it is tracked
    with pytest.raises(Conflict):
        calls.turn_up(second.pk, actor=world["statistics"])
