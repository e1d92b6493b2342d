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

__all__ = [
    "attachment",
    "attachment_answer",
    "attachment_remove",
    "attachment_small",
    "attachments",
    "case",
    "contacts",
    "desk_view",
]
