"""What enterprises sell and buy, and what is said of those who might be partners."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.base.exact import ExactDecimalField
from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned
from district.systems.enterprises.models.enterprises import Enterprise
from district.systems.enterprises.models.sources import Source


class Product(Versioned):
    """Something that an enterprise supplies (供应) or needs (需要).

    `product_class` is a code of our own classification ("" where nobody knows); `is_read` says
    that it was read from the name and nobody chose it. `capacity` is what it supplies or needs a
    year, in `unit`; `price_from` and `price_to` are yuan per `price_unit`. `is_public` says
    whether others than those who may see the enterprise may know of it. What is sold or bought no
    more has `ended_on`, the first day without it, and stays.
    """

    class Side(models.TextChoices):
        SUPPLY = "supply", _("供应")
        NEED = "need", _("需要")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    enterprise = models.ForeignKey(
        Enterprise, models.CASCADE, related_name="products", db_index=False
    )
    side = models.CharField(_("供需"), max_length=6, choices=Side.choices)
    name = models.CharField(_("产品名称"), max_length=120)
    product_class = models.CharField(_("产品分类"), max_length=8, blank=True)
    is_read = models.BooleanField(_("分类由名称读出"), default=False)
    used_for = models.CharField(_("用途"), max_length=200, blank=True)
    standard = models.CharField(_("执行标准"), max_length=120, blank=True)
    capacity = ExactDecimalField(_("年供应或需求量"), null=True, blank=True)
    unit = models.CharField(_("计量单位"), max_length=16, blank=True)
    price_from = ExactDecimalField(_("最低价"), null=True, blank=True)
    price_to = ExactDecimalField(_("最高价"), null=True, blank=True)
    price_unit = models.CharField(_("计价单位"), max_length=16, blank=True)
    is_public = models.BooleanField(_("可对外展示"), default=True)
    source = models.ForeignKey(Source, models.PROTECT, related_name="+", verbose_name=_("来源"))
    told_on = models.DateField(_("截至日期"))
    ended_on = models.DateField(_("停用日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("产品")
        ordering = ("side", "name")
        constraints = (
            models.UniqueConstraint(fields=("enterprise", "side", "name"), name="ent_product_once"),
        )
        indexes = (
            models.Index(
                fields=("side", "product_class", "id"),
                name="ent_product_class",
                condition=models.Q(ended_on__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The form of the product, on which it is read too."""
        return reverse("enterprises_product", args=[self.pk])


class PartnerWord(models.Model):
    """What a unit or a firm says of a pair of supplier and buyer (对接反馈).

    Every word is kept; of one voice the last on a pair counts. A unit speaks (`lead_unit`), or a
    firm for itself (`firm`) through a system that let it sign in. `supplier_codes` and
    `buyer_codes` are the product classes that it was said of, so that later words on other pairs
    of the classes can be ranked by it.
    """

    class Verdict(models.TextChoices):
        USEFUL = "useful", _("有用")
        UNSUITABLE = "unsuitable", _("不合适")
        CONTACTED = "contacted", _("已联系")
        COOPERATED = "cooperated", _("已合作")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    supplier = models.ForeignKey(
        Enterprise, models.PROTECT, related_name="+", db_index=False, verbose_name=_("供方")
    )
    buyer = models.ForeignKey(
        Enterprise, models.PROTECT, related_name="+", db_index=False, verbose_name=_("需方")
    )
    verdict = models.CharField(_("反馈"), max_length=10, choices=Verdict.choices)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    supplier_codes = models.JSONField(_("供方产品分类"), default=list)
    buyer_codes = models.JSONField(_("需方产品分类"), default=list)
    lead_unit = models.ForeignKey(
        "kernel_organisation.Unit",
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("反馈单位"),
    )
    firm = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, related_name="+", verbose_name=_("反馈企业")
    )
    is_last = models.BooleanField(_("有效"), default=True)
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("对接反馈")
        ordering = ("-at", "-id")
        indexes = (
            models.Index(fields=("supplier", "buyer"), name="ent_word_pair"),
            models.Index(fields=("buyer",), name="ent_word_buyer"),
            models.Index(fields=("is_last", "at"), name="ent_word_last"),
        )

    def __str__(self) -> str:
        return f"{self.supplier_id} {self.buyer_id} {self.verdict}"
