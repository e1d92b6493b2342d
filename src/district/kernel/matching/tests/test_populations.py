"""A population's copy in this process follows the database, and nothing that was rolled back."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from district.kernel.base import clock
from district.kernel.base.errors import NotFound
from district.kernel.conditions.public import parse
from district.kernel.conditions.tests.models import Owner, Thing
from district.kernel.conditions.tests.samples import SCHEMA
from district.kernel.matching import positions
from district.kernel.matching import public as matching
from district.kernel.matching.models import Change
from district.kernel.matching.services import MOST_ENTITIES, prune_changes
from district.kernel.matching.store import PopulationSpec

TODAY = date(2025, 9, 26)
pytestmark = pytest.mark.django_db


def tally(text: str) -> matching.Tally:
    return matching.try_condition("things", parse(text, SCHEMA), TODAY).tally


def made(**values: Any) -> Thing:
    return Thing.objects.create(**values)


def test_counts_ids_and_missed_clauses_of_a_condition(things: PopulationSpec) -> None:
    rows = {
        "holds": made(count=5, light="red", amount=Decimal("1.5")),
        "misses_one": made(count=1, light="red", amount=Decimal("1.5")),
        "unknown_only": made(light="red", amount=Decimal(2)),
        "misses_and_unknown": made(light="green", amount=Decimal(2)),
        "misses_two": made(count=0, light="green"),
        "does_not_count": made(count=5, light="yellow", amount=Decimal("1.5")),
    }
    condition = parse('count >= 3 and light = "red" and amount > 1', SCHEMA)
    outcomes = matching.evaluate_all(
        matching.population("things"), matching.Programme.of({"p": condition}, TODAY)
    )
    assert outcomes["p"] == matching.Tally(holds=1, misses_one=1, unknown_only=1, fails=2)
    for kind in ("holds", "misses_one", "unknown_only"):
        assert outcomes.ids("p", kind) == [rows[kind].pk]
    assert set(outcomes.ids("p", "fails")) == {
        rows["misses_and_unknown"].pk,
        rows["misses_two"].pk,
    }
    assert outcomes.ids("p", "fails", offset=1, limit=5) == outcomes.ids("p", "fails")[1:]
    assert outcomes.missed("p") == {0: 1}
    assert outcomes.ids("p", "misses_one", clause=0) == [rows["misses_one"].pk]
    assert outcomes.ids("p", "misses_one", clause=1) == []
    for name, row in rows.items():
        if name == "does_not_count":
            continue
        told = matching.explain_one("things", row.pk, condition, TODAY)
        assert row.pk in outcomes.ids("p", matching.kind_of(told))
        if name == "misses_one":
            assert [one.text for one in matching.missed_clauses(told)] == ["count >= 3"]
    with pytest.raises(NotFound):
        matching.explain_one("things", rows["does_not_count"].pk, condition, TODAY)
    with pytest.raises(NotFound):
        matching.explain_one("things", "no key", condition, TODAY)


def test_values_come_by_attribute_with_sets_that_are_relations(things: PopulationSpec) -> None:
    owner = Owner.objects.create(code="4403", path="/44/4403/")
    thing, bare = made(count=5, owner=owner, tags=["a"]), made()
    thing.helpers.add(owner)
    found = matching.values_of(
        "things", [thing.pk, str(bare.pk), 10**9], ["unit", "helpers", "tags"]
    )
    assert found == {
        thing.pk: {"unit": "/44/4403/", "helpers": ["4403"], "tags": ["a"]},
        bare.pk: {"unit": None, "helpers": (), "tags": None},
    }
    assert tally('helpers has "4403"').holds == 1


def test_copy_follows_changes_that_are_noted(things: PopulationSpec) -> None:
    first, second = made(count=1), made(count=5)
    matching.note_changed("things", [first.pk, second.pk])
    assert tally("count > 3").holds == 1
    before = matching.population("things")
    assert matching.population("things").position == before.position
    Thing.objects.filter(pk=first.pk).update(count=7)
    third = made(count=9)
    matching.note_changed("things", [first.pk, third.pk])
    assert tally("count > 3").holds == 3
    assert matching.population("things").position > before.position
    Thing.objects.filter(pk=second.pk).update(light="yellow")  # counts no more
    third.delete()
    matching.note_changed("things", [second.pk, third.pk])
    assert tally("count > 3").holds == 1
    Thing.objects.update(count=0, light="")
    matching.note_all_changed("things")
    assert tally("count = 0").holds == 2


def test_what_was_rolled_back_stays_in_no_copy(things: PopulationSpec) -> None:
    thing = made(count=1)
    matching.population("things")
    with transaction.atomic():
        Thing.objects.filter(pk=thing.pk).update(count=9)
        matching.note_changed("things", [thing.pk])
        assert tally("count = 9").holds == 1  # seen from inside
        transaction.set_rollback(True)
    assert tally("count = 1").holds == 1


def test_copy_is_read_anew_when_the_database_was_put_back(things: PopulationSpec) -> None:
    thing = made(count=1)
    matching.note_changed("things", [thing.pk])
    assert tally("count = 1").holds == 1
    # Another row of the same key, as after a backup was restored and work went on.
    Change.objects.update(nonce="another")
    Thing.objects.update(count=2)
    assert tally("count = 2").holds == 1
    Change.objects.all().delete()
    Thing.objects.update(count=3)
    assert tally("count = 3").holds == 1


def test_pruned_changes_leave_a_sign_for_copies_that_had_not_read_them(
    things: PopulationSpec,
) -> None:
    thing = made(count=1)
    matching.population("things")  # before any change
    for count in (2, 3):
        Thing.objects.filter(pk=thing.pk).update(count=count)
        matching.note_changed("things", [thing.pk])
    Change.objects.update(at=clock.now() - timedelta(days=30))
    assert prune_changes() == 1
    assert Change.objects.get().entities is None
    assert tally("count = 3").holds == 1
    assert prune_changes() == 0
    Change.objects.create(
        population="things", entities=[], count=MOST_ENTITIES + 1, nonce="many", at=clock.now()
    )
    assert prune_changes() == 1
    assert Change.objects.get().nonce == "many"


def test_past_that_is_not_kept_is_refused_and_kept_past_is_asked(
    things: PopulationSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from district.kernel.matching import store

    conditions = {"p": parse("day < today", SCHEMA)}
    with pytest.raises(NotFound, match="物件"):
        matching.evaluate_on("things", conditions, TODAY)
    kept = {TODAY: [(1, {"day": TODAY - timedelta(days=1)}), (2, {"day": TODAY}), (3, {})]}
    monkeypatch.setitem(store._POPULATIONS, "things", replace(things, past=kept.__getitem__))
    outcomes = matching.evaluate_on("things", conditions, TODAY)
    assert outcomes["p"] == matching.Tally(1, 1, 1, 0)
    assert outcomes.ids("p", "unknown_only") == [3]


def test_unknown_population_is_refused(db: None) -> None:
    with pytest.raises(NotFound, match="nothing"):
        matching.population("nothing")
    with pytest.raises(NotFound):
        matching.note_changed("nothing", [1])


def test_change_that_is_committed_after_one_of_a_higher_key_is_found_once(
    things: PopulationSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As PostgreSQL does it: `floor` is the least number of a transaction that is still open."""
    open_now = iter((100, 110, 130, 130, 20))
    monkeypatch.setattr(positions, "_floor", lambda: next(open_now))

    def committed(pk: int, number: int) -> None:
        Change.objects.create(
            pk=pk, population="things", entities=[str(pk)], nonce=str(pk), at=clock.now(),
            transaction=number,
        )  # fmt: skip

    committed(1, 90)
    here = positions.position_now("things")
    committed(3, 120)  # 2, of transaction 110, is open
    moved = positions.moved_since("things", here)
    assert moved.entities == frozenset({"3"})
    committed(2, 110)
    moved = positions.moved_since("things", moved.position)
    assert (moved.entities, moved.position.last) == (frozenset({"2"}), 3)
    moved = positions.moved_since("things", moved.position)
    assert moved.entities == frozenset()
    # Numbers have gone back: this is another server.
    assert positions.moved_since("things", moved.position).entities is None
