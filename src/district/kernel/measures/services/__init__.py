"""All writes of measures: one named transactional function each."""

from district.kernel.measures.services.duties import (
    change_duty,
    end_duty,
    restart_duty,
    save_duties,
    save_duty,
    set_duty,
)
from district.kernel.measures.services.ending import end_measure, restart_measure
from district.kernel.measures.services.evidence import add_evidence, remove_evidence
from district.kernel.measures.services.filings import (
    NeedsConfirmation,
    file_value,
    open_period,
    return_filing,
    review,
    save_draft,
    sign_off,
    withdraw,
)
from district.kernel.measures.services.measures import (
    define_measure,
    ensure_measures,
    save_measure,
)
from district.kernel.measures.services.values import (
    ValueSpec,
    compute_measures,
    record_value,
    record_values,
    revise_value,
)

__all__ = [
    "NeedsConfirmation",
    "ValueSpec",
    "add_evidence",
    "change_duty",
    "compute_measures",
    "define_measure",
    "end_duty",
    "end_measure",
    "ensure_measures",
    "file_value",
    "open_period",
    "record_value",
    "record_values",
    "remove_evidence",
    "restart_duty",
    "restart_measure",
    "return_filing",
    "review",
    "revise_value",
    "save_draft",
    "save_duties",
    "save_duty",
    "save_measure",
    "set_duty",
    "sign_off",
    "withdraw",
]
