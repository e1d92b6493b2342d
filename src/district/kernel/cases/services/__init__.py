"""All writes of cases: one named transactional function each."""

from district.kernel.cases.services.attaching import (
    attach,
    attach_kept,
    detach,
    perform_with_files,
    sweep_files,
)
from district.kernel.cases.services.importing import Handled, import_handled
from district.kernel.cases.services.intake import Report
from district.kernel.cases.services.keeping import KeptFile, keep_picture, kept_small
from district.kernel.cases.services.linking import carry_on
from district.kernel.cases.services.people import (
    Person,
    anonymise_case,
    anonymise_due,
    read_contacts,
)
from district.kernel.cases.services.performing import perform
from district.kernel.cases.services.publishing import ensure_published, publish_case_types
from district.kernel.cases.services.recusing import recuse
from district.kernel.cases.services.reporting import (
    Contact,
    Reported,
    is_phone,
    join_case,
    phone_index,
    report_case,
)
from district.kernel.cases.services.resuming import resume_due

__all__ = [
    "Contact",
    "Handled",
    "KeptFile",
    "Person",
    "Report",
    "Reported",
    "anonymise_case",
    "anonymise_due",
    "attach",
    "attach_kept",
    "carry_on",
    "detach",
    "ensure_published",
    "import_handled",
    "is_phone",
    "join_case",
    "keep_picture",
    "kept_small",
    "perform",
    "perform_with_files",
    "phone_index",
    "publish_case_types",
    "read_contacts",
    "recuse",
    "report_case",
    "resume_due",
    "sweep_files",
]
