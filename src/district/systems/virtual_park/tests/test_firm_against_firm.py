"""Firm against firm: no address of the portal shows or changes anything of another firm.

Every address is taken from the product's own list, with the keys of either firm, as every role of
both, as a member and as nobody; a new address is in it the moment that it is declared.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from django.core import serializers
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from district.kernel.history.models import Event
from district.systems.virtual_park import models, urls
from district.systems.virtual_park.rules.roles import ParkRole
from district.systems.virtual_park.tests.conftest import People
from district.systems.virtual_park.tests.world import SOUTH_HIDES, World, build

pytestmark = pytest.mark.django_db

#: Addresses that need no session; what they do stands in tests of their own.
OPEN = {"park_sign_in", "park_sign_out", "park_join", "park_reset", "park_claim",
        "park_claim_status"}  # fmt: skip
#: Which roles open an address; what a new one needs is said here, or this test fails.
ROLES: dict[str, frozenset[str]] = {}
_EVERY = frozenset(ParkRole.values)
_M, _READER = "manager", "reader"
for _names, _roles in (
    (("park", "park_account", "park_activities_own", "park_activity_own"), _EVERY),
    (("park_activities_wish", "park_activity_leave"), _EVERY - {_READER, "statistics"}),
    (
        ("park_people", "park_invite", "park_uninvite", "park_person", "park_person_read",
         "park_person_end", "park_person_reset", "park_say", "park_disclosure"),
        {_M},
    ),
    (("park_policies", "park_policy", "park_applications", "park_application",
      "park_application_file", "park_profile"), {_M, "policies", _READER}),
    (("park_consent", "park_apply"), {_M, "policies"}),
    (("park_requests", "park_request", "park_request_file"), {_M, "requests", _READER}),
    (("park_request_new",), {_M, "requests"}),
    (("park_spaces", "park_demand", "park_offer"), {_M, "spaces", _READER}),
    (("park_demand_new", "park_demand_edit", "park_demand_withdraw", "park_offer_decline"),
     {_M, "spaces"}),
    (("park_scenarios", "park_entry"), {_M, "scenarios", _READER}),
    (("park_entry_new", "park_entry_edit", "park_entry_withdraw"), {_M, "scenarios"}),
    (("park_partners", "park_partner", "park_partner_requests", "park_partner_request",
      "park_products"), {_M, "scenarios", _READER}),
    (("park_partner_judge", "park_partner_contact", "park_product_new", "park_product",
      "park_product_end"), {_M, "scenarios"}),
    (("park_returns", "park_return"), {"statistics"}),
):  # fmt: skip
    for _name in _names:
        ROLES[_name] = frozenset(_roles)
#: What every page may hold of no other firm, beside its own canaries: who rents what, and what a
#: third firm keeps to itself although it may be found.
SECRETS = ("不公开的租户公司", "2027-03-04", *SOUTH_HIDES)


@pytest.fixture
def world(staffed: People) -> World:
    # With files, which are not remembered.
    return build(staffed)


def _patterns() -> list[URLPattern]:
    found = [one for one in urls.urlpatterns if isinstance(one, URLPattern)]
    return [one for one in found if "staff/" not in str(one.pattern) and one.name not in OPEN]


def _addresses(world: World, firm: str) -> Iterator[tuple[str, str]]:
    """Every address of the portal with every combination of that firm's keys."""
    common: dict[str, list[Any]] = {
        "policy_id": [world.policy.pk],
        "activity_id": [world.activity.pk],
        "kind": ["capability"],
        "firm_id": [world.south.pk],
    }
    own = world.own[firm].ids
    keys = {name: [*own.get(name, []), *common.get(name, [])] for name in {*own, *common}}
    for pattern in _patterns():
        names = list(pattern.pattern.converters)
        for values in product(*[keys[name] for name in names]):
            yield (
                str(pattern.name),
                reverse(str(pattern.name), kwargs=dict(zip(names, values, strict=True))),
            )


#: Keys, tokens and digests, in which a short number may stand by chance.
_BY_CHANCE = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9A-Za-z]{32,}")


def _content(answer: Any) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(body.decode("utf-8", "replace")) + str(dict(answer.headers))


def _rows() -> str:
    """All that the portal and what it reaches keep, but for sessions, counters and reading."""
    from django.apps import apps

    kept = ("sys_virtual_park", "sys_policies", "sys_spaces", "sys_scenarios", "kernel_cases",
            "sys_enterprises")  # fmt: skip
    found = []
    for label in kept:
        for model in apps.get_app_config(label).get_models():
            if model in (models.MonthOfUse,):
                continue
            found += json.loads(serializers.serialize("json", model._default_manager.all()))
    for row in found:
        for name in ("signed_in_at", "read_at"):
            row["fields"].pop(name, None)
    return json.dumps(sorted(found, key=lambda row: (row["model"], str(row["pk"]))))


def test_every_address_of_the_portal_says_which_roles_open_it() -> None:
    names = {str(one.name) for one in _patterns()} - {"park_choose"}
    assert names == set(ROLES)


def test_no_page_shows_what_is_anothers(world: World) -> None:
    for firm in world.own:
        other = world.other(firm)
        secret = [*world.own[other].canaries, *SECRETS]
        # Every role of one firm; of the other the one that may see most.
        for role in ParkRole.values if firm == "east" else (_M,):
            client = world.people.client(firm, role)
            for whose in (firm, other):
                for name, url in _addresses(world, whose):
                    answer = client.get(url)
                    told = _content(answer).replace(url, "")
                    bare = _BY_CHANCE.sub("", told)
                    shown = [word for word in secret if word in (told if len(word) > 8 else bare)]
                    assert not shown, (firm, role, name, whose, shown)
                    _check_status(name, role, answer.status_code, own=whose == firm)


def _check_status(name: str, role: str, status: int, *, own: bool) -> None:
    if name == "park_choose":
        return
    if role not in ROLES[name]:
        # A view that takes forms alone says so only to whom it is open.
        assert status == 403, (name, role, status)
    elif own:
        assert status in (200, 404, 405), (name, role, status)


def test_with_its_own_keys_every_page_opens(world: World) -> None:
    """Else the test above would be passed by a portal that shows nothing."""
    for firm in world.own:
        opened = set()
        for role in ("manager", "statistics"):
            client = world.people.client(firm, role)
            for name, url in _addresses(world, firm):
                if client.get(url).status_code == 200:
                    opened.add(name)
        only_forms = {"park_uninvite", "park_person_read", "park_person_reset", "park_consent",
                      "park_activities_wish", "park_activity_leave", "park_partner_judge",
                      "park_partner_contact", "park_product_end"}  # fmt: skip
        names = {str(one.name) for one in _patterns()}
        assert names - opened == only_forms


def test_what_is_anothers_reads_like_what_is_not_there(world: World) -> None:
    from uuid import uuid4

    clients = _by_role(world, "east")
    for pattern in _patterns():
        names = [one for one in pattern.pattern.converters if one in world.own["west"].ids]
        if not names:
            continue
        theirs = world.own["west"].ids
        for at in range(max(len(theirs[name]) for name in names)):
            values = {name: theirs[name][min(at, len(theirs[name]) - 1)] for name in names}
            nobodys = {name: uuid4() for name in names}
            answers = [
                clients[_role_for(str(pattern.name))].get(reverse(str(pattern.name), kwargs=keys))
                for keys in (values, nobodys)
            ]
            said = [_said(answer) for answer in answers]
            assert said[0] == said[1], pattern.name
            assert said[0][0] in (404, 405), pattern.name


def _role_for(name: str) -> str:
    """A role that opens an address: the manager's, but for what is the statistics role's alone."""
    return _M if _M in ROLES[name] else "statistics"


def _by_role(world: World, firm: str) -> dict[str, Client]:
    return {role: world.people.client(firm, role) for role in (_M, "statistics")}


def _said(answer: Any) -> tuple[int, str]:
    text = answer.content.decode()
    return answer.status_code, text.split('class="empty-text">')[-1].split("</p>")[0]


FORMS: dict[str, dict[str, Any]] = {
    "park_person": {"roles": ["manager"], "last_day": ""},
    "park_person_end": {"reason": "已经离职"},
    "park_application": {"do": "give_up", "text": "不申报了", "round": "0"},
    "park_request": {"do": "add", "text": "补充一句", "round": "0"},
    "park_demand_edit": {"use": "别的用途", "area_from": "10"},
    "park_demand_withdraw": {"reason": "不需要了"},
    "park_offer": {"day": "2025-10-10", "text": "想看房"},
    "park_offer_decline": {"reason": "不合适"},
    "park_entry_edit": {"title": "改名", "text": "改了说明"},
    "park_entry_withdraw": {"reason": "不需要了"},
    "park_partner": {
        "direction": "suppliers",
        "product": "连接器",
        "text": "想采购一批。",
        "contact": "采购部 0755-28900001",
    },
    "park_partner_judge": {"direction": "suppliers", "q": "连接器", "verdict": "useful"},
    "park_partner_request": {"do": "accept", "contact": "采购部 0755-28900001"},
    "park_product": {"side": "supply", "name": "改名的产品"},
    "park_return": {"do": "file", "revenue": "1", "why": "更正"},
}


def test_forms_with_anothers_keys_change_nothing(world: World) -> None:
    clients = _by_role(world, "east")
    before, events = _rows(), Event.objects.count()
    code = world.people.firms["east"].code
    for name, url in _addresses(world, "west"):
        if name in ("park_choose",) or not _keys_in(url, world, "west"):
            continue
        answer = clients[_role_for(name)].post(url, {"for": code, **FORMS.get(name, {})})
        assert answer.status_code in (404, 405), (name, answer.status_code)
    assert _rows() == before
    assert Event.objects.count() == events


def _keys_in(url: str, world: World, firm: str) -> bool:
    return any(str(key) in url for keys in world.own[firm].ids.values() for key in keys)


def test_forms_of_a_role_that_may_not_change_nothing(world: World) -> None:
    before, events = _rows(), Event.objects.count()
    for role in ParkRole.values:
        client = world.people.client("east", role)
        code = world.people.firms["east"].code
        for name, url in _addresses(world, "east"):
            allowed = name == "park_choose" or role in ROLES[name]
            if not allowed:
                answer = client.post(url, {"for": code, **FORMS.get(name, {})})
                assert answer.status_code == 403, (name, role)
    reader = world.people.client("east", "reader")
    for name in ("park_application", "park_request", "park_offer", "park_activity_own",
                 "park_partner", "park_partner_request"):  # fmt: skip
        for _name, url in [pair for pair in _addresses(world, "east") if pair[0] == name]:
            data = {**FORMS.get(name, {}), "persons": "1"}
            answer = reader.post(url, {"for": world.people.firms["east"].code, **data})
            assert answer.status_code in (403, 404, 409), (name, answer.status_code)
    assert _rows() == before
    assert Event.objects.count() == events


def test_nobody_and_members_are_led_to_signing_in(world: World) -> None:
    secret = [word for own in world.own.values() for word in own.canaries]
    before = _rows()
    visitors = [Client(), world.people.member_client("service"),
                world.people.member_client("leader")]  # fmt: skip
    for client in visitors:
        for name, url in _addresses(world, "east"):
            for answer in (client.get(url), client.post(url, {"for": "x"})):
                assert answer.status_code == 302, name
                assert answer["Location"].startswith(reverse("park_sign_in")), name
                assert not [w for w in secret if w in answer.content.decode()]
    assert _rows() == before


def test_members_pages_are_closed_to_representatives(world: World) -> None:
    client = world.people.client("east")
    resolver = get_resolver()
    for pattern in urls.urlpatterns:
        if "staff/" not in str(pattern.pattern) or pattern.pattern.converters:
            continue
        assert resolver is not None
        answer = client.get(reverse(str(pattern.name)))
        assert answer.status_code == 302
        assert answer["Location"].startswith("/login/")


def test_a_form_drawn_for_one_firm_is_not_taken_for_another(world: World) -> None:
    client = world.people.client("east")
    before = _rows()
    for name, url in _addresses(world, "east"):
        if name == "park_choose" or _M not in ROLES[name]:
            continue
        for given in ("", world.people.firms["west"].code):
            answer = client.post(url, {"for": given, **FORMS.get(name, {})})
            assert answer.status_code == 409, name
    assert _rows() == before
