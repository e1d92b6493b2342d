"""All rows read in columns are the rows read one by one, whatever stands in them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from district.kernel.base import frames
from district.kernel.base.frames import read_frame
from district.kernel.conditions.public import Attribute, Schema, frame_of
from district.kernel.conditions.tests.models import Owner, Thing
from district.kernel.conditions.tests.samples import SCHEMA
from district.kernel.matching.reading import entities, whole
from district.kernel.matching.rules.population import Population
from district.kernel.matching.store import PopulationSpec

pytestmark = pytest.mark.django_db
CHOICES: dict[str, list[Any]] = {
    "name": [None, "", "龙岗", "a\\\"b'"],
    "note": ["", "备注"],
    "count": [None, 0, -3, 2**31 - 1],
    "big": [None, -(2**62), 5],
    "amount": [None, Decimal(0), Decimal("-1.000001"), Decimal("9223372036854.775807")],
    "done": [None, True, False],
    "day": [None, date(1999, 12, 31), date(2024, 2, 29)],
    "at": [None, datetime(2025, 9, 26, 1, 2, 3, 456, tzinfo=UTC)],
    "light": ["", "red", "green"],
    "area": [None, "", "440307"],
    "tags": [None, [], ["b", "a"], ["a", "b"], ["龙", 'x"y', "a\u2028"]],
    "key": [None, UUID(int=7), UUID(int=2**127)],
}


@pytest.fixture
def many(things: PopulationSpec) -> PopulationSpec:
    """Two hundred rows with what may stand in each column."""
    dice = Random(7)  # noqa: S311  # any rows will do
    owner = Owner.objects.create(code="4403", path="/44/4403/")
    for _row in range(200):
        values = {key: dice.choice(each) for key, each in CHOICES.items()}
        thing = Thing.objects.create(owner=dice.choice([None, owner]), **values)
        if dice.random() < 0.3:
            thing.helpers.add(owner)
    return things


def by_rows(spec: PopulationSpec) -> dict[Any, dict[str, Any]]:
    rows = list(entities(spec))
    frame = frame_of((values for _one, values in rows), spec.schema())
    return dict(zip((one for one, _values in rows), frame.to_dicts(), strict=True))


def in_columns(spec: PopulationSpec) -> dict[Any, dict[str, Any]]:
    keys, frame = whole(spec)
    assert frame.schema == frame_of((), spec.schema()).schema
    return dict(zip(keys, frame.to_dicts(), strict=True))


def test_columns_hold_what_rows_hold(many: PopulationSpec, monkeypatch: pytest.MonkeyPatch) -> None:
    assert in_columns(many) == by_rows(many)
    monkeypatch.setattr(frames, "PART", 7)
    assert in_columns(many) == by_rows(many), "however many rows come together"


def test_keys_may_be_any_unique_field(many: PopulationSpec) -> None:
    for at, thing in enumerate(Thing.objects.all()):
        Thing.objects.filter(pk=thing.pk).update(key=UUID(int=at << 64), name=f"第{at}件")
    plain = Schema("things", tuple(a for a in SCHEMA.attributes if a.key != "helpers"))
    for path in ("key", "name"):
        spec = replace(many, id_path=path, schema=lambda: plain)
        assert in_columns(spec) == by_rows(spec)


def test_a_value_of_another_type_is_refused_either_way(many: PopulationSpec) -> None:
    Thing.objects.update(tags={"a": 1})
    for read in (by_rows, in_columns):
        with pytest.raises(TypeError, match="tags"):
            read(many)


def test_a_column_kept_otherwise_than_its_attribute_is_read_value_by_value(
    many: PopulationSpec,
) -> None:
    schema = Schema(
        "things",
        (
            Attribute("count", "件数", "decimal", places=2),
            Attribute("key", "编号", "code"),
            Attribute("number", "号", "text", path="big"),
        ),
    )
    spec = replace(many, schema=lambda: schema)
    assert in_columns(spec) == by_rows(spec)


def test_nobody_is_a_population_too(things: PopulationSpec) -> None:
    keys, frame = whole(things)
    assert Population.of_frame(SCHEMA, keys, frame).count == 0


def test_all_rows_take_as_many_statements_as_a_few(many: PopulationSpec) -> None:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        whole(many)
    assert len(asked) == 2, "the rows, and one relation to many"


def test_a_frame_holds_what_the_database_keeps(many: PopulationSpec) -> None:
    frame = read_frame(Thing.objects.order_by("pk"), ["pk", "amount", "key", "owner_id", "day"])
    for row, thing in zip(frame.to_dicts(), Thing.objects.order_by("pk"), strict=True):
        assert row == {
            "pk": thing.pk,
            "amount": None if thing.amount is None else int(thing.amount * 10**6),
            "key": thing.key and thing.key.hex,
            "owner_id": thing.owner and thing.owner.code,
            "day": thing.day,
        }
    assert read_frame(Thing.objects.none(), ["pk", "amount"]).height == 0
    with pytest.raises(TypeError, match="at"):
        read_frame(Thing.objects.all(), ["pk", "at"])
