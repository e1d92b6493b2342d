"""What a district says of its enterprises' catalogue, instead of what the product brings."""

from __future__ import annotations

from django.db import models


class Catalogue(models.Model):
    """A part of the catalogue as a district's folder gave it; `rules.catalogue` reads it.

    `key` is "settings" (kinds of qualifications, rungs, sources, units), "industries",
    "product_classes", "synonyms" or "relations".
    """

    key = models.CharField(max_length=20, primary_key=True)
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    loaded_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key
