"""Registered entities: what is held true of each now, and what was held true before."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.base.exact import ExactDecimalField
from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned


class Enterprise(Versioned):
    """A registered entity (经营主体): a company, a branch, an individual business, a cooperative.

    Every fact is the value of the most trusted source that has one (see `rules.resolving`); what
    each source says stands in `SourceRecord`. An empty text and None both say that nobody knows.
    Money is in 万元, `revenue_growth` and `rd_share` in percent, `revenue`, `exports` and
    `rd_share` of the last full year; (lon, lat) is WGS-84. `qualifications` are the kinds of
    `Qualification` that are valid today. `lead_unit` is the street office, or where the street
    is unknown the department that serves enterprises. `added_on` is the day on which this
    register first knew it.
    """

    class Kind(models.TextChoices):
        COMPANY = "company", _("企业")
        BRANCH = "branch", _("分支机构")
        INDIVIDUAL = "individual", _("个体工商户")
        COOPERATIVE = "cooperative", _("农民专业合作社")
        OTHER = "other", _("其他组织")

    class Status(models.TextChoices):
        ACTIVE = "active", _("存续")
        SUSPENDED = "suspended", _("停业")
        CANCELLED = "cancelled", _("注销")
        REVOKED = "revoked", _("吊销")

    class Size(models.TextChoices):
        LARGE = "large", _("大型")
        MEDIUM = "medium", _("中型")
        SMALL = "small", _("小型")
        MICRO = "micro", _("微型")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    code = models.CharField(_("统一社会信用代码"), max_length=18, unique=True)
    name = models.CharField(_("名称"), max_length=200)
    kind = models.CharField(_("主体类型"), max_length=12, choices=Kind.choices, blank=True)
    status = models.CharField(_("登记状态"), max_length=12, choices=Status.choices, blank=True)
    street_unit = models.ForeignKey(
        "kernel_organisation.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("街道"),
    )
    community_unit = models.ForeignKey(
        "kernel_organisation.Unit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("社区"),
    )
    lead_unit = models.ForeignKey(
        "kernel_organisation.Unit",
        models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("服务单位"),
    )
    address = models.CharField(_("地址"), max_length=200, blank=True)
    industry = models.CharField(_("行业"), max_length=5, blank=True)
    size = models.CharField(_("规模"), max_length=8, choices=Size.choices, blank=True)
    established_on = models.DateField(_("成立日期"), null=True, blank=True)
    converted_on = models.DateField(_("个转企日期"), null=True, blank=True)
    capital = ExactDecimalField(_("注册资本"), null=True, blank=True)
    revenue = ExactDecimalField(_("营业收入"), null=True, blank=True)
    revenue_growth = ExactDecimalField(_("营业收入增长率"), null=True, blank=True)
    staff = models.PositiveIntegerField(_("从业人数"), null=True, blank=True)
    rd_share = ExactDecimalField(_("研发费用占比"), null=True, blank=True)
    patents = models.PositiveIntegerField(_("发明专利数"), null=True, blank=True)
    exports = ExactDecimalField(_("出口额"), null=True, blank=True)
    is_above_scale = models.BooleanField(_("“四上”企业"), null=True, blank=True)
    is_dishonest = models.BooleanField(_("失信"), null=True, blank=True)
    qualifications = models.JSONField(_("资质"), default=list, blank=True)
    lon = ExactDecimalField(_("经度"), null=True, blank=True)
    lat = ExactDecimalField(_("纬度"), null=True, blank=True)
    added_on = models.DateField(editable=False)

    class Meta:
        verbose_name = _("企业")
        ordering = ("code",)
        indexes = (
            models.Index(fields=("lead_unit", "code"), name="ent_lead_unit"),
            models.Index(fields=("street_unit", "code"), name="ent_street"),
            models.Index(fields=("community_unit", "code"), name="ent_community"),
            models.Index(fields=("industry", "code"), name="ent_industry"),
            models.Index(fields=("established_on",), name="ent_established"),
            models.Index(
                fields=("converted_on",),
                name="ent_converted",
                condition=models.Q(converted_on__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page of the enterprise."""
        return reverse("enterprises_enterprise", args=[self.pk])


class NameRecord(models.Model):
    """A name that an enterprise bore (曾用名), and the last day on which it did, where known."""

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="former_names")
    name = models.CharField(_("名称"), max_length=200)
    until = models.DateField(_("使用至"))

    class Meta:
        verbose_name = _("曾用名")
        ordering = ("-until", "-pk")
        constraints = (
            models.UniqueConstraint(fields=("enterprise", "name", "until"), name="ent_name_once"),
        )

    def __str__(self) -> str:
        return self.name


class PastState(models.Model):
    """What a change took away: the facts that changed, as they stood at the end of `until`.

    `until` is the day before the change. Of several changes in a day the first counts, and what
    a later one adds is added, so that each row says how things stood at the end of its day.
    `values` is {fact key: value as `rules.values` writes it, null where nothing was known}.
    """

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="past_states")
    until = models.DateField()
    values = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("以往情况")
        ordering = ("-until",)
        constraints = (
            models.UniqueConstraint(fields=("enterprise", "until"), name="ent_past_once_a_day"),
        )
        indexes = (models.Index(fields=("until",), name="ent_past_until"),)

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.until}"
