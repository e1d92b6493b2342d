"""Units and members as CSV tables: reading, checking, and the tree that rows make. Pure."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from district.kernel.base.errors import Invalid
from district.kernel.organisation.rules import Role

LEVELS = ("district", "street", "community", "department", "grid")
# At which levels the parent of a unit of each level may stand.
_PARENT_LEVELS: Mapping[str, frozenset[str]] = {
    "district": frozenset({""}),
    "street": frozenset({"district"}),
    "community": frozenset({"street"}),
    "department": frozenset({"district", "street", "department"}),
    "grid": frozenset({"community"}),
}
_CODE = re.compile(r"[0-9A-Z][0-9A-Z-]{0,31}")
_MOST_ERRORS = 20


@dataclass(frozen=True)
class UnitRow:
    """One unit as a table states it; `parent_code` is "" for the district itself."""

    code: str
    name: str
    level: str
    parent_code: str = ""
    short_name: str = ""
    name_en: str = ""
    sort: int = 0
    topics: tuple[str, ...] = ()


@dataclass(frozen=True)
class MemberRow:
    """One member with one post as a table states it; several rows of a username add posts."""

    username: str
    name: str
    unit_code: str
    role: str
    name_en: str = ""
    title: str = ""
    phone: str = ""


def parse_units(text: str) -> list[UnitRow]:
    """The units of a CSV with columns code, name, level, parent_code and optionally short_name,
    name_en, sort, topics (separated by semicolons).

    The district itself has no parent code. Raises Invalid that lists the lines that cannot be
    taken.
    """
    rows, problems = [], []
    for number, cells in _lines(text, ("code", "name", "level", "parent_code")):
        try:
            rows.append(_unit_row(cells, number))
        except ValueError as error:
            problems.append(_line_problem(number, str(error)))
    _refuse(problems)
    return rows


def parse_members(text: str) -> list[MemberRow]:
    """The members of a CSV with columns username, name, unit, role and optionally name_en,
    title, phone. Raises Invalid that lists the lines that cannot be taken.
    """
    rows, problems = [], []
    for number, cells in _lines(text, ("username", "name", "unit", "role")):
        role = cells["role"]
        if not cells["username"] or not cells["name"] or not cells["unit"]:
            problems.append(_line_problem(number, _("登录名、姓名和单位编码都要填")))
        elif role not in Role.values:
            problems.append(_line_problem(number, _("角色“%(role)s”不存在") % {"role": role}))
        else:
            rows.append(
                MemberRow(
                    cells["username"],
                    cells["name"],
                    cells["unit"],
                    role,
                    cells.get("name_en", ""),
                    cells.get("title", ""),
                    cells.get("phone", ""),
                )
            )
    _refuse(problems)
    return rows


def _lines(text: str, needed: Sequence[str]) -> Iterable[tuple[int, dict[str, str]]]:
    reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
    missing = [name for name in needed if name not in (reader.fieldnames or ())]
    if missing:
        raise Invalid(
            "file",
            _("表头缺少列:%(columns)s。") % {"columns": "、".join(missing)},
            _("请按模板补齐表头后重新载入。"),
        )
    for cells in reader:
        yield reader.line_num, {k: (v or "").strip() for k, v in cells.items() if k is not None}


def _unit_row(cells: Mapping[str, str], number: int) -> UnitRow:
    if not _CODE.fullmatch(cells["code"]):
        raise ValueError(
            _("编码“%(code)s”应由数字、大写字母和短横线组成") % {"code": cells["code"]}
        )
    if not cells["name"]:
        raise ValueError(_("名称没有填"))
    if cells["level"] not in LEVELS:
        raise ValueError(_("层级“%(level)s”不存在") % {"level": cells["level"]})
    sort = cells.get("sort", "")
    if sort and not sort.isdigit():
        raise ValueError(_("排序“%(sort)s”应为整数") % {"sort": sort})
    return UnitRow(
        code=cells["code"],
        name=cells["name"],
        level=cells["level"],
        parent_code=cells["parent_code"],
        short_name=cells.get("short_name", ""),
        name_en=cells.get("name_en", ""),
        sort=int(sort) if sort else number,
        topics=tuple(t.strip() for t in cells.get("topics", "").split(";") if t.strip()),
    )


def _line_problem(number: int, problem: str) -> str:
    return _("第%(line)d行:%(problem)s") % {"line": number, "problem": problem}


def _refuse(problems: list[str]) -> None:
    if problems:
        raise Invalid(
            "file",
            ";".join(problems[:_MOST_ERRORS]) + "。",
            _("请改正后重新载入，本次没有写入任何内容。"),
        )


def unit_paths(parents: Mapping[str, str], levels: Mapping[str, str]) -> dict[str, str]:
    """The path of every unit from the parent of each (codes; "" for none) and their levels.

    Raises Invalid on an unknown parent, a parent of a wrong level, or a circle.
    """
    problems: list[str] = []
    for code, parent in parents.items():
        if parent and parent not in parents:
            problems.append(
                _("单位 %(code)s 的上级 %(parent)s 不存在") % {"code": code, "parent": parent}
            )
        elif levels.get(parent, "") not in _PARENT_LEVELS[levels[code]]:
            problems.append(
                _("单位 %(code)s 的层级与上级 %(parent)s 的层级不相配")
                % {"code": code, "parent": parent or "-"}
            )
    _refuse(problems)
    paths: dict[str, str] = {}
    for code in parents:
        chain: list[str] = []
        step = code
        while step and step not in paths:
            if step in chain:
                _refuse([_("单位 %(code)s 的上级绕成了圈") % {"code": step}])
            chain.append(step)
            step = parents[step]
        above = paths[step] if step else "/"
        for link in reversed(chain):
            above = f"{above}{link}/"
            paths[link] = above
    return paths
