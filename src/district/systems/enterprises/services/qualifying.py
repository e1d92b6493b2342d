"""Qualifications: entered by hand and from files, and turned by the day."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.bulk import update_many
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.base.versioned import save_versioned
from district.kernel.history.public import Actor, Entry, record, record_many
from district.kernel.matching.public import note_changed
from district.kernel.organisation.public import authorise
from district.systems.enterprises.models import Enterprise, Qualification
from district.systems.enterprises.names import POPULATION, QUALIFY, SYSTEM
from district.systems.enterprises.rules.validity import end_of_term, is_valid
from district.systems.enterprises.selectors.catalogue import catalogue
from district.systems.enterprises.selectors.qualifications import wrongly_shown
from district.systems.enterprises.selectors.rights import owned_enterprise
from district.systems.enterprises.services.past import keep_past
from district.systems.enterprises.services.telling import subject_of

_COLUMNS = ("kind", "number", "issuer", "issued_on", "expires_on")
#: Enterprises that a night's turn writes in one transaction.
_BATCH = 500


def save_qualification_row(
    values: Mapping[str, Any], known: Qualification | None, actor: Actor
) -> Qualification:
    """A row of an import file, by the register's field keys; `code` names the enterprise."""
    code = str(values.get("code") or "").strip().upper()
    row = Enterprise.objects.filter(code=code).first()
    if row is None:
        raise Invalid("code", _("没有这家企业。"), _("请先导入或登记这家企业。"))
    return save_qualification(row.pk, values, actor=actor, known=known)


@transaction.atomic
def save_qualification(
    enterprise_id: UUID | str,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    known: Qualification | None = None,
) -> Qualification:
    """Enter a qualification, or change one (`known`); `values` by column name.

    Without an end it ends after the years of its kind; a kind of no years does not expire.
    Raises NotFound, NotPermitted, Invalid naming the field, Conflict where it is there already.
    """
    enterprise = Enterprise.objects.select_for_update(of=("self",)).filter(pk=enterprise_id).first()
    if enterprise is None:
        raise NotFound(_("没有这家企业。"))
    authorise(actor, QUALIFY, owned_enterprise(enterprise))
    row = known or Qualification(enterprise=enterprise)
    if row.enterprise_id != enterprise.pk:
        raise NotFound(_("这项资质不是这家企业的。"))
    for key in _COLUMNS:
        if key in values:
            given = values[key]
            setattr(row, key, given.strip() if isinstance(given, str) else given)
    row.number, row.issuer = row.number or "", row.issuer or ""
    _check(row)
    taken = Qualification.objects.filter(
        enterprise=enterprise, kind=row.kind, issued_on=row.issued_on
    )
    if taken.exclude(pk=row.pk).exists():
        raise Conflict(_("这项资质已经登记过。"))
    row.is_valid = is_valid(row.issued_on, row.expires_on, clock.today())
    if known is None:
        row.save(force_insert=True)
    else:
        save_versioned(row)
    _show_valid(enterprise)
    data = {
        "code": enterprise.code,
        "kind": row.kind,
        "number": row.number,
        "issued_on": row.issued_on.isoformat(),
        "expires_on": row.expires_on.isoformat() if row.expires_on else "",
    }
    verb = "changed" if known else "added"
    record(subject_of(enterprise), f"enterprises.qualification.{verb}", data, actor=actor)
    return row


def _check(row: Qualification) -> None:
    kind = catalogue().kind(row.kind)
    if kind is None:
        raise Invalid("kind", _("没有这个资质类别。"), _("请从列表中选择。"))
    if row.issued_on is None:
        raise Invalid("issued_on", _("没有填写认定日期。"), _("请按公布的文件填写。"))
    if row.expires_on is None and kind.years:
        row.expires_on = end_of_term(row.issued_on, kind.years)
    if row.expires_on is not None and row.expires_on < row.issued_on:
        raise Invalid("expires_on", _("有效期早于认定日期。"), _("请核对两个日期。"))
    for field, most in (("number", 60), ("issuer", 80)):
        if len(getattr(row, field)) > most:
            raise Invalid(field, _("文字太长。"), _("请不超过 %(most)d 个字。") % {"most": most})
    row.issuer = row.issuer or kind.issuer[:80]


def _show_valid(enterprise: Enterprise) -> bool:
    """Write the kinds that are valid today on the enterprise; whether they changed."""
    valid = Qualification.objects.filter(enterprise=enterprise, is_valid=True)
    kinds = sorted(set(valid.values_list("kind", flat=True)))
    if kinds == enterprise.qualifications:
        return False
    _keep_past_of([enterprise], clock.today())
    enterprise.qualifications = kinds
    save_versioned(enterprise, ["qualifications"])
    note_changed(POPULATION, [enterprise.pk])
    return True


def turn_qualifications() -> int:
    """Turn what began or ended since the last turn; returns how many enterprises changed.

    Called at night and after every start; twice changes nothing more.
    """
    today = clock.today()
    wrong = wrongly_shown(today)
    changed = 0
    while keys := list(
        wrong.order_by("enterprise_id").values_list("enterprise_id", flat=True).distinct()[:_BATCH]
    ):
        changed += _turn(keys, today)
    return changed


@transaction.atomic
def _turn(keys: Sequence[UUID], today: date) -> int:
    """Some enterprises' qualifications as of today, in a few statements however many they are."""
    rows = {
        row.pk: row
        for row in Enterprise.objects.select_for_update(of=("self",))
        .filter(pk__in=keys)
        .order_by("pk")
    }
    valid: dict[UUID, set[str]] = {key: set() for key in rows}
    turned: list[Qualification] = []
    entries: list[Entry] = []
    for one in Qualification.objects.filter(enterprise_id__in=keys):
        now = is_valid(one.issued_on, one.expires_on, today)
        if now:
            valid[one.enterprise_id].add(one.kind)
        if now != one.is_valid:
            one.is_valid = now
            turned.append(one)
            verb = "begun" if now else "expired"
            data = {"code": rows[one.enterprise_id].code, "kind": one.kind, "number": one.number}
            subject = subject_of(rows[one.enterprise_id])
            entries.append(Entry(subject, f"enterprises.qualification.{verb}", data))
    update_many(turned, ["is_valid"])
    changed = [row for key, row in rows.items() if sorted(valid[key]) != row.qualifications]
    _keep_past_of(changed, today)
    for row in changed:
        row.qualifications = sorted(valid[row.pk])
        row.version += 1
    update_many(changed, ["qualifications", "version"])
    record_many(entries, actor=SYSTEM)
    note_changed(POPULATION, [row.pk for row in changed])
    return len(changed)


def _keep_past_of(changed: Sequence[Enterprise], today: date) -> None:
    """Keep the kinds that were valid so far; called before they are changed."""
    keep_past(
        {
            row.pk: json.dumps({"qualifications": row.qualifications})
            for row in changed
            if row.added_on < today
        },
        today,
    )
