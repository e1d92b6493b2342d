"""The report compiler: a plan or government work report becomes statements and tasks.

Plain Python, usable alone::

    from district.compiler import compile_file
    for statement in compile_file("report.txt").statements:
        print(statement.measure, statement.value, statement.unit)
"""

from __future__ import annotations

from pathlib import Path

from district.compiler.model import (
    JSON_FIELDS,
    Compilation,
    Contradiction,
    GlossaryTerm,
    Link,
    ReportError,
    Section,
    Statement,
    Task,
)
from district.compiler.quantities import (
    Amount,
    Bound,
    amounts_of,
    money_factor,
    sentence_spans,
)

__all__ = [
    "JSON_FIELDS",
    "Amount",
    "Bound",
    "Compilation",
    "Contradiction",
    "GlossaryTerm",
    "Link",
    "ReportError",
    "Section",
    "Statement",
    "Task",
    "amounts_of",
    "compile_file",
    "compile_text",
    "money_factor",
    "sentence_spans",
]


def compile_text(text: str, *, source_name: str = "") -> Compilation:
    """Compile a report's text; every offset in the result counts characters of ``text``."""
    from district.compiler.pipeline import compile_report

    return compile_report(text, source_name=source_name)


def compile_file(path: str | Path) -> Compilation:
    """Read a UTF-8 text, .docx or .pdf report and compile it; raises ``ReportError``."""
    from district.compiler.document import read_report

    name = Path(path).name
    compilation = compile_text(read_report(Path(path)), source_name=name)
    if not compilation.statements and len(compilation.tasks) < 3:
        raise ReportError(f"{name}: is no plan report (no numeric statement, no task)")
    return compilation
