"""A table to search, outside every installed app so that it needs no migration."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from district.kernel.base.fields import time_ordered_uuid


class Firm(models.Model):
    """An invented firm."""

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    name = models.CharField(max_length=200)
    code = models.CharField(max_length=40, blank=True, default="")
    former = models.JSONField(default=list)
    street = models.CharField(max_length=20, blank=True, default="")
    capital = models.IntegerField(null=True)

    objects: ClassVar[models.Manager[Firm]] = models.Manager()

    class Meta:
        app_label = "search_tests"

    def __str__(self) -> str:
        return self.name


class Product(models.Model):
    """What a firm makes; searched by a number as key."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=200)
    makers = models.ManyToManyField(Firm, related_name="+")

    objects: ClassVar[models.Manager[Product]] = models.Manager()

    class Meta:
        app_label = "search_tests"

    def __str__(self) -> str:
        return self.name
