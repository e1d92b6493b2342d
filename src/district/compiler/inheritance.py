"""What a clause leaves out: the measure and the owner that earlier clauses named."""

from __future__ import annotations

import re

from district.compiler import lexicon as lex
from district.compiler import naming, owners, phrases
from district.compiler.clauses import Cell, Clause
from district.compiler.left import Left
from district.compiler.lists import ACHIEVED, ListReader
from district.compiler.rows import Draft, Row
from district.compiler.units import RATE_UNITS

_OTHER_PLACE = re.compile("(?:[州市县区省国境域]内|[国省市县][控考]|断面|地表水|集中式)")
_VALUE = re.compile(
    r"[^\d,。;、]{0,2}(?:增长|下降|提高|降低|达到|完成|突破|超过|控制在|不低于)?[^\d,。;、]{0,1}[\d.-]"
)
_PORT = re.compile("[^、,]{2,10}?(?:机场|空港|航空港|码头|(?<![空海])港(?![口区]))")
#: 公路建设完成投资420亿元,新增…: a field of work does nothing next.
_BUILDING = re.compile(
    "(?:建设|改造|治理|整治|攻坚战|领域|方面)$|^(?:各[级类地界]|建制|城乡|农村|城镇|社会|基层|上级|中央)"
)
_NAMELESS = re.compile("总?(?:金额|长度?|规模|面积)|全长|里程")
_CROP = re.compile("总?产[量值]|单产|亩产")
#: What a facility that was opened adds, as well as what it does itself.
_CAPACITY = re.compile("[床学车泊机托席]位|产能|能力|库容|容量|装机|生产线|床$")
_ADDS = frozenset(lex.words("新增 举办 新增设 增设 增加"))
_PROJECT = re.compile("(?:项目|工程)$")
_MONEY = re.compile("投资|资金|总规模")
_OF_PLACE = re.compile(
    "(?:年|总|工业|达产|年度)?(?:产值|总产值|营收|营业收入|总收入|税收|利润总额)"
)
_OF_INDUSTRY = re.compile("([^,:。;\\d、]{2,10}(?:产业链?|行业|集群))[,:]")
_CONTINUES = re.compile("(?:其中|同比|比上年|较上年|增长|增速|总数|总量|占|增幅)")
ESTIMATES = re.compile("(?:初步|据|我们|经)?(?:预计|预估|预期(?!目标|性|寿命))")
#: 预计到今年底,…
_BY_THEN = re.compile("[到至]?(?:今年|本年|全年|(?:20\\d\\d ?)?年)?[底末]?")
_DEEDS = frozenset(
    lex.words("脱贫 就业 创业 参保 入学 返乡 搬迁 受益 再就业 转移就业 稳定就业 灵活就业 外出务工")
)
#: 加快棚户区改造,新开工3万套: works that the next verbs go on with.
_WORKS = re.compile("(?:改造|建设|工程|整治|治理|修复|搬迁|安置|绿化|造林)$")
#: 投入1.4亿元,办成十件实事: the verb alone names the money.
#: 举办冰雪节,全年接待游客300万人次: not the festival's.
_ALL_YEAR = ("全年", "今年", "本年", "年末", "年内")
_FUNDS = frozenset(["投入", "投资", "融资"])
_ENDINGS = frozenset(lex.ENDING_VERBS)
_SCOPES = frozenset(lex.SCOPES)
_CAUSES = frozenset(lex.words("推动 支持 促进 助力"))
_ACTS = frozenset(lex.words("举办 引进 承办 接待 受理 办理 招引 新登记"))


class Inheritance(ListReader):
    """Finds subject and measure where a clause does not name them."""

    def _note(self, clause: Clause) -> None:
        """Remember who or what a clause without numbers speaks of."""
        opens = ESTIMATES.match(self.folded[clause.start : clause.end].strip())
        if not self.rows and opens and _BY_THEN.fullmatch(opens.string, opens.end()):
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
        topic = owners.read_topic(self.folded, self.text, clause.start, clause.end)
        if topic.name in _ENDINGS and self.topic.name:
            # 推进某项目二期,确保9月底前投产,实现产值80亿元
            topic = self.topic
        if clause.start == self.start and topic.acts and _PROJECT.search(topic.name):
            self.opener = naming.clean_subject(topic.name)
        self.topic = topic

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

    def _from_before(self, cell: Cell, left: Left) -> Draft | None:
        """The measure of an earlier clause, for a cell that names none."""
        alone = cell.continued or (bool(self.rows) and not left.spoken.strip(" 、"))
        done = alone and not left.measure and self._done(cell)
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
            funds = left.verb in _FUNDS and cell.quantity.unit.endswith("元")
            return Draft("", left.verb, confidence=0.6) if funds and left.verb_last else None
        subject, measure = naming.split_subject(topic.name)
        measure = re.sub("(?:培育|建设|培养|管理|服务|保障|发展)$", "", measure)
        return Draft(left.measure or subject, measure, confidence=0.65)

    def _share_of(self, left: Left, draft: Draft) -> None:
        """民生支出13亿元,占预算支出的76%: what is measured is the share of the whole."""
        last = self.groups[-1] if self.groups and "合计" in left.spoken else []
        if len({row.measure + row.subject for row in last}) > 1:
            # A、B产值分别达1元、2元,合计占全区产值的3%: the share of all of them.
            draft.subject, draft.measure = "", left.whole
            return
        draft.measure = re.sub("(?<=..)占[^占]{2,}$", "", draft.measure) + left.whole

    def _source(self, cell: Cell) -> Row | None:
        """The row whose measure a clause without one speaks of."""
        if self.rows:
            return self._alike(cell) or self.rows[-1]
        opening = self.folded[self.start : cell.left[1]].strip(" ,")
        return self.previous if _CONTINUES.match(opening) else None

    def _alike(self, cell: Cell) -> Row | None:
        """实施项目20个,完成投资26亿元,新开工6个: what is counted is no money."""
        unit, last = cell.quantity.unit, self.rows[-1].unit
        other = last.endswith("元") or last in RATE_UNITS
        if not other or unit.endswith("元") or cell.quantity.is_rate:
            return None
        return next((row for row in reversed(self.rows) if row.unit == unit), None)

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

    def _acts(self, left: Left, unit: str) -> bool:
        """大运中心举办62场, 南湖片区完成35亿元: the noun acts on what was named before."""
        spent = left.verb in ACHIEVED and bool(self.rows) and self.rows[-1].unit == unit
        if unit.endswith("元") and self._invests(left):
            return True
        done = left.tail.first("L") in ACHIEVED if unit.endswith("元") else left.verb_last
        return (
            done
            and (spent if unit.endswith("元") else left.verb in _ACTS)
            and naming.is_actor(left.measure)
            and bool(self.rows or self.topic.acts)
        )

    def _clause_before(self) -> int:
        """Where the clause that ends in front of this one begins, if nothing was counted in it."""
        last = self.rows[-1].clause.start if self.rows else -1
        return self.topic.start if self.topic.start > last else -1

    def _invests(self, left: Left) -> bool:
        """甲运河完成投资45亿元,乙铁路完成52亿元: the works that the money was spent on."""
        done = left.tail.first("L") in ACHIEVED or left.verb in ACHIEVED
        spent = bool(self.rows) and self.rows[-1].measure.endswith("投资")
        return (
            done and spent and owners.is_works(left.measure) and not naming.is_metric(left.measure)
        )

    def _owner(self, measure: str, last: Row | None, verb: str) -> str:
        """Whose a measure is that says nothing without its owner (总投资, 入驻率)."""
        topic = self.topic
        if measure.startswith("亩均"):
            # 盘活土地500亩,亩均税收20万元: what an acre yields is a place's.
            places = (last.subject if last else "", self.subject)
            return next((name for name in places if owners.is_place(name)), "")
        opener = self._opener()
        opens = bool(topic.name) and self.folded.startswith(topic.name, topic.start)
        if opener and not opens and _OF_PLACE.fullmatch(measure):
            return opener
        if topic.name and (last is None or last.clause.start < topic.start):
            named = naming.clean_subject(topic.name)
            return "" if measure == "投资" and not owners.is_works(named) else named
        works = last is not None and (
            owners.carries_investment(last.subject, last.measure)
            or (last.clause.start == self.clause_start and naming.is_entity(last.measure))
        )
        if last is None or (measure == "投资" and not works):
            return self.subject
        scope = last.subject in _SCOPES
        if owners.is_place(last.subject) and _OF_PLACE.fullmatch(measure) and not scope:
            # 高新区集聚企业210家,实现产值42亿元: the zone's, not the companies'.
            return last.subject
        # 6个园区竣工,新增产业空间7万平方米: what is new was not there before.
        counted = "" if verb.startswith("新增") else self._counted(measure, last)
        if last.subject and not scope and not _MONEY.search(measure):
            # 北峰产业园新建厂房12万平方米,入驻率85%
            return last.subject
        return counted or last.subject or self.subject

    def _opener(self) -> str:
        """What the whole sentence is about: an industry that is its title, or works.

        石墨产业,引进投资者,…,力争产值突破25亿元; 某项目开工仅用92天,…,年产值可达60亿元.
        """
        titled = _OF_INDUSTRY.match(self.folded, self.start)
        return titled[1] if titled else self.opener

    def _counted(self, measure: str, last: Row) -> str:
        """The things counted before, as the owner of what is said of them next.

        A mark of a list parts them (改造小区26个、建筑面积43万平方米), unless it is money of
        projects, a crop, or an attribute that names nothing (担保4笔、金额12亿元); two parts
        of a whole own nothing either (10亿元以上项目2个、5亿元以上项目3个,完成投资7亿元).
        """
        owner = owners.owner_of(last.measure, last.unit) if last.unit != "%" else ""
        if owner in ("企业", "项目", "商户") or measure == "资金":
            return ""
        if last.clause.start == self.clause_start and self._listed_with(last):
            crop = _CROP.fullmatch(measure) and last.measure.endswith(("面积", "规模"))
            spent = _PROJECT.search(owner) and _MONEY.search(measure)
            return owner if crop or spent or _NAMELESS.fullmatch(measure) else ""
        group = self.groups[-1] if self.groups else []
        parts = [row for row in group if row.unit == last.unit and "其中" in self._spoken(row)]
        return owner if len(parts) < 2 else ""

    def _spoken(self, row: Row) -> str:
        """The text of a row's clause."""
        return self.folded[row.clause.start : row.clause.end]

    def _listed_with(self, last: Row) -> bool:
        """True where a mark of a list stands between the row before and what is read."""
        return self.folded.startswith(("、", "和", "及", "与"), last.end)

    def _goes_on(self, left: Left, last: Row | None) -> bool:
        """True in the clause of the row before, behind its subject's verb."""
        return (
            last is not None
            and last.clause.start == self.clause_start
            and bool(last.subject)
            and bool(left.verb)
            and not left.separately
            and not left.delta
            and left.spoken.strip(" 、和及与").startswith(left.measure)
        )

    def _subject(self, left: Left, subject: str, measure: str, from_right: bool) -> str:
        """The subject in words of the text, inherited from earlier clauses where it fits."""
        if subject:
            return self._named(left, subject, measure, from_right)
        last = self.rows[-1] if self.rows else None
        topic = self.topic
        if naming.needs_owner(measure):
            return self._owner(measure, last, left.verb)
        port = _PORT.match(topic.name) if measure.endswith("吞吐量") else None
        if port:
            # 某机场扩建工程封顶,旅客吞吐量达61万人次
            return port[0]
        if (left.verb and owners.AREA.search(self.subject)) or _OTHER_PLACE.match(measure):
            return ""
        if from_right and left.measure and left.verb_last:
            # 机场吞吐量突破5000万人次,“千里轻舟”班轮开通13条航线
            return ""
        if self._goes_on(left, last):
            # 省属企业完成投资5亿元、研发投入1亿元: both are theirs.
            return last.subject if last else ""
        listed = left.measure.endswith("等") and not left.verb
        if from_right and not (left.verb or left.head.words) and (listed or not left.measure):
            # 平台集聚项目27个,5款新药获批; A、B等11个项目加快推进: a clause of its own.
            return ""
        return self._carried(left, measure)

    def _named(self, left: Left, subject: str, measure: str, from_right: bool) -> str:
        """A subject that the clause names, kept for the next ones where it goes on."""
        counted, subject = subject, owners.without_count(subject)
        ends = left.pivot or left.separately or left.verb in _CAUSES or measure.endswith("进度")
        goes_on = owners.persists(subject) and not _BUILDING.search(subject)
        if counted == subject and goes_on and not ends:
            self.subject = subject
            self.acts = bool(left.verb)
            self.counts = from_right
        return subject

    def _carried(self, left: Left, measure: str) -> str:
        """The subject or the facility of an earlier clause, where this one goes on with it."""
        topic = self.topic
        if self.folded.startswith(("所有", "各类"), self.clause_start):
            return ""
        part = self.folded.startswith("其中", self.clause_start)
        own = measure.startswith("“") or "、" in measure
        lasts = owners.is_place(self.subject) and not (self.counts or own)
        if not (left.verb or part or lasts):
            # 县财政投入42亿元,教师本科率82%: an indicator of its own.
            return ""
        if owners.stands_alone(self.subject, left.spoken, acts=self.acts and not left.verb):
            return ""
        yearly = any(word.startswith(_ALL_YEAR) for word, kind in left.head.words if kind == "T")
        if topic.owner and owners.does_itself(left.verb) and not yearly:
            return topic.owner
        adds = left.verb in _ADDS and (left.verb == "举办" or _CAPACITY.search(measure))
        if topic.opened and adds and topic.start == self._clause_before():
            # 县医院新院区投入使用,新增床位500张
            return topic.owner
        if left.verb and not (self.acts or owners.is_area(self.subject)):
            # 全县企业利润增长8%,新建学校3所: a subject that did nothing does nothing now.
            return ""
        bare = left.verb_last and left.measure == measure
        # 全旗增加值增长5%,投资增长8%: where no words say so, the district itself is no subject.
        return "" if bare or self.subject in _SCOPES else self.subject
