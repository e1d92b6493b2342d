"""What an enterprise was recognised as, from when until when."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned
from district.systems.enterprises.models.enterprises import Enterprise


class Qualification(Versioned):
    """A recognition (资质), such as 专精特新“小巨人”; `kind` is one of the catalogue's.

    It is valid from `issued_on` through `expires_on`, both days included; without an end it does
    not expire. `is_valid` is what the nightly job and every change found for today.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="qualification_rows")
    kind = models.CharField(_("资质类别"), max_length=40)
    number = models.CharField(_("证书编号"), max_length=60, blank=True)
    issuer = models.CharField(_("认定部门"), max_length=80, blank=True)
    issued_on = models.DateField(_("认定日期"))
    expires_on = models.DateField(_("有效期至"), null=True, blank=True)
    is_valid = models.BooleanField(_("有效"), default=False)

    class Meta:
        verbose_name = _("资质")
        ordering = ("kind", "-issued_on")
        constraints = (
            models.UniqueConstraint(
                fields=("enterprise", "kind", "issued_on"), name="ent_qualified_once"
            ),
        )
        indexes = (
            models.Index(fields=("kind", "issued_on"), name="ent_qualification_kind"),
            models.Index(fields=("is_valid", "expires_on"), name="ent_qualification_end"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.issued_on}"
