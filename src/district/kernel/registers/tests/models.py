"""A table to declare a register on, outside every installed app so that it needs no migration."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from district.kernel.base.exact import ExactDecimalField
from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned
from district.kernel.organisation.models import Unit


class Site(Versioned):
    """An invented construction site."""

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    note = models.TextField(blank=True, default="")
    light = models.CharField(max_length=6, default="none", db_index=True)
    lead_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", db_constraint=False
    )
    helpers = models.JSONField(default=list, blank=True)
    partners = models.ManyToManyField(
        Unit, related_name="+", through="SitePartner", through_fields=("site", "unit")
    )
    workers = models.IntegerField(null=True, blank=True)
    amount = ExactDecimalField(null=True, blank=True)
    share = ExactDecimalField(null=True, blank=True)
    opened = models.DateField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    safe = models.BooleanField(null=True, blank=True)
    phone = models.CharField(max_length=20, blank=True, default="")
    lon = ExactDecimalField(null=True, blank=True)
    lat = ExactDecimalField(null=True, blank=True)

    objects: ClassVar[models.Manager[Site]] = models.Manager()

    class Meta:
        app_label = "register_tests"
        indexes = (models.Index(fields=("opened", "id"), name="site_opened"),)

    def __str__(self) -> str:
        return self.name


class SitePartner(models.Model):
    site = models.ForeignKey(Site, models.CASCADE, db_constraint=False)
    unit = models.ForeignKey(Unit, models.CASCADE, related_name="+", db_constraint=False)

    objects: ClassVar[models.Manager[SitePartner]] = models.Manager()

    class Meta:
        app_label = "register_tests"

    def __str__(self) -> str:
        return f"{self.site} {self.unit}"
