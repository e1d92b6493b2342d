"""Keeping the index in line with the rows. What it holds follows from them alone: it is no
fact of its own, so nobody is authorised and history hears nothing."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

import numpy as np
from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, F, Max, OuterRef, QuerySet, Value
from django.db.models.functions import Cast

from district.kernel.base import clock
from district.kernel.search.declaration import Searchable
from district.kernel.search.engines import NewDocument, engine
from district.kernel.search.models import Document, Index
from district.kernel.search.rules import texts
from district.kernel.search.store import searchable_of, searchables

_BATCH = 5_000
_SAMPLE = 10_000

Progress = Callable[[int, int], object]
Rows = QuerySet[Any, tuple[Any, ...]]


@transaction.atomic
def index(key: str, ids: Iterable[Any]) -> int:
    """Bring the index in line with the rows of these keys, whether added, changed or deleted.

    Called by the service that writes the rows, in its transaction and after writing: rows and
    index are committed together. Returns how many documents changed. Four statements for every
    5,000 keys, six where something changed.
    """
    declared = searchable_of(key)
    known = _index_of(key)
    engine().lock(known.number, alone=False)
    pending, changed = iter(dict.fromkeys(ids)), 0
    while batch := list(islice(pending, _BATCH)):
        rows = _values(declared).filter(pk__in=batch)
        changed += _bring_in_line(declared, known, batch, rows)
    return changed


@transaction.atomic
def index_later(key: str) -> None:
    """Leave it to the worker to bring the whole index in line, within some minutes.

    Called after a bulk import, in its last transaction. Until it is done `matching_q` knows
    nothing, so registers look in the rows themselves.
    """
    known = _index_of(key)
    Index.objects.filter(pk=known.pk).update(asked=F("asked") + 1, fingerprint="", filled_at=None)


def index_all(key: str, progress: Progress | None = None) -> int:
    """Bring the whole index in line with the table: after a bulk import, or for the first time.

    In batches, each a transaction of its own (but part of one around it), so that others go on
    writing meanwhile; what they index is not undone. May be repeated and broken off.
    `progress(done, of)` is called after each batch, in rows. Returns how many documents changed.
    """
    declared = searchable_of(key)
    with transaction.atomic():
        known = _index_of(key)
        known.bounds = _expected_bounds(declared, known.number)
        known.save(update_fields=("bounds",))
        asked = known.asked
    rows = declared.model_class._default_manager.order_by("pk")
    total, done, changed = rows.count(), 0, 0
    last: Any = None
    while True:
        after = rows if last is None else rows.filter(pk__gt=last)
        keys = list(after.values_list("pk", flat=True)[:_BATCH])
        if not keys:
            break
        with transaction.atomic():
            engine().lock(known.number, alone=True)
            values = _values(declared).filter(pk__lte=keys[-1])
            values = values if last is None else values.filter(pk__gt=last)
            changed += _bring_in_line(declared, known, keys, values)
        last, done = keys[-1], done + len(keys)
        if progress:
            progress(done, max(done, total))
    with transaction.atomic():
        engine().lock(known.number, alone=True)
        changed += _remove_orphans(declared, known)
        _lay_in_tiers(known)
        engine().settle()
        known.common = texts.common_among(_sample(known))
        known.save(update_fields=("bounds", "common"))
        # Where somebody asked again meanwhile, rows that this run had passed may have changed.
        Index.objects.filter(pk=known.pk, asked=asked).update(
            fingerprint=declared.fingerprint, filled_at=clock.now()
        )
    return changed


def fill_due() -> int:
    """Index whatever was declared, or declared otherwise, since it was last indexed as a whole."""
    filled = dict(Index.objects.values_list("key", "fingerprint"))
    due = [one.key for one in searchables() if filled.get(one.key) != one.fingerprint]
    for key in due:
        index_all(key)
    return len(due)


def _index_of(key: str) -> Index:
    """The index's row, made when it is first needed."""
    for _try in range(3):  # two who begin at once may want one number
        found = Index.objects.filter(pk=key).first()
        if found:
            return found
        highest = Index.objects.aggregate(highest=Max("number"))["highest"] or 0
        if highest >= texts.MOST_SEARCHABLES:
            raise ValueError(f"no more than {texts.MOST_SEARCHABLES} searchables")
        try:
            with transaction.atomic():
                return Index.objects.create(key=key, number=highest + 1)
        except IntegrityError:
            continue
    raise RuntimeError(f"searchable {key!r} found no number")


def _bring_in_line(declared: Searchable, known: Index, keys: Collection[Any], values: Rows) -> int:
    """Make the documents of these keys say what the rows of `values` say."""
    own_key = declared.model_class._meta.pk
    names = {key: str(own_key.get_db_prep_value(key, connection)) for key in keys}
    rows = dict(_read(declared, names, values))
    before = engine().standing(known.number, list(names.values()))
    removed = [at for name, (at, _text) in before.items() if name not in rows]
    fresh: list[tuple[int, int | None, str, str]] = []
    for name, (text, rank) in rows.items():
        at, old = before.get(name, (None, ""))
        if at is not None and (text, rank) == (old, texts.rank_at(at)):
            continue
        if at is not None:
            removed.append(at)
        fresh.append((rank, None if at is None else texts.serial_of(at), name, text))
    if removed:
        Document.objects.filter(place__in=removed)._raw_delete(connection.alias)
    if fresh:
        _add(known, fresh)
    return len(fresh) + len([name for name in before if name not in rows])


def _add(known: Index, fresh: list[tuple[int, int | None, str, str]]) -> None:
    """Add (rank, serial or None, object id, text); whoever comes anew follows those before it."""
    new = sum(1 for _rank, serial, _name, _text in fresh if serial is None)
    serials = iter(engine().serials(new) if new else ())
    documents = []
    for rank, serial, name, text in fresh:
        at = texts.place(known.number, rank, next(serials) if serial is None else serial)
        tier = bisect_right(known.bounds, at)
        documents.append(NewDocument(at, known.number, tier, name, text))
    documents.sort()
    engine().add(documents)


def _read(
    declared: Searchable, names: Mapping[Any, str], values: Rows
) -> Iterator[tuple[str, tuple[str, int]]]:
    """Object id, text and rank of the rows that exist and say anything; one statement."""
    found: dict[Any, tuple[list[dict[str, None]], Any]] = {}
    for key, number, *said in values:
        sections, _number = found.setdefault(key, ([{} for _ in said], number))
        for section, value in zip(sections, said, strict=True):
            section.update(dict.fromkeys(_texts_in(value)))
    for (
        key,
        name,
    ) in names.items():  # in their order, which decides between hits that are otherwise alike
        sections, number = found.get(key, ([], None))
        text = texts.laid_down([sorted(section) for section in sections])
        if text:
            yield name, (text, _rank(declared, text, number))


def _texts_in(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [str(value or "")]


def _values(declared: Searchable) -> Rows:
    """Of every row its key, number and texts; several times where it has related rows."""
    number = declared.rank or "pk"
    rows = declared.model_class._default_manager.order_by()
    return rows.values_list("pk", number, *declared.paths)


def _rank(declared: Searchable, text: str, number: Any) -> int:
    return texts.rank_of_number(number) if declared.rank else texts.rank_of_length(text)


def _expected_bounds(declared: Searchable, number: int) -> list[int]:
    """Where tiers will begin once all rows are indexed in the order of their keys, roughly, so
    that few documents need to be moved then."""
    sizes = engine().tiers
    path = declared.rank or declared.paths[0]
    rows = declared.model_class._default_manager.order_by("pk").values_list(path, flat=True)
    rank: Callable[[Any], int] = texts.rank_of_number if declared.rank else _rank_of_name
    if not sizes or not rows[sizes[0] :].exists():
        return []
    ranks = np.fromiter((rank(value) for value in rows.iterator(_BATCH)), np.int64)
    ordered = np.argsort(ranks, kind="stable")
    first = engine().serials(1)[0]
    firsts = [int(ordered[size]) for size in sizes if size < len(ranks)]
    return [texts.place(number, int(ranks[at]), first + at) for at in firsts]


def _rank_of_name(value: Any) -> int:
    return texts.rank_of_length(texts.laid_down([_texts_in(value)]))


def _remove_orphans(declared: Searchable, known: Index) -> int:
    """Remove the documents of rows that are gone."""
    model = declared.model_class
    row = model._default_manager.filter(pk=Cast(OuterRef("object_id"), model._meta.pk))
    standing = Document.objects.filter(searchable=known.number)
    return standing.filter(~Exists(row))._raw_delete(connection.alias)


def _sample(known: Index) -> Iterator[str]:
    """Some ten thousand texts of the index, of every rank."""
    documents = Document.objects.filter(searchable=known.number)
    every = max(1, documents.count() // _SAMPLE)
    some = documents.annotate(nth=F("place") % Value(every)).filter(nth=0)
    return some.values_list("text", flat=True).iterator(_BATCH)


def _lay_in_tiers(known: Index) -> None:
    """See where the tiers begin, and move the documents that were indexed under other bounds."""
    places = Document.objects.filter(searchable=known.number).order_by("place")
    places_only = places.values_list("place", flat=True)
    firsts = [places_only[size : size + 1].first() for size in engine().tiers]
    known.bounds = [at for at in firsts if at is not None]
    begins = (texts.place(known.number, 0, 0), *known.bounds)
    ends = (*known.bounds, texts.place(known.number + 1, 0, 0))
    for tier, (first, end) in enumerate(zip(begins, ends, strict=True)):
        documents = Document.objects.filter(place__gte=first, place__lt=end)
        documents.exclude(tier=tier).update(tier=tier)
