"""The order in which a report is compiled."""

from __future__ import annotations

from district.compiler.model import Compilation


def compile_report(text: str, *, source_name: str) -> Compilation:
    """Compile ``text`` (see ``district.compiler.compile_text``)."""
    return Compilation(source_name=source_name, text=text)
