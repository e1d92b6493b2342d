"""The posts of “1+8+11” as a CSV table: reading and checking. Pure."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from district.kernel.base.errors import Invalid

KINDS = ("command", "industry", "street", "supervision")
COLUMNS = ("kind", "key", "name", "unit")


@dataclass(frozen=True)
class PostRow:
    """One post as the table states it; `unit` is a unit's code."""

    kind: str
    key: str
    name: str
    unit: str
    name_en: str = ""
    industries: tuple[str, ...] = ()
    line: int = 0


def parse_posts(text: str, industries: Iterable[str]) -> list[PostRow]:
    """The posts of a CSV with columns kind, key, name, unit and optionally name_en, industries
    (values of the case type's fact, separated by semicolons).

    Raises Invalid that lists every line that cannot be taken, and what the whole lacks.
    """
    reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise Invalid(missing[0], _("表头缺少一列：%(column)s。") % {"column": missing[0]})
    rows = [_row(cells, number) for number, cells in enumerate(reader, 2)]
    problems = [*_lines(rows, frozenset(industries)), *_whole(rows)]
    if problems:
        raise Invalid("posts", " ".join(problems))
    return rows


def _row(cells: dict[str, str | None], number: int) -> PostRow:
    def cell(name: str) -> str:
        return (cells.get(name) or "").strip()

    listed = tuple(one.strip() for one in cell("industries").split(";") if one.strip())
    return PostRow(
        cell("kind"), cell("key"), cell("name"), cell("unit"), cell("name_en"), listed, number
    )


def _lines(rows: list[PostRow], known: frozenset[str]) -> Iterator[str]:
    keys = Counter(row.key for row in rows)
    owners = Counter(one for row in rows for one in row.industries)
    for row in rows:
        wrong = []
        if row.kind not in KINDS:
            wrong.append(_("类别应为 %(kinds)s 之一") % {"kinds": "、".join(KINDS)})
        if not (row.key and row.name and row.unit):
            wrong.append(_("key、name、unit 不能为空"))
        if keys[row.key] > 1:
            wrong.append(_("key 重复"))
        if row.industries and row.kind != "industry":
            wrong.append(_("只有行业指挥部对应行业"))
        wrong += [
            _("没有行业 %(one)s") % {"one": one} for one in row.industries if one not in known
        ]
        wrong += [
            _("行业 %(one)s 归了两个指挥部") % {"one": one}
            for one in row.industries
            if owners[one] > 1
        ]
        if wrong:
            yield _("第%(line)s行：%(wrong)s。") % {"line": row.line, "wrong": "；".join(wrong)}


def _whole(rows: list[PostRow]) -> Iterator[str]:
    kinds = Counter(row.kind for row in rows)
    if kinds["command"] != 1:
        yield _("总指挥部应有且只有一个（kind = command）。")
    if not kinds["supervision"]:
        yield _("还没有投诉监督机构（kind = supervision）。")
