"""Who wants no pushes, and how often anybody is told."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Invalid, NotFound
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, Subject, record
from district.kernel.organisation.public import Owned, authorise
from district.systems.enterprises.public import enterprise_by_code
from district.systems.policies.models import Consent, PushLimit
from district.systems.policies.names import CONSENT, CONSENT_OF, LIMIT, LIMIT_OF
from district.systems.policies.services.common import acting


@transaction.atomic
def save_consent(code: str, *, wants: bool, reason: str, actor: Actor) -> Consent:
    """Note whether the enterprise of a credit code wants to be told of policies.

    Raises NotPermitted, NotFound for a code that the register has not, and Invalid where an
    opt-out gives no word of who said so.
    """
    ref = enterprise_by_code(code)
    if ref is None:
        raise NotFound(_("没有这家企业。请核对统一社会信用代码。"))
    authorise(actor, CONSENT, Owned(ref.lead_unit or None))
    if not wants and len(reason.strip()) < 2:
        raise Invalid("reason", _("还没有写明是谁提出的。"), _("例如“法定代表人来电要求”。"))
    if len(reason) > 200:
        raise Invalid("reason", _("说明超过200字。"), _("请精简。"))
    known = Consent.objects.select_for_update().filter(code=ref.code).first()
    row = known or Consent(code=ref.code)
    row.entity, row.name, row.wants, row.reason = str(ref.id), ref.name, wants, reason.strip()
    row.noted_by_name, row.noted_at = acting(actor)[1], clock.now()
    if known is None:
        row.save(force_insert=True)
    else:
        save_versioned(row)
    data = {"code": ref.code, "wants": wants}
    record(Subject(CONSENT_OF, str(row.pk)), "policies.consent.noted", data, actor=actor)
    return row


@transaction.atomic
def save_limit(most: int, *, actor: Actor) -> PushLimit:
    """Set how often anybody is told in a calendar month; NotPermitted, Invalid."""
    authorise(actor, LIMIT)
    if not 1 <= most <= 100:
        raise Invalid("most", _("次数不对。"), _("请填写1到100的整数。"))
    PushLimit.objects.get_or_create(pk=1)
    row = PushLimit.objects.select_for_update().get(pk=1)
    if row.most != most:
        before, row.most = row.most, most
        save_versioned(row)
        data = {"most": most, "before": before}
        record(Subject(LIMIT_OF, "1"), "policies.limit.changed", data, actor=actor)
    return row
