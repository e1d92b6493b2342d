"""All writes of warnings."""

from district.kernel.warnings.services.acknowledging import acknowledge, record_acknowledgement
from district.kernel.warnings.services.catalogue import load_catalogue, load_catalogue_file
from district.kernel.warnings.services.drafting import (
    DraftValues,
    EventFacts,
    draft_cancel,
    draft_from,
    draft_update,
    return_draft,
    save_draft,
    submit_draft,
    withdraw_draft,
)
from district.kernel.warnings.services.ending import expire_due
from district.kernel.warnings.services.entering import (
    Entered,
    change_by_hand,
    enter_by_hand,
    lift_by_hand,
)
from district.kernel.warnings.services.issuing import approve_draft
from district.kernel.warnings.services.receiving import Receipt, receive
from district.kernel.warnings.services.rising import rise_due
from district.kernel.warnings.services.sources import (
    create_key,
    revoke_key,
    save_source,
    source_of_key,
)
from district.kernel.warnings.services.unfit import settle_unfit

__all__ = [
    "DraftValues",
    "Entered",
    "EventFacts",
    "Receipt",
    "acknowledge",
    "approve_draft",
    "change_by_hand",
    "create_key",
    "draft_cancel",
    "draft_from",
    "draft_update",
    "enter_by_hand",
    "expire_due",
    "lift_by_hand",
    "load_catalogue",
    "load_catalogue_file",
    "receive",
    "record_acknowledgement",
    "return_draft",
    "revoke_key",
    "rise_due",
    "save_draft",
    "save_source",
    "settle_unfit",
    "source_of_key",
    "submit_draft",
    "withdraw_draft",
]
