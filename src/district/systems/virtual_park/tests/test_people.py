"""Invitations, mandates, codes: who lets whom act for a firm, and what ends it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from district.kernel.base.errors import Conflict, Invalid, NotFound, NotPermitted
from district.kernel.history.public import Subject, events_of
from district.systems.enterprises.services.telling import tell
from district.systems.virtual_park.models import Firm, Mandate, OneTimeCode, Representative
from district.systems.virtual_park.services.codes import (
    accept_invitation,
    invite,
    invite_manager,
    reset_by_manager,
    reset_for,
    reset_password,
    take_back,
)
from district.systems.virtual_park.services.firms import (
    Person,
    change_mandate,
    end_for,
    end_mandate,
    read_colleague,
)
from district.systems.virtual_park.services.keeping import (
    end_run_out,
    follow_register,
    forget_people,
)
from district.systems.virtual_park.tests.conftest import (
    LOADER,
    PASSWORD,
    People,
    bind,
    phone_of,
    sign_in,
)
from district.testing.moments import moment, standing

pytestmark = pytest.mark.django_db


def test_a_code_works_once_for_its_own_number(bound: People) -> None:
    made = invite(bound.acting("east"), Person("李四", phone_of(150)), ["policies"])
    with pytest.raises(Invalid):
        accept_invitation(phone_of(151), made.code, PASSWORD)
    accept_invitation(phone_of(150), f" {made.code.lower()[:5]} {made.code[5:]}", PASSWORD)
    with pytest.raises(Invalid):
        accept_invitation(phone_of(150), made.code, PASSWORD)
    assert bound.acting("east", "policies").may("policies.do")


def test_five_wrong_codes_end_an_invitation_and_a_week_does(bound: People) -> None:
    first = invite(bound.acting("east"), Person("李四", phone_of(150)), ["policies"])
    for _try in range(5):
        with pytest.raises(Invalid) as wrong:
            accept_invitation(phone_of(150), "0000000000", PASSWORD)
    with pytest.raises(Invalid) as dead:
        accept_invitation(phone_of(150), first.code, PASSWORD)
    assert str(wrong.value) == str(dead.value)
    second = invite(bound.acting("east"), Person("李四", phone_of(150)), ["policies"])
    with standing("2025-09-29 10:01"), pytest.raises(Invalid):
        accept_invitation(phone_of(150), second.code, PASSWORD)
    accept_invitation(phone_of(150), second.code, PASSWORD)


def test_a_new_invitation_ends_the_earlier_and_one_taken_back_is_dead(bound: People) -> None:
    acting = bound.acting("east")
    first = invite(acting, Person("李四", phone_of(150)), ["policies"])
    second = invite(acting, Person("李四", phone_of(150)), ["reader"])
    with pytest.raises(Invalid):
        accept_invitation(phone_of(150), first.code, PASSWORD)
    take_back(acting, second.row.pk)
    with pytest.raises(Invalid):
        accept_invitation(phone_of(150), second.code, PASSWORD)
    with pytest.raises(NotFound):
        take_back(acting, second.row.pk)


def test_an_account_that_exists_takes_an_invitation_up_with_its_own_password_only(
    bound: People,
) -> None:
    made = invite(bound.acting("west"), Person("某人", phone_of(100)), ["reader"])
    with pytest.raises(Invalid) as refused:
        accept_invitation(phone_of(100), made.code, "Somebody-else-3")
    assert refused.value.field == "password"
    accept_invitation(phone_of(100), made.code, PASSWORD)
    assert Representative.objects.count() == 2


def test_only_a_manager_manages_and_only_their_own_firm(staffed: People) -> None:
    for role in ("policies", "requests", "spaces", "scenarios", "statistics", "reader"):
        with pytest.raises(NotPermitted):
            invite(staffed.acting("east", role), Person("李四", phone_of(150)), ["reader"])
    other = staffed.acting("west", "reader").mandate
    east = staffed.acting("east")
    for act in (
        lambda: change_mandate(east, other.pk, ["reader"], None),
        lambda: end_mandate(east, other.pk, "离职"),
        lambda: reset_by_manager(east, other.pk),
        lambda: read_colleague(east, other.pk),
    ):
        with pytest.raises(NotFound):
            act()


def test_a_firm_keeps_a_manager(bound: People) -> None:
    acting = bound.acting("east")
    own = acting.mandate.pk
    with pytest.raises(Conflict):
        end_mandate(acting, own, "离职")
    with pytest.raises(Conflict):
        change_mandate(acting, own, ["reader"], None)
    with pytest.raises(Conflict):
        change_mandate(acting, own, ["manager"], moment("2025-12-31 00:00").date())
    made = invite(acting, Person("李四", phone_of(150)), ["manager", "policies"])
    accept_invitation(phone_of(150), made.code, PASSWORD)
    end_mandate(acting, own, "离职")
    assert sign_in(Client(), phone_of(100)).status_code == 302
    client = bound.client("east")
    assert client.get(reverse("park"))["Location"] == reverse("park_choose")
    assert "您现在不能代表任何企业" in client.get(reverse("park_choose")).content.decode()


def test_a_mandate_runs_from_its_first_to_its_last_day(bound: People) -> None:
    acting = bound.acting("east")
    days = (moment("2025-09-24 00:00").date(), moment("2025-09-25 00:00").date())
    made = invite(acting, Person("李四", phone_of(150)), ["reader"], *days)
    accept_invitation(phone_of(150), made.code, PASSWORD)

    def page() -> str:
        client = Client()
        sign_in(client, phone_of(150))
        return str(client.get(reverse("park")).status_code)

    assert page() == "302"
    with standing("2025-09-24 09:00"):
        assert page() == "200"
    with standing("2025-09-25 23:00"):
        assert page() == "200"
    with standing("2025-09-26 00:10"):
        assert page() == "302"
        assert end_run_out() == 1
        assert end_run_out() == 0
    row = Mandate.objects.get(representative__label__contains="0150")
    assert row.end_reason == "期满"


def test_changing_takes_effect_at_once(staffed: People) -> None:
    client = staffed.client("east", "policies")
    row = staffed.acting("east", "policies").mandate
    assert client.get(reverse("park_people")).status_code == 403
    change_mandate(staffed.acting("east"), row.pk, ["policies", "manager"], None)
    assert client.get(reverse("park_people")).status_code == 200
    end_mandate(staffed.acting("east"), row.pk, "离职")
    assert client.get(reverse("park_people")).status_code == 302


def test_when_the_register_says_cancelled_mandates_sleep_with_the_reason(bound: People) -> None:
    firm = bound.firms["east"]
    client = bound.client("east")
    tell(firm.pk, {"status": "cancelled"}, actor=LOADER)
    assert client.get(reverse("park")).status_code == 302
    page = client.get(reverse("park_choose")).content.decode()
    assert "东方精工有限公司在登记库中已注销或吊销" in page
    assert follow_register() == 1
    assert follow_register() == 0
    row = Firm.objects.get(code=firm.code)
    assert row.sleep_reason == "cancelled"
    kinds = [event.kind for event in events_of(Subject("virtual_park.firm", str(row.pk)))]
    assert kinds[0] == "virtual_park.firm.slept"
    tell(firm.pk, {"status": "active"}, actor=LOADER)
    assert client.get(reverse("park")).status_code == 200
    assert follow_register() == 1
    row.refresh_from_db()
    assert row.asleep_since is None


def test_a_manager_resets_the_password_of_who_acts_for_that_firm_alone(staffed: People) -> None:
    east = staffed.acting("east")
    reader = staffed.acting("east", "reader").mandate
    made = reset_by_manager(east, reader.pk)
    client = staffed.client("east", "reader")
    reset_password(staffed.phones["east", "reader"], made.code, "Another-word-2")
    assert client.get(reverse("park")).status_code == 302
    assert sign_in(Client(), staffed.phones["east", "reader"], "Another-word-2").status_code == 302

    shared = invite(staffed.acting("west"), Person("某人", phone_of(106)), ["reader"])
    accept_invitation(phone_of(106), shared.code, "Another-word-2")
    with pytest.raises(Conflict):
        reset_by_manager(east, reader.pk)


def test_a_managers_code_is_dead_once_the_account_acts_for_another_firm(staffed: People) -> None:
    reader = staffed.acting("east", "reader").mandate
    code = reset_by_manager(staffed.acting("east"), reader.pk)
    phone = staffed.phones["east", "reader"]
    shared = invite(staffed.acting("west"), Person("某人", phone), ["reader"])
    accept_invitation(phone, shared.code, PASSWORD)
    with pytest.raises(Conflict):
        reset_password(phone, code.code, "Another-word-2")
    assert sign_in(Client(), phone).status_code == 302


def test_the_serving_unit_invites_resets_and_ends_and_others_do_not(bound: People) -> None:
    firm = bound.firms["east"]
    who = bound.acting("east").representative
    for key in ("east", "service"):
        made = reset_for(who.pk, firm.code, actor=bound.actor(key))
        assert made.row.representative == who
    for key in ("west", "industry", "leader", "viewer"):
        actor = bound.actor(key)
        with pytest.raises(NotPermitted):
            reset_for(who.pk, firm.code, actor=actor)
        with pytest.raises(NotPermitted):
            invite_manager(firm.code, Person("某人", phone_of(70)), actor=actor)
        with pytest.raises(NotPermitted):
            end_for(bound.acting("east").mandate.pk, "无人管理", actor=actor)
    with pytest.raises(NotFound):
        reset_for(who.pk, bound.firms["west"].code, actor=bound.actor("service"))
    end_for(bound.acting("east").mandate.pk, "管理员已离职", actor=bound.actor("east"))
    assert not Mandate.objects.filter(firm__code=firm.code, ended_at=None).exists()


def test_names_are_read_one_at_a_time_and_recorded(bound: People) -> None:
    acting = bound.acting("east")
    page = bound.client("east").get(reverse("park_people")).content.decode()
    assert "Emanager员" not in page
    assert phone_of(100) not in page
    assert read_colleague(acting, acting.mandate.pk) == ("Emanager员", phone_of(100))
    events = events_of(Subject("virtual_park.mandate", str(acting.mandate.pk)))
    assert [event.kind for event in events[:2]] == ["history.personal.viewed"] * 2


def test_who_acts_for_nobody_for_a_year_is_forgotten(bound: People) -> None:
    acting = bound.acting("east")
    made = invite(acting, Person("李四", phone_of(150)), ["reader"])
    accept_invitation(phone_of(150), made.code, PASSWORD)
    row = bound.acting("east", "reader").mandate
    end_mandate(acting, row.pk, "离职")
    with standing("2026-09-21 10:00"):
        assert forget_people() == 0
    with standing("2026-09-23 10:00"):
        assert forget_people() > 0
        assert forget_people() == 0
        assert sign_in(Client(), phone_of(150)).status_code == 422
    who = Representative.objects.get(pk=row.representative_id)
    assert who.phone_index is None
    assert (who.label, who.password) == ("", "")
    assert not OneTimeCode.objects.exclude(phone="").exists()
    with standing("2026-09-23 10:00"):
        again = invite(bound.acting("east"), Person("李四", phone_of(150)), ["reader"])
        accept_invitation(phone_of(150), again.code, PASSWORD)
    assert Representative.objects.filter(phone_index__isnull=False).count() == 3


def test_the_managers_pages(bound: People) -> None:
    client = bound.client("east")
    data = {"name": "李四", "phone": phone_of(150), "roles": ["policies", "reader"]}
    made = bound.post(client, reverse("park_invite"), "east", **data)
    assert made.status_code == 200
    assert "代码只在这里显示一次" in made.content.decode()
    assert "李** 尾号0150" in client.get(reverse("park_people")).content.decode()
    code = OneTimeCode.objects.get(used_at=None)
    url = reverse("park_uninvite", args=[code.pk])
    assert bound.post(client, url, "east").status_code == 302
    wrong = bound.post(client, reverse("park_invite"), "east", name="李", phone="12", roles=[])
    assert wrong.status_code == 422
    assert 'value="12"' in wrong.content.decode()


def test_everybody_of_a_firm_may_be_bound_in_every_role(park: People) -> None:
    bind(park, "east", "manager", "statistics")
    assert not park.acting("east").may("statistics")
    assert park.acting("east", "statistics").may("statistics")
