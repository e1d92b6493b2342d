"""What is found, in which order, and that the index agrees with the rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice

import pytest
from django.db import connection, transaction
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from district.kernel.search import selectors
from district.kernel.search.engines.postgresql import OnPostgresql
from district.kernel.search.models import Document, Index
from district.kernel.search.rules.questions import answers, question
from district.kernel.search.selectors import matching_q, search
from district.kernel.search.services import fill_due, index, index_all, index_later
from district.kernel.search.store import searchables
from district.kernel.search.tests.models import Firm, Product

Add = Callable[..., Firm]


def found(text: str, key: str = "firms", **more: object) -> list[str]:
    ids = search(key, text, **more).ids  # type: ignore[arg-type]  # limit, offset, scope
    names = dict(Firm.objects.filter(pk__in=ids).values_list("pk", "name"))
    return [names[one] for one in ids]


def test_a_word_of_two_characters_is_found_wherever_it_stands(add: Add) -> None:
    for name in ("深圳市华强电子有限公司", "龙岗区坂田华电器材店", "惠州强电工程队", "宝安五金"):
        add(name)
    assert found("华强") == ["深圳市华强电子有限公司"]
    assert found("强电") == ["惠州强电工程队", "深圳市华强电子有限公司"]
    assert found("坂田") == ["龙岗区坂田华电器材店"]
    assert found("电强") == []


def test_hits_come_exact_prefix_words_across_words_scattered(add: Add) -> None:
    names = [
        "华强贸易",
        "华强贸易（深圳）有限公司",  # begins so
        "深圳市华强贸易有限公司",  # the words, together
        "龙岗京华强贸易经营部",  # the characters, across words
        "深圳市华强北贸易促进会",  # the words, apart
    ]
    for name in reversed(names):
        add(name)
    assert found("华强贸易") == names


def test_a_word_comes_before_the_same_characters_across_words(add: Add) -> None:
    add("山水果园农庄")
    add("深圳市龙岗区新鲜水果店")
    assert found("水果") == ["深圳市龙岗区新鲜水果店", "山水果园农庄"]


def test_all_terms_must_occur(add: Add) -> None:
    for name in ("坂田五金店", "坂田水果店", "布吉五金店"):
        add(name)
    assert found("五金 坂田") == ["坂田五金店"]
    assert found("五金 坂田 布吉") == []


def test_width_case_brackets_and_spaces_make_no_difference(add: Add) -> None:
    add("ＡＢＣ Tech（深圳）·Café 有限公司")
    for text in ("abc", "TECH(深圳)", "tech深圳", "ｔｅｃｈ 深圳", "cafe", "CAFÉ有限", "c-tech"):
        assert found(text), text
    assert found("後") == found("。") == found("") == []


def test_traditional_characters_are_characters_of_their_own(add: Add) -> None:
    add("龍崗茶樓")
    assert found("龍崗")
    assert not found("龙岗")


def test_one_character_finds_the_texts_that_begin_with_it(add: Add) -> None:
    add("华强电子")
    add("深圳华强")
    assert found("华") == ["华强电子"]
    assert found("华 电子") == ["华强电子"]
    assert found("深 强电") == []


def test_a_code_is_found_by_its_beginning_and_its_middle(add: Add) -> None:
    add("华强电子", code="91440307MA5EXAMPLE")
    add("宝安五金", code="91440300192181490G")
    assert found("91440307") == ["华强电子"]
    assert found("5exam") == ["华强电子"]
    assert found("914403") == ["华强电子", "宝安五金"]
    assert found("91440300192181490g 宝安") == ["宝安五金"]


def test_the_heavier_text_comes_first_among_hits_of_one_kind(add: Add) -> None:
    add("甲", former=["鑫盛达贸易行"])
    add("深圳市龙岗区鑫盛达贸易行")
    add("乙", former=["华强", "鑫盛达贸易行总店"])
    assert found("盛达贸易") == ["深圳市龙岗区鑫盛达贸易行", "甲", "乙"]
    assert found("华强") == ["乙"]


def test_texts_do_not_run_into_each_other(add: Add) -> None:
    add("华强", former=["电子", "科技"], code="91")
    assert not found("强电")
    assert not found("子科")
    assert not found("技91")
    assert not found("91电")


def test_the_larger_number_comes_first_where_a_rank_is_declared(firms: None) -> None:
    for name, capital in (("科技甲", None), ("科技乙", 100), ("科技丙丙", 100_000), ("科技丁", 0)):
        Firm.objects.create(name=name, capital=capital)
    index_all("firms-by-capital")
    assert found("科技", "firms-by-capital") == ["科技丙丙", "科技乙", "科技丁", "科技甲"]


def test_texts_of_related_rows_are_searched_as_well(firms: None) -> None:
    product = Product.objects.create(name="激光头")
    made = Product.makers.through._default_manager
    for name in ("华强", "宏达"):
        made.create(product=product, firm=Firm.objects.create(name=name))
    index("products", [product.pk])
    for text in ("光头", "华强", "宏达", "宏达 华强 激光"):
        assert search("products", text).ids == (product.pk,), text
    assert not search("products", "强宏").ids
    assert not search("products", "达华").ids


def test_keys_may_be_numbers_and_searchables_do_not_meet(add: Add) -> None:
    add("激光科技")
    product = Product.objects.create(name="激光头")
    index("products", [product.pk])
    assert search("products", "激光").ids == (product.pk,)
    assert search("products", "科技").ids == ()
    assert search("products", "激光", scope=Q(makers__isnull=True)).total == 1
    assert found("激光") == ["激光科技"]


def test_index_follows_what_is_changed_and_deleted(add: Add) -> None:
    firm = add("华强电子", code="91440307")
    firm.name = "宏达电子"
    firm.save()
    assert index("firms", [firm.pk]) == 1
    assert not found("华强")
    assert found("宏达") == found("9144") == ["宏达电子"]
    assert index("firms", [firm.pk]) == 0
    key = firm.pk
    firm.delete()
    assert index("firms", [key]) == 1
    assert search("firms", "宏达").total == 0
    assert not Document.objects.exists()
    firm.pk = key
    firm.save()
    index("firms", [key])
    assert found("宏达") == ["宏达电子"]


def test_what_is_undone_was_never_indexed(add: Add) -> None:
    kept = add("华强电子")
    with transaction.atomic():
        Firm.objects.filter(pk=kept.pk).update(name="宏达电子")
        index("firms", [kept.pk])
        assert found("宏达") == ["宏达电子"]
        transaction.set_rollback(True)
    assert found("华强") == ["华强电子"]
    assert not found("宏达")


def test_everything_is_indexed_anew_and_only_what_differs_is_written(add: Add) -> None:
    firms = [add(f"工厂{number:03}") for number in range(12)]
    Firm.objects.filter(pk=firms[3].pk).update(name="华强电子")
    Firm.objects.filter(pk=firms[4].pk).delete()
    Firm.objects.bulk_create(Firm(name=f"店{number}") for number in range(3))
    told: list[tuple[int, int]] = []
    assert index_all("firms", lambda done, of: told.append((done, of))) == 5
    assert told == [(14, 14)]
    assert found("华强") == ["华强电子"]
    assert len(found("工厂")) == 10
    assert len(found("店")) == 3
    assert index_all("firms") == 0


def test_the_worker_fills_what_was_never_filled_or_is_declared_otherwise(
    firms: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    Firm.objects.create(name="华强电子", code="91440307")
    assert matching_q("firms", "华强") is None
    assert fill_due() == len(searchables())
    assert fill_due() == 0
    assert found("华强") == ["华强电子"]
    assert matching_q("firms", "华强") is not None
    Index.objects.filter(key="firms").update(fingerprint="as it was declared before")
    assert fill_due() == 1


def test_hits_are_counted_to_a_thousand_and_paged(
    add: Add, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors, "CAP", 7)
    for number in range(8):
        add(f"工厂{'大' * number}")
    first, second = search("firms", "工厂", limit=5), search("firms", "工厂", limit=5, offset=5)
    assert (first.counted, len(first.ids), len(second.ids)) == ("7+", 5, 2)
    assert not set(first.ids) & set(second.ids)
    assert search("firms", "工厂大大").counted == "6"


def test_a_scope_narrows_the_hits_and_their_count(add: Add) -> None:
    for name, street in (("坂田五金", "901"), ("坂田水果", "902"), ("坂田五金行", "901")):
        add(name, street=street)
    hits = search("firms", "坂田", scope=Q(street="901"))
    assert hits.total == 2
    assert found("坂田", scope=Q(street="901")) == ["坂田五金", "坂田五金行"]
    assert found("坂田", scope=Q(pk__in=[])) == []


def test_asking_takes_two_statements_and_indexing_few(add: Add) -> None:
    firm = add("坂田五金")
    with CaptureQueriesContext(connection) as asked:
        search("firms", "坂田五金 有限公司", scope=Q(street=""))
    assert len(asked) == 2
    firm.name = "坂田百货"
    firm.save()
    with CaptureQueriesContext(connection) as written:
        index("firms", [firm.pk])
    assert len(written) <= 8, [one["sql"] for one in written]


CHARACTERS = "电子科技深圳市龙岗ab19（·é"
NAMES = st.lists(st.text(CHARACTERS, min_size=1, max_size=9), min_size=1, max_size=6)


@given(names=NAMES, data=st.data())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_occurs_in_a_name_finds_it_and_the_index_answers_as_the_rule(
    firms: None, names: Sequence[str], data: st.DataObject
) -> None:
    with transaction.atomic():
        rows = Firm.objects.bulk_create(Firm(name=name) for name in names)
        index("firms", [row.pk for row in rows])
        whole = data.draw(st.sampled_from(names))
        start = data.draw(st.integers(0, len(whole) - 1))
        texts = [whole[start : start + length] for length in range(2, 6)]
        texts.append(data.draw(st.text(CHARACTERS + " ", max_size=8)))
        for text in texts:
            asked = question(text)
            hits = set(search("firms", text).ids)
            if len(asked.joined) > 1 and " " not in text:
                assert {row.pk for row in rows if text in row.name} <= hits
            documents = Document.objects.values_list("object_id", "text")
            own = Firm._meta.pk
            expected = {own.to_python(key) for key, laid in documents if answers(asked, laid)}
            assert hits == expected
            for most in (1, 10**9):  # looked up one by one, and in the index
                assert set(_listed(text, most)) == expected
        transaction.set_rollback(True)


def _listed(text: str, most: int) -> list[object]:
    before = selectors.CAP, selectors._MANY
    Index.objects.filter(key="firms").update(filled_at="2025-01-01T00:00:00Z")
    selectors.CAP, selectors._MANY = 0, most
    try:
        condition = matching_q("firms", text)
    finally:
        selectors.CAP, selectors._MANY = before
    assert condition is not None
    return list(Firm.objects.filter(condition).values_list("pk", flat=True))


def test_tiers_hold_the_rows_in_their_order_and_all_are_asked(
    firms: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(OnPostgresql, "tiers", (2, 5, 9, 14))
    names = [f"科技{'甲' * length}" for length in range(1, 21)]
    Firm.objects.bulk_create(Firm(name=name) for name in islice(reversed(names), 10, None))
    index_all("firms")
    Firm.objects.bulk_create(Firm(name=name) for name in reversed(names[10:]))
    index_all("firms")
    laid = Document.objects.order_by("place").values_list("tier", flat=True)
    tiers = [0] * 2 + [1] * 3 + [2] * 4 + [3] * 5 + [4] * 6
    assert list(laid) == (tiers if connection.vendor == "postgresql" else [0] * 20)
    assert found("科技") == names
    monkeypatch.setattr(selectors, "CAP", 6)
    assert found("科技") == names[:6]
    late = Firm.objects.create(name="科技")
    index("firms", [late.pk])
    assert Document.objects.get(object_id__contains=str(late.pk)[-12:]).tier == 0


def test_rows_that_come_while_everything_is_indexed_are_not_forgotten(add: Add) -> None:
    firm = add("深圳市华强电子有限公司")

    def rename(_done: int, _of: int) -> None:
        # A bulk import that ends behind the place where indexing stands.
        Firm.objects.filter(pk=firm.pk).update(name="深圳市龙腾精密有限公司")
        index_later("firms")

    index_all("firms", rename)
    assert matching_q("firms", "华强") is None
    assert fill_due() >= 1
    assert found("龙腾") == ["深圳市龙腾精密有限公司"]
    assert matching_q("firms", "华强") is not None
