"""Which year a sentence is of, and whether its part looks back or ahead."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from district.compiler.layout import Layout
from district.compiler.model import Kind

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?= ?年| ?[-—~至] ?(?:19|20)?\d\d ?年)")
_HAN_YEAR = re.compile(r"二[〇零○O0](?:[〇零○一二三四五六七八九O0]){2}年")
_HAN_DIGITS = str.maketrans("〇零○O一二三四五六七八九", "0000123456789")
_ACTUAL = re.compile(
    "执行情况|完成情况|回顾|成效|工作总结|总结|过去(?:一|五|三|的)|成绩|运行情况|推进情况|"
    "发展情况|进展|成就|落实情况|主要经济指标$|实施情况|存在的?(?:主要)?(?:问题|困难|不足)|"
    "面临的?(?:问题|困难)|(?:上半年|前三季度|一季度)的?(?:主要|重点)?工作$|去年|上年|开展情况|主要做法|工作情况|发展情况|工作成就"
)
_TARGET = re.compile(
    "目标|安排|重点工作|主要任务|重点任务|工作任务|思路|打算|展望|总体要求|总体思路|今后|未来|"
    "下一步|工作计划|工作要点|"
    "主要工作$|(?:主要|重点|工作)举措|下半年|下(?:一)?(?:阶段|步)|四季度(?:重点)?工作|谋划|计划草案|工作部署|计划$|奋斗|下年|明年|措施|建议|"
    "民生实事|实事项目|为民办?实事|十件实事|今年工作"
)
#: 与预期目标有一定差距 looks back at goals and announces none.
_BEHIND_GOAL = re.compile(
    "(?:与|距|距离|离|较|比)[^。]{0,12}(?:目标|计划|预期)[^。]{0,6}(?:差距|距离|偏差)|"
    "(?:低于|不及|未能?达到?|未能?完成|没有达到|没有完成|慢于)[^。]{0,26}(?:目标|预期|计划)"
)
_GOAL_SENTENCE = re.compile(
    "(?:预期|主要|发展|奋斗|总体|工作|具体|年度|全年)目标(?:任务)?(?:建议)?(?:为|是|如下|:|有|"
    ",)|建议.{0,12}目标|目标(?:是|为|如下)[::]|"
    "(?:今后|未来)[三五]年.{0,20}(?:目标|要|将)"
)


#: 二〇三五年远景目标纲要, 2021-2025年: what a plan in the title is for.
_FAR = re.compile(
    r"(?:20\d\d|二[〇零○]三五) ?年远景(?:目标|规划)|20\d\d ?年? ?[-—~至]{1,2} ?20\d\d ?年"
)
_SPOKEN = re.compile(r"(20\d\d) ?年(1?\d)月\d{1,2}日")
_SO_FAR = re.compile(
    r"今年(?:以来|上半年|[一二三]季度|前(?:[一二三两]个?季度|[一二三四五六七八九十\d]{1,2}个月)|"
    r"1[-—~至]\d{1,2}月)|(?:截至|截止)今年"
)
#: Titles that fit a review as well as a plan.
_WEAK = re.compile("(?:主要|重点)工作$|工作(?:任务|措施|举措)$|主要(?:举措|措施|做法)$")
_TITLE_AHEAD = re.compile(
    "(?:民生实事|实事项目|工作要点|工作计划|工作安排|重点工作|工作任务|目标任务|行动计划|行动方案|实施方案|计划草案)"
)
_TITLE_BACK = re.compile("总结|回顾|情况|进展|成效|报告(?!.{0,12}(?:分解|分工))|评估|公报|小结")
#: 西山区第十四个五年规划: five years behind the last one's end.
_OUTLINE = re.compile(
    "第十([一二三四五六七])个五年规划|[“]?十([一二三四五六七])五[”]?(?:发展)?规划"
)
_PROBLEMS = re.compile("(?:问题|困难|不足|短板|挑战)(?:和(?:问题|困难|不足|挑战))?$")
_AHEAD = re.compile(
    "明年|今年|下一步|今后|未来|下年|下半年|打算|工作(?:计划|安排|思路|要点)|计划草案"
)
_PLAN = re.compile("十([一二三四五六七])五")
_FIVE_YEARS = re.compile(
    "(?:今后|未来|接下来)(?:的)?([两三四五])年|([三五])年(?:奋斗|发展|总体|主要)?(?:目标|任务)|"
    "用([两三四五2-5])年(?:左右)?(?:的)?时间"
)


@dataclass(frozen=True, slots=True)
class Period:
    """Kind and year of a part of the report."""

    kind: Kind
    year: int | None


def years_in(folded: str) -> list[int]:
    """All calendar years written in a string, in order (2021-2025年 gives both)."""
    found = [(m.start(), int(m[1])) for m in _YEAR.finditer(folded)]
    found.extend(
        (m.start(), int(m[0][:-1].translate(_HAN_DIGITS))) for m in _HAN_YEAR.finditer(folded)
    )
    found.sort()
    return [year for _, year in found if 1949 <= year <= 2100]


def report_years(layout: Layout, folded: str) -> tuple[int | None, int | None]:
    """The year looked back on and the year looked ahead to, as far as the text says."""
    past, coming = _years_said(layout, folded)
    spoken = given(layout, folded).year
    if past is not None and spoken is not None and past > spoken:
        # A review of a plan that names the plan's end in its title.
        return spoken - 1, spoken
    return past, coming


def _years_said(layout: Layout, folded: str) -> tuple[int | None, int | None]:
    past, coming = _dated_parts(layout)
    for heading in layout.headings if past is None else ():
        if heading.level > 3 or heading.inline:
            continue
        years = years_in(heading.title)
        if not years:
            continue
        if _ACTUAL.search(heading.title):
            past = past or years[-1]
        elif _TARGET.search(heading.title):
            coming = coming or years[-1]
    if coming is None and past is not None and re.search("上半年|前三季度", layout.title):
        return past, past
    outline = _OUTLINE.search(layout.title)
    if past is None and coming is None and outline and not _TITLE_BACK.search(layout.title):
        ends = 2010 + 5 * "一二三四五六七".index(outline[1] or outline[2])
        return ends - 5, ends
    title = _FAR.sub("", layout.title)
    title_years = years_in(title.replace("第", ""))
    head = folded[:1500]
    if past is None and coming is None and title_years:
        past, coming = _from_title(title, title_years)
    if past is None and coming is None:
        past, coming = _from_head(head)
    if past is None and coming is not None:
        past = coming - 1
    if coming is None and past is not None:
        coming = past + 1
    return past, coming


def _dated_parts(layout: Layout) -> tuple[int | None, int | None]:
    """The two years of a report whose parts carry one each, whatever they are called.

    2022年主要工作 followed by 2023年工作计划: the part of the earlier year is the review.
    """
    groups: dict[tuple[int, int], list[int]] = {}
    for heading in layout.headings:
        years = years_in(heading.title)
        if heading.level <= 3 and not heading.inline and len(years) == 1:
            groups.setdefault((heading.parent, heading.level), []).append(years[0])
    for years in groups.values():
        for first, second in pairwise(years):
            if second == first + 1:
                return first, second
    return None, None


def _from_title(title: str, years: list[int]) -> tuple[int | None, int | None]:
    if re.search("上半年|前三季度|[一二三]季度", title):
        return years[0], years[0]
    dated = years_in(_SPOKEN.sub("", title).replace("第", ""))
    if dated and ("执行情况" in title or "完成情况" in title):
        return dated[0], dated[0] + 1
    spoken = re.search(r"(20\d\d)年\d{1,2}月\d{1,2}日", title)
    if spoken:
        return int(spoken[1]) - 1, int(spoken[1])
    if re.search(r"20\d\d年(?:度)?政府工作报告", title):
        # The report that a government gives in this year, on the year before.
        return years[0] - 1, years[0]
    if re.search(
        r"20\d\d年(?:度)?工作报告|20\d\d年.{0,12}(?:总结|公报|成就|回顾|(?:发展|运行|工作)情况)",
        title,
    ):
        return years[0], years[0] + 1
    return None, years[-1]


@dataclass(frozen=True, slots=True)
class Given:
    """The year and the month in which a report was given, as far as its head says."""

    year: int | None = None
    month: int | None = None

    def year_over(self, past: int | None) -> bool:
        """True where the year that is looked back on had ended, or where nothing is said."""
        return self.year is None or past is None or self.year > past


def given(layout: Layout, folded: str) -> Given:
    """When a report was given: the date in its title or below it."""
    match = _SPOKEN.search(layout.title) or _SPOKEN.search(folded[:1500])
    return Given(int(match[1]), int(match[2])) if match else Given()


def this_year(body: str, base: Period, date: Given) -> int | None:
    """截至今年9月底 in a review that is given in the middle of a year: rows are of that year."""
    if base.kind != "actual" or base.year is None or date.year is None or date.month is None:
        return None
    speaks = date.month > 4 and date.year > base.year and _SO_FAR.search(body)
    return date.year if speaks else None


def _from_head(head: str) -> tuple[int | None, int | None]:
    spoken = re.search(r"(20\d\d)年1?\d月\d{1,2}日", head)
    if spoken:
        return int(spoken[1]) - 1, int(spoken[1])
    years = years_in(head)
    return (years[0], years[0] + 1) if years else (None, None)


def period_of_report(layout: Layout, past: int | None, coming: int | None) -> Period:
    """What holds where no heading says otherwise: 2025年工作要点 looks ahead as a whole."""
    ahead = _TITLE_AHEAD.search(layout.title) and not _TITLE_BACK.search(layout.title)
    return Period("target", coming) if ahead else Period("actual", past)


def heading_periods(layout: Layout, past: int | None, coming: int | None) -> list[Period]:
    """The period of every heading, inherited from the heading above where it says nothing."""
    periods: list[Period] = []
    turn = _turn(layout)
    whole = period_of_report(layout, past, coming)
    for index, heading in enumerate(layout.headings):
        above = periods[heading.parent] if heading.parent >= 0 else whole
        if heading.inline or heading.level > 3:
            periods.append(above)
            continue
        top = heading.parent < 0
        if top and index < turn and not years_in(heading.title) and _WEAK.search(heading.title):
            periods.append(Period("actual", past))
            continue
        periods.append(_period_of(heading.title, above, top, past, coming))
    return periods


def _turn(layout: Layout) -> int:
    """The position of the first part that clearly looks ahead, if no part before it looks back.

    主要工作 and 重点工作 say nothing on their own: in front of such a part they are the
    review. 0 where the report has a part that says that it looks back.
    """
    for index, heading in enumerate(layout.headings):
        if heading.parent >= 0 or heading.inline:
            continue
        if _PROBLEMS.search(heading.title):
            # What is told in front of the problems is what was done.
            return index
        if _ACTUAL.search(heading.title):
            return 0
        if _AHEAD.search(heading.title):
            return index
    return 0


def _period_of(
    title: str, above: Period, top: bool, past: int | None, coming: int | None
) -> Period:
    years = years_in(title)
    looks_back = bool(_ACTUAL.search(title)) and not re.search("目标任务$|工作任务$", title)
    if not top and not years:
        # Inside a part only a clear change of direction counts.
        if above.kind == "actual" and re.search(
            "(?:主要|预期|发展|奋斗)目标$|(?:今年|明年|下一步).*(?:安排|任务|打算|工作)", title
        ):
            return Period("target", coming)
        if above.kind == "target" and _FIVE_YEARS.search(title):
            return Period("target", period_end(title, coming))
        return above
    if looks_back:
        return Period("actual", years[-1] if years else past)
    if years and past is not None and coming != past and years[-1] <= past:
        return Period("actual", years[-1])
    if _TARGET.search(title) or re.search("今后|未来|明年", title):
        if years:
            return Period("target", years[-1])
        plan = _PLAN.search(title)
        ends = 2010 + 5 * "一二三四五六七".index(plan[1]) if plan else 0
        if coming is not None and ends >= coming:
            return Period("target", ends)
        return Period("target", period_end(title, coming))
    if years and coming is not None and years[-1] >= coming:
        return Period("target", years[-1])
    return above


def period_end(text: str, coming: int | None) -> int | None:
    """The last year of the period that a text speaks of (今后五年), else the coming year."""
    match = _FIVE_YEARS.search(text)
    if match is None or coming is None:
        return coming
    count = match[1] or match[2] or match[3]
    return coming + ("两三四五".index(count) + 2 if count in "两三四五" else int(count)) - 1


def goal_sentence(folded: str) -> bool:
    """True where a sentence announces goals, which hold for the rest of its list."""
    if _BEHIND_GOAL.search(folded):
        return False
    return bool(_GOAL_SENTENCE.search(folded))
