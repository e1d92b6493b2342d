"""Every answer of the threat model names a test that there is."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.one_database  # reason: it reads files alone
ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`((?:src|tests)/[\w/]+\.py)::(\w+)`", TEXT)


def functions(path: Path) -> set[str]:
    """The names of the test functions of a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def missing(named: list[tuple[str, str]]) -> list[str]:
    """The tests that are named and are not there."""
    found: dict[str, set[str]] = {}
    for file, _name in named:
        path = ROOT / file
        found[file] = functions(path) if path.is_file() else set()
    return [f"{file}::{name}" for file, name in named if name not in found[file]]


def test_every_named_test_is_there() -> None:
    assert len(NAMED) >= 50
    assert missing(NAMED) == []


def test_one_that_is_not_there_is_found() -> None:
    here = Path(__file__).relative_to(ROOT).as_posix()
    asked = [(here, "test_every_named_test_is_there"), (here, "test_none"), ("tests/no.py", "x")]
    assert missing(asked) == [f"{here}::test_none", "tests/no.py::x"]


def test_every_threat_has_a_letter_an_answer_and_a_test() -> None:
    rows = [line for line in TEXT.splitlines() if re.match(r"\| [A-Z] \|", line)]
    assert len(rows) == len(NAMED)
    for row in rows:
        letter, threat, answer, tried = (cell.strip() for cell in row.strip("| ").split(" | "))
        assert letter in "STRIDE", row
        assert threat, row
        assert answer, row
        assert "::test_" in tried, row
    assert {row[2] for row in rows} == set("STRIDE")
