"""The compiler reads the demo's own report: it gives back every number that is bound in it."""

from __future__ import annotations

from collections import Counter

import pytest

from district.compiler import compile_text
from district.kernel.organisation.public import Role, actor_for, members_acting, units
from district.kernel.plan.public import Commitment, Statement, Succession
from district.kernel.reports.jobs import roll_over
from district.kernel.reports.public import (
    Change,
    Draft,
    Slot,
    approve_draft,
    ask_roll_over,
    manuscript_of,
    plain_text,
    reject_change,
    take_all_new,
)

# The whole demo is loaded on one database; what a draft holds is tried on both by its own tests.
pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.one_database]


def test_the_demos_report_gives_back_every_number_that_is_bound(demo: object) -> None:
    draft = Draft.objects.get()
    read = compile_text(plain_text(manuscript_of(draft))).statements
    found: Counter[tuple[object, ...]] = Counter(
        (
            f"{one.subject}{one.measure}" if one.subject not in one.measure else one.measure,
            one.value.normalize(),
            one.unit,
            one.kind,
            one.year,
            one.basis == "yoy",
        )
        for one in read
    )
    bound: Counter[tuple[object, ...]] = Counter(
        (one.name, round(one.value, one.places).normalize(), one.unit_word, one.kind, one.year,
         one.growth)
        for one in Slot.objects.filter(passage__section__draft=draft, apart=False)
    )  # fmt: skip
    assert _bare(found) == _bare(bound)
    assert len(bound) > 60
    # What no words give back stands in the annexed table; that is the exception.
    held = Slot.objects.filter(passage__section__draft=draft, passage__phrasing="apart")
    assert held.values("passage__commitment").distinct().count() <= 2


def _bare(told: Counter[tuple[object, ...]]) -> Counter[tuple[object, ...]]:
    """Names without place words and quotation marks."""
    bare: Counter[tuple[object, ...]] = Counter()
    for (name, *rest), count in told.items():
        text = str(name).removeprefix("全区").replace("“", "").replace("”", "")
        bare[text, *rest] += count
    return bare


def test_the_demos_year_rolls_over_and_nothing_is_lost(demo: object) -> None:
    draft = Draft.objects.get()
    planner = actor_for(members_acting(_everywhere(), [Role.PLANNER]).order_by("name")[0])
    leader = actor_for(members_acting(_everywhere(), [Role.LEADER]).order_by("name")[0])
    for change in Change.objects.filter(passage__section__draft=draft, state="proposed"):
        reject_change(change.pk, actor=planner)
    take_all_new(draft.pk, actor=planner)
    approve_draft(draft.pk, actor=leader)
    asked, _anew = ask_roll_over(draft.pk, actor=planner)
    roll_over.func(str(asked.pk))
    asked.refresh_from_db()
    assert asked.problem == ""
    assert asked.report is not None
    slots = Slot.objects.filter(passage__section__draft=draft, apart=False)
    bound = Counter(
        (round(one.value, one.places).normalize(), one.unit_word, one.kind, one.year)
        for one in slots
    )
    statements = Statement.objects.filter(edition__report=asked.report)
    read = Counter((one.value.normalize(), one.unit, one.kind, one.year) for one in statements)
    assert read == bound
    measures = Counter(one.measure_id for one in slots if one.source == "value")
    counted = Counter(one.counted_by_id for one in statements if one.kind == "actual")
    assert counted == measures
    for row in Commitment.objects.filter(report=draft.report).exclude(state="cancelled"):
        onward = Succession.objects.filter(former=row).first()
        if onward is None:
            assert row.state == "done", row.title
        else:
            assert (onward.state == "carried") == (onward.successor_id is not None), row.title
            assert (row.state in ("pending", "active")) == (onward.state == "open"), row.title


def _everywhere() -> list[str]:
    return list(units().values_list("pk", flat=True))
