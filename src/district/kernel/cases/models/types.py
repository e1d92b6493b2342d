"""Published case types: each version for good."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class CaseTypeVersion(models.Model):
    """A published version of a case type, known by the hash of its content; never changed.

    A case keeps to the version that it was opened under.
    """

    version = models.CharField(max_length=16, primary_key=True)
    key = models.CharField(_("事件类型"), max_length=40)
    content = models.JSONField()
    published_at = models.DateTimeField(_("发布时间"))

    class Meta:
        verbose_name = _("事件类型版本")
        ordering = ("key", "-published_at")

    def __str__(self) -> str:
        return f"{self.key} {self.version}"
