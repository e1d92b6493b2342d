"""Reading and writing conditions: what is taken, what is refused and how it is said."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from district.kernel.conditions.public import (
    ALWAYS,
    NEVER,
    All,
    AnyOf,
    Attribute,
    Compare,
    ConditionError,
    Not,
    RelativeDate,
    Schema,
    check,
    compare,
    describe,
    explain,
    from_json,
    parse,
    resolve,
    to_json,
    to_text,
)
from district.kernel.conditions.tests.samples import SCHEMA, TODAY

AT = SCHEMA.by_key


def test_words_bind_as_not_then_and_then_or() -> None:
    condition = parse('done = true or not count > 2 and light = "red"', SCHEMA)
    assert condition == AnyOf(
        (
            compare(AT["done"], "=", True),
            All((Not(compare(AT["count"], ">", 2)), compare(AT["light"], "=", "red"))),
        )
    )


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ('light="red"', 'light = "red"'),
        ('(((light = "red")))', 'light = "red"'),
        ("amount >= 12.50", "amount >= 12.5"),
        ("amount > 100", "amount > 100"),
        ("amount = -0.0", "amount = 0"),
        ("count ≥ 3 AND done == TRUE", "count >= 3 and done = true"),
        ("day between today-7d and today", "day between today-7d and today"),
        ("day < today+30d", "day < today+30d"),
        ("day <= today-60y", "day <= today-60y"),
        ("day <= today-18m", "day <= today-18m"),
        ("day <= today-24m", "day <= today-2y"),
        ("at >= 2025-09-30T09:00", "at >= 2025-09-30T09:00:00+08:00"),
        ("at >= 2025-09-30T01:00Z", "at >= 2025-09-30T09:00:00+08:00"),
        ('area under "440307"', 'area under "440307"'),
        ("light in （“red”，“yellow”）", 'light in ("red", "yellow")'),
        ('name contains "说\\"好\\\\的"', 'name contains "说\\"好\\\\的"'),
        ("name known and not note known", "name known and not note known"),
        ("all()", "all()"),
        ("any(all(done = true), any())", "all(done = true) or any()"),
    ],
)
def test_text_is_brought_to_its_canonical_form(text: str, canonical: str) -> None:
    condition = parse(text, SCHEMA)
    assert to_text(condition) == canonical
    assert parse(canonical, SCHEMA) == condition


@pytest.mark.parametrize(
    ("text", "position", "field", "words"),
    [
        ("", 0, "where", "条件是空的"),
        ("lihgt = 1", 0, "lihgt", "light（灯）"),
        ('light = "blue"', 8, "light", '"red"（红灯）'),
        ('light > "red"', 6, "light", "= != in known"),
        ("count = 1.5", 8, "count", "整数"),
        ("amount = 0.0000001", 9, "amount", "6 位"),
        ("amount = 99999999999999999999", 9, "amount", "过大"),
        ('day = "2025-09-30"', 6, "day", "2025-09-30"),
        ("day = 2025-02-30", 6, "where", "没有 2025-02-30"),
        ("day = today-7", 6, "day", "today-7d"),
        ("day = 0999-01-01", 6, "day", "1000"),
        ('name = ""', 7, "name", "not name known"),
        ('name = "a', 7, "where", "引号"),
        ("count between 5 and 1", 14, "count", "起点大于终点"),
        ("count between 5 or 6", 16, "count", "and"),
        ("count in (1 2)", 12, "where", "括号"),
        ("(count = 1", 10, "where", ")"),
        ("count = 1 done = true", 10, "where", "and 或 or"),
        ("count = 1 and", 13, "where", "项目名"),
        ("done =", 6, "done", "缺少值"),
        ("count", 5, "count", "可用的比较"),
        ("count = 1 & done = true", 10, "where", "读不懂 &"),
        ('unit under "/44/"', 11, "unit", "路径"),
        ('tags = "a"', 5, "tags", "has known"),
        ("and = 1", 0, "where", "项目名"),
    ],
)
def test_an_error_names_position_attribute_and_remedy(
    text: str, position: int, field: str, words: str
) -> None:
    with pytest.raises(ConditionError) as caught:
        parse(text, SCHEMA)
    assert (caught.value.position, caught.value.field) == (position, field)
    assert words in str(caught.value)
    assert f"第 {position + 1} 个字" in str(caught.value)
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("data", "place", "words"),
    [
        ([], "", "不是一个条件"),
        ({"all": [{"attribute": "count", "operator": ">"}]}, "all[0]", "带了 0 个值"),
        ({"not": {"any": [{"attribute": "nix", "operator": "="}]}}, "not.any[0]", "没有名为 nix"),
        ({"attribute": "count", "operator": "~", "value": 1}, "count", "没有"),
        ({"attribute": "count", "operator": "in", "values": 5}, "count", "列表"),
        ({"attribute": "count", "operator": "=", "value": "x"}, "count", "整数"),
        ({"attribute": "day", "operator": "=", "value": "2025-02-30"}, "day", "写成日期"),
        ({"all": [], "any": []}, "", "attribute"),
        ({"all": {}}, "", "列表"),
    ],
)
def test_an_error_in_json_names_the_place(data: object, place: str, words: str) -> None:
    with pytest.raises(ConditionError) as caught:
        from_json(data, SCHEMA)
    assert caught.value.place == place
    assert words in str(caught.value)


def test_json_form_keeps_numbers_and_times_exact() -> None:
    condition = parse("amount = 0.1 and at < 2025-09-30T09:00 and day in (today-1d)", SCHEMA)
    assert to_json(condition) == {
        "all": [
            {"attribute": "amount", "operator": "=", "value": "0.1"},
            {"attribute": "at", "operator": "<", "value": "2025-09-30T09:00:00+08:00"},
            {"attribute": "day", "operator": "in", "values": ["today-1d"]},
        ]
    }
    assert from_json({"attribute": "amount", "operator": "=", "value": 0.1}, SCHEMA) == compare(
        AT["amount"], "=", Decimal("0.1")
    )


@pytest.mark.parametrize(
    "text",
    [
        "(" * 60 + "count = 1" + ")" * 60,
        "not " * 60 + "count = 1",
        "all(" * 60 + ")" * 60,
        " or ".join(["count = 1"] * 201),
        f"count in ({','.join(['1'] * 501)})",
        f'name = "{"字" * 501}"',
        " or ".join(f"at in ({', '.join(['2025-09-30'] * 400)})" for _ in range(2)),
        "count = 1 " + " " * 50_000,
        "(" * 49_000,
    ],
)
def test_too_deep_or_too_long_is_refused(text: str) -> None:
    with pytest.raises(ConditionError):
        parse(text, SCHEMA)


def test_deep_json_is_refused() -> None:
    data: dict[str, object] = {"all": []}
    for _ in range(5000):
        data = {"not": data}
    with pytest.raises(ConditionError, match="40 层"):
        from_json(data, SCHEMA)


@given(st.text(max_size=60) | st.text("()\"'=<>!, andortckuy0123.-T:", max_size=60))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    try:
        condition = parse(text, SCHEMA)
    except ConditionError:
        return
    assert parse(to_text(condition), SCHEMA) == condition


def test_a_tree_built_in_code_is_checked_against_the_schema() -> None:
    foreign = Attribute("other", "另一项", "integer")
    with pytest.raises(ConditionError, match="没有名为 other"):
        check(Compare(foreign, "=", (1,)), SCHEMA)
    with pytest.raises(ConditionError):
        check(Compare(AT["count"], "=", ("1",)), SCHEMA)
    assert check(Compare(AT["amount"], "=", (1,)), SCHEMA) == compare(AT["amount"], "=", Decimal(1))


def test_true_and_one_are_not_the_same_value() -> None:
    assert Compare(AT["count"], "=", (1,)) != Compare(AT["count"], "=", (True,))


def test_a_date_against_a_time_means_the_whole_day_in_china() -> None:
    row = {"at": datetime(2025, 9, 29, 16, 0, tzinfo=UTC)}  # 30 September, 0:00 in China
    assert explain(parse("at = 2025-09-30", SCHEMA), row).verdict is True
    assert explain(parse("at <= 2025-09-29", SCHEMA), row).verdict is False
    assert explain(parse("at = today+4d", SCHEMA), row, today=TODAY).verdict is True


def test_relative_dates_need_a_day() -> None:
    condition = parse("day < today-7d", SCHEMA)
    with pytest.raises(ValueError, match="today"):
        explain(condition, {"day": TODAY})
    assert resolve(condition, TODAY) == compare(AT["day"], "<", date(2025, 9, 19))
    assert str(RelativeDate(-7)) == "today-7d"


@pytest.mark.parametrize(
    ("text", "today", "day"),
    [
        ("today-60y", date(2025, 9, 26), date(1965, 9, 26)),
        ("today-1y", date(2024, 2, 29), date(2023, 2, 28)),
        ("today+1m", date(2025, 1, 31), date(2025, 2, 28)),
        ("today-1m", date(2025, 3, 31), date(2025, 2, 28)),
        ("today-3m", date(2025, 2, 1), date(2024, 11, 1)),
        ("today+12m", date(2025, 12, 31), date(2026, 12, 31)),
    ],
)
def test_months_and_years_keep_the_day_of_the_month(text: str, today: date, day: date) -> None:
    assert RelativeDate.read(text).on(today) == day


def test_somebody_born_on_a_leap_day_comes_of_age_on_the_first_of_march() -> None:
    condition = parse("day <= today-18y", SCHEMA)
    row = {"day": date(2004, 2, 29)}
    assert explain(condition, row, today=date(2022, 2, 28)).verdict is False
    assert explain(condition, row, today=date(2022, 3, 1)).verdict is True


def test_more_than_a_hundred_years_are_refused() -> None:
    with pytest.raises(ConditionError):
        parse("day <= today-101y", SCHEMA)


def test_unknown_is_never_false() -> None:
    row = {"count": 5}
    assert explain(parse("amount > 1", SCHEMA), row).verdict is None
    assert explain(parse("not amount > 1", SCHEMA), row).verdict is None
    assert explain(parse("amount > 1 or count = 5", SCHEMA), row).verdict is True
    explanation = explain(parse("amount > 1 and count = 4 and done known", SCHEMA), row)
    assert explanation.outcome == "fails"
    assert [clause.outcome for clause in explanation.clauses] == ["unknown", "fails", "fails"]
    assert explanation.to_json()["clauses"][1]["actual"] == 5


@pytest.mark.parametrize(
    "row",
    [
        {"count": "5"},
        {"count": True},
        {"amount": 1.5},
        {"day": datetime(2025, 1, 1, tzinfo=UTC)},
        {"at": datetime(2025, 1, 1)},  # noqa: DTZ001  # a time without zone is what is refused
        {"tags": "abc"},
    ],
)
def test_a_row_with_a_value_of_another_type_is_refused(row: dict[str, object]) -> None:
    (key,) = row
    with pytest.raises(TypeError, match=key):
        explain(compare(AT[key], "known"), row)


def test_a_condition_reads_in_words() -> None:
    condition = parse(
        'unit under "44" and (light in ("red", "yellow") or not done known) and amount >= 5'
        " and day < today-7d",
        SCHEMA,
    )
    assert describe(condition, {("unit", "44"): "广东省"}) == (
        "单位：广东省（含下级） 且 （灯：红灯、黄灯之一 或 办结未填） 且 金额不低于5亿元"
        " 且 日期早于7 天前"
    )
    assert describe(ALWAYS) == "全部"
    assert describe(NEVER) == "无"


@pytest.mark.parametrize(
    "arguments",
    [
        {"key": "Upper", "type": "text"},
        {"key": "and", "type": "text"},
        {"key": "a", "type": "float"},
        {"key": "a", "type": "choice"},
        {"key": "a", "type": "text", "choices": (("x", "X"),)},
        {"key": "a", "type": "text", "hierarchy": "prefix"},
    ],
)
def test_a_wrong_attribute_is_refused(arguments: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="attribute"):
        Attribute(label="名", **arguments)  # type: ignore[arg-type]  # wrong on purpose


def test_two_attributes_of_one_key_are_refused() -> None:
    with pytest.raises(ValueError, match="same key"):
        Schema("twice", (AT["name"], AT["name"]))
