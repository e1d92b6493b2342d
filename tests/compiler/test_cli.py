"""``district compile`` from the command line."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from district.compiler import JSON_FIELDS
from district.compiler.cli import main

CORPUS = Path(__file__).parent / "corpus"
EXAMPLES = CORPUS / "issue-examples.txt"


def test_json_has_exactly_the_promised_fields(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(EXAMPLES), "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(rows) > 20
    text = EXAMPLES.read_text("utf-8")
    for row in rows:
        assert tuple(row) == JSON_FIELDS
        assert text[row["start"] : row["end"]] == row["raw"]
        assert isinstance(row["value"], (int, float))
        assert isinstance(row["subject"], str)
    growth = next(row for row in rows if row["raw"] == "-6.85%")
    assert (growth["value"], growth["unit"], growth["basis"]) == (-6.85, "%", "yoy")
    assert next(row for row in rows if row["raw"] == "62场")["value"] == 62


def test_csv_has_a_header_and_guards_formulas(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(EXAMPLES), "--csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out.removeprefix("\ufeff"))))
    assert tuple(rows[0]) == JSON_FIELDS
    assert all(not cell.startswith(("=", "+", "@")) for row in rows for cell in row.values())
    assert next(row for row in rows if "6.85" in row["raw"])["raw"] == "'-6.85%"
    assert next(row for row in rows if "6.85" in row["raw"])["value"] == "-6.85"


def test_xlsx_is_written_with_numbers_as_numbers(tmp_path: Path) -> None:
    import openpyxl

    target = tmp_path / "out.xlsx"
    assert main([str(EXAMPLES), "--xlsx", "-o", str(target)]) == 0
    sheet = openpyxl.load_workbook(target).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == JSON_FIELDS
    value = JSON_FIELDS.index("value")
    assert all(isinstance(row[value], (int, float)) for row in rows[1:])


def test_the_default_is_a_readable_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(EXAMPLES)]) == 0
    out = capsys.readouterr().out
    assert "全社会研发投入占GDP比重" in out
    assert "statements" in out.splitlines()[-1]


def test_text_prints_what_the_offsets_refer_to(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(EXAMPLES), "--text"]) == 0
    assert capsys.readouterr().out == EXAMPLES.read_text("utf-8")


def test_output_goes_to_the_named_file(tmp_path: Path) -> None:
    target = tmp_path / "rows.jsonl"
    assert main([str(EXAMPLES), "--json", "-o", str(target)]) == 0
    assert len(target.read_text("utf-8").splitlines()) > 20


@pytest.mark.parametrize("shape", [[], ["--json"], ["--csv"], ["--xlsx"]])
def test_an_unusable_file_gets_one_line_and_status_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], shape: list[str]
) -> None:
    path = tmp_path / "empty.txt"
    path.touch()
    assert main([str(path), *shape]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == "district compile: empty.txt: is empty\n"


def test_an_output_that_cannot_be_written_gets_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(EXAMPLES), "--json", "-o", str(tmp_path / "no" / "dir.json")]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_it_runs_alone_in_a_plain_locale() -> None:
    """No Django, no database, no UTF-8 terminal."""
    source = str(Path(__file__).resolve().parents[2] / "src")
    done = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-c", _ALONE, str(EXAMPLES), "--json"],
        capture_output=True,
        env={**os.environ, "PYTHONPATH": source, "LC_ALL": "C", "PYTHONUTF8": "0"},
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert len(done.stdout.decode("utf-8").splitlines()) > 20


_ALONE = """
import sys
from district.compiler.cli import main
status = main(sys.argv[1:])
assert not [name for name in sys.modules if name.split(".")[0] == "django"]
sys.exit(status)
"""
