"""What several registers of the plan share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from district.kernel.history.public import Subject
from district.kernel.organisation.public import Level, units
from district.kernel.plan.subjects import commitment_subject
from district.kernel.registers.public import Field


def departments() -> Iterable[tuple[str, str]]:
    """Path and name of every unit that may lead."""
    return [
        (unit.path, unit.display_short)
        for unit in units()
        if unit.level in (Level.DISTRICT, Level.DEPARTMENT, Level.STREET)
    ]


def report_year(path: str) -> Field:
    """The year of the report that a row belongs to."""
    return Field("report_year", _("报告年度"), "integer", path=path, kind="year", default=False)


def subject_of_commitment(values: Mapping[str, Any]) -> Subject:
    """Whose history a commitment's row is."""
    return commitment_subject(values["id"])
