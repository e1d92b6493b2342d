"""What other systems may show of returns: cells, the rest and the whole, and nothing beneath the
rule by subtracting any of them; single firms for the collecting unit alone, recorded."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from district.kernel.base.errors import Invalid, NotPermitted
from district.kernel.history.public import Subject, events_of
from district.kernel.organisation.public import actor_for
from district.systems.virtual_park.models import ReturnTable
from district.systems.virtual_park.names import RETURN_ROUND
from district.systems.virtual_park.public import published_sums, read_firms
from district.systems.virtual_park.rules.return_tables import (
    Filed,
    Parts,
    changes,
    make_content,
    parts_of,
)
from district.systems.virtual_park.rules.suppression import Rule
from district.systems.virtual_park.services.return_tables import make_table
from district.systems.virtual_park.tests.conftest import LOADER, People
from district.systems.virtual_park.tests.returns_world import (
    Collected,
    canaries_in,
    collect,
    everybody,
    filed_by_many,
)
from district.testing.moments import standing

RULE = Rule(3, Decimal(10), (Decimal(1),))
Firms = Sequence[Filed]


@st.composite
def two_years(draw: st.DrawFn) -> tuple[list[Filed], list[Filed]]:
    """Firms in a few cells, and the same ones a year before: some new, some gone, some moved."""
    now, before = [], []
    for _firm in range(draw(st.integers(3, 24))):
        row, column = draw(st.sampled_from("abc")), draw(st.sampled_from("xyz"))
        value, earlier = (Decimal(draw(st.integers(0, 60))) for _year in range(2))
        if draw(st.integers(0, 9)):
            now.append(Filed(row, column, (value,)))
        if draw(st.integers(0, 9)):
            before.append(Filed(row, column, (earlier,)))
    return now, before


def _parts(firms: Firms) -> Parts | None:
    return parts_of(make_content(firms, RULE, ["v"], crossed=True), "v") if firms else None


@settings(max_examples=100)
@given(years=two_years(), most=st.integers(0, 4))
def test_no_sensitive_sum_follows_from_the_numbers_of_the_page(
    years: tuple[list[Filed], list[Filed]], most: int
) -> None:
    now, before = (_parts(firms) for firms in years)
    if now is None or before is None:
        return
    listed, rest, whole = changes(now, before, most)
    assert sum((one.value for one in listed), rest.value) == whole.value
    assert sum((one.before for one in listed), rest.before) == whole.before
    assert sum((one.change for one in listed), rest.change) == whole.change
    named = {(one.row, one.column) for one in listed}
    for firms in years:
        # Whatever is added or subtracted, cells that stand apart are the named ones and the rest.
        groups = {place: [f.values for f in firms if (f.row, f.column) == place] for place in named}
        groups["", ""] = [f.values for f in firms if (f.row, f.column) not in named]
        for count in range(1, len(groups) + 1):
            for chosen in combinations(groups.values(), count):
                assert not RULE.is_sensitive([one for group in chosen for one in group])


def test_a_table_that_was_made_before_is_not_split() -> None:
    content = make_content([Filed("a", "x", (Decimal(5),))] * 4, RULE, ["v"], crossed=True)
    assert parts_of(content, "v") is not None
    del content["rest"]
    assert parts_of(content, "v") is None


@pytest.fixture
def collected(park: People) -> Collected:
    """The small district, a form and one period of it."""
    return collect(park)


@pytest.fixture
def table(collected: Collected) -> ReturnTable:
    """What many filed, added up by street."""
    filed_by_many(collected)
    with standing("2025-09-12 10:00"):
        return make_table(collected.round.pk, "street", "", actor=LOADER)


def test_the_sums_hide_the_large_firm(collected: Collected, table: ReturnTable) -> None:
    actor = actor_for(collected.people.members["planner"])
    found = published_sums("monthly", "revenue", actor)
    if found is not None:
        text = f"{found.now.shown}{found.now.rest}"
        assert not canaries_in(text)
    # Of the numbers of persons nobody dominates but the same cells stay left out.
    staff = published_sums("monthly", "staff", actor)
    assert staff is None or not canaries_in(str(staff.now.shown))
    # What is never published is not there.
    assert published_sums("monthly", "profit", actor) is None


def test_no_other_role_reads_a_firm(collected: Collected, table: ReturnTable) -> None:
    may = set()
    for unit, role, member in everybody():
        actor = actor_for(member)
        try:
            lines = read_firms(table.pk, "revenue", "核实同比", actor=actor)
        except NotPermitted:
            sums = published_sums("monthly", "revenue", actor)
            assert sums is None or not sums.may_read_firms
        else:
            may.add((unit, role))
            assert len(lines) == 12
    assert may == {("9-D08", "officer"), ("9-D08", "unit_head")}


def test_every_viewing_is_kept_with_its_reason(collected: Collected, table: ReturnTable) -> None:
    actor = actor_for(collected.people.members["statistician"])
    with pytest.raises(Invalid) as refused:
        read_firms(table.pk, "revenue", " ", actor=actor)
    assert refused.value.field == "reason"
    with pytest.raises(Invalid):
        read_firms(table.pk, "profit", "核实", actor=actor)
    read_firms(table.pk, "revenue", "核实同比", actor=actor)
    events = [
        one for one in events_of(Subject(RETURN_ROUND, str(table.pk))) if "firms_read" in one.kind
    ]
    assert [one.data["reason"] for one in events] == ["核实同比"]
    assert not canaries_in(str(events[0].data))
    owed = Subject("virtual_park.return", str(collected.owed("east").pk))
    assert any(one.kind == "virtual_park.return.read" for one in events_of(owed))
