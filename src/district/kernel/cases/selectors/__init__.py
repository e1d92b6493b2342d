"""All reads of cases."""

from district.kernel.cases.selectors.attachments import (
    attachment_for,
    attachments_of,
    reporter_attachment,
    reporter_attachments,
)
from district.kernel.cases.selectors.counting import (
    CONTENT,
    SPOKE,
    counted_by_unit,
    days_condition,
    days_q,
    known_shares,
    percent,
)
from district.kernel.cases.selectors.detail import (
    CaseDetail,
    ClockView,
    PublicStatus,
    PublicStep,
    case_detail,
    moves_for,
    public_status,
    reporter_with,
    status_for,
    was_done,
)
from district.kernel.cases.selectors.nearby import Near, near_cases
from district.kernel.cases.selectors.seeing import case_for, visible_cases, visible_q
from district.kernel.cases.selectors.watching import (
    UNDER_WAY,
    Sight,
    Whose,
    sight_of,
    whose_are,
    whose_are_open,
    whose_is,
)

__all__ = [
    "CONTENT",
    "SPOKE",
    "UNDER_WAY",
    "CaseDetail",
    "ClockView",
    "Near",
    "PublicStatus",
    "PublicStep",
    "Sight",
    "Whose",
    "attachment_for",
    "attachments_of",
    "case_detail",
    "case_for",
    "counted_by_unit",
    "days_condition",
    "days_q",
    "known_shares",
    "moves_for",
    "near_cases",
    "percent",
    "public_status",
    "reporter_attachment",
    "reporter_attachments",
    "reporter_with",
    "sight_of",
    "status_for",
    "visible_cases",
    "visible_q",
    "was_done",
    "whose_are",
    "whose_are_open",
    "whose_is",
]
