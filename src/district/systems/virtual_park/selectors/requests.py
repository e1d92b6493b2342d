"""A firm's own requests."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from district.kernel.base.errors import NotFound
from district.systems.virtual_park.models import FirmRequest
from district.systems.virtual_park.selectors.acting import Acting


def requests_of(acting: Acting) -> QuerySet[FirmRequest]:
    """What the firm raised here, the newest first, with cases."""
    rows = FirmRequest.objects.filter(firm=acting.firm)
    return rows.select_related("case__clock", "case__merged_into").order_by("-raised_at", "-pk")


def request_of(acting: Acting, case_id: UUID | str) -> FirmRequest:
    """One of them; NotFound for any other firm's, in the words of one that is not there."""
    try:
        found = requests_of(acting).select_related("reporter__case__merged_into").filter(
            case__pk=case_id
        ).first()  # fmt: skip
    except (ValueError, ValidationError):
        found = None
    if found is None:
        raise NotFound(_("没有这件诉求。"))
    return found
