"""People as an audience: the register of recipients.

What leaves here of a person is the number and the facts that conditions ask for, never who it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from district.kernel.organisation.public import root_unit
from district.systems.policies.models import Audience as Key
from district.systems.policies.models import Recipient
from district.systems.policies.names import (
    COUNT_RECIPIENTS,
    RECIPIENTS,
    SUBSIDY_APPLICATION,
    VIEW_RECIPIENT,
)
from district.systems.policies.rules.drafting import Vocabulary, read_terms
from district.systems.policies.selectors.audiences.declared import Addressee, Audience
from district.systems.policies.selectors.audiences.places import places
from district.systems.policies.selectors.recipients import (
    recipient_schema,
    recipients_on_record,
    recipients_visible_q,
)


def _vocabulary() -> Vocabulary:
    root = root_unit()
    return Vocabulary(
        recipient_schema(), read_terms(Key.PEOPLE), places(), home=root.pk if root else ""
    )


def addressee(row: Recipient) -> Addressee:
    """A person as an addressee: without anything that says who it is."""
    return Addressee(
        row.pk,
        row.number,
        row.number,
        row.community_unit_id or row.street_unit_id or row.lead_unit_id,
        row.street_unit_id or "",
        row.community_unit_id or "",
        row.get_absolute_url(),
    )


def _by_code(code: str) -> Addressee | None:
    row = recipients_on_record().filter(number=code.strip().upper()).first()
    return addressee(row) if row is not None else None


def _by_ids(ids: Iterable[Any]) -> Mapping[str, Addressee]:
    return {str(row.pk): addressee(row) for row in recipients_on_record().filter(pk__in=list(ids))}


PEOPLE = Audience(
    key=Key.PEOPLE,
    population=RECIPIENTS,
    schema=recipient_schema,
    vocabulary=_vocabulary,
    view_action=VIEW_RECIPIENT,
    visible_q=recipients_visible_q,
    by_code=_by_code,
    by_ids=_by_ids,
    case_type=SUBSIDY_APPLICATION,
    noun=_("居民"),
    unit=_("人"),
    code_label=_("人员编号"),
    count_action=COUNT_RECIPIENTS,
)
