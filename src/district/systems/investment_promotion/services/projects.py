"""Leads told and changed, and the people of the investor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import save_versioned
from district.kernel.cases.public import Case, Report, is_phone, report_case
from district.kernel.history.public import (
    Actor,
    Personal,
    erase_person,
    protect_new,
    record,
    reveal,
)
from district.kernel.organisation.public import Owned, Unit, authorise
from district.systems.enterprises.public import industry_label
from district.systems.investment_promotion.models import ContactPerson, Project
from district.systems.investment_promotion.names import CONTACT, OPEN, SAVE, SYSTEM, TYPE
from district.systems.investment_promotion.rules.organisations import organisation_key
from district.systems.investment_promotion.selectors.duplicates import twins
from district.systems.investment_promotion.selectors.rights import (
    owned_project,
    project_for,
    project_subject,
)
from district.systems.investment_promotion.selectors.settings import coordinating_unit, settings

#: 万元: a thousand billion yuan is a slip of the hand.
MOST = Decimal(100_000_000)
#: The people of an investor who did not come are forgotten after so long.
KEPT_FOR = timedelta(days=365)
_TEXTS: tuple[str, ...] = (
    "organisation",
    "code",
    "country",
    "city",
    "chain",
    "industry",
    "source",
    "wanted",
)
_TEXTS += ("recommended_by", "distinct")
_NUMBERS = ("investment", "space_area", "land_area")


@dataclass(frozen=True)
class Told:
    """What became of a lead that was told: the project, and whether it had been told before."""

    project: Project
    repeated: bool = False


@transaction.atomic
def tell_lead(values: Mapping[str, Any], *, actor: Actor, key: str = "") -> Told:
    """Open a project for an organisation that may invest; the same `key` opens one.

    `values` by the register's fields, with `lead_unit` (the unit that follows it up), `text` and
    `confidential`. First come, first served: where another unit already follows the organisation
    up, Invalid names it, unless `distinct` says what makes this another project. Confidential ones
    are told to nobody, so they stop nobody. Raises NotPermitted, Invalid naming the field.
    """
    unit = _unit(values.get("lead_unit"))
    centre = coordinating_unit()
    authorise(actor, OPEN, Owned(unit.pk, path=unit.path, centre=centre))
    earlier = Project.objects.filter(case__key=key).first() if key else None
    if earlier is not None:
        return Told(earlier, repeated=True)
    row = Project(told_on=values.get("told_on") or clock.today())
    _fill(row, values)
    _check(row)
    secret = bool(values.get("confidential"))
    _refuse_twins(row, secret=secret)
    made = report_case(
        _report(row, str(values.get("text") or ""), unit.pk, centre, secret=secret),
        actor=actor,
        key=key,
    )
    if made.repeated:
        return Told(Project.objects.get(pk=made.case.pk), repeated=True)
    row.case = made.case
    row.save(force_insert=True)
    _tell_history(row, "investment_promotion.project.told", actor)
    return Told(row)


def _unit(code: Any) -> Unit:
    found = Unit.objects.filter(pk=str(code or ""), is_active=True).first()
    if found is None:
        raise Invalid("lead_unit", _("没有这个单位。"), _("请从单位列表中选择。"))
    return found


def _report(row: Project, text: str, unit: str, centre: str, *, secret: bool) -> Report:
    facts: dict[str, Any] = {"organisation": row.organisation, "owner": unit}
    if row.investment is not None:
        facts["amount"] = int(row.investment)
    return Report(
        TYPE,
        text or row.organisation,
        source="system",
        title=row.organisation,
        matter=row.chain,
        # Of a confidential lead nobody but its unit keeps the desk.
        centre=unit if secret else centre,
        is_confidential=secret,
        place=f"{row.country} {row.city}".strip(),
        facts=facts,
    )


def _fill(row: Project, values: Mapping[str, Any]) -> None:
    for name in _TEXTS:
        if name in values:
            setattr(row, name, str(values[name] or "").strip())
    for name in _NUMBERS:
        if name in values:
            setattr(row, name, None if values[name] in (None, "") else Decimal(values[name]))
    row.code, row.wanted = row.code.upper(), row.wanted or Project.Wanted.NOTHING
    row.organisation_key = organisation_key(row.organisation)


def _check(row: Project) -> None:
    if not 2 <= len(row.organisation) <= 120 or not row.organisation_key:
        raise Invalid("organisation", _("投资方名称不对。"), _("请填写2到120个字。"))
    known = settings()
    if row.chain not in known.chains:
        raise Invalid("chain", _("没有这个产业链环节。"), _("请从列表中选择。"))
    source = known.sources.get(row.source)
    if source is None:
        raise Invalid("source", _("没有这种线索来源。"), _("请从列表中选择。"))
    if source.names_who and not row.recommended_by:
        raise Invalid("recommended_by", _("还没有写明由谁推荐。"), _("请填写企业或机构名称。"))
    if row.industry and industry_label(row.industry) in ("", row.industry):
        raise Invalid("industry", _("没有这个行业代码。"), _("请按GB/T 4754填写，例如C39。"))
    if row.code and len(row.code) != 18:
        raise Invalid("code", _("统一社会信用代码不是18位。"), _("请照营业执照填写，或留空。"))
    _check_sizes(row)
    if row.wanted not in Project.Wanted.values:
        raise Invalid("wanted", _("没有这种空间需求。"), _("请从列表中选择。"))
    if not isinstance(row.told_on, date) or row.told_on > clock.today():
        raise Invalid("told_on", _("线索日期不对。"), _("请填写今天或以前的日期。"))


def _check_sizes(row: Project) -> None:
    for name, most in (("country", 40), ("city", 40), ("recommended_by", 120), ("distinct", 200)):
        if len(getattr(row, name)) > most:
            raise Invalid(name, _("超过%(most)s字。") % {"most": most}, _("请精简。"))
    for name in _NUMBERS:
        value = getattr(row, name)
        if value is not None and not 0 < value <= MOST:
            raise Invalid(name, _("数字不对。"), _("请填写大于0的数，不清楚的留空。"))


def _refuse_twins(row: Project, *, secret: bool) -> None:
    if secret or row.distinct:
        return
    found = twins(row)
    if found:
        first = found[0]
        raise Invalid(
            "organisation",
            _("%(unit)s已于%(day)s登记这家投资方（%(number)s），先登记的单位跟进。")
            % {"unit": first.unit, "day": first.told_on.isoformat(), "number": first.number},
            _("同一项目请与该单位联系；确为另一个项目的，请在“与已有线索的区别”中写明。"),
        )


def _tell_history(row: Project, kind: str, actor: Actor) -> None:
    data: dict[str, Any] = {"number": row.case.number, "chain": row.chain, "source": row.source}
    # Whom a confidential lead speaks of is not history's to tell to those who read all of it.
    if not row.case.is_confidential:
        data |= {"organisation": row.organisation, "code": row.code}
    data |= {name: str(value) for name in _NUMBERS if (value := getattr(row, name)) is not None}
    record(project_subject(row.pk), kind, data, actor=actor)


def locked_project(key: UUID | str) -> Project:
    """The project, locked for this transaction; NotFound where there is none."""
    rows = Project.objects.select_for_update(of=("self",), no_key=True)
    found = rows.filter(pk=UUID(str(key))).first()
    if found is None:
        raise NotFound(_("没有这个项目。"))
    return found


@transaction.atomic
def change_project(
    key: UUID | str, values: Mapping[str, Any], *, actor: Actor, seen: int | None = None
) -> Project:
    """Change what is known of a project that is under way.

    `seen` is the version that the form was filled from. Raises NotFound, NotPermitted, Invalid
    naming the field, Conflict where it is over or somebody wrote meanwhile.
    """
    row = locked_project(key)
    case = Case.objects.select_related("lead_unit").get(pk=row.pk)
    authorise(actor, SAVE, owned_project(case))
    if case.category == Case.Category.DONE:
        raise Conflict(_("项目已经落户或流失，不能再修改。"))
    if seen is not None:
        row.version = seen
    kept = row.told_on
    _fill(row, values)
    row.told_on = kept
    _check(row)
    save_versioned(row)
    row.case = case
    _tell_history(row, "investment_promotion.project.changed", actor)
    return row


def save_imported(values: Mapping[str, Any], known: Project | None, actor: Actor) -> Project:
    """A row of an import file: a lead that is told, or one of the unit's that is changed."""
    if known is None:
        return tell_lead(values, actor=actor).project
    return change_project(known.pk, values, actor=actor)


@transaction.atomic
def add_contact(
    key: UUID | str, name: str, post: str, phone: str, *, actor: Actor
) -> ContactPerson:
    """Note somebody of the investor; what is said of them is kept encrypted.

    Raises NotFound, NotPermitted, Invalid naming the field.
    """
    row = project_for(key, actor)
    authorise(actor, SAVE, owned_project(row.case))
    name, post, phone = name.strip(), post.strip(), phone.strip()
    if not 1 <= len(name) <= 60:
        raise Invalid("name", _("还没有填写姓名。"), _("请填写1到60个字。"))
    if len(post) > 60:
        raise Invalid("post", _("职务超过60字。"), _("请精简。"))
    if phone and not is_phone(phone):
        raise Invalid("phone", _("联系电话不对。"), _("请填写手机号或带区号的固定电话。"))
    person = time_ordered_uuid()
    tokens = protect_new(str(person), {"name": name, "post": post, "phone": phone})
    made = ContactPerson(id=person, project=row, added_at=clock.now(), **tokens)
    made.save(force_insert=True)
    record(
        project_subject(row.pk),
        "investment_promotion.contact.added",
        {"contact": str(person)},
        actor=actor,
        personal={"name": Personal(str(person), name)},
    )
    return made


@transaction.atomic
def forget_contacts(key: UUID | str) -> int:
    """Destroy the keys of the people of a project that was lost so long ago that nobody needs them
    (`KEPT_FOR`); returns how many were forgotten, none where it is not due."""
    row = locked_project(key)
    case = Case.objects.get(pk=row.pk)
    due = clock.now() - KEPT_FOR
    if case.stage != "lost" or case.closed_at is None or case.closed_at > due:
        return 0
    people = list(ContactPerson.objects.filter(project=row))
    for person in people:
        erase_person(str(person.pk), actor=SYSTEM, reason="retention")
        record(
            project_subject(row.pk),
            "investment_promotion.contact.forgotten",
            {"contact": str(person.pk)},
            actor=SYSTEM,
        )
        person.delete()
    return len(people)


@dataclass(frozen=True)
class ReadContact:
    """Somebody of the investor, read out."""

    name: str
    post: str
    phone: str


@transaction.atomic
def read_contacts(key: UUID | str, *, actor: Actor, reason: str) -> list[ReadContact]:
    """The people of the investor; each viewing is in history.

    Raises NotFound, NotPermitted, Invalid without a reason.
    """
    row = project_for(key, actor)
    authorise(actor, CONTACT, owned_project(row.case))
    why = reason.strip()[:200]
    if not why:
        raise Invalid("reason", _("还没有填写查看原因。"), _("请写明，例如“联系商定拜访时间”。"))
    subject = project_subject(row.pk)
    found = []
    for one in ContactPerson.objects.filter(project=row):
        texts = [
            (reveal(token, actor=actor, subject=subject, reason=why) or "") if token else ""
            for token in (one.name, one.post, one.phone)
        ]
        found.append(ReadContact(*texts))
    return found
