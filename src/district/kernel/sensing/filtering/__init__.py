"""The filter language of SensorThings ($filter, OData): text to tree to meaning. Pure."""

from district.kernel.sensing.filtering.evaluating import evaluate
from district.kernel.sensing.filtering.kinds import Kind, check
from district.kernel.sensing.filtering.parsing import parse
from district.kernel.sensing.filtering.tree import (
    Binary,
    Call,
    FilterError,
    Literal,
    Node,
    Path,
    Unary,
    paths_of,
)

__all__ = [
    "Binary",
    "Call",
    "FilterError",
    "Kind",
    "Literal",
    "Node",
    "Path",
    "Unary",
    "check",
    "evaluate",
    "parse",
    "paths_of",
]
