"""A claim: sent with its proof, verified by the unit that serves the firm, taken up by who holds
its code."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.cases.public import Case, perform, public_status
from district.systems.virtual_park.models import Claim, Mandate
from district.systems.virtual_park.services.claims import (
    NewClaim,
    Receipt,
    approve_claim,
    make_claim,
    take_up_claim,
)
from district.systems.virtual_park.tests.conftest import (
    PASSWORD,
    PNG,
    People,
    phone_of,
    sign_in,
)
from district.testing.moments import standing

pytestmark = pytest.mark.django_db


def made(park: People, firm: str = "east", *, number: int = 1, key: str = "k1") -> Receipt:
    new = NewClaim(f"park_claim:{key}", park.firms[firm].code, "王五", phone_of(number), "行政经理")
    return make_claim(new, [("licence.png", PNG)])


def _case(receipt: Receipt) -> Case:
    return Case.objects.get(number=receipt.number)


def _status(receipt: Receipt) -> Any:
    found = public_status(receipt.number, receipt.code)
    assert found is not None
    return found


def test_the_same_form_makes_one_claim_and_tells_its_code_again(park: People) -> None:
    assert made(park) == made(park)
    assert Claim.objects.count() == 1
    with pytest.raises(Conflict):
        made(park, key="k2")


def test_a_claim_without_proof_or_of_no_enterprise_leaves_nothing(park: People) -> None:
    for code, files in ((park.firms["east"].code, []), ("9" * 18, [("a.png", PNG)])):
        with pytest.raises(Invalid):
            make_claim(NewClaim("park_claim:x", code, "王五", phone_of(1), ""), files)
    new = NewClaim("park_claim:y", park.firms["east"].code, "王五", phone_of(1), "")
    with pytest.raises(Invalid):
        make_claim(new, [("run.exe", b"MZ not a picture")])
    assert not Case.objects.exists()


def test_the_firms_street_approves_and_nobody_else(park: People) -> None:
    receipt = made(park)
    case = _case(receipt)
    assert case.centre_unit_id == "901"
    for key in ("west", "industry", "leader", "viewer"):
        with pytest.raises(NotPermitted):
            approve_claim(case.pk, "已核对", actor=park.actor(key))
    with pytest.raises(Conflict):
        take_up_claim(_status(receipt), PASSWORD)
    approve_claim(case.pk, "已核对营业执照", actor=park.actor("east"))
    assert not Mandate.objects.exists()
    take_up_claim(_status(receipt), PASSWORD)
    row = Mandate.objects.get()
    assert (row.roles, row.granted_by_name) == (["manager"], "east")
    with pytest.raises(Conflict):
        take_up_claim(_status(receipt), PASSWORD)
    assert sign_in(Client(), phone_of(1)).status_code == 302


def test_an_approved_claim_of_a_number_with_an_account_asks_for_its_password(
    bound: People,
) -> None:
    receipt = made(bound, "west", number=100)
    approve_claim(_case(receipt).pk, "已核对", actor=bound.actor("west"))
    with pytest.raises(Invalid):
        take_up_claim(_status(receipt), "Somebody-else-3")
    take_up_claim(_status(receipt), PASSWORD)
    assert Mandate.objects.filter(firm__code=bound.firms["west"].code).count() == 2


def test_an_approved_claim_is_dead_after_thirty_days(park: People) -> None:
    receipt = made(park)
    approve_claim(_case(receipt).pk, "已核对", actor=park.actor("east"))
    with standing("2025-10-23 10:00"), pytest.raises(Conflict):
        take_up_claim(_status(receipt), PASSWORD)


def test_a_refused_claim_cannot_be_approved_or_taken_up(park: People) -> None:
    receipt = made(park)
    perform(_case(receipt).pk, "refuse", actor=park.actor("east"), data={"text": "授权书不全"})
    with pytest.raises(Conflict):
        approve_claim(_case(receipt).pk, "已核对", actor=park.actor("east"))
    with pytest.raises(Conflict):
        take_up_claim(_status(receipt), PASSWORD)


def test_the_pages_from_claim_to_first_page(park: People, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client()
    monkeypatch.setattr("district.kernel.base.tickets.QUICKEST", -1.0)
    page = client.get(reverse("park_claim")).content.decode()
    ticket = re.search(r'name="ticket" value="([^"]+)"', page)
    assert ticket is not None
    data = {
        "ticket": ticket[1],
        "code": park.firms["east"].code,
        "name": "王五",
        "phone": "+86 138 0000 0001",
        "text": "",
        "files": SimpleUploadedFile("licence.png", PNG, "image/png"),
    }
    sent = client.post(reverse("park_claim"), data)
    assert sent.status_code == 200, sent.content.decode()
    number = re.search(r'name="number" value="([^"]+)"', sent.content.decode())
    code = re.search(r'name="code" value="([^"]+)"', sent.content.decode())
    assert number is not None
    assert code is not None
    known = {"number": number[1], "code": code[1]}
    status = reverse("park_claim_status")
    assert "核实中" in client.post(status, known).content.decode()
    assert client.post(status, {**known, "code": "0" * 10}).status_code == 404

    officer = park.member_client("east")
    case = Case.objects.get()
    page = officer.get(reverse("park_desk", args=["verify"])).content.decode()
    assert case.number in page
    assert "王五" not in page
    officer.post(reverse("park_claim_approve", args=[case.pk]), {"words": "已核对营业执照"})
    assert "启用账号" in client.post(status, known).content.decode()
    weak = client.post(status, {**known, "do": "take_up", "password": "123"})
    assert weak.status_code == 422
    done = client.post(status, {**known, "do": "take_up", "password": PASSWORD})
    assert done["Location"] == reverse("park")
    assert "东方精工有限公司" in client.get(reverse("park")).content.decode()
    (mandate,) = Mandate.objects.select_related("firm")
    assert "王** 尾号0001" in officer.get(mandate.firm.get_absolute_url()).content.decode()


def test_claims_are_hidden_from_units_that_do_not_serve_the_firm(park: People) -> None:
    case = _case(made(park))
    for key in ("west", "viewer", "industry"):
        answer = park.member_client(key).get(reverse("park_claim_approve", args=[case.pk]))
        assert answer.status_code == 404, key


def test_claims_from_one_address_are_counted(park: People, settings: Any) -> None:
    settings.DISTRICT_RATES = "virtual_park.status.address=2/60"
    client, status = Client(), reverse("park_claim_status")
    data = {"number": "RZ250922-AAAAAA", "code": "0" * 10}
    assert [client.post(status, data).status_code for _try in range(3)] == [404, 404, 429]
