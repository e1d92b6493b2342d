"""Numbers, times, lights and paging as pages show them."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation
from django_cotton.compiler_regex import CottonCompiler  # type: ignore[import-untyped]  # has none
from hypothesis import given
from hypothesis import strategies as st

from district.ui.templatetags import district as tags


def draw(source: str, **context: Any) -> str:
    """A piece of template with components, as a page would draw it."""
    return str(Template(CottonCompiler().process(source)).render(Context(context)))


decimals = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("1540.000000", "1,540"),
        ("0.10", "0.1"),
        ("-6.85", "\u22126.85"),
        ("0", "0"),
        ("-0.00", "0"),
        ("1E+3", "1,000"),
        ("1234567.5", "1,234,567.5"),
    ],
)
def test_a_number_is_exact_without_trailing_zeros(value: str, shown: str) -> None:
    assert tags.number(Decimal(value)) == shown


@given(decimals)
def test_a_shown_number_reads_back_as_itself(value: Decimal) -> None:
    shown = tags.exact(value)
    assert Decimal(shown.replace(",", "").replace(tags.MINUS, "-")) == value
    assert not re.search(r"\.\d*0$|\.$", shown)


@pytest.mark.parametrize("nothing", [None, "", Decimal("NaN"), Decimal("Infinity")])
def test_no_number_shows_as_a_dash(nothing: Any) -> None:
    assert tags.number(nothing) == "-"


def test_rounding_is_asked_for_and_half_even() -> None:
    assert tags.number(Decimal("52.75"), 1) == "52.8"
    assert tags.number(Decimal("52.25"), 1) == "52.2"


@pytest.mark.parametrize(
    ("value", "shown"), [("3.1", "+3.1"), ("-3.1", "\u22123.1"), ("0", "0"), (None, "-")]
)
def test_a_signed_number_shows_its_direction(value: str | None, shown: str) -> None:
    assert tags.signed(Decimal(value) if value else None) == shown


def test_a_unit_that_holds_markup_is_escaped() -> None:
    assert "<b>" not in tags.quantity(Decimal(1), "<b>")


def test_a_moment_is_shown_in_the_districts_time_zone() -> None:
    late = datetime(2025, 9, 25, 16, 30, tzinfo=UTC)
    assert tags.local_time(late) == "2025-09-26 00:30"
    assert tags.local_date(late) == "2025-09-26"
    assert 'datetime="2025-09-25T16:30:00+00:00"' in tags.moment(late)
    assert tags.local_date(date(2025, 9, 26)) == "2025-09-26"


@pytest.mark.parametrize(
    ("day", "chinese", "english"),
    [
        (27, "还有 1 天", "1 day left"),
        (29, "还有 3 天", "3 days left"),
        (26, "今天到期", "Due today"),
        (24, "已超 2 天", "2 days overdue"),
    ],
)
def test_a_deadline_is_told_in_words(
    at: Callable[[str], AbstractContextManager[None]],
    catalogues: None,
    day: int,
    chinese: str,
    english: str,
) -> None:
    with at("2025-09-26T23:30+08:00"):
        with translation.override("zh-hans"):
            assert tags.days_left(date(2025, 9, day)) == chinese
        with translation.override("en"):
            assert tags.days_left(date(2025, 9, day)) == english


def test_each_light_differs_in_shape_and_word() -> None:
    drawn = {key: tags.light(key) for key in ("red", "yellow", "green", "none")}
    shapes = {
        re.sub(r"<span[^>]*>|</span>", "", each.split("</svg>")[0]) for each in drawn.values()
    }
    words = [each.split("</svg>")[1].replace("</span>", "") for each in drawn.values()]
    assert len(shapes) == 4
    assert words == ["滞后", "预警", "正常", "无数据"]


def test_an_unknown_light_counts_as_no_data() -> None:
    assert 'data-light="none"' in tags.light("purple")
    assert 'data-light="none"' in tags.light(None)


def test_a_light_without_visible_word_keeps_it_for_screen_readers() -> None:
    assert '<span class="sr-only">滞后</span>' in tags.light("red", "shape")


@given(st.lists(st.one_of(st.none(), decimals), max_size=20))
def test_a_trend_stays_inside_its_box(values: list[Decimal | None]) -> None:
    drawn = tags.sparkline(values)
    if sum(value is not None for value in values) < 2:
        assert drawn is None
        return
    assert drawn is not None
    for x, y in re.findall(r"[ML]([\d.-]+) ([\d.-]+)", drawn["line"]):
        assert 0 <= float(x) <= 112
        assert 0 <= float(y) <= 36


@pytest.mark.parametrize(
    ("value", "width"), [(50, "50.00"), (130, "100.00"), (-4, "0.00"), (None, "0")]
)
def test_a_bar_never_leaves_its_track(value: Any, width: str) -> None:
    assert tags.percent_of(value, 100) == width


@given(st.integers(1, 400), st.integers(1, 400))
def test_paging_offers_first_last_and_neighbours(pages: int, wanted: int) -> None:
    page = Paginator(range(pages), 1).get_page(wanted)
    offered = tags.page_numbers(page)
    numbers = [each for each in offered if each is not None]
    near = {n for n in (page.number - 1, page.number, page.number + 1) if 1 <= n <= pages}
    assert {1, pages} | near <= set(numbers)
    assert numbers == sorted(set(numbers))
    assert len(offered) <= 9
    for before, after in pairwise(offered):
        assert before is None or after is None or after == before + 1


def test_a_query_string_keeps_what_is_not_changed() -> None:
    request = RequestFactory().get("/?q=道路&light=red&page=3")
    drawn = Template("{% query page='' light='yellow' %}").render(Context({"request": request}))
    assert drawn == "?q=%E9%81%93%E8%B7%AF&amp;light=yellow"


def test_a_figure_leads_to_its_rows_and_a_bare_number_to_none() -> None:
    figure = {"url": "/registers/x/?figure=1", "value": Decimal("7.50"), "unit": "项"}
    drawn = draw('<c-figure :of="figure" />', figure=figure)
    assert 'href="/registers/x/?figure=1"' in drawn
    assert 'data-figure="7.50"' in drawn
    assert "7.5<" in drawn
    assert "<a" not in draw('<c-figure :value="7" unit="项" />')


def test_a_field_says_what_is_wrong_and_ties_it_to_the_control() -> None:
    from district.ui.samples import SampleForm

    drawn = tags.control(SampleForm({"value": "十二"})["value"])
    assert 'aria-invalid="true"' in drawn
    assert 'aria-describedby="id_value_helptext id_value_error"' in drawn
    assert 'class="input"' in drawn


@pytest.mark.parametrize(
    ("kind", "key", "name", "shown"),
    [
        ("member", "7", "石立春", "石立春"),
        ("system", "tracking.sweep", "tracking.sweep", "系统"),
        ("system", "appeals.city", "12345", "12345"),
        ("public", "", "", "公众"),
    ],
)
def test_who_did_something_is_a_name_and_never_a_part_of_the_code(
    kind: str, key: str, name: str, shown: str
) -> None:
    actor = SimpleNamespace(kind=kind, id=key, name=name)
    assert draw("{% load district %}{{ actor|who }}", actor=actor) == shown


def test_a_name_that_is_items_is_shown_like_every_other() -> None:
    page = Template(
        "{% load district %}{% for key, value in data|pairs %}{{ key }}={{ value }} {% endfor %}"
    )
    assert page.render(Context({"data": {"items": "ab", "keys": 1}})) == "items=ab keys=1 "
