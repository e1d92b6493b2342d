"""A content as a form says it: every rule has a form, and the form gives the same rule. Pure.

What somebody typed stays as it is, right or wrong; whether it can be taken is `content`'s to say.
"""

from district.kernel.alarms.rules.editing.fields import (
    COMBINATIONS,
    DAYS,
    MOST_DEEP,
    MOST_PARTS,
    Fact,
    Form,
    Mod,
    Node,
    Quiet,
    Row,
    Span,
    Watch,
)
from district.kernel.alarms.rules.editing.posting import Posted, form_of_post
from district.kernel.alarms.rules.editing.reading import form_of
from district.kernel.alarms.rules.editing.writing import Written, content_of, data_of

__all__ = [
    "COMBINATIONS",
    "DAYS",
    "MOST_DEEP",
    "MOST_PARTS",
    "Fact",
    "Form",
    "Mod",
    "Node",
    "Posted",
    "Quiet",
    "Row",
    "Span",
    "Watch",
    "Written",
    "content_of",
    "data_of",
    "form_of",
    "form_of_post",
]
