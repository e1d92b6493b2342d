"""What firms do themselves: apply for nights, correct, withdraw, appeal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from district.kernel.base import clock
from district.kernel.base.errors import Invalid, NotFound
from district.kernel.cases.public import (
    Case,
    Contact,
    PublicStatus,
    Report,
    is_phone,
    perform,
    report_case,
)
from district.kernel.history.public import Actor
from district.systems.environment.models import Application, Site
from district.systems.environment.names import PERMIT, TICKETS
from district.systems.environment.selectors.melts import GRANTED, PENDING
from district.systems.environment.services.melting import judge

PUBLIC = Actor.anonymous()
#: So many nights at most in one application, and so far ahead.
MOST_NIGHTS = 15
FARTHEST = timedelta(days=60)
#: What an applicant may do to their case.
DOINGS = ("correct", "withdraw", "appeal_refusal", "appeal_suspension")


@dataclass(frozen=True)
class Applied:
    """An application as it was filled in; `key` is the ticket's."""

    key: str
    site: str
    starts_on: date
    ends_on: date
    works: str
    reason: str
    text: str
    name: str
    phone: str

    @property
    def nights(self) -> int:
        """How many nights it is for."""
        return (self.ends_on - self.starts_on).days + 1


@dataclass(frozen=True)
class Receipt:
    """What the applicant takes away; `refused` says that the rule has decided already."""

    number: str
    code: str
    refused: bool


@transaction.atomic
def apply_permit(given: Applied) -> Receipt:
    """Open the case of an application, and refuse it at once where the rule says so.

    Sent again with the same key it gives the same receipt. Raises Invalid naming the field.
    """
    site = _checked(given)
    # What is kept is in the first language; an applicant may read the form in another.
    with override(settings.LANGUAGE_CODE):
        title = _("%(site)s：%(first)s至%(last)s夜间施工") % {
            "site": site.name,
            "first": given.starts_on.isoformat(),
            "last": given.ends_on.isoformat(),
        }
    code = TICKETS.code_for(given.key, settings.SECRET_KEY)
    report = Report(
        PERMIT,
        "\n".join(part for part in (given.works, given.text) if part),
        title=title,
        lon=site.lon,
        lat=site.lat,
        place=site.address,
        street=site.street_unit_id,
        centre=site.lead_unit_id,
        facts={
            "site": site.code,
            "site_name": site.name,
            "firm": site.firm,
            "nights_from": given.starts_on.isoformat(),
            "nights_to": given.ends_on.isoformat(),
            "nights": given.nights,
            "works": given.works,
            "reason": given.reason,
        },
    )
    contact = Contact(given.name, given.phone)
    made = report_case(report, actor=PUBLIC, contact=contact, key=given.key, code=code)
    if made.repeated:
        return Receipt(made.case.number, code, made.case.stage == "refused")
    row = Application.objects.create(
        case=made.case,
        site=site,
        starts_on=given.starts_on,
        ends_on=given.ends_on,
        works=given.works,
    )
    refused = judge(row, clock.today())
    return Receipt(made.case.number, code, refused is not None)


def _checked(given: Applied) -> Site:
    # Two who apply for the same nights at once wait for each other.
    rows = Site.objects.select_for_update(of=("self",), no_key=True)
    site = rows.filter(code=given.site, is_active=True).first()
    if site is None:
        raise Invalid("site", _("没有这个工地，或已不在用。"), _("请从列表中选择。"))
    today = clock.today()
    if given.starts_on < today:
        raise Invalid("starts_on", _("首夜已经过去。"), _("请填写今天或以后的日期。"))
    if given.starts_on > today + FARTHEST:
        raise Invalid("starts_on", _("申请太早。"), _("请在首夜前60天内申请。"))
    if given.ends_on < given.starts_on:
        raise Invalid("ends_on", _("末夜早于首夜。"), _("请核对日期。"))
    if given.nights > MOST_NIGHTS:
        raise Invalid(
            "ends_on",
            _("一次最多申请%(most)s夜。") % {"most": MOST_NIGHTS},
            _("请缩短，其余的另行申请。"),
        )
    if not 2 <= len(given.works) <= 200:
        raise Invalid("works", _("还没有写明施工内容。"), _("请填写2到200个字。"))
    if not is_phone(given.phone):
        raise Invalid("phone", _("联系电话不对。"), _("请填写手机号或带区号的固定电话。"))
    overlapping = Application.objects.filter(
        site=site,
        starts_on__lte=given.ends_on,
        ends_on__gte=given.starts_on,
        case__stage__in=(*PENDING, GRANTED),
    ).exclude(case__key=given.key)
    if overlapping.exists():
        raise Invalid(
            "starts_on",
            _("这个工地在这些夜里已有申请或许可。"),
            _("请改日期，或等待先前的申请办结。"),
        )
    return site


def answer(status: PublicStatus, doing: str, given: Mapping[str, Any], *, round_: int) -> Case:
    """Do for the applicant, who has shown the code, what the case allows now.

    `round_` is how many steps the case had when the page was drawn: the same answer to the same
    page counts once. Raises NotFound, Conflict and Invalid as `perform` does.
    """
    if doing not in DOINGS:
        raise NotFound(_("没有这项操作。"))
    reporter = status.reporter
    return perform(
        status.shown.pk,
        doing,
        actor=Actor("public", str(reporter.pk)),
        data=given,
        key=f"{doing}:{reporter.pk}:{round_}",
        reporter=reporter,
    )
