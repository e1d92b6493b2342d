"""Registering a request, and a complaint about the business environment."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base.errors import Invalid, NotPermitted
from district.kernel.cases.public import Contact, Report, Reported, report_case
from district.kernel.history.public import Actor, record
from district.kernel.organisation.public import Unit, posts_of
from district.systems.enterprise_requests.models import VisitRequest
from district.systems.enterprise_requests.names import COMPLAINT, REQUEST
from district.systems.enterprise_requests.rules.protection import tells_who
from district.systems.enterprise_requests.selectors.posts import command_unit, supervision_for
from district.systems.enterprise_requests.selectors.visits import visit_for, visit_subject

NOBODY = Contact()


@dataclass(frozen=True)
class NewRequest:
    """What an enterprise asks for. `amount` is in 10,000 yuan; `street` is a unit's code."""

    enterprise: str
    industry: str
    kind: str
    text: str
    amount: int | None = None
    stopped: bool = False
    street: str = ""
    place: str = ""
    source: str = "phone"
    visit: UUID | str | None = None


@dataclass(frozen=True)
class NewComplaint:
    """What somebody complains about, and whom; who complains stands in the contact alone."""

    complained_unit: str
    conduct: str
    text: str
    retaliation: bool = False
    anonymous: bool = False
    source: str = "phone"


@transaction.atomic
def register_request(
    new: NewRequest, *, actor: Actor, contact: Contact = NOBODY, key: str = ""
) -> Reported:
    """Open a request at the command post, linked to the visit that it comes from, if any.

    The same `key` opens one. Raises Invalid naming the field, NotFound for a visit that the actor
    may not see, NotPermitted for who may not register.
    """
    visit = visit_for(new.visit, actor) if new.visit else None
    enterprise = new.enterprise.strip()
    if not 2 <= len(enterprise) <= 120:
        raise Invalid("enterprise", _("企业名称不对。"), _("请填写2到120个字。"))
    if new.amount is not None and new.amount < 0:
        raise Invalid("amount", _("金额不能小于零。"), _("请填写万元数，例如 500。"))
    facts = {
        "enterprise": enterprise,
        "industry": new.industry,
        "kind": new.kind,
        "amount": new.amount,
        "stopped": new.stopped,
        "visit": visit.number if visit else "",
    }
    report = Report(
        REQUEST,
        new.text,
        source=new.source,
        title=f"{enterprise}：{new.text.strip()}"[:60],
        place=new.place,
        street=new.street,
        centre=command_unit(),
        facts=facts,
    )
    made = report_case(report, actor=actor, contact=contact, key=key)
    if visit is not None and not made.repeated:
        VisitRequest.objects.create(visit=visit, case=made.case)
        data = {"request": made.case.number}
        record(visit_subject(visit), "enterprise_requests.visit.raised", data, actor=actor)
    return made


@transaction.atomic
def register_complaint(
    new: NewComplaint, *, actor: Actor, contact: Contact = NOBODY, key: str = ""
) -> Reported:
    """Open a complaint at the supervision centre that it does not concern.

    The name is kept encrypted, for that desk alone. Raises Invalid naming the field, also where
    the text tells who complains; NotPermitted for people of the unit complained about.
    """
    unit = Unit.objects.filter(pk=new.complained_unit, is_active=True).first()
    if unit is None or unit.parent_id is None:
        raise Invalid(
            "complained_unit", _("没有选择被投诉的单位。"), _("请选择具体的部门、街道或社区。")
        )
    if any(post.path.startswith(unit.path) for post in posts_of(actor)):
        raise NotPermitted(_("投诉涉及您的单位，您不能登记。请由监督机构登记。"))
    centre = supervision_for(unit)
    if not centre:
        raise Invalid(
            "complained_unit",
            _("没有可以受理对该单位投诉的监督机构。"),
            _("请在 posts.csv 中增加一个监督机构。"),
        )
    if tells_who(new.text, contact.name, contact.phone):
        raise Invalid(
            "text",
            _("内容里出现了投诉人的名称或电话。"),
            _("请删去：承办单位能看到内容，投诉人信息只由监督机构掌握。"),
        )
    report = Report(
        COMPLAINT,
        new.text,
        source=new.source,
        is_anonymous=new.anonymous,
        is_confidential=True,
        complained_unit=unit.pk,
        centre=centre,
        facts={"conduct": new.conduct, "retaliation": new.retaliation},
    )
    who = NOBODY if new.anonymous else contact
    return report_case(report, actor=actor, contact=who, key=key)
