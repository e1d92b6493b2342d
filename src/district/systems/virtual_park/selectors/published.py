"""Tables of returns as other systems may show them: what is shown of them, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q
from django.urls import reverse

from district.kernel.history.public import Actor
from district.kernel.measures.public import label as period_label
from district.kernel.organisation.public import permitted, permitted_somewhere, visible
from district.systems.virtual_park.models import ReturnRound, ReturnTable
from district.systems.virtual_park.names import READ_RETURN, VIEW_RETURN_TABLE
from district.systems.virtual_park.rules.return_tables import Change, Parts, changes, parts_of
from district.systems.virtual_park.rules.returns import period_of, year_before
from district.systems.virtual_park.selectors.return_labels import heads_of
from district.systems.virtual_park.selectors.returns import (
    form_of,
    item_label,
    newest_values,
    owned_form,
    title_of,
)


@dataclass(frozen=True)
class PublishedSums:
    """An item of the newest table of a form: its cells with their labels, what is left out as one
    sum, and the same table of a year before where there is one.

    `rows` and `columns` name keys; `url` is the table's own page; `round_id` its period.
    """

    title: str
    item: str
    unit: str
    period: str
    round_id: object
    url: str
    filed: int
    owed: int
    rows: Mapping[str, str]
    columns: Mapping[str, str]
    now: Parts
    before: Parts | None
    may_read_firms: bool

    def label(self, row: str, column: str) -> str:
        """What a cell is called."""
        names = [self.rows.get(row, row)]
        if self.columns:
            names.append(self.columns.get(column, column))
        return " · ".join(names)

    def changes(self, most: int) -> tuple[list[Change], Change, Change] | None:
        """The cells that moved furthest, the rest and the whole; None without a year before."""
        return changes(self.now, self.before, most) if self.before is not None else None


def may_read_tables(actor: Actor) -> bool:
    """Whether the actor may read tables of any form."""
    return permitted_somewhere(actor, VIEW_RETURN_TABLE)


def published_sums(form: str, item: str, actor: Actor) -> PublishedSums | None:
    """The newest table of a form that the actor may read, for one item; None where there is none or
    its total is left out. Two queries, and those of the labels."""
    rows = ReturnTable.objects.filter(
        visible(actor, VIEW_RETURN_TABLE).q("round__form__lead_unit"), round__form__key=form
    ).select_related("round__form_version", "round__form")
    table = rows.order_by("-round__end").first()
    if table is None:
        return None
    definition = form_of(table.round)
    found = next((one for one in definition.published if one.key == item), None)
    now = parts_of(table.content, item)
    if found is None or now is None:
        return None
    same = Q(by_row=table.by_row, by_column=table.by_column)
    past = rows.filter(same, round__end=year_before(table.round.end)).first()
    return PublishedSums(
        title=title_of(definition),
        item=item_label(found),
        unit=found.unit,
        period=period_label(period_of(definition, table.round.end)),
        round_id=table.round_id,
        url=reverse("park_return_table", args=[table.round_id]),
        filed=table.filed,
        owed=table.owed,
        rows=dict(heads_of(table.by_row, table.content["rows"])),
        columns=dict(heads_of(table.by_column, table.content["columns"])),
        now=now,
        before=parts_of(past.content, item) if past is not None else None,
        may_read_firms=permitted(actor, READ_RETURN, owned_form(table.round.form)),
    )


@dataclass(frozen=True)
class FirmLine:
    """One firm's value of an item, and that of the same period a year before, None where it filed
    none then."""

    name: str
    code: str
    value: Decimal
    before: Decimal | None


def firm_lines(row: ReturnRound, item: str) -> list[FirmLine]:
    """Every firm's newest values of a period. Whoever asks has authorised and records it."""
    now = dict(newest_values(row))
    earlier = ReturnRound.objects.filter(form=row.form_id, end=_a_year_before(row)).first()
    before = dict(newest_values(earlier)) if earlier is not None else {}
    names = {
        key: (name, code)
        for key, name, code in row.returns.values_list("enterprise", "name", "code")
    }
    return [
        FirmLine(*names[key], values[item], before.get(key, {}).get(item))
        for key, values in now.items()
        if item in values
    ]


def _a_year_before(row: ReturnRound) -> date:
    return year_before(row.end)
