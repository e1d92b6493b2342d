"""Products: entered, read into classes, imported, told by a firm itself; who may see which."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from district.kernel.base.errors import Conflict, Invalid, NotPermitted
from district.kernel.history.public import events_of
from district.kernel.registers.public import register_of
from district.kernel.search.public import index_all, search
from district.systems.enterprises.models import Product
from district.systems.enterprises.names import PRODUCTS
from district.systems.enterprises.public import products_of
from district.systems.enterprises.selectors.catalogue import class_label, relations
from district.systems.enterprises.services.catalogue import load_enterprises_file, put_catalogue
from district.systems.enterprises.services.products import (
    end_product,
    save_product,
    tell_products,
)
from district.systems.enterprises.services.telling import subject_of
from district.systems.enterprises.tests.conftest import LOADER, MakeEnterprise, People
from district.systems.enterprises.tests.test_pages import get

pytestmark = pytest.mark.django_db
CELLS: dict[str, Any] = {
    "side": "supply",
    "name": "21700圆柱锂电芯",
    "capacity": Decimal(9000),
    "unit": "万只",
}


def test_a_class_is_read_from_the_name_until_somebody_chooses_one(
    people: People, made: MakeEnterprise
) -> None:
    row = made()
    one = save_product(row.pk, CELLS, actor=people.east)
    assert (one.product_class, one.is_read) == ("C3841.01", True)
    one = save_product(row.pk, {"name": "锂电池保护板"}, actor=people.east, known=one)
    assert (one.product_class, one.is_read) == ("C3982.04", True)
    chosen = {"product_class": "C3982.01"}
    one = save_product(row.pk, chosen, actor=people.east, known=one)
    one = save_product(row.pk, {"name": "锂电池保护板A"}, actor=people.east, known=one)
    assert (one.product_class, one.is_read) == ("C3982.01", False)
    labels = [event.kind for event in events_of(subject_of(row), limit=10)]
    assert labels.count("enterprises.product.changed") == 3


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"side": "both"}, "side"),
        ({"name": "芯"}, "name"),
        ({"product_class": "C9999.01"}, "product_class"),
        ({"capacity": Decimal(-1)}, "capacity"),
        ({"unit": ""}, "unit"),
        ({"price_from": Decimal(3), "price_to": Decimal(2)}, "price_to"),
    ],
)
def test_what_makes_no_sense_is_refused_by_field(
    made: MakeEnterprise, values: dict[str, Any], field: str
) -> None:
    row = made()
    with pytest.raises(Invalid) as refused:
        save_product(row.pk, {**CELLS, **values}, actor=LOADER)
    assert refused.value.field == field
    assert not Product.objects.exists()


def test_a_name_is_there_once_and_an_ended_product_stays(
    people: People, made: MakeEnterprise
) -> None:
    row = made()
    one = save_product(row.pk, CELLS, actor=LOADER)
    with pytest.raises(Conflict):
        save_product(row.pk, CELLS, actor=LOADER)
    with pytest.raises(NotPermitted):
        end_product(one.pk, actor=people.west)
    end_product(one.pk, actor=people.east)
    with pytest.raises(Conflict):
        end_product(one.pk, actor=people.east)
    assert products_of(row.pk) == []
    assert Product.objects.get().ended_on is not None


def test_what_a_firm_tells_replaces_what_it_told_and_nothing_more_trusted(
    made: MakeEnterprise,
) -> None:
    row = made()
    save_product(row.pk, CELLS, actor=LOADER)
    told: list[dict[str, Any]] = [
        {"side": "supply", "name": CELLS["name"], "capacity": Decimal(1), "unit": "只"},
        {"side": "need", "name": "电池隔膜"},
        {"side": "supply", "name": "储能柜", "is_public": False},
    ]
    tell_products(row.pk, told, actor=LOADER)
    version = Product.objects.get(name="电池隔膜").version
    rows = {one.name: one for one in tell_products(row.pk, told[:2], actor=LOADER)}
    assert rows.keys() == {CELLS["name"], "电池隔膜"}
    assert rows["电池隔膜"].version == version, "what is said again is no change"
    assert rows["21700圆柱锂电芯"].capacity == 9000, "an officer's word is more trusted"
    assert Product.objects.get(name="储能柜").ended_on is not None
    with pytest.raises(Invalid) as refused:
        tell_products(row.pk, [*told, {"side": "x", "name": "什么"}], actor=LOADER)
    assert refused.value.field == "rows.4.side"
    tell_products(row.pk, told, actor=LOADER)
    assert Product.objects.get(name="储能柜").ended_on is None
    assert {one.name for one in products_of(row.pk)} == {CELLS["name"], "电池隔膜"}
    assert len(products_of(row.pk, public_only=False)) == 3


def test_a_district_brings_its_own_classes_and_relations(
    made: MakeEnterprise, tmp_path: Path
) -> None:
    (tmp_path / "classes.csv").write_text(
        "code,name,name_en,words,near\nC3841.01,单体,Cells,电芯,\nC3922.01,充电宝,,充电宝,\n",
        "utf-8",
    )
    (tmp_path / "relations.csv").write_text(
        "input,output,strength,source\nC3841.01,C3922,0.7,统计局\n", "utf-8"
    )
    toml = tmp_path / "enterprises.toml"
    toml.write_text('product_classes = "classes.csv"\nrelations = "relations.csv"\n', "utf-8")
    load_enterprises_file(toml)
    assert class_label("C3841.01") == "单体"
    link = relations().link("C3841.01", "C3922.01")
    assert (link.strength, link.source) == (0.7, "统计局")
    (tmp_path / "relations.csv").write_text(
        "input,output,strength,source\nC9999.01,C3922,0.7,统计局\n", "utf-8"
    )
    with pytest.raises(Invalid):
        load_enterprises_file(toml)
    put_catalogue({"service_unit": "9-D05"}, [], actor=LOADER)
    assert class_label("C3841.01") == "电芯"


def test_products_are_found_by_words_and_listed_under_rights(
    people: People, made: MakeEnterprise
) -> None:
    index_all(PRODUCTS)
    one = save_product(made().pk, CELLS, actor=LOADER)
    assert list(search(PRODUCTS, "电芯").ids) == [one.pk]
    url = reverse("enterprises_products")
    for who, sees in (("east", True), ("west", False), ("leader", True), ("service", True)):
        page = get(people.client(who), url + "?q=电芯").content.decode()
        assert ("21700圆柱锂电芯" in page) == sees, who
    assert people.client("west").get(one.get_absolute_url()).status_code == 404
    importing = register_of(PRODUCTS).importing
    assert importing is not None
    assert importing.save is not None


def test_an_officer_enters_changes_and_ends_a_product_on_pages(
    people: People, made: MakeEnterprise
) -> None:
    row, client = made(), people.client("east")
    new = reverse("enterprises_product_new", args=[row.pk])
    assert get(client, new).status_code == 200
    wrong = client.post(new, {"side": "supply", "name": "电芯", "capacity": "5", "is_public": "on"})
    assert wrong.status_code == 422
    assert "unit" in wrong.context["form"].errors
    form = {"side": "supply", "name": "电芯", "capacity": "5", "unit": "万只", "is_public": "on"}
    assert client.post(new, form).status_code == 302
    one = Product.objects.get()
    assert "电芯" in get(client, row.get_absolute_url()).content.decode()
    page = get(client, one.get_absolute_url())
    answer = client.post(
        one.get_absolute_url(), {**form, "capacity": "6", "version": page.context["version"]}
    )
    assert answer.status_code == 302
    stale = client.post(
        one.get_absolute_url(), {**form, "capacity": "7", "version": page.context["version"]}
    )
    assert stale.status_code == 422
    read = get(people.client("leader"), one.get_absolute_url())
    assert "6" in read.content.decode()
    assert people.client("leader").post(one.get_absolute_url(), form).status_code == 403
    end = reverse("enterprises_product_end", args=[one.pk])
    assert client.post(end).status_code == 302
    one.refresh_from_db()
    assert one.capacity == 6
    assert one.ended_on is not None
