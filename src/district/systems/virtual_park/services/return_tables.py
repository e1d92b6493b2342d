"""The one table of a period: made once, with what must not be shown left out for good."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.history.public import Actor, Subject, record
from district.kernel.organisation.public import authorise
from district.systems.enterprises.public import EnterpriseRef, enterprises_by_ids
from district.systems.virtual_park.models import Return, ReturnRound, ReturnTable
from district.systems.virtual_park.names import MAKE_RETURN_TABLE, RETURN_ROUND
from district.systems.virtual_park.rules.return_tables import Filed, make_content
from district.systems.virtual_park.rules.returns import DIMENSIONS
from district.systems.virtual_park.rules.suppression import Rule
from district.systems.virtual_park.selectors.returns import form_of, newest_values, owned_form

_SECTION, _DIVISION = 1, 3


def _key(ref: EnterpriseRef | None, dimension: str) -> str:
    """Where an enterprise stands in a dimension, "" where that is not known."""
    if ref is None or not dimension:
        return ""
    return {
        "street": ref.street,
        "section": ref.industry[:_SECTION],
        "division": ref.industry[:_DIVISION],
        "size": ref.size,
    }[dimension]


@transaction.atomic
def make_table(
    round_id: UUID | str, by_row: str, by_column: str = "", *, actor: Actor
) -> ReturnTable:
    """Add up what was filed for a period, by one dimension or two, and keep what is shown of it.

    There is one table of a period: a second one, by other dimensions or after a late return, could
    be subtracted from the first. Raises NotFound, NotPermitted, Invalid naming the field, Conflict
    before it is due, where nobody filed, and where the table is there.
    """
    rows = ReturnRound.objects.select_for_update(of=("self",))
    row = rows.select_related("form_version", "form__lead_unit").filter(pk=round_id).first()
    if row is None:
        raise NotFound(_("没有这个报告期。"))
    authorise(actor, MAKE_RETURN_TABLE, owned_form(row.form))
    if by_row not in DIMENSIONS:
        raise Invalid("by_row", _("没有这个分组。"), _("请从列表中选择。"))
    if by_column and (by_column not in DIMENSIONS or by_column == by_row
                      or {by_row, by_column} == {"section", "division"}):  # fmt: skip
        raise Invalid("by_column", _("这两个分组不能交叉。"), _("请另选一个，或不交叉。"))
    if clock.now() <= row.due_at:
        raise Conflict(_("还没有到报送截止时间，不能汇总。"))
    if ReturnTable.objects.filter(pk=row.pk).exists():
        raise Conflict(_("这个报告期已经汇总。为了不让人从两张表的差额推算，每期只出一张表。"))
    form = form_of(row)
    found = newest_values(row)
    if not found or not form.published:
        raise Conflict(_("没有可以汇总的数据。"))
    refs = enterprises_by_ids([key for key, _values in found])
    keys = [item.key for item in form.published]
    filed = [
        Filed(
            _key(refs.get(key), by_row),
            _key(refs.get(key), by_column),
            tuple(values[one] for one in keys),
        )
        for key, values in found
    ]
    rule = Rule(form.threshold, form.percent, tuple(item.least for item in form.published))
    made = ReturnTable.objects.create(
        round=row,
        by_row=by_row,
        by_column=by_column,
        content=make_content(filed, rule, keys, crossed=bool(by_column)),
        filed=len(found),
        owed=Return.objects.filter(round=row).count(),
        made_at=clock.now(),
        made_by_name=(actor.name or actor.id)[:120],
    )
    told = {"by_row": by_row, "by_column": by_column, "filed": made.filed,
            "hidden": made.content["primary"] + made.content["secondary"]}  # fmt: skip
    record(Subject(RETURN_ROUND, str(row.pk)), f"{RETURN_ROUND}.table_made", told, actor=actor)
    return made
