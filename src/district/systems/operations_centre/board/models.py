"""What the centres of a district are called."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class CentreName(models.Model):
    """The name of a unit's centre, or the pattern for all units of a level.

    `key` is a unit's code or `level:<level>`; in a pattern `{name}` and `{short}` stand for the
    unit's names.
    """

    key = models.CharField(max_length=48, primary_key=True)
    name = models.CharField(_("名称"), max_length=100)
    name_en = models.CharField(_("英文名称"), max_length=160, blank=True, default="")

    class Meta:
        app_label = "sys_operations_centre"
        verbose_name = _("中心名称")

    def __str__(self) -> str:
        return f"{self.key} {self.name}"
