"""Signing in: who gets a session, what ends it, and what is told to nobody."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from district.kernel.history.public import Subject, events_of
from district.systems.virtual_park.models import Firm, Mandate, MonthOfUse, Representative
from district.systems.virtual_park.services.codes import (
    accept_invitation,
    invite,
    invite_manager,
)
from district.systems.virtual_park.services.firms import Person
from district.systems.virtual_park.tests.conftest import (
    PASSWORD,
    People,
    phone_of,
    sign_in,
)
from district.testing.moments import standing

pytestmark = pytest.mark.django_db


def test_a_representative_signs_in_and_every_page_says_for_whom(bound: People) -> None:
    client = bound.client("east")
    answer = client.get(reverse("park"))
    assert answer.status_code == 200
    assert "您正在代表：东方精工有限公司" in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    assert MonthOfUse.objects.get().firm.code == bound.firms["east"].code


def test_unknown_number_and_wrong_password_read_the_same(bound: People) -> None:
    def words(phone: str, password: str) -> str:
        page = sign_in(Client(), phone, password).content.decode()
        return str(page.split('class="error-summary"')[1].split("</div>")[0])

    wrong = words(phone_of(100), "no-such-password")
    assert wrong == words(phone_of(999), PASSWORD) == words("not a number", PASSWORD)
    assert "手机号或密码不正确" in wrong


def test_guessing_at_an_account_is_stopped_also_with_the_right_password(bound: People) -> None:
    client = Client()
    answers = [sign_in(client, phone_of(100), f"guess-{at}").status_code for at in range(9)]
    assert answers == [422] * 8 + [429]
    late = sign_in(client, phone_of(100))
    assert late.status_code == 429
    assert int(late["Retry-After"]) > 0
    assert sign_in(Client(), phone_of(200)).status_code == 302


def test_signing_in_gives_a_new_session_and_ends_a_members(bound: People) -> None:
    client = bound.member_client("service")
    before = client.session.session_key
    assert sign_in(client, phone_of(100)).status_code == 302
    assert client.session.session_key != before
    assert client.get(reverse("park_firms")).status_code == 302
    assert client.get(reverse("park")).status_code == 200


def test_a_member_is_no_representative(bound: People) -> None:
    client = bound.member_client("leader")
    answer = client.get(reverse("park"))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("park_sign_in"))


def test_a_member_who_logs_in_over_a_representatives_session_acts_for_no_firm(
    bound: People,
) -> None:
    client = bound.client("east")
    user = bound.members["viewer"].user
    assert user is not None
    client.force_login(user)
    assert client.get(reverse("park")).status_code == 302


def test_a_representative_sees_no_page_of_members(bound: People) -> None:
    client = bound.client("east")
    for name in ("park_firms", "home", "enterprises", "policies"):
        answer = client.get(reverse(name))
        assert answer.status_code == 302, name
        assert answer["Location"].startswith("/login/"), name


def test_a_session_ends_when_it_is_idle(bound: People) -> None:
    client = bound.client("east")
    with standing("2025-09-22 10:20"):
        assert client.get(reverse("park")).status_code == 200
    with standing("2025-09-22 10:49"):
        assert client.get(reverse("park")).status_code == 200
    with standing("2025-09-22 11:20"):
        assert client.get(reverse("park")).status_code == 302


def test_signing_out_everywhere_ends_every_session(bound: People) -> None:
    here, there = bound.client("east"), bound.client("east")
    here.post(reverse("park_sign_out"), {"everywhere": "1"})
    assert here.get(reverse("park")).status_code == 302
    assert there.get(reverse("park")).status_code == 302
    assert bound.client("east").get(reverse("park")).status_code == 200


def test_a_new_password_ends_the_other_sessions_and_not_this_one(bound: People) -> None:
    here, there = bound.client("east"), bound.client("east")
    url = reverse("park_account")
    wrong = bound.post(here, url, "east", old="wrong", new="Another-word-2")
    assert wrong.status_code == 422
    weak = bound.post(here, url, "east", old=PASSWORD, new="12345")
    assert weak.status_code == 422
    done = bound.post(here, url, "east", old=PASSWORD, new="Another-word-2")
    assert done.status_code == 302
    assert here.get(reverse("park")).status_code == 200
    assert there.get(reverse("park")).status_code == 302
    assert sign_in(Client(), phone_of(100)).status_code == 422
    assert sign_in(Client(), phone_of(100), "Another-word-2").status_code == 302


def test_who_acts_for_two_firms_chooses_and_no_form_lands_with_the_other(
    bound: People,
) -> None:
    made = invite(bound.acting("west"), Person("东管理员", phone_of(100)), ["requests"])
    accept_invitation(phone_of(100), made.code, PASSWORD)
    client = bound.client("east")
    assert client.get(reverse("park"))["Location"] == reverse("park_choose")
    page = client.get(reverse("park_choose")).content.decode()
    assert "东方精工有限公司" in page
    assert "西岭软件有限公司" in page
    west = Firm.objects.get(code=bound.firms["west"].code)
    client.post(reverse("park_choose"), {"firm": str(west.pk)})
    assert "您正在代表：西岭软件有限公司" in client.get(reverse("park")).content.decode()
    # Their roles are those of the firm that they act for now.
    assert client.get(reverse("park_people")).status_code == 403
    late = bound.post(client, reverse("park_account"), "east", old=PASSWORD, new="Another-word-2")
    assert late.status_code == 409
    assert sign_in(Client(), phone_of(100)).status_code == 302


def test_a_firm_that_nobody_let_one_act_for_cannot_be_chosen(bound: People) -> None:
    west = Firm.objects.get(code=bound.firms["west"].code)
    client = bound.client("east")
    assert client.post(reverse("park_choose"), {"firm": str(west.pk)}).status_code == 404
    assert "东方精工有限公司" in client.get(reverse("park")).content.decode()


def test_history_names_the_representative_and_no_person(bound: People) -> None:
    row = Mandate.objects.filter(firm__code=bound.firms["east"].code).get()
    account = row.representative
    made = events_of(Subject("virtual_park.representative", str(account.pk)))
    assert {event.kind for event in made} == {
        "virtual_park.representative.made",
        "virtual_park.representative.password_set",
    }
    invited = invite(bound.acting("east"), Person("新同事", phone_of(150)), ["reader"])
    event = events_of(Subject("virtual_park.firm", str(row.firm_id)))[0]
    assert event.kind == "virtual_park.firm.invited"
    assert event.actor.kind == "outside"
    assert event.actor.id == f"virtual_park.representative:{account.pk}"
    assert "新同事" not in f"{event.data}{event.actor.name}{invited.row.label}"


def test_what_identifies_a_person_stands_nowhere_in_clear(bound: People) -> None:
    row = Representative.objects.order_by("pk").first()
    assert row is not None
    for value in vars(row).values():
        assert phone_of(100) not in str(value)
        assert "Emanager员" not in str(value)
    assert row.password
    assert PASSWORD not in row.password


def test_a_form_without_a_token_is_refused(bound: People) -> None:
    client = Client(enforce_csrf_checks=True)
    assert sign_in(client, phone_of(100)).status_code == 403


def test_an_open_redirect_leads_to_the_portal(bound: People) -> None:
    for wanted in ("https://elsewhere.example/", "//elsewhere.example", "/home/"):
        data = {"phone": phone_of(100), "password": PASSWORD, "next": wanted}
        answer = Client().post(reverse("park_sign_in"), data)
        assert answer["Location"] == reverse("park")


def test_an_invitation_of_a_cancelled_enterprise_is_refused(bound: People) -> None:
    from district.kernel.base.errors import Invalid
    from district.systems.virtual_park.tests.conftest import enterprise

    gone = enterprise(7, "已注销有限公司", "901", status="cancelled")
    with pytest.raises(Invalid):
        invite_manager(gone.code, Person("某人", phone_of(70)), actor=bound.actor("service"))
