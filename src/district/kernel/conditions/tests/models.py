"""A real table for the tests, outside every installed app so that it needs no migration."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from district.kernel.base.exact import ExactDecimalField


class Owner(models.Model):
    code = models.CharField(max_length=20, primary_key=True)
    path = models.CharField(max_length=200)

    objects: ClassVar[models.Manager[Owner]] = models.Manager()

    class Meta:
        app_label = "condition_tests"

    def __str__(self) -> str:
        return self.code


class Thing(models.Model):
    name = models.CharField(max_length=200, null=True)  # noqa: DJ001  # null is what is tested
    note = models.TextField(default="")
    count = models.IntegerField(null=True)
    big = models.BigIntegerField(null=True)
    amount = ExactDecimalField(null=True)
    done = models.BooleanField(null=True)
    day = models.DateField(null=True)
    at = models.DateTimeField(null=True)
    light = models.CharField(max_length=10, default="")
    area = models.CharField(max_length=20, null=True)  # noqa: DJ001  # null is what is tested
    owner = models.ForeignKey(Owner, models.CASCADE, null=True, related_name="things")
    tags = models.JSONField(null=True)
    helpers = models.ManyToManyField(Owner, related_name="helped")
    key = models.UUIDField(null=True)

    objects: ClassVar[models.Manager[Thing]] = models.Manager()

    class Meta:
        app_label = "condition_tests"

    def __str__(self) -> str:
        return str(self.pk)
