"""The people of a case: who may read their names, and when they are forgotten."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Invalid, NotFound
from district.kernel.base.versioned import save_versioned
from district.kernel.cases.models import CallBack, Case, CaseStep, CoUnit, Reporter
from district.kernel.cases.rights import contact_action
from district.kernel.cases.rules.forms import SATISFACTION, cut, written_facts
from district.kernel.cases.selectors.calling import reporters_told
from district.kernel.cases.services.attaching import forget_files
from district.kernel.cases.services.doing import (
    CASES,
    concerns,
    owned,
    refuse_complained,
    subject_of,
)
from district.kernel.cases.types import case_types, type_of, view_action
from district.kernel.conditions.public import Schema
from district.kernel.history.public import Actor, erase_person, person_of, record, reveal
from district.kernel.organisation.public import (
    authorise_by,
    permitted_by,
    posts_of,
)

log = logging.getLogger(__name__)
#: A year after a case was closed nobody needs to know any more who reported it.
RETENTION = timedelta(days=365)
_CHUNK = 200


@dataclass(frozen=True)
class Person:
    """A reporter's name and telephone number in plain text, for the page that asked.

    `place` is where they stand among those who are told, `number` the merged case that they
    reported, "" for this one; `said` is what they said last (of `SATISFACTION`), "" where nobody
    has heard them.
    """

    reporter: UUID
    name: str
    phone: str
    place: int = 1
    number: str = ""
    wants_call: bool = True
    said: str = ""

    @property
    def said_word(self) -> str:
        """What they said last, in words."""
        return str(dict(SATISFACTION).get(self.said, ""))


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
    reason = cut(reason, 200)
    if not reason:
        raise Invalid("reason", _("还没有填写查看原因。"), _("请写明，例如“联系反映人核实位置”。"))
    people = []
    readable = {case.pk, *(each.pk for each in _readable_inside(case, co_units, actor))}
    for place, row in enumerate(reporters_told(case), 1):
        if row.case_id not in readable:
            continue
        name, phone = (
            reveal(token, actor=actor, subject=subject_of(case), reason=reason) if token else ""
            for token in (row.name, row.phone)
        )
        number = row.case.number if row.case_id != case.pk else ""
        said = vars(row).get("said") or ""
        people.append(Person(row.pk, name or "", phone or "", place, number, row.wants_call, said))
    return people


def _readable_inside(case: Case, co_units: list[CoUnit], actor: Actor) -> list[Case]:
    """The cases merged into this one whose reporters the actor may know as well: a confidential
    report, or one about the actor's unit, keeps its secret inside another."""
    found = case.merged_cases.select_related("complained_unit")
    posts = posts_of(actor)
    return [
        inside
        for inside in found
        if permitted_by(actor, contact_action(inside), owned(case, co_units))
        and not any(concerns(inside, post.path) for post in posts)
    ]


def anonymise_due(
    mask: Callable[[str], str], *, type_key: str = "", older_than: timedelta = RETENTION
) -> int:
    """Forget who reported cases (of one type, or all) that were closed longer ago; returns how
    many were anonymised.

    The keys of their names are destroyed, `mask` takes names and numbers out of the texts, and
    the files that they attached are deleted. Each case in a transaction of its own; again changes
    nothing. One that cannot be is logged and tried again the next time.
    """
    before = clock.now() - older_than
    due = Case.objects.filter(
        category=Case.Category.DONE, anonymised_at=None, closed_at__lt=before
    ).order_by("closed_at")
    if type_key:
        due = due.filter(type_key=type_key)
    for case_type in case_types():
        if case_type.keep_days is not None:
            own = clock.now() - timedelta(days=case_type.keep_days)
            due = due.exclude(type_key=case_type.key, closed_at__gte=own)
    done = 0
    for key in list(due.values_list("pk", flat=True)[:_CHUNK]):
        try:
            done += _anonymise(key, mask)
        except Exception:  # one case must not keep the others' people from being forgotten
            log.exception("case %s is not anonymised", key)
    return done


def anonymise_case(case_id: UUID, mask: Callable[[str], str]) -> None:
    """Forget the reporters of one case whose time has come by its system's own reckoning, and let
    `mask` take names out of its texts; again changes nothing. The caller has authorised it."""
    _anonymise(case_id, mask)


@transaction.atomic
def _anonymise(case_id: UUID, mask: Callable[[str], str]) -> bool:
    case = Case.objects.select_for_update(of=("self",)).get(pk=case_id)
    if case.anonymised_at is not None:
        return False
    for row in Reporter.objects.filter(case=case):
        for token in sorted({row.name, row.phone} - {""}):
            if not _needed_elsewhere(token, row):
                erase_person(person_of(token), actor=CASES, reason="retention")
        row.name = row.phone = row.phone_index = ""
        row.text = mask(row.text)
        row.save(update_fields=["name", "phone", "phone_index", "text"])
    forget_files(case, mask)
    schema = type_of(case).schema
    _mask_rows(CaseStep.objects.filter(case=case), schema, mask)
    _mask_rows(CoUnit.objects.filter(case=case), schema, mask)
    _mask_rows(CallBack.objects.filter(case=case), schema, mask)
    case.text, case.result = mask(case.text), mask(case.result)
    case.title, case.place = mask(case.title)[:120], mask(case.place)[:200]
    case.facts = _masked(case.facts, schema, mask)
    case.anonymised_at = clock.now()
    save_versioned(case, ["text", "title", "place", "result", "facts", "anonymised_at"])
    record(subject_of(case), "cases.case.anonymised", {}, actor=CASES)
    return True


def _mask_rows(
    rows: QuerySet[CaseStep] | QuerySet[CoUnit] | QuerySet[CallBack],
    schema: Schema,
    mask: Callable[[str], str],
) -> None:
    """Take names and numbers out of what was written in these rows."""
    for row in rows:
        found: dict[str, Any] = {"text": mask(row.text)}
        if isinstance(row, CaseStep):
            found["data"] = _masked(row.data, schema, mask)
        changed = [name for name, value in found.items() if getattr(row, name) != value]
        for name in changed:
            setattr(row, name, found[name])
        if changed:
            row.save(update_fields=changed)


def _masked(facts: dict[str, Any], schema: Schema, mask: Callable[[str], str]) -> dict[str, Any]:
    written = written_facts(schema, facts)
    return {**facts, **{name: mask(str(value)) for name, value in written.items()}}


def _needed_elsewhere(token: str, row: Reporter) -> bool:
    """Whether a case that carried on from this one still keeps the same person's name."""
    others = Reporter.objects.exclude(pk=row.pk).filter(case__anonymised_at=None)
    return others.filter(Q(name=token) | Q(phone=token)).exists()
