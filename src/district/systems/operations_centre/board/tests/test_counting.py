"""The numbers of the board against a count by hand, for everybody, by unit and by place."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from district.kernel.base import clock
from district.kernel.cases.public import Case, case_types, units_kept, visible_cases
from district.kernel.history.public import Subject
from district.kernel.organisation.public import EVERY_ROLE, Unit, actor_for, create_member
from district.kernel.registers.public import Figure
from district.kernel.tracking.public import ClockSpec, Owner, TrackedRow, track
from district.systems.operations_centre.board.rules import KINDS, By
from district.systems.operations_centre.board.selectors.counting import Line, matrix_of
from district.systems.operations_centre.board.tests.conftest import LOADER, People

pytestmark = pytest.mark.django_db
_CASES = 160


@pytest.fixture
def many(people: People) -> list[Case]:
    """Cases of all types, lights and states, wherever the dice put them."""
    dice, units = Random(11), list(Unit.objects.all())  # noqa: S311  # made-up cases
    lights = {}
    for light in ("red", "yellow", "green", "none"):
        spec = ClockSpec(starts_at=clock.now(), due_at=clock.now())
        row = track(Subject("tests.light", light), light, Owner("9"), spec, actor=LOADER)
        TrackedRow.objects.filter(pk=row.pk).update(light=light)
        lights[light] = row.pk
    streets = [unit for unit in units if unit.level == "street"]
    made = []
    for number in range(_CASES):
        case_type, street = dice.choice(case_types()), dice.choice([None, *streets])
        below = [unit for unit in units if street and unit.parent_id == street.pk]
        made.append(
            Case(
                number=f"X{number}",
                type_key=case_type.key,
                type_version=case_type.version,
                title="事",
                text="事",
                stage=case_type.start,
                category=dice.choice(("open", "open", "open", "paused", "done")),
                source="web",
                lead_unit=dice.choice(units),
                centre_unit=dice.choice(units),
                holder_unit=units[0],
                complained_unit=dice.choice([None, None, dice.choice(units)]),
                street_unit=street,
                community_unit=dice.choice([None, *below]) if street else None,
                clock_id=dice.choice([None, *lights.values()]),
                reported_at=clock.now(),
            )
        )
    Case.objects.bulk_create(made)
    return made


def kind_by_hand(case: Case) -> str:
    if case.category == "paused":
        return "paused"
    return case.clock.light if case.clock is not None else "none"


def under_by_hand(case: Case, unit: Unit, by: By) -> bool:
    if by == "lead":
        return case.lead_unit.path.startswith(unit.path)
    if unit.level == "district":
        return True
    return unit.pk in (case.street_unit_id, case.community_unit_id)


def counted(cases: list[Case]) -> Counter[tuple[str, str]]:
    return Counter((case.type_key, kind_by_hand(case)) for case in cases)


def assert_line(line: Line, types: list[str], expected: Counter[tuple[str, str]]) -> None:
    assert line.all.value == expected.total()
    for kind, figure in line.kinds:
        assert figure.value == sum(n for (_t, k), n in expected.items() if k == kind)
    for key, cell in zip(types, line.cells, strict=True):
        assert cell.all.value == sum(n for (t, _k), n in expected.items() if t == key)
        assert (cell.red.value, cell.yellow.value) == (
            expected[(key, "red")],
            expected[(key, "yellow")],
        )


@pytest.mark.parametrize("by", ["lead", "place"])
@pytest.mark.parametrize("code", ["9", "901", "901001", "9-D01"])
def test_every_number_is_what_a_count_by_hand_gives(
    many: list[Case], people: People, by: By, code: str
) -> None:
    if by == "place" and code == "9-D01":
        pytest.skip("a department is no place")
    members = [
        create_member(f"{role}{unit}", unit, role, actor=LOADER)
        for role in EVERY_ROLE
        for unit in ("9", "901", "9-D01")
    ]
    different = set()
    for member in members:
        actor = actor_for(member)
        rows = visible_cases(actor).exclude(category="done")
        seen = list(rows.select_related("clock", "lead_unit"))
        unit = units_kept()[code]
        matrix = matrix_of(actor, unit, by)
        mine = [case for case in seen if under_by_hand(case, unit, by)]
        types = [one.key for one in matrix.types]
        assert {case.type_key for case in mine} <= set(types)
        assert_line(matrix.whole, types, counted(mine))
        below = {
            line.code: [case for case in mine if under_by_hand(case, units_kept()[line.code], by)]
            for line in matrix.lines
            if not line.alone
        }
        in_children = {case.pk for cases in below.values() for case in cases}
        for line in matrix.lines:
            own = [case for case in mine if case.pk not in in_children]
            assert_line(line, types, counted(own if line.alone else below[line.code]))
        assert sum(line.all.value for line in matrix.lines) in (len(mine), 0)
        different.add(matrix.whole.all.value)
    assert len(different) > 1, "rights make a difference here"


def figures_of(line: Line) -> list[Figure]:
    cells = [each for cell in line.cells for each in (cell.all, cell.red, cell.yellow)]
    return [line.all, *(figure for _kind, figure in line.kinds), *cells]


@pytest.mark.parametrize(("who", "by"), [("duty", "lead"), ("east", "place"), ("leader", "place")])
def test_every_number_opens_just_its_cases(
    many: list[Case], people: People, who: str, by: By
) -> None:
    client, actor = people.client(who), people.actor(who)
    opened = 0
    for code in ("9", "901"):
        matrix = matrix_of(actor, units_kept()[code], by)
        for line in (matrix.whole, *matrix.lines):
            for figure in figures_of(line):
                if figure.value:
                    answer = client.get(figure.url + "&format=json").json()
                    assert str(answer["figure"]) == str(figure.value), figure
                    opened += 1
    assert opened > 10
    assert set(KINDS) >= {kind for kind, _figure in matrix.whole.kinds}


@pytest.mark.parametrize("by", ["lead", "place"])
def test_the_cases_of_a_closed_unit_are_counted_as_its_own_and_open(
    many: list[Case], people: People, by: By
) -> None:
    closed = ["902", "901001", "9-D01"]
    Unit.objects.filter(pk__in=closed).update(is_active=False)
    units_kept.forget()
    client, actor = people.client("duty"), people.actor("duty")
    shown = set()
    for code in ("9", "901"):
        matrix = matrix_of(actor, units_kept()[code], by)
        for line in matrix.lines:
            shown.add(line.code)
            if line.all.value:
                answer = client.get(line.all.url + "&format=json").json()
                assert str(answer["figure"]) == str(line.all.value), line
    assert shown >= set(closed if by == "lead" else closed[:2])
