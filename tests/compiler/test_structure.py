"""Headings, periods, tasks, glossary, contradictions, differences."""

from __future__ import annotations

import pytest

from district.compiler import Compilation, compile_text
from district.compiler.diff import compare
from district.compiler.model import FLAG_CONTRADICTED
from district.compiler.numbers import find_quantities, han_value
from district.compiler.topics import THEMES

REPORT = """\
关于云溪县2024年国民经济和社会发展计划执行情况与2025年计划草案的报告
一、2024年国民经济和社会发展计划执行情况
（一）工业经济
1.企业培育扎实推进。新增规上工业企业22家，总数达263家。
2.园区建设提速。建成标准厂房86万平方米。
二、2025年工作安排
（一）产业集聚
1.培育壮大企业。力争全年新增规上工业企业30家。打造一流营商环境。
名词解释
1.“四上”企业：规模以上工业、建筑业、批零住餐和服务业企业，2024年共1200家。
2.标准厂房：通用的工业厂房。
"""


def test_sections_know_their_period() -> None:
    compiled = compile_text(REPORT)
    periods = [(s.title, s.kind, s.year) for s in compiled.sections if s.level <= 3]
    assert periods == [
        ("一、2024年国民经济和社会发展计划执行情况", "actual", 2024),
        ("（一）工业经济", "actual", 2024),
        ("二、2025年工作安排", "target", 2025),
        ("（一）产业集聚", "target", 2025),
    ]
    assert compiled.report_year == 2025
    assert compiled.place == "云溪县"


def test_tasks_form_a_tree_down_to_the_clause() -> None:
    compiled = compile_text(REPORT)
    tree = [(t.id, t.level, t.title) for t in compiled.tasks if t.kind == "target"]
    assert tree == [
        ("2", 0, "2025年工作安排"),
        ("2.1", 1, "产业集聚"),
        ("2.1.1", 2, "培育壮大企业"),
        ("2.1.1.1", 3, "力争全年新增规上工业企业30家"),
        ("2.1.1.2", 3, "打造一流营商环境"),
    ]
    qualitative = {t.id: t.qualitative for t in compiled.tasks}
    assert qualitative["2.1.1.1"] is False
    assert qualitative["2.1.1.2"] is True
    assert qualitative["2"] is False


def test_the_glossary_becomes_terms_and_no_statements() -> None:
    compiled = compile_text(REPORT)
    assert [t.term for t in compiled.glossary] == ["“四上”企业", "标准厂房"]
    assert not [s for s in compiled.statements if s.raw == "1200家"]


@pytest.mark.parametrize(
    ("title", "past", "coming"),
    [
        ("政府工作报告\n——2025年1月8日在某市第十七届人民代表大会第六次会议上", 2024, 2025),
        ("关于某县2022年计划执行情况与2023年计划草案的报告", 2022, 2023),
        ("某管委会2024年工作报告", 2024, 2025),
        ("二〇二四年政府工作报告\n（二〇二四年一月八日）", 2023, 2024),
    ],
)
def test_headings_without_a_year_take_the_reports(title: str, past: int, coming: int) -> None:
    text = f"{title}\n一、工作回顾\n新增企业30家。\n二、下一步工作安排\n新增企业40家。\n"
    rows = [(s.kind, s.year) for s in compile_text(text).statements]
    assert rows == [("actual", past), ("target", coming)]


def test_the_end_of_a_five_year_plan_is_a_year() -> None:
    text = "一、2024年工作回顾\n力争到“十五五”末，森林覆盖率达到65%。较“十三五”末提高2个百分点。\n"
    target = compile_text(text).statements[0]
    assert (target.year, target.kind, target.comparator) == (2030, "target", ">=")


def test_table_rows_are_no_statements() -> None:
    text = "二、2025年主要目标\n地区生产总值\t6.7%\t6%\n| 固定资产投资 | 8% |\n财政收入增长5%。\n"
    assert [s.raw for s in compile_text(text).statements] == ["5%"]


def test_contradictions_inside_a_report_are_listed() -> None:
    text = "一、2024年工作回顾\n社区食堂总数达120家。\n全年工作扎实。社区食堂总数达130家。\n"
    compiled = compile_text(text)
    assert len(compiled.contradictions) == 1
    assert all(FLAG_CONTRADICTED in s.flags for s in compiled.statements)


def changes(old: str, new: str) -> list[tuple[str, str]]:
    before, after = compile_text(old), compile_text(new)

    def name(compiled: Compilation, place: int | None) -> str:
        return "" if place is None else compiled.statements[place].measure

    return [(d.change, name(after, d.new) or name(before, d.old)) for d in compare(before, after)]


def test_a_report_against_itself_has_no_difference() -> None:
    assert {change for change, _ in changes(REPORT, REPORT)} == {"same"}


def test_an_amended_report_is_matched_by_content() -> None:
    amended = (
        REPORT.replace("30家", "35家")
        .replace("2.园区建设提速。建成标准厂房86万平方米。\n", "")
        .replace("打造一流营商环境。", "打造一流营商环境。新增公办学位1200个。")
    )
    assert changes(REPORT, amended) == [
        ("same", "规上工业企业"),
        ("same", "规上工业企业"),
        ("changed", "规上工业企业"),
        ("added", "公办学位"),
        ("removed", "标准厂房"),
    ]


def test_fingerprints_survive_a_move() -> None:
    moved = REPORT.replace("一、2024年", "前言很短。\n一、2024年")
    old = {s.raw: s.fingerprint for s in compile_text(REPORT).statements}
    assert {s.raw: s.fingerprint for s in compile_text(moved).statements} == old


def test_a_sentence_in_another_section_has_moved() -> None:
    sentence = "建成标准厂房86万平方米。"
    moved = REPORT.replace(sentence, "").replace("总数达263家。", "总数达263家。" + sentence)
    assert ("moved", "标准厂房") in changes(REPORT, moved)


def test_themes_are_known_keys() -> None:
    compiled = compile_text(REPORT)
    found = {theme for s in compiled.statements for theme in s.themes}
    assert "industry" in found
    assert found <= set(THEMES)


@pytest.mark.parametrize(
    ("numeral", "value"),
    [("三十五", 35), ("两百", 200), ("一百零二", 102), ("十", 10), ("三万", 30000), ("半", None)],
)
def test_chinese_numerals(numeral: str, value: int | None) -> None:
    assert han_value(numeral) == value


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("1200余人", "人"), ("140多家", "家"), ("195万人次", "万人次"), ("12万㎡", "万平方米"),
        ("0.3个百分点", "百分点"), ("5.8km", "公里"), ("3.3公里/平方公里", "公里/平方公里"),
        ("5.9万吨标准煤", "万吨标准煤"), ("33微克/立方米", "微克/立方米"), ("1940人(次)", "人(次)"),
    ],
)  # fmt: skip
def test_units_are_normalised(text: str, unit: str) -> None:
    quantities = find_quantities(text, 0, len(text))
    assert [q.unit for q in quantities] == [unit]
    assert (quantities[0].start, quantities[0].end) == (0, len(text))
