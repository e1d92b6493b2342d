"""One counter for each rate and each address, telephone number or whatever it counts by."""

from __future__ import annotations

from django.db import models


class Bucket(models.Model):
    """Until when somebody's uses of a rate are spent, in milliseconds of the machine's clock.

    `key` is a digest of the rate and of whom it counts: no address and no number stands here.
    `room` is how far ahead of now `busy_until` may lie for another use to be let through.
    """

    key = models.CharField(max_length=32, primary_key=True)
    busy_until = models.BigIntegerField()
    room = models.BigIntegerField()

    def __str__(self) -> str:
        return self.key
