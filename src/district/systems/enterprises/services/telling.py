"""What a source says of one enterprise: noted, weighed against the others, and believed or not.

Files of a whole register go another way, `importing.writing`, to the same result.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.history.public import Actor, Subject, record
from district.kernel.matching.public import note_changed
from district.kernel.organisation.public import authorise
from district.kernel.search.public import index
from district.systems.enterprises.models import Enterprise, Source, SourceRecord
from district.systems.enterprises.names import ENTERPRISE, ENTERPRISES, MANUAL, POPULATION, SAVE
from district.systems.enterprises.rules.facts import Plain
from district.systems.enterprises.rules.resolving import Telling, is_outdated, superseded
from district.systems.enterprises.selectors.catalogue import service_unit
from district.systems.enterprises.selectors.rights import owned_by, owned_enterprise
from district.systems.enterprises.selectors.sources import tellings_of
from district.systems.enterprises.services.believing import weigh
from district.systems.enterprises.services.checking import checked_code, checked_values
from district.systems.enterprises.services.sources import source_of

_PUBLIC = ("company", "branch", "cooperative")
_PERSONAL = ("name", "address", "lon", "lat")


def subject_of(enterprise: Enterprise) -> Subject:
    """How history calls an enterprise."""
    return Subject(ENTERPRISE, str(enterprise.pk))


@transaction.atomic
def add_enterprise(
    code: str,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    source: str = MANUAL,
    told_on: date | None = None,
) -> Enterprise:
    """Enter an enterprise that the register does not know; `values` by fact key, a name at least.

    Raises NotPermitted, Invalid naming the field, Conflict where the code is there already.
    """
    code, known = checked_code(code), checked_values(values)
    if "name" not in known:
        raise Invalid("name", _("没有填写名称。"), _("请按营业执照填写。"))
    street = str(known.get("street", "")) or service_unit()
    authorise(actor, SAVE, owned_by(street, str(known.get("community", "")) or None))
    if Enterprise.objects.filter(code=code).exists():
        raise Conflict(_("%(code)s 已经在库，请打开它的页面修改。") % {"code": code})
    row = Enterprise(code=code, name=str(known["name"]), added_on=clock.today())
    row.lead_unit_id = street
    row.save(force_insert=True)
    _note(row, _telling(source, told_on, known))
    weigh([row.pk])
    row.refresh_from_db()
    _tell(row, "added", source, known, actor)
    return row


@transaction.atomic
def tell(
    enterprise_id: UUID | str,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    source: str = MANUAL,
    told_on: date | None = None,
    version: int | None = None,
) -> Enterprise:
    """Note what a source says of an enterprise (today, unless `told_on`), and weigh it.

    `version` is the row's as its writer read it: Conflict where somebody wrote meanwhile. Raises
    NotFound, NotPermitted, Invalid naming the field.
    """
    row = Enterprise.objects.select_for_update(of=("self",)).filter(pk=enterprise_id).first()
    if row is None:
        raise NotFound(_("没有这家企业。"))
    authorise(actor, SAVE, owned_enterprise(row))
    if version is not None and row.version != version:
        raise Conflict(_("这一条刚被别人修改过。请刷新后再试。"))
    known = checked_values(values)
    if not known:
        raise Invalid("", _("没有填写任何内容。"), _("请至少填写一项。"))
    _note(row, _telling(source, told_on, known))
    weigh([row.pk])
    row.refresh_from_db()
    community = row.community_unit
    if community is not None and community.parent_id != row.street_unit_id:
        raise Invalid("community", _("社区不在这个街道。"), _("请把社区一并改过来。"))
    # Else an officer of one street could hand an enterprise to another and take it out again.
    authorise(actor, SAVE, owned_enterprise(row))
    _tell(row, "told", source, known, actor)
    return row


def _telling(source: str, told_on: date | None, values: Mapping[str, Plain]) -> Telling:
    row = source_of(source)
    day = told_on or clock.today()
    if day > clock.today():
        raise Invalid("told_on", _("日期还没有到。"), _("请填写今天或更早的日期。"))
    return Telling(row.key, row.rank, day, values, row.name)


def _note(row: Enterprise, new: Telling) -> None:
    """Keep what was said; what its source said before in the same words and more stays."""
    kept = tellings_of(row)
    if is_outdated(new, kept):
        return
    same_day = next(
        (one for one in kept if one.source == new.source and one.told_on == new.told_on), None
    )
    values = {**(same_day.values if same_day else {}), **new.values}
    new = Telling(new.source, new.rank, new.told_on, values, new.name)
    old = [one.told_on for one in superseded(new, kept)]
    source = Source.objects.get(key=new.source)
    records = SourceRecord.objects.filter(enterprise=row, source=source)
    records.filter(told_on__in=old).delete()
    records.update_or_create(
        enterprise=row, source=source, told_on=new.told_on, defaults={"values": values}
    )


def _tell(
    row: Enterprise, verb: str, source: str, values: Mapping[str, Plain], actor: Actor
) -> None:
    # An individual business bears its owner's name, and its address may be a home.
    kept = (
        values if row.kind in _PUBLIC else {k: v for k, v in values.items() if k not in _PERSONAL}
    )
    note_changed(POPULATION, [row.pk])
    index(ENTERPRISES, [row.pk])
    data = {"code": row.code, "source": source, "told": sorted(values), "values": dict(kept)}
    record(subject_of(row), f"enterprises.enterprise.{verb}", data, actor=actor)
