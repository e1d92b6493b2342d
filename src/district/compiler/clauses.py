"""Cutting a sentence into clauses and its quantities into cells.

A *cell* is one quantity with the text that can say what it is: ``left`` in front of it
and ``right`` behind it, up to the neighbouring quantity, list mark or clause mark.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from district.compiler import phrases
from district.compiler.lexicon import FROM_WORDS, TO_LEVEL
from district.compiler.numbers import Quantity, find_quantities
from district.compiler.units import TIME_UNITS

_OPEN = {"“": "”", "《": "》", "(": ")", "〔": "〕", "「": "」", "[": "]", "【": "】"}
_CLAUSE_MARKS = frozenset(",:;。!?")
_LIST_MARK = re.compile("[、/]|以及|和|及|与|或")
_LEVEL_SUFFIX = re.compile("(?:元|米|吨|瓦|亩|公里|公顷|瓦时|人|名|家|户|%|立方|寸|升)(?:级|以上|以下|及以上|以内|量级)")
_MONEY_NOUN = re.compile(
    "的?(?:以上)?(?:资金|补贴|补助|贷款|债券|投资|税|营收|产值|收入|消费|融资|授信|专项|基金|国债|利润|奖励|奖补|红利|市场|销售|交易|订单|赔偿|欠薪|工资|保费|转移|财政|社保|住房|学费|首付|租金|成本|减免|优惠|外资|预算|惠企|化债|隐性|缺口|注资|支出|拨款|担保|增量|经济|养老|退税)"
)
_OWNED = re.compile("(?:管道|率|度|浓度|比重|占比|投资|产值|增加值|面积|收入|营收|税收|总额)$")
_TIME_NOUN = re.compile("(?:天数|时限|时间|时长|周期|时效|寿命|用时|耗时|工期|天气|优良天|候机|提速|压缩|时延)")


@dataclass(slots=True)
class Cell:
    """One quantity with its surroundings (spans in the folded text)."""

    quantity: Quantity
    left: tuple[int, int]
    right: tuple[int, int]
    continued: bool = False
    in_brackets: bool = False


@dataclass(slots=True)
class Clause:
    """A stretch between commas, with its cells in order; ``depth`` 1 is inside brackets."""

    start: int
    end: int
    cells: list[Cell] = field(default_factory=list)
    bracketed: bool = False


def masked_spans(folded: str, start: int, end: int) -> list[tuple[int, int, str]]:
    """Spans (brackets included) of quotations, titles and brackets, outermost only."""
    spans: list[tuple[int, int, str]] = []
    position = start
    while position < end:
        opening = folded[position]
        closing = _OPEN.get(opening)
        if closing is None:
            position += 1
            continue
        depth, stop = 0, -1
        for index in range(position, end):
            if folded[index] == opening:
                depth += 1
            elif folded[index] == closing:
                depth -= 1
                if depth == 0:
                    stop = index + 1
                    break
        if stop < 0:
            position += 1
            continue
        spans.append((position, stop, opening))
        position = stop
    return spans


def clauses_of(folded: str, start: int, end: int) -> list[Clause]:
    """Clauses of a sentence in order; a bracketed remark comes right after its clause."""
    masks = masked_spans(folded, start, end)
    inside = {index for first, last, _ in masks for index in range(first, last)}
    quantities = [
        q for q in find_quantities(folded, start, end) if _may_count(folded, q, start, end)
    ]
    clauses: list[Clause] = []
    begin = start
    inner = {index for q in quantities for index in range(q.start, q.end)} | inside
    for position in range(start, end + 1):
        if position < end and (position in inner or folded[position] not in _CLAUSE_MARKS):
            continue
        if begin < position:
            clauses.append(Clause(begin, position))
        begin = position + 1
    for clause in clauses:
        own = [
            q for q in quantities
            if clause.start <= q.start and q.end <= clause.end and q.start not in inside
        ]  # fmt: skip
        clause.cells = _cells(folded, clause, _without_thresholds(folded, own, clause))
    result: list[Clause] = []
    for clause in clauses:
        result.append(clause)
        for first, last, mark in masks:
            if mark == "(" and clause.start <= first and last <= clause.end:
                result.extend(_bracketed(folded, first + 1, last - 1, quantities))
    return result


def _bracketed(
    folded: str, start: int, end: int, quantities: list[Quantity]
) -> list[Clause]:
    found: list[Clause] = []
    begin = start
    for position in range(start, end + 1):
        if position < end and folded[position] not in _CLAUSE_MARKS:
            continue
        clause = Clause(begin, position, bracketed=True)
        own = [q for q in quantities if begin <= q.start and q.end <= position]
        clause.cells = _cells(folded, clause, _without_thresholds(folded, own, clause))
        if clause.cells:
            found.append(clause)
        begin = position + 1
    return found


def _may_count(folded: str, quantity: Quantity, start: int, end: int) -> bool:
    """Drop dates, durations, ordinals and parts of names before any grammar."""
    before = folded[max(start, quantity.start - 12) : quantity.start]
    after = folded[quantity.end : min(end, quantity.end + 8)]
    if quantity.unit in TIME_UNITS:
        if quantity.unit in ("年", "月", "日", "学年", "季度", "年度", "周", "个季度"):
            return False
        left = folded[max(start, quantity.start - 24) : quantity.start]
        changes = re.search("(?:缩短|压缩|提速|减少|控制|压减|降|延长)(?:到|至|为|在)?(?:最快)?(?:约|近)?$", left)
        from_to = re.match("(?:缩短|压缩|减少|降|提升|增加)[到至为]", after)
        if not (changes or from_to or _TIME_NOUN.search(left)):
            return False
    if quantity.unit == "位" and re.search("(?:前进|上升|跃居|提升|排名?|位居|居|升|列|位列)(?:了|至|到)?$", before):
        return False
    if re.search("第$|号$|No\\.?$|[A-Za-z]-?$|[#〔]$", before):
        return False
    if quantity.unit in ("度", "分") and re.match("[年]", after):
        return False
    if after[:1] in ("号", "时", "型", "版", "强", "后", "级") and quantity.unit not in ("%",):
        return False
    return not (after[:1] and (after[0] in "+" or (quantity.unit[-1].isascii() and after[0].isascii() and after[0].isalnum())))


def _without_thresholds(
    folded: str, quantities: list[Quantity], clause: Clause
) -> list[Quantity]:
    """Leave out numbers that belong to a name: 30亿元以上项目6个, 投资超10亿元重点项目."""
    kept: list[Quantity] = []
    for index, quantity in enumerate(quantities):
        following = quantities[index + 1].start if index + 1 < len(quantities) else clause.end
        right = folded[quantity.end : following]
        if _is_threshold(folded, quantity, right, clause):
            continue
        kept.append(quantity)
    return kept


def _is_threshold(folded: str, quantity: Quantity, right: str, clause: Clause) -> bool:
    if _names_owner(folded, quantity, right, clause):
        return True
    if quantity.unit in ("个", "家", "项", "名", "所", "座", "条", "场", "次", "宗", "件", "套", "张"):
        return False
    if re.match("级|量级|档|寸|时代", right):
        return True
    qualified = re.match("(?:及)?(?:以上|以下|以内)的?(?:[^\\W\\d_]|[“(])", right)
    plain = re.match("的?[\u4e00-\u9fff“]", right)
    if quantity.unit.endswith("元"):
        if qualified:
            return not re.match("(?:及)?(?:以上|以下|以内)的?(?:的增|增长|目标|水平|[、和及与])", right) and not _MONEY_NOUN.match(right)
        if plain and not _MONEY_NOUN.match(right):
            return bool(re.match("[^,、]{0,10}(?:项目|企业|产业|集群|工程|园区|平台|级|俱乐部|赛道|基金|镇|村|大关|县|园)", right)) and "大关" not in right[:3] and "台阶" not in right[:3]
        return False
    if quantity.is_rate or quantity.unit in ("人次", "人", "户", "户次", "家次"):
        return False
    if qualified and re.match("(?:及)?(?:以上|以下|以内)的?[\u4e00-\u9fff]{1,12}$", right.rstrip("、")):
        # "1万平方米以上商业综合体6个": another number follows what the size describes.
        return bool(re.search("[\u4e00-\u9fff]", right)) and folded[quantity.end :].find(right) == 0 and right != folded[quantity.end : clause.end]
    left = folded[max(clause.start, quantity.start - 3) : quantity.start]
    return bool(re.search("年产$|日产$|年处理$|日处理$", left) and plain)


def _names_owner(folded: str, quantity: Quantity, right: str, clause: Clause) -> bool:
    """True for a number inside the name of an indicator whose value comes next.

    13个设区市PM2.5平均浓度下降9.6%, 30户以上自然村寨通组路硬化率100%.
    """
    if quantity.is_rate or "、" in right or quantity.end + len(right) >= clause.end:
        return False
    tail = phrases.strip_tail(right, 0, len(right))
    name = right[: tail.stop]
    if tail.has("V") or re.search("累计|共计|合计|完成|实现", name):
        return False
    if len(name) < 4 or not _OWNED.search(name):
        return False
    left = folded[clause.start : quantity.start]
    head = phrases.strip_head(left, 0, len(left))
    small = re.match("(?:及)?(?:以上|以下|以内)", right) is not None
    sized = re.sub("^[万亿千百]+", "", quantity.unit) in ("米", "公里", "平方米", "分钟", "小时", "亩", "MPa")
    if head.has("VD") and not small and not sized:
        return False
    return small or sized or not head.has("V")


def _cells(folded: str, clause: Clause, quantities: list[Quantity]) -> list[Cell]:
    merged = _merge_changes(folded, quantities, clause)
    cells: list[Cell] = []
    begin = clause.start
    continued = False
    for index, (quantity, left_end) in enumerate(merged):
        if index + 1 < len(merged):
            following = merged[index + 1][0].start
            if merged[index + 1][0].value_from is not None:
                following = min(following, merged[index + 1][1])
            split, next_begin = _split_middle(folded, quantity.end, following)
        else:
            split = next_begin = clause.end
        cells.append(
            Cell(quantity, (begin, max(begin, left_end)), (quantity.end, split), continued, clause.bracketed)
        )
        continued = True
        begin = next_begin
    for here, after in zip(cells, cells[1:], strict=False):
        if here.right[0] == here.right[1] and after.left[0] == here.right[1]:
            # "13宗共计47.6公顷产业用地": both count what stands behind the second.
            between = folded[after.left[0] : after.left[1]].strip()
            if between in ("共计", "共", "合计", "总计", "") and here.quantity.unit != after.quantity.unit:
                here.right = after.right
    return cells


def _merge_changes(
    folded: str, quantities: list[Quantity], clause: Clause
) -> list[tuple[Quantity, int]]:
    """Join 由A降至B into one quantity; the second item is where its left text ends."""
    result: list[tuple[Quantity, int]] = []
    index = 0
    while index < len(quantities):
        first = quantities[index]
        if index + 1 < len(quantities):
            second = quantities[index + 1]
            between = folded[first.end : second.start]
            begin = result[-1][0].end if result else clause.start
            origin = _origin(folded, begin, first.start)
            if origin is not None and _is_change(between) and _same_unit(first, second):
                value_from = first.value
                result.append((replace(second, value_from=value_from), origin))
                index += 2
                continue
        result.append((first, first.start))
        index += 1
    return result


def _same_unit(first: Quantity, second: Quantity) -> bool:
    return first.unit == second.unit or first.unit.endswith(second.unit[-1])


def _is_change(between: str) -> bool:
    body = re.sub("^(?:左右|以上|以下|以内|[/每][^\\d]{1,4}?)?(?:提前|进一步|逐步|大幅|稳步|快速|20\\d\\d年的?)?", "", between)
    return any(body.startswith(word) for word in TO_LEVEL if word[-1] in "到至为") or body in ("到", "至")


def _origin(folded: str, start: int, end: int) -> int | None:
    """Where 由 or 从 stands in front of the first number of a change."""
    for position in range(end - 1, max(start - 1, end - 18), -1):
        if folded[position] in FROM_WORDS and phrases.noun_at(folded, position) is None:
            return position
        if folded[position] in ",;。":
            return None
    return None


def _split_middle(folded: str, start: int, end: int) -> tuple[int, int]:
    """Where the text between two quantities parts: (end of the first's, start of the second's)."""
    text = folded[start:end]
    suffix = re.match("(?:及)?(?:以上|以下|以内|左右|上下|之间)", text)
    offset = suffix.end() if suffix else 0
    mark = _list_mark(text, offset)
    if mark is not None:
        return start + mark[0], start + mark[1]
    known = phrases.head_word(folded, start + offset, end)
    if known is not None or offset == len(text):
        return start + offset, start + offset
    # A bare noun: it belongs to the first number up to the next verb or counter.
    position = start + offset
    while position < end:
        if position > start + offset + 1:
            word = phrases.head_word(folded, position, end)
            if word is not None and word[1] in "VTSMB" and (len(word[0]) > 1 or word[1] == "B"):
                return position, position
            ending = phrases.ending_verb_at(folded, position, end)
            if ending:
                return position, position
        position += 1
    tail = phrases.strip_tail(folded, start + offset, end)
    return tail.stop, tail.stop


def _list_mark(text: str, offset: int) -> tuple[int, int] | None:
    """The last list mark that can part two counted things."""
    depth = 0
    found: tuple[int, int] | None = None
    position = offset
    while position < len(text):
        char = text[position]
        if char in "“《(":
            depth += 1
        elif char in "”》)":
            depth -= 1
        elif depth <= 0:
            match = _LIST_MARK.match(text, position)
            if match and (match[0] == "、" or _parts(text, match.start(), match.end(), offset)):
                if found is None:
                    found = match.span()
                if match[0] == "、" and match.start() == offset:
                    return match.span()
        position += 1
    return found


def _parts(text: str, first: int, last: int, offset: int) -> bool:
    """Whether 和/及/与 stands between two counted things, not inside one name."""
    if first == offset:
        return True
    if text[first:last] in ("以及",):
        return True
    return last == len(text)
