"""What an enterprise says of itself, through a system that let it sign in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base.errors import Invalid
from district.kernel.history.public import Actor
from district.systems.enterprises.models import Enterprise
from district.systems.enterprises.services.telling import tell

#: The source of what enterprises say of themselves, which the catalogue trusts least.
SELF = "self"
#: What an enterprise may say; who it is and how it stands in law is for others to say.
SAID_BY_FIRMS = (
    "address", "staff", "revenue", "revenue_growth", "rd_share", "patents", "exports", "capital",
)  # fmt: skip


@transaction.atomic
def tell_by_firm(
    enterprise_id: UUID | str, values: Mapping[str, Any], *, actor: Actor
) -> Enterprise:
    """Note what an enterprise says of itself; believed where no other source says anything.

    `actor` is the system that knows who may act for it. Raises NotFound, NotPermitted, Invalid
    naming the field, also for a fact that is not for it to say.
    """
    for key in values:
        if key not in SAID_BY_FIRMS:
            raise Invalid(key, _("这一项不能由企业填写。"), _("请联系企业服务单位更正。"))
    return tell(enterprise_id, values, actor=actor, source=SELF)
