"""Manifests are read without importing a system, and a wrong one is named with its remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from district.kernel.registry import discovery
from district.kernel.registry.discovery import Manifest, ManifestError, read_manifest
from district.kernel.registry.ledger import declared_by, declaring, note
from district.kernel.registry.system import differences

GOOD = 'key = "parks"\nname = "公园"\nname_en = "Parks"\n'


def _write(folder: Path, text: str, name: str = "parks") -> Path:
    path = folder / name / "manifest.toml"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    return path


def test_a_manifest_is_read_with_its_defaults(tmp_path: Path) -> None:
    manifest = read_manifest(_write(tmp_path, GOOD), "some.parks")
    assert (manifest.key, manifest.label, manifest.depends) == ("parks", "sys_parks", ())


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("key = ", "cannot be read as TOML"),
        (GOOD.replace('"Parks"', '""'), "'name_en' is missing"),
        (GOOD.replace('"parks"', '"Parks!"'), "must be snake_case"),
        (GOOD.replace('"parks"', '"other"'), "must equal the folder's name"),
        (GOOD + 'depends = "x"\n', "'depends' must be a list"),
        (GOOD + "colour = 1\n", "unknown field 'colour'"),
    ],
)
def test_a_wrong_manifest_is_refused_with_a_remedy(
    tmp_path: Path, text: str, complaint: str
) -> None:
    with pytest.raises(ManifestError, match=complaint):
        read_manifest(_write(tmp_path, text), "some.parks")


def _manifest(key: str, *depends: str, provides: tuple[str, ...] = ()) -> Manifest:
    return Manifest(key, key, key, "", depends, provides, (), f"some.{key}", Path(key))


def test_systems_come_after_those_they_depend_on() -> None:
    rows = [_manifest("a", "c"), _manifest("b"), _manifest("c", "b")]
    ordered = discovery._ordered({row.key: row for row in rows})
    assert [row.key for row in ordered] == ["b", "c", "a"]


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ([_manifest("a", "gone")], "'gone', which is not in use"),
        ([_manifest("a", "b"), _manifest("b", "a")], "circular dependency: a -> b -> a"),
    ],
)
def test_missing_and_circular_dependencies_are_named(rows: list[Manifest], complaint: str) -> None:
    with pytest.raises(ManifestError, match=complaint):
        discovery._ordered({row.key: row for row in rows})


def test_a_system_can_be_left_out_and_one_from_elsewhere_added() -> None:
    found = discovery.discover("+district.testing.dummy")
    keys = {manifest.key for manifest in found}
    assert "dummy" in keys
    for key in keys - {"dummy"}:
        # Whoever stands on a system goes with it, and whoever stands on them.
        without = {key}
        while more := {one.key for one in found if without & set(one.depends)} - without:
            without |= more
        left = discovery.discover(",".join(f"-{one}" for one in sorted(without)))
        assert {one.key for one in left} == keys - without - {"dummy"}


def test_a_system_that_another_stands_on_is_not_left_out_alone() -> None:
    with pytest.raises(discovery.ManifestError, match="depends on 'operations_centre'"):
        discovery.discover("-operations_centre")


def test_what_a_system_declares_must_be_what_its_manifest_provides() -> None:
    with declaring("ledger_test"):
        note("register", "ledger_test.rows")
    assert [str(row) for row in declared_by("ledger_test")] == ["register:ledger_test.rows"]
    agreed = _manifest("ledger_test", provides=("register:ledger_test.rows",))
    assert differences(agreed) == []
    less, more = _manifest("ledger_test"), _manifest("ledger_test", provides=("action:x",))
    assert "add it to provides" in differences(less)[0]
    assert any("does not declare" in line for line in differences(more))


def test_two_owners_cannot_declare_the_same_thing() -> None:
    with declaring("first_owner"):
        note("register", "ledger_test.twice")
    with declaring("second_owner"), pytest.raises(ValueError, match="first_owner"):
        note("register", "ledger_test.twice")
