"""Who sends readings, and with what they prove it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned


class Source(Versioned):
    """A named sender of readings: a gateway, a device, or a firm's platform.

    `code` is the user name with which it connects. `may_register` lets it make things and
    datastreams known, in its own unit and as its own. A suspended source may do nothing.
    """

    class Kind(models.TextChoices):
        GATEWAY = "gateway", _("网关")
        DEVICE = "device", _("设备")
        FIRM = "firm", _("企业平台")

    class State(models.TextChoices):
        ACTIVE = "active", _("启用")
        SUSPENDED = "suspended", _("暂停")

    id = models.BigAutoField(primary_key=True)
    code = models.CharField(_("来源编号"), max_length=40, unique=True)
    name = models.CharField(_("来源名称"), max_length=100)
    kind = models.CharField(_("类别"), max_length=8, choices=Kind.choices)
    lead_unit = models.ForeignKey(
        "kernel_organisation.Unit", models.PROTECT, related_name="+", verbose_name=_("归属单位")
    )
    state = models.CharField(_("状态"), max_length=9, choices=State.choices, default=State.ACTIVE)
    may_register = models.BooleanField(_("可自行登记设备"), default=False)
    created_at = models.DateTimeField(_("建立时间"))

    class Meta:
        verbose_name = _("数据来源")
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class SourceCredential(models.Model):
    """A secret of a source. Only a keyed digest is kept; `hint` is how the secret begins.

    It holds 256 random bits and is checked at every connection, so a slow hash would only cost.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    source = models.ForeignKey(Source, models.CASCADE, related_name="credentials")
    digest = models.CharField(max_length=64, editable=False)
    hint = models.CharField(_("密钥"), max_length=8)
    created_by = models.CharField(_("签发人"), max_length=120)
    created_at = models.DateTimeField(_("签发时间"))
    expires_at = models.DateTimeField(_("失效时间"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("吊销时间"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("最近使用"), null=True, blank=True)

    class Meta:
        verbose_name = _("来源密钥")
        ordering = ("-created_at", "-pk")

    def __str__(self) -> str:
        return self.hint
