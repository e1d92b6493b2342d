"""The network: working days, passes and chances against slow plain ones, templates linted."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from district.kernel.tracking.public import Calendar, DaySet, Pause, Term, due, elapsed
from district.systems.projects.rules.network.chance import Past, draws, levels, outlook
from district.systems.projects.rules.network.days import DayTable
from district.systems.projects.rules.network.passes import (
    DONE,
    NEVER,
    RUNNING,
    WAITING,
    WAIVED,
    State,
    schedule,
)
from district.systems.projects.rules.network.single import schedule_one
from district.systems.projects.rules.network.template import (
    ItemSpec,
    Link,
    Template,
    TemplateError,
    template_from,
)
from district.systems.projects.tests import plain

FIRST = date(2025, 1, 1)
CALENDAR = Calendar(
    "working_days",
    "working_days",
    days=DaySet(
        frozenset({2025}),
        frozenset(date(2025, 10, day) for day in range(1, 9)),
        frozenset({date(2025, 9, 28), date(2025, 10, 11)}),
    ),
)
TABLE = DayTable(CALENDAR, FIRST, FIRST + timedelta(days=1500))
ZONE = ZoneInfo("Asia/Shanghai")
CODES = {"waiting": WAITING, "running": RUNNING, "done": DONE, "waived": WAIVED}


def at(day: date) -> datetime:
    return datetime.combine(day, time(10), ZONE)


days = st.integers(1, 600).map(lambda n: FIRST + timedelta(days=n))


@given(start=days, term=st.integers(1, 200))
def test_terms_end_when_the_clocks_of_tracking_say(start: date, term: int) -> None:
    found = due(at(start), Term(term, "working_days"), CALENDAR)
    assert found is not None
    ordinal = TABLE.due(np.array([start.toordinal()]), np.array([term]))[0]
    assert date.fromordinal(int(ordinal)) == found.at.astimezone(ZONE).date()
    passed = elapsed(at(start), found.at, "working_days", CALENDAR)
    assert passed == TABLE.number(date.fromordinal(int(ordinal))) - TABLE.number(start) == term


@given(start=days, term=st.integers(1, 60), gaps=st.lists(st.integers(0, 20), max_size=6))
def test_clocks_stand_still_as_those_of_tracking(start: date, term: int, gaps: list[int]) -> None:
    spans, day = [], start
    for number in range(0, len(gaps) - 1, 2):
        since = day + timedelta(days=gaps[number])
        day = since + timedelta(days=gaps[number + 1])
        spans.append((since, day))
    number = TABLE.number(start) + term
    used: list[tuple[date, date]] = []
    for since, until in spans:
        # A clock that has run out stands still no more.
        if TABLE.number(since - timedelta(days=1)) < number + TABLE.stood(start, used):
            used.append((since, until))
    found = due(
        at(start),
        Term(term, "working_days"),
        CALENDAR,
        [Pause(at(since), at(until)) for since, until in used],
    )
    assert found is not None
    ends = TABLE.day(number + TABLE.stood(start, used))
    assert ends == found.at.astimezone(ZONE).date()


def test_days_outside_the_table_are_refused() -> None:
    with pytest.raises(IndexError):
        TABLE.number(FIRST - timedelta(days=1))
    with pytest.raises(IndexError):
        TABLE.day(TABLE.number(FIRST + timedelta(days=1500)) + 1)


@st.composite
def networks(draw: st.DrawFn, most: int = 7) -> tuple[Template, dict[str, plain.One]]:
    """A random template all of whose items lead to the last, and a project under way."""
    count = draw(st.integers(1, most))
    links: list[list[Link]] = [[] for _ in range(count)]
    for j in range(1, count):
        before = draw(st.sets(st.integers(0, j - 1), max_size=3))
        for i in sorted(before):
            kind = draw(st.sampled_from(("after", "after", "early", "tolerate")))
            lag = draw(st.integers(0, 6)) if kind == "early" else 0
            rest = draw(st.integers(0, 6)) if kind == "early" else 0
            links[j].append(Link(f"i{i}", kind, lag, rest, "材料"))
    for i in range(count - 1):
        if not any(link.item == f"i{i}" for j in range(count) for link in links[j]):
            links[count - 1].append(Link(f"i{i}"))
    items = tuple(
        ItemSpec(
            f"i{j}", f"事项{j}", "", "", 30, draw(st.integers(1, 20)), draw(st.integers(0, 5)),
            links=tuple(links[j]),
        )
        for j in range(count)
    )  # fmt: skip
    template = Template("t", "模板", "", f"i{count - 1}", items)
    state = {item.key: draw(ones()) for item in items}
    return template, state


@st.composite
def ones(draw: st.DrawFn) -> plain.One:
    kind = draw(st.sampled_from(("waiting", "waiting", "running", "done", "waived")))
    accepted = draw(st.integers(60, 100))
    return plain.One(
        kind,
        accepted,
        min(accepted + draw(st.integers(0, 40)), 100),
        draw(st.integers(0, 5)) if kind == "running" else 0,
        draw(st.booleans()),
        draw(st.booleans()),
    )


NOW = 100


def packed(template: Template, projects: list[dict[str, plain.One]]) -> State:
    """Projects as the passes take them."""

    def column(name: str, kind: Any) -> Any:
        return np.array(
            [[getattr(one[item.key], name) for item in template.items] for one in projects], kind
        )

    codes = [[CODES[one[item.key].state] for item in template.items] for one in projects]
    return State(
        np.array(codes, np.int64),
        column("accepted", np.int64),
        column("approved", np.int64),
        column("stood", np.int64),
        column("early", np.bool_),
        column("tolerated", np.bool_),
        NOW,
    )


@settings(max_examples=100)
@given(networks())
def test_dates_and_slack_are_those_of_the_longest_paths(
    made: tuple[Template, dict[str, plain.One]],
) -> None:
    template, items = made
    found = schedule(template, packed(template, [items, items]))
    terms = {item.key: item.promised for item in template.items}
    graph = plain.graph(template, items, NOW, terms)
    for place, item in enumerate(template.items):
        assert found.earliest_start[1, place] == plain.longest(graph, ("S", item.key))
        assert found.earliest_finish[0, place] == plain.longest(graph, ("F", item.key))
        wanted = None
        if items[item.key].state in ("waiting", "running"):
            wanted = plain.slack(graph, template, item.key)
        assert found.slack[0, place] == (NEVER if wanted is None else wanted), item.key
    assert found.start[0] == plain.plain_start(template, items, NOW, terms)


@settings(max_examples=100)
@given(networks())
def test_one_project_alone_comes_out_as_among_many(
    made: tuple[Template, dict[str, plain.One]],
) -> None:
    template, items = made
    many, alone = (packed(template, [items] * size) for size in (2, 1))
    expected, found = schedule(template, many), schedule_one(template, alone)
    for name in ("earliest_start", "earliest_finish", "slack", "start"):
        assert getattr(found, name)[0].tolist() == getattr(expected, name)[1].tolist(), name
    with pytest.raises(ValueError, match="alone"):
        schedule_one(template, many)


@settings(max_examples=50)
@given(networks(), st.lists(st.integers(1, 60), min_size=12, max_size=12))
def test_each_run_is_a_plain_pass_with_the_durations_drawn(
    made: tuple[Template, dict[str, plain.One]], durations: list[int]
) -> None:
    template, items = made
    fresh = dict(items.items())
    for one in fresh.values():
        one.state, one.stood = ("waiting" if one.state == "running" else one.state), 0
    past = Past({item.key: durations for item in template.items}, [Decimal(1)])
    table, chosen = levels(template, past), draws(template, 40)
    plain_ones = sorted(
        plain.plain_start(
            template,
            fresh,
            NOW,
            {item.key: int(table[j][chosen[j][run]]) for j, item in enumerate(template.items)},
        )
        for run in range(40)
    )
    planned = plain_ones[20]
    found = outlook(template, packed(template, [fresh]), past, np.array([planned]), runs=40)
    assert found.days[0].tolist() == [plain_ones[k] for k in (3, 19, 31, 35)]
    assert found.chance[0] == pytest.approx(sum(one <= planned for one in plain_ones) / 40)


def _chain(*terms: int) -> Template:
    items = tuple(
        ItemSpec(f"i{n}", "", "", "", 500, term, links=(Link(f"i{n - 1}"),) if n else ())
        for n, term in enumerate(terms)
    )
    return Template("chain", "", "", items[-1].key, items)


def test_an_item_that_runs_long_is_expected_to_run_longer() -> None:
    template = _chain(10)
    past = Past({"i0": [5] * 90 + [40] * 10}, [Decimal(1)])
    short = plain.One("running", NOW - 2)
    long = plain.One("running", NOW - 20)
    beyond = plain.One("running", NOW - 60)
    given_ = packed(template, [{"i0": one} for one in (short, long, beyond)])
    found = outlook(template, given_, past, np.array([NOW + 3, NOW + 3, -1]))
    assert found.days[:, 1].tolist() == [NOW + 3, NOW + 20, NOW + 1]
    assert found.chance[0] == pytest.approx(0.9, abs=0.01)
    assert found.chance[1] == 0
    assert np.isnan(found.chance[2])


def test_a_projects_chance_does_not_depend_on_its_company() -> None:
    template = _chain(10, 20, 5)
    past = Past({}, [Decimal("0.6"), Decimal(1), Decimal(2)])
    one = {f"i{n}": plain.One("running" if n == 0 else "waiting", NOW - 3) for n in range(3)}
    other = {f"i{n}": plain.One() for n in range(3)}
    planned = np.array([NOW + 35])
    alone = outlook(template, packed(template, [one]), past, planned)
    among = outlook(template, packed(template, [other] * 40 + [one]), past, np.repeat(planned, 41))
    assert among.days[40].tolist() == alone.days[0].tolist()
    assert among.chance[40] == alone.chance[0]
    assert 0 < alone.chance[0] < 1


GOOD: dict[str, Any] = {
    "key": "k", "label": "类", "start": "b",
    "items": [
        {"key": "b", "label": "乙", "statutory": 10, "promised": 5, "after": ["a"]},
        {"key": "a", "label": "甲", "statutory": 10},
    ],
}  # fmt: skip


def test_a_template_is_put_in_order() -> None:
    found = template_from(GOOD)
    assert [item.key for item in found.items] == ["a", "b"]
    assert found.items[0].promised == 10


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"start": "c"}, "no such item: c"),
        ({"items": [{"key": "a", "label": "甲", "statutory": 0}], "start": "a"}, "whole number"),
        ({"items": [{"key": "b", "label": "甲", "statutory": 5, "promised": 6}]}, "longer than"),
        ({"items": [*GOOD["items"], GOOD["items"][0]]}, "stands twice"),
        (
            {"items": [{"key": "b", "label": "乙", "statutory": 5, "after": ["x"]}]},
            "no such item: x",
        ),
        (
            {
                "items": [
                    {"key": "a", "label": "甲", "statutory": 5, "after": ["b"]},
                    {"key": "b", "label": "乙", "statutory": 5, "after": ["a"]},
                ]
            },
            "wait for each other: a、b",
        ),
        (
            {"items": [*GOOD["items"], {"key": "c", "label": "丙", "statutory": 5}]},
            "does not lead to b",
        ),
        (
            {
                "items": [
                    GOOD["items"][1],
                    {"key": "b", "label": "乙", "statutory": 5, "early": [{"item": "a"}]},
                ]
            },
            "which materials",
        ),
    ],
)
def test_a_template_that_cannot_work_is_refused_by_its_entry(
    changed: dict[str, Any], words: str
) -> None:
    with pytest.raises(TemplateError, match=words):
        template_from(GOOD | changed)
