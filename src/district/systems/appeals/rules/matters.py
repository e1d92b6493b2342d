"""The catalogue of matters (事项清单): what residents appeal about, who settles it, by when.

Two levels: fields (no parent), and in each the matters that an appeal is filed under. Pure: the
text of a CSV and what is known of units and calendars go in, frozen rows and problems come out.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import asdict, dataclass

from django.utils.translation import gettext as _

from district.kernel.base.errors import Invalid
from district.kernel.tracking.public import Term

COLUMNS = (
    "code",
    "name",
    "name_en",
    "parent_code",
    "description",
    "handler",
    "co_units",
    "term_amount",
    "term_unit",
    "calendar",
    "emergency",
    "sensitive",
    "standard",
    "keywords",
)
#: The street or the community of the place, in place of a department's code.
BY_PLACE = ("street", "community")
# Which kinds of calendar can count a term of this unit without saying something else than it.
_COUNTED_BY = {
    "minutes": ("24x7",),
    "hours": ("24x7",),
    "working_hours": ("working_hours",),
    "working_days": ("working_days", "working_hours"),
    "days": ("24x7", "working_days", "working_hours"),
}
_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{1,19}")
_YES_NO = {"yes": True, "是": True, "no": False, "否": False}
_MOST_ROWS = 2_000
_LONGEST_NAME = 40
_SHOWN = 20


@dataclass(frozen=True)
class Field:
    """The upper level of the catalogue: a field of life such as 水务."""

    code: str
    name: str
    name_en: str
    description: str


@dataclass(frozen=True)
class Matter:
    """One matter. `handler` and `co_units` are codes of departments, or `street`, `community`.

    `sensitive` appeals are never on the public map. `standard` says when one may be closed.
    """

    code: str
    name: str
    name_en: str
    field: str
    description: str
    handler: str
    co_units: tuple[str, ...]
    term: Term
    calendar: str
    emergency: bool
    sensitive: bool
    standard: str
    keywords: tuple[str, ...]


@dataclass(frozen=True)
class RowProblem:
    """What is wrong in one cell: line of the file (the header is 1), column, remedy."""

    line: int
    field: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        return _("第%(line)d行 %(field)s：%(problem)s%(remedy)s") % {
            "line": self.line,
            "field": self.field,
            "problem": self.problem,
            "remedy": self.remedy,
        }


@dataclass(frozen=True)
class Catalogue:
    """All fields and matters of a file in its order; `problems` is empty where it can be used."""

    fields: tuple[Field, ...]
    matters: tuple[Matter, ...]
    problems: tuple[RowProblem, ...] = ()

    @property
    def version(self) -> str:
        """SHA-256 of what the catalogue says: order, spaces and quotes of the file do not count."""
        said = [sorted((asdict(row) for row in rows), key=_code_of) for rows in self._rows()]
        text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def _rows(self) -> tuple[tuple[Field, ...], tuple[Matter, ...]]:
        return self.fields, self.matters


def _code_of(row: Mapping[str, object]) -> str:
    return str(row["code"])


def usable_catalogue(
    text: str, *, units: Collection[str], calendars: Mapping[str, str]
) -> Catalogue:
    """`parse_matters`, but raising Invalid that lists the problems where there are any."""
    found = parse_matters(text, units=units, calendars=calendars)
    if found.problems:
        lines = [str(problem) for problem in found.problems[:_SHOWN]]
        more = len(found.problems) - len(lines)
        if more:
            lines.append(_("另有 %(count)d 处问题。") % {"count": more})
        raise Invalid("file", " ".join(lines), _("请改正后重新载入，本次没有写入任何内容。"))
    return found


def parse_matters(text: str, *, units: Collection[str], calendars: Mapping[str, str]) -> Catalogue:
    """Read a catalogue with the columns `COLUMNS`; lists are separated by semicolons.

    `units` are the codes that may handle a matter, `calendars` the kinds of calendar by key.
    Every wrong cell is one of `problems`, and its row is left out. Raises Invalid only where the
    file as a whole cannot be read.
    """
    reader = _Reader(units, calendars)
    for line, cells in _lines(text):
        reader.take(line, cells)
    return reader.finish()


def _lines(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Line and stripped cells of each row; cells beyond the header stand under ""."""
    rows = csv.DictReader(io.StringIO(text.lstrip("\ufeff")), restkey="", restval="")
    try:
        missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
        if missing:
            raise Invalid(
                "file",
                _("表头缺少列：%(columns)s。") % {"columns": "、".join(missing)},
                _("请按模板补齐表头后重新载入。"),
            )
        for count, cells in enumerate(rows, 1):
            if count > _MOST_ROWS:
                raise Invalid("file", _("行数太多。"), _("事项清单不超过 2000 行，请检查文件。"))
            over = "".join(cells.pop("", "")).strip()
            yield (
                rows.line_num,
                {name: value.strip() for name, value in cells.items()} | {"": over},
            )
    except csv.Error as error:
        raise Invalid("file", _("文件不是有效的 CSV。"), _("请用 UTF-8 另存为 CSV。")) from error


class _Reader:
    """Takes rows one by one, keeps what is right and what is wrong."""

    def __init__(self, units: Collection[str], calendars: Mapping[str, str]) -> None:
        self.units, self.calendars = units, calendars
        self.fields: dict[str, Field] = {}
        self.matters: dict[str, Matter] = {}
        self.problems: list[RowProblem] = []
        self.lines: dict[str, int] = {}
        self.names: set[str] = set()
        self.parents: dict[str, str] = {}

    def take(self, line: int, cells: Mapping[str, str]) -> None:
        """Judge one row; it is kept where nothing in it is wrong."""
        before = len(self.problems)
        say = self._speaker(line)
        self._identity(cells, say)
        code, parent = cells["code"], cells["parent_code"]
        if parent:
            matter = self._matter(cells, say)
            self.parents.setdefault(code, parent)
        else:
            matter = None
            self._no_field_has_more(cells, say)
        self.lines.setdefault(code, line)
        if len(self.problems) > before:
            return
        if matter is not None:
            self.matters[code] = matter
        else:
            self.fields[code] = Field(code, cells["name"], cells["name_en"], cells["description"])

    def finish(self) -> Catalogue:
        """Judge what only the whole file shows: parents, and fields without matters."""
        kept = {}
        tops = self.lines.keys() - self.parents.keys()
        for code, parent in self.parents.items():
            if parent not in tops:
                level = parent in self.lines
                problem = _("上级“%(code)s”不是大类。") if level else _("上级“%(code)s”不存在。")
                say = self._speaker(self.lines[code])
                say("parent_code", problem % {"code": parent}, _("请填写本文件中大类的编码。"))
            elif code in self.matters:
                kept[code] = self.matters[code]
        for code in sorted(tops - set(self.parents.values())):
            say = self._speaker(self.lines[code])
            say("code", _("大类下没有事项。"), _("请补上事项或删除这一行。"))
        self.problems.sort(key=lambda problem: problem.line)
        return Catalogue(tuple(self.fields.values()), tuple(kept.values()), tuple(self.problems))

    def _speaker(self, line: int) -> _Say:
        def say(field: str, problem: str, remedy: str) -> None:
            self.problems.append(RowProblem(line, field, problem, remedy))

        return say

    def _identity(self, cells: Mapping[str, str], say: _Say) -> None:
        code, name = cells["code"], cells["name"]
        if cells[""]:
            say("row", _("列数多于表头。"), _("含逗号的内容请加引号。"))
        if not _CODE.fullmatch(code):
            say(
                "code",
                _("编码“%(code)s”不对。") % {"code": code},
                _("请用大写字母、数字和短横线，2 到 20 位。"),
            )
        elif code in self.lines:
            known = {"code": code, "line": self.lines[code]}
            say("code", _("编码“%(code)s”与第%(line)d行重复。") % known, _("每个编码只能用一次。"))
        if not name or len(name) > _LONGEST_NAME:
            say("name", _("名称没有填或太长。"), _("请填写名称，不超过 40 个字。"))
        elif name in self.names:
            say("name", _("名称“%(name)s”重复。") % {"name": name}, _("请换一个名称。"))
        self.names.add(name)
        if not cells["name_en"]:
            say("name_en", _("英文名称没有填。"), _("请填写英文名称。"))

    def _no_field_has_more(self, cells: Mapping[str, str], say: _Say) -> None:
        for column in COLUMNS[5:]:
            if cells[column]:
                say(column, _("大类不填这一列。"), _("请清空，或填写上级编码使它成为事项。"))

    def _matter(self, cells: Mapping[str, str], say: _Say) -> Matter | None:
        handler, co_units = cells["handler"], _list(cells["co_units"])
        self._units(handler, co_units, say)
        emergency, sensitive = (_yes_no(cells, name, say) for name in ("emergency", "sensitive"))
        term = self._term(cells, emergency, say)
        keywords = _list(cells["keywords"])
        if not cells["standard"]:
            say("standard", _("办结标准没有填。"), _("请用一句话写明做到什么才能办结。"))
        if not keywords or len(set(keywords)) < len(keywords):
            say("keywords", _("关键词没有填或有重复。"), _("请填写不重复的关键词，用分号隔开。"))
        if term is None or emergency is None or sensitive is None:
            return None
        return Matter(
            code=cells["code"],
            name=cells["name"],
            name_en=cells["name_en"],
            field=cells["parent_code"],
            description=cells["description"],
            handler=handler,
            co_units=co_units,
            term=term,
            calendar=cells["calendar"],
            emergency=emergency,
            sensitive=sensitive,
            standard=cells["standard"],
            keywords=keywords,
        )

    def _units(self, handler: str, co_units: tuple[str, ...], say: _Say) -> None:
        remedy = _("请填写部门编码，或 street（属地街道）、community（属地社区）。")
        if not handler:
            say("handler", _("承办单位没有填。"), remedy)
        for column, codes in (("handler", (handler,)), ("co_units", co_units)):
            for code in codes:
                if code and code not in BY_PLACE and code not in self.units:
                    say(column, _("单位“%(code)s”不存在。") % {"code": code}, remedy)
        if len({handler, *co_units}) < 1 + len(co_units):
            say("co_units", _("配合单位有重复或与承办单位相同。"), _("请删去重复的单位。"))

    def _term(self, cells: Mapping[str, str], emergency: bool | None, say: _Say) -> Term | None:
        unit, key, amount = cells["term_unit"], cells["calendar"], cells["term_amount"]
        kind = self.calendars.get(key, "")
        if not kind:
            say(
                "calendar",
                _("日历“%(key)s”不存在。") % {"key": key},
                _("可用：%(keys)s。") % {"keys": "、".join(sorted(self.calendars))},
            )
        elif emergency and kind != "24x7":
            say("calendar", _("紧急事项须全天候计时。"), _("请用全天候日历。"))
        if unit not in _COUNTED_BY:
            say(
                "term_unit",
                _("时限单位“%(unit)s”不存在。") % {"unit": unit},
                _("可用：%(units)s。") % {"units": "、".join(_COUNTED_BY)},
            )
            return None
        if kind and kind not in _COUNTED_BY[unit]:
            say("term_unit", _("时限单位与日历不相配。"), _("请让时限单位与日历的计时方式一致。"))
        try:
            # isdecimal takes what int() takes; Term refuses what is out of its range.
            return Term(int(amount) if amount.isdecimal() and len(amount) < 9 else 0, unit)  # type: ignore[arg-type]  # looked up above
        except ValueError:
            say(
                "term_amount",
                _("时限“%(amount)s”不对。") % {"amount": amount},
                _("请填写 1 到 100000 的整数。"),
            )
            return None


_Say = Callable[[str, str, str], None]


def _list(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in re.split("[;；]", text) if word.strip())


def _yes_no(cells: Mapping[str, str], column: str, say: _Say) -> bool | None:
    found = _YES_NO.get(cells[column].lower())
    if found is None:
        say(column, _("“%(text)s”不对。") % {"text": cells[column]}, _("请填写 yes 或 no。"))
    return found
