"""What tells who somebody is does not come onto a public page."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from district.systems.appeals.suggesting.anonymising import masked, personal_content


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("打我13800138000", "打我〔电话〕"),
        ("电话：138-0013-8000。", "电话：〔电话〕。"),
        ("１３８００１３８０００找我", "〔电话〕找我"),
        ("+86 13800138000", "〔电话〕"),
        ("一三八零零一三八零零零", "〔电话〕"),
        ("0755-28912345", "〔电话〕"),
        ("电话28912345", "电话〔电话〕"),
        ("身份证440307199001011234", "身份证〔证件号〕"),
        ("身份证44030719900101123X的", "身份证〔证件号〕的"),
        ("老证440307900101123", "老证〔证件号〕"),
        ("卡号6222021234567890123", "卡号〔号码〕"),
        ("粤B12345挡路", "〔车牌〕挡路"),
        ("粤b·12345挡路", "〔车牌〕挡路"),
        ("绿牌粤BD12345", "绿牌〔车牌〕"),
        ("车牌B1234K", "车牌〔车牌〕"),
        ("邮箱li.ming@example.com", "邮箱〔邮箱〕"),
        ("微信号abc_12345", "微信号〔联系方式〕"),
        ("我住3栋502,漏水", "我住〔房号〕,漏水"),
        ("B座2单元1203房", "〔房号〕"),
        ("业主王先生说", "业主某先生说"),
        ("张建国主任不理人", "某主任不理人"),
        ("欧阳女士投诉", "某女士投诉"),
        ("我叫李小明,住这里", "我叫某某,住这里"),
        ("联系人：陈红，电话13800138000", "联系人：某某，电话〔电话〕"),
    ],
)
def test_it_is_replaced_by_what_it_was(text: str, shown: str) -> None:
    assert masked(text).text == shown


@pytest.mark.parametrize(
    "text",
    [
        "拨打12345和110都没人接",
        "从2024年11月到2025年3月",
        "水费3200元,电费1250.50元",
        "M229等了50分钟",
        "保安大哥不管",
        "任何老师都这样",
        "班主任老师打人",
        "向社区反映多次",
        "对方老板跑路",
        "由于经理不在",
        "三房隔成八间,2500房租",
        "一共有13800户",
        "工单20250926000017",
    ],
)
def test_what_names_nobody_stays(text: str) -> None:
    assert masked(text).text == text
    assert personal_content(text) == ()


_PRIVATE = st.one_of(
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    st.from_regex(
        r"44030[1-9](19[4-9][0-9]|200[0-9])(0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])[0-9]{3}[0-9X]",
        fullmatch=True,
    ),
    st.from_regex(r"粤[A-F][1-9][0-9]{4}", fullmatch=True),
)
_TALK = st.text("我住在这里的路灯坏了,。 垃圾请快来处理", max_size=12)


@given(st.lists(st.tuples(_TALK, _PRIVATE), min_size=1, max_size=4), _TALK)
def test_no_number_survives_between_words(parts: list[tuple[str, str]], end: str) -> None:
    text = "".join(f"{talk}，{private}，" for talk, private in parts) + end
    result = masked(text)
    for _talk, private in parts:
        assert private not in result.text
    assert len(result.found) >= len(parts)


@given(st.text(max_size=80))
def test_what_is_found_is_apart_in_order_and_where_it_is_said_to_be(text: str) -> None:
    result = masked(text)
    assert all(a.end <= b.start for a, b in pairwise(result.found))
    assert all(text[one.start : one.end] == one.text for one in result.found)
    if not result.found:
        assert result.text == text


@given(st.lists(st.tuples(_TALK, _PRIVATE), max_size=3))
def test_masking_twice_changes_nothing_more(parts: list[tuple[str, str]]) -> None:
    once = masked("，".join(talk + "，" + private for talk, private in parts)).text
    assert masked(once).text == once
