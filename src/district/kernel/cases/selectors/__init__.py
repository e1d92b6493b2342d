"""All reads of cases."""

from district.kernel.cases.selectors.attachments import (
    attachment_for,
    attachments_of,
    reporter_attachment,
    reporter_attachments,
)
from district.kernel.cases.selectors.detail import (
    CaseDetail,
    ClockView,
    PublicStatus,
    PublicStep,
    case_detail,
    moves_for,
    public_status,
    was_done,
)
from district.kernel.cases.selectors.nearby import Near, near_cases
from district.kernel.cases.selectors.seeing import case_for, visible_cases, visible_q

__all__ = [
    "CaseDetail",
    "ClockView",
    "Near",
    "PublicStatus",
    "PublicStep",
    "attachment_for",
    "attachments_of",
    "case_detail",
    "case_for",
    "moves_for",
    "near_cases",
    "public_status",
    "reporter_attachment",
    "reporter_attachments",
    "visible_cases",
    "visible_q",
    "was_done",
]
