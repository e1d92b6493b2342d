"""The sentences that the compiler must get right, one behaviour a test."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from district.compiler import Compilation, Statement, compile_text
from district.compiler.model import FLAG_BELOW_ACTUAL, FLAG_REPEATED

REPORT = (Path(__file__).parent / "corpus" / "issue-examples.txt").read_text("utf-8")


@pytest.fixture(scope="module")
def compiled() -> Compilation:
    return compile_text(REPORT)


def one(compiled: Compilation, raw: str, measure: str = "") -> Statement:
    found = [s for s in compiled.statements if s.raw == raw and measure in s.measure]
    assert len(found) == 1, (raw, measure, [(s.raw, s.measure) for s in compiled.statements])
    return found[0]


def told(sentence: str) -> list[tuple[str, str, str, str]]:
    return [
        (s.measure, s.comparator, str(s.value), s.unit) for s in compile_text(sentence).statements
    ]


def test_a_cited_plan_is_a_target_and_the_outturn_stays_actual(compiled: Compilation) -> None:
    plan, growth = one(compiled, "1540亿元"), one(compiled, "1%")
    assert (plan.kind, plan.measure, plan.year) == ("target", "投资", 2024)
    assert (growth.kind, growth.measure, growth.basis) == ("target", "投资", "yoy")
    outturn = one(compiled, "3.1%")
    assert (outturn.kind, outturn.measure, outturn.basis) == ("actual", "固定资产投资额", "yoy")


def test_a_target_below_the_actual_is_flagged_and_not_corrected(compiled: Compilation) -> None:
    actual, target = one(compiled, "91.1%"), one(compiled, "70%")
    assert (target.comparator, target.value, target.kind) == (">=", Decimal(70), "target")
    assert FLAG_BELOW_ACTUAL in target.flags
    linked = [
        (compiled.statements[x.actual], compiled.statements[x.target]) for x in compiled.links
    ]
    assert (actual, target) in linked


def test_growth_with_a_minus_sign_is_negative(compiled: Compilation) -> None:
    assert one(compiled, "-6.85%").value == Decimal("-6.85")


def test_a_fall_is_negative_and_a_level_reached_by_falling_is_not() -> None:
    assert told("社会消费品零售总额下降0.4%。") == [("社会消费品零售总额", "=", "-0.4", "%")]
    assert told("农村贫困人口减少87.3万人。") == [("农村贫困人口", "=", "-87.3", "万人")]
    assert told("失业率降至5.1%。") == [("失业率", "=", "5.1", "%")]


def test_an_explicit_year_wins_over_the_part(compiled: Compilation) -> None:
    share = one(compiled, "15.8%")
    assert (share.year, share.kind, share.measure) == (2023, "actual", "全社会研发投入占GDP比重")


def test_thresholds_stay_inside_the_measure(compiled: Compilation) -> None:
    assert one(compiled, "6个").measure == "30亿元以上项目"
    assert one(compiled, "11个").measure == "10-30亿元项目"
    leaders = one(compiled, "3家")
    assert (leaders.measure, leaders.comparator) == ("100亿级头部建筑企业", ">=")
    assert not [s for s in compiled.statements if s.unit == "亿元" and s.value in (10, 30, 100)]


def test_flow_and_stock_of_one_measure(compiled: Compilation) -> None:
    new, total = one(compiled, "31家"), one(compiled, "111家")
    assert new.measure == total.measure == "国家级专精特新“小巨人”企业"
    assert (new.basis, total.basis) == ("flow", "stock")


def test_a_share_of_the_list_keeps_the_subject_and_names_its_own_measure(
    compiled: Compilation,
) -> None:
    national = one(compiled, "2项")
    assert (national.subject, national.measure) == ("国家超高清视频创新中心", "国家标准")


def test_the_same_shows_with_two_subjects_are_two_rows(compiled: Compilation) -> None:
    shows = [s for s in compiled.statements if s.raw == "62场"]
    assert [s.subject for s in shows] == ["大运中心", ""]
    assert all(FLAG_REPEATED in s.flags for s in shows)


def test_from_to_statements_are_one_row(compiled: Compilation) -> None:
    air, time = one(compiled, "17.9微克"), one(compiled, "5分钟")
    assert (air.value_from, air.value, air.unit) == (
        Decimal("18.6"),
        Decimal("17.9"),
        "微克/立方米",
    )
    assert (time.value_from, time.value, time.measure) == (Decimal(30), Decimal(5), "核查时间")
    assert not [s for s in compiled.statements if s.raw in ("18.6微克", "30分钟")]


def test_a_task_that_is_done_is_actual_though_its_goal_is_named(compiled: Compilation) -> None:
    lit = one(compiled, "80%", "点火率")
    assert (lit.kind, lit.value, lit.measure) == ("actual", Decimal(80), "点火率")


def test_a_forecast_is_an_estimate(compiled: Compilation) -> None:
    assert one(compiled, "27.6亿元").kind == "estimate"
    assert one(compiled, "51.8%").kind == "estimate"


@pytest.mark.parametrize(
    "sentence",
    [
        "轨道五期17、22、25、27号线已开展绿化迁移及管线迁改等前期工作。",
        "深入推进“1+6+2+1”专项整治行动。",
        "充分发挥区工业47强企业作用。",
        "大力治理PM2.5,改善空气质量。",
        "开展深圳龙岗·100+亚洲艺术季。",
        "推动《龙岗区国土空间分区规划(2021-2035年)》规划落地实施。",
        "全面落实施工工地扬尘污染防治“6个100%”。",
        "加快推动220千伏产业园、110千伏金融二等输变电工程建设。",
        "增速排名全市第一,位居全省第3位。",
        "谋划筹办第十三届深圳国际低碳城论坛。",
        "落实省委十三届三次全会精神和二十届二中、三中全会精神。",
        "围绕年度投资5000万元以上重点项目,实施“表格化、清单化”管理。",
        "推动投资超10亿元重点项目投资纳统。",
        "实施罗山片区三年行动计划,深入推进“安全生产百日攻坚”行动。",
        "根据国发〔2021〕3号文件,自2024年8月1日起施行。",
        "形成“四大体系”,出台“三个工作方案”,发布“三个清单”。",
        "龙岗能源生态园获评国家级AAA级生活垃圾焚烧发电厂。",
    ],
)
def test_names_ranks_dates_and_thresholds_are_no_statements(sentence: str) -> None:
    assert told(sentence) == []


def test_a_target_without_a_number_is_a_qualitative_task(compiled: Compilation) -> None:
    task = next(t for t in compiled.tasks if t.text.startswith("——万元GDP水耗"))
    assert (task.kind, task.year, task.qualitative, task.statements) == ("target", 2025, True, ())


def test_deadlines_are_read(compiled: Compilation) -> None:
    tasks = {t.title: t for t in compiled.tasks}
    assert tasks["力争先导区一期于2025年5月实现竣工开园"].deadline == "2025-05"
    assert tasks["推动西坑粮库项目年内竣工"].deadline == "2025-12-31"
    assert one(compiled, "80%", "零直排区创建比例").deadline == "2025-12-31"
    assert one(compiled, "3家").deadline == "2025-12-31"
    assert one(compiled, "30家").year == 2025


def test_numbers_hang_under_their_task(compiled: Compilation) -> None:
    item = next(t for t in compiled.tasks if t.title == "健全产业体系")
    clause = next(t for t in compiled.tasks if t.parent == item.id and not t.qualitative)
    assert [compiled.statements[i].raw for i in clause.statements] == ["3家", "20家", "40家"]
    assert all(compiled.statements[i].task == clause.id for i in clause.statements)


@pytest.mark.parametrize(
    ("sentence", "rows"),
    [
        (
            "一产、二产、三产增加值分别为31.2亿元、72.8亿元和82.4亿元。",
            [
                ("一产增加值", "=", "31.2", "亿元"),
                ("二产增加值", "=", "72.8", "亿元"),
                ("三产增加值", "=", "82.4", "亿元"),
            ],
        ),
        ("进出口总额5718.9亿元,同比增长8.2%。", [
            ("进出口总额", "=", "5718.9", "亿元"), ("进出口总额", "=", "8.2", "%")]),
        ("吸引140多家低碳领军企业参展。", [("低碳领军企业", ">", "140", "家")]),
        ("新增国家高新技术企业204家、单项冠军14家。", [
            ("国家高新技术企业", "=", "204", "家"), ("单项冠军", "=", "14", "家")]),
        ("新登记经营主体1,234户。", [("经营主体", "=", "1234", "户")]),
        ("财政民生支出占比达七成以上。", [("财政民生支出占比", ">=", "7", "成")]),
        ("新引进世界500强企业两家。", [("世界500强企业", "=", "2", "家")]),
        ("关停搬迁沿江化工企业近百家。", [("沿江化工企业", "~", "100", "家")]),
        ("城乡路网密度达3.3公里/平方公里。", [("城乡路网密度", "=", "3.3", "公里/平方公里")]),
    ],
)  # fmt: skip
def test_sentences_of_other_reports(sentence: str, rows: list[tuple[str, str, str, str]]) -> None:
    assert told(sentence) == rows


@pytest.mark.parametrize(
    ("words", "target", "actual"),
    [
        ("达70%", ">=", "="), ("达到70%", ">=", "="), ("超70%", ">", ">"), ("突破70%", ">", ">"),
        ("约70%", "~", "~"), ("近70%", "~", "~"), ("70%左右", "~", "~"), ("70%以上", ">=", ">="),
        ("不低于70%", ">=", ">="), ("不超过70%", "<=", "<="), ("控制在70%以内", "<=", "<="),
        ("提升至70%", "=", "="), ("提高到70%", "=", "="), ("降至70%", "=", "="),
        ("为70%", "=", "="),
        ("提高到70%以上", ">=", ">="), ("低于70%", "<", "<"), ("高于70%", ">", ">"),
    ],
)  # fmt: skip
def test_comparators_depend_on_the_kind(words: str, target: str, actual: str) -> None:
    text = f"一、2024年工作回顾\n森林覆盖率{words}。\n二、2025年工作安排\n森林覆盖率{words}。\n"
    past, coming = compile_text(text).statements
    assert (past.kind, past.comparator, past.year) == ("actual", actual, 2024)
    assert (coming.kind, coming.comparator, coming.year) == ("target", target, 2025)


def test_respectively_spreads_the_comparator_over_its_list() -> None:
    text = (
        "二、2025年工作安排\n集成电路、生命健康产业产值分别达到1000亿元、1500亿元。\n"
        "城镇、农村居民收入分别增长7%和8%以上。调查失业率、登记失业率分别控制在5.5%和4.5%以内。\n"
    )
    rows = [(s.comparator, s.raw) for s in compile_text(text).statements]
    assert rows == [
        (">=", "1000亿元"),
        (">=", "1500亿元"),
        (">=", "7%"),
        (">=", "8%"),
        ("<=", "5.5%"),
        ("<=", "4.5%"),
    ]
