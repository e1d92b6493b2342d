"""What a passage says of one attribute, and where."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from district.compiler import Amount, amounts_of, money_factor
from district.kernel.conditions.public import Condition, Not
from district.systems.policies.rules.drafting.vocabulary import (
    AmountWords,
    SpanWords,
    Terms,
    Vocabulary,
)

Kind = Literal["amount", "age", "fixed", "place", "industry", "qualification", "honest"]

_CLAUSE = "，。；,;：:"
_DATE = re.compile(
    r"(?P<y>\d{4})年(?P<m>\d{1,2})月(?P<d>\d{1,2})日(?P<how>\(?含\)?)?(?P<when>之?前|以前|之?后|以后|以来|起)"
)
_DATE_BOUND = {"前": "<", "后": ">", "来": ">=", "起": ">="}
_NEGATION = re.compile("(?:不属于|不是|不得为|非|未获得?|未取得|尚未|未纳入|除)[^，。；]{0,6}$")
_JOIN = re.compile("(?:企业)?[、，,]?(?:或者|或|和|及|以及|与|、)(?:者)?(?:属于)?")
_DISHONEST_END = re.compile(
    "失信(?:被执行人|联合惩戒|惩戒|主体)*(?:名单|记录|行为|情形|情况|对象|人)?"
)


@dataclass(frozen=True)
class Mention:
    """`text[start:end]` says `condition`."""

    start: int
    end: int
    kind: Kind
    condition: Condition


def mentions(text: str, start: int, end: int, words: Vocabulary) -> list[Mention]:
    """What `text[start:end]` says, in order and without overlaps; offsets count all of `text`."""
    terms = words.terms
    found: list[Mention] = []
    taken = [False] * (end - start)

    def take(some: Iterator[Mention]) -> None:
        for mention in some:
            if not any(taken[mention.start - start : mention.end - start]):
                found.append(mention)
                taken[mention.start - start : mention.end - start] = [True] * (
                    mention.end - mention.start
                )

    names = {**terms.qualifications, **words.qualifications}
    take(_named(text, start, end, names, 'qualifications has "{}"', "qualification", words))
    take(_honest(text, start, end, terms, words))
    take(_industries(text, start, end, terms, words))
    take(_places(text, start, end, terms, words))
    take(_numbers(text, start, end, terms, words))
    take(_dates(text, start, end, terms, words))
    take(_fixed(text, start, end, terms, words))
    return sorted(found, key=lambda mention: mention.start)


def _occurrences(
    text: str, start: int, end: int, names: Sequence[str]
) -> Iterator[tuple[int, int, str]]:
    """Where names stand, the longest where several begin or lie in each other."""
    if not names:
        return
    pattern = re.compile("|".join(re.escape(n) for n in sorted(names, key=len, reverse=True)))
    for match in pattern.finditer(text, start, end):
        yield match.start(), match.end(), match[0]


def _negated(text: str, start: int, at: int) -> int:
    """Where a negation in front of `at` begins, -1 if there is none."""
    match = _NEGATION.search(text[start:at])
    return start + match.start() if match else -1


def _named(
    text: str,
    start: int,
    end: int,
    names: Mapping[str, str],
    form: str,
    kind: Kind,
    words: Vocabulary,
) -> Iterator[Mention]:
    for first, last, name in _occurrences(text, start, end, list(names)):
        condition = words.condition(form.format(names[name]))
        if condition is None:
            continue
        denied = _negated(text, start, first)
        if denied >= 0:
            yield Mention(denied, last, kind, Not(condition))
        else:
            yield Mention(first, last, kind, condition)


def _honest(text: str, start: int, end: int, terms: Terms, words: Vocabulary) -> Iterator[Mention]:
    condition = words.condition("is_dishonest = false")
    for match in _DISHONEST_END.finditer(text, start, end):
        clause = _clause_start(text, start, match.start())
        denied = [text.find(word, clause, match.start()) for word in terms.denied]
        places = [at for at in denied if at >= 0]
        if condition is not None and places:
            yield Mention(min(places), match.end(), "honest", condition)


def _industries(
    text: str, start: int, end: int, terms: Terms, words: Vocabulary
) -> Iterator[Mention]:
    """Names of industries behind a word that says that one is meant, and those joined to them."""
    reach = -1
    for first, last, name in _occurrences(text, start, end, list(words.industries)):
        clause = _clause_start(text, start, first)
        cue = max((text.rfind(word, clause, first) for word in terms.industry_cues), default=-1)
        joined = reach >= 0 and _JOIN.fullmatch(text[reach:first])
        condition = words.condition(f'industry under "{words.industries[name]}"')
        if condition is None or (cue < 0 and not joined):
            continue
        reach = last
        denied = _negated(text, start, first)
        begin = first if joined else max(cue, 0)
        if denied >= 0:
            yield Mention(min(denied, begin), last, "industry", Not(condition))
        else:
            yield Mention(begin, last, "industry", condition)


def _places(text: str, start: int, end: int, terms: Terms, words: Vocabulary) -> Iterator[Mention]:
    """Where a firm is registered: a place in a clause that speaks of registration."""
    names = {**dict.fromkeys(terms.here, words.home), **words.places}
    found = list(_occurrences(text, start, end, list(names)))
    for first, last, name in found:
        clause, stop = _clause_start(text, start, first), _clause_end(text, last, end)
        behind = [text.find(word, last, min(stop, last + 10)) for word in terms.place_cues]
        before = [text.rfind(word, clause, first) for word in terms.place_cues]
        after = min((at for at in behind if at >= 0), default=-1)
        ahead = max(before)
        code = names[name]
        condition = words.condition(f'{terms.place} under "{code}"') if code else None
        if condition is None or (after < 0 and ahead < 0):
            continue
        begin = ahead if ahead >= 0 else first - (text[first - 1 : first] == "在")
        # Of several in a row the last one has the words of registration.
        alone = after >= 0 and not any(last <= other < after for other, _end, _name in found)
        yield Mention(max(begin, start), after + 2 if alone else last, "place", condition)


def _clause_start(text: str, start: int, at: int) -> int:
    return max((text.rfind(mark, start, at) + 1 for mark in _CLAUSE), default=start) or start


def _clause_end(text: str, at: int, end: int) -> int:
    return min((p for p in (text.find(mark, at, end) for mark in _CLAUSE) if p >= 0), default=end)


def _numbers(text: str, start: int, end: int, terms: Terms, words: Vocabulary) -> Iterator[Mention]:
    piece = text[start:end]
    amounts = list(amounts_of(piece))
    before = 0
    skip = -1
    for at, amount in enumerate(amounts):
        if at == skip:
            continue
        upper = amounts[at + 1] if at + 1 < len(amounts) else None
        if upper is not None and piece[amount.end : upper.start].strip() in ("至", "到", "-", "—"):
            skip = at + 1
        else:
            upper = None
        mention = _number(piece, before, amount, upper, terms, words)
        last = (upper or amount).end
        if mention is not None:
            yield Mention(
                start + mention.start, start + mention.end, mention.kind, mention.condition
            )
        before = last


def _number(
    piece: str,
    before: int,
    amount: Amount,
    upper: Amount | None,
    terms: Terms,
    words: Vocabulary,
) -> Mention | None:
    clause = max(before, _clause_start(piece, 0, amount.start))
    for span in terms.spans:
        found = (
            _span(piece, clause, amount, upper, span, words) if amount.unit in span.units else None
        )
        if found is not None:
            return found
    for wanted in terms.amounts:
        cue = _cue(piece, clause, amount, wanted)
        if cue < 0:
            continue
        condition = _bounded(wanted, amount, upper, words)
        if condition is not None:
            return Mention(cue, (upper or amount).end, "amount", condition)
    return None


def _cue(piece: str, clause: int, amount: Amount, wanted: AmountWords) -> int:
    """Where the words that name a number's attribute begin, -1 if it is another's."""
    money = "元" in wanted.units and money_factor(amount.unit) is not None
    if not money and amount.unit not in wanted.units:
        return -1
    ends = [piece.rfind(word, clause, amount.start) for word in wanted.words]
    if max(ends) < 0:
        return -1
    if not wanted.beside:
        return max(ends)
    # 上年度营业收入达到2000万元以上，且同比增长…: what grows may stand a clause earlier.
    near = max(piece.rfind(word, clause, amount.start) for word in wanted.beside)
    if near >= 0:
        return min(near, max(ends))
    far = max(piece.rfind(word, 0, clause) for word in wanted.beside)
    return max(ends) if far >= 0 else -1


def _value(wanted: AmountWords, amount: Amount, value: Decimal) -> str:
    factor = money_factor(amount.unit) if "元" in wanted.units else None
    number = value * factor / wanted.money if factor is not None else value
    return f"{number.normalize():f}"


def _bounded(
    wanted: AmountWords, amount: Amount, upper: Amount | None, words: Vocabulary
) -> Condition | None:
    if upper is not None:
        low, high = _value(wanted, amount, amount.value), _value(wanted, upper, upper.value)
        return words.condition(f"{wanted.key} between {low} and {high}")
    high = _value(wanted, amount, amount.value)
    if amount.value_from is not None:
        low = _value(wanted, amount, amount.value_from)
        return words.condition(f"{wanted.key} between {low} and {high}")
    if amount.bound == "~":
        return None
    # A number that is asked for without a word that bounds it is the least that is asked for.
    bound = ">=" if amount.bound == "=" else amount.bound
    return words.condition(f"{wanted.key} {bound} {high}")


_SPAN_BOUND = {">=": "<=", ">": "<", "<=": ">=", "<": ">", "=": "<="}


def _span(
    piece: str,
    clause: int,
    amount: Amount,
    upper: Amount | None,
    span: SpanWords,
    words: Vocabulary,
) -> Mention | None:
    near = max(clause, amount.start - 8)
    cue = max((piece.rfind(word, near, amount.end) for word in span.words), default=-1)
    if cue < 0 or any(word in piece[near : amount.start] for word in span.unless):
        return None
    condition = _lasting(amount, upper, span, words)
    last = (upper or amount).end
    return None if condition is None else Mention(cue, last, "age", condition)


def _lasting(
    amount: Amount, upper: Amount | None, span: SpanWords, words: Vocabulary
) -> Condition | None:
    """How long something lasts, as a condition on the day since when."""
    key, unit = span.key, (upper or amount).unit
    low, high = amount.value_from, amount.value
    if upper is not None:
        low, high = amount.value, upper.value
    if low is not None:
        first = f"> {_ago(high + 1, unit, span)}" if span.whole else f">= {_ago(high, unit, span)}"
        return words.condition(f"{key} {first} and {key} <= {_ago(low, unit, span)}")
    bound = _SPAN_BOUND.get(amount.bound)
    if bound is None:
        return None
    if span.whole and amount.bound in ("<=", ">"):
        # 45周岁以下 is younger than 46, 超过45周岁 is 46 or more.
        return words.condition(
            f"{key} {'>' if amount.bound == '<=' else '<='} {_ago(high + 1, unit, span)}"
        )
    if span.whole and amount.bound == "<":
        return words.condition(f"{key} > {_ago(high, unit, span)}")
    return words.condition(f"{key} {bound} {_ago(high, unit, span)}")


def _ago(value: Decimal, unit: str, span: SpanWords) -> str:
    """The day so long ago, as conditions write it."""
    years = unit not in ("个月", "月")
    if not span.calendar:
        return f"today-{days_of(value, years=years)}d"
    months = int(value * 12 if years else value)
    return f"today-{months // 12}y" if months % 12 == 0 else f"today-{months}m"


def days_of(value: Decimal, *, years: bool) -> int:
    """So many years or months in days: a year has 365, every fourth one more."""
    months = int(value * 12 if years else value)
    return months * 365 // 12 + months // 48


def _dates(text: str, start: int, end: int, terms: Terms, words: Vocabulary) -> Iterator[Mention]:
    for span in terms.spans:
        if span.dated:
            yield from _dated(text, start, end, span, words)


def _dated(
    text: str, start: int, end: int, span: SpanWords, words: Vocabulary
) -> Iterator[Mention]:
    for match in _DATE.finditer(text, start, end):
        stop = _clause_end(text, match.end(), end)
        behind = [text.find(word, match.end(), stop) for word in span.words]
        cue = min((at for at in behind if at >= 0), default=-1)
        if cue < 0:
            continue
        year, month, day = (int(match[part]) for part in ("y", "m", "d"))
        bound = _DATE_BOUND[match["when"][-1]]
        bound = f"{bound}=" if match["how"] and len(bound) == 1 else bound
        condition = words.condition(f"{span.key} {bound} {year:04}-{month:02}-{day:02}")
        if condition is not None:
            yield Mention(match.start(), cue + 2, "age", condition)


def _fixed(text: str, start: int, end: int, terms: Terms, words: Vocabulary) -> Iterator[Mention]:
    for first, last, name in _occurrences(text, start, end, list(terms.fixed)):
        condition = words.condition(terms.fixed[name])
        if condition is None:
            continue
        denied = _negated(text, start, first)
        if denied >= 0:
            yield Mention(denied, last, "fixed", Not(condition))
        else:
            yield Mention(first, last, "fixed", condition)
