"""Text and list comparisons that mean the same on SQLite and PostgreSQL.

Django's own `contains` and `startswith` ignore the case of ASCII letters on SQLite, and JSON
containment does not exist there. These compare code points on both.
"""

from __future__ import annotations

import json
from typing import Any

from django.db.models import BooleanField, CharField, JSONField, Lookup, TextField

_LAST = 0x10FFFF


def successor(prefix: str) -> str | None:
    """The least text, by code points, above all that begin with `prefix`; None if there is none."""
    while prefix:
        point = ord(prefix[-1]) + 1
        if 0xD800 <= point <= 0xDFFF:  # surrogates are no characters
            point = 0xE000
        if point <= _LAST:
            return prefix[:-1] + chr(point)
        prefix = prefix[:-1]
    return None


def _like(text: str) -> str:
    for char in "\\%_":
        text = text.replace(char, "\\" + char)
    return text


class _Exactly(Lookup[Any]):
    """A lookup with a plain right side, written separately for each database."""

    output_field = BooleanField()

    def get_prep_lookup(self) -> Any:
        return self.rhs

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        left, left_params = self.process_lhs(compiler, connection)
        write = self.sqlite if connection.vendor == "sqlite" else self.postgresql
        template, own = write(self.rhs)
        params: list[Any] = []
        pieces = template.split("{left}")
        for number, piece in enumerate(pieces):
            if number:
                params += left_params
            count = piece.count("%s")
            params += own[:count]
            own = own[count:]
        return str(left).join(pieces), params

    def sqlite(self, text: str) -> tuple[str, tuple[Any, ...]]:
        """The SQL with `{left}` for the column, and its parameters."""
        raise NotImplementedError

    def postgresql(self, text: str) -> tuple[str, tuple[Any, ...]]:
        """The same for PostgreSQL."""
        raise NotImplementedError


@CharField.register_lookup
@TextField.register_lookup
class ContainsExactly(_Exactly):
    """The text holds the other, letter case included."""

    lookup_name = "contains_exactly"

    def sqlite(self, text: str) -> tuple[str, tuple[Any, ...]]:
        return "INSTR({left}, %s) > 0", (text,)

    def postgresql(self, text: str) -> tuple[str, tuple[Any, ...]]:
        return "{left} LIKE %s", (f"%{_like(text)}%",)


@CharField.register_lookup
@TextField.register_lookup
class StartsExactly(_Exactly):
    """The text begins with the other, letter case included; an index on the column serves it."""

    lookup_name = "starts_exactly"

    def sqlite(self, text: str) -> tuple[str, tuple[Any, ...]]:
        above = successor(text)
        if above is None:
            return "{left} >= %s", (text,)
        return "({left} >= %s AND {left} < %s)", (text, above)

    def postgresql(self, text: str) -> tuple[str, tuple[Any, ...]]:
        return "{left} LIKE %s", (f"{_like(text)}%",)


@CharField.register_lookup
@TextField.register_lookup
class EndsExactly(_Exactly):
    """The text ends with the other, letter case included."""

    lookup_name = "ends_exactly"

    def sqlite(self, text: str) -> tuple[str, tuple[Any, ...]]:
        return "SUBSTR({left}, %s) = %s", (-len(text), text)

    def postgresql(self, text: str) -> tuple[str, tuple[Any, ...]]:
        return "{left} LIKE %s", (f"%{_like(text)}",)


@JSONField.register_lookup
class HasMember(_Exactly):
    """The JSON list has the text among its members."""

    lookup_name = "has_member"

    def sqlite(self, text: str) -> tuple[str, tuple[Any, ...]]:
        return (
            "(JSON_TYPE({left}) = 'array' AND EXISTS (SELECT 1 FROM JSON_EACH({left}) AS member"
            " WHERE member.type = 'text' AND member.value = %s))"
        ), (text,)

    def postgresql(self, text: str) -> tuple[str, tuple[Any, ...]]:
        return "{left} @> %s::jsonb", (json.dumps([text]),)


@JSONField.register_lookup
class IsList(_Exactly):
    """The JSON value is a list (and not null)."""

    lookup_name = "is_list"

    def sqlite(self, text: str) -> tuple[str, tuple[Any, ...]]:
        return "JSON_TYPE({left}) = 'array'", ()

    def postgresql(self, text: str) -> tuple[str, tuple[Any, ...]]:
        return "JSONB_TYPEOF({left}) = 'array'", ()
