"""Filling a .docx template: `{{placeholders}}` in its paragraphs and tables become text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any

from docx import Document

from district.systems.disputes.rules.documents import PLACEHOLDER

if TYPE_CHECKING:
    from docx.document import Document as DocxDocument


def filled(template: bytes, values: Mapping[str, str]) -> bytes:
    """The template with its placeholders filled; ValueError naming one that has no value.

    A placeholder keeps the look of the paragraph's first run, however Word has cut it into runs.
    Lines of a value become lines of the paper.
    """
    document = Document(BytesIO(template))
    for paragraph in _paragraphs(document):
        text = paragraph.text
        if not PLACEHOLDER.search(text):
            continue
        for name in PLACEHOLDER.findall(text):
            if name not in values:
                raise ValueError(f"template: nothing is known for {{{{{name}}}}}")
        shown = PLACEHOLDER.sub(lambda match: values[match[1]], text)
        first, *rest = paragraph.runs
        first.text = shown
        for run in rest:
            run.text = ""
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def placeholders(template: bytes) -> set[str]:
    """The names that a template asks for."""
    document = Document(BytesIO(template))
    return {name for p in _paragraphs(document) for name in PLACEHOLDER.findall(p.text)}


def text_of(content: bytes) -> str:
    """The words of a .docx, a line a paragraph."""
    return "\n".join(p.text for p in _paragraphs(Document(BytesIO(content))))


def _paragraphs(document: DocxDocument) -> Iterator[Any]:
    yield from document.paragraphs
    for table in document.tables:
        for row in table.rows:
            for cell in row.cells:
                yield from cell.paragraphs
