"""An import file held against the register: what would be added, changed, refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import ForeignKey, Model
from django.utils.translation import gettext as _

from district.kernel.base.errors import Invalid
from district.kernel.history.public import Actor
from district.kernel.registers.cells import own_code
from district.kernel.registers.declaration import Field, Importing, Register
from district.kernel.registers.importing.files import Table
from district.kernel.registers.importing.problems import Problem
from district.kernel.registers.importing.values import labels_of, value_of
from district.kernel.registers.scope import all_rows, fields_for, model_of, rows_for
from district.kernel.registers.selectors import rows_of

_CHUNK = 500
Values = dict[str, Any]
Progress = Callable[[int], None]


@dataclass
class Line:
    """A row of the file: its number, its values, and the row of the register that it names."""

    number: int
    values: Values
    existing: Values | None = None
    news: Values | None = None

    @property
    def is_new(self) -> bool:
        """Whether the register has no such row."""
        return self.existing is None

    @property
    def differing(self) -> Values:
        """The values that the register does not have yet."""
        if self.existing is None:
            return self.values
        if self.news is not None:
            return self.news
        return {k: v for k, v in self.values.items() if not _same(v, self.existing.get(k))}


@dataclass
class Checked:
    """A file as understood: its columns, its rows, and everything that is wrong with it."""

    fields: tuple[Field, ...] = ()
    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def importing_of(register: Register) -> Importing:
    """How the register imports; raises Invalid when it does not."""
    if register.importing is None:
        raise Invalid("file", _("“%(label)s”不能导入。") % {"label": register.label})
    return register.importing


def importable(register: Register, actor: Actor) -> tuple[Field, ...]:
    """The columns that a file of `actor` may have."""
    own = tuple(f for f in fields_for(register, actor) if f.import_as)
    return (*own, *importing_of(register).extra)


def check_table(
    register: Register, actor: Actor, table: Table, progress: Progress = lambda _done: None
) -> Checked:
    """Understand every cell and compare every row with the register; writes nothing."""
    importing = importing_of(register)
    offered = importable(register, actor)
    columns, problems = _columns(register, offered, table.head)
    checked = Checked(tuple(one for one in columns if one), [], problems)
    if problems:
        return checked
    for done, (number, cells) in enumerate(table.rows, 1):
        line = Line(number, _values(columns, cells, number, problems))
        checked.lines.append(line)
        if done % _CHUNK == 0:
            progress(done)
    _find_repeated(importing, checked)
    _find_missing_relations(register, checked)
    _find_existing(register, importing, actor, checked)
    if importing.check:
        for at, found in importing.check([line.values for line in checked.lines]).items():
            problems += [problem_of(register, checked.lines[at].number, each) for each in found]
    progress(len(checked.lines))
    problems.sort(key=lambda problem: problem.row)
    return checked


def _columns(
    register: Register, offered: Sequence[Field], head: Sequence[str]
) -> tuple[list[Field | None], list[Problem]]:
    """The field of each column (None where the head is empty), and what is wrong with the head."""
    names: dict[str, Field] = {}
    for one in offered:
        for label in (*labels_of(one.label), one.key):
            names[label] = one
            names[f"{label}（{one.unit}）"] = names[f"{label}({one.unit})"] = one
    problems: list[Problem] = []
    columns: list[Field | None] = []
    offers = _("、").join(str(one.label) for one in offered)
    for name in head:
        found = names.get(name.removesuffix("*").strip())
        if name and found is None:
            remedy = _("请用模板里的列名：%(names)s") % {"names": offers}
            problems.append(Problem(1, name, _("没有这一列"), remedy))
        if found is not None and found in columns:
            problems.append(Problem(1, name, _("这一列出现了两次"), _("请只留一列")))
        columns.append(found)
    needed = importing_of(register).key
    problems += [
        Problem(1, str(one.label), _("缺少这一列"), _("请补上这一列"))
        for one in offered
        if one not in columns and (one.required or one.key in needed)
    ]
    return columns, problems


def _values(
    columns: Sequence[Field | None], cells: Sequence[Any], number: int, problems: list[Problem]
) -> Values:
    values: Values = {}
    for at, one in enumerate(columns):
        if one is None:
            continue
        try:
            value = value_of(one, cells[at] if at < len(cells) else None)
        except Invalid as error:
            problems.append(Problem(number, str(one.label), error.problem, error.remedy))
            continue
        if one.required and value in (None, []):
            problems.append(Problem(number, str(one.label), _("没有填写"), _("请填写这一格")))
        values[one.key] = value
    return values


def problem_of(register: Register, row: int, error: Invalid) -> Problem:
    """An error about a field, as a problem of a row."""
    extra = {one.key: one for one in importing_of(register).extra}
    one = register.by_key.get(error.field) or extra.get(error.field)
    return Problem(row, str(one.label) if one else "", error.problem, error.remedy)


def key_of(importing: Importing, values: Mapping[str, Any]) -> tuple[str, ...] | None:
    """What names a row; None where a part is missing (which is a problem of its own)."""
    parts = [values.get(key) for key in importing.key]
    return None if None in parts else tuple(str(part) for part in parts)


def _find_repeated(importing: Importing, checked: Checked) -> None:
    by_key = {one.key: one for one in checked.fields}
    labels = _("、").join(str(by_key[key].label) for key in importing.key)
    seen: dict[tuple[str, ...], int] = {}
    for line in checked.lines:
        for name in importing.key:
            if name in line.values and line.values[name] is None and not by_key[name].required:
                problem = Problem(
                    line.number, str(by_key[name].label), _("没有填写"), _("请填写这一格")
                )
                checked.problems.append(problem)
        key = key_of(importing, line.values)
        if key is None:
            continue
        first = seen.setdefault(key, line.number)
        if first != line.number:
            words = _("与第 %(row)d 行重复") % {"row": first}
            checked.problems.append(Problem(line.number, labels, words, _("请只留一行")))


def _find_missing_relations(register: Register, checked: Checked) -> None:
    """Codes that name nothing in the table they refer to; one query for each such column."""
    for one in checked.fields:
        relation = relation_of(model_of(register), one.own_path)
        if relation is None:
            continue
        wanted = {line.values.get(one.key) for line in checked.lines} - {None}
        target = relation.target_field.name
        known: set[str] = set()
        for chunk in _chunks(sorted(wanted, key=str)):
            rows = relation.related_model._default_manager.filter(**{f"{target}__in": chunk})
            known |= {str(value) for value in rows.values_list(target, flat=True)}
        for line in checked.lines:
            value = line.values.get(one.key)
            if value is not None and str(value) not in known:
                problem = _("没有“%(value)s”") % {"value": value}
                checked.problems.append(
                    Problem(line.number, str(one.label), problem, _("请核对编码"))
                )


def relation_of(model: type[Model], path: str) -> ForeignKey[Any, Any] | None:
    """The foreign key that holds a field's value, None where it is a plain column."""
    try:
        found = model._meta.get_field(path.removesuffix("_id"))
    except FieldDoesNotExist:
        return None
    return found if isinstance(found, ForeignKey) and found.attname == path else None


def _chunks(items: Sequence[Any]) -> Iterator[list[Any]]:
    pending = iter(items)
    while chunk := list(islice(pending, _CHUNK)):
        yield chunk


def _find_existing(
    register: Register, importing: Importing, actor: Actor, checked: Checked
) -> None:
    """The rows that the file names already, and whether the member may change them."""
    by_key = {key: line for line in checked.lines if (key := key_of(importing, line.values))}
    first = register.by_key[importing.key[0]]
    keys = tuple(register.by_key[key] for key in importing.key)
    own = (one for one in checked.fields if one not in importing.extra)
    columns = tuple(dict.fromkeys((*own, *keys)))
    wanted = sorted({line.values[first.key] for line in by_key.values()}, key=str)
    allowed = rows_for(register, actor, importing.action)
    for chunk in _chunks(wanted):
        lookup = {f"{first.own_path}__in": chunk}
        mine = set(allowed.filter(**lookup).values_list("pk", flat=True))
        for row in rows_of(register, columns, all_rows(register).filter(**lookup)):
            values = {one.key: _own(one, row.get(one.key)) for one in columns}
            line = by_key.get(key_of(importing, values) or ())
            if line is None:
                continue
            line.existing = {**values, "id": row["id"], "_pk": row["_pk"]}
            if row["_pk"] not in mine:
                problem = _("这一行不在您可以导入的范围内")
                remedy = _("请删去这一行，或请所属单位导入")
                checked.problems.append(Problem(line.number, "", problem, remedy))
    _compare(register, importing, checked)


def _compare(register: Register, importing: Importing, checked: Checked) -> None:
    """What is news to the rows that are there, where the declaring part tells."""
    if importing.differing is None:
        return
    for some in _chunks([line for line in checked.lines if line.existing is not None]):
        keys = [line.existing["_pk"] for line in some if line.existing]
        objects = model_of(register)._default_manager.in_bulk(keys)
        for line in some:
            found = objects.get(line.existing["_pk"]) if line.existing else None
            line.news = dict(importing.differing(line.values, found)) if found else line.values


def _own(one: Field, value: Any) -> Any:
    return own_code(one, value) if isinstance(value, str) else value


def _same(new: Any, old: Any) -> bool:
    # An empty text and none say the same; a UUID column is a text in the file.
    if isinstance(new, str) or isinstance(old, str):
        return str(new or "") == str(old or "")
    return bool((new or []) == (old or [])) if isinstance(new, list) else bool(new == old)
