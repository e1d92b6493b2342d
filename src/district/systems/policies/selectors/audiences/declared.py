"""The words in which an audience is declared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q, QuerySet

from district.kernel.conditions.public import Schema
from district.kernel.history.public import Actor
from district.kernel.registers.public import register_of
from district.systems.policies.rules.drafting import Vocabulary

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Addressee:
    """One of an audience as rounds, applications and pages know it.

    `code` is what people call it by: a credit code, or the number of a person. `name` may be
    shown to whoever may see the row: it is an enterprise's name, of a person the number again.
    `unit` is the code of the unit in charge of it, `street` and `community` are codes, "" where
    unknown.
    """

    id: UUID
    code: str
    name: str
    unit: str
    street: str
    community: str
    url: str


@dataclass(frozen=True)
class Audience:
    """For whom a policy is.

    - `population`: the key under which it is matched (`kernel.matching`), and of its register.
    - `schema`: what conditions may ask.
    - `vocabulary`: the words with which drafting reads a text.
    - `view_action`, `visible_q`: who may see single ones, and which.
    - `count_action`: who may count those that they may not see, "" for nobody; such counts are
      rounded to `rounding`, and below it only that they are few is said.
    - `by_code`, `by_ids`: single ones; ids as texts.
    - `case_type`: the type of an application.
    - `noun`, `unit`: what one is called in a sentence, and counted in.
    - `code_label`: what its code is called.
    """

    key: str
    population: str
    schema: Callable[[], Schema]
    vocabulary: Callable[[], Vocabulary]
    view_action: str
    visible_q: Callable[[Actor], Q]
    by_code: Callable[[str], Addressee | None]
    by_ids: Callable[[Iterable[Any]], Mapping[str, Addressee]]
    case_type: str
    noun: StrOrPromise
    unit: StrOrPromise
    code_label: StrOrPromise
    count_action: str = ""
    rounding: int = 10

    def rows(self, mine: Q) -> QuerySet[Any]:
        """The rows of its register that a condition reaches and that count now."""
        register = register_of(self.population)
        assert not isinstance(register.model, str)  # noqa: S101  # declared with the model itself
        rows = register.model._default_manager.filter(mine)
        return register.rows(rows) if register.rows else rows
