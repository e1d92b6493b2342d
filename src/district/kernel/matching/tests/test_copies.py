"""A copy in a file spares reading the rows, and is left aside where it cannot be trusted."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from district.kernel.base.recent import forget_all
from district.kernel.conditions.public import Attribute, Schema, parse
from district.kernel.conditions.tests.models import Thing
from district.kernel.conditions.tests.samples import SCHEMA
from district.kernel.matching import copies, populations, store
from district.kernel.matching import public as matching
from district.kernel.matching.models import Change
from district.kernel.matching.reading import entities, whole
from district.kernel.matching.rules.keys import Keys
from district.kernel.matching.store import PopulationSpec

TODAY = date(2025, 9, 26)


@pytest.fixture
def kept(things: PopulationSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PopulationSpec:
    """The population, with copies worth keeping whatever their size, and three rows in it."""
    monkeypatch.setattr(copies, "VAR", tmp_path)
    monkeypatch.setattr(copies, "_WORTH_KEEPING", 1)
    monkeypatch.setattr(populations, "_SAVED_AFTER", 0)
    Thing.objects.bulk_create(
        Thing(count=at, name=name, tags=tags, done=at == 1)
        for at, (name, tags) in enumerate([("龙岗", ["a", "b"]), ("", []), (None, None)])
    )
    matching.note_all_changed("things")
    commit()
    return things


def commit() -> None:
    """What a test does in its transaction counts as committed from here on."""
    connection.run_on_commit.clear()


def another_process() -> None:
    forget_all()


def holds(text: str) -> int:
    return matching.try_condition("things", parse(text, SCHEMA), TODAY).tally.holds


def rows_read(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Tells, for each time rows of the population were read, whether all were."""
    read: list[bool] = []

    def some(spec: PopulationSpec, *, ids: Iterable[Any]) -> Iterator[Any]:
        read.append(False)
        return entities(spec, ids=ids)

    def all_of_them(spec: PopulationSpec) -> Any:
        if spec.key == "things":  # the worker reads what the systems declared, too
            read.append(True)
        return whole(spec)

    monkeypatch.setattr(populations, "entities", some)
    monkeypatch.setattr(populations, "whole", all_of_them)
    return read


def test_another_process_goes_on_from_the_file(
    kept: PopulationSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = matching.population("things")
    assert copies.path_of("things").exists()
    another_process()
    read = rows_read(monkeypatch)
    again = matching.population("things")
    assert read == []
    assert list(again.ids) == list(before.ids)
    assert again.at == before.at
    for text in ('name = "龙岗"', "not name known", 'tags has "b"', "done = true", "count >= 1"):
        assert holds(text) == {"not name known": 2, "count >= 1": 2}.get(text, 1), text
    thing = Thing.objects.create(count=5, name="新")
    Thing.objects.filter(count=0).update(name="宝龙")
    matching.note_changed("things", [thing.pk, Thing.objects.get(count=0).pk])
    commit()
    assert (holds('name = "宝龙"'), holds("count = 5"), holds('name = "龙岗"')) == (1, 1, 0)
    assert read == [False]  # only what changed
    another_process()
    assert holds("count = 5") == 1
    assert read == [False]  # the file was written anew


def test_after_a_bulk_change_one_process_reads_the_rows_for_all(
    kept: PopulationSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    matching.population("things")
    one = dict(populations._COPIES)
    Thing.objects.update(count=8)
    matching.note_all_changed("things")
    commit()
    read = rows_read(monkeypatch)
    another_process()
    populations.catch_up()  # as the worker does
    another_process()
    populations._COPIES.update(one)  # the server's process, which was not told
    assert holds("count = 8") == 3
    assert read == [True]


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "no archive"])
def test_damaged_file_is_read_anew(
    kept: PopulationSpec,
    damage: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    matching.population("things")
    path = copies.path_of("things")
    content = path.read_bytes()
    half = len(content) // 2
    path.write_bytes(
        {
            "cut": content[:half],
            "flipped": content[:half] + bytes([content[half] ^ 255]) + content[half + 1 :],
            "empty": b"",
            "no archive": b"x" * 1000,
        }[damage]
    )
    another_process()
    read = rows_read(monkeypatch)
    with caplog.at_level(logging.WARNING):
        assert holds("count >= 0") == 3
    assert read == [True]
    assert "things" in caplog.text
    another_process()
    assert holds("count >= 0") == 3
    assert read == [True]  # a sound one was put in its place


def test_file_of_another_schema_or_database_is_left_aside(
    kept: PopulationSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    matching.population("things")
    another_process()
    read = rows_read(monkeypatch)
    schema = Schema("things", (*SCHEMA.attributes, Attribute("size", "件数", "integer", "count")))
    other = replace(kept, schema=lambda: schema)
    monkeypatch.setitem(store._POPULATIONS, "things", other)
    trial = matching.try_condition("things", parse("size = 2", schema), TODAY)
    assert trial.tally.holds == 1
    assert read == [True]
    Change.objects.update(nonce="put back")
    another_process()
    matching.population("things")
    assert read == [True, True]


def test_folder_that_cannot_be_written_is_no_hindrance(
    kept: PopulationSpec,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    (tmp_path / "matching").write_text("a file in the way")
    with caplog.at_level(logging.WARNING):
        assert holds("count >= 0") == 3
    assert "not kept" in caplog.text


def test_copy_within_a_changing_transaction_is_nobody_elses(kept: PopulationSpec) -> None:
    matching.population("things")
    Thing.objects.update(count=9)
    matching.note_all_changed("things")
    assert holds("count = 9") == 3
    # Rolled back: the mark goes with the transaction, and so do the rows.
    Thing.objects.update(count=1)
    Change.objects.order_by("-pk")[0].delete()
    commit()
    assert holds("count = 9") == 0


@pytest.mark.parametrize(
    "ids",
    [
        [5, -3, 2**62, 7],
        [UUID(int=n << 60) for n in (1, 2, 77, 2**40)],
        ["91440300MA5F", "", "龙", "a\x00"],
    ],
)
def test_keys_of_every_kind_find_their_places(ids: list[object]) -> None:
    keys = Keys.of(ids[:3]).and_more(ids[3:])
    assert list(keys) == ids
    assert keys[1:3] == ids[1:3]
    assert keys[3] == ids[3]
    assert keys.places([ids[3], ids[0]]).tolist() == [3, 0]
    assert keys.places(["no such key"]).tolist() == [-1]
    assert keys.places([12345678901]).tolist() == [-1]
    assert Keys.of([]).places(ids).tolist() == [-1] * 4
    assert Keys.of([]).and_more(ids).places(ids).tolist() == [0, 1, 2, 3]


def test_keys_of_several_kinds_are_refused() -> None:
    with pytest.raises(TypeError):
        Keys.of([1, "a"])
    with pytest.raises(TypeError):
        Keys.of([1]).and_more(["a"])
    with pytest.raises(TypeError):
        Keys.of([1.5])
