"""A manuscript as `c-manuscript` draws it."""

from __future__ import annotations

import re
from typing import Any

from district.kernel.reports.files import (
    Block,
    Chart,
    Heading,
    Manuscript,
    Number,
    Paragraph,
    Run,
    Table,
    annex_mark,
    ems,
    numeric_columns,
    printed,
)

#: The manuscript's own title stands on the second level of a page, its headings below.
_BELOW = 2
#: Cells with more characters than that are sentences.
_LONG = 12
_PLAIN = re.compile(r"-?\d+(\.\d+)?")


def shown(manuscript: Manuscript, key: str) -> dict[str, Any]:
    """The manuscript for its templates; `key` begins the ids of its charts."""
    annexes = manuscript.annexes
    return {
        "title": manuscript.title,
        "subtitle": manuscript.subtitle,
        "issuer": manuscript.issuer,
        "dated": manuscript.dated,
        "blocks": _blocks(manuscript.blocks, key),
        "annexes": [
            {
                "mark": annex_mark(at, len(annexes)),
                "title": annex.title,
                "blocks": _blocks(annex.blocks, f"{key}-{at}"),
            }
            for at, annex in enumerate(annexes, 1)
        ],
    }


def _blocks(blocks: tuple[Block, ...], key: str) -> list[dict[str, Any]]:
    """The blocks as they follow each other; a table without a caption is called after its
    heading."""
    found, heading = [], ""
    for at, block in enumerate(blocks):
        match block:
            case Heading():
                heading = block.text
                found.append({"kind": "heading", "tag": block.level + _BELOW, "text": block.text})
            case Paragraph():
                found.append({"kind": "paragraph", "runs": [_run(one) for one in block.runs]})
            case Table():
                found.append(_table(block, heading))
            case Chart():
                found.append(_chart(block, f"{key}-chart-{at}"))
    return found


def _css(is_number: bool, is_long: bool) -> str:
    """How a cell stands in its column."""
    return "number" if is_number else "manuscript-long" if is_long else ""


def _run(run: Run, css: str = "") -> dict[str, Any]:
    """A run as text with its link; a register's figure carries its value for the recount."""
    if isinstance(run, Number):
        return {
            "text": run.text,
            "address": run.address,
            "stale": run.stale,
            # With a unit, or rounded, it is a link: the rows have the exact number.
            "is_figure": "figure=1" in run.address and _PLAIN.fullmatch(run.text) is not None,
            "css": css,
        }
    return {"text": run, "css": css}


def _table(block: Table, heading: str) -> dict[str, Any]:
    texts = [tuple(printed(cell) for cell in row) for row in block.rows]
    numeric = numeric_columns(texts) or [False] * len(block.header)
    columns = [
        _css(numeric[at], any(ems(row[at]) > _LONG for row in texts))
        for at in range(len(block.header))
    ]
    return {
        "kind": "table",
        "caption": block.caption,
        "label": block.caption or heading,
        "note": block.note,
        "header": [
            {"text": text, "css": css} for text, css in zip(block.header, columns, strict=True)
        ],
        "rows": [
            [_run(cell, css) for cell, css in zip(row, columns, strict=True)] for row in block.rows
        ],
    }


def _chart(block: Chart, key: str) -> dict[str, Any]:
    """The chart as `c-chart` takes it."""
    series = [
        {"name": name, "values": [None if one is None else float(one) for one in values]}
        for name, values in block.series
    ]
    data = {"kind": block.kind, "categories": list(block.labels), "series": series}
    return {
        "kind": "chart",
        "caption": block.caption,
        "id": key,
        "unit": block.unit,
        "source": block.source,
        "data": {**data, "unit": block.unit},
    }
