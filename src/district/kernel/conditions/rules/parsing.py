"""The text form of a condition, read.

condition  = both {"or" both}          both = single {"and" single}
single     = "not" single | "(" condition ")" | ("all" | "any") "(" [list] ")" | comparison
comparison = key operator value | key "between" value "and" value
           | key "in" "(" value {"," value} ")" | key "known"
value      = "text" | 12.5 | true | false | 2025-09-30 | 2025-09-30T09:00 | today-7d
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, NoReturn

from django.utils.translation import gettext as _

from district.kernel.conditions.rules import typing_rules as rules
from district.kernel.conditions.rules.errors import ConditionError
from district.kernel.conditions.rules.schema import RESERVED, Attribute, Schema
from district.kernel.conditions.rules.tree import (
    All,
    AnyOf,
    Compare,
    Condition,
    Not,
    Operator,
    RelativeDate,
)

Kind = Literal["value", "word", "sign", "mark", "end"]

_TOKEN = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<datetime>\d{4}-\d\d-\d\d[T]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)?)
  | (?P<date>\d{4}-\d\d-\d\d)
  | (?P<relative>today(?:[+-]\d{1,6}[dmy])?(?![\w+-]))
  | (?P<number>-?\d{1,40}(?:\.\d{1,40})?(?![\w.]))
  | (?P<string>"(?:[^"\\]|\\.)*"|“[^”]*”)
  | (?P<sign><=|>=|!=|==|<>|[=<>≤≥≠])
  | (?P<mark>[(),\uff08\uff09\uff0c])
  | (?P<word>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)
    """,
    re.VERBOSE | re.DOTALL,
)
_SAME = {
    "==": "=", "<>": "!=", "≤": "<=", "≥": ">=", "≠": "!=",
    "\uff08": "(", "\uff09": ")", "\uff0c": ",",
}  # fmt: skip


@dataclass(frozen=True)
class _Token:
    kind: Kind
    content: object
    position: int
    text: str = ""

    def is_word(self, *words: str) -> bool:
        return self.kind == "word" and self.content in words

    def is_mark(self, mark: str) -> bool:
        return self.kind == "mark" and self.content == mark


def parse(text: str, schema: Schema) -> Condition:
    """The condition that `text` says, its values checked against `schema`.

    Raises ConditionError with the position, the attribute and the remedy.
    """
    if len(text) > rules.MAX_TEXT:
        raise ConditionError(
            _("条件超过 %(limit)d 个字") % {"limit": rules.MAX_TEXT}, _("拆成几个较短的条件")
        )
    tokens = _tokens(text)
    if tokens[0].kind == "end":
        raise ConditionError(_("条件是空的"), _('写一个比较，例如 light = "red"'), position=0)
    reader = _Reader(tokens, schema)
    condition = reader.either(1)
    if reader.here.kind != "end":
        reader.fail(_("多出 %(text)s"), _("两个比较之间写 and 或 or"))
    rules.check_limits(condition)
    return condition


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise _unreadable(text, position)
        if match.lastgroup != "space":
            tokens.append(_token(str(match.lastgroup), match.group(), position))
        position = match.end()
    tokens.append(_Token("end", None, len(text)))
    return tokens


def _unreadable(text: str, position: int) -> ConditionError:
    if text[position] in '"“':
        return ConditionError(_("引号没有成对"), _("在文字末尾补上引号"), position=position)
    piece = re.match(r"\S{1,20}", text[position:])
    return ConditionError(
        _("读不懂 %(text)s") % {"text": piece.group() if piece else text[position]},
        _("文字写在引号里；日期如 2025-09-30、today-7d；数字如 12.5"),
        position=position,
    )


def _token(group: str, text: str, position: int) -> _Token:
    if group in _VALUES:
        try:
            return _Token("value", _VALUES[group](text), position, text)
        except ValueError:
            raise ConditionError(
                _("没有 %(text)s 这个日期") % {"text": text},
                _("按 年-月-日 写，例如 2025-09-30"),
                position=position,
            ) from None
    if group == "word":
        lower = text.lower()
        if lower in ("true", "false"):
            return _Token("value", lower == "true", position, text)
        return _Token("word", lower if lower in RESERVED else text, position, text)
    return _Token("sign" if group == "sign" else "mark", _SAME.get(text, text), position, text)


def _unquoted(text: str) -> str:
    inner = text[1:-1]
    return re.sub(r"\\(.)", r"\1", inner, flags=re.DOTALL) if text[0] == '"' else inner


_VALUES: dict[str, Callable[[str], object]] = {
    "string": _unquoted,
    "number": lambda text: Decimal(text) if "." in text else int(text),
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "relative": RelativeDate.read,
}


class _Reader:
    """Reads tokens by the grammar above; `level` counts the nesting that the tree will have."""

    def __init__(self, tokens: list[_Token], schema: Schema) -> None:
        self.tokens, self.schema, self.at = tokens, schema, 0

    @property
    def here(self) -> _Token:
        return self.tokens[self.at]

    def take(self) -> _Token:
        token = self.here
        self.at += 1
        return token

    def fail(
        self, problem: str, remedy: str = "", field: str = "where", **words: object
    ) -> NoReturn:
        words["text"] = self.here.text or _("结尾")
        raise ConditionError(problem % words, remedy, field=field, position=self.here.position)

    def expect(self, mark: str) -> None:
        if not self.here.is_mark(mark):
            self.fail(_("这里应当是 %(mark)s，却是 %(text)s"), _("检查括号和逗号"), mark=mark)
        self.take()

    def either(self, level: int) -> Condition:
        parts = [self.both(level)]
        while self.here.is_word("or"):
            self.take()
            parts.append(self.both(level))
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def both(self, level: int) -> Condition:
        parts = [self.single(level)]
        while self.here.is_word("and"):
            self.take()
            parts.append(self.single(level))
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def single(self, level: int) -> Condition:
        if level > rules.MAX_DEPTH:
            self.fail(
                _("条件的括号嵌套超过 %(limit)d 层"), _("拆成几个较浅的条件"), limit=rules.MAX_DEPTH
            )
        if self.here.is_word("not"):
            self.take()
            return Not(self.single(level + 1))
        if self.here.is_mark("("):
            self.take()
            inner = self.either(level + 1)
            self.expect(")")
            return inner
        if self.here.is_word("all", "any"):
            return self.group(level)
        return self.comparison()

    def group(self, level: int) -> Condition:
        kind = All if self.take().content == "all" else AnyOf
        self.expect("(")
        clauses: list[Condition] = []
        while not self.here.is_mark(")"):
            clauses.append(self.either(level + 1))
            if not self.here.is_mark(")"):
                self.expect(",")
        self.take()
        return kind(tuple(clauses))

    def comparison(self) -> Compare:
        start = self.here
        if start.kind != "word" or start.content in RESERVED:
            self.fail(_("这里应当是项目名，却是 %(text)s"), _('先写项目名，例如 light = "red"'))
        try:
            attribute = rules.attribute_of(self.schema, str(start.content))
        except ConditionError as error:
            raise error.at(position=start.position) from None
        self.take()
        operator = self.operator(attribute)
        value_at = self.here.position
        values = self.values(operator, attribute)
        try:
            return rules.compare(attribute, operator, *values)
        except ConditionError as error:
            raise error.at(position=value_at if values else start.position) from None

    def operator(self, attribute: Attribute) -> Operator:
        token = self.here
        allowed = rules.OPERATORS_OF[attribute.type]
        if token.kind not in ("sign", "word") or token.content not in allowed:
            self.fail(
                _("「%(label)s」后面不能是 %(text)s"),
                _("可用的比较：%(operators)s") % {"operators": " ".join(allowed)},
                field=attribute.key,
                label=attribute.label,
            )
        self.take()
        return token.content

    def values(self, operator: Operator, attribute: Attribute) -> tuple[object, ...]:
        if operator == "known":
            return ()
        if operator == "between":
            low = self.value(attribute)
            if not self.here.is_word("and"):
                self.fail(
                    _("这里应当是 and，却是 %(text)s"), _("写成 between 1 and 5"), attribute.key
                )
            self.take()
            return (low, self.value(attribute))
        if operator != "in":
            return (self.value(attribute),)
        self.expect("(")
        values = [self.value(attribute)]
        while not self.here.is_mark(")"):
            self.expect(",")
            values.append(self.value(attribute))
        self.take()
        return tuple(values)

    def value(self, attribute: Attribute) -> object:
        if self.here.kind != "value":
            self.fail(
                _("「%(label)s」后面缺少值，却是 %(text)s"),
                _("文字写在引号里；日期如 2025-09-30、today-7d；数字如 12.5"),
                attribute.key,
                label=attribute.label,
            )
        return self.take().content
