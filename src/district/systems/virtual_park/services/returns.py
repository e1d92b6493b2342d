"""Return forms, the rounds in which they are owed, and filing them.

History says that something was filed, read or corrected, and a keyed digest of it: no value.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.digests import keyed_digest
from district.kernel.base.errors import Invalid, NotFound
from district.kernel.base.inserting import insert
from district.kernel.base.versioned import save_versioned
from district.kernel.conditions.public import ConditionError, parse
from district.kernel.history.public import Actor, Subject, protect, record, reveal
from district.kernel.matching.public import Programme, evaluate_all, population
from district.kernel.organisation.public import Owned, Unit, authorise
from district.kernel.tracking.public import Term, calendar_for, due
from district.systems.enterprises.public import POPULATION, SCHEMA, enterprises_by_ids
from district.systems.virtual_park.models import (
    Return,
    ReturnFiling,
    ReturnForm,
    ReturnFormVersion,
    ReturnRound,
)
from district.systems.virtual_park.names import (
    PUT_RETURN_FORM,
    READ_RETURN,
    RETURN,
    RETURN_FORM,
    RETURN_ROUND,
    SYSTEM,
)
from district.systems.virtual_park.rules.returns import (
    Form,
    FormError,
    check_values,
    ends_due,
    problem_of,
    read_form,
)
from district.systems.virtual_park.selectors.acting import Acting
from district.systems.virtual_park.selectors.returns import (
    CALENDAR,
    Kept,
    form_of,
    item_label,
    kept_from,
    kept_text,
    owned_form,
    values_a_year_ago,
)

_LONGEST = 500


def return_subject(row: Return) -> Subject:
    """How history calls a return."""
    return Subject(RETURN, str(row.pk))


def load_forms_file(path: Path) -> str:
    """Read `[[form]]` of the file that `district.toml` names; again it changes nothing."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    loader = Actor.system("loader")
    changed = sum(put_form(one, actor=loader) for one in data.get("form", []))
    return f"virtual_park: {changed} return forms changed"


@transaction.atomic
def put_form(data: Mapping[str, Any], *, actor: Actor) -> bool:
    """Take a form as data; another content is another version, which later rounds follow.

    Returns whether anything changed. Raises NotPermitted, Invalid saying what its lint found.
    """
    unit = Unit.objects.filter(pk=str(data.get("unit", "")), is_active=True).first()
    authorise(actor, PUT_RETURN_FORM, Owned(unit.pk) if unit is not None else None)
    if unit is None:
        raise Invalid("unit", _("没有这个单位。"), _("请填写报送到哪个单位的代码。"))
    try:
        form = read_form(data)
        if form.where:
            parse(form.where, SCHEMA())
    except (FormError, ConditionError) as error:
        raise Invalid("form", str(error), _("请改正报表定义。")) from error
    content = json.loads(json.dumps(data, default=str, sort_keys=True))
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    row, _made = ReturnForm.objects.get_or_create(
        key=form.key, defaults={"title": form.title, "lead_unit": unit}
    )
    row = ReturnForm.objects.select_for_update().get(pk=row.pk)
    newest = ReturnFormVersion.objects.filter(form=row).order_by("-number").first()
    if newest is not None and newest.digest == digest:
        return False
    row.title, row.lead_unit = form.title, unit
    save_versioned(row, ["title", "lead_unit"])
    number = newest.number + 1 if newest is not None else 1
    ReturnFormVersion.objects.create(
        form=row, number=number, content=content, digest=digest, put_at=clock.now()
    )
    told = {"key": form.key, "number": number, "digest": digest}
    record(Subject(RETURN_FORM, str(row.pk)), f"{RETURN_FORM}.put", told, actor=actor)
    return True


def open_rounds() -> int:
    """Open every period that is over and was not opened yet; returns how many. Again opens none."""
    today, opened = clock.today(), 0
    for row in ReturnForm.objects.order_by("key"):
        newest = ReturnFormVersion.objects.filter(form=row).order_by("-number").first()
        if newest is None:
            continue
        form = read_form(newest.content)
        known = set(ReturnRound.objects.filter(form=row).values_list("end", flat=True))
        for end in ends_due(form, today):
            if end not in known:
                opened += _open_round(row.pk, newest, form, end)
    return opened


@transaction.atomic
def _open_round(form_id: UUID, newest: ReturnFormVersion, form: Form, end: date) -> bool:
    """Who has to file is decided here, by the register as it is."""
    row = ReturnForm.objects.select_for_update().get(pk=form_id)
    if ReturnRound.objects.filter(form=row, end=end).exists():
        return False
    close = datetime.combine(end, time(23, 59, 59), timezone.get_default_timezone())
    term = due(close, Term(form.due_working_days, "working_days"), calendar_for(CALENDAR))
    if term is None:
        raise RuntimeError("a term without pauses ends")
    made = ReturnRound.objects.create(
        form=row, form_version=newest, end=end, opened_at=clock.now(), due_at=term.at,
        provisional=term.provisional,
    )  # fmt: skip
    condition = parse(form.where or 'status = "active"', SCHEMA())
    outcomes = evaluate_all(population(POPULATION), Programme.of({"": condition}, clock.today()))
    refs = enterprises_by_ids(sorted(map(str, outcomes.ids("", "holds"))))
    insert(
        [
            Return(round=made, enterprise=key, code=ref.code, name=ref.name)
            for key, ref in sorted(refs.items())
        ]
    )
    told = {"form": row.key, "end": end, "owed": len(refs), "version": newest.number}
    record(Subject(RETURN_ROUND, str(made.pk)), f"{RETURN_ROUND}.opened", told, actor=SYSTEM)
    return True


@dataclass(frozen=True)
class Typed:
    """A return as it was filled in: values by item, reasons by soft check, why it is corrected."""

    values: Mapping[str, Decimal | None]
    reasons: Mapping[str, str] = field(default_factory=dict)
    why: str = ""


def _locked(acting: Acting, key: UUID | str) -> Return:
    acting.require("statistics")
    rows = Return.objects.select_for_update(of=("self",)).select_related("round__form_version")
    try:
        found = rows.filter(pk=key, enterprise=acting.id).first()
    except (ValueError, ValidationError):
        found = None
    if found is None:
        raise NotFound(_("没有这张报表。"))
    return found


@transaction.atomic
def save_draft(acting: Acting, key: UUID | str, typed: Mapping[str, str]) -> Return:
    """Keep what was typed so far, encrypted, unchecked. NotPermitted, NotFound."""
    row = _locked(acting, key)
    text = json.dumps({name: value[:_LONGEST] for name, value in typed.items()})
    row.draft = protect(str(row.pk), text)
    save_versioned(row, ["draft"])
    return row


@transaction.atomic
def file_return(acting: Acting, key: UUID | str, typed: Typed) -> ReturnFiling:
    """File a return, or correct one as a further version, which needs to say why.

    Raises NotPermitted, NotFound, Invalid naming the item and what to do about it.
    """
    row = _locked(acting, key)
    form = form_of(row.round)
    values = _checked(form, typed.values)
    why = typed.why.strip()
    if row.number and not 2 <= len(why) <= _LONGEST:
        raise Invalid("why", _("还没有写明更正原因。"), _("请填写2到500个字。"))
    reasons = _answered(form, row, values, typed.reasons)
    text = kept_text(Kept(values, reasons, why))
    digest = keyed_digest("virtual_park returns", settings.PERSON_MASTER_KEY, text).hex()
    row.number += 1
    first = row.filed_at is None
    row.filed_at = row.filed_at or clock.now()
    row.state, row.draft, row.asked = Return.State.FILED, "", len(reasons)
    save_versioned(row, ["number", "filed_at", "state", "draft", "asked"])
    made = ReturnFiling.objects.create(
        owed=row, number=row.number, sealed=protect(str(row.pk), text), digest=digest,
        filed_at=clock.now(), representative=acting.representative,
    )  # fmt: skip
    told = {"number": row.number, "digest": digest}
    kind = f"{RETURN}.{'filed' if first else 'corrected'}"
    record(return_subject(row), kind, told, actor=acting.actor)
    return made


def _checked(form: Form, typed: Mapping[str, Decimal | None]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for item in form.items:
        value = typed.get(item.key)
        problem = problem_of(item, value)
        if problem or value is None:
            said = {
                "negative": (_("不能是负数。"), _("请核对后填写。")),
                "large": (_("数字太大。"), _("请核对计量单位：%(unit)s。") % {"unit": item.unit}),
                "places": (
                    _("小数位数太多。"),
                    _("最多保留%(n)s位小数。") % {"n": item.places},
                ),
            }.get(problem, (_("还没有填写。"), _("没有发生的填0。")))
            raise Invalid(item.key, f"{item_label(item)}：{said[0]}", said[1])
        found[item.key] = value
    return found


def _answered(
    form: Form, row: Return, values: Mapping[str, Decimal], given: Mapping[str, str]
) -> dict[str, str]:
    found = check_values(form, values, values_a_year_ago(row), clock.today())
    if found.refused:
        check = found.refused[0]
        raise Invalid(check.item, check.text, check.remedy)
    reasons: dict[str, str] = {}
    for check in found.asked:
        words = given.get(check.key, "").strip()
        if not 2 <= len(words) <= _LONGEST:
            raise Invalid(
                f"reason_{check.key}",
                check.text,
                check.remedy or _("数字无误的，请说明原因（2到500个字）；有误的请改正。"),
            )
        reasons[check.key] = words
    return reasons


@transaction.atomic
def read_return(key: UUID | str, reason: str, *, actor: Actor) -> list[tuple[ReturnFiling, Kept]]:
    """One firm's versions, the newest first, for the collecting unit and a stated reason; the
    reading is in history.

    Raises NotFound, NotPermitted, Invalid without a reason.
    """
    row = owed_return(key)
    authorise(actor, READ_RETURN, owned_form(row.round.form))
    words = reason.strip()
    if not 2 <= len(words) <= 200:
        raise Invalid(
            "reason", _("还没有写明查看原因。"), _("请填写2到200个字，例如“核实同比增幅”。")
        )
    filings = list(ReturnFiling.objects.filter(owed=row).order_by("-number"))
    subject = return_subject(row)
    told = {"reason": words, "versions": len(filings)}
    record(subject, f"{RETURN}.read", told, actor=actor)
    return [
        (one, kept_from(reveal(one.sealed, actor=actor, subject=subject, reason=words)))
        for one in filings
    ]


def owed_return(key: UUID | str) -> Return:
    """A return by its key, its form loaded; NotFound. Whoever asks authorises."""
    rows = Return.objects.select_related("round__form_version", "round__form__lead_unit")
    try:
        found = rows.filter(pk=key).first()
    except (ValueError, ValidationError):
        found = None
    if found is None:
        raise NotFound(_("没有这张报表。"))
    return found
