"""Asking the index."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import CharField, Exists, Field, Model, OuterRef, Q, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast

from district.kernel.search.engines import Stream, engine
from district.kernel.search.models import Document, Index
from district.kernel.search.rules.questions import Hit, Question, answers, question, ranked
from district.kernel.search.store import searchable_of

#: So many hits are ranked and can be paged through; of more there is "more than".
CAP = 1_000
#: Beyond so many hits a list looks at its rows one by one instead, as then they are not far apart.
_MANY = 20_000


@dataclass(frozen=True)
class Hits:
    """What was found.

    `ids` are the keys of the rows asked for, the best first. `total` counts all hits, up to CAP;
    `more` says that there are more than that. `question` is what was understood.
    """

    ids: tuple[Any, ...]
    total: int
    more: bool
    question: Question

    @property
    def counted(self) -> str:
        """The total in figures: "27", "1,000+"."""
        return f"{self.total:,}{'+' if self.more else ''}"


def search(
    key: str, text: str, *, scope: Q | None = None, limit: int = 50, offset: int = 0
) -> Hits:
    """The rows that hold what was typed: the text itself first, then texts that begin with it,
    hold it as words, hold it across words, hold its words here and there; of those alike the
    heavier text, then the rank, then who was indexed first.

    Terms between spaces must all occur. A term of one character finds the texts that begin with
    it. `scope` narrows the rows of the model (rights, filters). Hits of one kind beyond the first
    CAP by rank are neither ranked nor given. At most two statements; KeyError for an unknown key.
    """
    asked = question(text)
    own_key = searchable_of(key).model_class._meta.pk
    known = _index(key) if asked.streams else None
    if known is None:
        return Hits((), 0, more=False, question=asked)
    found, more = _candidates(key, known, asked, scope)
    best = ranked(asked, found, searchable_of(key).weights)
    page = islice(best, offset, max(offset, min(offset + limit, CAP)))
    ids = tuple(own_key.to_python(hit.object_id) for hit in page)
    return Hits(ids, min(len(found), CAP), more, asked)


def matching_q(key: str, text: str) -> Q | None:
    """The hits as a condition on the model, all of them, for a list that orders and filters by
    itself; None while the index is not filled. At most three statements now, one subquery then."""
    asked = question(text)
    own_key = searchable_of(key).model_class._meta.pk
    known = _index(key)
    if known is None or known.filled_at is None:  # from then on services keep it whole
        return None
    if not asked.streams:
        return Q(pk__in=[])
    found, more = _candidates(key, known, asked, None)
    if not more:
        return Q(pk__in=[own_key.to_python(hit.object_id) for hit in found])
    widest = Stream(known.number, asked.streams[-1], _MANY, known.common)
    if engine().reaches(widest):
        return Q(_holds(known.number, asked))
    sql, parameters = engine().selected(widest, _casted(own_key))
    return Q(pk__in=RawSQL(sql[1:-1], parameters))  # noqa: S611  # our own SQL; what was typed is a parameter


def _index(key: str) -> Index | None:
    """What is known of a searchable's index; None where nothing was ever indexed."""
    return Index.objects.filter(pk=key).first()


def _candidates(key: str, known: Index, asked: Question, scope: Q | None) -> tuple[list[Hit], bool]:
    """All hits, or the first of each stream where they are more than CAP; whether they are."""
    try:
        condition = _scope_sql(searchable_of(key).model_class, scope)
    except EmptyResultSet:
        return [], False
    streams = [
        Stream(known.number, needed, CAP + 1, known.common, condition) for needed in asked.streams
    ]
    rows = engine().rows(streams, "d.place, d.object_id, d.text")
    found = {at: Hit(at, name, text) for at, name, text in rows if answers(asked, text)}
    return list(found.values()), len(found) > CAP


def _scope_sql(model: type[Model], scope: Q | None) -> tuple[str, tuple[Any, ...]]:
    """SQL that says whether the row of a document `d` is within the scope."""
    if scope is None:
        return "", ()
    own_key = model._meta.pk
    own = RawSQL(_casted(own_key), (), output_field=own_key)  # noqa: S611  # our own names
    rows = model._default_manager.filter(scope, pk=own).order_by().annotate(one=Value(1))
    sql, parameters = rows.values("one").query.sql_with_params()
    return f" AND EXISTS ({sql})", tuple(parameters)


def _casted(own_key: Field[Any, Any]) -> str:
    return f"CAST(d.object_id AS {own_key.cast_db_type(connection)})"


def _holds(number: int, asked: Question) -> Exists:
    """Whether a row's own document is a hit: the same as the index says, row by row."""
    documents = Document.objects.filter(
        searchable=number, object_id=Cast(OuterRef("pk"), CharField())
    )
    for part in asked.parts:
        documents = documents.filter(text__contains_exactly=part)
    return Exists(documents)
