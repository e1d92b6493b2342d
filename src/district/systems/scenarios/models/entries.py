"""Entries of the lists, and the editions in which they were published."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.base.errors import Conflict
from district.kernel.base.exact import ExactDecimalField
from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned


class Keeper(models.Model):
    """Which unit keeps a list or a recognition scheme; the district itself where none is named."""

    key = models.CharField(max_length=40, primary_key=True)
    unit = models.ForeignKey("kernel_organisation.Unit", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("清单主管单位")
        ordering = ("key",)

    def __str__(self) -> str:
        return f"{self.key} {self.unit_id}"


class Edition(models.Model):
    """A published version of a list; it never changes.

    `sha256` is the digest of its lines and of the digest before it, so that neither can be
    exchanged without being seen.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    list_key = models.CharField(_("清单"), max_length=24)
    number = models.PositiveIntegerField(_("版次"))
    published_at = models.DateTimeField(_("发布时间"))
    lead_unit = models.ForeignKey(
        "kernel_organisation.Unit", models.PROTECT, related_name="+", verbose_name=_("发布单位")
    )
    note = models.CharField(_("说明"), max_length=200, blank=True, default="")
    line_count = models.PositiveIntegerField(_("条目数"))
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("清单版次")
        ordering = ("list_key", "-number")
        constraints = (
            models.UniqueConstraint(fields=("list_key", "number"), name="scenario_edition_once"),
        )

    def __str__(self) -> str:
        return f"{self.list_key} {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write it once; Conflict where it is there already."""
        if not self._state.adding:
            raise Conflict(_("已发布的版次不能修改。"))
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """The public page of the edition."""
        return reverse("scenarios_public_edition", args=[self.list_key, self.number])


class Entry(Versioned):
    """An entry of a list: what can be done, or where it is wanted.

    Money is in 万元: a price, or from a capability's least to its highest; of a need the most that
    may be spent. `contact` is the key of the person whose name and telephone number are ciphertext.
    `requires` is a condition over the counterpart (`selectors.entries.SCHEMA`). `published_in` is
    the newest edition of its list where the entry stands in that.

    `offered_by` is the credit code of the enterprise that offered it itself, "" for an entry of a
    unit. Such an entry waits (OFFERED) until the unit that keeps the list takes it up, and
    `proposed` are the public values as the enterprise wants them changed since, by the keys of
    the register, until they are taken up too. `refusal` is why it was refused last.
    """

    class State(models.TextChoices):
        OFFERED = "offered", _("待受理")
        REFUSED = "refused", _("已退回")
        DRAFT = "draft", _("草稿")
        READY = "ready", _("待发布")
        PUBLISHED = "published", _("已发布")
        WITHDRAWN = "withdrawn", _("已撤下")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    number = models.CharField(_("编号"), max_length=24, unique=True)
    kind = models.CharField(_("类别"), max_length=24)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.DRAFT)
    title = models.CharField(_("名称"), max_length=120)
    text = models.TextField(_("说明"))
    organisation = models.CharField(_("单位名称"), max_length=120, blank=True, default="")
    organisation_code = models.CharField(
        _("统一社会信用代码"), max_length=18, blank=True, default=""
    )
    area = models.CharField(_("技术领域"), max_length=24, blank=True, default="")
    tags = models.JSONField(_("标签"), default=list, blank=True)
    stage = models.CharField(_("成熟度"), max_length=24, blank=True, default="")
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    street_unit = models.ForeignKey(
        "kernel_organisation.Unit", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("街道"),
    )  # fmt: skip
    place = models.CharField(_("地点"), max_length=120, blank=True, default="")
    money = ExactDecimalField(_("金额"), null=True, blank=True)
    valid_until = models.DateField(_("有效期至"), null=True, blank=True)
    requires = models.TextField(_("硬性条件"), blank=True, default="")
    own = models.JSONField(default=dict, blank=True)
    lead_unit = models.ForeignKey(
        "kernel_organisation.Unit", models.PROTECT, related_name="+", verbose_name=_("牵头单位")
    )
    contact = models.UUIDField(null=True, blank=True, editable=False)
    contact_name = models.TextField(blank=True, default="", editable=False)
    contact_phone = models.TextField(blank=True, default="", editable=False)
    published_in = models.ForeignKey(
        Edition, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("版次")
    )
    changed_at = models.DateTimeField(_("修改时间"))
    offered_by = models.CharField(_("申报企业"), max_length=18, blank=True, default="")
    proposed = models.JSONField(null=True, blank=True, editable=False)
    refusal = models.CharField(_("退回原因"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("清单条目")
        ordering = ("-changed_at", "-id")
        indexes = (
            models.Index(fields=("kind", "state"), name="scenario_entry_kind"),
            models.Index(fields=("offered_by",), name="scenario_entry_offered_by"),
            models.Index(fields=("organisation_code",), name="scenario_entry_firm"),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page of the entry."""
        return reverse("scenarios_entry", args=[self.pk])


class Line(models.Model):
    """An entry as it stood in an edition; `content` holds what was public of it, frozen."""

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="lines")
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="lines")
    position = models.PositiveIntegerField(_("序号"))
    title = models.CharField(_("名称"), max_length=120)
    kind = models.CharField(_("类别"), max_length=24)
    content = models.JSONField()

    class Meta:
        verbose_name = _("清单版次条目")
        ordering = ("edition", "position")
        constraints = (
            models.UniqueConstraint(fields=("edition", "entry"), name="scenario_line_once"),
        )

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write it once; Conflict where it is there already."""
        if not self._state.adding:
            raise Conflict(_("已发布的版次不能修改。"))
        super().save(*args, **kwargs)
