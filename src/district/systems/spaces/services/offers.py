"""Offering units to a demand, and signing: both look again at what must hold."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound
from district.kernel.base.versioned import save_versioned
from district.kernel.cases.public import (
    Case,
    Report,
    case_type_of,
    perform,
    report_case,
)
from district.kernel.history.public import Actor, record
from district.kernel.matching.public import Explained
from district.kernel.organisation.public import authorise
from district.kernel.registers.public import plain_number
from district.systems.spaces.models import Demand, Lease, Offer, SpaceUnit
from district.systems.spaces.names import OFFER, SAVE_DEMAND, SAVE_LEASE, SYSTEM
from district.systems.spaces.rules.matching import market_of
from district.systems.spaces.selectors.rights import owned_park, seen
from district.systems.spaces.selectors.vacancy import PARK, supplies_of, wish_of, with_standing
from district.systems.spaces.services.demands import demand_subject, owned_demand
from district.systems.spaces.services.leases import check_days, lock_unit, write_lease

#: How many units may be offered at once.
MOST = 10


def operator_unit(case: Case) -> str:
    """The operator of the park that an offer's unit lies in; "" where it is gone."""
    rows = SpaceUnit.objects.filter(code=case.facts.get("unit", ""))
    found = rows.values_list(f"{PARK}__lead_unit_id", flat=True).first()
    return found or ""


@transaction.atomic
def make_offers(demand: UUID | str, units: list[UUID | str], *, actor: Actor) -> list[Case]:
    """Offer units to a demand: a case each, handed to its operator. All of them or none.

    Every unit is looked at again as it stands now: Conflict names the constraint that one breaks,
    Invalid says that there are none or too many, NotFound that the actor sees no such unit. A unit
    that was offered to the demand and is not declined is a Conflict.
    """
    row = Demand.objects.select_for_update(no_key=True).filter(pk=demand).first()
    if row is None:
        raise NotFound(_("没有这条需求。"))
    authorise(actor, SAVE_DEMAND, owned_demand(row))
    if row.state != Demand.State.OPEN:
        raise Conflict(_("这条需求已经办结，不能再推荐。"))
    keys = list(dict.fromkeys(str(unit) for unit in units))
    if not 1 <= len(keys) <= MOST:
        raise Invalid("unit", _("请选择1到%(most)s个单元。") % {"most": MOST}, _("请重新选择。"))
    for key in sorted(keys):
        lock_unit(key)
    today = clock.today()
    rows = with_standing(SpaceUnit.objects.filter(seen(actor, f"{PARK}__"), is_active=True))
    rows = rows.filter(pk__in=keys).select_related(PARK)
    by_key = {str(one.pk): one for one in rows}
    if len(by_key) != len(keys):
        raise NotFound(_("没有这个空间单元，或您没有查看的权限。"))
    chosen = [by_key[key] for key in keys]
    _refuse_twice(row, chosen)
    supplies = supplies_of(rows, today)
    market = market_of([wish_of(row)], supplies, today)
    number = {one.key: at for at, one in enumerate(supplies)}
    return [_offer(row, unit, market.explain(0, number[str(unit.pk)]), actor) for unit in chosen]


def _refuse_twice(row: Demand, chosen: list[SpaceUnit]) -> None:
    standing = Offer.objects.filter(demand=row, unit__in=chosen).exclude(case__stage="declined")
    twice = standing.values_list("unit__name", flat=True).first()
    if twice is not None:
        raise Conflict(_("“%(unit)s”已经推荐过。") % {"unit": twice})


def _offer(row: Demand, unit: SpaceUnit, found: Explained, actor: Actor) -> Case:
    unknown = [one for one, how in found.verdicts if how == "unknown"]
    if unknown and len(unknown) == len(found.broken):
        raise Conflict(
            _("“%(unit)s”还没有登记“%(what)s”，不能推荐。请核实并登记后再推荐。")
            % {"unit": unit.name, "what": "、".join(str(one.label) for one in unknown)}
        )
    if found.broken:
        raise Conflict(
            _("“%(unit)s”不满足“%(what)s”，不能推荐。")
            % {"unit": unit.name, "what": "、".join(str(one.label) for one in found.broken)}
        )
    # What is kept is in the first language, whichever the handler reads.
    with override(settings.LANGUAGE_CODE):
        return _opened(row, unit, found, actor)


def _opened(row: Demand, unit: SpaceUnit, found: Explained, actor: Actor) -> Case:
    park = unit.floor.building.park
    report = Report(
        OFFER,
        _("%(firm)s：%(use)s。需求%(number)s。")
        % {"firm": row.firm, "use": row.use, "number": row.number},
        source="system",
        title=f"{row.firm}：{unit.name}"[:120],
        lon=park.lon,
        lat=park.lat,
        place=park.address,
        street=park.street_unit_id,
        centre=row.lead_unit_id,
        facts={
            "demand": row.number,
            "firm": row.firm,
            "unit": unit.code,
            "unit_name": unit.name,
            "park": park.name,
            "area": plain_number(unit.area),
        },
    )
    made = report_case(report, actor=actor)
    parts = [
        {
            "key": part.key,
            "value": None if part.value is None else round(part.value, 4),
            "adds": round(part.adds, 4),
            "reason": str(part.reason),
        }
        for part in found.parts
    ]
    Offer.objects.create(
        case=made.case,
        demand=row,
        unit=unit,
        score=Decimal(str(round(found.score, 4))),
        parts=parts,
        offered_at=clock.now(),
    )
    data = {"unit": unit.code, "case": made.case.number}
    record(demand_subject(row), "spaces.demand.offered", data, actor=actor)
    return made.case


@transaction.atomic
def sign_offer(
    case: UUID | str, starts_on: date, ends_on: date, price: Decimal | None, *, actor: Actor
) -> Lease:
    """Sign: the lease, the end of the demand and of the other offers that this settles, in one.

    The unit's operator signs. Raises NotFound, NotPermitted, Invalid naming the field, Conflict
    where the offer does not stand any more or the unit is let on one of the days.
    """
    offer = Offer.objects.select_related("case", "demand").filter(case__pk=case).first()
    if offer is None:
        raise NotFound(_("没有这份推荐单。"))
    demand = Demand.objects.select_for_update(no_key=True).get(pk=offer.demand_id)
    unit = lock_unit(offer.unit_id)
    park = unit.floor.building.park
    authorise(actor, SAVE_LEASE, owned_park(park))
    check_days(starts_on, ends_on, first="starts_on", last="ends_on")
    if price is not None and not 0 <= price <= 100_000:
        raise Invalid("price", _("租金不对。"), _("请填写每月每平方米多少元，或留空。"))
    if demand.state != Demand.State.OPEN:
        raise Conflict(_("这条需求已经办结。"))
    lease = Lease(
        unit=unit,
        tenant=demand.firm,
        tenant_code=demand.firm_code,
        starts_on=starts_on,
        ends_on=ends_on,
        price=price,
        case=offer.case,
    )
    write_lease(lease, actor, new=True)
    perform(offer.pk, "sign", actor=SYSTEM, data=_signed(lease))
    demand.state = Demand.State.SIGNED
    save_versioned(demand, ["state"])
    told = {"unit": unit.code, "case": offer.case.number}
    record(demand_subject(demand), "spaces.demand.signed", told, actor=actor)
    with override(settings.LANGUAGE_CODE):
        _close_others(offer)
    return lease


def _signed(lease: Lease) -> dict[str, object]:
    """What the case keeps of a lease that was signed, in the first language."""
    first, last = lease.starts_on.isoformat(), lease.ends_on.isoformat()
    with override(settings.LANGUAGE_CODE):
        words = _("%(firm)s签约，租期%(first)s至%(last)s。") % {
            "firm": lease.tenant,
            "first": first,
            "last": last,
        }
    data: dict[str, object] = {"lease_from": first, "lease_to": last, "result": words}
    return data if lease.price is None else {**data, "price": str(lease.price)}


def _close_others(signed: Offer) -> None:
    """The firm's other offers are settled, and so are those of the same unit that come too late."""
    rows = Offer.objects.filter(case__category="open").exclude(pk=signed.pk)
    mine = rows.filter(demand=signed.demand_id).values_list("pk", flat=True)
    for key in sorted(mine):
        data = {"decline_reason": "settled", "result": _("企业已另签空间。")}
        perform(key, "decline", actor=SYSTEM, data=data)
    others = rows.filter(unit=signed.unit_id).exclude(demand=signed.demand_id)
    for key in sorted(others.values_list("pk", flat=True)):
        data = {"decline_reason": "taken", "result": _("该单元已租给其他企业。")}
        perform(key, "decline", actor=SYSTEM, data=data)


def may_sign(case: Case) -> bool:
    """Whether the case stands where it can be signed."""
    return case.stage in case_type_of(OFFER).moves["sign"].sources
