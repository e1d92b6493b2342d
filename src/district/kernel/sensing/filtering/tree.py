"""The tree of a filter. Every node knows where in the text it begins, from 1."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.utils.translation import gettext as _


class FilterError(Exception):
    """A filter that cannot be taken: which option, where in it, what is wrong.

    `status` is 400 for what the language does not know, 501 for what this service leaves out.
    """

    def __init__(self, message: str, position: int, status: int = 400) -> None:
        self.message, self.position, self.status = message, position, status
        super().__init__(
            _("第%(position)s个字符：%(message)s") % {"position": position, "message": message}
        )


@dataclass(frozen=True)
class Literal:
    """A value: None, bool, float, str, aware datetime, date, time, or a shapely geometry."""

    value: Any
    at: int


@dataclass(frozen=True)
class Path:
    """A property, perhaps of a related entity: `Datastream/Thing/name`."""

    names: tuple[str, ...]
    at: int

    def __str__(self) -> str:
        return "/".join(self.names)


@dataclass(frozen=True)
class Call:
    """A function and its arguments."""

    name: str
    arguments: tuple[Node, ...]
    at: int


@dataclass(frozen=True)
class Unary:
    """`not` or `-`."""

    operator: str
    operand: Node
    at: int


@dataclass(frozen=True)
class Binary:
    """`or and eq ne lt le gt ge add sub mul div mod`; `at` is where the operator stands."""

    operator: str
    left: Node
    right: Node
    at: int


Node: TypeAlias = Literal | Path | Call | Unary | Binary


def paths_of(node: Node) -> Iterator[Path]:
    """All paths of a tree, from the left."""
    if isinstance(node, Path):
        yield node
    elif isinstance(node, Call):
        for each in node.arguments:
            yield from paths_of(each)
    elif isinstance(node, Unary):
        yield from paths_of(node.operand)
    elif isinstance(node, Binary):
        yield from paths_of(node.left)
        yield from paths_of(node.right)
