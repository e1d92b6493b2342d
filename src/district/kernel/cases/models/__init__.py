"""Tables of cases."""

from district.kernel.cases.models.attachments import CaseAttachment
from district.kernel.cases.models.cases import Case, CaseLink, CoUnit
from district.kernel.cases.models.people import CallBack, Reporter
from district.kernel.cases.models.recusals import Recusal
from district.kernel.cases.models.steps import CaseStep
from district.kernel.cases.models.types import CaseTypeVersion

__all__ = [
    "CallBack",
    "Case",
    "CaseAttachment",
    "CaseLink",
    "CaseStep",
    "CaseTypeVersion",
    "CoUnit",
    "Recusal",
    "Reporter",
]
