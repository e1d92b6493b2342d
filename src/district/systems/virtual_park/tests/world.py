"""Everything that two firms have: the same things of each, under words of its own.

`CANARIES` are words that stand only in what one firm wrote or has; a page of the other firm never
holds one of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from district.kernel.base import clock
from district.kernel.cases.public import CaseAttachment
from district.kernel.organisation.public import create_member
from district.systems.policies.models import Policy
from district.systems.policies.rules.terms import NewTerms
from district.systems.policies.services.policies import publish_policy, save_policy
from district.systems.policies.services.pushing import do_run, start_run
from district.systems.policies.tests.conftest import not_queued
from district.systems.scenarios.catalogue import catalogue
from district.systems.spaces.models import Demand
from district.systems.spaces.services import saving
from district.systems.spaces.services.leases import save_lease
from district.systems.spaces.services.offers import make_offers
from district.systems.virtual_park.models import Activity, Firm, Mandate, OneTimeCode, Return
from district.systems.virtual_park.selectors.acting import Acting, awake
from district.systems.virtual_park.selectors.disclosed import Disclosed
from district.systems.virtual_park.services.activities import (
    NewActivity,
    do_push,
    publish_activity,
    save_activity,
    start_push,
)
from district.systems.virtual_park.services.codes import (
    accept_invitation,
    invite,
    invite_manager,
)
from district.systems.virtual_park.services.disclosing import disclose
from district.systems.virtual_park.services.doing import (
    Asked,
    Raised,
    apply,
    raise_request,
    save_space_demand,
    say_otherwise,
)
from district.systems.virtual_park.services.firms import Person
from district.systems.virtual_park.services.partners import (
    Wanted,
    accept_partner,
    ask_partner,
    save_product,
)
from district.systems.virtual_park.services.registering import register
from district.systems.virtual_park.services.returns import (
    Typed,
    file_return,
    open_rounds,
    put_form,
)
from district.systems.virtual_park.services.scenarios import offer_entry
from district.systems.virtual_park.tests.conftest import (
    LOADER,
    PASSWORD,
    PNG,
    People,
    enterprise,
    phone_of,
)

RETURN_FORM = {
    "key": "yearly", "title": "年报", "unit": "9-D01", "period": "year", "due_working_days": 10,
    "first_end": date(2024, 12, 31),
    "items": [{"key": "revenue", "label": "营业收入", "unit": "万元", "places": 2}],
}  # fmt: skip


@dataclass
class Own:
    """The keys of what one firm has, by the names of the addresses' parameters, and its canaries:
    words, numbers and codes that stand in nothing but its own."""

    ids: dict[str, list[Any]] = field(default_factory=dict)
    canaries: list[str] = field(default_factory=list)

    def add(self, more: Own) -> None:
        """More of the same firm's."""
        self.ids |= more.ids
        self.canaries += more.canaries


#: What a third firm, which both may find, shows to nobody: a product, and whom to call.
SOUTH_HIDES = ("南天秘制连接器", "南天销售部")


@dataclass
class World:
    """Both firms, and what is common to them; `south` is a third that both may find."""

    people: People
    policy: Policy
    activity: Activity
    south: Firm
    own: dict[str, Own]

    def other(self, firm: str) -> str:
        """The other firm."""
        return "west" if firm == "east" else "east"


def policy_of(people: People, title: str, where: str = 'status = "active"') -> Policy:
    """A policy that is in force."""
    terms = NewTerms(
        title=title, text="对在营企业给予奖励。", where=where, benefit_kind="reward",
        benefit="最高50万元", amount=Decimal(50), opens_on=date(2025, 1, 1),
    )  # fmt: skip
    row = save_policy(terms, unit="9-D01", actor=people.actor("industry"))
    publish_policy(row.pk, actor=people.actor("head"))
    row.refresh_from_db()
    return row


def activity_of(people: People, title: str = "政策宣讲会", **more: Any) -> Activity:
    """An activity that is published and lies ahead."""
    now = clock.now()
    facts: dict[str, Any] = {
        "title": title, "text": "讲解今年的惠企政策。", "place": "区会议中心",
        "starts_at": now + timedelta(days=5), "ends_at": now + timedelta(days=5, hours=3),
        "closes_at": now + timedelta(days=4), "seats": 50, **more,
    }  # fmt: skip
    row = save_activity(NewActivity(**facts), unit="9-D01", actor=people.actor("industry"))
    return publish_activity(row.pk, actor=people.actor("industry"))


def estate() -> None:
    """A park of two vacant units and one that is let to somebody."""
    park = {
        "code": "P1", "name": "东园", "street": "901", "lead_unit": "9-D01",
        "service_unit": "9-D05", "lon": Decimal("114.2"), "lat": Decimal("22.7"),
    }  # fmt: skip
    saving.save_row(saving.PARK, park, None, LOADER)
    building = {"code": "P1-1", "name": "一栋", "park": "P1", "area": Decimal(20_000),
                "storeys": 6, "completed_on": date(2020, 5, 1)}  # fmt: skip
    saving.save_row(saving.BUILDING, building, None, LOADER)
    for at in (1, 2, 3):
        unit = {
            "code": f"U{at}", "name": f"一栋{at}单元", "building": "P1-1", "storey": at,
            "area": Decimal(1000), "price": Decimal(30), "load": Decimal(8),
        }  # fmt: skip
        saving.save_row(saving.UNIT, unit, None, LOADER)
    lease = {"unit": "U3", "tenant": "不公开的租户公司", "starts_on": date(2025, 1, 1),
             "ends_on": date(2027, 3, 4)}  # fmt: skip
    save_lease(lease, None, LOADER)


def build(people: People) -> World:
    """The world; `people` has somebody in every role of both firms."""
    create_member("运营", "9-D01", "officer", username="operator", actor=LOADER)
    estate()
    policy = policy_of(people, "在营企业奖励")
    run, _small = start_run(policy.pk, actor=people.actor("industry"), enqueue=not_queued)
    do_run(str(run.pk))
    activity = activity_of(people)
    start_push(activity.pk, actor=people.actor("industry"), enqueue=str)
    do_push(str(activity.pk))
    put_form(RETURN_FORM, actor=LOADER)
    open_rounds()
    south = south_of(people)
    own = {firm: _own(people, firm, policy, activity) for firm in people.firms}
    for firm in people.firms:
        own[firm].add(partners_of(people, firm, south))
    return World(people, policy, activity, south.firm, own)


def south_of(people: People) -> Acting:
    """A firm that may be found, with a product that it shows and one that it does not."""
    row = enterprise(3, "南天电子有限公司", "901", industry="C3989")
    phone = phone_of(300)
    who = Person("南经理", phone)
    made = invite_manager(row.code, who, actor=people.actor("service"))
    accept_invitation(phone, made.code, PASSWORD)
    (acting,) = awake(
        Mandate.objects.filter(firm__code=row.code).select_related("firm", "representative")
    )
    for name, is_public in (("板对板连接器", True), (SOUTH_HIDES[0], False)):
        save_product(acting, {"side": "supply", "name": name, "is_public": is_public})
    disclose(acting, Disclosed(is_findable=True, contact=f"{SOUTH_HIDES[1]} 0755-28900003"))
    return acting


def partners_of(people: People, firm: str, south: Acting) -> Own:
    """A product of a firm, and a request to the third that was agreed to."""
    word = {"east": "松鹤", "west": "柏鹿"}[firm]
    acting = people.acting(firm)
    product = save_product(acting, {"side": "need", "name": f"{word}连接器", "is_public": True})
    wanted = Wanted("suppliers", "连接器", f"{word}想采购。", f"{word}采购部 0755-28900001")
    asked = ask_partner(acting, south.firm.pk, wanted)
    accept_partner(south, asked.pk, f"{SOUTH_HIDES[1]} 0755-28900003")
    ids = {"product_id": [product], "request_id": [asked.pk], "firm_id": [acting.firm.pk]}
    return Own(ids, [str(one) for found in ids.values() for one in found])


def _own(people: People, firm: str, policy: Policy, activity: Activity) -> Own:
    word = {"east": "松鹤", "west": "柏鹿"}[firm]
    acting = people.acting(firm)
    files = [(f"{word}附件.png", PNG)]
    applied = apply(acting, policy.pk, Asked(Decimal(7), f"{word}申报说明", f"a{firm}"), files)
    raised = raise_request(
        acting, Raised("labour", "manufacturing", f"{word}缺工，请帮助招聘。", f"{word}大道1号"),
        [(f"{word}照片.png", PNG)],
    )  # fmt: skip
    demand = save_space_demand(
        acting, {"use": f"{word}精密加工", "area_from": Decimal(800), "area_to": Decimal(1200)}
    )
    unit = {"east": "U1", "west": "U2"}[firm]
    offered = _offer(people, demand, unit)
    entry = offer_entry(
        acting,
        {
            "kind": "capability",
            "title": f"{word}能力",
            "text": f"{word}能做检测机器人，可上门演示。",
            "area": sorted(catalogue().areas)[0],
            "tags": [sorted(catalogue().tags)[0]],
            "stage": sorted(catalogue().stages)[0],
            "contact_name": f"{word}经理",
            "contact_phone": phone_of(900),
        },
    )
    register(acting, activity.pk, 2)
    disclose(acting, Disclosed(False, f"{word}产品", False, f"{word}对外电话"))
    say_otherwise(
        acting, {"address": f"{word}路9号", "patents": {"east": 7731, "west": 8842}[firm]}
    )
    code = invite(acting, Person(f"{word}新人", phone_of(500)), ["reader"])
    mandate = people.acting(firm, "reader").mandate
    files_of = {
        case.pk: list(CaseAttachment.objects.filter(case=case).values_list("pk", flat=True))
        for case in (applied, raised)
    }
    row = Demand.objects.get(pk=demand)
    owed = Return.objects.get(enterprise=acting.id)
    filed = {"east": "441177.5", "west": "552288.5"}[firm]
    typed = Typed({"revenue": Decimal(filed)})
    file_return(people.acting(firm, "statistics"), owed.pk, typed)
    ids = {
        "return_id": [owed.pk],
        "case_id": [applied.pk, raised.pk, offered],
        "file_id": [one for found in files_of.values() for one in found],
        "key": [demand],
        "entry_id": [entry],
        "mandate_id": [mandate.pk, acting.mandate.pk],
        "code_id": [code.row.pk],
    }
    canaries = [
        word, applied.number, raised.number, row.number, acting.enterprise.name,
        acting.enterprise.code, filed, f"{Decimal(filed):,}",
        {"east": "7731", "west": "8842"}[firm],
        *(people.acting(firm, role).representative.label for role in ("manager", "reader")),
        *(str(one) for found in ids.values() for one in found),
    ]  # fmt: skip
    assert OneTimeCode.objects.filter(pk=code.row.pk).exists()
    return Own(ids, canaries)


def _offer(people: People, demand: UUID, code: str) -> UUID:
    from district.systems.spaces.models import SpaceUnit

    unit = SpaceUnit.objects.get(code=code)
    (case,) = make_offers(demand, [unit.pk], actor=people.actor("service"))
    return case.pk
