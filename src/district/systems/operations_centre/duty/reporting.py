"""Case types whose reports are shown as documents: incidents, and those of other systems."""

from __future__ import annotations

from typing import Any

from district.kernel.cases.public import CaseSection, declare_case_section
from district.systems.operations_centre.duty.names import INCIDENT

_TYPES: dict[str, None] = {INCIDENT: None}


def declare_reports(system: str, type_key: str) -> None:
    """Show the reports of a case type as those of incidents are: a card on its cases' pages, each
    report as a document, with every fact of the type that is a number. The type's reports are
    actions of `names.REPORT_CLOCKS`.
    """
    _TYPES[type_key] = None
    declare_case_section(CaseSection(f"{system}.reports", (type_key,), _section, "main", 10))


def reporting_types() -> tuple[str, ...]:
    """The case types whose reports are documents."""
    return tuple(_TYPES)


def _section(request: Any, case: Any) -> str:
    from district.systems.operations_centre.duty.pages.incidents import section

    return section(request, case)
