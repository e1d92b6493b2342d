"""Measures that are computed together: what is written is the same as of one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from unittest import mock

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from district.kernel.history.models import Event, OutboxMessage, PendingSeal
from district.kernel.measures import computing
from district.kernel.measures.computing import declare_measure
from district.kernel.measures.models import MeasureValue
from district.kernel.measures.records import MeasureSpec
from district.kernel.measures.rules.periods import StatPeriod
from district.kernel.measures.services import compute_measures
from district.kernel.measures.tests.conftest import LOADER, People

SPECS = (
    MeasureSpec("appeals", "受理件数", unit="件", source="system"),
    MeasureSpec("opened", "开业家数", unit="家", frequency="quarterly", source="system"),
    MeasureSpec("rate", "办结率", unit="%", span="month", aggregation="rate", source="system"),
    MeasureSpec("school", "学位", unit="个", span="year", frequency="yearly", source="system"),
)
KEYS = tuple(spec.key for spec in SPECS)
UNITS = ("9", "901")
#: About the ends of months, of a quarter and of a year, where running values and complete meet.
DAYS = tuple(date(2025, *day) for day in ((9, 10), (9, 11), (9, 30), (10, 1), (10, 31), (12, 31)))
DAYS += (date(2026, 1, 1), date(2026, 1, 5))

# What is counted on a day of the worker: of some measures and units, few amounts, so that some
# stay as they were.
Counted = Mapping[tuple[str, str], int]
counts: st.SearchStrategy[Counted] = st.dictionaries(
    st.tuples(st.sampled_from(KEYS), st.sampled_from(UNITS)), st.integers(0, 2)
)
looks = st.lists(st.tuples(st.sampled_from(DAYS), counts), min_size=1, max_size=4)
Look = tuple[date, Counted]


@pytest.fixture(autouse=True)
def declared() -> Iterator[dict[tuple[str, str], int]]:
    """The four measures alone; what they count of each unit is put into the dictionary."""
    amounts: dict[tuple[str, str], int] = {}

    def computer(key: str) -> computing.Compute:
        def compute(period: StatPeriod) -> dict[str, Decimal]:
            found = {unit: amounts.get((key, unit)) for unit in UNITS}
            return {unit: Decimal(one) for unit, one in found.items() if one is not None}

        return compute

    with (
        mock.patch.dict(computing._DECLARED, clear=True),
        mock.patch.dict(computing._FAMILIES, clear=True),
    ):
        for spec in SPECS:
            declare_measure(spec, computer(spec.key))
        yield amounts


def _written(
    amounts: dict[tuple[str, str], int], days: Sequence[Look], groups: Sequence[Sequence[str]]
) -> dict[str, Any]:
    """What is in the database once `groups` of measures were computed on each day; then undone."""
    with transaction.atomic():
        before = OutboxMessage.objects.count()
        told = []
        for day, counted in days:
            amounts.clear()
            amounts.update(counted)
            told.append(sum(compute_measures(as_of=day, keys=g, actor=LOADER) for g in groups))
        found = _all() | {"returned": told, "messages": _messages()[before:]}
        transaction.set_rollback(True)
    return found


def _all() -> dict[str, Any]:
    events = Event.objects.filter(subject_type="measures.measure", subject_id__in=KEYS)
    # Keys are made anew each time: a row is named by the event that tells of it.
    names: dict[str, tuple[str, int]] = {}
    history = []
    for event in events.order_by("subject_id", "sequence"):
        data = dict(event.data)
        name = (event.subject_id, event.sequence)
        names[str(data.pop("id", ""))] = name
        history.append((name, event.kind, data, event.note, event.actor_name))
    values = sorted(
        (
            *(names[str(row.pk)], row.unit_id, row.period_start, row.period_end, row.period_kind),
            *(row.value, row.status, row.source, row.source_name, row.definition_version),
            *(row.recorded_by, names.get(str(row.superseded_by_id), ())),
        )
        for row in MeasureValue.objects.filter(measure__in=KEYS)
    )
    waiting = PendingSeal.objects.filter(event__in=events).count()
    return {"values": values, "history": history, "to seal": waiting}


def _messages() -> list[tuple[Any, ...]]:
    rows = OutboxMessage.objects.order_by("pk")
    return list(rows.values_list("topic", "subject", "payload"))


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(days=looks)
def test_computed_together_they_are_as_computed_one_after_the_other(
    people: People, declared: dict[tuple[str, str], int], days: list[Look]
) -> None:
    together = _written(declared, days, [KEYS])
    alone = _written(declared, days, [[key] for key in KEYS])
    messages = (together.pop("messages"), alone.pop("messages"))
    assert together == alone
    # Of each day they come by measure both times, so the order is the same, too.
    assert messages[0] == messages[1]


def test_many_measures_cost_the_statements_of_one(
    people: People, declared: dict[tuple[str, str], int]
) -> None:
    def statements(keys: Sequence[str], day: date) -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            compute_measures(as_of=day, keys=keys, actor=LOADER)
        return len(asked)

    declared.update({(key, unit): 1 for key in KEYS for unit in UNITS})
    compute_measures(as_of=date(2025, 9, 10), actor=LOADER)
    declared.update({(key, unit): 2 for key in KEYS for unit in UNITS})
    first = statements(["appeals", "opened"], date(2025, 9, 11))
    declared.update({(key, unit): 3 for key in KEYS for unit in UNITS})
    assert statements(KEYS, date(2025, 9, 12)) == first
