"""Tables of cases."""

from district.kernel.cases.models.cases import Case, CaseLink, CoUnit
from district.kernel.cases.models.people import CallBack, Reporter
from district.kernel.cases.models.steps import CaseStep
from district.kernel.cases.models.types import CaseTypeVersion

__all__ = [
    "CallBack",
    "Case",
    "CaseLink",
    "CaseStep",
    "CaseTypeVersion",
    "CoUnit",
    "Reporter",
]
