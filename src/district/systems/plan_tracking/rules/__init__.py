"""How a report's text is cut into pages and highlighted. Pure: no database, no clock."""

from district.systems.plan_tracking.rules.marking import (
    Glossary,
    Mark,
    Paragraph,
    Segment,
    marks_of,
    paragraphs,
)
from district.systems.plan_tracking.rules.paging import Heading, Page, page_at, pages_of

__all__ = [
    "Glossary",
    "Heading",
    "Mark",
    "Page",
    "Paragraph",
    "Segment",
    "marks_of",
    "page_at",
    "pages_of",
    "paragraphs",
]
