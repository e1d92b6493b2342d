"""What changed in which population, so that every process's copy of it catches up."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Func


class CurrentTransaction(Func):
    """The number of the transaction that inserts the row on PostgreSQL; 0 on SQLite.

    PostgreSQL gives keys when rows are inserted and commits in another order: only what is known
    of the transactions that were open says which rows a reader has not been able to see.
    """

    template = "0"
    output_field = models.BigIntegerField()
    allowed_default = True

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """The number as 64 bits; the server's own counter does not wrap around."""
        return self.as_sql(
            compiler, connection, template="pg_current_xact_id()::text::bigint", **more
        )


class Change(models.Model):
    """Entities of a population that were added, changed or taken out in one transaction.

    `entities` are their keys as texts; None says that anything may have changed. `nonce` is drawn
    at random: a copy that has read up to a row finds by it that the database was put back to an
    earlier state, where the same key may belong to another row.
    """

    population = models.CharField(max_length=80)
    entities = models.JSONField(null=True)
    count = models.PositiveIntegerField(default=0)
    nonce = models.CharField(max_length=16)
    at = models.DateTimeField()
    transaction = models.BigIntegerField(db_default=CurrentTransaction(), editable=False)

    objects: ClassVar[models.Manager[Change]] = models.Manager()

    class Meta:
        indexes = [
            models.Index(fields=["population", "id"], name="match_change_order"),
            models.Index(fields=["population", "transaction"], name="match_change_open"),
        ]

    def __str__(self) -> str:
        return f"{self.population}: {'all' if self.entities is None else self.count}"
