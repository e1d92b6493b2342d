"""What counts a number of the report today, so that the next report can be written from rows."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base.errors import Conflict
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, record
from district.kernel.plan.models import Statement
from district.kernel.plan.models.reports import StatementKind
from district.kernel.plan.models.statements import StatementState
from district.kernel.plan.services import measuring
from district.kernel.plan.services.decisions import open_statement
from district.kernel.plan.subjects import statement_subject


@transaction.atomic
def count_statement(statement_id: UUID | str, measure_key: str, *, actor: Actor) -> Statement:
    """Say by which measure (its key, "" for none) an achievement is counted from now on.

    A target is counted through its commitment (`bind_measure`). Idempotent. Raises NotFound,
    Invalid(measure), Conflict for what is no achievement or was rejected.
    """
    row = open_statement(statement_id, actor)
    if row.kind != StatementKind.ACTUAL or row.state == StatementState.REJECTED:
        raise Conflict(_("只有完成情况可以指定统计指标；目标请在承诺事项中绑定指标。"))
    key = measuring.key_of(measure_key) if measure_key else None
    if key == row.counted_by_id:
        return row
    row.counted_by_id = key
    save_versioned(row, ["counted_by"])
    record(statement_subject(row.pk), "plan.statement.counted", {"measure": key or ""}, actor=actor)
    return row
