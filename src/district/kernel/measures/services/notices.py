"""Who is told of a filing that waits for them. Part of the transaction of the step.

Only members whose right reaches the filing are told, each once, and a notice that nobody needs
any more counts as read.
"""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from district.kernel.measures.models import Filing
from district.kernel.measures.rules.periods import label
from district.kernel.measures.subjects import filing_subject, period_of
from district.kernel.notifications.public import Urgency, mark_settled, notify
from district.kernel.organisation.public import Member, Owned, members_permitted


def waits_for_review(filing: Filing) -> None:
    """Tell whoever may review it, but not the one who filed it: they may not."""
    settled(filing)
    _tell(filing, "measures.filing.review", _("待审核：%(measure)s（%(period)s）"))


def waits_for_sign_off(filing: Filing) -> None:
    """Tell whoever may sign it off, but not the one who filed it."""
    settled(filing)
    _tell(filing, "measures.filing.sign_off", _("待审定：%(measure)s（%(period)s）"))


def returned(filing: Filing, filer: UUID | None) -> None:
    """Tell whoever filed it, with the reason; where they file no more, those who do."""
    settled(filing)
    able = members_permitted("measures.filing.file", _owned(filing))
    told = able.filter(pk=filer) if filer else able.none()
    notify(
        list(told) or list(able),
        _("已退回：%(measure)s（%(period)s）") % _words(filing),
        _("退回原因：%(reason)s") % {"reason": filing.return_reason},
        filing.get_absolute_url(),
        filing_subject(filing),
        Urgency.IMPORTANT,
    )


def settled(filing: Filing) -> None:
    """What was said of it so far needs nobody any more."""
    mark_settled(filing_subject(filing))


def reviewers(filing: Filing) -> list[Member]:
    """Who may review it now; nobody reviews a value of their own."""
    return _others(filing, "measures.filing.review")


def _tell(filing: Filing, action: str, title: str) -> None:
    # The value itself stays here until it is signed off: notices also go to outside services.
    notify(
        _others(filing, action),
        title % _words(filing),
        filing.unit.display_name,
        filing.get_absolute_url(),
        filing_subject(filing),
    )


def _others(filing: Filing, action: str) -> list[Member]:
    able = members_permitted(action, _owned(filing))
    return list(able.exclude(pk=filing.filed_by_id) if filing.filed_by_id else able)


def _owned(filing: Filing) -> Owned:
    return Owned(filing.unit_id, path=filing.unit.path)


def _words(filing: Filing) -> dict[str, str]:
    return {"measure": filing.measure.display_name, "period": label(period_of(filing))}
