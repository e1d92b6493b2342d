"""The Common Alerting Protocol 1.2 of OASIS: a typed alert, read from and written as XML.

Plain Python, usable alone. `read` takes bytes and gives an `Alert` or raises `CapError` with every
problem; `problems` checks an alert against schema and text of the standard; `write` makes XML.
"""

from district.kernel.warnings.cap.model import (
    Alert,
    Area,
    CapError,
    Circle,
    Info,
    Pair,
    Point,
    Problem,
    Reference,
    Resource,
)
from district.kernel.warnings.cap.reading import MOST_BYTES, read
from district.kernel.warnings.cap.rules import is_name, problems
from district.kernel.warnings.cap.texts import moment_text
from district.kernel.warnings.cap.writing import write

__all__ = [
    "MOST_BYTES",
    "Alert",
    "Area",
    "CapError",
    "Circle",
    "Info",
    "Pair",
    "Point",
    "Problem",
    "Reference",
    "Resource",
    "is_name",
    "moment_text",
    "problems",
    "read",
    "write",
]
