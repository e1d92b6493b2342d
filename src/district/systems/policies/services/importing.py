"""Files of people: looked at as a whole, written or refused as a whole, and never kept.

A register's own import keeps the file and a preview until it is confirmed; a file of names and
identity numbers must not stand anywhere in clear, so that this one lives in the request alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.history.public import Actor, Subject, record
from district.kernel.organisation.public import authorise_somewhere
from district.kernel.registers.public import (
    Field,
    Problem,
    Table,
    Unreadable,
    labels_of,
    read_table,
    value_of,
)
from district.systems.policies.names import REGISTER_OF_RECIPIENTS, SAVE_RECIPIENT
from district.systems.policies.rules.recipients import FACTS, read_id_number
from district.systems.policies.services.recipients import Told, checked, save_recipient

#: So many rows a file may have: they are encrypted and written while its sender waits.
MOST_ROWS = 2000
#: So many problems are shown.
_SHOWN = 100

COLUMNS: tuple[Field, ...] = (
    Field("id_number", gettext_lazy("身份证号码"), required=True),
    Field("name", gettext_lazy("姓名")),
    Field("phone", gettext_lazy("联系电话")),
    Field("address", gettext_lazy("详细地址")),
    Field("street", gettext_lazy("居住街道"), "code"),
    Field("community", gettext_lazy("居住社区"), "code"),
    *(Field(fact.key, fact.label, fact.type, choices=fact.choices, unit=fact.unit,
            places=2 if fact.type == "decimal" else 6) for fact in FACTS),
)  # fmt: skip
_WHO = ("id_number", "name", "phone", "address")


@dataclass
class Outcome:
    """What became of a file: how many rows, of them new, or everything that is wrong with it.

    Problems name row and column and what to do; they quote no identity number.
    """

    rows: int = 0
    added: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def shown(self) -> list[Problem]:
        """The first of the problems."""
        return self.problems[:_SHOWN]


class _Refused(Exception):
    """Something is wrong: what was written so far is undone."""


def import_recipients(
    name: str, content: bytes, *, unit: str, source: str, as_of: date, actor: Actor
) -> Outcome:
    """Take in a file of people, kept by `unit` where they are new; all rows, or none.

    Raises NotPermitted, Invalid for source and day.
    """
    authorise_somewhere(actor, SAVE_RECIPIENT)
    if not 2 <= len(source.strip()) <= 60:
        raise Invalid("source", _("没有写明数据来源。"), _("例如“区残联名册”。"))
    if as_of > clock.today():
        raise Invalid("as_of", _("数据日期还没有到。"), _("请填写数据截至哪一天。"))
    try:
        table = read_table(name, content)
    except Unreadable as error:
        return Outcome(problems=[Problem(0, "", error.problem, error.remedy)])
    told, outcome = _read(table, source, as_of)
    if not outcome.problems:
        try:
            _write(told, outcome, unit, actor)
        except _Refused:
            outcome.added = 0
    return outcome


def _read(table: Table, source: str, as_of: date) -> tuple[list[tuple[int, Told]], Outcome]:
    """Every row as what it tells, and what is wrong with the file."""
    outcome = Outcome(rows=len(table.rows))
    columns = _columns(table.head, outcome)
    if not table.rows or len(table.rows) > MOST_ROWS:
        remedy = _("一次1到%(most)d行，多的请拆成几个文件。") % {"most": MOST_ROWS}
        outcome.problems.append(Problem(0, "", _("文件的行数不对。"), remedy))
    if outcome.problems:
        return [], outcome
    told: list[tuple[int, Told]] = []
    seen: dict[str, int] = {}
    for number, cells in table.rows:
        values = _values(columns, cells, number, outcome)
        who = {key: str(values.pop(key, None) or "") for key in _WHO}
        first = seen.setdefault(read_id_number(who["id_number"]), number)
        if first != number:
            words = _("与第 %(row)d 行是同一个人。") % {"row": first}
            outcome.problems.append(_problem(number, "id_number", words, _("请只留一行。")))
        try:
            one = checked(Told(source=source, as_of=as_of, facts=values, **who), clock.today())
            told.append((number, one))
        except Invalid as error:
            outcome.problems.append(_problem(number, error.field, error.problem, error.remedy))
    return told, outcome


def _columns(head: Sequence[str], outcome: Outcome) -> list[Field | None]:
    names = {label: one for one in COLUMNS for label in (*labels_of(one.label), one.key)}
    names |= {f"{label}（{one.unit}）": one for label, one in names.items() if one.unit}
    found: list[Field | None] = []
    for name in head:
        one = names.get(name.removesuffix("*").strip())
        if name and one is None:
            outcome.problems.append(Problem(1, name, _("没有这一列。"), _("请用模板里的列名。")))
        if one is not None and one in found:
            outcome.problems.append(Problem(1, name, _("这一列出现了两次。"), _("请只留一列。")))
        found.append(one)
    if not any(one is not None and one.required for one in found):
        label = str(COLUMNS[0].label)
        outcome.problems.append(Problem(1, label, _("缺少这一列。"), _("请补上这一列。")))
    return found


def _values(
    columns: Sequence[Field | None], cells: Sequence[Any], number: int, outcome: Outcome
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for one, cell in zip(columns, cells, strict=False):
        if one is None:
            continue
        try:
            values[one.key] = value_of(one, cell)
        except Invalid as error:
            outcome.problems.append(_problem(number, one.key, error.problem, error.remedy))
    return values


def _problem(row: int, key: str, problem: str, remedy: str) -> Problem:
    label = next((str(one.label) for one in COLUMNS if one.key == key), "")
    return Problem(row, label, problem, remedy)


@transaction.atomic
def _write(told: Sequence[tuple[int, Told]], outcome: Outcome, unit: str, actor: Actor) -> None:
    """Every row by the service that a page calls; one that is refused undoes all."""
    for number, one in told:
        try:
            row = save_recipient(one, unit=unit, actor=actor)
            outcome.added += row.version == 0 and row.added_at == row.changed_at
        except Invalid as error:
            outcome.problems.append(_problem(number, error.field, error.problem, error.remedy))
        except (NotPermitted, Conflict) as error:
            outcome.problems.append(Problem(number, "", str(error), _("请删去这一行。")))
    if outcome.problems:
        raise _Refused
    data = {"rows": outcome.rows, "added": outcome.added, "unit": unit}
    subject = Subject(REGISTER_OF_RECIPIENTS, unit)
    record(subject, "policies.recipients.imported", data, actor=actor)
