"""Cutting a sentence into clauses and its quantities into cells.

A *cell* is one quantity with the text that can say what it is: ``left`` in front of it
and ``right`` behind it, up to the neighbouring quantity, list mark or clause mark.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import pairwise

from district.compiler import kinds, phrases
from district.compiler.lexicon import FROM_WORDS, TO_LEVEL
from district.compiler.numbers import Quantity, find_quantities
from district.compiler.thresholds import may_count, without_thresholds

_OPEN = {"“": "”", "《": "》", "(": ")", "〔": "〕", "「": "」", "[": "]", "【": "】"}
_CLAUSE_MARKS = frozenset(",:;。!?")
#: 45项市、区重大工程: one name.
_LEVELS = re.compile("[国省市区县州]、[省市区县州镇][^、，,]{2}")
_AND = ("、", "和", "与", "及", "以及")
_LIST_MARK = re.compile("[、/]|以及|和|及|与|或")


#: 由下降4.1%转为增长2.7%.
_TURNED = re.compile("(?:转为|变为|扭转为|转)(?:正)?(?:增长|上升|下降|回落)$")
#: What a counted thing has of its own in front of the next number.
_TOTAL = re.compile("(?:计划|概算)?(?:总投资额?|年度投资)(?:约|近|达|超过?)?")
_OWN = "(?:全年|年)?(?:销售收入|营业收入|主营业务收入|总产值|产值|税收|利润)"
_OWN_NAME = re.compile(_OWN)
_OWNED = re.compile(f"(?<=企业|项目|基地|园区|农场|楼宇){_OWN}[^\\d,、]{{0,5}}$")
#: 由71所优化整合为47所: what was done led from one count to the other.
_LEADS_TO = re.compile("[\u4e00-\u9fff]{0,6}[到至为成](?:了|约|近|超过?|不到)?")
_NAMED_NEXT = re.compile("[^、,和与及等]{2,12}等")
_FELL = re.compile("下降|回落|下跌|减少")


@dataclass(slots=True)
class Cell:
    """One quantity with its surroundings (spans in the folded text)."""

    quantity: Quantity
    left: tuple[int, int]
    right: tuple[int, int]
    continued: bool = False
    in_brackets: bool = False
    lent: tuple[int, int] | None = None


@dataclass(slots=True)
class Clause:
    """A stretch between commas, with its cells in order; ``depth`` 1 is inside brackets."""

    start: int
    end: int
    cells: list[Cell] = field(default_factory=list)
    bracketed: bool = False


def masked_spans(folded: str, start: int, end: int) -> list[tuple[int, int, str]]:
    """Spans (brackets included) of quotations, titles and brackets, outermost only."""
    waiting: dict[str, list[int]] = {closing: [] for closing in _OPEN.values()}
    pairs: list[tuple[int, int, str]] = []
    for position in range(start, end):
        char = folded[position]
        if char in _OPEN:
            waiting[_OPEN[char]].append(position)
        elif waiting.get(char):
            first = waiting[char].pop()
            pairs.append((first, position + 1, folded[first]))
    spans: list[tuple[int, int, str]] = []
    for pair in sorted(pairs):
        if not spans or pair[0] >= spans[-1][1]:
            spans.append(pair)
    return spans


def clauses_of(folded: str, start: int, end: int) -> list[Clause]:
    """Clauses of a sentence in order; a bracketed remark comes right after its clause."""
    masks = masked_spans(folded, start, end)
    inside = {index for first, last, _ in masks for index in range(first, last)}
    quantities = [
        q for q in find_quantities(folded, start, end) if may_count(folded, q, start, end)
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
        clause.cells = _cells(
            folded, clause, without_thresholds(folded, own, clause.start, clause.end)
        )
    result: list[Clause] = []
    for clause in clauses:
        result.append(clause)
        for first, last, mark in masks:
            if mark == "(" and clause.start <= first and last <= clause.end:
                result.extend(_bracketed(folded, first + 1, last - 1, quantities))
    return result


def _bracketed(folded: str, start: int, end: int, quantities: list[Quantity]) -> list[Clause]:
    found: list[Clause] = []
    begin = start
    for position in range(start, end + 1):
        if position < end and folded[position] not in _CLAUSE_MARKS:
            continue
        clause = Clause(begin, position, bracketed=True)
        own = [q for q in quantities if begin <= q.start and q.end <= position]
        clause.cells = _cells(
            folded, clause, without_thresholds(folded, own, clause.start, clause.end)
        )
        if clause.cells:
            found.append(clause)
        begin = position + 1
    return found


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
            Cell(
                quantity,
                (begin, max(begin, left_end)),
                (quantity.end, split),
                continued,
                clause.bracketed,
            )
        )
        continued = True
        begin = next_begin
    for here, after in pairwise(cells):
        if here.right[0] == here.right[1] and after.left[0] == here.right[1]:
            # "13宗共计47.6公顷产业用地": both count what stands behind the second.
            between = folded[after.left[0] : after.left[1]].strip()
            if (
                between in ("共计", "共", "合计", "总计", "")
                and here.quantity.unit != after.quantity.unit
            ):
                here.right = after.right
        between = folded[here.quantity.end : after.quantity.start]
        if (
            _TOTAL.fullmatch(between)
            and folded[after.quantity.end : after.quantity.end + 1] == "的"
        ):
            # 28个总投资242亿元的重点项目
            after.left = here.quantity.end, after.quantity.start
            here.right = after.quantity.end + 1, after.right[1]
        if between == "的":
            # 总投资949亿元的103个重点项目
            here.lent = after.right
        if folded[here.right[0] : after.quantity.start] == "、":
            # 7批、100名医务人员
            here.lent = after.right
    return cells


def _merge_changes(
    folded: str, quantities: list[Quantity], clause: Clause
) -> list[tuple[Quantity, int]]:
    """Join 由A降至B into one quantity; the second item is where its left text ends."""
    result: list[tuple[Quantity, int]] = []
    index = 0
    while index < len(quantities):
        first = quantities[index]
        begin = result[-1][0].end if result else clause.start
        pairs = _paired(folded, quantities, index, begin)
        if pairs:
            result += pairs
            index += 2 * len(pairs)
            continue
        if index + 1 < len(quantities):
            second = quantities[index + 1]
            between = folded[first.end : second.start]
            begin = result[-1][0].end if result else clause.start
            origin = _origin(folded, begin, first.start)
            if origin is not None and _is_change(between) and _same_unit(first, second):
                value_from = first.value
                if _TURNED.match(between):
                    # 由上年下降4.1%转为增长2.7%: either side has its own direction.
                    fell = _FELL.search(folded, origin, first.start) is not None
                    value_from = -first.value if fell else first.value
                    if _FELL.search(between):
                        second = replace(second, value=-second.value)
                result.append((replace(second, value_from=value_from), origin))
                index += 2
                continue
        result.append((first, first.start))
        index += 1
    return result


def _paired(
    folded: str, quantities: list[Quantity], index: int, begin: int
) -> list[tuple[Quantity, int]]:
    """A、B分别由1%、2%提高到3%和4%: each level with where it began; [] if it is no such list."""
    origin = _origin(folded, begin, quantities[index].start)
    if origin is None:
        return []
    size = _listed(folded, quantities, index)
    last = index + size - 1
    if size < 2 or last + size >= len(quantities):
        return []
    change = folded[quantities[last].end : quantities[last + 1].start]
    if _TURNED.match(change) or not _is_change(change):
        return []
    if _listed(folded, quantities, last + 1) < size:
        return []
    pairs = [(quantities[k], quantities[k + size]) for k in range(index, last + 1)]
    if not all(_same_unit(before, level) for before, level in pairs):
        return []
    merged = [replace(level, value_from=before.value) for before, level in pairs]
    return [(q, q.start if k else origin) for k, q in enumerate(merged)]


def _listed(folded: str, quantities: list[Quantity], index: int) -> int:
    """How many quantities stand in a list from ``index`` on with nothing but marks between."""
    end = index + 1
    while end < len(quantities) and folded[quantities[end - 1].end : quantities[end].start] in _AND:
        end += 1
    return end - index


def _same_unit(first: Quantity, second: Quantity) -> bool:
    return first.unit == second.unit or first.unit.endswith(second.unit[-1:] or " ")


def _is_change(between: str) -> bool:
    if _TURNED.match(between):
        return True
    body = re.sub(
        "^(?:左右|以上|以下|以内|[/每][^\\d]{1,4}?)?(?:预计|有望|提前|进一步|逐步|大幅|稳步|"
        "快速|20\\d\\d年的?)?",
        "",
        between,
    )
    return any(body.startswith(word) for word in TO_LEVEL if word[-1] in "到至为") or bool(
        _LEADS_TO.fullmatch(body)
    )


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
    owned = _OWNED.search(text, offset + 2)
    if owned:
        # 75家龙头企业|年销售收入18亿元
        return start + owned.start(), start + owned.start()
    known = phrases.head_word(folded, start + offset, end)
    if known is not None or offset == len(text):
        return start + offset, start + offset
    # A bare noun: it belongs to the first number up to the next verb or counter.
    position = start + offset
    named = 0
    while position < end:
        if position > start + offset + 1:
            word = phrases.head_word(folded, position, end)
            if word is not None and word[1] in "VTSMB" and (len(word[0]) > 1 or word[1] == "B"):
                kind = kinds.tells_kind(folded, position, word[0])
                if not kind:
                    return position, position
                named = named or kind
            ending = phrases.ending_verb_at(folded, position, end)
            if ending:
                return position, position
        position += 1
    if named:
        # 37家帮扶单位|援助资金31亿元
        return named, named
    tail = phrases.strip_tail(folded, start + offset, end)
    return tail.stop, tail.stop


def opens_owned(folded: str, position: int) -> bool:
    """True where what a counted thing has of its own begins (75家企业|年销售收入)."""
    return _OWN_NAME.match(folded, position) is not None


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
            if match and match[0] == "、" and _LEVELS.match(text, position - 1):
                position += 1
                continue
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
    # 14条公路项目和|黄百等4个铁路项目
    return last == len(text) or _NAMED_NEXT.fullmatch(text, last) is not None
