"""What each quantity of a sentence says: subject, measure, comparator, value, basis.

``SentenceReader`` walks over the clauses and carries what later clauses leave out:
the subject, the measure, the list behind 分别, and whether the numbers are estimates.
"""

from __future__ import annotations

import re
from decimal import Decimal

from district.compiler import lexicon as lex
from district.compiler import naming, owners, phrases, trust
from district.compiler.before import Left, LeftReader, carry_on
from district.compiler.behind import closing_at, degree, owner_behind, right_phrase
from district.compiler.clauses import Cell, Clause, clauses_of, opens_owned
from district.compiler.figures import basis_of, comparator_of, full_unit
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
_OTHER_PLACE = re.compile("(?:[州市县区省国境域]内|[国省市县]控|地表水|集中式)")
_VALUE = re.compile(
    r"[^\d,。;、]{0,2}(?:增长|下降|提高|降低|达到|完成|突破|超过|控制在|不低于)?[^\d,。;、]{0,1}[\d.-]"
)
_OF_PLACE = re.compile("(?:年|总|工业)?(?:产值|总产值|营收|营业收入|总收入|税收|利润总额)")
_CONTINUES = re.compile("(?:其中|同比|比上年|较上年|增长|增速|总数|总量|占|增幅)")
_ESTIMATES = re.compile("(?:初步|据|我们|经)?(?:预计|预估|预期(?!目标|性|寿命))")
_ESTIMATE = re.compile("预计|有望|预估|估计|预测|预期(?!目标|性|寿命)")
#: Sizes that are said of the thing named behind them.
_SIZE = re.compile("^(?:计划|概算|预计|协议)?(?:总投资|投资|投资额|总投资额|占地|占地面积|建筑面积|总建筑面积|总面积|年产值)$")
_DEEDS = frozenset(lex.words("脱贫 就业 创业 参保 入学 返乡 搬迁 受益 再就业 转移就业 稳定就业 灵活就业 外出务工"))
#: 加快棚户区改造,新开工3万套: works that the next verbs go on with.
_WORKS = re.compile("(?:改造|建设|工程|整治|治理|修复|搬迁|安置|绿化|造林)$")
#: 降低电价5%: the verb in front of the object falls.
_FALLS = frozenset(lex.words("降低 减少 压减 压缩 削减 缩减 下调 缩短 精简"))
_NO_ORIGIN = ("自由", "理由", "服从", "听从")
_ACHIEVED = frozenset(["实现", "完成"])
_ACTS = frozenset(lex.words("举办 引进 承办 接待 受理 办理 招引 新登记"))


class SentenceReader:
    """Reads one sentence; ``previous`` is the last row of the sentence before it."""

    def __init__(
        self,
        folded: str,
        text: str,
        start: int,
        end: int,
        previous: Row | None,
        *,
        estimate: bool = False,
    ) -> None:
        self.folded = folded
        self.text = text
        self.start = start
        self.end = end
        self.rows: list[Row] = []
        self.previous = previous
        self.subject = ""
        self.groups: list[list[Row]] = []
        self.topic = owners.Topic(start=start)
        self.acts = False
        self.estimate = estimate
        self.estimated = -1
        self.clause_start = start
        self.left_reader = LeftReader(folded, text)

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

    # -- clauses -----------------------------------------------------------------

    def _note(self, clause: Clause) -> None:
        """Remember who or what a clause without numbers speaks of."""
        if not self.rows and _ESTIMATES.fullmatch(self.folded[clause.start : clause.end].strip()):
            self.estimate = True
            self.estimated = clause.end + 1
            return
        if self._is_title(clause):
            return
        head = phrases.strip_head(self.folded, clause.start, clause.end, verbs=False)
        scope = head.last("S")
        kinds = "".join(kind for _, kind in head.words)
        if scope and not re.search("[AXVR].*S", kinds):
            self.subject = scope
        subject = owners.leading_subject(self.folded, clause.start, clause.end)
        self.subject = subject or self.subject
        self.topic = owners.read_topic(self.folded, self.text, clause.start, clause.end)

    def _is_title(self, clause: Clause) -> bool:
        """楼宇经济:新入驻企业86家: a run-in title is no subject."""
        if self.folded[clause.end : clause.end + 1] != ":" or clause.start > self.start:
            return False
        if _VALUE.match(self.folded, clause.end + 1, self.end):
            # 财政收入:26亿元 names its measure.
            return False
        return clause.end - clause.start <= 12 and not owners.names_owner(
            self.folded[clause.start : clause.end]
        )

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

    def _lone_verb(self, left: Left, shared: Left) -> None:
        """完成征地230亩、拆迁180户: a verb alone is what was completed."""
        word = left.spoken.strip(" 、和及")
        if word == left.verb and not left.measure and len(word) == 2 and shared.measure:
            if shared.verb in _ACHIEVED and word not in lex.ENDING_VERBS:
                left.measure, left.verb, left.verb_last = word, shared.verb, False

    def _is_origin(self, clause: Clause) -> bool:
        """低保标准由370元、250元,分别提高到720元、540元: the first numbers are where it began."""
        first = clause.cells[0]
        left = self.folded[first.left[0] : first.left[1]]
        behind = self.folded[clause.end + 1 : clause.end + 8]
        levels = re.match("分别(?:" + "|".join(lex.TO_LEVEL) + ")", behind)
        if not left.endswith(("由", "从")) or not levels:
            return False
        self.topic = owners.Topic(left[:-1].strip(" ,、"), clause.start, True)
        return True

    def _bare_list(self, clause: Clause, left: Left) -> bool:
        """超充场站和充电设施累计达180座、8.3万个: as many names as numbers, and no 分别."""
        cells = clause.cells
        if len(cells) < 2 or not (left.tail.has("LBC") or left.verb_last):
            return False
        if not re.search("[、和与及]", left.measure):
            return False
        if any(self.folded[c.left[0] : c.left[1]].strip("、和与及以 ") for c in cells[1:]):
            return False
        units = {cell.quantity.unit for cell in cells}
        names = naming.split_list(left.measure, len(cells))
        return len(names) == len(cells) and (len(units) > 1 or naming.is_metric(names[-1]))

    def _bare_growth(self, clause: Clause, left: Left) -> bool:
        """A、B分别为1元和2元,增长3%和4%: as many numbers as the list before, and no 分别."""
        if left.measure or len(clause.cells) < 2 or not self.groups:
            return False
        if not left.growth and not left.tail.has("LC"):
            return False
        names = {(row.subject, row.measure) for row in self.groups[-1]}
        return len(self.groups[-1]) == len(clause.cells) == len(names)

    def _spread_suffix(self, row: Row, group: list[Row]) -> None:
        """分别增长8.5%和10%以上: the list shares the mark behind its last number."""
        for earlier in group:
            if not earlier.suffix and earlier.comparator == "=":
                earlier.comparator, earlier.suffix = row.comparator, True

    def _zip(self, left: Left, count: int) -> list[tuple[str, str]]:
        """The (subject, measure) pairs that 分别 distributes over ``count`` numbers."""
        if left.measure:
            names = naming.split_list(left.measure, count)
            if len(names) == count:
                industries = naming.industries(left.measure, count)
                return industries or [(left.subject, name) for name in names]
            subjects = naming.split_list(left.subject, count) if left.subject else []
            if len(subjects) == count:
                return [(subject, left.measure) for subject in subjects]
            return self._zip_owners(left.measure, count)
        listed = naming.split_list(self.topic.name, count) if self.topic.name else []
        last = self.rows[-1].clause.start if self.rows else -1
        if len(listed) == count > 1 and self.topic.start > last:
            # 基础设施投资、工业投资表现亮眼,增速分别达到49%、68%
            return [naming.split_subject(name) for name in listed]
        recent = [row for group in self.groups for row in group if not row.inherited]
        if len(recent) >= count:
            return [(row.subject, row.measure) for row in recent[-count:]]
        return []

    def _zip_owners(self, measure: str, count: int) -> list[tuple[str, str]]:
        """8个A项目、19个B项目全部开工,投资完成率分别为1%、2%: each thing has its own."""
        counted = self.rows[-count:]
        same = {row.clause.start for row in counted}
        if len(counted) < count or len(same) > 1 or not naming.needs_owner(measure):
            return []
        return [(row.measure, measure) for row in counted]

    # -- rows --------------------------------------------------------------------------

    def _row(self, cell: Cell, left: Left, clause: Clause) -> Row | None:
        """The statement that a cell makes, or None."""
        quantity = cell.quantity
        mark, behind = degree(self.folded, quantity.end, cell.right[1])
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
            spent=governed and not left.measure and quantity.unit.endswith("元"),
        )
        if right and not closing:
            closing = self._closing_of_list(cell, clause)
        if left.spoken.endswith(("由", "从")) and not left.spoken.endswith(_NO_ORIGIN):
            # 由12.3%下降到零: where it began is no statement.
            if left.measure:
                name = naming.clean_measure(left.measure)
                self.topic = owners.Topic(name, clause.start, True)
            return None
        if left.cited:
            right = ""
        if left.share_of or (left.measure in _SHARES and self.rows):
            left.measure = ""
        draft = self._draft(cell, left, right, closing)
        if draft is None:
            return None
        if not draft.inherited:
            if quantity.is_rate and not left.separately:
                draft.measure = naming.last_finished(draft.measure)
            draft.measure = naming.clean_measure(draft.measure)
        if quantity.han and not trust.han(
            quantity, left, draft.measure, from_right=draft.from_right
        ):
            return None
        metric = naming.is_metric(draft.measure)
        told = left.growth or left.share_of or metric or "其中" in left.spoken
        if cell.in_brackets and not told:
            return None
        if not naming.acceptable(draft.measure):
            return None
        if left.np_only and not draft.from_right and len(draft.measure) > 24:
            draft.confidence = 0.5
        if not (draft.inherited or draft.settled):
            self._own(left, draft)
        return self._finish(cell, left, clause, draft, mark)

    def _closing_of_list(self, cell: Cell, clause: Clause) -> str:
        """What ends the list that a number opens: 8个A、19个B和6个C|全部开工."""
        end = cell.right[1]
        for later in clause.cells[clause.cells.index(cell) + 1 :]:
            if self.folded[end : later.quantity.start] not in ("、", "和", "及", "与", "以及"):
                break
            end = later.right[1]
        if end < clause.end and opens_owned(self.folded, end):
            return "有"
        return closing_at(self.folded, end, clause.end) if end < clause.end else ""

    def _own(self, left: Left, draft: Draft) -> None:
        """Give a draft its subject; one that another clause named is less certain."""
        named = draft.subject
        draft.subject = self._subject(left, named, draft.measure, draft.from_right)
        if not trust.plain(left, draft.measure) or (draft.subject and not named):
            draft.confidence = min(draft.confidence, 0.85)

    def _draft(self, cell: Cell, left: Left, right: str, closing: str) -> Draft | None:
        """Where subject and measure come from: behind the number, before it, or earlier."""
        quantity = cell.quantity
        sized = _SIZE.search(left.measure or "") and (
            right_phrase(self.folded, self.text, *cell.lent)[0]
            if cell.lent
            else owner_behind(self.folded, self.text, *cell.right)
        )
        if sized:
            # 总投资36亿元的锂电材料产业园
            return Draft(sized, left.measure, confidence=0.8, settled=True)
        classifier = re.sub("^[十百千万亿]+", "", quantity.unit) in _CLASSIFIERS
        lifted = left.growth and (left.measure or not classifier)
        if len(right) >= 2 and not lifted and (classifier or not left.measure):
            if quantity.is_rate and left.measure:
                return Draft(left.subject, left.measure)
            confidence = trust.right(self.folded, cell, left, right, closing)
            if confidence == 0:
                return None
            keeps = not left.measure or left.verb_last or (left.verb and left.measure[-1] != "等")
            measure = right.removesuffix("中") if len(right) > 3 else right
            does = left.verb_last and (
                _EACH.match(left.measure) or owners.runs(left.measure)
            )
            subject = left.subject or (left.measure if does else "")
            subject = subject if keeps else ""
            return Draft(subject, measure, True, confidence=confidence)
        if len(right) == 1 and classifier and not left.measure:
            # 19个县实现集中供热
            return None
        if left.measure and not (classifier and self._acts(left)):
            return Draft(left.subject, left.measure)
        return self._from_before(cell, left)

    def _told_since(self, left: Left) -> bool:
        """粮食产量再创新高,达到133亿公斤: the clause before names an indicator."""
        if not self.rows or left.growth or not left.tail.has("LC"):
            return False
        return self.topic.start > self.rows[-1].clause.start and naming.is_metric(self.topic.name)

    def _done(self, cell: Cell) -> str:
        """20个贫困村退出、1.1万人脱贫: what the people did is what is counted."""
        if cell.quantity.unit.lstrip("十百千万亿") not in ("人", "人次", "户", "名"):
            return ""
        word = self.folded[cell.right[0] : cell.right[1]].strip(" 、")
        return word if word in _DEEDS else ""

    def _acts(self, left: Left) -> bool:
        """大运中心举办62场: the noun acts, and what it does it to was named before."""
        return (
            left.verb_last
            and left.verb in _ACTS
            and naming.is_actor(left.measure)
            and bool(self.rows or self.topic.acts)
        )

    def _from_before(self, cell: Cell, left: Left) -> Draft | None:
        """The measure of an earlier clause, for a cell that names none."""
        done = cell.continued and not left.measure and self._done(cell)
        if done:
            return Draft(left.subject, done, True, confidence=0.75)
        source = None if self._told_since(left) else self._source(cell)
        if source is not None:
            shared = self._shared_measure(left)
            if shared:
                return Draft("", shared, False, True, 0.8)
            owners_of_all = self._shared_subject(left)
            if owners_of_all:
                return Draft(owners_of_all, source.measure, False, True, 0.8)
            confidence = 0.85 if self.rows else 0.7
            acts = bool(left.measure)
            subject = left.measure or left.subject or source.subject
            return Draft(subject, source.measure, False, not acts, confidence)
        topic = self.topic
        begun = left.verb_last and bool(_WORKS.search(topic.name))
        told = topic.acts or begun or cell.quantity.is_rate or naming.is_metric(topic.name)
        if not topic.name or not told:
            return None
        subject, measure = naming.split_subject(topic.name)
        measure = re.sub("(?:培育|建设|培养|管理|服务|保障|发展)$", "", measure)
        return Draft(left.measure or subject, measure, confidence=0.65)

    def _shared_subject(self, left: Left) -> str:
        """A、B产业规模分别达1元、2元,均增长3%: all the owners together, as the text lists them."""
        rows = self.groups[-1] if self.groups else []
        words = {word for word, _ in left.tail.words + left.head.words}
        if len(rows) < 2 or left.measure or not words & {"均", "各", "都"}:
            return ""
        first = self.text.find(rows[0].subject, self.start) if rows[0].subject else -1
        last = self.text.find(rows[-1].subject, first) if first >= 0 else -1
        same = {row.measure for row in rows}
        if last <= first or len(same) > 1:
            return ""
        return self.text[first : last + len(rows[-1].subject)]

    def _shared_measure(self, left: Left) -> str:
        """A、B产值分别达1元、2元,均增长3%: what the list has in common."""
        if not self.groups or len(self.groups[-1]) < 2 or left.measure:
            return ""
        if not any(word in ("均", "各", "都") for word, _ in left.tail.words + left.head.words):
            return ""
        names = [row.measure for row in self.groups[-1]]
        common = naming.common_ending(names)
        return common if len(common) >= 2 and len(set(names)) > 1 else ""

    def _source(self, cell: Cell) -> Row | None:
        """The row whose measure a clause without one speaks of."""
        if self.rows:
            return self.rows[-1]
        opening = self.folded[self.start : cell.left[1]].strip(" ,")
        return self.previous if _CONTINUES.match(opening) else None

    def _owner(self, measure: str, last: Row | None) -> str:
        """Whose a measure is that says nothing without its owner (总投资, 入驻率)."""
        topic = self.topic
        if topic.name and (last is None or last.clause.start < topic.start):
            named = naming.clean_subject(topic.name)
            return "" if measure == "投资" and not owners.is_works(named) else named
        works = last is not None and (
            owners.carries_investment(last.subject, last.measure)
            or (last.clause.start == self.clause_start and naming.is_entity(last.measure))
        )
        if last is None or (measure == "投资" and not works):
            return self.subject
        if owners.is_place(last.subject) and _OF_PLACE.fullmatch(measure):
            # 高新区集聚企业210家,实现产值42亿元: the zone's, not the companies'.
            return last.subject
        owner = owners.owner_of(last.measure, last.unit) if last.unit != "%" else ""
        if owner in ("企业", "项目", "商户") or measure == "资金":
            owner = last.subject or owner
        return owner or last.subject or self.subject

    def _subject(self, left: Left, subject: str, measure: str, from_right: bool) -> str:
        """The subject in words of the text, inherited from earlier clauses where it fits."""
        if subject:
            subject = owners.without_count(subject)
            if owners.persists(subject) and not measure.endswith("进度"):
                self.subject = subject
                self.acts = bool(left.verb)
            return subject
        last = self.rows[-1] if self.rows else None
        topic = self.topic
        if naming.needs_owner(measure):
            return self._owner(measure, last)
        if (left.verb and owners.AREA.search(self.subject)) or _OTHER_PLACE.match(measure):
            return ""
        listed = left.measure.endswith("等") and not left.verb
        if from_right and not (left.verb or left.head.words) and (listed or not left.measure):
            # 平台集聚项目27个,5款新药获批; A、B等11个项目加快推进: a clause of its own.
            return ""
        if self.folded.startswith(("所有", "各类"), self.clause_start):
            return ""
        part = self.folded.startswith("其中", self.clause_start)
        if not (left.verb or part or owners.is_place(self.subject)):
            # 县财政投入42亿元,教师本科率82%: an indicator of its own.
            return ""
        if owners.stands_alone(self.subject, left.spoken, acts=self.acts and not left.verb):
            return ""
        if topic.owner and owners.does_itself(left.verb):
            return topic.owner
        if left.verb and not (self.acts or owners.is_area(self.subject)):
            # 全县企业利润增长8%,新建学校3所: a subject that did nothing does nothing now.
            return ""
        return "" if left.verb_last and left.measure == measure else self.subject

    def _finish(self, cell: Cell, left: Left, clause: Clause, draft: Draft, mark: str) -> Row:
        quantity = cell.quantity
        level = left.growth in lex.TO_LEVEL
        falls = left.sign < 0 or (quantity.is_rate and not left.growth and left.verb in _FALLS)
        value, value_from = _signed(quantity, fall=falls and not level)
        comparator, reach = comparator_of(left, quantity, mark)
        spoken = [word for word, kind in left.head.words + left.tail.words if kind == "M"]
        estimate = not left.delta and bool(_ESTIMATE.search(left.spoken))
        opens = _ESTIMATES.match(self.folded, self.start, self.end)
        if estimate and not self.rows and opens:
            # 预计 at the head of a sentence holds for all of it.
            self.estimate = True
            self.estimated = clause.start
        elif left.verb in _ACHIEVED and not estimate and clause.start != self.estimated:
            # A clause with its own 实现 or 完成 tells what is.
            self.estimate = False
        listed = cell.continued and clause.cells[0] is not cell and self.rows and (
            self.rows[-1].clause is clause
        )
        grows = left.growth and left.separately and not self.folded.startswith(
            left.measure or " ", cell.left[0]
        )
        follows = (
            bool(self.rows)
            and self.rows[-1].estimate
            and bool(draft.inherited or listed or grows or not (left.verb or reach))
            and (left.verb not in _ACHIEVED or self.rows[-1].clause is clause)
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
            confidence=draft.confidence,
        )


def _signed(quantity: Quantity, *, fall: bool) -> tuple[Decimal, Decimal | None]:
    """Value and lower end; those of a fall are negative."""
    value, value_from = quantity.value, quantity.value_from
    if fall and value > 0:
        return -value, None if value_from is None else -value_from
    return value, value_from
