"""What the index keeps. Tables are read and written by `engines`; see docs/search.md."""

from __future__ import annotations

from typing import Any

from django.db import models


class GramsField(models.Field[Any, Any]):
    """Grams of a text as the database's own index wants them: numbers on PostgreSQL, words between
    spaces on SQLite. Written by `engines` alone, never read back."""

    def db_type(self, connection: Any) -> str:
        """The column's type."""
        return "bigint[]" if connection.vendor == "postgresql" else "text"


class Index(models.Model):
    """A searchable's index: its number in places, and how far it has come.

    `bounds` are the places at which tiers begin (PostgreSQL), `common` the grams of many rows,
    both as of then; they decide how fast a question is answered, not what. `fingerprint` and
    `filled_at` say under which declaration all rows were last indexed, and when; empty until then.
    `asked` counts how often somebody asked for that, so that rows which came while it went on are
    not forgotten.
    """

    key = models.CharField(max_length=80, primary_key=True)
    number = models.PositiveSmallIntegerField(unique=True)
    bounds = models.JSONField(default=list)
    common = models.JSONField(default=dict)
    fingerprint = models.CharField(max_length=64, blank=True, default="")
    filled_at = models.DateTimeField(null=True)
    asked = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.key


class Serial(models.Model):
    """How many rows were ever indexed, for SQLite; PostgreSQL has a sequence, without locks."""

    last = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.last)


class Document(models.Model):
    """The texts of one row as they are searched.

    `place` orders hits (`rules.texts.place`); on SQLite it is the row's number in the FTS5 table.
    `object_id` is the key of the row as text. `tier` says in which part of the index its grams
    stand on PostgreSQL: few rows in the first, four times as many in each that follows.
    """

    place = models.BigIntegerField(primary_key=True)
    searchable = models.PositiveSmallIntegerField()
    tier = models.PositiveSmallIntegerField(default=0)
    object_id = models.CharField(max_length=64)
    text = models.TextField()
    grams = GramsField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("searchable", "object_id"), name="search_document_row"),
        )

    def __str__(self) -> str:
        return f"{self.searchable}:{self.object_id}"
