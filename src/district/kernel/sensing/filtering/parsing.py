"""Tokens to a tree: a parser by binding power (Pratt)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, time
from typing import Any

import shapely
from django.utils.translation import gettext as _
from shapely.errors import ShapelyError

from district.kernel.sensing import times
from district.kernel.sensing.filtering.lexing import Token, tokens
from district.kernel.sensing.filtering.tree import (
    Binary,
    Call,
    FilterError,
    Literal,
    Node,
    Path,
    Unary,
)

LONGEST, DEEPEST, MOST_NODES = 4000, 40, 120
#: How tightly operators bind; the minus sign binds more tightly than all. `not` takes the whole
#: comparison behind it: read strictly, `not a eq b` could never hold for any property there is.
POWERS = {
    "or": 1,
    "and": 2,
    "eq": 3,
    "ne": 3,
    "lt": 4,
    "le": 4,
    "gt": 4,
    "ge": 4,
    "add": 5,
    "sub": 5,
    "mul": 6,
    "div": 6,
    "mod": 6,
}
_UNARY = 7
_WORDS = {"null": None, "true": True, "false": False}
_SHAPES = ("Point", "LineString", "Polygon", "MultiPolygon")


def parse(text: str) -> Node:
    """The tree of a filter. FilterError that says where: unknown words, brackets that do not
    match, a text that is too long, too deep, or of too many parts."""
    if len(text) > LONGEST:
        raise FilterError(_("超过%(most)s个字符。") % {"most": LONGEST}, LONGEST + 1)
    return _Parser(tokens(text)).whole()


class _Parser:
    def __init__(self, source: Iterator[Token]) -> None:
        self.source = source
        self.token = next(source)
        self.nodes = 0

    def whole(self) -> Node:
        """The one expression that the text is."""
        node = self.expression(0, 0)
        if self.token.kind != "end":
            raise self.unexpected()
        return node

    def unexpected(self) -> FilterError:
        """What is said of the present token where something else should stand."""
        if self.token.kind == "end":
            return FilterError(_("在这里意外结束。"), self.token.at)
        return FilterError(
            _("这里不应有“%(text)s”。") % {"text": self.token.text[:20]}, self.token.at
        )

    def step(self) -> Token:
        """The present token; the next one becomes the present."""
        token, self.token = self.token, next(self.source, self.token)
        return token

    def take(self, mark: str) -> bool:
        """Whether the present token was that mark; then it is passed."""
        if self.token.kind == "mark" and self.token.text == mark:
            self.step()
            return True
        return False

    def need(self, mark: str) -> None:
        """Pass that mark, or FilterError."""
        if not self.take(mark):
            raise self.unexpected()

    def count(self, depth: int) -> None:
        """Refuse a tree that grows without bound."""
        self.nodes += 1
        if depth > DEEPEST:
            raise FilterError(_("嵌套超过%(most)s层。") % {"most": DEEPEST}, self.token.at)
        if self.nodes > MOST_NODES:
            raise FilterError(_("超过%(most)s个部分。") % {"most": MOST_NODES}, self.token.at)

    def expression(self, power: int, depth: int) -> Node:
        """An expression whose operators bind more tightly than `power`."""
        self.count(depth)
        left = self.prefix(depth + 1)
        while self.token.kind == "name" and POWERS.get(self.token.text, 0) > power:
            operator = self.step()
            right = self.expression(POWERS[operator.text], depth + 1)
            left = Binary(operator.text, left, right, operator.at)
        return left

    def prefix(self, depth: int) -> Node:
        """What an expression begins with."""
        if self.token.kind == "mark":
            return self.marked(depth)
        token = self.step()
        if token.kind == "name":
            return self.named(token, depth)
        if token.kind in _READERS:
            return Literal(_literal(token), token.at)
        self.token = token
        raise self.unexpected()

    def marked(self, depth: int) -> Node:
        """A bracket or a minus sign."""
        at = self.token.at
        if self.take("("):
            inside = self.expression(0, depth)
            self.need(")")
            return inside
        if self.take("-"):
            return Unary("-", self.expression(_UNARY - 1, depth), at)
        raise self.unexpected()

    def named(self, token: Token, depth: int) -> Node:
        """A word: an operator before its operand, a constant, a function, a path."""
        if token.text == "not":
            return Unary("not", self.expression(POWERS["and"], depth), token.at)
        if token.text in _WORDS:
            return Literal(_WORDS[token.text], token.at)
        if token.text in POWERS:
            self.token = token
            raise self.unexpected()
        if self.take("("):
            return self.call(token, depth)
        names = [token.text]
        while self.take("/"):
            if self.token.kind != "name":
                raise self.unexpected()
            names.append(self.step().text)
        return Path(tuple(names), token.at)

    def call(self, token: Token, depth: int) -> Node:
        """The arguments of a function, the bracket being open."""
        arguments: list[Node] = []
        if not self.take(")"):
            arguments.append(self.expression(0, depth))
            while self.take(","):
                arguments.append(self.expression(0, depth))
            self.need(")")
        return Call(token.text, tuple(arguments), token.at)


def _literal(token: Token) -> Any:
    try:
        return _READERS[token.kind](token.text)
    except (ValueError, ShapelyError):
        raise FilterError(
            _("“%(text)s”不是可用的值。") % {"text": token.text[:40]}, token.at
        ) from None


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("too large")
    return number


def _moment(text: str) -> Any:
    head, _blank, zone = text.partition(" ")
    return times.parse(f"{head}+{zone}" if zone else text)


def _geography(text: str) -> Any:
    shape = shapely.from_wkt(text[len("geography'") : -1])
    if shape is None or shape.geom_type not in _SHAPES or shape.is_empty or not shape.is_valid:
        raise ValueError("no usable geometry")
    return shape


def _duration(text: str) -> Any:
    raise FilterError(_("不支持时长。"), 1, status=501)


_READERS: dict[str, Any] = {
    "string": lambda text: text[1:-1].replace("''", "'"),
    "number": _number,
    "moment": _moment,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "geography": _geography,
    "duration": _duration,
}
