"""The people of a case: who may read their names, and when they are forgotten."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Invalid, NotFound
from district.kernel.cases.models import Case, CaseStep, CoUnit, Reporter
from district.kernel.cases.services.doing import CASES, owned, refuse_complained, subject_of
from district.kernel.cases.types import case_types, type_of, view_action
from district.kernel.history.public import Actor, erase_person, person_of, record, reveal
from district.kernel.organisation.public import Action, Grant, Role, authorise_by

#: A year after a case was closed nobody needs to know any more who reported it.
RETENTION = timedelta(days=365)
_CHUNK = 200


@dataclass(frozen=True)
class Person:
    """A reporter's name and telephone number in plain text, for the page that asked."""

    reporter: UUID
    name: str
    phone: str


def contact_action(case: Case) -> Action:
    """Whoever handles a case may read who reported it: its desk, lead and co-units. A
    confidential report is for the desk alone."""
    handling = [Grant(role, "centre") for role in (Role.DUTY_OFFICER, Role.UNIT_HEAD, Role.OFFICER)]
    if not case.is_confidential:
        for relation in ("unit", "co_unit"):
            handling += [Grant(role, relation) for role in (Role.UNIT_HEAD, Role.OFFICER)]
    return Action(f"cases.{case.type_key}.contacts", _("查看反映人信息"), tuple(handling))


@transaction.atomic
def read_contacts(case_id: UUID | str, *, actor: Actor, reason: str) -> list[Person]:
    """The reporters of a case and of those merged into it; each viewing is in history.

    Raises NotPermitted for units that do not handle it, Invalid without a reason.
    """
    case = Case.objects.select_related("lead_unit", "complained_unit").filter(pk=case_id).first()
    if case is None:
        raise NotFound(_("没有这一单。"))
    refuse_complained(case, actor, _("本单涉及您的单位，您不能查看。"))
    co_units = list(CoUnit.objects.filter(case=case))
    authorise_by(actor, view_action(type_of(case)), owned(case, co_units))
    authorise_by(actor, contact_action(case), owned(case, co_units))
    if not reason.strip():
        raise Invalid("reason", _("还没有填写查看原因。"), _("请写明，例如“联系反映人核实位置”。"))
    people = []
    inside = [case.pk, *case.merged_cases.values_list("pk", flat=True)]
    for row in Reporter.objects.filter(case__in=inside).order_by("joined_at", "pk"):
        name, phone = (
            reveal(token, actor=actor, subject=subject_of(case), reason=reason.strip())
            if token
            else ""
            for token in (row.name, row.phone)
        )
        people.append(Person(row.pk, name or "", phone or ""))
    return people


def anonymise_due(mask: Callable[[str], str], *, older_than: timedelta = RETENTION) -> int:
    """Forget who reported cases that were closed longer ago; returns how many were anonymised.

    The keys of their names are destroyed, and `mask` takes names and numbers out of the texts.
    Each case in a transaction of its own; again changes nothing.
    """
    before = clock.now() - older_than
    due = Case.objects.filter(
        category=Case.Category.DONE, anonymised_at=None, closed_at__lt=before
    ).order_by("closed_at")
    for case_type in case_types():
        if case_type.keep_days is not None:
            own = clock.now() - timedelta(days=case_type.keep_days)
            due = due.exclude(type_key=case_type.key, closed_at__gte=own)
    keys = list(due.values_list("pk", flat=True)[:_CHUNK])
    for key in keys:
        _anonymise(key, mask)
    return len(keys)


def anonymise_case(case_id: UUID, mask: Callable[[str], str]) -> None:
    """Forget the reporters of one case whose time has come by its system's own reckoning, and let
    `mask` take names out of its texts; again changes nothing. The caller has authorised it."""
    _anonymise(case_id, mask)


@transaction.atomic
def _anonymise(case_id: UUID, mask: Callable[[str], str]) -> None:
    case = Case.objects.select_for_update(of=("self",)).get(pk=case_id)
    if case.anonymised_at is not None:
        return
    for row in Reporter.objects.filter(case=case):
        for token in sorted({row.name, row.phone} - {""}):
            if not _needed_elsewhere(token, row):
                erase_person(person_of(token), actor=CASES, reason="retention")
        row.name = row.phone = row.phone_index = ""
        row.text = mask(row.text)
        row.save(update_fields=["name", "phone", "phone_index", "text"])
    for step in CaseStep.objects.filter(case=case).exclude(text=""):
        masked = mask(step.text)
        if masked != step.text:
            CaseStep.objects.filter(pk=step.pk).update(text=masked)
    case.text, case.title, case.result = mask(case.text), mask(case.title), mask(case.result)
    case.anonymised_at = clock.now()
    case.save(update_fields=["text", "title", "result", "anonymised_at"])
    record(subject_of(case), "cases.case.anonymised", {}, actor=CASES)


def _needed_elsewhere(token: str, row: Reporter) -> bool:
    """Whether a case that carried on from this one still keeps the same person's name."""
    others = Reporter.objects.exclude(pk=row.pk).filter(case__anonymised_at=None)
    return others.filter(Q(name=token) | Q(phone=token)).exists()
