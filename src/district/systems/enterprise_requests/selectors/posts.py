"""Which unit is which post: the command post, an industry's, the supervision centres."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language

from district.kernel.base.recent import kept_for
from district.kernel.cases.public import Case, case_type_of
from district.kernel.organisation.public import Unit, root_code
from district.systems.enterprise_requests.models import ServicePost
from district.systems.enterprise_requests.names import REQUEST


@dataclass(frozen=True, slots=True)
class Post:
    """A post, with its unit's code and path."""

    kind: str
    name: str
    name_en: str
    unit: str
    path: str
    industries: tuple[str, ...]

    @property
    def label(self) -> str:
        """The name in the language of the moment."""
        english = (get_language() or "").startswith("en")
        return self.name_en if english and self.name_en else self.name


@kept_for(5)
def posts() -> tuple[Post, ...]:
    """All posts in their order, as of a few seconds ago at most. One query."""
    rows = ServicePost.objects.select_related("unit")
    return tuple(
        Post(row.kind, row.name, row.name_en, row.unit_id, row.unit.path, tuple(row.industries))
        for row in rows
    )


def command_unit() -> str:
    """The unit that is the command post; the district itself where none is named."""
    return next((post.unit for post in posts() if post.kind == "command"), "") or root_code()


def unit_for_industry(industry: str) -> str:
    """The unit of the post that an industry comes to; "" where no post names it."""
    return next((post.unit for post in posts() if industry in post.industries), "")


def post_of_case(case: Case) -> str:
    """Routing's name `post`: the unit of the industry's post."""
    return unit_for_industry(str(case.facts.get("industry") or ""))


def supervision_for(complained: Unit) -> str:
    """The first supervision centre that a complaint about this unit does not concern; "" where
    there is none."""
    centres = (post for post in posts() if post.kind == "supervision")
    return next((post.unit for post in centres if not post.path.startswith(complained.path)), "")


def industries() -> tuple[tuple[str, str], ...]:
    """The industries that requests and visits are of, as (value, label) pairs."""
    return choices_of("industry")


def choices_of(fact: str, type_key: str = REQUEST) -> tuple[tuple[str, str], ...]:
    """The choices of a case type's own fact."""
    attribute = case_type_of(type_key).schema.get(fact)
    choices = attribute.choices if attribute is not None else None
    return tuple((value, str(label)) for value, label in choices or ())
