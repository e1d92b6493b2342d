"""The text in front of a number: subject, verb, object, growth, comparator."""

from __future__ import annotations

import re

from district.compiler import lexicon as lex
from district.compiler import listing, naming, phrases, predicates, segments, yardsticks
from district.compiler.clauses import Cell
from district.compiler.deeds import ENDINGS, NOUN_RIGHT, PIECES, VERBS, DeedReader
from district.compiler.left import Left
from district.compiler.units import TIME_UNITS

_DELTA = re.compile(
    "(?:增速|增幅)?(?:分别)?(?:超额完成|高于|低于|快于|慢于|优于|高出|低出|领先|超过|"
    "超出|超(?=时序|序时|时间进度|预期|年初|全年|既定|年度|目标|任务|计划|预算)|落后|高过|好于)(?=[^,]{2,})[^,]*$"
)
#: 高于全市平均水平38件: a distance in any unit.
_BEYOND = re.compile(
    "[,、 ]*(?:分别)?(?:高于|低于|高出|低出|超过|超出)全[国省市区县州](?:平均)?(?:水平)?$"
)
_FROM_AVERAGE = re.compile("(?:高于|低于|高出|低出)全[国省市区县州]平均(?:水平)?$")
_BELOW = re.compile("低于|慢于|低出|落后")
_WIDE = re.compile("任务|计划|预算|全国|全省|全市|全区|平均|水平|同期|预期|目标")
_CAUSES = frozenset(lex.words("带动 促进 推动 帮助 助力 拉动"))
_RATE = re.compile("(?:率|比例|比重|占比)$")
#: 经常参加体育活动人数占比: who is counted is told by what they do.
_TAKES_PART = frozenset(lex.words("参加 参与 享受 接受 领取 持有 拥有 获得"))
_OF_THOSE = re.compile("(?:人数|人口|人次|企业|家庭)(?:占比|比例|比重|率|数)?$")
_GIVES = frozenset(lex.words("提供 开展 实施 完成 给予 获得 得到 接受"))
_ORGANISES = frozenset(lex.words("组织 开展 举办 进行 做好 组织开展 完成 实施"))
_WORKS_ON = re.compile("([^,、]{2,24})(完成|实施|开展)(?![率量额])")
#: What is done by or to whom their object names: 吸引|企业|投资, 成立|公司|接收|人员.
_TAKES_CLAUSE = _CAUSES | frozenset(
    lex.words(
        "提请 配合 支持 引导 组织 吸引 吸纳 保障 发动 动员 指导 鼓励 委托 成立 组建 设立 依托 服务"
    )
)
_BRINGS = frozenset(lex.words("惠及 解决 带动 覆盖 化解 节约 节省 撬动"))
#: Verbs that begin a predicate in the middle of a phrase too, and never tell which things.
_NEVER_NAMES = lex.PLAIN_VERBS | frozenset(
    lex.words("解决 惠及 覆盖 吸引 吸纳 化解 发放 拨付 投入 受益 接待 举办 兑现 撬动 节约 节省")
)
#: To whom, about what or by what means something is done: no subjects of it.
_MEANS = frozenset(lex.words("提请 配合 围绕 聚焦 通过"))
#: 达到5万亿元、稳居全国前十、|增长4.8%: a rank is told in passing.
_RANK = re.compile(
    "[,、 ]*(?:(?:连续[^,、]{1,4})?(?:稳?居|位居|位列|排名?|跃居|保持))[^,、\\d]{0,8}"
    "(?:第[^,、]{1,3}|前[^,、]{1,3}|首位|榜首)(?:位|名)?[、,]"
)
#: Names are shorter than this.
_PHRASE = 40
_FIRST_IN = re.compile("[^,、]{0,6}(?:在全国|全国(?:率先|首))")
_SHARE = re.compile("(?:占比|比例|比重)$")
_REACHES = ("覆盖", "惠及", "涉及", "辐射", "带动")
_AVERAGES = ("人均", "户均", "亩均", "月均", "日均", "人均年", "户均年", "人均月", "户均月")
#: 累计接待120万人次: what was done so many times is all that is named.
_SERVICES = frozenset(
    lex.words(
        "接待 排查 走访 检查 巡查 服务 救助 培训 接诊 检测 运送 发送 慰问 帮扶 摸排 巡逻 宣讲 辅导 "
        "义诊 筛查 体检 调解 接种 资助 回访 抽检 劝导 清理 招商"
    )
)
#: 该项目总投资: the project that the clause before named.
_WHOLE_DEEDS = frozenset(lex.words("植树 造林 补植 招生 育苗 征地 拆迁 搬迁 体检 接种"))
_SAID_BEFORE = re.compile("该(?:项目|工程|园区|基地|中心|平台|公司|企业|线路?|路|桥)(?=.{2,})")
_RANKS = re.compile(
    "(?:(?:国省|省市县?|市县区?|区县|市、[县区]|省、市)(?:[两三]级)?|(?:各级|中央|国家|上级)(?:财政|政府|部门)?|[省市区县]级|市里)"
)
_EACH_DOES = re.compile(
    "(?<=[镇乡道区县市村园校局])各(创建|建成|新建|打造|建设|引进|新增|培育|完成|改造|设立)"
)
#: 每千人口拥有执业医师: per whom it is counted is part of what is counted.
_PER_HEAD = re.compile(
    "每[百千万十]*(?:名|个|位|户)?[\u4e00-\u9fff]{0,6}(?:人口?|老人|儿童|户|学生)?$"
)
_MONEY_VERBS = lex.words("投资 融资 授信 贷款 捐赠 消费 纳税")


class LeftReader(DeedReader):
    """Reads the left sides of a sentence."""

    def read(self, cell: Cell) -> Left:
        """Take the text in front of ``cell`` apart."""
        start, end = cell.left
        beside = yardsticks.named_beside(self.folded, cell)
        start = self._last_deed(start, end) if beside < 0 else start
        rank = _RANK.match(self.folded, start, end)
        start = rank.end() if rank else start
        self.unit, self.limit = cell.quantity.unit, end
        self.continued, self.right = cell.continued, cell.right
        left = Left(spoken=self.folded[start:end])
        if self._is_goal(left, cell):
            return left
        if beside >= 0:
            end = beside
            left.separately = "、" in self.folded[start:end]
            left.growth = "增长" if self.folded.endswith("增长", end, cell.left[1]) else ""
        if cell.quantity.is_rate:
            delta = _DELTA.search(self.folded, start, end)
        else:
            beyond = _BEYOND.match(self.folded, start, end) if self.follows else None
            delta = beyond or _FROM_AVERAGE.search(self.folded, start + 2, end)
        if delta and (cell.quantity.unit != "%" or _WIDE.search(delta[0])):
            left.delta, left.growth = True, "高于"
            left.sign = -1 if _BELOW.match(delta[0].lstrip(",、 增速幅分别")) else 1
            end = delta.start()
        if self.unit in TIME_UNITS and self.folded.endswith("提前", start, end):
            left.growth, end = "提前", end - 2
        left.tail = phrases.strip_tail(self.folded, start, end)
        self._growth(left, start, cell.quantity)
        stop = self._head(left, start)
        begin = left.head.start
        if self._apart(left, begin, stop) or self._acts_alone(left, cell, begin, stop):
            return left
        begin = self._beneficiary(left, begin, stop)
        closed = left.head.has("V") and self.folded[begin:stop] in ENDINGS
        if begin >= stop or closed or self.folded[start:stop].strip(" ,、") in ENDINGS:
            # 竣工投产38个 names nothing: both are verbs of what was counted before.
            left.verb_last = bool(left.verb)
            left.subject = left.scope
            deeds = left.verb in _SERVICES and self.unit.endswith(("次", "批"))
            deeds = deeds or left.verb in _WHOLE_DEEDS
            bare = deeds and not NOUN_RIGHT.match(self.folded, *cell.right)
            if bare or (left.verb in ("存栏", "出栏") and self.follows):
                left.measure, left.verb_last = left.verb, False
            self._completed_deed(left, begin)
            return left
        self._phrase(left, begin, stop)
        return left

    def _is_goal(self, left: Left, cell: Cell) -> bool:
        """超过8%的预期目标: the goal is the number itself, said of the statement before."""
        start = cell.left[0]
        behind = self.folded[cell.quantity.end : cell.right[1] + 16]
        if not yardsticks.held_against(left.spoken, behind):
            return False
        left.cited = left.delta = self.follows
        left.sign = -1 if yardsticks.lowers(left.spoken) else 1
        left.tail.stop = start
        return self.follows

    def _head(self, left: Left, start: int) -> int:
        """Read what stands in front of the noun phrase, and return where the phrase ends."""
        stop = left.tail.stop
        place = phrases.scope_before(self.folded, start, stop)
        stop -= len(place)
        left.head = phrases.strip_head(self.folded, start, stop)
        self._rank(left, stop)
        left.scope = self._scope(left.head) or place
        if left.scope == "全国" and _FIRST_IN.match(self.folded, start, stop):
            left.scope = ""
        left.verb = left.head.last("VWDU") or ""
        down = left.head.last("D")
        if down and not left.growth and left.head.words and left.head.words[-1][1] == "D":
            left.sign = -1
        left.separately = left.separately or any(
            word.startswith("分别") for word, _ in left.tail.words + left.head.words
        )
        if not left.verb and not left.growth:
            left.verb = next((w for w, k in left.tail.words if k == "L" and w in VERBS), "")
        return stop

    def _apart(self, left: Left, begin: int, stop: int) -> bool:
        """A、B分别建成厂房…, 甲镇、乙镇各创建示范片区…: the actors stand in front of the word."""
        apart = self.folded.find("分别", begin, stop)
        if apart > begin:
            left.separately = True
            after = phrases.strip_head(self.folded, apart + 2, stop)
            if after.start < stop:
                left.verb = after.last("VWDU") or left.verb
                left.subject = naming.clean_subject(self.text[begin:apart])
                self._name(left, after.start, stop)
                return True
        each = _EACH_DOES.search(self.folded, begin, stop)
        if each and each.end() < stop:
            left.verb = each[1]
            # What each of them did ends with its clause.
            left.pivot = True
            left.subject = naming.clean_subject(self.text[begin : each.start()])
            self._name(left, each.end(), stop)
            return True
        return False

    def _phrase(self, left: Left, begin: int, stop: int) -> None:
        """Part the noun phrase before a number into subject, verb and object."""
        verb = predicates.find_verb(self.folded, begin, stop)
        if not left.growth and self._closed(left, begin, verb, stop):
            return
        if verb is None:
            trimmed, closing = phrases.strip_ending(self.folded, begin, stop)
            if closing and not left.growth:
                left.verb = left.verb or closing
                # 项目已|开工
                stop = phrases.strip_tail(self.folded, begin, trimmed).stop
            left.np_only = not left.verb
            self._name(left, begin, stop)
            return
        if self._is_one_name(begin, verb, stop) or self._attributive(left, begin, verb, stop):
            left.np_only = True
            self._name(left, begin, stop)
            return
        if self.folded.endswith("等", begin, verb[0]) and verb[1] < stop:
            # 座谈会等对接活动21次: the examples end in front of the verb.
            self._name(left, verb[0], stop)
            return
        spoken = phrases.strip_head(self.folded, verb[0], verb[1])
        left.verb = spoken.last("VW") or self.folded[verb[0] : verb[1]]
        skip = 1 if self.folded.startswith("后", verb[1]) else 0
        after = phrases.strip_head(self.folded, verb[1] + skip, stop)
        if after.has("D") and after.words[-1][1] == "D" and not left.growth:
            left.sign = -1
        if after.words and re.fullmatch(
            "(?:第[一二三四五]批)?..(?:人员|对象)", self.folded[verb[1] : stop]
        ):
            # 接收|分流人员
            after = phrases.Head(verb[1])
        if after.start == stop and left.verb in _GIVES and len(after.words) == 1:
            # 为群众提供|服务
            after = phrases.Head(verb[1])
        if self.folded[after.start : stop] in ENDINGS:
            # 海上风电建成并网200万千瓦: two closing verbs behind the noun.
            after.start = stop
        if after.start < stop:
            self._object(left, begin, verb, after.start, stop)
        else:
            self._verb_at_end(left, begin, verb)

    def _closed(self, left: Left, begin: int, verb: tuple[int, int] | None, stop: int) -> bool:
        """A verb right in front of the number that has its own subject or object before it."""
        if self.folded.endswith("获", begin + 2, stop):
            # 光复路项目获|3亿元中央预算资金
            left.verb, left.verb_last = "获得", True
            left.subject = naming.clean_subject(self.text[begin : stop - 1])
            return True
        if verb is None and not left.head.has("V") and self._deed_at_end(begin, stop):
            # 围绕产业需求|布局建设5条专用线
            left.verb = self.folded[stop - 2 : stop]
            self._verb_at_end(left, begin, (stop - 2, stop))
            return True
        if verb is None and self.folded.endswith(_REACHES, begin + 2, stop):
            if not NOUN_RIGHT.match(self.folded, *self.right):
                return False
            # 生活垃圾治理|覆盖|68个村
            left.verb = self.folded[stop - 2 : stop]
            self._verb_at_end(left, begin, (stop - 2, stop))
            return True
        if verb is None or verb[1] != stop:
            return False
        deed = _WORKS_ON.match(self.folded, begin, verb[0])
        if deed is None or deed.end() + 2 > verb[0]:
            return False
        # 二期|完成|设备安装
        left.verb = deed[2]
        left.subject = naming.clean_subject(self.text[begin : deed.end(1)])
        self._name(left, deed.end(), stop)
        return True

    def _deed_at_end(self, begin: int, stop: int) -> bool:
        """True where a verb stands right in front of a number whose noun stands behind it."""
        listed = "、" in self.folded[begin:stop]
        if listed or stop < begin + 4 or not NOUN_RIGHT.match(self.folded, *self.right):
            return False
        last = segments.tokens_of(self.folded[begin:stop][-_PHRASE:])[-1]
        deed = last.word in VERBS or last.word in lex.WEAK_VERBS or last.kind == "v"
        return deed and len(last.word) == 2 and self.unit.lstrip("十百千万亿") in PIECES

    def _is_one_name(self, begin: int, verb: tuple[int, int], stop: int) -> bool:
        """每千人口拥有医师, 污水集中收集|处理率, 参加体育活动人数占比: the verb is inside."""
        word, rest = self.folded[verb[0] : verb[1]], self.folded[verb[1] : stop]
        if word.startswith(("拥有", "配备", "有")) and _PER_HEAD.match(
            self.folded[begin : verb[0]]
        ):
            return True
        if word in _TAKES_PART and _OF_THOSE.search(rest):
            return True
        if rest.startswith("的") and "通过" in self.folded[begin : verb[0]]:
            # 限上单位通过互联网实现的零售额
            return True
        if self.folded.startswith(("尚未", "仍未", "还未"), begin):
            # 尚未开工的项目 are other ones than 开工的项目.
            return True
        if _SHARE.search(rest) and segments.names_doer(self.folded[begin : verb[0]]):
            # 企业牵头承担省级以上科技项目占比
            return True
        if verb[0] == begin and phrases.tells_which(self.folded, verb, stop):
            return True
        if word in lex.PLAIN_VERBS or verb[0] == begin:
            return False
        return bool(_RATE.search(rest)) and segments.is_word(rest)

    def _attributive(self, left: Left, begin: int, verb: tuple[int, int], stop: int) -> bool:
        """建成|高价值专利培育中心: behind a verb that takes a noun, one more tells which."""
        last = left.head.words[-1] if left.head.words else ("", "")
        governs = last[1] == "V" and len(last[0]) > 1 and last[0] not in _TAKES_CLAUSE
        governs = governs and not _RANKS.fullmatch(self.folded, begin, verb[0])
        if self.folded[verb[0] : stop] in ENDINGS:
            # 新建学校项目|交付使用
            return False
        inner = self.folded[verb[0] : verb[1]]
        return governs and begin < verb[0] and verb[1] < stop and inner not in _NEVER_NAMES

    def _object(self, left: Left, begin: int, verb: tuple[int, int], first: int, stop: int) -> None:
        """Subject and object around a verb: 中心|牵头制定|标准."""
        lead = left.head.words[-1] if left.head.words else ("", "")
        benefits = (lead[1] == "X" and lead[0] not in ("依托", "在")) or (left.verb in _CAUSES)
        before = phrases.strip_tail(self.folded, begin, verb[0])
        bare = self.folded[first:stop] in lex.BARE_MEASURES
        if bare and left.verb not in lex.PLAIN_VERBS:
            self._name(left, begin, stop)
            return
        if _RANKS.fullmatch(self.folded, begin, before.stop) or lead[0] in _MEANS:
            benefits = True
        if lead[1] == "V" and lead[0] not in _TAKES_CLAUSE and left.verb in _BRINGS:
            # 改造老旧小区惠及群众10万户: what is worked on reaches nobody itself.
            benefits = True
        listed = self.continued and self.follows and lead[1] == ""
        if listed and not naming.is_actor(self.folded[begin : before.stop]):
            # 保障房3万平方米、公租房实物|配租|房源65套: in a list the verb is the name's.
            self._name(left, begin, stop)
            return
        if not benefits:
            stop_at = self._predicate(begin, before.stop)
            left.subject = naming.clean_subject(self.text[begin:stop_at])
            # 成立公司接收分流人员: what is founded acts in this clause alone.
            left.pivot = lead[1] == "V" and lead[0] not in _CAUSES
            if left.scope and left.subject.endswith("项目"):
                # 全区亿元以上在建项目: a class of things of the district.
                scope = max(0, begin - len(left.scope))
                named = self.text[scope:begin] + left.subject
                left.subject = named if named.startswith(left.scope) else left.subject
        self._name(left, first, stop)

    def _verb_at_end(self, left: Left, begin: int, verb: tuple[int, int]) -> None:
        """A verb right in front of the number: 安置房开工, 引水工程累计投资, 组织各类排查."""
        before = phrases.strip_tail(self.folded, begin, verb[0])
        left.separately = left.separately or (before.has("B") and "分别" in str(before.words))
        noun = next((w for w in _MONEY_VERBS if self.folded[verb[0] : verb[1]].endswith(w)), "")
        if noun and self.unit.endswith("元"):
            left.subject = naming.clean_subject(self.text[begin : before.stop])
            left.measure = noun
            return
        held = [word for word, kind in left.head.words if kind == "V"]
        if held and held[-1] in _ORGANISES and not noun:
            self._name(left, begin, verb[1])
            return
        name = self.folded[begin : before.stop]
        works = naming.is_action(self.folded[verb[0] : verb[1]]) and verb[0] == before.stop
        if works and not held and not naming.names_alone(name):
            # 托养机构规范化|提升
            self._name(left, begin, verb[1])
            return
        left.verb_last = True
        if not self._only_verbs(begin, before.stop):
            # 泵站|建成|投用
            self._name(left, begin, phrases.strip_ending(self.folded, begin, before.stop)[0])

    def _predicate(self, begin: int, end: int) -> int:
        """Where the verbs and adverbs in front of the last verb begin (中心|累计牵头制定)."""
        for position in range(begin + 2, end - 1):
            word = phrases.head_word(self.folded, position, end)
            if word is None or word[1] not in "BVTA" or len(word[0]) < 2:
                continue
            if naming.is_action(self.folded[position:end]):
                return end
            if phrases.strip_head(self.folded, position, end).start == end:
                return position
        return end

    def _name(self, left: Left, begin: int, stop: int) -> None:
        if left.head.words and left.head.words[-1][0] == "为" and begin == left.head.start:
            word = next(
                (w for w in lex.NOUNS_AT_END if self.folded.endswith(w, begin + 2, stop)), ""
            )
            begin = stop - len(word) if word else begin
        earns = left.growth in ("增收", "减收", "增产") and (
            segments.names_doer(self.folded[begin:stop])
            or self.folded.endswith(_AVERAGES, begin, stop)
        )
        if earns and not left.delta:
            # 贫困户人均|增收1490元, 农户|增收3200元
            stop += len(left.growth) if self.folded.startswith(left.growth, stop) else 0
        pointed = _SAID_BEFORE.match(self.folded, begin, stop)
        begin = pointed.end() if pointed else begin
        subject, measure = naming.split_subject(self.text[begin:stop])
        joined = naming.trim(self.text[begin:stop])
        subject, measure = self._own_deed(left, subject, measure)
        if left.separately and listing.industries(joined, joined.count("、") + 1):
            # A、B产业规模分别达…: each industry has its own.
            subject, measure = "", joined
        left.measure = measure
        left.subject = left.subject or subject or left.scope
        if left.head.words and left.head.words[-1][0] in ("为", "给") and subject:
            # 为企业减税降费: whom it is done for is no owner.
            left.subject = left.scope
