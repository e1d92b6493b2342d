"""Partners over the database: whom a member is shown, what it may know, feedback, the graph."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from district.kernel.base.errors import Invalid, NotPermitted
from district.kernel.history.public import Actor
from district.systems.enterprises.models import Enterprise, PartnerWord
from district.systems.enterprises.public import partners_for, say_of_partner
from district.systems.enterprises.selectors.partners import Asked, Partners, partners
from district.systems.enterprises.services.products import save_product
from district.systems.enterprises.tests.conftest import LOADER, MakeEnterprise, People
from district.systems.enterprises.tests.test_pages import get

pytestmark = pytest.mark.django_db
NEAR, FAR = {"lon": Decimal("114.25"), "lat": Decimal("22.70")}, {
    "lon": Decimal("114.05"), "lat": Decimal("22.60")}  # fmt: skip


@pytest.fixture
def firms(made: MakeEnterprise) -> Mapping[str, Enterprise]:
    """A maker of power banks in the east, makers of cells in the west, and others."""
    rows = {
        "asker": made(name="深圳市充电宝厂有限公司", industry="C3922", **NEAR),
        "near": made(name="深圳市近电芯有限公司", street="902", industry="C3841", **NEAR),
        "far": made(name="深圳市远电芯有限公司", street="902", industry="C3841", **FAR),
        "hidden": made(name="深圳市密电芯有限公司", street="902", industry="C3841", **NEAR),
        "closed": made(name="深圳市旧电芯有限公司", street="902", status="cancelled"),
        "branch": made(name="深圳市充电宝厂有限公司龙岗分公司", industry="C3922"),
        "guessed": made(name="深圳市聚能电池有限公司", street="902", industry="C384"),
    }
    for key in ("near", "far", "closed", "branch"):
        give(rows[key], "supply", "软包锂电芯", capacity=Decimal(500), unit="万只")
    give(rows["hidden"], "supply", "软包锂电芯", is_public=False)
    give(rows["asker"], "supply", "充电宝")
    give(rows["asker"], "need", "锂电池电芯")
    return rows


def give(row: Enterprise, side: str, name: str, **more: Any) -> None:
    save_product(row.pk, {"side": side, "name": name, **more}, actor=LOADER)


def asked(rows: Mapping[str, Enterprise], actor: Actor | None, **more: Any) -> Partners:
    values = {"direction": "suppliers", "text": "锂电池电芯", "firm": rows["asker"], **more}
    return partners(Asked(**values), actor)


def names(rows: Mapping[str, Enterprise], found: Partners) -> list[str]:
    keys = {row.pk: key for key, row in rows.items()}
    return [keys[one.firm.id] for one in found.found]


def test_candidates_are_active_not_the_firm_itself_nor_its_branches_and_near_ones_first(
    people: People, firms: Mapping[str, Enterprise]
) -> None:
    found = asked(firms, people.east)
    assert names(firms, found) == ["near", "far", "guessed"]
    assert names(firms, asked(firms, people.east, within=Decimal(5))) == ["near"]
    assert names(firms, asked(firms, people.east, street="901")) == []
    near = found.found[0].candidate
    assert sum(part.weight for part in near.parts[:6]) == 100
    assert near.score == pytest.approx(sum(part.points for part in near.parts))


def test_products_that_are_not_public_count_for_nobody_else(
    people: People, firms: Mapping[str, Enterprise]
) -> None:
    for who in ("service", "leader", "west"):
        assert "hidden" in names(firms, asked(firms, getattr(people, who))), who
    assert "hidden" not in names(firms, asked(firms, people.east))
    assert "hidden" not in names(firms, asked(firms, None))
    told = partners_for(firms["asker"].pk, "suppliers", "锂电池电芯")
    assert {one.name for one in told} == {firms[k].name for k in ("near", "far", "guessed")}
    assert not hasattr(told[0], "url")


def test_of_a_firm_that_one_may_not_see_the_size_is_not_told(
    people: People, made: MakeEnterprise, firms: Mapping[str, Enterprise]
) -> None:
    big = made(name="深圳市大电芯有限公司", street="902", size="large")
    give(big, "supply", "软包锂电芯")

    def standing(actor: Actor | None) -> Any:
        found = {one.firm.id: one for one in asked(firms, actor).found}[big.pk].candidate
        return next(part for part in found.parts if part.key == "standing").value

    assert standing(people.west) == 1
    assert standing(people.east) is None
    assert standing(None) is None


def test_a_wanted_quantity_is_held_against_capacity(
    people: People, firms: Mapping[str, Enterprise]
) -> None:
    def capacity(amount: str) -> Any:
        found = asked(firms, people.east, amount=amount).found[0].candidate
        return next(part for part in found.parts if part.key == "capacity").value

    assert capacity("1000万只") == pytest.approx(0.5)
    assert capacity("5000只") == 1
    assert capacity("3吨") is None
    assert capacity("") is None


def test_buyers_are_those_who_say_so_and_those_whose_products_it_goes_into(
    people: People, firms: Mapping[str, Enterprise]
) -> None:
    give(firms["guessed"], "supply", "移动电源")
    found = asked(firms, people.leader, direction="buyers", text="软包锂电芯", firm=firms["near"])
    assert names(firms, found)[0] == "asker", "it says that it needs cells"
    assert "guessed" in names(firms, found), "it makes what cells go into"


def test_words_that_no_class_knows_are_looked_for_in_the_texts(
    people: People, firms: Mapping[str, Enterprise]
) -> None:
    give(firms["far"], "supply", "量子罗盘校对")
    found = asked(firms, people.east, text="量子罗盘")
    assert names(firms, found) == ["far"]
    assert not found.ask.codes


def test_the_page_stays_within_its_budget_and_shows_of_others_what_is_public(
    people: People, firms: Mapping[str, Enterprise]
) -> None:
    url = reverse("enterprises_partners", args=[firms["asker"].pk])
    client = people.client("east")
    client.get(url)
    page = get(client, url).content.decode()
    assert firms["near"].name in page
    assert reverse("enterprises_enterprise", args=[firms["near"].pk]) not in page
    assert firms["hidden"].name not in page
    for direction, text in (("suppliers", "电芯"), ("buyers", "充电宝"), ("buyers", "没有的东西")):
        answer = get(client, f"{url}?direction={direction}&q={text}")
        assert answer.status_code == 200
    seen = get(people.client("leader"), url).content.decode()
    assert reverse("enterprises_enterprise", args=[firms["near"].pk]) in seen
    for field, text in (("within", "abc"), ("amount", "很多")):
        wrong = get(client, f"{url}?q=电芯&{field}={text}")
        assert field in wrong.context["form"].errors
    assert people.client("west").get(url).status_code == 404


def test_the_market_is_asked_without_a_firm(
    people: People, firms: Mapping[str, Enterprise]
) -> None:
    url = reverse("enterprises_market")
    client = people.client("east")
    assert get(client, url).status_code == 200
    page = get(client, url + "?q=软包电芯").content.decode()
    assert firms["near"].name in page
    assert "不知道用在哪里" in page
    assert people.client("viewer").get(url).status_code == 403


def test_a_word_on_a_pair_is_kept_and_the_last_one_counts(
    people: People, firms: Mapping[str, Enterprise]
) -> None:
    client = people.client("east")
    url = reverse("enterprises_partner_judge", args=[firms["asker"].pk])
    form = {"other": str(firms["far"].pk), "direction": "suppliers", "q": "锂电池电芯"}
    before = names(firms, asked(firms, people.east))
    assert client.post(url, {**form, "verdict": "unsuitable"}).status_code == 302
    assert client.post(url, {**form, "verdict": "cooperated"}).status_code == 302
    after = names(firms, asked(firms, people.east))
    assert before.index("far") > after.index("far") == 0
    assert list(PartnerWord.objects.order_by("at").values_list("verdict", "is_last")) == [
        ("unsuitable", False),
        ("cooperated", True),
    ]
    word = PartnerWord.objects.get(is_last=True)
    assert (word.supplier_codes, word.buyer_codes) == (["C3841.01"], ["C3922.03"])
    page = get(client, reverse("enterprises_partners", args=[firms["asker"].pk])).content.decode()
    assert "已合作" in page
    assert people.client("leader").post(url, {**form, "verdict": "useful"}).status_code == 403
    client.post(url, {**form, "verdict": "wonderful"})
    assert PartnerWord.objects.count() == 2


def test_a_firm_speaks_for_itself_through_a_system_beside_its_unit(
    people: People, firms: Mapping[str, Enterprise]
) -> None:
    pair = (firms["asker"].pk, firms["far"].pk, "suppliers")
    portal = Actor.system("virtual_park")
    say_of_partner(*pair, "useful", actor=portal, as_firm=True)
    say_of_partner(*pair, "unsuitable", actor=people.east)
    assert PartnerWord.objects.filter(is_last=True).count() == 2
    found = {one.firm.id: one for one in asked(firms, None).found}[firms["far"].pk].candidate
    said = next(part for part in found.parts if part.key == "pair").facts["said"]
    assert said == {"useful": 1}, "a firm is told of its own word alone"
    with pytest.raises(NotPermitted):
        say_of_partner(*pair, "useful", actor=people.west)
    with pytest.raises(NotPermitted):
        say_of_partner(*pair, "useful", actor=people.east, as_firm=True)
    with pytest.raises(Invalid):
        say_of_partner(pair[0], pair[0], "suppliers", "useful", actor=people.east)


def test_the_graph_is_walked_by_links_and_told_as_a_list(
    people: People, firms: Mapping[str, Enterprise]
) -> None:
    client = people.client("east")
    url = reverse("enterprises_partner_graph", args=[firms["asker"].pk])
    page = get(client, url)
    text = page.content.decode()
    assert "电芯" in text
    assert "产品自带的关系表" in text
    graph = page.context["graph"]
    assert [node.code for node in graph.centre] == ["C3922.03"]
    assert "C3841.01" in [node.code for node in graph.inputs]
    opened = get(client, url + "?open=C3841.01").content.decode()
    assert firms["near"].name in opened
    walked = get(client, url + "?centre=C3841.01").context["graph"]
    assert "C3922.03" in [node.code for node in walked.outputs]
    assert get(client, url + "?centre=nonsense&open=x").status_code == 200
