"""Parts and systems meet at one door: what stands in another part's public.py."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "district"
# They are made of small modules that everybody uses, without models of their own.
OPEN = {"base", "registry"}
# So is this package within a part that has models.
OPEN_WITHIN = [["reports", "files"]]
NESTED = {"kernel", "systems", "testing"}


def home_of(path: Path) -> str:
    """The part or system that a file belongs to."""
    parts = path.relative_to(PACKAGE).parts
    return ".".join(("district", *parts[: 2 if parts[0] in NESTED else 1]))


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def is_past_the_door(module: str, home: str) -> bool:
    """Whether a file of `home` that imports this module goes past the public door."""
    words = module.split(".")
    if words[:2] not in (["district", "kernel"], ["district", "systems"]) or len(words) < 4:
        return False
    owner = ".".join(words[:3])
    is_open = words[2] in OPEN or words[2:4] in OPEN_WITHIN
    return owner != home and not is_open and words[3] != "public"


def files() -> Iterator[Path]:
    """The product's own files, not those of tests; the dummy is a system like others, though it
    serves tests."""
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).parts
        if not {"tests", "migrations", "conftest.py"} & set(parts) and (
            parts[0] != "testing" or parts[:2] == ("testing", "dummy")
        ):
            yield path


@pytest.mark.one_database
def test_nobody_imports_past_the_door_of_another_part() -> None:
    found = [
        f"{path.relative_to(PACKAGE)} imports {module}"
        for path in files()
        for module in imported(path)
        if is_past_the_door(module, home_of(path))
    ]
    assert found == []


@pytest.mark.one_database
def test_the_check_sees_an_import_past_the_door() -> None:
    assert is_past_the_door("district.kernel.plan.services.reports", "district.systems.x")
    assert is_past_the_door("district.systems.plan_tracking.pages", "district.systems.x")
    assert is_past_the_door("district.kernel.sensing.gateway.register", "district.runtime")
    assert not is_past_the_door("district.kernel.plan.public", "district.systems.x")
    assert is_past_the_door("district.systems.appeals.pages.public", "district.systems.x")
    assert not is_past_the_door("district.kernel.plan.models", "district.kernel.plan")
    assert not is_past_the_door("district.kernel.base.clock", "district.systems.x")


@pytest.mark.one_database
def test_a_system_imports_only_systems_that_its_manifest_depends_on() -> None:
    depends = {system.package: set(system.depends) for system in settings.SYSTEMS}
    assert "district.testing.dummy" in depends
    found = [
        f"{path.relative_to(PACKAGE)} imports {module}"
        for path in files()
        if (home := home_of(path)) in depends
        for module in imported(path)
        if module.startswith("district.systems.")
        and module != home
        and not module.startswith(f"{home}.")
        and module.split(".")[2] not in depends[home]
    ]
    assert found == []
