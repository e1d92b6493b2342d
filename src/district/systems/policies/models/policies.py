"""Policies as they are written, and as they were published."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from district.kernel.base.exact import ExactDecimalField
from district.kernel.base.fields import time_ordered_uuid
from district.kernel.base.versioned import Versioned


class Benefit(models.TextChoices):
    """What kind of thing a policy gives."""

    REWARD = "reward", _("奖励")
    GRANT = "grant", _("资助")
    SUBSIDY = "subsidy", _("补贴")
    INTEREST = "interest", _("贷款贴息")
    RENT = "rent", _("租金减免")
    SERVICE = "service", _("服务和资格")
    OTHER = "other", _("其他")


class Audience(models.TextChoices):
    """Whom a policy is for; its conditions speak of their register."""

    ENTERPRISES = "enterprises", _("经营主体")
    PEOPLE = "people", _("居民")


class Terms(models.Model):
    """What a policy says: its text, who may have it, what they get, and when.

    `where` is the condition in the text form of conditions. `amount` is the most that one
    of them can get, in 万元, None where it is no money. `opens_on` and `closes_on` are the
    first and the last day, `closes_on` None where there is no last one. `without_application`
    (免申即享): where every condition is on record, the district opens the case itself.
    """

    title = models.CharField(_("名称"), max_length=120)
    text = models.TextField(_("政策原文"), blank=True)
    where = models.TextField(_("适用条件"), blank=True)
    benefit_kind = models.CharField(_("支持方式"), max_length=12, choices=Benefit.choices)
    benefit = models.CharField(_("支持内容"), max_length=500, blank=True)
    amount = ExactDecimalField(_("最高金额"), null=True, blank=True)
    opens_on = models.DateField(_("开始日期"), null=True, blank=True)
    closes_on = models.DateField(_("截止日期"), null=True, blank=True)
    without_application = models.BooleanField(_("免申即享"), default=False)

    class Meta:
        abstract = True


#: The fields of `Terms`, which a published version keeps for good.
TERMS = tuple(field.name for field in Terms._meta.local_fields)


class Policy(Terms, Versioned):
    """A policy with its draft; `live` is the version in force, or the last one that was.

    `lead_unit` issues it. `has_draft` says that the draft differs from what was last published;
    `written_by` is the id of the member who wrote on it last.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        PUBLISHED = "published", _("已发布")
        WITHDRAWN = "withdrawn", _("已撤回")

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    number = models.CharField(_("政策编号"), max_length=24, unique=True)
    lead_unit = models.ForeignKey(
        "kernel_organisation.Unit",
        models.PROTECT,
        related_name="+",
        verbose_name=_("发布单位"),
    )
    audience = models.CharField(
        _("适用对象"), max_length=16, choices=Audience.choices, default=Audience.ENTERPRISES
    )
    state = models.CharField(
        _("状态"), max_length=12, choices=State.choices, default=State.DRAFT, db_index=True
    )
    live = models.ForeignKey(
        "PolicyVersion", models.PROTECT, null=True, blank=True, related_name="+"
    )
    has_draft = models.BooleanField(_("有未发布的修改"), default=True)
    written_by = models.CharField(max_length=64, editable=False)
    written_by_name = models.CharField(_("起草人"), max_length=100, editable=False)
    changed_at = models.DateTimeField(_("修改时间"), editable=False)

    class Meta:
        verbose_name = _("政策")
        verbose_name_plural = _("政策")
        ordering = ("-changed_at",)
        indexes = (models.Index(fields=("lead_unit", "state"), name="policy_unit_state"),)

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page of the policy."""
        return reverse("policy", args=[self.pk])


class PolicyVersion(Terms):
    """A policy as it was published; nothing in it changes but how it ended.

    `condition` is the condition in its JSON form, `digest` the SHA-256 of all that it says.
    In force from `published_at` until `ended_at` (None: still), within its own window.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("版本"))
    condition = models.JSONField()
    digest = models.CharField(max_length=64)
    written_by = models.CharField(max_length=64)
    written_by_name = models.CharField(_("起草人"), max_length=100)
    published_by = models.CharField(max_length=64)
    published_by_name = models.CharField(_("发布人"), max_length=100)
    published_at = models.DateTimeField(_("发布时间"))
    ended_at = models.DateTimeField(_("停用时间"), null=True, blank=True)
    end_reason = models.CharField(_("停用原因"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("政策版本")
        verbose_name_plural = _("政策版本")
        ordering = ("policy", "-number")
        constraints = (
            models.UniqueConstraint(fields=("policy", "number"), name="policy_version_once"),
        )

    def __str__(self) -> str:
        return f"{self.title} v{self.number}"
