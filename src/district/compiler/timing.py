"""Kind, year and deadline of one statement, from its clause and its part of the report."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass

from district.compiler import yardsticks
from district.compiler.model import Comparator, Kind
from district.compiler.periods import Period, period_end, years_in
from district.compiler.rows import Row

#: Years that are not the statement's own: bases of comparison, names, origins.
_FOREIGN = re.compile(
    r"(?:比|较|与|由|从|自|是|为|相当于|以|超过|高于|在|同)(?:19|20)\d\d ?年(?:度)?(?:的|同期|"
    r"末|底|基础|相比|增|提高|下降|平均|水平)?|"
    r"(?:19|20)\d\d ?年(?:度)?(?:(?:同期)?(?:水平)?的(?=\d|$)|基础上|以来|相比|同期|为基期|增长|"
    r"至今|建成|成立|起)|(?:19|20)\d\d ?年(?:度)?(?:规划)?(?:目标|计划|任务)(?:值|数)?的|"
    r"《[^》]*》|“[^”]*”|\([^)]*\)|〔[^〕]*〕"
)
_LOOKS_BACK = re.compile(
    "已(?:经)?(?:建成|完成|实现|达|有|培育|引进|落户|累计)|"
    "截至(?!.{0,6}底前)|(?<![比较])去年|(?<![比较])上年(?!.{0,3}(?:增长|下降|提高|减少|末|底|同期))"
)
_LOOKS_AHEAD = re.compile(
    "力争|争取|确保|到(?:20\\d\\d)年|(?:年|月)底前|明年|今后|未来[三五]年|"
    "下一步|计划(?:完成|新增|实现|建设|投资|总投资)"
)
_FORESEEN = re.compile("(?:综合|初步|根据|据)[^,;。\\d]{0,8},?(?:预计|预测)")
_GOAL_TOLD = re.compile(
    "围绕|锚定|对照|紧扣|瞄准|对标|(?:确定|定下|提出|制定|设定|下达)的[^,。;]*$"
)
_CITED_GOAL = re.compile(
    "(?:围绕|锚定|对照|紧扣|按照|瞄准|距|与|距离|聚焦|下达|完成|达到|对标).*?(?:目标|任务|计划)"
)
#: What opens a sentence and dates all of it.
_LEAD = re.compile(
    r" ?[“]?十[一二三四五六七]五[”]?(?:时期|期间)?[,，]|"
    r" ?(?:到|至|截至)?(?:19|20)\d\d ?年(?:底|末)?[,，]|[^;。]{0,30}?(?:一季度|今年以来|"
    r"前[一二三四两]个月|"
    r"1[-—~至][2-6]月)(?!末|底)"
)
_FIRST_MONTHS = re.compile(
    r"[^,;。]{0,6}(?:[^;。]{0,24},)?(?:今年)?(?:一季度|今年以来|前[一二三四两]个月|1[-—~至][2-6]月(?:份)?)(?!末|底|前|[^,;。]{0,12}"
    r"(?:开工|完成|建成|投产|实现|启动|竣工))"
)
_MONTH_END = re.compile(
    r"(?:(20\d\d) ?年)?(?:底|(\d{1,2})月(?:份)?(底|末|初|前|中旬|上旬|"
    r"下旬)?(前)?)"
)
_WHEN = re.compile(
    r"(?:(?P<year>20\d\d) ?年)?(?:(?P<month>\d{1,2})月(?:份)?(?P<part>底前|末前|底|末|前)?|"
    r"(?P<quarter>[一二三四])季度(?:末|前)?|(?P<half>上半年)|(?P<whole>全年|年内|年底前?|"
    r"年末前?|下半年))"
)
#: 到“十四五”末 is the end of 2025; “十一五” ended in 2010.
_PLAN_END = re.compile(
    "(?<![比较与是])(?<![比较与是]“)[“]?十([一二三四五六七])五[”]?(?:规划)?(?:期|时期)?末"
)
#: “十二五”时期,力争…: the goals of the whole period.
_PLAN_OPENS = re.compile(" ?[“]?十([一二三四五六七])五[”]?(?:时期|期间)?[,，]")
_THIS_YEAR = re.compile("年内|今年|当年|本年|全年|年底|年末")
_QUARTER = {"一": 3, "二": 6, "三": 9, "四": 12}


@dataclass(frozen=True, slots=True)
class Timing:
    """What a sentence inherits: its part's period, the report's two years, its paragraph's goal."""

    base: Period
    past: int | None
    coming: int | None
    goal: bool
    goal_year: int | None = None
    lead: str = ""


def leads_on(folded: str, start: int) -> bool:
    """True where the sentence goes on behind a semicolon: what led it in still holds."""
    return folded[max(0, start - 3) : start].rstrip(" ").endswith(";")


def lead_of(folded: str, lead: int, start: int) -> str:
    """The time that opens the whole sentence (到2030年,…;…), for its later parts."""
    match = _LEAD.match(folded, lead, start) if lead < start else None
    return match[0] if match else ""


def _inherited(timing: Timing) -> tuple[Kind, int | None]:
    """Kind and year of a part of the report, or of the goals that a paragraph announces."""
    kind, year = timing.base.kind, timing.base.year
    if timing.goal and kind == "actual":
        kind, year = "target", timing.coming
    return kind, (timing.goal_year or year if timing.goal else year)


def settle(
    folded: str, sentence_start: int, row: Row, timing: Timing, rows: list[Row]
) -> tuple[Period, str | None, Comparator]:
    """Kind and year, deadline, and the comparator that fits the kind."""
    before = folded[sentence_start : row.start]
    clause = folded[row.clause.start : row.clause.end]
    own = folded[row.clause.start : row.start]
    after = folded[row.end : row.clause.end + 24]
    kind, year = _inherited(timing)
    explicit = _explicit_year(before, own) or _explicit_year(timing.lead, "")
    if explicit is None and kind == "target" and not _THIS_YEAR.search(own):
        spoken = period_end(before, timing.coming)
        year = spoken if spoken != timing.coming else year
    if explicit is None and kind == "target":
        explicit = _plan_year(timing.lead + before, timing.coming)
    if explicit is not None:
        kind = _kind_of_year(kind, explicit, timing)
        year = explicit
    if kind == "actual":
        # 低于年度目标3.4个百分点 is how far the outturn was from the goal.
        if (
            row.cited
            or yardsticks.planned(own)
            or (row.unit not in ("百分点", "个点") and _cited_goal(before, after, clause))
        ):
            kind = "target"
            year = yardsticks.plan_end(own) or year if row.cited else year
        elif row.estimate:
            kind = "estimate"
        elif row.goal and explicit is not None and timing.past and explicit > timing.past:
            kind = "target"
    elif kind == "target" and row.estimate and _FORESEEN.match(before):
        # 综合研判,预计上半年增长7%
        kind = "estimate"
    elif kind == "target" and _measured(timing.lead + before, row):
        # 一季度生产总值下降2%, told where the goals of the year are set.
        kind = "actual"
    elif kind == "target" and _looks_back(own, before, row):
        kind, year = "actual", explicit or timing.past
    comparator = row.comparator
    if kind == "target" and comparator == "=" and row.reach:
        comparator = ">="
    deadline = _deadline(before, own, kind, year) if kind == "target" else None
    return Period(kind, year), deadline, comparator


def _explicit_year(before: str, own: str) -> int | None:
    """The last year in front of the number that is neither a base nor part of a name."""
    for scope in (own, before):
        plain = _FOREIGN.sub("", scope)
        plain = re.sub(
            r"(?:19|20)\d\d ?年(?:度)?(?=[\u4e00-\u9fff]{0,12}(?:展|会议|论坛|大赛|"
            r"奖|案例|典型|计划|任务|名单|试点))",
            "",
            plain,
        )
        years = years_in(plain)
        if years:
            return years[-1]
        plan = _PLAN_END.search(scope)
        if plan:
            return 2010 + 5 * "一二三四五六七".index(plan[1])
    return None


def _plan_year(before: str, coming: int | None) -> int | None:
    """The last year of the plan period that opens a sentence of goals, or None."""
    plan = _PLAN_OPENS.match(before)
    return max(2010 + 5 * "一二三四五六七".index(plan[1]), coming or 0) if plan else None


def _kind_of_year(kind: Kind, year: int, timing: Timing) -> Kind:
    if kind == "actual":
        if timing.past is not None and year > timing.past:
            return "target"
        return "actual"
    if timing.base.year is not None and timing.coming is not None and year < timing.coming:
        return "actual"
    return kind


def _cited_goal(before: str, after: str, clause: str) -> bool:
    """围绕全年完成投资1540亿元,实现增速1%的目标; 与年初9%的目标存在差距."""
    told = re.match("[^。;完]{0,14}?的?(?:目标|任务)(?!.*完成)", after)
    told = told and _GOAL_TOLD.search(before)
    if not told and re.search("(?:提前|超额|圆满|全面|已|顺利)完成", before + clause):
        return False
    if re.match("(?:以上|左右)?的?(?:年度|预期|全年|攻坚|工作)?(?:目标|任务)", after):
        return True
    if re.match("[^。;]{0,14}?\\d[^。;,]{0,5}的(?:年度|预期)?(?:目标|任务)", after):
        return bool(_GOAL_TOLD.search(before))
    return bool(
        re.search(
            "(?<!完成)(?:年初|年度|预期|既定)(?:确定的|的)?(?:目标|计划)(?:为|是|值)?$", before
        )
    )


def _measured(before: str, row: Row) -> bool:
    """True for the figures of the first months of a year whose plan is told."""
    return bool(_FIRST_MONTHS.match(before)) and not row.goal and not _LOOKS_AHEAD.search(before)


def _looks_back(own: str, before: str, row: Row) -> bool:
    return bool(_LOOKS_BACK.search(own)) and not _LOOKS_AHEAD.search(own)


def _deadline(before: str, own: str, kind: str, year: int | None) -> str | None:
    for scope in (own, before):
        found = _deadline_in(scope, year)
        if found:
            return found
    return None


def deadline_of(sentence: str, year: int | None) -> str | None:
    """The deadline that a folded sentence names, an ISO date or month."""
    return _deadline_in(sentence, year)


def _deadline_in(scope: str, year: int | None) -> str | None:
    matches = list(_WHEN.finditer(scope))
    match = matches[-1] if matches else None
    if match is None:
        plain = re.search(r"(?:到|至) ?(20\d\d) ?年(?!代)", scope)
        return (
            None
            if plain is None
            else (f"{plain[1]}-12-31" if re.match("底|末", scope[plain.end() :]) else None)
        )
    own_year = int(match["year"]) if match["year"] else year
    if own_year is None:
        return None
    if match["whole"]:
        return f"{own_year}-12-31"
    if match["half"]:
        return f"{own_year}-06-30"
    if match["quarter"]:
        month = _QUARTER[match["quarter"]]
        return f"{own_year}-{month:02d}-{calendar.monthrange(own_year, month)[1]:02d}"
    month = int(match["month"])
    if not 1 <= month <= 12:
        return None
    if match["part"]:
        return f"{own_year}-{month:02d}-{calendar.monthrange(own_year, month)[1]:02d}"
    return f"{own_year}-{month:02d}"
