"""What a member signs in with besides a password."""

from __future__ import annotations

from django.db import models

from district.kernel.base.fields import time_ordered_uuid
from district.kernel.organisation.public import Member


class SecondFactor(models.Model):
    """A member's second factor: an authenticator app that shows a code (TOTP, RFC 6238).

    `secret` is a token of `history.protect`, under the member's own key. Until `confirmed_at` it
    is only set up and asked of nobody. `last_step` is the last time step whose code was used: no
    code is taken twice.
    """

    member = models.OneToOneField(Member, models.PROTECT, primary_key=True, related_name="+")
    secret = models.TextField()
    made_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    last_step = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.member_id)


class RecoveryCode(models.Model):
    """A code that stands in once where the app is not at hand; only its hash is kept."""

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("member", "digest"), name="signing_in_code_once"),
        )

    def __str__(self) -> str:
        return str(self.id)
