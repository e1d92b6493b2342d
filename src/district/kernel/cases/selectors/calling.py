"""Whom the desk calls back: the reporters of a case and of those merged into it, without names."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from district.kernel.cases.models import CallBack, Case, Reporter
from district.kernel.cases.rules.forms import SATISFACTION
from district.kernel.cases.services.doing import told_with


@dataclass(frozen=True)
class Called:
    """A reporter as the form of a call offers them; `label` says where they stand in the list of
    contacts, which case they reported, and what the last call heard."""

    id: UUID
    label: str


def reporters_told(case: Case) -> QuerySet[Reporter]:
    """Everybody who is told how a case goes, in the order of their reports; each with `said`, what
    they said last, None where nobody has heard them."""
    last = CallBack.objects.filter(reporter=OuterRef("pk")).order_by("-at", "-pk").values("outcome")
    return (
        Reporter.objects.filter(told_with(case.pk))
        .select_related("case")
        .annotate(said=Subquery(last[:1]))
        .order_by("joined_at", "pk")
    )


def called_list(case: Case) -> list[Called]:
    """Those whom the desk may have called; one query."""
    return [
        Called(row.pk, _label(number, row, case))
        for number, row in enumerate(reporters_told(case), 1)
    ]


def _label(number: int, row: Reporter, case: Case) -> str:
    parts = [_("反映人%(n)s") % {"n": number}]
    # A complaint inside, about whatever unit, keeps its number to itself.
    if row.case_id != case.pk and row.case.complained_unit_id is None:
        parts.append(row.case.number)
    if not row.wants_call:
        parts.append(_("不需回访"))
    said = vars(row).get("said")
    if said:
        parts.append(str(dict(SATISFACTION).get(said, said)))
    return " · ".join(parts)
