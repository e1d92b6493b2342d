"""What each quantity of a sentence says: subject, measure, comparator, value, basis.

``SentenceReader`` walks over the clauses and carries what later clauses leave out:
the subject, the measure, the list behind 分别, and whether the numbers are estimates.
"""

from __future__ import annotations

import re
from decimal import Decimal

from district.compiler import attributes, naming, owners, trust
from district.compiler import lexicon as lex
from district.compiler.behind import degree, owner_behind, right_phrase
from district.compiler.clauses import Cell, Clause, clauses_of
from district.compiler.figures import basis_of, comparator_of, full_unit
from district.compiler.growth import LIFTS
from district.compiler.inheritance import ESTIMATES, Inheritance
from district.compiler.left import Left, carry_on
from district.compiler.lists import ACHIEVED
from district.compiler.numbers import Quantity
from district.compiler.rows import Draft, Row

_CLASSIFIERS = frozenset(
    lex.words(
        "个 家 项 座 所 间 套 张 台 辆 架 条 场 次 篇 部 册 种 款 支 "
        "枚 块 件 宗 起 处 名 位 人 户 "
        "艘 栋 幢 只 株 对 组 批 批次 例 份 期 盏 桩 根 道 笔 列 片 本 节 幅 首 班 班次 口 头 棵"
    )
)
_SHARES = frozenset(["占比", "比重", "份额", "占"])
#: 各街镇均建成1个: the places of the district act.
_EACH = re.compile(
    "(?:各|每个|所有)(?:街镇|镇街|乡镇|县区|区县|市县|县市|街道|镇|区|县|乡|村|社区|园区|学校|部门|单位)"
)
_ESTIMATE = re.compile("预计|有望|预估|估计|预测|预期(?!目标|性|寿命)")
#: Sizes that are said of the thing named behind them.
_SIZE = re.compile(
    "^(?:计划|概算|预计|协议)?(?:总投资|投资|投资额|总投资额|占地|占地面积|建筑面积|总建筑面积|总面积|年产值|总规模|规模|全长|总长|总库容|注册资本|总装机)$"
)
#: 降低电价5%: the verb in front of the object falls.
_FALLS = frozenset(lex.words("降低 减少 压减 压缩 削减 缩减 下调 缩短 精简"))
#: 培育企业5家(累计17家)
_KEPT = re.compile("累计|总数|总量|现有|共")
#: 新增企业4家,在库总量达81家: the same ones, however they are kept.
_IN_BOOKS = re.compile("在(?:库|册|营|校|建)(?:总量|总数|数)?")
#: The level that a change is counted from.
_BASE_LEVEL = re.compile(
    "(?:[比较][^,、]{1,14}|(?:19|20)\\d\\d ?年[末底]?|上年(?:同期)?|去年(?:同期)?)的$"
)
_BASE_CHANGE = re.compile("(?:净)?(?:增加|增长|提高|提升|上升|减少|下降|降低|回落|[增减])")
#: Verbs that make an indicator of a noun which names nothing by itself.
_DEED_NOUNS = {
    "接待": ("游客", "旅客", "国内游客", "过夜游客", "入境游客"),
    "带动": ("就业",),
    "吸纳": ("就业",),
    "拉动": ("就业",),
}
_NO_ORIGIN = ("自由", "理由", "服从", "听从")
#: Revenues, whose books are closed when a year is reported on.
_TREASURY = re.compile("(?:财政|预算)(?:总|预算)?收入$")


class SentenceReader(Inheritance):
    """Reads one sentence; ``previous`` is the last row of the sentence before it."""

    def read(self) -> list[Row]:
        """All statements of the sentence in order."""
        clauses = clauses_of(self.folded, self.start, self.end)
        if not any(clause.cells for clause in clauses):
            return []
        for clause in clauses:
            if clause.cells:
                self._read_clause(clause)
            else:
                self._note(clause)
        # A remark in brackets is read behind its clause, and may stand before its numbers.
        return sorted(self.rows, key=lambda row: row.start)

    def _read_clause(self, clause: Clause) -> None:
        self.clause_start = clause.start
        if self._is_origin(clause):
            return
        group: list[Row] = []
        zipped: list[tuple[str, str]] = []
        shared: Left | None = None
        spread = False
        for index, cell in enumerate(clause.cells):
            self.left_reader.follows = bool(self.rows)
            left = self.left_reader.read(cell)
            if cell.continued and shared is not None:
                carry_on(left, shared)
                self._lone_verb(left, shared)
            bare = self._bare_list(clause, left) or self._bare_growth(clause, left)
            bare = bare or self._bare_actors(clause, left)
            if index == 0 and not left.delta and bare:
                left.separately = True
            if left.separately and not zipped and not left.delta:
                zipped = self._zip(left, len(clause.cells) - index)
            if zipped and (left.separately or not left.measure):
                subject, left.measure = zipped.pop(0)
                left.subject = subject or left.subject
                left.verb_last = left.np_only = False
                left.separately = True
            spread = spread or left.separately
            row = self._row(cell, left, clause)
            shared = left if shared is None or left.verb or left.growth else shared
            if row is None:
                continue
            if spread and row.suffix:
                self._spread_suffix(row, group)
            group.append(row)
            self.rows.append(row)
        if group:
            self.groups.append(group)

    def _row(self, cell: Cell, left: Left, clause: Clause) -> Row | None:
        """The statement that a cell makes, or None."""
        quantity = cell.quantity
        if self._is_base(quantity, left, clause):
            return None
        mark, right, closing = self._behind(cell, left, clause)
        if (left.share_of and not left.separately) or (left.measure in _SHARES and self.rows):
            left.whole = left.whole or left.measure
            left.measure = ""
        if self.rows and _IN_BOOKS.fullmatch(left.measure):
            left.measure = ""
        draft = self._draft(cell, left, right, closing)
        if draft is None:
            return None
        if draft.inherited and left.whole and not left.separately:
            self._share_of(left, draft)
        if not draft.inherited:
            if not left.separately:
                self._finished(quantity, draft)
            draft.measure = naming.clean_measure(draft.measure)
            draft.measure += "" if left.separately or draft.from_right else left.joined
        draft.measure = self._with_deed(cell, left, draft.measure)
        if not self._asserts(cell, left, draft, closing):
            return None
        if left.np_only and not draft.from_right and len(draft.measure) > 24:
            draft.confidence = 0.5
        if not (draft.inherited or draft.settled):
            self._own(left, draft)
        return self._finish(cell, left, clause, draft, mark)

    def _is_base(self, quantity: Quantity, left: Left, clause: Clause) -> bool:
        """True for where a change began, which is no statement.

        由12.3%下降到零; 较“十三五”末的9323亿元|增加4374亿元.
        """
        if left.spoken.endswith(("由", "从")) and not left.spoken.endswith(_NO_ORIGIN):
            if left.measure:
                name = naming.clean_measure(left.measure)
                self.topic = owners.Topic(name, clause.start, True)
            return True
        level = _BASE_LEVEL.search(left.spoken) is not None
        return level and _BASE_CHANGE.match(self.folded, quantity.end) is not None

    def _finished(self, quantity: Quantity, draft: Draft) -> None:
        """电厂三期建成投产、总装机达386万千瓦: the last of the two is what is measured."""
        named = naming.last_finished(draft.measure)
        if named == draft.measure or not (quantity.is_rate or naming.needs_owner(named)):
            return
        if not quantity.is_rate:
            finished = draft.measure.rsplit("、", 1)[0]
            draft.subject = draft.subject or naming.clean_subject(naming.without_end(finished))
        draft.measure = named

    def _with_deed(self, cell: Cell, left: Left, measure: str) -> str:
        """接待游客, 带动就业: what is counted is the deed, and the noun alone says less."""
        if cell.quantity.unit == "百分点" and measure.endswith(("产业", "行业")):
            # 汽车产业增速|回落5.8个百分点
            fast = measure + "增速"
            return fast if self.folded.find(fast, *cell.left) >= 0 else measure
        nouns = _DEED_NOUNS.get(left.verb, ())
        named = left.verb + measure
        spoken = measure in nouns and self.folded.find(named, *cell.left) >= 0
        return named if spoken else measure

    def _behind(self, cell: Cell, left: Left, clause: Clause) -> tuple[str, str, str]:
        """Mark of degree, noun phrase and closing verb behind a number."""
        mark, behind = degree(self.folded, cell.quantity.end, cell.right[1])
        governed = left.verb_last and not left.growth
        start, end = cell.right
        if cell.lent and governed and not left.measure:
            start, end = behind, _ = cell.lent
        right, closing = right_phrase(
            self.folded,
            self.text,
            max(behind, start),
            end,
            governed=governed,
            spent=governed and not left.measure and cell.quantity.unit.endswith("元"),
        )
        if right and not closing:
            closing = self._closing_of_list(cell, clause)
        return mark, "" if left.cited else right, closing

    def _asserts(self, cell: Cell, left: Left, draft: Draft, closing: str) -> bool:
        """False for numerals in names, remarks in brackets that tell nothing, and no names."""
        # 两条生产线|建成投产
        done = draft.from_right and closing in lex.ENDING_VERBS and "、" not in draft.measure
        done = done and cell.quantity.value > 1
        if cell.quantity.han and not (
            done or trust.han(cell.quantity, left, draft.measure, from_right=draft.from_right)
        ):
            return False
        metric = naming.is_metric(draft.measure) and not (draft.inherited and not left.spoken)
        opening = self.folded.rfind("(", self.start, cell.left[0] + 1) + 1
        part = self.folded.startswith("其中", opening) or "其中" in left.spoken
        kept = _KEPT.match(self.folded, opening)
        told = left.growth or left.share_of or metric or part or kept
        if cell.in_brackets and not told:
            return False
        return naming.acceptable(draft.measure)

    def _own(self, left: Left, draft: Draft) -> None:
        """Give a draft its subject; one that another clause named is less certain."""
        named = draft.subject
        draft.subject = self._subject(left, named, draft.measure, draft.from_right)
        if not trust.plain(left, draft.measure) or (draft.subject and not named):
            draft.confidence = min(draft.confidence, 0.85)

    def _draft(self, cell: Cell, left: Left, right: str, closing: str) -> Draft | None:
        """Where subject and measure come from: behind the number, before it, or earlier."""
        quantity = cell.quantity
        size = left.measure or left.tail.first("B") or ""
        sized = _SIZE.search(size) and (
            right_phrase(self.folded, self.text, *cell.lent)[0]
            if cell.lent
            else owner_behind(self.folded, self.text, *cell.right)
        )
        if sized:
            # 总投资36亿元的锂电材料产业园
            return Draft(sized, size, confidence=0.8, settled=True)
        if left.growth == "提前" and closing in lex.ENDING_VERBS:
            # 某项目|提前40天|投产
            return Draft(left.subject or left.measure, closing)
        classifier = re.sub("^[十百千万亿]+", "", quantity.unit) in _CLASSIFIERS
        lifted = left.growth and (left.measure or not classifier)
        lifts = left.growth in LIFTS and left.tail.words[0][0] == left.growth
        if lifted and classifier and lifts and not naming.is_slogan(right):
            # “县中振兴”工程提升40所普通高中: the growth word is done to what is counted.
            lifted = False
        if len(right) >= 2 and not lifted and (classifier or not left.measure):
            if quantity.is_rate and left.measure:
                return Draft(left.subject, left.measure)
            confidence = trust.right(self.folded, cell, left, right, closing)
            if confidence == 0:
                return None
            keeps = not left.measure or left.verb_last or (left.verb and left.measure[-1] != "等")
            school = right.endswith(("高中", "初中", "县中"))
            measure = right if len(right) < 3 or school else right.removesuffix("中")
            does = left.verb_last and (_EACH.match(left.measure) or owners.runs(left.measure))
            # 某电池项目一期8条生产线投产, 自贸试验区4项成果获推广
            does = does or (
                left.np_only and (attributes.names_works(left.measure) or owners.runs(left.measure))
            )
            # “以旧换新”政策惠及76万群众
            does = does or (left.verb_last and owners.is_scheme(left.measure))
            subject = left.subject or (left.measure if does else "")
            subject = subject if keeps or does else ""
            return Draft(subject, measure, True, confidence=confidence)
        if len(right) == 1 and classifier and not left.measure:
            # 19个县实现集中供热
            return None
        part = self._part(cell, left)
        if part is not None:
            return part
        money = quantity.unit.endswith("元")
        if left.measure and not ((classifier or money) and self._acts(left, quantity.unit)):
            return Draft(left.subject, left.measure)
        return self._from_before(cell, left)

    def _achieves(self, left: Left, measure: str) -> bool:
        """False in a chain of bare verbs (预计…;完成…;实现…), which go on with the forecast.

        What the treasury received is known when the year is over: no forecast any more.
        """
        bare = left.head.last("VW") == left.verb and left.subject in ("", left.scope)
        return not bare or (self.year_over and bool(_TREASURY.search(measure)))

    def _finish(self, cell: Cell, left: Left, clause: Clause, draft: Draft, mark: str) -> Row:
        quantity = cell.quantity
        level = left.growth in lex.TO_LEVEL
        lowers = (left.verb == "降低" and not draft.from_right) or (
            quantity.is_rate and left.verb in _FALLS
        )
        falls = left.sign < 0 or (lowers and not left.growth)
        value, value_from = _signed(quantity, fall=falls and not level)
        comparator, reach = comparator_of(left, quantity, mark)
        spoken = [word for word, kind in left.head.words + left.tail.words if kind == "M"]
        estimate = not left.delta and bool(_ESTIMATE.search(left.spoken))
        opens = ESTIMATES.match(self.folded, self.start, self.end) or (
            # 我们克难奋进,预计全县生产总值达412亿元;…: the first that is told.
            naming.is_metric(draft.measure) and ESTIMATES.match(self.folded, clause.start, self.end)
        )
        # 完成年计划的89.4% says again what was forecast.
        own = left.verb in ACHIEVED and not draft.inherited and self._achieves(left, draft.measure)
        if estimate and not self.rows and opens:
            # 预计 at the head of a sentence holds for all of it.
            self.estimate = True
            self.estimated = clause.start
        elif own and not estimate and clause.start != self.estimated:
            # A clause whose own subject did something tells what is.
            self.estimate = False
        listed = (
            cell.continued
            and clause.cells[0] is not cell
            and self.rows
            and (self.rows[-1].clause is clause)
        )
        grows = (
            left.growth
            and left.separately
            and not self.folded.startswith(left.measure or " ", cell.left[0])
        )
        follows = (
            bool(self.rows)
            and self.rows[-1].estimate
            and bool(draft.inherited or listed or grows or not (left.verb or reach))
            and (left.verb not in ACHIEVED or left.share_of or self.rows[-1].clause is clause)
        )
        return Row(
            start=quantity.start,
            end=quantity.end,
            subject=draft.subject,
            measure=draft.measure,
            comparator=comparator,
            value=value,
            value_from=value_from,
            unit=full_unit(self.folded, quantity, max(self.start, quantity.start - 30)),
            unit_raw=quantity.unit_raw,
            basis=self.rows[-1].basis
            if left.cited
            else basis_of(left, quantity, draft.measure, level),
            clause=clause,
            estimate=estimate or follows or self.estimate,
            goal=bool(spoken) and not estimate,
            cited=left.cited,
            reach=reach,
            suffix=bool(mark),
            inherited=draft.inherited,
            leads=left.np_only and not draft.from_right,
            confidence=draft.confidence,
        )


def _signed(quantity: Quantity, *, fall: bool) -> tuple[Decimal, Decimal | None]:
    """Value and lower end; those of a fall are negative."""
    value, value_from = quantity.value, quantity.value_from
    if fall and value > 0:
        return -value, None if value_from is None else -value_from
    return value, value_from
