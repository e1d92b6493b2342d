"""Checked rows written into the register, all or none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ForeignKey, Model
from django.utils.translation import gettext as _

from district.kernel.base.errors import Conflict, Invalid, NotFound, NotPermitted
from district.kernel.base.versioned import Versioned, save_versioned
from district.kernel.history.public import Actor, Entry, record_many
from district.kernel.registers.cells import subject_of
from district.kernel.registers.declaration import Field, Register
from district.kernel.registers.importing.checking import (
    Checked,
    Line,
    importing_of,
    problem_of,
)
from district.kernel.registers.importing.problems import Problem
from district.kernel.registers.rules import plain_number
from district.kernel.registers.scope import model_of, rows_for

_BATCH = 500
_OFTEN = 50  # rows that a service of its own saves one by one


class Refused(Exception):
    """Rows that could not be written; nothing was."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("; ".join(str(problem) for problem in problems[:5]))


@dataclass
class Written:
    """How many rows were added, changed, and found as they were."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0


Tell = Callable[[int, int], None]


def write(
    register: Register,
    checked: Checked,
    actor: Actor,
    run_id: str,
    tell: Tell = lambda _done, _total: None,
) -> Written:
    """Write the rows that are new or differ. Inside a transaction; raises Refused.

    `tell` hears how many rows, of how many, are written with their events.
    """
    if checked.problems:
        raise Refused(checked.problems)
    work = [line for line in checked.lines if line.is_new or line.differing]
    custom = importing_of(register).save
    ready = [] if custom else _prepared(register, work)
    objects = _objects(register, work) if custom else {}
    problems: list[Problem] = []
    tell(0, len(work))
    for start in range(0, len(work), _BATCH):
        end = min(start + _BATCH, len(work))
        if custom:
            heard = partial(_tell_from, tell, start, len(work))
            saved, wrong = _save_by_hook(register, work[start:end], objects, actor, heard)
            problems += wrong
        else:
            saved = ready[start:end]
            _save_all(register, saved)
        problems += _out_of_scope(register, actor, saved)
        if not custom:
            _record(register, saved, actor, run_id)
        tell(end, len(work))
    if problems:
        raise Refused(problems)
    added = sum(1 for line in work if line.is_new)
    return Written(added, len(work) - added, len(checked.lines) - len(work))


def _tell_from(tell: Tell, start: int, total: int, done: int) -> None:
    tell(start + done, total)


Saved = list[tuple[Line, Any]]


def _save_by_hook(
    register: Register,
    work: Sequence[Line],
    objects: Mapping[Any, Any],
    actor: Actor,
    tell: Callable[[int], None],
) -> tuple[Saved, list[Problem]]:
    """Every row by the declaring part's own service."""
    save = importing_of(register).save
    assert save is not None  # noqa: S101  # write() has looked
    saved: Saved = []
    problems: list[Problem] = []
    for done, line in enumerate(work, 1):
        existing = objects.get(line.existing["_pk"]) if line.existing else None
        try:
            with transaction.atomic():
                saved.append((line, save(line.values, existing, actor)))
        except Invalid as error:
            problems.append(problem_of(register, line.number, error))
        except (NotPermitted, NotFound, Conflict) as error:
            problems.append(Problem(line.number, "", str(error)))
        except IntegrityError:
            problems.append(_collision(line))
        if done % _OFTEN == 0:
            tell(done)
    return saved, problems


def _objects(register: Register, work: Sequence[Line]) -> Mapping[Any, Any]:
    keys = [line.existing["_pk"] for line in work if line.existing]
    return model_of(register)._default_manager.in_bulk(keys) if keys else {}


def _prepared(register: Register, work: Sequence[Line]) -> Saved:
    """Every row with its new values, not yet saved; raises Refused."""
    model = model_of(register)
    objects = _objects(register, work)
    saved: Saved = []
    problems: list[Problem] = []
    for line in work:
        row = objects[line.existing["_pk"]] if line.existing else model()
        _assign(register, row, line.differing)
        problems += _cleaned(register, row, line)
        saved.append((line, row))
    if problems:
        raise Refused(problems)
    return saved


def _save_all(register: Register, saved: Saved) -> None:
    """Rows by the model's own columns."""
    try:
        with transaction.atomic():
            new = [row for line, row in saved if line.is_new]
            model_of(register)._default_manager.bulk_create(new, batch_size=_BATCH)
            _update(register, [(line, row) for line, row in saved if not line.is_new])
    except IntegrityError:
        raise Refused([_collision(None)]) from None


def _assign(register: Register, row: Model, values: Mapping[str, Any]) -> None:
    for key, value in values.items():
        one = register.by_key[key]
        column = _column(type(row), one)
        if value is None and not column.null:
            value = column.get_default() if column.has_default() else ""
        setattr(row, column.attname, value)


def _column(model: type[Model], one: Field) -> Any:
    """The model's column that a field is stored in; a ValueError names a wrong declaration."""
    for column in model._meta.concrete_fields:
        if one.own_path in (column.name, column.attname):
            return column
    raise ValueError(f"field {one.key}: {one.own_path} is no column; give Importing a `save`")


def _cleaned(register: Register, row: Model, line: Line) -> list[Problem]:
    relations = {f.name for f in row._meta.concrete_fields if isinstance(f, ForeignKey)}
    try:
        row.clean_fields(exclude=relations)
    except ValidationError as error:
        by_column = {_column(type(row), register.by_key[key]).name: key for key in line.values}
        return [
            problem_of(register, line.number, Invalid(by_column.get(name, ""), " ".join(messages)))
            for name, messages in error.message_dict.items()
        ]
    return []


def _update(register: Register, changed: Saved) -> None:
    if not changed:
        return
    names = {
        _column(type(row), register.by_key[key]).name
        for line, row in changed
        for key in line.differing
    }
    if isinstance(changed[0][1], Versioned):
        for line, row in changed:
            own = [_column(type(row), register.by_key[key]).name for key in line.differing]
            save_versioned(row, own)
    else:
        rows = [row for _line, row in changed]
        model_of(register)._default_manager.bulk_update(rows, sorted(names), batch_size=_BATCH)


def _collision(line: Line | None) -> Problem:
    remedy = _("请核对编号等不能重复的列")
    return Problem(line.number if line else 0, "", _("与已有的数据冲突"), remedy)


def _out_of_scope(register: Register, actor: Actor, saved: Saved) -> list[Problem]:
    """No row may end up where the member may not import: the rights decide on what is written."""
    allowed = rows_for(register, actor, importing_of(register).action)
    problems: list[Problem] = []
    mine = set(allowed.filter(pk__in=[row.pk for _line, row in saved]).values_list("pk", flat=True))
    for line, row in saved:
        if row.pk not in mine:
            problem = _("这一行不在您可以导入的范围内")
            remedy = _("请删去这一行，或请所属单位导入")
            problems.append(Problem(line.number, "", problem, remedy))
    return problems


def _record(register: Register, saved: Saved, actor: Actor, run_id: str) -> None:
    entries = []
    for line, row in saved:
        values = {**(line.existing or {}), **line.values, "id": str(row.pk)}
        data = {
            key: _plain(value)
            for key, value in line.differing.items()
            if not register.by_key[key].personal
        }
        personal = sorted(key for key in line.differing if register.by_key[key].personal)
        entries.append(
            Entry(
                subject_of(register, values),
                "registers.row.added" if line.is_new else "registers.row.changed",
                {"values": data, "import": run_id} | ({"personal": personal} if personal else {}),
            )
        )
    record_many(entries, actor=actor)


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str | list):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else plain_number(value)
