"""Queries whose words are put together once and that run many times with other values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.sql.compiler import SQLCompiler

Rows = models.QuerySet[Any, tuple[Any, ...]]


@dataclass(frozen=True)
class _Compiled:
    """The words, all parameters, and which of them stand for a value: (place, name, item)."""

    compiler: SQLCompiler
    sql: str
    parameters: tuple[Any, ...]
    places: tuple[tuple[int, str, int], ...]


class Prepared:
    """A query on the way of every report, where compiling it costs as much as running it.

    `build` makes a queryset of `values_list` from the values named in `samples`, and must not
    depend on them otherwise. A sample is a value of the right kind that nothing else in the query
    holds, or a list of such; lists keep their length. `fields` are what the values are compared
    with. Each connection compiles the query once; ValueError where a sample is not found.
    """

    def __init__(
        self,
        build: Callable[..., Rows],
        samples: Mapping[str, Any],
        fields: Mapping[str, models.Field[Any, Any]],
    ) -> None:
        self._build, self._samples, self._fields = build, samples, fields
        self._known: WeakKeyDictionary[BaseDatabaseWrapper, _Compiled] = WeakKeyDictionary()

    def rows(self, **values: Any) -> Iterator[tuple[Any, ...]]:
        """Run it with these values: one statement; rows as `values_list` gives them."""
        compiled = self._compiled()
        connection = compiled.compiler.connection
        parameters = list(compiled.parameters)
        for at, name, item in compiled.places:
            value = values[name]
            one = value[item] if isinstance(value, list) else value
            parameters[at] = self._fields[name].get_db_prep_value(one, connection)
        with connection.cursor() as cursor:
            cursor.execute(compiled.sql, parameters)
            found = cursor.fetchall()
        return map(tuple, compiled.compiler.results_iter(results=[found]))

    def _compiled(self) -> _Compiled:
        connection = connections["default"]
        known = self._known.get(connection)
        if known is None:
            known = self._known[connection] = self._compile(connection)
        return known

    def _compile(self, connection: BaseDatabaseWrapper) -> _Compiled:
        query = self._build(**self._samples).query
        compiler = query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        places = []
        for name, sample in self._samples.items():
            for item, one in enumerate(sample if isinstance(sample, list) else [sample]):
                shown = self._fields[name].get_db_prep_value(one, connection)
                found = [at for at, value in enumerate(parameters) if value == shown]
                if len(found) != 1:
                    raise ValueError(f"the sample of {name!r} stands {len(found)} times")
                places.append((found[0], name, item))
        return _Compiled(compiler, sql, tuple(parameters), tuple(places))
