"""Telephone and identity numbers are hidden however they are written; other numbers stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from district.kernel.base.masking import without_numbers


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("请打13800138000找我", "请打〔电话〕找我"),
        ("138-0013-8000，138 0013 8000", "〔电话〕，〔电话〕"),
        ("１３８００１３８０００", "〔电话〕"),
        ("+86 13800138000", "〔电话〕"),
        ("一三八零零一三八零零零", "〔电话〕"),
        ("0755-28912345", "〔电话〕"),
        ("电话2891 2345", "电话〔电话〕"),
        ("身份证440307199001011234。", "身份证〔证件号〕。"),
        ("44030719900101123X", "〔证件号〕"),
        ("４４０３０７１９９００１０１１２３４", "〔证件号〕"),
        ("440307900101123", "〔证件号〕"),
    ],
)
def test_a_number_of_a_person_is_hidden(text: str, shown: str) -> None:
    assert without_numbers(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "",
        "垃圾堆了三天",
        "SQ250926-7K2Q9M",
        "2025-09-26 10:30 开始",
        "欠薪12345678.50元",
        "拨打12345、110",
        "第20250926001号通知",
        "粤府〔2025〕12号",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert without_numbers(text) == text


@given(st.text(max_size=80))
def test_whatever_comes_is_taken_and_twice_is_as_once(text: str) -> None:
    once = without_numbers(text)
    assert without_numbers(once) == once


@given(st.text(max_size=20), st.text(max_size=20))
def test_a_number_is_hidden_wherever_it_stands(before: str, behind: str) -> None:
    assert "13800138000" not in without_numbers(f"{before}，13800138000。{behind}")
