"""Firms that find each other: only by consent, with reasons, and contacts only once both agree."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from district.kernel.base import clock
from district.kernel.base.errors import Conflict, Invalid, NotFound, NotPermitted
from district.kernel.history.models import Event
from district.systems.enterprises.models import PartnerWord, Product
from district.systems.enterprises.services.products import save_product as enter_product
from district.systems.virtual_park.models import PartnerRequest
from district.systems.virtual_park.selectors.disclosed import Disclosed, disclosed
from district.systems.virtual_park.selectors.partners import Question, asked_of, found_for
from district.systems.virtual_park.services.codes import accept_invitation, invite
from district.systems.virtual_park.services.disclosing import disclose
from district.systems.virtual_park.services.firms import Person
from district.systems.virtual_park.services.partners import (
    KEPT,
    RESTS,
    WAITS,
    Wanted,
    accept_partner,
    ask_partner,
    decline_partner,
    expire_partner_requests,
    judge_partner,
    read_contacts,
    save_product,
    withdraw_partner,
)
from district.systems.virtual_park.tests.conftest import LOADER, PASSWORD, People, phone_of
from district.testing.moments import standing

pytestmark = pytest.mark.django_db

EAST, WEST = "东采购部 0755-28900001", "西销售部 0755-28900002"
WANTED = Wanted("suppliers", "连接器", "每月约十万只，想先看样品。", EAST)
FINDABLE = Disclosed(is_findable=True)
LOOK = Question("suppliers", "连接器", "10万只")


@pytest.fixture
def meeting(bound: People) -> People:
    """East needs connectors; west makes them, one of its products for nobody to see."""
    save_product(bound.acting("east"), {"side": "need", "name": "连接器"})
    for name, is_public in (("板对板连接器", True), ("军用连接器", False)):
        values = {"side": "supply", "name": name, "is_public": is_public}
        save_product(bound.acting("west"), values)
    return bound


def _after(at: datetime) -> AbstractContextManager[None]:
    """The clock stands at a moment."""
    return standing(timezone.localtime(at).strftime("%Y-%m-%d %H:%M"))


def _kinds(subject: str) -> list[str]:
    rows = Event.objects.filter(subject_id=subject).order_by("sequence")
    return [row.kind.rsplit(".", 1)[1] for row in rows if row.kind.startswith("virtual_park")]


def test_only_who_has_said_so_is_found_and_by_what_it_shows(meeting: People) -> None:
    east, west = meeting.acting("east"), meeting.acting("west")
    assert found_for(east, LOOK) == []
    disclose(west, FINDABLE)
    assert disclosed([west.id])[west.id].is_findable
    (found,) = found_for(east, LOOK)
    assert found.ref.name == "西岭软件有限公司"
    assert found.ref.product == "板对板连接器"
    assert found.street == "西街道"
    assert len(found.ref.parts) >= 6
    assert all(why for _label, why, _points, _weight in found.ref.parts)
    page = meeting.client("east").get(reverse("park_partners"), {"q": "连接器"}).content.decode()
    assert "板对板连接器" in page
    assert "军用" not in page
    answer = meeting.client("east").get(reverse("park_partner", args=[west.firm.pk]))
    assert "军用" not in answer.content.decode()
    # Found by nobody any more, from the moment that it says so.
    disclose(west, Disclosed())
    assert found_for(east, LOOK) == []
    with pytest.raises(NotFound):
        ask_partner(east, west.firm.pk, WANTED)


def test_contacts_are_shown_once_both_agree_and_to_them_alone(meeting: People) -> None:
    east, west = meeting.acting("east"), meeting.acting("west")
    disclose(west, FINDABLE)
    row = ask_partner(east, west.firm.pk, WANTED)
    assert EAST not in str(PartnerRequest.objects.values().get())
    for acting in (east, west):
        with pytest.raises(Conflict):
            read_contacts(acting, row.pk)
    with pytest.raises(NotFound):
        accept_partner(east, row.pk, EAST)
    client, url = meeting.client("west"), reverse("park_partner_request", args=[row.pk])
    assert "想先看样品" in client.get(url).content.decode()
    assert "东方精工" in client.get(reverse("park")).content.decode()
    answer = meeting.post(client, url, "west", do="accept", contact="x")
    assert answer.status_code == 422
    answer = meeting.post(client, url, "west", do="accept", contact=WEST)
    assert answer.status_code == 302
    shown = client.get(url).content.decode()
    assert EAST not in shown
    assert WEST not in shown
    viewed = Event.objects.filter(kind="history.personal.viewed", subject_id=str(row.pk))
    assert not viewed.exists()
    for firm in ("east", "west"):
        read = reverse("park_partner_contact", args=[row.pk])
        page = meeting.post(meeting.client(firm), read, firm).content.decode()
        assert EAST in page
        assert WEST in page
    assert {one.actor_id for one in viewed} == {
        f"virtual_park.representative:{acting.representative.pk}" for acting in (east, west)
    }
    assert _kinds(str(row.pk)) == ["asked", "accepted"]
    for acting in (east, west):
        told = Event.objects.filter(subject_id=str(acting.firm.pk)).order_by("sequence")
        about = [one.data["what"] for one in told if one.data.get("request") == str(row.pk)]
        assert about == ["partner_asked", "partner_accepted"]


def test_what_ends_without_agreement_leaves_no_contact(meeting: People) -> None:
    east, west = meeting.acting("east"), meeting.acting("west")
    disclose(west, FINDABLE)
    row = ask_partner(east, west.firm.pk, WANTED)
    with pytest.raises(Conflict):
        ask_partner(east, west.firm.pk, WANTED)
    disclose(east, FINDABLE)
    with pytest.raises(Conflict, match="直接答复"):
        ask_partner(west, east.firm.pk, WANTED)
    withdraw_partner(east, row.pk)
    assert list(asked_of(west)) == []
    again = ask_partner(east, west.firm.pk, WANTED)
    decline_partner(west, again.pk, "暂无产能")
    with pytest.raises(Conflict, match="婉拒"):
        ask_partner(east, west.firm.pk, WANTED)
    with _after(clock.now() + RESTS + timedelta(days=1)):
        third = ask_partner(east, west.firm.pk, WANTED)
    with _after(third.asked_at + WAITS + timedelta(hours=1)):
        assert expire_partner_requests() == 1
        assert expire_partner_requests() == 0
        fourth = ask_partner(east, west.firm.pk, WANTED)
        accept_partner(west, fourth.pk, WEST)
        agreed_at = clock.now()
    with _after(agreed_at + KEPT + timedelta(hours=1)):
        assert expire_partner_requests() == 1
    rows = PartnerRequest.objects.values_list("state", "asker_contact", "other_contact")
    assert sorted(rows) == [(state, "", "") for state in
                            ("declined", "expired", "expired", "withdrawn")]  # fmt: skip


def test_a_form_with_a_fault_comes_back_filled_and_keeps_nothing(meeting: People) -> None:
    west = meeting.acting("west")
    disclose(west, FINDABLE)
    client, url = meeting.client("east"), reverse("park_partner", args=[west.firm.pk])
    data = {"direction": "suppliers", "product": "连接器", "text": "想看样品。", "contact": "12"}
    answer = meeting.post(client, url, "east", **data)
    assert answer.status_code == 422
    assert "想看样品。" in answer.content.decode()
    assert not PartnerRequest.objects.exists()
    answer = meeting.post(client, url, "east", **(data | {"contact": EAST}))
    assert answer.status_code == 302
    assert PartnerRequest.objects.get().product == "连接器"


def test_what_a_firm_says_of_another_moves_its_own_ranking_only(meeting: People) -> None:
    east, west = meeting.acting("east"), meeting.acting("west")
    disclose(west, FINDABLE)
    (before,) = found_for(east, LOOK)
    url = reverse("park_partner_judge", args=[west.firm.pk])
    data = {"direction": "suppliers", "q": "连接器", "verdict": "unsuitable"}
    answer = meeting.post(meeting.client("east"), url, "east", **data)
    assert answer.status_code == 302
    word = PartnerWord.objects.get()
    assert (str(word.firm_id), word.verdict) == (east.id, "unsuitable")
    (after,) = found_for(east, LOOK)
    assert after.ref.score < before.ref.score
    assert after.ref.said == "不合适"
    with pytest.raises(Invalid):
        judge_partner(east, west.firm.pk, "suppliers", "wonderful", "连接器")
    with pytest.raises(NotFound):
        judge_partner(west, east.firm.pk, "buyers", "useful", "连接器")


def test_a_firm_keeps_its_own_products_and_hides_those_of_others(bound: People) -> None:
    client = bound.client("east")
    new = reverse("park_product_new")
    values = {"side": "supply", "name": "微型电机", "capacity": "12.5", "is_public": "on"}
    answer = bound.post(client, new, "east", **values)
    assert answer.status_code == 422  # a number without its unit
    assert "12.5" in answer.content.decode()
    assert bound.post(client, new, "east", **values, unit="万台").status_code == 302
    row = Product.objects.get(name="微型电机")
    assert (row.capacity, row.source.key) == (Decimal("12.5"), "self")
    assert str(row.enterprise_id) == bound.acting("east").id
    one = reverse("park_product", args=[row.pk])
    changed = {**values, "unit": "万台", "used_for": "空调", "version": str(row.version)}
    assert bound.post(client, one, "east", **changed).status_code == 302
    late = bound.post(client, one, "east", **changed)  # drawn before the change
    assert late.status_code == 422
    assert "刚被别人修改过" in late.content.decode()
    end = reverse("park_product_end", args=[row.pk])
    assert bound.post(client, end, "east").status_code == 302
    assert bound.post(client, end, "east").status_code == 404
    assert bound.post(client, new, "east", **values, unit="万台").status_code == 302
    assert Product.objects.get(name="微型电机").ended_on is None
    entered = enter_product(
        bound.firms["east"].pk, {"side": "supply", "name": "精密轴承"}, actor=LOADER
    )
    other = reverse("park_product", args=[entered.pk])
    assert "区里登记" in client.get(other).content.decode()
    assert bound.post(client, other, "east", name="别的", version="0").status_code == 302
    entered.refresh_from_db()
    assert (entered.name, entered.is_public, entered.source.key) == ("精密轴承", False, "manual")
    end = reverse("park_product_end", args=[entered.pk])
    assert bound.post(client, end, "east").status_code == 409


def test_who_may_only_look_does_nothing(meeting: People) -> None:
    phone = phone_of(700)
    made = invite(meeting.acting("east"), Person("阅读员", phone), ["reader"])
    accept_invitation(phone, made.code, PASSWORD)
    disclose(meeting.acting("west"), FINDABLE)
    reader, west = meeting.acting("east", "reader"), meeting.acting("west")
    assert len(found_for(reader, LOOK)) == 1
    doings: list[Any] = [
        lambda: ask_partner(reader, west.firm.pk, WANTED),
        lambda: save_product(reader, {"side": "need", "name": "电机"}),
        lambda: judge_partner(reader, west.firm.pk, "suppliers", "useful", "连接器"),
    ]
    for doing in doings:
        with pytest.raises(NotPermitted):
            doing()
