"""Lists: several names in front of several numbers, and what all of them share."""

from __future__ import annotations

import re

from district.compiler import lexicon as lex
from district.compiler import listing, naming, owners, phrases
from district.compiler.behind import closing_at, right_phrase
from district.compiler.clauses import Cell, Clause, opens_owned
from district.compiler.left import Left
from district.compiler.rows import Draft, Row
from district.compiler.sentence import SentenceState

_OWNERS = re.compile(
    "(?:产业链|产业|集群|开发区|高新区|新区|片区|园区|[区县市镇乡]|街道|集团|公司|[一二三四五]期)$"
)
_INDUSTRY = re.compile("(?:产业|产业链|集群|行业|板块)$")
_PARTS = frozenset(lex.words("城镇 农村 城市 乡村 城区 县城 男性 女性"))
_TOWN = re.compile(
    "(?!.*(?:[园小片社库院校景灾山牧林街][区]|[主市县老心新]城区)$)[\u4e00-\u9fff]{1,6}(?:区|市|县|镇|乡|街道)"
)
_KIND = re.compile("[两三四五六七八九十]大[\u4e00-\u9fff]{0,4}?(?:产业链|产业|集群|行业|板块)")
ACHIEVED = frozenset(["实现", "完成"])


class ListReader(SentenceState):
    """Gives each number of a list its name."""

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

    def _lone_verb(self, left: Left, shared: Left) -> None:
        """完成征地230亩、拆迁180户: a verb alone is what was completed."""
        word = left.spoken.strip(" 、和及")
        alone = word == left.verb and not left.measure and len(word) == 2
        completed = bool(shared.measure) and shared.verb in ACHIEVED
        if alone and completed and word not in lex.ENDING_VERBS:
            left.measure, left.verb, left.verb_last = word, shared.verb, False

    def _same_kind(self, cell: Cell, left: Left) -> bool:
        """True where a list goes on with an owner like the one before, and its number alone."""
        if not (cell.continued and self.rows and self.rows[-1].unit == cell.quantity.unit):
            return False
        here, before = _OWNERS.search(left.measure), _OWNERS.search(self.rows[-1].subject)
        alike = here is not None and before is not None and here[0] == before[0]
        return alike and not left.subject and self.rows[-1].measure not in left.measure

    def _part(self, cell: Cell, left: Left) -> Draft | None:
        """What is named as a part of what the row before counted, or as one more of its kind."""
        if not self.rows:
            return None
        last = self.rows[-1]
        industry = self._of_industry(left)
        if industry:
            return Draft(left.measure, industry, settled=True)
        if self._same_kind(cell, left):
            # A产业规模突破1亿元、B产业达到2亿元
            return Draft(left.measure, last.measure, settled=True)
        people = left.measure.removesuffix("居民")
        if people in _PARTS and last.measure.startswith("居民"):
            # 居民人均可支配收入增长8%,其中城镇、农村居民分别增长7%、9%
            return Draft("", people + last.measure, settled=True)
        if left.measure in _PARTS:
            # 发放救助金9万人次,其中城镇2万人次、农村7万人次
            whole = self._part_of(left.measure)
            named = Draft("" if whole else left.measure, whole or last.measure, settled=True)
            return named if last.unit == cell.quantity.unit else None
        listed = "其中" in left.spoken or self._follows_part(cell)
        if listed and not left.verb and _TOWN.fullmatch(left.measure):
            # 新增学位4万个,其中甲区1万个、乙区3万个
            return Draft(left.measure, last.measure, settled=True)
        return None

    def _follows_part(self, cell: Cell) -> bool:
        """True where a list goes on behind 其中."""
        return (
            cell.continued
            and bool(self.rows)
            and "其中" in self.folded[self.clause_start : cell.left[0]]
        )

    def _part_of(self, part: str) -> str:
        """城乡岗位安置18人,其中乡村14人: the part named in the place of 城乡."""
        source = next((row for row in reversed(self.rows) if row.measure.startswith("城乡")), None)
        same = source is not None and source.unit == self.rows[-1].unit
        return part + source.measure[2:] if source is not None and same else ""

    def _of_industry(self, left: Left) -> str:
        """产业体系产值增长8%,建材产业下降5%: an industry grows by what the one before grew by."""
        if not (self.rows and left.growth) or left.delta or left.subject not in ("", left.scope):
            return ""
        named = _INDUSTRY.search(left.measure) and not left.measure.startswith("第")
        return phrases.metric_suffix(self.rows[-1].measure) if named else ""

    def _bare_list(self, clause: Clause, left: Left) -> bool:
        """超充场站和充电设施累计达180座、8.3万个: as many names as numbers, and no 分别."""
        cells = clause.cells
        if len(cells) < 2 or not (left.tail.has("LBCUDE") or left.verb_last):
            return False
        if not re.search("[、和与及]", left.measure):
            return False
        if any(self.folded[c.left[0] : c.left[1]].strip("、和与及以 ") for c in cells[1:]):
            return False
        units = {cell.quantity.unit for cell in cells}
        names = listing.split_list(left.measure, len(cells))
        return len(names) == len(cells) and (len(units) > 1 or naming.is_metric(names[-1]))

    def _bare_actors(self, clause: Clause, left: Left) -> bool:
        """甲园、乙园新引进项目86个、53个: as many actors as numbers, and no 分别."""
        cells = clause.cells
        if len(cells) < 2 or not (left.verb and left.measure):
            return False
        between = {self.folded[c.left[0] : c.left[1]].strip("、和与及以 ") for c in cells[1:]}
        behind = self.folded[cells[-1].right[0] : cells[-1].right[1]].strip()
        alike = len({cell.quantity.unit for cell in cells}) == 1
        return (
            between == {""}
            and not behind
            and alike
            and bool(listing.actors(left.subject, len(cells)))
        )

    def _bare_growth(self, clause: Clause, left: Left) -> bool:
        """A、B分别为1元和2元,增长3%和4%: as many numbers as the list before, and no 分别."""
        if left.measure or len(clause.cells) < 2 or not self.groups:
            return False
        if not left.growth and not left.tail.has("LC"):
            return False
        count = len(clause.cells)
        before = [group for group in self.groups[-count:] if len(group) == 1]
        alone = len(before) == count and not any(row.inherited for group in before for row in group)
        if alone and left.growth and before[-1][0].clause.end + 1 == clause.start:
            # 游客612万人次,收入23亿元,同比增长18%和21%
            return True
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
            places = listing.places(left.measure, count)
            if places:
                return places
            names = listing.split_list(left.measure, count)
            figure = self._of_industry(left)
            if figure and len(names) == count:
                return [(name, figure) for name in names]
            if len(names) == count:
                industries = listing.industries(left.measure, count)
                return industries or [(left.subject, name) for name in names]
            subjects = listing.actors(left.subject, count)
            if subjects:
                return [(subject, left.measure) for subject in subjects]
            return self._zip_owners(left.measure, count)
        listed = listing.split_list(self.topic.name, count) if self.topic.name else []
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

    def _closing_of_list(self, cell: Cell, clause: Clause) -> str:
        """What ends the list that a number opens: 8个A、19个B和6个C|全部开工."""
        start, end = cell.right
        for later in clause.cells[clause.cells.index(cell) + 1 :]:
            if self.folded[end : later.quantity.start] not in ("、", "和", "及", "与", "以及"):
                break
            start, end = later.right
        if end < clause.end and opens_owned(self.folded, end):
            return "有"
        if end < clause.end:
            return closing_at(self.folded, end, clause.end)
        return right_phrase(self.folded, self.text, start, end)[1] if start > cell.right[0] else ""

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
        end = last + len(rows[-1].subject)
        kind = _KIND.match(self.text, end)
        return self.text[first : kind.end() if kind else end]

    def _shared_measure(self, left: Left) -> str:
        """A、B产值分别达1元、2元,均增长3%: what the list has in common."""
        if not self.groups or len(self.groups[-1]) < 2 or left.measure:
            return ""
        if not any(word in ("均", "各", "都") for word, _ in left.tail.words + left.head.words):
            return ""
        names = [row.measure for row in self.groups[-1]]
        common = listing.common_ending(names)
        return common if len(common) >= 2 and len(set(names)) > 1 else ""
