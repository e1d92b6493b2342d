"""Who may send us messages, what they sent that did not fit, and the district's catalogue."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.base.fields import time_ordered_uuid


class Source(models.Model):
    """A sender whose messages we take: the weather service, the city's release centre.

    `senders` are the values of CAP's `sender` that it may send under.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    name = models.CharField(_("名称"), max_length=60, unique=True)
    senders = models.JSONField(_("发送方标识"), default=list)
    is_active = models.BooleanField(_("启用"), default=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("预警来源")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page of the source."""
        return reverse("warnings_source", args=[self.pk])


class SourceKey(models.Model):
    """A key with which a source sends; only its hash is kept, `hint` is its beginning."""

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    source = models.ForeignKey(Source, models.CASCADE, related_name="keys")
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    hint = models.CharField(_("令牌"), max_length=8)
    created_by = models.CharField(_("签发人"), max_length=120)
    created_at = models.DateTimeField(_("签发时间"))
    revoked_at = models.DateTimeField(_("吊销时间"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("最近使用"), null=True, blank=True)

    class Meta:
        verbose_name = _("来源令牌")
        ordering = ("created_at", "pk")

    def __str__(self) -> str:
        return self.hint


class Unfit(models.Model):
    """A message that was not taken as a warning, as it was sent, and why.

    `problems` are codes with places (see words.py). The same bytes again count up `times`. It
    waits until somebody settles it: enters it by hand, or says that it needs nothing.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    source = models.ForeignKey(Source, models.PROTECT, related_name="unfit")
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField(_("字节数"))
    document = models.BinaryField(default=b"", editable=False)
    identifier = models.CharField(_("编号"), max_length=255, blank=True, default="")
    headline = models.CharField(_("标题"), max_length=200, blank=True, default="")
    problems = models.JSONField(default=list)
    times = models.PositiveIntegerField(_("次数"), default=1)
    first_at = models.DateTimeField(_("首次时间"))
    last_at = models.DateTimeField(_("最近时间"))
    settled_at = models.DateTimeField(_("处理时间"), null=True, blank=True)
    settled_by = models.ForeignKey(
        "kernel_organisation.Member", models.PROTECT, null=True, blank=True, related_name="+"
    )
    settled_note = models.CharField(_("处理说明"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("未采用的报文")
        ordering = ("-last_at", "-pk")
        constraints = (
            models.UniqueConstraint(fields=("source", "sha256"), name="warnings_unfit_once"),
        )
        indexes = (models.Index(fields=("settled_at", "-last_at"), name="warnings_unfit_open"),)

    def __str__(self) -> str:
        return self.identifier or str(self.pk)

    def get_absolute_url(self) -> str:
        """The page of the message."""
        return reverse("warnings_unfit_one", args=[self.pk])


class CatalogueText(models.Model):
    """The district's own catalogue file, as text; one row at most."""

    key = models.CharField(max_length=10, primary_key=True, default="district")
    text = models.TextField()
    loaded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("预警目录")

    def __str__(self) -> str:
        return self.key
