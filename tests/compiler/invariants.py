"""What holds for every compilation of any text; used by the tests and by the fuzzer."""

from __future__ import annotations

import json
import re

from district.compiler import JSON_FIELDS, Compilation, compile_text
from district.compiler.export import csv_text, json_lines, table

_COMPARATORS = {"=", ">=", ">", "<=", "<", "~"}


def check(text: str) -> Compilation:
    """Compile ``text`` and fail with ``AssertionError`` where an invariant is broken."""
    compiled = compile_text(text)
    last = -1
    for row in compiled.statements:
        assert text[row.start : row.end] == row.raw, (row.start, row.end, row.raw)
        assert text[row.sentence_start : row.sentence_start + len(row.text)] == row.text
        assert row.sentence_start <= row.start <= row.end <= row.sentence_start + len(row.text)
        assert row.start >= last
        last = row.start
        assert row.raw.endswith(row.unit_raw)
        assert row.measure
        assert row.comparator in _COMPARATORS
        assert row.kind in ("actual", "target", "estimate")
        assert 0 <= row.confidence <= 1
        assert row.value.is_finite()
        assert row.deadline is None or re.fullmatch(r"\d{4}-\d\d(-\d\d)?", row.deadline)
    assert len({row.fingerprint for row in compiled.statements}) == len(compiled.statements)
    ids = {task.id for task in compiled.tasks}
    assert len(ids) == len(compiled.tasks)
    for task in compiled.tasks:
        assert task.parent is None or task.parent in ids
        assert text[task.start : task.end] == task.text
        assert all(0 <= i < len(compiled.statements) for i in task.statements)
    for term in compiled.glossary:
        assert term.term
        assert 0 <= term.start < term.end <= len(text)
    for link in compiled.links:
        assert compiled.statements[link.target].kind == "target"
        assert compiled.statements[link.actual].kind != "target"
    lines = json_lines(compiled.statements).splitlines()
    assert len(lines) == len(compiled.statements)
    for line in lines:
        assert tuple(json.loads(line)) == JSON_FIELDS
    csv_text(compiled.statements)
    table(compiled)
    return compiled
