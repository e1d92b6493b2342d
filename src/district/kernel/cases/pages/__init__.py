"""The pages of cases."""

from district.kernel.cases.pages.attachments import (
    attachment,
    attachment_answer,
    attachment_remove,
    attachment_small,
    attachments,
)
from district.kernel.cases.pages.case import case, contacts
from district.kernel.cases.pages.desk import desk_view
from district.kernel.cases.pages.status import (
    StatusForm,
    status_asked,
    status_context,
    status_unknown,
    step_shown,
)

__all__ = [
    "StatusForm",
    "attachment",
    "attachment_answer",
    "attachment_remove",
    "attachment_small",
    "attachments",
    "case",
    "contacts",
    "desk_view",
    "status_asked",
    "status_context",
    "status_unknown",
    "step_shown",
]
