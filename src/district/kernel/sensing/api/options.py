"""Query options of a request, and those in brackets behind what it expands. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from district.kernel.sensing.api.errors import Problem
from district.kernel.sensing.filtering import FilterError, Node, Path, parse

DEFAULT_TOP, MOST_TOP = 100, 1000
DEEPEST_EXPAND, MOST_EXPANDS = 5, 20
_MOST_SKIP = 10_000_000
_KNOWN = ("$select", "$expand", "$filter", "$orderby", "$top", "$skip", "$count", "$resultFormat")


@dataclass
class Options:
    """What a request asks of a set: all parsed, nothing looked up yet."""

    select: tuple[str, ...] | None = None
    expand: dict[str, Options] = field(default_factory=dict)
    filter: Node | None = None
    orderby: tuple[tuple[Path, bool], ...] = ()
    top: int | None = None
    skip: int = 0
    count: bool = False
    data_array: bool = False
    #: As they were written, but for `$skip`: what the next page is asked with.
    raw: tuple[tuple[str, str], ...] = ()

    @property
    def limit(self) -> int:
        """How many entities at most; the service's own bound where more is asked for."""
        return DEFAULT_TOP if self.top is None else min(self.top, MOST_TOP)


class _Bound:
    """Counts what is expanded in one request."""

    def __init__(self) -> None:
        self.count = 0

    def one_more(self, depth: int) -> None:
        """Problem where it becomes too deep or too many."""
        self.count += 1
        if depth > DEEPEST_EXPAND or self.count > MOST_EXPANDS:
            raise Problem(
                400,
                _("$expand：最多%(deep)s层、共%(most)s项。")
                % {"deep": DEEPEST_EXPAND, "most": MOST_EXPANDS},
            )


def options_of(pairs: Iterable[tuple[str, str]]) -> Options:
    """The options of an address's query. Problem names the option and the place."""
    return _read(pairs, 0, _Bound())


def _read(pairs: Iterable[tuple[str, str]], depth: int, bound: _Bound) -> Options:
    found = Options()
    seen: set[str] = set()
    for name, text in pairs:
        if name not in _KNOWN:
            if name.startswith("$"):
                raise Problem(501, _("不支持选项 %(name)s。") % {"name": name[:40]})
            continue  # not the standard's: a cache's or a proxy's
        if name in seen:
            raise Problem(400, _("选项 %(name)s 写了两次。") % {"name": name})
        seen.add(name)
        _take(found, name, text, depth, bound)
        if name != "$skip":
            found.raw += ((name, text),)
    return found


def _take(found: Options, name: str, text: str, depth: int, bound: _Bound) -> None:
    if name == "$select":
        found.select = tuple(_words(name, text))
    elif name == "$expand":
        _expand(found, text, depth, bound)
    elif name == "$filter":
        found.filter = _filter(text)
    elif name == "$orderby":
        found.orderby = tuple(_orders(text))
    elif name == "$top":
        found.top = _whole(name, text)
    elif name == "$skip":
        found.skip = _whole(name, text)
    elif name == "$count":
        found.count = _flag(name, text)
    elif text == "dataArray":
        found.data_array = True
    else:
        raise Problem(501, _("$resultFormat 只支持 dataArray。"))


def _words(name: str, text: str) -> Iterator[str]:
    for word in text.split(","):
        if not word.strip():
            raise Problem(400, _("%(name)s：有空的项。") % {"name": name})
        yield word.strip()


def _whole(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > 9 or int(text) > _MOST_SKIP:
        raise Problem(
            400, _("%(name)s：应为0至%(most)s的整数。") % {"name": name, "most": _MOST_SKIP}
        )
    return int(text)


def _flag(name: str, text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise Problem(400, _("%(name)s：应为 true 或 false。") % {"name": name})
    return text.lower() == "true"


def _filter(text: str) -> Node:
    try:
        return parse(text)
    except FilterError as error:
        raise Problem(error.status, f"$filter：{error}") from None


def _orders(text: str) -> Iterator[tuple[Path, bool]]:
    for part in split_top(text, ","):
        words = part.split()
        if not words or len(words) > 2 or (len(words) == 2 and words[1].lower() not in _DIRECTIONS):
            raise Problem(
                400, _("$orderby：“%(part)s”读不懂，应为 属性 asc 或 desc。") % {"part": part[:40]}
            )
        yield (
            Path(tuple(words[0].split("/")), 1),
            len(words) == 2 and words[1].lower() == "desc",
        )


_DIRECTIONS = ("asc", "desc")


def split_top(text: str, mark: str) -> Iterator[str]:
    """The parts of a text between marks that stand in no bracket and no quotes."""
    depth, quoted, start = 0, False, 0
    for place, letter in enumerate(text):
        if letter == "'":
            quoted = not quoted
        elif not quoted and letter in "()":
            depth += 1 if letter == "(" else -1
            if depth < 0:
                raise Problem(400, _("第%(at)s个字符：括号不成对。") % {"at": place + 1})
        elif not quoted and not depth and letter == mark:
            yield text[start:place]
            start = place + 1
    if depth or quoted:
        raise Problem(400, _("括号或引号不成对。"))
    yield text[start:]


def _expand(found: Options, text: str, depth: int, bound: _Bound) -> None:
    if len(text) > 4000:
        raise Problem(400, _("$expand：超过4000个字符。"))
    for part in split_top(text, ","):
        head, bracket, rest = part.strip().partition("(")
        inner = rest[:-1] if rest.endswith(")") else rest
        if not head.strip() or (bracket and not rest.endswith(")")):
            raise Problem(400, _("$expand：“%(part)s”读不懂。") % {"part": part.strip()[:40]})
        here, deep = found, depth
        names = head.strip().split("/")
        for name in names[:-1]:
            deep += 1
            bound.one_more(deep)
            here = here.expand.setdefault(name, Options())
        bound.one_more(deep + 1)
        last = _read(_pairs(inner), deep + 1, bound) if bracket else Options()
        known = here.expand.get(names[-1])
        here.expand[names[-1]] = last if known is None else _merged(known, last)


def _merged(one: Options, other: Options) -> Options:
    """The same way expanded twice, as old clients write `A/B,A/C`: both ways are followed."""
    base = one if other == Options() else other
    base.expand = {**one.expand, **other.expand}
    return base


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for part in split_top(text, ";"):
        if not part.strip():
            continue
        name, equals, value = part.strip().partition("=")
        if not equals:
            raise Problem(400, _("$expand：“%(part)s”读不懂。") % {"part": part.strip()[:40]})
        yield name.strip(), value
