"""What each quantity of a sentence says: subject, measure, comparator, value, basis.

``SentenceReader`` walks over the clauses and carries what later clauses leave out:
the subject, the measure, the list behind 分别, and whether the numbers are estimates.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal

from district.compiler import lexicon as lex
from district.compiler import naming, phrases
from district.compiler.clauses import Cell, Clause, clauses_of
from district.compiler.model import Basis, Comparator
from district.compiler.numbers import Quantity

_SUFFIX = re.compile(r" ?(?:\([^)]{0,12}\))?(?:的)?(及以上|以上|左右|上下|以内|之内|内|以下|之间)")
_CLASSIFIERS = frozenset(
    "个 家 项 座 所 间 套 张 台 辆 架 条 场 次 篇 部 册 种 款 支 枚 块 件 宗 起 处 名 位 人 户 艘 栋 幢 只 株 对 组 批 批次 "
    "例 份 期 盏 桩 根 道 笔 列 片 本 节 幅 首 班 班次 口 头 棵 万个 万套 万名 万人 万户 万家 万件 万张 万辆 万台 万座 百家 千家 万款".split()
)
_DELTA = re.compile("(?:增速|增幅)?(?:分别)?(?:高于|低于|快于|慢于|优于|高出|低出|领先|超过|超出|落后|高过|好于)(?=[^,]{2,})[^,]*$")
_WIDE = re.compile("全国|全省|全市|全区|平均|水平|同期|预期|目标")
_BASE = re.compile(
    "(?:比|较|与)(?!例|重|率|亚|赛|较|强|值|价|对)[^,、;]{1,14}$|(?:剔除|扣除|按)[^,]{2,18}(?:因素|价格|口径|影响|计算)后?[^,]{0,3}$"
)
_SHARE_OF = re.compile("(?:^|[,、])(?:占|相当于|为|是|完成)(?:了)?([^,、]{2,20}?)的?(?:比重|比例|份额)?(?:的|为|达|达到|约)*$")
_VERBS = frozenset(lex.VERBS)
_PLAN_SHARE = re.compile("(?:完成|占|达到|为|达)?(?:全年|年度|年初|预期|市|省|区|县|上级)?[^,]{0,8}(?:目标|计划|任务|预算)(?:数|任务|值)?的?$")


@dataclass(slots=True)
class Row:
    """A statement before kind and year are known; spans are offsets in the text."""

    start: int
    end: int
    subject: str
    measure: str
    comparator: Comparator
    value: Decimal
    value_from: Decimal | None
    unit: str
    unit_raw: str
    basis: Basis | None
    clause: Clause
    estimate: bool = False
    goal: bool = False
    reach: bool = False
    suffix: bool = False
    inherited: bool = False
    entity: bool = False
    confidence: float = 0.9


@dataclass(slots=True)
class Left:
    """The text in front of a quantity, taken apart."""

    subject: str = ""
    measure: str = ""
    measures: list[str] = field(default_factory=list)
    verb: str = ""
    verb_last: bool = False
    tail: phrases.Tail = field(default_factory=lambda: phrases.Tail(0))
    head: phrases.Head = field(default_factory=lambda: phrases.Head(0))
    growth: str = ""
    sign: int = 1
    delta: bool = False
    share_of: bool = False
    separately: bool = False
    scope: str = ""
    np_only: bool = False


class SentenceReader:
    """Reads one sentence; ``previous`` is the last row of the sentence before it."""

    def __init__(self, folded: str, text: str, start: int, end: int, previous: Row | None) -> None:
        self.folded = folded
        self.text = text
        self.start = start
        self.end = end
        self.rows: list[Row] = []
        self.previous = previous
        self.subject = ""
        self.groups: list[list[Row]] = []
        self.pending: list[tuple[str, str]] = []
        self.topic = ""
        self.topic_at = start
        self.topic_owner = ""
        self.topic_acts = False
        self.estimate = False

    def read(self) -> list[Row]:
        """All statements of the sentence in order."""
        for clause in clauses_of(self.folded, self.start, self.end):
            if not clause.cells:
                self._note_subject(clause)
                continue
            self._read_clause(clause)
        return self.rows

    # -- clauses -----------------------------------------------------------------

    def _note_subject(self, clause: Clause) -> None:
        """Remember who or what a clause without numbers speaks of."""
        head = phrases.strip_head(self.folded, clause.start, clause.end, verbs=False)
        scope = head.last("S")
        kinds = "".join(kind for _, kind in head.words)
        if scope and not re.search("[AXVR].*S", kinds):
            self.subject = scope
        subject = naming.leading_subject(self.folded, clause.start, clause.end)
        if subject:
            self.subject = subject
        self.topic = naming.topic_of(self.folded, self.text, clause.start, clause.end)
        self.topic_at = clause.start
        self.topic_acts = self.folded[clause.start : clause.end].lstrip().startswith(self.topic)
        self.topic_owner = naming.topic_owner(self.folded, clause.start, clause.end, self.topic)

    def _read_clause(self, clause: Clause) -> None:
        group: list[Row] = []
        zipped: list[tuple[str, str]] = []
        shared: Left | None = None
        spread = False
        for index, cell in enumerate(clause.cells):
            left = self._left(cell, clause)
            if cell.continued and shared is not None:
                self._continue(left, shared, group)
            if index == 0 and not left.delta and self._bare_list(clause, left):
                left.separately = True
            if left.separately and not zipped and not left.delta:
                zipped = self._zip(left, len(clause.cells) - index)
            if zipped and (left.separately or not left.measure):
                subject, measure = zipped.pop(0)
                left.subject, left.measure, left.verb_last = subject or left.subject, measure, False
                left.np_only = False
            spread = spread or left.separately
            row = self._row(cell, left, clause, group)
            shared = self._shared(left, shared)
            if row is None:
                continue
            if spread and row.suffix:
                self._spread_suffix(row, group)
            group.append(row)
            self.rows.append(row)
        if group:
            self.groups.append(group)

    def _bare_list(self, clause: Clause, left: Left) -> bool:
        """超充场站和充电设施累计达180座、8.3万个: as many names as numbers, and no 分别."""
        cells = clause.cells
        if len(cells) < 2 or not (left.tail.has("LBC") or left.verb_last) or not re.search("[、和与及]", left.measure):
            return False
        if any(self.folded[c.left[0] : c.left[1]].strip("、和与及以 ") for c in cells[1:]):
            return False
        units = {cell.quantity.unit for cell in cells}
        return len(units) > 1 and len(naming.split_list(left.measure, len(cells))) == len(cells)

    def _spread_suffix(self, row: Row, group: list[Row]) -> None:
        """分别增长8.5%和10%以上: the list shares the mark behind its last number."""
        for earlier in group:
            if not earlier.suffix and earlier.comparator == "=":
                earlier.comparator, earlier.suffix = row.comparator, True

    def _shared(self, left: Left, shared: Left | None) -> Left:
        """What later cells of the clause inherit; a cell with its own verb starts anew."""
        if shared is None or left.verb or left.growth:
            return left
        return shared

    def _continue(self, left: Left, shared: Left, group: list[Row]) -> None:
        """Give the next item of a list the verb and growth of the first."""
        if not left.verb:
            left.verb = shared.verb
            if shared.sign < 0 and not left.growth and shared.verb:
                left.sign = -1
        if not left.growth and not left.measure and shared.growth:
            left.growth, left.sign = shared.growth, shared.sign
            left.tail = shared.tail if not left.tail.words else left.tail
        if shared.separately and not left.tail.first("C"):
            left.tail.words += [w for w in shared.tail.words if w[1] in "CEL"]

    def _zip(self, left: Left, count: int) -> list[tuple[str, str]]:
        """The (subject, measure) pairs that 分别 distributes over ``count`` numbers."""
        if left.measure:
            names = naming.split_list(left.measure, count)
            if len(names) == count:
                return [(left.subject, name) for name in names]
            subjects = naming.split_list(left.subject, count) if left.subject else []
            if len(subjects) == count:
                return [(subject, left.measure) for subject in subjects]
            return []
        recent = [row for group in self.groups for row in group if not row.inherited]
        if len(recent) >= count:
            return [(row.subject, row.measure) for row in recent[-count:]]
        return []

    # -- the left side --------------------------------------------------------------

    def _left(self, cell: Cell, clause: Clause) -> Left:
        start, end = cell.left
        left = Left()
        delta = _DELTA.search(self.folded, start, end) if cell.quantity.is_rate else None
        if delta and (cell.quantity.unit != "%" or _WIDE.search(delta[0])):
            left.delta, left.growth = True, "高于"
            end = delta.start()
        left.tail = phrases.strip_tail(self.folded, start, end)
        self._growth(left, start, cell.quantity)
        stop = left.tail.stop
        left.head = phrases.strip_head(self.folded, start, stop)
        left.scope = left.head.last("S") or ""
        left.verb = left.head.last("VWDU") or ""
        down = left.head.last("D")
        if down and not left.growth and left.head.words and left.head.words[-1][1] == "D":
            left.sign = -1
        left.separately = any(
            word.startswith("分别") for word, _ in left.tail.words + left.head.words
        )
        if not left.verb and not left.growth:
            left.verb = next((w for w, k in left.tail.words if k == "L" and w in _VERBS), "")
        begin = left.head.start
        apart = self.folded.find("分别", begin, stop)
        if apart > begin:
            left.separately = True
            after = phrases.strip_head(self.folded, apart + 2, stop)
            if after.start < stop:
                left.verb = after.last("VWDU") or left.verb
                left.subject = naming.clean_subject(self.text[begin:apart])
                self._name(left, after.start, stop)
                return left
        if begin >= stop:
            left.verb_last = bool(left.verb)
            left.subject = left.scope
            return left
        self._phrase(left, begin, stop)
        return left

    def _phrase(self, left: Left, begin: int, stop: int) -> None:
        """Part the noun phrase before a number into subject, verb and object."""
        verb = phrases.find_verb(self.folded, begin, stop)
        if verb is None:
            trimmed, closing = phrases.strip_ending(self.folded, begin, stop)
            if closing and not left.growth:
                left.verb = left.verb or closing
                stop = trimmed
            left.np_only = not left.verb
            self._name(left, begin, stop)
            return
        spoken = phrases.strip_head(self.folded, verb[0], verb[1])
        left.verb = spoken.last("VW") or self.folded[verb[0] : verb[1]]
        skip = 1 if self.folded.startswith("后", verb[1]) else 0
        after = phrases.strip_head(self.folded, verb[1] + skip, stop)
        if after.has("D") and after.words[-1][1] == "D" and not left.growth:
            left.sign = -1
        if after.start < stop:
            lead = left.head.words[-1] if left.head.words else ("", "")
            benefits = (lead[1] == "X" and lead[0] not in ("依托", "在")) or (
                left.verb in ("带动", "促进", "推动", "帮助", "助力", "拉动")
            )
            before = phrases.strip_tail(self.folded, begin, verb[0])
            bare = self.folded[after.start : stop] in lex.BARE_MEASURES
            if bare and left.verb not in lex.PLAIN_VERBS:
                self._name(left, begin, stop)
                return
            if self.folded[begin : before.stop] in ("市级", "省级", "上级", "国家", "区级", "市里", "县级"):
                benefits = True
            if not benefits:
                left.subject = naming.clean_subject(self.text[begin : before.stop])
            self._name(left, after.start, stop)
            return
        before = phrases.strip_tail(self.folded, begin, verb[0])
        left.separately = left.separately or before.has("B") and "分别" in str(before.words)
        left.verb_last = True
        self._name(left, begin, before.stop)

    def _name(self, left: Left, begin: int, stop: int) -> None:
        if left.head.words and left.head.words[-1][0] == "为":
            word = next((w for w in lex.NOUNS_AT_END if self.folded.endswith(w, begin + 2, stop)), "")
            begin = stop - len(word) if word else begin
        subject, measure = naming.split_subject(self.text[begin:stop])
        left.measure = measure
        left.subject = left.subject or subject or left.scope
        if left.scope and subject and left.subject == subject:
            left.subject = subject

    def _growth(self, left: Left, start: int, quantity: Quantity) -> None:
        """Find growth words in the tail and cut the base of comparison off."""
        tail = left.tail
        word = tail.first("UDE")
        if word is not None and tail.first("UDEL") == word or (word and tail.first("UD")):
            left.growth = word or ""
            left.sign = -1 if tail.first("UDE") == tail.first("D") else 1
        spread = self.folded[start : tail.stop]
        if left.growth:
            base = _BASE.search(spread)
            if base is None and tail.words and tail.words[-1][1] == "T":
                base = re.search("(?<![占入贷配])(?:比|较)$", spread)
            if base:
                self._retail(left, start, start + base.start())
                spread = self.folded[start : tail.stop]
        if re.match("[,、 ]*占[^,、]{2,20}(?:比重|比例|份额)$", self.folded[start : tail.stop]) and self.rows:
            tail.stop = start
        if quantity.unit in ("%", "成", "倍", "‰"):
            self._share(left, start, quantity)

    def _retail(self, left: Left, start: int, stop: int) -> None:
        again = phrases.strip_tail(self.folded, start, stop)
        left.tail.words += again.words
        left.tail.stop = again.stop

    def _share(self, left: Left, start: int, quantity: Quantity) -> None:
        """占耕地面积的61.3%, 完成年度计划的100.9%, 是2020年的2.1倍 say it of the last measure."""
        spread = self.folded[start : quantity.start]
        spread = re.sub("(?:预计|预期|有望|达到|达|为|约|超过|超|近|突破|的)+$", "", spread)
        part = None if re.search("比[例重]$|份额$", spread) else re.search("(?:仅为|只有|相当于|为|是)(?:全国|全省|全市|全区|上年|去年|同期)[^,]*$", spread)
        if part and quantity.unit in ("成", "%", "倍"):
            self._retail(left, start, start + part.start())
            return
        recovered = re.search("(?:^|[,、])[^,、]{0,4}?(?:恢复|达|提升|增长|相当于)?(?:到|至|于)?(?:19|20)\\d\\d ?年(?:同期)?(?:水平)?的?$", spread)
        if recovered and self.rows and not left.growth:
            left.share_of, left.tail.stop = True, start
            return
        match = re.search("^[,、 ]*(?:其中)?(?:占|相当于|是|为|完成|实现)(?:了)?[^,、]{2,24}$", spread)
        if match and not left.growth and self.rows:
            plan = _PLAN_SHARE.search(spread)
            if spread.lstrip(", 、").startswith(("占", "相当于")) or plan or quantity.unit == "倍":
                left.share_of = True
                left.tail.stop = start

    # -- rows --------------------------------------------------------------------------

    def _row(self, cell: Cell, left: Left, clause: Clause, group: list[Row]) -> Row | None:
        quantity = cell.quantity
        suffix = _SUFFIX.match(self.folded, quantity.end, max(cell.right[1], quantity.end + 3))
        behind = suffix.end() if suffix else quantity.end
        right, closing = naming.right_phrase(
            self.folded, self.text, max(behind, cell.right[0]), cell.right[1]
        )
        if right and not closing and cell.right[1] < clause.end:
            closing = naming.closing_at(self.folded, cell.right[1], clause.end)
        confidence = 0.9
        measure, subject, inherited = left.measure, left.subject, False
        classifier = re.sub("^[十百千万亿]+", "", quantity.unit) in _CLASSIFIERS
        if measure in ("占比", "比重", "份额", "占") and self.rows:
            measure = ""
        takes_right = (
            len(right) >= 2
            and not left.growth
            and not (quantity.is_rate and measure)
            and (not measure or classifier or left.verb_last)
            and not (measure and not classifier)
        )
        if left.share_of:
            measure = ""
        if takes_right:
            confidence = self._trust_right(left, right, closing, quantity, cell)
            if confidence == 0:
                return None
            if measure and not left.verb_last:
                subject = "" if measure.endswith("等") or not left.verb else subject
            measure = right.removesuffix("中") if len(right) > 3 else right
        elif self._acts(left, measure, quantity, classifier):
            source = self._inherit(quantity, left, cell)
            subject, measure = measure, source.measure if source else naming.split_subject(self.topic)[1]
        elif not measure:
            source = self._inherit(quantity, left, cell)
            if source is not None:
                measure = source.measure
                subject = left.subject or source.subject
                inherited = True
                confidence = 0.85 if source in self.rows else 0.7
            elif self.topic and (self.topic_acts or quantity.is_rate or naming.is_metric(self.topic)):
                subject, measure = naming.split_subject(self.topic)
                measure = re.sub("(?:培育|建设|培养|管理|服务|保障|发展)$", "", measure)
                confidence = 0.65
            else:
                return None
        if not inherited:
            if quantity.is_rate and not left.separately:
                measure = naming.last_finished(measure)
            measure = naming.clean_measure(measure)
        if left.np_only and not takes_right and not inherited:
            confidence = min(confidence, self._trust_bare(measure, quantity, closing, right))
        if quantity.han and not self._trust_han(quantity, left, takes_right, measure):
            return None
        if cell.in_brackets and not (left.growth or left.share_of or naming.is_metric(measure)):
            return None
        if not naming.acceptable(measure):
            return None
        if not inherited:
            subject = self._subject(left, subject, measure, quantity)
        return self._finish(
            cell, left, clause, subject, measure, suffix[1] if suffix else "", inherited, confidence
        )

    def _subject(self, left: Left, subject: str, measure: str, quantity: Quantity) -> str:
        if subject:
            if naming.persists(subject) and not measure.endswith("进度"):
                self.subject = subject
            return subject
        last = self.rows[-1] if self.rows else None
        if naming.needs_owner(measure):
            if self.topic and (last is None or last.clause.start < self.topic_at):
                return naming.clean_subject(self.topic)
            if measure == "投资":
                return self.subject
            if last is not None and last.unit == "%":
                return last.subject or self.subject
            if last is not None:
                owner = naming.owner_of(last.measure)
                return owner or last.subject or self.subject
        if self.topic_owner and left.verb not in naming.GOVERNMENT_VERBS:
            owner = naming.clean_subject(self.topic_owner)
            if left.verb or (last is not None and last.subject == owner):
                return owner
        return "" if left.verb_last and left.measure == measure else self.subject

    def _inherit(self, quantity: Quantity, left: Left, cell: Cell) -> Row | None:
        """The row whose measure a clause without one speaks of."""
        if self.rows:
            return self.rows[-1]
        opening = self.folded[self.start : cell.left[1]]
        if self.previous is not None and re.match(
            "(?:其中|同比|比上年|较上年|增长|增速|总数|总量|占|增幅)", opening.strip(" ,")
        ):
            return self.previous
        return None

    def _acts(self, left: Left, measure: str, quantity: Quantity, classifier: bool) -> bool:
        """大运中心举办62场: the noun acts, and what it does it to was named before."""
        return (
            left.verb_last
            and classifier
            and left.verb in ("举办", "引进", "承办", "接待", "受理", "办理", "招引", "新登记")
            and naming.is_actor(measure)
            and bool(self.rows or self.topic_acts)
        )

    def _trust_right(
        self, left: Left, right: str, closing: str, quantity: Quantity, cell: Cell
    ) -> float:
        """Confidence that "NUMBER NOUN" asserts a count; 0 where it only names things."""
        if naming.is_slogan(right):
            return 0
        if left.verb or left.tail.has("CLE") or left.head.has("MD"):
            return 0.85
        if closing:
            return 0.8
        before = self.folded[cell.left[0] : quantity.start].rstrip()
        if right.endswith("中") or before.endswith("的") or before.endswith("与"):
            return 0.7
        if cell.continued:
            return 0.8
        if self.folded[left.tail.stop - 1 : left.tail.stop] == "等" or self.folded[cell.left[0] : quantity.start].rstrip().endswith("等"):
            return 0.7
        if left.head.has("A") and not left.measure:
            return 0.6
        return 0

    def _trust_bare(self, measure: str, quantity: Quantity, closing: str, right: str) -> float:
        return 0.9 if len(measure) <= 24 else 0.5

    def _trust_han(
        self, quantity: Quantity, left: Left, takes_right: bool, measure: str
    ) -> bool:
        if quantity.unit in ("成", "倍", "百分点"):
            return bool(left.measure or left.growth or left.tail.words)
        if quantity.value == 1 and quantity.unit in ("个", "项", "种", "批", "件", "条", "套", "张", "间"):
            return False
        if takes_right:
            return bool(left.verb_last or left.tail.has("C")) and not left.np_only
        return bool(left.measure) and (bool(left.verb) or left.tail.has("C"))

    def _finish(
        self,
        cell: Cell,
        left: Left,
        clause: Clause,
        subject: str,
        measure: str,
        suffix: str,
        inherited: bool,
        confidence: float,
    ) -> Row:
        quantity = cell.quantity
        value, value_from = quantity.value, quantity.value_from
        level = left.growth in lex.TO_LEVEL
        if left.sign < 0 and not level and value > 0:
            value = -value
            if value_from is not None:
                value_from = -value_from
        change = quantity.value_from is not None and level
        raw_start = quantity.start
        unit = naming.full_unit(self.folded, quantity, max(self.start, quantity.start - 30))
        comparator, reach = self._comparator(left, quantity, suffix, level or change)
        row = Row(
            raw_start,
            quantity.end,
            subject,
            measure,
            comparator,
            value,
            value_from,
            unit,
            quantity.unit_raw,
            naming.basis(self.folded, left, quantity, measure, level),
            clause,
            reach=reach,
            suffix=bool(suffix),
            inherited=inherited,
            confidence=confidence,
        )
        row.estimate = left.head.has("M") or left.tail.has("M")
        if row.estimate:
            words = [w for w, k in left.head.words + left.tail.words if k == "M"]
            row.estimate = any(w in lex.MODALS_ESTIMATE for w in words)
            row.goal = not row.estimate
        if inherited and self.rows and self.rows[-1].estimate:
            row.estimate = True
        opening = self.folded[self.start : clause.start + 4]
        if row.estimate and not self.rows and re.match("(?:初步|据)?(?:预计|预期|预估)", self.folded[self.start : self.end]):
            self.estimate = True
        row.estimate = row.estimate or (self.estimate and opening != "")
        return row

    def _comparator(
        self, left: Left, quantity: Quantity, suffix: str, level: bool
    ) -> tuple[Comparator, bool]:
        """The comparator of an outturn, and whether 达 makes it ``>=`` in a target."""
        word = left.tail.first("C") if not left.delta else None
        first = next((w for w, k in left.tail.words if k in "CLE"), "")
        if suffix in ("以上", "及以上"):
            return ">=", False
        if suffix in ("以内", "之内", "内", "以下"):
            return "<=", False
        if suffix in ("左右", "上下"):
            return "~", False
        if quantity.more:
            return ">", False
        if word is not None and (word == first or first not in lex.TO_LEVEL):
            found = lex.COMPARATORS[word]
            if word in ("控制在", "严格控制在", "压控在", "控制到"):
                return "<=" if word != "控制到" else "=", False
            return _as_comparator(found), False
        reach = any(w in lex.REACH for w, k in left.tail.words[:3]) and not level
        return "=", reach


def _as_comparator(found: str) -> Comparator:
    table: dict[str, Comparator] = {">": ">", ">=": ">=", "<": "<", "<=": "<=", "~": "~"}
    return table.get(found, "=")


def with_subject(row: Row, subject: str) -> Row:
    """The same row with another subject."""
    return replace(row, subject=subject)
