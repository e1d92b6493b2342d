"""What other parts may use of cases.

A system declares its types by `declare_case_type` and lets people act through `perform`; every
service takes `actor=` and authorises it, `key=` makes a repeated call do nothing.
"""

from district.kernel.cases.addresses import case_url
from district.kernel.cases.desks import Desk, counts_of, declare_desk, desk_q, desks_of
from district.kernel.cases.models import CallBack, Case, CaseLink, CaseStep, CoUnit, Reporter
from district.kernel.cases.names import CHANGED, CLOCK, SUBJECT
from district.kernel.cases.pages import desk_view
from district.kernel.cases.rules.definition import CaseType, Move, Stage, TermSpec, Words
from district.kernel.cases.rules.facts import SOURCES
from district.kernel.cases.rules.forms import FIELDS, SATISFACTION
from district.kernel.cases.rules.parsing import CaseTypeError
from district.kernel.cases.rules.words import said, said_later
from district.kernel.cases.sections import CaseSection, declare_case_section
from district.kernel.cases.selectors import (
    CaseDetail,
    Near,
    PublicStatus,
    case_detail,
    case_for,
    moves_for,
    near_cases,
    public_status,
    visible_cases,
    visible_q,
)
from district.kernel.cases.services import (
    Contact,
    Handled,
    Person,
    Report,
    Reported,
    anonymise_case,
    anonymise_due,
    carry_on,
    import_handled,
    join_case,
    perform,
    publish_case_types,
    read_contacts,
    report_case,
    resume_due,
)
from district.kernel.cases.services.doing import owned, subject_of
from district.kernel.cases.tables import declare_case_register, register_key
from district.kernel.cases.types import (
    Matter,
    case_type_of,
    case_types,
    declare_case_type,
    matter_of,
    type_of,
    view_action,
)

__all__ = [
    "CHANGED",
    "CLOCK",
    "FIELDS",
    "SATISFACTION",
    "SOURCES",
    "SUBJECT",
    "CallBack",
    "Case",
    "CaseDetail",
    "CaseLink",
    "CaseSection",
    "CaseStep",
    "CaseType",
    "CaseTypeError",
    "CoUnit",
    "Contact",
    "Desk",
    "Handled",
    "Matter",
    "Move",
    "Near",
    "Person",
    "PublicStatus",
    "Report",
    "Reported",
    "Reporter",
    "Stage",
    "TermSpec",
    "Words",
    "anonymise_case",
    "anonymise_due",
    "carry_on",
    "case_detail",
    "case_for",
    "case_type_of",
    "case_types",
    "case_url",
    "counts_of",
    "declare_case_register",
    "declare_case_section",
    "declare_case_type",
    "declare_desk",
    "desk_q",
    "desk_view",
    "desks_of",
    "import_handled",
    "join_case",
    "matter_of",
    "moves_for",
    "near_cases",
    "owned",
    "perform",
    "public_status",
    "publish_case_types",
    "read_contacts",
    "register_key",
    "report_case",
    "resume_due",
    "said",
    "said_later",
    "subject_of",
    "type_of",
    "view_action",
    "visible_cases",
    "visible_q",
]
